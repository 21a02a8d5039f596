package commands_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"attache/internal/commands"
	"attache/internal/intake"
	"attache/internal/library"
	"attache/internal/news"
)

// guildArticle is an article of one server, with words, a speaker, a publisher and a place that occur nowhere else: mark makes them.
func guildArticle(guild, mark string) news.Article {
	return article(guild, "The "+mark+" Gazette", "2031-05-0"+map[string]string{"g1": "3", "g2": "4"}[guild], "Ferry to "+mark+"port stopped",
		"The ferry to "+mark+"port was stopped by the harbor guard on Friday. About "+map[string]string{"g1": "40", "g2": "90"}[guild]+" trucks crossed to "+mark+"port on that day.\n\n"+
			"“The ferry to "+mark+"port belongs to everybody,” said Foreign Minister Ilena "+mark+" of Varesh. “We will not sell it.”")
}

// TestGuildWalls: whatever one server asks, in any command, with any option, by any button or while typing, nothing that another server has added shows: not
// its words, its speakers, its publishers, its titles or its number.
func TestGuildWalls(t *testing.T) {
	shared := article("", "Northern Wire", "2031-05-02", "Ferry to Lind", "The ferry to Lind sails on Friday. “The ferry to Lind is safe,” said Harbor Minister Pavel Orlaz.")
	ours, theirs := guildArticle("g1", "Umbrel"), guildArticle("g2", "Zantor")
	w := newWorld(t, shared, ours, theirs)
	ids := map[string][]string{} // what there is to ask for by id, of the other server
	for _, a := range []news.Article{shared, ours, theirs} {
		for _, q := range w.Speakers.In(a.ID, news.Span{End: len(a.Text)}) {
			ids["in_context"] = append(ids["in_context"], q.ID)
		}
		ids["passages"] = append(ids["passages"], news.PassageID(a.ID, 0), news.PassageID(a.ID, 1))
	}
	theirQuestion := call("ask", "question", "Who stopped the ferry to Zantorport?")
	theirQuestion.Place.Guild = "g2"
	ids["receipt"] = []string{answerID(t, w.do(t, theirQuestion))}
	if shown := show(w.do(t, theirQuestion)); !strings.Contains(shown, "Zantorport was stopped") {
		t.Fatalf("their own article is not found by g2:\n%s", shown)
	}

	// What a person who knows of the other server's articles may type. Words that were typed come back in refusals, so that the search for a leak looks for the
	// parts that were not typed.
	typed := rapid.SampledFrom([]string{"Ilena", "Zant", "Zantor", "Zantorport", "ferry", "the ferry to Zantorport", "“The ferry to Zantorport belongs to everybody,” said Ilena Zantor.",
		"We will not sell it", "Umbrel", "The Zantor Gazette", "gazette", "How many trucks crossed?", "What did Zantor say about the ferry?", "and Zantor?", "2031-05-04", "last week", "", "yes", "1", "a"})
	rapid.Check(t, func(rt *rapid.T) {
		all := w.router.Commands()
		c := all[rapid.IntRange(0, len(all)-1).Draw(rt, "command")]
		r := call(c.Name)
		r.Place.Guild = rapid.SampledFrom([]string{"g1", "", "g3"}).Draw(rt, "guild")
		r.Place.Thread = rapid.SampledFrom([]string{"", "t"}).Draw(rt, "thread")
		r.Asker.Manager = true
		secrets := []string{"Zantorport belongs to everybody", "Zantor Gazette", "Zantorport stopped", "Ilena Zantor", "90 trucks", "was stopped by the harbor guard on Friday. About 90", theirs.ID, "12 Zantor"}
		if r.Place.Guild != "g1" {
			secrets = append(secrets, "Umbrel Gazette", "Ilena Umbrel", "40 trucks", ours.ID)
		}
		for _, o := range c.Options {
			value := typed.Draw(rt, o.Name)
			if of := ids[c.Name]; (o.Name == "ids" || o.Name == "answer") && len(of) > 0 {
				value = rapid.SampledFrom(of).Draw(rt, "id")
			}
			if value != "" {
				r = r.With(o.Name, value)
			}
			for _, choice := range w.router.Complete(context.Background(), r, o.Name, value) {
				noneOf(rt, "completion of "+o.Name, choice.Name+choice.Value, secrets, r)
			}
		}
		reply := w.do(t, r)
		reply.Actions = nil // they hold what was typed
		noneOf(rt, "reply", show(reply), secrets, r)
		if strings.Contains(show(reply), "3 articles") {
			rt.Fatalf("the other server's articles are counted:\n%s", show(reply))
		}
	})
}

