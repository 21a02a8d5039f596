package discord

import (
	"regexp"
	"strings"
	"unicode"

	"github.com/bwmarrin/discordgo"

	"attache/internal/commands"
)

// In a team channel people talk to each other, so the bot answers there only what asks for something: a sentence that ends in a question mark and
// is more than an exclamation, a question without its mark, or a request.
var (
	address   = regexp.MustCompile(`(?i)\b[a-z][a-z0-9+.-]*://\S*[^\s?？؟]`)
	codeBlock = regexp.MustCompile("(?s)```.*?```|`[^`]*`")
	marked    = regexp.MustCompile(`[?？؟]`)
	// A question word with a verb behind it: "who said", "which ministers have", "how many trucks did"; but not "when I get back" or "what a day".
	inverted   = regexp.MustCompile(`(?i)^(and )?(who|whom|whose|what|which|when|where|why|how)('s|’s|'re|’re| (much|many|long|often|far|big|old))?( \p{L}+){0,2}? (is|are|was|were|did|does|do|has|have|had|will|would|can|could|should|said|says|think|thinks|happened|changed|stands?|means?) \p{L}`)
	contracted = regexp.MustCompile(`(?i)^(who|what|when|where|why|how)['’]?s (the|new|his|her|their|our|in|at|on) \p{L}`)
	request    = regexp.MustCompile(`(?i)^(please,? |pls |(can|could|would|will) (you|u|someone|anyone|anybody) (please |pls )?)?(tell (me|us)|show (me|us)|explain|summari[sz]e|compare|list|find( me| us)?|give (me|us)|describe|quote|remind (me|us)|brief (me|us)|look up|check (if|whether)) \p{L}`)
	// What somebody asks for who puts a question behind it: "does anyone know who …"; but not "I wonder what …".
	inquires   = regexp.MustCompile(`(?i)\b(tell|remind|(you|u|we|anyone|anybody|someone|somebody)( here)?( happen to)? (know|remember|recall)|idea|clue|to know)\b`)
	remark     = regexp.MustCompile(`(?i)\b(wonder|wondering|curious|forgot|don['’]?t|can['’]?t)\b`)
	smallTalk  = regexp.MustCompile(`(?i)^(how are (you|things|we)|how('s|’s| is) (it going|everyone|everybody)|what('s|’s| is) up|anyone (here|there|around|free|up for)|any(one|body) (want|fancy|else)|are you (there|ok|okay|free|serious|kidding)|can you (hear|see) me|you (there|ok|coming|know what)|know what i mean|lunch|coffee|right|really|seriously|is (this|that) ok)\b`)
	goesOn     = regexp.MustCompile(`(?i)^(and|what about|how about|also|but|or) \p{L}`)
	ownMention = regexp.MustCompile(`<@[!&]?\d+>`)
	mentioned  = regexp.MustCompile(`<@!?(\d+)>`)
	link       = regexp.MustCompile(`https://(?:ptb\.|canary\.)?discord(?:app)?\.com/channels/(\d+)/(\d+)/(\d+)`)
	otherTags  = regexp.MustCompile(`<(#|@&)\d+>|<a?:\w+:\d+>|<t:-?\d+(:\w)?>|</[^>]+:\d+>|<id:\w+>`)
)

const (
	leastWords = 3 // of a question with a question mark, so that "really?" and "for what?" are none
	leastRunes = 5 // of one in a script that writes no spaces
)

// asks reports whether a message in a team channel asks for something that the bot should answer.
func asks(text string) bool {
	text = bare(text)
	plain := commands.WithoutCourtesy(text)
	if !strings.ContainsFunc(plain, unicode.IsLetter) || text[0] == '/' || text[0] == '!' || chats(text) {
		return false
	}
	if marked.MatchString(text) {
		return len(strings.Fields(text)) >= leastWords || spaceless(text) && len([]rune(text)) > leastRunes
	}
	around := strings.Replace(text, plain, "", 1)
	if remark.MatchString(around) {
		plain, around = text, ""
	}
	return inverted.MatchString(plain) || contracted.MatchString(plain) || request.MatchString(plain) || inquires.MatchString(around)
}

// saysMore reports whether a message has words beside a greeting or thanks.
func saysMore(text string) bool {
	return strings.ContainsFunc(commands.WithoutCourtesy(text), unicode.IsLetter)
}

// chats reports whether a message is small talk, with or without a greeting before it.
func chats(text string) bool {
	return smallTalk.MatchString(text) || smallTalk.MatchString(commands.WithoutCourtesy(text))
}

// goesOnAsking is asks for a thread of the bot, where short follow-ups count too: "and Uzbekistan?", "what about April".
func goesOnAsking(text string) bool {
	if asks(text) {
		return true
	}
	text = bare(text)
	if strings.HasPrefix(text, "/") || strings.HasPrefix(text, "!") {
		return false // a command, typed or of another bot
	}
	return marked.MatchString(text) && saysMore(text) && !chats(text) || goesOn.MatchString(text)
}

// bare is the text without links, code and mentions, whose marks say nothing.
func bare(text string) string {
	text = codeBlock.ReplaceAllString(text, " ")
	text = address.ReplaceAllString(text, " ")
	return strings.TrimSpace(ownMention.ReplaceAllString(text, ""))
}

// spaceless reports whether the text is mostly in a script that is written without spaces.
func spaceless(text string) bool {
	n, all := 0, 0
	for _, r := range text {
		if unicode.IsLetter(r) {
			all++
			if unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar) {
				n++
			}
		}
	}
	return n*2 > all
}

// readable is what a person wrote, without the mention of the bot, with the names of other people in place of their ids and without emoji,
// other tags of Discord.
func readable(m *discordgo.Message, self string) string {
	names := map[string]string{self: ""}
	for _, u := range m.Mentions {
		if u != nil && u.ID != self {
			names[u.ID] = u.DisplayName()
		}
	}
	text := mentioned.ReplaceAllStringFunc(m.Content, func(tag string) string { return names[mentioned.FindStringSubmatch(tag)[1]] })
	text = link.ReplaceAllString(otherTags.ReplaceAllString(text, ""), "")
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = strings.Join(strings.Fields(line), " ")
	}
	return strings.TrimLeft(strings.TrimSpace(strings.Join(lines, "\n")), ",:;–— ")
}
