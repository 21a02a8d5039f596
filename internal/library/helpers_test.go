package library_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"attache/internal/library"
	"attache/internal/news"
)

const model = "test-model"

func open(tb testing.TB) *library.Library {
	tb.Helper()
	return openAt(tb, filepath.Join(tb.TempDir(), "library.db"))
}

func openAt(tb testing.TB, path string) *library.Library {
	tb.Helper()
	lib, err := library.Open(path)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = lib.Close() })
	return lib
}

// derived makes a record of an article: a passage for each paragraph, a quotation for each “…”, and a vector for each passage that the words
// of the paragraph determine.
func derived(a news.Article, dim int) library.Record {
	if a.ID == "" {
		a.ID = news.Identify(a)
	}
	r := library.Record{Article: a}
	start := 0
	for paragraph := range strings.SplitSeq(a.Text, "\n\n") {
		span := news.Span{Start: start, End: start + len(paragraph)}
		start = span.End + 2
		n := len(r.Passages)
		r.Passages = append(r.Passages, news.Passage{ID: news.PassageID(a.ID, n), ArticleID: a.ID, Ordinal: n, Span: span, Text: paragraph, Heading: "Kareth"})
		r.Quotes = append(r.Quotes, quoted(a, span)...)
		r.Vectors.Rows = append(r.Vectors.Rows, vector(paragraph, dim))
	}
	if dim == 0 {
		r.Vectors = library.Vectors{}
	} else {
		r.Vectors.Model = model
	}
	return r
}

func quoted(a news.Article, in news.Span) []news.Quote {
	begin, end := strings.Index(in.In(a.Text), "“"), strings.LastIndex(in.In(a.Text), "”")
	if begin < 0 || end < 0 {
		return nil
	}
	words := news.Span{Start: in.Start + begin + len("“"), End: in.Start + end}
	return []news.Quote{{
		ID: news.QuoteID(a.ID, words.Start), ArticleID: a.ID, Kind: news.Direct,
		Fragments: []news.Fragment{{Span: words, Text: words.In(a.Text)}},
		Speaker: news.Speaker{
			Kind: news.Person, Mention: "Ms. Drazh", MentionSpan: news.Span{Start: in.Start, End: in.Start + 1}, Name: "Ilena Drazh",
			Title: "foreign minister", Affiliation: "Varesh", Confidence: 0.875,
		},
		Cue: "said", Venue: "in Kareth", Spoken: news.Date{Time: day(2031, 5, 12), Precision: news.Day, Text: "on Monday"}, Sentence: in,
	}}
}

// vector is nil for a paragraph that begins with "-".
func vector(text string, dim int) []float32 {
	if strings.HasPrefix(text, "-") {
		return nil
	}
	row := make([]float32, dim)
	for i := range row {
		row[i] = float32(len(text)+i) / 1000
	}
	return row
}

func day(y, m, d int) time.Time { return time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC) }

// generated makes the i-th article of n passages of some words, with a quotation and a vector each.
func generated(i, n, words, dim int) library.Record {
	random := rand.New(rand.NewPCG(uint64(i), 7))
	paragraphs := make([]string, n)
	for p := range paragraphs {
		w := make([]string, words)
		for j := range w {
			w[j] = fmt.Sprintf("word%d", random.IntN(5000))
		}
		paragraphs[p] = "“" + strings.Join(w[:words/2], " ") + ",” she said. " + strings.Join(w[words/2:], " ")
	}
	return derived(news.Article{
		Title: fmt.Sprintf("Generated article %d", i), Publisher: "The Capital Herald", Origin: fmt.Sprintf("/generated/%d", i),
		URL: fmt.Sprintf("https://herald.example/%d", i), Published: day(2031, 1, 1+i%365), Text: strings.Join(paragraphs, "\n\n"),
	}, dim)
}

// stored reads everything.
func stored(tb testing.TB, lib *library.Library) []library.Record {
	tb.Helper()
	var all []library.Record
	for r, err := range lib.Records(context.Background(), model) {
		if err != nil {
			tb.Fatal(err)
		}
		all = append(all, r)
	}
	return all
}

func put(tb testing.TB, lib *library.Library, r library.Record) library.Outcome {
	tb.Helper()
	outcome, err := lib.Put(context.Background(), r)
	if err != nil {
		tb.Fatal(err)
	}
	return outcome
}
