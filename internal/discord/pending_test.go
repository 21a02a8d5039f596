package discord

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"attache/internal/discordtest"
)

const (
	routeDeleteOriginal = "DELETE /webhooks/{app}/{token}/messages/{message}"
	routeGetOriginal    = "GET /webhooks/{app}/{token}/messages/{message}"
	routeGetMessages    = "GET /channels/{channel}/messages"
)

// underWay asks in every way and waits until no question is answered yet: two commands, of which one shows how far it is, and the same in messages.
func (s *scene) underWay(t *testing.T, left *memory) (asked []*discordtest.Interaction, messages []*discordtest.Message) {
	t.Helper()
	s.SetLocale(s.ben, "de")
	asked = append(asked,
		s.Command(s.general, s.ann, "ask", discordtest.Opt("question", "Will you wait?")),
		s.Command(s.general, s.ben, "ask", discordtest.Opt("question", "Will you wait in private?"), discordtest.Opt("private", true)),
		s.Command(s.general, s.ann, "slow"))
	soon(t, "the language to be known", func() bool { return len(s.asked("ask")) == 2 }) // a message does not tell it
	messages = append(messages,
		s.Say(s.general, s.ben, s.mention("wait for this too?")),
		s.Say(s.general, s.ben, s.mention("wait for this draft too?")),
		s.Say(s.team, s.ben, "Will you wait for this draft in a thread?"),
		s.Say(s.DM(s.ann).ID, s.ann, "wait for this draft in person?"))
	asked[2].WaitReplyLike(t, has("draft 49"))
	for _, q := range messages[1:] {
		s.WaitFor(t, "a reply in the making", func() bool { return len(s.repliesTo(q)) == 1 })
	}
	soon(t, "all to be under way", func() bool { return left.underWay() == 7 && len(s.asked("ask")) == 6 })
	return asked, messages
}

// repliesTo lists the bot's messages that answer one, in its thread too.
func (s *scene) repliesTo(q *discordtest.Message) []*discordtest.Message {
	all := s.threadMessages(q.ID)
	for _, m := range s.BotMessages(q.ChannelID) {
		if m.Reference != nil && m.Reference.MessageID == q.ID {
			all = append(all, m)
		}
	}
	return all
}

// A process that is killed leaves replies open; the next one closes them, also when Discord is out of order at first. What was in the making goes.
func TestRepliesCutOffByACrashAreClosed(t *testing.T) {
	t.Parallel()
	left := newMemory()
	s := newScene(t, discordtest.Options{}, func(o *Options) { o.Records, o.PerChannel, o.Grace = left, 8, time.Millisecond })
	asked, messages := s.underWay(t, left)
	killed := left.copy()
	for route, n := range map[string]int{routeDeleteOriginal: 2, discordtest.RouteEditOriginal: 1, discordtest.RouteCreateMessage: 1, discordtest.RouteEditMessage: 3} {
		s.Fail(route, n, discordtest.Failure{Status: http.StatusBadRequest}) // its last words do not arrive
	}
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	for _, i := range asked {
		for _, m := range i.Replies() {
			if has("restarted")(m) {
				t.Fatalf("the bot was not killed: %q", m.Text())
			}
		}
	}
	s.Fail(routeGetOriginal, 1, discordtest.Failure{Status: http.StatusRequestTimeout})
	s.Fail(routeGetMessages, 1, discordtest.Failure{Status: http.StatusRequestTimeout})
	s.start(func(o *Options) { o.Records, o.Retry = killed, time.Millisecond })
	told := map[string]string{s.ann: "I was restarted before this was answered.", s.ben: "Ich wurde neu gestartet"}
	for n, i := range asked {
		i.WaitReplyLike(t, has(told[[]string{s.ann, s.ben, s.ann}[n]]))
	}
	soon(t, "the next start to cross them off", func() bool { return killed.underWay() == 0 })
	for _, q := range messages {
		if got := s.repliesTo(q); len(got) != 1 || !has(told[q.Author.ID])(got[0]) || strings.Contains(got[0].Text(), "The pass") {
			t.Errorf("%q has %d replies: %v", q.Content, len(got), texts(got))
		}
	}
}

func texts(all []*discordtest.Message) (out []string) {
	for _, m := range all {
		out = append(out, m.Text())
	}
	return out
}

// A process that is killed when its replies stand, with buttons or without, but are not crossed off yet, leaves them to the next one, which lets them be.
func TestWholeRepliesAreLeftAlone(t *testing.T) {
	t.Parallel()
	records := newMemory()
	s := newScene(t, discordtest.Options{}, func(o *Options) { o.Records, o.PerChannel = records, 8 })
	asked, messages := s.underWay(t, records)
	killed := records.copy()
	s.open()
	close(s.desk.gate("")) // of direct messages
	note := func() map[string]string {
		now := map[string]string{}
		for _, i := range asked {
			for _, m := range i.Replies() {
				now[m.ID] = m.Text()
			}
		}
		for _, q := range messages {
			for _, m := range s.repliesTo(q) {
				now[m.ID] = m.Text()
			}
		}
		return now
	}
	soon(t, "all to be answered", func() bool { return records.underWay() == 0 })
	before := note()
	for name, posted := range map[string]map[string]Posted{"at once": {}, "when it was recorded where they stand": records.copy().posted} {
		if err := s.stop(); err != nil {
			t.Fatal(err)
		}
		left := killed.copy()
		left.posted = posted
		s.start(func(o *Options) { o.Records = left })
		soon(t, "the next start to cross them off", func() bool { return left.underWay() == 0 })
		if diff := cmp.Diff(before, note()); diff != "" || len(before) != 7 {
			t.Errorf("killed %s, %d replies have become (-before +after):\n%s", name, len(before), diff)
		}
	}
}

// A bot that stops asks Discord nothing more about replies that are left.
func TestStoppingLeavesReplies(t *testing.T) {
	t.Parallel()
	s := newScene(t, discordtest.Options{})
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	before := len(s.Requests(""))
	s.bot.closePending([]PendingReply{{ID: "1", App: s.AppID(), Token: "a", At: s.Now()}, {ID: "2", Channel: s.general, At: s.Now()}})
	if after := len(s.Requests("")); after > before {
		t.Errorf("%d requests were made", after-before)
	}
}
