package discord

import (
	"cmp"
	"context"
	"errors"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"

	"attache/internal/commands"
)

// optionPrivate is the option that the front end adds to commands whose replies may be public.
const optionPrivate = "private"

// The time that acknowledging may take, tries included, and after which an interaction's token is no longer relied on.
const (
	ackTimeout   = firstResponse - 500*time.Millisecond
	tokenTrusted = tokenLife - time.Minute
)

// onInteraction answers a command, a key typed into an option, a button or a form.
func (b *Bot) onInteraction(i *discordgo.Interaction) {
	switch data := i.Data.(type) {
	case discordgo.ApplicationCommandInteractionData:
		if i.Type == discordgo.InteractionApplicationCommandAutocomplete {
			b.complete(i, data)
			return
		}
		b.command(i, data)
	case discordgo.MessageComponentInteractionData:
		b.press(i, data.CustomID)
	case discordgo.ModalSubmitInteractionData:
		b.submit(i, data)
	}
}

// user is who did it, in a server or in a direct message; nil when Discord does not say.
func user(i *discordgo.Interaction) *discordgo.User {
	if i.Member != nil && i.Member.User != nil {
		return i.Member.User
	}
	return i.User
}

func asker(i *discordgo.Interaction) commands.Asker {
	who := commands.Asker{}
	if u := user(i); u != nil {
		who.ID, who.Name = u.ID, u.DisplayName()
	}
	if m := i.Member; m != nil {
		who.Roles = m.Roles
		who.Manager = m.Permissions&(discordgo.PermissionManageGuild|discordgo.PermissionAdministrator) != 0
		if m.Nick != "" {
			who.Name = m.Nick
		}
	}
	return who
}

// request fills in what every request from an interaction has.
func (b *Bot) request(i *discordgo.Interaction, command string) commands.Request {
	who := asker(i)
	b.locales.put(who.ID, string(i.Locale))
	b.recent.put(i.ID, &discordgo.Interaction{ID: i.ID, AppID: i.AppID, Token: i.Token}) // the rest of it may be large
	return commands.Request{
		Command: command, Options: map[string]string{}, Asker: who, Place: b.where(b.base, i.GuildID, i.ChannelID),
		Locale: string(i.Locale), At: b.opts.Now(), ID: i.ID,
	}
}

// command answers a slash command or an entry of a message's menu.
func (b *Bot) command(i *discordgo.Interaction, data discordgo.ApplicationCommandInteractionData) {
	if data.CommandType == discordgo.MessageApplicationCommand {
		b.menu(i, data)
		return
	}
	name, given := called(data)
	c, ok := b.router.Command(name)
	if !ok {
		c = commands.Command{Name: name} // for the router to say that there is none
	}
	options, private := optionsOf(c, given)
	private = private || c.Private || c.Manager
	lost := b.ack(i, private, false) != nil
	req := b.request(i, c.Name)
	req.Options, req.Private, req.Attachments = options, private, attachments(data)
	out := &interactionReply{b: b, i: i, words: b.languages.words(req.Locale), owner: req.Asker.ID, private: private, lost: lost}
	if main, ok := c.Main(); ok && !b.followLinks(i, c, main.Name, req.Options) {
		out.refuse(out.words.LinkUnread)
		return
	}
	b.reply(i, req, out)
}

// followLinks takes the links to messages out of an option, and hands over what those say; false when none of them may be read.
func (b *Bot) followLinks(i *discordgo.Interaction, c commands.Command, option string, options map[string]string) bool {
	found := linked(options[option], i.GuildID)
	if _, takes := c.Option(optionContext); !takes || len(found) == 0 {
		return true
	}
	ctx, cancel := b.sending()
	defer cancel()
	at := b.where(ctx, i.GuildID, i.ChannelID)
	q := question{guild: i.GuildID, channel: i.ChannelID, parent: at.Channel, links: found}
	if without := strings.TrimSpace(link.ReplaceAllString(options[option], "")); without != "" {
		options[option] = without
	}
	about := b.contextOf(ctx, q)
	options[optionContext] = clip(about, maxContext(c))
	return about != ""
}

