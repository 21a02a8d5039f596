package answer

import (
	"fmt"
	"slices"
	"strings"
)

// tokens returns the tokens of one place of the window.
func (p place) tokens() []token {
	w := p.source.sentences[p.sentence]
	if w.first < 0 {
		return nil
	}
	return p.source.tokens[w.first:w.end]
}

// matches reports whether two words mean the same as far as stems, synonyms and names go.
func matches(a, b token) bool {
	if a.stem == b.stem || a.upper && b.upper && sameName(a.fold, b.fold) {
		return true
	}
	if !a.content() || !b.content() {
		return false
	}
	return slices.ContainsFunc(a.groups, func(g int) bool { return slices.Contains(b.groups, g) })
}

// shared counts the content words within reach of place i of a that match one within reach of place j of b, the two words themselves left out.
func shared(a []token, i int, b []token, j, reachA, reachB int) int {
	n := 0
	for x := max(0, i-reachA); x <= min(len(a)-1, i+reachA); x++ {
		if x == i || !a[x].content() || a[x].sentence != a[i].sentence {
			continue
		}
		for y := max(0, j-reachB); y <= min(len(b)-1, j+reachB); y++ {
			if y != j && b[y].sentence == b[j].sentence && b[y].content() && matches(a[x], b[y]) {
				n++
				break
			}
		}
	}
	return n
}

// reach returns the end of what the word at i governs: at most seven words of its clause.
func reach(tokens []token, i int) int {
	j := i + 1
	for j < len(tokens) && j <= i+7 && tokens[j].clause == tokens[i].clause && !clauseBreaks[tokens[j].fold] {
		j++
	}
	return j
}

// headAfter returns the place of the first content word that the word at i governs; -1 for none.
func headAfter(tokens []token, i int) int {
	for j := i + 1; j < reach(tokens, i); j++ {
		if (tokens[j].content() || reportingWords[tokens[j].fold]) && tokens[j].fold != "longer" {
			return j
		}
	}
	for j := i + 1; j < reach(tokens, i); j++ {
		if takesPart[tokens[j].fold] {
			return j
		}
	}
	return -1
}

// takesPart are verbs that say little by themselves and are all that "did not take part" denies.
var takesPart = wordSet("take takes took taken taking make makes made come comes came go goes went give gives gave mention mentions mentioned")

// denies reports whether the word at i is a negation that denies something.
func denies(tokens []token, i int) bool {
	t := tokens[i]
	if !negations[t.fold] || i+1 < len(tokens) && (notNegations[tokens[i+1].fold] && !(tokens[i+1].fold == "doubt" && t.fold != "no") || t.fold == "no" && isNumber(tokens[i+1].fold)) {
		return false
	}
	if i > 0 && tokens[i-1].fold == "than" {
		return false // "more likely than not"
	}
	return t.fold != "without" // it denies as a soft one does
}

// denials says for each token whether a negation reaches it: hard (not, no, never) or soft (refused, without). A negation reaches forward to the end of its clause or the next
// conjunction, "no" and "nobody" past the verb; a passive one ("was rejected") reaches back as well. No word reaches itself.
func denials(tokens []token) (hard, soft []bool) {
	hard, soft = make([]bool, len(tokens)), make([]bool, len(tokens))
	for i, t := range tokens {
		reached := soft
		switch {
		case denies(tokens, i):
			reached = hard
		case !refuses(tokens, i):
			continue
		}
		for j := i + 1; j < len(tokens) && j <= i+12 && tokens[j].clause == t.clause && !clauseBreaks[tokens[j].fold]; j++ {
			if denyingNouns[t.fold] && j > i+3 && (verbLike(tokens, j) || auxiliaries[tokens[j].fold] || beforeVerbs[tokens[j].fold]) {
				break // "the ban on arms sales stays in force"
			}
			reached[j] = true
		}
		if i > 0 && (beForms[tokens[i-1].fold] || i > 1 && beForms[tokens[i-2].fold]) {
			for j := i - 1; j >= 0 && tokens[j].clause == t.clause && !clauseBreaks[tokens[j].fold]; j-- {
				reached[j] = true
			}
		}
	}
	return hard, soft
}

