package retrieval

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"attache/internal/news"
)

// inWords tells which filters and favours apply: "since 1 Mar 2022, favouring Northern Wire"; "" when there are none.
func inWords(r Reading) string {
	var parts []string
	switch {
	case !r.Since.IsZero() && !r.Until.IsZero():
		parts = append(parts, r.Since.Format("2 Jan 2006")+" to "+r.Until.Format("2 Jan 2006"))
	case !r.Since.IsZero():
		parts = append(parts, "since "+r.Since.Format("2 Jan 2006"))
	case !r.Until.IsZero():
		parts = append(parts, "until "+r.Until.Format("2 Jan 2006"))
	}
	if r.Publisher != "" {
		parts = append(parts, r.Publisher)
	}
	if len(r.Publishers) > 0 {
		parts = append(parts, "favouring "+strings.Join(r.Publishers, ", "))
	}
	if r.Named {
		form := "2 Jan 2006"
		if r.AnyYear {
			form = "2 Jan"
		}
		parts = append(parts, "favouring articles from around "+r.Around.Format(form))
	} else if !r.Around.IsZero() {
		parts = append(parts, "favouring new articles")
	}
	return strings.Join(parts, ", ")
}

func by(publisher, guild string) func(*news.Article) {
	return func(a *news.Article) { a.Publisher, a.Guild = publisher, guild }
}

func newsroom(t testing.TB) *Index {
	return indexOf(t, letters(),
		report("One", "The pass is shut.", by("Northern Wire", "")),
		report("Two", "The pass is open.", by("The Capital Herald", "")),
		report("Three", "The pass is closed.", by("Zeitung — Ausgabe Nord", "")),
		report("Four", "The pass is guarded.", by("The", "")),
		report("Five", "The pass is mined.", by("", "")),
		report("Six", "The pass is sold.", by("Harbor Confidential", "a")),
	)
}

// What a question is understood to ask for: filters and favours as the reply shows them.
func TestUnderstand(t *testing.T) {
	t.Parallel()
	ix := newsroom(t)
	for _, c := range []struct {
		name, question, want string
	}{
		{"nothing", "Who closed the pass?", ""},
		{"empty", "", ""},
		{"since a month", "What has Drazh said since March 2030?", "since 1 Mar 2030"},
		{"since a day", "since 9 May 2031", "since 9 May 2031"},
		{"since a day, month first", "Since May 9, 2031 what changed", "since 9 May 2031"},
		{"since an ordinal day", "since May 9th, 2031", "since 9 May 2031"},
		{"since a year", "tolls since 2022", "since 1 Jan 2022"},
		{"since an ISO day", "tolls since 2022-02-24", "since 24 Feb 2022"},
		{"since a month of this year", "tolls since march", "since 1 Mar 2031"},
		{"since a month of last year", "tolls since November", "since 1 Nov 2030"},
		{"Sept", "tolls since Sept 2022", "since 1 Sep 2022"},
		{"sept at the end", "tolls since 16 sept", "since 16 Sep 2030"},
		{"as of", "Who was minister as of 3 May 2031?", "until 3 May 2031"},
		{"as of a month", "as of April 2031", "until 30 Apr 2031"},
		{"published before", "articles published before May 2031", "until 30 Apr 2031"},
		{"articles before a day", "articles before 3 May 2031", "until 2 May 2031"},
		{"published after", "published after March 2031", "since 1 Apr 2031"},
		{"published by", "published by 3 May 2031", "until 3 May 2031"},
		{"before is no filter", "What was said before 2030?", "favouring articles from around 2 Jul 2030"},
		{"both bounds", "articles since 1 May 2031 published until 9 May 2031", "1 May 2031 to 9 May 2031"},
		{"a date is a favour", "What happened on 9 May 2031?", "favouring articles from around 9 May 2031"},
		{"a month is a favour", "the talks of April 2031", "favouring articles from around 15 Apr 2031"},
		{"may is a verb", "What may happen at the pass?", ""},
		{"May as a verb", "May trucks cross the pass?", ""},
		{"a month behind in", "What happened in May?", "favouring articles from around 16 May"},
		{"in may", "what happened in may", "favouring articles from around 16 May"},
		{"march is a verb", "Why did they march to the pass?", ""},
		{"the date behind a verb", "What may happen in April 2031?", "favouring articles from around 15 Apr 2031"},
		{"a number is no year", "Did 2,000 trucks cross? 120 did.", ""},
		{"a day that is none", "on 31 February 2031", ""},
		{"today", "What did Drazh say today?", "favouring articles from around 14 May 2031"},
		{"last week", "What happened last week?", "favouring articles from around 7 May 2031"},
		{"a publisher", "What does Northern Wire say of the pass?", "favouring Northern Wire"},
		{"a publisher in small letters", "the capital herald on tolls", "favouring The Capital Herald"},
		{"a publisher with a mark", "according to Northern Wire, who closed it?", "favouring Northern Wire"},
		{"half a publisher", "northern snow", ""},
		{"a publisher inside words", "Northern Wires", ""},
		{"two publishers", "Northern Wire or The Capital Herald?", "favouring Northern Wire, The Capital Herald"},
		{"a publisher that is a stop word", "the pass", ""},
		{"another guild's publisher", "What does Harbor Confidential say?", ""},
	} {
		r := find(t, ix, Query{Text: c.question, Now: wednesday})
		if got := inWords(r.Read); got != c.want {
			t.Errorf("%s: %q is read as %q, want %q", c.name, c.question, got, c.want)
		}
	}
}

