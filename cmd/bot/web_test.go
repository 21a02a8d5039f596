package main

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"attache/internal/fetch"
)

// wire is a site on the loopback: a few pages, a feed and a sitemap.
type wire struct {
	*httptest.Server
	mu    sync.Mutex
	year  string         // a fact on the page /harbour
	asked map[string]int // whole answers by path
}

func newWire(t *testing.T) *wire {
	t.Helper()
	s := &wire{year: "2034", asked: map[string]int{}}
	s.Server = httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(s.Close)
	return s
}

func (s *wire) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := "http://" + r.Host
	version := `"` + s.year + r.URL.Path + `"`
	if r.Header.Get("If-None-Match") == version {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	body, media := "", "text/html; charset=utf-8"
	switch r.URL.Path {
	case "/robots.txt":
		body, media = "User-agent: *\nDisallow: /private", "text/plain"
	case "/harbour":
		body = sitePage("Varesh builds a harbour", "Varesh will build a harbour at Tollund by "+s.year+", the ministry of works said.")
	case "/railway":
		body = sitePage("Solmark plans a railway", "Solmark plans a railway through the Ilm valley for 2041, the ministry of transport said.")
	case "/private":
		body = sitePage("Private", "Robots must not read that.")
	case "/picture":
		body, media = "x", "image/png"
	case "/inside":
		http.Redirect(w, r, "http://169.254.169.254/latest/meta-data/", http.StatusFound)
		return
	case "/feed":
		media = "application/rss+xml"
		body = "<rss version='2.0'><channel><title>Northern Wire</title>"
		for _, path := range []string{"/harbour", "/gone", "/private", "/inside", "/picture", "/feed2", "/railway"} {
			body += "<item><title>x</title><link>" + at + path + "</link></item>"
		}
		body += "</channel></rss>"
	case "/feed2":
		body, media = "<rss version='2.0'><channel><title>Another</title></channel></rss>", "text/xml"
	case "/sitemaps":
		body, media = "<sitemapindex><sitemap><loc>"+at+"/sitemap</loc></sitemap></sitemapindex>", "text/xml"
	case "/sitemap":
		body, media = "<urlset><url><loc>"+at+"/harbour</loc><lastmod>2031-06-0"+s.year[3:]+"</lastmod></url><url><loc>"+at+"/railway</loc></url></urlset>", "text/xml"
	default:
		http.NotFound(w, r)
		return
	}
	s.asked[r.URL.Path]++
	w.Header().Set("Content-Type", media)
	w.Header().Set("ETag", version)
	fmt.Fprint(w, body)
}

func sitePage(title, sentence string) string {
	return `<html><head><title>` + title + `</title><meta property="og:site_name" content="Northern Wire"><meta name="date" content="2031-06-01"></head><body><nav><a href="/">Home</a></nav>` +
		`<article><h1>` + title + `</h1><p>` + sentence + `</p><p>` + strings.Repeat("The plan is open to objections until autumn, and the towns along the coast have asked for time. ", 5) + `</p></article></body></html>`
}

func (s *wire) change(year string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.year = year
}

func (s *wire) times(path string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked[path]
}

// bot runs a command line that may reach the site and nothing else.
func (s *wire) bot(t *testing.T, env []string, args ...string) outcome {
	t.Helper()
	return s.session(t, env, "", args...)
}

// session does as bot, with words typed into it.
func (s *wire) session(t *testing.T, env []string, typed string, args ...string) outcome {
	t.Helper()
	var out, errs bytes.Buffer
	net := network{fetch: fetch.Options{Delay: time.Nanosecond, Allow: []netip.AddrPort{netip.MustParseAddrPort(s.Listener.Addr().String())}}}
	code := run(t.Context(), args, streams{strings.NewReader(typed), &out, &errs}, env, net)
	return outcome{code, out.String(), errs.String()}
}

