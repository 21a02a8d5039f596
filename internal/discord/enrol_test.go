package discord

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"

	"attache/internal/discordtest"
)

// journal is a log that can be read while it is written.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(p)
}

// count is how often something was logged.
func (j *journal) count(text string) int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return strings.Count(j.text.String(), text)
}

// Discord is out of order when the bot comes; the commands are registered as soon as it is not.
func TestRegistrationIsTriedAgain(t *testing.T) {
	t.Parallel()
	const tries = 5 // that the gateway makes of one request
	for _, global := range []bool{false, true} {
		t.Run(fmt.Sprintf("global %v", global), func(t *testing.T) {
			t.Parallel()
			log := &journal{}
			s := &scene{Server: discordtest.New(t, discordtest.Options{}), t: t, desk: &desk{gates: map[string]chan struct{}{}}}
			s.people()
			route := discordtest.RouteGuildCommands
			if global {
				route = discordtest.RouteGlobalCommands
			}
			s.Fail(route, tries, discordtest.Failure{Status: http.StatusBadGateway})
			s.start(func(o *Options) {
				o.Global, o.Retry, o.Log = global, time.Millisecond, slog.New(slog.NewTextHandler(log, nil))
			})
			if n := log.count("could not be registered"); n != 1 {
				t.Errorf("the failure was logged %d times", n)
			}
		})
	}
}

// A refusal is told once, with what to do about it, and tried again when there is a chance that it was done.
func TestRefusedRegistration(t *testing.T) {
	t.Parallel()
	log := &journal{}
	s := newScene(t, discordtest.Options{KeepViolations: true}, func(o *Options) { o.Log = slog.New(slog.NewTextHandler(log, nil)) })
	refusal := discordtest.Failure{Status: http.StatusForbidden, Code: codeMissingAccess, Message: "Missing Access"}
	s.Fail("GET /applications/{app}/guilds/{guild}/commands", 2, refusal)
	guild := s.AddGuild("Second").ID
	soon(t, "the refusal to be told", func() bool { return log.count("scope applications.commands") == 1 })
	s.DispatchRaw("GUILD_CREATE", map[string]any{"id": guild}) // as after each connection
	soon(t, "the second try", func() bool { return len(s.Requests("GET /applications/{app}/guilds/{guild}/commands")) == 3 })
	s.DispatchRaw("GUILD_CREATE", map[string]any{"id": guild})
	s.WaitCommand(t, guild, "help")
	if n := log.count("scope applications.commands"); n != 1 {
		t.Errorf("the same refusal was told %d times", n)
	}

	s.Fail("GET /applications/{app}/guilds/{guild}/commands", 1, refusal)
	third := s.AddGuild("Third").ID
	soon(t, "the refusal to be told", func() bool { return log.count("scope applications.commands") == 2 })
	s.RemoveGuild(third)
	soon(t, "the server to be forgotten", func() bool {
		s.bot.scopes.mu.Lock()
		defer s.bot.scopes.mu.Unlock()
		return s.bot.scopes.known[third] == nil
	})

	s.Fail("GET /applications/{app}/guilds/{guild}/commands", 1, refusal)
	s.AddGuild("Fourth")
	soon(t, "the refusal to be told", func() bool { return log.count("scope applications.commands") == 3 })
	if err := s.stop(); err != nil { // while it waits to try again
		t.Error(err)
	}
}

func TestPausesBeforeRegistration(t *testing.T) {
	t.Parallel()
	answered := func(status int) error {
		return fmt.Errorf("register: %w", &discordgo.RESTError{Response: &http.Response{StatusCode: status}})
	}
	for _, test := range []struct {
		name     string
		err      error
		failures int
		most     time.Duration
	}{
		{"lost on the way", errors.New("connection reset"), 0, time.Second},
		{"the time is over", context.DeadlineExceeded, 1, 2 * time.Second},
		{"out of order", answered(503), 3, 8 * time.Second},
		{"out of order for long", answered(503), 400, retryMost},
		{"a rate limit", answered(429), 2, 4 * time.Second},
		{"forbidden", answered(403), 0, retryRefused},
		{"a description that Discord does not take", answered(400), 7, retryRefused},
	} {
		different := map[time.Duration]bool{}
		for range 100 {
			wait := retryAfter(test.err, test.failures, time.Second)
			if wait < test.most/2 || wait > test.most {
				t.Errorf("%s: %v, want from %v to %v", test.name, wait, test.most/2, test.most)
			}
			different[wait] = true
		}
		if len(different) < 2 {
			t.Errorf("%s: many servers would come at once", test.name)
		}
	}
}

// Nothing is tried for a server that was left before its turn came.
func TestRegistrationOfALeftServer(t *testing.T) {
	t.Parallel()
	s := newScene(t, discordtest.Options{KeepViolations: true})
	at := s.bot.scopes.announce("42")
	s.bot.scopes.leave("42")
	if err := s.bot.tryRegister("42", at); err != nil {
		t.Errorf("it was tried: %v", err)
	}
}
