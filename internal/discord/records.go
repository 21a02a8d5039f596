package discord

import (
	"context"
	"time"
)

// Records is what the front end remembers beyond the end of the process. Implementations are safe for concurrent use; what a method returned nil for
// survives a crash.
type Records interface {
	// AddPending remembers a reply under way, so that none is left "thinking" when the process dies: what Pending still lists at the next start is closed
	// with a sentence.
	AddPending(ctx context.Context, p PendingReply) error
	RemovePending(ctx context.Context, id string) error
	Pending(ctx context.Context) ([]PendingReply, error)

	// AddShown keeps what the buttons under a reply do, until then.
	AddShown(ctx context.Context, id string, data []byte, until, now time.Time) error
	// Shown returns what AddShown kept; nil when it is unknown, or its time was over at now.
	Shown(ctx context.Context, id string, now time.Time) (data []byte, until time.Time, err error)

	// AddPosted remembers where a reply stands.
	AddPosted(ctx context.Context, p Posted) error
	RemovePosted(ctx context.Context, channel, message string) error
	// PostedAt returns what is known of a message; the zero Posted when nothing is.
	PostedAt(ctx context.Context, channel, message string) (Posted, error)
	// PostedFor lists the replies to a message.
	PostedFor(ctx context.Context, asked string) ([]Posted, error)
}

// Posted is a message of the bot that everybody in its channel sees.
type Posted struct {
	Channel string // or the thread
	Message string
	Guild   string
	Answer  string // the id of the answer that it shows; "" for none
	Asked   string // the message that it replies to; "" for a command
	At      time.Time
}

// forgetful are Records that remember nothing.
type forgetful struct{}

var _ Records = forgetful{}

func (forgetful) AddPending(context.Context, PendingReply) error                       { return nil }
func (forgetful) RemovePending(context.Context, string) error                          { return nil }
func (forgetful) Pending(context.Context) ([]PendingReply, error)                      { return nil, nil }
func (forgetful) AddShown(context.Context, string, []byte, time.Time, time.Time) error { return nil }
func (forgetful) Shown(context.Context, string, time.Time) ([]byte, time.Time, error) {
	return nil, time.Time{}, nil
}
func (forgetful) AddPosted(context.Context, Posted) error             { return nil }
func (forgetful) RemovePosted(context.Context, string, string) error  { return nil }
func (forgetful) PostedFor(context.Context, string) ([]Posted, error) { return nil, nil }

func (forgetful) PostedAt(context.Context, string, string) (Posted, error) { return Posted{}, nil }

// posted records where a reply stands.
func (b *Bot) posted(ctx context.Context, p Posted) {
	p.At = b.opts.Now()
	if err := b.opts.Records.AddPosted(ctx, p); err != nil {
		b.log.Warn("it could not be recorded where a reply stands", "channel", p.Channel, "err", err)
	}
}
