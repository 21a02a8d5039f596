package eval

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strings"

	"attache/internal/retrieval"
)

// column is one way of searching with what it reached.
type column struct {
	mode    retrieval.Mode
	figures Figures
}

// Report collects the figures of one set, a column for each mode.
type Report struct {
	Set     string
	columns []column
}

// Add takes the figures of a mode in.
func (r *Report) Add(mode retrieval.Mode, f Figures) { r.columns = append(r.columns, column{mode, f}) }

// lines names the figures in the order in which they are printed.
var lines = []struct {
	name string
	of   func(Figures) float64
}{
	{"article Hits@4", func(f Figures) float64 { return f.Hits4 }},
	{"article Hits@10", func(f Figures) float64 { return f.Hits10 }},
	{"article MRR@10", func(f Figures) float64 { return f.MRR10 }},
	{"article recall@10", func(f Figures) float64 { return f.Recall10 }},
	{"article nDCG@10", func(f Figures) float64 { return f.NDCG10 }},
	{"article MAP", func(f Figures) float64 { return f.MAP }},
	{"passage Hits@4", func(f Figures) float64 { return f.ChunkHits4 }},
	{"passage Hits@10", func(f Figures) float64 { return f.ChunkHits10 }},
	{"fact MRR@10", func(f Figures) float64 { return f.FactMRR }},
	{"fact Hits@4", func(f Figures) float64 { return f.FactHits4 }},
	{"fact Hits@10", func(f Figures) float64 { return f.FactHits10 }},
	{"all facts @10", func(f Figures) float64 { return f.FactAll10 }},
	{"abstained, null", func(f Figures) float64 { return f.Abstained }},
	{"abstained, falsely", func(f Figures) float64 { return f.FalselyAbstain }},
}

// Print writes the figures side by side; those that the set has no gold for are left out.
func (r *Report) Print(w io.Writer) {
	if len(r.columns) == 0 {
		return
	}
	f := r.columns[0].figures
	fmt.Fprintf(w, "%s: %d questions, %d of them without an answer\n%-20s", r.Set, f.Questions, f.Nulls, "")
	for _, c := range r.columns {
		name := string(c.mode)
		if c.mode == retrieval.Hybrid {
			name = "hybrid"
		}
		fmt.Fprintf(w, "%10s", name)
	}
	fmt.Fprintln(w)
	for _, line := range lines {
		var b strings.Builder
		known := false
		for _, c := range r.columns {
			v := line.of(c.figures)
			if math.IsNaN(v) {
				b.WriteString("         -")
				continue
			}
			known = true
			fmt.Fprintf(&b, "%10.3f", v)
		}
		if known {
			fmt.Fprintf(w, "%-20s%s\n", line.name, b.String())
		}
	}
}

// Write writes results as JSON Lines in the form that the public scorers of the set's shape read.
func Write(w io.Writer, set Set, results []Result) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	for _, r := range results {
		if err := encoder.Encode(line(set.Shape, r)); err != nil {
			return err
		}
	}
	return nil
}

func line(shape Shape, r Result) any {
	type passage struct {
		Article string `json:"doc_id"`
		Text    string `json:"text"`
	}
	if shape == MultiHop {
		texts := []string{}
		for _, p := range r.Passages[:min(10, len(r.Passages))] {
			texts = append(texts, p.Text)
		}
		return map[string]any{"query": r.Question.Text, "results": texts, "abstained": r.Abstained, "confidence": r.Confidence, "null": r.Question.Null, "signals": r.Signals}
	}
	if len(r.Question.Answers) == 0 && !r.Question.Null {
		return map[string]any{"_id": r.Question.ID, "results": articles(r), "abstained": r.Abstained, "confidence": r.Confidence, "signals": r.Signals}
	}
	passages := []passage{}
	for _, p := range r.Passages[:min(50, len(r.Passages))] {
		passages = append(passages, passage{p.Article, p.Text})
	}
	return map[string]any{"_id": r.Question.ID, "results": passages, "abstained": r.Abstained, "confidence": r.Confidence, "null": r.Question.Null, "signals": r.Signals}
}
