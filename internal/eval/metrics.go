package eval

import (
	"math"
	"slices"
	"strings"
	"unicode"
)

// Figures are what a run reached. A figure that the set has no gold for is NaN.
type Figures struct {
	Questions, Nulls int

	Hits4, Hits10, MRR10      float64 // by article
	NDCG10, MAP, Recall10     float64 // by article, graded
	ChunkHits4, ChunkHits10   float64 // by passage: of a relevant article and holding an answer
	FactMRR, FactHits4        float64 // by passage holding a whole fact
	FactHits10, FactAll10     float64
	Abstained, FalselyAbstain float64 // of the null questions; of the others
}

// Measure computes the figures of a run.
func Measure(results []Result) Figures {
	var f Figures
	var doc, chunk, fact, null, other mean
	var ndcg, mapped, recall, mrr, hits4 float64
	var chunk4, factMRR, fact4, factAll float64
	for _, r := range results {
		f.Questions++
		if r.Question.Null {
			f.Nulls++
			null.add(r.Abstained)
			continue
		}
		other.add(r.Abstained)
		if len(r.Question.Relevant) > 0 {
			ranks := articleRanks(r)
			doc.add(len(ranks) > 0 && ranks[0] <= 10)
			hits4 += indicator(len(ranks) > 0 && ranks[0] <= 4)
			mrr += reciprocal(ranks)
			n, m, rec := graded(r)
			ndcg, mapped, recall = ndcg+n, mapped+m, recall+rec
			if len(r.Question.Answers) > 0 {
				rank := chunkRank(r)
				chunk.add(rank > 0 && rank <= 10)
				chunk4 += indicator(rank > 0 && rank <= 4)
			}
		}
		if len(r.Question.Facts) > 0 {
			first, all := factRanks(r)
			fact.add(first > 0 && first <= 10)
			fact4 += indicator(first > 0 && first <= 4)
			factAll += indicator(all)
			if first > 0 && first <= 10 {
				factMRR += 1 / float64(first)
			}
		}
	}
	f.Hits10, f.Hits4, f.MRR10 = doc.value(), hits4/doc.n, mrr/doc.n
	f.NDCG10, f.MAP, f.Recall10 = ndcg/doc.n, mapped/doc.n, recall/doc.n
	f.ChunkHits10, f.ChunkHits4 = chunk.value(), chunk4/chunk.n
	f.FactHits10, f.FactHits4, f.FactMRR, f.FactAll10 = fact.value(), fact4/fact.n, factMRR/fact.n, factAll/fact.n
	f.Abstained, f.FalselyAbstain = null.value(), other.value()
	return f
}

// mean counts how often something holds.
type mean struct{ n, yes float64 }

func (m *mean) add(holds bool) { m.n++; m.yes += indicator(holds) }

// value is NaN when nothing was counted.
func (m *mean) value() float64 { return m.yes / m.n }

func indicator(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// reciprocal is 1 over the first rank within ten, else 0.
func reciprocal(ranks []int) float64 {
	if len(ranks) == 0 || ranks[0] > 10 {
		return 0
	}
	return 1 / float64(ranks[0])
}

// articles lists the articles of a result in order of their best passage.
func articles(r Result) []string {
	var ids []string
	seen := map[string]bool{}
	for _, p := range r.Passages {
		if !seen[p.Article] {
			seen[p.Article] = true
			ids = append(ids, p.Article)
		}
	}
	return ids
}

// articleRanks are the ranks, from 1, at which relevant articles stand.
func articleRanks(r Result) []int {
	var ranks []int
	for i, id := range articles(r) {
		if r.Question.Relevant[id] > 0 {
			ranks = append(ranks, i+1)
		}
	}
	return ranks
}

// graded computes nDCG@10 (Järvelin and Kekäläinen 2002, gain as given, log2 discount), average precision over the whole ranking, and recall@10.
func graded(r Result) (ndcg, averagePrecision, recall float64) {
	var grades []int
	for _, g := range r.Question.Relevant {
		grades = append(grades, g)
	}
	slices.SortFunc(grades, func(a, b int) int { return b - a })
	ideal, gain, hits := 0.0, 0.0, 0.0
	for i, g := range grades[:min(10, len(grades))] {
		ideal += float64(g) / math.Log2(float64(i)+2)
	}
	for i, id := range articles(r) {
		g := r.Question.Relevant[id]
		if g == 0 {
			continue
		}
		hits++
		averagePrecision += hits / float64(i+1)
		if i < 10 {
			gain += float64(g) / math.Log2(float64(i)+2)
			recall++
		}
	}
	n := float64(len(grades))
	return gain / ideal, averagePrecision / n, recall / n
}

// chunkRank is the rank of the first passage that is of a relevant article and holds an answer, 0 for none.
func chunkRank(r Result) int {
	for i, p := range r.Passages {
		if r.Question.Relevant[p.Article] > 0 && holdsAny(p.Text, r.Question.Answers) {
			return i + 1
		}
	}
	return 0
}

func holdsAny(text string, answers []string) bool {
	folded := plainWords(text)
	return slices.ContainsFunc(answers, func(a string) bool { return strings.Contains(folded, plainWords(a)) })
}

// plainWords is lower-case letters and digits, one space between words and around all of them.
func plainWords(s string) string {
	return " " + strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }), " ") + " "
}

// factRanks is the rank of the first passage with a whole fact, 0 for none, and whether every fact stands in one of the first ten. Blanks and line
// ends are left out on both sides, as MultiHop-RAG's own script does.
func factRanks(r Result) (first int, all bool) {
	found := map[string]bool{}
	for i, p := range r.Passages[:min(10, len(r.Passages))] {
		text := squeeze(p.Text)
		for _, f := range r.Question.Facts {
			if strings.Contains(text, squeeze(f)) {
				found[f] = true
				if first == 0 {
					first = i + 1
				}
			}
		}
	}
	distinct := map[string]bool{}
	for _, f := range r.Question.Facts {
		distinct[f] = true
	}
	return first, len(found) == len(distinct)
}

var squeezer = strings.NewReplacer(" ", "", "\n", "")

func squeeze(s string) string { return squeezer.Replace(s) }
