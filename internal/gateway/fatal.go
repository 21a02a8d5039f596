package gateway

import (
	"errors"
	"fmt"
	"strings"

	"github.com/bwmarrin/discordgo"
)

// portal is where a bot's owner changes what Discord refuses.
const portal = "https://discord.com/developers/applications"

// Gateway close codes after which no retry helps.
const (
	CodeBadToken     = 4004
	CodeBadShard     = 4010
	CodeNeedsShards  = 4011
	CodeBadVersion   = 4012
	CodeBadIntents   = 4013
	CodeIntentsOff   = 4014
	codeUnauthorized = 401 // HTTP status, not a close code
)

// FatalError is a reason for which the bot cannot run, and what a person has to do about it.
type FatalError struct {
	// Code is the gateway close code, the HTTP status 401, or 0 when the reason lies on this side.
	Code int
	// Reason says what is wrong, lower case and without a full stop.
	Reason string
	// Advice says what to do, lower case and without a full stop.
	Advice string
}

// Error is one sentence: what is wrong and what to do.
func (e *FatalError) Error() string {
	if e.Code == 0 {
		return e.Reason + "; " + e.Advice
	}
	return fmt.Sprintf("%s (Discord's code %d); %s", e.Reason, e.Code, e.Advice)
}

// fatalClose returns the error for a close code that no retry cures, or nil for any other code.
func fatalClose(code int, intents discordgo.Intent) *FatalError {
	switch code {
	case CodeBadToken:
		return badToken(code)
	case CodeBadShard:
		return &FatalError{code, "Discord refuses the shard number", "make shard.id smaller than shard.count, counted from 0"}
	case CodeNeedsShards:
		return &FatalError{code, "the bot is in too many servers for one connection",
			"run several processes, with shard.count the same and shard.id different in each"}
	case CodeBadVersion:
		return &FatalError{code, "Discord no longer serves the API version that this bot speaks", "update the bot"}
	case CodeBadIntents:
		return &FatalError{code, "Discord does not know the intents that the bot asks for", "update the bot"}
	case CodeIntentsOff:
		return &FatalError{code, "Discord refuses the connection because a privileged intent is switched off",
			fmt.Sprintf("open %s, choose the application, go to Bot, switch on %s and start again", portal, privilegedNames(intents))}
	}
	return nil
}

// Refused is what a failed request says of the bot itself: why Discord refuses its token, or nil for any other error and for none.
func Refused(err error) *FatalError {
	if Status(err) == codeUnauthorized || errors.Is(err, discordgo.ErrUnauthorized) {
		return badToken(codeUnauthorized)
	}
	return nil
}

// badToken is the error for a token that Discord refuses, at the gateway or over HTTP.
func badToken(code int) *FatalError {
	return &FatalError{code, "Discord refuses the bot's token",
		fmt.Sprintf("open %s, choose the application, go to Bot, press Reset Token, set DISCORD_TOKEN to the new one and start again", portal)}
}

// privilegedNames lists the privileged ones of some intents by the names that the portal has for them.
func privilegedNames(intents discordgo.Intent) string {
	var names []string
	for _, i := range []struct {
		bit  discordgo.Intent
		name string
	}{
		{discordgo.IntentMessageContent, "Message Content Intent"},
		{discordgo.IntentGuildMembers, "Server Members Intent"},
		{discordgo.IntentGuildPresences, "Presence Intent"},
	} {
		if intents&i.bit != 0 {
			names = append(names, i.name)
		}
	}
	if names == nil {
		return "the privileged intents"
	}
	return strings.Join(names, " and ")
}
