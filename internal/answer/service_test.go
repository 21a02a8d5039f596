package answer

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"attache/internal/news"
	"attache/internal/retrieval"
	"attache/internal/text"
)

// searched is a searcher that finds the same every time.
type searched struct {
	result retrieval.Result
	err    error
}

func (s searched) Search(context.Context, retrieval.Query) (retrieval.Result, error) {
	return s.result, s.err
}

// finding is a search that finds these pieces and takes the question for answerable.
func finding(evidence ...Evidence) searched {
	s := searched{result: retrieval.Result{Answerable: len(evidence) > 0}}
	for i, e := range evidence {
		s.result.Hits = append(s.result.Hits, retrieval.Hit{Passage: e.Passage, Source: e.Source, Score: 1 / float64(i+1)})
	}
	return s
}

// composed is a composer that always gives the same.
type composed struct {
	draft Draft
	err   error
}

func (c composed) Compose(_ context.Context, _ string, _ []Evidence, progress func(Draft)) (Draft, error) {
	if progress != nil && c.err == nil {
		progress(Draft{Sentences: c.draft.Sentences[:min(1, len(c.draft.Sentences))], Model: c.draft.Model})
	}
	return c.draft, c.err
}

// reasoned is a composer's error with a sentence for the reader.
type reasoned struct{ error }

func (reasoned) Reason() text.Phrase {
	return text.Phrasef("The model did not answer within %s", "20 s")
}

// said is what phrases say in English.
func said(all []text.Phrase) []string {
	var sentences []string
	for _, p := range all {
		sentences = append(sentences, p.String())
	}
	return sentences
}

func newService(search Searcher, generative Composer) *Service {
	now := time.Date(2031, 5, 14, 12, 0, 0, 0, time.UTC)
	return New(Options{Search: search, Score: byWords, Generative: generative, Log: slog.New(slog.DiscardHandler),
		Quotes: func(news.Passage) []news.Quote { return nil },
		Now:    func() time.Time { now = now.Add(time.Millisecond); return now }})
}

