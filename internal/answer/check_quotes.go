package answer

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"attache/internal/news"
	"attache/internal/text"
)

var (
	ping      = regexp.MustCompile(`(?i)@(?:everyone|here)\b|<(?:@[!&]?|#|/|a?:|t:)[\w:~]*\d*>`)
	webLink   = regexp.MustCompile(`(?i)\b(?:https?://|www\.)\S+|\b(?:discord\.(?:gg|com)|[\w.+-]+@[\w-]+\.\w+)\S*`)
	addressed = regexp.MustCompile(`(?i)\b(?:you|your|yours|please|as an ai|language model|my (?:instructions|training|knowledge)|i (?:am|can|cannot|can't|will|was|have)|i'm|i've|click|subscribe)\b`)
)

// addresses finds what a sentence of an answer never holds: pings, links that no source has, and words to the reader. Inside a verbatim quotation
// words may be anybody's.
func (c *checker) addresses(sentence string, sources []*source) []fault {
	if m := ping.FindString(sentence); m != "" {
		return []fault{{faultAddress, fmt.Sprintf("it calls people with %q", m)}}
	}
	if m := webLink.FindString(sentence); m != "" && !standsIn(m, sources) {
		return []fault{{faultAddress, "it holds a link that none of its sources has"}}
	}
	if instructs(sentence) {
		return []fault{{faultAddress, "it passes on words meant for a model"}}
	}
	spans, _ := quotedSpans(sentence)
	for _, at := range addressed.FindAllStringIndex(sentence, -1) {
		if !inside(spans, at[0]) {
			return []fault{{faultAddress, "it speaks to the reader instead of reporting"}}
		}
	}
	return nil
}

func inside(spans []news.Span, at int) bool {
	return slices.ContainsFunc(spans, func(s news.Span) bool { return s.Start <= at && at < s.End })
}

func standsIn(words string, sources []*source) bool {
	return slices.ContainsFunc(sources, func(s *source) bool {
		_, ok := text.Verbatim(s.text, words)
		return ok
	})
}

// longestLabel is the number of words up to which marks around words that are not verbatim are taken for emphasis and taken off; around more words, or
// around words that only a speaker says (we, I), they are a quotation that is wrong.
const longestLabel = 3

var speakersWords = wordSet("i we our us my me ours mine you your let's")

// quotations checks every string in quotation marks and returns the sentence as it may be shown.
func (c *checker) quotations(sentence string, sources []*source, v *verdict) string {
	spans, open := quotedSpans(sentence)
	if open {
		v.faults = append(v.faults, fault{faultQuotation, "a quotation mark is never closed"})
	}
	var b strings.Builder
	from := 0
	for _, span := range spans {
		words := span.In(sentence)
		switch {
		case isVerbatim(words, sources) && !isLabel(words) && !isQuoted(words, sources):
			v.quotes++
			v.faults = append(v.faults, fault{faultQuotation, fmt.Sprintf("%q stands in its sources, but as their own words and nobody's quotation", words)})
			continue
		case isVerbatim(words, sources):
			v.quotes++
			v.verbatim++
			continue
		case isLabel(words) && allKnown(words, sources):
			left, right := markBefore(sentence, span.Start), markAfter(sentence, span.End)
			b.WriteString(sentence[from:left] + words)
			from = right
			continue
		}
		if other := otherCase(words); isVerbatim(other, sources) {
			b.WriteString(sentence[from:span.Start] + other)
			from = span.End
			v.quotes++
			v.verbatim++
			continue
		}
		v.quotes++
		v.faults = append(v.faults, fault{faultQuotation, fmt.Sprintf("%q is not verbatim in its sources", words)})
	}
	b.WriteString(sentence[from:])
	shown := b.String()
	if _, left := quotedSpans(shown); left && !open { // marks of different kinds were mixed
		v.faults = append(v.faults, fault{faultQuotation, "its quotation marks do not pair"})
	}
	return shown
}

// isVerbatim reports whether the words stand in one of the sources as they are; the comma or full stop that English puts inside the marks may be the
// answer's own.
func isVerbatim(words string, sources []*source) bool {
	trimmed := strings.TrimRight(strings.TrimSpace(words), ",.;:")
	return trimmed != "" && (standsIn(words, sources) || standsIn(trimmed, sources))
}

// isQuoted reports whether the words stand in a source inside quotation marks, or in a quotation that was found there: a passage may begin in the middle of one.
func isQuoted(words string, sources []*source) bool {
	words = strings.TrimRight(strings.TrimSpace(words), ",.;:")
	return slices.ContainsFunc(sources, func(s *source) bool {
		spans, open := quotedSpans(s.text)
		within := func(part string) bool { _, ok := text.Verbatim(part, words); return ok }
		return open || slices.ContainsFunc(spans, func(span news.Span) bool { return within(span.In(s.text)) }) ||
			slices.ContainsFunc(s.evidence.Quotes, func(q news.Quote) bool {
				return slices.ContainsFunc(q.Fragments, func(f news.Fragment) bool { return within(f.Text) })
			})
	})
}

