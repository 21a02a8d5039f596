package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"attache/internal/discordtest"
)

const (
	ferryQuestion = "Who stopped the ferry to Zantorport?"
	ferryWords    = "was stopped by the harbor guard"
)

// walledTeam is a server to whose collection the operator has added one article, with the given marks.
func walledTeam(t *testing.T, marks func(team) []string) team {
	t.Helper()
	path := filepath.Join(t.TempDir(), "ferry.md")
	text := "---\ntitle: Ferry to Zantorport stopped\nsource: The Zantor Gazette\npublished: 2031-05-04\n---\nThe ferry to Zantorport " + ferryWords +
		" on Friday.\n\n“The ferry belongs to everybody,” said Foreign Minister Ilena Zantor of Varesh.\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	env := append(home(t), "ATTACHE_LIMITS_PER_USER_PER_MINUTE=1000", "ATTACHE_LIMITS_PER_GUILD_PER_MINUTE=1000")
	s := newTeam(t, discordtest.Options{}, env...)
	bot(t, "", env, append([]string{"ingest", path, "--guild", s.guild}, marks(s)...)...).want(t, 0, "1 added")
	return s
}

// answered reports whether a message is an answer, with what it took in its footer.
func answered(m *discordtest.Message) bool { return tookTime.MatchString(m.Text()) }

var tookTime = regexp.MustCompile(`\d (?:ms|s)\b`)

// ask asks for the ferry in a channel.
func (s team) ask(t *testing.T, channel, who string) *discordtest.Message {
	t.Helper()
	return s.Command(channel, who, "ask", discordtest.Opt("question", ferryQuestion)).WaitReplyLike(t, answered)
}

// What is bound to a channel is found there, and in the next one it is neither found nor named.
func TestABoundArticleStaysInItsChannel(t *testing.T) {
	t.Parallel()
	s := walledTeam(t, func(s team) []string { return []string{"--channel", s.questions} })
	soon(t, "the running bot to take the article up", func() bool { return holds(ferryWords)(s.ask(t, s.questions, s.ana)) })
	q := s.Say(s.questions, s.ana, "<@"+s.Bot().ID+"> "+ferryQuestion)
	s.WaitMessage(t, s.questions, func(m *discordtest.Message) bool {
		return m.Reference != nil && m.Reference.MessageID == q.ID && holds(ferryWords)(m)
	})
	for _, who := range []string{s.ana, s.manager} {
		if m := s.ask(t, s.chatter, who); holds(ferryWords)(m) || holds("Gazette")(m) || holds("alone")(m) {
			t.Errorf("in the next channel: %s", m.Text())
		}
	}
	named := func(channel string) bool {
		choices := s.Autocomplete(t, channel, s.ana, "quote", "speaker", "Zan")
		return slices.ContainsFunc(choices, func(c discordtest.Choice) bool { return strings.Contains(c.Name, "Zantor") })
	}
	if !named(s.questions) || named(s.chatter) {
		t.Errorf("the speaker is suggested in the channel: %v, in the next: %v", named(s.questions), named(s.chatter))
	}
}

// What is bound to a role is offered to who has it, and shown to nobody else, whoever presses the button.
func TestShowMePrivately(t *testing.T) {
	t.Parallel()
	s := walledTeam(t, func(team) []string { return nil })
	soon(t, "the running bot to take the article up", func() bool { return holds(ferryWords)(s.ask(t, s.chatter, s.ana)) })
	role := s.AddRole(s.guild, "envoys", 0).ID
	s.Grant(s.guild, s.ben, role)
	if _, err := s.TryCommand(s.chatter, s.manager, "wall", discordtest.Opt("article", "Ferry to Zantorport stopped"), discordtest.Opt("role", role)); err != nil {
		t.Fatal(err)
	}
	soon(t, "the wall to stand", func() bool { return !holds(ferryWords)(s.ask(t, s.chatter, s.ana)) })

	offered := s.ask(t, s.chatter, s.ben)
	if holds(ferryWords)(offered) || !holds("1 more article bears on this that I can show to you alone.")(offered) {
		t.Fatalf("Ben, who has the role, is told: %s", offered.Text())
	}
	private := s.Click(offered, s.ben, "Show me privately").WaitReplyLike(t, answered)
	if !private.Ephemeral() || !holds(ferryWords)(private) || !holds("only for <@&"+role+">")(private) {
		t.Errorf("Ben presses, and is shown, in private %v: %s", private.Ephemeral(), private.Text())
	}
	if private.Button("Share with the channel") != nil {
		t.Error("what rests on walled evidence can be shared with the channel")
	}
	if others := s.Click(offered, s.ana, "Show me privately").WaitReplyLike(t, answered); !others.Ephemeral() || holds(ferryWords)(others) {
		t.Errorf("Ana presses, and is shown: %s", others.Text())
	}
}
