package ingest

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/mmcdole/gofeed"
	"golang.org/x/net/html"

	"attache/internal/news"
)

// The bounds of a list: nobody reads more at once, and each entry is another request.
const (
	mostFeedEntries = 2000
	wholeArticle    = 200 // words from which on an entry's content counts as the whole article
)

// feed reads RSS, Atom and JSON feeds.
func feed(body []byte, address string, o Options) (Web, error) {
	if err := checkDepth(body); err != nil {
		return Web{}, err
	}
	f, err := parseFeed(body)
	if err != nil {
		return Web{}, fmt.Errorf("is a damaged feed: %w", err)
	}
	w := Web{List: "feed", Title: plainLine(f.Title)}
	items := f.Items[:min(len(f.Items), mostFeedEntries)]
	slices.SortStableFunc(items, func(a, b *gofeed.Item) int { return newest(b).Compare(newest(a)) })
	for _, item := range items {
		e := Entry{URL: linkOf(item, address), Updated: either(item.Updated, item.Published)}
		e.Article = entryArticle(item, e.URL, address, w.Title, o)
		if e.URL != "" || e.Article.ID != "" {
			w.Entries = append(w.Entries, e)
		}
	}
	return w, nil
}

// parseFeed turns a panic of the parser, which reads whatever people write, into an error.
func parseFeed(body []byte) (f *gofeed.Feed, err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("its form is not understood")
		}
	}()
	return gofeed.NewParser().Parse(bytes.NewReader(body))
}

func newest(item *gofeed.Item) time.Time {
	switch {
	case item.PublishedParsed != nil:
		return *item.PublishedParsed
	case item.UpdatedParsed != nil:
		return *item.UpdatedParsed
	}
	return time.Time{}
}

// linkOf is the absolute address of an entry's page; "" when it has none.
func linkOf(item *gofeed.Item, address string) string {
	base, err := url.Parse(address)
	if err != nil {
		return ""
	}
	for _, link := range append([]string{item.Link}, item.Links...) {
		if link = strings.TrimSpace(link); link == "" {
			continue
		}
		if u, err := base.Parse(link); err == nil && bare(u.String()) != "" {
			return bare(u.String())
		}
	}
	return ""
}

// entryArticle is the article that an entry carries; one without ID when it carries only a part of it, or speaks of a page on another site, which
// has to speak for itself.
func entryArticle(item *gofeed.Item, link, address, publisher string, o Options) news.Article {
	if link != "" && site(link) != site(address) {
		return news.Article{}
	}
	doc, err := parseHTML([]byte(item.Content))
	if err != nil {
		return news.Article{}
	}
	a := news.Article{Title: plainLine(item.Title), Publisher: either(publisher, site(address)), URL: link}
	var authors []string
	for _, p := range item.Authors {
		if p != nil && p.Name != "" {
			authors = append(authors, plainLine(p.Name))
		}
	}
	a.Author = strings.Join(authors, ", ")
	fillDate(&a, item.Published)
	if a.Published.IsZero() && item.PublishedParsed != nil {
		a.Published = *item.PublishedParsed
	}
	blocks := withoutTitle(tidied(htmlBlocks(doc)), a.Title)
	if n := len(blocks); n == 0 || strings.ContainsRune("…]", lastRune(blocks[n-1].text)) || strings.HasSuffix(blocks[n-1].text, "...") {
		return news.Article{} // cut short
	}
	a.Text, a.Headings = compose(blocks)
	if words(a.Text) < wholeArticle && link != "" {
		return news.Article{}
	}
	if a, err = finish(a, o); err != nil {
		return news.Article{}
	}
	a.Origin = either(link, bare(address)+"#"+a.ID)
	return a
}

// plainLine is a title or a name of a feed, in which some write HTML.
func plainLine(s string) string {
	if strings.ContainsAny(s, "<&") {
		if doc, err := html.Parse(strings.NewReader(s)); err == nil {
			s = textOf(doc)
		}
	}
	return tidy(s)
}
