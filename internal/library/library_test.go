package library_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"attache/internal/library"
	"attache/internal/news"
)

func pass(text string) news.Article {
	return news.Article{
		Title: "Varesh hardens its line on the pass", Publisher: "The Capital Herald", URL: "https://herald.example/pass", Author: "R. Ostan",
		Published: day(2031, 5, 13), Label: news.LabelExercise, Origin: "/articles/pass.md", Text: text,
	}
}

const passText = "Kareth\n\nThe pass stays closed, “for as long as it takes,” Ilena Drazh said.\n\n- Łódź, ünïcode \x00 and a zero byte."

func TestPutKeepsEveryField(t *testing.T) {
	t.Parallel()
	lib := open(t)
	a := pass(passText)
	a.Headings = []news.Span{{Start: 0, End: 6}}
	a.Wall = news.Wall{Channels: []string{"20"}, Roles: []string{"30", "31"}, Internal: true, Embargo: noon}
	want := derived(a, 4)
	want.Quotes = append(want.Quotes, news.Quote{
		ID: news.QuoteID(want.Article.ID, 8), ArticleID: want.Article.ID, Kind: news.Mixed,
		Fragments: []news.Fragment{{Span: news.Span{Start: 8, End: 11}, Text: "The"}, {Span: news.Span{Start: 12, End: 16}, Text: "pass"}},
	})
	if got := put(t, lib, want); got != library.Added {
		t.Errorf("got outcome %q, want added", got)
	}
	if diff := cmp.Diff([]library.Record{want}, stored(t, lib)); diff != "" {
		t.Errorf("stored record differs (-want +got):\n%s", diff)
	}
	got, err := lib.Article(context.Background(), want.Article.ID)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want.Article, got); diff != "" {
		t.Errorf("article differs (-want +got):\n%s", diff)
	}
}

func TestPutOutcomes(t *testing.T) {
	t.Parallel()
	first := pass("One.\n\nTwo.")
	noURL := func(origin, text string) news.Article {
		return news.Article{Title: "Note", Origin: origin, Text: text}
	}
	with := func(a news.Article, change func(*news.Article)) news.Article { change(&a); return a }
	tests := []struct {
		name  string
		put   []news.Article
		want  library.Outcome // of the last
		texts []string        // of what is stored then
	}{
		{"a new article is added", []news.Article{first}, library.Added, []string{first.Text}},
		{"the same article again changes nothing", []news.Article{first, first}, library.Unchanged, []string{first.Text}},
		{"another text under the same URL replaces", []news.Article{first, with(first, func(a *news.Article) { a.Text, a.Origin = "Three.", "/elsewhere" })},
			library.Replaced, []string{"Three."}},
		{"a changed file without URL replaces by its origin", []news.Article{noURL("/a.md", "Old."), noURL("/a.md", "New.")}, library.Replaced, []string{"New."}},
		{"a corrected title alone replaces", []news.Article{first, with(first, func(a *news.Article) { a.Title = "Corrected" })}, library.Replaced, []string{first.Text}},
		{"a copy in another place changes nothing", []news.Article{noURL("/a.md", "Same."), noURL("/b.md", "Same.")}, library.Unchanged, []string{"Same."}},
		{"a file that becomes a copy of another takes its former self out", []news.Article{noURL("/a.md", "One."), noURL("/b.md", "Two."), noURL("/a.md", "Two.")},
			library.Replaced, []string{"Two."}},
		{"articles without origin do not replace each other", []news.Article{noURL("", "One."), noURL("", "Two.")}, library.Added, []string{"One.", "Two."}},
		{"the same origin in another guild is another file", []news.Article{noURL("/a.md", "One."), with(noURL("/a.md", "Two."), func(a *news.Article) { a.Guild = "g1" })},
			library.Added, []string{"One.", "Two."}},
		{"the same article in another guild is another article", []news.Article{first, with(first, func(a *news.Article) { a.Guild = "g1" })},
			library.Added, []string{first.Text, first.Text}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			lib := open(t)
			var got library.Outcome
			for i, a := range tt.put {
				a.ID = news.Identify(a)
				if i == len(tt.put)-1 {
					same, err := lib.Unchanged(context.Background(), a)
					if err != nil || same != (tt.want == library.Unchanged) {
						t.Errorf("Unchanged before the last Put: got %v, %v; it becomes %s", same, err, tt.want)
					}
				}
				got = put(t, lib, derived(a, 2))
			}
			if got != tt.want {
				t.Errorf("got outcome %q, want %q", got, tt.want)
			}
			texts := map[string]int{}
			for _, r := range stored(t, lib) {
				texts[r.Article.Text]++
			}
			want := map[string]int{}
			for _, text := range tt.texts {
				want[text]++
			}
			if diff := cmp.Diff(want, texts); diff != "" {
				t.Errorf("stored texts differ (-want +got):\n%s", diff)
			}
			if rows := lib.Count(t, "embeddings"); rows != len(tt.texts) {
				t.Errorf("got %d rows of vectors for %d articles", rows, len(tt.texts))
			}
		})
	}
}

