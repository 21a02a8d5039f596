package quotes

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"attache/internal/news"
	"attache/internal/text"
)

// tokenKind sorts the tokens.
type tokenKind uint8

const (
	word   tokenKind = iota // letters, with inner hyphens, apostrophes and abbreviating full stops
	number                  // begins with a digit
	clitic                  // 's, ’ll, … cut off the word before
	punct                   // one rune of anything else
)

// token is one word or one mark of punctuation.
type token struct {
	start, end int
	kind       tokenKind
	upper      bool   // begins with a capital letter
	lower      string // in lower case, apostrophes made straight
	para       int    // index into document.paras
	sent       int    // index into document.sents
	quote      int    // index into document.marks of the span it stands in, or -1
}

// tokenize cuts the text of span into tokens, in order, appending to tokens.
func tokenize(tokens []token, s string, span news.Span, para int) []token {
	for i := span.Start; i < span.End; {
		r, size := utf8.DecodeRuneInString(s[i:span.End])
		switch {
		case unicode.IsSpace(r):
			i += size
			continue
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			end := wordEnd(s, i, span.End)
			tokens = appendWord(tokens, s, i, end, para)
			i = tokens[len(tokens)-1].end
		default:
			tokens = append(tokens, token{start: i, end: i + size, kind: punct, lower: s[i : i+size], para: para, quote: -1})
			i += size
		}
	}
	return tokens
}

// wordEnd returns the end of the word that begins at i.
func wordEnd(s string, i, limit int) int {
	for i < limit {
		r, size := utf8.DecodeRuneInString(s[i:limit])
		if inWord(r) {
			i += size
			continue
		}
		if !joinsWord(r) || i+size >= limit {
			break
		}
		next, _ := utf8.DecodeRuneInString(s[i+size : limit])
		before, _ := utf8.DecodeLastRuneInString(s[:i])
		if !inWord(next) || (r == ',' || r == '.') && unicode.IsDigit(before) != unicode.IsDigit(next) || r == ',' && !unicode.IsDigit(next) {
			break
		}
		if r == '.' && !unicode.IsDigit(next) && !dottedBefore(s, i) && !domainAt(s[i+1:limit]) {
			break
		}
		i += size
	}
	return i
}

// domainAt reports whether s begins with the end of a site's name, as in Example.org.
func domainAt(s string) bool {
	end := strings.IndexFunc(s, func(r rune) bool { return r < 'a' || r > 'z' })
	if end < 0 {
		end = len(s)
	}
	switch s[:end] {
	case "com", "org", "net", "gov", "edu", "us", "uk", "int":
		return end == len(s) || s[end] != '-'
	}
	return false
}

// dottedBefore reports whether a single letter stands before the full stop at i, as in U.S.
func dottedBefore(s string, i int) bool {
	r, size := utf8.DecodeLastRuneInString(s[:i])
	if !unicode.IsLetter(r) {
		return false
	}
	before, _ := utf8.DecodeLastRuneInString(s[:i-size])
	return i-size == 0 || !inWord(before)
}

func inWord(r rune) bool {
	if r < utf8.RuneSelf {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_'
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r)
}

func joinsWord(r rune) bool {
	return r == '-' || r == '\'' || r == '’' || r == '.' || r == ',' || r == '&' || r == '‑'
}

// appendWord appends the word s[start:end], its clitic apart, taking in the full stop of an abbreviation.
func appendWord(tokens []token, s string, start, end, para int) []token {
	stem := start + cliticStart(s[start:end])
	if stem == end && end < len(s) && s[end] == '.' && isAbbreviation(s[start:end]) {
		end++
		stem = end
	}
	first, _ := utf8.DecodeRuneInString(s[start:])
	t := token{start: start, end: stem, lower: lowered(s[start:stem]), upper: unicode.IsUpper(first) || unicode.IsTitle(first), para: para, quote: -1}
	if unicode.IsDigit(first) {
		t.kind = number
	}
	t.upper = t.upper || lateCapital(s[start:stem])
	tokens = append(tokens, t)
	if stem < end {
		tokens = append(tokens, token{start: stem, end: end, kind: clitic, lower: lowered(s[stem:end]), para: para, quote: -1})
	}
	return tokens
}

