package commands

import (
	"strings"
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

// Questions about a message's words are understood in the languages of the bot's own words, and with a typing error; what is only near to them is not.
func TestPointingInOtherWords(t *testing.T) {
	for want, questions := range map[string][]string{
		"who": {
			"who sed this", "Who siad that?", "who wrote ths?", "sorce?", "source pls", "what's the sorce", "where is this from",
			"Qui a dit ça ?", "qui a dit ca", "Qui l’a dit ?", "et c’est de qui ?", "Quelle est la source ?", "D’où ça vient ?", "A-t-elle vraiment dit ça ?",
			"¿Quién dijo esto?", "quien lo dijo", "¿De dónde sale eso?", "¿Cuál es la fuente?", "¿Fuente?",
			"Wer hat das gesagt?", "wer hat das gesgat", "Von wem ist das?", "Quelle?", "Und woher kommt das?", "Hat sie das wirklich gesagt?",
			"Кто это сказал?", "А кто так сказал?", "Источник?", "Откуда это?", "Чьи это слова?",
			"Хто це сказав?", "Джерело?", "Звідки це?", "Чиї це слова?", "Він справді це сказав?",
			"من قال هذا؟", "من قال ذلك", "ما المصدر؟", "ما مصدر هذا؟",
			"谁说的？", "这是谁说的？", "出处？", "来源是什么？",
		},
		"whether": {
			"true?", "is this tru", "is ths true??", "is htat true", "fact check", "fact-check this pls", "Is that reel?", "tru?", "legit?", "is this fake?", "is that corect?",
			"C’est vrai ?", "c'est vria ?", "Est-ce vrai ?", "Est-ce que c’est vrai ?", "Vraiment ?", "Vérifie ça stp", "Peux-tu vérifier ?", "mais c’est exact ?",
			"¿Es cierto?", "es verdad?", "¿Esto es verdad?", "¿Y es cierto eso?", "verifica esto", "¿En serio?",
			"Stimmt das?", "stmmt das", "Ist das wahr?", "Stimmt das wirklich?", "Wirklich?", "prüf das bitte", "Kannst du das prüfen?",
			"Это правда?", "это првада?", "Правда ли это?", "Это так?", "Проверь это, пожалуйста", "Правда?",
			"Чи це правда?", "Це правда?", "Справді?", "Перевір це", "Це так?",
			"هل هذا صحيح؟", "صحيح؟", "هل هذا حقيقي؟", "تحقق من هذا",
			"这是真的吗？", "真的吗", "真的假的？", "属实吗？", "核实一下",
		},
		"neither": {
			"who paid this?", "what is this?", "Who closed the pass?", "is this tree old?", "true story", "is it free?", "when is it due?", "the source of the Oxus", "Is this light?",
			"Qui a dit non ?", "c’est vrai que le col est fermé", "¿Quién dijo no?", "Wer hat das Sagen?", "Права?", "Правка?", "Echo?", "Wehr?", "Trust?", "Кто сказал да?", "Хто такий Дражич?", "من قال لا؟", "谁去了",
			"", "?", "please",
		},
	} {
		for _, question := range questions {
			rest, _, _ := open(question)
			got := "neither"
			switch {
			case asksWho(rest):
				got = "who"
			case asksWhether(rest):
				got = "whether"
			}
			if got != want {
				t.Errorf("%q is read as %s, want %s", question, got, want)
			}
		}
	}
	const claim = "Varesh closed the Kareth pass on 9 May."
	for _, question := range []string{
		"Qu’est-ce que cela signifie pour Solmark ?", "¿Qué significa esto para Solmark?", "Was bedeutet dies für Solmark?", "Что это значит для Солмарка?", "Що це означає для Солмарка?",
		"ماذا يعني هذا لسولمارك؟", "这对索尔马克意味着什么？",
	} {
		read, verify, ok := pointedAt{text: claim}.readAbout(question, time.Now(), knownPeople)
		if !ok || verify || !strings.HasSuffix(read, added+claim) {
			t.Errorf("%q is read as %q, %v", question, read, ok)
		}
	}
	for _, question := range []string{"What happens if the president dies?", "who follows when a minister dies", "Was sagte Drazh zum Pass?", "Que dit Drazh du col ?", "Что сказала Драж о перевале?"} {
		if read, _, ok := (pointedAt{text: claim}).readAbout(question, time.Now(), knownPeople); ok {
			t.Errorf("%q stands on its own, but is read as %q", question, read)
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
