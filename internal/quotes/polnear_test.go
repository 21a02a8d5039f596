package quotes

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"attache/internal/news"
)

const polnearDev = "../../../shared/eval/polnear/dev"

// The least that the whole dev part of PolNeAR must reach with the weights in the package, which were learned from it; so this guards the code
// against breaking, and says nothing on new articles. For those see docs of tools/attribution, which validates by folds.
const (
	leastFound   = 0.975 // of the gold quotations
	leastMention = 0.975 // of the found ones with a named speaker have the right mention
	leastName    = 0.97  // of the names shown are right
	mostTaken    = 25    // of the 267 strings that are no quotations
)

// TestPolNeAR reads the evaluation set where it is present.
func TestPolNeAR(t *testing.T) {
	t.Parallel()
	articles := readLines[polnearArticle](t, "articles.jsonl")
	gold := readLines[polnearGold](t, "gold.jsonl")
	byID := make(map[string]polnearArticle)
	for _, a := range articles {
		byID[a.ID] = a
	}
	var c counts
	for _, g := range gold {
		a := byID[g.ID]
		day, _ := time.Parse(time.DateOnly, a.Date)
		c.add(t, news.Article{ID: a.ID, Title: a.Title, Text: a.Text, Published: day}, g)
	}
	t.Logf("found %d of %d; mention right %d of %d; name right %d of %d shown; no quotations taken %d of %d",
		c.found, c.quotes, c.mention, c.named, c.right, c.shown, c.taken, c.nonquotes)
	if share(c.found, c.quotes) < leastFound || share(c.mention, c.named) < leastMention || share(c.right, c.shown) < leastName || c.taken > mostTaken {
		t.Error("below what it was")
	}
}

type polnearArticle struct{ ID, Date, Title, Text string }

type polnearGold struct {
	ID     string
	Quotes []struct {
		Start, End   int
		SpeakerStart *int   `json:"speaker_start"`
		SpeakerEnd   *int   `json:"speaker_end"`
		SpeakerType  string `json:"speaker_type"`
		SpeakerName  string `json:"speaker_name"`
		SpeakerFull  string `json:"speaker_full"`
	}
	Nonquotes []struct{ Start, End int }
}

func readLines[T any](t *testing.T, name string) []T {
	t.Helper()
	f, err := os.Open(filepath.Join(polnearDev, name))
	if err != nil {
		t.Skipf("the evaluation set is not here: %v", err)
	}
	defer f.Close()
	var out []T
	scanner := bufio.NewScanner(f)
	scanner.Buffer(nil, 1<<26)
	for scanner.Scan() {
		var x T
		if err := json.Unmarshal(scanner.Bytes(), &x); err != nil {
			t.Fatal(err)
		}
		out = append(out, x)
	}
	return out
}

type counts struct{ quotes, found, named, mention, shown, right, nonquotes, taken int }

func share(a, b int) float64 { return float64(a) / float64(max(b, 1)) }

// add counts one article.
func (c *counts) add(t *testing.T, a news.Article, g polnearGold) {
	found := Extract(a)
	checkSpans(t, a, found)
	offsets := make([]int, 0, len(a.Text)+1)
	for i := range a.Text {
		offsets = append(offsets, i)
	}
	offsets = append(offsets, len(a.Text))
	fragments := make(map[news.Span]news.Speaker)
	for _, q := range found {
		if mark := OpeningMark(a.Text, q); q.Kind != news.Reported && (mark == "“" || mark == `"`) {
			for _, f := range q.Fragments {
				fragments[f.Span] = q.Speaker
			}
		}
	}
	for _, n := range g.Nonquotes {
		c.nonquotes++
		if _, ok := match(fragments, news.Span{Start: offsets[n.Start], End: offsets[n.End]}); ok {
			c.taken++
		}
	}
	for _, q := range g.Quotes {
		c.quotes++
		who, ok := match(fragments, news.Span{Start: offsets[q.Start], End: offsets[q.End]})
		if !ok {
			continue
		}
		c.found++
		if q.SpeakerType != "name" || q.SpeakerStart == nil {
			continue
		}
		c.named++
		if who.MentionSpan.Overlaps(news.Span{Start: offsets[*q.SpeakerStart], End: offsets[*q.SpeakerEnd]}) || SameName(who.Name, q.SpeakerName) {
			c.mention++
		}
		if who.Name != "" {
			c.shown++
			if full := q.SpeakerFull + q.SpeakerName; SameName(who.Name, q.SpeakerName) || SameName(who.Name, q.SpeakerFull) || strings.Contains(full, who.Name) {
				c.right++
			}
		}
	}
}

// match returns the speaker of the fragment that shares at least half of the longer one's bytes with span.
func match(fragments map[news.Span]news.Speaker, span news.Span) (news.Speaker, bool) {
	for f, who := range fragments {
		if shared := min(f.End, span.End) - max(f.Start, span.Start); shared > 0 && 2*shared >= max(f.Len(), span.Len()) {
			return who, true
		}
	}
	return news.Speaker{}, false
}
