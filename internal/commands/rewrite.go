package commands

import (
	"context"
	"regexp"
	"strings"
	"time"

	"attache/internal/text"
)

// rewriteTime is how long a model may take to complete a question; after that the rule has to do.
const rewriteTime = 4 * time.Second

// reading returns what reads a question with the one before it, as carryOver does, and better where there is a model: it completes what no rule foresees. Where
// the model fails, or repeats the question, the rule's reading stands.
func (d *Desk) reading(ctx context.Context, known func(name string) bool) func(last, question string) (read string, ok bool) {
	return func(last, question string) (string, bool) {
		ruled, ok := carryOver(last, question, known)
		if d.Model == nil || d.Model.Rewrite == nil || last == "" || !ok && !leans(question) {
			return ruled, ok
		}
		ctx, cancel := context.WithTimeout(ctx, rewriteTime)
		defer cancel()
		read, err := d.Model.Rewrite(ctx, last, question)
		if err != nil || bareWords(read) == bareWords(question) {
			return ruled, ok
		}
		return read, true
	}
}

// pointing are words that point at something said before.
var pointing = regexp.MustCompile(`(?i)\b(there|then|those|these|such|same|else|others?|former|latter|instead|again|before that|after that|so)\b`)

// leans reports whether a question may lean on the one before it: it is a fragment, or points back. Only then a model is asked, for most questions stand on their own.
func leans(question string) bool {
	rest, opened, swaps := open(question)
	return opened || swaps || isFragment(rest) || pronounWord.MatchString(rest) || pointing.MatchString(rest)
}

// bareWords is a question without what does not count when two are compared.
func bareWords(question string) string {
	return strings.Join(strings.Fields(strings.Trim(text.Fold(question), "?!. ")), " ")
}
