package answer

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"attache/internal/news"
)

// calendar is a date in a text, as far as it is given; a part that is not is 0, weekday -1.
type calendar struct {
	news.Span
	year, month, day int
	weekday          int
	last             bool // "last August": the latest before the day of publication
	sentence         int  // of the source; -1 for the date of publication
}

// within reports whether everything that c says is true of o: the 9th of May 2031 is within May 2031, not the other way about.
func (c calendar) within(o calendar) bool {
	return (c.year == 0 || c.year == o.year) && (c.month == 0 || c.month == o.month) && (c.day == 0 || c.day == o.day) && (c.weekday < 0 || c.weekday == o.weekday)
}

const monthNames = `Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?`

var datePatterns = []struct {
	pattern          *regexp.Regexp
	day, month, year int // groups; 0 for none
}{
	{regexp.MustCompile(`\b(\d{4})-(\d{2})-(\d{2})\b`), 3, 2, 1},
	{regexp.MustCompile(`\b(\d{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?(` + monthNames + `)\b\.?(?:,?\s+(\d{4})\b)?`), 1, 2, 3},
	{regexp.MustCompile(`\b(` + monthNames + `)\b\.?\s+(\d{1,2})(?:st|nd|rd|th)?\b(?:,?\s+(\d{4})\b)?`), 2, 1, 3},
	{regexp.MustCompile(`\b(first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth)\s+of\s+(` + monthNames + `)\b(?:,?\s+(\d{4})\b)?`), 1, 2, 3},
	{regexp.MustCompile(`\b(` + monthNames + `)\b\.?,?\s+(?:of\s+)?(\d{4})\b`), 0, 1, 2},
	{regexp.MustCompile(`\b(?:[Ii]n|[Oo]f|[Ss]ince|[Uu]ntil|[Bb]y|[Ll]ast|[Ee]arly|[Ll]ate|[Mm]id|[Tt]his|[Nn]ext|[Bb]efore|[Aa]fter|[Ff]rom|[Tt]o|and|or|[Dd]uring|through|between)[\s-](` + monthNames + `)\b`), 0, 1, 0},
	{regexp.MustCompile(`\b(January|February|April|June|July|August|September|October|November|December)\b`), 0, 1, 0},
	{regexp.MustCompile(`\b(?:[Ii]n|[Oo]f|[Ss]ince|[Uu]ntil|[Bb]y|[Ff]rom|[Tt]o|[Bb]efore|[Aa]fter|[Dd]uring|and|or|through|between|late|early|mid|[Ss]pring|[Ss]ummer|[Aa]utumn|[Ww]inter|the|[Ff]or|than|\()[\s-]?((?:1[5-9]|20)\d\d)\b`), 0, 0, 1},
}

var weekdayName = regexp.MustCompile(`\b(Sun|Mon|Tues|Wednes|Thurs|Fri|Satur)days?\b`)

var weekdays = map[string]int{"Sun": 0, "Mon": 1, "Tues": 2, "Wednes": 3, "Thurs": 4, "Fri": 5, "Satur": 6}

// calendars finds the dates in s, each with the number of its sentence in spans.
func calendars(s string, spans []news.Span) []calendar {
	var found []calendar
	for i, span := range spans {
		if part := span.In(s); mayHoldDate(part) {
			for _, c := range calendarsIn(part) {
				c.Start, c.End, c.sentence = c.Start+span.Start, c.End+span.Start, i
				found = append(found, c)
			}
		}
	}
	return found
}

// mayHoldDate is a quick look for what every date has one of: a digit, the name of a month or that of a day.
func mayHoldDate(s string) bool {
	return strings.ContainsAny(s, "0123456789") || strings.Contains(s, "day") || namesMonth(s)
}

// namesMonth is a quick look for what may be the name of a month.
func namesMonth(s string) bool {
	for i := 0; i+3 <= len(s); i++ {
		if 'A' <= s[i] && s[i] <= 'S' && strings.Contains("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec", s[i:i+3]) {
			return true
		}
	}
	return false
}

func calendarsIn(s string) []calendar {
	var found []calendar
	taken := func(span news.Span) bool {
		return slices.ContainsFunc(found, func(c calendar) bool { return c.Overlaps(span) })
	}
	named := namesMonth(s)
	for i, p := range datePatterns {
		if p.month > 0 && i > 0 && !named { // the first writes the month in digits
			continue
		}
		for _, at := range p.pattern.FindAllStringSubmatchIndex(s, -1) {
			c := calendar{Span: news.Span{Start: at[0], End: at[1]}, weekday: -1, day: group(s, at, p.day), month: group(s, at, p.month), year: group(s, at, p.year)}
			if thousands := at[1]+1 < len(s) && s[at[1]] == ',' && isNumber(s[at[1]+1:]); c.day > 0 && c.month > 0 && c.year == 0 && thousands && p.day == 2 {
				continue // "In mid-August 2,100 people"
			}
			c.last = strings.HasPrefix(s[at[0]:], "last ") || strings.HasPrefix(s[at[0]:], "Last ")
			if !taken(c.Span) && c.day <= 31 && c.month <= 12 {
				found = append(found, c)
			}
		}
	}
	for _, at := range weekdayName.FindAllStringSubmatchIndex(s, -1) {
		found = append(found, calendar{Span: news.Span{Start: at[0], End: at[1]}, weekday: weekdays[s[at[2]:at[3]]]})
	}
	return found
}

