package answer

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"attache/internal/news"
	"attache/internal/retrieval"
	"attache/internal/text"
)

// What Options leaves at zero.
const (
	DefaultPassages  = 8
	DefaultSentences = 6
)

// Searcher finds passages; *retrieval.Index is one.
type Searcher interface {
	Search(ctx context.Context, q retrieval.Query) (retrieval.Result, error)
}

// QuotesIn returns the quotations whose words lie in a passage, in reading order.
type QuotesIn func(p news.Passage) []news.Quote

// Service answers questions. It is safe for concurrent use.
type Service struct {
	search     Searcher
	quotes     QuotesIn
	passages   int
	extractive Extractive
	generative Composer  // nil without a model
	reword     Rewording // nil without a model
	now        func() time.Time
	log        *slog.Logger
}

// Options are what a Service is made of.
type Options struct {
	Search     Searcher
	Quotes     QuotesIn
	Score      Scorer
	Generative Composer  // nil answers from retrieval alone
	Reword     Rewording // nil leaves sentences as they stand
	Passages   int       // that the composers work from; 0 is DefaultPassages
	Sentences  int       // of an extractive answer, at most, and twice as many of a list; 0 is DefaultSentences
	Now        func() time.Time
	Log        *slog.Logger
}

// New makes a Service.
func New(o Options) *Service {
	return &Service{
		search: o.Search, quotes: o.Quotes, passages: cmp.Or(o.Passages, DefaultPassages),
		extractive: Extractive{Score: o.Score, Sentences: cmp.Or(o.Sentences, DefaultSentences)},
		generative: o.Generative, reword: o.Reword, now: o.Now, log: o.Log,
	}
}

// Answer is an answer with everything a reader may ask about it.
type Answer struct {
	ID        string // eight hexadecimal digits; no two answers share one in practice
	Question  string
	Read      string     // the question with the typing errors mended that the search found in it: what was answered
	Sentences []Sentence // cite Evidence by number
	Evidence  []Evidence // the passages that the sentences cite, numbered by article from 1 in order of first citation
	Nearest   []Evidence // of an abstention: the nearest passages, numbered from 1
	Abstained bool       // the collection holds no answer; Sentences is then empty
	Model     string     // "" for an extractive answer
	Prompt    string     // the version of the prompt that the model was asked with; "" for an extractive answer
	Checks    Checks
	Notices   []text.Phrase
	Found     retrieval.Result
	Reports   int // how many independent reports the evidence comes to: copies of one report count once
	Articles  int // how many articles, copies included
	Newest    time.Time
	Took      time.Duration
	Times     Times // what Took was spent on
}

// Times are how long the parts of an answer took.
type Times struct {
	Search  time.Duration
	Compose time.Duration // with what the model took, without the check
	Check   time.Duration // of what a model wrote
}

// Ask answers the question that q carries. progress, when not nil, is given the sentences so far while a model writes. The error is not nil
// only when ctx ends before anything was found; a failing model or embedder shows in Notices.
func (s *Service) Ask(ctx context.Context, q retrieval.Query, progress func(Answer)) (Answer, error) {
	start := s.now()
	if q.Limit == 0 {
		q.Limit = s.passages
	}
	found, err := s.search.Search(ctx, q)
	if err != nil {
		return Answer{}, fmt.Errorf("search: %w", err)
	}
	a := Answer{Question: q.Text, Read: mended(q.Text, found.Corrected), Found: found}
	if !found.Degraded.IsZero() {
		a.Notices = append(a.Notices, found.Degraded)
	}
	evidence := s.evidence(found)
	a.Times.Search = s.now().Sub(start)
	if found.Answerable {
		s.compose(ctx, &a, q, evidence, progress)
	}
	if len(a.Sentences) == 0 {
		a.Abstained = true
		a.Nearest = bestArticles(evidence)
	}
	a.ID = identify(a, start)
	a.Took = s.now().Sub(start)
	a.Times.Compose = max(0, a.Took-a.Times.Search-a.Times.Check)
	return a, nil
}

// Plain returns a service that does the same without the model: it tells at little cost what an answer would rest on.
func (s *Service) Plain() *Service {
	plain := *s
	plain.generative, plain.reword = nil, nil
	return &plain
}

// mended is the question with the words that were taken for typing errors set right.
func mended(question string, errors []retrieval.Correct) string {
	for _, e := range errors {
		question = strings.Replace(question, e.From, e.To, 1)
	}
	return question
}

// bestArticles takes the best passage of each of the best three articles, numbered anew.
func bestArticles(evidence []Evidence) []Evidence {
	var kept []Evidence
	for _, e := range evidence {
		same := func(k Evidence) bool { return k.Source.ArticleID == e.Source.ArticleID }
		if len(kept) < 3 && !slices.ContainsFunc(kept, same) {
			e.N = len(kept) + 1
			kept = append(kept, e)
		}
	}
	return kept
}

