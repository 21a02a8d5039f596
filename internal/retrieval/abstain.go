package retrieval

import (
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Signals are what a search tells about whether its hits can hold an answer.
type Signals struct {
	Coverage float64 // the largest Features.Coverage among the best three hits
	Vector   float64 // the largest Features.Vector among them
	Lead     float64 // of the best passage over the tenth, whatever the limits on hits
	Names    float64 // share of the question's names and numbers that the best five hits hold between them; usualNames for a question without
	Stale    float64 // how far the newest article searched lies behind what the question expects, 0 to 1 (see staleness.go)
}

// What stands for a signal that a question or a collection cannot give: about what answerable questions have on average.
const (
	usualNames = 0.8  // of a question that names nothing
	usualLead  = 0.35 // over a tenth passage that is not there
)

// calibration is a logistic model of "the hits hold an answer", learned by tools/calibrate on the dev sets (docs/EVALUATION.md).
var calibration = struct {
	intercept                            float64
	coverage, vector, lead, names, stale float64
}{-5.75, 1.53, 4.63, 5.69, 1.69, -5.55}

// threshold is the confidence from which a question counts as answerable: where 96 of 100 unanswerable questions about named articles are refused and one in
// twelve answerable ones (docs/EVALUATION.md).
const threshold = 0.44

// judge decides whether the hits can hold an answer.
func (s *search) judge() {
	s.missing()
	if len(s.result.Hits) == 0 {
		return
	}
	g := s.signals()
	c := calibration
	z := c.intercept + c.coverage*g.Coverage + c.vector*g.Vector + c.lead*g.Lead + c.names*g.Names + c.stale*g.Stale
	s.result.Signals = g
	s.result.Confidence = 1 / (1 + math.Exp(-z))
	s.result.Answerable = s.result.Confidence >= threshold || s.isLookUp(g)
}

// isLookUp reports whether the question is a word or two that the best passages hold whole, as in "who is Drazh": too little for the signals to say much.
func (s *search) isLookUp(g Signals) bool { return len(s.surface) <= 2 && g.Coverage > 0.99 }

func (s *search) signals() Signals {
	hits := s.result.Hits
	g := Signals{Lead: s.lead, Stale: s.stale()}
	for _, h := range hits[:min(3, len(hits))] {
		g.Coverage = max(g.Coverage, h.Why.Features.Coverage)
		g.Vector = max(g.Vector, h.Why.Features.Vector)
	}
	g.Names = s.namesHeld(hits[:min(5, len(hits))])
	return g
}

// namesHeld is the share of the question's names and numbers that stand in at least one of the hits.
func (s *search) namesHeld(hits []Hit) float64 {
	var held, all float64
	for i, word := range s.surface {
		if !s.isName(word) {
			continue
		}
		all++
		for _, h := range hits {
			e := entry{passage: h.Passage, article: s.ix.articles[h.Passage.ArticleID]}
			if len(s.locate(e.passage.Text).positions[i]) > 0 || len(s.locate(surroundings(h.Source, e.passage)).positions[i]) > 0 {
				held++
				break
			}
		}
	}
	if all == 0 {
		return usualNames
	}
	return held / all
}

// isName reports whether a word of the question looks like a name or number: it has a digit, or it is capitalised where a sentence does not ask for
// it. In a question without lower case nothing does.
func (s *search) isName(word string) bool {
	first, _ := utf8.DecodeRuneInString(word)
	if unicode.IsDigit(first) {
		return true
	}
	question := strings.TrimLeftFunc(s.query.Text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return unicode.IsUpper(first) && !strings.HasPrefix(question, word) && strings.ContainsFunc(question, unicode.IsLower)
}

// missing lists the words of the question that the searched passages hold nowhere, leaving out those that name a time: it is told by the articles' dates.
func (s *search) missing() {
	times := s.timesNamed()
	for i, word := range s.surface {
		if !s.ix.lexical.holds(s.terms[i].term, s.admits) && !slices.Contains(times, word) {
			s.result.Missing = append(s.result.Missing, word)
		}
	}
}

// timesNamed lists the words of the question's phrases of time ("this week"), and its years within those of the articles searched.
func (s *search) timesNamed() []string {
	content, searched := s.result.Read.Content, s.result.Searched
	var times []string
	for _, w := range recentWords {
		for _, phrase := range w.pattern.FindAllString(content, -1) {
			times = append(times, strings.Fields(phrase)...)
		}
	}
	for _, year := range namedYear.FindAllString(content, -1) {
		if searched.From.Format("2006") <= year && year <= searched.To.Format("2006") {
			times = append(times, year)
		}
	}
	return times
}

// admits reports whether a passage may be found.
func (s *search) admits(number uint32) bool {
	return s.ix.passages[number].article != nil && (s.allowed == nil || s.allowed(number))
}
