package discordtest_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"attache/internal/discordtest"

	"github.com/bwmarrin/discordgo"
	"go.uber.org/goleak"
)

// closing are sessions on their way out: closing one takes discordgo a second of sleep, which need not be waited in turn.
var closing sync.WaitGroup

// description is Discord's own description of its API, or nil where it is not at hand.
var description *discordtest.Description

func TestMain(m *testing.M) {
	flag.Parse()
	if path := discordtest.FindDescription(); path != "" {
		var err error
		if description, err = discordtest.LoadDescription(path); err != nil {
			panic(err)
		}
	}
	code := m.Run()
	closing.Wait()
	if err := goleak.Find(); err != nil && code == 0 {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

const allIntents = discordgo.IntentGuilds | discordgo.IntentGuildMessages | discordgo.IntentDirectMessages | discordgo.IntentMessageContent

// newSession makes a plain discordgo session that talks to the double.
func newSession(t *testing.T, srv *discordtest.Server, intents discordgo.Intent) *discordgo.Session {
	t.Helper()
	s, err := discordgo.New("Bot " + srv.Token())
	if err != nil {
		t.Fatal(err)
	}
	s.Client, s.Dialer = srv.Client(), srv.Dialer()
	s.LogLevel = -1
	s.Compress, s.Identify.Compress = false, false
	s.StateEnabled, s.ShouldReconnectOnError = false, false
	s.MaxRestRetries = 0
	s.Identify.Intents = intents
	return s
}

// connect opens the session and closes it with the test.
func connect(t *testing.T, srv *discordtest.Server, s *discordgo.Session) {
	t.Helper()
	if err := s.Open(); err != nil {
		t.Fatalf("open: %v", err)
	}
	t.Cleanup(func() { closing.Go(func() { _ = s.Close() }) })
	srv.WaitConnected(t, 1)
}

// receive waits for what a handler sends, or for a channel to close.
func receive[T any](t *testing.T, ch <-chan T) T {
	t.Helper()
	select {
	case v := <-ch:
		return v
	case <-time.After(time.Minute):
		t.Fatal("nothing reached the handler within a minute")
		panic("unreachable")
	}
}

var noMentions = &discordgo.MessageAllowedMentions{}

// code is the Discord error code of a refused request, or 0.
func code(err error) int {
	var rest *discordgo.RESTError
	if errors.As(err, &rest) && rest.Message != nil {
		return rest.Message.Code
	}
	return 0
}

type world struct {
	srv     *discordtest.Server
	session *discordgo.Session
	guild   discordtest.Guild
	channel discordtest.Channel
	ana     discordtest.User
}

// newWorld is a server with one channel, one person and a connected session; handlers are added before it connects.
func newWorld(t *testing.T, opts discordtest.Options, handlers ...any) *world {
	t.Helper()
	t.Parallel()
	opts.Description = description
	srv := discordtest.New(t, opts)
	g := srv.AddGuild("Foreign desk")
	w := &world{srv: srv, guild: g, channel: srv.AddChannel(g.ID, "questions"), ana: srv.AddMember(g.ID, "ana")}
	w.session = newSession(t, srv, allIntents)
	for _, h := range handlers {
		w.session.AddHandler(h)
	}
	connect(t, srv, w.session)
	return w
}

// register overwrites the guild's commands.
func (w *world) register(t *testing.T, commands ...*discordgo.ApplicationCommand) {
	t.Helper()
	if _, err := w.session.ApplicationCommandBulkOverwrite(w.srv.AppID(), w.guild.ID, commands); err != nil {
		t.Fatalf("register: %v", err)
	}
}

func ask() *discordgo.ApplicationCommand {
	return &discordgo.ApplicationCommand{Name: "ask", Description: "Ask the collection", Options: []*discordgo.ApplicationCommandOption{
		{Type: discordgo.ApplicationCommandOptionString, Name: "question", Description: "What to ask", Required: true},
		{Type: discordgo.ApplicationCommandOptionString, Name: "speaker", Description: "Who said it", Autocomplete: true},
		{Type: discordgo.ApplicationCommandOptionBoolean, Name: "private", Description: "Only for you"},
	}}
}

func reply(text string, flags discordgo.MessageFlags) *discordgo.InteractionResponse {
	return &discordgo.InteractionResponse{
		Type: discordgo.InteractionResponseChannelMessageWithSource,
		Data: &discordgo.InteractionResponseData{Content: text, Flags: flags, AllowedMentions: noMentions},
	}
}

func TestSayAndAnswer(t *testing.T) {
	w := newWorld(t, discordtest.Options{}, func(s *discordgo.Session, m *discordgo.MessageCreate) {
		if !m.Author.Bot {
			_, _ = s.ChannelMessageSendComplex(m.ChannelID, &discordgo.MessageSend{
				Content: "You said: " + m.Content, AllowedMentions: noMentions, Reference: m.Reference(),
			})
		}
	})
	said := w.srv.Say(w.channel.ID, w.ana.ID, "What did Ilena Drazh promise?")
	got := w.srv.WaitMessage(t, w.channel.ID, nil)
	if got.Content != "You said: What did Ilena Drazh promise?" || got.Reference.MessageID != said.ID {
		t.Errorf("got %q in answer to %+v", got.Content, got.Reference)
	}
}

func TestContentIsStrippedWithoutTheIntent(t *testing.T) {
	t.Parallel()
	srv := discordtest.New(t, discordtest.Options{SwitchedOff: discordtest.IntentMessageContent})
	g := srv.AddGuild("Foreign desk")
	ch, ana := srv.AddChannel(g.ID, "questions"), srv.AddMember(g.ID, "ana")
	heard := make(chan string, 8)
	s := newSession(t, srv, allIntents&^discordgo.IntentMessageContent)
	s.AddHandler(func(_ *discordgo.Session, m *discordgo.MessageCreate) { heard <- m.Content })
	connect(t, srv, s)
	bot := srv.Bot()
	for _, tc := range []struct{ name, channel, text, want string }{
		{"plain text is stripped", ch.ID, "Who spoke?", ""},
		{"a mention is kept", ch.ID, "<@" + bot.ID + "> who spoke?", "<@" + bot.ID + "> who spoke?"},
		{"a direct message is kept", srv.DM(ana.ID).ID, "Who spoke?", "Who spoke?"},
	} {
		srv.Say(tc.channel, ana.ID, tc.text)
		if got := receive(t, heard); got != tc.want {
			t.Errorf("%s: got %q, want %q", tc.name, got, tc.want)
		}
	}
}

func TestCommandDeferredThenEdited(t *testing.T) {
	w := newWorld(t, discordtest.Options{}, func(s *discordgo.Session, i *discordgo.InteractionCreate) {
		_ = s.InteractionRespond(i.Interaction, &discordgo.InteractionResponse{
			Type: discordgo.InteractionResponseDeferredChannelMessageWithSource,
			Data: &discordgo.InteractionResponseData{Flags: discordgo.MessageFlagsEphemeral},
		})
		text := "answer to " + i.ApplicationCommandData().GetOption("question").StringValue()
		_, _ = s.InteractionResponseEdit(i.Interaction, &discordgo.WebhookEdit{Content: &text, AllowedMentions: noMentions})
		_, _ = s.FollowupMessageCreate(i.Interaction, true, &discordgo.WebhookParams{Content: "and more", AllowedMentions: noMentions})
	})
	w.register(t, ask())
	i := w.srv.Command(w.channel.ID, w.ana.ID, "ask", discordtest.Opt("question", "why"))
	if ack := i.WaitAck(t); ack.Type != discordtest.ReplyDeferred || !ack.Ephemeral {
		t.Errorf("first response: %+v", ack)
	}
	if got := i.WaitReply(t); got.Content != "answer to why" || !got.Ephemeral() {
		t.Errorf("reply %q, ephemeral %v", got.Content, got.Ephemeral())
	}
	if got := i.WaitFollowUp(t, nil); got.Content != "and more" {
		t.Errorf("follow-up %q", got.Content)
	}
	if n := len(w.srv.BotMessages(w.channel.ID)); n != 1 {
		t.Errorf("the channel shows %d messages, want the follow-up alone", n)
	}
}

func TestPeopleAreRefusedWhatWasNotOffered(t *testing.T) {
	w := newWorld(t, discordtest.Options{})
	admin := discordtest.PermManageGuild
	w.register(t, ask(),
		&discordgo.ApplicationCommand{Name: "setup", Description: "Settings", DefaultMemberPermissions: &admin},
		&discordgo.ApplicationCommand{Name: "near", Description: "With choices", Options: []*discordgo.ApplicationCommandOption{{
			Type: discordgo.ApplicationCommandOptionString, Name: "place", Description: "Where",
			Choices: []*discordgo.ApplicationCommandOptionChoice{{Name: "Varesh", Value: "varesh"}},
		}}})
	c, u := w.channel.ID, w.ana.ID
	boss := w.srv.AddMember(w.guild.ID, "boss", discordtest.PermManageGuild)
	if _, err := w.srv.TryCommand(c, boss.ID, "setup"); err != nil {
		t.Errorf("a manager was refused: %v", err)
	}
	try := func(name string, err error, want string) {
		t.Helper()
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", name, err, want)
		}
	}
	_, err := w.srv.TryCommand(c, u, "nothing")
	try("unknown command", err, "no command")
	_, err = w.srv.TryCommand(c, u, "ask")
	try("required option left out", err, "is required")
	_, err = w.srv.TryCommand(c, u, "ask", discordtest.Opt("question", "x"), discordtest.Opt("colour", "red"))
	try("unknown option", err, "no option")
	_, err = w.srv.TryCommand(c, u, "ask", discordtest.Opt("question", "x"), discordtest.Opt("private", "yes"))
	try("wrong type", err, "not true or false")
	_, err = w.srv.TryCommand(c, u, "near", discordtest.Opt("place", "solmark"))
	try("not a choice", err, "not one of its choices")
	_, err = w.srv.TryCommand(c, u, "setup")
	try("permissions missing", err, "not offered")
	_, err = w.srv.TryAutocomplete(c, u, "ask", "question", "wh")
	try("no autocomplete", err, "has no autocomplete")
}

func TestAutocomplete(t *testing.T) {
	w := newWorld(t, discordtest.Options{}, func(s *discordgo.Session, i *discordgo.InteractionCreate) {
		if i.Type != discordgo.InteractionApplicationCommandAutocomplete {
			return
		}
		o := i.ApplicationCommandData().GetOption("speaker")
		_ = s.InteractionRespond(i.Interaction, &discordgo.InteractionResponse{
			Type: discordgo.InteractionApplicationCommandAutocompleteResult,
			Data: &discordgo.InteractionResponseData{Choices: []*discordgo.ApplicationCommandOptionChoice{
				{Name: fmt.Sprintf("%v?", o.Value), Value: "drazh"},
			}},
		})
	})
	w.register(t, ask())
	got := w.srv.Autocomplete(t, w.channel.ID, w.ana.ID, "ask", "speaker", "dra")
	if len(got) != 1 || got[0].Name != "dra?" || got[0].Value != "drazh" {
		t.Errorf("choices %v", got)
	}
}

func TestButtonsAndModal(t *testing.T) {
	buttons := []discordgo.MessageComponent{discordgo.ActionsRow{Components: []discordgo.MessageComponent{
		discordgo.Button{Label: "Next", CustomID: "v1:next"},
		discordgo.Button{Label: "Why", CustomID: "v1:why"},
		discordgo.Button{Label: "Off", CustomID: "v1:off", Disabled: true},
		discordgo.Button{Label: "Source", Style: discordgo.LinkButton, URL: "https://example.org/a"},
	}}}
	modal := &discordgo.InteractionResponse{Type: discordgo.InteractionResponseModal, Data: &discordgo.InteractionResponseData{
		CustomID: "v1:form", Title: "What was wrong?", Components: []discordgo.MessageComponent{discordgo.ActionsRow{
			Components: []discordgo.MessageComponent{discordgo.TextInput{CustomID: "text", Label: "Tell us", Style: 2, Required: true, MaxLength: 10}},
		}},
	}}
	w := newWorld(t, discordtest.Options{}, func(s *discordgo.Session, i *discordgo.InteractionCreate) {
		switch {
		case i.Type == discordgo.InteractionModalSubmit:
			_ = s.InteractionRespond(i.Interaction, reply("thanks", discordgo.MessageFlagsEphemeral))
		case i.Type == discordgo.InteractionApplicationCommand:
			r := reply("page 1", 0)
			r.Data.Components = buttons
			_ = s.InteractionRespond(i.Interaction, r)
		case i.MessageComponentData().CustomID == "v1:why":
			_ = s.InteractionRespond(i.Interaction, modal)
		default:
			r := reply("page 2", 0)
			r.Type = discordgo.InteractionResponseUpdateMessage
			_ = s.InteractionRespond(i.Interaction, r)
		}
	})
	w.register(t, ask())
	m := w.srv.Command(w.channel.ID, w.ana.ID, "ask", discordtest.Opt("question", "why")).WaitReply(t)
	for _, name := range []string{"Off", "Source", "Missing"} {
		if _, err := w.srv.TryClick(m, w.ana.ID, name); err == nil {
			t.Errorf("button %q could be pressed", name)
		}
	}
	window := w.srv.Click(m, w.ana.ID, "Why")
	window.WaitModal(t)
	if _, err := w.srv.TrySubmitModal(window, map[string]string{"text": "far too long a text"}); err == nil {
		t.Error("a text beyond max_length was taken")
	}
	if got := w.srv.SubmitModal(window, map[string]string{"Tell us": "no date"}).WaitReply(t); got.Content != "thanks" {
		t.Errorf("modal answered with %q", got.Content)
	}
	if got := w.srv.Click(m, w.ana.ID, "v1:next").WaitReply(t); got.Content != "page 2" || got.ID != m.ID {
		t.Errorf("the press led to %q on message %s", got.Content, got.ID)
	}
	if _, err := w.srv.TryClick(m, w.ana.ID, "Next"); err == nil {
		t.Error("a button that the update took away could be pressed")
	}
}

// TestInteractionDeadlines moves the clock instead of waiting.
func TestInteractionDeadlines(t *testing.T) {
	got := make(chan *discordgo.Interaction, 1)
	w := newWorld(t, discordtest.Options{}, func(_ *discordgo.Session, i *discordgo.InteractionCreate) { got <- i.Interaction })
	w.register(t, ask())
	next := func() *discordgo.Interaction {
		w.srv.Command(w.channel.ID, w.ana.ID, "ask", discordtest.Opt("question", "why"))
		return receive(t, got)
	}
	late := next()
	w.srv.Advance(3*time.Second + time.Millisecond)
	if err := w.session.InteractionRespond(late, reply("late", 0)); code(err) != 10062 {
		t.Errorf("a response after 3 s: %v, want 10062", err)
	}
	twice := next()
	if err := w.session.InteractionRespond(twice, reply("one", 0)); err != nil {
		t.Fatal(err)
	}
	if err := w.session.InteractionRespond(twice, reply("two", 0)); code(err) != 40060 {
		t.Errorf("a second response: %v, want 40060", err)
	}
	text := "edited"
	w.srv.Advance(15 * time.Minute)
	_, err := w.session.InteractionResponseEdit(twice, &discordgo.WebhookEdit{Content: &text, AllowedMentions: noMentions})
	if code(err) != 50027 {
		t.Errorf("an edit after 15 min: %v, want 50027", err)
	}
	before := next()
	if _, err := w.session.InteractionResponseEdit(before, &discordgo.WebhookEdit{Content: &text, AllowedMentions: noMentions}); code(err) != 10015 {
		t.Errorf("an edit before the first response: %v, want 10015", err)
	}
}

func TestMessageRefusals(t *testing.T) {
	w := newWorld(t, discordtest.Options{})
	send := func(m *discordgo.MessageSend) error {
		m.AllowedMentions = noMentions
		_, err := w.session.ChannelMessageSendComplex(w.channel.ID, m)
		return err
	}
	embed := func(e discordgo.MessageEmbed) *discordgo.MessageSend {
		return &discordgo.MessageSend{Embeds: []*discordgo.MessageEmbed{&e}}
	}
	row := func(c ...discordgo.MessageComponent) *discordgo.MessageSend {
		return &discordgo.MessageSend{Content: "x", Components: []discordgo.MessageComponent{discordgo.ActionsRow{Components: c}}}
	}
	long := func(n int) string { return strings.Repeat("é", n) }
	for _, tc := range []struct {
		name string
		send *discordgo.MessageSend
		want int
	}{
		{"2000 code points", &discordgo.MessageSend{Content: long(2000)}, 0},
		{"2001 code points", &discordgo.MessageSend{Content: long(2001)}, 50035},
		{"nothing at all", &discordgo.MessageSend{}, 50006},
		{"white space", &discordgo.MessageSend{Content: " \n "}, 50006},
		{"embed title of 257", embed(discordgo.MessageEmbed{Title: long(257)}), 50035},
		{"embed description of 4096", embed(discordgo.MessageEmbed{Description: long(4096)}), 0},
		{"embed description of 4097", embed(discordgo.MessageEmbed{Description: long(4097)}), 50035},
		{"field without a value", embed(discordgo.MessageEmbed{Fields: []*discordgo.MessageEmbedField{{Name: "a"}}}), 50035},
		{"footer of 2049", embed(discordgo.MessageEmbed{Title: "a", Footer: &discordgo.MessageEmbedFooter{Text: long(2049)}}), 50035},
		{"two embeds of 6001 in sum", &discordgo.MessageSend{Embeds: []*discordgo.MessageEmbed{
			{Description: long(4000)}, {Description: long(2001)},
		}}, 50035},
		{"link that is not http", embed(discordgo.MessageEmbed{Title: "a", URL: "javascript:alert(1)"}), 50035},
		{"empty embed", embed(discordgo.MessageEmbed{}), 50035},
		{"custom id of 101", row(discordgo.Button{Label: "a", CustomID: strings.Repeat("a", 101)}), 50035},
		{"custom id twice", row(discordgo.Button{Label: "a", CustomID: "a"}, discordgo.Button{Label: "b", CustomID: "a"}), 50035},
		{"button label of 81", row(discordgo.Button{Label: long(81), CustomID: "a"}), 50035},
		{"button without label", row(discordgo.Button{CustomID: "a"}), 50035},
		{"six buttons in a row", row(discordgo.Button{Label: "1", CustomID: "1"}, discordgo.Button{Label: "2", CustomID: "2"},
			discordgo.Button{Label: "3", CustomID: "3"}, discordgo.Button{Label: "4", CustomID: "4"},
			discordgo.Button{Label: "5", CustomID: "5"}, discordgo.Button{Label: "6", CustomID: "6"}), 50035},
	} {
		if got := code(send(tc.send)); got != tc.want {
			t.Errorf("%s: code %d, want %d", tc.name, got, tc.want)
		}
	}
}

func TestUnknownAndForbidden(t *testing.T) {
	w := newWorld(t, discordtest.Options{})
	m := &discordgo.MessageSend{Content: "x", AllowedMentions: noMentions}
	_, err := w.session.ChannelMessageSendComplex("123", m)
	wantCode(t, "unknown channel", err, 10003)
	_, err = w.session.ChannelMessage(w.channel.ID, "123")
	wantCode(t, "unknown message", err, 10008)
	said := w.srv.Say(w.channel.ID, w.ana.ID, "hello")
	_, err = w.session.ChannelMessageEdit(w.channel.ID, said.ID, "changed")
	wantCode(t, "somebody else's message", err, 50005)
	w.srv.Deny(w.channel.ID, discordtest.PermSendMessages)
	_, err = w.session.ChannelMessageSendComplex(w.channel.ID, m)
	wantCode(t, "may not send", err, 50013)
	w.srv.Deny(w.channel.ID, discordtest.PermViewChannel)
	_, err = w.session.ChannelMessageSendComplex(w.channel.ID, m)
	wantCode(t, "may not see", err, 50001)
	w.srv.BlockDMs(w.ana.ID)
	_, err = w.session.ChannelMessageSendComplex(w.srv.DM(w.ana.ID).ID, m)
	wantCode(t, "takes no direct messages", err, 50007)
}

func wantCode(t *testing.T, what string, err error, want int) {
	t.Helper()
	if got := code(err); got != want {
		t.Errorf("%s: %v, want code %d", what, err, want)
	}
}

func TestThreads(t *testing.T) {
	w := newWorld(t, discordtest.Options{})
	said := w.srv.Say(w.channel.ID, w.ana.ID, "a question")
	th, err := w.session.MessageThreadStart(w.channel.ID, said.ID, "Answers", 60)
	if err != nil || th.ID != said.ID {
		t.Fatalf("thread %v, %v", th, err)
	}
	_, err = w.session.MessageThreadStart(w.channel.ID, said.ID, "Again", 60)
	wantCode(t, "a second thread", err, 160004)
	_, err = w.session.MessageThreadStart(w.channel.ID, w.srv.Say(w.channel.ID, w.ana.ID, "b").ID, strings.Repeat("x", 101), 60)
	wantCode(t, "a long name", err, 50035)
	m, err := w.session.ChannelMessageSendComplex(th.ID, &discordgo.MessageSend{Content: "in it", AllowedMentions: noMentions})
	if err != nil {
		t.Fatal(err)
	}
	w.srv.SetArchived(th.ID, true, false)
	text := "changed"
	edit := &discordgo.MessageEdit{Channel: th.ID, ID: m.ID, Content: &text, AllowedMentions: noMentions}
	_, err = w.session.ChannelMessageEditComplex(edit)
	wantCode(t, "an edit in an archived thread", err, 50083)
	if _, err = w.session.ChannelMessageSendComplex(th.ID, &discordgo.MessageSend{Content: "again", AllowedMentions: noMentions}); err != nil {
		t.Errorf("writing should open the thread again: %v", err)
	}
	if _, err = w.session.ChannelMessageEditComplex(edit); err != nil {
		t.Errorf("an edit in the opened thread: %v", err)
	}
}

func TestCommandRegistrationRefusals(t *testing.T) {
	w := newWorld(t, discordtest.Options{})
	text := discordgo.ApplicationCommandOptionString
	long := strings.Repeat("a", 101)
	for _, tc := range []struct {
		name string
		cmd  discordgo.ApplicationCommand
	}{
		{"upper case name", discordgo.ApplicationCommand{Name: "Ask", Description: "x"}},
		{"name of 33", discordgo.ApplicationCommand{Name: strings.Repeat("a", 33), Description: "x"}},
		{"no description", discordgo.ApplicationCommand{Name: "ask"}},
		{"description of 101", discordgo.ApplicationCommand{Name: "ask", Description: long}},
		{"required after optional", discordgo.ApplicationCommand{Name: "ask", Description: "x", Options: []*discordgo.ApplicationCommandOption{
			{Type: text, Name: "a", Description: "x"}, {Type: text, Name: "b", Description: "x", Required: true},
		}}},
		{"option twice", discordgo.ApplicationCommand{Name: "ask", Description: "x", Options: []*discordgo.ApplicationCommandOption{
			{Type: text, Name: "a", Description: "x"}, {Type: text, Name: "a", Description: "x"},
		}}},
		{"description on a message command", discordgo.ApplicationCommand{Name: "Ask", Type: discordgo.MessageApplicationCommand, Description: "x"}},
		{"unknown locale", discordgo.ApplicationCommand{Name: "ask", Description: "x", DescriptionLocalizations: &map[discordgo.Locale]string{"xx": "x"}}},
		{"8001 characters", discordgo.ApplicationCommand{Name: "ask", Description: "x", Options: bulky()}},
	} {
		_, err := w.session.ApplicationCommandBulkOverwrite(w.srv.AppID(), w.guild.ID, []*discordgo.ApplicationCommand{&tc.cmd})
		if code(err) != 50035 {
			t.Errorf("%s: %v, want 50035", tc.name, err)
		}
	}
	w.register(t, ask())
	first := w.srv.Commands(w.guild.ID)[0].ID
	w.register(t, ask())
	if second := w.srv.Commands(w.guild.ID)[0].ID; second != first {
		t.Errorf("the id changed from %s to %s on overwriting the same command", first, second)
	}
}

// bulky are options of more than 8000 characters in sum.
func bulky() []*discordgo.ApplicationCommandOption {
	var out []*discordgo.ApplicationCommandOption
	for i := range 5 {
		o := &discordgo.ApplicationCommandOption{Type: discordgo.ApplicationCommandOptionString, Name: fmt.Sprint("o", i), Description: "x"}
		for j := range 25 {
			name := fmt.Sprintf("%0*d", 35, j)
			o.Choices = append(o.Choices, &discordgo.ApplicationCommandOptionChoice{Name: name, Value: name})
		}
		out = append(out, o)
	}
	return out
}

func TestNonceMakesACreateHappenOnce(t *testing.T) {
	w := newWorld(t, discordtest.Options{})
	body := map[string]any{
		"content": "once", "nonce": "n-1", "enforce_nonce": true, "allowed_mentions": map[string]any{"parse": []string{}},
	}
	w.srv.Fail(discordtest.RouteCreateMessage, 1, discordtest.Failure{Status: 502, Afterwards: true})
	url := discordgo.EndpointChannelMessages(w.channel.ID)
	if _, err := w.session.RequestWithBucketID("POST", url, body, url); err == nil {
		t.Fatal("the planned 502 did not come")
	}
	if _, err := w.session.RequestWithBucketID("POST", url, body, url); err != nil {
		t.Fatal(err)
	}
	if n := len(w.srv.Messages(w.channel.ID)); n != 1 {
		t.Errorf("%d messages, want 1", n)
	}
}

func TestMissingAllowedMentionsIsNoted(t *testing.T) {
	w := newWorld(t, discordtest.Options{KeepViolations: true})
	if _, err := w.session.ChannelMessageSend(w.channel.ID, "hello @everyone"); err != nil {
		t.Fatal(err)
	}
	m := w.srv.WaitMessage(t, w.channel.ID, nil)
	if len(m.Pinged) != 1 || m.Pinged[0] != "everyone" {
		t.Errorf("pinged %v, want everyone", m.Pinged)
	}
	text := "changed"
	_, err := w.session.ChannelMessageEditComplex(&discordgo.MessageEdit{Channel: w.channel.ID, ID: m.ID, Content: &text})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(w.srv.Violations()); n != 2 {
		t.Errorf("%d violations, want one for the create and one for the edit: %v", n, w.srv.Violations())
	}
	embed := []*discordgo.MessageEmbed{{Description: "no text, but it could get one"}}
	allow := func(what ...discordgo.AllowedMentionType) *discordgo.MessageAllowedMentions {
		return &discordgo.MessageAllowedMentions{Parse: append([]discordgo.AllowedMentionType{}, what...)}
	}
	for _, send := range []*discordgo.MessageSend{{Embeds: embed}, {Content: "hello", AllowedMentions: allow(discordgo.AllowedMentionTypeUsers)}, {Content: "hello", AllowedMentions: allow()}} {
		if _, err := w.session.ChannelMessageSendComplex(w.channel.ID, send); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(w.srv.Violations()); n != 4 {
		t.Errorf("%d violations, want one more for the embed and one for what a text may notify: %v", n, w.srv.Violations())
	}
}

func TestAttachment(t *testing.T) {
	w := newWorld(t, discordtest.Options{})
	_, err := w.session.ChannelMessageSendComplex(w.channel.ID, &discordgo.MessageSend{
		Content: "the list", AllowedMentions: noMentions,
		Files: []*discordgo.File{{Name: "list.csv", ContentType: "text/csv", Reader: strings.NewReader("a,b\n")}},
	})
	if err != nil {
		t.Fatal(err)
	}
	m := w.srv.WaitMessage(t, w.channel.ID, nil)
	if len(m.Attachments) != 1 || string(m.Attachments[0].Data) != "a,b\n" || m.Attachments[0].Filename != "list.csv" {
		t.Errorf("attachments %+v", m.Attachments)
	}
}

func TestGatewayRefusals(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name    string
		opts    discordtest.Options
		intents discordgo.Intent
		token   string
		want    string
	}{
		{"wrong token", discordtest.Options{}, allIntents, "wrong", "4004"},
		{"intent switched off", discordtest.Options{SwitchedOff: discordtest.IntentMessageContent}, allIntents, "test-token", "4014"},
		{"unknown intent", discordtest.Options{}, 1 << 30, "test-token", "4013"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			srv := discordtest.New(t, tc.opts)
			s := newSession(t, srv, tc.intents)
			s.Token, s.Identify.Token = "Bot "+tc.token, "Bot "+tc.token
			if err := s.Open(); err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("open: %v, want close code %s", err, tc.want)
			}
		})
	}
}

