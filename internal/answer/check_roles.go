package answer

import (
	"fmt"
	"slices"
	"strings"
)

// argument is a name before or after a verb.
type argument struct {
	name   name
	beside bool // within three words of the verb
}

// deed is a verb with the names nearest to it in its sentence; a passive is turned around.
type deed struct {
	verb          token
	agent, object argument
}

// reachOfVerb is how many words away a name may stand to belong to a verb.
const reachOfVerb = 6

// deedsOf lists the content words in lower case that have a name near them.
func deedsOf(tokens []token, quoted func(int) bool) []deed {
	var found []deed
	names := namesIn(tokens)
	for i, t := range tokens {
		if t.upper || quoted(t.Start) || !t.content() && !towards[t.stem] || !verbLike(tokens, i) || t.fold == "provided" {
			continue
		}
		if i > 0 && i+1 < len(tokens) && tokens[i-1].carries && !tokens[i-1].upper && placeWords[tokens[i+1].fold] && strings.HasSuffix(t.fold, "ed") {
			continue // "a company registered in Wexmoor": it may be done to the one before
		}
		d := deed{verb: t, agent: nearest(tokens, names, i, -1), object: nearest(tokens, names, i, 1)}
		if passiveAt(tokens, i) {
			d.agent, d.object = d.object, d.agent
			if by := byAfter(tokens, i); by < 0 {
				d.agent = argument{}
			} else {
				d.agent = nearest(tokens, names, by, 1)
			}
		}
		if d.agent.name != nil || d.object.name != nil {
			found = append(found, d)
		}
	}
	return found
}

// towards are verbs of speech that somebody does to somebody.
var towards = map[string]bool{"warn": true, "accus": true, "prais": true, "blame": true, "urg": true}

// nearest is the name nearest to token i on one side, in its sentence and not past a conjunction.
func nearest(tokens []token, names []nameRun, i, side int) argument {
	for distance, j := 1, i+side; distance <= reachOfVerb; distance, j = distance+1, j+side {
		for j >= 0 && j < len(tokens) && tokens[j].aside && !tokens[i].aside {
			j += side
		}
		if j < 0 || j >= len(tokens) || tokens[j].sentence != tokens[i].sentence || sideBreaks[tokens[j].fold] || side > 0 && tokens[j].clause != tokens[i].clause {
			return argument{}
		}
		for _, run := range names {
			if run.start <= j && j < run.end {
				if side < 0 && run.start > 0 && placeWords[tokens[run.start-1].fold] {
					return argument{}
				}
				chain := chainOf(tokens, run)
				return argument{name: append(coordinated(tokens, names, run), tokens[chain.start:chain.end]...), beside: distance <= 3}
			}
		}
	}
	return argument{}
}

// coordinated joins to a name those it is listed with before it: "Iran, Germany and Turkey".
func coordinated(tokens []token, names []nameRun, run nameRun) name {
	all := slices.Clone(name(tokens[run.start:run.end]))
	for i := slices.Index(names, run) - 1; i >= 0; i-- {
		between := tokens[names[i].end:run.start]
		if len(between) > 1 || len(between) == 1 && between[0].fold != "and" || tokens[run.start].sentence != tokens[names[i].start].sentence {
			break
		}
		run = names[i]
		all = append(all, tokens[run.start:run.end]...)
	}
	return all
}

// placeWords before a name make it a place and not one who acts.
var placeWords = wordSet("in at of for from near on to through via with against around outside across")

// sideBreaks end the search for a verb's names.
var sideBreaks = wordSet("and or but that which who whom whose where while after before because although until if unless when as of for in at near with without against about on over")

// passiveAt reports whether the word at i follows a form of "be", with at most one word between, and has a participle's form.
func passiveAt(tokens []token, i int) bool {
	be := i > 0 && beForms[tokens[i-1].fold] || i > 1 && beForms[tokens[i-2].fold] || i+2 < len(tokens) && tokens[i+1].fold == "by" && !isNumber(tokens[i+2].fold) && !numberNames[tokens[i+2].fold]
	return be && (strings.HasSuffix(tokens[i].fold, "ed") || strings.HasSuffix(tokens[i].fold, "en") || pastForms[tokens[i].fold])
}

