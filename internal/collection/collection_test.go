package collection_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"attache/internal/collection"
	"attache/internal/embed"
	"attache/internal/library"
	"attache/internal/news"
	"attache/internal/retrieval"
	"attache/internal/speakers"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// embedder is the built-in one with a switch to make it fail, and a count of its calls.
type embedder struct {
	embed.Model
	broken atomic.Bool
	calls  atomic.Int64
}

func newEmbedder(t testing.TB, name string) *embedder {
	t.Helper()
	builtin, err := embed.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	e := &embedder{Model: builtin}
	if name != "" {
		e.Name = name
	}
	e.Embed = func(ctx context.Context, texts []string) ([][]float32, error) {
		e.calls.Add(1)
		if e.broken.Load() {
			return nil, errors.New("the endpoint is down")
		}
		return builtin.Embed(ctx, texts)
	}
	return e
}

// narrow makes the embedder give vectors of fewer dimensions than it names.
func (e *embedder) narrow() embed.Model {
	m := e.Model
	m.Embed = func(ctx context.Context, texts []string) ([][]float32, error) {
		rows, err := e.Embed(ctx, texts)
		for i := range rows {
			rows[i] = rows[i][:m.Dim/2]
		}
		return rows, err
	}
	return m
}

func openLibrary(t testing.TB, path string) *library.Library {
	t.Helper()
	lib, err := library.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = lib.Close() })
	return lib
}

