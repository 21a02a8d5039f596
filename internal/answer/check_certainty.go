package answer

import (
	"fmt"
	"slices"
	"strings"
)

// certainty is how far from a fact a word puts what it governs.
type certainty int

// A fact; something to come; something expected; something only possible, wished, or said against somebody.
const (
	stated certainty = iota
	planned
	foreseen
	conceivable
)

// hedging gives the words their certainty.
var hedging = func() map[string]certainty {
	m := map[string]certainty{}
	for words, c := range map[string]certainty{
		`will shall 'll would going plan plans planned planning intend intends intended aim aims aimed promise promises promised pledge pledges pledged vow vows vowed`: planned,
		`should expect expects expected expecting likely likelier probably probable presumably want wants wanted wanting offer offers offered ready request requests requested urge urges urged demand demands demanded seek seeks sought seeking
			ask asks asked asking urging requesting demanding offering recommend recommends recommended call calls called`: foreseen,
		`may might could possibly possible perhaps consider considers considered considering weigh weighs weighed weighing thinking fear fears feared fearing believe believes believed thought suspected suspect suspects
			alleged allegedly alleges allege accused accuses accuse accusing reportedly rumoured rumored hope hopes hoped hoping propose proposes proposed draft suggest suggests suggested
			unconfirmed potential potentially appear appears appeared seem seems seemed apparently threaten threatens threatened threatening tentative tentatively provisional provisionally mulling contemplating contemplates risk risks risked claims claimed
			doubt doubts doubted discussing undecided whether close`: conceivable,
	} {
		for w := range wordSet(words) {
			m[w] = c
		}
	}
	return m
}()

// keepsHedge are words with which a claim may say that something is less than certain, beside those of hedging: in front or behind.
var keepsHedge = wordSet(`can cannot able allow allows allowed let lets permit permits permitted entitled option chance if unless provided whether unclear sceptical skeptical estimated estimate estimates reckon reckons reckoned foresee foresees foresaw
	anticipate anticipates anticipated presume presumed insist insists insisted like prospect proposal proposals suggestion request threat claim claims allegation allegations accusation accusations risk opinion view think thinks concern concerns worry worries worried
	nearly almost condition conditional conditionally limited capped until depends depend question`)

// hedgeAt is the certainty of what the word at i governs; stated for a word that says nothing of it.
func hedgeAt(tokens []token, i int) certainty {
	t := tokens[i]
	next := ""
	if i+1 < len(tokens) {
		next = tokens[i+1].fold
	}
	switch {
	case (t.fold == "may" || t.fold == "will") && t.upper && !t.lead, t.fold == "may" && (isNumber(next) || numberNames[next]):
		return stated
	case t.fold == "could" && (next == "not" || next == "only"): // "could not confirm": that was so
		return stated
	case t.stem == "call" && next != "for" && next != "on", t.fold == "close" && next != "to", (t.stem == "offer" || t.stem == "threaten") && next != "to" && next != "that" && !passiveAt(tokens, i), t.fold == "going" && next != "to", (t.stem == "appear" || t.stem == "seem") && next != "to":
		return stated
	case t.stem == "claim" && !slices.ContainsFunc(tokens[i+1:min(len(tokens), i+5)], func(o token) bool { return o.fold == "that" || o.fold == "to" }), denied(tokens, i):
		return stated
	case t.stem == "consid" && t.fold != "considering" && !strings.HasSuffix(next, "ing") && next != "whether":
		return stated
	case i > 0 && articles[tokens[i-1].fold] && t.fold != "draft" && t.fold != "possible" && t.fold != "potential" && t.fold != "likely" && t.fold != "provisional" && t.fold != "alleged" && t.fold != "suspected":
		return stated // "the request", "a pledge"
	}
	return hedging[t.fold]
}

// conditions make what stands beside them depend on something.
var conditions = wordSet("if unless provided providing once condition conditions conditional depend depends depending subject")

