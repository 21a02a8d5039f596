package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"attache/internal/commands"
	"attache/internal/discord"
	"attache/internal/library"
	"attache/internal/watch"
)

// watch looks at the standing questions until the returned function is called. o says where they are posted.
func (a *App) watch(ctx context.Context, o watch.Options) (stop func()) {
	o.Library, o.Desk, o.Followed, o.Now, o.Log = a.library, a.Desk, a.Collection.Followed, time.Now, a.Log
	o.DigestHour, o.Settle = a.Config.Watch.DigestHour, a.Config.Watch.Settle
	ctx, cancel := context.WithCancel(ctx)
	changes := a.Collection.Changes()
	done := make(chan struct{})
	go func() { watch.New(o).Run(ctx, changes); close(done) }()
	return func() { cancel(); <-done }
}

// onDiscord posts in the channels of the servers that this process serves.
func (a *App) onDiscord(bot *discord.Bot) watch.Options {
	return watch.Options{
		Mine: func(w library.Watch) bool { return w.Channel != "" && a.serves(w.Guild) },
		Post: func(ctx context.Context, w library.Watch, nonce string, reply commands.Reply) error {
			channel := w.Channel
			if w.Thread != "" {
				channel = w.Thread
			}
			_, err := bot.PostOnce(ctx, channel, nonce, reply)
			return refusal(err)
		},
		Amend: func(ctx context.Context, guild, answer, note string) error {
			standing, err := a.library.PostedAnswer(ctx, guild, answer)
			for _, p := range standing {
				if failed := refusal(bot.Amend(ctx, p.Channel, p.Message, note)); failed != nil && !errors.Is(failed, watch.ErrRefused) {
					err = errors.Join(err, failed)
				}
			}
			return err
		},
	}
}

// serves reports whether a server is in this process's share (Discord: shard_id = (guild_id >> 22) % num_shards).
func (a *App) serves(guild string) bool {
	shard := a.Config.Discord.Shard
	id, err := strconv.ParseUint(guild, 10, 64)
	return err == nil && (id>>22)%uint64(max(shard.Count, 1)) == uint64(shard.ID)
}

// refusal marks an error that trying again cannot mend.
func refusal(err error) error {
	if err != nil && discord.Refused(err) {
		return fmt.Errorf("%w: %w", watch.ErrRefused, err)
	}
	return err
}

// inTerminal posts the watches that were made at the terminal.
func inTerminal(news chan<- commands.Reply) watch.Options {
	return watch.Options{
		Mine: func(w library.Watch) bool { return w.Guild == "" && w.Channel == "" },
		Post: func(ctx context.Context, _ library.Watch, _ string, reply commands.Reply) error {
			select {
			case news <- reply:
				return nil
			case <-ctx.Done():
				return fmt.Errorf("%w: %w", watch.ErrRefused, ctx.Err()) // it was not shown, and is the next time
			}
		},
	}
}

type watchesCmd struct{}

// Run lists the watches of every server.
func (watchesCmd) Run(ctx context.Context, line *cli, std streams, env environment) error {
	lib, err := existing(line, env)
	if err != nil {
		return err
	}
	defer func() { _ = lib.Close() }() // only read from
	all, err := lib.AllWatches(ctx)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		fmt.Fprintln(std.out, "Nothing is watched.")
	}
	for len(all) > 0 {
		n := 1
		for n < len(all) && all[n].Guild == all[0].Guild {
			n++
		}
		reply := commands.ListWatches(all[:n])
		if all[0].Guild != "" {
			reply.Title += " in server " + all[0].Guild
		}
		if err := renderer(std, env).Render(std.out, reply); err != nil {
			return err
		}
		all = all[n:]
	}
	return nil
}

// watchHealth tells of the watches that cannot post.
func (a *App) watchHealth(ctx context.Context) discord.Finding {
	f := discord.Finding{What: "watches"}
	all, err := a.library.AllWatches(ctx)
	if err != nil {
		f.Problem, f.Advice = err.Error(), "look at what is said of the library"
		return f
	}
	f.Detail = fmt.Sprintf("%d, none is paused", len(all))
	paused := 0
	for _, w := range all {
		if w.Paused != "" {
			paused++
			f.Problem = fmt.Sprintf("%d of %d are paused; watch %d of server %s: %s", paused, len(all), w.Number, w.Guild, w.Paused)
			f.Advice = "let the bot write there, or end the watch with /unwatch; it goes on by itself when new articles come"
		}
	}
	return f
}
