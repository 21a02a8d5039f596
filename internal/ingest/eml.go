package ingest

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"strings"

	"golang.org/x/net/html/charset"

	"attache/internal/news"
)

// message reads an e-mail as it was saved: the subject is the title, the sender the author, and its date the day of publication. The
// plain text is read, or the HTML when there is none; attachments, quoted replies and signatures are left out.
func message(data []byte, _ string) (news.Article, error) {
	m, err := mail.ReadMessage(bytes.NewReader(data))
	if err != nil {
		return news.Article{}, errors.New("is no e-mail: it does not begin with header lines such as Subject: and From: at its head")
	}
	words := mime.WordDecoder{CharsetReader: charset.NewReaderLabel}
	var a news.Article
	a.Title = headerText(words, m.Header.Get("Subject"))
	if from, err := (&mail.AddressParser{WordDecoder: &words}).Parse(m.Header.Get("From")); err == nil {
		a.Author = from.Name
	}
	if date := m.Header.Get("Date"); date != "" {
		if a.Published, err = ParseDate(date); err != nil {
			return news.Article{}, fmt.Errorf("header Date: %w", err)
		}
	}
	var found mailBody
	if err := found.part(partHeader(m.Header), m.Body, 0); err != nil {
		return news.Article{}, err
	}
	blocks, err := found.blocks()
	if err != nil {
		return news.Article{}, err
	}
	blocks = takeFoot(takeHead(dropFurniture(withoutTitle(tidied(blocks), a.Title)), &a), &a)
	a.Text, a.Headings = compose(blocks)
	return a, nil
}

// headerText decodes a header; one that is damaged stays as it is.
func headerText(words mime.WordDecoder, s string) string {
	if decoded, err := words.DecodeHeader(s); err == nil {
		return decoded
	}
	return s
}

// The bounds of the parts of a message.
const (
	deepestPart = 10
	mostParts   = 200
)

// partHeader gives the headers of a message or a part by name.
type partHeader map[string][]string

func (h partHeader) get(name string) string { return mail.Header(h).Get(name) }

// mailBody collects the first plain and the first HTML text of a message.
type mailBody struct {
	plain, html string
	parts       int
}

// part reads a part and the parts inside it.
func (b *mailBody) part(h partHeader, body io.Reader, depth int) error {
	if b.parts++; depth > deepestPart || b.parts > mostParts {
		return errors.New("has too many parts to be an article")
	}
	kind, params, err := mime.ParseMediaType(h.get("Content-Type"))
	if err != nil {
		kind = "text/plain" // the default of RFC 2045, also for headers that cannot be read
	}
	if disposition, _, _ := mime.ParseMediaType(h.get("Content-Disposition")); disposition == "attachment" {
		return nil
	}
	if strings.HasPrefix(kind, "multipart/") {
		return b.multipart(multipart.NewReader(body, params["boundary"]), depth)
	}
	if kind != "text/plain" && kind != "text/html" {
		return nil
	}
	s, err := decodePart(h, params["charset"], body)
	switch {
	case err != nil:
		return err
	case kind == "text/plain" && b.plain == "":
		b.plain = s
	case kind == "text/html" && b.html == "":
		b.html = s
	}
	return nil
}

func (b *mailBody) multipart(r *multipart.Reader, depth int) error {
	for {
		p, err := r.NextRawPart()
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) { // cut off: what came before still counts
			return nil
		}
		if err != nil {
			return errors.New("is a damaged e-mail: its parts cannot be told apart")
		}
		if err := b.part(partHeader(p.Header), p, depth+1); err != nil {
			return err
		}
	}
}

// decodePart undoes the transfer encoding and brings the characters to UTF-8.
func decodePart(h partHeader, label string, body io.Reader) (string, error) {
	switch strings.ToLower(strings.TrimSpace(h.get("Content-Transfer-Encoding"))) {
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	}
	raw, err := io.ReadAll(body)
	if err != nil && len(raw) == 0 {
		return "", errors.New("is a damaged e-mail: its text cannot be decoded")
	}
	if label == "" {
		s, _, err := decodeText(raw)
		return s, err
	}
	r, err := charset.NewReaderLabel(label, bytes.NewReader(raw))
	if err != nil {
		return "", fmt.Errorf("is in the encoding %q, which is not known", clip(label))
	}
	decoded, err := io.ReadAll(r)
	if err != nil {
		return "", errors.New("is a damaged e-mail: its characters are not in the encoding that it names")
	}
	return newlines.Replace(string(decoded)), nil
}

// blocks are the paragraphs of the message.
func (b *mailBody) blocks() ([]block, error) {
	if strings.TrimSpace(b.plain) != "" {
		blocks := tidied(asBlocks(splitParagraphs(ownWords(b.plain))))
		markHeadings(blocks)
		return blocks, nil
	}
	if strings.TrimSpace(b.html) == "" {
		return nil, nil
	}
	doc, err := parseHTML([]byte(b.html))
	if err != nil {
		return nil, err
	}
	return htmlBlocks(doc), nil
}

// ownWords cuts the signature (after a line of "--") and the lines quoted from an earlier message.
func ownWords(s string) string {
	var b strings.Builder
	for line := range strings.Lines(s) {
		if strings.TrimRight(line, " \n") == "--" {
			break
		}
		if !strings.HasPrefix(line, ">") {
			b.WriteString(line)
		}
	}
	return b.String()
}
