package commands

import (
	"context"
	"fmt"
	"strings"

	"attache/internal/news"
)

// sourcesPerPage is how many articles one reply lists.
const sourcesPerPage = 10

// sources tells what the collection holds.
func (d *Desk) sources() Command {
	return Command{
		Name:        "sources",
		Description: "What the collection holds: articles, dates, publishers",
		Options: []Option{
			{Name: "source", Description: "Only articles of this publisher", MaxLength: 100, Complete: d.completePublisher},
			{Name: "page", Description: "Which page of the list", Kind: Integer, MaxLength: 5},
			private(),
		},
		Handle: func(_ context.Context, r Request, _ Progress) (Reply, error) {
			h := d.Index.Holdings(r.Place.Guild)
			if h.Articles == 0 {
				return Reply{Blocks: []Block{{Kind: Plain, Text: "The collection is empty. An operator adds articles with: bot ingest PATH"}}}, nil
			}
			listed := h.Sources
			if publisher := strings.TrimSpace(r.Option("source")); publisher != "" {
				if !d.publishes(r.Place.Guild, publisher) {
					return Reply{}, Problemf("There is no publisher %q in this collection. /sources lists those that there are.", publisher)
				}
				listed = nil
				for _, s := range h.Sources {
					if strings.EqualFold(s.Publisher, publisher) {
						listed = append(listed, s)
					}
				}
			}
			title := plural(h.Articles, "article") + publishers(h.Publishers)
			if !h.From.IsZero() {
				title = plural(h.Articles, "article") + ", " + span(h.From, h.To) + publishers(h.Publishers)
			}
			return listSources(r, title, listed), nil
		},
	}
}

func listSources(r Request, title string, listed []news.Source) Reply {
	pages := (len(listed) + sourcesPerPage - 1) / sourcesPerPage
	current := min(page(r), pages)
	reply := Reply{Title: title, Actions: paging(r, current, pages)}
	for _, s := range listed[(current-1)*sourcesPerPage : min(current*sourcesPerPage, len(listed))] {
		n := len(reply.Sources) + 1
		reply.Sources = append(reply.Sources, Source{N: n, Source: s})
	}
	if pages > 1 {
		reply.Footer = fmt.Sprintf("newest first · page %d of %d", current, pages)
	}
	return reply
}
