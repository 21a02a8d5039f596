package commands

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"attache/internal/fetch"
	"attache/internal/intake"
	"attache/internal/library"
	"attache/internal/news"
)

// Curator holds the commands by which people change what the collection holds: /collection add, list, remove and refresh. What takes long goes on beside
// the request that began it. It is safe for concurrent use; Close ends what is under way.
type Curator struct {
	Desk   *Desk // which knows who sees what
	Keeper *intake.Keeper
	Files  *fetch.Client                                           // for files that people give the bot
	Tell   func(ctx context.Context, r Request, reply Reply) error // tells who asked, and nobody else, what became of a request; nil where that cannot be
	Log    *slog.Logger
	Now    func() time.Time

	// Patience is how long a person waits for the end of a run before it goes on without them, when Tell can tell of it; half a minute by default.
	Patience time.Duration

	once  sync.Once
	base  context.Context // of what goes on beside requests
	end   context.CancelFunc
	jobs  sync.WaitGroup
	slots chan struct{}
}

// jobsAtOnce is how many runs go on at the same time.
const jobsAtOnce = 4

// Commands are those of the group.
func (c *Curator) Commands() []Command {
	all := []Command{c.add(), c.list(), c.remove(), c.refresh()}
	for i := range all {
		all[i].Group = "Add articles, watch places for more, list and remove them"
	}
	return all
}

// Close cuts off what is under way and waits for its end. What was stored stays.
func (c *Curator) Close() {
	c.start()
	c.end()
	c.jobs.Wait()
}

func (c *Curator) start() {
	c.once.Do(func() {
		c.base, c.end = context.WithCancel(context.Background())
		c.slots = make(chan struct{}, jobsAtOnce)
	})
}

// outcome is what became of a run, told piece by piece. It is safe for concurrent use.
type outcome struct {
	mu     sync.Mutex
	ahead  int // places known of
	events []intake.Event
	report intake.Report
	err    error
}

func (o *outcome) tell(e intake.Event) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.ahead += e.Ahead
	if e.Outcome != intake.Listed && e.Outcome != intake.Noted {
		o.events = append(o.events, e)
	}
}

// soFar is how far a run has come, in words.
func (o *outcome) soFar() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	failed, came := 0, 0
	for _, e := range o.events {
		switch e.Outcome {
		case intake.Failed:
			failed++
		case intake.Added, intake.Replaced:
			came++
		}
	}
	line := fmt.Sprintf("%d done", len(o.events))
	if o.ahead > 0 {
		line = fmt.Sprintf("%d of %d done", len(o.events), max(o.ahead, len(o.events)))
	}
	line += fmt.Sprintf(": %d came in", came)
	if failed > 0 {
		line += fmt.Sprintf(", %d failed", failed)
	}
	return line + "."
}

// showEvery is the time between two words on how a run goes on.
const showEvery = 2 * time.Second

// run does work beside the request. Its reply is the finished one when the work ends while the person waits; otherwise one that says how far it has come, and
// who asked is told the finished one later: alone, as the commands are private.
func (c *Curator) run(ctx context.Context, r Request, progress Progress, work func(ctx context.Context, o *outcome) error, finished func(*outcome) Reply) (Reply, error) {
	c.start()
	o := &outcome{}
	done := make(chan struct{})
	c.jobs.Go(func() {
		defer close(done)
		defer func() {
			if p := recover(); p != nil {
				o.err = fmt.Errorf("panic: %v", p)
			}
		}()
		select {
		case c.slots <- struct{}{}:
			defer func() { <-c.slots }()
			o.err = work(c.base, o)
		case <-c.base.Done():
			o.err = intake.ErrInterrupted
		}
	})
	if c.waits(ctx, progress, o, done) {
		if o.err != nil {
			return Reply{}, o.err
		}
		return finished(o), nil
	}
	c.jobs.Go(func() {
		<-done
		c.tellLater(r, o, finished)
	})
	later := "It goes on beside; /collection list shows what came in."
	if c.Tell != nil {
		later = "It goes on beside, and I'll tell you alone when it is done."
	}
	return Reply{Title: "Still taking in", Blocks: []Block{{Kind: Plain, Text: o.soFar() + " " + later}}}, nil
}

// waits waits for the end of the work, showing how it goes on, and reports whether it came.
func (c *Curator) waits(ctx context.Context, progress Progress, o *outcome, done <-chan struct{}) bool {
	var leave <-chan time.Time // nobody leaves where nothing can be told later
	if c.Tell != nil {
		timer := time.NewTimer(cmp.Or(c.Patience, 30*time.Second))
		defer timer.Stop()
		leave = timer.C
	}
	show := time.NewTicker(showEvery)
	defer show.Stop()
	for {
		select {
		case <-done:
			return true
		case <-leave:
			return false
		case <-ctx.Done():
			return false
		case <-show.C:
			if progress != nil {
				progress(Reply{Title: "Taking in", Blocks: []Block{{Kind: Plain, Text: o.soFar()}}})
			}
		}
	}
}

