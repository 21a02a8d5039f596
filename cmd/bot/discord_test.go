package main

import (
	"path/filepath"
	"testing"
	"time"

	"attache/internal/discordtest"
	"attache/internal/library"
	"attache/internal/openaitest"
)

// A reply that is under way when the process dies is closed by the next process, from what the library remembers.
func TestRepliesCutOffByACrashAreClosed(t *testing.T) {
	t.Parallel()
	model := openaitest.New(t)
	model.Respond(func(openaitest.Request) openaitest.Reply { return openaitest.Reply{Fault: openaitest.Slow} })
	srv := discordtest.New(t, discordtest.Options{})
	guild := srv.AddGuild("Desk")
	channel, ana := srv.AddChannel(guild.ID, "desk"), srv.AddMember(guild.ID, "ana")
	data := filepath.Join(t.TempDir(), "data")
	env := append(withModel(t, model.URL()), "ATTACHE_DATA_DIR="+data)
	stop := discordBot(t, srv, env...)

	const question = "How many trucks crossed the Kareth pass on 9 May?"
	command := srv.WaitCommand(t, guild.ID, "ask")
	asked := srv.Command(channel.ID, ana.ID, command.Name, discordtest.Opt("question", question))
	message := srv.Say(channel.ID, ana.ID, "<@"+srv.Bot().ID+"> "+question)
	lib, err := library.Open(filepath.Join(data, "library.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = lib.Close() }()
	left := func() []library.PendingReply {
		all, err := lib.Pending(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	var crashed []library.PendingReply // what a killed process would have left
	soon(t, "both questions to be under way", func() bool { crashed = left(); return len(crashed) == 2 })
	asked.WaitReplyLike(t, holds("retrieval alone"))
	srv.WaitMessage(t, channel.ID, func(m *discordtest.Message) bool { return m.Reference != nil && holds("retrieval alone")(m) })
	stop()
	if still := left(); len(still) > 0 {
		t.Fatalf("still under way after the end: %v", still)
	}

	for _, p := range crashed {
		if err := lib.AddPending(t.Context(), p); err != nil {
			t.Fatal(err)
		}
	}
	discordBot(t, srv, env...)
	const sorry = "I was restarted before this was answered."
	asked.WaitReplyLike(t, holds(sorry))
	srv.WaitMessage(t, channel.ID, func(m *discordtest.Message) bool {
		return holds(sorry)(m) && m.Reference != nil && m.Reference.MessageID == message.ID
	})
	soon(t, "the next start to forget them", func() bool { return len(left()) == 0 })
}

// soon waits for what changes without the loopback Discord noticing.
func soon(t *testing.T, what string, cond func() bool) {
	t.Helper()
	for range 1500 {
		if cond() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("waited too long for %s", what)
}
