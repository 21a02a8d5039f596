package commands

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"attache/internal/news"
	"attache/internal/speakers"
	"attache/internal/text"
)

// quotesPerPage is how many quotations one reply shows.
const quotesPerPage = 5

// quote shows what a person said, word for word.
func (d *Desk) quote() Command {
	return Command{
		Name:        "quote",
		Description: "What a person said, word for word: as what, to whom, when, and in which article",
		Options: append([]Option{
			{Name: "speaker", Description: "Who said it; any part or spelling of the name", Required: true, MaxLength: 100, Complete: d.completeSpeaker},
			{Name: "about", Description: "Only what was said about this", MaxLength: 200},
			{Name: "page", Description: "Which page of the quotations", Kind: Integer, MaxLength: 5},
		}, append(narrowing(), d.sourceOption(), private())...),
		Handle: func(ctx context.Context, r Request, _ Progress) (Reply, error) {
			q, err := d.query(r, r.Option("about"))
			if err != nil {
				return Reply{}, err
			}
			match := d.Speakers.Find(r.Place.Guild, r.Option("speaker"))
			switch len(match.People) {
			case 0:
				return d.unknownSpeaker(r, match), nil
			case 1:
			default:
				return d.namesakes(r, match.People), nil
			}
			person := match.People[0]
			entries := d.Speakers.Quotes(r.Place.Guild, person.Key)
			entries = slices.DeleteFunc(entries, func(e speakers.Entry) bool {
				return e.Kind == news.Reported || !published(e.Source, q.Since, q.Until, q.AsOf, q.Publisher)
			})
			if q.Text != "" {
				if entries, err = d.about(ctx, q.Text, entries); err != nil {
					return Reply{}, err
				}
			}
			if len(entries) == 0 {
				return d.noQuotes(r, person), nil
			}
			return d.quoted(r, person, together(entries)), nil
		},
	}
}

// published reports whether a source lies within the bounds; a zero time sets none.
func published(s news.Source, since, until, asOf time.Time, publisher string) bool {
	p := s.Published
	return (since.IsZero() || !p.Before(since)) &&
		(until.IsZero() || !p.IsZero() && !p.After(until)) &&
		(asOf.IsZero() || !p.IsZero() && !p.After(asOf)) &&
		(publisher == "" || strings.EqualFold(s.Publisher, publisher))
}

// aboutShare is how near a quotation must come to the best one to be about the same thing, and aboutFloor how relevant it must be at all.
const (
	aboutShare = 0.5
	aboutFloor = 0.25
)

// about keeps the quotations that bear on the topic, the most relevant first. A quotation is judged with the sentence that it stands in.
func (d *Desk) about(ctx context.Context, topic string, entries []speakers.Entry) ([]speakers.Entry, error) {
	if len(entries) == 0 {
		return nil, nil
	}
	texts := make([]string, len(entries))
	for i, e := range entries {
		texts[i] = e.Words() + "\n" + d.sentenceOf(ctx, e)
	}
	scores, err := d.Index.Relevance(ctx, topic, texts)
	if err != nil {
		return nil, err
	}
	order := make([]int, len(entries))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(scores[b], scores[a]) })
	var kept []speakers.Entry
	for _, i := range order {
		if scores[i] >= aboutFloor && scores[i] >= aboutShare*scores[order[0]] {
			kept = append(kept, entries[i])
		}
	}
	return kept, nil
}

// sentenceOf is the sentence around a quotation, "" when the article is gone.
func (d *Desk) sentenceOf(ctx context.Context, e speakers.Entry) string {
	a, err := d.Library.Article(ctx, e.ArticleID)
	if err != nil {
		return ""
	}
	return e.Sentence.In(a.Text)
}

// saying is what somebody said once, with every article that has it: the fullest version first, then those that quote a part.
type saying []speakers.Entry

