package ingest

import (
	"bytes"
	"errors"
	"regexp"
	"slices"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extast "github.com/yuin/goldmark/extension/ast"
	gmtext "github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"attache/internal/news"
)

// markdown reads CommonMark with tables and footnotes, under front matter. The title is that of the front matter, else the first heading
// of the first level. Links keep their text, emphasis its words; pictures, comments, HTML tags, struck-out words and footnote marks go;
// footnotes become paragraphs at the end.
func markdown(data []byte, _ string) (news.Article, error) {
	var a news.Article
	body, err := frontMatter(string(data), &a)
	if err != nil {
		return news.Article{}, err
	}
	if tooDeep(body) {
		return news.Article{}, errors.New("is nested too deeply to be an article")
	}
	source := []byte(body)
	parser := goldmark.New(goldmark.WithExtensions(extension.Footnote, extension.Strikethrough)).Parser()
	m := plainer{source: source}
	m.container(parser.Parse(gmtext.NewReader(source)))
	blocks := m.titled(&a)
	a.Text, a.Headings = compose(blocks)
	return a, nil
}

// The bounds of a Markdown document. goldmark's cost grows with the square of what nests and of what might be a link: 20,000 brackets take
// seconds, and no article comes near any of these.
const (
	maxNesting  = 100    // quotes and lists opened by one line
	maxIndent   = 400    // spaces before a line
	maxBrackets = 20_000 // in the document
)

// tooDeep reports whether a document passes one of the bounds.
func tooDeep(s string) bool {
	if strings.Count(s, "[") > maxBrackets {
		return true
	}
	for line := range strings.Lines(s) {
		if indent(line) > maxIndent || nesting(line) > maxNesting {
			return true
		}
	}
	return false
}

// nesting counts the quotes and list items that a line opens.
func nesting(line string) int {
	for n := 0; ; n++ {
		line = strings.TrimLeft(line, " \t0123456789")
		switch {
		case strings.HasPrefix(line, ">"):
			line = line[1:]
		case len(line) > 1 && strings.ContainsRune("-+*.)", rune(line[0])) && (line[1] == ' ' || line[1] == '\t'):
			line = line[2:]
		default:
			return n
		}
	}
}

// plainer turns the blocks of a Markdown document into paragraphs.
type plainer struct {
	source []byte
	blocks []block
	title  int // index+1 in blocks of the first heading of the first level; 0 is none
}

// titled settles the title and takes its heading out of the body.
func (m *plainer) titled(a *news.Article) []block {
	if m.title == 0 {
		return m.blocks
	}
	i := m.title - 1
	if heading := tidy(m.blocks[i].text); a.Title == "" || strings.EqualFold(tidy(a.Title), heading) {
		a.Title = heading
		return append(m.blocks[:i:i], m.blocks[i+1:]...)
	}
	return m.blocks
}

func (m *plainer) container(n ast.Node) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		m.block(c)
	}
}

func (m *plainer) block(n ast.Node) {
	switch n := n.(type) {
	case *ast.Heading:
		if n.Level == 1 && m.title == 0 {
			m.title = len(m.blocks) + 1
		}
		m.add(m.inline(n), true)
	case *ast.Paragraph, *ast.TextBlock:
		m.paragraph(n)
	case *ast.CodeBlock, *ast.FencedCodeBlock:
		m.add(string(n.Lines().Value(m.source)), false)
	case *ast.HTMLBlock:
		raw := n.Lines().Value(m.source)
		if n.HasClosure() {
			raw = append(bytes.Clone(raw), n.ClosureLine.Value(m.source)...)
		}
		for _, p := range htmlParagraphs(raw) {
			m.add(p, false)
		}
	default: // documents, quotes, lists, footnotes
		m.container(n)
	}
}

func (m *plainer) add(s string, heading bool) {
	m.blocks = append(m.blocks, block{text: s, heading: heading})
}

// paragraph adds a paragraph, or the rows of a table each as one. (goldmark's own tables pad every row to the width of the first: 300 kB
// can ask for gigabytes.)
func (m *plainer) paragraph(n ast.Node) {
	s := m.inline(n)
	rows := strings.Split(s, "\n")
	if len(rows) < 2 || !tableRule.MatchString(rows[1]) {
		m.add(s, isBold(n) && headingLike(tidy(s)))
		return
	}
	for i, row := range rows {
		if i == 1 {
			continue
		}
		cells := strings.FieldsFunc(row, func(r rune) bool { return r == '|' })
		for j := range cells {
			cells[j] = tidy(cells[j])
		}
		cells = slices.DeleteFunc(cells, func(cell string) bool { return cell == "" })
		m.add(strings.Join(cells, "; "), false)
	}
}

// tableRule is the line below the head of a table.
var tableRule = regexp.MustCompile(`^\s*(?:\|\s*:?-+:?\s*\|?|:?-+:?\s*\|)(?:\s*:?-+:?\s*\|?)*$`)

// inline is the text of everything in a block.
func (m *plainer) inline(n ast.Node) string {
	var b strings.Builder
	m.write(&b, n)
	return b.String()
}

func (m *plainer) write(b *strings.Builder, parent ast.Node) {
	for c := parent.FirstChild(); c != nil; c = c.NextSibling() {
		switch n := c.(type) {
		case *ast.Text:
			b.Write(unescape(n.Segment.Value(m.source), n.IsRaw()))
			if n.SoftLineBreak() || n.HardLineBreak() {
				b.WriteByte('\n')
			}
		case *ast.String:
			b.Write(unescape(n.Value, n.IsRaw() || n.IsCode()))
		case *ast.AutoLink:
			b.Write(n.Label(m.source))
		case *ast.CodeSpan:
			m.writeCode(b, n)
		case *ast.RawHTML:
			if isLineBreak(n, m.source) {
				b.WriteByte('\n')
			}
		case *ast.Image, *extast.Strikethrough, *extast.FootnoteLink, *extast.FootnoteBacklink: // not words of the article
		default:
			m.write(b, c)
		}
	}
}

func (m *plainer) writeCode(b *strings.Builder, n ast.Node) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if t, ok := c.(*ast.Text); ok {
			b.Write(t.Segment.Value(m.source))
		}
	}
}

// unescape resolves backslashes and character references, which goldmark leaves to its renderer.
func unescape(s []byte, raw bool) []byte {
	if raw {
		return s
	}
	return util.ResolveEntityNames(util.ResolveNumericReferences(util.UnescapePunctuations(s)))
}

func isLineBreak(n *ast.RawHTML, source []byte) bool {
	return n.Segments.Len() > 0 && bytes.HasPrefix(bytes.ToLower(n.Segments.Value(source)), []byte("<br"))
}

// isBold reports whether a block is one strong emphasis and nothing else, as many writers mark their headings.
func isBold(n ast.Node) bool {
	e, ok := n.FirstChild().(*ast.Emphasis)
	return ok && e.Level == 2 && n.ChildCount() == 1
}
