package answer

import (
	"testing"

	"attache/internal/news"
)

// TestSentencesKeepTheirMarks: no part of a quotation is offered with one of its marks only.
func TestSentencesKeepTheirMarks(t *testing.T) {
	t.Parallel()
	body := "Drazh answered on Monday in Kareth. “I was wrong to call this commerce. It is a matter of orders on our road.” She left at noon."
	shown := map[string]bool{}
	for _, c := range sentencesOf([]Evidence{{N: 1, Passage: news.Passage{ArticleID: "a", Span: news.Span{End: len(body)}, Text: body}}}) {
		if open(c.text) != 0 {
			t.Errorf("a mark stands alone in %q", c.text)
		}
		shown[c.text] = true
	}
	if !shown["Drazh answered on Monday in Kareth."] {
		t.Errorf("the sentence before the quotation is not offered: %v", shown)
	}
}
