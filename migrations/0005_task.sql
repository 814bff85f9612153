-- What waits at which office: a projection of the dossier's events like its row, one line for each open task. A dossier has
-- one on its main route, or one for each leg that works on it at the same time, and one for each open consultation.
CREATE TABLE task (
    -- `dossier/number`: lists are ordered by time and then by this.
    id ${key} PRIMARY KEY,
    dossier ${key} NOT NULL,
    number ${int} NOT NULL,
    kind ${key} NOT NULL,
    office ${key} NOT NULL,
    role ${key} NOT NULL,
    holder ${key},
    since ${time} NOT NULL,
    -- Until when this office has time for it; the far future where it has no time of its own.
    step_due_at ${time} NOT NULL,
    -- When the dossier is due; the far future while its clock stands.
    due_at ${time} NOT NULL,
    procedure ${key} NOT NULL
) ${strict};

CREATE INDEX task_dossier ON task (dossier);
CREATE INDEX task_office_due ON task (office, due_at, id);
CREATE INDEX task_holder_due ON task (holder, due_at, id);
CREATE INDEX task_step_due ON task (step_due_at, id);
CREATE INDEX task_due ON task (due_at, id);

-- Where a dossier is stands in its tasks now.
DROP INDEX dossier_office_due;
DROP INDEX dossier_holder_due;
ALTER TABLE dossier DROP COLUMN office;
ALTER TABLE dossier DROP COLUMN holder;

-- The date promised at receipt, and the national index's reckoning; both stay beside what is due now.
ALTER TABLE dossier ADD COLUMN promised_at ${time};
ALTER TABLE dossier ADD COLUMN national_due_at ${time};

-- Last number given to a kind of letter by an agency in a year. [LET-02]
CREATE TABLE letter_serial (
    agency ${key} NOT NULL,
    kind ${key} NOT NULL,
    year ${int} NOT NULL,
    last ${int} NOT NULL,
    PRIMARY KEY (agency, kind, year)
) ${strict};
