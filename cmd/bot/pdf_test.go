package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestIngestAPDF(t *testing.T) {
	t.Parallel()
	if raceEnabled {
		t.Skip("under the race detector PDFium takes half a minute to start and more memory than it may have")
	}
	env, dir := home(t), t.TempDir()
	for name, data := range map[string]string{
		"scan.pdf":  "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n",
		"noise.pdf": "%PDF-1.4\nnoise", "other.pdf": "words",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	bot(t, "", env, "ingest", dir, "testdata/harbour.pdf", "--published", "2031-06-01", "--source", "Northern Wire").want(t, 1, "harbour.pdf: added", "1 added", "3 failed",
		"scan.pdf: not added: is a scanned PDF without text; nothing was added", "noise.pdf: not added: is a damaged PDF", "other.pdf: not added: is no PDF")
	bot(t, "", env, "ask", "When will the harbour at Tollund be built?").want(t, 0, "by 2034", "Northern Wire, 1 Jun 2031")
}
