// Package collection keeps the parts of a team's collection in step: the library on disk, which is the truth, and the index and the book of
// quotations in memory, which are made from it.
package collection

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"sync"
	"time"

	"attache/internal/embed"
	"attache/internal/library"
	"attache/internal/news"
	"attache/internal/quotes"
	"attache/internal/retrieval"
	"attache/internal/speakers"
)

// derivation numbers the way in which passages and quotations are made from a text. Raise it when that changes: what an older program derived
// is then derived anew at the next start.
const derivation = 1

// derivationKey is the setting that remembers it.
const derivationKey = "derivation"

// Collection is an open collection. It is safe for concurrent use.
type Collection struct {
	Library  *library.Library
	Index    *retrieval.Index
	Speakers *speakers.Book

	model embed.Model
	log   *slog.Logger
	mu    sync.Mutex // one change of the index at a time
	seq   int64      // the newest change of the library that the index has followed
}

// Open reads the whole library into a new index and book. Articles that another embedder, or none, made vectors for are embedded anew and
// stored; progress, which may be nil, is told how many of all articles are done. When the embedder fails, those articles are found by their words alone.
func Open(ctx context.Context, lib *library.Library, model embed.Model, log *slog.Logger, progress func(done, all int)) (*Collection, error) {
	index, err := retrieval.NewIndex(model)
	if err != nil {
		return nil, err
	}
	c := &Collection{Library: lib, Index: index, Speakers: speakers.NewBook(), model: model, log: log}
	if c.seq, err = lib.Newest(ctx); err != nil {
		return nil, err
	}
	if err := c.rederive(ctx); err != nil {
		return nil, err
	}
	if err := c.load(ctx, progress); err != nil {
		return nil, err
	}
	return c, nil
}

// load fills index and book from the library.
func (c *Collection) load(ctx context.Context, progress func(done, all int)) error {
	var stale []library.Record
	for r, err := range c.Library.Records(ctx, c.model.Name) {
		if err != nil {
			return err
		}
		if r.Vectors.Model != c.model.Name {
			stale = append(stale, r)
			continue
		}
		c.index(r)
	}
	for i, r := range stale {
		vectors, err := c.embed(ctx, r.Article, r.Passages)
		if err != nil {
			return err
		}
		r.Vectors = vectors
		if vectors.Rows != nil {
			if err := c.Library.SetVectors(ctx, r.Article.ID, vectors); err != nil {
				return err
			}
		}
		c.index(r)
		if progress != nil {
			progress(i+1, len(stale))
		}
	}
	byArticle := map[string][]speakers.Entry{}
	for q, err := range c.Library.Quotes(ctx) {
		if err != nil {
			return err
		}
		byArticle[q.ArticleID] = append(byArticle[q.ArticleID], speakers.Entry{Quote: q.Quote, Source: q.Source, Guild: q.Guild})
	}
	for id, entries := range byArticle {
		c.Speakers.Put(id, entries)
	}
	return nil
}

// index puts one record into the index. Vectors that do not fit are left away, so that the article is still found by its words.
func (c *Collection) index(r library.Record) {
	d := retrieval.Document{Article: r.Article, Passages: r.Passages, Vectors: r.Vectors.Rows}
	if err := c.Index.Add(d); err != nil {
		c.log.Warn("article is searched by its words alone", "err", err)
		d.Vectors = nil
		if err := c.Index.Add(d); err != nil {
			c.log.Error("article could not be indexed", "err", err)
		}
	}
}

// embed returns the vectors of the passages. When the embedder fails it returns none, and an error only when ctx has ended.
func (c *Collection) embed(ctx context.Context, a news.Article, passages []news.Passage) (library.Vectors, error) {
	rows, err := retrieval.Embed(ctx, c.model, a, passages)
	if ctx.Err() != nil {
		return library.Vectors{}, ctx.Err()
	}
	if err != nil {
		c.log.WarnContext(ctx, "article could not be embedded; it is searched by its words alone", "article", a.ID, "err", err)
		return library.Vectors{}, nil
	}
	return library.Vectors{Model: c.model.Name, Rows: rows}, nil
}

