package library

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"
)

// Conversation is the last question of a conversation.
type Conversation struct {
	Key      string            // of the thread, or of the channel and the person
	Question string            // as it was understood
	Filters  map[string]string // the options that narrowed it, by name
	At       time.Time         // kept to the millisecond
}

// PutConversation remembers a question as its conversation's last one; what it returned nil for survives a crash. Conversations that ended before oldest
// are forgotten, and of the others all but the latest keep.
func (l *Library) PutConversation(ctx context.Context, c Conversation, oldest time.Time, keep int) error {
	filters, err := json.Marshal(c.Filters)
	if err != nil {
		return err
	}
	return l.explain("write", l.write(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO conversations (key, question, filters, at) VALUES (?, ?, ?, ?)`,
			c.Key, c.Question, string(filters), c.At.UnixMilli()); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `DELETE FROM conversations WHERE at < ? OR key IN (SELECT key FROM conversations ORDER BY at DESC, key LIMIT -1 OFFSET ?)`,
			oldest.UnixMilli(), keep)
		return err
	}))
}

// Conversation returns the last question of a conversation, or ErrNotFound.
func (l *Library) Conversation(ctx context.Context, key string) (Conversation, error) {
	c := Conversation{Key: key}
	var at int64
	var filters string
	err := l.db.QueryRowContext(ctx, `SELECT question, filters, at FROM conversations WHERE key = ?`, key).Scan(&c.Question, &filters, &at)
	if errors.Is(err, sql.ErrNoRows) {
		return c, ErrNotFound
	}
	if err != nil {
		return c, l.explain("read", err)
	}
	c.At = time.UnixMilli(at).UTC()
	return c, l.explain("read", json.Unmarshal([]byte(filters), &c.Filters))
}
