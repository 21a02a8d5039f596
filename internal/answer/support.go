package answer

import (
	"context"

	"attache/internal/news"
)

// Support returns the judge of whether the evidence that a sentence cites supports it: the check that what a model writes must pass, for measuring. Passages
// that share a number are read as one. The judge serves one goroutine; embed may be nil, as for the check.
func Support(ctx context.Context, evidence []Evidence, embed Embedder) func(sentence string, cites []int) bool {
	var merged []Evidence
	places := map[int]int{}
	for _, e := range evidence {
		at, ok := places[e.N]
		if !ok {
			places[e.N] = len(merged)
			merged = append(merged, e)
			continue
		}
		m := &merged[at]
		m.Passage.Text += "\n\n" + e.Passage.Text
		m.Passage.Span = news.Span{Start: m.Passage.Span.Start, End: m.Passage.Span.Start + len(m.Passage.Text)}
		m.Quotes = append(m.Quotes[:len(m.Quotes):len(m.Quotes)], e.Quotes...)
	}
	c := newChecker(ctx, merged, embed)
	return func(sentence string, cites []int) bool { return c.check(sentence, cites).ok() }
}
