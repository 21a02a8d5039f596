package gateway

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"attache/internal/discordtest"

	"github.com/bwmarrin/discordgo"
)

// ask registers /ask and returns interactions of it as they reach a handler.
func (b *bench) ask() chan *discordgo.Interaction {
	got := make(chan *discordgo.Interaction, 100)
	On(b.g, func(_ context.Context, i *discordgo.InteractionCreate) { got <- i.Interaction })
	return got
}

func (b *bench) command(got chan *discordgo.Interaction) (*discordtest.Interaction, *discordgo.Interaction) {
	b.t.Helper()
	if len(b.srv.Commands(b.guild.ID)) == 0 {
		_, err := b.g.SetCommands(context.Background(), b.guild.ID, []*discordgo.ApplicationCommand{{Name: "ask", Description: "Ask"}})
		if err != nil {
			b.t.Fatal(err)
		}
	}
	asked := b.srv.Command(b.channel.ID, b.ana.ID, "ask")
	select {
	case i := <-got:
		return asked, i
	case <-time.After(patience):
		b.t.Fatal("the interaction reached no handler")
		return nil, nil
	}
}

func says(text string) *discordgo.InteractionResponse {
	return &discordgo.InteractionResponse{
		Type: discordgo.InteractionResponseChannelMessageWithSource, Data: &discordgo.InteractionResponseData{Content: text},
	}
}

var deferred = &discordgo.InteractionResponse{Type: discordgo.InteractionResponseDeferredChannelMessageWithSource}

func TestReplies(t *testing.T) {
	b := newBench(t, discordtest.Options{}, quick())
	got := b.ask()
	b.up()
	ctx := context.Background()
	asked, i := b.command(got)
	if err := b.g.Respond(ctx, i, deferred); err != nil {
		t.Fatal(err)
	}
	text := "hello @everyone"
	if _, err := b.g.EditReply(ctx, i, &discordgo.WebhookEdit{Content: &text}); err != nil {
		t.Fatal(err)
	}
	if m := asked.WaitReply(t); m.Content != text || len(m.Pinged) != 0 {
		t.Errorf("reply %q pinged %v", m.Content, m.Pinged)
	}
	more, err := b.g.FollowUp(ctx, i, &discordgo.WebhookParams{Content: "more", Files: []*discordgo.File{{Name: "a.csv", Reader: strings.NewReader("a")}}})
	if err != nil || more.ID == "" {
		t.Fatalf("follow-up %+v, %v", more, err)
	}
	changed := "changed"
	if _, err := b.g.EditFollowUp(ctx, i, more.ID, &discordgo.WebhookEdit{Content: &changed}); err != nil {
		t.Fatal(err)
	}
	if m := asked.WaitFollowUp(t, nil); m.Content != "changed" || len(m.Attachments) != 1 {
		t.Errorf("follow-up %q with %d files", m.Content, len(m.Attachments))
	}
	if err := b.g.DeleteFollowUp(ctx, i, more.ID); err != nil {
		t.Fatal(err)
	}
	if err := b.g.DeleteReply(ctx, i); err != nil {
		t.Fatal(err)
	}
	_, err = b.g.Reply(ctx, i)
	if Code(err) != discordgo.ErrCodeUnknownMessage || Status(err) != http.StatusNotFound {
		t.Errorf("a reply that was deleted: %v", err)
	}
}