// menu answers an entry of a message's menu, for the person alone. A command that takes a message as its context gets a form for the question about it.
func (b *Bot) menu(i *discordgo.Interaction, data discordgo.ApplicationCommandInteractionData) {
	c := b.menuCommand(data.Name)
	var m *discordgo.Message
	if data.Resolved != nil {
		m = data.Resolved.Messages[data.TargetID]
	}
	takes, ok := c.MenuOption()
	if main, _ := c.Main(); m != nil && ok && takes.Name != main.Name {
		options := map[string]string{}
		b.pointTo(options, c, m, i.ChannelID)
		b.askAbout(i, c, main, options)
		return
	}
	lost := b.ack(i, true, false) != nil
	req := b.request(i, c.Name)
	req.Private, req.Attachments = true, attachments(data)
	if m != nil && ok {
		req.Options[takes.Name] = said(m)
	}
	b.reply(i, req, &interactionReply{b: b, i: i, words: b.languages.words(req.Locale), owner: req.Asker.ID, private: true, lost: lost})
}

// menuCommand is the command of an entry in a message's menu. An unknown one keeps its name, for the router to say that there is none.
func (b *Bot) menuCommand(name string) commands.Command {
	for _, c := range b.router.Commands() {
		if c.MessageMenu != "" && clip(c.MessageMenu, maxCommandName) == name {
			return c
		}
	}
	return commands.Command{Name: name}
}

// askAbout opens a form for the question about a message.
func (b *Bot) askAbout(i *discordgo.Interaction, c commands.Command, main commands.Option, options map[string]string) {
	words := b.languages.words(string(i.Locale))
	ask := &shown{Owner: asker(i).ID, Actions: []commands.Action{{
		Label: words.AskAbout, Request: commands.Request{Command: c.Name, Options: options, Private: true},
		Input: &commands.Input{Option: main.Name, Label: words.YourQuestion, Placeholder: words.AboutHint, Value: words.IsThisTrue, Long: true},
	}}}
	ctx, cancel := b.responding()
	defer cancel()
	if err := b.buttons.add(ctx, ask); err != nil {
		b.log.Warn("a form could not be recorded", "err", err)
	}
	_ = b.noted(i, b.api.openForm(ctx, i, form(ask.customID(doRun, 0), ask.Actions[0])))
}

// pointTo hands a command the message that it is asked about: its text and, where it is an answer of the bot, the answer's id.
func (b *Bot) pointTo(options map[string]string, c commands.Command, m *discordgo.Message, channel string) {
	if _, takes := c.Option(optionContext); takes {
		options[optionContext] = clip(said(m), maxContext(c))
	}
	if _, takes := c.Option(optionAnswer); !takes || m.Author == nil || m.Author.ID != b.gateway.UserID() {
		return
	}
	ctx, cancel := b.sending()
	defer cancel()
	at, err := b.opts.Records.PostedAt(ctx, channel, m.ID)
	if err != nil {
		b.log.Warn("it could not be looked up which answer a message shows", "err", err)
	}
	if at.Answer != "" {
		options[optionAnswer] = at.Answer
		delete(options, optionContext) // the answer's own sentences say it better
	}
}

// maxContext is how much of a message a command takes.
func maxContext(c commands.Command) int {
	o, _ := c.Option(optionContext)
	return cmp.Or(o.MaxLength, maxContent)
}

// said is what a message says: its text, or that of its embeds, without the list of sources beneath an answer.
func said(m *discordgo.Message) string {
	if m.Content != "" {
		return m.Content
	}
	text := ""
	for _, e := range m.Embeds {
		if e != nil {
			text += e.Title + "\n" + sourceList.ReplaceAllString(e.Description, "") + "\n"
		}
	}
	return text
}

// sourceList is the list of sources beneath an answer, with what follows it.
var sourceList = regexp.MustCompile(`(?s)\n\n\*\*[^*\n]+\*\*\n\[\d+\] .*$`)

// optionsOf reads the options by name, as text, and whether the reply is to be private.
func optionsOf(c commands.Command, given []*discordgo.ApplicationCommandInteractionDataOption) (options map[string]string, private bool) {
	options = map[string]string{}
	_, own := c.Option(optionPrivate)
	for _, o := range given {
		if o == nil {
			continue
		}
		if o.Name == optionPrivate {
			private, _ = o.Value.(bool)
			if !own {
				continue
			}
		}
		switch v := o.Value.(type) {
		case string:
			options[o.Name] = v
		case bool:
			options[o.Name] = strconv.FormatBool(v)
		case float64:
			options[o.Name] = strconv.FormatFloat(v, 'f', -1, 64)
		}
	}
	return options, private
}

