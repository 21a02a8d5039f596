package gateway

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"attache/internal/discordtest"

	"github.com/bwmarrin/discordgo"
	"go.uber.org/goleak"
)

// logged is what discordgo logs in all tests of the package: its logger is set once.
var logged lockedBuffer

// description is Discord's own description of its API, or nil where it is not at hand. All tests check against it.
var description *discordtest.Description

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func TestMain(m *testing.M) {
	flag.Parse()
	if err := flag.Set("test.parallel", "16"); err != nil { // the tests sleep, as discordgo does for a second in each close
		panic(err)
	}
	if path := discordtest.FindDescription(); path != "" {
		var err error
		if description, err = discordtest.LoadDescription(path); err != nil {
			panic(err)
		}
	}
	setLogger(slog.New(slog.NewTextHandler(&logged, nil)))
	code := m.Run()
	if err := goleak.Find(); err != nil && code == 0 {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// patience bounds every wait of a test; only one that fails takes so long.
const patience = 2 * time.Minute

// quick are limits for tests: everything that waits, waits for milliseconds; what must not trip by accident on a slow
// machine keeps seconds.
func quick() limits {
	lim := defaultLimits()
	lim.handshake, lim.identifyGap, lim.retry = 5*time.Second, time.Millisecond, time.Millisecond
	lim.spacing, lim.backoff, lim.backoffMax, lim.ratePerSec = time.Millisecond, time.Millisecond, 5*time.Millisecond, 1e6
	return lim
}

// bench is a gateway under test, running against a double with one server, one channel and one person.
type bench struct {
	t       *testing.T
	srv     *discordtest.Server
	g       *Gateway
	guild   discordtest.Guild
	channel discordtest.Channel
	ana     discordtest.User
	stop    context.CancelFunc
	done    chan struct{}
	err     error // of Run, once done is closed
}

func newBench(t *testing.T, opts discordtest.Options, lim limits, change ...func(*Options)) *bench {
	t.Helper()
	t.Parallel()
	opts.Description = description
	opts.CallbackLimit = cmp.Or(opts.CallbackLimit, time.Minute) // no test here is about the three seconds
	b := &bench{t: t, srv: discordtest.New(t, opts), done: make(chan struct{})}
	b.guild = b.srv.AddGuild("Foreign desk")
	b.channel, b.ana = b.srv.AddChannel(b.guild.ID, "questions"), b.srv.AddMember(b.guild.ID, "ana")
	o := Options{Token: b.srv.Token(), Intents: DefaultIntents, Client: b.srv.Client(), Dialer: b.srv.Dialer()}
	for _, c := range change {
		c(&o)
	}
	var err error
	if b.g, err = newGateway(o, lim); err != nil {
		t.Fatal(err)
	}
	return b
}

// run starts the gateway and stops it with the test.
func (b *bench) run() *bench {
	ctx, cancel := context.WithCancel(context.Background())
	b.stop = cancel
	go func() {
		defer close(b.done)
		b.err = b.g.Run(ctx)
	}()
	b.t.Cleanup(func() { cancel(); <-b.done })
	return b
}

// up runs the gateway and waits until it is connected.
func (b *bench) up() *bench {
	b.t.Helper()
	b.run()
	b.srv.WaitConnected(b.t, 1)
	b.wait("READY", func() bool { return b.g.Connected() })
	return b
}

func (b *bench) wait(what string, cond func() bool) {
	b.t.Helper()
	limit := time.Now().Add(patience)
	for !cond() {
		if time.Now().After(limit) {
			b.t.Fatalf("waited too long for %s", what)
		}
		time.Sleep(time.Millisecond)
	}
}

// ended waits for the end of Run and returns its error.
func (b *bench) ended() error {
	b.t.Helper()
	select {
	case <-b.done:
		return b.err
	case <-time.After(patience):
		b.t.Fatal("Run did not end")
		return nil
	}
}

// heard collects the texts of messages that reach a handler.
func (b *bench) heard() chan string {
	texts := make(chan string, 1000)
	On(b.g, func(_ context.Context, m *discordgo.MessageCreate) { texts <- m.Content })
	return texts
}

func (b *bench) next(texts chan string) string {
	b.t.Helper()
	return receive(b.t, texts)
}

// receive waits for what a handler sends, or for a channel to close.
func receive[T any](t *testing.T, ch <-chan T) T {
	t.Helper()
	select {
	case v := <-ch:
		return v
	case <-time.After(patience):
		t.Fatal("nothing reached the handler")
		panic("unreachable")
	}
}

// fatal waits for Run to end with a FatalError.
func (b *bench) fatal() *FatalError {
	b.t.Helper()
	var fatal *FatalError
	if err := b.ended(); !errors.As(err, &fatal) {
		b.t.Fatalf("Run ended with %v, want a FatalError", err)
	}
	return fatal
}

func TestConnectHearAndGoodbye(t *testing.T) {
	b := newBench(t, discordtest.Options{}, quick())
	heard := b.heard()
	b.up()
	bot := b.srv.Bot()
	if b.g.UserID() != bot.ID || b.g.AppID() != b.srv.AppID() {
		t.Errorf("user %q, application %q; want %q and %q", b.g.UserID(), b.g.AppID(), bot.ID, b.srv.AppID())
	}
	receive(t, b.g.Ready())
	b.srv.Say(b.channel.ID, b.ana.ID, "Who is Ilena Drazh?")
	if got := b.next(heard); got != "Who is Ilena Drazh?" {
		t.Errorf("heard %q", got)
	}
	b.stop()
	if err := b.ended(); err != nil {
		t.Errorf("Run: %v, want nil after its context ended", err)
	}
	if closes := b.srv.Gateway().Closes; len(closes) != 1 || closes[0] != 1000 {
		t.Errorf("close codes %v, want a goodbye with 1000", closes)
	}
	if err := b.g.Run(context.Background()); err == nil {
		t.Error("a second Run was accepted")
	}
}

func TestTokenAndShardAreChecked(t *testing.T) {
	for _, tc := range []struct {
		name string
		opts Options
		want string
	}{
		{"no token", Options{}, "DISCORD_TOKEN"},
		{"white space in the token", Options{Token: "a b"}, "DISCORD_TOKEN"},
		{"shard beyond the count", Options{Token: "a", Shard: 2, Shards: 2}, "from 0 to 1"},
	} {
		if _, err := New(tc.opts); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: %v, want %q", tc.name, err, tc.want)
		}
	}
}

func TestWrongTokenEndsWithAdvice(t *testing.T) {
	b := newBench(t, discordtest.Options{}, quick(), func(o *Options) { o.Token = "wrong" }).run()
	fatal := b.fatal()
	for _, want := range []string{"refuses the bot's token", "401", "discord.com/developers/applications", "Reset Token", "DISCORD_TOKEN"} {
		if !strings.Contains(fatal.Error(), want) {
			t.Errorf("%q does not name %q", fatal, want)
		}
	}
	if n := b.srv.Gateway().Connections; n != 0 {
		t.Errorf("%d connections with a token that is known to be wrong", n)
	}
}

func TestMissingIntentEndsWithAdvice(t *testing.T) {
	b := newBench(t, discordtest.Options{SwitchedOff: discordtest.IntentMessageContent}, quick()).run()
	fatal := b.fatal()
	for _, want := range []string{"4014", "Message Content Intent", "discord.com/developers/applications"} {
		if !strings.Contains(fatal.Error(), want) {
			t.Errorf("%q does not name %q", fatal, want)
		}
	}
	if strings.Contains(fatal.Error(), "Presence") {
		t.Errorf("%q names an intent that was not asked for", fatal)
	}
	if n := b.srv.Gateway().Identifies; n != 1 {
		t.Errorf("%d IDENTIFYs, want 1: no retry cures this", n)
	}
}

func TestFatalCloseCodes(t *testing.T) {
	t.Parallel()
	for _, code := range []int{4004, 4010, 4011, 4012, 4013, 4014} {
		t.Run(fmt.Sprint(code), func(t *testing.T) {
			b := newBench(t, discordtest.Options{}, quick())
			b.srv.PlanEveryConnection(discordtest.Behaviour{OnIdentify: discordtest.CloseWith(code)})
			fatal := b.run().fatal()
			if fatal.Code != code || fatal.Reason == "" || fatal.Advice == "" {
				t.Errorf("got %+v", fatal)
			}
			if n := b.srv.Gateway().Connections; n != 1 {
				t.Errorf("%d connections, want 1", n)
			}
		})
	}
}

func TestPassingCloseCodesAreResumed(t *testing.T) {
	t.Parallel()
	for _, code := range []int{4000, 4001, 4002, 4008, 1001} {
		t.Run(fmt.Sprint(code), func(t *testing.T) {
			b := newBench(t, discordtest.Options{}, quick())
			heard := b.heard()
			b.up()
			b.srv.Trouble(discordtest.CloseWith(code))
			b.srv.Say(b.channel.ID, b.ana.ID, "while away")
			if got := b.next(heard); got != "while away" {
				t.Errorf("heard %q", got)
			}
			if st := b.srv.Gateway(); st.Resumed != 1 || st.Identifies != 1 || len(st.Closes) != 0 {
				t.Errorf("%d resumed, %d identified, closes %v; want 1, 1 and none", st.Resumed, st.Identifies, st.Closes)
			}
		})
	}
}

// A connection that was up is followed by the next at once, however often that happens: the back-off of an hour never begins.
func TestConnectionsThatWereUpAreFollowedAtOnce(t *testing.T) {
	t.Parallel()
	for name, trouble := range map[string]discordtest.Answer{
		"asked for a new connection": discordtest.Reconnect(), "cut": discordtest.Cut(), "closed": discordtest.CloseWith(4000),
	} {
		t.Run(name, func(t *testing.T) {
			lim := quick()
			lim.backoff, lim.backoffMax = time.Hour, time.Hour
			lim.dial, lim.handshake, lim.write = patience, patience, patience // an attempt that fails on a busy machine would wait for the hour
			b := newBench(t, discordtest.Options{}, lim)
			heard := b.heard()
			b.up()
			for i := range 4 {
				b.srv.Trouble(trouble)
				text := fmt.Sprint("while away ", i)
				b.srv.Say(b.channel.ID, b.ana.ID, text)
				if got := b.next(heard); got != text {
					t.Fatalf("heard %q, want %q", got, text)
				}
				b.wait("the session to be resumed", b.g.Connected)
			}
			// More than four when a slow machine lets the short deadlines of the test pass by themselves.
			if st := b.srv.Gateway(); st.Resumed < 4 || st.Identifies != 1 {
				t.Errorf("%d resumed and %d identified, want at least 4 and 1", st.Resumed, st.Identifies)
			}
		})
	}
}

// discordgo's heartbeat may notice late that a connection is gone and report it a second time, when the next one is up already.
func TestDisconnectReportedTwice(t *testing.T) {
	lim := quick()
	lim.backoff, lim.backoffMax = time.Hour, time.Hour
	lim.dial, lim.handshake, lim.write = patience, patience, patience
	b := newBench(t, discordtest.Options{}, lim)
	heard := b.heard()
	b.up()
	for range 3 {
		b.g.wentDown()
		b.wait("the report to be read", func() bool { return len(b.g.down) == 0 })
	}
	b.srv.Trouble(discordtest.Cut())
	b.srv.Say(b.channel.ID, b.ana.ID, "while away")
	if got := b.next(heard); got != "while away" {
		t.Errorf("heard %q", got)
	}
	b.wait("the session to be resumed", b.g.Connected)
}

func TestPauseGrowsWithFailedAttemptsOnly(t *testing.T) {
	g := &Gateway{limits: defaultLimits()}
	for _, tc := range []struct {
		failed      int
		since       time.Duration
		least, most time.Duration
	}{
		{0, time.Hour, 0, 0},
		{0, 400 * time.Millisecond, 600 * time.Millisecond, 600 * time.Millisecond},
		{1, time.Hour, 500 * time.Millisecond, time.Second},
		{4, time.Hour, 4 * time.Second, 8 * time.Second},
		{1000, time.Hour, 150 * time.Second, 5 * time.Minute},
	} {
		if got := g.pause(tc.failed, tc.since); got < tc.least || got > tc.most {
			t.Errorf("after %d failures, %v since the last: %v, want %v to %v", tc.failed, tc.since, got, tc.least, tc.most)
		}
	}
}

// TestFatalCodeAfterRefusedResume is the case in which discordgo alone would reconnect once a second for ever.
func TestFatalCodeAfterRefusedResume(t *testing.T) {
	t.Parallel()
	for _, code := range []int{4004, 4014} {
		t.Run(fmt.Sprint(code), func(t *testing.T) {
			b := newBench(t, discordtest.Options{}, quick()).up()
			b.srv.ForgetSessions()
			b.srv.PlanEveryConnection(discordtest.Behaviour{OnIdentify: discordtest.CloseWith(code)})
			b.srv.Trouble(discordtest.Cut())
			if fatal := b.fatal(); fatal.Code != code {
				t.Errorf("code %d, want %d", fatal.Code, code)
			}
		})
	}
}

// TestReconnectDuringHandshake sends op 7 where discordgo alone would lock up for good.
func TestReconnectDuringHandshake(t *testing.T) {
	t.Parallel()
	for name, plan := range map[string]discordtest.Behaviour{
		"instead of HELLO":      {OnAccept: discordtest.Reconnect()},
		"in answer to IDENTIFY": {OnIdentify: discordtest.Reconnect()},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, discordtest.Options{}, quick())
			b.srv.PlanConnections(plan, plan)
			b.up()
			if n := b.srv.Gateway().Connections; n != 3 {
				t.Errorf("%d connections, want 3", n)
			}
		})
	}
	t.Run("in answer to RESUME", func(t *testing.T) {
		b := newBench(t, discordtest.Options{}, quick())
		heard := b.heard()
		b.up()
		b.srv.PlanConnections(discordtest.Behaviour{OnResume: discordtest.Reconnect()}, discordtest.Behaviour{OnResume: discordtest.Reconnect()})
		b.srv.Trouble(discordtest.Reconnect())
		b.srv.Say(b.channel.ID, b.ana.ID, "while away")
		if got := b.next(heard); got != "while away" {
			t.Errorf("heard %q", got)
		}
		if st := b.srv.Gateway(); st.Resumes != 3 || st.Identifies != 1 {
			t.Errorf("%d RESUMEs and %d IDENTIFYs, want 3 and 1", st.Resumes, st.Identifies)
		}
	})
}

