package main

import (
	"regexp"
	"strings"
	"testing"

	"attache/internal/openaitest"
)

// deskModel writes for the desk's commands: something that the passages say and something that they don't.
func deskModel(r openaitest.Request) openaitest.Reply {
	cite := func(words string) string { return " [" + numberOf(r, words) + "]." }
	const talks, draft = "Varesh will not negotiate about the Kareth pass", "Varesh and Solmark have a draft agreement"
	switch {
	case strings.Contains(r.User, "The lines below are sentences"):
		event := regexp.MustCompile(`(?m)^(\d+)\. (A military convoy from Solmark drove over the Kareth pass).*\[(\d+)\]`).FindStringSubmatch(r.User)
		return openaitest.Reply{Text: event[1] + ". " + event[2] + " before dawn on Friday [" + event[3] + "].\n1. Everybody in Varesh was evacuated to the moon in 2040 [1]."}
	case strings.Contains(r.User, "Some sentences of a first answer did not pass"):
		return openaitest.Reply{Text: "1. DROP\n2. DROP"}
	case strings.Contains(r.User, "What is the latest on"), strings.Contains(r.User, "What is told of Varesh"):
		return openaitest.Reply{Text: "Varesh will not negotiate about the Kareth pass as long as soldiers from Solmark are on its side" + cite(talks) + " The president of Solmark resigned" + cite(talks)}
	case strings.Contains(r.User, "What led up to it"):
		return openaitest.Reply{Text: "Everybody in Varesh was evacuated to the moon in 2040" + cite(draft)}
	}
	return openaitest.Reply{Text: "NO ANSWER"}
}

func TestDeskCommandsAreComposed(t *testing.T) {
	t.Parallel()
	model := openaitest.New(t)
	model.Respond(deskModel)
	env := withModel(t, model.URL())
	brief := bot(t, "", env, "brief", "the Kareth pass")
	brief.want(t, 0, "Latest - published 13 May 2031: Varesh will not negotiate about the Kareth pass as long as soldiers from Solmark are on its side. [1]",
		"Background - published 2 May 2031: A joint office in the town of Kareth", "“There will be no talks about the pass", "Where sources disagree: how many trucks",
		"One sentence was removed: its sources do not support it.", "Nothing that the model wrote passed the check against its sources, so a part of this reply comes from retrieval alone.",
		"loopback-1, 1/1 sentences supported")
	timeline := bot(t, "", env, "timeline", "the Kareth pass")
	timeline.want(t, 0, "published 2 May 2031: Varesh and Solmark have a draft agreement", "9 May 2031: A military convoy from Solmark drove over the Kareth pass before dawn on Friday. [2]",
		"“There will be no talks about the pass", "oldest first · 6 events · loopback-1, 1/1 sentences supported")
	bot(t, "", env, "receipt", timeline.id()).want(t, 0, "Made: loopback-1, prompt ", "1/1 sentences supported", "Model used: 1 request", "drove over the Kareth pass before dawn on Friday.", "as it stood then")
	bot(t, "", env, "replay", timeline.id()).want(t, 0, "Nothing changed")
	compare := bot(t, "", env, "compare", "Varesh", "Solmark", "talks on the pass", "--as-of", "2031-05-13")
	compare.want(t, 0, "Of Varesh - 13 May 2031: Varesh will not negotiate about the Kareth pass as long as soldiers from Solmark are on its side.", "Of Solmark")
	for _, o := range []outcome{brief, timeline, compare} {
		if strings.Contains(o.out, "resigned") || strings.Contains(o.out, "moon") {
			t.Errorf("what no passage says is shown:\n%s", o.out)
		}
	}
}

// TestDeskCommandsDoWithoutTheModel: a model that fails changes nothing but a notice.
func TestDeskCommandsDoWithoutTheModel(t *testing.T) {
	t.Parallel()
	plain := home(t)
	for name, c := range map[string]struct {
		reply openaitest.Reply
		env   string
		why   string
	}{
		"refusing":      {openaitest.Reply{Status: 404}, "", "The model endpoint does not know that address or model"},
		"slow":          {openaitest.Reply{Fault: openaitest.Slow}, "ATTACHE_MODEL_FIRST_TOKEN=300ms", "The model did not answer within 0.3 s"},
		"a liar":        {openaitest.Reply{Text: "1. Everybody was evacuated to the moon in 2040 [1]."}, "", "Nothing that the model wrote passed the check against its sources"},
		"out of budget": {openaitest.Reply{}, "ATTACHE_BUDGET_QUESTION_TOKENS=10", "The question needs more of the model than one question may use"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			model := openaitest.New(t)
			model.Respond(func(openaitest.Request) openaitest.Reply { return c.reply })
			env := append(withModel(t, model.URL()), "ATTACHE_MODEL_TOTAL=2s")
			if c.env != "" {
				env = append(env, c.env)
			}
			for _, args := range [][]string{{"brief", "the Kareth pass"}, {"timeline", "the Kareth pass"}, {"compare", "Varesh", "Solmark", "the pass"}} {
				want, got := bot(t, "", plain, args...), bot(t, "", env, args...)
				notice := "• " + c.why + ", so this reply comes from retrieval alone."
				if said := oneLine(got.out); got.code != 0 || !strings.Contains(said, notice) || alike(strings.Replace(said, notice, "", 1)) != alike(oneLine(want.out)) {
					t.Errorf("%v: got\n%s\nwant\n%s\nwith %q", args, got.out, want.out, notice)
				}
			}
		})
	}
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// alike leaves out of a reply what is different each time: its id, its time, and the size of its file.
func alike(s string) string {
	return strings.Join(strings.Fields(regexp.MustCompile(`#[0-9a-f]{8}|[\d.]+ m?s\b|\(\d+ bytes`).ReplaceAllString(s, "")), " ")
}
