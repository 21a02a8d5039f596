package quotes

import "strings"

// speakerFeatures lists what speaks for or against mention m as the speaker of the words of s; rank counts the candidates
// between the two.
func (d *document) speakerFeatures(f *features, s *setting, m, rank int) {
	f.reset()
	c := &d.mentions[m]
	kind := d.mentionType(c)
	group := typeGroup(kind)
	side, place := d.placeOf(s, c)
	rel := d.relation(s, m)
	f.add("bias")
	f.add("kind", kind)
	f.add("place", side, place)
	f.add("place", side, place, group)
	f.add("rank", side, place, bucket(rank))
	f.add("rel", rel)
	f.add("rel", rel, side, place)
	f.add("rel", rel, group)
	f.add("rel", rel, s.lead)
	f.add("rel", rel, s.tailMark)
	if near := s.subjBefore; near > m && d.mentions[near].last+1 == s.cueBefore { // somebody else is right before the verb
		_, class := cueOf(d.tokens[s.cueBefore].lower)
		f.add("passed over", cueNames[class], side, place)
		f.add("passed over", cueNames[class], bucket(s.first-s.cueBefore-1), group)
	}
	f.add("lead", s.lead, side, place)
	f.add("tail", s.tailMark, side, place)
	f.add("dist", side, bucket(d.between(s, c)))
	f.add("dist", side, place, group, bucket(d.between(s, c)))
	d.verbFeatures(f, c, rel, side, place)
	d.wordFeatures(f, s, c, side, place, group)
	d.historyFeatures(f, s, m, side, place)
}

// nobodyFeatures lists what speaks for leaving the words without a speaker.
func (d *document) nobodyFeatures(f *features, s *setting) {
	f.reset()
	f.add("nobody")
	f.add("nobody lead", s.lead)
	f.add("nobody tail", s.tailMark)
	f.add("nobody cues", yes(s.cueBefore >= 0), yes(s.cueAfter >= 0))
	f.add("nobody form", yes(s.upper), yes(s.floating), yes(s.wholePara))
	f.add("nobody words", bucket(s.end-s.first-2))
}

func yes(b bool) string {
	if b {
		return "y"
	}
	return "n"
}

// typeGroup joins the kinds of mention that behave alike.
func typeGroup(kind string) string {
	switch kind {
	case "he", "she", "i":
		return "he"
	case "they", "we":
		return "they"
	case "person", "single":
		return "person"
	case "role", "roles":
		return "role"
	case "source", "sources", "body":
		return "source"
	case "thing", "things":
		return "thing"
	}
	return kind
}

// placeOf tells on which side of the words a mention stands and how many sentences or paragraphs away.
func (d *document) placeOf(s *setting, c *mention) (side, place string) {
	side, near := "before", d.tokens[s.first]
	if c.first >= s.end {
		side, near = "after", d.tokens[s.end-1]
	}
	t := d.tokens[c.first]
	switch paras, sents := t.para-near.para, t.sent-near.sent; {
	case paras == -1:
		return side, "para1"
	case paras < -1:
		return side, "para2"
	case paras > 0:
		return side, "next"
	case sents == 0:
		return side, "same"
	case sents == 1 || sents == -1:
		return side, "sent1"
	case sents == 2 || sents == -2:
		return side, "sent2"
	}
	return side, "far"
}

// relation names how a mention stands to the nearest cues of the sentence.
func (d *document) relation(s *setting, m int) string {
	c := &d.mentions[m]
	switch {
	case c.first >= s.end && s.cueAfter >= 0 && c.first == s.cueAfter+1 && s.subjAfter < 0:
		return "inverted" // “…,” said Mr. Lu
	case c.first >= s.end && s.cueAfter >= 0 && c.first == s.cueAfter+1:
		return "object after"
	case m == s.subjAfter && d.between(s, c) <= 1:
		return "subject at once"
	case m == s.subjAfter:
		return "subject after"
	case m == s.subjBefore && (c.tail == s.cueBefore || c.last+1 == s.cueBefore):
		return "subject close"
	case m == s.subjBefore && s.cueBefore+1 == s.first:
		return "subject far, cue close"
	case m == s.subjBefore:
		return "subject before"
	case c.first < s.first && s.cueBefore >= 0 && c.first == s.cueBefore+1 && s.subjBefore < 0:
		return "inverted before" // Said Mr. Lu: “…”
	case c.first < s.first && s.cueBefore >= 0 && c.first == s.cueBefore+1:
		return "object before"
	case c.first < s.first && s.cueBefore >= 0 && c.first > s.cueBefore:
		return "between cue and words"
	}
	return "none"
}

// between counts the tokens between the words and a mention, each other quotation as one.
func (d *document) between(s *setting, c *mention) int {
	from, to := s.end, c.first
	if c.first < s.first {
		from, to = c.last+1, s.first
	}
	n := 0
	for i := from; i < to && n < 60; i++ {
		if q := d.tokens[i].quote; q >= 0 {
			i = d.markTokens[q][1] - 1
		}
		n++
	}
	return n
}

