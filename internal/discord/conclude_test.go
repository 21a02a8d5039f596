package discord

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"attache/internal/commands"
	"attache/internal/discordtest"
)

// stubborn fails to show a reply so many times.
type stubborn struct {
	with         error
	fails, tries int
}

func (s *stubborn) draft(context.Context, commands.Reply) error { return nil }

func (s *stubborn) finish(context.Context, commands.Reply) error {
	if s.tries++; s.tries <= s.fails {
		return s.with
	}
	return nil
}

// A reply for which time ran out is shown again, a few times; one that Discord refuses is not.
func TestSlowReplyIsShownAgain(t *testing.T) {
	t.Parallel()
	s := newScene(t, discordtest.Options{})
	late := fmt.Errorf("write a message: %w", context.DeadlineExceeded)
	for name, c := range map[string]struct {
		out  stubborn
		want int
	}{
		"once too slow": {stubborn{with: late, fails: 1}, 2}, "always too slow": {stubborn{with: late, fails: 9}, showTries}, "refused": {stubborn{with: errors.New("Missing Access"), fails: 9}, 1},
	} {
		if s.bot.answer(t.Context(), commands.Request{Command: "help"}, &c.out); c.out.tries != c.want {
			t.Errorf("%s: shown %d times, want %d", name, c.out.tries, c.want)
		}
	}
}
