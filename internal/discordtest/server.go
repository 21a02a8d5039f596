package discordtest

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"
)

// Options sets a double up. The zero value is a Discord that works.
type Options struct {
	// Token is the bot's token, without "Bot "; "test-token" by default.
	Token string
	// SwitchedOff are privileged intents that are off in the developer portal: asking for one closes with 4014.
	SwitchedOff int
	// Now is the clock, time.Now by default; Advance adds to it.
	Now func() time.Time
	// Heartbeat is the interval announced in HELLO; 41.25 s by default.
	Heartbeat time.Duration
	// Latency is waited before each REST request is handled.
	Latency time.Duration
	// CallbackLimit is the time to the first response to an interaction; Discord's 3 s by default. More is for tests that load the machine.
	CallbackLimit time.Duration
	// WaitLimit bounds every wait of a test; 2 minutes by default: only a test that fails waits so long.
	WaitLimit time.Duration
	// RateLimits turns Discord's per-route limits on: 5 creates and 5 edits of messages per 5 s and channel.
	RateLimits bool
	// RateWindow is the time those limits hold for; 5 s by default.
	RateWindow time.Duration
	// GlobalLimit is the number of REST requests a second, 50 at Discord; 0 means none. Interaction endpoints are exempt.
	GlobalLimit int
	// SessionStarts is how many IDENTIFYs are left today; 1000 by default. Beyond it the token is void (4004), as at Discord.
	SessionStarts int
	// IdentifyGap is the least time between two IDENTIFYs, 5 s at Discord; a quicker one gets op 9. 0 means none.
	IdentifyGap time.Duration
	// Description, when set, is what requests and replies are checked against.
	Description *Description
	// KeepViolations leaves Violations to the test: New does not fail it for them.
	KeepViolations bool
}

func (o Options) withDefaults() Options {
	if o.Token == "" {
		o.Token = "test-token"
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Heartbeat == 0 {
		o.Heartbeat = 41250 * time.Millisecond
	}
	if o.CallbackLimit == 0 {
		o.CallbackLimit = callbackLimit
	}
	if o.WaitLimit == 0 {
		o.WaitLimit = 2 * time.Minute
	}
	if o.RateWindow == 0 {
		o.RateWindow = 5 * time.Second
	}
	if o.SessionStarts == 0 {
		o.SessionStarts = 1000
	}
	return o
}

// TB is the part of testing.TB that the double needs; *testing.T and *testing.B have it.
type TB interface {
	Helper()
	Cleanup(func())
	Logf(format string, args ...any)
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// Server is one Discord: its world, its REST API and its gateway.
type Server struct {
	opts      Options
	tb        TB // nil when started without a test
	listener  net.Listener
	http      *http.Server
	pool      *x509.CertPool
	transport *http.Transport
	served    sync.WaitGroup
	stop      context.CancelFunc // ends waits inside handlers
	stopped   context.Context

	mu      sync.Mutex
	changed chan struct{} // closed and replaced whenever anything changes
	offset  time.Duration // added by Advance
	lastID  uint64

	world   world
	gateway gatewayState
	rest    restState

	violations []string
}

// New starts a double that ends with the test, and fails the test for each of its Violations.
func New(t TB, opts Options) *Server {
	t.Helper()
	s, err := Start(opts)
	if err != nil {
		t.Fatalf("start the loopback Discord: %v", err)
	}
	s.tb = t
	t.Cleanup(func() {
		s.Close()
		if opts.KeepViolations {
			return
		}
		for _, v := range s.Violations() {
			t.Errorf("violation: %s", v)
		}
	})
	return s
}

// Start starts a double outside of a test, for measuring commands; the caller closes it. A refusal that would fail a
// test panics there instead.
func Start(opts Options) (*Server, error) {
	cert, pool, err := newCertificate()
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen on the loopback interface: %w", err)
	}
	s := &Server{opts: opts.withDefaults(), listener: listener, pool: pool, changed: make(chan struct{})}
	s.stopped, s.stop = context.WithCancel(context.Background())
	s.transport = &http.Transport{
		DialContext:         s.dialLoopback,
		TLSClientConfig:     &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12},
		MaxIdleConnsPerHost: 32,
	}
	s.initWorld()
	s.initGateway()
	s.initREST()
	s.http = &http.Server{
		Handler:           s.handler(),
		ReadHeaderTimeout: time.Minute,
		ErrorLog:          log.New(io.Discard, "", 0), // dropped connections are what tests ask for
	}
	config := &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"}}
	s.served.Go(func() {
		err := s.http.Serve(tls.NewListener(listener, config))
		if !errors.Is(err, http.ErrServerClosed) {
			s.fatalf("serve: %v", err)
		}
	})
	return s, nil
}

// Close cuts every connection and waits for the double's goroutines. It may be called more than once.
func (s *Server) Close() {
	s.stop()
	s.closeGateway()
	_ = s.http.Close()
	s.transport.CloseIdleConnections()
	s.served.Wait()
}

// Token is the bot's token, without "Bot ".
func (s *Server) Token() string { return s.opts.Token }

// Now is the double's clock.
func (s *Server) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now()
}

// now is Now for callers that hold mu.
func (s *Server) now() time.Time { return s.opts.Now().Add(s.offset) }

// Advance moves the double's clock forward, so that deadlines pass without anybody sleeping.
func (s *Server) Advance(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.offset += d
	s.notify()
}

// notify wakes everybody who waits for a change; the caller holds mu.
func (s *Server) notify() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// snowflake makes the next id: time in the upper bits as Discord has it, and always rising. The caller holds mu.
func (s *Server) snowflake() string {
	const discordEpoch = 1420070400000
	id := uint64(s.now().UnixMilli()-discordEpoch) << 22
	if id <= s.lastID {
		id = s.lastID + 1
	}
	s.lastID = id
	return strconv.FormatUint(id, 10)
}

// await blocks until done says so, waking on each change. done is called with mu held.
func (s *Server) await(done func() bool) error {
	limit := time.NewTimer(s.opts.WaitLimit)
	defer limit.Stop()
	for {
		s.mu.Lock()
		ok, changed := done(), s.changed
		s.mu.Unlock()
		if ok {
			return nil
		}
		select {
		case <-changed:
		case <-s.stopped.Done():
			return errors.New("the loopback Discord was closed")
		case <-limit.C:
			return fmt.Errorf("nothing after %v", s.opts.WaitLimit)
		}
	}
}

// fatalf fails the test the double belongs to, or panics without one.
func (s *Server) fatalf(format string, args ...any) {
	if s.tb == nil {
		panic(fmt.Sprintf("discordtest: "+format, args...))
	}
	s.tb.Helper()
	s.tb.Fatalf("discordtest: "+format, args...)
}

// Violations lists what the bot did that Discord lets pass but that a bot must not do, oldest first.
func (s *Server) Violations() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.violations)
}

// violation notes one; the caller holds mu.
func (s *Server) violation(format string, args ...any) {
	s.violations = append(s.violations, fmt.Sprintf(format, args...))
}
