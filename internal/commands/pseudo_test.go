package commands_test

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"attache/internal/commands"
	"attache/internal/fetch"
	"attache/internal/ingest"
	"attache/internal/intake"
	"attache/internal/library"
	"attache/internal/news"
)

// own are the bot's words in the pseudo-locale, with the arguments in them.
var own = regexp.MustCompile(`⟦[^⟦⟧]*⟧`)

// outside is what of a text does not stand in ⟦⟧.
func outside(text string) string {
	for {
		rest := own.ReplaceAllString(text, "")
		if rest == text {
			return strings.TrimSpace(text)
		}
		text = rest
	}
}

// checkPseudo fails for whatever of a reply in the pseudo-locale is the bot's own and not in a catalog: it must be known from the articles, the request or
// the world, whole.
func checkPseudo(t testing.TB, w *world, r commands.Request, reply commands.Reply) {
	t.Helper()
	known := w.known(r)
	check := func(where, text string) {
		if rest := outside(text); len(strings.Fields(rest)) > 1 && known(rest) {
			return
		}
		for _, piece := range pieces.Split(outside(text), -1) {
			if piece = trimmed(piece); strings.ContainsFunc(piece, unicode.IsLetter) && !known(piece) && !known("/"+piece) {
				t.Errorf("%s: %s %q holds %q, which is in no catalog", showAction(commands.Action{Request: r}), where, text, piece)
			}
		}
	}
	check("title", reply.Title)
	check("footer", reply.Footer)
	for _, n := range reply.Notices {
		check("notice", n)
	}
	for _, b := range reply.Blocks {
		if first, _ := utf8.DecodeRuneInString(b.Mark); len(b.Cites) == 0 || !unicode.IsUpper(first) { // else it is what a report has: a name
			check("mark", b.Mark)
		}
		if b.Kind != commands.Excerpt {
			check("attribution", b.Attribution)
		}
		if slices.Contains([]commands.BlockKind{commands.Plain, commands.Heading, commands.Item}, b.Kind) && !asItWas.MatchString(b.Mark) {
			check("block", b.Text)
		}
	}
	for _, a := range reply.Actions {
		check("label", a.Label)
		if a.Input != nil {
			check("form", a.Input.Label)
		}
	}
	for _, f := range reply.Files {
		for line := range strings.Lines(string(f.Data)) {
			if strings.HasPrefix(line, "#") {
				check("file", line)
			}
		}
	}
}

// pseudo asks for the same again in the pseudo-locale, where that leaves nothing behind but a receipt.
func (w *world) pseudo(t testing.TB, r commands.Request) {
	t.Helper()
	c, there := w.router.Command(r.Command)
	if !there || !c.Reads && !slices.Contains([]string{"timeline", "brief", "compare", "help", "replay"}, c.Name) {
		return
	}
	r.Locale = commands.PseudoLocale
	checkPseudo(t, w, r, w.router.Run(context.Background(), r, nil))
}

// asItWas are the marks of what a receipt repeats as it was typed and shown.
var asItWas = regexp.MustCompile(`^⟦(?:Question|As typed|Notice)⟧$`)

// pieces are parted by what joins the parts of a line, and by a name in brackets in the place of a pronoun.
var pieces = regexp.MustCompile(`\[[\p{L}][^\]]*\]| · |, | — |: |; | → |\s\(|\)|\n| \d+$`)

// units are what stands beside numbers in every language, and the names of the program and its commands.
var units = regexp.MustCompile(`^(?:\d+(?:\.\d+)? m?s|[0-9a-f]{6,16}(?:-q?\d+)?|UTC|development(?:, [0-9a-f]+)?|/[a-z_]+(?: \[?[a-z_]+\]?)*|EUR|Ada|Français)$`)

// known reports of a piece of text whether it comes from an article, its quotations or the request.
func (w *world) known(r commands.Request) func(string) bool {
	words := w.vocabulary()
	typed := vocabulary{whole: map[string]bool{}}
	for _, v := range r.Options {
		typed.learn(v)
		typed.texts = append(typed.texts, bareMarks(v))
	}
	return func(piece string) bool {
		piece = strings.TrimSpace(bareMarks(writtenDate.ReplaceAllString(piece, "")))
		return units.MatchString(piece) || words.holds(piece) || typed.holds(piece)
	}
}

