package commands

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"attache/internal/answer"
	"attache/internal/library"
	"attache/internal/news"
	"attache/internal/quotes"
	"attache/internal/retrieval"
	"attache/internal/speakers"
	"attache/internal/text"
)

// WhatsNew is what new articles bring to a watch.
type WhatsNew struct {
	Reply  Reply    // to be posted, unless there is nothing new
	Keys   []string // of what is new, shown or counted in Reply: no two have one by accident. None means that nothing is new
	Answer string   // of a question, the id of the answer in Reply
}

// arrivals are the articles of a round, seen from a watch's channel.
type arrivals struct {
	desk   *Desk
	watch  library.Watch
	viewer news.Viewer
	fresh  map[string]bool // ids of those that the channel may see
	posted map[string]bool // keys of what the watch has posted before
}

// newsShown is how many quotations or passages one post shows; of the rest it gives the number.
const newsShown = 5

// WhatsNew looks at what the articles that have arrived bring to a watch, as far as its channel may see them: to a speaker new quotations, to a topic new
// passages that bear on it, to a question the sentences of the answer that are new in it. What only repeats what other articles said before, or what was
// posted, is not new.
func (d *Desk) WhatsNew(ctx context.Context, w library.Watch, arrived []string, posted map[string]bool) (WhatsNew, error) {
	r := d.watchRequest(w, "")
	a := arrivals{desk: d, watch: w, viewer: d.viewer(r), fresh: map[string]bool{}, posted: posted}
	for _, id := range arrived {
		if _, _, seen := d.Index.Passage(a.viewer, news.PassageID(id, 0)); seen {
			a.fresh[id] = true
		}
	}
	if len(a.fresh) == 0 {
		return WhatsNew{}, nil
	}
	var found WhatsNew
	var err error
	switch w.Kind {
	case library.WatchSpeaker:
		found, err = a.said(ctx)
	case library.WatchTopic:
		found, err = a.passages(ctx)
	case library.WatchQuestion:
		found, err = a.answered(ctx)
	}
	if err != nil || len(found.Keys) == 0 {
		return WhatsNew{}, err
	}
	found.Reply.Notices = append(found.Reply.Notices, d.late(r, found.Reply.Sources)...)
	found.Reply.Footer = strings.Join(compact(found.Reply.Footer, r.say("watch %d; /unwatch %d ends it", w.Number, w.Number)), " · ")
	found.Reply = found.Reply.in(r.lang())
	return found, nil
}

// watchRequest is a request in the channel of a watch, by nobody in particular: in the language that the server has chosen.
func (d *Desk) watchRequest(w library.Watch, command string, options ...string) Request {
	return follow(Request{Place: Place{Guild: w.Guild, Channel: w.Channel, Thread: w.Thread}, Locale: string(d.Language(w.Guild))}, command, options...)
}

// Language is that of a server's members of whom no other is known; "" is English.
func (d *Desk) Language(guild string) Language {
	if d.Setup == nil {
		return ""
	}
	return Language(d.Setup.Language(guild))
}

// late tells which of the sources are old: they were taken in long after they were published.
func (d *Desk) late(r Request, sources []Source) []string {
	var old []string
	for _, s := range sources {
		if stale(s.Published, d.Now()) {
			old = append(old, r.say("[%d] is of %s", s.N, s.Published))
		}
	}
	if len(old) == 0 {
		return nil
	}
	return []string{r.say("Newly in the collection, though not new: %s.", strings.Join(old, ", "))}
}

// key names words that were posted, so that they are known again and cannot be read back.
func key(words string) string {
	sum := sha256.Sum256([]byte(strings.Join(wordsOf(words), " ")))
	return hex.EncodeToString(sum[:12])
}

// more says how many there are beyond those shown.
func more(r Request, all, shown int) []Block {
	if all <= shown {
		return nil
	}
	return []Block{{Kind: Plain, Text: r.say("And %d more.", all-shown)}}
}

