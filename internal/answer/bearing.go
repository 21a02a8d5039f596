package answer

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"attache/internal/retrieval"
)

// Some questions are answered only by a sentence that brings together what they bring together: whether somebody is or did something, how large what somebody
// has is, all of which something holds. For these the sentences that merely match are left out, and where that leaves none the collection does not answer.

var (
	// yesNo finds a question for a yes or no.
	yesNo = regexp.MustCompile(`(?i)^\W*(?:so |and |but |ok |hey )?(?:is|are|was|were|did|does|do|has|have|had|can|could|will|would|should|isn't|aren't|wasn't|didn't|doesn't|hasn't) (?:there |it true that |it |they |he |she )?\S`)
	// inOffice finds a question for who holds an office.
	inOffice = regexp.MustCompile(`(?i)^\W*who(?:['’]?s| is| was| are)? (?:the |now )*(?:[\p{L}-]+ ){1,3}of |^\W*who(?:['’]?s| is| was| are)? (?:the |now )*[\p{L}.-]+(?:['’]s)? (?:prime minister|foreign minister|defen[cs]e minister|president|premier|chancellor|king|leader|pm)\b|^\W*who (?:now )?(?:leads|led|heads|headed|rules|ruled|governs|governed|runs|chairs)\b`)
	// holding finds a question for the size of what somebody has: "how big is the Kazakh army", "how many troops does Kazakhstan have".
	holding = regexp.MustCompile(`(?i)\bhow (?:big|large|strong|small|powerful) (?:is|was|are|were) (?:the )?([\p{L}-]+)(?:['’]s)? ([\p{L}-]+)\W*$|\bhow (?:big|large|strong|small|powerful) (?:is|was|are|were) (?:the )?([\p{L}-]+) of ([\p{L}-]+)\W*$|\bhow many (?:[\p{L}-]+ )?([\p{L}-]+) (?:does|do|did) ([\p{L}-]+) have\b`)
)

// What a sentence must have of the question's words beside its names to bring them together: where the question names nobody, and where it does.
const (
	restShare      = 0.6
	namedRestShare = 0.5
)

// bearing keeps the candidates that bear on the question as its form demands; none when nothing bears on it. list tells that they are the items of a list that can be told whole.
func (w want) bearing(candidates []candidate, evidence []Evidence) (kept []candidate, list bool) {
	names := w.namesIn(evidence)
	subject := w.subject(names)
	candidates = w.substance(candidates, evidence)
	candidates = w.between(w.onDay(w.ofCountry(subject.onTopic(candidates, evidence), evidence), evidence))
	if m := holding.FindStringSubmatch(w.question); m != nil {
		owner, thing := m[1]+m[4]+m[6], m[2]+m[3]+m[5]
		if t := tokensOf(owner); len(t) == 1 && (names[t[0].stem] || countryOf(capital(owner)) != "") {
			return slices.DeleteFunc(candidates, func(c candidate) bool { return !holds(c.read, owner, thing) }), false
		}
	}
	switch {
	case len(subject.names)+len(subject.rest) == 0:
		return w.dated(candidates, evidence), false
	case yesNo.MatchString(w.question):
		return subject.affirmed(candidates), false
	case w.several:
		if listed := subject.listed(candidates, evidence, deniesIn(w.question)); len(listed) > 0 {
			kept, holders := inTheirOffice(subject.byCountry(listed), subject.rest)
			return kept, holders || len(w.regions) > 0
		}
		return candidates, false // a list may be told in other words
	case inOffice.MatchString(w.question):
		if !subject.told(candidates, evidence) {
			return nil, false
		}
		return subject.holders(candidates), false
	}
	return candidates, false
}

// aboutItself finds the heading of a section in which an article speaks of itself, and asksBasis a question for that.
var (
	aboutItself = regexp.MustCompile(`(?i)^\W*(?:basis|sources?|references|bibliography|method(?:s|ology)?|about (?:this|the) (?:article|author|data|report)s?|notes?(?: on sources)?|further reading|acknowledg\w+)\W*$`)
	asksBasis   = regexp.MustCompile(`(?i)\b(?:basis|based|sources?|references?|method\w*|data|article|report)\b`)
)

