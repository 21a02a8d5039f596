package quotes

import (
	"testing"

	"pgregory.net/rapid"
)

func TestSameName(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		a, b string
		want bool
	}{
		"equal":                           {"Ilena Drazh", "Ilena Drazh", true},
		"Ukrainian spellings, yy":         {"Volodymyr Zelensky", "Volodymyr Zelenskyy", true},
		"Ukrainian spellings, iy":         {"Volodymyr Zelensky", "Volodymyr Zelenskiy", true},
		"Ukrainian spellings, surname":    {"Zelenskyy", "Volodymyr Zelensky", true},
		"Russian and Ukrainian forename":  {"Vladimir Zelensky", "Volodymyr Zelensky", false},
		"Cyrillic":                        {"Зеленский", "Zelensky", true},
		"Turkish letters":                 {"Recep Tayyip Erdoğan", "Recep Tayyip Erdogan", true},
		"Turkish surname":                 {"Erdogan", "Recep Tayyip Erdoğan", true},
		"family name first":               {"Xi", "Xi Jinping", true},
		"family name first, title":        {"President Xi Jinping", "Xi Jinping", true},
		"family name first, namesake":     {"Li Keqiang", "Li Qiang", false},
		"given name is no family name":    {"Jinping", "Li Keqiang", false},
		"Arabic article":                  {"Abdel Fattah al-Sisi", "Abdel Fattah el-Sisi", true},
		"Arabic article left out":         {"Sisi", "Abdel Fattah al-Sisi", true},
		"Arabic vowels":                   {"Mohammed Dari", "Muhammad Dari", true},
		"middle initial":                  {"Antony J. Blinken", "Antony Blinken", true},
		"initial for a forename":          {"A. Blinken", "Antony Blinken", true},
		"other initial":                   {"B. Blinken", "Antony Blinken", false},
		"honorific":                       {"Mr. Lisk", "Oran Lisk", true},
		"title":                           {"Secretary of State Antony Blinken", "Antony Blinken", true},
		"suffix":                          {"Oran Lisk Jr.", "Oran Lisk", true},
		"possessive":                      {"Oran Lisk's", "Oran Lisk", true},
		"particle":                        {"Ursula von der Leyen", "von der Leyen", true},
		"particle, capital":               {"Bill De Blasio", "Bill de Blasio", true},
		"Kazakh spellings":                {"Kassym-Jomart Tokayev", "Kasym-Zhomart Tokaev", true},
		"Russian yev and ev":              {"Sergei Ryabkov", "Sergey Ryabkov", true},
		"accents":                         {"José Ibarra", "Jose Ibarra", true},
		"namesakes":                       {"Bill Drazh", "Ilena Drazh", false},
		"other family name":               {"Ilena Drazh", "Ilena Lisk", false},
		"short names differ by one vowel": {"Lee", "Lo", false},
		"vowels that are not confused":    {"Ann Martin", "Ann Morton", false},
		"one letter more":                 {"Oran Lisk", "Oran Lisko", false},
		"blank":                           {"", "Ilena Drazh", false},
		"nothing but a title":             {"Mr.", "Mr.", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := SameName(c.a, c.b); got != c.want {
				t.Errorf("SameName(%q, %q) = %v, want %v", c.a, c.b, got, c.want)
			}
			if got := SameName(c.b, c.a); got != c.want {
				t.Errorf("SameName(%q, %q) = %v, want %v", c.b, c.a, got, c.want)
			}
		})
	}
}

func TestNameKey(t *testing.T) {
	t.Parallel()
	for name, group := range map[string][]string{
		"Ukrainian":    {"Zelensky", "Volodymyr Zelenskyy", "Vladimir Zelenskiy", "Зеленский", "President Zelensky"},
		"family first": {"Xi", "Xi Jinping", "President Xi Jinping"},
		"Arabic":       {"al-Sisi", "Abdel Fattah el-Sisi", "Sisi"},
		"Turkish":      {"Erdoğan", "Recep Tayyip Erdogan"},
		"Kazakh":       {"Tokayev", "Kassym-Jomart Tokaev"},
	} {
		for _, other := range group[1:] {
			if NameKey(other) != NameKey(group[0]) {
				t.Errorf("%s: NameKey(%q) = %q, NameKey(%q) = %q", name, group[0], NameKey(group[0]), other, NameKey(other))
			}
		}
	}
	if NameKey("Ilena Drazh") == NameKey("Ilena Lisk") || NameKey(" ") != "" {
		t.Error("keys of other names")
	}
}

func TestNamesAgree(t *testing.T) {
	t.Parallel()
	word := rapid.StringMatching(`[A-ZÀ-Þ]?[a-zà-þ'-]{0,8}`)
	rapid.Check(t, func(t *rapid.T) {
		a := word.Draw(t, "forename") + " " + word.Draw(t, "name")
		b := word.Draw(t, "other")
		if SameName(a, b) != SameName(b, a) {
			t.Fatalf("SameName(%q, %q) depends on the order", a, b)
		}
		if NameKey(a) != "" && !SameName(a, a) {
			t.Fatalf("%q is not itself", a)
		}
		x, y := splitName(a), splitName(b)
		if sameFamily(x, y) && x.family != "" && y.family != "" && NameKey(a) != NameKey(b) {
			t.Fatalf("%q and %q have one family name and keys %q and %q", a, b, NameKey(a), NameKey(b))
		}
	})
}
