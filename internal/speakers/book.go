// Package speakers looks quotations up by who said them: it joins the spellings of one name, keeps namesakes apart, finds a person by any part of
// the name, and shows each guild only what it may see.
package speakers

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"attache/internal/news"
)

// Entry is a quotation with the article it stands in.
type Entry struct {
	news.Quote
	Source news.Source
	Guild  string // whose collection the article belongs to; "" is shared
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

// Profile is a speaker as one guild may see him: what its articles say. Its slices are shared and must not be changed.
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
// What a guild asks is answered from a view of its own, which is made from the entries that it may see and from nothing else. A view is made when it
// is first asked for after a change, and never changes.
type Book struct {
	mu       sync.RWMutex
	articles map[string][]Entry
	owned    map[string]map[string]bool // by guild: the articles with entries of it
	views    map[string]*view           // by guild
}

// NewBook makes an empty book.
func NewBook() *Book {
	return &Book{articles: map[string][]Entry{}, owned: map[string]map[string]bool{}, views: map[string]*view{}}
}

// Put sets the quotations of one article in place of those it had; none removes it. The book keeps entries, which must not change afterwards.
func (b *Book) Put(articleID string, entries []Entry) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, e := range b.articles[articleID] {
		b.forget(e.Guild)
		if delete(b.owned[e.Guild], articleID); len(b.owned[e.Guild]) == 0 {
			delete(b.owned, e.Guild)
		}
	}
	delete(b.articles, articleID)
	if len(entries) == 0 {
		return
	}
	b.articles[articleID] = entries
	for _, e := range entries {
		b.forget(e.Guild)
		if b.owned[e.Guild] == nil {
			b.owned[e.Guild] = map[string]bool{}
		}
		b.owned[e.Guild][articleID] = true
	}
}

// forget drops the views in which the guild's entries are.
func (b *Book) forget(guild string) {
	if guild == "" {
		clear(b.views)
	}
	delete(b.views, guild)
}

// view returns what the guild may see.
func (b *Book) view(guild string) *view {
	b.mu.RLock()
	if len(b.owned[guild]) == 0 {
		guild = "" // it has nothing of its own
	}
	v := b.views[guild]
	b.mu.RUnlock()
	if v != nil {
		return v
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.views[guild] == nil {
		b.views[guild] = newView(b.visible(guild))
	}
	return b.views[guild]
}

// visible returns the entries that the guild may see, in no order.
func (b *Book) visible(guild string) []*Entry {
	var entries []*Entry
	take := func(owner string) {
		for id := range b.owned[owner] {
			for i := range b.articles[id] {
				if e := &b.articles[id][i]; e.Guild == owner {
					entries = append(entries, e)
				}
			}
		}
	}
	if take(""); guild != "" {
		take(guild)
	}
	return entries
}

// Match is what a name finds.
type Match struct {
	People  []Profile // those whom the name fits, the most quoted first: one, or namesakes; none when it is unknown
	Nearest []Profile // for an unknown name, the nearest known ones
}

// Find looks a speaker up by full name, surname, or any spelling of either, among what the guild may see. A full name finds the one who bears exactly
// that name, if there is one. A surname finds everybody who bears it, and beside them the record of the quotations for which the article gave
// nothing but that surname: whose they are is not known.
func (b *Book) Find(guild, name string) Match { return b.view(guild).find(name) }

// Complete finds people for what has been typed so far: each typed word must begin one of the name's, in any order; the most quoted first. When none
// fits it takes typing errors into account. With nothing typed it returns the most quoted people.
func (b *Book) Complete(guild, typed string, n int) []Profile {
	return b.view(guild).complete(typed, n)
}

// People lists everyone whom the guild may see quoted, the most quoted first.
func (b *Book) People(guild string) []Profile {
	v := b.view(guild)
	return v.profiles(v.ranked)
}

// Quotes returns what the person of that key said, newest first, as far as the guild may see it; nil for an unknown key. The slice is the caller's.
func (b *Book) Quotes(guild, key string) []Entry {
	v := b.view(guild)
	p, ok := v.byName[key]
	if !ok {
		return nil
	}
	return newestFirst(v.people[p].entries)
}

// All returns every quotation that the guild may see, newest first, those of unknown speakers among them. The slice is the caller's.
func (b *Book) All(guild string) []Entry { return newestFirst(b.view(guild).entries) }

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
