package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"

	"attache/internal/commands"
)

// deskCommands are the sub-commands of the cli that work on a whole matter.
type deskCommands struct {
	Timeline timelineCmd `cmd:"" help:"Show what happened in a matter, oldest first."`
	Compare  compareCmd  `cmd:"" help:"Set two people, publishers or countries side by side."`
	Brief    briefCmd    `cmd:"" help:"Sum up a matter: the latest, background, who said what, where sources differ, what is missing."`
	Replay   replayCmd   `cmd:"" help:"Ask a stored answer's question again and show what changed."`
	Receipt  receiptCmd  `cmd:"" help:"Show what an answer rests on and how it was made."`
	Status   statusCmd   `cmd:"" help:"Show how answers are made and what the collection holds."`
}

type timelineCmd struct {
	Topic []string `arg:"" help:"Of what."`
	Page  int      `help:"Which page." default:"1"`
	narrow
}

// Run shows the events and ends.
func (c timelineCmd) Run(ctx context.Context, line *cli, std streams, env environment) error {
	return once(ctx, line, std, env, c.request("timeline", map[string]string{"topic": strings.Join(c.Topic, " "), "page": strconv.Itoa(c.Page)}))
}

type compareCmd struct {
	A     string   `arg:"" help:"A person, a publisher, a country or another actor."`
	B     string   `arg:"" help:"The other one."`
	About []string `arg:"" help:"On what."`
	Since string   `help:"Only articles published since." placeholder:"DATE"`
	Until string   `help:"Only articles published until." placeholder:"DATE"`
	AsOf  string   `help:"As of this day: only what had been published by then." placeholder:"DATE"`
	Guild string   `help:"As this Discord server would be answered (its id)." placeholder:"ID"`
}

// Run shows both sides and ends.
func (c compareCmd) Run(ctx context.Context, line *cli, std streams, env environment) error {
	n := narrow{Since: c.Since, Until: c.Until, AsOf: c.AsOf, Guild: c.Guild}
	return once(ctx, line, std, env, n.request("compare", map[string]string{"a": c.A, "b": c.B, "about": strings.Join(c.About, " ")}))
}

type briefCmd struct {
	Topic []string `arg:"" help:"On what."`
	Out   string   `help:"File to write the brief to, as Markdown." placeholder:"FILE"`
	narrow
}

// Run shows the brief, writes it to a file when one is named, and ends.
func (c briefCmd) Run(ctx context.Context, line *cli, std streams, env environment) error {
	return onceThen(ctx, line, std, env, c.request("brief", map[string]string{"topic": strings.Join(c.Topic, " ")}), func(reply commands.Reply) error {
		if c.Out == "" {
			return nil
		}
		if len(reply.Files) == 0 {
			return fmt.Errorf("there is no brief to write to %s", c.Out)
		}
		return os.WriteFile(c.Out, reply.Files[0].Data, 0o644)
	})
}

type statusCmd struct {
	Guild string `help:"As this Discord server would be answered (its id)." placeholder:"ID"`
}

// Run shows the status and ends.
func (c statusCmd) Run(ctx context.Context, line *cli, std streams, env environment) error {
	return once(ctx, line, std, env, narrow{Guild: c.Guild}.request("status", nil))
}
