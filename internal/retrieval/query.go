package retrieval

import (
	_ "embed"
	"maps"
	"math"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"attache/internal/news"
	"attache/internal/text"
)

// Reading is how a question was understood.
type Reading struct {
	Content    string    // the words to look for
	Since      time.Time // filter: published on or after this day
	Until      time.Time // filter: published on or before this day
	Publisher  string    // filter
	Publishers []string  // publishers that the question names: their articles are favoured
	Around     time.Time // articles published around this day are favoured; zero for none
	Within     float64   // days in which that favour halves
	AnyYear    bool      // Around is that day of any year: the question names none
	Named      bool      // the question names that day, or the time around it
	Latest     bool      // it asks for the newest
	News       float64   // how surely it expects something that was new when it was asked, 0 to 1
}

// understand reads filters and favours out of the question, beside the filters set by hand.
func (ix *Index) understand(q Query) Reading {
	r := Reading{Content: spellOut(q.Text), Since: q.Since, Until: q.Until, Publisher: q.Publisher}
	if !q.Literal {
		r.Publishers = ix.publishersIn(q.Text, q.Viewer)
		r.readBounds(q)
		r.readTime(q)
	}
	if !q.AsOf.IsZero() && (r.Until.IsZero() || q.AsOf.Before(r.Until)) {
		r.Until = q.AsOf
	}
	r.readNews(q)
	return r
}

// offices are abbreviations that people type and articles spell out.
var offices = strings.NewReplacer(" pm ", " prime minister ", " fm ", " foreign minister ", " potus ", " president United States ", " unsc ", " UN Security Council ",
	" mfa ", " foreign ministry ", " mod ", " defence ministry ", " gdp ", " GDP economy ", " pres ", " president ", " govt ", " government ", " intl ", " international ")

// spoken are small words as they are typed in haste: nothing to look for.
var spoken = map[string]string{"wot": "what", "wots": "what is", "wat": "what", "wats": "what is", "whats": "what is", "hows": "how is", "whos": "who is", "wheres": "where is", "whens": "when is", "r": "are",
	"abt": "about", "bout": "about", "pls": "please", "plz": "please", "thx": "please", "u": "you", "ur": "your", "gimme": "tell me", "dunno": "don't know", "ppl": "people", "b4": "before", "cuz": "because", "govs": "governments"}

// spellOut writes out small words typed in haste and abbreviations of offices: "whos the PM of …" is about a prime minister.
func spellOut(question string) string {
	words := strings.Fields(question)
	for i, w := range words {
		bare := strings.Trim(w, "?!.,;:\"'“”()")
		if month, ok := months[strings.ToLower(bare)]; ok && (i > 0 && isNumber(words[i-1]) || i+1 < len(words) && isNumber(words[i+1])) {
			if words[i] = strings.Replace(w, bare, month, 1); len(bare) < len(month) {
				words[i] = strings.Replace(words[i], month+".", month, 1) // Jan. 8
			}
			continue
		}
		opens := i == 0 && len(bare) > 2 && len(words) > 1 && words[1] == strings.ToLower(words[1]) // "Wats the latest", not "Wat Pho" nor "Viktor Bout"
		if long, ok := spoken[strings.ToLower(bare)]; ok && (opens || bare == strings.ToLower(bare)) {
			words[i] = strings.Replace(w, bare, long, 1)
			continue
		}
		if long := offices.Replace(" " + strings.ToLower(bare) + " "); bare != "" && long != " "+strings.ToLower(bare)+" " {
			words[i] = strings.Replace(w, bare, strings.TrimSpace(long), 1)
		}
	}
	return strings.Join(words, " ")
}

// months are written out, with their capital, where a number stands beside them, so that the articles' own words are looked for.
var months = map[string]string{"january": "January", "february": "February", "march": "March", "april": "April", "may": "May", "june": "June", "july": "July", "august": "August",
	"september": "September", "october": "October", "november": "November", "december": "December",
	"jan": "January", "feb": "February", "mar": "March", "apr": "April", "jun": "June", "jul": "July", "aug": "August",
	"sep": "September", "sept": "September", "oct": "October", "nov": "November", "dec": "December"}

func isNumber(word string) bool { return isDigit(rune(word[0])) }

// datePattern is how a date stands in a question: a day, a month, or a year.
const datePattern = `((?:\d{1,2}(?:st|nd|rd|th)? (?:of )?)?(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?|July?|Aug(?:ust|\.)?|Sept?(?:ember|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)(?: \d{1,2}(?:st|nd|rd|th)?,?)?(?: \d{4})?|\d{4}-\d{2}-\d{2}|(?:19|20)\d{2})`

var (
	sincePattern = regexp.MustCompile(`(?i)\b(since|published (?:since|after)|articles? (?:since|after|from))\s+` + datePattern + `\b`)
	untilPattern = regexp.MustCompile(`(?i)\b(published (?:before|until|by)|articles? (?:before|until)|as of)\s+` + datePattern + `\b`)
	namedDate    = regexp.MustCompile(`(?i)\b(?:(in|of|since|from|during|after|before|until|till|by|last|this|early|mid|late)\s+)?` + datePattern + `\b`)
)

