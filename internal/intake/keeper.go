package intake

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"attache/internal/collection"
	"attache/internal/fetch"
	"attache/internal/ingest"
	"attache/internal/library"
)

// Keeper looks at the sources of a library again and again. It is safe for concurrent use.
type Keeper struct {
	Collection *collection.Collection
	Client     *fetch.Client
	Article    ingest.Options // for every article: what bounds it, and what reads a PDF
	Every      time.Duration  // between two looks at a source that names no time of its own
	Most       int            // pages that one look takes from a list, at most; 0 is DefaultMost
	Log        *slog.Logger
	Now        func() time.Time

	mu    sync.Mutex
	under map[place]chan struct{} // sources that are being looked at; closed when that ends
}

// DefaultMost is how many pages one look takes from a list when nothing else is said.
const DefaultMost = 500

// place identifies a source.
type place struct{ guild, at string }

const (
	sourcesAtOnce = 4
	folderEvery   = time.Minute // between two looks at a folder, which cost nobody anything
	shortest      = time.Minute // between two looks at somebody's site
)

// Options is what is told of each article of a source.
func (k *Keeper) Options(s library.Source) ingest.Options {
	o := k.Article
	o.Publisher, o.Label, o.Guild = s.Publisher, s.Label, s.Guild
	return o
}

// Examine looks what stands at a place and fills in its kind and title, and for a folder its full path. what says it in words: "a feed of 12". Its
// error is one sentence that does not repeat the place.
func (k *Keeper) Examine(ctx context.Context, s library.Source) (library.Source, string, error) {
	if s.Every != 0 && s.Every < shortest {
		return s, "", fmt.Errorf("would be looked at every %s: leave at least %s between two looks", s.Every, shortest)
	}
	if !IsAddress(s.Place) {
		return examineFolder(s)
	}
	if s.Mirror {
		return s, "", errors.New("is no folder: only a folder can be mirrored")
	}
	page, err := k.Client.Get(ctx, s.Place, fetch.Known{}, ingest.WebTypes()...)
	if err != nil {
		return s, "", err
	}
	web, err := ingest.ReadWeb(ingest.Response{URL: page.URL, Type: page.Type, Charset: page.Charset, Body: page.Body}, k.Options(s))
	switch {
	case err != nil:
		return s, "", err
	case web.List == "":
		s.Kind, s.Title = library.Page, web.Article.Title
		return s, "a page", nil
	}
	s.Kind, s.Title = library.SourceKind(web.List), web.Title
	return s, fmt.Sprintf("a %s of %d", web.List, len(web.Entries)), nil
}

func examineFolder(s library.Source) (library.Source, string, error) {
	path, err := filepath.Abs(s.Place)
	if err != nil {
		return s, "", err
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return s, "", errors.New("does not exist: name a folder, or an address that begins with https://")
	case err != nil:
		return s, "", err
	case !info.IsDir():
		return s, "", errors.New("is a file: bot ingest takes it in, and a folder can be looked at again")
	}
	s.Place, s.Kind = path, library.Folder
	return s, "a folder", nil
}

// Look looks at one source and notes how that went. Its error is ErrInterrupted or one of the library; a source that fails is told and noted.
func (k *Keeper) Look(ctx context.Context, s library.Source, tell func(Event)) (Report, error) {
	if !k.begin(ctx, s) {
		return Report{}, ErrInterrupted
	}
	defer k.end(s)
	most := k.Most
	if most <= 0 {
		most = DefaultMost
	}
	run := New(k.Collection, k.Client, Options{Article: k.Options(s), Wall: s.Wall, Most: most, Again: true, Tell: tell, Now: k.Now})
	err := run.Take(ctx, s.Place)
	if err == nil && s.Kind == library.Folder && s.Mirror && len(run.report.Failures) == 0 {
		err = run.mirror(ctx, s.Place)
	}
	if err != nil {
		return run.report, err
	}
	return run.report, k.Collection.Library.SetLook(ctx, k.looked(s, run))
}

// begin waits until nobody else looks at the source; it returns false when ctx has ended.
func (k *Keeper) begin(ctx context.Context, s library.Source) bool {
	at := place{s.Guild, s.Place}
	for {
		k.mu.Lock()
		other, busy := k.under[at]
		if !busy {
			if k.under == nil {
				k.under = map[place]chan struct{}{}
			}
			k.under[at] = make(chan struct{})
		}
		k.mu.Unlock()
		if !busy {
			return true
		}
		select {
		case <-other:
		case <-ctx.Done():
			return false
		}
	}
}

func (k *Keeper) end(s library.Source) {
	k.mu.Lock()
	defer k.mu.Unlock()
	close(k.under[place{s.Guild, s.Place}])
	delete(k.under, place{s.Guild, s.Place})
}

