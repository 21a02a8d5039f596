package discord

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"attache/internal/commands"
	"attache/internal/discordtest"
)

// desk is what the test commands share: it records requests, and holds back the answers of "slow".
type desk struct {
	mu       sync.Mutex
	requests []commands.Request
	gates    map[string]chan struct{} // by server
}

// gate is what the answers in a server wait for.
func (d *desk) gate(guild string) chan struct{} {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.gates[guild] == nil {
		d.gates[guild] = make(chan struct{})
	}
	return d.gates[guild]
}

func (d *desk) note(r commands.Request) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.requests = append(d.requests, r)
}

// last is the latest request of a command in the scene.
func (s *scene) last(t *testing.T, command string) commands.Request {
	t.Helper()
	found := s.asked(command)
	if len(found) == 0 {
		t.Fatalf("no request for %q", command)
	}
	return found[len(found)-1]
}

// asked lists the requests of a command in the scene's server, and of Ann in person.
func (s *scene) asked(command string) []commands.Request {
	s.desk.mu.Lock()
	defer s.desk.mu.Unlock()
	var found []commands.Request
	for _, r := range s.desk.requests {
		if r.Command == command && (r.Place.Guild == s.guild || r.Asker.ID == s.ann) {
			found = append(found, r)
		}
	}
	return found
}

// answer is the reply of the test's /ask.
func answer(r commands.Request) commands.Reply {
	question := r.Option("question")
	if strings.Contains(question, "How long") {
		reply := commands.Reply{Title: question, Actions: []commands.Action{{Label: "Passages", Request: commands.Request{Command: "passages", Options: map[string]string{"n": "1"}}}}}
		for range 10 {
			reply.Blocks = append(reply.Blocks, commands.Block{Kind: commands.Sentence, Text: strings.Repeat("The pass is long. ", 40)})
		}
		return reply
	}
	return commands.Reply{
		Confined: strings.Contains(question, "confined"),
		Title:    question,
		Blocks:   []commands.Block{{Kind: commands.Sentence, Text: "The pass stays closed. @everyone", Cites: []int{1}}},
		Sources:  []commands.Source{herald},
		Footer:   "extractive",
		Actions: []commands.Action{
			{Label: "Passages", Request: commands.Request{Command: "passages", Options: map[string]string{"n": "1"}, Private: true}},
			{Label: "Narrow", Request: commands.Request{Command: "ask", Options: map[string]string{"question": "narrow " + question}}, Replace: true},
			{Label: "Follow up", Request: commands.Request{Command: "ask"}, Input: &commands.Input{Option: "question", Label: "Your question", Long: true}, Style: commands.Primary},
			{Label: "Withdraw", Request: commands.Request{Command: "passages", Options: map[string]string{"n": "2"}}, Style: commands.Danger},
		},
	}
}

// table is the list of commands that the tests register.
func (d *desk) table() []commands.Command {
	record := func(h commands.HandleFunc) commands.HandleFunc {
		return func(ctx context.Context, r commands.Request, p commands.Progress) (commands.Reply, error) {
			d.note(r)
			return h(ctx, r, p)
		}
	}
	speakers := func(_ context.Context, _ commands.Request, typed string) []commands.Choice {
		if strings.HasPrefix("ilena drazh", strings.ToLower(typed)) {
			return []commands.Choice{{Name: "Ilena Drazh", Value: "Ilena Drazh"}, {Name: "too long", Value: strings.Repeat("x", 101)}}
		}
		return nil
	}
	text := func(name, what string, required bool) commands.Option {
		return commands.Option{Name: name, Description: what, Kind: commands.Text, Required: required, MaxLength: 1000}
	}
	plain := func(sentence string) commands.Reply {
		return commands.Reply{Blocks: []commands.Block{{Kind: commands.Plain, Text: sentence}}}
	}
	return []commands.Command{
		{Name: "ask", Description: "Ask the collection", Options: []commands.Option{text("question", "What to ask", true), text("context", "What it is about", false)}, MessageMenu: "Ask about this",
			Handle: record(func(ctx context.Context, r commands.Request, progress commands.Progress) (commands.Reply, error) {
				if strings.Contains(r.Option("question"), "refuse") {
					return commands.Reply{}, commands.Problemf("That is too much for one question.")
				}
				if strings.Contains(r.Option("question"), "draft") {
					progress(plain("The pass"))
				}
				if strings.Contains(r.Option("question"), "wait") {
					select {
					case <-d.gate(r.Place.Guild):
					case <-ctx.Done():
						return commands.Reply{}, ctx.Err()
					}
				}
				return answer(r), nil
			})},
		{Name: "quote", Description: "What somebody said", Options: []commands.Option{
			{Name: "page", Description: "Which page", Kind: commands.Integer},
			{Name: "speaker", Description: "Who said it", Kind: commands.Text, Required: true, Complete: speakers},
		}, Handle: record(func(_ context.Context, r commands.Request, _ commands.Progress) (commands.Reply, error) {
			return commands.Reply{Blocks: []commands.Block{{Kind: commands.Quoted, Fragments: []string{"a commercial question"}, Attribution: r.Option("speaker"), Cites: []int{1}}}, Sources: []commands.Source{herald}}, nil
		})},
		{Name: "search", Description: "Find passages", Options: []commands.Option{text("words", "What to look for", true)},
			Handle: record(func(_ context.Context, r commands.Request, _ commands.Progress) (commands.Reply, error) {
				reply := answer(r)
				reply.Title, reply.Question = "Nothing fits well", r.Option("words")
				if strings.Contains(reply.Question, "two") {
					reply.Title = ""
				}
				return reply, nil
			})},
		{Name: "long", Description: "A long reply", Handle: record(func(context.Context, commands.Request, commands.Progress) (commands.Reply, error) {
			var reply commands.Reply
			for i := range 40 {
				reply.Blocks = append(reply.Blocks, commands.Block{Kind: commands.Sentence, Text: fmt.Sprintf("Sentence %d: %s", i, strings.Repeat("the convoy moved. ", 15))})
			}
			return reply, nil
		})},
		{Name: "slow", Description: "Waits", Handle: record(func(ctx context.Context, r commands.Request, progress commands.Progress) (commands.Reply, error) {
			for i := range 50 {
				progress(plain(fmt.Sprintf("draft %d", i)))
			}
			select {
			case <-d.gate(r.Place.Guild):
				return plain("done"), nil
			case <-ctx.Done():
				return commands.Reply{}, ctx.Err()
			}
		})},
		{Name: "list", Description: "A list", Handle: record(func(_ context.Context, r commands.Request, _ commands.Progress) (commands.Reply, error) {
			reply := plain("a list")
			if r.Private {
				reply.Actions = []commands.Action{{Label: English.Share, Request: commands.Request{Command: "list"}, Public: true}, {Label: "Again", Request: commands.Request{Command: "list"}}}
			}
			return reply, nil
		})},
		{Name: "broken", Description: "Panics", Handle: func(context.Context, commands.Request, commands.Progress) (commands.Reply, error) { panic("a mistake") }},
		{Name: "refused", Description: "Refuses", Handle: func(context.Context, commands.Request, commands.Progress) (commands.Reply, error) {
			return commands.Reply{}, commands.Problemf("That is too much for one question.")
		}},
		{Name: "help", Description: "What there is", Private: true, Handle: record(func(context.Context, commands.Request, commands.Progress) (commands.Reply, error) {
			return plain("help"), nil
		})},
		{Name: "setup", Description: "Settings", Manager: true, Handle: record(func(context.Context, commands.Request, commands.Progress) (commands.Reply, error) {
			return plain("settings"), nil
		})},
		{Name: "passages", Description: "Behind a citation", Hidden: true, Options: []commands.Option{text("n", "Which", true)},
			Handle: record(func(_ context.Context, r commands.Request, _ commands.Progress) (commands.Reply, error) {
				return plain("passage " + r.Option("n")), nil
			})},
		{Name: "person", Description: "Calls somebody", Options: []commands.Option{text("role", "Whom", true)}, Handle: func(_ context.Context, r commands.Request, _ commands.Progress) (commands.Reply, error) {
			reply := plain("A person is asked. @everyone")
			reply.Call = r.Option("role")
			return reply, nil
		}},
		{Name: "file", Description: "With an attachment", Handle: func(context.Context, commands.Request, commands.Progress) (commands.Reply, error) {
			reply := plain("attached")
			reply.Files = []commands.File{{Name: "brief.md", Type: "text/markdown", Data: []byte("# brief")}}
			return reply, nil
		}},
	}
}