var (
	alsoNouns    = wordSet("stop halt decline bar block dispute")
	denyingNouns = wordSet("ban denial rejection refusal failure opposition lack absence exemption prevention")
)

var decides = map[string]bool{"vote": true, "turn": true, "decid": true, "rule": true, "advis": true, "be": true, "is": true, "are": true, "was": true, "were": true}

// refuses reports whether the word at i denies by its meaning: "refused", "without", "yet to", "turned down", "short of".
func refuses(tokens []token, i int) bool {
	next := ""
	if i+1 < len(tokens) {
		next = tokens[i+1].fold
	}
	switch tokens[i].fold {
	case "without", "instead", "rather":
		return true
	case "yet":
		return next == "to"
	case "turned", "turn", "turns":
		return next == "down" || next == "away"
	case "short":
		return next == "of"
	case "free":
		return next == "of"
	case "against": // "voted against", not "crimes against"
		return i > 0 && decides[tokens[i-1].stem]
	}
	if i > 0 && tokens[i].stem == "doubt" && (negations[tokens[i-1].fold] || tokens[i-1].fold == "little") || i > 0 && alsoNouns[tokens[i].fold] && (articles[tokens[i-1].fold] || tokens[i-1].fold == "any") {
		return false
	}
	return softNegations[tokens[i].fold]
}

// denied reports whether a negation reaches token i. What reaches a word that denies by itself must be a hard one: "did not deny".
func denied(tokens []token, i int) bool {
	hard, soft := denials(tokens)
	return hard[i] || soft[i] && !softNegations[tokens[i].fold]
}

// checkNegation compares what the claim and its sources deny. For each word that one of them denies, the other must deny it, or something like it, where it
// uses that word.
func checkNegation(cl *claim) []fault {
	for i, t := range cl.tokens {
		refused := softNegations[t.fold] && i+1 < len(cl.tokens) && (cl.tokens[i+1].fold == "to" || cl.tokens[i+1].fold == "that") && !hardBefore(cl.tokens, i)
		if !denies(cl.tokens, i) && !refused || inside(cl.quoted, t.Start) {
			continue
		}
		if !refused && ruledOut(cl, i) {
			continue
		}
		if !deniedInWindow(cl, i, refused) {
			return []fault{{faultNegation, fmt.Sprintf("its sources do not deny this: %q", cl.text[t.Start:cl.tokens[min(len(cl.tokens), reach(cl.tokens, i))-1].End])}}
		}
	}
	for _, p := range cl.window {
		src := p.tokens()
		for i := range src {
			refused := refuses(src, i) && i+1 < len(src) && (src[i+1].fold == "to" || src[i+1].fold == "that") && !denyingNouns[src[i].fold] && (src[i].stem != "doubt" || cl.saysOf(src[i+1:max(i+1, reach(src, i))]) >= 3)
			if (refused && !stands(cl.tokens, src[i].stem) || denies(src, i)) && affirms(cl, p, src, i) {
				return []fault{{faultNegation, fmt.Sprintf("its source says %q", p.source.text[src[i].Start:src[min(len(src), reach(src, i))-1].End])}}
			}
		}
	}
	return nil
}

// ruledOut reports whether the negation at i only says that something is possible: "did not rule out". Its sources may say it with "might".
func ruledOut(cl *claim, i int) bool {
	if i+1 >= len(cl.tokens) || cl.tokens[i+1].stem != "rule" && cl.tokens[i+1].stem != "exclud" {
		return false
	}
	return !slices.ContainsFunc(cl.window, func(p place) bool {
		stems := p.source.sentences[p.sentence].stems
		return stems["rule"] || stems["exclud"]
	}) && slices.ContainsFunc(cl.window[0].tokens(), func(t token) bool { return strongHedges[t.fold] })
}

