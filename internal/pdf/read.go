package pdf

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/klippa-app/go-pdfium"
	pdferrors "github.com/klippa-app/go-pdfium/errors"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
)

const (
	wasmPages  = 8192 // of 64 KiB: 512 MiB
	mostPages  = 5000
	startLimit = time.Minute
)

// read takes the text out of a PDF within this process.
func read(ctx context.Context, data []byte, cache string) (Document, error) {
	runtime := wazero.NewRuntimeConfig().WithCoreFeatures(api.CoreFeaturesV2 | experimental.CoreFeaturesExceptionHandling).WithMemoryLimitPages(wasmPages)
	if cache != "" {
		if compiled, err := wazero.NewCompilationCacheWithDir(cache); err == nil { // without it the start only takes longer
			defer func() { _ = compiled.Close(ctx) }() // the process ends
			runtime = runtime.WithCompilationCache(compiled)
		}
	}
	pool, err := webassembly.Init(webassembly.Config{
		Context: ctx, MinIdle: 1, MaxIdle: 1, MaxTotal: 1, FSConfig: wazero.NewFSConfig(), Stdout: io.Discard, Stderr: io.Discard,
		RuntimeConfig: runtime,
	})
	if err != nil {
		return Document{}, fmt.Errorf("cannot be read: PDFium does not start: %w", err)
	}
	defer func() { _ = pool.Close() }() // the process ends
	instance, err := pool.GetInstance(startLimit)
	if err != nil {
		return Document{}, fmt.Errorf("cannot be read: PDFium does not start: %w", err)
	}
	opened, err := instance.OpenDocument(&requests.OpenDocument{File: &data})
	if errors.Is(err, pdferrors.ErrPassword) || errors.Is(err, pdferrors.ErrSecurity) {
		return Document{}, errors.New("is protected by a password and cannot be read")
	}
	if err != nil {
		return Document{}, errors.New("is a damaged PDF")
	}
	return document(instance, opened.Document)
}

func document(instance pdfium.Pdfium, id references.FPDF_DOCUMENT) (Document, error) {
	count, err := instance.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: id})
	if err != nil {
		return Document{}, errors.New("is a damaged PDF")
	}
	if count.PageCount > mostPages {
		return Document{}, fmt.Errorf("has %d pages; at most %d are read", count.PageCount, mostPages)
	}
	var pages [][]line
	for n := range count.PageCount {
		text, err := instance.GetPageTextStructured(&requests.GetPageTextStructured{
			Page: requests.Page{ByIndex: &requests.PageByIndex{Document: id, Index: n}}, Mode: requests.GetPageTextStructuredModeRects,
		})
		if err != nil {
			continue // a page may be damaged while others are not
		}
		var pieces []line
		for _, r := range text.Rects {
			p := r.PointPosition
			pieces = append(pieces, line{text: r.Text, left: p.Left, right: p.Right, top: max(p.Top, p.Bottom), bottom: min(p.Top, p.Bottom)})
		}
		pages = append(pages, lines(pieces))
	}
	d := Document{Paragraphs: paragraphs(withoutRunning(pages))}
	title := []string{"Title"}
	if meta, err := instance.GetMetaData(&requests.GetMetaData{Document: id, Tags: &title}); err == nil && len(meta.Tags) > 0 {
		d.Title = meta.Tags[0].Value
	}
	return d, nil
}
