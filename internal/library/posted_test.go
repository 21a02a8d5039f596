package library_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"attache/internal/library"
)

func TestPostedReplies(t *testing.T) {
	t.Parallel()
	ctx, lib := context.Background(), open(t)
	at := time.Date(2031, 5, 12, 9, 30, 0, 0, time.UTC)
	slash := library.Posted{Channel: "c", Message: "1", Guild: "g", Answer: "a7f3", At: at.Add(time.Minute)}
	mention := library.Posted{Channel: "c", Message: "2", Guild: "g", Answer: "a7f3", Asked: "q", At: at}
	elsewhere := library.Posted{Channel: "c", Message: "3", Guild: "other", Answer: "a7f3", At: at}
	none := library.Posted{Channel: "c", Message: "4", Guild: "g", At: at}
	for _, p := range []library.Posted{slash, mention, elsewhere, none, {Channel: "c", Message: "5", Guild: "g", Answer: "a7f3", At: at}} {
		if err := lib.AddPosted(ctx, p); err != nil {
			t.Fatal(err)
		}
	}
	if err := lib.RemovePosted(ctx, "c", "5"); err != nil {
		t.Fatal(err)
	}
	check := func(what string, want []library.Posted) func([]library.Posted, error) {
		return func(got []library.Posted, err error) {
			t.Helper()
			if diff := cmp.Diff(want, got); diff != "" || err != nil {
				t.Errorf("%s: %v\n%s", what, err, diff)
			}
		}
	}
	check("of an answer", []library.Posted{mention, slash})(lib.PostedAnswer(ctx, "g", "a7f3"))
	check("of no answer", nil)(lib.PostedAnswer(ctx, "g", ""))
	check("for a message", []library.Posted{mention})(lib.PostedFor(ctx, "q"))
	check("for no message", nil)(lib.PostedFor(ctx, ""))

	narrowed := library.Posted{Channel: "c", Message: "2", Guild: "g", Answer: "b812", At: at.Add(time.Hour)} // by a button beneath it
	if err := lib.AddPosted(ctx, narrowed); err != nil {
		t.Fatal(err)
	}
	narrowed.Asked = "q"
	check("for a message whose reply was narrowed", []library.Posted{narrowed})(lib.PostedFor(ctx, "q"))
}

func TestShownRepliesAreSwept(t *testing.T) {
	t.Parallel()
	ctx, lib := context.Background(), open(t)
	now := time.Date(2031, 5, 12, 9, 30, 0, 0, time.UTC)
	if err := lib.AddShown(ctx, "old", []byte("1"), now.Add(time.Hour), now); err != nil {
		t.Fatal(err)
	}
	if data, until, err := lib.Shown(ctx, "old", now.Add(time.Hour)); err != nil || string(data) != "1" || !until.Equal(now.Add(time.Hour)) {
		t.Errorf("%q, %v, %v", data, until, err)
	}
	late := now.Add(time.Hour + time.Second)
	if _, _, err := lib.Shown(ctx, "old", late); !errors.Is(err, library.ErrNotFound) {
		t.Errorf("after its time: %v", err)
	}
	if err := lib.AddShown(ctx, "new", []byte("2"), late.Add(time.Hour), late); err != nil {
		t.Fatal(err)
	}
	if _, _, err := lib.Shown(ctx, "old", now); !errors.Is(err, library.ErrNotFound) {
		t.Errorf("what is over was not swept: %v", err)
	}
}

func TestConversationsAreBoundedAndSwept(t *testing.T) {
	t.Parallel()
	ctx, lib := context.Background(), open(t)
	now := time.Date(2031, 5, 12, 9, 30, 0, 5_000_000, time.UTC)
	put := func(key string, at time.Time) {
		t.Helper()
		c := library.Conversation{Key: key, Question: "Who closed it? " + key, Filters: map[string]string{"since": "2031"}, At: at}
		if err := lib.PutConversation(ctx, c, now.Add(-time.Hour), 2); err != nil {
			t.Fatal(err)
		}
		got, err := lib.Conversation(ctx, key)
		if diff := cmp.Diff(c, got); at.After(now.Add(-time.Hour)) && (diff != "" || err != nil) {
			t.Errorf("%v\n%s", err, diff)
		}
	}
	left := func(want ...string) {
		t.Helper()
		for _, key := range []string{"a", "b", "c", "old"} {
			_, err := lib.Conversation(ctx, key)
			kept := false
			for _, w := range want {
				kept = kept || w == key
			}
			if kept != (err == nil) || err != nil && !errors.Is(err, library.ErrNotFound) {
				t.Errorf("conversation %s: %v", key, err)
			}
		}
	}
	put("old", now.Add(-2*time.Hour))
	left()
	put("a", now)
	put("b", now.Add(time.Second))
	put("a", now.Add(2*time.Second))
	left("a", "b")
	put("c", now.Add(3*time.Second))
	left("a", "c")
}
