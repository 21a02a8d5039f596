package terminal

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"
	"unicode"

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
	News        <-chan commands.Reply // shown as they come, between two lines; nil for none

	last []commands.Action // of the last reply
}

// Run answers line by line until the end of the input, /quit, or ctx ends; its error is that of reading In or writing Out. A line that begins with /
// is a command, any other is a question. When ctx ends while In keeps Run waiting, the goroutine that reads In stays until In gives or ends.
func (s *Session) Run(ctx context.Context) error {
	lines := make(chan line)
	done := make(chan struct{})
	defer close(done)
	go read(s.In, lines, done)
	for ctx.Err() == nil {
		s.prompt()
		select {
		case <-ctx.Done():
			return nil
		case reply := <-s.News:
			if err := s.Renderer.Render(s.Out, reply); err != nil {
				return err
			}
		case l, more := <-lines:
			if !more {
				if s.Interactive {
					fmt.Fprintln(s.Out)
				}
				return nil
			}
			text := strings.TrimSpace(l.text)
			if l.err == nil && (text == "/quit" || text == "/exit") {
				return nil
			}
			if err := s.take(ctx, text, l.err); err != nil {
				return err
			}
		}
	}
	return nil
}

// take answers one line, or tells why it could not be read.
func (s *Session) take(ctx context.Context, text string, problem error) error {
	switch {
	case errors.Is(problem, errTooLong):
		return s.Renderer.Render(s.Out, commands.Sorry(commands.Problemf(
			"That line is longer than %d KB and was not read. A question may be a few thousand characters long; add a text as a file, with bot ingest.", maxLine>>10)))
	case problem != nil:
		return fmt.Errorf("read the input: %w", problem)
	case text == "":
		return nil
	}
	return s.answer(ctx, text)
}

// line is a line of the input, without its end, or why there is none.
type line struct {
	text string
	err  error
}

var errTooLong = errors.New("line too long")

// read sends the lines of r and closes lines at its end. It passes over what is beyond the limit of a line, and goes on with the next one.
func read(r io.Reader, lines chan<- line, done <-chan struct{}) {
	defer close(lines)
	buffered := bufio.NewReaderSize(r, 64<<10)
	for {
		l, more := readLine(buffered)
		if more || l.text != "" || l.err != nil {
			select {
			case lines <- l:
			case <-done:
				return
			}
		}
		if !more {
			return
		}
	}
}

// readLine reads to the end of a line; more is false at the end of the input and after an error.
func readLine(r *bufio.Reader) (l line, more bool) {
	var text []byte
	for {
		part, err := r.ReadSlice('\n')
		if len(text)+len(part) <= maxLine {
			text = append(text, part...)
		} else {
			l.err = errTooLong
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case err != nil && !errors.Is(err, io.EOF):
			return line{err: err}, false
		}
		if l.err == nil {
			l.text = strings.ToValidUTF8(string(text), "\uFFFD")
		}
		return l, err == nil
	}
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
	actions = actions[:min(len(actions), 26)]
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
	name, rest := line[1:], ""
	if i := strings.IndexFunc(name, unicode.IsSpace); i >= 0 {
		name, rest = name[:i], name[i:]
	}
	c, ok := s.Router.Command(strings.ToLower(name))
	if second, after, _ := strings.Cut(strings.TrimSpace(rest), " "); !ok && second != "" { // a command of two words
		if c, ok = s.Router.Command(strings.ToLower(name + " " + second)); ok {
			rest = after
		}
	}
	if !ok || c.Hidden {
		return commands.Request{}, s.unknown(name)
	}
	options, err := ParseOptions(c, rest)
	return s.at(commands.Request{Command: c.Name, Options: options, Attachments: files(c, options)}), err
}

// unknown says that there is no command of that name; for the name of a group, what is in it.
func (s *Session) unknown(name string) error {
	var group []string
	for _, c := range s.Router.Commands() {
		if second, ok := strings.CutPrefix(c.Name, strings.ToLower(name)+" "); ok {
			group = append(group, second)
		}
	}
	if len(group) > 0 {
		return commands.Problemf("/%s takes one of: %s.", strings.ToLower(name), strings.Join(group, ", "))
	}
	return commands.Problemf("There is no command /%.40s. /help lists what there is.", name)
}

