package commands

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"attache/internal/answer"
	"attache/internal/library"
	"attache/internal/news"
	"attache/internal/retrieval"
	"attache/internal/speakers"
	"attache/internal/text"
)

// Desk is what the commands work with. It is safe for concurrent use when its parts are, as those of this program are.
type Desk struct {
	Answers  *answer.Service
	Index    *retrieval.Index
	Speakers *speakers.Book
	Library  *library.Library
	Now      func() time.Time
	Mode     text.Phrase                                                    // how answers are made, for /help: "extractive" or a model's name
	Model    *Model                                                         // nil when there is none
	SetWall  func(ctx context.Context, articleID string, w news.Wall) error // puts another wall around an article
	Setup    *Setup                                                         // what each server has chosen; nil for none, and then no channel is internal and only managers are insiders

	DigestHour int          // of UTC: when daily digests are posted
	Followed   func() int64 // the newest change of the library that Index and Speakers hold; nil when they hold all

	asOn time.Time // as on which a request is carried out again; zero for today
}

// All lists every command, in the order in which /help shows them, with those beside the desk's own.
func (d *Desk) All(beside ...Command) []Command {
	var help Command
	listed := []Command{d.ask(&memory{library: d.Library, now: d.Now}, func() Command { return help }), d.quote(), d.position(), d.timeline(), d.compare(), d.brief(), d.verify(), d.search(),
		d.speakers(), d.sources(), d.versions(), d.receipt(), d.watch(), d.unwatch(), d.watches(), d.status(), d.wall()}
	listed = append(listed, beside...)
	help = d.help(listed)
	return append(append(listed, help), d.passages(), d.inContext(), d.feedback(), d.replay())
}

// today is the moment from which days are counted.
func (d *Desk) today() time.Time {
	if d.asOn.IsZero() {
		return d.Now()
	}
	return d.asOn
}

// The options that narrow a search by hand, shared by the commands that search.
func narrowing() []Option {
	return []Option{
		{Name: "since", Description: "Only articles published since: 2023-02-28, Feb 2023, last week", Kind: Day, MaxLength: 40},
		{Name: "until", Description: "Only articles published until: 2023-02-28, Feb 2023, 2022", Kind: Day, MaxLength: 40},
		{Name: "as_of", Description: "Answer as of this day: only what had been published by then", Kind: Day, MaxLength: 40},
	}
}

func (d *Desk) sourceOption() Option {
	return Option{Name: "source", Description: "Only articles of this publisher", MaxLength: 100, Complete: d.completePublisher}
}

func private() Option {
	return Option{Name: "private", Description: "Show the reply to me alone", Kind: Boolean}
}

// query turns a request's narrowing options into a query for the words.
func (d *Desk) query(r Request, words string) (retrieval.Query, error) {
	q := retrieval.Query{Text: words, Viewer: d.viewer(r), Now: d.today(), Publisher: strings.TrimSpace(r.Option("source"))}
	var err error
	if q.Since, _, err = d.day(r, "since"); err != nil {
		return q, err
	}
	if _, q.Until, err = d.day(r, "until"); err != nil {
		return q, err
	}
	if _, q.AsOf, err = d.day(r, "as_of"); err != nil {
		return q, err
	}
	if !q.Since.IsZero() && !q.Until.IsZero() && q.Until.Before(q.Since) {
		return q, Problemf("Until %s is before since %s: nothing can lie between them. Please swap the two.", q.Until, q.Since)
	}
	if q.Publisher == "" {
		return q, nil
	}
	q.Publisher, err = d.publisher(q.Viewer, q.Publisher)
	return q, err
}

// day reads an option as the first and the last day that it may mean; zero times when it is not set.
func (d *Desk) day(r Request, option string) (first, last time.Time, err error) {
	value := strings.TrimSpace(r.Option(option))
	if value == "" {
		return first, last, nil
	}
	first, last, ok := retrieval.ParseDay(value, d.today())
	if !ok {
		return first, last, Problemf("I can't read %q as a date for %s. Write it as 2023-02-28, 28 Feb 2023, Feb 2023, 2023 or last week.", value, option)
	}
	return first, last, nil
}

// publisher returns a publisher's name as the collection has it, letter case and accents aside.
func (d *Desk) publisher(viewer news.Viewer, name string) (string, error) {
	for _, p := range d.Index.Holdings(viewer).Publishers {
		if p.Name != "" && text.Fold(p.Name) == text.Fold(name) {
			return p.Name, nil
		}
	}
	return name, Problemf("There is no publisher %q in this collection. /sources lists those that there are.", name)
}

func (d *Desk) publishes(viewer news.Viewer, name string) bool {
	_, err := d.publisher(viewer, name)
	return err == nil
}

