package commands_test

import (
	"context"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"attache/internal/commands"
	"attache/internal/news"
)

// guildArticle is an article of one server, with words, a speaker, a publisher and a place that occur nowhere else: mark makes them.
func guildArticle(guild, mark string) news.Article {
	return article(guild, "The "+mark+" Gazette", "2031-05-0"+map[string]string{"g1": "3", "g2": "4"}[guild], "Ferry to "+mark+"port stopped",
		"The ferry to "+mark+"port was stopped by the harbor guard on Friday. About "+map[string]string{"g1": "40", "g2": "90"}[guild]+" trucks crossed to "+mark+"port on that day.\n\n"+
			"“The ferry to "+mark+"port belongs to everybody,” said Foreign Minister Ilena "+mark+" of Varesh. “We will not sell it.”")
}

// TestGuildWalls: whatever one server asks, in any command, with any option, by any button or while typing, nothing that another server has added shows: not
// its words, its speakers, its publishers, its titles or its number.
func TestGuildWalls(t *testing.T) {
	shared := article("", "Northern Wire", "2031-05-02", "Ferry to Lind", "The ferry to Lind sails on Friday. “The ferry to Lind is safe,” said Harbor Minister Pavel Orlaz.")
	ours, theirs := guildArticle("g1", "Umbrel"), guildArticle("g2", "Zantor")
	w := newWorld(t, shared, ours, theirs)
	ids := map[string][]string{} // what there is to ask for by id, of the other server
	for _, a := range []news.Article{shared, ours, theirs} {
		for _, q := range w.Speakers.In(a.ID, news.Span{End: len(a.Text)}) {
			ids["in_context"] = append(ids["in_context"], q.ID)
		}
		ids["passages"] = append(ids["passages"], news.PassageID(a.ID, 0), news.PassageID(a.ID, 1))
	}
	theirQuestion := call("ask", "question", "Who stopped the ferry to Zantorport?")
	theirQuestion.Place.Guild = "g2"
	ids["receipt"] = []string{answerID(t, w.do(t, theirQuestion))}
	if shown := show(w.do(t, theirQuestion)); !strings.Contains(shown, "Zantorport was stopped") {
		t.Fatalf("their own article is not found by g2:\n%s", shown)
	}

	// What a person who knows of the other server's articles may type. Words that were typed come back in refusals, so that the search for a leak looks for the
	// parts that were not typed.
	typed := rapid.SampledFrom([]string{"Ilena", "Zant", "Zantor", "Zantorport", "ferry", "the ferry to Zantorport", "“The ferry to Zantorport belongs to everybody,” said Ilena Zantor.",
		"We will not sell it", "Umbrel", "The Zantor Gazette", "gazette", "How many trucks crossed?", "What did Zantor say about the ferry?", "and Zantor?", "2031-05-04", "last week", "", "yes", "1", "a"})
	rapid.Check(t, func(rt *rapid.T) {
		all := w.router.Commands()
		c := all[rapid.IntRange(0, len(all)-1).Draw(rt, "command")]
		r := call(c.Name)
		r.Place.Guild = rapid.SampledFrom([]string{"g1", "", "g3"}).Draw(rt, "guild")
		r.Place.Thread = rapid.SampledFrom([]string{"", "t"}).Draw(rt, "thread")
		r.Asker.Manager = true
		secrets := []string{"Zantorport belongs to everybody", "Zantor Gazette", "Zantorport stopped", "Ilena Zantor", "90 trucks", "was stopped by the harbor guard on Friday. About 90", theirs.ID, "12 Zantor"}
		if r.Place.Guild != "g1" {
			secrets = append(secrets, "Umbrel Gazette", "Ilena Umbrel", "40 trucks", ours.ID)
		}
		for _, o := range c.Options {
			value := typed.Draw(rt, o.Name)
			if of := ids[c.Name]; (o.Name == "ids" || o.Name == "answer") && len(of) > 0 {
				value = rapid.SampledFrom(of).Draw(rt, "id")
			}
			if value != "" {
				r = r.With(o.Name, value)
			}
			for _, choice := range w.router.Complete(context.Background(), r, o.Name, value) {
				noneOf(rt, "completion of "+o.Name, choice.Name+choice.Value, secrets, r)
			}
		}
		reply := w.do(t, r)
		reply.Actions = nil // they hold what was typed
		noneOf(rt, "reply", show(reply), secrets, r)
		if strings.Contains(show(reply), "3 articles") {
			rt.Fatalf("the other server's articles are counted:\n%s", show(reply))
		}
	})
}

// noneOf fails when a text holds one of the secrets that the request did not hold itself.
func noneOf(t *rapid.T, what, s string, secrets []string, r commands.Request) {
	asked := showAction(commands.Action{Request: r})
	for _, secret := range secrets {
		if strings.Contains(s, secret) && !strings.Contains(asked, secret) {
			t.Fatalf("%s of %s for guild %q shows %q:\n%s", what, asked, r.Place.Guild, secret, s)
		}
	}
}
