package answer

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"attache/internal/retrieval"
	"attache/internal/text"
)

// asksWords finds whose words a question asks for: "What did Xi Jinping say about …", "What has the foreign minister said …". Only names count.
var asksWords = regexp.MustCompile(`(?:did|does|do|has|have|had)\s+((?:[\p{Lu}][\p{L}'’.-]*\s+){1,4})(?:ever\s+|once\s+|also\s+|really\s+)?(?:say|said|tell|told|comment|remark|declare|warn|promise|claim|state|announce|call|describe|write|wrote|think)`)

// speaks is what makes a sentence one about somebody's words.
var speaks = regexp.MustCompile(`\b(sa(y|ys|id|ying)|t(ell|ells|old)|add(s|ed)?|warn(s|ed)?|declar(e|es|ed|ing)|promis(e|es|ed)|claim(s|ed)?|stat(es|ed)|announc(e|es|ed)|call(s|ed)?|describ(e|es|ed)|wr(ote|ites|itten)|argu(e|es|ed)|insist(s|ed)?|ask(s|ed)?|remark(s|ed)?|comment(s|ed)?|den(y|ies|ied)|reject(s|ed)?|refus(e|es|ed)|vow(s|ed)?|urg(e|es|ed)|[Aa]ccording to|statement|position|speech|interview)\b`)

// saidBy keeps, for a question that asks for somebody's words, the sentences that tell of that person's words. When none does, nothing is left: what others
// said, or what else the person did, answers a different question. Any other question keeps all.
func saidBy(question string, d Draft) Draft {
	m := asksWords.FindStringSubmatch(question)
	if m == nil {
		return d
	}
	asked := strings.Fields(text.Fold(m[1]))
	surname := strings.TrimSuffix(strings.Trim(asked[len(asked)-1], ".,"), "'s")
	var kept []Sentence
	for _, s := range d.Sentences {
		own := s.Quote != nil && asksAbout(question, s.Quote.Speaker.Name)
		if _, named := text.Verbatim(text.Fold(s.Shown()), surname); own || named && speaks.MatchString(s.Shown()) {
			kept = append(kept, s)
		}
	}
	d.Sentences = kept
	return d
}

// cased writes the names in a question in small letters, abbreviations aside, as the evidence writes them, so that it is read as the same question with its capitals is.
func cased(question string, evidence []Evidence) string {
	tokens := tokensOf(question)
	if slices.ContainsFunc(tokens, func(t token) bool { return t.upper && !t.lead && strings.ContainsFunc(t.In(question), unicode.IsLower) }) {
		return question
	}
	written := map[string]map[string]int{} // how often each word is written how
	for _, t := range tokens {
		if t.content() && !retrieval.IsStop(t.fold) && !personTitle.MatchString(capital(t.fold)+" ") {
			written[t.fold] = map[string]int{}
		}
	}
	for _, e := range evidence {
		for word := range strings.FieldsFuncSeq(e.Passage.Text, func(r rune) bool { return !inWord(r) }) {
			if forms := written[strings.ToLower(word)]; forms != nil {
				forms[word]++
			}
		}
	}
	var b strings.Builder
	at := 0
	for _, t := range tokens {
		word := question[t.Start:min(t.Start+len(t.fold), t.End)]
		forms := written[t.fold]
		best := ""
		for _, form := range slices.Sorted(maps.Keys(forms)) {
			if forms[form] > forms[best] {
				best = form
			}
		}
		if best == "" || forms[best] <= forms[t.fold] || len(best) != len(word) || t.Start < at {
			continue
		}
		b.WriteString(question[at:t.Start] + best)
		at = t.Start + len(best)
	}
	return b.String() + question[at:]
}
