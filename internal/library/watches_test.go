package library_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"attache/internal/library"
)

// standing is a watch for a topic in a channel of guild g1.
func standing(subject string) library.Watch {
	return library.Watch{Guild: "g1", Channel: "c1", Kind: library.WatchTopic, Subject: subject, Asker: "u1", Created: noon, Seq: 7}
}

func watch(t *testing.T, lib *library.Library, w library.Watch) library.Watch {
	t.Helper()
	w, err := lib.AddWatch(t.Context(), w, 5)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// only returns the one watch of a guild.
func only(t *testing.T, lib *library.Library, guild string) library.Watch {
	t.Helper()
	all, err := lib.Watches(t.Context(), guild)
	if err != nil || len(all) != 1 {
		t.Fatalf("%d watches, %v", len(all), err)
	}
	return all[0]
}

func TestWatches(t *testing.T) {
	t.Parallel()
	lib := open(t)
	first := watch(t, lib, standing("the pass"))
	daily := standing("the pass")
	daily.Thread, daily.Due = "t1", noon.Add(18*time.Hour)
	daily = watch(t, lib, daily)
	other := standing("the pass")
	other.Guild, other.Channel = "g2", "c9"
	other = watch(t, lib, other)
	if first.Number != 1 || daily.Number != 2 || other.Number != 1 {
		t.Errorf("numbers %d, %d, %d: they must count within a guild", first.Number, daily.Number, other.Number)
	}
	if _, err := lib.AddWatch(t.Context(), standing("the pass"), 5); !errors.Is(err, library.ErrWatched) {
		t.Errorf("the same again: %v", err)
	}
	if _, err := lib.AddWatch(t.Context(), standing("grain"), 2); !errors.Is(err, library.ErrFull) {
		t.Errorf("more than there may be: %v", err)
	}
	got, err := lib.Watches(t.Context(), "g1")
	if diff := cmp.Diff([]library.Watch{first, daily}, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if all, err := lib.AllWatches(t.Context()); err != nil || len(all) != 3 {
		t.Errorf("all: %v, %v", all, err)
	}
	if err := lib.RemoveWatch(t.Context(), "g2", 2); !errors.Is(err, library.ErrNotFound) {
		t.Errorf("another guild's watch was ended: %v", err)
	}
	if err := lib.RemoveWatch(t.Context(), "g1", 1); err != nil {
		t.Error(err)
	}
	if w := only(t, lib, "g1"); w.ID != daily.ID {
		t.Errorf("left is %+v", w)
	}
}

func TestARoundIsAnnouncedAndEnded(t *testing.T) {
	t.Parallel()
	lib := open(t)
	w := watch(t, lib, standing("the pass"))
	begin := func(upTo int64, want bool) {
		t.Helper()
		if begun, err := lib.BeginRound(t.Context(), w.ID, upTo, noon); err != nil || begun != want {
			t.Errorf("begun up to %d: %v, %v, want %v", upTo, begun, err, want)
		}
	}
	begin(7, false) // it has looked so far already
	begin(9, true)
	if got := only(t, lib, "g1"); got.Round != 9 || !got.Begun.Equal(noon) || got.Seq != 7 {
		t.Errorf("announced: %+v", got)
	}
	if err := lib.PauseWatch(t.Context(), w.ID, "I may not write there."); err != nil {
		t.Fatal(err)
	}
	if got := only(t, lib, "g1"); got.Paused == "" || got.Round != 0 || got.Seq != 7 {
		t.Errorf("paused: %+v", got)
	}
	begin(9, true)
	due := noon.Add(time.Hour)
	did := library.Looked{UpTo: 9, Due: due, Answer: "aa", Posted: []string{"k1", "k2", "k1"}, Missed: noon}
	if err := lib.EndRound(t.Context(), w.ID, did); err != nil {
		t.Fatal(err)
	}
	w.Seq, w.Due, w.Answer, w.Missed = 9, due, "aa", noon
	if diff := cmp.Diff(w, only(t, lib, "g1")); diff != "" {
		t.Errorf("ended (-want +got):\n%s", diff)
	}
	if err := lib.EndRound(t.Context(), w.ID, library.Looked{UpTo: 8}); err != nil { // what a slower process did last
		t.Fatal(err)
	}
	if got := only(t, lib, "g1"); got.Seq != 9 || got.Answer != "aa" || !got.Missed.Equal(noon) || !got.Due.IsZero() {
		t.Errorf("after a lesser round: %+v", got)
	}
	keys, err := lib.WatchPosts(t.Context(), w.ID)
	if got := slices.Sorted(maps.Keys(keys)); err != nil || !slices.Equal(got, []string{"k1", "k2"}) {
		t.Errorf("posted %v, %v", got, err)
	}
	if err := lib.RemoveWatch(t.Context(), "g1", 1); err != nil {
		t.Fatal(err)
	}
	begin(11, false)
	if err := lib.EndRound(t.Context(), w.ID, library.Looked{UpTo: 11, Posted: []string{"k3"}}); err != nil {
		t.Errorf("the end of a round of a watch that is gone: %v", err)
	}
	if keys, err := lib.WatchPosts(t.Context(), w.ID); err != nil || len(keys) > 0 {
		t.Errorf("a watch that is gone has posted %v, %v", keys, err)
	}
}

// Many who watch at once get a number each, and no more watches than there may be.
func TestManyWatchAtOnce(t *testing.T) {
	t.Parallel()
	lib := open(t)
	var wg sync.WaitGroup
	for n := range 12 {
		wg.Go(func() {
			_, err := lib.AddWatch(t.Context(), standing(fmt.Sprintf("topic %d", n)), 8)
			if err != nil && !errors.Is(err, library.ErrFull) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	all, err := lib.Watches(t.Context(), "g1")
	if err != nil || len(all) != 8 {
		t.Fatalf("%d watches, %v", len(all), err)
	}
	for i, w := range all {
		if w.Number != i+1 {
			t.Errorf("number %d stands at place %d", w.Number, i+1)
		}
	}
}
