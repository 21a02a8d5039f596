package discord

import (
	"time"
	"unicode/utf16"
)

// Discord's limits, as its API documentation states them (v10). Lengths of text are compared with units, which never counts less than Discord.
const (
	maxContent      = 2000 // of a message, without embeds
	maxEmbedTitle   = 256
	maxEmbedText    = 4096 // an embed's description
	maxEmbedFooter  = 2048
	maxEmbedTotal   = 6000 // title, description, fields, footer and author of all embeds of one message
	maxRows         = 5    // rows of components under a message
	maxRowButtons   = 5
	maxButtonLabel  = 80
	maxButtonLink   = 512
	maxCustomID     = 100
	maxModalTitle   = 45
	maxInputs       = 5 // of a modal
	maxInputLabel   = 45
	maxInputHint    = 100 // the placeholder of a modal's input
	maxInputText    = 4000
	maxChoices      = 25 // of an option, and of one autocomplete
	maxChoice       = 100
	maxCommandName  = 32
	maxCommandText  = 100 // the description of a command or an option
	maxOptions      = 25
	maxOptionText   = 6000 // the longest text an option can be asked to take
	maxCommandTotal = 8000 // names, descriptions and values of one command, in its longest language
	maxSlash        = 100  // slash commands of one scope
	maxMenu         = 15   // message commands of one scope
	maxThreadName   = 100
	maxNonce        = 25
	maxFiles        = 10
	maxFileBytes    = 10 << 20
	maxUpload       = 25 << 20 // one whole request
	maxMaskedURL    = 512      // the documented limit of a button's URL; none is given for links in text, so the same is kept
)

// Discord's time limits.
const (
	firstResponse = 3 * time.Second  // to acknowledge an interaction
	tokenLife     = 15 * time.Minute // of an interaction
	typingLasts   = 10 * time.Second
)

// units is the length of s as Discord counts it at most: UTF-16 code units. (Where Discord counts code points, that is less or the same.)
func units(s string) int {
	n := 0
	for _, r := range s {
		n += max(1, utf16.RuneLen(r))
	}
	return n
}

// FileHosts are the hosts where Discord keeps the files that people give a bot.
func FileHosts() []string { return []string{"cdn.discordapp.com", "media.discordapp.net"} }
