// Package commands is what the bot can do, free of any chat platform: one file per command, each a value that holds definition and
// handler together. A front end turns what a person did into a Request, gives it to the Router and renders the Reply.
package commands

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// OptionKind is the type of an option's value; the request carries it as text in every case.
type OptionKind int

// The kinds of option.
const (
	Text OptionKind = iota
	Integer
	Boolean
	Day     // a date: 2023-02-28, "28 Feb 2023", "Feb 2023", "2023", "last week"
	Channel // of the server; the text is its id
	Role    // of the server; the text is its id
	Upload  // a file that the asker gives; the text is its id, and Request.Attachments has it
)

// Option describes one option of a command.
type Option struct {
	Name        string // lower case, at most 32 characters
	Description string // at most 100 characters
	Kind        OptionKind
	Required    bool
	MaxLength   int      // of a Text, in characters; 0 leaves it to the front end
	Choices     []Choice // the only values allowed; none means any
	Complete    CompleteFunc
	Hidden      bool // set by front ends only, neither registered nor listed
	Raw         bool // where a whole line is typed, it takes the rest of it as it stands, quotation marks included
}

// Choice is one suggested value of an option.
type Choice struct{ Name, Value string } // each at most 100 characters

// CompleteFunc suggests values for what has been typed so far, best first, at most 25, from memory. It returns nil when there are none.
type CompleteFunc func(ctx context.Context, r Request, typed string) []Choice

// HandleFunc carries out a request. An error of kind *Problem is shown to the person as it stands; any other becomes a neutral sentence
// and a log line. progress may be nil.
type HandleFunc func(ctx context.Context, r Request, progress Progress) (Reply, error)

// Command is one thing the bot can do.
type Command struct {
	Name        string // lower case, at most 32 characters; two words are a command of the group that the first one names
	Group       string // of a command of two words: what the group is about, at most 100 characters
	Description string // at most 100 characters
	Options     []Option
	Long        bool   // it may take as long as a reply can be waited for: LongLimit
	Hidden      bool   // reached by buttons only, neither registered nor listed
	Manager     bool   // only for who may manage the server
	Adds        bool   // adds articles: only for whom the server lets do so
	Private     bool   // its replies are for the asker alone, wherever it is asked
	Reads       bool   // it only reads the collection, and asks no model: it can be carried out again to see what another viewer would get
	MessageMenu string // the label under which it stands in a message's menu; "" for none. See MenuOption
	Handle      HandleFunc
}

// Main is the option that plain words after the command's name fill: its first required text option, or its first. It returns false for
// a command without options.
func (c Command) Main() (Option, bool) {
	for _, o := range c.Options {
		if o.Required && o.Kind == Text {
			return o, true
		}
	}
	if len(c.Options) == 0 {
		return Option{}, false
	}
	return c.Options[0], true
}

// MenuOption is the option that takes a message from whose menu the command was chosen: its context, where it has one, and then its main option is asked
// for; else its first option. It returns false for a command without options.
func (c Command) MenuOption() (Option, bool) {
	if o, ok := c.Option(optionContext); ok {
		return o, true
	}
	if len(c.Options) == 0 {
		return Option{}, false
	}
	return c.Options[0], true
}

// Option finds an option by name.
func (c Command) Option(name string) (Option, bool) { return findOption(c.Options, name) }

func findOption(options []Option, name string) (Option, bool) {
	for _, o := range options {
		if o.Name == name {
			return o, true
		}
	}
	return Option{}, false
}

// Middleware wraps a handler. The first one given to NewRouter is the outermost.
type Middleware func(Command, HandleFunc) HandleFunc

// Router finds the command a request names and runs it. It is safe for concurrent use and does not change once built.
type Router struct {
	commands []Command
	byName   map[string]Command
}

// NewRouter wraps every command in the middleware. It panics when two commands share a name: that is a mistake in the program.
func NewRouter(all []Command, middleware ...Middleware) *Router {
	r := &Router{byName: make(map[string]Command, len(all))}
	for _, c := range all {
		if _, taken := r.byName[c.Name]; taken {
			panic("commands: two commands are called " + c.Name)
		}
		for i := len(middleware) - 1; i >= 0; i-- {
			c.Handle = middleware[i](c, c.Handle)
		}
		r.commands = append(r.commands, c)
		r.byName[c.Name] = c
	}
	return r
}

// Commands lists the commands in the order given to NewRouter. The caller must not change the slice.
func (r *Router) Commands() []Command { return r.commands }

// Command finds a command by name.
func (r *Router) Command(name string) (Command, bool) {
	c, ok := r.byName[name]
	return c, ok
}

// Run carries out the request. It always returns a reply that can be shown: errors become one private sentence.
func (r *Router) Run(ctx context.Context, req Request, progress Progress) Reply {
	c, ok := r.byName[req.Command]
	if !ok {
		return req.lang().Sorry(Problemf("There is no command %q. /help lists what there is.", req.Command))
	}
	if err := validate(c, req); err != nil {
		return req.lang().Sorry(err)
	}
	req.Private = alone(c, req)
	if show := progress; show != nil {
		progress = func(reply Reply) { show(reply.in(req.lang())) }
	}
	reply, err := c.Handle(ctx, req, progress)
	if err != nil {
		return req.lang().Sorry(err)
	}
	reply.Private = reply.Private || req.Private
	return reply.in(req.lang())
}

