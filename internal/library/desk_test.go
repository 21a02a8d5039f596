package library_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"attache/internal/library"
)

func TestPendingRepliesOutliveTheProcess(t *testing.T) {
	t.Parallel()
	ctx, path := context.Background(), filepath.Join(t.TempDir(), "library.db")
	first, err := library.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2031, 5, 12, 9, 30, 0, 250_000_000, time.UTC)
	slash := library.PendingReply{ID: "1", App: "a", Token: "t", Locale: "fr", At: at.Add(time.Second)}
	message := library.PendingReply{ID: "2", Channel: "c", At: at}
	for _, p := range []library.PendingReply{slash, message, {ID: "3", At: at}, message} { // the last once more, as an edited question is
		if err := first.AddPending(ctx, p); err != nil {
			t.Fatal(err)
		}
	}
	for _, id := range []string{"3", "unknown"} {
		if err := first.RemovePending(ctx, id); err != nil {
			t.Fatal(err)
		}
	}
	second := openAt(t, path) // beside the first, which has not closed the file, as a crash would not
	got, err := second.Pending(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]library.PendingReply{message, slash}, got); diff != "" {
		t.Error(diff)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestSettingsOfAGuild(t *testing.T) {
	t.Parallel()
	ctx, lib := context.Background(), open(t)
	for _, s := range [][3]string{{"g1", "language", "fr"}, {"g1", "quiet:7", "on"}, {"g2", "language", "de"}, {"g1", "gone", "x"}, {"g1", "gone", ""}} {
		if err := lib.SetSetting(ctx, s[0], s[1], s[2]); err != nil {
			t.Fatal(err)
		}
	}
	for guild, want := range map[string]map[string]string{"g1": {"language": "fr", "quiet:7": "on"}, "g2": {"language": "de"}, "g3": {}} {
		got, err := lib.Settings(ctx, guild)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("guild %s: %s", guild, diff)
		}
	}
}

func TestAPersonIsCalledOncePerQuestion(t *testing.T) {
	t.Parallel()
	ctx, lib := context.Background(), open(t)
	at := day(2031, 5, 12)
	call := func(guild, answer, question string, at time.Time, want bool) {
		t.Helper()
		got, err := lib.AddCall(ctx, library.Call{Guild: guild, Answer: answer, Question: question, Asker: "u1", At: at})
		if err != nil || got != want {
			t.Errorf("call for %s in %s: %v, %v, want %v", answer, guild, got, err, want)
		}
	}
	resolve := func(guild, answer string, want bool) {
		t.Helper()
		got, err := lib.ResolveCall(ctx, guild, answer, at)
		if err != nil || got != want {
			t.Errorf("resolve %s in %s: %v, %v, want %v", answer, guild, got, err, want)
		}
	}
	call("g1", "a1", "who closed the pass", at, true)
	call("g1", "a1", "who closed the pass", at, false)                  // the same button
	call("g1", "a2", "who closed the pass", at.Add(time.Hour), false)   // the same question, still open
	call("g2", "a1", "who closed the pass", at, true)                   // another server
	call("g1", "a3", "who opened the pass", at, true)                   // another question
	call("g1", "a4", "who closed the pass", at.Add(25*time.Hour), true) // nobody came for a day
	resolve("g1", "a4", true)
	resolve("g1", "a4", false)
	resolve("g3", "a1", false)
	call("g1", "a4", "who closed the pass", at.Add(26*time.Hour), false) // its question has been answered
	call("g1", "a5", "who closed the pass", at.Add(26*time.Hour), true)
}
