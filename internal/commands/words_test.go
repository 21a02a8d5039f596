package commands

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"attache/internal/news"
	"attache/internal/retrieval"
	"attache/internal/text"
)

// said are the formats and sentences, and the counted things, that a file of the package says, by position: every text of several words that is not for
// programs, and single ones where they are shown.
func said(t *testing.T, file string) (sentences, things map[string]token.Position) {
	t.Helper()
	set := token.NewFileSet()
	tree, err := parser.ParseFile(set, file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	sentences, things = map[string]token.Position{}, map[string]token.Position{}
	shown := map[*ast.BasicLit]bool{}
	note := func(all ...ast.Expr) {
		for _, e := range all {
			if lit, ok := e.(*ast.BasicLit); ok {
				shown[lit] = true
			}
		}
	}
	ast.Inspect(tree, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.ValueSpec:
			return n.Names[0].Name != "irregular" // English plurals
		case *ast.BinaryExpr:
			if text := joined(t, n); text != "" && !notWords[text] {
				sentences[text] = set.Position(n.Pos())
				return false
			}
		case *ast.CallExpr:
			switch name := called(n); {
			case forPrograms[name]:
				return false
			case toPeople[name]:
				note(n.Args...)
			}
		case *ast.KeyValueExpr:
			switch key, _ := n.Key.(*ast.Ident); {
			case key == nil:
			case slices.Contains([]string{"Name", "Description", "Group", "MessageMenu", "Type"}, key.Name): // see TestEveryCommandIsDescribed
				return false
			case slices.Contains([]string{"Label", "Placeholder", "Title", "Footer", "Mark", "Text", "format"}, key.Name):
				note(n.Value)
			}
		case *ast.CompositeLit:
			if kind, _ := n.Type.(*ast.Ident); kind != nil && kind.Name == "counted" && len(n.Elts) == 2 {
				if lit, ok := n.Elts[1].(*ast.BasicLit); ok { // the other is no text
					things[unquote(t, lit)] = set.Position(lit.Pos())
				}
				return false
			}
		case *ast.Field:
			return false
		case *ast.BasicLit:
			text := unquote(t, n)
			if n.Kind == token.STRING && words.MatchString(verbs.ReplaceAllString(text, "")) && (shown[n] || severalWords.MatchString(text)) && !notWords[text] && !strings.Contains(text, "(?:") {
				sentences[text] = set.Position(n.Pos())
			}
		}
		return true
	})
	return sentences, things
}

// Functions whose texts nobody but programs and operators sees, and those whose texts are shown even when they are of one word.
var (
	forPrograms = map[string]bool{"Errorf": true, "New": true, "MustCompile": true, "panic": true, "Warn": true, "WarnContext": true, "DebugContext": true, "ErrorContext": true,
		"Log": true, "Format": true, "section": true, "phrases": true, "wordSet": true}
	toPeople = map[string]bool{"Problemf": true, "say": true, "Phrasef": true, "within": true, "joined": true, "item": true, "part": true, "line": true, "bound": true}
)

// words have letters; severalWords are more than one.
var (
	words        = regexp.MustCompile(`\p{L}{2}`)
	severalWords = regexp.MustCompile(`\p{L}{2}.* |▲ |%.* \p{L}{2}`)
)

func called(c *ast.CallExpr) string {
	switch f := c.Fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		return f.Sel.Name
	}
	return ""
}

// joined is a text that stands on several lines; "" for anything else.
func joined(t *testing.T, e ast.Expr) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		return unquote(t, e)
	case *ast.BinaryExpr:
		if x, y := joined(t, e.X), joined(t, e.Y); x != "" && y != "" {
			return x + y
		}
	}
	return ""
}

