package commands

import (
	"context"
	"errors"
	"testing"
)

func TestReadingWithModel(t *testing.T) {
	const last = "What did Drazh say about the pass?"
	for name, c := range map[string]struct {
		question  string
		rewritten string // by the model; "" fails
		want      string // "" for a question that stands on its own
		asked     bool
	}{
		"what no rule foresees":             {"and was anybody else there of her opinion?", "Was anybody else of Drazh's opinion about the pass?", "Was anybody else of Drazh's opinion about the pass?", true},
		"better than the rule":              {"and Kvell?", "What did Kvell say about the pass, compared with Drazh?", "What did Kvell say about the pass, compared with Drazh?", true},
		"the model fails, the rule holds":   {"and Kvell?", "", "What did Kvell say about the pass?", true},
		"the model repeats it, in its way":  {"and Kvell?", "And Kvell", "What did Kvell say about the pass?", true},
		"the model fails, and no rule":      {"Are those tolls high?", "", "", true},
		"the model repeats it, and no rule": {"Are those tolls high?", "Are those tolls high?", "", true},
		"a question that stands on its own": {"Which countries closed roads in May 2031?", "Nonsense?", "", false},
	} {
		asked := false
		d := &Desk{Model: &Model{Rewrite: func(ctx context.Context, l, q string) (string, error) {
			asked = true
			if _, limited := ctx.Deadline(); !limited || l != last || q != c.question {
				t.Errorf("%s: the model was asked about %q after %q, limited: %v", name, q, l, limited)
			}
			if c.rewritten == "" {
				return "", errors.New("too slow")
			}
			return c.rewritten, nil
		}}}
		got, ok := d.reading(t.Context(), knownPeople)(last, c.question)
		if !ok {
			got = ""
		}
		if got != c.want || asked != c.asked {
			t.Errorf("%s: read as %q, want %q; the model was asked: %v", name, got, c.want, asked)
		}
	}
	for name, d := range map[string]*Desk{"no model": {}, "a model that does not rewrite": {Model: &Model{}}} {
		if got, ok := d.reading(t.Context(), knownPeople)(last, "and Kvell?"); !ok || got != "What did Kvell say about the pass?" {
			t.Errorf("%s: %q, %v", name, got, ok)
		}
	}
	d := &Desk{Model: &Model{Rewrite: func(context.Context, string, string) (string, error) { panic("there was no question before") }}}
	if got, ok := d.reading(t.Context(), knownPeople)("", "and Kvell?"); ok {
		t.Errorf("the first question was read as %q", got)
	}
}
