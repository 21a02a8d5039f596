package discordtest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// SayOption shapes a message that somebody writes.
type SayOption func(*Server, *Message) error

// ReplyTo makes it an answer to another message.
func ReplyTo(messageID string) SayOption {
	return func(s *Server, m *Message) error {
		target := s.world.messages[messageID]
		if target == nil {
			return fmt.Errorf("there is no message %s to answer", messageID)
		}
		m.Type, m.Reference = MessageReply, &Reference{MessageID: messageID, ChannelID: m.ChannelID}
		copied := target.clone()
		m.Referenced = &copied
		return nil
	}
}

// AsWebhook makes it come from a webhook.
func AsWebhook() SayOption {
	return func(s *Server, m *Message) error {
		m.WebhookID = s.snowflake()
		return nil
	}
}

// OfType makes it a system message, as MessageJoin.
func OfType(kind int) SayOption {
	return func(_ *Server, m *Message) error {
		m.Type = kind
		return nil
	}
}

// Attach adds a file.
func Attach(filename string, size int) SayOption {
	return func(s *Server, m *Message) error {
		id := s.snowflake()
		link := "https://cdn.discordapp.com/attachments/" + m.ChannelID + "/" + id + "/" + filename
		m.Attachments = append(m.Attachments, Attachment{ID: id, Filename: filename, Size: size, URL: link, ProxyURL: link})
		return nil
	}
}

// Say makes somebody write in a channel, a thread or their direct messages. The bot is told of it, with or without the
// text as its intents allow.
func (s *Server) Say(channelID, userID, text string, opts ...SayOption) *Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	ch, u := s.mustChannel(channelID), s.mustUser(userID)
	if err := s.maySpeak(ch, u); err != nil {
		s.fatalf("%v", err)
	}
	m := s.blank(ch, u)
	m.Content = text
	for _, opt := range opts {
		if err := opt(s, m); err != nil {
			s.fatalf("%v", err)
		}
	}
	if err := between("content", text, 0, 4000); err != nil { // people with Nitro may write 4000
		s.fatalf("%v", err)
	}
	s.mention(m)
	s.unarchive(ch)
	s.publish(m)
	out := m.clone()
	return &out
}

// mention fills in who a person's text mentions; an answer mentions whom it answers.
func (s *Server) mention(m *Message) {
	m.Mentions = []*User{}
	ids := mentioned(userMention, m.Content)
	if m.Referenced != nil && !slices.Contains(ids, m.Referenced.Author.ID) {
		ids = append(ids, m.Referenced.Author.ID)
	}
	for _, id := range ids {
		if u := s.world.users[id]; u != nil {
			m.Mentions = append(m.Mentions, u)
		}
	}
	m.MentionRoles = mentioned(roleMention, m.Content)
	if m.MentionRoles == nil {
		m.MentionRoles = []string{}
	}
}

func (s *Server) maySpeak(ch *Channel, u *User) error {
	if ch.Type == ChannelDM && ch.Recipients[0].ID != u.ID {
		return fmt.Errorf("%s is not in this direct-message channel", u.Username)
	}
	if g := s.world.guilds[ch.GuildID]; g != nil && g.members[u.ID] == nil && !u.Bot {
		return fmt.Errorf("%s is not a member of %s", u.Username, g.Name)
	}
	return nil
}

// EditMessage makes the author change the text of a message.
func (s *Server) EditMessage(messageID, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.world.messages[messageID]
	if m == nil || m.Deleted {
		s.fatalf("there is no message %s to edit", messageID)
	}
	m.Content = text
	s.mention(m)
	s.edited(m)
}

// Unfurl makes Discord add a link preview to a message: an update that changes no text and carries no edit time.
func (s *Server) Unfurl(messageID string, e Embed) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.world.messages[messageID]
	if m == nil || m.Deleted {
		s.fatalf("there is no message %s to unfurl", messageID)
	}
	m.Embeds = append(m.Embeds, e)
	s.remember(m)
	s.dispatchMessage("MESSAGE_UPDATE", m)
}

