package commands

import (
	"context"
	"slices"
	"strings"

	"attache/internal/speakers"
)

// speakersPerPage is how many people one reply lists.
const speakersPerPage = 15

// speakers lists who is quoted.
func (d *Desk) speakers() Command {
	return Command{
		Name:        "speakers",
		Description: "Who is quoted in the collection, the most quoted first",
		Reads:       true,
		Options: []Option{
			{Name: "name", Description: "Only names with this part, in any spelling", MaxLength: 100, Complete: d.completeSpeaker},
			{Name: "page", Description: "Which page of the list", Kind: Integer, MaxLength: 5},
			private(),
		},
		Handle: func(_ context.Context, r Request, _ Progress) (Reply, error) {
			name := strings.TrimSpace(r.Option("name"))
			people := slices.DeleteFunc(d.Speakers.Complete(d.viewer(r), name, 1<<30), func(p speakers.Profile) bool { return p.Quotes == 0 })
			if len(people) == 0 {
				sentence := r.say("Nobody is quoted in this collection yet.")
				if name != "" {
					sentence = r.say("Nobody called %q is quoted in this collection.", name)
				}
				return Reply{Blocks: []Block{{Kind: Plain, Text: sentence}}}, nil
			}
			pages := (len(people) + speakersPerPage - 1) / speakersPerPage
			current := min(page(r), pages)
			reply := Reply{Title: r.say("%s", counted{len(people), "person is quoted"}), Actions: paging(r, current, pages), Footer: r.pageOf(current, pages)}
			for _, p := range people[(current-1)*speakersPerPage : min(current*speakersPerPage, len(people))] {
				reply.Blocks = append(reply.Blocks, Block{Kind: Item, Text: r.describe(p)})
			}
			if len(people) == 1 {
				reply.Actions = append(reply.Actions, Action{Label: "Quotations", Request: follow(r, "quote", "speaker", cut(people[0].Name, 100))})
			}
			return reply, nil
		},
	}
}