// noneOf fails when a text holds one of the secrets that the request did not hold itself.
func noneOf(t *rapid.T, what, s string, secrets []string, r commands.Request) {
	asked := showAction(commands.Action{Request: r})
	for _, secret := range secrets {
		if strings.Contains(s, secret) && !strings.Contains(asked, secret) {
			t.Fatalf("%s of %s for guild %q shows %q:\n%s", what, asked, r.Place.Guild, secret, s)
		}
	}
}

// The server of the tests of walls: a channel to which articles are bound, one that is internal, one that is neither, and a role.
const (
	deskChannel, backChannel, hallChannel = "500", "600", "700"
	envoys                                = "77"
)

// onlookers are people in places, each asking what all the others ask.
func onlookers() map[string]func(*commands.Request) {
	in := func(channel string, changes ...func(*commands.Request)) func(*commands.Request) {
		return func(r *commands.Request) {
			r.Place.Channel = channel
			for _, change := range changes {
				change(r)
			}
		}
	}
	alone := func(r *commands.Request) { r.Private = true }
	envoy := func(r *commands.Request) { r.Asker.Roles = []string{"1", envoys} }
	manager := func(r *commands.Request) { r.Asker.Manager = true }
	elsewhere := func(r *commands.Request) { r.Place.Guild = "g2" }
	return map[string]func(*commands.Request){
		"hall": in(hallChannel), "hall, alone": in(hallChannel, alone),
		"desk": in(deskChannel), "desk, alone": in(deskChannel, alone), "thread of the desk": in(deskChannel, func(r *commands.Request) { r.Place.Thread = "501" }),
		"back": in(backChannel), "back, alone": in(backChannel, alone),
		"envoy in the hall": in(hallChannel, envoy), "envoy in the hall, alone": in(hallChannel, envoy, alone), "envoy at the desk": in(deskChannel, envoy),
		"manager in the hall": in(hallChannel, manager), "manager in the hall, alone": in(hallChannel, manager, alone),
		"manager at the desk, alone":  in(deskChannel, manager, alone),
		"envoy and manager elsewhere": in(deskChannel, envoy, manager, alone, elsewhere),
		"envoy in a direct message":   in("9", envoy, func(r *commands.Request) { r.Place.Guild = "" }),
	}
}

// TestWalls: what is bound shows where it is bound to, and nowhere else: in no reply, list, count, button, completion or file of any command, whoever asks
// for it and whatever they know of it. What its asker may be shown alone is offered; what they may not see is not hinted at.
func TestWalls(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		wall    news.Wall
		seen    []string // by whom
		offered []string // to whom it is offered to be shown alone
	}{
		"none": {seen: []string{"hall", "hall, alone", "desk", "desk, alone", "thread of the desk", "back", "back, alone", "envoy in the hall", "envoy in the hall, alone",
			"envoy at the desk", "manager in the hall", "manager in the hall, alone", "manager at the desk, alone"}},
		"channel": {wall: news.Wall{Channels: []string{deskChannel}},
			seen: []string{"desk", "desk, alone", "thread of the desk", "envoy at the desk", "manager at the desk, alone"}},
		"thread": {wall: news.Wall{Channels: []string{"501"}}, seen: []string{"thread of the desk"}},
		"role": {wall: news.Wall{Roles: []string{envoys}},
			seen: []string{"envoy in the hall, alone"}, offered: []string{"envoy in the hall", "envoy at the desk"}},
		"role and channel": {wall: news.Wall{Roles: []string{envoys}, Channels: []string{deskChannel}}, seen: []string{"envoy at the desk"}},
		"internal": {wall: news.Wall{Internal: true},
			seen: []string{"back", "back, alone", "manager in the hall, alone", "manager at the desk, alone"}, offered: []string{"manager in the hall"}},
		"embargo": {wall: news.Wall{Embargo: noon.Add(time.Minute)},
			seen: []string{"back", "back, alone", "manager in the hall, alone", "manager at the desk, alone"}, offered: []string{"manager in the hall"}},
		"internal and channel": {wall: news.Wall{Internal: true, Channels: []string{deskChannel}}, seen: []string{"manager at the desk, alone"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := walledWorld(t, c.wall)
			for who, as := range onlookers() {
				for _, r := range w.everything(as) {
					w.look(t, who, r, slices.Contains(c.seen, who), slices.Contains(c.offered, who))
				}
			}
		})
	}
}

