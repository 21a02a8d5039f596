package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"attache/internal/ingest"
	"attache/internal/library"
	"attache/internal/news"
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
	Most      int      `help:"Most pages to take from feeds and sitemaps." default:"500" placeholder:"N"`
	DryRun    bool     `help:"Show what would be stored; store nothing."`
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
	options.PDF = pdfReader(ctx, settings.DataDir)
	app, err := newApp(ctx, settings, std.err)
	if err != nil {
		return err
	}
	defer func() { _ = app.Close() }() // everything acknowledged is stored
	in := intake{app: app, options: options, std: std, dry: c.DryRun, start: time.Now()}
	pages := newWeb(&in, newClient(net.fetch, options.MaxBytes), c.Most)
	defer pages.client.Close()
	for _, path := range c.Paths {
		if isAddress(path) {
			err = pages.address(ctx, path)
		} else {
			err = in.walk(ctx, path)
		}
		if err != nil {
			return err
		}
	}
	return in.summary()
}

func (c ingestCmd) options(maxBytes int64) (ingest.Options, error) {
	o := ingest.Options{Title: c.Title, Publisher: c.Source, URL: c.URL, Author: c.Author, Label: c.Label, Guild: c.Guild, KeepGuild: true, MaxBytes: maxBytes}
	if c.Published != "" {
		published, err := ingest.ParseDate(c.Published)
		if err != nil {
			return o, fmt.Errorf("--published %w", err)
		}
		o.Published = published
	}
	return o, nil
}

// intake is one run of bot ingest.
type intake struct {
	app     *App
	options ingest.Options
	std     streams
	dry     bool
	start   time.Time

	added, replaced, unchanged, skipped int
	articles                            int
	failures                            []string
}

// walk takes in a file, or every file of a folder.
func (in *intake) walk(ctx context.Context, path string) error {
	for f := range ingest.Walk(path) {
		if ctx.Err() != nil {
			return errInterrupted
		}
		in.file(ctx, f, f.Path == filepath.Clean(path) || f.Path == path)
	}
	return nil
}

// file takes in one file; named tells that the person named it, so that passing it over is a failure.
func (in *intake) file(ctx context.Context, f ingest.File, named bool) {
	if f.Skip != "" {
		if named {
			in.fail(f.Path, errors.New(f.Skip))
			return
		}
		in.skipped++
		in.say(f.Path, "passed over: "+f.Skip)
		return
	}
	options := in.options
	options.Note = func(note string) { in.say(f.Path, "note: "+note) }
	for a, err := range ingest.Articles(ctx, f.Path, options) {
		if err != nil {
			in.fail(f.Path, err)
			continue
		}
		in.articles++
		in.article(ctx, f.Path, a)
	}
}

// article stores an article and reports whether it is in the collection now.
func (in *intake) article(ctx context.Context, path string, a news.Article) bool {
	if in.dry {
		in.say(path, fmt.Sprintf("would be stored: %s, %d bytes of text, %d headings", describe(a), len(a.Text), len(a.Headings)))
		return false
	}
	report, err := in.app.Collection.Add(ctx, a)
	if err != nil {
		in.fail(path, err)
		return false
	}
	switch report.Outcome {
	case library.Unchanged:
		in.unchanged++
		in.say(path, "unchanged: "+describe(report.Article))
		return true
	case library.Replaced:
		in.replaced++
	default:
		in.added++
	}
	in.say(path, fmt.Sprintf("%s: %s; %d passages, %d quotations by %d named speakers",
		report.Outcome, describe(report.Article), report.Passages, report.Quotes, report.Speakers))
	if report.Notice != "" {
		in.say(path, "note: "+report.Notice)
	}
	return true
}

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

func (in *intake) say(path, what string) { fmt.Fprintf(in.std.out, "%s: %s\n", path, what) }

func (in *intake) fail(path string, err error) {
	failure := fmt.Sprintf("%s: not added: %v", path, err)
	in.failures = append(in.failures, failure)
	fmt.Fprintln(in.std.err, failure)
}

// manyLines is how much is said before what failed is said once more at the end.
const manyLines = 20

func (in *intake) summary() error {
	took, failed := time.Since(in.start), len(in.failures)
	if failed > 0 && in.articles+failed > manyLines {
		fmt.Fprintf(in.std.err, "\nOnce more, what was not added:\n%s\n", strings.Join(in.failures, "\n"))
	}
	fmt.Fprintf(in.std.out, "%d added, %d replaced, %d unchanged, %d passed over, %d failed in %.1f s\n",
		in.added, in.replaced, in.unchanged, in.skipped, failed, took.Seconds())
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
	settings, err := settings(line, env)
	if err != nil {
		return err
	}
	app, err := newApp(ctx, settings, std.err)
	if err != nil {
		return err
	}
	defer func() { _ = app.Close() }() // everything acknowledged is stored
	failed := false
	for _, name := range c.Names {
		ids, err := app.find(ctx, c.Guild, name)
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
}

// find looks articles up by id or URL, or by the file they were read from.
func (a *App) find(ctx context.Context, guild, name string) ([]string, error) {
	ids, err := a.library.Find(ctx, guild, name)
	if err != nil || len(ids) > 0 {
		return ids, err
	}
	path, err := filepath.Abs(name)
	if err != nil {
		return nil, err
	}
	return a.library.Find(ctx, guild, path)
}
