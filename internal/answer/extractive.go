package answer

import (
	"cmp"
	"context"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"attache/internal/news"
	"attache/internal/retrieval"
	"attache/internal/text"
)

// maxWords is about how long an extractive answer gets, and listLength how many times as long one may get that lists something.
const (
	maxWords   = 118
	listLength = 2
)

// What a sentence counts by, beside its own relevance of 0 to about 2. The values were chosen on the dev sets; near them the share of right answers moves
// by 3 points at most (docs/EVALUATION.md).
const (
	aroundShare  = 0.3  // of the relevance of the sentence together with its neighbours
	passageShare = 0.8  // of the passage's score, which is 1 for the best passage
	leadBonus    = 0.2  // for the sentence that opens an article
	cutCost      = 0.3  // for one that breaks off: "…"
	newAnswer    = 2.0  // for what may be the answer, by its support, and no sentence chosen before holds
	mostSupport  = 1.2  // up to so much support one sentence brings
	muchSupport  = 0.5  // from here on a sentence is shown though it says else what another one says
	wordCost     = 0.02 // a word: two short sentences hold more answers than a long one
)

// A sentence is shown when its fit and its own relevance reach these shares of the best ones, so that a short answer stays short.
const (
	keepShare = 0.2
	ownShare  = 0.2
)

// sameWords is the share of the longer words of two sentences from which on they count as saying the same.
const sameWords = 0.6

// Scorer tells how well each text answers the question, higher is better, on one scale for all of them.
type Scorer func(ctx context.Context, question string, texts []string) ([]float64, error)

// Extractive composes an answer from sentences of the evidence as they stand. It needs no model.
type Extractive struct {
	Score     Scorer
	Sentences int // at most
}

var _ Composer = Extractive{}

// candidate is a sentence, or two that belong together, that may be shown.
type candidate struct {
	evidence int // its place in the evidence
	span     news.Span
	around   news.Span // with the sentences beside it
	text     string    // as it stands
	meant    *Meant    // whom a pronoun in it stands for; nil for none
	read     string    // as it is shown: with the pronoun resolved
	words    int
	quote    *news.Quote
	answers  []possible // what of it may be the answer
	own      float64    // its relevance
	fit      float64    // its relevance, with that of its surroundings and what it has of the kind asked for
	score    float64    // fit, and how well its passage fits
	position int        // of its first sentence in the passage
}

// Compose picks the sentences that answer the question. It returns an empty draft when no evidence is given or none bears on the question, and an error only when the scorer fails.
func (x Extractive) Compose(ctx context.Context, question string, evidence []Evidence, _ func(Draft)) (Draft, error) {
	candidates, err := x.rated(ctx, question, evidence)
	if err != nil || len(candidates) == 0 {
		return Draft{}, err
	}
	if err := x.answering(ctx, question, evidence, candidates); err != nil {
		return Draft{}, err
	}
	candidates, list := wanted(question).bearing(candidates, evidence)
	chosen := choose(candidates, support(candidates, evidence), x.Sentences, list)
	return draft(order(chosen, question, evidence), evidence), nil
}

// answering adds to the candidates' fit what they have of the kind that the question asks for, and scores them.
func (x Extractive) answering(ctx context.Context, question string, evidence []Evidence, candidates []candidate) error {
	want := wanted(question)
	titles := make([]string, len(evidence))
	named := make([]map[string]bool, len(evidence)) // what each title has that may be the answer
	for i, e := range evidence {
		titles[i], named[i] = e.Source.Title, map[string]bool{}
		for _, p := range want.possibles(titles[i]) {
			named[i][p.key] = true
		}
	}
	fits, err := x.Score(ctx, question, titles)
	if err != nil {
		return err
	}
	for i := range candidates {
		candidates[i].answers = want.possibles(candidates[i].read)
	}
	if want.kind == whenKind {
		oneDay(candidates)
	}
	for i := range candidates {
		c := &candidates[i]
		e := evidence[c.evidence]
		c.fit += want.bonus(*c)
		if slices.ContainsFunc(c.answers, func(p possible) bool { return named[c.evidence][p.key] }) {
			c.fit += titleBonus * fits[c.evidence]
		}
		c.score = c.fit + passageShare*shareOf(e.Score, evidence[0].Score)
		if c.position == 0 && e.Passage.Span.Start == 0 {
			c.score += leadBonus
		}
		if strings.HasSuffix(c.text, "...") || strings.HasSuffix(c.text, "…") {
			c.score -= cutCost
		}
	}
	return nil
}

