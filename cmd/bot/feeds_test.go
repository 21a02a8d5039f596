package main

import "testing"

func TestFeeds(t *testing.T) {
	t.Parallel()
	s, env := newWire(t), home(t)
	list := s.URL + "/sitemap"
	s.bot(t, env, "feeds", "list").want(t, 0, "There are no feeds yet")
	s.bot(t, env, "feeds", "sync").want(t, 0, "0 added")
	s.bot(t, env, "feeds", "add", s.URL+"/harbour").want(t, 1, "is a page, neither a feed nor a sitemap")
	s.bot(t, env, "feeds", "add", s.URL+"/gone").want(t, 1, "is not there (404)")
	s.bot(t, env, "feeds", "add", list, "--source", "The Wire").want(t, 0, "added, a sitemap of 2")
	s.bot(t, env, "feeds", "add", list).want(t, 1, "is among the feeds already")
	s.bot(t, env, "feeds", "add", s.URL+"/feed", "--guild", "77").want(t, 0, "added, a feed of 7")
	s.bot(t, env, "feeds", "list").want(t, 0, list, "never synced", `"Northern Wire"`, "for server 77")

	s.bot(t, env, "feeds", "sync").want(t, 1, "4 added", "5 failed")
	s.bot(t, env, "feeds", "list").want(t, 0, list+` "" synced 20`)
	bot(t, "", env, "ask", "When will the harbour at Tollund be built?").want(t, 0, "by 2034", "The Wire, 1 Jun 2031")

	s.bot(t, env, "feeds", "remove", s.URL+"/feed").want(t, 1, "is not among the feeds")
	s.bot(t, env, "feeds", "remove", s.URL+"/feed", "--guild", "77").want(t, 0, "forgotten")
	before := s.times("/harbour")
	s.bot(t, env, "feeds", "sync").want(t, 0, "0 added", "2 unchanged")
	if s.times("/harbour") != before {
		t.Error("an unchanged page was sent whole")
	}
	s.change("2038")
	s.bot(t, env, "feeds", "sync").want(t, 0, "1 replaced", "1 unchanged")
	bot(t, "", env, "ask", "When will the harbour at Tollund be built?").want(t, 0, "by 2038")
}
