package quotes

import "testing"

// The title that an article gives with a name, whole.
func TestTitles(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ text, title, affiliation string }{
		{"Petra Vonn, head of the drivers’ union in Kareth, counted. “We made it ninety,” Vonn said.", "head of the drivers’ union in Kareth", ""},
		{"Petra Vonn, head of the drivers' union in Kareth, counted. \"We made it ninety,\" Vonn said.", "head of the drivers' union in Kareth", ""},
		{"Petra Vonn, the farmers’ chairwoman, counted. “We made it ninety,” Vonn said.", "farmers’ chairwoman", ""},
		{"Petra Vonn, an analyst at the Institute of Maps, counted. “We made it ninety,” Vonn said.", "analyst", "Institute of Maps"},
	} {
		found := Extract(article(tt.text))
		if len(found) != 1 {
			t.Errorf("%s: %d quotations, want 1", tt.text, len(found))
			continue
		}
		if s := found[0].Speaker; s.Title != tt.title || s.Affiliation != tt.affiliation {
			t.Errorf("%s: title %q of %q, want %q of %q", tt.text, s.Title, s.Affiliation, tt.title, tt.affiliation)
		}
	}
}
