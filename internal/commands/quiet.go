package commands

import "context"

// quiet lets anybody stop the bot from answering plain questions in a channel or thread, and start it again.
func (s *Setup) quiet() Command {
	return Command{
		Name: "quiet", Description: "Here I answer only when I am mentioned; “off” ends that",
		Options: []Option{{Name: "state", Description: "on or off; on when it is left out", Choices: []Choice{{"on", "on"}, {"off", "off"}}}},
		Handle: func(ctx context.Context, r Request, _ Progress) (Reply, error) {
			place := r.Place.Thread
			if place == "" {
				place = r.Place.Channel
			}
			if r.Place.Guild == "" || place == "" {
				return Reply{}, Problemf("Only a channel or thread of a server can be made quiet.")
			}
			value, sentence := "on", "From now on I answer here only when I am mentioned. Anybody can end that with /quiet off."
			if r.Option("state") == "off" {
				value, sentence = "", "I answer questions here again."
			}
			if err := s.change(ctx, r.Place.Guild, map[string]string{keyQuiet + place: value}); err != nil {
				return Reply{}, err
			}
			return Reply{Blocks: []Block{{Kind: Plain, Text: sentence}}}, nil
		},
	}
}
