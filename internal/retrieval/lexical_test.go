package retrieval

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// everyone admits all passages.
func everyone(uint32) bool { return true }

// lexicalOf indexes each string as the one passage of an article of its own, without title.
func lexicalOf(bodies ...string) *lexical {
	l := newLexical()
	for _, b := range bodies {
		l.open()
		l.add(b, "")
	}
	return l
}

func scoresOf(l *lexical, terms ...weightedTerm) []float64 {
	scores := make([]float32, len(l.lengths))
	l.score(terms, scores)
	return widen(scores)
}

func articleScoresOf(l *lexical, terms ...weightedTerm) []float64 {
	scores := make([]float32, len(l.articles))
	l.scoreArticles(terms, scores)
	return widen(scores)
}

func widen(scores []float32) []float64 {
	wide := make([]float64, len(scores))
	for i, s := range scores {
		wide[i] = float64(s)
	}
	return wide
}

func near6(t *testing.T, what string, got, want []float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d scores, want %d", what, len(got), len(want))
	}
	for i := range got {
		if math.Abs(got[i]-want[i]) > 1e-5 {
			t.Errorf("%s: score %d is %.6f, want %.6f", what, i, got[i], want[i])
		}
	}
}

// The arithmetic is BM25's with k1 = 1.2 and b = 0.6:
// idf = ln(1 + (N - n + 0.5) / (n + 0.5)), score = idf * tf * 2.2 / (tf + 1.2 * (0.4 + 0.6 * length / mean)).
func TestScore(t *testing.T) {
	t.Parallel()
	l := newLexical()
	l.open()
	l.add("gate gate road harbor", "gate") // 4 words; the title does not count as length
	l.open()
	l.add("gate snow", "") // 2 words
	l.add("snow snow snow", "")
	l.open()
	l.add("harbor truck truck", "")
	// N = 4 passages, mean length (4 + 2 + 3 + 3) / 4 = 3
	gate := math.Log(1 + (4-2+0.5)/(2+0.5)) // in 2 of 4 passages: ln 2
	snow := math.Log(1 + (4-2+0.5)/(2+0.5))
	truck := math.Log(1 + (4-1+0.5)/(1+0.5))
	near6(t, "one term", scoresOf(l, weightedTerm{"gate", 1}), []float64{
		gate * 3 * 2.2 / (3 + 1.2*(0.4+0.6*4/3)), // twice in the text, once in the title
		gate * 1 * 2.2 / (1 + 1.2*(0.4+0.6*2/3)),
		0, 0,
	})
	near6(t, "two terms add up, one at half weight", scoresOf(l, weightedTerm{"snow", 1}, weightedTerm{"truck", 0.5}), []float64{
		0,
		snow * 1 * 2.2 / (1 + 1.2*(0.4+0.6*2/3)),
		snow * 3 * 2.2 / (3 + 1.2*(0.4+0.6*3/3)),
		0.5 * truck * 2 * 2.2 / (2 + 1.2*(0.4+0.6*3/3)),
	})
	near6(t, "a term that nothing holds", scoresOf(l, weightedTerm{"mole", 1}), []float64{0, 0, 0, 0})

	// As whole articles: N = 3 of 4, 5 and 3 words, mean 4; snow is in one of them, four times.
	near6(t, "articles", articleScoresOf(l, weightedTerm{"snow", 1}), []float64{
		0,
		math.Log(1+(3-1+0.5)/(1+0.5)) * 4 * 2.2 / (4 + 1.2*(0.4+0.6*5/4)),
		0,
	})

	l.remove(0, "gate gate road harbor", "gate")
	// N = 3, mean (2 + 3 + 3) / 3 = 8/3; "gate" is in one passage only.
	idf := math.Log(1 + (3-1+0.5)/(1+0.5))
	near6(t, "after a removal", scoresOf(l, weightedTerm{"gate", 1}), []float64{0, idf * 1 * 2.2 / (1 + 1.2*(0.4+0.6*2/(8.0/3))), 0, 0})
	near6(t, "articles after a removal", articleScoresOf(l, weightedTerm{"gate", 1}), []float64{
		0, math.Log(1+(2-1+0.5)/(1+0.5)) * 1 * 2.2 / (1 + 1.2*(0.4+0.6*5/4)), 0,
	})
}

// The heading and the title are read as context: they count once for the article's score and never as length.
func TestScoreOfContext(t *testing.T) {
	t.Parallel()
	l := newLexical()
	l.open()
	l.add("road", "gate")
	l.add("road", "gate")
	l.open()
	l.add("road", "")
	idf := math.Log(1 + (2-1+0.5)/(1+0.5)) // 1 of 2 articles
	// "gate" stands once in the title, which both passages carry: tf 1, 2 words, mean 1.5
	near6(t, "articles", articleScoresOf(l, weightedTerm{"gate", 1}), []float64{idf * 1 * 2.2 / (1 + 1.2*(0.4+0.6*2/1.5)), 0})
}

