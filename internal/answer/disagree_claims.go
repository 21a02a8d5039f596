package answer

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"attache/internal/news"
	"attache/internal/retrieval"
	"attache/internal/text"
)

// A name as claims have it: "Varesh", "General Halvard Stenn", "the foreign ministry of Varesh".
const claimName = `(?:[Tt]he )?(?:\p{Ll}+ ){0,2}\p{Lu}[\p{L}’'.-]*(?: (?:of |the )?\p{Lu}[\p{L}’'.-]*)*`

var (
	// claimed finds who says that somebody did something: "Varesh maintains that Solmark closed the road".
	claimed = regexp.MustCompile(`^(` + claimName + `)(?:, [^,“”"]+,)? (?:said|says|maintains|maintained|insists|insisted|claims|claimed|argues|argued|states|stated|told [^,“”"]+?)(?: on \w+)? (?:that )?(` + claimName + `) (?:had |has |have )?\p{Ll}`)
	// ascribed finds the same the other way about: "Solmark parked two cars across the road, according to Varesh".
	ascribed = regexp.MustCompile(`^(` + claimName + `) \p{Ll}[^“”"]*?, (?:according to (` + claimName + `)|(` + claimName + `) (?:said|says))`)
	// disputed finds sentences that announce that accounts differ.
	disputed = regexp.MustCompile(`(?i)\b(disagree|disagrees|disagreed|dispute|disputes|disputed|differ|differs|contradict|contradicts|conflicting|each other’s|blame each other|blamed each other|trade blame|traded blame)\b`)
)

// afterDispute is how many sentences behind one that announces that accounts differ may give one of them.
const afterDispute = 3

// accusation is a sentence in which a report has somebody, the claimant, say who did something.
type accusation struct {
	figure
	actor, claimant string
	covers          bool // it has what is asked; else it stands behind a sentence that has and says that accounts differ
}

// differingClaims finds, for a question who did something, the reports that cite different sides for different answers. It returns a sentence for
// each, oldest report first, with its Version; nil when they agree.
func differingClaims(question string, read retrieval.Reading, evidence []Evidence) []Sentence {
	w := wanted(question)
	verb := asksActor.FindStringSubmatchIndex(question)
	if verb == nil || functionWords[strings.ToLower(question[verb[2]:verb[3]])] || w.several || asksWords.MatchString(question) {
		return nil
	}
	if w.after = contentStems(question[verb[2]:]); len(w.after) == 0 {
		return nil
	}
	names := w.namesIn(evidence)
	around := map[string]map[string]bool{} // the stems of each article, as far as it is here
	for _, e := range evidence {
		if around[e.Passage.ArticleID] == nil {
			around[e.Passage.ArticleID] = map[string]bool{}
		}
		maps.Copy(around[e.Passage.ArticleID], stemsOf(e.Source.Title+"\n"+e.Passage.Text))
	}
	var found []accusation
	for i, e := range evidence {
		if inTime(question, read, e.Source.Published) {
			found = append(found, w.accusationsIn(i, e, names, around[e.Passage.ArticleID])...)
		}
	}
	slices.SortStableFunc(found, func(a, b accusation) int {
		x, y := evidence[a.evidence], evidence[b.evidence]
		return cmp.Or(x.Source.Published.Compare(y.Source.Published), cmp.Compare(x.Passage.ID, y.Passage.ID), a.value.Start-b.value.Start)
	})
	var versions []accusation
	for _, a := range found {
		against := func(b accusation) bool {
			apart := evidence[a.evidence].Source.Published.Sub(evidence[b.evidence].Source.Published).Abs()
			return a.actor != b.actor && a.claimant != b.claimant && (a.covers || b.covers) && apart <= sameTime*24*time.Hour
		}
		known := func(b accusation) bool { return a.actor == b.actor }
		if slices.ContainsFunc(found, against) && !slices.ContainsFunc(versions, known) {
			versions = append(versions, a)
		}
	}
	var sentences []Sentence
	for _, v := range versions[:min(len(versions), mostVersions)] {
		s := v.shown(evidence[v.evidence])
		if s.Version.Speaker.Name == "" {
			s.Version.Speaker = news.Speaker{Mention: v.claimant}
		}
		sentences = append(sentences, s)
	}
	return sentences
}

// asksActor finds a question who did something; who somebody is has no sides.
var asksActor = regexp.MustCompile(`(?i)^\W*(?:so |and |but )?(?:who(?:['’]s)?|which (?:side|country|army|state|party|government|one)|whose (?:side|army|troops))\s+(?:(?:has|have|had|is|was) )?(?:it (?:who|that) )?(?:else |really |actually |first )?(\p{L}+)`)

// accusationsIn lists the sentences of a passage that have somebody say who did what is asked. What a sentence leaves to its article is looked for in the stems around it.
func (w want) accusationsIn(i int, e Evidence, names, around map[string]bool) []accusation {
	body := e.Passage.Text
	var found []accusation
	announced := -afterDispute - 1
	n := 0
	for _, p := range text.Paragraphs(body) {
		for _, s := range text.Sentences(p.In(body)) {
			span := news.Span{Start: s.Start + p.Start, End: s.End + p.Start}
			sentence := span.In(body)
			n++
			a, accuses := readAccusation(sentence)
			if !accuses && !disputed.MatchString(sentence) {
				continue
			}
			stems := stemsOf(sentence)
			bare, astray, told := w.tells(stems, around, names)
			covers := (told || bare && w.alike(stems) > 1) && !astray && w.deed(sentence)
			if covers && disputed.MatchString(sentence) {
				announced = n
				continue
			}
			if !covers && n-announced > afterDispute || supposed.MatchString(sentence) || deniesIn(sentence) {
				continue
			}
			if accuses {
				a.evidence, a.sentence, a.covers = i, span, covers
				a.value = news.Span{Start: a.value.Start + span.Start, End: a.value.End + span.Start}
				found = append(found, a)
			}
		}
	}
	return found
}

// deed reports whether a sentence has the question's verb, or one that means much the same.
func (w want) deed(sentence string) bool { return holdsAlike(stemsOf(sentence), w.after[0]) }

// alike counts the words of the question that a sentence has, in whatever form.
func (w want) alike(stems map[string]bool) int {
	n := 0
	for _, stem := range w.asked() {
		if holdsAlike(stems, stem) {
			n++
		}
	}
	return n
}

func deniesIn(sentence string) bool {
	return slices.ContainsFunc(tokensOf(sentence), func(t token) bool { return negations[t.fold] })
}

// readAccusation reads a sentence that has somebody say who did something.
func readAccusation(sentence string) (accusation, bool) {
	at, actor, claimant := claimed.FindStringSubmatchIndex(sentence), 2, 1
	if at == nil {
		at, actor, claimant = ascribed.FindStringSubmatchIndex(sentence), 1, 2
		if at != nil && at[4] < 0 {
			claimant = 3
		}
	}
	if at == nil {
		return accusation{}, false
	}
	a := accusation{actor: text.Fold(sentence[at[2*actor]:at[2*actor+1]]), claimant: sentence[at[2*claimant]:at[2*claimant+1]]}
	a.actor = strings.TrimPrefix(a.actor, "the ")
	a.value = news.Span{Start: at[2*actor], End: at[2*actor+1]}
	return a, true
}
