package fetch

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// serve starts a site on the loopback and a client that may reach it.
func serve(t *testing.T, o Options, handler http.HandlerFunc) (*Client, string) {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	o.Allow = append(o.Allow, netip.MustParseAddrPort(server.Listener.Addr().String()))
	if o.Delay == 0 {
		o.Delay = time.Nanosecond
	}
	c := New(o)
	t.Cleanup(c.Close)
	return c, server.URL
}

// page answers every path but robots.txt.
func page(f http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			http.NotFound(w, r)
			return
		}
		f(w, r)
	}
}

// hostile are addresses that must never be reached. None needs a look-up in the DNS but localhost, which every machine knows.
var hostile = map[string]string{
	"loopback":                        "http://127.0.0.1/",
	"loopback by name":                "http://localhost/",
	"another loopback":                "http://127.8.9.10/",
	"loopback, IPv6":                  "http://[::1]/",
	"loopback mapped into IPv6":       "http://[::ffff:127.0.0.1]/",
	"loopback mapped, in hex":         "http://[::ffff:7f00:1]/",
	"this host":                       "http://0.0.0.0/",
	"this host, IPv6":                 "http://[::]/",
	"private, class A":                "https://10.0.0.1/",
	"private, class B":                "https://172.16.0.1/",
	"private, class C":                "https://192.168.1.1/",
	"private mapped into IPv6":        "http://[::ffff:10.0.0.1]/",
	"unique local, IPv6":              "http://[fd00::1]/",
	"link-local":                      "http://169.254.1.1/",
	"link-local, IPv6":                "http://[fe80::1]/",
	"a cloud's metadata":              "http://169.254.169.254/latest/meta-data/",
	"metadata mapped into IPv6":       "http://[::ffff:a9fe:a9fe]/",
	"metadata, IPv6":                  "http://[fd00:ec2::254]/",
	"behind a provider's NAT":         "http://100.64.0.1/",
	"another cloud's metadata":        "http://100.100.100.200/",
	"multicast":                       "http://224.0.0.1/",
	"multicast, IPv6":                 "http://[ff02::1]/",
	"broadcast":                       "http://255.255.255.255/",
	"reserved":                        "http://240.0.0.1/",
	"documentation":                   "http://192.0.2.1/",
	"documentation, IPv6":             "http://[2001:db8::1]/",
	"loopback through NAT64":          "http://[64:ff9b::7f00:1]/",
	"private through 6to4":            "http://[2002:a00:1::]/",
	"Teredo":                          "http://[2001::1]/",
	"IPv4-compatible":                 "http://[::127.0.0.1]/",
	"one number":                      "http://2130706433/",
	"hexadecimal":                     "http://0x7f000001/",
	"hexadecimal parts":               "http://0x7f.0.0.0x1/",
	"octal":                           "http://0177.0.0.1/",
	"short":                           "http://127.1/",
	"another port":                    "http://93.184.215.14:22/",
	"a file":                          "file:///etc/passwd",
	"another protocol":                "gopher://93.184.215.14/",
	"a user":                          "http://user:secret@93.184.215.14/",
	"no host":                         "http:///path",
	"no address":                      "not an address",
	"a control character":             "http://93.184.215.14/\x00",
	"an address longer than any":      "http://93.184.215.14/" + strings.Repeat("a", 3000),
	"the fragment of another address": "http://127.0.0.1#@93.184.215.14/",
}

func TestHostileTargets(t *testing.T) {
	t.Parallel()
	for name, target := range hostile {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			direct := New(Options{Delay: time.Nanosecond, Timeout: 5 * time.Second})
			defer direct.Close()
			_, err := direct.Get(t.Context(), target, Known{})
			wantRefused(t, err)
			if strings.ContainsAny(target, "\x00 ") {
				return // such an address cannot stand in a header
			}
			led, base := serve(t, Options{Timeout: 5 * time.Second}, page(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Location", target)
				w.WriteHeader(http.StatusFound)
			}))
			_, err = led.Get(t.Context(), base, Known{})
			wantRefused(t, err)
		})
	}
}

// wantRefused wants an error of the guard or of the look at the address, not one of a connection that was tried.
func wantRefused(t *testing.T, err error) {
	t.Helper()
	if errors.Is(err, errPrivate) {
		return
	}
	if err != nil {
		for _, said := range []string{"is no web address", "holds a user name", "only 80 and 443"} {
			if strings.Contains(err.Error(), said) {
				return
			}
		}
	}
	t.Errorf("got %v, want it refused before any connection", err)
}

func TestRobotsOfAHostileHostAreNotAskedFor(t *testing.T) {
	t.Parallel()
	var reached atomic.Int32
	inner := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached.Add(1) }))
	t.Cleanup(inner.Close)
	c, base := serve(t, Options{}, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, inner.URL+"/robots.txt", http.StatusFound)
	})
	_, err := c.Get(t.Context(), base+"/page", Known{})
	if err == nil || reached.Load() != 0 {
		t.Errorf("got %v and %d requests to the inner server, want an error and none", err, reached.Load())
	}
}