// scene is a running bot with a server, two channels and two people.
type scene struct {
	*discordtest.Server
	t             *testing.T
	bot           *Bot
	desk          *desk
	guild         string
	team, general string
	ann, ben      string
	stop          func() error // ends the bot and waits for it
}

func newScene(t *testing.T, world discordtest.Options, change ...func(*Options)) *scene {
	t.Helper()
	if raceEnabled && world.CallbackLimit == 0 {
		world.CallbackLimit = time.Minute // three seconds are too few for a loaded machine with the race detector
	}
	s := &scene{Server: discordtest.New(t, world), t: t, desk: &desk{gates: map[string]chan struct{}{}}}
	s.people()
	s.start(change...)
	return s
}

// people makes a server with two channels and two people.
func (s *scene) people() {
	s.guild = s.AddGuild("Desk").ID
	s.team, s.general = s.AddChannel(s.guild, "team").ID, s.AddChannel(s.guild, "general").ID
	s.ann, s.ben = s.AddMember(s.guild, "Ann").ID, s.AddMember(s.guild, "Ben").ID
}

// room is a scene in a server of its own, with the same bot.
func (s *scene) room(t *testing.T) *scene {
	t.Helper()
	r := &scene{Server: s.Server, t: t, desk: s.desk, bot: s.bot}
	r.people()
	r.WaitCommand(t, r.guild, "help")
	return r
}

// open lets the answers that wait in this scene's server go on.
func (s *scene) open() { close(s.desk.gate(s.guild)) }

// start runs a bot in the scene until the test ends or stop is called.
func (s *scene) start(change ...func(*Options)) {
	s.t.Helper()
	opts := Options{
		Token: s.Token(), Router: commands.NewRouter(s.desk.table(), commands.Recover), Log: slog.New(slog.NewTextHandler(s.t.Output(), &slog.HandlerOptions{Level: slog.LevelDebug})),
		TeamChannel: func(_, channel string) bool { c, _ := s.Channel(channel); return c.Name != nil && *c.Name == "team" },
		Client:      s.Client(), Dialer: s.Dialer(), Now: s.Now, EditGap: 20 * time.Millisecond, Grace: time.Minute,
	}
	for _, c := range change {
		c(&opts)
	}
	bot, err := New(opts)
	if err != nil {
		s.t.Fatal(err)
	}
	s.bot = bot
	ctx, cancel := context.WithCancel(s.t.Context())
	done := make(chan error, 1)
	go func() { done <- bot.Run(ctx) }()
	var once sync.Once
	s.stop = func() (err error) {
		once.Do(func() { cancel(); err = <-done })
		return err
	}
	stop := s.stop
	s.t.Cleanup(func() {
		if err := stop(); err != nil {
			s.t.Errorf("Run: %v", err)
		}
	})
	s.WaitConnected(s.t, 1)
	scope := s.guild
	if opts.Global {
		scope = ""
	}
	if opts.Guilds == nil {
		s.WaitCommand(s.t, scope, "help")
	}
}

// has waits for nothing: it matches a message that holds all the texts.
func has(texts ...string) func(*discordtest.Message) bool {
	return func(m *discordtest.Message) bool {
		for _, text := range texts {
			if !strings.Contains(m.Text(), text) {
				return false
			}
		}
		return true
	}
}

// soon waits for what changes without the loopback Discord noticing.
func soon(t *testing.T, what string, cond func() bool) {
	t.Helper()
	for limit := time.Now().Add(2 * time.Minute); time.Now().Before(limit); time.Sleep(time.Millisecond) {
		if cond() {
			return
		}
	}
	t.Fatalf("waited in vain for %s", what)
}

func (s *scene) mention(text string) string { return "<@" + s.Bot().ID + "> " + text }

// noPings fails when any message of the bot has pinged anybody.
func (s *scene) noPings(channels ...string) {
	s.t.Helper()
	for _, c := range channels {
		for _, m := range s.BotMessages(c) {
			if len(m.Pinged) > 0 {
				s.t.Errorf("a message pinged %v: %s", m.Pinged, m.Text())
			}
		}
	}
}

