package retrieval

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"attache/internal/embed"
	"attache/internal/news"
)

// The collection that the benchmarks search: passages of about 200 words whose frequencies fall as in news (Zipf, exponent 1.07, a vocabulary of
// 60,000 words), five to an article, with random vectors of 256 dimensions. It says nothing about quality.
const (
	benchDim        = 256
	benchWords      = 200
	benchVocabulary = 60_000
	perArticle      = 5
)

// synthetic makes documents; the same n gives the same ones.
type synthetic struct {
	random *rand.Rand
	zipf   *rand.Zipf
	words  []string
}

func newSynthetic() *synthetic {
	r := rand.New(rand.NewPCG(1, 2))
	s := &synthetic{random: r, zipf: rand.NewZipf(r, 1.07, 3, benchVocabulary-1), words: make([]string, benchVocabulary)}
	known := map[string]bool{}
	for i := range s.words {
		w := s.word(2 + int(math.Log2(float64(i+2)))/3)
		for known[w] {
			w += s.word(1)
		}
		known[w] = true
		s.words[i] = w
	}
	return s
}

// word makes a word of some syllables.
func (s *synthetic) word(syllables int) string {
	var b strings.Builder
	for range syllables {
		b.WriteByte("bcdfghklmnprstvz"[s.random.IntN(16)])
		b.WriteByte("aeiou"[s.random.IntN(5)])
	}
	return b.String()
}

func (s *synthetic) text(words int) string {
	var b strings.Builder
	for i := range words {
		if i > 0 {
			b.WriteByte(' ')
		}
		w := s.words[s.zipf.Uint64()]
		if i%12 == 0 {
			w = strings.ToUpper(w[:1]) + w[1:]
		}
		b.WriteString(w)
		if i%12 == 11 {
			b.WriteByte('.')
		}
	}
	return b.String()
}

// documents makes articles with n passages in all.
func (s *synthetic) documents(n int) []Document {
	documents := make([]Document, 0, n/perArticle)
	for len(documents) < n/perArticle {
		a := news.Article{
			ID: fmt.Sprintf("%016x", len(documents)), Title: s.text(9), Publisher: fmt.Sprintf("Publisher %d", s.random.IntN(50)),
			Published: time.Date(2020, 1, 1+s.random.IntN(2000), 0, 0, 0, 0, time.UTC),
		}
		d := Document{Article: a}
		for i := range perArticle {
			d.Passages = append(d.Passages, news.Passage{ID: news.PassageID(a.ID, i), ArticleID: a.ID, Ordinal: i, Text: s.text(benchWords)})
			d.Vectors = append(d.Vectors, randomUnit(s.random, benchDim))
		}
		documents = append(documents, d)
	}
	return documents
}

// questions are of about 8 words, common and rare ones mixed as they come, with words that ask in front.
func (s *synthetic) questions(n int) []string {
	questions := make([]string, n)
	for i := range questions {
		var words []string
		for len(words) < 6 {
			if at := s.zipf.Uint64(); at > 150 { // as stop words fall away in real questions
				words = append(words, s.words[at])
			}
		}
		questions[i] = "What did the " + strings.Join(words, " ") + " say?"
	}
	return questions
}

// collection is a built index with what was measured on the way.
type collection struct {
	index     *Index
	documents []Document
	questions []string
	bytes     float64 // of the index, by passage, without the texts and vectors that it shares with the documents
	built     time.Duration
}

var (
	small = sync.OnceValue(func() collection { return newCollection(10_000) })
	large = sync.OnceValue(func() collection { return newCollection(100_000) })
)

// benchModel embeds questions with the built-in embedder, whose dimension the random vectors share.
func benchModel() embed.Model {
	model, err := builtin()
	if err != nil || model.Dim != benchDim {
		panic(fmt.Sprintf("the built-in embedder has %d dimensions (%v), the benchmarks take %d", model.Dim, err, benchDim))
	}
	return model
}

func newCollection(n int) collection {
	s := newSynthetic()
	c := collection{documents: s.documents(n), questions: s.questions(64)}
	before := heap()
	start := time.Now()
	ix, err := NewIndex(benchModel())
	if err == nil {
		err = ix.Add(c.documents...)
	}
	if err != nil {
		panic(err)
	}
	c.built = time.Since(start)
	c.index, c.bytes = ix, float64(heap()-before)/float64(n)
	return c
}

// heap is the number of bytes in use once what nobody needs is gone.
func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// sizes runs a benchmark on both collections; the large one takes long to make and is left out by -short.
func sizes(b *testing.B, bench func(b *testing.B, c collection)) {
	b.Helper()
	b.Run("passages=10000", func(b *testing.B) { bench(b, small()) })
	b.Run("passages=100000", func(b *testing.B) {
		if testing.Short() {
			b.Skip("-short leaves the collection of 100,000 passages out")
		}
		bench(b, large())
	})
}

// each measures f on the questions one after the other, and reports the median beside the mean.
func each(b *testing.B, c collection, f func(question string)) {
	b.Helper()
	took := make([]time.Duration, 0, 1<<16)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		start := time.Now()
		f(c.questions[i%len(c.questions)])
		took = append(took, time.Since(start))
	}
	b.ReportMetric(float64(median(took).Microseconds()), "median-µs")
}

func median(took []time.Duration) time.Duration {
	sorted := append([]time.Duration(nil), took...)
	slices.Sort(sorted)
	if len(sorted) == 0 {
		return 0
	}
	return sorted[len(sorted)/2]
}