// substance leaves out what an article says of itself, when there is anything else.
func (w want) substance(candidates []candidate, evidence []Evidence) []candidate {
	of := func(c candidate) bool { return aboutItself.MatchString(evidence[c.evidence].Passage.Heading) }
	if asksBasis.MatchString(w.question) || !slices.ContainsFunc(candidates, func(c candidate) bool { return !of(c) }) {
		return candidates
	}
	return slices.DeleteFunc(candidates, of)
}

// told reports whether some sentence, with its title and those beside it, has the names of the question and any of its other words.
func (s subject) told(candidates []candidate, evidence []Evidence) bool {
	if len(s.names) == 0 || len(s.rest) == 0 {
		return true
	}
	return slices.ContainsFunc(candidates, func(c candidate) bool {
		e := evidence[c.evidence]
		around := strings.Join([]string{e.Source.Title, e.Passage.Heading, c.around.In(e.Passage.Text)}, "\n")
		held := stemsOf(around)
		names, _, _ := s.heldBy(around, "")
		return names && slices.ContainsFunc(s.rest, func(stem string) bool { return toldAlike(held, stem) })
	})
}

// affirmed keeps the sentences that bring together what is asked about, and what else says of the names that something is not so.
func (s subject) affirmed(candidates []candidate) []candidate {
	var whole, exact, denied []candidate
	for _, c := range candidates {
		switch names, rest, last := s.heldBy(c.read, c.read); {
		case names && rest && last:
			exact = append(exact, c)
		case names && rest:
			whole = append(whole, c)
		case names && len(s.names) > 1 && slices.ContainsFunc(tokensOf(c.read), func(t token) bool { return negations[t.fold] || softNegations[t.fold] }):
			denied = append(denied, c)
		}
	}
	if len(exact) > 0 {
		whole = exact
	}
	if len(whole) == 0 {
		return nil
	}
	return append(whole, denied...)
}

// listed keeps the sentences that give some of what is asked for; what they are about may stand in the title or the heading.
func (s subject) listed(candidates []candidate, evidence []Evidence, denied bool) []candidate {
	var kept []candidate
	exact := 0 // of them come first
	for _, c := range candidates {
		e := evidence[c.evidence]
		around := strings.Join([]string{e.Source.Title, e.Passage.Heading, c.read}, "\n")
		if names, rest, _ := s.heldBy(around, c.read); !names || !rest || len(c.answers) == 0 || deniesIn(c.read) != denied || len(s.regions) > 0 && s.beyond(c.read) {
			continue
		}
		held := stemsOf(c.read)
		if kept = append(kept, c); s.wholly(held) {
			kept[exact], kept[len(kept)-1] = c, kept[exact]
			exact++
		}
	}
	if exact > 0 {
		kept = kept[:exact] // crossing is no bordering where some sentences say border
	}
	return kept
}

// wholly reports whether stems have all of the question's other words, those for a leader in whatever word.
func (s subject) wholly(held map[string]bool) bool {
	return !slices.ContainsFunc(s.rest, func(stem string) bool { return !held[stem] && !(roleStems[stem] && toldAlike(held, stem)) })
}

// lists reports whether evidence gives some of what a question for all of some asks for.
func (w want) lists(evidence []Evidence) bool {
	candidates := sentencesOf(evidence)
	for i := range candidates {
		candidates[i].answers = w.possibles(candidates[i].read)
	}
	return len(w.subject(w.namesIn(evidence)).listed(candidates, evidence, deniesIn(w.question))) > 0
}

// onTopic leaves out the passages that have none of the names that the question gives, when others have some.
func (s subject) onTopic(candidates []candidate, evidence []Evidence) []candidate {
	has := make([]bool, len(evidence))
	for i, e := range evidence {
		all := e.Source.Title + "\n" + e.Passage.Text
		tokens := tokensOf(all)
		held := stemsIn(tokens)
		has[i] = slices.ContainsFunc(s.names, func(name string) bool { return held[stemOf(name)] || nameHeld(all, tokens, name) })
	}
	if !slices.Contains(has, true) {
		return candidates
	}
	return slices.DeleteFunc(candidates, func(c candidate) bool { return !has[c.evidence] })
}

