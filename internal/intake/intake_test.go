package intake

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"attache/internal/collection"
	"attache/internal/embed"
	"attache/internal/fetch"
	"attache/internal/library"
	"attache/internal/news"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestInOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		items, n := rapid.SliceOfN(rapid.Int(), 0, 40).Draw(t, "items"), rapid.IntRange(1, 6).Draw(t, "at once")
		stopAt := rapid.IntRange(0, 50).Draw(t, "stop")
		var under, most, ended atomic.Int32
		var got []int
		for r := range inOrder(slices.Values(items), n, func(i int) int {
			if now := under.Add(1); now > most.Load() {
				most.Store(now)
			}
			runtime.Gosched()
			under.Add(-1)
			ended.Add(1)
			return i * 2
		}) {
			if got = append(got, r); len(got) == stopAt {
				break
			}
		}
		if int(most.Load()) > n || under.Load() != 0 {
			t.Fatalf("%d at once of %d, %d left behind", most.Load(), n, under.Load())
		}
		if int(ended.Load()) > len(got)+n {
			t.Fatalf("%d items were worked on for %d results", ended.Load(), len(got))
		}
		for i := range got {
			if got[i] != items[i]*2 {
				t.Fatalf("got %v of %v", got, items)
			}
		}
		if want := len(items); stopAt == 0 || stopAt > want {
			if len(got) != want {
				t.Fatalf("%d results of %d items", len(got), want)
			}
		}
	})
}

func TestBackOff(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		failures    int
		first, want time.Duration
	}{{1, time.Hour, time.Hour}, {2, time.Hour, 2 * time.Hour}, {5, time.Hour, 16 * time.Hour}, {6, time.Hour, 24 * time.Hour}, {1000, time.Hour, 24 * time.Hour},
		{1, 48 * time.Hour, 48 * time.Hour}, {9, 48 * time.Hour, 48 * time.Hour}} {
		if got := backOff(c.failures, c.first); got != c.want {
			t.Errorf("after %d failures and first %s it waits %s, want %s", c.failures, c.first, got, c.want)
		}
	}
}

// site is a site on the loopback whose answers the test sets.
type site struct {
	*httptest.Server
	mu    sync.Mutex
	pages map[string]string // bodies by path; a page that is missing is not there
	asked map[string]int
	busy  string // Retry-After of every answer; "" for none
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{pages: map[string]string{}, asked: map[string]int{}}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.asked[r.URL.Path]++
		body, ok := s.pages[r.URL.Path]
		switch {
		case r.URL.Path == "/robots.txt" || !ok && s.busy == "":
			http.NotFound(w, r)
		case s.busy != "":
			w.Header().Set("Retry-After", s.busy)
			w.WriteHeader(http.StatusTooManyRequests)
		default:
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprint(w, body)
		}
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *site) set(path, title, words string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pages[path] = "<html><head><title>" + title + "</title><meta name='date' content='2031-06-01'></head><body><article><h1>" + title + "</h1><p>" + words + "</p><p>" +
		strings.Repeat("The plan is open to objections until autumn, and the towns along the coast have asked for time. ", 5) + "</p></article></body></html>"
}

func (s *site) feed(path string, links ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	body := "<rss version='2.0'><channel><title>Wire</title>"
	for _, l := range links {
		body += "<item><link>" + l + "</link></item>"
	}
	s.pages[path] = body + "</channel></rss>"
}

func (s *site) times(path string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked[path]
}

