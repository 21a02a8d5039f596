// Package ingest turns files into articles: it finds the title, the date, the author and the publisher, and keeps the body as plain
// paragraphs with its headings marked, word for word. What is not the article (share buttons, advertisements, "Read more") is left out.
//
// Every format is one small extractor behind one signature; formats lists them all. An extractor only reads: it never opens a file or a
// connection, and its input is bounded before it sees it, so that hostile files do no harm beyond an error.
//
// An error of this package is one sentence for the person who gave the file; it does not repeat the file's name.
package ingest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"attache/internal/news"
)

// DefaultMaxBytes is the largest file that is read when Options names no other limit.
const DefaultMaxBytes = 20 << 20

// Options is what the caller knows or wants. The zero Options is ready to use. A field of the article that is set here wins over what the
// file says.
type Options struct {
	Title     string
	Publisher string
	URL       string
	Author    string
	Published time.Time // any time of the day of publication; see ParseDate
	Label     string
	Guild     string
	Wall      news.Wall                          // in place of the file's own, unless it has no mark
	KeepGuild bool                               // without a Guild, leave exported articles in the collection that they were exported from
	MaxBytes  int64                              // of one file, for JSON Lines of one line; 0 is DefaultMaxBytes
	PDF       func(data []byte) (PDFText, error) // reads the text of a PDF, apart from this process; nil reads none
	Note      func(note string)                  // told, in one sentence each, what was guessed about a file; nil is told nothing
}

// An extractor reads one article out of a file's bytes. What it does not find it leaves zero; name is the file's base name, for formats
// whose content does not tell. The Text that it returns obeys news.Article.
type extractor func(data []byte, name string) (news.Article, error)

// format is one kind of file.
type format struct {
	name       string
	extensions []string
	plain      bool // characters only: decoded to UTF-8 with \n at line ends before it is extracted
	extract    extractor
	lines      bool // one article a line
	apart      bool // read by Options.PDF
}

func formats() []format {
	return []format{
		{name: "Markdown", extensions: []string{".md", ".markdown"}, plain: true, extract: markdown},
		{name: "plain text", extensions: []string{".txt", ".text"}, plain: true, extract: plainText},
		{name: "HTML", extensions: []string{".html", ".htm", ".xhtml"}, extract: page},
		{name: "e-mail", extensions: []string{".eml"}, extract: message},
		{name: "Word", extensions: []string{".docx"}, extract: document},
		{name: "EPUB", extensions: []string{".epub"}, extract: book},
		{name: "PDF", extensions: []string{".pdf"}, apart: true},
		{name: "JSON Lines", extensions: []string{".jsonl", ".ndjson"}, plain: true, extract: jsonLine, lines: true},
	}
}

// Extensions lists the file name endings that can be read, in lower case with their dot.
func Extensions() []string {
	var all []string
	for _, f := range formats() {
		all = append(all, f.extensions...)
	}
	return all
}

func formatOf(name string) (format, bool) {
	ext := strings.ToLower(filepath.Ext(name))
	for _, f := range formats() {
		if slices.Contains(f.extensions, ext) {
			return f, true
		}
	}
	return format{}, false
}

// Read reads the one article of a file, whose type its name tells. Origin is the file's absolute path.
func Read(ctx context.Context, path string, o Options) (news.Article, error) {
	for a, err := range Articles(ctx, path, o) {
		return a, err
	}
	return news.Article{}, errors.New("holds no article")
}

// Articles reads every article of a file: one for most types, one a line for JSON Lines. An error comes in place of the article that it
// concerns and does not end the reading; when the file itself cannot be read it is the only element. Origin is the file's absolute path.
func Articles(ctx context.Context, path string, o Options) iter.Seq2[news.Article, error] {
	return func(yield func(news.Article, error) bool) {
		origin, err := filepath.Abs(path)
		if err != nil {
			yield(news.Article{}, err)
			return
		}
		for a, err := range readAll(ctx, path, o) {
			if ctx.Err() != nil {
				yield(news.Article{}, ctx.Err())
				return
			}
			if err == nil {
				a.Origin = originOf(origin, a)
			}
			if !yield(a, err) {
				return
			}
		}
	}
}

// readAll reads every article of a file. JSON Lines may be as long as they like, since they are read line by line.
func readAll(ctx context.Context, path string, o Options) iter.Seq2[news.Article, error] {
	info, err := os.Stat(path)
	if f, ok := formatOf(path); ok && f.lines && err == nil && info.Mode().IsRegular() && info.Size() > o.maxBytes() {
		return func(yield func(news.Article, error) bool) { manyLines(ctx, f, path, o, yield) }
	}
	return func(yield func(news.Article, error) bool) {
		data, err := readFile(ctx, path, o.maxBytes())
		if err != nil {
			yield(news.Article{}, err)
			return
		}
		parseAll(filepath.Base(path), data, o)(yield)
	}
}

// originOf is the file's path, with the article's id behind it for a file of many articles, so that one does not take another's place.
func originOf(path string, a news.Article) string {
	if f, ok := formatOf(path); ok && f.lines {
		return path + "#" + a.ID
	}
	return path
}

// Parse reads the one article of a file that is already in memory. The name tells its type. Origin is left empty.
func Parse(name string, data []byte, o Options) (news.Article, error) {
	for a, err := range parseAll(name, data, o) {
		return a, err
	}
	return news.Article{}, errors.New("holds no article")
}

