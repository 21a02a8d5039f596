package commands_test

import (
	"context"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"attache/internal/commands"
	"attache/internal/text"
)

// prove checks of a reply what holds of every reply: each citation has its source and each source is cited, nothing stands in quotation marks that does
// not stand word for word in an article cited for it, the asker's guild may see every article, and what the front ends rely on.
func prove(t testing.TB, w *world, r commands.Request, reply commands.Reply) {
	t.Helper()
	p := proof{t: t, w: w, what: showAction(commands.Action{Request: r}), guild: r.Place.Guild, articles: map[int]string{}}
	for _, s := range reply.Sources {
		p.source(s)
	}
	cited := map[int]bool{}
	for _, b := range reply.Blocks {
		for _, n := range b.Cites {
			cited[n] = true
			if _, ok := p.articles[n]; !ok {
				t.Errorf("%s: cites [%d], which is not among the sources: %q", p.what, n, b.Text)
			}
		}
		p.block(b)
	}
	for n := range p.articles {
		if !cited[n] {
			t.Errorf("%s: source [%d] is cited by nothing", p.what, n)
		}
	}
	p.rest(reply)
}

// proof is a reply being checked.
type proof struct {
	t        testing.TB
	w        *world
	what     string
	guild    string
	articles map[int]string // the text of each source's article
}

func (p proof) source(s commands.Source) {
	p.t.Helper()
	if _, twice := p.articles[s.N]; twice || s.N != len(p.articles)+1 {
		p.t.Errorf("%s: source [%d] is out of order", p.what, s.N)
	}
	a, err := p.w.Library.Article(context.Background(), s.ArticleID)
	if err != nil {
		p.t.Errorf("%s: source [%d]: %v", p.what, s.N, err)
	}
	p.articles[s.N] = a.Text
	if a.Guild != "" && a.Guild != p.guild {
		p.t.Errorf("%s: source [%d] belongs to guild %q", p.what, s.N, a.Guild)
	}
	if s.Passage != "" && !strings.Contains(a.Text, s.Passage) {
		p.t.Errorf("%s: the passage of source [%d] is not the article's text", p.what, s.N)
	}
}

// block checks one block: words shown as somebody's stand in an article that is cited for them.
func (p proof) block(b commands.Block) {
	p.t.Helper()
	for _, m := range marked.FindAllStringSubmatch(b.Attribution, -1) {
		p.stands(b, m[1]+m[2])
	}
	if b.Kind == commands.Quoted != (len(b.Fragments) > 0) || b.Kind == commands.Quoted && b.Text != "" {
		p.t.Errorf("%s: a quotation has fragments and no text, every other block text and no fragments: %+v", p.what, b)
	}
	if b.Kind != commands.Quoted && strings.TrimSpace(b.Text) == "" {
		p.t.Errorf("%s: an empty block", p.what)
	}
	if slices.Contains([]commands.BlockKind{commands.Sentence, commands.Quoted, commands.Excerpt}, b.Kind) && len(b.Cites) == 0 {
		p.t.Errorf("%s: cites nothing: %+v", p.what, b)
	}
	if !slices.IsSorted(b.Cites) || len(slices.Compact(slices.Clone(b.Cites))) != len(b.Cites) {
		p.t.Errorf("%s: citations are not ascending: %v", p.what, b.Cites)
	}
	for _, f := range b.Fragments {
		p.stands(b, f)
	}
	switch b.Kind {
	case commands.Excerpt:
		p.stands(b, strings.Trim(b.Text, "…"))
	case commands.Sentence, commands.Item:
		for _, m := range marked.FindAllStringSubmatch(b.Mark+" "+b.Text, -1) {
			p.stands(b, m[1]+m[2])
		}
	}
}

// marked finds what stands in double quotation marks.
var marked = regexp.MustCompile(`“([^“”]+)”|"([^"]+)"`)

// stands checks that the words stand in an article that the block cites.
func (p proof) stands(b commands.Block, words string) {
	p.t.Helper()
	for _, n := range b.Cites {
		if _, ok := text.Verbatim(p.articles[n], words); ok {
			return
		}
	}
	p.t.Errorf("%s: shown as verbatim, but in no article cited for it (%v): %q", p.what, b.Cites, words)
}

// rest checks what the front ends rely on.
func (p proof) rest(reply commands.Reply) {
	p.t.Helper()
	if reply.Title == "" && len(reply.Blocks) == 0 {
		p.t.Errorf("%s: an empty reply", p.what)
	}
	if reply.Failed && !reply.Private {
		p.t.Errorf("%s: a refusal for everybody to see", p.what)
	}
	if len(reply.Actions) > 20 {
		p.t.Errorf("%s: %d actions", p.what, len(reply.Actions))
	}
	for _, a := range reply.Actions {
		p.action(a)
	}
}

// action checks that pressing a button is a request that its command takes.
func (p proof) action(a commands.Action) {
	p.t.Helper()
	c, ok := p.w.router.Command(a.Request.Command)
	if n := utf8.RuneCountInString(a.Label); !ok || n == 0 || n > 80 {
		p.t.Errorf("%s: action %q cannot be shown or leads nowhere", p.what, a.Label)
	}
	names := slices.Collect(maps.Keys(a.Request.Options))
	form := a.Also
	if a.Input != nil {
		form = append(form, *a.Input)
	}
	for _, in := range form {
		names = append(names, in.Option)
		if utf8.RuneCountInString(in.Label) > 45 || utf8.RuneCountInString(in.Placeholder) > 100 {
			p.t.Errorf("%s: the form of %q is too long", p.what, a.Label)
		}
	}
	for _, name := range names {
		o, known := c.Option(name)
		if !known {
			p.t.Errorf("%s: action %q sets %q, which /%s does not take", p.what, a.Label, name, c.Name)
		}
		if v := a.Request.Options[name]; o.MaxLength > 0 && utf8.RuneCountInString(v) > o.MaxLength {
			p.t.Errorf("%s: action %q sets %q beyond its length", p.what, a.Label, name)
		}
	}
}

func sortedNames(options map[string]string) []string { return slices.Sorted(maps.Keys(options)) }
