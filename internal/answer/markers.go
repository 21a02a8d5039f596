package answer

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"attache/internal/news"
	"attache/internal/text"
)

// Citation markers as models write them, whatever they were asked for. Each alternative is one marker; marks side by side are several.
//
//	[1]  [1, 2]  [1][2]  [[1]]  [1-3]  [1–3]  [^1]  [1](https://…)  [source 1]  [1†source]  【1】  【1†source】  ［1］  (1)  ¹
//
// A marker may stand in inline code, before or after the full stop. (1) counts only after a word and before white space, a full stop or
// the end, so that "(1) the pass, (2) the road" stays a list; a raised figure counts only after a letter, a full stop or a closing mark, so that m² and 10³ stay.
const markerNumbers = `\d{1,3}(?:\s*(?:[,;–—-]|\bto\b|\band\b|&)\s*\d{1,3})*`

var (
	markerPattern = regexp.MustCompile("`?(?:" +
		`\[{1,2}\s*(?i:sources?|passages?|refs?\.?|cite:|#|\^)?\s*(` + markerNumbers + `)\s*(?:†[^\]\n]{0,40})?\s*\]{1,2}(?:\((?:https?:|#)[^)\s]*\))?` +
		`|[【［〔]\s*(?i:sources?|passages?|\^)?\s*(` + markerNumbers + `)\s*(?:[†:][^】］〕\n]{0,40})?\s*[】］〕]` +
		`|\(\s*(?i:sources?|passages?|refs?\.?)\s+(` + markerNumbers + `)\s*\)` +
		`|\((\d{1,2})\)` +
		`|([⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2}(?:[˒,][⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2})*)` +
		")`?")
	markerSeparator = regexp.MustCompile(`\s*([,;–—-]|to|and|&)\s*`)
)

// marker is one citation marker of a text.
type marker struct {
	news.Span
	numbers []int // ascending, without repeats; a range is written out
}

// findMarkers returns the citation markers of s in order.
func findMarkers(s string) []marker {
	var found []marker
	for _, at := range markerPattern.FindAllStringSubmatchIndex(s, -1) {
		span := news.Span{Start: at[0], End: at[1]}
		group := slices.IndexFunc([]int{2, 4, 6, 8, 10}, func(i int) bool { return at[i] >= 0 })
		body := s[at[2+2*group]:at[3+2*group]]
		switch {
		case group == 3 && !closesClause(s, span), group == 4 && !raisedAfterWord(s, span):
			continue
		case group == 4:
			body = superscripts.Replace(body)
		}
		if numbers := markerValues(body); len(numbers) > 0 {
			found = append(found, marker{Span: unticked(s, span), numbers: numbers})
		}
	}
	return found
}

var superscripts = strings.NewReplacer("⁰", "0", "¹", "1", "²", "2", "³", "3", "⁴", "4", "⁵", "5", "⁶", "6", "⁷", "7", "⁸", "8", "⁹", "9", "˒", ",")

// unticked leaves out a backtick that has no partner on the marker's other side: it opens or closes code around more than the marker.
func unticked(s string, span news.Span) news.Span {
	opens, closes := s[span.Start] == '`', s[span.End-1] == '`'
	if opens && !closes {
		span.Start++
	}
	if closes && !opens {
		span.End--
	}
	return span
}

// closesClause reports whether "(1)" stands where a citation stands and a number of a list does not.
func closesClause(s string, span news.Span) bool {
	before := strings.TrimRight(s[:span.Start], " ")
	last, _ := utf8.DecodeLastRuneInString(before)
	if before == "" || !unicode.IsLetter(last) && !unicode.IsDigit(last) && !strings.ContainsRune(".!?”\"’)", last) {
		return false
	}
	after := strings.TrimLeft(s[span.End:], " ")
	next, _ := utf8.DecodeRuneInString(after)
	return after == "" || strings.ContainsRune(".!?\n", next)
}

// raisedAfterWord reports whether a raised figure follows a word of at least three letters or a closing mark.
func raisedAfterWord(s string, span news.Span) bool {
	before := s[:span.Start]
	last, _ := utf8.DecodeLastRuneInString(before)
	if strings.ContainsRune(".!?”\"’,;", last) {
		return before != ""
	}
	word := before[strings.LastIndexFunc(before, func(r rune) bool { return !unicode.IsLetter(r) })+1:]
	return utf8.RuneCountInString(word) >= 3
}

