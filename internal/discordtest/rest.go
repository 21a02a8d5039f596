package discordtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"mime"
	"mime/multipart"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// restState is the REST side of the double. All of it is guarded by Server.mu.
type restState struct {
	rules    []*failRule
	requests []Request
	buckets  map[string]*bucket
	global   []time.Time // requests of the last second
}

// Request is one REST request as the double saw it.
type Request struct {
	Route     string // as in "POST /channels/{channel}/messages"
	Path      string // without /api/vN
	Status    int    // of the reply; 0 when the connection was cut
	Body      []byte // the JSON, for multipart bodies that of payload_json
	UserAgent string
	At        time.Time // on the real clock
}

type bucket struct {
	used  int
	reset time.Time
}

const (
	requestLimit = 25 << 20 // bytes of one REST request
	routeLimit   = 5        // message creates, and edits, per channel and RateWindow
)

func (s *Server) initREST() { s.rest = restState{buckets: map[string]*bucket{}} }

// call is one REST request on its way through a handler.
type call struct {
	r     *http.Request
	route string
	body  []byte
	files []Attachment
}

func (c *call) path(name string) string { return c.r.PathValue(name) }

// decode reads the JSON body.
func (c *call) decode(into any) error {
	if err := json.Unmarshal(c.body, into); err != nil {
		return &apiError{status: http.StatusBadRequest, code: 50109, message: "The request body contains invalid JSON. " + err.Error()}
	}
	return nil
}

// reply is what a handler answers: body as JSON, or raw bytes.
type reply struct {
	status int
	header http.Header
	body   any
	raw    []byte
}

func ok(body any) (*reply, error) { return &reply{status: http.StatusOK, body: body}, nil }

func noContent() (*reply, error) { return &reply{status: http.StatusNoContent}, nil }

// apiError is a refusal with Discord's own code.
type apiError struct {
	status  int
	code    int
	message string
	fields  map[string]string // path of a field -> what is wrong with it
}

func (e *apiError) Error() string { return fmt.Sprintf("%d %d %s", e.status, e.code, e.message) }

type errorBody struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
	Errors  any    `json:"errors,omitempty"`
}

// refuse makes an apiError.
func refuse(status, code int, message string) error {
	return &apiError{status: status, code: code, message: message}
}

func unknown(code int, what string) error { return refuse(http.StatusNotFound, code, "Unknown "+what) }

// invalid is 50035 with the field that is wrong.
func invalid(field, format string, args ...any) error {
	return &apiError{
		status: http.StatusBadRequest, code: 50035, message: "Invalid Form Body",
		fields: map[string]string{field: fmt.Sprintf(format, args...)},
	}
}

// reply turns the refusal into Discord's nested error object.
func (e *apiError) reply() *reply {
	body := errorBody{Code: e.code, Message: e.message}
	if len(e.fields) > 0 {
		tree := map[string]any{}
		for path, what := range e.fields {
			node := tree
			for _, part := range strings.Split(path, ".") {
				child, _ := node[part].(map[string]any)
				if child == nil {
					child = map[string]any{}
					node[part] = child
				}
				node = child
			}
			node["_errors"] = []map[string]string{{"code": "INVALID", "message": what}}
		}
		body.Errors = tree
	}
	return &reply{status: e.status, body: body}
}

type handlerFunc func(*Server, *call) (*reply, error)

// routes are all requests the double understands; anything else is 404.
var routes = map[string]handlerFunc{
	RouteGateway:                                    (*Server).getGateway,
	RouteGatewayBot:                                 (*Server).getGatewayBot,
	RouteMe:                                         (*Server).getMe,
	"GET /users/{user}":                             (*Server).getUser,
	"POST /users/@me/channels":                      (*Server).createDM,
	"GET /users/@me/guilds":                         (*Server).getMyGuilds,
	"GET /applications/@me":                         (*Server).getApplication,
	"GET /oauth2/applications/@me":                  (*Server).getApplication,
	"GET /guilds/{guild}":                           (*Server).getGuild,
	"GET /guilds/{guild}/channels":                  (*Server).getGuildChannels,
	"GET /guilds/{guild}/roles":                     (*Server).getGuildRoles,
	"GET /guilds/{guild}/members/{user}":            (*Server).getMember,
	"GET /guilds/{guild}/threads/active":            (*Server).getActiveThreads,
	"GET /channels/{channel}":                       (*Server).getChannel,
	"PATCH /channels/{channel}":                     (*Server).patchChannel,
	RouteTyping:                                     (*Server).startTyping,
	"GET /channels/{channel}/messages":              (*Server).getMessages,
	RouteCreateMessage:                              (*Server).createMessage,
	RouteGetMessage:                                 (*Server).getMessage,
	RouteEditMessage:                                (*Server).editMessage,
	RouteDeleteMessage:                              (*Server).deleteMessage,
	RouteMessageThread:                              (*Server).createMessageThread,
	"POST /channels/{channel}/threads":              (*Server).createThread,
	"PUT /channels/{channel}/thread-members/{user}": (*Server).joinThread,
	"PUT /channels/{channel}/messages/{message}/reactions/{emoji}/@me":    (*Server).react,
	"DELETE /channels/{channel}/messages/{message}/reactions/{emoji}/@me": (*Server).react,
	RouteCallback:     (*Server).callback,
	RouteFollowUp:     (*Server).followUp,
	RouteEditOriginal: (*Server).editReply,
	"GET /webhooks/{app}/{token}/messages/{message}":    (*Server).getReply,
	"DELETE /webhooks/{app}/{token}/messages/{message}": (*Server).deleteReply,
	RouteGlobalCommands:                                            (*Server).overwriteCommands,
	RouteGuildCommands:                                             (*Server).overwriteCommands,
	"GET /applications/{app}/commands":                             (*Server).getCommands,
	"GET /applications/{app}/guilds/{guild}/commands":              (*Server).getCommands,
	"POST /applications/{app}/commands":                            (*Server).createCommand,
	"POST /applications/{app}/guilds/{guild}/commands":             (*Server).createCommand,
	"DELETE /applications/{app}/commands/{command}":                (*Server).deleteCommand,
	"DELETE /applications/{app}/guilds/{guild}/commands/{command}": (*Server).deleteCommand,
}

