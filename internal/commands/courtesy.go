package commands

import (
	"context"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"attache/internal/retrieval"
	"attache/internal/text"
)

// What people say around a question, and what is nothing to look for: "hey team, sorry, quick question: can u tell me who closed the pass? thanks!".
var (
	greeting = regexp.MustCompile(`(?i)^(?:(?:hey+a?|hi+ya|hi+|hello+|heya|yo|howdy|greetings|dear|good (?:morning|afternoon|evening|day)|g'day|bonjour|bonsoir|salut|coucou|hallo|guten (?:tag|morgen|abend)|moin|servus|hola|buen[oa]s (?:d[ií]as|tardes|noches)|` +
		`привет|здравствуйте|добр(?:ый|ое|ого) (?:день|утро|вечер|дня)|добрий (?:день|ранок|вечір)|доброго (?:дня|ранку|вечора)|привіт|вітаю)` +
		`(?:[\s,]+(?:there|again|all|everyone|everybody|team|folks|guys|bot|mate|friends?|attach[eé]|à tous|zusammen|todos|всем|усім))*|(?:السلام عليكم|مرحبا|أهلا)(?: بكم| بك)?|你好|您好|大家好)` + around)
	filler = regexp.MustCompile(`(?i)^(?:u+m+|e+rm+|h+m+|please|pls|plz|fyi|btw|by the way|(?:sorry|apologies|excuse me|pardon)(?: (?:to bother(?: you(?: all| guys)?)?|for (?:the )?(?:bother|stupid question|basic question|asking)|again|all))?)` + around)
	// What is a courtesy only before a question or a mark: "so, who …", but not "So Karimov said".
	preamble = regexp.MustCompile(`(?i)^(?:(?:a |one |just a |just one |another |with a )?(?:quick|silly|dumb|stupid|basic|simple|random|short|last) (?:q|qn|one|question)(?: (?:for|to) (?:you|u|all|everyone))?|question(?: for (?:you|all|everyone))?|(?:ok(?:ay)?|so|well|right|but|great|perfect|cool|nice|thanks|thank you|thx|got it)(?:,? (?:ok(?:ay)?|so|well|but|then|great|perfect|cool|thanks|thank you|now))*|just (?:wondering|curious|checking))` + around)
	// A request with the question itself behind it.
	inquiry = regexp.MustCompile(`(?i)^(?:(?:please |pls |plz )?(?:(?:can|could|would|will) (?:you|u|ya|someone|anyone|anybody|somebody) (?:please |pls |plz |kindly |maybe |just )?)?(?:tell|remind) (?:me|us)(?: (?:please|pls|again))?|` +
		`(?:do|would) (?:you|u|ya|we) (?:happen to )?(?:know|remember|recall)|(?:does|would|did) (?:anyone|anybody|someone|somebody) (?:here )?(?:happen to )?(?:know|remember|recall)|(?:do you have |have you (?:got )?|has anyone got |got )?any (?:idea|clue)s?|` +
		`(?:i am|i'm|i’m|im|i was|just|we are|we're|we’re)? ?(?:just )?(?:wondering|curious)|(?:i|we)(?:'d|’d| would)? (?:just )?(?:like|love|want|need|wanna|have) to know|wondering|i wonder|i forgot|i don't (?:know|remember|recall)|i can't (?:remember|recall))[\s,:]+`)
	asksDirectly = regexp.MustCompile(`(?i)^(?:who|whom|whose|what|when|where|why|which|how|wh?at'?s|wh[oa]s|wots?|hows|wheres|whens)\b`)
	farewell     = regexp.MustCompile(`(?i)[\s,.!;:–—-]*(?:(?:many |so many )?thanks|thank (?:you|u)|thankyou|thx|tks|ty|cheers|ta|please|pls|plz|lol|haha+|asap|merci|danke|gracias|спасибо|дякую|شكرا|谢谢)(?:[\s,]+(?:a lot|a million|so much|very much|again|all|everyone|guys|team|folks|mate|beaucoup|sehr|en avance|in advance|for (?:the|your|any) help|большое))*[\s.!…:)]*$`)
	thanked      = regexp.MustCompile(`(?i)^(?:(?:ok(?:ay)?|great|perfect|brilliant|excellent|nice(?: one)?|cool|awesome|lovely|super|got it|understood|very (?:helpful|good)|that(?:'s|’s| is)? (?:great|perfect|helpful|all)|helpful|good bot|well done|noted|` +
		`(?:many |so many )?thanks|thank (?:you|u)|thankyou|thx|tks|ty|cheers|ta|merci|danke|gracias|спасибо|дякую|شكرا|谢谢)(?:[\s,.!-]+(?:a lot|so much|very much|again|all|everyone|guys|team|folks|mate|bot|attach[eé]|beaucoup|sehr|большое|for (?:the|your) help|that(?:'s|’s| is)? (?:great|perfect|helpful|all)))*[\s,.!;:)–—-]*)+$`)
	leadsOn = regexp.MustCompile(`(?i)\b(?:say|said|says|saying|of|to|for|about|with|and|or|no|not|the|a|an|his|her|their|in|on|at|from|by|near|into|over|is|was|called|named)$`)
)

