package gateway

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/gorilla/websocket"
)

// DefaultIntents are what a bot needs that answers commands, mentions, direct messages and questions in team channels.
// The last one is privileged: it has to be switched on in the developer portal.
const DefaultIntents = discordgo.IntentGuilds | discordgo.IntentGuildMessages | discordgo.IntentDirectMessages |
	discordgo.IntentMessageContent

// Options says who the bot is and how it reaches Discord. Only Token and Intents have to be set.
type Options struct {
	// Token is the bot's token, with or without "Bot " in front.
	Token string
	// Intents are the events asked for.
	Intents discordgo.Intent
	// Shard and Shards split the servers over several processes; Shards 0 or 1 means no splitting.
	Shard, Shards int
	// Client makes REST requests; its Transport is used and its Timeout is not. Nil is one of the package's own.
	Client *http.Client
	// Dialer opens gateway connections; its NetDialContext and TLSClientConfig are used. Nil is the standard library's.
	Dialer *websocket.Dialer
	// Logger gets connects, disconnects and rate limits, never a user's text. Nil logs nothing.
	Logger *slog.Logger
	// UserAgent has Discord's form "DiscordBot (url, version)".
	UserAgent string
	// Workers is how many event handlers run at once; 64 by default.
	Workers int
}

// limits are the times and counts the package lives by. Tests make them smaller.
type limits struct {
	dial        time.Duration // to connect, TLS included
	handshake   time.Duration // for each answer up to READY or RESUMED
	write       time.Duration // for one write
	identifyGap time.Duration // between IDENTIFYs
	lock        time.Duration // the session's lock may be held this long
	spacing     time.Duration // between two connections, however good the first was
	backoff     time.Duration // first wait after a connection that failed
	backoffMax  time.Duration
	closing     time.Duration // for saying goodbye
	drain       time.Duration // for handlers under way at shutdown
	attempt     time.Duration // one REST attempt
	retry       time.Duration // first wait before a REST attempt is repeated
	ratePerSec  float64       // REST requests a second, below Discord's 50
}

func defaultLimits() limits {
	return limits{
		dial: 10 * time.Second, handshake: 20 * time.Second, write: 10 * time.Second, identifyGap: identifyGap,
		lock: 2 * time.Minute, spacing: time.Second, backoff: time.Second, backoffMax: 5 * time.Minute,
		closing: 5 * time.Second, drain: 30 * time.Second, attempt: 15 * time.Second, retry: 500 * time.Millisecond, ratePerSec: 45,
	}
}

// Gateway owns one discordgo session.
type Gateway struct {
	opts    Options
	limits  limits
	log     *slog.Logger
	session *discordgo.Session
	budget  *identifyBudget
	rest    *restClient
	api     *discordgo.Session // for requests; never connected
	events  *lanes
	presses *lanes

	running atomic.Bool
	down    chan struct{} // discordgo gave a connection up
	fatal   chan struct{} // closed once, after cause is set
	isUp    chan struct{} // closed at the first READY

	userID atomic.Pointer[string]
	appID  atomic.Pointer[string]

	mu      sync.Mutex
	run     context.Context // of Run; canceled before it and after it
	cause   *FatalError
	current *guard
	base    string // gateway URL that Discord gives everybody
	resume  string // gateway URL to resume at, "" when there is none
}

// New makes a gateway that is not connected yet. It does no I/O. Handlers are added with On before Run.
func New(opts Options) (*Gateway, error) { return newGateway(opts, defaultLimits()) }

