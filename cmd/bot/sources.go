package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"attache/internal/commands"
	"attache/internal/intake"
	"attache/internal/library"
)

type sourcesCmd struct {
	Articles sourcesArticlesCmd `cmd:"" default:"withargs" help:"List the articles that the collection holds; so does bot sources alone."`
	watchCommands
}

// watchCommands are about places that are looked at again and again.
type watchCommands struct {
	Add    sourcesAddCmd    `cmd:"" help:"Watch a feed, a sitemap, a page or a folder for new articles."`
	List   sourcesListCmd   `cmd:"" help:"List the places that are watched, and how the last look at each went."`
	Remove sourcesRemoveCmd `cmd:"" help:"Watch a place no longer; its articles stay."`
	Sync   sourcesSyncCmd   `cmd:"" help:"Look at the places now. The running bot does so by itself (ingest.every)."`
}

type sourcesArticlesCmd struct {
	Source string `help:"Only articles of this publisher." placeholder:"NAME"`
	Page   int    `help:"Which page of the list." default:"1"`
	Guild  string `help:"As this Discord server would be answered (its id)." placeholder:"ID"`
}

// Run lists what the collection holds and ends.
func (c sourcesArticlesCmd) Run(ctx context.Context, line *cli, std streams, env environment) error {
	return once(ctx, line, std, env, narrow{Guild: c.Guild}.request("sources", map[string]string{"source": c.Source, "page": strconv.Itoa(c.Page)}))
}

// withWeb runs f with an open bot that reaches the web.
func withWeb(ctx context.Context, line *cli, std streams, env environment, net network, f func(*App) error) error {
	return withApp(ctx, line, std, env, func(app *App) error {
		defer app.connect(ctx, net)()
		return f(app)
	})
}

type sourcesAddCmd struct {
	Place  string `arg:"" help:"Address of a feed, a sitemap or a page, or a folder."`
	Guild  string `help:"Discord server whose collection its articles join (its id); all servers without." placeholder:"ID"`
	Source string `help:"Publisher of all its articles; without it, what each says." placeholder:"NAME"`
	Label  string `help:"Mark shown beside the source."`
	wallFlags
	Every  time.Duration `help:"Time between two looks, such as 2h; the configuration's without." placeholder:"TIME"`
	Mirror bool          `help:"Of a folder: take an article out when its file is deleted."`
}

// Run looks what stands there and remembers it.
func (c sourcesAddCmd) Run(ctx context.Context, line *cli, std streams, env environment, net network) error {
	wall, err := c.wall()
	if err != nil {
		return err
	}
	return withWeb(ctx, line, std, env, net, func(app *App) error {
		s, what, err := app.Keeper.Examine(ctx, library.Source{
			Wall: wall, Place: c.Place, Guild: c.Guild, Publisher: c.Source, Label: c.Label, Every: c.Every, Mirror: c.Mirror})
		if err != nil {
			return fmt.Errorf("%s %w", c.Place, err)
		}
		added, err := app.library.AddSource(ctx, s)
		if err != nil {
			return err
		}
		if !added {
			return fmt.Errorf("%s is among the sources already", s.Place)
		}
		fmt.Fprintf(std.out, "%s: added, %s. The running bot takes its articles in, and so does bot sources sync.\n", s.Place, what)
		return nil
	})
}

type sourcesListCmd struct{}

// Run lists the sources.
func (sourcesListCmd) Run(ctx context.Context, line *cli, std streams, env environment, net network) error {
	return withWeb(ctx, line, std, env, net, func(app *App) error {
		all, err := app.library.Sources(ctx)
		if err != nil {
			return err
		}
		if len(all) == 0 {
			fmt.Fprintln(std.out, "There are no sources yet: bot sources add PLACE watches one.")
		}
		for _, s := range all {
			listSource(std.out, s)
		}
		return nil
	})
}

// listSource prints a source, and on lines below it how the last look went.
func listSource(w io.Writer, s library.Source) {
	fmt.Fprintf(w, "%s  %s", s.Place, s.Kind)
	if s.Title != "" {
		fmt.Fprintf(w, "  %q", s.Title)
	}
	if s.Guild != "" {
		fmt.Fprintf(w, "  for server %s", s.Guild)
	}
	if marks := commands.Language("").Marks(s.Wall); len(marks) > 0 {
		fmt.Fprintf(w, "  [%s]", strings.Join(marks, "; "))
	}
	if s.Every > 0 {
		fmt.Fprintf(w, "  every %s", s.Every)
	}
	if s.Mirror {
		fmt.Fprint(w, "  mirrored")
	}
	switch {
	case s.Looked.IsZero():
		fmt.Fprint(w, "  never synced")
	case s.Problem == "":
		fmt.Fprintf(w, "  synced %s: %s", stamp(s.Synced), s.Outcome)
	default:
		fmt.Fprintf(w, "\n    FAILED %s: %s; tried again after %s", stamp(s.Looked), s.Problem, stamp(s.Due))
	}
	fmt.Fprintln(w)
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 MST") }

type sourcesRemoveCmd struct {
	Place string `arg:"" help:"Address or folder, as bot sources list shows it."`
	Guild string `help:"Discord server that it was added for (its id)." placeholder:"ID"`
}

// Run forgets a source.
func (c sourcesRemoveCmd) Run(ctx context.Context, line *cli, std streams, env environment, net network) error {
	return withWeb(ctx, line, std, env, net, func(app *App) error {
		place := c.Place
		if !intake.IsAddress(place) {
			if full, err := filepath.Abs(place); err == nil {
				place = full
			}
		}
		err := app.library.RemoveSource(ctx, c.Guild, place)
		if errors.Is(err, library.ErrNotFound) {
			return fmt.Errorf("%s is not among the sources; bot sources list shows them", c.Place)
		}
		if err != nil {
			return err
		}
		fmt.Fprintf(std.out, "%s: watched no longer; its articles stay until bot remove takes them out\n", place)
		return nil
	})
}

type sourcesSyncCmd struct {
	Most int `help:"Most pages to take from each feed or sitemap." default:"500" placeholder:"N"`
}

// Run takes in what is new in every source; one that fails stops nothing.
func (c sourcesSyncCmd) Run(ctx context.Context, line *cli, std streams, env environment, net network) error {
	return withWeb(ctx, line, std, env, net, func(app *App) error {
		all, err := app.library.Sources(ctx)
		if err != nil {
			return err
		}
		start := time.Now()
		app.Keeper.Most = c.Most
		tell, done := teller(std)
		report, err := app.Keeper.Sync(ctx, all, tell)
		done()
		if err != nil {
			return err
		}
		return summary(std, report, time.Since(start))
	})
}

// sourcesHealth tells of the sources that the last look failed at.
func (a *App) sourcesHealth(ctx context.Context) (ok string, broken []string, err error) {
	all, err := a.library.Sources(ctx)
	if err != nil {
		return "", nil, err
	}
	for _, s := range all {
		if s.Problem != "" {
			broken = append(broken, fmt.Sprintf("%s %s (since %d looks)", s.Place, s.Problem, s.Failures))
		}
	}
	never := slices.IndexFunc(all, func(s library.Source) bool { return s.Looked.IsZero() }) >= 0
	switch {
	case len(all) == 0:
		ok = "none watched; bot sources add does"
	case never:
		ok = fmt.Sprintf("%d watched, some for the first time at the next start or bot sources sync", len(all))
	default:
		ok = fmt.Sprintf("%d watched, none failed at the last look", len(all))
	}
	return ok, broken, nil
}
