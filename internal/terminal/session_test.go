package terminal_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"attache/internal/commands"
	"attache/internal/terminal"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var (
	ask = commands.Command{Name: "ask", Options: []commands.Option{
		{Name: "question", Required: true, MaxLength: 5000}, {Name: "since", Kind: commands.Day}, {Name: "page", Kind: commands.Integer},
		{Name: "private", Kind: commands.Boolean}, {Name: "as_of", Kind: commands.Day},
	}}
	quote  = commands.Command{Name: "quote", Options: []commands.Option{{Name: "speaker", Required: true}, {Name: "about"}}}
	help   = commands.Command{Name: "help"}
	hidden = commands.Command{Name: "passages", Hidden: true, Options: []commands.Option{{Name: "ids"}}}
)

// desk is a router whose commands tell what they were asked, and offer two actions.
type desk struct {
	mu   sync.Mutex
	seen []commands.Request
}

func (d *desk) router() *commands.Router {
	var all []commands.Command
	for _, c := range []commands.Command{ask, quote, help, hidden} {
		c.Handle = func(_ context.Context, r commands.Request, _ commands.Progress) (commands.Reply, error) {
			d.mu.Lock()
			defer d.mu.Unlock()
			d.seen = append(d.seen, r)
			return commands.Reply{
				Blocks: []commands.Block{{Kind: commands.Plain, Text: fmt.Sprintf("/%s %s", r.Command, shown(r.Options))}},
				Actions: []commands.Action{
					{Label: "Passages", Request: commands.Request{Command: "passages", Options: map[string]string{"ids": "1"}}},
					{Label: "Narrow", Request: r, Input: &commands.Input{Option: "since", Label: "Since when"}},
				},
			}, nil
		}
		all = append(all, c)
	}
	return commands.NewRouter(all)
}

func shown(options map[string]string) string {
	var parts []string
	for name, value := range options {
		parts = append(parts, name+"="+value)
	}
	slices.Sort(parts)
	return strings.Join(parts, " ")
}

// converse gives the input to a session and returns what it printed, blank lines left out.
func converse(t *testing.T, input string, interactive bool) (string, *desk) {
	t.Helper()
	d := &desk{}
	var out bytes.Buffer
	s := terminal.Session{Router: d.router(), In: strings.NewReader(input), Out: &out, Interactive: interactive, Now: func() time.Time { return time.Unix(1, 0) }}
	if err := s.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	var lines []string
	for line := range strings.Lines(out.String()) {
		if line = strings.TrimRight(line, " \n"); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n"), d
}

func TestPipe(t *testing.T) {
	t.Parallel()
	const none = "There is no command"
	tests := []struct{ name, input, want string }{
		{"a question a line", "Who is Drazh?\nAnd who is Hale?\n", "/ask question=Who is Drazh?\n/ask question=And who is Hale?"},
		{"the last line needs no end", "Who is Drazh?", "/ask question=Who is Drazh?"},
		{"nothing", "", ""},
		{"blank lines, and lines of Windows", "\r\n  \nWho?\r\n\n", "/ask question=Who?"},
		{"a command", "/quote Ilena Drazh about:the pass\n", "/quote about=the pass speaker=Ilena Drazh"},
		{"a command in capitals, with a tab", "/QUOTE\tIlena\tDrazh", "/quote speaker=Ilena Drazh"},
		{"a command without words", "/help", "/help"},
		{"an unknown command, then on", "/qoute Drazh\nWho?", none + " /qoute. /help lists what there is.\n/ask question=Who?"},
		{"a bare slash", "/", none + " /. /help lists what there is."},
		{"a hidden command", "/passages 1", none + " /passages. /help lists what there is."},
		{"a missing option", "/quote", "/quote needs a speaker: ."},
		{"quit ends", "Who?\n/quit\nWhat?\n", "/ask question=Who?"},
		{"exit ends", "/exit\nWhat?\n", ""},
		{"letters are questions", "Who?\na\n", "/ask question=Who?\n/ask question=a"},
		{"bytes that are no text", "Who \xff is?\n", "/ask question=Who is?"},
		{"a line too long, then on", strings.Repeat("x", 1<<20+1) + "\nWho?\n",
			"That line is longer than 1024 KB and was not read. A question may be a few thousand characters long; add a text as a file, with bot ingest.\n/ask question=Who?"},
		{"a line too long at the end", "Who?\n" + strings.Repeat("x", 3<<20),
			"/ask question=Who?\nThat line is longer than 1024 KB and was not read. A question may be a few thousand characters long; add a text as a file, with bot ingest."},
		{"the longest line that is read", strings.Repeat(" ", 1<<20-5) + "Who?\n", "/ask question=Who?"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, _ := converse(t, tt.input, false)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("output differs (-want +got):\n%s", diff)
			}
		})
	}
}

