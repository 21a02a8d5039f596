package ingest

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"attache/internal/news"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// show renders everything that a reader may see of an article, headings marked with #.
func show(a news.Article) string {
	var b strings.Builder
	for _, f := range []struct{ name, value string }{
		{"title", a.Title}, {"publisher", a.Publisher}, {"url", a.URL}, {"author", a.Author}, {"label", a.Label},
	} {
		fmt.Fprintf(&b, "%s: %s\n", f.name, f.value)
	}
	fmt.Fprintf(&b, "published: %s\n", dateOf(a))
	headings := map[int]bool{}
	for _, h := range a.Headings {
		headings[h.Start] = true
	}
	at := 0
	for p := range strings.SplitSeq(a.Text, "\n\n") {
		mark := ""
		if headings[at] {
			mark = "# "
		}
		fmt.Fprintf(&b, "\n%s%s\n", mark, p)
		at += len(p) + 2
	}
	return b.String()
}

func dateOf(a news.Article) string {
	if a.Published.IsZero() {
		return "unknown"
	}
	return a.Published.Format(time.DateOnly)
}

func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/golden/*")
	if err != nil {
		t.Fatal(err)
	}
	tried := 0
	for _, path := range files {
		if strings.HasSuffix(path, ".golden") {
			continue
		}
		tried++
		t.Run(filepath.Base(path), func(t *testing.T) {
			a, err := Read(t.Context(), path, Options{})
			if err != nil {
				t.Fatal(err)
			}
			checkArticle(t, a)
			got := show(a)
			if *update {
				if err := os.WriteFile(path+".golden", []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path + ".golden")
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
	if tried == 0 {
		t.Error("there are no golden files")
	}
}

// checkArticle fails unless a holds what news.Article and this package promise.
func checkArticle(t testing.TB, a news.Article) {
	t.Helper()
	if a.Title == "" || a.ID != news.Identify(a) {
		t.Errorf("title %q, id %q", a.Title, a.ID)
	}
	if !a.Published.Equal(day(a.Published)) || a.Published.Location() != time.UTC {
		t.Errorf("published %v is no UTC midnight", a.Published)
	}
	for name, s := range map[string]string{"title": a.Title, "publisher": a.Publisher, "url": a.URL, "author": a.Author, "label": a.Label, "text": a.Text} {
		if !utf8.ValidString(s) {
			t.Errorf("%s is not UTF-8: %q", name, s)
		}
		if name != "text" && s != tidy(s) {
			t.Errorf("%s is not tidy: %q", name, s)
		}
	}
	paragraphs := map[news.Span]bool{}
	at := 0
	for p := range strings.SplitSeq(a.Text, "\n\n") {
		if p == "" || p != tidy(p) {
			t.Errorf("a paragraph is not tidy: %q", p)
		}
		paragraphs[news.Span{Start: at, End: at + len(p)}] = true
		at += len(p) + 2
	}
	last := -1
	for _, h := range a.Headings {
		if !paragraphs[h] || h.Start <= last {
			t.Errorf("heading %v is no paragraph of its own, or out of order", h)
		}
		last = h.Start
	}
}

func TestSeedArticle(t *testing.T) {
	path := filepath.Join("..", "..", "..", "shared", "eval", "seed", "central-asia-2023.txt")
	data, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		t.Skip("needs ../shared/eval/seed beside the checkout")
	}
	if err != nil {
		t.Fatal(err)
	}
	a, err := Read(t.Context(), path, Options{Publisher: "A Newspaper", Published: time.Date(2023, 2, 28, 15, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	checkArticle(t, a)
	var questions []string
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimSpace(line); strings.HasSuffix(line, "?") {
			questions = append(questions, tidy(line))
		}
	}
	var headings []string
	for _, h := range a.Headings {
		headings = append(headings, h.In(a.Text))
	}
	if diff := cmp.Diff(questions, headings); diff != "" {
		t.Errorf("headings, -want +got:\n%s", diff)
	}
	// Word for word: the file is its title, the text and the tail.
	want := strings.Fields(string(data))
	got := append(append(strings.Fields(a.Title), strings.Fields(a.Text)...), "Source:", "Read", "Full", "Article")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("words, -file +article:\n%s", diff)
	}
	if abs, _ := filepath.Abs(path); a.Origin != abs || dateOf(a) != "2023-02-28" || a.Publisher != "A Newspaper" {
		t.Errorf("origin %s, date %s, publisher %s", a.Origin, dateOf(a), a.Publisher)
	}
}

func TestStarterArticles(t *testing.T) {
	files, err := filepath.Glob("../../corpus/*/*.md")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d starter articles, %v", len(files), err)
	}
	for _, path := range files {
		a, err := Read(t.Context(), path, Options{})
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		checkArticle(t, a)
		if a.Published.IsZero() || a.Publisher == "" {
			t.Errorf("%s: date %v, publisher %q", path, a.Published, a.Publisher)
		}
	}
}