// walled is a world with an article that anybody sees and one behind a wall.
type walled struct {
	*world
	secret news.Article
	answer string // the id of an answer that rests on the secret
}

func walledWorld(t *testing.T, wall news.Wall) walled {
	t.Helper()
	secret := article("g1", "The Zantor Gazette", "2031-05-04", "Ferry to Zantorport stopped",
		"The ferry to Zantorport was stopped by the harbor guard on Friday. About 90 trucks crossed to Zantorport on that day.\n\n"+
			"“The ferry to Zantorport belongs to everybody,” said Foreign Minister Ilena Zantor of Varesh. “We will not sell it.”")
	secret.Wall = wall
	w := newWorld(t, secret, article("g1", "Northern Wire", "2031-05-02", "Ferry to Lind",
		"The ferry to Lind sails on Friday. “The ferry to Lind is safe,” said Harbor Minister Pavel Orlaz."))
	setup := commands.NewSetup(w.Library, commands.Settings{}, nil, func() time.Time { return w.now })
	w.desk.Setup = setup
	curator := &commands.Curator{Keeper: &intake.Keeper{Collection: w.Collection, Now: func() time.Time { return w.now }}, Desk: w.desk, Now: func() time.Time { return w.now }}
	t.Cleanup(curator.Close)
	w.router = commands.NewRouter(w.desk.All(append(curator.Commands(), setup.Commands()...)...), commands.Log(slog.New(slog.DiscardHandler)), commands.Recover, w.desk.Discreet)
	place := library.Source{Guild: "g1", Place: "https://zantor.example/feed", Kind: library.Feed, Wall: wall, Problem: "is not there", Looked: noon, Due: noon}
	if _, err := w.Library.AddSource(t.Context(), place); err != nil {
		t.Fatal(err)
	}
	if err := w.Library.SetLook(t.Context(), place); err != nil {
		t.Fatal(err)
	}
	r := call("setup", "internal_channel", backChannel)
	r.Asker.Manager = true
	if reply := w.router.Run(t.Context(), r, nil); reply.Failed {
		t.Fatalf("the channel is not internal: %s", show(reply))
	}
	r = call("ask", "question", "Who stopped the ferry to Zantorport?")
	r.Asker = commands.Asker{ID: "u9", Operator: true}
	reply := w.do(t, r)
	if !strings.Contains(show(reply), "stopped by the harbor guard") {
		t.Fatalf("the operator does not see the article:\n%s", show(reply))
	}
	return walled{w, secret, answerID(t, reply)}
}