func TestUnderstandOptions(t *testing.T) {
	t.Parallel()
	ix := newsroom(t)
	day := func(s string) time.Time {
		if s == "" {
			return time.Time{}
		}
		return date(s)
	}
	for name, c := range map[string]struct {
		text, since, until, asOf string
		literal                  bool
		want                     string
	}{
		"by hand":                      {text: "tolls", since: "2031-05-01", until: "2031-05-09", want: "1 May 2031 to 9 May 2031"},
		"a hand's bound wins":          {text: "tolls since 2020", since: "2031-05-01", want: "since 1 May 2031"},
		"as of is a bound":             {text: "tolls", asOf: "2031-05-09", want: "until 9 May 2031"},
		"the earlier of two bounds":    {text: "tolls", asOf: "2031-05-09", until: "2031-05-02", want: "until 2 May 2031"},
		"as of before until":           {text: "tolls", asOf: "2031-05-02", until: "2031-05-09", want: "until 2 May 2031"},
		"as of and a bound in words":   {text: "articles until 2 May 2031", asOf: "2031-05-09", want: "until 2 May 2031"},
		"as of before one in words":    {text: "articles until 9 May 2031", asOf: "2031-05-02", want: "until 2 May 2031"},
		"literal words stay words":     {text: "since 2020 Northern Wire latest", literal: true},
		"literal, with a hand's bound": {text: "since 2020", literal: true, asOf: "2031-05-09", want: "until 9 May 2031"},
	} {
		r := find(t, ix, Query{Text: c.text, Since: day(c.since), Until: day(c.until), AsOf: day(c.asOf), Literal: c.literal, Now: wednesday})
		if got := inWords(r.Read); got != c.want {
			t.Errorf("%s: read as %q, want %q", name, got, c.want)
		}
	}
	if got := inWords(find(t, ix, Query{Text: "tolls", Publisher: "northern wire"}).Read); got != "northern wire" {
		t.Errorf("a publisher by hand is read as %q", got)
	}
}

// Words for a time that is counted from now mean nothing when nobody says when that is.
func TestUnderstandWithoutNow(t *testing.T) {
	t.Parallel()
	ix := newsroom(t)
	for question, want := range map[string]string{
		"What happened last week?":          "",
		"What happened in May?":             "",
		"What happened in May and in 2030?": "favouring articles from around 2 Jul 2030",
	} {
		if got := inWords(find(t, ix, Query{Text: question}).Read); got != want {
			t.Errorf("%q is read as %q, want %q", question, got, want)
		}
	}
}

