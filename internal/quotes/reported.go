package quotes

import (
	"slices"
	"strings"
	"unicode"

	"attache/internal/news"
)

// Confidence that a clause is what its speaker said, by how it is tied to the speaker.
const (
	thatConfidence   = 0.95 // Ms. Drazh said that the pass is shut
	bareConfidence   = 0.90 // Ms. Drazh said the pass is shut
	behindConfidence = 0.93 // The pass is shut, Ms. Drazh said
	accordConfidence = 0.95 // According to Ms. Drazh, the pass is shut
	minClauseWords   = 4
)

// reported returns the statements that the article reports in indirect speech, from sentences without quotation marks. It keeps to the
// plain forms: a wrong statement is worse than a missing one.
func (d *document) reported() []news.Quote {
	var out []news.Quote
	for i := 0; i < len(d.tokens); {
		end := i + 1
		marked := d.tokens[i].quote >= 0
		for ; end < len(d.tokens) && d.tokens[end].sent == d.tokens[i].sent; end++ {
			marked = marked || d.tokens[end].quote >= 0
		}
		if !marked && !d.paraHeading[d.tokens[i].para] {
			if q, ok := d.reportedIn(i, end); ok {
				out = append(out, q)
			}
		}
		i = end
	}
	return out
}

// statement is a clause with the mention that is said to have said it.
type statement struct {
	mention    int
	cue        int
	from, to   int // the tokens of the clause
	confidence float64
}

// reportedIn returns the statement that the sentence of the tokens from..to-1 reports, the first one only.
func (d *document) reportedIn(from, to int) (news.Quote, bool) {
	for cue := from; cue < to; cue++ {
		if !d.isCue(cue) {
			continue
		}
		st, ok := d.statementAt(cue, from, to)
		if !ok {
			continue
		}
		return d.reportedQuote(st, from, to)
	}
	return news.Quote{}, false
}

// statementAt reads the statement that the cue at a token of the sentence from..to-1 reports.
func (d *document) statementAt(cue, from, to int) (statement, bool) {
	if d.tokens[cue].lower == "according" {
		return d.accordingTo(cue, from, to)
	}
	verb, class := cueOf(d.tokens[cue].lower)
	if class != sayCue || !statementVerbs[verb] || form(d.tokens[cue].lower) == "ing" {
		return statement{}, false
	}
	m, ok := d.closeSubject(cue, from)
	if !ok {
		return statement{}, false
	}
	if st, ok := d.clauseBehind(m, cue, to); ok {
		return st, true
	}
	return d.clauseInFront(m, cue, from, to)
}

// statementVerbs take a clause that says what was said.
var statementVerbs = wordSet(`say tell add argue warn note claim announce insist maintain contend declare explain acknowledge concede admit predict stress emphasize
	emphasise testify recall assert reiterate observe caution complain confirm deny state allege remark`)

// closeSubject returns the mention that is plainly the subject of the verb at token cue: right before it, or before what is put in
// between commas, with nothing that makes it a wish or a denial.
func (d *document) closeSubject(cue, from int) (int, bool) {
	i := cue
	for i > from && (d.tokens[i-1].lower == "has" || d.tokens[i-1].lower == "have" || d.tokens[i-1].lower == "had" || isAdverb(d.tokens[i-1].lower) && d.tokens[i-1].lower != "never") {
		i--
	}
	for m := d.mentionBefore(i); m >= 0 && d.mentions[m].first >= from; m-- {
		c := &d.mentions[m]
		if !c.modifier && !c.inside && !c.possessive && (c.tail == i || c.last+1 == i) && d.startsStatement(c, from) {
			return m, true
		}
	}
	return -1, false
}

// startsStatement reports whether a mention begins its sentence or a main clause of it: what follows "when" or "if" is not asserted.
func (d *document) startsStatement(m *mention, from int) bool {
	if m.first == from {
		return true
	}
	b := d.tokens[m.first-1]
	return b.lower == "," && !clauseWords[d.tokens[from].lower] || b.lower == "but" || b.lower == "and" || b.lower == ";" || b.lower == ":"
}

