package retrieval

import (
	"math"
	"slices"
	"strings"

	"attache/internal/text"
)

// BM25's constants: k1 and b as Robertson and Zaragoza (2009, "The Probabilistic Relevance Framework") recommend for news, and the
// weight of a word in the title or heading beside one in the text (BM25F with one combined field, the same source, section 3.6).
// Their values were chosen on the dev sets (docs/EVALUATION.md).
const (
	bm25K1      = 1.2
	bm25B       = 0.6
	titleWeight = 1.0
)

// posting says how often a term occurs in one passage.
type posting struct {
	passage uint32
	body    uint8 // occurrences in the text, at most 255
	context uint8 // occurrences in the title and heading
}

// lexical is an inverted index over passages, numbered as they were added. It is not safe for concurrent writing.
type lexical struct {
	forms    *forms           // a word as written -> its term's number, -1 for a stop word
	terms    map[string]int32 // a term -> its number
	names    []string         // number -> term
	written  []string         // number -> the word as it was written first
	postings [][]posting      // by term number, ascending by passage; those of removed passages stay
	holders  []uint32         // by term number, the passages that hold it, removed ones left out
	lengths  []uint16         // words of each passage, title and heading left out; 0 once removed
	alive    int              // passages not removed
	total    int              // sum of lengths
	owners   []uint32         // the number of each passage's article
	articles []uint32         // words of each article; 0 once removed
	living   int              // articles not removed
	counts   []posting        // by term number: occurrences in the passage being read, zero in between
	present  []int32          // the terms with a count
}

func newLexical() *lexical {
	return &lexical{forms: newForms(), terms: map[string]int32{}}
}

// open begins the next article; the passages added after it are its own.
func (l *lexical) open() { l.articles = append(l.articles, 0) }

// add indexes the next passage of the open article: its text, and its title and heading as context.
func (l *lexical) add(body, context string) {
	length := l.read(body, context)
	l.post(uint32(len(l.lengths)))
	length = min(max(length, 1), math.MaxUint16)
	l.lengths = append(l.lengths, uint16(length))
	owner := len(l.articles) - 1
	l.owners = append(l.owners, uint32(owner))
	if l.articles[owner] == 0 {
		l.living++
	}
	l.articles[owner] += uint32(length)
	l.alive++
	l.total += length
}

// read counts the terms of a passage and returns the number of words in its body.
func (l *lexical) read(body, context string) (length int) {
	words(body, func(start, end int) bool {
		length++
		if p := l.count(body[start:end]); p != nil {
			p.body = saturate(p.body)
		}
		return true
	})
	words(context, func(start, end int) bool {
		if p := l.count(context[start:end]); p != nil {
			p.context = saturate(p.context)
		}
		return true
	})
	return length
}

// count returns where the occurrences of a word's term in the passage being read are counted, nil for a stop word.
func (l *lexical) count(word string) *posting {
	t := l.form(word)
	if t < 0 {
		return nil
	}
	p := &l.counts[t]
	if p.body == 0 && p.context == 0 {
		l.present = append(l.present, t)
	}
	return p
}

// post moves what read has counted into the postings of the passage.
func (l *lexical) post(number uint32) {
	for _, t := range l.present {
		p := l.counts[t]
		p.passage = number
		l.postings[t] = append(l.postings[t], p)
		l.holders[t]++
		l.counts[t] = posting{}
	}
	l.present = l.present[:0]
}

func saturate(n uint8) uint8 {
	if n == math.MaxUint8 {
		return n
	}
	return n + 1
}

// form returns the number of the term that a word as written stands for, making one for a new term; -1 for a stop word.
func (l *lexical) form(word string) int32 {
	if t, ok := l.forms.get(word); ok {
		return t
	}
	t := int32(-1)
	if term := Term(word); term != "" && !isStopWord(word) {
		var known bool
		if t, known = l.terms[term]; !known {
			t = int32(len(l.names))
			term = strings.Clone(term) // keep the article's text collectable
			l.terms[term] = t
			l.names = append(l.names, term)
			l.written = append(l.written, strings.Clone(word))
			l.postings = append(l.postings, nil)
			l.holders = append(l.holders, 0)
			l.counts = append(l.counts, posting{})
		}
	}
	l.forms.put(word, t)
	return t
}

// known is form without making anything new; -1 also for a term that no passage holds.
func (l *lexical) known(word string) int32 {
	if t, ok := l.forms.get(word); ok {
		return t
	}
	return -1
}

func isAcronym(word string) bool { _, ok := acronyms[word]; return ok }

// remove takes a passage, which was added with this body and context, out: it is found no more and no longer counts. Its postings stay until the
// index is built anew.
func (l *lexical) remove(number uint32, body, context string) {
	if l.lengths[number] == 0 {
		return
	}
	l.read(body, context)
	for _, t := range l.present {
		l.holders[t]--
		l.counts[t] = posting{}
	}
	l.present = l.present[:0]
	l.total -= int(l.lengths[number])
	owner := l.owners[number]
	if l.articles[owner] -= uint32(l.lengths[number]); l.articles[owner] == 0 {
		l.living--
	}
	l.lengths[number] = 0
	l.alive--
}

// weightedTerm is a term of a question with its weight; alternatives for a word that the index does not know weigh less than 1.
type weightedTerm struct {
	term   string
	weight float64
}

// idf is BM25's inverse document frequency, in the form that is never negative (Lucene's): ln(1 + (N - n + 0.5) / (n + 0.5)).
func (l *lexical) idf(df int) float64 {
	return math.Log(1 + (float64(l.alive)-float64(df)+0.5)/(float64(df)+0.5))
}

