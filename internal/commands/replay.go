package commands

import (
	"context"
	"slices"

	"attache/internal/answer"
	"attache/internal/library"
	"attache/internal/news"
)

// replay asks a stored answer's question again, as on its day, and shows what is different now.
func (d *Desk) replay() Command {
	return Command{
		Name:        "replay",
		Description: "Ask a stored answer's question again and show what changed",
		Hidden:      true,
		Manager:     true,
		Options:     []Option{{Name: "answer", Description: "The answer's id", Required: true, MaxLength: 20}},
		Handle: func(ctx context.Context, r Request, _ Progress) (Reply, error) {
			given, kept, err := d.given(ctx, r)
			if err != nil {
				return Reply{}, err
			}
			again, err := d.askAgain(ctx, r, given, kept)
			if err != nil {
				return Reply{}, err
			}
			reply, err := d.changes(ctx, r, given, kept, again)
			reply.Private = kept.Private
			return reply, err
		},
	}
}

// askAgain asks with the options of that day, and days counted from it; what may be seen is what may be seen now. Nothing is filed.
func (d *Desk) askAgain(ctx context.Context, r Request, given library.GivenAnswer, kept Receipt) (Receipt, error) {
	then := *d
	then.asOn = given.At
	start := d.Now()
	r.Options, r.Locale = kept.Options, kept.Locale // a paper says its dates in the language of who asked for it
	if write, ok := then.papers()[kept.Command]; ok {
		r.Command = kept.Command
		reply, receipt, err := write(ctx, r, nil)
		return receipt.of(r, reply, d.Now().Sub(start)), err
	}
	q, err := then.query(r, given.Question)
	if err != nil {
		return Receipt{}, err
	}
	a, err := d.Answers.Ask(ctx, q, nil)
	return receiptOf(r, a), err
}

// changes sets the answers side by side.
func (d *Desk) changes(ctx context.Context, r Request, given library.GivenAnswer, kept, now Receipt) (Reply, error) {
	reply := Reply{Title: r.say("Replay of #%s, %s", given.ID, moment(given.At))}
	reply.Blocks = []Block{{Kind: Item, Mark: "Question", Text: given.Question}, {Kind: Item, Mark: "Then", Text: kept.made(r)},
		{Kind: Item, Mark: "Now", Text: now.made(r)}}
	var numbers numbering
	part := func(title string, blocks []Block) {
		if len(blocks) > 0 {
			reply.Blocks = append(append(reply.Blocks, Block{Kind: Heading, Text: title}), blocks...)
		}
	}
	before := len(reply.Blocks)
	part("Made otherwise", madeOtherwise(r, kept, now))
	part("Only then", sentencesBeside(r, kept, now, &numbers))
	part("Only now", sentencesBeside(r, now, kept, &numbers))
	cited, err := d.Library.CitedNow(ctx, given.Guild, given.ID)
	if err != nil {
		return Reply{}, err
	}
	gone, err := d.shaken(ctx, kept, cited)
	if err != nil {
		return Reply{}, err
	}
	part("Evidence that is no longer as it was", shakenBlocks(r, gone, &numbers))
	if len(reply.Blocks) == before {
		reply.Blocks = append(reply.Blocks, Block{Kind: Plain, Text: "Nothing changed: the same sentences, and their evidence stands as it did."})
	}
	reply.Sources = numbers.sources
	return reply, nil
}

// madeOtherwise tells what the answer was made with then and now, where that differs.
func madeOtherwise(r Request, then, now Receipt) []Block {
	var blocks []Block
	for _, c := range []struct{ what, then, now string }{{"Model", then.Model, now.Model}, {"Prompt", then.Prompt, now.Prompt}} {
		if c.then != c.now {
			blocks = append(blocks, Block{Kind: Item, Mark: c.what, Text: r.orNone(c.then) + " → " + r.orNone(c.now)})
		}
	}
	return blocks
}

// sentencesBeside shows the sentences of one answer that the other does not have.
func sentencesBeside(r Request, one, other Receipt, numbers *numbering) []Block {
	var blocks []Block
	for _, s := range one.Sentences {
		if slices.ContainsFunc(other.Sentences, func(o answer.Sentence) bool { return o.Text == s.Text }) {
			continue
		}
		b := Block{Kind: Item, Text: r.removed(s.Shown())}
		for _, e := range one.Evidence {
			if slices.Contains(s.Cites, e.N) {
				b.Cites = append(b.Cites, numbers.number(e.Source, news.Passage{}))
			}
		}
		slices.Sort(b.Cites)
		b.Cites = slices.Compact(b.Cites)
		blocks = append(blocks, b)
	}
	return blocks
}
