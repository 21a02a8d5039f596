package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"attache/internal/fetch"
	"attache/internal/ingest"
	"attache/internal/intake"
)

type feedsCmd struct {
	Add    feedsAddCmd    `cmd:"" help:"Remember a feed or sitemap."`
	List   feedsListCmd   `cmd:"" help:"List the feeds."`
	Remove feedsRemoveCmd `cmd:"" help:"Forget a feed; its articles stay."`
	Sync   feedsSyncCmd   `cmd:"" help:"Take in what is new in all feeds. Run it as often as you like: unchanged pages are not fetched again."`
}

// feed is a list of articles that is looked at again and again.
type feed struct {
	URL    string    `json:"url"`
	Guild  string    `json:"guild,omitempty"`
	Title  string    `json:"title,omitempty"`
	Source string    `json:"source,omitempty"` // publisher of all its articles; "" is what each says
	Label  string    `json:"label,omitempty"`
	Synced time.Time `json:"synced,omitzero"`
}

func (f feed) is(address, guild string) bool { return f.URL == address && f.Guild == guild }

// feedsKey is the setting that holds all feeds.
const feedsKey = "feeds"

func (a *App) feeds(ctx context.Context) ([]feed, error) {
	value, err := a.library.Setting(ctx, "", feedsKey)
	if err != nil || value == "" {
		return nil, err
	}
	var all []feed
	if err := json.Unmarshal([]byte(value), &all); err != nil {
		return nil, fmt.Errorf("read the list of feeds: %w", err)
	}
	return all, nil
}

func (a *App) setFeeds(ctx context.Context, all []feed) error {
	if len(all) == 0 {
		return a.library.SetSetting(ctx, "", feedsKey, "")
	}
	value, err := json.Marshal(all)
	if err != nil {
		return err
	}
	return a.library.SetSetting(ctx, "", feedsKey, string(value))
}

// withApp runs f with an open bot.
func withApp(ctx context.Context, line *cli, std streams, env environment, f func(*App) error) error {
	settings, err := settings(line, env)
	if err != nil {
		return err
	}
	app, err := newApp(ctx, settings, std.err)
	if err != nil {
		return err
	}
	defer func() { _ = app.Close() }() // everything acknowledged is stored
	return f(app)
}

type feedsAddCmd struct {
	URL    string `arg:"" help:"Address of the feed or sitemap."`
	Guild  string `help:"Discord server whose collection its articles join (its id); all servers without." placeholder:"ID"`
	Source string `help:"Publisher of all its articles; without it, what each says." placeholder:"NAME"`
	Label  string `help:"Mark shown beside the source."`
}

// Run looks at the address and remembers it when it is a list of articles.
func (c feedsAddCmd) Run(ctx context.Context, line *cli, std streams, env environment, net network) error {
	return withApp(ctx, line, std, env, func(app *App) error {
		all, err := app.feeds(ctx)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(all, func(f feed) bool { return f.is(c.URL, c.Guild) }) {
			return fmt.Errorf("%s is among the feeds already", c.URL)
		}
		found, err := c.look(ctx, net.fetch)
		if err != nil {
			return fmt.Errorf("%s %w", c.URL, err)
		}
		if err := app.setFeeds(ctx, append(all, feed{URL: c.URL, Guild: c.Guild, Title: found.Title, Source: c.Source, Label: c.Label})); err != nil {
			return err
		}
		fmt.Fprintf(std.out, "%s: added, a %s of %d. bot feeds sync takes its articles in.\n", c.URL, found.List, len(found.Entries))
		return nil
	})
}