func (s *Service) evidence(found retrieval.Result) []Evidence {
	evidence := make([]Evidence, len(found.Hits))
	for i, h := range found.Hits {
		evidence[i] = Evidence{N: i + 1, Passage: h.Passage, Source: h.Source, Score: h.Score, Quotes: s.quotes(h.Passage)}
	}
	return evidence
}

// compose lets the model write, when there is one, and falls back to the evidence's own sentences whenever that fails.
func (s *Service) compose(ctx context.Context, a *Answer, q retrieval.Query, evidence []Evidence, progress func(Answer)) {
	if s.generative != nil {
		d, err := s.generative.Compose(ctx, a.Read, evidence, func(d Draft) {
			if progress != nil {
				part := *a
				part.use(d, evidence)
				progress(part)
			}
		})
		switch {
		case err == nil && len(d.Sentences) == 0: // it read the passages and found no answer in them
			a.Notices = append(a.Notices, text.Phrasef("The model found no answer in the passages that were nearest."))
			return
		case err == nil:
			a.use(d, evidence)
			return
		}
		s.log.WarnContext(ctx, "model gave no answer", "err", err)
		a.Notices = append(a.Notices, text.Phrasef("%s, so this reply comes from retrieval alone.", Why(err)))
	}
	question := a.Read
	if spelled := a.Found.Read.Content; spelled != "" { // PM as prime minister
		question = mended(spelled, a.Found.Corrected)
	}
	question = ruling(cased(question, evidence))
	if s.disagreement(ctx, a, q, question) {
		return
	}
	evidence = ofTheTime(question, a.Found.Read, evidence)
	switch w := wanted(question); {
	case w.several:
		evidence = s.wider(ctx, a, q, w, evidence)
	case inOffice.MatchString(question):
		evidence = s.byOffice(ctx, a, q, evidence)
	case whatHappened.MatchString(question) && len(calendarsIn(question)) > 0:
		evidence = s.further(ctx, a, q, evidence)
	}
	d, err := s.extractive.Compose(ctx, question, evidence, nil)
	if err != nil {
		s.log.WarnContext(ctx, "sentences could not be scored", "err", err)
		d = firstSentences(evidence)
	}
	a.use(checked(saidBy(question, d).Sentences), evidence)
}

// How far reports that may differ on a figure, and the items of a list, are looked for.
const (
	figurePassages  = 24
	figurePerSource = 5
	listPerSource   = 12 // the items of a list may stand all over one article
)

// wider looks further for a question that asks for all of some: they need not stand in the nearest passages. It returns the evidence as it was where nothing in
// more of it gives any of them, or ctx has ended.
func (s *Service) wider(ctx context.Context, a *Answer, q retrieval.Query, w want, evidence []Evidence) []Evidence {
	q.Limit, q.PerSource = figurePassages, listPerSource
	found, err := s.search.Search(ctx, q)
	if err != nil {
		return evidence
	}
	if told := leadersAs.ReplaceAllString(q.Text, "presidents, prime ministers, led by, in office,"); told != q.Text {
		q.Text = told
		other, err := s.search.Search(ctx, q)
		if err != nil {
			return evidence
		}
		found.Hits = merged(other.Hits, found.Hits)
	}
	more := s.evidence(found)
	if !w.lists(more) {
		return evidence
	}
	a.Found.Hits = found.Hits
	return more
}

// byOffice looks, for a question who leads, for what articles call that, too. It returns the evidence as it was where the question has no such word, or ctx has
// ended.
func (s *Service) byOffice(ctx context.Context, a *Answer, q retrieval.Query, evidence []Evidence) []Evidence {
	told := leadersAs.ReplaceAllString(q.Text, "president, prime minister, led by, in office,")
	if told == q.Text {
		return evidence
	}
	q.Text, q.Limit = told, s.passages
	other, err := s.search.Search(ctx, q)
	if err != nil {
		return evidence
	}
	a.Found.Hits = merged(other.Hits, a.Found.Hits)
	return s.evidence(a.Found)
}

// further looks further for what happened on a day: many passages name a day, and few tell of it. It returns the evidence as it was where ctx has ended.
func (s *Service) further(ctx context.Context, a *Answer, q retrieval.Query, evidence []Evidence) []Evidence {
	q.Limit, q.PerSource = figurePassages, figurePerSource
	found, err := s.search.Search(ctx, q)
	if err != nil {
		return evidence
	}
	a.Found.Hits = found.Hits
	return s.evidence(found)
}

