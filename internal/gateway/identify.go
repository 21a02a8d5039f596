package gateway

import (
	"fmt"
	"sync"
	"time"
)

// Discord allows one IDENTIFY per 5 s and 1000 a day; past that it resets the bot's token. The reserve stays unused.
const (
	identifyGap     = 5 * time.Second
	identifiesADay  = 1000
	identifyReserve = 10
)

// identifyBudget spaces and counts IDENTIFYs. Safe for concurrent use.
type identifyBudget struct {
	gap time.Duration
	now func() time.Time

	mu     sync.Mutex
	next   time.Time // before it no IDENTIFY may be sent
	left   int       // until resets
	resets time.Time
}

func newIdentifyBudget(gap time.Duration, now func() time.Time) *identifyBudget {
	return &identifyBudget{gap: gap, now: now, left: identifiesADay - identifyReserve, resets: now().Add(24 * time.Hour)}
}

// learn takes over what Discord says is left, and when it starts anew.
func (b *identifyBudget) learn(remaining int, resetAfter time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.left = remaining - identifyReserve
	b.resets = b.now().Add(resetAfter)
}

// refused notes that Discord answered an IDENTIFY or RESUME with op 9: the next IDENTIFY waits.
func (b *identifyBudget) refused() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if earliest := b.now().Add(b.gap / 2); b.next.Before(earliest) {
		b.next = earliest
	}
}

// take books one IDENTIFY and returns how long to wait before sending it, or the reason why none may be sent.
func (b *identifyBudget) take() (time.Duration, *FatalError) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now()
	if !now.Before(b.resets) {
		b.left, b.resets = identifiesADay-identifyReserve, now.Add(24*time.Hour)
	}
	if b.left <= 0 {
		return 0, &FatalError{
			Reason: "the bot has started so many Discord sessions today that one more could make Discord void its token",
			Advice: fmt.Sprintf("find out from the log why it keeps starting anew, and start it again after %s", b.resets.UTC().Format("2 Jan 15:04 UTC")),
		}
	}
	b.left--
	wait := max(0, b.next.Sub(now))
	b.next = now.Add(wait + b.gap)
	return wait, nil
}
