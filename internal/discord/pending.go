package discord

import (
	"context"
	"slices"
	"time"

	"github.com/bwmarrin/discordgo"

	"attache/internal/commands"
)

// PendingReply is a reply under way: to an interaction (App and Token are set) or to a message (Channel is set).
type PendingReply struct {
	ID      string // of the interaction or message that asks; unique
	App     string
	Token   string // good for fifteen minutes
	Channel string
	Locale  string // the interface language of who asks; "" when it is not known
	At      time.Time
}

func (b *Bot) remember(p PendingReply) string {
	ctx, cancel := b.sending()
	defer cancel()
	if err := b.opts.Records.AddPending(ctx, p); err != nil {
		b.log.Warn("a reply under way could not be remembered", "err", err)
	}
	return p.ID
}

func (b *Bot) forget(id string) {
	ctx, cancel := b.sending()
	defer cancel()
	if err := b.opts.Records.RemovePending(ctx, id); err != nil {
		b.log.Warn("a finished reply could not be forgotten", "err", err)
	}
}

// leftOver reads the replies that the last process did not finish. It is called before there can be new ones.
func (b *Bot) leftOver() []PendingReply {
	ctx, cancel := b.sending()
	defer cancel()
	left, err := b.opts.Records.Pending(ctx)
	if err != nil {
		b.log.Warn("the replies that the last process left open could not be read", "err", err)
	}
	return left
}

// closePending tells everybody whose reply was cut off by the end of the last process that it will not come. What cannot be closed because Discord is out of
// order is tried again; what is still open when the bot stops is left to the next process.
func (b *Bot) closePending(left []PendingReply) {
	for failures := 0; ; failures++ {
		left = slices.DeleteFunc(left, b.closed)
		if len(left) == 0 {
			return
		}
		timer := time.NewTimer(min(b.opts.Retry<<min(failures, 16), retryMost))
		select {
		case <-timer.C:
		case <-b.base.Done():
			timer.Stop()
			return
		}
	}
}

// closed closes a reply, and reports whether nothing is left to do about it.
func (b *Bot) closed(p PendingReply) bool {
	if b.base.Err() != nil {
		return false
	}
	ctx, cancel := context.WithTimeout(b.base, callTimeout)
	defer cancel()
	err := b.closeOne(ctx, p)
	if err != nil {
		b.log.Info("a reply that was cut off could not be closed", "err", err)
	}
	if err != nil && !refused(err) {
		return false
	}
	b.forget(p.ID)
	return true
}

// closeOne tells one person. A reply that is there whole, and only was not crossed off in time, is left alone: what stands there is looked at first.
func (b *Bot) closeOne(ctx context.Context, p PendingReply) error {
	if p.Token == "" {
		return b.closeMessage(ctx, p)
	}
	if b.opts.Now().Sub(p.At) > tokenTrusted {
		return nil // Discord itself shows that it failed
	}
	i := &discordgo.Interaction{AppID: p.App, Token: p.Token}
	now, err := b.api.reply(ctx, i)
	if err != nil || whole(now) {
		return err
	}
	_, err = b.api.editReply(ctx, i, b.restarted(b.languages.words(p.Locale)))
	return err
}

// closeMessage tells who asked with a message: in place of what was in the making, else in reply to the question.
func (b *Bot) closeMessage(ctx context.Context, p PendingReply) error {
	m := b.restarted(b.languages.words(p.Locale))
	at, stands, err := b.replyTo(ctx, p)
	switch {
	case err != nil:
		return err
	case stands == nil:
		m.replyTo = at.replyTo
		_, err = b.api.create(ctx, at.channel, p.ID+".z", m)
		return err
	case whole(stands):
		return nil
	}
	return b.api.edit(ctx, stands.ChannelID, stands.ID, m)
}

// restarted is the reply in place of one that was cut off.
func (b *Bot) restarted(words Words) message {
	reply := commands.Reply{Blocks: []commands.Block{{Kind: commands.Plain, Text: words.Restarted}}}
	return b.show(reply, "", words, false).first(words)
}

// replyTo finds the reply to a message, and the place for one: in the thread that starts from the message, else beneath it. The reply is nil when there is none.
func (b *Bot) replyTo(ctx context.Context, p PendingReply) (spot, *discordgo.Message, error) {
	at := spot{channel: p.Channel, replyTo: p.ID}
	if stand, ok := b.standing(p.ID); ok {
		m, err := b.api.message(ctx, stand.Channel, stand.Message)
		return at, m, err
	}
	own := func(m *discordgo.Message) bool {
		return m != nil && m.Author != nil && m.Author.ID == b.gateway.UserID()
	}
	thread, err := b.api.after(ctx, p.ID, p.ID)
	switch {
	case err == nil:
		at = spot{channel: p.ID}
		slices.Reverse(thread) // oldest first
		if i := slices.IndexFunc(thread, own); i >= 0 {
			return at, thread[i], nil
		}
	case !refused(err):
		return at, nil, err
	}
	below, err := b.api.after(ctx, p.Channel, p.ID)
	i := slices.IndexFunc(below, func(m *discordgo.Message) bool {
		return own(m) && m.MessageReference != nil && m.MessageReference.MessageID == p.ID
	})
	if i < 0 {
		return at, nil, err
	}
	return at, below[i], nil
}
