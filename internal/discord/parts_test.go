package discord

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"

	"attache/internal/commands"
)

func TestCacheForgetsTheOldest(t *testing.T) {
	t.Parallel()
	c := newCache[int, string](3)
	for i := range 10 {
		if !c.put(i, fmt.Sprint(i)) {
			t.Fatalf("%d is said to be known", i)
		}
	}
	if c.put(9, "nine") {
		t.Error("9 is said to be new")
	}
	for i := range 10 {
		v, ok := c.get(i)
		if want := i >= 7; ok != want {
			t.Errorf("get(%d) = %q, %v", i, v, ok)
		}
	}
	if v, _ := c.get(9); v != "nine" {
		t.Errorf("9 is %q after it was set anew", v)
	}
}

func TestWorkersBounds(t *testing.T) {
	t.Parallel()
	w := newWorkers(3, 2, 1000, time.Hour)
	var now, most [3]atomic.Int32 // of lane 0, lane 1, all
	count := func(i int) func() {
		if n := now[i].Add(1); n > most[i].Load() {
			most[i].Store(n)
		}
		return func() { now[i].Add(-1) }
	}
	var done sync.WaitGroup
	for i := range 100 {
		done.Go(func() {
			err := w.do(t.Context(), fmt.Sprint("lane", i%2), nil, func() {
				defer count(i % 2)()
				defer count(2)()
				time.Sleep(time.Millisecond)
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	done.Wait()
	if most[0].Load() > 2 || most[1].Load() > 2 || most[2].Load() > 3 {
		t.Errorf("at the same time ran %d and %d in a lane and %d in all; at most 2 and 3 may", most[0].Load(), most[1].Load(), most[2].Load())
	}
	if len(w.lanes) != 0 || w.waiting != 0 {
		t.Errorf("%d lanes and %d waiting are left", len(w.lanes), w.waiting)
	}
}

func TestWorkersQueue(t *testing.T) {
	t.Parallel()
	w := newWorkers(1, 1, 2, time.Millisecond)
	busy, begun := make(chan struct{}), make(chan struct{})
	var done sync.WaitGroup
	done.Go(func() { _ = w.do(t.Context(), "a", nil, func() { close(begun); <-busy }) })
	<-begun
	places := make(chan int, 2)
	ctx, cancel := context.WithCancel(t.Context())
	for range 2 {
		done.Go(func() {
			err := w.do(ctx, "a", func(place int) { places <- place }, func() { t.Error("work ran after its context had ended") })
			if !errors.Is(err, context.Canceled) {
				t.Errorf("got %v", err)
			}
		})
	}
	if got := <-places + <-places; got != 3 {
		t.Errorf("the places in the queue add up to %d, want 1 and 2", got)
	}
	if err := w.do(t.Context(), "b", nil, func() {}); !errors.Is(err, errBusy) {
		t.Errorf("with two waiting of two, got %v", err)
	}
	cancel()
	short, end := context.WithTimeout(t.Context(), 5*time.Millisecond)
	defer end()
	if err := w.stop(short); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("stop returned %v while work was under way", err)
	}
	close(busy)
	done.Wait()
	if err := w.stop(t.Context()); err != nil {
		t.Error(err)
	}
	if err := w.do(t.Context(), "a", nil, func() {}); !errors.Is(err, errStopped) {
		t.Errorf("after the stop, got %v", err)
	}
}

func TestStreamShowsTheLatestAndEnds(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var shown []string
	s := newStream(func(r commands.Reply) {
		mu.Lock()
		defer mu.Unlock()
		shown = append(shown, r.Title)
	}, time.Hour)
	for i := range 100 {
		s.progress(commands.Reply{Title: fmt.Sprint(i)})
	}
	soon(t, "the first state", func() bool { mu.Lock(); defer mu.Unlock(); return len(shown) > 0 })
	s.end()
	s.progress(commands.Reply{Title: "late"})
	mu.Lock()
	defer mu.Unlock()
	if len(shown) != 1 {
		t.Errorf("within one gap were shown %q", shown)
	}
}

// Too many actions, too long labels and too large files are brought within the limits.
func TestShowKeepsTheLimits(t *testing.T) {
	t.Parallel()
	b := &Bot{base: t.Context(), buttons: newButtons(forgetful{}, time.Now)}
	reply := commands.Reply{Files: []commands.File{{Name: "small", Data: []byte("x")}, {Name: "large", Data: make([]byte, maxFileBytes+1)}}}
	for range 60 {
		reply.Actions = append(reply.Actions, commands.Action{Label: strings.Repeat("a label ", 20), Style: commands.Danger})
		reply.Blocks = append(reply.Blocks, commands.Block{Text: strings.Repeat("word ", 100)})
	}
	s := b.show(reply, "1", English, true)
	for page := range s.Pages {
		m := s.message(page, English)
		if len(m.rows) > maxRows {
			t.Errorf("page %d has %d rows of buttons", page, len(m.rows))
		}
		for _, row := range m.rows {
			all := row.(discordgo.ActionsRow).Components
			if len(all) > maxRowButtons {
				t.Errorf("page %d has a row of %d buttons", page, len(all))
			}
			for _, c := range all {
				if l := c.(discordgo.Button).Label; units(l) > maxButtonLabel || l == "" {
					t.Errorf("page %d has the label %q", page, l)
				}
			}
		}
	}
	first := s.first(English)
	if len(first.files) != 1 || !strings.Contains(first.embeds[0].Description, English.FilesLeftOut) {
		t.Errorf("%d files are attached; the reply says %q", len(first.files), first.embeds[0].Description)
	}
	if last := len(s.Pages) - 1; last < 1 || s.message(last, English).files != nil {
		t.Error("a turned page would attach the files again")
	}
}
