package answer

import (
	"regexp"
	"slices"
	"strings"

	"attache/internal/retrieval"
	"attache/internal/text"
)

// questionKind is what sort of answer a question wants.
type questionKind int

const (
	anyKind questionKind = iota
	whoKind
	whenKind
	howManyKind
	whyKind
	countryKind
	whichKind // a thing, a place, an organisation
	saidKind  // what somebody said
)

var questionKinds = []struct {
	pattern *regexp.Regexp
	kind    questionKind
}{
	{regexp.MustCompile(`(?i)\b(which|what) ([a-z-]+ ){0,3}(country|nation|state|countries|nations|states)\b`), countryKind},
	{regexp.MustCompile(`(?i)\b(how (many|much|large|big|long|old|far|high|strong|tall|wide|deep)|what (share|number|percentage|amount)|(what|which) (is|was|are|were) (the )?([\w'’-]+ ){0,3}?(revenue|price|cost|costs|budget|fee|toll|debt|profit|loss|turnover|salary|population|size|length|height|rate|number|share|percentage|distance))\b`), howManyKind},
	{regexp.MustCompile(`(?i)^\W*(when|what (year|date|day|month)|what (is|was) the ([\w'’-]+ ){0,2}date|since when|in which year|on (which|what) (day|date))\b`), whenKind},
	{regexp.MustCompile(`(?i)\b(say|said|says|saying|tell|told|comment|remark|position|stance|view|call(ed)?|describe|respond|warn(ed)?|quote[sd]?|words)\b`), saidKind},
	{regexp.MustCompile(`(?i)\b(why|what (is|was) the reason|what caused)\b`), whyKind},
	{regexp.MustCompile(`(?i)\b(who|whom|whose|which leader)\b`), whoKind},
	{regexp.MustCompile(`(?i)\b(where|which|what (city|country|company|place|name)|what (is|was) the name of)\b`), whichKind},
}

// kindOf reads the kind from a question's words; the first pattern that fits decides.
func kindOf(question string) questionKind {
	for _, k := range questionKinds {
		if k.pattern.MatchString(question) {
			return k.kind
		}
	}
	if m := whatThing.FindStringSubmatch(question); m != nil && !noThing[strings.ToLower(m[1])] {
		return whichKind
	}
	return anyKind
}

// whatThing finds the word behind "what", which is a thing unless it is one of noThing: "what movie won", not "what happened".
var (
	whatThing = regexp.MustCompile(`(?i)\bwhat ([a-z-]+)\b`)
	noThing   = wordSet("a about an are became can could did do does else exactly had happen happened happens has have he i if in is it kind made makes makes might of on s she should sort the they to was we were will would you")
)

var hasReason = regexp.MustCompile(`(?i)\b(because|since|due to|owing to|so that|in order to|to avoid|reason|as a result|aims? to|meant to|led to|after)\b`)

// What a sentence gains for what the question asks for; the scorer's own scale is about 0 to 2. They were chosen on the dev sets.
const (
	kindBonus  = 0.5 // something of the kind that was asked for, by its worth; the named speaker's own words; who somebody is
	placeBonus = 0.2 // a name behind "in" or "near", asked for a place
	slotBonus  = 0.2 // the question's words stand beside it as they stand beside the asking word
	titleBonus = 0.2 // the title names it too; by how well the title fits the question
)

// want is what a question asks for, with the words that it holds itself and that therefore answer nothing.
type want struct {
	kind          questionKind
	question      string
	own           map[string]bool
	places        bool               // it asks for a place
	persons       bool               // it asks for somebody
	several       bool               // it asks for all of some
	regions       []retrieval.Region // that those lie in
	counted       map[string]bool    // stems of what is counted, asked for a number
	before, after []string           // stems of its words before and behind the asking word, the nearest first
}

