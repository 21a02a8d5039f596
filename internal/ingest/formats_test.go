package ingest

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// pack makes a ZIP file of names and contents in turn.
func pack(t testing.TB, entries ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(entries); i += 2 {
		w, err := z.Create(entries[i])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(entries[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func wordFile(t testing.TB, body string) []byte {
	return pack(t, "word/document.xml", `<?xml version="1.0"?><w:document xmlns:w="`+wordNamespace+`"><w:body>`+body+`</w:body></w:document>`,
		"docProps/core.xml", `<cp:coreProperties xmlns:cp="x" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>From the properties</dc:title></cp:coreProperties>`)
}

func paragraph(style, text string) string {
	return `<w:p><w:pPr><w:pStyle w:val="` + style + `"/></w:pPr><w:r><w:t xml:space="preserve">` + text + `</w:t></w:r></w:p>`
}

const bookContainer = `<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>`

func bookFile(t testing.TB, opf string, chapters ...string) []byte {
	entries := []string{"META-INF/container.xml", bookContainer, "OEBPS/book.opf", opf}
	for i, c := range chapters {
		entries = append(entries, fmt.Sprintf("OEBPS/text/c %d.xhtml", i+1), c)
	}
	return pack(t, entries...)
}

const bookOPF = `<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title>The Pass: A Reader</dc:title><dc:creator>Edda Voss</dc:creator><dc:creator>Milo Tarn</dc:creator><dc:publisher>Lakeside Institute</dc:publisher><dc:date>2031-06-01</dc:date></metadata>
<manifest><item id="toc" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/><item id="a" href="text/c%201.xhtml" media-type="application/xhtml+xml"/>
<item id="b" href="text/c%202.xhtml" media-type="application/xhtml+xml"/></manifest>
<spine><itemref idref="toc"/><itemref idref="b"/><itemref idref="a"/><itemref idref="b"/></spine></package>`

func TestFormats(t *testing.T) {
	const plainMail = "From: =?utf-8?q?Press_office=2C_M=C3=A9ridor?= <press@example.org>\r\nSubject: =?iso-8859-1?q?Note_of_9_May=3A_the_caf=E9?=\r\nDate: Fri, 9 May 2031 23:30:00 -0500\r\n"
	for name, tc := range map[string]struct {
		file string
		data []byte
		want string // as show prints it, without its empty fields
	}{
		"mail: quoted-printable in a code page, signature and quotes cut": {"a.eml", []byte(plainMail +
			"Content-Type: text/plain; charset=windows-1252\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" +
			"=93We have read every word,=94 Oren Falk said in the caf=E9 today.\r\n\r\n> an older note\r\n\r\nIt was late.\r\n-- \r\nPress office\r\n"),
			"title: Note of 9 May: the café\nauthor: Press office, Méridor\npublished: 2031-05-09\n\n“We have read every word,” Oren Falk said in the café today.\n\nIt was late."},
		"mail: plain before HTML, attachments left out": {"a.eml", []byte(plainMail +
			"Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\nAn attachment.\r\n" +
			"--m\r\nContent-Type: multipart/alternative; boundary=a\r\n\r\n--a\r\nContent-Type: text/html\r\n\r\n<p>The page.</p>\r\n--a\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
			base64.StdEncoding.EncodeToString([]byte("The “plain” text.")) + "\r\n--a--\r\n--m--\r\n"),
			"title: Note of 9 May: the café\nauthor: Press office, Méridor\npublished: 2031-05-09\n\nThe “plain” text."},
		"mail: HTML only": {"a.eml", []byte("Subject: S\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<style>p{}</style><h2>Head</h2><p>One <b>two</b>.</p><script>x</script>"),
			"title: S\n\n# Head\n\nOne two."},
		"Word: styles, tables, changes, fields": {"a.docx", wordFile(t, paragraph("Title", "The draft")+
			paragraph("Normal", "By Edda Voss")+paragraph("Heading1", "What it says")+
			`<w:p><w:r><w:t>It says </w:t></w:r><w:ins><w:r><w:t>little</w:t></w:r></w:ins><w:del><w:r><w:delText>a lot</w:delText></w:r></w:del><w:r><w:tab/><w:t>&amp; “no more”.</w:t></w:r>`+
			`<w:r><w:instrText>PAGE</w:instrText></w:r></w:p><w:tbl><w:tr><w:tc><w:p><w:r><w:t>8 May</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>12</w:t></w:r></w:p></w:tc></w:tr></w:tbl>`+
			paragraph("Normal", "The end of it.")),
			"title: The draft\nauthor: Edda Voss\n\n# What it says\n\nIt says little & “no more”.\n\n8 May ; 12\n\nThe end of it."},
		"Word: title from the properties, headings by their form": {"a.docx", wordFile(t, paragraph("", "It begins with a sentence.")+paragraph("", "What comes next?")+paragraph("", "Nobody knows what comes next, and nobody asks.")),
			"title: From the properties\n\nIt begins with a sentence.\n\n# What comes next?\n\nNobody knows what comes next, and nobody asks."},
		"EPUB: in the order of its spine": {"a.epub", bookFile(t, bookOPF,
			`<html><head><title/></head><body><h1>Second</h1><p>Two<sup>2</sup>.</p></body></html>`,
			`<html><head><title>x</title></head><body><h1>The Pass: A Reader</h1><h1>First</h1><p>One “word”.</p></body></html>`),
			"title: The Pass: A Reader\npublisher: Lakeside Institute\nauthor: Edda Voss, Milo Tarn\npublished: 2031-06-01\n\n# First\n\nOne “word”.\n\n# Second\n\nTwo."},
		"HTML: a page of few words":                           {"a.html", []byte(`<title>Dawn</title><article><h1>Dawn</h1><p>The convoy left.</p></article>`), "title: Dawn\n\nThe convoy left."},
		"HTML: UTF-8 after a long head without a declaration": {"a.html", []byte("<title>Dawn</title><p>" + strings.Repeat("word ", 400) + "“é”.</p>"), "title: Dawn\n\n" + strings.Repeat("word ", 400) + "“é”."},
		"HTML: <q> has marks":                                 {"a.html", []byte(`<title>Dawn</title><p>He said <q>go</q> and went.</p>`), "title: Dawn\n\nHe said “go” and went."},
	} {
		t.Run(name, func(t *testing.T) {
			a, err := Parse(tc.file, tc.data, Options{})
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

func TestFormatsRefused(t *testing.T) {
	bomb := strings.Repeat("\x00", maxUnpacked+1)
	for name, tc := range map[string]struct {
		file string
		data []byte
		want string
	}{
		"HTML: too many elements":      {"a.html", []byte(strings.Repeat("<p>x", maxElements+1)), "too many elements"},
		"HTML: too deep":               {"a.html", []byte(strings.Repeat("<div>", 20_000) + "x"), "nested too deeply"},
		"HTML: a PDF":                  {"a.html", []byte("%PDF-1.4"), "is no text but a PDF"},
		"HTML: nothing to read":        {"a.html", []byte("<title>A</title><script>x</script>"), "holds no text"},
		"PDF":                          {"a.pdf", []byte("%PDF-1.4"), "is a PDF, which is not read here"},
		"mail: no headers":             {"a.eml", []byte("just words\n\nand more"), "is no e-mail"},
		"mail: unknown encoding":       {"a.eml", []byte("Subject: A\nContent-Type: text/plain; charset=klingon\n\nx"), `the encoding "klingon", which is not known`},
		"mail: no text":                {"a.eml", []byte("Subject: A\nContent-Type: image/png\n\nx"), "holds no text"},
		"mail: parts without end":      {"a.eml", []byte("Subject: A\nContent-Type: multipart/mixed; boundary=m\n\n" + strings.Repeat("--m\n\nx\n", mostParts+1)), "too many parts"},
		"Word: no ZIP":                 {"a.docx", []byte("words"), "is damaged"},
		"Word: another ZIP":            {"a.docx", pack(t, "a", "b"), "is no Word document"},
		"Word: a bomb":                 {"a.docx", pack(t, "word/document.xml", bomb), "unpacks to more than 64.0 MB"},
		"Word: entities":               {"a.docx", pack(t, "word/document.xml", `<!DOCTYPE a [<!ENTITY b "bbbb">]><a>&b;</a>`), "is damaged: its text cannot be read"},
		"EPUB: no book":                {"a.epub", pack(t, "a", "b"), "is incomplete: it holds no META-INF/container.xml"},
		"EPUB: missing chapter":        {"a.epub", bookFile(t, bookOPF), "is incomplete: it holds no OEBPS/text/c 2.xhtml"},
		"EPUB: protected":              {"a.epub", pack(t, "META-INF/encryption.xml", "x", "META-INF/rights.xml", "x"), "protected against copying"},
		"EPUB: no way out of the file": {"a.epub", bookFile(t, strings.ReplaceAll(bookOPF, "text/c%202.xhtml", "../../../../etc/passwd")), "it holds no ../../../etc/passwd"},
	} {
		t.Run(name, func(t *testing.T) {
			a, err := Parse(tc.file, tc.data, Options{})
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Fatalf("got the article %q and error %v; want an error with %q", a.Title, err, tc.want)
			}
		})
	}
}

// Formatting elements that are never closed are opened anew in each paragraph by the letter of the standard: 400 of them and 50,000
// paragraphs would make 20 million elements.
func TestUnclosedFormattingDoesNotGrow(t *testing.T) {
	var in strings.Builder
	in.WriteString("<p>")
	for i := range 400 {
		fmt.Fprintf(&in, "<b a=%d><i b=%d>", i, i)
	}
	in.WriteString("</p>" + strings.Repeat("<p>x", 50_000))
	doc, err := parseHTML([]byte(in.String()))
	if err != nil {
		return // refused is as good
	}
	nodes := 0
	for range doc.Descendants() {
		if nodes++; nodes > 3*maxElements {
			t.Fatalf("more than %d nodes", nodes)
		}
	}
}

func FuzzHTML(f *testing.F) {
	seedGolden(f, "*.htm*")
	f.Add([]byte(`<table><tr><td>a<br><br>b<td><q>c</q></table><b>D</b><sup>1</sup>`))
	fuzz(f, "a.html")
}

func FuzzMail(f *testing.F) {
	f.Add([]byte("From: a <b@c.example>\nSubject: =?utf-8?b?w6k=?=\nDate: Fri, 9 May 2031 10:00:00 +0000\nContent-Type: multipart/alternative; boundary=x\n\n--x\nContent-Type: text/plain\nContent-Transfer-Encoding: quoted-printable\n\na=C3=A9\n--x\nContent-Type: text/html; charset=koi8-r\n\n<p>b</p>\n--x--\n"))
	fuzz(f, "a.eml")
}

// The fuzzer cannot make a ZIP file of its own, so it makes what stands in one.
func FuzzWord(f *testing.F) {
	f.Add(paragraph("Title", "a") + paragraph("Heading1", "b") + "<w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl><w:del><w:t>x</w:t></w:del>")
	f.Fuzz(func(t *testing.T, body string) {
		if a, err := Parse("a.docx", wordFile(t, body), Options{}); err == nil {
			checkArticle(t, a)
		}
	})
}

func FuzzBook(f *testing.F) {
	f.Add(bookOPF, "<p>a</p>")
	f.Fuzz(func(t *testing.T, opf, chapter string) {
		if a, err := Parse("a.epub", bookFile(t, opf, chapter, chapter), Options{Title: "Title"}); err == nil {
			checkArticle(t, a)
		}
	})
}

func FuzzArchive(f *testing.F) {
	f.Add(wordFile(f, paragraph("Title", "a")+paragraph("", "b")))
	f.Add(bookFile(f, bookOPF, "<p>a</p>", "<p>b</p>"))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, name := range []string{"a.docx", "a.epub"} {
			if a, err := Parse(name, data, Options{Title: "Title"}); err == nil {
				checkArticle(t, a)
			}
		}
	})
}
