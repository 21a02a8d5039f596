package ingest

import (
	"os"
	"path/filepath"
	"testing"
)

// BenchmarkParse reads one article of each kind: go test -bench Parse ./internal/ingest
func BenchmarkParse(b *testing.B) {
	for _, name := range []string{"analysis.md", "web-copy.txt", "wrapped.txt", "newspaper.html"} {
		data, err := os.ReadFile(filepath.Join("testdata", "golden", name))
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Parse(name, data, Options{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
