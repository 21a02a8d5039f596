package main

import (
	"fmt"
	"math"
	"sort"
	"strings"

	"attache/internal/quotes"
)

// settings steer the learning.
type settings struct {
	epochs  int
	rate    float64 // of AdaGrad
	decay   float64 // L2 penalty per example
	atLeast int     // a feature counts that stands with this many examples or more
}

var (
	speakerSettings   = settings{epochs: 20, rate: 0.02, decay: 1e-3, atLeast: 2}
	quotationSettings = settings{epochs: 20, rate: 0.1, decay: 2e-2, atLeast: 4}
)

// model is a linear model under training.
type model struct {
	names   []string
	weights []float64
}

// option is an option with its features as numbers.
type option struct {
	features []int
	right    bool
}

// learn fits a log-linear choice among the options of each example by AdaGrad (Duchi, Hazan and Singer 2011), in a fixed order, so that the
// same data give the same weights. The weights are the mean of those after each of the later epochs (Polyak and Juditsky 1992).
func learn(examples []quotes.Example, s settings) *model {
	m, data := number(examples, s.atLeast)
	squares := make([]float64, len(m.weights))
	sums := make([]float64, len(m.weights))
	order := uint64(1)
	for epoch := range s.epochs {
		for range data {
			order = order*6364136223846793005 + 1442695040888963407 // Knuth's MMIX generator
			m.step(data[order>>33%uint64(len(data))], squares, s)
		}
		if epoch >= s.epochs/3 {
			for i, w := range m.weights {
				sums[i] += w / float64(s.epochs-s.epochs/3)
			}
		}
	}
	m.weights = sums
	return m
}

// step moves the weights towards the right options of one example.
func (m *model) step(options []option, squares []float64, s settings) {
	all := make([]float64, len(options))
	right, total := 0.0, 0.0
	top := math.Inf(-1)
	for i, o := range options {
		for _, f := range o.features {
			all[i] += m.weights[f]
		}
		top = max(top, all[i])
	}
	for i, o := range options {
		all[i] = math.Exp(all[i] - top)
		total += all[i]
		if o.right {
			right += all[i]
		}
	}
	if right == 0 {
		return
	}
	for i, o := range options {
		gradient := all[i] / total
		if o.right {
			gradient -= all[i] / right
		}
		for _, f := range o.features {
			g := gradient + s.decay*m.weights[f]
			squares[f] += g * g
			if g != 0 {
				m.weights[f] -= s.rate * g / (1e-3 + math.Sqrt(squares[f]))
			}
		}
	}
}

// number gives each frequent feature a number and turns the examples into numbers.
func number(examples []quotes.Example, atLeast int) (*model, [][]option) {
	m := &model{names: frequent(examples, atLeast)}
	m.weights = make([]float64, len(m.names))
	index := make(map[string]int, len(m.names))
	for i, f := range m.names {
		index[f] = i
	}
	var data [][]option
	for _, e := range examples {
		var options []option
		for _, o := range e.Options {
			n := option{right: o.Right}
			for _, f := range o.Features {
				if i, ok := index[f]; ok {
					n.features = append(n.features, i)
				}
			}
			options = append(options, n)
		}
		data = append(data, options)
	}
	return m, data
}

// frequent returns, sorted, the features that stand with at least so many examples.
func frequent(examples []quotes.Example, atLeast int) []string {
	count := make(map[string]int)
	for _, e := range examples {
		seen := make(map[string]bool)
		for _, o := range e.Options {
			for _, f := range o.Features {
				if !seen[f] {
					seen[f] = true
					count[f]++
				}
			}
		}
	}
	var names []string
	for f, n := range count {
		if n >= atLeast {
			names = append(names, f)
		}
	}
	sort.Strings(names)
	return names
}

// String writes the model, a line for each feature that counts: its name, a tab, its weight.
func (m *model) String() string {
	var b strings.Builder
	for i, name := range m.names {
		if w := m.weights[i]; math.Abs(w) >= 0.005 {
			fmt.Fprintf(&b, "%s\t%.3f\n", name, w)
		}
	}
	return b.String()
}
