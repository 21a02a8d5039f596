package speakers

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"attache/internal/quotes"
	"attache/internal/text"
)

// name is a name as one article or another gives it, taken apart for comparing.
type name struct {
	text  string
	words []string // folded, without punctuation
	short bool     // a surname alone, or with initials: it may be anybody of that surname
	key   string   // names with different keys are never joined
}

// stranger is a forename that nobody bears. A name without a forename agrees with it, as with any other.
const stranger = "Qxyqxyq"

// parse takes a name apart. quotes.NameKey alone does not serve as key: it looks at the family name and leaves the vowels out, by which
// Wei Lu and Mei Li would be one.
func parse(s string) name {
	n := name{text: s, words: wordsOf(s)}
	if len(n.words) == 0 {
		return n
	}
	first, last := n.words[0], n.words[len(n.words)-1]
	if utf8.RuneCountInString(first) == 1 || quotes.SameName(s, stranger+" "+last) {
		n.short, n.key = true, quotes.NameKey(last)
	} else {
		n.key = quotes.NameKey(first) + " " + quotes.NameKey(last)
	}
	return n
}

// wordsOf returns the folded words of a name.
func wordsOf(s string) []string {
	return strings.FieldsFunc(text.Fold(s), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.Is(unicode.Mn, r) && r != '\''
	})
}

func (n name) folded() string { return strings.Join(n.words, " ") }

// same reports whether the evidence of the names alone says that two people are one: the whole names agree as spellings of each other, and neither
// has a middle name or an ending that speaks against it. A short name agrees with short ones only.
func same(a, b name) bool {
	if a.key != b.key || a.short != b.short || !quotes.SameName(a.text, b.text) {
		return a.folded() == b.folded()
	}
	if a.short {
		return len(a.words) == len(b.words) && spelt(a.words[0], b.words[0])
	}
	end, otherEnd := len(a.words)-1, len(b.words)-1
	return spelt(a.words[0], b.words[0]) && spelt(a.words[end], b.words[otherEnd]) &&
		(a.words[0] == b.words[0] || feminine(a.words[0]) == feminine(b.words[0])) && middlesAgree(a.words[1:end], b.words[1:otherEnd])
}

// spelt reports whether two words of which quotes.SameName holds can be taken for spellings of one. Short ones must be equal: Lu and Liu are two families.
func spelt(a, b string) bool {
	return a == b || utf8.RuneCountInString(a) >= 4 && utf8.RuneCountInString(b) >= 4
}

// feminine reports whether a forename ends as a woman's often does where the man's does not: Daniela, Alexandra, Louise.
func feminine(word string) bool { return strings.HasSuffix(word, "a") || strings.HasSuffix(word, "e") }

// middlesAgree compares middle names in their order, an initial agreeing with what it begins; what only one name has does not count.
func middlesAgree(a, b []string) bool {
	for i := range min(len(a), len(b)) {
		x, y := a[i], b[i]
		initial := utf8.RuneCountInString(x) == 1 || utf8.RuneCountInString(y) == 1
		if initial && !strings.HasPrefix(x, y) && !strings.HasPrefix(y, x) || !initial && quotes.NameKey(x) != quotes.NameKey(y) {
			return false
		}
	}
	return true
}

// begins reports whether every word that was typed begins one of words.
func begins(typed, words []string) bool {
	for _, t := range typed {
		if !anyWord(words, func(w string) bool { return strings.HasPrefix(w, t) }) {
			return false
		}
	}
	return true
}

func anyWord(words []string, f func(string) bool) bool {
	for _, w := range words {
		if f(w) {
			return true
		}
	}
	return false
}

// edits is the number of letters to insert, leave out, change or swap with their neighbour to make b of a (optimal string alignment), or some number
// above most when it is more than that.
func edits(a, b []rune, most int) int {
	if len(a)-len(b) > most || len(b)-len(a) > most {
		return most + 1
	}
	var space [3][64]int // enough for any name; longer words are cut
	a, b = a[:min(len(a), 63)], b[:min(len(b), 63)]
	before, row, next := &space[0], &space[1], &space[2]
	for j := range len(b) + 1 {
		row[j] = j
	}
	for i := range a {
		next[0] = i + 1
		least := next[0]
		for j := range b {
			d := row[j]
			if a[i] != b[j] {
				d++
				if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
					d = min(d, before[j-1]+1)
				}
			}
			next[j+1] = min(d, row[j+1]+1, next[j]+1)
			least = min(least, next[j+1])
		}
		if least > most {
			return most + 1
		}
		before, row, next = row, next, before
	}
	return row[len(b)]
}
