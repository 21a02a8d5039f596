package discord

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/bwmarrin/discordgo"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"attache/internal/commands"
	"attache/internal/news"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func day(year int, month time.Month, d int) time.Time {
	return time.Date(year, month, d, 0, 0, 0, 0, time.UTC)
}

func source(n int, title, publisher, link string, published time.Time) commands.Source {
	return commands.Source{N: n, Source: news.Source{Title: title, Publisher: publisher, URL: link, Published: published}, Passage: "A passage."}
}

// The sources of an invented exercise.
var (
	herald    = source(1, "Varesh hardens its line on the pass", "The Capital Herald", "https://herald.example/pass", day(2031, 5, 13))
	wire      = source(2, "Solmark convoys move at dawn", "Northern Wire", "", day(2031, 5, 9))
	institute = commands.Source{N: 3, Source: news.Source{Title: "What the draft [really] says", Publisher: "Lakeside Institute",
		URL: "https://lakeside.example/draft_(2)", Published: day(2031, 5, 2), Label: news.LabelExercise}}
)

var replies = map[string]commands.Reply{
	"answer": {
		Title: "Will Varesh let Solmark use the Kareth pass?",
		Blocks: []commands.Block{
			{Kind: commands.Sentence, Text: "“We will not discuss the pass while a single Solmark soldier stands on our side of it,” Foreign Minister Ilena Drazh told reporters.", Cites: []int{1}},
			{Kind: commands.Sentence, Text: "Solmark's general staff said its convoys would keep moving.", Cites: []int{2}, Attribution: "Gen. Oro Velt, chief of staff · 9 May 2031"},
			{Kind: commands.Sentence, Text: "[The draft agreement] would have opened the pass to civilian trucks from 1 June.", Cites: []int{1, 3}},
		},
		Sources: []commands.Source{herald, wire, institute},
		Footer:  "3 articles · newest evidence 13 May 2031 · extractive, 18 ms · #a7f3",
	},
	"quotes": {
		Title: "Ilena Drazh, foreign minister of Varesh · 2 quotations on “the pass”",
		Blocks: []commands.Block{
			{Kind: commands.Quoted, Mark: "12 May 2031, to reporters in Kareth", Fragments: []string{"We will not discuss the pass while a single Solmark soldier stands on our side of it."},
				Attribution: "as foreign minister · The Capital Herald, 13 May", Cites: []int{1}},
			{Kind: commands.Quoted, Mark: "28 Apr 2031", Fragments: []string{"a commercial question", "nothing *more*"}, Attribution: "as deputy foreign minister · Lakeside Institute, 2 May", Cites: []int{3}},
		},
		Sources: []commands.Source{herald, institute},
		Notices: []string{"The model did not answer within 20 s, so this reply comes from retrieval alone."},
	},
	"hostile": {
		Title: "**@everyone** [click](https://evil.example)",
		Blocks: []commands.Block{
			{Kind: commands.Sentence, Text: "@everyone <@1> # not a heading", Cites: []int{1}},
			{Kind: commands.Item, Text: "# heading\n- list [x](https://evil.example) ```code", Cites: []int{1}},
			{Kind: commands.Excerpt, Text: "> quoted\nsecond line ||spoiler||", Attribution: "a_b", Cites: []int{1}},
			{Kind: commands.Plain, Text: "\u202ereversed"},
		},
		Sources: []commands.Source{source(1, "A title](https://evil.example) [x", "@here", "javascript:alert(1)", time.Time{})},
		Footer:  "asked by @everyone *here*",
	},
	"timeline": {
		Blocks: []commands.Block{
			{Kind: commands.Heading, Text: "The pass"},
			{Kind: commands.Item, Mark: "28 Apr", Text: "a commercial question", Cites: []int{3}},
			{Kind: commands.Item, Mark: "12 May ▲ changed", Text: "no talks", Cites: []int{1}},
			{Kind: commands.Excerpt, Text: "First paragraph.\n\nSecond paragraph.", Attribution: "The Capital Herald, 13 May", Cites: []int{1}},
		},
		Sources: []commands.Source{herald, institute},
	},
	"empty": {},
}

