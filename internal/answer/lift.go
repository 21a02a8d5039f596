package answer

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"time"

	"attache/internal/news"
	"attache/internal/retrieval"
)

// How far sentences on a topic are looked for, and how near one must come: to the best of them, and at all, in the scorer's measure of 0 to about 2.
// Chosen on the starter collection so that a topic that it does not hold brings nothing.
const (
	liftPassages  = 40
	liftPerSource = 6
	liftShare     = 0.45
	liftFloor     = 0.6
)

// Lifted is a sentence as it stands in its passage, or two of which the second leans on the first.
type Lifted struct {
	Text    string
	Meant   *Meant // as in Sentence
	Passage news.Passage
	Source  news.Source
	Quote   *news.Quote   // the quotation that stands in it; nil for none
	When    news.Date     // the date that it gives, its year taken from the day of publication where it has none; Unknown for none
	Score   float64       // how well it fits, comparable within one call
	Also    []news.Source // other articles that say the same of the same day in nearly the same words
}

// Shown is the sentence as a reader sees it, as Sentence has it.
func (l Lifted) Shown() string { return shownWith(l.Text, l.Meant) }

// Date is the day to order the sentence by: the one it gives, or else the one on which it was published; zero when neither is known.
func (l Lifted) Date() time.Time {
	if l.When.Precision != news.Unknown {
		return l.When.Time
	}
	return l.Source.Published
}

// Lift finds the sentences that bear on a topic, best first. One that says what a better one says is left out, and its article kept with that one.
// Finding none is no error. An error means that ctx has ended.
func (s *Service) Lift(ctx context.Context, q retrieval.Query) ([]Lifted, retrieval.Result, error) {
	q.Limit, q.PerSource = liftPassages, liftPerSource
	found, err := s.search.Search(ctx, q)
	if err != nil {
		return nil, found, fmt.Errorf("search: %w", err)
	}
	evidence := s.evidence(found)
	candidates, err := s.extractive.rated(ctx, q.Text, evidence)
	if err != nil {
		return nil, found, fmt.Errorf("score sentences: %w", err)
	}
	slices.SortStableFunc(candidates, func(a, b candidate) int { return cmp.Compare(b.fit, a.fit) })
	var lifted []Lifted
	var taken []candidate
	for _, c := range candidates {
		e := evidence[c.evidence]
		if slices.ContainsFunc(taken, func(o candidate) bool { return o.evidence == c.evidence && o.span.Overlaps(c.span) }) {
			continue // a sentence, and the same one with its neighbour
		}
		l := Lifted{Text: c.text, Meant: c.meant, Passage: e.Passage, Source: e.Source, Quote: c.quote, When: dateIn(c.text, e.Source.Published), Score: c.fit}
		if c.fit < liftFloor || c.fit < liftShare*candidates[0].fit {
			break
		}
		if same := slices.IndexFunc(lifted, l.says); same < 0 {
			lifted, taken = append(lifted, l), append(taken, c)
		} else if l.Source.ArticleID != lifted[same].Source.ArticleID && l.holds(lifted[same]) {
			lifted[same].Also = append(lifted[same].Also, l.Source)
		}
	}
	return lifted, found, nil
}

// says reports whether o says, of the same day, what l says in nearly the same words, with the same numbers, names and negations.
func (l Lifted) says(o Lifted) bool {
	return overlap(contentWords(l.Shown()), contentWords(o.Shown())) > sameWords && (l.When.Time.Equal(o.When.Time) || l.Passage.ArticleID == o.Passage.ArticleID) &&
		maps.Equal(facts(l.Shown()), facts(o.Shown()))
}

// facts are the words of a sentence that must not differ where two are to say the same.
func facts(s string) map[string]bool {
	found := map[string]bool{}
	for _, t := range tokensOf(s) {
		if isNumber(t.fold) || negations[t.fold] || t.upper && !t.lead && t.content() {
			found[t.fold] = true
		}
	}
	return found
}

// holds reports whether every word of o that carries meaning stands in l, so that l's article may be cited for o.
func (l Lifted) holds(o Lifted) bool {
	held := stemsOf(l.Shown())
	return !slices.ContainsFunc(tokensOf(o.Shown()), func(t token) bool { return t.content() && !held[t.stem] })
}

// coming finds words for what has not happened yet, in the clause that ends there: the day of the week behind it is the next one, not the last.
var coming = regexp.MustCompile(`\b([Ww]ill|[Ww]ould|[Nn]ext|[Pp]lan(s|ned)?|[Ee]xpect(s|ed)?|scheduled|due|set to|going to|about to)\b[^;:“”"]*$`)

// told finds a verb of saying: what follows it in its clause tells when it was said.
var told = regexp.MustCompile(`\b(said|says|told|announced|warned|added|reported)\b[^,;:“”"]*$`)

// dateIn reads the date that a sentence gives: the most exact one, the first of several. Words like "yesterday" and the days of the week are counted
// from the day of publication.
func dateIn(sentence string, published time.Time) news.Date {
	dates := calendarsIn(sentence)
	dates = append(dates, relativeDates(tokensOf(sentence), published)...)
	slices.SortStableFunc(dates, func(a, b calendar) int { return cmp.Compare(a.Start, b.Start) })
	best := news.Date{}
	for _, c := range dates {
		meant := resolve(c, published)
		at := 0
		if c.weekday >= 0 && c.day == 0 && len(meant) == 3 {
			at = 1
			if before := sentence[:c.Start]; coming.MatchString(before) && !told.MatchString(before) {
				at = 2
			}
		}
		if d := asDate(meant[at], c.In(sentence)); rank(d.Precision) > rank(best.Precision) {
			best = d
		}
	}
	return best
}

func asDate(c calendar, words string) news.Date {
	d := news.Date{Text: words}
	switch {
	case c.year == 0:
		return news.Date{}
	case c.month == 0:
		d.Precision = news.Year
	case c.day == 0:
		d.Precision = news.Month
	default:
		d.Precision = news.Day
	}
	d.Time = time.Date(c.year, time.Month(max(c.month, 1)), max(c.day, 1), 0, 0, 0, 0, time.UTC)
	return d
}

func rank(p news.Precision) int {
	return slices.Index([]news.Precision{news.Unknown, news.Year, news.Month, news.Day}, p)
}
