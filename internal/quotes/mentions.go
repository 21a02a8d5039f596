package quotes

import (
	"strings"
	"unicode/utf8"

	"attache/internal/news"
)

type gender uint8

const (
	neutral gender = iota
	male
	female
)

// mentionKind sorts the expressions that may stand for a speaker.
type mentionKind uint8

const (
	named     mentionKind = iota // a person or a body by name
	pronoun                      // he, she, they, it, we, I, who
	described                    // the spokesman, a senior official, the statement
)

// mention is an expression that may stand for a speaker.
type mention struct {
	kind       mentionKind
	span       news.Span // with its title and article: "Mr. Lu", "a senior official"
	first      int       // its first token
	last       int       // its last token
	nameFirst  int       // of a name: the first token without the title
	tail       int       // the first token after it and after what is put in behind it between commas or brackets
	title      string    // of a name: the title before it, "" for a mere honorific
	gender     gender    // as an honorific or pronoun tells
	plural     bool
	body       bool // names a body, not a person
	modifier   bool // part of another mention, and so no speaker
	possessive bool // 's follows
	inside     bool // stands in what is put in behind another mention
	joint      int  // the mention with which it speaks together, plus one: "Drazh and Lisk said"; 0 when it speaks alone
	person     int  // index into document.people, or -1
}

// pronouns that may stand for a speaker.
var pronouns = map[string]gender{"he": male, "she": female, "they": neutral, "it": neutral, "we": neutral, "i": neutral, "who": neutral}

// findMentions lists the mentions of the document in order, those inside quotations too.
func (d *document) findMentions() {
	for i := 0; i < len(d.tokens); {
		if n := d.mentionAt(i); n > i {
			i = n
			continue
		}
		i++
	}
	insertEnd := 0
	for k := range d.mentions {
		m := &d.mentions[k]
		m.span = news.Span{Start: d.tokens[m.first].start, End: d.tokens[m.last].end}
		m.tail = d.skipInsert(m.last + 1)
		if m.tail < len(d.tokens) && m.first > 0 && d.tokens[m.tail].lower == "," && d.tokens[m.first-1].lower == "," && d.verbFollows(m.tail+1) {
			m.tail++ // the mention itself is put in between commas: "His aide, Oran Lisk, said"
		}
		m.joint = d.jointWith(k)
		if m.inside = m.first < insertEnd; !m.inside {
			insertEnd = m.tail
		}
		m.possessive = m.last+1 < len(d.tokens) && d.tokens[m.last+1].kind == clitic && d.tokens[m.last+1].lower == "'s" && !d.isVerbPhrase(m.last+2, 3)
	}
}

// jointWith returns the index plus one of the mention that mention k is the second subject with: "Both Drazh and Lisk said".
func (d *document) jointWith(k int) int {
	if k == 0 {
		return 0
	}
	m, b := &d.mentions[k], &d.mentions[k-1]
	if b.kind != named || m.kind != named || b.modifier || b.last+2 != m.first || d.tokens[b.last+1].lower != "and" || !d.verbFollows(m.tail) {
		return 0
	}
	if both := b.first > 0 && d.tokens[b.first-1].lower == "both"; !both && !d.startsClause(b) {
		return 0
	}
	return k
}

// isVerbPhrase reports whether a cue verb stands among the n tokens from i, before any comma.
func (d *document) isVerbPhrase(i, n int) bool {
	for ; n > 0 && i < len(d.tokens) && d.tokens[i].kind != punct; i, n = i+1, n-1 {
		if strings.HasSuffix(d.tokens[i].lower, "ing") {
			return true
		}
	}
	return false
}

