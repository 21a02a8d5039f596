package retrieval

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"attache/internal/news"
	"attache/internal/text"
)

// body joins paragraphs into an article; one that begins with "# " is a heading.
func body(paragraphs ...string) news.Article {
	var b strings.Builder
	a := news.Article{ID: "a", Title: "Title"}
	for i, p := range paragraphs {
		if i > 0 {
			b.WriteString("\n\n")
		}
		start := b.Len()
		heading, isHeading := strings.CutPrefix(p, "# ")
		b.WriteString(heading)
		if isHeading {
			a.Headings = append(a.Headings, news.Span{Start: start, End: b.Len()})
		}
	}
	a.Text = b.String()
	return a
}

// wordy is a sentence of n words.
func wordy(n int) string {
	return "The" + strings.Repeat(" pass", n-2) + " closed."
}

func TestSplit(t *testing.T) {
	t.Parallel()
	long := strings.Join(slices.Repeat([]string{wordy(50)}, 8), " ")
	tests := map[string]struct {
		in   news.Article
		want []string // heading, number of words, of each passage
	}{
		"no text":                          {body(""), nil},
		"white space":                      {body(" \n ", "\t"), nil},
		"one sentence":                     {body(wordy(5)), []string{" 5"}},
		"headings only":                    {body("# One", "# Two"), nil},
		"short paragraphs are one passage": {body(wordy(30), wordy(40), wordy(50)), []string{" 120"}},
		"a full passage is closed":         {body(wordy(100), wordy(70), wordy(30)), []string{" 170", " 30"}},
		"a heading closes a passage":       {body(wordy(20), "# Next", wordy(20)), []string{" 20", "Next 20"}},
		"each section has its heading":     {body("# One", wordy(9), "# Two", wordy(8), wordy(7)), []string{"One 9", "Two 15"}},
		"the last of two headings counts":  {body("# Part", "# Chapter", wordy(9)), []string{"Chapter 9"}},
		"a heading at the end has none":    {body(wordy(9), "# End"), []string{" 9"}},
		"a long paragraph is cut":          {body(long), []string{" 200", " 200"}},
		"sentences fill an open passage":   {body(wordy(60), long), []string{" 160", " 200", " 100"}},
		"a long one after a good part":     {body(wordy(100), wordy(200)), []string{" 100", " 200"}},
		"one sentence beyond all bounds":   {body(wordy(10), wordy(600), wordy(10)), []string{" 10", " 600", " 10"}},
		"white space around":               {body("  " + wordy(5) + " \n"), []string{" 5"}},
	}
	for name, c := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, p := range Split(c.in) {
				got = append(got, fmt.Sprintf("%s %d", p.Heading, countWords(p.Text)))
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("passages (-want +got):\n%s", diff)
			}
			checkSplit(t, c.in)
		})
	}
}

func TestCountWords(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]int{
		"":                  1,
		"  ":                1,
		"one":               1,
		"two words":         2,
		"Über-große Wörter": 2,
		"中国外交部":             3, // five characters
		"中国 外交部":            3, // two and three characters
		"ประเทศไทย":         5, // nine characters without spaces
		"достопримечательность":                          1, // one long word
		"https://example.org/" + strings.Repeat("x", 80): 3, // 100 characters
		strings.Repeat("外", 460):                         230,
	} {
		if got := countWords(in); got != want {
			t.Errorf("countWords(%q) = %d, want %d", in, got, want)
		}
	}
}

// tester is what the testing and rapid packages share.
type tester interface {
	Helper()
	Fatalf(format string, args ...any)
}

// checkSplit tests everything that holds for the passages of every article.
func checkSplit(t tester, a news.Article) {
	t.Helper()
	passages := Split(a)
	if diff := cmp.Diff(passages, Split(a)); diff != "" {
		t.Fatalf("split twice, the passages differ:\n%s", diff)
	}
	end := 0
	for i, p := range passages {
		if p.ArticleID != a.ID || p.Ordinal != i || p.ID != news.PassageID(a.ID, i) {
			t.Fatalf("passage %d is named %q, %d", i, p.ID, p.Ordinal)
		}
		if p.Text == "" || p.Span.In(a.Text) != p.Text || a.Text[p.Span.Start:p.Span.End] != p.Text {
			t.Fatalf("passage %d: the text at %v is not %q", i, p.Span, p.Text)
		}
		if p.Span.Start < end {
			t.Fatalf("passage %d begins at %d, before the end %d of the one before", i, p.Span.Start, end)
		}
		end = p.Span.End
		checkPassage(t, a, p)
	}
	checkCoverage(t, a, passages)
}

