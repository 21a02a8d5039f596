package commands

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"attache/internal/answer"
	"attache/internal/retrieval"
)

// paper writes a desk's reply on a matter, and tells how it came about. A reply without sources says that there is nothing, and gets no receipt.
type paper func(ctx context.Context, r Request, progress Progress) (Reply, Receipt, error)

// papers are the commands whose replies are filed, and can be written again.
func (d *Desk) papers() map[string]paper {
	return map[string]paper{"brief": d.writeBrief, "timeline": d.writeTimeline, "compare": d.writeComparison}
}

// filed makes a command of a paper: its reply gets an id, under which its receipt is kept.
func (d *Desk) filed(write paper) HandleFunc {
	return func(ctx context.Context, r Request, progress Progress) (Reply, error) {
		start := d.Now()
		reply, receipt, err := write(ctx, r, progress)
		if err != nil || len(reply.Sources) == 0 {
			return reply, err
		}
		spent := d.Now().Sub(start)
		id := paperID(reply, start)
		if err := d.file(ctx, r, id, asked(r), receipt.of(r, reply, spent)); err != nil {
			reply.Notices = append(reply.Notices, noReceipt)
		}
		reply.Footer = strings.Join(compact(reply.Footer, took(spent), "#"+id), " · ")
		return reply, nil
	}
}

// asked is what a paper was asked for: "/compare Drazh · Kvell · the pass".
func asked(r Request) string {
	return "/" + r.Command + " " + strings.Join(compact(r.Option("topic"), r.Option("a"), r.Option("b"), r.Option("about")), " · ")
}

// paperID makes the short id by which a receipt is found: eight hexadecimal digits, as those of answers.
func paperID(reply Reply, at time.Time) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s\x00%d", reply.Title, at.UnixNano())
	for _, b := range reply.Blocks {
		fmt.Fprintf(h, "\x00%s", b.Text)
	}
	return hex.EncodeToString(h.Sum(nil)[:4])
}

// receipt is what a composition knows of a paper that rests on what was found.
func (c composition) receipt(found retrieval.Result, numbers numbering) Receipt {
	return Receipt{
		Read: found.Read, Searched: found.Searched.Articles, Evidence: numbers.evidence,
		Model: c.made.Model, Prompt: c.made.Prompt, Checks: c.made.Checks, Times: answer.Times{Check: c.made.Checking},
	}
}

// of completes a paper's receipt with what was asked and what was shown. What is cited is kept as sentences; for an extractive paper everything holds by construction.
func (k Receipt) of(r Request, reply Reply, spent time.Duration) Receipt {
	k.Command, k.Options, k.Private, k.Locale, k.Notices, k.TookMS = r.Command, r.Options, r.Private, r.Locale, reply.Notices, spent.Milliseconds()
	extractive := answer.Checks{}
	for _, b := range reply.Blocks {
		if len(b.Cites) == 0 {
			continue
		}
		k.Sentences = append(k.Sentences, keptOf(b))
		extractive.Sentences++
		extractive.Supported++
		extractive.Quotes += len(b.Fragments)
		extractive.Verbatim += len(b.Fragments)
	}
	if k.Model == "" {
		k.Checks = extractive
	}
	return k
}

// keptOf is a block as a receipt keeps it: one that shows a name in a pronoun's place with the pronoun, as the article has it, and who is meant beside it.
func keptOf(b Block) answer.Sentence {
	if b.Lifted == nil {
		return answer.Sentence{Text: lineOf(b), Cites: b.Cites}
	}
	meant := *b.Lifted.Meant
	b.Text = b.Lifted.Text
	line := lineOf(b)
	mark := len(line) - len(b.Text)
	meant.Pronoun.Start += mark
	meant.Pronoun.End += mark
	return answer.Sentence{Text: line, Meant: &meant, Cites: b.Cites}
}

// lineOf is what a block says, on one line.
func lineOf(b Block) string {
	if b.Kind == Quoted {
		quoted := make([]string, len(b.Fragments))
		for i, f := range b.Fragments {
			quoted[i] = "“" + f + "”"
		}
		return strings.Join(quoted, " … ")
	}
	return strings.Join(compact(b.Mark, b.Text), ": ")
}
