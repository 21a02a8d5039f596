// Package collection keeps the parts of a team's collection in step: the library on disk, which is the truth, and the index and the book of
// quotations in memory, which are made from it.
package collection

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strconv"
	"sync"
	"time"

	"attache/internal/embed"
	"attache/internal/library"
	"attache/internal/news"
	"attache/internal/quotes"
	"attache/internal/retrieval"
	"attache/internal/speakers"
	"attache/internal/text"
)

// derivation numbers the way in which passages and quotations are made from a text. Raise it when that changes: what an older program derived
// is then derived anew at the next start.
const derivation = 5

// derivationKey is the setting that remembers it.
const derivationKey = "derivation"

// patience is how many articles in a row the embedder may fail on before the rest are left for later.
const patience = 3

// Collection is an open collection. It is safe for concurrent use.
type Collection struct {
	Library  *library.Library
	Index    *retrieval.Index
	Speakers *speakers.Book

	model     embed.Model
	log       *slog.Logger
	redact    library.Redact
	mu        sync.Mutex      // one change of the index at a time; guards what follows
	seq       int64           // the newest change of the library that the index has followed
	rulings   []Ruling        // an editor's word on who is who
	missing   set             // ids of the articles without vectors of model, which are searched by their words alone
	listeners []chan struct{} // of Changes
}

type set map[string]struct{}

// Open reads the whole library into a new index and book. Articles that another embedder, or none, made vectors for are embedded anew and
// stored; progress, which may be nil, is told how many of them are done. When the embedder fails, those articles are found by their words alone
// until Watch has made up for it.
func Open(ctx context.Context, lib *library.Library, model embed.Model, log *slog.Logger, progress func(done, all int)) (*Collection, error) {
	index, err := retrieval.NewIndex(model)
	if err != nil {
		return nil, err
	}
	c := &Collection{Library: lib, Index: index, Speakers: speakers.NewBook(), model: model, log: log, missing: set{}}
	if err := c.rederive(ctx); err != nil {
		return nil, err
	}
	if c.seq, err = lib.Newest(ctx); err != nil {
		return nil, err
	}
	if c.rulings, err = c.Rulings(ctx); err != nil {
		return nil, err
	}
	stale, err := c.load(ctx)
	if err != nil {
		return nil, err
	}
	return c, c.embedStale(ctx, stale, progress)
}

// load fills index and book from the library. It returns the records that it left out of the index because they have no vectors yet.
func (c *Collection) load(ctx context.Context) (stale []library.Record, err error) {
	for r, err := range c.Library.Records(ctx, c.model.Name) {
		if err != nil {
			return nil, err
		}
		c.Speakers.Put(r.Article.ID, ruled(entries(r), c.rulings))
		if c.fits(r.Vectors) {
			c.index(r)
		} else {
			stale = append(stale, r)
		}
	}
	return stale, nil
}

// embedStale embeds, stores and indexes records, and goes on without vectors when the embedder does not work.
func (c *Collection) embedStale(ctx context.Context, stale []library.Record, progress func(done, all int)) error {
	run := embedding{Collection: c}
	for i, r := range stale {
		var err error
		if r.Vectors, err = run.embed(ctx, r); err != nil {
			return err
		}
		if len(r.Vectors.Rows) > 0 {
			if err := c.Library.SetVectors(ctx, r); err != nil {
				return err
			}
		}
		c.index(r)
		if progress != nil {
			progress(i+1, len(stale))
		}
	}
	if n := len(c.missing); n > 0 {
		c.log.WarnContext(ctx, "articles are searched by their words alone until the embedder works", "articles", n)
	}
	return nil
}

// embedding is a run over many articles. It gives up after some failures in a row, since each may take as long as the embedder's time limit.
type embedding struct {
	*Collection
	failures int
}