// clauseBehind reads what follows the verb: said [reporters] [on Friday] [that] CLAUSE.
func (d *document) clauseBehind(m, cue, to int) (statement, bool) {
	start := -1
	confidence := thatConfidence
	for i := cue + 1; i < to && i < cue+clauseReach; i++ {
		t := d.tokens[i]
		if t.lower == "that" {
			start = i + 1
			break
		}
		if t.kind == punct {
			break
		}
	}
	if start < 0 {
		next := d.mentionFrom(cue + 1)
		if next < 0 || d.mentions[next].first > cue+1 || !d.verbish(d.mentions[next].tail) || d.tokens[cue+1].lower == "who" {
			return statement{}, false
		}
		start, confidence = cue+1, bareConfidence
	}
	return d.finished(statement{mention: m, cue: cue, from: start, to: to, confidence: confidence})
}

// clauseInFront reads CLAUSE, Ms. Drazh said [in a briefing on Friday].
func (d *document) clauseInFront(m, cue, from, to int) (statement, bool) {
	first := d.mentions[m].first
	if first-1 <= from || d.tokens[first-1].lower != "," || to-cue > 12 {
		return statement{}, false
	}
	for i := cue + 1; i < to; i++ {
		if lower := d.tokens[i].lower; lower == "," || lower == "that" || auxiliaries[lower] {
			return statement{}, false
		}
	}
	return d.finished(statement{mention: m, cue: cue, from: from, to: first - 1, confidence: behindConfidence})
}

// accordingTo reads "According to X, CLAUSE" and "CLAUSE, according to X".
func (d *document) accordingTo(cue, from, to int) (statement, bool) {
	m := d.accordant(cue)
	if m < 0 || cue+1 >= to || d.tokens[cue+1].lower != "to" {
		return statement{}, false
	}
	if cue > from+1 && d.tokens[cue-1].lower == "," {
		return d.finished(statement{mention: m, cue: cue, from: from, to: cue - 1, confidence: accordConfidence})
	}
	if cue != from {
		return statement{}, false
	}
	start := d.mentions[m].last + 1
	if from, last, ok := d.apposition(&d.mentions[m]); ok && from > start {
		start = last + 1
	}
	if start >= to || d.tokens[start].lower != "," {
		return statement{}, false
	}
	return d.finished(statement{mention: m, cue: cue, from: start + 1, to: to, confidence: accordConfidence})
}

// finished trims the clause and checks that it can be one.
func (d *document) finished(st statement) (statement, bool) {
	for st.to > st.from && d.tokens[st.to-1].kind == punct {
		st.to--
	}
	words := 0
	for i := st.from; i < st.to; i++ {
		if d.tokens[i].kind == word {
			words++
		}
	}
	return st, words >= minClauseWords
}

// reportedQuote makes the statement of the sentence from..to-1, when its speaker is known well enough.
func (d *document) reportedQuote(st statement, from, to int) (news.Quote, bool) {
	span := news.Span{Start: d.tokens[st.from].start, End: d.tokens[st.to-1].end}
	who, sure := d.resolve(st.mention)
	s := setting{first: st.from, end: st.to, from: from, to: to, cueBefore: st.cue, cueAfter: -1}
	dec := decision{setting: s, mention: st.mention, person: who, confidence: st.confidence * sure}
	q := news.Quote{
		ID: news.QuoteID(d.article.ID, span.Start), ArticleID: d.article.ID, Kind: news.Reported,
		Fragments: []news.Fragment{{Span: span, Text: span.In(d.text)}}, Speaker: d.speaker(dec), Sentence: d.sentenceOf(dec),
		Cue: d.cueAt(st.cue), Venue: d.venue(dec), Spoken: d.spoken(dec),
	}
	return q, q.Speaker.Kind != news.Open && strings.IndexFunc(span.In(d.text), unicode.IsLetter) >= 0
}

// inOrder merges quotations by where they begin.
func inOrder(a, b []news.Quote) []news.Quote {
	out := append(a, b...)
	slices.SortStableFunc(out, func(a, b news.Quote) int { return a.Span().Start - b.Span().Start })
	return out
}
