package answer

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPossibles(t *testing.T) {
	type found struct {
		Key   string
		Worth float64
	}
	tests := []struct {
		name, question, sentence string
		want                     []found
	}{
		{"names by their last words, not those of the question", "Who met Drazh?", "Marta Kvell met Ilena Drazh near Tamrin.",
			[]found{{"kvell", 1}, {"tamrin", unnamedWorth}}},
		{"a word at the head need not be a name", "Which ferry sank?", "Divers found the Lind Star.", []found{{"star", 1}}},
		{"numbers by their value, best those of what is counted", "How many trucks crossed on 9 May?", "On 9 May 2031, 120 trucks crossed; Osen counted forty.",
			[]found{{"120", 1}, {"40", unnamedWorth}}},
		{"a country by its name and its people", "Which country sells gas to Varesh?", "Turkmenistan sells Kazakh gas through Tollund.",
			[]found{{"Turkmenistan", 1}, {"Kazakhstan", peopleWorth}}},
		{"not the country that the question names", "Which country sells gas to Kazakhstan?", "Astana buys it from Russia.", []found{{"Russia", 1}}},
		{"a whole date is worth more than a month", "When did it close?", "It closed on 7 May 2031, after a storm in April.",
			[]found{{"7 5 2031 -1", 1}, {"0 4 0 -1", monthWorth}}},
		{"a day of the week", "When did it close?", "It closed on Wednesday.", []found{{"0 0 0 3", vagueWorth}}},
		{"a day counted from the day of publication", "When did it close?", "It closed last week.", []found{{"last week", vagueWorth}}},
		{"not the day on which a page was found", "When did it close?", "May 7, 2031 ... It closed early.", nil},
		{"nothing", "Who met Drazh?", "", nil},
	}
	for _, tt := range tests {
		var got []found
		for _, p := range wanted(tt.question).possibles(tt.sentence) {
			got = append(got, found{p.key, p.worth})
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

// TestBesideTheAnswer: what stands where the asking word stands in the question is more likely the answer.
func TestBesideTheAnswer(t *testing.T) {
	w := wanted("The rocket was launched from where?")
	near, far := w.possibles("It was launched from Kareth.")[0], w.possibles("It was seen over Kareth.")[0]
	if near.slot <= far.slot || !near.placed || !far.placed {
		t.Errorf("launched from: %+v, seen over: %+v", near, far)
	}
	if p := wanted("Which ministry closed the pass?").possibles("Drivers say Customs Board closed the pass.")[0]; p.slot == 0 {
		t.Errorf("nothing of the question beside %+v", p)
	}
}

// TestOneDay: a day without its year is the one whole date that has it, and no date where there are two.
func TestOneDay(t *testing.T) {
	w := wanted("When did it close?")
	keys := func(sentences ...string) []string {
		var candidates []candidate
		for _, s := range sentences {
			candidates = append(candidates, candidate{text: s, answers: w.possibles(s)})
		}
		oneDay(candidates)
		var found []string
		for _, c := range candidates {
			for _, p := range c.answers {
				found = append(found, p.key)
			}
		}
		return found
	}
	if got := keys("It closed on 7 May 2031.", "It closed on May 7."); got[0] != got[1] {
		t.Errorf("got %q", got)
	}
	if got := keys("It closed on 7 May 2031.", "It closed on 7 May 2030.", "It closed on May 7.", "It closed on May 8."); got[2] == got[0] || got[2] == got[1] || got[3] == got[2] {
		t.Errorf("with two years: %q", got)
	}
}

// TestSupport: what two articles say has more support than what one says twice, and a country counts once by all its names.
func TestSupport(t *testing.T) {
	evidence := []Evidence{piece(1, "2031-05-09", "W", "Gas", "x"), piece(2, "2031-05-10", "H", "Gas", "y")}
	w := wanted("Which country sells the gas?")
	var candidates []candidate
	for _, c := range []candidate{{evidence: 0, text: "It comes from Russia."}, {evidence: 0, text: "Russia sells it."}, {evidence: 0, text: "Iran sells it."}, {evidence: 1, text: "Iranian gas comes cheap."}} {
		c.own, c.answers = 1, w.possibles(c.text)
		candidates = append(candidates, c)
	}
	got := support(candidates, evidence)
	if got["Iran"] != 1 || got["Russia"] >= 1 || len(got) != 2 {
		t.Errorf("support is %v", got)
	}
}
