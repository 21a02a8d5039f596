package terminal_test

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/rivo/uniseg"
	"pgregory.net/rapid"

	"attache/internal/commands"
	"attache/internal/news"
	"attache/internal/terminal"
)

var update = flag.Bool("update", false, "write the golden files anew")

func source(n int, label string) commands.Source {
	return commands.Source{N: n, Source: news.Source{
		Title: "Varesh hardens its line on the pass", Publisher: "The Capital Herald", URL: "https://herald.example/2031/05/13/varesh-hardens-its-line-on-the-pass-and-on-everything-else",
		Published: time.Date(2031, 5, 13, 0, 0, 0, 0, time.UTC), Label: label,
	}}
}

// replies has one reply for each kind of block, and for each part around them.
var replies = map[string]commands.Reply{
	"sentences": {
		Title: "Will Varesh let Solmark use the Kareth pass?",
		Blocks: []commands.Block{
			{Kind: commands.Sentence, Text: "Varesh will not discuss the pass while a single soldier of Solmark stands on its side of it, and says so at every occasion.", Cites: []int{1, 2}, Attribution: "Ilena Drazh, foreign minister of Varesh · 13 May 2031"},
			{Kind: commands.Sentence, Text: "Solmark's general staff said its convoys would keep moving.", Cites: []int{2}},
		},
		Sources: []commands.Source{source(1, ""), {N: 2, Source: news.Source{Title: "Untitled note"}}},
		Notices: []string{"The model did not answer within 20 s, so this reply comes from retrieval alone."},
		Footer:  "2 articles · newest evidence 13 May 2031 · extractive, 18 ms · #a7f3",
	},
	"quoted": {
		Title: "Ilena Drazh, foreign minister · 2 quotations",
		Blocks: []commands.Block{
			{Kind: commands.Quoted, Mark: "12 May 2031, to reporters in Kareth", Fragments: []string{"We will not discuss the pass", "not while a single soldier stands on our side of it."}, Cites: []int{1}, Attribution: "Ilena Drazh · as foreign minister"},
			{Kind: commands.Quoted, Fragments: []string{"a commercial question,\n\nnothing more"}, Cites: []int{1}, Attribution: "Ilena Drazh · a fragment: the rest was paraphrased"},
		},
		Sources: []commands.Source{source(1, news.LabelExercise)},
	},
	"heading and items": {Blocks: []commands.Block{
		{Kind: commands.Plain, Text: "Nobody called “Drahz” is quoted in this collection."},
		{Kind: commands.Heading, Text: "Nearest names"},
		{Kind: commands.Item, Text: "Ilena Drazh, foreign minister · 6 quotations"},
		{Kind: commands.Item, Mark: "28 Apr", Text: "“a commercial question, nothing more”", Cites: []int{1}},
	}, Sources: []commands.Source{source(1, "")}},
	"excerpts": {Blocks: []commands.Block{
		{Kind: commands.Excerpt, Mark: "0.83", Attribution: "The road to Kareth", Cites: []int{1}, Text: "Trucks wait for a third day.\n\nDrivers said that they had been told nothing, by anybody, since the evening before."},
		{Kind: commands.Excerpt, Text: "A passage of an article without headings."},
	}, Sources: []commands.Source{source(1, "")}},
	"sources alone": {Title: "2 articles", Sources: []commands.Source{source(1, ""), source(2, "")}, Footer: "newest first"},
	"refusal":       commands.Sorry(commands.Problemf("There is no command /qoute. /help lists what there is.")),
	"attachment":    {Blocks: []commands.Block{{Kind: commands.Plain, Text: "Here is the table."}}, Files: []commands.File{{Name: "table.csv", Data: []byte("a,b\n")}}},
	"nothing":       {},
	"wide letters": {Blocks: []commands.Block{
		{Kind: commands.Plain, Text: "会谈将在卡雷特举行，双方代表团已经抵达，但是没有人知道会谈什么时候开始，也没有人知道谁会出席会谈。"},
		{Kind: commands.Plain, Text: "Переговоры пройдут в Карете, сообщили в министерстве; делегации уже прибыли 👩‍👩‍👧‍👦👩‍👩‍👧‍👦."},
	}},
}

