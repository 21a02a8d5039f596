package quotes

import (
	"encoding/json"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestGolden compares everything that is read from a whole article with testdata/pass.golden.json.
func TestGolden(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile("testdata/pass.txt")
	if err != nil {
		t.Fatal(err)
	}
	a := article(string(b))
	a.ID, a.Title = "pass", strings.SplitN(a.Text, "\n", 2)[0]
	found := Extract(a)
	checkSpans(t, a, found)
	for i := range found { // learned figures move a little with every training
		found[i].Speaker.Confidence = 0
	}
	got, err := json.MarshalIndent(found, "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	const golden = "testdata/pass.golden.json"
	if *update {
		if err := os.WriteFile(golden, append(got, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.TrimSpace(string(want)), string(got)); diff != "" {
		t.Errorf("run with -update and look at what changed (-want +got):\n%s", diff)
	}
}