func TestMessagesAndThreads(t *testing.T) {
	b := newBench(t, discordtest.Options{}, quick()).up()
	ctx := context.Background()
	sent, err := b.g.Send(ctx, b.channel.ID, &discordgo.MessageSend{Content: "<@" + b.ana.ID + "> look"})
	if err != nil {
		t.Fatal(err)
	}
	if m, _ := b.srv.Message(sent.ID); len(m.Pinged) != 0 {
		t.Errorf("pinged %v", m.Pinged)
	}
	text := "changed @here"
	if _, err := b.g.Edit(ctx, &discordgo.MessageEdit{Channel: b.channel.ID, ID: sent.ID, Content: &text}); err != nil {
		t.Fatal(err)
	}
	if m, err := b.g.Message(ctx, b.channel.ID, sent.ID); err != nil || m.Content != text {
		t.Errorf("message %+v, %v", m, err)
	}
	th, err := b.g.StartThread(ctx, b.channel.ID, sent.ID, &discordgo.ThreadStart{Name: "More", AutoArchiveDuration: 60})
	if err != nil || th.ID != sent.ID {
		t.Errorf("thread %+v, %v", th, err)
	}
	if c, err := b.g.Channel(ctx, th.ID); err != nil || c.Name != "More" {
		t.Errorf("channel %+v, %v", c, err)
	}
	if err := b.g.Typing(ctx, b.channel.ID); err != nil || b.srv.Typing(b.channel.ID) != 1 {
		t.Errorf("typing: %v", err)
	}
	if err := b.g.Delete(ctx, b.channel.ID, sent.ID); err != nil {
		t.Error(err)
	}
	if list, err := b.g.Commands(ctx, b.guild.ID); err != nil || len(list) != 0 {
		t.Errorf("commands %v, %v", list, err)
	}
	if roles, err := b.g.REST().GuildRoles(b.guild.ID, discordgo.WithContext(ctx)); err != nil || len(roles) != 1 {
		t.Errorf("roles %v, %v", roles, err)
	}
}

// TestLostReplies answers with 502 after having done what was asked, as a proxy does that loses the reply.
func TestLostReplies(t *testing.T) {
	b := newBench(t, discordtest.Options{}, quick())
	got := b.ask()
	b.up()
	ctx := context.Background()
	lost := discordtest.Failure{Status: http.StatusBadGateway, Afterwards: true}

	b.srv.Fail(discordtest.RouteCreateMessage, 2, lost)
	if _, err := b.g.Send(ctx, b.channel.ID, &discordgo.MessageSend{Content: "once"}); err != nil {
		t.Errorf("send: %v", err)
	}
	if n := len(b.srv.Messages(b.channel.ID)); n != 1 {
		t.Errorf("%d messages, want 1", n)
	}

	asked, i := b.command(got)
	b.srv.Fail(discordtest.RouteCallback, 1, lost)
	if err := b.g.Respond(ctx, i, says("reply")); err != nil {
		t.Errorf("respond: %v", err)
	}
	if n := len(asked.Replies()); n != 1 {
		t.Errorf("%d replies, want 1", n)
	}
	if err := b.g.Respond(ctx, i, says("again")); Code(err) != discordgo.ErrCodeInteractionHasAlreadyBeenAcknowledged {
		t.Errorf("a second response that was not a repetition: %v", err)
	}

	b.srv.Fail(discordtest.RouteFollowUp, 1, lost)
	if _, err := b.g.FollowUp(ctx, i, &discordgo.WebhookParams{Content: "more"}); err == nil {
		t.Error("a lost follow-up was taken for sent")
	}
	if n := len(b.srv.Requests(discordtest.RouteFollowUp)); n != 1 {
		t.Errorf("the follow-up was sent %d times; it has no nonce", n)
	}

	text := "edited"
	b.srv.Fail(discordtest.RouteEditOriginal, 2, lost)
	if _, err := b.g.EditReply(ctx, i, &discordgo.WebhookEdit{Content: &text}); err != nil {
		t.Errorf("edit: %v", err)
	}
}

func TestBrokenConnectionIsRetriedWhereItMay(t *testing.T) {
	b := newBench(t, discordtest.Options{}, quick()).up()
	b.srv.Fail(discordtest.RouteCreateMessage, 1, discordtest.Failure{})
	if _, err := b.g.Send(context.Background(), b.channel.ID, &discordgo.MessageSend{Content: "once"}); err != nil {
		t.Errorf("send: %v", err)
	}
	b.srv.Fail(discordtest.RouteTyping, 1, discordtest.Failure{})
	if err := b.g.Typing(context.Background(), b.channel.ID); err == nil {
		t.Error("a POST without a nonce was sent again")
	}
}

