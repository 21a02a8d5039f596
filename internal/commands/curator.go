package commands

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
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
func (o *outcome) soFar(r Request) string {
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
	line := r.say("%d done: %d came in", len(o.events), came)
	if o.ahead > 0 {
		line = r.say("%d of %d done: %d came in", len(o.events), max(o.ahead, len(o.events)), came)
	}
	if failed > 0 {
		line = r.say("%s, %s", line, r.say("%d failed", failed))
	}
	return r.say("%s.", line)
}

// showEvery is the time between two words on how a run goes on.
const showEvery = 2 * time.Second

// run does work beside the request. Its reply is the finished one when the work ends while the person waits; otherwise one that says how far it has come, and
// who asked is told the finished one later: alone, as the commands are private.
func (c *Curator) run(ctx context.Context, r Request, progress Progress, work func(ctx context.Context, o *outcome) error, finished func(Request, *outcome) Reply) (Reply, error) {
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
	if c.waits(ctx, r, progress, o, done) {
		if o.err != nil {
			return Reply{}, o.err
		}
		return finished(r, o), nil
	}
	c.jobs.Go(func() {
		<-done
		c.tellLater(r, o, finished)
	})
	later := r.say("It goes on beside; /collection list shows what came in.")
	if c.Tell != nil {
		later = r.say("It goes on beside, and I'll tell you alone when it is done.")
	}
	return Reply{Title: "Still taking in", Blocks: []Block{{Kind: Plain, Text: o.soFar(r) + " " + later}}}, nil
}

// waits waits for the end of the work, showing how it goes on, and reports whether it came.
func (c *Curator) waits(ctx context.Context, r Request, progress Progress, o *outcome, done <-chan struct{}) bool {
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
				progress(Reply{Title: "Taking in", Blocks: []Block{{Kind: Plain, Text: o.soFar(r)}}})
			}
		}
	}
}

// tellLater tells how a run ended that its person did not wait for.
func (c *Curator) tellLater(r Request, o *outcome, finished func(Request, *outcome) Reply) {
	if c.Tell == nil || c.base.Err() != nil {
		return
	}
	reply := r.lang().Sorry(o.err)
	if o.err == nil {
		reply = finished(r, o).in(r.lang())
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
func (c *Curator) reportOf(r Request, o *outcome) Reply {
	counts, _, _ := strings.Cut(o.report.String(), " (") // a failure has a line of its own
	reply := Reply{Title: r.brought(counts)}
	listed, failed, unlisted := 0, 0, 0
	for _, e := range o.events {
		switch e.Outcome {
		case intake.Added, intake.Replaced, intake.Unchanged:
			if listed++; listed > mostListed {
				unlisted++
				continue
			}
			reply.Blocks = append(reply.Blocks, Block{Kind: Item, Mark: r.say(string(e.Outcome)), Text: r.line(e.Report.Article)})
			if lacks := lacking(e.Report.Article); lacks != "" {
				reply.Notices = append(reply.Notices, r.say(lacks, cut(e.Report.Article.Title, 80)))
			}
			if !e.Report.Notice.IsZero() {
				reply.Notices = append(reply.Notices, r.say("%q: %s", cut(e.Report.Article.Title, 80), e.Report.Notice))
			}
		case intake.Failed:
			if failed++; failed > mostFailed {
				unlisted++
				continue
			}
			reply.Blocks = append(reply.Blocks, Block{Kind: Item, Mark: r.say("not added"), Text: r.say("%s %s", e.Place, r.lang().why(e.Err.Error()))})
		}
	}
	if unlisted > 0 {
		reply.Blocks = append(reply.Blocks, Block{Kind: Plain, Text: r.say("And %d more.", unlisted)})
	}
	if len(reply.Blocks) == 0 {
		reply.Blocks = []Block{{Kind: Plain, Text: "Nothing new came in."}}
	}
	reply.Notices = reply.Notices[:min(len(reply.Notices), mostFailed)]
	return reply
}

// line is an article in one line.
func (r Request) line(a news.Article) string {
	return a.Title + " — " + r.publishedBy(news.SourceOf(a))
}

// publishedBy is who published an article, and when, with what is not known said.
func (r Request) publishedBy(s news.Source) string {
	publisher, day := s.Publisher, r.date(s.Published)
	if publisher == "" {
		publisher = r.say("no publisher")
	}
	if day == "" {
		day = r.say("no date")
	}
	return publisher + ", " + day
}

// lacking is what to say of an article that lacks what a reader would want to know; "" when nothing is missing.
func lacking(a news.Article) string {
	switch {
	case a.Published.IsZero() && a.Publisher == "":
		return "%q has no date and no publisher: add it once more with published and publisher."
	case a.Published.IsZero():
		return "%q has no date: add it once more with published."
	case a.Publisher == "":
		return "%q has no publisher: add it once more with publisher."
	}
	return ""
}

// brought words the counts of what a look brought, which are kept in English: "3 added, 12 unchanged (…)".
func (r Request) brought(outcome string) string {
	counts, failure, failed := strings.Cut(outcome, " (")
	var parts []string
	for part := range strings.SplitSeq(counts, ", ") {
		number, what, _ := strings.Cut(part, " ")
		if n, err := strconv.Atoi(number); err == nil {
			part = r.say("%d "+what, n)
		} else {
			part = r.say(part)
		}
		parts = append(parts, part)
	}
	if failed {
		place, why := parted(strings.TrimSuffix(failure, ")"))
		return r.lang().joined("%s, %s", parts) + " (" + r.say("%s %s", place, r.lang().why(why)) + ")"
	}
	return r.lang().joined("%s, %s", parts)
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
