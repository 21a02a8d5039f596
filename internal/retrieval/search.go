package retrieval

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"
	"time"

	"attache/internal/news"
	"attache/internal/text"
)

// How many passages each ranking hands to the fusion, and how many fused ones are looked at closely. More did not change the figures on the
// dev sets (docs/EVALUATION.md).
const (
	perRanking = 200
	examined   = 200
)

// Mode chooses the rankings that a search uses.
type Mode string

// The modes. Hybrid is what people get; the others are for evaluation and explanation.
const (
	Hybrid  Mode = ""
	Lexical Mode = "lexical"
	Vector  Mode = "vector"
)

// Query is a question to the index with the filters set by hand. The zero time sets no bound.
type Query struct {
	Text      string
	Viewer    news.Viewer                 // only what he sees is searched
	Since     time.Time                   // published on or after this day
	Until     time.Time                   // published on or before this day
	AsOf      time.Time                   // only what had been published by this day: nothing undated
	Publisher string                      // as Holdings names it, letter case and accents aside; "" for all
	Article   string                      // only this article's passages; "" for all
	Among     func(articleID string) bool // only passages of articles that it admits; nil for all
	Now       time.Time                   // when it is asked, for "last week"; zero reads no such words
	Limit     int                         // hits wanted, 10 when 0
	PerSource int                         // hits from one article at most, 3 when 0
	Mode      Mode
	Literal   bool // take the words as they are: no filters read from them
	Explain   bool // fill Result.Dropped
}

// Hit is a passage that was found.
type Hit struct {
	Passage news.Passage
	Source  news.Source
	Score   float64
	Why     Explanation
	Copies  []news.Source // other articles with near enough the same passage, which were left out
}

// Explanation says how a passage came to its place.
type Explanation struct {
	LexicalRank  int // 0 when the words did not find it
	LexicalScore float64
	VectorRank   int // 0 when it is not among the nearest vectors
	VectorScore  float64
	Fused        float64 // reciprocal rank fusion
	Features     Features
	Dropped      text.Phrase // why it is not among the hits; nothing for a hit
}

// Result is what a search found. No hits is a result, not an error.
type Result struct {
	Hits       []Hit
	Dropped    []Hit       // with Query.Explain: what was examined and left out
	Confidence float64     // that the hits hold an answer, in [0, 1], calibrated on questions with known answers
	Answerable bool        // Confidence reaches the threshold
	Signals    Signals     // what Confidence was made of
	Read       Reading     // how the question was understood
	Missing    []string    // words of the question that the searched articles do not hold at all, as written
	Searched   Holdings    // what was searched, after the filters; Sources is left out
	Corrected  []Correct   // words taken for typing errors
	Degraded   text.Phrase // one sentence when a part failed: "Searched by words alone: …"
}

// Correct is a word of the question that the collection does not know and the known word it was taken for.
type Correct struct{ From, To string }

// Search finds the passages that bear on the query. It returns an error only when ctx ends; when the embedder fails it searches by words alone
// and says so in Degraded.
func (ix *Index) Search(ctx context.Context, q Query) (Result, error) {
	if q.Limit == 0 {
		q.Limit = 10
	}
	if q.PerSource == 0 {
		q.PerSource = 3
	}
	vector, degraded := ix.embedQuestion(ctx, q)
	if err := ctx.Err(); err != nil {
		return Result{}, err
	}
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	s := search{ix: ix, query: q, vector: vector}
	s.result.Degraded = degraded
	s.read()
	if err := s.rank(ctx); err != nil {
		return Result{}, err
	}
	s.choose()
	s.judge()
	return s.result, nil
}

