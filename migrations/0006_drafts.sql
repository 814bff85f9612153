-- Where a version comes from (a published list, or the editor here), and who published it when and why.
ALTER TABLE procedure_version ADD COLUMN origin ${key} NOT NULL DEFAULT 'list';
ALTER TABLE procedure_version ADD COLUMN published_at ${time};
ALTER TABLE procedure_version ADD COLUMN published_by ${key};
ALTER TABLE procedure_version ADD COLUMN reason ${text} NOT NULL DEFAULT '';

-- What an administrator is working on: at most one draft of a procedure. Nobody else sees it. [EXM-07]
CREATE TABLE procedure_draft (
    key ${key} PRIMARY KEY,
    body ${json} NOT NULL,
    -- The version it began from.
    based_on ${int} NOT NULL,
    -- The date of effect that is intended; not said yet when NULL.
    valid_from ${date},
    changed_at ${time} NOT NULL,
    changed_by ${key} NOT NULL,
    -- Number of the event of its last save in the ledger: never the same again, also for a later draft. [EXM-08]
    version ${int} NOT NULL
) ${strict};
