-- Places that are looked at again and again, and how the last look went.
CREATE TABLE sources (
  guild     TEXT NOT NULL,              -- whose collection its articles join; '' is shared by all
  place     TEXT NOT NULL,              -- a web address, or the absolute path of a folder
  kind      TEXT NOT NULL,              -- feed, sitemap, page or folder
  title     TEXT NOT NULL,
  publisher TEXT NOT NULL,              -- of all its articles; '' is what each says
  label     TEXT NOT NULL,
  wall      TEXT NOT NULL,              -- who may see its articles, as whoever enforces it writes that; '' is everybody
  mirror    INTEGER NOT NULL,           -- whether an article goes when its file does
  every     INTEGER NOT NULL,           -- seconds between two looks; 0 is the program's default
  looked    INTEGER,                    -- Unix seconds of the last look; NULL before the first
  synced    INTEGER,                    -- of the last one that went well
  due       INTEGER,                    -- of the next one; NULL is at once
  failures  INTEGER NOT NULL,           -- looks in a row that failed
  problem   TEXT NOT NULL,              -- why the last one failed; '' when it did not
  outcome   TEXT NOT NULL,              -- what the last one brought, for a person
  PRIMARY KEY (guild, place)
) STRICT;

-- Where articles were found, so that what has not changed is not fetched or read again.
CREATE TABLE visits (
  guild    TEXT NOT NULL,
  place    TEXT NOT NULL,               -- a web address, or a file's absolute path
  article  TEXT NOT NULL,               -- the id of the article found there; '' for a list, and when it could not be read
  etag     TEXT NOT NULL,               -- of a page; of a file its size and time
  modified TEXT NOT NULL,
  updated  TEXT NOT NULL,               -- what the list that named it said of its last change
  fields   TEXT NOT NULL,               -- what the article was told to have
  failures INTEGER NOT NULL,            -- in a row
  due      INTEGER,                     -- Unix seconds: not to be tried again before, after a failure
  problem  TEXT NOT NULL,               -- why it could not be read
  PRIMARY KEY (guild, place)
) STRICT;

-- Both were settings before.
INSERT INTO visits
SELECT guild, substr(key, 5), coalesce(v ->> '$.article', ''), coalesce(v ->> '$.version.ETag', ''), coalesce(v ->> '$.version.LastModified', ''),
  coalesce(v ->> '$.updated', ''), coalesce(v ->> '$.fields', ''), 0, NULL, ''
FROM (SELECT guild, key, replace(value, '\u0000', '\n') AS v FROM settings WHERE key LIKE 'web http%' AND json_valid(value));
DELETE FROM settings WHERE key LIKE 'web http%';

INSERT OR IGNORE INTO sources
SELECT coalesce(f.value ->> '$.guild', ''), f.value ->> '$.url', 'feed', coalesce(f.value ->> '$.title', ''), coalesce(f.value ->> '$.source', ''),
  coalesce(f.value ->> '$.label', ''), '', 0, 0, unixepoch(f.value ->> '$.synced'), unixepoch(f.value ->> '$.synced'), NULL, 0, '', ''
FROM settings s, json_each(s.value) f WHERE s.guild = '' AND s.key = 'feeds' AND json_valid(s.value);
DELETE FROM settings WHERE guild = '' AND key = 'feeds';
