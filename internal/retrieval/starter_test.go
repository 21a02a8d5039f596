package retrieval

import (
	"io/fs"
	"path"
	"testing"

	"attache/corpus"
	"attache/internal/ingest"
	"attache/internal/news"
)

// starter reads the articles that come with the project, in order of their file names.
func starter(t testing.TB) []news.Article {
	t.Helper()
	var articles []news.Article
	files := corpus.Articles()
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		a, err := ingest.Parse(path.Base(name), data, ingest.Options{})
		articles = append(articles, a)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return articles
}
