package ingest

import (
	"bytes"
	"compress/gzip"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"

	"golang.org/x/net/html/charset"
)

// mostSitemapEntries is what the protocol allows in one file.
const mostSitemapEntries = 50_000

// sitemap reads the addresses of a sitemap, or of the sitemaps of an index, the last changed first. Addresses that are none of the web are left out.
func sitemap(body []byte) ([]Entry, error) {
	d := xml.NewDecoder(bytes.NewReader(body))
	d.Strict = false
	d.CharsetReader = charset.NewReaderLabel
	var entries []Entry
	for len(entries) < mostSitemapEntries {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, errors.New("is a damaged sitemap")
		}
		start, ok := token.(xml.StartElement)
		if !ok || start.Name.Local != "url" && start.Name.Local != "sitemap" {
			continue
		}
		var place struct {
			Loc     string `xml:"loc"`
			Lastmod string `xml:"lastmod"`
		}
		if err := d.DecodeElement(&place, &start); err != nil {
			return nil, errors.New("is a damaged sitemap")
		}
		if address := strings.TrimSpace(place.Loc); isWebAddress(address) {
			entries = append(entries, Entry{URL: bare(address), Updated: strings.TrimSpace(place.Lastmod), More: start.Name.Local == "sitemap"})
		}
	}
	slices.SortStableFunc(entries, func(a, b Entry) int { return strings.Compare(b.Updated, a.Updated) }) // the form of dates sorts by time
	return entries, nil
}

// unpacked decompresses what was sent as a .gz file, within bounds; anything else it returns as it is.
func unpacked(body []byte) ([]byte, error) {
	if !bytes.HasPrefix(body, []byte{0x1f, 0x8b}) {
		return body, nil
	}
	z, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return nil, errors.New("is a damaged compressed file")
	}
	plain, err := io.ReadAll(io.LimitReader(z, maxUnpacked+1))
	switch {
	case err != nil:
		return nil, errors.New("is a damaged compressed file")
	case len(plain) > maxUnpacked:
		return nil, errors.New("holds more than it may once it is unpacked")
	}
	return plain, nil
}
