package commands

import (
	"context"
	"errors"
	"reflect"
	"slices"

	"attache/internal/answer"
	"attache/internal/news"
	"attache/internal/retrieval"
)

// viewer is who looks when a request is carried out, and from where. Embargoes are measured by the clock, also where a request is carried out as on
// another day.
func (d *Desk) viewer(r Request) news.Viewer {
	v := news.Viewer{
		Guild: r.Place.Guild, Channel: r.Place.Channel, Thread: r.Place.Thread, Roles: r.Asker.Roles,
		Private: r.Private, Insider: r.Asker.Manager, Operator: r.Asker.Operator, Now: d.Now(),
	}
	if d.Setup != nil {
		own, _ := d.Setup.Of(context.Background(), v.Guild) // after an error no channel is internal, which shows too little rather than too much
		v.Internal = own.internal[v.Channel] || own.internal[v.Thread]
		v.Insider = own.mayAdd(r.Asker)
		v.NoStarter = own.noStarter
	}
	return v
}

// inPrivate and inPublic are the request as the same person makes it for themselves alone, and for all in the channel.
func inPrivate(r Request) Request {
	r = r.With("private", "")
	r.Private = true
	return r
}

func inPublic(r Request) Request {
	r = r.With("private", "")
	r.Private = false
	return r
}

// walled reports whether the asker sees articles in private that are not shown in the channel.
func (d *Desk) walled(r Request) bool {
	return d.Index.Beyond(d.viewer(inPrivate(r)), d.viewer(inPublic(r)))
}

// Discreet keeps what walls keep. A public reply offers a private one when that would rest on more, and says nothing of what its asker may not see at all.
// A private reply other than the one that the channel would get is marked as confined. Nothing is done twice where walls make no difference to the asker,
// and no model is asked twice. Of a command that does more than read the collection, all private replies are confined where walls make a difference.
func (d *Desk) Discreet(c Command, next HandleFunc) HandleFunc {
	if c.Name == "ask" { // see aside: it would ask a model twice
		return next
	}
	look := d.looking(c, next)
	return func(ctx context.Context, r Request, progress Progress) (Reply, error) {
		reply, err := next(ctx, r, progress)
		if err == nil {
			reply = shareable(c, r, reply)
		}
		switch {
		case !d.walled(r):
		case r.Private:
			reply.Confined = true
			if look != nil && err == nil {
				alone, failed := look(ctx, r, nil)
				public, unseen := look(ctx, inPublic(r), nil)
				reply.Confined = failed != nil || unseen != nil || !alike(alone, public)
			}
		case look != nil:
			if alone, failed := look(ctx, inPrivate(r), nil); failed == nil {
				return d.offer(r, reply, err, alone.Sources)
			}
		}
		return reply, err
	}
}

// shareable adds to a private reply of a command that only reads, where the reply cites nothing by which it could be judged who may see it, that the same can
// be asked for all in the channel: they get what they would have got. A front end shares replies with sources as they stand.
func shareable(c Command, r Request, reply Reply) Reply {
	if r.Private && c.Reads && !c.Private && r.Place.Guild != "" && len(reply.Sources) == 0 && !reply.Private && !reply.Failed {
		reply.Actions = append(slices.Clone(reply.Actions), Action{Label: "Share with the channel", Request: inPublic(r), Public: true})
	}
	return reply
}

// looking is a handler that replies as the command does but leaves nothing behind and asks no model; nil where there is none.
func (d *Desk) looking(c Command, handle HandleFunc) HandleFunc {
	plain := *d
	plain.Answers = d.Answers.Plain()
	if write, ok := plain.papers()[c.Name]; ok {
		return func(ctx context.Context, r Request, _ Progress) (Reply, error) {
			reply, _, err := write(ctx, r, nil)
			return reply, err
		}
	}
	if c.Reads {
		return handle
	}
	return nil
}

// alike reports whether two replies show the same.
func alike(a, b Reply) bool {
	a.Actions, b.Actions, a.Private, b.Private = nil, nil, false, false
	return reflect.DeepEqual(a, b)
}

// offer adds to a public reply, or to a refusal, that there are articles among the sources of the private one which its asker may be shown alone.
func (d *Desk) offer(r Request, reply Reply, err error, privately []Source) (Reply, error) {
	viewer, n := d.viewer(r), 0
	for _, s := range privately {
		if d.hidden(viewer, s.ArticleID) {
			n++
		}
	}
	var problem *Problem
	switch {
	case n == 0, err != nil && !errors.As(err, &problem):
		return reply, err
	case err != nil:
		reply = r.lang().Sorry(err)
	}
	more := counted{n, "more article bears on this that I can show to you alone"}
	reply.Notices = append(slices.Clone(reply.Notices), r.say("%s.", more))
	reply.Actions = append(slices.Clone(reply.Actions), Action{Label: "Show me privately", Request: inPrivate(r), Style: Primary})
	return reply, nil
}

// Public reports whether all in a place may be shown articles, by their ids.
func (d *Desk) Public(at Place, articles []string) bool {
	viewer := d.viewer(Request{Place: at})
	return !slices.ContainsFunc(articles, func(id string) bool { return d.hidden(viewer, id) })
}

// hidden reports whether an article is one that the viewer does not see, or one that is there no more.
func (d *Desk) hidden(viewer news.Viewer, articleID string) bool {
	a, ok := d.Index.Audience(articleID)
	return !ok || !viewer.Sees(a)
}

// aside is Discreet for an answer to q: the private one is only looked at, without asking a model.
func (d *Desk) aside(ctx context.Context, r Request, q retrieval.Query, a answer.Answer, reply Reply) Reply {
	switch {
	case !d.walled(r):
	case r.Private:
		reply.Confined = d.confined(d.viewer(inPublic(r)), a)
	default:
		q.Viewer = d.viewer(inPrivate(r))
		alone, err := d.Answers.Plain().Ask(ctx, q, nil)
		if err != nil || alone.Abstained {
			return reply
		}
		var numbers numbering
		for _, e := range alone.Evidence {
			numbers.number(e.Source, e.Passage)
		}
		said := len(reply.Notices)
		reply, _ = d.offer(r, reply, nil, numbers.sources)
		if a.Abstained && len(reply.Notices) > said {
			reply.Blocks[0].Text = r.say("Nothing that I may show here answers that.")
		}
	}
	return reply
}

// confined reports whether a private answer holds anything that the channel would not see: what it rests on and was counted with it, and all that is said
// of the collection as a whole.
func (d *Desk) confined(channel news.Viewer, a answer.Answer) bool {
	if a.Abstained || len(a.Found.Corrected) > 0 || len(a.Found.Read.Publishers) > 0 {
		return true
	}
	for _, e := range a.Evidence {
		if d.hidden(channel, e.Source.ArticleID) {
			return true
		}
	}
	for _, h := range a.Found.Hits {
		if slices.ContainsFunc(h.Copies, func(s news.Source) bool { return d.hidden(channel, s.ArticleID) }) {
			return true
		}
	}
	return false
}
