-- The last question of each conversation, so that "and Uzbekistan?" is understood by the next process too.
CREATE TABLE conversations (
  key      TEXT PRIMARY KEY,           -- of the thread, or of the channel and the person
  question TEXT NOT NULL,              -- as it was understood
  filters  TEXT NOT NULL,              -- JSON: the options that narrowed it, by name
  at       INTEGER NOT NULL            -- Unix milliseconds
) STRICT;
CREATE INDEX conversations_by_age ON conversations (at);

-- Replies with buttons, so that these work in the next process too.
CREATE TABLE shown (
  id    TEXT PRIMARY KEY,
  data  BLOB NOT NULL,                 -- JSON, owned by the front end
  until INTEGER NOT NULL               -- Unix seconds
) STRICT;
CREATE INDEX shown_by_end ON shown (until);

-- Where the bot's replies stand on Discord: to find those of an answer, and that to a question.
CREATE TABLE posted (
  channel TEXT NOT NULL,
  message TEXT NOT NULL,
  guild   TEXT NOT NULL,
  answer  TEXT NOT NULL,               -- the id of the answer that it shows; '' for none
  asked   TEXT NOT NULL,               -- the message that it replies to; '' for a command
  at      INTEGER NOT NULL,            -- Unix seconds
  PRIMARY KEY (channel, message)
) STRICT;
CREATE INDEX posted_by_answer ON posted (guild, answer) WHERE answer <> '';
CREATE INDEX posted_by_asked ON posted (asked) WHERE asked <> '';