func TestPutRefusesWhatDoesNotFitTheText(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		spoil func(*library.Record)
	}{
		{"no id", func(r *library.Record) { r.Article.ID = "" }},
		{"passage text altered", func(r *library.Record) { r.Passages[1].Text = "the pass" }},
		{"passage span shifted", func(r *library.Record) { r.Passages[1].Span.Start++ }},
		{"passage beyond the text", func(r *library.Record) { r.Passages[1].Span.End = 10_000 }},
		{"empty passage", func(r *library.Record) { r.Passages[0].Span, r.Passages[0].Text = news.Span{}, "" }},
		{"passages out of order", func(r *library.Record) { r.Passages[0], r.Passages[1] = r.Passages[1], r.Passages[0] }},
		{"passage of another article", func(r *library.Record) { r.Passages[0].ArticleID = "0000" }},
		{"quotation altered", func(r *library.Record) { r.Quotes[0].Fragments[0].Text = "for ever" }},
		{"quotation inside a rune", func(r *library.Record) { r.Quotes[0].Fragments[0].Span.Start-- }},
		{"quotation without words", func(r *library.Record) { r.Quotes[0].Fragments = nil }},
		{"quotation of another article", func(r *library.Record) { r.Quotes[0].ArticleID = "0000" }},
		{"quotation with a foreign id", func(r *library.Record) { r.Quotes[0].ID = "q" }},
		{"a vector too few", func(r *library.Record) { r.Vectors.Rows = r.Vectors.Rows[1:] }},
		{"vectors of two dimensions", func(r *library.Record) { r.Vectors.Rows[0] = []float32{1} }},
		{"vectors of no model", func(r *library.Record) { r.Vectors.Model = "" }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			lib := open(t)
			r := derived(pass(passText), 4)
			tt.spoil(&r)
			if _, err := lib.Put(context.Background(), r); err == nil {
				t.Error("Put took it")
			}
			good := generated(1, 2, 10, 4)
			if err := lib.PutAll(context.Background(), []library.Record{good, r}); err == nil {
				t.Error("PutAll took it")
			}
			if n := lib.Count(t, "articles") + lib.Count(t, "embeddings") + lib.Count(t, "changes"); n != 0 {
				t.Errorf("%d rows were left behind", n)
			}
		})
	}
}

func TestRecordsGivesTheVectorsOfOneModelOnly(t *testing.T) {
	t.Parallel()
	lib := open(t)
	r := derived(pass("One.\n\n-\n\nThree."), 3)
	put(t, lib, r)
	ctx := context.Background()
	for name, want := range map[string]library.Vectors{model: r.Vectors, "other": {}} {
		got, err := lib.Record(ctx, name, r.Article.ID)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got.Vectors); diff != "" {
			t.Errorf("vectors of %s differ (-want +got):\n%s", name, diff)
		}
	}
	if _, err := lib.Record(ctx, model, "none"); !errors.Is(err, library.ErrNotFound) {
		t.Errorf("unknown record: got %v, want ErrNotFound", err)
	}
	if _, err := lib.Article(ctx, "none"); !errors.Is(err, library.ErrNotFound) {
		t.Errorf("unknown article: got %v, want ErrNotFound", err)
	}
}

