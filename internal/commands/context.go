package commands

import (
	"context"
	"slices"
	"strings"

	"attache/internal/news"
	"attache/internal/speakers"
	"attache/internal/text"
)

// inContext shows quotations where they stand: the paragraphs around the words, with the sentence before and the sentence after.
func (d *Desk) inContext() Command {
	return Command{
		Name:        "in_context",
		Description: "Quotations with the text around them",
		Reads:       true,
		Hidden:      true,
		Private:     true,
		Options:     []Option{{Name: "ids", Description: "The quotations' ids, joined by commas", Required: true, MaxLength: 500}},
		Handle: func(ctx context.Context, r Request, _ Progress) (Reply, error) {
			var reply Reply
			var numbers numbering
			gone, viewer := 0, d.viewer(r)
			for _, id := range splitIDs(r.Option("ids")) {
				a, q, ok := d.quotation(ctx, viewer, id)
				if !ok {
					gone++
					continue
				}
				before, around, after := surroundings(a, q.Span())
				e := speakers.Entry{Quote: q, Source: news.SourceOf(a)}
				b := Block{Kind: Excerpt, Text: around.In(a.Text), Cites: []int{numbers.number(e.Source, news.Passage{})}, Attribution: r.spokenBy(e)}
				reply.Blocks = append(reply.Blocks, threefold(before.In(a.Text), b, after.In(a.Text))...)
			}
			if len(reply.Blocks) == 0 {
				return Reply{}, Problemf("Those quotations are no longer in the collection.")
			}
			if gone > 0 {
				reply.Notices = append(reply.Notices, r.say("%s.", counted{gone, "quotation is no longer in the collection"}))
			}
			reply.Sources = numbers.sources
			return reply, nil
		},
	}
}

// quotation finds a quotation by its id, with its article, if the viewer sees that.
func (d *Desk) quotation(ctx context.Context, viewer news.Viewer, id string) (news.Article, news.Quote, bool) {
	articleID, ok := quoteID(id)
	if !ok {
		return news.Article{}, news.Quote{}, false
	}
	a, err := d.Library.Article(ctx, articleID)
	if err != nil || !viewer.Sees(a.Audience()) {
		return news.Article{}, news.Quote{}, false
	}
	q, ok := d.quotationOf(a, id)
	return a, q, ok
}

// spokenBy is one line on who said it, as what, when, to whom.
func (r Request) spokenBy(e speakers.Entry) string {
	return strings.Join(compact(r.speakerOf(&e.Quote), strings.Join(compact(r.saidOn(e), e.Venue), ", ")), " · ")
}

// surroundings returns the paragraphs of an article that the span touches, the sentence before them and the sentence after them, headings left out; the
// zero span where there is none.
func surroundings(a news.Article, span news.Span) (before, around, after news.Span) {
	s := a.Text
	paragraphs := slices.DeleteFunc(text.Paragraphs(s), func(p news.Span) bool { return slices.Contains(a.Headings, p) })
	first, last := len(paragraphs), -1
	for i, p := range paragraphs {
		if p.Overlaps(span) {
			first, last = min(first, i), i
		}
	}
	if last < 0 {
		return before, span, after
	}
	around = news.Span{Start: paragraphs[first].Start, End: paragraphs[last].End}
	if first > 0 {
		sentences := sentencesIn(s, paragraphs[first-1])
		before = sentences[len(sentences)-1]
	}
	if last+1 < len(paragraphs) {
		after = sentencesIn(s, paragraphs[last+1])[0]
	}
	return before, around, after
}

// sentencesIn are the spans in s of a paragraph's sentences; the paragraph itself when it has none.
func sentencesIn(s string, paragraph news.Span) []news.Span {
	spans := text.Sentences(paragraph.In(s))
	for i := range spans {
		spans[i].Start += paragraph.Start
		spans[i].End += paragraph.Start
	}
	if len(spans) == 0 {
		return []news.Span{paragraph}
	}
	return spans
}
