package commands

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"attache/internal/library"
	"attache/internal/text"
)

// maxWatches is how many standing questions one server may have: each is looked at whenever articles come in.
const maxWatches = 50

// watch makes a standing question in the channel.
func (d *Desk) watch() Command {
	return Command{
		Name:        "watch",
		Description: "Post here what new articles bring: to a speaker, a topic or a question",
		Options: []Option{
			{Name: "speaker", Description: "New quotations of this person", MaxLength: 100, Complete: d.completeSpeaker},
			{Name: "topic", Description: "New passages that bear on this", MaxLength: 200},
			{Name: "question", Description: "The answer, whenever a sentence of it changes", MaxLength: maxQuestion},
			{Name: "digest", Description: "daily: collect, and post once a day", Choices: []Choice{{"daily", "daily"}}},
		},
		Handle: func(ctx context.Context, r Request, _ Progress) (Reply, error) {
			w, err := d.wanted(r)
			if err != nil {
				return Reply{}, err
			}
			if w.Seq, err = d.followed(ctx); err != nil { // before the first answer is made: what comes meanwhile is new
				return Reply{}, err
			}
			notice := ""
			switch w.Kind {
			case library.WatchSpeaker:
				w.Subject, notice, err = d.watchedSpeaker(r, w)
			case library.WatchQuestion:
				w.Answer, notice, err = d.firstAnswer(ctx, r, w)
			}
			if err != nil {
				return Reply{}, err
			}
			w, err = d.Library.AddWatch(ctx, w, maxWatches)
			switch {
			case errors.Is(err, library.ErrWatched):
				return Reply{}, Problemf("That is watched here already. /watches lists what is.")
			case errors.Is(err, library.ErrFull):
				return Reply{}, Problemf("There are %d watches here, and there may be no more. /watches lists them, /unwatch ends one.", maxWatches)
			case err != nil:
				return Reply{}, err
			}
			return watching(r, w, notice), nil
		},
	}
}

// followed is the number of the newest change that is searched.
func (d *Desk) followed(ctx context.Context) (int64, error) {
	if d.Followed != nil {
		return d.Followed(), nil
	}
	return d.Library.Newest(ctx)
}

// wanted reads the request as a watch. Exactly one thing can be watched.
func (d *Desk) wanted(r Request) (library.Watch, error) {
	w := library.Watch{Guild: r.Place.Guild, Channel: r.Place.Channel, Thread: r.Place.Thread, Asker: r.Asker.ID, Created: d.Now()}
	if w.Guild == "" && w.Channel != "" {
		return w, Problemf("I watch for a channel of a server, where others read along. Use /watch there.")
	}
	for _, kind := range []library.WatchKind{library.WatchSpeaker, library.WatchTopic, library.WatchQuestion} {
		subject := oneLine(r.Option(string(kind)))
		if subject == "" {
			continue
		}
		if w.Kind != "" {
			return w, Problemf("A watch has one subject: a speaker, a topic or a question. Make two watches for two.")
		}
		w.Kind, w.Subject = kind, subject
	}
	if w.Kind == "" {
		return w, Problemf("What shall I watch? Give me a speaker, a topic or a question: /watch topic: the Kareth pass")
	}
	if r.Option("digest") != "" {
		w.Due = NextDigest(d.Now(), d.DigestHour)
	}
	return w, nil
}

// NextDigest is the first moment after now at which the clock shows the hour, in UTC.
func NextDigest(now time.Time, hour int) time.Time {
	now = now.UTC()
	due := time.Date(now.Year(), now.Month(), now.Day(), hour, 0, 0, 0, time.UTC)
	if !due.After(now) {
		due = due.AddDate(0, 0, 1)
	}
	return due
}

// watchedSpeaker is the name under which a person is known, or, for one of whom there are no quotations yet, the name as it was given.
func (d *Desk) watchedSpeaker(r Request, w library.Watch) (name, notice string, err error) {
	match := d.Speakers.Find(d.viewer(d.watchRequest(w, "")), w.Subject)
	var names []string
	for _, p := range match.People {
		names = append(names, p.Name)
	}
	switch {
	case len(names) == 1:
		return names[0], "", nil
	case len(names) > 1:
		return "", "", Problemf("Several people are called so: %s. Please choose one.", strings.Join(names[:min(5, len(names))], "; "))
	}
	notice = r.say("Nobody called %s is quoted here so far.", w.Subject)
	if len(match.Nearest) > 0 {
		notice += " " + r.say("If you meant %s, watch that name.", match.Nearest[0].Name)
	}
	return w.Subject, notice, nil
}

// firstAnswer makes the answer as it is today, so that a later one can be compared with it. It is "" when there is none.
func (d *Desk) firstAnswer(ctx context.Context, r Request, w library.Watch) (id, notice string, err error) {
	asks := d.watchRequest(w, "ask", "question", w.Subject)
	q, err := d.query(asks, w.Subject)
	if err != nil {
		return "", "", err
	}
	given, err := d.Answers.Ask(ctx, q, nil)
	if err != nil {
		return "", "", err
	}
	if given.Abstained {
		return "", r.say("Nothing in this collection answers that so far."), nil
	}
	return given.ID, r.say("How it is answered today: /receipt #%s", given.ID), d.remember(ctx, asks, given)
}

