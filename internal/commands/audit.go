package commands

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"attache/internal/answer"
	"attache/internal/library"
	"attache/internal/news"
	"attache/internal/quotes"
	"attache/internal/text"
)

// Fate is what became of words that an answer rests on.
type Fate string

// The fates.
const (
	Reworded Fate = "changed"         // other words stand in their place
	Dropped  Fate = "taken out"       // the article stands without them
	Removed  Fate = "article removed" // the article is no longer in the collection
	Closed   Fate = "kept back"       // a wall or an embargo keeps the article from where the answer was given
)

// Shaken is evidence of an answer that no longer stands as it did.
type Shaken struct {
	N      int         // as the answer cites it
	Source news.Source // as it is now; as it was cited when the article is gone
	Fate   Fate
	From   string // the sentence as it was; "" when the article is gone or kept back
	To     string // what stands in its place; "" when nothing does
}

// Finding is an answer that rests on words which have since been changed or removed.
type Finding struct {
	Answer library.GivenAnswer
	Shaken []Shaken
}

// Audit finds the answers given since then that rest on words which have since been changed, removed or kept back: among those that rest on the articles, by their ids
// of now, or among all when none is named; oldest first. Answers whose receipt cannot be read are passed over.
func (d *Desk) Audit(ctx context.Context, since time.Time, articles ...string) ([]Finding, error) {
	var found []Finding
	for a, err := range d.Library.Resting(ctx, since, articles...) {
		if err != nil {
			return nil, err
		}
		var kept Receipt
		if json.Unmarshal([]byte(a.Data), &kept) != nil {
			continue
		}
		shaken, err := d.shaken(ctx, kept, a.Now)
		if err != nil {
			return nil, err
		}
		if len(shaken) > 0 {
			found = append(found, Finding{Answer: a.GivenAnswer, Shaken: shaken})
		}
	}
	return found, nil
}

// shaken lists what of an answer's evidence no longer stands. now maps the ids that it cites to those of today; one that it lacks is still the same.
func (d *Desk) shaken(ctx context.Context, kept Receipt, now map[string]string) ([]Shaken, error) {
	var all []Shaken
	for _, e := range kept.Evidence {
		id := e.Source.ArticleID
		if current, ok := now[id]; ok {
			id = current
		}
		a, err := d.Library.Article(ctx, id)
		var found []Shaken
		switch {
		case errors.Is(err, library.ErrNotFound) || err == nil && e.Removed:
			found = []Shaken{{N: e.N, Source: e.Source, Fate: Removed}}
		case err != nil:
			return nil, err
		case kept.closed(a, d.Now()): // nothing is told of what it says now
			found = []Shaken{{N: e.N, Source: e.Source, Fate: Closed}}
		default:
			found = kept.reworded(e, a)
		}
		for _, s := range found {
			if !slices.ContainsFunc(all, func(o Shaken) bool { return o.N == s.N && o.Fate == s.Fate && o.From == s.From }) {
				all = append(all, s)
			}
		}
	}
	return all, nil
}

// closed reports whether an article is kept from whoever the answer was given to. Older receipts do not tell who that was.
func (k Receipt) closed(a news.Article, now time.Time) bool {
	if k.Viewer.Now.IsZero() {
		return false
	}
	viewer := k.Viewer
	viewer.Now = now
	return !viewer.Sees(a.Audience())
}

// reworded lists the sentences of a piece of evidence that the answer rests on and that the article no longer holds.
func (k Receipt) reworded(e ReceiptEvidence, now news.Article) []Shaken {
	if _, stands := text.Verbatim(now.Text, e.Text); stands {
		return nil
	}
	var all []Shaken
	for _, p := range text.Paragraphs(e.Text) {
		for _, span := range sentencesIn(e.Text, p) {
			sentence := span.In(e.Text)
			if _, stands := text.Verbatim(now.Text, sentence); stands || !k.restsOn(e.N, sentence) {
				continue
			}
			s := Shaken{N: e.N, Source: news.SourceOf(now), Fate: Dropped, From: oneLine(sentence)}
			if to := inPlace(sentence, now.Text); to != "" {
				s.Fate, s.To = Reworded, oneLine(to)
			}
			all = append(all, s)
		}
	}
	return all
}

// How like a sentence another must be to be the one that took its place, and how like a sentence of an answer one of its evidence must be to be the one that
// it shows, which may have been shortened and have names in place of pronouns; by quotes.Likeness.
const (
	inPlaceFrom = 0.5
	shownFrom   = 0.6
)