// everything is each command, asked with nothing but what it must be told, by who knows nothing and by who knows of the secret.
func (w walled) everything(as func(*commands.Request)) []commands.Request {
	guesses := map[string][]string{
		"question": {"Who stopped the ferry?", "How many trucks crossed to Zantorport?", "Who said this?"}, "words": {"ferry", "harbor guard trucks"}, "topic": {"the ferry"},
		"speaker": {"Ilena Zantor", "zant", "Pavel Orlaz"}, "first": {"The Zantor Gazette", "Ilena Zantor"}, "second": {"Northern Wire", "Pavel Orlaz"},
		"text":   {"“The ferry to Zantorport belongs to everybody,” said Ilena Zantor.", "We will not sell it", "Was the ferry stopped by the harbour guard?"},
		"source": {"", "The Zantor Gazette"}, "name": {"", "zan", "Ilena"}, "answer": {w.answer}, "article": {w.secret.ID, w.secret.Title, "ferry"},
		"helpful": {"no"}, "about": {"", "ferry"}, "explain": {"", "yes"}, "file": {"", "yes"}, "what": {"ferry", "zantor"},
	}
	guesses["ids"] = []string{news.PassageID(w.secret.ID, 0) + "," + news.PassageID(w.secret.ID, 1)}
	for _, q := range w.Speakers.In(w.secret.ID, news.Span{End: len(w.secret.Text)}) {
		guesses["ids"] = append(guesses["ids"], q.ID)
	}
	var all []commands.Request
	for _, c := range w.router.Commands() {
		if c.Name == "setup" || c.Name == "person" { // they change the server's settings, and show a question to a role
			continue
		}
		several := []commands.Request{call(c.Name)}
		for _, o := range c.Options {
			var more []commands.Request
			for _, r := range several {
				for _, guess := range guesses[o.Name] {
					more = append(more, r.With(o.Name, guess))
				}
			}
			if len(more) > 0 {
				several = more
			}
		}
		all = append(all, several...)
	}
	for i := range all {
		as(&all[i])
	}
	return all
}

// look carries out a request, completes its options, and looks for what must not be there.
func (w walled) look(t *testing.T, who string, r commands.Request, sees, offered bool) {
	t.Helper()
	asked := showAction(commands.Action{Request: r})
	secrets := []string{"belongs to everybody", "We will not sell", "Zantor", "90 trucks", "stopped by the harbor guard", w.secret.ID, "2 articles", "4 May 2031", "0 more article", "zantor.example", "Remove 2"}
	hidden := func(what, text string) {
		t.Helper()
		for _, secret := range secrets {
			if !sees && strings.Contains(text, secret) && !strings.Contains(asked, secret) {
				t.Errorf("%s: %s of %s shows %q:\n%s", who, what, asked, secret, text)
			}
		}
	}
	c, _ := w.router.Command(r.Command)
	if c.Private { // as if it were asked alone
		sees, offered = sees || offered, false
	}
	for _, o := range c.Options {
		for _, typed := range []string{"", "f", "Zan", "The", "Ilena"} {
			other := r.With(o.Name, typed)
			for _, choice := range w.router.Complete(t.Context(), other, o.Name, typed) {
				hidden("a completion of "+o.Name, choice.Name+" "+choice.Value)
			}
		}
	}
	if r.Command == "collection refresh" { // reaches out
		return
	}
	reply := w.router.Run(t.Context(), r, nil)
	text := fmt.Sprintf("%+v", reply)
	for _, f := range reply.Files {
		text += string(f.Data)
	}
	hidden("the reply", text)
	if !offered && (strings.Contains(text, "alone") || strings.Contains(text, "Show me privately")) {
		t.Errorf("%s: %s hints at what cannot be shown:\n%s", who, asked, text)
	}
	if r.Command != "ask" || r.Option("source") != "" || r.Option("question") != "Who stopped the ferry?" {
		return
	}
	if got := strings.Contains(text, "stopped by the harbor guard"); got != sees && !offered {
		t.Errorf("%s: the answer rests on the article: %v, want %v\n%s", who, got, sees, text)
	}
	i := slices.IndexFunc(reply.Actions, func(a commands.Action) bool { return a.Label == "Show me privately" })
	if !offered {
		return
	}
	if i < 0 || !slices.Contains(reply.Notices, "1 more article bears on this that I can show to you alone.") {
		t.Fatalf("%s: %s offers nothing:\n%s", who, asked, text)
	}
	pressed := reply.Actions[i].Request
	pressed.Asker, pressed.Place = r.Asker, r.Place
	if private := w.do(t, pressed); !private.Private || !private.Confined || !strings.Contains(show(private), "stopped by the harbor guard") {
		t.Errorf("%s: pressed, it shows:\n%s", who, show(private))
	}
}

