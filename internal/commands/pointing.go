package commands

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"attache/internal/text"
)

// Short questions about the words of a message, in the languages in which the bot's own words are; of English those that whoSaid and whetherTrue would miss for a
// typing error. How they are written, phraseWords evens out.
var (
	whoSaidPhrases = phrases(
		// English
		"who said this", "who said that", "who said it", "who sed this", "who sed that", "who sed it", "who wrote this", "who wrote that", "who is this from", "source", "sorce", "the source",
		"what's the source", "what is the source", "any source", "got a source", "where is this from", "where is that from", "whose words are these",
		// French
		"qui a dit ça", "qui a dit cela", "qui l'a dit", "qui dit ça", "qui dit cela", "qui a écrit ca", "qui a écrit cela", "qui l'a écrit", "c'est de qui", "de qui est-ce", "de qui c'est",
		"la source", "quelle source", "quelle est la source", "c'est quoi la source", "d'où ça vient", "d'où vient ça", "d'où cela vient-il", "a-t-il vraiment dit ça", "a-t-elle vraiment dit ça",
		"a-t-il vraiment dit cela", "a-t-elle vraiment dit cela",
		// Spanish
		"quién dijo esto", "quién dijo eso", "quién lo dijo", "quién ha dicho esto", "quién ha dicho eso", "quién lo ha dicho", "quién dice esto", "quién dice eso", "quién escribió esto",
		"quién escribió eso", "quién lo escribió", "de quién es esto", "de quién es eso", "fuente", "la fuente", "cuál es la fuente", "qué fuente", "de dónde sale esto", "de dónde sale eso",
		"de dónde viene esto", "de dónde viene eso", "de verdad dijo eso", "realmente dijo eso",
		// German
		"wer hat das gesagt", "wer hat dies gesagt", "wer sagt das", "wer sagte das", "wer hat das geschrieben", "wer schreibt das", "von wem ist das", "von wem stammt das", "wessen worte sind das",
		"quelle", "die quelle", "welche quelle", "was ist die quelle", "woher kommt das", "woher stammt das", "woher ist das", "hat er das gesagt", "hat sie das gesagt", "hat er das wirklich gesagt",
		"hat sie das wirklich gesagt",
		// Russian
		"кто это сказал", "кто сказал это", "кто так сказал", "кто это говорит", "кто это написал", "кто написал это", "чьи это слова", "источник", "какой источник", "какой у этого источник",
		"откуда это", "откуда это взялось", "он это сказал", "она это сказала", "он правда это сказал", "она правда это сказала",
		// Ukrainian
		"хто це сказав", "хто сказав це", "хто так сказав", "хто це каже", "хто це написав", "хто написав це", "чиї це слова", "джерело", "яке джерело", "яке в цього джерело", "звідки це",
		"він це сказав", "вона це сказала", "він справді це сказав", "вона справді це сказала",
		// Arabic
		"من قال هذا", "من قال ذلك", "من قالها", "من قاله", "من القائل", "من كتب هذا", "كلام من هذا", "المصدر", "مصدر", "ما المصدر", "ما هو المصدر", "ما مصدر هذا", "من أين هذا", "هل قال هذا",
		"هل قالت هذا", "هل قال هذا فعلا", "هل قالت هذا فعلا",
		// Chinese
		"谁说的", "这是谁说的", "这话是谁说的", "是谁说的", "谁说了这个", "谁写的", "这是谁写的", "出处", "出处是什么", "出处在哪", "来源", "来源是什么", "来源呢", "出处呢", "有来源吗", "有出处吗", "消息来源",
		"誰說的", "這是誰說的", "他真的说过吗", "她真的说过吗", "他真的这么说吗", "她真的这么说吗",
	)
	whetherTruePhrases = phrases(
		// English
		"is this true", "is that true", "is it true", "is this right", "is that right", "is this correct", "is that correct", "is this real", "is that real", "is this accurate", "is this fake",
		"is that fake", "is it fake", "this true", "that true", "tru", "legit", "is this legit", "is that legit", "fact check", "factcheck", "fact check this", "fact check that", "verify", "verify this",
		"verify that", "can you verify this", "can you check this", "can you fact check this", "can you confirm this", "check this", "confirm this", "confirmed", "any truth to this", "any truth in this",
		// French
		"c'est vrai", "est-ce vrai", "est-ce que c'est vrai", "est-ce bien vrai", "c'est bien vrai", "vrai", "vraiment", "c'est exact", "est-ce exact", "c'est correct", "est-ce correct", "c'est juste",
		"est-ce le cas", "c'est confirmé", "vérifie", "vérifie ça", "vérifie cela", "vérifiez", "vérifiez cela", "peux-tu vérifier", "peux-tu vérifier ça", "pouvez-vous vérifier", "pouvez-vous vérifier cela",
		"vrai ou faux", "info ou intox",
		// Spanish
		"es verdad", "es cierto", "esto es verdad", "eso es verdad", "esto es cierto", "eso es cierto", "es verdad esto", "es verdad eso", "es cierto esto", "es cierto eso", "es esto verdad",
		"es eso verdad", "es esto cierto", "es eso cierto", "es correcto", "esto es correcto", "eso es correcto", "verdad", "cierto", "de verdad", "en serio", "es así", "verifica", "verifica esto",
		"verifica eso", "puedes verificar esto", "puedes verificarlo", "puede verificar esto", "puede verificarlo", "verdadero o falso", "comprueba esto",
		// German
		"stimmt das", "stimmt dies", "stimmt es", "stimmt", "stimmts", "stimmt's", "stimmt das wirklich", "stimmt das so", "stimmt das noch", "ist das wahr", "ist das richtig", "ist das korrekt", "ist das so",
		"ist das wirklich so", "ist das echt", "ist es wahr", "ist dies wahr", "wahr", "wirklich", "echt", "prüfe das", "prüf das", "bitte prüfen", "kannst du das prüfen", "können sie das prüfen",
		"könnt ihr das prüfen", "kannst du das bestätigen", "faktencheck",
		// Russian
		"это правда", "правда ли это", "правда", "это так", "так ли это", "это верно", "верно ли это", "верно", "действительно", "неужели", "это действительно так", "это точно", "проверь", "проверь это",
		"проверьте", "проверьте это", "можешь проверить", "можешь это проверить", "можете проверить", "можете это проверить", "правда или нет", "фактчек",
		// Ukrainian
		"це правда", "чи це правда", "чи правда це", "правда", "це так", "чи це так", "чи так це", "це вірно", "чи це вірно", "це правильно", "справді", "невже", "це справді так", "чи це справді так",
		"перевір", "перевір це", "перевірте", "перевірте це", "можеш перевірити", "можеш це перевірити", "можете перевірити", "можете це перевірити", "фактчек",
		// Arabic
		"هل هذا صحيح", "هل ذلك صحيح", "هذا صحيح", "صحيح", "هل هو صحيح", "هل هذا حقيقي", "هل هذه حقيقة", "هل هذا حق", "حقا", "فعلا", "هل هذا دقيق", "هل صحيح هذا", "تحقق", "تحقق من هذا",
		"تحقق من ذلك", "هل يمكنك التحقق", "هل يمكنك التحقق من هذا",
		// Chinese
		"是真的嗎", "這是真的嗎", "真的嗎", "是真的吗", "这是真的吗", "这是真的", "真的吗", "真的", "真的假的", "真的还是假的", "是真是假", "属实吗", "这属实吗", "是否属实", "这对吗", "对吗", "是这样吗", "真是这样吗", "这正确吗", "这准确吗", "核实一下",
		"核实", "请核实", "查证一下", "查证", "查一下", "能核实一下吗", "能查证吗", "事实核查",
	)
)

