package commands_test

import (
	"context"
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"attache/internal/answer"
	"attache/internal/commands"
)

func TestTimeline(t *testing.T) {
	w := starterWorld(t)
	golden(t, w, "timeline",
		exchange{"in order, each with its source", call("timeline", "topic", "convoy on the Kareth pass")},
		exchange{"the second page", call("timeline", "topic", "Russia and Kazakhstan", "page", "2")},
		exchange{"as of a day", call("timeline", "topic", "the Kareth pass", "as_of", "2031-05-02")},
		exchange{"nothing there", call("timeline", "topic", "tungsten smelting")},
	)
}

func TestTimelineDates(t *testing.T) {
	w := newWorld(t,
		article("", "Northern Wire", "2031-05-09", "Ferry", "The ferry to Lind ran aground on Wednesday. The ferry to Lind had been repaired in March 2029. "+
			"The ferry to Lind will sail again on Monday."),
		article("", "The Harbor Post", "2031-05-10", "Copy", "On Wednesday, the ferry to Lind ran aground."),
		article("", "Lakeside Institute", "", "Undated", "The ferry to Lind is loved by gulls."),
	)
	reply := w.do(t, call("timeline", "topic", "ferry to Lind"))
	var got []string
	for _, b := range reply.Blocks {
		got = append(got, b.Mark)
	}
	if want := []string{"Mar 2029", "7 May 2031", "12 May 2031"}; !slices.Equal(got, want) {
		t.Errorf("dates %q, want %q", got, want)
	}
	if len(reply.Blocks) > 1 && len(reply.Blocks[1].Cites) != 2 {
		t.Errorf("one event told by two articles cites %v", reply.Blocks[1].Cites)
	}
}

func TestCompare(t *testing.T) {
	w := starterWorld(t)
	golden(t, w, "compare",
		exchange{"two people", call("compare", "a", "Drazh", "b", "Kvell", "about", "the pass")},
		exchange{"two publishers", call("compare", "a", "Northern Wire", "b", "the capital herald", "about", "trucks in the convoy")},
		exchange{"two countries", call("compare", "a", "Kazakhstan", "b", "Uzbekistan", "about", "Russia")},
		exchange{"as of a day", call("compare", "a", "Drazh", "b", "Stenn", "about", "the pass", "as_of", "2031-05-02")},
		exchange{"nothing on one side", call("compare", "a", "Drazh", "b", "Brazil", "about", "the pass")},
	)
}

// A comparison's receipt says in how many articles was searched.
func TestReceiptOfAComparison(t *testing.T) {
	w := starterWorld(t)
	reply := w.do(t, call("compare", "a", "Kazakhstan", "b", "Uzbekistan", "about", "Russia"))
	_, id, _ := strings.Cut(reply.Footer, "#")
	if shown := show(w.do(t, call("receipt", "answer", id))); !strings.Contains(shown, "{Searched} 28 articles") {
		t.Errorf("the receipt of %q says:\n%s", reply.Footer, shown)
	}
}

func TestBrief(t *testing.T) {
	w := starterWorld(t)
	golden(t, w, "brief",
		exchange{"all parts", call("brief", "topic", "the Kareth pass")},
		exchange{"as of a day", call("brief", "topic", "the Kareth pass", "as_of", "2031-05-02")},
		exchange{"sources differ", call("brief", "topic", "trucks of the convoy on the Kareth pass")},
		exchange{"nothing there", call("brief", "topic", "tungsten smelting")},
	)
}

// TestBriefFile: the file says what the message says, and nothing in an article is taken for Markdown.
func TestBriefFile(t *testing.T) {
	w := newWorld(t, article("", "Northern_Wire", "2031-05-09", "Ferry <b>", "The *ferry* to Lind [sic] ran aground on Wednesday. "+
		"“The ferry is ours,” said Ilena Drazh, the harbor minister."))
	reply := w.do(t, call("brief", "topic", "Ferry to Lind/../x"))
	if len(reply.Files) != 1 {
		t.Fatalf("%d files, want 1", len(reply.Files))
	}
	file := string(reply.Files[0].Data)
	for _, want := range []string{"# Brief on", `The \*ferry\* to Lind \[sic\] ran aground on Wednesday. \[1\]`, "“The ferry is ours” ", "## Sources", `Northern\_Wire`, "Ferry &lt;b&gt;"} {
		if !strings.Contains(file, want) {
			t.Errorf("the file lacks %q:\n%s", want, file)
		}
	}
	if got := reply.Files[0].Name; got != "brief-ferry-to-lind-x.md" {
		t.Errorf("the file is called %q", got)
	}
}

