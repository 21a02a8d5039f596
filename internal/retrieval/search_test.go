package retrieval

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"attache/internal/news"
)

// checkResult tests everything that holds for every result.
func checkResult(t testing.TB, q Query, r Result) {
	t.Helper()
	if math.IsNaN(r.Confidence) || r.Confidence < 0 || r.Confidence > 1 {
		t.Fatalf("%q: confidence %v", q.Text, r.Confidence)
	}
	if len(r.Hits) == 0 && r.Answerable {
		t.Fatalf("%q: answerable without a hit", q.Text)
	}
	limit := q.Limit
	if limit == 0 {
		limit = 10
	}
	if len(r.Hits) > limit {
		t.Fatalf("%q: %d hits, %d wanted", q.Text, len(r.Hits), limit)
	}
	seen := map[string]bool{}
	for i, h := range r.Hits {
		if math.IsNaN(h.Score) || math.IsInf(h.Score, 0) || i > 0 && h.Score > r.Hits[i-1].Score {
			t.Fatalf("%q: hit %d has score %v", q.Text, i, h.Score)
		}
		if seen[h.Passage.ID] || h.Passage.ArticleID != h.Source.ArticleID || h.Passage.Text == "" || !h.Why.Dropped.IsZero() {
			t.Fatalf("%q: hit %d is %+v", q.Text, i, h)
		}
		if h.Why.LexicalRank == 0 && h.Why.VectorRank == 0 {
			t.Fatalf("%q: hit %d was found by nothing: %+v", q.Text, i, h.Why)
		}
		seen[h.Passage.ID] = true
	}
	for _, h := range r.Dropped {
		if h.Why.Dropped.IsZero() || seen[h.Passage.ID] {
			t.Fatalf("%q: dropped %s without a reason, or shown too", q.Text, h.Passage.ID)
		}
	}
	if utf8.ValidString(q.Text) && !utf8.ValidString(fmt.Sprint(r.Missing, r.Corrected, r.Read)) {
		t.Fatalf("%q: what is shown of the question is not text", q.Text)
	}
}

// starterIndex holds the starter articles, built once.
var starterIndex = sync.OnceValue(func() func(testing.TB) *Index {
	var once sync.Once
	var ix *Index
	return func(t testing.TB) *Index {
		once.Do(func() { ix = indexOf(t, builtinModel(t), starter(t)...) })
		return ix
	}
})

