package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"attache/internal/library"
)

// harbour is an article in a file of its own.
func harbour(t *testing.T, year string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "harbour.md")
	text := "---\ntitle: Varesh builds a harbour\nsource: Northern Wire\npublished: 2031-06-01\n---\n# Read more\n\nVaresh will build a harbour at Tollund by " +
		year + ", the ministry of works said.\n\nShare\n\nNobody lives there.\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func libraryIn(env []string) string {
	return filepath.Join(strings.TrimPrefix(env[0], "ATTACHE_DATA_DIR="), "library.db")
}

func TestBackupCheckRestore(t *testing.T) {
	t.Parallel()
	env, saved := home(t), filepath.Join(t.TempDir(), "saved.db")
	for _, command := range [][]string{{"backup", saved}, {"check"}, {"export"}} {
		bot(t, "", env, command...).want(t, 1, "there is no library in", "--data-dir")
	}
	bot(t, "", env, "ingest", harbour(t, "2034")).want(t, 0, "1 added")
	bot(t, "", env, "backup", saved).want(t, 0, "the whole library")
	bot(t, "", env, "backup", saved).want(t, 1, "it exists already, and is not written over")
	bot(t, "", env, "check").want(t, 0, "articles", "vectors by", "All is well.")

	lib, err := library.Open(libraryIn(env))
	if err != nil {
		t.Fatal(err)
	}
	ids, err := lib.Find(t.Context(), "", "nobody")
	if err != nil || len(ids) > 0 {
		t.Fatalf("%q, %v", ids, err)
	}
	bot(t, "", env, "restore", saved).want(t, 1, "it is in use; stop the bot and try again")
	if err := lib.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(libraryIn(env), []byte(strings.Repeat("noise", 5000)), 0o600); err != nil {
		t.Fatal(err)
	}
	bot(t, "", env, "check").want(t, 1, "the file is damaged or no library")
	bot(t, "", env, "restore", filepath.Join(t.TempDir(), "none.db")).want(t, 1, "there is no such file")
	bot(t, "", env, "restore", saved).want(t, 0, "is the library now", "The former library is kept as")
	bot(t, "", env, "ask", "When will the harbour at Tollund be built?").want(t, 0, "by 2034", "Northern Wire, 1 Jun 2031")
	bot(t, "", env, "check").want(t, 0, "All is well.")
}

func TestExportIsIngestedElsewhere(t *testing.T) {
	t.Parallel()
	env, other := home(t), home(t)
	bot(t, "", env, "ingest", harbour(t, "2034")).want(t, 0, "1 added")
	bot(t, "", env, "ingest", "--guild", "77", harbour(t, "2039")).want(t, 0, "1 added")
	file := filepath.Join(t.TempDir(), "all.jsonl")
	bot(t, "", env, "export", file).want(t, 0, "2 articles exported")
	bot(t, "", env, "export", file).want(t, 1, "it exists already, and is not written over")
	bot(t, "", other, "ingest", file).want(t, 0, "2 added")
	bot(t, "", env, "ingest", file).want(t, 0, "2 unchanged")
	first, second := bot(t, "", env, "export"), bot(t, "", other, "export", "-")
	if first.out != second.out || strings.Count(first.out, "\n") != 2 {
		t.Errorf("exported:\n%s\ningested elsewhere and exported again:\n%s", first.out, second.out)
	}
	if o := bot(t, "", env, "export", "--guild", "77"); !strings.Contains(o.out, "2039") || strings.Contains(o.out, "2034") {
		t.Errorf("of one server:\n%s", o.out)
	}
	if o := bot(t, "", env, "export", "--starter"); strings.Count(o.out, "\n") < 10 {
		t.Errorf("with the starter articles: %d lines", strings.Count(o.out, "\n"))
	}
	bot(t, "", other, "remove", file).want(t, 0, "removed")
	if o := bot(t, "", other, "search", "harbour Tollund"); strings.Contains(o.out, "Varesh builds a harbour") {
		t.Errorf("a removed article is still found:\n%s", o.out)
	}
}
