-- What is known before anyone comes: rows of the site pack, dated, each a document of its kind. They are few (a district
-- has about two thousand) and every process holds them in memory, so no column is needed that nobody queries by.
CREATE TABLE registry_item (
    kind ${key} NOT NULL,
    id ${key} NOT NULL,
    position ${int} NOT NULL,
    body ${json} NOT NULL,
    PRIMARY KEY (kind, id)
) ${strict};

-- One row: which site this store holds. The revision grows with every change, so that other processes load anew.
CREATE TABLE registry_site (
    id ${key} PRIMARY KEY,
    revision ${int} NOT NULL
) ${strict};

-- What the catalogue says of a procedure, one row for each change of the record.
CREATE TABLE procedure_version (
    key ${key} NOT NULL,
    version ${int} NOT NULL,
    valid_from ${date} NOT NULL,
    body ${json} NOT NULL,
    PRIMARY KEY (key, version)
) ${strict};

-- A procedure that is not taken in any more; a row is removed when it is offered again, the ledger keeps both.
CREATE TABLE procedure_withdrawal (
    key ${key} PRIMARY KEY,
    withdrawn_at ${time} NOT NULL,
    reason ${text} NOT NULL
) ${strict};
