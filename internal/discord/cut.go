package discord

import (
	"strings"
	"unicode"

	"github.com/clipperhouse/uax29/v2/graphemes"
)

// cost is what a text takes of a limit once it is shown: the units of its escaped form, and two more for each line break, after which a quotation
// or a list goes on with its mark.
func cost(text string) int {
	shown := escape(text)
	return units(shown) + 2*strings.Count(shown, "\n")
}

// minCut is the least limit that cut can keep: more than any one word's seam and any one character cost.
const minCut = 128

// cut splits text into parts that cost at most limit each, on word borders, or where a word alone is longer, between characters as a reader
// sees them. White space at the seams is dropped, nothing else. limit must be at least minCut.
func cut(text string, limit int) []string {
	if cost(text) <= limit {
		return []string{text}
	}
	var parts []string
	var part strings.Builder
	used := 0
	flush := func() {
		if s := strings.TrimSpace(part.String()); s != "" {
			parts = append(parts, s)
		}
		part.Reset()
		used = 0
	}
	for _, p := range pieces(text, limit) {
		if used+p.cost > limit {
			flush()
		}
		part.WriteString(p.text)
		used += p.cost
	}
	flush()
	return parts
}

// piece is a word with the white space before it, or a character of a word that is too long. The cost of a run of pieces is never more than the
// sum of theirs.
type piece struct {
	text string
	cost int
}

func pieces(text string, limit int) []piece {
	var out []piece
	add := func(word string) {
		switch c := cost(word); {
		case word == "":
		case c <= limit:
			out = append(out, piece{word, c})
		default:
			out = append(out, characters(word)...)
		}
	}
	start, inWord := 0, false
	for i, r := range text {
		if unicode.IsSpace(r) && inWord {
			add(text[start:i])
			start, inWord = i, false
		} else if !unicode.IsSpace(r) {
			inWord = true
		}
	}
	add(text[start:])
	return out
}

// characters splits a word between what a reader sees as characters. Each counts threefold, the most that
// escaping it can take, as what follows may make it special.
func characters(word string) []piece {
	var out []piece
	for g := graphemes.FromString(word); g.Next(); {
		c := g.Value()
		if units(c) > minCut/4 { // an endless chain of joined emoji
			for _, r := range c {
				out = append(out, piece{string(r), 3 * units(string(r))})
			}
			continue
		}
		out = append(out, piece{c, 3 * units(c)})
	}
	return out
}

// clip shortens text for a place that cannot take all of it, to at most limit units, on a word border, ending in "…" when something is left
// out. It is for labels and names; what a reader must not miss is cut into pages instead.
func clip(text string, limit int) string {
	if units(text) <= limit {
		return text
	}
	end, used := 0, 1 // the ellipsis
	for g := graphemes.FromString(text); g.Next(); {
		if used += units(g.Value()); used > limit {
			break
		}
		end = g.End()
	}
	short := text[:end]
	if i := strings.LastIndexFunc(short, unicode.IsSpace); i > len(short)/2 {
		short = short[:i]
	}
	return strings.TrimRightFunc(short, unicode.IsSpace) + "…"
}
