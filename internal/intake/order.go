package intake

import "iter"

// inOrder does work on each item, on up to n at once, and yields what came of it in the order of the items. It takes items no further ahead than n, always
// on the caller's goroutine, and has left no work behind when it ends.
func inOrder[T, R any](items iter.Seq[T], n int, work func(T) R) iter.Seq[R] {
	return func(yield func(R) bool) {
		next, stop := iter.Pull(items)
		defer stop()
		var under []chan R // way, oldest first
		start := func() {
			if item, ok := next(); ok {
				done := make(chan R, 1)
				under = append(under, done)
				go func() { done <- work(item) }()
			}
		}
		defer func() {
			for _, done := range under {
				<-done
			}
		}()
		for range n {
			start()
		}
		for len(under) > 0 {
			result := <-under[0]
			under = under[1:]
			start()
			if !yield(result) {
				return
			}
		}
	}
}