// byAfter is the place of the "by" at most six words after token i, in its clause; -1 for none.
func byAfter(tokens []token, i int) int {
	for j := i + 1; j < len(tokens) && j <= i+6 && tokens[j].clause == tokens[i].clause; j++ {
		if tokens[j].fold == "by" {
			return j
		}
	}
	return -1
}

var articles = wordSet("the a an its their his her this that these those some many most no")

var beforeVerbs = wordSet("will would could may might to has have had did not must should can was were is are been be being never")

// verbLike reports whether the word at i has a verb's form, or stands after a word that a verb follows.
func verbLike(tokens []token, i int) bool {
	f := tokens[i].fold
	if i > 0 && i+1 < len(tokens) && tokens[i+1].content() && !tokens[i+1].upper && (articles[tokens[i-1].fold] || strings.HasSuffix(tokens[i-1].fold, "est")) {
		return false // "the largest landlocked country"
	}
	return strings.HasSuffix(f, "ed") || strings.HasSuffix(f, "ing") || pastForms[f] || i > 0 && beforeVerbs[tokens[i-1].fold]
}

// checkActions compares who does what to whom. Where the window has a verb of the claim, the name beside it must be the same, or at least stand on the same side of it.
func checkActions(cl *claim) []fault {
	var source []deed
	for _, p := range cl.window {
		source = append(source, deedsOf(p.tokens(), func(int) bool { return false })...)
	}
	for _, a := range deedsOf(cl.tokens, func(at int) bool { return inside(cl.quoted, at) }) {
		same := func(b deed) bool { return a.verb.stem == b.verb.stem }
		if !slices.ContainsFunc(source, same) {
			same = func(b deed) bool { return matches(a.verb, b.verb) }
		}
		rival, agreed := "", false
		for _, b := range source {
			if !same(b) {
				continue
			}
			if a.turned(b) {
				rival = b.verb.fold
			} else {
				agreed = true
			}
		}
		if rival != "" && !agreed {
			return []fault{{faultRole, fmt.Sprintf("its source puts other names beside %q", rival)}}
		}
	}
	return nil
}

// turned reports whether a name beside the verb is another in b, or stands on the verb's other side there.
func (a deed) turned(b deed) bool {
	differs := func(x, same, other argument) bool {
		switch {
		case x.name == nil || !x.beside || same.name != nil && x.name.is(same.name):
			return false
		case other.name != nil && x.name.is(other.name):
			return true
		}
		return same.name != nil && same.beside
	}
	return differs(a.agent, b.agent, b.object) || differs(a.object, b.object, b.agent)
}

// namedIn reports whether a name stands in a sentence of a source.
func namedIn(s *source, sentence int, n name) bool {
	return slices.ContainsFunc(n, func(t token) bool { return s.sentences[sentence].hasName(t.fold) })
}

// name is a run of capitalised words.
type name []token

func (n name) is(o name) bool {
	return slices.ContainsFunc(n, func(a token) bool {
		return slices.ContainsFunc(o, func(b token) bool { return a.upper == b.upper && sameName(a.fold, b.fold) })
	})
}

// String prints the folded words.
func (n name) String() string {
	var words []string
	for _, t := range n {
		words = append(words, t.fold)
	}
	return strings.Join(words, " ")
}

var beForms = wordSet("was were is are been be being got")

// nameRun is a run of names, a title between two of them included: "Quillon president Ivo Marsh".
type nameRun struct{ start, end int }

func onlyTitle(tokens []token) bool {
	return !slices.ContainsFunc(tokens, func(t token) bool { return !offices[t.fold] && !officeModifiers[t.fold] })
}

