package llm

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"attache/internal/openaitest"
)

// pages is a Ledger that lasts as long as a test.
type pages struct {
	mu    sync.Mutex
	spent map[string]map[string]Spend // by day and guild
	down  error
}

func (p *pages) Add(_ context.Context, guild, day string, s Spend, allow func(own, all Spend) error) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.down != nil {
		return p.down
	}
	own, all := p.spent[day][guild].plus(s), s
	for _, o := range p.spent[day] {
		all = all.plus(o)
	}
	if allow != nil {
		if err := allow(own, all); err != nil {
			return err
		}
	}
	if p.spent == nil {
		p.spent = map[string]map[string]Spend{}
	}
	if p.spent[day] == nil {
		p.spent[day] = map[string]Spend{}
	}
	p.spent[day][guild] = own
	return nil
}

func (p *pages) of(day, guild string) Spend {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.spent[day][guild]
}

// forAll are the same limits for every guild.
func forAll(l Limits) func(string) Limits { return func(string) Limits { return l } }

var may9 = time.Date(2031, 5, 9, 22, 59, 30, 0, time.UTC)

func TestBudgetOfADay(t *testing.T) {
	srv := openaitest.New(t)
	srv.Respond(func(openaitest.Request) openaitest.Reply {
		return openaitest.Reply{Text: "aaaaaaaaaaaaaaaa", Usage: true} // 4 tokens
	})
	now, ledger := may9, &pages{}
	budget := NewBudget(forAll(Limits{Guild: Limit{Tokens: 150}, All: Limit{Tokens: 300}}), Price{Prompt: 1e6, Completion: 2e6}, ledger, func() time.Time { return now })
	client := newClient(t, srv, func(o *Options) { o.Budget, o.MaxTokens = budget, 100 })
	complete := func(guild string) error {
		_, err := client.Complete(WithQuestion(t.Context(), guild), Prompt{User: "aaaabbbbccccddddeeeeffffgggghhhhiiiijjjj"}, nil) // 10 tokens
		return err
	}
	want := Spend{}
	for want.Tokens+114 <= 150 { // 114: the 14 tokens that the prompt is estimated at and the 100 that the answer may have
		if err := complete("g1"); err != nil {
			t.Fatal(err)
		}
		want = want.plus(Spend{Requests: 1, Tokens: 14, Money: 10 + 2*4})
		if got := ledger.of("2031-05-09", "g1"); !cmp.Equal(got, want) {
			t.Fatalf("spent %+v, want %+v", got, want)
		}
	}
	if err := complete("g1"); !errors.Is(err, ErrBudget) || notice(err) != "This server's budget for the model is spent until 00:00 UTC, in 1 h 1 min" {
		t.Errorf("got %v (%s), want a spent budget", err, notice(err))
	}
	if got := ledger.of("2031-05-09", "g1"); got != want {
		t.Errorf("a refused request was charged: %+v, want %+v", got, want)
	}
	var err error
	for n := 0; err == nil && n < 30; n++ {
		err = complete(fmt.Sprint("other", n))
	}
	if notice(err) != "The model's budget is spent until 00:00 UTC, in 1 h 1 min" {
		t.Errorf("got %v (%s), want that the budget of all is spent", err, notice(err))
	}
	now = now.Add(2 * time.Hour)
	if err := complete("g1"); err != nil {
		t.Errorf("the next day: %v", err)
	}
}

func notice(err error) string {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Reason().String()
	}
	return ""
}

