package discordtest

import (
	"net/http"
	"slices"
	"time"
)

// Answer is what a connection does at one moment instead of the usual thing. The zero value is the usual thing.
type Answer struct {
	kind answerKind
	code int
}

type answerKind int

const (
	answerUsual answerKind = iota
	answerReconnect
	answerInvalid
	answerResumable
	answerSilence
	answerCut
	answerClose
)

// Reconnect answers with op 7.
func Reconnect() Answer { return Answer{kind: answerReconnect} }

// InvalidSession answers with op 9; resumable is its payload.
func InvalidSession(resumable bool) Answer {
	if resumable {
		return Answer{kind: answerResumable}
	}
	return Answer{kind: answerInvalid}
}

// Silence answers nothing, now or later, and keeps the connection open.
func Silence() Answer { return Answer{kind: answerSilence} }

// Cut ends the TCP connection without a close frame.
func Cut() Answer { return Answer{kind: answerCut} }

// CloseWith closes with a code.
func CloseWith(code int) Answer { return Answer{kind: answerClose, code: code} }

// Behaviour is how one gateway connection goes wrong.
type Behaviour struct {
	OnAccept   Answer // instead of HELLO
	OnIdentify Answer // instead of READY, once the IDENTIFY was found right
	OnResume   Answer // instead of the replay
	// NoHeartbeatACK leaves heartbeats unanswered while events still flow.
	NoHeartbeatACK bool
	// ReplayTwice makes a RESUME repeat this many events that the bot already had.
	ReplayTwice int
}

// PlanConnections sets the behaviour of the next connections, one each; later ones work as usual.
func (s *Server) PlanConnections(plan ...Behaviour) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gateway.plan = append(s.gateway.plan, plan...)
}

// PlanEveryConnection sets the behaviour of all further connections; Behaviour{} ends it.
func (s *Server) PlanEveryConnection(b Behaviour) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gateway.planAll = &b
}

// misbehave does what the answer says; false when it is the usual thing. The caller holds mu.
func (s *Server) misbehave(c *gatewayConn, a Answer) bool {
	switch a.kind {
	case answerReconnect:
		c.send(opReconnect, nil)
	case answerInvalid:
		c.send(opInvalidSession, false)
	case answerResumable:
		c.send(opInvalidSession, true)
	case answerSilence:
		c.silent = true
	case answerCut:
		c.cut()
	case answerClose:
		c.closeWith(a.code)
	default:
		return false
	}
	return true
}

// Trouble makes every open gateway connection do this now.
func (s *Server) Trouble(a Answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a.kind == answerInvalid {
		clear(s.gateway.sessions)
	}
	for c := range s.gateway.conns {
		if a.kind == answerInvalid && c.session != nil {
			c.session.conn, c.session = nil, nil
		}
		s.misbehave(c, a)
	}
	s.notify()
}

// StopHeartbeatACKs leaves the heartbeats of open connections unanswered from now on, while events still flow.
func (s *Server) StopHeartbeatACKs() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.gateway.conns {
		c.behaviour.NoHeartbeatACK = true
	}
}

// ForgetSessions makes every RESUME from now on be refused with op 9 until the bot identifies anew.
func (s *Server) ForgetSessions() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.gateway.sessions)
}

// RequestHeartbeat sends op 1, as Discord may at any time.
func (s *Server) RequestHeartbeat() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.gateway.conns {
		c.send(opHeartbeat, nil)
	}
}

// DispatchRaw sends any event to every session, for events that the double does not otherwise know.
func (s *Server) DispatchRaw(name string, data any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dispatch("", name, 0, func(*session) any { return data })
}

// Gateway returns what sessions have done so far.
func (s *Server) Gateway() GatewayStats {
	s.mu.Lock()
	defer s.mu.Unlock()
	stats := s.gateway.stats
	stats.Hosts = slices.Clone(stats.Hosts)
	stats.IdentifiedAt = slices.Clone(stats.IdentifiedAt)
	stats.Closes = slices.Clone(stats.Closes)
	return stats
}

