package answer

import (
	"crypto/sha256"
	_ "embed" // for the template
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"text/template"

	"attache/internal/llm"
)

//go:embed prompt.tmpl
var promptTemplate string

// prompts fills prompt.tmpl.
type prompts struct {
	template *template.Template
	version  string // of the template: eight hexadecimal digits of its hash, so that no change of it goes unseen
	bytes    int    // of passages, at most
}

func newPrompts(bytes int) (*prompts, error) {
	t, err := template.New("prompt").Option("missingkey=error").Parse(promptTemplate)
	if err != nil {
		return nil, fmt.Errorf("parse prompt.tmpl: %w", err)
	}
	hash := sha256.Sum256([]byte(promptTemplate))
	return &prompts{template: t, version: hex.EncodeToString(hash[:4]), bytes: bytes}, nil
}

// promptData is what the templates see.
type promptData struct {
	Question string
	Passages []promptPassage
	Lines    []numberedLine
}

type promptPassage struct {
	N                                      int
	Publisher, Date, Title, Text, Speakers string
}

// numberedLine is a sentence that the model is asked to write anew, and why, where it failed the check.
type numberedLine struct {
	Number       int // its place among the sentences, from 1
	Text, Reason string
}

// fit keeps as much of the evidence as the prompt has room for, best first; at least one passage stays.
func (p *prompts) fit(evidence []Evidence) []Evidence {
	room := p.bytes
	for i, e := range evidence {
		if room -= len(e.Passage.Text); room < 0 && i > 0 {
			return evidence[:i]
		}
	}
	return evidence
}

func (p *prompts) ask(question string, evidence []Evidence) (llm.Prompt, error) {
	prompt, err := p.fill("ask", promptData{Question: oneLine(question), Passages: passagesOf(evidence)})
	if err != nil {
		return llm.Prompt{}, err
	}
	rules, err := p.execute("system", true)
	prompt.Structure = structure(rules)
	return prompt, err
}

func (p *prompts) repair(question string, evidence []Evidence, failed []numberedLine) (llm.Prompt, error) {
	for i := range failed {
		failed[i].Text, failed[i].Reason = oneLine(failed[i].Text), oneLine(failed[i].Reason)
	}
	return p.fill("repair", promptData{Question: oneLine(question), Passages: passagesOf(evidence), Lines: failed})
}

// reword asks for each sentence in other words, from the passage that it cites.
func (p *prompts) reword(topic string, sentences []Sentence, evidence []Evidence) (llm.Prompt, error) {
	lines := make([]numberedLine, len(sentences))
	for i, s := range sentences {
		lines[i] = numberedLine{Number: i + 1, Text: fenced(oneLine(citing(s)))}
	}
	return p.fill("reword", promptData{Question: oneLine(topic), Passages: passagesOf(evidence), Lines: lines})
}

// fill makes the prompt for an answer as plain text.
func (p *prompts) fill(name string, data promptData) (llm.Prompt, error) {
	system, err := p.execute("system", false)
	if err != nil {
		return llm.Prompt{}, err
	}
	user, err := p.execute(name, data)
	return llm.Prompt{System: system, User: user}, err
}

func (p *prompts) execute(name string, data any) (string, error) {
	var b strings.Builder
	if err := p.template.ExecuteTemplate(&b, name, data); err != nil {
		return "", fmt.Errorf("fill prompt: %w", err)
	}
	return b.String(), nil
}

func passagesOf(evidence []Evidence) []promptPassage {
	passages := make([]promptPassage, len(evidence))
	for i, e := range evidence {
		date := "unknown"
		if !e.Source.Published.IsZero() {
			date = e.Source.Published.Format("2 January 2006")
		}
		passages[i] = promptPassage{
			N: e.N, Publisher: attribute(e.Source.Publisher), Date: date, Title: fenced(oneLine(e.Source.Title)),
			Text: fenced(withoutInstructions(e.Passage.Text)), Speakers: attribute(speakersOf(e)),
		}
	}
	return passages
}

// speakersOf lists who is quoted in a passage, with the title held, each once.
func speakersOf(e Evidence) string {
	var speakers []string
	for _, q := range e.Quotes {
		who := q.Speaker.Name
		if who == "" {
			continue
		}
		if q.Speaker.Title != "" {
			who += ", " + q.Speaker.Title
		}
		if !slices.Contains(speakers, who) {
			speakers = append(speakers, who)
		}
	}
	return strings.Join(speakers, "; ")
}

// fenced makes foreign text unable to close its fence or open another: what looks like the passage tag loses its bracket, whatever its case.
func fenced(s string) string {
	var b strings.Builder
	for i, r := range s {
		if r == '<' {
			tag := strings.ToLower(strings.TrimLeft(s[i+1:min(len(s), i+20)], "/ \t\n"))
			if strings.HasPrefix(tag, "passage") {
				b.WriteRune('‹')
				continue
			}
		}
		b.WriteRune(r)
	}
	return b.String()
}

// attribute makes foreign text fit between straight quotation marks.
func attribute(s string) string {
	return strings.NewReplacer(`"`, "'", "<", "‹", ">", "›").Replace(oneLine(s))
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
