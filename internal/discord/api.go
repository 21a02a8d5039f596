package discord

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/bwmarrin/discordgo"

	"attache/internal/commands"
	"attache/internal/gateway"
)

// Discord's error codes that the bot acts on.
const (
	codeUnknownChannel     = 10003
	codeUnknownMessage     = 10008
	codeUnknownWebhook     = 10015 // what an interaction's token becomes some time after it has expired
	codeUnknownInteraction = 10062
	codeMissingAccess      = 50001
	codeEmptyMessage       = 50006 // also what a bot without Embed Links gets for a message of embeds
	codeNoDirectMessages   = 50007
	codeMissingPermissions = 50013
	codeTokenExpired       = 50027
	codeInvalid            = 50035 // a field of the request is not as it should be
	codeTooManyEdits       = 30046 // of a message older than an hour
	codeArchived           = 50083
	codeThreadExists       = 160004
	codeThreadLocked       = 160005
)

// message is what a create or an edit of a message shows. An edit replaces everything but the files.
type message struct {
	content   string
	embeds    []*discordgo.MessageEmbed
	rows      []discordgo.MessageComponent
	ephemeral bool
	replyTo   string // a message in the same channel; when it is gone, the message is no reply
	call      string // the id of a role that a new message notifies; edits notify nobody
	files     []commands.File
}

// api is the part of Discord's REST interface that the front end uses, in its own terms. Every create and edit forbids mentions: the gateway sees
// to it. Calls are safe for concurrent use, keep to their context and wait out rate limits.
type api struct {
	gateway *gateway.Gateway
}

func code(err error) int { return gateway.Code(err) }

// unreachable reports whether err means that the bot cannot write in a channel, so that it has to answer elsewhere.
func unreachable(err error) bool {
	switch code(err) {
	case codeUnknownChannel, codeMissingAccess, codeEmptyMessage, codeMissingPermissions, codeArchived, codeThreadLocked, codeNoDirectMessages:
		return true
	}
	return false
}

// attach gives the files in the form in which they are sent. Each call makes new readers.
func attach(files []commands.File) []*discordgo.File {
	var out []*discordgo.File
	for _, f := range files {
		out = append(out, &discordgo.File{Name: f.Name, ContentType: f.Type, Reader: bytes.NewReader(f.Data)})
	}
	return out
}

func (m message) flags() discordgo.MessageFlags {
	if m.ephemeral {
		return discordgo.MessageFlagsEphemeral
	}
	return 0
}

// lists gives the embeds and components as lists that are never null, so that an edit also takes away what was there before.
func (m message) lists() ([]*discordgo.MessageEmbed, []discordgo.MessageComponent) {
	return append([]*discordgo.MessageEmbed{}, m.embeds...), append([]discordgo.MessageComponent{}, m.rows...)
}

// text is the content with the call in front of it, and who may be notified by it: nobody else.
func (m message) text() (string, *discordgo.MessageAllowedMentions) {
	allowed := &discordgo.MessageAllowedMentions{Parse: []discordgo.AllowedMentionType{}}
	if m.call == "" {
		return m.content, allowed
	}
	allowed.Roles = []string{m.call}
	return strings.TrimSpace("<@&" + m.call + "> " + m.content), allowed
}

// create posts a message. Two creates with the same nonce within a few minutes make one message.
func (a *api) create(ctx context.Context, channel, nonce string, m message) (id string, err error) {
	embeds, rows := m.lists()
	content, allowed := m.text()
	send := &discordgo.MessageSend{Content: content, Embeds: embeds, Components: rows, Files: attach(m.files), AllowedMentions: allowed}
	if m.replyTo != "" {
		no := false
		send.Reference = &discordgo.MessageReference{MessageID: m.replyTo, FailIfNotExists: &no}
	}
	made, err := a.gateway.SendOnce(ctx, channel, nonce[max(0, len(nonce)-maxNonce):], send)
	if err != nil {
		return "", fmt.Errorf("write a message: %w", err)
	}
	return made.ID, nil
}

