package eval

import (
	"fmt"
	"io"
	"math"
	"slices"
)

// WithoutNoise is the set with each question's passages reduced to those that answer it; false when no question came with any.
func (s Set) WithoutNoise() (Set, bool) {
	return s.withPassages(func(q Question) []string { return q.Positive })
}

// WithFalse is the questions that came with passages that state something else, each with those and the ones that answer it; false when there are none.
func (s Set) WithFalse() (Set, bool) {
	return s.withPassages(func(q Question) []string {
		if len(q.False) == 0 {
			return nil
		}
		return slices.Concat(q.Positive, q.False)
	})
}

// withPassages keeps the questions that are left with passages.
func (s Set) withPassages(pick func(Question) []string) (Set, bool) {
	other := s
	other.Questions = nil
	for _, q := range s.Questions {
		if q.Passages = pick(q); len(q.Passages) > 0 {
			other.Questions = append(other.Questions, q)
		}
	}
	return other, len(other.Questions) > 0
}

// StabilityFigures tell what passages that do not answer change.
type StabilityFigures struct {
	Match     float64 // of the questions whose right answer is shown without them: still shown with them
	Sentences float64 // of the sentences shown without them: still shown with them
}

// MeasureStability compares the answers to the same questions without and with distractors. A question that only one of them has is left out; a figure
// without anything to compare is NaN.
func MeasureStability(without, with []Answered) StabilityFigures {
	byID := make(map[string]Answered, len(with))
	for _, a := range with {
		byID[a.Question.ID] = a
	}
	var match, sentences mean
	for _, a := range without {
		b, ok := byID[a.Question.ID]
		if !ok {
			continue
		}
		if a.Matched {
			match.add(b.Matched)
		}
		for _, s := range a.Texts {
			sentences.add(slices.Contains(b.Texts, s))
		}
	}
	return StabilityFigures{match.value(), sentences.value()}
}

// Print writes the figures.
func (f StabilityFigures) Print(w io.Writer) {
	printFigures(w, []figure{{"match kept", f.Match}, {"sentences kept", f.Sentences}})
}

// DisagreementFigures tell how false passages beside right ones are dealt with.
type DisagreementFigures struct {
	Shown float64 // of the questions: shown as a disagreement that has the right answer and the false one
	Told  float64 // shown as a disagreement
}

// MeasureDisagreement sums up the answers to the questions of Set.WithFalse.
func MeasureDisagreement(all []Answered) DisagreementFigures {
	var shown, told mean
	for _, a := range all {
		told.add(a.Differ)
		shown.add(a.Differ && holdsAny(a.Shown, a.Question.Answers) && holdsAny(a.Shown, []string{a.Question.Fake}))
	}
	return DisagreementFigures{shown.value(), told.value()}
}

// Print writes the figures.
func (f DisagreementFigures) Print(w io.Writer) {
	printFigures(w, []figure{{"both versions", f.Shown}, {"reports differ", f.Told}})
}

type figure struct {
	name  string
	value float64
}

// printFigures leaves out those that the set has no gold for.
func printFigures(w io.Writer, figures []figure) {
	for _, f := range figures {
		if !math.IsNaN(f.value) {
			fmt.Fprintf(w, "%-18s %.3f\n", f.name, f.value)
		}
	}
}