// ofCountry leaves out, for a question that names countries, the sentences that name others alone and stand under no title or heading that names one of them,
// when some sentence names one.
func (w want) ofCountry(candidates []candidate, evidence []Evidence) []candidate {
	asked := countriesIn(w.question)
	if len(asked) == 0 || w.kind == countryKind || w.places { // else another country may be the answer
		return candidates
	}
	names := func(s string) (its, some bool) {
		named := countriesIn(s)
		return slices.ContainsFunc(named, func(n string) bool { return slices.Contains(asked, n) }), len(named) > 0
	}
	of := func(c candidate) (its, other bool) {
		e := evidence[c.evidence]
		its, some := names(c.read)
		above, _ := names(e.Source.Title + "\n" + e.Passage.Heading)
		return its, !its && some && !above
	}
	if !slices.ContainsFunc(candidates, func(c candidate) bool { its, _ := of(c); return its }) {
		return candidates
	}
	return slices.DeleteFunc(candidates, func(c candidate) bool { _, other := of(c); return other })
}

// askedBonus is what a sentence gains that has the day, or both of the two sides, that a question names.
const askedBonus = 1

// twoSides finds what lies between two: "the border between Kazakhstan and Russia".
var twoSides = regexp.MustCompile(`(?i)\bbetween (?:the )?([\p{L}-]+) and (?:the )?([\p{L}-]+)`)

// between puts first, for a question for what is between two countries, the sentences that name both, and keeps them alone when it asks for a size.
func (w want) between(candidates []candidate) []candidate {
	m := twoSides.FindStringSubmatch(w.question)
	if m == nil {
		return candidates
	}
	a, b := countryOf(capital(m[1])), countryOf(capital(m[2]))
	if a == "" || b == "" {
		return candidates
	}
	var both []candidate
	for i, c := range candidates {
		if named := countriesIn(c.read); slices.Contains(named, a) && slices.Contains(named, b) {
			candidates[i].score += askedBonus
			both = append(both, candidates[i])
		}
	}
	if len(both) > 0 && w.kind == howManyKind {
		return both
	}
	return candidates
}

// countriesIn lists the countries that a text names, in whatever form.
func countriesIn(s string) []string {
	var named []string
	for _, t := range tokensOf(s) {
		if country := countryOf(t.In(s)); country != "" && t.upper {
			named = append(named, country)
		}
	}
	return named
}

// subject is what a question brings together.
type subject struct {
	names   []string           // folded
	regions []retrieval.Region // whose countries, presidents, … are asked for
	rest    []string           // stems of its other words
}

// subject reads what the question brings together: names are those of its stems that are names.
func (w want) subject(names map[string]bool) subject {
	var s subject
	dates := calendarsIn(w.question)
	regions := retrieval.Regions(w.question)
	for _, r := range regions {
		s.names = append(s.names, strings.ToLower(r.Name))
	}
	s.regions = w.regions
	var items []string // stems of the words by which it calls what it asks for
	for _, t := range tokensOf(w.question) {
		within := func(r retrieval.Region) bool { return r.Span.Overlaps(t.Span) }
		if w.several && roles[t.fold] {
			items = append(items, t.stem)
		}
		switch {
		case slices.ContainsFunc(regions, within):
		case !t.content() || retrieval.IsStop(t.fold) || slices.ContainsFunc(dates, func(c calendar) bool { return c.Overlaps(t.Span) }) || idle[t.fold] || w.several && listing[t.fold]:
		case names[t.stem] && !ofTitle(t.fold) || aliases[t.fold] != 0 || countryOf(capital(t.fold)) != "":
			s.names = append(s.names, t.fold)
		default:
			s.rest = append(s.rest, t.stem)
		}
	}
	if len(s.rest) == 0 { // "the members of NATO": nothing else says what it asks of NATO
		s.rest = items
	}
	return s
}

var (
	// idle are words of a question that its answer need not have.
	idle = wordSet("ever really actually true still already yet else exactly happen happened happens happening going event events news new latest day days week weeks weekend month months year years today yesterday tonight morning")
	// listing are the words by which a question asks for all of some; the items of a list are seldom called by them.
	listing = wordSet("list name all countries country nations nation states state republics republic members member leaders leader people cities places islands companies parties groups ones")
)

