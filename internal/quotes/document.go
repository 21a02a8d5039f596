package quotes

import (
	"strings"
	"unicode/utf8"

	"attache/internal/news"
	"attache/internal/text"
)

// document is an article taken apart.
type document struct {
	article     news.Article
	text        string
	paras       []news.Span
	paraHeading []bool
	sents       []news.Span // sentences as the journalist wrote them: one never ends inside a quotation
	tokens      []token
	marks       []marked
	markTokens  [][2]int         // of each mark: its first token and the token after its last one
	sameWords   map[string][]int // the marks by their words
	mentions    []mention
	people      []person
	vocabulary  map[string]int  // how often a word stands in lower case
	capitals    map[string]int  // how often one stands with a capital that it would not have for its place
	familyNames map[string]bool // common words that are somebody's family name here: "George Will"
	resolved    map[int]referent
	depth       int              // of the chain that is being resolved
	byWord      map[string][]int // people by their first and last words
	byTitle     map[string][]int // people by the words of their titles
}

// parse takes an article apart.
func parse(a news.Article) *document {
	d := &document{article: a, text: a.Text, paras: paragraphs(a.Text)}
	d.marks = findMarks(d.text, d.paras)
	d.tokens = make([]token, 0, len(d.text)/5)
	for p, para := range d.paras {
		d.tokens = tokenize(d.tokens, d.text, para, p)
	}
	d.closeSlips()
	d.placeMarks()
	d.placeSentences()
	d.findHeadings()
	d.countWords()
	d.findMentions()
	d.findPeople()
	return d
}

// placeMarks notes on each token the marked span that it stands in, and on each span its tokens.
func (d *document) placeMarks() {
	d.markTokens = make([][2]int, len(d.marks))
	i := 0
	for k, m := range d.marks {
		for i < len(d.tokens) && d.tokens[i].end <= m.outer.Start {
			i++
		}
		d.markTokens[k][0] = i
		for i < len(d.tokens) && d.tokens[i].start < m.outer.End {
			d.tokens[i].quote = k
			i++
		}
		d.markTokens[k][1] = i
	}
	d.sameWords = make(map[string][]int, len(d.marks))
	for k := range d.marks {
		w := d.wordsOf(k)
		d.sameWords[w] = append(d.sameWords[w], k)
	}
}

// placeSentences joins the sentences that Unicode's rules cut inside quotations, or between a quotation that ends in ? or ! and its
// speaker, and notes on each token its sentence.
func (d *document) placeSentences() {
	raw := text.Sentences(d.text)
	i := 0
	for _, s := range raw {
		from := i
		for i < len(d.tokens) && d.tokens[i].start < s.End {
			i++
		}
		if from == i {
			continue
		}
		if d.cutsAt(from) || len(d.sents) == 0 {
			d.sents = append(d.sents, s)
		}
		d.sents[len(d.sents)-1].End = s.End
		for k := from; k < i; k++ {
			if k > from && d.tokens[k].para != d.tokens[k-1].para && d.tokens[k].start > d.sents[len(d.sents)-1].Start {
				d.sents[len(d.sents)-1].End = d.tokens[k-1].end
				d.sents = append(d.sents, news.Span{Start: d.tokens[k].start, End: s.End})
			}
			d.tokens[k].sent = len(d.sents) - 1
		}
	}
}

// cutsAt reports whether a sentence of the journalist's begins at token k, where one by Unicode's rules does.
func (d *document) cutsAt(k int) bool {
	if k == 0 || d.tokens[k-1].para != d.tokens[k].para {
		return true
	}
	before, t := d.tokens[k-1], d.tokens[k]
	if before.quote >= 0 && before.quote == t.quote {
		return false
	}
	if before.quote >= 0 && t.quote < 0 && t.upper {
		inner := d.marks[before.quote].inner.In(d.text)
		r, _ := utf8.DecodeLastRuneInString(inner)
		return r == '.' || !d.cueSoon(k)
	}
	return true
}

