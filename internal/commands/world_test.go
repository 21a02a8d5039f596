package commands_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"attache/internal/answer"
	"attache/internal/collection"
	"attache/internal/commands"
	"attache/internal/embed"
	"attache/internal/library"
	"attache/internal/news"
	"attache/internal/text"
)

func TestMain(m *testing.M) {
	commands.AddPseudo()
	code := m.Run()
	shared.close()
	if err := goleak.Find(); code == 0 && err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// noon is when every request of these tests is made: the day after the last article of the exercise.
var noon = time.Date(2031, 5, 14, 12, 0, 0, 0, time.UTC)

// builtin is the built-in embedder, made once for all tests.
var builtin = sync.OnceValues(embed.Builtin)

// world is the real bot without a front end: library, index, book of quotations, commands and router.
type world struct {
	*collection.Collection
	desk   *commands.Desk
	router *commands.Router
	now    time.Time // what the clock shows; a test may move it between requests
	words  *vocabulary
}

// newWorld makes a world of the test's own with the given articles.
func newWorld(t testing.TB, articles ...news.Article) *world {
	t.Helper()
	w, err := openWorld(t.TempDir(), false)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.Library.Close() })
	for _, a := range articles {
		if _, err := w.Add(context.Background(), a); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

// openWorld makes a world that is kept in the folder, with the starter collection or empty.
func openWorld(folder string, starter bool) (*world, error) {
	ctx, log := context.Background(), slog.New(slog.DiscardHandler)
	model, err := builtin()
	if err != nil {
		return nil, err
	}
	lib, err := library.Open(filepath.Join(folder, "library.db"))
	if err != nil {
		return nil, err
	}
	c, err := collection.Open(ctx, lib, model, log, nil)
	if err != nil {
		return nil, err
	}
	if err := c.Starter(ctx, starter); err != nil {
		return nil, err
	}
	w := &world{Collection: c, now: noon}
	w.open(log, nil)
	return w, nil
}

// open wires the commands to the collection as the program does, with or without a composer that stands for a model.
func (w *world) open(log *slog.Logger, generative answer.Composer) {
	clock := func() time.Time { return w.now }
	w.Redact(commands.Redact)
	answers := answer.New(answer.Options{
		Search: w.Index, Quotes: func(p news.Passage) []news.Quote { return w.Speakers.In(p.ArticleID, p.Span) },
		Score: w.Index.Relevance, Generative: generative, Now: clock, Log: log,
	})
	w.desk = &commands.Desk{Answers: answers, Index: w.Index, Speakers: w.Speakers, Library: w.Library, Now: clock, Mode: text.Phrasef("extractive, no model"), SetWall: w.SetWall}
	w.router = commands.NewRouter(w.desk.All(), commands.Log(log), commands.Recover, w.desk.Discreet)
}

// shared is the world that tests which only read from the starter collection have in common.
var shared commonWorld

type commonWorld struct {
	once   sync.Once
	folder string
	world  *world
	err    error
}

func (c *commonWorld) close() {
	if c.world != nil {
		_ = c.world.Library.Close()
	}
	_ = os.RemoveAll(c.folder) // "" removes nothing
}

// starterWorld is the common world.
func starterWorld(t testing.TB) *world {
	t.Helper()
	shared.once.Do(func() {
		if shared.folder, shared.err = os.MkdirTemp("", "attache-commands-"); shared.err == nil {
			shared.world, shared.err = openWorld(shared.folder, true)
		}
	})
	if shared.err != nil {
		t.Fatal(shared.err)
	}
	return shared.world
}

// do runs a request and proves the reply.
func (w *world) do(t testing.TB, r commands.Request) commands.Reply {
	t.Helper()
	reply := w.router.Run(context.Background(), r, nil)
	prove(t, w, r, reply)
	w.pseudo(t, r)
	return reply
}

// call is a request by one person in one guild's channel: the command and its options as name, value, name, value.
func call(command string, options ...string) commands.Request {
	r := commands.Request{Command: command, Options: map[string]string{}, Asker: commands.Asker{ID: "u1", Name: "Ada"},
		Place: commands.Place{Guild: "g1", Channel: "c1"}, At: noon}
	for i := 0; i+1 < len(options); i += 2 {
		r.Options[options[i]] = options[i+1]
	}
	return r
}
