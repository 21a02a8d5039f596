package quotes

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// quotationFeatures lists what speaks for or against the words of s being a quotation rather than a title of a work, a nickname, a
// slogan or a word held at arm's length.
func (d *document) quotationFeatures(f *features, s *setting) {
	f.reset()
	w := d.shape(s.k)
	n := bucket(w.words)
	lead, next := d.leadWord(s), "end"
	if s.end < s.to {
		next = wordClass(d.tokens[s.end])
	}
	f.add("bias")
	f.add("words", n)
	f.add("lead", s.lead)
	f.add("lead", s.lead, n)
	f.add("lead word", lead)
	f.add("lead word", lead, w.letters)
	f.add("lead word", lead, w.letters, s.tailMark)
	f.add("frame", s.lead, next, w.letters)
	f.add("frame", lead, next)
	f.add("work", yes(d.workBefore(s)), w.letters)
	f.add("work", yes(d.workBefore(s)), n)
	f.add("behind a body", yes(d.behindBody(s)), w.letters)
	f.add("next", next)
	f.add("next", next, n)
	f.add("tail", s.tailMark, n)
	f.add("tail", s.tailMark, next)
	f.add("case", w.letters)
	f.add("case", w.letters, n)
	f.add("case", w.letters, s.lead)
	f.add("case", w.letters, s.tailMark)
	f.add("inside", yes(w.pronoun), yes(w.verb), n)
	f.add("closed", yes(d.marks[s.k].closed), n)
	f.add("alone", yes(s.floating), yes(s.wholePara), n)
	f.add("heading", yes(d.paraHeading[d.marks[s.k].para]))
	f.add("quotes in sentence", bucket(d.quotesIn(s.from, s.to)), n)
	d.neighbourFeatures(f, s, w, n)
	d.cueFeatures(f, s, n)
}

// neighbourFeatures looks at the first word inside, the noun behind, the quotation before, and other places where the same words stand.
func (d *document) neighbourFeatures(f *features, s *setting, w shape, n string) {
	if s.end-s.first > 2 {
		f.add("first", wordClass2(d.tokens[s.first+1]), n)
	}
	if s.end < s.to {
		t := d.tokens[s.end]
		f.add("thing behind", yes(workNouns[t.lower] || namedThings[t.lower]), n)
		f.add("frame noun", s.lead, yes(t.kind == word && !t.upper && !d.verbish(s.end) && !prepositions[t.lower] && !connectives[t.lower]), n)
	}
	if s.first > s.from && d.tokens[s.first-1].lower == "(" {
		f.add("bracket", n)
	}
	if s.k > 0 && d.markTokens[s.k-1][0] >= s.from {
		gap := s.first - d.markTokens[s.k-1][1]
		before := d.shape(s.k - 1)
		f.add("pair", bucket(gap), bucket(before.words), n)
		f.add("pair", bucket(gap), before.letters, w.letters)
	}
	f.add("again", bucket(d.repeats(s.k)), n)
	if s.subjBefore < 0 && s.subjAfter < 0 {
		f.add("no subject", n, s.lead)
	}
}

// wordClass2 is wordClass, with the words that often begin a quotation kept.
func wordClass2(t token) string {
	if pronounLike[t.lower] || determiners[t.lower] || auxiliaries[t.lower] || connectives[t.lower] {
		return t.lower
	}
	return wordClass(t)
}

// namedThings follow a name in marks: the “Open Pass” movement.
var namedThings = wordSet(`movement bill program programme show rally rallies pageant label sign signs button shirt list group project category level section status star host
	feature coalition brand strategy approach effort style type song era agenda plan policy policies law laws rule deal act moniker badge test clause tour`)

// isWork reports whether the words in the mark are a nickname introduced as one, or the name of a book, a programme and the like: written as a
// title and introduced as one. It is a rule and not left to the weights, since a title is never what somebody said.
func (d *document) isWork(s *setting) bool {
	w := d.shape(s.k)
	if i := s.first - 1; i > s.from && w.words <= 6 && (distancing[d.tokens[i].lower] || d.tokens[i].lower == "as" && d.tokens[i-1].lower == "known" ||
		(d.tokens[i].lower == "the" || d.tokens[i].lower == "as") && i > s.from+1 && d.tokens[i-1].lower == "as" && d.tokens[i-2].lower == "known") {
		return true
	}
	if w.words == 0 || w.words > 12 || s.lead == "," && s.cueBefore >= 0 && s.first-s.cueBefore <= 2 {
		return false
	}
	if w.letters != "title" && w.letters != "caps" && !(w.letters == "first" && w.words == 1) {
		return false
	}
	behind := s.end < s.to && d.tokens[s.end].quote < 0 && namedThings[d.tokens[s.end].lower] && w.words > 1
	return d.workBefore(s) || d.behindBody(s) || behind
}

// distancing words hold what follows in marks at arm's length, or give it as a name.
var distancing = wordSet("so-called nicknamed alias aka a.k.a a.k.a. self-styled self-proclaimed codenamed code-named")

// repeats counts the other marked spans of the same words.
func (d *document) repeats(k int) int {
	return len(d.sameWords[d.wordsOf(k)]) - 1
}