// embedQuestion returns the question's vector, or nil with the reason why there is none.
func (ix *Index) embedQuestion(ctx context.Context, q Query) (vector []float32, degraded text.Phrase) {
	if q.Mode == Lexical {
		return nil, text.Phrase{}
	}
	vectors, err := ix.model.Embed(ctx, []string{q.Text})
	switch {
	case err != nil:
		return nil, text.Phrasef("Searched by words alone, because the embedder failed: %s.", err.Error())
	case len(vectors) != 1 || vectors[0] == nil:
		return nil, text.Phrase{}
	}
	if err := checkVector(vectors[0], ix.model.Dim); err != nil {
		return nil, text.Phrasef("Searched by words alone, because of the question's vector: %s.", err.Error())
	}
	return vectors[0], text.Phrase{}
}

// search is one search under way. It lives while the index's read lock is held.
type search struct {
	ix      *Index
	query   Query
	vector  []float32
	terms   []weightedTerm
	surface []string      // the words that the first terms were made of, as written; terms behind them are related names
	places  map[int32]int // a term's number -> its place in surface, that of the word it is related to for a related name
	heads   heads         // of the terms in places
	allowed func(uint32) bool
	count   int // passages allowed

	lexical, vectors, fused []scored
	lead                    float64 // of the best passage over the tenth
	result                  Result
	scores                  []float32 // lexical score by passage
	articles                []float32 // lexical score by article
	idfs                    []float64 // of terms
}

// read understands the question: filters first, then the terms to look for.
func (s *search) read() {
	s.result.Read = s.ix.understand(s.query)
	s.filter()
	content := s.result.Read.Content
	seen := map[string]bool{}
	latest := latestPattern.FindAllStringIndex(content, -1)
	words(content, func(start, end int) bool {
		word := content[start:end]
		term := Term(word)
		asksLatest := (term == "new" || term == "news") && slices.ContainsFunc(latest, func(at []int) bool { return at[0] <= start && end <= at[1] }) // "what's new": no article says so of itself
		if term == "" || seen[term] || isStopWord(word) || happening[term] || asksLatest {
			return true
		}
		seen[term] = true
		s.addTerm(word, term)
		return true
	})
	if len(s.terms) == 0 { // a question of stop words only: better them than nothing
		words(content, func(start, end int) bool {
			if term := Term(content[start:end]); term != "" && !seen[term] {
				seen[term] = true
				s.terms = append(s.terms, weightedTerm{term, 1})
				s.surface = append(s.surface, content[start:end])
			}
			return true
		})
	}
	s.mendSlips()
	s.relate()
}

// happening are the terms of "what happened …": every article tells what happened, few say so.
var happening = map[string]bool{"happen": true}

// relatedWeight is what a related name (the adjective or capital of a country) counts beside the word itself.
const relatedWeight = 0.4

// relate adds the other names of the countries that the question names, and notes where each term's occurrences count.
func (s *search) relate() {
	s.places = make(map[int32]int, 2*len(s.terms))
	for i := range s.terms {
		if n, ok := s.ix.lexical.terms[s.terms[i].term]; ok {
			s.places[n] = i
			s.heads.add(s.terms[i].term)
		}
	}
	for i := range s.surface {
		for _, other := range relatives()[s.terms[i].term] {
			n, ok := s.ix.lexical.terms[other]
			if _, taken := s.places[n]; ok && !taken {
				s.places[n] = i
				s.heads.add(other)
				s.terms = append(s.terms, weightedTerm{other, relatedWeight})
			}
		}
	}
}

// visible reports whether the viewer sees a passage that was not removed.
func (s *search) visible(passage uint32) bool {
	a := s.ix.passages[passage].article
	return a != nil && a.visible(s.query.Viewer)
}