func TestRefusedResumeBeginsAnew(t *testing.T) {
	b := newBench(t, discordtest.Options{}, quick())
	heard := b.heard()
	b.up()
	b.srv.ForgetSessions()
	b.srv.Trouble(discordtest.Cut())
	b.wait("a second READY", func() bool { return b.srv.Gateway().Identifies == 2 && b.srv.Connected() == 1 })
	b.srv.Say(b.channel.ID, b.ana.ID, "hello again")
	if got := b.next(heard); got != "hello again" {
		t.Errorf("heard %q", got)
	}
}

func TestInterruptedSessionIsResumed(t *testing.T) {
	b := newBench(t, discordtest.Options{}, quick()).up()
	b.srv.Trouble(discordtest.InvalidSession(true))
	b.wait("RESUME", func() bool { return b.srv.Gateway().Resumed == 1 })
	if n := b.srv.Gateway().Identifies; n != 1 {
		t.Errorf("%d IDENTIFYs, want 1: the session may be resumed", n)
	}
}

func TestInvalidatedSessionBeginsAnew(t *testing.T) {
	b := newBench(t, discordtest.Options{}, quick()).up()
	b.srv.Trouble(discordtest.InvalidSession(false))
	b.wait("a second session", func() bool { return b.srv.Gateway().Identifies == 2 && b.srv.Connected() == 1 })
}

