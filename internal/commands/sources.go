package commands

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"attache/internal/news"
	"attache/internal/retrieval"
	"attache/internal/text"
)

// sourcesPerPage is how many articles one reply lists.
const sourcesPerPage = 8

// sources tells what the collection holds.
func (d *Desk) sources() Command {
	return Command{
		Name:        "sources",
		Description: "What the collection holds: articles, dates, publishers",
		Reads:       true,
		Options: []Option{
			{Name: "source", Description: "Only articles of this publisher", MaxLength: 100, Complete: d.completePublisher},
			{Name: "page", Description: "Which page of the list", Kind: Integer, MaxLength: 5},
			private(),
		},
		Handle: func(_ context.Context, r Request, _ Progress) (Reply, error) {
			h := d.Index.Holdings(d.viewer(r))
			if h.Articles == 0 {
				return Reply{Blocks: []Block{{Kind: Plain, Text: "The collection is empty. An operator adds articles with: bot ingest PATH"}}}, nil
			}
			publisher := strings.TrimSpace(r.Option("source"))
			if publisher == "" {
				reply := listSources(r, r.heldBy(h), h.Sources, h.Publishers)
				reply.Notices = r.otherLanguages(h)
				return reply, nil
			}
			publisher, err := d.publisher(d.viewer(r), publisher)
			if err != nil {
				return Reply{}, err
			}
			listed := slices.DeleteFunc(slices.Clone(h.Sources), func(s news.Source) bool { return s.Publisher != publisher })
			return listSources(r, r.held(retrieval.Holdings{Articles: len(listed), From: oldest(listed), To: listed[0].Published}), listed, h.Publishers), nil
		},
	}
}

// otherLanguages says which articles are read less well, because they are not in English.
func (r Request) otherLanguages(h retrieval.Holdings) []string {
	var others []string
	for _, l := range h.Languages {
		if l.Name != "en" {
			others = append(others, fmt.Sprintf("%s (%d)", r.say(text.LanguageName(l.Name)), l.N))
		}
	}
	if len(others) == 0 {
		return nil
	}
	return []string{r.say("Also in %s: these are found by their words, while quotations, word forms and meaning are read for English.", strings.Join(others, ", "))}
}

// oldest is the first day of articles that are sorted newest first, undated ones last; zero when none has one.
func oldest(listed []news.Source) time.Time {
	for _, s := range slices.Backward(listed) {
		if !s.Published.IsZero() {
			return s.Published
		}
	}
	return time.Time{}
}

// listSources shows one page of articles, newest first: a line for each publisher on it, which cites its articles.
func listSources(r Request, title string, listed []news.Source, counts []retrieval.Count) Reply {
	pages := (len(listed) + sourcesPerPage - 1) / sourcesPerPage
	current := min(page(r), pages)
	reply := Reply{Title: title, Actions: paging(r, current, pages), Footer: strings.Join(compact(r.say("newest first"), r.pageOf(current, pages)), " · ")}
	of := map[string]int{}
	for _, c := range counts {
		of[c.Name] = c.N
	}
	lines := map[string]int{} // publisher -> its block
	for i, s := range listed[(current-1)*sourcesPerPage : min(current*sourcesPerPage, len(listed))] {
		line, ok := lines[s.Publisher]
		if !ok {
			line = len(reply.Blocks)
			lines[s.Publisher] = line
			reply.Blocks = append(reply.Blocks, Block{Kind: Item, Text: r.publisherLine(s.Publisher, of[s.Publisher])})
		}
		reply.Blocks[line].Cites = append(reply.Blocks[line].Cites, i+1)
		reply.Sources = append(reply.Sources, Source{N: i + 1, Source: s})
	}
	return reply
}

func (r Request) publisherLine(name string, n int) string {
	if name == "" {
		name = r.say("No publisher given")
	}
	return name + ", " + r.say("%s", counted{n, "article"})
}
