package discord

import (
	"maps"
	"slices"

	"github.com/bwmarrin/discordgo"

	"attache/internal/commands"
)

// called is the name of a command with that of its sub-command behind it, and the options that were given to it.
func called(data discordgo.ApplicationCommandInteractionData) (name string, options []*discordgo.ApplicationCommandInteractionDataOption) {
	name, options = data.Name, data.Options
	for len(options) == 1 && options[0] != nil &&
		(options[0].Type == discordgo.ApplicationCommandOptionSubCommand || options[0].Type == discordgo.ApplicationCommandOptionSubCommandGroup) {
		name, options = name+" "+options[0].Name, options[0].Options
	}
	return name, options
}

// attachments are the files that were given as options, or that are on the message from whose menu the command was chosen, in order.
func attachments(data discordgo.ApplicationCommandInteractionData) []commands.Attachment {
	if data.Resolved == nil {
		return nil
	}
	var found []*discordgo.MessageAttachment
	for _, id := range slices.Sorted(maps.Keys(data.Resolved.Attachments)) {
		found = append(found, data.Resolved.Attachments[id])
	}
	if m := data.Resolved.Messages[data.TargetID]; m != nil {
		found = append(found, m.Attachments...)
	}
	var all []commands.Attachment
	for _, a := range found {
		if a != nil {
			all = append(all, commands.Attachment{ID: a.ID, Name: a.Filename, Size: int64(a.Size), URL: a.URL})
		}
	}
	return all
}
