// Package watch posts what new articles bring to the standing questions of channels, and amends standing answers whose words have changed.
//
// What is posted and when is remembered in the library, so that nothing is posted twice. A post is announced there before it is sent and crossed off
// after it was taken. When the process dies in between, the next one sends it again under the same nonce, which makes one message of both while Discord
// remembers nonces; later than that the post counts as sent, and the watch says that it may not have arrived: at most once, and never silently.
package watch

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"attache/internal/commands"
	"attache/internal/library"
)

// ErrRefused is wrapped by errors of Post and Amend when it is certain that nothing was posted, and that trying again is of no use before somebody has done
// something about it: the channel is gone, or the bot may not write there. Its text is shown to people.
var ErrRefused = errors.New("refused")

// errPaused says that a watch was paused or has ended, which is noted already.
var errPaused = errors.New("paused")

// nonceLasts is for how long the same nonce is sure to make one message. Discord says "a few minutes".
const nonceLasts = 2 * time.Minute

// Options are what a Watcher works with. All but Settle and Every must be set; Posted and Amend may be nil where no message can be amended.
type Options struct {
	Library  *library.Library
	Desk     *commands.Desk
	Followed func() int64 // the newest change of the library that the desk searches
	Now      func() time.Time
	Log      *slog.Logger

	// Mine reports whether this process posts for a watch: another one may serve its channel.
	Mine func(w library.Watch) bool
	// Post posts a reply in the channel of a watch. Two posts with one nonce, at most 25 characters, within nonceLasts make one message.
	Post func(ctx context.Context, w library.Watch, nonce string, reply commands.Reply) error
	// Amend puts a note above a standing answer wherever it stands; the same note once. An answer that stands nowhere is no error.
	Amend func(ctx context.Context, guild, answer, note string) error

	DigestHour int           // of UTC
	Settle     time.Duration // how long to wait after a change for those that come with it
	Every      time.Duration // how often to look for a digest that is due and a post that failed; a minute when 0
}

// Watcher looks at what comes in. Make one with New; Run it once.
type Watcher struct{ Options }

// New makes a Watcher.
func New(o Options) *Watcher {
	if o.Every == 0 {
		o.Every = time.Minute
	}
	return &Watcher{o}
}

// Run makes a round after each message on changes, and every so often, until ctx ends. Errors are logged; a later round tries again.
func (w *Watcher) Run(ctx context.Context, changes <-chan struct{}) {
	ticker := time.NewTicker(w.Every)
	defer ticker.Stop()
	for {
		w.round(ctx)
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		case <-changes:
			w.settle(ctx, changes)
		}
	}
}

// mostSettling is how many times Settle a round waits at most while changes keep coming.
const mostSettling = 10

// settle waits until no change has come for a while, so that many articles make one post.
func (w *Watcher) settle(ctx context.Context, changes <-chan struct{}) {
	for range mostSettling {
		select {
		case <-ctx.Done():
			return
		case <-changes:
		case <-time.After(w.Settle):
			return
		}
	}
}

func (w *Watcher) round(ctx context.Context) {
	for _, step := range []func(context.Context) error{w.Round, w.AmendChanged} {
		if err := step(ctx); err != nil && ctx.Err() == nil {
			w.Log.WarnContext(ctx, "a round of the watches failed", "err", err)
		}
	}
}

// Round looks at every watch once: at what has come since it last looked, and for a digest when it is due. An error of one watch keeps no other from its
// turn; the first is returned.
func (w *Watcher) Round(ctx context.Context) error {
	upTo := w.Followed()
	all, err := w.Library.AllWatches(ctx)
	if err != nil {
		return err
	}
	var failed error
	for _, one := range all {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if !w.Mine(one) {
			continue
		}
		if err := w.look(ctx, one, upTo); err != nil && !errors.Is(err, errPaused) && failed == nil {
			failed = fmt.Errorf("watch %d of server %q: %w", one.Number, one.Guild, err)
		}
	}
	return failed
}

// look makes one watch's round, up to a change. A round that was begun and not ended comes first.
func (w *Watcher) look(ctx context.Context, one library.Watch, upTo int64) error {
	if one.Round != 0 {
		var err error
		if one, err = w.resume(ctx, one); err != nil {
			return err
		}
	}
	now := w.Now()
	digest := !one.Due.IsZero()
	if digest && now.Before(one.Due) || !digest && upTo <= one.Seq {
		return nil
	}
	_, err := w.carryOut(ctx, one, max(upTo, one.Seq))
	return err
}

// resume ends a round that was begun before: it is made again, or counts as made when it is not known any more whether it was posted.
func (w *Watcher) resume(ctx context.Context, one library.Watch) (library.Watch, error) {
	if w.Now().Sub(one.Begun) < nonceLasts {
		return w.carryOut(ctx, one, one.Round)
	}
	did := library.Looked{UpTo: one.Round, Due: one.Due, Missed: one.Begun}
	one.Seq, one.Round = did.UpTo, 0
	return one, w.Library.EndRound(ctx, one.ID, did)
}

// carryOut makes a round and returns the watch as it is then. A watch that cannot post, or has ended, stays as it was.
func (w *Watcher) carryOut(ctx context.Context, one library.Watch, upTo int64) (library.Watch, error) {
	found, err := w.find(ctx, one, upTo)
	if err != nil {
		return one, err
	}
	if len(found.Keys) > 0 {
		if posted, err := w.post(ctx, one, upTo, found.Reply); err != nil || !posted {
			return one, cmp.Or(err, errPaused)
		}
	}
	did := library.Looked{UpTo: upTo, Answer: found.Answer, Posted: found.Keys}
	if !one.Due.IsZero() {
		did.Due = commands.NextDigest(w.Now(), w.DigestHour)
	}
	one.Seq, one.Round, one.Due, one.Answer = upTo, 0, did.Due, cmp.Or(found.Answer, one.Answer)
	return one, w.Library.EndRound(ctx, one.ID, did)
}

func (w *Watcher) find(ctx context.Context, one library.Watch, upTo int64) (commands.WhatsNew, error) {
	arrived, err := w.Library.Arrived(ctx, one.Seq, upTo)
	if err != nil || len(arrived) == 0 {
		return commands.WhatsNew{}, err
	}
	posted, err := w.Library.WatchPosts(ctx, one.ID)
	if err != nil {
		return commands.WhatsNew{}, err
	}
	return w.Desk.WhatsNew(ctx, one, arrived, posted)
}

// post announces and sends; false when the watch was ended meanwhile. A refusal pauses the watch, and what it had to post waits with it.
func (w *Watcher) post(ctx context.Context, one library.Watch, upTo int64, reply commands.Reply) (bool, error) {
	if one.Round == 0 {
		if begun, err := w.Library.BeginRound(ctx, one.ID, upTo, w.Now()); err != nil || !begun {
			return false, err
		}
	}
	err := w.Post(ctx, one, fmt.Sprintf("w%d.%d", one.ID, upTo), reply)
	if !errors.Is(err, ErrRefused) {
		return err == nil, err
	}
	why := strings.TrimPrefix(err.Error(), ErrRefused.Error()+": ")
	if ctx.Err() != nil { // the program ends, and nothing is wrong with the channel
		why = ""
	}
	return false, w.Library.PauseWatch(context.WithoutCancel(ctx), one.ID, why)
}
