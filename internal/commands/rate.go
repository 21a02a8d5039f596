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

// Rate lets each person make perUser requests a minute and each server perGuild, and tells who makes more when the next one is open. The terminal's operator is not
// limited. now is its clock.
func Rate(perUser, perGuild int, now func() time.Time) Middleware {
	users, guilds := newAllowance(perUser, now), newAllowance(perGuild, now)
	return func(_ Command, next HandleFunc) HandleFunc {
		return func(ctx context.Context, r Request, progress Progress) (Reply, error) {
			if r.Place.Guild == "" && r.Asker.ID == "operator" {
				return next(ctx, r, progress)
			}
			if wait := users.take(r.Asker.ID); wait > 0 {
				return Reply{}, Problemf("You have asked %s this minute; the next one is open in %s.", plural(perUser, "question"), seconds(wait))
			}
			if r.Place.Guild == "" {
				return next(ctx, r, progress)
			}
			if wait := guilds.take(r.Place.Guild); wait > 0 {
				return Reply{}, Problemf("This server has asked %s this minute; the next one is open in %s.", plural(perGuild, "question"), seconds(wait))
			}
			return next(ctx, r, progress)
		}
	}
}

func seconds(d time.Duration) string { return fmt.Sprintf("%d s", int(math.Ceil(d.Seconds()))) }

// allowance holds a token bucket for each key.
type allowance struct {
	perMinute int
	now       func() time.Time
	mu        sync.Mutex
	buckets   map[string]*rate.Limiter
}

func newAllowance(perMinute int, now func() time.Time) *allowance {
	return &allowance{perMinute: perMinute, now: now, buckets: map[string]*rate.Limiter{}}
}

// take uses up one request of the key's allowance, or returns how long to wait for the next.
func (a *allowance) take(key string) time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	b := a.buckets[key]
	if b == nil {
		a.forget()
		b = rate.NewLimiter(rate.Limit(float64(a.perMinute)/60), a.perMinute)
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
		if b.TokensAt(a.now()) >= float64(a.perMinute) {
			delete(a.buckets, key)
		}
	}
}