// clock is a time that the test moves.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// keeper opens a collection and a keeper that reaches the site.
func keeper(t *testing.T, s *site) (*Keeper, *clock) {
	t.Helper()
	model, err := embed.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	lib, err := library.Open(filepath.Join(t.TempDir(), "library.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = lib.Close() })
	log := slog.New(slog.DiscardHandler)
	c, err := collection.Open(t.Context(), lib, model, log, nil)
	if err != nil {
		t.Fatal(err)
	}
	now := &clock{at: time.Date(2031, 6, 2, 8, 0, 0, 0, time.UTC)}
	client := fetch.New(fetch.Options{Delay: time.Nanosecond, Allow: []netip.AddrPort{netip.MustParseAddrPort(s.Listener.Addr().String())}, Now: now.now})
	t.Cleanup(client.Close)
	return &Keeper{Collection: c, Client: client, Every: 30 * time.Minute, Log: log, Now: now.now}, now
}

// add adds a source and returns how to read it back.
func (k *Keeper) added(t *testing.T, s library.Source) func() library.Source {
	t.Helper()
	s, _, err := k.Examine(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	if ok, err := k.Collection.Library.AddSource(t.Context(), s); err != nil || !ok {
		t.Fatal(ok, err)
	}
	return func() library.Source {
		t.Helper()
		all, err := k.Collection.Library.Sources(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(all, func(other library.Source) bool { return other.Place == s.Place })
		if i < 0 {
			t.Fatalf("%s is no source", s.Place)
		}
		return all[i]
	}
}

func (k *Keeper) looks(t *testing.T, s library.Source) Report {
	t.Helper()
	report, err := k.Look(t.Context(), s, nil)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// within reports whether a source is due between d and a tenth more after now.
func within(s library.Source, now time.Time, d time.Duration) bool {
	wait := s.Due.Sub(now)
	return wait >= d-time.Second && wait <= d+d/10 // the library keeps seconds
}

func TestAFailingSourceIsLeftAloneLongerEachTime(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.set("/a", "A harbour", "Varesh builds a harbour.")
	k, now := keeper(t, s)
	source := k.added(t, library.Source{Place: s.URL + "/a"})
	if r := k.looks(t, source()); r.Added != 1 || !within(source(), now.now(), 30*time.Minute) || source().Outcome != "1 added" {
		t.Fatalf("%+v, %+v", r, source())
	}
	s.mu.Lock()
	s.busy = "7200"
	s.mu.Unlock()
	now.pass(time.Hour)
	k.looks(t, source())
	if got := source(); got.Failures != 1 || !within(got, now.now(), 2*time.Hour) || !strings.Contains(got.Problem, "asks to come back later (429") {
		t.Errorf("a site that asks for two hours: %+v", got)
	}
	s.mu.Lock()
	s.busy = "1"
	s.mu.Unlock()
	for i, want := range []time.Duration{time.Hour, 2 * time.Hour, 4 * time.Hour, 8 * time.Hour, 16 * time.Hour, 24 * time.Hour, 24 * time.Hour} {
		now.pass(25 * time.Hour)
		k.looks(t, source())
		if got := source(); got.Failures != i+2 || !within(got, now.now(), want) {
			t.Errorf("after %d failures it is due in %s, want %s", i+2, got.Due.Sub(now.now()), want)
		}
	}
	s.mu.Lock()
	s.busy = ""
	s.mu.Unlock()
	now.pass(25 * time.Hour)
	k.looks(t, source())
	if got := source(); got.Failures != 0 || got.Problem != "" || !within(got, now.now(), 30*time.Minute) {
		t.Errorf("once it works again: %+v", got)
	}
}

// A run that is cut off goes on where it stopped: what it has stored is not fetched again, and what it had not come to is.
func TestAnInterruptedLookGoesOn(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	var links []string
	for i := range 30 {
		path := fmt.Sprintf("/%d", i)
		s.set(path, fmt.Sprintf("Report %d", i), fmt.Sprintf("Varesh builds harbour number %d.", i))
		links = append(links, s.URL+path)
	}
	s.feed("/feed", links...)
	k, _ := keeper(t, s)
	source := k.added(t, library.Source{Place: s.URL + "/feed"})
	ctx, cancel := context.WithCancel(t.Context())
	stored := 0
	_, err := k.Look(ctx, source(), func(e Event) {
		if e.Outcome == Added {
			if stored++; stored == 10 {
				cancel()
			}
		}
	})
	if !errors.Is(err, ErrInterrupted) || !source().Looked.IsZero() {
		t.Fatalf("got %v, looked %s, want an interruption that leaves the source due", err, source().Looked)
	}
	s.mu.Lock()
	clear(s.asked)
	s.mu.Unlock()
	report := k.looks(t, source())
	if report.Added < 19 || report.Added+report.Unchanged != 30 || len(report.Failures) > 0 {
		t.Errorf("the second run: %s", report)
	}
}

func TestAFileThatIsBeingWrittenIsLeftForTheNextLook(t *testing.T) {
	t.Parallel()
	k, now := keeper(t, newSite(t))
	dir := t.TempDir()
	path := filepath.Join(dir, "a.md")
	if err := os.WriteFile(path, []byte("---\ntitle: A\n---\nVaresh builds a harbour at Tollund.\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	written := now.now()
	if err := os.Chtimes(path, written, written); err != nil {
		t.Fatal(err)
	}
	source := k.added(t, library.Source{Place: dir})
	now.pass(time.Second)
	if r := k.looks(t, source()); r.Added != 0 || r.Skipped != 1 {
		t.Errorf("a second after it was written: %s", r)
	}
	now.pass(settling)
	if r := k.looks(t, source()); r.Added != 1 {
		t.Errorf("once it was left alone: %s", r)
	}
	if got := source(); !within(got, now.now(), folderEvery) {
		t.Errorf("a folder is due in %s", got.Due.Sub(now.now()))
	}
}

// An unchanged list is not read again, but one of whose pages failed is.
func TestOnlyWhatFailedIsTriedAgain(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.set("/a", "A harbour", "Varesh builds a harbour.")
	s.feed("/feed", s.URL+"/a", s.URL+"/late")
	k, now := keeper(t, s)
	source := k.added(t, library.Source{Place: s.URL + "/feed"})
	for _, wait := range []time.Duration{0, 30 * time.Minute, 29 * time.Minute} {
		now.pass(wait)
		k.looks(t, source())
	}
	if n := s.times("/late"); n != 1 {
		t.Errorf("a page that failed was asked for %d times within an hour", n)
	}
	s.set("/late", "A railway", "Solmark plans a railway.")
	now.pass(time.Hour)
	if r := k.looks(t, source()); r.Added != 1 || len(r.Failures) > 0 {
		t.Errorf("once it is there: %s", r)
	}
}

// A source's wall is that of the articles that come in from it; one that somebody changes afterwards stays as it was changed, whatever its file becomes.
func TestArticlesOfAWalledSource(t *testing.T) {
	k, _ := keeper(t, newSite(t))
	dir := t.TempDir()
	write := func(text string) {
		t.Helper()
		path := filepath.Join(dir, "a.md")
		if err := os.WriteFile(path, []byte("---\ntitle: A\n---\n"+text+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		old := k.Now().Add(-time.Hour)
		if err := os.Chtimes(path, old, old.Add(time.Duration(len(text))*time.Second)); err != nil {
			t.Fatal(err)
		}
	}
	source := k.added(t, library.Source{Place: dir, Guild: "7", Wall: news.Wall{Internal: true}})
	wall := func(want news.Wall) string {
		t.Helper()
		if report := k.looks(t, source()); len(report.Failures) > 0 {
			t.Fatal(report.Failures)
		}
		found := k.Collection.Index.Holdings(news.Viewer{Guild: "7", Operator: true}).Sources
		if len(found) != 1 || found[0].Wall.String() != want.String() {
			t.Fatalf("got %+v, want one article behind %v", found, want)
		}
		return found[0].ArticleID
	}
	write("The pass is shut.")
	id := wall(news.Wall{Internal: true})
	if err := k.Collection.SetWall(t.Context(), id, news.Wall{}); err != nil {
		t.Fatal(err)
	}
	write("The pass is shut, and so is the road.")
	wall(news.Wall{})
}
