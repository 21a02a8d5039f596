package ingest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"attache/internal/news"
)

// record is one line of a JSON Lines file. Other keys are ignored.
type record struct {
	Title     string          `json:"title"`
	Text      string          `json:"text"`
	Body      string          `json:"body"`
	Source    string          `json:"source"`
	Publisher string          `json:"publisher"`
	URL       string          `json:"url"`
	Author    string          `json:"author"`
	Published string          `json:"published"`
	Date      string          `json:"date"`
	Label     string          `json:"label"`
	Guild     string          `json:"guild"`
	Wall      json.RawMessage `json:"wall"`     // see news.ParseWall
	Headings  *[]int          `json:"headings"` // see exported
}

// jsonLine reads one article from one line: an object with title, text (or body), source (or publisher), url, author, published (or date),
// label and wall. Its text is plain text, paragraphs apart by blank lines. A line that Line wrote is read back as the very same article.
func jsonLine(line []byte, _ string) (news.Article, error) {
	var r record
	if err := json.Unmarshal(line, &r); err != nil {
		var wrong *json.UnmarshalTypeError
		if errors.As(err, &wrong) && wrong.Field != "" {
			return news.Article{}, fmt.Errorf("has a %s where %q must be text", wrong.Value, wrong.Field)
		}
		return news.Article{}, errors.New("is not a JSON object: each line must hold one, with title and text")
	}
	a := news.Article{Title: r.Title, Publisher: either(r.Source, r.Publisher), URL: r.URL, Author: r.Author, Label: r.Label}
	if date := either(r.Published, r.Date); date != "" {
		var err error
		if a.Published, err = ParseDate(date); err != nil {
			return news.Article{}, err
		}
	}
	if len(r.Wall) > 0 && string(r.Wall) != "null" {
		var err error
		if a.Wall, err = news.ParseWall(string(r.Wall)); err != nil {
			return news.Article{}, fmt.Errorf("has a wall that cannot be read, and is not taken in without it: %w", err)
		}
	}
	if r.Headings != nil {
		a.Guild = r.Guild
		a.Text, a.Headings = joined(exported(r.Text, *r.Headings))
		return a, nil
	}
	blocks := tidied(asBlocks(splitParagraphs(newlines.Replace(either(r.Text, r.Body)))))
	markHeadings(blocks)
	a.Text, a.Headings = compose(blocks)
	return a, nil
}

func either(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// eachLine yields the article of each line that is not blank; an error names its line.
func eachLine(f format, data []byte, name string, o Options, yield func(news.Article, error) bool) {
	n := 0
	for line := range bytes.Lines(data) {
		n++
		if strings.TrimSpace(string(line)) == "" {
			continue
		}
		a, err := parseOne(f, line, name, o)
		if err != nil {
			a, err = news.Article{}, fmt.Errorf("line %d %w", n, err)
		}
		if !yield(a, err) {
			return
		}
	}
}