func TestParseText(t *testing.T) {
	const prose = "The convoy left before dawn and nobody saw it go."
	for name, tc := range map[string]struct {
		in   string
		want string // as show prints it, without its empty fields
	}{
		"a first line with a stop is no title, front matter gives one": {
			"---\ntitle: Dawn\n---\n" + prose + "\n", "title: Dawn\n\n" + prose},
		"title label":                     {"Title: Dawn\n\n" + prose, "title: Dawn\n\n" + prose},
		"a question may be a title":       {"Who saw the convoy?\n\n" + prose, "title: Who saw the convoy?\n\n" + prose},
		"byline with date":                {"Dawn\n\nBy Ada Reed | 9 May 2031\n\n" + prose, "title: Dawn\nauthor: Ada Reed\npublished: 2031-05-09\n\n" + prose},
		"byline with particles":           {"Dawn\n\nBy Jan van der Meer, Edda Voss and O. Falk\n\n" + prose, "title: Dawn\nauthor: Jan van der Meer, Edda Voss and O. Falk\n\n" + prose},
		"prose that begins with By":       {"Dawn\n\nBy Friday the convoy had gone and the road was empty again, officials said on the record.", "title: Dawn\n\nBy Friday the convoy had gone and the road was empty again, officials said on the record."},
		"a short sentence with By":        {"Dawn\n\nBy noon it was over.\n\n" + prose, "title: Dawn\n\nBy noon it was over.\n\n" + prose},
		"date with weekday and time":      {"Dawn\n\nFriday, May 9th, 2031 at 6:40 p.m. ET\n\n" + prose, "title: Dawn\npublished: 2031-05-09\n\n" + prose},
		"source and link at the foot":     {"Dawn\n\n" + prose + "\n\nSource: Northern Wire\n\nhttps://wire.example/dawn", "title: Dawn\npublisher: Northern Wire\nurl: https://wire.example/dawn\n\n" + prose},
		"a source that is a sentence":     {"Dawn\n\n" + prose + "\n\nSource: we asked him twice.", "title: Dawn\n\n" + prose + "\n\nSource: we asked him twice."},
		"an ambiguous date stays text":    {"Dawn\n\n03/04/2031\n\n" + prose, "title: Dawn\n\n03/04/2031\n\n" + prose},
		"a list is no row of headings":    {"Dawn\n\n" + prose + "\n\nThree trucks\n\nTwo cars\n\n" + prose, "title: Dawn\n\n" + prose + "\n\nThree trucks\n\nTwo cars\n\n" + prose},
		"speech is no heading":            {"Dawn\n\n“Who was it?”\n\n" + prose, "title: Dawn\n\n“Who was it?”\n\n" + prose},
		"a last short line is no heading": {"Dawn\n\n" + prose + "\n\nNorthern Wire Staff", "title: Dawn\n\n" + prose + "\n\nNorthern Wire Staff"},
		"quoted words are never a tail":   {"Dawn\n\n" + prose + "\n\nRead more: “It is late.”", "title: Dawn\n\n" + prose + "\n\nRead more: “It is late.”"},
		"invisible characters":            {"Dawn\n\nThe con\u00advoy\u200b left\u00a0before\u2009\u202edawn\u202c and nobody\U000e0041 saw it go.", "title: Dawn\n\n" + prose},
	} {
		t.Run(name, func(t *testing.T) {
			a, err := Parse("a.txt", []byte(tc.in), Options{})
			if err != nil {
				t.Fatal(err)
			}
			checkArticle(t, a)
			var lines []string
			for line := range strings.SplitSeq(strings.TrimSpace(show(a)), "\n") {
				if !strings.HasSuffix(line, ": ") && line != "published: unknown" {
					lines = append(lines, line)
				}
			}
			if diff := cmp.Diff(tc.want, strings.Join(lines, "\n")); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestOptionsWin(t *testing.T) {
	in := "---\ntitle: Old\nsource: Old\nurl: https://old.example\nauthor: Old\npublished: 2001-01-01\nlabel: old\n---\nSome words stand here.\n"
	o := Options{Title: "New", Publisher: "New", URL: "https://new.example", Author: "New", Label: "new", Guild: "7",
		Published: time.Date(2031, 5, 9, 23, 0, 0, 0, time.FixedZone("", -3600))}
	got, err := Parse("a.md", []byte(in), o)
	if err != nil {
		t.Fatal(err)
	}
	want := news.Article{Title: "New", Publisher: "New", URL: "https://new.example", Author: "New", Label: "new", Guild: "7",
		Published: time.Date(2031, 5, 9, 0, 0, 0, 0, time.UTC), Text: "Some words stand here."}
	want.ID = news.Identify(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestSameFileSameArticle(t *testing.T) {
	in := []byte("Dawn\n\nThe convoy left before dawn.\n")
	a, err := Parse("a.txt", in, Options{})
	if err != nil {
		t.Fatal(err)
	}
	b, err := Parse("b.txt", bytes.ReplaceAll(in, []byte("\n"), []byte("\r\n")), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if a.ID != b.ID || news.ContentHash(a) != news.ContentHash(b) {
		t.Errorf("the same text with other line ends is another article: %v %v", a, b)
	}
}

func TestRefused(t *testing.T) {
	cyrillic := []byte("\xcf\xf0\xe8\xe2\xe5\xf2 \xec\xe8\xf0, \xef\xf0\xe8\xe2\xe5\xf2") // Windows-1251
	for name, tc := range map[string]struct {
		file, in, want string
	}{
		"empty":                      {"a.txt", "", "is empty"},
		"blank":                      {"a.md", " \n\u00a0\n", "holds nothing but white space"},
		"binary":                     {"a.txt", "abc\x00def\x01", "is binary"},
		"control characters":         {"a.txt", "ab\x01\x02\x03cd", "is binary"},
		"PDF by another name":        {"a.txt", "%PDF-1.7\n", "is no text but a PDF"},
		"Word by another name":       {"a.md", "PK\x03\x04....", "is no text but a ZIP, Word or EPUB file"},
		"another code page":          {"a.txt", string(cyrillic), "save it again as UTF-8"},
		"bytes open in Windows-1252": {"a.txt", "a long enough line of plain words \x81", "save it again as UTF-8"},
		"damaged UTF-16":             {"a.txt", "\xff\xfe\x00\xd8a\x00", "damaged UTF-16"},
		"unknown type":               {"a.xyz", "words", "is of a type that is not read (.xyz); read are .md,"},
		"no type":                    {"words", "words", "has no ending that tells its type"},
		"no title":                   {"a.txt", "Words that end in a stop.\n\nAnd more of them.", "has no title"},
		"title only":                 {"a.md", "# Title\n", "holds no text"},
		"text of furniture":          {"a.txt", "A Title\n\nAdvertisement\n\nRead more", "holds no text"},
		"wrong date":                 {"a.md", "---\ntitle: A\npublished: 2023-02-30\n---\nWords.", `front matter, published: the date "2023-02-30" is not understood: write it as 2023-02-28`},
		"ambiguous date":             {"a.md", "---\npublished: 03/04/2023\n---\nWords.", `the date "03/04/2023" can be read in two ways`},
		"unknown key":                {"a.md", "---\ntitel: A\n---\nWords.", `has the key "titel" in its front matter; allowed are title, source,`},
		"key given twice":            {"a.md", "---\ntitle: A\ntitle: B\n---\nWords.", `the key "title" twice`},
		"no key":                     {"a.md", "---\ntitle: A\njust words\n---\nWords.", `is not "key: value": "just words"`},
		"front matter without end":   {"a.md", "---\ntitle: A\n", "front matter that does not end"},
		"url that is none":           {"a.md", "---\ntitle: A\nurl: javascript:alert(1)\n---\nWords.", `"javascript:alert(1)", which is no web address`},
		"deep quotes":                {"a.md", "# A\n\n" + strings.Repeat("> ", 200) + "a", "nested too deeply"},
		"deep lists":                 {"a.md", "# A\n\n" + strings.Repeat("- ", 200) + "a", "nested too deeply"},
		"very many brackets":         {"a.md", "# A\n\n" + strings.Repeat("[a](\n", 30_000), "nested too deeply"},
		"JSON that is no object":     {"a.jsonl", "[1]\n", "line 1 is not a JSON object"},
		"JSON of wrong kind":         {"a.jsonl", `{"title": 7}`, `line 1 has a number where "title" must be text`},
		"JSON without text":          {"a.jsonl", "\n\n" + `{"title": "A"}`, "line 3 holds no text"},
	} {
		t.Run(name, func(t *testing.T) {
			a, err := Parse(tc.file, []byte(tc.in), Options{})
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Fatalf("got the article %q and error %v; want an error with %q", a.Title, err, tc.want)
			}
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("more than a line: %v", err)
			}
		})
	}
}

func TestEncodings(t *testing.T) {
	const text = "Crêpes at dawn\n\n“Où est Ilena?” he asked the driver – twice.\n"
	utf16With := func(order binary.AppendByteOrder, bom bool) []byte {
		var out []byte
		if bom {
			out = order.AppendUint16(out, 0xfeff)
		}
		for _, u := range utf16.Encode([]rune(text)) {
			out = order.AppendUint16(out, u)
		}
		return out
	}
	western := []byte("Cr\xeapes at dawn\n\n\x93O\xf9 est Ilena?\x94 he asked the driver \x96 twice.\n")
	for name, tc := range map[string]struct {
		in   []byte
		note string
	}{
		"UTF-8":                   {[]byte(text), ""},
		"UTF-8 with mark":         {[]byte("\ufeff" + text), ""},
		"carriage returns":        {[]byte(strings.ReplaceAll(text, "\n", "\r")), ""},
		"UTF-16LE with mark":      {utf16With(binary.LittleEndian, true), ""},
		"UTF-16BE with mark":      {utf16With(binary.BigEndian, true), ""},
		"UTF-16LE without a mark": {utf16With(binary.LittleEndian, false), ""},
		"UTF-16BE without a mark": {utf16With(binary.BigEndian, false), ""},
		"Windows-1252":            {western, "was not UTF-8; read as Windows-1252"},
	} {
		t.Run(name, func(t *testing.T) {
			var note string
			a, err := Parse("a.txt", tc.in, Options{Note: func(s string) { note = s }})
			if err != nil {
				t.Fatal(err)
			}
			if a.Title != "Crêpes at dawn" || a.Text != "“Où est Ilena?” he asked the driver – twice." || note != tc.note {
				t.Errorf("title %q, text %q, note %q", a.Title, a.Text, note)
			}
		})
	}
}

func TestParseDate(t *testing.T) {
	for in, want := range map[string]string{
		"2023-02-28": "2023-02-28", "28 Feb 2023": "2023-02-28", "28 February 2023": "2023-02-28", "February 28, 2023": "2023-02-28",
		"Feb. 28, 2023": "2023-02-28", "Tuesday, February 28, 2023": "2023-02-28", "Tue 28 Feb 2023": "2023-02-28", "sept. 3, 2022": "2022-09-03",
		"3rd September 2022": "2022-09-03", " 1\u00a0May  2031 ": "2031-05-01", "May 1 2031": "2031-05-01",
		"2023-02-28T23:30:00-05:00": "2023-02-28", "2023-02-28T23:30:00Z": "2023-02-28", "2023-02-28T01:00:00+0100": "2023-02-28",
		"2023-02-28T01:00:00.123Z": "2023-02-28", "2023-02-28 10:00": "2023-02-28",
		"Tue, 28 Feb 2023 10:00:00 GMT": "2023-02-28", "Tue, 28 Feb 2023 10:00:00 -0500": "2023-02-28", "28 Feb 2023 10:00:00 +0000 (UTC)": "2023-02-28",
		"28 Feb 23": "", "2023-02-30": "", "2023-13-01": "", "28/02/2023": "", "03/04/2023": "", "3.4.2023": "", "Friday": "", "": "", "May 2031": "",
		"yesterday": "", "20230228": "", "0023-02-28": "", "31 June 2023": "", "2023-02-28 and more": "",
	} {
		got, err := ParseDate(in)
		if want == "" {
			if err == nil {
				t.Errorf("%q: got %v, want an error", in, got)
			}
			continue
		}
		if err != nil || got.Format(time.RFC3339) != want+"T00:00:00Z" {
			t.Errorf("%q: got %v, %v; want %s", in, got, err, want)
		}
	}
}

func TestFrontMatter(t *testing.T) {
	for name, tc := range map[string]struct {
		in, title, rest string
	}{
		"colons in a value":         {"---\ntitle: A: b: c\n---\nrest", "A: b: c", "rest"},
		"double quotes":             {"---\ntitle: \"A \\\"b\\\"\"\n---\nrest", `A "b"`, "rest"},
		"single quotes":             {"---\ntitle: 'It''s A'\n---\nrest", "It's A", "rest"},
		"quotes inside only":        {"---\ntitle: \"A\" and \"b\n---\nrest", "\"A\" and \"b", "rest"},
		"blank and comment lines":   {"\n---\n\n# note\ntitle: A\n\n---\nrest", "A", "rest"},
		"dots end it":               {"---\ntitle: A\n...\nrest", "A", "rest"},
		"empty value":               {"---\ntitle:\n---\nrest", "", "rest"},
		"upper case":                {"---\nTitle: A\n---\nrest", "A", "rest"},
		"a rule is no front matter": {"---\nSome prose: it goes on.\n", "", "---\nSome prose: it goes on.\n"},
		"a rule alone":              {"---\n", "", "---\n"},
		"none":                      {"rest", "", "rest"},
		"empty front matter":        {"---\n---\nrest", "", "rest"},
	} {
		t.Run(name, func(t *testing.T) {
			var a news.Article
			rest, err := frontMatter(tc.in, &a)
			if err != nil || a.Title != tc.title || rest != tc.rest {
				t.Errorf("title %q, rest %q, %v; want %q, %q", a.Title, rest, err, tc.title, tc.rest)
			}
		})
	}
}

func TestFurniture(t *testing.T) {
	for _, s := range []string{"Advertisement", "ADVERTISEMENT", "Share this article", "Share on Facebook", "Tweet this on X", "Copy link", "7 min read",
		"12 Comments", "Skip to main content", "We use cookies to make this site work.", "Facebook Twitter WhatsApp Email"} {
		if !isFurniture(s) {
			t.Errorf("%q is kept", s)
		}
	}
	for _, s := range []string{"Source: Read Full Article", "Read more", "Read the full story at Northern Wire", "READ MORE: Trucks wait", "Related stories",
		"Sign up for our newsletter", "© 2031 Northern Wire", "All rights reserved.", "Follow Ada Reed on Twitter @adareed", "Tags: pass, trucks", "Continue reading…"} {
		if !isTail(s) && !isFurniture(s) {
			t.Errorf("%q is kept at the end", s)
		}
	}
	for _, s := range []string{"Save the pass, the minister said.", "Follow the money, and it leads to Orlin.", "Share of trade: 40 percent.", "Register voters first, he said.",
		"Copyright law was not discussed at the summit?", "Read the agreement again, Falk told them.", "More in sorrow than in anger.", "Next year will be harder.",
		"X is the mark of the unknown.", "Source: a border official", "Advertisement spending fell.", "Print runs fell by half."} {
		if isFurniture(s) || isTail(s) {
			t.Errorf("%q is taken for furniture", s)
		}
	}
}

func TestSplitParagraphs(t *testing.T) {
	for name, tc := range map[string]struct {
		in   string
		want []string
	}{
		"blank lines part":           {"a\n\nb\n \t\nc", []string{"a", "b", "c"}},
		"short lines are paragraphs": {"one\ntwo\nthree", []string{"one", "two", "three"}},
		"long lines are paragraphs":  {strings.Repeat("word ", 60) + "\nnext", []string{strings.TrimSpace(strings.Repeat("word ", 60)), "next"}},
		"a typewriter's lines join": {
			"The Ministry takes note of the statement that the government\nreleased this morning and regrets its tone, as it has said in\nevery note since the spring of the year.\nSigned\n",
			[]string{"The Ministry takes note of the statement that the government released this morning and regrets its tone, as it has said in every note since the spring of the year.", "Signed"}},
		"an indent begins a paragraph": {
			"The Ministry takes note of the statement that the government\nreleased this morning and regrets its tone, as it has said in\n    The other side has not replied to any of the notes it was\nsent.",
			[]string{"The Ministry takes note of the statement that the government released this morning and regrets its tone, as it has said in", "    The other side has not replied to any of the notes it was sent."}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, splitParagraphs(tc.in)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// Wrapping text at any width and reading it again gives the same paragraphs.
func TestWrappingIsUndone(t *testing.T) {
	word := rapid.StringMatching(`[a-z]{1,9}`)
	paragraph := rapid.SliceOfN(word, 25, 60)
	rapid.Check(t, func(t *rapid.T) {
		width := rapid.IntRange(60, 100).Draw(t, "width")
		var in strings.Builder
		var want []string
		for _, p := range rapid.SliceOfN(paragraph, 2, 5).Draw(t, "paragraphs") {
			want = append(want, strings.Join(p, " "))
			column := 0
			for _, w := range p {
				if column > 0 && column+1+len(w) > width {
					in.WriteByte('\n')
					column = 0
				} else if column > 0 {
					in.WriteByte(' ')
					column++
				}
				in.WriteString(w)
				column += len(w)
			}
			in.WriteString("\n\n")
		}
		if diff := cmp.Diff(want, splitParagraphs(in.String())); diff != "" {
			t.Fatalf("width %d, -want +got:\n%s", width, diff)
		}
	})
}

func TestJSONLines(t *testing.T) {
	in := `{"title": "Dawn", "text": "The convoy left before dawn.\n\nNobody saw it.", "source": "Northern Wire", "published": "2031-05-09", "id": 7}` + "\n\n" +
		`{"title": "Bad", "text": "Words.", "date": "03/04/2031"}` + "\n" +
		`{"title": "Noon", "body": "It was noon.", "publisher": "The Capital Herald", "url": "https://herald.example/noon", "author": "Ada Reed", "date": "9 May 2031"}`
	path := filepath.Join(t.TempDir(), "all.jsonl")
	if err := os.WriteFile(path, []byte(in), 0o600); err != nil {
		t.Fatal(err)
	}
	var got []string
	for a, err := range Articles(t.Context(), path, Options{}) {
		if err != nil {
			got = append(got, err.Error())
			continue
		}
		checkArticle(t, a)
		got = append(got, fmt.Sprintf("%s|%s|%s|%s|%s|%v", a.Title, a.Text, a.Publisher, a.URL, a.Author, strings.HasPrefix(a.Origin, path+"#")))
	}
	want := []string{
		"Dawn|The convoy left before dawn.\n\nNobody saw it.|Northern Wire|||true",
		`line 3 the date "03/04/2031" can be read in two ways: write it as 2023-04-03 or 3 April 2023`,
		"Noon|It was noon.|The Capital Herald|https://herald.example/noon|Ada Reed|true",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestReadRefuses(t *testing.T) {
	dir := t.TempDir()
	large := filepath.Join(dir, "large.txt")
	if err := os.WriteFile(large, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(large, 50<<20); err != nil {
		t.Fatal(err)
	}
	done, cancel := context.WithCancel(t.Context())
	cancel()
	for name, tc := range map[string]struct {
		ctx        context.Context
		path, want string
		limit      int64
	}{
		"a missing file":   {t.Context(), filepath.Join(dir, "none.txt"), "does not exist", 0},
		"a folder":         {t.Context(), dir, "is a folder", 0},
		"a large file":     {t.Context(), large, "is too large: 50.0 MB, the limit is 20.0 MB", 0},
		"a limit":          {t.Context(), "testdata/golden/dateline.txt", "the limit is 100 bytes", 100},
		"an ended context": {done, "testdata/golden/dateline.txt", "context canceled", 0},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Read(tc.ctx, tc.path, Options{MaxBytes: tc.limit})
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want %q", err, tc.want)
			}
		})
	}
}

func TestWalk(t *testing.T) {
	root := t.TempDir()
	for _, name := range []string{"b.md", "a.TXT", "README.md", "photo.jpg", ".hidden.md", "sub/c.markdown", "sub/deep/d.txt", ".git/e.md", "LICENSE"} {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(filepath.Join(root, "b.md"), filepath.Join(root, "z.md")); err != nil {
		t.Fatal(err)
	}
	linked := filepath.Join(t.TempDir(), "linked")
	if err := os.Symlink(root, linked); err != nil {
		t.Fatal(err)
	}
	for _, start := range []string{root, linked, root + "/"} {
		var read, skipped []string
		for f := range Walk(start) {
			rel, err := filepath.Rel(start, f.Path)
			if err != nil {
				t.Fatal(err)
			}
			if f.Skip == "" {
				read = append(read, rel)
			} else {
				reason, _, _ := strings.Cut(f.Skip, ":")
				reason, _, _ = strings.Cut(reason, ";")
				skipped = append(skipped, rel+": "+reason)
			}
		}
		if diff := cmp.Diff([]string{"a.TXT", "b.md", "sub/c.markdown", "sub/deep/d.txt"}, read); diff != "" {
			t.Errorf("%s read, -want +got:\n%s", start, diff)
		}
		want := []string{".git: hidden", ".hidden.md: hidden", "LICENSE: describes its folder", "README.md: describes its folder",
			"photo.jpg: is of a type that is not read (.jpg)", "z.md: a symbolic link"}
		if diff := cmp.Diff(want, skipped); diff != "" {
			t.Errorf("%s skipped, -want +got:\n%s", start, diff)
		}
	}
	if got := slices.Collect(Walk(filepath.Join(root, "photo.jpg"))); len(got) != 1 || got[0].Skip != "" {
		t.Errorf("a file named itself: %v", got)
	}
	if got := slices.Collect(Walk(filepath.Join(root, "none"))); len(got) != 1 || got[0].Skip != "does not exist" {
		t.Errorf("a missing root: %v", got)
	}
	for range Walk(root) {
		break // ending early must be safe
	}
}

// fuzz runs an extractor's fuzz target: whatever it accepts must be a whole article, and the same one when it is read again.
func fuzz(f *testing.F, name string) {
	f.Fuzz(func(t *testing.T, data []byte) {
		a, err := Parse(name, data, Options{Title: "Title"})
		if err != nil {
			return
		}
		checkArticle(t, a)
		b, err := Parse(name, data, Options{Title: "Title"})
		if err != nil || !cmp.Equal(a, b) {
			t.Errorf("the same bytes read twice differ: %v", err)
		}
	})
}

func seedGolden(f *testing.F, pattern string) {
	files, err := filepath.Glob("testdata/golden/" + pattern)
	if err != nil || len(files) == 0 {
		f.Fatal("no seeds", err)
	}
	for _, path := range files {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
}

func FuzzMarkdown(f *testing.F) {
	seedGolden(f, "*.md")
	f.Add([]byte("a\n\n> - 1. **b** ![c](d)[^e]\n\n[^e]: f <b>g</b>\n"))
	fuzz(f, "a.md")
}

func FuzzPlainText(f *testing.F) {
	seedGolden(f, "*.txt")
	f.Add([]byte("Title\nBy A B\n03/04/2023\nDate: 1 May 2031\n"))
	fuzz(f, "a.txt")
}

func FuzzJSONLines(f *testing.F) {
	f.Add([]byte(`{"title": "A", "text": "b\n\nc\ud800", "date": "1 May 2031"}` + "\n"))
	fuzz(f, "a.jsonl")
}
