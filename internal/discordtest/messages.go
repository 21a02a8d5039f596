package discordtest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// messageBody is what a create or an edit of a message sends. A field that is not set was not sent.
type messageBody struct {
	fields  map[string]json.RawMessage
	content string
	embeds  []Embed
	rows    []Component
	flags   int
	allowed *AllowedMentions
	nonce   any
	enforce bool
	ref     *Reference
	files   []Attachment
	keep    []Attachment // the "attachments" field
}

func (b *messageBody) has(field string) bool { _, ok := b.fields[field]; return ok }

// readMessage decodes a message body; files come from the call.
func readMessage(c *call, raw json.RawMessage) (*messageBody, error) {
	b := &messageBody{files: c.files}
	if err := decodeField(raw, "", &b.fields); err != nil {
		return nil, err
	}
	targets := map[string]any{
		"content": &b.content, "embeds": &b.embeds, "components": &b.rows, "flags": &b.flags, "allowed_mentions": &b.allowed,
		"nonce": &b.nonce, "enforce_nonce": &b.enforce, "message_reference": &b.ref, "attachments": &b.keep,
	}
	for name, into := range targets {
		if b.has(name) {
			if err := decodeField(b.fields[name], name, into); err != nil {
				return nil, err
			}
		}
	}
	if text, isText := b.nonce.(string); isText && runes(text) > nonceLimit {
		return nil, invalid("nonce", "Must be %d or fewer in length.", nonceLimit)
	}
	return b, nil
}

func decodeField(raw json.RawMessage, name string, into any) error {
	if len(raw) == 0 {
		return refuse(http.StatusBadRequest, 50109, "The request body contains invalid JSON.")
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return invalid(strings.TrimPrefix(name+".", "."), "%v", err)
	}
	return nil
}

// apply puts what was sent onto a message; create takes everything, an edit only what was sent.
func (b *messageBody) apply(m *Message, nextID func() string) {
	if b.has("content") {
		m.Content = strings.TrimSpace(b.content)
	}
	if b.has("embeds") {
		m.Embeds = b.embeds
	}
	for i := range m.Embeds {
		m.Embeds[i].Type = "rich"
	}
	if b.has("components") {
		next := 0
		m.Components = complete(b.rows, &next)
	}
	if b.has("flags") {
		const settable = FlagSuppressEmbeds | 1<<12
		m.Flags = m.Flags&^settable | b.flags&settable | b.flags&FlagComponentsV2
	}
	if b.has("attachments") {
		m.Attachments = slices.DeleteFunc(slices.Clone(m.Attachments), func(a Attachment) bool {
			return !slices.ContainsFunc(b.keep, func(k Attachment) bool { return k.ID == a.ID })
		})
	}
	for i, f := range b.files {
		f.ID = nextID()
		f.URL = "https://cdn.discordapp.com/attachments/" + m.ChannelID + "/" + f.ID + "/" + f.Filename
		f.ProxyURL = f.URL
		for _, k := range b.keep {
			if k.ID == strconv.Itoa(i) {
				f.Description = k.Description
			}
		}
		m.Attachments = append(m.Attachments, f)
	}
	if m.Attachments == nil {
		m.Attachments = []Attachment{}
	}
	if m.Embeds == nil {
		m.Embeds = []Embed{}
	}
	if m.Components == nil {
		m.Components = []Component{}
	}
}

// complete fills in what Discord adds to components: running ids, and how many values a menu takes.
func complete(cs []Component, next *int) []Component {
	if cs == nil {
		return nil
	}
	out := slices.Clone(cs)
	for i := range out {
		c := &out[i]
		*next++
		if c.ID == 0 {
			c.ID = *next
		}
		if c.Type >= ComponentSelect && c.Type != ComponentTextInput {
			one := 1
			c.MaxValues = max(1, c.MaxValues)
			if c.MinValues == nil {
				c.MinValues = &one
			}
		}
		c.Components = complete(c.Components, next)
	}
	return out
}

var (
	userMention = regexp.MustCompile(`<@!?(\d+)>`)
	roleMention = regexp.MustCompile(`<@&(\d+)>`)
)