func TestRenderGolden(t *testing.T) {
	t.Parallel()
	for name, reply := range replies {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			golden(t, name, show(Render(reply, English)))
		})
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", "render", name+".txt")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs (run with -update if it should) (-want +got):\n%s", path, diff)
	}
}

// show prints pages as a golden file holds them.
func show(pages []*discordgo.MessageEmbed) string {
	var b strings.Builder
	for i, e := range pages {
		fmt.Fprintf(&b, "--- page %d\ntitle: %s\n%s\n", i+1, e.Title, e.Description)
		if e.Footer != nil {
			fmt.Fprintf(&b, "footer: %s\n", e.Footer.Text)
		}
	}
	return b.String()
}

func TestRenderPages(t *testing.T) {
	t.Parallel()
	var reply commands.Reply
	reply.Notices = []string{"Something is missing."}
	for i := range 40 {
		reply.Blocks = append(reply.Blocks, commands.Block{Kind: commands.Sentence, Text: strings.Repeat("The convoy moved at dawn. ", 12), Cites: []int{i%3 + 1}})
	}
	reply.Sources = []commands.Source{herald, wire, institute}
	pages := Render(reply, English)
	if len(pages) < 3 {
		t.Fatalf("got %d pages, want at least 3", len(pages))
	}
	if got := pages[0].Footer.Text; got != fmt.Sprintf("Page 1 of %d", len(pages)) {
		t.Errorf("the first page's footer is %q", got)
	}
	for i, p := range pages {
		if has := strings.Contains(p.Description, "Something is missing."); has != (i == 0) {
			t.Errorf("page %d: the notice is there: %v; it belongs on the first page alone", i+1, has)
		}
	}
}

// A heading goes to the page of the text that it leads.
func TestRenderHeadingStaysWithItsText(t *testing.T) {
	t.Parallel()
	block := func(n int) commands.Block {
		return commands.Block{Kind: commands.Plain, Text: strings.Repeat("word ", n)}
	}
	reply := commands.Reply{Blocks: []commands.Block{block(190), block(190), block(190), block(190), {Kind: commands.Heading, Text: "The pass"}, block(190)}}
	pages := Render(reply, English)
	if len(pages) != 2 || !strings.HasPrefix(pages[1].Description, "**The pass**") {
		t.Errorf("got %s", show(pages))
	}
}

// text draws text with everything that could hurt: markup, links, emoji, scripts, long words, odd white space.
func text(limit int) *rapid.Generator[string] {
	word := rapid.OneOf(
		rapid.StringMatching(`[a-z]{1,12}`),
		rapid.SampledFrom([]string{"“quoted”", "naïve", "Қазақстан", "外交部长", "👩\u200d👩\u200d👧", "e\u0301", "@everyone", "<@1>", "**", "||", "`", "[1]", "](", "\\", "\n",
			"\n\n", "# ", "1.", ":smile:", "https://a.example/b_c", "\u202e", "discord.gg/x", "الخارجية", "ok [7]"}),
		rapid.SampledFrom([]string{strings.Repeat("x", 300), strings.Repeat("長", 200), strings.Repeat("*", 200), strings.Repeat("👩\u200d", 100)}),
	)
	return rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(word, 0, limit).Draw(t, "words"), rapid.SampledFrom([]string{" ", "", "\n"}).Draw(t, "glue"))
	})
}