var (
	asksPlace   = regexp.MustCompile(`(?i)\b(where|(which|what) ([\w-]+ ){0,3}(city|town|capital|county|island|site|place|territory|region|area|venue|province|village|port|river|border))\b`)
	asksPerson  = regexp.MustCompile(`(?i)\b(who|whom|whose|(which|what) ([\w-]+ ){0,3}(leader|politician|president|minister|ambassador|envoy|diplomat|senator|general|official|spokes\w+|candidate|king|queen|person|man|woman|author|director|player))\b`)
	asksSeveral = regexp.MustCompile(`(?i)\b((which|what) ([\w-]+ ){0,2}?(countries|nations|states|republics|members|leaders|presidents|ministers|people|cities|places|islands|companies|parties|groups|ones)|(which|what|who) of the|who (are|were)|list|name (all|the)|(what|which) are)\b`)
	asking      = regexp.MustCompile(`(?i)\b(which|what|who|whom|whose|where|when|how many|how much)\b`)
)

func wanted(question string) want {
	w := want{kind: kindOf(question), question: question, own: map[string]bool{}, places: asksPlace.MatchString(question), persons: asksPerson.MatchString(question),
		several: asksSeveral.MatchString(question)}
	for _, r := range retrieval.Regions(question) {
		w.several = w.several || leadsRegion.MatchString(question[:r.Span.Start])
		if w.several && ofRegion.MatchString(question[:r.Span.Start]) {
			w.regions = append(w.regions, r)
		}
	}
	for word := range strings.FieldsFuncSeq(text.Fold(question), notInName) {
		w.own[word] = true
	}
	if q, ok := readFigureQuestion(question); ok {
		w.counted = q.counted
	}
	if all := asking.FindAllStringIndex(question, -1); len(all) > 0 {
		at := all[len(all)-1]
		w.before, w.after = contentStems(question[:at[0]]), contentStems(question[at[1]:])
		slices.Reverse(w.before)
		if word := strings.ToLower(question[at[0]:at[1]]); (word == "which" || word == "what") && len(w.after) > 0 {
			w.after = w.after[1:] // the thing that is asked for
		}
	}
	return w
}

func contentStems(s string) []string {
	var stems []string
	for _, t := range tokensOf(s) {
		if t.content() && !retrieval.IsStop(t.fold) {
			stems = append(stems, t.stem)
		}
	}
	return stems
}

// bonus rewards a sentence that has what the question asks for. What the question says itself does not count.
func (w want) bonus(c candidate) float64 {
	if w.kind == whyKind {
		if hasReason.MatchString(c.read) {
			return kindBonus
		}
		return 0
	}
	bonus, worth, slot := 0.0, 0.0, 0.0
	for _, p := range c.answers {
		worth, slot = max(worth, p.worth), max(slot, p.slot)
	}
	bonus += kindBonus*worth + slotBonus*slot
	if w.places && slices.ContainsFunc(c.answers, func(p possible) bool { return p.placed }) {
		bonus += placeBonus
	}
	if w.introduces(c.read) {
		bonus += kindBonus
	}
	if c.quote != nil && asksAbout(w.question, c.quote.Speaker.Name) {
		bonus += kindBonus
	}
	return bonus
}

// whoIs finds the last name in a question who somebody is.
var whoIs = regexp.MustCompile(`(?i)\bwho(?:['’]s|\s+is|\s+was)\s+(?:[\p{L}.'’-]+\s+){0,3}?([\p{L}’'-]+)\s*(?:\?|$|,|and\b)`)

// introduces reports whether the sentence says who the person is whom the question asks about: "Ilena Drazh, the deputy foreign minister", "Foreign
// Minister Ilena Drazh", "General Stenn is …".
func (w want) introduces(sentence string) bool {
	m := whoIs.FindStringSubmatch(w.question)
	if m == nil {
		return false
	}
	name := regexp.QuoteMeta(text.Fold(m[1]))
	introduced, err := regexp.Compile(`\b` + name + `(?:, (?:the|a|an|who|whose|then|now)\b| (?:is|was|has been|became) )`)
	return err == nil && introduced.MatchString(text.Fold(sentence))
}

// asksAbout reports whether the question names the speaker, by the surname or the whole name.
func asksAbout(question, name string) bool {
	parts := strings.Fields(text.Fold(name))
	if len(parts) == 0 {
		return false
	}
	words := " " + strings.Join(strings.FieldsFunc(text.Fold(question), notInName), " ") + " "
	return strings.Contains(words, " "+parts[len(parts)-1]+" ") || strings.Contains(words, " "+parts[0]+" ") && len(parts) == 1
}

func notInName(r rune) bool { return strings.ContainsRune(" ?!.,;:\"“”()'’\n", r) }