// writtenDate begins a line of a paper, as it was filed.
var writtenDate = regexp.MustCompile(`^\d+ [A-Z][a-z]{2} \d{4}(?:: |$)`)

// vocabulary is what articles say.
type vocabulary struct {
	at    int64 // the change of the library that it holds
	texts []string
	whole map[string]bool // titles, names and the like, and their parts
}

func (v *vocabulary) learn(all ...string) {
	for _, s := range all {
		for _, piece := range append(pieces.Split(s, -1), s) {
			v.whole[trimmed(bareMarks(piece))] = true
		}
	}
}

// holds reports whether a piece is a name or a title, or some words of a text.
func (v *vocabulary) holds(piece string) bool {
	return v.whole[trimmed(piece)] || len(strings.Fields(piece)) > 1 && slices.ContainsFunc(v.texts, func(t string) bool { return strings.Contains(t, piece) })
}

// vocabulary is that of all articles of the world, read anew when something changed.
func (w *world) vocabulary() *vocabulary {
	ctx := context.Background()
	at, err := w.Library.Newest(ctx)
	if err == nil && w.words != nil && w.words.at == at {
		return w.words
	}
	v := &vocabulary{at: at, whole: map[string]bool{"Attaché": true}}
	take := func(a news.Article) {
		v.texts = append(v.texts, bareMarks(strings.Join(strings.Fields(a.Text), " ")))
		v.learn(a.Title, a.Publisher, a.Label, a.URL, a.ID, a.Author)
		for _, q := range w.Speakers.In(a.ID, news.Span{End: len(a.Text)}) {
			sp := q.Speaker
			v.learn(sp.Name, sp.Title, sp.Affiliation, sp.Mention, "the "+strings.TrimPrefix(sp.Mention, "The "), sp.Title+" of "+sp.Affiliation, q.Venue)
		}
	}
	for a, failed := range w.Library.Articles(ctx) {
		if failed != nil {
			break
		}
		take(a)
		former, _ := w.Library.Versions(ctx, a.ID)
		for _, f := range former {
			take(f.Article)
		}
	}
	if err == nil {
		w.words = v
	}
	return v
}

// trimmed is a piece without the marks around it.
func trimmed(s string) string {
	return strings.Trim(s, " “”\"'.,;:!?…#·—–-▲◀▶[]/→+−")
}

// bareMarks is a text without quotation marks.
func bareMarks(s string) string { return strings.NewReplacer("“", "", "”", "", `"`, "").Replace(s) }

