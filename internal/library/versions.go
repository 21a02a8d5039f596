package library

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"time"

	"attache/internal/news"
)

// versionsKept is how many former versions of one article are kept: a page that is corrected by the hour still shows what it said last week.
const versionsKept = 20

// Version is an article as it stood before it was changed. Its Article has the id of then; URL, Label and Origin are left out.
type Version struct {
	Article  news.Article
	Stored   time.Time
	Replaced time.Time
}

// Versions lists the former versions of the article by that id, the newest first; none for an article that never changed, or is not there.
func (l *Library) Versions(ctx context.Context, id string) ([]Version, error) {
	var all []Version
	err := eachRow(ctx, l.db, `SELECT v.former_id, a.guild, v.title, v.publisher, v.author, v.published, v.headings, v.text, v.stored, v.replaced
		FROM versions v JOIN articles a ON a.id = v.article_id WHERE v.article_id = ? ORDER BY v.seq DESC`, func(rows *sql.Rows) error {
		v, err := scanVersion(rows)
		all = append(all, v)
		return err
	}, id)
	return all, l.explain("read", err)
}

func scanVersion(rows *sql.Rows) (v Version, err error) {
	var published sql.NullInt64
	var headings string
	var stored, replaced int64
	a := &v.Article
	if err := rows.Scan(&a.ID, &a.Guild, &a.Title, &a.Publisher, &a.Author, &published, &headings, &a.Text, &stored, &replaced); err != nil {
		return v, err
	}
	a.Published = instant(published)
	v.Stored, v.Replaced = time.Unix(stored, 0).UTC(), time.Unix(replaced, 0).UTC()
	a.Headings, err = decodeSpans(headings)
	return v, err
}

// supersede keeps the stored article former as a version of the article that takes its place, with the versions that former had and the answers that rest on
// it. Where a reader would see no difference there is no version; then it returns the number of the change that brought former, which still is what brought
// the words, else 0.
func (l *Library) supersede(ctx context.Context, tx *sql.Tx, former string, a news.Article) (arrived int64, err error) {
	for _, query := range []string{`UPDATE versions SET article_id = ? WHERE article_id = ?`, `UPDATE rests SET article_id = ? WHERE article_id = ?`} {
		if _, err := tx.ExecContext(ctx, query, a.ID, former); err != nil {
			return 0, err
		}
	}
	err = tx.QueryRowContext(ctx, `SELECT arrived FROM articles WHERE id = ? AND (title, publisher, author, text, published) IS (?, ?, ?, ?, ?)`,
		former, a.Title, a.Publisher, a.Author, a.Text, seconds(a.Published)).Scan(&arrived)
	if !errors.Is(err, sql.ErrNoRows) {
		return arrived, err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO versions (article_id, former_id, title, publisher, author, published, hash, stored, replaced, headings, text)
		SELECT ?, id, title, publisher, author, published, hash, added, ?, headings, text FROM articles WHERE id = ?`, a.ID, l.now().Unix(), former)
	if err != nil {
		return 0, err
	}
	_, err = tx.ExecContext(ctx, `DELETE FROM versions WHERE article_id = ?1 AND seq NOT IN (SELECT seq FROM versions WHERE article_id = ?1 ORDER BY seq DESC LIMIT ?2)`,
		a.ID, versionsKept)
	return 0, err
}

// Redact takes the words of articles, by the ids under which an answer cites them, out of the answer's data.
type Redact func(data string, articles []string) (string, error)

// redactAnswers takes the words of an article out of every answer that rests on it.
func redactAnswers(ctx context.Context, tx *sql.Tx, id string, redact Redact) error {
	answers, err := restingOn(ctx, tx, id)
	if err != nil || redact == nil {
		return err
	}
	for _, a := range answers {
		data, err := redact(a.Data, a.cited(id))
		if err != nil {
			return fmt.Errorf("take a removed article out of answer %s: %w", a.ID, err)
		}
		if _, err := tx.ExecContext(ctx, `UPDATE answers SET data = ? WHERE guild = ? AND id = ?`, data, a.Guild, a.ID); err != nil {
			return err
		}
	}
	return nil
}

// forget takes out the versions of an article, and what buttons under replies on it keep, which names it by an id that it has or had.
func forget(ctx context.Context, tx *sql.Tx, id string) error {
	for _, query := range []string{
		`DELETE FROM shown WHERE EXISTS (SELECT 1 FROM (SELECT ?1 AS of UNION SELECT former_id FROM versions WHERE article_id = ?1) WHERE instr(shown.data, of) > 0)`,
		`DELETE FROM versions WHERE article_id = ?1`,
	} {
		if _, err := tx.ExecContext(ctx, query, id); err != nil {
			return err
		}
	}
	return nil
}

func restingOn(ctx context.Context, tx *sql.Tx, id string) ([]RestingAnswer, error) {
	var all []RestingAnswer
	for a, err := range resting(ctx, tx, time.Time{}, []string{id}) {
		if err != nil {
			return nil, err
		}
		all = append(all, a)
	}
	return all, nil
}

// wipe makes sure that nothing of what was deleted stays in the file beside the catalog in which SQLite keeps the latest changes. It is best effort: while
// another process reads, that file is emptied when it has ended, or by the next removal.
func (l *Library) wipe(ctx context.Context) {
	conn, err := l.db.Conn(ctx)
	if err != nil {
		return
	}
	defer func() { _ = conn.Close() }() // it goes back to the pool
	_, _ = conn.ExecContext(ctx, `PRAGMA busy_timeout = 1000`)
	_, _ = conn.ExecContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`)
	_, _ = conn.ExecContext(ctx, fmt.Sprintf(`PRAGMA busy_timeout = %d`, busyTimeout.Milliseconds()))
}