// mentionAt appends the mention that begins at token i, if any, and returns the token after it.
func (d *document) mentionAt(i int) int {
	t := d.tokens[i]
	if t.kind != word {
		return i
	}
	if g, ok := pronouns[t.lower]; ok && (t.lower != "i" || t.upper) {
		d.mentions = append(d.mentions, mention{kind: pronoun, first: i, last: i, gender: g, plural: t.lower == "they" || t.lower == "we", person: -1})
		return i + 1
	}
	if t.upper && manyPeople(t.lower) && d.opensSentence(i) && (i+1 >= len(d.tokens) || !d.tokens[i+1].upper) {
		return d.bareAt(i) // Officials said
	}
	if t.upper && !madeAdjective(t.lower) && (!notNames[t.lower] || d.familyNames[t.lower] && (!d.opensSentence(i) || d.verbish(i+1))) {
		return d.nameAt(i)
	}
	if determiners[t.lower] {
		return d.descriptionAt(i)
	}
	if manyPeople(t.lower) || quantifiers[t.lower] {
		return d.bareAt(i)
	}
	return i
}

var (
	determiners = wordSet(`the a an his her their its our my another one this these those some several many two three four five both each every other`)
	quantifiers = wordSet(`some many others most several both another one critics supporters`)
	connectives = wordSet(`and or but of in on at for to from with by as that which who whom whose than when while where after before if because since so nor`)
)

// maxDescription is how many words a description may hold before its head.
const maxDescription = 7

// descriptionAt reads "the Russian Foreign Ministry spokeswoman" and the like from the determiner at i, up to its head noun or the
// name that follows it.
func (d *document) descriptionAt(i int) int {
	j := i + 1
	for ; j < len(d.tokens) && j <= i+maxDescription && d.sameRun(j-1, j); j++ {
		t := d.tokens[j]
		if t.kind == punct || t.kind == clitic || connectives[t.lower] || auxiliaries[t.lower] || prepositions[t.lower] || pronounLike[t.lower] ||
			j > i+1 && (determiners[t.lower] || isAdverb(t.lower)) || foreignCues[t.lower] != "" {
			break
		}
		if _, c := cueOf(t.lower); c == sayCue && !t.upper && !nounToo[t.lower] && j > i+1 {
			break
		}
		if t.upper && j > i+2 && !d.tokens[j-1].upper && !roleNouns[d.tokens[j-1].lower] {
			break // the demographics favour Drazh
		}
	}
	if j == i+1 {
		return d.bareAt(i)
	}
	if name := d.nameInside(i+1, j); name >= 0 {
		return d.titledName(i, name)
	}
	head := j - 1
	for h := i + 1; h < j; h++ {
		if lower := d.tokens[h].lower; roleNouns[lower] || sourceNouns[lower] {
			head = h
		}
	}
	d.mentions = append(d.mentions, mention{kind: described, first: i, last: head, plural: pluralNoun(d.tokens[head].lower), person: -1})
	return head + 1
}

var pronounLike = wordSet(`he she they it we i you him them us me himself herself itself themselves not there here`)

// nounToo are cue forms that are nouns as often.
var nounToo = wordSet(`state report claim comment post text email charge counter promise vow pledge answer call label brand hint signal tweet
	statement show press demand offer order use point speech talk release issue cast boast account shout chant advice review
	remarks comments claims reports states posts texts emails charges promises vows pledges answers calls labels brands hints signals tweets
	statements shows demands offers orders uses points talks releases issues boasts attacks attack remark complaint warning feeling
	meeting saying writing reading proposal release cites lament cries blast slam`)

// nameInside returns the first token from i of a capitalised run that is a person's name behind a role noun or title, or -1.
func (d *document) nameInside(i, limit int) int {
	for k := i; k < limit; k++ {
		t := d.tokens[k]
		if k > i && t.upper && !notNames[t.lower] && roleNouns[d.tokens[k-1].lower] && !d.tokens[k-1].upper && !orgWords[t.lower] && !isDemonym(t.lower) {
			return k
		}
	}
	if t := d.tokens[i]; t.upper && !notNames[t.lower] {
		if end := d.capitalRun(i); end < limit && !d.verbish(end) {
			return -1 // one Drazh confidant
		}
		return i
	}
	if k := i + 1; k < limit && d.tokens[k].upper && !notNames[d.tokens[k].lower] && !isDemonym(d.tokens[k].lower) && !orgWords[d.tokens[k].lower] && d.capitalRun(k) == limit {
		return k // a weary Drazh
	}
	return -1
}

