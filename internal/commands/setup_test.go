package commands_test

import (
	"context"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"attache/internal/commands"
	"attache/internal/library"
)

// counter is a router with one command that anybody may ask and one that adds articles, in front of a server's settings.
type counter struct {
	router *commands.Router
	setup  *commands.Setup
	now    time.Time
}

func newCounter(t *testing.T, lib *library.Library) *counter {
	t.Helper()
	c := &counter{now: noon}
	clock := func() time.Time { return c.now }
	c.setup = commands.NewSetup(lib, commands.Settings{PerUser: 2, PerGuild: 3}, []string{"100"}, clock)
	done := func(context.Context, commands.Request, commands.Progress) (commands.Reply, error) {
		return commands.Reply{Blocks: []commands.Block{{Text: "done"}}}, nil
	}
	all := append(c.setup.Commands(), commands.Command{Name: "ask", Handle: done}, commands.Command{Name: "add", Adds: true, Handle: done})
	c.router = commands.NewRouter(all, c.setup.Allow, commands.Rate(c.setup.Limits, clock))
	return c
}

func settingsFile(t *testing.T) *library.Library {
	t.Helper()
	lib, err := library.Open(filepath.Join(t.TempDir(), "library.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = lib.Close() })
	return lib
}

// want runs a request and looks for words in the reply's first block.
func (c *counter) want(t *testing.T, r commands.Request, words string) {
	t.Helper()
	reply := c.router.Run(t.Context(), r, nil)
	var all strings.Builder
	for _, b := range reply.Blocks {
		all.WriteString(b.Text + "\n")
	}
	if !strings.Contains(all.String(), words) {
		t.Errorf("/%s %v: got %q, want %q", r.Command, r.Options, all.String(), words)
	}
}

func by(id string, r commands.Request, roles ...string) commands.Request {
	r.Asker = commands.Asker{ID: id, Roles: roles}
	return r
}

func manager(options ...string) commands.Request {
	r := call("setup", options...)
	r.Asker = commands.Asker{ID: "boss", Manager: true}
	return r
}

func in(guild string, r commands.Request) commands.Request {
	r.Place.Guild = guild
	return r
}

func TestSettingsOutliveTheProcessAndStayInTheirServer(t *testing.T) {
	t.Parallel()
	lib := settingsFile(t)
	first := newCounter(t, lib)
	first.want(t, manager("team_channel", "200", "not_team_channel", "100", "language", "fr", "per_person", "5"), "Saved")
	for name, s := range map[string]*commands.Setup{"at once": first.setup, "in the next process": newCounter(t, lib).setup} {
		if !s.TeamChannel("g1", "200") || s.TeamChannel("g1", "100") {
			t.Errorf("%s: the team channels are not those chosen", name)
		}
		if s.TeamChannel("g2", "200") || !s.TeamChannel("g2", "100") {
			t.Errorf("%s: another server has the team channels of this one", name)
		}
		if user, guild := s.Limits("g1"); s.Language("g1") != "fr" || user != 5 || guild != 3 {
			t.Errorf("%s: language %q, limits %d and %d", name, s.Language("g1"), user, guild)
		}
	}
	first.now = first.now.Add(time.Minute)
	first.want(t, manager("reset", "team_channels"), "Saved")
	if first.setup.TeamChannel("g1", "200") || !first.setup.TeamChannel("g1", "100") {
		t.Error("the team channels are not those of the operator again")
	}
}

func TestSettingsThatMakeNoSenseChangeNothing(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		options []string
		want    string
	}{
		"no id":               {[]string{"team_channel", "#desk"}, `"#desk" is no id for team_channel`},
		"both":                {[]string{"team_channel", "7", "not_team_channel", "7"}, "can't both be"},
		"a call to everybody": {[]string{"call", "9"}, "I don't call everybody"},
		"everybody may add":   {[]string{"may_add", "9"}, "choose a role that fewer people have"},
		"no questions":        {[]string{"per_person", "0"}, "one person may ask in a minute must be a number from 1 to 600"},
		"too many questions":  {[]string{"per_server", "6001"}, "a number from 1 to 6000"},
		"a number in words":   {[]string{"per_server", "many"}, "number"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newCounter(t, settingsFile(t))
			r := in("9", manager(append([]string{"language", "de"}, c.options...)...))
			s.want(t, r, c.want)
			if got := s.setup.Language("9"); got != "" {
				t.Errorf("the language was set to %q all the same", got)
			}
		})
	}
	s := newCounter(t, settingsFile(t))
	s.want(t, in("", manager("language", "de")), "belong to a Discord server")
	s.want(t, by("u1", call("setup")), "Manage Server")
}

func TestWhoMayAskAndAdd(t *testing.T) {
	t.Parallel()
	s := newCounter(t, settingsFile(t))
	s.want(t, by("u1", call("add")), "you may not add articles")
	s.want(t, manager("may_ask", "1", "may_add", "2"), "Saved")
	for _, c := range []struct {
		command string
		roles   []string
		want    string
	}{
		{"ask", nil, "only people with a certain role"},
		{"ask", []string{"2"}, "only people with a certain role"},
		{"ask", []string{"3", "1"}, "done"},
		{"add", []string{"1"}, "you may not add articles"},
		{"add", []string{"1", "2"}, "done"},
		{"quiet", nil, "only when I am mentioned"},
	} {
		s.now = s.now.Add(time.Minute)
		s.want(t, by("u1", call(c.command), c.roles...), c.want)
	}
	s.now = s.now.Add(time.Minute)
	s.want(t, in("g2", by("u1", call("ask"))), "done")
	s.want(t, in("g1", manager("may_ask", "g1")), "is no id")
}

func TestLimitsOfAServerHoldAtOnce(t *testing.T) {
	t.Parallel()
	s := newCounter(t, settingsFile(t))
	ask := func(who, guild, want string) {
		t.Helper()
		s.want(t, in(guild, by(who, call("ask"))), want)
	}
	ask("u1", "g2", "done")
	ask("u1", "g2", "done")
	ask("u1", "g2", "You have asked 2 questions this minute; the next one is open in 30 s.")
	ask("u2", "g2", "done")
	ask("u2", "g2", "This server has asked 3 questions this minute; the next one is open in 20 s.")
	s.want(t, in("g2", manager()), "This server has asked") // as everybody
	s.now = s.now.Add(time.Minute)
	s.want(t, in("g2", manager("per_person", "1", "per_server", "100")), "Saved")
	s.now = s.now.Add(time.Minute)
	ask("u1", "g2", "done")
	ask("u1", "g2", "You have asked 1 question this minute; the next one is open in 60 s.")
	for _, who := range []string{"u2", "u3", "u4", "u5"} {
		ask(who, "g2", "done")
	}
}

// People in many channels ask for quiet at once while messages are judged: nothing of it is lost.
func TestSettingsChangedAtOnce(t *testing.T) {
	t.Parallel()
	s := newCounter(t, settingsFile(t))
	s.want(t, manager("per_person", "600", "per_server", "6000"), "Saved")
	s.now = s.now.Add(time.Minute)
	const places = 20
	var done sync.WaitGroup
	for i := range places {
		done.Go(func() {
			r := by("u1", call("quiet"))
			r.Place.Channel = strconv.Itoa(1000 + i)
			s.want(t, r, "only when I am mentioned")
		})
		done.Go(func() { s.setup.Quiet("g1", strconv.Itoa(1000+i)) })
	}
	done.Wait()
	for i := range places {
		if !s.setup.Quiet("g1", strconv.Itoa(1000+i)) {
			t.Errorf("place %d is not quiet", i)
		}
	}
}
