package answer

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

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
	bareWords = 2   // content words in common of two sentences that leave to others what they are about: "It was closed on 7 May"
	copyWords = 4   // content words in common of two that do so where no sentence around them has it either,
	copyShare = 0.9 // and their share of the longer one: one is a copy of the other
)

// twin is a sentence that may hold the answer, which is its figure's value.
type twin struct {
	figure
	key      string
	others   map[string]bool // keys of what else in it may be the answer
	words    map[string]bool // stems of its other content words
	facts    map[string]bool // its numbers and negations
	bare     bool            // it leaves to the sentences around it, or to the title, what the question names
	astray   bool            // nor do they have it
	initials string          // of the name that its value is a part of: lls for League of Lake States
	beside   [2]string       // the stems before and behind the name; "" at the ends
	article  string
}

// differingTwins finds the sentences of different reports that say the same but for one name, date or number of the kind that the question asks for: "Osen
// closed the pass on Friday", "Stenn closed the pass on Friday". It returns one for each of these, oldest report first, with its Version; nil when the reports agree.
func differingTwins(question string, read retrieval.Reading, evidence []Evidence) []Sentence {
	w := wanted(question)
	if !w.asksValue() {
		return nil
	}
	names := w.namesIn(evidence)
	var twins []twin
	for i, e := range evidence {
		if inTime(question, read, e.Source.Published) {
			twins = append(twins, w.twinsOf(i, e, names)...)
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

// asksValue reports whether the answer is one name, date or number.
func (w want) asksValue() bool {
	return len(w.before)+len(w.after) > 0 && w.kind != anyKind && w.kind != whyKind && w.kind != saidKind && !asksWords.MatchString(w.question) && !w.several
}

// asked are the stems of the question's words.
func (w want) asked() []string { return slices.Concat(w.before, w.after) }

// namesIn lists which of the question's words are names: they tell what it is about. In a question all in small letters those are that the evidence writes with
// a capital.
func (w want) namesIn(evidence []Evidence) map[string]bool {
	names := map[string]bool{}
	for _, t := range tokensOf(w.question) {
		if t.upper && !t.lead && t.content() {
			names[t.stem] = true
		}
	}
	if len(names) > 0 {
		return names
	}
	upper := map[string]int{}
	for _, e := range evidence {
		for word := range strings.FieldsFuncSeq(e.Passage.Text, func(r rune) bool { return !inWord(r) }) {
			if first, _ := utf8.DecodeRuneInString(word); unicode.IsUpper(first) {
				upper[strings.ToLower(word)]++
			} else {
				upper[word]--
			}
		}
	}
	for _, t := range tokensOf(w.question) {
		names[t.stem] = upper[t.fold] > 0
	}
	return names
}

// twinsOf lists the sentences of a passage that hold enough of the question's words and what may be the answer, once for each.
func (w want) twinsOf(i int, e Evidence, names map[string]bool) []twin {
	var all []twin
	body := e.Passage.Text
	title := stemsOf(e.Source.Title)
	for _, p := range text.Paragraphs(body) {
		tokens := tokensOf(p.In(body))
		around := stemsIn(tokens)
		maps.Copy(around, title)
		for n, s := range text.Sentences(p.In(body)) {
			var own []token // of the sentence, counted from its head
			for _, t := range tokens {
				if t.sentence == n {
					t.Start, t.End = t.Start-s.Start, t.End-s.Start
					own = append(own, t)
				}
			}
			span := news.Span{Start: s.Start + p.Start, End: s.End + p.Start}
			all = append(all, w.twinsIn(i, e, span, own, names, around)...)
		}
	}
	return all
}

// tells reads whether a sentence says enough of what is asked. A bare one leaves the names to its paragraph and title, whose stems are around: together they
// have nearly all that is asked, or it is astray.
func (w want) tells(held, around, names map[string]bool) (bare, astray, ok bool) {
	asked := w.asked()
	n, verbatim, near := 0, 0, 0
	for _, stem := range asked {
		in := holdsAlike(held, stem)
		if in {
			n++
		}
		if held[stem] {
			verbatim++
		}
		if in || around[stem] {
			near++
		}
		bare = bare || names[stem] && !in
	}
	if bare {
		return true, near < len(asked) && (len(asked) <= shortTerms || float64(near) < termShare*float64(len(asked))), verbatim > 0
	}
	return false, false, float64(n) >= twinTerms*float64(len(asked))
}

// holdsAlike reports whether a set of stems has this one or one that means much the same: shut, closed.
func holdsAlike(held map[string]bool, stem string) bool {
	if held[stem] {
		return true
	}
	for _, g := range synonyms[stem] {
		for other := range held {
			if slices.Contains(synonyms[other], g) {
				return true
			}
		}
	}
	return false
}

func (w want) twinsIn(i int, e Evidence, span news.Span, tokens []token, names, around map[string]bool) []twin {
	sentence := span.In(e.Passage.Text)
	bare, astray, ok := w.tells(stemsIn(tokens), around, names)
	if !ok || !worthShowing(sentence) && !strings.HasSuffix(sentence, "…") || supposed.MatchString(sentence) && !supposed.MatchString(w.question) {
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
		c := twin{key: p.key, others: map[string]bool{}, words: map[string]bool{}, facts: map[string]bool{}, bare: bare, astray: astray, article: e.Source.ArticleID}
		c.evidence, c.sentence = i, span
		c.value = news.Span{Start: span.Start + p.Start, End: span.Start + p.End}
		for _, o := range found {
			c.others[o.key] = c.others[o.key] || o.key != p.key
		}
		for k, t := range tokens {
			switch {
			case t.Overlaps(p.Span):
			case isNumber(t.fold) || numberNames[t.fold] || negations[t.fold]:
				c.facts[t.fold] = true
			case t.content():
				c.words[t.stem] = true
			}
			if t.Start == p.Start {
				c.initials = initialsAt(tokens, k)
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
	if a.article == b.article || a.key == b.key || shortFor(a.key, b) || shortFor(b.key, a) || a.others[b.key] || b.others[a.key] || !maps.Equal(a.facts, b.facts) {
		return false
	}
	shared, needed := common(a.words, b.words), twinWords
	switch {
	case a.astray || b.astray:
		needed = copyShare
		if a.beside != b.beside || shared < copyWords {
			return false
		}
	case a.bare || b.bare:
		if a.beside != b.beside || shared < bareWords {
			return false
		}
	case a.beside[0] != b.beside[0] && a.beside[1] != b.beside[1]:
		return false
	}
	return float64(shared) >= needed*float64(max(len(a.words), len(b.words)))
}

// shortFor reports whether a key is the initials of the other sentence's value: OEC for the Observatory of Economic Complexity.
func shortFor(key string, b twin) bool { return len(key) > 1 && key == b.initials }

var inName = wordSet("of the and for")

// initialsAt are the initials of the name, over its small words, that token k is a part of.
func initialsAt(tokens []token, k int) string {
	part := func(i int) bool {
		return i >= 0 && i < len(tokens) && (tokens[i].upper && !tokens[i].lead || inName[tokens[i].fold])
	}
	for part(k - 1) {
		k--
	}
	initials := ""
	for ; part(k); k++ {
		if tokens[k].upper {
			initials += firstRune(tokens[k].fold)
		}
	}
	return initials
}
