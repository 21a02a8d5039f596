package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"attache/internal/discordtest"

	"github.com/bwmarrin/discordgo"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestEventsAreHandledOnceAndInOrder(t *testing.T) {
	b := newBench(t, discordtest.Options{}, quick())
	heard := b.heard()
	b.up()
	for n := range 20 {
		b.srv.Say(b.channel.ID, b.ana.ID, fmt.Sprint("before ", n))
	}
	for n := range 20 {
		if got := b.next(heard); got != fmt.Sprint("before ", n) {
			t.Fatalf("message %d was %q", n, got)
		}
	}
	b.srv.PlanConnections(discordtest.Behaviour{ReplayTwice: 10})
	b.srv.Trouble(discordtest.Cut())
	for n := range 20 {
		b.srv.Say(b.channel.ID, b.ana.ID, fmt.Sprint("after ", n))
	}
	for n := range 20 {
		if got := b.next(heard); got != fmt.Sprint("after ", n) {
			t.Fatalf("message %d after the replay was %q", n, got)
		}
	}
}

// TestEachMessageIsAnsweredOnceThroughFaults answers each message with one of its own while one fault follows another,
// with a burst of messages in each, more than are handled at once.
func TestEachMessageIsAnsweredOnceThroughFaults(t *testing.T) {
	lim := quick()
	lim.handshake = time.Second
	b := newBench(t, discordtest.Options{Heartbeat: 400 * time.Millisecond}, lim)
	On(b.g, func(ctx context.Context, m *discordgo.MessageCreate) {
		if m.Author.Bot {
			return
		}
		answer := &discordgo.MessageSend{Content: "re " + m.Content}
		if _, err := b.g.SendOnce(context.WithoutCancel(ctx), m.ChannelID, "re-"+m.ID, answer); err != nil {
			t.Errorf("answer %s: %v", m.Content, err)
		}
	})
	b.up()
	asked := 0
	for _, fault := range []func(){
		func() { b.srv.Trouble(discordtest.Cut()) },
		func() { b.srv.Trouble(discordtest.Reconnect()) },
		func() { b.srv.Trouble(discordtest.InvalidSession(true)) },
		func() { b.srv.Trouble(discordtest.Silence()) },
		func() {
			b.srv.PlanConnections(discordtest.Behaviour{OnResume: discordtest.Reconnect()}, discordtest.Behaviour{ReplayTwice: 50})
			b.srv.Trouble(discordtest.CloseWith(4000))
		},
		func() {
			lost := discordtest.Failure{Status: 502, Afterwards: true}
			b.srv.Fail(discordtest.RouteCreateMessage, 3, lost)
		},
	} {
		fault()
		for range 120 {
			b.srv.Say(b.channel.ID, b.ana.ID, fmt.Sprint(asked))
			asked++
		}
		b.srv.WaitFor(t, "every answer", func() bool { return len(b.srv.BotMessages(b.channel.ID)) >= asked })
	}
	answers := map[string]int{}
	for _, m := range b.srv.BotMessages(b.channel.ID) {
		answers[m.Content]++
	}
	for n := range asked {
		if got := answers[fmt.Sprint("re ", n)]; got != 1 {
			t.Errorf("message %d was answered %d times", n, got)
		}
	}
	if got := b.srv.Gateway(); got.Identifies != 1 {
		t.Errorf("%d IDENTIFYs, want 1", got.Identifies)
	}
}

// TestUnknownComponent sends what discordgo cannot decode: its accessors would panic.
func TestUnknownComponent(t *testing.T) {
	b := newBench(t, discordtest.Options{}, quick())
	got := b.ask()
	b.up()
	b.srv.DispatchRaw("INTERACTION_CREATE", map[string]any{
		"id": "1", "type": 5, "token": "t", "application_id": "2", "channel_id": b.channel.ID, "user": map[string]any{"id": "3"},
		"data": map[string]any{"custom_id": "x", "components": []any{map[string]any{"type": 99}}},
	})
	b.srv.DispatchRaw("INTERACTION_CREATE", map[string]any{"id": "2", "type": 2, "token": "t", "data": map[string]any{"id": "1", "name": "ask"}})
	_, i := b.command(got) // fails if one of the two above came first
	if i.ApplicationCommandData().Name != "ask" || i.Member == nil {
		t.Errorf("the handler got %+v", i)
	}
}

