package quotes

import (
	"strings"

	"attache/internal/news"
	"attache/internal/text"
)

// Revision is a sentence that differs between two versions of an article: altered, added (Was is empty) or removed (Now is empty).
type Revision struct {
	Was, Now string
	Lost     []news.Quote // former quotations in the sentence whose words no longer stand in the article
}

// How like each other a sentence that went and one that came must be to be one sentence that was altered, by Likeness, and how many of those that came are
// compared with each that went.
const (
	alteredFrom  = 0.5
	alteredReach = 20
)

// Revise lists the sentences that differ between a former version of an article and a later one, in the order of the text. White space and the form of
// quotation marks are no difference. It is nil when no sentence differs.
func Revise(was, now news.Article) []Revision {
	r := reviser{was: was.Text, now: now.Text, x: sentencesOf(was.Text), y: sentencesOf(now.Text), said: Extract(was)}
	keys, others := r.keys(r.was, r.x), r.keys(r.now, r.y)
	head := 0
	for head < len(keys) && head < len(others) && keys[head] == others[head] {
		head++
	}
	tail := 0
	for tail < len(keys)-head && tail < len(others)-head && keys[len(keys)-1-tail] == others[len(others)-1-tail] {
		tail++
	}
	r.between(head, len(keys)-tail, head, len(others)-tail, keys, others)
	return r.found
}

// Likeness tells how much two sentences have in common: the words that both have in order, in [0, 1] of all the words of either. Case and marks of
// punctuation are no difference.
func Likeness(a, b string) float64 {
	shared := 0
	for _, c := range Compare(a, b) {
		if c.Kind == Same {
			shared += len(strings.Fields(c.Claimed))
		}
	}
	if all := len(strings.Fields(a)) + len(strings.Fields(b)); all > 0 {
		return 2 * float64(shared) / float64(all)
	}
	return 0
}

// reviser compares the sentences x of was with the sentences y of now.
type reviser struct {
	was, now string
	x, y     []news.Span
	said     []news.Quote // in was
	found    []Revision
}

// sentencesOf are the spans of the sentences of a text, paragraph by paragraph; what is no UTF-8 is left out, since no span holds in it.
func sentencesOf(s string) []news.Span {
	var all []news.Span
	for _, p := range text.Paragraphs(s) {
		for _, span := range text.Sentences(p.In(s)) {
			if whole := (news.Span{Start: p.Start + span.Start, End: p.Start + span.End}); whole.In(s) != "" {
				all = append(all, whole)
			}
		}
	}
	return all
}

// keys are what of each sentence is compared.
func (r *reviser) keys(s string, spans []news.Span) []string {
	keys := make([]string, len(spans))
	for i, span := range spans {
		keys[i] = strings.Join(strings.Fields(text.Fold(span.In(s))), " ")
	}
	return keys
}

// between goes through x[i:m] and y[j:n] by their longest common subsequence and notes each run that differs. A text so long that the table would not fit
// counts as changed from its common head to its common tail.
func (r *reviser) between(i, m, j, n int, keys, others []string) {
	if (m-i)*(n-j) > maxCells {
		r.run(i, m, j, n)
		return
	}
	table := common(keys[i:m], others[j:n])
	for a, b := i, j; a < m || b < n; {
		for a < m && b < n && keys[a] == others[b] {
			a, b = a+1, b+1
		}
		fromA, fromB := a, b
		for (a < m || b < n) && (a == m || b == n || keys[a] != others[b]) {
			if b == n || a < m && table[a-i+1][b-j] >= table[a-i][b-j+1] {
				a++
			} else {
				b++
			}
		}
		r.run(fromA, a, fromB, b)
	}
}

// run notes what became of the sentences x[i:m], in whose place y[j:n] stand: each is altered when one that came is like it, else it was removed.
func (r *reviser) run(i, m, j, n int) {
	for ; i < m; i++ {
		was := r.x[i].In(r.was)
		best, most := -1, alteredFrom
		for b := j; b < min(n, j+alteredReach); b++ {
			if like := Likeness(was, r.y[b].In(r.now)); like > most || best < 0 && like == most {
				best, most = b, like
			}
		}
		if best < 0 {
			r.found = append(r.found, Revision{Was: was, Lost: r.lost(r.x[i])})
			continue
		}
		r.added(j, best)
		r.found = append(r.found, Revision{Was: was, Now: r.y[best].In(r.now), Lost: r.lost(r.x[i])})
		j = best + 1
	}
	r.added(j, n)
}

func (r *reviser) added(j, n int) {
	for ; j < n; j++ {
		r.found = append(r.found, Revision{Now: r.y[j].In(r.now)})
	}
}

// lost are the quotations in a sentence of the former text of which a fragment no longer stands in the later one.
func (r *reviser) lost(sentence news.Span) []news.Quote {
	var lost []news.Quote
	for _, q := range r.said {
		if q.Kind == news.Reported || !q.Span().Overlaps(sentence) {
			continue
		}
		for _, f := range q.Fragments {
			if _, stands := text.Verbatim(r.now, f.Text); !stands && f.Span.Overlaps(sentence) {
				lost = append(lost, q)
				break
			}
		}
	}
	return lost
}
