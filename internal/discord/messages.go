package discord

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"

	"attache/internal/commands"
)

// The options of a command that take the message which a question replies to, where the command has them: its text, and the id of the bot's answer.
const (
	optionContext = "context"
	optionAnswer  = "answer"
)

// onMessage answers a message that asks the bot something.
func (b *Bot) onMessage(m *discordgo.Message) {
	if !fromPerson(m) {
		return
	}
	q, ok := b.question(m)
	if !ok {
		return
	}
	a := &answered{question: q, post: b.postFor(q)}
	b.replies.put(m.ID, a)
	b.task("answer", func() { b.respondTo(a, q, 0) })
}

// fromPerson reports whether a person wrote the message: no bot, no webhook, no notice of Discord.
func fromPerson(m *discordgo.Message) bool {
	return m != nil && m.ID != "" && m.Author != nil && !m.Author.Bot && !m.Author.System && m.WebhookID == "" &&
		(m.Type == discordgo.MessageTypeDefault || m.Type == discordgo.MessageTypeReply)
}

// question is a message that is to be answered.
type question struct {
	id, guild, channel string
	asker              commands.Asker
	text               string             // what is asked; "" when the bot was only mentioned
	about              *discordgo.Message // that it replies to; often nil
	links              []spot             // messages that it links to
	quiet              string             // "on" or "off" when it asks for quiet, or for an end of it
	open               bool               // a thread is to be opened for it
	thread             bool               // it stands in a thread already
	parent             string             // the channel of that thread
}

// question decides whether a message is to be answered, and where.
func (b *Bot) question(m *discordgo.Message) (question, bool) {
	self := b.gateway.UserID()
	q := question{id: m.ID, guild: m.GuildID, channel: m.ChannelID, asker: author(m), text: readable(m, self)}
	q.links = linked(m.Content, m.GuildID)
	called := mentions(m, self) || b.mentionsOwnRole(m)
	if to := m.ReferencedMessage; to != nil && to.Author != nil {
		q.about = to
		called = called || to.Author.ID == self
	}
	if q.guild == "" {
		return q, q.text != ""
	}
	if !called && (q.text == "" || len(m.Mentions) > 0 || m.MessageReference != nil) {
		return q, false // people talking to each other
	}
	p := b.place(b.base, m.ChannelID)
	q.thread, q.parent = p.thread, p.parent
	team := b.opts.TeamChannel(q.guild, m.ChannelID)
	place := team || p.thread && (p.owner == self || b.opts.TeamChannel(q.guild, p.parent))
	if q.quiet = b.quietWord(q.text); q.quiet != "" && (called || place) {
		return q, true
	}
	q.quiet, q.open = "", team && !p.thread && (q.text == "" || saysMore(q.text))
	if called {
		return q, true
	}
	if b.opts.Quiet(q.guild, m.ChannelID) {
		return q, false
	}
	if p.thread && p.owner == self {
		return q, goesOnAsking(q.text)
	}
	return q, place && asks(q.text)
}

// quietCommand is the command that makes a place quiet, where the router has it.
const quietCommand = "quiet"

// quietWord reads a message that asks for quiet ("on"), or for an end of it ("off"); "" for any other.
func (b *Bot) quietWord(text string) string {
	if _, ok := b.router.Command(quietCommand); !ok {
		return ""
	}
	switch strings.ToLower(strings.TrimLeft(strings.TrimRight(text, ".! "), "/")) {
	case "quiet", "quiet on":
		return "on"
	case "quiet off":
		return "off"
	}
	return ""
}

// mentions reports whether a message mentions a user by name. (A mention of everyone is none.)
func mentions(m *discordgo.Message, id string) bool {
	return slices.ContainsFunc(m.Mentions, func(u *discordgo.User) bool { return u != nil && u.ID == id })
}

func (b *Bot) mentionsOwnRole(m *discordgo.Message) bool {
	role, ok := b.ownRoles.get(m.GuildID)
	return ok && slices.Contains(m.MentionRoles, role)
}

func author(m *discordgo.Message) commands.Asker {
	who := commands.Asker{ID: m.Author.ID, Name: m.Author.DisplayName()}
	if m.Member != nil {
		who.Roles = m.Member.Roles
		if m.Member.Nick != "" {
			who.Name = m.Member.Nick
		}
	}
	return who
}

