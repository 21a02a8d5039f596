package discordtest

import (
	"slices"
	"sort"
	"strconv"
	"time"
)

// world is everything people see. All of it is guarded by Server.mu.
type world struct {
	bot      *User
	appID    string
	owner    *User // of the application
	users    map[string]*User
	guilds   map[string]*guild
	channels map[string]*Channel
	messages map[string]*Message
	byPlace  map[string][]string // channel id -> message ids, oldest first
	history  map[string][]Message
	denied   map[string]int64 // channel id -> permissions the bot lacks there
	noDMs    map[string]bool  // users who take no direct messages
	commands map[string][]*Command
	creates  map[string]int  // commands created today, by guild id ("" is global)
	forAll   map[string]bool // commands that a guild offers to everybody, by its id and their name
	typing   map[string]int  // channel id -> how often the bot was seen typing

	interactions map[string]*Interaction // by token
}

type guild struct {
	Guild
	roles   []*Role
	members map[string]*Member
}

func (s *Server) initWorld() {
	s.world = world{
		users: map[string]*User{}, guilds: map[string]*guild{}, channels: map[string]*Channel{},
		messages: map[string]*Message{}, byPlace: map[string][]string{}, history: map[string][]Message{},
		denied: map[string]int64{}, noDMs: map[string]bool{}, commands: map[string][]*Command{},
		creates: map[string]int{}, forAll: map[string]bool{}, typing: map[string]int{}, interactions: map[string]*Interaction{},
	}
	s.world.appID = s.snowflake()
	s.world.bot = s.newUser("Attaché")
	s.world.bot.Bot = true
	s.world.owner = s.newUser("developer")
}

// newUser makes a user; the caller holds mu or is the only one.
func (s *Server) newUser(name string) *User {
	u := &User{ID: s.snowflake(), Username: name, Discriminator: "0", GlobalName: &name, Locale: "en-US"}
	s.world.users[u.ID] = u
	return u
}

// Bot returns the bot's own user.
func (s *Server) Bot() User {
	s.mu.Lock()
	defer s.mu.Unlock()
	return *s.world.bot
}

// AppID returns the application's id, which differs from the bot user's on purpose.
func (s *Server) AppID() string { return s.world.appID }

// AddGuild makes a server that the bot is in, owned by a person named "owner", and tells connected sessions of it.
func (s *Server) AddGuild(name string) Guild {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := s.snowflake()
	owner := s.newUser("owner")
	g := &guild{Guild: Guild{ID: id, Name: name, OwnerID: owner.ID, Locale: "en-US"}, members: map[string]*Member{}}
	g.roles = []*Role{{ID: id, Name: "@everyone", Permissions: PermEveryone, Colors: noColors()}}
	s.world.guilds[id] = g
	s.addMember(g, owner)
	s.addMember(g, s.world.bot)
	s.dispatchGuild(g, "GUILD_CREATE", IntentGuilds, s.guildCreate(g))
	s.notify()
	return g.Guild
}

func noColors() map[string]any {
	return map[string]any{"primary_color": 0, "secondary_color": nil, "tertiary_color": nil}
}

func (s *Server) addMember(g *guild, u *User) *Member {
	m := &Member{User: u, Roles: []string{}, JoinedAt: timestamp(s.now())}
	g.members[u.ID] = m
	return m
}

// RemoveGuild makes the bot leave a server.
func (s *Server) RemoveGuild(guildID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.mustGuild(guildID)
	s.dispatchGuild(g, "GUILD_DELETE", IntentGuilds, map[string]any{"id": guildID})
	delete(s.world.guilds, guildID)
	for id, c := range s.world.channels {
		if c.GuildID == guildID {
			delete(s.world.channels, id)
		}
	}
	s.notify()
}

// AddChannel makes a text channel in a server and tells connected sessions of it.
func (s *Server) AddChannel(guildID, name string) Channel {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.mustGuild(guildID)
	c := &Channel{ID: s.snowflake(), Type: ChannelText, GuildID: guildID, Name: &name}
	s.world.channels[c.ID] = c
	s.dispatchGuild(g, "CHANNEL_CREATE", IntentGuilds, *c)
	s.notify()
	return *c
}

