package discord

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
	Broken     string // an interaction that cannot be read
	Restarted  string
	AskMe      string // a mention without a question
	NoThread   string // "%s" is a list of permissions
	NoWrite    string // "%s" is a channel
	TooMany    string
	Unanswered string
}

// English is what is used where a language has no words of its own.
var English = Words{
	Sources:    "Sources",
	Page:       "Page %d of %d",
	Previous:   "◀",
	Next:       "▶",
	Share:      "Share with the channel",
	SharedBy:   "Shared by %s",
	Private:    "Show the reply to you alone",
	Empty:      "There is nothing to show.",
	Expired:    "This button has expired. Please ask again.",
	NotYours:   "Only the person who asked can use this button.",
	Busy:       "Too many questions are waiting just now. Please ask again in a minute.",
	Queue:      "You are number %d in the queue; the reply will appear here.",
	Broken:     "I could not read that; Discord sent something I do not know. Please try the command again.",
	Restarted:  "I was restarted before this was answered. Please ask again.",
	AskMe:      "Ask me something: mention me and write your question after it, or use /help to see what I can do.",
	NoThread:   "I can't open a thread in this channel: I need Create Public Threads and Send Messages in Threads there. Someone with Manage Channels can grant them.",
	NoWrite:    "I can't write in %s: I need View Channel, Send Messages and Embed Links there. Someone with Manage Channels can grant them.",
	Unanswered: "Something went wrong on my side; nothing was lost. Please try again.",
}
