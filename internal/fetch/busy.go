package fetch

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Busy is the error of a site that asks to come back later. Until then its host is asked for nothing more, and every request to it is this error.
type Busy struct {
	Code  int           // 429 or 503
	After time.Duration // how long the site wants to be left alone; a minute when it does not say
}

// Error implements error.
func (b *Busy) Error() string {
	return fmt.Sprintf("asks to come back later (%d, in %s)", b.Code, b.After.Round(time.Second))
}

const (
	restUnsaid  = time.Minute
	longestRest = 24 * time.Hour
)

// retryAfter reads the header of that name: seconds, or a point in time.
func retryAfter(header string, now time.Time) time.Duration {
	header = strings.TrimSpace(header)
	rest := restUnsaid
	if n, err := strconv.Atoi(header); err == nil {
		rest = time.Duration(min(max(n, 1), int(longestRest/time.Second))) * time.Second
	} else if at, err := http.ParseTime(header); err == nil {
		rest = at.Sub(now)
	}
	return min(max(rest, time.Second), longestRest)
}

// rest leaves the host alone until then.
func (h *host) rest(until time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if until.After(h.later) {
		h.later = until
	}
}

// resting is the error of a host that has asked to be left alone; nil when it may be asked.
func (h *host) resting(now time.Time) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.later.After(now) {
		return nil
	}
	return &Busy{Code: http.StatusServiceUnavailable, After: h.later.Sub(now)}
}
