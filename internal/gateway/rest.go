package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/bwmarrin/discordgo"
	"github.com/google/uuid"
)

// noMentions lets nothing in a text notify anybody.
func noMentions() *discordgo.MessageAllowedMentions {
	return &discordgo.MessageAllowedMentions{Parse: []discordgo.AllowedMentionType{}}
}

// Code returns Discord's error code of a refused request, as discordgo.ErrCodeUnknownMessage, or 0 for any other error.
func Code(err error) int {
	var rest *discordgo.RESTError
	if errors.As(err, &rest) && rest.Message != nil {
		return rest.Message.Code
	}
	return 0
}

// Status returns the HTTP status of a refused request, or 0 for any other error.
func Status(err error) int {
	var rest *discordgo.RESTError
	if errors.As(err, &rest) && rest.Response != nil {
		return rest.Response.StatusCode
	}
	return 0
}

// Request makes one REST request: body and out are JSON, either may be nil. It waits for its turn and for rate limits no
// longer than ctx lives, and uses one of a fixed number of discordgo's rate-limit buckets. A refusal is a
// *discordgo.RESTError; see Code.
func (g *Gateway) Request(ctx context.Context, method, address string, body, out any) error {
	var data []byte
	if body != nil {
		var err error
		if data, err = json.Marshal(body); err != nil {
			return fmt.Errorf("encode a request: %w", err)
		}
	}
	return g.request(ctx, method, address, "application/json", data, out)
}

