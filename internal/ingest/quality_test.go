package ingest

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// expected is what a reader takes a page to say, as the file beside it writes it: fields, then paragraphs with "# " before headings, then, below a line
// of its own, what stands on the page and is no part of the article.
type expected struct {
	fields  map[string]string
	blocks  []string
	dropped []string
}

const notTheArticle = "--- not the article\n"

func readExpected(t *testing.T, path string) expected {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	head, body, _ := strings.Cut(string(data), "\n\n")
	article, rest, found := strings.Cut(body, notTheArticle)
	if !found {
		t.Fatalf("%s has no line %q", path, notTheArticle)
	}
	e := expected{fields: map[string]string{}, blocks: strings.Split(strings.TrimSpace(article), "\n\n"), dropped: strings.Split(strings.TrimSpace(rest), "\n")}
	for line := range strings.Lines(head) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		e.fields[key] = strings.TrimSpace(value)
	}
	return e
}

// quality is how well one page was read.
type quality struct {
	name            string
	kept, words     int // of the article's own words
	extra           int // words that are none of the article's
	dropped, around int // lines around the article
	headings, of    int
	wrong           []string // fields, and what they are
	lost, surplus   []string // paragraphs
}

func measure(t *testing.T, path string) quality {
	t.Helper()
	a, err := Read(t.Context(), path, Options{})
	if err != nil {
		t.Fatalf("%s %v", path, err)
	}
	want := readExpected(t, path+".want")
	q := quality{name: filepath.Base(path), around: len(want.dropped)}
	got := strings.Split(a.Text, "\n\n")
	var headings []string
	for _, h := range a.Headings {
		headings = append(headings, h.In(a.Text))
	}
	for _, b := range want.blocks {
		text, isHeading := strings.CutPrefix(b, "# ")
		q.words += words(text)
		if slices.Contains(got, text) {
			q.kept += words(text)
		} else {
			q.lost = append(q.lost, text)
		}
		if isHeading {
			q.of++
			if slices.Contains(headings, text) {
				q.headings++
			}
		}
	}
	for _, p := range got {
		if !slices.Contains(want.blocks, p) && !slices.Contains(want.blocks, "# "+p) {
			q.extra += words(p)
			q.surplus = append(q.surplus, p)
		}
	}
	for _, line := range want.dropped {
		if !slices.ContainsFunc(got, func(p string) bool { return strings.Contains(p, line) }) {
			q.dropped++
		}
	}
	published := ""
	if !a.Published.IsZero() {
		published = a.Published.Format(time.DateOnly)
	}
	for _, f := range []struct{ name, value string }{{"title", a.Title}, {"author", a.Author}, {"published", published}, {"publisher", a.Publisher}} {
		if f.value != want.fields[f.name] {
			q.wrong = append(q.wrong, fmt.Sprintf("%s %q", f.name, f.value))
		}
	}
	return q
}

func (q quality) line() string {
	fields := "right"
	if len(q.wrong) > 0 {
		fields = strings.Join(q.wrong, ", ")
	}
	return fmt.Sprintf("| %s | %d of %d | %d | %d of %d | %d of %d | %s |\n", q.name, q.kept, q.words, q.extra, q.dropped, q.around, q.headings, q.of, fields)
}

// TestExtractionQuality reads twelve pages in the styles of news sites, think tanks, ministries and transcripts, all invented, and compares what came out of
// them with the committed report, which -update writes anew. A worse reading fails; so does a better one, until the report says so.
func TestExtractionQuality(t *testing.T) {
	t.Parallel()
	wants, err := filepath.Glob("testdata/pages/*.want")
	if err != nil || len(wants) < 12 {
		t.Fatalf("%d pages, %v", len(wants), err)
	}
	report := "# How well pages are read\n\nWritten by `go test ./internal/ingest -run ExtractionQuality -update`; a paragraph counts as kept when it comes out word for word.\n\n" +
		"| page | words kept | other words | lines around it dropped | headings | title, author, date, publisher |\n| --- | --- | --- | --- | --- | --- |\n"
	all := quality{name: "all"}
	for _, path := range wants {
		q := measure(t, strings.TrimSuffix(path, ".want"))
		report += q.line()
		for _, lost := range q.lost {
			t.Logf("%s lost %q", q.name, lost)
		}
		for _, surplus := range q.surplus {
			t.Logf("%s has %q besides", q.name, surplus)
		}
		all.kept, all.words, all.extra = all.kept+q.kept, all.words+q.words, all.extra+q.extra
		all.dropped, all.around = all.dropped+q.dropped, all.around+q.around
		all.headings, all.of = all.headings+q.headings, all.of+q.of
		all.wrong = append(all.wrong, q.wrong...)
	}
	all.wrong = []string{fmt.Sprintf("%d of %d right", 4*len(wants)-len(all.wrong), 4*len(wants))}
	report += all.line()
	const golden = "testdata/pages/report.md"
	if *update {
		if err := os.WriteFile(golden, []byte(report), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	before, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(before), report); diff != "" {
		t.Errorf("pages are read otherwise than the report says (-update, if it is for the better): -report +now:\n%s", diff)
	}
	if all.kept*100 < all.words*97 || all.dropped*100 < all.around*97 || all.extra*100 > all.words*3 {
		t.Errorf("%d of %d words kept, %d others, %d of %d lines around dropped: want 97 in a hundred, and 3 others at most",
			all.kept, all.words, all.extra, all.dropped, all.around)
	}
}
