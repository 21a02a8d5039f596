package answer

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// filler is something of a sentence that another of its kind could stand in the place of: a name, a number, a date. Two sentences that say the same have the same
// filler among the same words.
type filler struct {
	first, end int // its tokens
	from, to   int // of a name, with the titles and names that belong to it: "Varesh's minister, Ilena Drazh"; else its own
	kind       string
	name       name
	number     *quantity
	date       *calendar
	pronoun    bool // stands for a name, of those before it
}

func (f filler) same(o filler) bool {
	switch {
	case f.pronoun || o.pronoun, (f.name == nil) != (o.name == nil), (f.number == nil) != (o.number == nil):
		return false
	case f.name != nil:
		return f.name.is(o.name)
	case f.number != nil:
		return f.number.same(*o.number) || o.number.same(*f.number)
	}
	return f.date.within(*o.date) || o.date.within(*f.date)
}

// fillersOf lists what fills the places of a text.
func fillersOf(text string, tokens []token, numbers []quantity, dates []calendar, dated func(quantity) bool) []filler {
	var found []filler
	for _, run := range namesIn(tokens) {
		chain := chainOf(tokens, run)
		found = append(found, filler{first: run.start, end: run.end, from: chain.start, to: chain.end, kind: "name", name: tokens[run.start:run.end]})
	}
	for i, t := range tokens {
		if pronouns[t.fold] {
			found = append(found, filler{first: i, end: i + 1, kind: "name", pronoun: true})
		}
	}
	for i := range numbers {
		q := &numbers[i]
		if q.vague || dated(*q) || bothSides(tokens, *q) {
			continue
		}
		kind := q.unit
		if q.isTime() {
			kind = "time"
		}
		found = append(found, filler{first: tokenAt(tokens, q.Start), end: tokenEnd(tokens, q.End), kind: "number " + kind, number: q})
	}
	for i := range dates {
		d := &dates[i]
		if d.End == 0 {
			continue // resolved, or of the source as a whole
		}
		found = append(found, filler{first: tokenAt(tokens, d.Start), end: tokenEnd(tokens, d.End), kind: dateKind(text, *d), date: d})
	}
	return found
}

// chainOf is a name with the names and titles around it that belong to it, a comma between them or not.
func chainOf(tokens []token, run nameRun) nameRun {
	joined := func(i int) bool {
		t := tokens[i]
		return t.sentence == tokens[run.start].sentence && (t.proper || offices[t.fold] || officeModifiers[t.fold] || titleWords[t.fold] && t.fold != "and" && t.fold != "is" && t.fold != "who" && t.fold != "for")
	}
	chain := run
	for i := run.start - 1; i >= 0 && i >= run.start-longestTitle && joined(i); i-- {
		if tokens[i].proper {
			chain.start = i
		}
	}
	for i := run.end; i < len(tokens) && i < run.end+longestTitle && joined(i); i++ {
		if tokens[i].proper {
			chain.end = i + 1
		}
	}
	return chain
}

// bothSides reports whether a number is the two of "the two sides".
func bothSides(tokens []token, q quantity) bool {
	i := tokenAt(tokens, q.Start)
	return q.value == 2 && q.unit == "" && i > 0 && (tokens[i-1].fold == "the" || tokens[i-1].fold == "these" || tokens[i-1].fold == "those")
}

var pronouns = wordSet("he she it they his her its their him them")

// mayMean reports whether o is a pronoun that may stand for a name: its own sentence or one of the three before it has it.
func (s *source) mayMean(o filler, n name) bool {
	if !o.pronoun || n == nil {
		return false
	}
	at := s.tokens[o.first].sentence
	for i := max(0, at-3); i <= at; i++ {
		if namedIn(s, i, n) {
			return true
		}
	}
	return false
}

// opensAsName lists words that open a sentence, are followed by a verb and may be names for all that the text shows: "Sudan had". In a claim they are not looked at.
func opensAsName(tokens []token) (found []filler) {
	for i, t := range tokens {
		common := !t.content() || t.proper || months[t.fold] || ranks[t.fold] || nameOpeners[t.fold] || len(synonyms[t.stem]) > 0
		if t.lead && t.upper && !common && i+1 < len(tokens) && beforeVerbs[tokens[i+1].fold] {
			found = append(found, filler{first: i, end: i + 1, kind: "name", name: tokens[i : i+1]})
		}
	}
	return found
}

// besides reports whether a name of the source stands beside f's: its title, its country or another in one list with it.
func (s *source) besides(o, f filler) bool {
	if f.name == nil {
		return false
	}
	return slices.ContainsFunc(s.fillers, func(p filler) bool {
		if !f.same(p) || s.tokens[p.first].sentence != s.tokens[o.first].sentence {
			return false
		}
		from, to := min(p.end, o.end), max(p.first, o.first)
		if from > to {
			return false
		}
		between := s.tokens[from:to]
		listed := !slices.ContainsFunc(between, func(t token) bool { return !t.upper && t.fold != "and" && t.fold != "the" })
		titled := !slices.ContainsFunc(between, func(t token) bool {
			return !t.upper && !titleWords[t.fold] && !offices[t.fold] && !officeModifiers[t.fold]
		})
		return listed || titled && len(between) <= longestTitle
	})
}