func (a *api) edit(ctx context.Context, channel, id string, m message) error {
	embeds, rows := m.lists()
	_, err := a.gateway.Edit(ctx, &discordgo.MessageEdit{Channel: channel, ID: id, Content: &m.content, Embeds: &embeds, Components: &rows, Files: attach(m.files)})
	return wrap("edit a message", err)
}

// note sets the text above a message and leaves the rest of it as it is.
func (a *api) note(ctx context.Context, channel, id, text string) error {
	_, err := a.gateway.Edit(ctx, &discordgo.MessageEdit{Channel: channel, ID: id, Content: &text})
	return wrap("add a note to a message", err)
}

func (a *api) remove(ctx context.Context, channel, id string) error {
	return wrap("delete a message", a.gateway.Delete(ctx, channel, id))
}

func (a *api) typing(ctx context.Context, channel string) error {
	return wrap("show as typing", a.gateway.Typing(ctx, channel))
}

// thread starts a thread on a message; its id is the message's id. That it exists already is no error, so a try that was lost on the way can be
// repeated.
func (a *api) thread(ctx context.Context, channel, messageID, name string) error {
	var err error
	for range threadTries {
		_, err = a.gateway.StartThread(ctx, channel, messageID, &discordgo.ThreadStart{Name: name, AutoArchiveDuration: 1440})
		switch {
		case err == nil, code(err) == codeThreadExists:
			return nil
		case code(err) != 0 || ctx.Err() != nil:
			return wrap("start a thread", err)
		}
	}
	return wrap("start a thread", err)
}

// threadTries is how often starting a thread is tried.
const threadTries = 3

func (a *api) message(ctx context.Context, channel, id string) (*discordgo.Message, error) {
	m, err := a.gateway.Message(ctx, channel, id)
	return m, wrap("read a message", err)
}

// after lists the messages that follow one in a channel, or with its own id in the thread that starts from it: those next to it.
func (a *api) after(ctx context.Context, channel, id string) ([]*discordgo.Message, error) {
	var all []*discordgo.Message
	query := url.Values{"after": {id}, "limit": {"100"}}
	err := a.gateway.Request(ctx, http.MethodGet, discordgo.EndpointChannelMessages(channel)+"?"+query.Encode(), nil, &all)
	return all, wrap("read the messages of a channel", err)
}

func (a *api) channel(ctx context.Context, id string) (*discordgo.Channel, error) {
	c, err := a.gateway.Channel(ctx, id)
	return c, wrap("look a channel up", err)
}

// direct opens the channel for direct messages to a user.
func (a *api) direct(ctx context.Context, user string) (channel string, err error) {
	var c struct {
		ID string `json:"id"`
	}
	err = a.gateway.Request(ctx, http.MethodPost, discordgo.EndpointUserChannels("@me"), map[string]string{"recipient_id": user}, &c)
	return c.ID, wrap("open direct messages", err)
}

// acknowledge says that a reply will come: a message, or a change of the message under which the button stands.
func (a *api) acknowledge(ctx context.Context, i *discordgo.Interaction, kind discordgo.InteractionResponseType, ephemeral bool) error {
	r := &discordgo.InteractionResponse{Type: kind}
	if ephemeral {
		r.Data = &discordgo.InteractionResponseData{Flags: discordgo.MessageFlagsEphemeral}
	}
	return wrap("acknowledge an interaction", a.gateway.Respond(ctx, i, r))
}

// respond answers an interaction at once: with a message, or a change of the message under which the button stands.
func (a *api) respond(ctx context.Context, i *discordgo.Interaction, kind discordgo.InteractionResponseType, m message) error {
	embeds, rows := m.lists()
	data := &discordgo.InteractionResponseData{Content: m.content, Embeds: embeds, Components: rows, Flags: m.flags(), Files: attach(m.files)}
	return wrap("answer an interaction", a.gateway.Respond(ctx, i, &discordgo.InteractionResponse{Type: kind, Data: data}))
}