func render(t testing.TB, r terminal.Renderer, reply commands.Reply) string {
	t.Helper()
	var b bytes.Buffer
	if err := r.Render(&b, reply); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestRenderGolden(t *testing.T) {
	t.Parallel()
	for name, reply := range replies {
		for suffix, r := range map[string]terminal.Renderer{"": {Width: 60}, " colour": {Width: 60, Colour: true}, " unwrapped": {}} {
			if suffix != "" && name != "sentences" && name != "quoted" {
				continue
			}
			t.Run(name+suffix, func(t *testing.T) {
				t.Parallel()
				path := filepath.Join("testdata", strings.ReplaceAll(name+suffix, " ", "-")+".golden")
				got := render(t, r, reply)
				if *update {
					if err := os.MkdirAll("testdata", 0o755); err != nil {
						t.Fatal(err)
					}
					if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
						t.Fatal(err)
					}
				}
				want, err := os.ReadFile(path)
				if err != nil {
					t.Fatalf("%v (run with -update to write it)", err)
				}
				if diff := cmp.Diff(string(want), got); diff != "" {
					t.Errorf("%s differs (-want +got):\n%s", path, diff)
				}
			})
		}
	}
}

// everywhere puts one text into every part of a reply that is shown.
func everywhere(text string) commands.Reply {
	reply := commands.Reply{Title: text, Notices: []string{text}, Footer: text, Files: []commands.File{{Name: text}}}
	for kind := commands.Sentence; kind <= commands.Plain; kind++ {
		reply.Blocks = append(reply.Blocks, commands.Block{Kind: kind, Text: text, Fragments: []string{text, text}, Cites: []int{1, 12}, Attribution: text, Mark: text})
	}
	reply.Sources = []commands.Source{{N: 1, Source: news.Source{Title: text, Publisher: text, URL: text, Label: text}}}
	return reply
}

// harmful reports whether a letter may do more on a terminal than be seen.
func harmful(r rune) bool {
	return unicode.IsControl(r) && r != '\n' || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029' || r == utf8.RuneError
}

func FuzzRender(f *testing.F) {
	f.Add("\x1b[2J\x1b]0;title\a", 40)
	f.Add("\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\", 10)
	f.Add("safe\u202etxt.exe\u2066\u200f", 0)
	f.Add("\u009b31mred\r\nover\bwritten\x00\xff\xfe", 3)
	f.Add("会谈👩‍👩‍👧‍👦e\u0301", 1)
	f.Fuzz(func(t *testing.T, text string, width int) {
		out := render(t, terminal.Renderer{Width: width % 200}, everywhere(text))
		if i := strings.IndexFunc(out, harmful); i >= 0 {
			t.Errorf("%q let %q through", text, out[i:min(len(out), i+8)])
		}
		coloured := render(t, terminal.Renderer{Width: width % 200, Colour: true}, everywhere(text))
		bare := strings.NewReplacer("\x1b[1m", "", "\x1b[2m", "", "\x1b[0m", "").Replace(coloured)
		if bare != out {
			t.Errorf("colours change more than colours:\n%q\n%q", bare, out)
		}
	})
}

func TestWidthIsRespected(t *testing.T) {
	t.Parallel()
	letters := []rune("abc de fg 。会谈 éüß “” 👩🇫🇷\u0301\u200d…-")
	rapid.Check(t, func(rt *rapid.T) {
		text := string(rapid.SliceOfN(rapid.SampledFrom(letters), 0, 200).Draw(rt, "text"))
		width := rapid.IntRange(12, 100).Draw(rt, "width")
		reply := everywhere(text)
		reply.Sources[0].URL = "" // a URL stands on a line of its own, whole
		out := render(t, terminal.Renderer{Width: width}, reply)
		for line := range strings.SplitSeq(out, "\n") {
			if uniseg.StringWidth(line) > width || !utf8.ValidString(line) || strings.TrimRight(line, " ") != line {
				rt.Fatalf("width %d: got line %q of %d columns", width, line, uniseg.StringWidth(line))
			}
		}
		// Wrapping loses nothing: without spaces the text is the same at any width.
		tight := func(s string) string { return strings.Join(strings.Fields(s), "") }
		if wide := render(t, terminal.Renderer{}, reply); tight(wide) != tight(out) {
			rt.Fatalf("wrapped text differs:\n%q\n%q", tight(wide), tight(out))
		}
	})
}

type brokenWriter struct{}

var errBroken = errors.New("broken pipe")

func (brokenWriter) Write([]byte) (int, error) { return 0, errBroken }

func TestRenderReturnsTheWritersError(t *testing.T) {
	t.Parallel()
	if err := (terminal.Renderer{}).Render(brokenWriter{}, replies["sentences"]); !errors.Is(err, errBroken) {
		t.Errorf("got %v", err)
	}
}
