package main

import "context"

type replayCmd struct {
	Answer string `arg:"" help:"The answer's id, as its last line has it."`
	Guild  string `help:"In which Discord server it was given (its id)." placeholder:"ID"`
}

// Run asks the question again, shows what changed and ends.
func (c replayCmd) Run(ctx context.Context, line *cli, std streams, env environment) error {
	return once(ctx, line, std, env, narrow{Guild: c.Guild}.request("replay", map[string]string{"answer": c.Answer}))
}