// DeleteMessage makes somebody delete a message, whoever wrote it.
func (s *Server) DeleteMessage(messageID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.world.messages[messageID]
	if m == nil || m.Deleted {
		s.fatalf("there is no message %s to delete", messageID)
	}
	s.remove(m)
	s.notify()
}

// Option is a value that a person gives to an option of a command. For options of type user, channel, role and
// attachment the value is an id; Attachment values are uploaded.
type Option struct {
	Name  string
	Value any
}

// Opt makes an Option.
func Opt(name string, value any) Option { return Option{name, value} }

// Command makes somebody use a slash command. A sub-command is named with its parents, as in "watch add". It fails the
// test when Discord's client would not let the person do so.
func (s *Server) Command(channelID, userID, name string, options ...Option) *Interaction {
	return s.must(s.TryCommand(channelID, userID, name, options...))
}

func (s *Server) must(i *Interaction, err error) *Interaction {
	if err != nil {
		s.fatalf("%v", err)
	}
	return i
}

// TryCommand is Command that returns the refusal.
func (s *Server) TryCommand(channelID, userID, name string, options ...Option) (*Interaction, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ch, u := s.mustChannel(channelID), s.mustUser(userID)
	words := strings.Fields(strings.TrimPrefix(name, "/"))
	cmd, err := s.offer(ch, u, CommandChat, words[0])
	if err != nil {
		return nil, err
	}
	declared, err := descend(cmd, words[1:])
	if err != nil {
		return nil, err
	}
	filled, resolved, err := s.fill(ch, declared, options)
	if err != nil {
		return nil, fmt.Errorf("/%s: %w", name, err)
	}
	for _, o := range declared {
		if o.Required && !slices.ContainsFunc(options, func(given Option) bool { return given.Name == o.Name }) {
			return nil, fmt.Errorf("/%s: option %q is required", name, o.Name)
		}
	}
	data := commandData(cmd, words[1:], filled)
	data["resolved"] = resolved
	return s.newInteraction(interactionCommand, ch, u, nil, data), nil
}

// offer finds the command that the person sees in this channel.
func (s *Server) offer(ch *Channel, u *User, kind int, name string) (*Command, error) {
	if err := s.maySpeak(ch, u); err != nil {
		return nil, err
	}
	cmd := s.offered(ch.GuildID, func(c *Command) bool { return c.Type == kind && c.Name == name })
	if cmd == nil {
		return nil, fmt.Errorf("no command %q is registered here", name)
	}
	context := 0
	if ch.Type == ChannelDM {
		context = 1
		if cmd.DMPermission != nil && !*cmd.DMPermission {
			return nil, fmt.Errorf("command %q is not offered in direct messages", name)
		}
	}
	if cmd.Contexts != nil && !slices.Contains(*cmd.Contexts, context) {
		return nil, fmt.Errorf("command %q is not offered in this context", name)
	}
	g := s.world.guilds[ch.GuildID]
	if g == nil {
		return cmd, nil
	}
	has := s.permissionsOf(g, ch, u.ID)
	if cmd.DefaultMemberPermissions != nil && !s.world.forAll[g.ID+" "+name] {
		var need int64
		if _, err := fmt.Sscan(*cmd.DefaultMemberPermissions, &need); err != nil {
			return nil, fmt.Errorf("command %q has unreadable permissions: %w", name, err)
		}
		if has&PermAdministrator == 0 && (need == 0 || has&need != need) {
			return nil, fmt.Errorf("command %q is not offered to %s: permissions are missing", name, u.Username)
		}
	}
	if has&PermUseCommands == 0 {
		return nil, fmt.Errorf("%s may not use commands here", u.Username)
	}
	return cmd, nil
}

// descend follows sub-command names and returns the options of the last one.
func descend(cmd *Command, words []string) ([]CommandOption, error) {
	options := cmd.Options
	for _, w := range words {
		at := slices.IndexFunc(options, func(o CommandOption) bool { return o.Name == w && o.Type <= OptionGroup })
		if at < 0 {
			return nil, fmt.Errorf("/%s has no sub-command %q", cmd.Name, w)
		}
		options = options[at].Options
	}
	if len(options) > 0 && options[0].Type <= OptionGroup {
		return nil, fmt.Errorf("/%s needs a sub-command", cmd.Name)
	}
	return options, nil
}

