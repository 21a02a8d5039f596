package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"attache/internal/ingest"
	"attache/internal/library"
)

type exportCmd struct {
	File    string `arg:"" optional:"" default:"-" help:"New file (.jsonl); - is the standard output."`
	Guild   string `help:"Only the articles that belong to this Discord server (its id)." placeholder:"ID"`
	Starter bool   `help:"With the starter articles, which come with the program."`
}

// Run writes the articles as JSON Lines, which bot ingest reads back as the same articles.
func (c exportCmd) Run(ctx context.Context, line *cli, std streams, env environment) error {
	lib, err := existing(line, env)
	if err != nil {
		return err
	}
	defer func() { _ = lib.Close() }() // only read from
	var n int
	if c.File == "-" {
		n, err = c.write(ctx, lib, std.out)
	} else {
		n, err = c.writeFile(ctx, lib)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(std.err, "%d articles exported\n", n)
	return nil
}

// writeFile leaves a whole file or none, and what exists alone.
func (c exportCmd) writeFile(ctx context.Context, lib *library.Library) (n int, err error) {
	f, err := os.OpenFile(c.File, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return 0, fmt.Errorf("export to %s: %w", c.File, library.ErrExists)
	}
	if err != nil {
		return 0, fmt.Errorf("export: %w", err)
	}
	n, err = c.write(ctx, lib, f)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		_ = os.Remove(c.File) // half a file would look like a whole one
		return 0, fmt.Errorf("export to %s: %w", c.File, err)
	}
	return n, nil
}

func (c exportCmd) write(ctx context.Context, lib *library.Library, w io.Writer) (n int, err error) {
	out := bufio.NewWriter(w)
	for a, err := range lib.Articles(ctx) {
		if err != nil {
			return n, err
		}
		if !c.Starter && a.Audience().Starter || c.Guild != "" && a.Guild != c.Guild {
			continue
		}
		text, err := ingest.Line(a)
		if err != nil {
			return n, fmt.Errorf("article %s: %w", a.ID, err)
		}
		if _, err := out.Write(append(text, '\n')); err != nil {
			return n, err
		}
		n++
	}
	return n, out.Flush()
}
