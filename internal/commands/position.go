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
		Reads:       true,
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
			markTurns(r, &reply, sayings, page(r), contentTerms(q.Text))
			reply.Footer = strings.Join(compact(r.say("oldest first"), reply.Footer, r.filters(q)), " · ")
			return reply, nil
		},
	}
}

// markTurns marks, on the shown page, each saying whose wording differs from the one before it. What the topic itself is called says nothing.
func markTurns(r Request, reply *Reply, sayings []saying, current int, topic map[string]bool) {
	first := (min(current, (len(sayings)+quotesPerPage-1)/quotesPerPage) - 1) * quotesPerPage
	for i := range reply.Blocks {
		n := first + i
		if n == 0 {
			continue
		}
		if mark := turn(sayings[n-1][0].Words(), sayings[n][0].Words(), topic); mark != "" {
			reply.Blocks[i].Mark += " " + r.say(mark)
		}
	}
}

// How much two quotations must have in common for the wording to count as kept: a share of the content words of the one with fewer of them, and a number.
const (
	sameWording = 0.6
	fewestWords = 2
)

// turn is the mark for wording that changed: "▲ reversed" when the same is now said with or without a "not", else "▲ changed"; "" when it was kept.
func turn(before, after string, topic map[string]bool) string {
	x, y := contentTerms(before), contentTerms(after)
	if len(x) > len(y) {
		x, y = y, x
	}
	all, shared := 0, 0
	for w := range x {
		if topic[w] {
			continue
		}
		all++
		if y[w] {
			shared++
		}
	}
	switch {
	case shared < fewestWords || float64(shared) < sameWording*float64(all):
		return "▲ changed"
	case negated.MatchString(before) != negated.MatchString(after):
		return "▲ reversed"
	}
	return ""
}

var negated = regexp.MustCompile(`(?i)\b(not|no|never|none|nobody|nothing|cannot|without)\b|n['’]t\b`)

// contentTerms are the words of s that say something, whatever their endings.
func contentTerms(s string) map[string]bool {
	set := map[string]bool{}
	for _, w := range wordsOf(s) {
		if term := retrieval.Term(w); term != "" && !retrieval.IsStop(w) && !negated.MatchString(w) {
			set[term] = true
		}
	}
	return set
}
