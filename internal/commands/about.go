package commands

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"
	"time"

	"attache/internal/quotes"
	"attache/internal/text"
)

// The options by which a front end hands over what a question replies to.
const (
	optionContext = "context" // the text of the messages that it replies or links to
	optionAnswer  = "answer"  // the id of the answer of the bot that it replies to
)

// pointers are the hidden options of /ask that say what a question points at.
func pointers() []Option {
	return []Option{
		{Name: optionContext, Description: "The message that the question is about", MaxLength: maxVerify, Hidden: true},
		{Name: optionAnswer, Description: "The id of the answer that the question is about", MaxLength: 20, Hidden: true},
	}
}

// pointedAt is what a question replies to.
type pointedAt struct {
	text     string // of the message, or the sentences of the answer; "" when it replies to nothing
	question string // of the answer; "" when it replies to no answer of the bot
}

// pointedAt finds what a question replies to. An answer that its asker may not be shown there is none: one given in private, or one that rests on what they
// do not see.
func (d *Desk) pointedAt(ctx context.Context, r Request) (pointedAt, error) {
	p := pointedAt{text: r.Option(optionContext)}
	id := r.Option(optionAnswer)
	if id == "" {
		return p, nil
	}
	given, kept, err := d.given(ctx, r)
	var problem *Problem
	switch {
	case errors.As(err, &problem), kept.Private && !r.Private: // it is not for this asker, or not for this place
		return p, nil
	case err != nil:
		return p, err
	}
	var sentences []string
	for _, s := range kept.Sentences {
		sentences = append(sentences, s.Shown())
	}
	return pointedAt{text: strings.Join(append(sentences, p.text), "\n\n"), question: given.Question}, nil
}

// How a question points at a message.
var (
	// whoSaid asks for the speaker or the source of its words.
	whoSaid = regexp.MustCompile(`(?i)^(?:who (?:said|says|wrote|told|claimed|is saying|was it) ?(?:this|that|it|so|these|those)?|says who|who(?:'s|’s| is) (?:this|that|it|quoted|being quoted)(?: (?:from|by))?|` +
		`whose words (?:are|is) (?:this|that|these|those|it)|(?:what(?:'s|’s| is) (?:the|its|this|that) )?source(?: (?:of|for) (?:this|that|it))?|where (?:is|does|did) (?:this|that|it) (?:come )?from|` +
		`did (?:he|she|they|\p{L}+) (?:really |actually |ever )?(?:say|write) (?:this|that|it|so))$`)
	// whetherTrue asks whether it is right.
	whetherTrue = regexp.MustCompile(`(?i)^(?:(?:is|was|are|were) (?:this|that|it|these|those) (?:really |actually |still |even )?(?:true|right|correct|accurate|so|the case|real|verbatim|a (?:real|true|verbatim|correct) (?:quote|quotation))|` +
		`(?:true|really|correct|right|verify|(?:fact.?)?check)(?: (?:this|that|it|these|those))?|(?:can|could) you (?:please )?(?:confirm|verify|check|fact.?check) (?:this|that|it)|what (?:is|do (?:you|we) (?:know|have)|is known|does the collection say) (?:about|on) (?:this|that|it|these|those))$`)
	thisOrThat = regexp.MustCompile(`(?i)\b(this|that|these|those)\b`)
)

// pointsAt reports whether a question needs what it replies to: it says "this" or "that", or has a pronoun with no name before it.
func pointsAt(question string, known func(string) bool) bool {
	if thisOrThat.MatchString(question) || pointsInOtherWords(question) {
		return true
	}
	at := pronounWord.FindStringIndex(question)
	return at != nil && !expletive.MatchString(question) && !slices.ContainsFunc(namesOf(question, known), func(s slot) bool { return s.start < at[0] })
}

// readAbout reads a question about a message: "is that true?" asks of what the message claims, "what does this mean for Uzbekistan?" asks that of it. verify
// is set when the message's quotations are to be checked instead. ok is false for a question that stands on its own.
func (p pointedAt) readAbout(question string, now time.Time, known func(string) bool) (read string, verify, ok bool) {
	rest, _, _ := open(question)
	claim := claimOf(p.text)
	switch {
	case claim == "":
		return "", false, false
	case asksWho(rest):
		return "", true, true
	case asksWhether(rest):
		return claim, len(quotes.Find(p.text, now)) > 0, true
	}
	if read, ok := resolvePronoun(claim, rest, known); ok {
		return capital(read) + "?", false, true
	}
	if pointsAt(rest, known) {
		return capital(rest) + added + claim, false, true
	}
	return "", false, false
}

// asksAboutWords reports whether a question is about the words of a message as such: who said them, whether they are true.
func asksAboutWords(question string) bool {
	rest, _, _ := open(question)
	return asksWho(rest) || asksWhether(rest)
}

func asksWho(rest string) bool { return whoSaid.MatchString(rest) || says(rest, whoSaidPhrases) }

func asksWhether(rest string) bool {
	return whetherTrue.MatchString(rest) || says(rest, whetherTruePhrases)
}

// longestClaim is how much of a message is looked up, in characters.
const longestClaim = 300

// claimOf is what a message says, in its first sentences, without addresses, numbers of citations and marks of formatting.
func claimOf(message string) string {
	message = notSaid.ReplaceAllString(message, " ")
	claim := ""
	for _, paragraph := range text.Paragraphs(message) {
		for _, span := range sentencesIn(message, paragraph) {
			sentence := strings.Join(strings.Fields(span.In(message)), " ")
			if claim != "" && len([]rune(claim))+len([]rune(sentence)) > longestClaim {
				return claim
			}
			claim = strings.TrimSpace(claim + " " + cut(sentence, longestClaim))
		}
	}
	return claim
}

// notSaid is what a message holds beside its words.
var notSaid = regexp.MustCompile("https?://\\S+|\\[\\d+\\]|<[@#:/a-z][^>]*>|[*_~`|]+|(?m:^[>#-]+ )")
