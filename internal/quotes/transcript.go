package quotes

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"attache/internal/news"
	"attache/internal/text"
)

// turn is what one speaker says in a transcript until the next one speaks, or all that a speech says.
type turn struct {
	label news.Span // "MR. PRICE"; zero in a speech
	paras []news.Span
}

// Confidence of the speakers that a transcript names. A label is as sure as a name can be; that the answers of an interview are given by
// the one person whom its head names is less so.
const (
	labelConfidence     = 0.97
	answererConfidence  = 0.85
	documentConfidence  = 0.95
	minTurns            = 3
	maxSpeakers         = 80
	maxLabel            = 60  // bytes
	longestPiece        = 700 // bytes of one quotation taken out of a speech
	shortestPiece       = 300 // bytes up to which short paragraphs are put together
	minFirstPersonShare = 0.1 // of the sentences of a speech say I, we, my or our
)

// transcript returns the quotations of a briefing, hearing, interview or speech and the byte where it begins, or false when the article is
// none of these.
func (d *document) transcript() ([]news.Quote, int, bool) {
	if turns := d.turns(); d.isTranscript(turns) {
		var out []news.Quote
		known := make(map[string]news.Speaker)
		for _, t := range turns {
			name := t.label.In(d.text)
			who, ok := known[name]
			if !ok {
				who = d.labelled(t.label, turns)
				known[name] = who
			}
			who.MentionSpan = t.label
			out = append(out, d.turnQuotes(t, who)...)
		}
		return out, turns[0].label.Start, true
	}
	if who, ok := d.speechBy(); ok {
		return d.turnQuotes(turn{paras: d.paras}, who), 0, true
	}
	return nil, 0, false
}

// turns cuts the article at the paragraphs that begin with a label.
func (d *document) turns() []turn {
	count := d.countLabels()
	var out []turn
	for p, para := range d.paras {
		label, ok := labelOf(d.text, para)
		if name := label.In(d.text); !ok || count[name] < 2 && strings.ToUpper(name) != name || d.paraHeading[p] {
			if len(out) > 0 && !d.isStageDirection(p) {
				out[len(out)-1].paras = append(out[len(out)-1].paras, para)
			}
			continue
		}
		start := label.End + 1
		words := text.Trim(d.text, news.Span{Start: start, End: para.End})
		out = append(out, turn{label: label, paras: []news.Span{words}})
	}
	return out
}

// countLabels counts how often each label comes.
func (d *document) countLabels() map[string]int {
	count := make(map[string]int)
	for _, para := range d.paras {
		if label, ok := labelOf(d.text, para); ok {
			count[label.In(d.text)]++
		}
	}
	return count
}

// isStageDirection reports whether a paragraph stands in brackets: (Laughter.)
func (d *document) isStageDirection(p int) bool {
	s := d.paras[p].In(d.text)
	return strings.HasPrefix(s, "(") && strings.HasSuffix(s, ")") || strings.HasPrefix(s, "[") && strings.HasSuffix(s, "]") || d.paraHeading[p] || strings.HasPrefix(s, "# # #")
}

// labelOf returns the label that a paragraph begins with: "MR. PRICE:", "Ilena Drazh:", "Q.", "A:".
func labelOf(s string, para news.Span) (news.Span, bool) {
	part := para.In(s)
	head := part[:min(len(part), maxLabel)]
	end := strings.IndexByte(head, ':')
	if len(part) > 3 && (part[0] == 'Q' || part[0] == 'A') && (part[1] == '.' || part[1] == ':') && part[2] == ' ' {
		return news.Span{Start: para.Start, End: para.Start + 1}, true
	}
	if end < 2 || end+1 >= len(part) || !unicode.IsSpace(firstRune(part[end+1:])) {
		return news.Span{}, false
	}
	for word := range strings.FieldsSeq(head[:end]) {
		r := firstRune(word)
		if !unicode.IsUpper(r) && r != '(' && !connectives[strings.ToLower(word)] && !particles[strings.ToLower(word)] {
			return news.Span{}, false
		}
	}
	return news.Span{Start: para.Start, End: para.Start + end}, true
}

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

