package commands

import (
	"context"
	"fmt"
)

// speakersPerPage is how many people one reply lists.
const speakersPerPage = 15

// speakers lists who is quoted.
func (d *Desk) speakers() Command {
	return Command{
		Name:        "speakers",
		Description: "Who is quoted in the collection, the most quoted first",
		Options: []Option{
			{Name: "name", Description: "Only names with this part, in any spelling", MaxLength: 100, Complete: d.completeSpeaker},
			{Name: "page", Description: "Which page of the list", Kind: Integer, MaxLength: 5},
			private(),
		},
		Handle: func(_ context.Context, r Request, _ Progress) (Reply, error) {
			people := d.Speakers.Complete(r.Place.Guild, r.Option("name"), 1<<30)
			if len(people) == 0 {
				return Reply{Blocks: []Block{{Kind: Plain, Text: "Nobody of that name is quoted in this collection."}}}, nil
			}
			pages := (len(people) + speakersPerPage - 1) / speakersPerPage
			current := min(page(r), pages)
			noun := "people are"
			if len(people) == 1 {
				noun = "person is"
			}
			reply := Reply{Title: fmt.Sprintf("%d %s quoted", len(people), noun), Actions: paging(r, current, pages)}
			for _, p := range people[(current-1)*speakersPerPage : min(current*speakersPerPage, len(people))] {
				reply.Blocks = append(reply.Blocks, Block{Kind: Item, Text: describe(p)})
			}
			if pages > 1 {
				reply.Footer = fmt.Sprintf("page %d of %d", current, pages)
			}
			return reply, nil
		},
	}
}
