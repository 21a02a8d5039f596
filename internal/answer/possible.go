package answer

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"attache/internal/news"
	"attache/internal/retrieval"
)

// possible is something in a sentence that may be the answer.
type possible struct {
	news.Span
	key      string  // equal for the same thing: a country whether by its name, its people or its capital
	yearless string  // of a day: equal for the same one of any year
	worth    float64 // how well it is of the kind that is asked for: 1 for a whole date, less for a year
	slot     float64 // how many of the question's words stand beside it as beside the asking word
	placed   bool    // it is where something is: "in Kareth"
}

// What may be the answer but is given less exactly than asked for.
const (
	dayWorth      = 0.7 // without its year
	monthWorth    = 0.6
	vagueWorth    = 0.4 // a year, a day of the week
	peopleWorth   = 0.6 // Kazakh, asked for a country
	narrowerWorth = 0.7 // of some of what is counted: two doubly landlocked countries, asked how many are landlocked
	unnamedWorth  = 0.5 // a single name, asked for somebody; a number of other things
)

// possibles lists what in a sentence may be the answer: numbers for "how many", dates for "when", countries for "which country", names for everything
// else; nothing that the question says itself, and nothing at all for one that asks for somebody's words.
func (w want) possibles(sentence string) []possible {
	if asksWords.MatchString(w.question) {
		return nil
	}
	tokens := tokensOf(sentence)
	switch w.kind {
	case whenKind:
		return w.dates(sentence, tokens)
	case howManyKind:
		return w.numbers(sentence, tokens)
	case countryKind:
		if found := w.countries(sentence, tokens); len(found) > 0 || !strings.Contains(w.question, "state") {
			return found // a state may be one of a federation, which the table of countries does not hold
		}
	}
	return w.namesOf(sentence, tokens)
}

// headDate is the day on which a page was found, as search engines put it before their excerpts.
var headDate = regexp.MustCompile(`^\p{Lu}\p{Ll}{2,8}\.? \d{1,2}, \d{4}\s*(\.\.\.|…|—)`)

// looseDate finds days that no calendar names: they count from the day of publication.
var looseDate = regexp.MustCompile(`\b(yesterday|last (week|month|year|summer|spring|autumn|winter))\b`)

func (w want) dates(sentence string, tokens []token) []possible {
	from := 0
	if at := headDate.FindStringIndex(sentence); at != nil {
		from = at[1]
	}
	var found []possible
	for _, c := range calendarsIn(sentence) {
		if c.Start < from || w.own[strings.ToLower(c.In(sentence))] {
			continue
		}
		worth := vagueWorth
		switch {
		case c.day > 0 && c.year > 0:
			worth = 1
		case c.day > 0:
			worth = dayWorth
		case c.month > 0:
			worth = monthWorth
		}
		at := slices.IndexFunc(tokens, func(t token) bool { return t.Start >= c.Start })
		p := w.at(tokens, max(at, 0), max(at, 0), fmt.Sprint(c.day, c.month, c.year, c.weekday), worth)
		p.Span = c.Span
		if c.day > 0 {
			p.yearless = fmt.Sprint(c.day, c.month)
		}
		found = append(found, p)
	}
	if m := looseDate.FindString(sentence); m != "" && len(found) == 0 {
		found = append(found, possible{key: m, worth: vagueWorth})
	}
	return found
}

func (w want) numbers(sentence string, tokens []token) []possible {
	var found []possible
	for _, q := range quantities(sentence, tokens, spansOf(calendarsIn(sentence))) {
		at := slices.IndexFunc(tokens, func(t token) bool { return t.Start >= q.Start })
		if at < 0 || isYear(sentence, q) || w.own[tokens[at].fold] {
			continue
		}
		worth := unnamedWorth
		next := following(tokens, q.End)
		if of := slices.IndexFunc(next[:min(3, len(next))], func(t token) bool { return w.counted[t.stem] }); len(w.counted) == 0 || of >= 0 {
			worth = 1
			if w.narrower(next[:max(of, 0)]) {
				worth = narrowerWorth
			}
		}
		p := w.at(tokens, at, at, fmt.Sprint(q.value, q.unit), worth) // forty is 40
		p.Span = q.Span
		found = append(found, p)
	}
	return found
}

