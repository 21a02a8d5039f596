package eval

import (
	"context"
	"fmt"

	"attache/internal/embed"
	"attache/internal/news"
	"attache/internal/retrieval"
)

// Depth is how many passages a search returns for measuring: enough for 100 different articles in most cases.
const Depth = 200

// Result is what one question found.
type Result struct {
	Question   Question
	Passages   []Found // best first
	Confidence float64
	Abstained  bool
	Signals    retrieval.Signals
}

// Found is one passage of a result.
type Found struct {
	Article string
	Text    string
	Score   float64
}

// Build indexes articles in memory as the bot would. progress, which may be nil, is told how many articles are done.
func Build(ctx context.Context, model embed.Model, articles []news.Article, progress func(done, all int)) (*retrieval.Index, error) {
	index, err := retrieval.NewIndex(model)
	if err != nil {
		return nil, err
	}
	for i, a := range articles {
		passages := retrieval.Split(a)
		vectors, err := retrieval.Embed(ctx, model, a, passages)
		if err != nil {
			return nil, fmt.Errorf("embed %s: %w", a.ID, err)
		}
		if err := index.Add(retrieval.Document{Article: a, Passages: passages, Vectors: vectors}); err != nil {
			return nil, err
		}
		if progress != nil {
			progress(i+1, len(articles))
		}
	}
	return index, nil
}

// Run asks every question of the set. Passages per article are not limited, so that the whole ranking is seen; everything else is as in the bot.
func Run(ctx context.Context, index *retrieval.Index, set Set, mode retrieval.Mode, progress func(done, all int)) ([]Result, error) {
	results := make([]Result, len(set.Questions))
	for i, q := range set.Questions {
		found, err := index.Search(ctx, retrieval.Query{Text: q.Text, Now: q.Asked, Mode: mode, Limit: Depth, PerSource: Depth})
		if err != nil {
			return nil, err
		}
		r := Result{Question: q, Confidence: found.Confidence, Abstained: !found.Answerable, Signals: found.Signals}
		for _, h := range found.Hits {
			r.Passages = append(r.Passages, Found{Article: h.Passage.ArticleID, Text: h.Passage.Text, Score: h.Score})
		}
		results[i] = r
		if progress != nil {
			progress(i+1, len(set.Questions))
		}
	}
	return results, nil
}
