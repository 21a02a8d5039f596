package library_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"attache/internal/library"
)

// A catalog of the first version, with an article in it, is brought to the newest schema and keeps what it held, both where it lies and as a backup.
func TestAnOlderCatalogIsBroughtUpToDate(t *testing.T) {
	t.Parallel()
	older := func(t *testing.T) string {
		return catalogOfVersion1(t, `INSERT INTO settings (guild, key, value) VALUES ('7', 'colour', 'blue')`)
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

// catalogOfVersion1 makes a catalog of the first version and runs the statements on it.
func catalogOfVersion1(t *testing.T, statements ...string) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "library.db")
	first, err := os.ReadFile("schema/0001_catalog.sql")
	if err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	for _, s := range append([]string{string(first), `PRAGMA application_id = 0x41747461`, `PRAGMA user_version = 1`}, statements...) {
		if _, err := db.ExecContext(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	}
	return path
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

// Feeds and visits were settings before they had tables of their own.
func TestFeedsAndVisitsMoveToTheirTables(t *testing.T) {
	t.Parallel()
	lib := openAt(t, catalogOfVersion1(t,
		`INSERT INTO settings (guild, key, value) VALUES ('', 'feeds', '[{"url":"https://wire.example/feed","title":"Wire","source":"The Wire","label":"x","synced":"2031-06-01T08:00:00Z"},{"url":"https://wire.example/feed","guild":"77"}]')`,
		`INSERT INTO settings (guild, key, value) VALUES ('77', 'web https://wire.example/a', '{"article":"0123456789abcdef","version":{"ETag":"\"1\"","LastModified":"Mon"},"updated":"2031","fields":"\u0000The Wire\u0000\u0000\u0000\u00000001-01-01"}')`,
		`INSERT INTO settings (guild, key, value) VALUES ('77', 'web http://wire.example/b', 'no JSON'), ('77', 'colour', 'blue')`,
	))
	sources, err := lib.Sources(t.Context())
	want := []library.Source{
		{Place: "https://wire.example/feed", Kind: library.Feed, Title: "Wire", Publisher: "The Wire", Label: "x",
			Looked: time.Date(2031, 6, 1, 8, 0, 0, 0, time.UTC), Synced: time.Date(2031, 6, 1, 8, 0, 0, 0, time.UTC)},
		{Guild: "77", Place: "https://wire.example/feed", Kind: library.Feed},
	}
	if diff := cmp.Diff(want, sources); err != nil || diff != "" {
		t.Errorf("sources: %v -want +got:\n%s", err, diff)
	}
	visit, err := lib.Visit(t.Context(), "77", "https://wire.example/a")
	wantVisit := library.Visit{Article: "0123456789abcdef", ETag: `"1"`, Modified: "Mon", Updated: "2031", Fields: "\nThe Wire\n\n\n\n0001-01-01"}
	if diff := cmp.Diff(wantVisit, visit); err != nil || diff != "" {
		t.Errorf("visit: %v -want +got:\n%s", err, diff)
	}
	settings, err := lib.Settings(t.Context(), "77")
	if diff := cmp.Diff(map[string]string{"colour": "blue"}, settings); err != nil || diff != "" {
		t.Errorf("settings: %v -want +got:\n%s", err, diff)
	}
}
