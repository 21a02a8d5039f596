package ingest

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

// dateForms are the written dates that are understood, after normalDate. All of them name the month in a way that cannot be mistaken.
var dateForms = []string{
	time.DateOnly, "2006/01/02", "2006/1/2",
	"2 Jan 2006", "2 January 2006",
	"Jan 2, 2006", "January 2, 2006", "Jan 2 2006", "January 2 2006",
	time.RFC3339, "2006-01-02T15:04:05Z0700", "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02 15:04",
	"2 Jan 2006 15:04:05 MST", "2 Jan 2006 15:04:05 -0700", "2 Jan 2006 15:04 -0700", // RFC 1123 and RFC 5322 less the day of the week
}

var (
	numericDate = regexp.MustCompile(`^\d{1,2}[/.\-]\d{1,2}[/.\-]\d{2,4}$`)
	weekday     = regexp.MustCompile(`(?i)^(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?[.,]?\s+`)
	dottedMonth = regexp.MustCompile(`(?i)\b(jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.`)
	ordinal     = regexp.MustCompile(`(?i)\b(\d{1,2})(?:st|nd|rd|th)\b`)
	september   = regexp.MustCompile(`(?i)\bsept\b`)
	zoneName    = regexp.MustCompile(`\s*\([A-Z]{2,5}\)$`) // a comment after a mail's date
)

// ParseDate reads a date of publication and returns the UTC midnight of that day. Known are 2023-02-28, 2023/02/28, 28 Feb 2023, 28 February 2023,
// February 28, 2023, Feb. 28, 2023, each with or without the day of the week, and the date-times of RFC 3339, RFC 1123 and mail, of which
// the day in their own time zone counts. Purely numeric dates such as 03/04/2023 are refused: they mean another day on each side of the Atlantic.
func ParseDate(s string) (time.Time, error) {
	s = tidy(s)
	if numericDate.MatchString(s) {
		return time.Time{}, fmt.Errorf("the date %q can be read in two ways: write it as 2023-04-03 or 3 April 2023", s)
	}
	normal := normalDate(s)
	for _, form := range dateForms {
		if t, err := time.Parse(form, normal); err == nil && t.Year() >= 1000 {
			return day(t), nil
		}
	}
	return time.Time{}, fmt.Errorf("the date %q is not understood: write it as 2023-02-28, 28 February 2023 or February 28, 2023", s)
}

// normalDate takes off what carries no meaning: the day of the week, dots, ordinal endings.
func normalDate(s string) string {
	s = weekday.ReplaceAllString(s, "")
	s = dottedMonth.ReplaceAllString(s, "$1")
	s = ordinal.ReplaceAllString(s, "$1")
	s = september.ReplaceAllString(s, "Sep")
	s = zoneName.ReplaceAllString(s, "")
	return strings.TrimSpace(s)
}

// day is UTC midnight of t's day in t's own zone; the zero time stays zero.
func day(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}
