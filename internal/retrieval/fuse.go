package retrieval

import (
	"cmp"
	"slices"
)

// rrfConstant is k of reciprocal rank fusion: Cormack, Clarke and Büttcher (SIGIR 2009) found 60 good and the choice uncritical.
const rrfConstant = 60

// ranking is one way of ordering passages, the best first, with its weight in the fusion.
type ranking struct {
	hits   []scored
	weight float64
}

// fuse is reciprocal rank fusion: a passage's score is the sum over the rankings that hold it of weight / (rrfConstant + rank), ranks from 1. Only
// ranks count, so the rankings' scales do not matter. Ties are broken by passage.
func fuse(rankings ...ranking) []scored {
	sums := make(map[uint32]float64)
	for _, r := range rankings {
		for i, h := range r.hits {
			sums[h.passage] += r.weight / float64(rrfConstant+i+1)
		}
	}
	fused := make([]scored, 0, len(sums))
	for passage, sum := range sums {
		fused = append(fused, scored{passage, float32(sum)})
	}
	slices.SortFunc(fused, func(a, b scored) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.passage, b.passage))
	})
	return fused
}

// rankOf maps each passage to its rank from 1.
func rankOf(hits []scored) map[uint32]int {
	ranks := make(map[uint32]int, len(hits))
	for i, h := range hits {
		ranks[h.passage] = i + 1
	}
	return ranks
}