// markerValues reads "1, 2", "1-3" and the like. A range of more than twenty, or one that runs backwards, is only its two ends.
func markerValues(s string) []int {
	var numbers []int
	last, isRange := 0, false
	for s != "" {
		end := strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' })
		if end < 0 {
			end = len(s)
		}
		n, err := strconv.Atoi(s[:end])
		if err != nil {
			break
		}
		if isRange && n-last <= 20 {
			for i := last + 1; i < n; i++ {
				numbers = append(numbers, i)
			}
		}
		numbers, last = append(numbers, n), n
		s = s[end:]
		if sep := markerSeparator.FindStringSubmatch(s); sep != nil {
			isRange = strings.ContainsAny(sep[1], "-–—") || sep[1] == "to"
			s = s[len(sep[0]):]
		}
	}
	slices.Sort(numbers)
	return slices.Compact(numbers)
}

// marked is a sentence without its markers, and what they cite.
type marked struct {
	text  string
	cites []int // ascending, without repeats; nil when it has no marker
	end   int   // where it ends in the text it was found in, its markers included
	open  bool  // a quotation mark in it is never closed
}

// splitMarked splits a model's text into sentences and gives each the markers in it and after it: a marker that follows the full stop
// belongs to the sentence before it, unless it begins a line. Quotations stay in one piece. List signs, emphasis and code marks are taken off, and
// headings and what follows a "Sources:" line are left out.
func splitMarked(s string) []marked {
	var all []marked
	for _, line := range proseLines(s) {
		all = append(all, splitLine(line.In(s), line.Start)...)
	}
	return all
}

// bareMarked is a line without its markers, with the place of each.
type bareMarked struct {
	text    string
	back    []int // for each byte of text, and its end, the byte of the line that it came from
	markers []placedMarker
}

type placedMarker struct {
	marker
	at int // the byte of the bare text before which it stood
}

func splitLine(line string, offset int) []marked {
	bare := strip(line)
	spans := joinQuotations(bare.text, text.Sentences(bare.text))
	if len(spans) == 0 {
		return nil
	}
	out := make([]marked, len(spans))
	for i, span := range spans {
		out[i] = marked{text: tidyProse(span.In(bare.text)), end: offset + bare.back[span.End], open: unclosed(span.In(bare.text))}
	}
	for _, m := range bare.markers {
		owner := 0
		for i, span := range spans {
			if span.Start < m.at {
				owner = i
			}
		}
		out[owner].cites = append(out[owner].cites, m.numbers...)
		out[owner].end = max(out[owner].end, offset+m.End)
	}
	for i := range out {
		slices.Sort(out[i].cites)
		out[i].cites = slices.Compact(out[i].cites)
	}
	return slices.DeleteFunc(out, func(m marked) bool { return !strings.ContainsFunc(m.text, inWord) })
}

func inWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// strip takes the markers out of a line, with the white space before them where a word or a full stop follows.
func strip(line string) bareMarked {
	var bare bareMarked
	var b strings.Builder
	from := 0
	keep := func(to int) {
		for i := from; i < to; i++ {
			bare.back = append(bare.back, i)
		}
		b.WriteString(line[from:to])
	}
	for i, m := range findMarkers(line) {
		if i == 0 || !betweenMarkers.MatchString(line[from:m.Start]) {
			keep(m.Start)
		}
		bare.markers = append(bare.markers, placedMarker{marker: m, at: len(strings.TrimRight(b.String(), " "))})
		from = m.End
	}
	keep(len(line))
	bare.text, bare.back = b.String(), append(bare.back, len(line))
	return bare
}

// betweenMarkers is what joins two markers into one citation: "[1], [2]", "[1] and [2]".
var betweenMarkers = regexp.MustCompile(`^\s*(?:,|;|&|,?\s*and)?\s*$`)

var (
	blankBefore = regexp.MustCompile(`\s+([.,;:!?])`)
	manyBlanks  = regexp.MustCompile(`\s{2,}`)
	emphasis    = regexp.MustCompile(`\*([^\s*](?:[^*]*[^\s*])?)\*`)
	leadingCite = regexp.MustCompile(`(?i)^(?:according to|as (?:stated|noted|reported|described) in|per|in)(?: (?:the )?(?:source|passage|article)s?)?\s*(?:and|,|\s)*\s*,\s*`)
)

