package ingest

import (
	"errors"
	"strings"
	"testing"
)

func TestPDF(t *testing.T) {
	t.Parallel()
	text := func(title string, paragraphs ...string) func([]byte) (PDFText, error) {
		return func([]byte) (PDFText, error) { return PDFText{title, paragraphs}, nil }
	}
	prose := "The convoy of Solmark left Kareth before dawn, the ministry of defence said on Monday, and nobody has seen it since."
	tests := []struct {
		name, data string
		read       func([]byte) (PDFText, error)
		title      string
		want       string // of the error
	}{
		{"a title of its own", "%PDF-1.7", text("doc1.docx", "Dawn at Kareth", "By Ada Reed", "12 May 2031", prose), "Dawn at Kareth", ""},
		{"the title of its properties", "%PDF-1.7", text("Dawn at Kareth", prose, prose), "Dawn at Kareth", ""},
		{"a scan", "%PDF-1.7", text("Scan"), "", "is a scanned PDF without text; nothing was added"},
		{"what cannot be read", "%PDF-1.7", func([]byte) (PDFText, error) { return PDFText{}, errors.New("is a damaged PDF") }, "", "is a damaged PDF"},
		{"another kind of file", "<html>", text("x", prose), "", "is no PDF"},
		{"nobody to read it", "%PDF-1.7", nil, "", "is a PDF, which is not read here"},
	}
	for _, tt := range tests {
		a, err := Parse("a.pdf", []byte(tt.data), Options{PDF: tt.read})
		switch {
		case tt.want != "" && (err == nil || !strings.HasPrefix(err.Error(), tt.want)):
			t.Errorf("%s: got %v, want %q", tt.name, err, tt.want)
		case tt.want == "" && (err != nil || a.Title != tt.title || !strings.Contains(a.Text, prose)):
			t.Errorf("%s: %v, title %q, text %q", tt.name, err, a.Title, a.Text)
		}
		if tt.want == "" {
			checkArticle(t, a)
		}
	}
	a, err := Parse("a.pdf", []byte("%PDF-1.7"), Options{PDF: tests[0].read})
	if err != nil || a.Author != "Ada Reed" || dateOf(a) != "2031-05-12" {
		t.Errorf("author %q, date %s, %v", a.Author, dateOf(a), err)
	}
	w, err := ReadWeb(Response{URL: "https://wire.example/report.pdf", Type: "application/pdf", Body: []byte("%PDF-1.7")}, Options{PDF: tests[0].read})
	if err != nil || w.Article.Publisher != "wire.example" || w.Article.URL != "https://wire.example/report.pdf" {
		t.Errorf("from the web: %+v, %v", w.Article, err)
	}
}
