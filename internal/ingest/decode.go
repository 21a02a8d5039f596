package ingest

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// signatures are the first bytes of files that people take for text.
var signatures = []struct{ magic, kind string }{
	{"%PDF-", "a PDF"}, {"PK\x03\x04", "a ZIP, Word or EPUB file"}, {"\xd0\xcf\x11\xe0", "an old Word file"}, {"{\\rtf", "a Rich Text file"},
	{"\x89PNG", "a picture"}, {"\xff\xd8\xff", "a picture"}, {"GIF8", "a picture"}, {"\x1f\x8b", "a compressed file"},
	{"\x7fELF", "a program"}, {"SQLite format 3\x00", "a database"},
}

// notText names the type of a file that is no text by its first bytes.
func notText(data []byte) error {
	for _, s := range signatures {
		if bytes.HasPrefix(data, []byte(s.magic)) {
			return fmt.Errorf("is no text but %s under another name: give it its own ending", s.kind)
		}
	}
	return nil
}

// newlines makes every kind of line end \n and every page or paragraph break a blank line.
var newlines = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u0085", "\n", "\v", "\n", "\u2028", "\n", "\u2029", "\n\n", "\f", "\n\n")

// decodeText returns data as UTF-8 with \n at line ends, without a byte-order mark. It reads UTF-8, UTF-16 with or without a mark, and,
// when the bytes look like Western European text, Windows-1252; note then says so. Everything else is an error.
func decodeText(data []byte) (text, note string, err error) {
	if err := notText(data); err != nil {
		return "", "", err
	}
	switch order, bom := utf16Order(data); {
	case order != nil:
		text = decodeUTF16(data[bom:], order)
		if strings.ContainsRune(text, utf8.RuneError) {
			return "", "", errors.New("is damaged UTF-16 text: save it again as UTF-8")
		}
	case bytes.IndexByte(data, 0) >= 0:
		return "", "", errors.New("is binary, not text")
	case utf8.Valid(data):
		text = string(bytes.TrimPrefix(data, []byte("\ufeff")))
	case looksWestern(data):
		decoded, err := charmap.Windows1252.NewDecoder().Bytes(data)
		if err != nil {
			return "", "", fmt.Errorf("is not UTF-8: save it again as UTF-8: %w", err)
		}
		text, note = string(decoded), "was not UTF-8; read as Windows-1252"
	default:
		return "", "", errors.New("is not UTF-8 text: save it again as UTF-8")
	}
	if controls(text)*100 > len(text) {
		return "", "", errors.New("is binary, not text")
	}
	return newlines.Replace(text), note, nil
}

// utf16Order tells UTF-16 by its mark, or by a zero in every second byte of most of the first characters; nil is no UTF-16.
func utf16Order(data []byte) (order binary.ByteOrder, bom int) {
	switch {
	case bytes.HasPrefix(data, []byte{0xff, 0xfe}):
		return binary.LittleEndian, 2
	case bytes.HasPrefix(data, []byte{0xfe, 0xff}):
		return binary.BigEndian, 2
	}
	head := data[:min(len(data), 512)&^1]
	var even, odd int
	for i, b := range head {
		if b == 0 && i%2 == 0 {
			even++
		} else if b == 0 {
			odd++
		}
	}
	pairs := len(head) / 2
	switch {
	case pairs < 4 || min(even, odd) > 0:
		return nil, 0
	case odd*10 > pairs*7:
		return binary.LittleEndian, 0
	case even*10 > pairs*7:
		return binary.BigEndian, 0
	}
	return nil, 0
}

func decodeUTF16(data []byte, order binary.ByteOrder) string {
	units := make([]uint16, len(data)/2)
	for i := range units {
		units[i] = order.Uint16(data[2*i:])
	}
	return string(utf16.Decode(units))
}

// looksWestern reports whether the bytes are plausible as Windows-1252: none of the five that it leaves open, and no more than a fifth of
// them above ASCII. Text in Cyrillic or Greek code pages has most of its bytes there.
func looksWestern(data []byte) bool {
	high := 0
	for _, b := range data {
		switch {
		case b == 0x81 || b == 0x8d || b == 0x8f || b == 0x90 || b == 0x9d:
			return false
		case b >= 0x80:
			high++
		}
	}
	return high*5 <= len(data)
}

// controls counts the control characters that no text has.
func controls(s string) int {
	n := 0
	for _, r := range s {
		if r < ' ' && !strings.ContainsRune("\t\n\r\f\v", r) || r == 0x7f {
			n++
		}
	}
	return n
}
