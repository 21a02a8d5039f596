package commands

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"attache/internal/answer"
	"attache/internal/library"
	"attache/internal/news"
	"attache/internal/retrieval"
)

// Receipt is what is kept of an answer: how it was made and from what.
type Receipt struct {
	Command    string            // that was answered; "" is ask
	Options    map[string]string // of the request, the question as it was typed among them
	Private    bool              // it was for the asker alone
	Viewer     news.Viewer       // who looked
	Read       retrieval.Reading // how the filters were read
	Filters    string            `json:",omitempty"` // the same in English, of older receipts whose Read is zero: "until 9 May 2031"
	Locale     string            // the asker's interface language
	Searched   int               // articles
	Sentences  []answer.Sentence
	Evidence   []ReceiptEvidence
	Model      string // "" for an extractive answer
	Prompt     string // the version of the prompt that the model was asked with
	Checks     answer.Checks
	Notices    []string
	Confidence float64
	Abstained  bool
	TookMS     int64 // milliseconds
	Times      answer.Times
	Spend      library.Spend // what the model was used for it, whatever it was used for
	Currency   string        // of Spend.Money
}

// ReceiptEvidence is one piece of evidence as it stood when the answer was given.
type ReceiptEvidence struct {
	N       int
	Passage string // id
	Source  news.Source
	Text    string
	Removed bool // its article was removed since, and with it title, address and words
}

// What stands in a receipt in place of what was removed with its article.
const (
	removedWords = "These words were removed with their article."
	removedTitle = "An article that was removed"
)

// Redact takes the words of articles, by the ids under which an answer cites them, out of its receipt. It is a library.Redact.
func Redact(data string, articles []string) (string, error) {
	var kept Receipt
	if err := json.Unmarshal([]byte(data), &kept); err != nil {
		return "{}", nil // nobody can read it, and nothing of it may stay
	}
	var gone []int
	for i, e := range kept.Evidence {
		if slices.Contains(articles, e.Source.ArticleID) {
			gone = append(gone, e.N)
			kept.Evidence[i] = ReceiptEvidence{N: e.N, Passage: e.Passage, Removed: true, Text: removedWords,
				Source: news.Source{ArticleID: e.Source.ArticleID, Title: removedTitle, Wall: e.Source.Wall}}
		}
	}
	for i, s := range kept.Sentences {
		if slices.ContainsFunc(s.Cites, func(n int) bool { return slices.Contains(gone, n) }) {
			kept.Sentences[i] = answer.Sentence{Text: removedWords, Cites: s.Cites}
		}
	}
	redacted, err := json.Marshal(kept)
	return string(redacted), err
}

// remember stores the answer for its receipt.
func (d *Desk) remember(ctx context.Context, r Request, a answer.Answer) error {
	return d.file(ctx, r, a.ID, a.Question, receiptOf(r, a))
}

// noReceipt is what a reader is told when a receipt could not be kept.
const noReceipt = "This answer could not be stored, so it has no receipt."

// file keeps a receipt under its id.
func (d *Desk) file(ctx context.Context, r Request, id, question string, receipt Receipt) error {
	receipt.Viewer = d.viewer(r)
	if d.Model != nil {
		receipt.Spend, receipt.Currency = d.Model.Spent(ctx), d.Model.Currency
	}
	data, err := json.Marshal(receipt)
	if err != nil {
		return err
	}
	given := library.GivenAnswer{ID: id, At: d.Now(), Guild: r.Place.Guild, Asker: r.Asker.ID, Question: question, Data: string(data)}
	for _, e := range receipt.Evidence {
		if !slices.Contains(given.Articles, e.Source.ArticleID) {
			given.Articles = append(given.Articles, e.Source.ArticleID)
		}
	}
	return d.Library.AddAnswer(ctx, given)
}

func receiptOf(r Request, a answer.Answer) Receipt {
	receipt := Receipt{
		Options: r.Options, Private: r.Private, Locale: r.Locale, Read: a.Found.Read, Searched: a.Found.Searched.Articles, Sentences: a.Sentences, Model: a.Model, Prompt: a.Prompt, Times: a.Times,
		Checks: a.Checks, Notices: r.lang().phrases(a.Notices), Confidence: a.Found.Confidence, Abstained: a.Abstained, TookMS: a.Took.Milliseconds(),
	}
	for _, e := range a.Evidence {
		receipt.Evidence = append(receipt.Evidence, ReceiptEvidence{N: e.N, Passage: e.Passage.ID, Source: e.Source, Text: e.Passage.Text})
	}
	return receipt
}

