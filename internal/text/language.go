package text

import (
	"strings"
	"unicode"
)

// How much of a text is looked at to tell its language, and the smallest share of its words that must be among a language's most frequent ones. In news
// of these languages a quarter to a half of all words are.
const (
	languageSample = 20_000 // bytes
	leastShare     = 0.12
	leastLead      = 1.2 // over the next best language
)

// Language tells the language of a text by its script, its letters and its most frequent words. It returns a BCP 47 tag such as "en", or "" when the text
// is too short or too mixed to tell, or is of a language that is not known here.
func Language(s string) string {
	s = s[:min(len(s), languageSample)]
	letters := map[string]int{}
	all := 0
	for _, r := range s {
		if !unicode.IsLetter(r) {
			continue
		}
		all++
		for _, sc := range scripts {
			if unicode.Is(sc.table, r) {
				letters[sc.name]++
				break
			}
		}
	}
	most := ""
	for _, sc := range scripts {
		if letters[sc.name] > letters[most] {
			most = sc.name
		}
	}
	switch {
	case all < 20 || letters[most]*2 < all:
		return ""
	case most == "han" && letters["kana"]*10 > letters["han"], most == "kana":
		return "ja"
	case most == "han":
		return "zh"
	case most == "arabic":
		return byLetters(s, arabic, "ar")
	case most == "cyrillic":
		return byLetters(s, cyrillic, "ru")
	case most == "latin":
		return byWords(s)
	}
	return most // the scripts of one language are named by it
}

// LanguageName is the English name of a language that Language tells; for any other tag the tag itself.
func LanguageName(tag string) string {
	if name, ok := languageNames[tag]; ok {
		return name
	}
	return tag
}

// scripts are looked through in this order.
var scripts = []struct {
	name  string
	table *unicode.RangeTable
}{
	{"latin", unicode.Latin}, {"cyrillic", unicode.Cyrillic}, {"arabic", unicode.Arabic}, {"han", unicode.Han}, {"kana", unicode.Hiragana}, {"kana", unicode.Katakana},
	{"ko", unicode.Hangul}, {"he", unicode.Hebrew}, {"el", unicode.Greek}, {"hi", unicode.Devanagari}, {"th", unicode.Thai}, {"ka", unicode.Georgian}, {"hy", unicode.Armenian},
}

// mark is letters that a language has and those before it in a list have not.
type mark struct{ language, letters string }

var (
	cyrillic = []mark{{"kk", "әғқңұһ"}, {"tg", "ҳҷӣӯ"}, {"sr", "ђћљњџ"}, {"be", "ў"}, {"uk", "їєґ"}, {"ky", "ңөү"}, {"ru", "ыэё"}, {"bg", "ъ"}}
	arabic   = []mark{{"ur", "ٹڈڑے"}, {"ps", "ټډړښ"}, {"fa", "پچژگ"}}
)

// byLetters is the first language of the list of which at least one letter in two hundred is its own, or otherwise the usual one of the script.
func byLetters(s string, marks []mark, otherwise string) string {
	letters := 0
	own := make([]int, len(marks))
	for _, r := range strings.ToLower(s) {
		if !unicode.IsLetter(r) {
			continue
		}
		letters++
		for i, m := range marks {
			if strings.ContainsRune(m.letters, r) {
				own[i]++
			}
		}
	}
	for i, m := range marks {
		if own[i]*200 >= letters && own[i] > 0 {
			return m.language
		}
	}
	return otherwise
}

// byWords is the language whose most frequent words make up most of the text; "" when none stands out.
func byWords(s string) string {
	counts := map[string]int{}
	words := 0
	for w := range strings.FieldsFuncSeq(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' && r != '’' }) {
		words++
		counts[strings.Trim(w, "'’")]++
	}
	best, second, language := 0, 0, ""
	for _, l := range frequent {
		n := 0
		for w := range strings.FieldsSeq(l.words) {
			n += counts[w]
		}
		switch {
		case n > best:
			best, second, language = n, best, l.language
		case n > second:
			second = n
		}
	}
	if float64(best) < leastShare*float64(words) || float64(best) < leastLead*float64(second) {
		return ""
	}
	return language
}

// frequent are the most frequent words of languages in Latin script: articles, pronouns, prepositions,
// conjunctions and auxiliaries.
var frequent = []struct{ language, words string }{
	{"en", "the of and to in that is was for on with as by at from it he his have has had be are not this which said an but they their will were been who its"},
	{"de", "der die das und in den von zu mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er hat dass sie nach wird bei einer um am sind noch wie einem über"},
	{"fr", "de la le et les des en un du une que est pour qui dans par plus pas au sur ne se ce il sont avec a été aux cette son ses ont mais nous leur elle d l"},
	{"es", "de la que el en y a los se del las un por con no una su para es al lo como más o pero sus le ha me si sin sobre este ya entre cuando fue son"},
	{"pt", "de a o que e do da em um para é com não uma os no se na por mais as dos como mas foi ao ele das tem à seu sua ou ser quando muito há nos já"},
	{"it", "di e il la che in a per un è del con non le i si da una dei al della nel sono come più anche ha lo alla ma gli delle su se ci questo essere"},
	{"nl", "de het een van en in is dat op te zijn met voor niet aan er die om ook als dan maar bij of uit nog naar heeft ze door wordt werd over hij"},
	{"pl", "w i na z się nie do to że jest o a jak po od za co przez dla oraz ale tym być ma są który czy jego tego było ze przed"},
	{"cs", "a se v na je že s z do o to i ve pro za by ale jako jsou od po která který není při podle jeho také byl k"},
	{"tr", "ve bir bu da de için ile olarak olan daha çok gibi en sonra kadar ne var ise değil ancak her olduğunu dedi göre"},
	{"sv", "och att det i som en på är av för med den till inte har de ett om han var men från vid kan så när hade ska också"},
	{"da", "og at det i som en på er af for med den til ikke har de et om han var men fra ved kan så når havde skal også der"},
	{"ro", "de și în a la cu o pe nu care să din un că este mai pentru se au ce sunt fost lui prin dar ale"},
	{"hu", "a az és hogy nem is egy ez meg volt csak de azt mint már még el ki van szerint"},
	{"fi", "ja on ei että se oli hän mutta ovat kun joka myös mukaan kuin sen tai ole jos sekä"},
	{"id", "yang dan di dengan untuk dari ini itu pada dalam tidak akan ke adalah oleh juga sebagai telah mereka ada"},
	{"uz", "va bu bilan uchun ham bir deb ning edi bo‘lgan emas kerak haqida yil"},
}

var languageNames = map[string]string{
	"en": "English", "de": "German", "fr": "French", "es": "Spanish", "pt": "Portuguese", "it": "Italian", "nl": "Dutch", "pl": "Polish", "cs": "Czech", "tr": "Turkish",
	"sv": "Swedish", "da": "Danish", "ro": "Romanian", "hu": "Hungarian", "fi": "Finnish", "id": "Indonesian", "uz": "Uzbek", "ru": "Russian", "uk": "Ukrainian",
	"be": "Belarusian", "bg": "Bulgarian", "sr": "Serbian", "kk": "Kazakh", "ky": "Kyrgyz", "tg": "Tajik", "ar": "Arabic", "fa": "Persian", "ur": "Urdu", "ps": "Pashto",
	"zh": "Chinese", "ja": "Japanese", "ko": "Korean", "he": "Hebrew", "el": "Greek", "hi": "Hindi", "th": "Thai", "ka": "Georgian", "hy": "Armenian",
}
