// Package terminal is the terminal front end: it renders replies as text and runs the same commands as the Discord one.
package terminal

import (
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"

	"attache/internal/commands"
	"attache/internal/news"
)

// Renderer writes replies as lines of text.
type Renderer struct {
	Width  int  // columns to wrap at; 0 does not wrap
	Colour bool // whether the terminal shows ANSI colours
}

// Render writes the reply. Text from articles and people can neither move the cursor nor change the terminal's state: control characters are left out.
// Only w's errors are returned.
func (r Renderer) Render(w io.Writer, reply commands.Reply) error {
	var b strings.Builder
	if reply.Title != "" {
		r.paragraph(&b, "", bold, reply.Title)
		b.WriteByte('\n')
	}
	for i, block := range reply.Blocks {
		if i > 0 && (block.Kind == commands.Quoted || block.Kind == commands.Excerpt || block.Kind == commands.Heading) {
			b.WriteByte('\n')
		}
		r.block(&b, block)
	}
	r.sources(&b, reply)
	for _, f := range reply.Files {
		r.paragraph(&b, "", faint, fmt.Sprintf("• attached: %s (%d bytes; the terminal does not show it)", f.Name, len(f.Data)))
	}
	for _, n := range reply.Notices {
		r.paragraph(&b, "", faint, "• "+n)
	}
	r.paragraph(&b, "", faint, reply.Footer)
	_, err := io.WriteString(w, b.String())
	return err
}

func (r Renderer) block(b *strings.Builder, block commands.Block) {
	body := block.Text + refs(block.Refs) + cites(block.Cites)
	switch block.Kind {
	case commands.Heading:
		r.paragraph(b, "", bold, body)
	case commands.Item:
		mark := "- "
		if block.Mark != "" {
			mark += block.Mark + ": "
		}
		r.paragraph(b, "", plain, mark+body)
	case commands.Quoted:
		r.quoted(b, block)
	case commands.Excerpt:
		r.paragraph(b, "", bold, block.Mark+" "+block.Attribution+cites(block.Cites))
		for p := range strings.SplitSeq(block.Text, "\n\n") {
			r.paragraph(b, "  ", plain, p)
		}
	default:
		r.paragraph(b, "", plain, body)
		if block.Attribution != "" {
			r.paragraph(b, "    ", faint, "— "+block.Attribution)
		}
	}
}

// refs names channels and roles by their ids, which is all that is known of them here.
func refs(all []commands.Ref) string {
	var b strings.Builder
	for i, r := range all {
		if i > 0 {
			b.WriteByte(',')
		}
		what := " channel "
		if r.Role {
			what = " role "
		}
		b.WriteString(what + r.ID)
	}
	return b.String()
}

// quoted shows the words in marks, each fragment in marks of its own, the date and place before them and who said them after.
func (r Renderer) quoted(b *strings.Builder, block commands.Block) {
	r.paragraph(b, "", plain, block.Mark)
	shown := make([]string, len(block.Fragments))
	for i, f := range block.Fragments {
		shown[i] = "“" + clean(f) + "”"
	}
	r.paragraph(b, "  ", plain, strings.Join(shown, " … "))
	r.paragraph(b, "  ", faint, block.Attribution+cites(block.Cites))
}

func (r Renderer) sources(b *strings.Builder, reply commands.Reply) {
	if len(reply.Blocks) > 0 {
		b.WriteByte('\n')
	}
	if len(reply.Blocks) > 0 && len(reply.Sources) > 0 {
		r.paragraph(b, "", bold, "Sources")
	}
	for _, s := range reply.Sources {
		r.paragraph(b, "", plain, fmt.Sprintf("[%d] %s", s.N, SourceLine(s.Source)))
		if url := clean(s.URL); url != "" { // not wrapped, so that it can be clicked and copied
			b.WriteString("    " + r.styled(faint, url) + "\n")
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
		line += ", " + commands.Language("").Day(s.Published)
	}
	if s.Label != "" {
		line += " (" + s.Label + ")"
	}
	if marks := commands.Language("").Marks(s.Wall); len(marks) > 0 {
		line += " [" + strings.Join(marks, "; ") + "]"
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

// clean leaves out control characters and marks that turn the direction of writing or take no room, and makes every run of white space one space.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), r == utf8.RuneError, unicode.Is(unicode.Bidi_Control, r), r == 0x200B, r == 0x2060, r == 0xFEFF, r >= 0xE0000 && r <= 0xE007F:
			return -1
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// paragraph writes text, cleaned and wrapped at the width, each line after indent. Blank text writes nothing. A word that is wider than a line is
// broken between letters.
func (r Renderer) paragraph(b *strings.Builder, indent string, st style, text string) {
	room := r.Width - len(indent)
	var line strings.Builder
	column := 0
	flush := func() {
		if column > 0 {
			b.WriteString(indent + r.styled(st, line.String()) + "\n")
		}
		line.Reset()
		column = 0
	}
	for word := range strings.FieldsSeq(clean(text)) {
		for _, piece := range r.pieces(word, room) {
			width := uniseg.StringWidth(piece)
			if r.Width > 0 && column > 0 && column+1+width > room {
				flush()
			}
			if column > 0 {
				line.WriteByte(' ')
				column++
			}
			line.WriteString(piece)
			column += max(width, 1)
		}
	}
	flush()
}

// pieces breaks a word that does not fit into a line of room columns.
func (r Renderer) pieces(word string, room int) []string {
	if r.Width <= 0 || uniseg.StringWidth(word) <= room {
		return []string{word}
	}
	var pieces []string
	var piece strings.Builder
	column := 0
	for letters := uniseg.NewGraphemes(word); letters.Next(); {
		if column > 0 && column+letters.Width() > room {
			pieces = append(pieces, piece.String())
			piece.Reset()
			column = 0
		}
		piece.WriteString(letters.Str())
		column += letters.Width()
	}
	return append(pieces, piece.String())
}

// style is an ANSI code of the way that text is shown.
type style string

const (
	plain style = ""
	bold  style = "1"
	faint style = "2"
)

// styled wraps clean text in the codes of a style.
func (r Renderer) styled(st style, s string) string {
	if !r.Colour || st == plain || s == "" {
		return s
	}
	return "\x1b[" + string(st) + "m" + s + "\x1b[0m"
}
