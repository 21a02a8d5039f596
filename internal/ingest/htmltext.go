package ingest

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// maxElements bounds an HTML document; pages of news sites have some 2,000 to 10,000 elements.
const maxElements = 100_000

// boldMark is the attribute by which a renamed <b> or <strong> is known.
const boldMark = "data-bold"

// parseHTML parses a document, or a part of one, within bounds: of its elements here, of its depth (512) in the parser.
//
// Elements such as <b> and <font> become <span> first. A browser opens them anew in every paragraph until they are closed, so that a
// megabyte of "<p>" after some hundred of them would grow to gigabytes.
func parseHTML(data []byte) (*html.Node, error) {
	var out bytes.Buffer
	out.Grow(len(data))
	z := html.NewTokenizer(bytes.NewReader(data))
	for elements := 0; ; {
		kind := z.Next()
		if kind == html.ErrorToken {
			if errors.Is(z.Err(), io.EOF) {
				break
			}
			return nil, errors.New("is damaged HTML")
		}
		raw := bytes.Clone(z.Raw()) // TagName lower-cases in place
		name := atom.Atom(0)
		if kind == html.StartTagToken || kind == html.EndTagToken || kind == html.SelfClosingTagToken {
			tag, _ := z.TagName()
			name = atom.Lookup(tag)
			if elements++; elements > maxElements {
				return nil, errors.New("holds too many elements to be an article")
			}
		}
		out.Write(renamed(name, kind, raw))
	}
	doc, err := html.Parse(&out)
	if err != nil {
		return nil, errors.New("is nested too deeply to be an article")
	}
	markBreaks(doc)
	return doc, nil
}

// paragraphSeparator stands in a text node for the end of a paragraph (U+2029).
const paragraphSeparator = "\u2029"

// markBreaks writes a paragraph separator for each run of two or more <br>, by which older pages part their paragraphs. (readability
// loses them.)
func markBreaks(doc *html.Node) {
	var runs []*html.Node // the second <br> of each run, and those after it
	for n := range doc.Descendants() {
		if n.DataAtom == atom.Br && afterBreak(n) {
			runs = append(runs, n)
		}
	}
	for _, n := range runs {
		n.Type, n.DataAtom, n.Data, n.Attr = html.TextNode, 0, paragraphSeparator, nil
	}
}

// afterBreak reports whether nothing but white space stands between n and a <br> before it.
func afterBreak(n *html.Node) bool {
	p := n.PrevSibling
	for p != nil && p.Type == html.TextNode && strings.TrimSpace(p.Data) == "" {
		p = p.PrevSibling
	}
	return p != nil && p.DataAtom == atom.Br
}

// renamed is the tag that stands in for one of the formatting elements of the HTML standard (all but <a>, of which only one can be open).
func renamed(name atom.Atom, kind html.TokenType, raw []byte) []byte {
	switch name {
	case atom.B, atom.Strong, atom.Big, atom.Code, atom.Em, atom.Font, atom.I, atom.Nobr, atom.S, atom.Small, atom.Strike, atom.Tt, atom.U:
	default:
		return raw
	}
	switch {
	case kind == html.EndTagToken:
		return []byte("</span>")
	case name == atom.B || name == atom.Strong:
		return []byte("<span " + boldMark + ">")
	}
	return []byte("<span>")
}

// htmlParagraphs is the text of a scrap of HTML as it stands in Markdown; damaged scraps have none.
func htmlParagraphs(data []byte) []string {
	doc, err := parseHTML(data)
	if err != nil {
		return nil
	}
	var all []string
	for _, b := range htmlBlocks(doc) {
		all = append(all, b.text)
	}
	return all
}

// htmlBlocks turns what a reader sees of an element into paragraphs, in order.
func htmlBlocks(n *html.Node) []block {
	var r htmlReader
	r.walk(n)
	r.flush(false)
	return r.blocks
}

// htmlReader collects the words of one paragraph at a time.
type htmlReader struct {
	blocks []block
	words  strings.Builder
	bold   int // bytes of words that are bold
	linked int // bytes of words that are links
	links  int
}

func (r *htmlReader) flush(heading bool) {
	s := tidy(r.words.String())
	if s != "" && (heading || !r.menu(s)) {
		r.blocks = append(r.blocks, block{text: s, heading: heading || r.bold >= len(s) && headingLike(s)})
	}
	r.words.Reset()
	r.bold, r.linked, r.links = 0, 0, 0
}

// menu reports whether a paragraph is several links and nothing else but marks between them.
func (r *htmlReader) menu(s string) bool {
	marks := 0
	for _, c := range s {
		if !unicode.IsLetter(c) && !unicode.IsDigit(c) {
			marks += utf8.RuneLen(c)
		}
	}
	return r.links > 1 && r.linked >= len(s)-marks && len(s) <= longestFurniture && strings.ContainsAny(s, "|·•>›/")
}

func (r *htmlReader) children(n *html.Node) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		r.walk(c)
	}
}

