package commands

import (
	"context"
	"slices"
	"strings"
	"time"

	"attache/internal/news"
	"attache/internal/retrieval"
	"attache/internal/speakers"
	"attache/internal/text"
)

// person is a speaker as a request may see him: with what he said within its filters, and nothing that they hide.
type person struct {
	name  string
	title string           // the newest one within the filters
	said  []speakers.Entry // word for word, newest first
	told  int              // statements reported without their words
	read  string           // how the request's name was read where it is not that person's; "" otherwise
}

// person gathers what the filters of q leave of a speaker.
func (d *Desk) person(q retrieval.Query, profile speakers.Profile) person {
	p := person{name: profile.Name}
	for _, e := range d.Speakers.Quotes(q.Viewer, profile.Key) {
		if !fits(q, e.Source) {
			continue
		}
		if p.title == "" {
			p.title = e.Speaker.Title
		}
		if e.Kind == news.Reported {
			p.told++
		} else {
			p.said = append(p.said, e)
		}
	}
	return p
}

// known leaves out the people whom the filters hide altogether.
func (d *Desk) known(q retrieval.Query, profiles []speakers.Profile) []person {
	var people []person
	for _, profile := range profiles {
		if p := d.person(q, profile); len(p.said)+p.told > 0 {
			people = append(people, p)
		}
	}
	return people
}

// listed is a person in a list: name, title, number of quotations.
func (r Request) listed(name, title string, quotes int) string {
	return strings.Join(compact(name, title), ", ") + " · " + r.say("%s", counted{quotes, "quotation"})
}

// speaker finds the one person whom the request names. ok is false when there is no such one; the reply then says so.
func (d *Desk) speaker(r Request, q retrieval.Query) (found person, reply Reply, ok bool) {
	match := d.Speakers.Find(q.Viewer, r.Option("speaker"))
	read := ""
	if asked := strings.TrimSpace(r.Option("speaker")); match.Slip && d.mentions(q.Viewer, asked) == 0 {
		match.People = match.Nearest[:1]
		read = r.say("Nobody called %q is quoted in this collection; read as %s.", asked, match.People[0].Name)
	}
	people := d.known(q, match.People)
	switch {
	case len(match.People) == 0:
		return found, d.unknownSpeaker(r, q, d.known(q, match.Nearest)), false
	case len(people) == 0:
		return found, filteredOut(r, q, match.People[0].Name), false
	case len(people) > 1:
		return found, d.namesakes(r, people), false
	case len(people[0].said) == 0:
		return found, neverQuoted(r, people[0]), false
	}
	people[0].read = read
	return people[0], reply, true
}

// unknownSpeaker says that nobody of that name is quoted, and who comes nearest. Someone whom articles mention without quoting is told apart.
func (d *Desk) unknownSpeaker(r Request, q retrieval.Query, nearest []person) Reply {
	asked := strings.TrimSpace(r.Option("speaker"))
	sentence := r.within(q, "Nobody called %q is quoted in this collection.", "Nobody called %q is quoted in this collection (%s).", asked)
	n := 0
	if r.filters(q) == "" { // passages are counted without their dates
		n = d.mentions(q.Viewer, asked)
	}
	if n > 0 {
		sentence = r.say("%q is named in %s of this collection, but no quotation of that name was found.", asked, counted{n, "article"})
	}
	reply := Reply{Blocks: []Block{{Kind: Plain, Text: sentence}}}
	if len(nearest) > 0 {
		reply.Blocks = append(reply.Blocks, Block{Kind: Heading, Text: "Nearest names"})
	}
	listPeople(r, &reply, nearest)
	if n > 0 {
		reply.Actions = append(reply.Actions, Action{Label: "Where it is named", Request: follow(r, "search", "words", asked)})
	}
	return reply
}

// within says a sentence or, where filters are set, the one that names them after its other arguments.
func (r Request) within(q retrieval.Query, plain, filtered string, args ...any) string {
	if f := r.filters(q); f != "" {
		return r.say(filtered, append(args, f)...)
	}
	return r.say(plain, args...)
}

// mentions counts the articles that hold the name as it was typed, letter case and accents aside.
func (d *Desk) mentions(viewer news.Viewer, name string) int {
	wanted := text.Fold(name)
	if wanted == "" {
		return 0
	}
	return d.Index.CountArticles(viewer, func(passage string) bool { return containsWord(text.Fold(passage), wanted) })
}

