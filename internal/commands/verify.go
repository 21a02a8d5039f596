package commands

import (
	"context"
	"slices"
	"strings"
	"unicode"

	"attache/internal/news"
	"attache/internal/quotes"
	"attache/internal/retrieval"
	"attache/internal/speakers"
	"attache/internal/text"
)

// maxVerify is the longest text that is verified, in characters: a Discord message of any kind fits.
const maxVerify = 4000

// verify checks every quotation of a text against the collection.
func (d *Desk) verify() Command {
	return Command{
		Name:        "verify",
		Description: "Check the quotations in a text: verbatim, altered, somebody else's, or not in the collection",
		Reads:       true,
		MessageMenu: "Verify quotations",
		Options: []Option{
			{Name: "text", Description: "The text with the quotations in quotation marks", Required: true, MaxLength: maxVerify, Raw: true},
			private(),
		},
		Handle: func(ctx context.Context, r Request, _ Progress) (Reply, error) {
			viewer := d.viewer(r)
			v := verifier{desk: d, request: r, viewer: viewer, said: d.said(viewer)}
			claims := quotes.Find(r.Option("text"), d.Now())
			if len(claims) == 0 { // the whole text may be the quotation
				claims = []quotes.Claim{{Words: strings.Trim(r.Option("text"), " \n\t\"“”„«»'‘’")}}
				v.reply.Notices = []string{r.say("No quotation was made out in the text, so all of it was looked up as one.")}
			}
			for _, c := range claims {
				if err := v.check(ctx, c); err != nil {
					return Reply{}, err
				}
			}
			v.reply.Title, v.reply.Sources = v.tally.in(r), v.numbers.sources
			return v.reply, nil
		},
	}
}

// tally counts the verdicts.
type tally struct{ verbatim, altered, others, unquoted, unknown int }

func (t tally) in(r Request) string {
	var parts []string
	for _, p := range []struct {
		n    int
		what string
	}{{t.verbatim, "%d verbatim"}, {t.altered, "%d altered"}, {t.others, "%d by somebody else"}, {t.unquoted, "%d found as nobody's quotation"}, {t.unknown, "%d not in this collection"}} {
		if p.n > 0 {
			parts = append(parts, r.say(p.what, p.n))
		}
	}
	return r.say("%s: %s", counted{t.verbatim + t.altered + t.others + t.unquoted + t.unknown, "quotation"}, strings.Join(parts, ", "))
}

// verifier builds the reply, claim by claim.
type verifier struct {
	desk    *Desk
	request Request
	viewer  news.Viewer
	said    []speakers.Entry // every quotation that he sees
	reply   Reply
	numbers numbering
	tally   tally
}

// found is where the words of a claim stand, or nearly stand.
type found struct {
	source   news.Source
	quote    *news.Quote // nil when the words are nobody's quotation
	words    string      // of the quotation, as far as they answer to the claim; "" for verbatim ones
	sentence string      // around verbatim words
	exact    bool        // verbatim
	likeness float64     // 1 when no word differs
}

// alikeEnough is the share of words that must agree for a text to count as an altered version rather than another one; from near on a quotation is shown
// as the nearest, which is no verdict.
const (
	alikeEnough = 0.6
	near        = 0.25
)

func (v *verifier) check(ctx context.Context, c quotes.Claim) error {
	best := v.verbatim(c)
	if best.likeness < 1 {
		articles, err := v.nearby(ctx, c)
		if err != nil {
			return err
		}
		if best = v.alike(c, articles); best.likeness < 1 {
			if f, ok := v.unquoted(ctx, c, articles); ok {
				best = f
			}
		}
	}
	v.asSent(c)
	v.judge(c, best)
	return nil
}

