package answer

import (
	"testing"

	"attache/internal/embed"
)

// BenchmarkCheck measures the check of one sentence against three passages, which are prepared beforehand.
func BenchmarkCheck(b *testing.B) {
	byID, cases := loadCases(b, "testdata/check_cases.json")
	model, err := embed.Builtin()
	if err != nil {
		b.Fatal(err)
	}
	var checkers []*checker
	for _, c := range cases {
		checkers = append(checkers, newChecker(b.Context(), c.evidenceOf(byID), Embedder(model.Embed)))
	}
	for i := 0; b.Loop(); i++ {
		c := cases[i%len(cases)]
		checkers[i%len(cases)].check(c.Sentence, c.Cites)
	}
}

// BenchmarkPrepare measures what an answer's evidence costs before its first sentence can be checked: eight passages.
func BenchmarkPrepare(b *testing.B) {
	byID, cases := loadCases(b, "testdata/check_cases.json")
	model, err := embed.Builtin()
	if err != nil {
		b.Fatal(err)
	}
	var evidence []Evidence
	for _, c := range cases {
		if e := byID[c.Sources[0]]; len(evidence) < 8 && (len(evidence) == 0 || evidence[len(evidence)-1].Passage.ID != e.Passage.ID) {
			e.N = len(evidence) + 1
			evidence = append(evidence, e)
		}
	}
	for b.Loop() {
		newChecker(b.Context(), evidence, Embedder(model.Embed))
	}
}
