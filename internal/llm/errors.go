package llm

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"time"
	"unicode"

	"github.com/failsafe-go/failsafe-go/circuitbreaker"
	openai "github.com/sashabaranov/go-openai"

	"attache/internal/text"
)

// The kinds of failure. Every error of a Client wraps exactly one of them, unless the caller cancelled: then it is the context's error.
var (
	ErrSlow        = errors.New("model is too slow")
	ErrDown        = errors.New("model is down")
	ErrRateLimited = errors.New("model is rate limited")
	ErrRefused     = errors.New("model endpoint refused the request") // the key, the model's name, or the request itself
	ErrFiltered    = errors.New("model declined to answer")
	ErrNonsense    = errors.New("model sent nonsense")
	ErrBudget      = errors.New("model budget is spent")
)

// Error is what went wrong with a model. It never holds the key, the prompt or a response's body; what the endpoint said goes to the log.
type Error struct {
	Kind       error         // one of the kinds above
	Status     int           // of HTTP; 0 when there was no response
	RetryAfter time.Duration // as the endpoint asked; 0 when it did not

	notice    text.Phrase // one sentence for a reader, without its full stop
	detail    string      // for the log: short, without the key
	delivered bool        // part of the answer was handed on, so that a retry would repeat it
	cause     error
}

// Error names the kind and the HTTP status.
func (e *Error) Error() string {
	if e.Status != 0 {
		return fmt.Sprintf("%v (HTTP %d)", e.Kind, e.Status)
	}
	return e.Kind.Error()
}

// Reason is one sentence for a reader, without its full stop: "The model did not answer within 20 s".
func (e *Error) Reason() text.Phrase { return e.notice }

// Unwrap gives the kind and, where there was one, the context's error.
func (e *Error) Unwrap() []error {
	if e.cause != nil {
		return []error{e.Kind, e.cause}
	}
	return []error{e.Kind}
}

func down(notice text.Phrase, detail string) *Error {
	return &Error{Kind: ErrDown, notice: notice, detail: detail}
}

func nonsense(detail string) *Error {
	return &Error{Kind: ErrNonsense, notice: text.Phrasef("The model's reply could not be read"), detail: detail}
}

// retryable reports whether asking again may help: nothing was shown yet, and the endpoint is down or asks for a short wait.
func retryable(err error) bool {
	e, ok := errors.AsType[*Error](err)
	if !ok || e.delivered || errors.Is(err, circuitbreaker.ErrOpen) || e.RetryAfter > longestWait {
		return false
	}
	return errors.Is(e.Kind, ErrDown) || errors.Is(e.Kind, ErrRateLimited)
}

// errFirstToken and errTotal are the causes by which a call's own clocks end it.
var (
	errFirstToken = errors.New("no first token in time")
	errTotal      = errors.New("not finished in time")
)

// classify turns whatever a call returned into an *Error, or into the context's error when the caller cancelled.
func (c *Client) classify(ctx context.Context, err error) error {
	if ended := c.ended(ctx); ended != nil {
		return ended
	}
	if e, ok := errors.AsType[*Error](err); ok {
		e.detail = c.tidy(e.detail)
		return e
	}
	if errors.Is(err, circuitbreaker.ErrOpen) {
		notice := text.Phrasef("The model failed several times in a row and is left alone for %s", seconds(c.breaker.RemainingDelay()))
		return &Error{Kind: ErrDown, notice: notice, cause: circuitbreaker.ErrOpen}
	}
	if api, ok := errors.AsType[*openai.APIError](err); ok {
		return fromStatus(api.HTTPStatusCode, c.tidy(api.Message), fmt.Sprint(api.Code))
	}
	if request, ok := errors.AsType[*openai.RequestError](err); ok {
		return fromStatus(request.HTTPStatusCode, c.tidy(string(request.Body)), "")
	}
	if isSyntax(err) {
		return nonsense(c.tidy(err.Error()))
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return down(text.Phrasef("The model broke off"), "connection ended early")
	}
	return down(text.Phrasef("The model cannot be reached"), c.tidy(err.Error()))
}

// ended tells why the call's context ended: nil while it has not.
func (c *Client) ended(ctx context.Context) error {
	switch cause := context.Cause(ctx); {
	case cause == nil:
		return nil
	case errors.Is(cause, errFirstToken):
		return &Error{Kind: ErrSlow, notice: text.Phrasef("The model did not answer within %s", seconds(c.options.FirstToken))}
	case errors.Is(cause, errTotal):
		return &Error{Kind: ErrSlow, notice: text.Phrasef("The model did not finish within %s", seconds(c.options.Total))}
	case errors.Is(cause, context.DeadlineExceeded):
		return &Error{Kind: ErrSlow, notice: text.Phrasef("The model did not answer in time"), cause: context.DeadlineExceeded}
	default:
		return fmt.Errorf("ask model: %w", ctx.Err())
	}
}

// fromStatus reads an HTTP status; 0 stands for an error that came with status 200.
func fromStatus(status int, detail, code string) *Error {
	e := &Error{Kind: ErrRefused, Status: status, detail: detail, notice: text.Phrasef("The model endpoint refused the request")}
	switch {
	case status == http.StatusTooManyRequests && strings.Contains(code, "insufficient_quota"):
		e.notice = text.Phrasef("The model account has no credit left")
	case status == http.StatusTooManyRequests:
		e.Kind, e.notice = ErrRateLimited, text.Phrasef("The model is over its rate limit")
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		e.notice = text.Phrasef("The model endpoint refused the key")
	case status == http.StatusNotFound:
		e.notice = text.Phrasef("The model endpoint does not know that address or model")
	case status == 0 || status >= http.StatusInternalServerError || status == http.StatusRequestTimeout:
		e.Kind, e.notice = ErrDown, text.Phrasef("The model reported an error of its own")
	}
	return e
}

func isSyntax(err error) bool {
	if _, ok := errors.AsType[*json.SyntaxError](err); ok {
		return true
	}
	_, ok := errors.AsType[*json.UnmarshalTypeError](err)
	return ok
}

// seconds prints a limit the way a reader says it: "20 s", "1.5 s".
func seconds(d time.Duration) string {
	return strings.TrimSuffix(fmt.Sprintf("%.1f", d.Seconds()), ".0") + " s"
}

const detailRunes = 160

var secret = regexp.MustCompile(`(?i)(bearer\s+\S+|\b(sk|key|api)[-_][\w*-]{6,})`)

// tidy makes foreign text fit for a log line: one line, short, without the key or anything that looks like one.
func (c *Client) tidy(s string) string {
	if c.options.Key != "" {
		s = strings.ReplaceAll(s, c.options.Key, "…")
	}
	s = secret.ReplaceAllString(s, "…")
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
	if runes := []rune(s); len(runes) > detailRunes {
		s = string(runes[:detailRunes]) + "…"
	}
	return s
}