func TestPanicEndsTheHandlerAlone(t *testing.T) {
	b := newBench(t, discordtest.Options{}, quick())
	heard := make(chan string, 10)
	On(b.g, func(_ context.Context, m *discordgo.MessageCreate) {
		if m.Content == "bad" {
			panic("as asked")
		}
		heard <- m.Content
	})
	b.up()
	b.srv.Say(b.channel.ID, b.ana.ID, "bad")
	b.srv.Say(b.channel.ID, b.ana.ID, "good")
	if got := b.next(heard); got != "good" {
		t.Errorf("heard %q", got)
	}
}

func TestShutdownWaitsForHandlers(t *testing.T) {
	b := newBench(t, discordtest.Options{}, quick())
	began, release, finished := make(chan struct{}), make(chan struct{}), false
	On(b.g, func(ctx context.Context, _ *discordgo.MessageCreate) {
		close(began)
		<-ctx.Done()
		<-release
		finished = true
	})
	b.up()
	b.srv.Say(b.channel.ID, b.ana.ID, "hello")
	<-began
	b.stop()
	select {
	case <-b.done:
		t.Error("Run ended before its handler")
	case <-time.After(1500 * time.Millisecond): // closing alone takes discordgo a second
	}
	close(release)
	if err := b.ended(); err != nil || !finished {
		t.Errorf("Run ended with %v, handler finished: %v", err, finished)
	}
}

func TestShutdownLeavesStuckHandlersBehind(t *testing.T) {
	lim := quick()
	lim.drain = time.Millisecond
	b := newBench(t, discordtest.Options{}, lim)
	began, release := make(chan struct{}), make(chan struct{})
	t.Cleanup(func() { close(release) })
	On(b.g, func(context.Context, *discordgo.MessageCreate) {
		close(began)
		<-release
	})
	b.up()
	b.srv.Say(b.channel.ID, b.ana.ID, "hello")
	<-began
	b.stop()
	if err := b.ended(); err != nil {
		t.Errorf("Run ended with %v", err)
	}
}

func TestLanesAreBoundedAndOrdered(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	const workers = 3
	l := newLanes(workers, nil)
	if l.add("a", 1, func(context.Context) {}) {
		t.Error("work was taken before start")
	}
	l.start(ctx)
	var mu sync.Mutex
	now, most, got := 0, 0, map[string][]int{}
	for n := range 200 {
		lane := fmt.Sprint(n % 7)
		ok := l.add(lane, 1000, func(context.Context) {
			mu.Lock()
			now++
			most = max(most, now)
			mu.Unlock()
			time.Sleep(10 * time.Microsecond)
			mu.Lock()
			now--
			got[lane] = append(got[lane], n)
			mu.Unlock()
		})
		if !ok {
			t.Fatal("work was refused")
		}
	}
	l.wait()
	if most > workers {
		t.Errorf("%d handlers at once, want %d at most", most, workers)
	}
	total := 0
	for lane, order := range got {
		total += len(order)
		if !slices.IsSorted(order) {
			t.Errorf("lane %s ran in order %v", lane, order)
		}
	}
	if total != 200 || len(l.queues) != 0 || l.waiting != 0 || len(l.slots) != 0 {
		t.Errorf("%d ran, %d lanes, %d waiting and %d slots are left", total, len(l.queues), l.waiting, len(l.slots))
	}
}

func TestFullLaneRefuses(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	l := newLanes(1, nil)
	l.start(ctx)
	block, running := make(chan struct{}), make(chan struct{})
	l.add("a", 2, func(context.Context) { close(running); <-block })
	<-running
	for n := range 2 {
		if !l.add("a", 2, func(context.Context) { t.Error("ran after shutdown") }) {
			t.Errorf("piece %d was refused", n)
		}
	}
	if l.add("a", 2, func(context.Context) {}) {
		t.Error("a full lane took more")
	}
	cancel()
	close(block)
	l.wait()
	if l.add("a", 2, func(context.Context) {}) || len(l.queues) != 0 || l.waiting != 0 || len(l.slots) != 0 {
		t.Errorf("after shutdown: %d lanes, %d waiting, %d slots", len(l.queues), l.waiting, len(l.slots))
	}
}

