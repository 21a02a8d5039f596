package eval

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"attache/internal/embed"
	"attache/internal/news"
	"attache/internal/retrieval"
)

// stories is a small collection with questions to it.
func stories() ([]news.Article, Set) {
	articles := []news.Article{
		{ID: "pass", Title: "Convoy crosses the pass", Text: "A convoy from Solmark drove over the Kareth pass before dawn. About 120 trucks took part, an official said.", Published: day("2031-05-09")},
		{ID: "harbor", Title: "Grain waits in Lind", Text: "Four ships waited for grain in the port of Lind. The harbor master expects delays.", Published: day("2031-05-10")},
		{ID: "vote", Title: "Parliament votes on tolls", Text: "The parliament of Varesh voted for a toll on trucks. The opposition voted against it.", Published: day("2031-05-11")},
	}
	return articles, Set{Name: "stories", Shape: BEIR, Questions: []Question{
		{ID: "1", Text: "How many trucks drove over the Kareth pass?", Relevant: relevant("pass"), Answers: []string{"120"}},
		{ID: "2", Text: "Why do ships wait in Lind?", Relevant: relevant("harbor"), Answers: []string{"grain"}},
		{ID: "3", Text: "Who composed the symphony?", Null: true},
	}}
}

func model(t *testing.T) embed.Model {
	t.Helper()
	m, err := embed.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// The whole way: build, ask in every mode, measure, print.
func TestRunAndReport(t *testing.T) {
	t.Parallel()
	articles, set := stories()
	steps := 0
	ix, err := Build(t.Context(), model(t), articles, func(done, all int) {
		steps++
		if done != steps || all != 3 {
			t.Errorf("told that %d of %d articles are done at step %d", done, all, steps)
		}
	})
	if err != nil || steps != 3 {
		t.Fatalf("%v after %d steps", err, steps)
	}
	report := Report{Set: set.Name}
	for _, mode := range []retrieval.Mode{retrieval.Lexical, retrieval.Vector, retrieval.Hybrid} {
		results, err := Run(t.Context(), ix, set, mode, nil)
		if err != nil {
			t.Fatal(err)
		}
		f := Measure(results)
		if f.Hits4 != 1 || f.MRR10 != 1 || f.ChunkHits4 != 1 || f.Nulls != 1 {
			t.Errorf("mode %q: %+v, want both right articles first", mode, f)
		}
		report.Add(mode, f)
	}
	var b bytes.Buffer
	report.Print(&b)
	printed := strings.Split(b.String(), "\n")
	if printed[0] != "stories: 3 questions, 1 of them without an answer" || strings.Join(strings.Fields(printed[1]), " ") != "lexical vector hybrid" {
		t.Errorf("printed %q", b.String())
	}
	if !strings.Contains(b.String(), "article MRR@10           1.000     1.000     1.000\n") || strings.Contains(b.String(), "fact") {
		t.Errorf("want the ranks, and nothing of facts, which the set does not have:\n%s", b.String())
	}
}

func TestReportOfNothing(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	(&Report{Set: "x"}).Print(&b)
	if b.Len() != 0 {
		t.Errorf("printed %q", b.String())
	}
}

// The lines for the public scorers: what each of them reads must be there under its name.
func TestWrite(t *testing.T) {
	t.Parallel()
	result := Result{Question: Question{ID: "q1", Text: "Who & why?", Answers: []string{"x"}}, Confidence: 0.25, Abstained: true}
	for i := range 60 {
		result.Passages = append(result.Passages, Found{Article: []string{"a", "b"}[i%2], Text: "The <pass>."})
	}
	plain := result
	plain.Question.Answers = nil
	for name, c := range map[string]struct {
		shape   Shape
		result  Result
		key     string
		results int
		first   any
	}{
		"passages":      {BEIR, result, "_id", 50, map[string]any{"doc_id": "a", "text": "The <pass>."}},
		"articles":      {BEIR, plain, "_id", 2, "a"},
		"MultiHop-RAG":  {MultiHop, result, "query", 10, "The <pass>."},
		"nothing found": {MultiHop, Result{Question: result.Question}, "query", 0, nil},
	} {
		var b bytes.Buffer
		if err := Write(&b, Set{Shape: c.shape}, []Result{c.result, c.result}); err != nil {
			t.Fatal(err)
		}
		written := strings.Split(strings.TrimSpace(b.String()), "\n")
		if len(written) != 2 || strings.Contains(written[0], `\u0026`) {
			t.Fatalf("%s: wrote %d lines: %.80s", name, len(written), written[0])
		}
		var line struct {
			ID, Query string
			Results   []any
			Abstained bool
		}
		var record map[string]any
		if err := errors.Join(json.Unmarshal([]byte(written[0]), &line), json.Unmarshal([]byte(written[0]), &record)); err != nil {
			t.Fatal(err)
		}
		if record[c.key] == "" || record[c.key] == nil || line.Results == nil || len(line.Results) != c.results || line.Abstained != c.result.Abstained {
			t.Errorf("%s: wrote %.200s", name, written[0])
		}
		if c.results > 0 {
			if diff := cmp.Diff(c.first, line.Results[0]); diff != "" {
				t.Errorf("%s: first result (-want +got):\n%s", name, diff)
			}
		}
	}
}

// Answers shows sentences of the collection, or nothing.
func TestAnswers(t *testing.T) {
	t.Parallel()
	articles, set := stories()
	m := model(t)
	ix, err := Build(t.Context(), m, articles, nil)
	if err != nil {
		t.Fatal(err)
	}
	all, err := Answers(t.Context(), m, ix, set, articles, true, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !all[0].Matched || all[0].Verbatim == 0 || all[0].Verbatim != all[0].Sentences {
		t.Errorf("forced to answer, the bot shows %+v, want the 120 trucks, verbatim", all[0])
	}
	own := Set{Questions: []Question{{ID: "1", Text: "How many trucks crossed the pass?", Passages: []string{"About 90 trucks crossed the pass at night.", "Snow fell."}, Answers: []string{"90"}}}}
	all, err = Answers(t.Context(), m, nil, own, nil, true, nil)
	if err != nil || !all[0].Matched {
		t.Errorf("a question with passages of its own: %+v, %v", all, err)
	}
	if _, err := Answers(t.Context(), m, nil, set, nil, false, nil); err == nil {
		t.Error("a question without passages or a corpus is no error")
	}
}

func TestBuildReportsTheEmbedder(t *testing.T) {
	t.Parallel()
	articles, _ := stories()
	broken := model(t)
	broken.Embed = func(context.Context, []string) ([][]float32, error) { return nil, errors.New("connection refused") }
	if _, err := Build(t.Context(), broken, articles, nil); err == nil || !strings.Contains(err.Error(), "connection refused") {
		t.Errorf("got %v, want the embedder's error", err)
	}
}
