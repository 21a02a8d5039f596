package commands

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"attache/internal/library"
)

// Model is what the commands know of the language model that words answers.
type Model struct {
	Guild    func(guild string) Allowance // what may be used of it in a guild a day
	All      Allowance                    // in all guilds together a day
	Currency string                       // in which its price is

	// Rewrite makes a question that follows another one stand on its own, without anything that neither has; nil leaves that to a rule.
	Rewrite func(ctx context.Context, last, question string) (string, error)

	Spent func(ctx context.Context) library.Spend // what it was used for the request of ctx so far
}

// Allowance is how much of a model may be used; a zero sets no limit.
type Allowance struct {
	Tokens int
	Money  float64
}

// shownGuilds is how many guilds the operator's list of what they spent names.
const shownGuilds = 10

// spending says what the model was used for today, and what is left: in the guild of the request, or, for the operator outside any, in all of them.
func (d *Desk) spending(ctx context.Context, r Request) ([]Block, error) {
	if d.Model == nil {
		return nil, nil
	}
	spent, err := d.Library.SpendOn(ctx, d.Now().UTC().Format(time.DateOnly))
	if err != nil {
		return nil, err
	}
	guild := r.Place.Guild
	if guild != "" || !r.Asker.Manager {
		return []Block{{Kind: Item, Mark: "Model today", Text: r.say("%s; the next day begins at 00:00 UTC", r.used(spent[guild], d.Model.Guild(guild), d.Model.Currency))}}, nil
	}
	blocks := []Block{{Kind: Item, Mark: "Model today, all servers",
		Text: r.say("%s; the next day begins at 00:00 UTC", r.used(spent[library.AllGuilds], d.Model.All, d.Model.Currency))}}
	delete(spent, library.AllGuilds)
	guilds := slices.SortedFunc(maps.Keys(spent), func(a, b string) int { return compareSpend(spent[b], spent[a], a, b) })
	for _, g := range guilds[:min(shownGuilds, len(guilds))] {
		name := r.say("… server %s", g)
		if g == "" {
			name = r.say("… outside servers")
		}
		blocks = append(blocks, Block{Kind: Item, Mark: name, Text: r.used(spent[g], d.Model.Guild(g), d.Model.Currency)})
	}
	if more := len(guilds) - shownGuilds; more > 0 {
		blocks = append(blocks, Block{Kind: Item, Mark: "…", Text: r.say("%s", counted{more, "more server"})})
	}
	return blocks, nil
}

// compareSpend puts the one that used more tokens later; ties are broken by id.
func compareSpend(x, y library.Spend, idX, idY string) int {
	if x.Tokens != y.Tokens {
		return x.Tokens - y.Tokens
	}
	return strings.Compare(idX, idY)
}

// used says what was spent of an allowance.
func (r Request) used(s library.Spend, of Allowance, currency string) string {
	parts := []string{r.say("%s", counted{s.Requests, "request"})}
	if of.Tokens > 0 {
		parts = append(parts, r.say("%s of %s tokens", grouped(s.Tokens), grouped(of.Tokens)))
	} else {
		parts = append(parts, r.say("%s tokens", grouped(s.Tokens)))
	}
	switch {
	case of.Money > 0:
		parts = append(parts, r.say("%s of %s %s", price(s.Money), price(of.Money), currency))
	case s.Money > 0:
		parts = append(parts, price(s.Money)+" "+currency)
	}
	return r.lang().joined("%s, %s", parts)
}

// price prints an amount of money with as many decimals as a reader needs: 12.30, 0.0042.
func price(amount float64) string {
	if amount > 0 && amount < 1 {
		return strconv.FormatFloat(amount, 'f', 4, 64)
	}
	return fmt.Sprintf("%.2f", amount)
}

// grouped prints a number with its thousands set apart: 1,234,567.
func grouped(n int) string {
	digits := strconv.Itoa(n)
	for i := len(digits) - 3; i > 0 && digits[i-1] != '-'; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
