package commands_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"attache/internal/commands"
	"attache/internal/library"
	"attache/internal/news"
)

// watching is a world with the starter collection and a watch in channel c1 of guild g1.
type watching struct {
	*world
	watch  library.Watch
	posted map[string]bool
}

func watch(t *testing.T, kind library.WatchKind, subject string) *watching {
	t.Helper()
	w, err := openWorld(t.TempDir(), true)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.Library.Close() })
	if reply := w.do(t, call("watch", string(kind), subject)); reply.Failed {
		t.Fatal(show(reply))
	}
	s := &watching{world: w, posted: map[string]bool{}}
	all, err := w.Library.Watches(context.Background(), "g1")
	if err != nil || len(all) != 1 {
		t.Fatal(all, err)
	}
	s.watch = all[0]
	return s
}

// arrives stores articles together and returns what they bring; it remembers what is posted, as the running bot does.
func (s *watching) arrives(t *testing.T, articles ...news.Article) commands.WhatsNew {
	t.Helper()
	for _, a := range articles {
		if _, err := s.Add(context.Background(), a); err != nil {
			t.Fatal(err)
		}
	}
	arrived, err := s.Library.Arrived(context.Background(), s.watch.Seq, s.Followed())
	if err != nil {
		t.Fatal(err)
	}
	found, err := s.desk.WhatsNew(context.Background(), s.watch, arrived, s.posted)
	if err != nil {
		t.Fatal(err)
	}
	s.watch.Seq = s.Followed()
	for _, k := range found.Keys {
		s.posted[k] = true
	}
	if found.Answer != "" {
		s.watch.Answer = found.Answer
	}
	if len(found.Keys) > 0 {
		prove(t, s.world, call("news of the watch"), found.Reply)
	}
	return found
}

// silent fails the test when the articles bring something.
func (s *watching) silent(t *testing.T, why string, articles ...news.Article) {
	t.Helper()
	if found := s.arrives(t, articles...); len(found.Keys) > 0 {
		t.Errorf("%s: posts\n%s", why, show(found.Reply))
	}
}

var (
	turnedBack = article("", "Northern Wire", "2031-05-14", "Trucks turned back at Kareth",
		"Border guards of Varesh turned back nine trucks at the Kareth pass on Wednesday. Drivers were told that the road is closed until further notice. "+
			"Two of the trucks carried seed grain for the valley, and one carried mail.")
	wireCopy = article("", "The Harbor Post", "2031-05-14", "Nine trucks turned back",
		"Border guards of Varesh turned back nine trucks at the Kareth pass on Wednesday. Drivers were told that the road is closed until further notice. "+
			"Two of the trucks carried seed grain for the valley, and one carried letters.")
	football   = article("", "Northern Wire", "2031-05-14", "Cup", "Brandholm beat Lind 2-0 in the cup on Saturday. The second goal came in the last minute.")
	parliament = article("", "Northern Wire", "2031-05-14", "Drazh in parliament",
		"“The road is open to those who come unarmed,” Foreign Minister Ilena Drazh told parliament on Wednesday. General Halvard Stenn of Solmark gave no comment.")
	parliamentCopy = article("", "The Harbor Post", "2031-05-14", "Minister speaks",
		"“The road is open to those who come unarmed,” Foreign Minister Ilena Drazh said in parliament.")
)

func TestNewsOfASpeaker(t *testing.T) {
	t.Parallel()
	s := watch(t, library.WatchSpeaker, "drazh")
	s.silent(t, "an article without her", football)
	s.silent(t, "words of hers that are known", article("", "Lake Gazette", "2031-05-14", "The row",
		"“I am ready to talk about the pass, but not under escort,” Foreign Minister Ilena Drazh had said on 9 May."))
	found := s.arrives(t, parliament)
	compare(t, "whatsnew_speaker", show(found.Reply))
	s.silent(t, "a copy", parliamentCopy)
	if err := s.Library.Touch(context.Background(), []string{parliament.ID}); err != nil {
		t.Fatal(err)
	}
	s.silent(t, "derived anew")
	if err := s.Remove(context.Background(), parliamentCopy.ID); err != nil {
		t.Fatal(err)
	}
	if err := s.Remove(context.Background(), parliament.ID); err != nil {
		t.Fatal(err)
	}
	s.silent(t, "removed and taken in again", parliament)
	old := article("", "Northern Wire", "2029-03-02", "An old speech", "“We shall mend the road by winter,” Ilena Drazh, a member of parliament, said on Friday.")
	if found := s.arrives(t, old); !strings.Contains(show(found.Reply), "! Newly in the collection, though not new: [1] is of 2 Mar 2029.") {
		t.Errorf("an old article shows as\n%s", show(found.Reply))
	}
	changed := old
	changed.Text = "“We shall mend the road by winter,” Ilena Drazh, a member of parliament, said on Friday. It rained."
	changed.ID = news.Identify(changed)
	s.silent(t, "a changed article with the same words", changed)
	var many []news.Article
	for n := range 9 {
		many = append(many, article("", "Northern Wire", "2031-05-14", fmt.Sprintf("Speech %d", n),
			fmt.Sprintf("“Point %s of my plan is the %s bridge,” Foreign Minister Ilena Drazh said.", []string{"one", "two", "three", "four", "five", "six", "seven", "eight", "nine"}[n],
				[]string{"red", "green", "blue", "stone", "iron", "long", "old", "high", "small"}[n])))
	}
	if found := s.arrives(t, many...); len(found.Keys) != 9 || !strings.Contains(show(found.Reply), "And 4 more.") {
		t.Errorf("of nine at once:\n%s", show(found.Reply))
	}
}

