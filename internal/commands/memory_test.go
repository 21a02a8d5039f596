package commands

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"attache/internal/news"
	"attache/internal/speakers"
)

func TestMemoryIsBounded(t *testing.T) {
	m := newMemory(time.Now)
	ask := func(n int) Request { return Request{Asker: Asker{ID: fmt.Sprint(n)}} }
	for n := range conversationsKept + 10 {
		m.put(ask(n), fmt.Sprint("question ", n))
		m.put(ask(0), "still talking")
	}
	if len(m.turns) != conversationsKept || m.order.Len() != conversationsKept {
		t.Errorf("%d conversations in %d places are kept, want %d", len(m.turns), m.order.Len(), conversationsKept)
	}
	for n, want := range map[int]bool{0: true, 1: false, 10: false, 11: true, conversationsKept + 9: true} {
		if _, ok := m.last(ask(n)); ok != want {
			t.Errorf("conversation %d remembered: %v, want %v", n, ok, want)
		}
	}
}

func TestMemoryByManyAtOnce(t *testing.T) {
	m := newMemory(time.Now)
	var all sync.WaitGroup
	for n := range 8 {
		all.Go(func() {
			r := Request{Asker: Asker{ID: fmt.Sprint(n % 4)}, Options: map[string]string{"question": "and Kvell?", "since": "2031"}}
			for range 200 {
				m.put(r, "What did Drazh say?")
				if resumed, ok := m.resume(r, knownPeople); !ok || resumed.Option("question") != "What did Kvell say?" {
					t.Errorf("got %q", resumed.Option("question"))
					return
				}
			}
		})
	}
	all.Wait()
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
