-- The leader's page and the monitor, made by the job that makes figures: who has a dossier and how long people wait, as counts.
CREATE TABLE overview_officer (
    tenant ${key} NOT NULL,
    span ${key} NOT NULL,
    agency ${key} NOT NULL,
    day ${date} NOT NULL,
    -- Empty where nobody has it.
    officer ${key} NOT NULL,
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
    index_passed ${int} NOT NULL,
    index_late ${int} NOT NULL,
    answered ${int} NOT NULL,
    electronic ${int} NOT NULL,
    sooner ${int} NOT NULL,
    just ${int} NOT NULL,
    asked_once ${int} NOT NULL,
    asked_more ${int} NOT NULL,
    PRIMARY KEY (tenant, span, agency, day, officer)
) ${strict};

-- What was settled, by whole days waited.
CREATE TABLE overview_waited (
    tenant ${key} NOT NULL,
    span ${key} NOT NULL,
    agency ${key} NOT NULL,
    -- Settled on it, or in what it is the first of.
    day ${date} NOT NULL,
    office ${key} NOT NULL,
    field ${key} NOT NULL,
    channel ${key} NOT NULL,
    officer ${key} NOT NULL,
    days ${int} NOT NULL,
    number ${int} NOT NULL,
    PRIMARY KEY (tenant, span, agency, day, office, field, channel, officer, days)
) ${strict};

-- What was open when a month began, and, in the far future, what is open now; by the day of receipt.
CREATE TABLE overview_open (
    tenant ${key} NOT NULL,
    agency ${key} NOT NULL,
    month ${date} NOT NULL,
    received_on ${date} NOT NULL,
    office ${key} NOT NULL,
    field ${key} NOT NULL,
    channel ${key} NOT NULL,
    officer ${key} NOT NULL,
    number ${int} NOT NULL,
    PRIMARY KEY (tenant, agency, month, received_on, office, field, channel, officer)
) ${strict};

-- What is open now, by its binding day: the far future while the clock stands.
CREATE TABLE overview_now (
    tenant ${key} NOT NULL,
    agency ${key} NOT NULL,
    due_on ${date} NOT NULL,
    -- Where it is.
    office ${key} NOT NULL,
    officer ${key} NOT NULL,
    awaits ${key} NOT NULL,
    number ${int} NOT NULL,
    PRIMARY KEY (tenant, agency, due_on, office, officer, awaits)
) ${strict};

-- What a dossier counts there now.
CREATE TABLE overview_dossier (
    tenant ${key} NOT NULL,
    dossier ${key} NOT NULL,
    agency ${key} NOT NULL,
    officer ${key} NOT NULL,
    office ${key} NOT NULL,
    awaits ${key} NOT NULL,
    -- Of what is open; nothing once it is settled.
    due_on ${date},
    cases ${json} NOT NULL,
    PRIMARY KEY (tenant, dossier)
) ${strict};

CREATE INDEX overview_dossier_open ON overview_dossier (tenant, agency, due_on, dossier) WHERE due_on IS NOT NULL;

-- Where figures may have been bent: one row for each sign of a dossier.
CREATE TABLE overview_case (
    tenant ${key} NOT NULL,
    sign ${key} NOT NULL,
    agency ${key} NOT NULL,
    day ${date} NOT NULL,
    dossier ${key} NOT NULL,
    -- Account that did it.
    by_account ${key} NOT NULL,
    measure ${int} NOT NULL,
    PRIMARY KEY (tenant, sign, agency, day, dossier)
) ${strict};

-- What the same person had withdrawn or stopped before.
CREATE INDEX dossier_closed ON dossier (tenant, id_number, procedure) WHERE closed_at IS NOT NULL;

-- Everything is counted once more, with this.
DELETE FROM figure_mark;
DELETE FROM figure;
DELETE FROM figure_dossier;
