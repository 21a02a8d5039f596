package commands

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
	"unicode"

	"attache/internal/answer"
	"attache/internal/news"
	"attache/internal/retrieval"
	"attache/internal/speakers"
	"attache/internal/text"
)

// What one brief shows of each part.
const (
	briefLatest     = 3
	briefBackground = 4
	briefSaid       = 5
	perSpeaker      = 2 // of briefSaid, of one speaker
	latestDays      = 7 // how far the latest reports may lie behind the newest
)

// brief sums up a matter from its sources' own sentences, as a message and as a file.
func (d *Desk) brief() Command {
	return Command{
		Name:        "brief",
		Description: "A brief on a topic: the latest, background, who said what, where sources differ, what is missing",
		Options: append([]Option{{Name: "topic", Description: "On what", Required: true, MaxLength: 200}},
			append(narrowing(), d.sourceOption(), private())...),
		Handle: func(ctx context.Context, r Request, progress Progress) (Reply, error) {
			reply, err := d.filed(d.writeBrief)(ctx, r, progress)
			if err == nil && len(reply.Sources) > 0 {
				reply.Files = []File{{Name: fileName(r.Option("topic")), Type: "text/markdown; charset=utf-8", Data: []byte(markdown(r, reply))}}
			}
			return reply, err
		},
	}
}

func (d *Desk) writeBrief(ctx context.Context, r Request, progress Progress) (Reply, Receipt, error) {
	q, err := d.query(r, strings.TrimSpace(r.Option("topic")))
	if err != nil {
		return Reply{}, Receipt{}, err
	}
	b, err := d.briefing(ctx, q)
	if err != nil {
		return Reply{}, Receipt{}, err
	}
	if len(b.lifted) == 0 {
		return nothingOn(r, q, b.found), Receipt{}, nil
	}
	if progress != nil && d.Answers.Composes() {
		progress(b.show(r, composition{}, d.today(), &numbering{}))
	}
	made := d.compose(ctx, &b.latest, &b.background)
	if ctx.Err() != nil {
		return Reply{}, Receipt{}, ctx.Err()
	}
	var numbers numbering
	reply := b.show(r, made, d.today(), &numbers)
	reply.Actions = []Action{{Label: "Timeline", Request: timelineOf(r)}}
	return reply, made.receipt(b.found, numbers), nil
}

// briefing is what a brief is made of.
type briefing struct {
	query              retrieval.Query
	found              retrieval.Result
	lifted             []answer.Lifted
	latest, background section
	said               []saying
	differences        []answer.Difference
}

// briefing gathers the parts of a brief; without lifted sentences there is nothing to brief on.
func (d *Desk) briefing(ctx context.Context, q retrieval.Query) (b briefing, err error) {
	b.query = q
	if b.lifted, b.found, err = d.Answers.Lift(ctx, q); err != nil || len(b.lifted) == 0 {
		return b, err
	}
	latest, background := split(unquoted(b.lifted))
	b.latest = section{question: "What is the latest on " + q.Text + "?", lifted: latest}
	b.background = section{question: "What led up to it in the matter of " + q.Text + ", in order of time?", lifted: background}
	if b.said, err = d.saidOnTopic(ctx, q, b.found); err != nil {
		return b, err
	}
	b.said = b.said[:min(briefSaid, len(b.said))]
	slices.SortStableFunc(b.said, func(x, y saying) int { return y[0].When().Compare(x[0].When()) })
	b.differences, err = d.Answers.Differences(ctx, q, b.lifted)
	return b, err
}

func timelineOf(r Request) Request {
	r.Command = "timeline"
	return r
}

// show lays the parts out, with what a model made of them.
func (b briefing) show(r Request, made composition, now time.Time, numbers *numbering) Reply {
	reply := Reply{Title: r.say("Brief on %q", b.query.Text), Notices: append(r.howRead(b.found), made.notices(r)...)}
	part := func(title string, blocks []Block) {
		if len(blocks) > 0 {
			reply.Blocks = append(append(reply.Blocks, Block{Kind: Heading, Text: title}), blocks...)
		}
	}
	part("Latest", datedBlocks(r, b.latest.lifted, numbers))
	part("Background", datedBlocks(r, b.background.lifted, numbers))
	var words []Block
	for _, s := range b.said {
		words = append(words, sayingBlock(r, s, "", numbers))
	}
	part("Who said what", words)
	for _, difference := range b.differences {
		part(r.say("Where sources disagree: how many %s", difference.Of), versionBlocks(r, difference, numbers))
	}
	part("What is missing", missing(r, b.found, b.lifted, b.said, now))
	reply.Sources = numbers.sources
	reply.Footer = strings.Join(compact(r.say("%s", counted{len(reply.Sources), "article"}), made.by(r, r.say("its sources' own sentences")), r.filters(b.query)), " · ")
	return reply
}

// saidOnTopic gathers what was said on the topic in the articles that were found, the most relevant first.
func (d *Desk) saidOnTopic(ctx context.Context, q retrieval.Query, found retrieval.Result) ([]saying, error) {
	var said []speakers.Entry
	seen := map[string]bool{}
	for _, h := range found.Hits {
		if seen[h.Source.ArticleID] {
			continue
		}
		seen[h.Source.ArticleID] = true
		for _, quote := range d.Speakers.In(h.Source.ArticleID, news.Span{End: math.MaxInt}) {
			if quote.Kind != news.Reported && quote.Speaker.Name != "" {
				said = append(said, speakers.Entry{Quote: quote, Source: h.Source})
			}
		}
	}
	entries, err := d.about(ctx, q.Text, said)
	if err != nil {
		return nil, err
	}
	count := map[string]int{}
	var kept []saying
	for _, s := range together(entries) {
		name := s[0].Speaker.Name
		if count[name]++; count[name] <= perSpeaker {
			kept = append(kept, s)
		}
	}
	return kept, nil
}

