package quotes

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"attache/internal/news"
	"attache/internal/text"
)

// marked is one run of text inside quotation marks, within one paragraph.
type marked struct {
	outer  news.Span // with its marks; without a closing one when unclosed
	inner  news.Span // the words, trimmed of white space
	para   int
	closed bool
	reopen bool // unclosed, and the next paragraph opens again: one quotation goes on
}

// opener is a quotation mark that waits for its partner.
type opener struct {
	at, size int  // byte offset and bytes of the mark
	mark     rune // the mark itself
	kept     int  // how many spans had been found when it was met
}

// glyph is a quotation mark with its neighbours.
type glyph struct {
	at, size   int
	mark       rune
	prev, next rune   // 0 at the border of the paragraph
	rest       string // of the paragraph, behind the mark
}

// style is a family of quotation marks.
type style struct {
	marks  string
	opens  func(glyph) bool
	closes func(opener, glyph) bool
}

var (
	doubleStyle = style{"\"“”„‟«»「」『』＂", opensDouble, closesDouble}
	singleStyle = style{"'‘’‚‛‹›", opensSingle, closesSingle}
)

// findMarks pairs the quotation marks of each paragraph, in order. Nested quotations belong to the outer one, and a mark without a
// partner never reaches beyond its paragraph. The style that a text uses more is its first; the other one then counts only outside it.
func findMarks(s string, paras []news.Span) []marked {
	doubles := scanMarks(s, paras, doubleStyle)
	if !strings.ContainsAny(s, "'‘‚‹") {
		return doubles
	}
	singles := closedOnly(scanMarks(s, paras, singleStyle))
	if len(singles) > len(doubles) {
		return merge(singles, doubles)
	}
	return merge(doubles, longOnly(s, singles))
}

func closedOnly(marks []marked) []marked {
	out := marks[:0]
	for _, m := range marks {
		if m.closed {
			out = append(out, m)
		}
	}
	return out
}

// minSingleWords is how many words single marks must hold to count in a text that quotes in double marks, where they mostly stand in
// headlines and round nicknames.
const minSingleWords = 4

func longOnly(s string, marks []marked) []marked {
	out := marks[:0]
	for _, m := range marks {
		if len(strings.Fields(m.inner.In(s))) >= minSingleWords {
			out = append(out, m)
		}
	}
	return out
}

// merge puts those of second that overlap none of first among them, in order.
func merge(first, second []marked) []marked {
	out := make([]marked, 0, len(first)+len(second))
	j := 0
	for _, m := range first {
		for ; j < len(second) && second[j].outer.Start < m.outer.Start; j++ {
			if second[j].outer.End <= m.outer.Start && (len(out) == 0 || out[len(out)-1].outer.End <= second[j].outer.Start) {
				out = append(out, second[j])
			}
		}
		out = append(out, m)
	}
	for ; j < len(second); j++ {
		if len(out) == 0 || out[len(out)-1].outer.End <= second[j].outer.Start {
			out = append(out, second[j])
		}
	}
	return out
}

func scanMarks(s string, paras []news.Span, st style) []marked {
	var out []marked
	for p, para := range paras {
		if part := para.In(s); !strings.ContainsAny(part, st.marks) && !strings.Contains(part, "''") {
			continue
		}
		from := len(out)
		out = scanParagraph(out, s, p, para, st)
		if n := len(out); n > from && !out[n-1].closed && p+1 < len(paras) {
			out[n-1].reopen = opensParagraph(s, paras[p+1], st)
		}
	}
	return out
}

// opensParagraph reports whether para begins with an opening mark.
func opensParagraph(s string, para news.Span, st style) bool {
	r, size := utf8.DecodeRuneInString(s[para.Start:para.End])
	if !strings.ContainsRune(st.marks, r) {
		return false
	}
	next, _ := utf8.DecodeRuneInString(s[para.Start+size : para.End])
	return st.opens(glyph{mark: r, next: next, rest: s[para.Start+size : para.End]})
}

// scanParagraph appends the outermost marked spans of one paragraph. The stack holds the marks that are open.
func scanParagraph(out []marked, s string, p int, para news.Span, st style) []marked {
	var stack []opener
	found := len(out)
	prev := rune(0)
	for i := para.Start; i < para.End; {
		r, size := utf8.DecodeRuneInString(s[i:para.End])
		if r == '<' {
			if end := tagEnd(s[i:para.End]); end > 0 {
				i, prev = i+end, '>'
				continue
			}
		}
		if r == '\'' && strings.HasPrefix(s[i:para.End], "''") { // two apostrophes for one double mark
			r, size = '"', 2
		}
		if strings.ContainsRune(st.marks, r) {
			g := glyph{at: i, size: size, mark: r, prev: prev, next: firstRuneOf(s[i+size : para.End]), rest: s[i+size : para.End]}
			if n := len(stack); n > 0 && st.closes(stack[n-1], g) {
				top := stack[n-1]
				stack = stack[:n-1]
				out = append(out[:top.kept], newMarked(s, p, top, i, i+size))
			} else if st.opens(g) {
				stack = append(stack, opener{at: i, size: size, mark: r, kept: len(out)})
			}
		}
		i, prev = i+size, r
	}
	if len(stack) > 0 {
		out = unclosed(out, s, p, para, stack[len(stack)-1])
	}
	return dropEmpty(out, found)
}

// firstRuneOf returns the first rune of s, or 0 when s is empty.
func firstRuneOf(s string) rune {
	if s == "" {
		return 0
	}
	return firstRune(s)
}

