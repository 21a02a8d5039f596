package library_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"attache/internal/library"
)

var noon = time.Date(2031, 5, 12, 12, 0, 0, 0, time.UTC)

// filled is a library of n articles and its path.
func filled(t *testing.T, n int) (*library.Library, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "library.db")
	lib := openAt(t, path)
	for i := range n {
		put(t, lib, generated(i, 2, 50, 4))
	}
	return lib, path
}

func healthy(t *testing.T, lib *library.Library) library.Health {
	t.Helper()
	h, err := lib.Check(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestBackupIsRestored(t *testing.T) {
	t.Parallel()
	lib, path := filled(t, 20)
	if err := lib.SetSetting(t.Context(), "", "key", "value"); err != nil {
		t.Fatal(err)
	}
	want := stored(t, lib)
	saved := filepath.Join(t.TempDir(), "saved.db")
	if err := lib.Backup(t.Context(), saved); err != nil {
		t.Fatal(err)
	}
	put(t, lib, generated(99, 2, 50, 4)) // what came after the backup
	later := stored(t, lib)
	if err := lib.Close(); err != nil {
		t.Fatal(err)
	}
	former, err := library.Restore(t.Context(), saved, path, noon)
	if err != nil {
		t.Fatal(err)
	}
	if want := path + ".before-20310512-120000"; former != want {
		t.Errorf("the former library is %s, want %s", former, want)
	}
	again := openAt(t, path)
	if diff := cmp.Diff(want, stored(t, again)); diff != "" {
		t.Errorf("restored (-want +got):\n%s", diff)
	}
	if value, err := again.Setting(t.Context(), "", "key"); err != nil || value != "value" {
		t.Errorf("setting %q, %v", value, err)
	}
	if diff := cmp.Diff(later, stored(t, openAt(t, former))); diff != "" {
		t.Errorf("the former library (-want +got):\n%s", diff)
	}
	onlyFiles(t, filepath.Dir(saved), "saved.db")
}

// onlyFiles tells that nothing was left lying about.
func onlyFiles(t *testing.T, dir string, names ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if diff := cmp.Diff(names, got); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
}

func TestBackupWhileOthersWrite(t *testing.T) {
	t.Parallel()
	lib, path := filled(t, 5)
	other := openAt(t, path)
	done, written := make(chan struct{}), make(chan int)
	go func() {
		n := 5
		for ; ; n++ {
			select {
			case <-done:
				written <- n
				return
			default:
			}
			if _, err := other.Put(context.Background(), generated(n, 2, 50, 4)); err != nil {
				t.Error(err)
				written <- n
				return
			}
		}
	}()
	saved := filepath.Join(t.TempDir(), "saved.db")
	err := lib.Backup(t.Context(), saved)
	close(done)
	after := <-written
	if err != nil {
		t.Fatal(err)
	}
	h := healthy(t, openAt(t, saved))
	if len(h.Problems) > 0 || h.Articles < 5 || h.Articles > after {
		t.Errorf("the backup holds %d articles of 5 to %d: %q", h.Articles, after, h.Problems)
	}
}

func TestBackupWritesOverNothing(t *testing.T) {
	t.Parallel()
	lib, path := filled(t, 1)
	if err := lib.Backup(t.Context(), path); !errors.Is(err, library.ErrExists) {
		t.Errorf("over the library itself: %v", err)
	}
	link := filepath.Join(t.TempDir(), "link.db")
	if err := os.Symlink(filepath.Join(t.TempDir(), "elsewhere"), link); err != nil {
		t.Fatal(err)
	}
	if err := lib.Backup(t.Context(), link); !errors.Is(err, library.ErrExists) {
		t.Errorf("over a link that leads nowhere: %v", err)
	}
	if err := lib.Backup(t.Context(), filepath.Join(t.TempDir(), "no", "such", "folder.db")); err == nil || !strings.Contains(err.Error(), "choose another folder") {
		t.Errorf("into a folder that does not exist: %v", err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	dir := t.TempDir()
	if err := lib.Backup(ended, filepath.Join(dir, "saved.db")); err == nil {
		t.Error("a backup with an ended context went well")
	}
	onlyFiles(t, dir)
}

func TestRestoreRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		make func(t *testing.T, saved, path string) (from string)
		want string
	}{
		{"a file that is not there", func(*testing.T, string, string) string { return "/no/such/file.db" }, "there is no such file"},
		{"a folder", func(t *testing.T, _, _ string) string { return t.TempDir() }, "it is not a file"},
		{"the library itself", func(_ *testing.T, _, path string) string { return path }, "it is the library itself"},
		{"an empty file", func(t *testing.T, saved, _ string) string { truncate(t, saved, 0); return saved }, "it is empty"},
		{"another kind of file", func(t *testing.T, saved, _ string) string {
			if err := os.WriteFile(saved, []byte(strings.Repeat("no library ", 1000)), 0o600); err != nil {
				t.Fatal(err)
			}
			return saved
		}, "the file is damaged or no library"},
		{"half a file", func(t *testing.T, saved, _ string) string { truncate(t, saved, 40_000); return saved }, "damaged"},
		{"a database of another program", func(t *testing.T, saved, _ string) string {
			change(t, saved, `PRAGMA application_id = 7`)
			return saved
		}, "it is a database of another program"},
		{"a newer schema", func(t *testing.T, saved, _ string) string {
			change(t, saved, `PRAGMA user_version = 99`)
			return saved
		}, "update the program"},
		{"a changed text", func(t *testing.T, saved, _ string) string {
			change(t, saved, `UPDATE articles SET text = replace(text, 'said', 'SAID')`)
			return saved
		}, "its text is not what was stored"},
		{"a library that is in use", func(t *testing.T, saved, path string) string {
			lib := openAt(t, path)
			healthy(t, lib)
			return saved
		}, "it is in use; stop the bot and try again"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			lib, path := filled(t, 20)
			saved := filepath.Join(t.TempDir(), "saved.db")
			if err := lib.Backup(t.Context(), saved); err != nil {
				t.Fatal(err)
			}
			if err := lib.Close(); err != nil {
				t.Fatal(err)
			}
			_, err := library.Restore(t.Context(), tt.make(t, saved, path), path, noon)
			if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "\n") {
				t.Fatalf("got %v, want one line that says %q", err, tt.want)
			}
			if n := healthy(t, openAt(t, path)).Articles; n != 20 {
				t.Errorf("the library has %d articles afterwards, want its 20", n)
			}
		})
	}
}

