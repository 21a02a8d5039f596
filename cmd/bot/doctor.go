package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"attache/config"
	"attache/internal/commands"
	"attache/internal/discord"
	"attache/internal/llm"
)

type commandsCmd struct {
	Remove removeCommandsCmd `cmd:"" help:"Take the bot's commands out of Discord. The bot registers them again when it runs."`
}

type removeCommandsCmd struct{}

// Run takes the commands away in the servers that are configured, or in all that the bot is in, and those registered for all servers.
func (removeCommandsCmd) Run(ctx context.Context, line *cli, std streams, env environment, net network) error {
	settings, err := settings(line, env)
	if err != nil {
		return err
	}
	c := settings.Discord
	if c.Token == "" {
		return errNoToken
	}
	bot, err := discord.New(discord.Options{
		Token: string(c.Token), Router: commands.NewRouter(nil), Log: logger(settings.Log, std.err), UserAgent: userAgent(), Client: net.client, Dialer: net.dialer,
	})
	if err != nil {
		return err
	}
	guilds := c.Guilds
	if len(guilds) == 0 {
		all, err := bot.Guilds(ctx)
		if err != nil {
			return err
		}
		for _, g := range all {
			guilds = append(guilds, g.ID)
		}
	}
	if err := bot.RemoveCommands(ctx, guilds); err != nil {
		return err
	}
	fmt.Fprintf(std.out, "The commands are removed in %d servers, and those for all servers.\n", len(guilds))
	return nil
}

var errNoToken = errors.New("there is no Discord token: set DISCORD_TOKEN (discord.com/developers/applications, your application, Bot, Reset Token)")

type doctorCmd struct{}

// Run looks at everything that the bot needs and says what to do about what is broken; then it ends with exit code 1.
func (doctorCmd) Run(ctx context.Context, line *cli, std streams, env environment, net network) error {
	settings, err := settings(line, env)
	if err != nil {
		return err
	}
	app, err := newApp(ctx, settings, std.err)
	if err != nil {
		return report(std.out, []discord.Finding{{What: "start", Problem: err.Error(), Advice: "the bot can't start before that is put right"}})
	}
	defer func() { _ = app.Close() }() // nothing was asked of it that could be lost
	found := []discord.Finding{app.libraryHealth(ctx), app.sourcesFinding(ctx), app.watchHealth(ctx), embedderHealth(ctx, settings), modelHealth(ctx, settings)}
	if settings.Discord.Token == "" {
		found = append(found, discord.Finding{What: "Discord", Detail: "no token, so the bot runs in the terminal alone; DISCORD_TOKEN connects it"})
		return report(std.out, found)
	}
	bot, err := app.front(net, false)
	if err != nil {
		return report(std.out, append(found, discord.Finding{What: "token", Problem: err.Error(), Advice: "set DISCORD_TOKEN to the whole token"}))
	}
	return report(std.out, append(found, bot.Examine(ctx, app.expected(ctx))...))
}

// expected is what the servers expect of the bot, by configuration and by /setup.
func (a *App) expected(ctx context.Context) discord.Expected {
	return discord.Expected{
		TeamChannels: func(guild string) []string { return a.Setup.TeamChannels(guild) },
		Call: func(guild string) string {
			own, _ := a.Setup.Of(ctx, guild) // the operator's after an error, which the library's own check tells of
			return own.Call
		},
	}
}

func (a *App) libraryHealth(ctx context.Context) discord.Finding {
	f := discord.Finding{What: "library"}
	health, err := a.library.Check(ctx)
	switch {
	case err != nil:
		f.Problem, f.Advice = err.Error(), "restore a backup with bot restore FILE"
	case len(health.Problems) > 0:
		f.Problem = fmt.Sprintf("%d faults, the first: %s", len(health.Problems), health.Problems[0])
		f.Advice = "bot check lists them; bot restore FILE brings a backup back"
	case health.Articles == 0:
		f.Problem, f.Advice = "it is empty, so nothing can be answered", "add articles with bot ingest, or set starter: true"
	default:
		f.Detail = fmt.Sprintf("%s holds %d articles, whole", a.library.Path(), health.Articles)
	}
	return f
}

// sourcesFinding tells of the sources that could not be looked at.
func (a *App) sourcesFinding(ctx context.Context) discord.Finding {
	f := discord.Finding{What: "sources"}
	ok, broken, err := a.sourcesHealth(ctx)
	switch {
	case err != nil:
		f.Problem, f.Advice = err.Error(), "bot check looks whether the library is whole"
	case len(broken) > 0:
		f.Problem = strings.Join(broken, "; ")
		f.Advice = "they are tried again by themselves; bot sources list shows when, bot sources remove forgets one"
	default:
		f.Detail = ok
	}
	return f
}

func embedderHealth(ctx context.Context, c config.Config) discord.Finding {
	f := discord.Finding{What: "embedder"}
	model, _, err := models(c, nil, logger(c.Log, io.Discard))
	if err == nil {
		var vectors [][]float32
		vectors, err = model.Embed(ctx, []string{"a pass in the mountains"})
		if err == nil && (len(vectors) != 1 || len(vectors[0]) != model.Dim) {
			err = fmt.Errorf("it gave no vector of %d dimensions", model.Dim)
		}
	}
	if err != nil {
		f.Problem, f.Advice = err.Error(), "look at the settings under embedding, or set embedding.provider: builtin, which needs no network"
		return f
	}
	f.Detail = fmt.Sprintf("%s, %d dimensions", model.Name, model.Dim)
	return f
}

func modelHealth(ctx context.Context, c config.Config) discord.Finding {
	f := discord.Finding{What: "model"}
	_, chat, err := models(c, nil, logger(c.Log, io.Discard))
	if err == nil && chat == nil {
		f.Detail = "none; answers are made of the articles' own sentences"
		return f
	}
	if err == nil {
		_, err = chat.Complete(ctx, llm.Prompt{System: "You are being tested.", User: "Answer with the single word ready."}, nil)
	}
	if err != nil {
		f.Problem, f.Advice = err.Error(), "look at OPENAI_API_KEY and the settings under model; until then answers come from retrieval alone"
		return f
	}
	f.Detail = c.Model.Name + " answers"
	return f
}

// report prints what was found, and is exit code 1 when something is broken.
func report(w io.Writer, found []discord.Finding) error {
	for _, f := range found {
		if f.Problem == "" {
			fmt.Fprintf(w, "ok      %s: %s\n", f.What, f.Detail)
			continue
		}
		fmt.Fprintf(w, "BROKEN  %s: %s\n        %s\n", f.What, f.Problem, f.Advice)
	}
	if slices.ContainsFunc(found, func(f discord.Finding) bool { return f.Problem != "" }) {
		return exit(1)
	}
	return nil
}
