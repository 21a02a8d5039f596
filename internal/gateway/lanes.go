package gateway

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"

	"github.com/bwmarrin/discordgo"
)

const (
	defaultWorkers = 64   // event handlers at once
	pressWorkers   = 512  // interaction handlers at once: each must answer within 3 s, so none waits for events
	channelLimit   = 1024 // events of one channel that may wait: a replay brings a minute of talk at once
	waitingLimit   = 8192 // events that may wait in all lanes together
	remembered     = 4096 // event ids kept against repeats
)

// lanes runs event handlers: those of one lane one after another in the order they came, several lanes side by side, a
// bounded number at once, none after the context has ended. A panic ends the handler alone.
type lanes struct {
	log   *slog.Logger
	slots chan struct{}

	mu      sync.Mutex
	ctx     context.Context // nil before start
	queues  map[string][]func(context.Context)
	waiting int
	running sync.WaitGroup
}

func newLanes(workers int, log *slog.Logger) *lanes {
	return &lanes{log: log, slots: make(chan struct{}, workers), queues: map[string][]func(context.Context){}}
}

func (l *lanes) start(ctx context.Context) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ctx = ctx
}

// add queues work and never waits; false when the lane holds limit pieces of work already, when all lanes together are
// full, or when the bot is shutting down.
func (l *lanes) add(lane string, limit int, work func(context.Context)) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	queue, active := l.queues[lane]
	if l.ctx == nil || l.ctx.Err() != nil || len(queue) >= limit || l.waiting >= waitingLimit {
		return false
	}
	l.queues[lane] = append(queue, work)
	l.waiting++
	if !active {
		l.running.Go(func() { l.drain(l.ctx, lane) })
	}
	return true
}

// drain runs a lane until it is empty.
func (l *lanes) drain(ctx context.Context, lane string) {
	for {
		select {
		case l.slots <- struct{}{}:
		case <-ctx.Done():
			l.take(ctx, lane) // closes the lane
			return
		}
		work := l.take(ctx, lane)
		if work != nil {
			l.safely(ctx, work)
		}
		<-l.slots
		if work == nil {
			return
		}
	}
}

// take returns the lane's next work, or nil when there is none or the bot is shutting down; the lane is then closed.
func (l *lanes) take(ctx context.Context, lane string) func(context.Context) {
	l.mu.Lock()
	defer l.mu.Unlock()
	queue := l.queues[lane]
	if len(queue) == 0 || ctx.Err() != nil {
		l.waiting -= len(queue)
		delete(l.queues, lane)
		return nil
	}
	l.queues[lane] = queue[1:]
	l.waiting--
	return queue[0]
}

// safely runs a handler and keeps its panic from ending the process.
func (l *lanes) safely(ctx context.Context, work func(context.Context)) {
	defer func() {
		if r := recover(); r != nil {
			l.log.Error("a handler panicked", "panic", fmt.Sprint(r), "stack", string(debug.Stack()))
		}
	}()
	work(ctx)
}

// wait returns once no handler runs any more.
func (l *lanes) wait() { l.running.Wait() }

// On adds a handler for one kind of event, given as *discordgo.MessageCreate and so on; before Run. Each event is handled
// once even if Discord repeats it after a RESUME. Events of one channel are handled one after another in Discord's order,
// interactions at once. The context ends when the bot shuts down; Run waits for handlers under way. A panic is logged and
// ends the handler alone. Events are dropped with a warning when they come faster than they are handled, and when
// discordgo could not read them whole.
func On[E any](g *Gateway, handle func(context.Context, *E)) {
	seen := NewDedup(remembered)
	g.session.AddHandler(func(_ *discordgo.Session, e *E) {
		p, whole := place(e)
		if !whole {
			g.log.Warn("an event could not be read", "event", fmt.Sprintf("%T", e))
			return
		}
		if p.id != "" && !seen.First(p.id) {
			return
		}
		to := g.events
		if p.urgent {
			to = g.presses
		}
		if !to.add(p.lane, p.limit, func(ctx context.Context) { handle(ctx, e) }) && g.runContext().Err() == nil {
			g.log.Warn("too busy, an event was dropped", "event", fmt.Sprintf("%T", e), "lane", p.lane)
		}
	})
}

// placement says how an event is handled.
type placement struct {
	id     string // known events are dropped; "" is never known
	lane   string // events of one lane are handled in turn
	limit  int    // how many may wait in the lane
	urgent bool   // an interaction
}

// place finds an event's placement; whole is false when parts are missing that every handler would rely on.
func place(event any) (p placement, whole bool) {
	switch e := event.(type) {
	case *discordgo.MessageCreate:
		if e.Message == nil || e.Author == nil || e.ID == "" {
			return p, false
		}
		return placement{id: e.ID, lane: e.ChannelID, limit: channelLimit}, true
	case *discordgo.MessageUpdate:
		if e.Message == nil || e.ID == "" {
			return p, false
		}
		p = placement{lane: e.ChannelID, limit: channelLimit}
		if e.EditedTimestamp != nil {
			p.id = e.ID + " " + e.EditedTimestamp.String()
		}
		return p, true
	case *discordgo.MessageDelete:
		if e.Message == nil || e.ID == "" {
			return p, false
		}
		return placement{id: e.ID, lane: e.ChannelID, limit: channelLimit}, true
	case *discordgo.InteractionCreate:
		if !wholeInteraction(e.Interaction) {
			return p, false
		}
		return placement{id: e.ID, lane: e.ID, limit: 1, urgent: true}, true
	default:
		return placement{lane: fmt.Sprintf("%T", event), limit: waitingLimit}, true
	}
}

// wholeInteraction tells whether discordgo's accessors are safe to call: a component that it does not know leaves Data
// empty, and they panic.
func wholeInteraction(i *discordgo.Interaction) bool {
	switch {
	case i == nil || i.Data == nil || i.ID == "" || i.Token == "":
		return false
	case i.Member != nil:
		return i.Member.User != nil
	default:
		return i.User != nil
	}
}
