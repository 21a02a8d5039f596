// Package retrieval finds the passages that bear on a question: it cuts articles into passages, indexes them by their words and by
// their embeddings, fuses both rankings, and says when the collection holds nothing that answers.
package retrieval

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"attache/internal/embed"
	"attache/internal/news"
)

// Document is an article as it is indexed: its passages, each with its vector or nil.
type Document struct {
	Article  news.Article
	Passages []news.Passage
	Vectors  [][]float32
}

// Index holds the passages of a collection in memory. It is made from the library and can be made again at any time. Searches run side by side;
// Add and Remove wait for them. The same passages give the same ranking, ties are broken by the order in which passages were added.
type Index struct {
	model embed.Model

	mu        sync.RWMutex
	articles  map[string]*article // by id
	passages  []entry             // by number
	lexical   *lexical
	vectors   *vectors
	audiences map[string]map[string]*audience // by guild and the audience's key
	removed   int                             // passages removed since the index was last built
}

// article is what the index keeps of an article: everything but its text, which the passages share.
type article struct {
	source   news.Source
	language string // as news.Article has it
	audience *audience
	passages []uint32
}

// audience is for whom some articles are.
type audience struct {
	news.Audience
	publishers map[string]int // how many articles each has
}

type entry struct {
	passage news.Passage
	article *article // nil once removed
}

// NewIndex makes an empty index for vectors of the model.
func NewIndex(model embed.Model) (*Index, error) {
	v, err := newVectors(model.Dim)
	if err != nil {
		return nil, err
	}
	return &Index{model: model, articles: map[string]*article{}, audiences: map[string]map[string]*audience{}, lexical: newLexical(), vectors: v}, nil
}

// Add indexes documents, replacing those with the same article id. A document whose vectors do not fit the index is left out whole and named in the
// error; the others are added.
func (ix *Index) Add(documents ...Document) error {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	var failed error
	for _, d := range documents {
		if err := ix.add(d); err != nil && failed == nil {
			failed = fmt.Errorf("index article %s (%s): %w", d.Article.ID, d.Article.Title, err)
		}
	}
	return failed
}

func (ix *Index) add(d Document) error {
	if len(d.Vectors) != 0 && len(d.Vectors) != len(d.Passages) {
		return fmt.Errorf("%d vectors for %d passages", len(d.Vectors), len(d.Passages))
	}
	for _, row := range d.Vectors {
		if row == nil {
			continue
		}
		if err := checkVector(row, ix.model.Dim); err != nil {
			return err
		}
	}
	if err := ix.remove(d.Article.ID); err != nil {
		return err
	}
	a := &article{source: news.SourceOf(d.Article), language: d.Article.Language, audience: ix.audience(d.Article.Audience())}
	ix.articles[d.Article.ID] = a
	ix.countPublisher(a, 1)
	ix.lexical.open()
	for i, p := range d.Passages {
		var row []float32
		if i < len(d.Vectors) {
			row = d.Vectors[i]
		}
		a.passages = append(a.passages, uint32(len(ix.passages)))
		ix.passages = append(ix.passages, entry{passage: p, article: a})
		ix.lexical.add(p.Text, surroundings(a.source, p))
		if err := ix.vectors.add(row); err != nil {
			return err
		}
	}
	return nil
}

// Remove takes articles out; ids that are not there are passed over.
func (ix *Index) Remove(ids ...string) error {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	for _, id := range ids {
		if err := ix.remove(id); err != nil {
			return err
		}
	}
	return nil
}

func (ix *Index) remove(id string) error {
	a := ix.articles[id]
	if a == nil {
		return nil
	}
	delete(ix.articles, id)
	ix.countPublisher(a, -1)
	for _, n := range a.passages {
		p := ix.passages[n].passage
		ix.lexical.remove(n, p.Text, surroundings(a.source, p))
		ix.passages[n] = entry{}
	}
	if err := ix.vectors.remove(a.passages); err != nil {
		return err
	}
	ix.removed += len(a.passages)
	if ix.removed > 1000 && ix.removed > len(ix.passages)/2 {
		return ix.rebuild()
	}
	return nil
}

// audience finds what is kept of an audience, or makes it.
func (ix *Index) audience(a news.Audience) *audience {
	of, key := ix.audiences[a.Guild], a.Key()
	if of == nil {
		of = map[string]*audience{}
		ix.audiences[a.Guild] = of
	}
	if of[key] == nil {
		of[key] = &audience{Audience: a, publishers: map[string]int{}}
	}
	return of[key]
}

// countPublisher adds n to the number of articles for a's audience from a's publisher.
func (ix *Index) countPublisher(a *article, n int) {
	counts, guild := a.audience.publishers, a.audience.Guild
	if counts[a.source.Publisher] += n; counts[a.source.Publisher] == 0 {
		delete(counts, a.source.Publisher)
	}
	if len(counts) == 0 {
		delete(ix.audiences[guild], a.audience.Key())
	}
	if len(ix.audiences[guild]) == 0 {
		delete(ix.audiences, guild)
	}
}

// rebuild makes the index anew without what was removed, so that a collection that changes every day does not grow for ever.
func (ix *Index) rebuild() error {
	fresh, err := NewIndex(ix.model)
	if err != nil {
		return err
	}
	for _, id := range ix.inOrder() {
		old := ix.articles[id]
		a := &article{source: old.source, audience: old.audience}
		fresh.articles[id] = a
		fresh.lexical.open()
		for _, n := range old.passages {
			p := ix.passages[n].passage
			a.passages = append(a.passages, uint32(len(fresh.passages)))
			fresh.passages = append(fresh.passages, entry{passage: p, article: a})
			fresh.lexical.add(p.Text, surroundings(old.source, p))
			if err := fresh.vectors.add(ix.vectors.rows[n]); err != nil {
				return err
			}
		}
	}
	ix.articles, ix.passages, ix.lexical, ix.vectors, ix.removed = fresh.articles, fresh.passages, fresh.lexical, fresh.vectors, 0
	return nil
}

