package commands

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"attache/internal/text"
)

// knownPeople says who is quoted in these tests, by any part of the name.
func knownPeople(name string) bool {
	for _, part := range []string{"ilena drazh", "drazh", "marta kvell", "kvell", "halvard stenn", "stenn", "temur umarov", "umarov"} {
		if text.Fold(name) == part {
			return true
		}
	}
	return false
}

// Several follow-ups in a row: each takes the place of the one before it of its kind, and keeps the others.
func TestCarryOverAgainAndAgain(t *testing.T) {
	for _, tc := range []struct {
		first string
		turns [][2]string // what is asked, and how it is read
	}{
		{"Who closed the pass?", [][2]string{
			{"and Kvell?", "Who closed the pass – Kvell?"}, {"and Stenn?", "Who closed the pass – Stenn?"}, {"and tolls?", "Who closed the pass – tolls?"},
			{"and sanctions?", "Who closed the pass – sanctions?"}, {"and in 2022?", "Who closed the pass – sanctions in 2022?"},
		}},
		{"Who closed the pass?", [][2]string{{"and Kazakhstan?", "Who closed the pass – Kazakhstan?"}, {"and Uzbekistan?", "Who closed the pass – Uzbekistan?"}, {"and China?", "Who closed the pass – China?"}}},
		{"Who closed it?", [][2]string{{"and tolls?", "Who closed it – tolls?"}, {"what about tariffs?", "Who closed it – tariffs?"}, {"and sanctions?", "Who closed it – sanctions?"}}},
		{"What did Drazh say about the pass?", [][2]string{
			{"and Kvell?", "What did Kvell say about the pass?"}, {"and Stenn?", "What did Stenn say about the pass?"}, {"and tolls?", "What did Stenn say about tolls?"},
			{"and the barrier?", "What did Stenn say about the barrier?"},
		}},
		{"What did Kazakhstan export?", [][2]string{{"and 2021?", "What did Kazakhstan export in 2021?"}, {"and 2022?", "What did Kazakhstan export in 2022?"}, {"and Uzbekistan?", "What did Uzbekistan export in 2022?"}}},
		{"Who closed the pass?", [][2]string{{"why?", "Why – who closed the pass?"}, {"when?", "When – who closed the pass?"}, {"by whom?", "By whom – who closed the pass?"}}},
	} {
		last := tc.first
		for _, turn := range tc.turns {
			read, ok := carryOver(last, turn[0], knownPeople)
			if !ok || read != turn[1] {
				t.Errorf("after %q, %q is read as %q, want %q", last, turn[0], read, turn[1])
			}
			last = read
		}
	}
}