func TestSetVectors(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	old := derived(pass("One.\n\nTwo."), 0)
	changed := pass("Three.\n\nFour.")
	fresh := old
	fresh.Vectors = library.Vectors{Model: "new", Rows: [][]float32{{1, 0}, nil}}
	tests := []struct {
		name   string
		before func(*library.Library) error
		want   library.Vectors
	}{
		{"are stored", func(*library.Library) error { return nil }, fresh.Vectors},
		{"of a text that has changed meanwhile are not", func(l *library.Library) error { _, err := l.Put(ctx, derived(changed, 0)); return err }, library.Vectors{}},
		{"of passages that were cut anew meanwhile are not", func(l *library.Library) error {
			r := old
			r.Passages = nil
			for i, s := range []news.Span{{Start: 0, End: 3}, {Start: 3, End: 10}} {
				r.Passages = append(r.Passages, news.Passage{ID: news.PassageID(r.Article.ID, i), ArticleID: r.Article.ID, Ordinal: i, Span: s, Text: s.In(r.Article.Text)})
			}
			return l.Rederive(ctx, r)
		}, library.Vectors{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			lib := open(t)
			put(t, lib, old)
			if err := tt.before(lib); err != nil {
				t.Fatal(err)
			}
			if err := lib.SetVectors(ctx, fresh); err != nil {
				t.Fatal(err)
			}
			got, err := lib.Record(ctx, "new", old.Article.ID)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got.Vectors); diff != "" {
				t.Errorf("vectors differ (-want +got):\n%s", diff)
			}
		})
	}
	t.Run("of an article that is gone are no error", func(t *testing.T) {
		t.Parallel()
		if err := open(t).SetVectors(ctx, fresh); err != nil {
			t.Error(err)
		}
	})
}

func TestRederive(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	lib := open(t)
	clock := day(2031, 1, 1)
	lib.SetNow(func() time.Time { return clock })
	old := derived(pass("One.\n\n“Two,” she said."), 3)
	put(t, lib, old)
	clock = day(2032, 1, 1)
	anew := library.Record{Article: old.Article, Passages: old.Passages[:1]}
	if err := lib.Rederive(ctx, anew); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]library.Record{anew}, stored(t, lib)); diff != "" {
		t.Errorf("record differs (-want +got):\n%s", diff)
	}
	if got, want := lib.Added(t, old.Article.ID), day(2031, 1, 1).Unix(); got != want {
		t.Errorf("got added %d, want that of the first Put, %d", got, want)
	}
	ids, _, err := lib.Changes(ctx, 1)
	if err != nil || len(ids) != 1 {
		t.Errorf("got changes %v, %v; want the article", ids, err)
	}

	if err := lib.Remove(ctx, old.Article.ID, nil); err != nil {
		t.Fatal(err)
	}
	if err := lib.Rederive(ctx, anew); err != nil || len(stored(t, lib)) != 0 {
		t.Errorf("a removed article came back (%v)", err)
	}
	put(t, lib, derived(pass("A new text."), 0))
	if err := lib.Rederive(ctx, anew); err != nil {
		t.Fatal(err)
	}
	if got := stored(t, lib); len(got) != 1 || got[0].Article.Text != "A new text." || got[0].Passages[0].Text != "A new text." {
		t.Errorf("a newer text was spoilt: %+v", got)
	}
}

func TestRemoveLeavesNothing(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	lib := open(t)
	r, other := derived(pass(passText), 4), generated(1, 2, 10, 4)
	put(t, lib, r)
	put(t, lib, other)
	if err := lib.Remove(ctx, r.Article.ID, nil); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]library.Record{other}, stored(t, lib)); diff != "" {
		t.Errorf("what is left differs (-want +got):\n%s", diff)
	}
	if n := lib.Count(t, "embeddings"); n != 1 {
		t.Errorf("got %d rows of vectors, want 1", n)
	}
	if err := lib.Remove(ctx, r.Article.ID, nil); !errors.Is(err, library.ErrNotFound) {
		t.Errorf("removing again: got %v, want ErrNotFound", err)
	}
}

