package commands

import (
	"context"
	"errors"
	"strings"
	"time"

	"attache/internal/library"
)

// How much is remembered of conversations: the last question of each, for so long after it was asked, of so many conversations. Half an hour is about how
// long "and Uzbekistan?" is still understood by the people around; the rest bounds the memory to some hundred kB.
const (
	conversationLasts = 30 * time.Minute
	conversationsKept = 1000
)

// memory holds the last question of each conversation, so that a short one that follows can be understood. It lies in the library: a new process goes on
// with the conversations of the last one. It is safe for concurrent use.
type memory struct {
	library *library.Library
	now     func() time.Time
}

// conversation names the conversation that a request belongs to: that of its thread, else that of its asker in its channel. What is asked in private stays
// with its asker in a thread too.
func conversation(r Request) string {
	parts := []string{r.Place.Guild, r.Place.Channel, r.Asker.ID}
	if r.Place.Thread != "" {
		parts = []string{r.Place.Guild, "thread", r.Place.Thread}
	}
	if r.Private {
		parts = append(parts, "private", r.Asker.ID)
	}
	return strings.Join(parts, "/")
}

// last returns the conversation's last question; the zero Conversation when there is none, or it is too long ago.
func (m *memory) last(ctx context.Context, r Request) (library.Conversation, error) {
	c, err := m.library.Conversation(ctx, conversation(r))
	if errors.Is(err, library.ErrNotFound) || err == nil && m.now().Sub(c.At) > conversationLasts {
		return library.Conversation{}, nil
	}
	return c, err
}

// put remembers a question, with the answer that it got, as the conversation's last one. The conversations that were silent the longest are forgotten when there are too many.
func (m *memory) put(ctx context.Context, r Request, question, answer string) error {
	c := library.Conversation{Key: conversation(r), Question: question, Filters: map[string]string{optionAnswer: answer}, At: m.now()}
	for _, o := range append(narrowing(), Option{Name: "source"}) {
		if v := r.Option(o.Name); v != "" {
			c.Filters[o.Name] = v
		}
	}
	return m.library.PutConversation(ctx, c, c.At.Add(-conversationLasts), conversationsKept)
}

// followUp returns the request with its question as it is to be read after the last one, with the filters of that where it sets none; followed reports
// whether that differs from what was typed. complete reads a question with the last one, as Desk.reading does.
func followUp(r Request, last library.Conversation, complete func(last, question string) (read string, ok bool)) (read Request, followed bool) {
	question, ok := complete(last.Question, r.Option("question"))
	if !ok {
		return r, false
	}
	for name, value := range last.Filters {
		if r.Option(name) == "" && name != optionAnswer {
			r = r.With(name, value)
		}
	}
	return r.With("question", question), true
}