// ping works out who a text notifies by Discord's rules, and notes a violation where allowed_mentions was left out.
func (s *Server) ping(m *Message, b *messageBody, route string) {
	m.Mentions, m.MentionRoles, m.MentionEveryone, m.Pinged = []*User{}, []string{}, false, nil
	allowed := b.allowed
	switch {
	case allowed == nil:
		s.violation("%s: a message was sent without allowed_mentions: %.60q", route, m.Text())
		allowed = &AllowedMentions{Parse: []string{"everyone", "roles", "users"}, RepliedUser: true}
	case len(allowed.Parse) > 0:
		s.violation("%s: a message lets its text notify %v: %.60q", route, allowed.Parse, m.Text())
	}
	if slices.Contains(allowed.Parse, "everyone") && (strings.Contains(m.Content, "@everyone") || strings.Contains(m.Content, "@here")) {
		m.MentionEveryone = true
		m.Pinged = append(m.Pinged, "everyone")
	}
	for _, id := range mentioned(userMention, m.Content) {
		u := s.world.users[id]
		if u != nil && (slices.Contains(allowed.Parse, "users") || slices.Contains(allowed.Users, id)) {
			m.Mentions = append(m.Mentions, u)
			m.Pinged = append(m.Pinged, "user:"+id)
		}
	}
	for _, id := range mentioned(roleMention, m.Content) {
		if slices.Contains(allowed.Parse, "roles") || slices.Contains(allowed.Roles, id) {
			m.MentionRoles = append(m.MentionRoles, id)
			m.Pinged = append(m.Pinged, "role:"+id)
		}
	}
	if m.Referenced != nil && allowed.RepliedUser && m.Referenced.Author.ID != s.world.bot.ID {
		m.Pinged = append(m.Pinged, "user:"+m.Referenced.Author.ID)
	}
}

func mentioned(pattern *regexp.Regexp, text string) []string {
	var ids []string
	for _, match := range pattern.FindAllStringSubmatch(text, -1) {
		if !slices.Contains(ids, match[1]) {
			ids = append(ids, match[1])
		}
	}
	return ids
}

// visible returns a channel the bot may see, or Discord's refusal.
func (s *Server) visible(id string) (*Channel, error) {
	c := s.world.channels[id]
	if c == nil {
		return nil, unknown(10003, "Channel")
	}
	if s.botPermissions(c)&PermViewChannel == 0 {
		return nil, refuse(http.StatusForbidden, 50001, "Missing Access")
	}
	return c, nil
}

// mustHave refuses with 50013 when the bot lacks one of the permissions.
func (s *Server) mustHave(c *Channel, permissions int64) error {
	if s.botPermissions(c)&permissions != permissions {
		return refuse(http.StatusForbidden, 50013, "Missing Permissions")
	}
	return nil
}

// messageIn returns a message of a channel, or 10008.
func (s *Server) messageIn(c *Channel, id string) (*Message, error) {
	m := s.world.messages[id]
	if m == nil || m.Deleted || m.ChannelID != c.ID || m.Ephemeral() {
		return nil, unknown(10008, "Message")
	}
	return m, nil
}

func (s *Server) createMessage(c *call) (*reply, error) {
	ch, err := s.visible(c.path("channel"))
	if err != nil {
		return nil, err
	}
	b, err := readMessage(c, c.body)
	if err != nil {
		return nil, err
	}
	if err := s.maySend(ch, b); err != nil {
		return nil, err
	}
	if m := s.sameNonce(ch, b); m != nil {
		return ok(m)
	}
	m := s.blank(ch, s.world.bot)
	m.Nonce = b.nonce
	if err := s.refer(m, ch, b.ref); err != nil {
		return nil, err
	}
	b.apply(m, s.snowflake)
	if err := checkMessage(m); err != nil {
		return nil, err
	}
	s.ping(m, b, c.route)
	s.unarchive(ch)
	s.publish(m)
	return ok(m)
}

