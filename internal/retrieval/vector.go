package retrieval

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/philippgille/chromem-go"
)

// vectors holds the passages' embeddings in a chromem-go collection, by the number of the passage. It guards what that store does not: vectors of
// another dimension or without direction are refused, a query is never cut short by its context, asking for more than there is gives what there
// is, ties come in order of the passages, and nothing is deleted without an id. It is not safe for concurrent writing.
type vectors struct {
	dim        int
	rows       [][]float32 // by passage number; nil for a passage without a vector. The store shares them.
	collection *chromem.Collection
	scanFrom   int // see scanFrom
}

// scanFrom is the number of vectors from which nearest looks through them itself. The store's own search takes three times as long as scan at every
// size, more on a busy machine (BenchmarkSearch, parts vector-store and vector-scan: 54 and 15 ms for 100,000); below this number, which most
// teams' collections stay under, that is little more than a millisecond. What is found is the same.
const scanFrom = 5000

// scored is a passage's number with its score.
type scored struct {
	passage uint32
	score   float32
}

func newVectors(dim int) (*vectors, error) {
	// The store never embeds by itself: every document comes with its vector.
	never := func(context.Context, string) ([]float32, error) {
		return nil, fmt.Errorf("a passage came to the vector store without its vector")
	}
	collection, err := chromem.NewDB().CreateCollection("passages", nil, never)
	if err != nil {
		return nil, fmt.Errorf("make the vector store: %w", err)
	}
	return &vectors{dim: dim, collection: collection, scanFrom: scanFrom}, nil
}

// checkVector returns an error for a vector that would harm the store: one of another dimension than dim, or one that is not of unit length (a zero
// vector and NaN among them).
func checkVector(row []float32, dim int) error {
	if len(row) != dim {
		return fmt.Errorf("a vector has %d dimensions, this index takes %d: embed the collection anew", len(row), dim)
	}
	sum := 0.0
	for _, x := range row {
		sum += float64(x) * float64(x)
	}
	if !(math.Abs(sum-1) < 1e-5) { // also true for NaN
		return fmt.Errorf("a vector has length %.3g instead of 1", math.Sqrt(sum))
	}
	return nil
}

// add stores the vector of the next passage; nil stores none. The store keeps row, which must not change afterwards.
func (v *vectors) add(row []float32) error {
	number := len(v.rows)
	v.rows = append(v.rows, row)
	if row == nil {
		return nil
	}
	// One document at a time and with a context of its own: a batch under an ended context adds nothing and reports nothing.
	return v.collection.AddDocument(context.Background(), chromem.Document{ID: strconv.Itoa(number), Embedding: row})
}

// remove takes passages out; numbers without a vector are passed over.
func (v *vectors) remove(numbers []uint32) error {
	var ids []string
	for _, n := range numbers {
		if v.rows[n] != nil {
			ids = append(ids, strconv.Itoa(int(n)))
			v.rows[n] = nil
		}
	}
	if len(ids) == 0 { // without ids the store would look at its filters alone
		return nil
	}
	return v.collection.Delete(context.Background(), nil, nil, ids...)
}