func anyReply(t *rapid.T) commands.Reply {
	long := rapid.SampledFrom([]int{0, 3, 15}).Draw(t, "size")
	var reply commands.Reply
	for i := range rapid.IntRange(0, 14).Draw(t, "sources") {
		reply.Sources = append(reply.Sources, commands.Source{N: i + 1, Source: news.Source{
			Title: text(20).Draw(t, "title"), Publisher: text(5).Draw(t, "publisher"), Label: rapid.SampledFrom([]string{"", "exercise"}).Draw(t, "label"),
			URL:       rapid.SampledFrom([]string{"", "https://a.example/" + strings.Repeat("p", 480), "https://a.example/_(x)_*", "no link"}).Draw(t, "url"),
			Published: day(2031, 5, 1+i),
		}})
	}
	for range rapid.IntRange(0, 6).Draw(t, "blocks") {
		b := commands.Block{Kind: commands.BlockKind(rapid.IntRange(0, 5).Draw(t, "kind")), Attribution: text(long).Draw(t, "attribution"), Mark: text(4).Draw(t, "mark")}
		if b.Kind == commands.Quoted {
			b.Fragments = rapid.SliceOfN(text(long), 1, 4).Draw(t, "fragments")
		} else {
			b.Text = text(long).Draw(t, "text")
		}
		for n := range reply.Sources {
			if rapid.Bool().Draw(t, "cited") {
				b.Cites = append(b.Cites, n+1)
			}
		}
		reply.Blocks = append(reply.Blocks, b)
	}
	reply.Title = text(long).Draw(t, "heading")
	reply.Footer = text(long).Draw(t, "footer")
	reply.Notices = rapid.SliceOfN(text(long), 0, 4).Draw(t, "notices")
	return reply
}

var (
	citation = regexp.MustCompile(` \[(\d+)\]`)
	listed   = regexp.MustCompile(`(?m)^\[(\d+)\] `)
)

// Whatever a reply holds, each page keeps every limit, holds whole runes, lists every source that it cites, and has no live markup but its own.
func TestRenderProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		reply := anyReply(t)
		pages := Render(reply, English)
		if len(pages) == 0 {
			t.Fatal("no page")
		}
		seen := map[string]bool{}
		for i, e := range pages {
			checkPage(t, i, e)
			for _, m := range listed.FindAllStringSubmatch(e.Description, -1) {
				seen[m[1]] = true
			}
		}
		for _, s := range reply.Sources {
			if !seen[fmt.Sprint(s.N)] {
				t.Fatalf("source %d is on no page", s.N)
			}
		}
		checkNothingLost(t, reply, pages)
	})
}

func checkPage(t *rapid.T, i int, e *discordgo.MessageEmbed) {
	total := units(e.Title) + units(e.Description)
	if e.Footer != nil {
		total += units(e.Footer.Text)
		if units(e.Footer.Text) > maxEmbedFooter {
			t.Fatalf("page %d: footer of %d", i, units(e.Footer.Text))
		}
	}
	if units(e.Title) > maxEmbedTitle || units(e.Description) > maxEmbedText || total > maxEmbedTotal {
		t.Fatalf("page %d: title %d, text %d, in all %d", i, units(e.Title), units(e.Description), total)
	}
	if e.Title+e.Description == "" {
		t.Fatalf("page %d is empty", i)
	}
	if !utf8.ValidString(e.Title + e.Description) {
		t.Fatalf("page %d splits a rune", i)
	}
	sources := map[string]bool{}
	for _, m := range listed.FindAllStringSubmatch(e.Description, -1) {
		sources[m[1]] = true
	}
	for _, m := range citation.FindAllStringSubmatch(strings.ReplaceAll(e.Description, `\[`, "("), -1) {
		if !sources[m[1]] {
			t.Fatalf("page %d cites [%s] and does not list it:\n%s", i, m[1], e.Description)
		}
	}
	bare := escaped.ReplaceAllString(e.Title+"\n"+e.Description, "·")
	for _, bad := range []string{"<", "`", "||", "~~", "__", "@everyone", "@here", "\u202e", "](j", "](n"} {
		if strings.Contains(bare, bad) {
			t.Fatalf("page %d: %q is live in\n%s", i, bad, bare)
		}
	}
}

