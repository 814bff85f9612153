-- Whatever grows carries its tenant, the site it belongs to, first in every key: an engine that spreads tenants over machines
-- finds all rows of one in one place, and no key says anything about another's. Each table is made anew and its rows copied
-- over one by one, which needs room on the disk and no memory. Keys cannot change beneath a program that knows the old ones,
-- so every node is stopped before the first of the new ones starts. What a column means stands where it came first. [NOD-09]

DROP INDEX event_unsealed;
ALTER TABLE event RENAME TO event_before;
CREATE TABLE event (
    tenant ${key} NOT NULL,
    stream ${key} NOT NULL,
    seq ${int} NOT NULL,
    id ${key} NOT NULL,
    at ${time} NOT NULL,
    by_account ${key} NOT NULL,
    office ${key} NOT NULL,
    kind ${key} NOT NULL,
    body ${text} NOT NULL,
    salt ${text} NOT NULL,
    batch ${int},
    PRIMARY KEY (tenant, stream, seq),
    UNIQUE (tenant, id)
) ${strict};
CREATE INDEX event_unsealed ON event (tenant, id) WHERE batch IS NULL;
CREATE INDEX event_sealed ON event (tenant, batch, id);
INSERT INTO event (tenant, stream, seq, id, at, by_account, office, kind, body, salt, batch)
    SELECT (SELECT id FROM registry_site), stream, seq, id, at, by_account, office, kind, body, salt, batch FROM event_before;

-- Every tenant has a chain of its own, from number 1. [LED-04]
ALTER TABLE seal RENAME TO seal_before;
CREATE TABLE seal (
    tenant ${key} NOT NULL,
    number ${int} NOT NULL,
    previous ${text} NOT NULL,
    hash ${text} NOT NULL,
    events ${int} NOT NULL,
    sealed_at ${time} NOT NULL,
    PRIMARY KEY (tenant, number)
) ${strict};
INSERT INTO seal (tenant, number, previous, hash, events, sealed_at)
    SELECT (SELECT id FROM registry_site), number, previous, hash, events, sealed_at FROM seal_before;

DROP INDEX dossier_person;
DROP INDEX dossier_without_line;
DROP INDEX dossier_open;
ALTER TABLE dossier RENAME TO dossier_before;
CREATE TABLE dossier (
    tenant ${key} NOT NULL,
    id ${key} NOT NULL,
    code ${key} NOT NULL,
    version ${int} NOT NULL,
    agency ${key} NOT NULL,
    status ${key} NOT NULL,
    procedure ${key} NOT NULL,
    tier ${key} NOT NULL,
    field ${key} NOT NULL,
    channel ${key} NOT NULL,
    online_level ${int},
    applicant_folded ${key} NOT NULL,
    id_number ${key},
    received_at ${time} NOT NULL,
    due_at ${time} NOT NULL,
    promised_at ${time},
    national_due_at ${time},
    settled_at ${time},
    closed_at ${time},
    line ${json},
    PRIMARY KEY (tenant, id),
    UNIQUE (tenant, code)
) ${strict};
CREATE INDEX dossier_by_agency ON dossier (tenant, agency, received_at, id);
CREATE INDEX dossier_by_receipt ON dossier (tenant, received_at, id);
CREATE INDEX dossier_by_name ON dossier (tenant, agency, applicant_folded, id);
CREATE INDEX dossier_person ON dossier (tenant, id_number, procedure) WHERE closed_at IS NULL;
CREATE INDEX dossier_without_line ON dossier (tenant, id) WHERE line IS NULL;
CREATE INDEX dossier_open ON dossier (tenant, agency, id) WHERE closed_at IS NULL;
INSERT INTO dossier (tenant, id, code, version, agency, status, procedure, tier, field, channel, online_level,
        applicant_folded, id_number, received_at, due_at, promised_at, national_due_at, settled_at, closed_at, line)
    SELECT (SELECT id FROM registry_site), id, code, version, agency, status, procedure, tier, field, channel, online_level,
        applicant_folded, id_number, received_at, due_at, promised_at, national_due_at, settled_at, closed_at, line
    FROM dossier_before;

