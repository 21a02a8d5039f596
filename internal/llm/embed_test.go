package llm

import (
	"errors"
	"math"
	"strings"
	"testing"

	"attache/internal/openaitest"
)

func texts(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = strings.Repeat(string(rune('a'+i%26)), i/26+1) + "z"
	}
	return out
}

func TestEmbed(t *testing.T) {
	for name, c := range map[string]struct {
		fault    openaitest.Fault
		texts    []string
		kind     error
		requests int
	}{
		"one batch":            {openaitest.None, texts(3), nil, 1},
		"several batches":      {openaitest.None, texts(defaultEmbedSize + 1), nil, 2},
		"no texts":             {openaitest.None, nil, nil, 0},
		"out of order":         {openaitest.WrongOrder, texts(5), nil, 1},
		"all with one index":   {openaitest.SameIndex, texts(3), ErrNonsense, 1},
		"one of another size":  {openaitest.WrongDims, texts(3), ErrNonsense, 1},
		"one missing":          {openaitest.MissingOne, texts(3), ErrNonsense, 1},
		"one without length":   {openaitest.ZeroVector, texts(3), ErrNonsense, 1},
		"error body under 200": {openaitest.ErrorBody, texts(3), ErrDown, attempts},
	} {
		t.Run(name, func(t *testing.T) {
			srv := openaitest.New(t)
			srv.Respond(func(openaitest.Request) openaitest.Reply { return openaitest.Reply{Fault: c.fault} })
			got, err := newClient(t, srv, nil).Embed(t.Context(), c.texts)
			if !errors.Is(err, c.kind) || c.kind == nil && err != nil || len(srv.Requests()) != c.requests {
				t.Fatalf("got %v after %d requests, want %v after %d", err, len(srv.Requests()), c.kind, c.requests)
			}
			if c.kind != nil {
				return
			}
			if len(got) != len(c.texts) {
				t.Fatalf("%d vectors for %d texts", len(got), len(c.texts))
			}
			for i, v := range got {
				checkVector(t, c.texts[i], v)
			}
		})
	}
}

// checkVector compares v with the letters of text, brought to length 1.
func checkVector(t *testing.T, text string, v []float32) {
	t.Helper()
	want := openaitest.Embed(text)
	normalise(want)
	var sum float64
	for i := range v {
		sum += float64(v[i]) * float64(v[i])
		if math.Abs(float64(v[i]-want[i])) > 1e-6 {
			t.Fatalf("%q: dimension %d is %g, want %g", text, i, v[i], want[i])
		}
	}
	if math.Abs(sum-1) > 1e-5 {
		t.Errorf("%q: length² %g, want 1", text, sum)
	}
}

func TestEmbedRefusesBlankText(t *testing.T) {
	srv := openaitest.New(t)
	if _, err := newClient(t, srv, nil).Embed(t.Context(), []string{"a", " \n"}); err == nil || err.Error() != "embed: text 2 of 2 is blank" {
		t.Errorf("got %v", err)
	}
}

// TestEmbedKeepsItsDimensions: an endpoint that changes its model in between is found out.
func TestEmbedKeepsItsDimensions(t *testing.T) {
	srv := openaitest.New(t)
	srv.Script(openaitest.Reply{Vectors: [][]float32{{1, 0, 0}}}, openaitest.Reply{Vectors: [][]float32{{1, 0}}})
	client := newClient(t, srv, nil)
	if _, err := client.Embed(t.Context(), []string{"a"}); err != nil {
		t.Fatal(err)
	}
	if _, err := client.Embed(t.Context(), []string{"a"}); !errors.Is(err, ErrNonsense) {
		t.Errorf("got %v, want nonsense", err)
	}
}
