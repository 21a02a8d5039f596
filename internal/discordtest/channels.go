package discordtest

import (
	"fmt"
	"net/http"
	"slices"
	"sort"
	"strings"
	"time"
)

func (s *Server) getGateway(*call) (*reply, error) {
	return ok(map[string]any{"url": "wss://" + hostGateway})
}

func (s *Server) getGatewayBot(*call) (*reply, error) {
	left := max(0, s.opts.SessionStarts-s.gateway.stats.Identifies)
	return ok(map[string]any{
		"url": "wss://" + hostGateway, "shards": 1,
		"session_start_limit": map[string]any{
			"total": 1000, "remaining": left, "reset_after": (14 * time.Hour).Milliseconds(), "max_concurrency": 1,
		},
	})
}

func (s *Server) getMe(*call) (*reply, error) {
	return ok(struct {
		*User
		MFA    bool   `json:"mfa_enabled"`
		Locale string `json:"locale"`
	}{s.world.bot, true, "en-US"})
}

func (s *Server) getUser(c *call) (*reply, error) {
	u := s.world.users[c.path("user")]
	if u == nil {
		return nil, unknown(10013, "User")
	}
	return ok(u)
}

func (s *Server) createDM(c *call) (*reply, error) {
	var body struct {
		Recipient string `json:"recipient_id"`
	}
	if err := c.decode(&body); err != nil {
		return nil, err
	}
	u := s.world.users[body.Recipient]
	if u == nil {
		return nil, invalid("recipient_id", "Unknown user")
	}
	return ok(s.dm(u))
}

func (s *Server) getMyGuilds(*call) (*reply, error) {
	list := []map[string]any{}
	for _, g := range s.world.guilds {
		list = append(list, map[string]any{
			"id": g.ID, "name": g.Name, "owner": false, "icon": nil, "banner": nil, "features": []string{},
			"permissions": fmt.Sprint(s.permissionsOf(g, nil, s.world.bot.ID)),
		})
	}
	sort.Slice(list, func(i, j int) bool { return lessID(list[i]["id"].(string), list[j]["id"].(string)) })
	return ok(list)
}

// Application flags that tell which privileged intents are on, for applications in fewer than 100 servers.
const (
	appFlagPresence = 1 << 13
	appFlagMembers  = 1 << 15
	appFlagContent  = 1 << 19
)

func (s *Server) getApplication(*call) (*reply, error) {
	flags := 0
	for intent, flag := range map[int]int{
		IntentGuildPresences: appFlagPresence, IntentGuildMembers: appFlagMembers, IntentMessageContent: appFlagContent,
	} {
		if s.opts.SwitchedOff&intent == 0 {
			flags |= flag
		}
	}
	return ok(map[string]any{
		"id": s.world.appID, "name": s.world.bot.Username, "description": "", "bot_public": true,
		"bot_require_code_grant": false, "flags": flags, "bot": s.world.bot, "flags_new": fmt.Sprint(flags),
		"icon": nil, "type": nil, "verify_key": strings.Repeat("0", 64), "redirect_uris": []string{},
		"interactions_endpoint_url": nil, "role_connections_verification_url": nil, "owner": s.world.owner,
		"approximate_guild_count": len(s.world.guilds), "approximate_user_install_count": 0,
		"approximate_user_authorization_count": 0, "explicit_content_filter": 0, "team": nil, "eligible_oauth2_scopes": []string{},
	})
}

func (s *Server) guildOf(c *call) (*guild, error) {
	g := s.world.guilds[c.path("guild")]
	if g == nil {
		return nil, unknown(10004, "Guild")
	}
	return g, nil
}

func (s *Server) getGuild(c *call) (*reply, error) {
	g, err := s.guildOf(c)
	if err != nil {
		return nil, err
	}
	out := map[string]any{
		"id": g.ID, "name": g.Name, "owner_id": g.OwnerID, "preferred_locale": g.Locale, "roles": g.roles,
		"emojis": []any{}, "stickers": []any{}, "features": []string{}, "region": "us-east", "afk_timeout": 60,
	}
	for _, name := range emptyGuildFields {
		out[name] = nil
	}
	for _, name := range zeroGuildFields {
		out[name] = 0
	}
	for _, name := range offGuildFields {
		out[name] = false
	}
	return ok(out)
}

