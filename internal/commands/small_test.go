package commands_test

import (
	"strings"
	"testing"
)

// What asks nothing of the articles gets a short reply, and is not looked up.
func TestSmallTalk(t *testing.T) {
	w := starterWorld(t)
	const help, sources = "Attaché answers from this team's articles", "The Capital Herald, 2 articles"
	for _, tc := range []struct{ typed, want string }{
		{"hi", "Hello. Ask me a question"},
		{"good morning everyone!", "Hello. Ask me a question"},
		{"thanks!", "You are welcome."},
		{"ok great, thank you so much", "You are welcome."},
		{"Danke", "You are welcome."},
		{"who are you?", help},
		{"hey, what can you do for us?", help},
		{"help", help},
		{"how do I use this bot", help},
		{"r u a bot", help},
		{"what articles do you have", sources},
		{"sorry, what's in the collection?", sources},
		{"what do you know about", sources},
		{"what is it?", "There is no word in this that I could look for."},
		{"???", "There is no word in this that I could look for."},
		// Questions of the articles all the same.
		{"What did Osen say about help?", "#"},
		{"which articles do you have about the Kareth pass?", "#"},
		{"hey, who closed the Kareth pass?", "Reports differ."},
		{"who is in the WHO", "#"},
	} {
		r := call("ask", "question", tc.typed)
		r.Place.Channel = "small talk: " + tc.typed // a conversation of its own
		if shown := show(w.do(t, r)); !strings.Contains(shown, tc.want) {
			t.Errorf("%q: the reply does not hold %q:\n%s", tc.typed, tc.want, shown)
		}
	}
}

// Thanks do not take the place of the last question, and "pls?" beneath somebody's question asks it.
func TestSmallTalkWithinAConversation(t *testing.T) {
	w := starterWorld(t)
	w.do(t, call("ask", "question", "What did Drazh say about the pass?"))
	w.do(t, call("ask", "question", "thanks!"))
	if shown := show(w.do(t, call("ask", "question", "great, and Kvell?"))); !strings.Contains(shown, "Read as: What did Kvell say about the pass?") {
		t.Errorf("the follow-up behind thanks is not understood:\n%s", shown)
	}
	beneath := call("ask", "question", "pls", "context", "who closed the Kareth pass?")
	beneath.Place.Channel = "another"
	if shown := show(w.do(t, beneath)); !strings.Contains(shown, "Reports differ.") {
		t.Errorf("the message replied to is not asked:\n%s", shown)
	}
}