// conditioned are the words with which a claim may keep a condition.
var conditioned = wordSet("if unless provided providing once condition conditions conditional conditionally depend depends depended depending subject until when after only should whether without in_case as_long assuming hinges contingent requires require required must needs need first")

// checkCertainty finds what its sources only hold possible, expect, or make depend on something, and the claim states with more certainty.
func checkCertainty(cl *claim) []fault {
	own := cl.certainty()
	reports := slices.ContainsFunc(cl.tokens, func(t token) bool { return reportingWords[t.fold] })
	for _, p := range cl.window {
		src := p.tokens()
		for i := range src {
			level := hedgeAt(src, i)
			if level < foreseen || own >= level || accuses[src[i].stem] && reports || stands(cl.tokens, src[i].stem) {
				continue
			}
			at := cl.governedBy(src, i, p == cl.window[0])
			if at < 0 || statedElsewhere(cl, p, src, i, at) {
				continue
			}
			return []fault{{faultCertainty, fmt.Sprintf("its source says only %q", p.source.text[src[i].Start:src[min(len(src), reach(src, i))-1].End])}}
		}
	}
	return slices.Concat(checkPlans(cl), checkConditions(cl))
}

// accuses are words for saying something against somebody: naming who says it is enough.
var accuses = map[string]bool{"accus": true, "alleg": true, "claim": true}

// governedBy is the place in the claim of what the hedge at i of a source governs: its first word of content, or another one when the clause says most of what the claim says; -1 when the claim
// does not state it. The first word is enough in the sentence that is nearest to the claim.
func (cl *claim) governedBy(src []token, i int, nearest bool) int {
	from, to := i, i+1
	for to < len(src) && src[to].clause == src[i].clause && to <= i+10 && !(clauseBreaks[src[to].fold] && to > i+1) {
		to++
	}
	for from > 0 && src[from-1].clause == src[i].clause && !clauseBreaks[src[from-1].fold] {
		from--
	}
	first := true
	for j := i + 1; j < to; j++ {
		if !src[j].content() || hedgeAt(src, j) > stated {
			continue
		}
		w := slices.IndexFunc(cl.tokens, func(t token) bool { return t.content() && !inside(cl.quoted, t.Start) && matches(t, src[j]) })
		if w >= 0 && (first && nearest && !src[j].upper && (cl.saysOf(src[from:to]) >= 2 || cl.shareOf(src) >= nearlyAll) || cl.shareOf(src[from:to]) >= mostOfClaim) {
			return w
		}
		first = first && (src[j].fold == "still" || src[j].fold == "also" || src[j].fold == "soon")
	}
	if !passiveAt(src, i) {
		return -1
	}
	for j := i - 1; j >= 0; j-- { // "a strike is threatened"
		if w := slices.IndexFunc(cl.tokens, func(t token) bool {
			return t.content() && !t.upper && !inside(cl.quoted, t.Start) && matches(t, src[j])
		}); w >= 0 && cl.shareOf(src) >= mostOfClaim && cl.saysOf(src[i:]) > 0 {
			return w
		}
	}
	return -1
}

// mostOfClaim is the share of a claim's words that makes a clause of a source the one that it renders.
const mostOfClaim = 0.5

// nearlyAll is the share at which a sentence of a source is plainly the one that the claim renders.
const nearlyAll = 0.7

func (cl *claim) saysOf(clause []token) int {
	n := 0
	for _, t := range cl.tokens {
		if (t.content() || isNumber(t.fold)) && !inside(cl.quoted, t.Start) && slices.ContainsFunc(clause, func(o token) bool { return t.fold == o.fold || o.content() && t.content() && matches(t, o) }) {
			n++
		}
	}
	return n
}

func (cl *claim) shareOf(clause []token) float64 {
	all := 0
	for _, t := range cl.tokens {
		if (t.content() || isNumber(t.fold)) && !inside(cl.quoted, t.Start) {
			all++
		}
	}
	return float64(cl.saysOf(clause)) / float64(max(1, all))
}

