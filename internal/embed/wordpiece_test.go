package embed

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// builtin reads the built-in table.
func builtin(tb testing.TB) *Static {
	tb.Helper()
	s, err := NewStatic(builtinTable)
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

// fixture decodes a file that tools/distil/export.py has written.
func fixture[T any](tb testing.TB, name string) T {
	tb.Helper()
	var v T
	b, err := os.ReadFile("testdata/" + name)
	if err == nil {
		err = json.Unmarshal(b, &v)
	}
	if err != nil {
		tb.Fatal(err)
	}
	return v
}

// spelled returns the entries that ids stand for.
func spelled(s *Static, ids []uint16) string {
	var b strings.Builder
	for _, id := range ids {
		piece, inner := s.vocab.entry(id)
		if inner {
			b.WriteString("##")
		}
		b.Write(piece)
		b.WriteByte(' ')
	}
	return b.String()
}

func TestTokensAgreeWithReference(t *testing.T) {
	s := builtin(t)
	cases := fixture[[]struct {
		Text string
		IDs  []uint16
	}](t, "wordpiece.json")
	if len(cases) < 80 {
		t.Fatalf("fixture holds %d cases, want at least 80", len(cases))
	}
	for _, c := range cases {
		if got := s.Tokens(c.Text); !cmp.Equal(append([]uint16{}, got...), c.IDs) {
			t.Errorf("%q\n got %s\nwant %s", c.Text, spelled(s, got), spelled(s, c.IDs))
		}
	}
}

func TestTokensDropWhatIsNotUTF8(t *testing.T) {
	s := builtin(t)
	for _, text := range []string{"gr\xffain", "grain\xc3", "\xed\xa0\x80grain", "gr\xf4\x90\x80\x80ain"} {
		if diff := cmp.Diff(s.Tokens("grain"), s.Tokens(text)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}

func TestEveryEntryIsFound(t *testing.T) {
	v := builtin(t).vocab
	for id := range uint16(len(v.starts) - 1) {
		piece, inner := v.entry(id)
		h := basis(inner)
		for _, c := range piece {
			h = (h ^ uint32(c)) * fnvPrime
		}
		if got, ok := v.lookup(h, piece, inner); !ok || got != id {
			t.Fatalf("lookup of entry %d %q: got %d, %v", id, piece, got, ok)
		}
	}
}

func TestNewVocabularyRejects(t *testing.T) {
	lines := func(n int) []byte { return bytes.Repeat([]byte("x\n"), n) }
	cases := []struct {
		name string
		text []byte
		n    int
	}{
		{"fewer entries than announced", lines(199), 200},
		{"more entries than announced", lines(201), 200},
		{"last entry not ended", append(lines(199), 'x'), 200},
		{"text after the last entry", append(lines(200), 'x'), 200},
		{"too few to hold the unknown entry", lines(50), 50},
		{"too many for the hash table", lines(40000), 40000},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if _, err := newVocabulary(c.text, c.n); err == nil {
				t.Fatal("got no error")
			}
		})
	}
}

// Words are cut one by one, so the tokens of two texts with white space between them are those of both.
func TestTokensJoinAtSpaces(t *testing.T) {
	s := builtin(t)
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.String().Draw(t, "a"), rapid.String().Draw(t, "b")
		space := rapid.SampledFrom([]string{" ", "\n", "\u00a0", "\u3000"}).Draw(t, "space")
		want := append(append([]uint16{}, s.Tokens(a)...), s.Tokens(b)...)
		if got := append([]uint16{}, s.Tokens(a+space+b)...); !cmp.Equal(got, want) {
			t.Fatalf("got %v want %v", got, want)
		}
	})
}

func FuzzTokens(f *testing.F) {
	s := builtin(f)
	for _, text := range []string{"The talks failed.", "“Né”—中文 한국 \xff", strings.Repeat("é", 101), "\u0301\u037e≠"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		ids := s.Tokens(text)
		for _, id := range ids {
			if int(id) >= len(s.vocab.starts)-1 {
				t.Fatalf("id %d is not in the vocabulary", id)
			}
		}
		// A rune decomposes into four at most, and each token takes one rune or more.
		if n := utf8.RuneCountInString(text); len(ids) > 4*n {
			t.Fatalf("%d tokens from %d runes", len(ids), n)
		}
		if diff := cmp.Diff(ids, s.Tokens(strings.ToUpper(strings.ToLower(text)))); diff != "" && isASCII(text) {
			t.Fatalf("case changes the tokens: %s", diff)
		}
	})
}

func isASCII(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
}
