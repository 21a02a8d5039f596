package retrieval

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"attache/internal/news"
)

// whole compares results to the last bit.
var whole = cmp.AllowUnexported(weightedTerm{}, scored{})

// small articles for properties: few words, so that they share terms, copies and ties.
func drawArticle(t *rapid.T, id string) news.Article {
	vocabulary := []string{"pass", "road", "gate", "snow", "Solmark", "Varesh", "Kareth", "convoy", "harbour", "treaty"}
	var sentences []string
	for range rapid.IntRange(1, 3).Draw(t, "sentences") {
		picked := rapid.SliceOfN(rapid.SampledFrom(vocabulary), 2, 8).Draw(t, "words")
		sentences = append(sentences, "The "+strings.Join(picked, " ")+".")
	}
	a := news.Article{
		ID: id, Title: rapid.SampledFrom([]string{"Pass", "Road and snow", "Treaty"}).Draw(t, "title"),
		Publisher: rapid.SampledFrom([]string{"Northern Wire", "Herald", ""}).Draw(t, "publisher"),
		Guild:     rapid.SampledFrom([]string{"", "", "a", "b"}).Draw(t, "guild"),
		Text:      strings.Join(sentences, rapid.SampledFrom([]string{" ", "\n\n"}).Draw(t, "joint")),
	}
	if rapid.Bool().Draw(t, "dated") {
		a.Published = date("2031-05-01").AddDate(0, 0, rapid.IntRange(0, 20).Draw(t, "day"))
	}
	if rapid.Bool().Draw(t, "heading") {
		a.Text = "Heading of the gate\n\n" + a.Text
		a.Headings = []news.Span{{Start: 0, End: len("Heading of the gate")}}
	}
	return a
}

// drawWall draws a wall, mostly none.
func drawWall(t *rapid.T) news.Wall {
	return rapid.SampledFrom([]news.Wall{{}, {}, {Internal: true}, {Channels: []string{"c1"}}, {Roles: []string{"r1"}}, {Embargo: wednesday}}).Draw(t, "wall")
}

func drawViewer(t *rapid.T) news.Viewer {
	return news.Viewer{
		Guild: rapid.SampledFrom([]string{"", "a", "b", "c"}).Draw(t, "of"), Channel: rapid.SampledFrom([]string{"", "c1", "c2"}).Draw(t, "channel"),
		Roles: []string{rapid.SampledFrom([]string{"r1", "r2"}).Draw(t, "role")}, Private: rapid.Bool().Draw(t, "private"),
		Internal: rapid.Bool().Draw(t, "internal"), Insider: rapid.Bool().Draw(t, "insider"),
		Now: wednesday.Add(time.Duration(rapid.IntRange(-1, 1).Draw(t, "hours")) * time.Hour),
	}
}

func drawQuery(t *rapid.T) Query {
	words := []string{"pass", "road", "gate", "snow", "Solmark", "Solmrak", "conwoy", "Kareth", "harbor", "treaty", "Herald", "latest", "since 3 May 2031", "what", "unheard"}
	return Query{
		Text:   strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 1, 5).Draw(t, "question"), " "),
		Viewer: drawViewer(t), Now: wednesday, Explain: true,
		Mode:  rapid.SampledFrom([]Mode{Hybrid, Lexical, Vector}).Draw(t, "mode"),
		Limit: rapid.IntRange(1, 8).Draw(t, "limit"),
	}
}