// RestingAnswer is a given answer with the articles that it rests on.
type RestingAnswer struct {
	GivenAnswer
	Now map[string]string // an article's id as the answer cites it -> its id now; the last one when it was removed
}

// cited lists the ids under which the answer cites an article.
func (a RestingAnswer) cited(id string) []string {
	var cited []string
	for then, now := range a.Now {
		if now == id {
			cited = append(cited, then)
		}
	}
	return cited
}

// Resting yields the answers that were given since then and rest on at least one of the articles, or on any when none is named; oldest first. It stops at
// the first error, yielding it.
func (l *Library) Resting(ctx context.Context, since time.Time, articles ...string) iter.Seq2[RestingAnswer, error] {
	return func(yield func(RestingAnswer, error) bool) {
		for a, err := range resting(ctx, l.db, since, articles) {
			if !yield(a, l.explain("read", err)) {
				return
			}
		}
	}
}

// CitedNow maps the ids of the articles that an answer cites to their ids now, as RestingAnswer does; empty for an answer that cites none.
func (l *Library) CitedNow(ctx context.Context, guild, answer string) (map[string]string, error) {
	now := map[string]string{}
	err := eachRow(ctx, l.db, `SELECT cited_id, article_id FROM rests WHERE guild = ? AND answer = ?`, func(rows *sql.Rows) error {
		var then, current string
		if err := rows.Scan(&then, &current); err != nil {
			return err
		}
		now[then] = current
		return nil
	}, guild, answer)
	return now, l.explain("read", err)
}

func resting(ctx context.Context, q querier, since time.Time, articles []string) iter.Seq2[RestingAnswer, error] {
	return func(yield func(RestingAnswer, error) bool) {
		ids, err := json.Marshal(articles)
		if err != nil {
			yield(RestingAnswer{}, err)
			return
		}
		first := int64(0)
		if !since.IsZero() {
			first = since.Unix()
		}
		rows, err := q.QueryContext(ctx, `SELECT a.guild, a.id, a.at, a.asker, a.question, a.data, json_group_object(r.cited_id, r.article_id)
			FROM answers a JOIN rests r ON r.guild = a.guild AND r.answer = a.id
			WHERE a.at >= ?1 AND (?2 = 0 OR (a.guild, a.id) IN (SELECT guild, answer FROM rests WHERE article_id IN (SELECT value FROM json_each(?3))))
			GROUP BY a.guild, a.id ORDER BY a.at, a.guild, a.id`, first, len(articles), string(ids))
		if err != nil {
			yield(RestingAnswer{}, err)
			return
		}
		defer rows.Close()
		for rows.Next() {
			a, err := scanResting(rows)
			if !yield(a, err) || err != nil {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(RestingAnswer{}, err)
		}
	}
}

func scanResting(rows *sql.Rows) (a RestingAnswer, err error) {
	var at int64
	var now string
	if err := rows.Scan(&a.Guild, &a.ID, &at, &a.Asker, &a.Question, &a.Data, &now); err != nil {
		return a, err
	}
	a.At = time.Unix(at, 0).UTC()
	return a, json.Unmarshal([]byte(now), &a.Now)
}

// errGone says that an answer rests on an article that is not there any more.
var errGone = errors.New("an article that the answer rests on has been removed meanwhile")

// addRests notes which articles an answer rests on. An article that was removed since it was found is an error: what is kept of its words would stay.
func addRests(ctx context.Context, tx *sql.Tx, a GivenAnswer) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM rests WHERE guild = ? AND answer = ?`, a.Guild, a.ID); err != nil {
		return err
	}
	for _, id := range a.Articles {
		done, err := tx.ExecContext(ctx, `INSERT OR IGNORE INTO rests (guild, answer, cited_id, article_id) SELECT ?, ?, id, id FROM articles WHERE id = ?`,
			a.Guild, a.ID, id)
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil || n == 0 {
			return errors.Join(errGone, err)
		}
	}
	return nil
}

// MarkAmended notes that a standing answer was edited.
func (l *Library) MarkAmended(ctx context.Context, guild, answer string, at time.Time) error {
	_, err := l.db.ExecContext(ctx, `INSERT OR IGNORE INTO amended (guild, answer, at) VALUES (?, ?, ?)`, guild, answer, at.Unix())
	return l.explain("write", err)
}

// Amended reports whether a standing answer was edited.
func (l *Library) Amended(ctx context.Context, guild, answer string) (amended bool, err error) {
	err = l.db.QueryRowContext(ctx, `SELECT count(*) > 0 FROM amended WHERE guild = ? AND answer = ?`, guild, answer).Scan(&amended)
	return amended, l.explain("read", err)
}
