package commands

import (
	"context"
	"errors"
	"slices"

	"attache/internal/library"
	"attache/internal/text"
)

// person calls the role that a server has set, once for a question, and closes the call when it is resolved.
func (s *Setup) person() Command {
	return Command{
		Name: "person", Description: "Ask a person", Hidden: true,
		Options: []Option{
			{Name: "answer", Description: "The id of the answer that does not suffice", Required: true, MaxLength: 20},
			{Name: "resolved", Description: "yes when it is resolved", Choices: []Choice{{"yes", "yes"}}},
		},
		Handle: func(ctx context.Context, r Request, _ Progress) (Reply, error) {
			own, err := s.Of(ctx, r.Place.Guild)
			if err != nil {
				return Reply{}, err
			}
			given, err := s.library.Answer(ctx, r.Place.Guild, r.Option("answer"))
			switch {
			case errors.Is(err, library.ErrNotFound):
				return Reply{}, Problemf("That answer is no longer stored. Please ask again.")
			case err != nil:
				return Reply{}, err
			case r.Option("resolved") == "yes":
				return s.resolve(ctx, r, own, given)
			}
			return s.call(ctx, r, own, given)
		},
	}
}

func (s *Setup) call(ctx context.Context, r Request, own Settings, given library.GivenAnswer) (Reply, error) {
	if own.Call == "" {
		return Reply{}, Problemf("There is no role here that I may call. Someone with Manage Server can choose one with /setup.")
	}
	if r.Private {
		return Reply{}, Problemf("This was asked in private, where I call nobody. Ask it in the channel, and a person can be asked there.")
	}
	added, err := s.library.AddCall(ctx, library.Call{
		Guild: r.Place.Guild, Answer: given.ID, Question: text.Fold(given.Question), Asker: r.Asker.ID, At: s.now(),
	})
	if err != nil {
		return Reply{}, err
	}
	if !added {
		return Reply{}, Problemf("A person has been asked this already.")
	}
	reply := Reply{
		Title:  "A person is asked",
		Blocks: []Block{{Kind: Excerpt, Text: given.Question}, {Kind: Plain, Text: r.say("Asked by %s. What I found did not suffice.", r.Asker.Name)}},
		Footer: "#" + given.ID, Call: own.Call,
	}
	if r.Link != "" {
		reply.Actions = append(reply.Actions, Action{Label: "Go to the answer", Link: r.Link})
	}
	reply.Actions = append(reply.Actions, Action{
		Label: "Resolved", Request: follow(r, "person", "answer", given.ID, "resolved", "yes"), Replace: true, Anyone: true, Style: Primary,
	})
	return reply, nil
}

// resolve closes a call. That is for those who were called, who asked, and who manages the server.
func (s *Setup) resolve(ctx context.Context, r Request, own Settings, given library.GivenAnswer) (Reply, error) {
	if r.Asker.ID != given.Asker && !r.Asker.Manager && !slices.Contains(r.Asker.Roles, own.Call) {
		return Reply{}, Problemf("Only those who were called, or who asked, can say that this is resolved.")
	}
	closed, err := s.library.ResolveCall(ctx, r.Place.Guild, given.ID, s.now())
	if err != nil {
		return Reply{}, err
	}
	if !closed {
		return Reply{}, Problemf("That has been resolved already.")
	}
	return Reply{
		Title:  "Resolved",
		Blocks: []Block{{Kind: Excerpt, Text: given.Question}, {Kind: Plain, Text: r.say("Resolved by %s.", r.Asker.Name)}},
		Footer: "#" + given.ID,
	}, nil
}

// OfferPerson puts "Ask a person" under answers and refusals where there is a role to call. An answer is known by the action that takes feedback on it;
// a private one gets no such action, since the call would show it.
func (s *Setup) OfferPerson(c Command, next HandleFunc) HandleFunc {
	return func(ctx context.Context, r Request, progress Progress) (Reply, error) {
		reply, err := next(ctx, r, progress)
		if err != nil || r.Place.Guild == "" || r.Private || reply.Private || c.Private {
			return reply, err
		}
		i := slices.IndexFunc(reply.Actions, func(a Action) bool { return a.Request.Command == "feedback" })
		if own, err := s.Of(ctx, r.Place.Guild); i < 0 || err != nil || own.Call == "" {
			return reply, nil // without the settings, better an answer without the button than none
		}
		reply.Actions = append(slices.Clone(reply.Actions), Action{
			Label: "Ask a person", Request: follow(r, "person", "answer", reply.Actions[i].Request.Option("answer")),
		})
		return reply, nil
	}
}
