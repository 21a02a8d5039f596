package ingest

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"

	"attache/internal/news"
)

// Response is what a web server sent for one address.
type Response struct {
	URL     string // where it was found in the end
	Type    string // media type: "text/html"
	Charset string // as the server names it; "" when it does not
	Body    []byte
}

// Web is what stands at one address: an article, or a list of places where articles are.
type Web struct {
	Article news.Article // its ID is "" when Entries are what was found
	List    string       // what Entries come from: "feed" or "sitemap"; "" for an article
	Title   string       // of a feed; "" when it has none
	Entries []Entry      // newest first where dates are known
}

// Entry is one place in a feed or a sitemap.
type Entry struct {
	URL     string       // absolute; "" for a feed's entry that has none
	Updated string       // as the list writes the time of the last change; "" when it does not
	Article news.Article // the whole article, when the feed itself carries it; its ID is "" otherwise
	More    bool         // URL is another sitemap
}

// webTypes are the media types that ReadWeb reads, with the ending of the file that each would be. Feeds and sitemaps are told by their content, since
// they come under many names.
func webTypes() map[string]string {
	return map[string]string{
		"text/html": ".html", "application/xhtml+xml": ".html",
		"application/rss+xml": ".xml", "application/atom+xml": ".xml", "application/rdf+xml": ".xml", "application/xml": ".xml", "text/xml": ".xml",
		"application/feed+json": ".json", "application/json": ".json", "application/gzip": ".gz", "application/x-gzip": ".gz",
		"text/plain": ".txt", "text/markdown": ".md", "application/epub+zip": ".epub", "application/pdf": ".pdf",
		"application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
	}
}

// WebTypes lists the media types that ReadWeb reads, in order.
func WebTypes() []string {
	var all []string
	for media := range webTypes() {
		all = append(all, media)
	}
	slices.Sort(all)
	return all
}

// ReadWeb reads what a server sent. An article's URL is the address that the page calls its own, as long as that is on the same site, else where it was
// found; marks that campaigns leave in addresses are taken off. A page that names no publisher has its site's name.
func ReadWeb(r Response, o Options) (Web, error) {
	if int64(len(r.Body)) > o.maxBytes() {
		return Web{}, tooLarge(int64(len(r.Body)), o.maxBytes())
	}
	body, err := unpacked(r.Body)
	if err != nil {
		return Web{}, err
	}
	switch kind := listKind(body); kind {
	case "sitemap":
		entries, err := sitemap(body)
		return Web{List: kind, Entries: entries}, err
	case "feed":
		return feed(body, r.URL, o)
	}
	ending, ok := webTypes()[r.Type]
	if !ok || ending == ".xml" || ending == ".json" || ending == ".gz" {
		return Web{}, errors.New("is neither a page nor a feed nor a sitemap")
	}
	f, _ := formatOf("page" + ending)
	if ending == ".html" {
		body = inUTF8(body, r.Charset)
	}
	if body, err = f.prepare(body, o); err != nil {
		return Web{}, err
	}
	a, err := f.read(body, path.Base(r.URL), o)
	if err != nil {
		return Web{}, err
	}
	a, err = finish(located(a, r.URL), o)
	a.Origin = bare(r.URL)
	return Web{Article: a}, err
}

// inUTF8 decodes a page by the encoding that its server names, when it is not UTF-8 already. A name that nobody knows is left to the page itself.
func inUTF8(body []byte, name string) []byte {
	if utf8.Valid(body) || name == "" {
		return body
	}
	encoding, _ := charset.Lookup(name)
	if encoding == nil {
		return body
	}
	decoded, err := encoding.NewDecoder().Bytes(body)
	if err != nil {
		return body
	}
	return decoded
}

// located says where an article of the web is. What a page says of its own address counts only on its own site: otherwise any page could take the place
// of another publisher's article.
func located(a news.Article, found string) news.Article {
	if a.URL = bare(a.URL); a.URL == "" || site(a.URL) != site(found) {
		a.URL = bare(found)
	}
	if a.Publisher == "" {
		a.Publisher = site(found)
	}
	return a
}

