package commands_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"attache/internal/commands"
	"attache/internal/library"
	"attache/internal/news"
)

func TestSearch(t *testing.T) {
	w := starterWorld(t)
	golden(t, w, "search",
		exchange{"passages", call("search", "words", "armored cars")},
		exchange{"explained", call("search", "words", "armored cars", "explain", "yes", "since", "2031-05-10")},
		exchange{"nothing fits well", call("search", "words", "melting tungsten in furnaces", "until", "2031-05-02", "since", "2031-05-01")},
		exchange{"nothing within the filters", call("search", "words", "armored cars", "since", "2031-06-01")},
		exchange{"no yes and no no", call("search", "words", "armored cars", "explain", "perhaps")},
	)
}

func TestLists(t *testing.T) {
	w := starterWorld(t)
	golden(t, w, "lists",
		exchange{"sources", call("sources")},
		exchange{"sources, last page", call("sources", "page", "4")},
		exchange{"sources of one publisher", call("sources", "source", "the capital herald")},
		exchange{"sources of nobody", call("sources", "source", "The Daily Nothing")},
		exchange{"speakers", call("speakers")},
		exchange{"speakers by a part of the name", call("speakers", "name", "dra")},
		exchange{"speakers by no name", call("speakers", "name", "qwertzuiop")},
	)
}

// TestHelp: everything that is not hidden is there with its options, and nothing else; commands of managers are for managers.
func TestHelp(t *testing.T) {
	w := starterWorld(t)
	for _, manager := range []bool{false, true} {
		r := call("help")
		r.Asker.Manager = manager
		shown := show(w.do(t, r))
		for _, c := range w.router.Commands() {
			want := !c.Hidden && (manager || !c.Manager)
			if got := strings.Contains(shown, "- /"+c.Name+" ") || strings.Contains(shown, "- /"+c.Name+":"); got != want {
				t.Errorf("manager %v: /%s listed: %v, want %v\n%s", manager, c.Name, got, want, shown)
			}
		}
	}
	shown := show(w.do(t, call("help")))
	for _, line := range []string{
		"- /ask question: Ask the collection", "- /quote speaker [about] [as]: ", "- /search words [explain]: ", "- /speakers [name]: ", "- /sources [source]: ", "- /receipt answer: ",
		"since, until, as_of and source", "28 articles, 1 Mar 2023 to 13 May 2031", "answers: extractive, no model",
	} {
		if !strings.Contains(shown, line) {
			t.Errorf("/help lacks %q:\n%s", line, shown)
		}
	}
}

// button returns the request of a reply's button.
func button(t *testing.T, reply commands.Reply, label string) commands.Request {
	t.Helper()
	for _, a := range reply.Actions {
		if a.Label == label {
			return a.Request
		}
	}
	t.Fatalf("no button %q:\n%s", label, show(reply))
	return commands.Request{}
}

func TestPassages(t *testing.T) {
	w := starterWorld(t)
	one := button(t, w.do(t, call("ask", "question", "What do insurers ask for loads that are to cross the pass?")), "Passages")
	id, _, _ := strings.Cut(one.Option("ids"), ",")
	article := id[:len(id)-4]
	golden(t, w, "passages",
		exchange{"one, with what stands around it", call("passages", "ids", id)},
		exchange{"two neighbours, one that is gone, one twice", call("passages", "ids", article+"0001,"+article+"0000, "+article+"0001,"+article+"0999")},
		exchange{"gone, all of them", call("passages", "ids", "x,y")},
	)
}

func TestFeedback(t *testing.T) {
	w := newWorld(t)
	answered := w.do(t, call("ask", "question", "Who closed the pass?"))
	request := button(t, answered, "Request a source").With("reason", " The log of Captain Hale ")
	golden(t, w, "feedback",
		exchange{"a source is missing", request},
		exchange{"helpful", request.With("helpful", "yes").With("reason", "")},
		exchange{"neither", request.With("helpful", "maybe")},
		exchange{"too long", request.With("reason", strings.Repeat("x", 1001))},
	)
	got, err := w.Library.FeedbackSince(context.Background(), time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	want := []library.Feedback{
		{At: noon, Guild: "g1", Asker: "u1", Answer: request.Option("answer"), Question: "Who closed the pass?", Reason: "The log of Captain Hale"},
		{At: noon, Guild: "g1", Asker: "u1", Answer: request.Option("answer"), Question: "Who closed the pass?", Helpful: true},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("kept feedback differs (-want +got):\n%s", diff)
	}
}

// answerID is the id that an answer's last line has.
func answerID(t *testing.T, reply commands.Reply) string {
	t.Helper()
	_, id, ok := strings.Cut(reply.Footer, "#")
	if !ok {
		t.Fatalf("no id in %q", reply.Footer)
	}
	return id
}

func TestReceipt(t *testing.T) {
	w := *starterWorld(t)
	first := answerID(t, w.do(t, call("ask", "question", "What did Kvell say about the pass?", "as_of", "2031-05-03")))
	follow := answerID(t, w.do(t, call("ask", "question", "and Drazh?")))
	none := answerID(t, w.do(t, call("ask", "question", "What is the boiling point of tungsten?")))
	golden(t, &w, "receipt",
		exchange{"an answer", call("receipt", "answer", "#"+strings.ToUpper(first))},
		exchange{"of a follow-up", call("receipt", "answer", follow)},
		exchange{"of a refusal", call("receipt", "answer", none)},
		exchange{"of nothing", call("receipt", "answer", "00000000")},
	)
}

func TestReceiptIsForThoseWhoSawTheAnswer(t *testing.T) {
	w := *starterWorld(t)
	open := answerID(t, w.do(t, call("ask", "question", "Who closed the pass?")))
	secret := call("ask", "question", "Who closed the pass in May?")
	secret.Private = true
	closed := answerID(t, w.do(t, secret))
	tests := []struct {
		name, id, asker, guild string
		want                   bool
	}{
		{"who asked", open, "u1", "g1", true},
		{"another one of the server", open, "u2", "g1", true},
		{"another server", open, "u1", "g2", false},
		{"a direct message", open, "u1", "", false},
		{"in private: who asked", closed, "u1", "g1", true},
		{"in private: another one", closed, "u2", "g1", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := call("receipt", "answer", tt.id)
			r.Asker.ID, r.Place.Guild = tt.asker, tt.guild
			reply := w.do(t, r)
			if reply.Failed == tt.want {
				t.Errorf("shown: %v, want %v\n%s", !reply.Failed, tt.want, show(reply))
			}
			if tt.want && tt.id == closed && !reply.Private {
				t.Error("the receipt of a private answer is shown to everybody")
			}
		})
	}
}

