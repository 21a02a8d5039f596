package library

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"attache/internal/news"
)

// Record is an article with everything that was derived from it. The catalog stores it whole or not at all.
type Record struct {
	Article  news.Article
	Passages []news.Passage
	Quotes   []news.Quote
	Vectors  Vectors
}

// Outcome tells what Put did.
type Outcome string

// The outcomes of Put.
const (
	Added     Outcome = "added"
	Replaced  Outcome = "replaced"  // a former version of the same article, or of the same file, is gone
	Unchanged Outcome = "unchanged" // the very same article was there
)

// Unchanged reports whether the catalog holds this very article, read from the same place, so that Put would change nothing.
func (l *Library) Unchanged(ctx context.Context, a news.Article) (bool, error) {
	var n int
	err := l.db.QueryRowContext(ctx, `SELECT count(*) FROM articles WHERE id = ? AND hash = ?`, a.ID, news.ContentHash(a)).Scan(&n)
	return n > 0, l.explain("read", err)
}

// Put stores the record in one transaction. A stored article with the same id, or one that was read from the same origin, is its former self
// and is replaced, with everything derived from it.
func (l *Library) Put(ctx context.Context, r Record) (Outcome, error) {
	outcome := Added
	err := l.write(ctx, func(tx *sql.Tx) (err error) {
		outcome, err = l.put(ctx, tx, r)
		return err
	})
	return outcome, l.explain("write", err)
}

// PutAll stores all the records in one transaction, each as Put does.
func (l *Library) PutAll(ctx context.Context, records []Record) error {
	err := l.write(ctx, func(tx *sql.Tx) error {
		for _, r := range records {
			if _, err := l.put(ctx, tx, r); err != nil {
				return err
			}
		}
		return nil
	})
	return l.explain("write", err)
}

func (l *Library) put(ctx context.Context, tx *sql.Tx, r Record) (Outcome, error) {
	former, err := formerSelves(ctx, tx, r.Article)
	if err != nil {
		return "", err
	}
	outcome := Added
	for _, f := range former {
		if f.id == r.Article.ID && f.hash == news.ContentHash(r.Article) {
			return Unchanged, nil
		}
	}
	for _, f := range former {
		outcome = Replaced
		if err := remove(ctx, tx, f.id); err != nil {
			return "", err
		}
	}
	return outcome, l.insert(ctx, tx, r)
}

// Origins maps the id of every article to where it was read from.
func (l *Library) Origins(ctx context.Context) (map[string]string, error) {
	rows, err := l.db.QueryContext(ctx, `SELECT id, origin FROM articles`)
	if err != nil {
		return nil, l.explain("read", err)
	}
	defer rows.Close()
	origins := map[string]string{}
	for rows.Next() {
		var id, origin string
		if err := rows.Scan(&id, &origin); err != nil {
			return nil, l.explain("read", err)
		}
		origins[id] = origin
	}
	return origins, l.explain("read", rows.Err())
}

// Find returns the ids of the articles with that id, URL or origin, in order; none is no error.
func (l *Library) Find(ctx context.Context, guild, name string) ([]string, error) {
	rows, err := l.db.QueryContext(ctx, `SELECT id FROM articles WHERE guild = ? AND (id = ? OR origin = ? OR url = ? AND url <> '') ORDER BY id`, guild, name, name, name)
	if err != nil {
		return nil, l.explain("read", err)
	}
	defer rows.Close()
	var ids []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, l.explain("read", err)
		}
		ids = append(ids, id)
	}
	return ids, l.explain("read", rows.Err())
}

// Rederive replaces everything that was derived from a stored article by what the record holds.
func (l *Library) Rederive(ctx context.Context, r Record) error {
	err := l.write(ctx, func(tx *sql.Tx) error {
		if err := remove(ctx, tx, r.Article.ID); err != nil {
			return err
		}
		return l.insert(ctx, tx, r)
	})
	return l.explain("write", err)
}

type identity struct{ id, hash string }

