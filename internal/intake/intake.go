// Package intake takes articles into a collection from where they are: files, folders, web pages, feeds and sitemaps. It tells of each place what became
// of it, and one that fails stops nothing. A Keeper looks at the same places again and again.
package intake

import (
	"context"
	"errors"
	"strings"
	"time"

	"attache/internal/collection"
	"attache/internal/fetch"
	"attache/internal/ingest"
	"attache/internal/library"
	"attache/internal/news"
)

// Options shapes a Run.
type Options struct {
	Article ingest.Options   // what is known of every article that the run takes in; its Note is set by the run
	Wall    news.Wall        // of articles that are new to the collection and have none of their own
	Most    int              // pages to take from feeds and sitemaps, at most
	Dry     bool             // store nothing, remember nothing
	Again   bool             // look at a place once more: pass over what has not changed, and leave out what was taken out of the collection
	Tell    func(Event)      // told of everything in order, one call at a time; nil is told nothing
	Now     func() time.Time // nil is time.Now
}

// Run is one taking in: places are read several at once and stored one after the other, in order. It is not safe for concurrent use.
type Run struct {
	collection *collection.Collection
	client     *fetch.Client
	options    Options
	report     Report
	title      string          // of the feed that was read last
	taken      int             // pages taken from lists so far
	left       int             // pages left for another time
	seen       map[string]bool // addresses that this run has been to
}

// New makes a run into c, which fetches with the client.
func New(c *collection.Collection, client *fetch.Client, o Options) *Run {
	if o.Now == nil {
		o.Now = time.Now
	}
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
	Skipped   Outcome = "passed over"     // it is no article, or not to be read now, and nobody named it
	Removed   Outcome = "removed"         // its file is gone from a folder that is mirrored
	Failed    Outcome = "not added"
	Listed    Outcome = "list" // it is a feed or a sitemap, whose pages follow
	Noted     Outcome = "note" // a remark on it; its outcome follows or came before
)

// Event tells of one place what became of it.
type Event struct {
	Place   string // the file or the address
	Outcome Outcome
	Report  collection.Report // of Added, Replaced and Unchanged; of Dry the preview
	Detail  string            // of Skipped and Removed the reason, of Listed what it is, of Noted the remark
	Ahead   int               // of Listed: how many pages follow
	Err     error             // of Failed: one sentence that does not repeat the place
}

// Report is the count of a run.
type Report struct {
	Added, Replaced, Unchanged, Skipped, Removed int
	Articles                                     int     // that were read
	Failures                                     []Event // in order
}

// Plus adds the counts of two runs.
func (r Report) Plus(other Report) Report {
	r.Added += other.Added
	r.Replaced += other.Replaced
	r.Unchanged += other.Unchanged
	r.Skipped += other.Skipped
	r.Removed += other.Removed
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

// store stores an article. It returns its id, or "" when it is not in the collection now.
func (r *Run) store(ctx context.Context, place string, a news.Article) string {
	r.report.Articles++
	if r.options.Dry {
		preview, err := collection.Preview(a)
		if err != nil {
			r.fail(place, err)
			return ""
		}
		r.tell(Event{Place: place, Outcome: Dry, Report: preview})
		return ""
	}
	if !r.options.Wall.IsZero() && a.Wall.IsZero() {
		known, err := r.collection.Library.Known(ctx, a)
		if err != nil {
			r.fail(place, err)
			return ""
		}
		if !known { // a known one has the wall that it came with, or that somebody has put around it since
			a.Wall = r.options.Wall
		}
	}
	report, err := r.collection.Add(ctx, a)
	if err != nil {
		r.fail(place, err)
		return ""
	}
	outcome := map[library.Outcome]Outcome{library.Added: Added, library.Replaced: Replaced, library.Unchanged: Unchanged}[report.Outcome]
	r.tell(Event{Place: place, Outcome: outcome, Report: report})
	if !report.Notice.IsZero() {
		r.note(place, report.Notice.String())
	}
	return report.Article.ID
}

func (r *Run) note(place, note string) { r.tell(Event{Place: place, Outcome: Noted, Detail: note}) }

// Fail tells and counts that something could not be had which was to be taken in.
func (r *Run) Fail(place string, err error) { r.fail(place, err) }

func (r *Run) fail(place string, err error) { r.tell(Event{Place: place, Outcome: Failed, Err: err}) }

func (r *Run) skip(place, why string) { r.tell(Event{Place: place, Outcome: Skipped, Detail: why}) }

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
	case Removed:
		r.report.Removed++
	case Failed:
		r.report.Failures = append(r.report.Failures, e)
	}
	if r.options.Tell != nil {
		r.options.Tell(e)
	}
}

// fields tells runs that set different fields apart.
func fields(o ingest.Options) string {
	return strings.Join([]string{o.Title, o.Publisher, o.URL, o.Author, o.Label, o.Published.Format(time.DateOnly)}, "\n")
}

// The waits after failures in a row: an hour, two, four, up to a day.
const (
	firstWait   = time.Hour
	longestWait = 24 * time.Hour
)

// backOff is the wait after so many failures in a row, of which the first waits the given time.
func backOff(failures int, first time.Duration) time.Duration {
	wait := first
	for range failures - 1 {
		if wait *= 2; wait >= longestWait {
			break
		}
	}
	return min(wait, max(longestWait, first))
}
