package main

import (
	"context"
	"fmt"
	"log/slog"

	"attache/config"
	"attache/internal/answer"
	"attache/internal/commands"
	"attache/internal/embed"
	"attache/internal/llm"
)

// models makes the embedder and, when one is configured, the chat model; without one the client is nil. Nothing is connected to yet, but for an
// embedding endpoint whose dimensions are not configured: it is asked for one vector.
func models(c config.Config, log *slog.Logger) (embed.Model, *llm.Client, error) {
	var chat *llm.Client
	if c.Model.Enabled() {
		var err error
		chat, err = llm.New(llm.Options{
			BaseURL: c.Model.BaseURL, Key: string(c.Model.Key), Model: c.Model.Name,
			FirstToken: c.Model.FirstToken, Total: c.Model.Total, MaxTokens: c.Model.MaxTokens, Log: log,
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

// completer lets the composer ask a model.
type completer struct{ client *llm.Client }

// Complete asks the model.
func (c completer) Complete(ctx context.Context, p answer.Prompt, onText func(string)) (answer.Completion, error) {
	done, err := c.client.Complete(ctx, llm.Prompt(p), onText)
	return answer.Completion{Text: done.Text, Model: done.Model, Truncated: done.Truncated}, err
}

// charge makes what a model costs the guild's that asks.
func charge(_ commands.Command, next commands.HandleFunc) commands.HandleFunc {
	return func(ctx context.Context, r commands.Request, progress commands.Progress) (commands.Reply, error) {
		return next(llm.WithGuild(ctx, r.Place.Guild), r, progress)
	}
}