// formerSelves finds the stored articles that a is a new version of.
func formerSelves(ctx context.Context, tx *sql.Tx, a news.Article) ([]identity, error) {
	rows, err := tx.QueryContext(ctx, `SELECT id, hash FROM articles WHERE id = ? OR (guild = ? AND origin = ? AND origin <> '')`,
		a.ID, a.Guild, a.Origin)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var found []identity
	for rows.Next() {
		var f identity
		if err := rows.Scan(&f.id, &f.hash); err != nil {
			return nil, err
		}
		found = append(found, f)
	}
	return found, rows.Err()
}

func remove(ctx context.Context, tx *sql.Tx, id string) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM articles WHERE id = ?`, id); err != nil {
		return err
	}
	return noteChange(ctx, tx, id)
}

func noteChange(ctx context.Context, tx *sql.Tx, id string) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO changes (article_id) VALUES (?)`, id)
	return err
}

// storedPassage is a passage without what the article's row already says.
type storedPassage struct {
	Span    news.Span
	Heading string
}

func (l *Library) insert(ctx context.Context, tx *sql.Tx, r Record) error {
	a := r.Article
	headings, err := json.Marshal(a.Headings)
	if err != nil {
		return err
	}
	passages, err := encodePassages(r)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO articles
		(id, guild, title, publisher, url, author, published, label, origin, hash, added, headings, passages, text)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		a.ID, a.Guild, a.Title, a.Publisher, a.URL, a.Author, seconds(a.Published), a.Label, a.Origin, news.ContentHash(a),
		l.now().Unix(), string(headings), passages, a.Text)
	if err != nil {
		return err
	}
	if err := insertQuotes(ctx, tx, r.Quotes); err != nil {
		return err
	}
	if err := insertVectors(ctx, tx, a.ID, r.Vectors); err != nil {
		return err
	}
	return noteChange(ctx, tx, a.ID)
}

// encodePassages checks the invariant of every passage before it is stored.
func encodePassages(r Record) (string, error) {
	stored := make([]storedPassage, len(r.Passages))
	for i, p := range r.Passages {
		if p.Text == "" || p.Span.In(r.Article.Text) != p.Text || p.Ordinal != i {
			return "", fmt.Errorf("passage %s is not the article's text at %d to %d", p.ID, p.Span.Start, p.Span.End)
		}
		stored[i] = storedPassage{p.Span, p.Heading}
	}
	data, err := json.Marshal(stored)
	return string(data), err
}

func decodePassages(a news.Article, data string) ([]news.Passage, error) {
	var stored []storedPassage
	if err := json.Unmarshal([]byte(data), &stored); err != nil {
		return nil, fmt.Errorf("passages of %s: %w", a.ID, err)
	}
	passages := make([]news.Passage, len(stored))
	for i, s := range stored {
		passages[i] = news.Passage{ID: news.PassageID(a.ID, i), ArticleID: a.ID, Ordinal: i, Span: s.Span, Text: s.Span.In(a.Text), Heading: s.Heading}
	}
	return passages, nil
}