ALTER TABLE dossier_state RENAME TO dossier_state_before;
CREATE TABLE dossier_state (
    tenant ${key} NOT NULL,
    dossier ${key} NOT NULL,
    state ${json} NOT NULL,
    PRIMARY KEY (tenant, dossier)
) ${strict};
INSERT INTO dossier_state (tenant, dossier, state)
    SELECT (SELECT id FROM registry_site), dossier, state FROM dossier_state_before;

ALTER TABLE dossier_office RENAME TO dossier_office_before;
CREATE TABLE dossier_office (
    tenant ${key} NOT NULL,
    office ${key} NOT NULL,
    received_at ${time} NOT NULL,
    dossier ${key} NOT NULL,
    PRIMARY KEY (tenant, office, received_at, dossier)
) ${strict};
INSERT INTO dossier_office (tenant, office, received_at, dossier)
    SELECT (SELECT id FROM registry_site), office, received_at, dossier FROM dossier_office_before;

ALTER TABLE dossier_serial RENAME TO dossier_serial_before;
CREATE TABLE dossier_serial (
    tenant ${key} NOT NULL,
    agency ${key} NOT NULL,
    day ${date} NOT NULL,
    last ${int} NOT NULL,
    PRIMARY KEY (tenant, agency, day)
) ${strict};
INSERT INTO dossier_serial (tenant, agency, day, last)
    SELECT (SELECT id FROM registry_site), agency, day, last FROM dossier_serial_before;

ALTER TABLE letter_serial RENAME TO letter_serial_before;
CREATE TABLE letter_serial (
    tenant ${key} NOT NULL,
    agency ${key} NOT NULL,
    kind ${key} NOT NULL,
    year ${int} NOT NULL,
    last ${int} NOT NULL,
    PRIMARY KEY (tenant, agency, kind, year)
) ${strict};
INSERT INTO letter_serial (tenant, agency, kind, year, last)
    SELECT (SELECT id FROM registry_site), agency, kind, year, last FROM letter_serial_before;

DROP INDEX task_dossier;
DROP INDEX task_office_due;
DROP INDEX task_holder_due;
DROP INDEX task_step_due;
DROP INDEX task_due;
DROP INDEX task_office_late;
DROP INDEX task_holder_late;
DROP INDEX task_office_slip;
DROP INDEX task_office_waiting;
ALTER TABLE task RENAME TO task_before;
CREATE TABLE task (
    tenant ${key} NOT NULL,
    id ${key} NOT NULL,
    dossier ${key} NOT NULL,
    number ${int} NOT NULL,
    kind ${key} NOT NULL,
    office ${key} NOT NULL,
    role ${key} NOT NULL,
    holder ${key},
    since ${time} NOT NULL,
    step_due_at ${time} NOT NULL,
    due_at ${time} NOT NULL,
    procedure ${key} NOT NULL,
    slip ${key},
    late_at ${time} NOT NULL,
    waiting ${bool} NOT NULL,
    PRIMARY KEY (tenant, id)
) ${strict};
CREATE INDEX task_dossier ON task (tenant, dossier);
CREATE INDEX task_office_due ON task (tenant, office, due_at, id);
CREATE INDEX task_holder_due ON task (tenant, holder, due_at, id);
CREATE INDEX task_step_due ON task (tenant, step_due_at, id);
CREATE INDEX task_due ON task (tenant, due_at, id);
CREATE INDEX task_office_late ON task (tenant, office, late_at, id);
CREATE INDEX task_holder_late ON task (tenant, holder, late_at, id) WHERE holder IS NOT NULL;
CREATE INDEX task_office_slip ON task (tenant, office, due_at, id) WHERE slip IS NOT NULL;
CREATE INDEX task_office_waiting ON task (tenant, office, due_at, id) WHERE waiting;
INSERT INTO task (tenant, id, dossier, number, kind, office, role, holder, since, step_due_at, due_at, procedure, slip,
        late_at, waiting)
    SELECT (SELECT id FROM registry_site), id, dossier, number, kind, office, role, holder, since, step_due_at, due_at,
        procedure, slip, late_at, waiting
    FROM task_before;

