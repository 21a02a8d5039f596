package llm

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// Spend is what was used in one guild on one day.
type Spend struct {
	Requests int
	Tokens   int
	Money    float64 // in the currency of the prices
}

func (s Spend) plus(o Spend) Spend {
	return Spend{Requests: s.Requests + o.Requests, Tokens: s.Tokens + o.Tokens, Money: s.Money + o.Money}
}

// Ledger keeps what was spent. Its one method is safe for concurrent use.
type Ledger interface {
	// Add adds s, which may be zero or negative, to what guild spent on day (2006-01-02) and returns the new sum.
	Add(ctx context.Context, guild, day string, s Spend) (Spend, error)
}

// Limits are what may be spent. A zero sets no limit.
type Limits struct {
	RequestTokens int     // of one request: its prompt and the longest answer it allows
	DayTokens     int     // of one guild on one day
	DayMoney      float64 // of one guild on one day, in the currency of the prices
}

// Price is what a million tokens cost.
type Price struct{ Prompt, Completion float64 }

func (p Price) of(u Usage) float64 {
	return (p.Prompt*float64(u.Prompt) + p.Completion*float64(u.Completion)) / 1e6
}

// Budget holds a guild to its limits. A request reserves the most that it may cost before it is sent and gives back what it
// did not use, so that requests side by side cannot pass a limit together. The day is that of UTC. A nil *Budget allows everything
// and keeps no count. It is safe for concurrent use. NewBudget makes one.
type Budget struct {
	limits Limits
	price  Price
	ledger Ledger
	now    func() time.Time
}

// NewBudget returns a budget over ledger; now is its clock.
func NewBudget(l Limits, p Price, ledger Ledger, now func() time.Time) *Budget {
	return &Budget{limits: l, price: p, ledger: ledger, now: now}
}

// Spent returns what guild spent today, requests under way included at the most they may cost.
func (b *Budget) Spent(ctx context.Context, guild string) (Spend, error) {
	if b == nil {
		return Spend{}, nil
	}
	sum, err := b.ledger.Add(ctx, guild, b.day(), Spend{})
	if err != nil {
		return Spend{}, fmt.Errorf("read what was spent: %w", err)
	}
	return sum, nil
}

// Limits returns the limits, for showing.
func (b *Budget) Limits() Limits {
	if b == nil {
		return Limits{}
	}
	return b.limits
}

func (b *Budget) day() string { return b.now().UTC().Format(time.DateOnly) }

// reserve books the most that a request may use for the guild of ctx, and returns what books the real usage in its stead.
func (b *Budget) reserve(ctx context.Context, upTo Usage) (settle func(Usage), err error) {
	if b == nil {
		return func(Usage) {}, nil
	}
	most := b.spend(upTo)
	if b.limits.RequestTokens > 0 && most.Tokens > b.limits.RequestTokens {
		return nil, &Error{Kind: ErrBudget, notice: "The question needs more of the model than one question may use"}
	}
	guild, day := GuildOf(ctx), b.day()
	sum, err := b.ledger.Add(ctx, guild, day, most)
	if err != nil {
		return nil, &Error{Kind: ErrBudget, notice: "The model's budget cannot be read", detail: err.Error(), cause: err}
	}
	book := func(s Spend) {
		// The count must be right even when the reader is gone; a ledger that fails now leaves the larger sum standing.
		_, _ = b.ledger.Add(context.WithoutCancel(ctx), guild, day, s)
	}
	if b.limits.DayTokens > 0 && sum.Tokens > b.limits.DayTokens || b.limits.DayMoney > 0 && sum.Money > b.limits.DayMoney {
		book(most.negative())
		return nil, &Error{Kind: ErrBudget, notice: "Today's budget for the model is spent"}
	}
	return func(u Usage) { book(most.negative().plus(b.spend(u))) }, nil
}

// spend is the price of a request; one that used nothing was none.
func (b *Budget) spend(u Usage) Spend {
	if u.Prompt+u.Completion == 0 {
		return Spend{}
	}
	return Spend{Requests: 1, Tokens: u.Prompt + u.Completion, Money: b.price.of(u)}
}

func (s Spend) negative() Spend {
	return Spend{Requests: -s.Requests, Tokens: -s.Tokens, Money: -s.Money}
}

// guildKey is the context key of the guild that pays.
type guildKey struct{}

// WithGuild returns a context whose completions are charged to guild; "" is everybody outside a guild, and the default.
func WithGuild(ctx context.Context, guild string) context.Context {
	return context.WithValue(ctx, guildKey{}, guild)
}

// GuildOf returns the guild that ctx charges; "" when none was set.
func GuildOf(ctx context.Context) string {
	guild, _ := ctx.Value(guildKey{}).(string)
	return guild
}

// MemoryLedger is a Ledger that lasts as long as the process and keeps the newest day only. Its zero value is empty and ready.
type MemoryLedger struct {
	mu    sync.Mutex
	day   string
	spent map[string]Spend
}

var _ Ledger = (*MemoryLedger)(nil)

// Add implements Ledger. A day before the newest one is counted nowhere.
func (m *MemoryLedger) Add(_ context.Context, guild, day string, s Spend) (Spend, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if day < m.day {
		return Spend{}, nil
	}
	if day > m.day {
		m.day, m.spent = day, map[string]Spend{}
	}
	m.spent[guild] = m.spent[guild].plus(s)
	return m.spent[guild], nil
}
