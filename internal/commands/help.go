package commands

import (
	"context"
	"fmt"
)

// help says what the bot can do and from what it answers.
func (d *Desk) help() Command {
	return Command{
		Name:        "help",
		Description: "What I can do, and what I answer from",
		Handle: func(_ context.Context, r Request, _ Progress) (Reply, error) {
			h := d.Index.Holdings(r.Place.Guild)
			reply := Reply{Title: "Attaché answers from this team's articles, and from nothing else"}
			for _, c := range d.All() {
				if c.Hidden || c.Manager && !r.Asker.Manager {
					continue
				}
				reply.Blocks = append(reply.Blocks, Block{Kind: Item, Text: usage(c) + ": " + c.Description})
			}
			line := "The collection holds " + plural(h.Articles, "article")
			if !h.From.IsZero() {
				line += ", " + span(h.From, h.To)
			}
			reply.Blocks = append(reply.Blocks, Block{Kind: Plain, Text: line + ". Quotations are verbatim; when nothing answers, I say so."})
			reply.Footer = "answers: " + d.Mode
			return reply, nil
		},
	}
}

// usage is a command with its options: /quote speaker [about] [since].
func usage(c Command) string {
	line := "/" + c.Name
	for _, o := range c.Options {
		if o.Name == "private" || o.Name == "page" {
			continue
		}
		if o.Required {
			line += " " + o.Name
		} else {
			line += fmt.Sprintf(" [%s]", o.Name)
		}
	}
	return line
}