// TestIdentifyBudget refuses every IDENTIFY; Discord would void the token after a thousand.
func TestIdentifyBudget(t *testing.T) {
	b := newBench(t, discordtest.Options{SessionStarts: identifyReserve + 7}, quick())
	b.srv.PlanEveryConnection(discordtest.Behaviour{OnIdentify: discordtest.InvalidSession(false)})
	fatal := b.run().fatal()
	if fatal.Code != 0 || !strings.Contains(fatal.Error(), "void its token") {
		t.Errorf("got %v", fatal)
	}
	if n := b.srv.Gateway().Identifies; n != 7 {
		t.Errorf("%d IDENTIFYs, want the 7 that Discord's answer left beyond the reserve", n)
	}
	if n := b.srv.Gateway().Connections; n != 4 {
		t.Errorf("%d connections, want 4: each is given up after two IDENTIFYs, so that back-off applies", n)
	}
}

func TestIdentifiesAreSpaced(t *testing.T) {
	lim := quick()
	lim.identifyGap = 1500 * time.Millisecond // so much more than the double wants that it holds on a busy machine too
	b := newBench(t, discordtest.Options{IdentifyGap: 50 * time.Millisecond}, lim)
	b.srv.PlanConnections(discordtest.Behaviour{OnIdentify: discordtest.Cut()}, discordtest.Behaviour{OnIdentify: discordtest.Cut()})
	b.up()
	at := b.srv.Gateway().IdentifiedAt
	if len(at) != 3 {
		t.Errorf("%d IDENTIFYs, want 3: the double answers a quicker one with op 9", len(at))
	}
}

