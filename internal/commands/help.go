package commands

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
)

// help says what the bot can do and from what it answers. listed are the commands beside it.
func (d *Desk) help(listed []Command) Command {
	c := Command{Name: "help", Description: "What I can do, and what I answer from", Reads: true}
	listed = append(slices.Clone(listed), c)
	c.Handle = func(_ context.Context, r Request, _ Progress) (Reply, error) {
		reply := Reply{Title: "Attaché answers from this team's articles, and from nothing else", Footer: r.say("answers: %s", d.Mode)}
		terms := r.lang().Terms()
		for _, c := range listed {
			if !c.Hidden && (!c.Manager || r.Asker.Manager) {
				reply.Blocks = append(reply.Blocks, Block{Kind: Item, Text: r.say("%s: %s", usage(c), cmp.Or(terms.Commands[c.Name].Description, c.Description))})
			}
		}
		reply.Blocks = append(reply.Blocks,
			Block{Kind: Plain, Text: r.say("Every search also takes %s and source, as in: /ask question:Who closed the pass? since:Feb 2023.", filterNames())},
			Block{Kind: Plain, Text: "Reply to a message, or choose “Ask about this” in its menu, and ask “is that true?” or “who said this?”."},
			Block{Kind: Plain, Text: "A follow-up may be short: “and Uzbekistan?”, “why?”, “and in 2022?”."},
			Block{Kind: Plain, Text: d.holds(r)})
		return reply, nil
	}
	return c
}

func (d *Desk) holds(r Request) string {
	return r.say("The collection holds %s. Quotations are verbatim; when nothing answers, I say so.", r.held(d.Index.Holdings(d.viewer(r))))
}

// filterNames are the options that every search takes, which the list of commands therefore leaves out.
func filterNames() string {
	var names []string
	for _, o := range narrowing() {
		names = append(names, o.Name)
	}
	return strings.Join(names, ", ")
}

// usage is a command with its own options: /quote speaker [about].
func usage(c Command) string {
	line := "/" + c.Name
	_, narrows := c.Option("since")
	for _, o := range c.Options {
		_, filter := findOption(narrowing(), o.Name)
		switch {
		case o.Hidden, o.Name == "private", o.Name == "page", filter, narrows && o.Name == "source":
		case o.Required:
			line += " " + o.Name
		default:
			line += fmt.Sprintf(" [%s]", o.Name)
		}
	}
	return line
}
