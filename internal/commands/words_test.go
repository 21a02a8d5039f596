package commands

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
)

// untranslated are the files whose words are English only so far.
var untranslated = []string{"brief.go", "compare.go", "timeline.go", "position.go", "quote.go", "people.go", "speakers.go", "sources.go", "replay.go", "receipt.go",
	"model.go", "versions.go", "audit.go"}

// spoken are the English formats that a file says, by position: the first arguments of Problemf, Request.say, verifier.say and sentence{}, and the labels
// of actions and inputs.
func spoken(t *testing.T, file string) map[string]token.Position {
	t.Helper()
	set := token.NewFileSet()
	tree, err := parser.ParseFile(set, file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]token.Position{}
	note := func(e ast.Expr) {
		if lit, ok := e.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			text, err := strconv.Unquote(lit.Value)
			if err == nil && regexp.MustCompile(`\p{L}{2}`).MatchString(regexp.MustCompile(`%[a-z]`).ReplaceAllString(text, "")) {
				found[text] = set.Position(lit.Pos())
			}
		}
	}
	ast.Inspect(tree, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			name := ""
			switch f := n.Fun.(type) {
			case *ast.Ident:
				name = f.Name
			case *ast.SelectorExpr:
				name = f.Sel.Name
			}
			if name == "Problemf" || name == "say" {
				for _, arg := range n.Args[:min(2, len(n.Args))] {
					note(arg)
				}
			}
		case *ast.KeyValueExpr:
			if key, ok := n.Key.(*ast.Ident); ok && slices.Contains([]string{"Label", "Placeholder", "format"}, key.Name) {
				note(n.Value)
			}
		}
		return true
	})
	return found
}

// Everything that the translated files say is in every catalog. A file that is not translated yet is listed above; what others say is counted.
func TestEverySentenceIsTranslated(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	translated := []string{"ask.go", "about.go", "verify.go", "search.go", "memory.go", "passages.go", "context.go", "person.go", "quiet.go", "feedback.go", "help.go", "status.go",
		"middleware.go", "rate.go"}
	all, open := 0, 0
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		for text, at := range spoken(t, file) {
			all++
			missing := missingIn(text)
			if len(missing) == 0 {
				continue
			}
			open++
			if slices.Contains(translated, file) && !notWords[text] {
				t.Errorf("%s: %q has no translation in %v", at, text, missing)
			}
		}
	}
	if all < 60 {
		t.Errorf("only %d sentences were found; the search for them is broken", all)
	}
	t.Logf("%d of %d sentences are in all languages; English only so far are those of %v", all-open, all, untranslated)
}

// notWords are placeholders that show what to type, which is English in every language.
var notWords = map[string]bool{"2023-02-28, Feb 2023, last week": true, "and Uzbekistan?": true}

func missingIn(text string) []string {
	var missing []string
	for name, c := range catalogs() {
		if c.Sentences[text] == "" {
			missing = append(missing, name)
		}
	}
	slices.Sort(missing)
	return missing
}

var verbs = regexp.MustCompile(`%[a-z]`)

// A translation takes the arguments of its original, in their order, and no language has sentences of its own. Labels fit Discord.
func TestTranslationsKeepTheArguments(t *testing.T) {
	t.Parallel()
	want := len(catalogs()["fr"].Sentences)
	for name, c := range catalogs() {
		if len(c.Sentences) != want || len(catalogs()) != 7 {
			t.Errorf("%s has %d sentences, French %d, in %d languages", name, len(c.Sentences), want, len(catalogs()))
		}
		for english, text := range c.Sentences {
			if a, b := verbs.FindAllString(english, -1), verbs.FindAllString(text, -1); !slices.Equal(a, b) {
				t.Errorf("%s: %q takes %v, %q takes %v", name, english, a, text, b)
			}
			if strings.TrimSpace(text) != text || text == "" || !utf8.ValidString(text) {
				t.Errorf("%s: %q", name, text)
			}
			if got := (sentence{english, arguments(english)}).in(name); strings.Contains(got, "%!") {
				t.Errorf("%s: %q comes out as %q", name, english, got)
			}
		}
		for thing, forms := range c.Things {
			if forms["other"] == "" {
				t.Errorf("%s: %s has no form for numbers in general", name, thing)
			}
			for form, text := range forms {
				if strings.Count(text, "%")-strings.Count(text, "%d") != 0 || !strings.Contains(text, "%d") && name != "ar" {
					t.Errorf("%s: %s, %s: %q", name, thing, form, text)
				}
			}
		}
		for _, label := range []string{"Only articles published since", "What was wrong with it?", "Which source is missing?", "Your question"} {
			if n := utf8.RuneCountInString(c.Sentences[label]); n == 0 || n > 45 {
				t.Errorf("%s: the label %q is %d characters long", name, c.Sentences[label], n)
			}
		}
	}
}

