package commands

import (
	"context"
	"fmt"
	"math"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// maxLimiters bounds the memory of Rate: when so many people have asked, those whose allowance is whole again are forgotten.
const maxLimiters = 10_000

// Rate lets each person make so many requests a minute in a server, and the server so many in all, as limits says for it, and tells who makes more when
// the next one is open. limits is asked each time; for "" it gives what holds in direct messages. The terminal's operator is not limited. now is its clock.
func Rate(limits func(guild string) (perUser, perGuild int), now func() time.Time) Middleware {
	users, guilds := newAllowance(now), newAllowance(now)
	return func(_ Command, next HandleFunc) HandleFunc {
		return func(ctx context.Context, r Request, progress Progress) (Reply, error) {
			if r.Place.Guild == "" && r.Asker.ID == "operator" {
				return next(ctx, r, progress)
			}
			perUser, perGuild := limits(r.Place.Guild)
			if wait := users.take(r.Place.Guild+"/"+r.Asker.ID, perUser); wait > 0 {
				return Reply{}, Problemf("You have asked %s this minute; the next one is open in %s.", counted{perUser, "question"}, seconds(wait))
			}
			if r.Place.Guild == "" {
				return next(ctx, r, progress)
			}
			if wait := guilds.take(r.Place.Guild, perGuild); wait > 0 {
				return Reply{}, Problemf("This server has asked %s this minute; the next one is open in %s.", counted{perGuild, "question"}, seconds(wait))
			}
			return next(ctx, r, progress)
		}
	}
}

func seconds(d time.Duration) string { return fmt.Sprintf("%d s", int(math.Ceil(d.Seconds()))) }

// allowance holds a token bucket for each key.
type allowance struct {
	now     func() time.Time
	mu      sync.Mutex
	buckets map[string]*rate.Limiter
}

func newAllowance(now func() time.Time) *allowance {
	return &allowance{now: now, buckets: map[string]*rate.Limiter{}}
}

// take uses up one request of the key's allowance, or returns how long to wait for the next. When the
// allowance has changed, it begins anew.
func (a *allowance) take(key string, perMinute int) time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	b := a.buckets[key]
	if b == nil || b.Burst() != perMinute {
		a.forget()
		b = rate.NewLimiter(rate.Limit(float64(perMinute)/60), perMinute)
		a.buckets[key] = b
	}
	at := a.now()
	reservation := b.ReserveN(at, 1)
	if wait := reservation.DelayFrom(at); wait > 0 {
		reservation.CancelAt(at)
		return wait
	}
	return 0
}

// forget drops the buckets that are full again once there are very many.
func (a *allowance) forget() {
	if len(a.buckets) < maxLimiters {
		return
	}
	for key, b := range a.buckets {
		if b.TokensAt(a.now()) >= float64(b.Burst()) {
			delete(a.buckets, key)
		}
	}
}
