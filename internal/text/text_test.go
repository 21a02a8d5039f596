package text

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"attache/internal/news"
)

func pieces(s string, spans []news.Span) []string {
	var out []string
	for _, span := range spans {
		out = append(out, s[span.Start:span.End])
	}
	return out
}

func TestSentences(t *testing.T) {
	t.Parallel()
	for name, want := range map[string][]string{
		"plain":                        {"The pass is shut.", "Nobody crossed it."},
		"title":                        {"Mr. Drazh met Gen. Orlo on Friday.", "They spoke."},
		"initial":                      {"Ilena J. Drazh arrived.", "She left."},
		"country in dots goes on":      {"The U.S. Senate met.", "It rose."},
		"country in dots ends":         {"He went to the U.S.", "The talks failed."},
		"month before a day":           {"On Feb. 16, Varesh signed.", "Solmark did not."},
		"month at the end":             {"They meet in Dec.", "Nothing else is known."},
		"question inside a quote":      {"“Why now?” he asked.", "Nobody knew."},
		"closing mark stays":           {"“We will not talk.”", "She left the room."},
		"comma before the closing":     {"“We will not,” Ms. Drazh said.", "“Not now.”"},
		"decimal":                      {"It cost $1.25 billion.", "Nobody paid."},
		"street":                       {"They met in St. Petersburg on Monday.", "It rained."},
		"I ends a sentence":            {"It was not I.", "It was her."},
		"ellipsis goes on in lower":    {"We are... not sure.", "Perhaps."},
		"exclamation, then lower case": {"“Never!” said Drazh.", "He sat."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := strings.Join(want, " ")
			if diff := cmp.Diff(want, pieces(s, Sentences(s))); diff != "" {
				t.Errorf("sentences of %q (-want +got):\n%s", s, diff)
			}
		})
	}
}

func TestSentencesEndAtParagraphs(t *testing.T) {
	t.Parallel()
	s := "A heading without a stop\n\nthe text begins in lower case. It ends.\n"
	want := []string{"A heading without a stop", "the text begins in lower case.", "It ends."}
	if diff := cmp.Diff(want, pieces(s, Sentences(s))); diff != "" {
		t.Error(diff)
	}
}

func TestParagraphs(t *testing.T) {
	t.Parallel()
	s := "\n one\nstill one \n \n\ntwo\n\n"
	if diff := cmp.Diff([]string{"one\nstill one", "two"}, pieces(s, Paragraphs(s))); diff != "" {
		t.Error(diff)
	}
	if got := Paragraphs(" \n \n"); got != nil {
		t.Errorf("blank text: got %v, want nil", got)
	}
}

func TestFold(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"Erdoğan": "erdogan", "Łukasz": "lukasz", "Xi’s": "xi's", "ZELENSKY": "zelensky", "plain": "plain", "Зеленский": "зеленский", "Straße": "strasse", "ﬁne": "fine",
	} {
		if got := Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestVerbatim(t *testing.T) {
	t.Parallel()
	s := "She said: “We  will not\ndiscuss the pass’s future,” and left."
	for name, c := range map[string]struct {
		words, want string
		ok          bool
	}{
		"as it stands":           {"We  will not", "We  will not", true},
		"white space folded":     {"will not discuss", "will not\ndiscuss", true},
		"apostrophe folded":      {"the pass's future", "the pass’s future", true},
		"one word changed":       {"We will never discuss", "", false},
		"letter case is not":     {"we will not", "", false},
		"not inside a word":      {"cuss the pass", "", false},
		"not the head of a word": {"the pa", "", false},
		"blank":                  {" ", "", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			span, ok := Verbatim(s, c.words)
			if ok != c.ok || span.In(s) != c.want {
				t.Errorf("Verbatim(%q) = %q, %v; want %q, %v", c.words, span.In(s), ok, c.want, c.ok)
			}
		})
	}
}

func FuzzText(f *testing.F) {
	f.Add("Mr. Drazh said. “Why?” he asked.\n\nU.S. \xff troops", "he asked")
	f.Fuzz(func(t *testing.T, s, words string) {
		s, words = strings.ToValidUTF8(s, "\uFFFD"), strings.ToValidUTF8(words, "\uFFFD")
		last := 0
		for _, span := range Sentences(s) {
			if span.Start < last || span.In(s) == "" {
				t.Fatalf("bad sentence span %v of %q", span, s)
			}
			last = span.End
		}
		if rest := len(strings.Join(strings.Fields(s), "")) - len(strings.Join(strings.Fields(strings.Join(pieces(s, Sentences(s)), "")), "")); rest != 0 {
			t.Fatalf("sentences of %q lose %d bytes", s, rest)
		}
		if span, ok := Verbatim(s, words); ok && span.In(s) == "" {
			t.Fatalf("bad verbatim span %v", span)
		}
		if !utf8.ValidString(Fold(s)) {
			t.Fatal("fold made invalid UTF-8")
		}
	})
}
