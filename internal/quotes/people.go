package quotes

import (
	"strings"

	"attache/internal/news"
)

// person is one speaker of the article: everything that its mentions tell.
type person struct {
	name        string // the fullest form
	words       []string
	body        bool
	gender      gender
	title       string
	affiliation string
	count       int    // mentions by full name
	first       int    // index of the first mention
	votes       [3]int // honorifics by gender
	pronouns    [3]int // pronouns that follow it, by gender
}

// findPeople joins the named mentions into people: first those by full name, then the single names, each with the full name it can
// belong to.
func (d *document) findPeople() {
	byName := make(map[string]int)
	for k := range d.mentions {
		m := &d.mentions[k]
		if m.kind == named && (m.body || m.last > m.nameFirst) && len(d.nameWordsOf(m)) > 0 {
			m.person = d.addPerson(byName, k)
		}
	}
	d.indexPeople()
	for k := range d.mentions { // "Wisconsin Drazh": a place that stands before the name by chance
		if m := &d.mentions[k]; m.person >= 0 && len(d.people[m.person].words) == 2 && places[d.people[m.person].words[0]] && !m.body {
			if i := d.namedElse(d.people[m.person].words[1]); i >= 0 {
				m.person = i
			}
		}
	}
	for k := range d.mentions {
		m := &d.mentions[k]
		if m.kind != named || m.person >= 0 {
			continue
		}
		if m.person = d.bearer(k); m.person < 0 {
			m.person = d.addPerson(byName, k)
		}
	}
	d.findPlaces()
	d.completeNames()
	d.readTitles()
	d.indexTitles()
	d.guessGenders()
}

// indexPeople lists the people known by full names under their first and last words.
func (d *document) indexPeople() {
	d.byWord = make(map[string][]int)
	for i := range d.people {
		w := d.people[i].words
		d.byWord[w[len(w)-1]] = append(d.byWord[w[len(w)-1]], i)
		if w[0] != w[len(w)-1] {
			d.byWord[w[0]] = append(d.byWord[w[0]], i)
		}
	}
}

// nameWordsOf returns the words of the name of mention m, lower case, initials and clitics left out.
func (d *document) nameWordsOf(m *mention) []string {
	var out []string
	for k := m.nameFirst; k <= m.last; k++ {
		if t := d.tokens[k]; t.kind == word && !(len(t.lower) == 2 && t.lower[1] == '.') && !suffixes[t.lower] {
			out = append(out, t.lower)
		}
	}
	return out
}

// addPerson returns the index of the person of mention k by its full name, new or known.
func (d *document) addPerson(byName map[string]int, k int) int {
	m := &d.mentions[k]
	words := d.nameWordsOf(m)
	key := strings.Join(words, " ")
	if len(words) > 2 && !m.body {
		key = words[0] + " " + words[len(words)-1]
	}
	name := d.words(m.nameFirst, m.last)
	if i, ok := byName[key]; ok {
		p := &d.people[i]
		p.count++
		p.votes[m.gender]++
		if len(name) > len(p.name) {
			p.name = name
		}
		return i
	}
	p := person{name: name, words: words, body: m.body, count: 1, first: k}
	p.votes[m.gender]++
	byName[key] = len(d.people)
	d.people = append(d.people, p)
	return len(d.people) - 1
}

// bearer returns the person known by a full name that the single name of mention k belongs to, or -1: the one whose family name (or, for
// want of such, forename) it is. Of several, an honorific decides, then who was named already, then who is named most often.
func (d *document) bearer(k int) int {
	m := &d.mentions[k]
	words := d.nameWordsOf(m)
	if len(words) == 0 {
		return -1
	}
	name := words[len(words)-1]
	best, bestScore := -1, 0
	for _, i := range d.byWord[name] {
		if score := d.claim(i, k, name); score > bestScore {
			best, bestScore = i, score
		}
	}
	if best >= 0 {
		d.people[best].votes[m.gender]++
	}
	return best
}

