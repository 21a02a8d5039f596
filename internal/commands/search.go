package commands

import (
	"context"
	"fmt"
	"strings"

	"attache/internal/news"
	"attache/internal/retrieval"
)

// passagesShown is how many passages one search shows.
const passagesShown = 5

// search shows passages only.
func (d *Desk) search() Command {
	return Command{
		Name:        "search",
		Description: "Find the passages that bear on something, without an answer",
		Reads:       true,
		Options: append([]Option{{Name: "words", Description: "What to look for", Required: true, MaxLength: maxQuestion}},
			append(narrowing(), d.sourceOption(), Option{Name: "explain", Description: "Show how each passage came to its place", Kind: Boolean}, private())...),
		Handle: func(ctx context.Context, r Request, _ Progress) (Reply, error) {
			q, err := d.query(r, strings.TrimSpace(r.Option("words")))
			if err != nil {
				return Reply{}, err
			}
			q.Limit = passagesShown
			q.Explain = r.Flag("explain")
			found, err := d.Index.Search(ctx, q)
			if err != nil {
				return Reply{}, err
			}
			reply := d.found(r, found)
			reply.Question = strings.TrimSpace(r.Option("words"))
			if q.Explain {
				explain(r, &reply, found)
			}
			return reply, nil
		},
	}
}

func (d *Desk) found(r Request, found retrieval.Result) Reply {
	reply := Reply{Notices: r.howRead(found)}
	if len(found.Hits) == 0 {
		reply.Blocks = []Block{
			{Kind: Plain, Text: "No passage of this collection bears on that."},
			{Kind: Plain, Text: r.searched(found.Searched, found.Missing)},
		}
		return reply
	}
	if !found.Answerable {
		reply.Title = "Nothing fits well; these passages come nearest"
	}
	var numbers numbering
	for _, h := range found.Hits {
		reply.Blocks = append(reply.Blocks, excerpt(h.Passage, numbers.number(h.Source, h.Passage)))
	}
	reply.Sources = numbers.sources
	reply.Footer = r.say("%s of %s searched", counted{len(found.Hits), "passage"}, counted{found.Searched.Articles, "article"})
	return reply
}

func excerpt(p news.Passage, n int) Block {
	return Block{Kind: Excerpt, Text: p.Text, Cites: []int{n}, Attribution: p.Heading}
}

// droppedShown is how many of the passages that were left out an explanation names.
const droppedShown = 10

// explain says of each passage how it came to its place, and which ones were left out and why.
func explain(r Request, reply *Reply, found retrieval.Result) {
	for i, h := range found.Hits {
		b := &reply.Blocks[i]
		b.Attribution = strings.Join(compact(b.Attribution, r.say("%s score %.3f = %s", h.Passage.ID, h.Score, why(h.Why))), " · ")
	}
	if len(found.Dropped) > 0 {
		reply.Blocks = append(reply.Blocks, Block{Kind: Heading, Text: r.say("Left out (%d)", len(found.Dropped))})
	}
	for _, h := range found.Dropped[:min(droppedShown, len(found.Dropped))] {
		reply.Blocks = append(reply.Blocks, Block{Kind: Item, Text: r.say("%s %s: %s; score %.3f = %s", h.Passage.ID, cut(h.Source.Title, 40), h.Why.Dropped, h.Score, why(h.Why))})
	}
	reply.Notices = append(reply.Notices, r.say("Confidence that this answers a question: %.2f.", found.Confidence))
}

func why(e retrieval.Explanation) string {
	f := e.Features
	return fmt.Sprintf("words rank %d (%.2f), vector rank %d (%.3f), fused %.4f, lexical %.2f, coverage %.2f, article %.2f, proximity %.2f, title %.2f",
		e.LexicalRank, e.LexicalScore, e.VectorRank, e.VectorScore, e.Fused, f.Lexical, f.Coverage, f.Article, f.Proximity, f.Title)
}
