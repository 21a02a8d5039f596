package quotes

import (
	"strings"

	"attache/internal/news"
)

// Example is one choice to learn from: the options, of which those marked Right are right. The features of an option are names.
type Example struct {
	Options []Option
}

// Option is one of the things that may be chosen.
type Option struct {
	Features []string
	Right    bool
}

// Gold is a quotation as a person marked it: the span of its words, and of the mention that speaks them; zero when nobody does.
type Gold struct {
	Words, Speaker news.Span
}

// Study returns what there is to learn from an article whose quotations are known: for each pair of marks whether it holds a quotation (the
// first option is yes), and for each quotation which mention speaks. Quotations whose speaker is not among the mentions are left out.
func Study(a news.Article, gold []Gold) (quotation, speaker []Example) {
	d := parse(a)
	f := features{named: true}
	last := decision{mention: -1, person: -1, setting: setting{k: -1}}
	for k := range d.marks {
		if d.text[d.marks[k].outer.Start] == '\'' || strings.HasPrefix(d.text[d.marks[k].outer.Start:], "‘") {
			continue // the data hold quotations in double marks only
		}
		s := d.look(k)
		d.quotationFeatures(&f, &s)
		g := matching(gold, d.marks[k].inner)
		quotation = append(quotation, Example{Options: []Option{{Features: clone(f.names), Right: g != nil}, {Right: g == nil}}})
		if g == nil {
			continue
		}
		s.prevMention, s.prevPerson, s.prevMark = last.mention, last.person, last.k
		e, right := d.example(&f, s, g.Speaker)
		if right >= -1 {
			speaker = append(speaker, e)
		}
		last = decision{setting: s, mention: max(right, -1), person: -1}
		if right >= 0 {
			last.person, _ = d.resolve(right)
		}
	}
	return quotation, speaker
}

// example lists the options for the speaker of s. It returns the mention that is right, -1 for nobody, -2 when the right one is not among them.
func (d *document) example(f *features, s setting, speaker news.Span) (Example, int) {
	var e Example
	right := -2
	cands := d.candidates(s)
	for i, c := range cands {
		d.speakerFeatures(f, &s, c, d.rank(&s, cands, i))
		ok := !speaker.IsZero() && d.mentions[c].span.Overlaps(speaker)
		if ok && right < 0 {
			right = c
		}
		e.Options = append(e.Options, Option{Features: clone(f.names), Right: ok})
	}
	d.nobodyFeatures(f, &s)
	e.Options = append(e.Options, Option{Features: clone(f.names), Right: speaker.IsZero()})
	if speaker.IsZero() {
		right = -1
	}
	return e, right
}

// matching returns the gold quotation that shares at least half of the longer one's bytes with span, or nil.
func matching(gold []Gold, span news.Span) *Gold {
	for i := range gold {
		w := gold[i].Words
		if shared := min(w.End, span.End) - max(w.Start, span.Start); 2*shared >= max(w.Len(), span.Len()) && shared > 0 {
			return &gold[i]
		}
	}
	return nil
}

func clone(s []string) []string { return append([]string(nil), s...) }
