package commands

import "testing"

func TestTurn(t *testing.T) {
	ferry := contentTerms("the ferry to Lind")
	tests := []struct{ name, before, after, want string }{
		{"the same words", "We will open the ferry to Lind this year", "We will open the ferry to Lind this year", ""},
		{"a word more", "We will open the ferry to Lind this year", "This year we will surely open the ferry", ""},
		{"other endings", "We opened the gates for grain", "We will open the gate for grain", ""},
		{"a not more", "We will open the ferry to Lind this year", "We will not open the ferry to Lind this year", "▲ reversed"},
		{"a not less", "We can’t open the ferry this year", "We can open the ferry this year", "▲ reversed"},
		{"nothing but the topic in common", "We will not open the ferry to Lind this year", "The ferry to Lind can rot", "▲ changed"},
		{"a fragment", "useful", "We will open the ferry", "▲ changed"},
		{"no words", "", "", "▲ changed"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := turn(tt.before, tt.after, ferry); got != tt.want {
				t.Errorf("from %q to %q: got %q, want %q", tt.before, tt.after, got, tt.want)
			}
		})
	}
}
