-- A session knows where it was opened, so that its owner recognises it, and how. Columns are added with a default: a node of
-- the version before goes on opening sessions. [SIN-01]
ALTER TABLE session ADD COLUMN id ${key};
ALTER TABLE session ADD COLUMN seen_at ${time};
ALTER TABLE session ADD COLUMN network ${text} NOT NULL DEFAULT '';
ALTER TABLE session ADD COLUMN browser ${text} NOT NULL DEFAULT '';
-- `password`, `code` or `passkey`.
ALTER TABLE session ADD COLUMN way ${key} NOT NULL DEFAULT 'password';
CREATE INDEX session_login ON session (login, created_at);

ALTER TABLE api_key ADD COLUMN seen_at ${time};

-- A browser in which somebody has signed in before, by the hash of its cookie. Its guesses are counted apart. [SIN-06]
CREATE TABLE known_device (
    token_hash ${key} NOT NULL,
    login ${key} NOT NULL,
    seen_at ${time} NOT NULL,
    PRIMARY KEY (token_hash, login)
) ${strict};

-- Codes from a telephone. The secret must be readable to check a code. `last_step` is the step of the last code taken:
-- neither it nor an older one is taken again. [SIN-10]
CREATE TABLE totp (
    login ${key} PRIMARY KEY,
    secret ${text} NOT NULL,
    confirmed_at ${time},
    last_step ${int} NOT NULL
) ${strict};

-- Each opens the door once, when the telephone is lost. [SIN-11]
CREATE TABLE recovery_code (
    login ${key} NOT NULL,
    code_hash ${key} NOT NULL,
    used_at ${time},
    PRIMARY KEY (login, code_hash)
) ${strict};

CREATE TABLE passkey (
    id ${key} PRIMARY KEY,
    login ${key} NOT NULL,
    label ${text} NOT NULL,
    -- Public key and counter as the library keeps them.
    credential ${text} NOT NULL,
    created_at ${time} NOT NULL,
    used_at ${time}
) ${strict};
CREATE INDEX passkey_login ON passkey (login, created_at);

-- A sign-in or an enrolment between two requests, which two nodes may answer. Only the hash of its name is kept.
CREATE TABLE ceremony (
    token_hash ${key} PRIMARY KEY,
    kind ${key} NOT NULL,
    -- Empty while nobody knows who it will be.
    login ${key} NOT NULL,
    state ${text} NOT NULL,
    wrong ${int} NOT NULL,
    expires_at ${time} NOT NULL
) ${strict};
