package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"attache/internal/discordtest"
)

// paper writes articles into a folder and takes them in with a process of its own, into the collection of one server.
type paper struct {
	env        []string
	dir, guild string
}

func (p paper) publish(t *testing.T, name, text string) {
	t.Helper()
	path := filepath.Join(p.dir, name+".md")
	article := fmt.Sprintf("---\ntitle: %s\nsource: Northern Wire\nurl: https://wire.example/%s\npublished: 2031-06-01\n---\n%s\n", name, name, text)
	if err := os.WriteFile(path, []byte(article), 0o600); err != nil {
		t.Fatal(err)
	}
	if o := bot(t, "", p.env, "ingest", path, "--guild", p.guild); o.code != 0 {
		t.Fatal(o.out, o.err)
	}
}

// news lists the bot's posts of watches in a channel.
func (s team) news(channel string) (posts []*discordtest.Message) {
	for _, m := range s.BotMessages(channel) {
		if holds("/unwatch", "New ")(m) && !m.Ephemeral() {
			posts = append(posts, m)
		}
	}
	return posts
}

// wait waits for the n-th post in a channel and returns it; more than n are an error.
func (s team) wait(t *testing.T, channel string, n int, parts ...string) *discordtest.Message {
	t.Helper()
	s.WaitFor(t, fmt.Sprintf("post %d", n), func() bool { return len(s.news(channel)) >= n })
	posts := s.news(channel)
	if len(posts) > n {
		t.Fatalf("%d posts, want %d; the last: %s", len(posts), n, posts[len(posts)-1].Text())
	}
	if !holds(parts...)(posts[n-1]) {
		t.Errorf("post %d lacks one of %q: %s", n, parts, posts[n-1].Text())
	}
	return posts[n-1]
}

const (
	mud  = "The Kareth pass was closed because of mud on Monday. Drivers waited in the valley below, and the mail went by mule over the old path."
	snow = "Snow closed the Kareth pass again, the road office of Varesh said. Nobody crossed, and a plough was sent from Brandholm."
)

// What another process takes in is posted once in the channel that watches for it, with its sentence; also when the bot was down meanwhile.
func TestWatchesOnDiscord(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	env := []string{"ATTACHE_DATA_DIR=" + data, "ATTACHE_WATCH_SETTLE=20ms", "ATTACHE_LIMITS_PER_USER_PER_MINUTE=1000", "ATTACHE_LIMITS_PER_GUILD_PER_MINUTE=1000"}
	srv := discordtest.New(t, discordtest.Options{})
	guild := srv.AddGuild("Desk").ID
	s := team{Server: srv, guild: guild, questions: srv.AddChannel(guild, "questions").ID, chatter: srv.AddChannel(guild, "chatter").ID, ana: srv.AddMember(guild, "Ana").ID}
	stop := discordBot(t, srv, env...)
	srv.WaitCommand(t, guild, "watches")
	p := paper{env: env, dir: t.TempDir(), guild: guild}

	s.Command(s.questions, s.ana, "watch", discordtest.Opt("topic", "the Kareth pass")).WaitReplyLike(t, holds("I post here what new articles say on the Kareth pass"))
	s.Command(s.chatter, s.ana, "watch", discordtest.Opt("speaker", "Drazh")).WaitReplyLike(t, holds("Ilena Drazh"))
	asked := s.Command(s.chatter, s.ana, "ask", discordtest.Opt("question", "Who commands the harbour guard of Tollund?"))
	asked.WaitReplyLike(t, holds("Nothing in this collection"))

	p.publish(t, "mud", mud)
	s.wait(t, s.questions, 1, "New on the Kareth pass", "because of mud", "Northern Wire, 1 Jun 2031")
	p.publish(t, "mud", mud)
	p.publish(t, "cup", "Brandholm beat Lind in the cup on Saturday. The second goal came in the last minute.")
	p.publish(t, "copied", mud+" More follows.")
	p.publish(t, "drazh", "“We shall carry the mail ourselves,” Foreign Minister Ilena Drazh said on Tuesday.")
	s.wait(t, s.chatter, 1, "New from Ilena Drazh", "“We shall carry the mail ourselves”", "Foreign Minister")
	p.publish(t, "snow", snow)
	s.wait(t, s.questions, 2, "Snow closed the Kareth pass again")

	stop()
	p.publish(t, "ice", "Ice closed the Kareth pass on Thursday for a third time. Two cars slid into the ditch near the upper hut, and a bus had to turn.")
	stop = discordBot(t, srv, env...)
	s.wait(t, s.questions, 3, "Ice closed the Kareth pass")
	bot(t, "", env, "watches").want(t, 0, "2 watches in server "+guild, "what new articles say on the Kareth pass · in channel "+s.questions, "what Ilena Drazh is newly quoted with")

	s.Command(s.questions, s.ana, "unwatch", discordtest.Opt("watch", "1")).WaitReplyLike(t, holds("Watch 1 has ended"))
	p.publish(t, "wind", "Wind closed the Kareth pass on Friday, and the ropeway too, for the first time in nine years.")
	p.publish(t, "answer", "“The ropeway is older than I am,” Foreign Minister Ilena Drazh said on Friday.")
	s.wait(t, s.chatter, 2, "“The ropeway is older than I am”")
	s.wait(t, s.questions, 3)

	p.publish(t, "guard", "The harbour guard of Tollund is commanded by Captain Orla Brenn, the city said.")
	var answer *discordtest.Message
	soon(t, "the article to be found", func() bool {
		answer = s.Command(s.chatter, s.ana, "ask", discordtest.Opt("question", "Who commands the harbour guard of Tollund?")).WaitReplyLike(t, holds("#"))
		return holds("Orla Brenn")(answer)
	})
	p.publish(t, "guard", "The harbour guard of Tollund is commanded by Captain Sten Halloran, the city said.")
	s.WaitFor(t, "the standing answer to be amended", func() bool {
		for _, m := range s.BotMessages(s.chatter) {
			if m.ID == answer.ID && holds("This answer rests on words that have since been changed", "Sten Halloran")(m) {
				return true
			}
		}
		return false
	})
	stop()
}