// DeleteChannel removes a channel or thread.
func (s *Server) DeleteChannel(channelID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.mustChannel(channelID)
	event := "CHANNEL_DELETE"
	if c.isThread() {
		event = "THREAD_DELETE"
	}
	s.dispatchGuild(s.mustGuild(c.GuildID), event, IntentGuilds, *c)
	delete(s.world.channels, channelID)
	s.notify()
}

// AddMember makes a person in a server, with the given extra permissions by way of a role of their own.
func (s *Server) AddMember(guildID, name string, permissions ...int64) User {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.mustGuild(guildID)
	u := s.newUser(name)
	m := s.addMember(g, u)
	for _, p := range permissions {
		m.Roles = append(m.Roles, s.newRole(g, name+"'s role", p).ID)
	}
	s.notify()
	return *u
}

// AddUser makes a person who is in no server with the bot, or a second bot if bot is set.
func (s *Server) AddUser(name string, bot bool) User {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.newUser(name)
	u.Bot = bot
	return *u
}

// Join puts an existing user into a further server.
func (s *Server) Join(guildID, userID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.addMember(s.mustGuild(guildID), s.mustUser(userID))
}

// SetLocale sets the language of a person's client, as in "fr" or "pt-BR".
func (s *Server) SetLocale(userID, locale string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mustUser(userID).Locale = locale
}

// AddRole makes a role in a server.
func (s *Server) AddRole(guildID, name string, permissions int64) Role {
	s.mu.Lock()
	defer s.mu.Unlock()
	return *s.newRole(s.mustGuild(guildID), name, permissions)
}

func (s *Server) newRole(g *guild, name string, permissions int64) *Role {
	r := &Role{ID: s.snowflake(), Name: name, Permissions: permissions, Position: len(g.roles), Colors: noColors(), Mentionable: true}
	g.roles = append(g.roles, r)
	return r
}

// Grant gives a role to a member; the bot is a member too.
func (s *Server) Grant(guildID, userID, roleID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.mustGuild(guildID).members[userID]
	if m == nil {
		s.fatalf("user %s is not in guild %s", userID, guildID)
	}
	m.Roles = append(m.Roles, roleID)
}

// Deny takes permissions from the bot in one channel (and the threads under it), on top of those it already lacks.
// Without PermViewChannel its requests get 50001, without another one 50013.
func (s *Server) Deny(channelID string, permissions int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.world.denied[s.mustChannel(channelID).ID] |= permissions
}

// Allow gives back what Deny took.
func (s *Server) Allow(channelID string, permissions int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.world.denied[s.mustChannel(channelID).ID] &^= permissions
}

// BlockDMs makes a person refuse direct messages from the bot (50007).
func (s *Server) BlockDMs(userID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.world.noDMs[userID] = true
}

// DM returns the direct-message channel between a person and the bot.
func (s *Server) DM(userID string) Channel {
	s.mu.Lock()
	defer s.mu.Unlock()
	return *s.dm(s.mustUser(userID))
}

func (s *Server) dm(u *User) *Channel {
	for _, c := range s.world.channels {
		if c.Type == ChannelDM && c.Recipients[0].ID == u.ID {
			return c
		}
	}
	c := &Channel{ID: s.snowflake(), Type: ChannelDM, Recipients: []*User{u}}
	s.world.channels[c.ID] = c
	return c
}

// Channel returns a channel or thread as it is now; ok is false when there is none.
func (s *Server) Channel(id string) (c Channel, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if found := s.world.channels[id]; found != nil {
		return found.clone(), true
	}
	return Channel{}, false
}

func (c *Channel) clone() Channel {
	copied := *c
	if c.Thread != nil {
		meta, messages, total := *c.Thread, *c.MessageCount, *c.TotalMessageSent
		copied.Thread, copied.MessageCount, copied.TotalMessageSent = &meta, &messages, &total
	}
	return copied
}

// Threads returns the threads under a channel, oldest first.
func (s *Server) Threads(channelID string) []Channel {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Channel
	for _, c := range s.world.channels {
		if c.isThread() && *c.ParentID == channelID {
			out = append(out, c.clone())
		}
	}
	sort.Slice(out, func(i, j int) bool { return lessID(out[i].ID, out[j].ID) })
	return out
}

// SetArchived archives a thread or opens it again, as a moderator does; locked keeps everybody but moderators out.
func (s *Server) SetArchived(threadID string, archived, locked bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.mustChannel(threadID)
	if !c.isThread() {
		s.fatalf("channel %s is not a thread", threadID)
	}
	c.Thread.Archived, c.Thread.Locked = archived, locked
	s.dispatchGuild(s.mustGuild(c.GuildID), "THREAD_UPDATE", IntentGuilds, c.clone())
	s.notify()
}

