package answer

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/kljensen/snowball/english"

	"attache/internal/news"
	"attache/internal/text"
)

// token is one word of a text that is checked or checked against.
type token struct {
	news.Span
	fold     string // folded, without a possessive ending
	stem     string
	upper    bool  // begins with a capital
	proper   bool  // is a name, as far as the evidence shows; see checker.mark
	lead     bool  // the first word of its sentence or of a quotation
	sentence int   // the number of its sentence in the text, from 0
	clause   int   // the number of its clause in the text, from 0; punctuation parts clauses
	carries  bool  // says something by itself; see content
	tells    bool  // says something of its neighbours: one that carries, or that joins others
	groups   []int // of synonyms
	aside    bool  // in a clause that only tells more of a name before it: "Varesh, which shares the pass, …"
}

// content reports whether the word carries a statement of its own.
func (t token) content() bool { return t.carries }

// withKind fills in what is asked of a word again and again.
func (t token) withKind() token {
	t.carries = !functionWords[t.fold] && !isNumber(t.fold) && !numberNames[t.fold]
	t.tells = t.carries || placeWords[t.fold] || joins[t.fold] || isNumber(t.fold)
	t.groups = synonyms[t.stem]
	return t
}

// numberNames are the words that the checks of numbers and dates look at.
var numberNames = func() map[string]bool {
	m := wordSet("hundred thousand million billion trillion")
	for w := range numberWords {
		m[w] = true
	}
	for w := range months {
		m[w] = w != "may" && w != "march" && w != "sat" && w != "sun"
	}
	return m
}()

// stemOf returns the stem of a folded word; an irregular form has that of its verb.
func stemOf(w string) string {
	if base := irregular[w]; base != "" {
		w = base
	}
	return english.Stem(w, false)
}

func isNumber(s string) bool { return s != "" && s[0] >= '0' && s[0] <= '9' }

// tokensOf splits s into words. Hyphens part words, apostrophes inside do not, "n't" becomes a word of its own, and the full stops of U.S. belong to it.
func tokensOf(s string) []token {
	var tokens []token
	clause := 0
	for number, sentence := range text.Sentences(s) {
		clause++
		lead := true
		for at := sentence.Start; at < sentence.End; {
			r, size := utf8.DecodeRuneInString(s[at:])
			if !inWord(r) {
				clause += boundary(s, at, r)
				lead = lead || strings.ContainsRune("“\"„«:", r)
				at += size
				continue
			}
			end := wordEnd(s, at, sentence.End)
			tokens = append(tokens, newTokens(s, news.Span{Start: at, End: end}, lead, number, clause)...)
			lead, at = false, end
		}
	}
	markAsides(tokens)
	return tokens
}

// markAsides finds the relative clauses that stand between commas inside a sentence.
func markAsides(tokens []token) {
	for i := 1; i < len(tokens); i++ {
		if t := tokens[i]; !relatives[t.fold] && !(t.fold == "led" || strings.HasSuffix(t.fold, "ed") && i+1 < len(tokens) && tokens[i+1].fold == "by") || t.clause == tokens[i-1].clause || t.sentence != tokens[i-1].sentence {
			continue
		}
		end := i
		for end < len(tokens) && tokens[end].clause == tokens[i].clause {
			end++
		}
		for j := i; end < len(tokens) && tokens[end].sentence == tokens[i].sentence && j < end; j++ {
			tokens[j].aside = true
		}
	}
}

var relatives = wordSet("which who whose whom where")

// boundary is 1 where punctuation parts clauses: not inside a number.
func boundary(s string, at int, r rune) int {
	if !strings.ContainsRune(",;:—–()“”\"!?", r) {
		return 0
	}
	next, _ := utf8.DecodeRuneInString(s[at+utf8.RuneLen(r):])
	if r == ',' && unicode.IsDigit(next) {
		return 0
	}
	return 1
}

// wordEnd finds the end of the word that begins at at.
func wordEnd(s string, at, limit int) int {
	end := at
	for end < limit {
		r, size := utf8.DecodeRuneInString(s[end:])
		next, _ := utf8.DecodeRuneInString(s[end+size:])
		joins := strings.ContainsRune("'’ʼ", r) && unicode.IsLetter(next) ||
			(r == '.' || r == ',') && unicode.IsDigit(next) && unicode.IsDigit(lastRuneOf(s[at:end])) ||
			r == '.' && dotted(s[at:end]) && (unicode.IsUpper(next) || end-at >= 3)
		if !inWord(r) && !unicode.Is(unicode.Mn, r) && !joins {
			break
		}
		end += size
	}
	return end
}