// together puts quotations of the same words into one saying: those whose words stand in another's, said at a time that does not contradict it. The
// order of the fullest versions is kept.
func together(entries []speakers.Entry) []saying {
	byLength := slices.Clone(entries)
	slices.SortStableFunc(byLength, func(a, b speakers.Entry) int { return len(b.Words()) - len(a.Words()) })
	var sayings []saying
	for _, e := range byLength {
		i := slices.IndexFunc(sayings, func(s saying) bool { return partOf(e, s[0]) })
		if i < 0 {
			sayings = append(sayings, saying{e})
			continue
		}
		sayings[i] = append(sayings[i], e)
	}
	order := make(map[string]int, len(entries))
	for i, e := range entries {
		order[e.ID] = i
	}
	slices.SortStableFunc(sayings, func(a, b saying) int { return order[a[0].ID] - order[b[0].ID] })
	return sayings
}

// partOf reports whether every fragment of e stands word for word in the fuller quotation, and both may have been said on the same day.
func partOf(e, fuller speakers.Entry) bool {
	if e.Spoken.Precision == news.Day && fuller.Spoken.Precision == news.Day && !e.Spoken.Time.Equal(fuller.Spoken.Time) {
		return false
	}
	for _, f := range e.Fragments {
		if _, ok := text.Verbatim(fuller.Words(), strings.TrimRight(f.Text, ".,;:!? ")); !ok {
			return false
		}
	}
	return true
}

// quoted renders one page of quotations.
func (d *Desk) quoted(r Request, person speakers.Profile, sayings []saying) Reply {
	pages := (len(sayings) + quotesPerPage - 1) / quotesPerPage
	current := min(page(r), pages)
	reply := Reply{Title: quoteTitle(r, person, sayings)}
	numbers := map[string]int{}
	for _, s := range sayings[(current-1)*quotesPerPage : min(current*quotesPerPage, len(sayings))] {
		var cites []int
		for _, e := range s {
			n := numbers[e.ArticleID]
			if n == 0 {
				n = len(reply.Sources) + 1
				numbers[e.ArticleID] = n
				reply.Sources = append(reply.Sources, Source{N: n, Source: e.Source})
			}
			cites = append(cites, n)
		}
		slices.Sort(cites)
		reply.Blocks = append(reply.Blocks, quoteBlock(s[0], slices.Compact(cites)))
	}
	reply.Actions = paging(r, current, pages)
	if pages > 1 {
		reply.Footer = fmt.Sprintf("page %d of %d", current, pages)
	}
	return reply
}

func quoteTitle(r Request, person speakers.Profile, sayings []saying) string {
	title := strings.Join(compact(person.Name, person.Title()), ", ") + " · " + plural(len(sayings), "quotation")
	if about := strings.TrimSpace(r.Option("about")); about != "" {
		title += fmt.Sprintf(" on %q", about)
	}
	var first, last time.Time
	for _, s := range sayings {
		if w := s[0].When(); !w.IsZero() {
			if first.IsZero() || w.Before(first) {
				first = w
			}
			if w.After(last) {
				last = w
			}
		}
	}
	if !first.IsZero() {
		title += ", " + span(first, last)
	}
	return title
}

// quoteBlock shows one quotation: the words, then who said them as what, to whom or where, when, and what kind it is.
func quoteBlock(e speakers.Entry, cites []int) Block {
	b := Block{Kind: Quoted, Cites: cites, Mark: strings.Join(compact(saidOn(e), e.Venue), ", ")}
	for _, f := range e.Fragments {
		b.Fragments = append(b.Fragments, f.Text)
	}
	as := ""
	if r := role(e.Speaker); r != "" {
		as = "as " + r
	}
	kind := ""
	if e.Kind == news.Mixed {
		kind = "a fragment: the rest was paraphrased"
	}
	b.Attribution = strings.Join(compact(e.Speaker.Name, as, kind), " · ")
	return b
}