// What makes the whole of Discord go wrong, or its clock run on, is tested in turn, by one bot.
func TestTrouble(t *testing.T) {
	t.Parallel()
	all := newScene(t, discordtest.Options{KeepViolations: true}) // raw events count as one
	inTurn(t, all, []feature{
		{"late interaction is answered elsewhere", lateInteractionIsAnsweredElsewhere},
		{"thread is tried again", threadIsTriedAgain},
		{"failures on the way", failuresOnTheWay},
		{"unreadable interaction", unreadableInteraction},
		{"reply after the token has expired", replyAfterTheTokenHasExpired},
		{"buttons expire", buttonsExpire},
	})
}

// A bot that registers its commands for all servers and keeps quiet in all channels.
func TestGlobalAndQuiet(t *testing.T) {
	t.Parallel()
	all := newScene(t, discordtest.Options{}, func(o *Options) {
		o.Global = true
		o.Quiet = func(_, _ string) bool { return true }
	})
	inTurn(t, all, []feature{
		{"global registration", globalRegistration},
		{"command in a direct message", commandInADirectMessage},
		{"quiet", quiet},
	})
}

type feature struct {
	name string
	test func(*testing.T, *scene)
}

func inTurn(t *testing.T, all *scene, features []feature) {
	t.Helper()
	for _, f := range features {
		t.Run(f.name, func(t *testing.T) { f.test(t, all.room(t)) })
	}
}

// The features that need nothing special share one bot; each has a server of its own.
func TestFeatures(t *testing.T) {
	t.Parallel()
	all := newScene(t, discordtest.Options{})
	for _, f := range []feature{
		{"ask is answered with sources", askIsAnsweredWithSources},
		{"commands are registered", commandsAreRegistered},
		{"autocomplete", autocomplete},
		{"private reply and share", privateReplyAndShare},
		{"private list and share", privateListAndShare},
		{"private commands and errors", privateCommandsAndErrors},
		{"buttons", pressingButtons},
		{"modal", modal},
		{"pages", pages},
		{"the question above an answer", theQuestionAboveAnAnswer},
		{"files", files},
		{"progress is coalesced", progressIsCoalesced},
		{"mention", mention},
		{"typing while the answer is made", typingWhileTheAnswerIsMade},
		{"reply to the bot needs no mention", replyToTheBotNeedsNoMention},
		{"the message replied to is context", theMessageRepliedToIsContext},
		{"team channel", teamChannel},
		{"direct message", directMessage},
		{"nobody else is answered", nobodyElseIsAnswered},
		{"message menu", messageMenu},
		{"asking about an answer", askingAboutAnAnswer},
		{"links in commands", linksInCommands},
		{"where the bot may not write", whereTheBotMayNotWrite},
		{"edited question is answered anew", editedQuestionIsAnsweredAnew},
		{"message links are context", messageLinksAreContext},
		{"the asker's language", theAskersLanguage},
		{"a reply that calls a role", aReplyThatCallsARole},
		{"a mention of the bot's own role", aMentionOfTheBotsOwnRole},
	} {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			f.test(t, all.room(t))
		})
	}
}

func askIsAnsweredWithSources(t *testing.T, s *scene) {
	i := s.Command(s.general, s.ann, "ask", discordtest.Opt("question", "Will the pass open?"))
	m := i.WaitReplyLike(t, has("The pass stays closed.", "[1] [Varesh hardens its line on the pass](https://herald.example/pass) — The Capital Herald, 13 May 2031"))
	if m.Ephemeral() {
		t.Error("a reply that nobody wanted private is private")
	}
	if ack := i.Ack(); ack.Type != discordtest.ReplyDeferred || ack.After > time.Second {
		t.Errorf("acknowledged with type %d after %v; want a deferred reply within a second", ack.Type, ack.After)
	}
	r := s.last(t, "ask")
	if r.Asker.ID != s.ann || r.Asker.Name != "Ann" || r.Place.Guild != s.guild || r.Place.Channel != s.general || r.Locale != "en-US" || r.Asker.Manager {
		t.Errorf("the request is %+v", r)
	}
	s.noPings(s.general)
}

func commandsAreRegistered(t *testing.T, s *scene) {
	byName := map[string]discordtest.Command{}
	for _, c := range s.Commands(s.guild) {
		byName[c.Name] = c
	}
	quote := byName["quote"]
	if len(quote.Options) != 3 || quote.Options[0].Name != "speaker" || !quote.Options[0].Required || !quote.Options[0].Autocomplete ||
		quote.Options[1].Type != discordtest.OptionInteger || quote.Options[2].Name != "private" {
		t.Errorf("/quote is registered as %+v", quote.Options)
	}
	if got := byName["ask"].NameLocalizations["ar"]; got != "اسأل" {
		t.Errorf("/ask is called %q in Arabic", got)
	}
	if p := byName["setup"].DefaultMemberPermissions; p == nil || *p != "32" {
		t.Errorf("/setup asks for the permissions %v, want 32 (Manage Server)", p)
	}
	if _, ok := byName["passages"]; ok {
		t.Error("a hidden command is registered")
	}
	if c := byName["Ask about this"]; c.Type != discordtest.CommandMessage {
		t.Errorf("the message command is %+v", c)
	}
	if n := len(byName["help"].Options); n != 0 {
		t.Errorf("/help is always private and has %d options", n)
	}
}

func TestCommandsAreOverwrittenOnlyWhenTheyDiffer(t *testing.T) {
	t.Parallel()
	s := newScene(t, discordtest.Options{})
	soon(t, "the first start to register", func() bool { return len(s.Requests(discordtest.RouteGuildCommands)) == 1 })
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	s.start()
	s.Command(s.general, s.ann, "help").WaitReply(t)
	s.WaitFor(t, "the second start to compare", func() bool { return len(s.Requests("GET /applications/{app}/guilds/{guild}/commands")) == 2 })
	if n := len(s.Requests(discordtest.RouteGuildCommands)); n != 1 {
		t.Errorf("the same commands were registered again (%d overwrites)", n)
	}
}

