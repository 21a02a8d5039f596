package watch_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"attache/internal/answer"
	"attache/internal/collection"
	"attache/internal/commands"
	"attache/internal/embed"
	"attache/internal/library"
	"attache/internal/news"
	"attache/internal/watch"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var (
	noon    = time.Date(2031, 5, 14, 12, 0, 0, 0, time.UTC)
	builtin = sync.OnceValues(embed.Builtin)
)

// post is a message in a channel.
type post struct{ channel, nonce, text string }

// desk is the real bot without a front end, with a channel in place of Discord.
type desk struct {
	*collection.Collection
	desk *commands.Desk

	mu    sync.Mutex
	now   time.Time
	posts []post
	notes []string
	fail  error // what posting and amending give
	lost  bool  // the message is posted, and the answer to it is lost
}

func newDesk(t *testing.T, folder string) *desk {
	t.Helper()
	model, err := builtin()
	if err != nil {
		t.Fatal(err)
	}
	lib, err := library.Open(filepath.Join(folder, "library.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = lib.Close() })
	c, err := collection.Open(t.Context(), lib, model, slog.New(slog.DiscardHandler), nil)
	if err != nil {
		t.Fatal(err)
	}
	c.Redact(commands.Redact)
	d := &desk{Collection: c, now: noon}
	answers := answer.New(answer.Options{
		Search: c.Index, Quotes: func(p news.Passage) []news.Quote { return c.Speakers.In(p.ArticleID, p.Span) }, Score: c.Index.Relevance, Now: d.clock,
		Log: slog.New(slog.DiscardHandler),
	})
	d.desk = &commands.Desk{Answers: answers, Index: c.Index, Speakers: c.Speakers, Library: lib, Now: d.clock, DigestHour: 6, Followed: c.Followed}
	return d
}

func (d *desk) clock() time.Time { d.mu.Lock(); defer d.mu.Unlock(); return d.now }

func (d *desk) pass(by time.Duration) { d.mu.Lock(); defer d.mu.Unlock(); d.now = d.now.Add(by) }

func (d *desk) set(fail error, lost bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.fail, d.lost = fail, lost
}

// sent lists what stands in the channels. Discord makes one message of those with one nonce.
func (d *desk) sent() []post {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.posts)
}

func (d *desk) watcher() *watch.Watcher {
	return watch.New(watch.Options{
		Library: d.Library, Desk: d.desk, Followed: d.Followed, Now: d.clock, Log: slog.New(slog.DiscardHandler), DigestHour: 6, Settle: time.Millisecond,
		Mine: func(w library.Watch) bool { return w.Guild != "theirs" },
		Post: func(_ context.Context, w library.Watch, nonce string, reply commands.Reply) error {
			d.mu.Lock()
			defer d.mu.Unlock()
			if d.fail != nil && !d.lost {
				return d.fail
			}
			text := reply.Title
			for _, b := range reply.Blocks {
				text += "\n" + b.Text + strings.Join(b.Fragments, " … ")
			}
			if !slices.ContainsFunc(d.posts, func(p post) bool { return p.nonce == nonce }) {
				d.posts = append(d.posts, post{w.Channel, nonce, text})
			}
			return d.fail
		},
		Amend: func(_ context.Context, guild, answer, note string) error {
			d.mu.Lock()
			defer d.mu.Unlock()
			if d.fail == nil {
				d.notes = append(d.notes, guild+"/"+answer+": "+note)
			}
			return d.fail
		},
	})
}

func (d *desk) round(t *testing.T) {
	t.Helper()
	if err := d.watcher().Round(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func (d *desk) standing(t *testing.T, w library.Watch) library.Watch {
	t.Helper()
	if w.Guild == "" {
		w.Guild = "g1"
	}
	w.Channel, w.Created, w.Seq = "c1", noon, d.Followed()
	w, err := d.Library.AddWatch(t.Context(), w, 50)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func (d *desk) only(t *testing.T) library.Watch {
	t.Helper()
	all, err := d.Library.AllWatches(t.Context())
	if err != nil || len(all) != 1 {
		t.Fatal(all, err)
	}
	return all[0]
}

func (d *desk) add(t *testing.T, articles ...news.Article) {
	t.Helper()
	for _, a := range articles {
		if _, err := d.Add(context.Background(), a); err != nil {
			t.Error(err)
		}
	}
}

func article(title, body string) news.Article {
	a := news.Article{Title: title, Publisher: "Northern Wire", URL: "https://wire.example/" + title, Published: noon.Truncate(24 * time.Hour), Text: body}
	a.ID = news.Identify(a)
	return a
}

// closing is the n-th article on the pass, each with words of its own.
func closing(n int) news.Article {
	of := []string{"snow", "mud", "rockfall", "a strike", "an inspection", "fog", "floods", "repairs", "a parade", "ice", "smoke", "a funeral"}[n%12]
	return article(fmt.Sprintf("closing-%d", n), fmt.Sprintf("The Kareth pass was closed because of %s on day %d. Drivers waited in the valley below.", of, n))
}

var onThePass = library.Watch{Kind: library.WatchTopic, Subject: "the Kareth pass"}

func TestANewArticleIsPostedOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t, t.TempDir())
	d.add(t, closing(0))
	d.standing(t, onThePass)
	d.round(t)
	if got := d.sent(); len(got) > 0 {
		t.Fatalf("what was there before is posted: %v", got)
	}
	d.add(t, closing(1))
	for range 3 {
		d.round(t)
	}
	if got := d.sent(); len(got) != 1 || got[0].channel != "c1" || !strings.Contains(got[0].text, "because of mud") {
		t.Fatalf("posted %v", got)
	}
	d.add(t, closing(1), closing(2), closing(3)) // the same again, and two more at once
	d.round(t)
	if got := d.sent(); len(got) != 2 || !strings.Contains(got[1].text, "rockfall") || !strings.Contains(got[1].text, "a strike") || strings.Contains(got[1].text, "mud") {
		t.Errorf("posted %v", got)
	}
}

// What comes in under embargo is new to a channel when the embargo ends.
func TestAnArticleIsPostedWhenItsEmbargoEnds(t *testing.T) {
	t.Parallel()
	d := newDesk(t, t.TempDir())
	d.standing(t, onThePass)
	a := closing(1)
	a.Guild, a.Wall.Embargo = "g1", time.Now().Add(time.Hour) // the collection reads the machine's own clock
	d.now = a.Wall.Embargo.Add(-time.Minute)
	a.ID = news.Identify(a)
	d.add(t, a)
	d.round(t)
	if got := d.sent(); len(got) > 0 {
		t.Fatalf("posted under embargo: %v", got)
	}
	d.pass(time.Minute)
	if n, err := d.Library.EndEmbargoes(t.Context(), d.clock()); n != 1 || err != nil {
		t.Fatalf("%d ended, %v", n, err)
	}
	if err := d.Follow(t.Context()); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		d.round(t)
	}
	if got := d.sent(); len(got) != 1 || !strings.Contains(got[0].text, "because of mud") {
		t.Errorf("posted %v, want it once", got)
	}
}

func TestAnotherProcessesWatchIsLeftAlone(t *testing.T) {
	t.Parallel()
	d := newDesk(t, t.TempDir())
	theirs := onThePass
	theirs.Guild = "theirs"
	theirs = d.standing(t, theirs)
	d.add(t, closing(1))
	d.round(t)
	if got := d.sent(); len(got) > 0 || d.only(t).Seq != theirs.Seq {
		t.Errorf("posted %v", got)
	}
}

// A process that dies at any moment around a post leaves one message behind, and so does the next one.
func TestKilledAroundAPost(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		posted bool          // before the process died
		later  time.Duration // until the next one starts
		want   int           // messages in the end
		missed bool
	}{
		{"before it was sent, and back at once", false, time.Second, 1, false},
		{"after it was sent, and back at once", true, time.Second, 1, false},
		{"after it was sent, and back much later", true, time.Hour, 1, true},
		{"before it was sent, and back much later", false, time.Hour, 0, true}, // at most once
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			d := newDesk(t, folder)
			d.standing(t, onThePass)
			d.add(t, closing(1))
			d.set(errors.New("the process dies here"), tt.posted)
			if err := d.watcher().Round(t.Context()); err == nil {
				t.Fatal("the post did not fail")
			}
			next := newDesk(t, folder)
			next.posts = d.sent() // what stands in the channel
			next.pass(tt.later)
			next.add(t, closing(3)) // what came while no process ran has its turn behind what was under way
			next.round(t)
			tt.want++
			if got := next.sent(); len(got) != tt.want || !strings.Contains(got[tt.want-1].text, "a strike") || strings.Contains(got[tt.want-1].text, "mud") {
				t.Errorf("%d messages, want %d: %v", len(got), tt.want, got)
			}
			if w := next.only(t); w.Missed.IsZero() == tt.missed || w.Round != 0 {
				t.Errorf("the watch says %+v", w)
			}
			next.add(t, closing(2))
			next.round(t)
			if got := next.sent(); len(got) != tt.want+1 || strings.Contains(got[tt.want].text, "mud") {
				t.Errorf("then posted %v", got)
			}
		})
	}
}

func TestARefusedWatchIsPausedAndLosesNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(t, t.TempDir())
	d.standing(t, onThePass)
	d.add(t, closing(1))
	d.set(fmt.Errorf("%w: I may not write there", watch.ErrRefused), false)
	d.round(t)
	if w := d.only(t); w.Paused != "I may not write there" || w.Round != 0 {
		t.Errorf("the watch says %+v", w)
	}
	d.pass(time.Hour)
	d.set(nil, false)
	d.add(t, closing(2))
	d.round(t)
	if got := d.sent(); len(got) != 1 || !strings.Contains(got[0].text, "mud") || !strings.Contains(got[0].text, "rockfall") {
		t.Errorf("posted %v", got)
	}
	if w := d.only(t); w.Paused != "" {
		t.Errorf("it is still paused: %s", w.Paused)
	}
}

func TestDigest(t *testing.T) {
	t.Parallel()
	d := newDesk(t, t.TempDir())
	daily := onThePass
	daily.Due = commands.NextDigest(noon, 6)
	d.standing(t, daily)
	d.add(t, closing(1))
	d.round(t)
	d.pass(17 * time.Hour) // 05:00
	d.add(t, closing(2))
	d.round(t)
	if got := d.sent(); len(got) > 0 {
		t.Fatalf("posted before it was due: %v", got)
	}
	d.pass(90 * time.Minute)
	d.round(t)
	if got := d.sent(); len(got) != 1 || !strings.Contains(got[0].text, "mud") || !strings.Contains(got[0].text, "rockfall") {
		t.Fatalf("posted %v", got)
	}
	d.add(t, closing(3))
	d.round(t)
	d.pass(24 * time.Hour)
	d.round(t)
	d.pass(24 * time.Hour) // a day without news
	d.round(t)
	if got := d.sent(); len(got) != 2 || !strings.Contains(got[1].text, "a strike") {
		t.Errorf("posted %v", got)
	}
	if due := d.only(t).Due; !due.After(d.clock()) || due.Hour() != 6 {
		t.Errorf("the next is due at %v", due)
	}
}

