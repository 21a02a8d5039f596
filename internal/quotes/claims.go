package quotes

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"attache/internal/news"
	"attache/internal/text"
)

// Claim is a quotation in a user's text that is to be verified.
type Claim struct {
	Words   string    // as the user gives them, without the marks
	Span    news.Span // of Words in the user's text, in bytes
	Speaker string    // whom the text names as the speaker; "" when nobody
	Spoken  news.Date // when it was said, as the text has it; relative words ("on Friday") count from now
}

// minClaimWords is how many words in marks are a quotation in a user's text whatever they look like.
const minClaimWords = 4

// Find returns the quotations in a user's text with their claimed speakers, in order: words in quotation marks of any kind, and lines
// quoted by "> " as chats do, which a following "— Name" attributes. It returns nil when there are none, and for a text that is not UTF-8. now is
// what relative dates count from.
func Find(s string, now time.Time) []Claim {
	if !utf8.ValidString(s) {
		return nil
	}
	d := parse(news.Article{Text: s, Published: now})
	model := Default()
	out := blockClaims(s)
	var f features
	last := decision{mention: -1, person: -1, setting: setting{k: -1}}
	for k := range d.marks {
		st := d.look(k)
		d.quotationFeatures(&f, &st)
		if d.shape(k).words < minClaimWords && (d.isWork(&st) || logistic(model.quotation.score(&f)) < takenConfidence) {
			continue
		}
		st.prevMention, st.prevPerson, st.prevMark = last.mention, last.person, last.k
		last = model.choose(d, &f, st)
		words := d.fragment(k)
		if words.Text == "" || covered(out, words.Span) {
			continue
		}
		speaker := claimedSpeaker(d.speaker(last))
		if named := namedBefore(s[:words.Span.Start]); named != "" {
			speaker = named
		}
		out = append(out, Claim{Words: words.Text, Span: words.Span, Speaker: speaker, Spoken: d.spoken(last)})
	}
	slices.SortStableFunc(out, func(a, b Claim) int { return a.Span.Start - b.Span.Start })
	return out
}

// nameInFront finds whom the words right in front of an opening mark name: "Umarov: “", "according to Temur Umarov, “".
var nameInFront = regexp.MustCompile(`(?:(?i:according to|in the words of)\s+(\p{Lu}[\p{L}'’.-]*(?:\s+\p{Lu}[\p{L}'’.-]*){0,3}),?|(?:^|[\s(;,])(\p{Lu}[\p{L}'’.-]*(?:\s+\p{Lu}[\p{L}'’.-]*){0,3}):)\s*[“"„«]$`)

// namedBefore returns the name that stands with a colon, or behind "according to", right in front of the quotation that begins where the text ends; ""
// when none does.
func namedBefore(s string) string {
	m := nameInFront.FindStringSubmatch(s)
	if m == nil {
		return ""
	}
	return m[1] + m[2]
}

// claimedSpeaker returns the name of a speaker, or the mention of one who is described.
func claimedSpeaker(s news.Speaker) string {
	if s.Name != "" {
		return s.Name
	}
	if s.Kind == news.Unnamed && s.Confidence >= ShownConfidence {
		return s.Mention
	}
	return ""
}

func covered(claims []Claim, span news.Span) bool {
	for _, c := range claims {
		if c.Span.Overlaps(span) {
			return true
		}
	}
	return false
}

// blockClaims returns the runs of lines that begin with "> ", each line a claim of its own when several stand together, since the words must
// stand in the text as they are.
func blockClaims(s string) []Claim {
	var out []Claim
	for start := 0; start < len(s); {
		end := start + lineLength(s[start:])
		line := text.Trim(s, news.Span{Start: start, End: end})
		if body := line.In(s); strings.HasPrefix(body, "> ") {
			words := trimMarks(s, news.Span{Start: line.Start + 2, End: line.End})
			if who, ok := dashName(words.In(s)); ok {
				attribute(out, who)
			} else if words.Len() > 0 {
				out = append(out, Claim{Words: words.In(s), Span: words})
			}
		} else if who, ok := dashName(body); ok {
			attribute(out, who)
		}
		start = end + 1
	}
	return out
}

func lineLength(s string) int {
	if i := strings.IndexByte(s, '\n'); i >= 0 {
		return i
	}
	return len(s)
}

// attribute gives the claims at the end of the list that have no speaker yet to who.
func attribute(claims []Claim, who string) {
	for i := len(claims) - 1; i >= 0 && claims[i].Speaker == ""; i-- {
		claims[i].Speaker = who
	}
}

// trimMarks narrows span past white space and the quotation marks round it.
func trimMarks(s string, span news.Span) news.Span {
	part := span.In(s)
	mark := func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("\"“”„«»", r) }
	left := len(part) - len(strings.TrimLeftFunc(part, mark))
	part = strings.TrimFunc(part, mark)
	return news.Span{Start: span.Start + left, End: span.Start + left + len(part)}
}

// dashName reads the name of a line "— Ilena Drazh, foreign minister".
func dashName(line string) (string, bool) {
	rest := strings.TrimLeft(line, "—–-― ")
	if rest == line || rest == "" || !unicode.IsUpper(firstRune(rest)) {
		return "", false
	}
	name, _, _ := strings.Cut(rest, ",")
	if n := len(strings.Fields(name)); n > 6 {
		return "", false
	}
	return strings.TrimSpace(name), true
}
