package retrieval

import (
	"strconv"
	"strings"
	"time"
)

// dayForms are the ways to write one day.
var dayForms = []string{time.DateOnly, "2006/01/02", "2 Jan 2006", "2 January 2006", "Jan 2 2006", "January 2 2006"}

// monthForms are the ways to write a month.
var monthForms = []string{"2006-01", "Jan 2006", "January 2006"}

// ParseDay reads a date as a person writes one and returns the first and the last day that it may mean: a day, a month, a year, or, counted from
// now, "today", "yesterday", "last week", "this month", "3 days ago". Days are UTC midnights. It returns false for anything else.
func ParseDay(s string, now time.Time) (first, last time.Time, ok bool) {
	s = strings.Join(strings.Fields(strings.NewReplacer(",", " ", ".", " ").Replace(s)), " ")
	for _, form := range dayForms {
		if t, err := time.Parse(form, s); err == nil {
			return t, t, true
		}
	}
	for _, form := range monthForms {
		if t, err := time.Parse(form, s); err == nil {
			return t, t.AddDate(0, 1, -1), true
		}
	}
	if y, err := strconv.Atoi(s); err == nil && 1000 <= y && y < 3000 {
		return day(y, 1, 1), day(y, 12, 31), true
	}
	if now.IsZero() {
		return first, last, false
	}
	return relativeDay(strings.ToLower(s), now)
}

func day(year int, month time.Month, d int) time.Time {
	return time.Date(year, month, d, 0, 0, 0, 0, time.UTC)
}

// relativeDay reads what is counted from now. Weeks begin on Monday.
func relativeDay(s string, now time.Time) (first, last time.Time, ok bool) {
	today := day(now.UTC().Date())
	monday := today.AddDate(0, 0, -(int(today.Weekday())+6)%7)
	month := day(today.Year(), today.Month(), 1)
	switch s {
	case "today":
		return today, today, true
	case "yesterday":
		return today.AddDate(0, 0, -1), today.AddDate(0, 0, -1), true
	case "this week":
		return monday, today, true
	case "last week", "past week":
		return monday.AddDate(0, 0, -7), monday.AddDate(0, 0, -1), true
	case "this month":
		return month, today, true
	case "last month", "past month":
		return month.AddDate(0, -1, 0), month.AddDate(0, 0, -1), true
	case "this year":
		return day(today.Year(), 1, 1), today, true
	case "last year", "past year":
		return day(today.Year()-1, 1, 1), day(today.Year()-1, 12, 31), true
	}
	return daysAgo(strings.Fields(s), today)
}

// daysAgo reads "3 days ago", "2 weeks ago", "6 months ago".
func daysAgo(words []string, today time.Time) (first, last time.Time, ok bool) {
	if len(words) != 3 || words[2] != "ago" {
		return first, last, false
	}
	n, err := strconv.Atoi(words[0])
	if err != nil || n < 0 || n > 10_000 {
		return first, last, false
	}
	switch strings.TrimSuffix(words[1], "s") {
	case "day":
		first = today.AddDate(0, 0, -n)
	case "week":
		first = today.AddDate(0, 0, -7*n)
	case "month":
		first = today.AddDate(0, -n, 0)
	case "year":
		first = today.AddDate(-n, 0, 0)
	default:
		return first, last, false
	}
	return first, first, true
}
