package gateway

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

const (
	maxAttempts  = 5                // of one request, the first included
	maxReply     = 32 << 20         // bytes of one reply
	maxWait      = 2 * time.Minute  // a longer rate limit is handed to the caller
	maxLimits    = 4096             // routes whose limit is remembered
	invalidMax   = 5000             // of 401, 403 and 429; Discord bans the address at 10,000 ...
	invalidReset = 10 * time.Minute // ... in this time
	burst        = 45               // REST requests at once, below Discord's 50 a second
)

// errInvalid is returned instead of sending when Discord has refused so many requests that more could ban the address.
var errInvalid = errors.New("too many refused requests; waiting so that Discord does not ban this address")

// restClient is the transport of all REST requests. It waits out rate limits within a request's context, keeps the
// global limit, retries what may be retried, and hides rate-limit headers from discordgo, whose own waiting ignores
// contexts. Safe for concurrent use.
type restClient struct {
	g      *Gateway
	next   http.RoundTripper
	global *rate.Limiter
	keys   chan string // bucket names for discordgo, each used by one request at a time

	mu      sync.Mutex
	until   map[string]time.Time // route -> when it may be asked again
	gate    time.Time            // all routes: when they may be asked again
	invalid int                  // refused requests since since
	since   time.Time
}

// bucketKeys is how many of discordgo's rate-limit buckets are used, and so how many requests run at once. discordgo
// keeps a bucket for ever and locks it during a request; a key that nobody else uses waits for nobody.
const bucketKeys = 128

func newREST(g *Gateway) *restClient {
	c := &restClient{
		g: g, global: rate.NewLimiter(rate.Limit(g.limits.ratePerSec), burst), keys: make(chan string, bucketKeys),
		until: map[string]time.Time{}, since: time.Now(),
	}
	for n := range bucketKeys {
		c.keys <- "attache-" + strconv.Itoa(n)
	}
	if g.opts.Client != nil && g.opts.Client.Transport != nil {
		c.next = g.opts.Client.Transport
		return c
	}
	c.next = &http.Transport{
		Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true, MaxIdleConnsPerHost: 32,
		IdleConnTimeout: 90 * time.Second, TLSHandshakeTimeout: 10 * time.Second,
	}
	return c
}

func (c *restClient) closeIdle() {
	if t, ok := c.next.(interface{ CloseIdleConnections() }); ok {
		t.CloseIdleConnections()
	}
}

// repeatedHeader is set on the reply to a request that was sent more than once.
const repeatedHeader = "Attache-Repeated"

// repeatable marks a request that may be sent again although its method is POST.
type repeatable struct{}

// RoundTrip sends a request, as often as rate limits and passing faults make necessary and the request's context allows.
func (c *restClient) RoundTrip(req *http.Request) (*http.Response, error) {
	if local := c.g.answerLocally(req); local != nil {
		return local, nil
	}
	body, err := readBody(req)
	if err != nil {
		return nil, err
	}
	route := routeKey(req)
	for attempt := 1; ; attempt++ {
		if err := c.admit(req.Context(), route); err != nil {
			return nil, fmt.Errorf("%s: %w", hideToken(route), err)
		}
		resp, err := c.send(req, body)
		wait, again := c.judge(req, route, resp, err, attempt)
		if !again {
			return resp, err
		}
		if err := pause(req.Context(), wait); err != nil {
			return nil, fmt.Errorf("%s: %w", hideToken(route), err)
		}
	}
}

// readBody takes the body out of a request, so that it can be sent again.
func readBody(req *http.Request) ([]byte, error) {
	if req.Body == nil {
		return nil, nil
	}
	defer func() { _ = req.Body.Close() }()
	return io.ReadAll(req.Body)
}

// tokenInPath tells whether a route carries an interaction's token: such routes are exempt from the global limit, and a
// 401 there says nothing about the bot's token.
func tokenInPath(route string) bool {
	return strings.Contains(route, "/interactions/") || strings.Contains(route, "/webhooks/")
}

// pathToken matches the token in a route; whoever has it may write in the bot's name for a quarter of an hour.
var pathToken = regexp.MustCompile(`(/(?:interactions|webhooks)/\d+/)[^/?"\s]+`)

// hideToken makes a route or an address fit for logs.
func hideToken(s string) string { return pathToken.ReplaceAllString(s, "$1*") }

// routeKey names what a rate limit holds for: method and path, with every id but the first, which is the channel, server
// or webhook, left out.
func routeKey(req *http.Request) string {
	path := strings.TrimPrefix(req.URL.Path, "/api/")
	parts := strings.Split(path, "/")
	for i := 3; i < len(parts); i++ {
		if _, err := strconv.ParseUint(parts[i], 10, 64); err == nil {
			parts[i] = "*"
		}
	}
	return req.Method + " /" + strings.Join(parts, "/")
}

// admit waits until a request of this route may be sent.
func (c *restClient) admit(ctx context.Context, route string) error {
	for {
		wait, err := c.blocked(route)
		if err != nil {
			return err
		}
		if wait <= 0 {
			break
		}
		if err := pause(ctx, wait); err != nil {
			return err
		}
	}
	if tokenInPath(route) {
		return nil
	}
	return c.global.Wait(ctx)
}

// blocked returns how long a route is still limited.
func (c *restClient) blocked(route string) (time.Duration, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	if now.Sub(c.since) > invalidReset {
		c.invalid, c.since = 0, now
	}
	if c.invalid >= invalidMax {
		return 0, errInvalid
	}
	wait := c.until[route].Sub(now)
	if wait <= 0 {
		delete(c.until, route)
	}
	if !tokenInPath(route) {
		wait = max(wait, c.gate.Sub(now))
	}
	return wait, nil
}

