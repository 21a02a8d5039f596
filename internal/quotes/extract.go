package quotes

import (
	"strings"
	"unicode/utf8"

	"attache/internal/news"
)

// ShownConfidence is the confidence from which Speaker.Name is filled. By 10-fold cross-validation on the dev part of PolNeAR the name is right in 97
// of 100 cases from there on (tools/attribution -predict).
const ShownConfidence = 0.50

// shownPronoun is the same where a pronoun stands for the name, which that set does not tell; it is set by reading samples.
const shownPronoun = 0.60

// takenConfidence is the probability from which words in marks count as a quotation.
const takenConfidence = 0.7

// Model is what decides which words in marks are quotations and who speaks them. The zero Model knows nothing; Default is the learned one.
// It is read-only and safe for concurrent use.
type Model struct {
	speaker, quotation weights
}

// Default returns the model that comes with the package.
func Default() Model { return Model{speaker: speakerWeights, quotation: quotationWeights} }

// NewModel reads a model from two texts, each with one feature, a tab and its weight a line, as tools/attribution writes them.
// Lines of another form are passed over.
func NewModel(speaker, quotation string) Model {
	return Model{speaker: parseWeights(speaker), quotation: parseWeights(quotation)}
}

// Extract returns the quotations and reported statements of an article in reading order, each with its speaker as far as the article
// tells. It returns nil when there are none, and for a text that is not UTF-8, in which no span holds. Every fragment is verbatim: a.Text[f.Span.Start:f.Span.End] == f.Text. It is
// deterministic, never fails, and takes time in proportion to the text.
func Extract(a news.Article) []news.Quote { return Default().Extract(a) }

// Extract is the package's Extract with another model.
func (m Model) Extract(a news.Article) []news.Quote {
	if !utf8.ValidString(a.Text) {
		return nil
	}
	d := parse(a)
	if said, start, ok := d.transcript(); ok {
		return append(before(d.assemble(m.decide(d)), start), said...)
	}
	return inOrder(d.assemble(m.decide(d)), d.reported())
}

// decision is what was decided on one marked span that is a quotation.
type decision struct {
	setting
	mention    int     // who speaks: an index into document.mentions, or -1
	person     int     // who that is, or -1
	confidence float64 // that person speaks
}

// decide finds the quotations among the marks and the speaker of each, from the first to the last.
func (m Model) decide(d *document) []decision {
	var out []decision
	var f features
	last := decision{mention: -1, person: -1, setting: setting{k: -1}}
	for k := range d.marks {
		s := d.look(k)
		if last.k >= 0 && d.runsOver(last.k, k) {
			last.setting = s
			out = append(out, last)
			continue
		}
		if !m.takes(d, &f, &s) {
			continue
		}
		s.prevMention, s.prevPerson, s.prevMark = last.mention, last.person, last.k
		last = m.choose(d, &f, s)
		out = append(out, last)
	}
	return out
}

// takes reports whether the words in the mark of s are a quotation. What runs over paragraphs always is.
func (m Model) takes(d *document, f *features, s *setting) bool {
	if d.marks[s.k].reopen && s.k+1 < len(d.marks) && d.runsOver(s.k, s.k+1) {
		return true
	}
	if d.isWork(s) {
		return false
	}
	d.quotationFeatures(f, s)
	return logistic(m.quotation.score(f)) >= takenConfidence
}

// runsOver reports whether mark b goes on with what mark a left open at the end of the paragraph before.
func (d *document) runsOver(a, b int) bool {
	return d.marks[a].reopen && d.marks[b].para == d.marks[a].para+1 && d.marks[b].outer.Start-d.paras[d.marks[b].para].Start < 2
}

// choose picks the mention that speaks the words of s. Its confidence is the sum over all mentions of the same person.
func (m Model) choose(d *document, f *features, s setting) decision {
	if by := d.signedBy(&s); by >= 0 {
		who, sure := d.resolve(by)
		return decision{setting: s, mention: by, person: who, confidence: signedConfidence * sure}
	}
	cands := d.candidates(s)
	scores := make([]float64, len(cands)+1)
	for i, c := range cands {
		d.speakerFeatures(f, &s, c, d.rank(&s, cands, i))
		scores[i] = m.speaker.score(f)
	}
	d.nobodyFeatures(f, &s)
	scores[len(cands)] = m.speaker.score(f)
	softmax(scores)
	best := len(cands)
	for i := range scores {
		if scores[i] > scores[best] {
			best = i
		}
	}
	if best == len(cands) {
		return decision{setting: s, mention: -1, person: -1}
	}
	out := decision{setting: s, mention: cands[best]}
	who, sure := d.resolve(cands[best])
	out.person = who
	for i, c := range cands {
		if p, _ := d.resolve(c); c == cands[best] || p >= 0 && p == who {
			out.confidence += scores[i]
		}
	}
	out.confidence *= sure
	return out
}

// rank counts the candidates between the i-th one and the words.
func (d *document) rank(s *setting, cands []int, i int) int {
	n := 0
	if d.mentions[cands[i]].first < s.first {
		for j := i + 1; j < len(cands) && d.mentions[cands[j]].first < s.first; j++ {
			n++
		}
		return n
	}
	for j := i - 1; j >= 0 && d.mentions[cands[j]].first >= s.end; j-- {
		n++
	}
	return n
}

// before returns the quotations that end before byte start.
func before(quotes []news.Quote, start int) []news.Quote {
	for i, q := range quotes {
		if q.Span().End > start {
			return quotes[:i:i]
		}
	}
	return quotes
}

// signedConfidence is how sure the name behind a dash is.
const signedConfidence = 0.95

// signedBy returns the mention that signs the words: “…” — Ilena Drazh, foreign minister. It is -1 when none does.
func (d *document) signedBy(s *setting) int {
	if s.end+1 >= len(d.tokens) || !strings.Contains("—–-―", d.tokens[s.end].lower) {
		return -1
	}
	m := d.mentionFrom(s.end + 1)
	if m < 0 || d.mentions[m].first > s.end+1 || d.mentions[m].kind != named {
		return -1
	}
	last := d.mentions[m].last
	if _, to, ok := d.apposition(&d.mentions[m]); ok {
		last = to
	}
	para := d.tokens[s.end].para
	if d.tokens[s.first].para != para || last+2 < len(d.tokens) && d.tokens[last+1].para == para && d.tokens[last+1].kind != punct {
		return -1
	}
	return m
}
