package retrieval

import (
	"context"
	"fmt"
	"slices"
)

// vectorShare is how much a sentence's nearness in meaning counts beside the words it shares with the question.
const vectorShare = 1.0

// Relevance tells how well each text answers the question: the share of the question's terms that it holds, by their idf in the whole
// collection, plus the cosine of the two embeddings; in about [0, 2], comparable within one call. When the embedder fails the words
// alone decide. It returns an error only when ctx ends.
func (ix *Index) Relevance(ctx context.Context, question string, texts []string) ([]float64, error) {
	vectors, err := ix.model.Embed(ctx, append([]string{question}, texts...))
	unfit := func(v []float32) bool { return v != nil && checkVector(v, ix.model.Dim) != nil }
	if err != nil || len(vectors) != len(texts)+1 || slices.ContainsFunc(vectors, unfit) {
		vectors = nil
	}
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("score sentences: %w", err)
	}
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	s := search{ix: ix, query: Query{Text: question}}
	s.read()
	scores := make([]float64, len(texts))
	for i, t := range texts {
		set := s.locate(t)
		scores[i] = s.share(set) + 0.2*s.proximity(set)
		if vectors != nil && vectors[0] != nil && vectors[i+1] != nil {
			scores[i] += vectorShare * float64(dot(vectors[0], vectors[i+1]))
		}
	}
	return scores, nil
}
