package discord

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/bwmarrin/discordgo"

	"attache/internal/gateway"
)

// Finding is one thing that was looked at, and what is to be done about it.
type Finding struct {
	What    string // what was looked at: "token", "commands in Desk"
	Detail  string // how it is, when it is in order
	Problem string // what is wrong; "" when nothing is
	Advice  string // what to do about the problem
}

// Expected is what a server expects of the bot. Its functions are asked with a server's id.
type Expected struct {
	TeamChannels func(guild string) []string // where plain questions are answered
	Call         func(guild string) string   // the role that is called; "" for none
}

// What the bot needs in a channel, by the names that Discord shows.
var needed = []struct {
	bit  int64
	name string
}{
	{discordgo.PermissionViewChannel, "View Channel"},
	{discordgo.PermissionSendMessages, "Send Messages"},
	{discordgo.PermissionEmbedLinks, "Embed Links"},
	{discordgo.PermissionAttachFiles, "Attach Files"},
	{discordgo.PermissionReadMessageHistory, "Read Message History"},
	{discordgo.PermissionCreatePublicThreads, "Create Public Threads"},
	{discordgo.PermissionSendMessagesInThreads, "Send Messages in Threads"},
}

// The flags of an application that may read the text of messages: fully, or while it is in few servers.
const contentFlags = 1<<18 | 1<<19

// Examine asks Discord whether the bot can do its work: token, intents, sessions, servers, commands, and what it may do in the channels where it is expected.
// It needs no connection and changes nothing; call it on a bot that is not running. It ends early when the token is refused.
func (b *Bot) Examine(ctx context.Context, want Expected) []Finding {
	e := &examination{b: b, want: want}
	if !e.token(ctx) {
		return e.found
	}
	app := e.application(ctx)
	e.sessions(ctx)
	guilds := e.guilds(ctx, app)
	expected := 0
	for _, g := range guilds {
		expected += e.guild(ctx, app, g)
	}
	if b.opts.Global {
		e.commands(ctx, app, discordgo.UserGuild{Name: "all servers"})
	}
	e.content(expected)
	return e.found
}

type examination struct {
	b     *Bot
	want  Expected
	self  string   // the bot's user
	flags int      // of the application
	lost  []string // channels that were not found: the operator's are looked for in every server
	found []Finding
}

func (e *examination) good(what, detail string, args ...any) {
	e.found = append(e.found, Finding{What: what, Detail: fmt.Sprintf(detail, args...)})
}

func (e *examination) bad(what, problem, advice string) {
	e.found = append(e.found, Finding{What: what, Problem: problem, Advice: advice})
}

// failed notes a request that Discord did not answer as it should.
func (e *examination) failed(what string, err error) {
	e.bad(what, "Discord could not be asked: "+err.Error(), "look whether discord.com can be reached from here, and try again")
}

func (e *examination) get(ctx context.Context, address string, out any) error {
	return e.b.gateway.Request(ctx, http.MethodGet, address, nil, out)
}

func (e *examination) token(ctx context.Context) bool {
	var me discordgo.User
	err := e.get(ctx, discordgo.EndpointUser("@me"), &me)
	if refused := gateway.Refused(err); refused != nil {
		e.bad("token", refused.Reason, refused.Advice)
		return false
	}
	if err != nil {
		e.failed("token", err)
		return false
	}
	e.self = me.ID
	e.good("token", "it is that of %s", me.Username)
	return true
}

func (e *examination) application(ctx context.Context) string {
	var app struct {
		ID    string `json:"id"`
		Flags int    `json:"flags"`
	}
	if err := e.get(ctx, discordgo.EndpointApplications+"/@me", &app); err != nil {
		e.failed("application", err)
	}
	e.flags = app.Flags
	return app.ID
}

func (e *examination) sessions(ctx context.Context) {
	var info discordgo.GatewayBotResponse
	if err := e.get(ctx, discordgo.EndpointGatewayBot, &info); err != nil {
		e.failed("sessions", err)
		return
	}
	left := info.SessionStartLimit
	switch shards := max(1, e.b.opts.ShardCount); {
	case left.Remaining < 20:
		e.bad("sessions", fmt.Sprintf("only %d of %d are left for today", left.Remaining, left.Total), "find out from the log why the bot keeps starting anew")
	case info.Shards > shards:
		e.bad("sessions", fmt.Sprintf("Discord wants %d shards, %d are configured", info.Shards, shards), "raise shard.count, and run a process for each shard.id")
	default:
		e.good("sessions", "%d of %d are left for today", left.Remaining, left.Total)
	}
}

