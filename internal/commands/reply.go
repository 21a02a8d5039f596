package commands

import (
	"strings"
	"time"

	"attache/internal/answer"
	"attache/internal/news"
)

// Reply is what a person sees, as plain data; each front end renders it. Text in it is plain: it comes from articles, people and models,
// holds no markup, and a front end escapes it. The order of the parts is the order on the screen: Title, Blocks, Sources, Notices, Footer,
// Actions.
//
// Invariant: every number in a Cites names a Source, and every Source is cited by some block.
type Reply struct {
	Title    string // "" when the blocks need no heading
	Question string // what it answers, for a front end where that does not stand above it anyway; "" for most replies
	Blocks   []Block
	Sources  []Source
	Notices  []string // what the reader must know about this reply: "The model did not answer within 20 s, so …"
	Footer   string   // how the reply was made: "extractive, 18 ms · newest evidence 13 May 2031 · #a7f3"
	Actions  []Action // what can be done next; front ends without buttons may leave them out
	Private  bool     // for the asker alone: errors, and whatever the asker wanted private
	Failed   bool     // the request was refused or could not be carried out; the blocks say why
	Files    []File   // attachments
	Answer   string   // the id of the answer that it shows; "" for a reply that is none
	Confined bool     // of a private reply: it may hold what others in the channel may not see, and must not be shown to them
	Call     string   // the id of the one role that the reply calls; "" calls nobody. A private reply never calls
}

// BlockKind says what a block of a reply is.
type BlockKind int

// The kinds of block.
const (
	Sentence BlockKind = iota // a paragraph of the answer
	Quoted                    // verbatim words; the front end adds the quotation marks, Attribution follows on a line of its own
	Heading                   // a short heading inside a long reply
	Item                      // an entry of a list
	Excerpt                   // a passage as it stands in its article
	Plain                     // the bot's own words, with nothing to cite
)

// Block is one paragraph of a reply.
type Block struct {
	Kind        BlockKind
	Text        string           // one paragraph
	Fragments   []string         // of a Quoted block: the verbatim runs of words, each shown in marks of its own; Text is then empty
	Cites       []int            // numbers of the sources it rests on, ascending
	Attribution string           // of a Quoted block or an Excerpt: who, as what, when, where
	Mark        string           // a short mark before it: a date in a timeline, "▲ changed"; often ""
	Refs        []Ref            // channels and roles, named after the text
	Lifted      *answer.Sentence // the sentence as it stands in its article, where Text has a name in a pronoun's place; nil for all others
}

// Ref is a channel or a role of the place where the reply is shown; a front end shows its name, and notifies nobody.
type Ref struct {
	Role bool
	ID   string
}

// Source is one numbered line under the answer, with the passage that it was cited for.
type Source struct {
	N int
	news.Source
	PassageID string
	Passage   string // the cited passage, whole
}

// Action is something the reader can do next with one press. Pressing it runs Request; with an Input the front end asks for text
// first and sets it as the request's option.
type Action struct {
	Label   string // at most 80 characters
	Request Request
	Input   *Input
	Also    []Input // further texts that a front end with forms asks for beside Input; then each of them may be left empty, which unsets its option
	Style   Style
	Replace bool   // the answer takes the place of the reply that the action stands under: a further page, a narrower search
	Anyone  bool   // with Replace: whoever presses it, and not only the person who was replied to
	Public  bool   // under a private reply: the answer is for all in the channel
	Link    string // an address that it opens; there is no Request then
}

// Input asks the reader for a line or more of text before an action runs.
type Input struct {
	Option      string // the option of the request that takes the text
	Label       string // at most 45 characters
	Placeholder string // at most 100 characters
	Value       string // what stands there at first
	Long        bool   // several lines
}

// Style is how strongly an action is shown.
type Style int

// The styles of an action.
const (
	Secondary Style = iota
	Primary
	Danger
)

// File is an attachment of a reply.
type File struct {
	Name string
	Type string // MIME type
	Data []byte
}

// Progress lets a slow command show a reply before it is complete: each call replaces what was shown. It may be nil and never fails.
type Progress func(Reply)

// Request is what a person asks, whatever the front end. Options hold raw strings by name; a command parses them.
type Request struct {
	Command     string
	Options     map[string]string
	Attachments []Attachment // files given as an option, or with the message from whose menu the command was chosen
	Asker       Asker
	Place       Place
	Locale      string    // the asker's interface language as a BCP 47 tag; "" is English
	Private     bool      // the asker wants the reply for themselves alone
	At          time.Time // when it was asked
	Link        string    // the address of the message under which the action was pressed; "" when there is none
	ID          string    // the front end's name for the request, by which it knows whom to tell more later; "" when it has none
}

// Attachment is a file that came with a request. Its name, size and address are what the front end was told, and not to be trusted.
type Attachment struct {
	ID   string
	Name string // with the ending that tells its type
	Size int64  // in bytes
	URL  string // where it is fetched from; "" for a file of this machine
	Path string // of a file of this machine, which only who sits at it can name
}

// Option returns the option's text, or "" when it is not set.
func (r Request) Option(name string) string { return r.Options[name] }

// Flag reports whether the option is set to a word for yes; the router lets no other words through than those of yesAndNo.
func (r Request) Flag(name string) bool {
	return yesAndNo[strings.ToLower(strings.TrimSpace(r.Option(name)))]
}

var yesAndNo = map[string]bool{"true": true, "yes": true, "on": true, "1": true, "false": false, "no": false, "off": false, "0": false, "": false}

// With returns a copy of r with one option set; "" removes it.
func (r Request) With(name, value string) Request {
	options := make(map[string]string, len(r.Options)+1)
	for k, v := range r.Options {
		options[k] = v
	}
	if value == "" {
		delete(options, name)
	} else {
		options[name] = value
	}
	r.Options = options
	return r
}

// Asker is who asks. In the terminal ID is "operator", and Manager and Operator are true.
type Asker struct {
	ID       string
	Name     string
	Roles    []string
	Manager  bool // may manage the server
	Operator bool // sits at the program's own terminal, and sees all of a server's collection
}

// Place is where it is asked: a conversation is remembered by Place.Thread, or by channel and asker when that is empty.
type Place struct {
	Guild   string // the Discord server; "" in a direct message or the terminal
	Channel string
	Thread  string // a conversation of its own; "" when the place is none
}
