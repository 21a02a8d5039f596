package discordtest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"
)

// Interaction types.
const (
	interactionCommand      = 2
	interactionComponent    = 3
	interactionAutocomplete = 4
	interactionModal        = 5
)

// Callback types.
const (
	ReplyMessage        = 4
	ReplyDeferred       = 5
	ReplyDeferredUpdate = 6
	ReplyUpdate         = 7
	ReplyChoices        = 8
	ReplyModal          = 9
)

// Interaction is something a person asked of the bot, and all that the bot answered to it.
type Interaction struct {
	ID        string
	Token     string
	ChannelID string
	UserID    string

	srv     *Server
	kind    int
	created time.Time

	// guarded by Server.mu
	ack      *Ack
	choices  []Choice
	modal    *Modal
	opened   *Interaction // what the modal that was sent had answered
	source   *Message     // the message whose button was pressed
	edits    int          // how often it had been edited then
	original *Message     // what @original stands for
	replies  []*Message
	focused  *CommandOption // autocomplete only
}

// Ack is the bot's first response.
type Ack struct {
	Type int // ReplyMessage, ReplyDeferred, ...
	// After is the time from asking to the response on the double's clock.
	After time.Duration
	// Ephemeral tells whether the reply is private.
	Ephemeral bool
}

// allowedCallbacks says which first responses each kind of interaction takes.
var allowedCallbacks = map[int][]int{
	interactionCommand:      {ReplyMessage, ReplyDeferred, ReplyModal},
	interactionComponent:    {ReplyMessage, ReplyDeferred, ReplyDeferredUpdate, ReplyUpdate, ReplyModal},
	interactionAutocomplete: {ReplyChoices},
	interactionModal:        {ReplyMessage, ReplyDeferred, ReplyDeferredUpdate, ReplyUpdate},
}

// newInteraction sends an interaction to the bot and keeps it; the caller holds mu.
func (s *Server) newInteraction(kind int, ch *Channel, u *User, source *Message, data map[string]any) *Interaction {
	i := &Interaction{srv: s, kind: kind, ChannelID: ch.ID, UserID: u.ID, source: source, created: s.now()}
	i.ID = s.snowflake()
	i.Token = "interaction-token-" + i.ID
	s.world.interactions[i.Token] = i
	payload := map[string]any{
		"id": i.ID, "application_id": s.world.appID, "type": kind, "data": data, "token": i.Token, "version": 1,
		"channel_id": ch.ID, "channel": ch.clone(), "locale": u.Locale, "app_permissions": fmt.Sprint(s.botPermissions(ch)),
		"entitlements": []any{}, "attachment_size_limit": attachmentLimit,
	}
	if g := s.world.guilds[ch.GuildID]; g != nil {
		member := *g.members[u.ID]
		member.Permissions = fmt.Sprint(s.permissionsOf(g, ch, u.ID))
		payload["guild_id"], payload["guild_locale"], payload["member"] = g.ID, g.Locale, member
		payload["guild"] = map[string]any{"id": g.ID, "locale": g.Locale, "features": []string{}}
		payload["context"], payload["authorizing_integration_owners"] = 0, map[string]string{"0": g.ID}
	} else {
		payload["user"], payload["context"], payload["authorizing_integration_owners"] = u, 1, map[string]string{"0": "0"}
	}
	if source != nil {
		payload["message"] = source.clone()
		i.edits = source.Edits
	}
	s.dispatch(ch.GuildID, "INTERACTION_CREATE", 0, func(*session) any { return payload })
	return i
}

// callback takes the first response to an interaction.
func (s *Server) callback(c *call) (*reply, error) {
	i := s.world.interactions[c.path("token")]
	if i == nil || i.ID != c.path("interaction") || s.now().Sub(i.created) > s.opts.CallbackLimit {
		return nil, unknown(10062, "interaction")
	}
	if i.ack != nil {
		return nil, refuse(http.StatusBadRequest, 40060, "Interaction has already been acknowledged.")
	}
	var body struct {
		Type int             `json:"type"`
		Data json.RawMessage `json:"data"`
	}
	if err := c.decode(&body); err != nil {
		return nil, err
	}
	if !slices.Contains(allowedCallbacks[i.kind], body.Type) || (i.source == nil && (body.Type == ReplyUpdate || body.Type == ReplyDeferredUpdate)) {
		return nil, invalid("type", "Interaction callback type %d is invalid for interaction type %d", body.Type, i.kind)
	}
	ack := &Ack{Type: body.Type, After: s.now().Sub(i.created)}
	if err := s.respond(c, i, ack, body.Data); err != nil {
		return nil, err
	}
	i.ack = ack
	return noContent()
}