// said finds what the watched person is newly quoted with.
func (a arrivals) said(ctx context.Context) (WhatsNew, error) {
	var entries []speakers.Entry
	for _, p := range a.desk.Speakers.Find(a.viewer, a.watch.Subject).People {
		entries = append(entries, a.desk.Speakers.Quotes(a.viewer, p.Key)...)
	}
	entries = slices.DeleteFunc(entries, func(e speakers.Entry) bool { return e.Kind == news.Reported })
	var fresh []saying
	var found WhatsNew
	for _, s := range together(entries) {
		old := func(e speakers.Entry) bool { return !a.fresh[e.ArticleID] }
		if slices.ContainsFunc(s, old) || a.posted[key(s[0].Words())] {
			continue
		}
		before, err := a.saidBefore(ctx, s)
		if err != nil {
			return found, err
		}
		if !before {
			fresh = append(fresh, s)
			found.Keys = append(found.Keys, key(s[0].Words()))
		}
	}
	if len(fresh) == 0 {
		return found, nil
	}
	r := a.desk.watchRequest(a.watch, "quote", "speaker", cut(a.watch.Subject, 100))
	shown := min(newsShown, len(fresh))
	found.Reply = quoted(r, person{name: a.watch.Subject}, "", fresh[:shown])
	found.Reply.Title = r.say("New from %s", a.watch.Subject)
	found.Reply.Blocks = append(found.Reply.Blocks, more(r, len(fresh), shown)...)
	found.Reply.Actions = append(found.Reply.Actions, Action{Label: "All quotations", Request: r})
	return found, nil
}

// saidBefore reports whether a former version of one of its articles had the words already.
func (a arrivals) saidBefore(ctx context.Context, s saying) (bool, error) {
	for _, e := range s {
		former, err := a.desk.Library.Versions(ctx, e.ArticleID)
		if err != nil {
			return false, err
		}
		for _, v := range former {
			gone := func(f news.Fragment) bool { _, stands := text.Verbatim(v.Article.Text, f.Text); return !stands }
			if !slices.ContainsFunc(e.Fragments, gone) {
				return true, nil
			}
		}
	}
	return false, nil
}

// How near a new passage must come to the best of the whole collection to bear on a topic, by the score of the search, how much of the topic it must name, and how
// many are looked at.
const (
	topicShare = 0.5
	topicCover = 0.5
	topicReach = 24
)

// passages finds the new passages that bear on the watched topic: the whole collection with them must be judged to hold something on it, and each must come
// near to the best.
func (a arrivals) passages(ctx context.Context) (WhatsNew, error) {
	q := retrieval.Query{Text: a.watch.Subject, Viewer: a.viewer, Now: a.desk.Now(), Literal: true}
	whole, err := a.desk.Index.Search(ctx, q)
	if err != nil || !whole.Answerable {
		return WhatsNew{}, err
	}
	q.Among, q.Limit, q.PerSource = func(id string) bool { return a.fresh[id] }, topicReach, 1
	among, err := a.desk.Index.Search(ctx, q)
	if err != nil {
		return WhatsNew{}, err
	}
	var found WhatsNew
	var numbers numbering
	for _, h := range among.Hits {
		if h.Score < topicShare*whole.Hits[0].Score {
			break
		}
		known, err := a.known(ctx, h.Passage)
		if err != nil {
			return found, err
		}
		if known || h.Why.Features.Coverage < topicCover {
			continue
		}
		if found.Keys = append(found.Keys, key(h.Passage.Text)); len(found.Keys) <= newsShown {
			found.Reply.Blocks = append(found.Reply.Blocks, excerpt(h.Passage, numbers.number(h.Source, h.Passage)))
		}
	}
	r := a.desk.watchRequest(a.watch, "timeline", "topic", a.watch.Subject)
	found.Reply.Title = r.say("New on %s", a.watch.Subject)
	found.Reply.Blocks = append(found.Reply.Blocks, more(r, len(found.Keys), newsShown)...)
	found.Reply.Sources = numbers.sources
	found.Reply.Actions = []Action{{Label: "Timeline", Request: r}}
	return found, nil
}

// known reports whether a passage repeats what was posted, what an article that is not new says, or what its own article said before.
func (a arrivals) known(ctx context.Context, p news.Passage) (bool, error) {
	if a.posted[key(p.Text)] {
		return true, nil
	}
	older, err := a.copied(ctx, p)
	return older != "", err
}

// copied returns the text of an older passage that says nearly the same as p, in another article or in a former version of its own; "" when there is none.
func (a arrivals) copied(ctx context.Context, p news.Passage) (string, error) {
	former, err := a.desk.Library.Versions(ctx, p.ArticleID)
	if err != nil {
		return "", err
	}
	for _, v := range former {
		if retrieval.SameReport(p.Text, v.Article.Text) {
			return v.Article.Text, nil
		}
	}
	return a.desk.Index.Copied(ctx, a.viewer, p, func(article string) bool { return !a.fresh[article] })
}

