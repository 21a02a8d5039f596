package quotes

import (
	"testing"
	"time"

	"attache/internal/news"
)

// Published on Tuesday, 28 February 2023.
func TestSpokenAndVenue(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ attribution, spoken, read, venue string }{
		"weekday":                  {"Ilena Drazh said on Friday", "24 Feb 2023", "on Friday", ""},
		"weekday without on":       {"Ilena Drazh said Monday", "27 Feb 2023", "Monday", ""},
		"the day of publication":   {"Ilena Drazh said on Tuesday", "28 Feb 2023", "on Tuesday", ""},
		"last weekday":             {"Ilena Drazh said last Tuesday", "21 Feb 2023", "last Tuesday", ""},
		"yesterday":                {"Ilena Drazh said yesterday", "27 Feb 2023", "yesterday", ""},
		"month":                    {"Ilena Drazh wrote in December", "Dec 2022", "in December", ""},
		"month of this year":       {"Ilena Drazh wrote in January", "Jan 2023", "in January", ""},
		"month and year":           {"Ilena Drazh wrote in March 2021", "Mar 2021", "in March 2021", ""},
		"day of a month":           {"Ilena Drazh said on Feb. 16", "16 Feb 2023", "on Feb. 16", ""},
		"day of a month last year": {"Ilena Drazh said on Nov. 3", "3 Nov 2022", "on Nov. 3", ""},
		"day, month and year":      {"Ilena Drazh said on May 4, 2020", "4 May 2020", "on May 4, 2020", ""},
		"British order":            {"Ilena Drazh said on 16 February 2023", "16 Feb 2023", "on 16 February 2023", ""},
		"year":                     {"Ilena Drazh wrote in 2014", "2014", "in 2014", ""},
		"last month":               {"Ilena Drazh said last month", "Jan 2023", "last month", ""},
		"last year":                {"Ilena Drazh said last year", "2022", "last year", ""},
		"last week":                {"Ilena Drazh said last week", "Feb 2023", "last week", ""},
		"last summer":              {"Ilena Drazh said last summer", "2022", "last summer", ""},
		"days ago":                 {"Ilena Drazh said three days ago", "25 Feb 2023", "three days ago", ""},
		"months ago":               {"Ilena Drazh said two months ago", "Dec 2022", "two months ago", ""},
		"nothing said":             {"Ilena Drazh said", "", "", ""},
		"may is a verb":            {"Ilena Drazh said as she may", "", "", ""},
		"the day of another thing": {"Ilena Drazh said, referring to the vote on Friday", "", "", ""},
		"briefing and day":         {"Ilena Drazh said in a news briefing on Friday", "24 Feb 2023", "on Friday", "in a news briefing"},
		"interview with":           {"Ilena Drazh said in an interview with the Hallen Herald on Friday", "24 Feb 2023", "on Friday", "in an interview with the Hallen Herald"},
		"by phone":                 {"Ilena Drazh said by phone", "", "", "by phone"},
		"by phone with somebody":   {"Ilena Drazh spoke by phone with Oran Lisk to discuss the pass and said", "", "", "by phone with Oran Lisk"},
		"told reporters":           {"Ilena Drazh told reporters on Monday", "27 Feb 2023", "on Monday", "to reporters"},
		"told somebody to do":      {"Ilena Drazh told reporters to wait", "", "", "to reporters"},
		"told somebody a thing":    {"Ilena Drazh told Oran Lisk the bad news", "", "", "to Oran Lisk"},
		"told reporters in":        {"Ilena Drazh told reporters in Hallen on Monday", "27 Feb 2023", "on Monday", "to reporters"},
		"statement":                {"Ilena Drazh said in a statement", "", "", "in a statement"},
		"turned round":             {"said Ilena Drazh at a rally in Hallen on Sunday", "26 Feb 2023", "on Sunday", "at a rally in Hallen"},
		"place is no occasion":     {"Ilena Drazh said in Hallen", "", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found := Extract(article("“We will not open the pass,” " + c.attribution + "."))
			if len(found) == 0 {
				t.Fatal("nothing found")
			}
			q := found[0]
			if q.Spoken.String() != c.spoken || q.Spoken.Text != c.read || q.Venue != c.venue {
				t.Errorf("%s: spoken %q (%q), venue %q; want %q (%q), %q", c.attribution, q.Spoken, q.Spoken.Text, q.Venue, c.spoken, c.read, c.venue)
			}
		})
	}
}

func TestSpokenInFront(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"On Friday, Ilena Drazh said, “We will not open the pass.”":                                  "24 Feb 2023",
		"In December, Ilena Drazh called the plan “a wound.”":                                        "Dec 2022",
		"Ilena Drazh on Friday called the plan “a wound.”":                                           "24 Feb 2023",
		"Ilena Drazh said that on Friday the pass would be “a wound.”":                               "",
		"The talks on Friday failed. Ilena Drazh said they were “a wound.”":                          "",
		"Ilena Drazh said she would go on Friday, and called the plan “a wound.”":                    "",
		"Asked on Friday about the pass, Ilena Drazh said, “We will not open the pass this winter.”": "24 Feb 2023",
	} {
		found := Extract(article(text))
		last := found[len(found)-1]
		if last.Kind == news.Reported || last.Spoken.String() != want {
			t.Errorf("%s: spoken %q, want %q", text, last.Spoken, want)
		}
	}
}

func TestSpokenWithoutPublication(t *testing.T) {
	t.Parallel()
	a := article("“We will not open the pass,” Ilena Drazh said on Friday. “Not now,” Oran Lisk wrote in 2014.")
	a.Published = time.Time{}
	found := Extract(a)
	if len(found) != 2 || found[0].Spoken != (news.Date{}) || found[1].Spoken.String() != "2014" {
		t.Errorf("got %+v", found)
	}
}