// Where the bot may not write, a watch is paused, which doctor and /watches tell, and loses nothing.
func TestAWatchWhereTheBotMayNotWrite(t *testing.T) {
	t.Parallel()
	env := append(home(t), "ATTACHE_WATCH_SETTLE=20ms")
	s := newTeam(t, discordtest.Options{}, env...)
	p := paper{env: env, dir: t.TempDir(), guild: s.guild}
	s.Command(s.questions, s.ana, "watch", discordtest.Opt("topic", "the Kareth pass")).WaitReplyLike(t, holds("I post here"))
	s.Deny(s.questions, discordtest.PermSendMessages)
	p.publish(t, "mud", mud)
	soon(t, "the watch to be paused", func() bool { return strings.Contains(bot(t, "", env, "watches").out, "is paused") })
	s.Allow(s.questions, discordtest.PermSendMessages)
	p.publish(t, "snow", snow)
	s.wait(t, s.questions, 1, "because of mud", "Snow closed")
}

// At the terminal a watch is shown between two lines.
func TestWatchInTheTerminal(t *testing.T) {
	t.Parallel()
	env := append(home(t), "ATTACHE_WATCH_SETTLE=20ms")
	bot(t, "/watch topic:the Kareth pass\n", env).want(t, 0, "I post here what new articles say on the Kareth pass")
	path := filepath.Join(t.TempDir(), "mud.txt")
	if err := os.WriteFile(path, []byte("Mud on the road\n\n"+mud+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	bot(t, "", env, "ingest", path).want(t, 0, "added")
	input, typing := io.Pipe()
	var out lockedBuffer
	ended := make(chan int, 1)
	go func() { ended <- run(t.Context(), nil, streams{input, &out, io.Discard}, env, network{}) }()
	soon(t, "the news to be shown", func() bool { return strings.Contains(out.String(), "New on the Kareth pass") })
	if err := typing.Close(); err != nil {
		t.Fatal(err)
	}
	if code := <-ended; code != 0 || strings.Count(out.String(), "New on the Kareth pass") != 1 {
		t.Errorf("exit code %d, output:\n%s", code, out.String())
	}
	bot(t, "/watches\n", env).want(t, 0, "what new articles say on the Kareth pass")
	if o := bot(t, "", env); strings.Contains(o.out, "New on") {
		t.Errorf("shown again:\n%s", o.out)
	}
}

// lockedBuffer takes up what is printed while a test looks at it.
type lockedBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}
