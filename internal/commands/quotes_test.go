package commands_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"attache/internal/commands"
	"attache/internal/news"
)

// speakerWorld holds people whose names are hard: namesakes, spellings, one who is never quoted.
func speakerWorld(t testing.TB) *world {
	return newWorld(t,
		article("", "Northern Wire", "2031-05-02", "Ferry stops", "The ferry to Lind has stopped. “The ferry will sail again on Monday,” said Harbor Minister Pavel Orlaž of Varesh.\n\n"+
			"Foreign Minister Tomas Verrin said that the ferry was none of his business."),
		article("", "The Capital Herald", "2031-05-09", "Ferry sails", "“The ferry sails,” Harbor Minister Pavel Orlaz told reporters in Lind on Thursday. “I have never promised a day.”"),
		article("", "The Harbor Post", "2031-05-10", "A builder speaks", "The builder of the ferry spoke on Saturday. “The ferry was never safe,” said Mirel Orlaž, an engineer from Ostrel."),
	)
}

func TestQuote(t *testing.T) {
	w := starterWorld(t)
	golden(t, w, "quote",
		exchange{"the first page", call("quote", "speaker", "Drazh")},
		exchange{"the last page", call("quote", "speaker", "Drazh", "page", "3")},
		exchange{"beyond the last page", call("quote", "speaker", "Ilena Drazh", "page", "99")},
		exchange{"about something", call("quote", "speaker", "Ilena Drazh", "about", "the pass")},
		exchange{"about something that was not spoken of", call("quote", "speaker", "Ilena Drazh", "about", "nuclear power plants")},
		exchange{"an unknown name, and the nearest", call("quote", "speaker", "Drasch")},
		exchange{"a name like no other", call("quote", "speaker", "Qwertz Zuiop")},
		exchange{"named, but never quoted", call("quote", "speaker", "Putin")},
		exchange{"as of a day before the promotion", call("quote", "speaker", "drazh", "as_of", "2031-05-03")},
		exchange{"in a post", call("quote", "speaker", "drazh", "as", "deputy")},
		exchange{"in a post never held", call("quote", "speaker", "drazh", "as", "president")},
		exchange{"filtered out", call("quote", "speaker", "Corin Abel", "until", "2031-05-09")},
		exchange{"unknown within the filters", call("quote", "speaker", "Drasch", "until", "2031-05-09")},
		exchange{"no number", call("quote", "speaker", "Drazh", "page", "two")},
		exchange{"a slip", call("quote", "speaker", "aldene")},
		exchange{"a slip, for a position", call("position", "speaker", "Ilena Drahz", "topic", "talks")},
	)
}

func TestQuoteNames(t *testing.T) {
	w := speakerWorld(t)
	golden(t, w, "quote_names",
		exchange{"namesakes", call("quote", "speaker", "Orlaz")},
		exchange{"one of them, in either spelling", call("quote", "speaker", "pavel orlaz")},
		exchange{"the other", call("quote", "speaker", "Mirel Orlaž")},
		exchange{"never quoted, only reported", call("quote", "speaker", "Tomas Verrin")},
	)
}

func TestQuoteCompletion(t *testing.T) {
	w := starterWorld(t)
	tests := []struct{ typed, first string }{
		{"dra", "Ilena Drazh, Foreign Minister"}, {"ilena", "Ilena Drazh"}, {"DRAZ", "Ilena Drazh"}, {"drahz", "Ilena Drazh"}, {"", "Ilena Drazh"}, {"tok", "Kassym-Jomart Tokayev"},
	}
	for _, tt := range tests {
		for _, command := range []string{"quote", "position", "speakers"} {
			option := "speaker"
			if command == "speakers" {
				option = "name"
			}
			choices := w.router.Complete(context.Background(), call(command), option, tt.typed)
			if len(choices) == 0 || len(choices) > 25 || !strings.HasPrefix(choices[0].Name, tt.first) {
				t.Errorf("/%s: typing %q suggests %v, want %q first", command, tt.typed, choices, tt.first)
			}
			for _, c := range choices {
				if reply := w.do(t, call("quote", "speaker", c.Value)); reply.Title == "" && !strings.Contains(show(reply), "quoted here") {
					t.Errorf("the suggestion %q finds nobody:\n%s", c.Value, show(reply))
				}
			}
		}
	}
	if got := w.router.Complete(context.Background(), call("quote"), "speaker", "qwertzuiop"); len(got) != 0 {
		t.Errorf("a name like no other suggests %v", got)
	}
	for typed, want := range map[string]int{"herald": 1, "POST": 1, "ATTACHE": 1, "none": 0} {
		if got := w.router.Complete(context.Background(), call("search"), "source", typed); len(got) != want {
			t.Errorf("typing %q suggests the publishers %v, want %d", typed, got, want)
		}
	}
}

func TestInContext(t *testing.T) {
	w := starterWorld(t)
	reply := w.do(t, call("quote", "speaker", "Marta Kvell"))
	var next commands.Request
	for _, a := range reply.Actions {
		if a.Label == "In context" {
			next = a.Request
		}
	}
	ids := next.Option("ids")
	golden(t, w, "in_context",
		exchange{"Kvell's quotations where they stand", next},
		exchange{"one that is gone among them", call("in_context", "ids", ids+",0123456789abcdef-q000001")},
		exchange{"gone, all of them", call("in_context", "ids", "0123456789abcdef-q000001")},
		exchange{"no ids", call("in_context", "ids", "x, -q,,q")},
	)
}

