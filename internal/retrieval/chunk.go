package retrieval

import (
	"strings"
	"unicode"

	"attache/internal/news"
	"attache/internal/text"
)

// A passage aims at targetWords words and does not pass maxWords unless one sentence alone does. Chosen on the dev sets by measuring
// (docs/EVALUATION.md).
const (
	targetWords = 160
	maxWords    = 230
)

// Split cuts an article into passages on sentence, paragraph and section borders. Every sentence outside the headings lies in exactly one
// passage, in order; a heading becomes the Heading of the passages under it. An article without text has no passages.
func Split(a news.Article) []news.Passage {
	s := splitter{article: a}
	for _, paragraph := range text.Paragraphs(a.Text) {
		if isHeading(a, paragraph) {
			s.flush()
			s.heading = paragraph.In(a.Text)
			continue
		}
		s.addParagraph(paragraph)
	}
	s.flush()
	return s.passages
}

func isHeading(a news.Article, paragraph news.Span) bool {
	for _, h := range a.Headings {
		if h.Contains(paragraph) {
			return true
		}
	}
	return false
}

// splitter collects paragraphs, and sentences of long ones, until a passage is full.
type splitter struct {
	article  news.Article
	heading  string
	open     news.Span // of the passage under way; empty when there is none
	words    int       // in open
	passages []news.Passage
}

func (s *splitter) addParagraph(paragraph news.Span) {
	words := countWords(paragraph.In(s.article.Text))
	if s.words > 0 && s.words+words > maxWords && s.words >= targetWords/2 {
		s.flush()
	}
	if s.words+words <= maxWords {
		s.add(paragraph, words)
		return
	}
	for _, sentence := range text.Sentences(paragraph.In(s.article.Text)) {
		span := news.Span{Start: paragraph.Start + sentence.Start, End: paragraph.Start + sentence.End}
		s.add(span, countWords(span.In(s.article.Text)))
	}
}

// add takes one more piece into the open passage, closing it before when the piece would overfill it and after when it is full.
func (s *splitter) add(piece news.Span, words int) {
	if s.words > 0 && s.words+words > maxWords {
		s.flush()
	}
	if s.words == 0 {
		s.open.Start = piece.Start
	}
	s.open.End = piece.End
	s.words += words
	if s.words >= targetWords {
		s.flush()
	}
}

func (s *splitter) flush() {
	if s.open.Len() > 0 {
		ordinal := len(s.passages)
		s.passages = append(s.passages, news.Passage{
			ID: news.PassageID(s.article.ID, ordinal), ArticleID: s.article.ID, Ordinal: ordinal,
			Span: s.open, Text: s.open.In(s.article.Text), Heading: s.heading,
		})
	}
	s.open, s.words = news.Span{}, 0
}

// countWords counts what white space separates, long strings such as addresses as several; of a script that is written without spaces two
// characters count as a word. The parts of a text never count less than the whole.
func countWords(s string) int {
	n := 0
	for word := range strings.FieldsSeq(s) {
		unspaced, others := 0, 0
		for _, r := range word {
			if isUnspaced(r) {
				unspaced++
			} else {
				others++
			}
		}
		n += max(1, (unspaced+1)/2) + others/40
	}
	return max(n, 1)
}

// isUnspaced reports whether r is of a script that puts no spaces between words.
func isUnspaced(r rune) bool {
	return r >= 0x0E00 && (isIdeograph(r) || unicode.In(r, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar))
}
