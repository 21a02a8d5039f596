package answer

import (
	"cmp"
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"
	"time"

	"attache/internal/news"
	"attache/internal/retrieval"
	"attache/internal/text"
)

// Version is one of several accounts that differ: the number or the date that one report gives where another report gives a different one.
type Version struct {
	Value   string       // as the source has it, with what qualifies it: "at least 120", "7 May"
	Quoted  bool         // it stands inside quotation marks there
	Speaker news.Speaker // who is cited for it; zero when the report gives it as its own
}

// What differing goes by. Where it cannot tell that two reports speak of the same thing it says nothing: a disagreement that is none does more harm
// than one that is missed, since the sentences are shown in either case.
const (
	mostVersions = 6
	termShare    = 0.75            // of a longer question's words that the text around a figure must hold; of a short one all
	shortTerms   = 3               // up to so many words a question is short
	sharedNames  = 2               // names that the text around two figures must have in common
	sameTime     = 14              // days between two reports on the same thing
	laterReports = 30              // days after the day that the question names in which reports of it may appear
	nearlyShare  = 0.15            // how far "about 40" may lie from 40
	openEnd      = math.MaxFloat64 // of "at least 120"
)

// differing finds the figures of different reports that answer a question for a number or a date and cannot both be true. It returns the sentence of
// each, oldest report first, with its Version; nil when the reports agree or there is but one.
func differing(question string, read retrieval.Reading, evidence []Evidence) []Sentence {
	asked, ok := readFigureQuestion(question)
	if !ok {
		return nil
	}
	var found []figure
	for i, e := range evidence {
		if inTime(question, read, e.Source.Published) {
			found = append(found, asked.figuresOf(i, e)...)
		}
	}
	found = sameMatter(found, evidence)
	versions := conflicting(found, evidence)
	slices.SortStableFunc(versions, func(a, b figure) int {
		x, y := evidence[a.evidence], evidence[b.evidence]
		return cmp.Or(x.Source.Published.Compare(y.Source.Published), cmp.Compare(x.Passage.ID, y.Passage.ID), a.value.Start-b.value.Start)
	})
	var sentences []Sentence
	for _, f := range versions[:min(len(versions), mostVersions)] {
		sentences = append(sentences, f.shown(evidence[f.evidence]))
	}
	return sentences
}

// inTime reports whether an article may tell of the day that the question names: it was not published before it, nor long after. A day without a year
// may be of any.
func inTime(question string, read retrieval.Reading, published time.Time) bool {
	if !read.Named || published.IsZero() {
		return true
	}
	const day = 24 * time.Hour
	half := time.Duration(read.Within / 2 * float64(day))
	if read.Within <= 10 { // a single day
		half = day
	}
	within := func(around time.Time) bool {
		return !published.Before(around.Add(-half)) && published.Before(around.Add(half+laterReports*day))
	}
	if yearPattern.MatchString(question) {
		return within(read.Around)
	}
	years := published.Year() - read.Around.Year()
	return within(read.Around.AddDate(years, 0, 0)) || within(read.Around.AddDate(years-1, 0, 0))
}

var yearPattern = regexp.MustCompile(`\b(19|20)\d\d\b`)

// figureQuestion is what a question for a figure asks.
type figureQuestion struct {
	dates    bool            // it asks for a date, not for a number
	money    bool            // it asks for a sum of money
	counted  map[string]bool // stems of the words for what is counted
	which    []string        // stems of the words that say which of them: landlocked countries
	terms    []string        // stems of its other content words
	names    map[string]bool // those it gives
	supposes bool            // it asks for what is not the case yet
}

var howMany = regexp.MustCompile(`(?i)\b(?:how many|(?:what|which) (?:is |was )?(?:the )?number of|number of)\s+`)

// howMuch finds a question for a sum of money.
var howMuch = regexp.MustCompile(`(?i)\bhow much (?:money |did |does |do |will |would |was |were |is |are |has |have )|\b(?:what|which) (?:is |was |are |were )?(?:the )?(?:[\w'’-]+ ){0,3}?(?:revenue|price|cost|costs|budget|sum|fee|fine|fines|debt|profit|loss|turnover|salary|deal worth)\b`)

// countedWords is behind how many words after "how many" the counted thing stands at most: "how many armed trucks".
const countedWords = 2