func (g *Gateway) request(ctx context.Context, method, address, kind string, data []byte, out any) error {
	var key string
	select {
	case key = <-g.rest.keys:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	defer func() { g.rest.keys <- key }()
	reply, err := g.api.RequestRaw(method, address, kind, data, key, 0, discordgo.WithContext(ctx))
	if err != nil || out == nil || len(reply) == 0 {
		return hideTokens(err)
	}
	if err := json.Unmarshal(reply, out); err != nil {
		return fmt.Errorf("read Discord's reply: %w", err)
	}
	return nil
}

// hideTokens takes interaction tokens out of an error that names its address.
func hideTokens(err error) error {
	var sent *url.Error
	if errors.As(err, &sent) {
		sent.URL = hideToken(sent.URL)
	}
	var limited *discordgo.RateLimitError
	if errors.As(err, &limited) {
		limited.URL = hideToken(limited.URL)
	}
	return err
}

// requestFiles is Request with files beside the body.
func (g *Gateway) requestFiles(ctx context.Context, method, address string, body any, files []*discordgo.File, out any) error {
	if len(files) == 0 {
		return g.Request(ctx, method, address, body, out)
	}
	kind, data, err := discordgo.MultipartBodyWithJSON(body, files)
	if err != nil {
		return fmt.Errorf("encode files: %w", err)
	}
	return g.request(ctx, method, address, kind, data, out)
}

// Respond sends the first response to an interaction. It may be repeated after a passing fault: Discord takes one only,
// and its word that it has one already then counts as success. Mentions are off unless allowed.
func (g *Gateway) Respond(ctx context.Context, i *discordgo.Interaction, r *discordgo.InteractionResponse) error {
	response := *r
	var files []*discordgo.File
	if r.Data != nil {
		data := *r.Data
		if data.AllowedMentions == nil && r.Type != discordgo.InteractionResponseModal &&
			r.Type != discordgo.InteractionApplicationCommandAutocompleteResult {
			data.AllowedMentions = noMentions()
		}
		response.Data, files = &data, data.Files
	}
	err := g.requestFiles(context.WithValue(ctx, repeatable{}, true), http.MethodPost,
		discordgo.EndpointInteractionResponse(i.ID, i.Token), response, files, nil)
	if Code(err) == discordgo.ErrCodeInteractionHasAlreadyBeenAcknowledged && repeated(err) {
		return nil
	}
	return err
}

// repeated tells whether the refused request had been sent before.
func repeated(err error) bool {
	var rest *discordgo.RESTError
	return errors.As(err, &rest) && rest.Response != nil && rest.Response.Header.Get(repeatedHeader) != ""
}

// Reply returns the reply to an interaction as it stands.
func (g *Gateway) Reply(ctx context.Context, i *discordgo.Interaction) (*discordgo.Message, error) {
	return g.message(ctx, http.MethodGet, discordgo.EndpointInteractionResponseActions(i.AppID, i.Token), nil, nil)
}

// EditReply changes the reply to an interaction, which may still be "thinking". i needs AppID and Token only. Mentions
// are off unless allowed.
func (g *Gateway) EditReply(ctx context.Context, i *discordgo.Interaction, edit *discordgo.WebhookEdit) (*discordgo.Message, error) {
	return g.EditFollowUp(ctx, i, "@original", edit)
}

// DeleteReply takes the reply to an interaction back.
func (g *Gateway) DeleteReply(ctx context.Context, i *discordgo.Interaction) error {
	return g.DeleteFollowUp(ctx, i, "@original")
}

// FollowUp sends a further message for an interaction. It is not repeated after a fault, as Discord could then show it
// twice. Mentions are off unless allowed.
func (g *Gateway) FollowUp(ctx context.Context, i *discordgo.Interaction, m *discordgo.WebhookParams) (*discordgo.Message, error) {
	body := *m
	if body.AllowedMentions == nil {
		body.AllowedMentions = noMentions()
	}
	return g.message(ctx, http.MethodPost, discordgo.EndpointFollowupMessage(i.AppID, i.Token)+"?wait=true", body, body.Files)
}

// EditFollowUp changes a further message for an interaction. Mentions are off unless allowed.
func (g *Gateway) EditFollowUp(ctx context.Context, i *discordgo.Interaction, messageID string, edit *discordgo.WebhookEdit) (*discordgo.Message, error) {
	body := *edit
	if body.AllowedMentions == nil {
		body.AllowedMentions = noMentions()
	}
	return g.message(ctx, http.MethodPatch, discordgo.EndpointFollowupMessageActions(i.AppID, i.Token, messageID), body, body.Files)
}

// DeleteFollowUp takes a further message for an interaction back.
func (g *Gateway) DeleteFollowUp(ctx context.Context, i *discordgo.Interaction, messageID string) error {
	return g.Request(ctx, http.MethodDelete, discordgo.EndpointFollowupMessageActions(i.AppID, i.Token, messageID), nil, nil)
}

// messageSend is a message with the nonce that discordgo lacks.
type messageSend struct {
	*discordgo.MessageSend
	Nonce        string `json:"nonce"`
	EnforceNonce bool   `json:"enforce_nonce"`
}

// Send writes a message into a channel. It carries a nonce that Discord enforces, so it appears once even when it had to
// be sent again. Mentions are off unless allowed.
func (g *Gateway) Send(ctx context.Context, channelID string, m *discordgo.MessageSend) (*discordgo.Message, error) {
	id := uuid.New()
	return g.SendOnce(ctx, channelID, fmt.Sprintf("%x", id[:12]), m)
}

// SendOnce is Send with the caller's nonce, of 25 characters at most: two calls with the same one within a few minutes
// make one message, which both return.
func (g *Gateway) SendOnce(ctx context.Context, channelID, nonce string, m *discordgo.MessageSend) (*discordgo.Message, error) {
	body := *m
	if body.AllowedMentions == nil {
		body.AllowedMentions = noMentions()
	}
	return g.message(context.WithValue(ctx, repeatable{}, true), http.MethodPost, discordgo.EndpointChannelMessages(channelID),
		messageSend{&body, nonce, true}, body.Files)
}

// Edit changes one of the bot's messages, named by m.Channel and m.ID. Mentions are off unless allowed.
func (g *Gateway) Edit(ctx context.Context, m *discordgo.MessageEdit) (*discordgo.Message, error) {
	body := *m
	if body.AllowedMentions == nil {
		body.AllowedMentions = noMentions()
	}
	return g.message(ctx, http.MethodPatch, discordgo.EndpointChannelMessage(m.Channel, m.ID), body, body.Files)
}

// Delete removes a message.
func (g *Gateway) Delete(ctx context.Context, channelID, messageID string) error {
	return g.Request(ctx, http.MethodDelete, discordgo.EndpointChannelMessage(channelID, messageID), nil, nil)
}

// Message returns a message of a channel.
func (g *Gateway) Message(ctx context.Context, channelID, messageID string) (*discordgo.Message, error) {
	return g.message(ctx, http.MethodGet, discordgo.EndpointChannelMessage(channelID, messageID), nil, nil)
}

func (g *Gateway) message(ctx context.Context, method, address string, body any, files []*discordgo.File) (*discordgo.Message, error) {
	var m discordgo.Message
	if err := g.requestFiles(ctx, method, address, body, files, &m); err != nil {
		return nil, err
	}
	return &m, nil
}

// Channel returns a channel or thread.
func (g *Gateway) Channel(ctx context.Context, id string) (*discordgo.Channel, error) {
	var c discordgo.Channel
	if err := g.Request(ctx, http.MethodGet, discordgo.EndpointChannel(id), nil, &c); err != nil {
		return nil, err
	}
	return &c, nil
}

// StartThread starts a thread from a message; it gets the message's id.
func (g *Gateway) StartThread(ctx context.Context, channelID, messageID string, t *discordgo.ThreadStart) (*discordgo.Channel, error) {
	var c discordgo.Channel
	if err := g.Request(ctx, http.MethodPost, discordgo.EndpointChannelMessageThread(channelID, messageID), t, &c); err != nil {
		return nil, err
	}
	return &c, nil
}

// Typing shows the bot as typing for ten seconds or until it writes.
func (g *Gateway) Typing(ctx context.Context, channelID string) error {
	return g.Request(ctx, http.MethodPost, discordgo.EndpointChannelTyping(channelID), nil, nil)
}

// Commands returns what is registered in a server, or for all servers with guildID "".
func (g *Gateway) Commands(ctx context.Context, guildID string) ([]*discordgo.ApplicationCommand, error) {
	var list []*discordgo.ApplicationCommand
	err := g.Request(ctx, http.MethodGet, g.commandsURL(guildID)+"?with_localizations=true", nil, &list)
	return list, err
}

// SetCommands replaces what is registered in a server, or for all servers with guildID "".
func (g *Gateway) SetCommands(ctx context.Context, guildID string, list []*discordgo.ApplicationCommand) ([]*discordgo.ApplicationCommand, error) {
	if list == nil {
		list = []*discordgo.ApplicationCommand{}
	}
	var now []*discordgo.ApplicationCommand
	err := g.Request(ctx, http.MethodPut, g.commandsURL(guildID), list, &now)
	return now, err
}

func (g *Gateway) commandsURL(guildID string) string {
	if guildID == "" {
		return discordgo.EndpointApplicationGlobalCommands(g.AppID())
	}
	return discordgo.EndpointApplicationGuildCommands(g.AppID(), guildID)
}
