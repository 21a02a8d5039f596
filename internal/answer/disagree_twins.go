package answer

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"attache/internal/news"
	"attache/internal/retrieval"
	"attache/internal/text"
)

// What two sentences must have in common to tell of the same thing with another name, date or number in it. It is much on purpose: as with figures, a disagreement that is
// none does more harm than one that is missed.
const (
	twinWords = 0.6 // of the content words of the longer one, the value left out
	twinTerms = 0.5 // of the question's words, in each
	mostHeld  = 4   // things that may be the answer: a sentence with more is a list
)

// twin is a sentence that may hold the answer, which is its figure's value.
type twin struct {
	figure
	key     string
	others  map[string]bool // keys of what else in it may be the answer
	words   map[string]bool // stems of its other content words
	facts   map[string]bool // its numbers and negations
	beside  [2]string       // the stems before and behind the name; "" at the ends
	article string
}

// differingTwins finds the sentences of different reports that say the same but for one name, date or number of the kind that the question asks for: "Osen
// closed the pass on Friday", "Stenn closed the pass on Friday". It returns one for each of these, oldest report first, with its Version; nil when the reports agree.
func differingTwins(question string, read retrieval.Reading, evidence []Evidence) []Sentence {
	w := wanted(question)
	if !w.asksValue() {
		return nil
	}
	var twins []twin
	for i, e := range evidence {
		if inTime(question, read, e.Source.Published) {
			twins = append(twins, w.twinsOf(i, e)...)
		}
	}
	versions := map[string]twin{}
	for i, a := range twins {
		for _, b := range twins[:i] {
			if !a.contradicts(b) || evidence[a.evidence].Source.Published.Sub(evidence[b.evidence].Source.Published).Abs() > sameTime*24*time.Hour {
				continue
			}
			for _, c := range []twin{b, a} {
				if known, ok := versions[c.key]; !ok || earlier(c.figure, known.figure, evidence) {
					versions[c.key] = c
				}
			}
		}
	}
	shown := slices.SortedFunc(maps.Values(versions), func(a, b twin) int {
		x, y := evidence[a.evidence], evidence[b.evidence]
		return cmp.Or(x.Source.Published.Compare(y.Source.Published), cmp.Compare(x.Passage.ID, y.Passage.ID), a.value.Start-b.value.Start)
	})
	var sentences []Sentence
	for _, c := range shown[:min(len(shown), mostVersions)] {
		sentences = append(sentences, c.shown(evidence[c.evidence]))
	}
	return sentences
}

// asksValue reports whether the answer is a name, a date or a number.
func (w want) asksValue() bool {
	return len(w.before)+len(w.after) > 0 && w.kind != anyKind && w.kind != whyKind && w.kind != saidKind && !asksWords.MatchString(w.question)
}

// twinsOf lists the sentences of a passage that hold enough of the question's words and what may be the answer, once for each.
func (w want) twinsOf(i int, e Evidence) []twin {
	var all []twin
	body := e.Passage.Text
	for _, p := range text.Paragraphs(body) {
		for _, s := range text.Sentences(p.In(body)) {
			s = news.Span{Start: s.Start + p.Start, End: s.End + p.Start}
			all = append(all, w.twinsIn(i, e, s)...)
		}
	}
	return all
}

func (w want) twinsIn(i int, e Evidence, span news.Span) []twin {
	sentence := span.In(e.Passage.Text)
	tokens := tokensOf(sentence)
	held := stemsIn(tokens)
	asked, n := slices.Concat(w.before, w.after), 0
	for _, stem := range asked {
		if held[stem] {
			n++
		}
	}
	if float64(n) < twinTerms*float64(len(asked)) || supposed.MatchString(sentence) {
		return nil
	}
	found := w.possibles(sentence)
	if len(found) > mostHeld {
		return nil
	}
	var all []twin
	for _, p := range found {
		if p.worth < unnamedWorth || w.kind == countryKind && p.worth < 1 || w.kind == whenKind && p.worth < 1 {
			continue
		}
		c := twin{key: p.key, others: map[string]bool{}, words: map[string]bool{}, facts: map[string]bool{}, article: e.Source.ArticleID}
		c.evidence, c.sentence = i, span
		c.value = news.Span{Start: span.Start + p.Start, End: span.Start + p.End}
		for _, o := range found {
			c.others[o.key] = c.others[o.key] || o.key != p.key
		}
		for k, t := range tokens {
			switch {
			case t.Overlaps(p.Span):
			case isNumber(t.fold) || negations[t.fold]:
				c.facts[t.fold] = true
			case t.content():
				c.words[t.stem] = true
			}
			if t.Start == p.Start && k > 0 {
				c.beside[0] = tokens[k-1].stem
			}
			if t.End == p.End && k+1 < len(tokens) {
				c.beside[1] = tokens[k+1].stem
			}
		}
		all = append(all, c)
	}
	return all
}

// contradicts reports whether two sentences of different articles say the same, with the same numbers, but for what stands in the same place.
func (a twin) contradicts(b twin) bool {
	if a.article == b.article || a.key == b.key || a.others[b.key] || b.others[a.key] || !maps.Equal(a.facts, b.facts) {
		return false
	}
	if a.beside[0] != b.beside[0] && a.beside[1] != b.beside[1] {
		return false
	}
	return float64(common(a.words, b.words)) >= twinWords*float64(max(len(a.words), len(b.words)))
}
