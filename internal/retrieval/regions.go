package retrieval

import (
	_ "embed"
	"regexp"
	"slices"
	"strings"
	"sync"

	"attache/internal/news"
)

// regionsTable has a region a line: its name, other forms of it, and the countries that lie in it. Regions only, whose countries do not come and go; who belongs to
// an alliance is for the articles to say.
//
//go:embed regions.tsv
var regionsTable string

// Region is a part of the world that a text names.
type Region struct {
	Name      string    // as the table has it: "Central Asia"
	Countries []string  // as Country gives them
	Span      news.Span // where the text names it
}

// Has reports whether the country lies in the region. Country is as the function Country gives it.
func (r Region) Has(country string) bool { return slices.Contains(r.Countries, country) }

// Regions finds the regions that a text names, in whatever letter case, in order and without overlaps; nil when it names none.
func Regions(s string) []Region {
	var found []Region
	for _, at := range regions().pattern.FindAllStringIndex(s, -1) {
		r := regions().byForm[strings.ToLower(s[at[0]:at[1]])]
		r.Span = news.Span{Start: at[0], End: at[1]}
		found = append(found, r)
	}
	return found
}

type regionForms struct {
	pattern *regexp.Regexp
	byForm  map[string]Region // by each form in lower case
}

var regions = sync.OnceValue(func() regionForms {
	known := regionForms{byForm: map[string]Region{}}
	var forms []string
	for line := range strings.Lines(regionsTable) {
		fields := strings.Split(strings.TrimRight(line, "\n"), "\t")
		r := Region{Name: fields[0], Countries: strings.Split(fields[2], ", ")}
		for _, form := range append([]string{r.Name}, strings.Split(fields[1], ", ")...) {
			if form != "" {
				known.byForm[strings.ToLower(form)] = r
				forms = append(forms, regexp.QuoteMeta(form))
			}
		}
	}
	slices.SortFunc(forms, func(a, b string) int { return len(b) - len(a) }) // the longest form that fits: Central Asian, not Central Asia
	known.pattern = regexp.MustCompile(`(?i)\b(?:` + strings.Join(forms, "|") + `)\b`)
	return known
})
