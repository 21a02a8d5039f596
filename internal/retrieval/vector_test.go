package retrieval

import (
	"cmp"
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"attache/internal/news"
)

// store makes a vector store with the rows in it; a nil row is a passage without a vector.
func store(t testing.TB, dim int, rows ...[]float32) *vectors {
	t.Helper()
	v, err := newVectors(dim)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if err := v.add(row); err != nil {
			t.Fatal(err)
		}
	}
	return v
}

func randomRows(seed uint64, n, dim int) [][]float32 {
	r := rand.New(rand.NewPCG(seed, 1))
	rows := make([][]float32, n)
	for i := range rows {
		rows[i] = randomUnit(r, dim)
	}
	return rows
}

// numbers lists the passages of a ranking.
func numbers(found []scored) []uint32 {
	ids := make([]uint32, len(found))
	for i, f := range found {
		ids[i] = f.passage
	}
	return ids
}

// The store gives a wrong top 10, or an empty one, and no error when its context ends during a query.
func TestNearestWithAContextThatEnds(t *testing.T) {
	t.Parallel()
	rows := randomRows(7, 3000, 64)
	v, query := store(t, 64, rows...), rows[0]
	want, err := v.nearest(t.Context(), query, 10, nil, 0)
	if err != nil || len(want) != 10 {
		t.Fatalf("got %d passages and %v, want 10", len(want), err)
	}
	for i := range 150 {
		ctx, cancel := context.WithCancel(t.Context())
		timer := time.AfterFunc(time.Duration(i)*10*time.Microsecond, cancel)
		got, err := v.nearest(ctx, query, 10, nil, 0)
		timer.Stop()
		cancel()
		switch {
		case err != nil && !errors.Is(err, context.Canceled):
			t.Fatalf("query %d: %v", i, err)
		case err == nil && !slices.Equal(got, want):
			t.Fatalf("query %d: got %v without an error, want %v", i, got, want)
		case err != nil && got != nil:
			t.Fatalf("query %d: got passages beside the error %v", i, err)
		}
	}
}

func TestNearestUnderAnEndedContext(t *testing.T) {
	t.Parallel()
	rows := randomRows(3, 100, 8)
	v := store(t, 8, rows...)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for name, allowed := range map[string]func(uint32) bool{"by the store": nil, "by scanning": func(n uint32) bool { return n < 10 }} {
		if got, err := v.nearest(ctx, rows[0], 5, allowed, 10); !errors.Is(err, context.Canceled) || got != nil {
			t.Errorf("%s: got %v and %v, want the context's error alone", name, got, err)
		}
	}
}