func TestBudgetOfAQuestion(t *testing.T) {
	for name, c := range map[string]struct {
		limits Limits
		asks   int // how often the same question may ask for 200 tokens
	}{
		"no limit":           {Limits{}, 5},
		"two of them":        {Limits{Question: Limit{Tokens: 400}}, 2},
		"not even one":       {Limits{Question: Limit{Tokens: 199}}, 0},
		"money":              {Limits{Question: Limit{Money: 0.0015}}, 3}, // each costs 0.0005
		"the money of a day": {Limits{Guild: Limit{Money: 0.0010}}, 2},
	} {
		ledger := &pages{}
		b := NewBudget(forAll(c.limits), Price{Prompt: 1, Completion: 4}, ledger, func() time.Time { return may9 })
		ctx, asked := WithQuestion(t.Context(), "g"), 0
		for range 5 {
			if _, err := b.reserve(ctx, Usage{Prompt: 100, Completion: 100}); err == nil {
				asked++
			} else if !errors.Is(err, ErrBudget) {
				t.Error(err)
			}
		}
		if want := (Spend{Requests: c.asks, Tokens: 200 * c.asks, Money: 0.0005 * float64(c.asks)}); asked != c.asks || !near(SpentOn(ctx), want) || !near(ledger.of("2031-05-09", "g"), want) {
			t.Errorf("%s: asked %d times, want %d; the question spent %+v, the day %+v", name, asked, c.asks, SpentOn(ctx), ledger.of("2031-05-09", "g"))
		}
	}
}

func near(a, b Spend) bool {
	return a.Requests == b.Requests && a.Tokens == b.Tokens && a.Money-b.Money < rounding && b.Money-a.Money < rounding
}

// TestBudgetOfOtherScripts: what needs more tokens a character is reserved for.
func TestBudgetOfOtherScripts(t *testing.T) {
	for s, least := range map[string]int{strings.Repeat("word ", 100): 125, strings.Repeat("переговоры ", 100): 1000, strings.Repeat("谈判", 100): 400, "": 1} {
		if got := estimate(s); got < least {
			t.Errorf("%.20q is estimated at %d tokens, want at least %d", s, got, least)
		}
	}
}

// TestBudgetChargesNothingForNothing: an endpoint that could not be reached cost nothing; one that was too slow may have read the prompt.
func TestBudgetChargesNothingForNothing(t *testing.T) {
	for name, c := range map[string]struct {
		reply openaitest.Reply
		kind  error
		want  Spend
	}{
		"down":    {openaitest.Reply{Status: 500}, ErrDown, Spend{}},
		"refused": {openaitest.Reply{Status: 401}, ErrRefused, Spend{}},
		"slow":    {openaitest.Reply{Fault: openaitest.Slow}, ErrSlow, Spend{Requests: 1, Tokens: 2 * estimate("")}},
	} {
		srv, ledger := openaitest.New(t), &pages{}
		srv.Respond(func(openaitest.Request) openaitest.Reply { return c.reply })
		budget := NewBudget(forAll(Limits{Guild: Limit{Tokens: 10000}}), Price{}, ledger, func() time.Time { return may9 })
		client := newClient(t, srv, func(o *Options) { o.Budget, o.FirstToken = budget, 50*time.Millisecond })
		ctx := WithQuestion(t.Context(), "g")
		if _, err := client.Complete(ctx, Prompt{}, nil); !errors.Is(err, c.kind) {
			t.Fatalf("%s: %v", name, err)
		}
		if got := ledger.of("2031-05-09", "g"); got != c.want || SpentOn(ctx) != c.want {
			t.Errorf("%s: spent %+v, on the question %+v; want %+v", name, got, SpentOn(ctx), c.want)
		}
	}
}

// TestBudgetUnread: what cannot be counted is not spent.
func TestBudgetUnread(t *testing.T) {
	b := NewBudget(forAll(Limits{}), Price{}, &pages{down: errors.New("disk on fire")}, time.Now)
	ctx := WithQuestion(t.Context(), "g")
	if _, err := b.reserve(ctx, Usage{Prompt: 1}); !errors.Is(err, ErrBudget) || notice(err) != "The model's budget cannot be read" || SpentOn(ctx) != (Spend{}) {
		t.Errorf("got %v (%s), %+v spent", err, notice(err), SpentOn(ctx))
	}
}