// site is the host of an address, less the part that only tells machines apart; "" for what is no web address.
func site(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	host := strings.ToLower(u.Host)
	for _, machine := range []string{"www.", "m.", "amp."} {
		host = strings.TrimPrefix(host, machine)
	}
	return host
}

// bare takes the fragment and the marks of campaigns off an address; "" for what is no web address.
func bare(address string) string {
	u, err := url.Parse(address)
	if err != nil || !isWebAddress(address) {
		return ""
	}
	u.Fragment, u.RawFragment = "", ""
	if u.Path == "/" && u.RawQuery == "" {
		u.Path = ""
	}
	var kept []string
	for part := range strings.SplitSeq(u.RawQuery, "&") {
		key, _, _ := strings.Cut(strings.ToLower(part), "=")
		if part != "" && !strings.HasPrefix(key, "utm_") && !slices.Contains([]string{"fbclid", "gclid", "mc_cid", "mc_eid", "igshid", "cmpid", "at_medium", "at_campaign"}, key) {
			kept = append(kept, part)
		}
	}
	u.RawQuery, u.ForceQuery = strings.Join(kept, "&"), false
	return u.String()
}

// listKind tells feeds and sitemaps by their first element or key; "" is anything else.
func listKind(body []byte) string {
	head := bytes.TrimSpace(bytes.TrimPrefix(body[:min(len(body), 4096)], []byte("\ufeff")))
	if bytes.HasPrefix(head, []byte("{")) {
		if bytes.Contains(head, []byte("jsonfeed.org/version")) {
			return "feed"
		}
		return ""
	}
	switch root := rootElement(head); root {
	case "rss", "feed", "rdf":
		return "feed"
	case "urlset", "sitemapindex":
		return "sitemap"
	}
	return ""
}

// rootElement is the name of the first element of an XML document, in lower case and without its prefix; "" when none is found.
func rootElement(head []byte) string {
	for len(head) > 0 {
		i := bytes.IndexByte(head, '<')
		if i < 0 || i+1 >= len(head) {
			return ""
		}
		head = head[i+1:]
		end := ">"
		switch {
		case bytes.HasPrefix(head, []byte("!--")):
			end = "-->"
		case head[0] == '!' || head[0] == '?':
		default:
			name, _, _ := strings.Cut(strings.ToLower(string(head)), ">")
			if name = first(strings.Fields(name)); strings.Contains(name, ":") {
				name = name[strings.IndexByte(name, ':')+1:]
			}
			return strings.TrimSuffix(name, "/")
		}
		_, rest, found := bytes.Cut(head, []byte(end))
		if !found {
			return ""
		}
		head = rest
	}
	return ""
}

// maxDepth bounds how deeply the elements of a feed may stand in one another: its parser calls itself for each.
const maxDepth = 100

// checkDepth refuses XML that is nested deeper than maxDepth. It counts marks and understands nothing else, so that nothing can hide from it but what
// stands in comments and CDATA, which the parser does not descend into either.
func checkDepth(body []byte) error {
	depth := 0
	for len(body) > 0 {
		i := bytes.IndexByte(body, '<')
		if i < 0 || i+1 >= len(body) {
			return nil
		}
		body = body[i+1:]
		switch {
		case bytes.HasPrefix(body, []byte("!--")):
			_, body, _ = bytes.Cut(body, []byte("-->"))
		case bytes.HasPrefix(body, []byte("![CDATA[")):
			_, body, _ = bytes.Cut(body, []byte("]]>"))
		case body[0] == '/':
			depth--
		case body[0] != '!' && body[0] != '?':
			if tag, _, _ := bytes.Cut(body, []byte(">")); !bytes.HasSuffix(tag, []byte("/")) {
				depth++
			}
		}
		if depth > maxDepth {
			return fmt.Errorf("is nested more than %d elements deep", maxDepth)
		}
	}
	return nil
}
