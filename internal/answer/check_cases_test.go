package answer

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"attache/internal/embed"
	"attache/internal/news"
)

// checkCases is testdata/check_cases.json, check_more.json and check_heldout.json.
type checkCases struct {
	About   string
	Sources []caseSource
	Cases   []checkCase
}

type caseSource struct {
	ID, Title, Publisher, Published, Text string
	Quotes                                []struct{ Words, Speaker, Title string }
}

type checkCase struct {
	Set, Kind, Sentence string
	Sources             []string
	Cites               []int
}

func loadCases(t testing.TB, file string) (map[string]Evidence, []checkCase) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var all checkCases
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	evidence := make(map[string]Evidence)
	for _, s := range all.Sources {
		evidence[s.ID] = s.evidence(t)
	}
	return evidence, all.Cases
}

func (s caseSource) evidence(t testing.TB) Evidence {
	t.Helper()
	published, err := time.Parse(time.DateOnly, s.Published)
	if err != nil {
		t.Fatal(err)
	}
	e := Evidence{
		Passage: news.Passage{ID: s.ID + "-0000", ArticleID: s.ID, Text: s.Text, Span: news.Span{End: len(s.Text)}},
		Source:  news.Source{ArticleID: s.ID, Title: s.Title, Publisher: s.Publisher, Published: published},
	}
	for _, q := range s.Quotes {
		start := strings.Index(s.Text, q.Words)
		e.Quotes = append(e.Quotes, news.Quote{
			ID: news.QuoteID(s.ID, start), ArticleID: s.ID, Kind: news.Direct,
			Fragments: []news.Fragment{{Span: news.Span{Start: start, End: start + len(q.Words)}, Text: q.Words}},
			Speaker:   news.Speaker{Kind: news.Person, Name: q.Speaker, Title: q.Title},
		})
	}
	return e
}

// evidenceOf numbers a case's sources from 1.
func (c checkCase) evidenceOf(byID map[string]Evidence) []Evidence {
	var evidence []Evidence
	for i, id := range c.Sources {
		e := byID[id]
		e.N = i + 1
		evidence = append(evidence, e)
	}
	return evidence
}

// tally counts, by kind, how many cases there were and how many were refused.
type tally struct{ cases, refused map[string]int }

func (n tally) share(kinds ...string) (refused, cases int, share float64) {
	for _, k := range kinds {
		refused += n.refused[k]
		cases += n.cases[k]
	}
	return refused, cases, float64(refused) / float64(max(1, cases))
}

var plantedKinds = []string{"citation", "quotation", "number", "date", "name", "negation", "role", "strength", "added", "unsupported"}

// TestCheckCases runs the check over good sentences and planted faults, with the built-in word vectors and without, and holds it to what the project promises: 97 % of the faults caught, 3 % of the good sentences refused (5 % without vectors).
//
// The figures flatter the check, which was made on these sentences: TestCheckOnOtherText says what it does with others.
func TestCheckCases(t *testing.T) {
	byID, cases := loadCases(t, "testdata/check_cases.json")
	model, err := embed.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	mostRefused := map[string]float64{"with word vectors": 0.03, "without": 0.05}
	for name, embedder := range map[string]Embedder{"with word vectors": Embedder(model.Embed), "without": nil} {
		t.Run(name, func(t *testing.T) {
			checkers := make(map[string]*checker)
			all := tally{map[string]int{}, map[string]int{}}
			for _, set := range []string{"dev", "held", "fresh", "fourth", "fifth"} {
				t.Run(set, func(t *testing.T) {
					part := tally{map[string]int{}, map[string]int{}}
					for _, c := range cases {
						if c.Set != set {
							continue
						}
						key := strings.Join(c.Sources, " ")
						if checkers[key] == nil {
							checkers[key] = newChecker(t.Context(), c.evidenceOf(byID), embedder)
						}
						v := checkers[key].check(c.Sentence, c.Cites)
						part.cases[c.Kind]++
						all.cases[c.Kind]++
						if !v.ok() {
							part.refused[c.Kind]++
							all.refused[c.Kind]++
						}
						if v.ok() != (c.Kind == "good") {
							t.Logf("WRONG %s %v: %s %v", c.Kind, c.Sources[0], c.Sentence, v.faults)
						}
					}
					report(t, part)
				})
			}
			if len(all.cases) < 11 {
				return // a part of the test was asked for
			}
			report(t, all)
			if caught, n, share := all.share(plantedKinds...); share < 0.97 || n < 200 {
				t.Errorf("%d of %d planted faults caught (%.1f %%), want 97 %% of 200 or more", caught, n, 100*share)
			}
			if refused, n, share := all.share("good"); share > mostRefused[name] || n < 200 {
				t.Errorf("%d of %d good sentences refused (%.1f %%), want at most %.0f %% of 200 or more", refused, n, 100*share, 100*mostRefused[name])
			}
		})
	}
}

// TestCheckOnOtherText measures the check on text that it was not calibrated on, and holds it to what it reached there: a change that only fits the calibrated sentences shows here. Of the sets
// in check_heldout.json nobody who changes the check has read a sentence.
func TestCheckOnOtherText(t *testing.T) {
	if raceEnabled {
		t.Skip("TestCheckCases gives the race detector as much to see")
	}
	t.Parallel()
	model, err := embed.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for file, sets := range map[string]map[string]struct{ leastCaught, mostRefused float64 }{
		"testdata/check_more.json":    {"A": {0.74, 0.46}, "C": {0.80, 0.49}, "D": {0.92, 0.06}, "E": {0.84, 0.19}, "G": {0.85, 0.05}},
		"testdata/check_heldout.json": {"sixth": {0.82, 0.15}, "B": {0.80, 0.26}, "F": {0.80, 0.12}},
	} {
		byID, cases := loadCases(t, file)
		checkers := make(map[string]*checker)
		tallies := make(map[string]tally)
		for _, c := range cases {
			key := strings.Join(c.Sources, " ")
			if checkers[key] == nil {
				checkers[key] = newChecker(t.Context(), c.evidenceOf(byID), Embedder(model.Embed))
			}
			if tallies[c.Set].cases == nil {
				tallies[c.Set] = tally{map[string]int{}, map[string]int{}}
			}
			tallies[c.Set].cases[c.Kind]++
			if !checkers[key].check(c.Sentence, c.Cites).ok() {
				tallies[c.Set].refused[c.Kind]++
			}
		}
		for set, want := range sets {
			t.Run(set, func(t *testing.T) {
				report(t, tallies[set])
				if caught, n, share := tallies[set].share(plantedKinds...); share < want.leastCaught {
					t.Errorf("%d of %d planted faults caught, want %.2f of them", caught, n, want.leastCaught)
				}
				if refused, n, share := tallies[set].share("good"); share > want.mostRefused {
					t.Errorf("%d of %d good sentences refused, want at most %.2f of them", refused, n, want.mostRefused)
				}
			})
		}
	}
}

func report(t *testing.T, n tally) {
	t.Helper()
	var b strings.Builder
	for _, kind := range slices.Sorted(maps.Keys(n.cases)) {
		fmt.Fprintf(&b, " %s %d/%d", kind, n.refused[kind], n.cases[kind])
	}
	caught, planted, recall := n.share(plantedKinds...)
	refused, good, _ := n.share("good")
	precision := float64(caught) / float64(max(1, caught+refused))
	t.Logf("caught %d/%d (recall %.3f), good refused %d/%d, precision %.3f; refused by kind:%s", caught, planted, recall, refused, good, precision, b.String())
}