// verbFeatures looks at the verbs beside a mention.
func (d *document) verbFeatures(f *features, c *mention, rel, side, place string) {
	after, aux := d.verbAt(c.tail)
	verb, class := "", noCue
	if after < len(d.tokens) && after >= 0 {
		verb, class = cueOf(d.tokens[after].lower)
	}
	f.add("verb", cueNames[class], yes(aux), side, place)
	if class != noCue {
		f.add("verb", verb, side, place)
		f.add("verb", verb, rel)
		f.add("verb form", form(d.tokens[after].lower), rel)
	}
	if before := c.first - 1; before >= 0 && d.tokens[before].para == d.tokens[c.first].para {
		verb, class := cueOf(d.tokens[before].lower)
		if class != noCue && d.tokens[before].quote < 0 {
			f.add("verb before", cueNames[class], side, place)
			f.add("verb before", verb, rel)
		}
	}
}

func form(w string) string {
	if strings.HasSuffix(w, "ing") {
		return "ing"
	}
	return "finite"
}

// verbAt returns the token from i that adverbs and auxiliaries lead to, and whether there was an auxiliary.
func (d *document) verbAt(i int) (at int, aux bool) {
	for n := 0; n < 5 && i < len(d.tokens); n, i = n+1, i+1 {
		lower := d.tokens[i].lower
		if d.tokens[i].quote >= 0 {
			return -1, aux
		}
		if auxiliaries[lower] || d.tokens[i].kind == clitic && lower != "'s" {
			aux = true
			continue
		}
		if !isAdverb(lower) {
			return i, aux
		}
	}
	return -1, aux
}

// wordFeatures looks at the words and marks around a mention.
func (d *document) wordFeatures(f *features, s *setting, c *mention, side, place, group string) {
	before := "start"
	if c.first > 0 && d.tokens[c.first-1].sent == d.tokens[c.first].sent {
		before = wordClass(d.tokens[c.first-1])
	}
	f.add("prev", before, side, place)
	f.add("prev", before, group)
	after := "end"
	if c.last+1 < len(d.tokens) && d.tokens[c.last+1].sent == d.tokens[c.last].sent {
		after = wordClass(d.tokens[c.last+1])
	}
	f.add("next", after, side, place)
	f.add("next", after, group)
	f.add("subject", yes(d.startsClause(c)), yes(d.governed(c)), yes(c.possessive), yes(c.inside), side, place)
	f.add("finite verb", yes(d.verbish(c.tail)), yes(d.startsClause(c)), yes(d.governed(c)), side, place)
	f.add("form", yes(s.upper), yes(s.floating), yes(s.wholePara), side, place)
	f.add("taken", yes(d.taken(s, c)), side, place)
	if c.kind == described {
		head := d.tokens[c.last].lower // only words of the lists, so that none of the articles learned from get into the weights
		if !roleNouns[head] && !sourceNouns[head] {
			head = "other"
		}
		f.add("head", head)
	}
}

// wordClass keeps function words and marks and makes all others one of a few classes.
func wordClass(t token) string {
	switch {
	case t.quote >= 0:
		return "quote"
	case t.kind == punct || t.kind == clitic || prepositions[t.lower] || clauseWords[t.lower] || auxiliaries[t.lower] || t.lower == "who":
		return t.lower
	case t.kind == number:
		return "number"
	}
	if _, c := cueOf(t.lower); c != noCue {
		return cueNames[c]
	}
	if isAdverb(t.lower) {
		return "adverb"
	}
	if strings.HasSuffix(t.lower, "ed") {
		return "ed"
	}
	if strings.HasSuffix(t.lower, "ing") {
		return "ing"
	}
	if t.upper {
		return "Word"
	}
	return "word"
}

// taken reports whether a mention with its verb leans on another quotation than that of s.
func (d *document) taken(s *setting, c *mention) bool {
	if b := c.first - 1; b >= 0 && d.tokens[b].para == d.tokens[c.first].para {
		if q := d.tokens[b].quote; q >= 0 && q != s.k && d.verbFollows(c.tail) {
			return true
		}
		if q := d.tokens[max(0, b-1)].quote; q >= 0 && q != s.k && d.tokens[b].kind == word && d.isCue(b) {
			return true
		}
	}
	return false
}

// historyFeatures looks at who spoke before.
func (d *document) historyFeatures(f *features, s *setting, m int, side, place string) {
	if s.prevMark < 0 {
		f.add("history none", side, place)
		return
	}
	c := &d.mentions[m]
	where := "far"
	switch gap := d.marks[s.k].para - d.marks[s.prevMark].para; {
	case d.tokens[d.markTokens[s.prevMark][0]].sent == d.tokens[s.first].sent:
		where = "sentence"
	case gap == 0:
		where = "paragraph"
	case gap == 1:
		where = "next paragraph"
	}
	same := "other"
	switch {
	case m == s.prevMention:
		same = "mention"
	case c.person >= 0 && c.person == s.prevPerson:
		same = "person"
	case s.prevMention < 0:
		same = "open"
	}
	alone := yes(s.cueBefore >= 0) + yes(s.cueAfter >= 0)
	f.add("history", same, where)
	f.add("history", same, where, alone)
	f.add("history", same, where, yes(s.floating), yes(s.upper))
	f.add("history", same, where, side, place)
	f.add("history", same, where, s.lead)
	if s.prevMention >= 0 && m > s.prevMention && m != s.prevMention {
		f.add("history newer", where, side, place, alone)
	}
}
