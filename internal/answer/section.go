package answer

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"attache/internal/news"
)

// Rewording words sentences anew with a model, each from the one piece of evidence that it cites. The draft has a sentence for each that was given, in their
// order: the new one where it passed the check, else the old one. Its Checks count the new ones.
type Rewording func(ctx context.Context, topic string, sentences []Sentence, evidence []Evidence) (Draft, error)

// Composes reports whether there is a model that composes.
func (s *Service) Composes() bool { return s.generative != nil }

// errNothingToSay is a model's way to leave a section to its sources.
const errNothingToSay unusable = "The model found nothing to write about it"

// Section answers question for a paper's section from the sentences lifted for it, in the model's words: each passed the check, and cites the articles of Source and Also. None of
// them holds a quotation, because those are the library's alone. An error tells its Reason, if it has one, and then the lifted sentences
// are what there is.
func (s *Service) Section(ctx context.Context, question string, lifted []Lifted) ([]Lifted, Draft, error) {
	evidence := s.evidenceOf(lifted)
	d, err := s.generative.Compose(ctx, question, evidence, nil)
	if err != nil {
		return nil, Draft{}, fmt.Errorf("compose section: %w", err)
	}
	byNumber := map[int]Evidence{}
	for _, e := range evidence {
		byNumber[e.N] = e
	}
	var section []Lifted
	for _, sentence := range d.Sentences {
		if quoted, _ := quotedSpans(sentence.Text); len(quoted) > 0 || len(sentence.Cites) == 0 {
			continue
		}
		section = append(section, liftedFrom(sentence, byNumber))
	}
	if len(section) == 0 {
		return nil, Draft{}, errNothingToSay
	}
	d.Checks = Checks{Sentences: len(section), Supported: len(section), Removed: d.Checks.Removed + len(d.Sentences) - len(section)}
	return section, d, nil
}

// evidenceOf numbers the passages of sentences, each once.
func (s *Service) evidenceOf(lifted []Lifted) []Evidence {
	var evidence []Evidence
	for _, l := range lifted {
		if !slices.ContainsFunc(evidence, func(e Evidence) bool { return e.Passage.ID == l.Passage.ID }) {
			evidence = append(evidence, Evidence{N: len(evidence) + 1, Passage: l.Passage, Source: l.Source, Quotes: s.quotes(l.Passage), Score: l.Score})
		}
	}
	return evidence
}

// liftedFrom makes of a composed sentence what it would be if it had been lifted: its first citation is its source, and its date is counted from the day of that.
func liftedFrom(sentence Sentence, evidence map[int]Evidence) Lifted {
	first := evidence[sentence.Cites[0]]
	l := Lifted{Text: sentence.Text, Passage: first.Passage, Source: first.Source, When: dateIn(sentence.Text, first.Source.Published)}
	for _, n := range sentence.Cites[1:] {
		source := evidence[n].Source
		known := func(o news.Source) bool { return o.ArticleID == source.ArticleID }
		if !known(l.Source) && !slices.ContainsFunc(l.Also, known) {
			l.Also = append(l.Also, source)
		}
	}
	return l
}

// Reword puts sentences on a topic into the model's words, each on its own, with its source and date as they are. Those that hold a quotation stay, and so do those
// whose new words fail the check. An error tells its Reason, if it has one, and leaves all as they are.
func (s *Service) Reword(ctx context.Context, topic string, lifted []Lifted) ([]Lifted, Draft, error) {
	var plain []int // of lifted
	var sentences []Sentence
	evidence := s.evidenceOf(lifted)
	for i, l := range lifted {
		if quoted, _ := quotedSpans(l.Text); l.Quote != nil || len(quoted) > 0 {
			continue
		}
		n := slices.IndexFunc(evidence, func(e Evidence) bool { return e.Passage.ID == l.Passage.ID }) + 1
		plain, sentences = append(plain, i), append(sentences, Sentence{Text: l.Shown(), Cites: []int{n}})
	}
	if len(plain) == 0 || s.reword == nil {
		return lifted, Draft{}, nil
	}
	d, err := s.reword(ctx, topic, sentences, evidence)
	if err != nil {
		return lifted, Draft{}, fmt.Errorf("word anew: %w", err)
	}
	reworded := slices.Clone(lifted)
	for i, at := range plain {
		if said := d.Sentences[i].Text; said != lifted[at].Shown() { // else it stays as it stands
			reworded[at].Text, reworded[at].Meant = said, nil
		}
	}
	return reworded, d, nil
}

// Reword words sentences anew: it is a Rewording.
func (g *Generative) Reword(ctx context.Context, topic string, sentences []Sentence, evidence []Evidence) (Draft, error) {
	evidence = g.prompts.fit(evidence)
	prompt, err := g.prompts.reword(topic, sentences, evidence)
	if err != nil {
		return Draft{}, err
	}
	w := &writing{prompt: g.prompts.version, checker: g.checker(ctx, evidence)}
	go w.checker() // while the model writes
	defer w.checker()
	done, err := g.model.Complete(ctx, prompt, nil)
	if ctx.Err() != nil {
		return Draft{}, fmt.Errorf("word anew with the model: %w", ctx.Err())
	}
	lines := numberedLines(done.Text)
	if err != nil && len(lines) > 0 { // the last one may have been cut
		delete(lines, slices.Max(slices.Collect(maps.Keys(lines))))
	}
	w.model = done.Model
	d := w.draft()
	d.Sentences = slices.Clone(sentences)
	for i, old := range sentences {
		if text, ok := w.reworded(lines[i+1], old.Cites); ok {
			d.Sentences[i].Text = text
			d.Checks.Sentences++
			d.Checks.Supported++
		}
	}
	d.Checking = w.checking
	switch {
	case d.Checks.Supported > 0:
		return d, nil
	case err != nil:
		return Draft{}, fmt.Errorf("word anew with the model: %w", err)
	case len(lines) == 0:
		return Draft{}, errSilent
	}
	return Draft{}, errUnsupported
}

// reworded returns the words of a line that may take a sentence's place: one sentence without a quotation, which passes the check with the sentence's own citations.
func (w *writing) reworded(line string, cites []int) (string, bool) {
	parts := splitMarked(line)
	if len(parts) != 1 || parts[0].open {
		return "", false
	}
	if quoted, _ := quotedSpans(parts[0].text); len(quoted) > 0 {
		return "", false
	}
	v := w.check(marked{text: parts[0].text, cites: cites})
	return v.sentence.Text, v.ok()
}