// TestNoEnglishInOtherLanguages: what commands say that change something or depend on settings; those that only read are checked wherever they are asked.
func TestNoEnglishInOtherLanguages(t *testing.T) {
	w, err := openWorld(t.TempDir(), true)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.Library.Close() })
	ours := closure("g1", "Pass closed", closedFirst)
	later := article("g1", "", "", "Quarry", "The quarry of Tollund reopens in June. The harbor guard of Lind asked for stones.")
	german := article("g1", "Der Bote", "2031-05-01", "Fähre", strings.Repeat("Die Fähre nach Lind fährt wieder, sagte der Hafenmeister am Montag, und die Leute freuen sich darüber. ", 5))
	for _, a := range []news.Article{ours, later, german} {
		w.change(t, a)
	}
	clock := func() time.Time { return w.now }
	setup := commands.NewSetup(w.Library, commands.Settings{PerUser: 900, PerGuild: 900, ModelTokens: 5000}, []string{"100"}, clock)
	setup.Blind(true)
	w.desk.Setup = setup
	w.desk.Model = &commands.Model{Guild: func(string) commands.Allowance { return commands.Allowance{Tokens: 5000, Money: 2} }, All: commands.Allowance{Money: 3}, Currency: "EUR",
		Spent: func(context.Context) library.Spend { return library.Spend{Requests: 1, Tokens: 700, Money: 0.1} }}
	client := fetch.New(fetch.Options{Delay: time.Nanosecond})
	t.Cleanup(client.Close)
	curator := &commands.Curator{
		Desk: w.desk, Keeper: &intake.Keeper{Collection: w.Collection, Client: client, Article: ingest.Options{MaxBytes: 1 << 20}, Log: slog.New(slog.DiscardHandler), Now: clock},
		Log: slog.New(slog.DiscardHandler), Now: clock,
	}
	t.Cleanup(curator.Close)
	all := append(setup.Commands(), curator.Commands()...)
	w.router = commands.NewRouter(w.desk.All(all...), setup.OfferPerson, w.desk.Discreet, setup.Allow, commands.Rate(setup.Limits, clock))

	folder := t.TempDir()
	file := func(name, text string) commands.Attachment {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return commands.Attachment{ID: name, Name: name, Size: int64(len(text)), Path: path}
	}
	ask := func(r commands.Request, change ...func(*commands.Request)) commands.Reply {
		t.Helper()
		r.Locale, r.Asker.Manager = commands.PseudoLocale, true
		for _, c := range change {
			c(&r)
		}
		reply := w.router.Run(t.Context(), r, func(shown commands.Reply) { checkPseudo(t, w, r, shown) })
		checkPseudo(t, w, r, reply)
		return reply
	}
	with := func(files ...commands.Attachment) func(*commands.Request) {
		return func(r *commands.Request) { r.Attachments = files }
	}
	member := func(r *commands.Request) { r.Asker.Manager = false }
	elsewhere := func(r *commands.Request) { r.Place.Guild, r.Place.Channel = "", "dm" }
	privately := func(r *commands.Request) { r.Private = true }

	// Questions.
	for _, q := range []string{"What did Drazh say about the pass?", "and Kvell?", "How many trucks were in the convoy?", "What is the latest on the pass?", "What does cocoa cost in Ghana this week?",
		"Who clozed the pass in May 2031?", "How many trucks wait at the Kareth pass?", "What does the Northern Wire report of the pass since February 2031?", "What happened around 9 May?"} {
		ask(call("ask", "question", q))
	}
	w.now = w.now.AddDate(0, 2, 0)
	ask(call("ask", "question", "What is the latest on the pass?", "until", "2031-05-13"))
	w.now = noon
	given := answerID(t, ask(call("ask", "question", "How many trucks wait at the Kareth pass?")))
	ask(call("setup", "call", "77"))
	ask(call("ask", "question", "Who closed the pass?"))
	ask(call("feedback", "answer", given, "helpful", "no"))
	ask(call("person", "answer", given), privately)
	ask(call("person", "answer", given), func(r *commands.Request) { r.Link = "https://discord.example/1" })
	ask(call("person", "answer", given))
	ask(call("person", "answer", given, "resolved", "yes"))
	ask(call("person", "answer", given, "resolved", "yes"))
	ask(call("person", "answer", "gone"))
	ask(call("quiet"))
	ask(call("quiet", "state", "off"))
	ask(call("quiet"), elsewhere)
	ask(call("help"))
	ask(call("status"))
	ask(call("status"), elsewhere)
	ask(call("sources"))

	// Settings.
	for _, r := range []commands.Request{call("setup"), call("setup", "team_channel", "200", "internal_channel", "300", "may_ask", "5", "may_add", "6", "language", "fr", "model_tokens", "100", "starter", "off"),
		call("setup", "team_channel", "1", "not_team_channel", "1"), call("setup", "internal_channel", "1", "not_internal_channel", "1"), call("setup", "per_person", "0"),
		call("setup", "per_server", "x"), call("setup", "model_tokens", "999999"), call("setup", "call", "everyone"), call("setup", "team_channel", "x"), call("setup", "per_server", "0")} {
		ask(r)
	}
	ask(call("setup"), elsewhere)
	ask(call("setup"), member)
	ask(call("ask", "question", "Who closed the pass?"), member)
	ask(call("collection add", "url", "https://a.example"), member)
	ask(call("setup", "reset", "may_ask"))
	ask(call("setup", "starter", "on"))
	ask(call("setup", "reset", "language"))
	ask(call("setup", "internal_channel", "c1"))

	// The collection.
	long := strings.Repeat("The lighthouse of Tollund was lit again on Sunday, its keeper Nadia Orlin wrote. ", 8)
	ask(call("collection list"))
	ask(call("collection refresh"))
	ask(call("collection refresh", "source", "nowhere"))
	ask(call("collection add"))
	ask(call("collection add", "url", "no address"))
	ask(call("collection add", "url", strings.Repeat("https://a.example/x ", 1)+"https://a.example/1 https://a.example/2 https://a.example/3 https://a.example/4 https://a.example/5 https://a.example/6 https://a.example/7 https://a.example/8 https://a.example/9 https://a.example/10"))
	ask(call("collection add", "published", "some day"), with(file("a.txt", long)))
	ask(call("collection add"), with(commands.Attachment{Name: "big.txt", Size: 1 << 30}))
	ask(call("collection add"), with(file("lighthouse.md", "# Lighthouse\n\n"+long), file("broken.pdf", "no pdf")))
	ask(call("collection add", "publisher", "The Harbor Post"), with(file("lighthouse2.md", "# Lighthouse two\n\n"+long+long+"It is red.")))
	ask(call("collection add", "published", "2031-05-03"), with(file("lighthouse3.md", "# Lighthouse three\n\n"+long+"It is white. "+long)))
	ask(call("collection list"))
	ask(call("collection remove", "what", "nothing of that name"))
	ask(call("collection remove", "what", "Lighthouse"))
	ask(call("collection remove", "what", "Quarry"))
	for _, s := range []library.Source{{Guild: "g1", Place: "https://feed.example/new", Kind: library.Feed, Title: "New feed"},
		{Guild: "g1", Place: "https://feed.example/old", Kind: library.Sitemap, Looked: noon, Synced: noon, Due: noon, Outcome: "3 added, 1 failed (https://feed.example/x is not there (404))"},
		{Guild: "g1", Place: "https://feed.example/bad", Kind: library.Page, Looked: noon, Due: noon, Problem: "is not there (404)"}} {
		if _, err := w.Library.AddSource(t.Context(), s); err != nil {
			t.Fatal(err)
		}
		if !s.Looked.IsZero() {
			if err := w.Library.SetLook(t.Context(), s); err != nil {
				t.Fatal(err)
			}
		}
	}
	ask(call("collection list"))
	ask(call("status"))
	ask(call("collection remove", "what", "https://feed.example/old"))

	// Walls.
	for _, r := range []commands.Request{call("wall", "article", "Pass closed"), call("wall", "article", "Nothing"), call("wall", "article", "Pass closed", "role", "g1"), call("wall", "article", "Pass closed", "embargo", "soon"),
		call("wall", "article", "Pass closed", "channel", "x"), call("wall", "article", "Pass closed", "internal", "yes", "embargo", "2031-05-20 06:00"),
		call("wall", "article", "Pass closed", "embargo", "2031-05-10 06:00"), call("wall", "article", "Pass closed", "role", "8")} {
		ask(r)
	}
	ask(call("wall", "article", "Pass closed"), elsewhere)
	other := func(r *commands.Request) { r.Place.Channel, r.Asker.Roles = "c2", []string{"8"} }
	ask(call("ask", "question", "How many trucks wait at the Kareth pass?"), other)
	ask(call("search", "words", "trucks wait at the Kareth pass"), other)
	ask(call("receipt", "answer", given), other)
	ask(call("receipt", "answer", given), other, privately)
	ask(call("replay", "answer", given), other, privately)
	ask(call("wall", "article", "Pass closed", "clear", "yes", "channel", "9"), privately, func(r *commands.Request) { r.Asker.Roles = []string{"8"} })

	// Watches.
	for _, r := range []commands.Request{call("watches"), call("watch", "speaker", "Drazh"), call("watch", "speaker", "Drazh"), call("watch", "speaker", "Nadia Orlen"), call("watch", "topic", "the Kareth pass", "digest", "daily"),
		call("watch", "question", "Who closed the pass?"), call("watch", "question", "What does cocoa cost?"), call("watch", "topic", "a", "speaker", "b"), call("watch"), call("watch", "digest", "weekly"),
		call("watches"), call("unwatch", "watch", "one"), call("unwatch", "watch", "99"), call("unwatch", "watch", "2")} {
		ask(r)
	}
	ask(call("watch", "topic", "the pass"), elsewhere)
	watches, err := w.Library.Watches(t.Context(), "g1")
	if err != nil || len(watches) == 0 {
		t.Fatal(watches, err)
	}
	if err := w.Library.PauseWatch(t.Context(), watches[0].ID, "https://discord.example refused"); err != nil {
		t.Fatal(err)
	}
	ask(call("watches"), func(r *commands.Request) { r.Options["private"] = "https://discord.example refused" })

	// Problems of requests.
	for _, r := range []commands.Request{call("nothing"), call("ask"), call("quote", "speaker", "x", "size", "1"), call("help", "size", "1"), call("ask", "question", strings.Repeat("x", 1001)),
		call("quote", "speaker", "Drazh", "page", "one"), call("search", "words", "x", "explain", "perhaps"), call("search", "words", "x", "since", "someday"),
		call("search", "words", "x", "since", "2031-05-02", "until", "2031-05-01"), call("search", "words", "x", "source", "Nobody"), call("watch", "topic", "x", "digest", "weekly"),
		call("versions", "article", "Nothing"), call("receipt", "answer", "12345678"), call("passages", "ids", "x"), call("in_context", "ids", "x")} {
		ask(r)
	}
}

