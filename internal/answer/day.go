package answer

import (
	"regexp"
	"slices"
	"strconv"

	"attache/internal/retrieval"
)

// What happened on a day, in a month or in a time counted from now: sentences that give it, by its date or by the day of the week on which an article has it.

// dated keeps, for a question for nothing but what happened on some day or in some month, the sentences that give it. One that names neither keeps all.
func (w want) dated(candidates []candidate, evidence []Evidence) []candidate {
	asked := calendarsIn(w.question)
	if m := dayAlone.FindStringSubmatch(w.question); m != nil && len(asked) == 0 {
		if day, err := strconv.Atoi(m[1]); err == nil {
			asked = []calendar{{day: day, weekday: -1}}
		}
	}
	asked = slices.DeleteFunc(asked, func(c calendar) bool { return c.weekday >= 0 })
	if len(asked) == 0 {
		return candidates
	}
	return slices.DeleteFunc(candidates, func(c candidate) bool {
		return !c.gives(asked[0], evidence)
	})
}

// gives reports whether a sentence gives a day or month; also by the day of the week, which is the last one before its article was published.
func (c candidate) gives(asked calendar, evidence []Evidence) bool {
	published := evidence[c.evidence].Source.Published
	dates := calendarsIn(c.read)
	for _, d := range dates {
		whole := func(o calendar) bool { return o.day > 0 && max(o.Start-d.End, d.Start-o.End) <= len(", ") } // Saturday, 25 February
		if d.weekday >= 0 && d.day == 0 && !published.IsZero() && !slices.ContainsFunc(dates, whole) {
			last := published.AddDate(0, 0, -(int(published.Weekday())-d.weekday+7)%7)
			d = calendar{day: last.Day(), month: int(last.Month()), year: last.Year(), weekday: -1}
		}
		if asked.within(d) {
			return true
		}
	}
	return false
}

// dayAlone finds a day without its month: "on the 14th".
var dayAlone = regexp.MustCompile(`(?i)\bon the (\d{1,2})(?:st|nd|rd|th)\b`)

// ofTheTime keeps, for a question for nothing but what happened in a time counted from now ("last week"), the articles of that time.
func ofTheTime(question string, read retrieval.Reading, evidence []Evidence) []Evidence {
	s := wanted(question).subject(nil)
	if read.Around.IsZero() || read.AnyYear || len(s.names)+len(s.rest) > 0 {
		return evidence
	}
	return slices.DeleteFunc(slices.Clone(evidence), func(e Evidence) bool {
		return e.Source.Published.Sub(read.Around).Abs().Hours() > 24*max(read.Within, 7)
	})
}

// whatHappened finds a question for the events of a day.
var whatHappened = regexp.MustCompile(`(?i)\bwhat (?:has |had |was |were )?(?:happen(?:ed|ing|s)?|occurred|took place|going on)\b`)

// onDay puts first, for a question that names a day, the sentences that give it. Where it asks what happened on it, and some give it, only those beside them are
// kept with them, unless they give another day.
func (w want) onDay(candidates []candidate, evidence []Evidence) []candidate {
	asked := slices.DeleteFunc(calendarsIn(w.question), func(c calendar) bool { return c.day == 0 || c.month == 0 })
	if len(asked) == 0 {
		return candidates
	}
	given := false
	for i, c := range candidates {
		if c.gives(asked[0], evidence) {
			candidates[i].score += askedBonus
			given = true
		}
	}
	if !given || !whatHappened.MatchString(w.question) {
		return candidates
	}
	giving := slices.DeleteFunc(slices.Clone(candidates), func(c candidate) bool { return !c.gives(asked[0], evidence) })
	return slices.DeleteFunc(candidates, func(c candidate) bool {
		beside := func(g candidate) bool {
			return g.evidence == c.evidence && max(g.position-c.position, c.position-g.position) <= 1
		}
		other := slices.ContainsFunc(calendarsIn(c.read), func(d calendar) bool { return d.day > 0 || d.weekday >= 0 })
		return !c.gives(asked[0], evidence) && (other || !slices.ContainsFunc(giving, beside))
	})
}