// pause waits, or fails at once when the context would end first.
func pause(ctx context.Context, d time.Duration) error {
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < d {
		return fmt.Errorf("a rate limit of %v outlasts the time left: %w", d.Round(time.Millisecond), context.DeadlineExceeded)
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// send makes one attempt, with a time limit of its own, and reads the whole reply within it.
func (c *restClient) send(req *http.Request, body []byte) (*http.Response, error) {
	ctx, cancel := context.WithTimeout(req.Context(), c.g.limits.attempt)
	defer cancel()
	once := req.Clone(ctx)
	if body != nil {
		once.Body, once.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		once.GetBody = nil
	}
	resp, err := c.next.RoundTrip(once)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	data, err := io.ReadAll(io.LimitReader(resp.Body, maxReply))
	if err != nil {
		return nil, fmt.Errorf("read the reply: %w", err)
	}
	resp.Body, resp.Request = io.NopCloser(bytes.NewReader(data)), req
	return resp, nil
}

// judge looks at the outcome of an attempt: whether to try again, and after what wait.
func (c *restClient) judge(req *http.Request, route string, resp *http.Response, err error, attempt int) (time.Duration, bool) {
	if err != nil {
		return c.backoff(attempt), attempt < maxAttempts && req.Context().Err() == nil && mayRepeat(req)
	}
	again := false
	wait := time.Duration(0)
	switch {
	case resp.StatusCode == http.StatusTooManyRequests:
		wait = c.tooMany(route, resp)
		again = wait <= maxWait
	case resp.StatusCode >= 500:
		wait, again = c.backoff(attempt), mayRepeat(req)
	case resp.StatusCode == http.StatusUnauthorized && !tokenInPath(route):
		c.countInvalid()
		c.g.fail(badToken(codeUnauthorized))
	case resp.StatusCode == http.StatusForbidden:
		c.countInvalid()
	default:
		c.noteRemaining(route, resp.Header)
	}
	if attempt > 1 {
		resp.Header.Set(repeatedHeader, strconv.Itoa(attempt))
	}
	for name := range resp.Header {
		if strings.HasPrefix(name, "X-Ratelimit-") {
			resp.Header.Del(name) // discordgo would sleep on them
		}
	}
	return wait, again && attempt < maxAttempts
}

// backoff is the wait before a failed attempt is repeated.
func (c *restClient) backoff(attempt int) time.Duration { return c.g.limits.retry << (attempt - 1) }

// mayRepeat tells whether sending a request twice does no harm.
func mayRepeat(req *http.Request) bool {
	return req.Method != http.MethodPost || req.Context().Value(repeatable{}) != nil
}

// tooMany notes a 429 for its route or for all, and returns the wait. The web front's own 429s, which are not JSON, count
// for all.
func (c *restClient) tooMany(route string, resp *http.Response) time.Duration {
	data, _ := io.ReadAll(resp.Body) // it is in memory
	resp.Body = io.NopCloser(bytes.NewReader(data))
	var body struct {
		RetryAfter float64 `json:"retry_after"` // seconds
		Global     bool    `json:"global"`
	}
	edge := json.Unmarshal(data, &body) != nil
	wait := seconds(body.RetryAfter)
	if header, err := strconv.ParseFloat(resp.Header.Get("Retry-After"), 64); err == nil && (edge || wait <= 0) {
		wait = seconds(header)
	}
	if wait <= 0 {
		wait = time.Second
	}
	if edge { // discordgo wants JSON
		fixed := fmt.Sprintf(`{"message":"You are being rate limited.","retry_after":%.3f,"global":true}`, wait.Seconds())
		resp.Body = io.NopCloser(strings.NewReader(fixed))
	}
	global := edge || body.Global || resp.Header.Get("X-RateLimit-Global") != ""
	c.block(route, wait, global)
	if resp.Header.Get("X-RateLimit-Scope") != "shared" {
		c.countInvalid()
	}
	c.g.log.Warn("rate limited by Discord", "route", hideToken(route), "wait", wait, "global", global)
	return wait
}

// seconds turns Discord's seconds into a duration, kept within a day so that no reply can overflow it.
func seconds(s float64) time.Duration {
	if math.IsNaN(s) || s < 0 {
		return 0
	}
	return time.Duration(min(s, 86400) * float64(time.Second))
}

// block keeps a route, or all of them, from being asked for a while.
func (c *restClient) block(route string, wait time.Duration, global bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	if global {
		c.gate = now.Add(wait)
		return
	}
	if len(c.until) >= maxLimits {
		for r, t := range c.until {
			if now.After(t) {
				delete(c.until, r)
			}
		}
	}
	if len(c.until) < maxLimits {
		c.until[route] = now.Add(wait)
	}
}

// noteRemaining blocks a route whose limit this request has used up, until Discord resets it.
func (c *restClient) noteRemaining(route string, h http.Header) {
	if h.Get("X-RateLimit-Remaining") != "0" {
		return
	}
	if after, err := strconv.ParseFloat(h.Get("X-RateLimit-Reset-After"), 64); err == nil && after > 0 {
		c.block(route, seconds(after), false)
	}
}

func (c *restClient) countInvalid() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.invalid++
}

// answerLocally answers discordgo's question for the gateway's address, so that it goes where this package wants.
func (g *Gateway) answerLocally(req *http.Request) *http.Response {
	url := g.gatewayURL()
	if url == "" || req.Method != http.MethodGet || !strings.HasSuffix(req.URL.Path, "/gateway") {
		return nil
	}
	data, err := json.Marshal(map[string]string{"url": url})
	if err != nil {
		return nil
	}
	return &http.Response{
		Status: "200 OK", StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: http.Header{},
		Body: io.NopCloser(bytes.NewReader(data)), ContentLength: int64(len(data)), Request: req,
	}
}