// A word that points at what is replied to, in other languages than English.
var otherPointers = regexp.MustCompile(`(?i)(?:^|\P{L})(?:cela|ça|ceci|celle-ci|celui-ci|esto|eso|diese[mnrs]?|davon|dazu|dafür|hierzu|` +
	`это|этого|этому|этим|этом|эти|этих|эта|этой|эту|этот|це|цього|цьому|цим|ці|цих|ця|цієї|цю|цей|هذا|هذه|ذلك|تلك|هؤلاء)(?:\P{L}|$)|[这這此]`)

// German "dies" points too, but is an English verb: words beside which it is the German one, none of which is English or part of a name.
var (
	dies   = regexp.MustCompile(`(?i)(?:^|\P{L})dies(?:\P{L}|$)`)
	german = regexp.MustCompile(`(?i)(?:^|\P{L})(?:bedeutet|hei(?:ß|ss)t|ist|sind|wird|kann|für|wie|warum|wieso|weshalb|wann|wer|gilt|folgt|betrifft|ändert|und|nicht|auch|noch)(?:\P{L}|$)`)
)

// pointsInOtherWords reports whether a question in another language than English has a word that points at what is replied to.
func pointsInOtherWords(question string) bool {
	return otherPointers.MatchString(question) || dies.MatchString(question) && german.MatchString(question)
}

