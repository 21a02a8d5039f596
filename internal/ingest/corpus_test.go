package ingest

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// Every tenth of 4,742 real news articles, read as text copied from a page: nearly all have a title, and nearly no word is lost.
func TestRealNews(t *testing.T) {
	f, err := os.Open(filepath.Join("..", "..", "..", "shared", "eval", "realtimeqa", "corpus.jsonl.gz"))
	if errors.Is(err, os.ErrNotExist) {
		t.Skip("needs ../shared/eval/realtimeqa beside the checkout")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 16<<20)
	articles, untitled, given, kept := 0, 0, 0, 0
	for n := 0; lines.Scan(); n++ {
		if n%10 != 0 {
			continue
		}
		var r record
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		articles++
		a, err := Parse("a.txt", []byte(r.Title+"\n\n"+r.Text), Options{})
		if err != nil {
			untitled++
			continue
		}
		checkArticle(t, a)
		given += words(r.Title + " " + r.Text)
		kept += words(a.Title + " " + a.Text)
	}
	if lines.Err() != nil || articles < 100 {
		t.Fatalf("%d articles read, %v", articles, lines.Err())
	}
	t.Logf("%d articles, %d without a title, %d of %d words kept", articles, untitled, kept, given)
	if untitled*50 > articles {
		t.Errorf("%d of %d articles have no title", untitled, articles)
	}
	if lost := given - kept; lost*200 > given {
		t.Errorf("%d of %d words are lost", lost, given)
	}
}
