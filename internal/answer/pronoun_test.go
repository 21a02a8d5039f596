package answer

import (
	"strings"
	"testing"
)

// TestMeant: a pronoun at the head of a lifted sentence, or behind a quotation at its head, is resolved where one person is the subject before it and nobody else is spoken
// of, and nowhere else.
func TestMeant(t *testing.T) {
	const said = "“We park,” Drazh said. " // makes her a speaker of the passage
	tests := []struct {
		name, before, sentence string
		want                   string // "" where the sentence before is taken along
	}{
		{"a speaker by the surname", "Drazh met the press on Monday.", "She rejected the draft.", "[Ilena Drazh] rejected the draft."},
		{"a title makes it a person", "Captain Jorun Hale, who commands the post at Kareth, would not give a number.", "He confirmed only the date.", "[Jorun Hale] confirmed only the date."},
		{"another apposition", "Captain Jorun Hale, the commander of the post, went home.", "He slept.", ""}, // too short to be shown
		{"a possessive", "Drazh left the town at noon.", "Her car was waiting.", "[Ilena Drazh’s] car was waiting."},
		{"words of hers, behind them the pronoun", "Drazh was warmer in the spring.", "“It belongs to all,” she told parliament.", "“It belongs to all,” [Ilena Drazh] told parliament."},
		{"who spoke goes on speaking", "“The road is ours,” Drazh said.", "She added that it was cold.", "[Ilena Drazh] added that it was cold."},
		{"who spoke does something else", "“The road is ours,” Drazh said.", "She left the room at noon.", ""},
		{"over a sentence that goes on with the same pronoun", "Drazh met the press on Monday. She smiled at it.", "She rejected the draft.", "[Ilena Drazh] rejected the draft."},
		{"another pronoun between", "Drazh met the press on Monday. He smiled at it.", "She rejected the draft.", ""},
		{"another name between", "Drazh met the press on Monday. She smiled in front of Kvell.", "She rejected the draft.", ""},
		{"two people", "Drazh met Marta Kvell on Monday.", "She rejected the draft.", ""},
		{"somebody by the post", "Drazh met the president of Solmark.", "She rejected the draft.", ""},
		{"somebody who is spoken to", "Drazh spoke to Abel on Monday.", "She rejected the draft.", ""},
		{"another speaker of the passage", "Drazh spoke of Osen on Monday. “Well,” Rurik Osen said.", "She rejected the draft.", ""},
		{"a title elsewhere", "Drazh wrote to General Stenn on Monday.", "She rejected the draft.", ""},
		{"somebody else by name alone", "Drazh thinks that Abel is wrong.", "She rejected the draft.", ""},
		{"places and days are nobody", "Drazh met the press in Kareth on Monday, after talks with the League of Lake States.", "She rejected the draft.", "[Ilena Drazh] rejected the draft."},
		{"nobody named", "The minister hesitated on Monday.", "She rejected the draft.", ""},
		{"an object, no subject", "On Monday the guards saw Drazh in the town.", "She rejected the draft.", ""},
		{"the subject's office", "Drazh’s ministry has not published it.", "She rejected the draft.", ""},
		{"the other sex", "Mr. Tomas Verrin left Kareth at noon.", "She rejected the draft.", ""},
		{"a thing", "Drazh met the press on Monday.", "It rejected the draft.", ""},
		{"a word that only looks like one", "Drazh met the press on Monday.", "Herds crossed the pass again.", "Herds crossed the pass again."},
		{"her words were of another", "“The minister heard it on the radio,” said Joran Feld, the opposition leader.", "Her office denied that.", ""},
		{"another paragraph", "Drazh met the press on Monday.\n\nNothing came of it.", "She rejected the draft.", ""},
		{"none before", "", "She rejected the draft.", "She rejected the draft."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := piece(1, "2031-05-13", "The Capital Herald", "Talks", "Foreign Minister Ilena Drazh spoke in Kareth. “I know,” Ilena Drazh said.\n\n"+said+"\n\n"+strings.TrimSpace(tt.before+" "+tt.sentence))
			for _, c := range sentencesOf([]Evidence{e}) {
				if !strings.HasSuffix(c.text, tt.sentence) {
					continue
				}
				if !strings.Contains(e.Passage.Text, c.text) {
					t.Errorf("%q does not stand in the passage", c.text)
				}
				if got := c.read; got != tt.want && (tt.want != "" || c.text == tt.sentence) {
					t.Errorf("got %q, want %q", got, tt.want)
				}
				return
			}
			if tt.want != "" {
				t.Error("the sentence is not offered")
			}
		})
	}
}

// TestShown: the brackets stand in the pronoun's place, and everything else as it stood.
func TestShown(t *testing.T) {
	s := Sentence{Text: "“It is hers,” she said.", Meant: &Meant{Name: "Ilena Drazh"}}
	s.Meant.Pronoun.Start = strings.Index(s.Text, "she")
	s.Meant.Pronoun.End = s.Meant.Pronoun.Start + len("she")
	if got := s.Shown(); got != "“It is hers,” [Ilena Drazh] said." {
		t.Errorf("got %q", got)
	}
	if got := (Sentence{Text: "She said."}).Shown(); got != "She said." {
		t.Errorf("without a name: %q", got)
	}
}
