package retrieval

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"attache/internal/news"
)

// How surely a question expects news shows in its wording: a time that it names, a tense of the present, or neither.
func TestNews(t *testing.T) {
	t.Parallel()
	ix := newsroom(t)
	for question, want := range map[string]float64{
		"Which government fell this week?":                  ofTheTime,
		"Who spoke over the weekend?":                       ofTheTime,
		"Which country has left the pact?":                  ofThePresent,
		"Who is leaving the pact?":                          ofThePresent,
		"Which minister is rumoured to go?":                 ofThePresent,
		"According to a new poll, who leads?":               ofThePresent,
		"Who will hold the games in 2040?":                  ofThePresent,
		"What happened in May?":                             ofThePresent, // of the year in which it is asked, as far as one can tell
		"Which country left the pact?":                      0,
		"What has Drazh said about the pass?":               0,
		"Has Solmark ever had an army?":                     0,
		"Which country has left the pact since 2019?":       0,
		"Who has won the games of 2028 and those of 2030?":  0,
		"What has been built, published before March 2030?": 0,
	} {
		if got := find(t, ix, Query{Text: question, Now: date("2031-05-12")}).Read.News; got != want {
			t.Errorf("%q expects news to %v, want %v", question, got, want)
		}
	}
	for name, q := range map[string]Query{"no day of asking": {}, "words as they are": {Now: date("2031-05-12"), Literal: true}, "as of a day": {Now: date("2031-05-12"), AsOf: date("2031-05-01")}} {
		q.Text = "Which government fell this week?"
		if got := find(t, ix, q).Read.News; got != 0 {
			t.Errorf("%s: expects news to %v, want none", name, got)
		}
	}
}

// A collection that ends before the time that a question names cannot tell of it; one that ends long before the day of asking may still answer what
// names no time. What happens between is in proportion.
func TestStale(t *testing.T) {
	t.Parallel()
	ix := indexOf(t, letters(), report("Government falls", "The government fell after a no-confidence vote.", func(a *news.Article) { a.Published = date("2031-05-09") }))
	for _, tt := range []struct {
		question, now string
		want          float64
	}{
		{"Which government fell this week?", "2031-05-09", 0},
		{"Which government fell this week?", "2031-05-19", 0.5}, // a week too late, as three days of the ten belong to the week
		{"Which government fell this week?", "2032-05-09", 1},
		{"Which government has fallen?", "2031-05-09", 0},
		{"Which government has collapsed?", "2031-07-08", 0.25},
		{"Which government has collapsed?", "2041-05-09", 0.5},
		{"Which government fell?", "2041-05-09", 0},
		{"Which government fell in 2031?", "2041-05-09", 0},
		{"Which government fell this week?", "2030-05-09", 0}, // the articles are of a later day
	} {
		got := find(t, ix, Query{Text: tt.question, Now: date(tt.now)}).Signals.Stale
		if math.Abs(got-tt.want) > 1e-6 {
			t.Errorf("%q on %s: stale to %.4f, want %v", tt.question, tt.now, got, tt.want)
		}
	}
	undated := indexOf(t, letters(), report("Government falls", "The government fell.", func(a *news.Article) { a.Published = date("0001-01-01") }))
	if got := find(t, undated, Query{Text: "Which government fell this week?", Now: date("2031-05-09")}).Signals.Stale; got != 0 {
		t.Errorf("undated articles are stale to %v", got)
	}
}

// The same report answers the question when it is fresh, and no longer when the week asked about is another; a question without a time goes on being answered.
func TestOldArticlesDoNotTellThisWeek(t *testing.T) {
	t.Parallel()
	ix := starterIndex()(t)
	ask := func(question, now string) bool {
		return find(t, ix, Query{Text: question, Now: date(now)}).Answerable
	}
	newest := ix.Holdings(news.Viewer{}).To
	for question, later := range map[string]bool{
		"How many lorries a day would the Kareth agreement let through this week?": false,
		"How many lorries a day would the Kareth agreement let through?":           true,
	} {
		if !ask(question, newest.Format("2006-01-02")) {
			t.Errorf("%q is refused on the day of the newest article", question)
		}
		if got := ask(question, newest.AddDate(2, 0, 0).Format("2006-01-02")); got != later {
			t.Errorf("%q two years later: answerable %v, want %v", question, got, later)
		}
	}
}

// A refusal does not say that "week" or the year of an article occurs in none: the articles' dates tell times.
func TestMissingLeavesTimesOut(t *testing.T) {
	t.Parallel()
	ix := indexOf(t, letters(), report("Government falls", "The government fell after a vote.", func(a *news.Article) { a.Published = date("2031-05-09") }))
	for question, want := range map[string][]string{
		"Which government fell this week?":               nil,
		"Which government fell in 2031?":                 nil,
		"Which government fell in 2030?":                 {"2030"},
		"Which kings ruled for a week?":                  {"kings", "ruled", "week"},
		"How many bishops have ever voted this weekend?": {"bishops"},
	} {
		got := find(t, ix, Query{Text: question, Now: date("2031-05-12")}).Missing
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%q (-want +got):\n%s", question, diff)
		}
	}
}
