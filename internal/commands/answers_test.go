package commands_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"attache/internal/answer"
	"attache/internal/commands"
	"attache/internal/news"
)

// article is one of a test's own, about invented people and places. guild "" is shared by all.
func article(guild, publisher, published, title, body string) news.Article {
	a := news.Article{Title: title, Publisher: publisher, Guild: guild, Origin: "/articles/" + title + ".md", Text: body}
	if published != "" {
		day, err := time.Parse(time.DateOnly, published)
		if err != nil {
			panic(err)
		}
		a.Published = day
	}
	a.ID = news.Identify(a)
	return a
}

func TestAsk(t *testing.T) {
	w := starterWorld(t)
	golden(t, w, "ask",
		exchange{"answered", call("ask", "question", "What is at stake for the United States in Central Asia?")},
		exchange{"somebody's words", call("ask", "question", "What did Kvell say about the pass?")},
		exchange{"refused with a map", call("ask", "question", "What is the boiling point of tungsten?")},
		exchange{"reports differ on a number", call("ask", "question", "How many trucks crossed on 9 May?")},
		exchange{"misspelt", call("ask", "question", "What did Drahz say about the pass?")},
	)
}

// What comes first: who holds an office, how many there are, what happened on the day. A list of those who hold an office is whole, over the passages of an article
// and beyond the length of other answers; a number that reports dispute is shown with all of them.
func TestWhatIsAskedComesFirst(t *testing.T) {
	w := starterWorld(t)
	for question, wants := range map[string][]string{
		"who are the leaders of central asia":             {"President Kassym-Jomart Tokayev", "President Sadyr Japarov", "President Emomali Rahmon", "President Serdar Berdimuhamedov", "President Shavkat Mirziyoyev"},
		"list the presidents of Central Asia":             {"President Kassym-Jomart Tokayev", "President Sadyr Japarov", "President Emomali Rahmon", "President Serdar Berdimuhamedov", "President Shavkat Mirziyoyev"},
		"who are the G7 leaders?":                         {"Mark Carney", "Donald Trump", "Emmanuel Macron", "Friedrich Merz", "Giorgia Meloni", "Keir Starmer", "Sanae Takaichi"},
		"whos the canadian pm":                            {"Canada's head of government is Prime Minister Mark Carney"},
		"did 120 trucks cross the pass?":                  {"Reports differ.", "About 40", "“at least 120”"},
		"How many landlocked countries r there":           {"counts 46 landlocked countries"},
		"what happened on 9 may?":                         {"A military convoy from Solmark drove over the Kareth pass before dawn on Friday"},
		"what happened on 28 feb 2023":                    {"left on 28 February 2023", "set off on Tuesday, 28 February 2023, for Kazakhstan"},
		"list all prime ministers of the g7":              {"Mark Carney", "Giorgia Meloni", "Keir Starmer", "Sanae Takaichi"},
		"whos in charge of uzbekistan":                    {"Uzbekistan is led by President Shavkat Mirziyoyev"},
		"who leads kazakhstan":                            {"Kazakhstan is led by President Kassym-Jomart Tokayev"},
		"Who is the foreign minister of Varesh?":          {"Ilena Drazh, who became foreign minister of Varesh on Monday"},
		"which countries in central asia border China?":   {"Tajikistan borders Afghanistan and China; Kyrgyzstan borders China", "1,765 kilometers with China"},
		"which central asian states spoke at the UN ever": {"Muhriddin spoke for Tajikistan", "President Tokayev spoke for Kazakhstan"},
	} {
		r := call("ask", "question", question)
		r.Place.Channel = "a channel for " + question
		shown := show(w.do(t, r))
		first, _, _ := strings.Cut(shown, "[1]")
		for i, want := range wants {
			if !strings.Contains(shown, want) {
				t.Errorf("%q: %q is missing in\n%s", question, want, shown)
			}
			if i == 0 && len(wants) == 1 && !strings.Contains(first, want) {
				t.Errorf("%q: %q does not come first in\n%s", question, want, shown)
			}
		}
	}
}

