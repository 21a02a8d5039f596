package quotes

import (
	_ "embed"
	"math"
	"strconv"
	"strings"
)

// features is the list of what is true of one choice. Each feature is a name made of parts; only its hash is kept, and the names
// too when the weights are to be learned.
type features struct {
	keys  []uint64
	names []string
	named bool
}

func (f *features) reset() { f.keys, f.names = f.keys[:0], f.names[:0] }

// FNV-1a, 64 bits: http://www.isthe.com/chongo/tech/comp/fnv/
const (
	fnvOffset = 14695981039346656037
	fnvPrime  = 1099511628211
)

// add notes the feature whose name is the parts joined by a blank.
func (f *features) add(parts ...string) {
	h := uint64(fnvOffset)
	for i, p := range parts {
		if i > 0 {
			h = (h ^ ' ') * fnvPrime
		}
		for j := range len(p) {
			h = (h ^ uint64(p[j])) * fnvPrime
		}
	}
	f.keys = append(f.keys, h)
	if f.named {
		f.names = append(f.names, strings.Join(parts, " "))
	}
}

// weights are a linear model: what each feature counts for.
type weights map[uint64]float32

//go:embed weights/speaker.txt
var speakerFile string

//go:embed weights/quotation.txt
var quotationFile string

// The learned weights: which mention speaks, and whether words in marks are a quotation. tools/attribution makes both files.
var (
	speakerWeights   = parseWeights(speakerFile)
	quotationWeights = parseWeights(quotationFile)
)

// parseWeights reads lines of a feature's name, a tab and its weight.
func parseWeights(s string) weights {
	w := make(weights)
	var f features
	for line := range strings.Lines(s) {
		name, value, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		x, err := strconv.ParseFloat(value, 32)
		if !ok || err != nil {
			continue
		}
		f.reset()
		f.add(name)
		w[f.keys[0]] = float32(x)
	}
	return w
}

func (w weights) score(f *features) float64 {
	sum := float32(0)
	for _, k := range f.keys {
		sum += w[k]
	}
	return float64(sum)
}

// softmax turns scores into probabilities, in place.
func softmax(scores []float64) {
	top := math.Inf(-1)
	for _, s := range scores {
		top = math.Max(top, s)
	}
	sum := 0.0
	for i, s := range scores {
		scores[i] = math.Exp(s - top)
		sum += scores[i]
	}
	for i := range scores {
		scores[i] /= sum
	}
}

func logistic(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// bucket names a count coarsely, so that near values share what is learned.
func bucket(n int) string {
	switch {
	case n < 0:
		return "-"
	case n <= 3:
		return [...]string{"0", "1", "2", "3"}[n]
	case n <= 5:
		return "5"
	case n <= 8:
		return "8"
	case n <= 14:
		return "14"
	case n <= 25:
		return "25"
	case n <= 50:
		return "50"
	}
	return "99"
}