// nounAt reports whether the word at token k, behind a name, is a noun that the name only describes: "Drazh supporters", "the Lisk campaign".
func (d *document) nounAt(k int) bool {
	if k >= len(d.tokens) || !d.sameRun(k-1, k) || d.tokens[k].kind != word || d.tokens[k].upper || k+1 < len(d.tokens) && d.tokens[k+1].upper && d.sameRun(k, k+1) {
		return false
	}
	lower := d.tokens[k].lower
	if _, c := cueOf(lower); c != noCue || d.verbish(k) || prepositions[lower] || connectives[lower] || isAdverb(lower) {
		return false
	}
	return roleNouns[lower] || roleNouns[strings.TrimSuffix(lower, "s")] || sourceNouns[lower]
}

// titledName reads the name at token name and widens it to the determiner at i when a lower-case title stands between.
func (d *document) titledName(i, name int) int {
	next := d.nameAt(name)
	if next == name || len(d.mentions) == 0 {
		return i + 1
	}
	m := &d.mentions[len(d.mentions)-1]
	if m.first >= i+1 && m.kind != pronoun {
		if m.kind == named && m.nameFirst > i+1 && m.title == "" && roleNouns[d.tokens[m.nameFirst-1].lower] {
			m.title = d.words(i+1, m.nameFirst-1)
		}
		if m.kind == named && m.title == "" && m.last == m.nameFirst && m.gender == neutral && m.first == i+1 {
			m.body = true // the Kremlin, the Tribune
		}
		m.first = i
	}
	return next
}

// bareAt reads a description without a determiner: "officials", "some Republicans".
func (d *document) bareAt(i int) int {
	t := d.tokens[i]
	if !sourceNouns[t.lower] && !manyPeople(t.lower) {
		return i
	}
	d.mentions = append(d.mentions, mention{kind: described, first: i, last: i, plural: true, person: -1})
	return i + 1
}

// manyPeople reports whether w is the plural of what people or sources are: officials, doctors.
func manyPeople(w string) bool {
	one, ok := strings.CutSuffix(w, "s")
	return ok && (sourceNouns[w] || roleNouns[one])
}

func pluralNoun(w string) bool {
	return strings.HasSuffix(w, "s") && !strings.HasSuffix(w, "ss") || w == "people" || w == "police"
}

// sameRun reports whether nothing but white space stands between tokens i and j, in the same sentence.
func (d *document) sameRun(i, j int) bool {
	a, b := d.tokens[i], d.tokens[j]
	return a.sent == b.sent && a.quote == b.quote && b.start-a.end <= 2
}

// nameAt reads the capitalised run from token i and appends the mention it makes: a name with its title, a body, or a bare title.
func (d *document) nameAt(i int) int {
	if d.paraHeading[d.tokens[i].para] && d.tokens[i].quote < 0 {
		return d.headingName(i)
	}
	end := d.capitalRun(i)
	if d.opensSentence(i) && !d.nameInFront(i, end) {
		return i // a run may begin with the next word: "Speaking Mr. Lu"
	}
	if end == i+1 && isDemonym(d.tokens[i].lower) && !d.familyNames[d.tokens[i].lower] && end < len(d.tokens) && d.sameRun(i, end) && d.tokens[end].kind == word && !d.verbish(end) &&
		!prepositions[d.tokens[end].lower] && !connectives[d.tokens[end].lower] {
		return i // an adjective
	}
	if d.nounAt(end) {
		d.mentions = append(d.mentions, mention{kind: described, first: i, last: end, plural: pluralNoun(d.tokens[end].lower), person: -1})
		return end + 1
	}
	d.mentions = append(d.mentions, d.splitTitle(i, end))
	d.widen()
	if owned := d.ownedBy(end); owned > end { // Drazh’s office
		d.mentions = append(d.mentions, mention{kind: described, first: d.mentions[len(d.mentions)-1].first, last: owned, plural: pluralNoun(d.tokens[owned].lower), person: -1})
		return owned + 1
	}
	return end
}

