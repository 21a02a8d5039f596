// Package answer turns a question into an answer that can be proved: it retrieves passages, composes sentences from them and checks every
// citation and quotation before anybody sees it.
package answer

import (
	"context"
	"time"

	"attache/internal/news"
	"attache/internal/text"
)

// Evidence is one numbered passage that an answer may rest on.
type Evidence struct {
	N       int // from 1, as cited: [N]
	Passage news.Passage
	Source  news.Source
	Quotes  []news.Quote // the quotations that stand in the passage, with their speakers
	Score   float64      // its relevance to the question; higher is better, comparable within one search only
}

// Sentence is one sentence of an answer with the numbers of the evidence it rests on, ascending. The Text of an extractive one stands as it is in its passage.
type Sentence struct {
	Text    string
	Meant   *Meant `json:",omitempty"` // whom a pronoun of Text stands for; nil where none needs it
	Cites   []int
	Quote   *news.Quote // the quotation that the sentence shows; nil for a sentence that shows none
	Version *Version    // set in every sentence of an answer that shows how reports differ, and in no other
}

// Shown is the sentence as a reader sees it: its text, with the name in brackets in the place of a pronoun whose sense lies outside it.
func (s Sentence) Shown() string { return shownWith(s.Text, s.Meant) }

// Checks counts what the check of an answer found. For an extractive answer everything holds by construction.
type Checks struct {
	Sentences, Supported int // sentences shown, and those that their citations support
	Quotes, Verbatim     int // strings in quotation marks shown, and those that stand verbatim in a cited passage
	Removed              int // sentences that failed the check and were taken out
}

// Draft is what a composer made of the evidence.
type Draft struct {
	Sentences []Sentence
	Model     string // the model that wrote it; "" for an extractive draft
	Prompt    string // the version of the prompt that it was asked with; "" for an extractive draft
	Checks    Checks
	Checking  time.Duration // how long the check of a model's sentences took
	Notices   []text.Phrase // what the reader must know: "One sentence was removed: …"
}

// Composer makes an answer's sentences from evidence. An empty draft means that the evidence does not answer the question. progress, when not
// nil, is given every checked state of the draft while it grows. An error means that no draft could be made; the caller falls
// back to the extractive composer.
type Composer interface {
	Compose(ctx context.Context, question string, evidence []Evidence, progress func(Draft)) (Draft, error)
}
