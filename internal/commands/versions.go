package commands

import (
	"context"
	"slices"
	"strings"
	"time"

	"attache/internal/library"
	"attache/internal/news"
	"attache/internal/quotes"
	"attache/internal/text"
)

// revisionsShown is how many sentences one reply shows of what a change altered.
const revisionsShown = 8

// versions shows what an article said before it was changed.
func (d *Desk) versions() Command {
	return Command{
		Name:        "versions",
		Description: "What an article said before it was changed: each version, sentence by sentence",
		Reads:       true,
		Options: []Option{
			{Name: "article", Description: "Its title, address or id", Required: true, MaxLength: 200, Complete: d.completeArticle},
			{Name: "page", Description: "Which change, the latest first", Kind: Integer, MaxLength: 5},
			private(),
		},
		Handle: func(ctx context.Context, r Request, _ Progress) (Reply, error) {
			source, err := d.articleNamed(r, r.Option("article"))
			if err != nil {
				return Reply{}, err
			}
			now, err := d.Library.Article(ctx, source.ArticleID)
			if err != nil {
				return Reply{}, err
			}
			former, err := d.Library.Versions(ctx, source.ArticleID)
			if err != nil {
				return Reply{}, err
			}
			return versionsReply(r.With("article", source.ArticleID), now, former), nil
		},
	}
}

// articleNamed finds an article that the asker may see by its id, its address, its title, or a part of the title that no other has.
func (d *Desk) articleNamed(r Request, name string) (news.Source, error) {
	name = strings.TrimSpace(name)
	wanted := text.Fold(name)
	var part []news.Source
	for _, s := range d.Index.Holdings(d.viewer(r)).Sources {
		title := text.Fold(s.Title)
		if s.ArticleID == name || s.URL != "" && s.URL == name || title == wanted {
			return s, nil
		}
		if strings.Contains(title, wanted) {
			part = append(part, s)
		}
	}
	switch len(part) {
	case 0:
		return news.Source{}, Problemf("There is no article %q in this collection. /sources lists what there is.", cut(name, 80))
	case 1:
		return part[0], nil
	}
	return news.Source{}, Problemf("%d articles have %q in their title, the newest: %s. Please write more of it.", len(part), cut(name, 80), cut(part[0].Title, 80))
}

func (d *Desk) completeArticle(_ context.Context, r Request, typed string) []Choice {
	var choices []Choice
	wanted := text.Fold(strings.TrimSpace(typed))
	for _, s := range d.Index.Holdings(d.viewer(r)).Sources {
		if strings.Contains(text.Fold(s.Title), wanted) && len(choices) < 25 {
			choices = append(choices, Choice{Name: cut(strings.Join(compact(s.Title, s.Publisher), " — "), 100), Value: s.ArticleID})
		}
	}
	return choices
}

// versionsReply lists the versions of an article, and what the change on the page altered.
func versionsReply(r Request, now news.Article, former []library.Version) Reply {
	var numbers numbering
	cites := []int{numbers.number(news.SourceOf(now), news.Passage{})}
	reply := Reply{Title: r.say("Versions of %s", cut(now.Title, 150)), Sources: numbers.sources}
	if len(former) == 0 {
		reply.Blocks = []Block{{Kind: Plain, Text: "This article has not changed since it came into the collection.", Cites: cites}}
		return reply
	}
	reply.Blocks = append(reply.Blocks, Block{Kind: Item, Mark: "now", Text: r.titled(now), Cites: cites})
	for _, v := range former {
		reply.Blocks = append(reply.Blocks, Block{Kind: Item, Mark: r.say("until %s", moment(v.Replaced)), Text: bare(r.titled(v.Article))})
	}
	current := min(page(r), len(former))
	was, then := former[current-1], now
	if current > 1 {
		then = former[current-2].Article
	}
	reply.Blocks = append(reply.Blocks, Block{Kind: Heading, Text: r.say("What changed on %s", moment(was.Replaced))})
	reply.Blocks = append(reply.Blocks, changeBlocks(r, was.Article, then)...)
	reply.Actions = paging(r, current, len(former))
	reply.Footer = r.say("%s", counted{len(former) + 1, "version"})
	if len(former) > 1 {
		reply.Footer += " · " + r.say("change %d of %d, the latest first", current, len(former))
	}
	return reply
}