// restsOn reports whether a sentence of the evidence with that number bears the answer. An extractive answer rests on the sentences that it shows, one that a
// model wrote on all that it was given.
func (k Receipt) restsOn(n int, sentence string) bool {
	if k.Model != "" {
		return true
	}
	return slices.ContainsFunc(k.Sentences, func(s answer.Sentence) bool {
		if !slices.Contains(s.Cites, n) {
			return false
		}
		if _, within := text.Verbatim(s.Text, sentence); within {
			return true
		}
		return quotes.Likeness(s.Text, sentence) >= shownFrom
	})
}

// inPlace finds the sentence of an article that is most like the given one; "" when none is like it.
func inPlace(sentence, article string) string {
	best, most := "", inPlaceFrom
	for _, p := range text.Paragraphs(article) {
		for _, span := range sentencesIn(article, p) {
			if like := quotes.Likeness(sentence, span.In(article)); like > most || best == "" && like == most {
				best, most = span.In(article), like
			}
		}
	}
	return best
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// bare is s without double quotation marks, which only words get that stand in the article today.
func bare(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune("“”„‟\"«»", r) {
			return -1
		}
		return r
	}, s)
}

// shakenBlocks shows what became of the evidence. A source that is gone has no number.
func shakenBlocks(r Request, all []Shaken, numbers *numbering) []Block {
	var blocks []Block
	for _, s := range all {
		b := Block{Kind: Item, Mark: r.say(string(s.Fate)), Text: r.say("An article that it rests on is no longer in the collection.")}
		if s.Fate == Closed {
			b.Text = r.say("An article that it rests on is now kept from where it was given.")
		}
		if s.From == "" {
			blocks = append(blocks, b)
			continue
		}
		b.Text = cut(bare(s.From), 300)
		if s.To != "" {
			blocks = append(blocks, b)
			b = Block{Kind: Item, Mark: "now", Text: cut(s.To, 300)}
		}
		b.Cites = []int{numbers.number(s.Source, news.Passage{})}
		blocks = append(blocks, b)
	}
	return blocks
}

// Report shows answers that rest on changed words to the operator, with where and when each was given.
func Report(found []Finding) Reply {
	r := Request{} // the operator, at the terminal
	reply := Reply{Title: r.say("%s", counted{len(found), "answer on words that have since been changed or removed"})}
	if len(found) == 0 {
		return Reply{Blocks: []Block{{Kind: Plain, Text: "Every answer rests on words that still stand as they did."}}}
	}
	var numbers numbering
	for _, f := range found {
		where := r.say("in the terminal or a direct message")
		if f.Answer.Guild != "" {
			where = r.say("server %s", f.Answer.Guild)
		}
		reply.Blocks = append(reply.Blocks,
			Block{Kind: Heading, Text: fmt.Sprintf("#%s, %s, %s", f.Answer.ID, moment(f.Answer.At).in(r.lang()), where)},
			Block{Kind: Plain, Text: oneLine(f.Answer.Question)})
		reply.Blocks = append(reply.Blocks, shakenBlocks(r, f.Shaken, &numbers)...)
	}
	reply.Sources = numbers.sources
	return reply
}

// noteShown is how many changes the note under a standing answer names.
const noteShown = 3

// Note says under a standing answer that its words have changed since, with the source, in one line, in the language of its readers.
func (f Finding) Note(l Language) string {
	var parts []string
	for _, s := range f.Shaken[:min(noteShown, len(f.Shaken))] {
		switch {
		case s.Fate == Closed:
			parts = append(parts, l.say("[%d] is no longer shown here", s.N))
			continue
		case s.Fate == Removed:
			parts = append(parts, l.say("[%d] is no longer in the collection", s.N))
			continue
		case s.To == "":
			parts = append(parts, l.say("[%d] no longer says: %s", s.N, cut(bare(s.From), 200)))
		default:
			parts = append(parts, l.say("[%d] said: %s – and says now: %s", s.N, cut(bare(s.From), 200), cut(bare(s.To), 200)))
		}
		parts[len(parts)-1] += " (" + strings.Join(compact(s.Source.Title, s.Source.Publisher), ", ") + ")"
	}
	if more := len(f.Shaken) - noteShown; more > 0 {
		parts = append(parts, l.say("and %d more", more))
	}
	return l.say("This answer rests on words that have since been changed: %s.", strings.Join(parts, "; "))
}
