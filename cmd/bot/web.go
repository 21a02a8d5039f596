package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"attache/internal/fetch"
	"attache/internal/ingest"
)

// isAddress tells what is fetched from what is read from a disk.
func isAddress(path string) bool {
	return strings.HasPrefix(path, "https://") || strings.HasPrefix(path, "http://")
}

// web takes in what stands at web addresses: a page, or the pages that a feed or a sitemap lists.
type web struct {
	in     *intake
	client *fetch.Client
	most   int             // pages that one run takes from lists
	taken  int             // pages taken from lists so far
	seen   map[string]bool // addresses that this run has been to
}

// newClient makes a client for pages of at most maxBytes, which the caller closes.
func newClient(o fetch.Options, maxBytes int64) *fetch.Client {
	o.MaxBytes = maxBytes
	return fetch.New(o)
}

func newWeb(in *intake, client *fetch.Client, most int) *web {
	return &web{in: in, client: client, most: most, seen: map[string]bool{}}
}

// visit is what is remembered of an address, so that an unchanged page is not fetched again.
type visit struct {
	Article string      `json:"article"` // the id of the article found there
	Version fetch.Known `json:"version"`
	Updated string      `json:"updated"` // what the list that named it said of its last change
	Fields  string      `json:"fields"`  // what the article was told to have, other than what its page says
}

// fields tells runs that set different fields apart.
func fields(o ingest.Options) string {
	return strings.Join([]string{o.Title, o.Publisher, o.URL, o.Author, o.Label, o.Published.Format(time.DateOnly)}, "\x00")
}

func visitKey(address string) string { return "web " + address }

// visited returns what is of use from the last visit: nothing when the article is not there any more, or when this run wants other fields for it.
func (w *web) visited(ctx context.Context, address string) (visit, error) {
	var v visit
	o := w.in.options
	if w.in.dry {
		return v, nil
	}
	value, err := w.in.app.library.Setting(ctx, o.Guild, visitKey(address))
	if err != nil || value == "" {
		return v, err
	}
	if json.Unmarshal([]byte(value), &v) != nil || v.Fields != fields(o) {
		return visit{}, nil // to be fetched again
	}
	ids, err := w.in.app.library.Find(ctx, o.Guild, v.Article)
	if err != nil || len(ids) == 0 {
		return visit{}, err
	}
	return v, nil
}

func (w *web) remember(ctx context.Context, address string, v visit) error {
	if w.in.dry {
		return nil
	}
	value, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return w.in.app.library.SetSetting(ctx, w.in.options.Guild, visitKey(address), string(value))
}

// address takes in what stands at one address. Its error is one of the library or the end of ctx; all else is told and counted.
func (w *web) address(ctx context.Context, address string) error {
	found, err := w.fetch(ctx, ingest.Entry{URL: address})
	if err != nil || found == nil {
		return err
	}
	return w.list(ctx, address, *found, 0)
}

// fetch takes in the page of an entry. When it is a list and not an article, the list is returned.
func (w *web) fetch(ctx context.Context, e ingest.Entry) (list *ingest.Web, err error) {
	if w.seen[e.URL] {
		return nil, nil
	}
	w.seen[e.URL] = true
	last, err := w.visited(ctx, e.URL)
	if err != nil {
		return nil, err
	}
	if e.Updated != "" && e.Updated == last.Updated {
		w.same(e.URL)
		return nil, nil
	}
	page, err := w.client.Get(ctx, e.URL, last.Version, ingest.WebTypes()...)
	switch {
	case ctx.Err() != nil:
		return nil, errInterrupted
	case err != nil:
		w.in.fail(e.URL, err)
		return nil, nil
	case page.Unchanged:
		w.same(e.URL)
		last.Updated = e.Updated
		return nil, w.remember(ctx, e.URL, last)
	}
	options := w.in.options
	options.Note = func(note string) { w.in.say(e.URL, "note: "+note) }
	found, err := ingest.ReadWeb(ingest.Response{URL: page.URL, Type: page.Type, Charset: page.Charset, Body: page.Body}, options)
	if err != nil {
		w.in.fail(e.URL, err)
		return nil, nil
	}
	if found.List != "" {
		return &found, nil
	}
	w.in.articles++
	if !w.in.article(ctx, e.URL, found.Article) {
		return nil, nil
	}
	return nil, w.remember(ctx, e.URL, visit{found.Article.ID, page.Version, e.Updated, fields(options)})
}

func (w *web) same(address string) {
	w.in.unchanged++
	w.in.say(address, "unchanged since the last time")
}

// deepestList is how far lists may lead to lists: an index of sitemaps leads to sitemaps.
const deepestList = 1

// list takes in the pages of a feed or a sitemap.
func (w *web) list(ctx context.Context, address string, found ingest.Web, depth int) error {
	if w.in.options.Title != "" || w.in.options.URL != "" {
		w.in.fail(address, fmt.Errorf("is a %s, many articles: --title and --url are for one", found.List))
		return nil
	}
	what := fmt.Sprintf("a %s of %d", found.List, len(found.Entries))
	if found.Title != "" {
		what = fmt.Sprintf("%q, %s", found.Title, what)
	}
	w.in.say(address, what)
	for i, e := range found.Entries {
		if w.taken >= w.most {
			w.in.say(address, fmt.Sprintf("%d more are left for another time (--most %d)", len(found.Entries)-i, w.most))
			return nil
		}
		if err := w.entry(ctx, address, e, depth); err != nil {
			return err
		}
	}
	return nil
}

func (w *web) entry(ctx context.Context, address string, e ingest.Entry, depth int) error {
	if !e.More {
		w.taken++
	}
	if e.Article.ID != "" {
		w.in.articles++
		w.in.article(ctx, address, e.Article)
		if ctx.Err() != nil {
			return errInterrupted
		}
		return nil
	}
	list, err := w.fetch(ctx, e)
	if err != nil || list == nil {
		return err
	}
	if !e.More || depth >= deepestList {
		w.in.fail(e.URL, fmt.Errorf("is a %s where a page was expected: name it itself to have it read", list.List))
		return nil
	}
	return w.list(ctx, e.URL, *list, depth+1)
}

var errInterrupted = errors.New("interrupted; what is listed as added is stored, start again to go on")
