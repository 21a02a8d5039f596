package retrieval

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"attache/internal/embed"
	"attache/internal/news"
)

// builtin is the built-in embedder, made once for all tests.
var builtin = sync.OnceValues(embed.Builtin)

func builtinModel(t testing.TB) embed.Model {
	t.Helper()
	model, err := builtin()
	if err != nil {
		t.Fatal(err)
	}
	return model
}

// letters is a model of 26 dimensions that counts letters: a small real embedder, whose vectors can be read.
func letters() embed.Model {
	return embed.Model{Name: "letters", Dim: 26, Embed: func(_ context.Context, texts []string) ([][]float32, error) {
		rows := make([][]float32, len(texts))
		for i, s := range texts {
			row := make([]float32, 26)
			for _, r := range strings.ToLower(s) {
				if 'a' <= r && r <= 'z' {
					row[r-'a']++
				}
			}
			rows[i] = unit(row)
		}
		return rows, nil
	}}
}

// unit brings a vector to length 1; nil for a zero vector.
func unit(v []float32) []float32 {
	sum := 0.0
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	if sum == 0 {
		return nil
	}
	for i := range v {
		v[i] = float32(float64(v[i]) / math.Sqrt(sum))
	}
	return v
}

// randomUnit is a random direction.
func randomUnit(r *rand.Rand, dim int) []float32 {
	v := make([]float32, dim)
	for i := range v {
		v[i] = float32(r.NormFloat64())
	}
	return unit(v)
}

// date is a day as articles have it.
func date(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return t
}

// report makes an article with an id of its own.
func report(title, text string, change ...func(*news.Article)) news.Article {
	a := news.Article{Title: title, Text: text, Publisher: "Northern Wire", Published: date("2031-05-09")}
	for _, c := range change {
		c(&a)
	}
	if a.ID == "" {
		a.ID = news.Identify(a)
	}
	return a
}

// document splits and embeds an article.
func document(t testing.TB, model embed.Model, a news.Article) Document {
	t.Helper()
	passages := Split(a)
	vectors, err := Embed(t.Context(), model, a, passages)
	if err != nil {
		t.Fatal(err)
	}
	return Document{Article: a, Passages: passages, Vectors: vectors}
}

// indexOf makes an index of articles.
func indexOf(t testing.TB, model embed.Model, articles ...news.Article) *Index {
	t.Helper()
	ix := newIndex(t, model)
	for _, a := range articles {
		if err := ix.Add(document(t, model, a)); err != nil {
			t.Fatal(err)
		}
	}
	return ix
}

func newIndex(t testing.TB, model embed.Model) *Index {
	t.Helper()
	ix, err := NewIndex(model)
	if err != nil {
		t.Fatal(err)
	}
	return ix
}

// find asks the index; an error fails the test.
func find(t testing.TB, ix *Index, q Query) Result {
	t.Helper()
	r, err := ix.Search(t.Context(), q)
	if err != nil {
		t.Fatalf("search %q: %v", q.Text, err)
	}
	return r
}

// ranked prints the hits with their scores, for comparing.
func ranked(r Result) []string {
	var lines []string
	for _, h := range r.Hits {
		lines = append(lines, fmt.Sprintf("%s %.6f", h.Passage.ID, h.Score))
	}
	return lines
}
