package answer

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"attache/internal/retrieval"
)

func TestDifferingTwins(t *testing.T) {
	const who = "Who closed the Kareth pass?"
	report := func(n int, day, body string) Evidence { return piece(n, day, "Wire", "Kareth", body) }
	osen := report(1, "2031-05-09", "On Friday, Colonel Rurik Osen closed the Kareth pass to civilian trucks.")
	tests := []struct {
		name, question string
		evidence       []Evidence
		want           []string
	}{
		{"two actors", who, []Evidence{osen, report(2, "2031-05-10", "On Friday, General Halvard Stenn closed the Kareth pass to civilian trucks.")},
			[]string{"Colonel Rurik Osen", "General Halvard Stenn"}},
		{"two countries", "Which country closed the pass?", []Evidence{report(1, "2031-05-09", "The pass was closed to trucks by Georgia on Friday."), report(2, "2031-05-10", "The pass was closed to trucks by Armenia on Friday.")},
			[]string{"Georgia", "Armenia"}},
		{"two places", "Where was the treaty on the pass signed?", []Evidence{report(1, "2031-05-09", "The treaty on the pass was signed in Brandholm by both ministers."), report(2, "2031-05-10", "The treaty on the pass was signed in Tamrin by both ministers.")},
			[]string{"Brandholm", "Tamrin"}},
		{"two dates", "When was the treaty on the pass signed?", []Evidence{report(1, "2031-05-09", "The treaty on the pass was signed by both ministers on 7 May 2031."), report(2, "2031-05-10", "The treaty on the pass was signed by both ministers on 8 May 2031.")},
			[]string{"7 May 2031", "8 May 2031"}},
		{"one name for both", who, []Evidence{osen, report(2, "2031-05-10", "On Friday, Osen closed the Kareth pass to civilian trucks.")}, nil},
		{"one report with two names", who, []Evidence{report(1, "2031-05-09", "On Friday, Rurik Osen closed the Kareth pass to trucks.\n\nOn Friday, Halvard Stenn closed the Kareth pass to trucks.")}, nil},
		{"another thing is told", who, []Evidence{osen, report(2, "2031-05-10", "Halvard Stenn reopened a Kareth school that the storm had closed for weeks.")}, nil},
		{"not denied and said", who, []Evidence{osen, report(2, "2031-05-10", "On Friday, General Halvard Stenn had not closed the Kareth pass to civilian trucks.")}, nil},
		{"another number", who, []Evidence{report(1, "2031-05-09", "Rurik Osen closed the Kareth pass for 3 days."), report(2, "2031-05-10", "Halvard Stenn closed the Kareth pass for 9 days.")}, nil},
		{"long after", who, []Evidence{osen, report(2, "2032-05-10", "On Friday, General Halvard Stenn closed the Kareth pass to civilian trucks.")}, nil},
		{"what may be", who, []Evidence{osen, report(2, "2031-05-10", "On Friday, General Halvard Stenn may have closed the Kareth pass to civilian trucks.")}, nil},
		{"somebody's words are asked for", "What did Osen say about the Kareth pass?", []Evidence{osen, report(2, "2031-05-10", "On Friday, General Halvard Stenn closed the Kareth pass to civilian trucks.")}, nil},
		{"nothing", who, nil, nil},
		{"the same in other words for the deed", "Who shut the Kareth pass?", []Evidence{osen, report(2, "2031-05-10", "On Friday, General Halvard Stenn closed the Kareth pass to civilian trucks.")},
			[]string{"Colonel Rurik Osen", "General Halvard Stenn"}},
		{"what it is about stands before", "When was the Kareth pass closed?",
			[]Evidence{report(1, "2031-05-09", "Nobody uses the Kareth pass. It was closed for winter trucks on 7 May 2031, drivers say."), report(2, "2031-05-10", "Snow lies on the Kareth pass. It was closed for winter trucks on 8 May 2031, drivers say.")},
			[]string{"7 May 2031", "8 May 2031"}},
		{"what another place does", "When was the Kareth pass closed?",
			[]Evidence{report(1, "2031-05-09", "Nobody uses the Kareth pass. It was closed for trucks on 7 May 2031."), piece(2, "2031-05-10", "Wire", "Lind", "Snow lies on the bridge of Lind. It was closed for trucks on 8 May 2031.")}, nil},
		{"a copy with another date in it", "When was the Kareth pass closed?",
			[]Evidence{piece(1, "2031-05-09", "Wire", "Winter", "It was closed for winter trucks and heavy buses on 7 May 2031 by the guards."), piece(2, "2031-05-10", "Wire", "Snow", "It was closed for winter trucks and heavy buses on 8 May 2031 by the guards.")},
			[]string{"7 May 2031", "8 May 2031"}},
		{"somebody of another country, asked in small letters", "who is the foreign minister of varesh",
			[]Evidence{report(1, "2031-05-09", "Foreign Minister Ilena Drazh spoke for Varesh."), report(2, "2031-05-10", "Foreign Minister Jon Stold spoke for Ostrel."), report(3, "2031-05-10", "Foreign Minister Una Perl spoke for Tollund.")}, nil},
		{"all of some are asked for", "Which countries border Kazakhstan?",
			[]Evidence{report(1, "2031-05-09", "Russia borders Kazakhstan in the north."), report(2, "2031-05-10", "China borders Kazakhstan in the east."), report(3, "2031-05-10", "Kyrgyzstan borders Kazakhstan in the east.")}, nil},
		{"a number in words and in digits", "How many trucks crossed the pass?",
			[]Evidence{report(1, "2031-05-09", "Drivers say that 40 trucks crossed the pass."), report(2, "2031-05-10", "Drivers say that forty trucks crossed the pass.")}, nil},
		{"initials", "Which body closed the Kareth pass?",
			[]Evidence{report(1, "2031-05-09", "The Kareth pass was closed by the LLS on Friday."), report(2, "2031-05-10", "The Kareth pass was closed by the League of Lake States on Friday.")}, nil},
		{"other numbers in words", "Which state borders the Lind republics?",
			[]Evidence{report(1, "2031-05-09", "Varesh borders three of the Lind republics."), report(2, "2031-05-10", "Ostrel borders two of the Lind republics.")}, nil},
		{"what will be, asked for", "When will the Kareth pass open?",
			[]Evidence{report(1, "2031-05-09", "The Kareth pass will open on 1 June 2031, both say."), report(2, "2031-05-10", "The Kareth pass will open on 9 June 2031, both say.")},
			[]string{"1 June 2031", "9 June 2031"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, s := range differingTwins(tt.question, retrieval.Reading{}, tt.evidence) {
				got = append(got, s.Version.Value)
				if !strings.Contains(s.Text, s.Version.Value) || !strings.Contains(tt.evidence[s.Cites[0]-1].Passage.Text, s.Text) {
					t.Errorf("%+v does not stand in its passage", s)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("versions differ (-want +got):\n%s", diff)
			}
		})
	}
}

// TestSupportOfOneNumber: passages that share a number are read as one, and what none of them says is not supported.
func TestSupportOfOneNumber(t *testing.T) {
	a, b := piece(1, "2031-05-09", "W", "Kareth", "The pass closed on Friday."), piece(1, "2031-05-09", "W", "Kareth", "Trucks waited at the barrier.")
	supports := Support(t.Context(), []Evidence{a, b}, nil)
	for sentence, want := range map[string]bool{"The pass closed on Friday.": true, "Trucks waited at the barrier.": true, "Nine soldiers died in the tunnel.": false} {
		if got := supports(sentence, []int{1}); got != want {
			t.Errorf("%q: %v", sentence, got)
		}
	}
	if supports("The pass closed on Friday.", nil) {
		t.Error("a sentence that cites nothing is supported")
	}
}
