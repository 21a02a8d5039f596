package corpus_test

import (
	"io/fs"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"attache/corpus"
)

// The bounds are the ones this collection is written to: long enough to hold
// an argument, short enough that one article does not drown the others.
const (
	minWords = 400
	maxWords = 900
)

// exerciseNotice opens every article of the exercise, so that nobody can take
// an invented official for a real one.
const exerciseNotice = "This is an exercise: the countries, institutions and people in it are invented."

type frontMatter struct {
	Title     string `yaml:"title"`
	Source    string `yaml:"source"`
	URL       string `yaml:"url"`
	Author    string `yaml:"author"`
	Published string `yaml:"published"`
	Label     string `yaml:"label"`
}

type article struct {
	path string
	frontMatter
	body string
}

func (a article) exercise() bool { return path.Dir(a.path) == "exercise" }

func (a article) paragraphs() []string {
	var out []string
	for p := range strings.SplitSeq(a.body, "\n\n") {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}

func load(t *testing.T) []article {
	t.Helper()
	names, err := fs.Glob(corpus.Articles(), "*/*.md")
	if err != nil {
		t.Fatal(err)
	}
	articles := make([]article, 0, len(names))
	for _, name := range names {
		articles = append(articles, parse(t, name))
	}
	return articles
}

func parse(t *testing.T, name string) article {
	t.Helper()
	data, err := fs.ReadFile(corpus.Articles(), name)
	if err != nil {
		t.Fatal(err)
	}
	rest, ok := strings.CutPrefix(string(data), "---\n")
	if !ok {
		t.Fatalf("%s: does not begin with front matter", name)
	}
	head, body, ok := strings.Cut(rest, "\n---\n")
	if !ok {
		t.Fatalf("%s: front matter is not closed", name)
	}
	a := article{path: name, body: body}
	dec := yaml.NewDecoder(strings.NewReader(head))
	dec.KnownFields(true)
	if err := dec.Decode(&a.frontMatter); err != nil {
		t.Fatalf("%s: front matter: %v", name, err)
	}
	return a
}

func TestArticlesAreEnough(t *testing.T) {
	t.Parallel()
	var starters, exercises int
	for _, a := range load(t) {
		if a.exercise() {
			exercises++
		} else {
			starters++
		}
	}
	if starters < 14 {
		t.Errorf("got %d starter articles, want at least 14", starters)
	}
	if exercises < 4 {
		t.Errorf("got %d articles in the exercise, want at least 4", exercises)
	}
}

func TestArticlesHoldOnlyTheTwoFolders(t *testing.T) {
	t.Parallel()
	entries, err := fs.ReadDir(corpus.Articles(), ".")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if want := "articles exercise"; strings.Join(got, " ") != want {
		t.Errorf("got folders %q, want %q", got, want)
	}
}

func TestFrontMatter(t *testing.T) {
	t.Parallel()
	titles := map[string]string{}
	for _, a := range load(t) {
		for key, value := range map[string]string{"title": a.Title, "source": a.Source, "author": a.Author} {
			if strings.TrimSpace(value) == "" {
				t.Errorf("%s: %s is missing", a.path, key)
			}
		}
		if _, err := time.Parse(time.DateOnly, a.Published); err != nil {
			t.Errorf("%s: published: %v", a.path, err)
		}
		if a.URL != "" {
			t.Errorf("%s: has url %q, but nothing in this collection is published on the web", a.path, a.URL)
		}
		if first, taken := titles[a.Title]; taken {
			t.Errorf("%s: same title as %s", a.path, first)
		}
		titles[a.Title] = a.path
	}
}

func TestLength(t *testing.T) {
	t.Parallel()
	for _, a := range load(t) {
		if n := len(strings.Fields(a.body)); n < minWords || n > maxWords {
			t.Errorf("%s: %d words, want %d to %d", a.path, n, minWords, maxWords)
		}
	}
}

func TestExerciseIsLabelled(t *testing.T) {
	t.Parallel()
	for _, a := range load(t) {
		first := a.paragraphs()[0]
		switch {
		case a.exercise() && a.Label != "exercise":
			t.Errorf("%s: label is %q, want exercise", a.path, a.Label)
		case a.exercise() && first != exerciseNotice:
			t.Errorf("%s: opens with %q, want the exercise notice", a.path, first)
		case a.exercise() && !strings.HasPrefix(a.Published, "2031-"):
			t.Errorf("%s: published %s, want a day in 2031", a.path, a.Published)
		case !a.exercise() && a.Label != "":
			t.Errorf("%s: has label %q, but stands among the starter articles", a.path, a.Label)
		case !a.exercise() && strings.Contains(a.body, "Varesh"):
			t.Errorf("%s: names an invented country", a.path)
		}
	}
}

func TestQuotationMarksAreBalanced(t *testing.T) {
	t.Parallel()
	for _, a := range load(t) {
		paras := a.paragraphs()
		for i, p := range paras {
			next := ""
			if i+1 < len(paras) {
				next = paras[i+1]
			}
			if why := unbalanced(p, next); why != "" {
				t.Errorf("%s: %s in %q", a.path, why, p)
			}
		}
	}
}

// unbalanced says what is wrong with the quotation marks of p, or "". A
// quotation may stay open at the end of p when next begins with a mark: that
// is how a quotation of several paragraphs is printed.
func unbalanced(p, next string) string {
	curly := strings.Count(p, "“") - strings.Count(p, "”")
	straight := strings.Count(p, `"`) % 2
	continues := strings.HasPrefix(next, "“") || strings.HasPrefix(next, `"`)
	switch {
	case strings.ContainsAny(p, "“”") && strings.Contains(p, `"`):
		return "straight and curly marks mixed"
	case curly == 0 && straight == 0, curly == 1 && continues, straight == 1 && continues:
		return ""
	}
	return "unbalanced quotation marks"
}

func TestUnbalanced(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, p, next string
		bad           bool
	}{
		{name: "no marks", p: "It rained."},
		{name: "straight pair", p: `"Yes," she said.`},
		{name: "curly pair", p: "“Yes,” she said."},
		{name: "straight left open", p: `"Yes, she said.`, bad: true},
		{name: "curly left open", p: "“Yes, she said.", bad: true},
		{name: "curly closed twice", p: "“Yes,” she said.”", bad: true},
		{name: "mixed", p: "“Yes,\" she said.", bad: true},
		{name: "goes on in the next paragraph", p: "“First, the road.", next: "“Then the river.”"},
		{name: "stray close before a quotation", p: "She left.”", next: "“Then he spoke.”", bad: true},
	}
	for _, tt := range tests {
		if got := unbalanced(tt.p, tt.next); (got != "") != tt.bad {
			t.Errorf("%s: got %q, want bad=%v", tt.name, got, tt.bad)
		}
	}
}