// isTranscript reports whether the labelled paragraphs are turns: enough of them and close together, by few speakers who come back, and with
// labels that can be people.
func (d *document) isTranscript(turns []turn) bool {
	if len(turns) < minTurns {
		return false
	}
	count := make(map[string]int)
	paras, plausible := 0, 0
	for _, t := range turns {
		count[t.label.In(d.text)]++
		paras += len(t.paras)
	}
	if len(count) > maxSpeakers {
		return false
	}
	again := 0
	for label, n := range count {
		if n > 1 {
			again++
		}
		if d.plausibleLabel(label, n) {
			plausible += n
		}
	}
	dense := len(turns)*5 >= paras*3
	switch {
	case again == 0 || len(turns)*6 < paras:
		return false
	case plausible*2 >= len(turns):
		return len(count)*3 <= len(turns)*2
	}
	return dense && again > 1 && len(turns) > minTurns && plausible > 0
}

// plausibleLabel reports whether a label can be a speaker's: a question or answer, a title or honorific, a usual forename, or somebody whom the
// article names elsewhere than in its n labels.
func (d *document) plausibleLabel(label string, n int) bool {
	if label == "Q" || label == "A" {
		return true
	}
	words := strings.Fields(strings.ToLower(label))
	if len(words) > 5 {
		return false
	}
	if nobodyLabels[strings.TrimRight(words[0], "0123456789")] && len(words) < 3 {
		return strings.ToUpper(label) == label || words[0] == "question" || words[0] == "moderator" || words[0] == "interviewer"
	}
	for i, w := range words {
		if _, ok := honorifics[w]; ok && i+1 < len(words) || titleWords[w] && i+1 < len(words) || genderOf(w) != neutral && (len(words) > 1 || i > 0) {
			return true
		}
	}
	if sectionWords[words[len(words)-1]] || orgWords[words[len(words)-1]] {
		return false
	}
	name, _ := splitLabel(label)
	for i := range d.people {
		p := &d.people[i]
		if !p.body && len(p.words) > 1 && p.name != label && SameName(name, p.name) && (len(words) > 1 || p.title != "" || p.gender != neutral) || len(p.words) > 1 && strings.EqualFold(p.name, label) && p.count > n && !p.body {
			return true
		}
	}
	return false
}

// sectionWords label the sections of a newspaper and the parts of a list.
var sectionWords = wordSet(`news sports sport money life tech opinion opinions analysis travel weather business politics entertainment health science world update updates
	correction corrections more related details note notes source sources contact info`)

// turnQuotes makes one quotation of each paragraph of a turn, several of a long one, and one of several short ones, so that each can be shown and
// found by itself.
func (d *document) turnQuotes(t turn, who news.Speaker) []news.Quote {
	var out []news.Quote
	for _, para := range t.paras {
		if para.Len() <= 0 || strings.IndexFunc(para.In(d.text), unicode.IsLetter) < 0 {
			continue
		}
		for _, piece := range d.pieces(para) {
			if n := len(out); n > 0 && piece.End-out[n-1].Span().Start <= shortestPiece {
				q := &out[n-1]
				q.Fragments = append(q.Fragments, news.Fragment{Span: piece, Text: piece.In(d.text)})
				q.Sentence.End = piece.End
				continue
			}
			out = append(out, news.Quote{
				ID: news.QuoteID(d.article.ID, piece.Start), ArticleID: d.article.ID, Kind: news.Transcript,
				Fragments: []news.Fragment{{Span: piece, Text: piece.In(d.text)}},
				Speaker:   who, Spoken: d.dayOfSpeech(), Sentence: piece,
			})
		}
	}
	return out
}

// pieces cuts a paragraph on the borders of sentences into pieces of a showable length.
func (d *document) pieces(para news.Span) []news.Span {
	if para.Len() <= longestPiece {
		return []news.Span{para}
	}
	var out []news.Span
	for _, s := range text.Sentences(para.In(d.text)) {
		s = news.Span{Start: para.Start + s.Start, End: para.Start + s.End}
		if n := len(out); n > 0 && s.End-out[n-1].Start <= longestPiece {
			out[n-1].End = s.End
			continue
		}
		out = append(out, s)
	}
	return out
}

// dayOfSpeech is the day of publication: transcripts bear the day on which the words were spoken.
func (d *document) dayOfSpeech() news.Date {
	if d.article.Published.IsZero() {
		return news.Date{}
	}
	return news.Date{Time: midnight(d.article.Published.UTC()), Precision: news.Day}
}

