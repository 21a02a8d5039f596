package llm

import (
	"context"
	"fmt"
	"sync"
	"time"

	"attache/internal/text"
)

// Spend is what was used of a model.
type Spend struct {
	Requests int
	Tokens   int
	Money    float64 // in the currency of the prices
}

func (s Spend) plus(o Spend) Spend {
	return Spend{Requests: s.Requests + o.Requests, Tokens: s.Tokens + o.Tokens, Money: s.Money + o.Money}
}

func (s Spend) negative() Spend {
	return Spend{Requests: -s.Requests, Tokens: -s.Tokens, Money: -s.Money}
}

// Ledger keeps what was spent. It is safe for concurrent use, also by several processes where they share it.
type Ledger interface {
	// Add adds s, whose parts may be negative, to what guild spent on day (2006-01-02). Where allow is given it sees the sums that this makes, of the guild
	// and of all guilds together; its error keeps s out and is returned. No other Add comes between the sums and the adding.
	Add(ctx context.Context, guild, day string, s Spend, allow func(own, all Spend) error) error
}

// Limit is how much may be spent. A zero sets no limit.
type Limit struct {
	Tokens int
	Money  float64 // in the currency of the prices
}

// rounding is how far sums of money may be off because they were added up in binary fractions.
const rounding = 1e-9

func (l Limit) passedBy(s Spend) bool {
	return l.Tokens > 0 && s.Tokens > l.Tokens || l.Money > 0 && s.Money > l.Money+rounding
}

// Limits are what may be spent on one question, in one guild on one day, and in all guilds together on one day.
type Limits struct{ Question, Guild, All Limit }

// Price is what a million tokens cost.
type Price struct{ Prompt, Completion float64 }

func (p Price) of(u Usage) float64 {
	return (p.Prompt*float64(u.Prompt) + p.Completion*float64(u.Completion)) / 1e6
}

// Budget holds questions, guilds and days to their limits. A request reserves the most that it may cost before it is sent and gives back what it did not use, so
// that requests side by side, in whichever process, cannot pass a limit together; one that is killed leaves its reservation standing. Days are those of UTC. A nil *Budget
// allows everything and keeps no count. It is safe for concurrent use. NewBudget makes one.
type Budget struct {
	limits func(guild string) Limits
	price  Price
	ledger Ledger
	now    func() time.Time
}

// NewBudget returns a budget over ledger. limits are asked for at every request, by its guild; now is the budget's clock.
func NewBudget(limits func(guild string) Limits, p Price, ledger Ledger, now func() time.Time) *Budget {
	return &Budget{limits: limits, price: p, ledger: ledger, now: now}
}

// reserve books the most that a request may use for the guild of ctx, and returns what books the real usage in its stead.
func (b *Budget) reserve(ctx context.Context, upTo Usage) (settle func(Usage), err error) {
	account := accountOf(ctx)
	if b == nil {
		return func(u Usage) { account.add(Price{}.spend(u)) }, nil
	}
	most, limits := b.price.spend(upTo), b.limits(account.guild)
	if !account.reserve(most, limits.Question) {
		return nil, &Error{Kind: ErrBudget, notice: text.Phrasef("The question needs more of the model than one question may use")}
	}
	now := b.now().UTC()
	day := now.Format(time.DateOnly)
	err = b.ledger.Add(ctx, account.guild, day, most, func(own, all Spend) error {
		switch {
		case limits.Guild.passedBy(own):
			return spentUntilMidnight(account.guild, now)
		case limits.All.passedBy(all):
			return spentUntilMidnight("", now)
		}
		return nil
	})
	if err != nil {
		account.add(most.negative())
		return nil, unbooked(err)
	}
	return func(u Usage) {
		rest := most.negative().plus(b.price.spend(u))
		account.add(rest)
		// The count must be right even when the reader is gone; a ledger that fails now leaves the larger sum standing.
		_ = b.ledger.Add(context.WithoutCancel(ctx), account.guild, day, rest, nil)
	}, nil
}

// spentUntilMidnight says that the day's budget of a guild, or of all for "", is spent, and when it opens again.
func spentUntilMidnight(guild string, now time.Time) *Error {
	left := now.Truncate(24 * time.Hour).Add(24 * time.Hour).Sub(now)
	notice := text.Phrasef("The model's budget is spent until 00:00 UTC, in %s", hours(left))
	if guild != "" {
		notice = text.Phrasef("This server's budget for the model is spent until 00:00 UTC, in %s", hours(left))
	}
	return &Error{Kind: ErrBudget, RetryAfter: left, notice: notice}
}

// hours prints a wait of up to a day: "3 h 20 min", "4 min".
func hours(d time.Duration) string {
	minutes := int((d + time.Minute - 1) / time.Minute)
	if minutes < 60 {
		return fmt.Sprintf("%d min", minutes)
	}
	return fmt.Sprintf("%d h %d min", minutes/60, minutes%60)
}

// unbooked is the error of a reservation: the limit that it would pass, or a ledger that failed.
func unbooked(err error) error {
	if e, ok := err.(*Error); ok { //nolint:errorlint // it is ours, and unwrapped
		return e
	}
	return &Error{Kind: ErrBudget, notice: text.Phrasef("The model's budget cannot be read"), detail: err.Error(), cause: err}
}

// spend is the price of a request; one that used nothing was none.
func (p Price) spend(u Usage) Spend {
	if u.Prompt+u.Completion == 0 {
		return Spend{}
	}
	return Spend{Requests: 1, Tokens: u.Prompt + u.Completion, Money: p.of(u)}
}

// account is who pays for a question, and what it has cost.
type account struct {
	guild string

	mu    sync.Mutex
	spent Spend     // requests under way included, at the most they may cost
	since time.Time // when the model was first asked; zero until then
}

type accountKey struct{}

// WithQuestion returns a context whose completions belong to one question that somebody in guild asks; "" is everybody outside a guild. They share what one
// question may cost and how long it may take. Without it each completion is a question of its own, outside any guild.
func WithQuestion(ctx context.Context, guild string) context.Context {
	return context.WithValue(ctx, accountKey{}, &account{guild: guild})
}

// SpentOn returns what the completions of ctx's question have cost so far, requests under way included at the most they may cost.
func SpentOn(ctx context.Context) Spend {
	a := accountOf(ctx)
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.spent
}

func accountOf(ctx context.Context) *account {
	if a, ok := ctx.Value(accountKey{}).(*account); ok {
		return a
	}
	return &account{}
}

// reserve adds what a request may cost, unless the question's limit forbids it.
func (a *account) reserve(most Spend, limit Limit) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if limit.passedBy(a.spent.plus(most)) {
		return false
	}
	a.spent = a.spent.plus(most)
	return true
}

func (a *account) add(s Spend) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.spent = a.spent.plus(s)
}

// left is how much of a question's time is left when the model is asked again: all of it the first time.
func (a *account) left(total time.Duration, now time.Time) time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.since.IsZero() {
		a.since = now
	}
	return total - now.Sub(a.since)
}
