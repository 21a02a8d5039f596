package quotes

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"attache/internal/text"
)

// SameName reports whether a and b can be the spellings of one person's name: the family names agree as transliterations of
// each other (Zelensky, Zelenskyy, Zelenskiy) and the forenames, where both have them, agree too, an initial standing for any
// forename that begins with it. Titles, honorifics, accents, middle names and initials do not count. A family name alone agrees
// with any full name that has it, so "can be" is weaker than "is": join records only on further evidence. Blank names agree with none.
func SameName(a, b string) bool {
	x, y := splitName(a), splitName(b)
	if x.family == "" || y.family == "" {
		return false
	}
	if sameFamily(x, y) {
		return x.given == "" || y.given == "" || givenAgree(x, y)
	}
	// A single word may be the given name by which someone is known, or the family name in front: "Xi", "Bernie".
	if x.given == "" && y.given != "" {
		return alike(x.family, y.first)
	}
	if y.given == "" && x.given != "" {
		return alike(y.family, x.first)
	}
	return false
}

// sameFamily reports whether two family names agree; one may lack the particles of the other.
func sameFamily(x, y parts) bool {
	if x.family == x.bare || y.family == y.bare {
		return alike(x.bare, y.bare)
	}
	return alike(x.family, y.family) && alike(x.bare, y.bare)
}

// NameKey returns a key of the family name in which transliterations fall together: names of which SameName holds by their family
// names have equal keys, and most others have different ones. It is "" for a name without letters.
func NameKey(name string) string {
	family := splitName(name).bare
	key := consonants(family)
	if key == "" {
		return latinized(family)
	}
	return key
}

// parts are a name's parts, folded: "antony", "blinken".
type parts struct {
	given  string // the given name, or its initial; "" when there is none
	family string // with its particles: "vonderleyen"
	bare   string // without them: "leyen"
	first  string // the first word
}

// familyFirst lists common family names of languages that put them first, as far as they are no usual forenames elsewhere.
var familyFirst = wordSet(`xi li wang zhang liu chen yang huang zhao wu zhou xu sun ma zhu hu guo he gao lin luo zheng liang xie tang feng deng cao peng zeng xiao
	tian dong pan yuan cai jiang yu du ye cheng wei su lu ding ren lyu shen yao kim park pak choi jung jeong kang cho yoon jang lim han shin
	kwon hwang ahn moon song ban nguyen tran pham hoang phan vu dang bui do ho ngo duong ly mao qin bo hun sar hua jia wen zhai`)

// splitName takes a name apart, without titles, honorifics, suffixes and middle names.
func splitName(name string) parts {
	words := nameWords(name)
	if len(words) == 0 {
		return parts{}
	}
	if len(words) == 1 {
		return parts{family: words[0], bare: words[0], first: words[0]}
	}
	if n := len(words); n <= 3 && familyFirst[words[0]] && !familyFirst[words[n-1]] || familyFirst[words[0]] && strings.Contains(words[len(words)-1], "-") {
		return parts{family: words[0], bare: words[0], given: strings.Join(words[1:], ""), first: words[0]}
	}
	family := len(words) - 1
	for family > 0 && particles[words[family-1]] {
		family--
	}
	out := parts{family: strings.Join(words[family:], ""), bare: words[len(words)-1], first: words[0]}
	if family > 0 {
		out.given = words[0]
	}
	return out
}

var suffixes = wordSet("jr jr. sr sr. ii iii iv phd ph.d md m.d esq esq.")

// nameWords returns the folded words of a name without titles, suffixes, possessives and Arabic articles.
func nameWords(name string) []string {
	if i := strings.IndexAny(name, ",("); i > 0 {
		name = name[:i]
	}
	folded := strings.Fields(text.Fold(name))
	out := make([]string, 0, len(folded))
	portfolio := false // "of State" behind a title
	for i, w := range folded {
		last := i == len(folded)-1
		w = strings.TrimSuffix(strings.TrimFunc(w, func(r rune) bool { return !inWord(r) && r != '.' }), "'s")
		_, honorific := honorifics[w]
		if suffixes[w] || honorific && (!last || strings.HasPrefix(w, "m") && len(w) <= 4) {
			continue
		}
		if !last && (titleWords[w] || w == "of" || w == "for" || portfolio && portfolios[w]) {
			portfolio = portfolio || w == "of" || w == "for"
			continue
		}
		w = withoutArticle(strings.Trim(w, ".'"))
		if w == "al" || w == "el" || w == "" {
			continue
		}
		out = append(out, w)
	}
	return out
}

// withoutArticle cuts the Arabic article off: al-Sisi, el-Sisi, Al-Sisi, as-Sisi.
func withoutArticle(w string) string {
	article, rest, ok := strings.Cut(w, "-")
	if !ok || utf8.RuneCountInString(rest) < 3 {
		return w
	}
	switch article {
	case "al", "el", "as", "ash", "an", "ar", "ad", "at", "az", "ul":
		return rest
	}
	return w
}

