package llm

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"attache/internal/openaitest"
)

func TestBudgetOfADay(t *testing.T) {
	srv := openaitest.New(t)
	srv.Respond(func(openaitest.Request) openaitest.Reply {
		return openaitest.Reply{Text: "aaaaaaaaaaaaaaaa", Usage: true} // 4 tokens
	})
	now := time.Date(2031, 5, 9, 23, 0, 0, 0, time.UTC)
	budget := NewBudget(Limits{DayTokens: 150}, Price{Prompt: 1e6, Completion: 2e6}, &MemoryLedger{}, func() time.Time { return now })
	client := newClient(t, srv, func(o *Options) { o.Budget, o.MaxTokens = budget, 100 })
	guild := WithGuild(t.Context(), "g1")
	complete := func(ctx context.Context) error {
		_, err := client.Complete(ctx, Prompt{User: "aaaabbbbccccddddeeeeffffgggghhhhiiiijjjj"}, nil) // 10 tokens
		return err
	}
	want := Spend{}
	for want.Tokens+114 <= 150 { // 114: the 14 tokens that the prompt is estimated at and the 100 that the answer may have
		if err := complete(guild); err != nil {
			t.Fatal(err)
		}
		want = want.plus(Spend{Requests: 1, Tokens: 14, Money: 10 + 2*4})
		if got, err := budget.Spent(t.Context(), "g1"); err != nil || !cmp.Equal(got, want) {
			t.Fatalf("spent %+v, %v; want %+v", got, err, want)
		}
	}
	if err := complete(guild); !errors.Is(err, ErrBudget) || notice(err) != "Today's budget for the model is spent" {
		t.Errorf("got %v, want a spent budget", err)
	}
	if got, _ := budget.Spent(t.Context(), "g1"); got != want {
		t.Errorf("a refused request was charged: %+v, want %+v", got, want)
	}
	if err := complete(WithGuild(t.Context(), "g2")); err != nil {
		t.Errorf("another guild: %v", err)
	}
	now = now.Add(2 * time.Hour)
	if err := complete(guild); err != nil {
		t.Errorf("the next day: %v", err)
	}
}

func notice(err error) string {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Reason()
	}
	return ""
}

func TestBudgetOfMoneyAndRequest(t *testing.T) {
	now := func() time.Time { return time.Date(2031, 5, 9, 0, 0, 0, 0, time.UTC) }
	for name, c := range map[string]struct {
		limits Limits
		ok     bool
	}{
		"within":            {Limits{RequestTokens: 200, DayMoney: 1}, true},
		"money":             {Limits{DayMoney: 0.0001}, false},
		"tokens of request": {Limits{RequestTokens: 50}, false},
	} {
		b := NewBudget(c.limits, Price{Prompt: 1, Completion: 4}, &MemoryLedger{}, now)
		if _, err := b.reserve(t.Context(), Usage{Prompt: 100, Completion: 100}); (err == nil) != c.ok {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// TestBudgetChargesNothingForNothing: an endpoint that could not be reached cost nothing.
func TestBudgetChargesNothingForNothing(t *testing.T) {
	srv := openaitest.New(t)
	srv.Respond(func(openaitest.Request) openaitest.Reply { return openaitest.Reply{Status: 500} })
	budget := NewBudget(Limits{DayTokens: 10000}, Price{}, &MemoryLedger{}, time.Now)
	client := newClient(t, srv, func(o *Options) { o.Budget = budget })
	if _, _, err := ask(t, client); !errors.Is(err, ErrDown) {
		t.Fatal(err)
	}
	if got, err := budget.Spent(t.Context(), ""); err != nil || got != (Spend{}) {
		t.Errorf("spent %+v, %v; want nothing", got, err)
	}
}

// TestBudgetSideBySide: requests at the same moment cannot pass the limit together.
func TestBudgetSideBySide(t *testing.T) {
	b := NewBudget(Limits{DayTokens: 1000}, Price{}, &MemoryLedger{}, time.Now)
	var wg sync.WaitGroup
	var mu sync.Mutex
	allowed := 0
	for range 50 {
		wg.Go(func() {
			if _, err := b.reserve(t.Context(), Usage{Prompt: 100}); err == nil {
				mu.Lock()
				allowed++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if sum, err := b.Spent(t.Context(), ""); err != nil || allowed > 10 || allowed == 0 || sum.Tokens != allowed*100 {
		t.Errorf("%d requests of 100 tokens allowed under a limit of 1000, %+v booked, %v", allowed, sum, err)
	}
}

func TestNoBudget(t *testing.T) {
	var b *Budget
	settle, err := b.reserve(t.Context(), Usage{Prompt: 1 << 40})
	if err != nil {
		t.Fatal(err)
	}
	settle(Usage{})
	if got, err := b.Spent(t.Context(), "g"); err != nil || got != (Spend{}) || b.Limits() != (Limits{}) {
		t.Errorf("got %+v, %v", got, err)
	}
}