// heldBy reports whether one text has all the names, and another enough of the other words, the subject among them where nobody is named, and the last one.
func (s subject) heldBy(named, told string) (names, rest, last bool) {
	tokens := tokensOf(named)
	for _, name := range s.names {
		if !nameHeld(named, tokens, name) {
			return false, false, false
		}
	}
	held, n, share := stemsOf(told), 0, namedRestShare
	for i, stem := range s.rest {
		in := toldAlike(held, stem)
		if in {
			n++
		}
		if i == 0 && len(s.names) == 0 && !in {
			return true, false, false
		}
		last = in
	}
	if len(s.names) == 0 {
		share = restShare
	}
	return true, float64(n) >= share*float64(len(s.rest)), last || len(s.rest) == 0
}

// toldAlike is holdsAlike, also for words by which the same is told.
func toldAlike(held map[string]bool, stem string) bool {
	return holdsAlike(held, stem) || slices.ContainsFunc(toldBy[stem], func(o string) bool { return held[o] })
}

// toldBy has the stems of words by which what a question asks is told.
var toldBy = func() map[string][]string {
	m := map[string][]string{}
	for _, line := range []string{"member membership join belong enter admit accede", "send deploy dispatch lead", "lead led leader rule govern head president premier prime chancellor"} {
		words := strings.Fields(line)
		for _, w := range words {
			for _, o := range words {
				m[stemOf(w)] = append(m[stemOf(w)], stemOf(o))
			}
		}
	}
	return m
}()

// nameHeld reports whether a sentence has a name in any form of it: Kazakh for Kazakhstan, European Union for EU.
func nameHeld(sentence string, tokens []token, name string) bool {
	if regions := retrieval.Regions(name); len(regions) > 0 && len(name) == regions[0].Span.End {
		return regionHeld(sentence, tokens, regions[0])
	}
	country := countryOf(capital(name))
	if slices.ContainsFunc(tokens, func(t token) bool {
		return t.upper && (sameName(t.fold, name) || stemOf(t.fold) == stemOf(name) || country != "" && countryOf(t.In(sentence)) == country)
	}) {
		return true
	}
	id := aliases[name]
	folded := strings.ToLower(sentence)
	for other := range maps.Keys(aliases) {
		if id != 0 && aliases[other] == id && strings.Contains(other, " ") && strings.Contains(folded, other) {
			return true
		}
	}
	return false
}

// holds reports whether a sentence gives a number for what somebody has: the thing stands with its owner ("the Kazakh army", "the army of Kazakhstan"), or
// the owner has it.
func holds(sentence, owner, thing string) bool {
	tokens := tokensOf(sentence)
	if len(quantities(sentence, tokens, spansOf(calendarsIn(sentence)))) == 0 {
		return false
	}
	stem := stemOf(strings.ToLower(thing))
	for i, t := range tokens {
		if !nameHeld(t.In(sentence), tokens[i:i+1], strings.ToLower(owner)) && !nameHeld(sentence, tokens[i:i+1], strings.ToLower(owner)) {
			continue
		}
		if i+1 < len(tokens) && alike(tokens[i+1].stem, stem) || i+2 < len(tokens) && alike(tokens[i+2].stem, stem) && !functionWords[tokens[i+1].fold] {
			return true
		}
		if i > 1 && alike(tokens[i-2].stem, stem) && tokens[i-1].fold == "of" {
			return true
		}
		if i+1 < len(tokens) && owning[tokens[i+1].fold] && slices.ContainsFunc(tokens[i+1:], func(o token) bool { return alike(o.stem, stem) }) {
			return true
		}
	}
	return false
}

var owning = wordSet("has had have keeps fields maintains employs commands owns holds counts")

// alike reports whether two stems are one or mean much the same.
func alike(a, b string) bool { return holdsAlike(map[string]bool{a: true}, b) }

// capital is a word with its first letter large.
func capital(word string) string {
	_, size := utf8.DecodeRuneInString(word)
	return strings.ToUpper(word[:size]) + word[size:]
}