// checkNothingLost compares the letters and digits of the blocks with those on the pages, in order.
func checkNothingLost(t *rapid.T, reply commands.Reply, pages []*discordgo.MessageEmbed) {
	var shown strings.Builder
	for _, e := range pages {
		body, _, _ := strings.Cut(e.Description, "\n\n**Sources**\n")
		body, _, _ = strings.Cut(body, "\n\n"+noticeSign)
		shown.WriteString(body)
	}
	haystack := letters(citation.ReplaceAllString(strings.ReplaceAll(shown.String(), `\[`, "("), ""))
	for _, b := range reply.Blocks {
		for _, words := range append([]string{b.Text}, b.Fragments...) {
			if b.Kind == commands.Heading {
				words = plain(words)
			}
			if !strings.Contains(haystack, letters(strings.ReplaceAll(words, "[", "("))) {
				t.Fatalf("%.80q… of kind %d is not on the pages", letters(words), b.Kind)
			}
		}
	}
}

func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, clean(s))
}

func TestCutProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := clean(text(60).Draw(t, "text"))
		limit := rapid.IntRange(minCut, 1200).Draw(t, "limit")
		var joined strings.Builder
		for _, p := range cut(in, limit) {
			if cost(p) > limit || !utf8.ValidString(p) {
				t.Fatalf("part of cost %d, limit %d: %q", cost(p), limit, p)
			}
			joined.WriteString(p)
		}
		if got, want := nonSpace(joined.String()), nonSpace(in); got != want {
			t.Fatalf("got %q want %q", got, want)
		}
	})
}

func TestCutOnWordBorders(t *testing.T) {
	t.Parallel()
	for i, p := range cut(strings.Repeat("alpha beta gamma ", 60), minCut) {
		for _, w := range strings.Fields(p) {
			if w != "alpha" && w != "beta" && w != "gamma" {
				t.Fatalf("part %d holds %q", i, w)
			}
		}
	}
}

func nonSpace(s string) string { return strings.Join(strings.Fields(s), "") }

func TestClip(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, in string
		limit    int
		want     string
	}{
		{"short stays", "short", 10, "short"},
		{"word border", "Will Varesh open the pass?", 20, "Will Varesh open…"},
		{"a long word is cut between characters", "extraordinarily", 8, "extraor…"},
		{"never inside an emoji", "a👩\u200d👩\u200d👧b", 5, "a…"},
		{"Chinese", "外交部长发表声明", 5, "外交部长…"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := clip(test.in, test.limit); got != test.want {
				t.Errorf("clip(%q, %d) = %q, want %q", test.in, test.limit, got, test.want)
			}
		})
	}
}

// The list of sources has days and walls in the reader's language; names that are written in the other direction stay set apart.
func TestRenderSourcesInALanguage(t *testing.T) {
	t.Parallel()
	all, err := loadLanguages()
	if err != nil {
		t.Fatal(err)
	}
	kept := herald
	kept.Wall = news.Wall{Internal: true, Embargo: time.Date(2031, 5, 20, 6, 0, 0, 0, time.UTC), Channels: []string{"7"}, Roles: []string{"8"}}
	for locale, want := range map[string]string{
		"en-GB": "The Capital Herald, 13 May 2031 · internal · embargo until 20 May 2031 06:00 UTC · only in <#7> · only for <@&8>",
		"de":    "The Capital Herald, 13. Mai 2031 · intern · Sperrfrist bis 20. Mai 2031 06:00 UTC · nur in <#7> · nur für <@&8>",
		"zh-CN": "The Capital Herald, 2031年5月13日 · 内部 · 禁发至 2031年5月20日 06:00 UTC · 仅限频道 <#7> · 仅限角色 <@&8>",
		"ar":    "The Capital Herald, 13 مايو 2031 · داخلي · محظور حتى 20 مايو 2031 06:00 UTC · فقط في <#7> · فقط لـ <@&8>",
	} {
		reply := commands.Reply{Blocks: []commands.Block{{Kind: commands.Plain, Text: "قال \u2068Ilena\u2069:", Cites: []int{1}}}, Sources: []commands.Source{kept}}
		shown := Render(reply, all.words(locale))[0].Description
		if !strings.Contains(shown, want) || !strings.Contains(shown, "\u2068Ilena\u2069") {
			t.Errorf("%s: got\n%s\nwant in it\n%s", locale, shown, want)
		}
	}
}