func TestRemoveCommands(t *testing.T) {
	t.Parallel()
	s := newScene(t, discordtest.Options{})
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	if err := s.bot.RemoveCommands(t.Context(), []string{s.guild}); err != nil {
		t.Fatal(err)
	}
	if left := s.Commands(s.guild); len(left) != 0 {
		t.Errorf("%d commands are left", len(left))
	}
}

func TestTranslationsThatDiscordRefusesAreLeftOut(t *testing.T) {
	t.Parallel()
	s := &scene{Server: discordtest.New(t, discordtest.Options{}), t: t, desk: &desk{gates: map[string]chan struct{}{}}}
	s.people()
	s.Fail(discordtest.RouteGuildCommands, 1, discordtest.Failure{Status: 400, Code: codeInvalid, Message: "Invalid Form Body"})
	s.start()
	for _, c := range s.Commands(s.guild) {
		if len(c.NameLocalizations) > 0 {
			t.Errorf("/%s is translated", c.Name)
		}
	}
}

func globalRegistration(t *testing.T, s *scene) {
	if n := len(s.Commands(s.guild)); n != 0 {
		t.Errorf("%d commands are registered in the server as well", n)
	}
}

func autocomplete(t *testing.T, s *scene) {
	got := s.Autocomplete(t, s.general, s.ann, "quote", "speaker", "Ilena")
	if len(got) != 1 || got[0].Value != "Ilena Drazh" {
		t.Errorf("got %v, want Ilena Drazh and not the value that is too long", got)
	}
	if got := s.Autocomplete(t, s.general, s.ann, "quote", "speaker", "nobody"); len(got) != 0 {
		t.Errorf("got %v for an unknown name", got)
	}
}

func privateReplyAndShare(t *testing.T, s *scene) {
	i := s.Command(s.general, s.ann, "ask", discordtest.Opt("question", "Will the pass open?"), discordtest.Opt("private", true))
	m := i.WaitReply(t)
	if !m.Ephemeral() || !s.last(t, "ask").Private {
		t.Fatal("a reply wanted private is public")
	}
	if len(s.BotMessages(s.general)) != 0 {
		t.Fatal("something stands in the channel")
	}
	s.Click(m, s.ann, English.Share)
	shared := s.WaitMessage(t, s.general, has("Shared by Ann", "The pass stays closed."))
	if shared.Button(English.Share) != nil || shared.Button("Passages") == nil {
		t.Error("the shared reply should keep its buttons but the one for sharing")
	}
	second := s.Click(m, s.ann, English.Share).WaitReply(t)
	if !second.Ephemeral() || !has(English.Expired)(second) {
		t.Errorf("sharing twice gives %q", second.Text())
	}
	confined := s.Command(s.general, s.ann, "ask", discordtest.Opt("question", "What is confined?"), discordtest.Opt("private", true)).WaitReply(t)
	if confined.Button(English.Share) != nil || confined.Button("Passages") == nil {
		t.Error("a confined reply should have its buttons but the one for sharing")
	}
	s.noPings(s.general)
}

// A private reply without sources is asked for once more for the channel; its other buttons stay private.
func privateListAndShare(t *testing.T, s *scene) {
	m := s.Command(s.general, s.ann, "list", discordtest.Opt("private", true)).WaitReply(t)
	if again := s.Click(m, s.ann, "Again").WaitReply(t); !again.Ephemeral() {
		t.Error("what begins in private does not go on in private")
	}
	if shared := s.Click(m, s.ann, English.Share).WaitReply(t); shared.Ephemeral() || s.last(t, "list").Private || !has("a list")(shared) {
		t.Errorf("shared is %q, private %v", shared.Text(), shared.Ephemeral())
	}
}

func privateCommandsAndErrors(t *testing.T, s *scene) {
	manager := s.AddMember(s.guild, "Mia", 1<<5).ID
	for _, test := range []struct{ name, who, command, want string }{
		{"a private command", s.ann, "help", "help"},
		{"a command for managers", manager, "setup", "settings"},
		{"a refusal after a public acknowledgement", s.ann, "refused", "That is too much for one question."},
		{"a panic", s.ann, "broken", "Something went wrong on my side"},
	} {
		i := s.Command(s.general, test.who, test.command)
		s.WaitFor(t, test.name, func() bool {
			for _, m := range i.Replies() {
				if m.Ephemeral() && has(test.want)(m) {
					return true
				}
			}
			return false
		})
		for _, m := range i.Replies() {
			if !m.Ephemeral() {
				t.Errorf("%s: a public message is left: %q", test.name, m.Text())
			}
		}
	}
}

func pressingButtons(t *testing.T, s *scene) {
	i := s.Command(s.general, s.ann, "ask", discordtest.Opt("question", "Who?"))
	m := i.WaitReply(t)

	if p := s.Click(m, s.ben, "Passages").WaitReply(t); !p.Ephemeral() || !has("passage 1")(p) {
		t.Errorf("the passage is %q, private %v", p.Text(), p.Ephemeral())
	}
	if r := s.last(t, "passages"); r.Asker.ID != s.ben || r.Place.Guild != s.guild {
		t.Errorf("the button ran as %+v", r)
	}
	if p := s.Click(m, s.ben, "Narrow").WaitReply(t); !p.Ephemeral() || p.ID == m.ID {
		t.Error("somebody else's press changed the asker's reply")
	}
	if p := s.Click(m, s.ann, "Narrow").WaitReplyLike(t, has("narrow Who?")); p.ID != m.ID {
		t.Error("the asker's press made a new message instead of changing the reply")
	}
	m, _ = s.Message(m.ID)
	if p := s.Click(m, s.ben, "Withdraw").WaitReply(t); !p.Ephemeral() || !has(English.NotYours)(p) {
		t.Errorf("somebody else pressed a dangerous button: %q", p.Text())
	}
	if p := s.Click(m, s.ann, "Withdraw").WaitReply(t); !has("passage 2")(p) {
		t.Errorf("the asker pressed it: %q", p.Text())
	}
}

func modal(t *testing.T, s *scene) {
	m := s.Command(s.general, s.ann, "ask", discordtest.Opt("question", "Who?")).WaitReply(t)
	press := s.Click(m, s.ben, "Follow up")
	form := press.WaitModal(t)
	if form.Title != "Follow up" || form.Input("Your question") == nil {
		t.Fatalf("the form is %+v", form)
	}
	reply := s.SubmitModal(press, map[string]string{"Your question": "And the convoys?"}).WaitReply(t)
	if !has("And the convoys?", "The pass stays closed.")(reply) || reply.Ephemeral() {
		t.Errorf("the reply is %q", reply.Text())
	}
}