func (c feedsAddCmd) look(ctx context.Context, o fetch.Options) (ingest.Web, error) {
	client := fetch.New(o)
	defer client.Close()
	page, err := client.Get(ctx, c.URL, fetch.Known{}, ingest.WebTypes()...)
	if err != nil {
		return ingest.Web{}, err
	}
	found, err := ingest.ReadWeb(ingest.Response{URL: page.URL, Type: page.Type, Charset: page.Charset, Body: page.Body}, ingest.Options{})
	if err == nil && found.List == "" {
		err = errors.New("is a page, neither a feed nor a sitemap: bot ingest takes it in")
	}
	return found, err
}

type feedsListCmd struct{}

// Run lists the feeds in the order in which they were added.
func (feedsListCmd) Run(ctx context.Context, line *cli, std streams, env environment) error {
	return withApp(ctx, line, std, env, func(app *App) error {
		all, err := app.feeds(ctx)
		if err != nil {
			return err
		}
		if len(all) == 0 {
			fmt.Fprintln(std.out, "There are no feeds yet: bot feeds add URL remembers one.")
		}
		for _, f := range all {
			synced := "never synced"
			if !f.Synced.IsZero() {
				synced = "synced " + f.Synced.Format("2006-01-02 15:04 MST")
			}
			fmt.Fprintf(std.out, "%s  %q  %s", f.URL, f.Title, synced)
			if f.Guild != "" {
				fmt.Fprintf(std.out, "  for server %s", f.Guild)
			}
			fmt.Fprintln(std.out)
		}
		return nil
	})
}

type feedsRemoveCmd struct {
	URL   string `arg:"" help:"Address of the feed or sitemap."`
	Guild string `help:"Discord server that it was added for (its id)." placeholder:"ID"`
}

// Run forgets a feed.
func (c feedsRemoveCmd) Run(ctx context.Context, line *cli, std streams, env environment) error {
	return withApp(ctx, line, std, env, func(app *App) error {
		all, err := app.feeds(ctx)
		if err != nil {
			return err
		}
		rest := slices.DeleteFunc(slices.Clone(all), func(f feed) bool { return f.is(c.URL, c.Guild) })
		if len(rest) == len(all) {
			return fmt.Errorf("%s is not among the feeds; bot feeds list shows them", c.URL)
		}
		if err := app.setFeeds(ctx, rest); err != nil {
			return err
		}
		fmt.Fprintf(std.out, "%s: forgotten; its articles stay until bot remove takes them out\n", c.URL)
		return nil
	})
}

type feedsSyncCmd struct {
	Most int `help:"Most pages to take from each feed." default:"500" placeholder:"N"`
}

// Run takes in what is new in every feed; one that fails stops nothing.
func (c feedsSyncCmd) Run(ctx context.Context, line *cli, std streams, env environment, net network) error {
	return withApp(ctx, line, std, env, func(app *App) error {
		all, err := app.feeds(ctx)
		if err != nil {
			return err
		}
		start, tell, sum := time.Now(), teller(std), intake.Report{}
		client := newClient(net.fetch, app.Config.Ingest.MaxFileBytes)
		defer client.Close()
		read := pdfReader(ctx, app.Config.DataDir)
		for _, f := range all {
			article := ingest.Options{Publisher: f.Source, Label: f.Label, Guild: f.Guild, MaxBytes: app.Config.Ingest.MaxFileBytes, PDF: read}
			run := intake.New(app.Collection, client, intake.Options{Article: article, Most: c.Most, Tell: tell})
			if err := run.Take(ctx, f.URL); err != nil {
				return err
			}
			if err := app.synced(ctx, f, time.Now().UTC()); err != nil {
				return err
			}
			sum = sum.Plus(run.Report())
		}
		return summary(std, sum, time.Since(start))
	})
}

// synced notes when a feed was looked at, unless it was removed meanwhile.
func (a *App) synced(ctx context.Context, done feed, at time.Time) error {
	all, err := a.feeds(ctx)
	if err != nil {
		return err
	}
	for i, f := range all {
		if f.is(done.URL, done.Guild) {
			all[i].Synced = at
		}
	}
	return a.setFeeds(ctx, all)
}
