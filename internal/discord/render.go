package discord

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/bwmarrin/discordgo"

	"attache/internal/commands"
	"attache/internal/news"
)

// Sizes of the parts of a page, in units. A part with all its sources in short form always fits one page.
const (
	partText      = 1000 // a block that costs more is cut into several parts
	partCredit    = 400  // an attribution that costs more goes on in a part of its own
	partCites     = 8    // a block that rests on more sources shows the others in parts of their own
	headingText   = 200  // a heading below this moves to the next page with the text it leads
	markText      = 100
	noticesText   = 600 // notices that cost more become paragraphs of the reply
	footerText    = 1000
	maxRefs       = 20 // named in one block
	maxWallRefs   = 3  // named beside a source, channels and roles apart
	sourceTitle   = 200
	sourceName    = 80
	shortTitle    = 40
	shortName     = 20
	sourcesMargin = 64 // the heading above the sources and the line breaks around it
)

const (
	embedColor  = 0x2f5d8c
	draftColor  = 0x9aa5b1 // of a reply in the making: by it the next process knows one that was cut off
	noticeSign  = "⚠️ "
	fragmentGap = " … "
	smallPrint  = "-# "
)

// Render shows a reply as the embeds of one message each: one page, or several when it is too long. It is pure. Every page lists the sources
// that are cited on it, the notices stand on the first, and nothing is left out: what passes a limit moves to a further page. A citation number without
// a source in the reply is not shown.
func Render(reply commands.Reply, words Words) []*discordgo.MessageEmbed {
	r := renderer{words: words, sources: map[int]commands.Source{}}
	for _, s := range reply.Sources {
		r.sources[s.N] = s
	}
	title, rest := cutTitle(reply.Title)
	all := append(rest, r.blocks(reply.Blocks)...)
	all = append(all, r.uncited(all)...)
	notices, late := r.notices(reply.Notices)
	r.fill(append(all, late...), notices)
	return r.embeds(title, plain(reply.Footer))
}

// drafted shows the beginning of a reply in the making.
func drafted(reply commands.Reply, words Words) message {
	page := Render(reply, words)[:1]
	page[0].Color = draftColor
	return message{embeds: page}
}

// whole reports whether a message shows a reply, and no reply in the making.
func whole(m *discordgo.Message) bool {
	return m.Flags&discordgo.MessageFlagsLoading == 0 && len(m.Embeds) > 0 && m.Embeds[0] != nil && m.Embeds[0].Color != draftColor
}

// cutTitle gives the title that an embed can take, and what is left of it as parts.
func cutTitle(title string) (string, []part) {
	pieces := cut(plain(title), maxEmbedTitle)
	var rest []part
	for _, p := range pieces[1:] {
		rest = append(rest, part{text: "**" + escape(p) + "**"})
	}
	return escape(pieces[0]), rest
}

// part is a stretch of a reply that stays whole on one page.
type part struct {
	text  string // as shown, markup included
	cites []int  // the sources it needs beneath it
	item  bool   // an entry of a list: follows another one without a blank line
	leads bool   // a heading: does not stay behind at the foot of a page
}

type renderer struct {
	words   Words
	sources map[int]commands.Source
	pages   []sheet
}

// sheet is a page that is being filled.
type sheet struct {
	parts   []part
	cites   map[int]bool
	level   detail
	notices string
}

func (r *renderer) blocks(blocks []commands.Block) []part {
	var parts []part
	for _, b := range blocks {
		parts = append(parts, r.block(b)...)
	}
	return parts
}

// block turns a block into parts, each with the numbers of the sources it rests on.
func (r *renderer) block(b commands.Block) []part {
	cites := slices.DeleteFunc(slices.Clone(b.Cites), func(n int) bool { _, ok := r.sources[n]; return !ok })
	first, more := cites[:min(len(cites), partCites)], cites[min(len(cites), partCites):]
	mark := ""
	if m := plain(b.Mark); m != "" {
		mark = "**" + escape(clip(m, markText)) + "**"
	}
	var parts []part
	switch b.Kind {
	case commands.Quoted, commands.Excerpt:
		parts = quoted(b, mark, numbers(first))
	case commands.Heading:
		for _, text := range cut(plain(b.Text), partText) {
			if text != "" {
				parts = append(parts, part{text: "**" + escape(text) + "**" + numbers(first), leads: true})
			}
		}
	default:
		parts = paragraphs(b, mark, numbers(first))
	}
	for i := range parts {
		parts[i].cites = first
	}
	for group := range slices.Chunk(more, partCites) {
		parts = append(parts, part{text: strings.TrimSpace(numbers(group)), cites: group})
	}
	return parts
}

// numbers shows citations after the words they belong to: " [1] [3]".
func numbers(cites []int) string {
	var b strings.Builder
	for _, n := range cites {
		fmt.Fprintf(&b, " [%d]", n)
	}
	return b.String()
}

