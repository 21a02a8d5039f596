-- What articles said before they were changed: neither searched nor counted. A few are kept for each article (versionsKept in versions.go).
CREATE TABLE versions (
  seq        INTEGER PRIMARY KEY AUTOINCREMENT, -- in the order in which they were replaced
  article_id TEXT NOT NULL,                     -- the article as it is now
  former_id  TEXT NOT NULL,                     -- its id then
  title      TEXT NOT NULL,
  publisher  TEXT NOT NULL,
  author     TEXT NOT NULL,
  published  INTEGER,                           -- Unix seconds; NULL when unknown
  hash       TEXT NOT NULL,                     -- news.ContentHash
  stored     INTEGER NOT NULL,                  -- Unix seconds
  replaced   INTEGER NOT NULL,                  -- Unix seconds
  headings   BLOB NOT NULL,
  text       TEXT NOT NULL
) STRICT;
CREATE INDEX versions_by_article ON versions (article_id);

-- The number of the change that brought the article as it is: what came after a certain change is new. 0 is an article from before this column.
ALTER TABLE articles ADD COLUMN arrived INTEGER NOT NULL DEFAULT 0;
CREATE INDEX articles_by_arrival ON articles (arrived);

-- Which articles an answer rests on, so that a change of an article leads to the answers. A row outlives its article.
CREATE TABLE rests (
  guild      TEXT NOT NULL,
  answer     TEXT NOT NULL,
  cited_id   TEXT NOT NULL,                     -- the article's id when the answer was given
  article_id TEXT NOT NULL,                     -- its id now; the last one, when it was removed
  PRIMARY KEY (guild, answer, cited_id)
) STRICT;
CREATE INDEX rests_by_article ON rests (article_id);
INSERT OR IGNORE INTO rests (guild, answer, cited_id, article_id)
  SELECT a.guild, a.id, json_extract(e.value, '$.Source.ArticleID'), json_extract(e.value, '$.Source.ArticleID')
  FROM answers a, json_each(iif(json_valid(a.data), a.data, '{}'), '$.Evidence') e
  WHERE json_extract(e.value, '$.Source.ArticleID') IS NOT NULL;

-- Standing answers that were edited to say that their words have changed since, so that each is edited once.
CREATE TABLE amended (
  guild  TEXT NOT NULL,
  answer TEXT NOT NULL,
  at     INTEGER NOT NULL,                      -- Unix seconds
  PRIMARY KEY (guild, answer)
) STRICT;

-- Standing questions.
CREATE TABLE watches (
  id      INTEGER PRIMARY KEY AUTOINCREMENT,
  guild   TEXT NOT NULL,
  channel TEXT NOT NULL,
  thread  TEXT NOT NULL,                        -- '' outside threads
  number  INTEGER NOT NULL,                     -- in its guild, from 1
  kind    TEXT NOT NULL,                        -- speaker, topic or question
  subject TEXT NOT NULL,
  asker   TEXT NOT NULL,
  created INTEGER NOT NULL,                     -- Unix seconds
  due     INTEGER,                              -- of a daily digest, when the next one is; NULL for a watch that posts at once
  seq     INTEGER NOT NULL,                     -- the change of the collection up to which it has looked
  round   INTEGER NOT NULL DEFAULT 0,           -- the change up to which it is about to post; 0 when it is not
  begun   INTEGER NOT NULL DEFAULT 0,           -- Unix seconds: when it was about to
  missed  INTEGER,                              -- Unix seconds: of the last post that may not have arrived; NULL for none
  answer  TEXT NOT NULL DEFAULT '',             -- of a question, the id of the last answer
  paused  TEXT NOT NULL DEFAULT '',             -- why nothing is posted; '' when all is well
  UNIQUE (guild, number),
  UNIQUE (guild, channel, thread, kind, subject)
) STRICT;

-- What a watch has posted, as hashes of the words, which cannot be read back.
CREATE TABLE watch_posts (
  watch INTEGER NOT NULL REFERENCES watches (id) ON DELETE CASCADE,
  key   TEXT NOT NULL,
  PRIMARY KEY (watch, key)
) STRICT;