// TestStarterIsTheServersChoice: a server that switches the starter articles off has none of them in any reply, and another one keeps them.
func TestStarterIsTheServersChoice(t *testing.T) {
	t.Parallel()
	w, err := openWorld(t.TempDir(), true)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.Library.Close() })
	setup := commands.NewSetup(w.Library, commands.Settings{}, nil, func() time.Time { return w.now })
	w.desk.Setup = setup
	w.router = commands.NewRouter(w.desk.All(setup.Commands()...), commands.Recover, w.desk.Discreet)
	do := func(r commands.Request) string { return show(w.router.Run(t.Context(), r, nil)) }
	question := call("ask", "question", "Who commands the convoy of Solmark?")
	answered := do(question)
	if !strings.Contains(answered, "[1]") || strings.Contains(answered, "collection is empty") {
		t.Fatalf("the starter articles do not answer:\n%s", answered)
	}
	if got := do(manager("starter", "off")); !strings.Contains(got, "Starter articles: off") {
		t.Fatalf("not switched off:\n%s", got)
	}
	for _, r := range []commands.Request{question, call("sources"), call("speakers"), call("quote", "speaker", "Drazh"), call("status")} {
		if got := do(r); strings.Contains(got, "[1]") || strings.Contains(got, "Drazh,") || strings.Contains(got, "2031") {
			t.Errorf("/%s still has the starter articles:\n%s", r.Command, got)
		}
	}
	if got := do(in("g2", question)); got != answered {
		t.Errorf("another server has lost them:\n%s", got)
	}
	do(manager("reset", "starter"))
	question.Place.Channel = "c2"
	if got := do(question); got != answered {
		t.Errorf("they do not come back:\n%s", got)
	}
}

// TestWallCommand: who may add articles puts walls around those of the server that they see, and the walls hold at once.
func TestWallCommand(t *testing.T) {
	t.Parallel()
	w := walledWorld(t, news.Wall{})
	shared := article("", "Lakeside Institute", "2031-05-01", "Ferries of the world", "Ferries sail everywhere on Friday.")
	if _, err := w.Add(t.Context(), shared); err != nil {
		t.Fatal(err)
	}
	wall := func(options ...string) commands.Request {
		r := call("wall", options...)
		r.Asker.Manager, r.Place.Channel = true, hallChannel
		return r
	}
	for _, c := range []struct {
		what string
		r    commands.Request
		want string // in the reply
		wall news.Wall
	}{
		{"as it is", wall("article", w.secret.ID), "Seen by all of this server.", news.Wall{}},
		{"by title", wall("article", "ferry to zantorport STOPPED", "internal", "yes"), "Internal:", news.Wall{Internal: true}},
		{"a channel more", wall("article", w.secret.ID, "channel", hallChannel), "Only in:", news.Wall{Internal: true, Channels: []string{hallChannel}}},
		{"internal no more", wall("article", w.secret.ID, "internal", "no"), "Only in:", news.Wall{Channels: []string{hallChannel}}},
		{"an embargo", wall("article", w.secret.ID, "embargo", "2031-05-14 12:01"), "internal until 14 May 2031 12:01 UTC",
			news.Wall{Channels: []string{hallChannel}, Embargo: noon.Add(time.Minute)}},
		{"from the start", wall("article", w.secret.ID, "clear", "yes", "embargo", "2031-05-13"), "ended 13 May 2031 00:00 UTC", news.Wall{Embargo: noon.Add(-36 * time.Hour)}},
		{"no embargo", wall("article", w.secret.ID, "embargo", "none"), "Seen by all", news.Wall{}},
		{"not a moment", wall("article", w.secret.ID, "embargo", "soon"), "I can't read", news.Wall{}},
		{"not an id", wall("article", w.secret.ID, "channel", "hall"), "no id for channel", news.Wall{}},
		{"shared", wall("article", shared.ID, "internal", "yes"), "added no article", news.Wall{}},
		{"unknown", wall("article", "Drazh"), "added no article", news.Wall{}},
		{"elsewhere", in("g2", wall("article", w.secret.ID, "internal", "yes")), "added no article", news.Wall{}},
		{"in a direct message", in("", wall("article", w.secret.ID)), "belong to the articles of a Discord server", news.Wall{}},
		{"out of one's own sight", wall("article", w.secret.ID, "role", envoys), "You don't see it here any more", news.Wall{Roles: []string{envoys}}},
		{"out of sight", wall("article", w.secret.ID, "clear", "yes"), "added no article", news.Wall{Roles: []string{envoys}}},
	} {
		reply := w.router.Run(t.Context(), c.r, nil)
		if shown := show(reply); !strings.Contains(shown, c.want) || !reply.Private {
			t.Errorf("%s: got %s, want %q", c.what, shown, c.want)
		}
		a, err := w.Library.Article(t.Context(), w.secret.ID)
		if err != nil || a.Wall.String() != c.wall.String() {
			t.Fatalf("%s: the wall is %v, %v; want %v", c.what, a.Wall, err, c.wall)
		}
	}
	if got := show(w.do(t, call("ask", "question", "Who stopped the ferry to Zantorport?"))); strings.Contains(got, "harbor guard") {
		t.Errorf("the wall does not hold:\n%s", got)
	}
}

