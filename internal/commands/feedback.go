package commands

import (
	"context"
	"strings"

	"attache/internal/library"
)

// feedback stores what a person says of an answer.
func (d *Desk) feedback() Command {
	return Command{
		Name:        "feedback",
		Description: "What you think of an answer",
		Hidden:      true,
		Private:     true,
		Options: []Option{
			{Name: "answer", Description: "The answer's id", Required: true, MaxLength: 20},
			{Name: "helpful", Description: "yes or no", Required: true, Choices: []Choice{{"yes", "yes"}, {"no", "no"}}},
			{Name: "reason", Description: "What was wrong", MaxLength: 1000},
		},
		Handle: func(ctx context.Context, r Request, _ Progress) (Reply, error) {
			err := d.Library.AddFeedback(ctx, library.Feedback{
				At: d.Now(), Guild: r.Place.Guild, Asker: r.Asker.ID, Answer: r.Option("answer"),
				Helpful: r.Option("helpful") == "yes", Reason: strings.TrimSpace(r.Option("reason")),
			})
			if err != nil {
				return Reply{}, err
			}
			return Reply{Blocks: []Block{{Kind: Plain, Text: "Thank you; that is kept with the question, the answer and its evidence."}}}, nil
		},
	}
}