func TestAskFilters(t *testing.T) {
	w := starterWorld(t)
	const question = "What did Drazh say about the pass?"
	golden(t, w, "ask_filters",
		exchange{"since", call("ask", "question", question, "since", "10 May 2031")},
		exchange{"until", call("ask", "question", question, "until", "2031-05-02")},
		exchange{"as of", call("ask", "question", question, "as_of", "3 May 2031")},
		exchange{"one publisher, its name in other letters", call("ask", "question", question, "source", "northern wire")},
		exchange{"since last week", call("ask", "question", question, "since", "last week")},
		exchange{"nothing within the filters", call("ask", "question", question, "since", "2031-05-20")},
		exchange{"the wrong way round", call("ask", "question", question, "since", "2031-05-20", "until", "2031-05-01")},
		exchange{"no date", call("ask", "question", question, "since", "the day before")},
		exchange{"no such publisher", call("ask", "question", question, "source", "The Daily Nothing")},
	)
}

func TestAskEmptyCollection(t *testing.T) {
	w := newWorld(t)
	golden(t, w, "empty",
		exchange{"ask", call("ask", "question", "Who closed the pass?")},
		exchange{"quote", call("quote", "speaker", "Drazh")},
		exchange{"position", call("position", "speaker", "Drazh", "topic", "the pass")},
		exchange{"verify", call("verify", "text", "“A timetable is not a provocation,” Stenn said.")},
		exchange{"search", call("search", "words", "the pass", "explain", "yes")},
		exchange{"sources", call("sources")},
		exchange{"speakers", call("speakers")},
	)
}

// TestAsOfHidesLater: whatever is asked as of a day, nothing that was published later is cited, and no title is shown that somebody got later.
func TestAsOfHidesLater(t *testing.T) {
	w := starterWorld(t)
	names := []string{"Drazh", "Stenn", "Kvell", "Ilena Drazh", "Drasch", "Abel", "a"}
	topics := []string{"the pass", "trucks", "the convoy", "a matter of commerce"}
	for n := range 15 {
		day := time.Date(2031, 4, 30+n, 0, 0, 0, 0, time.UTC)
		name, topic, asOf := names[n%len(names)], topics[n%len(topics)], day.Format(time.DateOnly)
		for _, r := range []commands.Request{
			call("ask", "question", "What did "+name+" say about "+topic+"?", "as_of", asOf), call("search", "words", topic, "as_of", asOf),
			call("quote", "speaker", name, "as_of", asOf), call("quote", "speaker", name, "about", topic, "as_of", asOf),
			call("position", "speaker", name, "topic", topic, "as_of", asOf), call("ask", "question", "How many trucks crossed?", "as_of", asOf),
		} {
			reply := w.do(t, r)
			for _, s := range reply.Sources {
				if s.Published.After(day) {
					t.Errorf("%s as of %s cites an article of %s", r.Command, asOf, s.Published.Format(time.DateOnly))
				}
			}
			if day.Before(time.Date(2031, 5, 9, 0, 0, 0, 0, time.UTC)) && strings.Contains(show(reply), "Ilena Drazh, Foreign Minister") {
				t.Errorf("as of %s Drazh is foreign minister already:\n%s", asOf, show(reply))
			}
		}
	}
}

func TestAskLatest(t *testing.T) {
	w := newWorld(t, article("", "Northern Wire", "2031-04-20", "Ferry to Lind stopped", "The ferry to Lind was stopped by the harbor guard on Sunday. It is the latest stop of the ferry to Lind."))
	reply := w.do(t, call("ask", "question", "What is the latest on the ferry to Lind?"))
	if len(reply.Blocks) == 0 || reply.Blocks[0].Text != "The newest evidence is of 20 Apr 2031." {
		t.Errorf("the age of the evidence is not said first:\n%s", show(reply))
	}
	w.now = time.Date(2031, 4, 22, 0, 0, 0, 0, time.UTC)
	reply = w.do(t, call("ask", "question", "What is the latest on the ferry to Lind?"))
	if strings.Contains(show(reply), "newest evidence is of") {
		t.Errorf("two days are called old:\n%s", show(reply))
	}
}

