package main

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"time"

	"attache/internal/collection"
	"attache/internal/ingest"
	"attache/internal/intake"
	"attache/internal/library"
	"attache/internal/news"
	"attache/internal/text"
)

type ingestCmd struct {
	Paths     []string `arg:"" help:"Files, folders and web addresses (https://…) of articles, feeds and sitemaps."`
	Title     string   `help:"Title, for an article that has none of its own."`
	Source    string   `help:"Publisher." placeholder:"NAME"`
	URL       string   `help:"Web address." name:"url"`
	Author    string   `help:"Author."`
	Published string   `help:"Day of publication." placeholder:"DATE"`
	Label     string   `help:"Mark shown beside the source, such as exercise."`
	Guild     string   `help:"Discord server whose collection it joins (its id); all servers without." placeholder:"ID"`
	wallFlags
	Most   int  `help:"Most pages to take from feeds and sitemaps." default:"500" placeholder:"N"`
	DryRun bool `help:"Show what would be stored; store nothing."`
}

// Run reads every file and page, stores what can be stored and says of each what it did or why not.
func (c ingestCmd) Run(ctx context.Context, line *cli, std streams, env environment, net network) error {
	settings, err := settings(line, env)
	if err != nil {
		return err
	}
	options, err := c.options(settings.Ingest.MaxFileBytes)
	if err != nil {
		return err
	}
	app, err := newApp(ctx, settings, std.err)
	if err != nil {
		return err
	}
	defer func() { _ = app.Close() }() // everything acknowledged is stored
	defer app.connect(ctx, net)()
	options.PDF = app.Keeper.Article.PDF
	start := time.Now()
	tell, done := teller(std, c.Paths...)
	defer done()
	run := intake.New(app.Collection, app.Keeper.Client, intake.Options{Article: options, Most: c.Most, Dry: c.DryRun, Tell: tell})
	for _, path := range c.Paths {
		if err := run.Take(ctx, path); err != nil {
			return err
		}
	}
	done()
	return summary(std, run.Report(), time.Since(start))
}

func (c ingestCmd) options(maxBytes int64) (ingest.Options, error) {
	o := ingest.Options{Title: c.Title, Publisher: c.Source, URL: c.URL, Author: c.Author, Label: c.Label, Guild: c.Guild, KeepGuild: true, MaxBytes: maxBytes}
	var err error
	if c.Published != "" {
		if o.Published, err = ingest.ParseDate(c.Published); err != nil {
			return o, fmt.Errorf("--published %w", err)
		}
	}
	o.Wall, err = c.wall()
	return o, err
}

// teller prints what becomes of each place, on a line of its own, and in a terminal a bar below with the rate and the time left. done takes the bar away;
// it may be called twice.
func teller(std streams, paths ...string) (tell func(intake.Event), done func()) {
	bar := newIntakeBar(std.err, paths)
	return func(e intake.Event) {
		bar.clear()
		if e.Outcome == intake.Failed {
			fmt.Fprintln(std.err, failure(e))
		} else {
			fmt.Fprintf(std.out, "%s: %s\n", e.Place, what(e))
		}
		bar.count(e)
	}, bar.clear
}

// what says what became of a place.
func what(e intake.Event) string {
	a := e.Report.Article
	switch e.Outcome {
	case intake.Added, intake.Replaced:
		return fmt.Sprintf("%s: %s; %s", e.Outcome, describe(a), derived(e.Report))
	case intake.Unchanged:
		return "unchanged: " + describe(a)
	case intake.Same: // a page that says so, or a file of the same size and time
		return "unchanged since the last time"
	case intake.Dry:
		return fmt.Sprintf("would be stored: %s; %s, %s of text, %s; %s",
			describe(a), cmp.Or(text.LanguageName(a.Language), "language not known"), many(len(a.Text), "byte"), many(len(a.Headings), "heading"), derived(e.Report))
	case intake.Listed:
		return e.Detail
	}
	return string(e.Outcome) + ": " + e.Detail // a remark, or why it was passed over
}

// derived says what was made of an article.
func derived(r collection.Report) string {
	return fmt.Sprintf("%s, %s by %s", many(r.Passages, "passage"), many(r.Quotes, "quotation"), many(r.Speakers, "named speaker"))
}

// many counts things in words: "1 passage", "3 passages".
func many(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

func failure(e intake.Event) string { return fmt.Sprintf("%s: not added: %v", e.Place, e.Err) }

// describe is an article in one line, with what is missing said.
func describe(a news.Article) string {
	s := fmt.Sprintf("%q", a.Title)
	if a.Publisher == "" {
		s += ", no publisher (set it with --source)"
	} else {
		s += ", " + a.Publisher
	}
	if a.Published.IsZero() {
		return s + ", undated (set it with --published)"
	}
	return s + ", " + a.Published.Format("2 Jan 2006")
}

// manyLines is how much is said before what failed is said once more at the end.
const manyLines = 20

// summary counts what became of everything, and is exit code 1 when something failed.
func summary(std streams, r intake.Report, took time.Duration) error {
	failed := len(r.Failures)
	if failed > 0 && r.Articles+failed > manyLines {
		fmt.Fprint(std.err, "\nOnce more, what was not added:\n")
		for _, e := range r.Failures {
			fmt.Fprintln(std.err, failure(e))
		}
	}
	removed := ""
	if r.Removed > 0 {
		removed = fmt.Sprintf("%d removed, ", r.Removed)
	}
	fmt.Fprintf(std.out, "%d added, %d replaced, %s%d unchanged, %d passed over, %d failed in %.1f s\n",
		r.Added, r.Replaced, removed, r.Unchanged, r.Skipped, failed, took.Seconds())
	if failed > 0 {
		return exit(1)
	}
	return nil
}

type removeCmd struct {
	Names []string `arg:"" help:"Ids, URLs or files of the articles."`
	Guild string   `help:"Discord server whose collection they are in (its id)." placeholder:"ID"`
}

// Run takes articles out, with everything derived from them.
func (c removeCmd) Run(ctx context.Context, line *cli, std streams, env environment) error {
	return withApp(ctx, line, std, env, func(app *App) error {
		failed := false
		for _, name := range c.Names {
			ids, err := find(ctx, app.library, c.Guild, name)
			if err != nil {
				return err
			}
			if len(ids) == 0 {
				fmt.Fprintf(std.err, "%s: no such article; bot sources lists them\n", name)
				failed = true
			}
			for _, id := range ids {
				if err := app.Collection.Remove(ctx, id); err != nil {
					return err
				}
				fmt.Fprintf(std.out, "%s: removed\n", id)
			}
		}
		if failed {
			return exit(1)
		}
		return nil
	})
}

// find looks articles up by id or URL, or by the file they were read from.
func find(ctx context.Context, lib *library.Library, guild, name string) ([]string, error) {
	ids, err := lib.Find(ctx, guild, name)
	if err != nil || len(ids) > 0 {
		return ids, err
	}
	path, err := filepath.Abs(name)
	if err != nil {
		return nil, err
	}
	return lib.Find(ctx, guild, path)
}
