package discord

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/gorilla/websocket"

	"attache/internal/commands"
	"attache/internal/gateway"
)

// Options are what a Bot needs. Token, Router and Log must be set.
type Options struct {
	Token  string // without "Bot "
	Router *commands.Router
	Log    *slog.Logger

	// Plain is the command that answers a question in plain words, by its Main option; "ask" by default.
	Plain string
	// TeamChannel reports whether plain questions in a channel are answered without a mention, in a thread; nil means in none.
	TeamChannel func(guild, channel string) bool
	// Quiet reports whether the bot answers only when it is mentioned in a channel or thread; nil means nowhere.
	Quiet func(guild, channel string) bool
	// Language is the interface language, as Discord names it, of a server's members of whom no other is known; nil means English everywhere.
	Language func(guild string) string
	// Public reports whether articles may be shown to all in a place now; a private reply that rests on others is no longer shared. nil means always.
	Public func(at commands.Place, articles []string) bool
	// NoContent leaves out the privileged message content intent. The bot then sees only messages that mention it, direct messages and interactions.
	NoContent bool

	// Global registers the commands for all servers at once, which Discord spreads within the hour; otherwise they are registered
	// in each server that the bot is in, where they appear at once.
	Global bool
	// Guilds limits registration to these servers; none means every one.
	Guilds []string

	// Records is what outlives the process: replies under way, so that the next start can close those that a crash left open, what buttons do, and where
	// replies stand; nil remembers nothing.
	Records Records

	Workers    int           // requests carried out at the same time; 16 by default
	PerChannel int           // of them in one channel; 4 by default
	Waiting    int           // requests that may wait for a turn; 256 by default
	Grace      time.Duration // for what is under way when Run's context ends; 10 s by default

	ShardID, ShardCount int    // 0 and 0, or 0 and 1, mean no sharding
	UserAgent           string // "DiscordBot (url, version)"; "" is the gateway's own

	// For tests; nil or zero in production.
	Client  *http.Client
	Dialer  *websocket.Dialer
	Now     func() time.Time
	EditGap time.Duration // between two edits of a reply in the making
	Retry   time.Duration // before commands that could not be registered, or replies that could not be closed, are tried again
	Respond time.Duration // for the first response to an interaction
}