// wordsOf returns the words of mark k in lower case, without the marks at its ends.
func (d *document) wordsOf(k int) string {
	return strings.ToLower(strings.Trim(d.marks[k].inner.In(d.text), " ,.?!"))
}

// cueFeatures looks at the verbs of the sentence and their subjects.
func (d *document) cueFeatures(f *features, s *setting, n string) {
	before, after := "none", "none"
	if s.cueBefore >= 0 {
		verb, class := cueOf(d.tokens[s.cueBefore].lower)
		before = cueNames[class]
		gap := bucket(s.first - s.cueBefore - 1)
		f.add("cue before", verb)
		f.add("cue before", verb, gap)
		f.add("cue before", before, gap)
		f.add("cue before", before, n)
	}
	if s.cueAfter >= 0 {
		verb, class := cueOf(d.tokens[s.cueAfter].lower)
		after = cueNames[class]
		gap := bucket(s.cueAfter - s.end)
		f.add("cue after", verb)
		f.add("cue after", after, gap)
		f.add("cue after", after, n)
	}
	f.add("cues", before, after, n)
	f.add("cues", before, after, s.lead)
	if s.subjBefore >= 0 {
		kind := d.mentionType(&d.mentions[s.subjBefore])
		f.add("subject", kind, before)
		f.add("subject", typeGroup(kind), before, n)
		f.add("subject", d.relation(s, s.subjBefore), before, n)
	}
	if s.subjAfter >= 0 {
		kind := d.mentionType(&d.mentions[s.subjAfter])
		f.add("subject after", typeGroup(kind), after, n)
		f.add("subject after", d.relation(s, s.subjAfter), after, n)
	}
}

// leadWord returns the last word before the mark, with the one before it when it is an article.
func (d *document) leadWord(s *setting) string {
	i := s.first - 1
	if i < s.from || d.tokens[i].quote >= 0 {
		return "start"
	}
	w := d.keptWord(i)
	if determiners[d.tokens[i].lower] && i > s.from {
		w = d.keptWord(i-1) + " " + w
	}
	return w
}

// keptWord returns function words, cues and a few telling nouns as they are, and the class of any other word, so that no names of
// the articles learned from get into the weights.
func (d *document) keptWord(i int) string {
	t := d.tokens[i]
	if t.kind == punct || determiners[t.lower] || connectives[t.lower] || auxiliaries[t.lower] || prepositions[t.lower] || sourceNouns[t.lower] || workNouns[t.lower] {
		return t.lower
	}
	if verb, c := cueOf(t.lower); c != noCue {
		return verb
	}
	return wordClass(t)
}

// workNouns stand before the title of a work or a name in marks.
var workNouns = wordSet(`book novel film movie show song album play series program programme ad spot video hashtag slogan term word phrase nickname moniker
	called titled entitled dubbed named known headlined subject line so-called label motto mantra essay memoir episode podcast segment`)

// shape is what the words inside a mark look like.
type shape struct {
	words         int
	letters       string // lower, first, title, caps
	pronoun, verb bool
}

func (d *document) shape(k int) shape {
	var s shape
	upper, caps := 0, 0
	first := false
	for i := d.markTokens[k][0]; i < d.markTokens[k][1]; i++ {
		t := d.tokens[i]
		if t.kind != word && t.kind != number {
			continue
		}
		if s.words == 0 {
			first = t.upper
		}
		s.words++
		if t.upper {
			upper++
			if utf8.RuneCountInString(t.lower) > 1 && strings.IndexFunc(d.text[t.start:t.end], unicode.IsLower) < 0 {
				caps++
			}
		} else if connectives[t.lower] || determiners[t.lower] {
			upper++
		}
		s.pronoun = s.pronoun || pronounLike[t.lower] || t.lower == "my" || t.lower == "our" || t.lower == "your"
		s.verb = s.verb || auxiliaries[t.lower]
	}
	switch {
	case s.words > 0 && caps == s.words:
		s.letters = "caps"
	case first && upper == s.words && s.words > 1:
		s.letters = "title"
	case first:
		s.letters = "first"
	default:
		s.letters = "lower"
	}
	return s
}

// quotesIn counts the marked spans that begin among the tokens from..to-1.
func (d *document) quotesIn(from, to int) int {
	n, last := 0, -1
	for i := from; i < to; i++ {
		if q := d.tokens[i].quote; q >= 0 && q != last {
			n++
			last = q
		}
	}
	return n
}

// workBefore reports whether a noun or participle that introduces the name of a work stands within the three words before the mark.
func (d *document) workBefore(s *setting) bool {
	for i := s.first - 1; i >= max(s.from, s.first-4); i-- {
		if workNouns[d.tokens[i].lower] && d.tokens[i].quote < 0 {
			return true
		}
	}
	return false
}

// behindBody reports whether the possessive of a broadcaster's or another body's name stands right before the mark.
func (d *document) behindBody(s *setting) bool {
	i := s.first - 1
	if i <= s.from || d.tokens[i].kind != clitic {
		return false
	}
	m := d.mentionBefore(i)
	return m >= 0 && d.mentions[m].last == i-1 && d.mentions[m].body
}
