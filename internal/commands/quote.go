package commands

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

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
		Reads:       true,
		Options: append([]Option{
			{Name: "speaker", Description: "Who said it; any part or spelling of the name", Required: true, MaxLength: 100, Complete: d.completeSpeaker},
			{Name: "about", Description: "Only what was said about this", MaxLength: 200},
			{Name: "as", Description: "Only what was said in this post: foreign minister, spokesman", MaxLength: 100},
			{Name: "page", Description: "Which page of the quotations", Kind: Integer, MaxLength: 5},
		}, append(narrowing(), d.sourceOption(), private())...),
		Handle: func(ctx context.Context, r Request, _ Progress) (Reply, error) {
			q, err := d.query(r, strings.TrimSpace(r.Option("about")))
			if err != nil {
				return Reply{}, err
			}
			p, reply, ok := d.speaker(r, q)
			if !ok {
				return reply, nil
			}
			entries, posts := r.saidAs(p.said, r.Option("as"))
			if len(entries) == 0 {
				return neverAs(r, p, posts), nil
			}
			if q.Text != "" {
				if entries, err = d.about(ctx, q.Text, entries); err != nil {
					return Reply{}, err
				}
				if len(entries) == 0 {
					return noneAbout(r, q, p), nil
				}
			}
			reply = quoted(r, p, q.Text, together(entries))
			reply.Footer = strings.Join(compact(reply.Footer, r.filters(q)), " · ")
			reply.Actions = append(reply.Actions, positionAction(r, p, q.Text))
			return reply, nil
		},
	}
}

// saidAs keeps what was said in a post whose name holds the words, all of it when there are none, and lists the posts that the person was quoted in.
func (r Request) saidAs(entries []speakers.Entry, post string) (kept []speakers.Entry, posts []string) {
	wanted := text.Fold(strings.TrimSpace(post))
	if wanted == "" {
		return entries, nil
	}
	for _, e := range entries {
		held := role(e.Speaker)
		if strings.Contains(text.Fold(held), wanted) {
			kept = append(kept, e)
		} else if held != "" && !slices.Contains(posts, held) {
			posts = append(posts, held)
		}
	}
	return kept, posts
}

// neverAs says that the person is not quoted in the post, and in which ones.
func neverAs(r Request, p person, posts []string) Reply {
	sentence := r.say("%s is not quoted as %q here.", p.name, strings.TrimSpace(r.Option("as")))
	if len(posts) > 0 {
		sentence += " " + r.say("Quoted as: %s.", strings.Join(posts, "; "))
	}
	return Reply{
		Blocks:  []Block{{Kind: Plain, Text: sentence}},
		Actions: []Action{{Label: "All quotations", Request: r.With("as", "").With("page", "")}},
	}
}

// positionAction leads to what the person said on the topic over time; without a topic it asks for one.
func positionAction(r Request, p person, topic string) Action {
	next := r.With("about", "").With("as", "").With("page", "").With("speaker", cut(p.name, 100)).With("topic", topic)
	next.Command = "position"
	a := Action{Label: "Position over time", Request: next}
	if topic == "" {
		a.Input = &Input{Option: "topic", Label: "On what?", Placeholder: "the pass, sanctions, the border …"}
	}
	return a
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
	articles := map[string]string{} // id -> text
	texts := make([]string, len(entries))
	for i, e := range entries {
		whole, ok := articles[e.ArticleID]
		if !ok {
			a, err := d.Library.Article(ctx, e.ArticleID)
			if err == nil { // else it was removed meanwhile: its words are judged alone
				whole = a.Text
			}
			articles[e.ArticleID] = whole
		}
		texts[i] = e.Words() + "\n" + e.Sentence.In(whole)
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

// saying is what somebody said once, with every article that has it: the fullest version first, then those that quote a part.
type saying []speakers.Entry

// exactness orders the precisions of a date.
var exactness = map[news.Precision]int{news.Unknown: 0, news.Year: 1, news.Month: 2, news.Day: 3}

// together puts quotations of the same words into one saying: those whose words stand in another's, said at a time that does not contradict it. The
// order of the fullest versions is kept.
func together(entries []speakers.Entry) []saying {
	order := make([]int, len(entries))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return len(entries[b].Words()) - len(entries[a].Words()) })
	var sayings []saying
	first := map[int]int{}     // saying -> its fullest version's place in entries
	with := map[string][]int{} // word -> sayings whose fullest version holds it
	for _, place := range order {
		e := entries[place]
		candidates := rarest(wordsOf(e.Words()), with)
		if i := slices.IndexFunc(candidates, func(i int) bool { return partOf(e, sayings[i][0]) }); i >= 0 {
			sayings[candidates[i]] = append(sayings[candidates[i]], e)
			continue
		}
		n := len(sayings)
		first[n] = place
		sayings = append(sayings, saying{e})
		for _, w := range slices.Compact(slices.Sorted(slices.Values(wordsOf(e.Words())))) {
			with[w] = append(with[w], n)
		}
	}
	for _, s := range sayings {
		for _, e := range s[1:] {
			if exactness[e.Spoken.Precision] > exactness[s[0].Spoken.Precision] {
				s[0].Spoken = e.Spoken // another report of the same words knows better when
			}
		}
	}
	numbers := make([]int, len(sayings))
	for i := range numbers {
		numbers[i] = i
	}
	slices.SortFunc(numbers, func(a, b int) int { return first[a] - first[b] })
	ordered := make([]saying, len(sayings))
	for i, n := range numbers {
		ordered[i] = sayings[n]
	}
	return ordered
}

