package discord

import "fmt"

// Words are the front end's own words in one language. Formats take the arguments that the English ones take.
type Words struct {
	Sources    string // the heading above the sources
	Page       string // "Page %d of %d"
	Previous   string // buttons
	Next       string
	Share      string
	SharedBy   string // "Shared by %s"
	Private    string // the description of the option private
	Empty      string // a reply without content
	Expired    string
	NotYours   string
	Busy       string
	Queue      string // "…place %d in the queue"
	Restarted  string
	AskMe      string // a mention without a question
	NoThread   string // "%s" is a list of permissions
	NoWrite    string // "%s" is a channel
	TooMany    string
	Unanswered string
	// A reply had more or larger files than Discord takes.
	FilesLeftOut string
	Restarting   string
}

// English is what is used where a language has no words of its own.
var English = Words{
	Sources:      "Sources",
	Page:         "Page %d of %d",
	Previous:     "◀",
	Next:         "▶",
	Share:        "Share with the channel",
	SharedBy:     "Shared by %s",
	Private:      "Show the reply to you alone",
	Empty:        "There is nothing to show.",
	Expired:      "This button has expired. Please ask again.",
	NotYours:     "Only the person who asked can use this button.",
	Busy:         "Too many questions are waiting just now. Please ask again in a minute.",
	Queue:        "You are number %d in the queue; the reply will appear here.",
	Restarted:    "I was restarted before this was answered. Please ask again.",
	AskMe:        "Ask me something: mention me and write your question after it, or use /help to see what I can do.",
	NoThread:     "I can't open a thread in this channel: I need Create Public Threads and Send Messages in Threads there. Someone with Manage Channels can grant them.",
	NoWrite:      "I can't write in %s: I need View Channel, Send Messages and Embed Links there. Someone with Manage Channels can grant them.",
	FilesLeftOut: "A file was too large to attach.",
	Restarting:   "I am being restarted. Please ask again in a minute.",
	Unanswered:   "Something went wrong on my side; nothing was lost. Please try again.",
}

// wordsFor finds the words for a person's interface language, as Discord names it.
func wordsFor(string) Words { return English }

func (w Words) queue(place int) string      { return fmt.Sprintf(w.Queue, place) }
func (w Words) sharedBy(name string) string { return fmt.Sprintf(w.SharedBy, name) }
func (w Words) noWrite(channel string) string {
	return fmt.Sprintf(w.NoWrite, "<#"+channel+">")
}