func unquote(t *testing.T, lit *ast.BasicLit) string {
	t.Helper()
	if lit.Kind != token.STRING {
		return ""
	}
	text, err := strconv.Unquote(lit.Value)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// phrasesIn are what a file of another package says to readers: the formats of Phrasef, and the constants that it is given.
func phrasesIn(t *testing.T, file string) map[string]token.Position {
	t.Helper()
	set := token.NewFileSet()
	tree, err := parser.ParseFile(set, file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]token.Position{}
	ast.Inspect(tree, func(n ast.Node) bool {
		var said []ast.Expr
		switch n := n.(type) {
		case *ast.CallExpr:
			if called(n) == "Phrasef" {
				said = n.Args[:1]
			}
		case *ast.ValueSpec:
			if kind, _ := n.Type.(*ast.Ident); kind != nil && kind.Name == "unusable" {
				said = n.Values
			}
		}
		for _, e := range said {
			if lit, ok := e.(*ast.BasicLit); ok && words.MatchString(verbs.ReplaceAllString(unquote(t, lit), "")) {
				found[unquote(t, lit)] = set.Position(lit.Pos())
			}
		}
		return true
	})
	return found
}

// Everything that the bot says of its own is in every catalog.
func TestEverySentenceIsTranslated(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, other := range []string{"answer", "collection", "llm", "retrieval", "../cmd/bot"} {
		more, err := filepath.Glob("../" + other + "/*.go")
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, more...)
	}
	all := 0
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		var sentences, things map[string]token.Position
		if strings.HasPrefix(file, "..") {
			sentences = phrasesIn(t, file)
		} else {
			sentences, things = said(t, file)
		}
		all += len(sentences)
		for text, at := range sentences {
			if missing := missingIn(func(c *catalog) bool { return c.Sentences[text] != "" }); len(missing) > 0 {
				t.Errorf("%s: %q has no translation in %v", at, text, missing)
			}
		}
		for thing, at := range things {
			if missing := missingIn(func(c *catalog) bool { return c.Things[thing] != nil }); len(missing) > 0 {
				t.Errorf("%s: things %q have no translation in %v", at, thing, missing)
			}
		}
	}
	if all < 250 {
		t.Errorf("only %d sentences were found; the search for them is broken", all)
	}
	t.Logf("%d places where sentences are said", all)
}

// notWords are texts that are English in every language: what to type, what is asked of a search or a model, forms of dates.
var notWords = map[string]bool{
	"2023-02-28, Feb 2023, last week": true, "and Uzbekistan?": true, "%d ms": true,
	"The ": true, "the ": true, " of ": true, " in ": true, "an ": true,
	"What is the latest on ": true, "What led up to it in the matter of ": true, ", in order of time?": true, " Quote nobody.": true,
	"What is reported about ": true, "What is told of ": true, " about ": true,
}

func missingIn(has func(*catalog) bool) []string {
	var missing []string
	for name, c := range translations() {
		if !has(c) {
			missing = append(missing, name)
		}
	}
	slices.Sort(missing)
	return missing
}

var verbs = regexp.MustCompile(`%(?:\[\d\])?[.\d]*[a-z]`)

