-- Who came in and who read whose dossier: append-only. Nothing here says what was read. [AUD-01]
CREATE TABLE audit (
    id ${key} PRIMARY KEY,
    at ${time} NOT NULL,
    kind ${key} NOT NULL,
    login ${key} NOT NULL,
    -- Agency and office of whoever did it; empty where the account holds no post.
    agency ${key} NOT NULL,
    office ${key} NOT NULL,
    -- The dossier that was read; NULL for what is no reading.
    dossier ${key},
    -- The route by which, as it is declared: `GET /desk/dossiers/{id}`; or a word, as for a changed password.
    through ${text} NOT NULL,
    network ${text} NOT NULL
) ${strict};
CREATE INDEX audit_login ON audit (login, id);
CREATE INDEX audit_agency ON audit (agency, id);
CREATE INDEX audit_kind ON audit (kind, id);
CREATE INDEX audit_dossier ON audit (dossier, id) WHERE dossier IS NOT NULL;