func (r Request) titled(a news.Article) string {
	day := ""
	if !a.Published.IsZero() {
		day = r.say("published %s", a.Published)
	}
	return strings.Join(compact(a.Title, day), ", ")
}

// changeBlocks shows what a change altered: title, date and publisher first, then sentence by sentence.
func changeBlocks(r Request, was, now news.Article) []Block {
	var blocks []Block
	for _, f := range []struct{ mark, was, now string }{
		{"title", was.Title, now.Title}, {"date", r.date(was.Published), r.date(now.Published)}, {"publisher", was.Publisher, now.Publisher}, {"author", was.Author, now.Author},
	} {
		if f.was != f.now {
			blocks = append(blocks, Block{Kind: Item, Mark: r.say(f.mark), Text: bare(r.orNone(f.was) + " → " + r.orNone(f.now))})
		}
	}
	revisions := quotes.Revise(was, now)
	for _, v := range revisions[:min(revisionsShown, len(revisions))] {
		blocks = append(blocks, revisionBlocks(r, v)...)
	}
	if more := len(revisions) - revisionsShown; more > 0 {
		blocks = append(blocks, Block{Kind: Plain, Text: r.say("And %s.", counted{more, "more sentence"})})
	}
	if len(blocks) == 0 {
		blocks = append(blocks, Block{Kind: Plain, Text: "No sentence changed: only headings, address or label did."})
	}
	return blocks
}

// date is a day; "" for none.
func (r Request) date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return r.lang().Day(t)
}

func (r Request) orNone(s string) string {
	if s == "" {
		return r.say("none")
	}
	return s
}

// revisionBlocks shows one sentence that a change altered, without quotation marks: what is shown here need not stand in the article any more.
func revisionBlocks(r Request, v quotes.Revision) []Block {
	const longest = 400
	var blocks []Block
	line := func(mark, sentence string) {
		blocks = append(blocks, Block{Kind: Item, Mark: r.say(mark), Text: cut(bare(oneLine(sentence)), longest)})
	}
	changed := ""
	switch {
	case v.Was == "":
		line("added", v.Now)
	case v.Now == "":
		line("removed", v.Was)
	default:
		line("altered", v.Was)
		line("to", v.Now)
		changed = wording(v.Was, v.Now)
	}
	var whose []string
	for _, q := range v.Lost {
		if who := r.speakerOf(&q); !slices.Contains(whose, who) {
			whose = append(whose, who)
		}
	}
	if len(whose) > 0 {
		blocks[0].Mark += " " + r.say("▲ quotation")
		whose = []string{r.say("in a quotation of %s", strings.Join(whose, "; "))}
	}
	if note := strings.Join(compact(append([]string{changed}, whose...)...), " · "); note != "" {
		blocks = append(blocks, Block{Kind: Plain, Text: r.say("Changed: %s.", note)})
	}
	return blocks
}

// wording says which words a change altered: "never → not · − a single · + very".
func wording(was, now string) string {
	var parts []string
	for _, c := range quotes.Compare(bare(was), bare(now)) {
		before, after := strings.Trim(c.Claimed, ".,;:!? "), strings.Trim(c.Actual, ".,;:!? ")
		switch c.Kind {
		case quotes.Altered:
			parts = append(parts, before+" → "+after)
		case quotes.Added:
			parts = append(parts, "− "+before)
		case quotes.Missing:
			parts = append(parts, "+ "+after)
		}
	}
	return cut(strings.Join(parts, " · "), 200)
}
