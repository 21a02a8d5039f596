package retrieval

import (
	"strings"
	"testing"
	"time"
)

// wednesday is the now of these tests.
var wednesday = time.Date(2031, 5, 14, 15, 30, 0, 0, time.UTC)

func TestParseDay(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"2031-05-09":           "2031-05-09 2031-05-09",
		"2031/05/09":           "2031-05-09 2031-05-09",
		"9 May 2031":           "2031-05-09 2031-05-09",
		"09 May 2031":          "2031-05-09 2031-05-09",
		"9 may 2031":           "2031-05-09 2031-05-09",
		"May 9, 2031":          "2031-05-09 2031-05-09",
		"Feb. 16, 2023":        "2023-02-16 2023-02-16",
		" 16  February\t2023 ": "2023-02-16 2023-02-16",
		"2024-02-29":           "2024-02-29 2024-02-29",
		"2023-02":              "2023-02-01 2023-02-28",
		"Feb 2024":             "2024-02-01 2024-02-29",
		"december 2022":        "2022-12-01 2022-12-31",
		"2022":                 "2022-01-01 2022-12-31",
		"1963":                 "1963-01-01 1963-12-31",
		"today":                "2031-05-14 2031-05-14",
		"Yesterday":            "2031-05-13 2031-05-13",
		"this week":            "2031-05-12 2031-05-14",
		"last week":            "2031-05-05 2031-05-11",
		"past week":            "2031-05-05 2031-05-11",
		"this month":           "2031-05-01 2031-05-14",
		"last month":           "2031-04-01 2031-04-30",
		"this year":            "2031-01-01 2031-05-14",
		"last year":            "2030-01-01 2030-12-31",
		"1 day ago":            "2031-05-13 2031-05-13",
		"3 days ago":           "2031-05-11 2031-05-11",
		"2 weeks ago":          "2031-04-30 2031-04-30",
		"6 months ago":         "2030-11-14 2030-11-14",
		"1 year ago":           "2030-05-14 2030-05-14",
		"0 days ago":           "2031-05-14 2031-05-14",

		"":                     "",
		"soon":                 "",
		"2023-02-30":           "",
		"30 Feb 2023":          "",
		"999":                  "",
		"12345":                "",
		"-2022":                "",
		"09/05/2031":           "", // day and month or month and day
		"May":                  "",
		"days ago":             "",
		"many days ago":        "",
		"-3 days ago":          "",
		"99999999999 days ago": "",
		"3 fortnights ago":     "",
		"3 days ago today":     "",
	} {
		first, last, ok := ParseDay(in, wednesday)
		got := ""
		if ok {
			got = first.Format(time.DateOnly) + " " + last.Format(time.DateOnly)
		}
		if got != want {
			t.Errorf("ParseDay(%q) = %q, want %q", in, got, want)
		}
		if ok && (first.Location() != time.UTC || !first.Equal(first.Truncate(24*time.Hour)) || last.Before(first)) {
			t.Errorf("ParseDay(%q) = %v to %v, want UTC midnights in order", in, first, last)
		}
	}
}

// Weeks begin on Monday, on each day of the week.
func TestWeeks(t *testing.T) {
	t.Parallel()
	for d := range 7 {
		now := time.Date(2031, 5, 12+d, 23, 59, 0, 0, time.UTC) // 12 May 2031 is a Monday
		if first, _, _ := ParseDay("this week", now); !first.Equal(date("2031-05-12")) {
			t.Errorf("on %s this week begins on %s", now.Weekday(), first.Format(time.DateOnly))
		}
		if first, last, _ := ParseDay("last week", now); !first.Equal(date("2031-05-05")) || !last.Equal(date("2031-05-11")) {
			t.Errorf("on %s last week is %v to %v", now.Weekday(), first, last)
		}
	}
}

// Days are counted in UTC, whatever the clock's zone.
func TestTodayIsInUTC(t *testing.T) {
	t.Parallel()
	late := time.Date(2031, 5, 14, 23, 0, 0, 0, time.FixedZone("west", -5*3600)) // 04:00 of the 15th in UTC
	if first, _, _ := ParseDay("today", late); !first.Equal(date("2031-05-15")) {
		t.Errorf("today is %v", first)
	}
}

func TestParseDayWithoutNow(t *testing.T) {
	t.Parallel()
	if _, _, ok := ParseDay("yesterday", time.Time{}); ok {
		t.Error("read yesterday without knowing today")
	}
	if _, _, ok := ParseDay("9 May 2031", time.Time{}); !ok {
		t.Error("did not read a full date without knowing today")
	}
}

func FuzzParseDay(f *testing.F) {
	for _, s := range []string{"2031-05-09", "May 9, 2031", "last week", "3 days ago", "9999 years ago", "2022", "ſept 2022", "0000-01-01"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		first, last, ok := ParseDay(s, wednesday)
		if ok && last.Before(first) {
			t.Fatalf("ParseDay(%q): %v is before %v", s, last, first)
		}
		if ok && strings.TrimSpace(s) == "" {
			t.Fatal("read a date out of nothing")
		}
	})
}
