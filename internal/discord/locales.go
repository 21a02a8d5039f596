package discord

import "github.com/bwmarrin/discordgo"

// translation is a command in one language.
type translation struct {
	Name        string
	Description string
	Menu        string
	Options     map[string]struct{ Name, Description string }
}

func translated(string) map[discordgo.Locale]translation { return nil }

// localized picks one text of each translation; nil when there is none.
func localized(all map[discordgo.Locale]translation, pick func(translation) string) *map[discordgo.Locale]string {
	out := map[discordgo.Locale]string{}
	for locale, t := range all {
		if text := pick(t); text != "" {
			out[locale] = text
		}
	}
	if len(out) == 0 {
		return nil
	}
	return &out
}

func plainMap(m *map[discordgo.Locale]string) map[discordgo.Locale]string {
	if m == nil {
		return nil
	}
	return *m
}
