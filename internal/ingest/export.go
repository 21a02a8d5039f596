package ingest

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"attache/internal/news"
)

// exportedLine is an article on its way out, as jsonLine reads it back.
type exportedLine struct {
	Title     string    `json:"title"`
	Source    string    `json:"source,omitempty"`
	URL       string    `json:"url,omitempty"`
	Author    string    `json:"author,omitempty"`
	Published string    `json:"published,omitempty"`
	Label     string    `json:"label,omitempty"`
	Guild     string    `json:"guild,omitempty"`
	Wall      news.Wall `json:"wall,omitzero"`
	Headings  []int     `json:"headings"` // which paragraphs of the text are headings, counted from 0
	Text      string    `json:"text"`
}

// Line writes an article as one line of JSON, without a line end. Reading it from a JSON Lines file gives the same article with the same id, but for
// its Origin; with Options.KeepGuild also when it belongs to one server.
func Line(a news.Article) ([]byte, error) {
	l := exportedLine{
		Title: a.Title, Source: a.Publisher, URL: a.URL, Author: a.Author, Label: a.Label, Guild: a.Guild, Wall: a.Wall, Headings: []int{}, Text: a.Text,
	}
	if !a.Published.IsZero() {
		l.Published = a.Published.Format(time.DateOnly)
	}
	for _, h := range a.Headings {
		l.Headings = append(l.Headings, strings.Count(a.Text[:h.Start], "\n\n"))
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(l)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// exported takes a text for what an article's text is already: nothing is looked for in it and nothing left out.
func exported(text string, headings []int) []block {
	var blocks []block
	n := 0
	for paragraph := range strings.SplitSeq(text, "\n\n") {
		if p := tidy(paragraph); p != "" {
			blocks = append(blocks, block{text: p, heading: slices.Contains(headings, n)})
		}
		n++
	}
	return blocks
}

// manyLines yields the article of each line of a file that is too large to be read at once.
func manyLines(ctx context.Context, f format, path string, o Options, yield func(news.Article, error) bool) {
	file, err := os.Open(path)
	if err != nil {
		yield(news.Article{}, fileError(err))
		return
	}
	defer func() { _ = file.Close() }() // only read from
	r := bufio.NewReader(file)
	for n := 1; ctx.Err() == nil; n++ {
		line, err := boundedLine(r, o.maxBytes())
		if errors.Is(err, io.EOF) {
			return
		}
		if err == nil && len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		a, err := oneLine(f, line, err, path, o)
		if err != nil {
			err = fmt.Errorf("line %d %w", n, err)
		}
		if !yield(a, err) {
			return
		}
	}
	yield(news.Article{}, ctx.Err())
}

func oneLine(f format, line []byte, err error, path string, o Options) (news.Article, error) {
	if err != nil {
		return news.Article{}, err
	}
	if line, err = f.prepare(line, o); err != nil {
		return news.Article{}, err
	}
	return parseOne(f, line, filepath.Base(path), o)
}

// boundedLine reads one line without its end; of one longer than limit bytes it reads the rest away and returns an error. The end of the file is io.EOF.
func boundedLine(r *bufio.Reader, limit int64) ([]byte, error) {
	var line []byte
	size := int64(0)
	for {
		part, err := r.ReadSlice('\n')
		if size += int64(len(part)); size <= limit {
			line = append(line, part...)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF) && size == 0:
			return nil, io.EOF
		case err != nil && !errors.Is(err, io.EOF):
			return nil, fileError(err)
		case size > limit:
			return nil, tooLarge(size, limit)
		}
		return bytes.TrimRight(line, "\r\n"), nil
	}
}