// answered is a question with its reply, kept for a while, so that an edit of the question can change the reply and its deletion withdraw it.
type answered struct {
	turn sync.Mutex // held while a reply is made, so that the last version of the question is answered last

	mu        sync.Mutex
	question  question
	version   int
	withdrawn bool
	cancel    context.CancelFunc
	post      *post
}

// begin starts an answer to the question's present version; false when there is a newer one, or the question is gone.
func (a *answered) begin(base context.Context, version int) (context.Context, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.withdrawn || version != a.version {
		return nil, false
	}
	ctx, cancel := context.WithCancel(base)
	a.cancel = cancel
	return ctx, true
}

// supersede cuts off an answer that is being made.
func (a *answered) supersede(change func()) (version int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.version++
	change()
	if a.cancel != nil {
		a.cancel()
	}
	return a.version
}

// respondTo answers the present version of a question when its turn comes.
func (b *Bot) respondTo(a *answered, q question, version int) {
	stop := b.typing(q.channel)
	defer stop()
	a.turn.Lock()
	defer a.turn.Unlock()
	id := b.remember(PendingReply{ID: q.id, Channel: q.channel, Locale: b.localeOf(q), At: b.opts.Now()})
	defer b.forget(id)
	text := a.post.words
	queued := func(place int) { a.post.wait(text.queue(place)) }
	err := b.work.do(b.base, q.channel, queued, func() {
		ctx, ok := a.begin(b.base, version)
		if !ok {
			return
		}
		b.ask(ctx, q, a.post)
	})
	switch {
	case errors.Is(err, errBusy):
		a.post.tell(text.Busy)
	case err != nil:
		a.post.tell(text.Restarting)
	}
}

// ask puts the question to the plain command.
func (b *Bot) ask(ctx context.Context, q question, out *post) {
	if q.quiet != "" {
		b.answer(ctx, commands.Request{Command: quietCommand, Options: map[string]string{"state": q.quiet}, Asker: q.asker,
			Place: b.where(ctx, q.guild, q.channel), Locale: b.localeOf(q), At: b.opts.Now()}, out)
		return
	}
	c, _ := b.router.Command(b.opts.Plain)
	main, _ := c.Main()
	options := map[string]string{main.Name: q.text}
	if q.about != nil {
		b.pointTo(options, c, q.about, q.channel)
	}
	links := b.contextOf(ctx, q)
	if links == "" && len(q.links) > 0 { // without what it is about, the question would be taken for another one
		out.tell(out.words.LinkUnread)
		return
	}
	if links != "" {
		options[optionContext] = strings.TrimSpace(options[optionContext] + "\n\n" + links)
	}
	if q.text == "" && (q.about == nil || q.about.Author.ID != b.gateway.UserID()) { // "@bot", in reply to what is to be asked
		options = map[string]string{main.Name: options[optionContext]}
	}
	if options[main.Name] == "" {
		out.tell(out.words.AskMe)
		return
	}
	if _, takes := c.Option(optionContext); !takes || options[optionContext] == "" {
		delete(options, optionContext)
	} else {
		options[optionContext] = clip(options[optionContext], maxContext(c))
	}
	at := b.where(ctx, q.guild, q.channel)
	if q.open {
		at.Thread = q.id // a thread has the id of the message that it starts from
	}
	b.answer(ctx, commands.Request{Command: b.opts.Plain, Options: options, Asker: q.asker, Place: at, Locale: b.localeOf(q), At: b.opts.Now()}, out)
}

// linksMax is how many links to messages are followed.
const linksMax = 3

// linked lists the messages of a server that a text links to.
func linked(text, guild string) []spot {
	var found []spot
	for _, part := range link.FindAllStringSubmatch(text, -1) {
		if part[1] == guild && len(found) < linksMax {
			found = append(found, spot{channel: part[2], replyTo: part[3]})
		}
	}
	return found
}

// contextOf is what the messages say that a question links to, in channels where its author can read them for certain: its own, and for a thread the one
// above.
func (b *Bot) contextOf(ctx context.Context, q question) string {
	var texts []string
	for _, l := range q.links {
		if l.channel != q.channel && l.channel != q.parent {
			continue
		}
		m, err := b.api.message(ctx, l.channel, l.replyTo)
		if err != nil {
			b.log.Debug("a linked message could not be read", "channel", l.channel, "err", err)
			continue
		}
		texts = append(texts, said(m))
	}
	return strings.TrimSpace(strings.Join(texts, "\n\n"))
}

