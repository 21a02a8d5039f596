package llm

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"attache/internal/text"
)

const (
	largestError  = 64 << 10 // bytes read of an error's body
	largestBody   = 64 << 20 // bytes of a whole reply: 64 embeddings of 4096 dimensions as text are about 3 MB
	largestStream = 16 << 20 // bytes of a streamed reply
	largestLine   = 1 << 20  // bytes of one of its lines
)

// doer stands between go-openai and the network, and sees to what go-openai does not: redirects, errors under HTTP 200, keep-alive
// lines, Retry-After, and sizes.
type doer struct{ client *http.Client }

func newDoer(client *http.Client) doer {
	if client == nil {
		transport := http.DefaultTransport.(*http.Transport).Clone() // documented to be of this type
		transport.DialContext = (&net.Dialer{Timeout: 10 * time.Second}).DialContext
		client = &http.Client{Transport: transport}
	}
	own := *client
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return doer{client: &own}
}

// Do sends the request. The body of the response it returns never holds more than its limit, and of a good stream only data lines.
func (d doer) Do(r *http.Request) (*http.Response, error) {
	resp, err := d.client.Do(r)
	if err != nil {
		return nil, err
	}
	noteRetryAfter(r.Context(), resp.Header)
	switch streamed := r.Header.Get("Accept") == "text/event-stream"; {
	case resp.StatusCode >= http.StatusBadRequest:
		return readError(resp)
	case resp.StatusCode >= http.StatusMultipleChoices:
		_ = resp.Body.Close() // nothing in it is wanted
		return nil, &Error{Kind: ErrRefused, Status: resp.StatusCode, notice: text.Phrasef("The model endpoint has moved; its address must be set anew")}
	case streamed && !strings.Contains(resp.Header.Get("Content-Type"), "json"):
		resp.Body = &dataLines{body: resp.Body, lines: bufio.NewReaderSize(io.LimitReader(resp.Body, largestStream), largestLine)}
		return resp, nil
	default:
		return d.whole(resp, streamed)
	}
}

// whole reads a reply that came as one JSON object. An error in it is returned as one; where a stream was asked for it is made one.
func (d doer) whole(resp *http.Response, streamed bool) (*http.Response, error) {
	body, err := io.ReadAll(io.LimitReader(resp.Body, largestBody))
	if closeErr := resp.Body.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return nil, fmt.Errorf("read reply: %w", err)
	}
	if err := errorIn(body); err != nil {
		return nil, err
	}
	if streamed {
		if body, err = asStream(body); err != nil {
			return nil, err
		}
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp, nil
}

// errorIn finds an error object in a reply that pretends to be a good one.
func errorIn(body []byte) error {
	var reply struct {
		Error  json.RawMessage `json:"error"`
		Detail json.RawMessage `json:"detail"`
	}
	if err := json.Unmarshal(body, &reply); err != nil {
		return nonsense("reply is no JSON object")
	}
	for _, said := range []json.RawMessage{reply.Error, reply.Detail} {
		if len(said) > 0 && string(said) != "null" {
			return fromStatus(0, clip(string(said)), "")
		}
	}
	return nil
}

// asStream turns a whole completion into the stream that go-openai reads.
func asStream(body []byte) ([]byte, error) {
	var reply struct {
		Model   string          `json:"model"`
		Usage   json.RawMessage `json:"usage,omitempty"`
		Choices []struct {
			Message json.RawMessage `json:"message"`
			Finish  string          `json:"finish_reason"`
		} `json:"choices"`
	}
	if err := json.Unmarshal(body, &reply); err != nil || len(reply.Choices) == 0 {
		return nil, nonsense("whole reply without choices")
	}
	event, err := json.Marshal(map[string]any{"model": reply.Model, "usage": reply.Usage, "choices": []any{
		map[string]any{"index": 0, "delta": reply.Choices[0].Message, "finish_reason": reply.Choices[0].Finish},
	}})
	if err != nil {
		return nil, nonsense("whole reply that is not JSON throughout")
	}
	return []byte("data: " + string(event) + "\n\ndata: [DONE]\n\n"), nil
}

// readError reads an error's body, as far as it is wanted: go-openai never closes it when a stream was asked for.
func readError(resp *http.Response) (*http.Response, error) {
	body, err := io.ReadAll(io.LimitReader(resp.Body, largestError))
	if closeErr := resp.Body.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return nil, fmt.Errorf("read error reply: %w", err)
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp, nil
}

// dataLines passes on the lines of an event stream that carry something, and turns an error event into an error.
type dataLines struct {
	body  io.ReadCloser
	lines *bufio.Reader
	rest  []byte
	err   error
}

// Close closes the response.
func (d *dataLines) Close() error { return d.body.Close() }

// Read reads whole lines into p, or what of one fits.
func (d *dataLines) Read(p []byte) (int, error) {
	for len(d.rest) == 0 {
		if d.err != nil {
			return 0, d.err
		}
		d.rest, d.err = d.next()
	}
	n := copy(p, d.rest)
	d.rest = d.rest[n:]
	return n, nil
}

// next returns the next line that carries something, with its line feed; nothing for a line that does not.
func (d *dataLines) next() ([]byte, error) {
	line, err := d.lines.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		return nil, nonsense("a line of the stream is too long")
	}
	trimmed := bytes.TrimSpace(line)
	data, isData := bytes.CutPrefix(trimmed, []byte("data:"))
	switch {
	case len(trimmed) == 0 || isData && len(bytes.TrimSpace(data)) == 0 || isControl(trimmed):
		return nil, err
	case isData && bytes.Contains(data, []byte(`"error"`)):
		if found := errorIn(data); found != nil {
			return nil, found
		}
	case !isData && trimmed[0] == '{':
		if found := errorIn(trimmed); found != nil {
			return nil, found
		}
	}
	return append(bytes.Clone(trimmed), '\n'), err
}

// isControl reports whether a line of an event stream is a comment or a field that completions do not use.
func isControl(line []byte) bool {
	for _, field := range []string{":", "event:", "id:", "retry:"} {
		if bytes.HasPrefix(line, []byte(field)) {
			return true
		}
	}
	return false
}

func clip(s string) string {
	if runes := []rune(s); len(runes) > detailRunes {
		return string(runes[:detailRunes]) + "…"
	}
	return s
}

// retryAfterKey is the context key under which an attempt keeps the Retry-After of its response.
type retryAfterKey struct{}

// noteRetryAfter keeps the header's wait with the attempt. The two forms are those of RFC 9110, 10.2.3; a date is taken against the
// endpoint's own clock.
func noteRetryAfter(ctx context.Context, h http.Header) {
	wait, ok := ctx.Value(retryAfterKey{}).(*time.Duration)
	if !ok {
		return
	}
	value := strings.TrimSpace(h.Get("Retry-After"))
	if s, err := strconv.ParseFloat(value, 64); err == nil && s > 0 && s < 1e6 {
		*wait = time.Duration(s * float64(time.Second))
		return
	}
	until, err := http.ParseTime(value)
	now, nowErr := http.ParseTime(h.Get("Date"))
	if err == nil && nowErr == nil {
		*wait = max(0, until.Sub(now))
	}
}

// withRetryAfter gives an attempt a place for the Retry-After of its response.
func withRetryAfter(ctx context.Context) (context.Context, *time.Duration) {
	wait := new(time.Duration)
	return context.WithValue(ctx, retryAfterKey{}, wait), wait
}