func TestInteractive(t *testing.T) {
	t.Parallel()
	const offer = "\n(a) Passages  (b) Narrow …"
	tests := []struct{ name, input, want string }{
		{"an action by its letter", "Who?\na", "> /ask question=Who?" + offer + "\n> /passages ids=1" + offer + "\n>"},
		{"an action that takes text", "Who?\nb last week", "> /ask question=Who?" + offer + "\n> /ask question=Who? since=last week" + offer + "\n>"},
		{"an action that misses its text", "Who?\nb", "> /ask question=Who?" + offer + "\n> Since when: type it behind the letter.\n>"},
		{"a letter that is not offered", "Who?\nc", "> /ask question=Who?" + offer + "\n> /ask question=c" + offer + "\n>"},
		{"a question that begins with a letter", "Who?\na pass, is it open?", "> /ask question=Who?" + offer + "\n> /ask question=a pass, is it open?" + offer + "\n>"},
		{"a letter before anything was offered", "a", "> /ask question=a" + offer + "\n>"},
		{"a letter after a refusal", "Who?\n/none\na", "> /ask question=Who?" + offer + "\n> There is no command /none. /help lists what there is.\n> /ask question=a" + offer + "\n>"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, _ := converse(t, tt.input, true)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("output differs (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTheOperatorAsks(t *testing.T) {
	t.Parallel()
	_, d := converse(t, "Who?", false)
	want := []commands.Request{{
		Command: "ask", Options: map[string]string{"question": "Who?"}, At: time.Unix(1, 0),
		Asker: commands.Asker{ID: "operator", Name: "operator", Manager: true, Operator: true},
	}}
	if diff := cmp.Diff(want, d.seen); diff != "" {
		t.Errorf("request differs (-want +got):\n%s", diff)
	}
}

// TestAnEndedContextEndsAWaitingSession: Ctrl-C at the prompt, where nothing comes from the input any more.
func TestAnEndedContextEndsAWaitingSession(t *testing.T) {
	t.Parallel()
	in, keyboard := io.Pipe()
	ctx, cancel := context.WithCancel(context.Background())
	s := terminal.Session{Router: (&desk{}).router(), In: in, Out: io.Discard, Interactive: true, Now: time.Now}
	ended := make(chan error)
	go func() { ended <- s.Run(ctx) }()
	if _, err := keyboard.Write([]byte("Who?\n")); err != nil {
		t.Fatal(err)
	}
	cancel()
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Error("the session still waits")
	}
	_ = keyboard.Close() // lets the reading goroutine go
}

func TestErrorsOfInputAndOutput(t *testing.T) {
	t.Parallel()
	in := io.MultiReader(strings.NewReader("Who?\n"), errorReader{})
	var out bytes.Buffer
	s := terminal.Session{Router: (&desk{}).router(), In: in, Out: &out, Now: time.Now}
	if err := s.Run(context.Background()); !errors.Is(err, errBroken) || !strings.Contains(out.String(), "question=Who?") {
		t.Errorf("input: got %v after %q", err, out.String())
	}
	s = terminal.Session{Router: (&desk{}).router(), In: strings.NewReader("Who?\nWhat?\n"), Out: brokenWriter{}, Now: time.Now}
	if err := s.Run(context.Background()); !errors.Is(err, errBroken) {
		t.Errorf("output: got %v", err)
	}
}

type errorReader struct{}

func (errorReader) Read([]byte) (int, error) { return 0, errBroken }

func TestParseOptions(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, line string
		command    commands.Command
		want       map[string]string
		problem    string
	}{
		{name: "words go to the main option", line: " Who  is Drazh? ", want: map[string]string{"question": "Who is Drazh?"}},
		{name: "a raw option takes the line as it stands", line: ` text:She said: "No since:then." `, want: map[string]string{"text": `She said: "No since:then."`},
			command: commands.Command{Name: "verify", Options: []commands.Option{{Name: "text", Required: true, Raw: true}}}},
		{name: "nothing", line: "", want: map[string]string{}},
		{name: "an option with a colon", line: "Who? since:2031", want: map[string]string{"question": "Who?", "since": "2031"}},
		{name: "an option in front", line: "since:2031 page:2 Who?", want: map[string]string{"question": "Who?", "since": "2031", "page": "2"}},
		{name: "a value of several words", line: "Who? since:Feb 2031", want: map[string]string{"question": "Who?", "since": "Feb 2031"}},
		{name: "a value in marks", line: `since:"last week" Who?`, want: map[string]string{"since": "last week", "question": "Who?"}},
		{name: "the main option by name", line: "since:2031 question:Who is it?", want: map[string]string{"since": "2031", "question": "Who is it?"}},
		{name: "dashes", line: "--since 2031 --question Who?", want: map[string]string{"since": "2031", "question": "Who?"}},
		{name: "dashes and an equals sign", line: "Who? --since=2031", want: map[string]string{"question": "Who?", "since": "2031"}},
		{name: "dashes inside a name", line: "Who? --as-of 2031", want: map[string]string{"question": "Who?", "as_of": "2031"}},
		{name: "a number takes one word", line: "--page 2 Who is it?", want: map[string]string{"page": "2", "question": "Who is it?"}},
		{name: "yes or no needs no word", line: "--private Who is it?", want: map[string]string{"private": "true", "question": "Who is it?"}},
		{name: "yes or no with a word", line: "private:false Who is it?", want: map[string]string{"private": "false", "question": "Who is it?"}},
		{name: "a colon in the question", line: "Is it true: they left https://herald.example at 10:30?", want: map[string]string{"question": "Is it true: they left https://herald.example at 10:30?"}},
		{name: "a dash in the question", line: "war -- or peace - today?", want: map[string]string{"question": "war -- or peace - today?"}},
		{name: "curly marks", line: "“Who is it?”", want: map[string]string{"question": "Who is it?"}},
		{name: "a mark left open", line: `Who said "yes to all`, want: map[string]string{"question": "Who said yes to all"}},
		{name: "an unknown option", line: "Who? --sicne 2031", problem: `/ask has no option "--sicne". /help shows what it takes.`},
		{name: "words for a command that takes none", command: help, line: "me", problem: "/help takes no words behind it."},
		{name: "a name in marks, then a topic", command: quote, line: `"Ilena Drazh" about:the pass`, want: map[string]string{"speaker": "Ilena Drazh", "about": "the pass"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := tt.command
			if c.Name == "" {
				c = ask
			}
			got, err := terminal.ParseOptions(c, tt.line)
			var problem *commands.Problem
			switch {
			case tt.problem == "" && err != nil:
				t.Fatal(err)
			case tt.problem != "" && (!errors.As(err, &problem) || problem.Sentence != tt.problem):
				t.Fatalf("got %v, want %q", err, tt.problem)
			}
			if diff := cmp.Diff(tt.want, got); tt.problem == "" && diff != "" {
				t.Errorf("options differ (-want +got):\n%s", diff)
			}
		})
	}
}

func FuzzParseOptions(f *testing.F) {
	for _, s := range []string{"Who?", `since:"last week" --page 2`, "--private", "--", ":", "\"", "--=x", "question:", "\u2028a\tb"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, line string) {
		options, err := terminal.ParseOptions(ask, line)
		if err != nil {
			var problem *commands.Problem
			if !errors.As(err, &problem) || utf8.RuneCountInString(problem.Sentence) > 300 {
				t.Errorf("got %v", err)
			}
			return
		}
		for name, value := range options {
			if _, known := ask.Option(name); !known || value != strings.TrimSpace(value) {
				t.Errorf("got option %q = %q", name, value)
			}
			if utf8.ValidString(line) && name != "private" && len(value) > len(line) {
				t.Errorf("option %q holds more than was typed", name)
			}
		}
	})
}
