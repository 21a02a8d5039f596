package intake

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"attache/internal/fetch"
	"attache/internal/ingest"
)

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
func (r *Run) visited(ctx context.Context, address string) (visit, error) {
	var v visit
	o := r.options.Article
	if r.options.Dry {
		return v, nil
	}
	value, err := r.collection.Library.Setting(ctx, o.Guild, visitKey(address))
	if err != nil || value == "" {
		return v, err
	}
	if json.Unmarshal([]byte(value), &v) != nil || v.Fields != fields(o) {
		return visit{}, nil // to be fetched again
	}
	ids, err := r.collection.Library.Find(ctx, o.Guild, v.Article)
	if err != nil || len(ids) == 0 {
		return visit{}, err
	}
	return v, nil
}

func (r *Run) remember(ctx context.Context, address string, v visit) error {
	if r.options.Dry {
		return nil
	}
	value, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return r.collection.Library.SetSetting(ctx, r.options.Article.Guild, visitKey(address), string(value))
}

// address takes in what stands at one address.
func (r *Run) address(ctx context.Context, address string) error {
	found, err := r.fetch(ctx, ingest.Entry{URL: address})
	if err != nil || found == nil {
		return err
	}
	return r.list(ctx, address, *found, 0)
}

// fetch takes in the page of an entry. When it is a list and not an article, the list is returned.
func (r *Run) fetch(ctx context.Context, e ingest.Entry) (list *ingest.Web, err error) {
	if r.seen[e.URL] {
		return nil, nil
	}
	r.seen[e.URL] = true
	last, err := r.visited(ctx, e.URL)
	if err != nil {
		return nil, err
	}
	if e.Updated != "" && e.Updated == last.Updated {
		r.tell(Event{Place: e.URL, Outcome: Same})
		return nil, nil
	}
	page, err := r.client.Get(ctx, e.URL, last.Version, ingest.WebTypes()...)
	switch {
	case ctx.Err() != nil:
		return nil, ErrInterrupted
	case err != nil:
		r.fail(e.URL, err)
		return nil, nil
	case page.Unchanged:
		r.tell(Event{Place: e.URL, Outcome: Same})
		last.Updated = e.Updated
		return nil, r.remember(ctx, e.URL, last)
	}
	found, err := ingest.ReadWeb(ingest.Response{URL: page.URL, Type: page.Type, Charset: page.Charset, Body: page.Body}, r.article(e.URL))
	if err != nil {
		r.fail(e.URL, err)
		return nil, nil
	}
	if found.List != "" {
		return &found, nil
	}
	if !r.store(ctx, e.URL, found.Article) {
		return nil, nil
	}
	return nil, r.remember(ctx, e.URL, visit{found.Article.ID, page.Version, e.Updated, fields(r.options.Article)})
}

// deepestList is how far lists may lead to lists: an index of sitemaps leads to sitemaps.
const deepestList = 1

// list takes in the pages of a feed or a sitemap.
func (r *Run) list(ctx context.Context, address string, found ingest.Web, depth int) error {
	if o := r.options.Article; o.Title != "" || o.URL != "" {
		r.fail(address, fmt.Errorf("is a %s, many articles: --title and --url are for one", found.List))
		return nil
	}
	what := fmt.Sprintf("a %s of %d", found.List, len(found.Entries))
	if found.Title != "" {
		what = fmt.Sprintf("%q, %s", found.Title, what)
	}
	r.tell(Event{Place: address, Outcome: Listed, Detail: what})
	for i, e := range found.Entries {
		if r.taken >= r.options.Most {
			r.tell(Event{Place: address, Outcome: Listed, Detail: fmt.Sprintf("%d more are left for another time (--most %d)", len(found.Entries)-i, r.options.Most)})
			return nil
		}
		if err := r.entry(ctx, address, e, depth); err != nil {
			return err
		}
	}
	return nil
}

func (r *Run) entry(ctx context.Context, address string, e ingest.Entry, depth int) error {
	if !e.More {
		r.taken++
	}
	if e.Article.ID != "" {
		r.store(ctx, address, e.Article)
		if ctx.Err() != nil {
			return ErrInterrupted
		}
		return nil
	}
	list, err := r.fetch(ctx, e)
	if err != nil || list == nil {
		return err
	}
	if !e.More || depth >= deepestList {
		r.fail(e.URL, fmt.Errorf("is a %s where a page was expected: name it itself to have it read", list.List))
		return nil
	}
	return r.list(ctx, e.URL, *list, depth+1)
}
