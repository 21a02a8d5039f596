package eval

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// found makes a ranking: each string is "article" or "article: text".
func found(passages ...[2]string) []Found {
	var all []Found
	for _, p := range passages {
		all = append(all, Found{Article: p[0], Text: p[1]})
	}
	return all
}

func relevant(ids ...string) map[string]int {
	m := map[string]int{}
	for _, id := range ids {
		m[id] = 1
	}
	return m
}

// equal takes figures for the same that differ by rounding, and NaN for itself.
var equal = cmp.Comparer(func(a, b float64) bool {
	return math.IsNaN(a) && math.IsNaN(b) || math.Abs(a-b) < 1e-9
})

func TestMeasureArticles(t *testing.T) {
	t.Parallel()
	results := []Result{
		// articles in order: a b c; b and d are relevant: rank 2
		{Question: Question{Relevant: relevant("b", "d")}, Passages: found([2]string{"a"}, [2]string{"a"}, [2]string{"b"}, [2]string{"c"}, [2]string{"b"})},
		// five others before the relevant one: rank 6
		{Question: Question{Relevant: relevant("f")}, Passages: found([2]string{"a"}, [2]string{"b"}, [2]string{"c"}, [2]string{"d"}, [2]string{"e"}, [2]string{"f"})},
		// nothing found, and said so
		{Question: Question{Relevant: relevant("x")}, Abstained: true},
		// no answer in the collection: one found out, one not
		{Question: Question{Null: true}, Abstained: true},
		{Question: Question{Null: true}, Passages: found([2]string{"a"})},
	}
	got := Measure(results)
	nan := math.NaN()
	want := Figures{
		Questions: 5, Nulls: 2,
		Hits4:  1.0 / 3,             // the first only
		Hits10: 2.0 / 3,             // the first two
		MRR10:  (1.0/2 + 1.0/6) / 3, // ranks 2 and 6
		// nDCG of the first: 1/log2(3) over 1/log2(2) + 1/log2(3); of the second: 1/log2(7)
		NDCG10:     ((1/math.Log2(3))/(1+1/math.Log2(3)) + 1/math.Log2(7)) / 3,
		MAP:        ((1.0/2)/2 + 1.0/6) / 3, // of the first one of two found, at precision 1/2
		Recall10:   (1.0/2 + 1) / 3,
		ChunkHits4: nan, ChunkHits10: nan, FactMRR: nan, FactHits4: nan, FactHits10: nan, FactAll10: nan,
		Abstained: 1.0 / 2, FalselyAbstain: 1.0 / 3,
	}
	if diff := cmp.Diff(want, got, equal); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Grades weigh in nDCG: the better article first is worth more.
func TestMeasureGrades(t *testing.T) {
	t.Parallel()
	q := Question{Relevant: map[string]int{"good": 3, "fair": 1}}
	right := Measure([]Result{{Question: q, Passages: found([2]string{"good"}, [2]string{"fair"})}})
	wrong := Measure([]Result{{Question: q, Passages: found([2]string{"fair"}, [2]string{"good"})}})
	if right.MAP != 1 || wrong.MAP != 1 || right.Recall10 != 1 {
		t.Errorf("both found first: MAP %v and %v, recall %v", right.MAP, wrong.MAP, right.Recall10)
	}
	ideal := 3 + 1/math.Log2(3)
	if math.Abs(right.NDCG10-1) > 1e-9 || math.Abs(wrong.NDCG10-(1+3/math.Log2(3))/ideal) > 1e-9 {
		t.Errorf("nDCG %v and %v, want 1 and (1 + 3/log2 3) / (3 + 1/log2 3)", right.NDCG10, wrong.NDCG10)
	}
}

// What stands behind the tenth place counts for MAP alone.
func TestMeasureDepth(t *testing.T) {
	t.Parallel()
	var passages []Found
	for i := range 12 {
		passages = append(passages, Found{Article: string(rune('a' + i))})
	}
	f := Measure([]Result{{Question: Question{Relevant: relevant("l")}, Passages: passages}}) // rank 12
	if f.Hits10 != 0 || f.MRR10 != 0 || f.NDCG10 != 0 || f.Recall10 != 0 || math.Abs(f.MAP-1.0/12) > 1e-9 {
		t.Errorf("got %+v, want MAP 1/12 and nothing else", f)
	}
}

func TestMeasurePassages(t *testing.T) {
	t.Parallel()
	q := Question{Relevant: relevant("b"), Answers: []string{"120 trucks", "one hundred and twenty"}}
	for name, c := range map[string]struct {
		passages []Found
		four     float64
	}{
		"answer in the right article":     {found([2]string{"b", "He counted 120 trucks."}), 1},
		"letter case and marks aside":     {found([2]string{"b", "“One hundred and Twenty,” he said."}), 1},
		"answer in another article":       {found([2]string{"a", "He counted 120 trucks."}), 0},
		"right article without an answer": {found([2]string{"b", "He counted trucks."}), 0},
		"part of a number":                {found([2]string{"b", "He counted 1120 trucks."}), 0},
		"at the fifth place":              {found([2]string{"b"}, [2]string{"b"}, [2]string{"b"}, [2]string{"b"}, [2]string{"b", "120 trucks"}), 0},
	} {
		f := Measure([]Result{{Question: q, Passages: c.passages}})
		if f.ChunkHits4 != c.four {
			t.Errorf("%s: Hits@4 is %v, want %v", name, f.ChunkHits4, c.four)
		}
		if name == "at the fifth place" && f.ChunkHits10 != 1 {
			t.Errorf("%s: Hits@10 is %v, want 1", name, f.ChunkHits10)
		}
	}
}

func TestMeasureFacts(t *testing.T) {
	t.Parallel()
	q := Question{Facts: []string{"The pass is shut.", "Trucks wait.", "Trucks wait."}}
	for name, c := range map[string]struct {
		passages []Found
		want     [4]float64 // MRR, Hits@4, Hits@10, all
	}{
		"both in one":                {found([2]string{"a", "The pass is  shut.\nTrucks wait. Snow."}), [4]float64{1, 1, 1, 1}},
		"the first second":           {found([2]string{"a", "Snow."}, [2]string{"b", "Trucks wait."}), [4]float64{0.5, 1, 1, 0}},
		"in two":                     {found([2]string{"a", "Trucks wait."}, [2]string{"b", "The pass is shut."}), [4]float64{1, 1, 1, 1}},
		"half a fact":                {found([2]string{"a", "The pass is"}), [4]float64{}},
		"nothing":                    {nil, [4]float64{}},
		"behind the tenth place":     {append(found(make([][2]string, 10)...), Found{Text: "Trucks wait."}), [4]float64{}},
		"blanks and line ends aside": {found([2]string{"a", "The pass\nis shut."}), [4]float64{1, 1, 1, 0}},
	} {
		f := Measure([]Result{{Question: q, Passages: c.passages}})
		if got := [4]float64{f.FactMRR, f.FactHits4, f.FactHits10, f.FactAll10}; got != c.want {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
}

// A figure without any gold is not a number, never a zero that looks measured.
func TestMeasureNothing(t *testing.T) {
	t.Parallel()
	f := Measure(nil)
	for _, line := range lines {
		if v := line.of(f); !math.IsNaN(v) {
			t.Errorf("%s of no questions is %v", line.name, v)
		}
	}
}

func TestMeasureAnswers(t *testing.T) {
	t.Parallel()
	gold := Question{Answers: []string{"120"}}
	got := MeasureAnswers([]Answered{
		{Question: gold, Matched: true, Verbatim: 2, Sentences: 2, Words: 30, Supported: 2, Citations: 3, Needed: 2, Differ: true},
		{Question: gold, Verbatim: 1, Sentences: 2, Words: 10, Supported: 1, Citations: 2, Needed: 1},
		{Question: gold, Abstained: true},
		{Question: Question{Null: true}, Abstained: true},
	})
	want := AnswerFigures{Match: 1.0 / 3, Verbatim: 3.0 / 4, Recall: 3.0 / 4, Precision: 3.0 / 5, Differ: 1.0 / 2, Refused: 1, Falsely: 1.0 / 3, MeanLength: 20}
	if diff := cmp.Diff(want, got, equal); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
