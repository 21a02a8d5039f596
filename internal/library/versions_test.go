package library_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"attache/internal/library"
	"attache/internal/news"
)

// page is an article at a fixed address with the given words.
func page(words string) library.Record {
	return derived(news.Article{Title: "The pass", Publisher: "The Capital Herald", URL: "https://herald.example/pass", Published: day(2031, 5, 2), Text: words}, 2)
}

func versionsOf(t *testing.T, lib *library.Library, id string) []string {
	t.Helper()
	former, err := lib.Versions(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	var words []string
	for _, v := range former {
		words = append(words, v.Article.Text)
	}
	return words
}

func TestVersions(t *testing.T) {
	t.Parallel()
	t.Run("the former text is kept, and not searched", func(t *testing.T) {
		lib := open(t)
		first, second := page("The pass is shut."), page("The pass is open.")
		put(t, lib, first)
		put(t, lib, first) // the very same changes nothing
		put(t, lib, second)
		if got := versionsOf(t, lib, second.Article.ID); !slices.Equal(got, []string{"The pass is shut."}) {
			t.Errorf("got %q", got)
		}
		if all := stored(t, lib); len(all) != 1 || all[0].Article.Text != "The pass is open." {
			t.Errorf("the collection holds %+v", all)
		}
		former, err := lib.Versions(t.Context(), second.Article.ID)
		if err != nil {
			t.Fatal(err)
		}
		want := first.Article
		want.URL = ""
		if diff := cmp.Diff(want, former[0].Article); diff != "" {
			t.Errorf("the version differs from what was stored (-stored +version):\n%s", diff)
		}
	})
	t.Run("a file whose words make its id", func(t *testing.T) {
		lib := open(t)
		file := func(words string) library.Record {
			return derived(news.Article{Title: "Notes", Origin: "/notes.txt", Text: words}, 0)
		}
		put(t, lib, file("One."))
		put(t, lib, file("Two."))
		third := file("Three.")
		put(t, lib, third)
		if got := versionsOf(t, lib, third.Article.ID); !slices.Equal(got, []string{"Two.", "One."}) {
			t.Errorf("got %q", got)
		}
	})
	t.Run("no more than are kept", func(t *testing.T) {
		lib := open(t)
		for n := range 25 {
			put(t, lib, page(strings.Repeat("The pass is shut. ", n+1)))
		}
		got := versionsOf(t, lib, page("").Article.ID)
		if len(got) != 20 || len(got[0]) != 24*len("The pass is shut. ") {
			t.Errorf("%d versions are kept, the newest of %d bytes", len(got), len(got[0]))
		}
	})
	t.Run("a change that no reader sees", func(t *testing.T) {
		lib := open(t)
		put(t, lib, page("The pass is shut."))
		walled := page("The pass is shut.")
		walled.Article.Wall = news.Wall{Internal: true}
		put(t, lib, walled)
		if got := versionsOf(t, lib, walled.Article.ID); got != nil {
			t.Errorf("another wall makes versions %q", got)
		}
		dated := walled
		dated.Article.Published = day(2031, 5, 3)
		put(t, lib, dated)
		if got := versionsOf(t, lib, walled.Article.ID); len(got) != 1 {
			t.Errorf("another date makes versions %q", got)
		}
	})
	t.Run("none", func(t *testing.T) {
		if got := versionsOf(t, open(t), "0123456789abcdef"); got != nil {
			t.Errorf("got %q", got)
		}
	})
}

func TestArrived(t *testing.T) {
	t.Parallel()
	lib, ctx := open(t), t.Context()
	put(t, lib, generated(1, 1, 8, 2))
	before, err := lib.Newest(ctx)
	if err != nil {
		t.Fatal(err)
	}
	fresh := generated(2, 1, 8, 2)
	put(t, lib, fresh)
	if err := lib.Touch(ctx, []string{generated(1, 1, 8, 2).Article.ID}); err != nil { // derived anew, not new
		t.Fatal(err)
	}
	if err := lib.Rederive(ctx, generated(1, 1, 8, 2)); err != nil {
		t.Fatal(err)
	}
	walled := generated(1, 1, 8, 2)
	walled.Article.Wall = news.Wall{Internal: true} // the same words
	put(t, lib, walled)
	newest, err := lib.Newest(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := lib.Arrived(ctx, before, newest); err != nil || !slices.Equal(got, []string{fresh.Article.ID}) {
		t.Errorf("got %v, %v, want %s alone", got, err, fresh.Article.ID)
	}
	if got, err := lib.Arrived(ctx, newest, newest+9); err != nil || got != nil {
		t.Errorf("after the newest change: %v, %v", got, err)
	}
}

// An embargo that is over leaves the article as it would be without it, which comes in at that moment; one that is not over stays.
func TestEndEmbargoes(t *testing.T) {
	t.Parallel()
	lib, ctx := open(t), t.Context()
	over, open := generated(1, 1, 8, 2), generated(2, 1, 8, 2)
	over.Article.Wall = news.Wall{Channels: []string{"c1"}, Embargo: noon}
	open.Article.Wall = news.Wall{Embargo: noon.Add(time.Second)}
	for _, r := range []library.Record{generated(3, 1, 8, 2), over, open} {
		put(t, lib, r)
	}
	before, err := lib.Newest(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []int{1, 0} {
		if n, err := lib.EndEmbargoes(ctx, noon); err != nil || n != want {
			t.Fatalf("%d ended, %v, want %d", n, err, want)
		}
	}
	if got, err := lib.Arrived(ctx, before, before+9); err != nil || !slices.Equal(got, []string{over.Article.ID}) {
		t.Errorf("came in: %v, %v, want %s alone", got, err, over.Article.ID)
	}
	over.Article.Wall.Embargo = time.Time{}
	for _, r := range []library.Record{over, open} {
		if same, err := lib.Unchanged(ctx, r.Article); err != nil || !same {
			t.Errorf("%s is not as it should be: %v", r.Article.ID, err)
		}
	}
	healthy(t, lib)
}

func addAnswer(t *testing.T, lib *library.Library, id string, at time.Time, articles ...string) error {
	t.Helper()
	return lib.AddAnswer(t.Context(), library.GivenAnswer{ID: id, At: at, Guild: "g1", Question: "Who?", Data: `{"of":"` + id + `"}`, Articles: articles})
}

func TestRestingFollowsAnArticleThroughItsVersions(t *testing.T) {
	t.Parallel()
	lib := open(t)
	file := func(words string) library.Record {
		return derived(news.Article{Title: "Notes", Origin: "/notes.txt", Text: words}, 0)
	}
	first, second, other := file("One."), file("Two."), generated(1, 1, 8, 2)
	put(t, lib, first)
	put(t, lib, other)
	for _, a := range []struct {
		id string
		at time.Time
		on []string
	}{{"aa", noon, []string{first.Article.ID, other.Article.ID}}, {"bb", noon.Add(time.Hour), []string{other.Article.ID}}, {"cc", noon, nil}} {
		if err := addAnswer(t, lib, a.id, a.at, a.on...); err != nil {
			t.Fatal(err)
		}
	}
	put(t, lib, second)
	ids := func(since time.Time, articles ...string) (got []string) {
		for a, err := range lib.Resting(t.Context(), since, articles...) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, a.ID)
			if a.ID == "aa" && a.Now[first.Article.ID] != second.Article.ID {
				t.Errorf("the article is now %q, want %q", a.Now[first.Article.ID], second.Article.ID)
			}
		}
		return got
	}
	for _, tt := range []struct {
		name     string
		since    time.Time
		articles []string
		want     []string
	}{
		{"all", time.Time{}, nil, []string{"aa", "bb"}},
		{"since", noon.Add(time.Minute), nil, []string{"bb"}},
		{"on the article as it is", time.Time{}, []string{second.Article.ID}, []string{"aa"}},
		{"on the article as it was", time.Time{}, []string{first.Article.ID}, nil},
		{"on either", time.Time{}, []string{other.Article.ID, second.Article.ID}, []string{"aa", "bb"}},
		{"on nothing that is there", time.Time{}, []string{"x"}, nil},
	} {
		if got := ids(tt.since, tt.articles...); !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %v, want %v", tt.name, got, tt.want)
		}
	}
	if err := addAnswer(t, lib, "dd", noon, first.Article.ID); err == nil || !strings.Contains(err.Error(), "removed meanwhile") {
		t.Errorf("an answer on an article that is gone: %v", err)
	}
	if _, err := lib.Answer(t.Context(), "g1", "dd"); err == nil {
		t.Error("it was stored all the same")
	}
}