func TestPosition(t *testing.T) {
	w := starterWorld(t)
	golden(t, w, "position",
		exchange{"in order, with marks", call("position", "speaker", "Drazh", "topic", "the pass")},
		exchange{"one quotation", call("position", "speaker", "Stenn", "topic", "the timetable of the convoys")},
		exchange{"nothing on the topic", call("position", "speaker", "Drazh", "topic", "nuclear power plants")},
		exchange{"an unknown name", call("position", "speaker", "Drasch", "topic", "the pass")},
		exchange{"as of a day in between", call("position", "speaker", "Drazh", "topic", "the pass", "as_of", "2031-05-10")},
	)
	golden(t, newWorld(t,
		article("", "Northern Wire", "2031-03-02", "March", "“We will open the ferry to Lind this year,” Harbor Minister Pavel Orlaz said on Sunday in Lind."),
		article("", "Northern Wire", "2031-04-06", "April", "“We will surely open the ferry to Lind this year,” Harbor Minister Pavel Orlaz said on Sunday in Lind."),
		article("", "Northern Wire", "2031-05-04", "May", "“We will not open the ferry to Lind this year,” Harbor Minister Pavel Orlaz said on Sunday in Lind."),
		article("", "Northern Wire", "2031-05-11", "Later", "“The ferry to Lind can rot,” Harbor Minister Pavel Orlaz said on Sunday in Lind."),
	), "position_turns", exchange{"kept, reversed, changed", call("position", "speaker", "Orlaz", "topic", "the ferry to Lind")})
}

func TestVerify(t *testing.T) {
	w := starterWorld(t)
	golden(t, w, "verify",
		exchange{"verbatim", call("verify", "text", "Drazh said: “There will be no talks about the pass while even one soldier of Solmark stands on our side of it.”")},
		exchange{"altered", call("verify", "text", "“There will be talks about the pass while one single soldier of Solmark stands on our side of it,” Drazh said.")},
		exchange{"somebody else's", call("verify", "text", "“A breakdown is not a blockade,” Kvell said.")},
		exchange{"altered, and somebody else's", call("verify", "text", "“There will be no talks about the bridge while even one soldier of Solmark stands on our side,” Stenn said.")},
		exchange{"not there", call("verify", "text", "“The moon is made of old cheese and rice,” Drazh said.")},
		exchange{"said in other words", call("verify", "text", "“We will never discuss the pass while Solmark soldiers stand on our side,” Drazh said.")},
		exchange{"single marks", call("verify", "text", "Stenn wrote: 'A timetable is not a provocation.'")},
		exchange{"several", call("verify", "text", "Stenn: “A timetable is not a provocation.” Osen had said “the barrier came down on your side”. And “nobody asked the fish” is from a song.")},
		exchange{"capitals and punctuation", call("verify", "text", "“a timetable is not a provocation!”")},
		exchange{"two parts in one pair of marks", call("verify", "text", "“Our convoys will keep their timetable. A timetable is not a provocation.”")},
		exchange{"without marks", call("verify", "text", "A timetable is not a provocation")},
		exchange{"words of the article that nobody is quoted with", call("verify", "text", "the road was closed to civilian traffic")},
		exchange{"small words only", call("verify", "text", "“and not one of them”")},
		exchange{"words between two parts of a quotation", call("verify", "text", "“Stenn said at a briefing in Brandholm”")},
		exchange{"no speaker in the article", call("verify", "text", "“I stopped writing at 120 because my pencil broke,” Petra Vonn said.")},
		exchange{"nothing", call("verify", "text", "  ")},
		exchange{"too long", call("verify", "text", strings.Repeat("“x y z w” ", 500))},
	)
}

// TestVerifyShowsTrueWordsOnly: however a quotation is bent, what is shown in marks stands in the article cited (prove checks it), a verbatim one is found
// to be verbatim, and one with another word in it is not.
func TestVerifyShowsTrueWordsOnly(t *testing.T) {
	w := starterWorld(t)
	var all []news.Quote
	for _, e := range w.Speakers.All(news.Viewer{}) {
		if e.Kind != news.Reported && len(strings.Fields(e.Fragments[0].Text)) >= 5 {
			all = append(all, e.Quote)
		}
	}
	if len(all) < 20 {
		t.Fatalf("only %d quotations to try", len(all))
	}
	rapid.Check(t, func(rt *rapid.T) {
		words := strings.Fields(rapid.SampledFrom(all).Draw(rt, "quotation").Fragments[0].Text)
		from := rapid.IntRange(0, len(words)-5).Draw(rt, "from")
		words = append([]string(nil), words[from:rapid.IntRange(from+5, len(words)).Draw(rt, "to")]...)
		bent := rapid.Bool().Draw(rt, "bent")
		if bent {
			words[rapid.IntRange(0, len(words)-1).Draw(rt, "place")] = rapid.SampledFrom([]string{"zebra", "@everyone", "\u202eno", "**not**", "“nested”"}).Draw(rt, "word")
		}
		claim := strings.TrimFunc(strings.Join(words, " "), unicode.IsPunct)
		reply := w.do(t, call("verify", "text", fmt.Sprintf("It is told that “%s” was the reply.", claim)))
		verbatim := strings.Contains(reply.Title, "1 verbatim")
		if bent == verbatim && strings.Contains(claim, "zebra") == bent {
			rt.Fatalf("bent %v: %q\n%s", bent, claim, show(reply))
		}
	})
}
