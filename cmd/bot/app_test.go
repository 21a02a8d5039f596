package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"attache/internal/discordtest"
	"attache/internal/openaitest"
)

// outcome is what one run of the program left behind.
type outcome struct {
	code     int
	out, err string
}

// bot runs one command line with a data folder of its own, or the one given in env.
func bot(t *testing.T, input string, env []string, args ...string) outcome {
	t.Helper()
	var out, errs bytes.Buffer
	code := run(t.Context(), args, streams{strings.NewReader(input), &out, &errs}, env, network{})
	return outcome{code, out.String(), errs.String()}
}

// home is an environment with nothing but a data folder.
func home(t *testing.T) []string {
	t.Helper()
	return []string{"ATTACHE_DATA_DIR=" + filepath.Join(t.TempDir(), "data")}
}

func (o outcome) want(t *testing.T, code int, parts ...string) {
	t.Helper()
	if o.code != code {
		t.Errorf("exit code %d, want %d", o.code, code)
	}
	for _, p := range parts {
		if !strings.Contains(strings.Join(strings.Fields(o.out+o.err), " "), p) {
			t.Errorf("output lacks %q", p)
		}
	}
	if t.Failed() {
		t.Logf("stdout:\n%s\nstderr:\n%s", o.out, o.err)
	}
}

func TestAskOnAFreshMachine(t *testing.T) {
	t.Parallel()
	env := home(t)
	o := bot(t, "", env, "ask", "What is at stake for the United States in Central Asia?")
	o.want(t, 0, "The library is kept in", "[1]", "Sources [1]", "Attaché starter collection", "extractive")
	if again := bot(t, "", env, "ask", "What is at stake for the United States in Central Asia?"); strings.Contains(again.err, "library is kept") {
		t.Error("the folder is announced again although it exists")
	}
}

func TestPipeAnswersLineByLine(t *testing.T) {
	t.Parallel()
	o := bot(t, "/help\n\nWho commands the convoy of Solmark?\n/quote Drazh about:talks\n/nonsense\n", home(t))
	o.want(t, 0, "No DISCORD_TOKEN", "/ask question", "Ilena Drazh", "There is no command /nonsense", "(exercise)")
}

func TestIngestKeepsTheRest(t *testing.T) {
	t.Parallel()
	env, dir := home(t), t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	good := "---\ntitle: Varesh builds a harbour\nsource: Northern Wire\npublished: 2031-06-01\n---\nVaresh will build a harbour at Tollund by 2034, the ministry of works said.\n"
	path := write("good.md", good)
	write("bad.md", "---\ntitle: Bad\npublished: yesterday\n---\nText that nobody will read.\n")
	write("empty.txt", "")
	write("binary.txt", "\x00\x01\x02\x03")

	bot(t, "", env, "ingest", dir).want(t, 1, "good.md: added", "bad.md: not added", "yesterday", "empty.txt: not added", "is empty", "binary.txt: not added", "1 added", "3 failed")
	bot(t, "", env, "ask", "When will the harbour at Tollund be built?").want(t, 0, "by 2034", "Northern Wire, 1 Jun 2031")
	bot(t, "", env, "ingest", path).want(t, 0, "unchanged", "1 unchanged")
	plain := write("plain.txt", "A ferry for Lind\n\nThe ferry to Lind sails again, the harbour office said. It had been laid up since the storm.\n")
	bot(t, "", env, "ingest", plain, "--published", "2031-06-03", "--source", "The Harbor Post").want(t, 0, "1 added")
	bot(t, "", env, "ingest", plain).want(t, 0, "1 unchanged", "The Harbor Post, 3 Jun 2031")

	write("good.md", strings.ReplaceAll(good, "2034", "2037"))
	bot(t, "", env, "ingest", path).want(t, 0, "replaced")
	changed := bot(t, "", env, "ask", "When will the harbour at Tollund be built?")
	changed.want(t, 0, "by 2037")
	if strings.Contains(changed.out, "2034") {
		t.Error("the former version is still found")
	}
	bot(t, "", env, "remove", path).want(t, 0, "removed")
	if o := bot(t, "", env, "search", "harbour Tollund"); strings.Contains(o.out, "Varesh builds a harbour") {
		t.Errorf("a removed article is still found:\n%s", o.out)
	}
}

