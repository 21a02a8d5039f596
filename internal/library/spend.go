package library

import (
	"context"
	"database/sql"
	"errors"
)

// Spend is what was used of a language model.
type Spend struct {
	Requests int
	Tokens   int
	Money    float64 // in the currency of the prices
}

func (s Spend) plus(o Spend) Spend {
	return Spend{Requests: s.Requests + o.Requests, Tokens: s.Tokens + o.Tokens, Money: s.Money + o.Money}
}

// AllGuilds is the name under which the spend of all guilds together is kept.
const AllGuilds = "*"

// AddSpend adds s, whose parts may be negative, to what the guild ("" for outside any) spent on day, written 2006-01-02. Where allow is given it sees the sums that
// this makes, of the guild and of all guilds together; its error keeps s out and is returned as it is. No other process adds anything between the two.
func (l *Library) AddSpend(ctx context.Context, guild, day string, s Spend, allow func(own, all Spend) error) error {
	var refused error
	err := l.write(ctx, func(tx *sql.Tx) error {
		own, err := spent(ctx, tx, guild, day)
		if err != nil {
			return err
		}
		all, err := spent(ctx, tx, AllGuilds, day)
		if err != nil {
			return err
		}
		own, all = own.plus(s), all.plus(s)
		if allow != nil {
			if refused = allow(own, all); refused != nil {
				return refused
			}
		}
		_, err = tx.ExecContext(ctx, `INSERT OR REPLACE INTO spend (guild, day, requests, tokens, money) VALUES (?, ?, ?, ?, ?), (?, ?, ?, ?, ?)`,
			guild, day, own.Requests, own.Tokens, own.Money, AllGuilds, day, all.Requests, all.Tokens, all.Money)
		return err
	})
	if refused != nil {
		return refused
	}
	return l.explain("write", err)
}

func spent(ctx context.Context, tx *sql.Tx, guild, day string) (s Spend, err error) {
	err = tx.QueryRowContext(ctx, `SELECT requests, tokens, money FROM spend WHERE guild = ? AND day = ?`, guild, day).Scan(&s.Requests, &s.Tokens, &s.Money)
	if errors.Is(err, sql.ErrNoRows) {
		return Spend{}, nil
	}
	return s, err
}

// SpendOn returns what each guild spent on day, written 2006-01-02, and under AllGuilds what all of them did; guilds that spent nothing may be missing.
func (l *Library) SpendOn(ctx context.Context, day string) (map[string]Spend, error) {
	rows, err := l.db.QueryContext(ctx, `SELECT guild, requests, tokens, money FROM spend WHERE day = ?`, day)
	if err != nil {
		return nil, l.explain("read", err)
	}
	defer rows.Close()
	all := map[string]Spend{}
	for rows.Next() {
		var guild string
		var s Spend
		if err := rows.Scan(&guild, &s.Requests, &s.Tokens, &s.Money); err != nil {
			return nil, l.explain("read", err)
		}
		all[guild] = s
	}
	return all, l.explain("read", rows.Err())
}
