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
	unit  string  // "", "%" for shares, a currency's sign, "st" for a place in an order, or a span of time: "min" or "month"
	bare  float64 // of a span of time, the number as it is written: 5 of "five weeks"; else the value
	vague bool    // "one", which is a pronoun as often as a number: it proves, and needs no proof
}

// same reports whether two numbers say the same; a number without a unit says less than one with. The unit of a span of time may be left to the words around it: "from 63 to 66".
func (q quantity) same(o quantity) bool {
	a, b := q.value, o.value
	switch {
	case q.unit != o.unit && (q.isTime() && o.unit == "" || q.unit == "" && o.isTime()):
		a, b = q.bare, o.bare
	case q.unit != o.unit && (q.unit != "" || o.unit == "st"):
		return false
	}
	return math.Abs(a-b) <= 1e-9*math.Max(1, math.Abs(a))
}

func (q quantity) isTime() bool { return q.unit == "min" || q.unit == "month" }

var (
	digits   = regexp.MustCompile(`(US\$|[$€£¥])?\s?\b(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?`)
	scaleEnd = regexp.MustCompile(`^(?:[\s-]*(hundred|thousand|million|billion|trillion)\b|\s?(bn|mn|mln|tn|m|k)\b)`)
	unitEnd  = regexp.MustCompile(`^(?:\s?(%)|[\s-]*(percent|per cent|percentage points?)\b|[\s-]*(dollars?|euros?|pounds?|yuan|yen|rubles?|roubles?)\b)`)
	ordinal  = regexp.MustCompile(`^(?:st|nd|rd|th)\b`)
	timeEnd  = regexp.MustCompile(`^[\s-]*(minute|hour|day|week|month|year|decade)s?\b`)
)

// times are the spans of time, each in the unit that it is counted in here: a month has no fixed number of days.
var times = map[string]struct {
	unit   string
	factor float64
}{"minute": {"min", 1}, "hour": {"min", 60}, "day": {"min", 1440}, "week": {"min", 7 * 1440}, "month": {"month", 1}, "year": {"month", 12}, "decade": {"month", 120}}

var scales = map[string]float64{"hundred": 1e2, "thousand": 1e3, "k": 1e3, "million": 1e6, "m": 1e6, "mn": 1e6, "mln": 1e6, "billion": 1e9, "bn": 1e9, "trillion": 1e12, "tn": 1e12}

var units = map[string]string{"%": "%", "percent": "%", "per cent": "%", "percentage point": "%", "dollar": "$", "us$": "$", "$": "$", "euro": "€", "€": "€", "pound": "£", "£": "£", "yuan": "¥", "yen": "¥", "¥": "¥", "ruble": "rub", "rouble": "rub"}

var numberWords = map[string]float64{
	"zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15,
	"sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
	"dozen": 12, "both": 2, "pair": 2, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10,
}

// places are words for a place in an order, from the second on, which are words for a part as well: "the third year", "a third of the year".
var places = map[string]float64{"second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10}

// parts are words for a part of a whole, which "third" and its like are as well.
var parts = map[string]float64{"half": 2, "halv": 2, "quarter": 4, "third": 3, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "tenth": 10}

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
		q, n := partQuantity(tokens, i)
		if n == 0 {
			q, n = wordQuantity(s, tokens[i:])
		}
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
	if n := len(ordinal.FindString(s[q.End:])); n > 0 {
		q.End += n
		q.unit = "st"
	}
	q.readEnding(s)
	return q, true
}

// readEnding takes in the scale and unit that follow the number.
func (q *quantity) readEnding(s string) {
	if m := scaleEnd.FindStringSubmatch(s[q.End:]); m != nil {
		q.value *= scales[m[1]+m[2]]
		q.End += len(m[0])
	}
	q.bare = q.value
	if m := unitEnd.FindStringSubmatch(s[q.End:]); m != nil {
		unit := strings.TrimSuffix(m[1]+m[2]+m[3], "s")
		q.unit = units[unit]
		q.End += len(m[0])
	} else if m := timeEnd.FindStringSubmatch(s[q.End:]); m != nil && q.unit == "" {
		span := times[m[1]]
		q.unit, q.value = span.unit, q.value*span.factor
		q.End += len(m[0])
	}
}

