package ingest

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"attache/internal/news"
)

func TestParseMoment(t *testing.T) {
	t.Parallel()
	six := time.Date(2031, 5, 14, 6, 0, 0, 0, time.UTC)
	for s, want := range map[string]time.Time{
		"2031-05-14 06:00": six, "2031-05-14T06:00": six, " 2031-05-14 06:00 UTC ": six, "2031-05-14 06:00:00": six, "2031-05-14T08:00:00+02:00": six,
		"14 May 2031 06:00": six, "14 May 2031 06:00 UTC": six, "2031-05-14": six.Add(-6 * time.Hour),
	} {
		if got, err := ParseMoment(s); err != nil || !got.Equal(want) || got.Location() != time.UTC {
			t.Errorf("ParseMoment(%q) is %v, %v; want %v", s, got, err, want)
		}
	}
	for _, s := range []string{"", "soon", "14/05/2031", "2031-05-14 25:00", "06:00"} {
		if got, err := ParseMoment(s); err == nil {
			t.Errorf("ParseMoment(%q) is %v, want an error", s, got)
		}
	}
}

// TestWallsAreRead: marks in front matter make the wall; one that cannot be read keeps the article out, rather than showing it to all.
func TestWallsAreRead(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		matter string
		want   news.Wall
		wrong  string // in the error
	}{
		"channels":           {"channels: 200, 100,200", news.Wall{Channels: []string{"100", "200"}}, ""},
		"a mention":          {"channels: <#100>\nroles: <@&300>", news.Wall{Channels: []string{"100"}, Roles: []string{"300"}}, ""},
		"a list":             {"roles: [300, 400]", news.Wall{Roles: []string{"300", "400"}}, ""},
		"internal":           {"internal: true", news.Wall{Internal: true}, ""},
		"not internal":       {"internal: no", news.Wall{}, ""},
		"embargo":            {"embargo: 2031-05-14 06:00", news.Wall{Embargo: time.Date(2031, 5, 14, 6, 0, 0, 0, time.UTC)}, ""},
		"a channel's name":   {"channels: #desk", news.Wall{}, "not the id of a channel"},
		"a misspelt mark":    {"internl: true", news.Wall{}, "allowed are"},
		"neither yes nor no": {"internal: perhaps", news.Wall{}, "neither true nor false"},
		"no moment":          {"embargo: tomorrow", news.Wall{}, "2031-05-14 06:00"},
	} {
		a, err := Parse("a.md", []byte("---\ntitle: Pass\n"+c.matter+"\n---\nThe pass is shut.\n"), Options{})
		if c.wrong != "" {
			if err == nil || !strings.Contains(err.Error(), c.wrong) {
				t.Errorf("%s: got %v, want an error with %q", name, err, c.wrong)
			}
			continue
		}
		if diff := cmp.Diff(c.want, a.Wall); err != nil || diff != "" {
			t.Errorf("%s: %v, the wall differs (-want +got):\n%s", name, err, diff)
		}
	}
	told := news.Wall{Roles: []string{"300"}}
	if a, err := Parse("a.md", []byte("---\ntitle: Pass\ninternal: true\n---\nThe pass is shut.\n"), Options{Wall: told}); err != nil || cmp.Diff(told, a.Wall) != "" {
		t.Errorf("what is told does not win: %+v, %v", a.Wall, err)
	}
	if _, err := Parse("a.jsonl", []byte(`{"title":"Pass","text":"Shut.","wall":{"internl":true}}`), Options{}); err == nil {
		t.Error("a line with a wall that cannot be read is taken in")
	}
}
