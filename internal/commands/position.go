package commands

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"attache/internal/news"
	"attache/internal/speakers"
	"attache/internal/text"
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
			match := d.Speakers.Find(r.Place.Guild, r.Option("speaker"))
			switch len(match.People) {
			case 0:
				return d.unknownSpeaker(r, match), nil
			case 1:
			default:
				return d.namesakes(r, match.People), nil
			}
			person := match.People[0]
			entries := slices.DeleteFunc(d.Speakers.Quotes(r.Place.Guild, person.Key), func(e speakers.Entry) bool {
				return e.Kind == news.Reported || e.When().IsZero() || !published(e.Source, q.Since, q.Until, q.AsOf, q.Publisher)
			})
			if entries, err = d.about(ctx, q.Text, entries); err != nil {
				return Reply{}, err
			}
			sayings := together(entries)
			slices.SortStableFunc(sayings, func(a, b saying) int { return a[0].When().Compare(b[0].When()) })
			if len(sayings) == 0 {
				return d.noQuotes(r.With("about", q.Text), person), nil
			}
			reply := d.quoted(r.With("about", q.Text), person, sayings)
			markTurns(&reply, sayings, page(r))
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

// sameWording is the share of content words that two quotations must have in common for the wording to count as kept.
const sameWording = 0.5

// turn is the mark for wording that changed: "▲ changed", or "▲ reversed" when much the same is now said with or without a "not"; "" when it was kept.
func turn(before, after string) string {
	shared := sharedWords(before, after)
	switch {
	case shared >= 0.3 && negated.MatchString(before) != negated.MatchString(after):
		return "▲ reversed"
	case shared < sameWording:
		return "▲ changed"
	}
	return ""
}

var negated = regexp.MustCompile(`(?i)\b(not|no|never|none|nobody|nothing|cannot|without)\b|n['’]t\b`)

// sharedWords is the share of the shorter text's longer words that stand in the other.
func sharedWords(a, b string) float64 {
	x, y := longWords(a), longWords(b)
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

func longWords(s string) map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsFuncSeq(text.Fold(s), func(r rune) bool { return strings.ContainsRune(" .,;:!?\"“”'’()—–-", r) }) {
		if len(w) > 3 {
			set[w] = true
		}
	}
	return set
}
