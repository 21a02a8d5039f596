// Package speakers looks quotations up by who said them: it joins the spellings of one name, keeps namesakes apart, finds a person by any part of
// the name, and shows each viewer only what he sees.
package speakers

import (
	"cmp"
	"encoding/binary"
	"maps"
	"slices"
	"sync"
	"time"

	"attache/internal/news"
)

// Entry is a quotation with the article it stands in.
type Entry struct {
	news.Quote
	Source   news.Source
	Audience news.Audience // for whom the article is
}

// When is the date to order the quotation by: when it was said, or else when the article was published.
func (e Entry) When() time.Time { return when(&e) }

// when is Entry.When without copying the entry, which is large.
func when(e *Entry) time.Time {
	if !e.Spoken.Time.IsZero() {
		return e.Spoken.Time
	}
	return e.Source.Published
}

// Profile is a speaker as a viewer sees him: what the articles that he sees say. Its slices are shared and must not be changed.
type Profile struct {
	Key       string   // what Quotes takes; it holds until the collection changes
	Name      string   // the form that occurs most often. Find takes it to this person alone: one that may be somebody else's too ends in Alone
	Spellings []string // other forms, sorted
	Titles    []Held   // the titles the articles gave, newest first, each once
	Quotes    int      // verbatim quotations; reported statements are not counted
}

// Alone marks the record of a name that articles gave without its forename, where somebody is known who may or may not be the same person.
const Alone = " (no fuller name given)"

// Held is a title with the newest date on which an article gave it.
type Held struct {
	Title string
	Last  time.Time
}

// Title is the newest title; "" when no article gave one.
func (p Profile) Title() string {
	if len(p.Titles) == 0 {
		return ""
	}
	return p.Titles[0].Title
}

// Book holds quotations by speaker. It is safe for concurrent use.
//
// What a viewer asks is answered from a view that is made from the entries that he sees and from nothing else. Those who see the same share one. A view
// is made when it is first asked for after a change, and never changes.
type Book struct {
	mu       sync.RWMutex
	articles map[string][]Entry
	groups   map[string]map[string]*group // by guild and the key of the audience
	last     uint64                       // the newest group's number
	views    map[string]*view             // by the numbers of the groups that they are made of
}

// group is the articles with entries for one audience.
type group struct {
	number   uint64
	audience news.Audience
	articles map[string]bool // ids
}

// viewsKept bounds the memory: of how many different sets of groups the views are kept. A server has one, and one more for each set of its walls that
// somebody passes.
const viewsKept = 64

// NewBook makes an empty book.
func NewBook() *Book {
	return &Book{articles: map[string][]Entry{}, groups: map[string]map[string]*group{}, views: map[string]*view{}}
}

// Put sets the quotations of one article in place of those it had; none removes it. The book keeps entries, which must not change afterwards.
func (b *Book) Put(articleID string, entries []Entry) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, e := range b.articles[articleID] {
		g := b.group(e.Audience)
		b.forget(g)
		if delete(g.articles, articleID); len(g.articles) == 0 {
			delete(b.groups[e.Audience.Guild], e.Audience.Key())
		}
		if len(b.groups[e.Audience.Guild]) == 0 {
			delete(b.groups, e.Audience.Guild)
		}
	}
	delete(b.articles, articleID)
	if len(entries) == 0 {
		return
	}
	b.articles[articleID] = entries
	for _, e := range entries {
		g := b.group(e.Audience)
		b.forget(g)
		g.articles[articleID] = true
	}
}

// group finds the audience's group, or makes it.
func (b *Book) group(a news.Audience) *group {
	of, key := b.groups[a.Guild], a.Key()
	if of == nil {
		of = map[string]*group{}
		b.groups[a.Guild] = of
	}
	if of[key] == nil {
		b.last++
		of[key] = &group{number: b.last, audience: a, articles: map[string]bool{}}
	}
	return of[key]
}

// forget drops the views that are made of the group, among others.
func (b *Book) forget(g *group) {
	maps.DeleteFunc(b.views, func(_ string, v *view) bool { return slices.Contains(v.groups, g.number) })
}

