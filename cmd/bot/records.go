package main

import (
	"context"

	"attache/internal/discord"
	"attache/internal/library"
)

// pending keeps the replies that are under way on Discord in the library.
type pending struct{ library *library.Library }

var _ discord.Pending = pending{}

func (p pending) Add(ctx context.Context, r discord.PendingReply) error {
	return p.library.AddPending(ctx, library.PendingReply(r))
}

func (p pending) Done(ctx context.Context, id string) error { return p.library.RemovePending(ctx, id) }

func (p pending) All(ctx context.Context) ([]discord.PendingReply, error) {
	stored, err := p.library.Pending(ctx)
	all := make([]discord.PendingReply, len(stored))
	for i, r := range stored {
		all[i] = discord.PendingReply(r)
	}
	return all, err
}
