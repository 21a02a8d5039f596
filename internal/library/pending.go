package library

import (
	"context"
	"time"
)

// PendingReply is a reply under way on Discord: to an interaction, which has App and Token, or to a message in Channel.
type PendingReply struct {
	ID      string // of the interaction or message that asks
	App     string
	Token   string
	Channel string
	Locale  string    // the interface language of who waits; "" when it is not known
	At      time.Time // kept to the millisecond
}

// AddPending remembers a reply under way; one of the same id is replaced. What it returned nil for survives a crash.
func (l *Library) AddPending(ctx context.Context, p PendingReply) error {
	_, err := l.db.ExecContext(ctx, `INSERT OR REPLACE INTO pending (id, app, token, channel, locale, at) VALUES (?, ?, ?, ?, ?, ?)`,
		p.ID, p.App, p.Token, p.Channel, p.Locale, p.At.UnixMilli())
	return l.explain("write", err)
}

// RemovePending forgets a reply; an unknown id is no error.
func (l *Library) RemovePending(ctx context.Context, id string) error {
	_, err := l.db.ExecContext(ctx, `DELETE FROM pending WHERE id = ?`, id)
	return l.explain("write", err)
}

// Pending lists the replies under way, oldest first.
func (l *Library) Pending(ctx context.Context) ([]PendingReply, error) {
	rows, err := l.db.QueryContext(ctx, `SELECT id, app, token, channel, locale, at FROM pending ORDER BY at, id`)
	if err != nil {
		return nil, l.explain("read", err)
	}
	defer rows.Close()
	var all []PendingReply
	for rows.Next() {
		var p PendingReply
		var at int64
		if err := rows.Scan(&p.ID, &p.App, &p.Token, &p.Channel, &p.Locale, &at); err != nil {
			return nil, l.explain("read", err)
		}
		p.At = time.UnixMilli(at).UTC()
		all = append(all, p)
	}
	return all, l.explain("read", rows.Err())
}
