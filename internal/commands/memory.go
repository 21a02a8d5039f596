package commands

import (
	"container/list"
	"strings"
	"sync"
	"time"
)

// How much is remembered of conversations: the last question of each, for so long after it was asked, of so many conversations. Half an hour is about how
// long "and Uzbekistan?" is still understood by the people around; the rest bounds the memory to some hundred kB.
const (
	conversationLasts = 30 * time.Minute
	conversationsKept = 1000
)

// memory holds the last question of each conversation, so that a short one that follows can be understood. It is safe for concurrent use.
type memory struct {
	now   func() time.Time
	mu    sync.Mutex
	turns map[string]*list.Element // of *askedBefore
	order *list.List               // the one spoken in last is at the back
}

// askedBefore is the last question of a conversation as it was understood.
type askedBefore struct {
	key      string
	question string
	filters  map[string]string // the options that narrowed it
	at       time.Time
}

func newMemory(now func() time.Time) *memory {
	return &memory{now: now, turns: map[string]*list.Element{}, order: list.New()}
}

// conversation names the conversation that a request belongs to: that of its thread, else that of its asker in its channel. What is asked in private stays
// with its asker in a thread too.
func conversation(r Request) string {
	parts := []string{r.Place.Guild, r.Place.Channel, r.Asker.ID}
	if r.Place.Thread != "" {
		parts = []string{r.Place.Guild, "thread", r.Place.Thread}
	}
	if r.Private {
		parts = append(parts, "private", r.Asker.ID)
	}
	return strings.Join(parts, "\x00")
}

// last returns the conversation's last question; false when there is none, or it is too long ago.
func (m *memory) last(r Request) (askedBefore, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e, ok := m.turns[conversation(r)]
	if !ok {
		return askedBefore{}, false
	}
	t := *e.Value.(*askedBefore)
	return t, m.now().Sub(t.at) <= conversationLasts
}

// put remembers a question as the conversation's last one. The conversation that was silent the longest is forgotten when there are too many.
func (m *memory) put(r Request, question string) {
	t := &askedBefore{key: conversation(r), question: question, filters: map[string]string{}, at: m.now()}
	for _, o := range append(narrowing(), Option{Name: "source"}) {
		if v := r.Option(o.Name); v != "" {
			t.filters[o.Name] = v
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if old, ok := m.turns[t.key]; ok {
		m.order.Remove(old)
	}
	m.turns[t.key] = m.order.PushBack(t)
	for m.order.Len() > conversationsKept {
		oldest := m.order.Front()
		delete(m.turns, oldest.Value.(*askedBefore).key)
		m.order.Remove(oldest)
	}
}

// resume returns the request with its question as it is to be read in its conversation, with the filters of the last question where it sets none; followed
// reports whether that differs from what was typed.
func (m *memory) resume(r Request, known func(name string) bool) (resumed Request, followed bool) {
	last, ok := m.last(r)
	if !ok {
		return r, false
	}
	read, ok := carryOver(last.question, r.Option("question"), known)
	if !ok {
		return r, false
	}
	for name, value := range last.filters {
		if r.Option(name) == "" {
			r = r.With(name, value)
		}
	}
	return r.With("question", read), true
}