// unquoted leaves out the sentences that quote somebody: they stand under who said what.
func unquoted(lifted []answer.Lifted) []answer.Lifted {
	return slices.DeleteFunc(slices.Clone(lifted), func(l answer.Lifted) bool { return l.Quote != nil })
}

// split parts the sentences that fit best into those of the newest reports, newest first, and those of the time before, oldest first. Undated ones
// are background.
func split(lifted []answer.Lifted) (latest, background []answer.Lifted) {
	var last time.Time
	for _, l := range lifted {
		if l.Source.Published.After(last) {
			last = l.Source.Published
		}
	}
	for _, l := range lifted {
		p := l.Source.Published
		if !p.IsZero() && last.Sub(p) <= latestDays*24*time.Hour && len(latest) < briefLatest {
			latest = append(latest, l)
		} else if len(background) < briefBackground {
			background = append(background, l)
		}
	}
	background = newest(background)
	slices.Reverse(background)
	slices.SortStableFunc(background, func(a, b answer.Lifted) int { return a.Date().Compare(b.Date()) })
	return newest(latest), background
}

func datedBlocks(r Request, lifted []answer.Lifted, numbers *numbering) []Block {
	var blocks []Block
	for _, l := range lifted {
		b := liftedBlock(r, l, numbers)
		b.Mark = r.dateMark(l)
		blocks = append(blocks, b)
	}
	return blocks
}

// versionBlocks shows what each report gives.
func versionBlocks(r Request, difference answer.Difference, numbers *numbering) []Block {
	var blocks []Block
	for _, s := range difference.Versions {
		b := r.versionBlock(s, difference.Evidence)
		for _, e := range difference.Evidence {
			if slices.Contains(s.Cites, e.N) {
				b.Cites = []int{numbers.number(e.Source, e.Passage)}
			}
		}
		blocks = append(blocks, b)
	}
	return blocks
}

// missing lists what a reader of the brief should know that it lacks.
func missing(r Request, found retrieval.Result, lifted []answer.Lifted, said []saying, now time.Time) []Block {
	var last time.Time
	publishers := map[string]bool{}
	for _, l := range lifted {
		for _, s := range append([]news.Source{l.Source}, l.Also...) {
			publishers[cmp.Or(s.Publisher, s.ArticleID)] = true
		}
		if l.Source.Published.After(last) {
			last = l.Source.Published
		}
	}
	lines := compact(r.absent(found.Missing))
	if stale(last, now) {
		lines = append(lines, r.say("Nothing newer than %s.", last))
	}
	if last.IsZero() {
		lines = append(lines, r.say("None of the articles is dated."))
	}
	if len(publishers) == 1 {
		lines = append(lines, r.say("All of it is from one publisher."))
	}
	if len(said) == 0 {
		lines = append(lines, r.say("Nobody is quoted on it by name."))
	}
	blocks := make([]Block, len(lines))
	for i, line := range lines {
		blocks[i] = Block{Kind: Plain, Text: line}
	}
	return blocks
}

// fileName makes a file's name of a topic: letters and digits with hyphens between.
func fileName(topic string) string {
	words := strings.FieldsFunc(text.Fold(topic), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	name := []rune(strings.Join(words, "-"))
	return "brief-" + strings.Trim(string(name[:min(60, len(name))]), "-") + ".md"
}

// markdown writes a reply as a Markdown document. Text from articles is escaped.
func markdown(r Request, reply Reply) string {
	reply = reply.in(r.lang())
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n", escaped(reply.Title))
	for _, block := range reply.Blocks {
		b.WriteString(markdownBlock(block))
	}
	fmt.Fprintf(&b, "\n## %s\n\n", escaped(r.say("Sources")))
	for _, s := range reply.Sources {
		fmt.Fprintf(&b, "%d. %s\n", s.N, markdownSource(r, s.Source))
	}
	for _, line := range append(slices.Clone(reply.Notices), reply.Footer) {
		fmt.Fprintf(&b, "\n%s\n", escaped(line))
	}
	return b.String()
}

func markdownBlock(block Block) string {
	cites := ""
	for _, n := range block.Cites {
		cites += fmt.Sprintf(" \\[%d\\]", n)
	}
	words := escaped(block.Text)
	switch block.Kind {
	case Heading:
		return "\n## " + words + "\n"
	case Quoted:
		quoted := make([]string, len(block.Fragments))
		for i, f := range block.Fragments {
			quoted[i] = "“" + escaped(f) + "”"
		}
		return fmt.Sprintf("\n> %s%s\n>\n> %s\n", strings.Join(quoted, " … "), cites, escaped(strings.Join(compact(block.Attribution, block.Mark), " · ")))
	}
	if block.Mark != "" {
		words = "**" + escaped(block.Mark) + "** " + words
	}
	if block.Attribution != "" {
		words += " (" + escaped(block.Attribution) + ")"
	}
	return "\n" + words + cites + "\n"
}

func markdownSource(r Request, s news.Source) string {
	marks := strings.Join(compact(append([]string{s.Label}, r.lang().Marks(s.Wall)...)...), "; ")
	if marks != "" {
		marks = "(" + marks + ")"
	}
	return escaped(strings.Join(compact(s.Title, s.Publisher, r.published(s), s.URL, marks), ", "))
}

// escaped makes text of articles and people mean nothing in Markdown but itself, on one line.
func escaped(s string) string { return markdownSigns.Replace(strings.Join(strings.Fields(s), " ")) }

var markdownSigns = strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", "&lt;", ">", "&gt;", "#", `\#`, "|", `\|`, "~", `\~`)