// narrower reports whether words between a number and what it counts say more than the question does.
func (w want) narrower(between []token) bool {
	return slices.ContainsFunc(between, func(t token) bool { return t.content() && !w.own[t.fold] && !retrieval.IsStop(t.fold) })
}

// ofPeople finds the words for a country's people.
var ofPeople = regexp.MustCompile(`(ese|ish|ians?|eans?|cans?|ch|kh|[^ao]i|is)$`)

func (w want) countries(sentence string, tokens []token) []possible {
	var found []possible
	for i, t := range tokens {
		country := countryOf(t.In(sentence))
		if country == "" || w.hasCountry(country) || len(w.regions) > 0 && !slices.ContainsFunc(w.regions, func(r retrieval.Region) bool { return r.Has(country) }) {
			continue
		}
		worth := 1.0
		if ofPeople.MatchString(t.fold) && !strings.EqualFold(t.fold, country) {
			worth = peopleWorth
		}
		found = append(found, w.at(tokens, i, i, country, worth))
	}
	return found
}

// countryOf is the country that a word of a sentence names; "" for none.
func countryOf(word string) string {
	word = strings.ReplaceAll(strings.TrimSuffix(strings.TrimSuffix(word, "'s"), "’s"), ".", "")
	return retrieval.Country(word)
}

func (w want) hasCountry(country string) bool {
	return slices.ContainsFunc(tokensOf(w.question), func(t token) bool { return countryOf(t.In(w.question)) == country })
}

// namesOf lists the names of a sentence by their last words. A single word at the head of a sentence need not be a name.
func (w want) namesOf(sentence string, tokens []token) []possible {
	isName := func(t token) bool { return t.upper && t.content() && !retrieval.IsStop(t.fold) }
	var found []possible
	for i := 0; i < len(tokens); i++ {
		first := i
		if !isName(tokens[i]) {
			continue
		}
		for i+1 < len(tokens) && isName(tokens[i+1]) && tokens[i+1].Start == tokens[i].End+1 {
			i++
		}
		last := tokens[i]
		country := countryOf(last.In(sentence))
		if first == i && last.lead && country == "" || w.own[last.fold] {
			continue
		}
		worth := 1.0
		if w.persons && (first == i || country != "") {
			if w.several && country != "" {
				continue
			}
			worth = unnamedWorth
		}
		found = append(found, w.at(tokens, first, i, last.fold, worth))
	}
	return found
}

// locatives are the words behind which a place is named.
var locatives = wordSet("in at near from to off outside on across into around over")

// beside is within how many words of something that may be the answer the question's words count as standing beside it.
const beside = 3

// at describes what may be the answer and goes from one token to another.
func (w want) at(tokens []token, at, last int, key string, worth float64) possible {
	p := possible{key: key, worth: worth}
	if at < len(tokens) {
		p.Span = news.Span{Start: tokens[at].Start, End: tokens[last].End}
	}
	for i := at - 1; i >= max(0, at-3) && !p.placed && (tokens[i].upper || tokens[i].fold == "the" || locatives[tokens[i].fold]); i-- {
		p.placed = locatives[tokens[i].fold]
	}
	holds := func(part []token, stem string) bool {
		return slices.ContainsFunc(part, func(t token) bool { return t.stem == stem })
	}
	for i := range beside {
		if i < len(w.before) && holds(tokens[max(0, at-beside):at], w.before[i]) {
			p.slot += 1 / float64(i+1)
		}
		if i < len(w.after) && holds(tokens[at+1:min(len(tokens), at+1+beside)], w.after[i]) {
			p.slot += 1 / float64(i+1)
		}
	}
	p.slot = min(p.slot, 1.5)
	return p
}
