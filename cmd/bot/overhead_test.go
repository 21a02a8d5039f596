package main

import (
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"attache/internal/commands"
	"attache/internal/llm"
	"attache/internal/openaitest"
)

// BenchmarkFirstSentence sets the whole bot beside the bare stream of the same model: how long after a question its first checked sentence is there to be shown, and how long
// after a request its words have come. The model is on the loopback and writes at once, so what lies between is ours: search, booking, prompt, check. It reports the
// medians; what a sentence costs is BenchmarkCheck in internal/answer.
func BenchmarkFirstSentence(b *testing.B) {
	srv := openaitest.New(b)
	srv.Respond(convoy)
	env := []string{"ATTACHE_DATA_DIR=" + b.TempDir(), "OPENAI_BASE_URL=" + srv.URL(), "OPENAI_API_KEY=key-of-the-test", "ATTACHE_MODEL_NAME=loopback-1"}
	c, err := settings(&cli{}, env)
	if err != nil {
		b.Fatal(err)
	}
	app, err := newApp(b.Context(), c, io.Discard)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = app.Close() }()
	client, err := llm.New(llm.Options{BaseURL: srv.URL(), Model: "loopback-1", Plain: true})
	if err != nil {
		b.Fatal(err)
	}
	ask := commands.Request{Command: "ask", Options: map[string]string{"question": trucks}, Asker: commands.Asker{ID: "operator", Manager: true}}
	var ours, raw []time.Duration
	for b.Loop() {
		start := time.Now()
		reply := app.Router.Run(b.Context(), ask, func(r commands.Reply) {
			if len(r.Sources) > 0 {
				ours = append(ours, time.Since(start))
			}
		})
		if reply.Failed || !strings.Contains(reply.Footer, "loopback-1") || len(ours) != len(raw)+1 {
			b.Fatalf("the model did not answer: %+v", reply)
		}
		ask.Options = map[string]string{"question": trucks} // a fresh question each time
		last := srv.Requests()[len(srv.Requests())-1]
		start = time.Now()
		if _, err := client.Complete(b.Context(), llm.Prompt{System: last.System, User: last.User}, nil); err != nil {
			b.Fatal(err)
		}
		raw = append(raw, time.Since(start))
	}
	slices.Sort(ours)
	slices.Sort(raw)
	half := len(raw) / 2
	b.ReportMetric(float64(ours[half].Microseconds())/1000, "ms-ours")
	b.ReportMetric(float64(raw[half].Microseconds())/1000, "ms-stream")
	b.ReportMetric(float64((ours[half]-raw[half]).Microseconds())/1000, "ms-between")
}
