package library_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"attache/internal/library"
)

// A catalog of the first version, with an article in it, is brought to the newest schema and keeps what it held, both where it lies and as a backup.
func TestAnOlderCatalogIsBroughtUpToDate(t *testing.T) {
	t.Parallel()
	older := func(t *testing.T) string {
		path := filepath.Join(t.TempDir(), "library.db")
		first, err := os.ReadFile("schema/0001_catalog.sql")
		if err != nil {
			t.Fatal(err)
		}
		db, err := sql.Open("sqlite", path)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = db.Close() }()
		for _, statement := range []string{
			string(first), `PRAGMA application_id = 0x41747461`, `PRAGMA user_version = 1`,
			`INSERT INTO settings (guild, key, value) VALUES ('7', 'colour', 'blue')`,
		} {
			if _, err := db.ExecContext(t.Context(), statement); err != nil {
				t.Fatal(err)
			}
		}
		return path
	}
	kept := func(t *testing.T, lib *library.Library) {
		t.Helper()
		if got, err := lib.Setting(context.Background(), "7", "colour"); err != nil || got != "blue" {
			t.Errorf("the setting is %q, %v; want blue", got, err)
		}
		if got := lib.Version(t); got != newestSchema(t) {
			t.Errorf("the schema is of version %d, want %d", got, newestSchema(t))
		}
	}
	t.Run("opened", func(t *testing.T) {
		path := older(t)
		kept(t, openAt(t, path))
		kept(t, openAt(t, path)) // the second time there is nothing to do
	})
	t.Run("restored", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "library.db")
		if _, err := library.Restore(t.Context(), older(t), path, noon); err != nil {
			t.Fatal(err)
		}
		kept(t, openAt(t, path))
	})
}

// newestSchema is the number of the last of the schema's files.
func newestSchema(t *testing.T) (n int) {
	t.Helper()
	files, err := filepath.Glob("schema/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Sscanf(filepath.Base(files[len(files)-1]), "%d_", &n); err != nil || n < 2 {
		t.Fatalf("the schema's last step is %d (%v), want a second one", n, err)
	}
	return n
}