// commandData wraps filled options into the sub-commands that lead to them.
func commandData(cmd *Command, words []string, filled []map[string]any) map[string]any {
	for at, w := range slices.Backward(words) {
		kind := OptionSubCommand
		if at < len(words)-1 {
			kind = OptionGroup
		}
		filled = []map[string]any{{"name": w, "type": kind, "options": filled}}
	}
	data := map[string]any{"id": cmd.ID, "name": cmd.Name, "type": cmd.Type, "options": filled}
	if cmd.GuildID != "" {
		data["guild_id"] = cmd.GuildID
	}
	return data
}

// fill checks given options against the declared ones and collects what their ids stand for.
func (s *Server) fill(ch *Channel, declared []CommandOption, given []Option) ([]map[string]any, map[string]any, error) {
	filled := []map[string]any{}
	resolved := map[string]any{}
	for _, o := range given {
		at := slices.IndexFunc(declared, func(d CommandOption) bool { return d.Name == o.Name })
		if at < 0 {
			return nil, nil, fmt.Errorf("there is no option %q", o.Name)
		}
		value, err := s.value(ch, declared[at], o.Value, resolved)
		if err != nil {
			return nil, nil, fmt.Errorf("option %q: %w", o.Name, err)
		}
		filled = append(filled, map[string]any{"name": o.Name, "type": declared[at].Type, "value": value})
	}
	return filled, resolved, nil
}

// value checks one value by the type and the limits of its option.
func (s *Server) value(ch *Channel, o CommandOption, v any, resolved map[string]any) (any, error) {
	if len(o.Choices) > 0 && !slices.ContainsFunc(o.Choices, func(c Choice) bool { return fmt.Sprint(c.Value) == fmt.Sprint(v) }) {
		return nil, fmt.Errorf("%v is not one of its choices", v)
	}
	switch o.Type {
	case OptionString:
		return textValue(o, v)
	case OptionInteger, OptionNumber:
		return numberValue(o, v)
	case OptionBoolean:
		if _, isBool := v.(bool); !isBool {
			return nil, fmt.Errorf("%v is not true or false", v)
		}
		return v, nil
	default:
		return s.resolve(ch, o.Type, v, resolved)
	}
}

func textValue(o CommandOption, v any) (any, error) {
	text, isText := v.(string)
	least, most := 0, 6000
	if o.MinLength != nil {
		least = *o.MinLength
	}
	if o.MaxLength != nil {
		most = *o.MaxLength
	}
	if !isText || runes(text) < least || runes(text) > most {
		return nil, fmt.Errorf("%.40v is not a text of %d to %d characters", v, least, most)
	}
	return text, nil
}

func numberValue(o CommandOption, v any) (any, error) {
	var n float64
	switch x := v.(type) {
	case int:
		n = float64(x)
	case float64:
		n = x
		if o.Type == OptionInteger && x != float64(int64(x)) {
			return nil, fmt.Errorf("%v is not a whole number", v)
		}
	default:
		return nil, fmt.Errorf("%v is not a number", v)
	}
	if (o.MinValue != nil && n < *o.MinValue) || (o.MaxValue != nil && n > *o.MaxValue) {
		return nil, fmt.Errorf("%v is out of range", v)
	}
	return v, nil
}

// resolve looks up what an id stands for and adds it to the resolved data.
func (s *Server) resolve(ch *Channel, kind int, v any, resolved map[string]any) (any, error) {
	put := func(group, id string, value any) {
		if resolved[group] == nil {
			resolved[group] = map[string]any{}
		}
		resolved[group].(map[string]any)[id] = value
	}
	if a, isFile := v.(Attachment); isFile && kind == OptionAttachment {
		a.ID = s.snowflake()
		put("attachments", a.ID, a)
		return a.ID, nil
	}
	id, _ := v.(string)
	g := s.world.guilds[ch.GuildID]
	switch {
	case kind == OptionUser && s.world.users[id] != nil:
		put("users", id, s.world.users[id])
		if g != nil && g.members[id] != nil {
			member := *g.members[id]
			member.User = nil
			put("members", id, member)
		}
		return id, nil
	case kind == OptionChannel && s.world.channels[id] != nil:
		put("channels", id, s.world.channels[id].clone())
		return id, nil
	case kind == OptionRole && g != nil:
		for _, r := range g.roles {
			if r.ID == id {
				put("roles", id, *r)
				return id, nil
			}
		}
	}
	return nil, fmt.Errorf("%v is unknown", v)
}

