package retrieval

import (
	"context"
	"math"
	"slices"
	"strings"
	"time"

	"attache/internal/news"
	"attache/internal/text"
)

// Features is what the close look at a passage finds, each in about [0, 1].
type Features struct {
	Lexical   float64 // BM25 score beside that of a passage with every term of the question
	Vector    float64 // cosine of question and passage
	Coverage  float64 // share of the question's terms in passage, title and heading, by their idf
	Article   float64 // BM25 score of the whole article, beside Lexical's highest
	Proximity float64 // share of the question's neighbouring terms that are neighbours in the passage
	Title     float64 // share of the question's terms in the title, by their idf
	Fused     float64 // reciprocal rank fusion, beside the highest possible
	Timely    float64 // how near the article's date comes to the time that the question is about
	Publisher float64 // 1 when the question names the article's publisher
}

// weights weigh the features into the final score. They were chosen on the dev sets (docs/EVALUATION.md), one setting for all.
var weights = Features{Lexical: 1.5, Vector: 0.5, Article: 0.6, Proximity: 0.2, Publisher: 0.35, Timely: 0.3, Title: 0.05, Coverage: 0.05}

func (f Features) score(w Features) float64 {
	return f.Lexical*w.Lexical + f.Vector*w.Vector + f.Coverage*w.Coverage + f.Article*w.Article + f.Proximity*w.Proximity +
		f.Title*w.Title + f.Fused*w.Fused +
		f.Timely*w.Timely + f.Publisher*w.Publisher
}