// guildsPage is how many servers Discord lists at once, at most.
const guildsPage = 200

// Guilds lists the servers that the bot is in. It needs no connection.
func (b *Bot) Guilds(ctx context.Context) ([]discordgo.UserGuild, error) {
	var all []discordgo.UserGuild
	for after := ""; ; after = all[len(all)-1].ID {
		query := url.Values{"limit": {strconv.Itoa(guildsPage)}}
		if after != "" {
			query.Set("after", after)
		}
		var page []discordgo.UserGuild
		if err := b.gateway.Request(ctx, http.MethodGet, discordgo.EndpointUserGuilds("@me")+"?"+query.Encode(), nil, &page); err != nil {
			return nil, fmt.Errorf("list the bot's servers: %w", err)
		}
		all = append(all, page...)
		if len(page) < guildsPage {
			return all, nil
		}
	}
}

// guilds lists the servers to look at: those that the bot serves.
func (e *examination) guilds(ctx context.Context, app string) []discordgo.UserGuild {
	all, err := e.b.Guilds(ctx)
	if err != nil {
		e.failed("servers", err)
		return nil
	}
	served := slices.DeleteFunc(slices.Clone(all), func(g discordgo.UserGuild) bool {
		return len(e.b.opts.Guilds) > 0 && !slices.Contains(e.b.opts.Guilds, g.ID)
	})
	for _, id := range e.b.opts.Guilds {
		if !slices.ContainsFunc(all, func(g discordgo.UserGuild) bool { return g.ID == id }) {
			e.bad("server "+id, "it is configured, but the bot is not in it", "invite the bot: "+inviteLink(app))
		}
	}
	switch {
	case len(all) == 0:
		e.bad("servers", "the bot is in none", "invite it: "+inviteLink(app))
	case len(served) > 0:
		names := make([]string, len(served))
		for i, g := range served {
			names[i] = g.Name
		}
		e.good("servers", "%s", clip(strings.Join(names, ", "), 200))
	}
	return served
}

// inviteLink is the address at which somebody who manages a server invites the bot, with what it needs there.
func inviteLink(app string) string {
	var permissions int64
	for _, p := range needed {
		permissions |= p.bit
	}
	return fmt.Sprintf("https://discord.com/oauth2/authorize?client_id=%s&scope=bot+applications.commands&permissions=%d", app, permissions)
}

// guild looks at one server and returns how many channels in it wait for plain questions.
func (e *examination) guild(ctx context.Context, app string, g discordgo.UserGuild) int {
	if !e.b.opts.Global {
		e.commands(ctx, app, g)
	}
	team, call := e.want.TeamChannels(g.ID), e.want.Call(g.ID)
	if len(team) == 0 && call == "" {
		return 0
	}
	var roles []*discordgo.Role
	var self discordgo.Member
	if err := e.get(ctx, discordgo.EndpointGuildRoles(g.ID), &roles); err != nil {
		e.failed("roles in "+g.Name, err)
		return len(team)
	}
	if err := e.get(ctx, discordgo.EndpointGuildMember(g.ID, e.self), &self); err != nil {
		e.failed("permissions in "+g.Name, err)
		return len(team)
	}
	mine := 0
	for _, id := range team {
		mine += e.channel(ctx, g, id, roles, &self)
	}
	if call != "" {
		e.call(g, call, roles, &self)
	}
	return mine
}

func (e *examination) commands(ctx context.Context, app string, g discordgo.UserGuild) {
	what := "commands in " + g.Name
	want, err := e.b.languages.register(e.b.router.Commands())
	if err != nil {
		e.bad(what, err.Error(), "shorten its description")
		return
	}
	have, err := e.b.api.commands(ctx, app, g.ID)
	switch {
	case code(err) == codeMissingAccess:
		e.bad(what, "the bot may not register any", "invite it once more, with the scope applications.commands: "+inviteLink(app))
	case err != nil:
		e.failed(what, err)
	case len(have) == 0:
		e.bad(what, "none is registered", "start the bot; it registers them as soon as it is connected")
	case fingerprint(want) != fingerprint(have):
		e.bad(what, "those registered are not those of this version", "start the bot; it registers them as soon as it is connected")
	default:
		e.good(what, "%d are registered", len(have))
	}
}

