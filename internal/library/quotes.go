package library

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"iter"

	"attache/internal/news"
)

func insertQuotes(ctx context.Context, tx *sql.Tx, quotes []news.Quote) error {
	for _, q := range quotes {
		data, err := json.Marshal(q)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO quotes (id, article_id, speaker, spoken, data) VALUES (?, ?, ?, ?, ?)`,
			q.ID, q.ArticleID, q.Speaker.Name, seconds(q.Spoken.Time), string(data))
		if err != nil {
			return fmt.Errorf("quotation %s: %w", q.ID, err)
		}
	}
	return nil
}

// StoredQuote is a quotation with the article it stands in.
type StoredQuote struct {
	news.Quote
	Source news.Source
	Guild  string // whose collection the article belongs to
}

// Quotes yields every quotation of the catalog in order of id, stopping at the first error.
func (l *Library) Quotes(ctx context.Context) iter.Seq2[StoredQuote, error] {
	return l.quotes(ctx, ``)
}

// QuotesOf yields the quotations of one article in reading order; none when there is no such article.
func (l *Library) QuotesOf(ctx context.Context, articleID string) iter.Seq2[StoredQuote, error] {
	return l.quotes(ctx, `WHERE q.article_id = ?`, articleID)
}

func (l *Library) quotes(ctx context.Context, where string, args ...any) iter.Seq2[StoredQuote, error] {
	return func(yield func(StoredQuote, error) bool) {
		rows, err := l.db.QueryContext(ctx, `SELECT q.data, a.id, a.title, a.publisher, a.url, a.published, a.label, a.guild
			FROM quotes q JOIN articles a ON a.id = q.article_id `+where+` ORDER BY q.id`, args...)
		if err != nil {
			yield(StoredQuote{}, l.explain("read", err))
			return
		}
		defer rows.Close()
		for rows.Next() {
			q, err := scanQuote(rows)
			if !yield(q, l.explain("read", err)) || err != nil {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(StoredQuote{}, l.explain("read", err))
		}
	}
}

func scanQuote(rows *sql.Rows) (StoredQuote, error) {
	var q StoredQuote
	var data string
	var published sql.NullInt64
	s := &q.Source
	if err := rows.Scan(&data, &s.ArticleID, &s.Title, &s.Publisher, &s.URL, &published, &s.Label, &q.Guild); err != nil {
		return q, err
	}
	s.Published = instant(published)
	return q, json.Unmarshal([]byte(data), &q.Quote)
}
