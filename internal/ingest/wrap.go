package ingest

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// splitParagraphs cuts text into paragraphs. Blank lines part them. Where text stands on neighbouring lines, each line is a paragraph,
// unless the lines are those of a typewriter, broken at a width: then they are joined again.
func splitParagraphs(s string) []string {
	var lines []string
	for line := range strings.Lines(s) {
		lines = append(lines, strings.TrimRightFunc(line, unicode.IsSpace))
	}
	width := wrapWidth(lines)
	var paragraphs []string
	var current strings.Builder
	for i, line := range lines {
		current.WriteString(line)
		if i+1 < len(lines) && joins(line, lines[i+1], width) {
			if !endsInHyphen(line, lines[i+1]) {
				current.WriteByte(' ')
			}
			continue
		}
		if current.Len() > 0 {
			paragraphs = append(paragraphs, current.String())
			current.Reset()
		}
	}
	return paragraphs
}

// The widths, in runes, at which text is broken by hand or by a mail program.
const (
	narrowest = 45
	widest    = 132
)

// wrapWidth is the width in runes at which the lines were broken, 0 when they were not. They were when no line is longer than widest and,
// of the lines that another follows, most are longer than narrowest; of those, two in three could not have held the next line's first
// word, and half break off in a sentence.
func wrapWidth(lines []string) int {
	type inner struct{ length, nextWord int }
	var long []inner
	short, broken, width := 0, 0, 0
	for i, line := range lines {
		n := utf8.RuneCountInString(line)
		switch {
		case n > widest:
			return 0
		case n == 0 || i+1 == len(lines) || strings.TrimSpace(lines[i+1]) == "":
			continue
		case n < narrowest:
			short++
			continue
		}
		long = append(long, inner{n, utf8.RuneCountInString(strings.Fields(lines[i+1])[0])})
		width = max(width, n)
		if !strings.ContainsRune(".!?:", lastRune(line)) {
			broken++
		}
	}
	full := 0
	for _, l := range long {
		if l.length+1+l.nextWord > width-slack(width) {
			full++
		}
	}
	if len(long) < 2 || short > len(long) || full*3 < len(long)*2 || broken*2 < len(long) {
		return 0
	}
	return width
}

// slack is how much shorter than the longest line a line may be and still count as full: people and programs break a little early.
func slack(width int) int { return width / 8 }

// joins reports whether next goes on with the sentence of line, in text broken at width.
func joins(line, next string, width int) bool {
	if width == 0 || line == "" || strings.TrimSpace(next) == "" {
		return false
	}
	if indent(next) > indent(line) { // a paragraph's first line
		return false
	}
	first := strings.Fields(next)[0]
	return utf8.RuneCountInString(line)+1+utf8.RuneCountInString(first) > width-2*slack(width)
}

func indent(line string) int { return len(line) - len(strings.TrimLeft(line, " \t")) }

// endsInHyphen reports whether a word runs on from line to next. The hyphen stays: nothing tells "well-known" from "inde-pendence".
func endsInHyphen(line, next string) bool {
	if !strings.HasSuffix(line, "-") || len(line) < 2 {
		return false
	}
	before, _ := utf8.DecodeLastRuneInString(line[:len(line)-1])
	after, _ := utf8.DecodeRuneInString(strings.TrimLeft(next, " \t"))
	return unicode.IsLetter(before) && unicode.IsLetter(after)
}
