package answer

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"attache/internal/news"
)

// Embedder turns texts into vectors of unit length, in order; a text it has no vector for gives nil. The check embeds single words with it,
// hundreds for one answer, so it must be a local one; embed.Builtin's is meant.
type Embedder func(ctx context.Context, texts []string) ([][]float32, error)

// faultKind names what is wrong with a sentence.
type faultKind string

// The kinds of fault, as the reader and the model are told them.
const (
	faultCitation  faultKind = "citation"
	faultQuotation faultKind = "quotation"
	faultSpeaker   faultKind = "speaker"
	faultNumber    faultKind = "number"
	faultDate      faultKind = "date"
	faultName      faultKind = "name"
	faultNegation  faultKind = "negation"
	faultOpposite  faultKind = "opposite"
	faultRole      faultKind = "role"
	faultCertainty faultKind = "certainty"
	faultScope     faultKind = "scope"
	faultCause     faultKind = "cause"
	faultSupport   faultKind = "support"
	faultAddress   faultKind = "address"
)

// fault is one thing that is wrong with a sentence; detail is a clause that names it, fit for the model and the log.
type fault struct {
	kind   faultKind
	detail string
}

// verdict is what the check found about one sentence.
type verdict struct {
	sentence         Sentence // as it may be shown: quotations that are not verbatim have lost their marks
	faults           []fault  // none: the citations support the sentence
	quotes, verbatim int      // strings in quotation marks as it may be shown, and how many of them are verbatim
}

func (v verdict) ok() bool { return len(v.faults) == 0 }

// checker holds an answer's evidence ready for checking. It serves one goroutine.
type checker struct {
	sources  map[int]*source
	speakers map[string]bool // surnames, folded, of everybody who is quoted in the evidence
	persons  map[string]bool // the last words of names of two words or more in the evidence, folded
	proper   map[string]bool // words, folded, that stand with a capital inside a sentence of the evidence
	vectors  *wordVectors
}

// newChecker prepares evidence. embed may be nil: then only the words themselves and a list of synonyms count as support.
func newChecker(ctx context.Context, evidence []Evidence, embed Embedder) *checker {
	c := &checker{sources: make(map[int]*source, len(evidence)), speakers: map[string]bool{}, persons: map[string]bool{}, proper: map[string]bool{}, vectors: newWordVectors(ctx, embed)}
	var words []string
	for _, e := range evidence {
		s := newSource(e)
		c.sources[e.N] = s
		for _, q := range e.Quotes {
			if surname := surnameOf(q.Speaker.Name); surname != "" {
				c.speakers[surname] = true
			}
		}
		for _, t := range s.tokens {
			words = append(words, t.fold)
			c.proper[t.fold] = c.proper[t.fold] || t.upper && !t.lead
		}
	}
	for _, s := range c.sources {
		c.mark(s.text, s.tokens)
		s.fillers = append(fillersOf(s.text, s.tokens, s.numbers, s.dates, s.isDate), opensAsName(s.tokens)...)
		for _, run := range namesIn(s.tokens) {
			if last := s.tokens[run.end-1].fold; run.end-run.start > 1 && !bodies[last] {
				c.persons[s.tokens[run.end-1].fold] = true
			}
		}
	}
	c.vectors.learn(words)
	return c
}

// mark tells names from words that have a capital because they open a sentence: those must be known from inside one, or own something. Ranks are no names.
func (c *checker) mark(s string, tokens []token) {
	for i, t := range tokens {
		known := !t.lead || c.proper[t.fold] || c.proper[strings.TrimSuffix(t.fold, "i")] || possessive(s, t)
		tokens[i].proper = t.upper && t.content() && !months[t.fold] && !ranks[t.fold] && known
	}
}

var ranks = wordSet("capt gen lt col maj sgt cpl adm cmdr brig rev hon sen rep gov amb prof sir dame lord lady")

// surnameOf is the last word of a name, folded; of a double name the second, as the words of a text are parted.
func surnameOf(name string) string {
	words := tokensOf(name)
	if len(words) == 0 {
		return ""
	}
	return words[len(words)-1].fold
}

// claim is a sentence under check.
type claim struct {
	text    string
	tokens  []token
	quoted  []news.Span
	numbers []quantity
	dates   []calendar
	sources []*source // those it cites
	cover   []float64 // for each token how well the window covers it; 1 for function words
	window  []place   // the source sentences that support it best, best first
}

// place is one sentence of a source.
type place struct {
	source   *source
	sentence int
}

