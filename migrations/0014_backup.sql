-- Backups made on schedule, one row a run. The number is the one before and one more, so that of two nodes one makes it.
CREATE TABLE backup_run (
    number ${int} PRIMARY KEY,
    started_at ${time} NOT NULL,
    -- Said again and again while it runs: a run that fell silent counts as failed.
    seen_at ${time} NOT NULL,
    ended_at ${time},
    file ${text},
    failed_because ${text}
) ${strict};

-- One row that is written again and again to see whether anything can be written.
CREATE TABLE probe (
    id ${key} PRIMARY KEY,
    at ${time} NOT NULL
) ${strict};