// localeOf is the interface language of who asks, as their last command told it; messages do not. When there was none it is that of the server.
func (b *Bot) localeOf(q question) string {
	if locale, known := b.locales.get(q.asker.ID); known {
		return locale
	}
	if q.guild == "" {
		return ""
	}
	return b.opts.Language(q.guild)
}

// openThread starts a thread on a question, named after it.
func (b *Bot) openThread(ctx context.Context, q question) error {
	if err := b.api.thread(ctx, q.channel, q.id, clip(orDash(plain(q.text)), maxThreadName)); err != nil {
		b.log.Warn("no thread could be opened", "guild", q.guild, "channel", q.channel, "err", err)
		return err
	}
	b.places.put(q.id, place{guild: q.guild, thread: true, parent: q.channel, owner: b.gateway.UserID()})
	return nil
}

// postFor says where the reply to a question goes: beneath it, else to the channel above, else to the asker in person.
func (b *Bot) postFor(q question) *post {
	p := &post{b: b, words: b.languages.words(b.localeOf(q)), guild: q.guild, asked: q.id, owner: q.asker.ID, nonce: q.id, spots: []spot{{q.channel, q.id}}}
	if q.thread && q.parent != "" {
		p.spots = append(p.spots, spot{channel: q.parent})
	}
	if q.open {
		p.open = func(ctx context.Context) error { return b.openThread(ctx, q) }
	}
	return p
}

// onEdit answers a question anew when its text has changed.
func (b *Bot) onEdit(m *discordgo.Message) {
	if m.Author != nil && !fromPerson(m) {
		return
	}
	a, ok := b.replies.get(m.ID)
	if !ok {
		if a, ok = b.repliedBefore(m); !ok {
			return
		}
	}
	text := readable(m, b.gateway.UserID())
	a.mu.Lock()
	q := a.question
	a.mu.Unlock()
	if text == "" || text == q.text { // Discord reports its own changes too, such as the preview of a link
		return
	}
	q.text, q.quiet = text, b.quietWord(text)
	version := a.supersede(func() { a.question = q })
	b.task("answer anew", func() { b.respondTo(a, q, version) })
}

// repliedBefore finds the reply that an earlier process gave to a message which a person has edited since; false when there is none.
func (b *Bot) repliedBefore(m *discordgo.Message) (*answered, bool) {
	if !fromPerson(m) || m.EditedTimestamp == nil {
		return nil, false
	}
	stand, ok := b.standing(m.ID)
	if !ok || !m.EditedTimestamp.After(stand.At) {
		return nil, false
	}
	q, _ := b.question(m) // it was one before it was edited
	q.open, q.text = false, ""
	a := &answered{question: q, post: b.postFor(q)}
	a.post.channel, a.post.id = stand.Channel, stand.Message
	b.replies.put(m.ID, a)
	return a, true
}

// standing is the reply to a message, as an earlier process recorded it; false when there is none.
func (b *Bot) standing(asked string) (Posted, bool) {
	ctx, cancel := b.sending()
	defer cancel()
	all, err := b.opts.Records.PostedFor(ctx, asked)
	if err != nil {
		b.log.Warn("a reply could not be looked up", "err", err)
	}
	if len(all) == 0 {
		return Posted{}, false
	}
	return all[len(all)-1], true
}

// onDelete withdraws the reply to a question that was deleted.
func (b *Bot) onDelete(id string) {
	a, ok := b.replies.get(id)
	if !ok {
		stand, ok := b.standing(id)
		if !ok {
			return
		}
		a = &answered{post: &post{b: b, channel: stand.Channel, id: stand.Message}}
	}
	a.supersede(func() { a.withdrawn = true })
	b.task("withdraw", func() {
		a.turn.Lock()
		defer a.turn.Unlock()
		ctx, cancel := b.sending()
		defer cancel()
		if err := a.post.withdraw(ctx); err != nil {
			b.log.Warn("a reply could not be withdrawn", "channel", a.post.channel, "err", err)
		}
	})
}

// typing shows the bot as typing until stop is called.
func (b *Bot) typing(channel string) (stop func()) {
	ctx, cancel := context.WithCancel(b.base)
	var done sync.WaitGroup
	done.Go(func() {
		again := time.NewTicker(typingLasts - 2*time.Second)
		defer again.Stop()
		for b.api.typing(ctx, channel) == nil { // it is a courtesy: a failure ends it
			select {
			case <-again.C:
			case <-ctx.Done():
				return
			}
		}
	})
	return func() { cancel(); done.Wait() }
}