// phrases are bare words by their number, so that few have to be compared.
func phrases(all ...string) map[int][][]string {
	byLength := map[int][][]string{}
	for _, p := range all {
		words := phraseWords(p)
		byLength[len(words)] = append(byLength[len(words)], words)
	}
	return byLength
}

// says reports whether a question is one of the phrases, a typing error or two overlooked.
func says(question string, known map[int][][]string) bool {
	words := phraseWords(question)
	return slices.ContainsFunc(known[len(words)], func(phrase []string) bool {
		slips := 0
		for i, w := range words {
			switch {
			case w == phrase[i]:
			case (len(phrase) > 1 || utf8.RuneCountInString(phrase[i]) >= leastAlone) && slip([]rune(w), []rune(phrase[i])):
				slips++
			default:
				return false
			}
		}
		return slips <= 2
	})
}

// phraseWords are the words of a short question, folded, without marks and what is said for politeness or to go on.
func phraseWords(question string) []string {
	words := strings.FieldsFunc(text.Fold(question), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	for len(words) > 1 && before[words[0]] {
		words = words[1:]
	}
	for len(words) > 1 && polite[words[len(words)-1]] {
		words = words[:len(words)-1]
	}
	return words
}

func wordSet(words string) map[string]bool {
	all := map[string]bool{}
	for _, w := range strings.Fields(words) {
		all[text.Fold(w)] = true
	}
	return all
}

var (
	before = wordSet("so and but ok hm et mais y pero und aber и а но та але й hey")
	polite = wordSet("please pls plz thanks bitte svp stp merci gracias danke пожалуйста спасибо прошу дякую")
)

// The least letters of a word in which a typing error is overlooked: of shorter ones, other words are too near.
// Where the word is all there is, nothing else tells what was meant.
const (
	leastForSlip = 4
	leastAlone   = 7
)

// slip reports whether a word is another one with two letters in the wrong order, or one wrong, left out or too many, but not the first.
func slip(typed, meant []rune) bool {
	if len(meant) < leastForSlip || len(typed) == 0 || unicode.Is(unicode.Han, meant[0]) {
		return false
	}
	sameHead := typed[0] == meant[0]
	for len(typed) > 0 && len(meant) > 0 && typed[0] == meant[0] {
		typed, meant = typed[1:], meant[1:]
	}
	for len(typed) > 0 && len(meant) > 0 && typed[len(typed)-1] == meant[len(meant)-1] {
		typed, meant = typed[:len(typed)-1], meant[:len(meant)-1]
	}
	swapped := len(typed) == 2 && len(meant) == 2 && typed[0] == meant[1] && typed[1] == meant[0]
	return swapped || sameHead && len(typed) <= 1 && len(meant) <= 1
}
