package commands

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"attache/internal/retrieval"
	"attache/internal/text"
)

// Longest questions, in words, that are read as a fragment to be put into the last question, and as one whose pronoun points back to it.
const (
	longestFragment = 6
	longestPronoun  = 14
)

// carryOver reads a question that does not stand on its own, with what the last one said: "and Uzbekistan?" asks the same of Uzbekistan, "why?" asks why, and
// "what did she say?" is about the person whom the last question named. known reports whether a name is that of a person who is quoted. ok is false for a
// question that stands on its own, and for one that the last does not complete.
func carryOver(last, question string, known func(name string) bool) (read string, ok bool) {
	last = strings.TrimRight(strings.TrimSpace(last), "?!. ")
	rest, opened, swaps := open(question)
	switch {
	case last == "" || rest == "":
		return "", false
	case bareQuestion.MatchString(rest):
		if head, question, ok := strings.Cut(last, added); ok && bareQuestion.MatchString(head) { // "why?" and then "when?"
			last = question
		}
		if beginsQuestion.MatchString(last) {
			last = strings.ToLower(last[:1]) + last[1:]
		}
		return capital(rest) + added + last + "?", true
	case isFragment(rest) && (opened || swaps || datePhrase.MatchString(rest) && hasPreposition(rest)):
		return capital(namesOf(last, known).swap(last, rest, known)) + "?", true
	case swaps:
		return "", false
	case endsInSaying.MatchString(rest):
		if tail := topicPattern.FindString(last); tail != "" && opened {
			rest += tail
			read, _ = resolvePronoun(last, rest, known)
			return capital(read) + "?", true
		}
	}
	if read, ok = resolvePronoun(last, rest, known); ok {
		return capital(read) + "?", true
	}
	return "", false
}

var (
	fillers   = regexp.MustCompile(`(?i)^(?:(?:ok|okay|so|well|hm+|thanks|thank you|now|and|but|also|then|or|plus)\b[\s,.!:;–—-]*)+`)
	connected = regexp.MustCompile(`(?i)\b(and|but|also|or|plus|then)\b`)
	swapping  = regexp.MustCompile(`(?i)^(?:(?:what|how) (?:about|of|abt)|wh?at'?s about|same (?:question |thing )?(?:for|with|about|on)|ditto for)\b\s*`)
	// bareQuestion is a question word with nothing behind it.
	bareQuestion = regexp.MustCompile(`(?i)^(why( not)?|how( so| come)?|when|where|since when|until when|by whom|to whom|for whom|says who|who|who else|what else|where else|which ones?|who exactly|when exactly)$`)
	// beginsQuestion are words by which a whole question or a request begins, so that it is no fragment.
	beginsQuestion = regexp.MustCompile(`(?i)^(who|whom|whose|what|when|where|why|which|how|is|are|was|were|do|does|did|has|have|had|will|would|can|could|should|may|might|tell|show|list|give|find|explain|compare|describe|please)\b`)
	endsInSaying   = regexp.MustCompile(`(?i)^(?:what|how) .*\b(?:say|said|says|think|thinks|answer|answered|reply|respond|responded)$`)
	// topicPattern is what a question is about, at its end.
	topicPattern = regexp.MustCompile(`(?i)\s(?:about|on|regarding|over|concerning|of) [^,;]+$`)
)

// open takes off what a follow-up begins with. opened: "and …", "but …"; swaps: "what about …".
func open(question string) (rest string, opened, swaps bool) {
	rest = strings.TrimSpace(strings.TrimRight(strings.TrimSpace(question), "?!. …"))
	if head := fillers.FindString(rest); head != "" && len(head) < len(rest) {
		opened, rest = connected.MatchString(head), rest[len(head):]
	}
	if head := swapping.FindString(rest); head != "" {
		swaps, rest = true, rest[len(head):]
	}
	return strings.TrimSpace(rest), opened, swaps
}

// isFragment reports whether the words are a name, a day or a thing rather than a question.
func isFragment(s string) bool {
	return len(strings.Fields(s)) <= longestFragment && !beginsQuestion.MatchString(s) && !pronounWord.MatchString(s)
}