// deniesAfter reports whether a negation follows token i with nothing of content between: "cholera has not been found".
func deniesAfter(tokens []token, i int) bool {
	for j := i + 1; j < len(tokens) && tokens[j].clause == tokens[i].clause && !clauseBreaks[tokens[j].fold]; j++ {
		if denies(tokens, j) {
			return true
		}
		if tokens[j].content() {
			return false
		}
	}
	return false
}

// deniedInWindow reports whether the sources deny what the negation at i of the claim denies, or what it says was refused.
func deniedInWindow(cl *claim, i int, refused bool) bool {
	head := headAfter(cl.tokens, i)
	found, anything := false, false
	allowed, decided, stated := false, false, false // denied in some form; denied in this very form; stated in this very form, of the same things
	for _, p := range cl.window {
		src := p.tokens()
		for j := range src {
			if denies(src, j) || refuses(src, j) {
				anything = true
			}
			if head < 0 || !matches(cl.tokens[head], src[j]) {
				continue
			}
			exact := cl.tokens[head].stem == src[j].stem
			if denied(src, j) || deniesAfter(src, j) || !refused && refusedNear(src, j) {
				allowed, decided = true, decided || exact
				continue
			}
			found = found || cl.overlap(p) >= 2
			if exact && shared(cl.tokens, head, src, j, 6, 8) > 1 {
				stated = true
			}
		}
		if head >= 0 {
			anything = anything || slices.ContainsFunc(antonyms[cl.tokens[head].stem], func(a string) bool { return p.source.sentences[p.sentence].stems[a] })
		}
	}
	if allowed && (decided || !stated) || refused && anything {
		return true
	}
	return anything && !found && !softNegations[headFold(cl, head)]
}

// refusedNear reports whether a word that denies by its meaning stands at most four words from token i, in its clause.
func refusedNear(tokens []token, i int) bool {
	if refusedBefore(tokens, i) {
		return true
	}
	for j := i + 1; j <= min(len(tokens)-1, i+4); j++ {
		if tokens[j].clause == tokens[i].clause && refuses(tokens, j) {
			return true
		}
	}
	return false
}

// refusedAfter reports whether token i is said to be what such a word says: "cars remain excluded".
func refusedAfter(tokens []token, i int) bool {
	is := false
	for j := i + 1; j < len(tokens) && tokens[j].clause == tokens[i].clause; j++ {
		if refuses(tokens, j) {
			return is
		}
		if tokens[j].content() && !lightWords[tokens[j].fold] {
			return false
		}
		is = is || beForms[tokens[j].fold] || tokens[j].stem == "remain" || tokens[j].stem == "stay"
	}
	return false
}

// refusedBefore reports whether such a word stands at most four words before token i, in its clause.
func refusedBefore(tokens []token, i int) bool {
	for j := max(0, i-4); j < i; j++ {
		if tokens[j].clause == tokens[i].clause && refuses(tokens, j) {
			return true
		}
	}
	return false
}

// hardBefore reports whether a negation stands at most three words before token i: "did not refuse".
func hardBefore(tokens []token, i int) bool {
	for j := max(0, i-3); j < i; j++ {
		if denies(tokens, j) {
			return true
		}
	}
	return false
}

func headFold(cl *claim, head int) string {
	if head < 0 {
		return ""
	}
	return cl.tokens[head].fold
}

// affirms reports whether the claim states, with nothing that denies in it, what the negation at i of a source denies.
func affirms(cl *claim, p place, src []token, i int) bool {
	head := headAfter(src, i)
	if head < 0 {
		return false
	}
	for j, t := range cl.tokens {
		if !matches(t, src[head]) || inside(cl.quoted, t.Start) || denied(cl.tokens, j) || clauseDenies(cl.tokens, j) {
			continue
		}
		if refusedBefore(cl.tokens, j) || refusedAfter(cl.tokens, j) || slices.ContainsFunc(antonyms[src[head].stem], func(a string) bool { return stands(cl.tokens, a) }) {
			continue
		}
		if (shared(cl.tokens, j, src, head, 5, 5) > 0 || cl.overlap(p) >= closeOverlap) && !affirmedElsewhere(cl, t, src, head) {
			return true
		}
	}
	return false
}

