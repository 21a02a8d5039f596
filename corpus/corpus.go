// Package corpus holds the starter articles that come with Attaché, so that
// the bot can answer before anybody has added an article of their own. What
// each article is and where its facts come from is written in README.md.
package corpus

import (
	"embed"
	"io/fs"
)

// files is a variable only because go:embed needs one; nothing writes to it.
//
//go:embed articles/*.md exercise/*.md
var files embed.FS

// Articles returns the embedded articles: the folder "articles" with the
// starter articles and the folder "exercise" with the labelled exercise in
// invented countries. Every file in it is one article in UTF-8 Markdown with
// YAML front matter (title, source, author, published as YYYY-MM-DD, and
// label in the exercise). The file system is read-only and safe for
// concurrent use.
func Articles() fs.FS { return files }
