package commands

import (
	"cmp"
	"fmt"
	"time"

	"attache/internal/news"
)

// dateForms are how dates are written in a language. The forms take the day, the month's name and the year, in this order.
type dateForms struct {
	Months []string // as they stand behind a day
	Alone  []string // as they stand without one; none for the same
	Day    string   // "%[1]d %[2]s %[3]d"
	First  string   // of the first of a month; "" for the same
	Short  string   // a day without its year
	Month  string   // a month without a day
	Year   string

	YearFirst bool // a range within a year has it at its beginning: "2031年3月4日 至 5月12日"
}

// englishDates are short, as those of news agencies.
var englishDates = dateForms{
	Months: []string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"},
	Day:    "%[1]d %[2]s %[3]d", Short: "%[1]d %[2]s", Month: "%[2]s %[3]d", Year: "%[3]d",
}

// Day writes a day out: "20 May 2031", "20. Mai 2031". It is a day and no moment: no time zone moves it.
func (l Language) Day(t time.Time) string {
	forms := l.words().Dates
	if t.Day() == 1 {
		return forms.write(cmp.Or(forms.First, forms.Day), forms.Months, t)
	}
	return forms.write(forms.Day, forms.Months, t)
}

// date writes a date as far as it is known; "" for an unknown one.
func (l Language) date(d news.Date) string {
	forms := l.words().Dates
	switch d.Precision {
	case news.Day:
		return l.Day(d.Time)
	case news.Month:
		if forms.Alone != nil {
			return forms.write(forms.Month, forms.Alone, d.Time)
		}
		return forms.write(forms.Month, forms.Months, d.Time)
	case news.Year:
		return forms.write(forms.Year, forms.Months, d.Time)
	}
	return ""
}

func (f dateForms) write(form string, months []string, t time.Time) string {
	return fmt.Sprintf(form, t.Day(), months[t.Month()-1], t.Year())
}

// dayOfYear is a day without its year.
type dayOfYear time.Time

func (d dayOfYear) in(l Language) string {
	forms := l.words().Dates
	return forms.write(forms.Short, forms.Months, time.Time(d))
}

// moment is an instant for people who may live anywhere.
type moment time.Time

func (m moment) in(l Language) string {
	t := time.Time(m).UTC()
	return l.Day(t) + t.Format(" 15:04 UTC")
}