// partQuantity reads a part of a whole at token i and how many tokens it takes: "half", "a third", "two-fifths". "A third strike" and "the second quarter" are none.
func partQuantity(tokens []token, i int) (quantity, int) {
	of, count, n := 0.0, 1.0, 1
	at := func(j int) string {
		if j < 0 || j >= len(tokens) || tokens[j].sentence != tokens[i].sentence {
			return ""
		}
		return tokens[j].fold
	}
	switch word := at(i); {
	case word == "a" && at(i-1) == "and" && at(i+1) == "half": // "a year and a half"
		return quantity{}, 0
	case word == "half" && at(i-1) == "a" && at(i-2) == "and":
		return quantity{}, 0
	case word == "half" || tokens[i].stem == "halv":
		of = 2
	case (word == "a" || word == "one") && parts[at(i+1)] > 0:
		of, n = parts[at(i+1)], 2
		if places[at(i+1)] > 0 && i+2 < len(tokens) && tokens[i+2].clause == tokens[i+1].clause && tokens[i+2].content() {
			return quantity{}, 0
		}
	case numberWords[word] > 0 && places[word] == 0 && strings.HasSuffix(at(i+1), "s") && parts[strings.TrimSuffix(at(i+1), "s")] > 0:
		of, count, n = parts[strings.TrimSuffix(at(i+1), "s")], numberWords[word], 2
	default:
		return quantity{}, 0
	}
	share := 100 * count / of
	return quantity{Span: news.Span{Start: tokens[i].Start, End: tokens[i+n-1].End}, value: share, bare: share, unit: "%"}, n
}

// wordQuantity reads a number in words at the head of tokens and how many of them it takes: "five", "twenty-five", "two hundred and ten", "a dozen".
func wordQuantity(s string, tokens []token) (quantity, int) {
	if times := multiples[tokens[0].stem]; times > 0 {
		return quantity{Span: tokens[0].Span, value: times, bare: times, unit: "×"}, 1
	}
	value, ok := numberWords[tokens[0].fold]
	if !ok {
		return quantity{}, 0
	}
	n := 1
	q := quantity{Span: tokens[0].Span, value: value, bare: value, vague: tokens[0].fold == "one" || tokens[0].fold == "both" || tokens[0].fold == "pair"}
	if places[tokens[0].fold] > 0 {
		q.unit = "st"
		return q, 1
	}
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
		if !cl.hasNumber(q) {
			return []fault{{faultNumber, fmt.Sprintf("%q stands in none of its sources", q.In(cl.text))}}
		}
		if f := slices.Concat(checkBound(cl, q), checkAll(cl, q)); f != nil {
			return f
		}
	}
	return nil
}

// hasNumber reports whether a number of the claim stands in one of its sources, in a date or in what is known of it included.
func (cl *claim) hasNumber(q quantity) bool {
	return slices.ContainsFunc(cl.sources, func(s *source) bool {
		return slices.ContainsFunc(s.numbers, q.same) ||
			slices.ContainsFunc(s.dates, func(d calendar) bool {
				return (q.unit == "" || q.unit == "st") && (s.writesDay(d, q.value) || d.sentence >= 0 && q.value == float64(d.year))
			}) ||
			slices.ContainsFunc(s.metaText, func(line string) bool { return slices.ContainsFunc(quantities(line, tokensOf(line), nil), q.same) })
	})
}

// isDate reports whether a number of the source is part of a date.
func (s *source) isDate(o quantity) bool {
	return slices.ContainsFunc(s.dates, func(d calendar) bool { return d.sentence >= 0 && d.Overlaps(o.Span) })
}

// multiples are words that multiply, by stem.
var multiples = map[string]float64{"doubl": 2, "twice": 2, "twofold": 2, "tripl": 3, "trebl": 3, "threefold": 3, "quadrupl": 4, "fourfold": 4, "tenfold": 10}

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

// tokenAt is the token that holds byte at or follows it; -1 for none.
func tokenAt(tokens []token, at int) int {
	return slices.IndexFunc(tokens, func(t token) bool { return t.End > at })
}

// checkBound compares "more than" and "less than" before a number.
func checkBound(cl *claim, q quantity) []fault {
	own := boundBefore(cl.text, q)
	if own < 0 && slices.ContainsFunc(cl.window, func(p place) bool { return p.source.sentences[p.sentence].folds["only"] }) {
		return nil // "only 14" is "no more than 14"
	}
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
	before := " " + strings.Join(strings.Fields(strings.ToLower(strings.TrimRight(s[max(0, q.Start-20):q.Start], " $€£¥"))), " ")
	if compared.MatchString(before) {
		return 0
	}
	if q.isTime() {
		before = strings.TrimSuffix(before, " over") // "over two years" is how long
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
