package main

import (
	"context"
	"fmt"
	"strconv"

	"attache/internal/collection"
)

// speakersCmd lists who is quoted and keeps an editor's word on who is who.
type speakersCmd struct {
	List    listSpeakersCmd  `cmd:"" default:"withargs" help:"List who is quoted (what speakers does by itself)."`
	Join    joinSpeakersCmd  `cmd:"" help:"Two names are one person: list the first one's quotations under the second."`
	Split   splitSpeakersCmd `cmd:"" help:"In one article, a name is somebody else."`
	Rulings rulingsCmd       `cmd:"" help:"List the joins and splits in force."`
	Undo    undoRulingCmd    `cmd:"" help:"Forget the join or split of a name."`
}

type listSpeakersCmd struct {
	Name  string `arg:"" optional:"" help:"Only names with this part."`
	Page  int    `help:"Which page of the list." default:"1"`
	Guild string `help:"As this Discord server would be answered (its id)." placeholder:"ID"`
}

// Run lists who is quoted and ends.
func (c listSpeakersCmd) Run(ctx context.Context, line *cli, std streams, env environment) error {
	return once(ctx, line, std, env, narrow{Guild: c.Guild}.request("speakers", map[string]string{"name": c.Name, "page": strconv.Itoa(c.Page)}))
}

type joinSpeakersCmd struct {
	Name string `arg:"" help:"A name as articles give it."`
	As   string `arg:"" help:"The name under which the quotations are listed."`
}

// Run remembers that two names are one person.
func (c joinSpeakersCmd) Run(ctx context.Context, line *cli, std streams, env environment) error {
	return rule(ctx, line, std, env, collection.Ruling{Name: c.Name, As: c.As})
}

type splitSpeakersCmd struct {
	Name    string `arg:"" help:"A name as the article gives it."`
	Article string `help:"The article's id; bot export shows them." required:"" placeholder:"ID"`
	As      string `help:"The name under which that article's quotations are listed." required:"" placeholder:"NAME"`
}

// Run remembers that a name is somebody else in one article.
func (c splitSpeakersCmd) Run(ctx context.Context, line *cli, std streams, env environment) error {
	return rule(ctx, line, std, env, collection.Ruling{Name: c.Name, Article: c.Article, As: c.As})
}

func rule(ctx context.Context, line *cli, std streams, env environment, r collection.Ruling) error {
	return withCollection(ctx, line, std, env, func(c *collection.Collection) error {
		articles, err := c.Rule(ctx, r)
		if err != nil {
			return err
		}
		fmt.Fprintf(std.out, "%s is %s%s, from now on; the name stands in %d of the articles.\n", r.Name, r.As, where(r), articles)
		return nil
	})
}

func where(r collection.Ruling) string {
	if r.Article == "" {
		return ""
	}
	return " in article " + r.Article
}

type rulingsCmd struct{}

// Run lists the rulings.
func (rulingsCmd) Run(ctx context.Context, line *cli, std streams, env environment) error {
	return withCollection(ctx, line, std, env, func(c *collection.Collection) error {
		rulings, err := c.Rulings(ctx)
		if err != nil {
			return err
		}
		if len(rulings) == 0 {
			fmt.Fprintln(std.out, "No names have been joined or split.")
		}
		for _, r := range rulings {
			fmt.Fprintf(std.out, "%s is %s%s\n", r.Name, r.As, where(r))
		}
		return nil
	})
}

type undoRulingCmd struct {
	Name    string `arg:"" help:"The name as articles give it."`
	Article string `help:"The article of a split (its id)." placeholder:"ID"`
}

// Run forgets a ruling.
func (c undoRulingCmd) Run(ctx context.Context, line *cli, std streams, env environment) error {
	return withCollection(ctx, line, std, env, func(col *collection.Collection) error {
		articles, err := col.Unrule(ctx, c.Name, c.Article)
		if err != nil {
			return err
		}
		fmt.Fprintf(std.out, "%s stands for itself again, in %d articles.\n", c.Name, articles)
		return nil
	})
}

// withCollection opens the bot's collection for an operator's command.
func withCollection(ctx context.Context, line *cli, std streams, env environment, do func(*collection.Collection) error) error {
	return withApp(ctx, line, std, env, func(app *App) error { return do(app.Collection) })
}