func TestRetriesEnd(t *testing.T) {
	b := newBench(t, discordtest.Options{}, quick()).up()
	b.srv.Fail(discordtest.RouteGetMessage, 1000, discordtest.Failure{Status: 500})
	if _, err := b.g.Message(context.Background(), b.channel.ID, "1"); Status(err) != 500 {
		t.Errorf("got %v, want the 500", err)
	}
	b.srv.Fail("GET /channels/{channel}", 1000, discordtest.Failure{Status: 429, RetryAfter: time.Millisecond})
	var limited *discordgo.RateLimitError
	if _, err := b.g.Channel(context.Background(), b.channel.ID); !errors.As(err, &limited) {
		t.Errorf("got %v, want the rate limit", err)
	}
	for _, route := range []string{discordtest.RouteGetMessage, "GET /channels/{channel}"} {
		if n := len(b.srv.Requests(route)); n != maxAttempts {
			t.Errorf("%s: %d attempts, want %d", route, n, maxAttempts)
		}
	}
}

func TestRateLimitIsWaitedOut(t *testing.T) {
	b := newBench(t, discordtest.Options{}, quick()).up()
	b.srv.Fail(discordtest.RouteCreateMessage, 2, discordtest.Failure{Status: 429, RetryAfter: 20 * time.Millisecond})
	if _, err := b.g.Send(context.Background(), b.channel.ID, &discordgo.MessageSend{Content: "in the end"}); err != nil {
		t.Errorf("send: %v", err)
	}
	if n := len(b.srv.Requests(discordtest.RouteCreateMessage)); n != 3 {
		t.Errorf("%d attempts, want 3", n)
	}
}

// TestRateLimitHonoursTheContext has limits far longer than the context: the request fails at once, without waiting.
func TestRateLimitHonoursTheContext(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]discordtest.Failure{
		"of the route":     {Status: 429, RetryAfter: maxWait},
		"global":           {Status: 429, RetryAfter: maxWait, Global: true},
		"of the web front": {Status: 429, RetryAfter: maxWait, Edge: true},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, discordtest.Options{}, quick()).up()
			ctx, cancel := context.WithTimeout(context.Background(), maxWait/2)
			defer cancel()
			b.srv.Fail(discordtest.RouteCreateMessage, 1, f)
			_, err := b.g.Send(ctx, b.channel.ID, &discordgo.MessageSend{Content: "x"})
			if !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("send: %v, want a deadline", err)
			}
			if ctx.Err() != nil {
				t.Error("the request waited although it could not succeed")
			}
			_, err = b.g.Channel(ctx, b.channel.ID) // another route
			everybody := f.Global || f.Edge
			if everybody != errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("another route: %v", err)
			}
			if n := len(b.srv.Requests("GET /channels/{channel}")); everybody != (n == 0) {
				t.Errorf("%d requests of another route were sent", n)
			}
		})
	}
}

func TestInteractionsAreExemptFromTheGlobalLimit(t *testing.T) {
	b := newBench(t, discordtest.Options{}, quick())
	got := b.ask()
	b.up()
	ctx, cancel := context.WithTimeout(context.Background(), maxWait/2)
	defer cancel()
	_, i := b.command(got)
	b.srv.Fail(discordtest.RouteCreateMessage, 1, discordtest.Failure{Status: 429, RetryAfter: maxWait, Global: true})
	_, _ = b.g.Send(ctx, b.channel.ID, &discordgo.MessageSend{Content: "x"})
	if err := b.g.Respond(ctx, i, says("now")); err != nil {
		t.Errorf("respond: %v", err)
	}
}