// readBounds turns "since March 2022" and "as of 3 May 2023" into filters, unless one was set by hand. "Before 2020" is left alone: what was then is
// often told later.
func (r *Reading) readBounds(q Query) {
	if m := sincePattern.FindStringSubmatch(r.Content); m != nil && r.Since.IsZero() {
		if first, last, ok := namedDay(m[2], q.Now); ok {
			r.Since = first
			if strings.HasSuffix(strings.ToLower(m[1]), "after") {
				r.Since = last.AddDate(0, 0, 1)
			}
		}
	}
	if m := untilPattern.FindStringSubmatch(r.Content); m != nil && r.Until.IsZero() {
		if first, last, ok := namedDay(m[2], q.Now); ok {
			r.Until = last
			if strings.HasSuffix(strings.ToLower(m[1]), "before") {
				r.Until = first.AddDate(0, 0, -1)
			}
		}
	}
}

// namedDay reads a date as it stands in a question. A month or day without a year is the last one before now.
func namedDay(s string, now time.Time) (first, last time.Time, ok bool) {
	s = ordinals.ReplaceAllString(strings.NewReplacer(".", "", ",", "", " of ", " ").Replace(s), "$1")
	s = septPattern.ReplaceAllString(s, "Sep")
	if first, last, ok = ParseDay(title(s), time.Time{}); ok || now.IsZero() {
		return first, last, ok
	}
	for _, year := range []int{now.Year(), now.Year() - 1} {
		first, last, ok = ParseDay(title(s)+" "+strconv.Itoa(year), time.Time{})
		if ok && !first.After(now) {
			return first, last, true
		}
	}
	return first, last, false
}

var septPattern = regexp.MustCompile(`(?i)\bsept\b`)

var ordinals = regexp.MustCompile(`(\d)(?:st|nd|rd|th)\b`)

// title writes the month's first letter large, as the parser wants it.
func title(s string) string {
	words := strings.Fields(strings.ToLower(s))
	for i, w := range words {
		words[i] = strings.ToUpper(w[:1]) + w[1:]
	}
	return strings.Join(words, " ")
}

// recentWords are the words by which a question asks for something new, with the days in which an article's favour halves.
var recentWords = []struct {
	pattern *regexp.Regexp
	ago     float64 // days before now that are meant
	within  float64
	named   bool // they name a time that the reader should see
}{
	{regexp.MustCompile(`(?i)\b(today|yesterday|tonight|this morning)\b`), 0, 4, true},
	{regexp.MustCompile(`(?i)\b(this week|(this|last|past|the) weekend|past (few|several) days|on (mon|tues|wednes|thurs|fri|satur|sun)day|(mon|tues|wednes|thurs|fri|satur|sun)day)\b`), 3, 7, true},
	{regexp.MustCompile(`(?i)\b(last|past) week\b`), 7, 7, true},
	{regexp.MustCompile(`(?i)\bthis month\b`), 10, 20, true},
	{regexp.MustCompile(`(?i)\b(last|past) month\b`), 35, 20, true},
	{regexp.MustCompile(`(?i)\b(recent(ly)?|latest|newest|just|now|current(ly)?|so far|upcoming|soon)\b`), 0, 30, false},
	{regexp.MustCompile(`(?i)\bthis year\b`), 90, 120, true},
	{regexp.MustCompile(`(?i)\blast year\b`), 365, 180, true},
}

var latestPattern = regexp.MustCompile(`(?i)\b(latest|newest|most recent|what(?:['’]?s| is) new|anything new|any news|news (?:on|about|of|from)|recent developments)\b`)

// AsksLatest reports whether a question asks for the newest there is.
func AsksLatest(question string) bool { return latestPattern.MatchString(question) }

// readTime finds the time that the question is about: a date that it names, or one counted from now.
func (r *Reading) readTime(q Query) {
	r.Latest = AsksLatest(r.Content)
	if sincePattern.MatchString(r.Content) || untilPattern.MatchString(r.Content) {
		return // the date that it names is a bound
	}
	for _, m := range namedDate.FindAllStringSubmatch(r.Content, -1) {
		if m[1] == "" && ambiguous[strings.ToLower(m[2])] {
			continue
		}
		if first, last, ok := namedDay(m[2], q.Now); ok {
			r.Around = first.Add(last.Sub(first) / 2)
			r.Within = math.Max(10, last.Sub(first).Hours()/24)
			r.Named, r.AnyYear = true, !fourDigits.MatchString(m[2])
			return
		}
	}
	if q.Now.IsZero() {
		return
	}
	for _, w := range recentWords {
		if w.pattern.MatchString(r.Content) {
			r.Around = q.Now.AddDate(0, 0, -int(w.ago))
			r.Within = w.within
			r.Named = w.named
			return
		}
	}
}

