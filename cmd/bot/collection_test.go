package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"attache/internal/discordtest"
	"attache/internal/fetch"
)

// shelf is a server on the loopback Discord in which the bot runs, with a site beside it and a place where Discord keeps files.
type shelf struct {
	team
	site  *wire
	files *httptest.Server
}

func newShelf(t *testing.T, env ...string) shelf {
	t.Helper()
	site := newWire(t)
	files := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/note.md":
			fmt.Fprint(w, "---\ntitle: A ferry for Lind\n---\nThe ferry to Lind sails again on Monday, the harbour office said. It had been laid up since the storm.\n")
		case "/away.md":
			http.Redirect(w, r, site.URL+"/harbour", http.StatusFound)
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(files.Close)
	at := func(s *httptest.Server) netip.AddrPort { return netip.MustParseAddrPort(s.Listener.Addr().String()) }
	net := network{
		fetch: fetch.Options{Delay: time.Nanosecond, Allow: []netip.AddrPort{at(site.Server)}},
		files: fetch.Options{Delay: time.Nanosecond, Allow: []netip.AddrPort{at(files), at(site.Server)}, Only: []string{files.Listener.Addr().String()}},
	}
	srv := discordtest.New(t, discordtest.Options{})
	guild := srv.AddGuild("Desk").ID
	s := shelf{site: site, files: files, team: team{Server: srv, guild: guild, questions: srv.AddChannel(guild, "questions").ID,
		manager: srv.AddMember(guild, "Mira", discordtest.PermManageGuild).ID, ana: srv.AddMember(guild, "Ana").ID}}
	discordBotOn(t, srv, net, append(env, "ATTACHE_INGEST_EVERY=0", "ATTACHE_LIMITS_PER_USER_PER_MINUTE=100", "ATTACHE_LIMITS_PER_GUILD_PER_MINUTE=100")...)
	srv.WaitCommand(t, guild, "collection")
	return s
}

// collection makes somebody use a command of the group and waits for a reply that holds all the words.
func (s shelf) collection(t *testing.T, who, command string, options []discordtest.Option, want ...string) *discordtest.Message {
	t.Helper()
	return s.Command(s.questions, who, "collection "+command, options...).WaitReplyLike(t, func(m *discordtest.Message) bool {
		for _, w := range want {
			if !holds(w)(m) {
				return false
			}
		}
		return true
	})
}

func opts(pairs ...any) (all []discordtest.Option) {
	for i := 0; i < len(pairs); i += 2 {
		all = append(all, discordtest.Opt(pairs[i].(string), pairs[i+1]))
	}
	return all
}

func TestCollectionOnDiscord(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	page := s.site.URL + "/harbour"
	s.collection(t, s.ana, "add", opts("url", page), "you may not add articles")
	s.collection(t, s.manager, "add", nil, "Give me an address")
	s.collection(t, s.manager, "add", opts("url", "the harbour page"), "There is no address to add in that")
	s.collection(t, s.manager, "add", opts("url", page, "published", "soonish"), `can't read "soonish"`)
	s.collection(t, s.manager, "add", opts("url", page), "1 added", "Varesh builds a harbour — Northern Wire, 1 Jun 2031")
	s.collection(t, s.manager, "add", opts("url", page), "1 unchanged")
	s.collection(t, s.manager, "add", opts("url", s.site.URL+"/gone"), "1 failed", "/gone is not there")
	s.collection(t, s.manager, "add", opts("url", "http://169.254.169.254/latest http://localhost/"), "2 failed", "leads into a private or special network")
	s.Command(s.questions, s.ana, "ask", discordtest.Opt("question", "When will the harbour at Tollund be built?")).WaitReplyLike(t, holds("by 2034"))

	// Files come from where Discord keeps them, and from nowhere else.
	file := func(name string, size int) discordtest.Attachment {
		return discordtest.Attachment{Filename: name, Size: size, URL: s.files.URL + "/" + name}
	}
	s.collection(t, s.manager, "add", opts("file", file("note.md", 100)), "1 added", "A ferry for Lind — no publisher, no date", "has no date and no publisher", "published and publisher")
	s.collection(t, s.manager, "add", opts("file", file("note.md", 100), "publisher", "The Harbor Post", "published", "2031-06-03"), "1 added", "The Harbor Post, 3 Jun 2031")
	s.collection(t, s.manager, "add", opts("file", file("note.md", 100<<20)), "larger than I may take")
	s.collection(t, s.manager, "add", opts("file", file("away.md", 100)), "1 failed", "is not at a place where files are fetched from")
	s.collection(t, s.manager, "add", opts("file", file("gone.md", 100)), "1 failed", "is not there")

	// What one server has added is its own.
	other := s.AddGuild("Other").ID
	otherChannel, eva := s.AddChannel(other, "desk").ID, s.AddMember(other, "Eva", discordtest.PermManageGuild).ID
	s.WaitCommand(t, other, "collection")
	s.Command(otherChannel, eva, "collection list").WaitReplyLike(t, holds("Nothing has been added here yet"))
	s.Command(otherChannel, eva, "collection remove", discordtest.Opt("what", page)).WaitReplyLike(t, holds("Nothing that was added here is called"))
}

