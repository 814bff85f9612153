-- What official scores are reckoned from, beside what was counted before.
ALTER TABLE figure ADD COLUMN index_passed ${int} NOT NULL DEFAULT 0;
ALTER TABLE figure ADD COLUMN index_late ${int} NOT NULL DEFAULT 0;
ALTER TABLE figure ADD COLUMN answered ${int} NOT NULL DEFAULT 0;
ALTER TABLE figure ADD COLUMN electronic ${int} NOT NULL DEFAULT 0;
ALTER TABLE figure ADD COLUMN sooner ${int} NOT NULL DEFAULT 0;
ALTER TABLE figure ADD COLUMN just ${int} NOT NULL DEFAULT 0;
ALTER TABLE figure ADD COLUMN asked_once ${int} NOT NULL DEFAULT 0;
ALTER TABLE figure ADD COLUMN asked_more ${int} NOT NULL DEFAULT 0;

-- From when it is late for the index; the far future while the clock stands.
ALTER TABLE figure_dossier ADD COLUMN index_at ${time};
ALTER TABLE figure_dossier ADD COLUMN index_on ${date};
ALTER TABLE figure_dossier ADD COLUMN scored ${json} NOT NULL DEFAULT '{}';

CREATE INDEX figure_dossier_index ON figure_dossier (tenant, agency, index_on) WHERE index_on <> due_on;

-- All figures are made again, with these in them.
DELETE FROM figure_mark;
DELETE FROM figure;
DELETE FROM figure_dossier;