// readFigureQuestion reads a question; false when it does not ask for a number of things or a date.
func readFigureQuestion(question string) (figureQuestion, bool) {
	q := figureQuestion{dates: kindOf(question) == whenKind, counted: map[string]bool{}, names: properNames(question), supposes: supposed.MatchString(question)}
	from := len(question)
	at := howMany.FindStringIndex(question)
	switch {
	case q.dates:
	case at != nil:
		from = at[1]
	case howMuch.MatchString(question):
		q.money = true
	default:
		return q, false
	}
	if !q.dates && (supposed.MatchString(question) || perTime.MatchString(question)) {
		return q, false // what may be, and rates, are told in too many ways to be set against each other
	}
	dates := calendarsIn(question)
	behind := from // the counted words stand there, one after the other
	var first token
	for _, t := range tokensOf(question) {
		switch {
		case !t.content() || slices.ContainsFunc(dates, func(c calendar) bool { return c.Overlaps(t.Span) }) || t.fold == "number":
		case t.Start >= from && t.Start <= behind+1 && len(q.counted) < countedWords && !t.upper:
			switch {
			case len(q.counted) == 1 && isThings(t.fold) && !isThings(first.fold): // the first word says which of them
				q.counted, q.which = map[string]bool{t.stem: true}, []string{first.stem}
				q.terms = append(q.terms, first.stem)
			case len(q.counted) == 1: // the second word may be the verb: it counts either way
				q.terms = append(q.terms, t.stem)
				fallthrough
			default:
				q.counted[t.stem], first = true, t
			}
			behind = t.End
		default:
			if t.Start >= from && t.Start <= behind+1 {
				behind = t.End // a name before the counted word: "how many Solmark trucks"
			}
			q.terms = append(q.terms, t.stem)
		}
	}
	q.widen()
	return q, len(q.terms) > 0 && (q.dates || q.money || len(q.counted) > 0)
}

// itIsTrue is what stands before a statement that is asked about.
var itIsTrue = regexp.MustCompile(`(?i)^\W*(?:is|was) it (?:really |actually )?(?:true|right|correct|so|the case) that\s+|^\W*(?:did|do|does|have|has|had|were|was|are|is)\s+(?:there )?(?:really |actually )?`)

// figureAsked turns a question whether a number of things is right into the question for that number: "did 120 trucks cross?" is answered by what reports say of
// it. It returns any other question as it is.
func figureAsked(question string) string {
	if !yesNo.MatchString(question) {
		return question
	}
	tokens := tokensOf(question)
	numbers := quantities(question, tokens, spansOf(calendarsIn(question)))
	if len(numbers) != 1 || numbers[0].unit != "" || isYear(question, numbers[0]) {
		return question
	}
	next := following(tokens, numbers[0].End)
	of := slices.IndexFunc(next[:min(countedWords, len(next))], func(t token) bool { return isThings(t.fold) })
	if of < 0 {
		return question
	}
	before, things, behind := itIsTrue.ReplaceAllString(question[:numbers[0].Start], ""), question[next[0].Start:next[of].End], question[next[of].End:]
	return strings.Join(strings.Fields("How many "+things+" "+qualifier.ReplaceAllString(before, "")+behind), " ")
}

// qualifier is a word before a number that says how it is meant.
var qualifier = regexp.MustCompile(`(?i)\b(?:at least|at most|more than|over|only|just|about|around|some|as many as|really|actually)\s*$`)

// perTime finds a rate: "200 trucks a day".
var perTime = regexp.MustCompile(`(?i)\b(an?|per|each|every) (hour|day|night|week|month|year)\b|\b(hourly|daily|weekly|monthly|yearly|annually)\b`)

// isThings reports whether a folded word may be a plural: trucks, people.
func isThings(word string) bool {
	return strings.HasSuffix(word, "s") && !strings.HasSuffix(word, "ss") || slices.ContainsFunc(sameThings, func(class []string) bool { return slices.Contains(class, word) })
}

// widen adds the other words for what is counted.
func (q figureQuestion) widen() {
	for _, class := range sameThings {
		if slices.ContainsFunc(class, func(w string) bool { return q.counted[stemOf(w)] }) {
			for _, w := range class {
				q.counted[stemOf(w)] = true
			}
		}
	}
}

