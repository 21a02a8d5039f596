package discordtest

import (
	"crypto/tls"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// Gateway opcodes.
const (
	opDispatch       = 0
	opHeartbeat      = 1
	opIdentify       = 2
	opPresence       = 3
	opVoiceState     = 4
	opResume         = 6
	opReconnect      = 7
	opRequestMembers = 8
	opInvalidSession = 9
	opHello          = 10
	opHeartbeatACK   = 11
)

// Gateway close codes.
const (
	closeUnknownOp       = 4001
	closeDecode          = 4002
	closeNotIdentified   = 4003
	closeBadToken        = 4004
	closeTwiceIdentified = 4005
	closeRateLimited     = 4008
	closeBadShard        = 4010
	closeBadVersion      = 4012
	closeBadIntents      = 4013
	closeIntentsOff      = 4014
)

const (
	sendLimit    = 120         // gateway sends ...
	sendWindow   = time.Minute // ... in this time
	payloadLimit = 4096        // bytes of one gateway send
	replayLimit  = 10000       // events kept for RESUME
)

// gatewayState is the gateway's side of the double. All of it is guarded by Server.mu.
type gatewayState struct {
	conns    map[*gatewayConn]bool
	sessions map[string]*session
	plan     []Behaviour // one for each of the next connections
	planAll  *Behaviour  // for all further ones
	closed   bool
	stats    GatewayStats
	running  sync.WaitGroup
	lastID   time.Time // when the last IDENTIFY came, on the real clock
}

// GatewayStats counts what sessions did.
type GatewayStats struct {
	Connections int // WebSocket connections accepted
	Identifies  int // IDENTIFYs received
	Resumes     int // RESUMEs received
	Resumed     int // RESUMEs granted
	Heartbeats  int // heartbeats received
	// Hosts are the host names that connections asked for, in order.
	Hosts []string
	// IdentifiedAt is when each IDENTIFY arrived, on the real clock.
	IdentifiedAt []time.Time
	// Closes are the codes of the close frames that bots sent; a cut connection leaves none.
	Closes []int
}

// session outlives its connection, so that it can be resumed.
type session struct {
	id      string
	intents int
	shard   int
	shards  int
	seq     int64
	events  []event
	conn    *gatewayConn // nil while away
}

type event struct {
	seq   int64
	frame []byte
}

// gatewayConn is one WebSocket. Frames are queued and written by a goroutine of its own, so that nobody waits for a bot
// that does not read.
type gatewayConn struct {
	ws        *websocket.Conn
	behaviour Behaviour
	session   *session // set after IDENTIFY or RESUME
	silent    bool     // says nothing more
	queueMu   sync.Mutex
	queue     [][]byte
	wake      chan struct{}
	done      chan struct{}
	sends     []time.Time // of the bot, within the last minute
	code      int         // of the bot's close frame; 0 without one
}

type packet struct {
	Op   int             `json:"op"`
	Data json.RawMessage `json:"d"`
}

func (s *Server) initGateway() {
	s.gateway = gatewayState{conns: map[*gatewayConn]bool{}, sessions: map[string]*session{}}
}

// serveGateway upgrades a request to a gateway connection and serves it until it ends.
func (s *Server) serveGateway(w http.ResponseWriter, r *http.Request) {
	ws, err := (&websocket.Upgrader{}).Upgrade(w, r, nil)
	if err != nil {
		return
	}
	c := &gatewayConn{ws: ws, wake: make(chan struct{}, 1), done: make(chan struct{})}
	if !s.accept(c, r.Host) {
		_ = ws.Close()
		return
	}
	defer s.gateway.running.Done()
	go c.write()
	s.greet(c, r.URL.Query().Get("v"))
	s.read(c)
	s.leave(c)
}

// accept registers a connection; false when the double is closing.
func (s *Server) accept(c *gatewayConn, host string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.gateway.closed {
		return false
	}
	s.gateway.running.Add(1)
	s.gateway.conns[c] = true
	s.gateway.stats.Connections++
	s.gateway.stats.Hosts = append(s.gateway.stats.Hosts, strings.Split(host, ":")[0])
	switch {
	case len(s.gateway.plan) > 0:
		c.behaviour, s.gateway.plan = s.gateway.plan[0], s.gateway.plan[1:]
	case s.gateway.planAll != nil:
		c.behaviour = *s.gateway.planAll
	}
	s.notify()
	return true
}

// greet says HELLO, unless this connection is to go wrong before it.
func (s *Server) greet(c *gatewayConn, version string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if version != "9" && version != "10" {
		c.closeWith(closeBadVersion)
		return
	}
	if s.misbehave(c, c.behaviour.OnAccept) {
		return
	}
	c.send(opHello, map[string]any{"heartbeat_interval": s.opts.Heartbeat.Milliseconds()})
}

// read handles what the bot sends until the connection ends.
func (s *Server) read(c *gatewayConn) {
	c.ws.SetCloseHandler(func(int, string) error { return nil })
	for {
		_, data, err := c.ws.ReadMessage()
		if err != nil {
			s.noteClose(c, err)
			return
		}
		s.receive(c, data)
	}
}

// noteClose remembers the code of a close frame; a connection that was cut has none.
func (s *Server) noteClose(c *gatewayConn, err error) {
	var closed *websocket.CloseError
	if !errors.As(err, &closed) || closed.Code == websocket.CloseAbnormalClosure {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c.code = closed.Code
	s.gateway.stats.Closes = append(s.gateway.stats.Closes, closed.Code)
}

// leave forgets a connection; its session stays for RESUME unless the bot said goodbye with 1000 or 1001.
func (s *Server) leave(c *gatewayConn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(c.done)
	_ = c.ws.Close()
	delete(s.gateway.conns, c)
	if c.session != nil && c.session.conn == c {
		c.session.conn = nil
		if c.code == websocket.CloseNormalClosure || c.code == websocket.CloseGoingAway {
			delete(s.gateway.sessions, c.session.id)
		}
	}
	s.notify()
}

// receive handles one packet of the bot.
func (s *Server) receive(c *gatewayConn, data []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.silent {
		return
	}
	var p packet
	switch {
	case !s.countSend(c):
		c.closeWith(closeRateLimited)
	case len(data) > payloadLimit, json.Unmarshal(data, &p) != nil:
		c.closeWith(closeDecode)
	default:
		s.handle(c, p)
	}
	s.notify()
}

// countSend counts one send of the bot; false beyond 120 a minute.
func (s *Server) countSend(c *gatewayConn) bool {
	now := s.now()
	for len(c.sends) > 0 && now.Sub(c.sends[0]) >= sendWindow {
		c.sends = c.sends[1:]
	}
	c.sends = append(c.sends, now)
	return len(c.sends) <= sendLimit
}

func (s *Server) handle(c *gatewayConn, p packet) {
	switch p.Op {
	case opHeartbeat:
		s.gateway.stats.Heartbeats++
		if !c.behaviour.NoHeartbeatACK {
			c.send(opHeartbeatACK, nil)
		}
	case opIdentify:
		s.identify(c, p.Data)
	case opResume:
		s.resume(c, p.Data)
	case opPresence, opVoiceState, opRequestMembers:
		if c.session == nil {
			c.closeWith(closeNotIdentified)
		}
	default:
		c.closeWith(closeUnknownOp)
	}
}

// rightToken accepts the token with and without "Bot ", as the gateway does.
func (s *Server) rightToken(token string) bool {
	return strings.TrimPrefix(token, "Bot ") == s.opts.Token
}

func (s *Server) identify(c *gatewayConn, data json.RawMessage) {
	s.gateway.stats.Identifies++
	s.gateway.stats.IdentifiedAt = append(s.gateway.stats.IdentifiedAt, time.Now())
	gap := time.Since(s.gateway.lastID)
	s.gateway.lastID = time.Now()
	var id struct {
		Token      string          `json:"token"`
		Properties json.RawMessage `json:"properties"`
		Intents    *int            `json:"intents"`
		Compress   bool            `json:"compress"`
		Shard      *[2]int         `json:"shard"`
	}
	if err := json.Unmarshal(data, &id); err != nil || id.Properties == nil {
		c.closeWith(closeDecode)
		return
	}
	if code := s.refuseIdentify(c, id.Token, id.Intents, id.Shard); code != 0 {
		c.closeWith(code)
		return
	}
	if id.Compress {
		s.violation("IDENTIFY asks for compressed payloads")
	}
	if s.misbehave(c, c.behaviour.OnIdentify) {
		return
	}
	if gap < s.opts.IdentifyGap {
		c.send(opInvalidSession, false)
		return
	}
	shard := [2]int{0, 1}
	if id.Shard != nil {
		shard = *id.Shard
	}
	s.begin(c, *id.Intents, shard)
}

// refuseIdentify returns the close code for an IDENTIFY that Discord turns away, or 0.
func (s *Server) refuseIdentify(c *gatewayConn, token string, intents *int, shard *[2]int) int {
	switch {
	case c.session != nil:
		return closeTwiceIdentified
	case !s.rightToken(token), s.gateway.stats.Identifies > s.opts.SessionStarts:
		return closeBadToken
	case shard != nil && (shard[1] < 1 || shard[0] < 0 || shard[0] >= shard[1]):
		return closeBadShard
	case intents == nil || *intents&^knownIntents != 0:
		return closeBadIntents
	case *intents&s.opts.SwitchedOff&privilegedIntents != 0:
		return closeIntentsOff
	}
	return 0
}

// begin makes a session and sends READY, then each guild.
func (s *Server) begin(c *gatewayConn, intents int, shard [2]int) {
	sess := &session{id: "session-" + s.snowflake(), intents: intents, shard: shard[0], shards: shard[1], conn: c}
	c.session = sess
	s.gateway.sessions[sess.id] = sess
	var guilds []*guild
	unavailable := []map[string]any{}
	for _, g := range s.world.guilds {
		if shardOf(g.ID, sess.shards) == sess.shard {
			guilds = append(guilds, g)
			unavailable = append(unavailable, map[string]any{"id": g.ID, "unavailable": true})
		}
	}
	sess.dispatch("READY", map[string]any{
		"v": 9, "user": s.world.bot, "session_id": sess.id, "resume_gateway_url": "wss://" + hostResume,
		"guilds": unavailable, "application": map[string]any{"id": s.world.appID, "flags": 0},
		"shard": shard, "private_channels": []any{}, "session_type": "normal",
	})
	if intents&IntentGuilds == 0 {
		return
	}
	for _, g := range guilds {
		sess.dispatch("GUILD_CREATE", s.guildCreate(g))
	}
}

// guildCreate is the payload that introduces a guild; the caller holds mu.
func (s *Server) guildCreate(g *guild) map[string]any {
	channels, threads := []Channel{}, []Channel{}
	for _, c := range s.world.channels {
		if c.GuildID != g.ID {
			continue
		}
		if c.isThread() {
			threads = append(threads, c.clone())
		} else {
			channels = append(channels, c.clone())
		}
	}
	return map[string]any{
		"id": g.ID, "name": g.Name, "owner_id": g.OwnerID, "preferred_locale": g.Locale, "roles": g.roles,
		"channels": channels, "threads": threads, "members": []*Member{g.members[s.world.bot.ID]},
		"member_count": len(g.members), "joined_at": timestamp(s.now()), "large": false, "unavailable": false,
		"emojis": []any{}, "stickers": []any{}, "voice_states": []any{}, "presences": []any{}, "features": []string{},
	}
}

// resume replays what a session missed, or answers op 9 when the session is unknown.
func (s *Server) resume(c *gatewayConn, data json.RawMessage) {
	s.gateway.stats.Resumes++
	var re struct {
		Token   string `json:"token"`
		Session string `json:"session_id"`
		Seq     int64  `json:"seq"`
	}
	if json.Unmarshal(data, &re) != nil {
		c.closeWith(closeDecode)
		return
	}
	if !s.rightToken(re.Token) {
		c.closeWith(closeBadToken)
		return
	}
	if s.misbehave(c, c.behaviour.OnResume) {
		return
	}
	sess := s.gateway.sessions[re.Session]
	if sess == nil || re.Seq > sess.seq || (len(sess.events) > 0 && sess.events[0].seq > re.Seq+1) {
		c.send(opInvalidSession, false)
		return
	}
	if sess.conn != nil && sess.conn != c {
		sess.conn.cut()
	}
	s.gateway.stats.Resumed++
	sess.conn, c.session = c, sess
	from := re.Seq
	if c.behaviour.ReplayTwice > 0 {
		from = max(0, from-int64(c.behaviour.ReplayTwice))
	}
	for _, e := range sess.events {
		if e.seq > from {
			c.enqueue(e.frame)
		}
	}
	sess.dispatch("RESUMED", map[string]any{"_trace": []string{}})
}

// dispatch numbers an event, keeps it for RESUME and sends it if the session is connected. The caller holds Server.mu.
func (sess *session) dispatch(name string, data any) {
	sess.seq++
	frame := mustJSON(map[string]any{"op": opDispatch, "s": sess.seq, "t": name, "d": data})
	sess.events = append(sess.events, event{sess.seq, frame})
	if len(sess.events) > replayLimit {
		sess.events = sess.events[1:]
	}
	if sess.conn != nil {
		sess.conn.enqueue(frame)
	}
}

// dispatchGuild sends an event of a guild to the sessions that asked for such events; the caller holds mu.
func (s *Server) dispatchGuild(g *guild, name string, intent int, data any) {
	s.dispatch(g.ID, name, intent, func(*session) any { return data })
}

// dispatch sends an event to each session of the right shard that has the intent (0: all); the caller holds mu.
func (s *Server) dispatch(guildID, name string, intent int, data func(*session) any) {
	for _, sess := range s.gateway.sessions {
		if sess.intents&intent == intent && shardOf(guildID, sess.shards) == sess.shard {
			sess.dispatch(name, data(sess))
		}
	}
	s.notify()
}

func (c *gatewayConn) send(op int, data any) {
	c.enqueue(mustJSON(map[string]any{"op": op, "d": data, "s": nil, "t": nil}))
}

func (c *gatewayConn) enqueue(frame []byte) {
	if c.silent {
		return
	}
	c.push(frame)
}

// write sends the queue until the connection is left. An empty frame is a wish to close, see closeWith and cut.
func (c *gatewayConn) write() {
	for {
		select {
		case <-c.done:
			return
		case <-c.wake:
		}
		for _, frame := range c.take() {
			if err := c.writeFrame(frame); err != nil {
				_ = c.ws.Close()
				return
			}
		}
	}
}

func (c *gatewayConn) push(frame []byte) {
	c.queueMu.Lock()
	c.queue = append(c.queue, frame)
	c.queueMu.Unlock()
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

func (c *gatewayConn) take() [][]byte {
	c.queueMu.Lock()
	defer c.queueMu.Unlock()
	frames := c.queue
	c.queue = nil
	return frames
}

func (c *gatewayConn) writeFrame(frame []byte) error {
	if len(frame) > 0 && frame[0] != '{' { // a close code
		code, _ := strconv.Atoi(string(frame))
		deadline := time.Now().Add(5 * time.Second)
		_ = c.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, ""), deadline)
		return websocket.ErrCloseSent
	}
	_ = c.ws.SetWriteDeadline(time.Now().Add(10 * time.Second))
	return c.ws.WriteMessage(websocket.TextMessage, frame)
}

// closeWith queues a close frame and then the end of the connection.
func (c *gatewayConn) closeWith(code int) {
	c.push([]byte(strconv.Itoa(code)))
	c.silent = true
}

// cut ends the TCP connection at once, without a close frame and without TLS's goodbye: between that and the end of the
// connection a bot's own close frame could still be read, and would end the session.
func (c *gatewayConn) cut() {
	c.silent = true
	conn := c.ws.NetConn()
	if secure, ok := conn.(*tls.Conn); ok {
		conn = secure.NetConn()
	}
	_ = conn.Close()
}

// closeGateway cuts every connection and waits until all are served.
func (s *Server) closeGateway() {
	s.mu.Lock()
	s.gateway.closed = true
	for c := range s.gateway.conns {
		c.cut()
	}
	s.mu.Unlock()
	s.gateway.running.Wait()
}

func mustJSON(v any) []byte {
	data, err := json.Marshal(v)
	if err != nil {
		panic("discordtest: " + err.Error())
	}
	return data
}
