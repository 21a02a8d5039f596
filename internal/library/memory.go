package library

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// Setting returns what was stored under key for the guild ("" for the whole program), or "" when nothing was.
func (l *Library) Setting(ctx context.Context, guild, key string) (string, error) {
	var value string
	err := l.db.QueryRowContext(ctx, `SELECT value FROM settings WHERE guild = ? AND key = ?`, guild, key).Scan(&value)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return value, l.explain("read", err)
}

// SetSetting stores value under key for the guild; "" forgets it.
func (l *Library) SetSetting(ctx context.Context, guild, key, value string) error {
	return l.SetSettings(ctx, guild, map[string]string{key: value})
}

// Feedback is what one person said of one answer.
type Feedback struct {
	At       time.Time
	Guild    string
	Asker    string
	Answer   string // the answer's id
	Question string // filled when read
	Helpful  bool
	Reason   string // "" when none was given
}

// AddFeedback stores one person's word on an answer.
func (l *Library) AddFeedback(ctx context.Context, f Feedback) error {
	_, err := l.db.ExecContext(ctx, `INSERT INTO feedback (at, guild, asker, answer, helpful, reason) VALUES (?, ?, ?, ?, ?, ?)`,
		f.At.Unix(), f.Guild, f.Asker, f.Answer, f.Helpful, f.Reason)
	return l.explain("write", err)
}

// FeedbackSince lists what was said of answers since then, oldest first.
func (l *Library) FeedbackSince(ctx context.Context, since time.Time) ([]Feedback, error) {
	rows, err := l.db.QueryContext(ctx, `SELECT f.at, f.guild, f.asker, f.answer, coalesce(a.question, ''), f.helpful, f.reason
		FROM feedback f LEFT JOIN answers a ON a.id = f.answer AND a.guild = f.guild WHERE f.at >= ? ORDER BY f.seq`, since.Unix())
	if err != nil {
		return nil, l.explain("read", err)
	}
	defer rows.Close()
	var all []Feedback
	for rows.Next() {
		var f Feedback
		var at int64
		if err := rows.Scan(&at, &f.Guild, &f.Asker, &f.Answer, &f.Question, &f.Helpful, &f.Reason); err != nil {
			return nil, l.explain("read", err)
		}
		f.At = time.Unix(at, 0).UTC()
		all = append(all, f)
	}
	return all, l.explain("read", rows.Err())
}

// GivenAnswer is an answer as it was given, for receipts. Data is JSON that the answer's maker reads back.
type GivenAnswer struct {
	ID       string
	At       time.Time
	Guild    string
	Asker    string
	Question string
	Data     string
	Articles []string // ids of those that it rests on; not filled when read
}

// AddAnswer remembers an answer. It fails, and remembers nothing, when an article that the answer rests on has been removed meanwhile.
func (l *Library) AddAnswer(ctx context.Context, a GivenAnswer) error {
	err := l.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO answers (id, at, guild, asker, question, data) VALUES (?, ?, ?, ?, ?, ?)`,
			a.ID, a.At.Unix(), a.Guild, a.Asker, a.Question, a.Data)
		if err != nil {
			return err
		}
		return addRests(ctx, tx, a)
	})
	return l.explain("write", err)
}

// Answer returns the answer by that id as given in that guild, or ErrNotFound.
func (l *Library) Answer(ctx context.Context, guild, id string) (GivenAnswer, error) {
	a := GivenAnswer{ID: id, Guild: guild}
	var at int64
	err := l.db.QueryRowContext(ctx, `SELECT at, asker, question, data FROM answers WHERE id = ? AND guild = ?`, id, guild).
		Scan(&at, &a.Asker, &a.Question, &a.Data)
	if errors.Is(err, sql.ErrNoRows) {
		return a, ErrNotFound
	}
	a.At = time.Unix(at, 0).UTC()
	return a, l.explain("read", err)
}