// An index that has seen many additions, replacements and removals finds what one does that was built with the articles that are left.
func TestIndexAfterChangesIsAsNew(t *testing.T) {
	t.Parallel()
	model := letters()
	rapid.Check(t, func(rt *rapid.T) {
		ix := newIndex(t, model)
		var order []string // ids as they were last added
		kept := map[string]news.Article{}
		drop := func(id string) {
			order = slices.DeleteFunc(order, func(o string) bool { return o == id })
			delete(kept, id)
		}
		for range rapid.IntRange(1, 25).Draw(rt, "changes") {
			id := rapid.SampledFrom([]string{"k", "l", "m", "n", "o", "p"}).Draw(rt, "id")
			switch rapid.IntRange(0, 5).Draw(rt, "change") {
			case 0, 1:
				drop(id)
				if err := ix.Remove(id); err != nil {
					rt.Fatal(err)
				}
			case 2:
				if err := ix.rebuild(); err != nil {
					rt.Fatal(err)
				}
			default:
				a := drawArticle(rt, id)
				drop(id)
				order, kept[id] = append(order, id), a
				if err := ix.Add(document(t, model, a)); err != nil {
					rt.Fatal(err)
				}
			}
		}
		fresh := newIndex(t, model)
		for _, id := range order {
			if err := fresh.Add(document(t, model, kept[id])); err != nil {
				rt.Fatal(err)
			}
		}
		for range 3 {
			q := drawQuery(rt)
			if diff := cmp.Diff(find(t, fresh, q), find(t, ix, q), whole); diff != "" {
				rt.Fatalf("%+v (-built anew +changed):\n%s", q, diff)
			}
		}
		for range 3 {
			viewer := drawViewer(rt)
			if diff := cmp.Diff(fresh.Holdings(viewer), ix.Holdings(viewer)); diff != "" {
				rt.Fatalf("holdings for %+v (-built anew +changed):\n%s", viewer, diff)
			}
		}
	})
}

// When most of an index was removed it is built anew, by itself and unseen.
func TestIndexShrinks(t *testing.T) {
	t.Parallel()
	model := letters()
	ix, fresh := newIndex(t, model), newIndex(t, model)
	var gone []string
	for i := range 1200 {
		a := report(fmt.Sprintf("Report %d", i), fmt.Sprintf("Convoy %d crossed the pass with %d trucks.", i, i*7%50))
		d := document(t, model, a)
		if err := ix.Add(d); err != nil {
			t.Fatal(err)
		}
		if i%12 == 0 {
			if err := fresh.Add(d); err != nil {
				t.Fatal(err)
			}
			continue
		}
		gone = append(gone, a.ID)
	}
	if err := ix.Remove(gone...); err != nil {
		t.Fatal(err)
	}
	if len(ix.passages) > 300 || ix.removed >= 1000 || len(ix.lexical.lengths) != len(ix.passages) || len(ix.vectors.rows) != len(ix.passages) {
		t.Errorf("the index still has room for %d passages after 100 were left", len(ix.passages))
	}
	q := Query{Text: "Which convoy crossed with 35 trucks?"}
	if diff := cmp.Diff(find(t, fresh, q), find(t, ix, q), whole); diff != "" {
		t.Errorf("(-built anew +shrunk):\n%s", diff)
	}
}

// What a viewer does not see never shows in anything that he gets: the articles of each guild and of each wall are full of words of their own, and no result
// for anyone else may hold one, misspelled questions and named publishers included.
func TestWalls(t *testing.T) {
	t.Parallel()
	model := letters()
	rapid.Check(t, func(rt *rapid.T) {
		ix := newIndex(t, model)
		marks := map[string]string{} // audience -> its word
		held := map[string]news.Audience{}
		for i := range rapid.IntRange(1, 12).Draw(rt, "articles") {
			a := drawArticle(rt, fmt.Sprintf("%012d", i))
			a.Wall = drawWall(rt)
			if a.Guild != "" || !a.Wall.IsZero() {
				key := a.Audience().Key()
				if marks[key] == "" {
					marks[key] = fmt.Sprintf("Secretive%[1]c%[1]c", 'a'+len(marks))
				}
				mark := marks[key]
				a.Title, a.Publisher = a.Title+" "+mark, mark+" Post"
				a.Text += "\n\nThe " + mark + " " + strings.ToUpper(mark) + " convoy."
			}
			held[a.ID] = a.Audience()
			if err := ix.Add(document(t, model, a)); err != nil {
				rt.Fatal(err)
			}
			if rapid.IntRange(0, 5).Draw(rt, "remove") == 0 {
				delete(held, a.ID)
				if err := ix.Remove(a.ID); err != nil {
					rt.Fatal(err)
				}
			}
		}
		for range 4 {
			q := drawQuery(rt)
			viewer := q.Viewer
			q.Text += rapid.SampledFrom([]string{" secretivaa", " secretivbb Post", " secretivccc", " secretive Post", ""}).Draw(rt, "guess")
			shown := fmt.Sprintf("%+v %+v", find(t, ix, q), ix.Holdings(viewer))
			sees := map[string]bool{}
			count := 0
			for id, audience := range held {
				_, _, found := ix.Passage(viewer, news.PassageID(id, 0))
				if want := viewer.Sees(audience); found != want {
					rt.Fatalf("%+v gets the passage of an article for %+v: %v", viewer, audience, found)
				}
				sees[marks[audience.Key()]] = found
				count += int(indicator(found))
			}
			for _, mark := range marks {
				if !sees[mark] && strings.Contains(strings.ToLower(strings.Replace(shown, q.Text, "", 1)), strings.ToLower(mark)) {
					rt.Fatalf("%+v asks %q and is shown %s:\n%s", viewer, q.Text, mark, shown)
				}
			}
			if got := ix.CountArticles(viewer, func(string) bool { return true }); got != count {
				rt.Fatalf("%+v counts %d articles, want %d", viewer, got, count)
			}
			if got := ix.Holdings(viewer).Articles; got != count {
				rt.Fatalf("%+v holds %d articles, want %d", viewer, got, count)
			}
		}
	})
}

