package text

import "testing"

func TestPhrase(t *testing.T) {
	t.Parallel()
	inner := Phrasef("The model did not answer within %s", "20 s")
	for _, tc := range []struct {
		p    Phrase
		want string
	}{
		{Phrase{}, ""}, {Phrasef("100% of it"), "100% of it"}, {inner, "The model did not answer within 20 s"},
		{Phrasef("%s, so this reply comes from retrieval alone.", inner), "The model did not answer within 20 s, so this reply comes from retrieval alone."},
	} {
		if got := tc.p.String(); got != tc.want || tc.p.IsZero() != (tc.want == "") {
			t.Errorf("got %q, want %q", got, tc.want)
		}
	}
}
