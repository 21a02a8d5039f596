package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"golang.org/x/term"

	"attache/internal/terminal"
)

// followEvery is how often a running bot looks for articles that another process has added.
const followEvery = 2 * time.Second

type runCmd struct{}

// Run serves Discord when there is a token, else this terminal, until ctx ends.
func (runCmd) Run(ctx context.Context, line *cli, std streams, env environment) error {
	settings, err := settings(line, env)
	if err != nil {
		return err
	}
	app, err := newApp(ctx, settings, std.err)
	if err != nil {
		return err
	}
	defer func() { _ = app.Close() }() // everything acknowledged is stored
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	go app.Collection.Watch(ctx, followEvery)
	return app.terminal(ctx, std, env)
}

// terminal opens the bot in this terminal.
func (a *App) terminal(ctx context.Context, std streams, env environment) error {
	fmt.Fprintln(std.err, "No DISCORD_TOKEN, so this is the bot in the terminal (a token: discord.com/developers/applications, your application, Bot, Reset Token).")
	session := terminal.Session{Router: a.Router, In: std.in, Out: std.out, Renderer: renderer(std, env), Now: time.Now}
	if file, ok := std.in.(*os.File); ok && term.IsTerminal(int(file.Fd())) {
		session.Interactive = true
		fmt.Fprintln(std.out, "Ask a question, or type /help. /quit ends.")
	}
	return session.Run(ctx)
}
