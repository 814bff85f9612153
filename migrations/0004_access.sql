-- Who may come in. Passwords, session and API keys are kept only as hashes.
CREATE TABLE account (
    login ${key} PRIMARY KEY,
    password_hash ${text} NOT NULL,
    active ${bool} NOT NULL
) ${strict};

CREATE TABLE session (
    token_hash ${key} PRIMARY KEY,
    login ${key} NOT NULL,
    created_at ${time} NOT NULL,
    expires_at ${time} NOT NULL
) ${strict};

CREATE TABLE api_key (
    key_hash ${key} PRIMARY KEY,
    login ${key} NOT NULL,
    label ${text} NOT NULL,
    created_at ${time} NOT NULL,
    revoked_at ${time}
) ${strict};

-- The answer to a write that carried an idempotency key, given again when the same write comes again.
CREATE TABLE idempotency (
    login ${key} NOT NULL,
    key ${key} NOT NULL,
    request_hash ${text} NOT NULL,
    status ${int} NOT NULL,
    body ${text} NOT NULL,
    created_at ${time} NOT NULL,
    PRIMARY KEY (login, key)
) ${strict};

-- Wrong guesses, by what was guessed at (a dossier code, a login) and from where. [ACC-06]
CREATE TABLE guess (
    subject ${key} PRIMARY KEY,
    wrong ${int} NOT NULL,
    blocked_until ${time} NOT NULL
) ${strict};