// ownedBy returns the noun that the possessive at token k governs when it is a source that speaks by itself, as an office or a lawyer does, and no
// name follows; k when not.
func (d *document) ownedBy(k int) int {
	if k >= len(d.tokens) || d.tokens[k].kind != clitic || d.tokens[k].lower != "'s" {
		return k
	}
	for n := k + 1; n < len(d.tokens) && n <= k+3 && d.sameRun(n-1, n) && !d.tokens[n].upper && d.tokens[n].kind == word; n++ {
		if d.nounAt(n) && d.verbFollows(n+1) {
			return n
		}
	}
	return k
}

// headingName reads a name in a heading, where all words have capitals: a run of words that the text itself writes with capitals only.
func (d *document) headingName(i int) int {
	end := i
	for end < len(d.tokens) && (end == i || d.sameRun(end-1, end)) {
		t := d.tokens[end]
		if t.kind != word || !t.upper || notNames[t.lower] || d.capitals[t.lower] == 0 && genderOf(t.lower) == neutral || d.vocabulary[t.lower] > 0 {
			break
		}
		end++
	}
	if end == i {
		return i
	}
	d.mentions = append(d.mentions, d.splitTitle(i, end))
	return end
}

// nameInFront reports whether the first word of the run i..end-1, which opens a sentence and would have its capital anyway, belongs to the name.
func (d *document) nameInFront(i, end int) bool {
	w := d.tokens[i].lower
	if n := d.capitals[w]; n > 0 && n >= d.vocabulary[w] || titleWords[w] || roleNouns[w] || isDemonym(w) || places[w] || d.familyNames[w] {
		return true
	}
	if _, ok := honorifics[w]; ok || particles[w] && end > i+1 {
		return true
	}
	if d.vocabulary[w] > 0 {
		return end == i+1 && d.followedByCue(end)
	}
	if strings.HasSuffix(w, "ing") || strings.HasSuffix(w, "ed") && len(w) > 4 || strings.HasSuffix(w, "ly") && len(w) > 4 {
		return end > i+1 && d.capitals[d.tokens[i+1].lower] == 0
	}
	if _, c := cueOf(w); c != noCue {
		return false
	}
	return end > i+1 || d.verbish(end) || end < len(d.tokens) && d.tokens[end].kind == clitic // a word seen here only must act like a name
}

// madeAdjective reports whether w is a name made an adjective: "Varesh-backed".
func madeAdjective(w string) bool {
	i := strings.LastIndexByte(w, '-')
	return i > 0 && adjectiveEnds[w[i+1:]]
}

var adjectiveEnds = wordSet("run based made led backed born style era funded controlled held trained aligned linked owned occupied sponsored friendly speaking leaning majority dominated brokered")

// isDemonym reports whether w is the adjective of a country, a people or a party: "American", "anti-Russian".
func isDemonym(w string) bool {
	return demonyms[w[strings.LastIndexByte(w, '-')+1:]]
}

// verbish reports whether token i looks like a finite verb or leads to one.
func (d *document) verbish(i int) bool {
	if i >= len(d.tokens) || d.tokens[i].quote >= 0 {
		return false
	}
	for n := 0; n < 2 && i+1 < len(d.tokens) && isAdverb(d.tokens[i].lower); n++ {
		i++
	}
	t := d.tokens[i]
	if t.kind == clitic && t.lower != "'s" || auxiliaries[t.lower] && t.kind == word || pastForms[t.lower] {
		return true
	}
	if t.kind != word || t.upper || strings.HasSuffix(t.lower, "ing") {
		return false
	}
	_, c := cueOf(t.lower)
	return c != noCue || strings.HasSuffix(t.lower, "ed") && len(t.lower) > 3
}

