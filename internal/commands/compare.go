package commands

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"attache/internal/answer"
	"attache/internal/news"
	"attache/internal/retrieval"
	"attache/internal/text"
)

// perSide is how much of each side a comparison shows.
const perSide = 4

// compare sets two people, two publishers or two other actors side by side.
func (d *Desk) compare() Command {
	return Command{
		Name:        "compare",
		Description: "Two people, publishers or countries side by side: what each said, or what is told of each",
		Options: append([]Option{
			{Name: "a", Description: "A person, a publisher, a country or another actor", Required: true, MaxLength: 100, Complete: d.completeActor},
			{Name: "b", Description: "The other one", Required: true, MaxLength: 100, Complete: d.completeActor},
			{Name: "about", Description: "On what", Required: true, MaxLength: 200},
		}, append(narrowing(), private())...),
		Handle: func(ctx context.Context, r Request, _ Progress) (Reply, error) {
			q, err := d.query(r, strings.TrimSpace(r.Option("about")))
			if err != nil {
				return Reply{}, err
			}
			reply := Reply{Title: fmt.Sprintf("%s and %s on %q", r.Option("a"), r.Option("b"), q.Text)}
			var numbers numbering
			for _, name := range []string{r.Option("a"), r.Option("b")} {
				side, err := d.side(ctx, q, strings.TrimSpace(name), &numbers)
				if err != nil {
					return Reply{}, err
				}
				reply.Blocks = append(reply.Blocks, side...)
			}
			reply.Sources = numbers.sources
			reply.Footer = strings.Join(compact("newest first", filters(q)), " · ")
			return reply, nil
		},
	}
}

// completeActor suggests people and publishers.
func (d *Desk) completeActor(ctx context.Context, r Request, typed string) []Choice {
	people := d.completeSpeaker(ctx, r, typed)
	return append(people[:min(len(people), 15)], d.completePublisher(ctx, r, typed)...)
}

// side is one half of a comparison: what a publisher wrote, what a person said word for word, or what is told of any other actor.
func (d *Desk) side(ctx context.Context, q retrieval.Query, name string, numbers *numbering) ([]Block, error) {
	if d.publishes(q.Viewer, name) {
		q.Publisher = name
		return d.told(ctx, q, name+" reported", func(answer.Lifted) bool { return true }, numbers)
	}
	if people := d.known(q, d.Speakers.Find(q.Viewer, name).People); len(people) == 1 {
		if blocks, err := d.saidBy(ctx, q, people[0], numbers); err != nil || len(blocks) > 0 {
			return blocks, err
		}
	}
	wanted := q
	wanted.Text = name + " " + q.Text
	topic := contentTerms(q.Text)
	return d.told(ctx, wanted, "Of "+name, func(l answer.Lifted) bool {
		return containsWord(text.Fold(l.Text), text.Fold(name)) && holdsTerm(l.Text, topic)
	}, numbers)
}

// holdsTerm reports whether a sentence holds one of the terms.
func holdsTerm(sentence string, terms map[string]bool) bool {
	for term := range contentTerms(sentence) {
		if terms[term] {
			return true
		}
	}
	return false
}

// saidBy shows a person's own words on the topic; nothing when there are none.
func (d *Desk) saidBy(ctx context.Context, q retrieval.Query, p person, numbers *numbering) ([]Block, error) {
	entries, err := d.about(ctx, q.Text, p.said)
	if err != nil || len(entries) == 0 {
		return nil, err
	}
	sayings := together(entries)
	sayings = sayings[:min(perSide, len(sayings))]
	slices.SortStableFunc(sayings, func(a, b saying) int { return b[0].When().Compare(a[0].When()) })
	blocks := []Block{{Kind: Heading, Text: strings.Join(compact(p.name, p.title), ", ") + " said"}}
	for _, s := range sayings {
		blocks = append(blocks, sayingBlock(s, p.name, numbers))
	}
	return blocks, nil
}

// sayingBlock shows a saying with every article that has it.
func sayingBlock(s saying, above string, numbers *numbering) Block {
	var cites []int
	for _, e := range s {
		cites = append(cites, numbers.number(e.Source, news.Passage{}))
	}
	slices.Sort(cites)
	return quoteBlock(s[0], slices.Compact(cites), above)
}

// told shows the sentences on the topic that fit, newest first, under a heading.
func (d *Desk) told(ctx context.Context, q retrieval.Query, heading string, fits func(answer.Lifted) bool, numbers *numbering) ([]Block, error) {
	lifted, _, err := d.Answers.Lift(ctx, q)
	if err != nil {
		return nil, err
	}
	lifted = slices.DeleteFunc(lifted, func(l answer.Lifted) bool { return !fits(l) })
	blocks := []Block{{Kind: Heading, Text: heading}}
	if len(lifted) == 0 {
		return append(blocks, Block{Kind: Plain, Text: fmt.Sprintf("Nothing on that in this collection%s.", within(q))}), nil
	}
	for _, l := range newest(lifted[:min(perSide, len(lifted))]) {
		b := liftedBlock(l, numbers)
		b.Mark = published(l.Source)
		blocks = append(blocks, b)
	}
	return blocks, nil
}

// newest sorts sentences by the day of publication, the newest first.
func newest(lifted []answer.Lifted) []answer.Lifted {
	sorted := slices.Clone(lifted)
	slices.SortStableFunc(sorted, func(a, b answer.Lifted) int {
		return cmp.Or(b.Source.Published.Compare(a.Source.Published), cmp.Compare(a.Passage.ArticleID, b.Passage.ArticleID),
			a.Passage.Span.Start-b.Passage.Span.Start)
	})
	return sorted
}

// published is the day of publication; "undated" for none.
func published(s news.Source) string {
	if s.Published.IsZero() {
		return "undated"
	}
	return longDay(s.Published)
}
