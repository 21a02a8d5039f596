package ingest

import (
	"encoding/json"
	"net/url"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"attache/internal/news"
)

// statedIn reads what a page says about itself for machines: JSON-LD first, which is most exact, then meta tags, then <time>.
func statedIn(doc *html.Node) news.Article {
	var a news.Article
	meta := map[string]string{}
	var times, titles []string
	var window string // the title of the browser's window
	for n := range doc.Descendants() {
		switch n.DataAtom {
		case atom.Script:
			if t := attribute(n, "type"); t != nil && strings.EqualFold(*t, "application/ld+json") {
				linkedData(textOf(n), &a)
			}
		case atom.Meta:
			name, content := either(valueOf(n, "property"), valueOf(n, "name")), valueOf(n, "content")
			if name = strings.ToLower(name); meta[name] == "" {
				meta[name] = tidy(content)
			}
		case atom.Link:
			if strings.EqualFold(valueOf(n, "rel"), "canonical") && meta["canonical"] == "" {
				meta["canonical"] = strings.TrimSpace(valueOf(n, "href"))
			}
		case atom.Time:
			times = append(times, valueOf(n, "datetime"))
		case atom.H1:
			titles = append(titles, textOf(n))
		case atom.Title:
			fillEmpty(&window, textOf(n))
		}
	}
	metaTags(meta, &a)
	microdata(doc, &a)
	for _, t := range times {
		fillDate(&a, t)
	}
	if len(titles) == 1 { // several are a page of many articles
		fillEmpty(&a.Title, titles[0])
	}
	a.Title = withoutSite(a.Title, a.Publisher)
	fillEmpty(&a.Publisher, siteIn(window, a.Title))
	return a
}

// metaTags fills in what is still unknown from Open Graph, Dublin Core, scholarly and plain tags.
func metaTags(meta map[string]string, a *news.Article) {
	for _, f := range []struct {
		field *string
		names []string
	}{
		{&a.Publisher, []string{"og:site_name", "citation_publisher", "dc.publisher", "dcterms.publisher", "application-name"}},
		{&a.Title, []string{"og:title", "citation_title", "dc.title", "twitter:title"}},
		{&a.Author, []string{"author", "article:author", "citation_author", "dc.creator", "parsely-author"}},
		{&a.URL, []string{"canonical", "og:url"}},
	} {
		for _, name := range f.names {
			value := meta[name]
			if f.field != &a.URL && strings.HasPrefix(value, "http") || f.field == &a.URL && !isWebAddress(value) {
				continue // article:author is often the link to a profile
			}
			fillEmpty(f.field, value)
		}
	}
	for _, name := range []string{"article:published_time", "citation_publication_date", "dc.date.issued", "dcterms.issued", "dc.date",
		"date", "pubdate", "publishdate", "parsely-pub-date", "og:published_time", "sailthru.date"} {
		fillDate(a, meta[name])
	}
}

// microdata fills in what is still unknown from the marks of the first article that a page describes by attributes (itemscope, itemprop).
func microdata(doc *html.Node, a *news.Article) {
	for n := range doc.Descendants() {
		if kind := valueOf(n, "itemtype"); attribute(n, "itemscope") == nil || !isArticleType(kind[strings.LastIndexByte(kind, '/')+1:]) {
			continue
		}
		property(n, "headline", func(v string) { fillEmpty(&a.Title, v) })
		property(n, "author", func(v string) { fillEmpty(&a.Author, v) })
		property(n, "publisher", func(v string) { fillEmpty(&a.Publisher, v) })
		property(n, "datePublished", func(v string) { fillDate(a, v) })
		return
	}
}

// property calls found with the value of a property of the item n: its name, where the value is an item itself.
func property(n *html.Node, name string, found func(string)) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		item := attribute(c, "itemscope") != nil
		switch {
		case valueOf(c, "itemprop") == name && item:
			property(c, "name", found)
		case valueOf(c, "itemprop") == name:
			found(either(either(valueOf(c, "content"), valueOf(c, "datetime")), tidy(textOf(c))))
		case !item:
			property(c, name, found)
		}
	}
}

// linkedData reads the articles of a JSON-LD script; damaged ones say nothing.
func linkedData(script string, a *news.Article) {
	var v any
	if json.Unmarshal([]byte(script), &v) == nil {
		walkLinkedData(v, a, 0)
	}
}

// deepestData bounds the descent; in practice articles stand at depth one to three.
const deepestData = 8

func walkLinkedData(v any, a *news.Article, depth int) {
	if depth > deepestData {
		return
	}
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			walkLinkedData(item, a, depth+1)
		}
	case map[string]any:
		if isArticleType(v["@type"]) {
			fillEmpty(&a.Title, either(nameOf(v["headline"]), nameOf(v["name"])))
			fillEmpty(&a.Author, nameOf(v["author"]))
			fillEmpty(&a.Publisher, nameOf(v["publisher"]))
			if u, ok := v["url"].(string); ok && isWebAddress(u) {
				fillEmpty(&a.URL, u)
			}
			if d, ok := v["datePublished"].(string); ok {
				fillDate(a, d)
			}
			return
		}
		walkLinkedData(v["@graph"], a, depth+1)
		walkLinkedData(v["mainEntity"], a, depth+1)
	}
}

func isArticleType(v any) bool {
	switch v := v.(type) {
	case string:
		return strings.HasSuffix(v, "Article") || v == "BlogPosting" || v == "LiveBlogPosting" || v == "Report"
	case []any:
		for _, item := range v {
			if isArticleType(item) {
				return true
			}
		}
	}
	return false
}

// nameOf is a name that JSON-LD gives as a string, as an object with a name, or as a list of either.
func nameOf(v any) string {
	switch v := v.(type) {
	case string:
		if strings.HasPrefix(v, "http") {
			return ""
		}
		return html.UnescapeString(v)
	case map[string]any:
		name, _ := v["name"].(string) // a list of names for one person is not worth guessing at
		return html.UnescapeString(name)
	case []any:
		var names []string
		for _, item := range v {
			if _, nested := item.([]any); nested {
				continue
			}
			if name := nameOf(item); name != "" {
				names = append(names, name)
			}
		}
		return strings.Join(names, ", ")
	}
	return ""
}

func fillDate(a *news.Article, s string) {
	if a.Published.IsZero() && s != "" {
		if t, ok := writtenDate(s); ok {
			a.Published = t
		}
	}
}

var siteDashes = []string{" | ", " - ", " – ", " — ", " · "}

// siteIn is what a window's title adds to the headline: "Dawn | The Capital Herald", "The Harbor Post: Dawn".
func siteIn(window, title string) string {
	for _, dash := range append([]string{": "}, siteDashes...) {
		if site, ok := strings.CutSuffix(window, dash+title); ok && title != "" && words(site) <= longestPlain {
			return site
		}
	}
	for _, dash := range siteDashes {
		if site, ok := strings.CutPrefix(window, title+dash); ok && title != "" && words(site) <= longestPlain {
			return site
		}
	}
	return ""
}

// withoutSite takes " | The Capital Herald" off a title.
func withoutSite(title, publisher string) string {
	for _, dash := range siteDashes {
		if cut, ok := strings.CutSuffix(title, dash+publisher); ok && publisher != "" {
			return strings.TrimSpace(cut)
		}
	}
	return title
}

func valueOf(n *html.Node, name string) string {
	if v := attribute(n, name); v != nil {
		return *v
	}
	return ""
}

// isWebAddress reports whether s is an absolute http or https address.
func isWebAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https")
}
