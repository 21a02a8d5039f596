package library

import (
	"context"
	"database/sql"
	"encoding/binary"
	"fmt"
	"math"

	"attache/internal/news"
)

// Vectors are the embeddings of an article's passages, one each in order, as one model made them. A passage for which the model
// has none has nil. The zero Vectors stands for "not embedded yet".
type Vectors struct {
	Model string // embed.Model.Name
	Rows  [][]float32
}

// SetVectors stores the record's vectors in place of whatever the article had. When the article or its passages have been changed or removed
// meanwhile it does nothing: the vectors are then those of another text.
func (l *Library) SetVectors(ctx context.Context, r Record) error {
	err := l.write(ctx, func(tx *sql.Tx) error {
		b, err := encode(r)
		if err != nil {
			return err
		}
		var n int
		err = tx.QueryRowContext(ctx, `SELECT count(*) FROM articles WHERE id = ? AND hash = ? AND passages = ?`,
			r.Article.ID, news.ContentHash(r.Article), b.passages).Scan(&n)
		if err != nil || n == 0 {
			return err
		}
		return insertVectors(ctx, tx, r.Article.ID, b.vectors)
	})
	return l.explain("write", err)
}

// storedVectors is a row of embeddings; one with dim 0 is not stored.
type storedVectors struct {
	model string
	dim   int
	data  []byte
}

func insertVectors(ctx context.Context, tx *sql.Tx, articleID string, v storedVectors) error {
	if v.dim == 0 {
		return nil
	}
	_, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO embeddings (article_id, model, dim, data) VALUES (?, ?, ?, ?)`, articleID, v.model, v.dim, v.data)
	return err
}

// encodeVectors writes the rows one after the other, a nil row as NaN. All must have one dimension, and there must be one for each passage.
func encodeVectors(r Record) (storedVectors, error) {
	rows := r.Vectors.Rows
	if len(rows) == 0 {
		return storedVectors{}, nil
	}
	if len(rows) != len(r.Passages) || r.Vectors.Model == "" {
		return storedVectors{}, fmt.Errorf("%d vectors of model %q for %d passages of %s", len(rows), r.Vectors.Model, len(r.Passages), r.Article.ID)
	}
	dim := 1 // when no passage has a vector: remember that they were asked for
	for _, row := range rows {
		dim = max(dim, len(row))
	}
	none := make([]float32, dim)
	none[0] = float32(math.NaN())
	data := make([]byte, 0, 4*dim*len(rows))
	for i, row := range rows {
		if row == nil {
			row = none
		}
		if len(row) != dim {
			return storedVectors{}, fmt.Errorf("vector %d of %s has %d dimensions, others have %d", i, r.Article.ID, len(row), dim)
		}
		for _, x := range row {
			data = binary.LittleEndian.AppendUint32(data, math.Float32bits(x))
		}
	}
	return storedVectors{r.Vectors.Model, dim, data}, nil
}

// decodeVectors reads what encodeVectors wrote; data that does not fit the number of passages counts as not embedded.
func decodeVectors(model string, dim int, data []byte, passages int) Vectors {
	if dim <= 0 || len(data) != 4*dim*passages {
		return Vectors{}
	}
	flat := make([]float32, dim*passages)
	for i := range flat {
		flat[i] = math.Float32frombits(binary.LittleEndian.Uint32(data[4*i:]))
	}
	rows := make([][]float32, passages)
	for i := range rows {
		row := flat[i*dim : (i+1)*dim : (i+1)*dim]
		if !math.IsNaN(float64(row[0])) {
			rows[i] = row
		}
	}
	return Vectors{Model: model, Rows: rows}
}