func TestLatest(t *testing.T) {
	t.Parallel()
	ix := newsroom(t)
	for question, want := range map[string]bool{
		"What is the latest on the pass?": true, "most recent statement": true, "Newest figures": true, "the last word": false, "lately": false,
	} {
		if got := find(t, ix, Query{Text: question}).Read.Latest; got != want {
			t.Errorf("%q asks for the newest: %v, want %v", question, got, want)
		}
	}
}

// The favour is 1 on the day and halves every so many days.
func TestTimeliness(t *testing.T) {
	t.Parallel()
	r := Reading{Around: date("2031-05-10"), Within: 10}
	for published, want := range map[string]float64{"2031-05-10": 1, "2031-05-20": 0.5, "2031-04-30": 0.5, "2031-05-30": 0.25} {
		if got := r.timeliness(date(published)); got != want {
			t.Errorf("%s: %v, want %v", published, got, want)
		}
	}
	if r.timeliness(time.Time{}) != 0 || (Reading{}).timeliness(date("2031-05-10")) != 0 {
		t.Error("an undated article, or a question about no time, is favoured")
	}
}

func TestFilters(t *testing.T) {
	t.Parallel()
	at := func(day string) func(*news.Article) {
		return func(a *news.Article) {
			a.Published = time.Time{}
			if day != "" {
				a.Published = date(day)
			}
		}
	}
	a := report("April", "The pass is shut in spring.", at("2031-04-30"))
	b := report("May", "The pass is shut in early summer.", at("2031-05-09"), func(a *news.Article) { a.Publisher = "Écho du Col" })
	c := report("Never", "The pass is shut for good.", at(""))
	ix := indexOf(t, letters(), a, b, c)
	for name, q := range map[string]struct {
		query Query
		want  []string
	}{
		"none":                     {Query{}, []string{"April", "May", "Never"}},
		"since":                    {Query{Since: date("2031-05-01")}, []string{"May"}},
		"since the very day":       {Query{Since: date("2031-05-09")}, []string{"May"}},
		"until":                    {Query{Until: date("2031-05-01")}, []string{"April"}},
		"until the very day":       {Query{Until: date("2031-04-30")}, []string{"April"}},
		"as of leaves undated out": {Query{AsOf: date("2031-12-31")}, []string{"April", "May"}},
		"before everything":        {Query{Until: date("2030-01-01")}, nil},
		"publisher":                {Query{Publisher: "echo du COL"}, []string{"May"}},
		"another publisher":        {Query{Publisher: "Nobody"}, nil},
		"one article":              {Query{Article: a.ID}, []string{"April"}},
		"an article that is none":  {Query{Article: "x"}, nil},
		"two filters":              {Query{Article: a.ID, Since: date("2031-05-01")}, nil},
	} {
		for _, mode := range []Mode{Hybrid, Lexical, Vector} {
			q := q
			q.query.Text, q.query.Mode = "Is the pass shut?", mode
			r := find(t, ix, q.query)
			got := map[string]bool{}
			for _, h := range r.Hits {
				got[h.Source.Title] = true
				for _, c := range h.Copies {
					got[c.Title] = true
				}
			}
			if diff := cmp.Diff(q.want, sortedKeys(got), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("%s, mode %q (-want +got):\n%s", name, mode, diff)
			}
			if r.Searched.Articles != len(q.want) {
				t.Errorf("%s: %d articles are said to be searched, want %d", name, r.Searched.Articles, len(q.want))
			}
			if len(q.want) == 0 && r.Answerable {
				t.Errorf("%s: nothing was searched, yet the question counts as answerable", name)
			}
		}
	}
}

func TestSpellOut(t *testing.T) {
	for question, want := range map[string]string{
		"whos the pm of Solmark":     "who is the prime minister of Solmark",
		"what happened on 7 may?":    "what happened on 7 May?",
		"attacked on Jan. 8?":        "attacked on January 8?",
		"on 3 sept, in Kareth":       "on 3 September, in Kareth",
		"may he come in march":       "may he come in march", // no number beside them
		"how many trucks r there":    "how many trucks are there",
		"Viktor Bout and the R Wing": "Viktor Bout and the R Wing",
	} {
		if got := spellOut(question); got != want {
			t.Errorf("%q is read as %q, want %q", question, got, want)
		}
	}
}
