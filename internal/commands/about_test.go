package commands

import (
	"testing"
	"time"

	"attache/internal/text"
)

func TestReadAbout(t *testing.T) {
	const claim = "Varesh closed the Kareth pass on 9 May."
	const quoted = `Ilena Drazh said: "We will not discuss the pass while a single soldier stands there."`
	for _, tc := range []struct {
		name, message, question, want string
		verify, alone                 bool
	}{
		{"is that true", claim, "is that true?", claim, false, false},
		{"really?", claim, "Really??", claim, false, false},
		{"so is this right", claim, "so is this right", claim, false, false},
		{"check this", claim, "can you check this", claim, false, false},
		{"true of a quotation", quoted, "is that true?", "", true, false},
		{"who said this", quoted, "who said this?", "", true, false},
		{"who said it, without marks", claim, "and who said that", "", true, false},
		{"source", claim, "source?", "", true, false},
		{"what does it mean", claim, "what does this mean for Uzbekistan?", "What does this mean for Uzbekistan – " + claim, false, false},
		{"she", "Ilena Drazh met the press today.", "what else did she say?", "What else did Drazh say?", false, false},
		{"a question of its own", claim, "What did Drazh say about tolls?", "", false, true},
		{"a question of its own with a pronoun", claim, "Did Drazh say that she resigned because of tolls?", "", false, false}, // "that" points: better too much than too little
		{"no message", "", "is that true?", "", false, true},
		{"only an address", "https://example.org/x", "is that true?", "", false, true},
		{"marks, citations and addresses are left out", "**Varesh** closed the Kareth pass on 9 May. [1] https://example.org/a_b", "true?", claim, false, false},
		{"a long message is cut", claim + " " + claim + " " + claim + " " + claim + " " + claim + " " + claim + " " + claim + " " + claim + " " + claim, "true?",
			claim + " " + claim + " " + claim + " " + claim + " " + claim + " " + claim + " " + claim, false, false},
	} {
		read, verify, ok := pointedAt{text: tc.message}.readAbout(tc.question, time.Now(), knownPeople)
		if ok == tc.alone || verify != tc.verify || tc.want != "" && read != tc.want {
			t.Errorf("%s: read as %q, verify %v, %v; want %q, %v, %v", tc.name, read, verify, ok, tc.want, tc.verify, !tc.alone)
		}
	}
}

// What is read of a message holds its words only, and is not long, whatever the message.
func FuzzClaim(f *testing.F) {
	f.Add("Varesh closed the pass. [1]", "is that true?")
	f.Add("<@1> https://x.y/**a** \xff", "who said this")
	f.Fuzz(func(t *testing.T, message, question string) {
		if n := len([]rune(claimOf(message))); n > longestClaim+1 {
			t.Errorf("%d characters are looked up", n)
		}
		pointedAt{text: message}.readAbout(question, time.Now(), func(name string) bool { return text.Fold(name) == "x" })
	})
}