// TestReceiptTellsWhatChanged: a receipt shows the evidence as it stood, with what of it has changed since, and nothing of an article that was removed.
func TestReceiptTellsWhatChanged(t *testing.T) {
	a := article("g1", "Northern Wire", "2031-05-02", "Ferry stops", "The ferry to Lind was stopped by the harbor guard on Friday. It carried grain.")
	a.URL, a.ID = "https://wire.example/ferry", ""
	a.ID = news.Identify(a)
	w := newWorld(t, a)
	id := answerID(t, w.do(t, call("ask", "question", "Who stopped the ferry to Lind?")))
	shown := func() string { return show(w.router.Run(context.Background(), call("receipt", "answer", id), nil)) }
	if s := shown(); strings.Contains(s, "Since changed") {
		t.Errorf("nothing changed, but the receipt shows\n%s", s)
	}
	a.Text = "The ferry to Lind was stopped by the coast guard on Friday. It carried grain."
	if _, err := w.Add(context.Background(), a); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"== Since changed", "{changed} The ferry to Lind was stopped by the harbor guard", "{now} The ferry to Lind was stopped by the coast guard",
		"| The ferry to Lind was stopped by the harbor guard", "( Versions ) /versions article:"} {
		if s := shown(); !strings.Contains(s, want) {
			t.Errorf("the receipt lacks %q:\n%s", want, s)
		}
	}
	if err := w.Remove(context.Background(), a.ID); err != nil {
		t.Fatal(err)
	}
	s := shown()
	for _, gone := range []string{"harbor guard", "Ferry stops", "wire.example", "It carried grain"} {
		if strings.Contains(s, gone) {
			t.Errorf("the receipt still shows %q:\n%s", gone, s)
		}
	}
	for _, want := range []string{"{article removed} No longer in the collection. [1]", "These words were removed with their article. [1]", "An article that was removed"} {
		if !strings.Contains(s, want) {
			t.Errorf("the receipt lacks %q:\n%s", want, s)
		}
	}
}

func TestReceiptBroken(t *testing.T) {
	w := newWorld(t)
	if err := w.Library.AddAnswer(context.Background(), library.GivenAnswer{ID: "abcdef01", At: noon, Guild: "g1", Asker: "u1", Question: "x", Data: "{"}); err != nil {
		t.Fatal(err)
	}
	if reply := w.do(t, call("receipt", "answer", "abcdef01")); !reply.Failed || !strings.Contains(show(reply), "Something went wrong on my side") {
		t.Errorf("a broken receipt shows as\n%s", show(reply))
	}
}

// TestReceiptHoldsOldFields: what an older program has kept is still read.
func TestReceiptHoldsOldFields(t *testing.T) {
	data, err := json.Marshal(map[string]any{"Options": map[string]string{"question": "Who?"}, "Model": "m", "TookMS": 7, "Unknown": 1, "Searched": 3, "Filters": "until 9 May 2031"})
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t)
	if err := w.Library.AddAnswer(context.Background(), library.GivenAnswer{ID: "abcdef02", At: noon, Guild: "g1", Asker: "u1", Question: "Who?", Data: string(data)}); err != nil {
		t.Fatal(err)
	}
	shown := show(w.router.Run(t.Context(), call("receipt", "answer", "abcdef02"), nil))
	if !strings.Contains(shown, "{Made} m; 0/0 sentences supported") || !strings.Contains(shown, "{Searched} 3 articles, until 9 May 2031") {
		t.Errorf("an older receipt shows as\n%s", shown)
	}
}

func TestSourcesManyPages(t *testing.T) {
	w := newWorld(t)
	for n := range 9 {
		if _, err := w.Add(context.Background(), article("g1", "", "", fmt.Sprintf("Undated %d", n), fmt.Sprintf("Text number %d of a paper without a date.", n))); err != nil {
			t.Fatal(err)
		}
	}
	golden(t, w, "sources_undated", exchange{"undated, unnamed", call("sources", "page", "2")})
}
