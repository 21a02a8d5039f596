package commands

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"attache/internal/retrieval"
	"attache/internal/speakers"
)

// position shows what a person said on a topic, oldest first, with the points marked where the wording changes.
func (d *Desk) position() Command {
	return Command{
		Name:        "position",
		Description: "A person's dated quotations on a topic, in order, with a mark where the wording changes",
		Options: append([]Option{
			{Name: "speaker", Description: "Whose position; any part or spelling of the name", Required: true, MaxLength: 100, Complete: d.completeSpeaker},
			{Name: "topic", Description: "On what", Required: true, MaxLength: 200},
			{Name: "page", Description: "Which page", Kind: Integer, MaxLength: 5},
		}, append(narrowing(), d.sourceOption(), private())...),
		Handle: func(ctx context.Context, r Request, _ Progress) (Reply, error) {
			q, err := d.query(r, strings.TrimSpace(r.Option("topic")))
			if err != nil {
				return Reply{}, err
			}
			p, reply, ok := d.speaker(r, q)
			if !ok {
				return reply, nil
			}
			dated := slices.DeleteFunc(p.said, func(e speakers.Entry) bool { return e.When().IsZero() })
			entries, err := d.about(ctx, q.Text, dated)
			if err != nil {
				return Reply{}, err
			}
			if len(entries) == 0 {
				return noneAbout(r, q, p), nil
			}
			sayings := together(entries)
			slices.SortStableFunc(sayings, func(a, b saying) int { return a[0].When().Compare(b[0].When()) })
			reply = quoted(r, p, q.Text, sayings)
			markTurns(&reply, sayings, page(r))
			reply.Footer = strings.Join(compact("oldest first", reply.Footer, filters(q)), " · ")
			return reply, nil
		},
	}
}

// markTurns marks, on the shown page, each saying whose wording differs from the one before it.
func markTurns(reply *Reply, sayings []saying, current int) {
	first := (min(current, (len(sayings)+quotesPerPage-1)/quotesPerPage) - 1) * quotesPerPage
	for i := range reply.Blocks {
		n := first + i
		if n == 0 {
			continue
		}
		if mark := turn(sayings[n-1][0].Words(), sayings[n][0].Words()); mark != "" {
			reply.Blocks[i].Mark += " " + mark
		}
	}
}

// The share of content words that two quotations must have in common for the wording to count as kept, and for a "not" in one of them alone to count as
// the opposite of the other.
const (
	sameWording = 0.5
	sameMatter  = 0.3
)

// turn is the mark for wording that changed: "▲ changed", or "▲ reversed" when much the same is now said with or without a "not"; "" when it was kept.
func turn(before, after string) string {
	shared := sharedWords(before, after)
	switch {
	case shared >= sameMatter && negated.MatchString(before) != negated.MatchString(after):
		return "▲ reversed"
	case shared < sameWording:
		return "▲ changed"
	}
	return ""
}

var negated = regexp.MustCompile(`(?i)\b(not|no|never|none|nobody|nothing|cannot|without)\b|n['’]t\b`)

// sharedWords is the share of the content words of the text with fewer of them that stand in the other, whatever their endings.
func sharedWords(a, b string) float64 {
	x, y := contentTerms(a), contentTerms(b)
	if len(x) > len(y) {
		x, y = y, x
	}
	if len(x) == 0 {
		return 0
	}
	n := 0
	for w := range x {
		if y[w] {
			n++
		}
	}
	return float64(n) / float64(len(x))
}

func contentTerms(s string) map[string]bool {
	set := map[string]bool{}
	for _, w := range wordsOf(s) {
		if term := retrieval.Term(w); term != "" && !retrieval.IsStop(w) && !negated.MatchString(w) {
			set[term] = true
		}
	}
	return set
}
