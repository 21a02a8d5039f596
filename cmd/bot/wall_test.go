package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// An article with a wall is marked, its wall can be changed, later versions stay behind it, and export and ingest keep it.
func TestWallsInTheShell(t *testing.T) {
	t.Parallel()
	env, dir := append(home(t), "ATTACHE_STARTER=false"), t.TempDir()
	path := filepath.Join(dir, "harbour.md")
	write := func(year string) {
		t.Helper()
		if err := os.WriteFile(path, []byte("---\ntitle: Varesh builds a harbour\nsource: Northern Wire\n---\nVaresh will build a harbour at Tollund by "+year+", the ministry said.\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("2034")
	bot(t, "", env, "ingest", path, "--guild", "7", "--internal", "--embargo", "2031-05-14 06:00").want(t, 0, "1 added")
	bot(t, "", env, "sources", "--guild", "7").want(t, 0, "Varesh builds a harbour", "[internal; embargo until 14 May 2031 06:00 UTC]")
	bot(t, "", env, "wall", path, "--guild", "7", "--channel", "200", "--channel", "100").want(t, 0, "only in channels 100, 200")
	write("2037")
	bot(t, "", env, "ingest", path, "--guild", "7").want(t, 0, "replaced")
	bot(t, "", env, "wall", path, "--guild", "7").want(t, 0, "only in channels 100, 200")

	exported := filepath.Join(dir, "all.jsonl")
	bot(t, "", env, "export", exported).want(t, 0, "1 articles exported")
	other := append(home(t), "ATTACHE_STARTER=false")
	bot(t, "", other, "ingest", exported).want(t, 0, "1 added")
	bot(t, "", other, "sources", "--guild", "7").want(t, 0, "[only in channels 100, 200]")

	bot(t, "", env, "wall", path, "--guild", "7", "--clear").want(t, 0, "seen by all of server 7")
	if o := bot(t, "", env, "sources", "--guild", "7"); strings.Contains(o.out, "channels") {
		t.Errorf("the wall still stands:\n%s", o.out)
	}
	for _, wrong := range [][]string{{"--channel", "desk"}, {"--embargo", "soon"}, {"--clear", "--internal"}} {
		bot(t, "", env, append([]string{"wall", path, "--guild", "7"}, wrong...)...).want(t, 1, wrong[0])
	}
	bot(t, "", env, "wall", "nothing", "--guild", "7", "--internal").want(t, 1, "no such article")
}