// pastForms are irregular past forms of verbs that do not attribute, so that a subject is known by them.
var pastForms = wordSet(`took came became got left ran won lost met held stood sat kept led rose fell drew sent spent brought bought built caught fought sought
	chose drove flew grew hit hung hurt laid lay lent let paid quit rode rang sang sank sold shot shut slept stole struck swept swung tore threw
	wore withdrew broke beat bent bet bound bred crept dealt dug ate fled forgot froze hid knelt leapt lit overcame oversaw proved set shook
	undertook won wound woke comes takes makes gets has wants needs plans hopes faces remains seems appears continues`)

func (d *document) followedByCue(i int) bool {
	if i >= len(d.tokens) {
		return false
	}
	_, c := cueOf(d.tokens[i].lower)
	return c == sayCue && !nounToo[d.tokens[i].lower]
}

// opensSentence reports whether token i is the first of its sentence or follows an opening mark or colon.
func (d *document) opensSentence(i int) bool {
	if i == 0 || d.tokens[i-1].sent != d.tokens[i].sent || d.tokens[i-1].para != d.tokens[i].para {
		return true
	}
	return d.tokens[i-1].kind == punct && d.tokens[i-1].lower != "," && d.tokens[i-1].lower != ")"
}

// maxName is how many words a name with its titles may have.
const maxName = 14

// capitalRun returns the token after the capitalised run that begins at i: capitals, with particles, and "of" after a title or body.
func (d *document) capitalRun(i int) int {
	j := i + 1
	for j < len(d.tokens) && j < i+maxName && d.sameRun(j-1, j) {
		t := d.tokens[j]
		switch {
		case t.upper && madeAdjective(t.lower):
			return j
		case t.kind == word && t.upper && (!notNames[t.lower] || d.familyNames[t.lower] || t.lower == "will"):
			j++
		case t.kind == number && j > i && orgWords[d.tokens[j-1].lower]:
			return j
		case particles[t.lower] && d.capitalAt(j+1):
			j += 2
		case particles[t.lower] && d.particleRun(j):
			j += 3
		case (t.lower == "of" || t.lower == "for" || t.lower == "&") && d.capitalAt(j+1) && d.takesOf(i, j):
			j += 2
		case t.lower == "of" && d.takesOf(i, j) && j+2 < len(d.tokens) && d.tokens[j+1].lower == "the" && d.capitalAt(j+2):
			j += 3
		case t.lower == "and" && d.capitalAt(j+1) && orgWords[d.tokens[i].lower] && (d.tokens[i+1].lower == "of" || d.tokens[i+1].lower == "for") &&
			!titleWords[d.tokens[j+1].lower] && !places[d.tokens[j+1].lower] && !orgWords[d.tokens[j+1].lower]:
			j += 2 // Centers for Disease Control and Prevention
		case t.lower == "and" && d.capitalAt(j+1) && portfolios[d.tokens[j-1].lower] && portfolios[d.tokens[j+1].lower]:
			j += 2
		default:
			return j
		}
	}
	return j
}

func (d *document) capitalAt(j int) bool {
	return j < len(d.tokens) && d.tokens[j].kind == word && d.tokens[j].upper && d.sameRun(j-1, j) && !notNames[d.tokens[j].lower]
}

// particleRun reports whether two particles and a capital stand at j: "de la Cruz".
func (d *document) particleRun(j int) bool {
	return j+1 < len(d.tokens) && particles[d.tokens[j+1].lower] && d.sameRun(j, j+1) && d.capitalAt(j+2)
}

// takesOf reports whether the run i..j-1 goes on over an "of": its last word is a title or a body.
func (d *document) takesOf(i, j int) bool {
	last := d.tokens[j-1].lower
	return titleWords[last] && last != "republican" && last != "democrat" || orgWords[last] || (last == "bank" || last == "university") && j > i
}