func newGateway(opts Options, lim limits) (*Gateway, error) {
	opts.Token = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(opts.Token), "Bot "))
	if opts.Token == "" || strings.ContainsAny(opts.Token, " \t\r\n") {
		return nil, &FatalError{Reason: "the Discord token is empty or has white space in it", Advice: badToken(0).Advice}
	}
	if opts.Shards > 1 && (opts.Shard < 0 || opts.Shard >= opts.Shards) {
		return nil, fmt.Errorf("shard %d of %d: the number must be from 0 to %d", opts.Shard, opts.Shards, opts.Shards-1)
	}
	if opts.Logger == nil {
		opts.Logger = slog.New(slog.DiscardHandler)
	}
	if opts.UserAgent == "" {
		opts.UserAgent = "DiscordBot (attache, 1)"
	}
	if opts.Workers <= 0 {
		opts.Workers = defaultWorkers
	}
	before, cancel := context.WithCancel(context.Background())
	cancel() // no dial before Run either
	g := &Gateway{
		opts: opts, limits: lim, log: opts.Logger, run: before, budget: newIdentifyBudget(lim.identifyGap, time.Now),
		down: make(chan struct{}, 1), fatal: make(chan struct{}), isUp: make(chan struct{}),
		events: newLanes(opts.Workers, opts.Logger), presses: newLanes(pressWorkers, opts.Logger),
	}
	setLogger(g.log)
	g.rest = newREST(g)
	var err error
	if g.api, err = g.newSession(); err != nil {
		return nil, err
	}
	if g.session, err = g.newSession(); err != nil {
		return nil, err
	}
	g.session.Dialer = &websocket.Dialer{NetDialTLSContext: g.dial, HandshakeTimeout: g.limits.dial}
	// Handlers run within discordgo's read loop, which keeps events in order. That is safe because there are none but
	// this one and those of On, and they only queue: a handler that sends or waits there would deadlock.
	g.session.SyncEvents = true
	g.session.AddHandler(func(*discordgo.Session, *discordgo.Disconnect) { g.wentDown() })
	return g, nil
}

// newSession makes a discordgo session with everything off that this package does better or that is unsafe.
func (g *Gateway) newSession() (*discordgo.Session, error) {
	s, err := discordgo.New("Bot " + g.opts.Token)
	if err != nil {
		return nil, fmt.Errorf("make a session: %w", err)
	}
	s.Compress, s.Identify.Compress = false, false // the guard reads along
	s.StateEnabled = false                         // data races
	s.ShouldReconnectOnError = false               // Run reconnects
	s.ShouldReconnectVoiceOnSessionError = false
	s.ShouldRetryOnRateLimit, s.MaxRestRetries = false, 0 // the transport retries
	s.Identify.Intents = g.opts.Intents
	if g.opts.Shards > 1 {
		s.ShardID, s.ShardCount = g.opts.Shard, g.opts.Shards
	}
	s.UserAgent = g.opts.UserAgent
	s.LogLevel = discordgo.LogError // warnings hold people's messages
	s.Client = &http.Client{Transport: g.rest}
	return s, nil
}

// REST is a session for requests that have no method of their own here, as GuildMember; pass discordgo.WithContext. It
// is never connected: handlers added to it are never called, see On.
func (g *Gateway) REST() *discordgo.Session { return g.api }

// UserID is the bot's own user id, "" before the first READY. Every handler runs after it is set.
func (g *Gateway) UserID() string { return load(&g.userID) }

// AppID is the application's id, "" before the first READY. Every handler runs after it is set.
func (g *Gateway) AppID() string { return load(&g.appID) }

func load(p *atomic.Pointer[string]) string {
	if s := p.Load(); s != nil {
		return *s
	}
	return ""
}

// Ready is closed once the bot has been connected for the first time.
func (g *Gateway) Ready() <-chan struct{} { return g.isUp }

// Connected tells whether a session is up right now.
func (g *Gateway) Connected() bool {
	c := g.connection()
	if c == nil || c.ended() != nil {
		return false
	}
	_, up := c.steady()
	return up
}

