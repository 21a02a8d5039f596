package answer

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"attache/internal/news"
)

// quantity is a number in a text.
type quantity struct {
	news.Span
	value float64
	unit  string // "", "%" or a currency's sign
	vague bool   // "one", which is a pronoun as often as a number: it proves, and needs no proof
}

// same reports whether two numbers say the same; a number without a unit says less than one with.
func (q quantity) same(o quantity) bool {
	return math.Abs(q.value-o.value) <= 1e-9*math.Max(1, math.Abs(q.value)) && (q.unit == o.unit || q.unit == "")
}

var (
	digits   = regexp.MustCompile(`(US\$|[$€£¥])?\s?\b(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?`)
	scaleEnd = regexp.MustCompile(`^(?:[\s-]*(hundred|thousand|million|billion|trillion)\b|\s?(bn|mn|mln|tn|m|k)\b)`)
	unitEnd  = regexp.MustCompile(`^(?:\s?(%)|[\s-]*(percent|per cent|percentage points?)\b|[\s-]*(dollars?|euros?|pounds?|yuan|yen|rubles?|roubles?)\b)`)
	ordinal  = regexp.MustCompile(`^(?:st|nd|rd|th)\b`)
)

var scales = map[string]float64{"hundred": 1e2, "thousand": 1e3, "k": 1e3, "million": 1e6, "m": 1e6, "mn": 1e6, "mln": 1e6, "billion": 1e9, "bn": 1e9, "trillion": 1e12, "tn": 1e12}

var units = map[string]string{"%": "%", "percent": "%", "per cent": "%", "percentage point": "%", "dollar": "$", "us$": "$", "$": "$", "euro": "€", "€": "€", "pound": "£", "£": "£", "yuan": "¥", "yen": "¥", "¥": "¥", "ruble": "rub", "rouble": "rub"}

var numberWords = map[string]float64{
	"zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15,
	"sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
	"dozen": 12, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10, "both": 2, "pair": 2,
}

// quantities finds the numbers in s, written in digits or words, with scale and unit; the spans in masked, which are dates, are left out.
func quantities(s string, tokens []token, masked []news.Span) []quantity {
	var found []quantity
	hidden := func(span news.Span) bool {
		for _, m := range masked {
			if m.Overlaps(span) {
				return true
			}
		}
		return false
	}
	for _, at := range digits.FindAllStringSubmatchIndex(s, -1) {
		q, ok := digitQuantity(s, at)
		if ok && !hidden(q.Span) {
			found = append(found, q)
		}
	}
	for i := 0; i < len(tokens); {
		q, n := wordQuantity(s, tokens[i:])
		if n > 0 && !hidden(q.Span) {
			found = append(found, q)
		}
		i += max(1, n)
	}
	return found
}

func digitQuantity(s string, at []int) (quantity, bool) {
	whole, fraction := strings.ReplaceAll(s[at[4]:at[5]], ",", ""), ""
	if at[6] >= 0 {
		fraction = s[at[6]:at[7]]
	}
	value, err := strconv.ParseFloat(whole+fraction, 64)
	if err != nil {
		return quantity{}, false
	}
	q := quantity{Span: news.Span{Start: at[4], End: at[1]}, value: value}
	if at[2] >= 0 {
		q.unit = units[strings.ToLower(s[at[2]:at[3]])]
		q.Start = at[2]
	}
	q.End += len(ordinal.FindString(s[q.End:]))
	q.readEnding(s)
	return q, true
}

// readEnding takes in the scale and unit that follow the number.
func (q *quantity) readEnding(s string) {
	if m := scaleEnd.FindStringSubmatch(s[q.End:]); m != nil {
		q.value *= scales[m[1]+m[2]]
		q.End += len(m[0])
	}
	if m := unitEnd.FindStringSubmatch(s[q.End:]); m != nil {
		unit := strings.TrimSuffix(m[1]+m[2]+m[3], "s")
		q.unit = units[unit]
		q.End += len(m[0])
	}
}

