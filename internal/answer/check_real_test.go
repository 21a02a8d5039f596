package answer

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"os"
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
		if spans := text.Sentences(a.Text); number%40 == 0 && len(spans) >= 8 {
			published, _ := time.Parse("2006/01/02", a.Metadata.PublishDate) // an article without one is as good
			evidence = append(evidence, Evidence{N: len(evidence) + 1, Passage: news.Passage{Text: a.Text[:spans[7].End]}, Source: news.Source{Title: a.Title, Published: published}})
		}
	}
	return evidence
}

// TestCheckOnRealText: a sentence as it stands in its passage passes, and is refused when it cites another article. It says nothing about paraphrases.
func TestCheckOnRealText(t *testing.T) {
	evidence := realPassages(t, 60)
	model, err := embed.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	c := newChecker(t.Context(), evidence, Embedder(model.Embed))
	var sentences, refused, strangers, passed int
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
			strangers++
			if c.check(s, []int{(i+7)%len(evidence) + 1}).ok() {
				passed++
			}
		}
	}
	t.Logf("%d of %d verbatim sentences refused, %d of %d passed with another article cited", refused, sentences, passed, strangers)
	if float64(refused) > 0.02*float64(sentences) || float64(passed) > 0.01*float64(strangers) || sentences < 200 {
		t.Errorf("%d of %d verbatim sentences refused (want 2 %% at most), %d passed with another article cited (want 1 %% at most)", refused, sentences, passed)
	}
}
