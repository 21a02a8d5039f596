package fetch

import (
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"
	"time"
)

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	now := time.Date(2031, 5, 12, 8, 0, 0, 0, time.UTC)
	for header, want := range map[string]time.Duration{
		"":                              time.Minute,
		"soon":                          time.Minute,
		"120":                           2 * time.Minute,
		" 7 ":                           7 * time.Second,
		"0":                             time.Second,
		"-5":                            time.Second,
		"999999999999":                  24 * time.Hour,
		"99999999999999999999999":       time.Minute,
		"Mon, 12 May 2031 08:10:00 GMT": 10 * time.Minute,
		"Mon, 12 May 2031 07:00:00 GMT": time.Second,
		"Tue, 12 May 2099 07:00:00 GMT": 24 * time.Hour,
	} {
		if got := retryAfter(header, now); got != want {
			t.Errorf("Retry-After %q is %s, want %s", header, got, want)
		}
	}
}

// A host that asks for rest is asked for nothing more until then, whichever page is wanted.
func TestABusyHostIsLeftAlone(t *testing.T) {
	t.Parallel()
	now := time.Date(2031, 5, 12, 8, 0, 0, 0, time.UTC)
	var asked atomic.Int32
	c, base := serve(t, Options{Now: func() time.Time { return now }}, page(func(w http.ResponseWriter, _ *http.Request) {
		if asked.Add(1) == 1 {
			w.Header().Set("Retry-After", "600")
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		fmt.Fprint(w, "words")
	}))
	for _, path := range []string{"/a", "/a", "/b"} {
		_, err := c.Get(t.Context(), base+path, Known{})
		var busy *Busy
		if !errors.As(err, &busy) || busy.After != 10*time.Minute || asked.Load() != 1 {
			t.Fatalf("%s: %v after %d requests, want rest for ten minutes after one", path, err, asked.Load())
		}
	}
	now = now.Add(10 * time.Minute)
	if _, err := c.Get(t.Context(), base+"/b", Known{}); err != nil {
		t.Errorf("after the rest: %v", err)
	}
}
