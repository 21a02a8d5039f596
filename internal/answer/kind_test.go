package answer

import "testing"

func TestKindOf(t *testing.T) {
	tests := []struct {
		question string
		want     questionKind
	}{
		{"What did Drazh say about the pass?", saidKind},
		{"drazh's position on tolls", saidKind},
		{"Who warned of a blockade?", saidKind},
		{"Which three countries closed the border?", countryKind},
		{"What Central Asian state sells gas?", countryKind},
		{"How many trucks crossed?", howManyKind},
		{"what share of the grain is lost", howManyKind},
		{"When did the pass close?", whenKind},
		{"In which year did it open?", whenKind},
		{"Why was the pass closed?", whyKind},
		{"Who closed the pass?", whoKind},
		{"Where does the pipeline end?", whichKind},
		{"Is the pass open?", anyKind},
		{"What movie won the prize?", whichKind},
		{"What is the name of the pass?", whichKind},
		{"What happened at the pass?", anyKind},
		{"What is the pass?", anyKind},
		{"What is the opening date of the pass?", whenKind},
		{"On which day did it open?", whenKind},
		{"What was the cost of the pass?", howManyKind},
		{"", anyKind},
	}
	for _, tt := range tests {
		if got := kindOf(tt.question); got != tt.want {
			t.Errorf("kindOf(%q) = %d, want %d", tt.question, got, tt.want)
		}
	}
}

func TestBonus(t *testing.T) {
	said := piece(1, "2031-05-13", "The Capital Herald", "Talks", "Foreign Minister Ilena Drazh spoke. “The ferry is ours,” Drazh said.").Quotes
	if len(said) != 1 {
		t.Fatalf("%d quotations, want 1", len(said))
	}
	tests := []struct {
		name, question string
		c              candidate
		more           bool // than a sentence without what is asked for
	}{
		{"a number for how many", "How many trucks crossed?", candidate{text: "About 40 crossed."}, true},
		{"a number in words", "How many trucks crossed?", candidate{text: "A dozen crossed."}, true},
		{"the question's own number", "How many of the 40 trucks crossed?", candidate{text: "The 40 stood still."}, false},
		{"a date for when", "When did it close?", candidate{text: "It closed on Wednesday."}, true},
		{"no date for when", "When did it close?", candidate{text: "It closed early."}, false},
		{"a reason for why", "Why did it close?", candidate{text: "It closed because of snow."}, true},
		{"a country for which country", "Which country sells gas?", candidate{text: "Gas is sold by Turkmenistan."}, true},
		{"a name that is no country", "Which country sells gas?", candidate{text: "Gas is sold by Ostrel."}, false},
		{"a state of a federation", "Which state sells gas?", candidate{text: "Gas is sold by Ostrel."}, true},
		{"a name for who", "Who closed it?", candidate{text: "It was closed by Jorun Hale."}, true},
		{"a name that the question has", "Who helped Hale?", candidate{text: "It was Hale."}, false},
		{"the named speaker's own words", "What did Drazh say?", candidate{text: "“The ferry is ours,” Drazh said.", quote: &said[0]}, true},
		{"another's words", "What did Kvell say?", candidate{text: "“The ferry is ours,” he said.", quote: &said[0]}, false},
		{"no name within a longer word", "What did Drazhkin say?", candidate{text: "“The ferry is ours,” she said.", quote: &said[0]}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := wanted(tt.question)
			tt.c.read = tt.c.text
			tt.c.answers = w.possibles(tt.c.text)
			if got := w.bonus(tt.c); got > 0 != tt.more {
				t.Errorf("bonus of %q is %v", tt.c.text, got)
			}
		})
	}
}
