package retrieval

import (
	"hash/maphash"
	"strings"
)

// forms maps words as written to the numbers of their terms. Building an index is mostly looking up words, so those of up to 16 bytes stand in one
// open table, key beside value: a look-up touches one line of memory, where a map of strings touches three. Reading is safe beside reading.
type forms struct {
	short []form // a power of two long, at most half full
	used  int
	long  map[string]int32
	seed  maphash.Seed // of this table, so that nobody can write words that all want one place
}

// form is a word with zero bytes behind it, which no word holds, and the number of its term. The zero form is an empty place.
type form struct {
	key  [16]byte
	term int32
}

func newForms() *forms {
	return &forms{short: make([]form, 1<<12), long: map[string]int32{}, seed: maphash.MakeSeed()}
}

// get returns the number that was put for the word.
func (f *forms) get(word string) (int32, bool) {
	var key [16]byte
	if copy(key[:], word) < len(word) {
		t, ok := f.long[word]
		return t, ok
	}
	place := f.place(key)
	return place.term, place.key == key
}

// place is where the key stands, or the empty place where it would.
func (f *forms) place(key [16]byte) *form {
	for i := maphash.Bytes(f.seed, key[:]); ; i++ {
		place := &f.short[i&uint64(len(f.short)-1)]
		if place.key == key || place.key == [16]byte{} {
			return place
		}
	}
}

// put keeps the number of a word's term. It keeps no memory of the text that word is a part of.
func (f *forms) put(word string, term int32) {
	var key [16]byte
	if copy(key[:], word) < len(word) {
		f.long[strings.Clone(word)] = term
		return
	}
	place := f.place(key)
	if place.key != key {
		f.used++
	}
	*place = form{key, term}
	if 2*f.used > len(f.short) {
		f.grow()
	}
}

func (f *forms) grow() {
	old := f.short
	f.short = make([]form, 2*len(old))
	for _, o := range old {
		if o.key != [16]byte{} {
			*f.place(o.key) = o
		}
	}
}
