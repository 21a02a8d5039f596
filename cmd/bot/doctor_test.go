package main

import (
	"bytes"
	"strings"
	"testing"

	"attache/internal/discordtest"
	"attache/internal/openaitest"
)

// against runs one command line against a loopback Discord.
func against(t *testing.T, srv *discordtest.Server, env []string, args ...string) outcome {
	t.Helper()
	var out, errs bytes.Buffer
	code := run(t.Context(), args, streams{strings.NewReader(""), &out, &errs}, append([]string{"DISCORD_TOKEN=" + srv.Token()}, env...),
		network{client: srv.Client(), dialer: srv.Dialer()})
	return outcome{code, out.String(), errs.String()}
}

// clinic is a server with a team channel, whose commands are registered, and the environment of the bot that serves it.
type clinic struct {
	*discordtest.Server
	guild, channel string
	env            []string
}

func newClinic(t *testing.T, options discordtest.Options) *clinic {
	t.Helper()
	srv := discordtest.New(t, options)
	guild := srv.AddGuild("Desk").ID
	c := &clinic{Server: srv, guild: guild, channel: srv.AddChannel(guild, "questions").ID, env: home(t)}
	stop := discordBot(t, srv)
	srv.WaitCommand(t, guild, "help")
	stop()
	return c
}

func (c *clinic) set(key, value string) { c.env = append(c.env, key+"="+value) }

func TestDoctorFindsAllInOrder(t *testing.T) {
	t.Parallel()
	bot(t, "", home(t), "doctor").want(t, 0, "ok library:", "articles, whole", "ok embedder:", "ok model: none", "no token, so the bot runs in the terminal")

	model := openaitest.New(t)
	model.Respond(func(openaitest.Request) openaitest.Reply { return openaitest.Reply{Text: "ready"} })
	c := newClinic(t, discordtest.Options{})
	c.env = withModel(t, model.URL())
	c.set("ATTACHE_DISCORD_TEAM_CHANNELS", c.channel)
	c.set("ATTACHE_DISCORD_ASK_ROLE", c.AddRole(c.guild, "duty officers", 0).ID)
	o := against(t, c.Server, c.env, "doctor")
	o.want(t, 0, "ok model: loopback-1 answers", "ok token: it is that of", "ok sessions:", "ok servers: Desk", "ok commands in Desk:",
		"ok team channel #questions in Desk: the bot may do all it needs", "ok message content: the intent is on",
		"ok the role duty officers in Desk: it can be called")
	if strings.Contains(o.out, "BROKEN") {
		t.Errorf("something is said to be broken:\n%s", o.out)
	}
}

func TestDoctorSaysWhatIsBrokenAndWhatToDo(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		off   int // intents
		spoil func(*testing.T, *clinic)
		want  []string
	}{
		"a wrong token": {0, func(_ *testing.T, c *clinic) { c.set("DISCORD_TOKEN", "wrong") }, []string{"BROKEN token: Discord refuses the bot's token", "Reset Token"}},
		"no text of messages": {discordtest.IntentMessageContent, func(_ *testing.T, c *clinic) { c.set("ATTACHE_DISCORD_TEAM_CHANNELS", c.channel) },
			[]string{"BROKEN message content: the intent is off", "switch on Message Content Intent"}},
		"missing permissions": {0, func(_ *testing.T, c *clinic) {
			c.set("ATTACHE_DISCORD_TEAM_CHANNELS", c.channel)
			c.Deny(c.channel, discordtest.PermEmbedLinks|discordtest.PermSendMessagesInThreads)
		}, []string{"BROKEN team channel #questions in Desk: the bot lacks Embed Links, Send Messages in Threads", "the channel's settings, Permissions"}},
		"a hidden channel": {0, func(_ *testing.T, c *clinic) {
			c.set("ATTACHE_DISCORD_TEAM_CHANNELS", c.channel)
			c.AddGuild("Annex") // the channel is lost once, and not in each server
			c.Deny(c.channel, discordtest.PermViewChannel)
		}, []string{"the bot can't see it", "View Channel"}},
		"a channel that is gone": {0, func(_ *testing.T, c *clinic) {
			c.set("ATTACHE_DISCORD_TEAM_CHANNELS", c.channel)
			c.DeleteChannel(c.channel)
		}, []string{"it does not exist any more", "discord.team_channels"}},
		"no server":         {0, func(_ *testing.T, c *clinic) { c.RemoveGuild(c.guild) }, []string{"BROKEN servers: the bot is in none", "oauth2/authorize?client_id="}},
		"a server too much": {0, func(_ *testing.T, c *clinic) { c.set("ATTACHE_DISCORD_GUILDS", "1234567890123456789") }, []string{"BROKEN server 1234567890123456789", "invite the bot"}},
		"no commands": {0, func(t *testing.T, c *clinic) {
			against(t, c.Server, c.env, "commands", "remove").want(t, 0, "removed in 1 servers")
		}, []string{"BROKEN commands in Desk: none is registered", "start the bot"}},
		"an empty library": {0, func(_ *testing.T, c *clinic) { c.set("ATTACHE_STARTER", "false") }, []string{"BROKEN library: it is empty", "bot ingest"}},
		"a model that is down": {0, func(t *testing.T, c *clinic) {
			model := openaitest.New(t)
			model.Respond(func(openaitest.Request) openaitest.Reply {
				return openaitest.Reply{Status: 401, Message: "no such key"}
			})
			c.env = append(c.env, withModel(t, model.URL())...)
		}, []string{"BROKEN model:", "OPENAI_API_KEY"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clinic := newClinic(t, discordtest.Options{SwitchedOff: c.off})
			c.spoil(t, clinic)
			o := against(t, clinic.Server, clinic.env, "doctor")
			o.want(t, 1, c.want...)
			if n := strings.Count(o.out, "BROKEN"); n != 1 && name != "a hidden channel" && name != "a server too much" {
				t.Errorf("%d things are said to be broken, want 1:\n%s", n, o.out)
			}
		})
	}
}

func TestCommandsRemove(t *testing.T) {
	t.Parallel()
	c := newClinic(t, discordtest.Options{})
	against(t, c.Server, c.env, "commands", "remove").want(t, 0, "The commands are removed in 1 servers")
	if left := c.Commands(c.guild); len(left) > 0 {
		t.Errorf("%d commands are left", len(left))
	}
	bot(t, "", home(t), "commands", "remove").want(t, 1, "DISCORD_TOKEN")
	against(t, c.Server, append(c.env, "DISCORD_TOKEN=wrong"), "commands", "remove").want(t, 1, "401")
}
