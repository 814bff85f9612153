-- Who is away and who stands in: each entry as it stands now. The ledger has every change (stream `absence`).
CREATE TABLE absence (
    id ${key} PRIMARY KEY,
    login ${key} NOT NULL,
    from_on ${date} NOT NULL,
    to_on ${date} NOT NULL,
    substitute ${key} NOT NULL,
    -- Both NULL: all posts.
    office ${key},
    role ${key},
    -- NULL: all procedures.
    procedure ${key},
    entered_by ${key} NOT NULL,
    entered_at ${time} NOT NULL
) ${strict};

CREATE INDEX absence_to_on ON absence (to_on, id);

-- Who sits at which counter of a one-stop on a day.
CREATE TABLE roster (
    office ${key} NOT NULL,
    day ${date} NOT NULL,
    counter ${key} NOT NULL,
    -- Order of the counters, as they stand in the room.
    position ${int} NOT NULL,
    login ${key} NOT NULL,
    PRIMARY KEY (office, day, counter)
) ${strict};
