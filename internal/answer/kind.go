package answer

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

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
	{regexp.MustCompile(`(?i)\b(how (many|much|large|big|long|old|far)|what (share|number|percentage|amount))\b`), howManyKind},
	{regexp.MustCompile(`(?i)^\W*(when|what (year|date|day|month)|since when|in which year)\b`), whenKind},
	{regexp.MustCompile(`(?i)\b(say|said|says|saying|tell|told|comment|remark|position|stance|view|call(ed)?|describe|respond|warn(ed)?|quote[sd]?|words)\b`), saidKind},
	{regexp.MustCompile(`(?i)\b(why|what (is|was) the reason|what caused)\b`), whyKind},
	{regexp.MustCompile(`(?i)\b(who|whom|whose|which leader)\b`), whoKind},
	{regexp.MustCompile(`(?i)\b(where|which|what (city|country|company|place|name))\b`), whichKind},
}

// kindOf reads the kind from a question's words; the first pattern that fits decides.
func kindOf(question string) questionKind {
	for _, k := range questionKinds {
		if k.pattern.MatchString(question) {
			return k.kind
		}
	}
	return anyKind
}

var (
	hasNumber = regexp.MustCompile(`\d+(?:[.,]\d+)*|\b(?i:one|two|three|four|five|six|seven|eight|nine|ten|dozen|dozens|hundred|hundreds|thousand|thousands|million|billion|half|third)\b`)
	hasDate   = regexp.MustCompile(`\b(\d{4}|January|February|March|April|May|June|July|August|September|October|November|December|Jan\.|Feb\.|Aug\.|Sept\.|Oct\.|Nov\.|Dec\.|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|yesterday|last (week|month|year|summer|spring|autumn|winter))\b`)
	hasReason = regexp.MustCompile(`(?i)\b(because|since|due to|owing to|so that|in order to|to avoid|reason|as a result|aims? to|meant to|led to|after)\b`)
)

// kindBonus is what a sentence of the kind that was asked for gains; the scorer's own scale is about 0 to 2. Chosen on the dev sets.
const kindBonus = 0.25

// want is what a question asks for, with the words that it holds itself and that therefore answer nothing.
type want struct {
	kind     questionKind
	question string
	own      map[string]bool
}

func wanted(question string) want {
	w := want{kind: kindOf(question), question: question, own: map[string]bool{}}
	for word := range strings.FieldsFuncSeq(text.Fold(question), notInName) {
		w.own[word] = true
	}
	return w
}

// bonus rewards a sentence that has what the question asks for: a number for "how many", a date for "when", a country for "which country", a name for
// "who" or "which", the named speaker's own words for "what did X say". What the question says itself does not count.
func (w want) bonus(c candidate) float64 {
	switch w.kind {
	case howManyKind:
		return w.has(hasNumber, c.text)
	case whenKind:
		return w.has(hasDate, c.text)
	case whyKind:
		return w.has(hasReason, c.text)
	case countryKind:
		if w.names(c.text, retrieval.IsCountry) {
			return kindBonus
		}
		return 0
	}
	bonus := 0.0
	if w.introduces(c.text) {
		bonus = 2 * kindBonus
	}
	if c.quote != nil && asksAbout(w.question, c.quote.Speaker.Name) {
		bonus += 2 * kindBonus
	}
	if w.kind != anyKind && w.kind != saidKind && w.names(c.text, func(string) bool { return true }) {
		bonus += kindBonus / 2
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

// has gives the bonus when the pattern finds something that is not in the question.
func (w want) has(pattern *regexp.Regexp, sentence string) float64 {
	for _, found := range pattern.FindAllString(sentence, -1) {
		if !w.own[text.Fold(strings.TrimSpace(found))] {
			return kindBonus
		}
	}
	return 0
}

// names reports whether the sentence holds a capitalised word that fits, behind its first word and not in the question.
func (w want) names(sentence string, fits func(string) bool) bool {
	for i, word := range strings.FieldsFunc(sentence, notInName) {
		first, _ := utf8.DecodeRuneInString(word)
		if (i > 0 || w.kind == countryKind) && unicode.IsUpper(first) && !w.own[text.Fold(word)] && fits(word) {
			return true
		}
	}
	return false
}

// answersIn lists, folded, what in a sentence may be the answer: numbers for "how many", dates for "when", countries for "which country", names
// for everything else; nothing that the question says itself.
func (w want) answersIn(sentence string) []string {
	var found []string
	for i, word := range strings.FieldsFunc(sentence, notInName) {
		word = strings.TrimSuffix(strings.TrimSuffix(word, "'s"), "’s")
		folded := text.Fold(word)
		if folded == "" || w.own[folded] {
			continue
		}
		first, _ := utf8.DecodeRuneInString(word)
		fits := unicode.IsUpper(first) && (i > 0 || retrieval.IsCountry(word)) && !retrieval.IsStop(folded)
		switch w.kind {
		case countryKind:
			fits = retrieval.IsCountry(word)
		case howManyKind:
			fits = hasNumber.MatchString(word)
		case whenKind:
			fits = hasDate.MatchString(word)
		}
		if fits {
			found = append(found, folded)
		}
	}
	return found
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