// spot is a place that a message can go to.
type spot struct {
	channel string
	replyTo string // a message in it, or ""
}

// post shows a reply as a message: in the first of its spots where the bot may write, else to its owner in person. Its calls must not overlap.
type post struct {
	b     *Bot
	words Words
	guild string
	asked string // the message that it answers; "" for none
	owner string
	nonce string // the id of what is answered: at most one message is made for it in each spot
	spots []spot
	open  func(context.Context) error // starts a thread on nonce, the first place for the reply; nil when none is wanted
	note  string                      // a sentence about why the reply stands where it stands

	channel, id string // of the message, once it is there
	direct      bool   // it went to its owner in person, though it was asked in a server
	tries       int
}

var _ outlet = (*post)(nil)

func (p *post) draft(ctx context.Context, reply commands.Reply) error {
	return p.put(ctx, drafted(reply, p.words))
}

func (p *post) finish(ctx context.Context, reply commands.Reply) error {
	if reply.Failed {
		p.open = nil // a refusal needs no thread
	}
	m := p.b.show(reply, p.owner, p.words, false).first(p.words)
	if !reply.Private {
		m.call = reply.Call
	}
	if err := p.put(ctx, m); err != nil || p.id == "" {
		return err
	}
	p.b.posted(ctx, Posted{Channel: p.channel, Message: p.id, Guild: p.guild, Answer: reply.Answer, Asked: p.asked})
	return nil
}

// wait shows a sentence until the reply comes.
func (p *post) wait(sentence string) {
	ctx, cancel := p.b.sending()
	defer cancel()
	if err := p.draft(ctx, notice(sentence)); err != nil {
		p.b.log.Debug("a sentence could not be shown", "err", err)
	}
}

// tell shows a sentence of the front end's own.
func (p *post) tell(sentence string) {
	ctx, cancel := p.b.sending()
	defer cancel()
	if err := p.finish(ctx, notice(sentence)); err != nil {
		p.b.log.Error("a sentence could not be shown", "channel", p.channel, "err", err)
	}
}

// put creates the message or replaces what it shows. A message that somebody has deleted stays away.
func (p *post) put(ctx context.Context, m message) error {
	if p.id != "" {
		m = p.fitted(m)
		m.content = p.note
		err := p.b.api.edit(ctx, p.channel, p.id, m)
		if code(err) == codeUnknownMessage {
			return nil
		}
		return err
	}
	p.enter(ctx)
	for len(p.spots) > 0 {
		err := p.create(ctx, p.spots[0], m)
		if !unreachable(err) {
			return err
		}
		p.b.log.Warn("the bot may not write in a channel", "channel", p.spots[0].channel, "err", err)
		if p.note == "" {
			p.note = p.words.noWrite(p.spots[0].channel)
		}
		p.spots = p.spots[1:]
	}
	channel, err := p.b.api.direct(ctx, p.owner)
	if err != nil {
		return err
	}
	p.direct = p.guild != ""
	return p.create(ctx, spot{channel: channel}, p.fitted(m))
}

// fitted leaves out of a message in person the buttons that belong to the server where it was asked: pressed here, they would ask here.
func (p *post) fitted(m message) message {
	if p.direct {
		m.rows = pageButtons(m.rows)
	}
	return m
}

// enter opens the thread that is wanted. Where it cannot be, the reply goes to the channel and says why.
func (p *post) enter(ctx context.Context) {
	if p.open == nil {
		return
	}
	err := p.open(ctx)
	p.open = nil
	switch {
	case err == nil:
		p.spots = append([]spot{{channel: p.nonce}}, p.spots...)
	case unreachable(err):
		p.note = p.words.NoThread
	}
}

func (p *post) create(ctx context.Context, at spot, m message) error {
	m.content, m.replyTo = p.note, at.replyTo
	p.tries++
	id, err := p.b.api.create(ctx, at.channel, p.nonce+"."+string(rune('a'+p.tries%26)), m)
	if err == nil {
		p.channel, p.id = at.channel, id
	}
	return err
}

// withdraw deletes the message, if there is one.
func (p *post) withdraw(ctx context.Context) error {
	p.spots, p.owner = nil, ""
	if p.id == "" {
		return nil
	}
	err := p.b.api.remove(ctx, p.channel, p.id)
	if err != nil && code(err) != codeUnknownMessage && code(err) != codeUnknownChannel {
		return err
	}
	return p.b.opts.Records.RemovePosted(ctx, p.channel, p.id)
}
