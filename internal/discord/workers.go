package discord

import (
	"context"
	"errors"
	"sync"
	"time"
)

// Why a piece of work was not begun.
var (
	errBusy    = errors.New("too much work is waiting")
	errStopped = errors.New("the bot is stopping")
)

// workers bounds what runs at the same time, in each channel and in all, and what waits for it. It is safe for concurrent use.
type workers struct {
	slots      chan struct{}
	perLane    int
	maxWaiting int
	patience   time.Duration // before somebody who waits is told so

	mu      sync.Mutex
	lanes   map[string]*lane
	waiting int
	stopped bool
	running sync.WaitGroup
}

// lane is the slots of one channel; it exists while somebody uses it.
type lane struct {
	slots chan struct{}
	users int
}

func newWorkers(all, perLane, maxWaiting int, patience time.Duration) *workers {
	return &workers{slots: make(chan struct{}, all), perLane: perLane, maxWaiting: maxWaiting, patience: patience, lanes: map[string]*lane{}}
}

// do runs f once there is room in the lane and in all, in the order of arrival for each. queued is called, at most once, when that takes longer than
// the workers' patience, with the place in the queue. It returns errBusy when too many wait, errStopped once stop was called, or the
// context's error; f has not run then.
func (w *workers) do(ctx context.Context, name string, queued func(place int), f func()) error {
	l, place, err := w.enter(name)
	if err != nil {
		return err
	}
	defer w.leave(name, l)
	err = w.acquire(ctx, l, place, queued)
	w.mu.Lock()
	w.waiting--
	w.mu.Unlock()
	if err != nil {
		return err
	}
	defer func() { <-w.slots; <-l.slots }()
	f()
	return nil
}

func (w *workers) enter(name string) (*lane, int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case w.stopped:
		return nil, 0, errStopped
	case w.waiting >= w.maxWaiting:
		return nil, 0, errBusy
	}
	l, ok := w.lanes[name]
	if !ok {
		l = &lane{slots: make(chan struct{}, w.perLane)}
		w.lanes[name] = l
	}
	l.users++
	w.waiting++
	w.running.Add(1)
	return l, w.waiting, nil
}

func (w *workers) leave(name string, l *lane) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if l.users--; l.users == 0 {
		delete(w.lanes, name)
	}
	w.running.Done()
}

// acquire takes a slot of the lane and then one of all.
func (w *workers) acquire(ctx context.Context, l *lane, place int, queued func(int)) error {
	patience := time.NewTimer(w.patience)
	defer patience.Stop()
	held := make([]chan struct{}, 0, 2)
	for _, slots := range []chan struct{}{l.slots, w.slots} {
		for taken := false; !taken; {
			select {
			case slots <- struct{}{}:
				held = append(held, slots)
				taken = true
			case <-patience.C:
				queued(place)
			case <-ctx.Done():
				for _, s := range held {
					<-s
				}
				return ctx.Err()
			}
		}
	}
	return nil
}

// stop lets no more work in and waits until what has been let in is done, or the context ends.
func (w *workers) stop(ctx context.Context) error {
	w.mu.Lock()
	w.stopped = true
	w.mu.Unlock()
	done := make(chan struct{})
	go func() { w.running.Wait(); close(done) }()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (w *workers) stopping() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.stopped
}