func TestChanges(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	lib := open(t)
	check := func(after int64, want []string, wantNewest int64) {
		t.Helper()
		ids, newest, err := lib.Changes(ctx, after)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, ids); diff != "" || newest != wantNewest {
			t.Errorf("changes after %d: newest %d, want %d; ids differ (-want +got):\n%s", after, newest, wantNewest, diff)
		}
	}
	check(0, nil, 0)
	a, b := generated(1, 1, 10, 0), generated(2, 1, 10, 0)
	put(t, lib, a)
	put(t, lib, b)
	put(t, lib, a) // changes nothing
	low, high := min(a.Article.ID, b.Article.ID), max(a.Article.ID, b.Article.ID)
	check(0, []string{low, high}, 2)
	check(1, []string{b.Article.ID}, 2)
	check(2, nil, 2)
	if err := lib.Remove(ctx, a.Article.ID, nil); err != nil {
		t.Fatal(err)
	}
	check(2, []string{a.Article.ID}, 3)
	if newest, err := lib.Newest(ctx); err != nil || newest != 3 {
		t.Errorf("Newest: got %d, %v, want 3", newest, err)
	}
}

func TestFindAndOrigins(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	lib := open(t)
	a := derived(pass("One."), 0)
	own := pass("One.")
	own.Guild = "g1"
	b := derived(own, 0)
	c := derived(news.Article{Title: "Untitled", Text: "Two."}, 0)
	for _, r := range []library.Record{a, b, c} {
		put(t, lib, r)
	}
	tests := []struct {
		name, guild, ask string
		want             []string
	}{
		{"by id", "", a.Article.ID, []string{a.Article.ID}},
		{"by URL", "", a.Article.URL, []string{a.Article.ID}},
		{"by origin", "", a.Article.Origin, []string{a.Article.ID}},
		{"by URL in a guild", "g1", a.Article.URL, []string{b.Article.ID}},
		{"another guild's id", "g2", b.Article.ID, nil},
		{"nothing asked finds no article without URL", "", "", nil},
		{"unknown", "", "https://herald.example/none", nil},
	}
	for _, tt := range tests {
		got, err := lib.Find(ctx, tt.guild, tt.ask)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: ids differ (-want +got):\n%s", tt.name, diff)
		}
	}
	got, err := lib.Origins(ctx)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{a.Article.ID: "/articles/pass.md", b.Article.ID: "/articles/pass.md", c.Article.ID: ""}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("origins differ (-want +got):\n%s", diff)
	}
}

func TestSettings(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	lib := open(t)
	set := func(guild, key, value string) {
		t.Helper()
		if err := lib.SetSetting(ctx, guild, key, value); err != nil {
			t.Fatal(err)
		}
	}
	check := func(guild, key, want string) {
		t.Helper()
		if got, err := lib.Setting(ctx, guild, key); err != nil || got != want {
			t.Errorf("setting %q of guild %q: got %q, %v, want %q", key, guild, got, err, want)
		}
	}
	check("", "channel", "")
	set("g1", "channel", "one")
	set("g2", "channel", "two")
	set("g1", "channel", "three")
	check("g1", "channel", "three")
	check("g2", "channel", "two")
	check("", "channel", "")
	set("g1", "channel", "")
	check("g1", "channel", "")
	if n := lib.Count(t, "settings"); n != 1 {
		t.Errorf("got %d settings, want 1", n)
	}
}

func TestAnswersAndFeedback(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	lib := open(t)
	at := time.Date(2031, 5, 13, 9, 30, 15, 0, time.UTC)
	first := library.GivenAnswer{ID: "a7f3", At: at, Guild: "g1", Asker: "u1", Question: "Is the pass open?", Data: `{"n":1}`}
	second := library.GivenAnswer{ID: "a7f3", At: at, Guild: "g2", Asker: "u2", Question: "Who closed it?", Data: `{"n":2}`}
	for _, a := range []library.GivenAnswer{first, second} {
		if err := lib.AddAnswer(ctx, a); err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []library.GivenAnswer{first, second} { // one guild's id does not push another's answer out
		got, err := lib.Answer(ctx, want.Guild, want.ID)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("answer of %s differs (-want +got):\n%s", want.Guild, diff)
		}
	}
	if _, err := lib.Answer(ctx, "g3", "a7f3"); !errors.Is(err, library.ErrNotFound) {
		t.Errorf("another guild's answer: got %v, want ErrNotFound", err)
	}

	said := []library.Feedback{
		{At: at, Guild: "g1", Asker: "u1", Answer: "a7f3", Helpful: true},
		{At: at.Add(time.Hour), Guild: "g2", Asker: "u2", Answer: "a7f3", Reason: "wrong day"},
		{At: at.Add(2 * time.Hour), Guild: "g1", Asker: "u1", Answer: "none"},
	}
	for _, f := range said {
		if err := lib.AddFeedback(ctx, f); err != nil {
			t.Fatal(err)
		}
	}
	said[0].Question, said[1].Question = first.Question, second.Question
	for name, tt := range map[string]struct {
		since time.Time
		want  []library.Feedback
	}{"all": {time.Time{}, said}, "since": {at.Add(time.Hour), said[1:]}, "none": {at.Add(3 * time.Hour), nil}} {
		got, err := lib.FeedbackSince(ctx, tt.since)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("feedback %s differs (-want +got):\n%s", name, diff)
		}
	}
}

