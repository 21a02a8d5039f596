package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"attache/internal/discordtest"
	"attache/internal/library"
	"attache/internal/openaitest"
)

// Most of these tests wait for a loopback server, so more of them run beside each other than there are cores.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "read-pdf" { // as the program does when it meets a PDF
		main()
	}
	flag.Parse()
	if err := flag.Set("test.parallel", "8"); err != nil {
		panic(err)
	}
	code := m.Run()
	if err := goleak.Find(); err != nil && code == 0 {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// A process that dies when its replies stand, but are not crossed off yet, leaves them to the next one as they are. (TestKilledBot has those that do not
// stand yet.)
func TestWholeRepliesOutliveACrash(t *testing.T) {
	t.Parallel()
	model := openaitest.New(t)
	model.Respond(func(openaitest.Request) openaitest.Reply { return openaitest.Reply{Fault: openaitest.Slow} })
	srv := discordtest.New(t, discordtest.Options{})
	guild := srv.AddGuild("Desk")
	channel, ana := srv.AddChannel(guild.ID, "desk"), srv.AddMember(guild.ID, "ana")
	data := filepath.Join(t.TempDir(), "data")
	env := append(withModel(t, model.URL()), "ATTACHE_DATA_DIR="+data)
	stop := discordBot(t, srv, env...)

	const question = "How many trucks crossed the Kareth pass on 9 May?"
	command := srv.WaitCommand(t, guild.ID, "ask")
	asked := srv.Command(channel.ID, ana.ID, command.Name, discordtest.Opt("question", question))
	srv.Say(channel.ID, ana.ID, "<@"+srv.Bot().ID+"> "+question)
	lib, err := library.Open(filepath.Join(data, "library.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = lib.Close() }()
	left := func() []library.PendingReply {
		all, err := lib.Pending(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	var crashed []library.PendingReply // what a killed process would have left
	soon(t, "both questions to be under way", func() bool { crashed = left(); return len(crashed) == 2 })
	asked.WaitReplyLike(t, holds("retrieval alone"))
	srv.WaitMessage(t, channel.ID, func(m *discordtest.Message) bool { return m.Reference != nil && holds("retrieval alone")(m) })
	stop()
	if still := left(); len(still) > 0 {
		t.Fatalf("still under way after the end: %v", still)
	}

	for _, p := range crashed {
		if err := lib.AddPending(t.Context(), p); err != nil {
			t.Fatal(err)
		}
	}
	discordBot(t, srv, env...)
	soon(t, "the next start to cross them off", func() bool { return len(left()) == 0 })
	const sorry = "I was restarted before this was answered."
	if now := asked.WaitReply(t); holds(sorry)(now) {
		t.Errorf("the reply to the command has become %q", now.Text())
	}
	if slices.ContainsFunc(srv.BotMessages(channel.ID), holds(sorry)) {
		t.Error("an answered message was told that it is not answered")
	}
}

// soon waits for what changes without the loopback Discord noticing.
func soon(t *testing.T, what string, cond func() bool) {
	t.Helper()
	for limit := time.Now().Add(2 * time.Minute); time.Now().Before(limit); time.Sleep(10 * time.Millisecond) {
		if cond() {
			return
		}
	}
	t.Fatalf("waited too long for %s", what)
}

// team is a server on the loopback Discord in which the whole bot runs: a manager, two members and three channels.
type team struct {
	*discordtest.Server
	guild, questions, chatter string
	manager, ana, ben         string
}

func newTeam(t *testing.T, options discordtest.Options, env ...string) team {
	t.Helper()
	if raceEnabled && options.CallbackLimit == 0 {
		options.CallbackLimit = time.Minute // three seconds are too few for a loaded machine with the race detector
	}
	srv := discordtest.New(t, options)
	guild := srv.AddGuild("Desk").ID
	s := team{Server: srv, guild: guild, questions: srv.AddChannel(guild, "questions").ID, chatter: srv.AddChannel(guild, "chatter").ID,
		manager: srv.AddMember(guild, "Mira", discordtest.PermManageGuild).ID, ana: srv.AddMember(guild, "Ana").ID, ben: srv.AddMember(guild, "Ben").ID}
	discordBot(t, srv, env...)
	srv.WaitCommand(t, guild, "help")
	return s
}

// setup makes the manager use /setup and waits for the reply.
func (s team) setup(t *testing.T, want string, options ...discordtest.Option) *discordtest.Message {
	t.Helper()
	reply := s.Command(s.chatter, s.manager, "setup", options...).WaitReplyLike(t, holds(want))
	if !reply.Ephemeral() {
		t.Error("the settings are shown to everybody")
	}
	return reply
}

const pass = "Who closed the Kareth pass first?"

// answeredIn waits for the answer to a plain question, in the thread that it opens.
func (s team) answeredIn(t *testing.T, channel, text string) (thread string) {
	t.Helper()
	q := s.Say(channel, s.ana, text)
	s.WaitMessage(t, q.ID, holds("[1]"))
	return q.ID
}

// unanswered says something that gets no answer, and then something that does, so that the first had its time.
func (s team) unanswered(t *testing.T, channel, text string) {
	t.Helper()
	before := len(s.BotMessages(channel))
	q := s.Say(channel, s.ana, text)
	s.Say(channel, s.ana, "<@"+s.Bot().ID+"> /help")
	s.WaitFor(t, "an answer to the mention", func() bool { return len(s.BotMessages(channel)) > before || len(s.Threads(channel)) > 0 })
	if _, opened := s.Channel(q.ID); opened {
		t.Errorf("%q was answered in a thread", text)
	}
	for _, m := range s.BotMessages(channel)[before:] {
		if m.Reference != nil && m.Reference.MessageID == q.ID {
			t.Errorf("%q was answered: %s", text, m.Text())
		}
	}
}

func TestSetupChangesHowTheBotWorks(t *testing.T) {
	t.Parallel()
	s := newTeam(t, discordtest.Options{})
	if _, err := s.TryCommand(s.chatter, s.ana, "setup"); err == nil {
		t.Error("/setup is offered to a member who does not manage the server")
	}
	s.setup(t, "Team channels, where plain questions are answered: none")
	s.unanswered(t, s.questions, pass)

	t.Run("a team channel", func(t *testing.T) {
		s.setup(t, "<#"+s.questions+">", discordtest.Opt("team_channel", s.questions))
		s.answeredIn(t, s.questions, pass)
	})
	t.Run("who may ask", func(t *testing.T) {
		role := s.AddRole(s.guild, "analysts", 0).ID
		s.Grant(s.guild, s.ben, role)
		s.setup(t, "Who may ask: <@&"+role+">", discordtest.Opt("may_ask", role))
		refused := s.Command(s.chatter, s.ana, "ask", discordtest.Opt("question", pass)).WaitFollowUp(t, holds("only people with a certain role may ask"))
		if len(refused.Components) > 0 {
			t.Error("a refusal has buttons")
		}
		s.Command(s.chatter, s.ben, "ask", discordtest.Opt("question", pass)).WaitReplyLike(t, holds("[1]"))
		s.Command(s.chatter, s.manager, "ask", discordtest.Opt("question", pass)).WaitReplyLike(t, holds("[1]"))
		s.Command(s.chatter, s.ana, "help").WaitReplyLike(t, holds("/ask"))
		s.setup(t, "Who may ask: everybody", discordtest.Opt("reset", "may_ask"))
		s.Command(s.chatter, s.ana, "ask", discordtest.Opt("question", pass)).WaitReplyLike(t, holds("[1]"))
	})
	t.Run("language", func(t *testing.T) {
		s.setup(t, "Deutsch", discordtest.Opt("language", "de"))
		q := s.Say(s.chatter, s.AddMember(s.guild, "Cleo").ID, "<@"+s.Bot().ID+"> "+pass)
		s.WaitMessage(t, s.chatter, func(m *discordtest.Message) bool {
			return m.Reference != nil && m.Reference.MessageID == q.ID && holds("**Quellen**")(m) && holds("aus den Quellen entnommen")(m) && m.Button("Stellen") != nil
		})
		nadia := s.AddMember(s.guild, "Nadia").ID
		s.SetLocale(nadia, "ru")
		s.Command(s.chatter, nadia, "ask", discordtest.Opt("question", "What does cocoa cost in Ghana this week?")).WaitReplyLike(t, holds("В этой коллекции нет ответа на это."))
		s.SetLocale(s.manager, "fr")
		s.setup(t, "Qui peut demander : tout le monde")
		s.SetLocale(s.manager, "en-US")
	})
	t.Run("limits", func(t *testing.T) {
		s.setup(t, "1 question of one person", discordtest.Opt("per_person", 1))
		dora := s.AddMember(s.guild, "Dora").ID
		s.Command(s.chatter, dora, "ask", discordtest.Opt("question", pass)).WaitReplyLike(t, holds("[1]"))
		s.Command(s.chatter, dora, "ask", discordtest.Opt("question", pass)).WaitFollowUp(t, holds("You have asked 1 question this minute"))
	})
	t.Run("what makes no sense", func(t *testing.T) {
		s.Advance(time.Hour) // nothing that follows is for the limit to refuse
		s.setupAs(t, s.boss(t), "the server may ask in a minute must be a number from 1 to 6000", discordtest.Opt("per_server", 0))
		s.setupAs(t, s.boss(t), "I don't call everybody", discordtest.Opt("call", s.guild))
		s.setupAs(t, s.boss(t), "can't both be", discordtest.Opt("team_channel", s.chatter), discordtest.Opt("not_team_channel", s.chatter))
	})
}

// boss is a further manager, of whom nobody has counted a question yet.
func (s team) boss(t *testing.T) string {
	t.Helper()
	return s.AddMember(s.guild, "another manager", discordtest.PermManageGuild).ID
}

func (s team) setupAs(t *testing.T, who, want string, options ...discordtest.Option) {
	t.Helper()
	s.Command(s.chatter, who, "setup", options...).WaitReplyLike(t, holds(want))
}

// A greeting and thanks get a line where they stand, without a thread, and courtesies around a question do not hinder its answer.
func TestSmallTalkInDiscord(t *testing.T) {
	t.Parallel()
	s := newTeam(t, discordtest.Options{})
	s.setup(t, "<#"+s.questions+">", discordtest.Opt("team_channel", s.questions))
	says := func(text, want string) {
		t.Helper()
		q := s.Say(s.questions, s.ana, "<@"+s.Bot().ID+"> "+text)
		s.WaitMessage(t, s.questions, func(m *discordtest.Message) bool {
			return m.Reference != nil && m.Reference.MessageID == q.ID && holds(want)(m)
		})
	}
	says("hello!", "Hello. Ask me a question")
	says("thanks a lot", "You are welcome.")
	s.unanswered(t, s.questions, "thanks everybody, that helps")
	s.answeredIn(t, s.questions, "hey team, does anyone know who closed the Kareth pass")
}

func TestQuiet(t *testing.T) {
	t.Parallel()
	s := newTeam(t, discordtest.Options{})
	s.setup(t, "<#"+s.questions+">", discordtest.Opt("team_channel", s.questions))
	thread := s.answeredIn(t, s.questions, pass)
	says := func(who, text, want string) {
		t.Helper()
		q := s.Say(thread, who, text)
		s.WaitMessage(t, thread, func(m *discordtest.Message) bool {
			return m.Reference != nil && m.Reference.MessageID == q.ID && holds(want)(m)
		})
	}
	for _, word := range []string{"quiet", "/quiet"} {
		says(s.ben, word, "only when I am mentioned")
		s.unanswered(t, thread, "And who closed it next?")
		says(s.ben, "/quiet off", "I answer questions here again.")
		says(s.ana, pass, "[1]")
	}
	s.Command(s.questions, s.ben, "quiet").WaitReplyLike(t, holds("only when I am mentioned"))
	s.unanswered(t, s.questions, pass)
	s.setup(t, "Quiet, until /quiet off: <#"+s.questions+">")
	s.Command(s.questions, s.ben, "quiet", discordtest.Opt("state", "off")).WaitReplyLike(t, holds("again"))
	s.answeredIn(t, s.questions, pass)
	s.unanswered(t, s.chatter, "quiet")
}

func TestAskAPerson(t *testing.T) {
	t.Parallel()
	s := newTeam(t, discordtest.Options{})
	asked := func(options ...discordtest.Option) *discordtest.Message {
		t.Helper()
		return s.Command(s.chatter, s.ana, "ask", append(options, discordtest.Opt("question", pass))...).WaitReplyLike(t, holds("[1]"))
	}
	if asked().Button("Ask a person") != nil {
		t.Error("the button is shown although there is no role to call")
	}
	role := s.AddRole(s.guild, "duty officers", 0).ID
	s.Grant(s.guild, s.ben, role)
	s.setup(t, "<@&"+role+">", discordtest.Opt("call", role))
	if asked(discordtest.Opt("private", true)).Button("Ask a person") != nil {
		t.Error("a private answer can be shown to others by its button")
	}
	s.Command(s.chatter, s.ana, "ask", discordtest.Opt("question", "Who won the chess tournament of Qaraqum?")).WaitReplyLike(t, func(m *discordtest.Message) bool {
		return holds("Nothing in this collection")(m) && m.Button("Ask a person") != nil
	})

	answer := asked()
	called := s.Click(answer, s.ana, "Ask a person").WaitFollowUp(t, holds("A person is asked", pass, "<@&"+role+">"))
	if len(called.MentionRoles) != 1 || called.MentionRoles[0] != role || len(called.Mentions) > 0 || called.MentionEveryone {
		t.Errorf("called roles %v, people %v, everyone %v", called.MentionRoles, called.Mentions, called.MentionEveryone)
	}
	link := called.Button("Go to the answer")
	if want := "https://discord.com/channels/" + s.guild + "/" + s.chatter + "/" + answer.ID; link == nil || link.URL != want {
		t.Errorf("the link back is %+v, want %s", link, want)
	}
	s.Click(answer, s.ana, "Ask a person").WaitFollowUp(t, holds("A person has been asked this already."))
	s.Click(asked(), s.ana, "Ask a person").WaitFollowUp(t, holds("A person has been asked this already."))

	analysts := s.AddRole(s.guild, "analysts", 0).ID // Ben is none, and may resolve all the same
	s.setup(t, "<@&"+analysts+">", discordtest.Opt("may_ask", analysts))
	stranger := s.AddMember(s.guild, "Cleo").ID
	s.Click(called, stranger, "Resolved").WaitFollowUp(t, holds("Only those who were called"))
	s.Click(called, s.ben, "Resolved")
	s.WaitMessage(t, s.chatter, func(m *discordtest.Message) bool {
		return m.ID == called.ID && holds("Resolved by Ben")(m) && m.Button("Resolved") == nil
	})
	pings := 0
	for _, m := range s.BotMessages(s.chatter) {
		pings += len(m.MentionRoles)
	}
	if pings > 1 {
		t.Errorf("the role was called %d times", pings)
	}
}

// An answer is narrowed in place, by dates and by publisher, and widened again the same way.
func TestNarrow(t *testing.T) {
	t.Parallel()
	s := newTeam(t, discordtest.Options{})
	answer := s.Command(s.chatter, s.ana, "ask", discordtest.Opt("question", "How many trucks crossed the Kareth pass on 9 May?")).WaitReplyLike(t, holds("Northern Wire", "The Capital Herald"))
	const since, until, publisher = "Only articles published since", "Only articles published until", "Only articles of this publisher"
	narrow := func(wanted map[string]string, change map[string]string) *discordtest.Interaction {
		t.Helper()
		now, _ := s.Message(answer.ID)
		press := s.Click(now, s.ana, "Narrow")
		form := press.WaitModal(t)
		for _, label := range []string{since, until, publisher} {
			if in := form.Input(label); in == nil || in.Value != wanted[label] {
				t.Fatalf("the form asks %+v for %q, want %q in it", in, label, wanted[label])
			}
		}
		return s.SubmitModal(press, change)
	}
	shows := func(there, away string) {
		t.Helper()
		s.WaitMessage(t, s.chatter, func(m *discordtest.Message) bool {
			return m.ID == answer.ID && holds(there)(m) && (away == "" || !holds(away)(m))
		})
	}
	narrow(nil, map[string]string{publisher: "Northern Wire"})
	shows("Northern Wire", "The Capital Herald")
	narrow(map[string]string{publisher: "Northern Wire"}, map[string]string{publisher: "The Daily Nobody"}).WaitFollowUp(t, holds("no publisher"))
	shows("Northern Wire", "The Capital Herald")
	narrow(map[string]string{publisher: "Northern Wire"}, map[string]string{publisher: "", since: "2031-05-10", until: "2031-05-12"})
	shows("The Capital Herald", "Northern Wire")
	narrow(map[string]string{since: "2031-05-10", until: "2031-05-12"}, map[string]string{since: "", until: ""})
	shows("Northern Wire", "")
	if n := len(s.BotMessages(s.chatter)); n != 1 {
		t.Errorf("%d messages stand in the channel, want the answer alone", n)
	}
}

// Discord lets a server offer any command to everybody, so the bot looks itself who manages the server.
func TestSettingsAreForManagersAlone(t *testing.T) {
	t.Parallel()
	s := newTeam(t, discordtest.Options{})
	s.OfferToAll(s.guild, "setup")
	for _, options := range [][]discordtest.Option{nil, {discordtest.Opt("team_channel", s.questions)}} {
		refused := s.Command(s.chatter, s.ana, "setup", options...).WaitReplyLike(t, holds("/setup needs the Manage Server permission."))
		if !refused.Ephemeral() || len(refused.Components) > 0 {
			t.Errorf("the refusal is private %v, with %d rows of buttons", refused.Ephemeral(), len(refused.Components))
		}
	}
	s.setup(t, "Team channels, where plain questions are answered: none")
}

// What people say of answers is kept with the question, and listed for the operator.
func TestFeedback(t *testing.T) {
	t.Parallel()
	srv := discordtest.New(t, discordtest.Options{})
	guild := srv.AddGuild("Desk")
	channel, ana := srv.AddChannel(guild.ID, "desk").ID, srv.AddMember(guild.ID, "Ana").ID
	env := append(home(t), "ATTACHE_DATA_DIR="+filepath.Join(t.TempDir(), "data"))
	bot(t, "", env, "feedback").want(t, 0, "Nobody has said anything")
	stop := discordBot(t, srv, env...)
	srv.WaitCommand(t, guild.ID, "ask")
	answer := srv.Command(channel, ana, "ask", discordtest.Opt("question", pass)).WaitReplyLike(t, holds("[1]"))
	thanks := srv.Click(answer, ana, "Helpful").WaitReplyLike(t, holds("Thank you"))
	press := srv.Click(answer, ana, "Not helpful")
	press.WaitModal(t)
	again := srv.SubmitModal(press, map[string]string{"What was wrong with it?": "It is the day before that matters."}).WaitReplyLike(t, holds("Thank you"))
	if !thanks.Ephemeral() || !again.Ephemeral() {
		t.Error("the channel reads what somebody thinks of an answer")
	}
	stop()
	id := answer.Embeds[0].Footer.Text
	id = id[strings.LastIndex(id, "#"):]
	bot(t, "", env, "feedback").want(t, 0, id+" helpful", id+" not helpful", fmt.Sprintf("%q", pass), "It is the day before that matters.")
	bot(t, "", env, "receipt", strings.TrimPrefix(id, "#"), "--guild", guild.ID).want(t, 0, pass, "Northern Wire")
}

// Everything that Discord shows of the commands is there in every language, under names that do not meet.
func TestCommandsAreTranslated(t *testing.T) {
	t.Parallel()
	s := newTeam(t, discordtest.Options{})
	languages := []string{"ar", "de", "es-419", "es-ES", "fr", "ru", "uk", "zh-CN"}
	told := func(what string, names, descriptions map[string]string, described bool) {
		for _, l := range languages {
			if names[l] == "" || described && descriptions[l] == "" {
				t.Errorf("%s is in English for who reads %s", what, l)
			}
		}
	}
	german := map[string]string{} // descriptions, by command and option
	var options func(of string, all []discordtest.CommandOption)
	options = func(of string, all []discordtest.CommandOption) {
		taken := map[string]bool{}
		for _, o := range all {
			told(of+" "+o.Name, o.NameLocalizations, o.DescriptionLocalizations, true)
			german[of+" "+o.Name] = o.DescriptionLocalizations["de"]
			for l, name := range o.NameLocalizations {
				if taken[l+name] {
					t.Errorf("%s has two options called %s in %s", of, name, l)
				}
				taken[l+name] = true
			}
			options(of+" "+o.Name, o.Options)
		}
	}
	taken := map[string]bool{}
	for _, c := range s.Commands(s.guild) {
		told(c.Name, c.NameLocalizations, c.DescriptionLocalizations, c.Type == discordtest.CommandChat)
		for l, name := range c.NameLocalizations {
			if key := fmt.Sprint(c.Type, l, name); taken[key] {
				t.Errorf("two commands are called %s in %s", name, l)
			} else {
				taken[key] = true
			}
		}
		options(c.Name, c.Options)
	}
	if !strings.HasPrefix(german["unwatch watch"], "Ihre Nummer") || !strings.Contains(german["collection add watch"], "immer wieder") {
		t.Error("an option that means something else in each command is described as the same")
	}
}

// Without the privileged intent the bot works by mentions and commands, and /setup says why plain questions are not answered.
func TestWithoutTheTextOfMessages(t *testing.T) {
	t.Parallel()
	s := newTeam(t, discordtest.Options{SwitchedOff: discordtest.IntentMessageContent})
	s.setup(t, "Message Content Intent", discordtest.Opt("team_channel", s.questions))
	s.Say(s.questions, s.ana, "<@"+s.Bot().ID+"> "+pass)
	s.WaitFor(t, "an answer in a thread", func() bool { return len(s.Threads(s.questions)) == 1 })
}
