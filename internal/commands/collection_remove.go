package commands

import (
	"cmp"
	"context"
	"errors"
	"strconv"
	"strings"

	"attache/internal/library"
	"attache/internal/news"
	"attache/internal/text"
)

// remove takes articles out, or forgets a watched place.
func (c *Curator) remove() Command {
	return Command{
		Name:        "collection remove",
		Description: "Take an article out of the collection, or watch a place no longer",
		Adds:        true,
		Private:     true,
		Options: []Option{
			{Name: "what", Description: "Title, address or publisher of what was added here, or a watched place", Required: true, MaxLength: 2000, Complete: c.completeOwn},
			{Name: "confirm", Description: "How many articles go, to say that you mean it", Kind: Integer, MaxLength: 6},
		},
		Handle: c.handleRemove,
	}
}

func (c *Curator) handleRemove(ctx context.Context, r Request, _ Progress) (Reply, error) {
	what := strings.TrimSpace(r.Option("what"))
	stopped, err := c.stopWatching(ctx, r, what)
	if err != nil || stopped != "" {
		return Reply{Blocks: []Block{{Kind: Plain, Text: r.say("%s is watched no longer. Its articles stay until they are removed.", stopped)}}}, err
	}
	found, exact, err := c.named(ctx, r, what)
	if err != nil {
		return Reply{}, err
	}
	if len(found) == 0 {
		return Reply{}, Problemf("Nothing that was added here is called %q. /collection list shows what was.", cut(what, 200))
	}
	if confirmed, _ := strconv.Atoi(r.Option("confirm")); confirmed != len(found) && (len(found) > 1 || !exact) {
		return askBefore(r, found), nil
	}
	for _, s := range found {
		if err := c.Keeper.Collection.Remove(ctx, s.ArticleID); err != nil && !errors.Is(err, library.ErrNotFound) {
			return Reply{}, err
		}
	}
	reply := Reply{Title: r.say("%s", counted{len(found), "article removed"}), Footer: r.say("with passages, vectors and quotations")}
	reply.Blocks = articleItems(r, found)
	return reply, nil
}

// askBefore shows what would go and has it confirmed.
func askBefore(r Request, found []news.Source) Reply {
	n := counted{len(found), "article"}
	reply := Reply{Title: r.say("Remove %s?", n), Blocks: articleItems(r, found)}
	reply.Actions = []Action{{Label: r.say("Remove %s", n), Style: Danger, Request: r.With("confirm", strconv.Itoa(len(found))), Replace: true}}
	reply.Footer = r.say("nothing is removed yet · confirm:%d does the same", len(found))
	return reply
}

func articleItems(r Request, found []news.Source) []Block {
	var blocks []Block
	for i, s := range found {
		if i == mostListed {
			return append(blocks, Block{Kind: Plain, Text: r.say("And %d more.", len(found)-i)})
		}
		blocks = append(blocks, Block{Kind: Item, Text: s.Title + " — " + r.publishedBy(s)})
	}
	return blocks
}

// stopWatching forgets the source at that place. It returns its name; "" when there is none. (By their titles, articles are meant.)
func (c *Curator) stopWatching(ctx context.Context, r Request, what string) (string, error) {
	sources, err := c.own(ctx, r)
	for _, s := range sources {
		if s.Place == what {
			return cmp.Or(s.Title, s.Place), c.library().RemoveSource(ctx, s.Guild, s.Place)
		}
	}
	return "", err
}

// named finds the articles that were added here: by id, address or whole title, which is exact; else by publisher; else by a part of the title.
func (c *Curator) named(ctx context.Context, r Request, what string) (found []news.Source, exact bool, err error) {
	all, err := c.articles(ctx, r)
	folded := text.Fold(what)
	for i, is := range []func(news.Source) bool{
		func(s news.Source) bool { return s.ArticleID == what || s.URL == what || text.Fold(s.Title) == folded },
		func(s news.Source) bool { return text.Fold(s.Publisher) == folded },
		func(s news.Source) bool { return strings.Contains(text.Fold(s.Title), folded) },
	} {
		for _, s := range all {
			if is(s) {
				found = append(found, s)
			}
		}
		if len(found) > 0 {
			return found, i == 0, err
		}
	}
	return nil, false, err
}

func (c *Curator) completeOwn(ctx context.Context, r Request, typed string) []Choice {
	choices := c.completeSource(ctx, r, typed)
	all, err := c.articles(ctx, r)
	if err != nil {
		return choices
	}
	for _, s := range all {
		if contains(s.Title, typed) && len(choices) < 25 {
			choices = append(choices, Choice{Name: cut(s.Title+" — "+r.publishedBy(s), 100), Value: s.ArticleID})
		}
	}
	return choices
}

// contains reports whether a name holds what has been typed so far, letter case and accents aside.
func contains(name, typed string) bool {
	return strings.Contains(text.Fold(name), text.Fold(strings.TrimSpace(typed)))
}