func TestDedupIsAModelOfTheLastIDs(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.IntRange(1, 8).Draw(t, "size")
		ids := rapid.SliceOf(rapid.StringMatching("[a-f]")).Draw(t, "ids")
		d := NewDedup(size)
		var last []string
		for _, id := range ids {
			known := slices.Contains(last, id)
			if d.First(id) == known {
				t.Fatalf("First(%q) = %v with %v remembered", id, !known, last)
			}
			if !known {
				last = append(last, id)
				last = last[max(0, len(last)-size):]
			}
		}
		if len(d.seen) > size {
			t.Fatalf("%d ids are kept, want %d at most", len(d.seen), size)
		}
	})
}

func TestIdentifyBudgetByTheClock(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	b := newIdentifyBudget(5*time.Second, func() time.Time { return now })
	want := func(wait time.Duration) {
		t.Helper()
		if got, fatal := b.take(); fatal != nil || got != wait {
			t.Errorf("wait %v, %v; want %v", got, fatal, wait)
		}
	}
	want(0)
	want(5 * time.Second)
	now = now.Add(10 * time.Second)
	want(0)
	now = now.Add(time.Hour)
	b.refused()
	want(2500 * time.Millisecond)
	b.learn(identifyReserve+1, time.Hour)
	now = now.Add(time.Minute)
	want(0)
	if _, fatal := b.take(); fatal == nil || !strings.Contains(fatal.Advice, "1 Mar 14:00 UTC") {
		t.Errorf("beyond the budget: %v", fatal)
	}
	now = now.Add(time.Hour)
	want(0)
}

// frame encodes one WebSocket frame.
func frame(opcode byte, fin bool, mask []byte, payload []byte) []byte {
	first := opcode
	if fin {
		first |= 0x80
	}
	var length []byte
	second := byte(0)
	switch n := len(payload); {
	case n < 126:
		second = byte(n)
	case n < 1<<16:
		second, length = 126, []byte{byte(n >> 8), byte(n)}
	default:
		second, length = 127, []byte{0, 0, 0, 0, byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}
	}
	out := append([]byte{first, second}, length...)
	if mask != nil {
		out[1] |= 0x80
		out = append(out, mask...)
	}
	for i, b := range payload {
		if mask != nil {
			b ^= mask[i%4]
		}
		out = append(out, b)
	}
	return out
}

