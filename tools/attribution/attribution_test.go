package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"attache/internal/quotes"
)

// invented is a small set in the form of the evaluation set.
var invented = []struct{ text, words, speaker string }{
	{"Ilena Drazh spoke. “We are ready,” Drazh said. Oran Lisk listened.", "We are ready", "Drazh"},
	{"“Never,” said Oran Lisk. Ilena Drazh listened.", "Never", "Oran Lisk"},
	{"Oran Lisk was brief: “It is late.” Ilena Drazh laughed.", "It is late.", "Oran Lisk"},
	{"Çelik met Ilena Drazh. “The pass is shut,” Ilena Drazh said.", "The pass is shut", "Ilena Drazh"},
}

func writeSet(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	var articles, gold bytes.Buffer
	for i, x := range invented {
		id := string(rune('a' + i))
		at := func(s string) int { return len([]rune(x.text[:strings.LastIndex(x.text, s)])) }
		for buffer, line := range map[*bytes.Buffer]any{
			&articles: map[string]any{"id": id, "date": "2023-02-28", "title": "T", "text": x.text},
			&gold: map[string]any{"id": id, "quotes": []any{map[string]any{
				"start": at(x.words), "end": at(x.words) + len([]rune(x.words)), "speaker_start": at(x.speaker), "speaker_end": at(x.speaker) + len([]rune(x.speaker)),
			}}},
		} {
			if err := json.NewEncoder(buffer).Encode(line); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, b := range map[string]*bytes.Buffer{"articles.jsonl": &articles, "gold.jsonl": &gold} {
		if err := os.WriteFile(filepath.Join(dir, name), b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestRunLearnsAndPredicts(t *testing.T) {
	t.Parallel()
	dir, out := writeSet(t), t.TempDir()
	file := filepath.Join(out, "predictions.jsonl")
	if err := run(dir, out, file, 2); err != nil {
		t.Fatal(err)
	}
	predictions, err := os.ReadFile(file)
	if err != nil || bytes.Count(predictions, []byte("\n")) != len(invented) {
		t.Errorf("predictions: %v, %q", err, predictions)
	}
	speaker, err := os.ReadFile(filepath.Join(out, "speaker.txt"))
	if err != nil {
		t.Fatal(err)
	}
	again, out2 := "", t.TempDir()
	if err := run(dir, out2, "", 2); err == nil {
		b, _ := os.ReadFile(filepath.Join(out2, "speaker.txt"))
		again = string(b)
	}
	if again != string(speaker) {
		t.Error("the same data gave other weights")
	}
}

func TestOffsetsOfGold(t *testing.T) {
	t.Parallel()
	set, err := load(writeSet(t))
	if err != nil {
		t.Fatal(err)
	}
	for i, l := range set {
		if got := l.gold[0].Words.In(l.article.Text); got != invented[i].words {
			t.Errorf("gold words %q, want %q", got, invented[i].words)
		}
		if got := l.gold[0].Speaker.In(l.article.Text); got != invented[i].speaker {
			t.Errorf("gold speaker %q, want %q", got, invented[i].speaker)
		}
	}
}

func TestLoadSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	if _, err := load(t.TempDir()); err == nil || !strings.Contains(err.Error(), "articles.jsonl") {
		t.Errorf("got %v", err)
	}
}

func TestLearnPrefersWhatIsRight(t *testing.T) {
	t.Parallel()
	var examples []quotes.Example
	for range 20 {
		examples = append(examples, quotes.Example{Options: []quotes.Option{{Features: []string{"good", "both"}, Right: true}, {Features: []string{"bad", "both"}}}})
	}
	m := learn(examples, settings{epochs: 10, rate: 0.1, decay: 1e-3, atLeast: 2})
	weight := make(map[string]float64)
	for i, name := range m.names {
		weight[name] = m.weights[i]
	}
	if weight["good"] <= 0.5 || weight["bad"] >= -0.5 || weight["both"] > 0.1 || weight["both"] < -0.1 {
		t.Errorf("weights %v", weight)
	}
	if s := m.String(); !strings.Contains(s, "good\t") || strings.Contains(s, "rare") {
		t.Errorf("written as %q", s)
	}
}