// Fields of a guild that Discord always sends and no bot here reads.
var (
	emptyGuildFields = []string{
		"icon", "description", "home_header", "splash", "discovery_splash", "banner", "application_id", "afk_channel_id",
		"system_channel_id", "widget_channel_id", "vanity_url_code", "rules_channel_id", "safety_alerts_channel_id",
		"public_updates_channel_id", "incidents_data", "max_presences",
	}
	zeroGuildFields = []string{
		"system_channel_flags", "verification_level", "default_message_notifications", "mfa_level", "explicit_content_filter",
		"max_members", "max_stage_video_channel_users", "max_video_channel_users", "premium_tier", "premium_subscription_count",
		"nsfw_level",
	}
	offGuildFields = []string{"widget_enabled", "premium_progress_bar_enabled", "nsfw"}
)

func (s *Server) getGuildChannels(c *call) (*reply, error) {
	g, err := s.guildOf(c)
	if err != nil {
		return nil, err
	}
	list := []Channel{}
	for _, ch := range s.world.channels {
		if ch.GuildID == g.ID && !ch.isThread() {
			list = append(list, ch.clone())
		}
	}
	sort.Slice(list, func(i, j int) bool { return lessID(list[i].ID, list[j].ID) })
	return ok(list)
}

func (s *Server) getActiveThreads(c *call) (*reply, error) {
	g, err := s.guildOf(c)
	if err != nil {
		return nil, err
	}
	list := []Channel{}
	for _, ch := range s.world.channels {
		if ch.GuildID == g.ID && ch.isThread() && !ch.Thread.Archived {
			list = append(list, ch.clone())
		}
	}
	return ok(map[string]any{"threads": list, "members": []any{}, "has_more": false})
}

func (s *Server) getGuildRoles(c *call) (*reply, error) {
	g, err := s.guildOf(c)
	if err != nil {
		return nil, err
	}
	return ok(g.roles)
}

func (s *Server) getMember(c *call) (*reply, error) {
	g, err := s.guildOf(c)
	if err != nil {
		return nil, err
	}
	id := c.path("user")
	if id == "@me" {
		id = s.world.bot.ID
	}
	m := g.members[id]
	if m == nil {
		return nil, unknown(10007, "Member")
	}
	return ok(m)
}

func (s *Server) getChannel(c *call) (*reply, error) {
	ch, err := s.visible(c.path("channel"))
	if err != nil {
		return nil, err
	}
	return ok(s.withOverwrites(ch))
}

// withOverwrites shows what Deny took from the bot as the permission overwrite that it would be at Discord.
func (s *Server) withOverwrites(ch *Channel) Channel {
	out := ch.clone()
	if ch.GuildID != "" && !ch.isThread() {
		out.Overwrites = []Overwrite{}
		if denied := s.world.denied[ch.ID]; denied != 0 {
			out.Overwrites = append(out.Overwrites, Overwrite{ID: s.world.bot.ID, Type: 1, Deny: denied})
		}
	}
	return out
}

// patchChannel archives, locks or renames a thread.
func (s *Server) patchChannel(c *call) (*reply, error) {
	ch, err := s.visible(c.path("channel"))
	if err != nil {
		return nil, err
	}
	var body struct {
		Name     *string `json:"name"`
		Archived *bool   `json:"archived"`
		Locked   *bool   `json:"locked"`
	}
	if err := c.decode(&body); err != nil {
		return nil, err
	}
	if err := s.mayChange(ch, body.Locked != nil); err != nil {
		return nil, err
	}
	if body.Name != nil {
		if err := between("name", strings.TrimSpace(*body.Name), 1, threadNameLimit); err != nil {
			return nil, err
		}
	}
	if ch.isThread() {
		if ch.Thread.Archived && (body.Archived == nil || *body.Archived) {
			return nil, refuse(http.StatusBadRequest, 50083, "Thread is archived")
		}
		ch.Thread.Archived = body.Archived != nil && *body.Archived
		ch.Thread.Locked = body.Locked != nil && *body.Locked
	}
	if body.Name != nil {
		ch.Name = body.Name
	}
	event := "CHANNEL_UPDATE"
	if ch.isThread() {
		event = "THREAD_UPDATE"
	}
	s.dispatchGuild(s.world.guilds[ch.GuildID], event, IntentGuilds, ch.clone())
	return ok(s.withOverwrites(ch))
}

// mayChange tells whether the bot may change a channel: its own threads always, but locking needs more.
func (s *Server) mayChange(ch *Channel, lock bool) error {
	switch {
	case ch.GuildID == "":
		return refuse(http.StatusForbidden, 50024, "Cannot execute action on this channel type")
	case !ch.isThread():
		return s.mustHave(ch, PermManageChannels)
	case lock || ch.OwnerID != s.world.bot.ID:
		return s.mustHave(ch, PermManageThreads)
	}
	return nil
}