// sameThings are words that reports use for the same counted thing.
var sameThings = [][]string{
	{"truck", "trucks", "vehicle", "vehicles", "lorry", "lorries"}, {"soldier", "soldiers", "troops"}, {"people", "persons", "person"},
	{"dead", "deaths", "fatalities"}, {"injured", "wounded"}, {"ship", "ships", "vessel", "vessels"}, {"plane", "planes", "aircraft"},
}

// figure is a number or a date that a passage gives.
type figure struct {
	evidence  int
	paragraph int
	value     news.Span // in the passage, with what qualifies it
	sentence  news.Span // in the passage
	stated    [2]float64
	low, high float64 // between which the true number lies if the figure is right
	unit      string  // of a sum of money: its currency, "" where it is not said
	qualified bool    // words before it say how it is meant
	foreign   bool    // its sentence names somebody else than the question does, in front of it
	direct    bool    // what stands around it answers the question
	names     map[string]bool
}

// figuresOf lists the figures of a passage that may be what the question asks for.
func (q figureQuestion) figuresOf(i int, e Evidence) []figure {
	var all []figure
	title := stemsOf(e.Source.Title)
	for n, p := range text.Paragraphs(e.Passage.Text) {
		body := p.In(e.Passage.Text)
		var found []figure
		switch {
		case q.dates:
			found = q.datesIn(body, e.Source.Published)
		case q.money:
			found = q.sumsIn(body, title)
		default:
			found = q.numbersIn(body, title)
		}
		names := properNames(body + "\n" + e.Source.Title)
		for _, f := range found {
			f.evidence, f.paragraph, f.names = i, n, names
			f.foreign = q.foreign(body, f)
			f.direct = f.direct && !f.foreign
			f.value = news.Span{Start: f.value.Start + p.Start, End: f.value.End + p.Start}
			f.sentence = news.Span{Start: f.sentence.Start + p.Start, End: f.sentence.End + p.Start}
			all = append(all, f)
		}
	}
	return all
}

// foreign reports whether a figure of a paragraph is somebody else's: the question gives a name, and the figure's sentence gives others in front of it
// and not that one.
func (q figureQuestion) foreign(body string, f figure) bool {
	if len(q.names) == 0 || common(q.names, properNames("x "+f.sentence.In(body))) > 0 {
		return false
	}
	return len(properNames("x "+body[f.sentence.Start:f.value.Start])) > 0
}

// covers reports whether a text holds enough of the question's words.
func (q figureQuestion) covers(stems map[string]bool) bool {
	n := 0
	for _, t := range q.terms {
		if stems[t] {
			n++
		}
	}
	return n == len(q.terms) || len(q.terms) > shortTerms && float64(n) >= termShare*float64(len(q.terms))
}

// datesIn lists the days that a paragraph gives in sentences about what is asked: one that holds several dates does not tell which is meant.
func (q figureQuestion) datesIn(body string, published time.Time) []figure {
	var found []figure
	for _, s := range text.Sentences(body) {
		dates := slices.DeleteFunc(calendarsIn(s.In(body)), func(c calendar) bool { return c.day == 0 || c.month == 0 })
		if len(dates) != 1 || dates[0].year == 0 && published.IsZero() || !q.supposes && supposed.MatchString(s.In(body)) || !q.covers(stemsOf(s.In(body))) {
			continue
		}
		c := dates[0]
		year := cmp.Or(c.year, published.Year())
		day := float64(time.Date(year, time.Month(c.month), c.day, 0, 0, 0, 0, time.UTC).Unix())
		value := news.Span{Start: s.Start + c.Start, End: s.Start + c.End}
		found = append(found, figure{value: value, sentence: s, stated: [2]float64{day, day}, low: day, high: day, direct: true})
	}
	return found
}

// supposed finds words for what is not, or not yet, the case.
var supposed = regexp.MustCompile(`\b(would|could|should|may|might|must|will|if|plan(s|ned)?|expect(s|ed)?|promised?|target|allow(s|ed)?|capacity)\b`)