// maySend checks permissions and the state of the channel.
func (s *Server) maySend(ch *Channel, b *messageBody) error {
	need := PermSendMessages
	if ch.isThread() {
		need = PermSendMessagesInThreads
	}
	if len(b.embeds) > 0 {
		need |= PermEmbedLinks
	}
	if len(b.files) > 0 {
		need |= PermAttachFiles
	}
	if err := s.mustHave(ch, need); err != nil {
		return err
	}
	if ch.isThread() && ch.Thread.Locked && s.botPermissions(ch)&PermManageThreads == 0 {
		return refuse(http.StatusForbidden, 160005, "Thread is locked")
	}
	if ch.Type == ChannelDM && s.world.noDMs[ch.Recipients[0].ID] {
		return refuse(http.StatusForbidden, 50007, "Cannot send messages to this user")
	}
	return nil
}

// nonceMemory is how long Discord remembers a nonce: "the past few minutes".
const nonceMemory = 5 * time.Minute

// sameNonce returns the message that an enforced nonce already made.
func (s *Server) sameNonce(ch *Channel, b *messageBody) *Message {
	if !b.enforce || b.nonce == nil {
		return nil
	}
	ids := s.world.byPlace[ch.ID]
	for _, id := range slices.Backward(ids) {
		m := s.world.messages[id]
		if s.now().Sub(m.created) > nonceMemory {
			return nil
		}
		if m.Author.ID == s.world.bot.ID && m.Nonce == b.nonce {
			return m
		}
	}
	return nil
}

// refer attaches the message that is answered.
func (s *Server) refer(m *Message, ch *Channel, ref *Reference) error {
	if ref == nil {
		return nil
	}
	if err := s.mustHave(ch, PermReadMessageHistory); err != nil {
		return refuse(http.StatusForbidden, 160002, "Cannot reply without permission to read message history")
	}
	target, err := s.messageIn(ch, ref.MessageID)
	if err != nil {
		if ref.FailIfNotExists == nil || *ref.FailIfNotExists {
			return invalid("message_reference", "Unknown message")
		}
		return nil
	}
	m.Type = MessageReply
	m.Reference = &Reference{MessageID: target.ID, ChannelID: ch.ID, GuildID: ch.GuildID}
	m.Referenced = target
	return nil
}

// blank makes an empty message of an author; it is not yet published.
func (s *Server) blank(ch *Channel, author *User) *Message {
	now := s.now()
	return &Message{
		ID: s.snowflake(), ChannelID: ch.ID, Author: author, Timestamp: timestamp(now), created: now,
		Mentions: []*User{}, MentionRoles: []string{}, Attachments: []Attachment{}, Embeds: []Embed{}, Components: []Component{},
	}
}

// unarchive opens an archived thread again because somebody writes in it.
func (s *Server) unarchive(ch *Channel) {
	if ch.isThread() && ch.Thread.Archived {
		ch.Thread.Archived = false
		s.dispatchGuild(s.world.guilds[ch.GuildID], "THREAD_UPDATE", IntentGuilds, ch.clone())
	}
}

// publish stores a message and tells the sessions that may know of it.
func (s *Server) publish(m *Message) {
	s.store(m)
	if !m.Ephemeral() {
		s.dispatchMessage("MESSAGE_CREATE", m)
	}
}

func (s *Server) store(m *Message) {
	s.world.messages[m.ID] = m
	s.world.byPlace[m.ChannelID] = append(s.world.byPlace[m.ChannelID], m.ID)
	s.remember(m)
	if ch := s.world.channels[m.ChannelID]; ch != nil && !m.Ephemeral() {
		ch.LastMessageID = &m.ID
		if ch.isThread() {
			*ch.MessageCount++
			*ch.TotalMessageSent++
		}
	}
}

// edited notes an edit and tells the sessions of it.
func (s *Server) edited(m *Message) {
	m.Edits++
	now := timestamp(s.now())
	m.EditedTimestamp = &now
	s.remember(m)
	if !m.Ephemeral() {
		s.dispatchMessage("MESSAGE_UPDATE", m)
	}
}

func (s *Server) remember(m *Message) {
	s.world.history[m.ID] = append(s.world.history[m.ID], m.clone())
}

func (m *Message) clone() Message {
	c := *m
	c.Embeds, c.Components = slices.Clone(m.Embeds), slices.Clone(m.Components)
	c.Attachments, c.Pinged = slices.Clone(m.Attachments), slices.Clone(m.Pinged)
	return c
}