// check judges one sentence and the numbers it cites. Its order is that of the cost of being wrong: what is not cited is not looked at further, and a quotation that is not verbatim
// is turned into plain words before they are judged.
func (c *checker) check(sentence string, cites []int) verdict {
	v := verdict{sentence: Sentence{Text: sentence, Cites: cites}}
	sources, faults := c.cited(cites)
	if v.faults = append(v.faults, faults...); len(sources) == 0 {
		return v
	}
	v.faults = append(v.faults, c.addresses(sentence, sources)...)
	sentence = c.quotations(sentence, sources, &v)
	v.sentence.Text = sentence
	if len(v.faults) > 0 {
		return v
	}
	cl := c.claim(sentence, sources)
	for _, test := range []func(*claim) []fault{
		c.checkSupport, checkNames, checkCompany, checkOffices, checkNumbers, checkDates, checkPlaces, checkActions, checkActors, c.checkSpeakers, checkNegation, checkOpposites, checkCertainty, checkScope, checkCauses,
	} {
		v.faults = append(v.faults, test(cl)...)
	}
	return v
}

// cited returns the sources that the numbers name.
func (c *checker) cited(cites []int) (sources []*source, faults []fault) {
	if len(cites) == 0 {
		return nil, []fault{{faultCitation, "it cites no passage"}}
	}
	for _, n := range cites {
		s, ok := c.sources[n]
		if !ok {
			faults = append(faults, fault{faultCitation, fmt.Sprintf("there is no passage [%d]", n)})
			continue
		}
		sources = append(sources, s)
	}
	return sources, faults
}

// claim takes a sentence apart and finds the source sentences that support it best.
func (c *checker) claim(sentence string, sources []*source) *claim {
	cl := &claim{text: sentence, tokens: tokensOf(sentence), sources: sources}
	c.mark(sentence, cl.tokens)
	cl.quoted, _ = quotedSpans(sentence)
	cl.dates = calendars(sentence, []news.Span{{Start: 0, End: len(sentence)}})
	cl.numbers = quantities(sentence, cl.tokens, spansOf(cl.dates))
	slices.SortFunc(cl.numbers, func(a, b quantity) int { return a.Start - b.Start })
	words := make([]string, 0, len(cl.tokens))
	for _, t := range cl.tokens {
		words = append(words, t.fold)
	}
	c.vectors.learn(words)
	c.align(cl)
	return cl
}

func spansOf(dates []calendar) []news.Span {
	spans := make([]news.Span, len(dates))
	for i, d := range dates {
		spans[i] = d.Span
	}
	return spans
}

// largestWindow is how many source sentences may be needed to support one sentence of an answer.
const largestWindow = 3

// align chooses the window: the source sentence that covers most of the claim, then those that cover most of what is still open.
func (c *checker) align(cl *claim) {
	cl.cover = make([]float64, len(cl.tokens))
	var places []place
	var gains, facts [][]float64
	for _, s := range cl.sources {
		for i := range s.sentences {
			places = append(places, place{s, i})
			gains = append(gains, c.coverage(cl, s, i))
			facts = append(facts, cl.factsIn(s, i))
		}
	}
	known := make([]float64, len(cl.numbers)+len(cl.dates))
	for len(cl.window) < largestWindow {
		best, bestGain := -1, 0.0
		for p := range places {
			gain := 0.0
			for w := range cl.tokens {
				gain += max(0, gains[p][w]-cl.cover[w])
			}
			for f := range known {
				gain += max(0, facts[p][f]-known[f])
			}
			if gain > bestGain+1e-9 {
				best, bestGain = p, gain
			}
		}
		if best < 0 || len(cl.window) > 0 && bestGain < 0.9 {
			break
		}
		cl.window = append(cl.window, places[best])
		for w := range cl.tokens {
			cl.cover[w] = max(cl.cover[w], gains[best][w])
		}
		for f := range known {
			known[f] = max(known[f], facts[best][f])
		}
	}
	for w, t := range cl.tokens {
		if !t.content() {
			cl.cover[w] = 1
		} else if slices.ContainsFunc(cl.sources, func(s *source) bool { return s.meta[t.fold] || s.metaStems[t.stem] }) {
			cl.cover[w] = 1
		}
	}
}