// TestAnEmbargoEnds: no restart and nothing else is needed for it.
func TestAnEmbargoEnds(t *testing.T) {
	t.Parallel()
	w := walledWorld(t, news.Wall{Embargo: noon.Add(time.Minute)})
	r := call("quote", "speaker", "Ilena Zantor")
	if got := show(w.do(t, r)); strings.Contains(got, "belongs to everybody") {
		t.Fatalf("shown before its time:\n%s", got)
	}
	w.now = noon.Add(time.Minute)
	if got := show(w.do(t, r)); !strings.Contains(got, "belongs to everybody") {
		t.Errorf("not shown at its time:\n%s", got)
	}
}

// TestConfined: a private reply may be shared when the channel would get the same, and only then.
func TestConfined(t *testing.T) {
	t.Parallel()
	w := walledWorld(t, news.Wall{Roles: []string{envoys}})
	for _, c := range []struct {
		r    commands.Request
		want bool
	}{
		{call("ask", "question", "Who stopped the ferry to Zantorport?"), true},
		{call("ask", "question", "What did Pavel Orlaz say about the ferry to Lind?"), false},
		{call("ask", "question", "What is the boiling point of tungsten?"), true},
		{call("quote", "speaker", "Pavel Orlaz"), false},
		{call("quote", "speaker", "Ilena Zantor"), true},
		{call("sources"), true},
		{call("ask", "question", "What articles do you have?"), true},
		{call("verify", "text", "“The ferry to Lind is safe,” said Pavel Orlaz."), false},
		{call("passages", "ids", news.PassageID(w.secret.ID, 0)), true},
	} {
		for who, roles := range map[string][]string{"an envoy": {envoys}, "anybody": nil} {
			r := c.r
			r.Asker.Roles, r.Private = roles, true
			if reply := w.router.Run(t.Context(), r, nil); reply.Confined != (c.want && roles != nil) {
				t.Errorf("/%s %v for %s: confined is %v\n%s", r.Command, r.Options, who, reply.Confined, show(reply))
			}
		}
	}
}

// A private list is shared by asking for it once more for all in the channel, who see nothing of it that walls keep from them.
func TestSharingAList(t *testing.T) {
	w := walledWorld(t, news.Wall{Internal: true})
	for _, name := range []string{"help", "status", "speakers", "watches", "collection list"} {
		r := call(name)
		r.Asker.Manager, r.Private = true, true
		alone := w.router.Run(t.Context(), r, nil)
		if walled := name != "help" && name != "watches"; walled != strings.Contains(show(alone), "Zantor") {
			t.Errorf("alone, /%s shows\n%s", name, show(alone))
		}
		i := slices.IndexFunc(alone.Actions, func(a commands.Action) bool { return a.Label == "Share with the channel" && a.Public })
		if i < 0 {
			t.Errorf("/%s cannot be shared", name)
			continue
		}
		shared := w.router.Run(t.Context(), alone.Actions[i].Request, nil)
		if shared.Private || shared.Failed || strings.Contains(show(shared), "Zantor") {
			t.Errorf("/%s is shared as\n%s", name, show(shared))
		}
		r.Private = false
		if diff := cmp.Diff(show(w.router.Run(t.Context(), r, nil)), show(shared)); diff != "" {
			t.Errorf("/%s is shared otherwise than the channel sees it:\n%s", name, diff)
		}
	}
}
