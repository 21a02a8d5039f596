package retrieval

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"attache/internal/text"
)

// wordsOf collects what words yields.
func wordsOf(s string) []string {
	var found []string
	words(s, func(start, end int) bool {
		found = append(found, s[start:end])
		return true
	})
	return found
}

func TestWords(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		in   string
		want []string
	}{
		"nothing":                      {"", nil},
		"punctuation only":             {" —.,;'’!? \"", nil},
		"plain":                        {"The pass is shut.", []string{"The", "pass", "is", "shut"}},
		"country in dots":              {"the U.S. and the U.N.", []string{"the", "U.S", "and", "the", "U.N"}},
		"long country in dots":         {"U.S.S.R. troops", []string{"U.S.S.R", "troops"}},
		"initials":                     {"J.F.K. said", []string{"J.F.K", "said"}},
		"no dot behind a word":         {"in Kareth.The pass", []string{"in", "Kareth", "The", "pass"}},
		"small letters in dots":        {"at 5 p.m. today", []string{"at", "5", "p", "m", "today"}},
		"decimal":                      {"$1.25 billion", []string{"1.25", "billion"}},
		"thousands":                    {"2,500 troops", []string{"2,500", "troops"}},
		"version":                      {"1.2.3", []string{"1.2.3"}},
		"full stop behind a number":    {"in 2023. Then", []string{"in", "2023", "Then"}},
		"comma behind a number":        {"in 2023, then", []string{"in", "2023", "then"}},
		"possessive":                   {"Drazh's pass", []string{"Drazh's", "pass"}},
		"possessive, curly":            {"Drazh’s pass", []string{"Drazh’s", "pass"}},
		"plural possessive":            {"the envoys' pass", []string{"the", "envoys", "pass"}},
		"name with an apostrophe":      {"O’Neill", []string{"O’Neill"}},
		"quotation marks":              {"'pass' ‘road’", []string{"pass", "road"}},
		"hyphen parts":                 {"Kassym-Jomart", []string{"Kassym", "Jomart"}},
		"dashes part":                  {"road—pass–gate", []string{"road", "pass", "gate"}},
		"letters beside digits":        {"F16s and G20", []string{"F16s", "and", "G20"}},
		"accents":                      {"Erdoğan, Łódź", []string{"Erdoğan", "Łódź"}},
		"accents as marks":             {"Erdog\u0306an", []string{"Erdog\u0306an"}},
		"Chinese":                      {"中国外交部2023年", []string{"中", "国", "外", "交", "部", "2023", "年"}},
		"Chinese beside Latin":         {"AI大国", []string{"AI", "大", "国"}},
		"Japanese":                     {"東京は", []string{"東", "京", "は"}},
		"Korean words are whole":       {"한국 외교부", []string{"한국", "외교부"}},
		"Cyrillic":                     {"Генерал Стенн, Кремль", []string{"Генерал", "Стенн", "Кремль"}},
		"Arabic":                       {"وزارة الخارجية", []string{"وزارة", "الخارجية"}},
		"Arabic with vowel signs":      {"مُحَمَّد", []string{"مُحَمَّد"}},
		"Hindi vowel signs stay":       {"हिन्दी भाषा", []string{"हिन्दी", "भाषा"}},
		"SQL":                          {`"pass" OR 1=1; --`, []string{"pass", "OR", "1", "1"}},
		"bytes that are no characters": {"a\xffb\xc3", []string{"a", "b"}},
	} {
		if diff := cmp.Diff(c.want, wordsOf(c.in)); diff != "" {
			t.Errorf("%s: words of %q (-want +got):\n%s", name, c.in, diff)
		}
	}
}

func TestWordsStop(t *testing.T) {
	t.Parallel()
	n := 0
	words("one two three", func(int, int) bool { n++; return n < 2 })
	if n != 2 {
		t.Errorf("yielded %d words after being told to stop at 2", n)
	}
}

func TestTerm(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]string{
		"":              "",
		"'":             "",
		"ʼʼ":            "",
		",.'":           "",
		"U.S":           "usa",
		"US":            "usa",
		"us":            "us",
		"U.N":           "un",
		"UN":            "un",
		"un":            "un",
		"WHO":           "who_",
		"who":           "who",
		"J.F.K":         "jfk",
		"1.25":          "1.25",
		"2,500":         "2500",
		"2500":          "2500",
		"Drazh's":       "drazh",
		"Drazh’s":       "drazh",
		"O’Neill":       "oneil",
		"O'Neill":       "oneil",
		"negotiating":   "negoti",
		"negotiation":   "negoti",
		"Erdoğan":       "erdogan",
		"Erdog\u0306an": "erdogan",
		"Łódź":          "lodz",
		"F16s":          "f16s",
		"中":             "中",
		"Кремль":        "кремль",
		"husky":         "huski", // too short to be a name
	} {
		if got := Term(word); got != want {
			t.Errorf("Term(%q) = %q, want %q", word, got, want)
		}
	}
}

