package commands

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"attache/internal/ingest"
	"attache/internal/library"
	"attache/internal/news"
	"attache/internal/text"
)

// wall shows and changes who may see an article that the server has added.
func (d *Desk) wall() Command {
	return Command{
		Name: "wall", Description: "Show or change who may see an article of this server: channels, roles, internal, embargo", Adds: true, Private: true,
		Options: append(append([]Option{{Name: "article", Description: "The article: its title, address or id", Required: true, MaxLength: 500, Complete: d.completeOwn}},
			marks()...), Option{Name: "clear", Description: "Take all marks off first", Kind: Boolean}),
		Handle: func(ctx context.Context, r Request, _ Progress) (Reply, error) {
			a, err := d.own(ctx, r)
			if err != nil {
				return Reply{}, err
			}
			wall, err := marked(r, a.Wall)
			if err != nil {
				return Reply{}, err
			}
			changed := wall.String() != a.Wall.String()
			if changed {
				if err := d.SetWall(ctx, a.ID, wall); err != nil {
					return Reply{}, err
				}
				a.Wall = wall
			}
			return d.surroundedBy(r, a, changed), nil
		},
	}
}

// marks are the options that set the marks of a wall.
func marks() []Option {
	return []Option{
		{Name: "channel", Description: "Show its words in this channel and its threads only", Kind: Channel},
		{Name: "role", Description: "Show its words to who has this role only, in private", Kind: Role},
		{Name: "internal", Description: "Show its words in internal channels only, and in private to who may add articles", Kind: Boolean},
		{Name: "embargo", Description: "Treat it as internal until this moment, in UTC: 2031-05-14 06:00", MaxLength: 40},
	}
}

// own finds the article of the server that a request names, among those that its asker sees.
func (d *Desk) own(ctx context.Context, r Request) (news.Article, error) {
	asked := strings.TrimSpace(r.Option("article"))
	if r.Place.Guild == "" {
		return news.Article{}, Problemf("Walls belong to the articles of a Discord server. Use /wall there.")
	}
	var found []news.Source
	for _, s := range d.ownSources(r) {
		switch {
		case s.ArticleID == asked || s.URL == asked && asked != "":
			a, err := d.Library.Article(ctx, s.ArticleID)
			if errors.Is(err, library.ErrNotFound) { // removed this moment
				break
			}
			return a, err
		case text.Fold(s.Title) == text.Fold(asked):
			found = append(found, s)
		}
	}
	switch len(found) {
	case 0:
		return news.Article{}, Problemf("This server has added no article %q that you see. Choose one from the list that appears while you type; shared articles have no walls here.", cut(asked, 200))
	case 1:
		return d.Library.Article(ctx, found[0].ArticleID)
	}
	return news.Article{}, Problemf("%d articles are called %q. Choose one from the list that appears while you type.", len(found), cut(asked, 200))
}

// ownSources are the articles that the server has added, as far as the asker sees them, newest first.
func (d *Desk) ownSources(r Request) []news.Source {
	return slices.DeleteFunc(d.Index.Holdings(d.viewer(r)).Sources, func(s news.Source) bool {
		a, there := d.Index.Audience(s.ArticleID)
		return !there || a.Guild == ""
	})
}

// marked is the wall with the marks that a request sets or takes off.
func marked(r Request, w news.Wall) (news.Wall, error) {
	if err := checkIDs(r, "channel", "role"); err != nil {
		return w, err
	}
	if r.Option("role") != "" && r.Option("role") == r.Place.Guild {
		return w, Problemf("Everybody has that role, so it would keep nothing from anybody. Please choose another.")
	}
	if r.Flag("clear") {
		w = news.Wall{}
	}
	w.Channels = append(slices.Clone(w.Channels), r.Option("channel"))
	w.Roles = append(slices.Clone(w.Roles), r.Option("role"))
	if r.Option("internal") != "" {
		w.Internal = r.Flag("internal")
	}
	switch embargo := strings.TrimSpace(r.Option("embargo")); text.Fold(embargo) {
	case "":
	case "none", "over", "no":
		w.Embargo = time.Time{}
	default:
		end, err := ingest.ParseMoment(embargo)
		if err != nil {
			return w, Problemf("I can't read %q as a moment. Write it as 2031-05-14 06:00, in UTC, or none.", embargo)
		}
		w.Embargo = end
	}
	return w.Clean(), nil
}

// surroundedBy shows who sees the article.
func (d *Desk) surroundedBy(r Request, a news.Article, changed bool) Reply {
	reply := Reply{Title: a.Title}
	item := func(text string, refs ...Ref) {
		reply.Blocks = append(reply.Blocks, Block{Kind: Item, Text: text, Refs: refs})
	}
	if changed {
		reply.Blocks = append(reply.Blocks, Block{Kind: Plain, Text: "Saved; it holds from now on."})
	}
	if a.Wall.IsZero() {
		item(r.say("Seen by all of this server."))
	}
	if a.Wall.Internal {
		item(r.say("Internal: seen in internal channels, and in private by who may add articles."))
	}
	if e := a.Wall.Embargo; d.Now().Before(e) {
		item(r.say("Embargo: internal until %s.", moment(e)))
	} else if !e.IsZero() {
		item(r.say("Embargo: ended %s.", moment(e)))
	}
	if len(a.Wall.Channels) > 0 {
		item(r.say("Only in:")+" ", channels(a.Wall.Channels)...)
	}
	if len(a.Wall.Roles) > 0 {
		var roles []Ref
		for _, id := range a.Wall.Roles[:min(len(a.Wall.Roles), shownRefs)] {
			roles = append(roles, Ref{Role: true, ID: id})
		}
		where := r.say("Only for, and in private:")
		if len(a.Wall.Channels) > 0 {
			where = r.say("Only for:")
		}
		item(where+" ", roles...)
	}
	if !d.viewer(r).Sees(a.Audience()) {
		reply.Notices = append(reply.Notices, r.say("You don't see it here any more yourself. Where you do, /wall changes it again; whoever runs me can do so everywhere."))
	}
	return reply
}

// Marks names the marks of a wall for a reader, one each: "internal", "embargo until 14 May 2031 06:00 UTC", "only in channel 7", "only for roles 8, 9".
func (l Language) Marks(w news.Wall) []string {
	var marks []string
	if w.Internal {
		marks = append(marks, l.say("internal"))
	}
	if !w.Embargo.IsZero() {
		marks = append(marks, l.say("embargo until %s", moment(w.Embargo)))
	}
	bound := func(one, several string, ids []string) {
		switch len(ids) {
		case 0:
		case 1:
			marks = append(marks, l.say(one, ids[0]))
		default:
			marks = append(marks, l.say(several, strings.Join(ids, ", ")))
		}
	}
	bound("only in channel %s", "only in channels %s", w.Channels)
	bound("only for role %s", "only for roles %s", w.Roles)
	return marks
}

// completeOwn suggests articles that the server has added.
func (d *Desk) completeOwn(_ context.Context, r Request, typed string) []Choice {
	var choices []Choice
	wanted := text.Fold(strings.TrimSpace(typed))
	for _, s := range d.ownSources(r) {
		if strings.Contains(text.Fold(s.Title+" "+s.Publisher), wanted) && len(choices) < 25 {
			choices = append(choices, Choice{Name: cut(strings.Join(compact(s.Title, s.Publisher, r.published(s)), ", "), 100), Value: s.ArticleID})
		}
	}
	return choices
}
