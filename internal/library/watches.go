package library

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// WatchKind is what a standing question asks for.
type WatchKind string

// The kinds of watch.
const (
	WatchSpeaker  WatchKind = "speaker"  // whatever a person is newly quoted with
	WatchTopic    WatchKind = "topic"    // new passages that bear on it
	WatchQuestion WatchKind = "question" // the answer, whenever it changes
)

// Watch is a standing question in a channel.
type Watch struct {
	ID      int64
	Guild   string
	Channel string // for a thread the channel above it
	Thread  string // "" outside threads
	Number  int    // in its guild, from 1
	Kind    WatchKind
	Subject string // the name, the topic or the question
	Asker   string
	Created time.Time
	Due     time.Time // of a daily digest, when the next one is; zero for a watch that posts at once
	Seq     int64     // the change of the collection up to which it has looked
	Round   int64     // the change up to which it is about to post; 0 when it is not
	Begun   time.Time // when it was about to, with Round
	Missed  time.Time // of the last post that may not have arrived; zero for none
	Answer  string    // of a question, the id of the last answer; "" before the first
	Paused  string    // why nothing is posted, in a sentence; "" when all is well
}

// Errors of AddWatch.
var (
	ErrWatched = errors.New("it is watched there already")
	ErrFull    = errors.New("there are as many watches as there may be")
)

// AddWatch remembers a standing question that looks at what comes after the change w.Seq, unless its guild has most of them already (ErrFull), or the very
// same stands in its place (ErrWatched). It returns the watch with its number.
func (l *Library) AddWatch(ctx context.Context, w Watch, most int) (Watch, error) {
	err := l.write(ctx, func(tx *sql.Tx) error {
		var same, count int
		err := tx.QueryRowContext(ctx, `SELECT count(*), coalesce(max(number), 0) + 1,
				count(*) FILTER (WHERE channel = ?2 AND thread = ?3 AND kind = ?4 AND subject = ?5)
			FROM watches WHERE guild = ?1`, w.Guild, w.Channel, w.Thread, w.Kind, w.Subject).Scan(&count, &w.Number, &same)
		switch {
		case err != nil:
			return err
		case same > 0:
			return ErrWatched
		case count >= most:
			return ErrFull
		}
		done, err := tx.ExecContext(ctx, `INSERT INTO watches (guild, channel, thread, number, kind, subject, asker, created, due, seq, answer)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			w.Guild, w.Channel, w.Thread, w.Number, w.Kind, w.Subject, w.Asker, w.Created.Unix(), seconds(w.Due), w.Seq, w.Answer)
		if err != nil {
			return err
		}
		w.ID, err = done.LastInsertId()
		return err
	})
	if errors.Is(err, ErrWatched) || errors.Is(err, ErrFull) {
		return w, err
	}
	return w, l.explain("write", err)
}

// RemoveWatch forgets a guild's watch by its number; ErrNotFound when there is none.
func (l *Library) RemoveWatch(ctx context.Context, guild string, number int) error {
	done, err := l.db.ExecContext(ctx, `DELETE FROM watches WHERE guild = ? AND number = ?`, guild, number)
	if err != nil {
		return l.explain("write", err)
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return errors.Join(ErrNotFound, err)
	}
	return nil
}

// Watches lists the watches of a guild by number; none is no error.
func (l *Library) Watches(ctx context.Context, guild string) ([]Watch, error) {
	return l.watches(ctx, `WHERE guild = ?`, guild)
}

// AllWatches lists the watches of all guilds, by guild and number.
func (l *Library) AllWatches(ctx context.Context) ([]Watch, error) { return l.watches(ctx, ``) }

func (l *Library) watches(ctx context.Context, where string, args ...any) ([]Watch, error) {
	var all []Watch
	err := eachRow(ctx, l.db, `SELECT id, guild, channel, thread, number, kind, subject, asker, created, due, seq, round, begun, missed, answer, paused
		FROM watches `+where+` ORDER BY guild, number`, func(rows *sql.Rows) error {
		var w Watch
		var created, begun int64
		var due, missed sql.NullInt64
		err := rows.Scan(&w.ID, &w.Guild, &w.Channel, &w.Thread, &w.Number, &w.Kind, &w.Subject, &w.Asker, &created, &due, &w.Seq, &w.Round, &begun, &missed,
			&w.Answer, &w.Paused)
		w.Created, w.Due, w.Missed = time.Unix(created, 0).UTC(), instant(due), instant(missed)
		if w.Round != 0 {
			w.Begun = time.Unix(begun, 0).UTC()
		}
		all = append(all, w)
		return err
	}, args...)
	return all, l.explain("read", err)
}

// BeginRound notes that a watch is about to post what came up to a change. It returns false, and notes nothing, when the watch is gone or has looked so far
// already.
func (l *Library) BeginRound(ctx context.Context, id, upTo int64, at time.Time) (begun bool, err error) {
	done, err := l.db.ExecContext(ctx, `UPDATE watches SET round = ?2, begun = ?3 WHERE id = ?1 AND seq < ?2`, id, upTo, at.Unix())
	if err != nil {
		return false, l.explain("write", err)
	}
	n, err := done.RowsAffected()
	return n > 0, l.explain("write", err)
}

// Looked is what a watch did in a round.
type Looked struct {
	UpTo   int64     // the change up to which it has looked
	Due    time.Time // of a daily digest, when the next one is
	Answer string    // of a question, the id of the answer that was made; "" leaves the last one
	Posted []string  // keys of what was posted
	Missed time.Time // when it began to post what may not have arrived; zero leaves what is noted
}

// EndRound notes what a watch did. A watch that is gone is no error.
func (l *Library) EndRound(ctx context.Context, id int64, did Looked) error {
	return l.explain("write", l.write(ctx, func(tx *sql.Tx) error {
		done, err := tx.ExecContext(ctx, `UPDATE watches SET seq = max(seq, ?2), round = 0, begun = 0, due = ?3, answer = iif(?4 = '', answer, ?4), paused = '',
			missed = coalesce(?5, missed) WHERE id = ?1`, id, did.UpTo, seconds(did.Due), did.Answer, seconds(did.Missed))
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil || n == 0 {
			return err
		}
		for _, key := range did.Posted {
			if _, err := tx.ExecContext(ctx, `INSERT OR IGNORE INTO watch_posts (watch, key) VALUES (?, ?)`, id, key); err != nil {
				return err
			}
		}
		return nil
	}))
}

// PauseWatch notes why a watch cannot post, which EndRound takes back.
func (l *Library) PauseWatch(ctx context.Context, id int64, why string) error {
	_, err := l.db.ExecContext(ctx, `UPDATE watches SET paused = ?, round = 0, begun = 0 WHERE id = ?`, why, id)
	return l.explain("write", err)
}

// WatchPosts returns the keys of what a watch has posted.
func (l *Library) WatchPosts(ctx context.Context, id int64) (map[string]bool, error) {
	keys := map[string]bool{}
	err := eachRow(ctx, l.db, `SELECT key FROM watch_posts WHERE watch = ?`, func(rows *sql.Rows) error {
		var key string
		err := rows.Scan(&key)
		keys[key] = true
		return err
	}, id)
	return keys, l.explain("read", err)
}
