// Package eval measures retrieval and abstention on sets of questions with known answers: BEIR folders, MultiHop-RAG's record shape, and a
// plain JSON Lines form of ours.
package eval

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"attache/internal/news"
)

// Question is one question with what is known of its answer. What a set does not give is left zero, and the figures that need it are left out.
type Question struct {
	ID       string
	Text     string
	Relevant map[string]int // ids of the articles that answer it, with their grades
	Answers  []string       // strings any one of which is the answer
	Facts    []string       // sentences each of which is a piece of the evidence
	Null     bool           // the collection holds no answer
	Titles   []string       // titles of articles that answer it; Resolve turns them into ids
	Passages []string       // texts that came with it and are its whole collection; nil for a question to the common one
	Positive []string       // those of Passages that answer it
	False    []string       // texts like these that state something else
	Fake     string         // what they state instead of the answer
	Asked    time.Time      // when it was asked; zero when not known
}

// Set is a named set of questions with its record shape, which decides what Write writes.
type Set struct {
	Name      string
	Shape     Shape
	Questions []Question
}

// Shape is a form of question set.
type Shape string

// The shapes.
const (
	BEIR     Shape = "beir"
	MultiHop Shape = "multihop"
	Plain    Shape = "plain"
)

// record is any question record of the known shapes.
type record struct {
	ID       string          `json:"_id"`
	ID2      string          `json:"id"`
	Text     string          `json:"text"`
	Query    string          `json:"query"`
	Question string          `json:"question"`
	Answer   string          `json:"answer"`
	Answers  options         `json:"answers"`
	Articles []string        `json:"articles"`
	Relevant json.RawMessage `json:"relevant"`
	Kind     string          `json:"kind"`
	Type     string          `json:"question_type"`
	Titles   []string        `json:"titles"`
	Null     bool            `json:"null"`
	Date     string          `json:"date"`
	Positive []string        `json:"positive"`
	Negative []string        `json:"negative"`
	False    []string        `json:"positive_wrong"`
	Fake     string          `json:"fakeanswer"`
	Evidence []struct {
		Fact string `json:"fact"`
	} `json:"evidence_list"`
}

// options are answers any one of which is right: a list of strings, or of lists of spellings.
type options []string

// UnmarshalJSON implements json.Unmarshaler.
func (o *options) UnmarshalJSON(data []byte) error {
	var parts []json.RawMessage
	if err := json.Unmarshal(data, &parts); err != nil {
		return err
	}
	for _, part := range parts {
		var one string
		var several []string
		if json.Unmarshal(part, &one) == nil {
			several = []string{one}
		} else if err := json.Unmarshal(part, &several); err != nil {
			return err
		}
		*o = append(*o, several...)
	}
	return nil
}

// ReadSet reads a set of questions: a folder with queries.jsonl and qrels.tsv (BEIR), a JSON list in MultiHop-RAG's shape, or JSON Lines of ours:
//
//	{"id": "1", "question": "…", "titles": ["…"], "articles": ["ID", …], "answers": ["…"], "null": false, "date": "2023-02-28"}
//
// as lines or one list, where everything but the question may be left out; date is the day on which it is asked. Where other questions of the set have titles or
// articles, one without counts as null. The passages of RGB's records ("positive", "negative" and "positive_wrong") are kept with their question.
func ReadSet(path string) (Set, error) {
	set := Set{Name: filepath.Base(path), Shape: Plain}
	info, err := os.Stat(path)
	if err != nil {
		return set, fmt.Errorf("questions: %w", err)
	}
	file := path
	if info.IsDir() {
		set.Shape = BEIR
		file = filepath.Join(path, "queries.jsonl")
		if _, err := os.Stat(file); err != nil {
			file = filepath.Join(path, "queries.json")
		}
	}
	var records []record
	if err := readJSON(file, func(r record) error { records = append(records, r); return nil }); err != nil {
		return set, err
	}
	for i, r := range records {
		q := r.question(i)
		if len(r.Evidence) > 0 || r.Type != "" {
			set.Shape = MultiHop
		}
		set.Questions = append(set.Questions, q)
	}
	if set.Shape == Plain {
		set.markNulls()
	}
	if info.IsDir() {
		return set, readQrels(filepath.Join(path, "qrels.tsv"), set.Questions)
	}
	return set, nil
}

func (r record) question(number int) Question {
	q := Question{ID: first(r.ID, r.ID2, strconv.Itoa(number+1)), Text: first(r.Text, r.Question, r.Query), Answers: r.Answers, Relevant: map[string]int{}}
	if r.Answer != "" {
		q.Answers = append(q.Answers, r.Answer)
	}
	for _, id := range r.Articles {
		q.Relevant[id] = 1
	}
	var ids []string
	if json.Unmarshal(r.Relevant, &ids) == nil {
		for _, id := range ids {
			q.Relevant[id] = 1
		}
	}
	for _, e := range r.Evidence {
		q.Facts = append(q.Facts, e.Fact)
	}
	q.Titles = r.Titles
	q.Passages = slices.Concat(r.Positive, r.Negative)
	q.Positive, q.False, q.Fake = r.Positive, r.False, r.Fake
	q.Asked = parseDate(r.Date)
	q.Null = r.Null || r.Kind == "null" || r.Type == "null_query"
	return q
}