// embed returns the record's vectors, or none when the embedder fails. Its only error is that ctx has ended.
func (e *embedding) embed(ctx context.Context, r library.Record) (library.Vectors, error) {
	if e.failures >= patience {
		return library.Vectors{}, nil
	}
	vectors, err := e.Collection.embed(ctx, r.Article, r.Passages)
	if ctx.Err() != nil {
		return library.Vectors{}, ctx.Err()
	}
	if err != nil {
		e.failures++
		e.log.WarnContext(ctx, "could not embed an article", "article", r.Article.ID, "err", err)
		return library.Vectors{}, nil
	}
	e.failures = 0
	return vectors, nil
}

// fits reports whether the vectors are those of this collection's embedder.
func (c *Collection) fits(v library.Vectors) bool {
	if v.Model != c.model.Name {
		return false
	}
	for _, row := range v.Rows {
		if row != nil && len(row) != c.model.Dim {
			return false
		}
	}
	return true
}

// index puts one record into the index. Vectors that do not fit are left away, so that the article is still found by its words.
func (c *Collection) index(r library.Record) {
	d := retrieval.Document{Article: r.Article, Passages: r.Passages}
	delete(c.missing, r.Article.ID)
	if c.fits(r.Vectors) {
		d.Vectors = r.Vectors.Rows
	} else {
		c.missing[r.Article.ID] = struct{}{}
	}
	if err := c.Index.Add(d); err != nil {
		c.log.Warn("an article is searched by its words alone", "article", r.Article.ID, "err", err)
		d.Vectors = nil
		if err := c.Index.Add(d); err != nil {
			c.log.Error("an article could not be indexed", "article", r.Article.ID, "err", err)
		}
	}
}

func entries(r library.Record) []speakers.Entry {
	source := news.SourceOf(r.Article)
	entries := make([]speakers.Entry, len(r.Quotes))
	for i, q := range r.Quotes {
		entries[i] = speakers.Entry{Quote: q, Source: source, Audience: r.Article.Audience()}
	}
	return entries
}

// embed returns the vectors of the passages, checked against what the embedder promises.
func (c *Collection) embed(ctx context.Context, a news.Article, passages []news.Passage) (library.Vectors, error) {
	rows, err := retrieval.Embed(ctx, c.model, a, passages)
	if err != nil {
		return library.Vectors{}, err
	}
	v := library.Vectors{Model: c.model.Name, Rows: rows}
	if len(rows) != len(passages) || !c.fits(v) {
		return library.Vectors{}, fmt.Errorf("the embedder %s did not give one vector of %d dimensions for each text", c.model.Name, c.model.Dim)
	}
	return v, nil
}

// Report is what became of an article that was added.
type Report struct {
	Outcome  library.Outcome
	Article  news.Article
	Passages int
	Quotes   int         // verbatim quotations found
	Speakers int         // different named speakers among them
	Notice   text.Phrase // what a person should know: that the embedder failed; nothing when all went well
}

// completed fills in what an earlier reading of the same file with the same text was told of it, such as its date: reading the file again without
// being told must not lose that.
func (c *Collection) completed(ctx context.Context, a news.Article) (news.Article, error) {
	if a.Origin == "" {
		return a, nil
	}
	ids, err := c.Library.Find(ctx, a.Guild, a.Origin)
	if err != nil || len(ids) != 1 {
		return a, err
	}
	former, err := c.Library.Article(ctx, ids[0])
	if err != nil || former.Text != a.Text {
		return a, ignoreNotFound(err)
	}
	a.Publisher, a.Author = cmp.Or(a.Publisher, former.Publisher), cmp.Or(a.Author, former.Author)
	a.URL, a.Label = cmp.Or(a.URL, former.URL), cmp.Or(a.Label, former.Label)
	if a.Published.IsZero() {
		a.Published = former.Published
	}
	a.ID = news.Identify(a)
	return a, nil
}

func ignoreNotFound(err error) error {
	if errors.Is(err, library.ErrNotFound) {
		return nil
	}
	return err
}

// Preview is what Add would make of an article that is new. Nothing is stored, and Outcome is "".
func Preview(a news.Article) (Report, error) {
	r, err := derive(a)
	return reportOf(r), err
}

// reportOf counts what a record holds.
func reportOf(r library.Record) Report {
	report := Report{Article: r.Article, Passages: len(r.Passages), Notice: inLanguage(r.Article.Language)}
	report.Quotes, report.Speakers = tally(r.Quotes)
	return report
}

