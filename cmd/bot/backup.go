package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"attache/config"
	"attache/internal/library"
)

type backupCmd struct {
	File string `arg:"" help:"New file for the copy; one that exists is not written over."`
}

// Run copies the library, as it is now, to a new file. The bot may go on running.
func (c backupCmd) Run(ctx context.Context, line *cli, std streams, env environment) error {
	lib, err := existing(line, env)
	if err != nil {
		return err
	}
	defer func() { _ = lib.Close() }() // only read from
	if err := lib.Backup(ctx, c.File); err != nil {
		return err
	}
	info, err := os.Stat(c.File)
	if err != nil {
		return err
	}
	fmt.Fprintf(std.out, "%s: the whole library, %.1f MB. bot restore %s brings it back.\n", c.File, float64(info.Size())/(1<<20), c.File)
	return nil
}

type restoreCmd struct {
	File string `arg:"" help:"A file that bot backup made."`
}

// Run makes a backup the library again, after checking all of it.
func (c restoreCmd) Run(ctx context.Context, line *cli, std streams, env environment) error {
	settings, err := settings(line, env)
	if err != nil {
		return err
	}
	path := libraryFile(settings)
	former, err := library.Restore(ctx, c.File, path, time.Now())
	if err != nil {
		return err
	}
	fmt.Fprintf(std.out, "%s is the library now.\n", c.File)
	if former != "" {
		fmt.Fprintf(std.out, "The former library is kept as %s.\n", former)
	}
	return nil
}

type checkCmd struct{}

// Run looks at the whole library and ends with exit code 1 when something is wrong with it.
func (checkCmd) Run(ctx context.Context, line *cli, std streams, env environment) error {
	lib, err := existing(line, env)
	if err != nil {
		return err
	}
	defer func() { _ = lib.Close() }() // only read from
	health, err := lib.Check(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(std.out, "%s: %d articles, %d passages, %d quotations, %d vectors", lib.Path(), health.Articles, health.Passages, health.Quotes, health.Vectors)
	if len(health.Models) > 0 {
		fmt.Fprintf(std.out, " by %s", strings.Join(health.Models, ", "))
	}
	fmt.Fprintln(std.out)
	if health.Unembedded > 0 {
		fmt.Fprintf(std.out, "%d articles have no vectors yet and are found by their words alone; the bot makes them when it runs\n", health.Unembedded)
	}
	if len(health.Problems) == 0 {
		fmt.Fprintln(std.out, "All is well.")
		return nil
	}
	for _, p := range health.Problems {
		fmt.Fprintln(std.out, "wrong:", p)
	}
	fmt.Fprintln(std.err, "Restore a backup with bot restore FILE, or save what can be read with bot export FILE, move the library away and ingest that file.")
	return exit(1)
}

func libraryFile(c config.Config) string { return filepath.Join(c.DataDir, "library.db") }

// existing opens the library as it is, and makes none.
func existing(line *cli, env environment) (*library.Library, error) {
	settings, err := settings(line, env)
	if err != nil {
		return nil, err
	}
	path := libraryFile(settings)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no library in %s yet: choose its folder with --data-dir", settings.DataDir)
	}
	return library.Open(path)
}
