-- Declared outages of an agency; the clocks of its open dossiers stand meanwhile, each by an event of its own.
CREATE TABLE outage (
    id ${key} PRIMARY KEY,
    agency ${key} NOT NULL,
    reason ${text} NOT NULL,
    began_at ${time} NOT NULL,
    began_by ${key} NOT NULL,
    ended_at ${time},
    ended_by ${key}
) ${strict};

-- Of one agency at most one is open.
CREATE UNIQUE INDEX outage_open ON outage (agency) WHERE ended_at IS NULL;
CREATE INDEX outage_agency ON outage (agency, began_at);