// onDisconnect returns a channel that closes when the session is first cut off. AddHandlerOnce has a data race.
func onDisconnect(s *discordgo.Session) <-chan struct{} {
	gone, once := make(chan struct{}), sync.Once{}
	s.AddHandler(func(*discordgo.Session, *discordgo.Disconnect) { once.Do(func() { close(gone) }) })
	return gone
}

func TestTooManyGatewaySends(t *testing.T) {
	w := newWorld(t, discordtest.Options{})
	gone := onDisconnect(w.session)
	for range 121 {
		if err := w.session.UpdateGameStatus(0, "x"); err != nil {
			break
		}
	}
	receive(t, gone)
}

func TestDroppedConnectionIsResumed(t *testing.T) {
	heard := make(chan string, 8)
	w := newWorld(t, discordtest.Options{}, func(_ *discordgo.Session, m *discordgo.MessageCreate) { heard <- m.Content })
	gone := onDisconnect(w.session)
	w.srv.Trouble(discordtest.Cut())
	receive(t, gone)
	w.srv.Say(w.channel.ID, w.ana.ID, "while away")
	if err := w.session.Open(); err != nil {
		t.Fatal(err)
	}
	if got := receive(t, heard); got != "while away" {
		t.Errorf("replayed %q", got)
	}
	if got := w.srv.Gateway(); got.Resumed != 1 || got.Identifies != 1 {
		t.Errorf("%d resumed, %d identified; want 1 and 1", got.Resumed, got.Identifies)
	}
}

