package commands

import (
	"cmp"
	"context"
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
		Handle: d.filed(d.writeComparison),
	}
}

func (d *Desk) writeComparison(ctx context.Context, r Request, progress Progress) (Reply, Receipt, error) {
	q, err := d.query(r, strings.TrimSpace(r.Option("about")))
	if err != nil {
		return Reply{}, Receipt{}, err
	}
	c := comparison{query: q, title: r.say("%s and %s on %q", r.Option("a"), r.Option("b"), q.Text)}
	if c.a, err = d.side(ctx, r, q, strings.TrimSpace(r.Option("a"))); err != nil {
		return Reply{}, Receipt{}, err
	}
	if c.b, err = d.side(ctx, r, q, strings.TrimSpace(r.Option("b"))); err != nil {
		return Reply{}, Receipt{}, err
	}
	if progress != nil && d.Answers.Composes() {
		progress(c.show(r, composition{}, &numbering{}))
	}
	made := d.compose(ctx, &c.a.told, &c.b.told)
	if ctx.Err() != nil {
		return Reply{}, Receipt{}, ctx.Err()
	}
	var numbers numbering
	reply := c.show(r, made, &numbers)
	found := c.a.found
	if c.b.found.Searched.Articles > found.Searched.Articles {
		found = c.b.found
	}
	return reply, made.receipt(found, numbers), nil
}

// comparison is two sides of a matter.
type comparison struct {
	query retrieval.Query
	title string
	a, b  side
}

// side is one half of a comparison: what a person said word for word, or what is told of any other actor, newest first.
type side struct {
	heading string
	name    string // of the person whose sayings are shown
	said    []saying
	told    section
	quoting []answer.Lifted  // of what is told, the sentences that quote somebody
	found   retrieval.Result // what it was looked for in; nothing for a person's own words
}

// show lays out both sides, with what a model made of them.
func (c comparison) show(r Request, made composition, numbers *numbering) Reply {
	reply := Reply{Title: c.title, Notices: made.notices(r)}
	for _, s := range []side{c.a, c.b} {
		reply.Blocks = append(append(reply.Blocks, Block{Kind: Heading, Text: s.heading}), s.blocks(r, c.query, numbers)...)
	}
	reply.Sources = numbers.sources
	order := r.say("newest first")
	if made.made.Model != "" {
		order = "" // the model has its own
	}
	reply.Footer = strings.Join(compact(order, made.by(r, ""), r.filters(c.query)), " · ")
	return reply
}

func (s side) blocks(r Request, q retrieval.Query, numbers *numbering) []Block {
	var blocks []Block
	for _, said := range s.said {
		blocks = append(blocks, sayingBlock(r, said, s.name, numbers))
	}
	told := append(slices.Clone(s.told.lifted), s.quoting...)
	if !s.told.composed {
		told = newest(told)
	}
	for _, l := range told {
		b := liftedBlock(r, l, numbers)
		b.Mark = r.published(l.Source)
		blocks = append(blocks, b)
	}
	if len(blocks) == 0 {
		return []Block{{Kind: Plain, Text: r.within(q, "Nothing on that in this collection.", "Nothing on that in this collection (%s).")}}
	}
	return blocks
}

// completeActor suggests people and publishers.
func (d *Desk) completeActor(ctx context.Context, r Request, typed string) []Choice {
	people := d.completeSpeaker(ctx, r, typed)
	return append(people[:min(len(people), 15)], d.completePublisher(ctx, r, typed)...)
}

// side gathers one half of a comparison: what a publisher wrote, what a person said word for word, or what is told of any other actor.
func (d *Desk) side(ctx context.Context, r Request, q retrieval.Query, name string) (side, error) {
	if d.publishes(q.Viewer, name) {
		q.Publisher = name
		return d.told(ctx, q, r.say("%s reported", name), "What is reported about "+q.Text+"?", func(answer.Lifted) bool { return true })
	}
	if people := d.known(q, d.Speakers.Find(q.Viewer, name).People); len(people) == 1 {
		if s, err := d.saidBy(ctx, r, q, people[0]); err != nil || len(s.said) > 0 {
			return s, err
		}
	}
	wanted := q
	wanted.Text = name + " " + q.Text
	topic := contentTerms(q.Text)
	return d.told(ctx, wanted, r.say("Of %s", name), "What is told of "+name+" about "+q.Text+"?", func(l answer.Lifted) bool {
		return containsWord(text.Fold(l.Shown()), text.Fold(name)) && holdsTerm(l.Shown(), topic)
	})
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

// saidBy gathers a person's own words on the topic; there may be none.
func (d *Desk) saidBy(ctx context.Context, r Request, q retrieval.Query, p person) (side, error) {
	entries, err := d.about(ctx, q.Text, p.said)
	if err != nil || len(entries) == 0 {
		return side{}, err
	}
	sayings := together(entries)
	sayings = sayings[:min(perSide, len(sayings))]
	slices.SortStableFunc(sayings, func(a, b saying) int { return b[0].When().Compare(a[0].When()) })
	return side{heading: r.say("%s said", strings.Join(compact(p.name, p.title), ", ")), name: p.name, said: sayings}, nil
}

// sayingBlock shows a saying with every article that has it.
func sayingBlock(r Request, s saying, above string, numbers *numbering) Block {
	var cites []int
	for _, e := range s {
		cites = append(cites, numbers.quotation(e))
	}
	slices.Sort(cites)
	return quoteBlock(r, s[0], slices.Compact(cites), above)
}

// told gathers the sentences on the topic that fit.
func (d *Desk) told(ctx context.Context, q retrieval.Query, heading, question string, fits func(answer.Lifted) bool) (side, error) {
	lifted, found, err := d.Answers.Lift(ctx, q)
	if err != nil {
		return side{}, err
	}
	lifted = slices.DeleteFunc(lifted, func(l answer.Lifted) bool { return !fits(l) })
	s := side{heading: heading, told: section{question: question}, found: found}
	for _, l := range newest(lifted[:min(perSide, len(lifted))]) {
		if l.Quote != nil {
			s.quoting = append(s.quoting, l)
		} else {
			s.told.lifted = append(s.told.lifted, l)
		}
	}
	return s, nil
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
func (r Request) published(s news.Source) string {
	if s.Published.IsZero() {
		return r.say("undated")
	}
	return r.lang().Day(s.Published)
}