func indicator(b bool) float64 {
	if b {
		return 1
	}
	return 0
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
		if word := body[start:end]; s.heads.may(word) {
			t := s.ix.lexical.known(word)
			if i, asked := s.places[t]; asked && t >= 0 {
				set.positions[i] = append(set.positions[i], int32(set.length))
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
	title := s.locate(surroundings(e.article.source, e.passage))
	most := s.maxLexical()
	return Features{
		Lexical:   float64(s.scores[number]) / most,
		Vector:    float64(s.ix.vectors.similarity(s.vector, number)),
		Coverage:  s.share(body, title),
		Article:   float64(s.articles[s.ix.lexical.owners[number]]) / most,
		Proximity: s.proximity(body),
		Title:     s.share(title),
		Fused:     fused * float64(rrfConstant+1) / 2,
		Timely:    s.result.Read.timeliness(e.article.source.Published),
		Publisher: indicator(slices.Contains(s.result.Read.Publishers, e.article.source.Publisher)),
	}
}

// share is the part of the question's terms, by idf, that stand in at least one of the sets.
func (s *search) share(sets ...termSet) float64 {
	var have, all float64
	for i := range s.surface {
		w := s.weight(i)
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
		hits[i] = Hit{Passage: e.passage, Source: e.article.source, Score: s.final(why), Why: why}
	}
	if s.result.Read.Latest && s.query.Mode == Hybrid {
		favourNew(hits, s.result.Searched.To)
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
	s.lead = usualLead
	if len(hits) >= 10 {
		s.lead = hits[0].Score - hits[9].Score
	}
	s.pick(hits)
}

// final weighs the features; a search by one ranking alone keeps that ranking's score.
func (s *search) final(why Explanation) float64 {
	switch s.query.Mode {
	case Lexical:
		return why.LexicalScore
	case Vector:
		return why.VectorScore
	}
	return why.Features.score(weights)
}

// What a new article gains when a question asks for the latest: so much on the day of the newest, half of that for every newHalf days before. Where nothing that is
// about the question is nearly as new as the newest of the collection, which may be about anything, it is measured by the newest that is about it, and counts more: old
// articles differ by years. About it is what scores newShare of the best.
const (
	newGain  = 0.5
	oldGain  = 1.5
	newHalf  = 183
	newShare = 0.5
	longAgo  = 2 * 365 // days
)

// favourNew adds what new articles gain; newest is the day of the newest of all that was searched.
func favourNew(hits []Hit, newest time.Time) {
	best, about := 0.0, time.Time{}
	for _, h := range hits {
		best = max(best, h.Score)
	}
	for _, h := range hits {
		if h.Score >= newShare*best && h.Source.Published.After(about) {
			about = h.Source.Published
		}
	}
	gain := newGain
	if days(newest.Sub(about)) > longAgo {
		newest, gain = about, oldGain
	}
	for i, h := range hits {
		if !h.Source.Published.IsZero() && (gain == newGain || h.Score >= newShare*best) {
			hits[i].Score += gain * math.Exp2(-days(newest.Sub(h.Source.Published))/newHalf)
		}
	}
}

func days(d time.Duration) float64 { return d.Hours() / 24 }

// pick goes through the ordered hits and keeps what a reader should see.
func (s *search) pick(ordered []Hit) {
	perSource := map[string]int{}
	var kept []shingles
	for _, h := range ordered {
		if len(s.result.Hits) >= s.query.Limit {
			if !s.query.Explain {
				return
			}
			s.drop(h, text.Phrasef("ranked below the limit"))
			continue
		}
		own := shingle(h.Passage.Text)
		if i := s.copyOf(h, own, kept); i >= 0 {
			original := &s.result.Hits[i]
			original.Copies = append(original.Copies, h.Source)
			s.drop(h, text.Phrasef("says the same as %s", original.Passage.ID))
			continue
		}
		if perSource[h.Source.ArticleID] >= s.query.PerSource {
			s.drop(h, text.Phrasef("its article has enough passages among the hits"))
			continue
		}
		perSource[h.Source.ArticleID]++
		s.result.Hits = append(s.result.Hits, h)
		kept = append(kept, own)
	}
}

func (s *search) drop(h Hit, why text.Phrase) {
	if s.query.Explain {
		h.Why.Dropped = why
		s.result.Dropped = append(s.result.Dropped, h)
	}
}

// copyOf finds the hit of another article that says nearly the same as h, -1 when there is none. Only the best copiesAmong hits are looked at: further
// down nobody is misled by a copy.
func (s *search) copyOf(h Hit, own shingles, kept []shingles) int {
	for i := range kept[:min(copiesAmong, len(kept))] {
		if s.result.Hits[i].Source.ArticleID != h.Source.ArticleID && sameReport(kept[i], own) {
			return i
		}
	}
	return -1
}

const copiesAmong = 20

// copyShare is the share of the shorter passage's shingles that must stand in the longer for one to be a copy of the other.
const copyShare = 0.6

// shingles are the hashes of a text's runs of four words, sorted, each once.
type shingles []uint64

func sameReport(a, b shingles) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(a) < 8 {
		return false // too short to tell a copy from a phrase
	}
	common, j := 0, 0
	for _, x := range a {
		for j < len(b) && b[j] < x {
			j++
		}
		if j < len(b) && b[j] == x {
			common++
		}
	}
	return float64(common) >= copyShare*float64(len(a))
}

// shingle hashes the runs of four words of a text, folded (FNV-1a over the words' hashes).
func shingle(body string) shingles {
	var run []uint64
	words(body, func(start, end int) bool {
		run = append(run, hash(text.Fold(body[start:end])))
		return true
	})
	set := make(shingles, 0, len(run))
	for i := 0; i+4 <= len(run); i++ {
		h := uint64(14695981039346656037)
		for _, w := range run[i : i+4] {
			h = (h ^ w) * 1099511628211
		}
		set = append(set, h)
	}
	slices.Sort(set)
	return slices.Compact(set)
}

func hash(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h
}

// SameReport reports whether two texts say nearly the same, as the copies of one report do: most runs of four words of the shorter one stand in the longer.
func SameReport(a, b string) bool { return sameReport(shingle(a), shingle(b)) }

// copyReach is how many passages are looked at for a copy.
const copyReach = 10

// Copied returns the text of a passage that says nearly the same as p and stands in another article, one that the viewer may see and old admits; "" when
// there is none. An error means that ctx has ended.
func (ix *Index) Copied(ctx context.Context, viewer news.Viewer, p news.Passage, old func(articleID string) bool) (string, error) {
	among := func(articleID string) bool { return articleID != p.ArticleID && old(articleID) }
	found, err := ix.Search(ctx, Query{Text: p.Text, Viewer: viewer, Among: among, Literal: true, Mode: Lexical, Limit: copyReach})
	if err != nil {
		return "", err
	}
	for _, h := range found.Hits {
		if SameReport(h.Passage.Text, p.Text) {
			return h.Passage.Text, nil
		}
	}
	return "", nil
}