// claim weighs person i as the bearer of the single name of mention k; 0 or less when it cannot be.
func (d *document) claim(i, k int, name string) int {
	p, g := &d.people[i], d.mentions[k].gender
	if p.body {
		return 0
	}
	score := p.count
	if p.words[len(p.words)-1] == name {
		score += 1000
	}
	known := p.honorific()
	if known == neutral {
		known = genderOf(p.words[0])
	}
	switch {
	case g != neutral && known != neutral && g != known:
		return 0
	case g != neutral && g == known:
		score += 500
	}
	if p.first < k {
		score += 300
	}
	return score
}

// honorific returns the gender that the honorifics before a person's name tell.
func (p *person) honorific() gender {
	switch {
	case p.votes[male] > p.votes[female]:
		return male
	case p.votes[female] > p.votes[male]:
		return female
	}
	return neutral
}

// readTitles gives each person the title and affiliation that the article gives with one of its mentions, the first one that does.
func (d *document) readTitles() {
	for k := range d.mentions {
		m := &d.mentions[k]
		if m.kind != named || m.person < 0 || d.people[m.person].body {
			continue
		}
		title, affiliation := d.titleAt(k)
		p := &d.people[m.person]
		if p.title == "" || p.title == party(p.title) && title != "" {
			p.title = title
			if affiliation != "" || p.affiliation == "" {
				p.affiliation = affiliation
			}
		}
	}
}

// indexTitles lists the people under the words of their titles.
func (d *document) indexTitles() {
	d.byTitle = make(map[string][]int)
	for i := range d.people {
		for w := range strings.FieldsSeq(d.people[i].title) {
			w = lowered(strings.Trim(w, ",."))
			d.byTitle[w] = append(d.byTitle[w], i)
		}
	}
}

// party returns s when it is the mere name of a party's member, which any other title outdoes.
func party(s string) string {
	switch s {
	case "Republican", "Democrat", "Independent":
		return s
	}
	return ""
}

// titleAt reads the title and affiliation that stand with mention k: behind it between commas, else before the name.
func (d *document) titleAt(k int) (title, affiliation string) {
	m := &d.mentions[k]
	if from, to, ok := d.apposition(m); ok {
		return d.splitAffiliation(from, to)
	}
	if k > 0 {
		b := &d.mentions[k-1]
		if b.kind == described && b.last+2 == m.first && d.tokens[b.last+1].lower == "," && roleNouns[d.tokens[b.last].lower] && d.tokens[b.last].quote == d.tokens[m.first].quote {
			return d.withoutDeterminer(b.first, b.last), ""
		}
	}
	if title, affiliation, ok := d.postInFront(m); ok {
		return title, affiliation
	}
	if m.title == "" {
		return "", ""
	}
	if next := m.last + 1; next+1 < len(d.tokens) && d.tokens[next].lower == "of" && d.capitalAt(next+1) {
		if end := d.capitalRun(next + 1); end <= len(d.tokens) && d.namesBody(next+1, end) {
			affiliation = d.words(next+1, end-1) // President X of Varesh
		}
	}
	return trimTitle(m.title), affiliation
}

// postInFront reads the post that stands before a name between commas: Solmark’s foreign minister, Ilena Drazh, said.
func (d *document) postInFront(m *mention) (title, affiliation string, ok bool) {
	role, end := m.first-2, m.last+1
	if role < 0 || end >= len(d.tokens) || d.tokens[m.first-1].lower != "," || d.tokens[end].kind != punct || !roleNouns[d.tokens[role].lower] || d.tokens[role].quote != d.tokens[m.first].quote {
		return "", "", false
	}
	from := role
	for from > 0 && role-from < maxDescription && d.sameRun(from-1, from) && d.inTitle(from-1) {
		from--
	}
	if from > 1 && d.tokens[from-1].kind == clitic && d.tokens[from-2].upper {
		affiliation = d.text[d.tokens[from-2].start:d.tokens[from-2].end]
	}
	return d.words(from, role), affiliation, true
}

func trimTitle(s string) string {
	for _, before := range []string{"now ", "then ", "once ", "the ", "a ", "an ", "The ", "A ", "An "} {
		s = strings.TrimPrefix(s, before)
	}
	return s
}

func (d *document) withoutDeterminer(from, to int) string {
	if determiners[d.tokens[from].lower] && from < to {
		from++
	}
	return d.words(from, to)
}