func truncate(t *testing.T, path string, size int64) {
	t.Helper()
	if err := os.Truncate(path, size); err != nil {
		t.Fatal(err)
	}
}

// change alters a closed catalog behind its back.
func change(t *testing.T, path, query string) {
	t.Helper()
	lib := openAt(t, path)
	lib.Exec(t, query)
	lib.Exec(t, `PRAGMA journal_mode = DELETE`)
	if err := lib.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestRestoreReplacesWhatIsDamagedOrMissing(t *testing.T) {
	t.Parallel()
	lib, path := filled(t, 20)
	saved := filepath.Join(t.TempDir(), "saved.db")
	if err := lib.Backup(t.Context(), saved); err != nil {
		t.Fatal(err)
	}
	if err := lib.Close(); err != nil {
		t.Fatal(err)
	}
	noise := []byte(strings.Repeat("noise", 5000))
	if err := os.WriteFile(path, noise, 0o600); err != nil {
		t.Fatal(err)
	}
	former, err := library.Restore(t.Context(), saved, path, noon)
	if err != nil {
		t.Fatal(err)
	}
	if kept, err := os.ReadFile(former); err != nil || string(kept) != string(noise) {
		t.Errorf("what was damaged is not kept as it was: %v", err)
	}
	if h := healthy(t, openAt(t, path)); h.Articles != 20 || len(h.Problems) > 0 {
		t.Errorf("restored over noise: %+v", h)
	}
	fresh := filepath.Join(t.TempDir(), "new", "folder", "library.db")
	if former, err := library.Restore(t.Context(), saved, fresh, noon); err != nil || former != "" {
		t.Fatalf("into a new folder: former %q, %v", former, err)
	}
	if h := healthy(t, openAt(t, fresh)); h.Articles != 20 {
		t.Errorf("in a new folder: %+v", h)
	}
}

func TestCheckFinds(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, query, want string }{
		{"nothing", `SELECT 1`, ""},
		{"a text cut short", `UPDATE articles SET text = substr(text, 1, 20)`, "a passage does not stand in its text"},
		{"a changed word", `UPDATE articles SET text = replace(text, 'said', 'SAID')`, "its text is not what was stored"},
		{"a changed title", `UPDATE articles SET title = 'Other'`, "its text is not what was stored"},
		{"another article's id", `PRAGMA foreign_keys = OFF; UPDATE articles SET id = 'x' || substr(id, 2)`, "its id is not that of its text"},
		{"passages that are noise", `UPDATE articles SET passages = x'01ff'`, "a passage does not stand in its text"},
		{"passages of another version", `UPDATE articles SET passages = x'07'`, "they are made anew when the bot runs"},
		{"quotations that are noise", `UPDATE articles SET quotes = x'01ff'`, "a quotation does not stand in its text"},
		{"headings that are noise", `UPDATE articles SET headings = x'01ff'`, "its headings are damaged"},
		{"a heading outside the text", `UPDATE articles SET headings = x'01020090a10f'`, "a heading does not stand in its text"},
		{"vectors for fewer passages", `UPDATE embeddings SET data = substr(data, 1, 16)`, "16 bytes of vectors of 4 dimensions do not fit its 2 passages"},
		{"a vector that is no number", `UPDATE embeddings SET data = CAST(x'00000000' || substr(data, 5, 4) || x'0000807f' || substr(data, 13) AS BLOB)`, "holds what is no number"},
		{"vectors of another dimension", `UPDATE embeddings SET dim = 2, data = substr(data, 1, 16) WHERE article_id = (SELECT max(id) FROM articles)`, "its vectors by test-model have 2 dimensions, others have 4"},
		{"vectors without an article", `PRAGMA foreign_keys = OFF; DELETE FROM articles WHERE id = (SELECT max(id) FROM articles)`, "which is not there"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			lib, _ := filled(t, 3)
			lib.Exec(t, tt.query)
			h := healthy(t, lib)
			if found := strings.Join(h.Problems, "; "); tt.want == "" && found != "" || !strings.Contains(found, tt.want) {
				t.Errorf("found %q, want %q", found, tt.want)
			}
		})
	}
}

