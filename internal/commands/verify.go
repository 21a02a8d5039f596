package commands

import (
	"context"
	"fmt"
	"slices"
	"strings"

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
		MessageMenu: "Verify quotations",
		Options: []Option{
			{Name: "text", Description: "The text with the quotations in quotation marks", Required: true, MaxLength: maxVerify, Raw: true},
			private(),
		},
		Handle: func(ctx context.Context, r Request, _ Progress) (Reply, error) {
			v := verifier{desk: d, guild: r.Place.Guild}
			claims := quotes.Find(r.Option("text"), d.Now())
			if len(claims) == 0 { // no marks: the whole text may be the quotation
				claims = []quotes.Claim{{Words: strings.TrimSpace(r.Option("text"))}}
				v.reply.Notices = []string{"The text has no quotation marks, so all of it was looked up as one quotation."}
			}
			for _, c := range claims {
				if err := v.check(ctx, c); err != nil {
					return Reply{}, err
				}
			}
			v.reply.Title, v.reply.Sources = v.tally.String(), v.numbers.sources
			return v.reply, nil
		},
	}
}

// tally counts the verdicts.
type tally struct{ verbatim, altered, others, unquoted, unknown int }

func (t tally) String() string {
	var parts []string
	for _, p := range []struct {
		n    int
		what string
	}{{t.verbatim, "verbatim"}, {t.altered, "altered"}, {t.others, "by somebody else"}, {t.unquoted, "found as nobody's quotation"}, {t.unknown, "not in this collection"}} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", p.n, p.what))
		}
	}
	return plural(t.verbatim+t.altered+t.others+t.unquoted+t.unknown, "quotation") + ": " + strings.Join(parts, ", ")
}