// The proof of the whole way on real input, which is not part of the project.
func TestNewsAnalysisEndToEnd(t *testing.T) {
	t.Parallel()
	seed := "../../../shared/eval/seed/central-asia-2023.txt"
	if _, err := os.Stat(seed); err != nil {
		t.Skip("the evaluation data is not beside this checkout")
	}
	env := home(t)
	bot(t, "", env, "ingest", seed, "--published", "2023-02-28").want(t, 0, "added")
	bot(t, "", env, "ask", "Who is Donald Lu and what did he say the goal is?").want(t, 0,
		"“Our main goal is to show that the United States is a reliable partner,”", "the U.S. assistant secretary of state for South Asia and Central Asia",
		"In Central Asia, Blinken Will Urge Distance From Russia, and Ukraine War, 28 Feb 2023")
	bot(t, "", env, "quote", "Umarov", "--about", "allegiance").want(t, 0, "Moscow does not demand unswerving allegiance", "Temur Umarov", "Dec 2022", "analyst")
}

func TestBadInputSaysWhatToDo(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		args []string
		env  []string
		want string
	}{
		"a question of 5,000 characters":  {[]string{"ask", strings.Repeat("why ", 1250)}, nil, "at most 1000 are read"},
		"an empty question":               {[]string{"ask", " "}, nil, "/ask needs a question"},
		"a date that is none":             {[]string{"ask", "Who?", "--since", "soonish"}, nil, `I can't read "soonish" as a date for since`},
		"dates the wrong way round":       {[]string{"ask", "Who?", "--since", "2024", "--until", "2020"}, nil, "Please swap the two"},
		"an unknown publisher":            {[]string{"ask", "Who?", "--source", "Nobody's News"}, nil, "There is no publisher"},
		"a configuration that is no YAML": {[]string{"ask", "Who?", "--config", "app_test.go"}, nil, "app_test.go"},
		"a key that does not exist":       {[]string{"sources"}, []string{"ATTACHE_LOG_LEVEL=shouting"}, "log.level"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := bot(t, "", append(home(t), c.env...), c.args...)
			o.want(t, 1, c.want)
			if lines := strings.Count(strings.TrimSpace(o.err), "\n"); lines > 2 {
				t.Errorf("the error takes %d lines", lines+1)
			}
		})
	}
}

func TestUnknownSpeakersAreTold(t *testing.T) {
	t.Parallel()
	env := home(t)
	bot(t, "", env, "quote", "Ilena Dratsh").want(t, 0, `Nobody called "Ilena Dratsh" is quoted`, "Nearest names", "Ilena Drazh")
	bot(t, "", env, "quote", "Putin").want(t, 0, "is named in", "no quotation of that name was found")
}

// discordBot starts the whole bot against a loopback Discord and returns once it is connected. stop ends it and checks its exit
// code; the end of the test does so too.
func discordBot(t *testing.T, srv *discordtest.Server, env ...string) (stop func()) {
	t.Helper()
	return discordBotOn(t, srv, network{}, env...)
}

// discordBotOn does as discordBot, with what the bot reaches besides Discord.
func discordBotOn(t *testing.T, srv *discordtest.Server, net network, env ...string) (stop func()) {
	t.Helper()
	net.client, net.dialer = srv.Client(), srv.Dialer()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan outcome, 1)
	go func() {
		var out, errs bytes.Buffer
		code := run(ctx, nil, streams{strings.NewReader(""), &out, &errs},
			append(append(home(t), "DISCORD_TOKEN="+srv.Token()), env...), net)
		ended <- outcome{code, out.String(), errs.String()}
	}()
	stop = sync.OnceFunc(func() {
		cancel()
		select {
		case o := <-ended:
			if o.code != 0 {
				t.Errorf("the bot ended with %d:\n%s", o.code, o.err)
			}
		case <-time.After(2 * time.Minute):
			t.Error("the bot did not end")
		}
	})
	t.Cleanup(stop)
	srv.WaitConnected(t, 1)
	return stop
}

func holds(parts ...string) func(*discordtest.Message) bool {
	return func(m *discordtest.Message) bool {
		text := m.Content
		for _, e := range m.Embeds {
			text += "\n" + e.Title + "\n" + e.Description
			for _, f := range e.Fields {
				text += "\n" + f.Name + "\n" + f.Value
			}
			if e.Footer != nil {
				text += "\n" + e.Footer.Text
			}
		}
		for _, p := range parts {
			if !strings.Contains(text, p) {
				return false
			}
		}
		return true
	}
}

