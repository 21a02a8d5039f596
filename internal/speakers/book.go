// Package speakers looks quotations up by who said them: it keeps every quotation with its speaker in memory, joins the spellings of one
// name, keeps namesakes apart, and finds a person by any part of the name.
package speakers

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"time"

	"attache/internal/news"
	"attache/internal/text"
)

// Entry is a quotation with the article it stands in.
type Entry struct {
	news.Quote
	Source news.Source
	Guild  string // whose collection the article belongs to; "" is shared
}

// When is the date to order the quotation by: when it was said, or else when the article was published.
func (e Entry) When() time.Time {
	if !e.Spoken.Time.IsZero() {
		return e.Spoken.Time
	}
	return e.Source.Published
}

// Profile is a speaker as one guild may see him: what its articles say.
type Profile struct {
	Key       string
	Name      string   // the form that occurs most often
	Spellings []string // other forms, sorted
	Titles    []Held   // the titles the articles gave, newest first, each once
	Quotes    int
}

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
type Book struct {
	mu       sync.RWMutex
	articles map[string][]Entry
	people   map[string]*person // by key
}

type person struct {
	key      string
	words    []string // the folded words of every spelling, for look-up by part
	names    map[string]int
	articles map[string]bool
}

// NewBook makes an empty book.
func NewBook() *Book {
	return &Book{articles: map[string][]Entry{}, people: map[string]*person{}}
}

// Put sets the quotations of one article in place of those it had; none removes it.
func (b *Book) Put(articleID string, entries []Entry) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.remove(articleID)
	if len(entries) == 0 {
		return
	}
	b.articles[articleID] = entries
	for _, e := range entries {
		if e.Speaker.Name == "" {
			continue
		}
		key := Key(e.Speaker.Name)
		p := b.people[key]
		if p == nil {
			p = &person{key: key, names: map[string]int{}, articles: map[string]bool{}}
			b.people[key] = p
		}
		p.names[e.Speaker.Name]++
		p.articles[articleID] = true
		p.learn(e.Speaker.Name)
	}
}

func (p *person) learn(name string) {
	for _, w := range nameWords(name) {
		if !slices.Contains(p.words, w) {
			p.words = append(p.words, w)
		}
	}
}

func (b *Book) remove(articleID string) {
	for _, e := range b.articles[articleID] {
		p := b.people[Key(e.Speaker.Name)]
		if p == nil {
			continue
		}
		if p.names[e.Speaker.Name]--; p.names[e.Speaker.Name] <= 0 {
			delete(p.names, e.Speaker.Name)
		}
		delete(p.articles, articleID)
		if len(p.names) == 0 {
			delete(b.people, p.key)
		}
	}
	delete(b.articles, articleID)
}

// Match is what a name finds.
type Match struct {
	People  []Profile // those whom the name fits: one, or namesakes; none when it is unknown
	Nearest []Profile // for an unknown name, the nearest known ones
}

// Find looks a speaker up by full name, surname, or any spelling of either, among what the guild may see.
func (b *Book) Find(guild, name string) Match {
	b.mu.RLock()
	defer b.mu.RUnlock()
	asked := nameWords(name)
	if len(asked) == 0 {
		return Match{}
	}
	if p, ok := b.people[Key(name)]; ok {
		if profile, seen := b.profile(guild, p); seen {
			return Match{People: []Profile{profile}}
		}
	}
	var m Match
	for _, p := range b.people {
		if fits(asked, p) {
			if profile, seen := b.profile(guild, p); seen {
				m.People = append(m.People, profile)
			}
		}
	}
	if len(m.People) == 0 {
		m.Nearest = b.nearest(guild, asked, 5)
	}
	byProminence(m.People)
	return m
}

// fits reports whether every word that was asked for is one of the person's, an initial counting for the word it begins.
func fits(asked []string, p *person) bool {
	for _, a := range asked {
		if !slices.ContainsFunc(p.words, func(w string) bool { return w == a || len(a) == 1 && strings.HasPrefix(w, a) }) {
			return false
		}
	}
	return true
}

// nearest finds the known names that look most like what was asked for.
func (b *Book) nearest(guild string, asked []string, n int) []Profile {
	type candidate struct {
		person   *person
		distance float64
	}
	var found []candidate
	for _, p := range b.people {
		if d := distance(asked, p.words); d < 0.6 {
			found = append(found, candidate{p, d})
		}
	}
	slices.SortFunc(found, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.distance, b.distance), cmp.Compare(a.person.key, b.person.key))
	})
	var profiles []Profile
	for _, c := range found {
		if profile, seen := b.profile(guild, c.person); seen && len(profiles) < n {
			profiles = append(profiles, profile)
		}
	}
	return profiles
}

// Complete finds people for what has been typed so far: each typed word must begin one of the name's, in any order, or be a near miss of one; the
// most quoted first. With nothing typed it returns the most quoted people.
func (b *Book) Complete(guild, typed string, n int) []Profile {
	b.mu.RLock()
	defer b.mu.RUnlock()
	asked := nameWords(typed)
	var found []Profile
	for _, p := range b.people {
		if !begins(asked, p) {
			continue
		}
		if profile, seen := b.profile(guild, p); seen {
			found = append(found, profile)
		}
	}
	if len(found) == 0 && len(asked) > 0 {
		found = b.nearest(guild, asked, n)
	}
	byProminence(found)
	return found[:min(n, len(found))]
}