// wordQuantity reads a number in words at the head of tokens and how many of them it takes: "five", "twenty-five", "two hundred and ten", "a dozen".
func wordQuantity(s string, tokens []token) (quantity, int) {
	if times := multiples[tokens[0].stem]; times > 0 {
		return quantity{Span: tokens[0].Span, value: times, unit: "×"}, 1
	}
	value, ok := numberWords[tokens[0].fold]
	if !ok {
		return quantity{}, 0
	}
	n := 1
	q := quantity{Span: tokens[0].Span, value: value, vague: tokens[0].fold == "one" || tokens[0].fold == "both" || tokens[0].fold == "third" || tokens[0].fold == "pair"}
	if n < len(tokens) && value >= 20 && value < 100 && numberWords[tokens[n].fold] > 0 && numberWords[tokens[n].fold] < 10 {
		q.value += numberWords[tokens[n].fold]
		n++
	}
	for n < len(tokens) && (scales[tokens[n].fold] > 1 && len(tokens[n].fold) > 2 || tokens[n].fold == "dozen") {
		scale := scales[tokens[n].fold]
		if scale == 0 {
			scale = 12
		}
		q.value, q.vague = q.value*scale, false
		n++
		if rest, used := smallAfter(tokens[n:]); used > 0 {
			q.value += rest
			n += used
		}
	}
	q.End = tokens[n-1].End
	q.readEnding(s)
	return q, n
}

// smallAfter reads "and ten" or "ten" after "hundred".
func smallAfter(tokens []token) (float64, int) {
	n := 0
	if len(tokens) > 1 && tokens[0].fold == "and" {
		n = 1
	}
	if n < len(tokens) {
		if v := numberWords[tokens[n].fold]; v >= 1 && v < 100 && !isNumber(tokens[n].fold) {
			return v, n + 1
		}
	}
	return 0, 0
}

// checkNumbers looks for each number in the cited sources, and there beside the same words.
func checkNumbers(cl *claim) []fault {
	if f := checkScores(cl); f != nil {
		return f
	}
	for _, q := range cl.numbers {
		if q.vague || q.value == 2 && strings.Contains(strings.ToLower(cl.text[max(0, q.Start-4):q.Start]), "the ") {
			continue // "the two sides"
		}
		if inside(cl.quoted, q.Start) {
			continue
		}
		own, stands := numberFit(cl, q)
		if !stands {
			return []fault{{faultNumber, fmt.Sprintf("%q stands in none of its sources", q.In(cl.text))}}
		}
		if rival := rivalOf(cl, q, own); rival != "" {
			return []fault{{faultNumber, fmt.Sprintf("its source says %q of this, not %q", rival, q.In(cl.text))}}
		}
		if f := slices.Concat(checkBound(cl, q), checkAll(cl, q), checkBearer(cl, q)); f != nil {
			return f
		}
	}
	return nil
}

// numberFit says how well the words around a number of the claim fit those around the same number in its sources, and whether it stands there at all.
func numberFit(cl *claim, q quantity) (fit int, stands bool) {
	for _, s := range cl.sources {
		for _, o := range s.numbers {
			if q.same(o) {
				stands = true
				fit = max(fit, fitAround(cl, q, s, o))
			}
		}
		for _, d := range s.dates {
			if q.unit == "" && d.sentence >= 0 && (q.value == float64(d.day) || q.value == float64(d.year)) {
				return 3, true
			}
		}
		for _, line := range s.metaText {
			for _, o := range quantities(line, tokensOf(line), nil) {
				if q.same(o) {
					return 3, true
				}
			}
		}
	}
	return fit, stands
}

// rivalOf returns another number of the window, with the same unit, that fits the words around q much better than q's own place in the sources; "" when there is none. A number that
// the claim has as well is a rival only if the two fit better the other way round.
func rivalOf(cl *claim, q quantity, own int) string {
	for _, p := range cl.window {
		for _, o := range p.source.numbers {
			if o.value == q.value || o.unit != q.unit || o.vague || p.source.isDate(o) || sentenceAt(p.source.spans, o.Start) != p.sentence {
				continue
			}
			if cl.namesAround(q) > namesAt(cl, p) {
				continue // the sentence with q itself speaks of more of those whom the claim names
			}
			fit := fitAround(cl, q, p.source, o)
			other := slices.IndexFunc(cl.numbers, func(r quantity) bool { return r.same(o) })
			switch {
			case other < 0 && (own == 0 && fit > 0 || fit >= own+2):
				return o.In(p.source.text)
			case other >= 0:
				r := cl.numbers[other]
				straight, _ := numberFit(cl, r)
				if crossed := bestFit(cl, r, q); crossed > 0 && fit+crossed >= own+straight+2 {
					return o.In(p.source.text)
				}
			}
		}
	}
	return ""
}