// nobodyLabels are labels that name no person.
var nobodyLabels = wordSet(`q question questions operator moderator host announcer participant participants reporter reporters interviewer staff audience voice press speaker
	official officials unidentified male female man woman unknown translator interpreter presenter narrator caller editor journalist chair chairman`)

// labelled returns the speaker that a label names.
func (d *document) labelled(label news.Span, turns []turn) news.Speaker {
	words := label.In(d.text)
	s := news.Speaker{Kind: news.Unnamed, Mention: words, MentionSpan: label}
	if words == "A" {
		if p := d.interviewee(turns[0].label.Start); p >= 0 {
			return d.asSpeaker(s, p, answererConfidence)
		}
		return s
	}
	name, title := splitLabel(words)
	lower := strings.ToLower(name)
	if name == "" || nobodyLabels[lower] || nobodyLabels[firstWordOf(lower)] || strings.HasSuffix(lower, " official") {
		return s
	}
	if p := d.personLabelled(name); p >= 0 {
		s = d.asSpeaker(s, p, labelConfidence)
	} else {
		s.Kind, s.Name, s.Confidence = news.Person, name, labelConfidence
	}
	if s.Title == "" {
		s.Title = title
	}
	return s
}

func firstWordOf(s string) string {
	w, _, _ := strings.Cut(s, " ")
	return strings.TrimRight(w, "0123456789.")
}

// asSpeaker fills s with person p of the article.
func (d *document) asSpeaker(s news.Speaker, p int, confidence float64) news.Speaker {
	who := &d.people[p]
	s.Kind, s.Name, s.Title, s.Affiliation, s.Confidence = news.Person, who.name, who.title, who.affiliation, confidence
	return s
}

// splitLabel takes a label apart: honorifics dropped, a title in front kept apart, capitals made a name's.
func splitLabel(label string) (name, title string) {
	if i := strings.IndexByte(label, '('); i > 0 {
		label = strings.TrimSpace(label[:i])
	}
	words := strings.Fields(label)
	start := 0
	var titles []string
	for i, w := range words {
		lower := strings.ToLower(w)
		if _, ok := honorifics[lower]; ok && i+1 < len(words) {
			start = i + 1
		} else if titleWords[lower] && i+1 < len(words) || i > 0 && i == start && i+1 < len(words) && portfolios[lower] {
			titles = append(titles, properCase(w))
			start = i + 1
		} else if i == start && i+2 < len(words) && titleWords[strings.ToLower(words[i+1])] { // FOREIGN MINISTER VOSS
			titles = append(titles, properCase(w))
			start = i + 1
		}
	}
	rest := words[start:]
	for i := range rest {
		rest[i] = properCase(rest[i])
	}
	return strings.Join(rest, " "), strings.Join(titles, " ")
}

// properCase writes a word that is all in capitals as a name: PRICE -> Price, AL-DARI -> Al-Dari.
func properCase(w string) string {
	if strings.ToUpper(w) != w || utf8.RuneCountInString(w) < 2 || strings.Contains(w, ".") && utf8.RuneCountInString(w) < 5 {
		return w
	}
	var b strings.Builder
	start := true
	for _, r := range w {
		if start {
			b.WriteRune(r)
		} else {
			b.WriteRune(unicode.ToLower(r))
		}
		start = r == '-' || r == '\'' || r == '’'
	}
	return b.String()
}

// personLabelled returns the one person of the article whose name the label can be, or -1. Initials count: "ID" for Ilena Drazh.
func (d *document) personLabelled(name string) int {
	best := -1
	for i := range d.people {
		p := &d.people[i]
		if p.body || len(p.words) < 2 || !SameName(name, p.name) && !initialsOf(name, p.words) {
			continue
		}
		if best >= 0 {
			return -1
		}
		best = i
	}
	return best
}

func initialsOf(label string, words []string) bool {
	if len(label) != len(words) || len(label) < 2 {
		return false
	}
	for i, w := range words {
		if unicode.ToLower(rune(label[i])) != firstRune(w) {
			return false
		}
	}
	return true
}

