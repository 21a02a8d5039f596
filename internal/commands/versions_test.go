package commands_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"attache/internal/commands"
	"attache/internal/news"
)

// closure is an article at a fixed address, in the version with the given words.
func closure(guild, title, words string) news.Article {
	a := article(guild, "The Capital Herald", "2031-05-13", title, words)
	a.URL = "https://herald.example/pass"
	a.ID = news.Identify(a)
	return a
}

const (
	closedFirst = "The Kareth pass was closed on Monday. About 40 trucks wait at the Kareth pass. “We will never talk about the pass,” Foreign Minister Ilena Drazh said. " +
		"Snow is expected."
	closedThen = "The Kareth pass was closed on Monday. About 120 trucks wait at the Kareth pass. “We will not talk about the pass,” Foreign Minister Ilena Drazh said."
)

// change stores a later version of what the world holds.
func (w *world) change(t *testing.T, a news.Article) {
	t.Helper()
	if _, err := w.Add(context.Background(), a); err != nil {
		t.Fatal(err)
	}
}

func TestVersions(t *testing.T) {
	w := newWorld(t, closure("g1", "Pass closed", closedFirst), article("g1", "Northern Wire", "2031-05-02", "Ferry stops", "The ferry to Lind was stopped."))
	w.change(t, closure("g1", "Pass closed", closedThen))
	w.change(t, closure("g1", "Kareth pass closed", closedThen+" Talks are off."))
	stranger := call("versions", "article", "Kareth pass closed")
	stranger.Place.Guild = "g2"
	golden(t, w, "versions",
		exchange{"the latest change", call("versions", "article", "pass closed")},
		exchange{"the one before", call("versions", "article", "https://herald.example/pass", "page", "2")},
		exchange{"none", call("versions", "article", "Ferry stops")},
		exchange{"one that nobody knows", call("versions", "article", "Harbour")},
		exchange{"of another server", stranger},
	)
}