// saidOn is when the words were said, or, where the article does not tell, when it was published.
func saidOn(e speakers.Entry) string {
	if s := e.Spoken.String(); s != "" {
		return s
	}
	if e.Source.Published.IsZero() {
		return "undated"
	}
	return "published " + longDay(e.Source.Published)
}

func paging(r Request, current, pages int) []Action {
	var actions []Action
	if current > 1 {
		actions = append(actions, Action{Label: "◀", Request: r.With("page", strconv.Itoa(current-1))})
	}
	if current < pages {
		actions = append(actions, Action{Label: "▶", Request: r.With("page", strconv.Itoa(current+1))})
	}
	return actions
}

// unknownSpeaker says that nobody of that name is quoted, and who comes nearest. Someone whom articles mention without quoting is told apart.
func (d *Desk) unknownSpeaker(r Request, match speakers.Match) Reply {
	asked := strings.TrimSpace(r.Option("speaker"))
	var reply Reply
	sentence := fmt.Sprintf("Nobody called %q is quoted in this collection.", asked)
	if n := d.mentions(r.Place.Guild, asked); n > 0 {
		sentence = fmt.Sprintf("%q is named in %s of this collection, but no quotation of that name was found.", asked, plural(n, "article"))
	}
	reply.Blocks = append(reply.Blocks, Block{Kind: Plain, Text: sentence})
	if len(match.Nearest) > 0 {
		reply.Blocks = append(reply.Blocks, Block{Kind: Heading, Text: "Nearest names"})
	}
	d.list(r, &reply, match.Nearest)
	return reply
}

// mentions counts the articles that hold the name as it was typed, letter case and accents aside.
func (d *Desk) mentions(guild, name string) int {
	wanted := text.Fold(name)
	if wanted == "" {
		return 0
	}
	return d.Index.CountArticles(guild, func(passage string) bool { return containsWord(text.Fold(passage), wanted) })
}

func containsWord(s, word string) bool {
	_, ok := text.Verbatim(s, word)
	return ok
}

// namesakes asks which of several people is meant.
func (d *Desk) namesakes(r Request, people []speakers.Profile) Reply {
	reply := Reply{Blocks: []Block{{Kind: Plain, Text: fmt.Sprintf("%q fits %s. Which one?", strings.TrimSpace(r.Option("speaker")), fmt.Sprintf("%d people", len(people)))}}}
	d.list(r, &reply, people)
	return reply
}

func (d *Desk) list(r Request, reply *Reply, people []speakers.Profile) {
	for _, p := range people[:min(len(people), 10)] {
		reply.Blocks = append(reply.Blocks, Block{Kind: Item, Text: describe(p)})
		if len(reply.Actions) < 5 {
			reply.Actions = append(reply.Actions, Action{Label: cut(p.Name, 80), Request: r.With("speaker", p.Name).With("page", "")})
		}
	}
}

// describe is a person in a list: name, title, number of quotations.
func describe(p speakers.Profile) string {
	return strings.Join(compact(p.Name, p.Title()), ", ") + " · " + plural(p.Quotes, "quotation")
}

func (d *Desk) noQuotes(r Request, person speakers.Profile) Reply {
	sentence := person.Name + " is known here, but no quotation fits."
	if about := strings.TrimSpace(r.Option("about")); about != "" {
		sentence = fmt.Sprintf("None of the %s of %s is about %q.", plural(person.Quotes, "quotation"), person.Name, about)
	}
	reply := Reply{Blocks: []Block{{Kind: Plain, Text: sentence}}}
	if r.Option("about") != "" {
		reply.Actions = []Action{{Label: "All quotations", Request: r.With("about", "").With("page", "")}}
	}
	return reply
}

func (d *Desk) completeSpeaker(_ context.Context, r Request, typed string) []Choice {
	var choices []Choice
	for _, p := range d.Speakers.Complete(r.Place.Guild, typed, 25) {
		choices = append(choices, Choice{Name: cut(describe(p), 100), Value: cut(p.Name, 100)})
	}
	return choices
}