// respond carries the first response out.
func (s *Server) respond(c *call, i *Interaction, ack *Ack, data json.RawMessage) error {
	switch ack.Type {
	case ReplyMessage:
		m, err := s.newReply(c, i, data)
		if err != nil {
			return err
		}
		i.original, ack.Ephemeral = m, m.Ephemeral()
	case ReplyDeferred:
		return s.deferReply(i, ack, data)
	case ReplyDeferredUpdate:
		i.original, ack.Ephemeral = i.source, i.source.Ephemeral()
	case ReplyUpdate:
		i.original, ack.Ephemeral = i.source, i.source.Ephemeral()
		if i.source.Deleted {
			return unknown(10008, "Message")
		}
		return s.edit(c, s.world.channels[i.ChannelID], i.source, data)
	case ReplyChoices:
		return i.takeChoices(data)
	case ReplyModal:
		return i.takeModal(data)
	}
	return nil
}

// deferReply shows "thinking"; of the data only the EPHEMERAL flag counts.
func (s *Server) deferReply(i *Interaction, ack *Ack, data json.RawMessage) error {
	var d struct {
		Flags   int    `json:"flags"`
		Content string `json:"content"`
	}
	if len(data) > 0 {
		if err := json.Unmarshal(data, &d); err != nil {
			return invalid("data", "%v", err)
		}
	}
	if d.Content != "" || d.Flags&^FlagEphemeral != 0 {
		s.violation("a deferred response carries more than the EPHEMERAL flag")
	}
	m := s.replyTo(i)
	m.Flags = FlagLoading | d.Flags&FlagEphemeral
	ack.Ephemeral = m.Ephemeral()
	i.original = m
	i.replies = append(i.replies, m)
	s.publish(m)
	return nil
}

// replyTo makes an empty reply of the bot to an interaction.
func (s *Server) replyTo(i *Interaction) *Message {
	m := s.blank(s.world.channels[i.ChannelID], s.world.bot)
	m.ApplicationID, m.WebhookID, m.visibleTo = s.world.appID, s.world.appID, i.UserID
	if i.kind == interactionCommand {
		m.Type = MessageChatCommand
	}
	m.Interaction = mustJSON(s.metadata(i))
	return m
}

// metadata says on a message which interaction made it.
func (s *Server) metadata(i *Interaction) map[string]any {
	data := map[string]any{
		"id": i.ID, "type": i.kind, "user": s.world.users[i.UserID], "authorizing_integration_owners": map[string]string{},
	}
	switch i.kind {
	case interactionComponent:
		data["interacted_message_id"] = i.source.ID
	case interactionModal:
		data["triggering_interaction_metadata"] = s.metadata(i.opened)
	}
	return data
}

// newReply makes a reply from a callback or a follow-up and publishes it.
func (s *Server) newReply(c *call, i *Interaction, data json.RawMessage) (*Message, error) {
	b, err := readMessage(c, data)
	if err != nil {
		return nil, err
	}
	m := s.replyTo(i)
	b.apply(m, s.snowflake)
	m.Flags |= b.flags & FlagEphemeral
	if err := checkMessage(m); err != nil {
		return nil, err
	}
	s.ping(m, b, c.route)
	i.replies = append(i.replies, m)
	s.publish(m)
	return m, nil
}

func (i *Interaction) takeChoices(data json.RawMessage) error {
	var d struct {
		Choices []Choice `json:"choices"`
	}
	if len(data) == 0 || json.Unmarshal(data, &d) != nil || d.Choices == nil { // discordgo leaves an empty list out
		return invalid("data.choices", "This field is required")
	}
	if err := checkChoices("data.choices", i.focused.Type, d.Choices); err != nil {
		return err
	}
	i.choices = d.Choices
	return nil
}

func (i *Interaction) takeModal(data json.RawMessage) error {
	var m Modal
	if len(data) == 0 || json.Unmarshal(data, &m) != nil {
		return invalid("data", "This field is required")
	}
	if err := checkModal(&m); err != nil {
		return err
	}
	i.modal = &m
	return nil
}

// followed returns the interaction that a webhook request belongs to, refusing tokens that are wrong or too old.
func (s *Server) followed(c *call) (*Interaction, error) {
	i := s.world.interactions[c.path("token")]
	if i == nil || s.now().Sub(i.created) > tokenLimit {
		return nil, refuse(http.StatusUnauthorized, 50027, "Invalid Webhook Token")
	}
	if c.path("app") != s.world.appID || i.ack == nil {
		return nil, unknown(10015, "Webhook")
	}
	return i, nil
}