func TestAmended(t *testing.T) {
	t.Parallel()
	lib := open(t)
	for _, want := range []bool{false, true, true} {
		if got, err := lib.Amended(t.Context(), "g1", "aa"); err != nil || got != want {
			t.Errorf("amended: %v, %v, want %v", got, err, want)
		}
		if err := lib.MarkAmended(t.Context(), "g1", "aa", noon); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := lib.Amended(t.Context(), "g2", "aa"); err != nil || got {
		t.Errorf("in another guild: %v, %v", got, err)
	}
}

// Nothing that a removed article said can be read from the library's files, whoever has them open.
func TestRemovalLeavesNothing(t *testing.T) {
	t.Parallel()
	const marker, former = "zirconium lanterns over Tollund", "obsidian barges under Kareth"
	for _, twice := range []bool{false, true} { // by the only process, and while another one has the library open
		name := map[bool]string{false: "alone", true: "beside another process"}[twice]
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "library.db")
			lib := openAt(t, path)
			if twice {
				openAt(t, path)
			}
			for n := range 40 { // so that pages are shared, split and freed
				put(t, lib, generated(n, 2, 40, 4))
			}
			long := strings.Repeat(former+". ", 400)
			put(t, lib, page(long))
			put(t, lib, page(marker+".\n\n“"+marker+",” she said."))
			id := page("").Article.ID
			err := lib.AddAnswer(t.Context(), library.GivenAnswer{ID: "aa", At: noon, Guild: "g1", Question: "Who?", Data: marker, Articles: []string{id}})
			if err != nil {
				t.Fatal(err)
			}
			later := time.Now().Add(time.Hour)
			for button, data := range map[string]string{"of it": `{"ids":"` + news.PassageID(id, 0) + `","text":"` + marker + `"}`, "of another": `{"ids":""}`} {
				if err := lib.AddShown(t.Context(), button, []byte(data), later, time.Now()); err != nil {
					t.Fatal(err)
				}
			}
			if !onDisk(t, path, marker) || !onDisk(t, path, former) {
				t.Fatal("the marker is not stored, so that nothing is tested")
			}
			redact := func(data string, articles []string) (string, error) {
				if !slices.Equal(articles, []string{id}) {
					t.Errorf("asked to take out %v", articles)
				}
				return strings.ReplaceAll(data, marker, "-"), nil
			}
			if err := lib.Remove(context.Background(), id, redact); err != nil {
				t.Fatal(err)
			}
			if onDisk(t, path, marker) || onDisk(t, path, former) {
				t.Error("words of the removed article are still in the library's files")
			}
			if _, _, err := lib.Shown(t.Context(), "of another", time.Now()); err != nil {
				t.Errorf("the button of another reply: %v", err)
			}
			if got, err := lib.Answer(t.Context(), "g1", "aa"); err != nil || got.Data != "-" {
				t.Errorf("the answer holds %q, %v", got.Data, err)
			}
			for a, err := range lib.Resting(t.Context(), time.Time{}, id) {
				if err != nil || a.ID != "aa" {
					t.Errorf("found %s, %v", a.ID, err)
				}
			}
		})
	}
}

// onDisk reports whether words stand in the library's file or in one beside it.
func onDisk(t *testing.T, path, words string) bool {
	t.Helper()
	files, err := filepath.Glob(path + "*")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	return slices.ContainsFunc(files, func(name string) bool {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		return bytes.Contains(data, []byte(words))
	})
}
