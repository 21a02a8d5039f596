package quotes

import (
	"strconv"
	"strings"
	"time"

	"attache/internal/news"
)

// spoken reads when the words were said from the clause that attributes them, counted from the day of publication. It is the zero Date
// when the clause does not say.
func (d *document) spoken(dec decision) news.Date {
	if d.article.Published.IsZero() {
		return d.spokenFrom(dec, time.Time{})
	}
	return d.spokenFrom(dec, d.article.Published.UTC())
}

func (d *document) spokenFrom(dec decision, published time.Time) news.Date {
	for _, r := range d.clause(dec) {
		for i := r[0]; i < r[1]; i++ {
			if date, _, ok := d.dateAt(i, r[1], published); ok {
				return date
			}
		}
	}
	return news.Date{}
}

// clauseReach is how many tokens behind its cue a clause is read.
const clauseReach = 22

// clause returns the runs of tokens in which the attribution of dec may say where and when: behind the cue or the speaker, between the two, and at the
// head of the sentence.
func (d *document) clause(dec decision) [][2]int {
	if dec.mention < 0 {
		return nil
	}
	m := &d.mentions[dec.mention]
	cue := d.cueOfDecision(dec)
	if cue < 0 {
		return nil
	}
	var out [][2]int
	behind := cue + 1
	if m.first > cue { // said Mr. Lu on Friday
		behind = d.skipInsert(m.last + 1)
	}
	out = append(out, [2]int{behind, d.clauseEnd(behind)})
	if m.tail <= cue && m.tail < len(d.tokens) {
		out = append(out, [2]int{m.tail, cue})
	}
	start := min(m.first, cue)
	for start > 0 && d.tokens[start-1].sent == d.tokens[cue].sent && d.tokens[start-1].quote < 0 && start > min(m.first, cue)-clauseReach {
		start--
	}
	if start < min(m.first, cue) && (start == 0 || d.tokens[start-1].sent != d.tokens[cue].sent) {
		out = append(out, [2]int{start, min(m.first, cue)})
	}
	return out
}

// clauseEnd returns where the clause that goes on at token i ends: at a quotation, the end of the sentence, or where what was said begins.
func (d *document) clauseEnd(i int) int {
	if i >= len(d.tokens) {
		return i
	}
	sent := d.tokens[i].sent
	for end := i; end < len(d.tokens) && end < i+clauseReach; end++ {
		t := d.tokens[end]
		if t.sent != sent || t.quote >= 0 || t.lower == "that" || t.lower == ":" || t.lower == "—" || t.lower == "–" || pronounLike[t.lower] || auxiliaries[t.lower] && !t.upper || clauseWords[t.lower] && !t.upper && t.lower != "before" && t.lower != "after" {
			return end
		}
		if t.lower == "," && end+1 < len(d.tokens) && strings.HasSuffix(d.tokens[end+1].lower, "ing") {
			return end
		}
		if t.lower == "," && end > i && end+1 < len(d.tokens) && d.tokens[end+1].kind != number && d.tokens[end-1].kind != number && !d.dateBegins(end+1) {
			return end
		}
	}
	return min(len(d.tokens), i+clauseReach)
}

var weekdays = map[string]time.Weekday{"sunday": 0, "monday": 1, "tuesday": 2, "wednesday": 3, "thursday": 4, "friday": 5, "saturday": 6}

var months = map[string]time.Month{
	"january": 1, "february": 2, "march": 3, "april": 4, "may": 5, "june": 6, "july": 7, "august": 8, "september": 9, "october": 10, "november": 11, "december": 12,
	"jan.": 1, "feb.": 2, "mar.": 3, "apr.": 4, "jun.": 6, "jul.": 7, "aug.": 8, "sept.": 9, "sep.": 9, "oct.": 10, "nov.": 11, "dec.": 12,
	"jan": 1, "feb": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8, "sept": 9, "sep": 9, "oct": 10, "nov": 11, "dec": 12,
}

