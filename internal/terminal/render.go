// Package terminal is the terminal front end: it renders replies as text and runs the same commands as the Discord one.
package terminal

import (
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"attache/internal/commands"
	"attache/internal/news"
)

// Renderer writes replies as lines of text.
type Renderer struct {
	Width  int  // columns to wrap at; 0 does not wrap
	Colour bool // whether the terminal shows ANSI colours
}

// Render writes the reply. Text from articles and people can neither move the cursor nor change the terminal's state: control characters are left out.
func (r Renderer) Render(w io.Writer, reply commands.Reply) error {
	var b strings.Builder
	if reply.Title != "" {
		r.paragraph(&b, "", r.bold(clean(reply.Title)))
		b.WriteByte('\n')
	}
	for i, block := range reply.Blocks {
		if i > 0 && (block.Kind == commands.Quoted || block.Kind == commands.Excerpt) {
			b.WriteByte('\n')
		}
		r.block(&b, block)
	}
	r.sources(&b, reply)
	for _, n := range reply.Notices {
		r.paragraph(&b, "", r.faint("• "+clean(n)))
	}
	if reply.Footer != "" {
		r.paragraph(&b, "", r.faint(clean(reply.Footer)))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (r Renderer) block(b *strings.Builder, block commands.Block) {
	body := clean(block.Text) + cites(block.Cites)
	switch block.Kind {
	case commands.Sentence, commands.Plain:
		r.paragraph(b, "", body)
		if block.Attribution != "" {
			r.paragraph(b, "    ", r.faint("— "+clean(block.Attribution)))
		}
	case commands.Item:
		mark := "- "
		if block.Mark != "" {
			mark += clean(block.Mark) + "  "
		}
		r.paragraph(b, "", mark+body)
	case commands.Heading:
		b.WriteByte('\n')
		r.paragraph(b, "", r.bold(clean(block.Text)))
	case commands.Quoted:
		r.quoted(b, block)
	case commands.Excerpt:
		head := strings.TrimSpace(strings.Join([]string{clean(block.Mark), clean(block.Attribution)}, " ")) + cites(block.Cites)
		r.paragraph(b, "", r.bold(strings.TrimSpace(head)))
		for p := range strings.SplitSeq(block.Text, "\n\n") {
			r.paragraph(b, "  ", clean(p))
		}
	}
}

// quoted shows the words in marks, each fragment in marks of its own, the date and place before them and who said them after.
func (r Renderer) quoted(b *strings.Builder, block commands.Block) {
	if block.Mark != "" {
		r.paragraph(b, "", clean(block.Mark))
	}
	shown := make([]string, len(block.Fragments))
	for i, f := range block.Fragments {
		shown[i] = "“" + clean(f) + "”"
	}
	r.paragraph(b, "  ", strings.Join(shown, " … "))
	r.paragraph(b, "  ", r.faint(clean(block.Attribution)+cites(block.Cites)))
}

func (r Renderer) sources(b *strings.Builder, reply commands.Reply) {
	if len(reply.Sources) == 0 {
		b.WriteByte('\n')
		return
	}
	if len(reply.Blocks) > 0 {
		b.WriteString("\n" + r.bold("Sources") + "\n")
	}
	for _, s := range reply.Sources {
		r.paragraph(b, "", fmt.Sprintf("[%d] %s", s.N, clean(SourceLine(s.Source))))
		if s.URL != "" {
			b.WriteString("    " + r.faint(clean(s.URL)) + "\n")
		}
	}
}

// SourceLine is an article as it is named in a list of sources: title, publisher, date and label.
func SourceLine(s news.Source) string {
	line := s.Title
	if s.Publisher != "" {
		line += " — " + s.Publisher
	}
	if s.Published.IsZero() {
		line += ", undated"
	} else {
		line += ", " + s.Published.Format("2 Jan 2006")
	}
	if s.Label != "" {
		line += " (" + s.Label + ")"
	}
	return line
}

func cites(numbers []int) string {
	var b strings.Builder
	for _, n := range numbers {
		fmt.Fprintf(&b, " [%d]", n)
	}
	return b.String()
}

// clean leaves out control characters and marks that turn the direction of writing, and makes every run of white space one space.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069, r == utf8.RuneError:
			return -1
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// paragraph writes text wrapped at the width, each line after indent.
func (r Renderer) paragraph(b *strings.Builder, indent, text string) {
	if strings.TrimSpace(text) == "" {
		return
	}
	column := 0
	for word := range strings.FieldsSeq(text) {
		width := visible(word)
		switch {
		case column == 0:
			b.WriteString(indent)
			column = len(indent)
		case r.Width > 0 && column+1+width > r.Width:
			b.WriteString("\n" + indent)
			column = len(indent)
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += width
	}
	b.WriteByte('\n')
}

// visible is the number of runes of a word that take a column, colour codes left out.
func visible(word string) int {
	n := 0
	for i := 0; i < len(word); {
		if strings.HasPrefix(word[i:], "\x1b[") {
			if end := strings.IndexByte(word[i:], 'm'); end >= 0 {
				i += end + 1
				continue
			}
		}
		_, size := utf8.DecodeRuneInString(word[i:])
		i += size
		n++
	}
	return n
}

func (r Renderer) bold(s string) string  { return r.style("1", s) }
func (r Renderer) faint(s string) string { return r.style("2", s) }

func (r Renderer) style(code, s string) string {
	if !r.Colour || s == "" {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}
