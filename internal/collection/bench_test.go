package collection_test

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"testing"

	"attache/internal/collection"
	"attache/internal/news"
)

// BenchmarkOpen opens a collection of 100,000 passages with as many quotations: the library is read, the index and the book are filled.
func BenchmarkOpen(b *testing.B) {
	const articles, paragraphs = 20_000, 5
	path := newPath(b)
	model := newEmbedder(b, "").Model
	c := open(b, path, model)
	vocabulary := make([]string, 20_000)
	random := rand.New(rand.NewPCG(1, 2))
	for i := range vocabulary {
		vocabulary[i] = fmt.Sprintf("%c%c%c%d", 'a'+random.IntN(26), 'a'+random.IntN(26), 'a'+random.IntN(26), i%1000)
	}
	for i := range articles {
		text := make([]string, paragraphs)
		for p := range text {
			words := make([]string, 130)
			for w := range words {
				words[w] = vocabulary[int(float64(len(vocabulary))*random.Float64()*random.Float64()*random.Float64())]
			}
			text[p] = fmt.Sprintf("“We will %s,” Minister Anna%d Drazh%d said. %s.", strings.Join(words[:12], " "), i%70, i%90, strings.Join(words[12:], " "))
		}
		a := news.Article{Title: fmt.Sprint("Generated ", i), Publisher: "The Capital Herald", Text: strings.Join(text, "\n\n")}
		a.ID = news.Identify(a)
		add(b, c, a)
	}
	b.ReportAllocs()
	for b.Loop() {
		c, err := collection.Open(context.Background(), openLibrary(b, path), model, slog.New(slog.DiscardHandler), nil)
		if err != nil {
			b.Fatal(err)
		}
		if h := c.Index.Holdings(news.Viewer{}); h.Articles != articles || h.Passages < articles*paragraphs {
			b.Fatalf("got %d articles and %d passages", h.Articles, h.Passages)
		}
		b.ReportMetric(float64(c.Index.Holdings(news.Viewer{}).Passages), "passages")
		b.ReportMetric(float64(len(c.Speakers.All(news.Viewer{}))), "quotations")
	}
}