func TestAudit(t *testing.T) {
	w := newWorld(t, closure("g1", "Pass closed", closedFirst), article("g1", "Northern Wire", "2031-05-02", "Ferry stops", "The ferry to Lind was stopped by the harbor guard."))
	trucks := answerID(t, w.do(t, call("ask", "question", "How many trucks wait at the Kareth pass?")))
	answerID(t, w.do(t, call("ask", "question", "Who stopped the ferry to Lind?")))
	w.now = w.now.Add(24 * time.Hour)
	audit := func(since time.Time, articles ...string) []commands.Finding {
		found, err := w.desk.Audit(context.Background(), since, articles...)
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	if found := audit(time.Time{}); len(found) > 0 {
		t.Fatalf("nothing changed, but found %+v", found)
	}
	snow := strings.Replace(closedFirst, " Snow is expected.", "", 1)
	w.change(t, closure("g1", "Pass closed", snow))
	for _, f := range audit(time.Time{}) {
		for _, s := range f.Shaken {
			if f.Answer.ID == trucks && strings.Contains(s.From, "Snow") && !w.shows(t, trucks, "Snow") {
				t.Errorf("a sentence that the answer does not show is said to bear it: %+v", s)
			}
		}
	}
	w.change(t, closure("g1", "Pass closed", closedThen))
	found := audit(time.Time{})
	if len(found) != 1 || found[0].Answer.ID != trucks {
		t.Fatalf("found %+v, want answer %s alone", found, trucks)
	}
	s := found[0].Shaken[0]
	if s.Fate != commands.Reworded || s.From != "About 40 trucks wait at the Kareth pass." || s.To != "About 120 trucks wait at the Kareth pass." {
		t.Errorf("found %+v", s)
	}
	want := "This answer rests on words that have since been changed: [1] said: About 40 trucks wait at the Kareth pass. – and says now: About 120 trucks wait at the Kareth pass. " +
		"(Pass closed, The Capital Herald)"
	if got := found[0].Note(""); !strings.HasPrefix(got, want) {
		t.Errorf("the note is\n%s\nwant\n%s", got, want)
	}
	if found := audit(w.now); len(found) > 0 {
		t.Errorf("found %+v, which was given before", found)
	}
	if found := audit(time.Time{}, article("g1", "Northern Wire", "2031-05-02", "Ferry stops", "The ferry to Lind was stopped by the harbor guard.").ID); len(found) > 0 {
		t.Errorf("found %+v, which rests on another article", found)
	}
	if err := w.Remove(context.Background(), closure("g1", "", "").ID); err != nil {
		t.Fatal(err)
	}
	found = audit(time.Time{})
	if len(found) != 1 || found[0].Shaken[0].Fate != commands.Removed || !strings.Contains(found[0].Note(""), "[1] is no longer in the collection") {
		t.Errorf("with the article removed found %+v", found)
	}
	if shown := show(commands.Report(found)); strings.Contains(shown, "About ") || !strings.Contains(shown, "{article removed}") {
		t.Errorf("the report shows\n%s", shown)
	}
}

// An article that is put behind a wall later is told of without a word of what it says.
func TestAuditFindsWhatIsKeptBack(t *testing.T) {
	first := closure("g1", "Pass closed", closedFirst)
	w := newWorld(t, first)
	id := answerID(t, w.do(t, call("ask", "question", "How many trucks wait at the Kareth pass?")))
	then := closure("g1", "Pass closed", closedThen)
	then.Wall = news.Wall{Internal: true}
	w.change(t, then)
	found, err := w.desk.Audit(context.Background(), time.Time{})
	if err != nil || len(found) != 1 || found[0].Answer.ID != id || found[0].Shaken[0].Fate != commands.Closed {
		t.Fatalf("found %+v, %v", found, err)
	}
	for _, shown := range []string{found[0].Note(""), show(commands.Report(found))} {
		if strings.Contains(shown, "120") || strings.Contains(shown, "Pass closed") {
			t.Errorf("tells what is behind the wall:\n%s", shown)
		}
	}
	if want := "[1] is no longer shown here."; !strings.HasSuffix(found[0].Note(""), want) {
		t.Errorf("the note is %q", found[0].Note(""))
	}
	w.now = w.now.Add(time.Hour)
	if err := w.Library.SetWall(context.Background(), then.ID, news.Wall{Embargo: w.now.Add(time.Hour)}); err != nil {
		t.Fatal(err)
	}
	if found, _ = w.desk.Audit(context.Background(), time.Time{}); found[0].Shaken[0].Fate != commands.Closed {
		t.Errorf("under an embargo: %+v", found[0].Shaken)
	}
	w.now = w.now.Add(2 * time.Hour)
	if found, _ = w.desk.Audit(context.Background(), time.Time{}); found[0].Shaken[0].Fate != commands.Reworded {
		t.Errorf("after the embargo: %+v", found[0].Shaken)
	}
}

// shows reports whether an answer's receipt shows the words among its sentences.
func (w *world) shows(t *testing.T, id, words string) bool {
	t.Helper()
	answer, _, _ := strings.Cut(show(w.router.Run(context.Background(), call("receipt", "answer", id), nil)), "== The evidence")
	return strings.Contains(answer, words)
}

// A paper that shows a name in a pronoun's place rests on the sentence with the pronoun, and its receipt shows the name.
func TestAuditOfAPaperWithAName(t *testing.T) {
	const met = "Ambassador Serik Tolegen met the press on Monday. "
	const before, then = met + "He rejected the ferry toll.", met + "He took no side."
	w := newWorld(t, closure("g1", "Council met", before))
	var ids []string
	for _, r := range []commands.Request{call("timeline", "topic", "the ferry toll"), call("brief", "topic", "the ferry toll")} {
		reply := w.do(t, r)
		if !strings.Contains(show(reply), "[Serik Tolegen] rejected") {
			t.Fatalf("no name stands in the pronoun's place:\n%s", show(reply))
		}
		ids = append(ids, answerID(t, reply))
		if !w.shows(t, ids[len(ids)-1], "[Serik Tolegen] rejected") {
			t.Errorf("the receipt of /%s does not show the sentence as the reply does", r.Command)
		}
	}
	w.change(t, closure("g1", "Council met", then))
	found, err := w.desk.Audit(t.Context(), time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range ids {
		if !slices.ContainsFunc(found, func(f commands.Finding) bool { return f.Answer.ID == id }) {
			t.Errorf("paper %s is not found to rest on changed words", id)
		}
	}
}
