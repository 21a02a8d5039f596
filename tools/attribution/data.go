package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"io"
	"os"
	"path/filepath"
	"time"
	"unicode/utf8"

	"attache/internal/news"
	"attache/internal/quotes"
)

// labelled is an article whose quotations are known.
type labelled struct {
	article news.Article
	gold    []quotes.Gold
}

// fold puts the article into one of n folds, by its id.
func (l labelled) fold(n int) int {
	h := fnv.New32a()
	h.Write([]byte(l.article.ID))
	return int(h.Sum32() % uint32(n))
}

// load reads articles.jsonl and gold.jsonl, in which offsets count code points.
func load(dir string) ([]labelled, error) {
	var set []labelled
	index := make(map[string]int)
	err := eachLine(filepath.Join(dir, "articles.jsonl"), func(line []byte) error {
		var a struct{ ID, Publisher, Date, Author, Title, Text string }
		if err := json.Unmarshal(line, &a); err != nil {
			return err
		}
		day, _ := time.Parse(time.DateOnly, a.Date)
		index[a.ID] = len(set)
		set = append(set, labelled{article: news.Article{ID: a.ID, Title: a.Title, Publisher: a.Publisher, Author: a.Author, Published: day, Text: a.Text}})
		return nil
	})
	if err != nil {
		return nil, err
	}
	return set, eachLine(filepath.Join(dir, "gold.jsonl"), func(line []byte) error {
		var g goldLine
		if err := json.Unmarshal(line, &g); err != nil {
			return err
		}
		i, ok := index[g.ID]
		if !ok {
			return fmt.Errorf("article %q is not in articles.jsonl", g.ID)
		}
		set[i].gold = g.inBytes(set[i].article.Text)
		return nil
	})
}

// goldLine is a line of gold.jsonl.
type goldLine struct {
	ID     string
	Quotes []struct {
		Start, End   int
		SpeakerStart *int `json:"speaker_start"`
		SpeakerEnd   *int `json:"speaker_end"`
	}
}

// inBytes turns the offsets of a line, which count code points of text, into spans.
func (g goldLine) inBytes(text string) []quotes.Gold {
	var out []quotes.Gold
	offsets := byteOffsets(text)
	for _, q := range g.Quotes {
		gold := quotes.Gold{Words: news.Span{Start: offsets[q.Start], End: offsets[q.End]}}
		if q.SpeakerStart != nil && q.SpeakerEnd != nil {
			gold.Speaker = news.Span{Start: offsets[*q.SpeakerStart], End: offsets[*q.SpeakerEnd]}
		}
		out = append(out, gold)
	}
	return out
}

// byteOffsets gives for each code point of s the byte where it begins, plus len(s).
func byteOffsets(s string) []int {
	out := make([]int, 0, len(s)+1)
	for i := range s {
		out = append(out, i)
	}
	return append(out, len(s))
}

// eachLine calls f with every line of a file.
func eachLine(path string, f func([]byte) error) error {
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("read the data set: %w", err)
	}
	defer func() { _ = file.Close() }() // only read from
	scanner := bufio.NewScanner(file)
	scanner.Buffer(nil, 1<<26)
	for n := 1; scanner.Scan(); n++ {
		if err := f(scanner.Bytes()); err != nil {
			return fmt.Errorf("%s, line %d: %w", path, n, err)
		}
	}
	return scanner.Err()
}

// prediction is a line for the scorer. Confidence and Name are for studying the threshold; the scorer passes over them.
type prediction struct {
	ID     string           `json:"id"`
	Quotes []predictedQuote `json:"quotes"`
}

type predictedQuote struct {
	Start        int     `json:"start"`
	End          int     `json:"end"`
	Text         string  `json:"text"`
	Kind         string  `json:"kind"`
	Speaker      *string `json:"speaker"`
	SpeakerStart *int    `json:"speaker_start,omitempty"`
	SpeakerEnd   *int    `json:"speaker_end,omitempty"`
	Name         string  `json:"name"`
	Confidence   float64 `json:"confidence"`
}

// writePrediction writes one line: each fragment of each quotation with its speaker, named as fully as the article allows.
func writePrediction(w io.Writer, l labelled, found []news.Quote) error {
	p := prediction{ID: l.article.ID, Quotes: []predictedQuote{}}
	runes := func(i int) int { return utf8.RuneCountInString(l.article.Text[:i]) }
	for _, q := range found {
		if mark := quotes.OpeningMark(l.article.Text, q); q.Kind == news.Reported || mark != "“" && mark != `"` {
			continue // the set is silent on what stands in other marks or in none
		}
		for _, f := range q.Fragments {
			out := predictedQuote{Start: runes(f.Span.Start), End: runes(f.Span.End), Text: f.Text, Kind: string(q.Kind), Name: q.Speaker.Name, Confidence: q.Speaker.Confidence}
			if who := speakerOf(q.Speaker); who != "" {
				start, end := runes(q.Speaker.MentionSpan.Start), runes(q.Speaker.MentionSpan.End)
				out.Speaker, out.SpeakerStart, out.SpeakerEnd = &who, &start, &end
			}
			p.Quotes = append(p.Quotes, out)
		}
	}
	return json.NewEncoder(w).Encode(p)
}

// speakerOf returns the name of a speaker, or its mention when the name is open.
func speakerOf(s news.Speaker) string {
	if s.Name != "" {
		return s.Name
	}
	return s.Mention
}