// answered makes the answer to the watched question again and finds what is new in it: sentences that it did not have, resting on articles that are new.
func (a arrivals) answered(ctx context.Context) (WhatsNew, error) {
	r := a.desk.watchRequest(a.watch, "ask", "question", a.watch.Subject)
	q, err := a.desk.query(r, a.watch.Subject)
	if err != nil {
		return WhatsNew{}, err
	}
	given, err := a.desk.Answers.Ask(ctx, q, nil)
	if err != nil || given.Abstained {
		return WhatsNew{}, err
	}
	before, err := a.lastAnswer(ctx)
	if err != nil {
		return WhatsNew{}, err
	}
	var found WhatsNew
	var changed []answer.Sentence
	for _, s := range given.Sentences {
		known, err := a.shownBefore(ctx, s, given.Evidence, before)
		if err != nil {
			return found, err
		}
		if !known {
			changed = append(changed, s)
			found.Keys = append(found.Keys, key(s.Text))
		}
	}
	if len(changed) == 0 {
		return found, nil
	}
	if err := a.desk.remember(ctx, r, given); err != nil {
		return found, err
	}
	found.Answer = given.ID
	found.Reply = a.desk.answered(r, given, "")
	found.Reply.Title = r.say("New on: %s", cut(a.watch.Subject, 200))
	found.Reply.Blocks = changedFirst(found.Reply.Blocks, changed, before.Sentences, given.Sentences)
	return found, nil
}

// lastAnswer is the receipt of the answer that was posted last; the zero Receipt before the first.
func (a arrivals) lastAnswer(ctx context.Context) (Receipt, error) {
	var kept Receipt
	if a.watch.Answer == "" {
		return kept, nil
	}
	given, err := a.desk.Library.Answer(ctx, a.watch.Guild, a.watch.Answer)
	if errors.Is(err, library.ErrNotFound) {
		return kept, nil
	}
	if err != nil {
		return kept, err
	}
	return kept, json.Unmarshal([]byte(given.Data), &kept)
}

// shownBefore reports whether a sentence of an answer is nothing new: the answer before had it, it was posted, or it rests on nothing that is new. A report
// that repeats an older one is no new ground, unless it has another figure.
func (a arrivals) shownBefore(ctx context.Context, s answer.Sentence, evidence []answer.Evidence, before Receipt) (bool, error) {
	same := func(b answer.Sentence) bool { return key(b.Text) == key(s.Text) }
	if slices.ContainsFunc(before.Sentences, same) || a.posted[key(s.Text)] {
		return true, nil
	}
	for _, e := range evidence {
		if !slices.Contains(s.Cites, e.N) || !a.fresh[e.Source.ArticleID] {
			continue
		}
		older, err := a.copied(ctx, e.Passage)
		if err != nil {
			return false, err
		}
		if older == "" || !holdsAll(figures(older), figures(s.Text)) {
			return false, nil
		}
	}
	return true, nil
}

// figures are the numbers that stand in a text.
func figures(s string) map[string]bool {
	found := map[string]bool{}
	for _, f := range strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsDigit(r) }) {
		if n, err := strconv.Atoi(f); err == nil {
			found[strconv.Itoa(n)] = true
		}
	}
	return found
}

func holdsAll(held, wanted map[string]bool) bool {
	for f := range maps.Keys(wanted) {
		if !held[f] {
			return false
		}
	}
	return true
}

// replacedFrom is how like a sentence that is no longer shown a new one must be to stand in its place, by quotes.Likeness.
const replacedFrom = 0.4

// changedFirst puts the blocks of changed sentences before the rest of an answer, each behind the sentence that it replaces.
func changedFirst(blocks []Block, changed, before, now []answer.Sentence) []Block {
	isNew := func(b Block) bool {
		return slices.ContainsFunc(changed, func(s answer.Sentence) bool { return s.Shown() == b.Text })
	}
	var first, rest []Block
	for _, b := range blocks {
		if b.Kind != Sentence || !isNew(b) {
			rest = append(rest, b)
			continue
		}
		if was := replaced(b.Text, before, now); was != "" {
			first = append(first, Block{Kind: Item, Mark: "was", Text: bare(was)})
			b.Kind, b.Mark = Item, "now"
		}
		first = append(first, b)
	}
	if len(first) > 0 && len(rest) > 0 {
		first = append(first, Block{Kind: Heading, Text: "The rest of the answer"})
	}
	return append(first, rest...)
}

// replaced finds the sentence of the answer before, no longer in the one now, that a new sentence stands in the place of; "" for none.
func replaced(sentence string, before, now []answer.Sentence) string {
	best, most := "", replacedFrom
	for _, b := range before {
		if slices.ContainsFunc(now, func(s answer.Sentence) bool { return s.Text == b.Text }) || b.Text == removedWords {
			continue
		}
		if like := quotes.Likeness(b.Text, sentence); like > most {
			best, most = b.Text, like
		}
	}
	return best
}