DROP INDEX stay_agency_since;
DROP INDEX stay_since;
DROP INDEX stay_dossier;
DROP INDEX stay_open;
ALTER TABLE stay RENAME TO stay_before;
CREATE TABLE stay (
    tenant ${key} NOT NULL,
    id ${key} NOT NULL,
    dossier ${key} NOT NULL,
    agency ${key} NOT NULL,
    task ${int} NOT NULL,
    kind ${key} NOT NULL,
    office ${key} NOT NULL,
    since ${time} NOT NULL,
    due_at ${time},
    acknowledged_at ${time},
    ended_at ${time},
    answered ${bool} NOT NULL,
    PRIMARY KEY (tenant, id)
) ${strict};
CREATE INDEX stay_agency_since ON stay (tenant, agency, since, id);
CREATE INDEX stay_since ON stay (tenant, since, id);
CREATE INDEX stay_dossier ON stay (tenant, dossier, id);
CREATE INDEX stay_open ON stay (tenant, since, id) WHERE ended_at IS NULL;
INSERT INTO stay (tenant, id, dossier, agency, task, kind, office, since, due_at, acknowledged_at, ended_at, answered)
    SELECT (SELECT id FROM registry_site), id, dossier, agency, task, kind, office, since, due_at, acknowledged_at, ended_at,
        answered
    FROM stay_before;

ALTER TABLE outside_link RENAME TO outside_link_before;
CREATE TABLE outside_link (
    tenant ${key} NOT NULL,
    token_hash ${key} NOT NULL,
    dossier ${key} NOT NULL,
    task ${int} NOT NULL,
    step ${int} NOT NULL,
    since ${time} NOT NULL,
    number ${int} NOT NULL,
    slip_number ${int} NOT NULL,
    office ${key} NOT NULL,
    made_at ${time} NOT NULL,
    made_by ${key} NOT NULL,
    expires_at ${time} NOT NULL,
    opened_at ${time},
    used_at ${time},
    revoked_at ${time},
    mail ${key},
    PRIMARY KEY (tenant, token_hash),
    UNIQUE (tenant, dossier, task, step, since, number)
) ${strict};
INSERT INTO outside_link (tenant, token_hash, dossier, task, step, since, number, slip_number, office, made_at, made_by,
        expires_at, opened_at, used_at, revoked_at, mail)
    SELECT (SELECT id FROM registry_site), token_hash, dossier, task, step, since, number, slip_number, office, made_at,
        made_by, expires_at, opened_at, used_at, revoked_at, mail
    FROM outside_link_before;

DROP INDEX mail_outbox_next;
DROP INDEX mail_outbox_about;
ALTER TABLE mail_outbox RENAME TO mail_outbox_before;
CREATE TABLE mail_outbox (
    tenant ${key} NOT NULL,
    id ${key} NOT NULL,
    about ${key} NOT NULL,
    to_address ${text} NOT NULL,
    subject ${text} NOT NULL,
    body ${text} NOT NULL,
    made_at ${time} NOT NULL,
    tries ${int} NOT NULL,
    next_at ${time},
    sent_at ${time},
    failed_because ${text},
    PRIMARY KEY (tenant, id)
) ${strict};
CREATE INDEX mail_outbox_next ON mail_outbox (tenant, next_at, id) WHERE next_at IS NOT NULL;
CREATE INDEX mail_outbox_about ON mail_outbox (tenant, about, id);
INSERT INTO mail_outbox (tenant, id, about, to_address, subject, body, made_at, tries, next_at, sent_at, failed_because)
    SELECT (SELECT id FROM registry_site), id, about, to_address, subject, body, made_at, tries, next_at, sent_at,
        failed_because
    FROM mail_outbox_before;

DROP INDEX slip_to;
DROP INDEX slip_from;
ALTER TABLE slip RENAME TO slip_before;
CREATE TABLE slip (
    tenant ${key} NOT NULL,
    number ${key} NOT NULL,
    kind ${key} NOT NULL,
    from_office ${key} NOT NULL,
    to_office ${key} NOT NULL,
    partner ${text} NOT NULL,
    person ${text} NOT NULL,
    made_at ${time} NOT NULL,
    made_by ${key} NOT NULL,
    confirmed_at ${time},
    PRIMARY KEY (tenant, number)
) ${strict};
CREATE INDEX slip_to ON slip (tenant, to_office, made_at, number);
CREATE INDEX slip_from ON slip (tenant, from_office, made_at, number);
INSERT INTO slip (tenant, number, kind, from_office, to_office, partner, person, made_at, made_by, confirmed_at)
    SELECT (SELECT id FROM registry_site), number, kind, from_office, to_office, partner, person, made_at, made_by, confirmed_at
    FROM slip_before;

