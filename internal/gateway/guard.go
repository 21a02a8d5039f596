package gateway

import (
	"context"
	"crypto/tls"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// Gateway opcodes, as far as the guard cares.
const (
	opDispatch       = 0
	opIdentify       = 2
	opResume         = 6
	opReconnect      = 7
	opInvalidSession = 9
	opHello          = 10
	opHeartbeatACK   = 11
)

const (
	// handshakePayload bounds what is kept of one message before READY, in bytes; READY names every server.
	handshakePayload = 16 << 20
	// steadyPayload bounds it afterwards: every packet that the guard acts on is far shorter.
	steadyPayload = 1 << 10
	// identifiesPerConn is one, and one more after op 9.
	identifiesPerConn = 2
	// beatsOfSilence is how many heartbeat intervals may pass without an answer.
	beatsOfSilence = 1.5
)

// Why the guard hangs up, or does not dial. Discord keeps the session of a connection that was cut.
var (
	errShutdown      = errors.New("the bot is shutting down")
	errOtherHost     = errors.New("another gateway address is wanted")
	errReconnect     = errors.New("Discord asked for a new connection (op 7)") //nolint:staticcheck // a proper name
	errResumable     = errors.New("Discord interrupted the session (op 9)")    //nolint:staticcheck // a proper name
	errSilent        = errors.New("nothing was heard from Discord in time")
	errUnexpected    = errors.New("Discord sent what does not belong here") //nolint:staticcheck // a proper name
	errKeepSession   = errors.New("the connection is given up, the session is kept")
	errIdentifiesOut = errors.New("Discord refuses to begin a session (op 9 again and again)") //nolint:staticcheck // a proper name
)

// phase is how far a connection has come.
type phase int

const (
	phaseHandshake phase = iota // up to READY or RESUMED
	phaseSteady
)

// guard is one connection to the gateway, read along in both directions. discordgo and the WebSocket library see a plain
// net.Conn; what could harm them never reaches them.
type guard struct {
	net.Conn // TLS
	raw      net.Conn
	g        *Gateway
	closed   chan struct{}

	in, out frameReader
	packets int // received so far

	mu         sync.Mutex
	phase      phase
	beat       time.Duration
	deadline   time.Time
	identifies int
	reason     error // why it ended; the first one counts
	began      time.Time
}

// dial connects to the gateway for discordgo. It refuses after shutdown, and an address other than the wanted one.
func (g *Gateway) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	run := g.runContext()
	if run.Err() != nil {
		return nil, errShutdown
	}
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fmt.Errorf("gateway address %q: %w", addr, err)
	}
	if host != g.wantedHost() {
		return nil, errOtherHost
	}
	ctx, cancel := context.WithTimeout(ctx, g.limits.dial)
	defer cancel()
	defer context.AfterFunc(run, cancel)()
	raw, err := g.dialRaw(ctx, network, addr)
	if err != nil {
		g.forgetHost(host)
		return nil, err
	}
	conn := tls.Client(raw, g.tlsConfig(host))
	if err := conn.HandshakeContext(ctx); err != nil {
		_ = raw.Close()
		g.forgetHost(host)
		return nil, fmt.Errorf("TLS with %s: %w", host, err)
	}
	c := &guard{Conn: conn, raw: raw, g: g, closed: make(chan struct{})}
	c.in.limit, c.out.limit = handshakePayload, steadyPayload
	c.extend(g.limits.handshake)
	g.setCurrent(c)
	return c, nil
}

// Read passes on what Discord sends, after the guard has seen it.
func (c *guard) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if n > 0 {
		if harm := c.in.feed(p[:n], c.received); harm != nil {
			c.hangUp(harm)
			return 0, harm
		}
	}
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() {
		c.hangUp(errSilent)
		return n, errSilent
	}
	return n, err
}

// Write passes on what discordgo sends, after the guard has seen it. It may wait, to space IDENTIFYs.
func (c *guard) Write(p []byte) (int, error) {
	if err := c.out.feed(p, c.sending); err != nil {
		c.hangUp(err)
		return 0, err
	}
	if err := c.Conn.SetWriteDeadline(time.Now().Add(c.g.limits.write)); err != nil {
		return 0, err
	}
	return c.Conn.Write(p)
}

// SetDeadline lets the WebSocket library bound its handshake; when it lifts its bound, the guard's own comes back.
func (c *guard) SetDeadline(t time.Time) error {
	if !t.IsZero() {
		return c.Conn.SetDeadline(t)
	}
	if err := c.Conn.SetWriteDeadline(t); err != nil {
		return err
	}
	return c.SetReadDeadline(t)
}

// SetReadDeadline is SetDeadline for reading.
func (c *guard) SetReadDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if t.IsZero() {
		t = c.deadline
	}
	return c.Conn.SetReadDeadline(t)
}

// Close ends the connection.
func (c *guard) Close() error {
	c.hangUp(net.ErrClosed)
	return nil
}

// hangUp cuts the TCP connection, so that Discord keeps the session for RESUME. The first reason is kept.
func (c *guard) hangUp(reason error) {
	c.mu.Lock()
	first := c.reason == nil
	if first {
		c.reason = reason
		close(c.closed)
	}
	c.mu.Unlock()
	if first {
		_ = c.raw.Close()
	}
}