// verifier builds the reply, claim by claim.
type verifier struct {
	desk    *Desk
	guild   string
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

// alikeEnough is the share of words that must agree for a text to count as an altered version rather than another one.
const alikeEnough = 0.6

func (v *verifier) check(ctx context.Context, c quotes.Claim) error {
	candidates, err := v.desk.candidates(ctx, v.guild, c)
	if err != nil {
		return err
	}
	best := found{}
	for _, a := range candidates {
		f := v.desk.stands(c, a)
		if better(f, best, c.Speaker) {
			best = f
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
		v.say("These words stand in the article, but not as anybody's quotation:", f)
		v.reply.Blocks = append(v.reply.Blocks, Block{Kind: Excerpt, Text: f.sentence, Cites: []int{v.number(f)}})
	case f.likeness == 1 && wrongSpeaker(c.Speaker, f.quote.Speaker):
		v.tally.others++
		v.say(sameWords(f)+", but somebody else's: "+f.quote.Speaker.Name+" said it.", f)
		v.show(f)
	case f.likeness == 1:
		v.tally.verbatim++
		v.say(sameWords(f)+"."+leftOpen(c, f), f)
		v.show(f)
	case f.likeness >= alikeEnough:
		v.tally.altered++
		v.say(altered(c, f), f)
		v.show(f)
		v.reply.Blocks = append(v.reply.Blocks, Block{Kind: Plain, Text: "Changed: " + changes(quotes.Compare(c.Words, f.words)) + "."})
	default:
		v.tally.unknown++
		v.reply.Blocks = append(v.reply.Blocks, Block{Kind: Plain, Text: "Not in this collection."})
	}
}

// sameWords is the verdict on words of which none differs.
func sameWords(f found) string {
	if f.exact {
		return "Verbatim"
	}
	return "Word for word, but for capitals or punctuation"
}

// leftOpen says that the article does not name the speaker whom the claim names.
func leftOpen(c quotes.Claim, f found) string {
	if c.Speaker == "" || f.quote.Speaker.Name != "" {
		return ""
	}
	return " The article does not name who said it."
}

// changes says in words what differs: "never → not · left out: a single · added: very".
func changes(d quotes.Diff) string {
	var parts []string
	for _, c := range d {
		switch c.Kind {
		case quotes.Altered:
			parts = append(parts, c.Claimed+" → "+c.Actual)
		case quotes.Missing:
			parts = append(parts, "left out: "+c.Actual)
		case quotes.Added:
			parts = append(parts, "added: "+c.Claimed)
		}
	}
	return strings.Join(parts, " · ")
}

func altered(c quotes.Claim, f found) string {
	if wrongSpeaker(c.Speaker, f.quote.Speaker) {
		return "Altered, and somebody else's. " + f.quote.Speaker.Name + " said:"
	}
	if f.quote.Speaker.Name == "" {
		return "Altered. The article has:"
	}
	return "Altered. " + f.quote.Speaker.Name + " said:"
}

// better prefers what is nearer to the claim, then the claimed speaker's own words, then a quotation to plain text.
func better(f, than found, speaker string) bool {
	if f.likeness != than.likeness {
		return f.likeness > than.likeness
	}
	if f.exact != than.exact {
		return f.exact
	}
	return rank(f, speaker) > rank(than, speaker)
}

func rank(f found, speaker string) int {
	switch {
	case f.quote == nil:
		return 0
	case speaker == "" || !wrongSpeaker(speaker, f.quote.Speaker):
		return 2
	}
	return 1
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

func speakerOf(q *news.Quote) string {
	if line := speakerLine(q.Speaker); line != "" {
		return line
	}
	if q.Speaker.Mention != "" {
		return q.Speaker.Mention
	}
	return "a speaker who is not named"
}

// candidates are the articles in which a claim's words may stand: those whose passages fit them best, and those that quote the claimed speaker.
func (d *Desk) candidates(ctx context.Context, guild string, c quotes.Claim) ([]news.Article, error) {
	result, err := d.Index.Search(ctx, retrieval.Query{Text: c.Words, Guild: guild, Literal: true, Limit: 15, PerSource: 2})
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
	for _, p := range d.Speakers.Find(guild, c.Speaker).People {
		for _, e := range d.Speakers.Quotes(guild, p.Key) {
			ids = append(ids, e.ArticleID)
		}
	}
	slices.Sort(ids)
	var articles []news.Article
	for _, id := range slices.Compact(ids) {
		a, err := d.Library.Article(ctx, id)
		if err != nil {
			continue // removed meanwhile
		}
		articles = append(articles, a)
	}
	return articles, nil
}

// stands finds the claim's words in an article: verbatim, else as nearly as one of its quotations comes.
func (d *Desk) stands(c quotes.Claim, a news.Article) found {
	span, ok := text.Verbatim(a.Text, strings.TrimRight(c.Words, ".,;:!?… "))
	if !ok {
		return d.nearly(c, a)
	}
	f := found{source: news.SourceOf(a), exact: true, likeness: 1, sentence: sentenceAt(a, span)}
	for _, q := range d.Speakers.In(a.ID, span) {
		if q.Kind != news.Reported {
			f.quote = &q
			break
		}
	}
	return f
}

// nearly looks for the claim among the article's quotations, each taken as a whole: the words between its fragments are not the speaker's.
func (d *Desk) nearly(c quotes.Claim, a news.Article) found {
	best := found{source: news.SourceOf(a)}
	for _, q := range d.Speakers.In(a.ID, news.Span{Start: 0, End: len(a.Text)}) {
		if q.Kind == news.Reported {
			continue
		}
		words := q.Words()
		if span, alike := quotes.Nearest(c.Words, words); alike > best.likeness {
			best.likeness, best.quote, best.words = alike, &q, span.In(words)
		}
	}
	return best
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
	v.reply.Blocks = append(v.reply.Blocks, Block{Kind: Heading, Text: "As sent — " + line})
}

// say adds the verdict with its source.
func (v *verifier) say(sentence string, f found) {
	v.reply.Blocks = append(v.reply.Blocks, Block{Kind: Plain, Text: sentence, Cites: []int{v.number(f)}})
}

// show adds the true quotation, whole.
func (v *verifier) show(f found) {
	v.reply.Blocks = append(v.reply.Blocks, quoteBlock(speakers.Entry{Quote: *f.quote, Source: f.source}, []int{v.number(f)}, ""))
}

func (v *verifier) number(f found) int { return v.numbers.number(f.source, news.Passage{}) }