// judge says what became of the claim, and shows the true words.
func (v *verifier) judge(c quotes.Claim, f found) {
	switch {
	case f.exact && f.quote == nil:
		v.tally.unquoted++
		v.say(f, "These words stand in the article, but not as anybody's quotation:")
		v.reply.Blocks = append(v.reply.Blocks, Block{Kind: Excerpt, Text: f.sentence, Cites: []int{v.number(f)}})
	case f.likeness == 1 && wrongSpeaker(c.Speaker, f.quote.Speaker):
		v.tally.others++
		v.say(f, "%s, but somebody else's: %s said it.", sameWords(f), f.quote.Speaker.Name)
		v.show(f)
	case f.likeness == 1:
		v.tally.verbatim++
		v.sameSpeaker(c, f)
		v.show(f)
	case f.likeness >= alikeEnough:
		v.tally.altered++
		v.altered(c, f)
		v.show(f)
		v.reply.Blocks = append(v.reply.Blocks, Block{Kind: Plain, Text: v.request.say("Changed: %s.", strings.TrimRight(v.changes(quotes.Compare(c.Words, f.words)), "."))})
	default:
		v.tally.unknown++
		v.reply.Blocks = append(v.reply.Blocks, Block{Kind: Plain, Text: "Not in this collection."})
		if f.quote != nil && f.likeness >= near && sharesWords(c.Words, f.words) {
			v.say(f, "Nearest, though in other words:")
			v.show(f)
		}
	}
}

// sharesWords reports whether two texts have two words in common that say something.
func sharesWords(a, b string) bool {
	in := map[string]bool{}
	for word := range strings.FieldsSeq(a) {
		if term := retrieval.Term(word); term != "" && !retrieval.IsStop(text.Fold(word)) {
			in[term] = true
		}
	}
	shared := map[string]bool{}
	for word := range strings.FieldsSeq(b) {
		if term := retrieval.Term(word); in[term] {
			shared[term] = true
		}
	}
	return len(shared) >= 2
}

// sameWords is the verdict on words of which none differs.
func sameWords(f found) sentence {
	if f.exact {
		return sentence{format: "Verbatim"}
	}
	return sentence{format: "Word for word, but for capitals or punctuation"}
}

// sameSpeaker says that nothing differs, and whether the article names the speaker whom the claim names.
func (v *verifier) sameSpeaker(c quotes.Claim, f found) {
	verdict := v.request.say("%s.", sameWords(f))
	if c.Speaker != "" && f.quote.Speaker.Name == "" {
		verdict += " " + v.request.say("The article does not name who said it.")
	}
	v.say(f, "%s", verdict)
}

// changes says in words what differs: "never → not · left out: a single · added: very".
func (v *verifier) changes(d quotes.Diff) string {
	var parts []string
	for _, c := range d {
		switch c.Kind {
		case quotes.Altered:
			parts = append(parts, c.Claimed+" → "+c.Actual)
		case quotes.Missing:
			parts = append(parts, v.request.say("left out: %s", c.Actual))
		case quotes.Added:
			parts = append(parts, v.request.say("added: %s", c.Claimed))
		}
	}
	return strings.Join(parts, " · ")
}

// altered says that words differ, and whose the true ones are.
func (v *verifier) altered(c quotes.Claim, f found) {
	switch name := f.quote.Speaker.Name; {
	case wrongSpeaker(c.Speaker, f.quote.Speaker):
		v.say(f, "Altered, and somebody else's. %s said:", name)
	case name == "":
		v.say(f, "Altered. The article has:")
	default:
		v.say(f, "Altered. %s said:", name)
	}
}

// better prefers what is nearer to the claim, then the claimed speaker's own words.
func better(f, than found, speaker string) bool {
	if f.likeness != than.likeness {
		return f.likeness > than.likeness
	}
	own := func(f found) bool {
		return f.quote != nil && (speaker == "" || !wrongSpeaker(speaker, f.quote.Speaker))
	}
	return own(f) && !own(than)
}

// wrongSpeaker reports whether the claimed and the true speaker are certainly different people; an open one contradicts nobody.
func wrongSpeaker(claimed string, actual news.Speaker) bool {
	if claimed == "" || actual.Name == "" {
		return false
	}
	asked, full := strings.Fields(text.Fold(claimed)), text.Fold(actual.Name)
	last := asked[len(asked)-1]
	return !quotes.SameName(claimed, actual.Name) && !containsWord(full, last)
}

func (r Request) speakerOf(q *news.Quote) string {
	if line := speakerLine(q.Speaker); line != "" {
		return line
	}
	if q.Speaker.Mention != "" {
		return q.Speaker.Mention
	}
	return r.say("a speaker who is not named")
}

// said lists every quotation that the viewer sees.
func (d *Desk) said(viewer news.Viewer) []speakers.Entry {
	return slices.DeleteFunc(d.Speakers.All(viewer), func(e speakers.Entry) bool { return e.Kind == news.Reported })
}

