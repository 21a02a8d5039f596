package llm

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"attache/internal/openaitest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	key    = "sk-varesh-0123456789"
	answer = "The Kareth pass is shut [1]. „Nobody“ crossed it on 9 May [2]."
)

// newClient returns a client for srv, with options changed by change when it is not nil.
func newClient(t *testing.T, srv *openaitest.Server, change func(*Options)) *Client {
	t.Helper()
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	o := Options{BaseURL: srv.URL(), Key: key, Model: "scripted", EmbeddingModel: "letters", HTTPClient: &http.Client{Transport: transport}, backoff: time.Millisecond}
	if change != nil {
		change(&o)
	}
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func ask(t *testing.T, c *Client) (Completion, string, error) {
	t.Helper()
	var shown strings.Builder
	done, err := c.Complete(t.Context(), Prompt{System: "Answer from the passages.", User: "Is the pass shut?"}, func(s string) { shown.WriteString(s) })
	return done, shown.String(), err
}

func TestComplete(t *testing.T) {
	srv := openaitest.New(t)
	srv.Script(openaitest.Reply{Text: answer, Usage: true})
	done, shown, err := ask(t, newClient(t, srv, nil))
	if err != nil {
		t.Fatal(err)
	}
	want := Completion{Text: answer, Model: "scripted", Usage: Usage{Prompt: 10, Completion: len(answer) / 4}}
	if diff := cmp.Diff(want, done); diff != "" || shown != answer {
		t.Errorf("completion (-want +got):\n%s\nshown %q", diff, shown)
	}
	got := srv.Requests()[0]
	if got.Authorization != "Bearer "+key || got.System != "Answer from the passages." || got.User != "Is the pass shut?" || !got.Stream {
		t.Errorf("the request was %+v", got)
	}
}

// TestCompleteFaults has a case for everything that an endpoint does wrong: what kind of error it is, what a reader is told, how often the
// endpoint was asked and what had been shown.
func TestCompleteFaults(t *testing.T) {
	good := openaitest.Reply{Text: answer}
	half := answer[:len(answer)/2]
	for name, c := range map[string]struct {
		script   []openaitest.Reply
		kind     error
		notice   string
		requests int
		shown    string // a prefix of the answer that must have been shown; "-" for anything
	}{
		"one failure before the first token is tried again": {[]openaitest.Reply{{Status: 500}, good}, nil, "", 2, answer},
		"down for good":                         {[]openaitest.Reply{{Status: 500}, {Status: 502}, {Status: 503}}, ErrDown, "The model reported an error of its own", 3, ""},
		"cut in mid-answer is not tried again":  {[]openaitest.Reply{{Text: answer, Fault: openaitest.Cut}}, ErrDown, "The model broke off", 1, half},
		"connection broken in mid-answer":       {[]openaitest.Reply{{Text: answer, Fault: openaitest.Reset}}, ErrDown, "The model broke off", 1, half},
		"cut before the first token":            {[]openaitest.Reply{{Fault: openaitest.Cut}, good}, nil, "", 2, answer},
		"error body under 200":                  {[]openaitest.Reply{{Fault: openaitest.ErrorBody, Message: "overloaded"}, good}, nil, "", 2, answer},
		"error body under 200, for good":        {[]openaitest.Reply{{Fault: openaitest.ErrorBody}, {Fault: openaitest.ErrorBody}, {Fault: openaitest.ErrorBody}}, ErrDown, "The model reported an error of its own", 3, ""},
		"error under another name":              {[]openaitest.Reply{{Fault: openaitest.BareError, Message: "busy"}, good}, nil, "", 2, answer},
		"error event in mid-stream":             {[]openaitest.Reply{{Text: answer, Fault: openaitest.ErrorEvent, Message: "shed"}}, ErrDown, "The model reported an error of its own", 1, half},
		"an error body that is no JSON":         {[]openaitest.Reply{{Status: 400, Body: "<html>" + key}}, ErrRefused, "The model endpoint refused the request", 1, ""},
		"a thousand keep-alives":                {[]openaitest.Reply{{Text: answer, Fault: openaitest.KeepAlive}}, nil, "", 1, answer},
		"nonsense in the stream":                {[]openaitest.Reply{{Text: answer, Fault: openaitest.Nonsense}}, ErrNonsense, "The model's reply could not be read", 1, half},
		"a web page under 200":                  {[]openaitest.Reply{{Body: "<html>welcome</html>"}, {Body: "<html>"}, {Body: "<html>"}}, ErrDown, "The model broke off", 3, ""},
		"no stream although asked":              {[]openaitest.Reply{{Text: answer, Fault: openaitest.Whole}}, nil, "", 1, answer},
		"text without end":                      {[]openaitest.Reply{{Text: answer, Fault: openaitest.Endless}}, ErrNonsense, "The model's reply could not be read", 1, half},
		"rate limited, short wait":              {[]openaitest.Reply{{Status: 429, RetryAfter: "0.01"}, good}, nil, "", 2, answer},
		"rate limited, wait too long":           {[]openaitest.Reply{{Status: 429, RetryAfter: "60"}}, ErrRateLimited, "The model is over its rate limit", 1, ""},
		"wrong key":                             {[]openaitest.Reply{{Status: 401, Message: "Incorrect API key provided: " + key}}, ErrRefused, "The model endpoint refused the key", 1, ""},
		"unknown model":                         {[]openaitest.Reply{{Status: 404}}, ErrRefused, "The model endpoint does not know that address or model", 1, ""},
		"redirect":                              {[]openaitest.Reply{{Fault: openaitest.Redirecting}}, ErrRefused, "The model endpoint has moved; its address must be set anew", 1, ""},
		"filtered":                              {[]openaitest.Reply{{Text: "No", Finish: "content_filter"}}, ErrFiltered, "The model declined to answer", 1, "-"},
		"a tool call that nobody offered":       {[]openaitest.Reply{{Finish: "tool_calls"}}, ErrNonsense, "The model's reply could not be read", 1, ""},
		"says nothing, which is not an error":   {[]openaitest.Reply{{}}, nil, "", 1, ""},
		"thoughts are left out":                 {[]openaitest.Reply{{Text: " <think>Is it [9]?</think>\n\n" + answer}}, nil, "", 1, answer},
		"thoughts without end say nothing":      {[]openaitest.Reply{{Text: "<think>Is it [9]?"}}, nil, "", 1, ""},
		"a sign that is no thought is kept":     {[]openaitest.Reply{{Text: "<thi"}}, nil, "", 1, "-"},
		"an unknown finish reason is an ending": {[]openaitest.Reply{{Text: answer, Finish: "eos"}}, nil, "", 1, answer},
	} {
		t.Run(name, func(t *testing.T) {
			srv := openaitest.New(t)
			srv.Script(c.script...)
			done, shown, err := ask(t, newClient(t, srv, func(o *Options) { o.MaxTokens = 50 }))
			if !errors.Is(err, c.kind) || c.kind == nil && err != nil {
				t.Fatalf("error %v, want %v", err, c.kind)
			}
			if e, ok := errors.AsType[*Error](err); ok && e.Reason().String() != c.notice {
				t.Errorf("notice %q, want %q", e.Reason().String(), c.notice)
			}
			if got := len(srv.Requests()); got != c.requests {
				t.Errorf("asked %d times, want %d", got, c.requests)
			}
			if c.shown != "-" && (c.shown == "" && shown != "" || !strings.HasPrefix(shown, c.shown[:max(0, len(c.shown)-8)])) || c.kind == nil && c.shown == answer && shown != answer {
				t.Errorf("shown %q, want %q", shown, c.shown)
			}
			if done.Text != shown {
				t.Errorf("completion %q differs from what was shown: %q", done.Text, shown)
			}
		})
	}
}

// TestErrorsKeepSecrets looks for the key and the body in whatever a fault prints, to readers and to the log.
func TestErrorsKeepSecrets(t *testing.T) {
	for name, reply := range map[string]openaitest.Reply{
		"message with the key": {Status: 401, Message: "Incorrect API key provided: " + key + ". You sent Bearer " + key},
		"body with the key":    {Status: 400, Body: "<html>" + key + strings.Repeat("secret body ", 100)},
		"under 200":            {Fault: openaitest.ErrorBody, Message: "Bearer " + key + strings.Repeat(" secret body", 100)},
	} {
		t.Run(name, func(t *testing.T) {
			srv := openaitest.New(t)
			srv.Respond(func(openaitest.Request) openaitest.Reply { return reply })
			var log bytes.Buffer
			_, _, err := ask(t, newClient(t, srv, func(o *Options) { o.Log = slog.New(slog.NewTextHandler(&log, nil)) }))
			if err == nil {
				t.Fatal("no error")
			}
			e, _ := errors.AsType[*Error](err)
			if said := err.Error() + e.Reason().String(); strings.Contains(said, key) || strings.Contains(said, "secret body") || len(said) > 200 {
				t.Errorf("the error prints %q", said)
			}
			if got := log.String(); strings.Contains(got, key) || len(got) > 600 || !strings.Contains(got, "model failed") {
				t.Errorf("the log holds %q", got)
			}
		})
	}
}

func TestTruncated(t *testing.T) {
	srv := openaitest.New(t)
	srv.Script(openaitest.Reply{Text: "The pass is", Finish: "length"})
	done, _, err := ask(t, newClient(t, srv, nil))
	if err != nil || !done.Truncated || done.Text != "The pass is" {
		t.Errorf("got %+v, %v; want a truncated completion", done, err)
	}
}

func TestSlow(t *testing.T) {
	for name, c := range map[string]struct {
		fault  openaitest.Fault
		first  time.Duration
		notice string
	}{
		"no first token":      {openaitest.Slow, 30 * time.Millisecond, "The model did not answer within 0.0 s"},
		"stalls in mid-reply": {openaitest.Stall, 100 * time.Millisecond, "The model did not finish within 0.1 s"},
	} {
		t.Run(name, func(t *testing.T) {
			srv := openaitest.New(t)
			srv.Script(openaitest.Reply{Text: answer, Fault: c.fault})
			client := newClient(t, srv, func(o *Options) { o.FirstToken, o.Total = c.first, 100*time.Millisecond })
			_, _, err := ask(t, client)
			e, ok := errors.AsType[*Error](err)
			if !ok || !errors.Is(err, ErrSlow) || len(srv.Requests()) != 1 {
				t.Fatalf("got %v after %d requests, want one that is too slow", err, len(srv.Requests()))
			}
			if want := strings.Replace(c.notice, "0.0 s", "0 s", 1); e.Reason().String() != want {
				t.Errorf("notice %q, want %q", e.Reason().String(), want)
			}
		})
	}
}

func TestCancelledByTheCaller(t *testing.T) {
	srv := openaitest.New(t)
	srv.Script(openaitest.Reply{Text: answer, Fault: openaitest.Stall})
	ctx, cancel := context.WithCancel(t.Context())
	_, err := newClient(t, srv, nil).Complete(ctx, Prompt{User: "?"}, func(string) { cancel() })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the caller's cancellation", err)
	}
	if _, ok := errors.AsType[*Error](err); ok {
		t.Errorf("a cancelled call is the model's fault: %v", err)
	}
}

