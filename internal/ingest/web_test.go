package ingest

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// longWords is a text of n words in paragraphs of 50.
func longWords(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "word%d", i)
		if i%50 == 49 {
			b.WriteString(".</p><p>")
		} else {
			b.WriteByte(' ')
		}
	}
	return "<p>" + b.String() + "end.</p>"
}

func webPage(head string) string {
	return "<html><head><title>Dawn</title>" + head + "</head><body><article><h1>Dawn at Kareth</h1><p>" +
		strings.Repeat("The convoy of Solmark left Kareth before dawn, the ministry said. ", 8) + "</p></article></body></html>"
}

func TestWebPage(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, found, head string
		url, publisher    string
	}{
		{"its own address wins", "https://herald.example/dawn?utm_source=x", `<link rel="canonical" href="https://www.herald.example/2031/dawn">`, "https://www.herald.example/2031/dawn", "herald.example"},
		{"another site's address does not", "https://hostile.example/a", `<link rel="canonical" href="https://herald.example/dawn"><meta property="og:site_name" content="The Capital Herald">`, "https://hostile.example/a", "The Capital Herald"},
		{"marks of campaigns go", "https://herald.example/dawn?id=7&utm_medium=mail&fbclid=x#top", "", "https://herald.example/dawn?id=7", "herald.example"},
		{"mobile pages are the same site", "https://m.herald.example/dawn", `<link rel="canonical" href="https://herald.example/dawn">`, "https://herald.example/dawn", "herald.example"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w, err := ReadWeb(Response{URL: tt.found, Type: "text/html", Body: []byte(webPage(tt.head))}, Options{})
			if err != nil {
				t.Fatal(err)
			}
			checkArticle(t, w.Article)
			if a := w.Article; a.URL != tt.url || a.Publisher != tt.publisher || a.Origin != bare(tt.found) || w.List != "" {
				t.Errorf("got url %q, publisher %q, origin %q", a.URL, a.Publisher, a.Origin)
			}
		})
	}
}

func TestWebPageInTheServersEncoding(t *testing.T) {
	t.Parallel()
	body := strings.ReplaceAll(webPage(""), "ministry", "ministry of \xb1\xbe") // ąľ in ISO 8859-2
	w, err := ReadWeb(Response{URL: "https://herald.example/", Type: "text/html", Charset: "ISO-8859-2", Body: []byte(body)}, Options{})
	if err != nil || !strings.Contains(w.Article.Text, "ministry of ąž") {
		t.Errorf("%v: %q", err, w.Article.Text)
	}
}

const rssFeed = `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>
<title>Northern Wire &amp;amp; Co</title><link>https://wire.example/</link>
<item><title>Old</title><link>/old?utm_campaign=feed</link><pubDate>Thu, 01 May 2031 23:30:00 -0500</pubDate><description>Short.</description></item>
<item><title>&lt;b&gt;Whole&lt;/b&gt;</title><link>https://wire.example/whole</link><pubDate>Mon, 12 May 2031 23:30:00 -0500</pubDate><dc:creator>Ada Reed</dc:creator>
<content:encoded><![CDATA[%WHOLE%]]></content:encoded></item>
<item><title>Stolen</title><link>https://other.example/a</link><content:encoded><![CDATA[%WHOLE%]]></content:encoded></item>
<item><title>Cut</title><link>https://wire.example/cut</link><content:encoded><![CDATA[%WHOLE%<p>And then…</p>]]></content:encoded></item>
<item><title>Nowhere</title><content:encoded><![CDATA[<p>It has no page of its own.</p>]]></content:encoded></item>
<item><title>Script</title><link>javascript:alert(1)</link><description>x</description></item>
</channel></rss>`

func listed(w Web) []string {
	var got []string
	for _, e := range w.Entries {
		got = append(got, fmt.Sprintf("%s|%v|%s|%s|%s|%s|%s", e.URL, e.More, e.Updated, e.Article.Title, e.Article.Publisher, e.Article.Author, dateOf(e.Article)))
	}
	return got
}

func TestFeeds(t *testing.T) {
	t.Parallel()
	rss := strings.ReplaceAll(rssFeed, "%WHOLE%", longWords(250))
	w, err := ReadWeb(Response{URL: "https://wire.example/feed.xml", Type: "text/html", Body: []byte(rss)}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"https://wire.example/whole|false|Mon, 12 May 2031 23:30:00 -0500|Whole|Northern Wire & Co|Ada Reed|2031-05-12",
		"https://wire.example/old|false|Thu, 01 May 2031 23:30:00 -0500||||unknown",
		"https://other.example/a|false|||||unknown",
		"https://wire.example/cut|false|||||unknown",
		"|false||Nowhere|Northern Wire & Co||unknown",
	}
	if diff := cmp.Diff(want, listed(w)); diff != "" || w.List != "feed" {
		t.Errorf("RSS, a %s (-want +got):\n%s", w.List, diff)
	}
	checkArticle(t, w.Entries[0].Article)
	if o := w.Entries[4].Article.Origin; !strings.HasPrefix(o, "https://wire.example/feed.xml#") {
		t.Errorf("origin of an entry without a page: %q", o)
	}
	atom := `<feed xmlns="http://www.w3.org/2005/Atom"><title>Wire</title><entry><title>A</title><link href="a"/><updated>2031-05-12T08:00:00Z</updated></entry></feed>`
	json := `{"version": "https://jsonfeed.org/version/1.1", "title": "Wire", "items": [{"id": "1", "url": "https://wire.example/b", "title": "B", "date_published": "2031-05-11T08:00:00Z"}]}`
	for body, want := range map[string]string{
		atom: "https://wire.example/news/a|false|2031-05-12T08:00:00Z||||unknown", json: "https://wire.example/b|false|2031-05-11T08:00:00Z||||unknown",
	} {
		w, err := ReadWeb(Response{URL: "https://wire.example/news/feed", Body: []byte(body)}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{want}, listed(w)); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	}
}

