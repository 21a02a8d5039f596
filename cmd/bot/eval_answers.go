package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"attache/internal/embed"
	"attache/internal/eval"
	"attache/internal/news"
	"attache/internal/retrieval"
)

type answersCmd struct {
	Questions string   `arg:"" help:"Questions: a BEIR folder, a MultiHop-RAG file, JSON Lines of your own, or RGB's, which bring their passages."`
	Corpus    []string `help:"Articles: BEIR corpora (.jsonl, .jsonl.gz), JSON Lines, or folders of articles." sep:"none" placeholder:"PATH"`
	Force     bool     `help:"Answer also where the bot would say that it does not know."`
	Out       string   `help:"File for the answers as JSON Lines." placeholder:"FILE"`
}

// Run asks every question of the set and prints how many answers hold the right one.
func (c answersCmd) Run(ctx context.Context, std streams) error {
	set, err := eval.ReadSet(c.Questions)
	if err != nil {
		return err
	}
	model, err := embed.Builtin()
	if err != nil {
		return err
	}
	var articles []news.Article
	var index *retrieval.Index
	if len(c.Corpus) > 0 {
		if articles, err = readArticles(ctx, c.Corpus, std.err); err != nil {
			return err
		}
		if index, err = eval.Build(ctx, model, articles, bar(std.err, "indexing")); err != nil {
			return err
		}
	}
	answers, err := eval.Answers(ctx, model, index, set, articles, c.Force, bar(std.err, "asking"))
	if err != nil {
		return err
	}
	fmt.Fprintf(std.out, "%s: %d questions\n", set.Name, len(set.Questions))
	eval.MeasureAnswers(answers).Print(std.out)
	return c.write(answers)
}

func (c answersCmd) write(answers []eval.Answered) error {
	if c.Out == "" {
		return nil
	}
	f, err := os.Create(c.Out)
	if err != nil {
		return err
	}
	e := json.NewEncoder(f)
	for _, a := range answers {
		err = e.Encode(struct {
			ID        string `json:"id"`
			Question  string `json:"question"`
			Shown     string `json:"shown"`
			Abstained bool   `json:"abstained"`
			Matched   bool   `json:"matched"`
		}{a.Question.ID, a.Question.Text, a.Shown, a.Abstained, a.Matched})
		if err != nil {
			_ = f.Close() // the first error is the one that matters
			return err
		}
	}
	return f.Close()
}
