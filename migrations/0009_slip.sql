-- Slips with which dossiers go from one office to another: one list for one office, confirmed by the receiver. That a
-- dossier went and came stands in its events; here is what the sheet of paper holds together.
CREATE TABLE slip (
    -- Its number, as printed.
    number ${key} PRIMARY KEY,
    from_office ${key} NOT NULL,
    to_office ${key} NOT NULL,
    made_at ${time} NOT NULL,
    made_by ${key} NOT NULL,
    -- When the last dossier on it was confirmed.
    confirmed_at ${time}
) ${strict};

CREATE INDEX slip_to ON slip (to_office, made_at, number);
CREATE INDEX slip_from ON slip (from_office, made_at, number);

CREATE TABLE slip_item (
    slip ${key} NOT NULL,
    dossier ${key} NOT NULL,
    task ${int} NOT NULL,
    confirmed_at ${time},
    confirmed_by ${key},
    PRIMARY KEY (slip, dossier, task)
) ${strict};

-- Last number given to a slip by an agency in a year.
CREATE TABLE slip_serial (
    agency ${key} NOT NULL,
    year ${int} NOT NULL,
    last ${int} NOT NULL,
    PRIMARY KEY (agency, year)
) ${strict};