// oneDay gives a day without its year the key of the one whole date that names it, if there is but one.
func oneDay(candidates []candidate) {
	whole := map[string]map[string]bool{} // the keys of whole dates by that of their day
	for _, c := range candidates {
		for _, p := range c.answers {
			if p.worth == 1 {
				if whole[p.yearless] == nil {
					whole[p.yearless] = map[string]bool{}
				}
				whole[p.yearless][p.key] = true
			}
		}
	}
	for _, c := range candidates {
		for i, p := range c.answers {
			if keys := whole[p.yearless]; p.worth == dayWorth && len(keys) == 1 {
				for key := range keys {
					c.answers[i].key = key
				}
			}
		}
	}
}

// shareOf is a score as a share of the best one.
func shareOf(score, best float64) float64 {
	if best <= 0 {
		return 0
	}
	return score / best
}

// support tells how much speaks for each thing that may be the answer: of every article its most relevant sentence that holds it, relevance squared; 1 for
// what has most. Sentences are then chosen to cover what has support (maximum coverage: Gillick and Favre, A scalable global model for summarization, 2009).
func support(candidates []candidate, evidence []Evidence) map[string]float64 {
	type mention struct{ key, article string }
	best := map[mention]float64{}
	for _, c := range candidates {
		e := evidence[c.evidence]
		relevance := c.own * (0.3 + 0.7*shareOf(e.Score, evidence[0].Score))
		for _, p := range c.answers {
			m := mention{p.key, e.Source.ArticleID}
			best[m] = max(best[m], p.worth*relevance)
		}
	}
	sum, most := map[string]float64{}, 0.0
	for _, m := range slices.SortedFunc(maps.Keys(best), func(a, b mention) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.article, b.article)) }) {
		sum[m.key] += best[m] * best[m]
		most = max(most, sum[m.key])
	}
	for key := range sum {
		sum[key] /= max(most, 1e-9)
	}
	return sum
}

// rated lists the sentences of the evidence with how well each fits, by itself and with what surrounds it.
func (x Extractive) rated(ctx context.Context, question string, evidence []Evidence) ([]candidate, error) {
	candidates := sentencesOf(evidence)
	if len(candidates) == 0 {
		return nil, nil
	}
	texts := make([]string, 0, 2*len(candidates))
	for _, c := range candidates {
		texts = append(texts, c.read, c.around.In(evidence[c.evidence].Passage.Text))
	}
	scores, err := x.Score(ctx, question, texts)
	if err != nil {
		return nil, err
	}
	for i := range candidates {
		candidates[i].own = scores[2*i]
		candidates[i].fit = scores[2*i] + aroundShare*scores[2*i+1]
	}
	return candidates, nil
}

// sentencesOf lists the sentences of the evidence. A sentence that leans on the one before it in its paragraph ("He added …", or words of a
// quotation whose speaker was named there) takes that one along, unless it is certain whom its pronoun stands for.
func sentencesOf(evidence []Evidence) []candidate {
	var all []candidate
	for i, e := range evidence {
		body := e.Passage.Text
		var spans []news.Span
		heads := map[int]bool{} // places in spans where a paragraph begins
		for _, paragraph := range text.Paragraphs(body) {
			heads[len(spans)] = true
			for _, span := range text.Sentences(paragraph.In(body)) {
				spans = append(spans, news.Span{Start: paragraph.Start + span.Start, End: paragraph.Start + span.End})
			}
		}
		for n, whole := range spans {
			var resolved *Meant
			if leans(whole.In(body)) && !heads[n] {
				if resolved = meantIn(e, spans, n, heads); resolved == nil {
					whole.Start = spans[n-1].Start
				}
			}
			whole = closed(body, whole, spans, n, heads)
			if whole.Start != spans[n].Start {
				resolved = nil
			}
			said := whole.In(body)
			if !worthShowing(said) {
				continue
			}
			around := news.Span{Start: spans[max(n-1, 0)].Start, End: spans[min(n+1, len(spans)-1)].End}
			shown := shownWith(said, resolved)
			all = append(all, candidate{evidence: i, span: whole, around: around, text: said, meant: resolved, read: shown, words: len(strings.Fields(shown)),
				quote: quoteIn(e, whole), position: n})
		}
	}
	return all
}

