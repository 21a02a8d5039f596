package commands

import (
	"testing"
	"time"

	"attache/internal/news"
)

func TestDates(t *testing.T) {
	t.Parallel()
	day := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 14, 5, 0, 0, time.UTC) }
	may := day(2031, 5, 20)
	for _, tc := range []struct {
		language Language
		what     any
		want     string
	}{
		{"", may, "20 May 2031"}, {"en-GB", may, "20 May 2031"}, {"pt-BR", may, "20 May 2031"}, {"fr", may, "20 mai 2031"}, {"fr", day(2031, 8, 1), "1er août 2031"}, {"de", may, "20. Mai 2031"},
		{"es-ES", may, "20 de mayo de 2031"}, {"es-419", may, "20 de mayo de 2031"}, {"ru", may, "20 мая 2031"}, {"uk", may, "20 травня 2031"}, {"ar", may, "20 مايو 2031"},
		{"zh-CN", may, "2031年5月20日"}, {"zh-TW", may, "20 May 2031"},
		{"", news.Date{Time: may, Precision: news.Month}, "May 2031"}, {"ru", news.Date{Time: may, Precision: news.Month}, "май 2031"}, {"uk", news.Date{Time: may, Precision: news.Month}, "травень 2031"},
		{"es-ES", news.Date{Time: may, Precision: news.Month}, "mayo de 2031"}, {"zh-CN", news.Date{Time: may, Precision: news.Year}, "2031年"}, {"de", news.Date{Time: may, Precision: news.Day}, "20. Mai 2031"},
		{"fr", news.Date{}, ""}, {"", dayOfYear(may), "20 May"}, {"uk", dayOfYear(day(2031, 12, 3)), "3 грудня"}, {"zh-CN", dayOfYear(may), "5月20日"},
		{"", moment(may), "20 May 2031 14:05 UTC"}, {"de", moment(may.In(time.FixedZone("", 7200))), "20. Mai 2031 14:05 UTC"},
	} {
		if got := tc.language.say("%s", tc.what); got != tc.want {
			t.Errorf("%q, %v: %q, want %q", tc.language, tc.what, got, tc.want)
		}
	}
	for language, want := range map[Language]string{"": "4 Mar to 20 May 2031", "de": "4. März bis 20. Mai 2031", "zh-CN": "2031年3月4日 至 5月20日"} {
		if got := (Request{Locale: string(language)}).span(day(2031, 3, 4), may); got != want {
			t.Errorf("%q: %q, want %q", language, got, want)
		}
	}
	for name, c := range translations() {
		if len(c.Dates.Months) != 12 || c.Dates.Alone != nil && len(c.Dates.Alone) != 12 {
			t.Errorf("%s has %d months", name, len(c.Dates.Months))
		}
	}
}
