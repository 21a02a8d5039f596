// Package news is the domain: articles, the passages and quotations found in them, and who said what.
//
// It holds types and pure methods only and imports nothing but the standard library. Every offset is a byte offset into
// Article.Text, on rune borders.
package news

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Span is a half-open range of bytes [Start, End) of an article's text, on rune borders. The zero Span is empty and means
// "nowhere".
type Span struct{ Start, End int }

// Len is the length in bytes.
func (s Span) Len() int { return s.End - s.Start }

// IsZero reports whether the span is the zero span, which stands for "nowhere".
func (s Span) IsZero() bool { return s == Span{} }

// Contains reports whether o lies wholly inside s.
func (s Span) Contains(o Span) bool { return s.Start <= o.Start && o.End <= s.End }

// Overlaps reports whether the two spans share at least one byte.
func (s Span) Overlaps(o Span) bool { return s.Start < o.End && o.Start < s.End }

// In returns the bytes of text that the span covers, or "" when the span does not fit text on rune borders.
func (s Span) In(text string) string {
	if s.Start < 0 || s.End > len(text) || s.Start >= s.End || !onBorder(text, s.Start) || !onBorder(text, s.End) {
		return ""
	}
	return text[s.Start:s.End]
}

func onBorder(text string, i int) bool { return i == len(text) || utf8.RuneStart(text[i]) }

// LabelExercise marks an article about invented people and countries; replies show the label beside its source.
const LabelExercise = "exercise"

// Article is one text of the collection, whole. Two articles with the same ID are the same article.
type Article struct {
	ID        string    // stable: see Identify
	Title     string    // never empty once ingested
	Publisher string    // who published it; "" when unknown
	URL       string    // where a reader finds it; "" when it has none
	Author    string    // byline; "" when unknown
	Published time.Time // UTC midnight of the day of publication; zero when unknown
	Label     string    // "", or a mark shown beside the source (LabelExercise)
	Guild     string    // the Discord server whose collection it belongs to; "" is shared by all
	Wall      Wall      // what keeps its words from part of that server
	Origin    string    // where it was read from: a file's absolute path, a URL, or StarterOrigin and a name for a starter article
	Text      string    // the body as plain UTF-8: paragraphs separated by one blank line, no markup
	Headings  []Span    // the headings in Text, in order; each is a paragraph of its own
	Language  string    // of Text, as a BCP 47 tag; "" when it cannot be told. It is derived from Text and no part of what identifies an article
}

// Identify returns the stable id of a: 16 hexadecimal digits of a SHA-256 over its guild and its URL, or, without a URL, over its guild,
// publisher, date, title and text. The same article read again, anywhere, has the same id.
func Identify(a Article) string {
	key := []string{a.Guild, a.URL}
	if a.URL == "" {
		key = []string{a.Guild, a.Publisher, a.Published.Format(time.DateOnly), a.Title, a.Text}
	}
	sum := sha256.Sum256([]byte(strings.Join(key, "\x00")))
	return hex.EncodeToString(sum[:8])
}

// ContentHash identifies everything a reader may see of a, and who may: two articles with the same id and hash need no second ingestion.
func ContentHash(a Article) string {
	h := sha256.New()
	for _, field := range []string{a.Guild, a.Title, a.Publisher, a.URL, a.Author, a.Published.Format(time.RFC3339), a.Label, a.Text} {
		fmt.Fprintf(h, "%d:%s", len(field), field)
	}
	for _, s := range a.Headings {
		fmt.Fprintf(h, "%d-%d;", s.Start, s.End)
	}
	fmt.Fprint(h, a.Wall) // nothing for an article without one
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// Passage is a part of an article that is searched and cited as one: a few neighbouring sentences of one section.
// Invariant: article.Text[Span.Start:Span.End] == Text.
type Passage struct {
	ID        string // PassageID(ArticleID, Ordinal)
	ArticleID string
	Ordinal   int // 0 for the article's first passage
	Span      Span
	Text      string
	Heading   string // the heading of the section it stands in; "" when there is none
}

// PassageID names the ordinal-th passage of an article; ids of one article sort in reading order.
func PassageID(articleID string, ordinal int) string {
	return fmt.Sprintf("%s-%04d", articleID, ordinal)
}

// SplitPassageID takes apart what PassageID made; it returns false for any other string.
func SplitPassageID(id string) (articleID string, ordinal int, ok bool) {
	i := strings.LastIndexByte(id, '-')
	if i < 0 {
		return "", 0, false
	}
	ordinal, err := strconv.Atoi(id[i+1:])
	return id[:i], ordinal, err == nil && ordinal >= 0
}

// Source is what a reader is told about where a piece of evidence stands: an article without its text.
type Source struct {
	ArticleID string
	Title     string
	Publisher string
	URL       string
	Published time.Time
	Label     string
	Wall      Wall // who does not see it; a reader who does is told, so as to keep it there
}

// SourceOf returns the source line's data of an article.
func SourceOf(a Article) Source {
	return Source{ArticleID: a.ID, Title: a.Title, Publisher: a.Publisher, URL: a.URL, Published: a.Published, Label: a.Label, Wall: a.Wall}
}

// Citation ties a number shown in a reply to the passage that a sentence rests on.
type Citation struct {
	N       int // as shown: [N], from 1
	Source  Source
	Passage Passage
}
