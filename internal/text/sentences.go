// Package text provides what every reader of an article needs: paragraphs, sentences, folding, and the test whether words stand
// verbatim in a text. All functions are pure and safe for concurrent use; offsets are bytes, on rune borders.
package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/sentences"

	"attache/internal/news"
)

// Paragraphs returns the spans of the paragraphs of s, which one or more blank lines separate, without the white space around them.
// It returns nil for a text of white space only.
func Paragraphs(s string) []news.Span {
	var spans []news.Span
	for start := 0; start < len(s); {
		end := start
		for end < len(s) && !blankLineAt(s, end) {
			end++
		}
		if span := Trim(s, news.Span{Start: start, End: end}); span.Len() > 0 {
			spans = append(spans, span)
		}
		start = end + 1
	}
	return spans
}

// blankLineAt reports whether a line ends at i and the next one holds nothing but spaces.
func blankLineAt(s string, i int) bool {
	if s[i] != '\n' {
		return false
	}
	for _, r := range s[i+1:] {
		if r == '\n' {
			return true
		}
		if !unicode.IsSpace(r) {
			return false
		}
	}
	return true
}

// Trim narrows span so that it neither begins nor ends with white space; an all-blank span becomes empty.
func Trim(s string, span news.Span) news.Span {
	part := s[span.Start:span.End]
	left := len(part) - len(strings.TrimLeftFunc(part, unicode.IsSpace))
	part = strings.TrimSpace(part)
	return news.Span{Start: span.Start + left, End: span.Start + left + len(part)}
}

// Sentences returns the spans of the sentences of s, trimmed, in order. They follow Unicode's rules (UAX #29), mended for news:
// no sentence ends after a title, an initial or an abbreviation ("Mr.", "J.", "U.S.", "Feb. 16"), nor before a word in lower case
// ("Why?" he asked), and a closing mark stays with its sentence. It returns nil for a text of white space only.
func Sentences(s string) []news.Span {
	var spans []news.Span
	open := -1 // start of a sentence whose end was found to be none
	tokens := sentences.FromString(s)
	for tokens.Next() {
		start, end := tokens.Start(), tokens.End()
		if open >= 0 {
			start = open
		}
		if end < len(s) && !endsSentence(s[start:end], s[end:]) {
			open = start
			continue
		}
		open = -1
		if span := Trim(s, news.Span{Start: start, End: end}); span.Len() > 0 {
			spans = append(spans, span)
		}
	}
	return spans
}

// endsSentence decides whether a break that Unicode's rules found between before and after is one in the news.
func endsSentence(before, after string) bool {
	if strings.HasSuffix(before, "\n") && blankLineAt(before+"\n", len(before)-1) && strings.TrimSpace(before) != "" {
		return true
	}
	trimmed := strings.TrimRightFunc(before, unicode.IsSpace)
	if trimmed == "" {
		return true
	}
	if strings.ContainsRune(before[len(trimmed):], '\n') {
		return true
	}
	next, _ := utf8.DecodeRuneInString(strings.TrimLeftFunc(after, unicode.IsSpace))
	if unicode.IsLower(next) {
		return false
	}
	if !strings.HasSuffix(trimmed, ".") {
		return !strings.ContainsRune(",;:", lastRune(trimmed))
	}
	return !endsInAbbreviation(trimmed, after)
}

func lastRune(s string) rune {
	r, _ := utf8.DecodeLastRuneInString(s)
	return r
}

// endsInAbbreviation reports whether the full stop at the end of s belongs to a word that goes on: a title or initial always does,
// a month or "No." does before a digit, "U.S." does unless a word that commonly opens a sentence follows.
func endsInAbbreviation(s, after string) bool {
	word := lastWord(s)
	bare := strings.TrimSuffix(word, ".")
	if continues[strings.ToLower(bare)] {
		return true
	}
	after = strings.TrimLeftFunc(after, unicode.IsSpace)
	next, _ := utf8.DecodeRuneInString(after)
	if beforeNumber[strings.ToLower(bare)] {
		return unicode.IsDigit(next)
	}
	if isInitial(bare) {
		return true
	}
	if strings.Contains(bare, ".") && isDotted(bare) { // U.S., U.N., p.m.
		return !opensSentence[firstWord(after)]
	}
	return false
}

func lastWord(s string) string {
	i := strings.LastIndexFunc(s, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("(“\"‘[—–", r) })
	if i < 0 {
		return s
	}
	_, size := utf8.DecodeRuneInString(s[i:])
	return s[i+size:]
}

func firstWord(s string) string {
	s = strings.TrimLeft(s, "“\"‘'([")
	end := strings.IndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' && r != '’' })
	if end < 0 {
		end = len(s)
	}
	return s[:end]
}

// isInitial reports whether bare is one capital letter, as in "Antony J. Blinken"; "I" ends sentences more often than it abbreviates.
func isInitial(bare string) bool {
	r, size := utf8.DecodeRuneInString(bare)
	return size == len(bare) && unicode.IsUpper(r) && r != 'I'
}

// isDotted reports whether bare is single letters joined by full stops: U.S, p.m, U.N.
func isDotted(bare string) bool {
	for part := range strings.SplitSeq(bare, ".") {
		if utf8.RuneCountInString(part) != 1 {
			return false
		}
	}
	return true
}

// Words after which a full stop does not end a sentence.
var continues = set("mr mrs ms mx dr prof gen lt col maj capt cmdr adm sgt cpl sen rep gov pres amb hon rev fr sr st mt ft vs messrs mme mlle vice-adm brig")

// Words whose full stop does not end a sentence when a number follows.
var beforeNumber = set("jan feb mar apr jun jul aug sep sept oct nov dec no nos art sec fig p pp vol ch para")

// Words that open a sentence, so that the abbreviation before them ended one.
var opensSentence = setAsIs("The A An In It He She They We I But And On At This That These Those There If When While As For By With From His Her Their Our Its Some Many Most Mr Mrs Ms Still Yet However Since After Before Asked According Last")

func set(words string) map[string]bool { return setAsIs(strings.ToLower(words)) }

func setAsIs(words string) map[string]bool {
	m := make(map[string]bool)
	for w := range strings.FieldsSeq(words) {
		m[w] = true
	}
	return m
}
