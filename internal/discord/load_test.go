package discord

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"attache/internal/discordtest"
)

var soak = flag.Duration("soak", time.Second, "how long TestSoak runs; an hour shows slow leaks")

// Sixty people ask at once, by command and by mention, in one channel and in many, with 100 ms to Discord. Everybody is answered once. The times are
// logged (go test -v -run SixtyPeople) and not compared, as a busy machine would fail any bound.
func TestSixtyPeopleAtOnce(t *testing.T) {
	t.Parallel()
	const people = 60
	s := newScene(t, discordtest.Options{Latency: 100 * time.Millisecond, CallbackLimit: time.Minute}, func(o *Options) { o.Respond = time.Minute })
	members := make([]string, people)
	channels := make([]string, people)
	for i := range people {
		members[i] = s.AddMember(s.guild, fmt.Sprint("person ", i)).ID
		channels[i] = s.AddChannel(s.guild, fmt.Sprint("channel ", i)).ID
	}
	for _, test := range []struct {
		name    string
		channel func(i int) string
	}{
		{"in one channel", func(int) string { return s.general }},
		{"in sixty channels", func(i int) string { return channels[i] }},
	} {
		t.Run(test.name, func(t *testing.T) {
			acks, replies := make([]time.Duration, people), make([]time.Duration, people)
			var done sync.WaitGroup
			for i := range people {
				done.Go(func() {
					start := time.Now()
					asked := s.Command(test.channel(i), members[i], "ask", discordtest.Opt("question", fmt.Sprint("question ", i)))
					acks[i] = asked.WaitAck(t).After
					asked.WaitReplyLike(t, has("The pass stays closed."))
					replies[i] = time.Since(start)
					if n := len(asked.Replies()); n != 1 {
						t.Errorf("person %d got %d replies", i, n)
					}
				})
			}
			done.Wait()
			slices.Sort(acks)
			slices.Sort(replies)
			t.Logf("commands: acknowledged after %v (median), %v (99 %%); answered after %v, %v", acks[people/2], acks[people-1], replies[people/2], replies[people-1])
		})
	}
	t.Run("by mention", func(t *testing.T) {
		replies := make([]time.Duration, people)
		var done sync.WaitGroup
		for i := range people {
			done.Go(func() {
				start := time.Now()
				q := s.Say(channels[i], members[i], s.mention(fmt.Sprint("question ", i)))
				s.WaitMessage(t, channels[i], func(m *discordtest.Message) bool { return m.Reference != nil && m.Reference.MessageID == q.ID })
				replies[i] = time.Since(start)
			})
		}
		done.Wait()
		slices.Sort(replies)
		t.Logf("mentions: answered after %v (median), %v (99 %%)", replies[people/2], replies[people-1])
	})
}

// troubles are what goes wrong between the bot and Discord in a soak: with requests every second or so, with the connection more seldom, as
// each time it comes back more slowly.
type troubles struct {
	random         *rand.Rand
	requests       []func()
	connection     []func()
	nextRequest    time.Time
	nextConnection time.Time
}

func newTroubles(s *scene, random *rand.Rand) *troubles {
	rest := func(route string, f discordtest.Failure) func() { return func() { s.Fail(route, 1, f) } }
	tr := &troubles{random: random, connection: []func(){
		func() { s.Trouble(discordtest.Reconnect()) }, func() { s.Trouble(discordtest.Cut()) }, func() { s.Trouble(discordtest.CloseWith(4000)) },
	}}
	for _, route := range []string{discordtest.RouteCallback, discordtest.RouteEditOriginal, discordtest.RouteCreateMessage, discordtest.RouteTyping, discordtest.RouteMessageThread} {
		tr.requests = append(tr.requests,
			rest(route, discordtest.Failure{Status: 502}), rest(route, discordtest.Failure{Status: 502, Afterwards: true}), rest(route, discordtest.Failure{}),
			rest(route, discordtest.Failure{Status: 429, RetryAfter: 20 * time.Millisecond}))
	}
	tr.requests = append(tr.requests, rest("", discordtest.Failure{Status: 429, RetryAfter: 50 * time.Millisecond, Global: true}), s.RequestHeartbeat)
	return tr
}

// strike makes go wrong what is due.
func (tr *troubles) strike(now time.Time) {
	if now.After(tr.nextRequest) {
		tr.requests[tr.random.IntN(len(tr.requests))]()
		tr.nextRequest = now.Add(time.Duration(200+tr.random.IntN(1000)) * time.Millisecond)
	}
	if now.After(tr.nextConnection) {
		tr.connection[tr.random.IntN(len(tr.connection))]()
		tr.nextConnection = now.Add(time.Duration(10+tr.random.IntN(20)) * time.Second)
	}
}

// For as long as -soak says, people ask in every way while requests fail and connections drop. Every question gets one answer, none gets two, and nothing
// is left running. It does not run beside other tests, so that goroutines can be counted.
func TestSoak(t *testing.T) {
	s := newScene(t, discordtest.Options{WaitLimit: 2 * time.Minute})
	random := rand.New(rand.NewPCG(1, 2)) // repeatable
	trouble := newTroubles(s, random)
	before := runtime.NumGoroutine()
	end := time.Now().Add(*soak)
	asked := 0
	for ; time.Now().Before(end); asked++ {
		trouble.strike(time.Now())
		s.askSomehow(t, asked, random)
	}
	if err := s.stop(); err != nil {
		t.Error(err)
	}
	soon(t, "goroutines to end", func() bool { return runtime.NumGoroutine() <= before })
	t.Logf("%d questions in %v", asked, *soak)
}

// askSomehow asks one question and waits for its one answer.
func (s *scene) askSomehow(t *testing.T, n int, random *rand.Rand) {
	t.Helper()
	question := fmt.Sprintf("What about number %d?", n)
	answered := func(m *discordtest.Message) bool {
		return strings.Contains(m.Text(), question) && has("The pass stays closed.")(m)
	}
	channel := s.general
	switch random.IntN(3) {
	case 0:
		q := s.Say(s.team, s.ann, question)
		s.WaitFor(t, "an answer in the thread or the channel", func() bool {
			return slices.ContainsFunc(append(s.threadMessages(q.ID), s.BotMessages(s.team)...), answered)
		})
		channel = q.ID
	case 1:
		s.Say(s.general, s.ann, s.mention(question))
		s.WaitMessage(t, s.general, answered)
	default:
		i := s.Command(s.general, s.ann, "ask", discordtest.Opt("question", question))
		s.WaitFor(t, "an answer to the command", func() bool { return slices.ContainsFunc(append(i.Replies(), s.BotMessages(s.general)...), answered) })
	}
	count := 0
	for _, m := range append(s.threadMessages(channel), s.BotMessages(s.team)...) {
		if answered(m) {
			count++
		}
	}
	if count != 1 {
		t.Errorf("question %d was answered %d times", n, count)
	}
}

// threadMessages is BotMessages of a channel or thread that may not exist yet.
func (s *scene) threadMessages(id string) []*discordtest.Message {
	if _, ok := s.Channel(id); !ok {
		return nil
	}
	return s.BotMessages(id)
}
