package ingest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"unicode/utf8"

	readability "codeberg.org/readeck/go-readability/v2"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/net/html/charset"

	"attache/internal/news"
)

// page reads a saved web page: the main text without menus, buttons and footers, and the title, author, date and publisher that the page
// states in its metadata or, failing that, in the lines around its headline.
func page(data []byte, _ string) (news.Article, error) {
	if err := notText(data); err != nil {
		return news.Article{}, err
	}
	decoded, err := decodeHTML(data)
	if err != nil {
		return news.Article{}, err
	}
	doc, err := parseHTML(decoded)
	if err != nil {
		return news.Article{}, err
	}
	a := statedIn(doc) // before the main text is taken out of it
	dropInserts(doc)
	dropStamps(doc)
	main := mainText(doc, &a)
	blocks := takeHead(dropFurniture(withoutTitle(tidied(htmlBlocks(main)), a.Title)), &a)
	if a.Published.IsZero() && len(blocks) > 0 {
		a.Published = datelineDate(blocks[0].text)
	}
	a.Text, a.Headings = compose(blocks)
	return a, nil
}

// decodeHTML brings a page to UTF-8 by its looks, its byte-order mark or its own declaration. What is UTF-8 from end to end is taken for it:
// pages that declare otherwise are wrong, and x/net looks at the first kilobyte only. (A zero or an escape tells UTF-16 and ISO-2022.)
func decodeHTML(data []byte) ([]byte, error) {
	if utf8.Valid(data) && !bytes.ContainsAny(data, "\x00\x1b") {
		return bytes.TrimPrefix(data, []byte("\ufeff")), nil
	}
	r, err := charset.NewReader(bytes.NewReader(data), "text/html")
	if err != nil {
		return nil, fmt.Errorf("is in an encoding that is not known: %w", err)
	}
	decoded, err := io.ReadAll(r)
	if err != nil {
		return nil, errors.New("is damaged: its characters are not in the encoding that it names")
	}
	return decoded, nil
}

// mainText finds the element that holds the article, and fills in title, author and publisher where the page's metadata were silent.
func mainText(doc *html.Node, a *news.Article) *html.Node {
	parser := readability.NewParser()
	parser.Logger = slog.New(slog.DiscardHandler)
	parser.DisableJSONLD = true // read by statedIn, with our own dates
	found, err := parser.ParseDocument(doc, nil)
	if err != nil || found.Node == nil || strings.TrimSpace(textOf(found.Node)) == "" {
		return fallbackText(doc)
	}
	for n := range found.Node.Descendants() { // elements that were renamed have lost theirs
		n.DataAtom = atom.Lookup([]byte(n.Data))
	}
	fillEmpty(&a.Title, found.Title())
	fillEmpty(&a.Author, strings.TrimSpace(strings.TrimPrefix(found.Byline(), "By ")))
	fillEmpty(&a.Publisher, found.SiteName())
	return found.Node
}

// longestInsert bounds, in bytes, what is taken for a pull quote or an advertisement: a whole page may be of a class that speaks of them.
const longestInsert = 600

// advertising are the words of a class that mark an advertisement.
var advertising = map[string]bool{"ad": true, "ads": true, "advert": true, "advertisement": true, "sponsored": true}

// dropInserts takes out words that a page repeats in large letters, and advertisements.
func dropInserts(doc *html.Node) {
	dropAll(doc, func(n *html.Node) bool {
		class := strings.ToLower(valueOf(n, "class"))
		inserted := strings.Contains(strings.NewReplacer("-", "", "_", "").Replace(class), "pullquote")
		for _, word := range strings.FieldsFunc(class, func(r rune) bool { return r == ' ' || r == '-' || r == '_' }) {
			inserted = inserted || advertising[word]
		}
		return inserted && len(textOf(n)) <= longestInsert
	})
}

// dropStamps takes out times that stand for themselves, as above the entries of a live blog. One in a sentence stays.
func dropStamps(doc *html.Node) {
	dropAll(doc, func(n *html.Node) bool {
		if n.DataAtom != atom.Time {
			return false
		}
		for inline[n.Parent.DataAtom] && alone(n) {
			n = n.Parent
		}
		return alone(n)
	})
}

// inline are the elements that may stand around a time and nothing else.
var inline = map[atom.Atom]bool{atom.Span: true, atom.A: true, atom.Time: true}

// alone reports whether nothing but headings and paragraphs stands beside n.
func alone(n *html.Node) bool {
	for s := n.Parent.FirstChild; s != nil; s = s.NextSibling {
		block := s.Type == html.ElementNode && (blockElements[s.DataAtom] || headingElements[s.DataAtom])
		if s != n && !block && strings.TrimSpace(textBelow(s)) != "" {
			return false
		}
	}
	return true
}

// textBelow is the text of a node, or of all below it.
func textBelow(n *html.Node) string {
	if n.Type == html.TextNode {
		return n.Data
	}
	return textOf(n)
}

// dropAll takes every node out of the document that is to go.
func dropAll(doc *html.Node, goes func(*html.Node) bool) {
	var found []*html.Node
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode && n.Parent != nil && goes(n) {
			found = append(found, n)
		}
	}
	for _, n := range found {
		if n.Parent != nil {
			n.Parent.RemoveChild(n)
		}
	}
}

// fallbackText is the first <article> or <main>, else the whole page.
func fallbackText(doc *html.Node) *html.Node {
	for _, want := range []atom.Atom{atom.Article, atom.Main, atom.Body} {
		for n := range doc.Descendants() {
			if n.DataAtom == want {
				return n
			}
		}
	}
	return doc
}

// withoutTitle drops the headline from the head of the body.
func withoutTitle(blocks []block, title string) []block {
	for i, b := range blocks[:min(3, len(blocks))] {
		if strings.EqualFold(b.text, tidy(title)) {
			return append(blocks[:i:i], blocks[i+1:]...)
		}
	}
	return blocks
}

func fillEmpty(field *string, with string) {
	if with = tidy(with); *field == "" {
		*field = with
	}
}
