package answer

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"attache/internal/llm"
	"attache/internal/text"
)

// Completer is a language model; *llm.Client is one. onText is given each piece of the text as it comes, from one goroutine, before Complete returns; with an error the
// completion holds what came before it.
type Completer interface {
	Complete(ctx context.Context, p llm.Prompt, onText func(piece string)) (llm.Completion, error)
}

// GenerativeOptions are what a Generative is made of.
type GenerativeOptions struct {
	Model         Completer
	Embed         Embedder     // for the check; nil compares words alone
	EvidenceBytes int          // of passages in a prompt, at most; 0 is DefaultEvidenceBytes
	Log           *slog.Logger // nil logs nothing
}

// DefaultEvidenceBytes is room for eight passages of 300 words: about 4,000 tokens.
const DefaultEvidenceBytes = 16000

// mostSentences is how many sentences of an answer are used; what a model writes beyond it is left out.
const mostSentences = 8

// Generative composes an answer with a language model and shows of it only what passes the check: each sentence is checked as soon as it is complete, those
// that fail go back to the model once, with what is wrong with them, and what still fails is left out. It is safe for concurrent use. NewGenerative makes one.
type Generative struct {
	model   Completer
	embed   Embedder
	prompts *prompts
	log     *slog.Logger
}

var _ Composer = (*Generative)(nil)

