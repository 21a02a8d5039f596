package answer

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"attache/internal/embed"
	"attache/internal/news"
	"attache/internal/text"
)

// realPassages reads the heads of some articles of ../shared/eval/realtimeqa; their text stays there.
func realPassages(t *testing.T, n int) []Evidence {
	t.Helper()
	f, err := os.Open("../../../shared/eval/realtimeqa/corpus.jsonl.gz")
	if err != nil {
		t.Skip("../shared/eval is not here: the check is measured on invented text only")
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var evidence []Evidence
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 4<<20)
	for number := 0; lines.Scan() && len(evidence) < n; number++ {
		var a struct {
			Title, Text string
			Metadata    struct {
				PublishDate string `json:"publish_date"`
			}
		}
		if err := json.Unmarshal(lines.Bytes(), &a); err != nil {
			t.Fatal(err)
		}
		if spans := text.Sentences(a.Text); number%60 == 0 && len(spans) >= 8 {
			published, _ := time.Parse("2006/01/02", a.Metadata.PublishDate) // an article without one is as good
			evidence = append(evidence, Evidence{N: len(evidence) + 1, Passage: news.Passage{Text: a.Text[:spans[7].End]}, Source: news.Source{Title: a.Title, Published: published}})
		}
	}
	return evidence
}

var (
	someNumber = regexp.MustCompile(`\b[2-9]\d*\b`)
	someVerb   = regexp.MustCompile(` (is|was|are|were|will|would|has|have|had|can|could) `)
)

// otherNumber gives the first number outside quotation marks another first digit; "" when there is none.
func otherNumber(s string) string {
	at := someNumber.FindStringIndex(s)
	if at == nil || quotedAt(s, at[0]) {
		return ""
	}
	return s[:at[0]] + string('1'+(s[at[0]]-'0')%9) + s[at[0]+1:]
}

// turned puts a "not" behind the first auxiliary outside quotation marks; "" when there is none, or when something there denies already.
func turned(s string) string {
	at := someVerb.FindStringIndex(s)
	if at == nil || quotedAt(s, at[0]) || slices.ContainsFunc(tokensOf(s), func(t token) bool { return negations[t.fold] || softNegations[t.fold] }) {
		return ""
	}
	return s[:at[1]] + "not " + s[at[1]:]
}

func quotedAt(s string, at int) bool {
	spans, _ := quotedSpans(s)
	return inside(spans, at)
}

// TestCheckOnRealText: a sentence as it stands in its passage passes, and is refused when it cites another article, has another number or a "not" more. It says nothing about paraphrases.
func TestCheckOnRealText(t *testing.T) {
	evidence := realPassages(t, 24)
	model, err := embed.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	c := newChecker(t.Context(), evidence, Embedder(model.Embed))
	var sentences, refused, strangers, passed int
	spoilt := map[string]*[2]int{"number": {}, "negation": {}} // caught, all
	for i, e := range evidence {
		for _, span := range text.Sentences(e.Passage.Text) {
			s := span.In(e.Passage.Text)
			if _, open := quotedSpans(s); open || len(strings.Fields(s)) < 8 || instruction.MatchString(s) || addressed.MatchString(s) || webLink.MatchString(s) {
				continue
			}
			sentences++
			if v := c.check(s, []int{e.N}); !v.ok() {
				refused++
				t.Logf("refused in its own passage: %v", v.faults[0].kind)
			}
			for kind, changed := range map[string]string{"number": otherNumber(s), "negation": turned(s)} {
				if changed == "" {
					continue
				}
				spoilt[kind][1]++
				if !c.check(changed, []int{e.N}).ok() {
					spoilt[kind][0]++
				}
			}
			strangers++
			if c.check(s, []int{(i+7)%len(evidence) + 1}).ok() {
				passed++
			}
		}
	}
	for kind, n := range spoilt {
		t.Logf("%s changed: %d of %d caught", kind, n[0], n[1])
		if float64(n[0]) < 0.9*float64(n[1]) || n[1] < 30 {
			t.Errorf("%s changed: %d of %d caught, want 90 %% of 30 or more", kind, n[0], n[1])
		}
	}
	t.Logf("%d of %d verbatim sentences refused, %d of %d passed with another article cited", refused, sentences, passed, strangers)
	if float64(refused) > 0.02*float64(sentences) || float64(passed) > 0.01*float64(strangers) || sentences < 100 {
		t.Errorf("%d of %d verbatim sentences refused (want 2 %% at most), %d passed with another article cited (want 1 %% at most)", refused, sentences, passed)
	}
}