// A translation takes the arguments of its original, and no language has sentences of its own. Labels fit Discord.
func TestTranslationsKeepTheArguments(t *testing.T) {
	t.Parallel()
	want := len(translations()["fr"].Sentences)
	for name, c := range translations() {
		if len(c.Sentences) != want || len(translations()) != 7 {
			t.Errorf("%s has %d sentences, French %d, in %d languages", name, len(c.Sentences), want, len(translations()))
		}
		for english, text := range c.Sentences {
			if a, b := taken(english), taken(text); !maps.Equal(a, b) {
				t.Errorf("%s: %q takes %v, %q takes %v", name, english, a, text, b)
			}
			if strings.TrimSpace(text) != text || text == "" || !utf8.ValidString(text) {
				t.Errorf("%s: %q", name, text)
			}
			if got := (sentence{english, arguments(english)}).in(Language(name)); strings.Contains(got, "%!") {
				t.Errorf("%s: %q comes out as %q", name, english, got)
			}
		}
		for english, text := range c.Reasons {
			if a, b := taken(english), taken(text); !maps.Equal(a, b) || strings.TrimSpace(text) != text || text == "" {
				t.Errorf("%s: %q takes %v, %q takes %v", name, english, a, text, b)
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
		for _, label := range []string{"Only articles published since", "What was wrong with it?", "Which source is missing?", "Your question", "On what?"} {
			if n := utf8.RuneCountInString(c.Sentences[label]); n == 0 || n > 45 {
				t.Errorf("%s: the label %q is %d characters long", name, c.Sentences[label], n)
			}
		}
	}
}

// taken are the verbs of a format by the number of the argument that each takes.
func taken(format string) map[int]string {
	all, next := map[int]string{}, 1
	for _, v := range verbs.FindAllString(format, -1) {
		verb := index.ReplaceAllString(v, "")
		if at := index.FindStringSubmatch(v); at != nil {
			next, _ = strconv.Atoi(at[1])
		}
		all[next] += verb
		next++
	}
	return all
}

var index = regexp.MustCompile(`\[(\d)\]`)

func arguments(format string) []any {
	var args []any
	for _, v := range verbs.FindAllString(format, -1) {
		switch v[len(v)-1] {
		case 'd':
			args = append(args, 2)
		case 'f':
			args = append(args, 0.5)
		default:
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

// What is written in the other direction is set apart from the sentence around it: names, titles, addresses and quotations in Arabic, Arabic ones elsewhere.
// Nothing is, that is written in the same.
func TestArgumentsOfTheOtherDirectionAreSetApart(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		language Language
		format   string
		args     []any
		want     string
	}{
		{"ar", "Altered. %s said:", []any{"Ilena Drazh"}, "معدّل. قال \u2068Ilena Drazh\u2069:"},
		{"ar", "Altered. %s said:", []any{"إيلينا"}, "معدّل. قال إيلينا:"},
		{"ar", "There is no command %q. /help lists what there is.", []any{"qoute"}, "لا يوجد أمر \u2068\"qoute\"\u2069. يعرض \u2068/help\u2069 الأوامر المتاحة."},
		{"ar", "/%s takes no options.", []any{"help"}, "لا خيارات للأمر \u2068/\u2068help\u2069\u2069."},
		{"ar", "/unwatch %d ends it; /watches lists all", []any{3}, "ينهيها \u2068/unwatch 3\u2069؛ ويعرض \u2068/watches\u2069 الجميع"},
		{"ar", "Quoted as: %s.", []any{"14"}, "مقتبَس عنه بصفة: 14."},
		{"ar", "%s: %s", []any{counted{3, "article"}, "The Capital Herald (2)"}, "3 مقالات: \u2068The Capital Herald (2)\u2069"},
		{"ar", "%s, so this reply comes from retrieval alone.", []any{text.Phrasef("The model did not answer within %s", "20 s")}, "لم يجب النموذج خلال \u206820 s\u2069، فهذه الإجابة من البحث وحده."},
		{"", "Altered. %s said:", []any{"إيلينا"}, "Altered. \u2068إيلينا\u2069 said:"},
		{"fr", "Altered. %s said:", []any{"إيلينا"}, "Modifié. \u2068إيلينا\u2069 a dit :"},
		{"", "Altered. %s said:", []any{"Ilena"}, "Altered. Ilena said:"},
	} {
		if got := tc.language.say(tc.format, tc.args...); got != tc.want {
			t.Errorf("%q: got %q, want %q", tc.language, got, tc.want)
		}
	}
	for english, words := range translations()["ar"].Sentences {
		if againstDirection(verbs.ReplaceAllString(words, ""), true) {
			t.Errorf("%q: something in %q is not set apart", english, words)
		}
	}
}

// A button holds the request that it makes, not words of the bot, which may hold marks of direction.
func TestRequestsHoldNoMarks(t *testing.T) {
	t.Parallel()
	r := Request{Command: "quote", Locale: "ar", Options: map[string]string{"speaker": "Ilena"}}
	for _, reply := range []Reply{neverQuoted(r, person{name: "Ilena Drazh", told: 2}), filteredOut(r, retrieval.Query{Publisher: "The Herald"}, "Ilena Drazh"), askBefore(r, []news.Source{{Title: "Ferry"}})} {
		if len(reply.Actions) == 0 || !strings.Contains(reply.Title+reply.Blocks[0].Text, isolate) && reply.Title == "" {
			t.Errorf("the reply %+v sets nothing apart", reply)
		}
		for _, a := range reply.Actions {
			for name, value := range a.Request.Options {
				if strings.ContainsAny(value, isolate+isolateEnd) {
					t.Errorf("option %s of %q is %q", name, a.Label, value)
				}
			}
		}
	}
}

// Why a page or a file could not be read is known again by its English form, with what is in it.
func TestWhy(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		language   Language
		told, want string
	}{
		{"", "is not there (404)", "is not there (404)"}, {"fr", "is not there (404)", "n’est pas là (404)"}, {"de", "is not there (somewhere)", "is not there (somewhere)"},
		{"de", "cannot be read: PDFium does not start: no memory", "kann nicht gelesen werden: PDFium startet nicht: no memory"},
		{"es-ES", `front matter, channels: "x y" is not the id of a channel or a role: it is a long number (Developer Mode, then Copy ID)`,
			`encabezado, channels: "x y" no es el identificador de un canal o un rol: es un número largo (modo desarrollador, luego Copiar ID)`},
		{"ru", "is a damaged feed: its form is not understood", "повреждённая лента: форма непонятна"}, {"zh-CN", "is larger than 2.5 MB", "大于 2.5 MB"},
		{"uk", "is a sitemap where a page was expected: name it itself to have it read", "тип: карта сайту, а очікувалася сторінка: вкажіть його самого, щоб його прочитали"},
		{"ar", "names a host that is not found: a.example", "يذكر مضيفًا غير موجود: \u2068a.example\u2069"},
	} {
		if got := tc.language.why(tc.told); got != tc.want {
			t.Errorf("%q, %q: got %q, want %q", tc.language, tc.told, got, tc.want)
		}
	}
}

// What a look brought is worded with its place and reason, whatever the name of the place.
func TestBrought(t *testing.T) {
	t.Parallel()
	for told, want := range map[string]string{
		"3 added, 1 failed (https://a.example/x is not there (404))": "3 hinzugefügt, 1 gescheitert (https://a.example/x: ist nicht da (404))",
		"1 failed (my own (2) file.pdf is a damaged PDF)":            "1 gescheitert (my own (2) file.pdf: ist ein beschädigtes PDF)",
		"1 failed (notes.txt burns down)":                            "1 gescheitert (notes.txt: burns down)",
	} {
		if got := (Request{Locale: "de"}).brought(told); got != want {
			t.Errorf("%q is worded %q, want %q", told, got, want)
		}
	}
}

// Every reason that the packages which read give is in every catalog, and nothing else is.
func TestEveryReasonIsTranslated(t *testing.T) {
	t.Parallel()
	given := map[string]bool{"feed": true, "sitemap": true}
	for _, reads := range []string{"ingest", "fetch", "pdf", "intake"} {
		files, err := filepath.Glob("../" + reads + "/*.go")
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			for format := range reasonsGiven(t, file) {
				given[format] = true
			}
		}
	}
	for format := range given {
		if missing := missingIn(func(c *catalog) bool { return c.Reasons[format] != "" }); len(missing) > 0 {
			t.Errorf("%q has no translation in %v", format, missing)
		}
	}
	for name, c := range translations() {
		for format := range c.Reasons {
			if !given[format] {
				t.Errorf("%s: nobody says %q", name, format)
			}
		}
	}
}

// reasonsGiven are the formats of the errors that a file makes.
func reasonsGiven(t *testing.T, file string) map[string]bool {
	t.Helper()
	tree, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	given := map[string]bool{}
	take := func(of *ast.CallExpr) {
		if lit, ok := of.Args[0].(*ast.BasicLit); ok {
			given[regexp.MustCompile(`%[vw]`).ReplaceAllString(unquote(t, lit), "%s")] = true
		}
	}
	ast.Inspect(tree, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl: // an error of a type of its own
			if n.Name.Name == "Error" && n.Recv != nil {
				ast.Inspect(n.Body, func(n ast.Node) bool {
					if c, ok := n.(*ast.CallExpr); ok && called(c) == "Sprintf" {
						take(c)
					}
					return true
				})
			}
		case *ast.CallExpr:
			if name := called(n); (name == "Errorf" || name == "New") && len(n.Args) > 0 {
				take(n)
			}
		}
		return true
	})
	return given
}

// What /help gives as examples of questions about a message are read as such.
func TestExamplesAreUnderstood(t *testing.T) {
	t.Parallel()
	const help = "Reply to a message, or choose “Ask about this” in its menu, and ask “is that true?” or “who said this?”."
	quoted := regexp.MustCompile(`“([^“”]*[?？؟])”`)
	for _, language := range []Language{"", "fr", "de", "es-ES", "ru", "uk", "ar", "zh-CN"} {
		examples := quoted.FindAllStringSubmatch(language.say(help), -1)
		if len(examples) != 2 {
			t.Errorf("%q: %d examples in %q", language, len(examples), language.say(help))
		}
		for _, e := range examples {
			if !asksAboutWords(e[1]) {
				t.Errorf("%q: %q is not read as a question about a message", language, e[1])
			}
		}
	}
}