// receipt shows how an answer came about.
func (d *Desk) receipt() Command {
	return Command{
		Name:        "receipt",
		Description: "How an answer or a paper came about: question, filters, evidence, checks, times and cost",
		Reads:       true,
		Options: []Option{
			{Name: "answer", Description: "The answer's id, as its last line has it: #1a2b3c4d", Required: true, MaxLength: 20},
			private(),
		},
		Handle: func(ctx context.Context, r Request, _ Progress) (Reply, error) {
			given, kept, err := d.given(ctx, r)
			if err != nil {
				return Reply{}, err
			}
			reply := kept.show(r, given)
			if err := d.sinceChanged(ctx, r, &reply, given, kept); err != nil {
				return Reply{}, err
			}
			reply.Private = kept.Private
			return reply, nil
		},
	}
}

// given finds the stored answer that a request names. One that its asker may not be shown, because it was for somebody else alone or could rest on articles
// that they do not see, is one that was never given.
func (d *Desk) given(ctx context.Context, r Request) (library.GivenAnswer, Receipt, error) {
	id := strings.ToLower(strings.TrimPrefix(strings.TrimSpace(r.Option("answer")), "#"))
	given, err := d.Library.Answer(ctx, r.Place.Guild, id)
	if err != nil && !errors.Is(err, library.ErrNotFound) {
		return given, Receipt{}, err
	}
	var kept Receipt
	if err == nil {
		if err := json.Unmarshal([]byte(given.Data), &kept); err != nil {
			return given, kept, fmt.Errorf("read the receipt of answer %s: %w", id, err)
		}
	}
	now, failed := d.Library.CitedNow(ctx, r.Place.Guild, id)
	if failed != nil {
		return given, kept, failed
	}
	r.Private = r.Private || kept.Private // then its receipt is private too
	if err != nil || kept.Private && given.Asker != r.Asker.ID && !r.Asker.Operator || !d.maySee(d.viewer(r), kept, now) {
		return given, kept, Problemf("No answer #%s was given here. Its id stands in the last line of an answer.", id)
	}
	return given, kept, nil
}

// maySee reports whether the viewer sees all that an answer rests on, and all that it could have been made of and counted. now has the ids of articles whose
// later versions have others.
func (d *Desk) maySee(viewer news.Viewer, kept Receipt, now map[string]string) bool {
	for _, e := range kept.Evidence {
		audience, there := d.Index.Audience(cmp.Or(now[e.Source.ArticleID], e.Source.ArticleID))
		if !there { // removed since then
			audience = news.Audience{Guild: kept.Viewer.Guild, Wall: e.Source.Wall}
		}
		if !viewer.Sees(audience) {
			return false
		}
	}
	return !d.Index.Beyond(kept.Viewer, viewer)
}

// sinceChanged adds what of the evidence no longer stands, and leads to the versions of the article.
func (d *Desk) sinceChanged(ctx context.Context, r Request, reply *Reply, given library.GivenAnswer, kept Receipt) error {
	now, err := d.Library.CitedNow(ctx, given.Guild, given.ID)
	if err != nil {
		return err
	}
	shaken, err := d.shaken(ctx, kept, now)
	if err != nil || len(shaken) == 0 {
		return err
	}
	reply.Blocks = append(reply.Blocks, Block{Kind: Heading, Text: "Since changed"})
	for _, s := range shaken {
		b := Block{Kind: Item, Mark: r.say(string(s.Fate)), Cites: []int{s.N}, Text: r.say("No longer in the collection.")}
		switch {
		case s.Fate == Closed:
			b.Text = r.say("Now kept from where this was given.")
		case s.From != "":
			b.Text = cut(bare(s.From), 300)
		}
		reply.Blocks = append(reply.Blocks, b)
		if s.To != "" {
			reply.Blocks = append(reply.Blocks, Block{Kind: Item, Mark: "now", Text: cut(bare(s.To), 300), Cites: []int{s.N}})
		}
		if s.From != "" && len(reply.Actions) == 0 {
			reply.Actions = []Action{{Label: "Versions", Request: follow(r, "versions", "article", s.Source.ArticleID)}}
		}
	}
	return nil
}