func TestOnDiscord(t *testing.T) {
	t.Parallel()
	srv := discordtest.New(t, discordtest.Options{})
	guild := srv.AddGuild("Desk")
	team := srv.AddChannel(guild.ID, "questions")
	other := srv.AddChannel(guild.ID, "chatter")
	ana := srv.AddMember(guild.ID, "ana")
	discordBot(t, srv, "ATTACHE_DISCORD_TEAM_CHANNELS="+team.ID)
	srv.WaitCommand(t, guild.ID, "help")

	t.Run("ask", func(t *testing.T) {
		srv.Command(other.ID, ana.ID, "ask", discordtest.Opt("question", "How many trucks crossed the Kareth pass on 9 May?")).
			WaitReplyLike(t, holds("[1]", "Northern Wire", "extractive"))
	})
	t.Run("quote with autocomplete", func(t *testing.T) {
		choices := srv.Autocomplete(t, other.ID, ana.ID, "quote", "speaker", "draz")
		if len(choices) == 0 || !strings.HasPrefix(choices[0].Name, "Ilena Drazh") {
			t.Fatalf("autocomplete for draz: %v", choices)
		}
		srv.Command(other.ID, ana.ID, "quote", discordtest.Opt("speaker", choices[0].Value)).WaitReplyLike(t, holds("Ilena Drazh", "oreign"))
	})
	t.Run("search, sources and help", func(t *testing.T) {
		srv.Command(other.ID, ana.ID, "search", discordtest.Opt("words", "oil pipeline Novorossiysk")).WaitReplyLike(t, holds("Novorossiysk", "[1]"))
		srv.Command(other.ID, ana.ID, "sources").WaitReplyLike(t, holds("articles", "The Capital Herald"))
		srv.Command(other.ID, ana.ID, "help").WaitReplyLike(t, holds("/ask", "/quote"))
	})
	t.Run("a mention anywhere", func(t *testing.T) {
		srv.Say(other.ID, ana.ID, "<@"+srv.Bot().ID+"> who spoke for Brazil at the UN in 2023?")
		srv.WaitMessage(t, other.ID, holds("Lula", "[1]"))
	})
	t.Run("a plain question in a team channel, and the next in its thread", func(t *testing.T) {
		srv.Say(other.ID, ana.ID, "Is anyone having lunch?")
		question := srv.Say(team.ID, ana.ID, "Who closed the Kareth pass first?")
		thread := question.ID // Discord gives a thread the id of the message that it starts from
		srv.WaitMessage(t, thread, holds("[1]"))
		srv.Say(thread, ana.ID, "And what did Foreign Minister Drazh say about talks?")
		srv.WaitMessage(t, thread, holds("Drazh", "“"))
		if said := srv.BotMessages(other.ID); len(said) > 0 {
			for _, m := range said {
				if holds("lunch")(m) {
					t.Error("chatter outside team channels was answered")
				}
			}
		}
	})
}

func TestDiscordRefusesTheBot(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		options discordtest.Options
		token   string
		env     string
		want    string
	}{
		"a wrong token":               {discordtest.Options{}, "not-the-token", "", "DISCORD_TOKEN"},
		"a missing privileged intent": {discordtest.Options{SwitchedOff: 1 << 15}, "test-token", "ATTACHE_DISCORD_TEAM_CHANNELS=1234567890123456789", "4014"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := discordtest.New(t, c.options)
			var out, errs bytes.Buffer
			code := run(t.Context(), nil, streams{strings.NewReader(""), &out, &errs},
				append(home(t), "DISCORD_TOKEN="+c.token, c.env), network{client: srv.Client(), dialer: srv.Dialer()})
			if code != 1 || !strings.Contains(errs.String(), c.want) || !strings.Contains(errs.String(), "discord.com/developers") {
				t.Errorf("exit code %d, stderr %q", code, errs.String())
			}
		})
	}
}

// withModel is an environment with a data folder and a model at the address.
func withModel(t *testing.T, url string) []string {
	t.Helper()
	return append(home(t), "OPENAI_BASE_URL="+url, "OPENAI_API_KEY=key-of-the-test", "ATTACHE_MODEL_NAME=loopback-1",
		"ATTACHE_MODEL_FIRST_TOKEN=2s", "ATTACHE_MODEL_TOTAL=4s")
}

func TestModelsAnswerIsCheckedBeforeItIsShown(t *testing.T) {
	t.Parallel()
	model := openaitest.New(t)
	model.Respond(func(r openaitest.Request) openaitest.Reply {
		return openaitest.Reply{Text: "About 40 trucks took part in the convoy, according to Solmark's general staff [" + numberOf(r, "About 40 trucks took part") + "]. " +
			"The president of Solmark resigned the next day [1]."}
	})
	o := bot(t, "", withModel(t, model.URL()), "ask", "How many trucks were in Solmark's convoy through the Kareth pass?")
	o.want(t, 0, "About 40 trucks took part in the convoy", "loopback-1, 1/1 sentences supported", "Northern Wire, 9 May 2031")
	if strings.Contains(o.out, "resigned") {
		t.Errorf("a sentence that no passage supports is shown:\n%s", o.out)
	}
	if strings.Contains(o.out+o.err, "key-of-the-test") {
		t.Error("the key is shown")
	}
}

