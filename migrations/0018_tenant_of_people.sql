-- The same for what is known before anyone comes and for whoever signs in: with it every table of a site carries its tenant,
-- and a site lies on one machine whole. `registry_site` needs no column: its key is the tenant. [NOD-09]

ALTER TABLE registry_item RENAME TO registry_item_before;
CREATE TABLE registry_item (
    tenant ${key} NOT NULL,
    kind ${key} NOT NULL,
    id ${key} NOT NULL,
    position ${int} NOT NULL,
    body ${json} NOT NULL,
    PRIMARY KEY (tenant, kind, id)
) ${strict};
INSERT INTO registry_item (tenant, kind, id, position, body)
    SELECT (SELECT id FROM registry_site), kind, id, position, body FROM registry_item_before;

ALTER TABLE procedure_version RENAME TO procedure_version_before;
CREATE TABLE procedure_version (
    tenant ${key} NOT NULL,
    key ${key} NOT NULL,
    version ${int} NOT NULL,
    valid_from ${date} NOT NULL,
    body ${json} NOT NULL,
    origin ${key} NOT NULL,
    published_at ${time},
    published_by ${key},
    reason ${text} NOT NULL,
    PRIMARY KEY (tenant, key, version)
) ${strict};
INSERT INTO procedure_version (tenant, key, version, valid_from, body, origin, published_at, published_by, reason)
    SELECT (SELECT id FROM registry_site), key, version, valid_from, body, origin, published_at, published_by, reason
    FROM procedure_version_before;

ALTER TABLE procedure_withdrawal RENAME TO procedure_withdrawal_before;
CREATE TABLE procedure_withdrawal (
    tenant ${key} NOT NULL,
    key ${key} NOT NULL,
    withdrawn_at ${time} NOT NULL,
    reason ${text} NOT NULL,
    PRIMARY KEY (tenant, key)
) ${strict};
INSERT INTO procedure_withdrawal (tenant, key, withdrawn_at, reason)
    SELECT (SELECT id FROM registry_site), key, withdrawn_at, reason FROM procedure_withdrawal_before;

ALTER TABLE procedure_draft RENAME TO procedure_draft_before;
CREATE TABLE procedure_draft (
    tenant ${key} NOT NULL,
    key ${key} NOT NULL,
    body ${json} NOT NULL,
    based_on ${int} NOT NULL,
    valid_from ${date},
    changed_at ${time} NOT NULL,
    changed_by ${key} NOT NULL,
    version ${int} NOT NULL,
    PRIMARY KEY (tenant, key)
) ${strict};
INSERT INTO procedure_draft (tenant, key, body, based_on, valid_from, changed_at, changed_by, version)
    SELECT (SELECT id FROM registry_site), key, body, based_on, valid_from, changed_at, changed_by, version
    FROM procedure_draft_before;

DROP INDEX absence_to_on;
ALTER TABLE absence RENAME TO absence_before;
CREATE TABLE absence (
    tenant ${key} NOT NULL,
    id ${key} NOT NULL,
    login ${key} NOT NULL,
    from_on ${date} NOT NULL,
    to_on ${date} NOT NULL,
    substitute ${key} NOT NULL,
    office ${key},
    role ${key},
    procedure ${key},
    entered_by ${key} NOT NULL,
    entered_at ${time} NOT NULL,
    PRIMARY KEY (tenant, id)
) ${strict};
CREATE INDEX absence_to_on ON absence (tenant, to_on, id);
INSERT INTO absence (tenant, id, login, from_on, to_on, substitute, office, role, procedure, entered_by, entered_at)
    SELECT (SELECT id FROM registry_site), id, login, from_on, to_on, substitute, office, role, procedure, entered_by,
        entered_at
    FROM absence_before;