// Complete suggests values for the option that is being typed; nil when the option is unknown or has no suggestions.
func (r *Router) Complete(ctx context.Context, req Request, option, typed string) []Choice {
	c, ok := r.byName[req.Command]
	if !ok {
		return nil
	}
	o, ok := c.Option(option)
	if !ok || o.Complete == nil {
		return nil
	}
	req.Private = alone(c, req)
	choices := o.Complete(ctx, req, typed)
	return choices[:min(len(choices), 25)]
}

// alone reports whether the reply to a request is for the asker alone: then it may show what others may not see.
func alone(c Command, r Request) bool { return r.Private || c.Private || r.Flag("private") }

// validate checks what every command expects: the asker's rank, required options, known options and what they hold.
func validate(c Command, req Request) error {
	if c.Manager && !req.Asker.Manager {
		return Problemf("/%s needs the Manage Server permission.", c.Name)
	}
	for _, name := range slices.Sorted(maps.Keys(req.Options)) {
		o, known := c.Option(name)
		if !known {
			return noOption(c, name)
		}
		if err := o.validate(req.Option(name)); err != nil {
			return err
		}
	}
	for _, o := range c.Options {
		if o.Required && strings.TrimSpace(req.Option(o.Name)) == "" {
			return Problemf("/%s needs %s: %s.", c.Name, anOption(o.Name), described{c.Name, o})
		}
	}
	return nil
}

// anOption is an option's name with its article where a language has one.
type anOption string

func (o anOption) in(l Language) string {
	if l.words() != noWords {
		return string(o)
	}
	return withArticle(string(o))
}

// described is an option's description.
type described struct {
	command string
	option  Option
}

func (d described) in(l Language) string {
	return strings.TrimSuffix(cmp.Or(l.words().Option(d.command, d.option.Name).Description, d.option.Description), ".")
}

// withArticle puts "a" or "an" before a word.
func withArticle(word string) string {
	if len(word) == 1 || strings.HasSuffix(word, "s") {
		return strconv.Quote(word)
	}
	if strings.ContainsAny(word[:1], "aeiou") {
		return "an " + word
	}
	return "a " + word
}

func noOption(c Command, name string) error {
	if len(c.Options) == 0 {
		return Problemf("/%s takes no options.", c.Name)
	}
	var names []string
	for _, o := range c.Options {
		if !o.Hidden {
			names = append(names, o.Name)
		}
	}
	return Problemf("/%s has no option %q. It takes: %s.", c.Name, name, strings.Join(names, ", "))
}

// validate checks a value's length, choices and kind. Days are read, and refused, by the commands that take them, since they count from the clock.
func (o Option) validate(value string) error {
	if n := utf8.RuneCountInString(value); o.MaxLength > 0 && n > o.MaxLength {
		return Problemf("That %s is %d characters long; at most %d are read. Please shorten it.", o.Name, n, o.MaxLength)
	}
	value = strings.TrimSpace(value)
	if value == "" {
		return nil
	}
	if len(o.Choices) > 0 && !slices.ContainsFunc(o.Choices, func(c Choice) bool { return c.Value == value }) {
		values := make([]string, len(o.Choices))
		for i, c := range o.Choices {
			values[i] = c.Value
		}
		return Problemf("%q is no choice for %s. Choose one of: %s.", value, o.Name, strings.Join(values, ", "))
	}
	switch o.Kind {
	case Integer:
		if _, err := strconv.Atoi(value); err != nil {
			return Problemf("%q is no number for %s. Write it in digits, like 2.", value, o.Name)
		}
	case Boolean:
		if _, known := yesAndNo[strings.ToLower(value)]; !known {
			return Problemf("%q is no answer for %s. Write yes or no.", value, o.Name)
		}
	}
	return nil
}

// Problem is an error whose sentence is meant for the person who asked.
type Problem struct {
	Sentence string // one clear sentence that says what to do, in English
	Err      error  // what happened, for the operator; may be nil

	words sentence // the same, to be worded in the asker's language
}

// Problemf makes a Problem without an underlying error.
func Problemf(format string, args ...any) *Problem {
	words := sentence{format, args}
	return &Problem{Sentence: words.in(""), words: words}
}

// in words the problem for an interface language.
func (p *Problem) in(l Language) string {
	if p.words.format == "" {
		return l.say(p.Sentence)
	}
	return p.words.in(l)
}

// Error implements error with the sentence and, where there is one, its cause.
func (p *Problem) Error() string {
	if p.Err == nil {
		return p.Sentence
	}
	return p.Sentence + ": " + p.Err.Error()
}

// Unwrap gives the cause, or nil.
func (p *Problem) Unwrap() error { return p.Err }
