package commands_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"attache/internal/commands"
	"attache/internal/fetch"
	"attache/internal/ingest"
	"attache/internal/intake"
)

// A run that takes longer than a person waits goes on beside the request, and who asked is told of its end, alone.
func TestALongRunIsReportedLater(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			http.NotFound(w, r)
			return
		}
		<-release
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, "<html><title>A harbour</title><article><h1>A harbour</h1><p>"+strings.Repeat("Varesh builds a harbour at Tollund. ", 20)+"</p></article></html>")
	}))
	t.Cleanup(site.Close)
	w := newWorld(t)
	client := fetch.New(fetch.Options{Delay: time.Nanosecond, Allow: []netip.AddrPort{netip.MustParseAddrPort(site.Listener.Addr().String())}})
	t.Cleanup(client.Close)
	told := make(chan commands.Reply, 1)
	curator := &commands.Curator{
		Desk: w.desk, Keeper: &intake.Keeper{Collection: w.Collection, Client: client, Article: ingest.Options{MaxBytes: 1 << 20}, Log: slog.New(slog.DiscardHandler), Now: time.Now},
		Log: slog.New(slog.DiscardHandler), Now: time.Now, Patience: time.Millisecond,
		Tell: func(_ context.Context, r commands.Request, reply commands.Reply) error {
			if r.ID != "i1" {
				t.Errorf("told is who asked %q", r.ID)
			}
			told <- reply
			return nil
		},
	}
	t.Cleanup(curator.Close)
	router := commands.NewRouter(curator.Commands(), commands.Limit(time.Minute))
	first := router.Run(t.Context(), commands.Request{Command: "collection add", Options: map[string]string{"url": site.URL + "/a"},
		Asker: commands.Asker{ID: "1", Manager: true}, Place: commands.Place{Guild: "g1", Channel: "desk"}, At: time.Now(), ID: "i1"}, nil)
	if first.Failed || first.Title != "Still taking in" || !strings.Contains(first.Blocks[0].Text, "I'll tell you alone when it is done") {
		t.Fatalf("the first reply: %+v", first)
	}
	close(release)
	select {
	case reply := <-told:
		if !reply.Private || reply.Title != "1 added" || !strings.HasPrefix(reply.Blocks[0].Text, "A harbour — ") {
			t.Errorf("told: %+v", reply)
		}
	case <-t.Context().Done():
		t.Error("nothing was told")
	}
}