// merged are the hits of both lists, each passage once.
func merged(first, second []retrieval.Hit) []retrieval.Hit {
	all := slices.Clone(first)
	for _, h := range second {
		if !slices.ContainsFunc(first, func(f retrieval.Hit) bool { return f.Passage.ID == h.Passage.ID }) {
			all = append(all, h)
		}
	}
	return all
}

// disagreement answers a question for a figure, a date or a name with the versions of reports that differ on it, and reports whether there are any. It looks
// further than other answers do, since the report that differs need not be among the nearest.
func (s *Service) disagreement(ctx context.Context, a *Answer, q retrieval.Query, question string) bool {
	question = figureAsked(question)
	if _, ok := readFigureQuestion(question); !ok && !wanted(question).asksValue() {
		return false
	}
	q.Limit, q.PerSource, q.Explain = figurePassages, figurePerSource, true
	found, err := s.search.Search(ctx, q)
	if err != nil {
		return false // ctx has ended: what was found stands
	}
	// what counts as a copy of a hit may differ from it in the very thing that is asked for
	found.Hits = append(found.Hits, found.Dropped[:min(len(found.Dropped), figurePassages)]...)
	evidence := s.evidence(found)
	versions := differing(question, found.Read, evidence)
	if len(versions) == 0 {
		versions = differingTwins(question, found.Read, evidence)
	}
	if len(versions) == 0 {
		versions = differingClaims(question, found.Read, evidence)
	}
	if len(versions) == 0 {
		return false
	}
	a.Found.Hits = found.Hits
	a.use(checked(versions), evidence)
	return true
}

// Reasoner is an error that has a sentence for the reader, without its full stop.
type Reasoner interface{ Reason() text.Phrase }

// Why is what the reader is told of a model that failed, without its full stop.
func Why(err error) text.Phrase {
	var r Reasoner
	if errors.As(err, &r) {
		return r.Reason()
	}
	return text.Phrasef("The model did not give an answer that passed the check")
}

// firstSentences is the last resort: the head of the best passages.
func firstSentences(evidence []Evidence) Draft {
	all := sentencesOf(evidence[:min(2, len(evidence))])
	var chosen []candidate
	for _, c := range all {
		if c.position == 0 {
			chosen = append(chosen, c)
		}
	}
	return draft(chosen, evidence)
}

// use takes a draft over, numbering the articles it cites from 1 in order of first citation: two passages of one article share its number.
func (a *Answer) use(d Draft, evidence []Evidence) {
	a.Sentences, a.Evidence = nil, nil
	a.Model, a.Prompt, a.Checks, a.Times.Check = d.Model, d.Prompt, d.Checks, d.Checking
	a.Notices = append(a.Notices[:len(a.Notices):len(a.Notices)], d.Notices...)
	byNumber := make(map[int]Evidence, len(evidence))
	for _, e := range evidence {
		byNumber[e.N] = e
	}
	numbers, taken := map[string]int{}, map[int]bool{} // article -> its number; passage taken over
	for _, sentence := range d.Sentences {
		var cites []int
		for _, n := range sentence.Cites {
			e, ok := byNumber[n]
			if !ok {
				continue
			}
			if numbers[e.Source.ArticleID] == 0 {
				numbers[e.Source.ArticleID] = len(numbers) + 1
			}
			e.N = numbers[e.Source.ArticleID]
			if !taken[n] {
				taken[n] = true
				a.Evidence = append(a.Evidence, e)
			}
			cites = append(cites, e.N)
		}
		slices.Sort(cites)
		sentence.Cites = slices.Compact(cites)
		a.Sentences = append(a.Sentences, sentence)
	}
	slices.SortStableFunc(a.Evidence, func(x, y Evidence) int { return x.N - y.N })
	a.count()
}

// count fills in how many articles and independent reports the evidence comes to, and the date of the newest.
func (a *Answer) count() {
	articles, reports := map[string]bool{}, map[string]bool{}
	a.Newest = time.Time{}
	for _, e := range a.Evidence {
		articles[e.Source.ArticleID], reports[e.Source.ArticleID] = true, true
		if e.Source.Published.After(a.Newest) {
			a.Newest = e.Source.Published
		}
		for _, h := range a.Found.Hits {
			if h.Passage.ID != e.Passage.ID {
				continue
			}
			for _, c := range h.Copies {
				articles[c.ArticleID] = true
			}
		}
	}
	a.Articles, a.Reports = len(articles), len(reports)
}

// identify makes the short id that a reader sees and a receipt is found by.
func identify(a Answer, at time.Time) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s\x00%d", a.Question, at.UnixNano())
	for _, e := range a.Evidence {
		fmt.Fprintf(h, "\x00%s", e.Passage.ID)
	}
	return hex.EncodeToString(h.Sum(nil)[:4])
}
