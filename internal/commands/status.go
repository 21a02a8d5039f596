package commands

import (
	"context"
	"runtime/debug"
)

// status tells how the bot answers, what it holds, and what its model was used today.
func (d *Desk) status() Command {
	return Command{
		Name:        "status",
		Description: "How answers are made, what the collection holds, what the model cost today, and the version",
		Reads:       true,
		Options:     []Option{private()},
		Handle: func(ctx context.Context, r Request, _ Progress) (Reply, error) {
			h := d.Index.Holdings(d.viewer(r))
			reply := Reply{Title: "Status"}
			item := func(what, value string) {
				if value != "" {
					reply.Blocks = append(reply.Blocks, Block{Kind: Item, Mark: what, Text: value})
				}
			}
			item("Answers", r.lang().phrase(d.Mode))
			item("Collection", r.heldBy(h))
			if len(h.Sources) > 0 {
				newest := h.Sources[0]
				item("Newest article", newest.Title+", "+r.published(newest))
			}
			spending, err := d.spending(ctx, r)
			if err != nil {
				return Reply{}, err
			}
			reply.Blocks = append(reply.Blocks, spending...)
			item("Version", version())
			failing, err := d.failing(ctx, r)
			reply.Notices = failing
			return reply, err
		},
	}
}

// failing says of each of the server's own sources that the viewer sees, and that could not be looked at, what is wrong. Those shared by all servers are the operator's affair.
func (d *Desk) failing(ctx context.Context, r Request) ([]string, error) {
	viewer := d.viewer(r)
	all, err := d.Library.Sources(ctx)
	var failing []string
	for _, s := range all {
		if s.Guild == viewer.Guild && viewer.Sees(s.Audience()) && s.Problem != "" {
			failing = append(failing, r.say("A source that is watched failed: %s %s. It is tried again by itself.", s.Place, r.lang().why(s.Problem)))
		}
	}
	return failing, err
}

// version is the program's version as the Go command recorded it; "" for a build without one.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	line := info.Main.Version
	if line == "(devel)" {
		line = "development"
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				line += ", " + s.Value[:min(12, len(s.Value))]
			}
		}
	}
	return line
}