// allKnown reports whether every word stands in the sources, so that words in marks that are no quotation are at least theirs.
func allKnown(words string, sources []*source) bool {
	return !slices.ContainsFunc(tokensOf(words), func(t token) bool {
		return t.content() && !slices.ContainsFunc(sources, func(s *source) bool { return len(s.byStem[t.stem]) > 0 })
	})
}

// otherCase turns the case of the first letter: a model that runs a quotation into its sentence writes it small, and verbatim is verbatim.
func otherCase(words string) string {
	first, size := utf8.DecodeRuneInString(words)
	if unicode.IsUpper(first) {
		return string(unicode.ToLower(first)) + words[size:]
	}
	return string(unicode.ToUpper(first)) + words[size:]
}

func isLabel(words string) bool {
	fields := strings.Fields(text.Fold(words))
	return len(fields) <= longestLabel && !slices.ContainsFunc(fields, func(w string) bool { return speakersWords[strings.Trim(w, ".,!?")] })
}

func markBefore(s string, start int) int {
	return start - len(string(lastRuneOf(s[:start])))
}

func markAfter(s string, end int) int {
	return end + len(firstRune(s[end:]))
}

// checkSpeakers compares who is said to have said it.
func (c *checker) checkSpeakers(cl *claim) []fault {
	said := reportersOf(cl.tokens, cl.quoted)
	for _, span := range cl.quoted {
		if f := c.quotedSpeaker(cl, span, said); f != nil {
			return f
		}
	}
	for name := range said {
		if !c.isPerson(cl, name) || c.saidIt(cl, name) || len(said) > 1 && slices.ContainsFunc(cl.window, func(p place) bool { return p.source.sentences[p.sentence].names[name] }) {
			continue
		}
		return []fault{{faultSpeaker, fmt.Sprintf("its sources do not say that %q said this", name)}}
	}
	return nil
}

// quotedSpeaker looks the quotation up among those of the cited evidence. A sentence that names somebody else as its speaker is wrong.
func (c *checker) quotedSpeaker(cl *claim, span news.Span, said map[string]bool) []fault {
	words := strings.TrimRight(strings.TrimSpace(span.In(cl.text)), ",.;:")
	for _, s := range cl.sources {
		for _, q := range s.evidence.Quotes {
			if q.Speaker.Name == "" || !slices.ContainsFunc(q.Fragments, func(f news.Fragment) bool { _, ok := text.Verbatim(f.Text, words); return ok }) {
				continue
			}
			surname := surnameOf(q.Speaker.Name)
			if said[surname] {
				return nil
			}
			for name := range said {
				if c.isPerson(cl, name) {
					return []fault{{faultSpeaker, fmt.Sprintf("%q said this, not %q", q.Speaker.Name, name)}}
				}
			}
			if title := anotherTitle(cl, q.Speaker); title != "" {
				return []fault{{faultSpeaker, fmt.Sprintf("%q said this, not the %s", q.Speaker.Name, title)}}
			}
		}
	}
	return nil
}

// anotherTitle is what the claim calls a speaker whom it does not name, when nothing that is known of the real one fits: "the prosecutor told the court".
func anotherTitle(cl *claim, speaker news.Speaker) string {
	known := tokensOf(strings.Join([]string{speaker.Title, speaker.Affiliation, speaker.Mention, speaker.Name}, " "))
	if speaker.Title == "" || slices.ContainsFunc(cl.tokens, func(t token) bool { return t.fold == surnameOf(speaker.Name) }) {
		return ""
	}
	for i, t := range cl.tokens {
		if !reportingWords[t.fold] || inside(cl.quoted, t.Start) || i == 0 {
			continue
		}
		if who := cl.tokens[i-1]; !inside(cl.quoted, who.Start) && who.content() && !who.upper && !slices.ContainsFunc(known, func(k token) bool { return matches(k, who) }) {
			return who.fold
		}
	}
	return ""
}

// isPerson reports whether the sources know the name as a person's: as a speaker or as the holder of an office.
func (c *checker) isPerson(cl *claim, name string) bool {
	return c.speakers[name] || c.persons[name] || slices.ContainsFunc(cl.sources, func(s *source) bool { _, ok := s.offices[name]; return ok })
}

// reportersOf returns the surnames of those whom a text gives as saying something: a name beside a reporting word, quoted words left out.
func reportersOf(tokens []token, quoted []news.Span) map[string]bool {
	said := map[string]bool{}
	for i, t := range tokens {
		if !reportingWords[t.fold] || t.upper && !t.lead || inside(quoted, t.Start) {
			continue
		}
		if name := reporterBefore(tokens, i); name != "" {
			said[name] = true
		} else if name := reporterAfter(tokens, i); name != "" {
			said[name] = true
		}
	}
	return said
}