// certainty is the most that a word of the claim hedges.
func (cl *claim) certainty() certainty {
	most := stated
	for i, t := range cl.tokens {
		if keepsHedge[t.fold] && !(t.fold == "if" && i > 0 && cl.tokens[i-1].fold == "even") && !(t.fold == "like" && (i == 0 || cl.tokens[i-1].fold != "would")) {
			return conceivable
		}
		switch t.fold {
		case "draft":
		case "may", "will", "could", "close", "call", "calls", "called":
			most = max(most, hedgeAt(cl.tokens, i))
		default:
			most = max(most, hedging[t.fold])
		}
	}
	return most
}

// statedElsewhere reports whether another sentence of the window states without a hedge what the claim states at.
func statedElsewhere(cl *claim, p place, src []token, i, at int) bool {
	for _, o := range cl.window {
		tokens := o.tokens()
		for j, t := range tokens {
			if o == p && tokens[j].clause == src[i].clause || !matches(t, cl.tokens[at]) || t.stem != cl.tokens[at].stem {
				continue
			}
			hedged := false
			for k := range tokens {
				hedged = hedged || tokens[k].clause == t.clause && hedgeAt(tokens, k) >= foreseen
			}
			if !hedged && cl.saysOf(tokens) >= 2 {
				return true
			}
		}
	}
	return false
}

// checkPlans finds what its sources say is yet to come and the claim gives as past.
func checkPlans(cl *claim) []fault {
	settled := slices.ContainsFunc(cl.tokens, func(t token) bool { return plans[t.fold] || hedging[t.fold] >= foreseen && t.fold != "draft" })
	if settled {
		return nil
	}
	for _, p := range cl.window {
		src := p.tokens()
		for i, t := range src {
			if !announces(src, i) {
				continue
			}
			if head := headAfter(src, i); head >= 0 && asserts(cl, src, head, true) {
				return []fault{{faultCertainty, fmt.Sprintf("its source says only %q", p.source.text[t.Start:src[head].End])}}
			}
		}
	}
	return nil
}

// checkConditions finds what its sources make depend on something and the claim does not.
func checkConditions(cl *claim) []fault {
	if slices.ContainsFunc(cl.tokens, func(t token) bool { return conditioned[t.fold] || hedging[t.fold] == conceivable || t.fold == "can" }) {
		return nil
	}
	for _, p := range cl.window {
		src := p.tokens()
		for i, t := range src {
			if !conditions[t.fold] || t.fold == "once" && (i+1 >= len(src) || src[i+1].content() && !src[i+1].proper) {
				continue
			}
			if main := mainClause(src, i); cl.shareOf(main) >= mostConditioned && cl.renders(main) >= mostConditioned {
				return []fault{{faultCertainty, fmt.Sprintf("its source makes this depend on something: %q", p.source.text[t.Start:src[min(len(src), reach(src, i))-1].End])}}
			}
		}
	}
	return nil
}

const mostConditioned = 0.5

// renders is the share of the words of a clause that stand in the claim.
func (cl *claim) renders(clause []token) float64 {
	n, all := 0, 0
	for _, t := range clause {
		if t.content() || isNumber(t.fold) {
			all++
			if slices.ContainsFunc(cl.tokens, func(o token) bool { return t.fold == o.fold || o.content() && t.content() && matches(o, t) }) {
				n++
			}
		}
	}
	return float64(n) / float64(max(1, all))
}

// mainClause is what the condition at i applies to: the words before it in its sentence, or those after its clause when it opens the sentence.
func mainClause(src []token, i int) []token {
	if i > 2 {
		return slices.DeleteFunc(slices.Clone(src[:i]), func(t token) bool { return t.aside })
	}
	for j := i; j < len(src); j++ {
		if src[j].clause != src[i].clause {
			return src[j:]
		}
	}
	return nil
}
