package discord

import (
	"flag"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"reflect"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"attache/internal/discordtest"
)

// soak is a minute in the plain run of all tests, so that it is done once: the race detector gets a moment of it, and so does a short run.
var soak = flag.Duration("soak", 0, "how long TestSoak runs; an hour shows slow leaks (a minute by default)")

func soakTime() time.Duration {
	switch {
	case *soak > 0:
		return *soak
	case raceEnabled, testing.Short():
		return 2 * time.Second
	}
	return time.Minute
}

// inItsOwnProcess tells TestSoakAlone that it has a process to itself.
const inItsOwnProcess = "TEST_SOAK_ALONE"

// For as long as -soak says, people ask in every way while requests fail and connections drop. Every question gets one answer, none gets two, and nothing
// is left running. It has a process of its own, beside the other tests, so that goroutines can be counted.
func TestSoak(t *testing.T) {
	t.Parallel()
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestSoakAlone$", "-test.v", "-test.timeout=0", "-soak="+soakTime().String())
	child.Env = append(os.Environ(), inItsOwnProcess+"=1")
	told, err := child.CombinedOutput()
	for line := range strings.Lines(string(told)) {
		if err != nil || strings.Contains(line, "soak_test.go") {
			t.Log(strings.TrimSpace(line))
		}
	}
	if err != nil {
		t.Error(err)
	}
}

func TestSoakAlone(t *testing.T) {
	if os.Getenv(inItsOwnProcess) == "" {
		t.Skip("TestSoak starts this")
	}
	const askers = 3
	s := newScene(t, discordtest.Options{Heartbeat: 5 * time.Second}, func(o *Options) {
		o.Log = slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelError}))
	})
	before := runtime.NumGoroutine()
	trouble := newTroubles(s)
	end := time.Now().Add(*soak)
	var asked tally
	var done sync.WaitGroup
	for n := range askers {
		a := &soaker{scene: s, random: rand.New(rand.NewPCG(1, uint64(n))), who: s.AddMember(s.guild, fmt.Sprint("asker ", n)).ID, channel: s.AddChannel(s.guild, fmt.Sprint("desk ", n)).ID}
		asked.lookAt(a.channel, s.DM(a.who).ID)
		done.Go(func() {
			for time.Now().Before(end) {
				trouble.calmly(func() { a.ask(t, &asked) })
			}
		})
	}
	over := make(chan struct{})
	go func() { done.Wait(); close(over) }()
	trouble.strikeUntil(t, over)
	if err := s.stop(); err != nil {
		t.Error(err)
	}
	asked.count(t, s)
	soon(t, "goroutines to end", func() bool { return runtime.NumGoroutine() <= before })
	if n := len(s.bot.work.lanes); n > 0 || s.bot.work.waiting > 0 {
		t.Errorf("%d channels are still worked for, and %d requests wait", n, s.bot.work.waiting)
	}
	t.Logf("%d questions in %v, %d failed requests and %d broken connections; discordgo keeps %d rate-limit buckets", asked.n, *soak, trouble.requests.struck, trouble.connection.struck, buckets(s.bot))
	if n := buckets(s.bot); n > mostBuckets {
		t.Errorf("%d rate-limit buckets are kept, want %d at most", n, mostBuckets)
	}
}

// mostBuckets is how many rate-limit buckets discordgo may keep, each of them for ever, however many channels, people and interactions there were.
const mostBuckets = 150

// buckets counts the rate-limit buckets of the bot's session, which discordgo hides. The bot must have stopped.
func buckets(b *Bot) int {
	session := reflect.ValueOf(b.gateway).Elem().FieldByName("api").Elem()
	return session.FieldByName("Ratelimiter").Elem().FieldByName("buckets").Len()
}

// tally counts the questions and finds their answers.
type tally struct {
	mu      sync.Mutex
	n       int
	places  []string                   // where answers may stand, besides threads
	replies []*discordtest.Interaction // what only the asker sees
}

// next is the number of a new question.
func (c *tally) next() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n++
	return c.n
}

// lookAt notes where an answer may stand.
func (c *tally) lookAt(places ...string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.places = append(c.places, places...)
}

func (c *tally) lookUnder(i *discordtest.Interaction) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.replies = append(c.replies, i)
}

var soakQuestion = regexp.MustCompile(`What about number \d+\?`)

// count fails for each question that has not exactly one answer.
func (c *tally) count(t *testing.T, s *scene) {
	t.Helper()
	answers := map[string]map[string]bool{} // by question, the ids of the messages
	add := func(all []*discordtest.Message) {
		for _, m := range all {
			if q := soakQuestion.FindString(m.Text()); q != "" && has("The pass stays closed.")(m) {
				if answers[q] == nil {
					answers[q] = map[string]bool{}
				}
				answers[q][m.ID] = true
			}
		}
	}
	for _, place := range append(c.places, s.team) {
		add(s.threadMessages(place))
	}
	for _, i := range c.replies {
		add(i.Replies())
	}
	for n := 1; n <= c.n; n++ {
		if got := len(answers[fmt.Sprintf("What about number %d?", n)]); got != 1 {
			t.Errorf("question %d has %d answers", n, got)
		}
	}
}

