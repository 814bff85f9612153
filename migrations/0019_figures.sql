-- Kept figures: sums by day, month and year of what dossiers count, made from events by a background job and by nothing else.
CREATE TABLE figure (
    tenant ${key} NOT NULL,
    -- day, month or year: what `day` is the first of.
    span ${key} NOT NULL,
    agency ${key} NOT NULL,
    day ${date} NOT NULL,
    -- That leads the matter.
    office ${key} NOT NULL,
    tier ${key} NOT NULL,
    field ${key} NOT NULL,
    procedure ${key} NOT NULL,
    channel ${key} NOT NULL,
    received ${int} NOT NULL,
    early ${int} NOT NULL,
    on_time ${int} NOT NULL,
    late ${int} NOT NULL,
    passed ${int} NOT NULL,
    kept ${int} NOT NULL,
    missed ${int} NOT NULL,
    cleared ${int} NOT NULL,
    excused ${int} NOT NULL,
    left_out ${int} NOT NULL,
    supplement ${int} NOT NULL,
    payment ${int} NOT NULL,
    outage ${int} NOT NULL,
    since ${int} NOT NULL,
    PRIMARY KEY (tenant, span, agency, day, office, tier, field, procedure, channel)
) ${strict};

-- What a dossier counts now: from it the next difference is taken, and the dossiers behind a figure are found.
CREATE TABLE figure_dossier (
    tenant ${key} NOT NULL,
    dossier ${key} NOT NULL,
    -- Events that were taken in.
    version ${int} NOT NULL,
    agency ${key} NOT NULL,
    office ${key} NOT NULL,
    tier ${key} NOT NULL,
    field ${key} NOT NULL,
    procedure ${key} NOT NULL,
    channel ${key} NOT NULL,
    received_on ${date} NOT NULL,
    -- The binding moment; the far future while the clock stands.
    due_at ${time} NOT NULL,
    due_on ${date} NOT NULL,
    -- The same with an extension.
    appointed_at ${time} NOT NULL,
    appointed_on ${date} NOT NULL,
    -- The far future while it is not settled.
    settled_on ${date} NOT NULL,
    firmly ${key},
    formally ${key},
    stood ${json} NOT NULL,
    PRIMARY KEY (tenant, dossier)
) ${strict};

CREATE INDEX figure_dossier_received ON figure_dossier (tenant, agency, received_on, dossier);
CREATE INDEX figure_dossier_due ON figure_dossier (tenant, agency, due_on, dossier);
CREATE INDEX figure_dossier_settled ON figure_dossier (tenant, agency, settled_on, dossier);
CREATE INDEX figure_dossier_appointed ON figure_dossier (tenant, agency, appointed_on) WHERE appointed_on <> due_on;

-- How far the job has come.
CREATE TABLE figure_mark (
    tenant ${key} PRIMARY KEY,
    -- Seal and event up to which events were taken in.
    batch ${int} NOT NULL,
    event ${key} NOT NULL,
    -- Dossier up to which those were taken in that were there before the job was; a tilde when all were.
    filled ${key} NOT NULL,
    -- When that was.
    taken_at ${time} NOT NULL
) ${strict};