ALTER TABLE roster RENAME TO roster_before;
CREATE TABLE roster (
    tenant ${key} NOT NULL,
    office ${key} NOT NULL,
    day ${date} NOT NULL,
    counter ${key} NOT NULL,
    position ${int} NOT NULL,
    login ${key} NOT NULL,
    PRIMARY KEY (tenant, office, day, counter)
) ${strict};
INSERT INTO roster (tenant, office, day, counter, position, login)
    SELECT (SELECT id FROM registry_site), office, day, counter, position, login FROM roster_before;

ALTER TABLE account RENAME TO account_before;
CREATE TABLE account (
    tenant ${key} NOT NULL,
    login ${key} NOT NULL,
    password_hash ${text} NOT NULL,
    active ${bool} NOT NULL,
    PRIMARY KEY (tenant, login)
) ${strict};
INSERT INTO account (tenant, login, password_hash, active)
    SELECT (SELECT id FROM registry_site), login, password_hash, active FROM account_before;

DROP INDEX session_login;
ALTER TABLE session RENAME TO session_before;
CREATE TABLE session (
    tenant ${key} NOT NULL,
    token_hash ${key} NOT NULL,
    -- NULL in a session of a version before the fifteenth schema.
    id ${key},
    login ${key} NOT NULL,
    network ${text} NOT NULL,
    browser ${text} NOT NULL,
    way ${key} NOT NULL,
    created_at ${time} NOT NULL,
    seen_at ${time},
    expires_at ${time} NOT NULL,
    PRIMARY KEY (tenant, token_hash)
) ${strict};
CREATE INDEX session_login ON session (tenant, login, created_at);
INSERT INTO session (tenant, token_hash, id, login, network, browser, way, created_at, seen_at, expires_at)
    SELECT (SELECT id FROM registry_site), token_hash, id, login, network, browser, way, created_at, seen_at, expires_at
    FROM session_before;

ALTER TABLE api_key RENAME TO api_key_before;
CREATE TABLE api_key (
    tenant ${key} NOT NULL,
    key_hash ${key} NOT NULL,
    login ${key} NOT NULL,
    label ${text} NOT NULL,
    created_at ${time} NOT NULL,
    seen_at ${time},
    revoked_at ${time},
    PRIMARY KEY (tenant, key_hash)
) ${strict};
INSERT INTO api_key (tenant, key_hash, login, label, created_at, seen_at, revoked_at)
    SELECT (SELECT id FROM registry_site), key_hash, login, label, created_at, seen_at, revoked_at FROM api_key_before;

ALTER TABLE idempotency RENAME TO idempotency_before;
CREATE TABLE idempotency (
    tenant ${key} NOT NULL,
    login ${key} NOT NULL,
    key ${key} NOT NULL,
    request_hash ${text} NOT NULL,
    status ${int} NOT NULL,
    body ${text} NOT NULL,
    created_at ${time} NOT NULL,
    PRIMARY KEY (tenant, login, key)
) ${strict};
INSERT INTO idempotency (tenant, login, key, request_hash, status, body, created_at)
    SELECT (SELECT id FROM registry_site), login, key, request_hash, status, body, created_at FROM idempotency_before;

ALTER TABLE guess RENAME TO guess_before;
CREATE TABLE guess (
    tenant ${key} NOT NULL,
    subject ${key} NOT NULL,
    wrong ${int} NOT NULL,
    blocked_until ${time} NOT NULL,
    PRIMARY KEY (tenant, subject)
) ${strict};
INSERT INTO guess (tenant, subject, wrong, blocked_until)
    SELECT (SELECT id FROM registry_site), subject, wrong, blocked_until FROM guess_before;

ALTER TABLE known_device RENAME TO known_device_before;
CREATE TABLE known_device (
    tenant ${key} NOT NULL,
    token_hash ${key} NOT NULL,
    login ${key} NOT NULL,
    seen_at ${time} NOT NULL,
    PRIMARY KEY (tenant, token_hash, login)
) ${strict};
INSERT INTO known_device (tenant, token_hash, login, seen_at)
    SELECT (SELECT id FROM registry_site), token_hash, login, seen_at FROM known_device_before;