// cueSoon reports whether a cue verb stands within the next few words of token k, after capitalised ones only.
func (d *document) cueSoon(k int) bool {
	for n := 0; n < 5 && k < len(d.tokens); n, k = n+1, k+1 {
		t := d.tokens[k]
		if _, c := cueOf(t.lower); c == sayCue && !t.upper {
			return true
		}
		if !t.upper && !honorificDot(t.lower) {
			return false
		}
	}
	return false
}

func honorificDot(w string) bool { return w == "." }

// findHeadings marks the paragraphs that are headings: those known as such, and those written in capitals or Title Case.
func (d *document) findHeadings() {
	d.paraHeading = make([]bool, len(d.paras))
	words, capitals := make([]int, len(d.paras)), make([]int, len(d.paras))
	for _, t := range d.tokens {
		if t.kind == word && len(t.lower) > 3 {
			words[t.para]++
			if t.upper {
				capitals[t.para]++
			}
		}
	}
	h := 0
	for p, para := range d.paras {
		for h < len(d.article.Headings) && d.article.Headings[h].End <= para.Start {
			h++
		}
		if h < len(d.article.Headings) && d.article.Headings[h].Contains(para) {
			d.paraHeading[p] = true
			continue
		}
		last, _ := utf8.DecodeLastRuneInString(para.In(d.text))
		share := 7
		if strings.ContainsRune(".!?”\"", last) { // a sentence full of names is no heading
			share = 9
		}
		d.paraHeading[p] = words[p] >= 4 && words[p] <= 30 && capitals[p]*10 >= words[p]*share
	}
}

// countWords counts the words in lower case and with capitals of their own, and finds the common words that end a name.
func (d *document) countWords() {
	d.vocabulary, d.capitals, d.familyNames = make(map[string]int), make(map[string]int), make(map[string]bool)
	for i, t := range d.tokens {
		switch {
		case t.kind != word:
		case !t.upper:
			d.vocabulary[t.lower]++
		case !d.opensSentence(i) && !d.paraHeading[t.para]:
			d.capitals[t.lower]++
		}
	}
	for i := 1; i < len(d.tokens); i++ {
		t, before := d.tokens[i], d.tokens[i-1]
		if t.upper && (notNames[t.lower] && !monthOrDay(t.lower) || demonyms[t.lower]) && d.sameRun(i-1, i) && !d.paraHeading[t.para] && d.forename(before) {
			d.familyNames[t.lower] = true
		}
	}
}

func monthOrDay(w string) bool {
	_, day := weekdays[w]
	return day || months[w] > 0
}

// forename reports whether the word may be a forename or an initial: capitalised, and nothing else that is known.
func (d *document) forename(t token) bool {
	return t.kind == word && t.upper && !notNames[t.lower] && !orgWords[t.lower] && !titleWords[t.lower] && !isDemonym(t.lower) && !places[t.lower] &&
		!roleNouns[t.lower] && d.vocabulary[t.lower] == 0
}

// closeSlips ends an unclosed quotation at its speaker, when one stands in the same paragraph: “We are ready, said Ilena Drazh.
func (d *document) closeSlips() {
	i := 0
	for k := range d.marks {
		m := &d.marks[k]
		for i < len(d.tokens) && d.tokens[i].start < m.outer.Start {
			i++
		}
		if m.closed {
			continue
		}
		for j := i + 2; j+2 < len(d.tokens) && d.tokens[j+2].end <= m.outer.End; j++ {
			if d.tokens[j].lower == "," && d.speakerAt(j+1) {
				m.inner.End, m.outer.End = d.tokens[j].start, d.tokens[j].end
				m.closed, m.reopen = true, false
				break
			}
		}
	}
}

// speakerAt reports whether "said Ilena Drazh" or "Ilena Drazh said" stands at token j and ends its sentence.
func (d *document) speakerAt(j int) bool {
	cues, capitals := 0, 0
	for n := 0; n < 6 && j < len(d.tokens); n, j = n+1, j+1 {
		t := d.tokens[j]
		if _, c := cueOf(t.lower); c == sayCue && !t.upper && cues == 0 {
			cues++
		} else if t.upper {
			capitals++
		} else {
			return cues > 0 && capitals > 0 && t.lower == "."
		}
	}
	return cues > 0 && capitals > 0
}