// view returns what the viewer sees.
func (b *Book) view(viewer news.Viewer) *view {
	b.mu.RLock()
	v := b.views[viewKey(b.seen(viewer))]
	b.mu.RUnlock()
	if v != nil {
		return v
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	groups := b.seen(viewer) // they may have changed meanwhile
	key := viewKey(groups)
	if b.views[key] == nil {
		for other := range b.views { // any one makes room
			if len(b.views) < viewsKept {
				break
			}
			delete(b.views, other)
		}
		b.views[key] = b.newView(groups)
	}
	return b.views[key]
}

// seen lists the groups whose entries the viewer sees, by number.
func (b *Book) seen(viewer news.Viewer) []*group {
	groups := make([]*group, 0, 4)
	take := func(guild string) {
		for _, g := range b.groups[guild] {
			if viewer.Sees(g.audience) {
				groups = append(groups, g)
			}
		}
	}
	if take(""); viewer.Guild != "" {
		take(viewer.Guild)
	}
	slices.SortFunc(groups, func(a, b *group) int { return cmp.Compare(a.number, b.number) })
	return groups
}

// viewKey names the view that is made of the groups.
func viewKey(groups []*group) string {
	key := make([]byte, 0, 32)
	for _, g := range groups {
		key = binary.AppendUvarint(key, g.number)
	}
	return string(key)
}

// newView makes the view of the groups.
func (b *Book) newView(groups []*group) *view {
	var entries []*Entry
	numbers := make([]uint64, len(groups))
	for n, g := range groups {
		numbers[n] = g.number
		key := g.audience.Key()
		for id := range g.articles {
			for i := range b.articles[id] {
				if e := &b.articles[id][i]; e.Audience.Key() == key {
					entries = append(entries, e)
				}
			}
		}
	}
	v := newView(entries)
	v.groups = numbers
	return v
}

// Match is what a name finds.
type Match struct {
	People  []Profile // those whom the name fits, the most quoted first: one, or namesakes; none when it is unknown
	Nearest []Profile // for an unknown name, the nearest known ones
	Slip    bool      // the first of Nearest, and nobody else, is a typing error or two away: probably meant
}

// Find looks a speaker up by full name, surname, or any spelling of either, among what the viewer sees. A full name finds the one who bears exactly
// that name, if there is one. A surname finds everybody who bears it, and beside them the record of the quotations for which the article gave
// nothing but that surname: whose they are is not known.
func (b *Book) Find(viewer news.Viewer, name string) Match { return b.view(viewer).find(name) }

// Complete finds people for what has been typed so far: each typed word must begin one of the name's, in any order; the most quoted first. When none
// fits it takes typing errors into account. With nothing typed it returns the most quoted people.
func (b *Book) Complete(viewer news.Viewer, typed string, n int) []Profile {
	return b.view(viewer).complete(typed, n)
}

// People lists everyone whom the viewer sees quoted, the most quoted first.
func (b *Book) People(viewer news.Viewer) []Profile {
	v := b.view(viewer)
	return v.profiles(v.ranked)
}

// Quotes returns what the person of that key said, newest first, as far as the viewer sees it; nil for an unknown key. The slice is the caller's.
func (b *Book) Quotes(viewer news.Viewer, key string) []Entry {
	v := b.view(viewer)
	p, ok := v.byName[key]
	if !ok {
		return nil
	}
	return newestFirst(v.people[p].entries)
}

// All returns every quotation that the viewer sees, newest first, those of unknown speakers among them. The slice is the caller's.
func (b *Book) All(viewer news.Viewer) []Entry { return newestFirst(b.view(viewer).entries) }

func newestFirst(entries []*Entry) []Entry {
	sorted := slices.Clone(entries)
	slices.SortFunc(sorted, func(x, y *Entry) int { return cmp.Or(when(y).Compare(when(x)), cmp.Compare(x.ID, y.ID)) })
	out := make([]Entry, len(sorted))
	for i, e := range sorted {
		out[i] = *e
	}
	return out
}

// In returns the quotations that touch a span of an article, in reading order, whoever said them. The caller must be allowed to see the article.
func (b *Book) In(articleID string, span news.Span) []news.Quote {
	b.mu.RLock()
	defer b.mu.RUnlock()
	var quotes []news.Quote
	for _, e := range b.articles[articleID] {
		if e.Span().Overlaps(span) {
			quotes = append(quotes, e.Quote)
		}
	}
	return quotes
}
