package pdf

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// line is a line of a page, or a piece of one. Places are in points from the page's left and bottom edge.
type line struct {
	text                     string
	left, right, top, bottom float64
}

func (l line) height() float64 { return l.top - l.bottom }

// lines joins the pieces that stand beside one another.
func lines(pieces []line) []line {
	var all []line
	for _, p := range pieces {
		if strings.TrimSpace(p.text) == "" {
			continue
		}
		if n := len(all); n > 0 {
			last := &all[n-1]
			overlap := min(last.top, p.top) - max(last.bottom, p.bottom)
			if overlap > min(last.height(), p.height())/2 && p.left >= last.right-last.height() && p.left-last.right < 3*last.height() {
				if p.left-last.right > last.height()/8 && !strings.HasSuffix(last.text, " ") {
					last.text += " "
				}
				last.text += p.text
				last.right, last.top, last.bottom = p.right, max(last.top, p.top), min(last.bottom, p.bottom)
				continue
			}
		}
		all = append(all, p)
	}
	return all
}

var figures = regexp.MustCompile(`\d+`)

// runsFrom is on how many pages a line at the edge has to stand to be taken for a running head or foot.
const runsFrom = 3

// withoutRunning takes page numbers, and lines that stand first or last on several pages, off the pages.
func withoutRunning(pages [][]line) [][]line {
	count := map[string]int{}
	key := func(l line) string { return figures.ReplaceAllString(strings.ToLower(strings.TrimSpace(l.text)), "#") }
	for _, p := range pages {
		if len(p) > 0 {
			count[key(p[0])]++
			if len(p) > 1 {
				count[key(p[len(p)-1])]++
			}
		}
	}
	running := func(l line) bool { return key(l) == "#" || count[key(l)] >= runsFrom }
	for i, p := range pages {
		for len(p) > 0 && running(p[0]) {
			p = p[1:]
		}
		for len(p) > 0 && running(p[len(p)-1]) {
			p = p[:len(p)-1]
		}
		pages[i] = p
	}
	return pages
}

// paragraphs joins lines that run on: a paragraph ends at a wider gap, after a line that ends well before the edge of its column, and before a line
// that is set in. At the end of a page or column it ends with its sentence.
func paragraphs(pages [][]line) []string {
	var all []string
	var current strings.Builder
	pitch := usualPitch(pages)
	for _, page := range pages {
		for i, l := range page {
			if current.Len() > 0 && ends(page, i, pitch, current.String()) {
				all = append(all, strings.TrimSpace(current.String()))
				current.Reset()
			}
			join(&current, l.text)
		}
	}
	if text := strings.TrimSpace(current.String()); text != "" {
		all = append(all, text)
	}
	return all
}

// usualPitch is the median distance from one line to the next one below it, in the whole document: a page may hold two lines only.
func usualPitch(pages [][]line) float64 {
	var all []float64
	for _, page := range pages {
		for i := 1; i < len(page); i++ {
			if d := page[i-1].bottom - page[i].bottom; d > 0 {
				all = append(all, d)
			}
		}
	}
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	return all[(len(all)-1)/2]
}

// ends reports whether a paragraph ends before line i of a page.
func ends(page []line, i int, pitch float64, soFar string) bool {
	if i == 0 {
		return stops(soFar)
	}
	last, next := page[i-1], page[i]
	down := last.bottom - next.bottom
	if down <= 0 { // the next column
		return stops(soFar)
	}
	edge := last.right
	for _, l := range page { // of the column
		if abs(l.left-last.left) < last.height()*3 {
			edge = max(edge, l.right)
		}
	}
	short := last.right < edge-(edge-last.left)/5
	setIn := next.left-last.left > next.height() && next.left-last.left < 6*next.height()
	return down > pitch*1.35 || short || setIn
}

func stops(s string) bool {
	r, _ := utf8.DecodeLastRuneInString(strings.TrimRight(s, "\"'”’»)] "))
	return strings.ContainsRune(".!?:", r)
}

func abs(x float64) float64 { return max(x, -x) }

// join adds a line. PDFium writes U+0002 for a hyphen at the end of a line, where nothing tells "well-known" from "inde-pendence"; the word is put together
// when it goes on in lower case, which is right far more often.
func join(to *strings.Builder, text string) {
	text = strings.TrimSpace(strings.NewReplacer("\r", " ", "\n", " ").Replace(text))
	before := to.String()
	first, _ := utf8.DecodeRuneInString(text)
	cut := strings.TrimRight(before, "\x02\u00ad-")
	switch {
	case before == "":
	case cut != before && cut != "" && unicode.IsLower(first) && unicode.IsLetter(lastOf(cut)):
		to.Reset()
		to.WriteString(cut)
	case !strings.HasSuffix(before, "-"):
		to.WriteByte(' ')
	}
	to.WriteString(strings.ReplaceAll(text, "\u00ad", ""))
}

func lastOf(s string) rune {
	r, _ := utf8.DecodeLastRuneInString(s)
	return r
}