// ambiguous are the months that are words of another meaning too: alone, they count as months behind a word like "in" only.
var ambiguous = map[string]bool{"may": true, "march": true, "mar": true, "dec": true, "sep": true, "jan": true}

// timeliness is how near an article's date comes to the time that the question is about: 1 on the day, halving every Within days; 0 for an undated
// article or a question about no time.
func (r Reading) timeliness(published time.Time) float64 {
	if r.Around.IsZero() || published.IsZero() {
		return 0
	}
	days := math.Abs(published.Sub(r.Around).Hours()) / 24
	if r.AnyYear {
		for year := published.Year() - 1; year <= published.Year()+1; year++ {
			around := r.Around.AddDate(year-r.Around.Year(), 0, 0)
			days = min(days, math.Abs(published.Sub(around).Hours())/24)
		}
	}
	return math.Exp2(-days / r.Within)
}

var fourDigits = regexp.MustCompile(`\d{4}`)

// publishersIn lists the publishers of the articles that the viewer sees which the question names, in order of their names.
func (ix *Index) publishersIn(question string, viewer news.Viewer) []string {
	folded := " " + strings.Join(strings.FieldsFunc(text.Fold(question), func(r rune) bool { return strings.ContainsRune(" ,.;:!?\"'“”()[]", r) }), " ") + " "
	var named []string
	for _, name := range ix.publishersSeen(viewer) {
		plain := strings.Join(strings.FieldsFunc(text.Fold(name), func(r rune) bool { return strings.ContainsRune(" ,.;:!?\"'“”()[]|-–—", r) }), " ")
		if len(plain) >= 3 && !IsStop(plain) && strings.Contains(folded, " "+plain+" ") {
			named = append(named, name)
		}
	}
	return named
}

// publishersSeen lists the publishers of what the viewer sees, by name.
func (ix *Index) publishersSeen(viewer news.Viewer) []string {
	seen := map[string]int{}
	take := func(guild string) {
		for _, a := range ix.audiences[guild] {
			if viewer.Sees(a.Audience) {
				maps.Copy(seen, a.publishers)
			}
		}
	}
	if take(""); viewer.Guild != "" {
		take(viewer.Guild)
	}
	return sortedKeys(seen)
}

// countriesTable has a country a line with its adjectives and the city that its government is called by; made from the CIA World Factbook (public domain).
//
//go:embed countries.tsv
var countriesTable string

// relatives maps the terms of a country's names onto each other: Kazakhstan, Kazakh, Astana. Only names of one word take part.
var relatives = sync.OnceValue(func() map[string][]string {
	related := map[string][]string{}
	for line := range strings.Lines(countriesTable) {
		country, others, _ := strings.Cut(strings.TrimSpace(line), "\t")
		var names []string
		for _, name := range append([]string{country}, strings.Split(others, ", ")...) {
			if !strings.ContainsAny(name, " -") {
				names = append(names, Term(name))
			}
		}
		for _, a := range names {
			for _, b := range names {
				if a != b {
					related[a] = append(related[a], b)
				}
			}
		}
	}
	return related
})

// Country returns the country that a word names by its name, its people or its capital: Kazakhstan for Kazakh and Astana; "" for any other word. A word that is
// the whole of a name comes first: American stands for the United States, Sudan for Sudan. Names of several words are known by each of them that says
// something on its own, and one that several countries share stands for the first of them: Korean for North Korea.
func Country(word string) string { return countryWords()[word] }

// IsCountry reports whether a word names a country, its people or its capital, as Country knows them.
func IsCountry(word string) bool { return Country(word) != "" }

var countryWords = sync.OnceValue(func() map[string]string {
	whole, part := map[string]string{}, map[string]string{}
	for line := range strings.Lines(countriesTable) {
		country, others, _ := strings.Cut(strings.TrimSpace(line), "\t")
		for _, name := range append([]string{country}, strings.Split(others, ", ")...) {
			words := strings.FieldsFunc(name, func(r rune) bool { return r == ' ' || r == '-' })
			for _, word := range words {
				known := part
				if len(words) == 1 {
					known = whole
				} else if word[0] < 'A' || word[0] > 'Z' || commonCountryWords[word] {
					continue
				}
				if known[word] == "" {
					known[word] = country
				}
			}
		}
	}
	maps.Copy(part, whole)
	return part
})

// commonCountryWords are words of country names that say nothing on their own.
var commonCountryWords = func() map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(`North South West New San Saint City Islands Island Islander Isle Republic United Central Port Equatorial Northern The Arab African Africa El La Sri Sint Santo Abu Pago
		Valley Road Town Channel Settlement Cantonment Virgin Christmas Holy See Man Prince John's George George's Charlotte Amalie Cook Louis Martin Juan Lucia Marino Marshall Norfolk
		Solomon Porto Novo Vila Ni Utu Mata Paz`) {
		m[w] = true
	}
	return m
}()