// Remove takes an article out with everything derived from it. It returns ErrNotFound when there is none by that id.
func (l *Library) Remove(ctx context.Context, id string) error {
	err := l.write(ctx, func(tx *sql.Tx) error {
		var n int
		if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM articles WHERE id = ?`, id).Scan(&n); err != nil {
			return err
		}
		if n == 0 {
			return ErrNotFound
		}
		return remove(ctx, tx, id)
	})
	if errors.Is(err, ErrNotFound) {
		return err
	}
	return l.explain("write", err)
}

const articleColumns = `id, guild, title, publisher, url, author, published, label, origin, headings, text`

// Article returns the article by that id, or ErrNotFound.
func (l *Library) Article(ctx context.Context, id string) (news.Article, error) {
	a, _, err := scanArticle(l.db.QueryRowContext(ctx, `SELECT `+articleColumns+`, '[]' FROM articles WHERE id = ?`, id))
	if errors.Is(err, sql.ErrNoRows) {
		return news.Article{}, ErrNotFound
	}
	return a, l.explain("read", err)
}

type scanner interface{ Scan(...any) error }

func scanArticle(row scanner) (a news.Article, passages string, err error) {
	var published sql.NullInt64
	var headings string
	err = row.Scan(&a.ID, &a.Guild, &a.Title, &a.Publisher, &a.URL, &a.Author, &published, &a.Label, &a.Origin, &headings, &a.Text, &passages)
	if err != nil {
		return a, "", err
	}
	a.Published = instant(published)
	return a, passages, json.Unmarshal([]byte(headings), &a.Headings)
}

// Records yields every article with its passages and the vectors made by model, in order of id; quotations are left out. An article that another
// embedder made vectors for, or none, has no Vectors. It stops at the first error, yielding it.
func (l *Library) Records(ctx context.Context, model string) iter.Seq2[Record, error] {
	return l.records(ctx, model, ``)
}

// Record returns one article as Records does, or ErrNotFound.
func (l *Library) Record(ctx context.Context, model, id string) (Record, error) {
	for r, err := range l.records(ctx, model, `WHERE a.id = ?`, id) {
		return r, err
	}
	return Record{}, ErrNotFound
}

func (l *Library) records(ctx context.Context, model, where string, args ...any) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		rows, err := l.db.QueryContext(ctx, `SELECT a.id, a.guild, a.title, a.publisher, a.url, a.author, a.published, a.label, a.origin,
			a.headings, a.text, a.passages, coalesce(e.dim, 0), e.data
			FROM articles a LEFT JOIN embeddings e ON e.article_id = a.id AND e.model = ? `+where+` ORDER BY a.id`,
			append([]any{model}, args...)...)
		if err != nil {
			yield(Record{}, l.explain("read", err))
			return
		}
		defer rows.Close()
		for rows.Next() {
			r, err := scanRecord(rows, model)
			if !yield(r, l.explain("read", err)) || err != nil {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(Record{}, l.explain("read", err))
		}
	}
}

// vectorScanner reads the two columns of vectors that follow an article's own.
type vectorScanner struct {
	rows *sql.Rows
	dim  int
	data sql.RawBytes
}

func (v *vectorScanner) Scan(dest ...any) error { return v.rows.Scan(append(dest, &v.dim, &v.data)...) }

func scanRecord(rows *sql.Rows, model string) (Record, error) {
	v := vectorScanner{rows: rows}
	a, data, err := scanArticle(&v)
	if err != nil {
		return Record{}, err
	}
	passages, err := decodePassages(a, data)
	if err != nil {
		return Record{}, err
	}
	vectors, err := decodeVectors(model, v.dim, v.data, len(passages))
	return Record{Article: a, Passages: passages, Vectors: vectors}, err
}

// Changes returns the ids of the articles that were stored or removed after the change numbered seq, each once, and the number of the newest
// change. An id that Record does not find was removed.
func (l *Library) Changes(ctx context.Context, seq int64) (ids []string, newest int64, err error) {
	rows, err := l.db.QueryContext(ctx, `SELECT seq, article_id FROM changes WHERE seq > ? ORDER BY seq`, seq)
	if err != nil {
		return nil, seq, l.explain("read", err)
	}
	defer rows.Close()
	newest = seq
	for rows.Next() {
		var id string
		if err := rows.Scan(&newest, &id); err != nil {
			return nil, seq, l.explain("read", err)
		}
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return slices.Compact(ids), newest, l.explain("read", rows.Err())
}

// Newest returns the number of the newest change, 0 for a catalog that never changed.
func (l *Library) Newest(ctx context.Context) (int64, error) {
	var seq int64
	err := l.db.QueryRowContext(ctx, `SELECT coalesce(max(seq), 0) FROM changes`).Scan(&seq)
	return seq, l.explain("read", err)
}

func seconds(t time.Time) sql.NullInt64 {
	return sql.NullInt64{Int64: t.Unix(), Valid: !t.IsZero()}
}

func instant(s sql.NullInt64) time.Time {
	if !s.Valid {
		return time.Time{}
	}
	return time.Unix(s.Int64, 0).UTC()
}
