package answer

import (
	"fmt"
	"slices"
	"strings"
)

// checkNames looks for each capitalised word in the cited sources, their titles, publishers and speakers, and for first name and surname
// side by side.
func checkNames(cl *claim) []fault {
	var faults []fault
	for i, t := range cl.tokens {
		if !isNameIn(cl, i) {
			continue
		}
		if !slices.ContainsFunc(cl.sources, func(s *source) bool { return s.knowsName(t.fold) }) {
			faults = append(faults, fault{faultName, fmt.Sprintf("%q stands in none of its sources", t.In(cl.text))})
			continue
		}
		if i+1 < len(cl.tokens) && fullName(cl, i) && !slices.ContainsFunc(cl.sources, func(s *source) bool { return s.sideBySide(t.fold, cl.tokens[i+1].fold) }) {
			faults = append(faults, fault{faultName, fmt.Sprintf("%q is not a name in its sources", cl.text[t.Start:cl.tokens[i+1].End])})
		}
	}
	return faults
}

// isNameIn reports whether token i of the claim is a name. The first word of a sentence is one when its sources use it as one, when another capital
// follows, or when nothing speaks for a common word.
func isNameIn(cl *claim, i int) bool {
	t := cl.tokens[i]
	if !t.upper || !t.content() && !nameLike(t) || months[t.fold] || numberWords[t.fold] > 0 {
		return false
	}
	if !t.lead {
		return t.content()
	}
	if !t.content() || nameOpeners[t.fold] || slices.ContainsFunc(cl.sources, func(s *source) bool { return s.lowerCase(t.stem) }) {
		return false
	}
	if slices.ContainsFunc(cl.sources, func(s *source) bool { return s.knowsName(t.fold) }) {
		return true
	}
	if i+1 < len(cl.tokens) && cl.tokens[i+1].upper && cl.tokens[i+1].clause == t.clause && cl.tokens[i+1].content() {
		return true
	}
	return len(synonyms[t.stem]) == 0 && !slices.ContainsFunc(commonEndings, func(ending string) bool { return strings.HasSuffix(t.fold, ending) })
}

// nameLike lets through short forms that look like function words: US, IT.
func nameLike(t token) bool { return t.fold == "us" && !t.lead }

var months = wordSet("january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday")

// lowerCase reports whether the source uses the word without a capital.
func (s *source) lowerCase(stem string) bool {
	return slices.ContainsFunc(s.byStem[stem], func(i int) bool { return !s.tokens[i].upper })
}

// knowsName reports whether the name stands in the source or in what is known of it, in any form.
func (s *source) knowsName(fold string) bool {
	if len(s.byFold[fold]) > 0 || len(s.byStem[stemOf(fold)]) > 0 || s.meta[fold] || s.initials[fold] {
		return true
	}
	for _, w := range s.sentences {
		if w.hasName(fold) || w.folds[fold] {
			return true
		}
	}
	for name := range s.meta {
		if sameName(fold, name) {
			return true
		}
	}
	return s.spellsOut(fold)
}

// spellsOut reports whether the source has an abbreviation that the word's initial is part of: "Customs" where the source says "CU".
func (s *source) spellsOut(fold string) bool {
	for name := range s.byFold {
		if id := aliases[name]; id != 0 && strings.Contains(aliasNames[id], " "+fold+" ") {
			return true
		}
	}
	return false
}

// aliasNames gives for each alias group its names, between blanks.
var aliasNames = func() map[int]string {
	m := make(map[int]string)
	for name, id := range aliases {
		m[id] += " " + name + " "
	}
	return m
}()

// fullName reports whether tokens i and i+1 look like a first name and a surname: two capitals side by side, neither a title, a place's name or a word that the sources use in
// lower case.
func fullName(cl *claim, i int) bool {
	a, b := cl.tokens[i], cl.tokens[i+1]
	if !b.upper || a.clause != b.clause || b.Start != a.End+1 || offices[a.fold] || officeModifiers[a.fold] || offices[b.fold] || officeModifiers[b.fold] || strings.HasSuffix(a.In(cl.text), "s") && strings.ContainsAny(a.In(cl.text), "'’") {
		return false
	}
	common := func(t token) bool {
		return slices.ContainsFunc(cl.sources, func(s *source) bool { return s.lowerCase(t.stem) })
	}
	return !common(a) && !common(b) && isNameIn(cl, i) && isNameIn(cl, i+1)
}