// longestTitle is how many words may stand between a name and its title's.
const longestTitle = 6

var titleWords = wordSet("of the a an and for its who is deputy chief")

// isYear reports whether a number is a year or a day of one of the sources' dates.
func (cl *claim) isYear(q quantity) bool {
	return (q.unit == "" || q.unit == "st") && slices.ContainsFunc(cl.sources, func(s *source) bool {
		return slices.ContainsFunc(s.dates, func(d calendar) bool {
			return q.value == float64(d.year) || q.value == float64(d.day) && d.sentence >= 0
		})
	})
}

// writesDay reports whether the day of a date stands in the text as a number, and is this one.
func (s *source) writesDay(d calendar, n float64) bool {
	return d.sentence >= 0 && n == float64(d.day) && strings.ContainsAny(d.In(s.text), "0123456789")
}

// tokenEnd is the number of tokens that begin before byte at.
func tokenEnd(tokens []token, at int) int {
	n := 0
	for n < len(tokens) && tokens[n].Start < at {
		n++
	}
	return n
}

// dateKind says how far a date is written out: what a weekday's name stands for may be known, and it is a weekday all the same.
func dateKind(text string, d calendar) string {
	switch written := d.In(text); {
	case d.weekday >= 0 && !strings.ContainsAny(written, "0123456789"):
		return "weekday"
	case d.day > 0:
		return "day"
	case d.month > 0:
		return "month"
	}
	return "year"
}

// How much the words around a place tell. The figures were set on the sets "D" and "E" of testdata/check_more.json.
const (
	placeReach   = 12   // as far around, in words
	halfFar      = 6    // a word that stands so many words further off or nearer than in the claim counts half
	otherSide    = 0.4  // what one counts on the other side
	smallWord    = 0.4  // what one counts that only joins others
	enoughToTake = 0.85 // the share of a rival's fit that shows a place to be another's of the claim
)

// surroundings says how well the words around a place of the claim fit those around a place of a source: each word of the claim counts by its nearness, less where
// it stands on the other side or further off in the source. A verb that is passive in one of them has its sides turned around.
func surroundings(a []token, f filler, b []token, o filler) float64 {
	sum := 0.0
	for x := max(0, f.first-placeReach); x < min(len(a), f.end+placeReach); x++ {
		if x >= f.first && x < f.end || a[x].sentence != a[f.first].sentence || !a[x].tells {
			continue
		}
		left, far := x < f.first, distance(a, x, f)
		best := 0.0
		for y := max(0, o.first-placeReach-4); y < min(len(b), o.end+placeReach+4); y++ {
			if y >= o.first && y < o.end || b[y].sentence != b[o.first].sentence || !b[y].tells || !fits(a[x], b[y]) {
				continue
			}
			sameSide := left == (y < o.first)
			if passiveAt(a, x) != passiveAt(b, y) && verbLike(a, x) && verbLike(b, y) {
				sameSide = !sameSide
			}
			score := 1 / (1 + math.Abs(float64(far-distance(b, y, o)))/halfFar)
			if !sameSide || b[o.first].aside != b[y].aside && a[f.first].aside == a[x].aside {
				score *= otherSide
			}
			if !a[x].content() {
				score *= smallWord
			}
			best = max(best, score)
		}
		sum += best / (1 + float64(far-1)/4)
	}
	return sum
}

// joins are words that say how what follows them belongs to the rest.
var joins = wordSet("by until since after before between within under over during")

func fits(a, b token) bool { return a.fold == b.fold || a.content() && matches(a, b) }

// distance is how many words lie between word i and a filler, and one more; what is said aside between them does not count, unless one of the two is in it.
func distance(tokens []token, i int, f filler) int {
	from, to := i, f.first
	switch {
	case f.to > 0 && i >= f.to:
		from, to = f.to-1, i
	case f.to > 0 && i < f.from:
		to = f.from
	case i >= f.end:
		from, to = f.end-1, i
	}
	n := to - from
	if tokens[i].aside || tokens[f.first].aside {
		return n
	}
	for j := from + 1; j < to; j++ {
		if tokens[j].aside {
			n--
		}
	}
	return n
}

// misplaced is a filler of the claim with how much better another one of its kind fits its place in the sources.
type misplaced struct {
	filler
	own, rival float64
	rivalWords string
}

