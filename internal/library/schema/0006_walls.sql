-- Which part of its server an article is kept from: news.Wall as JSON, '' for none.
ALTER TABLE articles ADD COLUMN wall TEXT NOT NULL DEFAULT '';