func TestCollectionWatchesListsAndRemoves(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	feed, list := s.site.URL+"/feed", s.site.URL+"/sitemap"
	added := s.collection(t, s.manager, "add", opts("url", feed), "2 added, 5 failed", "railway — Northern Wire, 1 Jun 2031", "/gone is not there")
	s.Click(added, s.manager, "Watch it for more").WaitReplyLike(t, holds("1 place watched from now on"))
	s.collection(t, s.manager, "add", opts("url", list, "watch", true), "2 unchanged", "1 place watched from now on")
	s.collection(t, s.ana, "list", nil, "2 articles added, 2 places watched", "Northern Wire, a feed", "/sitemap")
	s.site.change("2039")
	s.collection(t, s.manager, "refresh", opts("source", list), "1 replaced, 1 unchanged")
	s.collection(t, s.manager, "refresh", opts("source", "nowhere"), "is not among the watched places")
	s.Command(s.questions, s.ana, "ask", discordtest.Opt("question", "When will the harbour at Tollund be built?")).WaitReplyLike(t, holds("by 2039"))

	choices := s.Autocomplete(t, s.questions, s.manager, "collection remove", "what", "railway")
	if len(choices) != 1 || !strings.HasPrefix(choices[0].Name, "Solmark plans a railway — Northern Wire") {
		t.Fatalf("choices %v", choices)
	}
	s.collection(t, s.ana, "remove", opts("what", choices[0].Value), "you may not add articles")

	// A list tells nobody of what a wall keeps from them.
	s.Command(s.questions, s.manager, "wall", opts("article", choices[0].Value, "internal", true)...).WaitReplyLike(t, holds("internal"))
	if shown := s.collection(t, s.ana, "list", nil, "1 article added"); strings.Contains(shown.Text(), "railway") {
		t.Errorf("a walled article is listed:\n%s", shown.Text())
	}
	s.Command(s.questions, s.manager, "wall", opts("article", choices[0].Value, "clear", true)...).WaitReply(t)
	asked := s.collection(t, s.manager, "remove", opts("what", "northern wire"), "Remove 2 articles?", "nothing is removed yet")
	s.collection(t, s.manager, "remove", opts("what", choices[0].Value), "1 article removed", "Solmark plans a railway")
	s.Click(asked, s.manager, "Remove 2 articles").WaitReplyLike(t, holds("Remove 1 article?")) // there is one less by now
	s.collection(t, s.manager, "remove", opts("what", "Northern Wire", "confirm", 1), "1 article removed")
	s.collection(t, s.manager, "remove", opts("what", list), "is watched no longer")
	s.collection(t, s.manager, "list", nil, "0 articles added, 1 place watched")
}

func TestAMessageIsAddedFromItsMenu(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	m := s.Say(s.questions, s.ana, "Read this: "+s.site.URL+"/harbour, and <"+s.site.URL+"/railway>.")
	s.MessageCommand(s.manager, "Add to the collection", m.ID).WaitReplyLike(t, holds("2 added"))
	bare := s.Say(s.questions, s.ana, "Nothing to read here.")
	s.MessageCommand(s.manager, "Add to the collection", bare.ID).WaitReplyLike(t, holds("There is no address to add in that, and no file"))
}

func TestCollectionInTheTerminal(t *testing.T) {
	t.Parallel()
	s, env := newWire(t), home(t)
	file := filepath.Join(t.TempDir(), "tolls.txt")
	if err := os.WriteFile(file, []byte("Tolls at Tollund\n\nThe toll at Tollund stays as it is until the harbour opens, the ministry of works said.\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	o := s.session(t, env, "/collection add "+s.URL+"/harbour\n/collection add file:"+file+" published:2031-06-02\n/collection list\n/collection remove Varesh builds a harbour\n/collection nonsense\n/collection\n")
	o.want(t, 0, "1 added", "Varesh builds a harbour — Northern Wire, 1 Jun 2031", "2 Jun 2031", "2 articles added, 0 places watched", "1 article removed", "/collection takes one of: add, list, remove, refresh")
}
