package llm

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"strings"
	"time"
	"unicode/utf8"

	openai "github.com/sashabaranov/go-openai"

	"attache/internal/text"
)

// Prompt is what a model is asked.
type Prompt struct {
	System, User string
	Structure    *Structure // nil asks for plain text
}

// Structure asks for a JSON object in the place of plain text. An endpoint that refuses to be asked for one gets the plain prompt, from then on at once; one that takes
// no notice writes whatever it writes. So the reader of the completion must be ready for both.
type Structure struct {
	System string          // what stands in the place of the plain prompt's
	Name   string          // of the schema: letters, digits and underscores
	Schema json.RawMessage // a JSON schema within what OpenAI calls strict: every property required, none beside them
}

// Usage counts the tokens of one completion.
type Usage struct {
	Prompt, Completion int
	Estimated          bool // the endpoint reported none, so they were counted from the text's length
}

// Completion is what a model wrote.
type Completion struct {
	Text      string
	Model     string // as the endpoint names it, else as configured; at most 80 printable characters
	Usage     Usage
	Truncated bool // the model was cut off at MaxTokens
}

// Complete asks the model and hands each piece of its answer to onText (which may be nil) as it comes, from one goroutine, before it
// returns. Pieces are cut anywhere between runes. Text that a model thinks aloud inside <think> is left out. What fails before the
// first piece is tried again; afterwards the completion so far is returned with the error. An empty answer is no error.
// The error is an *Error, or wraps the context's when the caller cancelled.
func (c *Client) Complete(ctx context.Context, p Prompt, onText func(delta string)) (Completion, error) {
	if c.options.Model == "" {
		return Completion{}, &Error{Kind: ErrRefused, notice: text.Phrasef("No model is configured for answers")}
	}
	settle, err := c.options.Budget.reserve(ctx, Usage{Prompt: p.estimate(), Completion: c.options.MaxTokens})
	if err != nil {
		return Completion{}, err
	}
	run := &run{client: c, prompt: p, onText: onText, thoughts: &thoughts{}}
	done, err := run.execute(ctx)
	settle(run.spent(done, err))
	c.log(ctx, done, err)
	return done, err
}

// log tells the operator what a reader is not told.
func (c *Client) log(ctx context.Context, done Completion, err error) {
	if err == nil {
		c.options.Log.DebugContext(ctx, "model answered", slog.String("model", done.Model), slog.Int("prompt_tokens", done.Usage.Prompt), slog.Int("completion_tokens", done.Usage.Completion))
		return
	}
	if e, ok := errors.AsType[*Error](err); ok {
		c.options.Log.WarnContext(ctx, "model failed", slog.Any("err", e), slog.String("detail", e.detail))
	}
}

// run is one completion with all its attempts.
type run struct {
	client   *Client
	prompt   Prompt
	onText   func(string)
	thoughts *thoughts
	started  *time.Timer // ends the run unless the first token stops it

	text   strings.Builder // what was handed on
	sent   bool            // a request reached the endpoint and was taken
	model  string
	usage  *openai.Usage
	finish openai.FinishReason
}

// execute runs the attempts under the two clocks.
func (r *run) execute(parent context.Context) (Completion, error) {
	c := r.client
	ctx, cancel := context.WithTimeoutCause(parent, accountOf(parent).left(c.options.Total, time.Now()), errTotal)
	defer cancel()
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	r.started = time.AfterFunc(c.options.FirstToken, func() { end(errFirstToken) })
	defer r.started.Stop()
	done, err := c.complete.WithContext(ctx).Get(func() (Completion, error) {
		err := r.attempt(ctx)
		if err == nil {
			return r.completion(), nil
		}
		err = c.classify(ctx, err)
		if e, ok := errors.AsType[*Error](err); ok {
			e.delivered = r.text.Len() > 0
		}
		return r.completion(), err
	})
	if err != nil {
		return r.completion(), c.classify(ctx, err)
	}
	return done, nil
}

// attempt sends the request, reshaped as often as the endpoint refuses its shape, and reads the stream.
func (r *run) attempt(ctx context.Context) error {
	ctx, wait := withRetryAfter(ctx)
	stream, err := r.open(ctx)
	if err != nil {
		err = r.client.classify(ctx, err)
		if e, ok := errors.AsType[*Error](err); ok {
			e.RetryAfter = *wait
		}
		return err
	}
	r.sent = true
	r.thoughts = &thoughts{}
	err = r.read(stream)
	if closeErr := stream.Close(); err == nil && closeErr != nil {
		err = closeErr
	}
	return err
}

func (r *run) open(ctx context.Context) (*openai.ChatCompletionStream, error) {
	c := r.client
	for current := *c.shape.Load(); ; {
		stream, err := c.api.CreateChatCompletionStream(ctx, current.request(c.options, r.prompt))
		if err == nil {
			c.shape.Store(&current)
			return stream, nil
		}
		next, ok := current.after(err, r.prompt.Structure != nil)
		if !ok {
			return nil, err
		}
		current = next
	}
}