// when matches a time as people write it in a question.
const when = `(?:\d{1,2}(?:st|nd|rd|th)? )?(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)(?: \d{1,2}(?:st|nd|rd|th)?)?,?(?: \d{4})?|\d{4}-\d{2}-\d{2}|(?:19|20)\d{2}|(?:last|this|past) (?:week|month|year|spring|summer|autumn|winter)|yesterday|today|(?:mon|tues|wednes|thurs|fri|satur|sun)day`

var (
	datePhrase  = regexp.MustCompile(`(?i)^(?:(in|on|since|before|after|during|by|until|from|as of)\s+)?(` + when + `)$`)
	dateWithin  = regexp.MustCompile(`(?i)\b(?:(in|on|since|before|after|during|by|until|from|as of)\s+)?\b(` + when + `)\b`)
	preposition = regexp.MustCompile(`(?i)^(?:for|in|on|with|from|by|to|of|about|as for|at|against|between)\s+`)
	determined  = regexp.MustCompile(`(?i)^(?:the|a|an|its|their|his|her|this|that|these|those)\s`)
	lastThing   = regexp.MustCompile(`(?i)\b(?:the|a|an|its|their)\s+[\p{L}\d’' -]+$`)
)

func hasPreposition(s string) bool {
	return preposition.MatchString(s) || datePhrase.FindStringSubmatch(s)[1] != ""
}

// class is what sort of thing a word names.
type class int

const (
	otherName class = iota
	country
	speaker
)

// slot is a name in a question.
type slot struct {
	start, end int
	class      class
}

// named are the names of a question, in order.
type named []slot

// namesOf finds the names in a question: runs of capitalised words, and words in lower case that are a country or a person who is quoted.
func namesOf(question string, known func(string) bool) named {
	var slots named
	for i, w := range wordPattern.FindAllStringIndex(question, -1) {
		word := strings.TrimSuffix(strings.TrimSuffix(question[w[0]:w[1]], "'s"), "’s")
		s := slot{start: w[0], end: w[0] + len(word), class: classOf(word, known)}
		upper := startsUpper(word) && (i > 0 || s.class != otherName) && !beginsQuestion.MatchString(word)
		if !upper && (s.class == otherName || len(word) < 4 || retrieval.IsStop(text.Fold(word))) {
			continue
		}
		if n := len(slots); n > 0 && question[slots[n-1].end:s.start] == " " && startsUpper(question[slots[n-1].start:]) == startsUpper(word) {
			slots[n-1].end = s.end
			slots[n-1].class = max(slots[n-1].class, s.class)
			continue
		}
		slots = append(slots, s)
	}
	return slots
}

var wordPattern = regexp.MustCompile(`[\p{L}\d][\p{L}\d’'.-]*`)

func classOf(name string, known func(string) bool) class {
	for w := range strings.FieldsSeq(name) {
		if retrieval.IsCountry(capital(w)) {
			return country
		}
	}
	if known(name) {
		return speaker
	}
	return otherName
}

func startsUpper(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsUpper(r)
}

// swap puts a fragment into a question, in the place of what is of its kind there; where there is none, behind it.
func (n named) swap(last, fragment string, known func(string) bool) string {
	if datePhrase.MatchString(fragment) {
		return swapDate(last, fragment)
	}
	bare := preposition.ReplaceAllString(fragment, "")
	if determined.MatchString(bare) || len(namesOf(bare, known)) == 0 && !startsUpper(bare) {
		return swapTopic(last, fragment, bare)
	}
	for _, wanted := range []func(slot) bool{
		func(s slot) bool { return s.class == classOf(bare, known) },
		func(s slot) bool { return s.class != country && classOf(bare, known) != country },
	} {
		if i := slices.IndexFunc(n, wanted); i >= 0 {
			return last[:n[i].start] + bare + last[n[i].end:]
		}
	}
	return add(last, fragment)
}

// added stands between a question and what was added to it because it fits nowhere in it.
const added = " – "

// add puts a fragment behind a question, in the place of the last one that was put there.
func add(last, fragment string) string {
	if at := strings.LastIndex(last, added); at > 0 && isFragment(last[at+len(added):]) {
		last = last[:at]
	}
	return last + added + fragment
}

