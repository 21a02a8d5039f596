package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"attache/config"
	"attache/internal/answer"
	"attache/internal/collection"
	"attache/internal/commands"
	"attache/internal/discord"
	"attache/internal/fetch"
	"attache/internal/ingest"
	"attache/internal/intake"
	"attache/internal/library"
	"attache/internal/news"
	"attache/internal/text"
)

// App is the whole bot but its front ends. It is the only place where the parts are put together.
type App struct {
	Config     config.Config
	Collection *collection.Collection
	Desk       *commands.Desk
	Router     *commands.Router
	Setup      *commands.Setup
	Keeper     *intake.Keeper // reaches the web once it is connected
	Curator    *commands.Curator
	Log        *slog.Logger

	library *library.Library
}

// settings reads the configuration that the command line names, with the environment over it.
func settings(line *cli, env environment) (config.Config, error) {
	c, err := config.Load(line.Config, env)
	if err != nil {
		return c, err
	}
	if line.DataDir != "" {
		c.DataDir = line.DataDir
	}
	if c.DataDir, err = c.DataFolder(runtime.GOOS, env); err != nil {
		return c, err
	}
	return c, nil
}

// newApp opens the library and makes everything that answers from it. notes is where a person is told what happens at start.
func newApp(ctx context.Context, c config.Config, notes io.Writer) (*App, error) {
	log := logger(c.Log, notes)
	if _, err := os.Stat(c.DataDir); os.IsNotExist(err) {
		fmt.Fprintf(notes, "The library is kept in %s (choose another folder with --data-dir).\n", c.DataDir)
	}
	lib, err := library.Open(filepath.Join(c.DataDir, "library.db"))
	if err != nil {
		return nil, err
	}
	a := &App{Config: c, Log: log, library: lib}
	if err := a.open(ctx, notes); err != nil {
		_ = lib.Close() // the first error is the one that matters
		return nil, err
	}
	return a, nil
}

// open fills the collection and wires the commands to it.
func (a *App) open(ctx context.Context, notes io.Writer) error {
	a.Setup = commands.NewSetup(a.library, a.operator(), a.Config.Discord.TeamChannels, time.Now)
	model, chat, err := models(a.Config, a.budget(), a.Log)
	if err != nil {
		return err
	}
	a.Collection, err = collection.Open(ctx, a.library, model, a.Log, embedding(notes))
	if err != nil {
		return err
	}
	a.Keeper = &intake.Keeper{Collection: a.Collection, Article: ingest.Options{MaxBytes: a.Config.Ingest.MaxFileBytes}, Every: a.Config.Ingest.Every,
		Log: a.Log, Now: time.Now}
	a.Collection.Redact(commands.Redact)
	if err := a.Collection.Starter(ctx, a.Config.Starter); err != nil {
		return err
	}
	options := answer.Options{
		Search: a.Collection.Index,
		Quotes: func(p news.Passage) []news.Quote { return a.Collection.Speakers.In(p.ArticleID, p.Span) },
		Score:  a.Collection.Index.Relevance, Now: time.Now, Log: a.Log,
		Passages: a.Config.Answer.Passages, Sentences: a.Config.Answer.Sentences,
	}
	a.Desk = &commands.Desk{
		Index: a.Collection.Index, Speakers: a.Collection.Speakers, Library: a.library, Now: time.Now, Mode: text.Phrasef("extractive, no model"),
		Setup: a.Setup, SetWall: a.Collection.SetWall,
		DigestHour: a.Config.Watch.DigestHour, Followed: a.Collection.Followed,
	}
	if chat != nil {
		writer, err := a.writer(chat)
		if err != nil {
			return err
		}
		options.Generative, options.Reword = writer, writer.Reword
		a.Desk.Mode, a.Desk.Model = text.Phrasef("%s, every sentence checked", a.Config.Model.Name), a.model(writer)
	}
	a.Desk.Answers = answer.New(options)
	a.Curator = &commands.Curator{Desk: a.Desk, Keeper: a.Keeper, Log: a.Log, Now: time.Now}
	beside := append(a.Curator.Commands(), a.Setup.Commands()...)
	a.Router = commands.NewRouter(a.Desk.All(beside...), commands.Log(a.Log), commands.Recover, a.Setup.Allow, a.Setup.OfferPerson,
		commands.Rate(a.Setup.Limits, time.Now), charge, commands.Limit(a.Config.Limits.Request), a.Desk.Discreet)
	return nil
}

// operator are the settings of every server that has none of its own.
func (a *App) operator() commands.Settings {
	c := a.Config
	s := commands.Settings{Call: c.Discord.AskRole, PerUser: c.Limits.PerUserPerMinute, PerGuild: c.Limits.PerGuildPerMinute}
	if c.Model.Enabled() {
		s.ModelTokens = c.Budget.Guild.Tokens
	}
	return s
}

// connect lets the keeper and the curator reach the web and read PDF files, until ctx ends; the caller calls done.
func (a *App) connect(ctx context.Context, net network) (done func()) {
	web, files := net.fetch, net.files
	if len(files.Only) == 0 {
		files.Only = discord.FileHosts()
	}
	web.MaxBytes, files.MaxBytes = a.Config.Ingest.MaxFileBytes, a.Config.Ingest.MaxFileBytes
	a.Keeper.Client, a.Curator.Files = fetch.New(web), fetch.New(files)
	a.Keeper.Article.PDF = pdfReader(ctx, a.Config.DataDir)
	return func() {
		a.Curator.Close()
		a.Keeper.Client.Close()
		a.Curator.Files.Close()
	}
}

// withApp runs f with an open bot, and closes it after.
func withApp(ctx context.Context, line *cli, std streams, env environment, f func(*App) error) error {
	settings, err := settings(line, env)
	if err != nil {
		return err
	}
	app, err := newApp(ctx, settings, std.err)
	if err != nil {
		return err
	}
	defer func() { _ = app.Close() }() // everything acknowledged is stored
	return f(app)
}

// Close closes the library.
func (a *App) Close() error { return a.library.Close() }

// embedding tells a person how far the embedding of a large library has come.
func embedding(notes io.Writer) func(done, all int) {
	return func(done, all int) {
		if all >= 200 && (done%100 == 0 || done == all) {
			fmt.Fprintf(notes, "embedded %d of %d articles\n", done, all)
		}
	}
}

func logger(c config.Log, w io.Writer) *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(c.Level)) // Validate has checked it
	options := &slog.HandlerOptions{Level: level}
	if c.Format == "json" {
		return slog.New(slog.NewJSONHandler(w, options))
	}
	return slog.New(slog.NewTextHandler(w, options))
}