func TestUsedUpLimitIsNotTried(t *testing.T) {
	b := newBench(t, discordtest.Options{RateLimits: true, RateWindow: time.Hour}, quick()).up()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for range 4 {
		if _, err := b.g.Send(ctx, b.channel.ID, &discordgo.MessageSend{Content: "x"}); err != nil {
			t.Fatal(err)
		}
	}
	// The fifth by discordgo's own method, which would remember the limit and sleep on it, whatever the context says.
	direct := func() error {
		_, err := b.g.REST().ChannelMessageSendComplex(b.channel.ID, &discordgo.MessageSend{Content: "x", AllowedMentions: noMentions()},
			discordgo.WithContext(ctx))
		return err
	}
	if err := direct(); err != nil {
		t.Fatal(err)
	}
	if err := direct(); !errors.Is(err, context.DeadlineExceeded) || ctx.Err() != nil {
		t.Errorf("the sixth by discordgo's method: %v, want to be told at once", err)
	}
	if _, err := b.g.Send(ctx, b.channel.ID, &discordgo.MessageSend{Content: "x"}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the sixth: %v, want a deadline", err)
	}
	if n := len(b.srv.Requests(discordtest.RouteCreateMessage)); n != 5 {
		t.Errorf("%d requests, want 5: Discord had said that none was left", n)
	}
}

// crowd lets requests through only once n of them are under way together.
type crowd struct {
	next http.RoundTripper
	path string
	n    int

	mu   sync.Mutex
	here int
	all  chan struct{}
}

func (c *crowd) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.Contains(r.URL.Path, c.path) {
		c.mu.Lock()
		if c.here++; c.here == c.n {
			close(c.all)
		}
		c.mu.Unlock()
		select {
		case <-c.all:
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
	}
	return c.next.RoundTrip(r)
}

// TestEditsRunSideBySide would time out with discordgo's own bucket, which lets one edit at a time through.
func TestEditsRunSideBySide(t *testing.T) {
	const n = 60
	c := &crowd{path: "@original", n: n, all: make(chan struct{})}
	b := newBench(t, discordtest.Options{}, quick(), func(o *Options) {
		c.next = o.Client.Transport
		o.Client = &http.Client{Transport: c}
	})
	got := b.ask()
	b.up()
	var edits sync.WaitGroup
	for range n {
		_, i := b.command(got)
		if err := b.g.Respond(context.Background(), i, deferred); err != nil {
			t.Fatal(err)
		}
		edits.Go(func() {
			text := "done"
			if _, err := b.g.EditReply(context.Background(), i, &discordgo.WebhookEdit{Content: &text}); err != nil {
				t.Errorf("edit: %v", err)
			}
		})
	}
	edits.Wait()
	if n := len(b.g.rest.keys); n != bucketKeys {
		t.Errorf("%d of %d bucket names came back", n, bucketKeys)
	}
}

func TestTokenRefusedLaterEndsRun(t *testing.T) {
	b := newBench(t, discordtest.Options{}, quick()).up()
	b.srv.Fail(discordtest.RouteCreateMessage, 1, discordtest.Failure{Status: 401, Message: "401: Unauthorized"})
	_, err := b.g.Send(context.Background(), b.channel.ID, &discordgo.MessageSend{Content: "x"})
	if Status(err) != http.StatusUnauthorized {
		t.Errorf("send: %v", err)
	}
	if fatal := b.fatal(); fatal.Code != http.StatusUnauthorized {
		t.Errorf("ended with %v", fatal)
	}
}

func TestExpiredInteractionDoesNotEndRun(t *testing.T) {
	b := newBench(t, discordtest.Options{}, quick())
	got := b.ask()
	b.up()
	_, i := b.command(got)
	b.srv.Advance(time.Hour)
	text := "late"
	_, err := b.g.EditReply(context.Background(), i, &discordgo.WebhookEdit{Content: &text})
	if Code(err) != 50027 {
		t.Errorf("edit: %v, want 50027", err)
	}
	if fatal := b.g.failure(); fatal != nil {
		t.Errorf("an interaction's token was taken for the bot's: %v", fatal)
	}
}

