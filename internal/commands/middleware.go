package commands

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"
)

// Sorry turns an error into the reply that says so, in English: the sentence of a Problem as it stands, a neutral one for everything else.
func Sorry(err error) Reply { return Language("").Sorry(err) }

// Sorry is the function of that name in a language.
func (l Language) Sorry(err error) Reply {
	return Reply{Blocks: []Block{{Kind: Plain, Text: problemOf(err).in(l)}}, Private: true, Failed: true}
}

// problemOf is what a person is told of an error.
func problemOf(err error) *Problem {
	var problem *Problem
	switch {
	case errors.As(err, &problem):
		return problem
	case errors.Is(err, context.DeadlineExceeded):
		return Problemf("That took longer than I may take. Please try again, perhaps with a narrower question.")
	}
	return Problemf("Something went wrong on my side; nothing was lost. Please try again.")
}

// Recover turns a panic into an error, so that one bad request never ends the bot.
func Recover(_ Command, next HandleFunc) HandleFunc {
	return func(ctx context.Context, r Request, progress Progress) (reply Reply, err error) {
		defer rescue(&err)
		return next(ctx, r, progress)
	}
}

// rescue, when deferred, turns a panic into an error.
func rescue(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
	}
}

// Log writes one line per request: the command, where, how long, and what went wrong. Words of a person stay below Debug. An error that is no
// Problem gets an id, which the person sees too.
func Log(log *slog.Logger) Middleware {
	return func(c Command, next HandleFunc) HandleFunc {
		return func(ctx context.Context, r Request, progress Progress) (Reply, error) {
			start := time.Now()
			reply, err := next(ctx, r, progress)
			attrs := []any{"command", c.Name, "guild", r.Place.Guild, "took", time.Since(start).Round(time.Millisecond)}
			var problem *Problem
			switch {
			case err == nil:
				log.DebugContext(ctx, "request answered", attrs...)
			case errors.As(err, &problem):
				level := slog.LevelDebug // the person has been told, and nobody else needs to know
				if problem.Err != nil {
					attrs = append(attrs, "err", problem.Err)
					level = slog.LevelInfo
				}
				log.Log(ctx, level, "request refused", attrs...)
			default:
				id := errorID()
				log.ErrorContext(ctx, "request failed", append(attrs, "id", id, "err", err)...)
				told := Problemf("%s (error %s)", problemOf(err).words, id)
				told.Err = err
				err = told
			}
			return reply, err
		}
	}
}

func errorID() string {
	var b [3]byte
	_, _ = rand.Read(b[:]) // crypto/rand.Read never fails
	return hex.EncodeToString(b[:])
}

// LongLimit is how long a command that is Long may take: Discord lets its reply be changed for fifteen minutes.
const LongLimit = 14 * time.Minute

// Limit ends a request that takes longer than d, or than LongLimit for a command that is Long.
func Limit(d time.Duration) Middleware {
	return func(c Command, next HandleFunc) HandleFunc {
		d := d
		if c.Long {
			d = max(d, LongLimit)
		}
		return func(ctx context.Context, r Request, progress Progress) (Reply, error) {
			ctx, cancel := context.WithTimeout(ctx, d)
			defer cancel()
			return next(ctx, r, progress)
		}
	}
}