// namesAround counts the names of the claim that stand in a sentence of its sources together with the number q, at most.
func (cl *claim) namesAround(q quantity) int {
	most := 0
	for _, s := range cl.sources {
		for _, o := range s.numbers {
			if q.same(o) {
				most = max(most, namesAt(cl, place{s, sentenceAt(s.spans, o.Start)}))
			}
		}
	}
	return most
}

func namesAt(cl *claim, p place) int {
	n := 0
	for _, t := range cl.tokens {
		if t.proper && p.source.sentences[p.sentence].hasName(t.fold) {
			n++
		}
	}
	return n
}

// isDate reports whether a number of the source is part of a date.
func (s *source) isDate(o quantity) bool {
	return slices.ContainsFunc(s.dates, func(d calendar) bool { return d.sentence >= 0 && d.Overlaps(o.Span) })
}

// checkBearer finds a number that is another's: the name before it in the claim stands with a number of its own in the sources, and never in a sentence with this one.
func checkBearer(cl *claim, q quantity) []fault {
	at := tokenAt(cl.tokens, q.Start)
	bearer := -1
	for j := at - 1; j >= 0 && j >= at-6; j-- {
		if cl.tokens[j].proper {
			bearer = j
			break
		}
	}
	if bearer < 0 {
		return nil
	}
	rival := ""
	for _, s := range cl.sources {
		for _, o := range s.numbers {
			i := tokenAt(s.tokens, o.Start)
			if i < 0 || s.isDate(o) {
				continue
			}
			named := s.sentences[s.tokens[i].sentence].hasName(cl.tokens[bearer].fold)
			if named && q.same(o) {
				return nil
			}
			if named && q.unit == o.unit && i > 1 && (sameName(s.tokens[i-1].fold, cl.tokens[bearer].fold) || sameName(s.tokens[i-2].fold, cl.tokens[bearer].fold)) {
				rival = o.In(s.text)
			}
		}
	}
	if rival == "" {
		return nil
	}
	return []fault{{faultNumber, fmt.Sprintf("its source gives %q for %q", rival, cl.tokens[bearer].fold)}}
}

// multiples are words that multiply, by stem.
var multiples = map[string]float64{"doubl": 2, "twice": 2, "twofold": 2, "tripl": 3, "trebl": 3, "threefold": 3, "quadrupl": 4, "fourfold": 4, "tenfold": 10, "halv": 0.5}

// bestFit says how well the words around r fit those around the value of q in the sources.
func bestFit(cl *claim, r, q quantity) int {
	fit := 0
	for _, s := range cl.sources {
		for _, o := range s.numbers {
			if q.same(o) {
				fit = max(fit, fitAround(cl, r, s, o))
			}
		}
	}
	return fit
}

// checkScores finds "203 to 171" where its source says "171 to 203".
func checkScores(cl *claim) []fault {
	for i := 1; i < len(cl.numbers); i++ {
		a, b := cl.numbers[i-1], cl.numbers[i]
		if !scoreBetween.MatchString(cl.text[a.End:b.Start]) || a.value == b.value {
			continue
		}
		for _, s := range cl.sources {
			for j := 1; j < len(s.numbers); j++ {
				if b.same(s.numbers[j-1]) && a.same(s.numbers[j]) && scoreBetween.MatchString(s.text[s.numbers[j-1].End:s.numbers[j].Start]) {
					return []fault{{faultNumber, fmt.Sprintf("its source says %q", s.text[s.numbers[j-1].Start:s.numbers[j].End])}}
				}
			}
		}
	}
	return nil
}

// checkAll finds "all 88" where its source says "70 of 88".
func checkAll(cl *claim, q quantity) []fault {
	if i := tokenAt(cl.tokens, q.Start); i < 1 || cl.tokens[i-1].fold != "all" {
		return nil
	}
	for _, s := range cl.sources {
		for j := 1; j < len(s.numbers); j++ {
			if q.same(s.numbers[j]) && partOf.MatchString(s.text[s.numbers[j-1].End:s.numbers[j].Start]) {
				return []fault{{faultScope, fmt.Sprintf("its source says %q", s.text[s.numbers[j-1].Start:s.numbers[j].End])}}
			}
		}
	}
	return nil
}