// reporterBefore finds the name at most three words before a reporting word, past a title in commas.
func reporterBefore(tokens []token, i int) string {
	if i > 1 && tokens[i-1].clause != tokens[i].clause { // "Anton Velde, who was envoy until 2030, says"
		for j := i - 1; j >= 0 && tokens[j].sentence == tokens[i].sentence && j >= i-16; j-- {
			if tokens[j].proper && !offices[tokens[j].fold] && !officeModifiers[tokens[j].fold] && tokens[j].clause < tokens[i-1].clause && tokens[j+1].clause != tokens[j].clause {
				return tokens[j].fold
			}
		}
	}
	if i > 0 && (tokens[i-1].fold == "but" || tokens[i-1].fold == "and") { // "Maura Dessin, welcomed the visit but said"
		return subjectNamed(tokens, i)
	}
	for j := i - 1; j >= 0 && j >= i-3 && tokens[j].sentence == tokens[i].sentence; j-- {
		if tokens[j].proper && !offices[tokens[j].fold] && !officeModifiers[tokens[j].fold] {
			if j > 1 && tokens[j-1].fold == "of" && tokens[j-2].proper {
				j-- // "Pike of Quillon said"
				continue
			}
			return tokens[j].fold
		}
		if tokens[j].fold == "to" || tokens[j].fold == "by" {
			return ""
		}
	}
	return ""
}

// subjectNamed is the last of the first names and titles of a sentence: "Vandreth's foreign minister, Maura Dessin".
func subjectNamed(tokens []token, i int) string {
	first := i
	for first > 0 && tokens[first-1].sentence == tokens[i].sentence {
		first--
	}
	for j := first; j < i; j++ {
		if tokens[j].proper {
			return tokens[chainOf(tokens, nameRun{j, j + 1}).end-1].fold
		}
	}
	return ""
}

// reporterAfter finds the last of the capitals that follow a reporting word within three words: "said Ilena Drazh", "according to Foreign Minister Drazh". A name after "told" is the one spoken to.
func reporterAfter(tokens []token, i int) string {
	if tokens[i].fold == "told" || tokens[i].fold == "tell" || tokens[i].fold == "tells" || tokens[i].fold == "asked" || tokens[i].fold == "urged" || tokens[i].fold == "accused" || tokens[i].fold == "warned" || tokens[i].fold == "praised" || tokens[i].fold == "criticised" || tokens[i].fold == "criticized" || tokens[i].fold == "called" {
		return ""
	}
	name := ""
	for j := i + 1; j < len(tokens) && j <= i+6 && tokens[j].sentence == tokens[i].sentence; j++ {
		t := tokens[j]
		switch {
		case t.proper && t.End-t.Start > len(t.fold)+1: // "said the Compact's commissioner, Ingrid Vasselmo"
			i = j
		case t.proper && !offices[t.fold] && !officeModifiers[t.fold]:
			name = t.fold
		case name != "" && (beforeVerbs[t.fold] || auxiliaries[t.fold]):
			return "" // "said Quince would return"
		case name != "" || t.fold == "that" || j > i+3 && !t.upper:
			return name
		}
	}
	return name
}

// saidIt reports whether the window gives name as a speaker, or names nobody else as one. Where the window's sentence leaves its speaker to a pronoun,
// the two sentences before count.
func (c *checker) saidIt(cl *claim, name string) bool {
	others := false
	for i, p := range cl.window {
		if i > 0 && (cl.overlap(p) < 4 || cl.overlap(p) <= cl.overlap(cl.window[0])/2) {
			continue // it is there for the name alone
		}
		words := p.source.sentences[p.sentence]
		other := false
		for said := range reportersOf(p.tokens(), nil) {
			if said == name {
				return true
			}
			other = other || c.isPerson(cl, said)
		}
		if other {
			others = true
			continue
		}
		back := 6
		if slices.ContainsFunc(p.tokens(), func(t token) bool { return t.fold == "he" || t.fold == "she" }) {
			back = p.sentence
		}
		for i := max(0, p.sentence-back); i < p.sentence; i++ {
			if p.source.sentences[i].names[name] {
				return true
			}
		}
		if words.names[name] || slices.ContainsFunc(p.tokens(), func(t token) bool { return p.source.offices[name].heads[t.fold] }) {
			return true
		}
		others = others || slices.ContainsFunc(p.tokens(), func(t token) bool { return reportingWords[t.fold] })
	}
	return !others
}

// overlap counts the claim's words, each once, that stand in a source sentence.
func (cl *claim) overlap(p place) int {
	seen := map[string]bool{}
	for _, t := range cl.tokens {
		if t.content() && p.source.sentences[p.sentence].stems[t.stem] {
			seen[t.stem] = true
		}
	}
	return len(seen)
}
