package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"slices"
	"time"

	"github.com/gorilla/websocket"
	"golang.org/x/term"

	"attache/config"
	"attache/internal/discord"
	"attache/internal/terminal"
)

// followEvery is how often a running bot looks for articles that another process has added.
const followEvery = 2 * time.Second

type runCmd struct{}

// network is how the bot reaches Discord; tests put a loopback in its place. The zero network is the real one.
type network struct {
	client *http.Client
	dialer *websocket.Dialer
}

// Run serves Discord when there is a token, else this terminal, until ctx ends.
func (runCmd) Run(ctx context.Context, line *cli, std streams, env environment, net network) error {
	settings, err := settings(line, env)
	if err != nil {
		return err
	}
	app, err := newApp(ctx, settings, std.err)
	if err != nil {
		return err
	}
	defer func() { _ = app.Close() }() // everything acknowledged is stored
	watching, stop := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() { app.Collection.Watch(watching, followEvery); close(done) }()
	defer func() { stop(); <-done }()
	if settings.Discord.Token != "" {
		return app.discord(ctx, net)
	}
	return app.terminal(ctx, std, env)
}

// discord serves Discord until ctx ends.
func (a *App) discord(ctx context.Context, net network) error {
	c := a.Config.Discord
	bot, err := discord.New(discord.Options{
		Token: string(c.Token), Router: a.Router, Log: a.Log,
		TeamChannel: func(_, channel string) bool { return slices.Contains(c.TeamChannels, channel) },
		NoContent:   len(c.TeamChannels) == 0,
		Global:      c.Register == config.RegisterGlobal, Guilds: c.Guilds,
		ShardID: c.Shard.ID, ShardCount: c.Shard.Count,
		Pending: pending{a.library},
		Client:  net.client, Dialer: net.dialer,
	})
	if err != nil {
		return err
	}
	return bot.Run(ctx)
}

// terminal opens the bot in this terminal.
func (a *App) terminal(ctx context.Context, std streams, env environment) error {
	fmt.Fprintln(std.err, "No DISCORD_TOKEN, so this is the bot in the terminal (for a token: discord.com/developers/applications, your application, Bot, Reset Token).")
	session := terminal.Session{Router: a.Router, In: std.in, Out: std.out, Renderer: renderer(std, env), Now: time.Now}
	if file, ok := std.in.(*os.File); ok && term.IsTerminal(int(file.Fd())) {
		session.Interactive = true
		fmt.Fprintln(std.out, "Ask a question, or type /help. /quit ends.")
	}
	return session.Run(ctx)
}
