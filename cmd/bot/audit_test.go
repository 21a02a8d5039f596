package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What a person at the shell sees of an article that changes and is removed in the end; nothing of its words stays on the disk.
func TestChangedAndRemovedArticles(t *testing.T) {
	t.Parallel()
	env, dir := home(t), t.TempDir()
	data := strings.TrimPrefix(env[0], "ATTACHE_DATA_DIR=")
	path := filepath.Join(dir, "harbour.md")
	write := func(year string) {
		text := "---\ntitle: Varesh builds a harbour\nsource: Northern Wire\nurl: https://wire.example/harbour\npublished: 2031-06-01\n---\n" +
			"Varesh will build a harbour at Tollund by " + year + ", the ministry of works said.\n"
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("2034")
	bot(t, "", env, "ingest", path).want(t, 0, "added")
	bot(t, "", env, "versions", "Varesh builds a harbour").want(t, 0, "has not changed since")
	bot(t, "", env, "ask", "When will the harbour at Tollund be built?").want(t, 0, "by 2034")
	bot(t, "", env, "audit").want(t, 0, "Every answer rests on words that still stand")

	write("2037")
	bot(t, "", env, "ingest", path).want(t, 0, "replaced")
	bot(t, "", env, "versions", "https://wire.example/harbour").want(t, 0, "altered", "2034 → 2037", "2 versions")
	bot(t, "", env, "audit").want(t, 1, "1 answer on words", "When will the harbour at Tollund be built?", "changed", "by 2034", "now", "by 2037")
	bot(t, "", env, "audit", "--since", "2999-01-01").want(t, 0, "Every answer")
	bot(t, "", env, "audit", "--since", "soonish").want(t, 1, "is no date")

	if !stored(t, data, "harbour at Tollund by 2034") || !stored(t, data, "harbour at Tollund by 2037") {
		t.Fatal("the words are not on the disk, so that nothing is tested")
	}
	bot(t, "", env, "remove", path).want(t, 0, "removed")
	for _, words := range []string{"Tollund by 20", "Varesh builds a harbour", "wire.example"} {
		if stored(t, data, words) {
			t.Errorf("%q is still on the disk", words)
		}
	}
	bot(t, "", env, "audit").want(t, 1, "article removed")
}

// stored reports whether words stand in a file of the data folder.
func stored(t *testing.T, data, words string) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(data, "library.db*"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, name := range files {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(content, []byte(words)) {
			return true
		}
	}
	return false
}