// read consumes the stream to its end. A finish reason must come, or the stream was cut.
func (r *run) read(stream *openai.ChatCompletionStream) error {
	var refusal strings.Builder
	limit := r.client.options.MaxTokens*bytesPerToken + 4096
	r.finish = ""
	for read := 0; ; {
		chunk, err := stream.Recv()
		switch {
		case err != nil && r.finish != "": // only the count of tokens could still have come
			return r.finished(refusal.String())
		case errors.Is(err, io.EOF):
			return down(text.Phrasef("The model broke off"), "stream ended without a finish reason")
		case err != nil:
			return err
		}
		r.note(chunk)
		for _, choice := range chunk.Choices {
			if choice.Index != 0 {
				continue
			}
			refusal.WriteString(choice.Delta.Refusal)
			if read += len(choice.Delta.Content) + len(choice.Delta.ReasoningContent); read > limit {
				return nonsense("text without end")
			}
			r.emit(r.thoughts.next(choice.Delta.Content))
			if choice.FinishReason != "" && choice.FinishReason != openai.FinishReasonNull {
				r.finish = choice.FinishReason
			}
		}
	}
}

// bytesPerToken is more than any text needs: common tokenizers need about 4 bytes a token in English and up to 12 in other scripts.
const bytesPerToken = 16

func (r *run) note(chunk openai.ChatCompletionStreamResponse) {
	if chunk.Model != "" {
		r.model = chunk.Model
	}
	if chunk.Usage != nil {
		r.usage = chunk.Usage
	}
}

// emit hands visible text on.
func (r *run) emit(text string) {
	if text == "" {
		return
	}
	r.started.Stop()
	r.text.WriteString(text)
	if r.onText != nil {
		r.onText(text)
	}
}

// finished judges a stream that ended with a finish reason.
func (r *run) finished(refusal string) error {
	r.emit(r.thoughts.end())
	switch {
	case r.finish == openai.FinishReasonContentFilter, refusal != "" && r.text.Len() == 0:
		return &Error{Kind: ErrFiltered, notice: text.Phrasef("The model declined to answer"), detail: r.client.tidy(refusal)}
	case r.finish == openai.FinishReasonToolCalls || r.finish == openai.FinishReasonFunctionCall:
		return nonsense("a tool call that nobody offered")
	}
	return nil
}

// completion is what came so far.
func (r *run) completion() Completion {
	model := r.client.tidy(r.model)
	if model == "" {
		model = r.client.options.Model
	}
	if runes := []rune(model); len(runes) > 80 {
		model = string(runes[:80])
	}
	return Completion{Text: r.text.String(), Model: model, Usage: r.tokens(), Truncated: r.finish == openai.FinishReasonLength}
}

func (r *run) tokens() Usage {
	if r.usage != nil && r.usage.TotalTokens > 0 {
		return Usage{Prompt: max(0, r.usage.PromptTokens), Completion: max(0, r.usage.CompletionTokens)}
	}
	return Usage{Prompt: r.prompt.estimate(), Completion: estimate(r.text.String()), Estimated: true}
}

// spent is what to charge: nothing when no request was taken. A model that was too slow, or was not waited for, may have read the prompt already.
func (r *run) spent(done Completion, err error) Usage {
	if err != nil && !r.sent && (errors.Is(err, ErrDown) || errors.Is(err, ErrRateLimited) || errors.Is(err, ErrRefused)) {
		return Usage{}
	}
	return done.Usage
}

// estimate counts the tokens of the longer of the prompt's forms.
func (p Prompt) estimate() int {
	if s := p.Structure; s != nil {
		return max(estimate(p.System+p.User), estimate(s.System+p.User+string(s.Schema)))
	}
	return estimate(p.System + p.User)
}

// estimate counts tokens by length, rather too many than too few: English has about 4 bytes a token, and other scripts up to 2 tokens a character.
func estimate(s string) int {
	ascii, others := 0, 0
	for _, r := range s {
		if r < utf8.RuneSelf {
			ascii++
		} else {
			others++
		}
	}
	return ascii/3 + 2*others + 1
}

// thoughts takes out what some models write between <think> and </think> before their answer.
type thoughts struct {
	state  thinking
	buffer string
}

type thinking int

const (
	undecided thinking = iota // nothing but space, or part of the opening mark
	inside
	blank // past them, before the first word
	past
)

const (
	thinkOpen  = "<think>"
	thinkClose = "</think>"
	space      = " \r\n\t"
)

// next takes a piece of text and returns what of it, and of what was held back, may be shown.
func (t *thoughts) next(piece string) string {
	if t.state == past {
		return piece
	}
	t.buffer += piece
	if start := strings.TrimLeft(t.buffer, space); t.state == undecided {
		switch {
		case strings.HasPrefix(start, thinkOpen):
			t.state = inside
		case strings.HasPrefix(thinkOpen, start):
			return ""
		default:
			return t.end()
		}
	}
	if t.state == inside {
		_, after, ok := strings.Cut(t.buffer, thinkClose)
		if !ok {
			return ""
		}
		t.state, t.buffer = blank, after
	}
	if t.buffer = strings.TrimLeft(t.buffer, space); t.buffer == "" {
		return ""
	}
	return t.end()
}

// end returns what was held back, when it was no thought.
func (t *thoughts) end() string {
	if t.state == inside {
		return ""
	}
	held := t.buffer
	t.state, t.buffer = past, ""
	return held
}
