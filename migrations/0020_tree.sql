-- The Merkle tree over the sealed events, in tiles of 256 hashes: one more row for some hundred events, and a proof reads few
-- of them. Made from sealed events by a background job and by nothing else. [LED-07]
CREATE TABLE tree_tile (
    tenant ${key} NOT NULL,
    -- 0 holds the hashes of leaves; each higher one a hash for every full tile of the one below.
    level ${int} NOT NULL,
    tile ${int} NOT NULL,
    -- 32 bytes each, one after another.
    hashes ${bytes} NOT NULL,
    PRIMARY KEY (tenant, level, tile)
) ${strict};

-- How many leaves there are up to the end of a seal; the last one says how far the job has come.
CREATE TABLE tree_seal (
    tenant ${key} NOT NULL,
    number ${int} NOT NULL,
    size ${int} NOT NULL,
    PRIMARY KEY (tenant, number)
) ${strict};
CREATE INDEX tree_seal_size ON tree_seal (tenant, size);

-- What was signed. [LED-09]
CREATE TABLE checkpoint (
    tenant ${key} NOT NULL,
    size ${int} NOT NULL,
    made_at ${time} NOT NULL,
    note ${text} NOT NULL,
    PRIMARY KEY (tenant, size)
) ${strict};
CREATE INDEX checkpoint_made ON checkpoint (tenant, made_at, size);

-- The public halves of the keys that signed here, the first one first. The secret ones are in no database. [LED-13]
CREATE TABLE checkpoint_key (
    tenant ${key} NOT NULL,
    number ${int} NOT NULL,
    verifier ${text} NOT NULL,
    since ${time} NOT NULL,
    PRIMARY KEY (tenant, number)
) ${strict};