func namesIn(tokens []token) []nameRun {
	var runs []nameRun
	for i, t := range tokens {
		if !t.proper {
			continue
		}
		if n := len(runs); n > 0 && tokens[i-1].clause == t.clause && onlyTitle(tokens[runs[n-1].end:i]) {
			runs[n-1].end = i + 1
			continue
		}
		runs = append(runs, nameRun{i, i + 1})
	}
	return runs
}

// actors are words in lower case for those who act; see checkActors.
var actors = wordSet(`government governments cabinet ministry ministries police army military soldiers troops guards rebels fighters militia opposition union unions company firm court judges parliament assembly senate house council commission committee agency
	secretariat federation administration administrations authorities officials deputies lawmakers senators ministers workers miners farmers growers millers bakers fishermen fishers teachers doctors donors demonstrators protesters residents villagers refugees prisoners
	mediators observers inspectors monitors experts analysts economists researchers critics islands fund bank banks board delegation delegations coalition party parties movement alliance bloc league employers employees owners operator voters north south`)

// checkActors finds a deed that its sources tell of somebody else. Those who act are told by words such as "police" and "the government" here; names are looked at by checkActions and
// checkPlaces.
func checkActors(cl *claim) []fault {
	for i, t := range cl.tokens {
		subject := subjectOf(cl.tokens, i)
		if subject < 0 || inside(cl.quoted, t.Start) || !actors[cl.tokens[subject].fold] {
			continue
		}
		who := cl.tokens[subject]
		rival, agreed, elsewhere := "", false, false
		for _, p := range cl.window {
			src := p.tokens()
			for j := range src {
				other := subjectOf(src, j)
				if other < 0 || src[j].stem != t.stem || passiveAt(src, j) != passiveAt(cl.tokens, i) {
					continue
				}
				if matches(src[other], who) || near(src, other, who) {
					agreed = true
				} else if actors[src[other].fold] || src[other].proper {
					rival = src[other].fold
				}
			}
			elsewhere = elsewhere || len(p.source.byStem[who.stem]) > 0
		}
		if rival != "" && !agreed && elsewhere {
			return []fault{{faultRole, fmt.Sprintf("in its source it is %q that %s", rival, t.fold)}}
		}
	}
	return nil
}

// subjectOf is the place of the content word before a verb, with nothing but auxiliaries and adverbs between; -1 when the word at i is no verb or has none.
func subjectOf(tokens []token, i int) int {
	t := tokens[i]
	if t.upper || !t.content() && (!reportingWords[t.fold] || t.fold == "said" || t.fold == "says") || offices[t.fold] {
		return -1
	}
	for j := i - 1; j >= 0 && j >= i-4 && tokens[j].clause == t.clause; j-- {
		switch {
		case tokens[j].content() || tokens[j].proper:
			if j == i-1 && !verbLike(tokens, i) && !agrees(tokens, j, i) {
				return -1
			}
			return j
		case tokens[j].fold == "to" || !auxiliaries[tokens[j].fold] && !beforeVerbs[tokens[j].fold]:
			return -1
		}
	}
	return -1
}

// agrees reports whether words j and i can be a subject and its verb in the present: "Doravia wants", "the islands want".
func agrees(tokens []token, j, i int) bool {
	singular := strings.HasSuffix(tokens[i].fold, "s") && !strings.HasSuffix(tokens[i].fold, "ss")
	plural := strings.HasSuffix(tokens[j].fold, "s")
	if tokens[j].proper {
		return singular && !plural
	}
	return plural && !singular && j > 0 && tokens[j-1].fold == "the"
}

// near reports whether who stands in the words before place i, with no verb between: "the minister of Doravia promised".
func near(tokens []token, i int, who token) bool {
	for j := i - 1; j >= 0 && j >= i-12 && tokens[j].sentence == tokens[i].sentence && !verbLike(tokens, j) && !auxiliaries[tokens[j].fold]; j-- {
		if matches(tokens[j], who) {
			return true
		}
	}
	return false
}