// apposition returns the tokens behind mention m, between commas, that say who it is: they hold a role noun before any preposition.
func (d *document) apposition(m *mention) (from, to int, ok bool) {
	i := d.skipBracket(m.last + 1)
	if i+1 >= len(d.tokens) || d.tokens[i].lower != "," || d.tokens[i].quote != d.tokens[m.last].quote {
		return 0, 0, false
	}
	from = i + 1
	if first := d.tokens[from]; connectives[first.lower] || formerly[first.lower] || from+1 < len(d.tokens) && strings.HasSuffix(first.lower, "ed") && determiners[d.tokens[from+1].lower] {
		return 0, 0, false // Ilena Drazh, joined the talks
	}
	role := -1
	for to = from; to < len(d.tokens) && to < from+maxInsert && d.tokens[to].sent == d.tokens[i].sent && d.tokens[to].quote == d.tokens[i].quote; to++ {
		t := d.tokens[to]
		if d.pluralOwner(to) {
			continue
		}
		if t.kind == punct && t.lower != "-" && t.lower != "/" && t.lower != "&" || role >= 0 && d.leavesTitle(role, to) {
			break
		}
		if !d.fitsTitle(t, role, to-from) {
			return 0, 0, false
		}
		if role < 0 && roleNouns[t.lower] {
			role = to
		}
	}
	if role < 0 || to == from || d.personBetween(role, to) {
		return 0, 0, false
	}
	return from, to - 1, true
}

// pluralOwner reports whether token k is the apostrophe of an owner in the plural, inside a title: head of the drivers’ union.
func (d *document) pluralOwner(k int) bool {
	t := d.tokens[k]
	if t.lower != "'" && t.lower != "’" || k == 0 || k+1 >= len(d.tokens) {
		return false
	}
	before, next := d.tokens[k-1], d.tokens[k+1]
	return before.end == t.start && strings.HasSuffix(before.lower, "s") && next.kind == word && next.sent == t.sent && next.quote == t.quote && next.start > t.end
}

// formerly are words before a post that is no longer, or not yet, held: "Drazh, until then his deputy".
var formerly = wordSet("until till formerly previously later soon")

// leavesTitle reports whether the title with its role noun at token role is over before token k: "a Democrat facing another challenge", "the
// minister who …".
func (d *document) leavesTitle(role, k int) bool {
	lower := d.tokens[k].lower
	return role == k-1 && strings.HasSuffix(lower, "ing") || lower == "who" || lower == "whose" || lower == "which"
}

// fitsTitle reports whether t may be the n-th word of a title, whose role noun is known when role is not negative.
func (d *document) fitsTitle(t token, role, n int) bool {
	if pronounLike[t.lower] || pastForms[t.lower] || auxiliaries[t.lower] && !t.upper {
		return false
	}
	if role < 0 {
		return roleNouns[t.lower] || !prepositions[t.lower] && t.lower != "who" && t.lower != "which" && n <= maxDescription
	}
	_, c := cueOf(t.lower)
	return c != sayCue || nounToo[t.lower]
}

// skipBracket returns the token behind the bracket that opens at token i: Ilena Drazh (S-Hallen).
func (d *document) skipBracket(i int) int {
	if i < len(d.tokens) && d.tokens[i].lower == "(" {
		for k := i + 1; k < min(len(d.tokens), i+12) && d.tokens[k].para == d.tokens[i].para; k++ {
			if d.tokens[k].lower == ")" {
				return k + 1
			}
		}
	}
	return i
}

// personBetween reports whether a person's name follows the role noun at once, as in a list: "…, Senator Oran Lisk, and …".
func (d *document) personBetween(role, to int) bool {
	return role+1 < to && d.tokens[role+1].upper && d.tokens[role].upper && !orgWords[d.tokens[role+1].lower] && !titleWords[d.tokens[role+1].lower] && !portfolios[d.tokens[role+1].lower]
}

// splitAffiliation cuts "an analyst at the Institute of Maps" into title and affiliation.
func (d *document) splitAffiliation(from, to int) (title, affiliation string) {
	for k := from + 1; k < to; k++ {
		if lower := d.tokens[k].lower; lower == "at" || lower == "with" {
			return trimTitle(d.words(from, k-1)), trimTitle(d.words(k+1, to))
		}
	}
	return trimTitle(d.words(from, to)), ""
}

