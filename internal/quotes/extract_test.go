package quotes

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"attache/internal/news"
)

// published is a Tuesday.
var published = time.Date(2023, 2, 28, 0, 0, 0, 0, time.UTC)

func article(s string) news.Article {
	return news.Article{ID: "a", Title: "Test", Text: s, Published: published}
}

// told is what a test compares of a quotation.
type told struct {
	Words                                   []string
	Name, Title, Affiliation, Venue, Spoken string
}

func tell(q news.Quote) told {
	t := told{Name: q.Speaker.Name, Title: q.Speaker.Title, Affiliation: q.Speaker.Affiliation, Venue: q.Venue, Spoken: q.Spoken.String()}
	for _, f := range q.Fragments {
		t.Words = append(t.Words, f.Text)
	}
	return t
}

func tellAll(s string) []told {
	var out []told
	for _, q := range Extract(article(s)) {
		if q.Kind != news.Reported {
			out = append(out, tell(q))
		}
	}
	return out
}

func TestExtractWhole(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text string
		want []told
	}{
		"title behind, venue and day, split by the speaker": {
			"“Our aim is an open pass,” Ilena Drazh, the Solmark deputy minister of trade for the North and the Upper Valley, said in a news briefing on Friday. “And we see how hard the winter is — no salt, no grain.”",
			[]told{{
				Words: []string{"Our aim is an open pass", "And we see how hard the winter is — no salt, no grain."},
				Name:  "Ilena Drazh", Title: "Solmark deputy minister of trade for the North and the Upper Valley", Venue: "in a news briefing", Spoken: "24 Feb 2023",
			}},
		},
		"surname resolved to the name and post given earlier": {
			"According to Oran Lisk, an analyst at the Varn Institute for Borders, Ms. Drazh held ten meetings.\n\n“Varesh asks for no oath, otherwise the pressure would be greater,” Mr. Lisk wrote in December, describing the talks in the past year. “It can hardly lose its last friends.”",
			[]told{{
				Words: []string{"Varesh asks for no oath, otherwise the pressure would be greater", "It can hardly lose its last friends."},
				Name:  "Oran Lisk", Title: "analyst", Affiliation: "Varn Institute for Borders", Spoken: "Dec 2022",
			}},
		},
		"post in front between commas": {
			"Solmark’s foreign minister, Ilena Drazh, called the plan “a wound.”",
			[]told{{Words: []string{"a wound."}, Name: "Ilena Drazh", Title: "foreign minister", Affiliation: "Solmark"}},
		},
		"title before the name": {
			"Secretary of State Petra N. Voss flew north on Tuesday. \"We will not sell the pass,\" said Ms. Voss.",
			[]told{{Words: []string{"We will not sell the pass"}, Name: "Petra N. Voss", Title: "Secretary of State"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, tellAll(c.text)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// checkSpans fails the test when a quotation breaks a promise of the types.
func checkSpans(t *testing.T, a news.Article, found []news.Quote) {
	t.Helper()
	last := -1
	for _, q := range found {
		if len(q.Fragments) == 0 {
			t.Fatalf("quotation without words: %+v", q)
		}
		if q.Span().Start < last {
			t.Errorf("%q stands before the quotation before it", q.Words())
		}
		last = q.Span().Start
		end := -1
		for _, f := range q.Fragments {
			if f.Text == "" || f.Span.In(a.Text) != f.Text {
				t.Errorf("fragment %v %q is not what stands there: %q", f.Span, f.Text, f.Span.In(a.Text))
			}
			if f.Span.Start < end {
				t.Errorf("fragments of %q overlap", q.Words())
			}
			end = f.Span.End
		}
		if m := q.Speaker.MentionSpan; !m.IsZero() && m.In(a.Text) != q.Speaker.Mention {
			t.Errorf("mention %v %q is not what stands there", m, q.Speaker.Mention)
		}
		if q.Speaker.Confidence < 0 || q.Speaker.Confidence > 1.0001 {
			t.Errorf("confidence %v", q.Speaker.Confidence)
		}
		if s := q.Sentence; s.Len() <= 0 || s.Start < 0 || s.End > len(a.Text) {
			t.Errorf("sentence %v of %q", s, q.Words())
		}
	}
}

func FuzzExtract(f *testing.F) {
	for _, s := range []string{
		"“We go,” said Ilena Drazh. “Not now.”", "\"Never,\" he said, \"and 'never' is long,\" she added.", "„So“, sagte er. «Oui», dit-il. ‘No’ 'no' »ja«",
		"“One.\n\n“Two.\n\n“Three,” said Mr. Lisk on Feb. 3.", "MR. VOSS: Good morning.\n\nQUESTION: Why?\n\nMR. VOSS: No.", "Q. Why?\n\nA. Because.", "<a href=\"x\">“", "“““”””\"\"''", "\xff“\xfe”",
		"According to Ilena Drazh, a, b, c, the pass is shut", "He said, who said, she said that they said “x” in 1999, May 4, 2020, three days ago",
	} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, s, title string) {
		a := article(s)
		a.Title = title
		checkSpans(t, a, Extract(a))
		_ = utf8.ValidString(s)
	})
}

func BenchmarkExtract(b *testing.B) {
	a := article(strings.Repeat(benchText, 40))
	b.SetBytes(int64(len(a.Text)))
	b.ReportAllocs()
	for b.Loop() {
		Extract(a)
	}
}

const benchText = `Foreign Minister Ilena Drazh of Solmark met her Vareshi counterpart, Oran Lisk, in the border town of Hallen on Monday to speak of the pass, the salt road and the winter that both countries fear.

“Our aim is an open pass,” Ms. Drazh said in a news briefing after the talks. “And we see how hard this winter is — no salt, no grain, and a road that nobody has mended since the war.”

Mr. Lisk, who had come with three generals, called the meeting “a beginning” but said that Varesh would not give up the upper valley. Asked whether troops would leave, he laughed.

The two governments have quarrelled over the valley for thirty years. Merchants on both sides say that they have lost a fifth of their trade, and several towns have asked for a customs union. None of it was discussed on Monday, officials said.

According to Petra Voss, an analyst at the Institute for Borders, neither side can afford another winter like the last one. “They know it,” she said by phone. “They will not say it.”

`

// TestExtractHostile reads texts that make careless readers quadratic; it ends in no time when the extractor is not.
func TestExtractHostile(t *testing.T) {
	t.Parallel()
	for name, piece := range map[string]string{
		"opening marks":       "“a ",
		"straight marks":      "\" a\"b ",
		"apostrophes":         "s' 'a ",
		"capitals":            "Ilena Drazh ",
		"one endless quote":   "“a b c,” said he and ",
		"names":               "Ab Cd%, ef. ",
		"pronouns":            "He said that she said. ",
		"labels":              "A: b\n\nMR. C: d\n\n",
		"blank lines":         "\n \n",
		"tags":                "<a <b ",
		"commas":              "Drazh, a, b, ",
		"same words":          "Drazh said “no.” ",
		"one sentence":        "Drazh said “no” and Lisk said “yes” and ",
		"titles":              "the minister President Drazh the minister ",
		"according":           "according to according to Drazh, ",
		"numbers":             "1,000.5 May 4, 2020 ",
		"unclosed paragraphs": "“Drazh spoke.\n\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := article(strings.Repeat(piece, 60_000/len(piece)))
			checkSpans(t, a, Extract(a))
		})
	}
}