// extend gives Discord this long to say the next thing.
func (c *guard) extend(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.deadline = time.Now().Add(d)
	_ = c.Conn.SetReadDeadline(c.deadline) // on a closed connection the next read fails anyway
}

// steady tells since when the session is up; ok is false before READY or RESUMED.
func (c *guard) steady() (since time.Time, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.began, c.phase == phaseSteady
}

// ended returns why the connection ended.
func (c *guard) ended() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.reason
}

// packet is the part of a gateway packet that the guard reads.
type packet struct {
	Op   *int            `json:"op"`
	Type string          `json:"t"`
	Data json.RawMessage `json:"d"`
}

// received judges one message from Discord. An error hangs up before discordgo has seen the message whole.
func (c *guard) received(m message) error {
	switch m.opcode {
	case frameClose:
		return c.peerCloses(m)
	case frameText:
	case frameBinary:
		return fmt.Errorf("%w: a compressed packet", errUnexpected)
	default:
		return nil
	}
	c.packets++
	if m.cut() {
		return nil // a long event; every packet that matters is short
	}
	var p packet
	if err := json.Unmarshal(m.payload, &p); err != nil || p.Op == nil {
		return fmt.Errorf("%w: a packet that is no packet", errUnexpected) // "null" would panic discordgo
	}
	return c.judge(p)
}

// judge acts on one packet from Discord.
func (c *guard) judge(p packet) error {
	switch *p.Op {
	case opHello:
		return c.hello(p.Data)
	case opReconnect:
		return errReconnect // during the handshake discordgo would lock up for good
	case opInvalidSession:
		c.g.budget.refused()
		if string(p.Data) == "true" {
			return errResumable // hang up and RESUME; discordgo would IDENTIFY
		}
		c.enter(phaseHandshake, handshakePayload)
		c.extend(c.g.limits.identifyGap + c.g.limits.handshake)
	case opHeartbeatACK:
		if c.packets <= 2 {
			return fmt.Errorf("%w: a heartbeat ACK during the handshake", errUnexpected) // discordgo would lock up
		}
		c.beaten()
	case opDispatch:
		c.dispatched(p)
	}
	return nil
}

// hello learns the heartbeat interval.
func (c *guard) hello(data json.RawMessage) error {
	var h struct {
		Interval int64 `json:"heartbeat_interval"` // milliseconds
	}
	if err := json.Unmarshal(data, &h); err != nil || h.Interval <= 0 {
		return fmt.Errorf("%w: HELLO without a heartbeat interval", errUnexpected) // discordgo's ticker would panic
	}
	c.mu.Lock()
	c.beat = time.Duration(h.Interval) * time.Millisecond
	c.mu.Unlock()
	c.extend(c.g.limits.handshake)
	return nil
}

// beaten restarts the time within which the next heartbeat must be answered.
func (c *guard) beaten() {
	c.mu.Lock()
	beat, steady := c.beat, c.phase == phaseSteady
	c.mu.Unlock()
	if steady {
		c.extend(time.Duration(beatsOfSilence * float64(beat)))
	}
}

// dispatched follows events up to READY or RESUMED; later ones tell nothing about the connection.
func (c *guard) dispatched(p packet) {
	if _, steady := c.steady(); steady {
		return
	}
	switch p.Type {
	case "READY":
		c.g.ready(p.Data)
	case "RESUMED":
		c.g.resumed()
	default:
		c.extend(c.g.limits.handshake) // replayed events come before RESUMED
		return
	}
	c.enter(phaseSteady, steadyPayload)
	c.beaten()
}

func (c *guard) enter(ph phase, keep int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.phase, c.in.limit = ph, keep
	if ph == phaseSteady {
		c.began = time.Now()
	}
}

// peerCloses notes with which code Discord closes.
func (c *guard) peerCloses(m message) error {
	code := websocket.CloseNoStatusReceived
	if len(m.payload) >= 2 {
		code = int(binary.BigEndian.Uint16(m.payload))
	}
	if fatal := fatalClose(code, c.g.opts.Intents); fatal != nil {
		c.g.fail(fatal)
	}
	return fmt.Errorf("Discord closed the connection with code %d", code) //nolint:staticcheck // a proper name
}

// sending judges one message to Discord. An error hangs up instead of sending it.
func (c *guard) sending(m message) error {
	switch m.opcode {
	case frameClose:
		if c.g.runContext().Err() == nil {
			return errKeepSession // discordgo says 1000, which would void the session
		}
	case frameText:
		var p packet
		if m.cut() || json.Unmarshal(m.payload, &p) != nil || p.Op == nil {
			return nil
		}
		switch *p.Op {
		case opIdentify:
			return c.identify()
		case opResume:
			c.extend(c.g.limits.handshake)
		}
	}
	return nil
}

// identify waits until an IDENTIFY may be sent.
func (c *guard) identify() error {
	c.mu.Lock()
	c.identifies++
	tooMany := c.identifies > identifiesPerConn
	c.mu.Unlock()
	if tooMany {
		return errIdentifiesOut
	}
	wait, fatal := c.g.budget.take()
	if fatal != nil {
		c.g.fail(fatal)
		return fatal
	}
	if wait > 0 {
		c.g.log.Debug("waiting before beginning a session", "wait", wait)
		timer := time.NewTimer(wait)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-c.closed:
			return errShutdown
		}
	}
	c.extend(c.g.limits.handshake)
	return nil
}
