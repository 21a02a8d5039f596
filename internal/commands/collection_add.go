package commands

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"attache/internal/fetch"
	"attache/internal/ingest"
	"attache/internal/intake"
	"attache/internal/library"
	"attache/internal/news"
)

// mostLinks is how many addresses one request adds.
const mostLinks = 10

// add takes in what stands at addresses, and files.
func (c *Curator) add() Command {
	return Command{
		Name:        "collection add",
		Description: "Add articles: a page, a feed or a sitemap by its address, or a file",
		MessageMenu: "Add to the collection",
		Adds:        true,
		Long:        true,
		Private:     true,
		Options: append([]Option{
			{Name: "url", Description: "Address of a page, a feed or a sitemap", MaxLength: 4000},
			{Name: "file", Description: "A file: PDF, Word, text, Markdown, HTML, e-mail, EPUB or JSON Lines", Kind: Upload},
			{Name: "publisher", Description: "Who published it, where it does not say", MaxLength: 200},
			{Name: "published", Description: "Day of publication, where it does not say: 2023-02-28", MaxLength: 40},
			{Name: "title", Description: "Title, where it has none", MaxLength: 300},
			{Name: "watch", Description: "Look at the address again and again for more", Kind: Boolean},
		}, marks()...),
		Handle: c.handleAdd,
	}
}

func (c *Curator) handleAdd(ctx context.Context, r Request, progress Progress) (Reply, error) {
	links := linksIn(r.Option("url"))
	if len(links) == 0 && len(r.Attachments) == 0 {
		if r.Option("url") != "" {
			return Reply{}, Problemf("There is no address to add in that, and no file: an address begins with https://.")
		}
		return Reply{}, Problemf("Give me an address (url) or a file (file) to add.")
	}
	if len(links) > mostLinks {
		return Reply{}, Problemf("That holds %d addresses; I add %d at a time. Please send them in parts.", len(links), mostLinks)
	}
	options := c.Keeper.Options(library.Source{Guild: r.Place.Guild, Publisher: strings.TrimSpace(r.Option("publisher"))})
	options.Title = strings.TrimSpace(r.Option("title"))
	if day := strings.TrimSpace(r.Option("published")); day != "" {
		published, err := ingest.ParseDate(day)
		if err != nil {
			return Reply{}, Problemf("I can't read %q as a day of publication. Write it as 2023-02-28 or 28 Feb 2023.", day)
		}
		options.Published = published
	}
	var err error
	if options.Wall, err = marked(r, news.Wall{}); err != nil {
		return Reply{}, err
	}
	for _, a := range r.Attachments {
		if a.Size > options.MaxBytes {
			return Reply{}, Problemf("%s is larger than I may take: %.1f MB, and the limit is %.1f MB.", a.Name, megabytes(a.Size), megabytes(options.MaxBytes))
		}
	}
	watched := 0
	work := func(ctx context.Context, o *outcome) error {
		run := intake.New(c.Keeper.Collection, c.Keeper.Client, intake.Options{Article: options, Most: intake.DefaultMost, Tell: o.tell, Now: c.Now})
		defer func() { o.report = run.Report() }()
		for _, link := range links {
			if err := run.Take(ctx, link); err != nil {
				return err
			}
			if r.Flag("watch") {
				added, err := c.watch(ctx, r, link, options.Wall)
				if err != nil {
					return err
				}
				if added {
					watched++
				}
			}
		}
		for _, a := range r.Attachments {
			if err := c.takeFile(ctx, run, a); err != nil {
				return err
			}
		}
		return nil
	}
	return c.run(ctx, r, progress, work, func(r Request, o *outcome) Reply {
		reply := c.reportOf(r, o)
		if watched > 0 {
			reply.Notices = append(reply.Notices, r.say("%s; /collection list shows how each look went.", counted{watched, "place watched from now on"}))
		}
		if len(links) == 1 && !r.Flag("watch") && o.ahead > 0 {
			reply.Actions = append(reply.Actions, Action{Label: "Watch it for more", Request: Request{Command: r.Command, Options: map[string]string{"url": links[0], "watch": "true"}}})
		}
		return reply
	})
}

// watch remembers an address as a source; false when it is one already, or nothing can be read there, which the run has told.
func (c *Curator) watch(ctx context.Context, r Request, link string, wall news.Wall) (bool, error) {
	s, _, err := c.Keeper.Examine(ctx, library.Source{Guild: r.Place.Guild, Place: link, Publisher: strings.TrimSpace(r.Option("publisher")), Wall: wall})
	if err != nil {
		return false, nil //nolint:nilerr // the run has told what is wrong
	}
	return c.library().AddSource(ctx, s)
}

// takeFile takes in a file that somebody gave.
func (c *Curator) takeFile(ctx context.Context, run *intake.Run, a Attachment) error {
	if a.Path != "" {
		return run.Take(ctx, a.Path)
	}
	page, err := c.Files.Get(ctx, a.URL, fetch.Known{})
	switch {
	case ctx.Err() != nil:
		return intake.ErrInterrupted
	case err != nil:
		run.Fail(a.Name, err)
		return nil
	}
	return run.Document(ctx, a.Name, a.Name, "discord:"+a.ID, page.Body)
}

func megabytes(n int64) float64 { return float64(n) / (1 << 20) }

// webLink finds the addresses in a text. Marks that end a sentence are no part of one.
var webLink = regexp.MustCompile(`https?://[^\s<>"“”\x60|\\]+`)

// linksIn are the different addresses in a text, in order.
func linksIn(text string) []string {
	var links []string
	for _, link := range webLink.FindAllString(text, -1) {
		link = strings.TrimRight(link, ".,;:!?'’*_~")
		for strings.HasSuffix(link, ")") && strings.Count(link, ")") > strings.Count(link, "(") {
			link = strings.TrimRight(strings.TrimSuffix(link, ")"), ".,;:!?'’*_~")
		}
		if !slices.Contains(links, link) {
			links = append(links, link)
		}
	}
	return links
}