func TestCheckCounts(t *testing.T) {
	t.Parallel()
	lib, _ := filled(t, 60)
	put(t, lib, derived(pass(passText), 0))
	h := healthy(t, lib)
	all := stored(t, lib)
	want := library.Health{Articles: 61, Vectors: 120, Models: []string{model}, Unembedded: 1}
	for _, r := range all {
		want.Passages += len(r.Passages)
		want.Quotes += len(r.Quotes)
	}
	if diff := cmp.Diff(want, h); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	lib.Exec(t, `UPDATE articles SET title = 'Other'`)
	if h := healthy(t, lib); len(h.Problems) != 51 || h.Problems[50] != "and 11 more of the kind" {
		t.Errorf("%d problems, the last: %q", len(h.Problems), h.Problems[len(h.Problems)-1])
	}
}

func TestCheckGoesOnPastDamagedPages(t *testing.T) {
	t.Parallel()
	lib, path := filled(t, 200)
	if err := lib.Close(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := len(data) / 2; i < len(data)/2+3*4096; i++ {
		data[i] ^= 0xa5
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	h := healthy(t, openAt(t, path))
	if found := strings.Join(h.Problems, "; "); !strings.Contains(found, "the file is damaged") {
		t.Errorf("three pages of noise, and found: %q", found)
	}
}

func TestFindByFileOfMany(t *testing.T) {
	t.Parallel()
	lib := open(t)
	for i := range 2 {
		r := generated(i, 1, 20, 4)
		r.Article.Origin = "/all.jsonl#" + r.Article.ID
		put(t, lib, r)
	}
	if ids, err := lib.Find(t.Context(), "", "/all.jsonl"); err != nil || len(ids) != 2 {
		t.Errorf("found %q, %v; want both", ids, err)
	}
}
