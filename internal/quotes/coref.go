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
	case c.kind == described && !c.plural && definite(d.tokens[c.first].lower):
		return d.bearerOfTitle(m)
	}
	return open
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
	c := &d.mentions[m]
	at := d.tokens[c.first]
	best, bestScore, second := -1, 0.0, 0.0
	scores := make(map[int]float64)
	for k := m - 1; k >= 0 && m-k < mentionsBack; k-- {
		b := &d.mentions[k]
		t := d.tokens[b.first]
		gap := at.sent - t.sent
		if gap > sentencesBack || at.para-t.para > 3 {
			break
		}
		p, weight := -1, 0.0
		if b.kind == named && b.person >= 0 && !b.body && !b.modifier {
			p, weight = b.person, 1
		} else if b.kind == pronoun && b.gender == c.gender && t.quote < 0 {
			var sure float64
			p, sure = d.resolve(k)
			weight = 1.5 * sure
		}
		if p < 0 || !d.fits(p, c.gender) || t.quote >= 0 {
			continue
		}
		scores[p] = max(scores[p], weight*d.salience(b, gap))
	}
	for p, s := range scores {
		if s > bestScore || s == bestScore && p < best {
			best, bestScore = p, s
		}
	}
	for p, s := range scores {
		if p != best {
			second = max(second, s)
		}
	}
	if best < 0 {
		return open
	}
	sure := 0.98 * bestScore / (bestScore + 0.6*second)
	if d.people[best].gender == neutral {
		sure *= unknownGender
	}
	return referent{best, sure}
}

// fits reports whether person p can be meant by a pronoun of gender g.
func (d *document) fits(p int, g gender) bool {
	return !d.people[p].body && (d.people[p].gender == g || d.people[p].gender == neutral && len(d.people[p].words) > 0 && !places[d.people[p].words[0]])
}

// salience weighs a mention as what a pronoun gap sentences later stands for: subjects before others, near before far.
func (d *document) salience(b *mention, gap int) float64 {
	s := 1.0
	if d.startsClause(b) && !d.governed(b) {
		s = 3
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
