package collection

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"attache/internal/library"
	"attache/internal/speakers"
)

// rulingsKey is the setting that holds an editor's rulings on who is who, as JSON.
const rulingsKey = "speakers"

// Ruling is an editor's word on who a name stands for. It changes whom quotations are listed under, never the words of an article.
type Ruling struct {
	Name    string // as articles give it
	Article string // id of the only article that it is about; "" for all: the name is another spelling of As
	As      string // whose quotations they are
}

// Rulings returns the rulings, oldest first.
func (c *Collection) Rulings(ctx context.Context) ([]Ruling, error) {
	stored, err := c.Library.Setting(ctx, "", rulingsKey)
	if err != nil || stored == "" {
		return nil, err
	}
	var rulings []Ruling
	if err := json.Unmarshal([]byte(stored), &rulings); err != nil {
		return nil, fmt.Errorf("read the rulings on speakers: %w", err)
	}
	return rulings, nil
}

// Rule remembers a ruling, in place of an earlier one on the same name and article, and applies it. It returns in how many articles the name occurs; a name
// that occurs in none is ruled on all the same, for articles to come.
func (c *Collection) Rule(ctx context.Context, r Ruling) (articles int, err error) {
	if r.Name == "" || r.As == "" || r.Name == r.As && r.Article == "" {
		return 0, errors.New("a ruling needs a name and the different name that it stands for")
	}
	return c.change(ctx, r, func(rulings []Ruling) []Ruling { return append(without(rulings, r), r) })
}

// Unrule forgets the rulings on a name, in one article or, without one, all over. It returns in how many articles the name occurs.
func (c *Collection) Unrule(ctx context.Context, name, article string) (articles int, err error) {
	r := Ruling{Name: name, Article: article}
	return c.change(ctx, r, func(rulings []Ruling) []Ruling { return without(rulings, r) })
}

func without(rulings []Ruling, r Ruling) []Ruling {
	return slices.DeleteFunc(rulings, func(o Ruling) bool { return o.Name == r.Name && o.Article == r.Article })
}

// change stores other rulings and has every process look again at the articles that name the speaker.
func (c *Collection) change(ctx context.Context, r Ruling, change func([]Ruling) []Ruling) (int, error) {
	rulings, err := c.Rulings(ctx)
	if err != nil {
		return 0, err
	}
	data, err := json.Marshal(change(rulings))
	if err != nil {
		return 0, err
	}
	var named []string
	for record, err := range c.Library.Records(ctx, c.model.Name) {
		if err != nil {
			return 0, err
		}
		if (r.Article == "" || r.Article == record.Article.ID) && names(record, r.Name) {
			named = append(named, record.Article.ID)
		}
	}
	if err := c.Library.SetSetting(ctx, "", rulingsKey, string(data)); err != nil {
		return 0, err
	}
	if err := c.Library.Touch(ctx, named); err != nil {
		return 0, err
	}
	return len(named), c.Follow(ctx)
}

func names(r library.Record, name string) bool {
	for _, q := range r.Quotes {
		if q.Speaker.Name == name {
			return true
		}
	}
	return false
}

// maxChain bounds how many rulings lead from one name to the next, so that a circle ends.
const maxChain = 10

// ruled lists the entries under the names that the rulings give them.
func ruled(entries []speakers.Entry, rulings []Ruling) []speakers.Entry {
	if len(rulings) == 0 {
		return entries
	}
	as := make(map[Ruling]string, len(rulings))
	for _, r := range rulings {
		as[Ruling{Name: r.Name, Article: r.Article}] = r.As
	}
	for i := range entries {
		e := &entries[i]
		if own, ok := as[Ruling{Name: e.Speaker.Name, Article: e.ArticleID}]; ok {
			e.Speaker.Name = own
			continue
		}
		for range maxChain {
			other, ok := as[Ruling{Name: e.Speaker.Name}]
			if !ok {
				break
			}
			e.Speaker.Name = other
		}
	}
	return entries
}
