package answer

import (
	"context"
	"slices"
	"strings"
	"unicode"

	"attache/internal/news"
	"attache/internal/text"
)

// source is one piece of evidence, taken apart once.
type source struct {
	evidence  Evidence
	text      string // the passage without what it says to models
	tokens    []token
	spans     []news.Span // of its sentences
	sentences []sentenceWords
	byFold    map[string][]int // places in tokens
	byStem    map[string][]int
	numbers   []quantity
	dates     []calendar      // resolved, with those of relative words and the day of publication
	meta      map[string]bool // folded words of title, publisher, heading, date and speakers
	metaStems map[string]bool
	metaText  []string          // title, publisher, and each speaker with the title held
	initials  map[string]bool   // the initials of its names of several words: "cpc"
	offices   map[string]office // by surname, folded
	fillers   []filler          // once its names are marked
}

// sentenceWords is one sentence of a source.
type sentenceWords struct {
	first, end int // its tokens
	stems      map[string]bool
	folds      map[string]bool
	content    []string     // folded content words
	groups     map[int]bool // synonym groups
	names      map[string]bool
}

func newSource(e Evidence) *source {
	s := &source{evidence: e, text: withoutInstructions(e.Passage.Text), byFold: map[string][]int{}, byStem: map[string][]int{}, meta: map[string]bool{}, metaStems: map[string]bool{}, initials: map[string]bool{}}
	s.tokens, s.spans = tokensOf(s.text), text.Sentences(s.text)
	s.readSentences()
	s.readMeta()
	s.readDates()
	s.numbers = quantities(s.text, s.tokens, nil)
	slices.SortFunc(s.numbers, func(a, b quantity) int { return a.Start - b.Start })
	shareUnits(s.text, s.numbers, s.spans)
	s.offices = officesOf(s)
	return s
}

func (s *source) readSentences() {
	s.sentences = make([]sentenceWords, len(s.spans))
	for i := range s.sentences {
		s.sentences[i] = sentenceWords{stems: map[string]bool{}, folds: map[string]bool{}, groups: map[int]bool{}, names: map[string]bool{}, first: -1}
	}
	run := ""
	for i, t := range s.tokens {
		words := &s.sentences[t.sentence]
		if words.first < 0 {
			words.first = i
		}
		words.end = i + 1
		words.add(t)
		s.byFold[t.fold] = append(s.byFold[t.fold], i)
		s.byStem[t.stem] = append(s.byStem[t.stem], i)
		if run = s.initial(run, i); len(run) >= 2 {
			s.initials[run] = true
		}
	}
	s.joinHyphens()
}

func (w *sentenceWords) add(t token) {
	w.stems[t.stem], w.folds[t.fold] = true, true
	for _, g := range synonyms[t.stem] {
		w.groups[g] = true
	}
	if t.content() {
		w.content = append(w.content, t.fold)
	}
	if t.upper {
		w.names[t.fold] = true
	}
}

// joinHyphens adds "ceasefire" where the source says "cease-fire".
func (s *source) joinHyphens() {
	for i := 1; i < len(s.tokens); i++ {
		a, b := s.tokens[i-1], s.tokens[i]
		if b.Start == a.End+1 && s.text[a.End] == '-' {
			words := &s.sentences[b.sentence]
			words.folds[a.fold+b.fold], words.stems[stemOf(a.fold+b.fold)] = true, true
		}
	}
}

// initial continues the initials of a run of capitalised words with token i.
func (s *source) initial(run string, i int) string {
	t := s.tokens[i]
	switch {
	case t.upper && (i == 0 || s.tokens[i-1].clause == t.clause):
		return run + firstRune(t.fold)
	case run != "" && (t.fold == "of" || t.fold == "the" || t.fold == "and" || t.fold == "for"):
		return run
	}
	return ""
}

func firstRune(s string) string {
	for _, r := range s {
		return string(r)
	}
	return ""
}

// hasName reports whether a capitalised word stands in the sentence in any form of it: Varesh for Vareshi, American for U.S.
func (w sentenceWords) hasName(fold string) bool {
	for name := range w.names {
		if sameName(fold, name) {
			return true
		}
	}
	return false
}

// sameName compares two folded names: equal, of one root, or aliases of one thing.
func sameName(a, b string) bool {
	if a == b {
		return true
	}
	if id := aliases[a]; id != 0 && id == aliases[b] {
		return true
	}
	ra, rb := rootOf(a), rootOf(b)
	return len(ra) >= 4 && (ra == rb || ra == b || a == rb)
}

// rootOf takes the longest ending of a demonym off a name.
func rootOf(name string) string {
	for _, ending := range demonymEndings {
		if base, ok := strings.CutSuffix(name, ending); ok && len(base) >= 4 {
			return base
		}
	}
	return name
}

func (s *source) readMeta() {
	e := s.evidence
	s.metaText = []string{e.Source.Title, e.Source.Publisher, e.Passage.Heading}
	for _, q := range e.Quotes {
		s.metaText = append(s.metaText, strings.TrimSpace(q.Speaker.Title+" "+q.Speaker.Name), q.Speaker.Affiliation, q.Speaker.Mention)
	}
	for _, line := range s.metaText {
		for _, t := range tokensOf(line) {
			if t.content() {
				s.meta[t.fold], s.metaStems[t.stem] = true, true
			}
		}
	}
}

func (s *source) readDates() {
	published := s.evidence.Source.Published
	for _, c := range calendars(s.text, s.spans) {
		s.dates = append(s.dates, resolve(c, published)...)
	}
	s.dates = append(s.dates, relativeDates(s.tokens, published)...)
	for _, q := range s.evidence.Quotes {
		if q.Spoken.Precision == news.Day {
			s.dates = append(s.dates, onDay(calendar{sentence: -1}, q.Spoken.Time))
		}
	}
	if !published.IsZero() {
		s.dates = append(s.dates, onDay(calendar{sentence: -1}, published))
	}
}

// wordVectors keeps the vectors of words. Without an embedder it has none, and nothing is similar.
type wordVectors struct {
	ctx     context.Context //nolint:containedctx // it lives for one answer, as the context does
	embed   Embedder
	vectors map[string][]float32
}

func newWordVectors(ctx context.Context, embed Embedder) *wordVectors {
	return &wordVectors{ctx: ctx, embed: embed, vectors: map[string][]float32{}}
}

// learn embeds the words it does not know yet, in one call. An embedder that fails leaves them without vectors: then they count less, never more.
func (v *wordVectors) learn(words []string) {
	if v.embed == nil {
		return
	}
	var fresh []string
	for _, w := range words {
		if _, known := v.vectors[w]; !known && w != "" && !functionWords[w] && strings.ContainsFunc(w, unicode.IsLetter) {
			v.vectors[w] = nil
			fresh = append(fresh, w)
		}
	}
	if len(fresh) == 0 {
		return
	}
	got, err := v.embed(v.ctx, fresh)
	if err != nil || len(got) != len(fresh) {
		return
	}
	for i, w := range fresh {
		v.vectors[w] = got[i]
	}
}

// similarity is the cosine of two words' vectors; 0 when one has none.
func (v *wordVectors) similarity(a, b string) float64 {
	x, y := v.vectors[a], v.vectors[b]
	if len(x) != len(y) {
		return 0
	}
	var dot float32
	for i := range x {
		dot += x[i] * y[i]
	}
	return float64(dot)
}