func TestHeartbeatACKsStop(t *testing.T) {
	var log lockedBuffer
	b := newBench(t, discordtest.Options{Heartbeat: 200 * time.Millisecond}, quick(), func(o *Options) {
		o.Logger = slog.New(slog.NewTextHandler(&log, nil))
	})
	heard := b.heard()
	b.up()
	b.srv.StopHeartbeatACKs()
	b.wait("a new connection", func() bool { return b.srv.Gateway().Resumed >= 1 })
	b.srv.Say(b.channel.ID, b.ana.ID, "still there?")
	if got := b.next(heard); got != "still there?" {
		t.Errorf("heard %q", got)
	}
	if st := b.srv.Gateway(); len(st.Closes) != 0 || st.Identifies != 1 {
		t.Errorf("closes %v, %d IDENTIFYs; the session must not be closed but resumed", st.Closes, st.Identifies)
	}
	if !strings.Contains(log.String(), errSilent.Error()) {
		t.Errorf("it was not the guard that noticed: %s", log.String())
	}
}

// TestCloseByTheLibraryKeepsTheSession does what discordgo's heartbeat does when it is late: it closes whatever connection
// there is with code 1000, which would void the session.
func TestCloseByTheLibraryKeepsTheSession(t *testing.T) {
	b := newBench(t, discordtest.Options{}, quick()).up()
	if err := b.g.session.Close(); err != nil {
		t.Fatal(err)
	}
	b.wait("RESUME", func() bool { return b.srv.Gateway().Resumed == 1 })
	if st := b.srv.Gateway(); len(st.Closes) != 0 || st.Identifies != 1 {
		t.Errorf("closes %v, %d IDENTIFYs; the session must not be closed but resumed", st.Closes, st.Identifies)
	}
}

