package commands

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestWithoutCourtesy(t *testing.T) {
	for _, tc := range []struct{ typed, want string }{
		{"hey can u tell me whos shut that kareth road thing", "whos shut that kareth road thing"},
		{"Hi team, who closed the pass?", "who closed the pass?"},
		{"Hello! When did she arrive?", "When did she arrive?"},
		{"hello there", ""},
		{"HEY", ""},
		{"Good morning everyone, sorry, quick question: what did Lu say?", "what did Lu say?"},
		{"sorry quick question - how many trucks were there", "how many trucks were there"},
		{"sorry to bother you all, does anyone know why the road is shut? thanks a lot!", "why the road is shut?"},
		{"umm so who is Osen", "who is Osen"},
		{"ok so, any idea who osen is?", "who osen is?"},
		{"yo when was blinken in astana lol", "when was blinken in astana"},
		{"I'd like to know which ministers resigned", "which ministers resigned"},
		{"I was wondering what the toll is", "what the toll is"},
		{"who closed the pass thx", "who closed the pass"},
		{"who closed the pass, please?", "who closed the pass, please?"},
		{"pls who closed the pass", "who closed the pass"},
		{"please tell me about the pass", "tell me about the pass"},
		{"Bonjour, who closed the pass? Merci beaucoup", "who closed the pass?"},
		{"Добрый день, who closed the pass? Спасибо большое", "who closed the pass?"},
		{"你好，who closed the pass? 谢谢", "who closed the pass?"},

		// What is no courtesy, or may be a name.
		{"Who closed the pass?", "Who closed the pass?"},
		{"Hello Kitty sales in Japan", "Hello Kitty sales in Japan"},
		{"So Karimov went to Moscow?", "So Karimov went to Moscow?"},
		{"right to self-determination in Solmark", "right to self-determination in Solmark"},
		{"history of the pass", "history of the pass"},
		{"Hitler and Stalin", "Hitler and Stalin"},
		{"Yo-Yo Ma in Varesh", "Yo-Yo Ma in Varesh"},
		{"Hi-tech exports of Varesh", "Hi-tech exports of Varesh"},
		{"did Drazh say thanks", "did Drazh say thanks"},
		{"Who spoke of thanks?", "Who spoke of thanks?"},
		{"who is the mayor of Ta", "who is the mayor of Ta"},
		{"what happened in Ty?", "what happened in Ty?"},
		{"will Malta", "will Malta"},
		{"do you know the toll at Kareth", "do you know the toll at Kareth"},
		{"Wellington's port fees", "Wellington's port fees"},
		{"tell me about Kvell", "tell me about Kvell"},
		{"just wondering about tolls", "just wondering about tolls"},
		{"", ""},
	} {
		if got := WithoutCourtesy(tc.typed); got != tc.want {
			t.Errorf("%q is read as %q, want %q", tc.typed, got, tc.want)
		}
	}
}

// A question keeps its own words whatever courtesies stand around it.
func TestCourtesiesComeOff(t *testing.T) {
	greetings := []string{"", "hey ", "Hi all, ", "hello! ", "good afternoon team - ", "ok great, "}
	heads := []string{"", "sorry, ", "quick q: ", "Quick question for you: ", "umm ", "ok so, ", "can you please tell me ", "does anyone know ", "Do you know "}
	tails := []string{"", " thanks", ", thx", " Thanks so much!", " cheers mate", " lol"}
	questions := []string{"who closed the pass?", "what did Drazh say about the soldiers?", "when was the barrier lowered?", "how many trucks wait?", "why is the road shut?"}
	rapid.Check(t, func(rt *rapid.T) {
		question := rapid.SampledFrom(questions).Draw(rt, "question")
		typed := rapid.SampledFrom(greetings).Draw(rt, "greeting") + rapid.SampledFrom(heads).Draw(rt, "head") + question + rapid.SampledFrom(tails).Draw(rt, "tail")
		if got := WithoutCourtesy(typed); got != question {
			rt.Errorf("%q is read as %q", typed, got)
		}
	})
}

func FuzzWithoutCourtesy(f *testing.F) {
	for _, s := range []string{"hey hey hey", "hello,", "sorry sorry who", "can you tell me", "thanks\xff", "hi\u00a0there", "do you know who"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		read := WithoutCourtesy(typed)
		if !strings.Contains(typed, read) {
			t.Errorf("%q is read as %q, which does not stand in it", typed, read)
		}
		if utf8.ValidString(typed) && !utf8.ValidString(read) {
			t.Errorf("%q is cut within a character: %q", typed, read)
		}
	})
}
