package embed

import (
	"context"
	_ "embed" // for the table
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

//go:embed table.bin
var builtinTable []byte

// ErrTable says that a table is not one that tools/distil has written, or that it is damaged.
var ErrTable = errors.New("not an embedding table")

// The form of a table, written by tools/distil/export.py, whole numbers little-endian:
//
//	magic     8 bytes, "attachE1"
//	version   8 bytes, lower-case hex: the beginning of the SHA-256 of everything that follows
//	dim       uint32, a multiple of 8, at most maxDim
//	entries   uint32
//	bytes     uint32, length of the vocabulary
//	          the vocabulary, each entry ended by a newline
//	          entries × dim bytes: the rows, each number a byte from 1 to 255 that stands for itself less rowBias; those of
//	          [UNK] and of the other special entries are zero
//
// All numbers share one scale, which unit length takes out again; the weight of a token is the length of its row. So sums
// are sums of whole numbers, exact and the same on every platform.
const (
	tableMagic  = "attachE1"
	headerBytes = 8 + 8 + 3*4
	rowBias     = 128
	maxDim      = 512
	numLanes    = maxDim / 8
	// maxRowsInLane: a lane is 16 bits wide, and 257 bytes of 255 just fit.
	maxRowsInLane = 257
)

// Static is an embedder that looks up a row for each token. It is immutable, and safe for concurrent use.
type Static struct {
	name  string
	dim   int
	vocab *vocabulary
	rows  []byte
}

// NewStatic reads a table. The table is used in place and must not change afterwards. An error wraps ErrTable.
func NewStatic(table []byte) (*Static, error) {
	if len(table) < headerBytes || string(table[:8]) != tableMagic {
		return nil, fmt.Errorf("%w: no header", ErrTable)
	}
	number := func(at int) int { return int(binary.LittleEndian.Uint32(table[at:])) }
	dim, entries, vocabBytes := number(16), number(20), number(24)
	if dim == 0 || dim%8 != 0 || dim > maxDim {
		return nil, fmt.Errorf("%w: %d dimensions: need a multiple of 8, at most %d", ErrTable, dim, maxDim)
	}
	// 64-bit sums: on a 32-bit platform a damaged header must not wrap around.
	if want := int64(headerBytes) + int64(vocabBytes) + int64(entries)*int64(dim); int64(len(table)) != want {
		return nil, fmt.Errorf("%w: %d bytes, want %d", ErrTable, len(table), want)
	}
	rest := table[headerBytes:]
	vocab, err := newVocabulary(rest[:vocabBytes], entries)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrTable, err)
	}
	name := fmt.Sprintf("minilm-static-%d-%s", dim, table[8:16])
	return &Static{name: name, dim: dim, vocab: vocab, rows: rest[vocabBytes:]}, nil
}

// Model returns the embedder under its name, which changes whenever the table does.
func (s *Static) Model() Model {
	return Model{Name: s.name, Dim: s.dim, Embed: s.embedAll, Knows: s.Knows}
}

// Embed returns the vector of a text, of unit length, or nil if no token of it is known. All of the text counts, however long.
func (s *Static) Embed(text string) []float32 {
	vector := make([]float32, s.dim)
	if !s.embedInto(vector, text) {
		return nil
	}
	return vector
}

// Knows reports whether the word is a whole entry of the vocabulary.
func (s *Static) Knows(word string) bool { return len(s.Tokens(word)) == 1 && s.Embed(word) != nil }

// Tokens returns the ids of a text's tokens in the WordPiece vocabulary, in their order, without [CLS] and [SEP].
func (s *Static) Tokens(text string) []uint16 { return s.vocab.appendTokens(nil, text) }

// embedAll is a Func.
func (s *Static) embedAll(ctx context.Context, texts []string) ([][]float32, error) {
	vectors := make([][]float32, len(texts))
	all := make([]float32, len(texts)*s.dim)
	for i, text := range texts {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		vector := all[i*s.dim : (i+1)*s.dim : (i+1)*s.dim]
		if s.embedInto(vector, text) {
			vectors[i] = vector
		}
	}
	return vectors, nil
}

// embedInto writes a text's vector, and reports whether there is one.
func (s *Static) embedInto(vector []float32, text string) bool {
	var buf [512]uint16 // room for a passage of 200 words and more, so that it need not grow
	var sum [maxDim]int64
	s.addRows(&sum, s.vocab.appendTokens(buf[:0], text))
	return normalise(vector, sum[:s.dim])
}

// addRows adds the rows of tokens to sum, eight numbers at a time: a 64-bit word holds four 16-bit lanes, one word for the
// bytes at even places of a row, one for those at odd places. Before a lane can overflow, the lanes are emptied into sum.
func (s *Static) addRows(sum *[maxDim]int64, tokens []uint16) {
	const lanes = 0x00ff00ff00ff00ff
	var even, odd [numLanes]uint64
	words, pending := s.dim/8, 0
	for _, id := range tokens {
		row := s.rows[int(id)*s.dim:][:s.dim]
		for j := range words {
			w := binary.LittleEndian.Uint64(row[j*8:])
			even[j%numLanes] += w & lanes
			odd[j%numLanes] += w >> 8 & lanes
		}
		if pending++; pending == maxRowsInLane {
			empty(sum, &even, &odd, words, pending)
			pending = 0
		}
	}
	empty(sum, &even, &odd, words, pending)
}

// empty moves what the lanes hold, the sums of rows rows, into sum.
func empty(sum *[maxDim]int64, even, odd *[numLanes]uint64, words, rows int) {
	bias := int64(rows) * rowBias
	for j := range words {
		e, o := even[j], odd[j]
		even[j], odd[j] = 0, 0
		for k := 0; k < 8; k += 2 {
			sum[j*8+k] += int64(e&0xffff) - bias
			sum[j*8+k+1] += int64(o&0xffff) - bias
			e, o = e>>16, o>>16
		}
	}
}

// normalise writes sum at unit length, and reports false if sum is zero. The square of the length is a sum of whole numbers,
// exact below 2^53; root and quotient are rounded as IEEE 754 demands: so the result is the same everywhere.
func normalise(vector []float32, sum []int64) bool {
	var square float64
	for _, x := range sum {
		square += float64(float64(x) * float64(x)) // the conversion keeps a compiler from fusing the two steps
	}
	if square == 0 {
		return false
	}
	length := math.Sqrt(square)
	for i, x := range sum {
		vector[i] = float32(float64(x) / length)
	}
	return true
}
