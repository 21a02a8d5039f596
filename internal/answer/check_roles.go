package answer

import (
	"fmt"
	"slices"
	"strings"
)

// checkRoles finds what belongs to somebody else in the sources: two names that have changed places around a verb, a verb with another name beside it, a thing that is
// another's ("Varesh's parliament"), a "from" that became "to".
func checkRoles(cl *claim) []fault {
	for _, test := range []func(*claim) []fault{checkActions, checkSubjects, checkOwners, checkDirections} {
		if f := test(cl); f != nil {
			return f
		}
	}
	return nil
}

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
		if t.upper || quoted(t.Start) || !t.content() || !verbLike(tokens, i) {
			continue
		}
		d := deed{verb: t, agent: nearest(tokens, names, i, -1), object: nearest(tokens, names, i, 1)}
		if passiveAt(tokens, i) {
			d.agent, d.object = d.object, d.agent
			if !byAfter(tokens, i) {
				d.agent = argument{}
			}
		}
		if d.agent.name != nil || d.object.name != nil {
			found = append(found, d)
		}
	}
	return found
}

// nearest is the name nearest to token i on one side, in its sentence and not past a conjunction.
func nearest(tokens []token, names []nameRun, i, side int) argument {
	for distance := 1; distance <= reachOfVerb; distance++ {
		j := i + side*distance
		if j < 0 || j >= len(tokens) || tokens[j].sentence != tokens[i].sentence || sideBreaks[tokens[j].fold] || side > 0 && tokens[j].clause != tokens[i].clause {
			return argument{}
		}
		for _, run := range names {
			if run.start <= j && j < run.end {
				if side < 0 && run.start > 0 && placeWords[tokens[run.start-1].fold] {
					return argument{}
				}
				return argument{name: coordinated(tokens, names, run), beside: distance <= 3}
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

func byAfter(tokens []token, i int) bool {
	for j := i + 1; j < len(tokens) && j <= i+3; j++ {
		if tokens[j].fold == "by" {
			return true
		}
	}
	return false
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

// checkSubjects compares the words right before a verb. Where the source has another one there, and has the claim's elsewhere, the claim has mixed up who did it.
func checkSubjects(cl *claim) []fault {
	for i, t := range cl.tokens {
		subject := subjectOf(cl.tokens, i)
		if subject < 0 || inside(cl.quoted, t.Start) {
			continue
		}
		who := cl.tokens[subject]
		rival, agreed, elsewhere := "", false, false
		for _, p := range cl.window {
			src := p.tokens()
			for j := range src {
				other := subjectOf(src, j)
				if other < 0 || !matches(src[j], t) || passiveAt(src, j) != passiveAt(cl.tokens, i) {
					continue
				}
				if matches(src[other], who) || near(src, other, who) || offices[src[other].fold] && p.source.offices[who.fold].heads != nil {
					agreed = true
				} else if src[j].stem == t.stem {
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

// owned is a thing or an office with the name it belongs to: "Varesh's parliament", "a Solmark convoy", "minister of Esterhold".
type owned struct {
	thing token
	owner name
	loose bool // joined by a preposition, which a paraphrase may change
}

// namedIn reports whether a name stands in a sentence of a source.
func namedIn(s *source, sentence int, n name) bool {
	return slices.ContainsFunc(n, func(t token) bool { return s.sentences[sentence].hasName(t.fold) })
}

var ownerWords = wordSet("of in from")

// ownersOf lists what belongs to whom in a text.
func ownersOf(tokens []token) []owned {
	var found []owned
	names := namesIn(tokens)
	for _, run := range names {
		owner := name(tokens[run.start:run.end])
		for j := run.end; j < len(tokens) && j <= run.end && tokens[j].clause == tokens[run.end-1].clause; j++ {
			if tokens[j].upper || !tokens[j].content() {
				break
			}
			found = append(found, owned{thing: tokens[j], owner: owner})
		}
		if run.start > 1 && (ownerWords[tokens[run.start-1].fold] || tokens[run.start-1].fold == "for" && offices[tokens[run.start-2].fold]) && tokens[run.start-2].content() && tokens[run.start-2].sentence == tokens[run.start].sentence {
			found = append(found, owned{thing: tokens[run.start-2], owner: owner, loose: true})
		}
	}
	for i := 3; i < len(tokens); i++ {
		if offices[tokens[i-3].fold] && (tokens[i-2].fold == "for" || tokens[i-2].fold == "of") && tokens[i-1].fold == "the" && !tokens[i].upper && tokens[i].content() && tokens[i].sentence == tokens[i-3].sentence {
			found = append(found, owned{thing: tokens[i-3], owner: name{tokens[i]}})
		}
	}
	return found
}

// checkOwners compares what belongs to whom: where the sources give the same things other owners only, the claim is wrong.
func checkOwners(cl *claim) []fault {
	for _, a := range ownersOf(cl.tokens) {
		if inside(cl.quoted, a.thing.Start) {
			continue
		}
		rival, agreed := "", false
		for _, s := range cl.sources {
			for _, b := range ownersOf(s.tokens) {
				if !sameThing(a.thing, b.thing) {
					continue
				}
				if a.owner.is(b.owner) || a.loose && b.thing.stem == a.thing.stem && namedIn(s, b.thing.sentence, a.owner) {
					agreed = true
				} else if a.owner[0].upper == b.owner[0].upper && b.thing.stem == a.thing.stem {
					rival = b.owner.String()
				}
			}
		}
		if rival != "" && !agreed && !besideInWindow(cl, a) {
			return []fault{{faultRole, fmt.Sprintf("in its sources %q goes with %q", a.thing.fold, rival)}}
		}
	}
	return nil
}

func sameThing(a, b token) bool {
	return a.upper == b.upper && a.stem == b.stem || !a.upper && !b.upper && matches(a, b)
}

// besideInWindow reports whether the owner's name and the thing stand in one clause of the window, with no other name nearer to the thing.
func besideInWindow(cl *claim, a owned) bool {
	for _, p := range cl.window {
		src := p.tokens()
		names := namesIn(src)
		for i, t := range src {
			if a.thing.stem != t.stem {
				continue
			}
			for _, side := range []int{-1, 1} {
				if n := nearest(src, names, i, side); n.name != nil && a.owner.is(n.name) {
					return true
				}
			}
		}
	}
	return false
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

// checkDirections compares the "from" and "to" before names and numbers.
func checkDirections(cl *claim) []fault {
	opposite := map[string]string{"from": "to", "to": "from"}
	for i := 1; i < len(cl.tokens); i++ {
		t := cl.tokens[i]
		other := opposite[cl.tokens[i-1].fold]
		if other == "" || !t.upper && !isNumber(t.fold) {
			continue
		}
		same, turned := false, false
		for _, p := range cl.window {
			src := p.tokens()
			for j := 1; j < len(src); j++ {
				if matches(t, src[j]) {
					same = same || src[j-1].fold == cl.tokens[i-1].fold
					turned = turned || src[j-1].fold == other
				}
			}
		}
		if turned && !same {
			return []fault{{faultRole, fmt.Sprintf("its source says %q, not %q", other+" "+t.fold, cl.tokens[i-1].fold+" "+t.fold)}}
		}
	}
	return nil
}
