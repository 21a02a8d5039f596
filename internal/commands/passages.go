package commands

import (
	"context"
	"slices"
	"strings"

	"attache/internal/news"
)

// passages shows the passages behind an answer, each whole, with the ends of those before and after it in the article.
func (d *Desk) passages() Command {
	return Command{
		Name:        "passages",
		Description: "The passages behind an answer",
		Reads:       true,
		Hidden:      true,
		Private:     true,
		Options:     []Option{{Name: "ids", Description: "The passages' ids, joined by commas", Required: true, MaxLength: 2000}},
		Handle: func(_ context.Context, r Request, _ Progress) (Reply, error) {
			var reply Reply
			var numbers numbering
			viewer := d.viewer(r)
			ids, gone := splitIDs(r.Option("ids")), 0
			for _, id := range ids {
				p, s, ok := d.Index.Passage(viewer, id)
				if !ok {
					gone++
					continue
				}
				reply.Blocks = append(reply.Blocks, d.surrounded(viewer, p, numbers.number(s, p), ids)...)
			}
			if len(reply.Blocks) == 0 {
				return Reply{}, Problemf("Those passages are no longer in the collection.")
			}
			if gone > 0 {
				reply.Notices = append(reply.Notices, r.say("%s.", counted{gone, "passage of the answer is no longer in the collection"}))
			}
			reply.Sources = numbers.sources
			return reply, nil
		},
	}
}

// splitIDs takes apart ids that commas join, each once, in order.
func splitIDs(joined string) []string {
	var ids []string
	for id := range strings.SplitSeq(joined, ",") {
		if id = strings.TrimSpace(id); id != "" && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// surrounded is a passage between the ends of its neighbours. Those that are shown themselves are left out.
func (d *Desk) surrounded(viewer news.Viewer, p news.Passage, n int, shown []string) []Block {
	neighbour := func(ordinal int) string {
		id := news.PassageID(p.ArticleID, ordinal)
		if ordinal < 0 || slices.Contains(shown, id) {
			return ""
		}
		beside, _, _ := d.Index.Passage(viewer, id) // none at the article's ends
		return beside.Text
	}
	return threefold(lastWords(neighbour(p.Ordinal-1), 200), excerpt(p, n), cut(neighbour(p.Ordinal+1), 200))
}

// threefold puts an excerpt between what stands before and after it; "" is left out.
func threefold(before string, b Block, after string) []Block {
	var blocks []Block
	if before != "" {
		blocks = append(blocks, Block{Kind: Excerpt, Text: before, Cites: b.Cites, Mark: "before"})
	}
	blocks = append(blocks, b)
	if after != "" {
		blocks = append(blocks, Block{Kind: Excerpt, Text: after, Cites: b.Cites, Mark: "after"})
	}
	return blocks
}

// lastWords is the end of s, at most n runes, beginning on a word border.
func lastWords(s string, n int) string {
	runes := []rune(s)
	if len(runes) <= n {
		return s
	}
	tail := string(runes[len(runes)-n+1:])
	if i := strings.IndexAny(tail, " \n"); i >= 0 {
		tail = tail[i+1:]
	}
	return "…" + tail
}
