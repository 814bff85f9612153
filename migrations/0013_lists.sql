-- A list reads one narrow row for each line it shows. The folded dossier (some 4 kB) lies in a table of its own, which only
-- whoever opens a dossier or acts on it reads.
CREATE TABLE dossier_state (
    dossier ${key} PRIMARY KEY,
    state ${json} NOT NULL
) ${strict};

INSERT INTO dossier_state (dossier, state) SELECT id, state FROM dossier;
ALTER TABLE dossier DROP COLUMN state;

-- What a line of a list shows; empty only until the program has filled it in after this migration.
ALTER TABLE dossier ADD COLUMN line ${json};
CREATE INDEX dossier_without_line ON dossier (id) WHERE line IS NULL;

-- What an agency has open, for whatever is done to all of it.
CREATE INDEX dossier_open ON dossier (agency, id) WHERE closed_at IS NULL;

-- Which offices may see a dossier, in order of receipt: the list of an officer with narrow rights is as cheap as an auditor's.
CREATE TABLE dossier_office (
    office ${key} NOT NULL,
    received_at ${time} NOT NULL,
    dossier ${key} NOT NULL,
    PRIMARY KEY (office, received_at, dossier)
) ${strict};

-- When a task becomes late: by the step's own time or the dossier's date, whichever is first; the far future while it stands.
ALTER TABLE task ADD COLUMN late_at ${time} NOT NULL DEFAULT '9999-01-01T00:00:00.000000Z';
UPDATE task SET late_at = CASE WHEN step_due_at < due_at THEN step_due_at ELSE due_at END
    WHERE due_at < '9999-01-01T00:00:00.000000Z';
-- Whether the applicant is waited for.
ALTER TABLE task ADD COLUMN waiting ${bool} NOT NULL DEFAULT FALSE;
UPDATE task SET waiting = TRUE
    WHERE dossier IN (SELECT id FROM dossier WHERE status IN ('supplement_asked', 'payment_due'));

CREATE INDEX task_office_late ON task (office, late_at, id);
CREATE INDEX task_holder_late ON task (holder, late_at, id) WHERE holder IS NOT NULL;
CREATE INDEX task_office_slip ON task (office, due_at, id) WHERE slip IS NOT NULL;
CREATE INDEX task_office_waiting ON task (office, due_at, id) WHERE waiting;
