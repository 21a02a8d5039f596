package discord

import (
	"context"
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

// closeOne tells one person. A reply that is there whole, and only was not crossed off in time, is left alone.
func (b *Bot) closeOne(ctx context.Context, p PendingReply) error {
	text := English
	if p.Token == "" {
		text = b.languages.words(b.opts.Language(b.place(ctx, p.Channel).guild)) // whose question it was is not recorded
	}
	reply := commands.Reply{Blocks: []commands.Block{{Kind: commands.Plain, Text: text.Restarted}}}
	m := b.show(reply, "", text, false).first(text)
	if p.Token == "" {
		if _, whole := b.standing(p.ID); whole {
			return nil
		}
		m.replyTo = p.ID
		_, err := b.api.create(ctx, p.Channel, p.ID+".z", m)
		return err
	}
	if b.opts.Now().Sub(p.At) > tokenTrusted {
		return nil // Discord itself shows that it failed
	}
	i := &discordgo.Interaction{AppID: p.App, Token: p.Token}
	if now, err := b.api.reply(ctx, i); err == nil && len(now.Components) > 0 {
		return nil // what is in the making has no buttons
	}
	_, err := b.api.editReply(ctx, i, m)
	return err
}