// numbersIn lists the numbers of a paragraph that count what is asked for, or stand alone where that is spoken of.
func (q figureQuestion) numbersIn(body string, title map[string]bool) []figure {
	tokens := tokensOf(body)
	stems := stemsIn(tokens)
	direct := q.covers(stems)
	spoken := q.speaksOf(stems) || q.speaksOf(title)
	var masked []news.Span
	for _, c := range calendarsIn(body) {
		masked = append(masked, c.Span)
	}
	numbers := slices.DeleteFunc(quantities(body, tokens, masked), func(n quantity) bool { return n.vague || n.unit != "" || isYear(body, n) })
	slices.SortFunc(numbers, func(a, b quantity) int { return a.Start - b.Start })
	sentences := text.Sentences(body)
	var found []figure
	for i := 0; i < len(numbers); i++ {
		f := figure{value: numbers[i].Span, stated: [2]float64{numbers[i].value, numbers[i].value}, direct: direct}
		if i+1 < len(numbers) && numbers[i+1].value > numbers[i].value && rangeGap.MatchString(body[numbers[i].End:numbers[i+1].Start]) {
			i++
			f.value.End, f.stated[1] = numbers[i].End, numbers[i].value
		}
		f.sentence = sentences[sentenceAt(sentences, f.value.Start)]
		f.qualify(body)
		said := f.sentence.In(body)
		if supposed.MatchString(said) || perTime.MatchString(said) || !q.saysWhich(stemsOf(said)) || q.ofOthers(body[:f.value.Start]) {
			continue
		}
		if q.counts(body, f, tokens) || spoken && (f.qualified || introduced.MatchString(body[:f.value.Start])) && alone(body, f, tokens) {
			found = append(found, f)
		}
	}
	return found
}

// saysWhich reports whether a sentence says of which things it speaks, as the question does.
func (q figureQuestion) saysWhich(stems map[string]bool) bool {
	return !slices.ContainsFunc(q.which, func(stem string) bool { return !holdsAlike(stems, stem) })
}

// ofOthers reports whether what stands before a number makes it one of other things: "the country with the most people, an estimated".
func (q figureQuestion) ofOthers(before string) bool {
	m := apposed.FindStringSubmatch(before)
	return m != nil && isThings(strings.ToLower(m[1])) && !q.counted[stemOf(strings.ToLower(m[1]))]
}

// apposed finds the word before a comma behind which a number stands in apposition.
var apposed = regexp.MustCompile(`(\p{L}+), $`)

// inDollars are the bounds within which a currency's unit has stood in US dollars over the last decades: sums in two currencies differ only where no rate
// makes them one.
var inDollars = map[string][2]float64{"$": {1, 1}, "€": {0.95, 1.6}, "£": {1.05, 2.1}, "¥": {0.006, 0.17}, "rub": {0.008, 0.045}} // ¥ is yen and yuan

// sumsIn lists the sums of money in a paragraph's sentences about what is asked: one that holds several does not tell which is meant. "4.2m" without a
// currency is one where nothing else follows that it may count.
func (q figureQuestion) sumsIn(body string, title map[string]bool) []figure {
	tokens := tokensOf(body)
	var found []figure
	sums := map[news.Span]int{}
	for _, n := range quantities(body, tokens, spansOf(calendarsIn(body))) {
		f := figure{value: n.Span, stated: [2]float64{n.value, n.value}, direct: true}
		rate, known := inDollars[n.unit]
		if !known && (n.unit != "" || n.value < 1000 || isYear(body, n) || !alone(body, f, tokens)) {
			continue
		}
		f.sentence = text.Sentences(body)[sentenceAt(text.Sentences(body), n.Start)]
		sums[f.sentence]++
		said := f.sentence.In(body)
		held := stemsOf(said)
		maps.Copy(held, title)
		if supposed.MatchString(said) && !q.supposes || perTime.MatchString(said) || !q.covers(held) {
			continue
		}
		f.qualify(body)
		f.unit, f.stated[1] = n.unit, rate[0]
		found = append(found, f)
	}
	return slices.DeleteFunc(found, func(f figure) bool { return sums[f.sentence] > 1 })
}

func isYear(body string, n quantity) bool {
	return n.End-n.Start == 4 && n.value >= 1500 && n.value < 2100 && isNumber(n.In(body))
}

func (q figureQuestion) speaksOf(stems map[string]bool) bool {
	for w := range q.counted {
		if stems[w] {
			return true
		}
	}
	return false
}

