package quotes

import (
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits on the mentions that are weighed for one quotation.
const (
	maxBefore = 14
	maxAfter  = 8
	parasBack = 2
	// mentionReach bounds how many mentions are passed over, most of them inside quotations.
	mentionReach = 150
)

// sentenceReach bounds, in tokens on each side, what is looked at of a sentence without an end.
const sentenceReach = 300

// setting is what the choice of a speaker looks at around one marked span.
type setting struct {
	k           int // the mark
	first, end  int // its tokens, marks included
	from, to    int // the tokens of its sentence
	cueBefore   int // the nearest cue before it in the sentence, or -1
	cueAfter    int // the nearest cue behind it in the sentence, or -1
	subjBefore  int // the mention that is the subject of cueBefore, or -1
	subjAfter   int
	lead        string // what stands right before it
	tailMark    string // how its words end
	floating    bool   // its sentence holds no words outside quotation marks
	wholePara   bool
	upper       bool
	prevMention int // the mention that the quotation before was given to, or -1
	prevPerson  int
	prevMark    int // the quotation before, or -1
}

// look gathers the setting of mark k.
func (d *document) look(k int) setting {
	s := setting{k: k, first: d.markTokens[k][0], end: d.markTokens[k][1], cueBefore: -1, cueAfter: -1, subjBefore: -1, subjAfter: -1, prevMention: -1, prevPerson: -1, prevMark: -1}
	s.from, s.to = s.first, s.end
	sent, last := d.tokens[s.first].sent, d.tokens[s.end-1].sent
	for s.from > 0 && d.tokens[s.from-1].sent == sent && s.first-s.from < sentenceReach {
		s.from--
	}
	for s.to < len(d.tokens) && d.tokens[s.to].sent == last && s.to-s.end < sentenceReach {
		s.to++
	}
	s.cueBefore, s.cueAfter = d.nearestCue(s.first-1, s.from-1, -1), d.nearestCue(s.end, s.to, 1)
	if s.cueBefore >= 0 {
		s.subjBefore = d.subject(s.cueBefore, s.from)
	}
	if s.cueAfter >= 0 {
		s.subjAfter = d.subject(s.cueAfter, s.end)
	}
	s.lead, s.tailMark = d.leadOf(s), d.tailOf(k)
	s.floating, s.wholePara = d.onlyQuotes(s.from, s.to), d.fillsParagraph(k)
	r, _ := utf8.DecodeRuneInString(d.text[d.marks[k].inner.Start:])
	s.upper = unicode.IsUpper(r) || r == '[' || unicode.IsDigit(r)
	return s
}

// nearestCue walks from token i towards limit and returns the first cue outside quotations, or -1.
func (d *document) nearestCue(i, limit, step int) int {
	for ; i != limit; i += step {
		if d.isCue(i) {
			return i
		}
	}
	return -1
}

// isCue reports whether token i, outside quotations, may attribute.
func (d *document) isCue(i int) bool {
	t := d.tokens[i]
	if t.quote >= 0 || t.kind != word || t.upper && i > 0 && d.tokens[i-1].sent == t.sent && d.tokens[i-1].kind == word {
		return false
	}
	if t.lower == "according" {
		return true
	}
	_, c := cueOf(t.lower)
	if c == noCue {
		return false
	}
	return !nounToo[t.lower] || i == 0 || !determiners[d.tokens[i-1].lower] && d.tokens[i-1].kind != clitic
}

// subject returns the mention that token cue, a verb, most likely has as its subject, not reaching before token from; -1 when
// there is none.
func (d *document) subject(cue, from int) int {
	if d.tokens[cue].lower == "according" {
		return d.accordant(cue)
	}
	i := cue
	for i > from && d.leadsToVerb(i-1) {
		i--
	}
	shared := i > from && coordinating[d.tokens[i-1].lower] || form(d.tokens[cue].lower) == "ing"
	best, loose := -1, -1
	for m := d.mentionBefore(i); m >= 0 && d.mentions[m].first >= from; m-- {
		c := &d.mentions[m]
		if c.modifier || d.tokens[c.first].quote >= 0 || c.inside && c.tail <= i {
			continue
		}
		next := c.tail == i || c.last+1 == i
		if next && !shared && (!d.governed(c) || conjunctive[d.tokens[c.first-1].lower]) {
			return m
		}
		if d.governed(c) || c.possessive {
			continue
		}
		if d.verbish(c.tail) && c.tail != cue {
			return m
		}
		if loose < 0 {
			loose = m
		}
		if best < 0 && d.startsClause(c) {
			best = m
		}
	}
	if best >= 0 {
		return best
	}
	return loose
}

// accordant returns the mention behind "according to" at token cue; in "according to Solmark’s Foreign Ministry" the second one.
func (d *document) accordant(cue int) int {
	m := d.mentionFrom(cue + 2)
	if m >= 0 && d.mentions[m].possessive {
		if next := d.mentionFrom(d.mentions[m].last + 2); next >= 0 {
			return next
		}
	}
	return m
}

// leadsToVerb reports whether token i may stand between a subject and its verb.
func (d *document) leadsToVerb(i int) bool {
	t := d.tokens[i]
	return t.quote < 0 && (auxiliaries[t.lower] || isAdverb(t.lower) || t.lower == "to")
}

// coordinating words join a verb to another one of the same subject.
var coordinating = wordSet("and but or")

// conjunctive prepositions begin clauses too: "after Ilena Drazh said".
var conjunctive = wordSet("after before since until like than as")

// governed reports whether a preposition stands before the mention.
func (d *document) governed(m *mention) bool {
	b := m.first - 1
	if b > 0 && determiners[d.tokens[b].lower] {
		b--
	}
	return b >= 0 && d.tokens[b].sent == d.tokens[m.first].sent && prepositions[d.tokens[b].lower]
}

// startsClause reports whether a mention begins its sentence or follows a comma, a conjunction or a quotation.
func (d *document) startsClause(m *mention) bool {
	if m.first == 0 {
		return true
	}
	b := d.tokens[m.first-1]
	return b.sent != d.tokens[m.first].sent || b.quote >= 0 || b.kind == punct || clauseWords[b.lower]
}

var clauseWords = wordSet(`and but that as when while because if so though although where after before since which whom what or yet until once how why`)

// mentionBefore returns the last mention that begins before token i, or -1.
func (d *document) mentionBefore(i int) int {
	return sort.Search(len(d.mentions), func(k int) bool { return d.mentions[k].first >= i }) - 1
}

// mentionFrom returns the mention that begins at token i or, a determiner apart, right behind; -1 when there is none.
func (d *document) mentionFrom(i int) int {
	k := d.mentionBefore(i) + 1
	for ; k < len(d.mentions) && d.mentions[k].first <= i+1; k++ {
		if !d.mentions[k].modifier {
			return k
		}
	}
	return -1
}

// leadOf names what stands right before the mark.
func (d *document) leadOf(s setting) string {
	if s.first == s.from {
		return "start"
	}
	t := d.tokens[s.first-1]
	switch {
	case t.quote >= 0:
		return "quote"
	case t.kind == punct:
		return t.lower
	case t.lower == "that" || t.lower == "as" || t.lower == "the" || t.lower == "a" || t.lower == "an" || t.lower == "and" || t.lower == "to":
		return t.lower
	case prepositions[t.lower]:
		return "prep"
	case auxiliaries[t.lower]:
		return "aux"
	}
	if _, c := cueOf(t.lower); c != noCue {
		return "cue" + cueNames[c]
	}
	return "word"
}

var cueNames = [...]string{"none", "say", "call", "soft"}

// tailOf names how the words of mark k end.
func (d *document) tailOf(k int) string {
	inner := d.marks[k].inner.In(d.text)
	r, _ := utf8.DecodeLastRuneInString(inner)
	switch r {
	case ',', '.', '?', '!':
		return string(r)
	case '…', '—', '-', ';', ':':
		return "…"
	}
	if m := d.marks[k]; m.outer.End < len(d.text) && (d.text[m.outer.End] == ',' || d.text[m.outer.End] == '.') {
		return d.text[m.outer.End:m.outer.End+1] + "out"
	}
	return "word"
}

// onlyQuotes reports whether no word of the tokens from..to-1 stands outside quotations.
func (d *document) onlyQuotes(from, to int) bool {
	for i := from; i < to; i++ {
		if d.tokens[i].quote < 0 && d.tokens[i].kind != punct {
			return false
		}
	}
	return true
}

// fillsParagraph reports whether mark k is its whole paragraph.
func (d *document) fillsParagraph(k int) bool {
	m := d.marks[k]
	p := d.paras[m.para]
	return m.outer.Start-p.Start < 2 && p.End-m.outer.End < 2
}

// candidates returns the mentions that may speak the words of a setting: those outside quotations in its paragraph, the two before
// and the first sentence of the next one, the nearest ones only.
func (d *document) candidates(s setting) []int {
	para := d.tokens[s.first].para
	var out []int
	at := d.mentionBefore(s.first)
	for m := at; m >= 0 && at-m < mentionReach && len(out) < maxBefore && d.tokens[d.mentions[m].first].para >= para-parasBack; m-- {
		if d.mayTalk(m) {
			out = append(out, m)
		}
	}
	for i, j := 0, len(out)-1; i < j; i, j = i+1, j-1 {
		out[i], out[j] = out[j], out[i]
	}
	n := len(out)
	nextSent := -1
	for m := at + 1; m < len(d.mentions) && m-at < mentionReach && len(out)-n < maxAfter; m++ {
		t := d.tokens[d.mentions[m].first]
		if t.para > para+1 || t.para > para && nextSent >= 0 && t.sent != nextSent {
			break
		}
		if t.para > para {
			nextSent = t.sent
		}
		if d.mayTalk(m) && d.mentions[m].first >= s.end {
			out = append(out, m)
		}
	}
	return out
}

// mayTalk reports whether mention m stands outside quotations and by itself.
func (d *document) mayTalk(m int) bool {
	return !d.mentions[m].modifier && d.tokens[d.mentions[m].first].quote < 0
}

// mentionType names what sort of expression a mention is.
func (d *document) mentionType(c *mention) string {
	head := d.tokens[c.last].lower
	switch c.kind {
	case pronoun:
		return d.tokens[c.first].lower
	case named:
		switch {
		case c.body && places[head]:
			return "place"
		case c.body:
			return "body"
		case c.person >= 0 && len(d.people[c.person].words) > 1, c.gender != neutral, c.title != "":
			return "person"
		}
		return "single"
	}
	switch {
	case roleNouns[head] || roleNouns[strings.TrimSuffix(head, "s")]:
		return "role" + plural(c.plural)
	case sourceNouns[head]:
		return "source" + plural(c.plural)
	}
	return "thing" + plural(c.plural)
}

func plural(p bool) string {
	if p {
		return "s"
	}
	return ""
}
