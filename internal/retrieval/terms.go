package retrieval

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/kljensen/snowball/english"

	"attache/internal/text"
)

// words yields the words of s with their byte offsets: runs of letters, digits and marks, with a full stop or comma kept between digits (1.25),
// full stops between single letters (U.S.) and apostrophes between letters. Ideographs and kana are words of one rune each.
func words(s string, yield func(start, end int) bool) {
	for i := 0; i < len(s); {
		n := plainWordAt(s, i)
		if n == 0 {
			n = wordAt(s[i:])
		}
		if n == 0 {
			_, size := runeAt(s, i)
			i += size
			continue
		}
		if !yield(i, i+n) {
			return
		}
		i += n
	}
}

// plainWordAt is wordAt for the commonest case, an ASCII word behind which stands an ASCII character that cannot join it to another: it returns the
// length of such a word at byte i of s, else 0.
func plainWordAt(s string, i int) int {
	end := i
	for end < len(s) && plainWord[s[end]] {
		end++
	}
	if end < len(s) && joining[s[end]] && (end+1 == len(s) || s[end+1] < utf8.RuneSelf && !plainWord[s[end+1]]) {
		return end - i
	}
	if end < len(s) && (s[end] >= utf8.RuneSelf || joining[s[end]]) {
		return 0
	}
	return end - i
}