// around is what stands between a courtesy and the rest. A hyphen without a space joins words: Hi-tech.
const around = `(?:[\s,.!?:;…–—，。！？]+(?:-\s+)?|$)`

// WithoutCourtesy returns a question without what people say around it: greetings, apologies, "can you tell me", thanks. It returns "" where there is nothing
// else, and leaves a name such as Hello Kitty alone.
func WithoutCourtesy(question string) string {
	rest := strings.TrimSpace(question)
	for behind, ok := behindCourtesy(rest); ok; behind, ok = behindCourtesy(rest) {
		rest = behind
	}
	if tail := farewell.FindStringIndex(rest); tail != nil && !leadsOn.MatchString(rest[:tail[0]]) && (tail[0] == 0 || boundary(rest[tail[0]:])) {
		rest = rest[:tail[0]]
	}
	return rest
}

// behindCourtesy takes off one courtesy at the head of s; false when there is none.
func behindCourtesy(s string) (behind string, ok bool) {
	for _, courtesy := range []*regexp.Regexp{greeting, filler, preamble, inquiry} {
		head := courtesy.FindString(s)
		behind := strings.TrimSpace(s[len(head):])
		switch {
		case head == "" || partOfName(head, behind):
		case courtesy == inquiry && !asksDirectly.MatchString(behind):
		case courtesy == preamble && !strings.ContainsAny(head, ",.!?:;…–—，。！？") && !strings.Contains(head, " - ") && !beginsQuestion.MatchString(behind) && !asksDirectly.MatchString(behind) && !inquiry.MatchString(behind):
		default:
			return behind, true
		}
	}
	return s, false
}

// partOfName reports whether a courtesy may be the first word of a name: both it and what follows are capitalised, with a space alone between them.
func partOfName(head, behind string) bool {
	word := strings.TrimRight(head, " ")
	last, _ := utf8.DecodeLastRuneInString(word)
	return startsUpper(head) && startsUpper(behind) && unicode.IsLetter(last) && !strings.ContainsRune(word, ' ') && !beginsQuestion.MatchString(behind)
}

// boundary reports whether s begins anew: with a space or a mark.
func boundary(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return !unicode.IsLetter(r) && !unicode.IsDigit(r)
}