// channel looks at what the bot may do in a team channel. It returns 1, or 0 for a channel of another server.
func (e *examination) channel(ctx context.Context, g discordgo.UserGuild, id string, roles []*discordgo.Role, self *discordgo.Member) int {
	c, err := e.b.api.channel(ctx, id)
	what := "team channel " + id
	if err != nil {
		if slices.Contains(e.lost, id) {
			return 1
		}
		e.lost = append(e.lost, id)
	}
	switch {
	case code(err) == codeMissingAccess:
		e.bad(what, "the bot can't see it", "let it have View Channel there: the channel's settings, Permissions")
		return 1
	case code(err) == codeUnknownChannel:
		e.bad(what, "it does not exist any more", "take it out with /setup not_team_channel, or out of discord.team_channels")
		return 1
	case err != nil:
		e.failed(what, err)
		return 1
	case c.GuildID != g.ID:
		return 0
	}
	what = "team channel #" + c.Name + " in " + g.Name
	may := permissionsIn(c, roles, self)
	var missing []string
	for _, p := range needed {
		if may&p.bit == 0 {
			missing = append(missing, p.name)
		}
	}
	if len(missing) > 0 {
		e.bad(what, "the bot lacks "+strings.Join(missing, ", "), "grant it to the bot's role: the channel's settings, Permissions")
	} else {
		e.good(what, "the bot may do all it needs")
	}
	return 1
}

// call looks whether calling the role would notify anybody.
func (e *examination) call(g discordgo.UserGuild, id string, roles []*discordgo.Role, self *discordgo.Member) {
	i := slices.IndexFunc(roles, func(r *discordgo.Role) bool { return r != nil && r.ID == id })
	if i < 0 {
		return // of another server, or gone: nobody is called, and /setup shows it
	}
	what := "the role " + roles[i].Name + " in " + g.Name
	if !roles[i].Mentionable && permissionsIn(&discordgo.Channel{GuildID: g.ID}, roles, self)&discordgo.PermissionMentionEveryone == 0 {
		e.bad(what, "a call of it notifies nobody", "allow anyone to mention it in the role's settings, or give the bot Mention All Roles")
		return
	}
	e.good(what, "it can be called")
}

// content looks whether plain questions can be read where they are expected.
func (e *examination) content(expected int) {
	const what = "message content"
	switch {
	case e.flags&contentFlags != 0:
		e.good(what, "the intent is on")
	case expected > 0:
		e.bad(what, "the intent is off, so no plain question in a team channel is seen",
			"open https://discord.com/developers/applications, choose the application, go to Bot and switch on Message Content Intent")
	default:
		e.good(what, "the intent is off, and no team channel needs it")
	}
}

// permissionsIn is what a member may do in a channel, by Discord's order: roles, then the channel's overwrites for everybody, for roles, for the member.
func permissionsIn(c *discordgo.Channel, roles []*discordgo.Role, m *discordgo.Member) int64 {
	var may int64
	for _, r := range roles {
		if r != nil && (r.ID == c.GuildID || slices.Contains(m.Roles, r.ID)) {
			may |= r.Permissions
		}
	}
	if may&discordgo.PermissionAdministrator != 0 {
		return discordgo.PermissionAll | discordgo.PermissionSendMessagesInThreads | discordgo.PermissionCreatePublicThreads
	}
	var deny, allow int64
	for _, o := range c.PermissionOverwrites {
		switch {
		case o == nil:
		case o.ID == c.GuildID:
			may = may&^o.Deny | o.Allow
		case o.Type == discordgo.PermissionOverwriteTypeRole && slices.Contains(m.Roles, o.ID):
			deny, allow = deny|o.Deny, allow|o.Allow
		}
	}
	may = may&^deny | allow
	for _, o := range c.PermissionOverwrites {
		if o != nil && o.Type == discordgo.PermissionOverwriteTypeMember && m.User != nil && o.ID == m.User.ID {
			may = may&^o.Deny | o.Allow
		}
	}
	return may
}
