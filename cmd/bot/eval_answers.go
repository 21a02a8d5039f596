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
	Distract  []string `help:"More articles that answer none of the questions: shows how far the answers stay as they are." name:"distractors" sep:"none" placeholder:"PATH"`
	Force     bool     `help:"Answer also where the bot would say that it does not know."`
	Out       string   `help:"File for the answers as JSON Lines." placeholder:"FILE"`
}

// Help is what the command's own help says beside its flags.
func (answersCmd) Help() string {
	return `Citation recall and precision are ALCE's, with the bot's own check of support in place of its language inference model. For questions that bring their
passages, stability is measured against the passages that answer alone, and disagreement with those that state something false beside them.`
}

// Run asks every question of the set and prints how many answers hold the right one, and what else is known of them.
func (c answersCmd) Run(ctx context.Context, std streams) error {
	set, err := eval.ReadSet(c.Questions)
	if err != nil {
		return err
	}
	model, err := embed.Builtin()
	if err != nil {
		return err
	}
	ask := func(set eval.Set, corpus []string) ([]eval.Answered, error) {
		return c.ask(ctx, std, model, set, corpus)
	}
	answers, err := ask(set, c.Corpus)
	if err != nil {
		return err
	}
	fmt.Fprintf(std.out, "%s: %d questions\n", set.Name, len(set.Questions))
	eval.MeasureAnswers(answers).Print(std.out)
	if err := contrast(std, set, answers, ask, append(c.Corpus[:len(c.Corpus):len(c.Corpus)], c.Distract...), len(c.Distract) > 0); err != nil {
		return err
	}
	return c.write(answers)
}

// ask puts the questions to the articles of a corpus, or to their own passages.
func (c answersCmd) ask(ctx context.Context, std streams, model embed.Model, set eval.Set, corpus []string) ([]eval.Answered, error) {
	var articles []news.Article
	var index *retrieval.Index
	if len(corpus) > 0 {
		var err error
		if articles, err = readArticles(ctx, corpus, std.err); err != nil {
			return nil, err
		}
		if index, err = eval.Build(ctx, model, articles, bar(std.err, "indexing")); err != nil {
			return nil, err
		}
	}
	return eval.Answers(ctx, model, index, set, articles, c.Force, bar(std.err, "asking"))
}

// contrast asks again with less noise, with more, and with false passages, as far as the set or the flags have any, and prints what changes.
func contrast(std streams, set eval.Set, answers []eval.Answered, ask func(eval.Set, []string) ([]eval.Answered, error), more []string, distract bool) error {
	if plain, ok := set.WithoutNoise(); ok {
		without, err := ask(plain, nil)
		if err != nil {
			return err
		}
		eval.MeasureStability(without, answers).Print(std.out)
	} else if distract {
		with, err := ask(set, more)
		if err != nil {
			return err
		}
		eval.MeasureStability(answers, with).Print(std.out)
	}
	if wrong, ok := set.WithFalse(); ok {
		all, err := ask(wrong, nil)
		if err != nil {
			return err
		}
		fmt.Fprintf(std.out, "beside false passages: %d questions\n", len(all))
		eval.MeasureDisagreement(all).Print(std.out)
	}
	return nil
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
			Differ    bool   `json:"differ"`
		}{a.Question.ID, a.Question.Text, a.Shown, a.Abstained, a.Matched, a.Differ})
		if err != nil {
			_ = f.Close() // the first error is the one that matters
			return err
		}
	}
	return f.Close()
}
