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
	dropPullQuotes(doc)
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
	fillEmpty(&a.Title, found.Title())
	fillEmpty(&a.Author, strings.TrimSpace(strings.TrimPrefix(found.Byline(), "By ")))
	fillEmpty(&a.Publisher, found.SiteName())
	return found.Node
}

// longestPullQuote bounds, in bytes, what is taken for a pull quote: a whole page may be of a class that speaks of them.
const longestPullQuote = 600

// dropPullQuotes takes out words that a page repeats in large letters.
func dropPullQuotes(doc *html.Node) {
	var found []*html.Node
	for n := range doc.Descendants() {
		class := strings.ToLower(valueOf(n, "class"))
		class = strings.NewReplacer("-", "", "_", "").Replace(class)
		if strings.Contains(class, "pullquote") && len(textOf(n)) <= longestPullQuote {
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
