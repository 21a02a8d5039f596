package retrieval

import "math"

// judge decides whether the hits can hold an answer.
func (s *search) judge() {
	s.missing()
	if len(s.result.Hits) == 0 {
		return
	}
	s.result.Confidence = s.confidence()
	s.result.Answerable = s.result.Confidence >= threshold
}

// threshold is the confidence from which a question counts as answerable.
const threshold = 0.5

// confidence is a logistic function of how well the best hits fit the question.
func (s *search) confidence() float64 {
	var vector, coverage, article float64
	for i, h := range s.result.Hits {
		f := h.Why.Features
		if i < 3 {
			vector, coverage, article = max(vector, f.Vector), max(coverage, f.Coverage), max(article, f.Article)
		}
	}
	z := -4.0 + 4*vector + 3*coverage + 2*article
	return 1 / (1 + math.Exp(-z))
}

// missing lists the words of the question that the searched passages hold nowhere.
func (s *search) missing() {
	for i, word := range s.surface {
		found := false
		if t, ok := s.ix.lexical.terms[s.terms[i].term]; ok {
			for _, p := range s.ix.lexical.postings[t] {
				if s.ix.passages[p.passage].article != nil && (s.allowed == nil || s.allowed(p.passage)) {
					found = true
					break
				}
			}
		}
		if !found {
			s.result.Missing = append(s.result.Missing, word)
		}
	}
}
