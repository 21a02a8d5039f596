// Package embed turns text into vectors whose angle tells how near two texts are in meaning.
//
// The built-in embedder needs no network and no key: a table with one vector for each entry of a WordPiece vocabulary,
// computed by tools/distil from all-MiniLM-L6-v2 and compiled into the binary. A text's vector is the sum of the rows of
// its tokens, brought to unit length. Any other embedder, such as a service, fits the same two types: Func and Model.
package embed

import (
	"context"
	"fmt"
)

// Func embeds texts. Its contract, for every embedder:
//
//   - One vector for each text, in the order of the texts; a nil error means that all of them are there.
//   - Every vector has unit length and the dimension that Model.Dim names, is finite, and belongs to the caller.
//   - A text that holds nothing to embed (empty, white space, no known token) has a nil vector, never a zero one: a zero
//     vector has no direction, and a search over it yields NaN. Whoever indexes texts leaves out those with a nil vector.
//   - The same text gives the same vector every time, whatever texts stand beside it.
//   - When ctx ends, it returns ctx.Err() (perhaps wrapped) and no vectors.
//
// A Func is safe for concurrent use.
type Func func(ctx context.Context, texts []string) ([][]float32, error)

// Model is an embedder with what an index must know of it.
type Model struct {
	// Name tells embedder and version. Vectors of two models with different names must never meet in one index; vectors
	// stored under another name are stale and have to be computed again.
	Name string
	// Dim is the number of dimensions of every vector.
	Dim int
	// Embed computes the vectors.
	Embed Func
	// Knows reports whether a word in lower case is one of the embedder's vocabulary, and so no typing error; nil when it cannot tell.
	Knows func(word string) bool
}

// Builtin returns the embedder that is compiled into the binary. It takes about a millisecond and some 250 kB, so make
// it once and share it. An error means that the binary was built with a damaged table.
func Builtin() (Model, error) {
	s, err := NewStatic(builtinTable)
	if err != nil {
		return Model{}, fmt.Errorf("built-in embedding table: %w", err)
	}
	return s.Model(), nil
}