// TestDeadlineOfTheCaller: the reader's own time limit counts as a slow model, so that a reply is made without it.
func TestDeadlineOfTheCaller(t *testing.T) {
	srv := openaitest.New(t)
	srv.Script(openaitest.Reply{Fault: openaitest.Slow})
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, err := newClient(t, srv, nil).Complete(ctx, Prompt{User: "?"}, nil)
	if !errors.Is(err, ErrSlow) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want a slow model and the deadline", err)
	}
}

func TestBreaker(t *testing.T) {
	srv := openaitest.New(t)
	srv.Respond(func(openaitest.Request) openaitest.Reply { return openaitest.Reply{Status: 500} })
	client := newClient(t, srv, func(o *Options) { o.Cooldown = time.Hour })
	for range 4 {
		if _, _, err := ask(t, client); !errors.Is(err, ErrDown) {
			t.Fatalf("got %v, want a model that is down", err)
		}
	}
	if got := len(srv.Requests()); got != failuresToRest {
		t.Errorf("asked %d times, want no more than %d", got, failuresToRest)
	}
	_, _, err := ask(t, client)
	if e, _ := errors.AsType[*Error](err); e == nil || !strings.HasPrefix(e.Reason().String(), "The model failed several times in a row and is left alone for 3") {
		t.Errorf("got %v, want one that says that the model is left alone", err)
	}
	if client.Resting() < 59*time.Minute {
		t.Errorf("resting for %s, want an hour", client.Resting())
	}
}

