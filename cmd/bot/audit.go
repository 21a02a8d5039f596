package main

import (
	"context"
	"fmt"
	"time"

	"attache/internal/commands"
	"attache/internal/retrieval"
)

type auditCmd struct {
	Since string `help:"Only answers given since." placeholder:"DATE"`
}

// Run lists the answers that rest on words which have since been changed or removed, and ends with exit code 1 when there are any.
func (c auditCmd) Run(ctx context.Context, line *cli, std streams, env environment) error {
	since, err := sinceDay(c.Since)
	if err != nil {
		return err
	}
	return withApp(ctx, line, std, env, func(app *App) error {
		found, err := app.Desk.Audit(ctx, since)
		if err != nil {
			return err
		}
		if err := renderer(std, env).Render(std.out, commands.Report(found)); err != nil {
			return err
		}
		if len(found) > 0 {
			return exit(1)
		}
		return nil
	})
}

// sinceDay reads the value of --since; the zero time when there is none.
func sinceDay(value string) (time.Time, error) {
	if value == "" {
		return time.Time{}, nil
	}
	first, _, ok := retrieval.ParseDay(value, time.Now())
	if !ok {
		return time.Time{}, fmt.Errorf("--since %q is no date; write it as 2023-02-28", value)
	}
	return first, nil
}

type versionsCmd struct {
	Article string `arg:"" help:"Its title, address or id."`
	Page    int    `help:"Which change, the latest first." default:"1"`
	Guild   string `help:"As this Discord server would be answered (its id)." placeholder:"ID"`
}

// Run shows what an article said before it was changed, and ends.
func (c versionsCmd) Run(ctx context.Context, line *cli, std streams, env environment) error {
	return once(ctx, line, std, env, narrow{Guild: c.Guild}.request("versions", map[string]string{"article": c.Article, "page": fmt.Sprint(c.Page)}))
}