// Run connects and stays connected until ctx ends, then says goodbye, waits half a minute at most for handlers that are
// under way and returns nil. When Discord will not have the bot, or the session is stuck, it returns a *FatalError. It
// runs once.
func (g *Gateway) Run(ctx context.Context) error {
	if !g.running.CompareAndSwap(false, true) {
		return errors.New("this gateway has run already; make a new one")
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	g.mu.Lock()
	g.run = ctx
	g.mu.Unlock()
	g.events.start(ctx)
	g.presses.start(ctx)
	defer context.AfterFunc(ctx, g.interrupt)()

	var watching sync.WaitGroup
	watching.Go(func() { g.watch(ctx) })
	g.stayConnected(ctx)
	cancel()
	watching.Wait()
	g.goodbye()
	g.drain()
	g.rest.closeIdle()
	if fatal := g.failure(); fatal != nil {
		return fatal
	}
	return nil
}

// stayConnected connects again and again until ctx ends or there is a fatal reason. After a connection that was up, as
// when Discord asks for a new one, it connects at once; the wait grows only with attempts that fail.
func (g *Gateway) stayConnected(ctx context.Context) {
	failed := 0
	for {
		began := time.Now()
		err := g.open(ctx)
		if err == nil && !g.waitDown(ctx) {
			return
		}
		if g.over(ctx) {
			return
		}
		failed++
		if c := g.connection(); c != nil {
			if reason := c.ended(); reason != nil {
				err = reason
			}
			if _, up := c.steady(); up {
				failed = 0
			}
		}
		g.log.Warn("disconnected from Discord", "err", err, "failed", failed)
		if !g.sleep(ctx, g.pause(failed, time.Since(began))) {
			return
		}
	}
}

// pause is the wait before the next connection, after so many failed attempts in a row and so long after the last one began.
func (g *Gateway) pause(failed int, since time.Duration) time.Duration {
	if failed > 0 {
		return g.backoff(failed)
	}
	return max(0, g.limits.spacing-since)
}

// over tells whether Run has to end.
func (g *Gateway) over(ctx context.Context) bool { return ctx.Err() != nil || g.failure() != nil }

// backoff is the wait before the nth try to connect again: doubling, bounded, and spread so that shards do not march in
// step.
func (g *Gateway) backoff(n int) time.Duration {
	wait := g.limits.backoffMax
	if n < 16 {
		wait = min(wait, g.limits.backoff<<(n-1))
	}
	return wait/2 + rand.N(wait/2+1)
}

// sleep waits; false when Run has to end.
func (g *Gateway) sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
	case <-g.fatal:
	}
	return false
}

// open makes one attempt to connect, up to READY or RESUMED.
func (g *Gateway) open(ctx context.Context) error {
	before := g.connection()
	g.setCurrent(nil)
	if err := g.preflight(ctx); err != nil {
		return err
	}
	select {
	case <-g.down: // of an earlier connection
	default:
	}
	var err error
	opened := make(chan struct{})
	go func() {
		defer close(opened)
		err = g.openSession()
	}()
	select {
	case <-opened:
		if errors.Is(err, discordgo.ErrWSAlreadyOpen) { // nothing was dialled; the end of the connection that is still there is yet to be told
			g.setCurrent(before)
			return nil
		}
		return err
	case <-g.fatal:
	}
	limit := time.NewTimer(g.limits.closing) // a session that is stuck is left behind
	defer limit.Stop()
	select {
	case <-opened:
	case <-limit.C:
	}
	return g.failure()
}

func (g *Gateway) openSession() error {
	err := g.session.Open()
	if errors.Is(err, errOtherHost) { // discordgo has now forgotten the old address and will ask for the new one
		err = g.session.Open()
	}
	return err
}

// preflight asks Discord where to connect and how many sessions may be begun, until it once was told.
func (g *Gateway) preflight(ctx context.Context) error {
	g.mu.Lock()
	known := g.base != ""
	g.mu.Unlock()
	if known {
		return nil
	}
	info, err := g.api.GatewayBot(discordgo.WithContext(ctx))
	if err != nil {
		return fmt.Errorf("ask Discord for its gateway: %w", err)
	}
	limit := info.SessionStartLimit
	g.budget.learn(limit.Remaining, time.Duration(limit.ResetAfter)*time.Millisecond)
	if info.Shards > max(1, g.opts.Shards) {
		g.log.Warn("more shards are recommended by Discord", "recommended", info.Shards, "configured", max(1, g.opts.Shards))
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.base = info.URL
	return nil
}

// waitDown waits until the connection is lost; false when Run has to end. discordgo may say more than once that an earlier connection is down, as when
// its heartbeat finds that out late: what counts is that the present one has ended.
func (g *Gateway) waitDown(ctx context.Context) bool {
	for {
		select {
		case <-g.down:
			if c := g.connection(); c == nil || c.ended() != nil {
				return true
			}
		case <-g.fatal:
			return false
		case <-ctx.Done():
			return false
		}
	}
}

func (g *Gateway) wentDown() {
	select {
	case g.down <- struct{}{}:
	default:
	}
}

// interrupt cuts a connection that is not up yet, so that nobody waits for its handshake.
func (g *Gateway) interrupt() {
	c := g.connection()
	if c == nil {
		return
	}
	if _, up := c.steady(); !up {
		c.hangUp(errShutdown)
	}
}

// goodbye closes the session, unless it is stuck: then the connection is cut and the session left behind.
func (g *Gateway) goodbye() {
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = g.session.Close() // the connection may be gone already
	}()
	timer := time.NewTimer(g.limits.closing)
	defer timer.Stop()
	select {
	case <-done:
	case <-timer.C:
		g.log.Error("the Discord session does not close; leaving it behind")
	}
	if c := g.connection(); c != nil {
		c.hangUp(errShutdown)
	}
}

