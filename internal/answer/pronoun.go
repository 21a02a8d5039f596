package answer

import (
	"regexp"
	"slices"
	"strings"

	"attache/internal/news"
	"attache/internal/text"
)

// Meant says who a pronoun of a lifted sentence stands for, where the sentences before leave no doubt.
type Meant struct {
	Pronoun news.Span // in the sentence's text
	Name    string    // as its passage has it
}

// inPlace is the sentence with the name in brackets in the pronoun's place; the other words stand as they are.
func (m Meant) inPlace(sentence string) string {
	name := m.Name
	if ownPronoun[strings.ToLower(m.Pronoun.In(sentence))] {
		name += "’s"
	}
	return sentence[:m.Pronoun.Start] + "[" + name + "]" + sentence[m.Pronoun.End:]
}

// shownWith is a sentence as it is shown, with the pronoun resolved when m says how.
func shownWith(sentence string, m *Meant) string {
	if m == nil {
		return sentence
	}
	return m.inPlace(sentence)
}

var (
	ownPronoun = wordSet("his her")
	// gendered are the pronouns that are resolved, each with those that go on speaking of the same person.
	gendered = map[string]string{"he": "m", "his": "m", "him": "m", "himself": "m", "she": "f", "her": "f", "hers": "f", "herself": "f"}
)

// meantIn finds who the pronoun stands for that sentence n of a passage leans on: somebody named as the subject of a sentence before it in the paragraph, in which
// nobody else is spoken of, with nothing between them but sentences that go on with the same pronoun. It returns nil for any doubt.
func meantIn(e Evidence, spans []news.Span, n int, heads map[int]bool) *Meant {
	body := e.Passage.Text
	pronoun := leaningPronoun(spans[n].In(body))
	sex := gendered[strings.ToLower(pronoun.In(spans[n].In(body)))]
	if before := spans[n].In(body)[:pronoun.Start]; sex == "" || open(before) != 0 || strings.Count(before, `"`)%2 != 0 {
		return nil
	}
	for i := n; i > 0 && !heads[i]; {
		i--
		before := spans[i].In(body)
		if name := whoActs(before, e, goesOnSpeaking(spans[n].In(body), pronoun)); name != "" {
			if sameSex(before, sex) {
				return &Meant{pronoun, name}
			}
			return nil
		}
		if head := firstWord(before); gendered[strings.ToLower(head)] != sex || othersIn(before[len(head):], nil, e) {
			return nil
		}
	}
	return nil
}

// leaningPronoun is the pronoun that a sentence leans on: its first word, or the one behind a quotation at its head. It is empty where there is none.
func leaningPronoun(s string) news.Span {
	at := 0
	for opening, closing := range map[string]string{"“": "”", `"`: `"`} {
		if rest, ok := strings.CutPrefix(s, opening); ok {
			end := strings.Index(rest, closing)
			if end < 0 {
				return news.Span{}
			}
			at = len(opening) + end + len(closing)
			at += len(s[at:]) - len(strings.TrimLeft(s[at:], ", "))
		}
	}
	return news.Span{Start: at, End: at + len(firstWord(s[at:]))}
}

// goesOnSpeaking reports whether the pronoun is followed by a verb of saying: who spoke before goes on.
func goesOnSpeaking(s string, pronoun news.Span) bool {
	words := strings.Fields(s[pronoun.End:])
	return len(words) > 0 && (reportingWords[strings.Trim(words[0], ",.:")] || len(words) > 1 && (words[0] == "also" || words[0] == "then") && reportingWords[words[1]])
}

var (
	// personTitle are the words before a name that make it somebody's.
	personTitle = regexp.MustCompile(`^(?:(?:[Ff]ormer |[Dd]eputy |[Aa]cting )?(?:President|Prime Minister|(?:Foreign |Defen[cs]e |Finance |Interior )?(?:Minister|Secretary)|Secretary of State|Chancellor|General|Colonel|Captain|Major|Admiral|Ambassador|Senator|Governor|Mayor|King|Queen|Prince|Princess|Mr\.?|Mrs\.?|Ms\.?|Dr\.?|Professor|Judge) )+`)
	// properName is a person's name.
	properName = regexp.MustCompile(`^\p{Lu}[\p{L}’'-]+(?: (?:(?:de|da|van|von|al|bin|el) )?\p{Lu}[\p{L}’'-]*\.?)*`)
	// subjectGoesOn is what follows a name that is its sentence's subject: a verb, or first what is said of the person between commas.
	subjectGoesOn = regexp.MustCompile(`^(?:, [^,“”"]+(?:,[^,“”"]+)?,)? \p{Ll}`)
	// spokenBy finds whose words a sentence quotes: the name stands behind the marks, before or behind the verb.
	spokenBy = regexp.MustCompile(`[”"] (?:said |told [\p{L} ]+? )?([^“”"]+?)(?: said| told| added|,|\.|$)`)
)

