package llm

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"

	openai "github.com/sashabaranov/go-openai"

	"attache/internal/text"
)

// Embed returns one vector of length 1 for each text, in the texts' order, all of the same dimensions, also from one call to the next. No text may be
// blank. It asks for at most 64 texts at a time, one request after the other, each within the client's total time. No texts give nil.
// Errors are as those of Complete.
func (c *Client) Embed(ctx context.Context, texts []string) ([][]float32, error) {
	if c.options.EmbeddingModel == "" {
		return nil, &Error{Kind: ErrRefused, notice: text.Phrasef("No model is configured for embeddings")}
	}
	for i, text := range texts {
		if strings.TrimSpace(text) == "" {
			return nil, fmt.Errorf("embed: text %d of %d is blank", i+1, len(texts))
		}
	}
	var vectors [][]float32
	for start := 0; start < len(texts); start += defaultEmbedSize {
		batch, err := c.embedBatch(ctx, texts[start:min(start+defaultEmbedSize, len(texts))])
		if err != nil {
			c.log(ctx, Completion{}, err)
			return nil, err
		}
		vectors = append(vectors, batch...)
	}
	return vectors, nil
}

func (c *Client) embedBatch(parent context.Context, texts []string) ([][]float32, error) {
	ctx, cancel := context.WithTimeoutCause(parent, c.options.Total, errTotal)
	defer cancel()
	vectors, err := c.embed.WithContext(ctx).Get(func() ([][]float32, error) {
		ctx, wait := withRetryAfter(ctx)
		reply, err := c.api.CreateEmbeddings(ctx, openai.EmbeddingRequestStrings{Input: texts, Model: openai.EmbeddingModel(c.options.EmbeddingModel)})
		if err == nil {
			return c.inOrder(reply.Data, len(texts))
		}
		err = c.classify(ctx, err)
		if e, ok := errors.AsType[*Error](err); ok {
			e.RetryAfter = *wait
		}
		return nil, err
	})
	if err != nil {
		return nil, c.classify(ctx, err)
	}
	return vectors, nil
}

// inOrder puts n embeddings into the order of their texts and brings them to length 1.
func (c *Client) inOrder(data []openai.Embedding, n int) ([][]float32, error) {
	if len(data) != n {
		return nil, nonsense(fmt.Sprintf("%d embeddings for %d texts", len(data), n))
	}
	vectors := make([][]float32, n)
	for _, e := range data {
		if e.Index < 0 || e.Index >= n || vectors[e.Index] != nil {
			return nil, nonsense(fmt.Sprintf("embedding with index %d of %d, or twice", e.Index, n))
		}
		if err := c.checkDims(len(e.Embedding)); err != nil {
			return nil, err
		}
		if !normalise(e.Embedding) {
			return nil, nonsense("an embedding without direction")
		}
		vectors[e.Index] = e.Embedding
	}
	return vectors, nil
}

// checkDims keeps the dimensions of the first embedding and refuses others.
func (c *Client) checkDims(dims int) error {
	if dims > 0 && c.dims.CompareAndSwap(0, int64(dims)) {
		return nil
	}
	if known := c.dims.Load(); int64(dims) != known {
		return nonsense(fmt.Sprintf("an embedding of %d dimensions after one of %d", dims, known))
	}
	return nil
}

// normalise brings v to length 1 in place; it reports false for a vector that has none.
func normalise(v []float32) bool {
	var sum float64
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	if norm := math.Sqrt(sum); norm > 0 && !math.IsInf(norm, 0) && !math.IsNaN(norm) {
		for i := range v {
			v[i] = float32(float64(v[i]) / norm)
		}
		return true
	}
	return false
}
