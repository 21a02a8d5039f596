package main

import (
	"bytes"
	"context"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"attache/internal/fetch"
)

func TestSources(t *testing.T) {
	t.Parallel()
	s, env := newWire(t), home(t)
	list := s.URL + "/sitemap"
	s.bot(t, env, "sources", "list").want(t, 0, "There are no sources yet")
	s.bot(t, env, "sources", "sync").want(t, 0, "0 added")
	s.bot(t, env, "sources").want(t, 0, "Attaché starter collection")
	s.bot(t, env, "sources", "add", s.URL+"/gone").want(t, 1, "is not there (404)")
	s.bot(t, env, "sources", "add", s.URL+"/private").want(t, 1, "may not be fetched by robots")
	s.bot(t, env, "sources", "add", list, "--every", "5s").want(t, 1, "leave at least 1m0s between two looks")
	s.bot(t, env, "sources", "add", list, "--mirror").want(t, 1, "only a folder can be mirrored")
	s.bot(t, env, "sources", "add", "no-such-folder").want(t, 1, "name a folder, or an address that begins with https://")
	s.bot(t, env, "sources", "add", list, "--source", "The Wire").want(t, 0, "added, a sitemap of 2")
	s.bot(t, env, "sources", "add", list).want(t, 1, "is among the sources already")
	s.bot(t, env, "feeds", "add", s.URL+"/feed", "--guild", "77", "--every", "2h").want(t, 0, "added, a feed of 7") // the former name
	s.bot(t, env, "sources", "list").want(t, 0, list+" sitemap never synced", `feed "Northern Wire" for server 77 every 2h0m0s never synced`)

	s.bot(t, env, "sources", "sync").want(t, 1, "4 added", "5 failed")
	s.bot(t, env, "sources", "list").want(t, 0, list+" sitemap synced 20", "2 added, 5 failed")
	bot(t, "", env, "ask", "When will the harbour at Tollund be built?").want(t, 0, "by 2034", "The Wire, 1 Jun 2031")
	bot(t, "", env, "doctor").want(t, 0, "2 watched")

	gone := s.times("/feed2")
	s.bot(t, env, "sources", "sync").want(t, 1, "0 added", "/gone: passed over: failed lately, and is tried again after")
	if s.times("/feed2") != gone+1 { // it was read, and is a list: that is found out again
		t.Errorf("a list where a page was expected was fetched %d times more", s.times("/feed2")-gone)
	}
	s.bot(t, env, "sources", "remove", s.URL+"/feed").want(t, 1, "is not among the sources")
	s.bot(t, env, "sources", "remove", s.URL+"/feed", "--guild", "77").want(t, 0, "watched no longer")
	before := s.times("/harbour")
	s.bot(t, env, "sources", "sync").want(t, 0, "0 added", "1 unchanged") // the sitemap says that it has not changed
	s.change("2038")
	s.bot(t, env, "feeds", "sync").want(t, 0, "1 replaced", "1 unchanged")
	if s.times("/harbour") != before+1 {
		t.Error("an unchanged page was sent whole")
	}
	bot(t, "", env, "ask", "When will the harbour at Tollund be built?").want(t, 0, "by 2038")

	// What somebody took out stays out, until it is named itself.
	bot(t, "", env, "remove", s.URL+"/harbour").want(t, 0, "removed")
	s.change("2041")
	s.bot(t, env, "sources", "sync").want(t, 0, "/harbour: passed over: was taken out of the collection", "0 added")
	s.bot(t, env, "ingest", s.URL+"/harbour").want(t, 0, "1 added")
}

func TestASourceThatFailsIsLeftAloneAndTold(t *testing.T) {
	t.Parallel()
	s, env := newWire(t), home(t)
	s.bot(t, env, "sources", "add", s.URL+"/harbour").want(t, 0, "added, a page")
	s.bot(t, env, "sources", "sync").want(t, 0, "1 added")
	s.Close()
	s.bot(t, env, "sources", "sync").want(t, 1, "1 failed")
	s.bot(t, env, "sources", "list").want(t, 0, "FAILED 20", "cannot be reached", "tried again after")
	bot(t, "", env, "doctor").want(t, 1, "BROKEN sources: "+s.URL+"/harbour cannot be reached", "bot sources list shows when")
	bot(t, "", env, "status").want(t, 0, "/harbour cannot be reached")
}

func TestAFolderIsWatched(t *testing.T) {
	t.Parallel()
	s, env, dir := newWire(t), home(t), t.TempDir()
	old := time.Now().Add(-time.Hour)
	write := func(name, year string, at time.Time) string {
		path := filepath.Join(dir, name)
		text := "---\ntitle: " + name + "\nsource: Northern Wire\npublished: 2031-06-01\n---\nVaresh will build a harbour at Tollund by " + year + ", the ministry of works said of " + name + ".\n"
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
		return path
	}
	a, b := write("a.md", "2034", old), write("b.md", "2035", old)
	write("bad.pdf", "2036", old)
	s.bot(t, env, "sources", "add", dir, "--mirror").want(t, 0, "added, a folder")
	s.bot(t, env, "sources", "sync").want(t, 1, "2 added", "bad.pdf: not added")
	s.bot(t, env, "sources", "sync").want(t, 0, "0 added", "a.md: unchanged since the last time", "bad.pdf: passed over: as before")
	write("a.md", "2044", old.Add(time.Minute))
	write("c.md", "2044", old)
	s.bot(t, env, "sources", "sync").want(t, 0, "1 added, 1 replaced")

	// A file that goes takes its article along; all of them at once are a disk that is not there.
	for _, path := range []string{b, filepath.Join(dir, "bad.pdf")} {
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
	s.bot(t, env, "sources", "sync").want(t, 0, "b.md: removed: its file is gone", "1 removed, 2 unchanged")
	for _, path := range []string{a, filepath.Join(dir, "c.md")} {
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
	s.bot(t, env, "sources", "sync").want(t, 1, "holds none of its files any more")
	bot(t, "", env, "ask", "When will the harbour at Tollund be built?").want(t, 0, "by 2044")
}

// The running bot takes in by itself what a source brings, and goes on with it where another run stopped.
func TestTheRunningBotLooksAtItsSources(t *testing.T) {
	t.Parallel()
	s, env := newWire(t), home(t)
	s.bot(t, env, "sources", "add", s.URL+"/sitemap").want(t, 0, "added")
	ctx, stop := context.WithCancel(t.Context())
	input, typing := io.Pipe()
	done := make(chan int)
	go func() {
		var out bytes.Buffer
		net := network{fetch: fetch.Options{Delay: time.Nanosecond, Allow: []netip.AddrPort{netip.MustParseAddrPort(s.Listener.Addr().String())}}}
		done <- run(ctx, nil, streams{input, &out, &out}, env, net)
	}()
	soon(t, "the articles of the source", func() bool {
		return strings.Contains(bot(t, "", env, "ask", "When will the harbour at Tollund be built?").out, "by 2034")
	})
	stop()
	_ = typing.Close()
	if code := <-done; code != 0 {
		t.Errorf("the bot ended with exit code %d", code)
	}
}