func TestSilentConnectionIsResumedWithNothingLost(t *testing.T) {
	b := newBench(t, discordtest.Options{Heartbeat: 200 * time.Millisecond}, quick())
	heard := b.heard()
	b.up()
	b.srv.Trouble(discordtest.Silence())
	b.srv.Say(b.channel.ID, b.ana.ID, "one")
	b.srv.Say(b.channel.ID, b.ana.ID, "two")
	if one, two := b.next(heard), b.next(heard); one != "one" || two != "two" {
		t.Errorf("heard %q and %q", one, two)
	}
	if n := b.srv.Gateway().Resumed; n < 1 {
		t.Error("the session was not resumed")
	}
}

func TestSilenceDuringHandshake(t *testing.T) {
	lim := quick()
	lim.handshake = 300 * time.Millisecond
	b := newBench(t, discordtest.Options{}, lim)
	b.srv.PlanConnections(discordtest.Behaviour{OnAccept: discordtest.Silence()}, discordtest.Behaviour{OnIdentify: discordtest.Silence()})
	b.up()
	b.srv.PlanConnections(discordtest.Behaviour{OnResume: discordtest.Silence()})
	b.srv.Trouble(discordtest.Cut())
	b.wait("RESUME", func() bool { return b.srv.Gateway().Resumed >= 1 })
	// More than that when a busy machine lets the short deadline pass by itself.
	if st := b.srv.Gateway(); st.Connections < 5 || st.Resumes < 2 {
		t.Errorf("%d connections and %d RESUMEs, want at least 5 and 2", st.Connections, st.Resumes)
	}
}