// lateCapital reports whether w is a name with a particle before its capital: al-Dari, d’Orlo.
func lateCapital(w string) bool {
	i := strings.IndexAny(w[:min(len(w), 4)], "-'’")
	if i < 1 {
		return false
	}
	_, size := utf8.DecodeRuneInString(w[i:])
	r, _ := utf8.DecodeRuneInString(w[i+size:])
	return unicode.IsUpper(r)
}

// cliticStart returns where the clitic of w begins ("He’s" -> 2), or len(w). "n’t" stays with its verb.
func cliticStart(w string) int {
	i := strings.LastIndexAny(w, "'’")
	if i <= 0 {
		return len(w)
	}
	_, size := utf8.DecodeRuneInString(w[i:])
	switch strings.ToLower(w[i+size:]) {
	case "s", "d", "ll", "ve", "re", "m":
		return i
	}
	return len(w)
}

// isAbbreviation reports whether a full stop after w belongs to w: a title, a month, a state, an initial, or letters with stops.
func isAbbreviation(w string) bool {
	if len(w) == 1 {
		return w[0] >= 'A' && w[0] <= 'Z' && w[0] != 'I'
	}
	if len(w) > 5 {
		return strings.Count(w, ".") > 1
	}
	return strings.Contains(w, ".") && len(w) <= 5 && !unicode.IsDigit(rune(w[0])) || abbreviations[strings.ToLower(w)]
}

var abbreviations = wordSet(`mr mrs ms mx dr prof gen lt col maj capt cmdr adm sgt cpl sen sens rep reps gov govs pres amb hon rev fr sr jr st mt messrs mme
	mlle brig jan feb mar apr jun jul aug sept sep oct nov dec vs inc corp ltd co calif conn fla ariz ark colo del ga ill ind kan ky la mass md
	mich minn miss mo mont neb nev okla ore pa tenn tex va vt wash wis wyo ala`)

// lowered returns w in lower case with straight apostrophes, without copying a word that already is.
func lowered(w string) string {
	for i := range len(w) {
		if c := w[i]; c >= utf8.RuneSelf || c >= 'A' && c <= 'Z' {
			return strings.ReplaceAll(strings.ToLower(w), "’", "'")
		}
	}
	return w
}

// wordSet makes a set of the words of s.
func wordSet(s string) map[string]bool {
	m := make(map[string]bool)
	for w := range strings.FieldsSeq(s) {
		m[w] = true
	}
	return m
}

// paragraphs returns the paragraphs of s: text.Paragraphs, cut also at a single line break after the end of a sentence, since many texts
// copied from web pages have no blank lines.
func paragraphs(s string) []news.Span {
	var out []news.Span
	for _, p := range text.Paragraphs(s) {
		start := p.Start
		for i := p.Start; i < p.End; i++ {
			if s[i] == '\n' && endsLine(s[start:i]) {
				if part := text.Trim(s, news.Span{Start: start, End: i}); part.Len() > 0 {
					out = append(out, part)
				}
				start = i + 1
			}
		}
		if part := text.Trim(s, news.Span{Start: start, End: p.End}); part.Len() > 0 {
			out = append(out, part)
		}
	}
	return out
}

// endsLine reports whether the line that ends part closes a sentence or is too short to have been wrapped.
func endsLine(part string) bool {
	part = strings.TrimRightFunc(part, unicode.IsSpace)
	if line := part[strings.LastIndexByte(part, '\n')+1:]; len(line) < 40 {
		return true
	}
	r, _ := utf8.DecodeLastRuneInString(part)
	return strings.ContainsRune(`.!?:;…"”’»)>`, r)
}
