package answer

import (
	"regexp"
	"strings"

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
	saidKind // what somebody said
)

var questionKinds = []struct {
	pattern *regexp.Regexp
	kind    questionKind
}{
	{regexp.MustCompile(`(?i)\b(say|said|says|saying|tell|told|comment|remark|position|stance|view|call(ed)?|describe|respond|warn(ed)?|quote[sd]?|words)\b`), saidKind},
	{regexp.MustCompile(`(?i)\b(how (many|much|large|big|long|old|far)|what (share|number|percentage|amount))\b`), howManyKind},
	{regexp.MustCompile(`(?i)^\W*(when|what (year|date|day|month)|since when|in which year)\b`), whenKind},
	{regexp.MustCompile(`(?i)\b(why|what (is|was) the reason|what caused)\b`), whyKind},
	{regexp.MustCompile(`(?i)^\W*(who|whom|whose)\b`), whoKind},
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
	hasNumber = regexp.MustCompile(`\d|\b(?i:one|two|three|four|five|six|seven|eight|nine|ten|dozen|dozens|hundred|hundreds|thousand|thousands|million|billion|half|third)\b`)
	hasDate   = regexp.MustCompile(`\b(\d{4}|January|February|March|April|May|June|July|August|September|October|November|December|Jan\.|Feb\.|Aug\.|Sept\.|Oct\.|Nov\.|Dec\.|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|yesterday|last (week|month|year|summer|spring|autumn|winter))\b`)
	hasReason = regexp.MustCompile(`(?i)\b(because|since|due to|owing to|so that|in order to|to avoid|reason|as a result|aims? to|meant to|led to|after)\b`)
)

// kindBonus is what a sentence of the kind that was asked for gains. It was set by looking at answers on the dev sets; the scorer's
// own scale is about 0 to 2.
const kindBonus = 0.25

// bonus rewards a sentence that has what the question asks for: a number for "how many", a date for "when", the named speaker's own words for "what did X say".
func (k questionKind) bonus(question string, c candidate) float64 {
	fits := false
	switch k {
	case howManyKind:
		fits = hasNumber.MatchString(c.text)
	case whenKind:
		fits = hasDate.MatchString(c.text)
	case whyKind:
		fits = hasReason.MatchString(c.text)
	case saidKind, whoKind:
		if c.quote == nil {
			return 0
		}
		if asksAbout(question, c.quote.Speaker.Name) {
			return 2 * kindBonus
		}
		return 0
	}
	if fits {
		return kindBonus
	}
	return 0
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

func notInName(r rune) bool { return strings.ContainsRune(" ?!.,;:\"“”()'’", r) }