// closed lengthens a sentence by its neighbours in the paragraph until the quotation marks in it are balanced: no part of a quotation is shown with one
// mark only. What stays open is given back as it was.
func closed(body string, whole news.Span, spans []news.Span, n int, heads map[int]bool) news.Span {
	longer := whole
	for last := n + 1; open(longer.In(body)) > 0 && last < len(spans) && !heads[last]; last++ {
		longer.End = spans[last].End
	}
	for first := n; open(longer.In(body)) < 0 && first > 0 && !heads[first]; first-- {
		longer.Start = spans[first-1].Start
	}
	if open(longer.In(body)) != 0 {
		return whole
	}
	return longer
}

// open counts the curly quotation marks that are opened and not closed; it is negative when more are closed.
func open(s string) int { return strings.Count(s, "“") - strings.Count(s, "”") }

// worthShowing leaves out fragments and datelines: a sentence has some words, not all of them capitalised, and an end.
func worthShowing(s string) bool {
	words := strings.Fields(s)
	small := func(w string) bool {
		first, _ := utf8.DecodeRuneInString(w)
		return unicode.IsLetter(first) && !unicode.IsUpper(first)
	}
	if len(words) < 4 || !slices.ContainsFunc(words, small) && strings.ContainsFunc(s, unicode.IsLower) {
		return false
	}
	last, _ := utf8.DecodeLastRuneInString(s)
	return strings.ContainsRune(`.!"”'’)]…»`, last) // a question answers nothing, unless somebody is quoted asking it
}

// quoteIn finds the first quotation of the evidence whose words touch the span of its passage; nil when none does.
func quoteIn(e Evidence, span news.Span) *news.Quote {
	span = news.Span{Start: span.Start + e.Passage.Span.Start, End: span.End + e.Passage.Span.Start}
	for i := range e.Quotes {
		if e.Quotes[i].Kind != news.Reported && e.Quotes[i].Span().Overlaps(span) {
			return &e.Quotes[i]
		}
	}
	return nil
}

// leans reports whether a sentence cannot be understood without the one before it: it begins with a pronoun, or is a quotation whose speaker
// was named there: it has nothing but the words, or "she said" behind them.
func leans(s string) bool {
	opening, rest := "", s
	for _, mark := range []string{"“", `"`} {
		if after, ok := strings.CutPrefix(s, mark); ok {
			opening, rest = mark, after
		}
	}
	if opening == "" {
		return leaning[strings.ToLower(firstWord(s))]
	}
	_, after, closed := strings.Cut(rest, map[string]string{"“": "”", `"`: `"`}[opening])
	after = strings.TrimLeft(after, ", ")
	return closed && (after == "" || speaking[strings.ToLower(firstWord(after))])
}

var speaking = map[string]bool{"he": true, "she": true, "they": true}

var leaning = map[string]bool{"he": true, "she": true, "they": true, "it": true, "his": true, "her": true, "their": true, "its": true, "this": true, "these": true, "those": true, "that": true, "but": true, "and": true, "instead": true, "still": true, "however": true}

func firstWord(s string) string {
	end := strings.IndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) })
	if end < 0 {
		end = len(s)
	}
	return s[:end]
}

// choose takes, one after the other, the candidate that gains most: a good one with something in it that may be the answer and that was not said yet,
// in few words. It stays within the bounds of a short answer; a list may be longer, by what each further sentence adds to it.
func choose(candidates []candidate, support map[string]float64, most int, list bool) []candidate {
	fit, own := 0.0, 0.0
	for _, c := range candidates {
		fit, own = max(fit, c.fit), max(own, c.own)
	}
	unfit := func(c candidate) bool { return c.fit < keepShare*fit || c.own < ownShare*own }
	var chosen []candidate
	cost := wordCost
	if len(support) == 0 {
		cost = 0 // no sentence holds an answer that a shorter one may hold too: somebody's words are asked for
	}
	said := map[string]bool{}
	words := 0
	longest := 1
	if list {
		longest = listLength
	}
	for len(chosen) < most*longest {
		next, gain := -1, 0.0
		for i, c := range candidates {
			beyond := len(chosen) >= most || len(chosen) > 0 && words+c.words > maxWords
			if beyond && (words+c.words > maxWords*longest || !list || c.news(said, support) == 0) {
				continue
			}
			g := c.score - cost*float64(c.words) + newAnswer*c.news(said, support)
			if next >= 0 && g <= gain || unfit(c) || overlaps(chosen, c) || repeats(chosen, c) && c.news(said, support) < muchSupport {
				continue
			}
			next, gain = i, g
		}
		if next < 0 {
			break
		}
		c := candidates[next]
		chosen = append(chosen, c)
		words += c.words
		for _, p := range c.answers {
			said[p.key] = true
		}
	}
	return chosen
}

