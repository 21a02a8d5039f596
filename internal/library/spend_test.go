package library_test

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"attache/internal/library"
)

func TestSpendOfADay(t *testing.T) {
	t.Parallel()
	ctx, path := context.Background(), filepath.Join(t.TempDir(), "library.db")
	lib := openAt(t, path)
	for _, s := range []struct {
		guild, day string
		library.Spend
	}{
		{"g1", "2031-05-09", library.Spend{Requests: 1, Tokens: 700, Money: 0.5}},
		{"g1", "2031-05-09", library.Spend{Tokens: -200, Money: -0.25}},
		{"", "2031-05-09", library.Spend{Requests: 2, Tokens: 10}},
		{"g1", "2031-05-10", library.Spend{Requests: 1, Tokens: 1}},
	} {
		if err := lib.AddSpend(ctx, s.guild, s.day, s.Spend, nil); err != nil {
			t.Fatal(err)
		}
	}
	refusal := errors.New("no more")
	err := lib.AddSpend(ctx, "g1", "2031-05-09", library.Spend{Tokens: 1}, func(own, all library.Spend) error {
		if own.Tokens != 501 || all.Tokens != 511 {
			t.Errorf("asked about %+v of %+v", own, all)
		}
		return refusal
	})
	if err != refusal { //nolint:errorlint // it is to come as it is
		t.Errorf("got %v, want the refusal as it is", err)
	}
	got, err := openAt(t, path).SpendOn(ctx, "2031-05-09") // as the next process sees it
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]library.Spend{"g1": {Requests: 1, Tokens: 500, Money: 0.25}, "": {Requests: 2, Tokens: 10}, library.AllGuilds: {Requests: 3, Tokens: 510, Money: 0.25}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("spent (-want +got):\n%s", diff)
	}
	if got, err := lib.SpendOn(ctx, "2031-05-11"); err != nil || len(got) != 0 {
		t.Errorf("on a day without spend: %v, %v", got, err)
	}
}

// TestSpendByTwoProcesses: two that share a library cannot pass a limit together.
func TestSpendByTwoProcesses(t *testing.T) {
	t.Parallel()
	ctx, path := context.Background(), filepath.Join(t.TempDir(), "library.db")
	var all sync.WaitGroup
	var mu sync.Mutex
	allowed := 0
	for _, lib := range []*library.Library{openAt(t, path), openAt(t, path)} {
		for n := range 3 {
			all.Go(func() {
				for range 10 {
					err := lib.AddSpend(ctx, []string{"g1", "g2", ""}[n], "2031-05-09", library.Spend{Requests: 1, Tokens: 100}, func(_, all library.Spend) error {
						if all.Tokens > 2000 {
							return errors.New("spent")
						}
						return nil
					})
					if err == nil {
						mu.Lock()
						allowed++
						mu.Unlock()
					}
				}
			})
		}
	}
	all.Wait()
	got, err := openAt(t, path).SpendOn(ctx, "2031-05-09")
	if err != nil {
		t.Fatal(err)
	}
	if all := got[library.AllGuilds]; allowed != 20 || all.Tokens != 2000 || got["g1"].Tokens+got["g2"].Tokens+got[""].Tokens != 2000 {
		t.Errorf("%d of 60 were allowed, want 20; spent %+v", allowed, got)
	}
}
