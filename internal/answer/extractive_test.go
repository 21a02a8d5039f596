package answer

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"attache/internal/news"
	"attache/internal/quotes"
)

// piece makes the evidence that one short article gives: one passage with the quotations that are found in it.
func piece(n int, published, publisher, title, body string) Evidence {
	day, err := time.Parse(time.DateOnly, published)
	if err != nil {
		panic(err)
	}
	a := news.Article{Title: title, Publisher: publisher, Published: day, Text: body}
	a.ID = news.Identify(a)
	p := news.Passage{ID: news.PassageID(a.ID, 0), ArticleID: a.ID, Span: news.Span{End: len(body)}, Text: body}
	return Evidence{N: n, Passage: p, Source: news.SourceOf(a), Quotes: quotes.Extract(a), Score: 1}
}

// byWords scores a text by the share of the question's content words that it holds.
func byWords(_ context.Context, question string, texts []string) ([]float64, error) {
	asked := map[string]bool{}
	for _, t := range tokensOf(question) {
		if t.content() {
			asked[t.stem] = true
		}
	}
	scores := make([]float64, len(texts))
	for i, s := range texts {
		held := stemsOf(s)
		for w := range asked {
			if held[w] {
				scores[i] += 1 / float64(len(asked))
			}
		}
	}
	return scores, nil
}

func compose(t *testing.T, question string, evidence ...Evidence) []Sentence {
	t.Helper()
	d, err := Extractive{Score: byWords, Sentences: 4}.Compose(context.Background(), question, evidence, nil)
	if err != nil {
		t.Fatal(err)
	}
	return d.Sentences
}

func shownTexts(sentences []Sentence) []string {
	var shown []string
	for _, s := range sentences {
		shown = append(shown, fmt.Sprintf("%s %v", s.Text, s.Cites))
	}
	return shown
}

func TestExtractive(t *testing.T) {
	old := piece(1, "2031-05-02", "Lakeside Institute", "The draft", "The ferry to Lind sails twice a day. Its crew is tired.")
	middle := piece(2, "2031-05-09", "Northern Wire", "The ferry", "The ferry to Lind was stopped by the harbor guard. The weather was fine on the coast.")
	latest := piece(3, "2031-05-13", "The Capital Herald", "The ferry again", "Drivers took the ferry across to Lind again on Monday.")
	tests := []struct {
		name     string
		question string
		evidence []Evidence
		want     []string
	}{
		{"what leans on the sentence before takes it along", "Why is the crew of the ferry tired?",
			[]Evidence{old}, []string{"The ferry to Lind sails twice a day. Its crew is tired. [1]"}},
		{"the best first, then newest first", "What of the guard that stopped the ferry to Lind?", []Evidence{old, middle, latest},
			[]string{"The ferry to Lind was stopped by the harbor guard. [2]", "Drivers took the ferry across to Lind again on Monday. [3]", "The ferry to Lind sails twice a day. [1]"}},
		{"oldest first for what happened", "What happened to the ferry to Lind?", []Evidence{latest, old, middle},
			[]string{"The ferry to Lind sails twice a day. [1]", "The ferry to Lind was stopped by the harbor guard. [2]", "Drivers took the ferry across to Lind again on Monday. [3]"}},
		{"newest first for the latest", "What is the latest on the guard that stopped the ferry to Lind?", []Evidence{old, middle, latest},
			[]string{"Drivers took the ferry across to Lind again on Monday. [3]", "The ferry to Lind was stopped by the harbor guard. [2]", "The ferry to Lind sails twice a day. [1]"}},
		{"the same in other words is not said twice", "Who stopped the ferry to Lind?",
			[]Evidence{middle, piece(2, "2031-05-10", "The Harbor Post", "Ferry", "The harbor guard was what stopped the ferry to Lind.")},
			[]string{"The ferry to Lind was stopped by the harbor guard. [2]"}},
		{"sentences of one article keep their order", "Which toll and which tax on grain?",
			[]Evidence{piece(1, "2031-05-02", "Northern Wire", "Money", "The tax on grain rose in Lind. Nobody sang. The toll on grain fell in Kareth.")},
			[]string{"The tax on grain rose in Lind. [1]", "The toll on grain fell in Kareth. [1]"}},
		{"a question answers nothing", "What about the toll on grain?",
			[]Evidence{piece(1, "2031-05-02", "Northern Wire", "Money", "Who will pay the toll on grain? The toll on grain is paid by drivers.")},
			[]string{"The toll on grain is paid by drivers. [1]"}},
		{"nothing given", "What now?", nil, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, shownTexts(compose(t, tt.question, tt.evidence...))); diff != "" {
				t.Errorf("answer differs (-want +got):\n%s", diff)
			}
		})
	}
}

