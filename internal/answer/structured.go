package answer

import (
	"encoding/json"
	"slices"
	"strings"

	"attache/internal/llm"
)

// answerSchema is the form of an answer where an endpoint can be held to one: what a sentence cites stands beside it and not in it.
const answerSchema = `{"type": "object", "additionalProperties": false, "required": ["sentences"], "properties": {"sentences": {"type": "array", "items":
{"type": "object", "additionalProperties": false, "required": ["text", "cites"], "properties": {"text": {"type": "string"}, "cites": {"type": "array", "items": {"type": "integer"}}}}}}}`

// structure asks for an answer in that form, with the rules that go with it.
func structure(rules string) *llm.Structure {
	return &llm.Structure{System: rules, Name: "answer", Schema: json.RawMessage(answerSchema)}
}

// deepest is how many braces may be open at once in an answer; what is deeper is no answer.
const deepest = 8

// unwrapper turns a structured answer into the text of a plain one while it comes: a line for each sentence, with its markers. Text that is no JSON object passes as
// it is, for not every endpoint does what it accepts. The zero unwrapper is ready.
type unwrapper struct {
	form      form
	text      string // what came, as far as it is needed
	read      int    // bytes of text that were looked at
	opened    []int  // where the objects that are open begin
	quoted    bool   // inside a string
	escaped   bool   // behind a backslash in one
	sentences int
	whole     bool // the outermost object was closed
}

type form int

const (
	unknown form = iota
	object
	prose
)

// next takes a piece of the text and returns what it completes: whole lines of an answer that is an object, the piece itself of any other.
func (u *unwrapper) next(piece string) string {
	if u.form == prose {
		return piece
	}
	u.text += piece
	if u.form == unknown {
		if u.form = formOf(u.text); u.form == unknown {
			return ""
		}
		if u.form == prose {
			return u.text
		}
	}
	var lines strings.Builder
	for ; u.read < len(u.text) && len(u.opened) < deepest; u.read++ {
		u.step(&lines)
	}
	return lines.String()
}

// end returns what was held back to see what it is.
func (u *unwrapper) end() string {
	if u.form == unknown {
		return u.text
	}
	return ""
}

// formOf tells an object, also in a code fence, from prose by its first signs.
func formOf(s string) form {
	start := strings.TrimLeft(s, " \r\n\t")
	if fence, ok := strings.CutPrefix(start, "```"); ok {
		_, rest, ended := strings.Cut(fence, "\n")
		if start = strings.TrimLeft(rest, " \r\n\t"); !ended && len(fence) < len("javascript\r\n") {
			return unknown
		}
	}
	switch {
	case strings.HasPrefix(start, "{"):
		return object
	case start == "" || strings.HasPrefix("```", start):
		return unknown
	}
	return prose
}

// step looks at one byte: strings are skipped, and an object that ends is read.
func (u *unwrapper) step(lines *strings.Builder) {
	c := u.text[u.read]
	switch {
	case u.escaped:
		u.escaped = false
	case u.quoted:
		u.escaped, u.quoted = c == '\\', c != '"'
	case c == '"':
		u.quoted = true
	case c == '{':
		u.opened = append(u.opened, u.read)
	case c == '}' && len(u.opened) > 0:
		start := u.opened[len(u.opened)-1]
		u.opened = u.opened[:len(u.opened)-1]
		u.close(u.text[start:u.read+1], lines)
	}
}

// close reads an object that has ended: a sentence, or the answer itself, which has none when the passages do not answer.
func (u *unwrapper) close(object string, lines *strings.Builder) {
	if len(u.opened) > 0 {
		var s struct {
			Text  string
			Cites []int
		}
		if json.Unmarshal([]byte(object), &s) == nil && s.Text != "" {
			lines.WriteString(withMarkers(s.Text, s.Cites))
			u.sentences++
		}
		return
	}
	var whole struct{ Sentences *[]json.RawMessage }
	err := json.Unmarshal([]byte(object), &whole)
	if u.whole = err == nil; u.whole && u.sentences == 0 && whole.Sentences != nil && len(*whole.Sentences) == 0 {
		lines.WriteString(noAnswer)
	}
}

// withMarkers writes a sentence's text as a line of a plain answer. Text that is several sentences cites the same for each.
func withMarkers(s string, cites []int) string {
	var b strings.Builder
	for _, part := range splitMarked(oneLine(s)) {
		both := append(slices.Clone(part.cites), cites...)
		slices.Sort(both)
		b.WriteString(citing(Sentence{Text: part.text, Cites: slices.Compact(both)}) + " ")
	}
	return strings.TrimSpace(b.String()) + "\n"
}