// Report is what became of an article that was added.
type Report struct {
	Outcome  library.Outcome
	Article  news.Article
	Passages int
	Quotes   int // verbatim quotations found
	Speakers int // different named speakers among them
}

// Add stores an article, with its passages, vectors and quotations, and makes it searchable. The very same article changes nothing; a changed
// one takes its former self's place.
func (c *Collection) Add(ctx context.Context, a news.Article) (Report, error) {
	if same, err := c.Library.Unchanged(ctx, a); err != nil || same {
		return Report{Outcome: library.Unchanged, Article: a}, err
	}
	r, err := c.derive(ctx, a)
	if err != nil {
		return Report{}, err
	}
	outcome, err := c.Library.Put(ctx, r)
	if err != nil {
		return Report{}, err
	}
	report := Report{Outcome: outcome, Article: a, Passages: len(r.Passages)}
	named := map[string]bool{}
	for _, q := range r.Quotes {
		if q.Kind != news.Reported {
			report.Quotes++
		}
		if q.Speaker.Name != "" {
			named[speakers.Key(q.Speaker.Name)] = true
		}
	}
	report.Speakers = len(named)
	return report, c.Follow(ctx)
}

// derive makes everything that is stored beside an article's text.
func (c *Collection) derive(ctx context.Context, a news.Article) (library.Record, error) {
	passages := retrieval.Split(a)
	if len(passages) == 0 {
		return library.Record{}, fmt.Errorf("%s has no text to search", a.Title)
	}
	vectors, err := c.embed(ctx, a, passages)
	if err != nil {
		return library.Record{}, err
	}
	return library.Record{Article: a, Passages: passages, Quotes: quotes.Extract(a), Vectors: vectors}, nil
}

// Remove takes an article out of library, index and book. It returns library.ErrNotFound when there is none by that id.
func (c *Collection) Remove(ctx context.Context, id string) error {
	if err := c.Library.Remove(ctx, id); err != nil {
		return err
	}
	return c.Follow(ctx)
}

// Follow brings index and book up to date with the library, whoever changed it.
func (c *Collection) Follow(ctx context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	ids, newest, err := c.Library.Changes(ctx, c.seq)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := c.follow(ctx, id); err != nil {
			return err
		}
	}
	c.seq = newest
	return nil
}

func (c *Collection) follow(ctx context.Context, id string) error {
	r, err := c.Library.Record(ctx, c.model.Name, id)
	if errors.Is(err, library.ErrNotFound) {
		c.Speakers.Put(id, nil)
		return c.Index.Remove(id)
	}
	if err != nil {
		return err
	}
	c.index(r)
	var entries []speakers.Entry
	for q, err := range c.Library.QuotesOf(ctx, id) {
		if err != nil {
			return err
		}
		entries = append(entries, speakers.Entry{Quote: q.Quote, Source: q.Source, Guild: q.Guild})
	}
	c.Speakers.Put(id, entries)
	return nil
}

// Watch follows the library until ctx ends, looking every so often for what other processes have changed. Errors are logged; the next look tries again.
func (c *Collection) Watch(ctx context.Context, every time.Duration) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			if err := c.Follow(ctx); err != nil && ctx.Err() == nil {
				c.log.WarnContext(ctx, "could not follow the library", "err", err)
			}
		}
	}
}

// rederive makes passages and quotations anew when an older program made those that are stored.
func (c *Collection) rederive(ctx context.Context) error {
	stored, err := c.Library.Setting(ctx, "", derivationKey)
	if err != nil || stored == strconv.Itoa(derivation) {
		return err
	}
	var articles []news.Article
	for r, err := range c.Library.Records(ctx, c.model.Name) {
		if err != nil {
			return err
		}
		articles = append(articles, r.Article)
	}
	for _, a := range articles {
		r, err := c.derive(ctx, a)
		if err != nil {
			return err
		}
		if err := c.Library.Rederive(ctx, r); err != nil {
			return err
		}
	}
	if c.seq, err = c.Library.Newest(ctx); err != nil {
		return err
	}
	return c.Library.SetSetting(ctx, "", derivationKey, strconv.Itoa(derivation))
}