// handler serves REST and gateway, told apart by the host name.
func (s *Server) handler() http.Handler {
	mux := http.NewServeMux()
	for route, h := range routes {
		method, path, _ := strings.Cut(route, " ")
		mux.HandleFunc(method+" /api/{version}"+path, func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, route, h) })
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		s.serve(w, r, r.Method+" ?", func(*Server, *call) (*reply, error) {
			return nil, refuse(http.StatusNotFound, 0, "404: Not Found")
		})
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if host, _, _ := strings.Cut(r.Host, ":"); host == hostGateway || host == hostResume {
			s.serveGateway(w, r)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// serve handles one REST request: troubles, authorisation and limits first, then the handler with the world locked.
func (s *Server) serve(w http.ResponseWriter, r *http.Request, route string, h handlerFunc) {
	c := &call{r: r, route: route}
	s.mu.Lock()
	fail := s.takeFailure(route)
	s.mu.Unlock()
	s.pause(fail)
	if fail != nil && (fail.Status == http.StatusOK) {
		fail = nil
	}
	var out *reply
	if fail != nil && !fail.Afterwards {
		_ = c.read() // for the record of requests
	} else {
		out = s.answer(c, h)
	}
	if fail != nil {
		if fail.Status == 0 {
			s.record(c, 0)
			panic(http.ErrAbortHandler)
		}
		out = fail.reply()
	}
	s.record(c, out.status)
	out.write(w)
}

// pause waits out the latency of a request.
func (s *Server) pause(fail *Failure) {
	wait := s.opts.Latency
	if fail != nil {
		wait += fail.Latency
	}
	if wait <= 0 {
		return
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-s.stopped.Done():
	}
}

func (s *Server) answer(c *call, h handlerFunc) *reply {
	out, err := s.try(c, h)
	var refused *apiError
	if errors.As(err, &refused) {
		return refused.reply()
	}
	if err != nil {
		return &reply{status: http.StatusInternalServerError, raw: []byte(err.Error())}
	}
	return out
}

func (s *Server) try(c *call, h handlerFunc) (*reply, error) {
	s.mu.Lock()
	authorised := s.authorise(c)
	limited := s.limit(c)
	s.mu.Unlock()
	if authorised != nil {
		return nil, authorised
	}
	if limited != nil {
		return limited, nil
	}
	if err := c.read(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.notify()
	out, err := h(s, c)
	if err == nil {
		s.checkRequest(c)
		s.addLimitHeaders(c, out)
		out.encode() // while the world stands still
		s.checkReply(c, out)
	}
	return out, err
}

// tokenInPath tells whether the route carries its own token, so that no authorisation header is asked for.
func tokenInPath(route string) bool {
	return strings.Contains(route, "/interactions/") || strings.Contains(route, "/webhooks/{app}/{token}")
}

func (s *Server) authorise(c *call) error {
	if tokenInPath(c.route) || c.route == RouteGateway {
		return nil
	}
	if c.r.Header.Get("Authorization") != "Bot "+s.opts.Token {
		return refuse(http.StatusUnauthorized, 0, "401: Unauthorized")
	}
	if !strings.HasPrefix(c.r.UserAgent(), "DiscordBot (") {
		s.violation("%s: the User-Agent %q is not of the form DiscordBot (url, version)", c.route, c.r.UserAgent())
	}
	return nil
}

// limit counts the request against the global and its route's limit; nil when there is room.
func (s *Server) limit(c *call) *reply {
	if s.opts.GlobalLimit > 0 && !strings.Contains(c.route, "/interactions/") {
		now := s.now()
		s.rest.global = slices.DeleteFunc(s.rest.global, func(t time.Time) bool { return now.Sub(t) >= time.Second })
		if len(s.rest.global) >= s.opts.GlobalLimit {
			f := Failure{RetryAfter: time.Second - now.Sub(s.rest.global[0]), Global: true}
			return f.tooMany()
		}
		s.rest.global = append(s.rest.global, now)
	}
	b := s.bucketOf(c)
	if b == nil {
		return nil
	}
	if b.used >= routeLimit {
		f := Failure{RetryAfter: b.reset.Sub(s.now())}
		return f.tooMany()
	}
	b.used++
	return nil
}

// bucketOf returns the limit the request counts against, or nil when it is not limited.
func (s *Server) bucketOf(c *call) *bucket {
	if !s.opts.RateLimits || (c.route != RouteCreateMessage && c.route != RouteEditMessage) {
		return nil
	}
	key := c.route + " " + c.path("channel")
	b := s.rest.buckets[key]
	if b == nil || !s.now().Before(b.reset) {
		b = &bucket{reset: s.now().Add(s.opts.RateWindow)}
		s.rest.buckets[key] = b
	}
	return b
}

func (s *Server) addLimitHeaders(c *call, out *reply) {
	b := s.bucketOf(c)
	if b == nil {
		return
	}
	if out.header == nil {
		out.header = http.Header{}
	}
	left := b.reset.Sub(s.now())
	out.header.Set("X-RateLimit-Limit", strconv.Itoa(routeLimit))
	out.header.Set("X-RateLimit-Remaining", strconv.Itoa(max(0, routeLimit-b.used)))
	out.header.Set("X-RateLimit-Reset", strconv.FormatFloat(float64(b.reset.UnixMilli())/1000, 'f', 3, 64))
	out.header.Set("X-RateLimit-Reset-After", formatSeconds(left))
	out.header.Set("X-RateLimit-Bucket", fmt.Sprintf("%x", len(c.route)))
}

func formatSeconds(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', 3, 64) }

func ceilSeconds(d time.Duration) string { return strconv.Itoa(int(math.Ceil(d.Seconds()))) }

// read takes the body in: JSON, or multipart with payload_json and files.
func (c *call) read() error {
	data, err := io.ReadAll(io.LimitReader(c.r.Body, requestLimit+1))
	if err != nil {
		return fmt.Errorf("read the request: %w", err)
	}
	if len(data) > requestLimit {
		return refuse(http.StatusRequestEntityTooLarge, 40005, "Request entity too large")
	}
	kind, params, _ := mime.ParseMediaType(c.r.Header.Get("Content-Type"))
	if kind != "multipart/form-data" {
		c.body = data
		if len(data) > 0 && kind != "application/json" {
			return refuse(http.StatusBadRequest, 50035, "Unsupported content type "+kind)
		}
		return nil
	}
	return c.readParts(multipart.NewReader(bytes.NewReader(data), params["boundary"]))
}

func (c *call) readParts(parts *multipart.Reader) error {
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return refuse(http.StatusBadRequest, 50035, "Broken multipart body")
		}
		data, err := io.ReadAll(part)
		if err != nil {
			return refuse(http.StatusBadRequest, 50035, "Broken multipart body")
		}
		if part.FormName() == "payload_json" {
			c.body = data
			continue
		}
		if len(data) > attachmentLimit {
			return refuse(http.StatusRequestEntityTooLarge, 40005, "Request entity too large")
		}
		c.files = append(c.files, Attachment{
			Filename: part.FileName(), ContentType: part.Header.Get("Content-Type"), Size: len(data), Data: data,
		})
	}
}

func (r *reply) write(w http.ResponseWriter) {
	for k, v := range r.header {
		w.Header()[k] = v
	}
	r.encode()
	if r.body != nil {
		w.Header().Set("Content-Type", "application/json")
	}
	w.WriteHeader(r.status)
	_, _ = w.Write(r.raw)
}

// encode turns the body into bytes, once.
func (r *reply) encode() {
	if r.raw == nil && r.body != nil {
		r.raw = mustJSON(r.body)
	}
}

func (s *Server) record(c *call, status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	path := strings.TrimPrefix(c.r.URL.Path, "/api/")
	if i := strings.IndexByte(path, '/'); i >= 0 {
		path = path[i:]
	}
	s.rest.requests = append(s.rest.requests, Request{
		Route: c.route, Path: path, Status: status, Body: c.body, UserAgent: c.r.UserAgent(), At: time.Now(),
	})
	s.notify()
}

// Requests returns the REST requests of a route, or all of them for "", oldest first.
func (s *Server) Requests(route string) []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Request
	for _, r := range s.rest.requests {
		if route == "" || r.Route == route {
			out = append(out, r)
		}
	}
	return out
}