// ack acknowledges an interaction, so that Discord shows "thinking": as a reply for one or for all, or as a change of the message that the button
// stands under. After an error the interaction takes no reply, which has to be shown elsewhere.
func (b *Bot) ack(i *discordgo.Interaction, private, replace bool) error {
	kind := discordgo.InteractionResponseDeferredChannelMessageWithSource
	if replace {
		kind, private = discordgo.InteractionResponseDeferredMessageUpdate, false
	}
	ctx, cancel := b.responding()
	defer cancel()
	return b.noted(i, b.api.acknowledge(ctx, i, kind, private))
}

// responding is a context for the first answer to an interaction.
func (b *Bot) responding() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(b.base), b.opts.Respond)
}

// noted logs that an interaction could not be answered.
func (b *Bot) noted(i *discordgo.Interaction, err error) error {
	if err != nil {
		b.log.Warn("an interaction could not be answered", "type", int(i.Type), "guild", i.GuildID, "err", err)
	}
	return err
}

// say answers an interaction at once with one private sentence.
func (b *Bot) say(i *discordgo.Interaction, sentence string) {
	ctx, cancel := b.responding()
	defer cancel()
	_ = b.noted(i, b.api.respond(ctx, i, discordgo.InteractionResponseChannelMessageWithSource, message{content: escape(sentence), ephemeral: true}))
}

// reply carries out the request of an acknowledged interaction when its turn comes.
func (b *Bot) reply(i *discordgo.Interaction, req commands.Request, out *interactionReply) {
	id := b.remember(PendingReply{ID: i.ID, App: i.AppID, Token: i.Token, Locale: req.Locale, At: b.opts.Now()})
	defer b.forget(id)
	queued := func(place int) { out.tell(out.words.queue(place)) }
	err := b.work.do(b.base, i.ChannelID, queued, func() { b.answer(b.base, req, out) })
	switch {
	case errors.Is(err, errBusy):
		out.refuse(out.words.Busy)
	case err != nil:
		out.refuse(out.words.Restarting)
	}
}

// interactionReply shows a reply where an interaction was acknowledged.
type interactionReply struct {
	b       *Bot
	i       *discordgo.Interaction
	words   Words
	owner   string
	private bool // the acknowledgement is for the asker alone
	replace bool // the acknowledgement stands for the message under which the button is
	lost    bool // Discord did not take the acknowledgement
}

var _ outlet = (*interactionReply)(nil)

func (r *interactionReply) draft(ctx context.Context, reply commands.Reply) error {
	if r.replace || r.expired() {
		return nil
	}
	_, err := r.b.api.editReply(ctx, r.i, drafted(headed(reply), r.words))
	return err
}

// tell shows a sentence until the reply comes.
func (r *interactionReply) tell(sentence string) {
	ctx, cancel := r.b.sending()
	defer cancel()
	if err := r.draft(ctx, notice(sentence)); err != nil {
		r.b.log.Debug("a sentence could not be shown", "err", err)
	}
}

// refuse shows a sentence in place of a reply.
func (r *interactionReply) refuse(sentence string) {
	ctx, cancel := r.b.sending()
	defer cancel()
	if err := r.finish(ctx, notice(sentence)); err != nil {
		r.b.log.Error("a refusal could not be shown", "err", err)
	}
}

// finish shows the reply in place of the acknowledgement, or as a message of its own where that cannot be: a private reply to a public
// acknowledgement, and one that calls somebody, which an edit does not.
func (r *interactionReply) finish(ctx context.Context, reply commands.Reply) error {
	reply = headed(reply)
	if r.expired() {
		return r.elsewhere(ctx, reply)
	}
	s := r.b.show(reply, r.owner, r.words, r.private && !reply.Confined && len(reply.Sources) > 0 && r.i.GuildID != "")
	m := s.first(r.words)
	m.ephemeral = reply.Private || r.private
	if !m.ephemeral {
		m.call = reply.Call
	}
	var id string
	var err error
	if m.ephemeral && !r.private || m.call != "" {
		id, err = r.anew(ctx, m)
	} else {
		id, err = r.b.api.editReply(ctx, r.i, m)
	}
	if err == nil && !m.ephemeral && reply.Answer != "" {
		r.b.posted(ctx, Posted{Channel: r.i.ChannelID, Message: id, Guild: r.i.GuildID, Answer: reply.Answer})
	}
	switch {
	case gone(err):
		return r.elsewhere(ctx, reply)
	case code(err) == codeUnknownMessage:
		return nil // somebody has deleted it
	}
	return err
}

