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
	return slices.ContainsFunc(synonyms[a.stem], func(g int) bool { return slices.Contains(synonyms[b.stem], g) })
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
		if tokens[j].content() {
			return j
		}
	}
	return -1
}

// denies reports whether the word at i is a negation that denies something.
func denies(tokens []token, i int) bool {
	t := tokens[i]
	if !negations[t.fold] || i+1 < len(tokens) && (notNegations[tokens[i+1].fold] || t.fold == "no" && isNumber(tokens[i+1].fold)) {
		return false
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
		case alsoNouns[t.fold] && i > 0 && articles[tokens[i-1].fold]: // "a stop would cost revenue"
			continue
		case !softNegations[t.fold] && t.fold != "without" && !(t.fold == "yet" && i+1 < len(tokens) && tokens[i+1].fold == "to"):
			continue
		}
		for j := i + 1; j < len(tokens) && j <= i+12 && tokens[j].clause == t.clause && !clauseBreaks[tokens[j].fold]; j++ {
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

var alsoNouns = wordSet("stop halt decline bar block dispute")

// denied reports whether a negation reaches token i. What reaches a word that denies by itself must be a hard one: "did not deny".
func denied(tokens []token, i int) bool {
	hard, soft := denials(tokens)
	return hard[i] || soft[i] && !softNegations[tokens[i].fold]
}

// checkNegation compares what the claim and its sources deny. For each word that one of them denies, the other must deny it, or something like it, where it
// uses that word.
func checkNegation(cl *claim) []fault {
	for i, t := range cl.tokens {
		if !denies(cl.tokens, i) || inside(cl.quoted, t.Start) {
			continue
		}
		if !deniedInWindow(cl, i) {
			return []fault{{faultNegation, fmt.Sprintf("its sources do not deny this: %q", cl.text[t.Start:cl.tokens[min(len(cl.tokens), reach(cl.tokens, i))-1].End])}}
		}
	}
	for _, p := range cl.window {
		src := p.tokens()
		for i := range src {
			refuses := softNegations[src[i].fold] && i+1 < len(src) && src[i+1].fold == "to"
			if (refuses || denies(src, i)) && affirms(cl, src, i) {
				return []fault{{faultNegation, fmt.Sprintf("its source says %q", p.source.text[src[i].Start:src[min(len(src), reach(src, i))-1].End])}}
			}
		}
	}
	return nil
}

// deniedInWindow reports whether the sources deny what the negation at i of the claim denies.
func deniedInWindow(cl *claim, i int) bool {
	head := headAfter(cl.tokens, i)
	found, anything := false, false
	allowed, decided, stated := false, false, false // denied in some form; denied in this very form; stated in this very form, of the same things
	for _, p := range cl.window {
		if p != cl.window[0] && cl.overlap(p) < 3 {
			continue
		}
		src := p.tokens()
		for j := range src {
			if negations[src[j].fold] || softNegations[src[j].fold] {
				anything = true
			}
			if head < 0 || !matches(cl.tokens[head], src[j]) {
				continue
			}
			exact := cl.tokens[head].stem == src[j].stem
			if denied(src, j) {
				allowed, decided = true, decided || exact
				continue
			}
			found = true
			if exact && shared(cl.tokens, head, src, j, 6, 8) > 1 {
				stated = true
			}
		}
		if head >= 0 {
			anything = anything || slices.ContainsFunc(antonyms[cl.tokens[head].stem], func(a string) bool { return p.source.sentences[p.sentence].stems[a] })
		}
	}
	if allowed && (decided || !stated) {
		return true
	}
	return anything && !found && !softNegations[headFold(cl, head)]
}

func headFold(cl *claim, head int) string {
	if head < 0 {
		return ""
	}
	return cl.tokens[head].fold
}

// affirms reports whether the claim states, with nothing that denies in it, what the negation at i of a source denies.
func affirms(cl *claim, src []token, i int) bool {
	head := headAfter(src, i)
	if head < 0 {
		return false
	}
	for j, t := range cl.tokens {
		if !matches(t, src[head]) || inside(cl.quoted, t.Start) || denied(cl.tokens, j) || clauseDenies(cl.tokens, j) {
			continue
		}
		if shared(cl.tokens, j, src, head, 5, 5) > 0 && !affirmedElsewhere(cl, t, src, head) {
			return true
		}
	}
	return false
}

// clauseDenies reports whether a hard negation stands anywhere in the clause of token i: "a date has not been set" for "no date has been set".
func clauseDenies(tokens []token, i int) bool {
	for j := range tokens {
		if tokens[j].clause == tokens[i].clause && denies(tokens, j) {
			return true
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
		if len(antonyms[t.stem]) == 0 || inside(cl.quoted, t.Start) || negatedNear(cl.tokens, i) || usedInWindow(cl, t) {
			continue
		}
		for _, p := range cl.window {
			src := p.tokens()
			for j := range src {
				if slices.Contains(antonyms[t.stem], src[j].stem) && !stands(cl.tokens, src[j].stem) && !negatedNear(src, j) && shared(cl.tokens, i, src, j, 5, 6) > 0 {
					return []fault{{faultOpposite, fmt.Sprintf("it says %q where its source says %q", t.In(cl.text), src[j].In(p.source.text))}}
				}
			}
		}
	}
	return nil
}

func usedInWindow(cl *claim, t token) bool {
	return slices.ContainsFunc(cl.window, func(p place) bool { return p.source.sentences[p.sentence].stems[t.stem] })
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

// checkCertainty finds what its sources only hold possible, or have yet to come, and the claim states as a fact.
func checkCertainty(cl *claim) []fault {
	hedged := slices.ContainsFunc(cl.tokens, func(t token) bool { return hedges[t.fold] && !(t.fold == "may" && t.upper) })
	planned := hedged || slices.ContainsFunc(cl.tokens, func(t token) bool { return plans[t.fold] })
	for _, p := range cl.window {
		src := p.tokens()
		for i, t := range src {
			strong := strongHedges[t.fold] && !(t.fold == "may" && t.upper) && !(i+1 < len(src) && (isNumber(src[i+1].fold) || numberNames[src[i+1].fold]))
			strong = strong || t.fold == "would" && i+1 < len(src) && src[i+1].fold == "have"
			if !(strong && !hedged) && !announces(src, i) {
				continue
			}
			head := headAfter(src, i)
			if head < 0 {
				continue
			}
			if strong && !hedged && asserts(cl, src, head, false) || !strong && !planned && asserts(cl, src, head, true) {
				return []fault{{faultCertainty, fmt.Sprintf("its source says only %q", p.source.text[t.Start:src[head].End])}}
			}
		}
	}
	return nil
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
		if !totals[t.fold] || inside(cl.quoted, t.Start) || negations[t.fold] || countsOff(cl.tokens, i) {
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

// sameEnough is the similarity of two words' vectors above which one may stand in the other's place.
const sameEnough = 0.62

// checkSlots finds a thing of the claim that has taken the place of another: between the same owner ("Quillon's") and the same next word a source has something else, which the claim says nowhere.
func (c *checker) checkSlots(cl *claim) []fault {
	for i := 1; i+1 < len(cl.tokens); i++ {
		t := cl.tokens[i]
		if !t.content() || inside(cl.quoted, t.Start) || usedInWindow(cl, t) {
			continue
		}
		for _, p := range cl.window {
			src := p.tokens()
			for j := 1; j+1 < len(src); j++ {
				if !src[j].content() || !sameWord(cl.tokens[i-1], src[j-1]) || !sameWord(cl.tokens[i+1], src[j+1]) || !possessive(cl.text, cl.tokens[i-1]) {
					continue
				}
				if !matches(t, src[j]) && !kin(t.fold, src[j].fold) && !stands(cl.tokens, src[j].stem) && c.vectors.similarity(t.fold, src[j].fold) < sameEnough {
					return []fault{{faultSupport, fmt.Sprintf("it says %q where its source says %q", t.In(cl.text), src[j].In(p.source.text))}}
				}
			}
		}
	}
	return nil
}

func possessive(s string, t token) bool {
	return strings.HasSuffix(t.In(s), "'s") || strings.HasSuffix(t.In(s), "’s")
}

func sameWord(a, b token) bool { return a.fold == b.fold || a.content() && a.stem == b.stem }