func arguments(format string) []any {
	var args []any
	for _, v := range verbs.FindAllString(format, -1) {
		if v == "%d" {
			args = append(args, 2)
		} else {
			args = append(args, "x")
		}
	}
	return args
}

func TestNumbersInWords(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		locale, thing string
		n             int
		want          string
	}{
		{"", "article", 1, "1 article"}, {"en-GB", "reply", 3, "3 replies"}, {"ja", "article", 2, "2 articles"}, {"fr", "gadget", 2, "2 gadgets"},
		{"fr", "article", 0, "0 article"}, {"fr", "article", 2, "2 articles"}, {"es-419", "article", 2, "2 artículos"},
		{"ru", "article", 1, "1 статья"}, {"ru", "article", 3, "3 статьи"}, {"ru", "article", 11, "11 статей"}, {"ru", "article", 21, "21 статья"}, {"ru", "article", 214, "214 статей"},
		{"uk", "question", 22, "22 запитання"}, {"uk", "question", 5, "5 запитань"},
		{"ar", "article", 1, "مقال واحد"}, {"ar", "article", 2, "مقالان"}, {"ar", "article", 5, "5 مقالات"}, {"ar", "article", 11, "11 مقالًا"}, {"ar", "article", 100, "100 مقال"},
		{"zh-CN", "article", 7, "7 篇文章"}, {"zh-TW", "article", 7, "7 articles"},
	} {
		if got := (Request{Locale: tc.locale}).say("%s", counted{tc.n, tc.thing}); got != tc.want {
			t.Errorf("%q, %d: %q, want %q", tc.locale, tc.n, got, tc.want)
		}
	}
}

// Arguments are never translated, nor is what stands in articles, even when it is the same as words of the bot.
func TestArgumentsStayAsTheyAre(t *testing.T) {
	t.Parallel()
	if got := (Request{Locale: "fr"}).say("Read as: %s", "Resolved"); got != "Lu comme : Resolved" {
		t.Errorf("got %q", got)
	}
	reply := Reply{
		Blocks:  []Block{{Kind: Sentence, Text: "Resolved"}, {Kind: Excerpt, Text: "Resolved", Attribution: "Resolved"}, {Kind: Quoted, Fragments: []string{"Resolved"}}, {Kind: Plain, Text: "Reports differ."}},
		Actions: []Action{{Label: "Narrow", Input: &Input{Label: "Your question", Placeholder: "2023-02-28"}}},
	}
	got := reply.in("de")
	for i, want := range []string{"Resolved", "Resolved", "", "Die Berichte weichen voneinander ab."} {
		if got.Blocks[i].Text != want {
			t.Errorf("block %d: %q, want %q", i, got.Blocks[i].Text, want)
		}
	}
	if got.Actions[0].Label != "Eingrenzen" || got.Actions[0].Input.Label != "Deine Frage" || reply.Actions[0].Input.Label != "Your question" || reply.Blocks[3].Text != "Reports differ." {
		t.Errorf("got %+v; the original is now %+v", got.Actions[0], reply.Actions[0])
	}
}
