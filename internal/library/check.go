package library

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"math"
	"slices"

	"attache/internal/news"
)

// Health is what Check found.
type Health struct {
	Articles, Passages, Quotes int
	Vectors                    int      // passages that have one, of whatever model
	Models                     []string // the embedders that made them, in order
	Unembedded                 int      // articles without vectors: found by their words alone until the bot has run
	Problems                   []string // one sentence each; at most mostProblems and one that counts the rest
}

// mostProblems bounds the list: a damaged page may spoil every article on it.
const mostProblems = 50

// health is a Health in the making.
type health struct {
	Health
	dropped int
	dims    map[string]int // dimension of each model's vectors
}

func (h *health) problem(format string, args ...any) {
	if len(h.Problems) == mostProblems {
		h.dropped++
		return
	}
	h.Problems = append(h.Problems, fmt.Sprintf(format, args...))
}

// Check looks at everything: SQLite's own check of the file, then each article against what was derived from it. Spans must fit the text, the hash
// and the id must be the article's, and vectors must be as many as passages and of one dimension for each model. What is wrong is in Problems; the
// error is only for a catalog that could not be looked at. It reads within one transaction, so that a running bot does not disturb it.
func (l *Library) Check(ctx context.Context) (Health, error) {
	h := health{dims: map[string]int{}}
	tx, err := l.db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return h.Health, l.explain("check", err)
	}
	defer func() { _ = tx.Rollback() }() // nothing was written
	for _, step := range []func(context.Context, querier) error{h.file, h.orphans, h.articles} {
		if err := step(ctx, tx); err != nil {
			if ctx.Err() != nil || advise(err) != damaged {
				return h.Health, l.explain("check", err)
			}
			h.problem("the file cannot be read to its end: %v", err)
		}
	}
	if h.dropped > 0 {
		h.Problems = append(h.Problems, fmt.Sprintf("and %d more of the kind", h.dropped))
	}
	for model := range h.dims {
		h.Models = append(h.Models, model)
	}
	slices.Sort(h.Models)
	return h.Health, nil
}

// file runs SQLite's own check.
func (h *health) file(ctx context.Context, q querier) error {
	return eachRow(ctx, q, `PRAGMA integrity_check`, func(rows *sql.Rows) error {
		var verdict string
		if err := rows.Scan(&verdict); err != nil {
			return err
		}
		if verdict != "ok" {
			h.problem("the file is damaged: %s", verdict)
		}
		return nil
	})
}

// orphans finds vectors whose article is gone.
func (h *health) orphans(ctx context.Context, q querier) error {
	return eachRow(ctx, q, `SELECT article_id FROM embeddings WHERE article_id NOT IN (SELECT id FROM articles) ORDER BY 1`, func(rows *sql.Rows) error {
		var id string
		if err := rows.Scan(&id); err != nil {
			return err
		}
		h.problem("there are vectors for article %s, which is not there", id)
		return nil
	})
}

// articles checks each article and what was derived from it.
func (h *health) articles(ctx context.Context, q querier) error {
	return eachRow(ctx, q, `SELECT `+articleColumns+`, a.hash, a.passages, a.quotes, coalesce(e.model, ''), coalesce(e.dim, 0), e.data
		FROM articles a LEFT JOIN embeddings e ON e.article_id = a.id ORDER BY a.id`, func(rows *sql.Rows) error {
		var a articleRow
		var hash, passages, quotes string
		var v storedVectors
		var data sql.RawBytes
		if err := rows.Scan(append(a.columns(), &hash, &passages, &quotes, &v.model, &v.dim, &data)...); err != nil {
			return err
		}
		v.data = data
		h.Articles++
		if err := a.finish(); err != nil {
			h.problem("article %s: its headings are damaged", a.ID)
			return nil
		}
		h.article(a.Article, hash)
		h.vectors(a.Article, v, h.derived(a.Article, passages, quotes))
		return nil
	})
}

func (h *health) article(a news.Article, hash string) {
	if news.Identify(a) != a.ID {
		h.problem("article %s: its id is not that of its text", a.ID)
	}
	if news.ContentHash(a) != hash {
		h.problem("article %s: its text is not what was stored", a.ID)
	}
	for _, s := range a.Headings {
		if s.In(a.Text) == "" {
			h.problem("article %s: a heading does not stand in its text", a.ID)
		}
	}
}

// derived checks passages and quotations against the text and returns the number of passages; -1 when it cannot be told.
func (h *health) derived(a news.Article, passages, quotes string) int {
	n := -1
	if _, current := newDecoder(passages); !current {
		h.problem("article %s: its passages are not in the form that this program reads; they are made anew when the bot runs", a.ID)
	} else if found, err := decodePassages(a, passages); err != nil {
		h.problem("article %s: a passage does not stand in its text", a.ID)
	} else {
		n = len(found)
		h.Passages += n
	}
	if _, current := newDecoder(quotes); !current {
		h.problem("article %s: its quotations are not in the form that this program reads; they are made anew when the bot runs", a.ID)
	} else if found, err := decodeQuotes(a, quotes); err != nil {
		h.problem("article %s: a quotation does not stand in its text", a.ID)
	} else {
		h.Quotes += len(found)
	}
	return n
}

// vectors checks the vectors of an article with that many passages.
func (h *health) vectors(a news.Article, v storedVectors, passages int) {
	switch {
	case v.model == "":
		h.Unembedded++
		return
	case v.dim <= 0 || passages >= 0 && len(v.data) != 4*v.dim*passages:
		h.problem("article %s: %d bytes of vectors of %d dimensions do not fit its %d passages", a.ID, len(v.data), v.dim, passages)
		return
	case passages < 0:
		return
	}
	rows := decodeVectors(v.model, v.dim, v.data, passages).Rows
	found := false
	for i, row := range rows {
		if row == nil {
			continue
		}
		found = true
		h.Vectors++
		if slices.ContainsFunc(row, func(x float32) bool { return math.IsNaN(float64(x)) || math.IsInf(float64(x), 0) }) {
			h.problem("article %s: the vector of its passage %d holds what is no number", a.ID, i)
		}
	}
	if first, seen := h.dims[v.model]; found && seen && first != v.dim {
		h.problem("article %s: its vectors by %s have %d dimensions, others have %d", a.ID, v.model, v.dim, first)
	} else if found && !seen {
		h.dims[v.model] = v.dim
	}
}

func eachRow(ctx context.Context, q querier, query string, f func(*sql.Rows) error, args ...any) error {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := f(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Articles yields every article as it was stored, in order of id, without what was derived from it. It stops at the first error, yielding it.
func (l *Library) Articles(ctx context.Context) iter.Seq2[news.Article, error] {
	return func(yield func(news.Article, error) bool) {
		rows, err := l.db.QueryContext(ctx, `SELECT `+articleColumns+` FROM articles a ORDER BY a.id`)
		if err != nil {
			yield(news.Article{}, l.explain("read", err))
			return
		}
		defer rows.Close()
		for rows.Next() {
			var a articleRow
			err := rows.Scan(a.columns()...)
			if err == nil {
				err = a.finish()
			}
			if !yield(a.Article, l.explain("read", err)) || err != nil {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(news.Article{}, l.explain("read", err))
		}
	}
}