// The walls that were once open: each of these showed another guild's words.
func TestGuildWallsByName(t *testing.T) {
	t.Parallel()
	ix := indexOf(t, letters(),
		report("Pass", "The Kareth pass is shut."),
		report("Hidden", "Operation Nightjar begins at the pass.", by("Harbor Confidential", "a")),
	)
	for name, q := range map[string]Query{
		"publisher":    {Text: "What does Harbor Confidential say of the pass?", Viewer: news.Viewer{Guild: "b"}},
		"typing error": {Text: "What is Nigthjar at the pass?", Viewer: news.Viewer{Guild: "b"}},
		"nobody":       {Text: "What is Nigthjar at the pass? Harbor Confidential"},
	} {
		r := find(t, ix, q)
		if len(r.Read.Publishers) > 0 || len(r.Corrected) > 0 || strings.Contains(fmt.Sprintf("%+v", r.Hits), "Operation") {
			t.Errorf("%s: %+v shows another guild's words", name, r)
		}
		if name != "publisher" && !slices.Contains(r.Missing, "Nigthjar") {
			t.Errorf("%s: missing is %v, want the word that nothing seen holds", name, r.Missing)
		}
	}
	own := find(t, ix, Query{Text: "What is Nigthjar? Harbor Confidential", Viewer: news.Viewer{Guild: "a"}})
	if len(own.Corrected) != 1 || len(own.Read.Publishers) != 1 {
		t.Errorf("the guild's own words are not known to it: %+v, %+v", own.Corrected, own.Read)
	}
}

// However the same articles come in, the ranking is the same.
func TestRankingDoesNotDependOnTheOrderOfAdding(t *testing.T) {
	t.Parallel()
	model := builtinModel(t)
	articles := starter(t)
	questions := []string{"Who closed the Kareth pass?", "What did Lu say about exports?", "Which countries are landlocked?", "convoy", "Tokayev in St. Petersburg"}
	var want [][]string
	for i := range 4 {
		r := rand.New(rand.NewPCG(uint64(i), 3))
		r.Shuffle(len(articles), func(i, j int) { articles[i], articles[j] = articles[j], articles[i] })
		ix := indexOf(t, model, articles...)
		for j, question := range questions {
			got := ranked(find(t, ix, Query{Text: question}))
			if i == 0 {
				want = append(want, got)
				continue
			}
			if diff := cmp.Diff(want[j], got); diff != "" {
				t.Errorf("%q in another order (-want +got):\n%s", question, diff)
			}
		}
	}
}

func TestSearchRepeats(t *testing.T) {
	t.Parallel()
	ix := indexOf(t, builtinModel(t), starter(t)...)
	q := Query{Text: "Why do so many Kazakh tankers load at Novorossiysk?", Explain: true}
	want := find(t, ix, q)
	for range 20 {
		if diff := cmp.Diff(want, find(t, ix, q), whole); diff != "" {
			t.Fatalf("asked again (-want +got):\n%s", diff)
		}
	}
}

