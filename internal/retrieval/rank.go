package retrieval

import (
	"math"
	"slices"
	"strings"

	"attache/internal/news"
	"attache/internal/text"
)

// Features is what the close look at a passage finds, each in about [0, 1].
type Features struct {
	Lexical   float64 // BM25 score beside that of a passage with every term of the question
	Vector    float64 // cosine of question and passage
	Coverage  float64 // share of the question's terms in passage, title and heading, by their idf
	Article   float64 // the same for the whole article
	Proximity float64 // share of the question's neighbouring terms that are neighbours in the passage
	Title     float64 // share of the question's terms in the title, by their idf
	Fused     float64 // reciprocal rank fusion, beside the highest possible
}

// weights weigh the features into the final score. They were chosen on the dev sets (docs/EVALUATION.md), one setting for all.
var weights = Features{Lexical: 1.0, Vector: 1.0, Coverage: 0.5, Article: 0.3, Proximity: 0.3, Title: 0.1, Fused: 1.0}

func (f Features) score(w Features) float64 {
	return f.Lexical*w.Lexical + f.Vector*w.Vector + f.Coverage*w.Coverage + f.Article*w.Article + f.Proximity*w.Proximity +
		f.Title*w.Title + f.Fused*w.Fused
}

// termSet is where a question's terms stand in a text: for each term its positions, counted in words.
type termSet struct {
	positions [][]int32
	length    int
}

// locate finds the question's terms in a passage's text.
func (s *search) locate(body string) termSet {
	set := termSet{positions: make([][]int32, len(s.surface))}
	words(body, func(start, end int) bool {
		t := s.ix.lexical.known(body[start:end])
		if t >= 0 {
			name := s.ix.lexical.names[t]
			for i := range s.surface {
				if s.terms[i].term == name {
					set.positions[i] = append(set.positions[i], int32(set.length))
				}
			}
		}
		set.length++
		return true
	})
	return set
}

// features looks closely at one passage.
func (s *search) features(number uint32, fused float64) Features {
	e := s.ix.passages[number]
	body := s.locate(e.passage.Text)
	title := s.locate(e.article.source.Title + "\n" + e.passage.Heading)
	f := Features{
		Lexical:   float64(s.scores[number]) / s.maxLexical(),
		Vector:    float64(s.ix.vectors.similarity(s.vector, number)),
		Coverage:  s.share(body, title),
		Title:     s.share(title),
		Proximity: s.proximity(body),
		Fused:     fused * float64(rrfConstant+1) / 2,
	}
	f.Article = s.articleCoverage(e.article)
	return f
}

// share is the part of the question's terms, by idf, that stand in at least one of the sets.
func (s *search) share(sets ...termSet) float64 {
	var have, all float64
	for i := range s.surface {
		w := s.terms[i].weight * s.ix.lexical.idf(s.ix.lexical.df(s.terms[i].term))
		all += w
		for _, set := range sets {
			if len(set.positions[i]) > 0 {
				have += w
				break
			}
		}
	}
	if all == 0 {
		return 0
	}
	return have / all
}

// articleCoverage is share over all passages of the article.
func (s *search) articleCoverage(a *article) float64 {
	if c, ok := s.coverage[a]; ok {
		return c
	}
	var sets []termSet
	for _, n := range a.passages {
		sets = append(sets, s.locate(s.ix.passages[n].passage.Text))
	}
	sets = append(sets, s.locate(a.source.Title))
	c := s.share(sets...)
	if s.coverage == nil {
		s.coverage = map[*article]float64{}
	}
	s.coverage[a] = c
	return c
}

// near is how many words may stand between neighbours.
const near = 3

// proximity is the share of the question's pairs of neighbouring terms that stand in the same order within near words of each other.
func (s *search) proximity(set termSet) float64 {
	pairs, kept := 0, 0
	for i := 0; i+1 < len(s.surface); i++ {
		pairs++
		if follows(set.positions[i], set.positions[i+1]) {
			kept++
		}
	}
	if pairs == 0 {
		return 0
	}
	return float64(kept) / float64(pairs)
}

func follows(first, second []int32) bool {
	for _, a := range first {
		for _, b := range second {
			if b > a && b-a <= near {
				return true
			}
		}
	}
	return false
}