// markNulls takes the questions without titles, articles and answers as unanswerable, when others have some.
func (s Set) markNulls() {
	known := func(q Question) bool { return len(q.Titles)+len(q.Relevant)+len(q.Answers) > 0 }
	if !slices.ContainsFunc(s.Questions, known) {
		return
	}
	for i, q := range s.Questions {
		s.Questions[i].Null = q.Null || !known(q)
	}
}

// Resolve marks the articles with the questions' titles as relevant.
func (s Set) Resolve(articles []news.Article) {
	ids := map[string][]string{}
	for _, a := range articles {
		ids[a.Title] = append(ids[a.Title], a.ID)
	}
	for _, q := range s.Questions {
		for _, title := range q.Titles {
			for _, id := range ids[title] {
				q.Relevant[id] = 1
			}
		}
	}
}

func first(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

// readQrels fills in the relevant articles from a table "query, article, grade"; a missing table leaves them as they are.
func readQrels(path string, questions []Question) error {
	data, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("judgements: %w", err)
	}
	byID := make(map[string]*Question, len(questions))
	for i := range questions {
		byID[questions[i].ID] = &questions[i]
	}
	for line := range strings.Lines(string(data)) {
		fields := strings.Fields(line)
		if len(fields) == 4 { // TREC's form has an unused second column
			fields = slices.Delete(fields, 1, 2)
		}
		if len(fields) != 3 {
			continue
		}
		grade, err := strconv.Atoi(fields[2])
		if q := byID[fields[0]]; q != nil && err == nil && grade > 0 {
			q.Relevant[fields[1]] = grade
		}
	}
	return nil
}

// articleRecord is any article record of the known shapes.
type articleRecord struct {
	ID        string         `json:"_id"`
	ID2       string         `json:"id"`
	Title     string         `json:"title"`
	Text      string         `json:"text"`
	Body      string         `json:"body"`
	Source    string         `json:"source"`
	Publisher string         `json:"publisher"`
	Published string         `json:"published_at"`
	URL       string         `json:"url"`
	Metadata  map[string]any `json:"metadata"`
}

// ReadCorpus reads articles from a BEIR corpus or JSON Lines of articles, plain or compressed (.gz).
func ReadCorpus(path string) ([]news.Article, error) {
	var articles []news.Article
	err := readJSON(path, func(r articleRecord) error {
		a := news.Article{
			ID: first(r.ID, r.ID2, r.URL), Title: r.Title, Text: strings.TrimSpace(strings.ToValidUTF8(first(r.Text, r.Body), "\uFFFD")),
			Publisher: first(r.Source, r.Publisher), URL: r.URL, Published: readDate(r),
		}
		if a.ID == "" {
			a.ID = news.Identify(a)
		}
		articles = append(articles, a)
		return nil
	})
	return articles, err
}

func readDate(r articleRecord) time.Time {
	s := r.Published
	for _, key := range []string{"publish_date", "published", "date"} {
		if v, ok := r.Metadata[key].(string); ok && s == "" {
			s = v
		}
	}
	return parseDate(s)
}

// parseDate reads the forms of date that the known sets use, as a day; the zero time for any other.
func parseDate(s string) time.Time {
	for _, form := range []string{time.RFC3339, "2006/01/02", time.DateOnly, time.DateTime} {
		if t, err := time.Parse(form, s); err == nil {
			return t.UTC().Truncate(24 * time.Hour)
		}
	}
	return time.Time{}
}

// readJSON calls f with every record of a file of JSON Lines or one JSON list.
func readJSON[T any](path string, f func(T) error) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }() // only read from
	var reader io.Reader = bufio.NewReader(file)
	if strings.HasSuffix(path, ".gz") {
		if reader, err = gzip.NewReader(reader); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	buffered := bufio.NewReaderSize(reader, 1<<20)
	if mark, _ := buffered.Peek(3); string(mark) == "\uFEFF" {
		_, _ = buffered.Discard(3) // were just peeked at
	}
	head, _ := buffered.Peek(64)
	decoder := json.NewDecoder(buffered)
	list := bytes.HasPrefix(bytes.TrimSpace(head), []byte("["))
	if list {
		if _, err := decoder.Token(); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	for decoder.More() {
		var record T
		if err := decoder.Decode(&record); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		if err := f(record); err != nil {
			return err
		}
	}
	if list {
		_, err = decoder.Token() // the list's end
	}
	if err == nil && decoder.Decode(new(any)) != io.EOF {
		err = errors.New("something other than records stands behind the last one")
	}
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}
