// Package fetch gets pages from the web for people who may name any address: it cannot be led into a private network, holds every answer within
// bounds, and behaves as a polite robot does.
//
// An error of this package is one sentence for the person who gave the address; it does not repeat the address.
package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"code.dny.dev/ssrf"
)

// Options shapes a Client. The zero Options is ready to use.
type Options struct {
	Agent    string           // what the client calls itself; robots.txt is read for the part before the first slash. "" is DefaultAgent
	MaxBytes int64            // of one page, once decompressed; 0 is 20 MB
	Timeout  time.Duration    // for one page with its redirects, waiting for its turn not counted; 0 is 30 s
	Delay    time.Duration    // between two requests to one host, at least; 0 is 1 s
	Allow    []netip.AddrPort // addresses that are reached although they are private, such as a server of one's own
	Only     []string         // hosts (with their port, if it is not the usual one) that nothing else is fetched from, and whose robots.txt is not asked: files that people gave the bot lie there; none is any host
	Now      func() time.Time // nil is time.Now
}

// DefaultAgent is what a Client calls itself when Options names nothing else.
const DefaultAgent = "attache/1"

const (
	maxBytes     = 20 << 20
	timeout      = 30 * time.Second
	delay        = time.Second
	mostHops     = 5
	headerBytes  = 256 << 10
	longestField = 2000 // of an address, in bytes
)

// Client gets pages. It is safe for concurrent use; requests to one host take turns.
type Client struct {
	options Options
	http    *http.Client
	mu      sync.Mutex
	hosts   map[string]*host // by scheme and host
}

// New makes a client. It never uses a proxy, which would look up addresses itself and so lead past the guard.
func New(o Options) *Client {
	if o.Agent == "" {
		o.Agent = DefaultAgent
	}
	if o.MaxBytes <= 0 {
		o.MaxBytes = maxBytes
	}
	if o.Timeout <= 0 {
		o.Timeout = timeout
	}
	if o.Delay <= 0 {
		o.Delay = delay
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	dialer := &net.Dialer{Timeout: 10 * time.Second, Control: guard(o.Allow)}
	transport := &http.Transport{
		DialContext: dialer.DialContext, ForceAttemptHTTP2: true, MaxIdleConns: 20, MaxIdleConnsPerHost: 1, IdleConnTimeout: 30 * time.Second,
		TLSHandshakeTimeout: 10 * time.Second, ResponseHeaderTimeout: o.Timeout, MaxResponseHeaderBytes: headerBytes,
	}
	return &Client{
		options: o, hosts: map[string]*host{},
		http: &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
	}
}

// Close closes connections that are kept for later requests.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// errPrivate is wrapped by errors for addresses that the guard refuses.
var errPrivate = errors.New("leads into a private or special network, where nothing is fetched")

// guard refuses every connection but to public addresses on the web's ports. It runs after the name was looked up, for each address, right before
// the connection is made, so that no name, redirect or change of DNS leads past it.
func guard(allow []netip.AddrPort) func(network, address string, _ syscall.RawConn) error {
	g := ssrf.New()
	return func(network, address string, conn syscall.RawConn) error {
		if to, err := netip.ParseAddrPort(address); err == nil && slices.Contains(allow, to) {
			return nil
		}
		if err := g.Safe(network, address, conn); err != nil {
			return errPrivate
		}
		return nil
	}
}

// Known is what a former answer said of its version, so that only a changed page is sent again. The zero Known knows nothing.
type Known struct{ ETag, LastModified string }

// Page is what came back.
type Page struct {
	URL       string // where it was found in the end
	Type      string // media type in lower case without parameters: "text/html"; guessed from the content when the server names none
	Charset   string // as the server names it; "" when it does not
	Body      []byte // decompressed
	Version   Known
	Unchanged bool // it is as Known says; there is no Body then
}

// Get fetches a page, following up to five redirects. Every address on the way must be http or https, public, on port 80 or 443, and allowed by its
// host's robots.txt. A page whose type is not among types is refused before it is read; no types are all types.
func (c *Client) Get(ctx context.Context, address string, known Known, types ...string) (Page, error) {
	for range mostHops + 1 {
		u, err := c.parse(address)
		if err != nil {
			return Page{}, err
		}
		h := c.host(u)
		allowed, err := c.allowed(ctx, h, u)
		if err != nil {
			return Page{}, err
		}
		if !allowed {
			return Page{}, errors.New("may not be fetched by robots: the site's robots.txt says so")
		}
		if err := h.resting(c.options.Now()); err != nil {
			return Page{}, err
		}
		page, next, err := c.once(ctx, h, u, known, types)
		if err != nil || next == "" {
			return page, err
		}
		address, known = next, Known{}
	}
	return Page{}, fmt.Errorf("leads from one address to the next more than %d times", mostHops)
}

// parse reads an address and refuses what is none of the web.
func (c *Client) parse(address string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSpace(address))
	switch {
	case err != nil || len(address) > longestField:
		return nil, errors.New("is no web address")
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, fmt.Errorf("is no web address: it begins with %q, not with https:// or http://", u.Scheme)
	case u.Hostname() == "":
		return nil, errors.New("is no web address: it names no host")
	case u.User != nil:
		return nil, errors.New("holds a user name or password, which are not sent")
	case numeric(u.Hostname()):
		return nil, errors.New("is no web address: its host is an odd form of a number")
	}
	if port := u.Port(); port != "" && port != "80" && port != "443" && !c.onAllowedPort(u) {
		return nil, fmt.Errorf("names port %s; only 80 and 443 are fetched from", port)
	}
	if len(c.options.Only) > 0 && !slices.Contains(c.options.Only, strings.ToLower(u.Host)) {
		return nil, errors.New("is not at a place where files are fetched from")
	}
	u.Fragment = ""
	return u, nil
}

