package eval

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"math"
	"strings"
	"time"

	"attache/internal/answer"
	"attache/internal/embed"
	"attache/internal/news"
	"attache/internal/quotes"
	"attache/internal/retrieval"
)

// MostWords is how long the shown answer may be in which the right one is looked for.
const MostWords = 120

// Answered is what the bot showed for one question.
type Answered struct {
	Question  Question
	Shown     string // the sentences of the answer; "" for a refusal
	Words     int
	Abstained bool
	Matched   bool // one of the right answers stands in the first MostWords words of Shown
	Verbatim  int  // sentences that stand as they are in the passage that they cite
	Sentences int
}

// Answers asks every question as a person would and keeps what is shown, without a model. A question that came with passages is put to these alone,
// any other to the index, which may be nil when there is none; articles are what the index holds. An abstention is kept as such unless force is
// set: then the sentences that would have been shown are.
func Answers(ctx context.Context, model embed.Model, index *retrieval.Index, set Set, articles []news.Article, force bool, progress func(done, all int)) ([]Answered, error) {
	common := service(index, articles, force)
	all := make([]Answered, len(set.Questions))
	for i, q := range set.Questions {
		asked := common
		if len(q.Passages) > 0 {
			own := articlesOf(q.Passages)
			index, err := Build(ctx, model, own, nil)
			if err != nil {
				return nil, err
			}
			asked = service(index, own, force)
		} else if index == nil {
			return nil, fmt.Errorf("question %s came without passages and there is no corpus", q.ID)
		}
		a, err := asked.Ask(ctx, retrieval.Query{Text: q.Text, Now: q.Asked}, nil)
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

// service answers from the index as the bot does.
func service(index *retrieval.Index, articles []news.Article, force bool) *answer.Service {
	byID := make(map[string]news.Article, len(articles))
	for _, a := range articles {
		byID[a.ID] = a
	}
	return answer.New(answer.Options{
		Search: searcher{index, force}, Score: index.Relevance, Now: time.Now, Log: slog.New(slog.DiscardHandler),
		Quotes: func(p news.Passage) []news.Quote { return within(quotes.Extract(byID[p.ArticleID]), p.Span) },
	})
}

// articlesOf makes an article of each passage, titled by its first words.
func articlesOf(passages []string) []news.Article {
	articles := make([]news.Article, len(passages))
	for i, p := range passages {
		words := strings.Fields(p)
		articles[i] = news.Article{Title: strings.Join(words[:min(6, len(words))], " "), Text: p}
		articles[i].ID = news.Identify(articles[i])
	}
	return articles
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
	out.Matched = matches(out.Shown, q.Answers)
	return out
}

// matches reports whether one of the answers stands in the first MostWords words of what is shown.
func matches(shown string, answers []string) bool {
	words := strings.Fields(shown)
	return holdsAny(strings.Join(words[:min(MostWords, len(words))], " "), answers)
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

// Print writes the figures, leaving out those that the set has no gold for.
func (f AnswerFigures) Print(w io.Writer) {
	for _, line := range []struct {
		name  string
		value float64
	}{
		{"answer match", f.Match}, {"verbatim", f.Verbatim}, {"refused, null", f.Refused}, {"refused, falsely", f.Falsely}, {"mean words", f.MeanLength},
	} {
		if !math.IsNaN(line.value) {
			fmt.Fprintf(w, "%-18s %.3f\n", line.name, line.value)
		}
	}
}
