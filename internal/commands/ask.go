package commands

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"attache/internal/answer"
	"attache/internal/library"
	"attache/internal/news"
	"attache/internal/retrieval"
)

// maxQuestion is the longest question that is read, in characters: longer ones are texts to search for, not questions.
const maxQuestion = 1000

// ask answers a question from the collection.
func (d *Desk) ask() Command {
	return Command{
		Name:        "ask",
		Description: "Ask the collection a question; every sentence of the answer cites its source",
		Options: append([]Option{{Name: "question", Description: "The question, in your own words", Required: true, MaxLength: maxQuestion}},
			append(narrowing(), d.sourceOption(), private())...),
		MessageMenu: "Ask about this",
		Handle: func(ctx context.Context, r Request, progress Progress) (Reply, error) {
			q, err := d.query(r, strings.TrimSpace(r.Option("question")))
			if err != nil {
				return Reply{}, err
			}
			var show func(answer.Answer)
			if progress != nil {
				show = func(a answer.Answer) { progress(d.answered(r, a)) }
			}
			a, err := d.Answers.Ask(ctx, q, show)
			if err != nil {
				return Reply{}, err
			}
			if err := d.remember(ctx, r, a); err != nil {
				a.Notices = append(a.Notices, "This answer could not be stored, so it has no receipt.")
			}
			if a.Abstained {
				return d.nothing(r, a), nil
			}
			return d.answered(r, a), nil
		},
	}
}

// answered renders an answer.
func (d *Desk) answered(r Request, a answer.Answer) Reply {
	reply := Reply{Notices: a.Notices}
	for _, s := range a.Sentences {
		b := Block{Kind: Sentence, Text: s.Text, Cites: s.Cites}
		if s.Quote != nil {
			b.Attribution = unsaid(s.Text, *s.Quote)
		}
		reply.Blocks = append(reply.Blocks, b)
	}
	var ids []string
	for _, e := range a.Evidence {
		ids = append(ids, e.Passage.ID)
		if n := len(reply.Sources); n > 0 && reply.Sources[n-1].N == e.N {
			continue // one line for an article, whatever passages it is cited for
		}
		reply.Sources = append(reply.Sources, source(e.N, e.Source, e.Passage))
	}
	if understood := understoodAs(a.Found); understood != "" {
		reply.Notices = append(reply.Notices, understood)
	}
	reply.Footer = footer(a)
	reply.Actions = []Action{
		{Label: "Passages", Request: follow(r, "passages", "ids", strings.Join(ids, ","))},
		{Label: "Narrow", Request: r, Input: &Input{Option: "since", Label: "Only articles published since", Placeholder: "2023-02-28, Feb 2023, last week"}},
		{Label: "Follow up", Request: r, Input: &Input{Option: "question", Label: "Your question", Long: true}},
		{Label: "Helpful", Request: follow(r, "feedback", "answer", a.ID, "helpful", "yes")},
		{Label: "Not helpful", Request: follow(r, "feedback", "answer", a.ID, "helpful", "no"),
			Input: &Input{Option: "reason", Label: "What was wrong with it?", Placeholder: "Wrong passage, missing source, out of date …", Long: true}},
	}
	return reply
}

// follow is a request by the same person at the same place for another command.
func follow(r Request, command string, options ...string) Request {
	next := Request{Command: command, Asker: r.Asker, Place: r.Place, Locale: r.Locale, Private: r.Private, Options: map[string]string{}}
	for i := 0; i+1 < len(options); i += 2 {
		next.Options[options[i]] = options[i+1]
	}
	return next
}

// unsaid tells of a shown quotation's speaker what the sentence itself does not: the full name, the post, the day. It is "" when the sentence
// says it all or the speaker is open.
func unsaid(sentence string, q news.Quote) string {
	if q.Speaker.Name == "" {
		return ""
	}
	named := strings.Contains(sentence, q.Speaker.Name)
	titled := q.Speaker.Title == "" || strings.Contains(sentence, q.Speaker.Title)
	if named && titled && q.Spoken.Precision != news.Day {
		return ""
	}
	return strings.Join(compact(speakerLine(q.Speaker), q.Spoken.String()), " · ")
}

// speakerLine is a speaker with the post held when speaking: "Donald Lu, U.S. assistant secretary of state".
func speakerLine(s news.Speaker) string {
	return strings.Join(compact(s.Name, role(s)), ", ")
}

// role is the title with the body that it is held in.
func role(s news.Speaker) string {
	switch {
	case s.Affiliation == "" || strings.Contains(s.Title, s.Affiliation):
		return s.Title
	case s.Title == "":
		return s.Affiliation
	}
	return s.Title + ", " + s.Affiliation
}

func compact(parts ...string) []string {
	var kept []string
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return kept
}

// understoodAs tells how the question was read where that is not plain from its words.
func understoodAs(found retrieval.Result) string {
	var parts []string
	for _, c := range found.Corrected {
		parts = append(parts, fmt.Sprintf("%q was read as %q", c.From, c.To))
	}
	if filters := found.Read.String(); filters != "" {
		parts = append(parts, "searched: "+filters)
	}
	if len(parts) == 0 {
		return ""
	}
	line := strings.Join(parts, "; ")
	return strings.ToUpper(line[:1]) + line[1:] + "."
}

