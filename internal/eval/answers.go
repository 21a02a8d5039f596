package eval

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"slices"
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
	Supported int // sentences that what they cite supports, by the check of what a model writes
	Citations int
	Needed    int      // citations that support their sentence alone, or without which the others do not support it
	Differ    bool     // shown as a disagreement of reports
	Texts     []string // the sentences
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
		all[i] = answered(ctx, model, q, a)
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

func answered(ctx context.Context, model embed.Model, q Question, a answer.Answer) Answered {
	out := Answered{Question: q, Abstained: a.Abstained, Sentences: len(a.Sentences)}
	supports := answer.Support(ctx, a.Evidence, answer.Embedder(model.Embed))
	for _, s := range a.Sentences {
		out.Texts = append(out.Texts, s.Shown())
		out.Differ = out.Differ || s.Version != nil
		if slices.ContainsFunc(a.Evidence, func(e answer.Evidence) bool { return strings.Contains(e.Passage.Text, s.Text) }) {
			out.Verbatim++
		}
		supported := supports(s.Shown(), s.Cites)
		if supported {
			out.Supported++
		}
		out.Citations += len(s.Cites)
		for i, n := range s.Cites {
			others := slices.Delete(slices.Clone(s.Cites), i, i+1)
			if supported && (supports(s.Shown(), []int{n}) || !supports(s.Shown(), others)) {
				out.Needed++
			}
		}
	}
	out.Shown = strings.Join(out.Texts, " ")
	out.Words = len(strings.Fields(out.Shown))
	out.Matched = matches(out.Shown, q.Answers)
	return out
}

// matches reports whether one of the answers stands in the first MostWords words of what is shown.
func matches(shown string, answers []string) bool {
	words := strings.Fields(shown)
	return holdsAny(strings.Join(words[:min(MostWords, len(words))], " "), answers)
}

// AnswerFigures sums up a run of Answers. Citation recall and precision are those of ALCE (Gao et al., Enabling Large Language Models to Generate Text with
// Citations, 2023) with our check of support in place of its NLI model.
type AnswerFigures struct {
	Match      float64 // of the questions with an answer: shown within the answer
	Verbatim   float64 // of the sentences shown
	Recall     float64 // of the sentences shown: supported by what they cite
	Precision  float64 // of the citations: needed
	Differ     float64 // of all answers: shown as a disagreement of reports
	Refused    float64 // of the null questions
	Falsely    float64 // refused, of the others
	MeanLength float64 // words
}

// MeasureAnswers computes the figures; a figure that the set has no gold for is NaN.
func MeasureAnswers(all []Answered) AnswerFigures {
	var match, null, other, differ mean
	var sentences, verbatim, supported, citations, needed, words float64
	for _, a := range all {
		sentences += float64(a.Sentences)
		verbatim += float64(a.Verbatim)
		supported += float64(a.Supported)
		citations += float64(a.Citations)
		needed += float64(a.Needed)
		if !a.Abstained {
			words += float64(a.Words)
			differ.add(a.Differ)
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
	return AnswerFigures{
		Match: match.value(), Verbatim: verbatim / sentences, Recall: supported / sentences, Precision: needed / citations, Differ: differ.value(),
		Refused: null.value(), Falsely: other.value(), MeanLength: words / differ.n,
	}
}

// Print writes the figures, leaving out those that the set has no gold for.
func (f AnswerFigures) Print(w io.Writer) {
	printFigures(w, []figure{
		{"answer match", f.Match}, {"verbatim", f.Verbatim}, {"citation recall", f.Recall}, {"citation precision", f.Precision}, {"reports differ", f.Differ},
		{"refused, null", f.Refused}, {"refused, falsely", f.Falsely}, {"mean words", f.MeanLength},
	})
}
