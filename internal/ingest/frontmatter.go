package ingest

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"attache/internal/news"
)

// matterKeys are the keys of front matter, the second of a pair being another name for the first.
var matterKeys = []string{"title", "source", "publisher", "url", "author", "published", "date", "label", "channels", "roles", "internal", "embargo"}

// frontMatter takes the lines between two lines of --- off the head of s, fills in what they say, and returns the rest. Each line is
// "key: value"; a value may hold colons and may stand in quotes; # begins a comment line. Without front matter, s is the rest.
//
// This is less than YAML on purpose: headlines with a colon in them are no error here.
func frontMatter(s string, a *news.Article) (rest string, err error) {
	trimmed := strings.TrimLeft(s, " \t\n")
	first, after, _ := strings.Cut(trimmed, "\n")
	if strings.TrimRight(first, " \t") != "---" {
		return s, nil
	}
	seen := map[string]bool{}
	for line := range strings.Lines(after) {
		after = after[len(line):]
		line = strings.TrimRight(line, " \t\n")
		switch {
		case line == "---" || line == "...":
			return after, nil
		case strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#"):
			continue
		case len(seen) == 0 && !startsMatter(line):
			return s, nil // a rule across the page, not front matter
		}
		key, err := matterLine(line, a)
		if err != nil {
			return "", err
		}
		if seen[key] {
			return "", fmt.Errorf("has the key %q twice in its front matter", key)
		}
		seen[key] = true
	}
	if len(seen) == 0 {
		return s, nil
	}
	return "", errors.New("has front matter that does not end: put a line of --- after it")
}

// startsMatter reports whether a line could be "key: value", rather than prose.
func startsMatter(line string) bool {
	key, _, ok := strings.Cut(line, ":")
	return ok && key != "" && !strings.ContainsAny(key, " \t")
}

func matterLine(line string, a *news.Article) (key string, err error) {
	key, value, ok := strings.Cut(line, ":")
	if !ok || strings.TrimLeft(line, " \t") != line {
		return "", fmt.Errorf("has a line in its front matter that is not \"key: value\": %q (each value stands on one line)", clip(line))
	}
	key = strings.ToLower(strings.TrimSpace(key))
	if !slices.Contains(matterKeys, key) {
		return "", fmt.Errorf("has the key %q in its front matter; allowed are title, source, url, author, published, label, channels, roles, internal and embargo", clip(key))
	}
	return key, setField(key, unquote(strings.TrimSpace(value)), a)
}

// setField gives one field of a its value by its name in front matter. An empty value sets nothing.
func setField(key, value string, a *news.Article) (err error) {
	if value == "" {
		return nil
	}
	switch key {
	case "title":
		a.Title = value
	case "source", "publisher":
		a.Publisher = value
	case "url":
		a.URL = value
	case "author":
		a.Author = value
	case "label":
		a.Label = value
	case "published", "date":
		if a.Published, err = ParseDate(value); err != nil {
			return fmt.Errorf("front matter, %s: %w", key, err)
		}
	default:
		if err = setMark(key, value, &a.Wall); err != nil {
			return fmt.Errorf("front matter, %s: %w", key, err)
		}
	}
	return nil
}

// unquote takes one pair of quotes off a value, as YAML would.
func unquote(s string) string {
	if len(s) < 2 || s[0] != s[len(s)-1] {
		return s
	}
	switch inner := s[1 : len(s)-1]; s[0] {
	case '"':
		return strings.NewReplacer(`\"`, `"`, `\\`, `\`).Replace(inner)
	case '\'':
		return strings.ReplaceAll(inner, "''", "'")
	}
	return s
}

// clip shortens what an error repeats of a file, on a rune border.
func clip(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}