// footer says how the answer was made.
func footer(a answer.Answer) string {
	evidence := plural(a.Articles, "article")
	if a.Articles != a.Reports {
		evidence += ", " + plural(a.Reports, "independent report")
	}
	parts := []string{evidence}
	if !a.Newest.IsZero() {
		parts = append(parts, "newest evidence "+longDay(a.Newest))
	}
	made := "extractive"
	if a.Model != "" {
		made = fmt.Sprintf("%s, %d/%d sentences supported, %d/%d quotations verbatim",
			a.Model, a.Checks.Supported, a.Checks.Sentences, a.Checks.Verbatim, a.Checks.Quotes)
	}
	return strings.Join(append(parts, made+", "+took(a.Took), "#"+a.ID), " · ")
}

func took(d time.Duration) string {
	if d < time.Second {
		return fmt.Sprintf("%d ms", max(d.Milliseconds(), 1))
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}

// nothing renders a refusal with its map: what was searched, what is missing, what lies nearest.
func (d *Desk) nothing(r Request, a answer.Answer) Reply {
	searched := a.Found.Searched
	reply := Reply{Notices: a.Notices, Footer: "no answer, " + took(a.Took) + " · #" + a.ID}
	reply.Blocks = append(reply.Blocks, Block{Kind: Plain, Text: "Nothing in this collection answers that."})
	reply.Blocks = append(reply.Blocks, Block{Kind: Plain, Text: searchedLine(searched, a.Found.Missing)})
	if understood := understoodAs(a.Found); understood != "" {
		reply.Notices = append(reply.Notices, understood)
	}
	if len(a.Nearest) > 0 {
		reply.Blocks = append(reply.Blocks, Block{Kind: Heading, Text: "Nearest, though no answer"})
	}
	var ids []string
	for _, e := range a.Nearest {
		reply.Blocks = append(reply.Blocks, Block{Kind: Item, Text: cut(strings.Join(strings.Fields(e.Passage.Text), " "), 160), Cites: []int{e.N}})
		reply.Sources = append(reply.Sources, source(e.N, e.Source, e.Passage))
		ids = append(ids, e.Passage.ID)
	}
	if len(ids) > 0 {
		reply.Actions = append(reply.Actions, Action{Label: "Show the nearest", Request: follow(r, "passages", "ids", strings.Join(ids, ","))})
	}
	return reply
}

// searchedLine says what was searched and which words of the question it does not hold.
func searchedLine(h retrieval.Holdings, missing []string) string {
	if h.Articles == 0 {
		return "No article was searched: the collection, with the filters set, is empty."
	}
	line := "Searched " + plural(h.Articles, "article")
	if !h.From.IsZero() {
		line += ", " + span(h.From, h.To)
	}
	line += publishers(h.Publishers)
	quoted := make([]string, len(missing))
	for i, w := range missing {
		quoted[i] = `"` + w + `"`
	}
	switch len(quoted) {
	case 0:
		return line + "."
	case 1:
		return line + ". " + quoted[0] + " occurs in none."
	}
	return line + ". " + strings.Join(quoted[:len(quoted)-1], ", ") + " and " + quoted[len(quoted)-1] + " occur in none."
}

// span is a range of days, the year said once where both share it.
func span(from, to time.Time) string {
	switch {
	case from.Equal(to):
		return longDay(from)
	case from.Year() == to.Year():
		return from.Format("2 Jan") + " to " + longDay(to)
	}
	return longDay(from) + " to " + longDay(to)
}

// publishers lists the largest ones with their counts.
func publishers(counts []retrieval.Count) string {
	var named []string
	for _, c := range counts[:min(5, len(counts))] {
		name := c.Name
		if name == "" {
			name = "no publisher given"
		}
		named = append(named, fmt.Sprintf("%s (%d)", name, c.N))
	}
	if len(named) == 0 {
		return ""
	}
	line := ": " + strings.Join(named, ", ")
	if more := len(counts) - len(named); more > 0 {
		line += fmt.Sprintf(" and %d more", more)
	}
	return line
}

// remember stores the answer for its receipt.
func (d *Desk) remember(ctx context.Context, r Request, a answer.Answer) error {
	data, err := json.Marshal(receiptOf(r, a))
	if err != nil {
		return err
	}
	return d.Library.AddAnswer(ctx, library.GivenAnswer{
		ID: a.ID, At: d.Now(), Guild: r.Place.Guild, Asker: r.Asker.ID, Question: a.Question, Data: string(data),
	})
}

// Receipt is what is kept of an answer: how it was made and from what.
type Receipt struct {
	Options    map[string]string
	Sentences  []answer.Sentence
	Evidence   []ReceiptEvidence
	Model      string
	Checks     answer.Checks
	Notices    []string
	Confidence float64
	Abstained  bool
	TookMS     int64 // milliseconds
}

// ReceiptEvidence is one piece of evidence as it stood when the answer was given.
type ReceiptEvidence struct {
	N       int
	Passage string // id
	Source  news.Source
	Text    string
}

func receiptOf(r Request, a answer.Answer) Receipt {
	receipt := Receipt{Options: r.Options, Sentences: a.Sentences, Model: a.Model, Checks: a.Checks, Notices: a.Notices,
		Confidence: a.Found.Confidence, Abstained: a.Abstained, TookMS: a.Took.Milliseconds()}
	for _, e := range a.Evidence {
		receipt.Evidence = append(receipt.Evidence, ReceiptEvidence{N: e.N, Passage: e.Passage.ID, Source: e.Source, Text: e.Passage.Text})
	}
	return receipt
}