// closeOverlap is how many words a sentence of a source shares with a claim that says the same in other words.
const closeOverlap = 4

// clauseDenies reports whether a hard negation stands in the clause of token i, as far as the next conjunction on both sides: "a date has not been set" for "no date has been set".
func clauseDenies(tokens []token, i int) bool {
	for _, step := range []int{-1, 1} {
		for j := i; j >= 0 && j < len(tokens) && tokens[j].clause == tokens[i].clause && (j == i || !clauseBreaks[tokens[j].fold]); j += step {
			if denies(tokens, j) {
				return true
			}
		}
	}
	return false
}

// affirmedElsewhere reports whether the sources also use the word without denying it, in words like the claim's.
func affirmedElsewhere(cl *claim, t token, denying []token, head int) bool {
	for _, p := range cl.window {
		src := p.tokens()
		for j := range src {
			if (len(src) == 0 || src[j].Start != denying[head].Start || src[j].sentence != denying[head].sentence) && t.stem == src[j].stem && !denied(src, j) {
				return true
			}
		}
	}
	return false
}

// checkOpposites finds a word of the claim whose opposite its sources use in its place.
func checkOpposites(cl *claim) []fault {
	for i, t := range cl.tokens {
		if len(antonyms[t.stem]) == 0 || inside(cl.quoted, t.Start) || negatedNear(cl.tokens, i) || usedInWindow(cl, i) {
			continue
		}
		for _, p := range cl.window {
			src := p.tokens()
			for j := range src {
				if slices.Contains(antonyms[t.stem], src[j].stem) && !cl.says(src[j]) && !negatedNear(src, j) && shared(cl.tokens, i, src, j, 5, 6) > 0 {
					return []fault{{faultOpposite, fmt.Sprintf("it says %q where its source says %q", t.In(cl.text), src[j].In(p.source.text))}}
				}
			}
		}
	}
	return nil
}

// usedInWindow reports whether the window has the word at i of the claim among words like the claim's.
func usedInWindow(cl *claim, i int) bool {
	return slices.ContainsFunc(cl.window, func(p place) bool {
		src := p.tokens()
		for j := range src {
			if src[j].stem == cl.tokens[i].stem && (p == cl.window[0] || shared(cl.tokens, i, src, j, 5, 6) > 0) {
				return true
			}
		}
		return false
	})
}

// says reports whether the claim has a word of the source, or one that denies as it does.
func (cl *claim) says(o token) bool {
	return slices.ContainsFunc(cl.tokens, func(t token) bool {
		return matches(t, o)
	}) || softNegations[o.fold] && o.fold != "against" && slices.ContainsFunc(cl.tokens, func(t token) bool { return softNegations[t.fold] || t.fold == "turned" })
}

func stands(tokens []token, stem string) bool {
	return slices.ContainsFunc(tokens, func(t token) bool { return t.stem == stem })
}

// negatedNear reports whether a negation stands at most four words before token i.
func negatedNear(tokens []token, i int) bool {
	for j := max(0, i-4); j < i; j++ {
		if negations[tokens[j].fold] || softNegations[tokens[j].fold] {
			return true
		}
	}
	return false
}

// announces reports whether the word at i says that something is yet to come.
func announces(tokens []token, i int) bool {
	t := tokens[i]
	return t.fold == "will" || t.fold == "shall" || t.fold == "would" || plans[t.fold] && i+1 < len(tokens) && tokens[i+1].fold == "to"
}