func TestScoreOfNothing(t *testing.T) {
	t.Parallel()
	l := lexicalOf("gate")
	l.remove(0, "gate", "")
	near6(t, "all removed", scoresOf(l, weightedTerm{"gate", 1}), []float64{0})
	near6(t, "all articles removed", articleScoresOf(l, weightedTerm{"gate", 1}), []float64{0})
	near6(t, "empty", scoresOf(newLexical(), weightedTerm{"gate", 1}), nil)
	if l.holds("gate", everyone) {
		t.Error("a removed passage is said to hold its term")
	}
}

func TestIdfIsNeverNegative(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		l := &lexical{alive: rapid.IntRange(0, 1_000_000).Draw(t, "passages")}
		df := rapid.IntRange(0, l.alive).Draw(t, "with the term")
		idf := l.idf(df)
		if idf < 0 || math.IsNaN(idf) || math.IsInf(idf, 0) {
			t.Fatalf("idf of %d in %d is %v", df, l.alive, idf)
		}
		if df < l.alive && l.idf(df+1) >= idf {
			t.Fatalf("a rarer term weighs no more: %v for %d, %v for %d", idf, df, l.idf(df+1), df+1)
		}
	})
}

func TestRepeatedWordsSaturate(t *testing.T) {
	t.Parallel()
	l := lexicalOf(strings.Repeat("gate ", 70_000), "gate")
	got := scoresOf(l, weightedTerm{"gate", 1})
	if l.lengths[0] != math.MaxUint16 || got[0] <= 0 || math.IsNaN(got[0]) || math.IsInf(got[0], 0) {
		t.Errorf("70,000 words: length %d, score %v", l.lengths[0], got[0])
	}
	if p := l.postings[l.terms["gate"]][0]; p.body != math.MaxUint8 {
		t.Errorf("70,000 occurrences are counted as %d", p.body)
	}
}

// Scores must agree with a reference that knows nothing of postings, after any additions and removals.
func TestScoreAgainstReference(t *testing.T) {
	t.Parallel()
	vocabulary := []string{"gate", "road", "snow", "truck", "harbor", "convoi"}
	rapid.Check(t, func(t *rapid.T) {
		l := newLexical()
		var bodies [][]string
		for i := range rapid.IntRange(1, 12).Draw(t, "passages") {
			if i == 0 || rapid.Bool().Draw(t, "next article") {
				l.open()
			}
			b := rapid.SliceOfN(rapid.SampledFrom(vocabulary), 1, 30).Draw(t, "body")
			bodies = append(bodies, b)
			l.add(strings.Join(b, " "), "")
		}
		term := rapid.SampledFrom(vocabulary).Draw(t, "term")
		for i, b := range bodies {
			if rapid.IntRange(0, 3).Draw(t, "remove") == 0 {
				l.remove(uint32(i), strings.Join(b, " "), "")
				l.remove(uint32(i), strings.Join(b, " "), "")
				bodies[i] = nil
			}
		}
		df, alive, total := 0.0, 0.0, 0.0
		for _, b := range bodies {
			df += indicator(slices.Contains(b, term))
			alive += indicator(b != nil)
			total += float64(len(b))
		}
		got := scoresOf(l, weightedTerm{term, 1})
		for i, b := range bodies {
			tf := 0.0
			for _, w := range b {
				tf += indicator(w == term)
			}
			want := 0.0
			if tf > 0 {
				want = math.Log(1+(alive-df+0.5)/(df+0.5)) * tf * (bm25K1 + 1) / (tf + bm25K1*(1-bm25B+bm25B*float64(len(b))/(total/alive)))
			}
			if math.Abs(got[i]-want) > 1e-4 {
				t.Fatalf("passage %d of %v: score %v, want %v", i, bodies, got[i], want)
			}
		}
	})
}

// The table of forms never takes one word for another, however many share a place and however often it grows.
func TestFormsKeepApart(t *testing.T) {
	t.Parallel()
	l := newLexical()
	want := map[string]int32{}
	for round := range 2 {
		for i := range 40_000 {
			word := fmt.Sprintf("w%dx", i*7)
			if i%10 == 0 {
				word = fmt.Sprintf("a-very-long-word-of-the-news-%d", i) // longer than a place's key
			}
			got := l.form(word)
			if _, known := want[word]; !known {
				want[word] = got
			}
			if want[word] != got || l.names[got] != Term(word) {
				t.Fatalf("round %d: %q is taken for %q", round, word, l.names[got])
			}
		}
	}
}

