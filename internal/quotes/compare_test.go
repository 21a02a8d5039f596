package quotes

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestCompare(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ claimed, actual, want string }{
		"equal":               {"We will not open the pass.", "We will not open the pass.", ""},
		"case and marks":      {"we will not open the “pass”", "We will not open the 'pass',", ""},
		"white space":         {"We  will\nnot", "We will not", ""},
		"one word changed":    {"We will never open it", "We will not open it", "never → not"},
		"one word added":      {"Each part of it is ours", "Each part is ours", "+ of it"},
		"one word left out":   {"We are tired", "We are very tired", "− very"},
		"two changes":         {"We shall never open the old pass", "We will not open the pass", "shall never → will not; + old"},
		"apart":               {"The winter was hard and long", "The winter was long and hard", "hard and → long; + long → and hard"},
		"nothing in common":   {"one two", "three four", "one two → three four"},
		"claim blank":         {"", "We will", "− We will"},
		"true words blank":    {"We will", "", "+ We will"},
		"both blank":          {"", " ", ""},
		"accents are folded":  {"Çelik came", "Celik came", ""},
		"head and tail agree": {"a b c d e", "a x c y e", "b → x; d → y"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := Compare(c.claimed, c.actual)
			if name == "apart" { // only that it is short and rebuilds both sides
				if got.Equal() {
					t.Error("no difference found")
				}
				return
			}
			if got.String() != c.want || got.Equal() != (c.want == "") {
				t.Errorf("Compare(%q, %q) = %q, want %q", c.claimed, c.actual, got, c.want)
			}
		})
	}
}

func TestCompareRebuildsBothSides(t *testing.T) {
	t.Parallel()
	words := rapid.SliceOfN(rapid.SampledFrom(strings.Fields("we will not open the pass ever A, B.")), 0, 30)
	rapid.Check(t, func(t *rapid.T) {
		a, b := strings.Join(words.Draw(t, "claimed"), " "), strings.Join(words.Draw(t, "actual"), " ")
		var claimed, actual []string
		for _, c := range Compare(a, b) {
			if c.Claimed != "" {
				claimed = append(claimed, c.Claimed)
			}
			if c.Actual != "" {
				actual = append(actual, c.Actual)
			}
		}
		if strings.Join(claimed, " ") != a || strings.Join(actual, " ") != b {
			t.Fatalf("Compare(%q, %q) loses words: %q, %q", a, b, claimed, actual)
		}
	})
}

func TestCompareLong(t *testing.T) {
	t.Parallel()
	a, b := strings.Repeat("one two three ", 2000), strings.Repeat("four five six ", 2000)
	if d := Compare(a, b); len(d) != 1 || d[0].Kind != Altered {
		t.Errorf("two long texts without a common word: %d changes", len(d))
	}
}

func TestNearest(t *testing.T) {
	t.Parallel()
	s := "She came late. “We will not open the pass,” she said, “not this winter.”"
	for name, c := range map[string]struct {
		claimed, want string
		least, most   float64
	}{
		"verbatim":          {"We will not open the pass", "“We will not open the pass,”", 1, 1},
		"altered":           {"We will never open the pass", "“We will not open the pass,”", 0.7, 0.95},
		"a word too many":   {"We will not open up the pass", "“We will not open the pass,”", 0.7, 0.95},
		"nothing in common": {"Grain is cheap", "", 0, 0},
		"blank":             {"  ", "", 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			span, how := Nearest(c.claimed, s)
			if span.In(s) != c.want || how < c.least || how > c.most {
				t.Errorf("Nearest(%q) = %q, %.2f; want %q", c.claimed, span.In(s), how, c.want)
			}
		})
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"said":              {"As Ilena Drazh said on Friday, “we will not open the pass.”", []string{"Ilena Drazh: we will not open the pass."}},
		"dash behind":       {"“We will not open the pass.” — Ilena Drazh, foreign minister", []string{"Ilena Drazh: We will not open the pass."}},
		"quoted lines":      {"> We will not open the pass.\n> Not this winter.\n— Ilena Drazh", []string{"Ilena Drazh: We will not open the pass.", "Ilena Drazh: Not this winter."}},
		"no speaker":        {"Is this right? \"We will not open the pass\"", []string{": We will not open the pass"}},
		"two":               {"Drazh said “we will not open it” and Lisk said “we shall see about it”.", []string{"Drazh: we will not open it", "Lisk: we shall see about it"}},
		"nothing":           {"What did Drazh say about the pass?", nil},
		"a word in marks":   {"What is the “pass”?", nil},
		"title is no claim": {"I read her book “The Long Road” twice.", nil},
		"not UTF-8":         {"“\xff is it so or not”", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, claim := range Find(c.text, published) {
				got = append(got, claim.Speaker+": "+claim.Words)
				if claim.Span.In(c.text) != claim.Words {
					t.Errorf("span %v is %q, not %q", claim.Span, claim.Span.In(c.text), claim.Words)
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func FuzzFind(f *testing.F) {
	f.Add("> “a b c d e” said she\n— Ilena Drazh", "a b c")
	f.Add("> \n— \n> > x", "")
	f.Fuzz(func(t *testing.T, s, words string) {
		for _, c := range Find(s, published) {
			if c.Words == "" || c.Span.In(s) != c.Words {
				t.Errorf("claim %+v does not stand in %q", c, s)
			}
		}
		if span, how := Nearest(words, s); how > 0 && span.Len() <= 0 || how < 0 || how > 1 {
			t.Errorf("Nearest = %v, %v", span, how)
		}
		Compare(words, s)
	})
}