// nearest returns the n passages whose vectors are nearest to query among those that allowed admits, the nearest first, ties in order of the
// passages. allowed may be nil. When there are many vectors they are scanned one by one, and when few are allowed too, since the store's own filter
// costs more than none and its results would have to be thrown away.
func (v *vectors) nearest(ctx context.Context, query []float32, n int, allowed func(uint32) bool, allowedCount int) ([]scored, error) {
	count := v.collection.Count()
	if count == 0 || query == nil || n <= 0 {
		return nil, nil
	}
	if err := checkVector(query, v.dim); err != nil {
		return nil, err
	}
	if count >= v.scanFrom || allowed != nil && allowedCount < count/2 {
		return v.scan(ctx, query, n, allowed)
	}
	ask := n + spare // more than wanted shows whether a tie is cut
	if allowed != nil {
		ask = n + (count-allowedCount)*n/max(allowedCount, 1)*2 + 50
	}
	// An ended context gives wrong results without an error: let the query finish, then look.
	results, err := v.collection.QueryEmbedding(context.WithoutCancel(ctx), query, min(ask, count), nil, nil)
	if err != nil {
		return nil, fmt.Errorf("search the vector store: %w", err)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	found, err := v.admitted(results, query, allowed)
	if err != nil {
		return nil, err
	}
	if len(results) < count && cutsTie(found, n, results[len(results)-1].Similarity) {
		return v.scan(ctx, query, n, allowed)
	}
	return found[:min(n, len(found))], nil
}

// admitted orders the store's results that allowed admits, scored as scan scores them.
func (v *vectors) admitted(results []chromem.Result, query []float32, allowed func(uint32) bool) ([]scored, error) {
	found := make([]scored, 0, len(results))
	for _, r := range results {
		number, err := strconv.ParseUint(r.ID, 10, 32)
		if err != nil {
			return nil, fmt.Errorf("the vector store gave an unknown id %q", r.ID)
		}
		if allowed == nil || allowed(uint32(number)) {
			found = append(found, scored{uint32(number), dot(query, v.rows[number])})
		}
	}
	return best(found, len(found)), nil
}

// spare is how many results are asked for beyond those wanted, so that ties seldom reach the last one.
const spare = 8

// roundingSlack is more than two ways of summing one product of unit vectors differ by.
const roundingSlack = 1e-5

// cutsTie reports whether the first n of found may not be the best n, because the store left out passages that are as near as floor, the last one
// that it gave: which of several equally near ones it gives is chance.
func cutsTie(found []scored, n int, floor float32) bool {
	return len(found) < n || found[n-1].score <= floor+roundingSlack
}

// scan compares query with every vector that allowed admits.
func (v *vectors) scan(ctx context.Context, query []float32, n int, allowed func(uint32) bool) ([]scored, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	top := topN{n: n}
	for number, row := range v.rows {
		if row != nil && (allowed == nil || allowed(uint32(number))) {
			top.add(scored{uint32(number), dot(query, row)})
		}
	}
	return best(top.kept, n), nil
}

// topN keeps the n best of many. They must come in order of their passages: of equal ones the first stay.
type topN struct {
	n     int
	kept  []scored
	full  bool
	floor float32 // the n-th best score, once full; 0 before
}

func (t *topN) add(s scored) {
	if t.full && s.score <= t.floor {
		return
	}
	t.kept = append(t.kept, s)
	if len(t.kept) >= 4*t.n { // keep the best n now and then instead of a heap
		t.kept = best(t.kept, t.n)
		t.full, t.floor = true, t.kept[t.n-1].score
	}
}

// similarity is the cosine of query and the passage's vector, 0 for a passage or question without one.
func (v *vectors) similarity(query []float32, number uint32) float32 {
	if row := v.rows[number]; row != nil && query != nil {
		return dot(query, row)
	}
	return 0
}

// dot sums in four lanes, which the processor works on side by side; the order is fixed, so the result is the same everywhere but for fused
// multiplication, which the conversions forbid.
func dot(a, b []float32) float32 {
	b = b[:len(a)]
	var s0, s1, s2, s3 float32
	i := 0
	for ; i+4 <= len(a); i += 4 {
		s0 += float32(a[i] * b[i])
		s1 += float32(a[i+1] * b[i+1])
		s2 += float32(a[i+2] * b[i+2])
		s3 += float32(a[i+3] * b[i+3])
	}
	for ; i < len(a); i++ {
		s0 += float32(a[i] * b[i])
	}
	return s0 + s1 + s2 + s3
}

// best sorts by score, ties by passage, and returns the first n.
func best(found []scored, n int) []scored {
	slices.SortFunc(found, func(a, b scored) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.passage, b.passage))
	})
	return found[:min(n, len(found))]
}
