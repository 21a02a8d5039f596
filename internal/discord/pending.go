package discord

import (
	"context"
	"time"

	"github.com/bwmarrin/discordgo"

	"attache/internal/commands"
)

// Pending remembers replies that are under way, so that none is left "thinking" when the process dies: what is still in it at the next start is
// closed with a sentence. Implementations are safe for concurrent use; what Add returned nil for survives a crash.
type Pending interface {
	Add(ctx context.Context, p PendingReply) error
	Done(ctx context.Context, id string) error
	All(ctx context.Context) ([]PendingReply, error)
}

// PendingReply is a reply under way: to an interaction (App and Token are set) or to a message (Channel is set).
type PendingReply struct {
	ID      string // of the interaction or message that asks; unique
	App     string
	Token   string // good for fifteen minutes
	Channel string
	At      time.Time
}

// forgetful is the Pending that remembers nothing.
type forgetful struct{}

func (forgetful) Add(context.Context, PendingReply) error     { return nil }
func (forgetful) Done(context.Context, string) error          { return nil }
func (forgetful) All(context.Context) ([]PendingReply, error) { return nil, nil }

func (b *Bot) remember(p PendingReply) string {
	ctx, cancel := b.sending()
	defer cancel()
	if err := b.opts.Pending.Add(ctx, p); err != nil {
		b.log.Warn("a reply under way could not be remembered", "err", err)
	}
	return p.ID
}

func (b *Bot) forget(id string) {
	ctx, cancel := b.sending()
	defer cancel()
	if err := b.opts.Pending.Done(ctx, id); err != nil {
		b.log.Warn("a finished reply could not be forgotten", "err", err)
	}
}

// leftOver reads the replies that the last process did not finish. It is called before there can be new ones.
func (b *Bot) leftOver() []PendingReply {
	ctx, cancel := b.sending()
	defer cancel()
	left, err := b.opts.Pending.All(ctx)
	if err != nil {
		b.log.Warn("the replies that the last process left open could not be read", "err", err)
	}
	return left
}

// closePending tells everybody whose reply was cut off by the end of the last process that it will not come.
func (b *Bot) closePending(left []PendingReply) {
	for _, p := range left {
		ctx, cancel := b.sending()
		if err := b.closeOne(ctx, p); err != nil {
			b.log.Info("a reply that was cut off could not be closed", "err", err)
		}
		cancel()
		b.forget(p.ID)
	}
}

func (b *Bot) closeOne(ctx context.Context, p PendingReply) error {
	text := English
	reply := commands.Reply{Blocks: []commands.Block{{Kind: commands.Plain, Text: text.Restarted}}}
	m := b.show(reply, "", text, false).first(text)
	if p.Token == "" {
		m.replyTo = p.ID
		_, err := b.api.create(ctx, p.Channel, p.ID+".z", m)
		return err
	}
	if b.opts.Now().Sub(p.At) > tokenTrusted {
		return nil // Discord itself shows that it failed
	}
	return b.api.editReply(ctx, &discordgo.Interaction{AppID: p.App, Token: p.Token}, m)
}