// dateAt reads the date that begins at token i, within limit. It returns the token behind it.
func (d *document) dateAt(i, limit int, published time.Time) (news.Date, int, bool) {
	var t time.Time
	var p news.Precision
	var end int
	lower := d.tokens[i].lower
	month, isMonth := months[lower]
	switch {
	case isMonth && d.tokens[i].upper:
		t, p, end = d.monthDate(i, limit, month, published)
	case d.tokens[i].kind == number && i+1 < limit && months[d.tokens[i+1].lower] > 0 && d.tokens[i+1].upper && d.num(i) >= 1 && d.num(i) <= 31:
		t, p, end = d.dayMonth(i, limit, published)
	case d.isYear(i):
		t, p, end = time.Date(d.num(i), 1, 1, 0, 0, 0, 0, time.UTC), news.Year, i+1
	case published.IsZero():
		return news.Date{}, i, false
	default:
		t, p, end = d.relativeDate(i, limit, published)
	}
	if p == news.Unknown {
		return news.Date{}, i, false
	}
	from := i
	if from > 0 && datePrepositions[d.tokens[from-1].lower] && d.tokens[from-1].quote < 0 {
		from--
	}
	return news.Date{Time: t, Precision: p, Text: d.words(from, end-1)}, end, true
}

var datePrepositions = wordSet("on in last late early mid since earlier")

// num returns the number that token i is, or -1.
func (d *document) num(i int) int {
	n, err := strconv.Atoi(strings.TrimRight(d.tokens[i].lower, "stndrh"))
	if err != nil {
		return -1
	}
	return n
}

// isYear reports whether token i is a year that stands as one: "in 2014", "a 2014 interview".
func (d *document) isYear(i int) bool {
	if d.tokens[i].kind != number || len(d.tokens[i].lower) != 4 || i == 0 {
		return false
	}
	n, before := d.num(i), d.tokens[i-1].lower
	return n >= 1900 && n < 2100 && (before == "in" || before == "a" || before == "since" || before == "early" || before == "late" || before == "the")
}

// monthDate reads "December", "December 2021", "Dec. 4" and "Dec. 4, 2021".
func (d *document) monthDate(i, limit int, month time.Month, published time.Time) (time.Time, news.Precision, int) {
	end, day, year := i+1, 0, 0
	if end < limit && d.tokens[end].kind == number && len(d.tokens[end].lower) <= 4 {
		if n := d.num(end); n >= 1 && n <= 31 {
			day = n
			end++
		}
	}
	y := end
	if y+1 < limit && d.tokens[y].lower == "," {
		y++
	}
	if y < limit && d.tokens[y].kind == number && len(d.tokens[y].lower) == 4 && (day > 0 || y == end) {
		year = d.num(y)
		end = y + 1
	}
	before := ""
	if i > 0 {
		before = d.tokens[i-1].lower
	}
	if day == 0 && year == 0 && before != "in" && before != "last" && before != "late" && before != "early" && before != "since" {
		return time.Time{}, news.Unknown, i
	}
	return dated(year, month, day, published, end)
}

// dayMonth reads "4 December" and "4 December 2021".
func (d *document) dayMonth(i, limit int, published time.Time) (time.Time, news.Precision, int) {
	end, year := i+2, 0
	if end < limit && d.tokens[end].kind == number && len(d.tokens[end].lower) == 4 {
		year = d.num(end)
		end++
	}
	return dated(year, months[d.tokens[i+1].lower], d.num(i), published, end)
}

// dated completes a date without a year: the latest one that is not after the day of publication.
func dated(year int, month time.Month, day int, published time.Time, end int) (time.Time, news.Precision, int) {
	p, first := news.Day, day
	if day == 0 {
		p, first = news.Month, 1
	}
	if year == 0 {
		if published.IsZero() {
			return time.Time{}, news.Unknown, end
		}
		year = published.Year()
		if time.Date(year, month, first, 0, 0, 0, 0, time.UTC).After(published) {
			year--
		}
	}
	return time.Date(year, month, first, 0, 0, 0, 0, time.UTC), p, end
}

