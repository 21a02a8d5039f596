package answer

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"attache/internal/retrieval"
)

// TestBearing: questions whose form demands that a sentence brings things together are answered by such sentences alone, or not at all.
func TestBearing(t *testing.T) {
	alliance := piece(1, "2031-05-02", "Lakeside Institute", "Alliances", "Estonia and Latvia belong to NATO. Kazakhstan has had relations with NATO since 1992. "+
		"Kazakhstan is a member of another body. Turkmenistan has declined to take part in NATO. Spain is not a member of NATO.")
	pass := piece(2, "2031-05-09", "Northern Wire", "The pass", "Snow closes it from December to March. Nobody may close the pass at night. The draft fits on two pages. "+
		"“The draft is not dead,” Sefa Aldane said. Osen said that the trucks carried bread. Not one of the vehicles was armed.")
	army := piece(3, "2031-05-10", "Northern Wire", "Troops", "Russia led 2,500 troops into Kazakhstan. The Kazakh army is old. The army of Varesh has 9,000 soldiers.")
	leaders := piece(4, "2031-05-11", "Almanac", "Who leads whom", "Kazakhstan is led by President Arman Tole, in office since 2019. Uzbekistan is led by President Bek Oripov, in office since 2016. "+
		"The prime minister of Uzbekistan is Timur Aziz, in office since 2020. Japan's prime minister is Aki Mori, in office since 2025. Prime Minister Ken Ode spoke for Japan in 2020. Norway's president of parliament is Ola Ves.")
	guests := piece(5, "2031-05-12", "Northern Wire", "Guests", "President Ola Berg of Norway visited Central Asia in May. Presidents seldom come there.")
	tests := []struct {
		name, question string
		evidence       []Evidence
		want           []string
	}{
		{"a yes", "Is Latvia a NATO member?", []Evidence{alliance}, []string{"Estonia and Latvia belong to NATO. [1]"}},
		{"nobody says so", "Is Kazakhstan a NATO member?", []Evidence{alliance}, nil},
		{"of the question's two things another one each", "Is Sweden a NATO member?", []Evidence{alliance}, nil},
		{"a no", "Is Spain a NATO member?", []Evidence{alliance}, []string{"Spain is not a member of NATO. [1]"}},
		{"what the subject does, not what others do", "does snow close the pass", []Evidence{pass}, []string{"Snow closes it from December to March. [2]"}},
		{"what is asked of the subject", "Is the draft dead?", []Evidence{pass}, []string{"“The draft is not dead,” Sefa Aldane said. [2]"}},
		{"another word for it", "Were the trucks armed?", []Evidence{pass}, []string{"Not one of the vehicles was armed. [2]"}},
		{"an army of no size", "How big is the Kazakh army?", []Evidence{army}, nil},
		{"other troops there", "How many troops does Kazakhstan have?", []Evidence{army}, nil},
		{"an army of some size", "How big is the army of Varesh?", []Evidence{army}, []string{"The army of Varesh has 9,000 soldiers. [3]"}},
		{"who has it", "How many soldiers does Varesh have?", []Evidence{army}, []string{"The army of Varesh has 9,000 soldiers. [3]"}},
		{"an office that nobody tells of", "Who is the mayor of Astana?", []Evidence{army}, nil},
		{"all of some", "Which countries are members of NATO?", []Evidence{alliance}, []string{"Estonia and Latvia belong to NATO. [1]"}},
		{"an office-holder", "Who is the prime minister of Japan?", []Evidence{leaders}, []string{"Japan's prime minister is Aki Mori, in office since 2025. [4]", "Prime Minister Ken Ode spoke for Japan in 2020. [4]"}},
		{"an office-holder by the adjective", "who is the Kazakh president", []Evidence{leaders}, []string{"Kazakhstan is led by President Arman Tole, in office since 2019. [4]"}},
		{"who leads a country", "who leads Uzbekistan?", []Evidence{leaders}, []string{"Uzbekistan is led by President Bek Oripov, in office since 2016. [4]", "The prime minister of Uzbekistan is Timur Aziz, in office since 2020. [4]"}},
		{"who leads a country, not what it leads in", "who leads Kazakhstan?", []Evidence{leaders, piece(1, "2031-05-02", "W", "Exports", "Kazakhstan's leading export is crude oil. Russia led troops into Kazakhstan.")},
			[]string{"Kazakhstan is led by President Arman Tole, in office since 2019. [4]"}},
		{"of one country among others", "when did the president of Uzbekistan take office?", []Evidence{leaders}, []string{"Uzbekistan is led by President Bek Oripov, in office since 2016. [4]", "The prime minister of Uzbekistan is Timur Aziz, in office since 2020. [4]"}},
		{"an office of which nobody says who holds it", "Who is the director of the film?", []Evidence{piece(1, "2031-05-02", "W", "A film", "Ana Oll, director of the film, smiled. The film is by Ben Ark, its director.")},
			[]string{"Ana Oll, director of the film, smiled. [1]", "The film is by Ben Ark, its director. [1]"}},
		{"the presidents of a region, by country", "list the presidents of central asia", []Evidence{leaders, guests},
			[]string{"Kazakhstan is led by President Arman Tole, in office since 2019. [4]", "Uzbekistan is led by President Bek Oripov, in office since 2016. [4]"}},
		{"its leaders, whatever they are called", "who leads the Central Asian states", []Evidence{leaders, guests},
			[]string{"Kazakhstan is led by President Arman Tole, in office since 2019. [4]", "Uzbekistan is led by President Bek Oripov, in office since 2016. [4]"}},
		{"who came to a region", "which presidents visited Central Asia?", []Evidence{leaders, guests}, []string{"President Ola Berg of Norway visited Central Asia in May. [5]"}},
		{"those of a region, not who came there", "list the foreign ministers of Central Asia who spoke", []Evidence{piece(1, "2031-05-02", "W", "Speeches",
			"Foreign Minister Ana Bel spoke for Kazakhstan at length. Foreign Minister Ben Cor spoke for Uzbekistan at length. Foreign Minister Do Wen spoke in Central Asia at length.")},
			[]string{"Foreign Minister Ana Bel spoke for Kazakhstan at length. [1]", "Foreign Minister Ben Cor spoke for Uzbekistan at length. [1]"}},
		{"nobody of a country beyond it", "list the foreign ministers of Central Asia who spoke", []Evidence{piece(1, "2031-05-02", "W", "Central Asia speaks",
			"Foreign Minister Ana Bel spoke for Kazakhstan at length. Foreign Minister Ed Fox spoke for Russia at length.")}, []string{"Foreign Minister Ana Bel spoke for Kazakhstan at length. [1]"}},
		{"countries of a region alone", "which Central Asian states border China?", []Evidence{piece(1, "2031-05-02", "W", "Borders of China", "Kazakhstan borders China in the east. Russia borders China in the north. Kyrgyzstan and India border China.")},
			[]string{"Kazakhstan borders China in the east. [1]", "Kyrgyzstan and India border China. [1]"}},
		{"all of some that are not", "Which countries are not in NATO?", []Evidence{alliance}, []string{"Spain is not a member of NATO. [1]"}},
		{"over articles, what it is about in the title", "Which countries border Kazakhstan?",
			[]Evidence{piece(1, "2031-05-02", "W", "The neighbors of Kazakhstan", "China borders it in the east. Snow falls in Iran."), piece(2, "2031-05-02", "H", "Gas", "Russia borders Kazakhstan, which has gas. Turkey buys gas from Kazakhstan.")},
			[]string{"China borders it in the east. [1]", "Russia borders Kazakhstan, which has gas. [2]"}},
		{"a list in other words", "Which countries surround Kazakhstan?", []Evidence{piece(1, "2031-05-02", "W", "Borders", "China borders Kazakhstan in the east.")}, []string{"China borders Kazakhstan in the east. [1]"}},
		{"nothing but a day", "What happened on the 7th?", []Evidence{piece(1, "2031-05-09", "W", "Pass", "The barrier came down on 7 May. It cost 7 million. Snow fell on 8 May.")}, []string{"The barrier came down on 7 May. [1]"}},
		{"a day by its name", "What happened on 9 May?", []Evidence{piece(1, "2031-05-10", "W", "Pass", "A convoy crossed the pass on Friday. Rain fell on Saturday. The toll fell on Friday, 2 May 2031.")}, []string{"A convoy crossed the pass on Friday. [1]"}},
		{"a day somewhere, and what stands beside it", "What happened in Kareth on 9 May?", []Evidence{piece(1, "2031-05-10", "W", "Kareth", "Petra Vonn has a union. A convoy came to Kareth on 9 May. It was long. Kareth slept on 8 May. Nobody in Kareth has a car.")},
			[]string{"A convoy came to Kareth on 9 May. [1]"}},
		{"not what an article says of itself", "What happened on 9 May?", []Evidence{piece(1, "2031-05-10", "W", "Pass", "A convoy came on 9 May."), headed(piece(2, "2031-05-11", "W", "Pass", "All this rests on reports of 9 May."), "Basis")},
			[]string{"A convoy came on 9 May. [1]"}},
		{"a border between two", "How long is the border between Kazakhstan and Russia?", []Evidence{piece(1, "2031-05-02", "W", "Borders", "Mongolia's border with Russia is 3,452 kilometers long. Kazakhstan's border with Russia is 7,644 kilometers long. The border of Kazakhstan with China is 1,765 kilometers long.")},
			[]string{"Kazakhstan's border with Russia is 7,644 kilometers long. [1]"}},
		{"nothing but a month", "What happened in March?", []Evidence{piece(1, "2031-05-09", "W", "Pass", "The barrier came down on 7 May. Snow fell on 8 March 2031.")}, []string{"Snow fell on 8 March 2031. [1]"}},
		{"no passage about another country", "What does Kazakhstan sell?", []Evidence{piece(1, "2031-05-02", "W", "Gas", "Kazakhstan sells gas and oil."), piece(2, "2031-05-02", "W", "Bread", "Iran sells what it bakes.")},
			[]string{"Kazakhstan sells gas and oil. [1]"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, shownTexts(compose(t, tt.question, tt.evidence...)), cmpopts.SortSlices(func(a, b string) bool { return a < b }), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("answer differs (-want +got):\n%s", diff)
			}
		})
	}
}

