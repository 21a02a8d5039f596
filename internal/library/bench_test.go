package library_test

import (
	"context"
	"fmt"
	"testing"

	"attache/internal/library"
)

// BenchmarkPut stores articles of five passages one by one, each in a transaction of its own.
func BenchmarkPut(b *testing.B) {
	lib := open(b)
	i := 0
	for b.Loop() {
		b.StopTimer()
		r := generated(i, 5, 130, 256)
		b.StartTimer()
		if _, err := lib.Put(context.Background(), r); err != nil {
			b.Fatal(err)
		}
		i++
	}
	b.ReportMetric(float64(i)/b.Elapsed().Seconds(), "articles/s")
}

// BenchmarkRecords reads a whole library, as a start does.
func BenchmarkRecords(b *testing.B) {
	for _, passages := range []int{10_000, 100_000} {
		b.Run(fmt.Sprintf("%dpassages", passages), func(b *testing.B) {
			lib := open(b)
			const each, batch = 5, 500
			var records []library.Record
			for i := range passages / each {
				if records = append(records, generated(i, each, 130, 256)); len(records) == batch {
					if err := lib.PutAll(context.Background(), records); err != nil {
						b.Fatal(err)
					}
					records = records[:0]
				}
			}
			b.ReportAllocs()
			for b.Loop() {
				n := 0
				for r, err := range lib.Records(context.Background(), model) {
					if err != nil || r.Vectors.Rows == nil {
						b.Fatal(err, r.Vectors.Model)
					}
					n += len(r.Quotes)
				}
				if n != passages {
					b.Fatalf("got %d quotations, want %d", n, passages)
				}
			}
		})
	}
}