func TestSitemaps(t *testing.T) {
	t.Parallel()
	urls := `<?xml version="1.0"?><!-- pages --><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc> https://wire.example/a </loc></url>` +
		`<url><loc>https://wire.example/b?x=1&amp;y=2</loc><lastmod>2031-05-12</lastmod></url><url><loc>file:///etc/passwd</loc></url></urlset>`
	index := `<sitemapindex><sitemap><loc>https://wire.example/1.xml.gz</loc></sitemap></sitemapindex>`
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write([]byte(urls)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	pages := []string{"https://wire.example/b?x=1&y=2|false|2031-05-12||||unknown", "https://wire.example/a|false|||||unknown"}
	for name, tt := range map[string]struct {
		body string
		want []string
	}{
		"pages": {urls, pages}, "pages, packed": {packed.String(), pages}, "an index": {index, []string{"https://wire.example/1.xml.gz|true|||||unknown"}},
	} {
		w, err := ReadWeb(Response{URL: "https://wire.example/sitemap.xml", Type: "application/xml", Body: []byte(tt.body)}, Options{})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if diff := cmp.Diff(tt.want, listed(w)); diff != "" || w.List != "sitemap" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestEntitiesOfAFeedAreNotExpanded(t *testing.T) {
	t.Parallel()
	body := `<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY f SYSTEM "file:///etc/passwd">]><rss><channel><title>&a;&f;</title></channel></rss>`
	w, err := ReadWeb(Response{URL: "https://wire.example/", Body: []byte(body)}, Options{})
	if err == nil && w.Title != "&a;&f;" {
		t.Errorf("the title became %q", w.Title)
	}
}

func TestWebRefuses(t *testing.T) {
	t.Parallel()
	var bomb bytes.Buffer
	z := gzip.NewWriter(&bomb)
	for range 70 {
		if _, err := z.Write(make([]byte, 1<<20)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct{ media, body, want string }{
		"a picture":         {"image/png", "x", "is neither a page nor a feed nor a sitemap"},
		"some XML":          {"text/xml", "<note>x</note>", "is neither a page nor a feed nor a sitemap"},
		"some JSON":         {"application/json", `{"a": 1}`, "is neither a page nor a feed nor a sitemap"},
		"an empty page":     {"text/html", "", "is empty"},
		"a page of scripts": {"text/html", "<html><title>A</title><body><script>x()</script></body></html>", "holds no text to read"},
		"a damaged feed":    {"application/feed+json", `{"version": "https://jsonfeed.org/version/1.1", "items": [`, "is a damaged feed"},
		"a feed as a tower": {"text/xml", "<rss><channel><item>" + strings.Repeat("<a:b>", 1_000_000), "is nested more than 100 elements deep"},
		"a damaged sitemap": {"text/xml", "<urlset><url><loc>https://a.example/", "is a damaged sitemap"},
		"a packed bomb":     {"application/gzip", bomb.String(), "holds more than it may once it is unpacked"},
		"a page too large":  {"text/html", strings.Repeat("x", 2000), "is too large"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			limit := int64(0)
			if strings.Contains(tt.want, "too large") {
				limit = 1000
			}
			w, err := ReadWeb(Response{URL: "https://wire.example/", Type: tt.media, Body: []byte(tt.body)}, Options{MaxBytes: limit})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %+v, %v, want %q", w, err, tt.want)
			}
		})
	}
}

func FuzzReadWeb(f *testing.F) {
	f.Add(webPage(""))
	f.Add(strings.ReplaceAll(rssFeed, "%WHOLE%", longWords(210)))
	f.Add(`<feed xmlns="http://www.w3.org/2005/Atom"><title>Wire</title><entry><link href="a"/></entry></feed>`)
	f.Add(`{"version": "https://jsonfeed.org/version/1.1", "items": [{"url": "b"}]}`)
	f.Add(`<urlset><url><loc>https://wire.example/a</loc></url></urlset>`)
	f.Fuzz(func(t *testing.T, body string) {
		w, err := ReadWeb(Response{URL: "https://wire.example/x", Type: "text/html", Body: []byte(body)}, Options{})
		if err != nil {
			return
		}
		if w.Article.ID != "" {
			checkArticle(t, w.Article)
		}
		for _, e := range w.Entries {
			if e.URL != "" && !isWebAddress(e.URL) {
				t.Errorf("an entry leads to %q", e.URL)
			}
			if e.Article.ID != "" {
				checkArticle(t, e.Article)
			}
		}
	})
}