// dispatchMessage sends a message event as each session may see it: without the content intent, only what mentions the
// bot, was sent directly to it, or is its own keeps its text.
func (s *Server) dispatchMessage(event string, m *Message) {
	ch := s.world.channels[m.ChannelID]
	if ch == nil {
		return
	}
	intent := IntentGuildMessages
	if ch.GuildID == "" {
		intent = IntentDirectMessages
	} else if s.botPermissions(ch)&PermViewChannel == 0 {
		return
	}
	s.dispatch(ch.GuildID, event, intent, func(sess *session) any {
		seen := m.clone()
		seen.GuildID = ch.GuildID
		if g := s.world.guilds[ch.GuildID]; g != nil && g.members[m.Author.ID] != nil {
			member := *g.members[m.Author.ID]
			member.User = nil
			seen.Member = &member
		}
		if sess.intents&IntentMessageContent == 0 && !s.readable(ch, m) {
			seen.Content, seen.Embeds, seen.Components, seen.Attachments = "", []Embed{}, []Component{}, []Attachment{}
		}
		return seen
	})
}

// readable tells whether the bot may read a message without the content intent.
func (s *Server) readable(ch *Channel, m *Message) bool {
	if ch.GuildID == "" || m.Author.ID == s.world.bot.ID {
		return true
	}
	return slices.ContainsFunc(m.Mentions, func(u *User) bool { return u.ID == s.world.bot.ID })
}

// seenByREST applies the content rule to a message fetched over REST.
func (s *Server) seenByREST(ch *Channel, m *Message) Message {
	seen := m.clone()
	for _, sess := range s.gateway.sessions {
		if sess.intents&IntentMessageContent != 0 {
			return seen
		}
	}
	if !s.readable(ch, m) && s.opts.SwitchedOff&IntentMessageContent != 0 {
		seen.Content, seen.Embeds, seen.Components, seen.Attachments = "", []Embed{}, []Component{}, []Attachment{}
	}
	return seen
}

func (s *Server) editMessage(c *call) (*reply, error) {
	ch, err := s.visible(c.path("channel"))
	if err != nil {
		return nil, err
	}
	m, err := s.messageIn(ch, c.path("message"))
	if err != nil {
		return nil, err
	}
	if m.Author.ID != s.world.bot.ID {
		return nil, refuse(http.StatusForbidden, 50005, "Cannot edit a message authored by another user")
	}
	if err := s.edit(c, ch, m, c.body); err != nil {
		return nil, err
	}
	return ok(m)
}

// edit applies an edit of one of the bot's messages, whole or not at all.
func (s *Server) edit(c *call, ch *Channel, m *Message, raw json.RawMessage) error {
	if ch != nil && ch.isThread() && ch.Thread.Archived {
		return refuse(http.StatusBadRequest, 50083, "Thread is archived")
	}
	b, err := readMessage(c, raw)
	if err != nil {
		return err
	}
	next := m.clone()
	b.apply(&next, s.snowflake)
	next.Flags &^= FlagLoading
	if err := checkMessage(&next); err != nil {
		return err
	}
	s.ping(&next, b, c.route)
	*m = next
	s.edited(m)
	return nil
}

func (s *Server) deleteMessage(c *call) (*reply, error) {
	ch, err := s.visible(c.path("channel"))
	if err != nil {
		return nil, err
	}
	m, err := s.messageIn(ch, c.path("message"))
	if err != nil {
		return nil, err
	}
	if m.Author.ID != s.world.bot.ID {
		if err := s.mustHave(ch, PermManageMessages); err != nil {
			return nil, err
		}
	}
	s.remove(m)
	return noContent()
}

func (s *Server) remove(m *Message) {
	m.Deleted = true
	ch := s.world.channels[m.ChannelID]
	if ch == nil || m.Ephemeral() {
		return
	}
	intent := IntentGuildMessages
	gone := map[string]any{"id": m.ID, "channel_id": m.ChannelID}
	if ch.GuildID == "" {
		intent = IntentDirectMessages
	} else {
		gone["guild_id"] = ch.GuildID
	}
	s.dispatch(ch.GuildID, "MESSAGE_DELETE", intent, func(*session) any { return gone })
}