// swapDate sets the time that a question names, or adds it.
func swapDate(last, fragment string) string {
	parts := datePhrase.FindStringSubmatch(fragment)
	at := dateWithin.FindStringSubmatchIndex(last)
	switch {
	case at == nil && parts[1] == "" && parts[2][0] >= '0' && parts[2][0] <= '9' && len(parts[2]) == 4:
		return last + " in " + fragment
	case at == nil:
		return last + " " + fragment
	case parts[1] == "" && at[2] >= 0: // the preposition stays
		return last[:at[4]] + fragment + last[at[5]:]
	}
	return last[:at[0]] + fragment + last[at[1]:]
}

// swapTopic puts a thing in the place of what the question is about.
func swapTopic(last, fragment, bare string) string {
	if at := topicPattern.FindStringIndex(last); at != nil {
		head := strings.Fields(last[at[0]:])[0]
		return last[:at[0]] + " " + head + " " + bare
	}
	if at := lastThing.FindStringIndex(last); at != nil && determined.MatchString(bare) {
		return last[:at[0]] + bare
	}
	return add(last, fragment)
}

var (
	pronounWord = regexp.MustCompile(`(?i)\b(he|she|they|him|her|them|his|hers|their|theirs|it|its|this|that)\b`)
	persons     = regexp.MustCompile(`(?i)^(he|she|him|her|his|hers)$`)
	possessives = regexp.MustCompile(`(?i)^(his|their|its)$`)
	// expletive is an "it" that stands for nothing.
	expletive = regexp.MustCompile(`(?i)\bit(?:'s|’s)? (?:is |was |be |really )?(?:true|likely|possible|clear|rain|snow|matter|mean|seem|take|worth|known|correct)`)
)

// resolvePronoun puts the name that the last question gave in the place of a pronoun that has no other.
func resolvePronoun(last, question string, known func(string) bool) (string, bool) {
	at := pronounWord.FindStringIndex(question)
	if at == nil || len(strings.Fields(question)) > longestPronoun {
		return question, false
	}
	pronoun, behind := question[at[0]:at[1]], question[at[1]:]
	own, before := namesOf(question, known), namesOf(last, known)
	referent := ""
	switch fold := strings.ToLower(pronoun); {
	case persons.MatchString(fold):
		if !slices.ContainsFunc(own, func(s slot) bool { return s.start < at[0] && s.class != country }) {
			referent = before.lastOf(last, func(s slot) bool { return s.class == speaker }, func(s slot) bool { return s.class == otherName })
		}
	case fold == "they" || fold == "them" || strings.HasPrefix(fold, "their"):
		if !slices.ContainsFunc(own, func(s slot) bool { return s.start < at[0] }) {
			referent = before.lastOf(last, func(slot) bool { return true })
		}
	case fold == "this" || fold == "that":
		if strings.TrimSpace(behind) == "" { // a thing of its own: "and after that?"
			referent = topicOf(last)
		}
	default: // it, its
		if len(own) == 0 && !expletive.MatchString(question) && !determinedWithin.MatchString(question[:at[0]]) {
			referent = topicOf(last)
		}
	}
	if referent == "" {
		return question, false
	}
	if possessives.MatchString(pronoun) || strings.EqualFold(pronoun, "her") && followedByNoun.MatchString(behind) && !notNoun.MatchString(behind) {
		referent += "'s"
	}
	return question[:at[0]] + referent + behind, true
}

var (
	determinedWithin = regexp.MustCompile(`(?i)\b(the|a|an)\s\p{L}`)
	followedByNoun   = regexp.MustCompile(`(?i)^\s+(?:[\p{L}-]+)(?:\s|$)`)
	notNoun          = regexp.MustCompile(`(?i)^\s+(?:about|on|in|at|to|for|with|after|before|and|or|again|now|then|when|while|so|by|of)\b`)
)

// lastOf is the last name that fits, by the first of the tests that any fits; "" when none does.
func (n named) lastOf(question string, tests ...func(slot) bool) string {
	for _, fits := range tests {
		for _, s := range slices.Backward(n) {
			if fits(s) {
				return question[s.start:s.end]
			}
		}
	}
	return ""
}

// topicOf is what a question is about: what stands behind its last "about", "on", "of", else its last thing with an article.
func topicOf(question string) string {
	if at := topicPattern.FindString(question); at != "" {
		_, topic, _ := strings.Cut(strings.TrimSpace(at), " ")
		return topic
	}
	return lastThing.FindString(question)
}

// capital begins s with a capital letter.
func capital(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	if size == 0 {
		return s
	}
	return string(unicode.ToUpper(r)) + s[size:]
}