// misplacements looks at each name, number and date of the claim outside quotation marks.
func (cl *claim) misplacements() []misplaced {
	var found []misplaced
	fillers := fillersOf(cl.text, cl.tokens, cl.numbers, cl.dates, func(quantity) bool { return false })
	shares := cl.sharing()
	for _, f := range fillers {
		if f.pronoun || f.first < 0 || f.first >= len(cl.tokens) || inside(cl.quoted, cl.tokens[f.first].Start) || cl.isKnownOtherwise(f) {
			continue
		}
		m := misplaced{filler: f}
		for _, s := range cl.sources {
			m.own = max(m.own, cl.asOpening(f, s))
			for _, o := range s.fillers {
				if f.same(o) || s.mayMean(o, f.name) {
					m.own = max(m.own, surroundings(cl.tokens, f, s.tokens, o))
				}
			}
		}
		for _, s := range cl.sources {
			for _, o := range s.fillers {
				if o.kind != f.kind || o.pronoun || f.same(o) || !shares[s][s.tokens[o.first].sentence] {
					continue
				}
				if fit := surroundings(cl.tokens, f, s.tokens, o); fit > max(m.rival, m.own) && !s.besides(o, f) && !cl.taken(fillers, f, s, o, fit) {
					m.rival, m.rivalWords = fit, s.text[s.tokens[o.first].Start:s.tokens[o.end-1].End]
				}
			}
		}
		found = append(found, m)
	}
	return found
}

// sharing says of each sentence of the sources whether it has a word of the claim, in whatever form.
func (cl *claim) sharing() map[*source][]bool {
	shares := make(map[*source][]bool, len(cl.sources))
	for _, s := range cl.sources {
		shares[s] = make([]bool, len(s.sentences))
		for i, w := range s.sentences {
			shares[s][i] = slices.ContainsFunc(cl.tokens, func(t token) bool {
				return t.carries && (w.stems[t.stem] || t.upper && w.hasName(t.fold) || slices.ContainsFunc(t.groups, func(g int) bool { return w.groups[g] }))
			})
		}
	}
	return shares
}

// isKnownOtherwise reports whether a filler is the publisher's name, or part of a date.
func (cl *claim) isKnownOtherwise(f filler) bool {
	if f.number != nil {
		return cl.isYear(*f.number)
	}
	return f.name != nil && slices.ContainsFunc(cl.sources, func(s *source) bool { return f.name.is(tokensOf(s.evidence.Source.Publisher)) })
}

// asOpening is how well a name fits where a source opens a sentence with it, so that nothing tells it for a name there.
func (cl *claim) asOpening(f filler, s *source) (fit float64) {
	for j, t := range s.tokens {
		if f.name != nil && t.upper && !t.proper && f.name.is(name{t}) {
			fit = max(fit, surroundings(cl.tokens, f, s.tokens, filler{first: j, end: j + 1}))
		}
	}
	return fit
}

// mates reports whether two names belong together: "Ines Marrable, a consul from Varesh".
func mates(tokens []token, f, g filler) bool {
	if f.name == nil || g.name == nil || tokens[f.first].sentence != tokens[g.first].sentence {
		return false
	}
	from, to := min(f.end, g.end), max(f.first, g.first)
	return from <= to && to-from <= longestTitle && !slices.ContainsFunc(tokens[from:to], func(t token) bool {
		return parting[t.fold] || auxiliaries[t.fold] || beforeVerbs[t.fold] || pastForms[t.fold] || reportingWords[t.fold] || strings.HasSuffix(t.fold, "ed") || strings.HasSuffix(t.fold, "ing")
	})
}

// parting are words that set what stands on both sides of them against each other.
var parting = wordSet("to by with against and or for in at on into than but while whereas not")

// taken reports whether the claim has the filler o of a source, too, and that one fits its place there as well as f does.
func (cl *claim) taken(fillers []filler, f filler, s *source, o filler, fit float64) bool {
	return slices.ContainsFunc(fillers, func(g filler) bool {
		return g.first != f.first && g.same(o) && (mates(cl.tokens, f, g) || surroundings(cl.tokens, g, s.tokens, o) >= enoughToTake*fit)
	})
}

// checkPlaces finds a name, a number or a date that stands where its sources have another one.
func checkPlaces(cl *claim) []fault {
	for _, m := range cl.misplacements() {
		kind, margin := faultRole, nameMargin
		switch {
		case m.number != nil:
			kind, margin = faultNumber, numberMargin
		case m.date != nil:
			kind, margin = faultDate, dateMargin
		}
		if m.rival-m.own > margin {
			return []fault{{kind, fmt.Sprintf("its source says %q there, not %q", m.rivalWords, cl.text[cl.tokens[m.first].Start:cl.tokens[m.end-1].End])}}
		}
	}
	return nil
}

// By how much another filler must fit a place better; set on the same sets.
const (
	nameMargin   = 0.7
	numberMargin = 0.8
	dateMargin   = 0.5
)