// rangeGap is what stands between the ends of a range: "60 and 70", "60 to 70", "ninety, perhaps ninety-five".
var rangeGap = regexp.MustCompile(`^(\s(and|to|or)\s|\s?[-–]\s?|,? (perhaps|maybe|possibly) )$`)

// introduced finds what a number without its noun follows when it is an answer: "it was 120", "a total of 120", "we counted 120".
var introduced = regexp.MustCompile(`(?i)\b(it|of|was|were|is|saw|counted|numbered|totall?ed|reached|writing at|put (it|them) at)\s$`)

// qualifiers are the words before a number that say how it is meant, and the bounds they set.
var qualifiers = []struct {
	pattern *regexp.Regexp
	bounds  func(a, b float64) (low, high float64)
}{
	{regexp.MustCompile(`(?i)\b(no more than|at most|up to|fewer than|less than|under|not more than)\s$`), func(_, b float64) (float64, float64) { return 0, b }},
	{regexp.MustCompile(`(?i)\b(at least|more than|over|no fewer than|no less than|not less than|upwards of)\s$`), func(a, _ float64) (float64, float64) { return a, openEnd }},
	{regexp.MustCompile(`(?i)\b(about|around|some|roughly|nearly|almost|approximately|perhaps|maybe|close to|as many as|an estimated)\s$`), nearly},
	{regexp.MustCompile(`(?i)\b(between|from)\s$`), func(a, b float64) (float64, float64) { return a, b }},
}

func nearly(a, b float64) (low, high float64) { return a * (1 - nearlyShare), b * (1 + nearlyShare) }

// qualify takes the words before a number into its figure and sets its bounds.
func (f *figure) qualify(body string) {
	f.low, f.high = f.stated[0], f.stated[1]
	for _, q := range qualifiers {
		if at := q.pattern.FindStringSubmatchIndex(body[:f.value.Start]); at != nil {
			f.value.Start = at[2]
			f.low, f.high = q.bounds(f.stated[0], f.stated[1])
			f.qualified = true
			return
		}
	}
}

// counts reports whether the number counts what is asked for: the word for it follows at once or behind one other.
func (q figureQuestion) counts(body string, f figure, tokens []token) bool {
	next := following(tokens, f.value.End)
	for i, t := range next[:min(2, len(next))] {
		if strings.ContainsAny(body[f.value.End:t.Start], ",.;:!?—”\"()") {
			return false
		}
		if q.counted[t.stem] {
			return true
		}
		if i == 0 && !t.content() {
			return false
		}
	}
	return false
}

// alone reports whether the number counts nothing named: a mark, the end or a small word follows.
func alone(body string, f figure, tokens []token) bool {
	next := following(tokens, f.value.End)
	if len(next) == 0 || strings.ContainsAny(body[f.value.End:next[0].Start], ",.;:!?—”\"") {
		return true
	}
	return !next[0].content() && next[0].fold != "of" && body[f.value.End] == ' '
}

func following(tokens []token, at int) []token {
	i, _ := slices.BinarySearchFunc(tokens, at, func(t token, at int) int { return t.Start - at })
	return tokens[i:]
}

func stemsOf(s string) map[string]bool { return stemsIn(tokensOf(s)) }

func stemsIn(tokens []token) map[string]bool {
	stems := make(map[string]bool, len(tokens))
	for _, t := range tokens {
		stems[t.stem] = true
	}
	return stems
}

// properNames lists the capitalised words of s that begin no sentence, folded.
func properNames(s string) map[string]bool {
	names := map[string]bool{}
	for _, t := range tokensOf(s) {
		if t.upper && !t.lead && t.content() && len(t.fold) > 2 && !strings.HasSuffix(t.fold, "day") {
			names[t.fold] = true
		}
	}
	return names
}

