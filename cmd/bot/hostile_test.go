package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"attache/internal/discordtest"
	"attache/internal/openaitest"
)

// harm is what would notify, link, format or quote if a text in which it stands were shown as it is.
const harm = "@everyone @here <@1> <@&2> [a bank](https://phish.example/x) ```js **bold** ~~gone~~ || https://phish.example/y"

// live finds what of it is alive: not behind a backslash, not taken apart.
var live = regexp.MustCompile(`@everyone|@here|(?:^|[^\\])<@|\]\(https://phish|(?:^|[^\\])` + "`" + `|[^\\]\*\*bold|[^\\]~~|[^\\]\|\||https://phish`)

// Text of articles, of people and of a language model is shown as text, wherever it stands.
func TestHostileTextIsInert(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "harm.md")
	article := "---\ntitle: The harbour of Tollund " + harm + "\nsource: The \"" + harm + "\" Post\npublished: 2031-06-01\n---\n\nThe harbour of Tollund was closed to ferries on Monday, the guild of pilots wrote: " + harm +
		".\n\n\"The harbour of Tollund is closed " + harm + ",\" said Orla Venn, the head of the guild of pilots.\n"
	if err := os.WriteFile(file, []byte(article), 0o600); err != nil {
		t.Fatal(err)
	}
	model := openaitest.New(t)
	model.Respond(func(openaitest.Request) openaitest.Reply {
		return openaitest.Reply{Text: "The harbour of Tollund was closed to ferries on Monday, the guild of pilots wrote: " + harm + " [1]"}
	})
	env := append(home(t), "ATTACHE_DATA_DIR="+filepath.Join(t.TempDir(), "data"))
	bot(t, "", env, "ingest", file).want(t, 0, "1 added")
	for name, env := range map[string][]string{"no model": env, "a model": append(withModel(t, model.URL()), env...)} {
		srv := discordtest.New(t, discordtest.Options{})
		s := team{Server: srv, guild: srv.AddGuild("Desk").ID}
		s.chatter, s.questions = srv.AddChannel(s.guild, "chatter").ID, srv.AddChannel(s.guild, "questions").ID
		s.ana, s.manager = srv.AddMember(s.guild, harm[:30]).ID, srv.AddMember(s.guild, "Mira", discordtest.PermManageGuild).ID
		role := srv.AddRole(s.guild, "duty", 0).ID
		stop := discordBot(t, srv, env...)
		srv.WaitCommand(t, s.guild, "help")
		s.setup(t, "", discordtest.Opt("team_channel", s.questions), discordtest.Opt("call", role))

		question := "Who closed the harbour of Tollund " + harm + "?"
		var seen []*discordtest.Message
		for command, option := range map[string]string{"ask": "question", "search": "words", "brief": "topic", "timeline": "topic", "verify": "text"} {
			text := question
			if command == "verify" {
				text = `Orla Venn: "The harbour of Tollund is closed for good ` + harm + `"`
			}
			i := s.Command(s.chatter, s.ana, command, discordtest.Opt(option, text[:min(len(text), 200)]), discordtest.Opt("private", true))
			m := i.WaitReplyLike(t, holds("Tollund"))
			seen = append(seen, m)
			if m.Button("Share with the channel") != nil {
				s.Click(m, s.ana, "Share with the channel")
				seen = append(seen, s.WaitMessage(t, s.chatter, func(shared *discordtest.Message) bool {
					return len(shared.Embeds) > 0 && shared.Embeds[0].Title == m.Embeds[0].Title && shared.Content != ""
				}))
			}
		}
		public := s.Command(s.chatter, s.ana, "ask", discordtest.Opt("question", question)).WaitReplyLike(t, holds("[1]"))
		seen = append(seen, public, s.Click(public, s.ana, "Passages").WaitReplyLike(t, holds("Tollund")), s.Click(public, s.ana, "Ask a person").WaitFollowUp(t, holds("Tollund")))
		q := s.Say(s.questions, s.ana, "<@"+srv.Bot().ID+"> "+question)
		seen = append(seen, s.WaitMessage(t, q.ID, holds("[1]")))
		for _, m := range seen {
			shown := m.Content
			for _, e := range m.Embeds {
				shown += "\n" + e.Title + "\n" + e.Description
			}
			shown = strings.ReplaceAll(shown, fmt.Sprintf("<@&%s>", role), "") // whom the configuration names
			if found := live.FindString(shown); found != "" {
				t.Errorf("%s: %q is live in:\n%s", name, found, shown)
			}
			if want := "role:" + role; len(m.Pinged) > 1 || len(m.Pinged) == 1 && m.Pinged[0] != want {
				t.Errorf("%s: notified were %v", name, m.Pinged)
			}
		}
		if len(seen) < 10 {
			t.Errorf("%s: only %d messages were looked at", name, len(seen))
		}
		stop()
	}
}
