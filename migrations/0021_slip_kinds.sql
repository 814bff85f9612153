-- Slips of other kinds beside the one that goes to another office: results that came to the one-stop, and what was given to
-- the post or came by it. `partner` is the post office, `person` who of it signed.
ALTER TABLE slip ADD COLUMN kind ${key} NOT NULL DEFAULT 'hand_over';
ALTER TABLE slip ADD COLUMN partner ${text} NOT NULL DEFAULT '';
ALTER TABLE slip ADD COLUMN person ${text} NOT NULL DEFAULT '';

-- On which slips a dossier stands.
CREATE INDEX slip_item_dossier ON slip_item (dossier, slip);