// inOrder lists the ids of the articles in the order in which they were added; those without passages come first.
func (ix *Index) inOrder() []string {
	ids := sortedKeys(ix.articles)
	first := func(id string) int {
		if passages := ix.articles[id].passages; len(passages) > 0 {
			return int(passages[0])
		}
		return -1
	}
	slices.SortStableFunc(ids, func(a, b string) int { return first(a) - first(b) })
	return ids
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// surroundings is what is indexed beside a passage's words: its article's title and publisher and its heading.
func surroundings(s news.Source, p news.Passage) string {
	return s.Title + "\n" + p.Heading + "\n" + s.Publisher
}

// Context is what is embedded of a passage: its article's title and its heading before its text.
func Context(a news.Article, p news.Passage) string {
	if p.Heading == "" {
		return a.Title + "\n" + p.Text
	}
	return a.Title + "\n" + p.Heading + "\n" + p.Text
}

// Embed computes the vectors of an article's passages. Without passages it returns nil.
func Embed(ctx context.Context, model embed.Model, a news.Article, passages []news.Passage) ([][]float32, error) {
	if len(passages) == 0 {
		return nil, nil
	}
	texts := make([]string, len(passages))
	for i, p := range passages {
		texts[i] = Context(a, p)
	}
	return model.Embed(ctx, texts)
}

// Passage returns a passage by id with its source, if the viewer sees it.
func (ix *Index) Passage(viewer news.Viewer, id string) (news.Passage, news.Source, bool) {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	articleID, _, _ := news.SplitPassageID(id)
	a := ix.articles[articleID]
	if a == nil || !a.visible(viewer) {
		return news.Passage{}, news.Source{}, false
	}
	for _, n := range a.passages {
		if p := ix.passages[n].passage; p.ID == id {
			return p, a.source, true
		}
	}
	return news.Passage{}, news.Source{}, false
}

// visible reports whether the viewer sees the article.
func (a *article) visible(viewer news.Viewer) bool { return viewer.Sees(a.audience.Audience) }

// Audience tells for whom an article is; false when the index does not hold it.
func (ix *Index) Audience(articleID string) (news.Audience, bool) {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	a := ix.articles[articleID]
	if a == nil {
		return news.Audience{}, false
	}
	return a.audience.Audience, true
}

// Beyond reports whether one viewer sees an article that the other does not.
func (ix *Index) Beyond(one, other news.Viewer) bool {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	beyond := func(guild string) bool {
		for _, a := range ix.audiences[guild] {
			if one.Sees(a.Audience) && !other.Sees(a.Audience) {
				return true
			}
		}
		return false
	}
	return beyond("") || one.Guild != "" && beyond(one.Guild)
}

// Holdings is what a collection holds, as far as somebody sees it.
type Holdings struct {
	Articles   int
	Passages   int
	From, To   time.Time     // of publication; zero when no article is dated
	Publishers []Count       // most articles first, ties by name
	Languages  []Count       // tags of those whose language is known, most articles first, ties by tag
	Sources    []news.Source // newest first, ties by article id
}

// Count is a name with how often it occurs.
type Count struct {
	Name string
	N    int
}

// Holdings describes what the viewer sees.
func (ix *Index) Holdings(viewer news.Viewer) Holdings {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	include := func(a *article) bool { return a.visible(viewer) }
	h := ix.holdings(include)
	for _, a := range ix.articles {
		if include(a) {
			h.Sources = append(h.Sources, a.source)
		}
	}
	slices.SortFunc(h.Sources, func(a, b news.Source) int {
		return cmp.Or(b.Published.Compare(a.Published), cmp.Compare(a.ArticleID, b.ArticleID))
	})
	return h
}

// holdings describes the articles that include admits, without their sources.
func (ix *Index) holdings(include func(*article) bool) Holdings {
	var h Holdings
	publishers, languages := map[string]int{}, map[string]int{}
	for _, a := range ix.articles {
		if !include(a) {
			continue
		}
		h.Articles++
		h.Passages += len(a.passages)
		publishers[a.source.Publisher]++
		if a.language != "" {
			languages[a.language]++
		}
		if p := a.source.Published; !p.IsZero() {
			if h.From.IsZero() || p.Before(h.From) {
				h.From = p
			}
			if p.After(h.To) {
				h.To = p
			}
		}
	}
	h.Publishers, h.Languages = counted(publishers), counted(languages)
	return h
}

// counted lists names, the most frequent first, ties by name.
func counted(names map[string]int) []Count {
	var counts []Count
	for _, name := range sortedKeys(names) {
		counts = append(counts, Count{name, names[name]})
	}
	slices.SortStableFunc(counts, func(a, b Count) int { return b.N - a.N })
	return counts
}

// CountArticles counts the articles that the viewer sees with at least one passage that fits.
func (ix *Index) CountArticles(viewer news.Viewer, fits func(passage string) bool) int {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	n := 0
	for _, a := range ix.articles {
		if !a.visible(viewer) {
			continue
		}
		for _, p := range a.passages {
			if fits(ix.passages[p].passage.Text) {
				n++
				break
			}
		}
	}
	return n
}
