package retrieval

import (
	"strings"
	"time"
)

// Reading is how a question was understood.
type Reading struct {
	Content      string // the question without the words that became filters
	Since, Until time.Time
	Publisher    string
	Latest       bool           // it asks for the newest
	Related      []weightedTerm // terms to look for beside its own
}

// understand reads filters out of the question, beside those set by hand.
func (ix *Index) understand(q Query) Reading {
	r := Reading{Content: q.Text, Since: q.Since, Until: q.Until, Publisher: q.Publisher}
	if !q.AsOf.IsZero() && (r.Until.IsZero() || q.AsOf.Before(r.Until)) {
		r.Until = q.AsOf
	}
	return r
}

// String says which filters apply, for the reader: "since 1 Mar 2022, Northern Wire"; "" when there are none.
func (r Reading) String() string {
	var parts []string
	switch {
	case !r.Since.IsZero() && !r.Until.IsZero():
		parts = append(parts, r.Since.Format("2 Jan 2006")+" to "+r.Until.Format("2 Jan 2006"))
	case !r.Since.IsZero():
		parts = append(parts, "since "+r.Since.Format("2 Jan 2006"))
	case !r.Until.IsZero():
		parts = append(parts, "until "+r.Until.Format("2 Jan 2006"))
	}
	if r.Publisher != "" {
		parts = append(parts, r.Publisher)
	}
	if r.Latest {
		parts = append(parts, "newest first")
	}
	return strings.Join(parts, ", ")
}