func TestNoDialAfterShutdown(t *testing.T) {
	t.Parallel()
	for name, plan := range map[string]discordtest.Behaviour{
		"during back-off":  {OnAccept: discordtest.Cut()},
		"before HELLO":     {OnAccept: discordtest.Silence()},
		"before READY":     {OnIdentify: discordtest.Silence()},
		"in a refusal row": {OnIdentify: discordtest.InvalidSession(false)},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, discordtest.Options{}, quick())
			b.srv.PlanEveryConnection(plan)
			b.run()
			b.srv.WaitFor(t, "a connection", func() bool { return b.srv.Gateway().Connections > 0 })
			b.stop()
			if err := b.ended(); err != nil {
				t.Errorf("Run: %v", err)
			}
			before := b.srv.Gateway().Connections
			if err := b.g.session.Open(); err == nil {
				t.Error("the session could be opened after shutdown")
			}
			if after := b.srv.Gateway().Connections; after != before {
				t.Errorf("%d connections after shutdown", after-before)
			}
		})
	}
}

func TestReadyHandlerThatSends(t *testing.T) {
	b := newBench(t, discordtest.Options{}, quick())
	sent := make(chan error, 4)
	On(b.g, func(context.Context, *discordgo.Ready) { sent <- b.g.session.UpdateGameStatus(0, "reading") })
	b.up()
	if err := receive(t, sent); err != nil {
		t.Errorf("send from a Ready handler: %v", err)
	}
}

func TestStuckLockEndsRun(t *testing.T) {
	lim := quick()
	lim.lock, lim.closing = 2500*time.Millisecond, 50*time.Millisecond // a slow machine may hold it for a second
	b := newBench(t, discordtest.Options{}, lim).up()
	b.g.session.Lock()
	fatal := b.fatal()
	b.g.session.Unlock() // lets the goodbye that was left behind end
	if fatal.Code != 0 || !strings.Contains(fatal.Reason, "stuck") {
		t.Errorf("got %v", fatal)
	}
	b.wait("the goodbye to end", func() bool { return b.g.session.Close() == nil && goleak.Find(goleak.IgnoreCurrent()) == nil })
}