// What a reader takes for the same word must meet in one term; what differs must not.
func TestTermsThatMeet(t *testing.T) {
	t.Parallel()
	for name, words := range map[string][]string{
		"a president's name":    {"Zelensky", "Zelenskyy", "Zelenskiy", "Zelenskij", "Zelenskii", "ZELENSKY", "Zelensky’s", "Zelenski"},
		"another name in -sky":  {"Yavlinsky", "Yavlinskiy", "Yavlinskii"},
		"apostrophes":           {"Xi's", "Xi’s", "Xi"},
		"accents":               {"Sébastien", "Sebastien"},
		"number and separators": {"10,000", "10000"},
		"forms of a verb":       {"negotiate", "negotiates", "negotiated", "negotiating"},
		"plural":                {"convoy", "convoys", "Convoy's"},
		"a country":             {"U.S", "US", "USA", "U.S.A"},
	} {
		for _, w := range words[1:] {
			if Term(w) != Term(words[0]) {
				t.Errorf("%s: %q is %q, %q is %q", name, words[0], Term(words[0]), w, Term(w))
			}
		}
	}
	for _, pair := range [][2]string{{"us", "US"}, {"who", "WHO"}, {"pass", "past"}, {"1.25", "125"}, {"Kvell", "Kvill"}, {"й", "и"}} {
		if Term(pair[0]) == Term(pair[1]) {
			t.Errorf("%q and %q are both %q", pair[0], pair[1], Term(pair[0]))
		}
	}
}

func TestIsStop(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]bool{"the": true, "who": true, "said": true, "pass": false, "war": false, "": false} {
		if IsStop(word) != want {
			t.Errorf("IsStop(%q) = %v", word, !want)
		}
	}
}

// wordsByRune is words without its short cut.
func wordsByRune(s string) []string {
	var found []string
	for i := 0; i < len(s); {
		n := wordAt(s[i:])
		if n > 0 {
			found = append(found, s[i:i+n])
		} else {
			_, n = runeAt(s, i)
		}
		i += n
	}
	return found
}

func TestWordsShortCut(t *testing.T) {
	t.Parallel()
	piece := rapid.SampledFrom([]string{"a", "B", "U.S.", "1", "25", ".", ",", "'", "’", " ", "-", "é", "E\u0301", "中", "й", "\u0301", "\xff", "\n"})
	rapid.Check(t, func(t *rapid.T) {
		s := strings.Join(rapid.SliceOf(piece).Draw(t, "pieces"), "")
		if diff := cmp.Diff(wordsByRune(s), wordsOf(s)); diff != "" {
			t.Fatalf("words of %q (-rune by rune +got):\n%s", s, diff)
		}
	})
}

// heads must let every word pass whose term was added, and keep most others out.
func TestHeads(t *testing.T) {
	t.Parallel()
	all, out := 0, 0
	var question heads
	for _, w := range []string{"negotiate", "pass", "US", "dying", "Łódź"} {
		question.add(Term(w))
	}
	check := func(word string) {
		var h heads
		if term := Term(word); term != "" {
			if h.add(term); !h.may(word) {
				t.Errorf("%q is kept out although its term %q was added", word, term)
			}
		}
		all++
		out += int(indicator(!question.may(word)))
	}
	for _, a := range starter(t) {
		words(a.Title+"\n"+a.Text, func(start, end int) bool {
			w := (a.Title + "\n" + a.Text)[start:end]
			check(w)
			check(strings.ToUpper(w))
			return true
		})
	}
	if out < all*8/10 {
		t.Errorf("%d of %d words are kept out, want nearly all", out, all)
	}
	for _, w := range []string{"dying", "lying", "tying", "skies", "US", "U.S", "usa", "WHO", "O’Neill", "O'Neill", "1,250", "1.5", "a", "I'm", "É", "éa", "eÉ", "7", "x-"} {
		check(w)
	}
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`[A-Za-z0-9éÉы’'.,]{1,8}`).Draw(t, "text")
		words(word, func(start, end int) bool {
			var h heads
			term := Term(word[start:end])
			if h.add(term); term != "" && !h.may(word[start:end]) {
				t.Fatalf("%q is kept out although its term %q was added", word[start:end], term)
			}
			return true
		})
	})
}

func FuzzWords(f *testing.F) {
	for _, s := range []string{"", "The U.S.'s 1.25", "a\xff\xfe’s", "中国外交部", "مُحَمَّد", "ʼʼ", ".'.", "A.", "1,", "1.a", "É.U.", "\u0301", "ﬁne ⒈ ½", "ǅ.Ǆ", "İstanbul"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		last := 0
		words(s, func(start, end int) bool {
			if start < last || end <= start || end > len(s) {
				t.Fatalf("word at %d-%d of %d bytes, after one that ended at %d", start, end, len(s), last)
			}
			if utf8.ValidString(s) && !utf8.ValidString(s[start:end]) {
				t.Fatalf("the word at %d-%d is cut inside a character", start, end)
			}
			if between := s[last:start]; strings.IndexFunc(between, isWordRune) >= 0 && utf8.ValidString(s) {
				t.Fatalf("%q between two words holds a letter or digit", between)
			}
			if term := Term(s[start:end]); utf8.ValidString(s) && !utf8.ValidString(term) {
				t.Fatalf("the term %q of %q is not text", term, s[start:end])
			}
			last = end
			return true
		})
		_ = Term(s)
		_ = IsStop(text.Fold(s))
	})
}
