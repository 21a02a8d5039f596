package ingest

import (
	"errors"
	"net/url"
	"path"
	"regexp"
	"strings"

	"attache/internal/news"
)

// container says where the package document of an EPUB is (EPUB 3.3, section 4.2.6.3.1).
type container struct {
	Rootfiles []struct {
		Path string `xml:"full-path,attr"`
	} `xml:"rootfiles>rootfile"`
}

// opf is the package document: what the book is, which files it has, and the order to read them in.
type opf struct {
	Title     []string `xml:"metadata>title"`
	Creator   []string `xml:"metadata>creator"`
	Publisher []string `xml:"metadata>publisher"`
	Date      []string `xml:"metadata>date"`
	Items     []struct {
		ID         string `xml:"id,attr"`
		Href       string `xml:"href,attr"`
		Type       string `xml:"media-type,attr"`
		Properties string `xml:"properties,attr"`
	} `xml:"manifest>item"`
	Spine []struct {
		ID     string `xml:"idref,attr"`
		Linear string `xml:"linear,attr"`
	} `xml:"spine>itemref"`
}

// book reads an EPUB as one article: its chapters in reading order, without the table of contents.
func book(data []byte, _ string) (news.Article, error) {
	z, err := openArchive(data)
	if err != nil {
		return news.Article{}, err
	}
	if z.has("META-INF/encryption.xml") && z.has("META-INF/rights.xml") {
		return news.Article{}, errors.New("is protected against copying and cannot be read")
	}
	var c container
	if err := z.decodeXML("META-INF/container.xml", &c); err != nil {
		return news.Article{}, err
	}
	if len(c.Rootfiles) == 0 {
		return news.Article{}, errors.New("is damaged: it does not say where its text begins")
	}
	var o opf
	root := c.Rootfiles[0].Path
	if err := z.decodeXML(root, &o); err != nil {
		return news.Article{}, err
	}
	a := news.Article{Title: first(o.Title), Author: strings.Join(o.Creator, ", "), Publisher: first(o.Publisher)}
	fillDate(&a, first(o.Date))
	blocks, err := o.chapters(z, path.Dir(root))
	if err != nil {
		return news.Article{}, err
	}
	a.Text, a.Headings = compose(withoutTitle(tidied(blocks), a.Title))
	return a, nil
}

// chapters reads the files of the spine; their addresses are relative to folder.
func (o opf) chapters(z *archive, folder string) ([]block, error) {
	files := map[string]string{}
	for _, item := range o.Items {
		if strings.Contains(item.Type, "html") && item.Properties != "nav" {
			files[item.ID] = item.Href
		}
	}
	var blocks []block
	for _, s := range o.Spine {
		href, ok := files[s.ID]
		if !ok || s.Linear == "no" {
			continue
		}
		delete(files, s.ID) // each once, whatever the spine says
		if unescaped, err := url.PathUnescape(href); err == nil {
			href = unescaped
		}
		data, err := z.read(path.Join(folder, href))
		if err != nil {
			return nil, err
		}
		if data, err = decodeHTML(data); err != nil {
			return nil, err
		}
		doc, err := parseHTML(selfClosed.ReplaceAll(data, []byte("<$1$2></$1>")))
		if err != nil {
			return nil, err
		}
		blocks = append(blocks, htmlBlocks(doc)...)
	}
	return blocks, nil
}

// selfClosed are elements that XHTML may close at once and that HTML reads on from: <title/> would swallow the chapter.
var selfClosed = regexp.MustCompile(`(?i)<(title|script|style|textarea|iframe|noscript|div|p|span|a)(\s[^<>]*)?/>`)

func first(all []string) string {
	if len(all) == 0 {
		return ""
	}
	return all[0]
}
