package main

import (
	"context"
	"os"
	"path/filepath"

	"attache/internal/ingest"
	"attache/internal/pdf"
)

// readPDFCmd is the child process in which PDF files are read. It opens no library and reads no settings.
type readPDFCmd struct {
	Cache string `arg:"" optional:"" help:"Folder where the reader is kept ready."`
}

// Run reads a PDF from the standard input and writes its text to the standard output.
func (c readPDFCmd) Run(ctx context.Context, std streams) error {
	return pdf.Serve(ctx, std.in, std.out, c.Cache)
}

// pdfReader starts this program once more for each PDF.
func pdfReader(ctx context.Context, dataDir string) func([]byte) (ingest.PDFText, error) {
	var reader pdf.Reader
	return func(data []byte) (ingest.PDFText, error) {
		self, err := os.Executable()
		if err != nil {
			return ingest.PDFText{}, err
		}
		reader.Command = []string{self, "read-pdf", filepath.Join(dataDir, "pdf-reader")}
		found, err := reader.Read(ctx, data)
		return ingest.PDFText{Title: found.Title, Paragraphs: found.Paragraphs}, err
	}
}
