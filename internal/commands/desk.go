package commands

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"attache/internal/answer"
	"attache/internal/library"
	"attache/internal/news"
	"attache/internal/retrieval"
	"attache/internal/speakers"
)

// Desk is what the commands work with. It is safe for concurrent use when its parts are, as those of this program are.
type Desk struct {
	Answers  *answer.Service
	Index    *retrieval.Index
	Speakers *speakers.Book
	Library  *library.Library
	Now      func() time.Time
	Mode     string // how answers are made, for /help: "extractive" or a model's name
}

// All lists every command, in the order in which /help shows them.
func (d *Desk) All() []Command {
	return []Command{
		d.ask(), d.quote(), d.position(), d.verify(), d.search(), d.speakers(), d.sources(), d.help(),
		d.passages(), d.feedback(),
	}
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
	q := retrieval.Query{Text: words, Guild: r.Place.Guild, Now: d.Now(), Publisher: strings.TrimSpace(r.Option("source"))}
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
		return q, Problemf("Until %s is before since %s: nothing can lie between them. Please swap the two.", longDay(q.Until), longDay(q.Since))
	}
	if q.Publisher != "" && !d.publishes(r.Place.Guild, q.Publisher) {
		return q, Problemf("There is no publisher %q in this collection. /sources lists those that there are.", q.Publisher)
	}
	return q, nil
}

// day reads an option as the first and the last day that it may mean; zero times when it is not set.
func (d *Desk) day(r Request, option string) (first, last time.Time, err error) {
	value := strings.TrimSpace(r.Option(option))
	if value == "" {
		return first, last, nil
	}
	first, last, ok := retrieval.ParseDay(value, d.Now())
	if !ok {
		return first, last, Problemf("I can't read %q as a date for %s. Write it as 2023-02-28, 28 Feb 2023, Feb 2023, 2023 or last week.", value, option)
	}
	return first, last, nil
}

func (d *Desk) publishes(guild, name string) bool {
	for _, p := range d.Index.Holdings(guild).Publishers {
		if strings.EqualFold(p.Name, name) {
			return true
		}
	}
	return false
}

func (d *Desk) completePublisher(_ context.Context, r Request, typed string) []Choice {
	var choices []Choice
	for _, p := range d.Index.Holdings(r.Place.Guild).Publishers {
		if p.Name != "" && strings.Contains(strings.ToLower(p.Name), strings.ToLower(strings.TrimSpace(typed))) {
			choices = append(choices, Choice{Name: cut(fmt.Sprintf("%s (%d)", p.Name, p.N), 100), Value: cut(p.Name, 100)})
		}
	}
	return choices
}

// source makes the numbered line for a piece of evidence.
func source(n int, s news.Source, p news.Passage) Source {
	return Source{N: n, Source: s, PassageID: p.ID, Passage: p.Text}
}

func longDay(t time.Time) string { return t.Format("2 Jan 2006") }

// page reads the page option: 1 unless it is a number above 1.
func page(r Request) int {
	n, err := strconv.Atoi(r.Option("page"))
	if err != nil || n < 1 {
		return 1
	}
	return n
}

// plural counts things in words: "1 article", "3 articles".
func plural(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	if stem, ok := strings.CutSuffix(thing, "y"); ok && !strings.HasSuffix(thing, "ay") {
		return fmt.Sprintf("%d %sies", n, stem)
	}
	return fmt.Sprintf("%d %ss", n, thing)
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