func ask(t *testing.T, s *Service, question string) Answer {
	t.Helper()
	a, err := s.Ask(context.Background(), retrieval.Query{Text: question}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

var (
	ferry  = piece(1, "2031-05-02", "Northern Wire", "Ferry", "The ferry to Lind was stopped by the guard.")
	toll   = piece(2, "2031-05-09", "Lakeside Institute", "Toll", "The toll for the ferry to Lind rose by a fifth.")
	harbor = piece(3, "2031-05-13", "The Harbor Post", "Harbor", "Ships wait in the harbor of Lind for grain.")
)

func TestAskNumbersArticles(t *testing.T) {
	second := toll // another passage of the same article
	second.Passage.ID, second.Passage.Ordinal = news.PassageID(toll.Source.ArticleID, 1), 1
	second.Passage.Text = "Drivers of the ferry to Lind grumble about the toll."
	search := finding(ferry, toll, second, harbor)
	search.result.Hits[0].Copies = []news.Source{{ArticleID: "copy"}}
	draft := Draft{Model: "m", Sentences: []Sentence{{Text: "One.", Cites: []int{3, 2}}, {Text: "Two.", Cites: []int{1}}, {Text: "Three.", Cites: []int{9, 2}}}}
	a := ask(t, newService(search, composed{draft: draft}), "What of the ferry?")

	var cites [][]int
	for _, s := range a.Sentences {
		cites = append(cites, s.Cites)
	}
	if diff := cmp.Diff([][]int{{1}, {2}, {1}}, cites); diff != "" {
		t.Errorf("citations differ (-want +got):\n%s", diff)
	}
	var evidence []string
	for _, e := range a.Evidence {
		evidence = append(evidence, e.Source.Title)
	}
	if diff := cmp.Diff([]string{"Toll", "Toll", "Ferry"}, evidence); diff != "" {
		t.Errorf("evidence differs (-want +got):\n%s", diff)
	}
	if a.Articles != 3 || a.Reports != 2 || !a.Newest.Equal(toll.Source.Published) {
		t.Errorf("got %d articles, %d reports, newest %v; want 3 with the copy, 2, %v", a.Articles, a.Reports, a.Newest, toll.Source.Published)
	}
}

func TestAskAbstains(t *testing.T) {
	search := finding(ferry, toll, harbor)
	search.result.Answerable = false
	a := ask(t, newService(search, composed{draft: Draft{Sentences: []Sentence{{Text: "I know it.", Cites: []int{1}}}}}), "What of the moon?")
	if !a.Abstained || len(a.Sentences) > 0 || len(a.Evidence) > 0 {
		t.Errorf("an unanswerable question was answered: %+v", a.Sentences)
	}
	var nearest []int
	for _, e := range a.Nearest {
		nearest = append(nearest, e.N)
	}
	if diff := cmp.Diff([]int{1, 2, 3}, nearest); diff != "" {
		t.Errorf("nearest passages differ (-want +got):\n%s", diff)
	}
	if a := ask(t, newService(finding(), nil), "What?"); !a.Abstained || len(a.Nearest) != 0 {
		t.Errorf("an empty collection: %+v", a)
	}
}

func TestAskFallsBack(t *testing.T) {
	tests := []struct {
		name   string
		err    error
		notice string
	}{
		{"a reason for the reader", reasoned{errors.New("timeout")}, "The model did not answer within 20 s, so this reply comes from retrieval alone."},
		{"any other error", errors.New("boom"), "The model did not give an answer that passed the check, so this reply comes from retrieval alone."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := ask(t, newService(finding(ferry), composed{err: tt.err}), "Who stopped the ferry to Lind?")
			if a.Model != "" || len(a.Sentences) != 1 || a.Sentences[0].Text != "The ferry to Lind was stopped by the guard." {
				t.Errorf("got %+v, want the sentence of the source", a.Sentences)
			}
			if diff := cmp.Diff([]string{tt.notice}, said(a.Notices)); diff != "" {
				t.Errorf("notices differ (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAskWithoutScores(t *testing.T) {
	s := newService(finding(ferry, toll, harbor), nil)
	s.extractive.Score = func(context.Context, string, []string) ([]float64, error) { return nil, errors.New("no scores") }
	a := ask(t, s, "What of the ferry?")
	if diff := cmp.Diff([]string{"The ferry to Lind was stopped by the guard. [1]", "The toll for the ferry to Lind rose by a fifth. [2]"}, shownTexts(a.Sentences)); diff != "" {
		t.Errorf("the heads of the best passages should be shown (-want +got):\n%s", diff)
	}
}

func TestAskTells(t *testing.T) {
	search := finding(ferry)
	search.result.Degraded = text.Phrasef("Searched by words alone.")
	s := newService(search, composed{draft: Draft{Model: "m", Notices: []text.Phrase{text.Phrasef("One sentence was removed.")}, Sentences: []Sentence{{Text: "One.", Cites: []int{1}}, {Text: "Two.", Cites: []int{1}}}}})
	var parts []int
	a, err := s.Ask(context.Background(), retrieval.Query{Text: "What?"}, func(part Answer) { parts = append(parts, len(part.Sentences)) })
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]int{1}, parts); diff != "" {
		t.Errorf("progress differs (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"Searched by words alone.", "One sentence was removed."}, said(a.Notices)); diff != "" {
		t.Errorf("notices differ (-want +got):\n%s", diff)
	}
	if len(a.ID) != 8 || a.Took <= 0 {
		t.Errorf("id %q, took %v", a.ID, a.Took)
	}
	if again := ask(t, s, "What?"); again.ID == a.ID {
		t.Errorf("two answers share the id %s", a.ID)
	}
}

func TestAskShowsDisagreement(t *testing.T) {
	a := ask(t, newService(finding(
		piece(1, "2031-05-09", "Northern Wire", "Convoy", "A convoy crossed the Kareth pass in Varesh. About 40 trucks took part, the staff said."),
		piece(2, "2031-05-10", "The Capital Herald", "Kareth", "The convoy that crossed the Kareth pass in Varesh had at least 120 trucks."),
	), nil), "How many trucks crossed the pass?")
	var got []string
	for _, s := range a.Sentences {
		if s.Version == nil {
			t.Fatalf("%q is no version", s.Text)
		}
		got = append(got, s.Version.Value)
	}
	if diff := cmp.Diff([]string{"About 40", "at least 120"}, got); diff != "" {
		t.Errorf("versions differ (-want +got):\n%s", diff)
	}
	if a.Checks != (Checks{Sentences: 2, Supported: 2}) || a.Reports != 2 {
		t.Errorf("checks %+v, reports %d", a.Checks, a.Reports)
	}
}

// TestAskMendsTypingErrors: an answer is composed for the question as the search understood it.
func TestAskMendsTypingErrors(t *testing.T) {
	search := finding(piece(1, "2031-05-13", "The Capital Herald", "Talks", "“The ferry is ours,” Ilena Drazh said."))
	search.result.Corrected = []retrieval.Correct{{From: "Drahz", To: "Drazh"}}
	a := ask(t, newService(search, nil), "What did Drahz say about the ferry?")
	if len(a.Sentences) != 1 || a.Read != "What did Drazh say about the ferry?" || a.Question != "What did Drahz say about the ferry?" {
		t.Errorf("read %q, question %q, answered with %v", a.Read, a.Question, shownTexts(a.Sentences))
	}
}

func TestAskEnds(t *testing.T) {
	if _, err := newService(searched{err: context.Canceled}, nil).Ask(context.Background(), retrieval.Query{Text: "What?"}, nil); !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "search") {
		t.Errorf("got %v, want the search's error", err)
	}
}
