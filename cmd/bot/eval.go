package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"

	"attache/internal/embed"
	"attache/internal/eval"
	"attache/internal/ingest"
	"attache/internal/news"
	"attache/internal/retrieval"
)

type evalCmd struct {
	Passages passagesCmd `cmd:"" default:"withargs" help:"Measure which passages are found (what eval does by itself)."`
	Answers  answersCmd  `cmd:"" help:"Measure the answers that are shown without a model."`
}

type passagesCmd struct {
	Questions string    `arg:"" help:"Questions: a BEIR folder, a MultiHop-RAG file, or JSON Lines of your own."`
	Corpus    []string  `help:"Articles: BEIR corpora (.jsonl, .jsonl.gz), JSON Lines, or folders of articles." required:"" sep:"none" placeholder:"PATH"`
	Mode      []string  `help:"Ways to search: hybrid, lexical, vector." default:"lexical,vector,hybrid" enum:"hybrid,lexical,vector"`
	Out       string    `help:"Folder for the results as JSON Lines, one file for each mode." placeholder:"DIR"`
	Asked     time.Time `help:"Day on which every question is asked, instead of its own date: how would the collection fare then?" format:"2006-01-02" placeholder:"YYYY-MM-DD"`
}

// Run asks every question of the set against the articles and prints the figures of each mode side by side.
func (c passagesCmd) Run(ctx context.Context, std streams) error {
	set, err := eval.ReadSet(c.Questions)
	if err != nil {
		return err
	}
	articles, err := readArticles(ctx, c.Corpus, std.err)
	if err != nil {
		return err
	}
	set.Resolve(articles)
	if !c.Asked.IsZero() {
		for i := range set.Questions {
			set.Questions[i].Asked = c.Asked
		}
	}
	model, err := embed.Builtin()
	if err != nil {
		return err
	}
	index, err := eval.Build(ctx, model, articles, bar(std.err, "indexing"))
	if err != nil {
		return err
	}
	report := eval.Report{Set: set.Name}
	for _, name := range c.Mode {
		mode := retrieval.Mode(name)
		if name == "hybrid" {
			mode = retrieval.Hybrid
		}
		results, err := eval.Run(ctx, index, set, mode, bar(std.err, name))
		if err != nil {
			return err
		}
		report.Add(mode, eval.Measure(results))
		if err := c.write(name, set, results); err != nil {
			return err
		}
	}
	report.Print(std.out)
	return nil
}

func (c passagesCmd) write(mode string, set eval.Set, results []eval.Result) error {
	if c.Out == "" {
		return nil
	}
	if err := os.MkdirAll(c.Out, 0o755); err != nil {
		return err
	}
	f, err := os.Create(filepath.Join(c.Out, mode+".jsonl"))
	if err != nil {
		return err
	}
	if err := eval.Write(f, set, results); err != nil {
		_ = f.Close() // the first error is the one that matters
		return err
	}
	return f.Close()
}

// readArticles reads corpora and folders; a file that cannot be read is named and left out.
func readArticles(ctx context.Context, paths []string, notes io.Writer) ([]news.Article, error) {
	var all []news.Article
	for _, path := range paths {
		if strings.HasSuffix(path, ".jsonl") || strings.HasSuffix(path, ".json") || strings.HasSuffix(path, ".gz") {
			articles, err := eval.ReadCorpus(path)
			if err != nil {
				return nil, err
			}
			all = append(all, articles...)
			continue
		}
		for f := range ingest.Walk(path) {
			if f.Skip != "" {
				continue
			}
			a, err := ingest.Read(ctx, f.Path, ingest.Options{})
			if err != nil {
				fmt.Fprintf(notes, "%s: left out: %v\n", f.Path, err)
				continue
			}
			all = append(all, a)
		}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("no article in %s", strings.Join(paths, ", "))
	}
	return all, nil
}

// bar shows in a terminal how far a step has come; elsewhere nothing.
func bar(w io.Writer, what string) func(done, all int) {
	if !isTerminal(w) {
		return func(int, int) {}
	}
	var b *progressbar.ProgressBar
	return func(done, all int) {
		if b == nil {
			b = progressbar.NewOptions(all, progressbar.OptionSetWriter(w), progressbar.OptionSetDescription(what),
				progressbar.OptionShowCount(), progressbar.OptionThrottle(200*time.Millisecond), progressbar.OptionClearOnFinish())
		}
		_ = b.Set(done) // a bar that cannot be drawn is no reason to stop
	}
}
