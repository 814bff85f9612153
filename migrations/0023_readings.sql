-- Which dossiers somebody opened on a day: what unusual reading is found from. [AUD-07]
CREATE TABLE opening (
    tenant ${key} NOT NULL,
    login ${key} NOT NULL,
    day ${date} NOT NULL,
    dossier ${key} NOT NULL,
    times ${int} NOT NULL,
    -- Of them, outside the working hours of whoever opened it.
    outside ${int} NOT NULL,
    -- Of them, while it lay at none of their offices.
    idle ${int} NOT NULL,
    PRIMARY KEY (tenant, login, day, dossier)
) ${strict};

-- What was unusual about it.
CREATE TABLE unusual (
    tenant ${key} NOT NULL,
    login ${key} NOT NULL,
    day ${date} NOT NULL,
    -- elsewhere, many, out_of_hours or one_person
    rule ${key} NOT NULL,
    -- The dossier it is about; empty where it is about the day.
    dossier ${key} NOT NULL,
    -- Row of the audit by which it was noticed last.
    audit ${key} NOT NULL,
    agency ${key} NOT NULL,
    office ${key} NOT NULL,
    times ${int} NOT NULL,
    -- What is usual, where that is known.
    usual ${int} NOT NULL,
    PRIMARY KEY (tenant, login, day, rule, dossier)
) ${strict};

CREATE INDEX unusual_newest ON unusual (tenant, audit, rule, dossier);

-- How far readings were looked through.
CREATE TABLE opening_mark (
    tenant ${key} PRIMARY KEY,
    audit ${key} NOT NULL
) ${strict};
