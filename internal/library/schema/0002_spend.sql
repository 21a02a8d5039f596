-- What the language model cost, by server and day.
CREATE TABLE spend (
  guild    TEXT NOT NULL,
  day      TEXT NOT NULL,              -- of UTC, 2006-01-02
  requests INTEGER NOT NULL,
  tokens   INTEGER NOT NULL,
  money    REAL NOT NULL,              -- in the currency of the prices
  PRIMARY KEY (guild, day)
) STRICT;