// plainWord are the ASCII letters and digits, joining the ASCII marks that may stand inside a word.
var (
	plainWord = byteSet("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
	joining   = byteSet("',.")
)

func byteSet(members string) (set [256]bool) {
	for i := range len(members) {
		set[members[i]] = true
	}
	return set
}

// wordAt returns the length of the word at the head of s, 0 when none begins there.
func wordAt(s string) int {
	first, size := runeAt(s, 0)
	if !isWordRune(first) {
		return 0
	}
	if isIdeograph(first) {
		return size
	}
	i, previous := size, first
	for i < len(s) {
		r, size := runeAt(s, i)
		if isWordRune(r) && !isIdeograph(r) {
			i, previous = i+size, r
			continue
		}
		next, nextSize := runeAt(s, i+size)
		if !joins(r, previous, next, s, i) {
			break
		}
		i, previous = i+size+nextSize, next
	}
	return i
}

// runeAt is utf8.DecodeRuneInString with a fast path for ASCII; it returns 0, 0 behind the end.
func runeAt(s string, i int) (rune, int) {
	if i >= len(s) {
		return 0, 0
	}
	if c := s[i]; c < utf8.RuneSelf {
		return rune(c), 1
	}
	return utf8.DecodeRuneInString(s[i:])
}

// joins reports whether mark, which stands at byte i of s, holds the runes around it together as one word.
func joins(mark, previous, next rune, s string, i int) bool {
	switch mark {
	case '\'', '’':
		return unicode.IsLetter(previous) && unicode.IsLetter(next)
	case ',':
		return isDigit(previous) && isDigit(next)
	case '.':
		return isDigit(previous) && isDigit(next) ||
			unicode.IsUpper(next) && unicode.IsUpper(previous) && (i == 1 || i >= 2 && s[i-2] == '.')
	}
	return false
}

func isDigit(r rune) bool { return '0' <= r && r <= '9' }

func isWordRune(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || isDigit(r)
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
}

func isIdeograph(r rune) bool {
	return r >= 0x2E80 && (unicode.Is(unicode.Han, r) || unicode.Is(unicode.Hiragana, r) || unicode.Is(unicode.Katakana, r))
}

// Term returns the term that stands for a word in the index: folded, without possessive or inner punctuation, spellings of transliterated names
// brought together, stemmed. It is "" for a word of punctuation only.
func Term(word string) string {
	if spelled, ok := acronyms[word]; ok {
		return spelled
	}
	w := text.Fold(word)
	w = strings.TrimSuffix(strings.TrimSuffix(w, "'s"), "'")
	if strings.ContainsAny(w, ".,'") {
		w = punctuation.Replace(w)
		if w != "" && !isDigit(rune(w[0])) {
			w = strings.ReplaceAll(w, ".", "")
		}
	}
	if w == "" || w[0] >= utf8.RuneSelf || isDigit(rune(w[0])) {
		return w
	}
	if name, ok := transliterated(w); ok {
		return name
	}
	w = american(w)
	return english.Stem(w, true)
}

// punctuation takes out what stands inside a word without being part of it; a full stop stays, for the decimals.
var punctuation = strings.NewReplacer(",", "", "'", "")

// heads tells words that may have one of some terms from those that cannot, by their first two letters, which stemming and folding keep. It saves
// looking up nearly all words of a passage. The first index is the first letter, the bits stand for the second one.
type heads [utf8.RuneSelf][2]uint64

// add makes room for the words of a term.
func (h *heads) add(term string) {
	switch {
	case term == "" || term[0] >= utf8.RuneSelf: // may lets every such word pass
	case len(term) == 1 || !plainWord[term[1]]:
		h[term[0]] = [2]uint64{^uint64(0), ^uint64(0)}
	default:
		h[term[0]][term[1]>>6] |= 1 << (term[1] & 63)
		h[term[0]]['y'>>6] |= 1 << ('y' & 63) // dying is a form of die
	}
}

// may reports false only for a word that stands for none of the terms.
func (h *heads) may(word string) bool {
	first := word[0] | 0x20 // small letter, the same digit
	if word[0] >= utf8.RuneSelf {
		return true
	}
	if len(word) == 1 || !plainWord[word[1]] {
		return h[first] != [2]uint64{}
	}
	second := word[1] | 0x20
	return h[first][second>>6]&(1<<(second&63)) != 0
}

// Words that mean something only as they are written.
var acronyms = map[string]string{"US": "usa", "U.S": "usa", "U.S.A": "usa", "USA": "usa", "U.N": "un", "UN": "un", "U.K": "uk", "UK": "uk", "E.U": "eu", "EU": "eu", "WHO": "who_"}

// american writes a British spelling as an American one, or does the same to a word that only looks like one: recognise, harbour, centre.
func american(w string) string {
	if s, ok := spellings[w]; ok {
		return s
	}
	for _, e := range []struct{ british, american string }{
		{"ise", "ize"}, {"ised", "ized"}, {"ises", "izes"}, {"ising", "izing"}, {"isation", "ization"}, {"isations", "izations"},
		{"our", "or"}, {"ours", "ors"}, {"oured", "ored"}, {"ouring", "oring"},
	} {
		if stem, ok := strings.CutSuffix(w, e.british); ok && len(stem) >= 3 {
			return stem + e.american
		}
	}
	return w
}

var spellings = map[string]string{"defence": "defense", "offence": "offense", "licence": "license", "centre": "center", "centres": "centers", "theatre": "theater",
	"programme": "program", "programmes": "programs", "grey": "gray", "cheque": "check", "sceptical": "skeptical"}

// transliterated brings together the spellings under which a name from another script is found: Zelensky, Zelenskyy, Zelenskiy.
func transliterated(w string) (string, bool) {
	for _, ending := range []string{"skyy", "skyj", "skiy", "skij", "skii", "skyi", "sky", "ski"} {
		if stem, ok := strings.CutSuffix(w, ending); ok && len(stem) >= 3 {
			return stem + "sky", true
		}
	}
	return w, false
}

// isStopWord reports whether a word as written is left out of the index: "who", "who's", but not "WHO".
func isStopWord(word string) bool {
	folded := text.Fold(word)
	return !isAcronym(word) && (IsStop(folded) || IsStop(strings.TrimSuffix(folded, "'s")))
}

// nearStopWord reports whether an unknown word is one typing error away from a stop word.
func nearStopWord(folded string) bool {
	for w := range stopWords {
		if len(w) >= 4 && len(folded) >= 4 && w[0] == folded[0] && abs(len(w)-len(folded)) <= 1 && distance(folded, w, 1) <= 1 {
			return true
		}
	}
	return false
}

// IsStop reports whether a folded word is too common to search for.
func IsStop(folded string) bool { return stopWords[folded] }

var stopWords = func() map[string]bool {
	m := make(map[string]bool)
	for w := range strings.FieldsSeq(`a about above after again against all also am an and any are as at be because been before being below
between both but by can could did do does doing down during each ever few many much for from further had has have having he her here hers herself him himself
his how i if in into is it its itself just me more most my myself no nor not now of off on once only or other our ours ourselves out over own
same she should so some such than that the their theirs them themselves then there these they this those through to too under until up very was
we were what when where which while who whom whose why will with would you your yours yourself yourselves s t d ll m re ve don't tell us
please know say says said latest newest recently currently`) {
		m[w] = true
	}
	return m
}()