// gone reports whether an error is Discord's answer that the interaction takes no reply any more.
func gone(err error) bool {
	switch code(err) {
	case codeTokenExpired, codeUnknownInteraction, codeUnknownWebhook:
		return true
	}
	return false
}

// headed puts the question above its answer. Discord shows who used a command, and not what they wrote.
func headed(reply commands.Reply) commands.Reply {
	asked := clip(plain(reply.Question), maxEmbedTitle)
	if asked == "" {
		return reply
	}
	if reply.Title != "" {
		reply.Blocks = append([]commands.Block{{Kind: commands.Heading, Text: reply.Title}}, reply.Blocks...)
	}
	reply.Title = asked
	return reply
}

// anew shows the reply as a further message. The acknowledgement goes first: else the reply would take its place, and be as public as that.
func (r *interactionReply) anew(ctx context.Context, m message) (id string, err error) {
	if !r.replace {
		if err := r.b.api.removeReply(ctx, r.i); err != nil && code(err) != codeUnknownMessage {
			return "", err
		}
	}
	id, err = r.b.api.followUp(ctx, r.i, m)
	if err != nil && code(err) == 0 && ctx.Err() == nil && m.call == "" { // lost on the way: rather twice than never
		id, err = r.b.api.followUp(ctx, r.i, m)
	}
	return id, err
}

// expired reports whether the interaction takes no reply, or its token is too old to be relied on.
func (r *interactionReply) expired() bool {
	if r.lost {
		return true
	}
	made, err := discordgo.SnowflakeTimestamp(r.i.ID)
	return err == nil && r.b.opts.Now().Sub(made) > tokenTrusted
}

// elsewhere shows the reply as a message of its own, because the interaction can take none any more: in the channel, or to the asker when
// it is private.
func (r *interactionReply) elsewhere(ctx context.Context, reply commands.Reply) error {
	p := &post{b: r.b, words: r.words, guild: r.i.GuildID, owner: r.owner, nonce: r.i.ID}
	if !reply.Private && !r.private {
		p.spots = append(p.spots, spot{channel: r.i.ChannelID})
	}
	return p.finish(ctx, reply)
}

// pressed finds the button of a custom id. When there is none, or it is expired, who pressed it is told.
func (b *Bot) pressed(i *discordgo.Interaction, custom string) (button, bool) {
	ctx, cancel := b.responding()
	defer cancel()
	found, ok, err := b.buttons.get(ctx, custom)
	if err != nil {
		b.log.Error("a button could not be looked up", "guild", i.GuildID, "err", err)
	}
	if !ok {
		b.say(i, b.languages.words(string(i.Locale)).Expired)
	}
	return found, ok
}

// press answers a button.
func (b *Bot) press(i *discordgo.Interaction, custom string) {
	pressed, ok := b.pressed(i, custom)
	if !ok {
		return
	}
	who, text := asker(i), b.languages.words(string(i.Locale))
	switch pressed.deed {
	case doPage:
		b.turn(i, pressed, who, text)
	case doShare:
		b.share(i, pressed, who, text)
	default:
		action := pressed.action()
		if action.Style == commands.Danger && who.ID != pressed.shown.Owner && !who.Manager {
			b.say(i, text.NotYours)
			return
		}
		if action.Input != nil {
			ctx, cancel := b.responding()
			defer cancel()
			_ = b.noted(i, b.api.openForm(ctx, i, form(custom, action)))
			return
		}
		b.act(i, pressed, action.Request)
	}
}

// turn shows another page: in place for who asked, as a private copy for anybody else.
func (b *Bot) turn(i *discordgo.Interaction, pressed button, who commands.Asker, text Words) {
	m := pressed.shown.message(pressed.n, text)
	if onlyPages(i.Message) {
		m.rows = pageButtons(m.rows)
	}
	kind := discordgo.InteractionResponseUpdateMessage
	if who.ID != pressed.shown.Owner {
		kind = discordgo.InteractionResponseChannelMessageWithSource
		m.ephemeral = true
	}
	ctx, cancel := b.responding()
	defer cancel()
	_ = b.noted(i, b.api.respond(ctx, i, kind, m))
}