ALTER TABLE totp RENAME TO totp_before;
CREATE TABLE totp (
    tenant ${key} NOT NULL,
    login ${key} NOT NULL,
    secret ${text} NOT NULL,
    confirmed_at ${time},
    last_step ${int} NOT NULL,
    PRIMARY KEY (tenant, login)
) ${strict};
INSERT INTO totp (tenant, login, secret, confirmed_at, last_step)
    SELECT (SELECT id FROM registry_site), login, secret, confirmed_at, last_step FROM totp_before;

ALTER TABLE recovery_code RENAME TO recovery_code_before;
CREATE TABLE recovery_code (
    tenant ${key} NOT NULL,
    login ${key} NOT NULL,
    code_hash ${key} NOT NULL,
    used_at ${time},
    PRIMARY KEY (tenant, login, code_hash)
) ${strict};
INSERT INTO recovery_code (tenant, login, code_hash, used_at)
    SELECT (SELECT id FROM registry_site), login, code_hash, used_at FROM recovery_code_before;

DROP INDEX passkey_login;
ALTER TABLE passkey RENAME TO passkey_before;
CREATE TABLE passkey (
    tenant ${key} NOT NULL,
    id ${key} NOT NULL,
    login ${key} NOT NULL,
    label ${text} NOT NULL,
    credential ${text} NOT NULL,
    created_at ${time} NOT NULL,
    used_at ${time},
    PRIMARY KEY (tenant, id)
) ${strict};
CREATE INDEX passkey_login ON passkey (tenant, login, created_at);
INSERT INTO passkey (tenant, id, login, label, credential, created_at, used_at)
    SELECT (SELECT id FROM registry_site), id, login, label, credential, created_at, used_at FROM passkey_before;

ALTER TABLE ceremony RENAME TO ceremony_before;
CREATE TABLE ceremony (
    tenant ${key} NOT NULL,
    token_hash ${key} NOT NULL,
    kind ${key} NOT NULL,
    login ${key} NOT NULL,
    state ${text} NOT NULL,
    wrong ${int} NOT NULL,
    expires_at ${time} NOT NULL,
    PRIMARY KEY (tenant, token_hash)
) ${strict};
INSERT INTO ceremony (tenant, token_hash, kind, login, state, wrong, expires_at)
    SELECT (SELECT id FROM registry_site), token_hash, kind, login, state, wrong, expires_at FROM ceremony_before;

ALTER TABLE audit RENAME TO audit_before;
CREATE TABLE audit (
    tenant ${key} NOT NULL,
    id ${key} NOT NULL,
    at ${time} NOT NULL,
    kind ${key} NOT NULL,
    login ${key} NOT NULL,
    agency ${key} NOT NULL,
    office ${key} NOT NULL,
    dossier ${key},
    through ${text} NOT NULL,
    network ${text} NOT NULL,
    PRIMARY KEY (tenant, id)
) ${strict};
CREATE INDEX audit_by_login ON audit (tenant, login, id);
CREATE INDEX audit_by_agency ON audit (tenant, agency, id);
CREATE INDEX audit_by_kind ON audit (tenant, kind, id);
CREATE INDEX audit_by_dossier ON audit (tenant, dossier, id) WHERE dossier IS NOT NULL;
INSERT INTO audit (tenant, id, at, kind, login, agency, office, dossier, through, network)
    SELECT (SELECT id FROM registry_site), id, at, kind, login, agency, office, dossier, through, network FROM audit_before;

DROP TABLE registry_item_before;
DROP TABLE procedure_version_before;
DROP TABLE procedure_withdrawal_before;
DROP TABLE procedure_draft_before;
DROP TABLE absence_before;
DROP TABLE roster_before;
DROP TABLE account_before;
DROP TABLE session_before;
DROP TABLE api_key_before;
DROP TABLE idempotency_before;
DROP TABLE guess_before;
DROP TABLE known_device_before;
DROP TABLE totp_before;
DROP TABLE recovery_code_before;
DROP TABLE passkey_before;
DROP TABLE ceremony_before;
DROP TABLE audit_before;