// open opens the collection kept at path, through a library handle of its own as another process would.
func open(t testing.TB, path string, model embed.Model) *collection.Collection {
	t.Helper()
	c, err := collection.Open(context.Background(), openLibrary(t, path), model, slog.New(slog.DiscardHandler), nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func newPath(t testing.TB) string {
	t.Helper()
	return filepath.Join(t.TempDir(), "library.db")
}

// article is one about an invented place, with a quotation.
func article(place, guild string) news.Article {
	a := news.Article{
		Title: "Trucks wait at " + place, Publisher: "The Capital Herald", URL: "https://herald.example/" + strings.ToLower(place), Guild: guild,
		Origin: "/articles/" + place + ".md", Published: time.Date(2031, 5, 13, 0, 0, 0, 0, time.UTC),
		Text: "Trucks wait for a third day at the crossing of " + place + ", drivers and merchants said.\n\n" +
			"“We will open " + place + " when the escort has left,” Foreign Minister Ilena Drazh told reporters on Monday.",
	}
	a.ID = news.Identify(a)
	return a
}

func add(t testing.TB, c *collection.Collection, a news.Article) collection.Report {
	t.Helper()
	report, err := c.Add(context.Background(), a)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// holds says where of a collection an article is found, asking as the guild: in the library, among the holdings, by words, by vectors, and by its quotation.
func holds(t testing.TB, c *collection.Collection, guild string, a news.Article) []string {
	t.Helper()
	ctx := context.Background()
	var places []string
	if _, err := c.Library.Article(ctx, a.ID); err == nil {
		places = append(places, "library")
	}
	if slices.ContainsFunc(c.Index.Holdings(news.Viewer{Guild: guild}).Sources, func(s news.Source) bool { return s.ArticleID == a.ID }) {
		places = append(places, "holdings")
	}
	for name, mode := range map[string]retrieval.Mode{"words": retrieval.Lexical, "vectors": retrieval.Vector} {
		result, err := c.Index.Search(ctx, retrieval.Query{Text: a.Title, Viewer: news.Viewer{Guild: guild}, Mode: mode, Limit: 50})
		if err != nil {
			t.Fatal(err)
		}
		ofIt := func(s news.Source) bool { return s.ArticleID == a.ID }
		if slices.ContainsFunc(result.Hits, func(h retrieval.Hit) bool { return ofIt(h.Source) || slices.ContainsFunc(h.Copies, ofIt) }) {
			places = append(places, name)
		}
	}
	for _, p := range c.Speakers.People(news.Viewer{Guild: guild}) {
		if slices.ContainsFunc(c.Speakers.Quotes(news.Viewer{Guild: guild}, p.Key), func(e speakers.Entry) bool { return e.ArticleID == a.ID }) {
			places = append(places, "quotes")
		}
	}
	slices.Sort(places)
	return places
}

var (
	everywhere = []string{"holdings", "library", "quotes", "vectors", "words"}
	wordsOnly  = []string{"holdings", "library", "quotes", "words"}
)

func check(t testing.TB, what string, want, got []string) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s: places differ (-want +got):\n%s", what, diff)
	}
}

// The language of an article is stored with it, found again and told where it makes a difference; a former program's articles get theirs at the next start.
func TestLanguage(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	c := open(t, path, newEmbedder(t, "").Model)
	a := article("Kareth", "")
	a.Text = "Die Regierung erklärte am Montag, dass der Pass von Kareth geschlossen bleibt, bis beide Seiten die Lastwagen gezählt haben, die im März umkehren mussten."
	a.ID = news.Identify(a)
	if preview, err := collection.Preview(a); err != nil || preview.Article.Language != "de" || preview.Outcome != "" || preview.Passages != 1 {
		t.Errorf("preview %+v, %v", preview, err)
	}
	report := add(t, c, a)
	if report.Article.Language != "de" || !strings.Contains(report.Notice.String(), "it is in German: it is found by its words") {
		t.Errorf("report %+v", report)
	}
	stored, err := c.Library.Article(t.Context(), a.ID)
	if err != nil || stored.Language != "de" {
		t.Errorf("stored %q, %v", stored.Language, err)
	}
	if got := c.Index.Holdings(news.Viewer{}).Languages; !slices.Equal(got, []retrieval.Count{{Name: "de", N: 1}}) {
		t.Errorf("holdings %v", got)
	}
}

func TestAddReplaceRemove(t *testing.T) {
	t.Parallel()
	for _, guild := range []string{"", "g1"} {
		t.Run("guild "+guild, func(t *testing.T) {
			t.Parallel()
			path := newPath(t)
			c := open(t, path, newEmbedder(t, "").Model)
			a := article("Kareth", guild)
			report := add(t, c, a)
			a.Language = "en"
			want := collection.Report{Outcome: library.Added, Article: a, Passages: 1, Quotes: 1, Speakers: 1}
			if diff := cmp.Diff(want, report); diff != "" {
				t.Errorf("report differs (-want +got):\n%s", diff)
			}
			check(t, "added", everywhere, holds(t, c, guild, a))
			if guild != "" {
				check(t, "asked by another guild", []string{"library"}, holds(t, c, "g2", a))
				check(t, "asked by no guild", []string{"library"}, holds(t, c, "", a))
			}
			if report := add(t, c, a); report.Outcome != library.Unchanged {
				t.Errorf("added again: got %q, want unchanged", report.Outcome)
			}

			b := article("Ostrel", guild) // the same file, another article
			b.Origin = a.Origin
			if report := add(t, c, b); report.Outcome != library.Replaced {
				t.Errorf("changed: got %q, want replaced", report.Outcome)
			}
			check(t, "the former self", nil, holds(t, c, guild, a))
			check(t, "the new self", everywhere, holds(t, c, guild, b))
			check(t, "opened again", everywhere, holds(t, open(t, path, newEmbedder(t, "").Model), guild, b))

			if err := c.Remove(context.Background(), b.ID); err != nil {
				t.Fatal(err)
			}
			check(t, "removed", nil, holds(t, c, guild, b))
			check(t, "removed and opened again", nil, holds(t, open(t, path, newEmbedder(t, "").Model), guild, b))
			if err := c.Remove(context.Background(), b.ID); !errors.Is(err, library.ErrNotFound) {
				t.Errorf("removed again: got %v, want ErrNotFound", err)
			}
		})
	}
}

func TestAddRefuses(t *testing.T) {
	t.Parallel()
	c := open(t, newPath(t), newEmbedder(t, "").Model)
	a := article("Kareth", "")
	a.Text = " \n\n "
	if _, err := c.Add(context.Background(), a); err == nil || !strings.Contains(err.Error(), "has no text to search") {
		t.Errorf("an article without text: got %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := c.Add(ctx, article("Kareth", "")); !errors.Is(err, context.Canceled) {
		t.Errorf("an ended context: got %v, want context.Canceled", err)
	}
	check(t, "after both", nil, holds(t, c, "", a))
}

func TestFollowsAnotherProcess(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	model := newEmbedder(t, "").Model
	writer, reader := open(t, path, model), open(t, path, model)
	follow := func() {
		t.Helper()
		if err := reader.Follow(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	a, b := article("Kareth", ""), article("Ostrel", "g1")
	add(t, writer, a)
	add(t, writer, b)
	check(t, "before following", []string{"library"}, holds(t, reader, "", a))
	follow()
	check(t, "added", everywhere, holds(t, reader, "", a))
	check(t, "added by a guild", everywhere, holds(t, reader, "g1", b))
	check(t, "added by a guild, asked by another", []string{"library"}, holds(t, reader, "g2", b))

	changed := a
	changed.Title, changed.Text = "Nothing moves at the tollhouse", "The tollhouse is empty, the wardens said."
	add(t, writer, changed)
	follow()
	if got := reader.Index.Holdings(news.Viewer{}).Sources; len(got) != 1 || got[0].Title != changed.Title {
		t.Errorf("changed: got %v", got)
	}
	if people := reader.Speakers.People(news.Viewer{}); len(people) != 0 {
		t.Errorf("changed: the old quotation is still there: %v", people)
	}
	if err := writer.Remove(context.Background(), a.ID); err != nil {
		t.Fatal(err)
	}
	follow()
	check(t, "removed", nil, holds(t, reader, "", changed))
	check(t, "the other stays", everywhere, holds(t, reader, "g1", b))
}

func TestEmbedderFails(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	e := newEmbedder(t, "")
	c := open(t, path, e.Model)
	e.broken.Store(true)
	a := article("Kareth", "")
	report := add(t, c, a)
	if report.Outcome != library.Added || !strings.Contains(report.Notice.String(), "by its words alone") || !strings.Contains(report.Notice.String(), "the endpoint is down") {
		t.Errorf("got report %+v, want a notice", report)
	}
	for i := range 2 * collection.Patience {
		add(t, c, article(fmt.Sprint("Ostrel", i), ""))
	}
	check(t, "while it fails", wordsOnly, holds(t, c, "", a))

	before := e.calls.Load()
	again := open(t, path, e.Model)
	if calls := e.calls.Load() - before; calls != collection.Patience {
		t.Errorf("opening with a broken embedder called it %d times, want %d", calls, collection.Patience)
	}
	e.broken.Store(false) // for the question; the articles still have no vectors
	check(t, "opened while it failed", wordsOnly, holds(t, again, "", a))
	if n := len(again.Unembedded()); n != 2*collection.Patience+1 {
		t.Errorf("got %d articles without vectors, want all %d", n, 2*collection.Patience+1)
	}

	check(t, "opened when it works again", everywhere, holds(t, open(t, path, e.Model), "", a))
}

func TestWatchMakesUpForAFailedEmbedder(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	e := newEmbedder(t, "")
	c, other := open(t, path, e.Model), open(t, path, newEmbedder(t, "another").Model)
	e.broken.Store(true)
	a, b := article("Kareth", ""), article("Ostrel", "")
	add(t, c, a)
	add(t, other, b)
	stop := watch(t, c)
	eventually(t, "the watch has found the other article and tried in vain", func() bool { return len(c.Unembedded()) == 2 && e.calls.Load() > 3 })
	e.broken.Store(false)
	eventually(t, "every article has vectors", func() bool { return len(c.Unembedded()) == 0 })
	stop()
	check(t, "its own", everywhere, holds(t, c, "", a))
	check(t, "another embedder's", everywhere, holds(t, c, "", b))
	if r, err := c.Library.Record(context.Background(), e.Name, a.ID); err != nil || len(r.Vectors.Rows) == 0 {
		t.Errorf("the vectors are not stored: %v", err)
	}
}

func TestWatchFollowsAndEnds(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	model := newEmbedder(t, "").Model
	writer, reader := open(t, path, model), open(t, path, model)
	stop := watch(t, reader)
	a := article("Kareth", "")
	add(t, writer, a)
	eventually(t, "the watch has seen the article", func() bool { return reader.Index.Holdings(news.Viewer{}).Articles == 1 })
	if err := writer.Remove(context.Background(), a.ID); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the watch has seen it go", func() bool { return reader.Index.Holdings(news.Viewer{}).Articles == 0 })
	stop() // goleak sees to it that nothing goes on
}

// The watch takes the mark of an embargo that is over off the article.
func TestWatchEndsEmbargoes(t *testing.T) {
	t.Parallel()
	c := open(t, newPath(t), newEmbedder(t, "").Model)
	a := article("Kareth", "")
	a.Wall.Embargo = time.Now().Add(2 * time.Second) // kept to the second
	add(t, c, a)
	walled := func() bool {
		now, err := c.Library.Article(context.Background(), a.ID)
		return err == nil && !now.Wall.IsZero()
	}
	if !walled() {
		t.Fatal("the article came in without its embargo")
	}
	watch(t, c)
	eventually(t, "the embargo has ended", func() bool { return !walled() })
}

func watch(t *testing.T, c *collection.Collection) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		c.Watch(ctx, time.Millisecond)
	}()
	stop = func() { cancel(); <-done }
	t.Cleanup(stop)
	return stop
}

func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for range 10_000 {
		if holds() {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Fatalf("it never came about that %s", what)
}

func TestAnotherEmbedderEmbedsAnew(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	path := newPath(t)
	c := open(t, path, newEmbedder(t, "first").Model)
	var articles []news.Article
	for i := range 5 {
		articles = append(articles, article(fmt.Sprint("Kareth", i), ""))
		add(t, c, articles[i])
	}
	var progress []int
	second := newEmbedder(t, "second")
	lib := openLibrary(t, path)
	c2, err := collection.Open(ctx, lib, second.Model, slog.New(slog.DiscardHandler), func(done, all int) { progress = append(progress, 100*done/all) })
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]int{20, 40, 60, 80, 100}, progress); diff != "" {
		t.Errorf("progress differs (-want +got):\n%s", diff)
	}
	for _, a := range articles {
		check(t, a.ID, everywhere, holds(t, c2, "", a))
		first, err := lib.Record(ctx, "first", a.ID)
		if err != nil || len(first.Vectors.Rows) != 0 {
			t.Errorf("the first embedder's vectors are still stored (%v)", err)
		}
	}
	calls := second.calls.Load()
	if open(t, path, second.Model); second.calls.Load() != calls {
		t.Error("opened again, it embedded again")
	}
}

func TestWrongDimensionsAreAFailure(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	e := newEmbedder(t, "")
	c := open(t, path, e.narrow())
	a := article("Kareth", "")
	if report := add(t, c, a); !strings.Contains(report.Notice.String(), fmt.Sprintf("%d dimensions", e.Dim)) {
		t.Errorf("got notice %q, want it to name the dimensions", report.Notice.String())
	}
	check(t, "added", wordsOnly, holds(t, c, "", a))

	// The same embedder under the same name gave shorter vectors once: they must not be used, and are replaced.
	r, err := c.Library.Record(context.Background(), e.Name, a.ID)
	if err != nil {
		t.Fatal(err)
	}
	r.Vectors = library.Vectors{Model: e.Name, Rows: [][]float32{{1, 0}}}
	if err := c.Library.SetVectors(context.Background(), r); err != nil {
		t.Fatal(err)
	}
	again := open(t, path, e.Model)
	check(t, "opened with the right ones", everywhere, holds(t, again, "", a))
	if r, err = again.Library.Record(context.Background(), e.Name, a.ID); err != nil || len(r.Vectors.Rows[0]) != e.Dim {
		t.Errorf("the stored vectors are still short (%v)", err)
	}
}

func TestRederivesWhatAnOlderProgramDerived(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	path := newPath(t)
	e := newEmbedder(t, "")
	c := open(t, path, e.Model)
	spoilt, intact := article("Kareth", ""), article("Ostrel", "g1")
	add(t, c, spoilt)
	add(t, c, intact)
	old, err := c.Library.Record(ctx, e.Name, spoilt.ID)
	if err != nil {
		t.Fatal(err)
	}
	first := news.Span{Start: 0, End: 6} // the older program cut badly and saw no quotation
	if err := c.Library.Rederive(ctx, library.Record{Article: old.Article, Passages: []news.Passage{{
		ID: news.PassageID(spoilt.ID, 0), ArticleID: spoilt.ID, Span: first, Text: first.In(spoilt.Text),
	}}}); err != nil {
		t.Fatal(err)
	}
	reopened := func() *collection.Collection {
		t.Helper()
		before := e.calls.Load()
		c := open(t, path, e.Model)
		if calls := e.calls.Load() - before; calls > 1 {
			t.Errorf("it embedded %d articles, want the one at most whose passages changed", calls)
		}
		return c
	}
	if slices.Contains(holds(t, reopened(), "", spoilt), "quotes") {
		t.Error("an up-to-date library was derived anew")
	}
	if err := c.Library.SetSetting(ctx, "", collection.DerivationKey, "0"); err != nil {
		t.Fatal(err)
	}
	again := reopened()
	check(t, "derived anew", everywhere, holds(t, again, "", spoilt))
	check(t, "the other article", everywhere, holds(t, again, "g1", intact))
	if got, err := again.Library.Setting(ctx, "", collection.DerivationKey); err != nil || got != fmt.Sprint(collection.Derivation) {
		t.Errorf("got derivation %q, %v", got, err)
	}
	if r, err := again.Library.Record(ctx, e.Name, spoilt.ID); err != nil || cmp.Diff(old, r) != "" {
		t.Errorf("the record is not what it was (%v):\n%s", err, cmp.Diff(old, r))
	}
}

func TestStarter(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	path := newPath(t)
	c := open(t, path, newEmbedder(t, "").Model)
	own := article("Kareth", "")
	add(t, c, own)
	starter := func(c *collection.Collection, wanted bool) (articles int) {
		t.Helper()
		if err := c.Starter(ctx, wanted); err != nil {
			t.Fatal(err)
		}
		check(t, "an article of one's own", everywhere, holds(t, c, "", own))
		return c.Index.Holdings(news.Viewer{}).Articles - 1
	}
	changes := func() int64 {
		t.Helper()
		n, err := c.Library.Newest(ctx)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if n := starter(c, false); n != 0 {
		t.Errorf("not wanted: got %d articles", n)
	}
	all := starter(c, true)
	if all < 12 {
		t.Fatalf("wanted: got %d articles", all)
	}
	before := changes()
	if n := starter(c, true); n != all || changes() != before {
		t.Errorf("wanted again: got %d articles and %d changes, want %d and none", n, changes()-before, all)
	}
	if n := starter(open(t, path, newEmbedder(t, "").Model), true); n != all || changes() != before {
		t.Errorf("wanted by another process: got %d articles and %d changes, want %d and none", n, changes()-before, all)
	}

	// An older edition had one article more and another in a different wording.
	former := article("Ostrel", "")
	former.Origin = "corpus:articles/former.md"
	add(t, c, former)
	origins, err := c.Library.Origins(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for id, origin := range origins {
		if strings.HasPrefix(origin, "corpus:") && id != former.ID {
			a, err := c.Library.Article(ctx, id)
			if err != nil {
				t.Fatal(err)
			}
			a.Text, a.Headings = "An older wording.", nil
			a.ID = news.Identify(a)
			add(t, c, a)
			break
		}
	}
	if err := c.Library.SetSetting(ctx, "", collection.StarterKey, "older"); err != nil {
		t.Fatal(err)
	}
	if n := starter(c, true); n != all {
		t.Errorf("a new edition: got %d articles, want %d", n, all)
	}
	check(t, "an article that is no longer in it", nil, holds(t, c, "", former))
	if result, err := c.Index.Search(ctx, retrieval.Query{Text: "An older wording", Mode: retrieval.Lexical}); err != nil ||
		slices.ContainsFunc(result.Hits, func(h retrieval.Hit) bool { return h.Passage.Text == "An older wording." }) {
		t.Errorf("the older wording is still found (%v)", err)
	}

	if n := starter(c, false); n != 0 {
		t.Errorf("switched off: %d articles are left", n)
	}
	if people := c.Speakers.People(news.Viewer{}); len(people) != 1 || people[0].Name != "Ilena Drazh" {
		t.Errorf("switched off: got speakers %v, want the one of one's own article", people)
	}
	if n := starter(c, true); n != all {
		t.Errorf("switched on again: got %d articles, want %d", n, all)
	}
}

func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	model := newEmbedder(t, "").Model
	collections := []*collection.Collection{open(t, path, model), open(t, path, model)}
	ctx := context.Background()
	var wg sync.WaitGroup
	const each = 6
	for w := range 4 {
		c, guild := collections[w%2], fmt.Sprint("g", w)
		wg.Go(func() {
			for i := range each {
				a := article(fmt.Sprintf("Kareth%d", i), guild)
				if _, err := c.Add(ctx, a); err != nil {
					t.Error(err)
				}
				if i%3 == 2 {
					if err := c.Remove(ctx, a.ID); err != nil {
						t.Error(err)
					}
				}
			}
		})
		wg.Go(func() {
			for range each {
				if err := c.Follow(ctx); err != nil {
					t.Error(err)
				}
				if _, err := c.Index.Search(ctx, retrieval.Query{Text: "trucks wait", Viewer: news.Viewer{Guild: guild}}); err != nil {
					t.Error(err)
				}
				c.Speakers.Find(news.Viewer{Guild: guild}, "Drazh")
				c.Speakers.Complete(news.Viewer{Guild: guild}, "dra", 5)
			}
		})
	}
	wg.Wait()
	for _, c := range collections {
		if err := c.Follow(ctx); err != nil {
			t.Fatal(err)
		}
		for w := range 4 {
			guild := fmt.Sprint("g", w)
			for i := range each {
				want := everywhere
				if i%3 == 2 {
					want = nil
				}
				a := article(fmt.Sprintf("Kareth%d", i), guild)
				check(t, guild+" "+a.Title, want, holds(t, c, guild, a))
			}
		}
	}
}

func TestOpenTellsOfADamagedLibrary(t *testing.T) {
	t.Parallel()
	lib := openLibrary(t, newPath(t))
	if err := lib.Close(); err != nil {
		t.Fatal(err)
	}
	_, err := collection.Open(context.Background(), lib, newEmbedder(t, "").Model, slog.New(slog.DiscardHandler), nil)
	if err == nil || !strings.Contains(err.Error(), lib.Path()) {
		t.Errorf("got %v, want an error that names the file", err)
	}
}