// numeric reports hosts such as 0x7f.1 or 2130706433, which some resolvers read as an address.
func numeric(host string) bool {
	if _, err := netip.ParseAddr(host); err == nil {
		return false
	}
	last := strings.TrimSuffix(host, ".")
	last = strings.ToLower(last[strings.LastIndexByte(last, '.')+1:])
	digits := strings.TrimPrefix(last, "0x")
	return digits == "" || strings.Trim(digits, "0123456789") == "" || digits != last && strings.Trim(digits, "0123456789abcdef") == ""
}

func (c *Client) onAllowedPort(u *url.URL) bool {
	to, err := netip.ParseAddrPort(u.Host)
	return err == nil && slices.Contains(c.options.Allow, to)
}

// once makes one request; next is where it is led on to.
func (c *Client) once(ctx context.Context, h *host, u *url.URL, known Known, types []string) (page Page, next string, err error) {
	if err := c.turn(ctx, h); err != nil {
		return page, "", err
	}
	ctx, cancel := context.WithTimeout(ctx, c.options.Timeout)
	defer cancel()
	response, err := c.ask(ctx, u, known)
	if err != nil {
		return page, "", c.plain(err)
	}
	defer func() { _ = response.Body.Close() }() // only read from
	page = Page{URL: u.String(), Version: Known{response.Header.Get("ETag"), response.Header.Get("Last-Modified")}}
	switch code := response.StatusCode; {
	case code == http.StatusNotModified && known != Known{}:
		page.Unchanged, page.Version = true, known
		return page, "", nil
	case code == 301 || code == 302 || code == 303 || code == 307 || code == 308:
		to, err := response.Location()
		if err != nil {
			return page, "", errors.New("leads on without saying where to")
		}
		return page, to.String(), nil
	case code != http.StatusOK:
		return page, "", refused(h, response, c.options.Now())
	}
	return page, "", c.read(response, &page, types)
}

func (c *Client) ask(ctx context.Context, u *url.URL, known Known) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("User-Agent", c.options.Agent)
	request.Header.Set("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.5")
	if known.ETag != "" {
		request.Header.Set("If-None-Match", known.ETag)
	}
	if known.LastModified != "" {
		request.Header.Set("If-Modified-Since", known.LastModified)
	}
	return c.http.Do(request)
}

// sniffed is how many bytes http.DetectContentType looks at.
const sniffed = 512

// read takes in the body within its bounds. The transport has decompressed it, so that what is counted is what is kept.
func (c *Client) read(response *http.Response, page *Page, types []string) error {
	declared := response.Header.Get("Content-Type")
	if declared != "" {
		if err := page.is(declared, types); err != nil {
			return err
		}
	}
	if response.ContentLength > c.options.MaxBytes {
		return tooLarge(c.options.MaxBytes)
	}
	body, err := readUpTo(response.Body, c.options.MaxBytes+1)
	if err != nil {
		return c.plain(err)
	}
	if int64(len(body)) > c.options.MaxBytes {
		return tooLarge(c.options.MaxBytes)
	}
	page.Body = body
	if declared == "" {
		return page.is(http.DetectContentType(body[:min(len(body), sniffed)]), types)
	}
	return nil
}

// is sets the page's type and refuses one that is not wanted.
func (p *Page) is(declared string, types []string) error {
	media, parameters, err := mime.ParseMediaType(declared)
	if err != nil {
		media, _, _ = strings.Cut(declared, ";")
		media = strings.ToLower(strings.TrimSpace(media))
	}
	p.Type, p.Charset = media, parameters["charset"]
	if len(types) > 0 && !slices.Contains(types, media) {
		return fmt.Errorf("is of type %q, which is not read", media)
	}
	return nil
}

func tooLarge(limit int64) error {
	return fmt.Errorf("is larger than %.1f MB", float64(limit)/(1<<20))
}

// refused words an answer that is none. A host that asks for rest gets it.
func refused(h *host, r *http.Response, now time.Time) error {
	switch r.StatusCode {
	case http.StatusNotFound, http.StatusGone:
		return fmt.Errorf("is not there (%d)", r.StatusCode)
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusPaymentRequired, http.StatusUnavailableForLegalReasons:
		return fmt.Errorf("is not shown to everybody (%d): save the page and ingest the file", r.StatusCode)
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		busy := &Busy{Code: r.StatusCode, After: retryAfter(r.Header.Get("Retry-After"), now)}
		h.rest(now.Add(busy.After))
		return busy
	}
	return fmt.Errorf("was answered with status %d", r.StatusCode)
}

// plain words what a transport says.
func (c *Client) plain(err error) error {
	var dns *net.DNSError
	var nobody *net.OpError
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errPrivate):
		return errPrivate
	case errors.Is(err, context.Canceled):
		return err
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("did not come within %s", c.options.Timeout)
	case errors.As(err, &dns):
		return fmt.Errorf("names a host that is not found: %s", dns.Name)
	case errors.As(err, &nobody) && nobody.Op == "dial":
		return fmt.Errorf("cannot be reached: %w", nobody.Err)
	}
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	return fmt.Errorf("could not be fetched: %w", err)
}

// readUpTo reads no more than limit bytes, and leaves the rest.
func readUpTo(r io.Reader, limit int64) ([]byte, error) { return io.ReadAll(io.LimitReader(r, limit)) }
