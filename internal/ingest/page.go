package ingest

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"attache/internal/news"
)

// block is one paragraph of an article on its way in.
type block struct {
	text    string
	heading bool
}

// compose makes the text of an article and the spans of its headings: blocks are tidied, empty ones and page furniture left out, and the
// rest set one blank line apart. A heading that nothing follows is left out too.
func compose(blocks []block) (text string, headings []news.Span) {
	blocks = dropFurniture(tidied(blocks))
	for len(blocks) > 0 && blocks[len(blocks)-1].heading {
		blocks = blocks[:len(blocks)-1]
	}
	return joined(blocks)
}

// joined sets tidied blocks one blank line apart.
func joined(blocks []block) (text string, headings []news.Span) {
	var b strings.Builder
	for i, bl := range blocks {
		if i > 0 {
			b.WriteString("\n\n")
		}
		if bl.heading {
			headings = append(headings, news.Span{Start: b.Len(), End: b.Len() + len(bl.text)})
		}
		b.WriteString(bl.text)
	}
	return b.String(), headings
}

func tidied(blocks []block) []block {
	kept := make([]block, 0, len(blocks))
	for _, bl := range blocks {
		if bl.text = tidy(bl.text); bl.text != "" {
			kept = append(kept, bl)
		}
	}
	return kept
}

// tidy puts s on one line: every run of white space (no-break spaces and tabs among it) becomes one space, none is left at the ends, and
// characters that a reader cannot see are dropped. Words and quotation marks stay as they are. Bytes that are no UTF-8 become U+FFFD.
func tidy(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	space := false
	for _, r := range s {
		switch {
		case unicode.IsSpace(r) || unicode.Is(unicode.Zs, r) || r < ' ' || r >= 0x7f && r < 0xa0:
			space = true
			continue
		case invisible(r):
			continue
		}
		if space && b.Len() > 0 {
			b.WriteByte(' ')
		}
		space = false
		b.WriteRune(r)
	}
	return b.String()
}

// invisible reports characters that show nothing: soft hyphens, zero-width spaces, byte-order marks, marks that turn the direction of
// writing around, tag characters. They break words for the search, and instructions can be hidden in them. The joiners U+200C and U+200D
// stay: Persian and Hindi are misspelt without them.
func invisible(r rune) bool {
	switch {
	case r == '\u00ad', r == '\u200b', r == '\u200e', r == '\u200f', r == '\u2060', r == '\ufeff', r == '\ufffc', r == '\u061c', r == '\u180e':
		return true
	case r >= '\u202a' && r <= '\u202e', r >= '\u2061' && r <= '\u206f', r >= 0xfff9 && r <= 0xfffb, r >= 0xe0000 && r <= 0xe007f:
		return true
	}
	return r >= 0xfdd0 && r <= 0xfdef || r&0xfffe == 0xfffe // noncharacters
}

// lastRune is the last rune of s that is no closing mark.
func lastRune(s string) rune {
	r, _ := utf8.DecodeLastRuneInString(strings.TrimRight(s, "\"'”’»)]*_"))
	return r
}

// words counts the words of s as white space separates them.
func words(s string) int { return len(strings.Fields(s)) }