// relativeDate reads "Friday", "last month", "yesterday" and "three days ago".
func (d *document) relativeDate(i, limit int, published time.Time) (time.Time, news.Precision, int) {
	lower := d.tokens[i].lower
	before := ""
	if i > 0 {
		before = d.tokens[i-1].lower
	}
	day := midnight(published)
	if w, ok := weekdays[lower]; ok {
		if before == "next" || before == "every" || before == "this" && w > published.Weekday() {
			return time.Time{}, news.Unknown, i
		}
		back := (int(published.Weekday()) - int(w) + 7) % 7
		if before == "last" && back == 0 {
			back = 7
		}
		return day.AddDate(0, 0, -back), news.Day, i + 1
	}
	switch lower {
	case "yesterday":
		return day.AddDate(0, 0, -1), news.Day, i + 1
	case "today", "tonight":
		return day, news.Day, i + 1
	}
	if i+1 < limit {
		return d.spanDate(i, limit, published)
	}
	return time.Time{}, news.Unknown, i
}

// spanDate reads "last month", "this year", "last summer" and "three days ago", as exactly as they say it.
func (d *document) spanDate(i, limit int, published time.Time) (time.Time, news.Precision, int) {
	lower, unit := d.tokens[i].lower, d.tokens[i+1].lower
	back := 0
	switch lower {
	case "last":
		back = 1
	case "this":
	default:
		n, ok := smallNumbers[lower]
		if !ok {
			n = d.num(i)
		}
		if i+2 >= limit || d.tokens[i+2].lower != "ago" || n < 1 || n > 120 {
			return time.Time{}, news.Unknown, i
		}
		t, p := periodBack(published, strings.TrimSuffix(unit, "s"), n)
		return t, p, i + 3
	}
	if month, ok := seasons[unit]; ok && back == 1 {
		return seasonBefore(published, month, i+2)
	}
	if back == 0 && (unit == "morning" || unit == "afternoon" || unit == "evening") {
		return midnight(published), news.Day, i + 2
	}
	t, p := periodBack(published, unit, back)
	return t, p, i + 2
}

// seasons are read as the year they lie in, on the northern half of the globe; a winter lies in two.
var seasons = map[string]time.Month{"spring": time.March, "summer": time.June, "fall": time.September, "autumn": time.September}

// periodBack returns the day, week, month or year n before that of publication; Unknown for any other unit.
func periodBack(published time.Time, unit string, n int) (time.Time, news.Precision) {
	month := time.Date(published.Year(), published.Month(), 1, 0, 0, 0, 0, time.UTC)
	switch unit {
	case "day":
		return midnight(published).AddDate(0, 0, -n), news.Day
	case "week":
		return weekOf(midnight(published).AddDate(0, 0, -7*n))
	case "month":
		return month.AddDate(0, -n, 0), news.Month
	case "year":
		return time.Date(published.Year()-n, 1, 1, 0, 0, 0, 0, time.UTC), news.Year
	}
	return time.Time{}, news.Unknown
}

var smallNumbers = map[string]int{"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}

func midnight(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

// weekOf returns the month, or failing that the year, that the whole week of day lies in: there is no precision of a week.
func weekOf(day time.Time) (time.Time, news.Precision) {
	monday := day.AddDate(0, 0, -(int(day.Weekday())+6)%7)
	sunday := monday.AddDate(0, 0, 6)
	switch {
	case monday.Month() == sunday.Month():
		return time.Date(monday.Year(), monday.Month(), 1, 0, 0, 0, 0, time.UTC), news.Month
	case monday.Year() == sunday.Year():
		return time.Date(monday.Year(), 1, 1, 0, 0, 0, 0, time.UTC), news.Year
	}
	return time.Time{}, news.Unknown
}

// seasonBefore returns the year of the last season that began in month, when it is not this year's.
func seasonBefore(published time.Time, month time.Month, end int) (time.Time, news.Precision, int) {
	if published.Month() >= month {
		return time.Time{}, news.Unknown, end
	}
	return time.Date(published.Year()-1, 1, 1, 0, 0, 0, 0, time.UTC), news.Year, end
}