// whoActs is the full name of the person who is a sentence's subject, with nobody else in it; when speaks is set, also of the one whose words it quotes.
func whoActs(s string, e Evidence, speaks bool) string {
	rest, subject := s, ""
	title := personTitle.FindString(rest)
	rest = rest[len(title):]
	if name := properName.FindString(rest); name != "" && subjectGoesOn.MatchString(rest[len(name):]) {
		subject = name
		rest = rest[len(name):]
		if speaks { // who said that somebody else did something goes on speaking
			rest, _, _ = strings.Cut(rest, "“")
			rest, _, _ = strings.Cut(rest, `"`)
		}
	} else if m := spokenBy.FindStringSubmatchIndex(s); speaks && m != nil {
		title = personTitle.FindString(s[m[2]:m[3]])
		subject = properName.FindString(s[m[2]+len(title) : m[3]])
		rest = s[m[2]+len(title)+len(subject):]
	}
	if subject == "" {
		return ""
	}
	full := speakerNamed(subject, e)
	if full == "" && title != "" && strings.Contains(subject, " ") {
		full = subject // a title makes it somebody's name
	}
	if full == "" || othersIn(rest, strings.Fields(full), e) {
		return ""
	}
	return full
}

// speakerNamed is the name of the one speaker of the passage whose surname or whole name this is; "" for none or two.
func speakerNamed(name string, e Evidence) string {
	full := ""
	for _, q := range e.Quotes {
		known := q.Speaker.Name
		if q.Speaker.Kind != news.Person || known == "" || known != name && !strings.HasSuffix(known, " "+name) {
			continue
		}
		if full != "" && full != known {
			return ""
		}
		full = known
	}
	return full
}

// sameSex reports that nothing before the name says that the pronoun is of the other sex.
func sameSex(s, sex string) bool {
	for _, w := range strings.Fields(s) {
		switch strings.Trim(w, ".,") {
		case "Mr", "King", "Prince":
			return sex == "m"
		case "Mrs", "Ms", "Queen", "Princess":
			return sex == "f"
		}
	}
	return true
}

// somebody are the nouns for people: one of them may be whom a pronoun behind it stands for.
var somebody = wordSet(`minister president premier chancellor secretary leader general colonel captain admiral commander chief official spokesman spokeswoman spokesperson ambassador envoy mediator
	diplomat king queen prince princess governor mayor senator lawmaker member deputy predecessor successor superior rival opponent colleague counterpart ally host guest man woman boy girl wife husband son
	daughter brother sister father mother friend officer soldier guard driver witness analyst adviser aide critic judge lawyer candidate author reporter scientist expert professor director manager
	somebody someone anybody everyone everybody he she him who`)

// inPlaces stand before the names of places and hardly ever before those of people.
var inPlaces = wordSet("in near outside across around off")

// ruledPlaces stand before the name of a place or body with "of" between them.
var ruledPlaces = wordSet("ministry government republic league university city town village port harbor harbour bank parliament people army coast state states council house chamber staff border side capital north south east west embassy union kingdom board party")

// othersIn reports whether a text, what follows a name or a pronoun in its sentence, may speak of anybody but the person of these names: by a noun for people that
// is not said of that person between commas, or by a capitalised word that stands for no place, body or day. A speaker of the passage is somebody in any place.
func othersIn(s string, names []string, e Evidence) bool {
	apposition := 0
	if strings.HasPrefix(s, ", ") {
		if apposition = strings.Index(s[1:], ","); apposition < 0 {
			apposition = len(s)
		}
	}
	before, earlier, place := "", "", false // the two words before, and whether the last belongs to a place's or body's name
	for _, t := range tokensOf(s) {
		if t.Start < apposition {
			continue
		}
		word := t.In(s)
		own := slices.ContainsFunc(names, func(n string) bool { return text.Fold(n) == t.fold })
		switch {
		case !t.upper && somebody[t.fold], t.upper && !own && (personTitle.MatchString(word+" ") || speakerNamed(word, e) != ""):
			return true
		case !t.upper || own:
			place = false
		case place || inPlaces[before] || before == "the" || before == "of" && ruledPlaces[earlier]:
			place = true
		case countryOf(word) == "" && !months[t.fold]:
			return true
		}
		before, earlier = t.fold, before
	}
	return false
}