// tellLater tells how a run ended that its person did not wait for.
func (c *Curator) tellLater(r Request, o *outcome, finished func(*outcome) Reply) {
	if c.Tell == nil || c.base.Err() != nil {
		return
	}
	var reply Reply
	if o.err == nil {
		reply = finished(o).in(r.Locale)
	} else {
		reply = sorry(o.err, r.Locale)
	}
	reply.Private = true
	if err := c.Tell(c.base, r, reply); err != nil {
		c.Log.Warn("nobody could be told how a run ended; /collection list shows what came in", "guild", r.Place.Guild, "err", err)
	}
}

// Bounds of what a report lists.
const (
	mostListed = 10
	mostFailed = 5
)

// reportOf says what came in and what failed, and asks for what is missing.
func (c *Curator) reportOf(o *outcome) Reply {
	reply := Reply{Title: o.report.String()}
	if i := strings.Index(reply.Title, " ("); i >= 0 { // the failure has a line of its own
		reply.Title = reply.Title[:i]
	}
	listed, failed, unlisted := 0, 0, 0
	for _, e := range o.events {
		switch e.Outcome {
		case intake.Added, intake.Replaced, intake.Unchanged:
			if listed++; listed > mostListed {
				unlisted++
				continue
			}
			reply.Blocks = append(reply.Blocks, Block{Kind: Item, Mark: string(e.Outcome), Text: line(e.Report.Article)})
			if lacks := unknown(e.Report.Article); lacks != "" {
				reply.Notices = append(reply.Notices, fmt.Sprintf("%q has no %s: add it once more with %s.", cut(e.Report.Article.Title, 80), lacks, optionsFor(e.Report.Article)))
			}
			if e.Report.Notice != "" {
				reply.Notices = append(reply.Notices, fmt.Sprintf("%q: %s", cut(e.Report.Article.Title, 80), e.Report.Notice))
			}
		case intake.Failed:
			if failed++; failed > mostFailed {
				unlisted++
				continue
			}
			reply.Blocks = append(reply.Blocks, Block{Kind: Item, Mark: "not added", Text: fmt.Sprintf("%s %v", e.Place, e.Err)})
		}
	}
	if unlisted > 0 {
		reply.Blocks = append(reply.Blocks, Block{Kind: Plain, Text: fmt.Sprintf("And %d more.", unlisted)})
	}
	if len(reply.Blocks) == 0 {
		reply.Blocks = []Block{{Kind: Plain, Text: "Nothing new came in."}}
	}
	reply.Notices = reply.Notices[:min(len(reply.Notices), mostFailed)]
	return reply
}

// line is an article in one line.
func line(a news.Article) string {
	s := news.SourceOf(a)
	return a.Title + " — " + publishedBy(s)
}

// publishedBy is who published an article, and when, with what is not known said.
func publishedBy(s news.Source) string {
	publisher := cmp.Or(s.Publisher, "no publisher")
	if s.Published.IsZero() {
		return publisher + ", no date"
	}
	return publisher + ", " + longDay(s.Published)
}

// unknown names what a reader would want to know of an article and cannot; "" when nothing is missing.
func unknown(a news.Article) string {
	var lacks []string
	if a.Published.IsZero() {
		lacks = append(lacks, "date")
	}
	if a.Publisher == "" {
		lacks = append(lacks, "publisher")
	}
	return strings.Join(lacks, " and no ")
}

// optionsFor are the options that supply what is missing.
func optionsFor(a news.Article) string {
	var options []string
	if a.Published.IsZero() {
		options = append(options, "published")
	}
	if a.Publisher == "" {
		options = append(options, "publisher")
	}
	return strings.Join(options, " and ")
}

// articles are those that were added for the place where it is asked, as far as who asks may see them, the last added first.
func (c *Curator) articles(ctx context.Context, r Request) ([]news.Source, error) {
	all, err := c.library().Own(ctx, r.Place.Guild)
	viewer := c.Desk.viewer(r)
	return slices.DeleteFunc(all, func(s news.Source) bool {
		audience, there := c.Desk.Index.Audience(s.ArticleID)
		return !there || !viewer.Sees(audience)
	}), err
}

// own are the sources of the place where it is asked, as far as the asker sees what comes in from them.
func (c *Curator) own(ctx context.Context, r Request) (own []library.Source, err error) {
	all, err := c.library().Sources(ctx)
	viewer := c.Desk.viewer(r)
	for _, s := range all {
		if s.Guild == r.Place.Guild && viewer.Sees(s.Audience()) {
			own = append(own, s)
		}
	}
	return own, err
}

func (c *Curator) library() *library.Library { return c.Keeper.Collection.Library }