func containsWord(s, word string) bool {
	_, ok := text.Verbatim(s, word)
	return ok
}

// namesakes asks which of several people is meant.
func (d *Desk) namesakes(r Request, people []person) Reply {
	reply := Reply{Blocks: []Block{{Kind: Plain, Text: r.say("%q fits %d people. Which one?", strings.TrimSpace(r.Option("speaker")), len(people))}}}
	listPeople(r, &reply, people)
	return reply
}

// listPeople names people, each with a button that asks for that one.
func listPeople(r Request, reply *Reply, people []person) {
	for _, p := range people[:min(len(people), 10)] {
		reply.Blocks = append(reply.Blocks, Block{Kind: Item, Text: r.listed(p.name, p.title, len(p.said))})
		if len(reply.Actions) < 5 {
			again := r.With("speaker", cut(p.name, 100)).With("page", "")
			reply.Actions = append(reply.Actions, Action{Label: cut(p.name, 80), Request: again, Replace: true})
		}
	}
}

// filteredOut says that the filters leave nothing, and no more than that: what they hide stays hidden.
func filteredOut(r Request, q retrieval.Query, name string) Reply {
	return Reply{
		Blocks:  []Block{{Kind: Plain, Text: r.say("No quotation of %s fits the filters: %s.", name, r.filters(q))}},
		Actions: []Action{{Label: "Without the filters", Request: unfiltered(r), Replace: true}},
	}
}

// neverQuoted is about a person of whom articles only report.
func neverQuoted(r Request, p person) Reply {
	sentence := r.say("No words of %s are quoted here; %s without quotation marks.", strings.Join(compact(p.name, p.title), ", "), counted{p.told, "statement is reported"})
	return Reply{
		Blocks:  []Block{{Kind: Plain, Text: sentence}},
		Actions: []Action{{Label: "Where it is reported", Request: follow(r, "search", "words", p.name+" said")}},
	}
}

// noneAbout is about a person who is quoted, but not on the topic.
func noneAbout(r Request, q retrieval.Query, p person) Reply {
	sentence := r.within(q, "None of the %s of %s is about %q.", "None of the %s of %s is about %q (%s).", counted{len(p.said), "quotation"}, p.name, q.Text)
	if len(p.said) == 1 {
		sentence = r.within(q, "The one quotation of %s is not about %q.", "The one quotation of %s is not about %q (%s).", p.name, q.Text)
	}
	all := r.With("about", "").With("topic", "").With("page", "")
	all.Command = "quote"
	return Reply{Blocks: []Block{{Kind: Plain, Text: sentence}}, Actions: []Action{{Label: "All quotations", Request: all, Replace: true}}}
}

// completeSpeaker suggests people by any part or spelling of their names.
func (d *Desk) completeSpeaker(_ context.Context, r Request, typed string) []Choice {
	var choices []Choice
	for _, p := range d.Speakers.Complete(d.viewer(r), typed, 25) {
		choices = append(choices, Choice{Name: cut(r.describe(p), 100), Value: cut(p.Name, 100)})
	}
	return choices
}

// describe is a speaker of the whole collection in a list: name, title, number of quotations.
func (r Request) describe(p speakers.Profile) string {
	return r.listed(p.Name, p.Title(), p.Quotes)
}

// days is the first and the last day of the quotations; zero times when none has one.
func days(entries []speakers.Entry) (first, last time.Time) {
	for _, e := range entries {
		w := e.When()
		if w.IsZero() {
			continue
		}
		if first.IsZero() || w.Before(first) {
			first = w
		}
		if w.After(last) {
			last = w
		}
	}
	return first, last
}

// quoteID takes a quotation's id apart; it returns false for what is none.
func quoteID(id string) (articleID string, ok bool) {
	articleID, start, found := strings.Cut(strings.TrimSpace(id), "-q")
	return articleID, found && articleID != "" && start != ""
}

// quoted finds a quotation of an article by its id.
func (d *Desk) quotationOf(a news.Article, id string) (news.Quote, bool) {
	all := d.Speakers.In(a.ID, news.Span{Start: 0, End: len(a.Text)})
	i := slices.IndexFunc(all, func(q news.Quote) bool { return q.ID == id && q.Kind != news.Reported })
	if i < 0 {
		return news.Quote{}, false
	}
	return all[i], true
}