// news is the support of what the sentence has that may be the answer and was not said yet.
func (c candidate) news(said map[string]bool, support map[string]float64) float64 {
	worth := map[string]float64{}
	for _, p := range c.answers {
		if !said[p.key] {
			worth[p.key] = max(worth[p.key], p.worth)
		}
	}
	sum := 0.0
	for _, key := range slices.Sorted(maps.Keys(worth)) { // in order: sums of fractions depend on it
		sum += worth[key] * support[key]
	}
	return min(sum, mostSupport)
}

// overlaps reports whether c shares words of its passage with a chosen one.
func overlaps(chosen []candidate, c candidate) bool {
	return slices.ContainsFunc(chosen, func(o candidate) bool { return o.evidence == c.evidence && o.span.Overlaps(c.span) })
}

// repeats reports whether c says in nearly the same words what a chosen one says.
func repeats(chosen []candidate, c candidate) bool {
	words := contentWords(c.read)
	for _, o := range chosen {
		if overlap(words, contentWords(o.read)) > sameWords {
			return true
		}
	}
	return false
}

func contentWords(s string) map[string]bool {
	set := make(map[string]bool)
	for w := range strings.FieldsFuncSeq(text.Fold(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if len(w) > 3 {
			set[w] = true
		}
	}
	return set
}

// overlap is the share of the smaller set that stands in the larger one.
func overlap(a, b map[string]bool) float64 {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(a) == 0 {
		return 0
	}
	n := 0
	for w := range a {
		if b[w] {
			n++
		}
	}
	return float64(n) / float64(len(a))
}

// order puts the chosen sentences, which come best first, as a reader wants them: article by article, in time when the question asks how things
// went, newest first when it asks for the latest, else the article of the best sentence first and the others newest first. Sentences of one article keep their order.
func order(chosen []candidate, question string, evidence []Evidence) []candidate {
	if len(chosen) == 0 {
		return nil
	}
	inTime, newest := asksForOrder(question), retrieval.AsksLatest(question)
	lead := evidence[chosen[0].evidence].Source.ArticleID
	slices.SortStableFunc(chosen, func(a, b candidate) int {
		x, y := evidence[a.evidence], evidence[b.evidence]
		byTime := x.Source.Published.Compare(y.Source.Published)
		switch {
		case x.Source.ArticleID == y.Source.ArticleID:
			return cmp.Compare(x.Passage.Span.Start+a.span.Start, y.Passage.Span.Start+b.span.Start)
		case inTime && byTime != 0:
			return byTime
		case newest && byTime != 0:
			return -byTime
		case !inTime && x.Source.ArticleID == lead:
			return -1
		case !inTime && y.Source.ArticleID == lead:
			return 1
		case byTime != 0:
			return -byTime
		}
		return cmp.Compare(x.Source.ArticleID, y.Source.ArticleID)
	})
	return chosen
}

func asksForOrder(question string) bool { return ordered.MatchString(question) }

var ordered = regexp.MustCompile(`(?i)\b(timeline|in order|what happe?ned|sequence of|chang(e|ed|es|ing)|evolv\w*|over time|history of|develop(ed|ment|ments)?|how did .* come)\b`)

// draft turns candidates into sentences that cite their evidence.
func draft(chosen []candidate, evidence []Evidence) Draft {
	sentences := make([]Sentence, len(chosen))
	for i, c := range chosen {
		sentences[i] = Sentence{Text: c.text, Meant: c.meant, Cites: []int{evidence[c.evidence].N}, Quote: c.quote}
	}
	return checked(sentences)
}

// checked is a draft of sentences that stand as they are in their evidence: its checks hold by construction.
func checked(sentences []Sentence) Draft {
	d := Draft{Sentences: sentences, Checks: Checks{Sentences: len(sentences), Supported: len(sentences)}}
	for _, s := range sentences {
		if s.Quote != nil {
			d.Checks.Quotes++
			d.Checks.Verbatim++
		}
	}
	return d
}