// openForm answers an interaction with a modal.
func (a *api) openForm(ctx context.Context, i *discordgo.Interaction, form *discordgo.InteractionResponseData) error {
	return wrap("open a form", a.gateway.Respond(ctx, i, &discordgo.InteractionResponse{Type: discordgo.InteractionResponseModal, Data: form}))
}

// suggest answers an autocomplete. The list is sent even when it is empty, which discordgo's own type would leave out.
func (a *api) suggest(ctx context.Context, i *discordgo.Interaction, choices []*discordgo.ApplicationCommandOptionChoice) error {
	body := map[string]any{"type": discordgo.InteractionApplicationCommandAutocompleteResult, "data": map[string]any{"choices": choices}}
	return wrap("answer an autocomplete", a.gateway.Request(ctx, http.MethodPost, discordgo.EndpointInteractionResponse(i.ID, i.Token), body, nil))
}

// editReply replaces the reply to an interaction, the acknowledgement too, and returns its id.
func (a *api) editReply(ctx context.Context, i *discordgo.Interaction, m message) (id string, err error) {
	embeds, rows := m.lists()
	made, err := a.gateway.EditReply(ctx, i, &discordgo.WebhookEdit{Content: &m.content, Embeds: &embeds, Components: &rows, Files: attach(m.files)})
	if err != nil {
		return "", fmt.Errorf("show a reply: %w", err)
	}
	return made.ID, nil
}

// reply is the reply to an interaction as it stands.
func (a *api) reply(ctx context.Context, i *discordgo.Interaction) (*discordgo.Message, error) {
	m, err := a.gateway.Reply(ctx, i)
	return m, wrap("read a reply", err)
}

func (a *api) removeReply(ctx context.Context, i *discordgo.Interaction) error {
	return wrap("take a reply back", a.gateway.DeleteReply(ctx, i))
}

// followUp adds a message to an interaction that has been answered, and returns its id.
func (a *api) followUp(ctx context.Context, i *discordgo.Interaction, m message) (id string, err error) {
	embeds, rows := m.lists()
	content, allowed := m.text()
	made, err := a.gateway.FollowUp(ctx, i, &discordgo.WebhookParams{
		Content: content, Embeds: embeds, Components: rows, Flags: m.flags(), Files: attach(m.files), AllowedMentions: allowed,
	})
	if err != nil {
		return "", fmt.Errorf("add to a reply: %w", err)
	}
	return made.ID, nil
}

// commands lists what is registered in a server, or for "" in all.
func (a *api) commands(ctx context.Context, app, guild string) ([]*discordgo.ApplicationCommand, error) {
	var all []*discordgo.ApplicationCommand
	err := a.gateway.Request(ctx, http.MethodGet, commandsAddress(app, guild)+"?with_localizations=true", nil, &all)
	return all, wrap("read the registered commands", err)
}

func (a *api) overwriteCommands(ctx context.Context, app, guild string, all []*discordgo.ApplicationCommand) error {
	return wrap("register the commands", a.gateway.Request(ctx, http.MethodPut, commandsAddress(app, guild), all, nil))
}

func commandsAddress(app, guild string) string {
	if guild == "" {
		return discordgo.EndpointApplicationGlobalCommands(app)
	}
	return discordgo.EndpointApplicationGuildCommands(app, guild)
}

// application gives the id of the bot's application, for when there is no connection.
func (a *api) application(ctx context.Context) (string, error) {
	var app struct {
		ID string `json:"id"`
	}
	err := a.gateway.Request(ctx, http.MethodGet, discordgo.EndpointApplications+"/@me", nil, &app)
	return app.ID, wrap("ask Discord for the application", err)
}

func wrap(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}
