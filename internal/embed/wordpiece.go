package embed

import (
	"fmt"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

const (
	// unknown is the id of [UNK] in BERT's vocabulary: a word that cannot be put together from its entries.
	unknown = 100
	// maxWordRunes is the longest word that BERT cuts into pieces; a longer one is unknown.
	maxWordRunes = 100
	// FNV-1a, the 32-bit variant. Pieces inside a word ("##ing") start from another basis, so one hash table holds both.
	fnvBasis      = 2166136261
	fnvInnerBasis = fnvBasis ^ 0x9e3779b9
	fnvPrime      = 16777619
	// freeSlot marks an empty slot of the hash table; a vocabulary must be smaller.
	freeSlot = 0xffff
	numSlots = 1 << 16
)

// vocabulary is a WordPiece vocabulary. It is immutable, and safe for concurrent use.
type vocabulary struct {
	text    []byte   // the entries one after the other, each ended by a newline; not copied
	starts  []uint32 // starts[id] is the offset of an entry in text; one more at the end
	slots   []uint16 // open addressing: ids by the hash of their bytes
	longest int      // bytes of the longest entry, without "##"
}

// newVocabulary reads n entries, each ended by a newline. An entry's id is its place.
func newVocabulary(text []byte, n int) (*vocabulary, error) {
	if n <= unknown || n >= freeSlot/2 {
		return nil, fmt.Errorf("vocabulary of %d entries: need %d to %d", n, unknown+1, freeSlot/2-1)
	}
	v := &vocabulary{text: text, starts: make([]uint32, 1, n+1), slots: make([]uint16, numSlots)}
	for i := range v.slots {
		v.slots[i] = freeSlot
	}
	for i, c := range text {
		if c == '\n' {
			v.starts = append(v.starts, uint32(i+1))
		}
	}
	if len(v.starts) != n+1 || int(v.starts[n]) != len(text) {
		return nil, fmt.Errorf("vocabulary holds %d entries, want %d", len(v.starts)-1, n)
	}
	for id := range n {
		v.insert(uint16(id))
	}
	return v, nil
}

// entry returns the bytes of an entry without "##", and whether it stands inside a word.
func (v *vocabulary) entry(id uint16) (piece []byte, inner bool) {
	e := v.text[v.starts[id] : v.starts[id+1]-1]
	if len(e) > 2 && e[0] == '#' && e[1] == '#' {
		return e[2:], true
	}
	return e, false
}

func (v *vocabulary) insert(id uint16) {
	piece, inner := v.entry(id)
	h := basis(inner)
	for _, c := range piece {
		h = (h ^ uint32(c)) * fnvPrime
	}
	at := slot(h)
	for v.slots[at] != freeSlot {
		at = (at + 1) % numSlots
	}
	v.slots[at] = id
	v.longest = max(v.longest, len(piece))
}

func basis(inner bool) uint32 {
	if inner {
		return fnvInnerBasis
	}
	return fnvBasis
}

// slot folds the better upper bits of an FNV hash into an index.
func slot(h uint32) uint32 { return (h ^ h>>16) % numSlots }

// lookup returns the id of an entry, given the hash of its bytes.
func (v *vocabulary) lookup(h uint32, piece []byte, inner bool) (id uint16, ok bool) {
	for at := slot(h); ; at = (at + 1) % numSlots {
		id = v.slots[at]
		if id == freeSlot {
			return 0, false
		}
		if e, in := v.entry(id); in == inner && string(e) == string(piece) {
			return id, true
		}
	}
}

// appendPieces appends the ids of a normalised word: at each place the longest entry that fits, as BERT does. A word
// that cannot be covered is one unknown token.
func (v *vocabulary) appendPieces(dst []uint16, word []byte) []uint16 {
	var hashes [64]uint32
	before := len(dst)
	for start := 0; start < len(word); {
		inner := start > 0
		h, longest := basis(inner), min(len(word)-start, v.longest, len(hashes))
		for i := range longest {
			h = (h ^ uint32(word[start+i])) * fnvPrime
			hashes[i] = h
		}
		n := longest
		for ; n > 0; n-- {
			if id, ok := v.lookup(hashes[n-1], word[start:start+n], inner); ok {
				dst = append(dst, id)
				break
			}
		}
		if n == 0 {
			return append(dst[:before], unknown)
		}
		start += n
	}
	return dst
}

// appendTokens appends the ids of a text's tokens: those of BERT's uncased tokeniser (bert-base-uncased, as the Hugging
// Face tokenizers library runs it), without [CLS] and [SEP], and with no limit on the length. The steps: control
// characters are dropped, CJK ideographs stand alone, letters are decomposed (NFD), lose their accents and are put into
// lower case, text is cut at white space and around each punctuation character, words are cut into pieces. A special
// token written out in the text, such as "[SEP]", is plain text here. Bytes that are not UTF-8 are dropped.
//
// Between two letters, all but 568 of Unicode's code points give the reference's tokens. Those 568 came into Unicode, or
// changed their category, after the tables that the reference was built with; none of them is in the vocabulary.
func (v *vocabulary) appendTokens(dst []uint16, text string) []uint16 {
	s := scanner{vocab: v, dst: dst}
	for i := 0; i < len(text); {
		if c := text[i]; c < utf8.RuneSelf {
			s.ascii(c)
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		s.foreign(r)
		i += size
	}
	s.flush()
	return s.dst
}

// scanner gathers the word that is being read.
type scanner struct {
	vocab *vocabulary
	dst   []uint16
	n     int // bytes of word in use
	runes int // of the word; beyond maxWordRunes they are counted, not kept
	word  [maxWordRunes * utf8.UTFMax]byte
}

// flush ends the word.
func (s *scanner) flush() {
	switch {
	case s.runes == 0:
		return
	case s.runes > maxWordRunes:
		s.dst = append(s.dst, unknown)
	default:
		s.dst = s.vocab.appendPieces(s.dst, s.word[:s.n])
	}
	s.n, s.runes = 0, 0
}

func (s *scanner) ascii(c byte) {
	switch {
	case 'a' <= c && c <= 'z', '0' <= c && c <= '9':
		s.letter(c)
	case c == ' ', c == '\n', c == '\t', c == '\r':
		s.flush()
	case 'A' <= c && c <= 'Z':
		s.letter(c + 'a' - 'A')
	case c < ' ', c == 0x7f: // control characters are dropped, vertical tab and form feed among them
	default:
		s.flush()
		s.letter(c)
		s.flush()
	}
}

func (s *scanner) letter(c byte) {
	if s.runes++; s.runes <= maxWordRunes {
		s.word[s.n] = c
		s.n++
	}
}

func (s *scanner) wide(r rune) {
	if s.runes++; s.runes <= maxWordRunes {
		s.n += utf8.EncodeRune(s.word[s.n:], r)
	}
}

// foreign reads a rune beyond ASCII as it stands in the text.
func (s *scanner) foreign(r rune) {
	switch {
	case '\u2010' <= r && r <= '\u2027': // dashes, quotation marks, ellipsis: the bulk of what news holds beyond ASCII
		s.punctuation(r)
	case r == utf8.RuneError, isOther(r):
	case unicode.Is(unicode.White_Space, r):
		s.flush()
	case isIdeograph(r):
		s.flush()
		s.decomposed(r)
		s.flush()
	default:
		s.decomposed(r)
	}
}

// decomposed reads the canonical decomposition of a rune. Marks that follow one another are not put into canonical order:
// those that could change places are dropped anyway, but for a handful of spacing marks in musical notation.
func (s *scanner) decomposed(r rune) {
	const hangulFirst, hangulLast = '\uac00', '\ud7a3'
	if r >= hangulFirst && r <= hangulLast {
		s.hangul(r - hangulFirst)
		return
	}
	var buf [utf8.UTFMax]byte
	d := norm.NFD.Properties(buf[:utf8.EncodeRune(buf[:], r)]).Decomposition()
	if d == nil {
		s.folded(r)
		return
	}
	for len(d) > 0 {
		part, size := utf8.DecodeRune(d)
		s.folded(part)
		d = d[size:]
	}
}

// hangul reads a syllable, given by its place, as its two or three letters (Unicode standard, section 3.12).
func (s *scanner) hangul(place rune) {
	const leads, vowels, tails = 0x1100, 0x1161, 0x11a7
	const numVowels, numTails = 21, 28
	s.wide(leads + place/(numVowels*numTails))
	s.wide(vowels + place/numTails%numVowels)
	if tail := place % numTails; tail > 0 {
		s.wide(tails + tail)
	}
}

// folded reads a rune of a decomposition.
func (s *scanner) folded(r rune) {
	switch {
	case r < utf8.RuneSelf:
		s.ascii(byte(r))
	case unicode.Is(unicode.Mn, r):
	case unicode.Is(unicode.White_Space, r):
		s.flush()
	case unicode.Is(unicode.P, r):
		s.punctuation(r)
	default:
		s.wide(unicode.ToLower(r))
	}
}

func (s *scanner) punctuation(r rune) {
	s.flush()
	s.wide(r)
	s.flush()
}

// isOther reports control, format and private-use characters, and surrogates.
func isOther(r rune) bool { return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs) }

// isIdeograph reports what the reference takes for CJK ideographs; that 0x2b920 should be 0x2b820 is its slip, kept.
func isIdeograph(r rune) bool {
	switch {
	case r < 0x3400:
		return false
	case r <= 0x4dbf, 0x4e00 <= r && r <= 0x9fff, 0xf900 <= r && r <= 0xfaff:
		return true
	}
	return 0x20000 <= r && r <= 0x2a6df || 0x2a700 <= r && r <= 0x2b73f || 0x2b740 <= r && r <= 0x2b81f ||
		0x2b920 <= r && r <= 0x2ceaf || 0x2f800 <= r && r <= 0x2fa1f
}
