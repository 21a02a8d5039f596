package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"attache/internal/news"
)

// Fold lower-cases s, strips accents and other combining marks and turns every kind of apostrophe into '. Two spellings that a
// reader takes for the same word fold to the same string; Cyrillic or Arabic stays in its script. The result may be longer or shorter than s.
func Fold(s string) string {
	if isPlain(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range norm.NFKD.String(s) {
		switch {
		case unicode.Is(unicode.Mn, r) && r != '\u0306' && r != '\u0308': // й and ё are letters of their own in Cyrillic
		case unicode.Is(unicode.Mn, r):
			foldMark(&b, r)
		case r == '’' || r == '‘' || r == 'ʼ' || r == '`' || r == '´':
			b.WriteByte('\'')
		default:
			if plain, ok := undecomposed[r]; ok {
				b.WriteString(plain)
				continue
			}
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return norm.NFC.String(b.String())
}

// foldMark keeps a breve or diaeresis on a Cyrillic letter and drops it elsewhere.
func foldMark(b *strings.Builder, mark rune) {
	if r, _ := utf8.DecodeLastRuneInString(b.String()); unicode.Is(unicode.Cyrillic, r) {
		b.WriteRune(mark)
	}
}

// Letters that Unicode does not decompose but readers type without their stroke.
var undecomposed = map[rune]string{
	'ł': "l", 'Ł': "l", 'ø': "o", 'Ø': "o", 'đ': "d", 'Đ': "d", 'ß': "ss", 'æ': "ae", 'Æ': "ae", 'œ': "oe", 'Œ': "oe", 'ı': "i", 'þ': "th", 'Þ': "th", 'ð': "d", 'Ð': "d",
}

func isPlain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c >= utf8.RuneSelf || 'A' <= c && c <= 'Z' || c == '`' {
			return false
		}
	}
	return true
}

// Verbatim finds words in s, white space and quotation glyphs folded and nothing else: every run of white space equals one space, every
// double quotation mark equals ", every single one or apostrophe equals '. It returns the span of the first occurrence in s,
// or false when the words do not stand there or are blank. A match never begins or ends inside a word.
func Verbatim(s, words string) (news.Span, bool) {
	hay, offsets := glyphs(s)
	needle, _ := glyphs(words)
	needle = strings.TrimSpace(needle)
	if needle == "" {
		return news.Span{}, false
	}
	for from := 0; ; {
		i := strings.Index(hay[from:], needle)
		if i < 0 {
			return news.Span{}, false
		}
		start, end := from+i, from+i+len(needle)
		if wordBorder(hay, start) && wordBorder(hay, end) {
			return news.Span{Start: offsets[start], End: offsets[end]}, true
		}
		_, size := utf8.DecodeRuneInString(hay[start:])
		from = start + size
	}
}

// wordBorder reports whether position i of s does not stand between two letters or digits.
func wordBorder(s string, i int) bool {
	before, _ := utf8.DecodeLastRuneInString(s[:i])
	after, _ := utf8.DecodeRuneInString(s[i:])
	return i == 0 || i == len(s) || !inWord(before) || !inWord(after)
}

func inWord(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r)
}

// glyphs folds white space and quotation glyphs, and gives for each byte of the result the byte of s that it came from, plus len(s).
func glyphs(s string) (string, []int) {
	var b strings.Builder
	offsets := make([]int, 0, len(s)+1)
	space := false
	for i, r := range s {
		if unicode.IsSpace(r) {
			if !space {
				b.WriteByte(' ')
				offsets = append(offsets, i)
			}
			space = true
			continue
		}
		space = false
		n := b.Len()
		b.WriteRune(glyph(r))
		for range b.Len() - n {
			offsets = append(offsets, i)
		}
	}
	return b.String(), append(offsets, len(s))
}

func glyph(r rune) rune {
	switch r {
	case '“', '”', '„', '‟', '«', '»', '″', '＂':
		return '"'
	case '‘', '’', '‚', '‛', '‹', '›', '′', 'ʼ', '＇', '`':
		return '\''
	}
	return r
}
