-- One-time links for agencies that have no account here: each opens one stay of one dossier at one office. Only the hash of
-- a link is kept. [LNK-01]
CREATE TABLE outside_link (
    token_hash ${key} PRIMARY KEY,
    dossier ${key} NOT NULL,
    task ${int} NOT NULL,
    -- The stay it belongs to: at which step of the task, since when.
    step ${int} NOT NULL,
    since ${time} NOT NULL,
    -- Counts the links of a stay from 1: of two made at once only one is.
    number ${int} NOT NULL,
    -- Number of the slip in the series of the receiving agency and its year. [LNK-08]
    slip_number ${int} NOT NULL,
    office ${key} NOT NULL,
    made_at ${time} NOT NULL,
    made_by ${key} NOT NULL,
    expires_at ${time} NOT NULL,
    -- When the office first opened it.
    opened_at ${time},
    -- When it was answered by this link.
    used_at ${time},
    -- When a newer link took its place.
    revoked_at ${time},
    -- The mail it went with, if it did.
    mail ${key},
    UNIQUE (dossier, task, step, since, number)
) ${strict};

-- Stays of a dossier at other agencies, and its questions to them: who had it from when to when. A projection of the
-- dossier's events like `task`, but what is over remains. [OUT-01]
CREATE TABLE stay (
    -- `dossier/task/step/since`.
    id ${key} PRIMARY KEY,
    dossier ${key} NOT NULL,
    -- The receiving agency.
    agency ${key} NOT NULL,
    task ${int} NOT NULL,
    -- `outside` or `consultation`.
    kind ${key} NOT NULL,
    office ${key} NOT NULL,
    since ${time} NOT NULL,
    due_at ${time},
    acknowledged_at ${time},
    -- NULL while it is there.
    ended_at ${time},
    -- Whether it ended with the office's answer; not, where the dossier ended meanwhile.
    answered ${bool} NOT NULL
) ${strict};

CREATE INDEX stay_agency_since ON stay (agency, since, id);
CREATE INDEX stay_since ON stay (since, id);
CREATE INDEX stay_dossier ON stay (dossier, id);
CREATE INDEX stay_open ON stay (since, id) WHERE ended_at IS NULL;

-- Mail on its way out. What it says is forgotten once it is sent or given up: it may hold a link. [EML-03]
CREATE TABLE mail_outbox (
    id ${key} PRIMARY KEY,
    -- The dossier it is about.
    about ${key} NOT NULL,
    to_address ${text} NOT NULL,
    subject ${text} NOT NULL,
    body ${text} NOT NULL,
    made_at ${time} NOT NULL,
    tries ${int} NOT NULL,
    -- When it is tried next; NULL when nothing more is done about it.
    next_at ${time},
    sent_at ${time},
    failed_because ${text}
) ${strict};

CREATE INDEX mail_outbox_next ON mail_outbox (next_at, id) WHERE next_at IS NOT NULL;
CREATE INDEX mail_outbox_about ON mail_outbox (about, id);
