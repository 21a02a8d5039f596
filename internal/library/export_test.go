package library

import (
	"context"
	"database/sql"
	"testing"
	"time"

	"attache/internal/news"
)

// OpenBusy is Open with a time that a write waits for others.
func OpenBusy(path string, busy time.Duration) (*Library, error) { return open(path, busy) }

// OpenReadOnly opens the catalog as one whose file may not be written.
func OpenReadOnly(t *testing.T, path string) *Library {
	t.Helper()
	db, err := sql.Open("sqlite", address(path, time.Second)+"&mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return &Library{db: db, path: path, now: time.Now}
}

// Exec runs SQL on the one connection that the catalog keeps from then on.
func (l *Library) Exec(t *testing.T, query string) {
	t.Helper()
	l.db.SetMaxOpenConns(1)
	if _, err := l.db.Exec(query); err != nil {
		t.Fatal(err)
	}
}

// Count counts the rows of a table.
func (l *Library) Count(t *testing.T, table string) (n int) {
	t.Helper()
	if err := l.db.QueryRow(`SELECT count(*) FROM ` + table).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// Version is the number of the last step of the schema that the file has been through.
func (l *Library) Version(t *testing.T) (n int) {
	t.Helper()
	if err := l.db.QueryRow(`PRAGMA user_version`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// Integrity runs SQLite's own check.
func (l *Library) Integrity(t *testing.T) {
	t.Helper()
	var verdict string
	if err := l.db.QueryRow(`PRAGMA integrity_check`).Scan(&verdict); err != nil || verdict != "ok" {
		t.Fatalf("integrity check: %q, %v", verdict, err)
	}
}

// Added is when the catalog says that an article was added.
func (l *Library) Added(t *testing.T, id string) (unix int64) {
	t.Helper()
	if err := l.db.QueryRow(`SELECT added FROM articles WHERE id = ?`, id).Scan(&unix); err != nil {
		t.Fatal(err)
	}
	return unix
}

// SetNow sets the catalog's clock.
func (l *Library) SetNow(now func() time.Time) { l.now = now }

// Hold begins a transaction that keeps every other writer out until the test ends.
func (l *Library) Hold(t *testing.T) {
	t.Helper()
	tx, err := l.db.BeginTx(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = tx.Rollback() })
}

// DecodeAll runs every decoder over the same bytes.
func DecodeAll(a news.Article, data string) ([]news.Span, []news.Passage, []news.Quote) {
	spans, _ := decodeSpans(data)
	passages, _ := decodePassages(a, data)
	quotes, _ := decodeQuotes(a, data)
	return spans, passages, quotes
}

// RoundTrip encodes and decodes what was derived from an article.
func RoundTrip(r Record) (Record, error) {
	b, err := encode(r)
	if err != nil {
		return Record{}, err
	}
	out := Record{Article: r.Article}
	if out.Article.Headings, err = decodeSpans(string(encodeSpans(r.Article.Headings))); err != nil {
		return out, err
	}
	if out.Passages, err = decodePassages(out.Article, string(b.passages)); err != nil {
		return out, err
	}
	if out.Quotes, err = decodeQuotes(out.Article, string(b.quotes)); err != nil {
		return out, err
	}
	out.Vectors = decodeVectors(b.vectors.model, b.vectors.dim, b.vectors.data, len(out.Passages))
	return out, nil
}