// watching confirms a watch.
func watching(r Request, w library.Watch, notice string) Reply {
	reply := Reply{
		Title:  r.say("Watch %d", w.Number),
		Blocks: []Block{{Kind: Plain, Text: r.ended(r.say("I post here %s", promise(w)))}},
		Footer: r.say("/unwatch %d ends it; /watches lists all", w.Number),
	}
	if notice != "" {
		reply.Notices = []string{notice}
	}
	reply.Actions = []Action{{Label: "End this watch", Request: follow(r, "unwatch", "watch", strconv.Itoa(w.Number))}}
	return reply
}

// promise says what a watch posts, and when.
func promise(w library.Watch) sentence {
	what := sentence{map[library.WatchKind]string{
		library.WatchSpeaker:  "what %s is newly quoted with",
		library.WatchTopic:    "what new articles say on %s",
		library.WatchQuestion: "what changes in the answer to: %s",
	}[w.Kind], []any{w.Subject}}
	if !w.Due.IsZero() {
		return sentence{"once a day, at %s UTC, %s", []any{w.Due.UTC().Format("15:04"), what}}
	}
	return what
}

// ended puts a full stop behind a sentence that has no mark of its own there.
func (r Request) ended(s string) string {
	if bare := strings.TrimSuffix(s, isolateEnd); strings.HasSuffix(bare, "?") || strings.HasSuffix(bare, "？") || strings.HasSuffix(bare, "؟") {
		return s
	}
	return r.say("%s.", strings.TrimRight(s, ". "))
}

// unwatch ends a standing question.
func (d *Desk) unwatch() Command {
	return Command{
		Name:        "unwatch",
		Description: "End a watch",
		Options:     []Option{{Name: "watch", Description: "Its number, as /watches shows it", Required: true, MaxLength: 10, Complete: d.completeWatch}},
		Handle: func(ctx context.Context, r Request, _ Progress) (Reply, error) {
			number, err := strconv.Atoi(strings.TrimPrefix(strings.TrimSpace(r.Option("watch")), "#"))
			if err != nil {
				return Reply{}, Problemf("A watch is named by its number, which /watches shows.")
			}
			listed, err := d.watchesFor(ctx, r)
			if err != nil {
				return Reply{}, err
			}
			i := slices.IndexFunc(listed, func(w library.Watch) bool { return w.Number == number })
			if i >= 0 {
				err = d.Library.RemoveWatch(ctx, r.Place.Guild, number)
			}
			if i < 0 || errors.Is(err, library.ErrNotFound) {
				return Reply{}, Problemf("There is no watch %d here. /watches lists those that there are.", number)
			}
			if err != nil {
				return Reply{}, err
			}
			return Reply{Blocks: []Block{{Kind: Plain, Text: r.ended(r.say("Watch %d has ended: %s", number, promise(listed[i])))}}}, nil
		},
	}
}

// watchesFor lists the watches that the asker is concerned with: those of the channel, and for who manages the server all of them.
func (d *Desk) watchesFor(ctx context.Context, r Request) ([]library.Watch, error) {
	all, err := d.Library.Watches(ctx, r.Place.Guild)
	return slices.DeleteFunc(all, func(w library.Watch) bool {
		return !r.Asker.Manager && (w.Channel != r.Place.Channel || w.Thread != r.Place.Thread)
	}), err
}

func (d *Desk) completeWatch(ctx context.Context, r Request, typed string) []Choice {
	all, err := d.watchesFor(ctx, r)
	if err != nil {
		return nil
	}
	var choices []Choice
	wanted := text.Fold(strings.TrimSpace(typed))
	for _, w := range all {
		line := fmt.Sprintf("%d: %s", w.Number, promise(w).in(r.lang()))
		if strings.Contains(text.Fold(line), wanted) && len(choices) < 25 {
			choices = append(choices, Choice{Name: cut(line, 100), Value: strconv.Itoa(w.Number)})
		}
	}
	return choices
}

// watches lists the standing questions.
func (d *Desk) watches() Command {
	return Command{
		Name:        "watches",
		Description: "What is watched here",
		Reads:       true,
		Options:     []Option{private()},
		Handle: func(ctx context.Context, r Request, _ Progress) (Reply, error) {
			all, err := d.watchesFor(ctx, r)
			if err != nil {
				return Reply{}, err
			}
			if len(all) == 0 {
				return Reply{Blocks: []Block{{Kind: Plain, Text: "Nothing is watched here. /watch makes me post what new articles bring."}}}, nil
			}
			return r.listWatches(all), nil
		},
	}
}

// ListWatches shows watches to the operator, with what keeps those from posting that cannot.
func ListWatches(all []library.Watch) Reply { return Request{}.listWatches(all) }

func (r Request) listWatches(all []library.Watch) Reply {
	reply := Reply{Title: r.say("%s", counted{len(all), "watch"})}
	for _, w := range all {
		b := Block{Kind: Item, Mark: strconv.Itoa(w.Number), Text: promise(w).in(r.lang())}
		if place := where(w); place != "" {
			b.Text += " · " + r.say("in")
			b.Refs = []Ref{{ID: place}}
		}
		reply.Blocks = append(reply.Blocks, b)
		if w.Paused != "" {
			reply.Notices = append(reply.Notices, r.say("Watch %d is paused: %s", w.Number, w.Paused))
		}
		if !w.Missed.IsZero() {
			reply.Notices = append(reply.Notices, r.say("Watch %d: what I was about to post on %s may not have arrived, since I was stopped then.", w.Number, moment(w.Missed)))
		}
	}
	return reply
}

// where is the channel or thread that a watch posts in; "" in the terminal.
func where(w library.Watch) string {
	if w.Thread != "" {
		return w.Thread
	}
	return w.Channel
}
