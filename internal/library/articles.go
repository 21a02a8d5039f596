package library

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"attache/internal/news"
)

// Record is an article with everything that was derived from it. The catalog stores it whole or not at all, and refuses one whose passages
// or quotations do not stand in the text where their spans say, or whose vectors are not one for each passage.
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
	Replaced  Outcome = "replaced"  // a former version of the same article, or of the same file, has become one of its Versions
	Unchanged Outcome = "unchanged" // the very same article was there
)

// Unchanged reports whether Put would change nothing: the catalog holds this very article, and no former version of it.
func (l *Library) Unchanged(ctx context.Context, a news.Article) (bool, error) {
	same, former, err := formerSelves(ctx, l.db, &a)
	return same && len(former) == 0, l.explain("read", err)
}

// Known reports whether the catalog holds the article or a former version of it.
func (l *Library) Known(ctx context.Context, a news.Article) (bool, error) {
	same, former, err := formerSelves(ctx, l.db, &a)
	return same || len(former) > 0, l.explain("read", err)
}

// Put stores the record in one transaction. A stored article with the same id, or one that was read from the same origin, is its former self
// and is replaced, with everything derived from it; a record whose article has no wall keeps the former one's, so that no later version comes out from
// behind it.
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
	same, former, err := formerSelves(ctx, tx, &r.Article)
	if err != nil {
		return "", err
	}
	var arrived int64
	for _, id := range former {
		since, err := l.supersede(ctx, tx, id, r.Article)
		if err != nil {
			return "", err
		}
		arrived = max(arrived, since)
		if err := remove(ctx, tx, id); err != nil {
			return "", err
		}
	}
	outcome := Added
	if len(former) > 0 {
		outcome = Replaced
	}
	if same {
		if len(former) == 0 {
			outcome = Unchanged
		}
		return outcome, nil
	}
	return outcome, l.insert(ctx, tx, r, arrived)
}

