package discord

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"

	"attache/internal/commands"
)

// PostOnce writes a reply into a channel or thread outside any interaction, and returns the id of the message. It waits out rate limits within ctx and makes
// one message, however often it has to be sent: two calls with the same nonce, of which the last 25 characters count, within a few minutes make one, also by
// different processes. Nobody is notified but the role that the reply calls. Where the bot may not write, the error says which permission it needs. A private
// reply is refused: a channel has no place for it. Safe for concurrent use.
func (b *Bot) PostOnce(ctx context.Context, channel, nonce string, reply commands.Reply) (message string, err error) {
	if reply.Private {
		return "", errors.New("a private reply cannot be posted in a channel")
	}
	p := b.place(ctx, channel)
	words := b.languages.words(b.opts.Language(p.guild))
	m := b.show(reply, "", words, false).first(words)
	m.call = reply.Call
	id, err := b.api.create(ctx, channel, nonce, m)
	if err != nil {
		return "", explain(err, channel)
	}
	b.posted(ctx, Posted{Channel: channel, Message: id, Guild: p.guild, Answer: reply.Answer})
	return id, nil
}

// Tell tells who made a request what became of it when its reply is given already: alone, where they asked as long as Discord lets the bot, else, or when that
// fails, in a direct message. Where only the acknowledgement was lost they may be told in both.
// A direct message has no buttons, which belong to the place. Safe for concurrent use.
func (b *Bot) Tell(ctx context.Context, r commands.Request, reply commands.Reply) error {
	reply.Private, reply.Call = true, ""
	out := &interactionReply{b: b, words: b.languages.words(r.Locale), owner: r.Asker.ID, private: true}
	if i, ok := b.recent.get(r.ID); ok {
		out.i = i
		if !out.expired() {
			m := b.show(reply, out.owner, out.words, false).first(out.words)
			m.ephemeral = true
			_, err := b.api.followUp(ctx, i, m)
			if err == nil {
				return nil
			}
			b.log.Info("somebody is told in a direct message what became of a request", "err", err)
		}
	}
	// The reply itself may stand in the same direct messages, under the request's own nonce.
	p := &post{b: b, words: out.words, guild: r.Place.Guild, owner: out.owner, nonce: cmp.Or(r.ID, rand.Text()) + "t"}
	return p.finish(ctx, reply)
}

// Amend puts a note above a message of the bot, beneath notes that it has already; the same note once. Where Discord takes no further edit of an old
// message, the note becomes a reply to it. Errors are as those of PostOnce; that somebody has deleted the message is one too. Safe for concurrent use.
func (b *Bot) Amend(ctx context.Context, channel, message, note string) error {
	m, err := b.api.message(ctx, channel, message)
	if err != nil {
		return explain(err, channel)
	}
	line := noticeSign + escape(plain(note))
	if strings.Contains(m.Content, line) {
		return nil
	}
	err = b.api.note(ctx, channel, message, clip(strings.TrimSpace(m.Content+"\n"+line), maxContent))
	if code(err) == codeTooManyEdits {
		_, err = b.api.create(ctx, channel, rand.Text(), replyWith(line, message))
	}
	return explain(err, channel)
}

func replyWith(text, to string) message {
	return message{content: clip(text, maxContent), replyTo: to}
}

// Refused reports whether an error of PostOnce or Amend is Discord's answer that the bot may not write there, or that the channel or message is gone: nothing was
// posted, and trying again is of no use before somebody has done something about it.
func Refused(err error) bool { return unreachable(err) || code(err) == codeUnknownMessage }

// explain says what a person can do about a refusal to write in a channel.
func explain(err error, channel string) error {
	switch {
	case err == nil:
		return nil
	case code(err) == codeUnknownMessage:
		return fmt.Errorf("the message in <#%s> was deleted: %w", channel, err)
	case unreachable(err):
		return fmt.Errorf("%s %w", English.noWrite(channel), err)
	}
	return err
}
