package ingest

import (
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"

	"attache/internal/news"
)

// wordNamespaces are those of WordprocessingML, transitional and strict (ISO/IEC 29500).
const (
	wordNamespace       = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
	wordNamespaceStrict = "http://purl.oclc.org/ooxml/wordprocessingml/main"
)

// document reads a Word file: the paragraph in the style Title, or the title in the file's properties, or a first line of its own is the
// title; paragraphs in a heading style are headings. Deleted words, comments, fields, headers and footers are left out.
func document(data []byte, _ string) (news.Article, error) {
	z, err := openArchive(data)
	if err != nil {
		return news.Article{}, err
	}
	if !z.has("word/document.xml") {
		return news.Article{}, errors.New("is no Word document")
	}
	body, err := z.read("word/document.xml")
	if err != nil {
		return news.Article{}, err
	}
	d, err := readWord(body)
	if err != nil {
		return news.Article{}, err
	}
	a := news.Article{Title: d.title}
	if a.Title == "" && z.has("docProps/core.xml") {
		var properties struct {
			Title string `xml:"title"`
		}
		if z.decodeXML("docProps/core.xml", &properties) == nil { // without it the first line is the title
			a.Title = tidy(properties.Title)
		}
	}
	blocks := dropFurniture(takeTitle(tidied(d.blocks), &a))
	blocks = takeFoot(takeHead(blocks, &a), &a)
	if !d.headings {
		markHeadings(blocks)
	}
	a.Text, a.Headings = compose(blocks)
	return a, nil
}

// word collects the paragraphs of a document.
type word struct {
	blocks   []block
	title    string
	headings bool // a heading style was used

	text  strings.Builder
	style string
	cells int // cells of the current table row so far
	row   bool
	shown bool // inside a w:t, the only element whose characters are shown
	skip  int  // depth inside what is left out
}

func readWord(data []byte) (*word, error) {
	var w word
	d := newXMLDecoder(data)
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return &w, nil
		}
		if err != nil {
			return nil, errors.New("is damaged: its text cannot be read")
		}
		switch t := token.(type) {
		case xml.StartElement:
			w.start(t)
		case xml.EndElement:
			w.end(t)
		case xml.CharData:
			if w.shown && w.skip == 0 {
				w.text.Write(t)
			}
		}
	}
}

func isWord(n xml.Name) bool { return n.Space == wordNamespace || n.Space == wordNamespaceStrict }

func (w *word) start(t xml.StartElement) {
	if w.skip > 0 || t.Name.Local == "Fallback" { // mc:Fallback repeats what stands in mc:Choice
		w.skip++
		return
	}
	if !isWord(t.Name) {
		return
	}
	switch t.Name.Local {
	case "del", "moveFrom", "instrText", "delText", "comment":
		w.skip++
	case "pStyle":
		w.style = strings.ToLower(strings.ReplaceAll(value(t), " ", ""))
	case "t":
		w.shown = true
	case "tab", "br", "cr":
		w.text.WriteByte(' ')
	case "noBreakHyphen":
		w.text.WriteByte('-')
	case "tr":
		w.row, w.cells = true, 0
	case "tc":
		if w.cells++; w.cells > 1 {
			w.text.WriteString("; ")
		}
	}
}

func (w *word) end(t xml.EndElement) {
	if w.skip > 0 {
		w.skip--
		return
	}
	if !isWord(t.Name) {
		return
	}
	switch {
	case t.Name.Local == "t":
		w.shown = false
	case t.Name.Local == "p" && w.row:
		w.text.WriteByte(' ')
	case t.Name.Local == "p", t.Name.Local == "tr":
		w.flush()
		w.row = false
	}
}

// titleStyles and headingStyles are the names that Word gives its styles in files of English, German, French and Spanish origin.
var (
	titleStyles   = []string{"title", "titel", "titre", "ttulo"}
	headingStyles = regexp.MustCompile(`^(?:heading|berschrift|titre|ttulo)\d$`)
)

func (w *word) flush() {
	s := tidy(w.text.String())
	heading := headingStyles.MatchString(w.style)
	switch {
	case s == "":
	case slices.Contains(titleStyles, w.style) && w.title == "":
		w.title = s
	default:
		w.blocks = append(w.blocks, block{text: s, heading: heading})
		w.headings = w.headings || heading
	}
	w.text.Reset()
	w.style = ""
}

// value is the w:val of an element.
func value(t xml.StartElement) string {
	for _, a := range t.Attr {
		if a.Name.Local == "val" {
			return a.Value
		}
	}
	return ""
}