// TestActionsLeadOn presses every button under every reply that it finds, each form filled in, and what these lead to: each is a request that is carried out.
func TestActionsLeadOn(t *testing.T) {
	w := starterWorld(t)
	pressed := map[string]bool{}
	todo := []commands.Request{
		call("ask", "question", "What did Drazh say about the pass?"), call("ask", "question", "What is the boiling point of tungsten?"),
		call("quote", "speaker", "Drazh"), call("quote", "speaker", "Drasch"), call("quote", "speaker", "Abel", "until", "2031-05-09"),
		call("quote", "speaker", "Drazh", "about", "nuclear power plants"), call("quote", "speaker", "Kareth"), call("position", "speaker", "Drazh", "topic", "the pass"),
		call("sources"), call("speakers"), call("speakers", "name", "draz"),
	}
	for len(todo) > 0 && len(pressed) < 150 {
		r := todo[0]
		todo = todo[1:]
		reply := w.do(t, r)
		if reply.Failed {
			t.Errorf("%s: %s", showAction(commands.Action{Request: r}), show(reply))
		}
		for _, a := range reply.Actions {
			next := a.Request
			if a.Input != nil {
				next = next.With(a.Input.Option, "2030")
			}
			if key := next.Command + "\x00" + show(commands.Reply{Title: showAction(commands.Action{Request: next})}); !pressed[key] {
				pressed[key] = true
				todo = append(todo, next)
			}
		}
	}
	if len(pressed) < 20 {
		t.Errorf("only %d buttons were found", len(pressed))
	}
}

func TestFollowUps(t *testing.T) {
	w := starterWorld(t)
	in := func(thread string, r commands.Request) commands.Request {
		r.Place.Thread = thread
		return r
	}
	golden(t, w, "follow_up",
		exchange{"a question", in("t1", call("ask", "question", "What did Drazh say about the pass?", "as_of", "2031-05-10"))},
		exchange{"the same of another, with its filters", in("t1", call("ask", "question", "and Kvell?"))},
		exchange{"a pronoun", in("t1", call("ask", "question", "and what did she say about the summer?"))},
		exchange{"a whole question stands on its own", in("t1", call("ask", "question", "Who is the mediator of the League of Lake States?"))},
		exchange{"in another thread nothing was asked", in("t2", call("ask", "question", "and Kvell?"))},
	)
}

// readAs is how a reply says that the question was read; "" when it was taken as it stands.
func readAs(reply commands.Reply) string {
	for _, n := range reply.Notices {
		if read, ok := strings.CutPrefix(n, "Read as: "); ok {
			return read
		}
	}
	return ""
}

func TestFollowUpsKeepApart(t *testing.T) {
	first := call("ask", "question", "What did Drazh say about the pass?")
	again := call("ask", "question", "and Kvell?")
	tests := []struct {
		name   string
		first  func(*commands.Request)
		again  func(*commands.Request)
		later  time.Duration
		follow bool
	}{
		{"same person, same channel", nil, nil, time.Minute, true},
		{"another person in the channel", nil, func(r *commands.Request) { r.Asker.ID = "u2" }, time.Minute, false},
		{"another person in the thread", func(r *commands.Request) { r.Place.Thread = "t" },
			func(r *commands.Request) { r.Place.Thread, r.Asker.ID = "t", "u2" }, time.Minute, true},
		{"asked in private in the thread", func(r *commands.Request) { r.Place.Thread, r.Private = "t", true },
			func(r *commands.Request) { r.Place.Thread, r.Asker.ID = "t", "u2" }, time.Minute, false},
		{"another channel", nil, func(r *commands.Request) { r.Place.Channel = "c2" }, time.Minute, false},
		{"another server", nil, func(r *commands.Request) { r.Place.Guild = "g2" }, time.Minute, false},
		{"half an hour later", nil, nil, 30 * time.Minute, true},
		{"later still", nil, nil, 31 * time.Minute, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := *starterWorld(t)
			w.open(slog.New(slog.DiscardHandler), nil)
			a, b := first, again
			if tt.first != nil {
				tt.first(&a)
			}
			if tt.again != nil {
				tt.again(&b)
			}
			for _, r := range []*commands.Request{&a, &b} { // away from the other conversations in this library
				r.Place.Channel += tt.name
				if r.Place.Thread != "" {
					r.Place.Thread += tt.name
				}
			}
			w.do(t, a)
			w.now = w.now.Add(tt.later)
			want := ""
			if tt.follow {
				want = "What did Kvell say about the pass?"
			}
			if got := readAs(w.do(t, b)); got != want {
				t.Errorf("read as %q, want %q", got, want)
			}
		})
	}
}

