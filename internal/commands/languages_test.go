package commands_test

import (
	"testing"

	"attache/internal/commands"
)

// What a person sees in languages with many plural forms, written from right to left, and without spaces.
func TestRepliesInTheAskersLanguage(t *testing.T) {
	w := starterWorld(t)
	for _, locale := range []string{"fr", "ru", "ar", "zh-CN"} {
		in := func(r commands.Request) commands.Request {
			r.Locale = locale
			r.Place.Channel = "in " + locale
			return r
		}
		golden(t, w, "words_"+locale,
			exchange{"an answer", in(call("ask", "question", "What did Drazh say about the pass?"))},
			exchange{"a follow-up", in(call("ask", "question", "and Kvell?"))},
			exchange{"nothing there", in(call("ask", "question", "What does cocoa cost in Ghana this week?"))},
			exchange{"altered", in(call("verify", "text", `Drazh said: "There will be no talks about the pass while any soldier of Solmark stands on our side of it."`))},
			exchange{"no such publisher", in(call("ask", "question", "Who closed the pass?", "source", "Nobody"))},
			exchange{"no such command", in(call("qoute"))},
			exchange{"what there is", in(call("status"))},
		)
	}
}