// TestFramesInAnyPieces cuts a stream of messages anywhere and expects each message whole.
func TestFramesInAnyPieces(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		stream := []byte("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n")
		var want []message
		for range rapid.IntRange(0, 6).Draw(t, "messages") {
			payload := make([]byte, rapid.SampledFrom([]int{0, 1, 125, 126, 300, 70000}).Draw(t, "length"))
			for i := range payload {
				payload[i] = byte(i * 7)
			}
			var mask []byte
			if rapid.Bool().Draw(t, "masked") {
				mask = []byte{1, 2, 3, 4}
			}
			const limit = 200
			want = append(want, message{frameText, append([]byte(nil), payload[:min(limit, len(payload))]...), uint64(len(payload))})
			if cut := rapid.IntRange(0, len(payload)).Draw(t, "fragment"); cut > 0 && rapid.Bool().Draw(t, "fragmented") {
				stream = append(stream, frame(frameText, false, mask, payload[:cut])...)
				stream = append(stream, frame(framePing, true, mask, []byte("hi"))...) // may come in between
				stream = append(stream, frame(frameContinuation, true, mask, payload[cut:])...)
				continue
			}
			stream = append(stream, frame(frameText, true, mask, payload)...)
		}
		f := frameReader{limit: 200}
		var got []message
		for rest := stream; len(rest) > 0; {
			n := rapid.IntRange(1, len(rest)).Draw(t, "piece")
			err := f.feed(rest[:n], func(m message) error {
				if m.opcode == frameText {
					got = append(got, m)
				} else if string(m.payload) != "hi" {
					t.Fatalf("control frame %q", m.payload)
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			rest = rest[n:]
		}
		opts := cmp.Options{cmp.AllowUnexported(message{}), cmp.Transformer("text", func(b []byte) string { return string(b) })}
		if diff := cmp.Diff(want, got, opts); diff != "" {
			t.Fatal(diff)
		}
	})
}

// FuzzFrames feeds anything: no panic, no memory beyond the limit.
func FuzzFrames(f *testing.F) {
	f.Add([]byte("\r\n\r\n\x81\x05hello"))
	f.Add([]byte("\r\n\r\n\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff"))
	f.Add(append([]byte("x\r\n\r\n"), frame(frameClose, true, []byte{9, 8, 7, 6}, []byte{0x0f, 0xa0})...))
	f.Fuzz(func(t *testing.T, data []byte) {
		r := frameReader{limit: 64}
		for _, b := range data {
			_ = r.feed([]byte{b}, func(m message) error {
				if len(m.payload) > 64 {
					t.Errorf("%d bytes kept", len(m.payload))
				}
				return nil
			})
		}
	})
}

// TestGuardRefusesWhatWouldHarm shows packets to the guard that the double does not send.
func TestGuardRefusesWhatWouldHarm(t *testing.T) {
	t.Parallel()
	const hello = `{"op":10,"d":{"heartbeat_interval":1000}}`
	for _, tc := range []struct {
		name    string
		packets []string
		want    error
	}{
		{"HELLO without an interval", []string{`{"op":10,"d":{}}`}, errUnexpected},
		{"HELLO with a negative interval", []string{`{"op":10,"d":{"heartbeat_interval":-5}}`}, errUnexpected},
		{"null", []string{`null`}, errUnexpected},
		{"no JSON", []string{hello, `{`}, errUnexpected},
		{"ACK in answer to IDENTIFY", []string{hello, `{"op":11}`}, errUnexpected},
		{"op 7 in answer to IDENTIFY", []string{hello, `{"op":7}`}, errReconnect},
		{"op 9 that may be resumed", []string{hello, `{"op":9,"d":true}`}, errResumable},
		{"op 9 that may not", []string{hello, `{"op":9,"d":false}`}, nil},
		{"an ordinary start", []string{hello, `{"op":0,"t":"READY","d":{"user":{"id":"1"}}}`, `{"op":11}`, `{"op":0,"t":"X"}`}, nil},
	} {
		g, err := New(Options{Token: "t"})
		if err != nil {
			t.Fatal(err)
		}
		client, server := net.Pipe()
		c := &guard{Conn: client, raw: client, g: g, closed: make(chan struct{})}
		for _, p := range tc.packets {
			if err = c.received(message{opcode: frameText, payload: []byte(p), size: uint64(len(p))}); err != nil {
				break
			}
		}
		if !errors.Is(err, tc.want) || (tc.want == nil && err != nil) {
			t.Errorf("%s: %v, want %v", tc.name, err, tc.want)
		}
		_, _ = client.Close(), server.Close()
	}
}

// TestLongPacketsPass checks that what is not kept whole is taken for an event.
func TestLongPacketsPass(t *testing.T) {
	t.Parallel()
	c := &guard{}
	if err := c.received(message{opcode: frameText, payload: []byte(`{"op":7`), size: 1 << 20}); err != nil {
		t.Errorf("got %v", err)
	}
	if err := c.received(message{opcode: frameBinary, payload: []byte{0x78}, size: 1}); !errors.Is(err, errUnexpected) {
		t.Errorf("a compressed packet: %v", err)
	}
}

func TestMessagesCarryNonceAndNoMentions(t *testing.T) {
	t.Parallel()
	data, err := json.Marshal(messageSend{&discordgo.MessageSend{Content: "x", AllowedMentions: noMentions()}, "n", true})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"nonce":"n"`, `"enforce_nonce":true`, `"parse":[]`, `"content":"x"`} {
		if !strings.Contains(string(data), want) {
			t.Errorf("%s lacks %s", data, want)
		}
	}
}
