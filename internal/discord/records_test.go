package discord

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"attache/internal/commands"
	"attache/internal/discordtest"
)

// memory are Records that outlive a bot.
type memory struct {
	mu      sync.Mutex
	pending map[string]PendingReply
	shown   map[string]kept
	posted  map[string]Posted // by message
}

type kept struct {
	data  []byte
	until time.Time
}

func newMemory() *memory {
	return &memory{pending: map[string]PendingReply{}, shown: map[string]kept{}, posted: map[string]Posted{}}
}

// copy is what a killed process would have left.
func (m *memory) copy() *memory {
	m.mu.Lock()
	defer m.mu.Unlock()
	return &memory{pending: maps.Clone(m.pending), shown: maps.Clone(m.shown), posted: maps.Clone(m.posted)}
}

func (m *memory) underWay() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.pending)
}

// standing lists the replies that are recorded.
func (m *memory) standing() []Posted {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Collect(maps.Values(m.posted))
}

func (m *memory) AddPending(_ context.Context, p PendingReply) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.pending[p.ID] = p
	return nil
}

func (m *memory) RemovePending(_ context.Context, id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.pending, id)
	return nil
}

func (m *memory) Pending(context.Context) ([]PendingReply, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Collect(maps.Values(m.pending)), nil
}

func (m *memory) AddShown(_ context.Context, id string, data []byte, until, _ time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.shown[id] = kept{data, until}
	return nil
}

func (m *memory) Shown(_ context.Context, id string, now time.Time) ([]byte, time.Time, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if k, ok := m.shown[id]; ok && !k.until.Before(now) {
		return k.data, k.until, nil
	}
	return nil, time.Time{}, nil
}

func (m *memory) AddPosted(_ context.Context, p Posted) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if p.Asked == "" {
		p.Asked = m.posted[p.Message].Asked
	}
	m.posted[p.Message] = p
	return nil
}

func (m *memory) RemovePosted(_ context.Context, _, message string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.posted, message)
	return nil
}

func (m *memory) PostedFor(_ context.Context, asked string) ([]Posted, error) {
	var found []Posted
	for _, p := range m.standing() {
		if p.Asked == asked {
			found = append(found, p)
		}
	}
	return found, nil
}

func (m *memory) PostedAt(_ context.Context, _, message string) (Posted, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.posted[message], nil
}

// broken are Records that always fail.
type broken struct{ forgetful }

var errBroken = errors.New("the disk is full")

func (broken) AddPending(context.Context, PendingReply) error { return errBroken }

func (broken) AddShown(context.Context, string, []byte, time.Time, time.Time) error { return errBroken }

func (broken) Shown(context.Context, string, time.Time) ([]byte, time.Time, error) {
	return nil, time.Time{}, errBroken
}

func (broken) AddPosted(context.Context, Posted) error { return errBroken }

func (broken) PostedAt(context.Context, string, string) (Posted, error) { return Posted{}, errBroken }

func (broken) PostedFor(context.Context, string) ([]Posted, error) { return nil, errBroken }

func TestButtonsExpireAndOutliveTheProcess(t *testing.T) {
	t.Parallel()
	now := time.Date(2031, 5, 13, 12, 0, 0, 0, time.UTC)
	records := newMemory()
	s := newButtons(records, func() time.Time { return now })
	reply := &shown{Owner: "7", Actions: []commands.Action{{Label: "one"}, {Label: "two", Request: commands.Request{Command: "ask"}}}, Share: true}
	if err := s.add(t.Context(), reply); err != nil {
		t.Fatal(err)
	}
	for name, store := range map[string]*buttons{"this process": s, "the next one": newButtons(records, s.now)} {
		for n, action := range reply.Actions {
			id := reply.customID(doRun, n)
			b, ok, err := store.get(t.Context(), id)
			if err != nil || !ok || b.action().Label != action.Label || b.shown.Owner != "7" || len(id) > maxCustomID {
				t.Errorf("%s: button %q is %+v, %v, %v", name, id, b, ok, err)
			}
		}
		for _, unknown := range []string{"", "x", idVersion, idVersion + reply.id, idVersion + reply.id + ".r", idVersion + reply.id + ".r2", idVersion + reply.id + ".r-1",
			idVersion + reply.id + ".p0", idVersion + reply.id + ".s1", idVersion + reply.id + ".z0", idVersion + "other.r0", "a1." + reply.id + ".r0"} {
			if b, ok, err := store.get(t.Context(), unknown); ok || err != nil {
				t.Errorf("%s: %q is %+v, %v", name, unknown, b, err)
			}
		}
	}
	if _, first, err := s.share(t.Context(), reply.id, true); !first || err != nil {
		t.Errorf("a reply could not be shared: %v", err)
	}
	if _, again, _ := s.share(t.Context(), reply.id, true); again {
		t.Error("a reply was shared twice")
	}
	next := newButtons(records, s.now)
	if b, ok, _ := next.get(t.Context(), reply.customID(doShare, 0)); !ok || !b.shown.Shared {
		t.Error("the next process does not know that the reply was shared")
	}
	now = now.Add(buttonLife + time.Second)
	for name, store := range map[string]*buttons{"known": s, "recorded": newButtons(records, s.now)} {
		if _, ok, _ := store.get(t.Context(), reply.customID(doRun, 0)); ok {
			t.Errorf("an old button is still %s", name)
		}
	}
}

