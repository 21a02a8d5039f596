package quotes

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"attache/internal/news"
)

// said writes each transcript quotation as "SPEAKER (TITLE): words".
func said(a news.Article) []string {
	var out []string
	for _, q := range Extract(a) {
		if q.Kind != news.Transcript {
			continue
		}
		who := q.Speaker.Name
		if who == "" {
			who = "?" + q.Speaker.Mention
		}
		if q.Speaker.Title != "" {
			who += " (" + q.Speaker.Title + ")"
		}
		for _, f := range q.Fragments {
			out = append(out, who+": "+f.Text)
		}
	}
	return out
}

func TestTranscripts(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		title, text string
		want        []string
	}{
		"briefing": {
			"Press briefing",
			"Spokesman Oran Lisk took questions on Friday.\n\nMR. LISK: Good morning, everyone.\n\nQUESTION: Is the pass shut?\n\nMR. LISK: It is. It stays shut.\n\nWe said so in May.\n\n(Laughter.)\n\nQUESTION: Why?",
			[]string{
				"Oran Lisk (Spokesman): Good morning, everyone.", "?QUESTION: Is the pass shut?", "Oran Lisk (Spokesman): It is. It stays shut.",
				"Oran Lisk (Spokesman): We said so in May.", "?QUESTION: Why?",
			},
		},
		"speaker named by the label alone": {
			"Joint press availability",
			"FOREIGN MINISTER VOSS: We are glad to be here.\n\nMODERATOR: Thank you.\n\nFOREIGN MINISTER VOSS: The talks went well.",
			[]string{"Voss (Foreign Minister): We are glad to be here.", "?MODERATOR: Thank you.", "Voss (Foreign Minister): The talks went well."},
		},
		"hearing with names in full": {
			"Hearing on the pass",
			"Ilena Drazh: I have three questions.\n\nOran Lisk: I am listening.\n\nIlena Drazh: Who shut the pass?\n\nOran Lisk: We did.",
			[]string{"Ilena Drazh: I have three questions.", "Oran Lisk: I am listening.", "Ilena Drazh: Who shut the pass?", "Oran Lisk: We did."},
		},
		"interview by letters": {
			"An interview with Ilena Drazh",
			"Ilena Drazh, the foreign minister of Solmark, spoke in Hallen.\n\nQ. Is the pass shut?\n\nA. It is, and it stays shut.\n\nQ: Why?\n\nA: Because of the snow.",
			[]string{
				"?Q: Is the pass shut?", "Ilena Drazh (foreign minister of Solmark): It is, and it stays shut.", "?Q: Why?",
				"Ilena Drazh (foreign minister of Solmark): Because of the snow.",
			},
		},
		"speech by its title": {
			"Remarks by Foreign Minister Ilena Drazh at the Salt Council",
			"Mr. Chairman, I thank you.\n\nWe have come a long way. Our “friends” have not helped us.",
			[]string{"Ilena Drazh (Foreign Minister): Mr. Chairman, I thank you.", "Ilena Drazh (Foreign Minister): We have come a long way. Our “friends” have not helped us."},
		},
		"statement with the post behind the name": {
			"Statement by Mr. Oran Lisk, President of Varesh, at the General Debate",
			"We the people of Varesh greet you.",
			[]string{"Oran Lisk (President of Varesh): We the people of Varesh greet you."},
		},
		"article about a speech": {
			"Remarks by Ilena Drazh anger Varesh",
			"The foreign minister of Solmark spoke for an hour. “I will not open it,” she said. Varesh was not pleased. Its envoy left the hall.",
			nil,
		},
		"article with colons": {
			"Three things to know",
			"The pass: It is shut.\n\nThe road: It is long.\n\nThe winter: It is cold.",
			nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := article(c.text)
			a.Title = c.title
			if diff := cmp.Diff(c.want, said(a)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			checkSpans(t, a, Extract(a))
		})
	}
}

func TestSpeechByLabel(t *testing.T) {
	t.Parallel()
	a := article("The pass is shut. It stays shut.\n\n" + strings.Repeat("Every winter has been worse than the one before it. ", 40))
	a.Label, a.Author = "speech", "Mr. Oran Lisk, President of Varesh"
	found := Extract(a)
	if len(found) < 3 {
		t.Fatalf("a long paragraph is one quotation: %d", len(found))
	}
	for _, q := range found {
		if q.Speaker.Name != "Oran Lisk" || q.Speaker.Title != "President of Varesh" || q.Span().Len() > longestPiece || q.Spoken.String() != "28 Feb 2023" {
			t.Errorf("got %+v", q)
		}
	}
	checkSpans(t, a, found)
}