// Searches run beside changes: what they find is whole, and of a time when the index held it.
func TestSearchBesideChanges(t *testing.T) {
	t.Parallel()
	model := letters()
	ix := indexOf(t, model, report("Constant", "The Kareth pass is guarded by day and night."))
	changing := make([]Document, 8)
	for i := range changing {
		changing[i] = document(t, model, report(fmt.Sprintf("Report %d", i), fmt.Sprintf("Convoy %d crosses the Kareth pass.\n\nIt is night.", i)))
	}
	var wg sync.WaitGroup
	for worker := range 4 {
		wg.Go(func() {
			for i := range 60 {
				d := changing[(i*5+worker)%len(changing)]
				if err := ix.Add(d); err != nil {
					t.Error(err)
				}
				if i%3 == worker%3 {
					if err := ix.Remove(d.Article.ID); err != nil {
						t.Error(err)
					}
				}
			}
		})
		wg.Go(func() {
			for range 60 {
				r, err := ix.Search(context.Background(), Query{Text: "Who guards the Kareth pass by day?"})
				if err != nil || len(r.Hits) == 0 || r.Hits[0].Source.Title != "Constant" {
					t.Errorf("found %v, %v", ranked(r), err)
					return
				}
				for _, h := range r.Hits {
					if h.Passage.ArticleID != h.Source.ArticleID || h.Passage.Text == "" {
						t.Errorf("a torn hit: %+v", h)
					}
				}
				ix.Holdings(news.Viewer{})
				ix.CountArticles(news.Viewer{}, func(s string) bool { return strings.Contains(s, "night") })
				if _, err := ix.Relevance(context.Background(), "pass", []string{"The pass.", ""}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
}

func TestSearchUnderAnEndedContext(t *testing.T) {
	t.Parallel()
	ix := indexOf(t, letters(), report("Pass", "The pass is shut."))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if r, err := ix.Search(ctx, Query{Text: "pass"}); !errors.Is(err, context.Canceled) || len(r.Hits) != 0 {
		t.Errorf("got %v and %v, want the context's error alone", ranked(r), err)
	}
	if _, err := ix.Relevance(ctx, "pass", []string{"pass"}); !errors.Is(err, context.Canceled) {
		t.Errorf("relevance: got %v, want the context's error", err)
	}
}

func TestPassage(t *testing.T) {
	t.Parallel()
	a := report("Pass", "The pass is shut.")
	hidden := report("Hidden", "The pass is mined.", by("Post", "a"))
	ix := indexOf(t, letters(), a, hidden)
	if p, s, ok := ix.Passage(news.Viewer{Guild: "b"}, news.PassageID(a.ID, 0)); !ok || p.Text != a.Text || s.Title != "Pass" {
		t.Errorf("got %+v, %+v, %v", p, s, ok)
	}
	for name, c := range map[string]struct{ guild, id string }{
		"another guild's": {"b", news.PassageID(hidden.ID, 0)},
		"no such passage": {"", news.PassageID(a.ID, 1)},
		"no such article": {"", news.PassageID("x", 0)},
		"no id":           {"", "x"},
		"empty":           {"", ""},
		"not as written":  {"", a.ID + "-0"},
	} {
		if p, _, ok := ix.Passage(news.Viewer{Guild: c.guild}, c.id); ok || p.Text != "" {
			t.Errorf("%s: got %+v", name, p)
		}
	}
}

func TestHoldings(t *testing.T) {
	t.Parallel()
	on := func(day, publisher string) func(*news.Article) {
		return func(a *news.Article) {
			a.Publisher = publisher
			a.Published = date("0001-01-01")
			if day != "" {
				a.Published = date(day)
			}
		}
	}
	ix := indexOf(t, letters(),
		report("Old", "The pass. Open.\n\nIt is.", on("2031-04-01", "Wire")), report("New", "The pass is shut.", on("2031-05-09", "Wire")),
		report("Undated", "The pass.", on("", "Herald")), report("Hidden", "The pass.", on("2035-01-01", "Post"), func(a *news.Article) { a.Guild = "a" }),
	)
	h := ix.Holdings(news.Viewer{Guild: "b"})
	var titles []string
	for _, s := range h.Sources {
		titles = append(titles, s.Title)
	}
	if diff := cmp.Diff([]string{"New", "Old", "Undated"}, titles); diff != "" {
		t.Errorf("sources, newest first (-want +got):\n%s", diff)
	}
	h.Sources = nil
	want := Holdings{Articles: 3, Passages: 3, From: date("2031-04-01"), To: date("2031-05-09"), Publishers: []Count{{"Wire", 2}, {"Herald", 1}}}
	if diff := cmp.Diff(want, h); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(Holdings{}, newIndex(t, letters()).Holdings(news.Viewer{})); diff != "" {
		t.Errorf("of an empty index (-want +got):\n%s", diff)
	}
}
