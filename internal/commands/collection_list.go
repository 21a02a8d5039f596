package commands

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"attache/internal/library"
)

// list shows what a server has added and what it watches.
func (c *Curator) list() Command {
	return Command{
		Name:        "collection list",
		Description: "What this server has added, and the places that are watched for more",
		Reads:       true,
		Options:     []Option{{Name: "page", Description: "Which page of the list", Kind: Integer, MaxLength: 5}, private()},
		Handle: func(ctx context.Context, r Request, _ Progress) (Reply, error) {
			sources, err := c.own(ctx, r)
			if err != nil {
				return Reply{}, err
			}
			articles, err := c.articles(ctx, r)
			if err != nil {
				return Reply{}, err
			}
			reply := Reply{Title: r.say("%s, %s", counted{len(articles), "article added"}, counted{len(sources), "place watched"})}
			pages := max(1, (len(articles)+sourcesPerPage-1)/sourcesPerPage)
			current := min(page(r), pages)
			if current == 1 {
				for _, s := range sources {
					reply.Blocks = append(reply.Blocks, watchedItem(r, s))
				}
			}
			for _, s := range articles[(current-1)*sourcesPerPage : min(current*sourcesPerPage, len(articles))] {
				reply.Blocks = append(reply.Blocks, Block{Kind: Item, Text: strings.Join(append([]string{s.Title + " — " + r.publishedBy(s)}, r.lang().Marks(s.Wall)...), " · ")})
			}
			if len(reply.Blocks) == 0 {
				reply.Blocks = []Block{{Kind: Plain, Text: "Nothing has been added here yet: /collection add takes an address or a file."}}
			}
			reply.Actions = paging(r, current, pages)
			if pages > 1 {
				reply.Footer = r.say("last added first") + " · " + r.pageOf(current, pages)
			}
			return reply, nil
		},
	}
}

// watchedItem is a source with how the last look at it went.
func watchedItem(r Request, s library.Source) Block {
	what := cmp.Or(s.Title, s.Place) + ", " + r.say("a "+string(s.Kind))
	if s.Title != "" {
		what += " (" + s.Place + ")"
	}
	switch {
	case s.Looked.IsZero():
		return Block{Kind: Item, Mark: r.say("watched"), Text: r.say("%s: not looked at yet", what)}
	case s.Problem != "":
		return Block{Kind: Item, Mark: r.say("failing"), Text: r.say("%s: it %s; tried again after %s", what, r.lang().why(s.Problem), moment(s.Due))}
	}
	return Block{Kind: Item, Mark: r.say("watched"), Text: r.say("%s: %s on %s", what, r.brought(s.Outcome), moment(s.Synced))}
}

// refresh looks at watched places now.
func (c *Curator) refresh() Command {
	return Command{
		Name:        "collection refresh",
		Description: "Look at the watched places now, without waiting for their time",
		Adds:        true,
		Long:        true,
		Private:     true,
		Options:     []Option{{Name: "source", Description: "Only this place; all without", MaxLength: 2000, Complete: c.completeSource}},
		Handle: func(ctx context.Context, r Request, progress Progress) (Reply, error) {
			sources, err := c.own(ctx, r)
			if err != nil {
				return Reply{}, err
			}
			if wanted := strings.TrimSpace(r.Option("source")); wanted != "" {
				sources = slices.DeleteFunc(sources, func(s library.Source) bool { return s.Place != wanted && s.Title != wanted })
				if len(sources) == 0 {
					return Reply{}, Problemf("%q is not among the watched places; /collection list shows them.", cut(wanted, 200))
				}
			}
			if len(sources) == 0 {
				return Reply{}, Problemf("No place is watched here yet: /collection add with watch does that.")
			}
			return c.run(ctx, r, progress, func(ctx context.Context, o *outcome) (err error) {
				o.report, err = c.Keeper.Sync(ctx, sources, o.tell)
				return err
			}, c.reportOf)
		},
	}
}

func (c *Curator) completeSource(ctx context.Context, r Request, typed string) []Choice {
	sources, err := c.own(ctx, r)
	if err != nil {
		return nil
	}
	var choices []Choice
	for _, s := range sources {
		if name := cmp.Or(s.Title, s.Place); contains(name+" "+s.Place, typed) && len(s.Place) <= 100 {
			choices = append(choices, Choice{Name: cut(name, 100), Value: s.Place})
		}
	}
	return choices
}