// splitTitle makes the mention of the run [i, end): title, then name; or a body; or a title alone.
func (d *document) splitTitle(i, end int) mention {
	for i < end-2 && agencies[d.tokens[i].lower] { // a photographer's credit before a caption
		i++
	}
	m := mention{kind: named, first: i, last: end - 1, nameFirst: i, person: -1}
	start := i
	for k := i; k < end; k++ {
		w := titleBase(d.tokens[k].lower)
		if roleNouns[w] && !titleWords[w] && k+1 < end && k > i {
			start = k + 1
			continue
		}
		if g, ok := honorifics[w]; ok && k+1 < end && (w != "m." || k == i) {
			m.gender, start = g, k+1
		} else if titleWords[w] && (k+1 < end || k <= i+1 || d.postOnly(i, k)) {
			start = d.afterPortfolio(k+1, end)
			k = start - 1
		}
	}
	for start < end-1 && start == i && (isDemonym(d.tokens[start].lower) || places[d.tokens[start].lower]) && roleNouns[d.tokens[start+1].lower] {
		start++
	}
	if start >= end { // a title alone: the President
		m.kind = described
		return m
	}
	m.nameFirst = start
	if start > i {
		m.title = d.titleWords(i, start-1)
	}
	m.body = d.namesBody(start, end)
	if m.body && start > i && d.namesBody(i, end) { // "Republican National Committee": one name
		m.nameFirst, m.title = i, ""
	}
	return m
}

// agencies are credited before captions.
var agencies = wordSet("ap afp reuters getty images shutterstock epa")

// titleBase cuts the prefix off a title: ex-president, then-governor.
func titleBase(w string) string {
	if before, after, ok := strings.Cut(w, "-"); ok && titleWords[before] && (after == "elect" || after == "general" || after == "designate" || after == "in-chief") {
		return before
	}
	for _, prefix := range []string{"ex-", "then-", "co-", "vice-"} {
		if rest, ok := strings.CutPrefix(w, prefix); ok {
			return rest
		}
	}
	return w
}

// postOnly reports whether the run i..k names a post and nobody who holds it: "the Hallen County Sheriff", "the South Varesh Republican".
func (d *document) postOnly(i, k int) bool {
	if i > 0 && determiners[d.tokens[i-1].lower] {
		return true
	}
	for j := i; j < k; j++ {
		if w := d.tokens[j].lower; !places[w] && !orgWords[w] && !isDemonym(w) && !titleWords[w] {
			return false
		}
	}
	return true
}

// afterPortfolio returns the first token from k that does not belong to a title's portfolio: "of State", "for Foreign Affairs".
func (d *document) afterPortfolio(k, end int) int {
	if k >= end || d.tokens[k].lower != "of" && d.tokens[k].lower != "for" {
		return k
	}
	k++
	for k < end && (portfolios[d.tokens[k].lower] || d.tokens[k].lower == "the") {
		k++
	}
	if end-k > 3 { // "Governor of Upper Varesh Ilena Drazh": the name is the last two words
		k = end - 2
	}
	if k < end && d.tokens[k-1].lower == "of" {
		k = end
	}
	return k
}

// titleWords returns the words from..to without the honorifics.
func (d *document) titleWords(from, to int) string {
	for from <= to {
		if _, ok := honorifics[d.tokens[from].lower]; !ok {
			break
		}
		from++
	}
	for to >= from {
		if _, ok := honorifics[d.tokens[to].lower]; !ok {
			break
		}
		to--
	}
	if to < from {
		return ""
	}
	return d.words(from, to)
}

// namesBody reports whether the run names an institution or a place: by a telling word, or as an acronym.
func (d *document) namesBody(i, end int) bool {
	known := 0
	for k := i; k < end; k++ {
		if isDemonym(d.tokens[k].lower) && !d.familyNames[d.tokens[k].lower] || places[d.tokens[k].lower] {
			known++
		}
	}
	if known == end-i {
		return true
	}
	for k := i; k < end; k++ {
		// The first of several words may be a forename that looks like a body: Bill, Guardian.
		if orgWords[d.tokens[k].lower] && (k > i || end-i == 1 || d.tokens[i+1].lower == "of" || d.tokens[i+1].lower == "for") {
			return true
		}
	}
	if end-i == 1 {
		t := d.tokens[i]
		return places[t.lower] || isDemonym(t.lower) && !d.familyNames[t.lower] || isAcronym(d.text[t.start:t.end])
	}
	return end-i == 2 && places[d.tokens[i].lower+" "+d.tokens[end-1].lower] || d.tokens[end-1].lower == "states" || d.tokens[end-1].lower == "house"
}