func TestPageComesWhole(t *testing.T) {
	t.Parallel()
	c, base := serve(t, Options{Agent: "tester/7 (a test)"}, page(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/old":
			http.Redirect(w, r, "/new?a=1#part", http.StatusMovedPermanently)
		case "/new":
			w.Header().Set("Content-Type", "Text/HTML; charset=ISO-8859-1")
			w.Header().Set("ETag", `"v1"`)
			w.Header().Set("Last-Modified", "Mon, 12 May 2031 08:00:00 GMT")
			if got := r.Header.Get("User-Agent"); got != "tester/7 (a test)" {
				t.Errorf("User-Agent %q", got)
			}
			fmt.Fprint(w, "<p>Kareth")
		}
	}))
	got, err := c.Get(t.Context(), base+"/old", Known{}, "text/html")
	if err != nil {
		t.Fatal(err)
	}
	want := Page{
		URL: base + "/new?a=1", Type: "text/html", Charset: "ISO-8859-1", Body: []byte("<p>Kareth"),
		Version: Known{`"v1"`, "Mon, 12 May 2031 08:00:00 GMT"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestUnchangedPageIsNotSentAgain(t *testing.T) {
	t.Parallel()
	const day = "Mon, 12 May 2031 08:00:00 GMT"
	c, base := serve(t, Options{}, page(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("If-None-Match") == `"v1"` || r.Header.Get("If-Modified-Since") == day {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Header().Set("ETag", `"v1"`)
		fmt.Fprint(w, "words")
	}))
	first, err := c.Get(t.Context(), base, Known{})
	if err != nil || first.Unchanged || string(first.Body) != "words" {
		t.Fatalf("first: %+v, %v", first, err)
	}
	for _, known := range []Known{first.Version, {LastModified: day}} {
		again, err := c.Get(t.Context(), base, known)
		if err != nil || !again.Unchanged || again.Body != nil || again.Version != known {
			t.Errorf("with %+v: %+v, %v", known, again, err)
		}
	}
}

func TestAnswersThatAreRefused(t *testing.T) {
	t.Parallel()
	bomb := squeezed(t, 30<<20)
	tests := []struct {
		name   string
		answer http.HandlerFunc
		want   string
	}{
		{"a missing page", http.NotFound, "is not there (404)"},
		{"a page behind a wall", status(http.StatusForbidden), "is not shown to everybody (403): save the page"},
		{"a busy site", func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Retry-After", "120"); w.WriteHeader(429) }, `come back later (429, in 2m0s)`},
		{"a broken site", status(http.StatusInternalServerError), "was answered with status 500"},
		{"unchanged without having asked", status(http.StatusNotModified), "was answered with status 304"},
		{"a picture", typed("image/png", "x"), `is of type "image/png", which is not read`},
		{"a picture that does not say so", typed("", "\x89PNG\r\n\x1a\n"), `is of type "image/png"`},
		{"a page too large that says so", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			w.Header().Set("Content-Length", "99999999")
		}, "is larger than 1.0 MB"},
		{"a page without end", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			for r.Context().Err() == nil {
				if _, err := w.Write(make([]byte, 64<<10)); err != nil {
					return
				}
			}
		}, "is larger than 1.0 MB"},
		{"thirty megabytes packed into thirty kilobytes", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(bomb)
		}, "is larger than 1.0 MB"},
		{"damaged compression", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(bomb[:200])
		}, "could not be fetched"},
		{"a redirect to itself", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.Path, http.StatusFound) }, "leads from one address to the next more than 5 times"},
		{"a redirect without a place", status(http.StatusFound), "leads on without saying where to"},
		{"a header without end", func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("X-Long", strings.Repeat("a", 1<<20)) }, "could not be fetched"},
		{"an answer that never comes", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, "did not come within 500ms"},
		{"an answer that stops in the middle", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprint(w, "<p>")
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		}, "did not come within 500ms"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			limit := 20 * time.Second
			if strings.Contains(tt.want, "500ms") {
				limit = 500 * time.Millisecond
			}
			c, base := serve(t, Options{MaxBytes: 1 << 20, Timeout: limit}, page(tt.answer))
			_, err := c.Get(t.Context(), base+"/page", Known{}, "text/html")
			if err == nil || !strings.HasPrefix(strings.TrimPrefix(err.Error(), "asks to "), tt.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("got %v, want one line with %q", err, tt.want)
			}
		})
	}
}

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

func typed(contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["Content-Type"] = nil
		if contentType != "" {
			w.Header().Set("Content-Type", contentType)
		}
		fmt.Fprint(w, body)
	}
}

