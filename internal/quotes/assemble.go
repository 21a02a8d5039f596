package quotes

import (
	"strings"
	"unicode"

	"attache/internal/news"
	"attache/internal/text"
)

// assemble makes quotations of the decisions, joining the fragments of one saying.
func (d *document) assemble(decisions []decision) []news.Quote {
	var out []news.Quote
	for i, dec := range decisions {
		fragment := d.fragment(dec.k)
		if fragment.Text == "" {
			continue
		}
		if i > 0 && len(out) > 0 && d.goesOn(decisions[i-1], dec) {
			q := &out[len(out)-1]
			q.Fragments = append(q.Fragments, fragment)
			q.Sentence.End = max(q.Sentence.End, d.sentenceOf(dec).End)
			continue
		}
		out = append(out, d.quote(dec, fragment))
	}
	return out
}

// quote makes a quotation with its first fragment.
func (d *document) quote(dec decision, fragment news.Fragment) news.Quote {
	q := news.Quote{
		ID: news.QuoteID(d.article.ID, fragment.Span.Start), ArticleID: d.article.ID, Kind: d.kindOf(dec),
		Fragments: []news.Fragment{fragment}, Speaker: d.speaker(dec), Sentence: d.sentenceOf(dec),
	}
	q.Cue = d.cueText(dec)
	q.Venue = d.venue(dec)
	q.Spoken = d.spoken(dec)
	return q
}

// fragment returns the words of mark k without white space and without the comma that belongs to the sentence around them.
func (d *document) fragment(k int) news.Fragment {
	span := d.marks[k].inner
	words := strings.TrimRightFunc(d.text[span.Start:span.End], func(r rune) bool { return r == ',' || unicode.IsSpace(r) })
	return news.Fragment{Span: news.Span{Start: span.Start, End: span.Start + len(words)}, Text: words}
}

// goesOn reports whether the words of b continue those of a as one saying: run over into the next paragraph, split by their
// speaker, or quoted piecewise in one sentence.
func (d *document) goesOn(a, b decision) bool {
	if d.runsOver(a.k, b.k) {
		return true
	}
	if d.marks[a.k].para != d.marks[b.k].para || b.mention < 0 || b.mention != a.mention {
		return false
	}
	if d.tokens[a.first].sent == d.tokens[b.first].sent {
		return true
	}
	return b.floating && d.tokens[b.first].sent-d.tokens[a.end-1].sent == 1
}

// kindOf tells a whole sentence in marks from a fragment in the journalist's own sentence.
func (d *document) kindOf(dec decision) news.QuoteKind {
	if !dec.upper {
		return news.Mixed
	}
	switch dec.lead {
	case "start", ",", ":", "quote", "cuesay", "cuesoft", "—", "–", "-", "(", ".":
		return news.Direct
	}
	if d.shape(dec.k).words >= 5 && dec.tailMark != "word" {
		return news.Direct
	}
	return news.Mixed
}

// sentenceOf returns the sentence or sentences around the words.
func (d *document) sentenceOf(dec decision) news.Span {
	return text.Trim(d.text, news.Span{Start: d.tokens[dec.from].start, End: d.tokens[dec.to-1].end})
}

// speaker makes the speaker of a decision. The name stays open below ShownConfidence.
func (d *document) speaker(dec decision) news.Speaker {
	if dec.mention < 0 {
		return news.Speaker{}
	}
	m := &d.mentions[dec.mention]
	s := news.Speaker{Mention: m.span.In(d.text), MentionSpan: m.span, Confidence: dec.confidence, Kind: news.Unnamed}
	if m.joint > 0 { // two speak: neither is named as the one who does
		s.MentionSpan.Start = d.mentions[m.joint-1].span.Start
		s.Mention = s.MentionSpan.In(d.text)
		return s
	}
	if dec.person < 0 {
		if m.kind == pronoun {
			s.Kind, s.Confidence = news.Open, 0
		}
		return s
	}
	p := &d.people[dec.person]
	if p.body && len(p.words) == 1 && demonyms[p.words[0]] {
		return s // an adjective without its noun names nobody
	}
	s.Kind = news.Person
	if p.body {
		s.Kind = news.Institution
	}
	if dec.confidence < ShownConfidence || m.kind == pronoun && dec.confidence < shownPronoun {
		s.Kind = news.Open
		return s
	}
	s.Name, s.Title, s.Affiliation = p.name, p.title, p.affiliation
	return s
}

// cueText returns the verb that attributes the words.
func (d *document) cueText(dec decision) string {
	return d.cueAt(d.cueOfDecision(dec))
}

// cueAt returns the cue at token i: "said", "according to"; "" for -1.
func (d *document) cueAt(i int) string {
	if i < 0 {
		return ""
	}
	if d.tokens[i].lower == "according" && i+1 < len(d.tokens) {
		return strings.ToLower(d.words(i, i+1))
	}
	return d.tokens[i].lower
}

// cueOfDecision returns the token of the verb that ties the words to their speaker, or -1.
func (d *document) cueOfDecision(dec decision) int {
	if dec.mention < 0 {
		return -1
	}
	m := &d.mentions[dec.mention]
	if b := m.first - 1; b >= 0 && d.isCue(b) {
		return b
	}
	if b := m.first - 2; b >= 0 && d.tokens[b].lower == "according" {
		return b
	}
	at, _ := d.verbAt(m.tail)
	if at >= len(d.tokens) || at >= 0 && !d.isCue(at) {
		at = -1
	}
	if at >= 0 && (d.saysSo(at) || dec.cueBefore < 0 || d.tokens[at].sent != d.tokens[dec.first].sent || !d.saysSo(dec.cueBefore)) {
		return at
	}
	if dec.cueBefore >= 0 && m.first < dec.first {
		return dec.cueBefore
	}
	return dec.cueAfter
}

// saysSo reports whether the cue at token i attributes whatever stands beside it.
func (d *document) saysSo(i int) bool {
	_, c := cueOf(d.tokens[i].lower)
	return c == sayCue || c == callCue
}