// Add stores an article, with its passages, vectors and quotations, and makes it searchable. The very same article changes nothing; a changed
// one takes its former self's place.
func (c *Collection) Add(ctx context.Context, a news.Article) (Report, error) {
	a, err := c.completed(ctx, a)
	if err != nil {
		return Report{}, err
	}
	a.Wall = a.Wall.At(time.Now())
	if same, err := c.Library.Unchanged(ctx, a); err != nil || same {
		return Report{Outcome: library.Unchanged, Article: a}, err
	}
	r, err := derive(a)
	if err != nil {
		return Report{}, err
	}
	report := reportOf(r)
	if r.Vectors, err = c.embed(ctx, a, r.Passages); err != nil {
		if ctx.Err() != nil {
			return Report{}, ctx.Err()
		}
		alone := text.Phrasef("it is found by its words alone until the embedder works: %s", err.Error())
		if report.Notice.IsZero() {
			report.Notice = alone
		} else {
			report.Notice = text.Phrasef("%s; %s", report.Notice, alone)
		}
	}
	if report.Outcome, err = c.Library.Put(ctx, r); err != nil {
		return Report{}, err
	}
	// The article is stored: from here on an end of ctx must not make it look as if it were not.
	return report, c.Follow(context.WithoutCancel(ctx))
}

// inLanguage says what it means that an article is in another language than English; nothing for English, and when the language cannot be told.
func inLanguage(tag string) text.Phrase {
	if tag == "" || tag == "en" {
		return text.Phrase{}
	}
	return text.Phrasef("it is in %s: it is found by its words, while quotations, word forms and meaning are read for English", text.Phrasef(text.LanguageName(tag)))
}

// tally counts the verbatim quotations and the named speakers, those of reported statements among them.
func tally(found []news.Quote) (verbatim, named int) {
	names := set{}
	for _, q := range found {
		if q.Kind != news.Reported {
			verbatim++
		}
		if q.Speaker.Name != "" {
			names[q.Speaker.Name] = struct{}{}
		}
	}
	return verbatim, len(names)
}

// derive makes what is stored beside an article's text, but for the vectors.
func derive(a news.Article) (library.Record, error) {
	a.Language = text.Language(a.Text)
	passages := retrieval.Split(a)
	if len(passages) == 0 {
		return library.Record{}, fmt.Errorf("%q has no text to search", a.Title)
	}
	return library.Record{Article: a, Passages: passages, Quotes: quotes.Extract(a)}, nil
}

// SetWall puts another wall around an article, or none; from then on only those see it who pass. It returns library.ErrNotFound when there is none by
// that id.
func (c *Collection) SetWall(ctx context.Context, id string, w news.Wall) error {
	if err := c.Library.SetWall(ctx, id, w); err != nil {
		return err
	}
	return c.Follow(context.WithoutCancel(ctx))
}

// Redact sets how the words of a removed article are taken out of the answers that were given. Call it before anything is removed.
func (c *Collection) Redact(redact library.Redact) { c.redact = redact }

// Remove takes an article out of library, index and book, and its words out of the answers that rest on it. It returns library.ErrNotFound when there is
// none by that id.
func (c *Collection) Remove(ctx context.Context, id string) error {
	if err := c.Library.Remove(ctx, id, c.redact); err != nil {
		return err
	}
	return c.Follow(ctx)
}

// Changes returns a channel on which a message stands after index and book have followed changes of the library: one for however many changes came since
// the last was taken.
func (c *Collection) Changes() <-chan struct{} {
	listener := make(chan struct{}, 1)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.listeners = append(c.listeners, listener)
	return listener
}

// Followed is the number of the newest change of the library that index and book have followed.
func (c *Collection) Followed() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.seq
}