// numberOf finds the number under which the prompt shows the passage that holds the words.
func numberOf(r openaitest.Request, words string) string {
	number := "1"
	for line := range strings.Lines(r.User) {
		if found := passageNumber.FindStringSubmatch(line); found != nil {
			number = found[1]
		}
		if strings.Contains(line, words) {
			break
		}
	}
	return number
}

var passageNumber = regexp.MustCompile(`<passage number="(\d+)"`)

func TestVerifyFromAPipe(t *testing.T) {
	t.Parallel()
	text := "Drazh told reporters: “There will be no discussion about the pass while even one soldier of Solmark stands on our side of it.” " +
		"And “pigs will fly over the capital by night,” she added.\n"
	bot(t, text, home(t), "verify", "-").want(t, 0, "1 altered", "1 not in this collection", "discussion → talks", "There will be no talks about the pass")
	bot(t, "", home(t), "position", "Drazh", "the pass").want(t, 0, "28 Apr 2031", "12 May 2031", "▲")
}

func TestEditorsJoinAndSplitSpeakers(t *testing.T) {
	t.Parallel()
	env, dir := home(t), t.TempDir()
	for name, text := range map[string]string{
		"one.md": "---\ntitle: First report\nsource: Northern Wire\npublished: 2031-06-01\n---\n“The harbour opens in May,” Governor Tamsin Okoro said.\n",
		"two.md": "---\ntitle: Second report\nsource: Northern Wire\npublished: 2031-06-02\n---\n“The harbour stays shut,” Governor Tamsyn Akoro-Bell said.\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	bot(t, "", env, "ingest", dir).want(t, 0, "2 added")
	before := bot(t, "", env, "quote", "Tamsin Okoro")
	before.want(t, 0, "opens in May")
	if strings.Contains(before.out, "stays shut") {
		t.Fatal("two names are one before anybody said so")
	}
	bot(t, "", env, "speakers", "join", "Tamsyn Akoro-Bell", "Tamsin Okoro").want(t, 0, "Tamsyn Akoro-Bell is Tamsin Okoro", "1 of the articles")
	bot(t, "", env, "quote", "Tamsin Okoro").want(t, 0, "opens in May", "stays shut", "2 quotations")
	bot(t, "", env, "speakers", "rulings").want(t, 0, "Tamsyn Akoro-Bell is Tamsin Okoro")
	bot(t, "", env, "speakers", "undo", "Tamsyn Akoro-Bell").want(t, 0, "stands for itself again")
	if again := bot(t, "", env, "quote", "Tamsin Okoro"); strings.Contains(again.out, "stays shut") {
		t.Errorf("the join was not undone:\n%s", again.out)
	}
	bot(t, "", env, "speakers").want(t, 0, "people are quoted")
}

func TestEmbedderInTroubleIsTold(t *testing.T) {
	t.Parallel()
	model := openaitest.New(t)
	model.Respond(func(openaitest.Request) openaitest.Reply { return openaitest.Reply{Status: 500} })
	path := filepath.Join(t.TempDir(), "note.md")
	if err := os.WriteFile(path, []byte("---\ntitle: Note\npublished: 2031-06-01\n---\nThe harbour at Tollund opens in May.\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	env := append(home(t), "ATTACHE_EMBEDDING_PROVIDER=endpoint", "ATTACHE_EMBEDDING_MODEL=loopback", "ATTACHE_EMBEDDING_DIMENSIONS=256",
		"ATTACHE_EMBEDDING_BASE_URL="+model.URL(), "ATTACHE_STARTER=false")
	bot(t, "", env, "ingest", path).want(t, 0, "added", "note: ")
	bot(t, "", env, "ask", "When does the harbour at Tollund open?").want(t, 0, "opens in May", "Searched by words alone")
}

func TestReceiptInTheShell(t *testing.T) {
	t.Parallel()
	env := home(t)
	o := bot(t, "", env, "ask", "Who closed the Kareth pass?")
	id := regexp.MustCompile(`#[0-9a-f]+`).FindString(o.out)
	bot(t, "", env, "receipt", id).want(t, 0, "Who closed the Kareth pass?")
	bot(t, "", env, "receipt", "#00000000").want(t, 1)
}
