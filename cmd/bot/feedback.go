package main

import (
	"context"
	"fmt"
)

type feedbackCmd struct {
	Since string `help:"Only what was said since." placeholder:"DATE"`
}

// Run lists what people said of answers.
func (c feedbackCmd) Run(ctx context.Context, line *cli, std streams, env environment) error {
	since, err := sinceDay(c.Since)
	if err != nil {
		return err
	}
	return withApp(ctx, line, std, env, func(app *App) error {
		all, err := app.library.FeedbackSince(ctx, since)
		if err != nil {
			return err
		}
		if len(all) == 0 {
			fmt.Fprintln(std.out, "Nobody has said anything of an answer yet.")
		}
		for _, f := range all {
			verdict := "not helpful"
			if f.Helpful {
				verdict = "helpful"
			}
			fmt.Fprintf(std.out, "%s  #%s  %s  %q", f.At.Format("2006-01-02 15:04"), f.Answer, verdict, f.Question)
			if f.Reason != "" {
				fmt.Fprintf(std.out, "  because: %q", f.Reason)
			}
			fmt.Fprintln(std.out)
		}
		return nil
	})
}

type settingsCmd struct{}

// Run prints the configuration in force.
func (settingsCmd) Run(line *cli, std streams, env environment) error {
	settings, err := settings(line, env)
	if err != nil {
		return err
	}
	_, err = fmt.Fprint(std.out, settings)
	return err
}