func buttonsExpire(t *testing.T, s *scene) {
	m := s.Command(s.general, s.ann, "ask", discordtest.Opt("question", "Who?")).WaitReply(t)
	s.Advance(buttonLife + time.Minute)
	if p := s.Click(m, s.ann, "Passages").WaitReply(t); !p.Ephemeral() || !has(English.Expired)(p) {
		t.Errorf("an expired button gives %q", p.Text())
	}
}

func pages(t *testing.T, s *scene) {
	m := s.Command(s.general, s.ann, "long").WaitReplyLike(t, has("Sentence 0:", "Page 1 of"))
	if m.Button(English.Previous) != nil {
		t.Error("the first page leads back")
	}
	if p := s.Click(m, s.ben, English.Next).WaitReply(t); !p.Ephemeral() || !has("Page 2 of")(p) {
		t.Errorf("somebody else turned the page: %q", p.Text())
	}
	seen := m.Text()
	for m.Button(English.Next) != nil {
		before := m.Embeds[0].Footer.Text
		s.Click(m, s.ann, English.Next)
		m = s.WaitMessage(t, s.general, func(now *discordtest.Message) bool { return now.ID == m.ID && now.Embeds[0].Footer.Text != before })
		seen += m.Text()
	}
	for i := range 40 {
		if !strings.Contains(seen, fmt.Sprintf("Sentence %d:", i)) {
			t.Errorf("sentence %d is on no page", i)
		}
	}
}

// Discord shows who used a command and not what they asked, so an answer would stand there without its question.
func theQuestionAboveAnAnswer(t *testing.T, s *scene) {
	long := strings.Repeat("which trucks crossed the pass ", 20)
	for asked, want := range map[string]string{"the pass": "the pass", "two @everyone passes": "two @\u200beveryone passes", long: ""} {
		m := s.Command(s.general, s.ann, "search", discordtest.Opt("words", asked), discordtest.Opt("private", true)).WaitReply(t)
		if title := m.Embeds[0].Title; title != want && asked != long || !strings.HasPrefix(title, "which trucks crossed") && asked == long {
			t.Errorf("above the answer stands %q, want %q", title, asked)
		}
		if !strings.Contains(asked, "two") && !strings.Contains(m.Embeds[0].Description, "**Nothing fits well**") {
			t.Errorf("the reply's own title is lost: %q", m.Embeds[0].Description)
		}
		s.Click(m, s.ann, English.Share)
		s.WaitMessage(t, s.general, func(shared *discordtest.Message) bool {
			return has("Shared by Ann")(shared) && shared.Embeds[0].Title == m.Embeds[0].Title
		})
	}
}

func files(t *testing.T, s *scene) {
	m := s.Command(s.general, s.ann, "file").WaitReply(t)
	if len(m.Attachments) != 1 || m.Attachments[0].Filename != "brief.md" || string(m.Attachments[0].Data) != "# brief" {
		t.Errorf("the attachments are %+v", m.Attachments)
	}
}

func progressIsCoalesced(t *testing.T, s *scene) {
	i := s.Command(s.general, s.ann, "slow")
	i.WaitReplyLike(t, has("draft 49"))
	s.open()
	m := i.WaitReplyLike(t, has("done"))
	if m.Edits > 5 {
		t.Errorf("50 states were shown in %d edits", m.Edits)
	}
}

func mention(t *testing.T, s *scene) {
	q := s.Say(s.general, s.ann, s.mention("Will the pass open?"))
	m := s.WaitMessage(t, s.general, has("The pass stays closed.", "[1]"))
	if m.Reference == nil || m.Reference.MessageID != q.ID {
		t.Error("the answer is no reply to the question")
	}
	if r := s.last(t, "ask"); r.Option("question") != "Will the pass open?" {
		t.Errorf("asked %q", r.Option("question"))
	}
	s.Say(s.general, s.ann, s.mention(""))
	s.WaitMessage(t, s.general, has("Mention me and write your question"))
	if len(s.Threads(s.general)) != 0 {
		t.Error("a thread was opened outside the team channels")
	}
	s.noPings(s.general)
}

func typingWhileTheAnswerIsMade(t *testing.T, s *scene) {
	s.Say(s.general, s.ann, s.mention("Will you wait for the answer?"))
	soon(t, "the bot to be seen typing", func() bool { return s.Typing(s.general) > 0 })
	s.open()
	s.WaitMessage(t, s.general, has("The pass stays closed."))
}

func replyToTheBotNeedsNoMention(t *testing.T, s *scene) {
	s.Say(s.general, s.ann, s.mention("Will the pass open?"))
	m := s.WaitMessage(t, s.general, has("Will the pass open?"))
	s.Say(s.general, s.ben, "And who says so", discordtest.ReplyTo(m.ID))
	s.WaitMessage(t, s.general, has("And who says so"))
}

func theMessageRepliedToIsContext(t *testing.T, s *scene) {
	claim := s.Say(s.general, s.ben, "Drazh said the pass was a commercial question.")
	s.Say(s.general, s.ann, s.mention("did she?"), discordtest.ReplyTo(claim.ID))
	s.WaitMessage(t, s.general, has("did she?"))
	if r := s.last(t, "ask"); r.Option("context") != claim.Content {
		t.Errorf("the context is %q", r.Option("context"))
	}
	s.Say(s.general, s.ann, s.mention(""), discordtest.ReplyTo(claim.ID))
	s.WaitMessage(t, s.general, has("Drazh said the pass was a commercial question."))
}

