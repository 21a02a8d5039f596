package discord

import "sync"

// cache keeps the last limit values put into it, by key. It is safe for concurrent use.
type cache[K comparable, V any] struct {
	mu     sync.Mutex
	limit  int
	values map[K]V
	order  []K // a ring of the keys in values, oldest at next once it is full
	next   int
}

func newCache[K comparable, V any](limit int) *cache[K, V] {
	return &cache[K, V]{limit: limit, values: map[K]V{}}
}

// put sets a value and reports whether the key is new.
func (c *cache[K, V]) put(key K, value V) (added bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, known := c.values[key]; known {
		c.values[key] = value
		return false
	}
	c.values[key] = value
	if len(c.order) < c.limit {
		c.order = append(c.order, key)
		return true
	}
	delete(c.values, c.order[c.next])
	c.order[c.next] = key
	c.next = (c.next + 1) % c.limit
	return true
}

// get finds a value; false when the key was never put in or has been pushed out.
func (c *cache[K, V]) get(key K) (V, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	v, ok := c.values[key]
	return v, ok
}