// TestTopicsAsOf: as of a day, the desk's commands cite nothing published later.
func TestTopicsAsOf(t *testing.T) {
	w := starterWorld(t)
	day := time.Date(2031, 5, 9, 0, 0, 0, 0, time.UTC)
	for _, r := range []commands.Request{call("timeline", "topic", "the pass"), call("brief", "topic", "the pass"),
		call("compare", "a", "Drazh", "b", "Solmark", "about", "the pass")} {
		reply := w.do(t, r.With("as_of", "2031-05-09"))
		if len(reply.Sources) == 0 {
			t.Errorf("/%s found nothing", r.Command)
		}
		for _, s := range reply.Sources {
			if s.Published.After(day) {
				t.Errorf("/%s cites %q of %v", r.Command, s.Title, s.Published)
			}
		}
	}
}

func TestStatus(t *testing.T) {
	w := starterWorld(t)
	reply := show(w.do(t, call("status")))
	for _, want := range []string{"{Answers} extractive, no model", "{Collection}", "{Newest article}"} {
		if !strings.Contains(reply, want) {
			t.Errorf("lacks %q:\n%s", want, reply)
		}
	}
}

// idInFooter finds the id in an answer's last line.
var idInFooter = regexp.MustCompile(`#([0-9a-f]{8})$`)

func TestReplay(t *testing.T) {
	first := article("", "Northern Wire", "2031-05-09", "Ferry", "The ferry to Lind ran aground on Wednesday near the old light.")
	w := newWorld(t, first)
	operator := func(r commands.Request) commands.Request { r.Asker.Manager = true; return r }
	given := w.do(t, call("ask", "question", "Where did the ferry to Lind run aground?"))
	m := idInFooter.FindStringSubmatch(given.Footer)
	if m == nil {
		t.Fatalf("no id in %q", given.Footer)
	}
	replay := operator(call("replay", "answer", "#"+m[1]))
	if got := show(w.do(t, replay)); !strings.Contains(got, "Nothing changed") {
		t.Errorf("with nothing changed:\n%s", got)
	}
	second := article("", "The Harbor Post", "2031-05-10", "Ferry again", "The ferry to Lind ran aground off Tollund, divers found, and not where its captain had said.")
	if _, err := w.Add(t.Context(), second); err != nil {
		t.Fatal(err)
	}
	if got := show(w.do(t, replay)); !strings.Contains(got, "== Only now\n- The ferry to Lind ran aground off Tollund") || strings.Contains(got, "Only then") {
		t.Errorf("with an article added:\n%s", got)
	}
	if err := w.Remove(t.Context(), first.ID); err != nil {
		t.Fatal(err)
	}
	got := show(w.router.Run(t.Context(), replay, nil)) // it names what is no longer there, so no proof can be had
	for _, want := range []string{"== Only then\n- These words were removed with their article. [1]", "{article removed} An article that it rests on is no longer"} {
		if !strings.Contains(got, want) {
			t.Errorf("with the article removed, lacks %q:\n%s", want, got)
		}
	}
	for name, r := range map[string]commands.Request{"another guild": replay, "no such answer": operator(call("replay", "answer", "00000000"))} {
		if name == "another guild" {
			r.Place.Guild = "g2"
		}
		if reply := w.do(t, r); !reply.Failed {
			t.Errorf("%s: replayed", name)
		}
	}
	if reply := w.do(t, call("replay", "answer", m[1])); !reply.Failed {
		t.Error("anybody may replay what was asked")
	}
}

// TestBriefDifferences: numbers that differ are set side by side, each with its report, and those that agree are not.
func TestBriefDifferences(t *testing.T) {
	first := article("", "Northern Wire", "2031-05-09", "Ferry", "The ferry Tollund Queen carried 40 passengers to Lind on Wednesday.")
	for name, tt := range map[string]struct {
		second string
		differ bool
	}{
		"another number": {"The ferry Tollund Queen carried 120 passengers to Lind on Wednesday.", true},
		"the same":       {"Guards say that the ferry Tollund Queen carried 40 passengers to Lind on Wednesday.", false},
		"another matter": {"The ferry Tollund Queen carried 120 sheep to Lind on Wednesday.", false},
	} {
		w := newWorld(t, first, article("", "The Harbor Post", "2031-05-10", "Ferry again", tt.second))
		got := show(w.do(t, call("brief", "topic", "ferry to Lind")))
		if strings.Contains(got, "Where sources disagree: how many passengers\n- {40}") != tt.differ || strings.Contains(got, "disagree") != tt.differ {
			t.Errorf("%s:\n%s", name, got)
		}
	}
}