func teamChannel(t *testing.T, s *scene) {
	s.Say(s.team, s.ann, "Morning all, coffee first.")
	s.Say(s.team, s.ben, "What did Drazh refuse to discuss?")
	s.WaitMessage(t, s.team, has("That is too much for one question."))
	if n := len(s.Threads(s.team)); n != 0 {
		t.Errorf("a refusal opened %d threads", n)
	}
	s.Say(s.team, s.ann, "<@"+s.ben+"> will you be at the meeting today?")
	q := s.Say(s.team, s.ann, "What did Drazh say about the pass?")
	m := s.WaitMessage(t, q.ID, has("What did Drazh say about the pass?", "The pass stays closed."))
	threads := s.Threads(s.team)
	if len(threads) != 1 || *threads[0].Name != "What did Drazh say about the pass?" {
		t.Fatalf("the threads are %+v", threads)
	}
	r := s.last(t, "ask")
	if r.Place.Channel != s.team || r.Place.Thread != threads[0].ID {
		t.Errorf("the place is %+v", r.Place)
	}
	s.Say(threads[0].ID, s.ben, "thanks!")
	s.Say(threads[0].ID, s.ben, "and Solmark?")
	s.WaitMessage(t, threads[0].ID, has("and Solmark?"))
	if r := s.last(t, "ask"); r.Place.Thread != threads[0].ID || r.Place.Channel != s.team {
		t.Errorf("the follow-up's place is %+v", r.Place)
	}
	if n := len(s.asked("ask")); n != 3 {
		t.Errorf("%d messages were answered, want the three questions", n)
	}
	if got := s.BotMessages(s.team); len(got) != 1 {
		t.Errorf("besides the refusal the bot wrote into the channel itself: %q", got[1].Text())
	}
	s.noPings(s.team, threads[0].ID, m.ChannelID)
}

// After a restart the bot still knows its threads: their owner is the bot.
func TestThreadsSurviveARestart(t *testing.T) {
	t.Parallel()
	s := newScene(t, discordtest.Options{})
	q := s.Say(s.team, s.ann, "What did Drazh say about the pass?")
	s.WaitMessage(t, q.ID, has("The pass stays closed."))
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	s.start()
	s.Say(q.ID, s.ben, "and Solmark?")
	s.WaitMessage(t, q.ID, has("and Solmark?"))
}

func directMessage(t *testing.T, s *scene) {
	s.Say(s.DM(s.ann).ID, s.ann, "the pass")
	s.WaitMessage(t, s.DM(s.ann).ID, has("The pass stays closed."))
	if r := s.last(t, "ask"); r.Place.Guild != "" || r.Asker.ID != s.ann {
		t.Errorf("the request is %+v", r)
	}
}

func commandInADirectMessage(t *testing.T, s *scene) {
	s.Command(s.DM(s.ann).ID, s.ann, "ask", discordtest.Opt("question", "Who?")).WaitReplyLike(t, has("The pass stays closed."))
	if r := s.last(t, "ask"); r.Asker.ID != s.ann || r.Place.Guild != "" {
		t.Errorf("the request is %+v", r)
	}
}

func nobodyElseIsAnswered(t *testing.T, s *scene) {
	other := s.AddUser("Another bot", true).ID
	s.Join(s.guild, other)
	s.Say(s.team, other, "What did Drazh say about the pass?")
	s.Say(s.team, s.ann, "What did Drazh say about the pass?", discordtest.AsWebhook())
	s.Say(s.team, s.ann, "What did Drazh say about the pass?", discordtest.OfType(discordtest.MessageJoin))
	s.Say(s.general, s.ann, "What did Drazh say about the pass?")
	s.Say(s.general, s.ann, s.mention("last"))
	s.WaitMessage(t, s.general, has("last"))
	if n := len(s.asked("ask")); n != 1 {
		t.Errorf("%d messages were answered, want the mention alone", n)
	}
}

func quiet(t *testing.T, s *scene) {
	s.Say(s.team, s.ann, "What did Drazh say about the pass?")
	q := s.Say(s.team, s.ann, s.mention("last one, who?"))
	s.WaitMessage(t, q.ID, has("last one, who?"))
	if n := len(s.asked("ask")); n != 1 {
		t.Errorf("%d messages were answered, want the mention alone", n)
	}
}

func messageMenu(t *testing.T, s *scene) {
	claim := s.Say(s.general, s.ben, "Drazh said the pass was a commercial question.")
	for question, want := range map[string]string{"What does this mean for Solmark?": "What does this mean for Solmark?", "Is this true?": "Is this true?"} {
		press := s.MessageCommand(s.ann, "Ask about this", claim.ID)
		if in := press.WaitModal(t).Input(English.YourQuestion); in == nil || in.Value != "Is this true?" {
			t.Fatalf("the form asks %+v", in)
		}
		m := s.SubmitModal(press, map[string]string{English.YourQuestion: question}).WaitReplyLike(t, has("The pass stays closed."))
		if !m.Ephemeral() {
			t.Error("the reply to a message's menu is public")
		}
		if r := s.last(t, "ask"); r.Option("question") != want || r.Option("context") != claim.Content {
			t.Errorf("asked %q about %q", r.Option("question"), r.Option("context"))
		}
	}
}

// The list of sources beneath an answer is not what the answer says.
func askingAboutAnAnswer(t *testing.T, s *scene) {
	s.Say(s.general, s.ann, s.mention("Will the pass open?"))
	m := s.WaitMessage(t, s.general, has("Will the pass open?", "Varesh hardens"))
	s.Say(s.general, s.ben, "is that true?", discordtest.ReplyTo(m.ID))
	s.WaitMessage(t, s.general, has("is that true?"))
	if about := s.last(t, "ask").Option("context"); !strings.Contains(about, "The pass stays closed.") || strings.Contains(about, "Varesh hardens") {
		t.Errorf("asked about %q", about)
	}
}

func linksInCommands(t *testing.T, s *scene) {
	claim := s.Say(s.general, s.ben, "Drazh said the pass was a commercial question.")
	elsewhere := s.Say(s.AddChannel(s.guild, "closed").ID, s.ben, "A secret.")
	link := func(m *discordtest.Message) string {
		return "https://discord.com/channels/" + s.guild + "/" + m.ChannelID + "/" + m.ID
	}
	s.Command(s.general, s.ann, "ask", discordtest.Opt("question", "is that so? "+link(claim)+" "+link(elsewhere))).WaitReplyLike(t, has("is that so?"))
	if r := s.last(t, "ask"); r.Option("context") != claim.Content || r.Option("question") != "is that so?" {
		t.Errorf("asked %q about %q", r.Option("question"), r.Option("context"))
	}
}

