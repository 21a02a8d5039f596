package intake

import (
	"context"
	"errors"
	"fmt"

	"attache/internal/fetch"
	"attache/internal/ingest"
	"attache/internal/library"
)

// atOnce is how many pages are on their way at the same time. Those of one host take turns all the same.
const atOnce = 8

// found is what came from one address, not yet stored.
type found struct {
	entry ingest.Entry
	last  library.Visit
	page  fetch.Page
	web   ingest.Web
	notes []string
	skip  string // why it was not asked for
	err   error  // why it could not be read
	fatal error  // of the library
}

// address takes in what stands at one address.
func (r *Run) address(ctx context.Context, address string) error {
	if r.seen[address] {
		return nil
	}
	r.seen[address] = true
	f := r.look(ctx, ingest.Entry{URL: address, More: true}, true)
	failed := len(r.report.Failures)
	if err := r.settle(ctx, address, f, top); err != nil {
		return err
	}
	if f.web.List == "" || r.left > 0 || len(r.report.Failures) > failed {
		return nil // what is left or failed is to be found in the list next time
	}
	return r.remember(ctx, address, library.Visit{}, f.page.Version, "")
}

// look gets and reads the page of an entry; an entry that is an article already is left as it is. named tells that it is asked for whatever happened before.
func (r *Run) look(ctx context.Context, e ingest.Entry, named bool) (f found) {
	f.entry = e
	defer func() {
		if p := recover(); p != nil {
			f.err = fmt.Errorf("cannot be read, by a fault of this program: %v", p)
		}
	}()
	if f.last, f.skip, f.fatal = r.visited(ctx, placeOf(e), named); f.fatal != nil || f.skip != "" {
		return f
	}
	if e.Article.ID != "" {
		f.web.Article = e.Article
		return f
	}
	if e.Updated != "" && e.Updated == f.last.Updated {
		f.page.Unchanged = true
		return f
	}
	f.page, f.err = r.client.Get(ctx, e.URL, fetch.Known{ETag: f.last.ETag, LastModified: f.last.Modified}, ingest.WebTypes()...)
	if f.err != nil || f.page.Unchanged {
		return f
	}
	o := r.options.Article
	o.Note = func(note string) { f.notes = append(f.notes, note) }
	f.web, f.err = ingest.ReadWeb(ingest.Response{URL: f.page.URL, Type: f.page.Type, Charset: f.page.Charset, Body: f.page.Body}, o)
	f.page.Body = nil
	return f
}

// placeOf is where an entry's article is.
func placeOf(e ingest.Entry) string {
	if e.Article.ID != "" {
		return e.Article.Origin
	}
	return e.URL
}

// visited returns what is of use from the last visit: nothing when the article is not there any more, or when this run wants other fields for it. A run
// that looks again passes over, with the reason, what has failed lately and what was taken out of the collection.
func (r *Run) visited(ctx context.Context, place string, named bool) (v library.Visit, skip string, err error) {
	o, lib := r.options.Article, r.collection.Library
	if r.options.Dry {
		return v, "", nil
	}
	v, err = lib.Visit(ctx, o.Guild, place)
	switch {
	case err != nil || v.Fields != fields(o):
		return library.Visit{}, "", err // to be fetched again
	case v.Problem != "":
		if r.options.Again && !named && r.options.Now().Before(v.Due) {
			skip = fmt.Sprintf("failed lately, and is tried again after %s: it %s", v.Due.UTC().Format("2 Jan 15:04"), v.Problem)
		}
		return library.Visit{Failures: v.Failures}, skip, nil
	case v.Article == "": // a list
		if !r.options.Again {
			v = library.Visit{}
		}
		return v, "", nil
	}
	ids, err := lib.Find(ctx, o.Guild, v.Article)
	if err != nil || len(ids) > 0 {
		return v, "", err
	}
	if r.options.Again {
		skip = "was taken out of the collection: name it itself to have it back"
	}
	return library.Visit{}, skip, nil
}

// top is the depth of an address that somebody named.
const top = -1