// Autocomplete makes somebody type into an option and returns the choices that the bot offers. The other options are
// what was filled in before.
func (s *Server) Autocomplete(t TB, channelID, userID, name, option, typed string, others ...Option) []Choice {
	t.Helper()
	i, err := s.TryAutocomplete(channelID, userID, name, option, typed, others...)
	if err != nil {
		t.Fatalf("%v", err)
	}
	i.WaitAck(t)
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(i.choices)
}

// TryAutocomplete sends the autocomplete interaction without waiting for choices.
func (s *Server) TryAutocomplete(channelID, userID, name, option, typed string, others ...Option) (*Interaction, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ch, u := s.mustChannel(channelID), s.mustUser(userID)
	words := strings.Fields(strings.TrimPrefix(name, "/"))
	cmd, err := s.offer(ch, u, CommandChat, words[0])
	if err != nil {
		return nil, err
	}
	declared, err := descend(cmd, words[1:])
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(declared, func(o CommandOption) bool { return o.Name == option })
	if at < 0 || !declared[at].Autocomplete {
		return nil, fmt.Errorf("option %q of /%s has no autocomplete", option, name)
	}
	filled, _, err := s.fill(ch, declared, others)
	if err != nil {
		return nil, err
	}
	filled = append(filled, map[string]any{"name": option, "type": declared[at].Type, "value": typed, "focused": true})
	i := s.newInteraction(interactionAutocomplete, ch, u, nil, commandData(cmd, words[1:], filled))
	i.focused = &declared[at]
	return i, nil
}

// MessageCommand makes somebody use a command from the menu of a message.
func (s *Server) MessageCommand(userID, name, messageID string) *Interaction {
	return s.must(s.TryMessageCommand(userID, name, messageID))
}

// TryMessageCommand is MessageCommand that returns the refusal.
func (s *Server) TryMessageCommand(userID, name, messageID string) (*Interaction, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.world.messages[messageID]
	if m == nil || m.Deleted {
		return nil, fmt.Errorf("there is no message %s", messageID)
	}
	ch, u := s.mustChannel(m.ChannelID), s.mustUser(userID)
	cmd, err := s.offer(ch, u, CommandMessage, name)
	if err != nil {
		return nil, err
	}
	data := commandData(cmd, nil, nil)
	delete(data, "options")
	data["target_id"] = messageID
	data["resolved"] = map[string]any{"messages": map[string]any{messageID: m.clone()}}
	return s.newInteraction(interactionCommand, ch, u, nil, data), nil
}

// Click makes somebody press a button, named by custom id or label, as the message is now.
func (s *Server) Click(m *Message, userID, button string) *Interaction {
	return s.must(s.TryClick(m, userID, button))
}

// TryClick is Click that returns the refusal.
func (s *Server) TryClick(m *Message, userID, button string) (*Interaction, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now, err := s.shown(m.ID, userID)
	if err != nil {
		return nil, err
	}
	b := now.Button(button)
	switch {
	case b == nil:
		return nil, fmt.Errorf("there is no button %q on the message; there are %s", button, now.buttons())
	case b.Disabled:
		return nil, fmt.Errorf("button %q is switched off", button)
	case b.Style == ButtonLink:
		return nil, fmt.Errorf("button %q opens a link and sends nothing", button)
	}
	data := map[string]any{"custom_id": b.CustomID, "component_type": ComponentButton}
	return s.newInteraction(interactionComponent, s.mustChannel(now.ChannelID), s.mustUser(userID), now, data), nil
}

