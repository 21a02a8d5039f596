package answer

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"attache/internal/retrieval"
)

func TestDiffering(t *testing.T) {
	const place = "A convoy crossed the Kareth pass between Varesh and Solmark on Friday. "
	wire := piece(1, "2031-05-09", "Northern Wire", "Convoy crosses Kareth pass", place+"About 40 trucks took part, Solmark's general staff said.")
	tests := []struct {
		name     string
		question string
		named    string // the day that the question names
		evidence []Evidence
		want     []string // value, marks when quoted, who is cited
	}{
		{"two reports, two numbers", "How many trucks crossed?", "",
			[]Evidence{wire, piece(2, "2031-05-10", "The Capital Herald", "Kareth", place+"“It was at least 120 trucks,” Petra Vonn said.")},
			[]string{"About 40 (Solmark's general staff) [1]", "“at least 120” (Petra Vonn) [2]"}},
		{"words for numbers, and other words for trucks", "How many trucks crossed the pass?", "",
			[]Evidence{wire, piece(2, "2031-05-10", "The Capital Herald", "Kareth", place+"The guard counted ninety-five vehicles on the Kareth pass in Varesh.")},
			[]string{"About 40 (Solmark's general staff) [1]", "ninety-five () [2]"}},
		{"a later report repeats one figure and adds another", "How many trucks crossed?", "",
			[]Evidence{wire, piece(2, "2031-05-13", "The Capital Herald", "Kareth", "Stenn corrected the number of trucks. He spoke of between 60 and 70 vehicles, after about 40 in the first report on Solmark and Varesh.")},
			[]string{"About 40 (Solmark's general staff) [1]", "between 60 and 70 () [2]"}},
		{"the same number in other words", "How many trucks crossed?", "",
			[]Evidence{wire, piece(2, "2031-05-10", "The Capital Herald", "Kareth", place+"Some forty trucks were in it.")}, nil},
		{"numbers that may both be true", "How many trucks crossed?", "",
			[]Evidence{wire, piece(2, "2031-05-10", "The Capital Herald", "Kareth", place+"More than 30 trucks were in it.")}, nil},
		{"one report with two numbers is no disagreement of reports", "How many trucks crossed?", "",
			[]Evidence{piece(1, "2031-05-09", "W", "Kareth", place+"About 40 trucks took part. A farmer saw 120 trucks.")}, nil},
		{"another thing is counted", "How many trucks crossed?", "",
			[]Evidence{wire, piece(2, "2031-05-10", "The Capital Herald", "Kareth", place+"It was met by 300 soldiers and 12 dogs.")}, nil},
		{"what waits does not cross", "How many trucks crossed?", "",
			[]Evidence{wire, piece(2, "2031-05-10", "The Capital Herald", "Kareth", "The drivers' union of Varesh said 300 trucks were standing in Kareth, near Solmark.")}, nil},
		{"what may be is not what was", "How many trucks crossed?", "",
			[]Evidence{wire, piece(2, "2031-05-10", "The Capital Herald", "Kareth", place+"No more than 200 trucks could cross under the draft.")}, nil},
		{"rates are not told apart", "How many trucks cross each day?", "",
			[]Evidence{wire, piece(2, "2031-05-10", "The Capital Herald", "Kareth", place+"It held 120 trucks.")}, nil},
		{"which of them is asked", "How many landlocked countries are there?", "",
			[]Evidence{piece(1, "2031-05-09", "Almanac", "Landlocked countries", "The Lakeside Almanac counts 46 landlocked countries on Earth."),
				piece(2, "2031-05-10", "Almanac of Groups", "The Seven", "The Lakeside Almanac has seven countries of one club. On Earth there are more that are landlocked."),
				piece(3, "2031-05-10", "Almanac of People", "People", "Of the landlocked countries in the Lakeside Almanac, Ostrel is the one on Earth with the most people, an estimated 121 million.")}, nil},
		{"two reports of which of them", "How many landlocked countries are there?", "",
			[]Evidence{piece(1, "2031-05-09", "Almanac", "Landlocked countries", "The Lakeside Almanac counts 46 landlocked countries on Earth."),
				piece(2, "2031-05-10", "Herald", "Landlocked", "After the Lakeside Almanac there are 44 landlocked countries on Earth.")},
			[]string{"46 () [1]", "44 () [2]"}},
		{"another place", "How many trucks crossed?", "",
			[]Evidence{wire, piece(2, "2031-05-10", "The Capital Herald", "Tull bridge", "A column crossed the bridge of Ostrel. It had 120 trucks.")}, nil},
		{"another time", "How many trucks crossed?", "",
			[]Evidence{wire, piece(2, "2031-07-10", "The Capital Herald", "Kareth", place+"It had 120 trucks.")}, nil},
		{"reports from before the day that is asked about", "How many trucks crossed on 9 May?", "2031-05-09",
			[]Evidence{wire, piece(2, "2031-05-02", "The Capital Herald", "Kareth", place+"It had 120 trucks.")}, nil},
		{"a day without its year may be of another than the one that was read", "How many trucks crossed on 9 May?", "2026-05-09",
			[]Evidence{wire, piece(2, "2031-05-10", "The Capital Herald", "Kareth", place+"It had 120 trucks.")},
			[]string{"About 40 (Solmark's general staff) [1]", "120 () [2]"}},
		{"a day of another year", "How many trucks crossed on 9 May 2026?", "2026-05-09",
			[]Evidence{wire, piece(2, "2031-05-10", "The Capital Herald", "Kareth", place+"It had 120 trucks.")}, nil},
		{"years, days and hours are no numbers of trucks", "How many trucks crossed?", "",
			[]Evidence{wire, piece(2, "2031-05-10", "The Capital Herald", "Trucks of Kareth", place+"It was 2031. It took of two hours until half past three on 7 May.")}, nil},
		{"two dates", "When was the Kareth pass closed?", "",
			[]Evidence{piece(1, "2031-05-09", "Northern Wire", "Kareth", "Varesh closed the Kareth pass on 7 May, according to Solmark."),
				piece(2, "2031-05-10", "The Capital Herald", "Kareth", "The Kareth pass was closed on May 6, 2031 by Solmark, Varesh says.")},
			[]string{"7 May (Solmark) [1]", "May 6, 2031 (Varesh) [2]"}},
		{"one date in two forms", "When was the Kareth pass closed?", "",
			[]Evidence{piece(1, "2031-05-09", "Northern Wire", "Kareth", "Varesh closed the Kareth pass on 7 May, Solmark said."),
				piece(2, "2031-05-10", "The Capital Herald", "Kareth", "The Kareth pass was closed on May 7, 2031 by Solmark, Varesh says.")}, nil},
		{"a sentence with two dates does not tell which", "When was the Kareth pass closed?", "",
			[]Evidence{piece(1, "2031-05-09", "Northern Wire", "Kareth", "Varesh closed the Kareth pass on 7 May, Solmark said."),
				piece(2, "2031-05-10", "The Capital Herald", "Kareth", "The Kareth pass, closed in Varesh on 6 May, opened for Solmark on 8 May.")}, nil},
		{"somebody else's figure", "How many goals did Drazh score in Varesh?", "",
			[]Evidence{piece(1, "2031-05-09", "W", "Varesh beats Solmark", "Drazh and Kvell score in Varesh against Solmark. Marta Kvell had two goals."),
				piece(2, "2031-05-09", "H", "Varesh beats Solmark", "In Varesh, Drazh could not score often. Drazh had five goals for Solmark.")}, nil},
		{"two sums", "How much did the Kareth tunnel cost?", "",
			[]Evidence{piece(1, "2031-05-09", "Northern Wire", "Kareth", "The Kareth tunnel between Varesh and Solmark cost $4.2 million, the ministry said."),
				piece(2, "2031-05-10", "The Capital Herald", "Kareth", "The Kareth tunnel cost Varesh and Solmark about €9 million.")},
			[]string{"$4.2 million (the ministry) [1]", "about €9 million () [2]"}},
		{"sums that another rate makes one", "How much did the Kareth tunnel cost?", "",
			[]Evidence{piece(1, "2031-05-09", "Northern Wire", "Kareth", "The Kareth tunnel between Varesh and Solmark cost $4.2 million, the ministry said."),
				piece(2, "2031-05-10", "The Capital Herald", "Kareth", "The Kareth tunnel cost Varesh and Solmark €3.8 million.")}, nil},
		{"a sum whose currency is not said", "What was the cost of the Kareth tunnel?", "",
			[]Evidence{piece(1, "2031-05-09", "Northern Wire", "Kareth", "The cost of the Kareth tunnel between Varesh and Solmark was 4.2m."),
				piece(2, "2031-05-10", "The Capital Herald", "Kareth", "The Kareth tunnel came at a cost of €5 million for Varesh and Solmark."),
				piece(3, "2031-05-11", "The Harbor Post", "Kareth", "The Kareth tunnel came at a cost of €4.2 million for Varesh and Solmark.")},
			[]string{"4.2m () [1]", "€5 million () [2]", "€4.2 million () [3]"}},
		{"one sum in two forms", "How much did the Kareth tunnel cost?", "",
			[]Evidence{piece(1, "2031-05-09", "Northern Wire", "Kareth", "The Kareth tunnel between Varesh and Solmark cost $4.2 million."),
				piece(2, "2031-05-10", "The Capital Herald", "Kareth", "The Kareth tunnel cost Varesh and Solmark 4,200,000 dollars.")}, nil},
		{"a sentence with two sums does not tell which", "How much did the Kareth tunnel cost?", "",
			[]Evidence{piece(1, "2031-05-09", "Northern Wire", "Kareth", "The Kareth tunnel between Varesh and Solmark cost $4.2 million."),
				piece(2, "2031-05-10", "The Capital Herald", "Kareth", "The Kareth tunnel cost Varesh $9 million and Solmark $11 million.")}, nil},
		{"a sum for another thing", "How much did the Kareth tunnel cost?", "",
			[]Evidence{piece(1, "2031-05-09", "Northern Wire", "Kareth", "The Kareth tunnel between Varesh and Solmark cost $4.2 million."),
				piece(2, "2031-05-10", "The Capital Herald", "Kareth", "Varesh and Solmark paid $9 million for the harbor of Lind.")}, nil},
		{"no question for a figure", "Who crossed the pass with trucks?", "", []Evidence{wire}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var read retrieval.Reading
			if day, err := time.Parse(time.DateOnly, tt.named); err == nil {
				read = retrieval.Reading{Around: day, Within: 10, Named: true}
			}
			var got []string
			for _, s := range differing(tt.question, read, tt.evidence) {
				value := s.Version.Value
				if !strings.Contains(s.Text, value) {
					t.Errorf("%q does not stand in its sentence %q", value, s.Text)
				}
				if s.Version.Quoted {
					value = "“" + value + "”"
				}
				who := s.Version.Speaker.Name
				if who == "" {
					who = s.Version.Speaker.Mention
				}
				got = append(got, fmt.Sprintf("%s (%s) %v", value, who, s.Cites))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("versions differ (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCredited(t *testing.T) {
	tests := []struct{ sentence, want string }{
		{"About 40 trucks took part, Solmark's general staff said.", "Solmark's general staff"},
		{"About 40 trucks took part, a border guard told reporters.", "a border guard"},
		{"According to two drivers, 40 trucks took part.", "two drivers"},
		{"About 40 trucks took part.", ""},
		{"Some 40 trucks, 12 of them empty, took part.", ""},
		{"", ""},
	}
	for _, tt := range tests {
		if got := credited(tt.sentence); got != tt.want {
			t.Errorf("credited(%q) = %q, want %q", tt.sentence, got, tt.want)
		}
	}
}

// FuzzDiffering looks for passages on which the search for figures breaks.
func FuzzDiffering(f *testing.F) {
	f.Add("How many trucks crossed?", "About 40 trucks crossed. It was between 60 and 70, ninety, perhaps ninety-five.", "120 trucks crossed.")
	f.Add("When was it?", "On 7 May", "on the first of May")
	f.Add("number of  x y", "\xff 4", "four\n\n5 x")
	f.Fuzz(func(t *testing.T, question, a, b string) {
		evidence := []Evidence{piece(1, "2031-05-09", "W", a, a), piece(2, "2031-05-10", "H", b, b)}
		for _, s := range differing(question, retrieval.Reading{}, evidence) {
			if s.Version == nil || s.Version.Value == "" || !strings.Contains(evidence[s.Cites[0]-1].Passage.Text, s.Text) || !strings.Contains(s.Text, s.Version.Value) {
				t.Errorf("%+v does not stand in its passage", s)
			}
		}
	})
}

func TestFigureAsked(t *testing.T) {
	for question, want := range map[string]string{
		"Did 120 trucks cross the pass?":                        "How many trucks cross the pass?",
		"is it true that at least 120 trucks crossed the pass?": "How many trucks crossed the pass?",
		"Were there really only 40 armed vehicles?":             "How many armed vehicles ?",
		"Did Solmark send 40 trucks over the pass":              "How many trucks Solmark send over the pass",
		"Did the pass open in 2031?":                            "Did the pass open in 2031?",
		"Did Kvell resign on 9 May?":                            "Did Kvell resign on 9 May?",
		"Who sent 120 trucks?":                                  "Who sent 120 trucks?",
		"Did 40 or 120 trucks cross?":                           "Did 40 or 120 trucks cross?",
		"":                                                      "",
	} {
		if got := figureAsked(question); got != want {
			t.Errorf("%q is read as %q, want %q", question, got, want)
		}
	}
}
