// Command attribution learns the weights with which package quotes tells quotations from other words in marks and chooses their speakers.
//
// It reads a folder with articles.jsonl and gold.jsonl in the form of the PolNeAR evaluation set, and writes speaker.txt and
// quotation.txt. With -predict it also writes, for the scorer, what models find that were learned on the other folds: each
// article is read by a model that has not seen it.
//
//	go run ./tools/attribution -data ../shared/eval/polnear/dev -out internal/quotes/weights -predict predictions.jsonl
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"attache/internal/quotes"
)

func main() {
	data := flag.String("data", "../shared/eval/polnear/dev", "folder with articles.jsonl and gold.jsonl")
	out := flag.String("out", "", "folder to write speaker.txt and quotation.txt to; none are written when empty")
	predict := flag.String("predict", "", "file for the predictions by cross-validation; none are written when empty")
	folds := flag.Int("folds", 5, "number of folds")
	flag.Parse()
	if err := run(*data, *out, *predict, *folds); err != nil {
		log.Fatal(err)
	}
}

func run(data, out, predict string, folds int) error {
	set, err := load(data)
	if err != nil {
		return err
	}
	if predict != "" {
		if err := crossValidate(set, folds, predict); err != nil {
			return err
		}
	}
	if out == "" {
		return nil
	}
	speaker, quotation := learnAll(set)
	if err := os.WriteFile(filepath.Join(out, "speaker.txt"), []byte(speaker), 0o644); err != nil {
		return fmt.Errorf("write the speaker weights: %w", err)
	}
	if err := os.WriteFile(filepath.Join(out, "quotation.txt"), []byte(quotation), 0o644); err != nil {
		return fmt.Errorf("write the quotation weights: %w", err)
	}
	return nil
}

// crossValidate writes to file what models find in the articles that they were not learned from.
func crossValidate(set []labelled, folds int, file string) error {
	f, err := os.Create(file)
	if err != nil {
		return fmt.Errorf("write predictions: %w", err)
	}
	defer func() { _ = f.Close() }() // a second time, unless something failed before
	for fold := range folds {
		var train, test []labelled
		for _, l := range set {
			if l.fold(folds) == fold {
				test = append(test, l)
			} else {
				train = append(train, l)
			}
		}
		model := quotes.NewModel(learnAll(train))
		for _, l := range test {
			if err := writePrediction(f, l, model.Extract(l.article)); err != nil {
				return err
			}
		}
	}
	return f.Close()
}

// learnAll returns the two weight files learned from set.
func learnAll(set []labelled) (speaker, quotation string) {
	var s, q []quotes.Example
	for _, l := range set {
		a, b := quotes.Study(l.article, l.gold)
		q, s = append(q, a...), append(s, b...)
	}
	return learn(s, speakerSettings).String(), learn(q, quotationSettings).String()
}