// show lays the receipt out: the question, how it was answered, the answer, and the evidence as it stood then.
func (k Receipt) show(r Request, given library.GivenAnswer) Reply {
	reply := Reply{Title: r.say("Receipt #%s, %s", given.ID, moment(given.At))}
	item := func(what, value string) {
		if value != "" {
			reply.Blocks = append(reply.Blocks, Block{Kind: Item, Mark: what, Text: value})
		}
	}
	item("Question", given.Question)
	if typed := k.Options["question"]; k.Command == "" && typed != given.Question {
		item("As typed", typed)
	}
	if k.Searched > 0 || k.Command == "" {
		item("Searched", strings.Join(compact(r.say("%s", counted{k.Searched, "article"}), k.filtered(r)), ", "))
	}
	item("Made", k.made(r))
	item("Time", k.spentTime(r))
	if k.Spend.Requests > 0 {
		item("Model used", r.used(k.Spend, Allowance{}, k.Currency))
	}
	for _, n := range k.Notices {
		item("Notice", n)
	}
	if len(k.Sentences) > 0 {
		reply.Blocks = append(reply.Blocks, Block{Kind: Heading, Text: "The answer"})
	}
	for _, s := range k.Sentences {
		reply.Blocks = append(reply.Blocks, Block{Kind: Sentence, Text: r.removed(s.Shown()), Cites: s.Cites})
	}
	k.showEvidence(r, &reply)
	return reply
}

// showEvidence lists the evidence with its sources; a quotation has no passage of its own, for it stands above.
func (k Receipt) showEvidence(r Request, reply *Reply) {
	heading := Block{Kind: Heading, Text: "The evidence, as it stood then"}
	for _, e := range k.Evidence {
		passage := news.Passage{ID: e.Passage, ArticleID: e.Source.ArticleID, Text: e.Text}
		if !slices.ContainsFunc(reply.Sources, func(s Source) bool { return s.N == e.N }) {
			reply.Sources = append(reply.Sources, source(e.N, e.Source, passage))
			reply.Sources[len(reply.Sources)-1].Title = r.removed(e.Source.Title)
		}
		if e.Passage == "" {
			continue
		}
		if heading.Text != "" {
			reply.Blocks = append(reply.Blocks, heading)
			heading.Text = ""
		}
		reply.Blocks = append(reply.Blocks, Block{Kind: Excerpt, Text: r.removed(e.Text), Cites: []int{e.N}, Attribution: e.Passage})
	}
}

// made says how the answer was made, what the checks found, and how long it took.
func (k Receipt) made(r Request) string {
	if k.Abstained {
		return r.say("no answer, confidence %.2f, %d ms", k.Confidence, max(k.TookMS, 1))
	}
	by := r.say("extractive: its sources' own sentences")
	if k.Model != "" {
		by = strings.Join(compact(k.Model, k.prompt(r)), ", ")
	}
	c := k.Checks
	checks := r.say("%d/%d sentences supported, %d/%d quotations verbatim", c.Supported, c.Sentences, c.Verbatim, c.Quotes)
	if c.Removed > 0 {
		checks += ", " + r.say("%s", counted{c.Removed, "sentence removed"})
	}
	if k.Command != "" { // a paper, which nobody asked to be an answer
		return fmt.Sprintf("%s; %s; %d ms", by, checks, max(k.TookMS, 1))
	}
	return r.say("%s; %s; confidence %.2f, %d ms", by, checks, k.Confidence, max(k.TookMS, 1))
}

// filtered says how the filters were read.
func (k Receipt) filtered(r Request) string { return cmp.Or(r.reading(k.Read), k.Filters) }

// removed words what stands in the place of removed words; others stay as they are.
func (r Request) removed(words string) string {
	if words == removedWords || words == removedTitle {
		return r.say(words)
	}
	return words
}

// prompt names the version of the prompt; "" without one.
func (k Receipt) prompt(r Request) string {
	if k.Prompt == "" {
		return ""
	}
	return r.say("prompt %s", k.Prompt)
}

// spentTime says what the time went to; "" for a receipt that does not tell.
func (k Receipt) spentTime(r Request) string {
	var parts []string
	for _, part := range []struct {
		name string
		took time.Duration
	}{{"search %s", k.Times.Search}, {"compose %s", k.Times.Compose}, {"check %s", k.Times.Check}} {
		if part.took > 0 {
			parts = append(parts, r.say(part.name, took(part.took)))
		}
	}
	return strings.Join(parts, ", ")
}