func TestNewsOfATopic(t *testing.T) {
	t.Parallel()
	s := watch(t, library.WatchTopic, "the Kareth pass")
	s.silent(t, "an article on something else", football)
	compare(t, "whatsnew_topic", show(s.arrives(t, turnedBack, football).Reply))
	s.silent(t, "a copy", wireCopy)
	s.silent(t, "nothing")
	fixed := turnedBack
	fixed.Text = strings.Replace(fixed.Text, "seed grain", "seed-grain", 1)
	fixed.ID = news.Identify(fixed)
	s.silent(t, "a typing error mended", fixed)
	if found := s.arrives(t, article("g2", "Northern Wire", "2031-05-14", "Kareth again", "The Kareth pass was closed once more. Nobody said why.")); len(found.Keys) > 0 {
		t.Errorf("another server's article is posted:\n%s", show(found.Reply))
	}
	own := article("g1", "Our desk", "2031-05-14", "Note on Kareth", "Our own people say that the Kareth pass will stay closed for a week.")
	if found := s.arrives(t, own); len(found.Keys) != 1 {
		t.Errorf("the server's own article brings %d passages", len(found.Keys))
	}
	walled := article("g1", "Our desk", "2031-05-14", "Walled note", "The Kareth pass has a second road, which few know, behind the old mill.")
	walled.Wall = news.Wall{Channels: []string{"c2"}}
	s.silent(t, "an article that this channel may not see", walled)
}

func TestNewsOfAQuestion(t *testing.T) {
	t.Parallel()
	s := watch(t, library.WatchQuestion, "How many trucks were turned back at the Kareth pass on Wednesday?")
	s.silent(t, "an article on something else", football)
	first := show(s.arrives(t, turnedBack).Reply) // the rest of the answer is the answer's affair
	if want := "# New on: How many trucks were turned back at the Kareth pass on Wednesday?\nBorder guards of Varesh turned back nine trucks at the Kareth pass on Wednesday. [1]\n"; !strings.HasPrefix(first, want) ||
		!strings.Contains(first, "watch 1; /unwatch 1 ends it") {
		t.Errorf("the first answer is posted as\n%s", first)
	}
	s.silent(t, "a copy", wireCopy)
	more := article("", "The Capital Herald", "2031-05-15", "More trucks", "Border guards of Varesh turned back 31 trucks at the Kareth pass on Wednesday, the customs office said.")
	found := s.arrives(t, more)
	if shown := show(found.Reply); len(found.Keys) == 0 || !strings.Contains(shown, "{31} The Capital Herald") {
		t.Errorf("another figure brings\n%s", shown)
	}
	if _, err := s.Library.Answer(context.Background(), "g1", found.Answer); err != nil {
		t.Errorf("the answer has no receipt: %v", err)
	}
}

// A sentence that takes the place of another is shown behind it.
func TestNewsShowsWasAndNow(t *testing.T) {
	t.Parallel()
	s := watch(t, library.WatchQuestion, "Who commands the harbour guard of Tollund?")
	first := article("", "Northern Wire", "2031-05-14", "Harbour guard", "The harbour guard of Tollund is commanded by Captain Orla Brenn, the city said.")
	first.URL = "https://wire.example/guard"
	first.ID = news.Identify(first)
	s.arrives(t, first)
	then := first
	then.Text = "The harbour guard of Tollund is commanded by Captain Sten Halloran, the city said."
	found := s.arrives(t, then)
	for _, want := range []string{"# New on: Who commands the harbour guard of Tollund?", "- {was} The harbour guard of Tollund is commanded by Captain Orla Brenn, the city said.",
		"{now} The harbour guard of Tollund is commanded by Captain Sten Halloran, the city said. [1]"} {
		if shown := show(found.Reply); !strings.Contains(shown, want) {
			t.Errorf("lacks %q:\n%s", want, shown)
		}
	}
}