func TestExtractiveShowsSpeakers(t *testing.T) {
	e := piece(1, "2031-05-13", "The Capital Herald", "Talks", "Foreign Minister Ilena Drazh spoke in Kareth on Monday. “The ferry belongs to everybody,” Drazh said. The tide was low.")
	got := compose(t, "What did Drazh say about the ferry?", e)
	said := func(s Sentence) bool { return s.Quote != nil && s.Quote.Speaker.Name == "Ilena Drazh" }
	if !slices.ContainsFunc(got, said) {
		t.Fatalf("got %+v, want Drazh's words with their speaker", got)
	}
}

func TestLeans(t *testing.T) {
	tests := []struct {
		sentence string
		want     bool
	}{
		{"He added nothing.", true},
		{"Its crew is tired.", true},
		{"But the ferry sailed.", true},
		{"The ferry sailed.", false},
		{"Item by item, the list was read.", false},
		{"“The ferry sailed.”", true},
		{`"The ferry sailed."`, true},
		{"“The ferry sailed,” she said.", true},
		{`"The ferry sailed," he said by phone.`, true},
		{"“The ferry sailed,” Drazh said.", false},
		{"“He sailed,” Drazh said.", false},
		{"“We will open it,” Kvell said, “when they have left.”", false},
		{"“An unclosed quotation runs on", false},
		{"", false},
	}
	for _, tt := range tests {
		if got := leans(tt.sentence); got != tt.want {
			t.Errorf("leans(%q) = %v, want %v", tt.sentence, got, tt.want)
		}
	}
}

func TestExtractiveScorerFails(t *testing.T) {
	broken := errors.New("no scores")
	x := Extractive{Sentences: 4, Score: func(context.Context, string, []string) ([]float64, error) { return nil, broken }}
	if _, err := x.Compose(context.Background(), "What?", []Evidence{piece(1, "2031-05-02", "W", "T", "The ferry to Lind sails.")}, nil); !errors.Is(err, broken) {
		t.Errorf("got %v, want the scorer's error", err)
	}
}

// TestExtractiveIsVerbatim holds for any text: each shown sentence stands as it is in the one passage it cites, and an answer stays short.
func TestExtractiveIsVerbatim(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SampledFrom([]string{"ferry", "Lind", "He", "“Stop,”", "said", "\n\n", "toll.", "“", "”", "Drazh", "grain.", "It", "rose", "9", "May.", "che\u0301", "漢字。", "?", "U.S.", "Drazh left.", "She said so.", "“Stop,” she said."})
		var evidence []Evidence
		for n := range rapid.IntRange(0, 4).Draw(t, "passages") {
			body := strings.Join(rapid.SliceOfN(words, 1, 60).Draw(t, "words"), " ")
			evidence = append(evidence, piece(n+1, "2031-05-02", "W", fmt.Sprint(n), body))
		}
		d, err := Extractive{Score: byWords, Sentences: 4}.Compose(context.Background(), "What did Drazh say of the ferry to Lind?", evidence, nil)
		if err != nil || len(d.Sentences) > 4 {
			t.Fatalf("%d sentences, %v", len(d.Sentences), err)
		}
		for _, s := range d.Sentences {
			if len(s.Cites) != 1 || !strings.Contains(evidence[s.Cites[0]-1].Passage.Text, s.Text) {
				t.Fatalf("%q does not stand in what it cites, %v", s.Text, s.Cites)
			}
			if m := s.Meant; m != nil && (gendered[strings.ToLower(m.Pronoun.In(s.Text))] == "" || open(s.Text[:m.Pronoun.Start]) != 0) {
				t.Fatalf("%q is shown as %q", s.Text, s.Shown())
			}
		}
		if d.Checks.Sentences != len(d.Sentences) || d.Checks.Supported != len(d.Sentences) || d.Checks.Quotes != d.Checks.Verbatim {
			t.Fatalf("checks %+v do not fit %d sentences", d.Checks, len(d.Sentences))
		}
	})
}
