package quotes

// resolve returns the person that mention m stands for, or -1, and how sure that is.
func (d *document) resolve(m int) (person int, sure float64) {
	if d.resolved == nil {
		d.resolved = make(map[int]referent)
	}
	if r, ok := d.resolved[m]; ok {
		return r.person, r.sure
	}
	if d.depth >= maxChain {
		return -1, 0
	}
	d.depth++
	r := d.referent(m)
	d.depth--
	d.resolved[m] = r
	return r.person, r.sure
}

type referent struct {
	person int
	sure   float64
}

var open = referent{-1, 0}

func (d *document) referent(m int) referent {
	c := &d.mentions[m]
	switch {
	case c.kind == named && c.person >= 0:
		return referent{c.person, 1}
	case c.kind == pronoun && d.tokens[c.first].lower == "who":
		return d.antecedent(m)
	case c.kind == pronoun && c.gender != neutral:
		return d.personOf(m)
	case c.kind == described && !c.plural && d.namedBeside(m) >= 0:
		return referent{d.namedBeside(m), 0.97}
	case c.kind == described && !c.plural && definite(d.tokens[c.first].lower):
		return d.bearerOfTitle(m)
	}
	return open
}

// namedBeside returns the person whose name is put in behind mention m: "a spokesman, Pavo Iren, said". It is -1 when there is none.
func (d *document) namedBeside(m int) int {
	c := &d.mentions[m]
	if m+1 >= len(d.mentions) || !roleNouns[d.tokens[c.last].lower] {
		return -1
	}
	n := &d.mentions[m+1]
	end := n.last + 1
	if n.kind != named || n.body || n.first != c.last+2 || d.tokens[c.last+1].lower != "," || end >= len(d.tokens) || d.tokens[end].lower != "," {
		return -1
	}
	return n.person
}

func definite(w string) bool { return w == "the" || !determiners[w] }

// antecedent returns who "who" stands for: the mention right before it.
func (d *document) antecedent(m int) referent {
	c := &d.mentions[m]
	for k := m - 1; k >= 0 && c.first-d.mentions[k].last < 8; k-- {
		b := &d.mentions[k]
		if d.tokens[b.first].sent != d.tokens[c.first].sent || d.tokens[b.first].quote >= 0 {
			break
		}
		if b.modifier || b.inside || b.body || b.kind != named && d.governed(b) && c.first-b.last > 1 {
			continue
		}
		p, sure := d.resolve(k)
		return referent{p, sure}
	}
	return open
}

// unknownGender is what remains of a pronoun's certainty when nothing tells the gender of the one it stands for.
const unknownGender = 0.8

// maxChain is how many pronouns may stand for one another in a row.
const maxChain = 60

// How far back a pronoun may reach.
const (
	sentencesBack = 5
	mentionsBack  = 40
)

// personOf returns who "he" or "she" stands for: of the people of that gender named shortly before, the subject of the nearest
// sentence. It is the surer the fewer others there are.
func (d *document) personOf(m int) referent {
	scores := make(map[int]float64)
	for k := m - 1; k >= 0 && m-k < mentionsBack && d.inReach(k, m); k-- {
		p, weight := d.antecedentPerson(k, d.mentions[m].gender)
		if p >= 0 {
			gap := d.tokens[d.mentions[m].first].sent - d.tokens[d.mentions[k].first].sent
			scores[p] = max(scores[p], weight*d.salience(&d.mentions[k], gap))
		}
	}
	best, first, second := -1, 0.0, 0.0
	for p, s := range scores {
		switch {
		case s > first || s == first && p < best:
			best, first, second = p, s, first
		case s > second:
			second = s
		}
	}
	if best < 0 {
		return open
	}
	sure := 0.98 * first / (first + second)
	if d.people[best].gender == neutral {
		sure *= unknownGender
	}
	return referent{best, sure}
}

// inReach reports whether mention k stands near enough before the pronoun m.
func (d *document) inReach(k, m int) bool {
	t, at := d.tokens[d.mentions[k].first], d.tokens[d.mentions[m].first]
	return at.sent-t.sent <= sentencesBack && at.para-t.para <= 3
}

// antecedentPerson returns the person whom a pronoun of gender g may mean by way of mention k, and the weight of that, or -1.
func (d *document) antecedentPerson(k int, g gender) (person int, weight float64) {
	b := &d.mentions[k]
	if d.tokens[b.first].quote >= 0 {
		return -1, 0
	}
	switch {
	case b.kind == named && !b.body && !b.modifier:
		person, weight = b.person, 1
	case b.kind == pronoun && b.gender == g:
		p, sure := d.resolve(k)
		person, weight = p, 1.5*sure
	default:
		return -1, 0
	}
	if person >= 0 && !d.fits(person, g) {
		return -1, 0
	}
	return person, weight
}

// fits reports whether person p can be meant by a pronoun of gender g.
func (d *document) fits(p int, g gender) bool {
	return !d.people[p].body && (d.people[p].gender == g || d.people[p].gender == neutral && len(d.people[p].words) > 0 && !places[d.people[p].words[0]])
}

// salience weighs a mention as what a pronoun gap sentences later stands for: subjects before others, near before far.
func (d *document) salience(b *mention, gap int) float64 {
	s := 1.0
	if d.startsClause(b) && !d.governed(b) || b.first > 0 && d.isCue(b.first-1) && d.saysSo(b.first-1) && d.tokens[b.first-1].lower != "told" {
		s = 3 // a subject, or "said Ilena Drazh"
	}
	if b.possessive || d.governed(b) {
		s *= 0.5
	}
	for ; gap > 1; gap-- {
		s *= 0.6
	}
	return s
}

// bearerOfTitle returns the one person named before whose title holds the head noun of mention m: "the minister".
func (d *document) bearerOfTitle(m int) referent {
	c := &d.mentions[m]
	head := d.tokens[c.last].lower
	if !roleNouns[head] {
		return open
	}
	best, n := -1, 0
	for _, i := range d.byTitle[head] {
		if p := &d.people[i]; p.first < m && !p.body {
			if best, n = i, n+1; n > 1 {
				break
			}
		}
	}
	if n != 1 || c.last-c.first > 2 {
		return open
	}
	return referent{best, 0.85}
}
