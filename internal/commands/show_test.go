package commands_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"attache/internal/commands"
	"attache/internal/news"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// show prints a reply as plain text, all of it but what need not be the same each time.
func show(reply commands.Reply) string {
	var b strings.Builder
	if reply.Failed {
		b.WriteString("(refused) ")
	}
	if reply.Private {
		b.WriteString("(private) ")
	}
	if reply.Title != "" {
		b.WriteString("# " + reply.Title)
	}
	if b.Len() > 0 {
		b.WriteByte('\n')
	}
	for _, block := range reply.Blocks {
		showBlock(&b, block)
	}
	for _, s := range reply.Sources {
		fmt.Fprintf(&b, "[%d] %s\n", s.N, sourceLine(s.Source))
	}
	for _, n := range reply.Notices {
		fmt.Fprintf(&b, "! %s\n", n)
	}
	if reply.Footer != "" {
		fmt.Fprintf(&b, "-- %s\n", reply.Footer)
	}
	for _, a := range reply.Actions {
		fmt.Fprintf(&b, "( %s ) %s\n", a.Label, showAction(a))
	}
	return masked(b.String())
}

func masked(s string) string {
	for _, c := range changing {
		s = c.pattern.ReplaceAllString(s, c.with)
	}
	return s
}

// changing is what need not be the same each time: ids, timings, and the scores of a search.
var changing = []struct {
	pattern *regexp.Regexp
	with    string
}{
	{regexp.MustCompile(`(#|answer:)[0-9a-f]{6,8}\b`), "${1}ID"},
	{regexp.MustCompile(`\b[0-9a-f]{16}-(q?)\d+\b`), "ARTICLE-${1}N"},
	{regexp.MustCompile(`\b\d+(\.\d)? m?s\b`), "TIME"},
	{regexp.MustCompile(`\b(score|fused|lexical|coverage|article|proximity|title|lead|names|vector|confidence) -?\d+\.\d+`), "$1 X"},
	{regexp.MustCompile(`\b\d{1,2} [A-Z][a-z]{2} 202\d \d\d:\d\d UTC`), "MOMENT"}, // of the library's own clock
	{regexp.MustCompile(`\brank \d+ \([\d.-]+\)`), "rank X"},
	{regexp.MustCompile(`(Confidence [^:\n]*:) [\d.]+\d`), "$1 X"},
}

var kinds = map[commands.BlockKind]string{commands.Sentence: "", commands.Quoted: "> ", commands.Heading: "== ", commands.Item: "- ",
	commands.Excerpt: "| ", commands.Plain: "* "}

func showBlock(b *strings.Builder, block commands.Block) {
	b.WriteString(kinds[block.Kind])
	if block.Mark != "" {
		fmt.Fprintf(b, "{%s} ", block.Mark)
	}
	words := strings.Join(strings.Fields(block.Text), " ")
	for i, f := range block.Fragments {
		if i > 0 {
			words += " … "
		}
		words += "“" + f + "”"
	}
	b.WriteString(words)
	for _, n := range block.Cites {
		fmt.Fprintf(b, " [%d]", n)
	}
	if block.Attribution != "" {
		fmt.Fprintf(b, " — %s", block.Attribution)
	}
	b.WriteByte('\n')
}

func showAction(a commands.Action) string {
	line := "/" + a.Request.Command
	for _, name := range sortedNames(a.Request.Options) {
		line += fmt.Sprintf(" %s:%s", name, a.Request.Options[name])
	}
	if a.Input != nil {
		line += " " + a.Input.Option + ":…"
	}
	if a.Replace {
		line += " (in its place)"
	}
	return line
}

func sourceLine(s news.Source) string {
	line := s.Title
	if s.Publisher != "" {
		line += " — " + s.Publisher
	}
	if !s.Published.IsZero() {
		line += ", " + s.Published.Format("2 Jan 2006")
	}
	if s.Label != "" {
		line += " (" + s.Label + ")"
	}
	for _, mark := range commands.Language("").Marks(s.Wall) {
		line += " (" + mark + ")"
	}
	return line
}

// exchange is one request of a golden file with the line that announces it.
type exchange struct {
	says string
	r    commands.Request
}

// golden runs the requests one after the other and compares what is shown with testdata/NAME.golden.
func golden(t *testing.T, w *world, name string, exchanges ...exchange) {
	t.Helper()
	var b strings.Builder
	for _, e := range exchanges {
		asked := []rune(masked(showAction(commands.Action{Request: e.r})))
		fmt.Fprintf(&b, "=== %s\n%s\n%s\n", e.says, string(asked[:min(len(asked), 300)]), show(w.do(t, e.r)))
	}
	compare(t, name, b.String())
}

func compare(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (go test ./internal/commands -update writes it)", err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("%s differs (-want +got); if that is meant, run go test ./internal/commands -update:\n%s", path, diff)
	}
}
