package collection

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"attache/corpus"
	"attache/internal/ingest"
	"attache/internal/library"
	"attache/internal/news"
)

// starterKey is the setting that remembers which edition of the starter articles is stored.
const starterKey = "starter"

// Starter brings the starter articles in the library up to the edition that is compiled in, or takes them out when they are not wanted.
// When nothing is to be done it reads one setting.
func (c *Collection) Starter(ctx context.Context, wanted bool) error {
	edition := "none"
	if wanted {
		var err error
		if edition, err = starterEdition(); err != nil {
			return err
		}
	}
	stored, err := c.Library.Setting(ctx, "", starterKey)
	if err != nil || stored == edition {
		return err
	}
	articles := map[string]news.Article{}
	if wanted {
		if articles, err = starterArticles(); err != nil {
			return err
		}
	}
	if err := c.replaceStarter(ctx, articles); err != nil {
		return err
	}
	return c.Library.SetSetting(ctx, "", starterKey, edition)
}

// starterEdition identifies the embedded articles and the way they are read.
func starterEdition() (string, error) {
	h := sha256.New()
	err := eachStarter(func(name string, data []byte) error {
		fmt.Fprintf(h, "%s %d\n%s", name, len(data), data)
		return nil
	})
	return strconv.Itoa(derivation) + "-" + hex.EncodeToString(h.Sum(nil)[:8]), err
}

func starterArticles() (map[string]news.Article, error) {
	articles := map[string]news.Article{}
	err := eachStarter(func(name string, data []byte) error {
		a, err := ingest.Parse(path.Base(name), data, ingest.Options{})
		if err != nil {
			return fmt.Errorf("starter article %s %w", name, err)
		}
		a.Origin = news.StarterOrigin + name
		articles[a.ID] = a
		return nil
	})
	return articles, err
}

func eachStarter(f func(name string, data []byte) error) error {
	files := corpus.Articles()
	return fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		return f(name, data)
	})
}

// replaceStarter makes the stored starter articles those that are given.
func (c *Collection) replaceStarter(ctx context.Context, articles map[string]news.Article) error {
	origins, err := c.Library.Origins(ctx)
	if err != nil {
		return err
	}
	for id, origin := range origins {
		if _, stays := articles[id]; !stays && strings.HasPrefix(origin, news.StarterOrigin) {
			if err := c.Library.Remove(ctx, id, c.redact); err != nil && !errors.Is(err, library.ErrNotFound) {
				return err
			}
		}
	}
	run := embedding{Collection: c}
	records := make([]library.Record, 0, len(articles))
	for _, id := range slices.Sorted(maps.Keys(articles)) {
		r, err := derive(articles[id])
		if err != nil {
			return err
		}
		if r.Vectors, err = run.embed(ctx, r); err != nil {
			return err
		}
		records = append(records, r)
	}
	if err := c.Library.PutAll(ctx, records); err != nil {
		return err
	}
	return c.Follow(ctx)
}