// sideBySide reports whether two names stand next to each other in the source, or in one line of what is known of it, with at most one word between; a name that stands in
// another form (Vareshi) counts.
func (s *source) sideBySide(a, b string) bool {
	for i, t := range s.tokens {
		if !sameName(t.fold, a) {
			continue
		}
		for j := i + 1; j < len(s.tokens) && j <= i+2; j++ {
			if sameName(s.tokens[j].fold, b) {
				return true
			}
		}
	}
	for _, line := range s.metaText {
		words := tokensOf(line)
		has := func(name string) bool {
			return slices.ContainsFunc(words, func(t token) bool { return sameName(t.fold, name) })
		}
		if has(a) && has(b) {
			return true
		}
	}
	return aliases[a] != 0 || len(s.byFold[a]) == 0 && s.knowsName(a) // "Vareshi Drazh": a country's adjective before a name
}

// bodies are last words of names that are no person's.
var bodies = wordSet(`institute federation bank islands island party ministry council university railways lines metals union agency republic army court group company press wire herald gazette courier office
	commission committee assembly parliament house senate pass lake bay port river sea mountains valley republic states nations organization organisation times post news center centre foundation corporation treaty
	agreement convention fund forum mission airport bridge street square palace district province region`)

// office is a title held: the head and the words that say which.
type office struct {
	heads     map[string]bool
	modifiers map[string]bool
}

// officesOf reads who holds which office from "Foreign Minister Ilena Drazh", "Ilena Drazh, the foreign minister" and the speakers' titles.
func officesOf(s *source) map[string]office {
	held := make(map[string]office)
	add := func(surname string, words []string) {
		o, ok := held[surname]
		if !ok {
			o = office{heads: map[string]bool{}, modifiers: map[string]bool{}}
		}
		o.add(words)
		held[surname] = o
	}
	for surname, words := range officeHolders(s.tokens, s.text) {
		add(surname, words)
	}
	for _, q := range s.evidence.Quotes {
		if q.Speaker.Title != "" && q.Speaker.Name != "" {
			var words []string
			for _, t := range tokensOf(q.Speaker.Title) {
				words = append(words, t.fold)
			}
			add(surnameOf(q.Speaker.Name), words)
		}
	}
	return held
}

func (o office) add(words []string) {
	for _, w := range words {
		if offices[w] {
			o.heads[w] = true
		}
		if officeModifiers[w] {
			o.modifiers[w] = true
		}
	}
}

// officeHolders finds titles beside names in a text: for each surname the words of its titles.
func officeHolders(tokens []token, s string) map[string][]string {
	held := make(map[string][]string)
	for i, t := range tokens {
		if !offices[t.fold] {
			continue
		}
		words := []string{t.fold}
		start := i
		for start > 0 && tokens[start-1].clause == t.clause && (officeModifiers[tokens[start-1].fold] || offices[tokens[start-1].fold]) {
			start--
			words = append(words, tokens[start].fold)
		}
		if i+1 < len(tokens) && (officeModifiers[tokens[i+1].fold] || offices[tokens[i+1].fold]) && tokens[i+1].clause == t.clause {
			continue // the middle of a longer title
		}
		if name := nameAfter(tokens, i, s); name != "" {
			held[name] = append(held[name], words...)
		} else if name := nameBefore(tokens, start); name != "" {
			held[name] = append(held[name], words...)
		}
	}
	return held
}

// nameAfter is the last of the capitals that follow a title at once: "Foreign Minister Ilena Drazh".
func nameAfter(tokens []token, i int, s string) string {
	name := ""
	for j := i + 1; j < len(tokens) && j <= i+3 && tokens[j].upper && tokens[j].content() && tokens[j].sentence == tokens[i].sentence; j++ {
		between := s[tokens[j-1].End:tokens[j].Start]
		if strings.TrimSpace(between) != "" && between != ", " || j > i+1 && strings.Contains(between, ",") {
			break
		}
		name = tokens[j].fold
	}
	return name
}