// unclosed appends the words after an opening mark without a partner, to the end of the paragraph, when the mark plainly begins a
// quotation and nothing was quoted since. Otherwise the mark is taken for a slip and left out.
func unclosed(out []marked, s string, p int, para news.Span, o opener) []marked {
	if o.kept < len(out) {
		return out
	}
	before := strings.TrimSpace(s[para.Start:o.at])
	if last, _ := utf8.DecodeLastRuneInString(before); before != "" && !strings.ContainsRune(",:.!?", last) {
		return out
	}
	m := newMarked(s, p, o, para.End, para.End)
	m.closed = false
	return append(out, m)
}

func newMarked(s string, p int, o opener, innerEnd, outerEnd int) marked {
	return marked{
		outer: news.Span{Start: o.at, End: outerEnd}, para: p, closed: true,
		inner: text.Trim(s, news.Span{Start: o.at + o.size, End: innerEnd}),
	}
}

func dropEmpty(out []marked, from int) []marked {
	kept := out[:from]
	for _, m := range out[from:] {
		if m.inner.Len() > 0 {
			kept = append(kept, m)
		}
	}
	return kept
}

// maxTag bounds the search for the end of a tag, in bytes.
const maxTag = 400

// tagEnd returns the length of the markup tag that s begins with, or 0.
func tagEnd(s string) int {
	if len(s) < 3 || s[1] != '/' && s[1] != '!' && !(s[1]|0x20 >= 'a' && s[1]|0x20 <= 'z') {
		return 0
	}
	end := strings.IndexAny(s[1:min(len(s), maxTag)], "<>\n")
	if end < 0 || s[1+end] != '>' {
		return 0
	}
	return end + 2
}

func opensDouble(g glyph) bool {
	switch g.mark {
	case '“', '„', '‟', '«', '「', '『':
		return g.next != 0
	case '"', '＂':
		return g.next != 0 && !unicode.IsSpace(g.next) && !inWord(g.prev)
	case '”', '»': // Swedish ”so”, Danish »so«
		return opensAfter(g.prev) && inWord(g.next)
	}
	return false
}

func closesDouble(o opener, g glyph) bool {
	looksOpening := opensAfter(g.prev) && !unicode.IsSpace(g.next) && g.next != 0
	switch o.mark {
	case '“', '"', '＂', '‟':
		return g.mark == '”' || (g.mark == '"' || g.mark == '＂') && !looksOpening || g.mark == '“' && !looksOpening && !inWord(g.next)
	case '”':
		return g.mark == '”' || g.mark == '"' && !looksOpening
	case '„':
		return g.mark == '“' || g.mark == '”' || g.mark == '"' && !looksOpening
	case '«':
		return g.mark == '»'
	case '»':
		return g.mark == '«'
	case '「':
		return g.mark == '」'
	case '『':
		return g.mark == '』'
	}
	return false
}

// opensAfter reports whether a mark after r may open: at the start, after white space, a bracket, a dash or another mark.
func opensAfter(r rune) bool {
	return r == 0 || unicode.IsSpace(r) || strings.ContainsRune("([{—–-/‘'“\">…", r)
}

func opensSingle(g glyph) bool {
	if !opensAfter(g.prev) || g.prev == '\'' || g.next == 0 || unicode.IsSpace(g.next) {
		return false
	}
	switch g.mark {
	case '‘', '‚', '‹':
		return true
	case '\'': // 'em, '90s and the like are apostrophes
		return !unicode.IsDigit(g.next) && !elided(g.rest)
	}
	return false
}

// elided reports whether s begins with the rest of a word whose first letters an apostrophe replaces.
func elided(s string) bool {
	end := strings.IndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) })
	if end < 0 {
		end = len(s)
	}
	switch strings.ToLower(s[:end]) {
	case "em", "til", "cause", "tis", "twas", "n", "bout", "round", "s", "t":
		return true
	}
	return false
}

// closesSingle tells a closing single mark from an apostrophe: nothing of a word follows it, and it stands after the end of a clause
// or no later mark does.
func closesSingle(o opener, g glyph) bool {
	if o.mark == '‹' {
		return g.mark == '›'
	}
	if g.mark != '’' && g.mark != '\'' && !(o.mark == '‚' && g.mark == '‘') || inWord(g.next) || unicode.IsSpace(g.prev) {
		return false
	}
	if strings.ContainsRune(",.?!…—", g.prev) || g.prev != 's' {
		return true
	}
	return !laterClose(g.rest, g.mark)
}

// maxSingle bounds, in bytes, the search for the end of a quotation in single marks.
const maxSingle = 2000

// laterClose reports whether s holds a mark that closes after the end of a clause before any other opens.
func laterClose(s string, mark rune) bool {
	for i, r := range s {
		if r == '‘' || i > maxSingle {
			return false
		}
		if r != mark || i == 0 {
			continue
		}
		prev, _ := utf8.DecodeLastRuneInString(s[:i])
		if strings.ContainsRune(",.?!…", prev) {
			return true
		}
	}
	return false
}

// OpeningMark returns the quotation mark that opens the first words of q in the article's text s: “, ", „, «, ‘, ' and so on, ” for two
// apostrophes that stand for a double mark, and "" when none stands there, as in a transcript.
func OpeningMark(s string, q news.Quote) string {
	before := strings.TrimRightFunc(s[:min(len(s), max(0, q.Span().Start))], unicode.IsSpace)
	if strings.HasSuffix(before, "''") {
		return "''"
	}
	r, size := utf8.DecodeLastRuneInString(before)
	if !strings.ContainsRune(doubleStyle.marks+singleStyle.marks, r) {
		return ""
	}
	return before[len(before)-size:]
}