// addTerm adds a term, or what it was probably meant for when the index does not know it.
func (s *search) addTerm(word, term string) {
	if s.ix.lexical.holds(term, s.visible) {
		s.terms = append(s.terms, weightedTerm{term, 1})
		s.surface = append(s.surface, word)
		return
	}
	folded := text.Fold(word)
	if day := ordinals.ReplaceAllString(folded, "$1"); day != folded && isNumber(day) && s.ix.lexical.holds(day, s.visible) { // on the 9th: articles say 9 May
		s.terms = append(s.terms, weightedTerm{day, 1})
		s.surface = append(s.surface, word)
		return
	}
	known := s.ix.model.Knows != nil && s.ix.model.Knows(folded)
	first := strings.HasPrefix(strings.TrimSpace(s.result.Read.Content), word)
	if !known && (folded == word || first) && nearStopWord(folded) { // a capital inside makes a name: Tull is not "tell"
		return
	}
	var meant []weightedTerm
	if !known { // a word of the language that occurs nowhere is no typing error by itself: see mendSlips
		meant = s.ix.lexical.correct(folded, term, s.visible)
	}
	if full := Term(word + "g"); len(meant) == 0 && strings.HasSuffix(word, "in") && folded == word && s.ix.lexical.holds(full, s.visible) { // talkin, as it is spoken
		meant = []weightedTerm{{full, 1}}
	}
	if len(meant) == 0 {
		s.terms = append(s.terms, weightedTerm{term, 1})
		s.surface = append(s.surface, word)
		return
	}
	for _, m := range meant {
		s.terms = append(s.terms, m)
		s.surface = append(s.surface, word)
	}
	s.corrected(word, meant[0].term)
}

func (s *search) corrected(word, term string) {
	s.result.Corrected = append(s.result.Corrected, Correct{From: word, To: s.ix.lexical.written[s.ix.lexical.terms[term]]})
}

// When a word of the language that the collection does not hold is taken for another one: it is this long, and in so many passages the other one stands so
// near the word that is its neighbour in the question.
const (
	slipLetters  = 6
	slipPassages = 2
	slipNear     = 3
	slipTexts    = 200 // that are read for it, at most
)

// mendSlips takes a word that the language knows and the collection does not for the one that it lacks a letter of, if that one is found beside the
// question's next word: "the Varesh minster" is a minister. A country or another name is never taken for another.
func (s *search) mendSlips() {
	for i, word := range s.surface {
		term := s.terms[i].term
		if len(term) < slipLetters || IsCountry(title(word)) || s.isName(word) || s.ix.lexical.holds(term, s.visible) {
			continue
		}
		folded := text.Fold(word)
		for _, meant := range s.ix.lexical.correct(folded, term, s.visible) {
			written := text.Fold(s.ix.lexical.written[s.ix.lexical.terms[meant.term]])
			if (lacksLetter(folded, written) || lacksLetter(term, meant.term)) && (i > 0 && s.together(meant.term, s.terms[i-1].term) || i+1 < len(s.surface) && s.together(meant.term, s.terms[i+1].term)) {
				s.terms[i] = meant
				s.corrected(word, meant.term)
				break
			}
		}
	}
}

// lacksLetter reports whether a is b without one of its letters, or with two neighbours swapped.
func lacksLetter(a, b string) bool {
	at := 0
	for at < len(a) && at < len(b) && a[at] == b[at] {
		at++
	}
	swapped := at+1 < len(a) && at+1 < len(b) && a[at] == b[at+1] && a[at+1] == b[at] && a[at+2:] == b[at+2:]
	return swapped || at < len(b) && a[at:] == b[at+1:]
}

// together reports whether two terms are neighbours in some passages. It reads so many texts at most that hold both.
func (s *search) together(a, b string) bool {
	if a == b {
		return false
	}
	few, many := s.ix.lexical.postings[s.ix.lexical.terms[a]], s.ix.lexical.postings[s.ix.lexical.terms[b]]
	if len(many) < len(few) {
		few, many = many, few
	}
	found, read := 0, 0
	for _, p := range few {
		_, both := slices.BinarySearchFunc(many, p.passage, func(o posting, passage uint32) int { return cmp.Compare(o.passage, passage) })
		if !both || !s.visible(p.passage) {
			continue
		}
		if read++; neighbours(s.ix.passages[p.passage].passage.Text, a, b) {
			found++
		}
		if found == slipPassages || read == slipTexts {
			break
		}
	}
	return found == slipPassages
}

