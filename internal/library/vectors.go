package library

import (
	"context"
	"database/sql"
	"encoding/binary"
	"fmt"
	"math"
)

// Vectors are the embeddings of an article's passages, one each in order, as one model made them. A passage for which the model
// has none has nil. The zero Vectors stands for "not embedded yet".
type Vectors struct {
	Model string // embed.Model.Name
	Rows  [][]float32
}

// SetVectors stores vectors for the passages of a stored article in place of whatever it had.
func (l *Library) SetVectors(ctx context.Context, articleID string, v Vectors) error {
	err := l.write(ctx, func(tx *sql.Tx) error { return insertVectors(ctx, tx, articleID, v) })
	return l.explain("write", err)
}

func insertVectors(ctx context.Context, tx *sql.Tx, articleID string, v Vectors) error {
	if len(v.Rows) == 0 {
		return nil
	}
	dim, data, err := encodeVectors(v.Rows)
	if err != nil {
		return fmt.Errorf("vectors of %s: %w", articleID, err)
	}
	_, err = tx.ExecContext(ctx, `INSERT OR REPLACE INTO embeddings (article_id, model, dim, data) VALUES (?, ?, ?, ?)`, articleID, v.Model, dim, data)
	return err
}

// encodeVectors writes the rows one after the other; all must have one dimension, and a nil row is written as NaN.
func encodeVectors(rows [][]float32) (dim int, data []byte, err error) {
	for _, row := range rows {
		dim = max(dim, len(row))
	}
	if dim == 0 {
		dim = 1 // no passage has a vector: remember that they were asked for
	}
	data = make([]byte, 0, 4*dim*len(rows))
	for i, row := range rows {
		if row == nil {
			row = make([]float32, dim)
			row[0] = float32(math.NaN())
		}
		if len(row) != dim {
			return 0, nil, fmt.Errorf("vector %d has %d dimensions, others have %d", i, len(row), dim)
		}
		for _, x := range row {
			data = binary.LittleEndian.AppendUint32(data, math.Float32bits(x))
		}
	}
	return dim, data, nil
}

// decodeVectors reads what encodeVectors wrote; data that does not fit the number of passages counts as not embedded.
func decodeVectors(model string, dim int, data []byte, passages int) (Vectors, error) {
	if dim == 0 || len(data) != 4*dim*passages {
		return Vectors{}, nil
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
	return Vectors{Model: model, Rows: rows}, nil
}