// TestOfTheTime: a question for nothing but what happened last week is answered from articles of that week.
func TestOfTheTime(t *testing.T) {
	now := piece(1, "2031-05-09", "W", "Pass", "The barrier came down.")
	old := piece(2, "2030-01-09", "W", "Pass", "The barrier went up.")
	read := retrieval.Reading{Around: now.Source.Published, Within: 7, Named: true}
	for question, want := range map[string]int{"What happened last week?": 1, "What happened at the pass last week?": 2, "what's new this week": 1} {
		if got := ofTheTime(question, read, []Evidence{old, now}); len(got) != want || got[len(got)-1].N != 1 {
			t.Errorf("%q: %d articles, want %d", question, len(got), want)
		}
	}
	if got := ofTheTime("What happened?", retrieval.Reading{}, []Evidence{old, now}); len(got) != 2 {
		t.Errorf("without a time: %d articles", len(got))
	}
}

// headed is a piece of evidence under a heading.
func headed(e Evidence, heading string) Evidence {
	e.Passage.Heading = heading
	return e
}

func TestRuling(t *testing.T) {
	for question, want := range map[string]string{
		"who runs Canada?": "Who leads Canada?", "Who's in charge of the Netherlands": "Who leads the Netherlands?", "who is running kazakhstan": "Who leads kazakhstan?",
		"who runs the pass": "who runs the pass", "who runs for president of Canada": "who runs for president of Canada", "who leads Canada": "who leads Canada",
	} {
		if got := ruling(question); got != want {
			t.Errorf("%q is read as %q, want %q", question, got, want)
		}
	}
}
