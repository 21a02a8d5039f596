package commands

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"attache/internal/library"
	"attache/internal/news"
	"attache/internal/speakers"
)

// A conversation goes on in the next process, and is over half an hour after its last question.
func TestConversationsOutliveTheProcess(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "library.db")
	now := time.Date(2031, 5, 14, 12, 0, 0, 0, time.UTC)
	talk := func() *memory {
		lib, err := library.Open(path) // beside the last one, which has not closed the file, as a crash would not
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = lib.Close() })
		return &memory{library: lib, now: func() time.Time { return now }}
	}
	asked := Request{Asker: Asker{ID: "ann"}, Place: Place{Guild: "g", Channel: "c"}, Options: map[string]string{"since": "2031"}}
	if err := talk().put(t.Context(), asked, "What did Drazh say?", "a7f3"); err != nil {
		t.Fatal(err)
	}
	next := talk()
	for name, tc := range map[string]struct {
		r    Request
		want string
	}{
		"the same person there":     {asked.With("since", ""), "What did Kvell say?"},
		"in private":                {Request{Asker: asked.Asker, Place: asked.Place, Private: true}, ""},
		"somebody else there":       {Request{Asker: Asker{ID: "ben"}, Place: asked.Place}, ""},
		"the same person elsewhere": {Request{Asker: asked.Asker, Place: Place{Guild: "g", Channel: "d"}}, ""},
		"another server":            {Request{Asker: asked.Asker, Place: Place{Guild: "h", Channel: "c"}}, ""},
	} {
		last, err := next.last(t.Context(), tc.r)
		if err != nil {
			t.Fatal(err)
		}
		read, ok := followUp(tc.r.With("question", "and Kvell?"), last, func(last, question string) (string, bool) { return carryOver(last, question, knownPeople) })
		if ok != (tc.want != "") || ok && (read.Option("question") != tc.want || read.Option("since") != "2031") {
			t.Errorf("%s: read as %v, %v; want %q since 2031", name, read.Options, ok, tc.want)
		}
	}
	now = now.Add(conversationLasts + time.Second)
	if last, err := next.last(t.Context(), asked); err != nil || last.Question != "" {
		t.Errorf("after %v the last question is %q, %v", conversationLasts, last.Question, err)
	}
}

func saidBy(n int, day string, fragments ...string) speakers.Entry {
	e := speakers.Entry{}
	e.ID = fmt.Sprintf("%04d", n)
	if t, err := time.Parse(time.DateOnly, day); err == nil {
		e.Spoken = news.Date{Time: t, Precision: news.Day}
	}
	for _, f := range fragments {
		e.Fragments = append(e.Fragments, news.Fragment{Text: f})
	}
	return e
}

func TestTogether(t *testing.T) {
	entries := []speakers.Entry{
		saidBy(0, "", "open the ferry."),
		saidBy(1, "2031-05-09", "We will open the ferry", "on Monday"),
		saidBy(2, "2031-05-09", "We will open the ferry"),
		saidBy(3, "2031-05-10", "We will open the ferry"),
		saidBy(4, "", "reopen the ferry"),
		saidBy(5, "", "on Monday", "open the ferry"),
	}
	var got [][]string
	for _, s := range together(entries) {
		var ids []string
		for _, e := range s {
			ids = append(ids, strings.TrimLeft(e.ID, "0")+"")
		}
		got = append(got, ids)
	}
	want := [][]string{{"1", "5", "2", ""}, {"3"}, {"4"}} // "" is entry 0
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("sayings differ (-want +got):\n%s", diff)
	}
	if together(nil) != nil && len(together(nil)) != 0 {
		t.Error("nothing said makes a saying")
	}
}

// TestTogetherLosesNothing compares with trying every pair: the look-up by a word finds the same, and every entry is in one saying.
func TestTogetherLosesNothing(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	words := strings.Fields("we will open the ferry to Lind on Monday and close it again Friday")
	var entries []speakers.Entry
	for n := range 200 {
		from := random.IntN(len(words) - 1)
		to := from + 1 + random.IntN(len(words)-from)
		entries = append(entries, saidBy(n, "", strings.Join(words[from:min(to, len(words))], " ")))
	}
	seen := map[string]int{}
	sayings := together(entries)
	for i, s := range sayings {
		for _, e := range s {
			seen[e.ID]++
			if !partOf(e, s[0]) {
				t.Errorf("%q is no part of %q", e.Words(), s[0].Words())
			}
		}
		if slices.ContainsFunc(sayings[:i], func(o saying) bool { return partOf(s[0], o[0]) || partOf(o[0], s[0]) }) {
			t.Errorf("%q is shown twice", s[0].Words())
		}
	}
	for _, e := range entries {
		if seen[e.ID] != 1 {
			t.Errorf("%q is in %d sayings", e.Words(), seen[e.ID])
		}
	}
}

func BenchmarkTogether(b *testing.B) {
	random := rand.New(rand.NewPCG(1, 2))
	words := strings.Fields("we will open the ferry to it on and close it again because no not")
	for n := range 3000 {
		words = append(words, fmt.Sprint("word", n))
	}
	var entries []speakers.Entry
	for n := range 2000 {
		var said []string
		for range 12 {
			said = append(said, words[random.IntN(len(words))])
		}
		entries = append(entries, saidBy(n, "", strings.Join(said, " ")))
	}
	for b.Loop() {
		together(entries)
	}
}
