package commands

import (
	"context"
	"strings"

	"attache/internal/news"
)

// passages shows the passages behind an answer, each whole, with the one before and after it in the article.
func (d *Desk) passages() Command {
	return Command{
		Name:        "passages",
		Description: "The passages behind an answer",
		Hidden:      true,
		Options:     []Option{{Name: "ids", Description: "The passages' ids, joined by commas", Required: true, MaxLength: 2000}},
		Handle: func(_ context.Context, r Request, _ Progress) (Reply, error) {
			reply := Reply{Private: true}
			for id := range strings.SplitSeq(r.Option("ids"), ",") {
				p, s, ok := d.Index.Passage(r.Place.Guild, strings.TrimSpace(id))
				if !ok {
					reply.Notices = append(reply.Notices, "One of the passages is no longer in the collection.")
					continue
				}
				n := len(reply.Sources) + 1
				before, after := d.neighbours(r.Place.Guild, p)
				b := excerpt(p, n)
				reply.Blocks = append(reply.Blocks, context3(before, b, after)...)
				reply.Sources = append(reply.Sources, source(n, s, p))
			}
			if len(reply.Blocks) == 0 {
				return Reply{}, Problemf("Those passages are no longer in the collection.")
			}
			return reply, nil
		},
	}
}

// neighbours are the ends of the passages before and after p, shortened; "" where there is none.
func (d *Desk) neighbours(guild string, p news.Passage) (before, after string) {
	if p.Ordinal > 0 {
		if b, _, ok := d.Index.Passage(guild, news.PassageID(p.ArticleID, p.Ordinal-1)); ok {
			before = lastWords(b.Text, 200)
		}
	}
	if a, _, ok := d.Index.Passage(guild, news.PassageID(p.ArticleID, p.Ordinal+1)); ok {
		after = cut(a.Text, 200)
	}
	return before, after
}

func context3(before string, b Block, after string) []Block {
	blocks := []Block{}
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
	tail := string(runes[len(runes)-n:])
	if i := strings.IndexAny(tail, " \n"); i >= 0 {
		tail = tail[i+1:]
	}
	return "…" + tail
}
