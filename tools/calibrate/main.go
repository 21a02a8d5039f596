// Command calibrate learns when a search has found nothing that answers: a logistic model of retrieval.Signals, from what "bot eval --out" wrote.
//
//	go run ./tools/calibrate [-archive RESULTS.jsonl]... RESULTS.jsonl...
//
// An archive is what "bot eval --asked" wrote for a day years after the newest article: its answerable questions that name no time must stay answerable, or a collection of old reports would refuse questions about its own content. The program prints the constants for internal/retrieval/abstain.go and what they reach on each file, by five-fold cross-validation.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"slices"

	"attache/internal/retrieval"
)

// example is one question with its outcome.
type example struct {
	file   int
	line   int
	x      []float64 // standardised later
	null   bool
	weight float64 // see balance
}

var names = []string{"coverage", "vector", "lead", "names", "stale"}

// stale is the place of that signal, mayBeOld the most that it is for one that names no time (retrieval.Signals.Stale).
const stale, mayBeOld = 4, 0.5

func vector(s retrieval.Signals) []float64 {
	return []float64{s.Coverage, s.Vector, s.Lead, s.Names, s.Stale}
}

func main() {
	var archives []string
	flag.Func("archive", "results of a set that was asked years after its newest article", func(file string) error {
		archives = append(archives, file)
		return nil
	})
	flag.Parse()
	if err := run(flag.Args(), archives); err != nil {
		fmt.Fprintln(os.Stderr, "calibrate:", err)
		os.Exit(1)
	}
}

func run(files, archives []string) error {
	var all []example
	recent := len(files)
	files = append(files, archives...)
	for i, file := range files {
		examples, err := read(i, file)
		if err != nil {
			return err
		}
		all = append(all, examples...)
	}
	if len(all) == 0 {
		return fmt.Errorf("no questions: name files that bot eval --out wrote")
	}
	all = slices.DeleteFunc(all, func(e example) bool { return e.file >= recent && (e.null || e.x[stale] > mayBeOld) })
	balance(all)
	mean, deviation := standardise(all)
	held := crossValidate(all)
	for i, file := range files {
		report(file, i, all, held)
	}
	w := fit(all)
	intercept := w[len(w)-1]
	fmt.Print("\nconstants: ")
	for j, name := range names {
		fmt.Printf("%s %.3f, ", name, w[j]/deviation[j])
		intercept -= w[j] * mean[j] / deviation[j]
	}
	fmt.Printf("intercept %.3f\n", intercept)
	return nil
}

func read(number int, file string) ([]example, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // only read from
	var examples []example
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var r struct {
			Null    bool              `json:"null"`
			Signals retrieval.Signals `json:"signals"`
		}
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		examples = append(examples, example{file: number, line: len(examples), x: vector(r.Signals), null: r.Null})
	}
	return examples, lines.Err()
}

// standardise brings every signal to mean 0 and deviation 1.
func standardise(all []example) (mean, deviation []float64) {
	mean, deviation = make([]float64, len(names)), make([]float64, len(names))
	n := float64(len(all))
	for j := range names {
		for _, e := range all {
			mean[j] += e.x[j] / n
		}
		for _, e := range all {
			deviation[j] += (e.x[j] - mean[j]) * (e.x[j] - mean[j]) / n
		}
		deviation[j] = math.Max(math.Sqrt(deviation[j]), 1e-9)
		for _, e := range all {
			e.x[j] = (e.x[j] - mean[j]) / deviation[j]
		}
	}
	return mean, deviation
}

// nullWeight is how much more the unanswerable questions of a set count than its answerable ones: a wrong answer is worse than a refusal.
const nullWeight = 1.3

// balance gives every set the same weight, and within it both kinds of question, whatever their numbers. A set without unanswerable questions counts
// a third, or it would only pull towards answering everything.
func balance(all []example) {
	type group struct {
		file int
		null bool
	}
	counts := map[group]float64{}
	for _, e := range all {
		counts[group{e.file, e.null}]++
	}
	for i := range all {
		e := &all[i]
		e.weight = 1 / counts[group{e.file, e.null}]
		switch {
		case e.null:
			e.weight *= nullWeight
		case counts[group{e.file, true}] == 0:
			e.weight /= 3
		}
	}
}

// fit learns weights, the intercept last, by gradient descent on the logistic loss with a little shrinkage.
func fit(examples []example) []float64 {
	w := make([]float64, len(names)+1)
	const steps, rate, shrink = 4000, 0.05, 0.002
	for range steps {
		gradient := make([]float64, len(w))
		total := 0.0
		for _, e := range examples {
			target := 1.0
			if e.null {
				target = 0
			}
			total += e.weight
			difference := e.weight * (1/(1+math.Exp(-score(w, e.x))) - target)
			for j, x := range e.x {
				gradient[j] += difference * x
			}
			gradient[len(names)] += difference
		}
		for j := range w {
			w[j] -= rate * (gradient[j]/total*10 + shrink*w[j])
		}
	}
	return w
}

func score(w, x []float64) float64 {
	z := w[len(w)-1]
	for j := range x {
		z += w[j] * x[j]
	}
	return z
}

// crossValidate scores every example by a model that has not seen it, nor its question asked at another time.
func crossValidate(all []example) []float64 {
	const folds = 5
	held := make([]float64, len(all))
	for fold := range folds {
		var seen []example
		for _, e := range all {
			if e.line%folds != fold {
				seen = append(seen, e)
			}
		}
		w := fit(seen)
		for i, e := range all {
			if e.line%folds == fold {
				held[i] = score(w, e.x)
			}
		}
	}
	return held
}

// report prints the share of null and of answerable questions that are refused, at several thresholds.
func report(file string, number int, all []example, held []float64) {
	fmt.Println(file)
	for _, confidence := range []float64{0.35, 0.4, 0.43, 0.46, 0.5} {
		var nulls, refused, others, falsely float64
		for i, e := range all {
			if e.file != number {
				continue
			}
			below := 0.0
			if 1/(1+math.Exp(-held[i])) < confidence {
				below = 1
			}
			if e.null {
				nulls++
				refused += below
			} else {
				others++
				falsely += below
			}
		}
		fmt.Printf("  below %.2f: %.3f of %.0f null, %.3f of %.0f answerable\n", confidence, refused/math.Max(nulls, 1), nulls, falsely/math.Max(others, 1), others)
	}
}
