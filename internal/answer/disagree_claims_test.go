package answer

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"attache/internal/retrieval"
)

func TestDifferingClaims(t *testing.T) {
	const who = "who closed the pass"
	report := func(n int, day, body string) Evidence { return piece(n, day, "Wire", "Kareth", body) }
	varesh := report(1, "2031-05-10", "Varesh maintains that Solmark closed the Kareth pass first.")
	trucks := piece(2, "2031-05-10", "Herald", "Trucks", "The convoy crossed the Kareth pass on Friday.")
	road := piece(3, "2031-05-10", "Herald", "Trucks", "Varesh maintains that Solmark closed the road first.")
	road.Passage.ArticleID = trucks.Passage.ArticleID
	tests := []struct {
		name, question string
		evidence       []Evidence
		want           []string // who did it, and who says so
	}{
		{"two sides in their own words", who, []Evidence{varesh, report(2, "2031-05-09", "Colonel Rurik Osen said Varesh shut the pass on Wednesday.")},
			[]string{"Varesh (Rurik Osen) [2]", "Solmark (Varesh) [1]"}},
		{"with an auxiliary", "who has closed the pass", []Evidence{varesh, report(2, "2031-05-09", "Colonel Rurik Osen said Varesh shut the pass on Wednesday.")},
			[]string{"Varesh (Rurik Osen) [2]", "Solmark (Varesh) [1]"}},
		{"with a contraction and an adverb", "Who's really closed the pass?", []Evidence{varesh, report(2, "2031-05-09", "Colonel Rurik Osen said Varesh shut the pass on Wednesday.")},
			[]string{"Varesh (Rurik Osen) [2]", "Solmark (Varesh) [1]"}},
		{"an account behind the sentence that announces it", "who shut the road first", []Evidence{varesh,
			report(2, "2031-05-09", "The governments disagree about who shut the Kareth pass. Osen said Varesh had lowered its barrier on Wednesday.")},
			[]string{"Varesh (Osen) [2]", "Solmark (Varesh) [1]"}},
		{"both sides in one report", who, []Evidence{report(1, "2031-05-09", "The governments disagree about who shut the Kareth pass. Osen said Varesh had lowered its barrier. Solmark blocked the pass with two cars, according to Varesh.")},
			[]string{"Varesh (Osen) [1]", "Solmark (Varesh) [1]"}},
		{"the name is in another passage of the article", "Who closed the Kareth pass?", []Evidence{
			report(1, "2031-05-09", "The governments disagree about who shut the road. Osen said Varesh had lowered its barrier."), trucks, road},
			[]string{"Varesh (Osen) [1]", "Solmark (Varesh) [3]"}},
		{"the name is in no passage of the article", "Who closed the Kareth pass?", []Evidence{
			report(1, "2031-05-09", "The governments disagree about who shut the road. Osen said Varesh had lowered its barrier."), piece(2, "2031-05-10", "Herald", "Trucks", "Varesh maintains that Solmark closed the road first.")}, nil},
		{"one side only", who, []Evidence{varesh, report(2, "2031-05-09", "Osen said Solmark had closed the pass for a day.")}, nil},
		{"one claimant names two", who, []Evidence{varesh, report(2, "2031-05-09", "Varesh said that Ostrel closed the pass.")}, nil},
		{"of another deed", who, []Evidence{varesh, report(2, "2031-05-09", "Osen said Varesh had painted its barrier.")}, nil},
		{"far behind the announcement", who, []Evidence{varesh, report(2, "2031-05-09", "They disagree about who shut the pass. It snowed. It thawed. It rained. Osen said Varesh had lowered its barrier.")}, nil},
		{"denied", who, []Evidence{varesh, report(2, "2031-05-09", "Osen said Varesh never closed the pass.")}, nil},
		{"what may be", who, []Evidence{varesh, report(2, "2031-05-09", "Osen said Varesh would close the pass.")}, nil},
		{"long after", who, []Evidence{varesh, report(2, "2033-05-09", "Osen said Varesh had closed the pass.")}, nil},
		{"who somebody is", "who was the envoy that closed the pass", []Evidence{varesh, report(2, "2031-05-09", "Osen said Varesh had closed the pass.")}, nil},
		{"no question for an actor", "when was the pass closed", []Evidence{varesh, report(2, "2031-05-09", "Osen said Varesh had closed the pass.")}, nil},
		{"nothing", who, nil, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, s := range differingClaims(tt.question, retrieval.Reading{}, tt.evidence) {
				says := s.Version.Speaker.Name
				if says == "" {
					says = s.Version.Speaker.Mention
				}
				got = append(got, fmt.Sprintf("%s (%s) %v", s.Version.Value, says, s.Cites))
				if !strings.Contains(tt.evidence[s.Cites[0]-1].Passage.Text, s.Text) || !strings.Contains(s.Text, s.Version.Value) {
					t.Errorf("%+v does not stand in its passage", s)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("versions differ (-want +got):\n%s", diff)
			}
		})
	}
}
