package quotes

import "strings"

// venueNouns are the occasions on which, and the means by which, people speak.
var venueNouns = wordSet(`interview interviews briefing statement statements speech speeches rally rallies hearing conference conversation conversations tweet tweets post posts letter email e-mail call
	debate meeting address testimony summit forum event appearance remarks article essay op-ed column podcast radio television tv program programme show
	twitter facebook telegram instagram youtube x weibo phone telephone note memo report visit trip broadcast session message text press-conference lecture discussion
	panel reception dinner luncheon ceremony press editorial blog video livestream webinar q&a news assembly council parliament congress`)

var venuePrepositions = wordSet("in at during on by via before from over through")

// venue reads to whom or where the words were said, as the article says it: "in a news briefing", "to reporters". It returns ""
// when the attribution does not say.
func (d *document) venue(dec decision) string {
	for n, r := range d.clause(dec) {
		if n == 0 {
			if to := d.addressee(dec, r[0], r[1]); to != "" {
				return to
			}
		}
		for i := r[0]; i < r[1]; i++ {
			if venuePrepositions[d.tokens[i].lower] {
				if end := d.venueEnd(i, r[1]); end > i {
					return lowerFirst(d.words(i, end-1))
				}
			}
		}
	}
	return ""
}

// addressee reads whom the speaker told: "told reporters in Varn" gives "to reporters in Varn".
func (d *document) addressee(dec decision, from, to int) string {
	cue := d.cueOfDecision(dec)
	if verb, _ := cueOf(d.tokens[cue].lower); verb != "tell" || from != cue+1 {
		return ""
	}
	end := from
	for end < to && d.tokens[end].kind != punct && d.tokens[end].lower != "on" && !d.dateBegins(end) &&
		(end == from || !venuePrepositions[d.tokens[end].lower] && !determiners[d.tokens[end].lower] && d.tokens[end].lower != "to") {
		end++
	}
	if end == from || end-from > 8 {
		return ""
	}
	if rest := d.venueFrom(end, to); rest > end {
		end = rest
	}
	return "to " + d.words(from, end-1)
}

// venueFrom returns the end of the phrase of place that follows at once at i, or i.
func (d *document) venueFrom(i, limit int) int {
	if i < limit && venuePrepositions[d.tokens[i].lower] {
		return d.venueEnd(i, limit)
	}
	return i
}

// venueEnd returns the token behind the phrase of place that begins with the preposition at i, or i when it is none: it must hold an
// occasion, and goes on over "with", "to" and "of".
func (d *document) venueEnd(i, limit int) int {
	end := i
	for k := i + 1; k < limit && k <= i+7; k++ {
		t := d.tokens[k]
		if t.kind == punct || d.dateBegins(k) && !d.isYear(k) || k > i+1 && (prepositions[t.lower] || determiners[t.lower]) {
			break
		}
		if venueNouns[t.lower] {
			end = k + 1
		}
	}
	if end == i {
		return i
	}
	for end+1 < limit && goesWith[d.tokens[end].lower] && d.tokens[end+1].kind == word && !d.dateBegins(end+1) && !d.infinitive(end) {
		next := end + 1
		for next < limit && d.tokens[next].kind != punct && !prepositions[d.tokens[next].lower] && !d.dateBegins(next) && next-end < 7 {
			next++
		}
		if next == end+1 {
			break
		}
		end = next
	}
	return end
}

// infinitive reports whether the word at token i is a "to" before a verb: nothing that names people stands behind it.
func (d *document) infinitive(i int) bool {
	next := d.tokens[i+1]
	return d.tokens[i].lower == "to" && !next.upper && !determiners[next.lower] && !manyPeople(next.lower)
}

var goesWith = wordSet("with to of for at before in by")

// dateBegins reports whether a word of time stands at token k.
func (d *document) dateBegins(k int) bool {
	lower := d.tokens[k].lower
	if _, ok := weekdays[lower]; ok || lower == "yesterday" || lower == "today" && !d.tokens[k].upper || lower == "last" || lower == "this" || lower == "earlier" || lower == "late" || lower == "later" {
		return true
	}
	return months[lower] > 0 && d.tokens[k].upper || d.isYear(k) && d.tokens[k-1].lower != "a"
}

func lowerFirst(s string) string {
	if i := strings.IndexByte(s, ' '); i > 0 {
		return strings.ToLower(s[:i]) + s[i:]
	}
	return s
}
