package gateway

import "sync"

// Dedup remembers the last ids it was shown. Discord may repeat events after a RESUME; whoever must act on each event
// once asks First. Safe for concurrent use.
type Dedup struct {
	mu   sync.Mutex
	seen map[string]struct{}
	ring []string // in order of arrival; next is overwritten first
	next int
}

// NewDedup makes a Dedup that remembers size ids, at least one.
func NewDedup(size int) *Dedup {
	return &Dedup{seen: make(map[string]struct{}, size), ring: make([]string, max(1, size))}
}

// First reports whether the id is new, and remembers it.
func (d *Dedup) First(id string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, known := d.seen[id]; known {
		return false
	}
	delete(d.seen, d.ring[d.next])
	d.ring[d.next] = id
	d.next = (d.next + 1) % len(d.ring)
	d.seen[id] = struct{}{}
	return true
}
