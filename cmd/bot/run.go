package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"attache/config"
	"attache/internal/commands"
	"attache/internal/discord"
	"attache/internal/fetch"
	"attache/internal/gateway"
	"attache/internal/terminal"
)

// followEvery is how often a running bot looks for articles that another process has added.
const followEvery = 2 * time.Second

// lookEvery is how often a running bot looks which sources are due.
const lookEvery = 2 * time.Second

type runCmd struct{}

// network is how the bot reaches Discord and the web; tests put a loopback in its place. The zero network is the real one.
type network struct {
	client *http.Client
	dialer *websocket.Dialer
	fetch  fetch.Options
	files  fetch.Options // for files that people give the bot; without Only they are at Discord
}

// Run serves Discord when there is a token, else this terminal, until ctx ends.
func (runCmd) Run(ctx context.Context, line *cli, std streams, env environment, net network) error {
	return withApp(ctx, line, std, env, func(app *App) error {
		defer app.connect(ctx, net)()
		watching, stop := context.WithCancel(ctx)
		var watches sync.WaitGroup
		defer func() { stop(); watches.Wait() }()
		watches.Go(func() { app.Collection.Watch(watching, followEvery) })
		if app.Config.Ingest.Every > 0 {
			watches.Go(func() { app.Keeper.Watch(watching, lookEvery) })
		}
		if app.Config.Discord.Token != "" {
			return app.discord(ctx, net)
		}
		return app.terminal(ctx, std, env)
	})
}

// discord serves Discord until ctx ends. The bot asks for the text of messages, which Discord may keep from it: that is an error only where plain questions
// are to be answered.
func (a *App) discord(ctx context.Context, net network) error {
	err := a.serve(ctx, net, false)
	var fatal *gateway.FatalError
	if !errors.As(err, &fatal) || fatal.Code != gateway.CodeIntentsOff || len(a.Config.Discord.TeamChannels) > 0 {
		return err
	}
	a.Log.Warn("the bot goes on without the text of messages: it sees mentions, direct messages and commands, and no plain questions in team channels", "err", err)
	a.Setup.Blind(true)
	return a.serve(ctx, net, true)
}

func (a *App) serve(ctx context.Context, net network, noContent bool) error {
	bot, err := a.front(net, noContent)
	if err != nil {
		return err
	}
	a.Curator.Tell = bot.Tell
	defer a.watch(ctx, a.onDiscord(bot))()
	return bot.Run(ctx)
}

// front makes the Discord front end.
func (a *App) front(net network, noContent bool) (*discord.Bot, error) {
	c := a.Config.Discord
	return discord.New(discord.Options{
		Token: string(c.Token), Router: a.Router, Log: a.Log, UserAgent: userAgent(),
		TeamChannel: a.Setup.TeamChannel, Quiet: a.Setup.Quiet, Language: a.Setup.Language, Public: a.Desk.Public,
		NoContent: noContent,
		Global:    c.Register == config.RegisterGlobal, Guilds: c.Guilds,
		ShardID: c.Shard.ID, ShardCount: c.Shard.Count,
		Records: records{a.library},
		Client:  net.client, Dialer: net.dialer,
	})
}

// userAgent names the program in the form that Discord asks for.
func userAgent() string {
	version := "0"
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		version = info.Main.Version
	}
	return "DiscordBot (attache, " + version + ")"
}

// terminal opens the bot in this terminal.
func (a *App) terminal(ctx context.Context, std streams, env environment) error {
	fmt.Fprintln(std.err, "No DISCORD_TOKEN, so this is the bot in the terminal (for a token: discord.com/developers/applications, your application, Bot, Reset Token).")
	news := make(chan commands.Reply)
	session := terminal.Session{Router: a.Router, In: std.in, Out: std.out, Renderer: renderer(std, env), Now: time.Now, News: news}
	if isTerminal(std.in) {
		session.Interactive = true
		fmt.Fprintln(std.out, "Ask a question, or type /help. /quit ends.")
	}
	defer a.watch(ctx, inTerminal(news))()
	return session.Run(ctx)
}