// Connected returns how many gateway connections have a session right now.
func (s *Server) Connected() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, sess := range s.gateway.sessions {
		if sess.conn != nil {
			n++
		}
	}
	return n
}

// WaitConnected waits until n sessions are connected at the same time.
func (s *Server) WaitConnected(t TB, n int) {
	t.Helper()
	s.WaitFor(t, "the bot to connect", func() bool { return s.Connected() == n })
}

// Failure is how REST requests go wrong.
type Failure struct {
	// Status is the HTTP status, as 429, 500, 502; 0 cuts the connection without a reply.
	Status int
	// Code and Message are Discord's own, in the body. A 5xx has a page of text instead.
	Code    int
	Message string
	// RetryAfter goes into a 429. Global makes it count for every route.
	RetryAfter time.Duration
	Global     bool
	// Edge makes the 429 one of the web front: no X-RateLimit headers, a body that is not JSON.
	Edge bool
	// Afterwards does what was asked and fails only then, as when the reply is lost on its way.
	Afterwards bool
	// Latency is waited first, on top of Options.Latency. With a Status of 200 nothing else goes wrong.
	Latency time.Duration
}

// Routes that tests let fail, as given to Fail.
const (
	RouteGatewayBot     = "GET /gateway/bot"
	RouteGateway        = "GET /gateway"
	RouteMe             = "GET /users/@me"
	RouteCallback       = "POST /interactions/{interaction}/{token}/callback"
	RouteEditOriginal   = "PATCH /webhooks/{app}/{token}/messages/{message}"
	RouteFollowUp       = "POST /webhooks/{app}/{token}"
	RouteCreateMessage  = "POST /channels/{channel}/messages"
	RouteEditMessage    = "PATCH /channels/{channel}/messages/{message}"
	RouteDeleteMessage  = "DELETE /channels/{channel}/messages/{message}"
	RouteGetMessage     = "GET /channels/{channel}/messages/{message}"
	RouteMessageThread  = "POST /channels/{channel}/messages/{message}/threads"
	RouteGuildCommands  = "PUT /applications/{app}/guilds/{guild}/commands"
	RouteGlobalCommands = "PUT /applications/{app}/commands"
	RouteTyping         = "POST /channels/{channel}/typing"
)

type failRule struct {
	route string
	left  int
	f     Failure
}

// Fail makes the next n requests of a route ("" for any route) go wrong. Rules apply in the order they were given, one
// per request.
func (s *Server) Fail(route string, n int, f Failure) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rest.rules = append(s.rest.rules, &failRule{route, n, f})
}

// takeFailure returns the failure planned for a request of this route, if any; the caller holds mu.
func (s *Server) takeFailure(route string) *Failure {
	for _, r := range s.rest.rules {
		if r.left > 0 && (r.route == "" || r.route == route) {
			r.left--
			return &r.f
		}
	}
	return nil
}

// failure is the reply to a request that fails as planned.
func (f *Failure) reply() *reply {
	switch {
	case f.Status == http.StatusTooManyRequests:
		return f.tooMany()
	case f.Status >= 500:
		return &reply{status: f.Status, raw: []byte("upstream connect error")}
	default:
		return &reply{status: f.Status, body: errorBody{Code: f.Code, Message: f.Message}}
	}
}

func (f *Failure) tooMany() *reply {
	seconds := f.RetryAfter.Seconds()
	r := &reply{status: http.StatusTooManyRequests, header: http.Header{}}
	r.header.Set("Retry-After", ceilSeconds(f.RetryAfter))
	if f.Edge {
		r.raw = []byte("error code: 1015")
		return r
	}
	scope := "user"
	if f.Global {
		scope = "global"
		r.header.Set("X-RateLimit-Global", "true")
	}
	r.header.Set("X-RateLimit-Scope", scope)
	r.header.Set("X-RateLimit-Reset-After", formatSeconds(f.RetryAfter))
	r.body = map[string]any{"message": "You are being rate limited.", "retry_after": seconds, "global": f.Global}
	return r
}