func TestIngestAPage(t *testing.T) {
	t.Parallel()
	s, env := newWire(t), home(t)
	page := s.URL + "/harbour"
	s.bot(t, env, "ingest", "--dry-run", page).want(t, 0, "would be stored", "Northern Wire, 1 Jun 2031; English, ", "1 passage, 0 quotations")
	s.bot(t, env, "ingest", "--dry-run", s.URL+"/sitemap").want(t, 0, "a sitemap of 2", "harbour: would be stored", "railway: would be stored", "0 added")
	s.bot(t, env, "ingest", page+"?utm_source=mail#top").want(t, 0, "added", "1 added")
	bot(t, "", env, "ask", "When will the harbour at Tollund be built?").want(t, 0, "by 2034", "Northern Wire, 1 Jun 2031")
	s.bot(t, env, "ingest", page).want(t, 0, "1 unchanged")
	before := s.times("/harbour")
	s.bot(t, env, "ingest", page).want(t, 0, "unchanged since the last time", "1 unchanged")
	if s.times("/harbour") != before {
		t.Error("an unchanged page was sent whole")
	}
	s.change("2037")
	s.bot(t, env, "ingest", page).want(t, 0, "replaced", "1 replaced")
	if o := bot(t, "", env, "ask", "When will the harbour at Tollund be built?"); strings.Contains(o.out, "2034") || !strings.Contains(o.out, "2037") {
		t.Errorf("after a change:\n%s", o.out)
	}
	s.bot(t, env, "ingest", page, "--label", "draft").want(t, 0, "1 replaced")
	bot(t, "", env, "remove", page).want(t, 0, "removed")
	s.bot(t, env, "ingest", page).want(t, 0, "1 added")
}

func TestIngestAFeedGoesOnPastWhatIsBroken(t *testing.T) {
	t.Parallel()
	s, env := newWire(t), home(t)
	s.bot(t, env, "ingest", s.URL+"/feed").want(t, 1, `"Northern Wire", a feed of 7`, "harbour: added", "railway: added",
		"/gone: not added: is not there (404)", "/private: not added: may not be fetched by robots", "/inside: not added: leads into a private or special network",
		`/picture: not added: is of type "image/png"`, "/feed2: not added: is a feed where a page was expected", "2 added", "5 failed")
	if s.times("/private") > 0 {
		t.Error("a page was fetched against robots.txt")
	}
	s.bot(t, env, "ingest", s.URL+"/feed").want(t, 1, "2 unchanged", "5 failed")
	s.bot(t, env, "ingest", s.URL+"/feed", "--title", "One").want(t, 1, "--title and --url are for one")
	s.bot(t, home(t), "ingest", s.URL+"/feed", "--most", "1").want(t, 0, "1 added", "6 more are left for another time (--most 1)")
}

func TestIngestASitemap(t *testing.T) {
	t.Parallel()
	s, env := newWire(t), home(t)
	s.bot(t, env, "ingest", s.URL+"/sitemaps", s.URL+"/railway").want(t, 0, "a sitemap of 1", "a sitemap of 2", "2 added", "0 failed")
	harbour, railway := s.times("/harbour"), s.times("/railway")
	if harbour != 1 || railway != 1 {
		t.Errorf("one run fetched the pages %d and %d times", harbour, railway)
	}
	s.bot(t, env, "ingest", s.URL+"/sitemap").want(t, 0, "2 unchanged")
	s.change("2039")
	s.bot(t, env, "ingest", s.URL+"/sitemap").want(t, 0, "1 replaced", "1 unchanged")
	bot(t, "", env, "ask", "When will the harbour at Tollund be built?").want(t, 0, "by 2039")
}

func TestIngestNeverReachesInside(t *testing.T) {
	t.Parallel()
	s := newWire(t)
	bot(t, "", home(t), "ingest", strings.Replace(s.URL, "127.0.0.1:", "127.0.0.1:80", 1)).want(t, 1, "not added")
	o := bot(t, "", home(t), "ingest", s.URL+"/harbour", "http://localhost/", "http://[::ffff:127.0.0.1]/", filepath.Join(t.TempDir(), "none.md"))
	o.want(t, 1, "only 80 and 443 are fetched from", "localhost/: not added: leads into a private", "none.md: not added: does not exist", "4 failed")
	if s.times("/harbour") > 0 {
		t.Error("a server on the loopback was reached")
	}
}
