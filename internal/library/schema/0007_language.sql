-- The language of an article's text, as a BCP 47 tag; '' when it cannot be told.
ALTER TABLE articles ADD COLUMN language TEXT NOT NULL DEFAULT '';