func whereTheBotMayNotWrite(t *testing.T, s *scene) {
	s.Deny(s.team, discordtest.PermCreatePublicThreads)
	s.Say(s.team, s.ann, "What did Drazh say about the pass?")
	s.WaitMessage(t, s.team, has("The pass stays closed.", "I need Create Public Threads"))

	s.Deny(s.general, discordtest.PermSendMessages)
	s.Say(s.general, s.ann, s.mention("Will it open?"))
	m := s.WaitMessage(t, s.DM(s.ann).ID, has("The pass stays closed.", "I can't write in <#"+s.general+">"))
	if strings.Count(m.Content, ".") != 2 {
		t.Errorf("the reason is %q", m.Content)
	}
	if len(m.Components) > 0 {
		t.Error("in person there are buttons that would act on another place")
	}
	s.Say(s.general, s.ann, s.mention("How long is the pass?"))
	long := s.WaitMessage(t, s.DM(s.ann).ID, has("How long is the pass?", "Page 1 of"))
	s.Click(long, s.ann, English.Next)
	s.WaitMessage(t, s.DM(s.ann).ID, func(m *discordtest.Message) bool {
		return m.ID == long.ID && has("Page 2 of")(m) && m.Button("Passages") == nil
	})
}

func editedQuestionIsAnsweredAnew(t *testing.T, s *scene) {
	q := s.Say(s.general, s.ann, s.mention("Will the pas open?"))
	m := s.WaitMessage(t, s.general, has("Will the pas open?"))
	s.EditMessage(q.ID, s.mention("Will the pass open?"))
	again := s.WaitMessage(t, s.general, has("Will the pass open?"))
	if again.ID != m.ID {
		t.Error("the new answer is a second message")
	}
	s.Unfurl(q.ID, discordtest.Embed{Title: "a preview"})
	s.DeleteMessage(q.ID)
	s.WaitFor(t, "the reply to be withdrawn", func() bool { return len(s.BotMessages(s.general)) == 0 })
	if n := len(s.asked("ask")); n != 2 {
		t.Errorf("asked %d times, want twice: a preview is no new question", n)
	}
}

func messageLinksAreContext(t *testing.T, s *scene) {
	claim := s.Say(s.general, s.ben, "Drazh said the pass was a commercial question.")
	elsewhere := s.Say(s.AddChannel(s.guild, "closed").ID, s.ben, "A secret.")
	link := func(m *discordtest.Message) string {
		return "https://discord.com/channels/" + s.guild + "/" + m.ChannelID + "/" + m.ID
	}
	s.Say(s.general, s.ann, s.mention("is that so? "+link(claim)+" "+link(elsewhere)))
	s.WaitMessage(t, s.general, has("is that so?"))
	r := s.last(t, "ask")
	if r.Option("context") != claim.Content || r.Option("question") != "is that so?" {
		t.Errorf("asked %q with the context %q; a link to another channel must not show what the asker may not see there", r.Option("question"), r.Option("context"))
	}
}

func aReplyThatCallsARole(t *testing.T, s *scene) {
	role := s.AddRole(s.guild, "on call", 0).ID
	s.Command(s.general, s.ann, "person", discordtest.Opt("role", role))
	m := s.WaitMessage(t, s.general, has("A person is asked."))
	if len(m.Pinged) != 1 || m.Pinged[0] != "role:"+role {
		t.Errorf("notified were %v, want the role alone", m.Pinged)
	}
	private := s.Command(s.general, s.ann, "person", discordtest.Opt("role", role), discordtest.Opt("private", true)).WaitReply(t)
	if len(private.Pinged) != 0 {
		t.Errorf("a private reply notified %v", private.Pinged)
	}
}

func aMentionOfTheBotsOwnRole(t *testing.T, s *scene) {
	own, other := s.AddRole(s.guild, "Attaché", 0).ID, s.AddRole(s.guild, "desk", 0).ID
	s.DispatchRaw("GUILD_CREATE", map[string]any{"id": s.guild,
		"roles":   []any{map[string]any{"id": own, "managed": true, "permissions": "0"}, map[string]any{"id": other, "permissions": "0"}},
		"members": []any{map[string]any{"user": map[string]any{"id": s.Bot().ID}, "roles": []string{own, other}}},
	})
	soon(t, "the role to be known", func() bool { _, ok := s.bot.ownRoles.get(s.guild); return ok })
	s.Say(s.general, s.ann, "<@&"+other+"> who is on duty?")
	q := s.Say(s.general, s.ann, "<@&"+own+"> Will the pass open?")
	s.WaitMessage(t, s.general, func(m *discordtest.Message) bool { return m.Reference != nil && m.Reference.MessageID == q.ID })
	if r := s.last(t, "ask"); r.Option("question") != "Will the pass open?" || len(s.asked("ask")) != 1 {
		t.Errorf("asked %q, %d times", r.Option("question"), len(s.asked("ask")))
	}
}

func theAskersLanguage(t *testing.T, s *scene) {
	s.SetLocale(s.ann, "de")
	m := s.Command(s.general, s.ann, "ask", discordtest.Opt("question", "Who?")).WaitReplyLike(t, has("**Quellen**"))
	if p := s.Click(m, s.ben, "Withdraw").WaitReply(t); !has(English.NotYours)(p) {
		t.Errorf("somebody with another language reads %q", p.Text())
	}
	if r := s.last(t, "ask"); r.Locale != "de" {
		t.Errorf("the request's locale is %q", r.Locale)
	}
	q := s.Say(s.general, s.ann, s.mention("Who else?")) // a message does not tell the language; the command did
	s.WaitMessage(t, s.general, func(m *discordtest.Message) bool {
		return m.Reference != nil && m.Reference.MessageID == q.ID && has("**Quellen**")(m)
	})
}

func lateInteractionIsAnsweredElsewhere(t *testing.T, s *scene) {
	s.Fail(discordtest.RouteCallback, 1, discordtest.Failure{Status: 404, Code: codeUnknownInteraction, Message: "Unknown interaction"})
	s.Command(s.general, s.ann, "ask", discordtest.Opt("question", "Who?"))
	s.WaitMessage(t, s.general, has("The pass stays closed."))
}