// guessGenders lets the pronoun that follows a person's mention in the same or the next sentence vote, when no other person stands between.
func (d *document) guessGenders() {
	last := -1
	for k := range d.mentions {
		m := &d.mentions[k]
		if m.modifier || d.tokens[m.first].quote >= 0 {
			continue
		}
		if m.kind == named && m.person >= 0 && !d.people[m.person].body {
			last = k
		}
		if m.kind != pronoun || m.gender == neutral || last < 0 {
			continue
		}
		p := &d.people[d.mentions[last].person]
		if p.honorific() == neutral && d.tokens[m.first].sent-d.tokens[d.mentions[last].first].sent <= 1 {
			p.pronouns[m.gender]++
		}
		last = -1
	}
	for i := range d.people {
		p := &d.people[i]
		if p.gender = p.honorific(); p.gender != neutral {
			continue
		}
		byName := neutral
		if len(p.words) > 0 {
			byName = genderOf(p.words[0])
		}
		switch he, she := p.pronouns[male], p.pronouns[female]; {
		case byName != neutral && he <= 3*she+2 && she <= 3*he+2:
			p.gender = byName
		case he > 2*she:
			p.gender = male
		case she > 2*he:
			p.gender = female
		}
	}
}

// namedElse returns the person of that family name whose forename is no place, or -1.
func (d *document) namedElse(family string) int {
	for _, i := range d.byWord[family] {
		if w := d.people[i].words; len(w) > 1 && w[len(w)-1] == family && !places[w[0]] && !d.people[i].body {
			return i
		}
	}
	return -1
}

// findPlaces takes those for places, and so for bodies, that stand behind "in", "at" or "near" and are never the subject of a verb nor bear a title.
func (d *document) findPlaces() {
	in, other := make(map[int]int), make(map[int]int)
	for k := range d.mentions {
		m := &d.mentions[k]
		if m.kind != named || m.person < 0 || d.people[m.person].body {
			continue
		}
		switch {
		case m.gender != neutral || m.title != "" || d.verbish(m.tail) && !d.governed(m):
			other[m.person]++
		case m.first > 0 && locatives[d.tokens[m.first-1].lower] && !m.possessive:
			in[m.person]++
		}
	}
	for p, n := range in {
		if n > 2*other[p] && len(d.people[p].words) < 3 {
			d.people[p].body = true
		}
	}
	for k := range d.mentions {
		if m := &d.mentions[k]; m.person >= 0 {
			m.body = d.people[m.person].body
		}
	}
}

var locatives = wordSet("in at near outside across around through throughout inside")

// completeNames looks up in the title and the headings the forename of those whom the text calls by their family name alone.
func (d *document) completeNames() {
	var heads []token
	source := d.article.Title
	heads = tokenize(heads, source, news.Span{End: len(source)}, 0)
	found := d.forenames(source, heads)
	for p, para := range d.paras {
		if d.paraHeading[p] {
			for family, names := range d.forenames(d.text, tokenize(nil, d.text, para, p)) {
				found[family] = append(found[family], names...)
			}
		}
	}
	for i := range d.people {
		p := &d.people[i]
		if len(p.words) != 1 || p.body {
			continue
		}
		names := found[p.words[0]]
		if len(names) == 0 || len(names) > 1 && !allSame(names) {
			continue
		}
		p.words = []string{lowered(names[0]), p.words[0]}
		p.name = names[0] + " " + p.name
	}
}

func allSame(s []string) bool {
	for _, x := range s {
		if x != s[0] {
			return false
		}
	}
	return true
}

// forenames returns for each capitalised word of a heading the word before it, when that may be its forename.
func (d *document) forenames(s string, tokens []token) map[string][]string {
	out := make(map[string][]string)
	for i := 1; i < len(tokens); i++ {
		a, b := tokens[i-1], tokens[i]
		if b.upper && b.start-a.end == 1 && d.forename(a) && b.kind == word {
			if _, c := cueOf(a.lower); c == noCue && !strings.HasSuffix(a.lower, "ing") && !isAdverb(a.lower) {
				out[b.lower] = append(out[b.lower], s[a.start:a.end])
			}
		}
	}
	return out
}