// TestCutSaysNoGoodbye counts the bytes that arrive: a bot that hears TLS's goodbye before the connection is gone can still say its own, and with it ends
// the session that it was to resume.
func TestCutSaysNoGoodbye(t *testing.T) {
	t.Parallel()
	srv := discordtest.New(t, discordtest.Options{})
	var arrived atomic.Int64
	dialer := srv.Dialer()
	dial := dialer.NetDialContext
	dialer.NetDialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		return countingConn{conn, &arrived}, err
	}
	ws, resp, err := dialer.DialContext(t.Context(), "wss://gateway.discord.gg/?v=9&encoding=json", nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	defer func() { _ = ws.Close() }()
	if _, _, err := ws.ReadMessage(); err != nil {
		t.Fatalf("no HELLO: %v", err)
	}
	before := arrived.Load()
	srv.Trouble(discordtest.Cut())
	if _, _, err := ws.ReadMessage(); err == nil {
		t.Error("the connection goes on after the cut")
	}
	if after := arrived.Load(); after != before {
		t.Errorf("%d bytes came with the cut", after-before)
	}
}

// countingConn counts the bytes that are read.
type countingConn struct {
	net.Conn
	read *atomic.Int64
}

func (c countingConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.read.Add(int64(n))
	return n, err
}

