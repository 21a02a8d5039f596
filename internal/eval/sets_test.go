package eval

import (
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"attache/internal/news"
)

// write puts files into a new folder and returns it.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func day(s string) time.Time {
	d, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return d
}

func TestReadSet(t *testing.T) {
	t.Parallel()
	plain := `{"id": "p1", "question": "Who shut the pass?", "articles": ["a", "b"], "answers": ["Varesh"], "date": "2031-05-09"}
{"question": "Who won?", "null": true}
{"question": "Who spoke?", "titles": ["Pass"]}
{"question": "Who slept?"}
`
	for name, c := range map[string]struct {
		files map[string]string
		path  string
		shape Shape
		want  []Question
	}{
		"plain": {
			map[string]string{"q.jsonl": plain}, "q.jsonl", Plain,
			[]Question{
				{ID: "p1", Text: "Who shut the pass?", Relevant: relevant("a", "b"), Answers: []string{"Varesh"}, Asked: day("2031-05-09")},
				{ID: "2", Text: "Who won?", Null: true},
				{ID: "3", Text: "Who spoke?", Titles: []string{"Pass"}},
				{ID: "4", Text: "Who slept?", Null: true}, // others have titles
			},
		},
		"plain, of which nothing is known": {
			map[string]string{"q.jsonl": `{"question": "Who slept?"}`}, "q.jsonl", Plain, []Question{{ID: "1", Text: "Who slept?"}},
		},
		"one list with a byte-order mark": {
			map[string]string{"q.json": "\uFEFF\n [{\"question\": \"Who?\", \"answer\": \"Kvell\"},\n{\"question\": \"When?\", \"answers\": [[\"1 May\", \"May 1\"], \"soon\"]}]\n"}, "q.json", Plain,
			[]Question{{ID: "1", Text: "Who?", Answers: []string{"Kvell"}}, {ID: "2", Text: "When?", Answers: []string{"1 May", "May 1", "soon"}}},
		},
		"BEIR": {
			map[string]string{
				"queries.jsonl": `{"_id": "q1", "text": "Who?"}` + "\n" + `{"_id": "q2", "text": "Why?", "kind": "null"}`,
				"qrels.tsv":     "query-id\tcorpus-id\tscore\nq1\ta\t2\nq1\tb\t0\nunknown\ta\t1\n\nq1\tc\tx\n",
			}, "", BEIR,
			[]Question{{ID: "q1", Text: "Who?", Relevant: map[string]int{"a": 2}}, {ID: "q2", Text: "Why?", Null: true}},
		},
		"BEIR with TREC's judgements": {
			map[string]string{"queries.json": `{"_id": "q1", "text": "Who?"}`, "qrels.tsv": "q1 0 a 1\n"}, "", BEIR,
			[]Question{{ID: "q1", Text: "Who?", Relevant: relevant("a")}},
		},
		"BEIR without judgements": {
			map[string]string{"queries.jsonl": `{"_id": "q1", "text": "Who?", "relevant": ["a"]}`}, "", BEIR,
			[]Question{{ID: "q1", Text: "Who?", Relevant: relevant("a")}},
		},
		"MultiHop-RAG": {
			map[string]string{"q.json": `[{"query": "Who?", "answer": "Yes", "question_type": "inference_query", "evidence_list": [{"fact": "The pass is shut."}]},
{"query": "Why?", "answer": "Insufficient information.", "question_type": "null_query", "evidence_list": []}]`}, "q.json", MultiHop,
			[]Question{
				{ID: "1", Text: "Who?", Answers: []string{"Yes"}, Facts: []string{"The pass is shut."}},
				{ID: "2", Text: "Why?", Answers: []string{"Insufficient information."}, Null: true},
			},
		},
		"passages of their own": {
			map[string]string{"q.jsonl": `{"query": "Who?", "answer": "Kvell", "positive": ["Kvell did."], "negative": ["Stenn slept."]}`}, "q.jsonl", Plain,
			[]Question{{ID: "1", Text: "Who?", Answers: []string{"Kvell"}, Passages: []string{"Kvell did.", "Stenn slept."}, Positive: []string{"Kvell did."}}},
		},
		"an empty file": {map[string]string{"q.jsonl": ""}, "q.jsonl", Plain, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			set, err := ReadSet(filepath.Join(write(t, c.files), c.path))
			if err != nil {
				t.Fatal(err)
			}
			if set.Shape != c.shape {
				t.Errorf("shape %q, want %q", set.Shape, c.shape)
			}
			if diff := cmp.Diff(c.want, set.Questions, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestReadSetErrors(t *testing.T) {
	t.Parallel()
	for name, content := range map[string]string{
		"cut short":           `{"question": "Who?"}` + "\n" + `{"question": "Wh`,
		"no JSON":             "Who?\nWhy?\n",
		"a list cut short":    `[{"question": "Who?"}`,
		"a stray bracket":     `{"question": "Who?"}` + "\n]\n" + `{"question": "Why?"}`,
		"text behind a list":  `[{"question": "Who?"}] and more`,
		"answers of a number": `{"question": "Who?", "answers": [7]}`,
	} {
		dir := write(t, map[string]string{"q.jsonl": content})
		if set, err := ReadSet(filepath.Join(dir, "q.jsonl")); err == nil || !strings.Contains(err.Error(), "q.jsonl") {
			t.Errorf("%s: read %d questions with the error %v, want one that names the file", name, len(set.Questions), err)
		}
	}
	if _, err := ReadSet(filepath.Join(t.TempDir(), "missing.jsonl")); err == nil {
		t.Error("a missing file is no error")
	}
}

func TestResolve(t *testing.T) {
	t.Parallel()
	set := Set{Questions: []Question{{Titles: []string{"Pass", "Unknown"}, Relevant: map[string]int{}}, {Relevant: relevant("z")}}}
	set.Resolve([]news.Article{{ID: "a", Title: "Pass"}, {ID: "b", Title: "Pass"}, {ID: "c", Title: "Road"}})
	if diff := cmp.Diff([]Question{{Titles: []string{"Pass", "Unknown"}, Relevant: relevant("a", "b")}, {Relevant: relevant("z")}}, set.Questions); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestReadCorpus(t *testing.T) {
	t.Parallel()
	lines := `{"_id": "a", "title": "Pass", "text": " The pass is shut. ", "metadata": {"publish_date": "2031/05/09", "url": "http://x"}}
{"title": "Road", "body": "The road is open.", "source": "Northern Wire", "published_at": "2031-05-09T10:30:00+00:00", "url": "https://example.org/road"}
{"title": "No id", "text": "Snow."}
`
	dir := write(t, map[string]string{"corpus.jsonl": lines})
	file, err := os.Create(filepath.Join(dir, "corpus.jsonl.gz"))
	if err != nil {
		t.Fatal(err)
	}
	zipped := gzip.NewWriter(file)
	if _, err := zipped.Write([]byte(lines)); err != nil {
		t.Fatal(err)
	}
	if err := zipped.Close(); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	snow := news.Article{Title: "No id", Text: "Snow."}
	want := []news.Article{
		{ID: "a", Title: "Pass", Text: "The pass is shut.", Published: day("2031-05-09")},
		{ID: "https://example.org/road", Title: "Road", Text: "The road is open.", Publisher: "Northern Wire", URL: "https://example.org/road", Published: day("2031-05-09")},
		{ID: news.Identify(snow), Title: "No id", Text: "Snow."},
	}
	for _, name := range []string{"corpus.jsonl", "corpus.jsonl.gz"} {
		got, err := ReadCorpus(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if _, err := ReadCorpus(filepath.Join(write(t, map[string]string{"x.gz": "no archive"}), "x.gz")); err == nil {
		t.Error("a file that is no archive is no error")
	}
}