// looked is the source after a look: when it is due again, and what the look brought. One that fails is left alone longer each time, and at least as long
// as it asks for.
func (k *Keeper) looked(s library.Source, run *Run) library.Source {
	s.Looked = k.Now().UTC()
	if run.title != "" && s.Kind != library.Folder {
		s.Title = run.title
	}
	s.Outcome = run.report.String()
	every := k.every(s)
	i := slices.IndexFunc(run.report.Failures, func(e Event) bool { return e.Place == s.Place })
	if i < 0 {
		s.Synced, s.Failures, s.Problem = s.Looked, 0, ""
		s.Due = s.Looked.Add(jittered(every))
		return s
	}
	s.Failures++
	s.Problem = run.report.Failures[i].Err.Error()
	wait := backOff(s.Failures, every)
	var busy *fetch.Busy
	if errors.As(run.report.Failures[i].Err, &busy) {
		wait = max(wait, busy.After)
	}
	s.Due = s.Looked.Add(jittered(wait))
	return s
}

// every is the time between two looks at a source.
func (k *Keeper) every(s library.Source) time.Duration {
	every := k.Every
	if every <= 0 {
		every = time.Hour // it is looked at by hand alone
	}
	switch {
	case s.Every > 0:
		return s.Every
	case s.Kind == library.Folder:
		return min(every, folderEvery)
	}
	return every
}

// jittered is up to a tenth longer than d, so that not all sources are due at the same moment.
func jittered(d time.Duration) time.Duration { return d + time.Duration(rand.Int64N(int64(d/10)+1)) }

// String counts what a run brought in a few words, with the first failure: "3 added, 12 unchanged, 1 failed (https://… is not there (404))".
func (r Report) String() string {
	var parts []string
	for _, c := range []struct {
		n    int
		what string
	}{{r.Added, "added"}, {r.Replaced, "replaced"}, {r.Removed, "removed"}, {r.Unchanged, "unchanged"}, {len(r.Failures), "failed"}} {
		if c.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", c.n, c.what))
		}
	}
	if len(parts) == 0 {
		return "nothing there"
	}
	line := strings.Join(parts, ", ")
	if len(r.Failures) > 0 {
		line += fmt.Sprintf(" (%s %v)", r.Failures[0].Place, r.Failures[0].Err)
	}
	return line
}

// Sync looks at sources, several at once, and tells of each when it is done, in their order. Its error is the first of Look's.
func (k *Keeper) Sync(ctx context.Context, sources []library.Source, tell func(Event)) (Report, error) {
	type look struct {
		events []Event
		report Report
		err    error
	}
	var sum Report
	var first error
	for done := range inOrder(slices.Values(sources), sourcesAtOnce, func(s library.Source) (l look) {
		l.report, l.err = k.Look(ctx, s, func(e Event) { l.events = append(l.events, e) })
		return l
	}) {
		for _, e := range done.events {
			tell(e)
		}
		sum = sum.Plus(done.report)
		if first == nil {
			first = done.err
		}
	}
	return sum, first
}

// Watch looks at every source when it is due, until ctx ends; tick is how often it looks which are. Errors are logged, and what is new.
func (k *Keeper) Watch(ctx context.Context, tick time.Duration) {
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	var looks sync.WaitGroup
	defer looks.Wait()
	slots := make(chan struct{}, sourcesAtOnce)
	for {
		due, err := k.due(ctx)
		if err != nil && ctx.Err() == nil {
			k.Log.WarnContext(ctx, "the sources could not be read", "err", err)
		}
		for _, s := range due {
			select {
			case slots <- struct{}{}:
			default:
				continue // all hands are full; it stays due
			}
			looks.Go(func() {
				defer func() { <-slots }()
				k.look(ctx, s)
			})
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// due lists the sources that are to be looked at now, those first that have waited longest.
func (k *Keeper) due(ctx context.Context) ([]library.Source, error) {
	all, err := k.Collection.Library.Sources(ctx)
	now := k.Now()
	k.mu.Lock()
	defer k.mu.Unlock()
	all = slices.DeleteFunc(all, func(s library.Source) bool { return s.Due.After(now) || k.under[place{s.Guild, s.Place}] != nil })
	slices.SortStableFunc(all, func(a, b library.Source) int { return a.Due.Compare(b.Due) })
	return all, err
}

// look looks at one source for Watch.
func (k *Keeper) look(ctx context.Context, s library.Source) {
	defer func() {
		if p := recover(); p != nil {
			k.Log.Error("a look at a source panicked", "source", s.Place, "panic", fmt.Sprint(p))
		}
	}()
	report, err := k.Look(ctx, s, nil)
	switch {
	case ctx.Err() != nil: // the next start goes on
	case err != nil:
		k.Log.WarnContext(ctx, "a source could not be looked at", "source", s.Place, "guild", s.Guild, "err", err)
	case len(report.Failures) > 0:
		k.Log.WarnContext(ctx, "source looked at, with failures", "source", s.Place, "guild", s.Guild, "outcome", report.String())
	case report.Added+report.Replaced+report.Removed > 0:
		k.Log.InfoContext(ctx, "source looked at", "source", s.Place, "guild", s.Guild, "outcome", report.String())
	default:
		k.Log.DebugContext(ctx, "source looked at", "source", s.Place, "guild", s.Guild, "outcome", report.String())
	}
}