// querier is what *sql.DB and *sql.Tx share.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// formerSelves reports whether this very article is stored, and lists the stored articles that it is a new version of: one with its id, and those
// that were read from its origin. An article without a wall gets that of its former self.
func formerSelves(ctx context.Context, q querier, a *news.Article) (same bool, former []string, err error) {
	rows, err := q.QueryContext(ctx, `SELECT id, hash, wall FROM articles WHERE id = ?1 OR (guild = ?2 AND origin = ?3 AND origin <> '')
		ORDER BY id = ?1 DESC, id`, a.ID, a.Guild, a.Origin)
	if err != nil {
		return false, nil, err
	}
	defer rows.Close()
	hashes := map[string]string{}
	for rows.Next() {
		var id, hash, wall string
		if err := rows.Scan(&id, &hash, &wall); err != nil {
			return false, nil, err
		}
		former, hashes[id] = append(former, id), hash
		if a.Wall.IsZero() {
			if a.Wall, err = parseWall(wall); err != nil {
				return false, nil, err
			}
		}
	}
	if hash, there := hashes[a.ID]; there && hash == news.ContentHash(*a) {
		same, former = true, former[1:]
	}
	return same, former, rows.Err()
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

// Find returns the ids of the guild's own articles with that id, URL or origin, in order; none is no error. The origin of an article that is one of
// many in a file or a feed is that file, # and its id: the file's name finds them all.
func (l *Library) Find(ctx context.Context, guild, name string) ([]string, error) {
	if name == "" {
		return nil, nil
	}
	rows, err := l.db.QueryContext(ctx, `SELECT id FROM articles
		WHERE guild = ?1 AND (?2 IN (id, origin, url) OR origin = ?2 || '#' || id) ORDER BY id`, guild, name)
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

// Rederive replaces everything that was derived from a stored article by what the record holds. When the article has been changed or removed
// meanwhile it does nothing: what the record holds is then of no use.
func (l *Library) Rederive(ctx context.Context, r Record) error {
	err := l.write(ctx, func(tx *sql.Tx) error {
		b, err := encode(r)
		if err != nil {
			return err
		}
		done, err := tx.ExecContext(ctx, `UPDATE articles SET passages = ?, quotes = ?, language = ? WHERE id = ? AND hash = ?`,
			b.passages, b.quotes, r.Article.Language, r.Article.ID, news.ContentHash(r.Article))
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil || n == 0 {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM embeddings WHERE article_id = ?`, r.Article.ID); err != nil {
			return err
		}
		if err := insertVectors(ctx, tx, r.Article.ID, b.vectors); err != nil {
			return err
		}
		_, err = noteChange(ctx, tx, r.Article.ID)
		return err
	})
	return l.explain("write", err)
}

// SetWall puts another wall around an article, or none. It returns ErrNotFound when there is none by that id.
func (l *Library) SetWall(ctx context.Context, id string, w news.Wall) error {
	err := l.write(ctx, func(tx *sql.Tx) error {
		_, err := setWall(ctx, tx, id, w)
		return err
	})
	if errors.Is(err, ErrNotFound) {
		return err
	}
	return l.explain("write", err)
}

// setWall returns the number of the change.
func setWall(ctx context.Context, tx *sql.Tx, id string, w news.Wall) (seq int64, err error) {
	a, err := article(ctx, tx, id)
	if err != nil {
		return 0, err
	}
	a.Wall = w.Clean()
	if _, err := tx.ExecContext(ctx, `UPDATE articles SET wall = ?, hash = ? WHERE id = ?`, a.Wall.String(), news.ContentHash(a), id); err != nil {
		return 0, err
	}
	return noteChange(ctx, tx, id)
}

// EndEmbargoes takes the mark off the articles whose embargo is over at that moment, as if they had come in at its end, and returns how many there were.
// Nobody's sight depends on it, since news.Viewer looks at the clock; it is for those who wait for what is new.
func (l *Library) EndEmbargoes(ctx context.Context, now time.Time) (n int, err error) {
	var over []string
	err = eachRow(ctx, l.db, `SELECT id, wall FROM articles WHERE instr(wall, '"embargo"') > 0`, func(rows *sql.Rows) error {
		var id, wall string
		if err := rows.Scan(&id, &wall); err != nil {
			return err
		}
		if w, err := news.ParseWall(wall); err == nil && w.At(now).Embargo.IsZero() { // one that cannot be read is a matter for Check
			over = append(over, id)
		}
		return nil
	})
	if err != nil || len(over) == 0 {
		return 0, l.explain("read", err)
	}
	err = l.write(ctx, func(tx *sql.Tx) error {
		for _, id := range over {
			a, err := article(ctx, tx, id)
			if errors.Is(err, ErrNotFound) {
				continue // removed meanwhile
			}
			if err != nil {
				return err
			}
			seq, err := setWall(ctx, tx, id, a.Wall.At(now))
			if err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, `UPDATE articles SET arrived = ? WHERE id = ?`, seq, id); err != nil {
				return err
			}
		}
		return nil
	})
	return len(over), l.explain("write", err)
}

func remove(ctx context.Context, tx *sql.Tx, id string) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM articles WHERE id = ?`, id); err != nil {
		return err
	}
	_, err := noteChange(ctx, tx, id)
	return err
}

// Touch has everybody who follows the library look at these articles again; ids that are not there are passed over.
func (l *Library) Touch(ctx context.Context, ids []string) error {
	err := l.write(ctx, func(tx *sql.Tx) error {
		for _, id := range ids {
			if _, err := noteChange(ctx, tx, id); err != nil {
				return err
			}
		}
		return nil
	})
	return l.explain("write", err)
}

// noteChange notes that an article has changed and returns the number of the change.
func noteChange(ctx context.Context, tx *sql.Tx, id string) (seq int64, err error) {
	done, err := tx.ExecContext(ctx, `INSERT INTO changes (article_id) VALUES (?)`, id)
	if err != nil {
		return 0, err
	}
	return done.LastInsertId()
}

// blobs is what was derived from an article, checked and as it is stored.
type blobs struct {
	passages, quotes []byte
	vectors          storedVectors
}

func encode(r Record) (b blobs, err error) {
	if r.Article.ID == "" {
		return b, errors.New("the article has no id")
	}
	if b.passages, err = encodePassages(r.Article, r.Passages); err != nil {
		return b, err
	}
	if b.quotes, err = encodeQuotes(r.Article, r.Quotes); err != nil {
		return b, err
	}
	b.vectors, err = encodeVectors(r)
	return b, err
}

// insert stores a record whose words came with the change arrived, or come with this one when it is 0.
func (l *Library) insert(ctx context.Context, tx *sql.Tx, r Record, arrived int64) error {
	b, err := encode(r)
	if err != nil {
		return err
	}
	a := r.Article
	seq, err := noteChange(ctx, tx, a.ID)
	if err != nil {
		return err
	}
	arrived = cmp.Or(arrived, seq)
	_, err = tx.ExecContext(ctx, `INSERT INTO articles
		(id, guild, title, publisher, url, author, published, label, origin, hash, added, headings, passages, quotes, text, wall, arrived, language)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		a.ID, a.Guild, a.Title, a.Publisher, a.URL, a.Author, seconds(a.Published), a.Label, a.Origin, news.ContentHash(a),
		l.now().Unix(), encodeSpans(a.Headings), b.passages, b.quotes, a.Text, a.Wall.String(), arrived, a.Language)
	if err != nil {
		return err
	}
	return insertVectors(ctx, tx, a.ID, b.vectors)
}

// Arrived lists the ids of the articles that came into the catalog, or were changed, after the change numbered after and up to the one numbered upTo, in
// the order in which they came. What was only derived anew is not among them.
func (l *Library) Arrived(ctx context.Context, after, upTo int64) ([]string, error) {
	var ids []string
	err := eachRow(ctx, l.db, `SELECT id FROM articles WHERE arrived > ? AND arrived <= ? ORDER BY arrived`, func(rows *sql.Rows) error {
		var id string
		err := rows.Scan(&id)
		ids = append(ids, id)
		return err
	}, after, upTo)
	return ids, l.explain("read", err)
}

// Remove takes an article out with everything derived from it, its versions, and, by redact, what answers that were given kept of its words; redact may be
// nil in a catalog without answers. Nothing of the words stays in the file. It returns ErrNotFound when there is no article by that id.
func (l *Library) Remove(ctx context.Context, id string, redact Redact) error {
	err := l.write(ctx, func(tx *sql.Tx) error {
		var n int
		if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM articles WHERE id = ?`, id).Scan(&n); err != nil {
			return err
		}
		if n == 0 {
			return ErrNotFound
		}
		if err := redactAnswers(ctx, tx, id, redact); err != nil {
			return err
		}
		if err := forget(ctx, tx, id); err != nil {
			return err
		}
		return remove(ctx, tx, id)
	})
	if errors.Is(err, ErrNotFound) {
		return err
	}
	if err == nil {
		l.wipe(ctx)
	}
	return l.explain("write", err)
}

// Article returns the article by that id, or ErrNotFound.
func (l *Library) Article(ctx context.Context, id string) (news.Article, error) {
	a, err := article(ctx, l.db, id)
	if errors.Is(err, ErrNotFound) {
		return a, err
	}
	return a, l.explain("read", err)
}

func article(ctx context.Context, q querier, id string) (news.Article, error) {
	row := q.QueryRowContext(ctx, `SELECT `+articleColumns+` FROM articles a WHERE id = ?`, id)
	var a articleRow
	err := row.Scan(a.columns()...)
	if errors.Is(err, sql.ErrNoRows) {
		return news.Article{}, ErrNotFound
	}
	if err == nil {
		err = a.finish()
	}
	return a.Article, err
}

const articleColumns = `a.id, a.guild, a.title, a.publisher, a.url, a.author, a.published, a.label, a.origin, a.headings, a.text, a.wall, a.language`

// articleRow takes up the articleColumns of one row.
type articleRow struct {
	news.Article
	published sql.NullInt64
	headings  string
	wall      string
}

func (a *articleRow) columns() []any {
	return []any{&a.ID, &a.Guild, &a.Title, &a.Publisher, &a.URL, &a.Author, &a.published, &a.Label, &a.Origin, &a.headings, &a.Text, &a.wall, &a.Language}
}

func (a *articleRow) finish() (err error) {
	a.Published = instant(a.published)
	if a.Wall, err = parseWall(a.wall); err != nil {
		return err
	}
	a.Headings, err = decodeSpans(a.headings)
	return err
}

// parseWall refuses a wall that it cannot read: taken for none, it would show the article to all.
func parseWall(s string) (news.Wall, error) {
	w, err := news.ParseWall(s)
	if err != nil {
		return w, fmt.Errorf("%w: a wall: %w", errDamaged, err)
	}
	return w, nil
}

// Records yields every article with its passages, its quotations and the vectors made by model, in order of id. An article that another embedder
// made vectors for, or none, has no Vectors. It stops at the first error, yielding it.
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
		rows, err := l.db.QueryContext(ctx, `SELECT `+articleColumns+`, a.passages, a.quotes, coalesce(e.dim, 0), e.data
			FROM articles a LEFT JOIN embeddings e ON e.article_id = a.id AND e.model = ? `+where+` ORDER BY a.id`,
			append([]any{model}, args...)...)
		if err != nil {
			yield(Record{}, l.explain("read", err))
			return
		}
		defer rows.Close()
		for rows.Next() {
			r, err := scanRecord(rows, model)
			if ctx.Err() != nil { // the driver may take a while to notice
				err = ctx.Err()
			}
			if !yield(r, l.explain("read", err)) || err != nil {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(Record{}, l.explain("read", err))
		}
	}
}

func scanRecord(rows *sql.Rows, model string) (r Record, err error) {
	var a articleRow
	var passages, quotes string
	var dim int
	var data sql.RawBytes
	if err := rows.Scan(append(a.columns(), &passages, &quotes, &dim, &data)...); err != nil {
		return r, err
	}
	if err := a.finish(); err != nil {
		return r, fmt.Errorf("article %s: %w", a.ID, err)
	}
	r.Article = a.Article
	if r.Passages, err = decodePassages(r.Article, passages); err != nil {
		return r, fmt.Errorf("passages of %s: %w", a.ID, err)
	}
	if r.Quotes, err = decodeQuotes(r.Article, quotes); err != nil {
		return r, fmt.Errorf("quotations of %s: %w", a.ID, err)
	}
	r.Vectors = decodeVectors(model, dim, data, len(r.Passages))
	return r, nil
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