func (r *htmlReader) walk(n *html.Node) {
	switch n.Type {
	case html.TextNode:
		r.text(n.Data)
		return
	case html.DocumentNode:
		r.children(n)
		return
	case html.ElementNode:
	default:
		return
	}
	switch n.DataAtom {
	case atom.Br:
		r.words.WriteByte('\n')
	case atom.Q:
		r.words.WriteString("“")
		r.children(n)
		r.words.WriteString("”")
	case atom.Span:
		before := r.words.Len()
		r.children(n)
		if attribute(n, boldMark) != nil {
			r.bold += r.words.Len() - before
		}
	case atom.A:
		before := r.words.Len()
		r.children(n)
		r.linked += r.words.Len() - before
		r.links++
	case atom.Sup:
		if !noteMark.MatchString(textOf(n)) {
			r.children(n)
		}
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		r.flush(false)
		r.children(n)
		r.flush(true)
	case atom.Tr:
		r.flush(false)
		r.row(n)
		r.flush(false)
	case atom.Td, atom.Th: // of a row that was renamed
		r.flush(false)
		r.blocks = append(r.blocks, cell(n)...)
	default:
		r.other(n)
	}
}

// text adds words; a paragraph separator among them ends the paragraph.
func (r *htmlReader) text(s string) {
	for {
		before, after, found := strings.Cut(s, paragraphSeparator)
		r.words.WriteString(before)
		if !found {
			return
		}
		r.flush(false)
		s = after
	}
}

func (r *htmlReader) other(n *html.Node) {
	switch {
	case unseen[n.DataAtom]:
	case blockElements[n.DataAtom]:
		r.flush(false)
		r.children(n)
		r.flush(false)
	default:
		r.children(n)
	}
}

// row sets the cells of a table's row on one line. A row whose cells hold more than a figure or a phrase is no table's but a page's layout:
// its paragraphs stay what they are.
func (r *htmlReader) row(n *html.Node) {
	var cells []block
	layout := false
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.DataAtom != atom.Td && c.DataAtom != atom.Th {
			continue
		}
		inside := cell(c)
		layout = layout || len(inside) > 1 || len(inside) == 1 && words(inside[0].text) > longestCell
		cells = append(cells, inside...)
	}
	if layout {
		r.blocks = append(r.blocks, cells...)
		return
	}
	texts := make([]string, len(cells))
	for i, c := range cells {
		texts[i] = c.text
	}
	r.words.WriteString(strings.Join(texts, "; "))
}

// cell reads a cell of a table. One of links for the most part is a menu beside the page, and holds nothing.
func cell(n *html.Node) []block {
	var r htmlReader
	r.children(n)
	links, linked, all := r.links, r.linked, r.words.Len()
	r.flush(false)
	if links > 1 && len(r.blocks) <= 1 && 2*linked > all {
		return nil
	}
	return r.blocks
}

// longestCell is the longest text of a table's cell, in words.
const longestCell = 40

// headingElements are the elements of headings.
var headingElements = map[atom.Atom]bool{atom.H1: true, atom.H2: true, atom.H3: true, atom.H4: true, atom.H5: true, atom.H6: true}

// noteMark is the number of a footnote.
var noteMark = regexp.MustCompile(`^\s*[\[(]?(?:\d{1,3}|[a-z*†‡])[\])]?\s*$`)

// unseen are elements whose words are no part of a text.
var unseen = map[atom.Atom]bool{
	atom.Head: true, atom.Script: true, atom.Style: true, atom.Noscript: true, atom.Template: true, atom.Iframe: true, atom.Object: true,
	atom.Svg: true, atom.Canvas: true, atom.Video: true, atom.Audio: true, atom.Figure: true, atom.Button: true, atom.Select: true,
	atom.Textarea: true, atom.Nav: true, atom.Del: true,
}

// blockElements begin and end a paragraph.
var blockElements = map[atom.Atom]bool{
	atom.Html: true, atom.Body: true, atom.P: true, atom.Div: true, atom.Section: true, atom.Article: true, atom.Main: true, atom.Header: true, atom.Footer: true,
	atom.Aside: true, atom.Blockquote: true, atom.Ul: true, atom.Ol: true, atom.Li: true, atom.Dl: true, atom.Dt: true, atom.Dd: true, atom.Pre: true,
	atom.Table: true, atom.Thead: true, atom.Tbody: true, atom.Tfoot: true, atom.Caption: true, atom.Form: true, atom.Fieldset: true, atom.Address: true, atom.Hr: true,
	atom.Details: true, atom.Summary: true, atom.Center: true,
}

// attribute returns the attribute of an element, nil when it has none of that name.
func attribute(n *html.Node, name string) *string {
	for i := range n.Attr {
		if n.Attr[i].Key == name {
			return &n.Attr[i].Val
		}
	}
	return nil
}

// textOf is all text below a node.
func textOf(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return b.String()
}
