package discord

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"attache/internal/gateway"
)

// Pauses before commands that could not be registered are tried again. What has failed on the way is tried soon, then more and more seldom; what Discord has
// refused stays refused until somebody does something about it, which the bot is told of only by chance.
const (
	retryFirst   = 5 * time.Second
	retryMost    = 5 * time.Minute
	retryRefused = time.Hour
)

// registerSlots bounds how many servers are registered at the same time, so that a thousand of them do not wait for each other.
const registerSlots = 8

// scopes are the servers, and "" for all of them, in which the commands are registered. It is safe for concurrent use.
type scopes struct {
	slots chan struct{}

	mu    sync.Mutex
	known map[string]*scope
}

// scope is one server, or all.
type scope struct {
	announced chan struct{} // what cuts a pause short
	gone      chan struct{} // closed when the bot has left
}

func newScopes() *scopes {
	return &scopes{slots: make(chan struct{}, registerSlots), known: map[string]*scope{}}
}

// announce notes that a server is there. It returns the scope when its commands are to be registered, and nil when they are, or somebody is at it, who then
// pauses no longer.
func (s *scopes) announce(guild string) *scope {
	s.mu.Lock()
	defer s.mu.Unlock()
	if known := s.known[guild]; known != nil {
		select {
		case known.announced <- struct{}{}:
		default:
		}
		return nil
	}
	s.known[guild] = &scope{announced: make(chan struct{}, 1), gone: make(chan struct{})}
	return s.known[guild]
}

// leave forgets a server, and ends what is going on for it.
func (s *scopes) leave(guild string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if known := s.known[guild]; known != nil {
		close(known.gone)
		delete(s.known, guild)
	}
}

// register makes Discord's list of the commands of a server, or for "" of all servers, equal to the router's, when it is not. It tries until that holds, the bot
// leaves the server or the bot stops.
func (b *Bot) register(guild string) {
	at := b.scopes.announce(guild)
	if at == nil {
		return // a server is announced again after each connection
	}
	for failures, told := 0, ""; ; failures++ {
		err := b.tryRegister(guild, at)
		if err == nil || b.base.Err() != nil {
			return
		}
		wait := retryAfter(err, failures, b.opts.Retry)
		if advice := registerAdvice(err, b.gateway.AppID()); advice == "" {
			b.log.Warn("the commands could not be registered; they may be missing or old until the next try", "guild", guild, "next", wait, "err", err)
		} else if told != advice { // the same refusal is told once
			told = advice
			b.log.Error("the commands were refused; they may be missing or old", "guild", guild, "advice", advice, "next", wait, "err", err)
		}
		if !b.pause(at, wait) {
			return
		}
	}
}

// tryRegister registers the commands of a scope once, when its turn comes. Where the bot has left by then nothing is to be done.
func (b *Bot) tryRegister(guild string, at *scope) error {
	select {
	case b.scopes.slots <- struct{}{}:
	case <-at.gone:
		return nil
	case <-b.base.Done():
		return b.base.Err()
	}
	defer func() { <-b.scopes.slots }()
	select {
	case <-at.gone: // which the first choice may have passed over
		return nil
	default:
	}
	ctx, cancel := context.WithTimeout(b.base, callTimeout)
	defer cancel()
	changed, err := b.sync(ctx, b.gateway.AppID(), guild)
	switch {
	case err != nil:
		return err
	case changed:
		b.log.Info("commands registered", "guild", guild)
	default:
		b.log.Debug("commands are up to date", "guild", guild)
	}
	return nil
}

// pause waits before the next try, no longer than until the server is announced again; false when there is to be none.
func (b *Bot) pause(at *scope, wait time.Duration) bool {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-at.announced:
	case <-at.gone:
		return false
	case <-b.base.Done():
		return false
	}
	return true
}

// retryAfter is the pause after a try that failed, after so many others: at random within half of what it is at most, so that many servers do not come at once.
func retryAfter(err error, failures int, first time.Duration) time.Duration {
	most := retryRefused
	if !refused(err) {
		most = min(first<<min(failures, 16), retryMost)
	}
	return most/2 + rand.N(most/2+1)
}

// refused reports whether an error is Discord's answer that it will not do what was asked, whenever it is asked again.
func refused(err error) bool {
	status := gateway.Status(err)
	return status >= http.StatusBadRequest && status < http.StatusInternalServerError && status != http.StatusTooManyRequests && status != http.StatusRequestTimeout
}

// registerAdvice is what somebody has to do before the commands can be registered; "" when trying again may help.
func registerAdvice(err error, app string) string {
	switch {
	case !refused(err):
		return ""
	case gateway.Status(err) == http.StatusBadRequest:
		return "report this with what Discord says: it does not take the description of a command"
	default:
		return fmt.Sprintf("invite the bot to the server once more, with the scope applications.commands: %s", inviteLink(app))
	}
}
