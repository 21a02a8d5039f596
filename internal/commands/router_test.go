package commands_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
	"testing"
	"time"

	"attache/internal/commands"
)

// toy is a command with one option of every kind, that echoes what it is told or does what its text says.
func toy() commands.Command {
	return commands.Command{
		Name: "toy", Description: "Toy",
		Options: []commands.Option{
			{Name: "text", Description: "What to say.", Required: true, MaxLength: 5},
			{Name: "n", Description: "How many", Kind: commands.Integer},
			{Name: "loud", Description: "Loudly", Kind: commands.Boolean},
			{Name: "colour", Description: "Colour", Choices: []commands.Choice{{Name: "Red", Value: "red"}, {Name: "Blue", Value: "blue"}}},
		},
		Handle: func(ctx context.Context, r commands.Request, _ commands.Progress) (commands.Reply, error) {
			switch r.Option("text") {
			case "panic":
				panic("it broke: secret")
			case "error":
				return commands.Reply{}, errors.New("disk full: secret")
			case "sorry":
				return commands.Reply{}, fmt.Errorf("wrapped: %w", &commands.Problem{Sentence: "Please say it again.", Err: errors.New("cause")})
			case "slow":
				<-ctx.Done()
				return commands.Reply{}, ctx.Err()
			}
			return commands.Reply{Title: fmt.Sprintf("%s, loudly: %v", r.Option("text"), r.Flag("loud"))}, nil
		},
	}
}

func run(router *commands.Router, r commands.Request) string {
	return show(router.Run(context.Background(), r, nil))
}

func TestRouterValidates(t *testing.T) {
	manager := toy()
	manager.Name, manager.Manager = "manage", true
	private := toy()
	private.Name, private.Private = "secret", true
	bare := commands.Command{Name: "bare", Handle: func(context.Context, commands.Request, commands.Progress) (commands.Reply, error) {
		return commands.Reply{Title: "ok"}, nil
	}}
	router := commands.NewRouter([]commands.Command{toy(), manager, private, bare})
	const refused = "(refused) (private) \n* "
	tests := []struct {
		name string
		r    commands.Request
		want string
	}{
		{"all is well", call("toy", "text", "hi", "n", "-3", "loud", "Yes", "colour", "red"), "# hi, loudly: true"},
		{"no", call("toy", "text", "hi", "loud", "off"), "# hi, loudly: false"},
		{"unknown command", call("tow"), refused + `There is no command "tow". /help lists what there is.`},
		{"missing option", call("toy"), refused + "/toy needs a text: What to say."},
		{"blank option", call("toy", "text", " \t"), refused + "/toy needs a text: What to say."},
		{"unknown option", call("toy", "text", "hi", "size", "5"), refused + `/toy has no option "size". It takes: text, n, loud, colour.`},
		{"unknown option of a command without any", call("bare", "size", "5"), refused + "/bare takes no options."},
		{"too long", call("toy", "text", "äöüäöü"), refused + "That text is 6 characters long; at most 5 are read. Please shorten it."},
		{"as long as it may be", call("toy", "text", "äöüäö"), "# äöüäö, loudly: false"},
		{"no number", call("toy", "text", "hi", "n", "3.5"), refused + `"3.5" is no number for n. Write it in digits, like 2.`},
		{"neither yes nor no", call("toy", "text", "hi", "loud", "jein"), refused + `"jein" is no answer for loud. Write yes or no.`},
		{"no choice", call("toy", "text", "hi", "colour", "green"), refused + `"green" is no choice for colour. Choose one of: red, blue.`},
		{"for managers", call("manage", "text", "hi"), refused + "/manage needs the Manage Server permission."},
		{"for the asker alone", call("secret", "text", "hi"), "(private) # hi, loudly: false"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := strings.TrimSpace(run(router, tt.r)); got != tt.want {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
	asked := call("toy", "text", "hi")
	asked.Private = true
	if reply := router.Run(context.Background(), asked, nil); !reply.Private {
		t.Error("a reply that was asked for in private is shown to everybody")
	}
	if got := router.Complete(context.Background(), call("toy"), "nothing", "x"); got != nil {
		t.Errorf("an unknown option suggests %v", got)
	}
}

func TestRouterRefusesTwins(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("two commands of one name were taken")
		}
	}()
	commands.NewRouter([]commands.Command{toy(), toy()})
}

// TestTroubleIsLogged: what went wrong is in the log, the person sees a neutral sentence with the same id, and nobody's words are in the log.
func TestTroubleIsLogged(t *testing.T) {
	tests := []struct {
		text, sentence, logged string
		id                     bool
	}{
		{"panic", "Something went wrong on my side; nothing was lost. Please try again.", "panic: it broke: secret", true},
		{"error", "Something went wrong on my side; nothing was lost. Please try again.", "disk full: secret", true},
		{"slow", "That took longer than I may take. Please try again, perhaps with a narrower question.", "deadline exceeded", true},
		{"sorry", "Please say it again.", "cause", false},
		{"hello", "", "request answered", false},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			var log bytes.Buffer
			logger := slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
			router := commands.NewRouter([]commands.Command{toy()}, commands.Log(logger), commands.Recover, commands.Limit(20*time.Millisecond))
			reply := router.Run(context.Background(), call("toy", "text", tt.text), nil)
			if !strings.Contains(log.String(), tt.logged) || !strings.Contains(log.String(), "command=toy") || !strings.Contains(log.String(), "guild=g1") {
				t.Errorf("the log lacks %q: %s", tt.logged, log.String())
			}
			if tt.text == "hello" {
				if strings.Contains(log.String(), "hello") {
					t.Errorf("a person's words are logged: %s", log.String())
				}
				return
			}
			shown := reply.Blocks[0].Text
			if !strings.HasPrefix(shown, tt.sentence) || strings.Contains(shown, "secret") || !reply.Failed || !reply.Private {
				t.Errorf("shown: %+v", reply)
			}
			id := regexp.MustCompile(`\(error ([0-9a-f]{6})\)`).FindStringSubmatch(shown)
			if tt.id != (id != nil) || id != nil && !strings.Contains(log.String(), "id="+id[1]) {
				t.Errorf("shown %q, logged %s", shown, log.String())
			}
		})
	}
}

// TestLimitEndsRealRequests: a request of the real bot ends with its time, whatever it was doing.
func TestLimitEndsRealRequests(t *testing.T) {
	w := *starterWorld(t)
	router := commands.NewRouter(w.desk.All(), commands.Log(slog.New(slog.DiscardHandler)), commands.Recover, commands.Limit(-time.Second))
	for _, r := range []commands.Request{call("ask", "question", "Who closed the pass?"), call("search", "words", "the pass"),
		call("quote", "speaker", "Drazh", "about", "the pass"), call("position", "speaker", "Drazh", "topic", "the pass"), call("verify", "text", "“one two three four five”")} {
		if reply := router.Run(context.Background(), r, nil); !reply.Failed || !strings.Contains(show(reply), "That took longer than I may take.") {
			t.Errorf("/%s out of time shows\n%s", r.Command, show(reply))
		}
	}
}

func TestMainOption(t *testing.T) {
	c := toy()
	if o, ok := c.Main(); !ok || o.Name != "text" {
		t.Errorf("the main option is %q", o.Name)
	}
	c.Options = c.Options[1:]
	if o, ok := c.Main(); !ok || o.Name != "n" {
		t.Errorf("without a required text the main option is %q, want the first", o.Name)
	}
	c.Options = nil
	if _, ok := c.Main(); ok {
		t.Error("a command without options has a main one")
	}
}
