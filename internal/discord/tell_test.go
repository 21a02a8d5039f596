package discord

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"attache/internal/commands"
	"attache/internal/discordtest"
)

// What became of a private request is told to nobody but who made it: where they asked, later in person, and where that cannot be not at all.
func TestTell(t *testing.T) {
	t.Parallel()
	s := newScene(t, discordtest.Options{})
	i := s.Command(s.general, s.ann, "help")
	i.WaitReplyLike(t, has("help"))
	r := s.last(t, "help")
	reply := commands.Reply{Title: "1 added", Blocks: []commands.Block{{Kind: commands.Item, Text: "A harbour"}},
		Actions: []commands.Action{{Label: "Watch it for more", Request: commands.Request{Command: "help"}}}}

	if err := s.bot.Tell(t.Context(), r, reply); err != nil {
		t.Fatal(err)
	}
	m := i.WaitFollowUp(t, has("1 added", "A harbour"))
	if !m.Ephemeral() || m.Button("Watch it for more") == nil {
		t.Errorf("told is %q, private %v", m.Text(), m.Ephemeral())
	}

	s.Advance(tokenLife + time.Minute)
	if err := s.bot.Tell(t.Context(), r, reply); err != nil {
		t.Fatal(err)
	}
	if m := s.WaitMessage(t, s.DM(s.ann).ID, has("1 added", "A harbour")); len(m.Components) > 0 {
		t.Error("a direct message has buttons, which would act on another place")
	}

	s.BlockDMs(s.ann)
	r.ID = "another"
	if err := s.bot.Tell(t.Context(), r, reply); err == nil {
		t.Error("nobody was told, and nobody is told that")
	}
	if public := s.BotMessages(s.general); len(public) > 0 {
		t.Errorf("the channel reads %v", texts(public))
	}
}

// What became of a request comes in person too when the reply stands there already, and when Discord is out of order where it was asked.
func TestTellInPerson(t *testing.T) {
	t.Parallel()
	s := newScene(t, discordtest.Options{KeepViolations: true})
	in := s.DM(s.ann).ID
	s.Fail(discordtest.RouteCallback, 1, discordtest.Failure{Status: http.StatusNotFound, Code: codeUnknownInteraction})
	s.Command(s.general, s.ann, "help")
	s.WaitMessage(t, in, has("help"))
	told := func(title string) {
		t.Helper()
		if err := s.bot.Tell(t.Context(), s.last(t, "help"), commands.Reply{Title: title}); err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(s.BotMessages(in), has(title)) {
			t.Errorf("in person stands %v, and not %q", texts(s.BotMessages(in)), title)
		}
	}
	told("1 added")

	s.Command(s.general, s.ann, "help").WaitReplyLike(t, has("help"))
	soon(t, "the request", func() bool { return len(s.asked("help")) == 2 })
	s.Fail(discordtest.RouteFollowUp, 10, discordtest.Failure{Status: http.StatusBadGateway})
	told("2 added")
}
