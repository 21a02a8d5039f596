package retrieval

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func hits(passages ...uint32) []scored {
	found := make([]scored, len(passages))
	for i, p := range passages {
		found[i] = scored{p, float32(100 - i)}
	}
	return found
}

// A passage's score is the sum of weight / (60 + rank).
func TestFuse(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		rankings []ranking
		want     []scored
	}{
		"none":        {nil, []scored{}},
		"empty ones":  {[]ranking{{nil, 1}, {nil, 1}}, []scored{}},
		"one":         {[]ranking{{hits(7, 3), 1}}, []scored{{7, 1.0 / 61}, {3, 1.0 / 62}}},
		"in both":     {[]ranking{{hits(1, 2), 1}, {hits(2, 3), 1}}, []scored{{2, 1.0/62 + 1.0/61}, {1, 1.0 / 61}, {3, 1.0 / 62}}},
		"weighted":    {[]ranking{{hits(1), 1}, {hits(2), 3}}, []scored{{2, 3.0 / 61}, {1, 1.0 / 61}}},
		"ties":        {[]ranking{{hits(9), 1}, {hits(4), 1}, {hits(6), 1}}, []scored{{4, 1.0 / 61}, {6, 1.0 / 61}, {9, 1.0 / 61}}},
		"no weight":   {[]ranking{{hits(1, 2), 1}, {hits(2), 0}}, []scored{{1, 1.0 / 61}, {2, 1.0 / 62}}},
		"three ranks": {[]ranking{{hits(1, 2, 3), 1}, {hits(3, 2, 1), 1}}, []scored{{1, 1.0/61 + 1.0/63}, {3, 1.0/61 + 1.0/63}, {2, 2.0 / 62}}},
	} {
		equal := cmp.Comparer(func(a, b float32) bool { return math.Abs(float64(a-b)) < 1e-7 })
		if diff := cmp.Diff(c.want, fuse(c.rankings...), cmp.AllowUnexported(scored{}), equal); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// Ranks alone count: stretching or shifting a ranking's scores changes nothing.
func TestFuseIgnoresScale(t *testing.T) {
	t.Parallel()
	draw := func(t *rapid.T, label string) []scored {
		passages := rapid.SliceOfNDistinct(rapid.Uint32Range(0, 50), 0, 30, rapid.ID).Draw(t, label)
		return hits(passages...)
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := draw(t, "a"), draw(t, "b")
		before := fuse(ranking{a, 1}, ranking{b, 2})
		factor, shift := float32(rapid.Float64Range(0.001, 1000).Draw(t, "factor")), float32(rapid.Float64Range(-50, 50).Draw(t, "shift"))
		for i := range a {
			a[i].score = a[i].score*factor + shift
		}
		if diff := cmp.Diff(before, fuse(ranking{a, 1}, ranking{b, 2}), cmp.AllowUnexported(scored{})); diff != "" {
			t.Fatalf("scores times %v plus %v change the fusion:\n%s", factor, shift, diff)
		}
		for i := 1; i < len(before); i++ {
			if p, q := before[i-1], before[i]; p.score < q.score || p.score == q.score && p.passage >= q.passage {
				t.Fatalf("%v stands before %v", p, q)
			}
		}
	})
}

// What stands higher in one ranking and no lower in the other comes first.
func TestFuseKeepsOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := rapid.Permutation([]uint32{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}).Draw(t, "a")
		b := rapid.Permutation([]uint32{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}).Draw(t, "b")
		inA, inB := rankOf(hits(a...)), rankOf(hits(b...))
		fused := rankOf(fuse(ranking{hits(a...), 1}, ranking{hits(b...), 1}))
		for p := range uint32(10) {
			for q := range uint32(10) {
				if inA[p] < inA[q] && inB[p] < inB[q] && fused[p] > fused[q] {
					t.Fatalf("%d is before %d in %v and %v but not in the fusion", p, q, a, b)
				}
			}
		}
	})
}

func TestRankOf(t *testing.T) {
	t.Parallel()
	if diff := cmp.Diff(map[uint32]int{7: 1, 3: 2}, rankOf(hits(7, 3))); diff != "" {
		t.Error(diff)
	}
}