// TestNewsInTheServersLanguage: what is posted by itself, and the note under an answer whose words have changed, are in the language that the server has chosen.
func TestNewsInTheServersLanguage(t *testing.T) {
	for _, kind := range []struct {
		kind    library.WatchKind
		subject string
	}{{library.WatchSpeaker, "Drazh"}, {library.WatchTopic, "trucks at the Kareth pass"}, {library.WatchQuestion, "How many trucks wait at the Kareth pass?"}} {
		s := watch(t, kind.kind, kind.subject)
		s.desk.Setup = commands.NewSetup(s.Library, commands.Settings{Language: commands.PseudoLocale}, nil, func() time.Time { return s.now })
		found := s.arrives(t, closure("g1", "Pass closed", closedFirst), article("g1", "Northern Wire", "2031-03-02", "Old news",
			"About 15 trucks wait at the Kareth pass, border guards of Varesh said. “I have no time for trucks that wait,” said Ilena Drazh."))
		if len(found.Keys) == 0 {
			t.Errorf("%s: nothing was found", kind.kind)
		}
		checkPseudo(t, s.world, call("news", "subject", kind.subject), found.Reply)
	}
	w := newWorld(t, closure("g1", "Pass closed", closedFirst))
	w.do(t, call("ask", "question", "How many trucks wait at the Kareth pass?"))
	note := func() {
		t.Helper()
		found, err := w.desk.Audit(t.Context(), time.Time{})
		if err != nil || len(found) == 0 {
			t.Fatal(found, err)
		}
		checkPseudo(t, w, call("note"), commands.Reply{Notices: []string{found[0].Note(commands.PseudoLocale)}})
	}
	w.change(t, closure("g1", "Pass closed", closedThen))
	note()
	changed := closure("g1", "Pass closed", "The Kareth pass was closed on Monday.")
	w.change(t, changed)
	note()
	if err := w.Remove(t.Context(), changed.ID); err != nil {
		t.Fatal(err)
	}
	note()
}