// paragraphs renders a sentence, an entry of a list or the bot's own words.
func paragraphs(b commands.Block, mark, cites string) []part {
	var parts []part
	item := b.Kind == commands.Item
	if mark != "" {
		mark += " "
	}
	for i, text := range cut(strings.TrimSpace(b.Text), partText) {
		text = escape(text) + cites
		if i == 0 {
			text = mark + text + named(b.Refs)
		}
		if item {
			text = "- " + strings.ReplaceAll(text, "\n", "\n  ")
		}
		if text = strings.TrimSpace(text); text != "" && text != "-" {
			parts = append(parts, part{text: text, item: item})
		}
	}
	for i, credit := range cut(plain(b.Attribution), partCredit) {
		line := smallPrint + escape(credit)
		switch last := len(parts) - 1; {
		case credit == "":
		case i == 0 && last >= 0:
			parts[last].text += "\n" + line
		default:
			parts = append(parts, part{text: line})
		}
	}
	return parts
}

// named shows channels and roles by name. In an embed, a mention notifies nobody.
func named(refs []commands.Ref) string {
	var b strings.Builder
	for i, ref := range refs[:min(len(refs), maxRefs)] {
		if !snowflake.MatchString(ref.ID) {
			continue
		}
		sign := "#"
		if ref.Role {
			sign = "@&"
		}
		if i > 0 {
			b.WriteString(",")
		}
		b.WriteString(" <" + sign + ref.ID + ">")
	}
	return b.String()
}

// snowflake is the form of Discord's ids.
var snowflake = regexp.MustCompile(`^[0-9]{1,20}$`)

// quoted renders verbatim words in quotation marks, or an excerpt without, as a quotation of Discord with the attribution on a line of its own.
func quoted(b commands.Block, mark, cites string) []part {
	var parts []part
	for _, body := range bodies(b) {
		parts = append(parts, part{text: quoteLines(body) + cites})
	}
	if mark != "" && len(parts) > 0 {
		parts[0].text = mark + "\n" + parts[0].text
	}
	for i, credit := range cut(plain(b.Attribution), partCredit) {
		line := "> — " + escape(credit) + cites
		switch last := len(parts) - 1; {
		case credit == "":
		case i == 0 && last >= 0:
			parts[last].text = strings.TrimSuffix(parts[last].text, cites) + "\n" + line
		default:
			parts = append(parts, part{text: line})
		}
	}
	return parts
}

func quoteLines(text string) string { return "> " + strings.ReplaceAll(text, "\n", "\n> ") }

// bodies are the escaped words of a quotation, each run of them in marks of its own, or of an excerpt; those that fit one part are joined.
func bodies(b commands.Block) []string {
	open, end := "“", "”"
	if b.Kind == commands.Excerpt {
		open, end = "", ""
	}
	fragments := b.Fragments
	if len(fragments) == 0 {
		fragments = []string{b.Text}
	}
	var out []string
	size := 0
	for i, f := range fragments {
		for j, text := range cut(strings.TrimSpace(f), partText-len(fragmentGap)) {
			c := cost(text) + units(fragmentGap) + 2
			text = open + escape(text) + end
			if i > 0 && j == 0 && size+c <= partText {
				out[len(out)-1] += fragmentGap + text
				size += c
				continue
			}
			out = append(out, text)
			size = c
		}
	}
	return slices.DeleteFunc(out, func(s string) bool { return strings.TrimSpace(s) == open+end })
}

// uncited lists the sources that no part cites. A reply should have none; losing one silently would be worse.
func (r *renderer) uncited(shown []part) []part {
	cited := map[int]bool{}
	for _, p := range shown {
		for _, n := range p.cites {
			cited[n] = true
		}
	}
	var rest []part
	for _, n := range slices.Sorted(maps.Keys(r.sources)) {
		if !cited[n] {
			rest = append(rest, part{text: r.sourceLine(r.sources[n], full), item: true})
		}
	}
	return rest
}