// badQuestions are questions that nobody should ask and somebody will.
func badQuestions() map[string]string {
	return map[string]string{
		"nothing":            "",
		"white space":        " \n\t\u00a0",
		"one letter":         "a",
		"one digit":          "7",
		"one ideograph":      "中",
		"one combining mark": "\u0301",
		"stop words only":    "what is it that they have been and who were these?",
		"punctuation only":   "?!… — “”;:,.'",
		"emoji":              "🚚🚚🚚👩🏽‍🚀",
		"Chinese":            "中国外交部发言人说了什么？",
		"Russian":            "Кто закрыл перевал?",
		"Arabic":             "من أغلق الممر؟",
		"Hindi":              "दर्रा किसने बंद किया?",
		"right to left mark": "\u202eKareth\u202c",
		"4,000 letters":      strings.Repeat("a", 4000),
		"4,000 bytes":        strings.Repeat("Who closed the Kareth pass? ", 143),
		"4,000 ideographs":   strings.Repeat("外交", 2000),
		"1,000 wrong words":  strings.Repeat("Solmrak Kraeth Drahz Varseh ", 250),
		"1,000 new words":    manyWords(1000),
		"SQL":                `'; DROP TABLE articles; -- " OR 1=1`,
		"full-text syntax":   `"Kareth pass" NEAR/3 (convoy* OR -gate) AND title:^solmark~2 {a b} : *`,
		"regular expression": `(?i)\b(\d{1,2}) (May)+$ [[:alpha:]] \`,
		"template":           "{{.Passage}} %s %d %!v ${HOME} $(id)",
		"NUL and control":    "Kareth\x00pass\x1b[31m\x7f",
		"no characters":      "\xff\xfe Kareth \xc3",
		"markup":             "<script>alert(1)</script> @everyone <@123> [x](http://x)",
		"date that is none":  "since 99 May 99999 until 31 February 0000",
		"numbers":            "1.25 2,500 0 -1 1e308 99999999999999999999",
	}
}

// manyWords is n words that nothing holds, each like many others.
func manyWords(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "kar%cth%c%c ", 'a'+i%26, 'a'+i/26%26, 'a'+i/676%26)
	}
	return b.String()
}

func TestBadQuestions(t *testing.T) {
	t.Parallel()
	for name, question := range badQuestions() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			full, empty := starterIndex()(t), newIndex(t, builtinModel(t))
			for _, mode := range []Mode{Hybrid, Lexical, Vector} {
				for _, literal := range []bool{false, true} {
					q := Query{Text: question, Mode: mode, Literal: literal, Now: wednesday, Explain: true}
					checkResult(t, q, find(t, full, q))
					if r := find(t, empty, q); len(r.Hits) > 0 || r.Answerable || r.Searched.Articles != 0 {
						t.Errorf("an empty index answers %+v", r)
					}
				}
			}
		})
	}
}

// Odd questions still find what they name.
func TestOddQuestionsThatFind(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ question, title string }{
		"syntax around a name":  {`"Kareth" AND (draft OR annex*) -- ; SELECT`, "What the Kareth draft says and what it leaves open"},
		"invisible characters":  {"\u200bFalepili\u200b \u202eUnion\u202c", "Small island states and the powers that defend them"},
		"full-width letters":    {"Ｂａｉｋｏｎｕｒ ｌｅａｓｅ", "Kazakhstan walks between Moscow and Beijing"},
		"capitals":              {"WHO LEASES BAIKONUR?", "Kazakhstan walks between Moscow and Beijing"},
		"accents left out":      {"sebastien lecornu", "Who leads the G7 countries, May 2026"},
		"accents as marks":      {"Se\u0301bastien Lecornu", "Who leads the G7 countries, May 2026"},
		"one word 500 times":    {strings.Repeat("shiprider ", 500), "Small island states and the powers that defend them"},
		"stop words around one": {"what is it about the shiprider that they have", "Small island states and the powers that defend them"},
	} {
		if r := find(t, starterIndex()(t), Query{Text: c.question}); len(r.Hits) == 0 || r.Hits[0].Source.Title != c.title {
			t.Errorf("%s: %.60q finds %v first, want %q", name, c.question, titlesOf(r), c.title)
		}
	}
}

func titlesOf(r Result) []string {
	var titles []string
	for _, h := range r.Hits {
		titles = append(titles, h.Source.Title)
	}
	return titles
}

func FuzzSearch(f *testing.F) {
	for _, q := range badQuestions() {
		f.Add(q, uint8(0))
	}
	f.Add("What did Drazh say since May 2031 in Northern Wire?", uint8(3))
	f.Fuzz(func(t *testing.T, question string, options uint8) {
		if len(question) > 5000 {
			t.Skip("longer than any front end lets through")
		}
		q := Query{Text: question, Explain: options&1 > 0, Literal: options&2 > 0, Limit: int(options >> 4), Mode: []Mode{Hybrid, Lexical, Vector, Hybrid}[options>>2&3]}
		if options&1 > 0 {
			q.Now = wednesday
		}
		checkResult(t, q, find(t, starterIndex()(t), q))
	})
}

// Copies of one wire report count once, and the hit names where else it ran.
func TestCopiesCollapse(t *testing.T) {
	t.Parallel()
	report1 := "A military convoy from Solmark drove over the Kareth pass before dawn on Friday, two days after the road was closed to civilian traffic. " +
		"About 40 trucks took part, the general staff of Solmark said in Brandholm."
	ix := indexOf(t, builtinModel(t),
		report("Convoy crosses the pass", report1, by("Northern Wire", "")),
		report("Army trucks on the Kareth road", "(Northern Wire) "+report1, by("The Harbor Post", "")),
		report("Drivers wait at Kareth", "Truck drivers waited on Friday at the Kareth pass and nobody told them when a convoy would let them through again.", by("Herald", "")),
	)
	r := find(t, ix, Query{Text: "Which convoy drove over the Kareth pass?", Explain: true})
	if len(r.Hits) != 2 || len(r.Hits[0].Copies) != 1 || len(r.Hits[1].Copies) != 0 {
		t.Fatalf("got %v with copies %+v, want one report with a copy, and another", titlesOf(r), r.Hits)
	}
	shown := []string{r.Hits[0].Source.Publisher, r.Hits[0].Copies[0].Publisher}
	slices.Sort(shown)
	if diff := cmp.Diff([]string{"Northern Wire", "The Harbor Post"}, shown); diff != "" {
		t.Error(diff)
	}
	if len(r.Dropped) != 1 || !strings.Contains(r.Dropped[0].Why.Dropped.String(), r.Hits[0].Passage.ID) {
		t.Errorf("dropped %+v, want the copy with the id of what it copies", r.Dropped)
	}
}

func TestSameReport(t *testing.T) {
	t.Parallel()
	words := strings.Fields("a military convoy from Solmark drove over the Kareth pass before dawn on Friday two days after the road was closed to civilian traffic")
	text := strings.Join(words, " ")
	for name, c := range map[string]struct {
		a, b string
		want bool
	}{
		"the same":                    {text, text, true},
		"letter case and marks aside": {text, strings.ToUpper(text) + "!", true},
		"a part of a longer one":      {strings.Join(words[:15], " "), text + " " + manyWords(100), true},
		"another order of words":      {text, strings.Join(reversed(words), " "), false},
		"something else":              {text, manyWords(23), false},
		"a phrase in common":          {"drove over the Kareth pass before dawn", "drove over the Kareth pass before dawn", false},
		"nothing":                     {"", "", false},
	} {
		for _, pair := range [][2]string{{c.a, c.b}, {c.b, c.a}} {
			if got := sameReport(shingle(pair[0]), shingle(pair[1])); got != c.want {
				t.Errorf("%s: got %v, want %v", name, got, c.want)
			}
		}
	}
}

func reversed(words []string) []string {
	turned := slices.Clone(words)
	slices.Reverse(turned)
	return turned
}

// An article with many fitting passages leaves room for others.
func TestPassagesPerSource(t *testing.T) {
	t.Parallel()
	var paragraphs []string
	for i := range 6 {
		paragraphs = append(paragraphs, fmt.Sprintf("# Part %d", i), "The Kareth pass in winter "+manyWords(170)[i*8:])
	}
	long := body(paragraphs...)
	long.ID, long.Title = "long", "The Kareth pass"
	ix := indexOf(t, letters(), long, report("Other", "Trucks at the Kareth pass."))
	for perSource, want := range map[int]int{0: 3, 1: 1, 5: 5} {
		r := find(t, ix, Query{Text: "Kareth pass winter", PerSource: perSource, Explain: true})
		n := 0
		for _, h := range r.Hits {
			n += int(indicator(h.Source.ArticleID == "long"))
		}
		if n != want || len(r.Hits) != want+1 {
			t.Errorf("PerSource %d: %d of %d hits are of the long article, want %d and the other", perSource, n, len(r.Hits), want)
		}
		if len(r.Hits)+len(r.Dropped) != 7 {
			t.Errorf("PerSource %d: %d hits and %d dropped, want all 7 passages explained", perSource, len(r.Hits), len(r.Dropped))
		}
	}
}

func TestLimit(t *testing.T) {
	t.Parallel()
	for limit, want := range map[int]int{0: 10, 1: 1, 4: 4, 1000: 28} {
		r := find(t, starterIndex()(t), Query{Text: "Russia Kazakhstan pass trucks United Nations oil", Limit: limit, PerSource: 1})
		if limit < 1000 && len(r.Hits) != want || limit == 1000 && len(r.Hits) < 20 {
			t.Errorf("limit %d: %d hits, want %d", limit, len(r.Hits), want)
		}
	}
}

// Each mode reports its own ranks and score.
func TestModes(t *testing.T) {
	t.Parallel()
	question := "Which harbor takes Kazakhstan's petroleum?"
	for _, mode := range []Mode{Lexical, Vector, Hybrid} {
		r := find(t, starterIndex()(t), Query{Text: question, Mode: mode})
		for i, h := range r.Hits {
			switch {
			case mode == Lexical && (h.Why.VectorRank != 0 || h.Score != h.Why.LexicalScore || h.Why.LexicalRank == 0):
				t.Errorf("lexical hit %d: %+v", i, h.Why)
			case mode == Vector && (h.Why.LexicalRank != 0 || h.Score != h.Why.VectorScore || h.Why.VectorRank == 0):
				t.Errorf("vector hit %d: %+v", i, h.Why)
			}
		}
		if !r.Degraded.IsZero() || len(r.Hits) != 10 {
			t.Errorf("mode %q: %d hits, degraded %q", mode, len(r.Hits), r.Degraded)
		}
	}
}

// A question that asks for the latest prefers the newer of two articles that fit equally well.
func TestLatestFirst(t *testing.T) {
	t.Parallel()
	at := func(day string) func(*news.Article) {
		return func(a *news.Article) { a.Published = date(day) }
	}
	ix := indexOf(t, letters(), report("Old", "Drazh spoke of the pass, in April.", at("2031-04-01")), report("New", "Drazh spoke of the pass, in May!", at("2031-05-13")))
	for _, now := range []time.Time{{}, wednesday} {
		if r := find(t, ix, Query{Text: "the latest that Drazh spoke of", Now: now}); titlesOf(r)[0] != "New" {
			t.Errorf("now %v: %v", now, titlesOf(r))
		}
	}
	// what is new is measured by the newest article about it, not by one about something else
	later := indexOf(t, letters(), report("Old: Drazh", "Drazh spoke of the pass, in April.", at("2028-04-01")), report("New", "Drazh spoke of the pass, in May!", at("2029-05-13")), report("Sea", "The harbor of Lind is open.", at("2033-01-01")))
	for _, question := range []string{"the latest on Drazh", "What is new on Drazh?", "any news about Drazh"} {
		if r := find(t, later, Query{Text: question}); titlesOf(r)[0] != "New" || len(r.Missing) > 0 {
			t.Errorf("%q beside a newer one about something else: %v, missing %v", question, titlesOf(r), r.Missing)
		}
	}
}

// A word that nothing holds is named as missing; one that only filtered-out articles hold is too.
func TestMissing(t *testing.T) {
	t.Parallel()
	ix := indexOf(t, letters(), report("Pass", "The Kareth pass is shut."), report("Sea", "The harbor of Lind is open.", func(a *news.Article) { a.Published = date("2020-01-01") }))
	for question, want := range map[string][]string{
		"Is the Kareth pass shut?":            nil,
		"Who is Ossian Tull in Kareth?":       {"Ossian", "Tull"}, // no typing error of "tell"
		"Is the harbor in Lind or in Kareth?": {"harbor", "Lind"}, // published before
		"Is the pass of KARETH shut or mined": {"mined"},
	} {
		if diff := cmp.Diff(want, find(t, ix, Query{Text: question, Since: date("2031-05-01")}).Missing, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%q (-want +got):\n%s", question, diff)
		}
	}
}

func TestCorrected(t *testing.T) {
	t.Parallel()
	ix := indexOf(t, letters(), report("Pass", "The Kareth pass is shut to convoys."))
	r := find(t, ix, Query{Text: "Is the Kraeth pass shut to konvoys?"})
	if diff := cmp.Diff([]Correct{{From: "Kraeth", To: "Kareth"}}, r.Corrected); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if len(r.Hits) != 1 {
		t.Errorf("found %v", titlesOf(r))
	}
}

// TestSlips: a word that the language knows and the collection does not is taken for another one only where that lacks no more than a letter and stands
// beside the question's next word.
func TestSlips(t *testing.T) {
	t.Parallel()
	ix := indexOf(t, letters(), report("One", "The foreign minister of Varesh spoke. A marine stood by. Iraq signed."), report("Two", "Varesh called its minister home. It is a long country road."),
		report("Three", "Talks in Kareth go on. A marine saluted the minister of Varesh."))
	ix.model.Knows = func(word string) bool { return word != "talkin" }
	for question, want := range map[string][]Correct{
		"what did the varesh minster want":    {{"minster", "minister"}},
		"what did the varesh minitser want":   {{"minitser", "minister"}},
		"the minster of Kareth":               nil, // no minister beside Kareth
		"what did the varesh mistster want":   nil, // two letters
		"a varesh marina":                     nil, // another letter, not one left out
		"what did varesh want of Minster":     nil, // a name
		"what did Iran sign":                  nil,
		"wots the varesh minster talkin bout": {{"talkin", "Talks"}, {"minster", "minister"}},
		"was Talkin there":                    nil, // a name
	} {
		if diff := cmp.Diff(want, find(t, ix, Query{Text: question}).Corrected, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%q (-want +got):\n%s", question, diff)
		}
	}
}

// TestDayAlone: a day without its month is found as articles write it, and "happened" is nothing to look for.
func TestDayAlone(t *testing.T) {
	t.Parallel()
	ix := indexOf(t, letters(), report("Pass", "The barrier came down on 7 May."), report("Post", "The 5th battalion left."))
	for question, want := range map[string][]string{"What happened on the 7th?": nil, "What happened on the 9th?": {"9th"}, "Is it the 5th battalion that left?": nil} {
		if diff := cmp.Diff(want, find(t, ix, Query{Text: question}).Missing, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%q (-want +got):\n%s", question, diff)
		}
	}
	for _, question := range []string{"What happened on the 7th of May?", "What happened on 7 May?"} {
		if read := find(t, ix, Query{Text: question, Now: date("2031-05-20")}).Read; !read.Around.Equal(date("2031-05-07")) {
			t.Errorf("%q is about %v", question, read.Around)
		}
	}
	for question, want := range map[string]bool{"what's new on the pass": true, "any news on Drazh?": true, "the latest on Drazh": true, "Who opened the new pass?": false} {
		if got := AsksLatest(question); got != want {
			t.Errorf("AsksLatest(%q) = %v", question, got)
		}
	}
}

// TestSpokenWords: small words typed in haste are nothing to look for, and names like them are kept.
func TestSpokenWords(t *testing.T) {
	t.Parallel()
	ix := indexOf(t, letters(), report("Pass", "The pass is shut."))
	for question, want := range map[string][]string{
		"wots bout the pass pls?": nil,
		"u know whos at the pass": nil,
		"Wat of the pass, U Tull": {"U", "Tull"},
		"Who is Viktor Bout?":     {"Viktor", "Bout"},
		"Where is Wat Pho?":       {"Wat", "Pho"},
	} {
		if diff := cmp.Diff(want, find(t, ix, Query{Text: question}).Missing, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%q (-want +got):\n%s", question, diff)
		}
	}
}

// Relevance prefers the sentence that answers, and lives without an embedder.
func TestRelevance(t *testing.T) {
	t.Parallel()
	sentences := []string{"Snow fell.", "Colonel Osen said that the barrier had come down first.", "The barrier came down.", ""}
	scores, err := starterIndex()(t).Relevance(t.Context(), "When did the barrier come down, Colonel Osen?", sentences)
	if err != nil || len(scores) != len(sentences) {
		t.Fatalf("got %v, %v", scores, err)
	}
	if scores[1] <= scores[2] || scores[2] <= scores[0] || scores[3] != 0 {
		t.Errorf("got %v, want the second highest, then the third, nothing for no text", scores)
	}
	if scores, err := starterIndex()(t).Relevance(t.Context(), "", nil); err != nil || len(scores) != 0 {
		t.Errorf("nothing to score: %v, %v", scores, err)
	}
}