func TestCarryOver(t *testing.T) {
	const said = "What did Drazh say about the pass?"
	tests := []struct {
		name, last, question, want string // want is "" for a question that stands on its own
	}{
		{"a country in place of a country", "What is at stake for Kazakhstan in Central Asia?", "and Uzbekistan?", "What is at stake for Uzbekistan in Central Asia?"},
		{"how about", "Who leads Kazakhstan?", "how about Kyrgyzstan", "Who leads Kyrgyzstan?"},
		{"what about, with a preposition", "What is at stake for Kazakhstan?", "what about for China?", "What is at stake for China?"},
		{"lower case", "who leads kazakhstan", "and china", "Who leads china?"},
		{"no marks, filler words", "Who leads Kazakhstan?", "ok thanks, and what about tajikistan", "Who leads tajikistan?"},
		{"the first country of two", "What did Russia say about Ukraine?", "and China?", "What did China say about Ukraine?"},
		{"a person in place of a person", said, "and Kvell?", "What did Kvell say about the pass?"},
		{"a full name", said, "What about Marta Kvell?", "What did Marta Kvell say about the pass?"},
		{"a possessive stays one", "What is Drazh's position on tolls?", "and Kvell?", "What is Kvell's position on tolls?"},
		{"a person typed in lower case", "what did drazh say about the pass", "and stenn?", "What did stenn say about the pass?"},
		{"a place that is no country", "What does Northland want in Central Asia?", "and Lakeland?", "What does Lakeland want in Central Asia?"},
		{"a topic in place of a topic", said, "and the barrier?", "What did Drazh say about the barrier?"},
		{"a topic without an article", said, "what about tolls?", "What did Drazh say about tolls?"},
		{"a topic at the end", "Who closed the pass?", "and the barrier?", "Who closed the barrier?"},
		{"a topic that fits nowhere is added", "Who closed it?", "and tolls?", "Who closed it – tolls?"},
		{"a name that fits nowhere is added", "Who closed the pass?", "what about Kvell?", "Who closed the pass – Kvell?"},
		{"a year is added", "What did Kazakhstan export?", "and in 2022?", "What did Kazakhstan export in 2022?"},
		{"a year takes another's place", "What did Kazakhstan export in 2021?", "and 2022?", "What did Kazakhstan export in 2022?"},
		{"a bare year gets its preposition", "What did Kazakhstan export?", "and 2022?", "What did Kazakhstan export in 2022?"},
		{"a bare time needs no and", "What did Kazakhstan export in 2021?", "since March 2023?", "What did Kazakhstan export since March 2023?"},
		{"last week", said, "and last week?", "What did Drazh say about the pass last week?"},
		{"why", said, "why?", "Why – what did Drazh say about the pass?"},
		{"but why though", "Who closed the pass?", "but why", "Why – who closed the pass?"},
		{"who else", "Who closed the pass?", "who else?", "Who else – who closed the pass?"},
		{"and when", "Who closed the pass?", "and when??", "When – who closed the pass?"},
		{"she", said, "Why did she change her mind?", "Why did Drazh change her mind?"},
		{"he, with another name behind", "Who is Halvard Stenn?", "when did he meet Kvell?", "When did Halvard Stenn meet Kvell?"},
		{"his", "Who is Halvard Stenn?", "what is his title", "What is Halvard Stenn's title?"},
		{"her, of somebody", said, "what is her title?", "What is Drazh's title?"},
		{"her, alone", said, "who met her in May?", "Who met Drazh in May?"},
		{"they", "What does Kazakhstan export?", "and to whom do they sell?", "To whom do Kazakhstan sell?"},
		{"it", "Who closed the Kareth pass?", "when will it open again?", "When will the Kareth pass open again?"},
		{"its", "What did Drazh say about the draft?", "what are its gaps?", "What are the draft's gaps?"},
		{"about that", said, "what does Kvell think about that?", "What does Kvell think about the pass?"},
		{"the topic that is left out", said, "and what did Kvell say?", "What did Kvell say about the pass?"},
		{"the person of an earlier follow-up", "What did Kvell say about the pass?", "and what did she promise?", "What did Kvell promise?"},

		{"a whole question", said, "What is the capital of France?", ""},
		{"a whole question with and", said, "And what is the capital of France?", ""},
		{"a name of its own before the pronoun", said, "Why did Kvell say she was sorry?", ""},
		{"a thing of its own before it", said, "Is the draft dead and who wrote it?", ""},
		{"it that stands for nothing", said, "Is it true that tolls rose?", ""},
		{"nobody was named", "What is a blockade?", "what did she say?", ""},
		{"a country is no she", "What does Kazakhstan export?", "what did she say?", ""},
		{"a long what about", said, "What about the share of grain that is loaded in Lind in summer?", ""},
		{"a name alone", said, "Uzbekistan", ""},
		{"nothing was asked before", "", "and Uzbekistan?", ""},
		{"nothing is asked", said, "and?", ""},
		{"only marks", said, "???", ""},
		{"thanks", said, "thanks", ""},
		{"a command to compare", said, "and compare tolls with taxes", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := carryOver(tt.last, tt.question, knownPeople)
			if !ok {
				got = ""
			}
			if got != tt.want {
				t.Errorf("%q after %q:\n got %q\nwant %q", tt.question, tt.last, got, tt.want)
			}
		})
	}
}

// TestCarryOverIsBounded: whatever is typed, what comes of it is built of the two questions, and nothing breaks.
func TestCarryOverIsBounded(t *testing.T) {
	words := rapid.SampledFrom([]string{"and", "what about", "she", "it", "Drazh", "drazh", "the pass", "in 2022", "why", "?", "’s", "'s", "é", "漢", "Kazakhstan", "about", "that", "–", " ", "\xff", "who else", "May", "on"})
	rapid.Check(t, func(t *rapid.T) {
		last := strings.Join(rapid.SliceOfN(words, 0, 8).Draw(t, "last"), " ")
		question := strings.Join(rapid.SliceOfN(words, 0, 8).Draw(t, "question"), " ")
		read, ok := carryOver(last, question, knownPeople)
		if ok && len(read) > len(last)+2*len(question)+len(last)+16 {
			t.Fatalf("%q after %q grew to %q", question, last, read)
		}
		if ok && strings.TrimSpace(read) == "" {
			t.Fatalf("%q after %q is read as nothing", question, last)
		}
	})
}