func squeezed(t *testing.T, n int) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(make([]byte, n)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A client for files that people gave the bot reaches their hosts and no other, by no redirect either.
func TestOnlyTheHostsThatAreNamed(t *testing.T) {
	t.Parallel()
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("another host was reached") }))
	t.Cleanup(other.Close)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/away":
			http.Redirect(w, r, other.URL, http.StatusFound)
		case "/robots.txt":
			t.Error("robots.txt was asked")
		}
		fmt.Fprint(w, "words")
	}))
	t.Cleanup(server.Close)
	at, elsewhere := server.Listener.Addr().String(), other.Listener.Addr().String()
	c := New(Options{Allow: []netip.AddrPort{netip.MustParseAddrPort(at), netip.MustParseAddrPort(elsewhere)}, Only: []string{at}, Delay: time.Nanosecond})
	t.Cleanup(c.Close)
	if page, err := c.Get(t.Context(), server.URL+"/file.txt", Known{}); err != nil || string(page.Body) != "words" {
		t.Errorf("%+v, %v", page, err)
	}
	for _, address := range []string{server.URL + "/away", other.URL, "https://elsewhere.example/", "http://" + at + ".example/"} {
		if _, err := c.Get(t.Context(), address, Known{}); err == nil {
			t.Errorf("%s was fetched", address)
		}
	}
}

func TestNobodyListens(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	at := netip.MustParseAddrPort(server.Listener.Addr().String())
	server.Close()
	c := New(Options{Allow: []netip.AddrPort{at}})
	defer c.Close()
	if _, err := c.Get(t.Context(), "http://"+at.String(), Known{}); err == nil || !strings.Contains(err.Error(), "cannot be reached") {
		t.Errorf("got %v", err)
	}
}

func TestRobots(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		robots http.HandlerFunc
		path   string
		want   string // "" when the page is fetched
	}{
		{"none", http.NotFound, "/private/a", ""},
		{"a wall", status(http.StatusForbidden), "/private/a", ""},
		{"a broken site", status(http.StatusBadGateway), "/a", "robots.txt says so"},
		{"for everybody", typed("text/plain", "User-agent: *\nDisallow: /private"), "/private/a", "robots.txt says so"},
		{"for another path", typed("text/plain", "User-agent: *\nDisallow: /private"), "/a", ""},
		{"for us", typed("text/plain", "User-agent: attache\nDisallow: /\n\nUser-agent: *\nAllow: /"), "/a", "robots.txt says so"},
		{"for another robot", typed("text/plain", "User-agent: other\nDisallow: /"), "/a", ""},
		{"with a query", typed("text/plain", "User-agent: *\nDisallow: /*?print="), "/a?print=1", "robots.txt says so"},
		{"noise", typed("text/plain", "\x00\xff<html>: : :\n\n%%"), "/a", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c, base := serve(t, Options{}, func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/robots.txt" {
					tt.robots(w, r)
					return
				}
				fmt.Fprint(w, "words")
			})
			_, err := c.Get(t.Context(), base+tt.path, Known{})
			if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

func TestRobotsAreReadOnceADay(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	now := time.Date(2031, 5, 12, 8, 0, 0, 0, time.UTC)
	c, base := serve(t, Options{Now: func() time.Time { return now }}, func(_ http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			asked.Add(1)
		}
	})
	for _, step := range []struct {
		later time.Duration
		want  int32
	}{{0, 1}, {time.Hour, 1}, {25 * time.Hour, 2}} {
		now = now.Add(step.later)
		if _, err := c.Get(t.Context(), base, Known{}); err != nil {
			t.Fatal(err)
		}
		if asked.Load() != step.want {
			t.Errorf("%s later robots.txt was read %d times, want %d", step.later, asked.Load(), step.want)
		}
	}
}

// TestTurns wants requests to one host apart by the delay, whoever makes them.
func TestTurns(t *testing.T) {
	t.Parallel()
	const apart = 30 * time.Millisecond
	var mu sync.Mutex
	var times []time.Time
	c, base := serve(t, Options{Delay: apart}, page(func(http.ResponseWriter, *http.Request) {
		mu.Lock()
		times = append(times, time.Now())
		mu.Unlock()
	}))
	start := time.Now()
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			if _, err := c.Get(t.Context(), base, Known{}); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if took := time.Since(start); len(times) != 4 || took < 3*apart {
		t.Errorf("%d requests within %s, want 4 that are %s apart", len(times), took, apart)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Get(ctx, base, Known{}); !errors.Is(err, context.Canceled) {
		t.Errorf("with an ended context: %v", err)
	}
}

func FuzzParse(f *testing.F) {
	for _, target := range hostile {
		f.Add(target)
	}
	c := New(Options{})
	f.Fuzz(func(t *testing.T, address string) {
		u, err := c.parse(address)
		if err == nil && (u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil || u.Port() != "" && u.Port() != "80" && u.Port() != "443") {
			t.Errorf("%q passed as %s", address, u)
		}
	})
}