// notices renders what the reader must know about the reply; what is too long for the foot of a page comes back as parts.
func (r *renderer) notices(all []string) (string, []part) {
	var lines []string
	var late []part
	used := 0
	for _, n := range all {
		for _, text := range cut(plain(n), noticesText/2) {
			line := noticeSign + escape(text)
			if text == "" {
				continue
			}
			if used += units(line) + 1; used > noticesText {
				late = append(late, part{text: line})
				continue
			}
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n"), late
}

// detail is how much of a source a page has room for.
type detail int

const (
	full detail = iota
	unlinked
	short
)

// sourceLine is one line of the list of sources: "[1] [Title](link) — Publisher, 28 Feb 2023 · exercise".
func (r *renderer) sourceLine(s commands.Source, level detail) string {
	titleSize, nameSize := sourceTitle, sourceName
	if level == short {
		titleSize, nameSize = shortTitle, shortName
	}
	title := clip(plain(s.Title), titleSize)
	if title == "" {
		title = clip(plain(s.ArticleID), titleSize)
	}
	line := fmt.Sprintf("[%d] ", s.N)
	if link := safeLink(s.URL); link != "" && level == full && title != "" {
		line += "[" + label(title) + "](" + link + ")"
	} else {
		line += escape(title)
	}
	if from := r.origin(s.Source, nameSize); from != "" {
		line += " — " + escape(from)
	}
	if mark := clip(plain(s.Label), shortName); mark != "" {
		line += " · " + escape(mark)
	}
	return line + r.walls(s.Wall)
}

// walls is who may see an article, channels and roles by name; of each as many as there is room for.
func (r *renderer) walls(w news.Wall) string {
	line := ""
	for _, mark := range r.words.language.Marks(news.Wall{Internal: w.Internal, Embargo: w.Embargo}) {
		line += " · " + mark
	}
	bound := func(to string, ids []string, role bool) {
		var refs []commands.Ref
		for _, id := range ids[:min(len(ids), maxWallRefs)] {
			refs = append(refs, commands.Ref{ID: id, Role: role})
		}
		if len(refs) > 0 {
			line += " · " + to + named(refs)
		}
		if len(ids) > len(refs) {
			line += " …"
		}
	}
	bound(r.words.OnlyIn, w.Channels, false)
	bound(r.words.OnlyFor, w.Roles, true)
	return line
}

// origin is the publisher and the day of publication, as far as they are known. The day is written out: it is a day and no moment, and Discord
// would move a moment into the reader's time zone.
func (r *renderer) origin(s news.Source, nameSize int) string {
	var known []string
	if name := clip(plain(s.Publisher), nameSize); name != "" {
		known = append(known, name)
	}
	if !s.Published.IsZero() {
		known = append(known, r.words.language.Day(s.Published))
	}
	return strings.Join(known, ", ")
}

// fill lays the parts out on pages in their order.
func (r *renderer) fill(parts []part, notices string) {
	r.pages = []sheet{{cites: map[int]bool{}, notices: notices}}
	for _, p := range parts {
		if page := &r.pages[len(r.pages)-1]; len(page.parts) > 0 && r.size(*page, p) > maxEmbedText {
			r.turn()
		}
		r.add(p)
	}
}

// turn begins a new page, to which a short heading at the foot of the last one moves.
func (r *renderer) turn() {
	i := len(r.pages) - 1
	parts := r.pages[i].parts
	foot := len(parts) - 1
	r.pages = append(r.pages, sheet{cites: map[int]bool{}})
	if foot > 0 && parts[foot].leads && len(parts[foot].cites) == 0 && units(parts[foot].text) < headingText {
		r.pages[i].parts = parts[:foot]
		r.add(parts[foot])
	}
}

// add puts a part on the last page; where it is alone and its sources are too long, they are shortened.
func (r *renderer) add(p part) {
	page := &r.pages[len(r.pages)-1]
	for r.size(*page, p) > maxEmbedText && page.level < short {
		page.level++
	}
	page.parts = append(page.parts, p)
	for _, n := range p.cites {
		page.cites[n] = true
	}
}

// size is what the page would cost with one more part and the sources that it cites.
func (r *renderer) size(page sheet, extra part) int {
	total := sourcesMargin + units(page.notices)
	for _, p := range append(slices.Clip(page.parts), extra) {
		total += units(p.text) + 2
	}
	cites := maps.Clone(page.cites)
	for _, n := range extra.cites {
		cites[n] = true
	}
	for n := range cites {
		total += units(r.sourceLine(r.sources[n], page.level)) + 1
	}
	return total
}

// embeds gives the pages their title and footer.
func (r *renderer) embeds(title, footer string) []*discordgo.MessageEmbed {
	out := make([]*discordgo.MessageEmbed, len(r.pages))
	for i, page := range r.pages {
		foot := clip(footer, footerText)
		if len(r.pages) > 1 {
			foot = strings.TrimSuffix(fmt.Sprintf(r.words.Page, i+1, len(r.pages))+" · "+foot, " · ")
		}
		out[i] = &discordgo.MessageEmbed{Title: title, Description: r.description(page), Color: embedColor}
		if foot != "" {
			out[i].Footer = &discordgo.MessageEmbedFooter{Text: foot}
		}
		if out[i].Description == "" && title == "" {
			out[i].Description = r.words.Empty
		}
	}
	return out
}

func (r *renderer) description(page sheet) string {
	var b strings.Builder
	for i, p := range page.parts {
		switch {
		case i == 0:
		case p.item && page.parts[i-1].item:
			b.WriteString("\n")
		default:
			b.WriteString("\n\n")
		}
		b.WriteString(p.text)
	}
	if len(page.cites) > 0 {
		fmt.Fprintf(&b, "\n\n**%s**", r.words.Sources)
		for _, n := range slices.Sorted(maps.Keys(page.cites)) {
			b.WriteString("\n" + r.sourceLine(r.sources[n], page.level))
		}
	}
	if page.notices != "" {
		b.WriteString("\n\n" + page.notices)
	}
	return strings.TrimSpace(b.String())
}