func checkPassage(t tester, a news.Article, p news.Passage) {
	t.Helper()
	if n := countWords(p.Text); n > maxWords && len(text.Sentences(p.Text)) > 1 {
		t.Fatalf("passage %d has %d words in several sentences: %q", p.Ordinal, n, p.Text)
	}
	heading := ""
	for _, h := range a.Headings {
		if h.Overlaps(p.Span) {
			t.Fatalf("passage %d %v holds the heading at %v", p.Ordinal, p.Span, h)
		}
		if h.Start < p.Span.Start {
			heading = text.Trim(a.Text, h).In(a.Text)
		}
	}
	if p.Heading != heading {
		t.Fatalf("passage %d stands under %q, want %q", p.Ordinal, p.Heading, heading)
	}
}

// checkCoverage tests that every sentence outside the headings is in exactly one passage and that no other text is lost.
func checkCoverage(t tester, a news.Article, passages []news.Passage) {
	t.Helper()
	for _, paragraph := range text.Paragraphs(a.Text) {
		if isHeading(a, paragraph) {
			continue
		}
		for _, s := range text.Sentences(paragraph.In(a.Text)) {
			sentence := news.Span{Start: paragraph.Start + s.Start, End: paragraph.Start + s.End}
			holders := 0
			for _, p := range passages {
				if p.Span.Contains(sentence) {
					holders++
				}
			}
			if holders != 1 {
				t.Fatalf("%d passages hold the sentence %q", holders, sentence.In(a.Text))
			}
		}
	}
	for i, r := range a.Text {
		at := func(s news.Span) bool { return s.Start <= i && i < s.End }
		kept := slices.ContainsFunc(passages, func(p news.Passage) bool { return at(p.Span) }) || slices.ContainsFunc(a.Headings, at)
		if !kept && !unicode.IsSpace(r) {
			t.Fatalf("%q at byte %d is in no passage and no heading", r, i)
		}
	}
}

func TestSplitProperties(t *testing.T) {
	t.Parallel()
	sentence := rapid.Custom(func(t *rapid.T) string {
		start := rapid.SampledFrom([]string{"The envoy", "Ms. Drazh", "“We", "Gen. Stenn of the U.S.", "外交部发言人", "Генерал", "No. 5"}).Draw(t, "start")
		length := rapid.SampledFrom([]int{0, 1, 5, 20, 60, 120, 300}).Draw(t, "length")
		end := rapid.SampledFrom([]string{".", "?”", "!", "。", " in St. Varesh.", " on 3.5 pc.", "…"}).Draw(t, "end")
		return start + strings.Repeat(rapid.SampledFrom([]string{" pass", " Kareth", "关", " 10,000"}).Draw(t, "word"), length) + end
	})
	paragraph := rapid.Custom(func(t *rapid.T) string {
		if rapid.IntRange(0, 4).Draw(t, "kind") == 0 {
			return "# " + rapid.SampledFrom([]string{"The road", "1.", "Fazit", "外交"}).Draw(t, "heading")
		}
		sentences := rapid.SliceOfN(sentence, 1, 6).Draw(t, "sentences")
		return strings.Join(sentences, rapid.SampledFrom([]string{" ", "\n", "  "}).Draw(t, "joint"))
	})
	rapid.Check(t, func(t *rapid.T) {
		checkSplit(t, body(rapid.SliceOfN(paragraph, 0, 12).Draw(t, "paragraphs")...))
	})
}

func FuzzSplit(f *testing.F) {
	for _, s := range []string{
		"", "One sentence.", "# Heading\n\nText. More text.\n\n# Next\n\nEnd.", wordy(500), strings.Repeat(wordy(40)+" ", 20),
		"\u2028a\u0085b\u00a0\n\n\n\nc", "“Marks,” he said.\n\n“More.", "中国。" + strings.Repeat("外交部发言人说。", 100), "a\r\n\r\nb", "# \n\nx", "\ufeff# x\n\ny",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a := news.Article{ID: "a", Title: "Title", Text: strings.ToValidUTF8(s, "\uFFFD")}
		for _, p := range text.Paragraphs(a.Text) {
			if strings.HasPrefix(p.In(a.Text), "# ") {
				a.Headings = append(a.Headings, p)
			}
		}
		if !utf8.ValidString(a.Text) {
			t.Skip("not text")
		}
		checkSplit(t, a)
	})
}

func TestContext(t *testing.T) {
	t.Parallel()
	a := news.Article{Title: "Title"}
	for _, c := range []struct{ heading, want string }{{"", "Title\nText."}, {"Heading", "Title\nHeading\nText."}} {
		if got := Context(a, news.Passage{Heading: c.heading, Text: "Text."}); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}
