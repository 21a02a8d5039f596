package answer

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"attache/internal/news"
	"attache/internal/retrieval"
)

func TestDateIn(t *testing.T) {
	published := time.Date(2031, 5, 9, 0, 0, 0, 0, time.UTC) // a Friday
	tests := []struct {
		name, sentence, want string
	}{
		{"a whole date", "The pass was closed on 6 May 2031.", "6 May 2031"},
		{"without its year", "The pass was closed on May 6.", "6 May 2031"},
		{"a year that lies nearer", "Snow came on 28 December.", "28 Dec 2030"},
		{"the weekday before", "The pass was closed on Wednesday.", "7 May 2031"},
		{"the day of publication", "The pass was closed on Friday.", "9 May 2031"},
		{"the weekday to come", "The pass will open on Monday.", "12 May 2031"},
		{"said then of what will be", "The pass will open, Drazh said on Monday.", "5 May 2031"},
		{"yesterday", "The pass was closed yesterday.", "8 May 2031"},
		{"a month", "Talks began in January 2030.", "Jan 2030"},
		{"last month", "Talks began last month.", "Apr 2031"},
		{"a year", "The road was built in 1994.", "1994"},
		{"the most exact of several", "Built in 1994, it was closed on 6 May 2031.", "6 May 2031"},
		{"none", "The pass is closed.", ""},
		{"a modal verb is no month", "The pass may open.", ""},
	}
	for _, tt := range tests {
		if got := dateIn(tt.sentence, published).String(); got != tt.want {
			t.Errorf("%s: %q gives %q, want %q", tt.name, tt.sentence, got, tt.want)
		}
	}
	if got := dateIn("The pass was closed on Wednesday.", time.Time{}); got.Precision != news.Unknown {
		t.Errorf("a weekday without a day of publication gives %v", got)
	}
}

// found is a search that finds the evidence, whatever is asked.
type found []Evidence

func (f found) Search(context.Context, retrieval.Query) (retrieval.Result, error) {
	var r retrieval.Result
	for _, e := range f {
		r.Hits = append(r.Hits, retrieval.Hit{Passage: e.Passage, Source: e.Source, Score: e.Score})
	}
	return r, nil
}

func TestLift(t *testing.T) {
	service := func(score Scorer, evidence ...Evidence) *Service {
		return New(Options{Search: found(evidence), Score: score, Now: time.Now, Log: slog.New(slog.DiscardHandler), Quotes: func(news.Passage) []news.Quote { return nil }})
	}
	s := service(byWords,
		piece(1, "2031-05-09", "Northern Wire", "Ferry", "The ferry to Lind ran aground on Wednesday. Gulls sang over the coast."),
		piece(2, "2031-05-10", "The Harbor Post", "Copy", "On Wednesday the ferry to Lind ran aground."),
		piece(3, "2031-05-17", "The Harbor Post", "Again", "The ferry to Lind ran aground on Wednesday."),
		piece(4, "2031-05-10", "The Capital Herald", "Denied", "The ferry to Lind never ran aground on Wednesday."),
		piece(5, "2031-05-10", "The Capital Herald", "Counted", "The ferry to Lind ran aground on Wednesday with 40 on board."))
	lifted, _, err := s.Lift(t.Context(), retrieval.Query{Text: "ferry to Lind"})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, l := range lifted {
		line := l.When.String() + " " + l.Source.Title
		for _, a := range l.Also {
			line += " + " + a.Title
		}
		got = append(got, line)
	}
	if diff := cmp.Diff([]string{"7 May 2031 Ferry + Copy", "14 May 2031 Again", "7 May 2031 Denied", "7 May 2031 Counted"}, got); diff != "" {
		t.Errorf("lifted (-want +got):\n%s", diff)
	}
	if lifted, _, err := s.Lift(t.Context(), retrieval.Query{Text: "tungsten smelting"}); err != nil || len(lifted) > 0 {
		t.Errorf("a topic that nothing bears on brings %d sentences, %v", len(lifted), err)
	}
	broken := errors.New("broken")
	s = service(func(context.Context, string, []string) ([]float64, error) { return nil, broken }, piece(1, "2031-05-09", "", "A", "The ferry sailed to Lind."))
	if _, _, err := s.Lift(t.Context(), retrieval.Query{Text: "ferry"}); !errors.Is(err, broken) {
		t.Errorf("got %v, want the scorer's error", err)
	}
}