// givenAgree reports whether two given names can be one: equal as transliterations, an initial, or one the short form of the other.
func givenAgree(x, y parts) bool {
	a, b := x.given, y.given
	if utf8.RuneCountInString(a) == 1 || utf8.RuneCountInString(b) == 1 {
		r, _ := utf8.DecodeRuneInString(a)
		s, _ := utf8.DecodeRuneInString(b)
		return r == s
	}
	return alike(strings.ReplaceAll(a, "-", ""), strings.ReplaceAll(b, "-", ""))
}

// alike reports whether two folded words can be transliterations of one: the same consonants, and vowels that are commonly confused.
func alike(a, b string) bool {
	if a == b {
		return true
	}
	a, b = latinized(a), latinized(b)
	if a == b {
		return true
	}
	if min(utf8.RuneCountInString(a), utf8.RuneCountInString(b)) < 5 || consonants(a) != consonants(b) {
		return false
	}
	return vowelsAgree(a, b)
}

// vowelsAgree compares two words of equal consonants vowel by vowel. A vowel may miss on one side only at the end.
func vowelsAgree(a, b string) bool {
	for a != "" && b != "" {
		x, y := a[0], b[0]
		switch {
		case x == y:
			a, b = a[1:], b[1:]
		case isVowel(x) && isVowel(y):
			if !confused(x, y) && (len(a) > 1 || len(b) > 1) {
				return false
			}
			a, b = a[1:], b[1:]
		case isVowel(x):
			a = a[1:]
			if strings.IndexByte("ei", x) < 0 {
				return false
			}
		case isVowel(y):
			b = b[1:]
			if strings.IndexByte("ei", y) < 0 {
				return false
			}
		default:
			return false
		}
	}
	return len(a)+len(b) <= 1
}

func isVowel(c byte) bool { return strings.IndexByte("aeiou", c) >= 0 }

func confused(x, y byte) bool {
	switch string([]byte{min(x, y), max(x, y)}) {
	case "ou", "ae", "ei":
		return true
	}
	return false
}

// spellings turns the ways in which Russian, Ukrainian, Arabic, Turkish, … sounds are written in Latin letters into one; the
// longer ones stand first. Sources: the BGN/PCGN, ISO 9 and national romanisations, and the usage of news agencies.
var spellings = strings.NewReplacer(
	"shch", "sh", "sch", "sh", "tch", "ch", "dzh", "j", "dj", "j", "zh", "j", "kh", "h", "gh", "g", "ph", "f", "ck", "k", "ts", "c", "tz", "c",
	"iyy", "i", "skyy", "ski", "skiy", "ski", "skij", "ski", "skii", "ski", "sky", "ski", "yy", "i", "iy", "i", "ij", "i", "ii", "i", "yi", "i",
	"aye", "ae", "oye", "oe", "eye", "ee", "iye", "ie", "uye", "ue", "yev", "ev", "yov", "ov", "iev", "ev", "iov", "ov", "ey", "ei", "ay", "ai",
	"oo", "u", "ou", "u", "ee", "i", "eo", "e", "yo", "o", "io", "o", "ya", "a", "ia", "a", "yu", "u", "iu", "u", "ye", "e", "ie", "e",
	"q", "k", "w", "v", "y", "i", "x", "ks", "ai", "ai",
)

// latinized writes a folded name in plain Latin letters with one spelling for each sound: Cyrillic is transliterated, and double letters fall together.
func latinized(w string) string {
	var b strings.Builder
	for _, r := range w {
		if latin, ok := cyrillic[r]; ok {
			b.WriteString(latin)
		} else if unicode.IsLetter(r) || unicode.IsDigit(r) {
			b.WriteRune(r)
		}
	}
	out := spellings.Replace(b.String())
	b.Reset()
	prev := rune(0)
	for _, r := range out {
		if r != prev {
			b.WriteRune(r)
		}
		prev = r
	}
	return b.String()
}

// cyrillic is the plain transliteration of Russian, Ukrainian and Kazakh letters.
var cyrillic = map[rune]string{
	'а': "a", 'б': "b", 'в': "v", 'г': "g", 'ґ': "g", 'д': "d", 'е': "e", 'ё': "o", 'є': "e", 'ж': "zh", 'з': "z", 'и': "i", 'і': "i", 'ї': "i", 'й': "i",
	'к': "k", 'қ': "k", 'л': "l", 'м': "m", 'н': "n", 'ң': "n", 'о': "o", 'ө': "o", 'п': "p", 'р': "r", 'с': "s", 'т': "t", 'у': "u", 'ү': "u", 'ұ': "u",
	'ф': "f", 'х': "h", 'һ': "h", 'ц': "c", 'ч': "ch", 'ш': "sh", 'щ': "sh", 'ъ': "", 'ы': "i", 'ь': "", 'э': "e", 'ю': "u", 'я': "a", 'ә': "a", 'ғ': "g",
}

// consonants returns the consonants of the latinized word, an initial vowel kept as "a".
func consonants(w string) string {
	w = latinized(w)
	var b strings.Builder
	for i, r := range w {
		switch {
		case r < utf8.RuneSelf && isVowel(byte(r)):
			if i == 0 {
				b.WriteByte('a')
			}
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