var partOf = regexp.MustCompile(`^\s+(?:out )?of (?:the |its )?$`)

var scoreBetween = regexp.MustCompile(`^(?:\s+(?:votes\s+)?(?:to|of|against)\s+|\s*[-–]\s*)$`)

// shareUnits gives a number that is left bare the unit of the one before it in its sentence: "grew by 7 percent, while spending rose by 9".
func shareUnits(s string, numbers []quantity, spans []news.Span) {
	for i := 1; i < len(numbers); i++ {
		before, q := numbers[i-1], &numbers[i]
		rest := strings.TrimLeft(s[q.End:], " ")
		bare := rest == "" || strings.ContainsRune(".,;)", rune(rest[0]))
		if bare && q.unit == "" && before.unit != "" && sentenceAt(spans, before.Start) == sentenceAt(spans, q.Start) {
			q.unit = before.unit
		}
	}
}

// fitAround counts the words around two numbers that match; the thing that is counted, right after the number, counts double.
func fitAround(cl *claim, q quantity, s *source, o quantity) int {
	i, j := tokenAt(cl.tokens, q.Start), tokenAt(s.tokens, o.Start)
	if i < 0 || j < 0 {
		return 0
	}
	fit := shared(cl.tokens, i, s.tokens, j, 4, 6)
	if a, b := counted(cl.tokens, i, q), counted(s.tokens, j, o); a >= 0 && b >= 0 && matches(cl.tokens[a], s.tokens[b]) {
		fit += 2
	}
	return fit
}

// tokenAt is the token that holds byte at or follows it; -1 for none.
func tokenAt(tokens []token, at int) int {
	return slices.IndexFunc(tokens, func(t token) bool { return t.End > at })
}

var comparatives = wordSet("more fewer less higher lower")

// counted is the first content word after the number.
func counted(tokens []token, i int, q quantity) int {
	for j := i; j < len(tokens) && j <= i+5 && tokens[j].sentence == tokens[i].sentence; j++ {
		if tokens[j].Start >= q.End && tokens[j].content() && !comparatives[tokens[j].fold] {
			return j
		}
	}
	return -1
}

// checkBound compares "more than" and "less than" before a number.
func checkBound(cl *claim, q quantity) []fault {
	own := boundBefore(cl.text, q)
	seen, all, mustKeep := false, true, false
	for _, p := range cl.window {
		for _, o := range p.source.numbers {
			if !q.same(o) || sentenceAt(p.source.spans, o.Start) != p.sentence {
				continue
			}
			b := boundBefore(p.source.text, o)
			if b == own || o.vague {
				return nil
			}
			seen, all = true, all && b != 0
			mustKeep = mustKeep || keptBound.MatchString(p.source.text[max(0, o.Start-20):o.Start])
		}
	}
	capped := own < 0 && strings.Contains(strings.ToLower(cl.text[max(0, q.Start-12):q.Start]), " to ") || strings.Contains(strings.ToLower(cl.text[max(0, q.Start-12):q.Start]), "capped at ")
	if !seen || own == 0 && !(all && mustKeep) || capped && !all {
		return nil
	}
	return []fault{{faultNumber, fmt.Sprintf("its source puts another bound on %q", q.In(cl.text))}}
}

// compared is a comparison with the number and no bound on it: "4 percent fewer than ten years ago".
var compared = regexp.MustCompile(`(?:percent|per cent|%|times|points|years|months|days|hours) (?:more|fewer|less|higher|lower|later|earlier) than$`)

// keptBound are the bounds that a claim may not drop: without one the number says something else.
var keptBound = regexp.MustCompile(`(?i)\b(?:up to|at least|at most|as many as|no more than|no fewer than|more than|fewer than)\s+[$€£¥]?$`)

// boundBefore is 1 for a number that is said to be a lower bound, -1 for an upper one, 0 for neither.
func boundBefore(s string, q quantity) int {
	before := " " + strings.ToLower(strings.TrimRight(s[max(0, q.Start-20):q.Start], " $€£¥"))
	if compared.MatchString(before) {
		return 0
	}
	longest, side := 0, 0
	for list, of := range [][]string{upperBounds, lowerBounds} {
		for _, b := range of {
			if len(b) > longest && strings.HasSuffix(before, " "+b) {
				longest, side = len(b), 2*list-1 // "no more than" ends in "more than"
			}
		}
	}
	return side
}