// share shows a private reply to the channel, once, under the name of who shares it.
func (b *Bot) share(i *discordgo.Interaction, pressed button, who commands.Asker, text Words) {
	if b.opts.Public != nil && !b.opts.Public(b.where(b.base, i.GuildID, i.ChannelID), pressed.shown.Rests) {
		b.say(i, text.Expired)
		return
	}
	ctx, cancel := b.responding()
	defer cancel()
	reply, first, err := b.buttons.share(ctx, pressed.shown.id, true)
	if err != nil {
		b.log.Warn("it could not be recorded that a reply is shared", "guild", i.GuildID, "err", err)
	}
	if !first {
		b.say(i, text.Expired)
		return
	}
	m := reply.message(0, text)
	m.content = escape(text.sharedBy(clip(plain(who.Name), maxEmbedTitle)))
	if b.noted(i, b.api.respond(ctx, i, discordgo.InteractionResponseChannelMessageWithSource, m)) != nil {
		_, _, _ = b.buttons.share(ctx, reply.id, false) // at worst it cannot be tried again
	}
}

// submit answers a form: the action's request with what was entered.
func (b *Bot) submit(i *discordgo.Interaction, data discordgo.ModalSubmitInteractionData) {
	pressed, ok := b.pressed(i, data.CustomID)
	if !ok {
		return
	}
	if pressed.deed == doRun {
		if what, entered := filled(pressed.action(), data.Components); entered {
			b.act(i, pressed, what)
			return
		}
	}
	b.say(i, b.languages.words(string(i.Locale)).Expired)
}

// act carries out a button's request for the person who pressed it. What would change the reply of somebody else becomes a private reply.
func (b *Bot) act(i *discordgo.Interaction, pressed button, what commands.Request) {
	action := pressed.action()
	req := b.request(i, what.Command)
	replace := action.Replace && (req.Asker.ID == pressed.shown.Owner || action.Anyone) && i.Message != nil
	req.Link = addressOf(i)
	c, _ := b.router.Command(what.Command)
	private := what.Private || c.Private || c.Manager || action.Replace && !replace
	if i.Message != nil && i.Message.Flags&discordgo.MessageFlagsEphemeral != 0 && !action.Public {
		private = true // what begins in private goes on in private
	}
	lost := b.ack(i, private, replace) != nil
	for name, value := range what.Options {
		req.Options[name] = value
	}
	req.Private = private
	b.reply(i, req, &interactionReply{b: b, i: i, words: b.languages.words(req.Locale), owner: req.Asker.ID, private: private, replace: replace, lost: lost})
}

// addressOf is the address of the message that a button stands under; "" when there is none.
func addressOf(i *discordgo.Interaction) string {
	if i.Message == nil {
		return ""
	}
	guild := i.GuildID
	if guild == "" {
		guild = "@me"
	}
	return "https://discord.com/channels/" + guild + "/" + i.ChannelID + "/" + i.Message.ID
}

// complete suggests values for the option that is being typed, or none; it never stays silent.
func (b *Bot) complete(i *discordgo.Interaction, data discordgo.ApplicationCommandInteractionData) {
	choices := []*discordgo.ApplicationCommandOptionChoice{}
	defer func() {
		if p := recover(); p != nil {
			b.log.Error("an autocomplete panicked", "command", data.Name, "panic", p)
		}
		ctx, cancel := b.responding()
		defer cancel()
		_ = b.noted(i, b.api.suggest(ctx, i, choices))
	}()
	name, given := called(data)
	c, ok := b.router.Command(name)
	if !ok {
		return
	}
	req := commands.Request{Command: c.Name, Asker: asker(i), Place: b.known(i.GuildID, i.ChannelID), Locale: string(i.Locale), At: b.opts.Now()}
	req.Options, _ = optionsOf(c, given)
	ctx, cancel := context.WithTimeout(b.base, time.Second)
	defer cancel()
	for _, o := range given {
		if o == nil || !o.Focused {
			continue
		}
		text, _ := o.Value.(string)
		for _, choice := range b.router.Complete(ctx, req, o.Name, text) {
			if choice.Value != "" && units(choice.Value) <= maxChoice && len(choices) < maxChoices {
				choices = append(choices, &discordgo.ApplicationCommandOptionChoice{Name: clip(orDash(plain(choice.Name)), maxChoice), Value: choice.Value})
			}
		}
	}
}
