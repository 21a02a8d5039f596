package main

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"attache/config"
	"attache/internal/answer"
	"attache/internal/commands"
	"attache/internal/embed"
	"attache/internal/library"
	"attache/internal/llm"
)

// models makes the embedder and, when one is configured, the chat model, which keeps within budget; without one the client is nil. Nothing is connected to yet, but for an
// embedding endpoint whose dimensions are not configured: it is asked for one vector.
func models(c config.Config, budget *llm.Budget, log *slog.Logger) (embed.Model, *llm.Client, error) {
	var chat *llm.Client
	if c.Model.Enabled() {
		var err error
		chat, err = llm.New(llm.Options{
			BaseURL: c.Model.BaseURL, Key: string(c.Model.Key), Model: c.Model.Name,
			FirstToken: c.Model.FirstToken, Total: c.Model.Total, MaxTokens: c.Model.MaxTokens, Plain: !c.Model.Structured, Budget: budget, Log: log,
		})
		if err != nil {
			return embed.Model{}, nil, err
		}
	}
	if c.Embedding.Provider == config.EmbedBuiltin {
		model, err := embed.Builtin()
		return model, chat, err
	}
	model, err := endpointEmbedder(c.Embedding, log)
	return model, chat, err
}

// endpointEmbedder is an embedder behind an OpenAI-compatible endpoint.
func endpointEmbedder(c config.Embedding, log *slog.Logger) (embed.Model, error) {
	client, err := llm.New(llm.Options{BaseURL: c.BaseURL, Key: string(c.Key), EmbeddingModel: c.Model, Log: log})
	if err != nil {
		return embed.Model{}, err
	}
	dim := c.Dimensions
	if dim == 0 {
		probe, err := client.Embed(context.Background(), []string{"dimensions"})
		if err != nil {
			return embed.Model{}, fmt.Errorf("ask the embedding endpoint for its dimensions: %w; set embedding.dimensions to start without it", err)
		}
		dim = len(probe[0])
	}
	return embed.Model{Name: fmt.Sprintf("%s/%d", c.Model, dim), Dim: dim, Embed: client.Embed}, nil
}

// writer composes with the model, and checks what it writes.
func (a *App) writer(chat *llm.Client) (*answer.Generative, error) {
	local, err := embed.Builtin() // the check embeds single words by the hundred
	if err != nil {
		return nil, err
	}
	return answer.NewGenerative(answer.GenerativeOptions{Model: chat, Embed: answer.Embedder(local.Embed), Log: a.Log})
}

// charge makes whatever a model does for a request one question of the guild that asks.
func charge(_ commands.Command, next commands.HandleFunc) commands.HandleFunc {
	return func(ctx context.Context, r commands.Request, progress commands.Progress) (commands.Reply, error) {
		return next(llm.WithQuestion(ctx, r.Place.Guild), r, progress)
	}
}

// budget holds the model to the configured limits, and each guild to its own where that is less.
func (a *App) budget() *llm.Budget {
	b, price := a.Config.Budget, a.Config.Model.Price
	limits := func(guild string) llm.Limits {
		return llm.Limits{
			Question: llm.Limit(b.Question), All: llm.Limit(b.All),
			Guild: llm.Limit{Tokens: a.Setup.ModelTokens(guild), Money: b.Guild.Money},
		}
	}
	return llm.NewBudget(limits, llm.Price{Prompt: price.Prompt, Completion: price.Completion}, ledger{a.library}, time.Now)
}

// model is what the commands may know of the model.
func (a *App) model(writer *answer.Generative) *commands.Model {
	b := a.Config.Budget
	return &commands.Model{
		Rewrite: writer.Rewrite,
		Guild: func(guild string) commands.Allowance {
			return commands.Allowance{Tokens: a.Setup.ModelTokens(guild), Money: b.Guild.Money}
		},
		All: commands.Allowance(b.All), Currency: a.Config.Model.Price.Currency,
		Spent: func(ctx context.Context) library.Spend { return library.Spend(llm.SpentOn(ctx)) },
	}
}

// ledger keeps what a model costs in the library.
type ledger struct{ library *library.Library }

// Add adds to what a guild spent on a day.
func (l ledger) Add(ctx context.Context, guild, day string, s llm.Spend, allow func(own, all llm.Spend) error) error {
	if allow == nil {
		return l.library.AddSpend(ctx, guild, day, library.Spend(s), nil)
	}
	return l.library.AddSpend(ctx, guild, day, library.Spend(s), func(own, all library.Spend) error { return allow(llm.Spend(own), llm.Spend(all)) })
}