// wordsOf lists the folded words of s.
func wordsOf(s string) []string {
	return strings.FieldsFunc(text.Fold(s), func(r rune) bool { return strings.ContainsRune(" \n\t.,;:!?\"“”„«»()[]—–-…", r) })
}

// rarest is the shortest of the lists that the words have: what holds all of them is in it.
func rarest(words []string, lists map[string][]int) []int {
	var shortest []int
	for i, w := range words {
		if list := lists[w]; i == 0 || len(list) < len(shortest) {
			shortest = list
		}
	}
	return shortest
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

// quoted renders one page of a person's quotations.
func quoted(r Request, p person, topic string, sayings []saying) Reply {
	pages := (len(sayings) + quotesPerPage - 1) / quotesPerPage
	current := min(page(r), pages)
	reply := Reply{Title: r.quoteTitle(p, topic, sayings), Notices: compact(p.read)}
	var numbers numbering
	var ids []string
	for _, s := range sayings[(current-1)*quotesPerPage : min(current*quotesPerPage, len(sayings))] {
		var cites []int
		for _, e := range s {
			cites = append(cites, numbers.number(e.Source, news.Passage{}))
		}
		slices.Sort(cites)
		reply.Blocks = append(reply.Blocks, quoteBlock(r, s[0], slices.Compact(cites), p.name))
		ids = append(ids, s[0].ID)
	}
	reply.Sources = numbers.sources
	reply.Actions = append(paging(r, current, pages), Action{Label: "In context", Request: follow(r, "in_context", "ids", strings.Join(ids, ","))})
	reply.Footer = r.pageOf(current, pages)
	return reply
}

// quoteTitle says whose quotations these are, how many, on what, and of which days.
func (r Request) quoteTitle(p person, topic string, sayings []saying) string {
	count := r.say("%s", counted{len(sayings), "quotation"})
	if topic != "" {
		count = r.say("%s on %q", counted{len(sayings), "quotation"}, topic)
	}
	title := strings.Join(compact(p.name, p.title), ", ") + " · " + count
	fullest := make([]speakers.Entry, len(sayings))
	for i, s := range sayings {
		fullest[i] = s[0]
	}
	if first, last := days(fullest); !first.IsZero() {
		title += ", " + r.span(first, last)
	}
	return title
}

// quoteBlock shows one quotation: the words, then who said them as what, in which paper, to whom or where, when, and what kind it is. A name that
// stands above already is not repeated.
func quoteBlock(r Request, e speakers.Entry, cites []int, above string) Block {
	b := Block{Kind: Quoted, Cites: cites, Mark: strings.Join(compact(r.saidOn(e), e.Venue), ", ")}
	for _, f := range e.Fragments {
		b.Fragments = append(b.Fragments, f.Text)
	}
	name, as, kind := e.Speaker.Name, "", ""
	switch {
	case name == above:
		name = ""
	case name == "" && e.Speaker.Kind == news.Unnamed:
		name = r.unnamed(e.Speaker)
	}
	if held := role(e.Speaker); held != "" {
		as = r.say("as %s", held)
	}
	if e.Kind == news.Mixed {
		kind = r.say("a fragment: the rest was paraphrased")
	}
	b.Attribution = strings.Join(compact(name, as, r.outlet(e), kind), " · ")
	return b
}

// outlet is who published the words, and when, where that is not said already.
func (r Request) outlet(e speakers.Entry) string {
	published := ""
	if e.Spoken.String() != "" && !e.Source.Published.IsZero() {
		published = r.lang().Day(e.Source.Published)
	}
	return strings.Join(compact(e.Source.Publisher, published), ", ")
}

// saidOn is when the words were said, or, where the article does not tell, when it was published.
func (r Request) saidOn(e speakers.Entry) string {
	if s := r.lang().date(e.Spoken); s != "" {
		return s
	}
	if e.Source.Published.IsZero() {
		return r.say("undated")
	}
	return r.say("published %s", e.Source.Published)
}

// pageOf says which of several pages is shown; "" of one.
func (r Request) pageOf(current, pages int) string {
	if pages < 2 {
		return ""
	}
	return r.say("page %d of %d", current, pages)
}

// paging leads to the pages beside the one shown.
func paging(r Request, current, pages int) []Action {
	var actions []Action
	if current > 1 {
		actions = append(actions, Action{Label: "◀", Request: r.With("page", strconv.Itoa(current-1)), Replace: true})
	}
	if current < pages {
		actions = append(actions, Action{Label: "▶", Request: r.With("page", strconv.Itoa(current+1)), Replace: true})
	}
	return actions
}