DROP INDEX slip_item_dossier;
ALTER TABLE slip_item RENAME TO slip_item_before;
CREATE TABLE slip_item (
    tenant ${key} NOT NULL,
    slip ${key} NOT NULL,
    dossier ${key} NOT NULL,
    task ${int} NOT NULL,
    confirmed_at ${time},
    confirmed_by ${key},
    PRIMARY KEY (tenant, slip, dossier, task)
) ${strict};
CREATE INDEX slip_item_dossier ON slip_item (tenant, dossier, slip);
INSERT INTO slip_item (tenant, slip, dossier, task, confirmed_at, confirmed_by)
    SELECT (SELECT id FROM registry_site), slip, dossier, task, confirmed_at, confirmed_by FROM slip_item_before;

ALTER TABLE slip_serial RENAME TO slip_serial_before;
CREATE TABLE slip_serial (
    tenant ${key} NOT NULL,
    agency ${key} NOT NULL,
    year ${int} NOT NULL,
    last ${int} NOT NULL,
    PRIMARY KEY (tenant, agency, year)
) ${strict};
INSERT INTO slip_serial (tenant, agency, year, last)
    SELECT (SELECT id FROM registry_site), agency, year, last FROM slip_serial_before;

DROP INDEX reminder_open;
DROP INDEX reminder_dossier;
ALTER TABLE reminder RENAME TO reminder_before;
CREATE TABLE reminder (
    tenant ${key} NOT NULL,
    id ${key} NOT NULL,
    dossier ${key} NOT NULL,
    code ${key} NOT NULL,
    task ${int} NOT NULL,
    about ${key} NOT NULL,
    stage ${key} NOT NULL,
    office ${key} NOT NULL,
    role ${key} NOT NULL,
    login ${key},
    due_at ${time} NOT NULL,
    made_at ${time} NOT NULL,
    seen_at ${time},
    seen_by ${key},
    PRIMARY KEY (tenant, id)
) ${strict};
CREATE INDEX reminder_open ON reminder (tenant, office, role, made_at, id) WHERE seen_at IS NULL;
CREATE INDEX reminder_dossier ON reminder (tenant, dossier);
INSERT INTO reminder (tenant, id, dossier, code, task, about, stage, office, role, login, due_at, made_at, seen_at, seen_by)
    SELECT (SELECT id FROM registry_site), id, dossier, code, task, about, stage, office, role, login, due_at, made_at,
        seen_at, seen_by
    FROM reminder_before;

DROP INDEX outage_open;
DROP INDEX outage_agency;
ALTER TABLE outage RENAME TO outage_before;
CREATE TABLE outage (
    tenant ${key} NOT NULL,
    id ${key} NOT NULL,
    agency ${key} NOT NULL,
    reason ${text} NOT NULL,
    began_at ${time} NOT NULL,
    began_by ${key} NOT NULL,
    ended_at ${time},
    ended_by ${key},
    PRIMARY KEY (tenant, id)
) ${strict};
CREATE UNIQUE INDEX outage_open ON outage (tenant, agency) WHERE ended_at IS NULL;
CREATE INDEX outage_agency ON outage (tenant, agency, began_at);
INSERT INTO outage (tenant, id, agency, reason, began_at, began_by, ended_at, ended_by)
    SELECT (SELECT id FROM registry_site), id, agency, reason, began_at, began_by, ended_at, ended_by FROM outage_before;

-- What is known before anyone comes, and whoever signs in. `registry_site` needs no column: its key is the tenant.

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

-- Only now, and with their large indexes, whose names the new ones therefore do not have: SQLite notes in memory, for going
-- back, every page that was freed in a transaction and is used again in it.
DROP TABLE event_before;
DROP TABLE seal_before;
DROP TABLE dossier_before;
DROP TABLE dossier_state_before;
DROP TABLE dossier_office_before;
DROP TABLE dossier_serial_before;
DROP TABLE letter_serial_before;
DROP TABLE task_before;
DROP TABLE stay_before;
DROP TABLE outside_link_before;
DROP TABLE mail_outbox_before;
DROP TABLE slip_before;
DROP TABLE slip_item_before;
DROP TABLE slip_serial_before;
DROP TABLE reminder_before;
DROP TABLE outage_before;
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