func (o Options) withDefaults() Options {
	never := func(string, string) bool { return false }
	setDefault(&o.Plain, "ask")
	setDefault(&o.Workers, 16)
	setDefault(&o.PerChannel, 4)
	setDefault(&o.Waiting, 256)
	setDefault(&o.Grace, 10*time.Second)
	setDefault(&o.EditGap, editGap)
	setDefault(&o.Respond, ackTimeout)
	setDefault(&o.Retry, retryFirst)
	if o.TeamChannel == nil {
		o.TeamChannel = never
	}
	if o.Quiet == nil {
		o.Quiet = never
	}
	if o.Language == nil {
		o.Language = func(string) string { return "" }
	}
	if o.Records == nil {
		o.Records = forgetful{}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return o
}

func setDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// Bot is the Discord front end. Make one with New and start it with Run, once.
type Bot struct {
	opts      Options
	log       *slog.Logger
	router    *commands.Router
	languages languages
	gateway   *gateway.Gateway
	api       *api
	buttons   *buttons
	work      *workers
	places    *cache[string, place]
	replies   *cache[string, *answered]              // by the id of the question
	scopes    *scopes                                // where the commands are registered
	locales   *cache[string, string]                 // the interface language of people, by their id
	recent    *cache[string, *discordgo.Interaction] // by their id, what is needed to answer once more
	ownRoles  *cache[string, string]                 // the bot's own role in each server
	left      []PendingReply                         // of the last process
	base      context.Context                        // of all work; ends when the grace period does
	once      sync.Once                              // at the first READY
	tasks     sync.WaitGroup
}

// Sizes of the bot's memory. They bound it; falling out of it costs a further look-up or an old button.
const (
	placesMax   = 100_000
	guildsMax   = 5000 // a shard has 2,500 at most
	repliesMax  = 2000
	patience    = 2 * time.Second // before somebody in the queue is told so
	callTimeout = 20 * time.Second
)

// New makes a bot that is not yet connected.
func New(opts Options) (*Bot, error) {
	if opts.Token == "" || opts.Router == nil || opts.Log == nil {
		return nil, errors.New("a Discord bot needs a token, a router and a log")
	}
	opts = opts.withDefaults()
	languages, err := loadLanguages()
	if err != nil {
		return nil, err
	}
	intents := gateway.DefaultIntents
	if opts.NoContent {
		intents &^= discordgo.IntentMessageContent
	}
	g, err := gateway.New(gateway.Options{
		Token: opts.Token, Intents: intents, Shard: opts.ShardID, Shards: opts.ShardCount, Client: opts.Client, Dialer: opts.Dialer, Logger: opts.Log,
		UserAgent: opts.UserAgent,
	})
	if err != nil {
		return nil, err
	}
	b := &Bot{
		opts: opts, log: opts.Log, router: opts.Router, languages: languages, gateway: g, api: &api{gateway: g},
		buttons:  newButtons(opts.Records, opts.Now),
		work:     newWorkers(opts.Workers, opts.PerChannel, opts.Waiting, patience),
		places:   newCache[string, place](placesMax),
		replies:  newCache[string, *answered](repliesMax),
		scopes:   newScopes(),
		locales:  newCache[string, string](repliesMax),
		recent:   newCache[string, *discordgo.Interaction](repliesMax),
		ownRoles: newCache[string, string](guildsMax),
	}
	b.handlers()
	return b, nil
}

// Run connects and serves until ctx ends or Discord refuses the bot for good. When ctx ends, what is under way is finished, for the grace
// period at most, and Run returns nil. It returns an error that says what to do when the token is wrong, an intent is not enabled or the
// connection cannot be made.
func (b *Bot) Run(ctx context.Context) error {
	base, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	b.base = base
	b.left = b.leftOver()
	connection, disconnect := context.WithCancel(base)
	defer disconnect()
	ended := make(chan error, 1)
	go func() { ended <- b.gateway.Run(connection) }()
	var err error
	select {
	case err = <-ended:
		b.finish(cancel)
	case <-ctx.Done():
		b.finish(cancel)
		disconnect()
		err = <-ended
	}
	cancel() // what is left waits to try something again
	b.tasks.Wait()
	return err
}

// finish lets what is under way come to its end, for the grace period; then it cancels that, and gives it a moment to say so.
func (b *Bot) finish(cancel context.CancelFunc) {
	grace, stop := context.WithTimeout(context.Background(), b.opts.Grace)
	defer stop()
	if b.work.stop(grace) == nil {
		return
	}
	b.log.Warn("requests were cut off by the end of the grace period", "grace", b.opts.Grace)
	cancel()
	last, stop := context.WithTimeout(context.Background(), callTimeout/4)
	defer stop()
	_ = b.work.stop(last)
}

// handlers subscribes to the events. The gateway hands each over once, those of a channel in their order; what takes long goes on in a task.
func (b *Bot) handlers() {
	gateway.On(b.gateway, func(_ context.Context, _ *discordgo.Ready) { b.onReady() })
	gateway.On(b.gateway, func(_ context.Context, e *discordgo.InteractionCreate) { b.onInteraction(e.Interaction) })
	gateway.On(b.gateway, func(_ context.Context, e *discordgo.MessageCreate) { b.onMessage(e.Message) })
	gateway.On(b.gateway, func(_ context.Context, e *discordgo.MessageUpdate) { b.onEdit(e.Message) })
	gateway.On(b.gateway, func(_ context.Context, e *discordgo.MessageDelete) { b.onDelete(e.ID) })
	gateway.On(b.gateway, func(_ context.Context, e *discordgo.MessageDeleteBulk) {
		for _, id := range e.Messages {
			b.onDelete(id)
		}
	})
	gateway.On(b.gateway, func(_ context.Context, e *discordgo.GuildCreate) { b.onGuild(e.Guild) })
	gateway.On(b.gateway, func(_ context.Context, e *discordgo.GuildDelete) { b.onGuildGone(e.Guild) })
	gateway.On(b.gateway, func(_ context.Context, e *discordgo.ChannelCreate) { b.learn(e.Channel) })
	gateway.On(b.gateway, func(_ context.Context, e *discordgo.ThreadCreate) { b.learn(e.Channel) })
	gateway.On(b.gateway, func(_ context.Context, e *discordgo.ThreadListSync) { b.learn(e.Threads...) })
}

// task does something beside the events. A mistake in it does not end the process.
func (b *Bot) task(what string, do func()) {
	b.tasks.Go(func() {
		defer func() {
			if p := recover(); p != nil {
				b.log.Error("a task panicked", "task", what, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			}
		}()
		do()
	})
}

func (b *Bot) onReady() {
	b.once.Do(func() {
		b.task("close replies", func() { b.closePending(b.left) })
		if b.opts.Global {
			b.task("register", func() { b.register("") })
		}
	})
}

func (b *Bot) onGuild(g *discordgo.Guild) {
	if g == nil || g.Unavailable {
		return
	}
	for _, c := range append(slices.Clone(g.Channels), g.Threads...) {
		if c != nil {
			c.GuildID = g.ID // which Discord leaves out here
			b.learn(c)
		}
	}
	b.learnOwnRole(g)
	if b.opts.Global || len(b.opts.Guilds) > 0 && !slices.Contains(b.opts.Guilds, g.ID) {
		return
	}
	b.task("register", func() { b.register(g.ID) })
}

// onGuildGone notes that the bot was taken out of a server. (One that is unavailable is out of order, and comes back.)
func (b *Bot) onGuildGone(g *discordgo.Guild) {
	if g != nil && !g.Unavailable {
		b.scopes.leave(g.ID)
	}
}

// place is what the bot needs to know of a channel.
type place struct {
	guild  string
	thread bool
	parent string // of a thread
	owner  string // of a thread
}

func (b *Bot) learn(channels ...*discordgo.Channel) {
	for _, c := range channels {
		if c != nil && c.ID != "" {
			b.places.put(c.ID, placeOf(c))
		}
	}
}

// learnOwnRole notes the role that Discord makes for the bot in a server. It bears the bot's name, so people mention it when they mean the bot.
func (b *Bot) learnOwnRole(g *discordgo.Guild) {
	for _, m := range g.Members {
		if m == nil || m.User == nil || m.User.ID != b.gateway.UserID() {
			continue
		}
		for _, r := range g.Roles {
			if r != nil && r.Managed && slices.Contains(m.Roles, r.ID) {
				b.ownRoles.put(g.ID, r.ID)
			}
		}
	}
}

func placeOf(c *discordgo.Channel) place {
	return place{guild: c.GuildID, thread: c.IsThread(), parent: c.ParentID, owner: c.OwnerID}
}

// place finds a channel, from memory or from Discord; one that cannot be found is taken for a plain channel.
func (b *Bot) place(ctx context.Context, id string) place {
	if p, ok := b.places.get(id); ok {
		return p
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout/4)
	defer cancel()
	c, err := b.api.channel(ctx, id)
	if err != nil {
		b.log.Debug("a channel could not be looked up", "channel", id, "err", err)
		if code(err) != 0 { // an answer, and not a failure on the way
			b.places.put(id, place{})
		}
		return place{}
	}
	b.learn(c)
	return placeOf(c)
}

// where is the place of a request: for a thread its channel is the one above.
func (b *Bot) where(ctx context.Context, guild, channel string) commands.Place {
	if guild != "" {
		b.place(ctx, channel)
	}
	return b.known(guild, channel)
}

// known is where for what has to be quick: it takes a channel that is not in memory for a plain one.
func (b *Bot) known(guild, channel string) commands.Place {
	if p, ok := b.places.get(channel); ok && p.thread {
		return commands.Place{Guild: guild, Channel: p.parent, Thread: channel}
	}
	return commands.Place{Guild: guild, Channel: channel}
}

// run carries out a request; it always returns a reply.
func (b *Bot) run(ctx context.Context, req commands.Request, progress commands.Progress) (reply commands.Reply) {
	defer func() {
		if p := recover(); p != nil {
			b.log.Error("a command panicked", "command", req.Command, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			reply = commands.Language(req.Locale).Sorry(fmt.Errorf("panic: %v", p))
		}
	}()
	return b.router.Run(ctx, req, progress)
}

// outlet is a place on the screen for one reply.
type outlet interface {
	draft(ctx context.Context, reply commands.Reply) error  // shows a reply in the making
	finish(ctx context.Context, reply commands.Reply) error // shows the reply
}

// answer carries out a request and shows the reply, with what it shows on the way. Nothing is shown any more when ctx was cancelled because the
// question was edited or deleted.
func (b *Bot) answer(ctx context.Context, req commands.Request, out outlet) {
	words := b.languages.words(req.Locale)
	s := newStream(func(r commands.Reply) {
		ctx, cancel := b.sending()
		defer cancel()
		if err := out.draft(ctx, r); err != nil {
			b.log.Debug("a reply in the making could not be shown", "err", err)
		}
	}, b.opts.EditGap)
	reply := b.run(ctx, req, s.progress)
	s.end()
	switch {
	case b.base.Err() != nil:
		reply = notice(words.Restarted)
	case ctx.Err() != nil:
		return
	}
	for try := 1; ; try++ {
		err := b.conclude(out, reply)
		if err == nil {
			return
		}
		if try == showTries || !errors.Is(err, context.DeadlineExceeded) || b.base.Err() != nil {
			b.log.Error("a reply could not be shown", "command", req.Command, "guild", req.Place.Guild, "err", err)
			return
		}
		b.log.Warn("a reply took too long to show, and is shown again", "command", req.Command, "guild", req.Place.Guild, "err", err)
	}
}

// showTries is how often a reply is shown for which time ran out: Discord may be out of order for longer than one call may take. The nonce keeps a message from standing twice.
const showTries = 3

// conclude shows a reply within the time of one call.
func (b *Bot) conclude(out outlet, reply commands.Reply) error {
	ctx, cancel := b.sending()
	defer cancel()
	return out.finish(ctx, reply)
}

// sending is a context for showing something. It outlives the end of the grace period, so that a request that was cut off can say so.
func (b *Bot) sending() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(b.base), callTimeout)
}

// notice is one private sentence of the front end's own.
func notice(sentence string) commands.Reply {
	return commands.Reply{Blocks: []commands.Block{{Kind: commands.Plain, Text: sentence}}, Private: true}
}
