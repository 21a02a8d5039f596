package answer

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"attache/internal/news"
)

func TestSaidBy(t *testing.T) {
	t.Parallel()
	own := news.Quote{Kind: news.Direct, Speaker: news.Speaker{Kind: news.Person, Name: "Ilena Drazh"}}
	all := []Sentence{
		{Text: "The pass lies in Varesh."},
		{Text: "“Not now,” the minister answered.", Quote: &own},
		{Text: "Drazh said that talks were off."},
		{Text: "Drazh travelled to Kareth."},
		{Text: "Stenn said that Drahz was wrong."},
	}
	for question, want := range map[string][]int{
		"What did Drazh say about talks?":         {1, 2},
		"What has Ilena Drazh said of the pass?":  {1, 2},
		"What did Osen say about the pass?":       {},
		"Where is the pass?":                      {0, 1, 2, 3, 4},
		"What did Stenn tell reporters on Friday": {4},
	} {
		got := []int{}
		for _, s := range saidBy(question, Draft{Sentences: all}).Sentences {
			for i := range all {
				if all[i].Text == s.Text {
					got = append(got, i)
				}
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", question, diff)
		}
	}
}

func TestCased(t *testing.T) {
	t.Parallel()
	evidence := []Evidence{piece(1, "2031-05-09", "W", "Talks", "Foreign Minister Ilena Drazh left the LLS. The Kareth pass is a pass. The Pass is shut."), piece(2, "2031-05-09", "W", "More", "Minister Drazh met the LLS.")}
	for question, want := range map[string]string{
		"what did drazh say about the pass": "what did Drazh say about the pass",
		"drazh's view of the lls":           "Drazh's view of the LLS",
		"who is the foreign minister":       "who is the Foreign minister", // the office, no name
		"what did drazh tell the LLS":       "what did Drazh tell the LLS",
		"What did drazh tell Stenn":         "What did drazh tell Stenn", // whoever writes capitals means them
		"wer ist größer, drazh":             "wer ist größer, Drazh",
		"":                                  "",
	} {
		if got := cased(question, evidence); got != want {
			t.Errorf("%q is read as %q, want %q", question, got, want)
		}
	}
}