// drain waits for handlers under way, within limits.
func (g *Gateway) drain() {
	done := make(chan struct{})
	go func() {
		defer close(done)
		g.events.wait()
		g.presses.wait()
	}()
	timer := time.NewTimer(g.limits.drain)
	defer timer.Stop()
	select {
	case <-done:
	case <-timer.C:
		g.log.Error("handlers do not end; leaving them behind", "after", g.limits.drain)
	}
}

// fail ends Run with this reason; the first one counts.
func (g *Gateway) fail(reason *FatalError) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.cause == nil {
		g.cause = reason
		close(g.fatal)
	}
}

func (g *Gateway) failure() *FatalError {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.cause
}

func (g *Gateway) runContext() context.Context {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.run
}

// watch ends Run when the session's lock is held for longer than anything lawful takes.
func (g *Gateway) watch(ctx context.Context) {
	ticker := time.NewTicker(g.limits.lock / 8)
	defer ticker.Stop()
	free := time.Now()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if g.session.TryRLock() {
			g.session.RUnlock()
			free = time.Now()
			continue
		}
		if time.Since(free) > g.limits.lock {
			g.fail(&FatalError{
				Reason: fmt.Sprintf("the connection to Discord has been stuck for more than %v", g.limits.lock),
				Advice: "start the bot again; a service manager can do so by itself",
			})
			return
		}
	}
}

// connection is the latest connection of the present attempt, or nil.
func (g *Gateway) connection() *guard {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.current
}

func (g *Gateway) setCurrent(c *guard) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.current = c
}

// ready learns from READY who the bot is and where to resume, before any handler sees it.
func (g *Gateway) ready(data json.RawMessage) {
	var r struct {
		User        struct{ ID string } `json:"user"`
		Application struct{ ID string } `json:"application"`
		ResumeURL   string              `json:"resume_gateway_url"`
		Guilds      []json.RawMessage   `json:"guilds"`
	}
	if err := json.Unmarshal(data, &r); err != nil {
		g.log.Warn("READY could not be read", "err", err)
		return
	}
	g.userID.Store(&r.User.ID)
	g.appID.Store(&r.Application.ID)
	g.mu.Lock()
	g.resume = r.ResumeURL
	select {
	case <-g.isUp:
	default:
		close(g.isUp)
	}
	g.mu.Unlock()
	g.log.Info("connected to Discord", "user", r.User.ID, "guilds", len(r.Guilds))
}

func (g *Gateway) resumed() { g.log.Info("resumed the Discord session") }

// gatewayURL is where the next connection goes: where Discord wants the session resumed, else the general address.
func (g *Gateway) gatewayURL() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.resume != "" {
		return g.resume
	}
	return g.base
}

func (g *Gateway) wantedHost() string {
	u, err := url.Parse(g.gatewayURL())
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// forgetHost gives the address to resume at up after it could not be reached.
func (g *Gateway) forgetHost(host string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if u, err := url.Parse(g.resume); err == nil && u.Hostname() == host {
		g.resume = ""
	}
}

func (g *Gateway) dialRaw(ctx context.Context, network, addr string) (net.Conn, error) {
	if d := g.opts.Dialer; d != nil && d.NetDialContext != nil {
		return d.NetDialContext(ctx, network, addr)
	}
	var d net.Dialer
	return d.DialContext(ctx, network, addr)
}

func (g *Gateway) tlsConfig(host string) *tls.Config {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if d := g.opts.Dialer; d != nil && d.TLSClientConfig != nil {
		config = d.TLSClientConfig.Clone()
	}
	config.ServerName = host
	config.NextProtos = []string{"http/1.1"}
	return config
}

// logOnce guards discordgo's package variable, which is read without a lock: it is set before the first session is made
// and never again.
var logOnce sync.Once

// setLogger sends discordgo's errors to the first gateway's logger. Sessions log errors only: warnings hold messages.
func setLogger(log *slog.Logger) {
	logOnce.Do(func() {
		discordgo.Logger = func(_, _ int, format string, args ...any) {
			log.Warn("discordgo", "msg", strings.TrimSpace(fmt.Sprintf(format, args...)))
		}
	})
}
