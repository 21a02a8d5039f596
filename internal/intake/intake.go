// Package intake takes articles into a collection from where they are: files, folders, web pages, feeds and sitemaps. It tells of each place what became
// of it, and one that fails stops nothing.
package intake

import (
	"context"
	"errors"
	"path/filepath"
	"strings"

	"attache/internal/collection"
	"attache/internal/fetch"
	"attache/internal/ingest"
	"attache/internal/library"
	"attache/internal/news"
)

// Options shapes a Run.
type Options struct {
	Article ingest.Options // what is known of every article that the run takes in; its Note is set by the run
	Most    int            // pages to take from feeds and sitemaps, at most
	Dry     bool           // store nothing, remember nothing
	Tell    func(Event)    // told of everything as it happens; nil is told nothing
}

// Run is one taking in. It is not safe for concurrent use.
type Run struct {
	collection *collection.Collection
	client     *fetch.Client
	options    Options
	report     Report
	taken      int             // pages taken from lists so far
	seen       map[string]bool // addresses that this run has been to
}

// New makes a run into c, which fetches with the client.
func New(c *collection.Collection, client *fetch.Client, o Options) *Run {
	return &Run{collection: c, client: client, options: o, seen: map[string]bool{}}
}

// Outcome is what became of a place or of an article found there.
type Outcome string

// The outcomes.
const (
	Added     Outcome = "added"
	Replaced  Outcome = "replaced"        // a former version of it is gone
	Unchanged Outcome = "unchanged"       // the very same article was there
	Same      Outcome = "same"            // it says that it has not changed since the last time, and so was not looked at
	Dry       Outcome = "would be stored" // it would be, in another run
	Skipped   Outcome = "passed over"     // it is no article, and nobody named it
	Failed    Outcome = "not added"
	Listed    Outcome = "list" // it is a feed or a sitemap, whose pages follow
	Noted     Outcome = "note" // a remark on it; its outcome follows or came before
)

// Event tells of one place what became of it.
type Event struct {
	Place   string // the file or the address
	Outcome Outcome
	Report  collection.Report // of Added, Replaced and Unchanged; of Dry the Article alone
	Detail  string            // of Skipped the reason, of Listed what it is, of Noted the remark
	Err     error             // of Failed: one sentence that does not repeat the place
}

// Report is the count of a run.
type Report struct {
	Added, Replaced, Unchanged, Skipped int
	Articles                            int     // that were read
	Failures                            []Event // in order
}

// Plus adds the counts of two runs.
func (r Report) Plus(other Report) Report {
	r.Added += other.Added
	r.Replaced += other.Replaced
	r.Unchanged += other.Unchanged
	r.Skipped += other.Skipped
	r.Articles += other.Articles
	r.Failures = append(r.Failures, other.Failures...)
	return r
}

// ErrInterrupted says that ctx ended in the middle of a run. What was told to be stored is stored.
var ErrInterrupted = errors.New("interrupted; what is listed as added is stored, start again to go on")

// Report returns what has become of everything so far.
func (r *Run) Report() Report { return r.report }

// Take takes in a file, all files of a folder, or what stands at a web address: a page, or the pages that a feed or a sitemap lists. Its error is
// ErrInterrupted or one of the library; all else is told and counted.
func (r *Run) Take(ctx context.Context, place string) error {
	if IsAddress(place) {
		return r.address(ctx, place)
	}
	return r.walk(ctx, place)
}

// IsAddress tells what is fetched from what is read from a disk.
func IsAddress(place string) bool {
	return strings.HasPrefix(place, "https://") || strings.HasPrefix(place, "http://")
}

// walk takes in a file, or every file of a folder.
func (r *Run) walk(ctx context.Context, path string) error {
	for f := range ingest.Walk(path) {
		if ctx.Err() != nil {
			return ErrInterrupted
		}
		r.file(ctx, f, f.Path == filepath.Clean(path) || f.Path == path)
	}
	return nil
}

// file takes in one file; named tells that somebody named it, so that passing it over is a failure.
func (r *Run) file(ctx context.Context, f ingest.File, named bool) {
	if f.Skip != "" {
		if named {
			r.fail(f.Path, errors.New(f.Skip))
			return
		}
		r.tell(Event{Place: f.Path, Outcome: Skipped, Detail: f.Skip})
		return
	}
	for a, err := range ingest.Articles(ctx, f.Path, r.article(f.Path)) {
		if err != nil {
			r.fail(f.Path, err)
			continue
		}
		r.store(ctx, f.Path, a)
	}
}

// article is what is told to the reading of one place.
func (r *Run) article(place string) ingest.Options {
	o := r.options.Article
	o.Note = func(note string) { r.note(place, note) }
	return o
}

// store stores an article and reports whether it is in the collection now.
func (r *Run) store(ctx context.Context, place string, a news.Article) bool {
	r.report.Articles++
	if r.options.Dry {
		r.tell(Event{Place: place, Outcome: Dry, Report: collection.Report{Article: a}})
		return false
	}
	report, err := r.collection.Add(ctx, a)
	if err != nil {
		r.fail(place, err)
		return false
	}
	outcome := map[library.Outcome]Outcome{library.Added: Added, library.Replaced: Replaced, library.Unchanged: Unchanged}[report.Outcome]
	r.tell(Event{Place: place, Outcome: outcome, Report: report})
	if report.Notice != "" {
		r.note(place, report.Notice)
	}
	return true
}

func (r *Run) note(place, note string) { r.tell(Event{Place: place, Outcome: Noted, Detail: note}) }

func (r *Run) fail(place string, err error) { r.tell(Event{Place: place, Outcome: Failed, Err: err}) }

// tell counts an event and tells of it.
func (r *Run) tell(e Event) {
	switch e.Outcome {
	case Added:
		r.report.Added++
	case Replaced:
		r.report.Replaced++
	case Unchanged, Same:
		r.report.Unchanged++
	case Skipped:
		r.report.Skipped++
	case Failed:
		r.report.Failures = append(r.report.Failures, e)
	}
	if r.options.Tell != nil {
		r.options.Tell(e)
	}
}