// What is added while the watcher runs is posted once each, however the rounds fall.
func TestAddingWhileWatching(t *testing.T) {
	t.Parallel()
	d := newDesk(t, t.TempDir())
	d.standing(t, onThePass)
	ctx, stop := context.WithCancel(t.Context())
	changes := d.Changes()
	done := make(chan struct{})
	go func() { d.watcher().Run(ctx, changes); close(done) }()
	var adding sync.WaitGroup
	for n := range 12 {
		adding.Go(func() { d.add(t, closing(n)) })
	}
	adding.Go(func() {
		if _, err := d.Library.AddWatch(t.Context(), library.Watch{Guild: "g2", Channel: "c2", Kind: library.WatchSpeaker, Subject: "Drazh", Seq: d.Followed()}, 9); err != nil {
			t.Error(err)
		}
	})
	adding.Wait()
	seen := func(word string) int {
		n := 0
		for _, p := range d.sent() {
			n += strings.Count(p.text, word)
		}
		return n
	}
	all := func() bool {
		w, err := d.Library.Watches(t.Context(), "g1")
		return err == nil && w[0].Seq == d.Followed()
	}
	for range 1500 {
		if all() {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	stop()
	<-done
	if !all() {
		t.Fatal("the watch never caught up")
	}
	for n := range 12 {
		if times := seen(fmt.Sprintf("on day %d.", n)); times > 1 {
			t.Errorf("article %d was posted %d times", n, times)
		}
	}
	more := 0
	for _, p := range d.sent() {
		if _, rest, cut := strings.Cut(p.text, "\nAnd "); cut {
			var k int
			if _, err := fmt.Sscanf(rest, "%d more.", &k); err != nil {
				t.Error(err)
			}
			more += k
		}
	}
	if got := seen("on day") + more; got != 12 {
		t.Errorf("%d of 12 articles were posted or counted", got)
	}
}

func TestStandingAnswersAreAmendedOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t, t.TempDir())
	first := article("guard", "The harbour guard of Tollund is commanded by Captain Orla Brenn, the city said.")
	d.add(t, first)
	r := commands.NewRouter(d.desk.All())
	reply := r.Run(t.Context(), commands.Request{Command: "ask", Options: map[string]string{"question": "Who commands the harbour guard of Tollund?"},
		Place: commands.Place{Guild: "g1", Channel: "c1"}}, nil)
	if reply.Answer == "" {
		t.Fatalf("no answer: %+v", reply)
	}
	amend := func() {
		if err := d.watcher().AmendChanged(t.Context()); err != nil && d.fail == nil {
			t.Fatal(err)
		}
	}
	amend() // the first time it looks at nothing
	d.add(t, article("cup", "Brandholm beat Lind in the cup on Saturday."))
	amend()
	if len(d.notes) > 0 {
		t.Fatalf("amended %v", d.notes)
	}
	then := first
	then.Text = "The harbour guard of Tollund is commanded by Captain Sten Halloran, the city said."
	d.add(t, then)
	d.set(errors.New("Discord is away"), false)
	amend()
	d.set(nil, false)
	for range 3 {
		amend()
	}
	want := "g1/" + reply.Answer + ": This answer rests on words that have since been changed: [1] said: The harbour guard of Tollund is commanded by Captain Orla Brenn"
	if len(d.notes) != 1 || !strings.HasPrefix(d.notes[0], want) {
		t.Errorf("amended %q, want %q once", d.notes, want)
	}
	then.Text = "The harbour guard of Tollund is commanded by Captain Ada Verrin, the city said."
	d.add(t, then)
	amend()
	if len(d.notes) != 1 {
		t.Errorf("amended again: %q", d.notes)
	}
}

func TestNothingIsKeptOfARemovedArticle(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	d := newDesk(t, folder)
	d.standing(t, library.Watch{Kind: library.WatchQuestion, Subject: "Who commands the harbour guard of Tollund?"})
	d.standing(t, onThePass)
	marked := article("guard", "The harbour guard of Tollund is commanded by Captain Orla Brenn. The Kareth pass is none of her business.")
	d.add(t, marked)
	d.round(t)
	if len(d.sent()) == 0 {
		t.Fatal("nothing was posted, so that nothing is tested")
	}
	if err := d.Remove(t.Context(), marked.ID); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(folder, "library.db*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(data), "Orla Brenn") {
			t.Errorf("words of the article are still in %s", filepath.Base(name))
		}
	}
}
