-- The catalog. Texts are stored once, in articles; headings, passages and quotations are spans of them, encoded as codec.go says.
CREATE TABLE articles (
  id        TEXT PRIMARY KEY,
  guild     TEXT NOT NULL,              -- '' is shared by all
  title     TEXT NOT NULL,
  publisher TEXT NOT NULL,
  url       TEXT NOT NULL,
  author    TEXT NOT NULL,
  published INTEGER,                    -- Unix seconds; NULL when unknown
  label     TEXT NOT NULL,
  origin    TEXT NOT NULL,
  hash      TEXT NOT NULL,              -- news.ContentHash
  added     INTEGER NOT NULL,           -- Unix seconds
  headings  BLOB NOT NULL,
  passages  BLOB NOT NULL,              -- in order
  quotes    BLOB NOT NULL,              -- in order
  text      TEXT NOT NULL
) STRICT;
CREATE INDEX articles_by_origin ON articles (guild, origin);

-- The vectors of an article's passages, one after the other, little-endian float32; a passage without a vector has NaN in its first place.
CREATE TABLE embeddings (
  article_id TEXT PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE,
  model      TEXT NOT NULL,
  dim        INTEGER NOT NULL,
  data       BLOB NOT NULL
) STRICT;

-- Every change of an article, so that a running index can follow what another process ingests.
CREATE TABLE changes (
  seq        INTEGER PRIMARY KEY AUTOINCREMENT,
  article_id TEXT NOT NULL
) STRICT;

CREATE TABLE settings (
  guild TEXT NOT NULL,
  key   TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (guild, key)
) STRICT;

-- What people said of answers.
CREATE TABLE feedback (
  seq     INTEGER PRIMARY KEY AUTOINCREMENT,
  at      INTEGER NOT NULL,
  guild   TEXT NOT NULL,
  asker   TEXT NOT NULL,
  answer  TEXT NOT NULL,
  helpful INTEGER NOT NULL,
  reason  TEXT NOT NULL
) STRICT;

-- Every answer given, for receipts and for finding answers whose words have changed since.
CREATE TABLE answers (
  guild    TEXT NOT NULL,
  id       TEXT NOT NULL,
  at       INTEGER NOT NULL,
  asker    TEXT NOT NULL,
  question TEXT NOT NULL,
  data     TEXT NOT NULL,              -- JSON, owned by whoever wrote it
  PRIMARY KEY (guild, id)
) STRICT;

-- Replies under way on Discord, so that the next start can close those that a crash left open.
CREATE TABLE pending (
  id      TEXT PRIMARY KEY,            -- of the interaction or message that asks
  app     TEXT NOT NULL,
  token   TEXT NOT NULL,               -- of an interaction, good for fifteen minutes; '' for a message
  channel TEXT NOT NULL,
  at      INTEGER NOT NULL             -- Unix milliseconds
) STRICT;

-- Questions for which a person was called, so that none is called twice.
CREATE TABLE calls (
  guild    TEXT NOT NULL,
  answer   TEXT NOT NULL,              -- the id of the answer under which the button was
  question TEXT NOT NULL,              -- folded
  asker    TEXT NOT NULL,
  at       INTEGER NOT NULL,
  resolved INTEGER,                    -- Unix seconds; NULL while it is open
  PRIMARY KEY (guild, answer)
) STRICT;
