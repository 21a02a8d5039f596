package ingest

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"

	"golang.org/x/net/html/charset"
)

// The bounds of a packed file: a few kilobytes of ZIP can hold gigabytes.
const (
	mostEntries   = 10_000
	maxUnpacked   = 64 << 20 // bytes of all entries read from one file
	maxXMLEntries = 1000     // entries read from one file
)

// archive is a ZIP file that unpacks within bounds.
type archive struct {
	files map[string]*zip.File
	left  int64 // bytes that may still be unpacked
	reads int
}

func openArchive(data []byte) (*archive, error) {
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, errors.New("is damaged: it cannot be unpacked")
	}
	if len(r.File) > mostEntries {
		return nil, errors.New("holds too many files to be a document")
	}
	a := &archive{files: make(map[string]*zip.File, len(r.File)), left: maxUnpacked}
	for _, f := range r.File {
		if _, twice := a.files[f.Name]; !twice {
			a.files[f.Name] = f
		}
	}
	return a, nil
}

func (a *archive) has(name string) bool { return a.files[path.Clean(name)] != nil }

// read unpacks one entry.
func (a *archive) read(name string) ([]byte, error) {
	f := a.files[path.Clean(name)]
	if f == nil {
		return nil, fmt.Errorf("is incomplete: it holds no %s", clip(name))
	}
	if a.reads++; a.reads > maxXMLEntries {
		return nil, errors.New("holds too many parts to be a document")
	}
	r, err := f.Open()
	if err != nil {
		return nil, errors.New("is damaged: it cannot be unpacked")
	}
	defer func() { _ = r.Close() }() // only read from
	data, err := io.ReadAll(io.LimitReader(r, a.left+1))
	if err != nil {
		return nil, errors.New("is damaged: it cannot be unpacked")
	}
	if a.left -= int64(len(data)); a.left < 0 {
		return nil, fmt.Errorf("unpacks to more than %s", megabytes(maxUnpacked))
	}
	return data, nil
}

// decodeXML reads an entry into v. The decoder knows no entities but XML's own five, so none can be made to grow.
func (a *archive) decodeXML(name string, v any) error {
	data, err := a.read(name)
	if err != nil {
		return err
	}
	if err := newXMLDecoder(data).Decode(v); err != nil {
		return fmt.Errorf("is damaged: %s cannot be read", clip(name))
	}
	return nil
}

func newXMLDecoder(data []byte) *xml.Decoder {
	d := xml.NewDecoder(bytes.NewReader(data))
	d.CharsetReader = charset.NewReaderLabel
	return d
}