// neighbours reports whether two terms stand within slipNear words of each other in a text.
func neighbours(text, a, b string) bool {
	n, lastA, lastB, found := 0, -slipNear-1, -slipNear-1, false
	words(text, func(start, end int) bool {
		n++
		switch Term(text[start:end]) {
		case a:
			lastA = n
			found = n-lastB <= slipNear
		case b:
			lastB = n
			found = n-lastA <= slipNear
		}
		return !found
	})
	return found
}

// rank makes the two rankings, fuses them and scores what is on top closely.
func (s *search) rank(ctx context.Context) error {
	s.scores = make([]float32, len(s.ix.passages))
	s.ix.lexical.score(s.terms, s.scores)
	s.articles = make([]float32, len(s.ix.lexical.articles))
	s.ix.lexical.scoreArticles(s.terms, s.articles)
	if s.query.Mode != Vector {
		s.lexical = s.top(s.scores, perRanking)
	}
	nearest, err := s.ix.vectors.nearest(ctx, s.vector, perRanking, s.allowed, s.count)
	if err != nil {
		return err
	}
	s.vectors = nearest
	s.fused = fuse(ranking{s.lexical, 1}, ranking{s.vectors, 1}, ranking{s.timely(), 1})
	return nil
}

// timely ranks the passages that share words with the question and were published around the time that it is about; nil for a question about no
// time or one by vectors alone.
func (s *search) timely() []scored {
	if s.result.Read.Around.IsZero() || s.query.Mode == Vector {
		return nil
	}
	scores := make([]float32, len(s.scores))
	for i, score := range s.scores {
		if a := s.ix.passages[i].article; score > 0 && a != nil {
			scores[i] = score * float32(s.result.Read.timeliness(a.source.Published))
		}
	}
	return s.top(scores, perRanking/2)
}

// top returns the n allowed passages with the highest scores above zero.
func (s *search) top(scores []float32, n int) []scored {
	top := topN{n: n}
	for i, score := range scores {
		if number := uint32(i); score > top.floor && (s.allowed == nil || s.allowed(number)) {
			top.add(scored{number, score})
		}
	}
	return best(top.kept, n)
}

// filter sets which passages may be found and what was searched.
func (s *search) filter() {
	read, q := s.result.Read, s.query
	include := func(a *article) bool {
		p := a.source.Published
		switch {
		case !a.visible(q.Viewer):
			return false
		case q.Article != "" && a.source.ArticleID != q.Article, q.Among != nil && !q.Among(a.source.ArticleID):
			return false
		case !read.Since.IsZero() && p.Before(read.Since), !read.Until.IsZero() && (p.IsZero() || p.After(read.Until)):
			return false
		case read.Publisher != "" && text.Fold(a.source.Publisher) != text.Fold(read.Publisher):
			return false
		}
		return true
	}
	owners := s.ix.lexical.owners
	admitted := make([]bool, len(s.ix.lexical.articles)) // by the article's number
	s.result.Searched = s.ix.holdings(func(a *article) bool {
		if !include(a) {
			return false
		}
		if len(a.passages) > 0 {
			admitted[owners[a.passages[0]]] = true
			s.count += len(a.passages)
		}
		return true
	})
	if s.result.Searched.Articles < len(s.ix.articles) || s.ix.removed > 0 {
		s.allowed = func(n uint32) bool { return s.ix.passages[n].article != nil && admitted[owners[n]] }
	}
	s.result.Searched.Sources = nil
}

// weight is the i-th term's weight with its idf.
func (s *search) weight(i int) float64 {
	if s.idfs == nil {
		s.idfs = make([]float64, len(s.terms))
		for j, t := range s.terms {
			s.idfs[j] = t.weight * s.ix.lexical.idf(s.ix.lexical.df(t.term))
		}
	}
	return s.idfs[i]
}

// maxLexical is the score of an imaginary passage that holds every term of the question very often.
func (s *search) maxLexical() float64 {
	sum := 0.0
	for i := range s.surface {
		sum += s.weight(i) * (bm25K1 + 1)
	}
	return math.Max(sum, 1e-9)
}
