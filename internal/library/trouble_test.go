package library_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"attache/internal/library"
	"attache/internal/news"
)

// TestTroubleIsToldInOneSentence makes each fault for real. Permissions are not among them, since a test may run as root, for whom they do not hold;
// a file that is opened read-only gives the same error of SQLite.
func TestTroubleIsToldInOneSentence(t *testing.T) {
	t.Parallel()
	write := func(t *testing.T, lib *library.Library) error {
		t.Helper()
		_, err := lib.Put(context.Background(), generated(100, 2, 50, 4))
		return err
	}
	reopen := func(t *testing.T, path string) error {
		t.Helper()
		lib, err := library.Open(path)
		if err != nil {
			return err
		}
		defer func() { _ = lib.Close() }()
		for _, err := range lib.Records(context.Background(), model) {
			if err != nil {
				return err
			}
		}
		return nil
	}
	tests := []struct {
		name string
		make func(t *testing.T, path string) error // path holds a library of 20 articles, closed
		want string
	}{
		{"a folder in place of the file", func(t *testing.T, path string) error {
			if err := os.Mkdir(path+".d", 0o700); err != nil {
				t.Fatal(err)
			}
			return reopen(t, path+".d")
		}, "it cannot be opened; check the folder's permissions or choose another with --data-dir"},
		{"a file in place of the folder", func(t *testing.T, path string) error {
			return reopen(t, filepath.Join(path, "library.db"))
		}, "choose another with --data-dir"},
		{"a file that may not be written", func(t *testing.T, path string) error {
			return write(t, library.OpenReadOnly(t, path))
		}, "it cannot be written; check its permissions or choose another folder with --data-dir"},
		{"another kind of file", func(t *testing.T, path string) error {
			if err := os.WriteFile(path, bytes.Repeat([]byte("no library "), 1000), 0o600); err != nil {
				t.Fatal(err)
			}
			return reopen(t, path)
		}, "the file is damaged or no library; restore a copy, or move it away and ingest again"},
		{"a file cut in half", func(t *testing.T, path string) error {
			info, err := os.Stat(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.Truncate(path, info.Size()/2); err != nil {
				t.Fatal(err)
			}
			return reopen(t, path)
		}, "the file is damaged or no library"},
		{"pages overwritten with noise", func(t *testing.T, path string) error {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			for i := 4096; i < len(data); i++ {
				data[i] ^= 0xa5
			}
			if err := os.WriteFile(path, data, 0o600); err != nil {
				t.Fatal(err)
			}
			return reopen(t, path)
		}, "the file is damaged or no library"},
		{"passages that do not fit their text", func(t *testing.T, path string) error {
			lib := openAt(t, path)
			lib.Exec(t, `UPDATE articles SET text = substr(text, 1, 20)`)
			return reopen(t, path)
		}, "the file is damaged or no library"},
		{"a database of another program", func(t *testing.T, path string) error {
			lib := openAt(t, path)
			lib.Exec(t, `PRAGMA application_id = 7`)
			return reopen(t, path)
		}, "it is a database of another program"},
		{"a newer schema", func(t *testing.T, path string) error {
			lib := openAt(t, path)
			lib.Exec(t, `PRAGMA user_version = 99`)
			return reopen(t, path)
		}, "it was written by a newer version of this program (schema 99, this one knows "},
		{"another program writes without end", func(t *testing.T, path string) error {
			openAt(t, path).Hold(t)
			lib, err := library.OpenBusy(path, 20*time.Millisecond)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = lib.Close() }()
			return write(t, lib)
		}, "another program is writing to it; try again in a moment"},
		{"a full disk", func(t *testing.T, path string) error {
			lib := openAt(t, path)
			lib.Exec(t, `PRAGMA max_page_count = 1`) // SQLite takes the number of pages that there are
			err := errors.New("the disk never filled up")
			for i := 200; i < 300 && err != nil; i++ {
				_, err = lib.Put(context.Background(), generated(i, 4, 500, 64))
				if err != nil {
					break
				}
				err = errors.New("the disk never filled up")
			}
			for i := range 20 { // what was acknowledged is still there
				if _, err := lib.Article(context.Background(), generated(i, 2, 50, 4).Article.ID); err != nil {
					t.Errorf("article %d: %v", i, err)
				}
			}
			return err
		}, "the disk is full; make room and try again, nothing was lost"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "library.db")
			lib := openAt(t, path)
			for i := range 20 {
				put(t, lib, generated(i, 2, 50, 4))
			}
			if err := lib.Close(); err != nil {
				t.Fatal(err)
			}
			err := tt.make(t, path)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("got %v, want it to say %q", err, tt.want)
			}
			if strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), path) {
				t.Errorf("got %q, want one line that names %s", err, path)
			}
		})
	}
}

func FuzzDecode(f *testing.F) {
	a := pass(passText)
	a.ID = news.Identify(a)
	f.Add("")
	f.Add("\x01\x02\x00\x0c\x00")
	f.Add("\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01")
	f.Add("\x01\x02\x0cdirect\x02\x10\x20")
	f.Fuzz(func(t *testing.T, data string) {
		_, passages, quotes := library.DecodeAll(a, data)
		if len(passages) > len(data) || len(quotes) > len(data) {
			t.Errorf("%d passages and %d quotations out of %d bytes", len(passages), len(quotes), len(data))
		}
	})
}

func TestWhatIsEncodedIsDecoded(t *testing.T) {
	t.Parallel()
	a := pass(passText)
	a.Headings = []news.Span{{Start: 0, End: 6}}
	for name, r := range map[string]library.Record{
		"everything":        derived(a, 3),
		"no vectors":        derived(a, 0),
		"text only":         {Article: a},
		"no vector at all":  {Article: derived(pass("-"), 2).Article, Passages: derived(pass("-"), 2).Passages, Vectors: library.Vectors{Model: model, Rows: [][]float32{nil}}},
		"generated at size": generated(3, 9, 300, 16),
	} {
		r.Article.ID = news.Identify(r.Article)
		got, err := library.RoundTrip(r)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if len(r.Passages) == 0 {
			r.Passages = []news.Passage{}
		}
		if diff := cmp.Diff(r, got); diff != "" {
			t.Errorf("%s differs (-want +got):\n%s", name, diff)
		}
	}
}