// interviewee returns the one person whom the title or what stands before the first question names, or -1.
func (d *document) interviewee(start int) int {
	best := -1
	for i := range d.people {
		p := &d.people[i]
		if p.body || len(p.words) < 2 {
			continue
		}
		if m := &d.mentions[p.first]; m.span.Start >= start && !strings.Contains(d.article.Title, p.name) || SameName(p.name, d.article.Author) {
			continue
		}
		if best >= 0 {
			return -1
		}
		best = i
	}
	return best
}

// speechNouns name documents that one person speaks.
var speechNouns = wordSet(`speech remarks statement address testimony lecture keynote message`)

// labelSpeech marks an article as the text of a speech by its author.
const labelSpeech = "speech"

// speechBy returns the speaker of an article that is the text of a speech: its label says so and its author speaks, or its title says so
// and the text is in the first person.
func (d *document) speechBy() (news.Speaker, bool) {
	if strings.EqualFold(d.article.Label, labelSpeech) && d.article.Author != "" {
		return namedSpeaker(d.article.Author), true
	}
	who, ok := speakerInTitle(d.article.Title)
	if !ok || d.firstPersonShare() < minFirstPersonShare {
		return news.Speaker{}, false
	}
	return who, true
}

// namedSpeaker reads "Mr. Oran Lisk, President of Varesh".
func namedSpeaker(s string) news.Speaker {
	name, title, _ := strings.Cut(s, ",")
	name, before := splitLabel(name)
	title = strings.TrimSpace(title)
	if title == "" {
		title = before
	}
	return news.Speaker{Kind: news.Person, Name: name, Title: title, Confidence: documentConfidence}
}

// speakerInTitle reads the speaker from the title of a speech: "Remarks by Foreign Minister Ilena Drazh at …", "Oran Lisk: Address to …", "President
// Lisk’s speech".
func speakerInTitle(title string) (news.Speaker, bool) {
	t := parse(news.Article{Text: title + "."})
	noun := -1
	for i, tok := range t.tokens {
		if speechNouns[tok.lower] {
			noun = i
			break
		}
	}
	if noun < 0 {
		return news.Speaker{}, false
	}
	if noun+1 < len(t.tokens) {
		for i := noun + 1; i+1 < len(t.tokens); i++ {
			if w := t.tokens[i].lower; w == "by" || (w == "of" || w == "from") && i == noun+1 {
				return t.titleSpeaker(i + 1)
			}
		}
	}
	who, ok := t.titleSpeaker(0)
	if !ok {
		return who, false
	}
	for i := range t.tokens[:noun] {
		if w := t.tokens[i]; w.lower == ":" || w.lower == "—" || w.lower == "–" || w.kind == clitic && i == noun-1 {
			return who, true
		}
	}
	return news.Speaker{}, false
}

// titleSpeaker reads the name, with its title, that the run of capitals at token i holds.
func (d *document) titleSpeaker(i int) (news.Speaker, bool) {
	for i < len(d.tokens) && (d.tokens[i].lower == "the" || d.tokens[i].lower == "h.e" || d.tokens[i].lower == "h.e." || d.tokens[i].lower == ".") {
		i++
	}
	if i >= len(d.tokens) || !d.tokens[i].upper {
		return news.Speaker{}, false
	}
	m := d.splitTitle(i, d.capitalRun(i))
	if m.kind != named || m.body {
		return news.Speaker{}, false
	}
	s := news.Speaker{Kind: news.Person, Name: d.words(m.nameFirst, m.last), Title: m.title, Confidence: documentConfidence}
	if from, to, ok := d.apposition(&m); ok && s.Title == "" {
		s.Title, s.Affiliation = d.splitAffiliation(from, to)
	}
	return s, true
}

// firstPersonShare returns the share of the sentences that hold I, we, my or our outside quotation marks, or anywhere when nearly the whole
// text stands in marks.
func (d *document) firstPersonShare() float64 {
	if len(d.sents) == 0 {
		return 0
	}
	quoted := 0
	for _, m := range d.marks {
		quoted += m.outer.Len()
	}
	everywhere := quoted*4 > len(d.text)*3
	n, last := 0, -1
	for _, t := range d.tokens {
		if (t.quote < 0 || everywhere) && t.sent != last && (t.lower == "i" || t.lower == "we" || t.lower == "my" || t.lower == "our" || t.lower == "us") {
			n++
			last = t.sent
		}
	}
	if everywhere && n > 0 {
		return 1 // such a text is one long sentence
	}
	return float64(n) / float64(len(d.sents))
}