func TestManyRefusedRequestsStop(t *testing.T) {
	b := newBench(t, discordtest.Options{}, quick()).up()
	b.srv.Deny(b.channel.ID, discordtest.PermViewChannel)
	b.g.rest.mu.Lock()
	b.g.rest.invalid = invalidMax - 1
	b.g.rest.mu.Unlock()
	ctx := context.Background()
	if _, err := b.g.Channel(ctx, b.channel.ID); Code(err) != discordgo.ErrCodeMissingAccess {
		t.Errorf("got %v, want 50001", err)
	}
	if _, err := b.g.Channel(ctx, b.channel.ID); !errors.Is(err, errInvalid) {
		t.Errorf("got %v, want to be held back", err)
	}
}

func TestSameNonceMakesOneMessage(t *testing.T) {
	b := newBench(t, discordtest.Options{}, quick()).up()
	ctx := context.Background()
	one, err := b.g.SendOnce(ctx, b.channel.ID, "question-1", &discordgo.MessageSend{Content: "x"})
	if err != nil {
		t.Fatal(err)
	}
	two, err := b.g.SendOnce(ctx, b.channel.ID, "question-1", &discordgo.MessageSend{Content: "x"})
	if err != nil || two.ID != one.ID {
		t.Errorf("a second message %v, %v", two, err)
	}
}

func TestRouteKeys(t *testing.T) {
	for url, want := range map[string]string{
		"https://discord.com/api/v9/channels/12/messages/34":                     "PATCH /v9/channels/12/messages/*",
		"https://discord.com/api/v9/channels/12/messages":                        "PATCH /v9/channels/12/messages",
		"https://discord.com/api/v9/guilds/12/members/34":                        "PATCH /v9/guilds/12/members/*",
		"https://discord.com/api/v9/webhooks/12/tok/messages/@original?wait=yes": "PATCH /v9/webhooks/12/tok/messages/@original",
	} {
		req, err := http.NewRequest(http.MethodPatch, url, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := routeKey(req); got != want {
			t.Errorf("%s: %q, want %q", url, got, want)
		}
	}
}

// TestErrorsShowNoTokens makes requests with an interaction's token fail in each way that names the address.
func TestErrorsShowNoTokens(t *testing.T) {
	var log lockedBuffer
	b := newBench(t, discordtest.Options{}, quick(), func(o *Options) { o.Logger = slog.New(slog.NewTextHandler(&log, nil)) })
	got := b.ask()
	b.up()
	_, i := b.command(got)
	if err := b.g.Respond(context.Background(), i, deferred); err != nil {
		t.Fatal(err)
	}
	for name, f := range map[string]discordtest.Failure{
		"cut":         {},
		"limited":     {Status: 429, RetryAfter: time.Millisecond},
		"limited far": {Status: 429, RetryAfter: time.Hour},
		"broken":      {Status: 502},
		"refused":     {Status: 404, Code: 10015, Message: "Unknown Webhook"},
	} {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		b.srv.Fail(discordtest.RouteFollowUp, 1, f)
		if name == "limited" {
			b.srv.Fail(discordtest.RouteFollowUp, maxAttempts-1, f)
		}
		_, err := b.g.FollowUp(ctx, i, &discordgo.WebhookParams{Content: "x"})
		if err == nil || strings.Contains(err.Error(), i.Token) {
			t.Errorf("%s: %v", name, err)
		}
		cancel()
		b.g.rest.mu.Lock()
		clear(b.g.rest.until)
		b.g.rest.mu.Unlock()
	}
	if strings.Contains(log.String(), i.Token) {
		t.Errorf("a token was logged: %s", log.String())
	}
}