// choose scores the candidates closely, orders them, and takes the best, leaving out copies and what one article has too much of.
func (s *search) choose() {
	lexicalRank, vectorRank := rankOf(s.lexical), rankOf(s.vectors)
	vectorScore := make(map[uint32]float64, len(s.vectors))
	for _, v := range s.vectors {
		vectorScore[v.passage] = float64(v.score)
	}
	candidates := s.fused[:min(examined, len(s.fused))]
	hits := make([]Hit, len(candidates))
	for i, c := range candidates {
		e := s.ix.passages[c.passage]
		why := Explanation{
			LexicalRank: lexicalRank[c.passage], LexicalScore: float64(s.scores[c.passage]),
			VectorRank: vectorRank[c.passage], VectorScore: vectorScore[c.passage],
			Fused: float64(c.score), Features: s.features(c.passage, float64(c.score)),
		}
		hits[i] = Hit{Passage: e.passage, Source: e.article.source, Score: s.final(why, e.article), Why: why}
	}
	slices.SortStableFunc(hits, func(a, b Hit) int {
		switch {
		case a.Score > b.Score:
			return -1
		case a.Score < b.Score:
			return 1
		}
		return strings.Compare(a.Passage.ID, b.Passage.ID)
	})
	s.pick(hits)
}

// final weighs the features; a search by one ranking alone keeps that ranking's score.
func (s *search) final(why Explanation, a *article) float64 {
	switch s.query.Mode {
	case Lexical:
		return why.LexicalScore
	case Vector:
		return why.VectorScore
	}
	return why.Features.score(weights) + s.recency(a)
}

// recency favours new articles when the question asks for the latest: half a year halves the bonus.
func (s *search) recency(a *article) float64 {
	newest := s.result.Searched.To
	if !s.result.Read.Latest || newest.IsZero() || a.source.Published.IsZero() {
		return 0
	}
	age := newest.Sub(a.source.Published).Hours() / 24
	return 0.5 * math.Exp2(-age/183)
}

// pick goes through the ordered hits and keeps what a reader should see.
func (s *search) pick(ordered []Hit) {
	perSource := map[string]int{}
	for _, h := range ordered {
		if i := copyOf(s.result.Hits, h); i >= 0 {
			original := &s.result.Hits[i]
			original.Copies = append(original.Copies, h.Source)
			s.drop(h, "says the same as "+original.Passage.ID)
			continue
		}
		switch {
		case len(s.result.Hits) >= s.query.Limit:
			s.drop(h, "ranked below the limit")
			if !s.query.Explain {
				return
			}
		case perSource[h.Source.ArticleID] >= s.query.PerSource:
			s.drop(h, "its article has enough passages among the hits")
		default:
			perSource[h.Source.ArticleID]++
			s.result.Hits = append(s.result.Hits, h)
		}
	}
}

func (s *search) drop(h Hit, why string) {
	if s.query.Explain {
		h.Why.Dropped = why
		s.result.Dropped = append(s.result.Dropped, h)
	}
}

// copyOf finds the hit of another article that says nearly the same as h, -1 when there is none.
func copyOf(hits []Hit, h Hit) int {
	var shingles map[string]bool
	for i := range hits {
		if hits[i].Source.ArticleID == h.Source.ArticleID {
			continue
		}
		if shingles == nil {
			shingles = shingle(h.Passage.Text)
		}
		if sameReport(shingle(hits[i].Passage.Text), shingles) {
			return i
		}
	}
	return -1
}

// copyShare is the share of the shorter passage's shingles that must stand in the longer for one to be a copy of the other.
const copyShare = 0.6

func sameReport(a, b map[string]bool) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(a) < 8 {
		return false // too short to tell a copy from a phrase
	}
	common := 0
	for s := range a {
		if b[s] {
			common++
		}
	}
	return float64(common) >= copyShare*float64(len(a))
}

// shingle returns the runs of four words of a text, folded.
func shingle(body string) map[string]bool {
	var run []string
	words(body, func(start, end int) bool {
		run = append(run, text.Fold(body[start:end]))
		return true
	})
	set := make(map[string]bool, len(run))
	for i := 0; i+4 <= len(run); i++ {
		set[strings.Join(run[i:i+4], " ")] = true
	}
	return set
}

// SameReport reports whether two passages say nearly the same in the same words, as copies of one wire report do.
func SameReport(a, b news.Passage) bool { return sameReport(shingle(a.Text), shingle(b.Text)) }
