package terminal

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"attache/internal/commands"
)

// maxLine is the longest line that is read, in bytes; a longer one is answered with a refusal, not cut.
const maxLine = 1 << 20

// Session is a conversation in a terminal: commands and questions, one a line.
type Session struct {
	Router      *commands.Router
	In          io.Reader
	Out         io.Writer
	Renderer    Renderer
	Interactive bool // a person types: show a prompt and what can be done next
	Now         func() time.Time

	last []commands.Action // of the last reply
}

// Run answers line by line until the end of the input, /quit, or ctx ends. A line that begins with / is a command, any other is a question.
func (s *Session) Run(ctx context.Context) error {
	lines := bufio.NewScanner(s.In)
	lines.Buffer(make([]byte, 0, 64<<10), maxLine)
	for s.prompt(); lines.Scan(); s.prompt() {
		line := strings.TrimSpace(lines.Text())
		switch {
		case ctx.Err() != nil, line == "/quit", line == "/exit":
			return nil
		case line == "":
			continue
		}
		if err := s.answer(ctx, line); err != nil {
			return err
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("read the input (a line may be at most %d bytes long): %w", maxLine, err)
	}
	return nil
}

func (s *Session) prompt() {
	if s.Interactive {
		fmt.Fprint(s.Out, "\n> ")
	}
}

func (s *Session) answer(ctx context.Context, line string) error {
	r, problem := s.request(line)
	reply := commands.Sorry(problem)
	if problem == nil {
		reply = s.Router.Run(ctx, r, nil)
	}
	if err := s.Renderer.Render(s.Out, reply); err != nil {
		return err
	}
	s.offer(reply.Actions)
	return nil
}

// offer lists what can be done next, each under a letter.
func (s *Session) offer(actions []commands.Action) {
	if !s.Interactive {
		return
	}
	s.last = actions
	for i, a := range actions {
		hint := ""
		if a.Input != nil {
			hint = " …"
		}
		fmt.Fprintf(s.Out, "(%c) %s%s  ", 'a'+i, clean(a.Label), hint)
	}
	if len(actions) > 0 {
		fmt.Fprintln(s.Out)
	}
}

// request reads a line as a request.
func (s *Session) request(line string) (commands.Request, error) {
	if a, text, ok := s.chosen(line); ok {
		if a.Input == nil {
			return s.at(a.Request), nil
		}
		if text == "" {
			return commands.Request{}, commands.Problemf("%s: type it behind the letter.", a.Input.Label)
		}
		return s.at(a.Request.With(a.Input.Option, text)), nil
	}
	if !strings.HasPrefix(line, "/") {
		return s.at(commands.Request{Command: "ask", Options: map[string]string{"question": line}}), nil
	}
	name, rest, _ := strings.Cut(line[1:], " ")
	c, ok := s.Router.Command(strings.ToLower(name))
	if !ok || c.Hidden {
		return commands.Request{}, commands.Problemf("There is no command /%s. /help lists what there is.", name)
	}
	options, err := ParseOptions(c, rest)
	return s.at(commands.Request{Command: c.Name, Options: options}), err
}

// chosen reports whether the line is the letter of an offered action, with the text behind it.
func (s *Session) chosen(line string) (commands.Action, string, bool) {
	letter, text, _ := strings.Cut(line, " ")
	if len(letter) != 1 || letter[0] < 'a' || int(letter[0]-'a') >= len(s.last) {
		return commands.Action{}, "", false
	}
	return s.last[letter[0]-'a'], strings.TrimSpace(text), true
}

func (s *Session) at(r commands.Request) commands.Request {
	return Operator(r, s.Now())
}

// Operator makes a request one of the person at the terminal, who may do everything.
func Operator(r commands.Request, now time.Time) commands.Request {
	r.Asker = commands.Asker{ID: "operator", Name: "operator", Manager: true}
	r.At = now
	return r
}

// ParseOptions reads what follows a command's name: "name:value" or "--name value" sets an option, a value with spaces standing in double
// quotation marks or reaching to the next option; everything else is the command's main option.
func ParseOptions(c commands.Command, line string) (map[string]string, error) {
	options := map[string]string{}
	current := ""
	if o, ok := c.Main(); ok {
		current = o.Name
	}
	for _, word := range splitWords(line) {
		if name, value, found := optionAt(c, word); found {
			current = name
			word = value
		} else if name, ok := strings.CutPrefix(word, "--"); ok {
			return nil, commands.Problemf("/%s has no option %q. /help shows what it takes.", c.Name, name)
		}
		if word == "" {
			continue
		}
		if current == "" {
			return nil, commands.Problemf("/%s takes no words behind it.", c.Name)
		}
		options[current] = strings.TrimSpace(options[current] + " " + word)
	}
	return options, nil
}

// optionAt reads a word as the beginning of an option.
func optionAt(c commands.Command, word string) (name, value string, ok bool) {
	if bare, dashed := strings.CutPrefix(word, "--"); dashed {
		name, value, _ = strings.Cut(bare, "=")
	} else if name, value, ok = strings.Cut(word, ":"); !ok {
		return "", "", false
	}
	name = strings.ReplaceAll(strings.ToLower(name), "-", "_")
	_, ok = c.Option(name)
	return name, value, ok
}

// splitWords splits at spaces; double quotation marks, straight or curly, keep words together.
func splitWords(line string) []string {
	var words []string
	var word strings.Builder
	quoted, any := false, false
	flush := func() {
		if word.Len() > 0 || any {
			words = append(words, word.String())
		}
		word.Reset()
		any = false
	}
	for _, r := range line {
		switch {
		case r == '"' || r == '“' || r == '”':
			quoted, any = !quoted, true
		case r == ' ' && !quoted:
			flush()
		default:
			word.WriteRune(r)
		}
	}
	flush()
	return words
}