func TestRateLimits(t *testing.T) {
	w := newWorld(t, discordtest.Options{RateLimits: true})
	w.session.ShouldRetryOnRateLimit = false
	send := func() error {
		w.session.Ratelimiter = discordgo.NewRatelimiter() // forget what the headers said
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		_, err := w.session.ChannelMessageSendComplex(w.channel.ID, &discordgo.MessageSend{Content: "x", AllowedMentions: noMentions},
			discordgo.WithContext(ctx))
		return err
	}
	for n := range 5 {
		if err := send(); err != nil {
			t.Fatalf("create %d: %v", n, err)
		}
	}
	var limited *discordgo.RateLimitError
	if err := send(); !errors.As(err, &limited) || limited.RetryAfter <= 0 {
		t.Fatalf("the sixth create: %v, want a rate limit", err)
	}
	w.srv.Advance(5 * time.Second)
	if err := send(); err != nil {
		t.Errorf("after the window: %v", err)
	}
}

// TestRepliesFitTheDescription calls each route once, so that the double's replies are checked against Discord's own
// description where it is at hand; what does not fit fails the test when it ends.
func TestRepliesFitTheDescription(t *testing.T) {
	if description == nil {
		t.Skip("Discord's description of its API is not beside the project (shared/discord/openapi.json)")
	}
	got := make(chan *discordgo.Interaction, 1)
	w := newWorld(t, discordtest.Options{}, func(_ *discordgo.Session, i *discordgo.InteractionCreate) { got <- i.Interaction })
	w.register(t, ask())
	s, ch, guild := w.session, w.channel.ID, w.guild.ID
	said := w.srv.Say(ch, w.ana.ID, "a question for <@"+w.srv.Bot().ID+">", discordtest.Attach("map.png", 100))
	thread := w.srv.StartThread(ch, w.ana.ID, "A thread")
	embed := &discordgo.MessageEmbed{
		Title: "T", Description: "D", URL: "https://example.org/", Color: 5, Timestamp: "2026-03-01T12:00:00Z",
		Footer: &discordgo.MessageEmbedFooter{Text: "F"}, Author: &discordgo.MessageEmbedAuthor{Name: "A"},
		Fields: []*discordgo.MessageEmbedField{{Name: "N", Value: "V", Inline: true}},
	}
	rows := []discordgo.MessageComponent{
		discordgo.ActionsRow{Components: []discordgo.MessageComponent{
			discordgo.Button{Label: "Go", CustomID: "go", Style: discordgo.SecondaryButton},
			discordgo.Button{Label: "Read", Style: discordgo.LinkButton, URL: "https://example.org/"},
		}},
		discordgo.ActionsRow{Components: []discordgo.MessageComponent{discordgo.SelectMenu{
			CustomID: "pick", Options: []discordgo.SelectMenuOption{{Label: "One", Value: "1"}},
		}}},
	}
	own, err := s.ChannelMessageSendComplex(ch, &discordgo.MessageSend{
		Content: "x", Embeds: []*discordgo.MessageEmbed{embed}, Components: rows, Reference: &discordgo.MessageReference{MessageID: said.ID}, AllowedMentions: noMentions,
		Files: []*discordgo.File{{Name: "a.csv", Reader: strings.NewReader("a")}},
	})
	if err != nil {
		t.Fatal(err)
	}
	w.srv.Command(ch, w.ana.ID, "ask", discordtest.Opt("question", "why"))
	i := receive(t, got)
	text, archived := "changed", true
	for name, call := range map[string]func() error{
		"me":               func() error { _, err := s.User("@me"); return err },
		"user":             func() error { _, err := s.User(w.ana.ID); return err },
		"direct messages":  func() error { _, err := s.UserChannelCreate(w.ana.ID); return err },
		"gateway":          func() error { _, err := s.Gateway(); return err },
		"gateway for bots": func() error { _, err := s.GatewayBot(); return err },
		"roles":            func() error { _, err := s.GuildRoles(guild); return err },
		"member":           func() error { _, err := s.GuildMember(guild, w.ana.ID); return err },
		"channel":          func() error { _, err := s.Channel(ch); return err },
		"thread":           func() error { _, err := s.Channel(thread.ID); return err },
		"guild":            func() error { _, err := s.Guild(guild); return err },
		"guilds":           func() error { _, err := s.UserGuilds(10, "", "", false); return err },
		"active threads":   func() error { _, err := s.GuildThreadsActive(guild); return err },
		"guild's channels": func() error { _, err := s.GuildChannels(guild); return err },
		"messages":         func() error { _, err := s.ChannelMessages(ch, 10, "", "", ""); return err },
		"message":          func() error { _, err := s.ChannelMessage(ch, said.ID); return err },
		"typing":           func() error { return s.ChannelTyping(ch) },
		"reaction":         func() error { return s.MessageReactionAdd(ch, said.ID, "👀") },
		"join":             func() error { return s.ThreadJoin(thread.ID) },
		"commands":         func() error { _, err := s.ApplicationCommands(w.srv.AppID(), guild); return err },
		"one command":      func() error { _, err := s.ApplicationCommandCreate(w.srv.AppID(), "", ask()); return err },
		"thread of its own": func() error {
			_, err := s.ThreadStart(ch, "More", discordgo.ChannelTypeGuildPublicThread, 60)
			return err
		},
		"thread of message": func() error { _, err := s.MessageThreadStart(ch, own.ID, "More", 60); return err },
		"archive": func() error {
			_, err := s.ChannelEdit(thread.ID, &discordgo.ChannelEdit{Archived: &archived})
			if code(err) == 50013 {
				return nil // somebody else's thread
			}
			return err
		},
		"edit": func() error {
			_, err := s.ChannelMessageEditComplex(&discordgo.MessageEdit{
				Channel: ch, ID: own.ID, Content: &text, Embeds: &[]*discordgo.MessageEmbed{embed}, Components: &rows, AllowedMentions: noMentions,
			})
			return err
		},
		"reply": func() error {
			r := reply("one", 0)
			r.Data.Embeds, r.Data.Components = []*discordgo.MessageEmbed{embed}, rows
			if err := s.InteractionRespond(i, r); err != nil {
				return err
			}
			if _, err := s.InteractionResponse(i); err != nil {
				return err
			}
			return s.InteractionResponseDelete(i)
		},
	} {
		if err := call(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := s.Request("GET", discordgo.EndpointApplications+"/@me", nil); err != nil {
		t.Errorf("application: %v", err)
	}
	if err := s.ChannelMessageDelete(ch, own.ID); err != nil {
		t.Errorf("delete: %v", err)
	}
}

// TestDescriptionFindsFaults shows that the check is no rubber stamp: a request that Discord would not read is noted.
func TestDescriptionFindsFaults(t *testing.T) {
	if description == nil {
		t.Skip("Discord's description of its API is not beside the project (shared/discord/openapi.json)")
	}
	w := newWorld(t, discordtest.Options{KeepViolations: true})
	url := discordgo.EndpointChannelMessages(w.channel.ID)
	body := map[string]any{"content": "x", "tts": "perhaps", "allowed_mentions": map[string]any{"parse": []string{}}}
	if _, err := w.session.RequestWithBucketID("POST", url, body, url); err != nil {
		t.Fatal(err)
	}
	if v := w.srv.Violations(); len(v) != 1 || !strings.Contains(v[0], "/tts") {
		t.Errorf("violations %q, want one about tts", v)
	}
}

func TestPeopleChangeTheirMinds(t *testing.T) {
	events := make(chan string, 20)
	w := newWorld(t, discordtest.Options{},
		func(_ *discordgo.Session, m *discordgo.MessageCreate) {
			events <- fmt.Sprintf("create %q webhook %v type %d files %d", m.Content, m.WebhookID != "", m.Type, len(m.Attachments))
		},
		func(_ *discordgo.Session, m *discordgo.MessageUpdate) {
			events <- fmt.Sprintf("update %q edited %v", m.Content, m.EditedTimestamp != nil)
		},
		func(_ *discordgo.Session, m *discordgo.MessageDelete) { events <- "delete in " + m.GuildID })
	next := func(want string) {
		t.Helper()
		if got := receive(t, events); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	said := w.srv.Say(w.channel.ID, w.ana.ID, "first", discordtest.Attach("a.png", 10))
	next(`create "first" webhook false type 0 files 1`)
	w.srv.EditMessage(said.ID, "second")
	next(`update "second" edited true`)
	w.srv.DeleteMessage(said.ID)
	next("delete in " + w.guild.ID)
	if _, there := w.srv.Message(said.ID); there || len(w.srv.History(said.ID)) != 2 {
		t.Error("a deleted message can still be read")
	}
	hook := w.srv.Say(w.channel.ID, w.ana.ID, "from a hook", discordtest.AsWebhook())
	next(`create "from a hook" webhook true type 0 files 0`)
	w.srv.Unfurl(hook.ID, discordtest.Embed{Title: "A page"})
	next(`update "from a hook" edited false`)
	w.srv.Say(w.channel.ID, w.ana.ID, "", discordtest.OfType(discordtest.MessageJoin))
	next(`create "" webhook false type 7 files 0`)
}

func TestOptionsOfEveryType(t *testing.T) {
	got := make(chan *discordgo.Interaction, 1)
	w := newWorld(t, discordtest.Options{}, func(_ *discordgo.Session, i *discordgo.InteractionCreate) { got <- i.Interaction })
	least, most := 1.0, 5.0
	option := func(kind discordgo.ApplicationCommandOptionType, name string) *discordgo.ApplicationCommandOption {
		return &discordgo.ApplicationCommandOption{Type: kind, Name: name, Description: "x"}
	}
	number := option(discordgo.ApplicationCommandOptionInteger, "count")
	number.MinValue, number.MaxValue = &least, most
	add := option(discordgo.ApplicationCommandOptionSubCommand, "add")
	add.Options = []*discordgo.ApplicationCommandOption{
		number, option(discordgo.ApplicationCommandOptionUser, "who"), option(discordgo.ApplicationCommandOptionChannel, "where"),
		option(discordgo.ApplicationCommandOptionRole, "as"), option(discordgo.ApplicationCommandOptionAttachment, "file"),
		option(discordgo.ApplicationCommandOptionNumber, "share"),
	}
	w.register(t, &discordgo.ApplicationCommand{Name: "watch", Description: "Watches", Options: []*discordgo.ApplicationCommandOption{add}})
	role := w.srv.AddRole(w.guild.ID, "editors", 0)
	w.srv.SetLocale(w.ana.ID, "fr")
	w.srv.Command(w.channel.ID, w.ana.ID, "watch add",
		discordtest.Opt("count", 3), discordtest.Opt("who", w.ana.ID), discordtest.Opt("where", w.channel.ID), discordtest.Opt("as", role.ID),
		discordtest.Opt("file", discordtest.Attachment{Filename: "a.pdf", Size: 5}), discordtest.Opt("share", 0.5))
	i := receive(t, got)
	data := i.ApplicationCommandData()
	sub := data.Options[0]
	if sub.Name != "add" || sub.GetOption("count").IntValue() != 3 || sub.GetOption("share").FloatValue() != 0.5 {
		t.Errorf("options %+v", sub)
	}
	r := data.Resolved
	if r.Users[w.ana.ID] == nil || r.Members[w.ana.ID] == nil || r.Channels[w.channel.ID] == nil || r.Roles[role.ID] == nil || len(r.Attachments) != 1 {
		t.Errorf("resolved %+v", r)
	}
	if i.Locale != "fr" || i.Member.User.ID != w.ana.ID || i.Member.Permissions == 0 {
		t.Errorf("locale %q, member %+v", i.Locale, i.Member)
	}
	for name, o := range map[string]discordtest.Option{
		"too large":      discordtest.Opt("count", 6),
		"a fraction":     discordtest.Opt("count", 1.5),
		"nobody":         discordtest.Opt("who", "5"),
		"no such option": discordtest.Opt("whom", w.ana.ID),
	} {
		if _, err := w.srv.TryCommand(w.channel.ID, w.ana.ID, "watch add", o); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
	if _, err := w.srv.TryCommand(w.channel.ID, w.ana.ID, "watch"); err == nil {
		t.Error("a command of sub-commands was used without one")
	}
}

func TestMessageCommandSelectAndDirectMessages(t *testing.T) {
	menu := discordgo.ActionsRow{Components: []discordgo.MessageComponent{discordgo.SelectMenu{
		CustomID: "range", Options: []discordgo.SelectMenuOption{{Label: "2023", Value: "2023"}, {Label: "2024", Value: "2024"}},
	}}}
	w := newWorld(t, discordtest.Options{}, func(s *discordgo.Session, i *discordgo.InteractionCreate) {
		if i.Type == discordgo.InteractionMessageComponent {
			_ = s.InteractionRespond(i.Interaction, reply("chose "+i.MessageComponentData().Values[0], discordgo.MessageFlagsEphemeral))
			return
		}
		data := i.ApplicationCommandData()
		r := reply("about "+data.Resolved.Messages[data.TargetID].Content, discordgo.MessageFlagsEphemeral)
		r.Data.Components = []discordgo.MessageComponent{menu}
		_ = s.InteractionRespond(i.Interaction, r)
	})
	guildOnly := []discordgo.InteractionContextType{discordgo.InteractionContextGuild}
	w.register(t, &discordgo.ApplicationCommand{Name: "Ask about this", Type: discordgo.MessageApplicationCommand})
	everywhere := ask()
	here := ask()
	here.Name, here.Contexts = "here", &guildOnly
	if _, err := w.session.ApplicationCommandBulkOverwrite(w.srv.AppID(), "", []*discordgo.ApplicationCommand{everywhere, here}); err != nil {
		t.Fatal(err)
	}
	said := w.srv.Say(w.channel.ID, w.ana.ID, "the pipeline")
	m := w.srv.MessageCommand(w.ana.ID, "Ask about this", said.ID).WaitReply(t)
	if m.Content != "about the pipeline" {
		t.Errorf("got %q", m.Content)
	}
	if got := w.srv.Select(m, w.ana.ID, "range", "2024").WaitReply(t); got.Content != "chose 2024" {
		t.Errorf("got %q", got.Content)
	}
	if _, err := w.srv.TrySelect(m, w.ana.ID, "range", "1999"); err == nil {
		t.Error("a value that is not offered was chosen")
	}
	if _, err := w.srv.TrySelect(m, w.srv.AddMember(w.guild.ID, "ben").ID, "range", "2024"); err == nil {
		t.Error("somebody else could use a private reply")
	}
	dm := w.srv.DM(w.ana.ID).ID
	if _, err := w.srv.TryCommand(dm, w.ana.ID, "here", discordtest.Opt("question", "x")); err == nil {
		t.Error("a command for servers was offered in direct messages")
	}
	if _, err := w.srv.TryCommand(dm, w.ana.ID, "ask", discordtest.Opt("question", "x")); err != nil {
		t.Errorf("a global command was not offered in direct messages: %v", err)
	}
}

func TestGlobalLimit(t *testing.T) {
	w := newWorld(t, discordtest.Options{GlobalLimit: 3, Now: func() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }})
	w.session.ShouldRetryOnRateLimit = false
	var limited *discordgo.RateLimitError
	for n := range 4 {
		_, err := w.session.User("@me")
		if n < 2 && err != nil { // the first of three was for the gateway's address
			t.Fatalf("request %d: %v", n, err)
		}
		if n == 2 && !errors.As(err, &limited) {
			t.Fatalf("the request beyond the limit: %v", err)
		}
		if n == 2 {
			w.session.Ratelimiter = discordgo.NewRatelimiter() // which would sleep for a second
			w.srv.Advance(time.Second)
		}
		if n == 3 && err != nil {
			t.Errorf("after a second: %v", err)
		}
	}
}

func TestLeavingAndChannelsThatGo(t *testing.T) {
	events := make(chan string, 10)
	w := newWorld(t, discordtest.Options{},
		func(_ *discordgo.Session, g *discordgo.GuildDelete) { events <- "left " + g.ID },
		func(_ *discordgo.Session, c *discordgo.ChannelDelete) { events <- "deleted " + c.ID },
		func(_ *discordgo.Session, c *discordgo.ThreadUpdate) {
			events <- fmt.Sprintf("thread archived %v", c.ThreadMetadata.Archived)
		})
	thread := w.srv.StartThread(w.channel.ID, w.ana.ID, "A thread")
	if list := w.srv.Threads(w.channel.ID); len(list) != 1 || *list[0].Name != "A thread" {
		t.Errorf("threads %+v", list)
	}
	w.srv.SetArchived(thread.ID, true, true)
	if got := receive(t, events); got != "thread archived true" {
		t.Errorf("got %q", got)
	}
	_, err := w.session.ChannelMessageSendComplex(thread.ID, &discordgo.MessageSend{Content: "x", AllowedMentions: noMentions})
	wantCode(t, "a locked thread", err, 160005)
	w.srv.DeleteChannel(w.channel.ID)
	if got := receive(t, events); got != "deleted "+w.channel.ID {
		t.Errorf("got %q", got)
	}
	w.srv.RemoveGuild(w.guild.ID)
	if got := receive(t, events); got != "left "+w.guild.ID {
		t.Errorf("got %q", got)
	}
}
