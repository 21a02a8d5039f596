package ingest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"attache/internal/news"
)

// TestExportedIsReadBack takes every golden file out and in again, also those whose text a second reading would change: headings, furniture, dates.
func TestExportedIsReadBack(t *testing.T) {
	files, err := filepath.Glob("testdata/golden/*")
	if err != nil {
		t.Fatal(err)
	}
	var want []news.Article
	var lines []string
	for _, path := range files {
		if strings.HasSuffix(path, ".golden") {
			continue
		}
		a, err := Read(t.Context(), path, Options{Guild: "7", Label: "<exercise>"})
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, a)
	}
	odd := news.Article{
		Title: "Share", Text: "Read more\n\nShare on Facebook\n\nBy Ada Reed\n\n• Dots stay\n\nThe end", Guild: "7",
		Headings: []news.Span{{Start: 0, End: 9}, {Start: 58, End: 65}},
		Wall:     news.Wall{Channels: []string{"100"}, Roles: []string{"200", "300"}, Internal: true, Embargo: time.Date(2031, 5, 14, 6, 0, 0, 0, time.UTC)},
	}
	odd.ID = news.Identify(odd)
	want = append(want, odd)
	for _, a := range want {
		line, err := Line(a)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, string(line))
	}
	path := filepath.Join(t.TempDir(), "all.jsonl")
	if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, limit := range []int64{0, 10_000} { // at once, and line by line
		var got []news.Article
		for a, err := range Articles(t.Context(), path, Options{KeepGuild: true, MaxBytes: limit}) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, a)
		}
		if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(news.Article{}, "Origin")); diff != "" {
			t.Errorf("limit %d, -want +got:\n%s", limit, diff)
		}
	}
	for a, err := range Articles(t.Context(), path, Options{}) {
		if err != nil || a.Guild != "" {
			t.Errorf("a line put itself into guild %q without being let: %v", a.Guild, err)
		}
	}
}

func TestJSONLinesOfAnyLength(t *testing.T) {
	path := filepath.Join(t.TempDir(), "long.jsonl")
	in := `{"title": "A", "text": "First words."}` + "\r\n\n" + `{"title": "B", "text": "` + strings.Repeat("word ", 2000) + `"}` + "\n" + "\xff\xfe\n" +
		`{"title": "C", "text": "Last words."}`
	if err := os.WriteFile(path, []byte(in), 0o600); err != nil {
		t.Fatal(err)
	}
	var got []string
	for a, err := range Articles(t.Context(), path, Options{MaxBytes: 5000}) {
		got = append(got, fmt.Sprint(a.Title, err))
	}
	want := []string{"A<nil>", "line 3 is too large: 10027 bytes, the limit is 5000 bytes (ingest.max_file_bytes)", "line 4 holds nothing but white space", "C<nil>"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, err := range Articles(ctx, path, Options{MaxBytes: 5000}) {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("with an ended context: %v", err)
		}
	}
}