func (s *Server) getMessage(c *call) (*reply, error) {
	ch, err := s.visible(c.path("channel"))
	if err != nil {
		return nil, err
	}
	if err := s.mustHave(ch, PermReadMessageHistory); err != nil {
		return nil, err
	}
	m, err := s.messageIn(ch, c.path("message"))
	if err != nil {
		return nil, err
	}
	return ok(s.seenByREST(ch, m))
}

// getMessages lists messages, newest first, by limit, before and after.
func (s *Server) getMessages(c *call) (*reply, error) {
	ch, err := s.visible(c.path("channel"))
	if err != nil {
		return nil, err
	}
	query := c.r.URL.Query()
	limit := 50
	if text := query.Get("limit"); text != "" {
		if limit, err = strconv.Atoi(text); err != nil || limit < 1 || limit > 100 {
			return nil, invalid("limit", "int value should be between 1 and 100.")
		}
	}
	list := []Message{}
	if s.botPermissions(ch)&PermReadMessageHistory == 0 {
		return ok(list)
	}
	before, after := query.Get("before"), query.Get("after")
	place := slices.Clone(s.world.byPlace[ch.ID])
	if after == "" { // else those next to it
		slices.Reverse(place)
	}
	for _, id := range place {
		m := s.world.messages[id]
		skip := m.Deleted || m.Ephemeral() || (before != "" && !lessID(id, before)) || (after != "" && !lessID(after, id))
		if !skip && len(list) < limit {
			list = append(list, s.seenByREST(ch, m))
		}
	}
	if after != "" {
		slices.Reverse(list)
	}
	return ok(list)
}

// react checks a reaction without keeping it.
func (s *Server) react(c *call) (*reply, error) {
	ch, err := s.visible(c.path("channel"))
	if err != nil {
		return nil, err
	}
	if _, err := s.messageIn(ch, c.path("message")); err != nil {
		return nil, err
	}
	if ch.isThread() && ch.Thread.Archived {
		return nil, refuse(http.StatusBadRequest, 50083, "Thread is archived")
	}
	if err := s.mustHave(ch, PermAddReactions|PermReadMessageHistory); err != nil {
		return nil, err
	}
	return noContent()
}

// Messages returns what stands in a channel now, oldest first, without what was deleted and what only one person sees.
func (s *Server) Messages(channelID string) []*Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.messagesIn(channelID)
}

func (s *Server) messagesIn(channelID string) []*Message {
	var out []*Message
	for _, id := range s.world.byPlace[channelID] {
		if m := s.world.messages[id]; !m.Deleted && !m.Ephemeral() {
			c := m.clone()
			out = append(out, &c)
		}
	}
	return out
}

// BotMessages is Messages of the bot alone.
func (s *Server) BotMessages(channelID string) []*Message {
	return slices.DeleteFunc(s.Messages(channelID), func(m *Message) bool { return m.Author.ID != s.world.bot.ID })
}

// Message returns a message as it is now; ok is false when there is none or it was deleted.
func (s *Server) Message(id string) (m *Message, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := s.world.messages[id]
	if found == nil || found.Deleted {
		return nil, false
	}
	c := found.clone()
	return &c, true
}

// History returns every state a message was in, oldest first.
func (s *Server) History(id string) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.world.history[id])
}

// WaitMessage waits for a message of the bot in a channel that matches; match nil takes any that is not "thinking".
func (s *Server) WaitMessage(t TB, channelID string, match func(*Message) bool) *Message {
	t.Helper()
	if match == nil {
		match = func(m *Message) bool { return !m.Loading() }
	}
	var found *Message
	err := s.await(func() bool {
		for _, m := range s.messagesIn(channelID) {
			if m.Author.ID == s.world.bot.ID && match(m) {
				found = m
				return true
			}
		}
		return false
	})
	if err != nil {
		t.Fatalf("waiting for a message in %s: %v; there are %s", channelID, err, s.describe(channelID))
	}
	return found
}

// describe lists a channel's messages for a failure report.
func (s *Server) describe(channelID string) string {
	var b strings.Builder
	for _, m := range s.Messages(channelID) {
		fmt.Fprintf(&b, "\n  %s: %.80q", m.Author.Username, m.Text())
	}
	if b.Len() == 0 {
		return "none"
	}
	return b.String()
}