// After a quarter of an hour Discord takes no more edits; the reply then comes as a message of its own.
func replyAfterTheTokenHasExpired(t *testing.T, s *scene) {
	i := s.Command(s.general, s.ann, "ask", discordtest.Opt("question", "Will you wait?"))
	private := s.Command(s.general, s.ben, "ask", discordtest.Opt("question", "Will you wait too?"), discordtest.Opt("private", true))
	i.WaitAck(t)
	private.WaitAck(t)
	soon(t, "both questions to be asked", func() bool { return len(s.asked("ask")) == 2 })
	s.Advance(tokenLife + time.Minute)
	s.open()
	s.WaitMessage(t, s.general, has("Will you wait?", "The pass stays closed."))
	s.WaitMessage(t, s.DM(s.ben).ID, has("Will you wait too?", "The pass stays closed."))
}

func threadIsTriedAgain(t *testing.T, s *scene) {
	for _, f := range []discordtest.Failure{{Status: 502}, {Status: 502, Afterwards: true}} {
		s.Fail(discordtest.RouteMessageThread, 1, f)
		q := s.Say(s.team, s.ann, "What did Drazh say about the pass?")
		s.WaitFor(t, "the answer in its thread", func() bool { return len(s.threadMessages(q.ID)) == 1 })
	}
}

func failuresOnTheWay(t *testing.T, s *scene) {
	for _, f := range []discordtest.Failure{{Status: 502, Afterwards: true}, {Status: 429, RetryAfter: 50 * time.Millisecond}} {
		s.Fail(discordtest.RouteCallback, 1, f)
		s.Fail(discordtest.RouteEditOriginal, 1, f)
		s.Command(s.general, s.ann, "ask", discordtest.Opt("question", "Who?")).WaitReplyLike(t, has("The pass stays closed."))
		s.Fail(discordtest.RouteCreateMessage, 1, f)
		before := len(s.BotMessages(s.general))
		q := s.Say(s.general, s.ann, s.mention("Will the pass open?"))
		s.WaitMessage(t, s.general, func(m *discordtest.Message) bool { return m.Reference != nil && m.Reference.MessageID == q.ID })
		if n := len(s.BotMessages(s.general)); n != before+1 {
			t.Errorf("%+v: %d messages instead of one", f, n-before)
		}
	}
}

func unreadableInteraction(t *testing.T, s *scene) {
	s.DispatchRaw("INTERACTION_CREATE", map[string]any{"id": "1", "token": "t", "type": 5, "application_id": s.AppID(), "channel_id": s.general,
		"data": map[string]any{"custom_id": "x", "components": []any{map[string]any{"type": 99}}}})
	s.DispatchRaw("INTERACTION_CREATE", map[string]any{"id": "2", "token": "t", "type": 2})
	s.DispatchRaw("MESSAGE_CREATE", map[string]any{"id": "3"})
	s.Command(s.general, s.ann, "ask", discordtest.Opt("question", "Who?")).WaitReplyLike(t, has("The pass stays closed."))
}

// Who has to wait is told their place; who cannot even wait is told so alone.
func TestTheQueue(t *testing.T) {
	t.Parallel()
	s := newScene(t, discordtest.Options{}, func(o *Options) { o.Workers, o.Waiting = 1, 2 })
	running := s.Command(s.general, s.ann, "slow")
	running.WaitReplyLike(t, has("draft"))
	first := s.Command(s.general, s.ben, "ask", discordtest.Opt("question", "Who?"))
	first.WaitReplyLike(t, has("You are number 1 in the queue"))
	q := s.Say(s.general, s.ann, s.mention("And who else?"))
	s.WaitMessage(t, s.general, func(m *discordtest.Message) bool {
		return m.Reference != nil && m.Reference.MessageID == q.ID && has("You are number 2 in the queue")(m)
	})
	refused := s.Command(s.general, s.ann, "ask", discordtest.Opt("question", "Too much?"))
	if m := refused.WaitFollowUp(t, has("Too many questions are waiting just now.")); !m.Ephemeral() {
		t.Error("the channel reads that there is no room")
	}
	s.open()
	first.WaitReplyLike(t, has("The pass stays closed."))
	s.WaitMessage(t, s.general, has("And who else?", "The pass stays closed."))
	for _, m := range s.BotMessages(s.general) {
		if has("in the queue")(m) || has("Too many")(m) {
			t.Errorf("left standing: %q", m.Text())
		}
	}
}

func TestShutdownFinishesWhatIsUnderWay(t *testing.T) {
	t.Parallel()
	s := newScene(t, discordtest.Options{})
	i := s.Command(s.general, s.ann, "slow")
	i.WaitReplyLike(t, has("draft"))
	stopped := make(chan error, 1)
	go func() { stopped <- s.stop() }()
	soon(t, "the bot to stop", s.bot.work.stopping)
	s.open()
	i.WaitReplyLike(t, has("done"))
	if err := <-stopped; err != nil {
		t.Error(err)
	}
}

func TestShutdownCutsOffAfterTheGrace(t *testing.T) {
	t.Parallel()
	s := newScene(t, discordtest.Options{}, func(o *Options) { o.Grace = 50 * time.Millisecond })
	i := s.Command(s.general, s.ann, "slow")
	i.WaitReplyLike(t, has("draft"))
	if err := s.stop(); err != nil {
		t.Error(err)
	}
	s.WaitFor(t, "a sentence about the restart", func() bool {
		for _, m := range i.Replies() {
			if has("I was restarted")(m) {
				return true
			}
		}
		return false
	})
}

func TestWrongTokenAndMissingIntent(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, token string
		off         int
		want        []string
	}{
		{"wrong token", "wrong", 0, []string{"token", "Reset Token"}},
		{"missing intent", "test-token", discordtest.IntentMessageContent, []string{"Message Content Intent", "developers/applications"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			srv := discordtest.New(t, discordtest.Options{SwitchedOff: test.off})
			bot, err := New(Options{Token: test.token, Router: commands.NewRouter(nil), Log: slog.New(slog.DiscardHandler), Client: srv.Client(), Dialer: srv.Dialer()})
			if err != nil {
				t.Fatal(err)
			}
			err = bot.Run(t.Context())
			if err == nil || errors.Is(err, context.Canceled) {
				t.Fatalf("got %v", err)
			}
			for _, want := range test.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q does not say %q", err, want)
				}
			}
		})
	}
}
