package commands

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLinksIn(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"":         nil,
		"no link":  nil,
		"ftp://a/": nil,
		"https://a.example/x, and (https://b.example/y).":                        {"https://a.example/x", "https://b.example/y"},
		"<https://a.example/x> https://a.example/x":                              {"https://a.example/x"},
		"https://a.example/wiki/Kareth_(pass)":                                   {"https://a.example/wiki/Kareth_(pass)"},
		"[words](https://a.example/x?y=1&z=2#part)":                              {"https://a.example/x?y=1&z=2#part"},
		"“https://a.example/x” **https://b.example/y** `https://c.example/z`…":   {"https://a.example/x", "https://b.example/y", "https://c.example/z"},
		"https://a.example/%D0%9A https://a.example/К":                           {"https://a.example/%D0%9A", "https://a.example/К"},
		"https://a.example/x\nhttp://b.example/y\tsee https://c.example/long/a.": {"https://a.example/x", "http://b.example/y", "https://c.example/long/a"},
	} {
		if diff := cmp.Diff(want, linksIn(text)); diff != "" {
			t.Errorf("%q: -want +got:\n%s", text, diff)
		}
	}
}