func (s *Server) startTyping(c *call) (*reply, error) {
	ch, err := s.visible(c.path("channel"))
	if err != nil {
		return nil, err
	}
	if ch.isThread() && ch.Thread.Archived {
		return nil, refuse(http.StatusBadRequest, 50083, "Thread is archived")
	}
	if err := s.maySend(ch, &messageBody{}); err != nil {
		return nil, err
	}
	s.world.typing[ch.ID]++
	return noContent()
}

type threadBody struct {
	Name                string `json:"name"`
	Type                int    `json:"type"`
	AutoArchiveDuration int    `json:"auto_archive_duration"`
	Invitable           *bool  `json:"invitable"`
}

func (b *threadBody) check() error {
	if err := between("name", strings.TrimSpace(b.Name), 1, threadNameLimit); err != nil {
		return err
	}
	if b.AutoArchiveDuration != 0 && !slices.Contains([]int{60, 1440, 4320, 10080}, b.AutoArchiveDuration) {
		return invalid("auto_archive_duration", "Value must be one of (60, 1440, 4320, 10080).")
	}
	return nil
}

// createMessageThread starts a thread from a message; it gets the message's id.
func (s *Server) createMessageThread(c *call) (*reply, error) {
	parent, err := s.visible(c.path("channel"))
	if err != nil {
		return nil, err
	}
	var body threadBody
	if err := c.decode(&body); err != nil {
		return nil, err
	}
	m, err := s.messageIn(parent, c.path("message"))
	if err != nil {
		return nil, err
	}
	if parent.Type != ChannelText && parent.Type != ChannelAnnouncement {
		return nil, refuse(http.StatusBadRequest, 50024, "Cannot execute action on this channel type")
	}
	if err := first(s.mustHave(parent, PermCreatePublicThreads), body.check()); err != nil {
		return nil, err
	}
	if m.Flags&FlagHasThread != 0 {
		return nil, refuse(http.StatusBadRequest, 160004, "A thread has already been created for this message")
	}
	m.Flags |= FlagHasThread
	return s.startThread(parent, m.ID, ChannelPublicThread, s.world.bot.ID, body)
}

// createThread starts a thread that belongs to no message.
func (s *Server) createThread(c *call) (*reply, error) {
	parent, err := s.visible(c.path("channel"))
	if err != nil {
		return nil, err
	}
	var body threadBody
	if err := c.decode(&body); err != nil {
		return nil, err
	}
	if parent.Type != ChannelText && parent.Type != ChannelAnnouncement {
		return nil, refuse(http.StatusBadRequest, 50024, "Cannot execute action on this channel type")
	}
	need := PermCreatePrivateThreads
	kind := ChannelPrivateThread
	if body.Type == ChannelPublicThread {
		need, kind = PermCreatePublicThreads, ChannelPublicThread
	}
	if err := first(s.mustHave(parent, need), body.check()); err != nil {
		return nil, err
	}
	return s.startThread(parent, s.snowflake(), kind, s.world.bot.ID, body)
}

func (s *Server) startThread(parent *Channel, id string, kind int, ownerID string, body threadBody) (*reply, error) {
	now, one := timestamp(s.now()), 1
	name := strings.TrimSpace(body.Name)
	duration := body.AutoArchiveDuration
	if duration == 0 {
		duration = 1440
	}
	ch := &Channel{
		ID: id, Type: kind, GuildID: parent.GuildID, ParentID: &parent.ID, OwnerID: ownerID, Name: &name,
		MessageCount: new(int), TotalMessageSent: new(int), MemberCount: &one,
		Thread: &ThreadMetadata{AutoArchiveDuration: duration, ArchiveTimestamp: now, CreateTimestamp: now},
	}
	s.world.channels[id] = ch
	s.dispatchGuild(s.world.guilds[ch.GuildID], "THREAD_CREATE", IntentGuilds, ch.clone())
	return &reply{status: http.StatusCreated, body: ch.clone()}, nil
}

// StartThread makes a person start a thread of their own in a channel.
func (s *Server) StartThread(channelID, userID, name string) Channel {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := s.snowflake()
	_, err := s.startThread(s.mustChannel(channelID), id, ChannelPublicThread, s.mustUser(userID).ID, threadBody{Name: name})
	if err != nil {
		s.fatalf("start a thread: %v", err)
	}
	return s.world.channels[id].clone()
}

func (s *Server) joinThread(c *call) (*reply, error) {
	ch, err := s.visible(c.path("channel"))
	if err != nil {
		return nil, err
	}
	if !ch.isThread() {
		return nil, refuse(http.StatusBadRequest, 50024, "Cannot execute action on this channel type")
	}
	return noContent()
}