// group reads a number or the name of a month; 0 when the group is not there.
func group(s string, at []int, n int) int {
	if n == 0 || at[2*n] < 0 {
		return 0
	}
	word := s[at[2*n]:at[2*n+1]]
	if v, err := strconv.Atoi(word); err == nil {
		return v
	}
	if i := slices.Index(ordinals, word); i >= 0 {
		return i + 1
	}
	return 1 + strings.Index("JanFebMarAprMayJunJulAugSepOctNovDec", word[:3])/3
}

var ordinals = []string{"first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"}

func sentenceAt(spans []news.Span, at int) int {
	for i, span := range spans {
		if at < span.End {
			return i
		}
	}
	return len(spans) - 1
}

// resolve writes out what a source's date means: the year nearest to the day of publication, the days that a weekday's name may stand for (the last one
// and the next), the weekday of a full date. Without a day of publication the date stays as it is.
func resolve(c calendar, published time.Time) []calendar {
	if published.IsZero() {
		return []calendar{withWeekday(c)}
	}
	if c.weekday >= 0 {
		past := (int(published.Weekday()) - c.weekday + 7) % 7
		return []calendar{c, onDay(c, published.AddDate(0, 0, -past)), onDay(c, published.AddDate(0, 0, 7-past))}
	}
	if c.year == 0 {
		c.year = nearestYear(c, published)
		if c.last && time.Date(c.year, time.Month(c.month), 1, 0, 0, 0, 0, time.UTC).After(published) {
			c.year--
		}
	}
	return []calendar{withWeekday(c)}
}

func onDay(c calendar, t time.Time) calendar {
	c.year, c.month, c.day, c.weekday = t.Year(), int(t.Month()), t.Day(), int(t.Weekday())
	return c
}

func withWeekday(c calendar) calendar {
	if c.year > 0 && c.month > 0 && c.day > 0 {
		c.weekday = int(time.Date(c.year, time.Month(c.month), c.day, 0, 0, 0, 0, time.UTC).Weekday())
	}
	return c
}

// nearestYear is the year in which the date lies nearest to the day of publication.
func nearestYear(c calendar, published time.Time) int {
	best, distance := published.Year(), time.Duration(1<<62)
	for year := published.Year() - 1; year <= published.Year()+1; year++ {
		d := time.Date(year, time.Month(c.month), max(1, c.day), 0, 0, 0, 0, time.UTC).Sub(published).Abs()
		if d < distance {
			best, distance = year, d
		}
	}
	return best
}

// relativeDays are words that say a day from the day of publication, and by how many days they differ from it.
var relativeDays = map[string]int{"today": 0, "yesterday": -1, "tomorrow": 1, "tonight": 0}

// relativeDates resolves "yesterday", "last month", "this year" and the like in a source.
func relativeDates(tokens []token, published time.Time) []calendar {
	if published.IsZero() {
		return nil
	}
	var found []calendar
	for i, t := range tokens {
		c := calendar{Span: t.Span, weekday: -1, sentence: t.sentence}
		if days, ok := relativeDays[t.fold]; ok {
			found = append(found, onDay(c, published.AddDate(0, 0, days)))
			continue
		}
		if i == 0 {
			continue
		}
		step, ok := map[string]int{"last": -1, "this": 0, "next": 1, "previous": -1}[tokens[i-1].fold]
		if !ok {
			continue
		}
		switch t.fold {
		case "month":
			d := time.Date(published.Year(), published.Month(), 1, 0, 0, 0, 0, time.UTC).AddDate(0, step, 0)
			c.year, c.month = d.Year(), int(d.Month())
			found = append(found, c)
		case "year", "spring", "summer", "autumn", "fall", "winter":
			c.year = published.Year() + step
			found = append(found, c)
		}
	}
	return found
}

// checkDates looks for each date in the cited sources: in the window when that has dates of its own, else anywhere in them, the day of publication
// included.
func checkDates(cl *claim) []fault {
	for _, d := range cl.dates {
		if inside(cl.quoted, d.Start) {
			continue
		}
		inWindow, rival, anywhere := false, false, false
		for _, s := range cl.sources {
			for _, o := range s.dates {
				fits := d.within(o)
				anywhere = anywhere || fits
				if o.sentence < 0 && d.day == 0 && d.weekday < 0 && fits && slices.ContainsFunc(cl.window, func(p place) bool { return p.source == s }) {
					inWindow = true // the month in which it was reported
				}
				if slices.ContainsFunc(cl.window, func(p place) bool { return p.source == s && p.sentence == o.sentence }) {
					inWindow = inWindow || fits
					rival = rival || !fits && mayContradict(d, o)
				}
			}
		}
		if !anywhere && !titleHasYear(cl, d) {
			return []fault{{faultDate, fmt.Sprintf("%q is no date of its sources", d.In(cl.text))}}
		}
		if rival && !inWindow {
			return []fault{{faultDate, fmt.Sprintf("its sources give another date than %q for this", d.In(cl.text))}}
		}
	}
	return nil
}

// mayContradict reports whether both dates give a part that one of them could contradict.
func mayContradict(a, b calendar) bool {
	return a.year > 0 && b.year > 0 || a.month > 0 && b.month > 0 || a.day > 0 && b.day > 0 || a.weekday >= 0 && b.weekday >= 0
}

// titleHasYear reports whether a year stands in the title of a cited source.
func titleHasYear(cl *claim, d calendar) bool {
	return d.year > 0 && d.month == 0 && slices.ContainsFunc(cl.sources, func(s *source) bool { return s.meta[fmt.Sprint(d.year)] || len(s.byFold[fmt.Sprint(d.year)]) > 0 })
}
