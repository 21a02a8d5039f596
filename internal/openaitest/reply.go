package openaitest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"unicode/utf8"
)

// Reply is one scripted reply. Its zero value is an empty answer that ends as it should.
type Reply struct {
	Text   string   // the answer; streamed in pieces of PieceRunes
	Pieces []string // the answer in just these pieces, instead of Text

	Status     int    // an HTTP status other than 200: an error reply, in OpenAI's form unless Body is set
	Message    string // the error's message
	RetryAfter string // the header's value
	Body       string // the body as it is, with any status; nothing else is sent

	Fault  Fault
	Usage  bool   // report token counts at the end of the stream
	Finish string // the finish reason; "" is "stop"

	Vectors [][]float32 // of an embeddings request; nil embeds by letters, see Embed
}

// PieceRunes is the size in runes of the pieces in which Text is streamed. It is small and odd, so that markers and runes are cut.
const PieceRunes = 3

// Fault is something that goes wrong with a reply.
type Fault int

// The faults.
const (
	None        Fault = iota
	Slow              // nothing comes until the client gives up
	Stall             // the first half comes, then nothing until the client gives up
	Cut               // the connection ends cleanly in mid-answer, without finish reason and [DONE]
	Reset             // the connection breaks in mid-answer
	ErrorBody         // HTTP 200 with an error object as the whole body
	ErrorEvent        // an error object as an event in mid-stream, without finish reason
	BareError         // HTTP 200 with {"detail": …}, which is no OpenAI error
	KeepAlive         // a thousand keep-alive lines before the first token
	Nonsense          // a stream of lines that are no JSON
	Whole             // one JSON object although a stream was asked for
	Endless           // pieces without end
	WrongOrder        // embeddings in the reverse order, with their right index
	SameIndex         // embeddings that all carry index 0
	WrongDims         // the last embedding is one dimension short
	MissingOne        // the last embedding is missing
	ZeroVector        // the last embedding is all zero
	Redirecting       // HTTP 307 to another host
)

func (p Reply) send(w http.ResponseWriter, r *http.Request, request Request, closed <-chan struct{}) {
	if p.RetryAfter != "" {
		w.Header().Set("Retry-After", p.RetryAfter)
	}
	switch {
	case p.Fault == Slow:
		wait(r, closed)
	case p.Fault == Redirecting:
		w.Header().Set("Location", "http://127.0.0.2:9/v1/chat/completions")
		w.WriteHeader(http.StatusTemporaryRedirect)
	case p.Body != "":
		w.WriteHeader(max(p.Status, http.StatusOK))
		_, _ = io.WriteString(w, p.Body) // a client that left is its own affair
	case p.Status != 0 && p.Status != http.StatusOK:
		sendJSON(w, p.Status, errorBody(p.Message))
	case p.Fault == ErrorBody:
		sendJSON(w, http.StatusOK, errorBody(p.Message))
	case p.Fault == BareError:
		sendJSON(w, http.StatusOK, map[string]any{"detail": p.Message})
	case strings.HasSuffix(request.Path, "/embeddings"):
		sendJSON(w, http.StatusOK, p.embeddings(request))
	case !request.Stream || p.Fault == Whole:
		sendJSON(w, http.StatusOK, p.whole(request))
	default:
		p.stream(w, r, request, closed)
	}
}

func wait(r *http.Request, closed <-chan struct{}) {
	select {
	case <-r.Context().Done():
	case <-closed:
	}
}

func sendJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // a client that left is its own affair
}

func errorBody(message string) map[string]any {
	return map[string]any{"error": map[string]any{"message": message, "type": "scripted", "code": nil}}
}

func (p Reply) pieces() []string {
	if p.Pieces != nil {
		return p.Pieces
	}
	var pieces []string
	for rest := p.Text; rest != ""; {
		end := 0
		for range PieceRunes {
			_, size := utf8.DecodeRuneInString(rest[end:])
			end += size
		}
		pieces, rest = append(pieces, rest[:end]), rest[end:]
	}
	return pieces
}

func (p Reply) whole(request Request) map[string]any {
	text := strings.Join(p.pieces(), "")
	return map[string]any{
		"id": "scripted", "object": "chat.completion", "model": request.Model,
		"choices": []any{map[string]any{"index": 0, "finish_reason": p.finish(), "message": map[string]any{"role": "assistant", "content": text}}},
		"usage":   p.usage(request),
	}
}

func (p Reply) finish() string {
	if p.Finish == "" {
		return "stop"
	}
	return p.Finish
}

// usage counts a token per four bytes: a figure that tests can foresee, not a tokenizer's.
func (p Reply) usage(request Request) map[string]int {
	in, out := (len(request.System)+len(request.User))/4, len(strings.Join(p.pieces(), ""))/4
	return map[string]int{"prompt_tokens": in, "completion_tokens": out, "total_tokens": in + out}
}

// stream sends the reply as server-sent events, with the reply's fault where there is one.
func (p Reply) stream(w http.ResponseWriter, r *http.Request, request Request, closed <-chan struct{}) {
	w.Header().Set("Content-Type", "text/event-stream")
	out := events{w: w, model: request.Model}
	if p.Fault == KeepAlive {
		out.line(strings.Repeat(": keep-alive\n\n", 1000))
	}
	pieces := p.pieces()
	for i, piece := range pieces {
		if i == len(pieces)/2 && p.breakOff(&out, r, closed) {
			return
		}
		out.piece(piece)
	}
	if len(pieces) == 0 && p.breakOff(&out, r, closed) {
		return
	}
	out.event(map[string]any{"choices": []any{map[string]any{"index": 0, "delta": map[string]any{}, "finish_reason": p.finish()}}})
	if p.Usage {
		out.event(map[string]any{"choices": []any{}, "usage": p.usage(request)})
	}
	out.line("data: [DONE]\n\n")
}

// breakOff does what the fault does in mid-stream, and reports whether the reply ends with it.
func (p Reply) breakOff(out *events, r *http.Request, closed <-chan struct{}) bool {
	switch p.Fault {
	case Stall:
		wait(r, closed)
	case Cut:
	case Reset:
		panic(http.ErrAbortHandler)
	case ErrorEvent:
		out.event(errorBody(p.Message))
	case Nonsense:
		out.line("data: <html>not json</html>\n\n")
	case Endless:
		for r.Context().Err() == nil && !isClosed(closed) {
			out.piece("and so on ")
		}
	default:
		return false
	}
	return true
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// events writes server-sent events.
type events struct {
	w     http.ResponseWriter
	model string
}

func (e *events) line(s string) {
	_, _ = io.WriteString(e.w, s) // a client that left is noticed by its context
	if f, ok := e.w.(http.Flusher); ok {
		f.Flush()
	}
}

func (e *events) event(v map[string]any) {
	v["id"], v["object"], v["model"] = "scripted", "chat.completion.chunk", e.model
	body, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("openaitest: encode event: %v", err))
	}
	e.line("data: " + string(body) + "\n\n")
}

func (e *events) piece(text string) {
	e.event(map[string]any{"choices": []any{map[string]any{"index": 0, "delta": map[string]any{"content": text}}}})
}