// BenchmarkSearch measures a whole search and each of its parts: hybrid, filtered to a tenth by date, and by words alone; then embedding the
// question, reading it, its two rankings, and the close look.
func BenchmarkSearch(b *testing.B) {
	ask := func(q Query) func(*testing.B, collection) {
		return func(b *testing.B, c collection) {
			each(b, c, func(question string) {
				q := q
				q.Text = question
				if _, err := c.index.Search(context.Background(), q); err != nil {
					b.Fatal(err)
				}
			})
		}
	}
	b.Run("whole=hybrid", func(b *testing.B) { sizes(b, ask(Query{})) })
	b.Run("whole=filtered", func(b *testing.B) { sizes(b, ask(Query{Since: time.Date(2024, 12, 1, 0, 0, 0, 0, time.UTC)})) })
	b.Run("whole=lexical", func(b *testing.B) { sizes(b, ask(Query{Mode: Lexical})) })
	b.Run("part=embed", func(b *testing.B) {
		sizes(b, func(b *testing.B, c collection) {
			each(b, c, func(q string) { c.index.embedQuestion(context.Background(), Query{Text: q}) })
		})
	})
	b.Run("part=read", func(b *testing.B) {
		sizes(b, func(b *testing.B, c collection) {
			each(b, c, func(q string) { prepared(c, q).read() })
		})
	})
	b.Run("part=lexical", func(b *testing.B) { sizes(b, benchLexical) })
	b.Run("part=vector-store", func(b *testing.B) { sizes(b, benchVector) })
	b.Run("part=close-look", func(b *testing.B) { sizes(b, benchCloseLook) })
	b.Run("part=vector-scan", func(b *testing.B) { sizes(b, benchScan) })
}

// prepared is a search with the question embedded.
func prepared(c collection, question string) *search {
	vector, _ := c.index.embedQuestion(context.Background(), Query{Text: question})
	return &search{ix: c.index, query: Query{Text: question, Limit: 10, PerSource: 3}, vector: vector}
}

// benchLexical is what rank does with words.
func benchLexical(b *testing.B, c collection) {
	searches := map[string]*search{}
	for _, q := range c.questions {
		searches[q] = prepared(c, q)
		searches[q].read()
	}
	each(b, c, func(q string) {
		s := searches[q]
		s.scores = make([]float32, len(c.index.passages))
		c.index.lexical.score(s.terms, s.scores)
		s.articles = make([]float32, len(c.index.lexical.articles))
		c.index.lexical.scoreArticles(s.terms, s.articles)
		s.top(s.scores, perRanking)
	})
}

// benchVector is the vector store's own search; benchScan is the flat scan that takes its place where there are many vectors.
func benchVector(b *testing.B, c collection) {
	c.index.vectors.scanFrom = math.MaxInt
	defer func() { c.index.vectors.scanFrom = scanFrom }()
	each(b, c, func(q string) {
		s := prepared(c, q)
		if _, err := c.index.vectors.nearest(context.Background(), s.vector, perRanking, nil, len(c.index.passages)); err != nil {
			b.Fatal(err)
		}
	})
}

func benchScan(b *testing.B, c collection) {
	each(b, c, func(q string) {
		s := prepared(c, q)
		if _, err := c.index.vectors.scan(context.Background(), s.vector, perRanking, nil); err != nil {
			b.Fatal(err)
		}
	})
}

// benchCloseLook is everything behind the fusion.
func benchCloseLook(b *testing.B, c collection) {
	searches := map[string]*search{}
	for _, q := range c.questions {
		s := prepared(c, q)
		s.read()
		if err := s.rank(context.Background()); err != nil {
			b.Fatal(err)
		}
		searches[q] = s
	}
	each(b, c, func(q string) {
		s := *searches[q]
		s.result.Hits = nil
		s.choose()
		s.judge()
	})
}

// BenchmarkSlip measures the worst question for mendSlips: every passage holds the word that a word of the question may have been meant for.
func BenchmarkSlip(b *testing.B) {
	articles := make([]news.Article, 0, 2000)
	for i := range 2000 {
		articles = append(articles, report(fmt.Sprintf("Report %d", i), strings.Repeat(fmt.Sprintf("The country has a river and a mine of gravel number %d. ", i), 20)))
	}
	ix := indexOf(b, letters(), articles...)
	ix.model.Knows = func(string) bool { return true }
	for b.Loop() {
		if _, err := ix.Search(b.Context(), Query{Text: "bell county gravel ring"}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkStart measures building the whole index out of what the library has stored, and what it keeps in memory beside the texts and vectors.
func BenchmarkStart(b *testing.B) {
	sizes(b, func(b *testing.B, c collection) {
		for b.Loop() {
			ix, err := NewIndex(benchModel())
			if err != nil {
				b.Fatal(err)
			}
			if err := ix.Add(c.documents...); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(c.bytes, "index-B/passage")
		b.ReportMetric(c.bytes+4*benchDim, "with-vector-B/passage")
	})
}

// BenchmarkAdd measures adding one article of five passages to an index in use.
func BenchmarkAdd(b *testing.B) {
	c := small()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if err := c.index.Add(c.documents[i%len(c.documents)]); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkSplit measures cutting an article of 2,000 words into passages.
func BenchmarkSplit(b *testing.B) {
	s := newSynthetic()
	paragraphs := make([]string, 20)
	for i := range paragraphs {
		paragraphs[i] = s.text(100)
	}
	a := body(paragraphs...)
	b.SetBytes(int64(len(a.Text)))
	b.ReportAllocs()
	for b.Loop() {
		Split(a)
	}
}

// BenchmarkWords measures reading the words of a passage.
func BenchmarkWords(b *testing.B) {
	text := newSynthetic().text(benchWords)
	b.SetBytes(int64(len(text)))
	n := 0
	for b.Loop() {
		words(text, func(int, int) bool { n++; return true })
	}
}