// shown returns a message as the user sees it, if they do.
func (s *Server) shown(messageID, userID string) (*Message, error) {
	m := s.world.messages[messageID]
	switch {
	case m == nil || m.Deleted:
		return nil, errors.New("the message is gone")
	case m.Ephemeral() && m.visibleTo != userID:
		return nil, errors.New("somebody else sees the message, not this user")
	}
	return m, s.maySpeak(s.mustChannel(m.ChannelID), s.mustUser(userID))
}

func (m *Message) buttons() string {
	var labels []string
	for _, row := range m.Components {
		for _, c := range row.Components {
			labels = append(labels, fmt.Sprintf("%q (%s)", c.Label, c.CustomID))
		}
	}
	if labels == nil {
		return "none"
	}
	return strings.Join(labels, ", ")
}

// Select makes somebody choose values of a select menu.
func (s *Server) Select(m *Message, userID, customID string, values ...string) *Interaction {
	return s.must(s.TrySelect(m, userID, customID, values...))
}

// TrySelect is Select that returns the refusal.
func (s *Server) TrySelect(m *Message, userID, customID string, values ...string) (*Interaction, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now, err := s.shown(m.ID, userID)
	if err != nil {
		return nil, err
	}
	menu := findComponent(now.Components, func(c *Component) bool { return c.Type >= ComponentSelect && c.CustomID == customID })
	if menu == nil || menu.Disabled {
		return nil, fmt.Errorf("there is no menu %q to choose from", customID)
	}
	most, least := max(1, menu.MaxValues), 1
	if menu.MinValues != nil {
		least = *menu.MinValues
	}
	if len(values) < least || len(values) > most {
		return nil, fmt.Errorf("menu %q takes %d to %d values", customID, least, most)
	}
	for _, v := range values {
		if menu.Type == ComponentSelect && !slices.ContainsFunc(menu.Options, func(o SelectOption) bool { return o.Value == v }) {
			return nil, fmt.Errorf("menu %q does not offer %q", customID, v)
		}
	}
	data := map[string]any{"custom_id": customID, "component_type": menu.Type, "values": values}
	return s.newInteraction(interactionComponent, s.mustChannel(now.ChannelID), s.mustUser(userID), now, data), nil
}

// SubmitModal makes the person who got a modal fill it in, by custom id or label of each input, and send it.
func (s *Server) SubmitModal(i *Interaction, values map[string]string) *Interaction {
	return s.must(s.TrySubmitModal(i, values))
}

// TrySubmitModal is SubmitModal that returns the refusal.
func (s *Server) TrySubmitModal(i *Interaction, values map[string]string) (*Interaction, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i.modal == nil {
		return nil, errors.New("no modal is open")
	}
	for name := range values {
		if i.modal.Input(name) == nil {
			return nil, fmt.Errorf("the modal has no input %q", name)
		}
	}
	rows := []map[string]any{}
	for _, row := range i.modal.Components {
		in := row.Components[0]
		text, err := typed(in, values)
		if err != nil {
			return nil, err
		}
		input := map[string]any{"type": ComponentTextInput, "custom_id": in.CustomID, "value": text}
		rows = append(rows, map[string]any{"type": ComponentRow, "components": []any{input}})
	}
	data := map[string]any{"custom_id": i.modal.CustomID, "components": rows}
	sent := s.newInteraction(interactionModal, s.mustChannel(i.ChannelID), s.mustUser(i.UserID), i.source, data)
	sent.opened = i
	return sent, nil
}

// typed is what a person leaves in an input, refused where Discord's window would refuse it.
func typed(in Component, values map[string]string) (string, error) {
	text, given := values[in.CustomID]
	if !given {
		text, given = values[in.Label]
	}
	if !given {
		text = in.Value
	}
	required := in.Required == nil || *in.Required
	most := inputValueLimit
	if in.MaxLength > 0 {
		most = in.MaxLength
	}
	n := runes(text)
	if (required && n == 0) || (n > 0 && n < in.MinLength) || n > most {
		return "", fmt.Errorf("input %q does not take a text of %d characters", in.Label, n)
	}
	return text, nil
}