func begins(asked []string, p *person) bool {
	for _, a := range asked {
		if !slices.ContainsFunc(p.words, func(w string) bool { return strings.HasPrefix(w, a) }) {
			return false
		}
	}
	return true
}

func byProminence(people []Profile) {
	slices.SortFunc(people, func(a, b Profile) int {
		return cmp.Or(cmp.Compare(b.Quotes, a.Quotes), cmp.Compare(a.Key, b.Key))
	})
}

// Quotes returns what the person of that key said, newest first, as far as the guild may see it.
func (b *Book) Quotes(guild, key string) []Entry {
	b.mu.RLock()
	defer b.mu.RUnlock()
	p := b.people[key]
	if p == nil {
		return nil
	}
	entries := b.entries(guild, p)
	slices.SortFunc(entries, func(x, y Entry) int { return cmp.Or(y.When().Compare(x.When()), cmp.Compare(x.ID, y.ID)) })
	return entries
}

func (b *Book) entries(guild string, p *person) []Entry {
	var entries []Entry
	for id := range p.articles {
		for _, e := range b.articles[id] {
			if (e.Guild == "" || e.Guild == guild) && Key(e.Speaker.Name) == p.key {
				entries = append(entries, e)
			}
		}
	}
	return entries
}

// In returns the quotations that touch a span of an article, in reading order, whoever said them.
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

// profile describes a person from the quotations that the guild may see; false when there are none.
func (b *Book) profile(guild string, p *person) (Profile, bool) {
	profile := Profile{Key: p.key}
	names, titles := map[string]int{}, map[string]time.Time{}
	for _, e := range b.entries(guild, p) {
		if e.Kind != news.Reported {
			profile.Quotes++
		}
		names[e.Speaker.Name]++
		if t := e.Speaker.Title; t != "" && !titles[t].After(e.When()) {
			titles[t] = e.When()
		}
	}
	if len(names) == 0 {
		return profile, false
	}
	for name := range names {
		profile.Spellings = append(profile.Spellings, name)
	}
	slices.SortFunc(profile.Spellings, func(x, y string) int { return cmp.Or(names[y]-names[x], cmp.Compare(x, y)) })
	profile.Name, profile.Spellings = profile.Spellings[0], profile.Spellings[1:]
	slices.Sort(profile.Spellings)
	for title, last := range titles {
		profile.Titles = append(profile.Titles, Held{title, last})
	}
	slices.SortFunc(profile.Titles, func(x, y Held) int { return cmp.Or(y.Last.Compare(x.Last), cmp.Compare(x.Title, y.Title)) })
	return profile, true
}

// People lists everyone whom the guild may see quoted, the most quoted first.
func (b *Book) People(guild string) []Profile { return b.Complete(guild, "", 1<<30) }

// All returns every quotation that the guild may see, newest first.
func (b *Book) All(guild string) []Entry {
	b.mu.RLock()
	defer b.mu.RUnlock()
	var all []Entry
	for _, entries := range b.articles {
		for _, e := range entries {
			if e.Guild == "" || e.Guild == guild {
				all = append(all, e)
			}
		}
	}
	slices.SortFunc(all, func(x, y Entry) int { return cmp.Or(y.When().Compare(x.When()), cmp.Compare(x.ID, y.ID)) })
	return all
}

// Key is what the spellings of one name have in common; names with different keys are different people until an editor joins them.
func Key(name string) string { return strings.Join(nameWords(name), " ") }

// nameWords are the folded words of a name, without initials and honorifics when more than those is left.
func nameWords(name string) []string {
	all := strings.FieldsFunc(text.Fold(name), func(r rune) bool { return strings.ContainsRune(" .,-‐‑'\"()/", r) })
	var kept []string
	for _, w := range all {
		if len(w) > 1 && !honorifics[w] {
			kept = append(kept, spelling(w))
		}
	}
	if len(kept) == 0 {
		return all
	}
	return kept
}

var honorifics = map[string]bool{"mr": true, "mrs": true, "ms": true, "dr": true, "sir": true, "lord": true, "lady": true, "dame": true}

// spelling brings the usual transliterations of a name's endings together.
func spelling(w string) string {
	for _, ending := range []string{"skyy", "skiy", "skij", "skii", "ski"} {
		if stem, ok := strings.CutSuffix(w, ending); ok && len(stem) >= 2 {
			return stem + "sky"
		}
	}
	return w
}

// distance is how unlike two names are: the mean over the words asked for of the edit distance to the nearest word of the name, beside its length.
func distance(asked, words []string) float64 {
	sum := 0.0
	for _, a := range asked {
		nearest := 1.0
		for _, w := range words {
			nearest = min(nearest, float64(edits(a, w))/float64(max(len(a), len(w))))
		}
		sum += nearest
	}
	return sum / float64(len(asked))
}

// edits is the Levenshtein distance in bytes.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diagonal := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			diagonal, row[j] = row[j], min(row[j]+1, row[j-1]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}
