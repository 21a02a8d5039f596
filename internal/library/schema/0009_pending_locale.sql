-- The interface language of who waits for a reply, as the front end names it; '' when it is not known.
ALTER TABLE pending ADD COLUMN locale TEXT NOT NULL DEFAULT '';