// A batch added under an ended context would add nothing and report nothing. What add takes must be found, and what an ended context cuts short must
// be an error.
func TestAddIsNeverSilentlyNothing(t *testing.T) {
	t.Parallel()
	rows := randomRows(5, 500, 16)
	v := store(t, 16, rows...)
	if got := v.collection.Count(); got != len(rows) {
		t.Fatalf("the store holds %d of %d vectors", got, len(rows))
	}
	for i, row := range rows {
		if got, err := v.nearest(t.Context(), row, 1, nil, 0); err != nil || len(got) != 1 || got[0].passage != uint32(i) {
			t.Fatalf("vector %d: found %v, %v", i, got, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	a := report("Pass", "The pass is shut.")
	if rows, err := Embed(ctx, builtinModel(t), a, Split(a)); err == nil || rows != nil {
		t.Errorf("embedding under an ended context: got %d rows and %v, want an error", len(rows), err)
	}
}

// Asked to delete with an empty filter, or without ids, the store deletes everything or returns an error.
func TestRemoveTakesOutNothingElse(t *testing.T) {
	t.Parallel()
	rows := randomRows(9, 20, 8)
	rows[4], rows[5] = nil, nil
	for name, c := range map[string]struct {
		remove []uint32
		left   int
	}{
		"nothing":                        {nil, 18},
		"passages without vectors":       {[]uint32{4, 5}, 18},
		"one":                            {[]uint32{0}, 17},
		"one twice":                      {[]uint32{0, 0}, 17},
		"with and without vectors mixed": {[]uint32{3, 4, 6}, 16},
	} {
		v := store(t, 8, rows...)
		if err := v.remove(c.remove); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := v.remove(c.remove); err != nil {
			t.Errorf("%s, again: %v", name, err)
		}
		found, err := v.nearest(t.Context(), rows[10], 50, nil, 0)
		if err != nil || len(found) != c.left {
			t.Errorf("%s: %d vectors are found (%v), want %d", name, len(found), err, c.left)
		}
		for _, f := range found {
			if slices.Contains(c.remove, f.passage) {
				t.Errorf("%s: passage %d is still found", name, f.passage)
			}
		}
	}
}

func badVectors() map[string][]float32 {
	return map[string][]float32{
		"zero":                 {0, 0, 0},
		"not a number":         {float32(math.NaN()), 0, 0},
		"infinite":             {float32(math.Inf(1)), 0, 0},
		"too long":             {1, 1, 1},
		"too short":            {0.5, 0, 0},
		"too few dimensions":   {1, 0},
		"too many dimensions":  {1, 0, 0, 0},
		"no dimensions at all": {},
	}
}

// A zero vector can hide the best hit, and once dimensions are mixed every query fails: so neither gets in.
func TestVectorsThatDoNotFitAreRefused(t *testing.T) {
	t.Parallel()
	model := letters()
	model.Dim = 3
	good := report("Good", "The pass is open.")
	for name, row := range badVectors() {
		ix := newIndex(t, model)
		bad := report("Bad", "The pass is shut.")
		err := ix.Add(
			Document{Article: bad, Passages: Split(bad), Vectors: [][]float32{row}},
			Document{Article: good, Passages: Split(good), Vectors: [][]float32{{0, 1, 0}}},
		)
		if err == nil {
			t.Errorf("%s: was accepted", name)
		}
		if h := ix.Holdings(news.Viewer{}); h.Articles != 1 || h.Sources[0].Title != "Good" {
			t.Errorf("%s: the index holds %+v, want the good article alone", name, h)
		}
		found, err := ix.vectors.nearest(t.Context(), []float32{0, 1, 0}, 3, nil, 0)
		if err != nil || len(found) != 1 || found[0].score < 0.999 {
			t.Errorf("%s: a search afterwards finds %v, %v", name, found, err)
		}
		if _, err := ix.vectors.nearest(t.Context(), row, 3, nil, 0); err == nil && len(row) > 0 {
			t.Errorf("%s: was accepted as a question", name)
		}
	}
}

func TestReplacementThatDoesNotFitLeavesTheOld(t *testing.T) {
	t.Parallel()
	model := letters()
	a := report("Pass", "The pass is open.")
	ix := indexOf(t, model, a)
	if err := ix.Add(Document{Article: a, Passages: Split(a), Vectors: [][]float32{make([]float32, 26)}}); err == nil {
		t.Fatal("a zero vector was accepted")
	}
	if err := ix.Add(Document{Article: a, Passages: Split(a), Vectors: [][]float32{nil, nil}}); err == nil {
		t.Fatal("two vectors for one passage were accepted")
	}
	if r := find(t, ix, Query{Text: "pass open"}); len(r.Hits) != 1 || r.Hits[0].Why.VectorRank != 1 {
		t.Errorf("found %v, want the article as it was", ranked(r))
	}
}

// More results asked than stored are an error of the store.
func TestNearestGivesWhatThereIs(t *testing.T) {
	t.Parallel()
	rows := randomRows(11, 5, 8)
	for name, c := range map[string]struct {
		rows    [][]float32
		n, want int
	}{
		"none stored": {nil, 10, 0}, "fewer than asked": {rows, 10, 5}, "as many": {rows, 5, 5}, "more": {rows, 3, 3},
		"none asked": {rows, 0, 0}, "a negative number asked": {rows, -1, 0}, "only passages without vectors": {[][]float32{nil, nil}, 3, 0},
	} {
		got, err := store(t, 8, c.rows...).nearest(t.Context(), rows[0], c.n, nil, 0)
		if err != nil || len(got) != c.want {
			t.Errorf("%s: got %d, %v; want %d", name, len(got), err, c.want)
		}
	}
	if got, err := store(t, 8, rows...).nearest(t.Context(), nil, 3, nil, 0); got != nil || err != nil {
		t.Errorf("a question without a vector: got %v, %v", got, err)
	}
}

// The store gives equally near passages in random order, and which of them it leaves out is chance.
func TestNearestBreaksTiesByPassage(t *testing.T) {
	t.Parallel()
	near, far := []float32{1, 0, 0, 0}, []float32{0, 1, 0, 0}
	var rows [][]float32
	for range 60 {
		rows = append(rows, far, near)
	}
	v := store(t, 4, rows...)
	want := []uint32{1, 3, 5, 7, 9, 11, 13, 15, 17, 19}
	for i := range 30 {
		got, err := v.nearest(t.Context(), near, 10, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		if diff := gocmp.Diff(want, numbers(got)); diff != "" {
			t.Fatalf("query %d (-want +got):\n%s", i, diff)
		}
	}
}

// The store's results share its memory; what nearest returns does not.
func TestNearestReturnsMemoryOfTheCaller(t *testing.T) {
	t.Parallel()
	rows := randomRows(13, 50, 8)
	v := store(t, 8, rows...)
	query := slices.Clone(rows[0])
	first, err := v.nearest(t.Context(), query, 10, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	kept := slices.Clone(first)
	clear(first)
	clear(query)
	again, err := v.nearest(t.Context(), rows[0], 10, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(kept, again) {
		t.Errorf("after its result and question were overwritten a search finds %v, before %v", again, kept)
	}
}

// nearest must agree with a plain search through everything, whatever is filtered, removed or without a vector, with many equal vectors among them.
func TestNearestIsExact(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		const dim = 4
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 2))
		distinct := rapid.IntRange(1, 60).Draw(t, "distinct")
		pool := make([][]float32, distinct)
		for i := range pool {
			pool[i] = randomUnit(r, dim)
		}
		v, err := newVectors(dim)
		if err != nil {
			t.Fatal(err)
		}
		n := rapid.IntRange(0, 150).Draw(t, "passages")
		if rapid.Bool().Draw(t, "many") {
			v.scanFrom = 0
		}
		for range n {
			row := pool[r.IntN(distinct)]
			if r.IntN(10) == 0 {
				row = nil
			}
			if err := v.add(row); err != nil {
				t.Fatal(err)
			}
		}
		removed := map[uint32]bool{}
		for range rapid.IntRange(0, n/2).Draw(t, "removals") {
			number := uint32(r.IntN(n))
			removed[number] = true
			if err := v.remove([]uint32{number}); err != nil {
				t.Fatal(err)
			}
		}
		share, allowedCount := rapid.IntRange(0, 10).Draw(t, "allowed of ten"), 0
		admit := make([]bool, n)
		for i := range admit {
			admit[i] = r.IntN(10) < share && !removed[uint32(i)]
			allowedCount += int(indicator(admit[i]))
		}
		allowed := func(number uint32) bool { return admit[number] }
		if rapid.Bool().Draw(t, "unfiltered") {
			allowed = nil
		}
		query, limit := randomUnit(r, dim), rapid.IntRange(1, 40).Draw(t, "limit")
		var want []scored
		for i, row := range v.rows {
			if row != nil && !removed[uint32(i)] && (allowed == nil || allowed(uint32(i))) {
				want = append(want, scored{uint32(i), dot(query, row)})
			}
		}
		slices.SortFunc(want, func(a, b scored) int {
			return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.passage, b.passage))
		})
		want = want[:min(limit, len(want))]
		got, err := v.nearest(context.Background(), query, limit, allowed, allowedCount)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got, want) {
			t.Fatalf("got %v\nwant %v", got, want)
		}
	})
}