func (d *Desk) completePublisher(_ context.Context, r Request, typed string) []Choice {
	var choices []Choice
	wanted := text.Fold(strings.TrimSpace(typed))
	for _, p := range d.Index.Holdings(d.viewer(r)).Publishers {
		if p.Name != "" && strings.Contains(text.Fold(p.Name), wanted) {
			choices = append(choices, Choice{Name: cut(fmt.Sprintf("%s (%d)", p.Name, p.N), 100), Value: cut(p.Name, 100)})
		}
	}
	return choices
}

// filters says which filters set by hand narrow a request: "until 9 May 2031, The Capital Herald"; "" for none.
func (r Request) filters(q retrieval.Query) string {
	set := retrieval.Reading{Since: q.Since, Until: q.Until, Publisher: q.Publisher}
	if !q.AsOf.IsZero() && (set.Until.IsZero() || q.AsOf.Before(set.Until)) {
		set.Until = q.AsOf
	}
	return r.reading(set)
}

// reading says which filters and favours a search applied: "since 1 Mar 2022, favouring Northern Wire"; "" when there are none.
func (r Request) reading(read retrieval.Reading) string {
	var parts []string
	switch {
	case !read.Since.IsZero() && !read.Until.IsZero():
		parts = append(parts, r.say("%s to %s", read.Since, read.Until))
	case !read.Since.IsZero():
		parts = append(parts, r.say("since %s", read.Since))
	case !read.Until.IsZero():
		parts = append(parts, r.say("until %s", read.Until))
	}
	parts = append(parts, compact(read.Publisher)...)
	if len(read.Publishers) > 0 {
		parts = append(parts, r.say("favouring %s", strings.Join(read.Publishers, ", ")))
	}
	switch {
	case read.Named && read.AnyYear:
		parts = append(parts, r.say("favouring articles from around %s", dayOfYear(read.Around)))
	case read.Named:
		parts = append(parts, r.say("favouring articles from around %s", read.Around))
	case !read.Around.IsZero():
		parts = append(parts, r.say("favouring new articles"))
	}
	return r.lang().joined("%s, %s", parts)
}

// unfiltered is the request without its filters.
func unfiltered(r Request) Request {
	for _, name := range []string{"since", "until", "as_of", "source", "page"} {
		r = r.With(name, "")
	}
	return r
}

// fits reports whether an article lies within the filters of q.
func fits(q retrieval.Query, s news.Source) bool {
	p := s.Published
	return (q.Since.IsZero() || !p.Before(q.Since)) &&
		(q.Until.IsZero() || !p.IsZero() && !p.After(q.Until)) &&
		(q.AsOf.IsZero() || !p.IsZero() && !p.After(q.AsOf)) &&
		(q.Publisher == "" || text.Fold(s.Publisher) == text.Fold(q.Publisher))
}

// numbering gives each article of a reply its number, in order of first citation, and collects the lines of the list of sources.
type numbering struct {
	sources  []Source
	evidence []ReceiptEvidence // the passages that were cited, each once
}

// number returns the article's number. The passage, which may be none, is kept with the first citation.
func (n *numbering) number(s news.Source, p news.Passage) int {
	i := slices.IndexFunc(n.sources, func(known Source) bool { return known.ArticleID == s.ArticleID })
	if i < 0 {
		i = len(n.sources)
		n.sources = append(n.sources, source(i+1, s, p))
	}
	if !slices.ContainsFunc(n.evidence, func(e ReceiptEvidence) bool { return e.N == i+1 && e.Passage == p.ID }) {
		n.evidence = append(n.evidence, ReceiptEvidence{N: i + 1, Passage: p.ID, Source: s, Text: p.Text})
	}
	return i + 1
}

// quotation returns the number of a quotation's article, and keeps its words as evidence: a paragraph for each of its fragments.
func (n *numbering) quotation(e speakers.Entry) int {
	number := n.number(e.Source, news.Passage{})
	var words []string
	for _, f := range e.Fragments {
		words = append(words, f.Text)
	}
	n.evidence = append(n.evidence, ReceiptEvidence{N: number, Source: e.Source, Text: strings.Join(words, "\n\n")})
	return number
}

// source makes the numbered line for a piece of evidence.
func source(n int, s news.Source, p news.Passage) Source {
	return Source{N: n, Source: s, PassageID: p.ID, Passage: p.Text}
}

// page reads the page option: 1 unless it is a number above 1.
func page(r Request) int {
	n, err := strconv.Atoi(r.Option("page"))
	if err != nil || n < 1 {
		return 1
	}
	return n
}

// cut shortens s to at most n runes, on a word border where there is one, with an ellipsis.
func cut(s string, n int) string {
	runes := []rune(s)
	if len(runes) <= n {
		return s
	}
	head := string(runes[:n-1])
	if i := strings.LastIndexAny(head, " \n"); i > len(head)/2 {
		head = head[:i]
	}
	return strings.TrimRight(head, " ,;:–—") + "…"
}