// tidyProse takes out what the markers and Markdown left: blanks before a comma, doubled blanks, signs of emphasis and code, and an opening
// "According to [1]," whose number is gone.
func tidyProse(s string) string {
	s = strings.NewReplacer("**", "", "__", "", "`", "").Replace(s)
	s = emphasis.ReplaceAllString(s, "$1")
	s = blankBefore.ReplaceAllString(s, "$1")
	s = strings.TrimSpace(manyBlanks.ReplaceAllString(s, " "))
	if head := leadingCite.FindString(s); head != "" && len(head) < len(s) {
		r, size := utf8.DecodeRuneInString(s[len(head):])
		s = string(unicode.ToUpper(r)) + s[len(head)+size:]
	}
	return s
}

var (
	listSign   = regexp.MustCompile(`^\s*(?:[-*•–]\s+|\d{1,2}[.)]\s+|>\s*)+`)
	headSign   = regexp.MustCompile(`^\s*#{1,6}\s`)
	sourceHead = regexp.MustCompile(`(?i)^\W*(?:sources?|references?|citations?|footnotes?)\W*$`)
	fenceSign  = regexp.MustCompile("^\\s*```")
)

// proseLines returns the spans of the lines that hold sentences, without their list signs.
func proseLines(s string) []news.Span {
	var lines []news.Span
	for start := 0; start < len(s); {
		end := start + strings.IndexByte(s[start:], '\n')
		if end < start {
			end = len(s)
		}
		line := s[start:end]
		if sourceHead.MatchString(line) && end < len(s) {
			break
		}
		if !headSign.MatchString(line) && !fenceSign.MatchString(line) && strings.TrimSpace(line) != "" {
			lines = append(lines, news.Span{Start: start + len(listSign.FindString(line)), End: end})
		}
		start = end + 1
	}
	return lines
}

// joinQuotations joins sentences that stand inside one quotation, so that it is checked in one piece.
func joinQuotations(s string, spans []news.Span) []news.Span {
	var joined []news.Span
	for _, span := range spans {
		if n := len(joined); n > 0 && unclosed(joined[n-1].In(s)) {
			joined[n-1].End = span.End
			continue
		}
		joined = append(joined, span)
	}
	return joined
}

// unclosed reports whether a double quotation mark in s has no partner.
func unclosed(s string) bool {
	_, open := quotedSpans(s)
	return open
}

// closers gives for each opening double quotation mark those that close it. „ closes in more than one way.
var closers = map[rune]string{'“': "”", '„': "“”", '«': "»", '»': "«", '"': "\"", '＂': "＂", '「': "」", '『': "』", '‟': "”", '‹': "›"}

// singleQuoted finds a string in single quotation marks: it opens after a blank before a letter, and closes before one that is not. An
// apostrophe inside a word does neither.
var singleQuoted = regexp.MustCompile(`(?:^|[\s(—])['‘](\pL[^'‘’"“”\n]*(?:['’]\pL[^'‘’"“”\n]*)*)['’](?:[\s.,;:!?)—]|$)`)

// quotedSpans returns the spans of the strings in quotation marks, marks not included, in order, and whether a double mark stays open. Marks
// inside a quotation do not open another. Single marks count around two words or more.
func quotedSpans(s string) (spans []news.Span, open bool) {
	closing, start := "", 0
	for i, r := range s {
		switch {
		case closing == "" && closers[r] != "" && opensQuotation(s, i, r):
			closing, start = closers[r], i+utf8.RuneLen(r)
		case closing != "" && strings.ContainsRune(closing, r):
			spans = append(spans, news.Span{Start: start, End: i})
			closing = ""
		}
	}
	for _, at := range singleQuoted.FindAllStringSubmatchIndex(s, -1) {
		span := news.Span{Start: at[2], End: at[3]}
		inside := slices.ContainsFunc(spans, func(o news.Span) bool { return o.Overlaps(span) })
		if !inside && strings.ContainsRune(strings.TrimSpace(span.In(s)), ' ') {
			spans = append(spans, span)
		}
	}
	slices.SortFunc(spans, func(a, b news.Span) int { return a.Start - b.Start })
	return spans, closing != ""
}

// opensQuotation reports whether the mark r at i can open: a straight mark after a digit is one of inches.
func opensQuotation(s string, i int, r rune) bool {
	before, _ := utf8.DecodeLastRuneInString(s[:i])
	return r != '"' || i == 0 || !unicode.IsDigit(before)
}
