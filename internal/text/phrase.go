package text

import "fmt"

// Phrase is a sentence for a reader that can be said in other languages: a format in English, and its arguments, of which those that are phrases are said in
// that language too. The zero Phrase says nothing.
type Phrase struct {
	Format string
	Args   []any
}

// Phrasef makes a Phrase.
func Phrasef(format string, args ...any) Phrase { return Phrase{Format: format, Args: args} }

// IsZero reports whether it says nothing.
func (p Phrase) IsZero() bool { return p.Format == "" }

// String says it in English.
func (p Phrase) String() string {
	if len(p.Args) == 0 {
		return p.Format
	}
	return fmt.Sprintf(p.Format, p.Args...)
}