// pressReport is the report whose facts some starter articles use. Its text
// is its publisher's, so the articles may share no long run of words with it.
const pressReport = "../../shared/eval/seed/central-asia-2023.txt"

const (
	maxSharedRun  = 6 // words in a row, outside quotation marks
	maxQuoteWords = 8 // words of a real person quoted at a time
)

var (
	word      = regexp.MustCompile(`[\p{L}\p{N}]+(?:['’]\p{L}+)?`)
	quotation = regexp.MustCompile(`"[^"]*"|“[^”]*”`)
)

func words(s string) []string {
	return word.FindAllString(strings.ReplaceAll(strings.ToLower(s), "’", "'"), -1)
}

func TestStarterArticlesAreInOurOwnWords(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(pressReport)
	if err != nil {
		t.Skipf("the press report is not beside this checkout: %v", err)
	}
	report := words(string(data))
	runs := map[string]bool{}
	for i := 0; i+maxSharedRun < len(report); i++ {
		runs[strings.Join(report[i:i+maxSharedRun+1], " ")] = true
	}
	for _, a := range load(t) {
		own := words(quotation.ReplaceAllString(a.body, " … "))
		for i := 0; i+maxSharedRun < len(own); i++ {
			if run := strings.Join(own[i:i+maxSharedRun+1], " "); runs[run] {
				t.Errorf("%s: shares %q with the press report", a.path, run)
			}
		}
	}
}

func TestRealPeopleAreQuotedVerbatimAndBriefly(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(pressReport)
	if err != nil {
		t.Skipf("the press report is not beside this checkout: %v", err)
	}
	var said []string
	for _, q := range quotation.FindAllString(string(data), -1) {
		said = append(said, " "+strings.Join(words(q), " ")+" ")
	}
	seen := 0
	for _, a := range load(t) {
		if a.exercise() {
			continue
		}
		for _, q := range quotation.FindAllString(a.body, -1) {
			seen++
			ws := words(q)
			if len(ws) > maxQuoteWords {
				t.Errorf("%s: %s has %d words, want at most %d", a.path, q, len(ws), maxQuoteWords)
			}
			if !containsAny(said, " "+strings.Join(ws, " ")+" ") {
				t.Errorf("%s: %s does not stand inside quotation marks in the press report", a.path, q)
			}
		}
	}
	if seen == 0 {
		t.Error("no quotation was checked")
	}
}

func containsAny(texts []string, part string) bool {
	for _, s := range texts {
		if strings.Contains(s, part) {
			return true
		}
	}
	return false
}
