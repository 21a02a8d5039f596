package news

import (
	"fmt"
	"strings"
	"time"
)

// QuoteKind tells how the words stand in the article.
type QuoteKind string

// The kinds of statement.
const (
	Direct     QuoteKind = "direct"     // a whole sentence or more inside quotation marks
	Mixed      QuoteKind = "mixed"      // a quoted fragment inside the journalist's own sentence
	Transcript QuoteKind = "transcript" // words of a transcript or speech: verbatim, and without marks since all of it is said
	Reported   QuoteKind = "reported"   // indirect speech without marks; never shown inside quotation marks
)

// Fragment is one run of quoted words without its quotation marks.
// Invariant: article.Text[Span.Start:Span.End] == Text.
type Fragment struct {
	Span Span
	Text string
}

// Quote is what one speaker said at one time: one fragment, or several when the article splits the words ("A," she said. "B.")
// or runs them over paragraphs. Every fragment is verbatim.
type Quote struct {
	ID        string // QuoteID(ArticleID, first fragment's start)
	ArticleID string
	Kind      QuoteKind
	Fragments []Fragment // in reading order, at least one
	Speaker   Speaker
	Cue       string // the verb or phrase that attributes: "said", "according to"; "" when there is none
	Venue     string // to whom or where, as the article says: "in a news briefing"; "" when not said
	Spoken    Date   // when it was said
	Sentence  Span   // the sentence or sentences around it, for showing it in context
}

// Span runs from the first fragment's first byte to the last one's end; the zero Span when there is no fragment.
func (q Quote) Span() Span {
	if len(q.Fragments) == 0 {
		return Span{}
	}
	return Span{q.Fragments[0].Span.Start, q.Fragments[len(q.Fragments)-1].Span.End}
}

// Words joins the fragments by a space, for searching and comparing. It is not for showing: show each fragment in marks of its own.
func (q Quote) Words() string {
	words := make([]string, len(q.Fragments))
	for i, f := range q.Fragments {
		words[i] = f.Text
	}
	return strings.Join(words, " ")
}

// QuoteID names the quotation of an article that starts at byte start.
func QuoteID(articleID string, start int) string { return fmt.Sprintf("%s-q%06d", articleID, start) }

// SpeakerKind tells what sort of speaker a quotation has.
type SpeakerKind string

// The kinds of speaker. An open speaker is one that the article does not let us name with confidence.
const (
	Open        SpeakerKind = ""            // unknown
	Person      SpeakerKind = "person"      // a named person
	Institution SpeakerKind = "institution" // a ministry, a government, a newspaper
	Unnamed     SpeakerKind = "unnamed"     // "a senior official", "residents"
)

// Speaker is who said the words, as far as the article itself tells.
type Speaker struct {
	Kind        SpeakerKind
	Mention     string  // as it stands beside the words: "Mr. Lu", "he"; "" when there is none
	MentionSpan Span    // of Mention; zero when there is none
	Name        string  // the fullest form that the article gives: "Donald Lu"; "" when open or unnamed
	Title       string  // the post held when speaking, as the article gave it: "U.S. assistant secretary of state"; "" when not given
	Affiliation string  // the body spoken for, when it is not part of Title: "Carnegie Endowment for International Peace"
	Confidence  float64 // that Name is right, in [0, 1]; below the extractor's threshold Name stays empty
}

// Precision is how exactly a Date is known.
type Precision string

// The precisions, from none to a day.
const (
	Unknown Precision = ""
	Year    Precision = "year"
	Month   Precision = "month"
	Day     Precision = "day"
)

// Date is a point in time with its precision. Time is the first instant (UTC) of the day, month or year; it is zero when Unknown.
type Date struct {
	Time      time.Time
	Precision Precision
	Text      string // the words it was read from: "on Friday"; "" when it was taken from the date of publication
}

// String prints the date as far as it is known: "24 Feb 2023", "Dec 2022", "2022", or "" when Unknown.
func (d Date) String() string {
	switch d.Precision {
	case Day:
		return d.Time.Format("2 Jan 2006")
	case Month:
		return d.Time.Format("Jan 2006")
	case Year:
		return d.Time.Format("2006")
	}
	return ""
}