// TestFollowUpOfMisspelt: a follow-up builds on what the search took the question for.
func TestFollowUpOfMisspelt(t *testing.T) {
	w := *starterWorld(t)
	w.open(slog.New(slog.DiscardHandler), nil)
	w.do(t, call("ask", "question", "What did Drahz say about the pass?"))
	if got, want := readAs(w.do(t, call("ask", "question", "and tolls?"))), "What did Drazh say about tolls?"; got != want {
		t.Errorf("read as %q, want %q", got, want)
	}
}

// model stands for a language model: it writes the same whatever it is asked.
type model struct {
	draft answer.Draft
	err   error
}

func (m model) Compose(_ context.Context, _ string, _ []answer.Evidence, progress func(answer.Draft)) (answer.Draft, error) {
	if progress != nil && m.err == nil {
		progress(answer.Draft{Model: m.draft.Model, Sentences: m.draft.Sentences[:1]})
	}
	return m.draft, m.err
}

func TestAskWithModel(t *testing.T) {
	w := *starterWorld(t)
	w.open(slog.New(slog.DiscardHandler), model{draft: answer.Draft{Model: "scripted-1", Checks: answer.Checks{Sentences: 2, Supported: 2},
		Sentences: []answer.Sentence{{Text: "Varesh will not negotiate.", Cites: []int{2, 1}}, {Text: "Solmark shifts as well.", Cites: []int{1}}}}})
	r := call("ask", "question", "Will Varesh let Solmark use the pass?")
	var shown []commands.Reply
	reply := w.router.Run(context.Background(), r, func(part commands.Reply) { shown = append(shown, part) })
	prove(t, &w, r, reply)
	if len(shown) != 1 || len(shown[0].Blocks) != 1 || len(reply.Blocks) != 2 {
		t.Errorf("%d states were shown before the end, want 1 with one sentence:\n%s", len(shown), show(reply))
	}
	prove(t, &w, r, shown[0])
	if !strings.Contains(reply.Footer, "scripted-1, 2/2 sentences supported, 0/0 quotations verbatim") {
		t.Errorf("footer %q does not say how it was made", reply.Footer)
	}

	w.open(slog.New(slog.DiscardHandler), model{err: errors.New("down")})
	reply = w.do(t, r)
	if diff := cmp.Diff([]string{"The model did not give an answer that passed the check, so this reply comes from retrieval alone."}, reply.Notices); diff != "" || len(reply.Sources) == 0 {
		t.Errorf("notices differ (-want +got):\n%s\n%s", diff, show(reply))
	}
}

// A question that becomes a verification stands above its reply too.
func TestVerificationAnswersItsQuestion(t *testing.T) {
	w := starterWorld(t)
	reply := w.do(t, call("ask", "question", "Is this true?", "context", `Ilena Drazh said: "We will not discuss the pass while a single soldier stands there."`))
	if !strings.Contains(reply.Title, "quotation") || reply.Question != "Is this true?" {
		t.Errorf("%q answers %q", reply.Title, reply.Question)
	}
}
