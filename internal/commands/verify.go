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
			{Name: "text", Description: "The text with the quotations in quotation marks", Required: true, MaxLength: maxVerify},
			private(),
		},
		Handle: func(ctx context.Context, r Request, _ Progress) (Reply, error) {
			claims := quotes.Find(r.Option("text"), d.Now())
			if len(claims) == 0 { // no marks: the whole text may be the quotation
				claims = []quotes.Claim{{Words: strings.TrimSpace(r.Option("text"))}}
			}
			v := verifier{desk: d, guild: r.Place.Guild}
			for _, c := range claims {
				if err := v.check(ctx, c); err != nil {
					return Reply{}, err
				}
			}
			v.reply.Title = v.tally.String()
			return v.reply, nil
		},
	}
}

// tally counts the verdicts.
type tally struct{ verbatim, altered, others, unknown int }

func (t tally) String() string {
	var parts []string
	for _, p := range []struct {
		n    int
		what string
	}{{t.verbatim, "verbatim"}, {t.altered, "altered"}, {t.others, "by somebody else"}, {t.unknown, "not in this collection"}} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", p.n, p.what))
		}
	}
	return plural(t.verbatim+t.altered+t.others+t.unknown, "quotation") + ": " + strings.Join(parts, ", ")
}

// verifier builds the reply, claim by claim.
type verifier struct {
	desk  *Desk
	guild string
	reply Reply
	tally tally
}

// found is where the words of a claim stand, or nearly stand.
type found struct {
	source   news.Source
	span     news.Span // in the article
	words    string    // of the article
	quote    *news.Quote
	likeness float64 // 1 for verbatim
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
	switch {
	case best.likeness == 1 && best.quote == nil:
		v.tally.verbatim++
		v.say("Stands word for word in the article, but not as a quotation there.", best)
	case best.likeness == 1 && wrongSpeaker(c.Speaker, best.quote.Speaker):
		v.tally.others++
		v.say("Verbatim, but attributed to somebody else: "+speakerOf(best.quote)+".", best)
		v.show(best)
	case best.likeness == 1:
		v.tally.verbatim++
		v.say("Verbatim.", best)
		v.show(best)
	case best.likeness >= alikeEnough && best.quote != nil:
		v.tally.altered++
		v.say(altered(c, best), best)
		v.show(best)
		v.reply.Blocks = append(v.reply.Blocks, Block{Kind: Plain, Text: "Changed: " + quotes.Compare(c.Words, best.words).String() + "."})
	default:
		v.tally.unknown++
		v.reply.Blocks = append(v.reply.Blocks, Block{Kind: Plain, Text: "Not in this collection."})
	}
	return nil
}

func altered(c quotes.Claim, f found) string {
	if wrongSpeaker(c.Speaker, f.quote.Speaker) {
		return "Altered, and attributed to somebody else: " + speakerOf(f.quote) + "."
	}
	return "Altered. " + speakerOf(f.quote) + " said:"
}

// better prefers what is nearer to the claim, then the claimed speaker's own words, then a quotation to plain text.
func better(f, than found, speaker string) bool {
	if f.likeness != than.likeness {
		return f.likeness > than.likeness
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
	return "an unnamed speaker"
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

// stands finds the claim's words in an article, verbatim or nearly.
func (d *Desk) stands(c quotes.Claim, a news.Article) found {
	f := found{source: news.SourceOf(a)}
	trimmed := strings.TrimRight(c.Words, ".,;:!?… ")
	if span, ok := text.Verbatim(a.Text, trimmed); ok {
		f.span, f.likeness = span, 1
	} else {
		f = d.nearly(c, a)
	}
	f.words = f.span.In(a.Text)
	if quoted := d.Speakers.In(a.ID, f.span); len(quoted) > 0 && f.quote == nil {
		for i := range quoted {
			if quoted[i].Kind != news.Reported {
				f.quote = &quoted[i]
				break
			}
		}
	}
	return f
}

// nearly looks for the claim among the article's quotations, each taken as a whole.
func (d *Desk) nearly(c quotes.Claim, a news.Article) found {
	best := found{source: news.SourceOf(a)}
	all := d.Speakers.In(a.ID, news.Span{Start: 0, End: len(a.Text)})
	for i, q := range all {
		if q.Kind == news.Reported {
			continue
		}
		span, alike := quotes.Nearest(c.Words, q.Span().In(a.Text))
		if alike > best.likeness && alike < 1 {
			best.likeness, best.quote = alike, &all[i]
			best.span = news.Span{Start: q.Span().Start + span.Start, End: q.Span().Start + span.End}
		}
	}
	return best
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
	v.reply.Blocks = append(v.reply.Blocks, Block{Kind: Plain, Text: sentence, Cites: []int{v.number(f.source)}})
}

// show adds the true quotation, whole.
func (v *verifier) show(f found) {
	e := speakers.Entry{Quote: *f.quote, Source: f.source}
	v.reply.Blocks = append(v.reply.Blocks, quoteBlock(e, []int{v.number(f.source)}))
}

func (v *verifier) number(s news.Source) int {
	for _, known := range v.reply.Sources {
		if known.ArticleID == s.ArticleID {
			return known.N
		}
	}
	n := len(v.reply.Sources) + 1
	v.reply.Sources = append(v.reply.Sources, Source{N: n, Source: s})
	return n
}
