package discord

import (
	"testing"

	"github.com/bwmarrin/discordgo"
)

func TestAsks(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		text     string
		asks, on bool // in a team channel; in a thread of the bot
		why      string
	}{
		{"What did Drazh say about the pass?", true, true, "a question"},
		{"what did drazh say about the pass", true, true, "without its mark"},
		{"who said the pass was a commercial question", true, true, "without its mark"},
		{"which ministers have resigned since May", true, true, "two words before the verb"},
		{"how many trucks crossed on 9 May?", true, true, ""},
		{"So what happened in Kareth", true, true, ""},
		{"Is Solmark still sending convoys?", true, true, ""},
		{"Tell me about the Kareth pass", true, true, "a request"},
		{"please summarise Drazh's position", true, true, "a request"},
		{"can you compare the two statements", true, true, "a request"},
		{"Could someone explain the draft agreement?", true, true, "a request"},
		{"What's the latest on the draft", true, true, "contracted"},
		{"Qu'a dit la ministre sur le col ?", true, true, "French"},
		{"¿Qué dijo la ministra sobre el paso?", true, true, "Spanish"},
		{"Что сказала министр о перевале?", true, true, "Russian"},
		{"部长对关口说了什么？", true, true, "Chinese"},
		{"ماذا قالت الوزيرة عن الممر؟", true, true, "Arabic"},
		{"I read the piece. What did Solmark answer?", true, true, "the question comes last"},

		{"hey can u tell me whos shut that kareth road thing", true, true, "a greeting and a request around it"},
		{"hi team, who has closed the road", true, true, "a greeting before it"},
		{"does anyone know who closed the road", true, true, "asked of all"},
		{"sorry all, any idea when the talks begin", true, true, "asked of all"},
		{"so whats the latest on the draft thx", true, true, "contracted in haste"},
		{"can u tell me about the pass", true, true, "a request in haste"},

		{"and Solmark?", false, true, "a follow-up"},
		{"what about April", false, true, "a follow-up"},
		{"why?", false, true, "a follow-up"},
		{"really?", false, false, "an exclamation"},

		{"Morning all", false, false, ""},
		{"thanks, that helps", false, false, ""},
		{"when I get back I will read it", false, false, "a clause, not a question"},
		{"what a day", false, false, "an exclamation"},
		{"how nice of them", false, false, "an exclamation"},
		{"how are you doing?", false, false, "small talk"},
		{"hey all, how are you doing?", false, false, "small talk behind a greeting"},
		{"hello everybody, hi again?", false, false, "a greeting alone"},
		{"no idea who did that", false, false, "a remark"},
		{"I don't know who closed it", false, false, "a remark"},
		{"anyone up for lunch?", false, false, "small talk"},
		{"can you hear me?", false, false, "small talk"},
		{"see https://herald.example/a?b=c for the rest of it", false, false, "the mark stands in a link"},
		{"Have the trucks crossed, as in https://herald.example/a?b=c?", true, true, "the mark stands behind a link"},
		{"https://herald.example/a?", false, false, "nothing but a link"},
		{"run `what is x?` first please", false, false, "the mark stands in code"},
		{"/ask who", false, false, "a command typed as text"},
		{"!help me out here?", false, false, "a command of another bot"},
		{"???", false, false, "no words"},
		{"", false, false, "nothing"},
		{"The list of attendees is in the folder", false, false, ""},
		{"I wonder what they will do", false, false, "a remark"},
	} {
		t.Run(test.text, func(t *testing.T) {
			t.Parallel()
			if got := asks(test.text); got != test.asks {
				t.Errorf("asks(%q) = %v, want %v (%s)", test.text, got, test.asks, test.why)
			}
			if got := goesOnAsking(test.text); got != test.on {
				t.Errorf("goesOnAsking(%q) = %v, want %v (%s)", test.text, got, test.on, test.why)
			}
		})
	}
}

func TestReadable(t *testing.T) {
	t.Parallel()
	ann := &discordgo.User{ID: "2", Username: "ann", GlobalName: "Ann"}
	for _, test := range []struct{ name, in, want string }{
		{"own mention goes", "<@1> who?", "who?"},
		{"own mention with a comma", "<@!1>, who?", "who?"},
		{"in the middle", "who <@1> says so?", "who says so?"},
		{"other people keep their name", "what did <@2> mean?", "what did Ann mean?"},
		{"emoji, channels, roles and times go", "<:flag:3> who <#4> <@&5> <t:6:R> </ask:7>?", "who ?"},
		{"lines stay", "<@1> first\n  second  line", "first\nsecond line"},
		{"only a mention", " <@1> ", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := readable(&discordgo.Message{Content: test.in, Mentions: []*discordgo.User{ann}}, "1"); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