func TestWatch(t *testing.T) {
	w, err := openWorld(t.TempDir(), true)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.Library.Close() })
	w.desk.DigestHour = 6
	elsewhere := func(r commands.Request) commands.Request { r.Place.Channel = "c2"; return r }
	manager := func(r commands.Request) commands.Request { r.Asker.Manager = true; return r }
	direct := func(r commands.Request) commands.Request { r.Place.Guild = ""; return r }
	golden(t, w, "watch",
		exchange{"none yet", call("watches")},
		exchange{"a speaker", call("watch", "speaker", "drazh")},
		exchange{"the same again", call("watch", "speaker", "Ilena Drazh")},
		exchange{"a person who is not quoted", call("watch", "speaker", "Ilona Dratz")},
		exchange{"a topic, daily", call("watch", "topic", " the  Kareth pass ", "digest", "daily")},
		exchange{"a question", elsewhere(call("watch", "question", "Who closed the Kareth pass first?"))},
		exchange{"a question without an answer", call("watch", "question", "What is the boiling point of tungsten?")},
		exchange{"nothing", call("watch")},
		exchange{"two subjects", call("watch", "topic", "grain", "speaker", "Drazh")},
		exchange{"a digest of another kind", call("watch", "topic", "grain", "digest", "hourly")},
		exchange{"a direct message", direct(call("watch", "topic", "grain"))},
		exchange{"what this channel watches", call("watches")},
		exchange{"what the server watches", manager(call("watches"))},
		exchange{"another channel's", call("unwatch", "watch", "4")},
		exchange{"no number", call("unwatch", "watch", "the pass")},
		exchange{"ended", call("unwatch", "watch", "#3")},
		exchange{"ended before", call("unwatch", "watch", "3")},
		exchange{"ended by a manager", manager(call("unwatch", "watch", "4"))},
	)
	choices := w.router.Complete(context.Background(), call("unwatch"), "watch", "tungsten")
	if len(choices) != 1 || choices[0].Value != "5" {
		t.Errorf("completed to %v", choices)
	}
	all, err := w.Library.Watches(context.Background(), "g1")
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Library.PauseWatch(context.Background(), all[0].ID, "I may not write there."); err != nil {
		t.Fatal(err)
	}
	if shown := show(w.do(t, call("watches"))); !strings.Contains(shown, "! Watch 1 is paused: I may not write there.") {
		t.Errorf("a paused watch shows as\n%s", shown)
	}
}

func TestWatchIsBounded(t *testing.T) {
	w := newWorld(t)
	for n := range 50 {
		if reply := w.do(t, call("watch", "topic", fmt.Sprintf("topic %d", n))); reply.Failed {
			t.Fatal(show(reply))
		}
	}
	if shown := show(w.do(t, call("watch", "topic", "one more"))); !strings.Contains(shown, "there may be no more") {
		t.Errorf("got\n%s", shown)
	}
}

func TestNextDigest(t *testing.T) {
	t.Parallel()
	at := func(day, hour, minute int) time.Time { return time.Date(2031, 5, day, hour, minute, 0, 0, time.UTC) }
	for _, tt := range []struct{ now, want time.Time }{
		{at(14, 5, 59), at(14, 6, 0)},
		{at(14, 6, 0), at(15, 6, 0)},
		{at(14, 23, 0), at(15, 6, 0)},
		{at(31, 7, 0), time.Date(2031, 6, 1, 6, 0, 0, 0, time.UTC)},
		{time.Date(2031, 5, 14, 1, 0, 0, 0, time.FixedZone("east", 9*3600)), at(14, 6, 0)}, // 13 May, 16:00 UTC: not the day that the clock on the wall shows
	} {
		want := tt.want
		if tt.now.Location() != time.UTC {
			want = at(14, 6, 0)
		}
		if got := commands.NextDigest(tt.now, 6); !got.Equal(want) {
			t.Errorf("after %v: %v, want %v", tt.now, got, want)
		}
	}
}