// NewGenerative returns a composer over a model. An error means that the prompt's template is broken.
func NewGenerative(o GenerativeOptions) (*Generative, error) {
	if o.EvidenceBytes == 0 {
		o.EvidenceBytes = DefaultEvidenceBytes
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	p, err := newPrompts(o.EvidenceBytes)
	if err != nil {
		return nil, err
	}
	return &Generative{model: o.Model, embed: o.Embed, prompts: p, log: o.Log}, nil
}

// unusable is why nothing a model wrote can be shown; its Reason is for the reader.
type unusable string

func (u unusable) Error() string { return "use the model's answer: " + strings.ToLower(string(u)) }

// Reason is one sentence for the reader, without its full stop.
func (u unusable) Reason() text.Phrase { return text.Phrasef(string(u)) }

// The reasons.
const (
	errSilent      unusable = "The model said nothing"
	errUnsupported unusable = "Nothing that the model wrote passed the check against its sources"
)

// Compose asks the model and checks what it writes. An empty draft means that the model found no answer in the evidence. An error wraps the Completer's, or has a method Reason
// that tells a reader why nothing can be shown. progress gets the sentences that passed so far, each time one more does.
func (g *Generative) Compose(ctx context.Context, question string, evidence []Evidence, progress func(Draft)) (Draft, error) {
	if len(evidence) == 0 {
		return Draft{}, nil
	}
	evidence = g.prompts.fit(evidence)
	prompt, err := g.prompts.ask(question, evidence)
	if err != nil {
		return Draft{}, err
	}
	w := &writing{prompt: g.prompts.version, checker: g.checker(ctx, evidence), progress: progress}
	go w.checker() // while the model thinks; the first sentence waits for it
	defer w.checker()
	done, err := g.model.Complete(ctx, prompt, w.add)
	if ctx.Err() != nil {
		return Draft{}, fmt.Errorf("compose with the model: %w", ctx.Err())
	}
	w.model = done.Model
	if w.refused {
		return w.draft(), nil
	}
	w.finish(err == nil && !done.Truncated)
	w.brokeOff = err != nil || done.Truncated
	switch {
	case err != nil && len(w.passed()) == 0:
		return Draft{}, fmt.Errorf("compose with the model: %w", err)
	case w.refused:
		return w.draft(), nil
	case len(w.written) == 0:
		return Draft{}, errSilent
	}
	if err == nil {
		g.repair(ctx, question, evidence, w)
	}
	if w.settle(); len(w.passed()) == 0 {
		return Draft{}, errUnsupported
	}
	return w.draft(), nil
}

// checker prepares the check of an answer when it is first called.
func (g *Generative) checker(ctx context.Context, evidence []Evidence) func() *checker {
	return sync.OnceValue(func() *checker { return newChecker(ctx, evidence, g.embed) })
}

// repair sends the sentences that failed back to the model, once, and takes over those that pass then.
func (g *Generative) repair(ctx context.Context, question string, evidence []Evidence, w *writing) {
	var failed []numberedLine
	for i, v := range w.written {
		if !v.ok() {
			failed = append(failed, numberedLine{Number: i + 1, Text: citing(v.sentence), Reason: reasonsOf(v.faults)})
			g.log.DebugContext(ctx, "sentence failed the check", slog.String("kind", string(v.faults[0].kind)))
		}
	}
	if len(failed) == 0 {
		return
	}
	prompt, err := g.prompts.repair(question, evidence, failed)
	if err != nil {
		g.log.WarnContext(ctx, "repair was not asked for", slog.Any("err", err))
		return
	}
	done, err := g.model.Complete(ctx, prompt, nil)
	if err != nil {
		g.log.WarnContext(ctx, "repair failed", slog.Any("err", err))
		return
	}
	for number, text := range numberedLines(done.Text) {
		if number < 1 || number > len(w.written) || w.written[number-1].ok() {
			continue
		}
		if parts := splitMarked(text); len(parts) == 1 && !parts[0].open {
			if v := w.check(parts[0]); v.ok() {
				w.written[number-1] = v
			}
		}
	}
}

// citing writes a sentence with its markers, as a model would.
func citing(s Sentence) string {
	var b strings.Builder
	b.WriteString(s.Text)
	for _, n := range s.Cites {
		fmt.Fprintf(&b, " [%d]", n)
	}
	return b.String()
}

func reasonsOf(faults []fault) string {
	var reasons []string
	for _, f := range faults {
		if !slices.Contains(reasons, f.detail) {
			reasons = append(reasons, f.detail)
		}
	}
	return strings.Join(reasons, "; ")
}

// numberedLines reads "1. text" lines; a line without a number, and one that says DROP, is left out. Of two lines with the same number the last counts.
func numberedLines(s string) map[int]string {
	lines := make(map[int]string)
	for line := range strings.Lines(s) {
		line = strings.TrimSpace(line)
		end := strings.IndexFunc(line, func(r rune) bool { return !unicode.IsDigit(r) })
		if end < 1 || end > 2 || line[end] != '.' && line[end] != ')' && line[end] != ':' {
			continue
		}
		number := int(line[0] - '0')
		if end == 2 {
			number = 10*number + int(line[1]-'0')
		}
		if text := strings.TrimSpace(line[end+1:]); !strings.HasPrefix(text, "DROP") {
			lines[number] = text
		}
	}
	return lines
}

// writing is an answer while it is written.
type writing struct {
	checker  func() *checker
	progress func(Draft)
	model    string
	prompt   string // the version of the prompt
	form     unwrapper
	checking time.Duration

	text     strings.Builder
	read     int // bytes of text that are taken apart
	written  []verdict
	refused  bool // the model said that the passages hold no answer
	brokeOff bool
	removed  int
	settled  bool
}

// noAnswer is what a model writes when the passages do not answer.
const noAnswer = "NO ANSWER"

// add takes a piece of text and checks the sentences that it completes.
func (w *writing) add(piece string) {
	piece = w.form.next(piece)
	w.text.WriteString(piece)
	if w.form.form == object {
		w.take(true) // it comes in whole sentences
	} else if strings.ContainsFunc(piece, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsPunct(r) }) {
		w.take(false)
	}
}

// finish takes what is left at the end of the text; the last sentence counts only when the text is whole or the sentence has its end.
func (w *writing) finish(whole bool) {
	w.text.WriteString(w.form.end())
	w.take(true)
	whole = whole || w.form.form == object
	if n := len(w.written); !whole && n > 0 && !ended(w.text.String()) {
		w.written = w.written[:n-1]
	}
}

// ended reports whether a text ends where a sentence may: behind a full stop or the like, with markers and closing marks after it left out.
func ended(s string) bool {
	bare := strings.TrimRight(strip(s).text, " \n\t*`\"”’)»")
	last, _ := utf8.DecodeLastRuneInString(bare)
	return strings.ContainsRune(".!?…", last)
}

