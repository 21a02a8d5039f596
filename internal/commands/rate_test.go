package commands

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"
)

// limited is a handler behind Rate with a clock that the test turns.
type limited struct {
	now    time.Time
	handle HandleFunc
}

func newLimited(perUser, perGuild int) *limited {
	l := &limited{now: time.Date(2031, 5, 14, 12, 0, 0, 0, time.UTC)}
	rate := Rate(func(string) (int, int) { return perUser, perGuild }, func() time.Time { return l.now })
	l.handle = rate(Command{}, func(context.Context, Request, Progress) (Reply, error) { return Reply{}, nil })
	return l
}

// ask returns what a person of a guild is told: "" when the request was carried out.
func (l *limited) ask(asker, guild string) string {
	_, err := l.handle(context.Background(), Request{Asker: Asker{ID: asker}, Place: Place{Guild: guild}}, nil)
	if err != nil {
		return err.Error()
	}
	return ""
}

func TestRate(t *testing.T) {
	l := newLimited(3, 5)
	steps := []struct {
		after        time.Duration
		asker, guild string
		want         string
	}{
		{0, "ana", "g", ""}, {0, "ana", "g", ""}, {0, "ana", "g", ""},
		{0, "ana", "g", "You have asked 3 questions this minute; the next one is open in 20 s."},
		{5 * time.Second, "ana", "g", "You have asked 3 questions this minute; the next one is open in 15 s."},
		{0, "ben", "g", ""}, {0, "ben", "g", ""},
		{0, "cleo", "g", "This server has asked 5 questions this minute; the next one is open in 7 s."},
		{0, "cleo", "h", ""},                                       // another server
		{15 * time.Second, "ana", "g", ""},                         // 20 s after her third
		{0, "ana", "", ""}, {0, "ana", "", ""}, {0, "ana", "", ""}, // direct messages have a count of their own, and no server's
		{0, "ana", "", "You have asked 3 questions this minute; the next one is open in 20 s."},
		{time.Hour, "ana", "", ""},
	}
	for i, s := range steps {
		l.now = l.now.Add(s.after)
		if got := l.ask(s.asker, s.guild); got != s.want {
			t.Errorf("step %d, %s in %q: got %q, want %q", i, s.asker, s.guild, got, s.want)
		}
	}
	for range 100 {
		if got := l.ask("operator", ""); got != "" {
			t.Fatalf("the operator is told %q", got)
		}
	}
}

// TestRateRefusalCostsNothing: who is refused and waits as long as he is told to may ask.
func TestRateRefusalCostsNothing(t *testing.T) {
	l := newLimited(6, 60)
	for range 26 { // six are answered, twenty refused
		_ = l.ask("ana", "g")
	}
	if got := l.ask("ana", "g"); !strings.HasSuffix(got, "open in 10 s.") {
		t.Errorf("after many refusals: %q", got)
	}
	l.now = l.now.Add(10 * time.Second)
	if got := l.ask("ana", "g"); got != "" {
		t.Errorf("after the wait: %q", got)
	}
}

func TestRateForgets(t *testing.T) {
	now := time.Date(2031, 5, 14, 12, 0, 0, 0, time.UTC)
	a := newAllowance(func() time.Time { return now })
	for n := range maxLimiters {
		a.take(fmt.Sprint(n), 10)
	}
	now = now.Add(time.Minute)
	for range 10 {
		a.take("busy", 10)
	}
	if n := len(a.buckets); n > 10 {
		t.Errorf("%d people are remembered whose allowance is whole", n)
	}
	if wait := a.take("busy", 10); wait == 0 {
		t.Error("who has used the allowance up was forgotten")
	}
}
