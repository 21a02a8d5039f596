package answer

import (
	"regexp"
	"slices"
	"strings"

	"attache/internal/retrieval"
)

// Who holds an office, and who holds it in the countries of a region: articles say "Kazakhstan is led by President …" where people ask for the leaders of Central
// Asia.

// holders keeps, for a question who holds an office, the sentences that name the office with its country or body, where one of them says who holds it; such
// ones come first.
func (s subject) holders(candidates []candidate) []candidate {
	var kept []candidate
	known := false
	for _, c := range candidates {
		if names, _, _ := s.heldBy(c.read, c.read); !names || len(s.names) == 0 || !s.wholly(stemsOf(c.read)) || s.asksLeader() && !namesOffice(c.read) {
			continue
		}
		if holdsOffice.MatchString(c.read) {
			c.score += holderBonus
			known = true
		}
		kept = append(kept, c)
	}
	if !known {
		return candidates
	}
	return kept
}

// asksLeader reports whether a leader is asked for by nothing but that word: leading exports and led troops answer it in no way.
func (s subject) asksLeader() bool {
	return len(s.rest) > 0 && !slices.ContainsFunc(s.rest, func(stem string) bool { return !roleStems[stem] })
}

// namesOffice reports whether a sentence names an office, or says that somebody leads.
func namesOffice(sentence string) bool {
	return holdsOffice.MatchString(sentence) || slices.ContainsFunc(tokensOf(sentence), func(t token) bool { return offices[t.fold] })
}

// holderBonus is what a sentence gains that says who holds the office that is asked for.
const holderBonus = 1

// holdsOffice finds a sentence that says who holds an office.
var holdsOffice = regexp.MustCompile(`\b(?:is|are|was|were|has been) (?:led|headed|governed|ruled|chaired) by\b|\b(?i:president|premier|minister|chancellor|chief of state|head of (?:state|government)|king|queen|emir|sultan|leader)\b[^.;]{0,60}? (?:is|was|are|has been) (?:(?i:president|prime minister|chancellor|king) )?\p{Lu}|\bin office (?:since|as|for)\b|\b(?:took office|sworn in|(?:became|named|elected|appointed) (?:as )?(?:the )?(?:new )?(?i:(?:\p{L}+ ){0,2}(?:president|premier|minister|chancellor|king|leader)))\b`)

// officeStems are stems of what a list of office-holders asks for.
var officeStems = func() map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq("president leader minister premier chancellor ruler king head governor lead rule govern") {
		m[stemOf(w)] = true
	}
	return m
}()

// inTheirOffice keeps, for a list of those who hold an office, the sentences that say who holds it, and reports whether there are several.
func inTheirOffice(candidates []candidate, rest []string) (kept []candidate, holders bool) {
	if !slices.ContainsFunc(rest, func(stem string) bool { return officeStems[stem] }) {
		return candidates, false
	}
	for _, c := range candidates {
		if holdsOffice.MatchString(c.read) {
			kept = append(kept, c)
		}
	}
	if len(kept) < 2 {
		return candidates, false
	}
	return kept, true
}

// byCountry keeps, for a list about a region, the sentences that name countries in it, where there are several: its presidents are theirs, and not those who
// came to it.
func (s subject) byCountry(candidates []candidate) []candidate {
	var kept []candidate
	for _, c := range candidates {
		tokens := tokensOf(c.read)
		if slices.ContainsFunc(s.regions, func(r retrieval.Region) bool { return within(c.read, tokens, r) }) {
			kept = append(kept, c)
		}
	}
	if len(kept) < 2 {
		return candidates
	}
	return kept
}

// ofTitle reports whether a folded word is of a title, which stands in capitals before a name and makes none: prime ministers, presidents.
func ofTitle(word string) bool {
	return offices[strings.TrimSuffix(word, "s")] || beforeOffice[word]
}

var beforeOffice = wordSet("prime foreign deputy vice defence defense interior finance")

// roleStems are the stems of roles.
var roleStems = func() map[string]bool {
	m := map[string]bool{}
	for w := range roles {
		m[stemOf(w)] = true
	}
	for _, w := range []string{"lead", "rule", "govern"} {
		m[stemOf(w)] = true
	}
	return m
}()

// roles are those of listing that say what somebody or something is to what is named beside it.
var roles = wordSet("member members leader leaders")

// rules finds a question who governs something.
var rules = regexp.MustCompile(`(?i)^\W*who(?:['’]?s| is)? (?:now )?(?:runs|rules|governs|heads|in charge of|running|governing|leading|ruling) (the )?(\p{L}+)\W*$`)

// ruling puts "leads" in the place of the other words for it in a question who governs a country.
func ruling(question string) string {
	if m := rules.FindStringSubmatch(question); m != nil && countryOf(capital(m[2])) != "" {
		return "Who leads " + m[1] + m[2] + "?"
	}
	return question
}

// leadersAs finds the words for those whom articles call by their offices.
var leadersAs = regexp.MustCompile(`(?i)\b(?:leaders|rulers|heads of (?:state|government)|leads?|governs?|rules|runs|running|in charge of)\b`)

// ofRegion finds, before a region, that what is asked for lies in it: "which Baltic states", "the presidents of Central Asia"; not "who visited Central Asia".
var ofRegion = regexp.MustCompile(`(?i)(?:^\W*(?:so |and )?(?:which|what|list|name|who (?:leads?|rules?|governs?))(?: all| of)*(?: the| all| other| five| three)* |` +
	`\b(?:presidents|leaders|(?:prime |foreign |defen[cs]e )?ministers|premiers|rulers|heads(?: of (?:state|government))?|kings|capitals|countries|states|nations|republics|governments|parliaments|armies|cities|members) (?:of|in|from|across|within) (?:the |all |five |three )*)$`)

// leadsRegion finds, before a region, that its leaders are asked for.
var leadsRegion = regexp.MustCompile(`(?i)^\W*(?:so |and )?who (?:leads?|rules?|governs?)(?: all| of)*(?: the| all| five| three)* $`)

// regionHeld reports whether a sentence names a region or a country in it.
func regionHeld(sentence string, tokens []token, region retrieval.Region) bool {
	return slices.ContainsFunc(retrieval.Regions(sentence), func(r retrieval.Region) bool { return r.Name == region.Name }) || within(sentence, tokens, region)
}

// within reports whether a sentence names a country of a region.
func within(sentence string, tokens []token, region retrieval.Region) bool {
	return slices.ContainsFunc(tokens, func(t token) bool { return t.upper && region.Has(countryOf(t.In(sentence))) })
}

// beyond reports whether a sentence names countries, and none in any of the regions.
func (s subject) beyond(sentence string) bool {
	tokens := tokensOf(sentence)
	named := slices.ContainsFunc(tokens, func(t token) bool { return t.upper && countryOf(t.In(sentence)) != "" })
	return named && !slices.ContainsFunc(s.regions, func(r retrieval.Region) bool { return regionHeld(sentence, tokens, r) })
}
