// Package commands is what the bot can do, free of any chat platform: one file per command, each a value that holds definition and
// handler together. A front end turns what a person did into a Request, gives it to the Router and renders the Reply.
package commands

import (
	"context"
	"fmt"
	"strings"
)

// OptionKind is the type of an option's value; the request carries it as text in every case.
type OptionKind int

// The kinds of option.
const (
	Text OptionKind = iota
	Integer
	Boolean
	Day // a date: 2023-02-28, "28 Feb 2023", "Feb 2023", "2023", "last week"
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
	Name        string // lower case, at most 32 characters
	Description string // at most 100 characters
	Options     []Option
	Hidden      bool   // reached by buttons only, neither registered nor listed
	Manager     bool   // only for who may manage the server
	Private     bool   // its replies are for the asker alone, wherever it is asked
	MessageMenu string // the label under which it stands in a message's menu, taking the message as its first option; "" for none
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

// Option finds an option by name.
func (c Command) Option(name string) (Option, bool) {
	for _, o := range c.Options {
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
		return Sorry(Problemf("There is no command %q. /help lists what there is.", req.Command))
	}
	if err := validate(c, req); err != nil {
		return Sorry(err)
	}
	reply, err := c.Handle(ctx, req, progress)
	if err != nil {
		return Sorry(err)
	}
	reply.Private = reply.Private || req.Private
	return reply
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
	choices := o.Complete(ctx, req, typed)
	return choices[:min(len(choices), 25)]
}

// validate checks what every command expects: the asker's rank, required options, known options, their lengths and choices.
func validate(c Command, req Request) error {
	if c.Manager && !req.Asker.Manager {
		return Problemf("/%s needs the Manage Server permission.", c.Name)
	}
	for name, value := range req.Options {
		o, known := c.Option(name)
		if !known {
			return Problemf("/%s has no option %q. It takes: %s.", c.Name, name, strings.Join(optionNames(c), ", "))
		}
		if n := len([]rune(value)); o.MaxLength > 0 && n > o.MaxLength {
			return Problemf("That %s is %d characters long; at most %d are read. Please shorten it.", o.Name, n, o.MaxLength)
		}
	}
	for _, o := range c.Options {
		if o.Required && strings.TrimSpace(req.Option(o.Name)) == "" {
			return Problemf("/%s needs a %s: %s.", c.Name, o.Name, strings.TrimSuffix(o.Description, "."))
		}
	}
	return nil
}

func optionNames(c Command) []string {
	names := make([]string, len(c.Options))
	for i, o := range c.Options {
		names[i] = o.Name
	}
	return names
}

// Problem is an error whose sentence is meant for the person who asked.
type Problem struct {
	Sentence string // one clear sentence that says what to do
	Err      error  // what happened, for the operator; may be nil
}

// Problemf makes a Problem without an underlying error.
func Problemf(format string, args ...any) *Problem {
	return &Problem{Sentence: fmt.Sprintf(format, args...)}
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
