package discord

import (
	"sync"
	"time"

	"attache/internal/commands"
)

// editGap is the least time between two edits of a reply that is still being made. Discord takes about five a channel in five seconds.
const editGap = 1300 * time.Millisecond

// stream shows a reply while it is being made: the latest state of it, at most one edit per gap, the states in between left out. It is safe for
// concurrent use.
type stream struct {
	show func(commands.Reply)
	gap  time.Duration

	mu      sync.Mutex
	latest  *commands.Reply
	working bool
	stopped bool
	stop    chan struct{}
	done    sync.WaitGroup
}

func newStream(show func(commands.Reply), gap time.Duration) *stream {
	return &stream{show: show, gap: gap, stop: make(chan struct{})}
}

// progress takes the latest state of the reply and returns at once.
func (s *stream) progress(r commands.Reply) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.latest = &r
	if !s.working && !s.stopped {
		s.working = true
		s.done.Go(s.work)
	}
}

// work shows what has come in, then waits out the gap; it ends when nothing new came in meanwhile.
func (s *stream) work() {
	for {
		s.mu.Lock()
		next := s.latest
		s.latest = nil
		if next == nil || s.stopped {
			s.working = false
			s.mu.Unlock()
			return
		}
		s.mu.Unlock()
		s.show(*next)
		timer := time.NewTimer(s.gap)
		select {
		case <-timer.C:
		case <-s.stop:
			timer.Stop()
		}
	}
}

// end waits for an edit that is under way and lets no more begin, so that the reply itself comes last.
func (s *stream) end() {
	s.mu.Lock()
	s.stopped = true
	close(s.stop)
	s.mu.Unlock()
	s.done.Wait()
}
