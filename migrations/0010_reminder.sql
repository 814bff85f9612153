-- Who was told that something is due soon or late. The id names dossier, task, date and stage, so that a job that runs twice
-- tells nobody twice.
CREATE TABLE reminder (
    id ${key} PRIMARY KEY,
    dossier ${key} NOT NULL,
    code ${key} NOT NULL,
    task ${int} NOT NULL,
    about ${key} NOT NULL,
    stage ${key} NOT NULL,
    office ${key} NOT NULL,
    role ${key} NOT NULL,
    -- The person, where somebody holds the step; NULL for everybody of the office in that role.
    login ${key},
    due_at ${time} NOT NULL,
    made_at ${time} NOT NULL,
    seen_at ${time},
    seen_by ${key}
) ${strict};

CREATE INDEX reminder_open ON reminder (office, role, made_at, id) WHERE seen_at IS NULL;
CREATE INDEX reminder_dossier ON reminder (dossier);