// Follow brings index and book up to date with the library, whoever changed it, and tells those who listen to Changes.
func (c *Collection) Follow(ctx context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	ids, newest, err := c.Library.Changes(ctx, c.seq)
	if err != nil {
		return err
	}
	if len(ids) > 0 {
		if c.rulings, err = c.Rulings(ctx); err != nil {
			return err
		}
	}
	for _, id := range ids {
		if err := c.follow(ctx, id); err != nil {
			return err
		}
	}
	c.seq = newest
	if len(ids) > 0 {
		c.tell()
	}
	return nil
}

// tell leaves a message with everybody who listens.
func (c *Collection) tell() {
	for _, l := range c.listeners {
		select {
		case l <- struct{}{}:
		default: // the last message still stands there
		}
	}
}

func (c *Collection) follow(ctx context.Context, id string) error {
	r, err := c.Library.Record(ctx, c.model.Name, id)
	if errors.Is(err, library.ErrNotFound) {
		c.Speakers.Put(id, nil)
		delete(c.missing, id)
		return c.Index.Remove(id)
	}
	if err != nil {
		return err
	}
	c.Speakers.Put(id, ruled(entries(r), c.rulings))
	c.index(r)
	return nil
}

// Watch follows the library until ctx ends, looking every so often for what other processes have changed and for embargoes that are over, and embeds what
// could not be embedded before. Errors are logged; a later look tries again.
func (c *Collection) Watch(ctx context.Context, every time.Duration) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	skip, pause := 0, 1 // looks to let pass before the embedder is tried again
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if _, err := c.Library.EndEmbargoes(ctx, time.Now()); err != nil && ctx.Err() == nil {
			c.log.WarnContext(ctx, "could not end embargoes", "err", err)
		}
		if err := c.Follow(ctx); err != nil && ctx.Err() == nil {
			c.log.WarnContext(ctx, "could not follow the library", "err", err)
		}
		if skip > 0 {
			skip--
			continue
		}
		if err := c.embedMissing(ctx); err == nil {
			pause = 1
		} else if ctx.Err() == nil {
			c.log.WarnContext(ctx, "the embedder still fails", "articles", len(c.unembedded()), "err", err)
			skip, pause = pause, min(2*pause, 64)
		}
	}
}

// unembedded lists the articles that are searched by their words alone.
func (c *Collection) unembedded() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Sorted(maps.Keys(c.missing))
}

// embedMissing embeds and stores the articles that have no vectors, stopping at the first on which the embedder fails.
func (c *Collection) embedMissing(ctx context.Context) error {
	for _, id := range c.unembedded() {
		r, err := c.Library.Record(ctx, c.model.Name, id)
		switch {
		case errors.Is(err, library.ErrNotFound):
			continue // Follow takes it out
		case err != nil:
			return err
		}
		if !c.fits(r.Vectors) {
			if r.Vectors, err = c.embed(ctx, r.Article, r.Passages); err != nil {
				return err
			}
			if err := c.Library.SetVectors(ctx, r); err != nil {
				return err
			}
		}
		c.mu.Lock()
		err = c.follow(ctx, id)
		c.mu.Unlock()
		if err != nil {
			return err
		}
	}
	return nil
}

// rederive makes passages and quotations anew when an older program made those that are stored. Vectors stay where the passages did.
func (c *Collection) rederive(ctx context.Context) error {
	stored, err := c.Library.Setting(ctx, "", derivationKey)
	if err != nil || stored == strconv.Itoa(derivation) {
		return err
	}
	origins, err := c.Library.Origins(ctx)
	if err != nil {
		return err
	}
	for id := range origins {
		old, err := c.Library.Record(ctx, c.model.Name, id)
		if errors.Is(err, library.ErrNotFound) {
			continue // removed meanwhile
		}
		if err != nil {
			return err
		}
		r, err := derive(old.Article)
		if err != nil {
			c.log.WarnContext(ctx, "an article stays as an older program read it", "article", id, "err", err)
			continue
		}
		if slices.Equal(r.Passages, old.Passages) {
			r.Vectors = old.Vectors
		}
		if err := c.Library.Rederive(ctx, r); err != nil {
			return err
		}
	}
	return c.Library.SetSetting(ctx, "", derivationKey, strconv.Itoa(derivation))
}
