package eval

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"attache/internal/embed"
	"attache/internal/news"
)

func TestAnswersShown(t *testing.T) {
	model, err := embed.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "questions.jsonl")
	lines := []string{
		`{"id":"own","question":"Who commands the border post at Kareth?","answers":[["Jorun Hale","Captain Hale"]],"positive":["Captain Jorun Hale commands the border post at Kareth."],"negative":["Snow closes the pass from December to March."]}`,
		`{"id":"common","question":"Who mediates between Varesh and Solmark?","answers":["Sefa Aldane"]}`,
		`{"id":"wrong","question":"Who mediates between Varesh and Solmark?","answers":["Rurik Osen"]}`,
		`{"id":"null","question":"What is the boiling point of tungsten?","null":true}`,
	}
	if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	set, err := ReadSet(path)
	if err != nil {
		t.Fatal(err)
	}
	articles := []news.Article{{ID: "a", Title: "The mediator", Text: "Sefa Aldane mediates between Varesh and Solmark for the League of Lake States."}}
	index, err := Build(t.Context(), model, articles, nil)
	if err != nil {
		t.Fatal(err)
	}
	answers, err := Answers(t.Context(), model, index, set, articles, true, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range answers {
		if want := a.Question.ID == "own" || a.Question.ID == "common"; a.Matched != want {
			t.Errorf("question %s: matched is %v for %q", a.Question.ID, a.Matched, a.Shown)
		}
		if a.Verbatim != a.Sentences {
			t.Errorf("question %s: %d of %d sentences are verbatim", a.Question.ID, a.Verbatim, a.Sentences)
		}
	}
	f := MeasureAnswers(answers)
	if math.Abs(f.Match-2.0/3) > 1e-9 || f.Verbatim != 1 {
		t.Errorf("figures %+v, want 2 of 3 matched, all verbatim", f)
	}
	if answers, err = Answers(t.Context(), model, index, set, articles, false, nil); err != nil || !answers[3].Abstained {
		t.Errorf("the question that has no answer is answered: %+v, %v", answers[3], err)
	}
	if _, err := Answers(t.Context(), model, nil, set, nil, false, nil); err == nil || !strings.Contains(err.Error(), "common") {
		t.Errorf("got %v for a question without passages and without a corpus", err)
	}
}

// TestAnswersAreShort: an answer that stands behind the words that count does not.
func TestAnswersAreShort(t *testing.T) {
	long := strings.Repeat("word ", MostWords)
	for name, tt := range map[string]struct {
		shown string
		want  bool
	}{
		"within": {"It was Sefa Aldane. " + long, true},
		"behind": {long + "It was Sefa Aldane.", false},
		"part":   {"It was Sefa Aldanes.", false},
	} {
		if got := matches(tt.shown, []string{"Sefa Aldane"}); got != tt.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// TestContrast: noise that changes an answer shows, and so does a false passage that is shown beside the right one.
func TestContrast(t *testing.T) {
	model, err := embed.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "questions.jsonl")
	line := `{"id":"1","question":"Who commands the border post at Kareth?","answers":["Jorun Hale"],"fakeanswer":"Rurik Osen","positive":["On Friday, Jorun Hale commands the border post at Kareth."],` +
		`"positive_wrong":["On Friday, Rurik Osen commands the border post at Kareth."],"negative":["Snow closes the pass from December to March."]}`
	if err := os.WriteFile(path, []byte(line), 0o600); err != nil {
		t.Fatal(err)
	}
	set, err := ReadSet(path)
	if err != nil {
		t.Fatal(err)
	}
	ask := func(s Set, ok bool) []Answered {
		t.Helper()
		if !ok {
			t.Fatal("no such questions in the set")
		}
		answers, err := Answers(t.Context(), model, nil, s, nil, true, nil)
		if err != nil {
			t.Fatal(err)
		}
		return answers
	}
	with := ask(set, true)
	if f := MeasureAnswers(with); f.Recall != 1 || f.Precision != 1 || f.Differ != 0 {
		t.Errorf("figures %+v, want every citation needed and no disagreement", f)
	}
	without := ask(set.WithoutNoise())
	if f := MeasureStability(without, with); f.Match != 1 || f.Sentences != 1 {
		t.Errorf("stability %+v, want all kept", f)
	}
	if f := MeasureStability(without, []Answered{{Question: set.Questions[0]}}); f.Match != 0 || f.Sentences != 0 {
		t.Errorf("stability %+v, want nothing kept in an empty answer", f)
	}
	if f := MeasureDisagreement(ask(set.WithFalse())); f.Shown != 1 || f.Told != 1 {
		t.Errorf("disagreement %+v, want both versions shown", f)
	}
	set.Questions[0].False, set.Questions[0].Positive = nil, nil
	if _, ok := set.WithFalse(); ok {
		t.Error("false passages in a set that has none")
	}
	if _, ok := set.WithoutNoise(); ok {
		t.Error("answering passages in a set that has none")
	}
}