// What people ask about the bot itself, which no article answers.
var (
	asksHelp = regexp.MustCompile(`(?i)^(?:(?:who|what)(?: exactly)? (?:are|r) (?:you|u)|what(?:'s|’s| is) (?:this bot|attach[eé]|your (?:name|job|purpose))|what (?:can|do|could) (?:you|u|this bot|the bot) do(?: for (?:me|us))?|what (?:can|should|may|do) (?:i|we) (?:ask|say|do|type)(?: (?:you|here))?|` +
		`how (?:do (?:you|u)|does (?:this bot|the bot|this thing|attach[eé]|this)) work|how (?:do|can|should|to) ?(?:i|we)? ?(?:use|ask|talk to|query|search with) (?:you|this(?: bot| thing)?|it|the bot|attach[eé])|(?:i need |get )?help(?: me| please)?|(?:are|r) (?:you|u) (?:a |an )?(?:real |really )?(?:bot|human|ai|person|machine|robot|llm|chatgpt)|` +
		`(?:list |show (?:me )?)?(?:the |your |all )?commands|what commands (?:are there|do you have|can i use)|what do you answer from|introduce yourself)$`)
	asksHoldings = regexp.MustCompile(`(?i)^(?:(?:what|which|how many) (?:kinds? of |sort of )?(?:articles|sources|documents|docs|publications|publishers|papers|newspapers|outlets|files|reports|material|texts|data) (?:(?:do|have|are|can) (?:you|u|we|there|in|your)\b.*|have you(?: got)?|(?:does|is) (?:the|this|your|our) (?:collection|library)\b.*)|` +
		`what(?:'s|’s| is) in (?:the|your|this|our) (?:collection|library|database|corpus|archive)|what do (?:you|u) (?:know|cover|hold|have)(?: about)?|what(?:'s|’s| is| are) your (?:sources?|information|knowledge|coverage)|(?:list|show)(?: me| us)? (?:the |your |all |all the |all your )?(?:articles|sources|documents|publishers)|` +
		`(?:where|what) (?:do|does) (?:your |the )?(?:you|answers|information|knowledge|answers|articles) (?:get (?:your |the )?(?:answers|information|articles) from|come from)|how (?:big|large|old|new|recent|up to date) is (?:the|your|this) (?:collection|library))$`)
)

// ofTopic tells that a question about the articles is about some of them alone.
var ofTopic = regexp.MustCompile(`(?i)\b(?:about|on|regarding|mention\w*|say\w*|by|from) \S`)

// plainly is the request with its question as it is to be read: without courtesies. Where it has nothing else ("pls?", beneath somebody's question), what it
// replies to is the question.
func plainly(r Request) Request {
	question := WithoutCourtesy(r.Option("question"))
	if context := r.Option(optionContext); question == "" && context != "" {
		return r.With("question", context).With(optionContext, "")
	}
	return r.With("question", question)
}

// small is the reply to what asks nothing of the articles: a greeting, thanks, a question about the bot itself; false for any other.
func (d *Desk) small(ctx context.Context, r Request, help Command) (Reply, bool, error) {
	question := WithoutCourtesy(r.Option("question"))
	typed := strings.TrimSpace(r.Option("question"))
	about := r.Option(optionContext)+r.Option(optionAnswer) != ""
	bare := strings.TrimSpace(strings.TrimRight(strings.TrimSpace(question), "?!. …"))
	switch {
	case thanked.MatchString(typed):
		return Reply{Blocks: []Block{{Kind: Plain, Text: "You are welcome."}}}, true, nil
	case bare == "" && typed != question && !about:
		return Reply{Blocks: []Block{{Kind: Plain, Text: r.say("Hello. Ask me a question in your own words, or use /help to see what I can do. %s", d.holds(r))}}}, true, nil
	case about: // "how does this work?", of what a message says
	case asksHelp.MatchString(bare):
		reply, err := help.Handle(ctx, follow(r, help.Name), nil)
		return reply, true, err
	case asksHoldings.MatchString(bare) && !ofTopic.MatchString(bare):
		sources := d.sources()
		reply, err := sources.Handle(ctx, follow(r, sources.Name), nil)
		reply.Confined = r.Private && d.walled(r) // what the channel may not see is listed too
		return reply, true, err
	}
	return Reply{}, false, nil
}

// unspecific reports whether a question holds no word that could be looked for: small words alone, or none at all. A word in capitals may be a name.
func unspecific(question string) bool {
	for _, word := range strings.FieldsFunc(question, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '\'' && r != '’' }) {
		folded := text.Fold(word)
		if !retrieval.IsStop(folded) && !retrieval.IsStop(strings.TrimSuffix(folded, "'s")) || len(word) > 1 && word == strings.ToUpper(word) {
			return false
		}
	}
	return true
}
