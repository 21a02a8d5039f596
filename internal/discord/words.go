package discord

import (
	"embed"
	"encoding/json"
	"fmt"
	"path"
	"strings"

	"github.com/bwmarrin/discordgo"

	"attache/internal/commands"
)

// Words are the front end's own words in one language. Formats take the arguments that the English ones take.
type Words struct {
	Sources      string // the heading above the sources
	Page         string // "Page %d of %d"
	Previous     string // buttons
	Next         string
	Share        string
	SharedBy     string // "Shared by %s"
	Empty        string // a reply without content
	Expired      string // a button
	NotYours     string // a button
	Busy         string
	Queue        string // "…number %d in the queue…"
	Restarted    string // a reply that was cut off
	Restarting   string // a request during the shutdown
	AskMe        string // a mention without a question
	NoThread     string // no thread could be opened
	NoWrite      string // the bot may not write in the channel %s
	FilesLeftOut string // files that Discord would not take
	LinkUnread   string // a question about a linked message that may not be read
	AskAbout     string // the title of the form for a question about a message
	YourQuestion string // the label in it
	IsThisTrue   string // what stands in it at first
	AboutHint    string // its placeholder
	OnlyIn       string // before the channels in which an article may be seen
	OnlyFor      string // before the roles that may see it

	language commands.Language
}

// English is what is used where a language has no words of its own.
var English = Words{
	Sources:      "Sources",
	Page:         "Page %d of %d",
	Previous:     "◀",
	Next:         "▶",
	Share:        "Share with the channel",
	SharedBy:     "Shared by %s",
	Empty:        "There is nothing to show.",
	Expired:      "This button has expired. Please ask again.",
	NotYours:     "Only the person who asked can use this button.",
	Busy:         "Too many questions are waiting just now. Please ask again in a minute.",
	Queue:        "You are number %d in the queue; the reply will appear here.",
	Restarted:    "I was restarted before this was answered. Please ask again.",
	Restarting:   "I am being restarted. Please ask again in a minute.",
	AskMe:        "Mention me and write your question after it, or use /help to see what I can do.",
	NoThread:     "I can't open a thread in this channel: I need Create Public Threads and Send Messages in Threads there. Someone with Manage Channels can grant them.",
	NoWrite:      "I can't write in %s: I need View Channel, Send Messages and Embed Links there. Someone with Manage Channels can grant them.",
	FilesLeftOut: "A file was too large to attach.",
	LinkUnread:   "I read linked messages only in the channel where I am asked, and this one is elsewhere or gone. Please quote what you mean.",
	AskAbout:     "Ask about this message",
	YourQuestion: "Your question",
	IsThisTrue:   "Is this true?",
	AboutHint:    "Is this true? Who said this? What does this mean for …?",
	OnlyIn:       "only in",
	OnlyFor:      "only for",
}

func (w Words) queue(place int) string        { return fmt.Sprintf(w.Queue, place) }
func (w Words) sharedBy(name string) string   { return fmt.Sprintf(w.SharedBy, name) }
func (w Words) noWrite(channel string) string { return fmt.Sprintf(w.NoWrite, "<#"+channel+">") }

// locales holds one file per language that Discord has for its interface, named as Discord names it.
//
//go:embed locales/*.json
var locales embed.FS

// languages are the translations, by Discord's name for the language. A catalog does not change once loaded.
type languages map[discordgo.Locale]language

// language is what a file in locales holds, with what the commands are called in the language.
type language struct {
	Words          Words // the front end's own; an empty one is shown in English
	commands.Terms `json:"-"`
}

// loadLanguages reads the translations. Spanish of Latin America is that of Spain.
func loadLanguages() (languages, error) {
	files, err := locales.ReadDir("locales")
	if err != nil {
		return nil, fmt.Errorf("read the translations: %w", err)
	}
	all := languages{}
	for _, f := range files {
		text, err := locales.ReadFile(path.Join("locales", f.Name()))
		if err != nil {
			return nil, fmt.Errorf("read the translation %s: %w", f.Name(), err)
		}
		l := language{Words: English}
		if err := json.Unmarshal(text, &l); err != nil {
			return nil, fmt.Errorf("read the translation %s: %w", f.Name(), err)
		}
		name := strings.TrimSuffix(f.Name(), ".json")
		l.Words.language = commands.Language(name)
		l.Terms = l.Words.language.Terms()
		all[discordgo.Locale(name)] = l
	}
	all[discordgo.SpanishLATAM] = all[discordgo.SpanishES]
	return all, nil
}

// words finds the words for a person's interface language, as Discord names it.
func (l languages) words(locale string) Words {
	if found, ok := l[discordgo.Locale(locale)]; ok {
		return found.Words
	}
	return English
}

// texts picks one text of each language; nil when there is none.
func (l languages) texts(pick func(language) string) map[discordgo.Locale]string {
	var out map[discordgo.Locale]string
	for locale, lang := range l {
		if text := pick(lang); text != "" {
			if out == nil {
				out = map[discordgo.Locale]string{}
			}
			out[locale] = text
		}
	}
	return out
}
