package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// evalFolder writes a small set of questions with its articles and returns the arguments that name them.
func evalFolder(t *testing.T, files map[string]string) (folder string) {
	t.Helper()
	folder = t.TempDir()
	for name, lines := range files {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(lines), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

func TestEvalAnswersOfCorpus(t *testing.T) {
	t.Parallel()
	folder := evalFolder(t, map[string]string{
		"questions.jsonl": `{"id":"1","question":"Who mediates between Varesh and Solmark?","answers":["Sefa Aldane"]}
{"id":"2","question":"Who mediates between Varesh and Solmark?","answers":["Rurik Osen"]}
{"id":"3","question":"What is the boiling point of tungsten?","null":true}
`,
		"corpus.jsonl": `{"_id":"a","title":"The mediator","text":"Sefa Aldane mediates between Varesh and Solmark for the League of Lake States."}
`,
		"more.jsonl": `{"_id":"b","title":"Who mediates","text":"Nobody mediates between Varesh and Solmark, says a paper that mediates between Varesh and Solmark in its dreams."}
`,
	})
	in := func(name string) string { return filepath.Join(folder, name) }
	out := in("answers.jsonl")

	got := bot(t, "", home(t), "eval", "answers", in("questions.jsonl"), "--corpus", in("corpus.jsonl"), "--out", out)
	got.want(t, 0, "questions.jsonl: 3 questions", "answer match 0.500", "verbatim 1.000", "refused, null 1.000", "refused, falsely 0.000")
	if got.err != "" {
		t.Errorf("a bar is drawn where there is no terminal:\n%s", got.err)
	}
	data, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(data)), "\n")
	for i, want := range []string{`"matched":true`, `"matched":false`, `"abstained":true`} {
		if len(lines) != 3 || !strings.Contains(lines[i], want) {
			t.Errorf("answers lack %s in line %d:\n%s", want, i+1, data)
		}
	}
	if strings.Contains(lines[2], `"shown":"S`) || !strings.Contains(lines[0], "Sefa Aldane mediates") {
		t.Errorf("answers:\n%s", data)
	}

	// Forced, the null question is answered as well; without distractors nothing is said of stability.
	forced := bot(t, "", home(t), "eval", "answers", in("questions.jsonl"), "--corpus", in("corpus.jsonl"), "--force")
	forced.want(t, 0, "refused, null 0.000")
	if strings.Contains(forced.out, "kept") {
		t.Errorf("stability without distractors:\n%s", forced.out)
	}
	bot(t, "", home(t), "eval", "answers", in("questions.jsonl"), "--corpus", in("corpus.jsonl"), "--distractors", in("more.jsonl"), "--force").want(t, 0,
		"match kept 1.000", "sentences kept ")
}

// TestEvalAnswersOfPassages: questions that bring their passages are measured against the answering ones alone, and beside false ones.
func TestEvalAnswersOfPassages(t *testing.T) {
	t.Parallel()
	folder := evalFolder(t, map[string]string{"rgb.jsonl": `{"id":"1","question":"Who commands the border post at Kareth?","answers":["Jorun Hale"],"fakeanswer":"Rurik Osen",` +
		`"positive":["On Friday, Jorun Hale commands the border post at Kareth."],"positive_wrong":["On Friday, Rurik Osen commands the border post at Kareth."],"negative":["Snow closes the pass from December to March."]}` + "\n"})
	bot(t, "", home(t), "eval", "answers", filepath.Join(folder, "rgb.jsonl")).want(t, 0, "answer match 1.000", "reports differ 0.000", "match kept 1.000",
		"beside false passages: 1 questions", "both versions 1.000 reports differ 1.000")
}

func TestEvalAnswersFails(t *testing.T) {
	t.Parallel()
	folder := evalFolder(t, map[string]string{"questions.jsonl": `{"id":"own","question":"Who mediates?","answers":["Sefa Aldane"]}` + "\n", "empty.jsonl": ""})
	in := func(name string) string { return filepath.Join(folder, name) }
	for _, tt := range []struct {
		args []string
		want string
	}{
		{[]string{in("nowhere.jsonl")}, "nowhere.jsonl"},
		{[]string{in("questions.jsonl")}, "question own came without passages and there is no corpus"},
		{[]string{in("questions.jsonl"), "--corpus", in("empty.jsonl")}, "no article in"},
		{[]string{in("questions.jsonl"), "--corpus", in("questions.jsonl"), "--force", "--out", filepath.Join(folder, "no", "such", "folder")}, "no such file"},
	} {
		bot(t, "", home(t), append([]string{"eval", "answers"}, tt.args...)...).want(t, 1, tt.want)
	}
}
