package commands

import (
	"context"
	"slices"
	"sync"

	"attache/internal/answer"
	"attache/internal/text"
)

// section is a part of a desk's paper: sentences lifted from articles, in whose place a model's may stand that were composed from the same passages.
type section struct {
	question string // that its composed sentences answer
	lifted   []answer.Lifted
	composed bool // lifted are the model's
}

// unquoting is added to the question of a section: quotations come from the library alone.
const unquoting = " Quote nobody."

// composition is what a model made of the parts of a paper.
type composition struct {
	parts, failed int
	made          answer.Draft // the sums of its parts, without their sentences
	reason        text.Phrase  // why the first failed of those that did
}

// compose puts the model's sentences in the place of the lifted ones, section by section and all at once. A section for which the model fails stays as it is. Without
// a model nothing is done.
func (d *Desk) compose(ctx context.Context, sections ...*section) composition {
	var c composition
	if !d.Answers.Composes() {
		return c
	}
	var mu sync.Mutex
	var all sync.WaitGroup
	for _, s := range sections {
		if len(s.lifted) == 0 {
			continue
		}
		all.Go(func() {
			composed, made, err := d.section(ctx, *s)
			mu.Lock()
			defer mu.Unlock()
			if c.add(made, err); err == nil {
				s.lifted, s.composed = composed, true
			}
		})
	}
	all.Wait()
	return c
}

// section composes one section. A panic in it is an error, since no middleware sees the goroutine that it runs in.
func (d *Desk) section(ctx context.Context, s section) (composed []answer.Lifted, made answer.Draft, err error) {
	defer rescue(&err)
	return d.Answers.Section(ctx, s.question+unquoting, s.lifted)
}

// reword puts the sentences into the model's words, each from its own passage; those for which that fails stay as they are.
func (d *Desk) reword(ctx context.Context, topic string, lifted []answer.Lifted) ([]answer.Lifted, composition) {
	var c composition
	if !d.Answers.Composes() {
		return lifted, c
	}
	reworded, made, err := d.Answers.Reword(ctx, topic, lifted)
	if err == nil && made.Model == "" { // there was nothing to reword
		return lifted, c
	}
	c.add(made, err)
	return reworded, c
}

// add counts what became of a part.
func (c *composition) add(made answer.Draft, err error) {
	c.parts++
	if err != nil {
		c.failed++
		if c.failed == 1 {
			c.reason = answer.Why(err)
		}
		return
	}
	c.made.Model, c.made.Prompt = made.Model, made.Prompt
	c.made.Checks.Sentences += made.Checks.Sentences
	c.made.Checks.Supported += made.Checks.Supported
	c.made.Checks.Removed += made.Checks.Removed
	c.made.Checking += made.Checking
	for _, n := range made.Notices {
		if !slices.ContainsFunc(c.made.Notices, func(o text.Phrase) bool { return o.String() == n.String() }) {
			c.made.Notices = append(c.made.Notices, n)
		}
	}
}

// notices are what a reader must know of it.
func (c composition) notices(r Request) []string {
	said := r.lang().phrases(c.made.Notices)
	switch c.failed {
	case 0:
		return said
	case c.parts:
		return append(said, r.say("%s, so this reply comes from retrieval alone.", c.reason))
	}
	return append(said, r.say("%s, so a part of this reply comes from retrieval alone.", c.reason))
}

// by says who worded the paper; otherwise is what is said when no model did.
func (c composition) by(r Request, otherwise string) string {
	if c.made.Model == "" {
		return otherwise
	}
	return r.checkedBy(c.made.Model, c.made.Checks)
}

// checkedBy says which model wrote and what the check found.
func (r Request) checkedBy(model string, c answer.Checks) string {
	return r.say("%s, %d/%d sentences supported, %d/%d quotations verbatim", model, c.Supported, c.Sentences, c.Verbatim, c.Quotes)
}
