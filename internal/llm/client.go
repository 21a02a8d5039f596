// Package llm talks to a language model behind any OpenAI-compatible endpoint: streamed completions and embeddings, with limits on time,
// tokens and money, retries and a circuit breaker. Nothing else in the house talks to a model, and nothing else imports go-openai, whose
// faults are guarded here:
//
//   - a stream that is cut before [DONE] ends like a good one: a finish reason is required;
//   - HTTP 200 with an error as its body gives no error: such bodies are looked for before they are decoded;
//   - Retry-After is lost on streams: the header is kept beside the call;
//   - RequestError prints the whole body: errors here carry a sentence, and the log gets a short detail without the key;
//   - many keep-alive lines end a stream: they are dropped before go-openai counts them;
//   - embeddings come in any order: they are put in the order of the texts, and their number, dimensions and norms are checked;
//   - newer models refuse max_tokens, others max_completion_tokens: the request is reshaped to what the endpoint says it takes;
//   - a redirect counts as success: it is refused, for it would carry the passages to another host.
package llm

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/failsafe-go/failsafe-go"
	"github.com/failsafe-go/failsafe-go/circuitbreaker"
	"github.com/failsafe-go/failsafe-go/retrypolicy"
	openai "github.com/sashabaranov/go-openai"
)

// What Options leaves at zero.
const (
	DefaultFirstToken = 20 * time.Second
	DefaultTotal      = 60 * time.Second
	DefaultMaxTokens  = 800 // an answer of 120 words with its markers is about 250; the rest is room for a model that thinks first
	DefaultCooldown   = 30 * time.Second
)

const (
	attempts         = 3 // of one request, all before its first token
	firstBackoff     = 250 * time.Millisecond
	lastBackoff      = 2 * time.Second
	longestWait      = 5 * time.Second // a Retry-After beyond it is not worth a reader's time
	failuresToRest   = 5               // in a row, until the breaker opens
	defaultEmbedSize = 64              // texts in one embeddings request; the smallest limit seen on a hosted endpoint is 96
)

// Options says which endpoint and model, and how long and how much they may take. Only BaseURL and one of the models are required.
type Options struct {
	BaseURL        string // "https://api.example.org/v1"
	Key            string // "" for an endpoint that asks for none
	Model          string // for Complete; "" when only Embed is used
	EmbeddingModel string // for Embed; "" when only Complete is used

	FirstToken time.Duration // from the call to the first word, retries included; 0 is DefaultFirstToken
	Total      time.Duration // of one question, from its first call to the end of its last: see WithQuestion; 0 is DefaultTotal
	MaxTokens  int           // of one completion; 0 is DefaultMaxTokens
	Cooldown   time.Duration // how long the endpoint is left alone after failing again and again; 0 is DefaultCooldown

	Plain      bool         // never ask for a Structure
	Budget     *Budget      // nil sets no limit on what is spent
	HTTPClient *http.Client // nil uses a client of its own; its redirects are refused either way
	Log        *slog.Logger // nil logs nothing

	backoff time.Duration // before the second attempt; 0 is firstBackoff
}

// Client is one endpoint. It is safe for concurrent use. New makes one.
type Client struct {
	options  Options
	api      *openai.Client
	shape    atomic.Pointer[shape] // how this endpoint wants its requests
	dims     atomic.Int64          // of the embeddings, once known
	breaker  circuitbreaker.CircuitBreaker[any]
	complete failsafe.Executor[Completion]
	embed    failsafe.Executor[[][]float32]
}

// New checks the options and returns a client for them. It connects to nothing.
func New(o Options) (*Client, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	o = o.withDefaults()
	config := openai.DefaultConfig(o.Key)
	config.BaseURL = strings.TrimRight(o.BaseURL, "/")
	config.HTTPClient = newDoer(o.HTTPClient)
	c := &Client{options: o, api: openai.NewClientWithConfig(config)}
	c.shape.Store(&shape{plain: o.Plain})
	c.breaker = circuitbreaker.NewBuilder[any]().
		HandleIf(func(_ any, err error) bool { return errors.Is(err, ErrDown) || errors.Is(err, ErrSlow) }).
		WithFailureThreshold(failuresToRest).WithDelay(o.Cooldown).Build()
	c.complete = failsafe.With(retry[Completion](o.backoff)).ComposeAny(c.breaker)
	c.embed = failsafe.With(retry[[][]float32](o.backoff)).ComposeAny(c.breaker)
	return c, nil
}

func (o Options) check() error {
	u, err := url.Parse(o.BaseURL)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return errors.New("model base URL: give the full address of an OpenAI-compatible endpoint, as in https://api.example.org/v1")
	case u.User != nil || u.RawQuery != "":
		return errors.New("model base URL: give the key in its own setting, not in the address")
	case o.Model == "" && o.EmbeddingModel == "":
		return errors.New("model: name the model to use")
	case o.MaxTokens < 0 || o.FirstToken < 0 || o.Total < 0 || o.Cooldown < 0:
		return errors.New("model: a limit cannot be negative")
	case o.FirstToken > 0 && o.Total > 0 && o.FirstToken > o.Total:
		return fmt.Errorf("model: the limit to the first token (%s) is longer than the whole (%s)", o.FirstToken, o.Total)
	}
	return nil
}

func (o Options) withDefaults() Options {
	if o.Total == 0 {
		o.Total = max(DefaultTotal, o.FirstToken)
	}
	if o.FirstToken == 0 {
		o.FirstToken = min(DefaultFirstToken, o.Total)
	}
	if o.MaxTokens == 0 {
		o.MaxTokens = DefaultMaxTokens
	}
	if o.Cooldown == 0 {
		o.Cooldown = DefaultCooldown
	}
	if o.backoff == 0 {
		o.backoff = firstBackoff
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}

// retry repeats what may go better the next time, after the wait that the endpoint asked for or a growing one.
func retry[R any](backoff time.Duration) retrypolicy.RetryPolicy[R] {
	return retrypolicy.NewBuilder[R]().
		HandleIf(func(_ R, err error) bool { return retryable(err) }).
		WithMaxAttempts(attempts).
		WithBackoff(backoff, lastBackoff).WithJitterFactor(0.2).
		WithDelayFunc(func(exec failsafe.ExecutionAttempt[R]) time.Duration {
			if e, ok := errors.AsType[*Error](exec.LastError()); ok && e.RetryAfter > 0 {
				return e.RetryAfter
			}
			return -1 // the backoff's own delay
		}).
		ReturnLastFailure().Build()
}

// Resting says for how much longer the endpoint is left alone because it failed again and again; 0 when it is used.
func (c *Client) Resting() time.Duration { return c.breaker.RemainingDelay() }
