package retrieval

import (
	"strings"
	"testing"
)

func TestRegions(t *testing.T) {
	for _, tc := range []struct{ text, want string }{
		{"list the presidents of central asia", "Central Asia (Uzbekistan)"},
		{"Central Asians and the Baltics", "Central Asia (Uzbekistan), Baltic states (Lithuania)"},
		{"Which South-East Asian states", "Southeast Asia (Vietnam)"},
		{"Which Southeast Asian states", "Southeast Asia (Vietnam)"},
		{"the western balkans", "Western Balkans (Serbia)"},
		{"Scandinavian ministers in the Horn of Africa", "Scandinavia (Sweden), Horn of Africa (Somalia)"},
		{"Asia, the Balticsea and Sahelians", ""},
		{"", ""},
	} {
		var got []string
		for _, r := range Regions(tc.text) {
			last := r.Countries[len(r.Countries)-1]
			got = append(got, r.Name+" ("+last+")")
			if !r.Has(last) || r.Has("Varesh") || !strings.EqualFold(r.Span.In(tc.text)[:3], r.Name[:3]) && r.Name != "Baltic states" {
				t.Errorf("%q: %+v", tc.text, r)
			}
		}
		if strings.Join(got, ", ") != tc.want {
			t.Errorf("%q names %v, want %s", tc.text, got, tc.want)
		}
	}
}

// Every country of a region is known by the table of countries, so that a text's countries can be compared with it.
func TestRegionsAreMadeOfKnownCountries(t *testing.T) {
	known := map[string]bool{}
	for line := range strings.Lines(countriesTable) {
		name, _, _ := strings.Cut(strings.TrimSpace(line), "\t")
		known[name] = true
	}
	for form, r := range regions().byForm {
		if len(r.Countries) < 2 {
			t.Errorf("%s has the countries %q", form, r.Countries)
		}
		for _, c := range r.Countries {
			if !known[c] {
				t.Errorf("%s: the table of countries has no %q", r.Name, c)
			}
		}
	}
}

func TestCountry(t *testing.T) {
	for word, want := range map[string]string{
		"Kazakhstan": "Kazakhstan", "Kazakh": "Kazakhstan", "Astana": "Kazakhstan", "American": "United States", "British": "United Kingdom", "US": "United States",
		"Sudan": "Sudan", "Sudanese": "Sudan", "Guinea": "Guinea", "Samoa": "Samoa", "Korean": "North Korea", "Emirates": "United Arab Emirates", "Saudi": "Saudi Arabia",
		"Zealand": "New Zealand", "Kingdom": "United Kingdom", "Delhi": "India", "Singapore": "Singapore", "Luxembourg": "Luxembourg", "Palestinian": "Palestine",
		"The": "", "West": "", "Arab": "", "African": "", "Town": "", "See": "", "Man": "", "Prince": "", "El": "", "kazakhstan": "", "": "",
	} {
		if got := Country(word); got != want {
			t.Errorf("Country(%q) = %q, want %q", word, got, want)
		}
	}
}
