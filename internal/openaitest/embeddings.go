package openaitest

import "strings"

// Dims is the number of dimensions of Embed's vectors.
const Dims = 27

// Embed counts the letters of a text: a to z, then everything else. It is not normalised, as some endpoints' vectors are not.
func Embed(text string) []float32 {
	v := make([]float32, Dims)
	for _, r := range strings.ToLower(text) {
		if r >= 'a' && r <= 'z' {
			v[r-'a']++
			continue
		}
		v[Dims-1]++
	}
	return v
}

func (p Reply) embeddings(request Request) map[string]any {
	vectors := p.Vectors
	if vectors == nil {
		for _, text := range request.Input {
			vectors = append(vectors, Embed(text))
		}
	}
	vectors = p.spoil(vectors)
	data := make([]any, len(vectors))
	for i, v := range vectors {
		index := i
		if p.Fault == SameIndex {
			index = 0
		}
		data[i] = map[string]any{"object": "embedding", "index": index, "embedding": v}
	}
	if p.Fault == WrongOrder {
		for i := range len(data) / 2 {
			data[i], data[len(data)-1-i] = data[len(data)-1-i], data[i]
		}
	}
	return map[string]any{"object": "list", "model": request.Model, "data": data, "usage": map[string]int{"prompt_tokens": len(request.Input), "total_tokens": len(request.Input)}}
}

// spoil applies the faults of the last vector.
func (p Reply) spoil(vectors [][]float32) [][]float32 {
	if len(vectors) == 0 {
		return vectors
	}
	last := len(vectors) - 1
	switch p.Fault {
	case WrongDims:
		vectors[last] = vectors[last][:len(vectors[last])-1]
	case MissingOne:
		vectors = vectors[:last]
	case ZeroVector:
		vectors[last] = make([]float32, len(vectors[last]))
	}
	return vectors
}