func TestDistance(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"", "", 0},
		{"pass", "pass", 0},
		{"", "ab", 2},
		{"pass", "pas", 1},      // one left out
		{"pass", "passe", 1},    // one too many
		{"pass", "paus", 1},     // one changed
		{"pass", "apss", 1},     // neighbours swapped
		{"harbor", "hrabor", 1}, // neighbours swapped
		{"harbor", "habror", 1}, // neighbours swapped
		{"ca", "abc", 3},        // optimal string alignment edits no part twice
		{"kareth", "kraeht", 2},
		{"convoy", "cnovyo", 2},
		{"solmark", "slomrak", 2},
		{"kitten", "sitting", 3},
	} {
		for _, pair := range [][2]string{{c.a, c.b}, {c.b, c.a}} {
			if got := distance(pair[0], pair[1], 9); got != c.want {
				t.Errorf("distance(%q, %q) = %d, want %d", pair[0], pair[1], got, c.want)
			}
			for limit := range c.want {
				if got := distance(pair[0], pair[1], limit); got <= limit {
					t.Errorf("distance(%q, %q) under the limit %d = %d, want more than the limit", pair[0], pair[1], limit, got)
				}
			}
		}
	}
}

// reference is the optimal string alignment distance as its definition has it, by recursion over the ends.
func reference(a, b string) int {
	known := map[[2]int]int{}
	var of func(i, j int) int
	of = func(i, j int) int {
		if i == 0 || j == 0 {
			return i + j
		}
		if d, ok := known[[2]int{i, j}]; ok {
			return d
		}
		d := min(of(i-1, j)+1, of(i, j-1)+1, of(i-1, j-1)+int(indicator(a[i-1] != b[j-1])))
		if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
			d = min(d, of(i-2, j-2)+1)
		}
		known[[2]int{i, j}] = d
		return d
	}
	return of(len(a), len(b))
}

func TestDistanceAgainstReference(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`[abc]{0,9}`)
		a, b, limit := word.Draw(t, "a"), word.Draw(t, "b"), rapid.IntRange(0, 9).Draw(t, "limit")
		want, got := reference(a, b), distance(a, b, limit)
		if want <= limit && got != want || want > limit && got <= limit {
			t.Fatalf("distance(%q, %q, %d) = %d, want %d", a, b, limit, got, want)
		}
	})
}

func TestCorrect(t *testing.T) {
	t.Parallel()
	l := lexicalOf("harbor harbor", "harbor kareth", "negotiation", "negotiation convoy", "convoy", "envoys", "pass", "päss", "1250", "кремль", "park", "parl parl", "parl")
	for name, c := range map[string]struct {
		term string
		want []weightedTerm
	}{
		"one letter left out":               {"habor", []weightedTerm{{"harbor", 0.7}}},
		"one letter too many":               {"harrbor", []weightedTerm{{"harbor", 0.7}}},
		"one letter changed":                {"harbir", []weightedTerm{{"harbor", 0.7}}},
		"two neighbours swapped":            {"harobr", []weightedTerm{{"harbor", 0.7}}},
		"two errors in a short word":        {"hrabro", nil},
		"another first letter":              {"warbor", nil},
		"too short to say":                  {"pas", nil},
		"a number is not a typing error":    {"1251", nil},
		"another script":                    {"кремл", nil},
		"nothing like it":                   {"zeppelin", nil},
		"empty":                             {"", nil},
		"more frequent first, then by name": {"parx", []weightedTerm{{"parl", 0.7}, {"park", 0.7}}},
	} {
		if diff := cmp.Diff(c.want, l.correct(c.term, c.term, everyone), cmp.AllowUnexported(weightedTerm{})); diff != "" {
			t.Errorf("%s: %q (-want +got):\n%s", name, c.term, diff)
		}
	}
	if got := lexicalOf("solmarkien").correct("solnarkein", "solnarkein", everyone); len(got) != 1 || math.Abs(got[0].weight-0.49) > 1e-9 {
		t.Errorf("two errors in a long word: got %v, want solmarkien at 0.7 * 0.7", got)
	}
}

// A word is corrected to one that the asker may read, not to one that was removed or that others hold.
func TestCorrectLooksAtWhatMayBeSeen(t *testing.T) {
	t.Parallel()
	l := lexicalOf("harbor", "harbir")
	if got := l.correct("harbxr", "harbxr", func(n uint32) bool { return n == 0 }); len(got) != 1 || got[0].term != "harbor" {
		t.Errorf("with the first passage seen alone: %v", got)
	}
	l.remove(0, "harbor", "")
	if got := l.correct("harbxr", "harbxr", everyone); len(got) != 1 || got[0].term != "harbir" {
		t.Errorf("with the first passage removed: %v", got)
	}
}
