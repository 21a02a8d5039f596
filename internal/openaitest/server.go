// Package openaitest is an OpenAI-compatible endpoint of one's own for tests: chat completions, streamed or whole, and embeddings, over a
// real socket on the loopback interface, with scripted replies and faults on demand. Only tests and measuring commands import it.
//
//	srv := openaitest.New(t)
//	srv.Script(openaitest.Reply{Text: "The pass is shut [1]."}, openaitest.Reply{Status: 500})
//	client, err := llm.New(llm.Options{BaseURL: srv.URL(), Model: "scripted"})
//
// Replies are used up in order; once they are spent, and when none was given, Respond answers, and without Respond the test fails. Every
// request is recorded whole. Everything is safe for concurrent use.
package openaitest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
)

// Request is what one call to the endpoint sent.
type Request struct {
	Path          string // "/v1/chat/completions" or "/v1/embeddings"
	Authorization string // the header as it came
	Model         string
	System, User  string // the contents of the messages of these roles, of a chat request
	Stream        bool
	Input         []string       // of an embeddings request
	Body          map[string]any // everything, as decoded
}

// Server is a running endpoint. New makes one.
type Server struct {
	t      testing.TB
	http   *httptest.Server
	closed chan struct{} // ends the replies that hang

	mu       sync.Mutex
	script   []Reply
	respond  func(Request) Reply
	requests []Request
	left     int
}

// New starts an endpoint that ends with the test.
func New(t testing.TB) *Server {
	t.Helper()
	s := &Server{t: t, closed: make(chan struct{})}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/chat/completions", s.handle)
	mux.HandleFunc("POST /v1/embeddings", s.handle)
	s.http = httptest.NewServer(mux)
	t.Cleanup(func() {
		close(s.closed)
		s.http.Close()
	})
	return s
}

// URL is the endpoint's base URL, as a configuration would give it: http://127.0.0.1:PORT/v1.
func (s *Server) URL() string { return s.http.URL + "/v1" }

// Script appends replies to those that the next requests get, one each.
func (s *Server) Script(replies ...Reply) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.script = append(s.script, replies...)
}

// Respond sets what answers once the script is spent. It runs on the server's goroutines.
func (s *Server) Respond(f func(Request) Reply) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.respond = f
}

// Requests returns what came in so far, in order.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Request(nil), s.requests...)
}

// Left is how many clients have gone away from a reply that hangs, because they gave up or were told to.
func (s *Server) Left() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.left
}

func (s *Server) handle(w http.ResponseWriter, r *http.Request) {
	request, err := read(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	reply, ok := s.next(request)
	if !ok {
		s.t.Errorf("openaitest: no reply is scripted for request to %s", request.Path)
		http.Error(w, "nothing scripted", http.StatusTeapot)
		return
	}
	if reply.send(w, r, request, s.closed); r.Context().Err() != nil {
		s.mu.Lock()
		s.left++
		s.mu.Unlock()
	}
}

// next records the request and takes the reply for it.
func (s *Server) next(request Request) (Reply, bool) {
	s.mu.Lock()
	s.requests = append(s.requests, request)
	if len(s.script) > 0 {
		reply := s.script[0]
		s.script = s.script[1:]
		s.mu.Unlock()
		return reply, true
	}
	respond := s.respond
	s.mu.Unlock()
	if respond == nil {
		return Reply{}, false
	}
	return respond(request), true
}

// read decodes a request.
func read(r *http.Request) (Request, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return Request{}, fmt.Errorf("read request: %w", err)
	}
	request := Request{Path: r.URL.Path, Authorization: r.Header.Get("Authorization")}
	var known struct {
		Model    string
		Stream   bool
		Input    []string
		Messages []struct{ Role, Content string }
	}
	if err := json.Unmarshal(body, &known); err != nil {
		return Request{}, fmt.Errorf("decode request: %w", err)
	}
	if err := json.Unmarshal(body, &request.Body); err != nil {
		return Request{}, fmt.Errorf("decode request: %w", err)
	}
	request.Model, request.Stream, request.Input = known.Model, known.Stream, known.Input
	for _, m := range known.Messages {
		switch m.Role {
		case "system", "developer":
			request.System += m.Content
		case "user":
			request.User += m.Content
		}
	}
	return request, nil
}
