package quotes

import (
	"strings"
	"unicode"

	"attache/internal/news"
	"attache/internal/text"
)

// ChangeKind tells what became of a run of words.
type ChangeKind int

// The kinds of change.
const (
	Same    ChangeKind = iota // stands in both
	Altered                   // other words stand in the true text
	Added                     // stands in the claim only
	Missing                   // stands in the true text only
)

// Change is a run of words of a claimed quotation beside what the true text has.
type Change struct {
	Kind    ChangeKind
	Claimed string // "" when Missing
	Actual  string // "" when Added
}

// Diff is a claimed quotation word by word against the true one, in order. Equal words are runs of kind Same.
type Diff []Change

// Equal reports whether no word differs. Case, marks of punctuation and the form of quotation marks are no difference.
func (d Diff) Equal() bool {
	for _, c := range d {
		if c.Kind != Same {
			return false
		}
	}
	return true
}

// String lists what differs: "never → not", "+ of it" for words that only the claim has, "− very" for words that it left out, with semicolons between.
// It is "" when nothing differs.
func (d Diff) String() string {
	var out []string
	for _, c := range d {
		switch c.Kind {
		case Altered:
			out = append(out, c.Claimed+" → "+c.Actual)
		case Added:
			out = append(out, "+ "+c.Claimed)
		case Missing:
			out = append(out, "− "+c.Actual)
		}
	}
	return strings.Join(out, "; ")
}

// maxCells bounds the table of a comparison; beyond it what lies between the common head and tail counts as altered as a whole.
const maxCells = 4_000_000

// Compare sets a claimed quotation against the true words and returns the shortest list of changes that leads from one to the other.
func Compare(claimed, actual string) Diff {
	a, b := strings.Fields(claimed), strings.Fields(actual)
	x, y := folded(a), folded(b)
	head := 0
	for head < len(x) && head < len(y) && x[head] == y[head] {
		head++
	}
	tail := 0
	for tail < len(x)-head && tail < len(y)-head && x[len(x)-1-tail] == y[len(y)-1-tail] {
		tail++
	}
	var d Diff
	d = d.add(Same, a[:head], b[:head])
	d = d.between(a[head:len(a)-tail], b[head:len(b)-tail], x[head:len(x)-tail], y[head:len(y)-tail])
	return d.add(Same, a[len(a)-tail:], b[len(b)-tail:])
}

// folded returns what of each word is compared: no case, no marks of punctuation.
func folded(words []string) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = text.Fold(strings.TrimFunc(w, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }))
	}
	return out
}

// between adds the changes between a and b, whose folded words are x and y, by the longest common subsequence.
func (d Diff) between(a, b, x, y []string) Diff {
	if len(x)*len(y) > maxCells {
		return d.add(Altered, a, b)
	}
	table := common(x, y)
	i, j := 0, 0
	for i < len(x) || j < len(y) {
		fromI, fromJ := i, j
		for i < len(x) && j < len(y) && x[i] == y[j] {
			i, j = i+1, j+1
		}
		d = d.add(Same, a[fromI:i], b[fromJ:j])
		fromI, fromJ = i, j
		for (i < len(x) || j < len(y)) && !(i < len(x) && j < len(y) && x[i] == y[j]) {
			if j == len(y) || i < len(x) && table[i+1][j] >= table[i][j+1] {
				i++
			} else {
				j++
			}
		}
		d = d.add(Altered, a[fromI:i], b[fromJ:j])
	}
	return d
}

// common returns the lengths of the longest common subsequences of all tails of x and y.
func common(x, y []string) [][]int32 {
	table := make([][]int32, len(x)+1)
	cells := make([]int32, (len(x)+1)*(len(y)+1))
	for i := range table {
		table[i] = cells[i*(len(y)+1) : (i+1)*(len(y)+1)]
	}
	for i := len(x) - 1; i >= 0; i-- {
		for j := len(y) - 1; j >= 0; j-- {
			if x[i] == y[j] {
				table[i][j] = table[i+1][j+1] + 1
			} else {
				table[i][j] = max(table[i+1][j], table[i][j+1])
			}
		}
	}
	return table
}

// add appends a change, unless it is empty. An alteration with one side empty is an addition or a gap.
func (d Diff) add(kind ChangeKind, claimed, actual []string) Diff {
	switch {
	case len(claimed) == 0 && len(actual) == 0:
		return d
	case kind == Altered && len(actual) == 0:
		kind = Added
	case kind == Altered && len(claimed) == 0:
		kind = Missing
	}
	return append(d, Change{Kind: kind, Claimed: strings.Join(claimed, " "), Actual: strings.Join(actual, " ")})
}

// maxNearest bounds the words that Nearest compares on each side.
const maxNearest = 2000

// Nearest finds the run of words of s that comes closest to the claimed words, and how close: 1 when no word differs, less the more do, 0 when
// none is shared. Words beyond the first 2,000 on either side are not looked at. It returns the zero Span and 0 when either is blank.
func Nearest(claimed, s string) (news.Span, float64) {
	x := folded(strings.Fields(claimed))
	spans := wordSpans(s)
	x, spans = x[:min(len(x), maxNearest)], spans[:min(len(spans), maxNearest)]
	if len(x) == 0 || len(spans) == 0 {
		return news.Span{}, 0
	}
	y := make([]string, len(spans))
	for j, span := range spans {
		y[j] = span.In(s)
	}
	y = folded(y)
	start, end, cost := nearest(x, y)
	if end <= start || cost >= len(x) {
		return news.Span{}, 0
	}
	return news.Span{Start: spans[start].Start, End: spans[end-1].End}, 1 - float64(cost)/float64(max(len(x), end-start))
}

// nearest returns the part y[start:end] with the least edit distance to x (Sellers 1980: the first row of the table costs nothing).
func nearest(x, y []string) (start, end, cost int) {
	row, from := make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range from {
		from[j] = j
	}
	for i := 1; i <= len(x); i++ {
		diagonal, diagonalFrom := row[0], from[0]
		row[0], from[0] = i, 0
		for j := 1; j <= len(y); j++ {
			best, bestFrom := diagonal, diagonalFrom
			if x[i-1] != y[j-1] {
				best++
			}
			if row[j]+1 < best {
				best, bestFrom = row[j]+1, from[j]
			}
			if row[j-1]+1 < best {
				best, bestFrom = row[j-1]+1, from[j-1]
			}
			diagonal, diagonalFrom = row[j], from[j]
			row[j], from[j] = best, bestFrom
		}
	}
	end = 0
	for j := range row {
		if row[j] <= row[end] { // of equals the longer: what was left out or changed at the end is shown
			end = j
		}
	}
	return from[end], end, row[end]
}

// wordSpans returns the spans of the words of s, as strings.Fields cuts them.
func wordSpans(s string) []news.Span {
	var out []news.Span
	start := -1
	for i, r := range s {
		if unicode.IsSpace(r) {
			if start >= 0 {
				out = append(out, news.Span{Start: start, End: i})
			}
			start = -1
		} else if start < 0 {
			start = i
		}
	}
	if start >= 0 {
		out = append(out, news.Span{Start: start, End: len(s)})
	}
	return out
}
