package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/term"

	"attache/internal/commands"
	"attache/internal/terminal"
)

// narrow are the flags that narrow a search by hand.
type narrow struct {
	Since  string `help:"Only articles published since: 2023-02-28, \"Feb 2023\", 2022, \"last week\"." placeholder:"DATE"`
	Until  string `help:"Only articles published until." placeholder:"DATE"`
	AsOf   string `help:"Answer as of this day: only what had been published by then." placeholder:"DATE"`
	Source string `help:"Only articles of this publisher." placeholder:"NAME"`
	Guild  string `help:"Answer as this Discord server would be answered (its id)." placeholder:"ID"`
}

func (n narrow) request(command string, options map[string]string) commands.Request {
	r := commands.Request{Command: command, Options: map[string]string{}, Place: commands.Place{Guild: n.Guild}}
	for name, value := range map[string]string{"since": n.Since, "until": n.Until, "as_of": n.AsOf, "source": n.Source} {
		if value != "" {
			r.Options[name] = value
		}
	}
	for name, value := range options {
		if value != "" {
			r.Options[name] = value
		}
	}
	return terminal.Operator(r, time.Now())
}

type askCmd struct {
	Question []string `arg:"" help:"The question, in your own words."`
	narrow
}

// Run answers one question and ends.
func (c askCmd) Run(ctx context.Context, line *cli, std streams, env environment) error {
	return once(ctx, line, std, env, c.request("ask", map[string]string{"question": strings.Join(c.Question, " ")}))
}

type receiptCmd struct {
	Answer string `arg:"" help:"The answer's id, as its last line has it."`
	Guild  string `help:"As this Discord server would be answered (its id)." placeholder:"ID"`
}

// Run shows an answer's receipt and ends.
func (c receiptCmd) Run(ctx context.Context, line *cli, std streams, env environment) error {
	return once(ctx, line, std, env, narrow{Guild: c.Guild}.request("receipt", map[string]string{"answer": c.Answer}))
}

type searchCmd struct {
	Words   []string `arg:"" help:"What to look for."`
	Explain bool     `help:"Show for each passage how it came to its place, and what was dropped."`
	narrow
}

// Run shows passages and ends.
func (c searchCmd) Run(ctx context.Context, line *cli, std streams, env environment) error {
	explain := ""
	if c.Explain {
		explain = "true"
	}
	return once(ctx, line, std, env, c.request("search", map[string]string{"words": strings.Join(c.Words, " "), "explain": explain}))
}

type quoteCmd struct {
	Speaker []string `arg:"" help:"Who said it; any part or spelling of the name."`
	About   string   `help:"Only what was said about this." placeholder:"TOPIC"`
	As      string   `help:"Only what was said in this post." placeholder:"POST"`
	Page    int      `help:"Which page of the quotations." default:"1"`
	narrow
}

// Run shows a speaker's quotations and ends.
func (c quoteCmd) Run(ctx context.Context, line *cli, std streams, env environment) error {
	return once(ctx, line, std, env, c.request("quote",
		map[string]string{"speaker": strings.Join(c.Speaker, " "), "about": c.About, "as": c.As, "page": strconv.Itoa(c.Page)}))
}

type positionCmd struct {
	Speaker string   `arg:"" help:"Whose position; any part or spelling of the name."`
	Topic   []string `arg:"" help:"On what."`
	Page    int      `help:"Which page." default:"1"`
	narrow
}

// Run shows a speaker's quotations on a topic, oldest first, and ends.
func (c positionCmd) Run(ctx context.Context, line *cli, std streams, env environment) error {
	return once(ctx, line, std, env, c.request("position",
		map[string]string{"speaker": c.Speaker, "topic": strings.Join(c.Topic, " "), "page": strconv.Itoa(c.Page)}))
}

type verifyCmd struct {
	Text  []string `arg:"" help:"The text; - reads it from the input."`
	Guild string   `help:"As this Discord server would be answered (its id)." placeholder:"ID"`
}

// maxPiped is how much of a piped text is read, in bytes; the command itself refuses what is too long for one message.
const maxPiped = 1 << 20

// Run checks the quotations in a text and ends.
func (c verifyCmd) Run(ctx context.Context, line *cli, std streams, env environment) error {
	text := strings.Join(c.Text, " ")
	if text == "-" {
		piped, err := io.ReadAll(io.LimitReader(std.in, maxPiped))
		if err != nil {
			return fmt.Errorf("read the text: %w", err)
		}
		text = string(piped)
	}
	return once(ctx, line, std, env, narrow{Guild: c.Guild}.request("verify", map[string]string{"text": text}))
}

// once runs one request and prints the reply. A refused request ends with exit code 1.
func once(ctx context.Context, line *cli, std streams, env environment, r commands.Request) error {
	return onceThen(ctx, line, std, env, r, func(commands.Reply) error { return nil })
}

// onceThen does as once and hands over the reply of a request that was carried out.
func onceThen(ctx context.Context, line *cli, std streams, env environment, r commands.Request, then func(commands.Reply) error) error {
	return withApp(ctx, line, std, env, func(app *App) error {
		reply := app.Router.Run(ctx, r, nil)
		if err := renderer(std, env).Render(std.out, reply); err != nil {
			return err
		}
		if reply.Failed {
			return exit(1)
		}
		return then(reply)
	})
}

// defaultWidth is how wide replies are wrapped where the terminal's width is not known.
const defaultWidth = 100

// renderer fits replies to where they are printed: in colour and to its width on a terminal, plain everywhere else.
func renderer(std streams, env environment) terminal.Renderer {
	r := terminal.Renderer{Width: defaultWidth}
	if !isTerminal(std.out) {
		return r
	}
	if width, _, err := term.GetSize(int(std.out.(*os.File).Fd())); err == nil && width > 20 {
		r.Width = min(width, defaultWidth)
	}
	r.Colour = !env.has("NO_COLOR")
	return r
}

func (e environment) has(name string) bool {
	for _, v := range e {
		if value, ok := strings.CutPrefix(v, name+"="); ok && value != "" {
			return true
		}
	}
	return false
}
