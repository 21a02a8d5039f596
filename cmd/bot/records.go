package main

import (
	"context"
	"errors"
	"time"

	"attache/internal/discord"
	"attache/internal/library"
)

// records keeps in the library what the Discord front end remembers beyond the end of the process.
type records struct{ *library.Library }

var _ discord.Records = records{}

func (r records) AddPending(ctx context.Context, p discord.PendingReply) error {
	return r.Library.AddPending(ctx, library.PendingReply(p))
}

func (r records) Pending(ctx context.Context) ([]discord.PendingReply, error) {
	stored, err := r.Library.Pending(ctx)
	all := make([]discord.PendingReply, len(stored))
	for i, p := range stored {
		all[i] = discord.PendingReply(p)
	}
	return all, err
}

func (r records) Shown(ctx context.Context, id string, now time.Time) (data []byte, until time.Time, err error) {
	data, until, err = r.Library.Shown(ctx, id, now)
	if errors.Is(err, library.ErrNotFound) {
		err = nil
	}
	return data, until, err
}

func (r records) AddPosted(ctx context.Context, p discord.Posted) error {
	return r.Library.AddPosted(ctx, library.Posted(p))
}

func (r records) PostedAt(ctx context.Context, channel, message string) (discord.Posted, error) {
	p, err := r.Library.PostedAt(ctx, channel, message)
	if errors.Is(err, library.ErrNotFound) {
		err = nil
	}
	return discord.Posted(p), err
}

func (r records) PostedFor(ctx context.Context, asked string) ([]discord.Posted, error) {
	stored, err := r.Library.PostedFor(ctx, asked)
	all := make([]discord.Posted, len(stored))
	for i, p := range stored {
		all[i] = discord.Posted(p)
	}
	return all, err
}