// TestEveryCommandIsDescribed: what people see of commands and options has a description in every language, and a message's menu its entry.
func TestEveryCommandIsDescribed(t *testing.T) {
	w := starterWorld(t)
	setup := commands.NewSetup(w.Library, commands.Settings{}, nil, nil)
	curator := &commands.Curator{Desk: w.desk}
	t.Cleanup(curator.Close)
	all := w.desk.All(append(setup.Commands(), curator.Commands()...)...)
	for _, language := range []commands.Language{"fr", "de", "es-ES", "ru", "uk", "ar", "zh-CN"} {
		terms := language.Terms()
		for _, c := range all {
			group, _, grouped := strings.Cut(c.Name, " ")
			term := terms.Commands[c.Name]
			if !c.Hidden && (term.Description == "" || term.Name == "" || (term.Menu == "") != (c.MessageMenu == "")) || grouped && terms.Commands[group].Description == "" {
				t.Errorf("%s: /%s is described as %+v", language, c.Name, term)
			}
			for _, o := range c.Options {
				if term := terms.Options[o.Name]; !c.Hidden && !o.Hidden && (term.Description == "" || term.Name == "") {
					t.Errorf("%s: option %s of /%s is described as %+v", language, o.Name, c.Name, term)
				}
			}
		}
		help := call("help")
		help.Locale = string(language)
		if shown := show(w.do(t, help)); !strings.Contains(shown, terms.Commands["quote"].Description) {
			t.Errorf("%s: /help does not say what /quote does:\n%s", language, shown)
		}
	}
}