func isAcronym(w string) bool {
	n := 0
	for _, r := range w {
		if r >= 'a' && r <= 'z' {
			return false
		}
		n++
	}
	return n >= 2 && n <= 6 && utf8.ValidString(w)
}

// widen takes a lower-case title before the last name into its mention: "campaign spokesman Oran Lisk". Mentions that become part of
// the title are modifiers.
func (d *document) widen() {
	m := &d.mentions[len(d.mentions)-1]
	i := m.first - 1
	if m.kind != named || i < 0 || d.tokens[i].upper || !d.sameRun(i, m.first) || !roleNouns[d.tokens[i].lower] && !d.rolelike(i) {
		return
	}
	from := i
	for from > 0 && i-from < maxDescription && d.sameRun(from-1, from) && d.inTitle(from-1) {
		from--
	}
	m.title = strings.TrimSpace(d.words(from, i) + " " + m.title)
	m.first = from
	for k := len(d.mentions) - 2; k >= 0 && d.mentions[k].last >= from; k-- {
		d.mentions[k].modifier = true
	}
}

// rolelike reports whether the word at token i, between two names, can only say who the second one is: "Drazh confidant Oran Lisk".
func (d *document) rolelike(i int) bool {
	if i == 0 || !d.inTitle(i) || !d.tokens[i-1].upper || notNames[d.tokens[i-1].lower] || !d.sameRun(i-1, i) || d.verbish(i) {
		return false
	}
	lower := d.tokens[i].lower
	for _, end := range []string{"ing", "ed", "s", "en"} {
		if strings.HasSuffix(lower, end) {
			return false
		}
	}
	return len(lower) > 3 && !particles[lower] && !d.opensSentence(i-1)
}

// inTitle reports whether token k may belong to a title in front of a name.
func (d *document) inTitle(k int) bool {
	t := d.tokens[k]
	if t.kind != word || determiners[t.lower] || connectives[t.lower] || auxiliaries[t.lower] || prepositions[t.lower] || pronounLike[t.lower] || isAdverb(t.lower) {
		return false
	}
	_, c := cueOf(t.lower)
	return c == noCue || nounToo[t.lower] || t.upper
}

// words returns the text of the tokens from..to.
func (d *document) words(from, to int) string {
	return d.text[d.tokens[from].start:d.tokens[to].end]
}

// maxInsert is how many tokens may stand between commas behind a mention: "Donald Lu, the U.S. assistant secretary …, said".
const maxInsert = 40

// skipInsert returns the first token from i that is not part of a bracket or of an insert between commas or dashes; i itself when
// the insert does not close before a verb.
func (d *document) skipInsert(i int) int {
	i = d.skipBracket(i)
	if i >= len(d.tokens) || d.tokens[i].lower != "," && d.tokens[i].lower != "—" && d.tokens[i].lower != "–" {
		return i
	}
	mark := d.tokens[i].lower
	for k := i + 1; k < len(d.tokens) && k < i+maxInsert && d.tokens[k].sent == d.tokens[i].sent; k++ {
		if d.tokens[k].quote != d.tokens[i].quote {
			return i
		}
		if d.tokens[k].lower == mark && d.verbFollows(k+1) {
			return k + 1
		}
	}
	return i
}

// verbFollows reports whether a cue verb or auxiliary stands at token k, adverbs skipped.
func (d *document) verbFollows(k int) bool {
	for n := 0; n < 3 && k < len(d.tokens); n, k = n+1, k+1 {
		lower := d.tokens[k].lower
		if auxiliaries[lower] {
			return true
		}
		if _, c := cueOf(lower); c != noCue {
			return !strings.HasSuffix(lower, "ing")
		}
		if !isAdverb(lower) {
			return false
		}
	}
	return false
}
