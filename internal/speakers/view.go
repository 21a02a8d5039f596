package speakers

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"attache/internal/news"
	"attache/internal/quotes"
)

// How unlike a name may be to what was asked for: the share of letters that must be changed, the mean over the words. Wider for naming what comes
// nearest, narrower for taking what was typed as a typing error.
const (
	nearestShare = 0.5
	typingShare  = 0.34
	nearestNames = 5
)

// view is what some viewers see of the book. It does not change once made.
type view struct {
	groups  []uint64 // the numbers of those that it is made of
	entries []*Entry
	people  []person
	ranked  []int            // people, the most quoted first
	byName  map[string]int   // every spelling, as it stands and folded, -> people
	family  map[string][]int // quotes.NameKey -> people with such a family name
	words   []word           // every word of a name, once
}

// person is one speaker of a view.
type person struct {
	profile Profile
	names   []name // the most frequent first
	words   []string
	short   bool
	entries []*Entry
}

// word is a word of names, with the people in whose names it stands.
type word struct {
	text   string
	runes  []rune
	people []int
}

// newView makes a view of entries.
func newView(entries []*Entry) *view {
	v := &view{entries: entries, byName: map[string]int{}, family: map[string][]int{}}
	byText := map[string][]*Entry{}
	for _, e := range entries {
		if e.Speaker.Name != "" {
			byText[e.Speaker.Name] = append(byText[e.Speaker.Name], e)
		}
	}
	names := make([]name, 0, len(byText))
	for s := range byText {
		names = append(names, parse(s))
	}
	slices.SortFunc(names, func(a, b name) int {
		return cmp.Or(len(byText[b.text])-len(byText[a.text]), cmp.Compare(a.text, b.text))
	})
	v.join(names)
	for i := range v.people {
		v.people[i].describe(byText)
	}
	v.index()
	return v
}

// join makes people of names, the most frequent first: a name joins the first person with all of whose names it agrees, so that
// George W. Bush and George H. W. Bush stay two though George Bush agrees with both.
func (v *view) join(names []name) {
	byKey := map[string][]int{}
	for _, n := range names {
		found := slices.IndexFunc(byKey[n.key], func(p int) bool {
			return !slices.ContainsFunc(v.people[p].names, func(other name) bool { return !same(n, other) })
		})
		var p int
		if found >= 0 {
			p = byKey[n.key][found]
		} else {
			p = len(v.people)
			byKey[n.key] = append(byKey[n.key], p)
			v.people = append(v.people, person{short: n.short})
		}
		v.people[p].names = append(v.people[p].names, n)
		v.byName[n.text] = p
	}
}

// describe fills in what the person's names and quotations say.
func (p *person) describe(byText map[string][]*Entry) {
	for i, n := range p.names {
		p.entries = append(p.entries, byText[n.text]...)
		for _, w := range n.words {
			if !slices.Contains(p.words, w) {
				p.words = append(p.words, w)
			}
		}
		if i > 0 {
			p.profile.Spellings = append(p.profile.Spellings, n.text)
		}
	}
	slices.Sort(p.profile.Spellings)
	p.profile.Key, p.profile.Name = p.names[0].text, p.names[0].text
	titles := map[string]time.Time{}
	for _, e := range p.entries {
		if e.Kind != news.Reported {
			p.profile.Quotes++
		}
		if t := e.Speaker.Title; t != "" && !titles[t].After(when(e)) {
			titles[t] = when(e)
		}
	}
	for _, title := range slices.Sorted(maps.Keys(titles)) {
		p.profile.Titles = append(p.profile.Titles, Held{title, titles[title]})
	}
	slices.SortStableFunc(p.profile.Titles, func(x, y Held) int { return y.Last.Compare(x.Last) })
}

// index makes what names are looked up by.
func (v *view) index() {
	byWord := map[string][]int{}
	for i := range v.people {
		p := &v.people[i]
		v.ranked = append(v.ranked, i)
		for _, n := range p.names {
			if _, taken := v.byName[n.folded()]; !taken {
				v.byName[n.folded()] = i
			}
			key := quotes.NameKey(n.text)
			if !slices.Contains(v.family[key], i) {
				v.family[key] = append(v.family[key], i)
			}
		}
		for _, w := range p.words {
			byWord[w] = append(byWord[w], i)
		}
	}
	for _, w := range slices.Sorted(maps.Keys(byWord)) {
		v.words = append(v.words, word{w, []rune(w), byWord[w]})
	}
	for i := range v.people {
		if p := &v.people[i]; p.short && len(v.fitting(p.names[0])) > 1 {
			p.profile.Name += Alone
		}
	}
	slices.SortFunc(v.ranked, func(a, b int) int {
		x, y := v.people[a].profile, v.people[b].profile
		return cmp.Or(y.Quotes-x.Quotes, cmp.Compare(x.Key, y.Key))
	})
}

// fitting returns the people whom a name fits: those of whose names it may be a spelling, and those whose names hold all of its words. For a full
// name, people of whom only a short one is known are not among the former: they may be anybody.
func (v *view) fitting(asked name) map[int]bool {
	fit := v.holders(asked.words)
	for _, p := range v.family[quotes.NameKey(asked.text)] {
		if !asked.short && v.people[p].short {
			continue
		}
		if slices.ContainsFunc(v.people[p].names, func(n name) bool { return quotes.SameName(asked.text, n.text) }) {
			fit[p] = true
		}
	}
	return fit
}

