package eval

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"attache/internal/answer"
	"attache/internal/news"
	"attache/internal/quotes"
	"attache/internal/retrieval"
)

// Answered is what the bot showed for one question.
type Answered struct {
	Question  Question
	Shown     string // the sentences of the answer; "" for a refusal
	Words     int
	Abstained bool
	Matched   bool // one of the gold answers stands in Shown
	Verbatim  int  // sentences that stand as they are in the passage that they cite
	Sentences int
}

// Answers asks every question as a person would and keeps what is shown, without a model. The articles must be those that the index holds. An
// abstention is kept as such unless force is set: then the sentences that would have been shown are.
func Answers(ctx context.Context, index *retrieval.Index, set Set, articles []news.Article, force bool, progress func(done, all int)) ([]Answered, error) {
	quoted := map[string][]news.Quote{}
	for _, a := range articles {
		quoted[a.ID] = quotes.Extract(a)
	}
	service := answer.New(answer.Options{
		Search: searcher{index, force}, Score: index.Relevance, Now: time.Now, Log: slog.New(slog.DiscardHandler),
		Quotes: func(p news.Passage) []news.Quote { return within(quoted[p.ArticleID], p.Span) },
	})
	all := make([]Answered, len(set.Questions))
	for i, q := range set.Questions {
		a, err := service.Ask(ctx, retrieval.Query{Text: q.Text, Now: q.Asked}, nil)
		if err != nil {
			return nil, err
		}
		all[i] = answered(q, a)
		if progress != nil {
			progress(i+1, len(set.Questions))
		}
	}
	return all, nil
}

func within(all []news.Quote, span news.Span) []news.Quote {
	var found []news.Quote
	for _, q := range all {
		if q.Span().Overlaps(span) {
			found = append(found, q)
		}
	}
	return found
}

// searcher is the index, made to find everything answerable when forced.
type searcher struct {
	*retrieval.Index
	force bool
}

func (s searcher) Search(ctx context.Context, q retrieval.Query) (retrieval.Result, error) {
	r, err := s.Index.Search(ctx, q)
	r.Answerable = r.Answerable || s.force && len(r.Hits) > 0
	return r, err
}

func answered(q Question, a answer.Answer) Answered {
	out := Answered{Question: q, Abstained: a.Abstained, Sentences: len(a.Sentences)}
	var shown []string
	for _, s := range a.Sentences {
		shown = append(shown, s.Text)
		for _, e := range a.Evidence {
			if strings.Contains(e.Passage.Text, s.Text) {
				out.Verbatim++
				break
			}
		}
	}
	out.Shown = strings.Join(shown, " ")
	out.Words = len(strings.Fields(out.Shown))
	out.Matched = len(q.Answers) > 0 && holdsAny(out.Shown, q.Answers)
	return out
}

// AnswerFigures sums up a run of Answers.
type AnswerFigures struct {
	Match      float64 // of the questions with an answer: shown within the answer
	Verbatim   float64 // of the sentences shown
	Refused    float64 // of the null questions
	Falsely    float64 // refused, of the others
	MeanLength float64 // words
}

// MeasureAnswers computes the figures; a figure that the set has no gold for is NaN.
func MeasureAnswers(all []Answered) AnswerFigures {
	var match, null, other mean
	var sentences, verbatim, words, shown float64
	for _, a := range all {
		sentences += float64(a.Sentences)
		verbatim += float64(a.Verbatim)
		if !a.Abstained {
			words += float64(a.Words)
			shown++
		}
		if a.Question.Null {
			null.add(a.Abstained)
			continue
		}
		other.add(a.Abstained)
		if len(a.Question.Answers) > 0 {
			match.add(a.Matched)
		}
	}
	return AnswerFigures{match.value(), verbatim / sentences, null.value(), other.value(), words / shown}
}