// take checks the sentences that are complete: all but the last one, which may go on, and whose end may still change when the next word comes.
func (w *writing) take(last bool) {
	rest := w.text.String()[w.read:]
	if w.refused || len(w.written) >= mostSentences {
		return
	}
	parts := splitMarked(rest)
	if len(parts) > 0 && isRefusal(parts[0].text) && len(w.written) == 0 {
		w.refused = true
		return
	}
	if !last {
		if len(parts) < 2 || !begun(parts[len(parts)-1].text) {
			return
		}
		parts = parts[:len(parts)-1]
	}
	for _, p := range parts[:min(len(parts), mostSentences-len(w.written))] {
		w.judge(p)
	}
	if len(parts) > 0 {
		w.read += parts[len(parts)-1].end
	}
}

func isRefusal(s string) bool {
	return strings.HasPrefix(strings.ToUpper(strings.Trim(s, " *\"“”`.")), noAnswer)
}

// begun reports whether a sentence has its first word and part of the next, so that the border before it stands.
func begun(s string) bool { return len(strings.Fields(s)) >= 2 }

// judge takes a sentence over with what the check says of it. One that cites nothing, or a number that was never given, is cited anew when just one passage supports it whole.
func (w *writing) judge(p marked) {
	if slices.ContainsFunc(w.written, func(v verdict) bool { return v.sentence.Text == p.text }) {
		return
	}
	v := w.check(p)
	w.written = append(w.written, v)
	if v.ok() && w.progress != nil {
		w.progress(w.draft())
	}
}

// check judges a sentence, and counts the time that it takes.
func (w *writing) check(p marked) verdict {
	start := time.Now()
	defer func() { w.checking += time.Since(start) }()
	v := w.checker().check(p.text, p.cites)
	if len(v.faults) > 0 && v.faults[0].kind == faultCitation {
		if found, ok := w.checker().cite(p.text); ok {
			return found
		}
	}
	return v
}

// cite finds the one passage that supports a sentence whole; none is taken when several do or none does.
func (c *checker) cite(sentence string) (verdict, bool) {
	var found []verdict
	for n := range c.sources {
		if v := c.check(sentence, []int{n}); v.ok() {
			found = append(found, v)
		}
	}
	if len(found) != 1 {
		return verdict{}, false
	}
	return found[0], true
}

// settle takes out what failed, and with it the sentences after it that lean on it: "He added …".
func (w *writing) settle() {
	w.settled = true
	kept := w.written[:0:0]
	gap := false
	for _, v := range w.written {
		if v.ok() && !(gap && leans(v.sentence.Text)) {
			kept = append(kept, v)
			gap = false
			continue
		}
		gap = true
		w.removed++
	}
	w.written = kept
}

func (w *writing) passed() []verdict {
	var passed []verdict
	for _, v := range w.written {
		if v.ok() {
			passed = append(passed, v)
		}
	}
	return passed
}

// draft is the answer as far as it has passed.
func (w *writing) draft() Draft {
	d := Draft{Model: w.model, Prompt: w.prompt, Checking: w.checking}
	for _, v := range w.passed() {
		s := v.sentence
		s.Cites = slices.Clone(s.Cites)
		d.Sentences = append(d.Sentences, s)
		d.Checks.Sentences++
		d.Checks.Supported++
		d.Checks.Quotes += v.quotes
		d.Checks.Verbatim += v.verbatim
	}
	if !w.settled {
		return d
	}
	d.Checks.Removed = w.removed
	switch {
	case w.removed == 1:
		d.Notices = append(d.Notices, text.Phrasef("One sentence was removed: its sources do not support it."))
	case w.removed > 1:
		d.Notices = append(d.Notices, text.Phrasef("%d sentences were removed: their sources do not support them.", w.removed))
	}
	if w.brokeOff {
		d.Notices = append(d.Notices, text.Phrasef("The model broke off, so this answer may be incomplete."))
	}
	return d
}