// sameMatter keeps the figures that are about the same thing: those whose surroundings answer the question, share names with the best of them and were
// published around the same time; and those of paragraphs that repeat one of these figures.
func sameMatter(found []figure, evidence []Evidence) []figure {
	first := slices.IndexFunc(found, func(f figure) bool { return f.direct })
	if first < 0 {
		return nil
	}
	published := evidence[found[first].evidence].Source.Published
	near := func(f figure) bool {
		return evidence[f.evidence].Source.Published.Sub(published).Abs() <= sameTime*24*time.Hour
	}
	known := map[[2]float64]bool{}
	kept := make([]bool, len(found))
	for i, f := range found {
		if f.direct && near(f) && (f.evidence == found[first].evidence || common(f.names, found[first].names) >= sharedNames) {
			kept[i], known[f.stated] = true, true
		}
	}
	type place struct{ evidence, paragraph int }
	repeats := map[place]bool{}
	for _, f := range found {
		if near(f) && known[f.stated] {
			repeats[place{f.evidence, f.paragraph}] = true
		}
	}
	var same []figure
	for i, f := range found {
		if kept[i] || !f.foreign && repeats[place{f.evidence, f.paragraph}] {
			same = append(same, f)
		}
	}
	return same
}

func common(a, b map[string]bool) int {
	n := 0
	for name := range a {
		if b[name] {
			n++
		}
	}
	return n
}

// conflicting keeps, of each figure, its earliest report, if another report gives one that cannot be true beside it.
func conflicting(found []figure, evidence []Evidence) []figure {
	byValue := map[[2]float64]figure{}
	var order [][2]float64
	for _, f := range found {
		known, ok := byValue[f.stated]
		if !ok {
			order = append(order, f.stated)
		}
		if !ok || earlier(f, known, evidence) {
			byValue[f.stated] = f
		}
	}
	var versions []figure
	for _, v := range order {
		f := byValue[v]
		if slices.ContainsFunc(order, func(o [2]float64) bool { return disjoint(f, byValue[o], evidence) }) {
			versions = append(versions, f)
		}
	}
	return versions
}

// earlier prefers the earlier report of a figure, and in one article the one that says how it is meant.
func earlier(f, known figure, evidence []Evidence) bool {
	x, y := evidence[f.evidence].Source, evidence[known.evidence].Source
	if x.ArticleID == y.ArticleID {
		return f.qualified && !known.qualified
	}
	return x.Published.Before(y.Published)
}

// disjoint reports whether two figures of different articles cannot both be right.
func disjoint(a, b figure, evidence []Evidence) bool {
	if a.unit != b.unit && a.unit != "" && b.unit != "" {
		x, y := inDollars[a.unit], inDollars[b.unit]
		a.low, a.high, b.low, b.high = a.low*x[0], a.high*x[1], b.low*y[0], b.high*y[1]
	}
	return evidence[a.evidence].Source.ArticleID != evidence[b.evidence].Source.ArticleID && (a.high < b.low || b.high < a.low)
}

// shown is the figure's sentence with its version.
func (f figure) shown(e Evidence) Sentence {
	at := news.Span{Start: f.value.Start + e.Passage.Span.Start, End: f.value.End + e.Passage.Span.Start}
	v := &Version{Value: f.value.In(e.Passage.Text)}
	for _, q := range e.Quotes {
		if slices.ContainsFunc(q.Fragments, func(p news.Fragment) bool { return q.Kind != news.Reported && p.Span.Contains(at) }) {
			v.Quoted, v.Speaker = true, q.Speaker
			break
		}
		if q.Kind == news.Reported && (q.Span().Contains(at) || q.Sentence.Contains(at)) {
			v.Speaker = q.Speaker
		}
	}
	if v.Speaker == (news.Speaker{}) {
		v.Speaker.Mention = credited(f.sentence.In(e.Passage.Text))
	}
	return Sentence{Text: f.sentence.In(e.Passage.Text), Cites: []int{e.N}, Quote: quoteIn(e, f.sentence), Version: v}
}

var (
	saidAtEnd   = regexp.MustCompile(`, (?:as )?([^,.“”"]{3,80}?) (?:said|says|told [^,.]+|reported|reports|announced|estimated)(?: (?:on|late on|in a|in an) [^,.]+)?\.$`)
	accordingTo = regexp.MustCompile(`\b[Aa]ccording to ([^,.“”"]{3,80})`)
)

// credited reads off a sentence whom its reporter cites for it, in the sentence's own words; "" when it does not say.
func credited(sentence string) string {
	for _, p := range []*regexp.Regexp{saidAtEnd, accordingTo} {
		if m := p.FindStringSubmatch(sentence); m != nil {
			return m[1]
		}
	}
	return ""
}
