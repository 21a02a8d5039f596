package ingest

import (
	"errors"
	"strings"

	"attache/internal/news"
)

// PDFText is what a reader of PDF files found: paragraphs in reading order, and the title of the file's properties, "" when there is none.
type PDFText struct {
	Title      string
	Paragraphs []string
}

// pdf makes an article of a PDF's text, as of text copied from it. The title of the file's properties, often that of another file, counts only where the
// text begins without one.
func pdf(data []byte, o Options) (news.Article, error) {
	if o.PDF == nil {
		return news.Article{}, errors.New("is a PDF, which is not read here: save its text as .txt or .docx")
	}
	if !strings.HasPrefix(string(data[:min(len(data), 5)]), "%PDF-") {
		return news.Article{}, errors.New("is no PDF, whatever its name says")
	}
	found, err := o.PDF(data)
	if err != nil {
		return news.Article{}, err
	}
	if len(found.Paragraphs) == 0 {
		return news.Article{}, errors.New("is a scanned PDF without text; nothing was added")
	}
	a, err := plainText([]byte(strings.Join(found.Paragraphs, "\n\n")), "")
	if a.Title == "" {
		a.Title = found.Title
	}
	return a, err
}