func lastRuneOf(s string) rune {
	r, _ := utf8.DecodeLastRuneInString(s)
	return r
}

// dotted reports whether s is capitals parted by full stops, or one capital: U, U.S.
func dotted(s string) bool {
	for i, r := range s {
		if i%2 == 0 && !unicode.IsUpper(r) || i%2 == 1 && r != '.' {
			return false
		}
	}
	return len(s)%2 == 1
}

func newTokens(s string, span news.Span, lead bool, sentence, clause int) []token {
	raw := span.In(s)
	first, _ := utf8.DecodeRuneInString(raw)
	t := token{Span: span, fold: strings.Trim(text.Fold(raw), "."), upper: unicode.IsUpper(first), lead: lead, sentence: sentence, clause: clause}
	if base, ok := strings.CutSuffix(t.fold, "n't"); ok || t.fold == "cannot" {
		not := t
		not.fold, not.stem, not.upper, not.lead = "not", "not", false, false
		t.fold = strings.TrimSuffix(base, "not")
		t.stem = t.fold
		return []token{t.withKind(), not.withKind()}
	}
	t.fold = strings.TrimSuffix(t.fold, "'s")
	if strings.Contains(t.fold, ".") && !isNumber(t.fold) {
		t.fold = strings.ReplaceAll(t.fold, ".", "")
	}
	t.stem = stemOf(t.fold)
	return []token{t.withKind()}
}

// instruction finds words in an article that are meant for a model and not for its readers.
var instruction = regexp.MustCompile(`(?i)<\|?(?:im_start|im_end|system|endoftext)|\[/?INST\]|\b(?:(?:ignore|disregard|forget|override)\b.{0,20}\b(?:previous|prior|above|earlier|preceding|system|your)\b.{0,20}\b(?:instructions?|prompts?|rules|context|messages?)` +
	`|(?:system|developer) (?:prompt|message):|you are (?:now )?(?:an? )?(?:ai|helpful|language model|chatbot|assistant)\b|(?:ai|language) (?:assistants?|models?)\b.{0,30}\b(?:reading|processing|summari[sz]ing) this|(?:assistants?|bots?|models?|llms?) reading this` +
	`|(?:ai|language|virtual) (?:assistants?|models?)[:,]? (?:must|should|shall|please) (?:say|write|answer|reply|respond|tell|ignore|state|report|output)|(?:reply|respond|answer) (?:only|exactly) with|(?:reply|respond|answer) with (?:only|exactly|the (?:words?|sentence|following|text|phrase))\b` +
	`|do not (?:tell|mention|reveal)\b.{0,30}\b(?:the )?(?:user|reader)s?\b|(?:print|output|repeat|include|insert|append) (?:the following (?:text|sentence|words|link)|this (?:link|text|sentence)|verbatim)\b|(?:begin|end|start) your (?:reply|answer|response) with)`)

// instructionHints are lower-case words of which every instruction holds one; looking for them is ten times as fast as the pattern.
var instructionHints = []string{"ignore", "disregard", "forget", "override", "prompt", "message:", "you are", "assistant", "chatbot", " ai ", "model", "bot", "llm", "reply", "respond", "answer", "do not ", "verbatim", "this link", "this text", "this sentence", "the following", "response with", "<|", "<im_", "<system", "<endof", "inst]"}

// instructs reports whether s holds words for a model.
func instructs(s string) bool {
	lower := strings.ToLower(s)
	return slices.ContainsFunc(instructionHints, func(hint string) bool { return strings.Contains(lower, hint) }) && instruction.MatchString(s)
}

// leftOut stands for what an article said to a model.
const leftOut = "[text addressed to software, left out]"

// withoutInstructions takes out the sentences of a passage that speak to a model, each with the rest of its paragraph: what an instruction asks a model to say is no news.
// The result is the passage itself when there are none.
func withoutInstructions(passage string) string {
	if !instructs(passage) {
		return passage
	}
	var b strings.Builder
	for _, paragraph := range text.Paragraphs(passage) {
		body := paragraph.In(passage)
		if b.Len() > 0 {
			b.WriteString("\n\n")
		}
		cut := false
		for _, span := range text.Sentences(body) {
			if instructs(span.In(body)) {
				b.WriteString(strings.TrimRight(body[:span.Start], " \n") + " " + leftOut)
				cut = true
				break
			}
		}
		if !cut {
			b.WriteString(body)
		}
	}
	return strings.TrimSpace(b.String())
}