func TestResumeGoesWhereDiscordSays(t *testing.T) {
	b := newBench(t, discordtest.Options{}, quick()).up()
	b.srv.Trouble(discordtest.Cut())
	b.wait("RESUME", func() bool { return b.srv.Gateway().Resumed == 1 })
	hosts := strings.Join(b.srv.Gateway().Hosts, " ")
	if hosts != "gateway.discord.gg resume.discord.gg" {
		t.Errorf("connected to %s", hosts)
	}
}

func TestUnreachableResumeAddressIsGivenUp(t *testing.T) {
	b := newBench(t, discordtest.Options{}, quick()).up()
	b.g.mu.Lock()
	b.g.resume = "wss://elsewhere.invalid" // the double has no certificate for it
	b.g.mu.Unlock()
	b.srv.Trouble(discordtest.Cut())
	b.wait("RESUME", func() bool { return b.srv.Gateway().Resumed == 1 })
	hosts := strings.Join(b.srv.Gateway().Hosts, " ")
	if hosts != "gateway.discord.gg gateway.discord.gg" {
		t.Errorf("connected to %s", hosts)
	}
}

func TestGatewayThatCannotBeAskedIsAskedAgain(t *testing.T) {
	b := newBench(t, discordtest.Options{}, quick())
	b.srv.Fail(discordtest.RouteGatewayBot, maxAttempts+1, discordtest.Failure{Status: 503})
	b.up()
}

func TestUnknownEventsLeakNoText(t *testing.T) {
	b := newBench(t, discordtest.Options{}, quick())
	heard := b.heard()
	b.up()
	b.srv.DispatchRaw("SOMETHING_NEW", map[string]any{"content": "private words of Toma Velk"})
	b.srv.DispatchRaw("MESSAGE_CREATE", map[string]any{"id": 5, "content": "private words of Toma Velk"})
	b.srv.Say(b.channel.ID, b.ana.ID, "hello")
	if got := b.next(heard); got != "hello" {
		t.Errorf("heard %q: an event that cannot be read reached the handler", got)
	}
	if strings.Contains(logged.String(), "Toma Velk") {
		t.Errorf("a person's text was logged: %s", logged.String())
	}
}

func TestShardsSplitServers(t *testing.T) {
	t.Parallel()
	srv := discordtest.New(t, discordtest.Options{Description: description})
	var channels []string
	for n := range 6 {
		srv.Advance(time.Millisecond) // servers go to shards by the time in their ids
		channels = append(channels, srv.AddChannel(srv.AddGuild(fmt.Sprint("guild ", n)).ID, "questions").ID)
	}
	heard := make(chan [2]string, 100)
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	for shard := range 2 {
		g, err := newGateway(Options{
			Token: srv.Token(), Intents: DefaultIntents, Client: srv.Client(), Dialer: srv.Dialer(), Shard: shard, Shards: 2,
		}, quick())
		if err != nil {
			t.Fatal(err)
		}
		On(g, func(_ context.Context, m *discordgo.MessageCreate) { heard <- [2]string{m.Content, fmt.Sprint(shard)} })
		running.Go(func() {
			if err := g.Run(ctx); err != nil {
				t.Errorf("shard %d: %v", shard, err)
			}
		})
	}
	defer running.Wait()
	defer cancel()
	srv.WaitConnected(t, 2)
	shards := map[string]bool{}
	for n, channel := range channels {
		c, _ := srv.Channel(channel)
		text := fmt.Sprint("question ", n)
		srv.Say(channel, srv.AddMember(c.GuildID, "ben").ID, text)
		got := receive(t, heard)
		if got[0] != text {
			t.Errorf("heard %q, want %q: one shard each, once", got[0], text)
		}
		shards[got[1]] = true
	}
	if len(shards) != 2 {
		t.Errorf("only shards %v heard anything", shards)
	}
}