func FuzzCustomID(f *testing.F) {
	f.Add("a2.X.r0")
	f.Add("a2.X.p18446744073709551616")
	f.Add("a2..")
	f.Fuzz(func(t *testing.T, custom string) {
		id, d, n, ok := parseID(custom)
		reply := &shown{id: id, Actions: make([]commands.Action, 3), Share: true}
		if !ok {
			return
		}
		if b, found := reply.find(d, n); found && (b.deed == doRun && b.n > 2 || b.n < 0) {
			t.Errorf("%q leads to %+v", custom, b)
		}
	})
}

// Buttons, forms, pages and sharing work after the bot was killed and started again.
func TestButtonsAfterARestart(t *testing.T) {
	t.Parallel()
	records := newMemory()
	s := newScene(t, discordtest.Options{}, func(o *Options) { o.Records = records })
	answer := s.Command(s.general, s.ann, "ask", discordtest.Opt("question", "Who?")).WaitReply(t)
	long := s.Command(s.general, s.ann, "long").WaitReplyLike(t, has("Sentence 0:", "Page 1 of"))
	private := s.Command(s.general, s.ben, "ask", discordtest.Opt("question", "Will the pass open?"), discordtest.Opt("private", true)).WaitReply(t)
	soon(t, "nothing to be under way", func() bool { return records.underWay() == 0 })
	left := records.copy()
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	s.start(func(o *Options) { o.Records = left })

	if p := s.Click(answer, s.ben, "Passages").WaitReply(t); !p.Ephemeral() || !has("passage 1")(p) {
		t.Errorf("the passage is %q", p.Text())
	}
	if p := s.Click(answer, s.ben, "Withdraw").WaitReply(t); !has(English.NotYours)(p) {
		t.Errorf("somebody else pressed a dangerous button: %q", p.Text())
	}
	press := s.Click(answer, s.ann, "Follow up")
	press.WaitModal(t)
	if reply := s.SubmitModal(press, map[string]string{"Your question": "And the convoys?"}).WaitReply(t); !has("And the convoys?")(reply) {
		t.Errorf("the follow-up is %q", reply.Text())
	}
	s.Click(long, s.ann, English.Next)
	s.WaitMessage(t, s.general, func(m *discordtest.Message) bool { return m.ID == long.ID && has("Page 2 of")(m) })
	s.Click(private, s.ben, English.Share)
	s.WaitMessage(t, s.general, has("Shared by Ben", "The pass stays closed."))
	if again := s.Click(private, s.ben, English.Share).WaitReply(t); !has(English.Expired)(again) {
		t.Errorf("sharing twice gives %q", again.Text())
	}
}

// A private reply is no longer shared once what it rests on may not be shown to all, also when that comes about after a restart.
func TestWhatIsWalledMeanwhileIsNotShared(t *testing.T) {
	t.Parallel()
	records := newMemory()
	var walled atomic.Bool
	var asked atomic.Value
	public := func(at commands.Place, articles []string) bool {
		asked.Store(fmt.Sprint(at.Channel, articles))
		return !walled.Load()
	}
	s := newScene(t, discordtest.Options{}, func(o *Options) { o.Records, o.Public = records, public })
	private := s.Command(s.general, s.ben, "ask", discordtest.Opt("question", "Will the pass open?"), discordtest.Opt("private", true)).WaitReply(t)
	soon(t, "nothing to be under way", func() bool { return records.underWay() == 0 })
	left := records.copy()
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	s.start(func(o *Options) { o.Records, o.Public = left, public })
	walled.Store(true)
	if refused := s.Click(private, s.ben, English.Share).WaitReply(t); !has(English.Expired)(refused) || !refused.Ephemeral() {
		t.Errorf("sharing gives %q", refused.Text())
	}
	if got, want := asked.Load(), fmt.Sprint(s.general, []string{herald.ArticleID}); got != want {
		t.Errorf("asked about %v, want %v", got, want)
	}
	walled.Store(false)
	s.Click(private, s.ben, English.Share)
	s.WaitMessage(t, s.general, has("Shared by Ben"))
}

