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
)

// A timeline shows the dated sentences that fit best, and so many on one page.
const (
	mostEvents    = 40
	eventsPerPage = 10
)

// timeline shows what happened in a matter, oldest first.
func (d *Desk) timeline() Command {
	return Command{
		Name:        "timeline",
		Description: "What happened, in order: dated sentences, oldest first, each with its source",
		Options: append([]Option{
			{Name: "topic", Description: "Of what", Required: true, MaxLength: 200},
			{Name: "page", Description: "Which page", Kind: Integer, MaxLength: 5},
		}, append(narrowing(), d.sourceOption(), private())...),
		Handle: d.filed(d.writeTimeline),
	}
}

func (d *Desk) writeTimeline(ctx context.Context, r Request, progress Progress) (Reply, Receipt, error) {
	q, err := d.query(r, strings.TrimSpace(r.Option("topic")))
	if err != nil {
		return Reply{}, Receipt{}, err
	}
	lifted, found, err := d.Answers.Lift(ctx, q)
	if err != nil {
		return Reply{}, Receipt{}, err
	}
	events := eventsIn(lifted)
	if len(events) == 0 {
		return nothingOn(r, q, found), Receipt{}, nil
	}
	t := timeline{query: q, found: found, events: events, pages: (len(events) + eventsPerPage - 1) / eventsPerPage}
	t.page = min(page(r), t.pages)
	if progress != nil && d.Answers.Composes() {
		progress(t.show(r, t.shown(), composition{}, &numbering{}))
	}
	worded, made := d.reword(ctx, q.Text, t.shown())
	if ctx.Err() != nil {
		return Reply{}, Receipt{}, ctx.Err()
	}
	var numbers numbering
	reply := t.show(r, worded, made, &numbers)
	return reply, made.receipt(found, numbers), nil
}

// timeline is what happened in a matter, and the page of it that is wanted.
type timeline struct {
	query       retrieval.Query
	found       retrieval.Result
	events      []answer.Lifted
	pages, page int
}

// shown are the events of the page.
func (t timeline) shown() []answer.Lifted {
	return t.events[(t.page-1)*eventsPerPage : min(t.page*eventsPerPage, len(t.events))]
}

// A sentence that gives no date stands under the day of its article, if it fits at least so well, compared with the best: less is seldom an event.
const undatedShare = 0.7

// eventsIn keeps the sentences that have a date, oldest first.
func eventsIn(lifted []answer.Lifted) []answer.Lifted {
	var events []answer.Lifted
	for _, l := range lifted {
		dated := l.When.Precision != news.Unknown
		if len(events) < mostEvents && (dated || !l.Date().IsZero() && l.Score >= undatedShare*lifted[0].Score) {
			events = append(events, l)
		}
	}
	slices.SortStableFunc(events, func(a, b answer.Lifted) int {
		return cmp.Or(a.Date().Compare(b.Date()), a.Source.Published.Compare(b.Source.Published),
			cmp.Compare(a.Passage.ArticleID, b.Passage.ArticleID), a.Passage.Span.Start-b.Passage.Span.Start)
	})
	return events
}

// show lays out the page's events, as they are or as a model made them.
func (t timeline) show(r Request, events []answer.Lifted, made composition, numbers *numbering) Reply {
	reply := Reply{
		Title:   r.say("Timeline of %q, %s", t.query.Text, r.reach(t.events)),
		Notices: append(r.liftNotices(t.found), made.notices(r)...),
		Actions: paging(r, t.page, t.pages),
	}
	for _, e := range events {
		b := liftedBlock(r, e, numbers)
		b.Mark = r.dateMark(e)
		reply.Blocks = append(reply.Blocks, b)
	}
	reply.Sources = numbers.sources
	reply.Footer = strings.Join(compact(r.say("oldest first"), r.say("%s", counted{len(t.events), "event"}), r.pageOf(t.page, t.pages), made.by(r, "")), " · ")
	return reply
}

// reach is from when to when the events are, as exactly as the first and the last one are dated: "Mar 2029 to 7 May 2031".
func (r Request) reach(events []answer.Lifted) string {
	ends := make([]string, 2)
	for i, l := range []answer.Lifted{events[0], events[len(events)-1]} {
		if ends[i] = r.lang().date(l.When); ends[i] == "" {
			ends[i] = r.lang().Day(l.Source.Published)
		}
	}
	if ends[0] == ends[1] {
		return ends[0]
	}
	return r.say("%s to %s", ends[0], ends[1])
}

// dateMark is the date that the sentence gives, or, where it gives none, when it was published.
func (r Request) dateMark(l answer.Lifted) string {
	if l.When.Precision != news.Unknown {
		return r.lang().date(l.When)
	}
	return r.say("published %s", l.Source.Published)
}

// liftedBlock shows a sentence with its sources and, where it quotes somebody whom it does not name in full, who that is.
func liftedBlock(r Request, l answer.Lifted, numbers *numbering) Block {
	b := Block{Kind: Item, Text: l.Shown(), Cites: []int{numbers.number(l.Source, l.Passage)}}
	for _, s := range l.Also {
		b.Cites = append(b.Cites, numbers.number(s, news.Passage{}))
	}
	slices.Sort(b.Cites)
	b.Cites = slices.Compact(b.Cites)
	if l.Meant != nil {
		b.Lifted = &answer.Sentence{Text: l.Text, Meant: l.Meant}
	}
	if l.Quote != nil {
		b.Attribution = r.unsaid(l.Shown(), *l.Quote)
	}
	return b
}

// nothingOn says that the collection holds nothing on a topic, and what was searched.
func nothingOn(r Request, q retrieval.Query, found retrieval.Result) Reply {
	return Reply{
		Blocks: []Block{
			{Kind: Plain, Text: r.within(q, "Nothing in this collection bears on %q.", "Nothing in this collection bears on %q (%s).", q.Text)},
			{Kind: Plain, Text: r.searched(found.Searched, found.Missing)},
		},
		Notices: r.howRead(found),
	}
}

// howRead says how a search was read, and which part of it failed.
func (r Request) howRead(found retrieval.Result) []string {
	return compact(r.lang().phrase(found.Degraded), r.understood(found))
}

// liftNotices are what a reader must know about a search for a topic: how it was read, and which of its words occur nowhere.
func (r Request) liftNotices(found retrieval.Result) []string {
	return compact(append(r.howRead(found), r.absent(found.Missing))...)
}

// absent says which words no searched article holds; "" when there are none.
func (r Request) absent(words []string) string {
	if len(words) == 0 {
		return ""
	}
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = fmt.Sprintf("%q", w)
	}
	return r.say("No article searched holds %s.", r.lang().joined("%s or %s", quoted))
}
