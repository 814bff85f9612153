-- The record: append-only. The body is the event's JSON as text, byte for byte, since the hash chain is over these bytes.
CREATE TABLE event (
    stream ${key} NOT NULL,
    seq ${int} NOT NULL,
    id ${key} NOT NULL UNIQUE,
    at ${time} NOT NULL,
    by_account ${key} NOT NULL,
    office ${key} NOT NULL,
    kind ${key} NOT NULL,
    body ${text} NOT NULL,
    salt ${text} NOT NULL,
    -- The seal that covers the event; written once, by the sealing job. [LED-04]
    batch ${int},
    PRIMARY KEY (stream, seq)
) ${strict};

CREATE INDEX event_unsealed ON event (id) WHERE batch IS NULL;
CREATE INDEX event_batch ON event (batch, id);

CREATE TABLE seal (
    number ${int} PRIMARY KEY,
    previous ${text} NOT NULL,
    hash ${text} NOT NULL,
    events ${int} NOT NULL,
    sealed_at ${time} NOT NULL
) ${strict};