// soaker is somebody who asks and asks.
type soaker struct {
	*scene
	random       *rand.Rand
	who, channel string
}

// ask asks one question somehow and waits for an answer.
func (a *soaker) ask(t *testing.T, asked *tally) {
	t.Helper()
	question := fmt.Sprintf("What about number %d?", asked.next())
	direct := a.DM(a.who).ID
	wait := func(i *discordtest.Interaction, places ...string) {
		t.Helper()
		a.WaitFor(t, "an answer to "+question, func() bool {
			var all []*discordtest.Message
			for _, place := range places {
				all = append(all, a.threadMessages(place)...)
			}
			if i != nil {
				all = append(all, i.Replies()...)
			}
			return slices.ContainsFunc(all, has(question, "The pass stays closed."))
		})
	}
	switch a.random.IntN(5) {
	case 0:
		q := a.Say(a.team, a.who, question)
		asked.lookAt(q.ID)
		wait(nil, q.ID, a.team)
	case 1:
		a.Say(a.channel, a.who, a.mention(question))
		wait(nil, a.channel)
	case 2:
		a.Say(direct, a.who, question)
		wait(nil, direct)
	case 3:
		i := a.Command(a.channel, a.who, "ask", discordtest.Opt("question", question), discordtest.Opt("private", true))
		asked.lookUnder(i)
		wait(i, direct)
	default:
		i := a.Command(a.channel, a.who, "ask", discordtest.Opt("question", question))
		asked.lookUnder(i)
		wait(i, a.channel)
	}
}

// troubles are what goes wrong between the bot and Discord in a soak: with requests every second or so, with the connection more seldom, as
// each time it comes back more slowly.
type troubles struct {
	s                    *scene
	random               *rand.Rand
	between              sync.RWMutex // see calmly
	requests, connection calamity
}

// calamity is one kind of trouble: what may happen, and when next.
type calamity struct {
	all    []func()
	least  time.Duration // between two
	spread time.Duration // and how much more it may be
	next   time.Time
	struck int
}

func newTroubles(s *scene) *troubles {
	rest := func(route string, f discordtest.Failure) func() { return func() { s.Fail(route, 1, f) } }
	tr := &troubles{s: s, random: rand.New(rand.NewPCG(1, 2)), // repeatable
		requests:   calamity{least: 200 * time.Millisecond, spread: time.Second},
		connection: calamity{least: 3 * time.Second, spread: 7 * time.Second},
	}
	for _, a := range []discordtest.Answer{discordtest.Reconnect(), discordtest.Cut(), discordtest.CloseWith(4000), discordtest.InvalidSession(true)} {
		tr.connection.all = append(tr.connection.all, func() { s.Trouble(a) })
	}
	tr.connection.all = append(tr.connection.all, s.StopHeartbeatACKs, tr.forgotten)
	for _, route := range []string{discordtest.RouteCallback, discordtest.RouteEditOriginal, discordtest.RouteCreateMessage, discordtest.RouteTyping, discordtest.RouteMessageThread} {
		tr.requests.all = append(tr.requests.all,
			rest(route, discordtest.Failure{Status: 502}), rest(route, discordtest.Failure{Status: 502, Afterwards: true}), rest(route, discordtest.Failure{}),
			rest(route, discordtest.Failure{Status: 429, RetryAfter: 20 * time.Millisecond}))
	}
	tr.requests.all = append(tr.requests.all, rest("", discordtest.Failure{Status: 429, RetryAfter: 50 * time.Millisecond, Global: true}), s.RequestHeartbeat)
	return tr
}

// forgotten makes Discord forget the session, with all that it would have sent meanwhile.
func (tr *troubles) forgotten() {
	tr.between.Lock()
	defer tr.between.Unlock()
	identified := tr.s.Gateway().Identifies
	tr.s.Trouble(discordtest.InvalidSession(false))
	tr.s.WaitFor(tr.s.t, "a new session", func() bool { return tr.s.Gateway().Identifies > identified && tr.s.Connected() == 1 })
}

// calmly does something while Discord does not lose events.
func (tr *troubles) calmly(do func()) {
	tr.between.RLock()
	defer tr.between.RUnlock()
	do()
}

// strikeUntil makes things go wrong until all is over.
func (tr *troubles) strikeUntil(t *testing.T, over <-chan struct{}) {
	t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-over:
			return
		case now := <-tick.C:
			tr.requests.strike(now, tr.random)
			tr.connection.strike(now, tr.random)
		}
	}
}

// strike makes go wrong what is due.
func (c *calamity) strike(now time.Time, random *rand.Rand) {
	if now.Before(c.next) {
		return
	}
	c.all[random.IntN(len(c.all))]()
	c.struck++
	c.next = time.Now().Add(c.least + time.Duration(random.Int64N(int64(c.spread))))
}

// threadMessages is BotMessages of a channel or thread that may not exist yet.
func (s *scene) threadMessages(id string) []*discordtest.Message {
	if _, ok := s.Channel(id); !ok {
		return nil
	}
	return s.BotMessages(id)
}