// files are the files of this machine that options name.
func files(c commands.Command, options map[string]string) (all []commands.Attachment) {
	for _, o := range c.Options {
		if path := options[o.Name]; o.Kind == commands.Upload && path != "" {
			all = append(all, commands.Attachment{Name: filepath.Base(path), Path: path})
		}
	}
	return all
}

// chosen reports whether the line is the letter of an offered action, with the text behind it. A letter with words behind it that the action does not
// take is the beginning of a question: "a pass is closed, which one?"
func (s *Session) chosen(line string) (commands.Action, string, bool) {
	letter, text, _ := strings.Cut(line, " ")
	if len(letter) != 1 || letter[0] < 'a' || int(letter[0]-'a') >= len(s.last) {
		return commands.Action{}, "", false
	}
	a, text := s.last[letter[0]-'a'], strings.TrimSpace(text)
	return a, text, text == "" || a.Input != nil
}

func (s *Session) at(r commands.Request) commands.Request {
	return Operator(r, s.Now())
}

// Operator makes a request one of the person at the terminal, who may do everything.
func Operator(r commands.Request, now time.Time) commands.Request {
	r.Asker = commands.Asker{ID: "operator", Name: "operator", Manager: true, Operator: true}
	r.At = now
	return r
}

// ParseOptions reads what follows a command's name: "name:value" or "--name value" sets an option. A value in double quotation marks ends
// with them, a number is one word, any other value reaches to the next option; "--name" alone switches an option of yes or no on; everything else is the
// command's main option. A main option that is raw takes the whole line as it stands. Its error is a *commands.Problem.
func ParseOptions(c commands.Command, line string) (map[string]string, error) {
	options := map[string]string{}
	main, _ := c.Main()
	if main.Raw {
		line = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(line), main.Name+":"))
		return map[string]string{main.Name: line}, nil
	}
	current := main
	for _, w := range splitWords(line) {
		word := w.text
		if o, value, found := optionAt(c, word); found {
			current, word = o, value
			if o.Kind == commands.Boolean && value == "" {
				options[o.Name] = "true"
				current = main
			}
		} else if strings.HasPrefix(word, "--") && len(word) > 2 {
			return nil, commands.Problemf("/%s has no option %.40q. /help shows what it takes.", c.Name, word)
		}
		if word == "" {
			continue
		}
		if current.Name == "" {
			return nil, commands.Problemf("/%s takes no words behind it.", c.Name)
		}
		options[current.Name] = strings.TrimSpace(options[current.Name] + " " + word)
		if w.quoted || current.Kind == commands.Integer || current.Kind == commands.Boolean {
			current = main
		}
	}
	return options, nil
}

// optionAt reads a word as the beginning of an option.
func optionAt(c commands.Command, word string) (o commands.Option, value string, ok bool) {
	name, dashed := strings.CutPrefix(word, "--")
	separator := ":"
	if dashed {
		separator = "="
	}
	name, value, ok = strings.Cut(name, separator)
	if !ok && !dashed {
		return o, "", false
	}
	o, ok = c.Option(strings.ReplaceAll(strings.ToLower(name), "-", "_"))
	return o, value, ok
}

// typed is a word, or several that quotation marks keep together.
type typed struct {
	text   string
	quoted bool
}

// splitWords splits at white space; double quotation marks, straight or curly, keep words together.
func splitWords(line string) []typed {
	var words []typed
	var text strings.Builder
	inside, quoted := false, false
	flush := func() {
		if text.Len() > 0 || quoted {
			words = append(words, typed{text.String(), quoted})
		}
		text.Reset()
		quoted = false
	}
	for _, r := range line {
		switch {
		case r == '"' || r == '“' || r == '”':
			inside, quoted = !inside, true
		case unicode.IsSpace(r) && !inside:
			flush()
		default:
			text.WriteRune(r)
		}
	}
	flush()
	return words
}