// throughWords say that somebody else holds the title: "Drazh, through a spokeswoman, denied it".
var throughWords = wordSet("through by via with to from against for")

// nameBefore is the surname that a title stands behind: "Ilena Drazh, Varesh's foreign minister", "Drazh, who is foreign minister".
func nameBefore(tokens []token, start int) string {
	for j := start - 1; j >= 0 && j >= start-4 && tokens[j].sentence == tokens[start].sentence; j-- {
		t := tokens[j]
		next := tokens[j+1]
		if throughWords[t.fold] {
			return ""
		}
		if t.upper && t.content() && (next.clause != t.clause || next.fold == "is" || next.fold == "was") {
			return t.fold
		}
		if t.content() && !t.upper && !officeModifiers[t.fold] {
			return ""
		}
	}
	return ""
}

// checkOffices compares the titles that the claim gives with those of its sources. A person whose title no source gives may be given none that is
// another's.
func checkOffices(cl *claim) []fault {
	var faults []fault
	for name, words := range officeHolders(cl.tokens, cl.text) {
		known, holds := false, false
		for _, s := range cl.sources {
			o, ok := s.offices[name]
			known = known || ok
			holds = holds || ok && o.covers(words)
		}
		if known && !holds {
			slices.Reverse(words)
			faults = append(faults, fault{faultName, fmt.Sprintf("its sources give %q another office than %q", name, strings.Join(words, " "))})
		}
	}
	return faults
}

// covers reports whether all words of a title belong to the office; "former" and the like must be there, too.
func (o office) covers(words []string) bool {
	for _, w := range words {
		if !o.heads[w] && !o.modifiers[w] {
			return false
		}
	}
	return true
}

// checkCompany looks for each name of the claim near what the claim says of it: in a source sentence that supports more of the claim than the name, or in the two
// before one, where "he" and "the company" are introduced.
func checkCompany(cl *claim) []fault {
	for _, t := range cl.tokens {
		if !t.proper || inside(cl.quoted, t.Start) || slices.ContainsFunc(cl.sources, func(s *source) bool { return s.meta[t.fold] || !s.hasNameAnywhere(t.fold) }) {
			continue
		}
		if !slices.ContainsFunc(cl.window, func(p place) bool { return cl.supports(p) && p.introduces(t.fold) }) {
			return []fault{{faultRole, fmt.Sprintf("its sources do not speak of %q here", t.In(cl.text))}}
		}
	}
	return nil
}

func (s *source) hasNameAnywhere(fold string) bool {
	return slices.ContainsFunc(s.sentences, func(w sentenceWords) bool { return w.hasName(fold) })
}

// supports reports whether a place of the window is there for more than a name.
func (cl *claim) supports(p place) bool {
	return p == cl.window[0] || cl.overlap(p) >= 3 || cl.sharedPlain(p) >= 1 || slices.Contains(cl.factsIn(p.source, p.sentence), 1)
}

// sharedPlain counts the claim's words that are no names and stand in a source sentence, in whatever form.
func (cl *claim) sharedPlain(p place) int {
	n := 0
	for _, t := range cl.tokens {
		if t.content() && !t.proper && slices.ContainsFunc(p.tokens(), func(o token) bool { return !o.proper && matches(t, o) }) {
			n++
		}
	}
	return n
}

// introduces reports whether the name stands in the sentence or, where that begins with a word that points back, in one of the two before it.
func (p place) introduces(fold string) bool {
	from := p.sentence
	if t := p.tokens(); len(t) > 0 && (leaning[t[0].fold] || t[0].fold == "the" || t[0].fold == "a" || t[0].fold == "an" || !t[0].proper) {
		from = max(0, p.sentence-2)
	}
	for i := from; i <= p.sentence; i++ {
		if p.source.sentences[i].hasName(fold) {
			return true
		}
	}
	return false
}