// claimed is what of a claim's words must stand in a text: the mark at their end belongs to the sentence around them as often as to them.
func claimed(c quotes.Claim) string { return strings.TrimRight(c.Words, ".,;:!?… ") }

// verbatim finds the quotation that holds the claim word for word, the claimed speaker's first.
func (v *verifier) verbatim(c quotes.Claim) found {
	words, longest := claimed(c), ""
	for w := range strings.FieldsFuncSeq(words, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if len(w) > len(longest) {
			longest = w
		}
	}
	var best found
	for i, e := range v.said {
		holds := func(f news.Fragment) bool {
			if !strings.Contains(f.Text, longest) { // a quick look
				return false
			}
			_, ok := text.Verbatim(f.Text, words)
			return ok
		}
		if slices.ContainsFunc(e.Fragments, holds) {
			if f := (found{source: e.Source, quote: &v.said[i].Quote, exact: true, likeness: 1}); better(f, best, c.Speaker) {
				best = f
			}
		}
	}
	return best
}

// nearby lists the articles whose passages fit the claim's words best.
func (v *verifier) nearby(ctx context.Context, c quotes.Claim) ([]string, error) {
	result, err := v.desk.Index.Search(ctx, retrieval.Query{Text: c.Words, Viewer: v.viewer, Literal: true, Limit: 15, PerSource: 2})
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, h := range result.Hits {
		ids = append(ids, h.Source.ArticleID)
		for _, copied := range h.Copies {
			ids = append(ids, copied.ArticleID)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}

// alike finds the quotation that comes nearest to the claim, among those of the articles and those of the claimed speaker. Each is taken as a whole: the words
// between its fragments are not the speaker's.
func (v *verifier) alike(c quotes.Claim, articles []string) found {
	var best found
	for i, e := range v.said {
		if _, near := slices.BinarySearch(articles, e.ArticleID); !near && (c.Speaker == "" || e.Speaker.Name == "" || wrongSpeaker(c.Speaker, e.Speaker)) {
			continue
		}
		words := e.Words()
		span, alike := quotes.Nearest(c.Words, words)
		f := found{source: e.Source, quote: &v.said[i].Quote, words: span.In(words), likeness: alike}
		if better(f, best, c.Speaker) {
			best = f
		}
	}
	return best
}

// unquoted finds the claim word for word in the articles' own text.
func (v *verifier) unquoted(ctx context.Context, c quotes.Claim, articles []string) (found, bool) {
	for _, id := range articles {
		a, err := v.desk.Library.Article(ctx, id)
		if err != nil {
			continue // removed meanwhile
		}
		if span, ok := text.Verbatim(a.Text, claimed(c)); ok {
			return found{source: news.SourceOf(a), exact: true, likeness: 1, sentence: sentenceAt(a, span)}, true
		}
	}
	return found{}, false
}

// sentenceAt is the sentence of an article around a span.
func sentenceAt(a news.Article, span news.Span) string {
	_, around, _ := surroundings(a, span)
	for _, sentence := range sentencesIn(a.Text, around) {
		if sentence.Contains(span) {
			return sentence.In(a.Text)
		}
	}
	return span.In(a.Text)
}

// asSent repeats the claim without quotation marks, which only verbatim words get.
func (v *verifier) asSent(c quotes.Claim) {
	line := cut(strings.Join(strings.Fields(c.Words), " "), 300)
	if c.Speaker != "" {
		line = c.Speaker + ": " + line
	}
	v.reply.Blocks = append(v.reply.Blocks, Block{Kind: Heading, Text: v.request.say("As sent — %s", line)})
}

// say adds the verdict with its source.
func (v *verifier) say(f found, format string, args ...any) {
	v.reply.Blocks = append(v.reply.Blocks, Block{Kind: Plain, Text: v.request.say(format, args...), Cites: []int{v.number(f)}})
}

// show adds the true quotation, whole.
func (v *verifier) show(f found) {
	v.reply.Blocks = append(v.reply.Blocks, quoteBlock(v.request, speakers.Entry{Quote: *f.quote, Source: f.source}, []int{v.number(f)}, ""))
}

func (v *verifier) number(f found) int { return v.numbers.number(f.source, news.Passage{}) }