func TestBreakerCloses(t *testing.T) {
	srv := openaitest.New(t)
	fail := openaitest.Reply{Status: 500}
	srv.Script(fail, fail, fail, fail, fail)
	srv.Respond(func(openaitest.Request) openaitest.Reply { return openaitest.Reply{Text: answer} })
	client := newClient(t, srv, func(o *Options) { o.Cooldown = time.Millisecond })
	var err error
	for range 200 {
		if _, _, err = ask(t, client); err == nil {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Errorf("the breaker never closed: %v", err)
}

// TestRefusalsDoNotOpenTheBreaker: a wrong key is told every time.
func TestRefusalsDoNotOpenTheBreaker(t *testing.T) {
	srv := openaitest.New(t)
	srv.Respond(func(openaitest.Request) openaitest.Reply { return openaitest.Reply{Status: 401} })
	client := newClient(t, srv, nil)
	for range 2 * failuresToRest {
		if _, _, err := ask(t, client); !errors.Is(err, ErrRefused) {
			t.Fatalf("got %v, want a refusal", err)
		}
	}
}

func TestNothingListens(t *testing.T) {
	client, err := New(Options{BaseURL: "http://127.0.0.1:1/v1", Model: "scripted", backoff: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = ask(t, client)
	if e, _ := errors.AsType[*Error](err); e == nil || e.Reason().String() != "The model cannot be reached" {
		t.Errorf("got %v, want that the model cannot be reached", err)
	}
}

// TestShape has endpoints that refuse parts of a request, each in its own words; the next request is right from the start.
func TestShape(t *testing.T) {
	for name, c := range map[string]struct {
		model   string
		refuse  func(map[string]any) string
		present []string
		absent  []string
	}{
		"takes everything": {"scripted", func(map[string]any) string { return "" }, []string{"max_tokens", "temperature", "stream_options"}, []string{"max_completion_tokens"}},
		"wants max_completion_tokens": {"scripted", func(b map[string]any) string {
			if b["max_tokens"] != nil {
				return "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
			}
			return ""
		}, []string{"max_completion_tokens", "temperature"}, []string{"max_tokens"}},
		"wants its own temperature and no options": {"scripted", func(b map[string]any) string {
			if b["temperature"] != nil {
				return "temperature does not support that value"
			}
			if b["stream_options"] != nil {
				return "unknown field stream_options"
			}
			return ""
		}, []string{"max_tokens"}, []string{"temperature", "stream_options"}},
		"a model that go-openai itself refuses the field for": {"o3-mini", func(map[string]any) string { return "" }, []string{"max_completion_tokens"}, []string{"max_tokens"}},
	} {
		t.Run(name, func(t *testing.T) {
			srv := openaitest.New(t)
			srv.Respond(func(r openaitest.Request) openaitest.Reply {
				if message := c.refuse(r.Body); message != "" {
					return openaitest.Reply{Status: 400, Message: message}
				}
				return openaitest.Reply{Text: answer}
			})
			client := newClient(t, srv, func(o *Options) { o.Model = c.model })
			for range 2 {
				if _, shown, err := ask(t, client); err != nil || shown != answer {
					t.Fatalf("got %q, %v", shown, err)
				}
			}
			requests := srv.Requests()
			last := requests[len(requests)-1].Body
			for _, field := range c.present {
				if last[field] == nil {
					t.Errorf("%s is missing from %v", field, last)
				}
			}
			for _, field := range c.absent {
				if last[field] != nil {
					t.Errorf("%s is still in %v", field, last)
				}
			}
			if before := requests[len(requests)-2].Body; c.refuse(before) != "" {
				t.Error("the second completion was refused a shape again")
			}
		})
	}
}

// TestStructure: a structured reply is asked for where the endpoint can give one, and whatever its words for that it can't, it is asked once in the life of the client.
func TestStructure(t *testing.T) {
	prompt := Prompt{System: "plain", User: "?", Structure: &Structure{System: "structured", Name: "answer", Schema: json.RawMessage(`{"type":"object"}`)}}
	for name, c := range map[string]struct {
		refuse openaitest.Reply // what a structured request gets; the zero Reply takes it
		never  bool             // not wanted at all
		want   string           // the system prompts that were sent by two completions
	}{
		"can":                        {openaitest.Reply{}, false, "structured structured"},
		"can't":                      {openaitest.Reply{Status: 400, Message: "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model."}, false, "structured plain plain"},
		"can't, unprocessable":       {openaitest.Reply{Status: 422, Message: "extra fields not permitted"}, false, "structured plain plain"},
		"can't, an error of its own": {openaitest.Reply{Status: 500, Message: "json_schema: not implemented"}, false, "structured plain plain"},
		"can't, under status 200":    {openaitest.Reply{Fault: openaitest.ErrorBody, Message: "This response_format type is unavailable now"}, false, "structured plain plain"},
		"can't, in bare words":       {openaitest.Reply{Status: 400, Body: "structured output: no"}, false, "structured plain plain"},
		"not wanted":                 {openaitest.Reply{}, true, "plain plain"},
	} {
		t.Run(name, func(t *testing.T) {
			srv := openaitest.New(t)
			srv.Respond(func(r openaitest.Request) openaitest.Reply {
				if r.Body["response_format"] != nil && !cmp.Equal(c.refuse, openaitest.Reply{}) {
					return c.refuse
				}
				return openaitest.Reply{Text: answer}
			})
			client := newClient(t, srv, func(o *Options) { o.Plain = c.never })
			for range 2 {
				if done, err := client.Complete(t.Context(), prompt, nil); err != nil || done.Text != answer {
					t.Fatalf("got %q, %v", done.Text, err)
				}
			}
			var sent []string
			for _, r := range srv.Requests() {
				sent = append(sent, r.System)
				if (r.Body["response_format"] != nil) != (r.System == "structured") {
					t.Errorf("the %s prompt was sent with the format %v", r.System, r.Body["response_format"])
				}
			}
			if got := strings.Join(sent, " "); got != c.want {
				t.Errorf("sent %q, want %q", got, c.want)
			}
		})
	}
}

// TestShapeGivesUp: an endpoint that refuses everything is not asked for ever.
func TestShapeGivesUp(t *testing.T) {
	srv := openaitest.New(t)
	srv.Respond(func(openaitest.Request) openaitest.Reply {
		return openaitest.Reply{Status: 400, Message: "max_tokens temperature stream_options"}
	})
	if _, _, err := ask(t, newClient(t, srv, nil)); !errors.Is(err, ErrRefused) || len(srv.Requests()) != 4 {
		t.Errorf("got %v after %d requests, want a refusal after 4", err, len(srv.Requests()))
	}
	structured := Prompt{Structure: &Structure{Name: "answer", Schema: json.RawMessage(`{}`)}}
	if _, err := newClient(t, srv, nil).Complete(t.Context(), structured, nil); !errors.Is(err, ErrRefused) || len(srv.Requests()) != 4+5 {
		t.Errorf("got %v after %d requests, want a refusal after 5", err, len(srv.Requests())-4)
	}
}

func TestRetryAfterAsDate(t *testing.T) {
	ctx, wait := withRetryAfter(t.Context())
	noteRetryAfter(ctx, http.Header{"Retry-After": {"Fri, 09 May 2031 10:00:07 GMT"}, "Date": {"Fri, 09 May 2031 10:00:00 GMT"}})
	if *wait != 7*time.Second {
		t.Errorf("got %s, want 7s", *wait)
	}
}

func TestOptions(t *testing.T) {
	good := Options{BaseURL: "http://127.0.0.1/v1", Model: "m"}
	for name, change := range map[string]func(*Options){
		"no address":            func(o *Options) { o.BaseURL = "" },
		"no scheme":             func(o *Options) { o.BaseURL = "example.org/v1" },
		"key in the address":    func(o *Options) { o.BaseURL = "http://user:pw@example.org/v1" },
		"no model":              func(o *Options) { o.Model = "" },
		"negative limit":        func(o *Options) { o.MaxTokens = -1 },
		"first later than last": func(o *Options) { o.FirstToken, o.Total = 2*time.Second, time.Second },
	} {
		o := good
		change(&o)
		if _, err := New(o); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := New(good); err != nil {
		t.Error(err)
	}
}

// FuzzStream feeds whatever bytes as an event stream: no panic, no hang, and nothing shown that is not in them.
func FuzzStream(f *testing.F) {
	f.Add("data: {\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n")
	f.Add(": ping\n\nevent: x\r\ndata:\n\ndata: {\"error\": {}}\n")
	f.Fuzz(func(t *testing.T, body string) {
		client, err := New(Options{BaseURL: "http://127.0.0.1/v1", Model: "m", backoff: time.Nanosecond, HTTPClient: &http.Client{Transport: constant(body)}})
		if err != nil {
			t.Fatal(err)
		}
		if done, err := client.Complete(t.Context(), Prompt{User: "?"}, nil); err == nil && done.Text != "" && !strings.Contains(strings.ToLower(body), "finish_reason") && !strings.Contains(body, `\u`) {
			t.Errorf("%q made %+v without a finish reason", body, done)
		}
	})
}

// constant is a transport that answers everything with the same event stream.
type constant string

func (c constant) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: 200, Request: r, Header: http.Header{"Content-Type": {"text/event-stream"}}, Body: io.NopCloser(strings.NewReader(string(c)))}, nil
}
