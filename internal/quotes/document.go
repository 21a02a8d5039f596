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
	markTokens  [][2]int // of each mark: its first token and the token after its last one
	mentions    []mention
	people      []person
	vocabulary  map[string]bool // words that stand in lower case somewhere
	resolved    map[int]referent
}

// parse takes an article apart.
func parse(a news.Article) *document {
	d := &document{article: a, text: a.Text, paras: paragraphs(a.Text)}
	d.marks = findMarks(d.text, d.paras)
	d.tokens = make([]token, 0, len(d.text)/5)
	for p, para := range d.paras {
		d.tokens = tokenize(d.tokens, d.text, para, p)
	}
	d.placeMarks()
	d.placeSentences()
	d.findHeadings()
	d.vocabulary = make(map[string]bool)
	for _, t := range d.tokens {
		if t.kind == word && !t.upper {
			d.vocabulary[t.lower] = true
		}
	}
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

// findHeadings marks the paragraphs that are written in capitals or Title Case.
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
	for p := range d.paras {
		last, _ := utf8.DecodeLastRuneInString(d.paras[p].In(d.text))
		share := 7
		if strings.ContainsRune(".!?”\"", last) { // a sentence full of names is no heading
			share = 9
		}
		d.paraHeading[p] = words[p] >= 4 && words[p] <= 30 && capitals[p]*10 >= words[p]*share
	}
}