func TestDot(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b []float32
		want float32
	}{
		{nil, nil, 0},
		{[]float32{2}, []float32{3}, 6},
		{[]float32{1, 2, 3}, []float32{4, 5, 6}, 32},                              // 4 + 10 + 18
		{[]float32{1, 2, 3, 4, 5}, []float32{5, 4, 3, 2, 1}, 35},                  // 5 + 8 + 9 + 8 + 5
		{[]float32{1, 0, 0, 0, 0, 0, 0, 1}, []float32{1, 9, 9, 9, 9, 9, 9, 1}, 2}, // both ends
	} {
		if got := dot(c.a, c.b); got != c.want {
			t.Errorf("dot(%v, %v) = %v, want %v", c.a, c.b, got, c.want)
		}
	}
}

// An embedder that fails, or gives vectors of another dimension, costs the vectors and not the answer.
func TestSearchWithoutTheEmbedder(t *testing.T) {
	t.Parallel()
	good := letters()
	a := report("Pass", "The Kareth pass is shut.")
	rows, err := good.Embed(t.Context(), []string{a.Text})
	if err != nil {
		t.Fatal(err)
	}
	for name, reply := range map[string]func() ([][]float32, error){
		"error":             func() ([][]float32, error) { return nil, errors.New("connection refused") },
		"another dimension": func() ([][]float32, error) { return [][]float32{{1, 0}}, nil },
		"no vector":         func() ([][]float32, error) { return [][]float32{nil}, nil },
		"no vectors":        func() ([][]float32, error) { return nil, nil },
		"too many vectors":  func() ([][]float32, error) { return [][]float32{rows[0], rows[0]}, nil },
		"a zero vector":     func() ([][]float32, error) { return [][]float32{make([]float32, 26)}, nil },
		"not a number":      func() ([][]float32, error) { return [][]float32{append(make([]float32, 25), float32(math.NaN()))}, nil },
	} {
		broken := good
		broken.Embed = func(context.Context, []string) ([][]float32, error) { return reply() }
		ix := newIndex(t, broken)
		if err := ix.Add(Document{Article: a, Passages: Split(a), Vectors: rows}); err != nil {
			t.Fatal(err)
		}
		r, err := ix.Search(t.Context(), Query{Text: "Is the Kareth pass shut?"})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if len(r.Hits) != 1 || r.Hits[0].Why.LexicalRank != 1 || r.Hits[0].Why.VectorRank != 0 {
			t.Errorf("%s: found %v, want the article by its words alone", name, ranked(r))
		}
		if math.IsNaN(r.Confidence) {
			t.Errorf("%s: the confidence is not a number", name)
		}
		if fault := name == "error" || name == "another dimension" || name == "a zero vector" || name == "not a number"; fault != (!r.Degraded.IsZero()) {
			t.Errorf("%s: degraded is %q", name, r.Degraded)
		}
	}
}
