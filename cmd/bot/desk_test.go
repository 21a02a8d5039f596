package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestDeskCommands(t *testing.T) {
	t.Parallel()
	env, file := home(t), filepath.Join(t.TempDir(), "brief.md")
	bot(t, "", env, "timeline", "the", "Kareth", "pass").want(t, 0, `Timeline of "the Kareth pass"`, "oldest first", "[1]")
	bot(t, "", env, "compare", "Drazh", "Kvell", "the pass").want(t, 0, "Ilena Drazh", "Marta Kvell")
	bot(t, "", env, "brief", "the Kareth pass", "--as-of", "2031-05-09", "--out", file).want(t, 0, "Who said what")
	data, err := os.ReadFile(file)
	if err != nil || !strings.Contains(string(data), "## Sources") {
		t.Errorf("the file holds %q, %v", data, err)
	}
	bot(t, "", env, "brief", "tungsten smelting", "--out", file).want(t, 1, "there is no brief")
	bot(t, "", env, "status").want(t, 0, "extractive", "Newest article")

	asked := bot(t, "", env, "ask", "Who commands the border post at Kareth?")
	m := regexp.MustCompile(`#[0-9a-f]{8}`).FindString(asked.out)
	bot(t, "", env, "replay", m).want(t, 0, "Nothing changed")
	bot(t, "", env, "replay", "00000000").want(t, 1, "No answer #00000000")
}

func TestEvalAnswers(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	questions := write("q.jsonl", `{"id":"1","question":"Who commands the border post at Kareth?","answers":[["Jorun Hale","Captain Hale"]],`+
		`"positive":["Captain Jorun Hale commands the border post at Kareth, the ministry said."],"negative":["Snow closes the pass from December to March."]}`+"\n")
	bot(t, "", home(t), "eval", "answers", questions, "--force", "--out", filepath.Join(dir, "out.jsonl")).want(t, 0, "answer match 1.000", "verbatim 1.000")
	out, err := os.ReadFile(filepath.Join(dir, "out.jsonl"))
	if err != nil || !strings.Contains(string(out), `"matched":true`) {
		t.Errorf("out.jsonl holds %q, %v", out, err)
	}
	common := write("c.jsonl", `{"id":"1","question":"Who commands the border post at Kareth?","answers":["Hale"]}`+"\n")
	bot(t, "", home(t), "eval", "answers", common).want(t, 1, "there is no corpus")
}