// A question that was answered before a restart can still be changed and withdrawn.
func TestQuestionsEditedAndDeletedAfterARestart(t *testing.T) {
	t.Parallel()
	records := newMemory()
	s := newScene(t, discordtest.Options{}, func(o *Options) { o.Records = records })
	edited := s.Say(s.general, s.ann, s.mention("Who closed the pass?"))
	deleted := s.Say(s.general, s.ann, s.mention("Who opened it?"))
	reply := s.WaitMessage(t, s.general, has("Who closed the pass?"))
	s.WaitMessage(t, s.general, has("Who opened it?"))
	soon(t, "both to be recorded", func() bool { return len(records.standing()) == 2 })
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	s.start(func(o *Options) { o.Records = records })
	s.Advance(time.Minute)
	s.Unfurl(edited.ID, discordtest.Embed{Title: "a preview"}) // no edit of the person's
	s.EditMessage(edited.ID, s.mention("Who closed the bridge?"))
	if now := s.WaitMessage(t, s.general, has("Who closed the bridge?")); now.ID != reply.ID {
		t.Error("the edited question got a second reply")
	}
	s.DeleteMessage(deleted.ID)
	s.WaitFor(t, "the reply to be withdrawn", func() bool { return !slices.ContainsFunc(s.BotMessages(s.general), has("Who opened it?")) })
	if n := len(s.BotMessages(s.general)); n != 1 {
		t.Errorf("%d replies stand, want 1", n)
	}
}

// Without its records the bot answers all the same, and its buttons work while it runs.
func TestBrokenRecords(t *testing.T) {
	t.Parallel()
	s := newScene(t, discordtest.Options{}, func(o *Options) { o.Records = broken{} })
	m := s.Command(s.general, s.ann, "ask", discordtest.Opt("question", "Who?")).WaitReply(t)
	if p := s.Click(m, s.ben, "Passages").WaitReply(t); !has("passage 1")(p) {
		t.Errorf("the passage is %q", p.Text())
	}
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	s.start(func(o *Options) { o.Records = broken{} })
	if p := s.Click(m, s.ben, "Passages").WaitReply(t); !p.Ephemeral() || !has(English.Expired)(p) {
		t.Errorf("a button that cannot be looked up gives %q", p.Text())
	}
}

func TestPostAndAmend(t *testing.T) {
	t.Parallel()
	records := newMemory()
	s := newScene(t, discordtest.Options{}, func(o *Options) { o.Records = records })
	reply := answer(commands.Request{Options: map[string]string{"question": "The week"}})
	reply.Answer = "a7f3"
	s.Fail(discordtest.RouteCreateMessage, 1, discordtest.Failure{Status: 502, Afterwards: true}) // sent again, and there once
	id, err := s.bot.PostOnce(t.Context(), s.general, rand.Text(), reply)
	if err != nil {
		t.Fatal(err)
	}
	if got := records.standing(); len(got) != 1 || got[0].Channel != s.general || got[0].Guild != s.guild || got[0].Answer != "a7f3" || got[0].Message != id {
		t.Errorf("recorded is %+v", got)
	}
	m, _ := s.Message(id)
	if p := s.Click(m, s.ben, "Passages").WaitReply(t); !has("passage 1")(p) {
		t.Errorf("the passage is %q", p.Text())
	}
	for range 2 {
		if err := s.bot.Amend(t.Context(), s.general, id, "This answer rests on words that have since changed. @everyone"); err != nil {
			t.Fatal(err)
		}
	}
	m, _ = s.Message(id)
	if !has("The pass stays closed.")(m) || strings.Count(m.Content, "have since changed") != 1 || m.Button("Passages") == nil {
		t.Errorf("amended, it is %q with %d rows", m.Text(), len(m.Components))
	}
	s.Fail(discordtest.RouteEditMessage, 1, discordtest.Failure{Status: 400, Code: codeTooManyEdits})
	if err := s.bot.Amend(t.Context(), s.general, id, "It was removed."); err != nil {
		t.Fatal(err)
	}
	s.WaitMessage(t, s.general, func(m *discordtest.Message) bool {
		return has("It was removed.")(m) && m.Reference != nil && m.Reference.MessageID == id
	})
	if n := len(s.BotMessages(s.general)); n != 2 {
		t.Errorf("%d messages stand, want the reply and the note beneath it", n)
	}
	s.noPings(s.general)
}

func TestPostWhereItCannot(t *testing.T) {
	t.Parallel()
	s := newScene(t, discordtest.Options{})
	plain := commands.Reply{Blocks: []commands.Block{{Kind: commands.Plain, Text: "The week."}}}
	id, err := s.bot.PostOnce(t.Context(), s.general, rand.Text(), plain)
	if err != nil {
		t.Fatal(err)
	}
	s.DeleteMessage(id)
	if err := s.bot.Amend(t.Context(), s.general, id, "x"); err == nil || !strings.Contains(err.Error(), "was deleted") {
		t.Errorf("amending a deleted message: %v", err)
	}
	s.Deny(s.team, 1<<11) // Send Messages
	if _, err := s.bot.PostOnce(t.Context(), s.team, rand.Text(), plain); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("I can't write in <#%s>", s.team)) {
		t.Errorf("without the permission: %v", err)
	}
	plain.Private = true
	if _, err := s.bot.PostOnce(t.Context(), s.general, rand.Text(), plain); err == nil {
		t.Error("a private reply was posted")
	}
}
