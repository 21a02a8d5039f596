package library

import (
	"context"
	"database/sql"
	"time"
)

// Settings returns everything that was stored for the guild, by key; empty when nothing was.
func (l *Library) Settings(ctx context.Context, guild string) (map[string]string, error) {
	rows, err := l.db.QueryContext(ctx, `SELECT key, value FROM settings WHERE guild = ?`, guild)
	if err != nil {
		return nil, l.explain("read", err)
	}
	defer rows.Close()
	all := map[string]string{}
	for rows.Next() {
		var key, value string
		if err := rows.Scan(&key, &value); err != nil {
			return nil, l.explain("read", err)
		}
		all[key] = value
	}
	return all, l.explain("read", rows.Err())
}

// Call is a person called to help with a question.
type Call struct {
	Guild    string
	Answer   string // the id of the answer that did not suffice
	Question string // folded, so that the same question is known again
	Asker    string
	At       time.Time
}

// callOpen is how long a call that nobody resolves keeps others for the same question from being made.
const callOpen = 24 * time.Hour

// AddCall remembers a call. It returns false, and remembers nothing, when there was one for the answer, or there is an open one of the last day for the
// same question.
func (l *Library) AddCall(ctx context.Context, c Call) (added bool, err error) {
	done, err := l.db.ExecContext(ctx, `INSERT INTO calls (guild, answer, question, asker, at)
		SELECT ?1, ?2, ?3, ?4, ?5 WHERE NOT EXISTS (
			SELECT 1 FROM calls WHERE guild = ?1 AND (answer = ?2 OR question = ?3 AND resolved IS NULL AND at > ?6))`,
		c.Guild, c.Answer, c.Question, c.Asker, c.At.Unix(), c.At.Add(-callOpen).Unix())
	if err != nil {
		return false, l.explain("write", err)
	}
	n, err := done.RowsAffected()
	return n > 0, l.explain("write", err)
}

// ResolveCall closes the open call for an answer; false when there is none.
func (l *Library) ResolveCall(ctx context.Context, guild, answer string, at time.Time) (resolved bool, err error) {
	done, err := l.db.ExecContext(ctx, `UPDATE calls SET resolved = ? WHERE guild = ? AND answer = ? AND resolved IS NULL`, at.Unix(), guild, answer)
	if err != nil {
		return false, l.explain("write", err)
	}
	n, err := done.RowsAffected()
	return n > 0, l.explain("write", err)
}

// SetSettings stores several values for the guild at once, or none of them; "" forgets a key.
func (l *Library) SetSettings(ctx context.Context, guild string, values map[string]string) error {
	return l.explain("write", l.write(ctx, func(tx *sql.Tx) error {
		for key, value := range values {
			query, args := `INSERT OR REPLACE INTO settings (guild, key, value) VALUES (?, ?, ?)`, []any{guild, key, value}
			if value == "" {
				query, args = `DELETE FROM settings WHERE guild = ? AND key = ?`, args[:2]
			}
			if _, err := tx.ExecContext(ctx, query, args...); err != nil {
				return err
			}
		}
		return nil
	}))
}