// TestBudgetIsNeverPassed runs requests of any size side by side, each using any part of what it reserved: at no moment has a guild or all of them spent more than
// they may, and at the end the ledger holds what was used.
func TestBudgetIsNeverPassed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limits := Limits{Question: Limit{Tokens: rapid.IntRange(0, 300).Draw(t, "question")}, Guild: Limit{Tokens: rapid.IntRange(0, 500).Draw(t, "guild")}, All: Limit{Tokens: rapid.IntRange(0, 900).Draw(t, "all")}}
		ledger := &watched{limits: limits}
		b := NewBudget(forAll(limits), Price{}, ledger, func() time.Time { return may9 })
		requests := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) [3]int {
			most := rapid.IntRange(1, 200).Draw(t, "most")
			return [3]int{rapid.IntRange(0, 2).Draw(t, "guild"), most, rapid.IntRange(0, most).Draw(t, "used")}
		}), 1, 20).Draw(t, "requests")
		var all sync.WaitGroup
		var mu sync.Mutex
		used := map[string]int{}
		for _, r := range requests {
			all.Go(func() {
				guild := fmt.Sprint("g", r[0])
				settle, err := b.reserve(WithQuestion(context.Background(), guild), Usage{Prompt: r[1]})
				if err != nil {
					return
				}
				settle(Usage{Prompt: r[2]})
				mu.Lock()
				used[guild] += r[2]
				mu.Unlock()
			})
		}
		all.Wait()
		for guild, want := range used {
			if got := ledger.of("2031-05-09", guild).Tokens; got != want {
				t.Fatalf("%s spent %d tokens, the ledger says %d", guild, want, got)
			}
		}
		if ledger.passed != "" {
			t.Fatal(ledger.passed)
		}
	})
}

// watched is a ledger that looks at every sum that it comes to.
type watched struct {
	pages
	limits Limits
	seen   sync.Mutex
	passed string
}

func (w *watched) Add(ctx context.Context, guild, day string, s Spend, allow func(own, all Spend) error) error {
	return w.pages.Add(ctx, guild, day, s, func(own, all Spend) error {
		if allow != nil {
			if err := allow(own, all); err != nil {
				return err
			}
		}
		w.seen.Lock()
		defer w.seen.Unlock()
		if l := w.limits; l.Guild.Tokens > 0 && own.Tokens > l.Guild.Tokens || l.All.Tokens > 0 && all.Tokens > l.All.Tokens {
			w.passed = fmt.Sprintf("%s spent %+v, all %+v under %+v", guild, own, all, l)
		}
		return nil
	})
}

func TestNoBudget(t *testing.T) {
	var b *Budget
	ctx := WithQuestion(t.Context(), "g")
	settle, err := b.reserve(ctx, Usage{Prompt: 1 << 40})
	if err != nil {
		t.Fatal(err)
	}
	settle(Usage{Prompt: 7})
	if got := SpentOn(ctx); got != (Spend{Requests: 1, Tokens: 7}) {
		t.Errorf("got %+v", got)
	}
}

// TestTimeOfAQuestion: the completions of one question share its time.
func TestTimeOfAQuestion(t *testing.T) {
	now := may9
	a := accountOf(WithQuestion(t.Context(), "g"))
	if got := a.left(time.Minute, now); got != time.Minute {
		t.Errorf("at first %s are left", got)
	}
	if got := a.left(time.Minute, now.Add(50*time.Second)); got != 10*time.Second {
		t.Errorf("after 50 s %s are left", got)
	}
	srv := openaitest.New(t)
	srv.Respond(func(openaitest.Request) openaitest.Reply { return openaitest.Reply{Text: answer} })
	client := newClient(t, srv, func(o *Options) { o.Total = time.Minute })
	ctx := WithQuestion(t.Context(), "g")
	accountOf(ctx).left(time.Minute, time.Now().Add(-2*time.Minute))
	if _, err := client.Complete(ctx, Prompt{User: "?"}, nil); !errors.Is(err, ErrSlow) || notice(err) != "The model did not finish within 60 s" {
		t.Errorf("got %v (%s), want that the question's time is over", err, notice(err))
	}
}