// Typing returns how often the bot showed as typing in a channel.
func (s *Server) Typing(channelID string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.world.typing[channelID]
}

// Commands returns what is registered in a guild, or globally for "".
func (s *Server) Commands(guildID string) []Command {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Command, 0, len(s.world.commands[guildID]))
	for _, c := range s.world.commands[guildID] {
		out = append(out, *c)
	}
	return out
}

// OfferToAll makes a server offer a command to everybody, whatever permissions it was registered with, as its settings let people do.
func (s *Server) OfferToAll(guildID, name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.world.forAll[s.mustGuild(guildID).ID+" "+name] = true
}

// WaitCommand waits until a command of this name is registered in the guild, or globally.
func (s *Server) WaitCommand(t TB, guildID, name string) Command {
	t.Helper()
	var found *Command
	err := s.await(func() bool {
		found = s.offered(guildID, func(c *Command) bool { return c.Name == name })
		return found != nil
	})
	if err != nil {
		t.Fatalf("waiting for command %q: %v", name, err)
	}
	return *found
}

// offered finds a command that people see in a guild ("" for direct messages); the caller holds mu.
func (s *Server) offered(guildID string, match func(*Command) bool) *Command {
	for _, scope := range []string{guildID, ""} {
		for _, c := range s.world.commands[scope] {
			if match(c) {
				return c
			}
		}
	}
	return nil
}

// WaitFor waits until cond holds. It is asked again after each change in the double; it may call the double's methods.
func (s *Server) WaitFor(t TB, what string, cond func() bool) {
	t.Helper()
	limit := time.NewTimer(s.opts.WaitLimit)
	defer limit.Stop()
	for {
		s.mu.Lock()
		changed := s.changed
		s.mu.Unlock()
		if cond() {
			return
		}
		select {
		case <-changed:
		case <-limit.C:
			t.Fatalf("waiting for %s: nothing after %v", what, s.opts.WaitLimit)
			return
		}
	}
}

func (s *Server) mustGuild(id string) *guild {
	g := s.world.guilds[id]
	if g == nil {
		s.fatalf("there is no guild %s", id)
	}
	return g
}

func (s *Server) mustChannel(id string) *Channel {
	c := s.world.channels[id]
	if c == nil {
		s.fatalf("there is no channel %s", id)
	}
	return c
}

func (s *Server) mustUser(id string) *User {
	u := s.world.users[id]
	if u == nil {
		s.fatalf("there is no user %s", id)
	}
	return u
}

// timestamp is how Discord writes a time.
func timestamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000+00:00") }

// lessID orders snowflakes by age.
func lessID(a, b string) bool {
	if len(a) != len(b) {
		return len(a) < len(b)
	}
	return a < b
}

// permissionsOf computes what a user may do in a channel of a guild, by Discord's order: owner, roles, overwrites.
func (s *Server) permissionsOf(g *guild, c *Channel, userID string) int64 {
	m := g.members[userID]
	if m == nil {
		return 0
	}
	if g.OwnerID == userID {
		return permAll
	}
	var p int64
	for _, r := range g.roles {
		if r.ID == g.ID || slices.Contains(m.Roles, r.ID) {
			p |= r.Permissions
		}
	}
	if userID == s.world.bot.ID && c != nil {
		p &^= s.world.denied[c.ID]
		if c.ParentID != nil {
			p &^= s.world.denied[*c.ParentID]
		}
	}
	if p&PermAdministrator != 0 {
		return permAll
	}
	return p
}

// botPermissions is permissionsOf for the bot; in direct messages it has all.
func (s *Server) botPermissions(c *Channel) int64 {
	if c.GuildID == "" {
		return permAll
	}
	g := s.world.guilds[c.GuildID]
	if g == nil {
		return 0
	}
	return s.permissionsOf(g, c, s.world.bot.ID)
}

// shardOf is Discord's formula for which shard gets a guild's events; direct messages go to shard 0.
func shardOf(guildID string, count int) int {
	if guildID == "" || count <= 1 {
		return 0
	}
	id, err := strconv.ParseUint(guildID, 10, 64)
	if err != nil {
		return 0
	}
	return int((id >> 22) % uint64(count))
}