// factsIn says for each number of the claim and then for each date whether it stands in one source sentence: 1 or 0.
func (cl *claim) factsIn(s *source, sentence int) []float64 {
	facts := make([]float64, 0, len(cl.numbers)+len(cl.dates))
	add := func(found bool) {
		if found {
			facts = append(facts, 1)
		} else {
			facts = append(facts, 0)
		}
	}
	for _, q := range cl.numbers {
		add(slices.ContainsFunc(s.numbers, func(o quantity) bool { return q.same(o) && sentenceAt(s.spans, o.Start) == sentence }))
	}
	for _, d := range cl.dates {
		add(slices.ContainsFunc(s.dates, func(o calendar) bool { return o.sentence == sentence && d.within(o) }))
	}
	return facts
}

// coverage says for each word of the claim how well one source sentence covers it, from 0 to 1. Function words count nothing.
func (c *checker) coverage(cl *claim, s *source, sentence int) []float64 {
	cover := make([]float64, len(cl.tokens))
	for w, t := range cl.tokens {
		if t.content() {
			cover[w] = c.covers(t, s.sentences[sentence])
		}
	}
	return cover
}

// How much a word counts that stands in the source in another form.
const (
	synonymCover = 0.9
	kinCover     = 0.8  // the same beginning: negotiate, negotiators
	nearCover    = 0.35 // the least similarity of two word vectors that counts; it counts as itself
)

func (c *checker) covers(t token, s sentenceWords) float64 {
	switch {
	case s.stems[t.stem] || s.folds[t.fold]:
		return 1
	case t.upper && s.hasName(t.fold):
		return 1
	}
	for _, g := range synonyms[t.stem] {
		if s.groups[g] {
			return synonymCover
		}
	}
	best := 0.0
	for _, other := range s.content {
		if kin(t.fold, other) {
			return kinCover
		}
		if near := c.vectors.similarity(t.fold, other); near >= nearCover {
			best = max(best, near)
		}
	}
	return best
}

// kin reports whether two words share a beginning long enough to be of one root.
func kin(a, b string) bool {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n >= 5 && n*10 >= 7*min(len(a), len(b)) && n*2 >= max(len(a), len(b))
}

// What the check of support allows: the least share of a sentence's content words that its sources must cover, and how much of one of its clauses may be new, in words,
// unless the rest of the clause outweighs it. They were set on the "dev" part of testdata/check_cases.json; see TestCheckCases.
const (
	leastSupport = 0.60
	mostNew      = 1.95
	leastClause  = 0.60
)

// checkSupport compares the words: enough of the sentence must stand in its sources, and no part of it may stand there not at all.
func (c *checker) checkSupport(cl *claim) []fault {
	var all []int
	var open []string
	for w, t := range cl.tokens {
		if !t.content() {
			continue
		}
		all = append(all, w)
		if cl.cover[w] == 0 {
			open = append(open, t.In(cl.text))
		}
	}
	if len(all) == 0 {
		return []fault{{faultSupport, "it states nothing that could be checked"}}
	}
	covered, weight := cl.weigh(all)
	known := float64(len(cl.numbers) + len(cl.dates)) // they have checks of their own
	if covered+known < leastSupport*(weight+known) {
		return []fault{{faultSupport, "its sources do not say this: " + strings.Join(open, ", ")}}
	}
	for w, t := range cl.tokens {
		if grave[t.stem] && cl.cover[w] < nearCover && !inside(cl.quoted, t.Start) {
			return []fault{{faultSupport, fmt.Sprintf("its sources do not speak of %q", t.In(cl.text))}}
		}
	}
	for _, part := range segments(cl) {
		if covered, weight := cl.weigh(part); weight-covered >= mostNew && covered < leastClause*weight {
			return []fault{{faultSupport, "part of it stands in none of its sources: " + strings.Join(open, ", ")}}
		}
	}
	return nil
}

// weigh adds up how far the words at the places are covered, and how much they weigh: a light word counts half.
func (cl *claim) weigh(places []int) (covered, weight float64) {
	for _, w := range places {
		heavy := 1.0
		if lightWords[cl.tokens[w].fold] {
			heavy = 0.5
		}
		covered += heavy * cl.cover[w]
		weight += heavy
	}
	return covered, weight
}

// segments parts the claim's content words, by their places, at punctuation and conjunctions.
func segments(cl *claim) [][]int {
	var parts [][]int
	last := -1
	for i, t := range cl.tokens {
		if last < 0 || t.clause != last || segmentBreaks[t.fold] {
			parts = append(parts, nil)
		}
		last = t.clause
		if t.content() {
			parts[len(parts)-1] = append(parts[len(parts)-1], i)
		}
	}
	return slices.DeleteFunc(parts, func(p []int) bool { return len(p) == 0 })
}

var segmentBreaks = wordSet("and but which who whose where while after before because despite amid under following when since until although though so with without as or if unless over")
