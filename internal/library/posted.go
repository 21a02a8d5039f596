package library

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"time"
)

// Posted is a message of the bot on Discord.
type Posted struct {
	Channel string // or the thread
	Message string
	Guild   string
	Answer  string    // the id of the answer that it shows; "" for none
	Asked   string    // the message that it replies to; "" for a command
	At      time.Time // kept to the second
}

// AddPosted remembers a message. When it is known already, it shows another answer from now on, and still replies to what it replied to.
func (l *Library) AddPosted(ctx context.Context, p Posted) error {
	_, err := l.db.ExecContext(ctx, `INSERT INTO posted (channel, message, guild, answer, asked, at) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT DO UPDATE SET answer = excluded.answer, at = excluded.at, asked = iif(excluded.asked = '', asked, excluded.asked)`,
		p.Channel, p.Message, p.Guild, p.Answer, p.Asked, p.At.Unix())
	return l.explain("write", err)
}

// RemovePosted forgets a message; an unknown one is no error.
func (l *Library) RemovePosted(ctx context.Context, channel, message string) error {
	_, err := l.db.ExecContext(ctx, `DELETE FROM posted WHERE channel = ? AND message = ?`, channel, message)
	return l.explain("write", err)
}

// PostedAnswer lists the messages that show an answer of a guild, oldest first; none is no error.
func (l *Library) PostedAnswer(ctx context.Context, guild, answer string) ([]Posted, error) {
	return l.posted(ctx, `guild = ? AND answer = ? AND answer <> ''`, guild, answer)
}

// PostedFor lists the messages that reply to a message, oldest first; none is no error.
func (l *Library) PostedFor(ctx context.Context, asked string) ([]Posted, error) {
	return l.posted(ctx, `asked = ? AND asked <> ''`, asked)
}

// PostedAt returns what is known of a message, or ErrNotFound.
func (l *Library) PostedAt(ctx context.Context, channel, message string) (Posted, error) {
	all, err := l.posted(ctx, `channel = ? AND message = ?`, channel, message)
	if err != nil || len(all) == 0 {
		return Posted{}, cmp.Or(err, ErrNotFound)
	}
	return all[0], nil
}

func (l *Library) posted(ctx context.Context, where string, args ...any) ([]Posted, error) {
	var all []Posted
	err := eachRow(ctx, l.db, `SELECT channel, message, guild, answer, asked, at FROM posted WHERE `+where+` ORDER BY at, message`, func(rows *sql.Rows) error {
		var p Posted
		var at int64
		err := rows.Scan(&p.Channel, &p.Message, &p.Guild, &p.Answer, &p.Asked, &at)
		p.At = time.Unix(at, 0).UTC()
		all = append(all, p)
		return err
	}, args...)
	return all, l.explain("read", err)
}

// AddShown keeps what the buttons under a reply do, until then, and forgets replies whose time was over at now. A reply of the same id is replaced.
func (l *Library) AddShown(ctx context.Context, id string, data []byte, until, now time.Time) error {
	return l.explain("write", l.write(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM shown WHERE until < ?`, now.Unix()); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO shown (id, data, until) VALUES (?, ?, ?)`, id, data, until.Unix())
		return err
	}))
}

// Shown returns what AddShown kept, and until when; ErrNotFound when it is unknown or its time was over at now.
func (l *Library) Shown(ctx context.Context, id string, now time.Time) (data []byte, until time.Time, err error) {
	var end int64
	err = l.db.QueryRowContext(ctx, `SELECT data, until FROM shown WHERE id = ? AND until >= ?`, id, now.Unix()).Scan(&data, &end)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, until, ErrNotFound
	}
	return data, time.Unix(end, 0).UTC(), l.explain("read", err)
}
