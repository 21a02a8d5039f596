package main

import (
	"context"
	"fmt"
	"strings"

	"attache/internal/collection"
	"attache/internal/commands"
	"attache/internal/ingest"
	"attache/internal/news"
)

// wallFlags are the marks of a wall.
type wallFlags struct {
	Channel  []string `help:"Show its words in this Discord channel (its id) and its threads only; several are allowed." placeholder:"ID"`
	Role     []string `help:"Show its words to who has this Discord role (its id) only, in private; several are allowed." placeholder:"ID"`
	Internal bool     `help:"Show its words in internal channels only, and in private to who may add articles."`
	Embargo  string   `help:"Treat it as internal until this moment, in UTC: 2031-05-14 06:00." placeholder:"MOMENT"`
}

func (f wallFlags) wall() (w news.Wall, err error) {
	w.Internal = f.Internal
	if w.Channels, err = ingest.ParseIDs(strings.Join(f.Channel, ",")); err != nil {
		return w, fmt.Errorf("--channel: %w", err)
	}
	if w.Roles, err = ingest.ParseIDs(strings.Join(f.Role, ",")); err != nil {
		return w, fmt.Errorf("--role: %w", err)
	}
	if f.Embargo != "" {
		if w.Embargo, err = ingest.ParseMoment(f.Embargo); err != nil {
			return w, fmt.Errorf("--embargo: %w", err)
		}
	}
	return w.Clean(), nil
}

type wallCmd struct {
	Name string `arg:"" help:"Id, URL or file of the article."`
	wallFlags
	Clear bool   `help:"Take the wall down: all of the server sees the article."`
	Guild string `help:"Discord server whose collection it is in (its id)." placeholder:"ID"`
}

// Run puts the wall of the given marks, and of no others, around an article; without any it tells of the one that is there.
func (c wallCmd) Run(ctx context.Context, line *cli, std streams, env environment) error {
	wall, err := c.wall()
	if err != nil {
		return err
	}
	if c.Clear && !wall.IsZero() {
		return fmt.Errorf("--clear takes the wall down; leave the marks out, or --clear")
	}
	return withCollection(ctx, line, std, env, func(held *collection.Collection) error {
		ids, err := find(ctx, held.Library, c.Guild, c.Name)
		if err != nil {
			return err
		}
		if len(ids) == 0 {
			fmt.Fprintf(std.err, "%s: no such article; bot sources lists them\n", c.Name)
			return exit(1)
		}
		for _, id := range ids {
			if c.Clear || !wall.IsZero() {
				if err := held.SetWall(ctx, id, wall); err != nil {
					return err
				}
			}
			a, err := held.Library.Article(ctx, id)
			if err != nil {
				return err
			}
			fmt.Fprintf(std.out, "%s, %q: %s\n", id, a.Title, audience(a))
		}
		return nil
	})
}

// audience says who sees an article.
func audience(a news.Article) string {
	if marks := commands.Language("").Marks(a.Wall); len(marks) > 0 {
		return strings.Join(marks, "; ")
	}
	if a.Guild == "" {
		return "seen by all servers"
	}
	return "seen by all of server " + a.Guild
}