// ParseAll reads every article of a file that is already in memory, as Articles does of one on a disk. Origins are left empty.
func ParseAll(name string, data []byte, o Options) iter.Seq2[news.Article, error] {
	return parseAll(name, data, o)
}

func parseAll(name string, data []byte, o Options) iter.Seq2[news.Article, error] {
	return func(yield func(news.Article, error) bool) {
		f, ok := formatOf(name)
		if !ok {
			yield(news.Article{}, unknownFormat(name))
			return
		}
		data, err := f.prepare(data, o)
		if err != nil {
			yield(news.Article{}, err)
			return
		}
		if f.lines {
			eachLine(f, data, name, o, yield)
			return
		}
		yield(parseOne(f, data, name, o))
	}
}

func parseOne(f format, data []byte, name string, o Options) (news.Article, error) {
	a, err := f.read(data, name, o)
	if err != nil {
		return news.Article{}, err
	}
	return finish(a, o)
}

func (f format) read(data []byte, name string, o Options) (news.Article, error) {
	if f.apart {
		return pdf(data, o)
	}
	return f.extract(data, name)
}

// prepare checks the size and, for plain formats, decodes the characters.
func (f format) prepare(data []byte, o Options) ([]byte, error) {
	if len(data) == 0 {
		return nil, errors.New("is empty")
	}
	if int64(len(data)) > o.maxBytes() {
		return nil, tooLarge(int64(len(data)), o.maxBytes())
	}
	if !f.plain {
		return data, nil
	}
	s, note, err := decodeText(data)
	if err != nil {
		return nil, err
	}
	o.note(note)
	if strings.TrimSpace(s) == "" {
		return nil, errors.New("holds nothing but white space")
	}
	return []byte(s), nil
}

// finish overlays the options, checks what must hold and gives the article its id.
func finish(a news.Article, o Options) (news.Article, error) {
	overlay := func(field *string, with string) {
		if with != "" {
			*field = with
		}
		*field = tidy(*field)
	}
	overlay(&a.Title, o.Title)
	overlay(&a.Publisher, o.Publisher)
	overlay(&a.URL, o.URL)
	overlay(&a.Author, o.Author)
	overlay(&a.Label, o.Label)
	if o.Guild != "" || !o.KeepGuild {
		a.Guild = o.Guild
	}
	if !o.Wall.IsZero() {
		a.Wall = o.Wall
	}
	a.Wall = a.Wall.Clean()
	if !o.Published.IsZero() {
		a.Published = o.Published
	}
	a.Published = day(a.Published)
	switch {
	case a.Text == "":
		return news.Article{}, errors.New("holds no text to read")
	case a.Title == "":
		return news.Article{}, errors.New("has no title: put it on a first line of its own, in the front matter (title: …), or give --title")
	}
	if a.URL != "" && !isWebAddress(a.URL) {
		return news.Article{}, fmt.Errorf("has the url %q, which is no web address: it must begin with https:// or http://", clip(a.URL))
	}
	a.ID = news.Identify(a)
	return a, nil
}

func (o Options) maxBytes() int64 {
	if o.MaxBytes > 0 {
		return o.MaxBytes
	}
	return DefaultMaxBytes
}

func (o Options) note(s string) {
	if o.Note != nil && s != "" {
		o.Note(s)
	}
}

// readFile reads a regular file of at most limit bytes.
func readFile(ctx context.Context, path string, limit int64) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, fileError(err)
	}
	switch {
	case info.IsDir():
		return nil, errors.New("is a folder, not a file")
	case !info.Mode().IsRegular(): // reading a pipe or a device may never end
		return nil, errors.New("is not a regular file")
	case info.Size() > limit:
		return nil, tooLarge(info.Size(), limit)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fileError(err)
	}
	defer func() { _ = f.Close() }()                    // only read from
	data, err := io.ReadAll(io.LimitReader(f, limit+1)) // it may have grown
	if err != nil {
		return nil, fileError(err)
	}
	return data, nil
}

// fileError words the usual reasons for a file that cannot be opened.
func fileError(err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return errors.New("does not exist")
	case errors.Is(err, fs.ErrPermission):
		return errors.New("may not be read: check its permissions")
	}
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return fmt.Errorf("cannot be read: %w", pe.Err)
	}
	return err
}

func tooLarge(size, limit int64) error {
	return fmt.Errorf("is too large: %s, the limit is %s (ingest.max_file_bytes)", megabytes(size), megabytes(limit))
}

func megabytes(n int64) string {
	if n < 1<<20 {
		return fmt.Sprintf("%d bytes", n)
	}
	return fmt.Sprintf("%.1f MB", float64(n)/(1<<20))
}

func unknownFormat(name string) error {
	ext := filepath.Ext(name)
	if ext == "" {
		return fmt.Errorf("has no ending that tells its type; read are %s", strings.Join(Extensions(), ", "))
	}
	return fmt.Errorf("is of a type that is not read (%s); read are %s", ext, strings.Join(Extensions(), ", "))
}

// Many reports whether a file of that name holds many articles.
func Many(name string) bool {
	f, ok := formatOf(name)
	return ok && f.lines
}