// replyOf returns the reply that the path names, @original or an id.
func (s *Server) replyOf(c *call) (*Interaction, *Message, error) {
	i, err := s.followed(c)
	if err != nil {
		return nil, nil, err
	}
	if c.path("message") == "@original" {
		if i.original == nil || i.original.Deleted {
			return nil, nil, unknown(10008, "Message")
		}
		return i, i.original, nil
	}
	for _, m := range i.replies {
		if m.ID == c.path("message") && !m.Deleted {
			return i, m, nil
		}
	}
	return nil, nil, unknown(10008, "Message")
}

// followUp sends a further message; the first one after a deferred response takes the place of "thinking".
func (s *Server) followUp(c *call) (*reply, error) {
	i, err := s.followed(c)
	if err != nil {
		return nil, err
	}
	if i.original != nil && i.original.Loading() && !i.original.Deleted {
		if err := s.edit(c, s.world.channels[i.ChannelID], i.original, c.body); err != nil {
			return nil, err
		}
		return ok(i.original)
	}
	m, err := s.newReply(c, i, c.body)
	if err != nil {
		return nil, err
	}
	return ok(m)
}

func (s *Server) editReply(c *call) (*reply, error) {
	i, m, err := s.replyOf(c)
	if err != nil {
		return nil, err
	}
	if err := s.edit(c, s.world.channels[i.ChannelID], m, c.body); err != nil {
		return nil, err
	}
	return ok(m)
}

func (s *Server) getReply(c *call) (*reply, error) {
	_, m, err := s.replyOf(c)
	if err != nil {
		return nil, err
	}
	return ok(m)
}

func (s *Server) deleteReply(c *call) (*reply, error) {
	_, m, err := s.replyOf(c)
	if err != nil {
		return nil, err
	}
	s.remove(m)
	return noContent()
}

// Ack returns the first response, or nil while there is none.
func (i *Interaction) Ack() *Ack {
	i.srv.mu.Lock()
	defer i.srv.mu.Unlock()
	if i.ack == nil {
		return nil
	}
	ack := *i.ack
	return &ack
}

// WaitAck waits for the first response of any kind.
func (i *Interaction) WaitAck(t TB) Ack {
	t.Helper()
	i.await(t, "a first response", func() bool { return i.ack != nil })
	return *i.Ack()
}

// WaitReply waits until the reply has its text: @original, once it is more than "thinking" and, for a press of a button
// that updates the message, once it was edited. It may be edited again afterwards; see WaitReplyLike.
func (i *Interaction) WaitReply(t TB) *Message {
	t.Helper()
	return i.WaitReplyLike(t, func(*Message) bool { return true })
}

// WaitReplyLike waits until @original has a text and matches.
func (i *Interaction) WaitReplyLike(t TB, match func(*Message) bool) *Message {
	t.Helper()
	var found Message
	i.await(t, "a reply", func() bool {
		m := i.original
		if m == nil || m.Deleted || m.Loading() || (m == i.source && m.Edits == i.edits) {
			return false
		}
		found = m.clone()
		return match(&found)
	})
	return &found
}

// WaitFollowUp waits for a message beyond the first reply that matches; match nil takes any.
func (i *Interaction) WaitFollowUp(t TB, match func(*Message) bool) *Message {
	t.Helper()
	var found Message
	i.await(t, "a follow-up", func() bool {
		for _, m := range i.replies {
			if m != i.original && !m.Deleted {
				found = m.clone()
				if match == nil || match(&found) {
					return true
				}
			}
		}
		return false
	})
	return &found
}

// WaitModal waits for the modal that the interaction is answered with.
func (i *Interaction) WaitModal(t TB) *Modal {
	t.Helper()
	i.await(t, "a modal", func() bool { return i.modal != nil })
	return i.modal
}

// Replies returns all messages that answered the interaction and were not deleted, oldest first.
func (i *Interaction) Replies() []*Message {
	i.srv.mu.Lock()
	defer i.srv.mu.Unlock()
	var out []*Message
	for _, m := range i.replies {
		if !m.Deleted {
			c := m.clone()
			out = append(out, &c)
		}
	}
	return out
}

func (i *Interaction) await(t TB, what string, done func() bool) {
	t.Helper()
	if err := i.srv.await(done); err != nil {
		t.Fatalf("waiting for %s to interaction %s: %v; the bot sent %s", what, i.ID, err, i.describe())
	}
}

func (i *Interaction) describe() string {
	ack := i.Ack()
	if ack == nil {
		return "nothing"
	}
	text := fmt.Sprintf("a response of type %d", ack.Type)
	for _, m := range i.Replies() {
		text += fmt.Sprintf("\n  %.80q", m.Text())
	}
	return text
}
