package answer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"attache/internal/openaitest"
)

func TestUnwrap(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ in, want string }{
		"two sentences":                  {`{"sentences": [{"text": "The pass is shut.", "cites": [1]}, {"text": "Trucks wait.", "cites": [2, 1]}]}`, "The pass is shut. [1]\nTrucks wait. [1] [2]\n"},
		"in a fence":                     {"```json\n{\"sentences\": [{\"cites\": [3], \"text\": \"The pass is shut.\"}]}\n```", "The pass is shut. [3]\n"},
		"none":                           {`{"sentences": []}`, noAnswer},
		"two in one":                     {`{"sentences": [{"text": "The pass is shut. Trucks wait.", "cites": [2]}]}`, "The pass is shut. [2] Trucks wait. [2]\n"},
		"markers in the text as well":    {`{"sentences": [{"text": "The pass is shut [1].", "cites": [2]}]}`, "The pass is shut. [1] [2]\n"},
		"a quotation with signs of JSON": {`{"sentences": [{"text": "\"We {never} close\", she said.", "cites": [1]}]}`, "\"We {never} close\", she said. [1]\n"},
		"letters as escapes":             {`{"sentences": [{"text": "“Тихо”, she said.", "cites": [1]}]}`, "“Тихо”, she said. [1]\n"},
		"cut off in the second":          {`{"sentences": [{"text": "The pass is shut.", "cites": [1]}, {"text": "Trucks wa`, "The pass is shut. [1]\n"},
		"cut off in the first":           {`{"sentences": [{"text": "Trucks wa`, ""},
		"an object of another kind":      {`{"answer": "The pass is shut [1]."}`, ""},
		"plain text":                     {"The pass is shut [1].", "The pass is shut [1]."},
		"plain text in a fence":          {"```\nThe pass is shut [1].\n```", "```\nThe pass is shut [1].\n```"},
		"a brace that opens plain text":  {"(The pass {is} shut [1].", "(The pass {is} shut [1]."},
		"half a fence":                   {"``", "``"},
		"nothing":                        {"", ""},
		"deeper than an answer is":       {strings.Repeat(`{"a":`, 100), ""},
	} {
		if got := unwrap(c.in); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

func unwrap(pieces ...string) string {
	var u unwrapper
	var b strings.Builder
	for _, p := range pieces {
		b.WriteString(u.next(p))
	}
	return b.String() + u.end()
}

// TestUnwrapInPieces: however a stream is cut, the same comes out.
func TestUnwrapInPieces(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		type sentence struct {
			Text  string `json:"text"`
			Cites []int  `json:"cites"`
		}
		object, err := json.Marshal(map[string][]sentence{"sentences": rapid.SliceOfN(rapid.Custom(func(t *rapid.T) sentence {
			return sentence{rapid.StringOf(rapid.RuneFrom([]rune(`ab {}[]"\“”.`+"`\n"))).Draw(t, "text"), rapid.SliceOf(rapid.IntRange(1, 9)).Draw(t, "cites")}
		}), 0, 4).Draw(t, "sentences")})
		if err != nil {
			t.Fatal(err)
		}
		whole := rapid.SampledFrom([]string{string(object), "```json\n" + string(object), "Plain, {not} JSON.", "```go\nx"}).Draw(t, "text")
		var pieces []string
		for rest := whole; rest != ""; {
			n := rapid.IntRange(1, len(rest)).Draw(t, "cut")
			pieces, rest = append(pieces, rest[:n]), rest[n:]
		}
		if got, want := unwrap(pieces...), unwrap(whole); got != want {
			t.Fatalf("in pieces %q, whole %q", got, want)
		}
	})
}

func FuzzUnwrap(f *testing.F) {
	f.Add(`{"sentences": [{"text": "The pass is shut.", "cites": [1]}]}`)
	f.Add("```json\n{\"sentences\": []}")
	f.Add(`{"sentences": [{"text": "\u201c", "cites": [1e9, -1]}}}}]`)
	f.Fuzz(func(t *testing.T, s string) {
		out := unwrap(s)
		if formOf(s) != object && out != s {
			t.Errorf("prose came out changed: %q, %q", s, out)
		}
		splitMarked(out)
	})
}

// TestGenerativeStructured: where the endpoint takes the form, sentences are checked as they come in it; one that takes no notice, and one that breaks off, do no harm.
func TestGenerativeStructured(t *testing.T) {
	t.Parallel()
	const (
		shut    = `{"text": "Varesh closed the Kareth pass to all military traffic on Friday.", "cites": [1]}`
		convoys = `{"text": "Solmark will keep sending supply convoys over the pass, Gen. Marek Orlo said.", "cites": [2]}`
		war     = `{"text": "Experts expect a new war by summer.", "cites": [1]}`
		first   = "Varesh closed the Kareth pass to all military traffic on Friday. [1]"
		second  = "Solmark will keep sending supply convoys over the pass, Gen. Marek Orlo said. [2]"
	)
	list := func(s ...string) string { return fmt.Sprintf(`{"sentences": [%s]}`, strings.Join(s, ", ")) }
	for name, c := range map[string]struct {
		reply   openaitest.Reply
		want    []string
		removed int
		reason  string
	}{
		"two sentences":           {openaitest.Reply{Text: list(shut, convoys)}, []string{first, second}, 0, ""},
		"one that is made up":     {openaitest.Reply{Text: list(shut, war, convoys)}, []string{first, second}, 1, ""},
		"no answer":               {openaitest.Reply{Text: list()}, nil, 0, ""},
		"cut off in the second":   {openaitest.Reply{Text: list(shut, convoys)[:150], Finish: "length"}, []string{first}, 0, ""},
		"another object":          {openaitest.Reply{Text: `{"verdict": "shut"}`}, nil, 0, "The model said nothing"},
		"plain text all the same": {openaitest.Reply{Text: "Varesh closed the Kareth pass to all military traffic on Friday [1]."}, []string{first}, 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g, srv := scripted(t, c.reply, openaitest.Reply{Text: "2. DROP"})
			shown := 0
			d, err := g.Compose(t.Context(), question, passEvidence(t), func(Draft) { shown++ })
			if reasonIn(err) != c.reason {
				t.Fatalf("error %v, want %q", err, c.reason)
			}
			if diff := cmp.Diff(c.want, sentencesOfDraft(d)); diff != "" || d.Checks.Removed != c.removed || shown != len(c.want) {
				t.Errorf("removed %d, shown %d states (-want +got):\n%s", d.Checks.Removed, shown, diff)
			}
			if srv.Requests()[0].Body["response_format"] == nil {
				t.Error("no form was asked for")
			}
		})
	}
}

// TestGenerativeStructuredEarly: a sentence in the form is shown when it is whole, before the next one begins.
func TestGenerativeStructuredEarly(t *testing.T) {
	t.Parallel()
	g, _ := scripted(t, openaitest.Reply{Pieces: []string{`{"sentences": [{"text": "Varesh closed the Kareth pass to all military traffic on Friday.", "cites": [1]}`, `,`, ` {"te`, `xt"`}, Fault: openaitest.Stall})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	shown := 0
	if _, err := g.Compose(ctx, question, passEvidence(t), func(Draft) { shown++; cancel() }); !errors.Is(err, context.Canceled) || shown != 1 {
		t.Errorf("got %v after %d states, want one state and the cancellation", err, shown)
	}
}