func TestPaths(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"plain", "with space", "what?mode=ro", "hash#tag", "100%", "%20", "a&b=c", "Łódź 北京", "quo'te\"s", "semi;colon", "colon:name", "new/sub/folder", "back\\slash",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), name, "library.db")
			lib := openAt(t, path)
			put(t, lib, generated(1, 1, 10, 2))
			if err := lib.Close(); err != nil {
				t.Fatal(err)
			}
			if _, err := os.Stat(path); err != nil {
				t.Errorf("the file is not where it was asked for: %v", err)
			}
			if got := stored(t, openAt(t, path)); len(got) != 1 {
				t.Errorf("got %d articles after opening again, want 1", len(got))
			}
		})
	}
}

func TestTwoProgramsWriteToOneFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "library.db")
	libs := []*library.Library{openAt(t, path), openAt(t, path)}
	const writers, each = 4, 10
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				if _, err := libs[w%2].Put(context.Background(), generated(w*each+i, 2, 10, 4)); err != nil {
					t.Error(err)
				}
				if _, err := libs[(w+1)%2].Newest(context.Background()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	for _, lib := range libs {
		if got := len(stored(t, lib)); got != writers*each {
			t.Errorf("got %d articles, want %d", got, writers*each)
		}
	}
	libs[0].Integrity(t)
}

func TestReadersAreNotKeptWaitingByAWriter(t *testing.T) {
	t.Parallel()
	lib := open(t)
	put(t, lib, generated(1, 2, 10, 2))
	lib.Hold(t)
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if _, err := lib.Record(ctx, model, generated(1, 2, 10, 2).Article.ID); err != nil {
		t.Error(err)
	}
}

func TestACancelledContextStopsAndIsTold(t *testing.T) {
	t.Parallel()
	lib := open(t)
	for i := range 3 {
		put(t, lib, generated(i, 1, 10, 0))
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	n := 0
	var last error
	for _, err := range lib.Records(ctx, model) {
		n++
		last = err
		cancel()
	}
	if !errors.Is(last, context.Canceled) || n > 3 {
		t.Errorf("got %d records and %v, want context.Canceled", n, last)
	}
	if _, err := lib.Put(ctx, generated(9, 1, 10, 0)); !errors.Is(err, context.Canceled) {
		t.Errorf("Put: got %v, want context.Canceled", err)
	}
	if n := lib.Count(t, "articles"); n != 3 {
		t.Errorf("got %d articles, want 3", n)
	}
}

func TestATaskMayWriteWhileItReads(t *testing.T) {
	t.Parallel()
	lib := open(t)
	for i := range 20 {
		put(t, lib, generated(i, 1, 10, 0))
	}
	for r, err := range lib.Records(context.Background(), model) {
		if err != nil {
			t.Fatal(err)
		}
		if err := lib.Remove(context.Background(), r.Article.ID, nil); err != nil {
			t.Fatal(err)
		}
	}
	if got := stored(t, lib); len(got) != 0 {
		t.Errorf("%d articles are left", len(got))
	}
}

func ExampleOpen() {
	dir, err := os.MkdirTemp("", "attache")
	if err != nil {
		panic(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	lib, err := library.Open(filepath.Join(dir, "library.db"))
	if err != nil {
		panic(err)
	}
	defer func() { _ = lib.Close() }()
	outcome, err := lib.Put(context.Background(), derived(pass("The pass is closed."), 2))
	fmt.Println(outcome, err, strings.HasPrefix(lib.Path(), dir))
	// Output: added <nil> true
}
