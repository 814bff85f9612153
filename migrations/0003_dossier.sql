-- What a dossier is now: a projection of its events, written in the same transaction and rebuilt by `replay`.
CREATE TABLE dossier (
    id ${key} PRIMARY KEY,
    code ${key} NOT NULL UNIQUE,
    version ${int} NOT NULL,
    agency ${key} NOT NULL,
    -- Office of the current step; NULL when closed.
    office ${key},
    holder ${key},
    status ${key} NOT NULL,
    procedure ${key} NOT NULL,
    tier ${key} NOT NULL,
    field ${key} NOT NULL,
    channel ${key} NOT NULL,
    online_level ${int},
    applicant_folded ${key} NOT NULL,
    id_number ${key},
    received_at ${time} NOT NULL,
    -- The far future where nothing is promised (refused at intake): lists order by it.
    due_at ${time} NOT NULL,
    settled_at ${time},
    closed_at ${time},
    -- The folded dossier, whole.
    state ${json} NOT NULL
) ${strict};

CREATE INDEX dossier_office_due ON dossier (office, due_at, id) WHERE closed_at IS NULL;
CREATE INDEX dossier_holder_due ON dossier (holder, due_at, id) WHERE closed_at IS NULL;
CREATE INDEX dossier_agency_received ON dossier (agency, received_at, id);
CREATE INDEX dossier_received ON dossier (received_at, id);
CREATE INDEX dossier_name ON dossier (agency, applicant_folded, id);
CREATE INDEX dossier_person ON dossier (id_number, procedure) WHERE closed_at IS NULL;

-- Last number given by an agency on a day. [COD-02]
CREATE TABLE dossier_serial (
    agency ${key} NOT NULL,
    day ${date} NOT NULL,
    last ${int} NOT NULL,
    PRIMARY KEY (agency, day)
) ${strict};