// holders returns the people whose names hold every one of the words, an initial counting for the words that it begins.
func (v *view) holders(words []string) map[int]bool {
	held := map[int]bool{}
	for i, asked := range words {
		at, _ := slices.BinarySearchFunc(v.words, asked, func(w word, s string) int { return cmp.Compare(w.text, s) })
		short := utf8.RuneCountInString(asked) == 1
		hold := map[int]bool{}
		for ; at < len(v.words) && (v.words[at].text == asked || short && strings.HasPrefix(v.words[at].text, asked)); at++ {
			for _, p := range v.words[at].people {
				if i == 0 || held[p] {
					hold[p] = true
				}
			}
		}
		held = hold
	}
	return held
}

func (v *view) find(asked string) Match {
	asked, alone := strings.CutSuffix(strings.TrimSpace(asked), Alone)
	if surname, rest, ok := strings.Cut(asked, ","); ok && len(wordsOf(surname)) == 1 { // "Drazh, Ilena"
		asked = strings.TrimSpace(rest + " " + surname)
	}
	n := parse(asked)
	if len(n.words) == 0 {
		return Match{}
	}
	exact, ok := v.byName[asked]
	if !ok {
		exact, ok = v.byName[n.folded()]
	}
	if ok && (alone || !v.people[exact].short) {
		return Match{People: v.profiles([]int{exact})}
	}
	fit := v.fitting(n)
	if len(fit) == 0 {
		nearest := v.nearest(n.words, nearestShare, false, nearestNames)
		return Match{Nearest: v.profiles(nearest), Slip: v.slip(n.words, nearest)}
	}
	return Match{People: v.profiles(v.inRank(fit, len(fit)))}
}

// slip reports whether every word that was asked for is a typing error away from a word of the first person's name, and from that of nobody else.
func (v *view) slip(asked []string, nearest []int) bool {
	near := func(p int) bool {
		for _, a := range asked {
			if !anyWord(v.people[p].words, func(w string) bool { return mistyped(a, w) }) {
				return false
			}
		}
		return true
	}
	return len(nearest) > 0 && near(nearest[0]) && !slices.ContainsFunc(nearest[1:], near)
}

// mistyped reports whether a word may be a slip for a name's word: one letter in four to seven, two in a longer one, none in a shorter. Maria is no slip
// for Mario.
func mistyped(typed, word string) bool {
	a, b := []rune(typed), []rune(word)
	most := min(len(a)/4, 2)
	return typed == word || feminine(typed) == feminine(word) && edits(a, b, most) <= most
}

func (v *view) complete(typed string, n int) []Profile {
	typed = strings.TrimSuffix(strings.TrimSpace(typed), Alone)
	asked := wordsOf(typed)
	var found []int
	for _, p := range v.ranked {
		if len(found) >= n {
			break
		}
		if begins(asked, v.people[p].words) {
			found = append(found, p)
		}
	}
	if len(found) == 0 && len(asked) > 0 {
		found = v.nearest(asked, typingShare, true, n)
	}
	return v.profiles(found)
}

// inRank returns up to n of the people in the set, the most quoted first.
func (v *view) inRank(set map[int]bool, n int) []int {
	var found []int
	for _, p := range v.ranked {
		if set[p] && len(found) < n {
			found = append(found, p)
		}
	}
	return found
}

func (v *view) profiles(people []int) []Profile {
	profiles := make([]Profile, len(people))
	for i, p := range people {
		profiles[i] = v.people[p].profile
	}
	return profiles
}

// nearest returns up to n people whose names look most like what was asked for, the most like first. With begun, an asked word is compared with as much of
// the name's word, since the rest may not have been typed yet.
func (v *view) nearest(asked []string, share float64, begun bool, n int) []int {
	unlike := make([]float64, len(v.people)) // the sum over the asked words
	for _, a := range asked {
		for p, d := range v.unlikeness([]rune(a), begun) {
			unlike[p] += d
		}
	}
	var found []int
	for p := range v.people {
		if unlike[p] <= share*float64(len(asked)) {
			found = append(found, p)
		}
	}
	slices.SortFunc(found, func(a, b int) int {
		return cmp.Or(cmp.Compare(unlike[a], unlike[b]), cmp.Compare(v.people[a].profile.Key, v.people[b].profile.Key))
	})
	return found[:min(n, len(found))]
}

// unlikeness gives for each person the share of letters in which the likest word of the name differs from asked, 1 when that is more than half.
func (v *view) unlikeness(asked []rune, begun bool) []float64 {
	least := make([]float64, len(v.people))
	for i := range least {
		least[i] = 1
	}
	for _, w := range v.words {
		letters := w.runes
		if begun && len(letters) > len(asked) {
			letters = letters[:len(asked)]
		}
		longer := max(len(asked), len(letters))
		most := longer / 2
		d := edits(asked, letters, most)
		if d > most {
			continue
		}
		for _, p := range w.people {
			least[p] = min(least[p], float64(d)/float64(longer))
		}
	}
	return least
}