// settle stores what came from an address. list is where the address was listed.
func (r *Run) settle(ctx context.Context, list string, f found, depth int) error {
	place := f.entry.URL
	if f.entry.Article.ID != "" {
		place = list
	}
	for _, note := range f.notes {
		r.note(place, note)
	}
	switch {
	case f.fatal != nil:
		return f.fatal
	case ctx.Err() != nil:
		return ErrInterrupted
	case f.skip != "":
		r.skip(place, f.skip)
		return nil
	case f.err != nil:
		r.fail(place, f.err)
		return r.failed(ctx, place, f, depth)
	case f.page.Unchanged:
		r.tell(Event{Place: place, Outcome: Same})
		return r.remember(ctx, place, f.last, f.page.Version, f.entry.Updated)
	case f.web.List != "" && (!f.entry.More || depth >= deepestList):
		r.fail(place, fmt.Errorf("is a %s where a page was expected: name it itself to have it read", f.web.List))
		return nil
	case f.web.List != "":
		return r.list(ctx, place, f.web, depth+1)
	}
	id := r.store(ctx, place, f.web.Article)
	if ctx.Err() != nil {
		return ErrInterrupted
	}
	if id == "" {
		return nil
	}
	return r.remember(ctx, placeOf(f.entry), library.Visit{Article: id}, f.page.Version, f.entry.Updated)
}

// remember notes a visit that went well.
func (r *Run) remember(ctx context.Context, place string, v library.Visit, version fetch.Known, updated string) error {
	if r.options.Dry {
		return nil
	}
	v.Fields, v.Updated = fields(r.options.Article), updated
	if version != (fetch.Known{}) {
		v.ETag, v.Modified = version.ETag, version.LastModified
	}
	return r.collection.Library.SetVisit(ctx, r.options.Article.Guild, place, v)
}

// failed notes that a listed page could not be read, so that it is not asked for at every look. What somebody named, and what was not asked for because
// its host wants rest, is tried again.
func (r *Run) failed(ctx context.Context, place string, f found, depth int) error {
	var busy *fetch.Busy
	if r.options.Dry || !r.options.Again || depth == top || errors.As(f.err, &busy) {
		return nil
	}
	n := f.last.Failures + 1
	return r.collection.Library.SetVisit(ctx, r.options.Article.Guild, place, library.Visit{
		Fields: fields(r.options.Article), Failures: n, Due: r.options.Now().Add(backOff(n, firstWait)), Problem: f.err.Error(),
	})
}

// deepestList is how far lists may lead to lists: an index of sitemaps leads to sitemaps.
const deepestList = 1

// list takes in the pages of a feed or a sitemap.
func (r *Run) list(ctx context.Context, address string, web ingest.Web, depth int) error {
	if o := r.options.Article; o.Title != "" || o.URL != "" {
		r.fail(address, fmt.Errorf("is a %s, many articles: --title and --url are for one", web.List))
		return nil
	}
	what := fmt.Sprintf("a %s of %d", web.List, len(web.Entries))
	if web.Title != "" {
		what = fmt.Sprintf("%q, %s", web.Title, what)
		r.title = web.Title
	}
	r.tell(Event{Place: address, Outcome: Listed, Detail: what, Ahead: min(len(web.Entries), r.options.Most-r.taken)})
	left := 0
	due := func(yield func(ingest.Entry) bool) {
		for i, e := range web.Entries {
			if r.taken >= r.options.Most {
				left = len(web.Entries) - i
				return
			}
			if !e.More {
				r.taken++
			}
			if e.Article.ID == "" && r.seen[e.URL] {
				continue
			}
			r.seen[e.URL] = r.seen[e.URL] || e.Article.ID == ""
			if !yield(e) {
				return
			}
		}
	}
	for f := range inOrder(due, atOnce, func(e ingest.Entry) found { return r.look(ctx, e, false) }) {
		if err := r.settle(ctx, address, f, depth); err != nil {
			return err
		}
	}
	if left > 0 {
		r.left += left
		r.tell(Event{Place: address, Outcome: Listed, Detail: fmt.Sprintf("%d more are left for another time (--most %d)", left, r.options.Most)})
	}
	return nil
}