// TestBriefWithModel: the sources' own sentences are shown while the model writes, its own take their place, and both can be proved.
func TestBriefWithModel(t *testing.T) {
	w := *starterWorld(t)
	written := answer.Draft{Model: "scripted-1", Checks: answer.Checks{Sentences: 2, Supported: 2}, Sentences: []answer.Sentence{
		{Text: "Varesh will not negotiate about the pass.", Cites: []int{1, 2}}, {Text: "Drazh spoke of “no talks”.", Cites: []int{1}}}}
	w.open(slog.New(slog.DiscardHandler), model{draft: written})
	for _, r := range []commands.Request{call("brief", "topic", "the Kareth pass"), call("timeline", "topic", "the Kareth pass"), call("compare", "a", "Varesh", "b", "Solmark", "about", "the pass")} {
		var shown []commands.Reply
		reply := w.router.Run(t.Context(), r, func(part commands.Reply) { shown = append(shown, part) })
		prove(t, &w, r, reply)
		if len(shown) != 1 {
			t.Fatalf("/%s: %d states were shown before the end, want the one without the model", r.Command, len(shown))
		}
		prove(t, &w, r, shown[0])
		composed := strings.Contains(show(reply), "Varesh will not negotiate about the pass.")
		if want := r.Command != "timeline"; composed != want || strings.Contains(show(shown[0]), "negotiate about the pass.") || strings.Contains(show(reply), "no talks”.") {
			t.Errorf("/%s: shown at first\n%s\nand then\n%s", r.Command, show(shown[0]), show(reply))
		}
		if strings.Contains(reply.Footer, "scripted-1") != composed {
			t.Errorf("/%s: the footer is %q", r.Command, reply.Footer)
		}
	}
	w.open(slog.New(slog.DiscardHandler), panicking{})
	if reply := w.do(t, call("brief", "topic", "the Kareth pass")); reply.Failed || len(reply.Notices) != 1 {
		t.Errorf("a composer that panics leaves\n%s", show(reply))
	}
}

// panicking is a composer with a fault.
type panicking struct{}

func (panicking) Compose(context.Context, string, []answer.Evidence, func(answer.Draft)) (answer.Draft, error) {
	panic("a fault in a composer")
}

// TestPapersAreFiled: what the desk's commands write has an id, a receipt with all that was cited, and can be written again.
func TestPapersAreFiled(t *testing.T) {
	first := article("", "Northern Wire", "2031-05-09", "Ferry", "The ferry to Lind ran aground on Wednesday near the old light. “The ferry is ours,” said Ilena Drazh, the harbor minister.")
	w := newWorld(t, first, article("", "The Harbor Post", "2031-05-10", "Again", "The ferry to Lind was towed to Tollund on Friday."))
	for _, r := range []commands.Request{call("brief", "topic", "ferry to Lind"), call("timeline", "topic", "ferry to Lind", "as_of", "2031-05-12"), call("compare", "a", "Northern Wire", "b", "The Harbor Post", "about", "ferry to Lind")} {
		given := w.do(t, r)
		id := answerID(t, given)
		receipt := show(w.do(t, call("receipt", "answer", id)))
		for _, want := range []string{"{Question} /" + r.Command, "{Made} extractive", "The ferry to Lind ran aground on Wednesday near the old light.", "was towed to Tollund", "== The evidence, as it stood then\n| ", "[1] ", "[2] "} {
			if !strings.Contains(receipt, want) {
				t.Errorf("the receipt of /%s lacks %q:\n%s", r.Command, want, receipt)
			}
		}
		replay := call("replay", "answer", id)
		replay.Asker.Manager = true
		if got := show(w.do(t, replay)); !strings.Contains(got, "Nothing changed") {
			t.Errorf("/%s, written again:\n%s", r.Command, got)
		}
		if given.Private {
			t.Errorf("/%s is private", r.Command)
		}
	}
	timeline := w.do(t, call("timeline", "topic", "ferry to Lind"))
	if _, err := w.Add(t.Context(), article("", "Lakeside Institute", "2031-05-11", "Later", "The ferry to Lind sank off Tollund on Saturday.")); err != nil {
		t.Fatal(err)
	}
	replay := call("replay", "answer", answerID(t, timeline))
	replay.Asker.Manager = true
	if got := show(w.do(t, replay)); !strings.Contains(got, "== Only now\n- 10 May 2031: The ferry to Lind sank off Tollund on Saturday.") {
		t.Errorf("with an article added:\n%s", got)
	}
	brief := answerID(t, w.do(t, call("brief", "topic", "ferry to Lind")))
	if _, err := w.Add(t.Context(), article("", "Northern Wire", "2031-05-09", "Ferry", "The ferry to Lind ran aground on Wednesday near the old light. “The ferry was ours,” said Ilena Drazh, the harbor minister.")); err != nil {
		t.Fatal(err)
	}
	changed := show(w.router.Run(t.Context(), call("receipt", "answer", brief), nil)) // it shows words that stand nowhere now, so no proof can be had
	if !strings.Contains(changed, "== Since changed\n") || !strings.Contains(changed[strings.Index(changed, "== Since changed"):], "The ferry is ours") {
		t.Errorf("a quotation changed in its article, and the receipt does not tell:\n%s", changed)
	}
	if nothing := w.do(t, call("brief", "topic", "tungsten smelting")); strings.Contains(nothing.Footer, "#") {
		t.Errorf("nothing was found, and is filed: %q", nothing.Footer)
	}
}
