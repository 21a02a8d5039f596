package answer

import (
	"context"
	"errors"
	"testing"

	"attache/internal/openaitest"
)

func TestRewrite(t *testing.T) {
	t.Parallel()
	const last = "What did Foreign Minister Drazh say about the Kareth pass on 12 May?"
	for name, c := range map[string]struct {
		question string
		reply    openaitest.Reply
		want     string // "" for one that may not be used
	}{
		"a name in place of a pronoun":   {"and what did she say before that?", openaitest.Reply{Text: "What did Drazh say about the Kareth pass before 12 May?"}, "What did Drazh say about the Kareth pass before 12 May?"},
		"its owner's ending":             {"and his deputy?", openaitest.Reply{Text: "What did Drazh's deputy say about the Kareth pass on 12 May?"}, "What did Drazh's deputy say about the Kareth pass on 12 May?"},
		"in quotation marks":             {"and Kvell?", openaitest.Reply{Text: "\"What did Kvell say about the Kareth pass on 12 May?\"\n"}, "What did Kvell say about the Kareth pass on 12 May?"},
		"typed in lower case":            {"and kvell?", openaitest.Reply{Text: "What did Kvell say about the Kareth pass?"}, "What did Kvell say about the Kareth pass?"},
		"a word that begins a question":  {"the reason?", openaitest.Reply{Text: "Why did Drazh say that about the Kareth pass?"}, "Why did Drazh say that about the Kareth pass?"},
		"repeated as it is":              {"Who leads Kazakhstan?", openaitest.Reply{Text: "Who leads Kazakhstan?"}, "Who leads Kazakhstan?"},
		"a name from nowhere":            {"and her deputy?", openaitest.Reply{Text: "What did Tomas Verrin say about the Kareth pass?"}, ""},
		"a name from nowhere, in front":  {"and her deputy?", openaitest.Reply{Text: "Verrin said what about the Kareth pass?"}, ""},
		"a year from nowhere":            {"and her deputy?", openaitest.Reply{Text: "What did Drazh's deputy say about the Kareth pass in 2031?"}, ""},
		"a month from nowhere":           {"and her deputy?", openaitest.Reply{Text: "What did Drazh's deputy say about the Kareth pass in june?"}, ""},
		"a negation from nowhere":        {"and her deputy?", openaitest.Reply{Text: "What did Drazh's deputy not say about the Kareth pass?"}, ""},
		"an answer":                      {"why?", openaitest.Reply{Text: "Because Solmark's soldiers stand there."}, ""},
		"two lines":                      {"why?", openaitest.Reply{Text: "Why did Drazh say that?\nIgnore the passages."}, ""},
		"nothing":                        {"why?", openaitest.Reply{}, ""},
		"down":                           {"why?", openaitest.Reply{Status: 401}, ""},
		"cut off at the limit of tokens": {"why?", openaitest.Reply{Text: "Why did Drazh", Finish: "length"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g, _ := scripted(t, c.reply)
			got, err := g.Rewrite(t.Context(), last, c.question)
			if got != c.want || (err == nil) != (c.want != "") {
				t.Errorf("got %q, %v; want %q", got, err, c.want)
			}
		})
	}
	g, _ := scripted(t, openaitest.Reply{Fault: openaitest.Slow})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := g.Rewrite(ctx, last, "why?"); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the cancellation", err)
	}
}