// df counts the passages that hold the term.
func (l *lexical) df(term string) int {
	t, ok := l.terms[term]
	if !ok {
		return 0
	}
	return int(l.holders[t])
}

// score adds each passage's BM25 score for the terms to scores, which has one place for every passage ever added.
func (l *lexical) score(terms []weightedTerm, scores []float32) {
	if l.alive == 0 {
		return
	}
	mean := float64(l.total) / float64(l.alive)
	norms := l.norms(mean)
	for _, q := range terms {
		t, ok := l.terms[q.term]
		if !ok {
			continue
		}
		idf := q.weight * l.idf(l.df(q.term))
		for _, p := range l.postings[t] {
			length := l.lengths[p.passage]
			if length == 0 {
				continue
			}
			tf := float64(p.body) + titleWeight*float64(p.context)
			scores[p.passage] += float32(idf * tf * (bm25K1 + 1) / (tf + norms[min(int(length), len(norms)-1)]))
		}
	}
}

// scoreArticles adds each article's BM25 score for the terms, the article taken as one text, to scores, which has one place for every article ever
// added.
func (l *lexical) scoreArticles(terms []weightedTerm, scores []float32) {
	if l.living == 0 {
		return
	}
	mean := float64(l.total) / float64(l.living)
	for _, q := range terms {
		t, ok := l.terms[q.term]
		if !ok {
			continue
		}
		found := l.inArticles(t)
		idf := q.weight * math.Log(1+(float64(l.living)-float64(len(found))+0.5)/(float64(len(found))+0.5))
		for _, f := range found {
			norm := bm25K1 * (1 - bm25B + bm25B*float64(l.articles[f.passage])/mean)
			scores[f.passage] += float32(idf * float64(f.score) * (bm25K1 + 1) / (float64(f.score) + norm))
		}
	}
}

// inArticles adds up a term's occurrences by article: the passages of one stand side by side.
func (l *lexical) inArticles(t int32) []scored {
	var found []scored
	for _, p := range l.postings[t] {
		if l.lengths[p.passage] == 0 {
			continue
		}
		owner := l.owners[p.passage]
		if n := len(found); n == 0 || found[n-1].passage != owner {
			found = append(found, scored{passage: owner, score: titleWeight * float32(p.context)})
		}
		found[len(found)-1].score += float32(p.body)
	}
	return found
}

// norms tabulates k1 * (1 - b + b * length/mean) for lengths up to a limit that passages do not pass in practice.
func (l *lexical) norms(mean float64) []float64 {
	table := make([]float64, 1024)
	for length := range table {
		table[length] = bm25K1 * (1 - bm25B + bm25B*float64(length)/mean)
	}
	return table
}

// holds reports whether a passage that seen admits holds the term.
func (l *lexical) holds(term string, seen func(passage uint32) bool) bool {
	t, ok := l.terms[term]
	if !ok {
		return false
	}
	return slices.ContainsFunc(l.postings[t], func(p posting) bool { return l.lengths[p.passage] > 0 && seen(p.passage) })
}

// correct finds terms that an unknown word, of which folded is the whole and term the stem, may have been meant for: one typing error in a word of four
// letters or more, two in one of eight or more; the first letter is taken as right. Only terms of passages that seen admits come back, at most three, the most frequent first, nil for none.
func (l *lexical) correct(folded, term string, seen func(passage uint32) bool) []weightedTerm {
	limit := typingErrors(term)
	if limit == 0 {
		return nil
	}
	type candidate struct {
		term     string
		distance int
		df       int
	}
	var found []candidate
	for i, name := range l.names {
		if name == "" || name[0] != term[0] {
			continue
		}
		d := limit + 1
		if abs(len(name)-len(term)) <= limit {
			d = distance(term, name, limit)
		}
		if written := l.written[i]; d > 0 && abs(len(written)-len(folded)) <= limit { // an error may change the stem: minster, minister
			d = min(d, distance(folded, text.Fold(written), limit))
		}
		if d <= limit && l.holds(name, seen) {
			found = append(found, candidate{name, d, l.df(name)})
		}
	}
	slices.SortFunc(found, func(a, b candidate) int {
		if a.distance != b.distance {
			return a.distance - b.distance
		}
		if a.df != b.df {
			return b.df - a.df
		}
		return strings.Compare(a.term, b.term)
	})
	var terms []weightedTerm
	for _, c := range found[:min(len(found), 3)] {
		if c.distance > found[0].distance {
			break
		}
		terms = append(terms, weightedTerm{c.term, math.Pow(0.7, float64(c.distance))})
	}
	return terms
}

func typingErrors(term string) int {
	switch {
	case len(term) < 4 || term[0] >= 0x80 || isDigit(rune(term[0])):
		return 0
	case len(term) < 8:
		return 1
	}
	return 2
}

func abs(n int) int { return max(n, -n) }

// distance is the optimal string alignment distance of two ASCII words (insertions, deletions, changes, neighbours swapped), or limit+1 once
// it passes the limit.
func distance(a, b string, limit int) int {
	previous2, previous, current := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range previous {
		previous[j] = j
	}
	for i := 1; i <= len(a); i++ {
		current[0] = i
		best := i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d := min(previous[j]+1, current[j-1]+1, previous[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, previous2[j-2]+1)
			}
			current[j] = d
			best = min(best, d)
		}
		if best > limit {
			return limit + 1
		}
		previous2, previous, current = previous, current, previous2
	}
	return previous[len(b)]
}