// asserts reports whether the claim uses the word at head of a source in words like the source's; with past only in a form of the past.
func asserts(cl *claim, src []token, head int, past bool) bool {
	for i, t := range cl.tokens {
		if t.stem != src[head].stem && !matches(t, src[head]) || inside(cl.quoted, t.Start) || i > 0 && articles[cl.tokens[i-1].fold] && strings.HasSuffix(t.fold, "ing") || shared(cl.tokens, i, src, head, 6, 10) == 0 {
			continue
		}
		if !past || isPast(cl.tokens, i) {
			return true
		}
	}
	return false
}

var (
	auxiliaries = wordSet("has have had was were did been")
	pastForms   = wordSet("began rose fell sent built met held left took gave made won lost paid sold bought brought went came withdrew cut shut hit struck kept")
)

func isPast(tokens []token, i int) bool {
	if strings.HasSuffix(tokens[i].fold, "ed") || pastForms[tokens[i].fold] {
		return i == 0 || tokens[i-1].fold != "be"
	}
	return i > 0 && auxiliaries[tokens[i-1].fold]
}

// checkScope finds a word that claims the whole, the only or the most where its sources do not.
func checkScope(cl *claim) []fault {
	for i, t := range cl.tokens {
		if !totals[t.fold] && !(t.fold == "ever" && i > 0 && cl.tokens[i-1].fold == "for") || inside(cl.quoted, t.Start) || negations[t.fold] || countsOff(cl.tokens, i) {
			continue
		}
		backed := slices.ContainsFunc(cl.window, func(p place) bool {
			words := p.source.sentences[p.sentence]
			return words.folds[t.fold] || words.stems[t.stem] || slices.ContainsFunc(totalGroups, func(g map[string]bool) bool {
				return g[t.fold] && slices.ContainsFunc(p.tokens(), func(o token) bool { return g[o.fold] })
			})
		})
		if !backed {
			return []fault{{faultScope, fmt.Sprintf("its sources do not say %q", t.In(cl.text))}}
		}
	}
	return nil
}

// determiners tell "due to the drought" from "due to leave".
var determiners = wordSet("the a an its their his her this that these those lack high low heavy")

// countsOff reports whether the word at i only counts: "all 212", "every day", "most recent".
func countsOff(tokens []token, i int) bool {
	if i+1 >= len(tokens) {
		return false
	}
	next := tokens[i+1].fold
	switch tokens[i].fold {
	case "only", "sole", "solely":
		return isNumber(next) || numberWords[next] > 0
	case "all", "every", "first":
		return isNumber(next) || numberWords[next] > 0 || next == "day" || next == "week" || next == "month" || next == "year"
	case "most":
		return next != "of"
	}
	return false
}

// checkCauses finds a cause that its sources, the sentences around the window included, do not name.
func checkCauses(cl *claim) []fault {
	for i, t := range cl.tokens {
		ledTo := (t.fold == "led" || t.fold == "leading") && i+1 < len(cl.tokens) && cl.tokens[i+1].fold == "to"
		dueTo := t.fold == "due" && i+2 < len(cl.tokens) && cl.tokens[i+1].fold == "to" && (determiners[cl.tokens[i+2].fold] || cl.tokens[i+2].upper)
		if !strongCauses[t.fold] && !ledTo && !dueTo || inside(cl.quoted, t.Start) {
			continue
		}
		backed := slices.ContainsFunc(cl.window, func(p place) bool {
			for i := max(0, p.sentence-1); i <= min(len(p.source.sentences)-1, p.sentence+1); i++ {
				explains := strings.ContainsAny(p.source.spans[i].In(p.source.text), ":;")
				if explains || slices.ContainsFunc(place{p.source, i}.tokens(), func(o token) bool { return causes[o.fold] || o.fold == "when" }) {
					return true
				}
			}
			return false
		})
		if !backed {
			return []fault{{faultCause, "its sources do not name this cause"}}
		}
	}
	return nil
}

func possessive(s string, t token) bool {
	return strings.HasSuffix(t.In(s), "'s") || strings.HasSuffix(t.In(s), "’s")
}
