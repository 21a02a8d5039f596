package library_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"attache/internal/library"
	"attache/internal/news"
)

// world is what the catalog must hold: records by id. It is the plainest thing that could be right.
type world map[string]library.Record

func (w world) put(r library.Record) library.Outcome {
	outcome := library.Added
	same := false
	for _, id := range append([]string{r.Article.ID}, slices.Sorted(maps.Keys(w))...) { // a former self's wall stays
		old, there := w[id]
		if there && r.Article.Wall.IsZero() && (id == r.Article.ID || old.Article.Guild == r.Article.Guild && old.Article.Origin == r.Article.Origin && r.Article.Origin != "") {
			r.Article.Wall = old.Article.Wall
		}
	}
	for id, old := range w {
		former := id == r.Article.ID || old.Article.Guild == r.Article.Guild && old.Article.Origin == r.Article.Origin && r.Article.Origin != ""
		switch {
		case !former:
		case id == r.Article.ID && news.ContentHash(old.Article) == news.ContentHash(r.Article):
			same = true
		default:
			delete(w, id)
			outcome = library.Replaced
		}
	}
	if same {
		if outcome == library.Added {
			outcome = library.Unchanged
		}
		return outcome
	}
	w[r.Article.ID] = r
	return outcome
}

func (w world) records() []library.Record {
	var all []library.Record
	for _, id := range slices.Sorted(maps.Keys(w)) {
		all = append(all, w[id])
	}
	return all
}

// TestCatalogBehavesLikeAMap drives two handles of one file with random steps and compares each with the model after every one.
func TestCatalogBehavesLikeAMap(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	rapid.Check(t, func(rt *rapid.T) {
		sub, err := os.MkdirTemp(dir, "")
		if err != nil {
			rt.Fatal(err)
		}
		path := filepath.Join(sub, "library.db")
		first, second := mustOpen(rt, path), mustOpen(rt, path)
		defer first.Close()
		defer second.Close()
		libs := []*library.Library{first, second}
		w := world{}
		ctx := context.Background()
		for range rapid.IntRange(1, 12).Draw(rt, "steps") {
			lib := libs[rapid.IntRange(0, 1).Draw(rt, "handle")]
			r := drawRecord(rt)
			switch rapid.SampledFrom([]string{"put", "put", "put", "remove", "rederive", "wall"}).Draw(rt, "step") {
			case "put":
				outcome, err := lib.Put(ctx, r)
				if want := w.put(r); err != nil || outcome != want {
					rt.Fatalf("Put: got %q, %v, want %q", outcome, err, want)
				}
			case "remove":
				err := lib.Remove(ctx, r.Article.ID, nil)
				if _, there := w[r.Article.ID]; there == errors.Is(err, library.ErrNotFound) {
					rt.Fatalf("Remove: got %v, there: %v", err, there)
				}
				delete(w, r.Article.ID)
			case "wall":
				err := lib.SetWall(ctx, r.Article.ID, r.Article.Wall)
				old, there := w[r.Article.ID]
				if there == errors.Is(err, library.ErrNotFound) {
					rt.Fatalf("SetWall: got %v, there: %v", err, there)
				}
				if there {
					old.Article.Wall = r.Article.Wall
					w[r.Article.ID] = old
				}
			case "rederive":
				r.Passages, r.Quotes, r.Vectors = r.Passages[:1], nil, library.Vectors{}
				if err := lib.Rederive(ctx, r); err != nil {
					rt.Fatal(err)
				}
				if old, there := w[r.Article.ID]; there && news.ContentHash(old.Article) == news.ContentHash(r.Article) {
					old.Passages, old.Quotes, old.Vectors = r.Passages, r.Quotes, r.Vectors
					w[r.Article.ID] = old
				}
			}
			for _, lib := range libs {
				if diff := cmp.Diff(w.records(), read(rt, lib)); diff != "" {
					rt.Fatalf("catalog differs from the model (-want +got):\n%s", diff)
				}
			}
		}
	})
}

func mustOpen(rt *rapid.T, path string) *library.Library {
	lib, err := library.Open(path)
	if err != nil {
		rt.Fatal(err)
	}
	return lib
}

func read(rt *rapid.T, lib *library.Library) []library.Record {
	var all []library.Record
	for r, err := range lib.Records(context.Background(), model) {
		if err != nil {
			rt.Fatal(err)
		}
		all = append(all, r)
	}
	return all
}

// drawRecord draws from so few values that articles meet each other often.
func drawRecord(rt *rapid.T) library.Record {
	few := func(name string, values ...string) string { return rapid.SampledFrom(values).Draw(rt, name) }
	text := few("text", "The pass is closed.", "“The pass is open,” she said.\n\nTrucks crossed.", "Łódź.\n\n-\n\n“Ja,” 北京.")
	return derived(news.Article{
		Title: few("title", "One", "Two"), URL: few("url", "", "", "https://herald.example/1", "https://herald.example/2"),
		Guild: few("guild", "", "g1"), Origin: few("origin", "", "/a.md", "/b.md"), Text: text,
		Wall: rapid.SampledFrom([]news.Wall{{}, {}, {Internal: true}, {Roles: []string{"1"}}}).Draw(rt, "wall"),
	}, rapid.IntRange(0, 3).Draw(rt, "dim"))
}

// The steps of the test that kills a process: the n-th is always the same, and takes the catalog from one whole state to the next.
func step(n int) (puts []library.Record, remove string) {
	switch n % 5 {
	case 3: // a changed version of the article before the last
		r := generated(n-2, 2, 40, 4)
		r.Article.Text = fmt.Sprintf("Version of step %d.\n\n“Changed,” she said.", n)
		return []library.Record{derived(r.Article, 4)}, ""
	case 4:
		return nil, generated(n-2, 2, 40, 4).Article.ID
	case 0:
		return []library.Record{generated(n, 2, 40, 4), generated(n+1_000_000, 3, 40, 4), generated(n+2_000_000, 1, 40, 4)}, ""
	}
	return []library.Record{generated(n, 2, 40, 4)}, ""
}

func (w world) step(n int) {
	puts, remove := step(n)
	for _, r := range puts {
		w.put(r)
	}
	delete(w, remove)
}
