package news_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"attache/internal/news"
)

var noon = time.Date(2031, time.May, 14, 12, 0, 0, 0, time.UTC)

func TestSees(t *testing.T) {
	t.Parallel()
	var (
		open     = news.Viewer{Guild: "g1", Channel: "desk", Now: noon}
		thread   = news.Viewer{Guild: "g1", Channel: "desk", Thread: "t", Now: noon}
		cleared  = news.Viewer{Guild: "g1", Channel: "hall", Roles: []string{"r1"}, Now: noon}
		alone    = news.Viewer{Guild: "g1", Channel: "hall", Roles: []string{"r1"}, Private: true, Now: noon}
		both     = news.Viewer{Guild: "g1", Channel: "desk", Roles: []string{"r0", "r1"}, Now: noon}
		inside   = news.Viewer{Guild: "g1", Channel: "hall", Internal: true, Now: noon}
		manager  = news.Viewer{Guild: "g1", Channel: "hall", Insider: true, Now: noon}
		asked    = news.Viewer{Guild: "g1", Channel: "hall", Insider: true, Private: true, Now: noon}
		person   = news.Viewer{Guild: "g1", Channel: "hall", Private: true, Now: noon}
		message  = news.Viewer{Private: true, Roles: []string{"r1"}, Insider: true, Now: noon}
		operator = news.Viewer{Guild: "g1", Operator: true}
	)
	ofG1 := func(w news.Wall) news.Audience { return news.Audience{Guild: "g1", Wall: w} }
	for name, c := range map[string]struct {
		viewer   news.Viewer
		audience news.Audience
		want     bool
	}{
		"shared":                                {message, news.Audience{}, true},
		"shared with a wall":                    {message, news.Audience{Wall: news.Wall{Roles: []string{"r1"}}}, true},
		"shared with another wall":              {message, news.Audience{Wall: news.Wall{Channels: []string{"desk"}}}, false},
		"of the server":                         {open, ofG1(news.Wall{}), true},
		"of another server":                     {open, news.Audience{Guild: "g2"}, false},
		"of a server, in a message":             {message, ofG1(news.Wall{}), false},
		"a starter article":                     {open, news.Audience{Starter: true}, true},
		"a starter article, switched off":       {news.Viewer{Guild: "g1", NoStarter: true}, news.Audience{Starter: true}, false},
		"in its channel":                        {open, ofG1(news.Wall{Channels: []string{"desk"}}), true},
		"in a thread of its channel":            {thread, ofG1(news.Wall{Channels: []string{"desk"}}), true},
		"bound to a thread":                     {thread, ofG1(news.Wall{Channels: []string{"t"}}), true},
		"above the thread that it is bound to":  {open, ofG1(news.Wall{Channels: []string{"t"}}), false},
		"in another channel":                    {cleared, ofG1(news.Wall{Channels: []string{"desk"}}), false},
		"in another channel, in private":        {asked, ofG1(news.Wall{Channels: []string{"desk"}}), false},
		"with the role, in public":              {cleared, ofG1(news.Wall{Roles: []string{"r1"}}), false},
		"with the role, in private":             {alone, ofG1(news.Wall{Roles: []string{"r2", "r1"}}), true},
		"without the role, in private":          {person, ofG1(news.Wall{Roles: []string{"r1"}}), false},
		"a manager without the role":            {asked, ofG1(news.Wall{Roles: []string{"r1"}}), false},
		"role and channel":                      {both, ofG1(news.Wall{Channels: []string{"desk"}, Roles: []string{"r1"}}), true},
		"the channel without the role":          {open, ofG1(news.Wall{Channels: []string{"desk"}, Roles: []string{"r1"}}), false},
		"the role without the channel":          {alone, ofG1(news.Wall{Channels: []string{"desk"}, Roles: []string{"r1"}}), false},
		"internal, in public":                   {open, ofG1(news.Wall{Internal: true}), false},
		"internal, in an internal channel":      {inside, ofG1(news.Wall{Internal: true}), true},
		"internal, a manager in public":         {manager, ofG1(news.Wall{Internal: true}), false},
		"internal, a manager in private":        {asked, ofG1(news.Wall{Internal: true}), true},
		"internal, anybody in private":          {person, ofG1(news.Wall{Internal: true}), false},
		"embargo, a second before":              {open, ofG1(news.Wall{Embargo: noon.Add(time.Second)}), false},
		"embargo, a second before, internal":    {inside, ofG1(news.Wall{Embargo: noon.Add(time.Second)}), true},
		"embargo, at its end":                   {open, ofG1(news.Wall{Embargo: noon}), true},
		"embargo over, but internal":            {open, ofG1(news.Wall{Internal: true, Embargo: noon}), false},
		"internal and bound, in its channel":    {open, ofG1(news.Wall{Internal: true, Channels: []string{"desk"}}), false},
		"all of them":                           {operator, ofG1(news.Wall{Internal: true, Channels: []string{"desk"}, Roles: []string{"r1"}, Embargo: noon}), true},
		"the operator, for another server":      {operator, news.Audience{Guild: "g2"}, false},
		"bound to a channel, looked at nowhere": {news.Viewer{Guild: "g1"}, ofG1(news.Wall{Channels: []string{""}}), false},
	} {
		if got := c.viewer.Sees(c.audience); got != c.want {
			t.Errorf("%s: Sees is %v, want %v", name, got, c.want)
		}
	}
}

func drawIDs(t *rapid.T, label string) []string {
	return rapid.SliceOfN(rapid.SampledFrom([]string{"1", "2", "3"}), 0, 3).Draw(t, label)
}

func drawTime(t *rapid.T, label string) time.Time {
	return noon.Add(time.Duration(rapid.IntRange(-2, 2).Draw(t, label)) * time.Hour)
}

func drawWall(t *rapid.T) news.Wall {
	w := news.Wall{Channels: drawIDs(t, "channels"), Roles: drawIDs(t, "roles"), Internal: rapid.Bool().Draw(t, "internal")}
	if rapid.Bool().Draw(t, "embargoed") {
		w.Embargo = drawTime(t, "embargo")
	}
	return w
}

func drawViewer(t *rapid.T) news.Viewer {
	ids := rapid.SampledFrom([]string{"", "1", "2", "3", "4"})
	return news.Viewer{
		Guild: rapid.SampledFrom([]string{"", "g1", "g2"}).Draw(t, "guild"), Channel: ids.Draw(t, "channel"), Thread: ids.Draw(t, "thread"), Roles: drawIDs(t, "has"),
		Private: rapid.Bool().Draw(t, "private"), Internal: rapid.Bool().Draw(t, "in an internal channel"), Insider: rapid.Bool().Draw(t, "insider"), Now: drawTime(t, "now"),
	}
}

// TestSeesIsMonotonous: a mark more never shows an article to anybody else; a role more, or the end of an embargo, never hides one; nor does privacy, which
// nobody reads along in. Nothing shows in another server.
func TestSeesIsMonotonous(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		w, v := drawWall(rt), drawViewer(rt)
		a := news.Audience{Guild: rapid.SampledFrom([]string{"", "g1"}).Draw(rt, "of"), Wall: w}
		sees := v.Sees(a)
		if sees && a.Guild != "" && a.Guild != v.Guild {
			rt.Fatalf("%+v sees what is for %+v", v, a)
		}
		if !sees && w.IsZero() && a.Guild == v.Guild {
			rt.Fatalf("%+v does not see what no wall hides: %+v", v, a)
		}
		fewer := func(change func(*news.Wall)) {
			less := a
			change(&less.Wall)
			if sees && !v.Sees(less) {
				rt.Fatalf("%+v sees %+v, but not %+v", v, a, less)
			}
		}
		fewer(func(w *news.Wall) { w.Roles = nil })
		fewer(func(w *news.Wall) { w.Internal = false })
		fewer(func(w *news.Wall) { w.Embargo = time.Time{} })
		if len(w.Roles) == 0 { // a channel is also what lets role-bound words out
			fewer(func(w *news.Wall) { w.Channels = nil })
		}
		more := func(change func(*news.Viewer)) {
			other := v
			change(&other)
			if sees && !other.Sees(a) {
				rt.Fatalf("%+v sees %+v, but %+v does not", v, a, other)
			}
		}
		more(func(v *news.Viewer) { v.Private = true })
		more(func(v *news.Viewer) { v.Insider = true })
		more(func(v *news.Viewer) { v.Roles = append(slices.Clone(v.Roles), "4") })
		more(func(v *news.Viewer) { v.Now = v.Now.Add(time.Hour) })
		more(func(v *news.Viewer) { v.Operator = true })
	})
}

// TestWallIsKept: what is stored of a wall is read back, and walls of the same marks are stored alike.
func TestWallIsKept(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		w := drawWall(rt)
		got, err := news.ParseWall(w.String())
		if err != nil {
			rt.Fatal(err)
		}
		if diff := cmp.Diff(w.Clean(), got); diff != "" {
			rt.Fatalf("a wall differs once read (-want +got):\n%s", diff)
		}
		turned := w
		turned.Channels = append(slices.Clone(w.Channels), w.Channels...)
		slices.Reverse(turned.Channels)
		turned.Embargo = w.Embargo.In(time.FixedZone("", 3600))
		if turned.String() != w.String() || w.IsZero() != (w.String() == "") {
			rt.Fatalf("%+v is stored as %q, and %+v as %q", w, w, turned, turned)
		}
		v, a := drawViewer(rt), news.Audience{Wall: w}
		if v.Sees(a) != v.Sees(news.Audience{Wall: got}) {
			rt.Fatalf("%+v is another wall once stored", w)
		}
	})
	for _, s := range []string{"{", "[]", `{"embargo":"soon"}`, `{"internl":true}`, `{} {}`} {
		if _, err := news.ParseWall(s); err == nil {
			t.Errorf("%q is read as a wall", s)
		}
	}
}

// TestAWallIsNoNewArticle: a wall changes what is stored, not which article it is.
func TestAWallIsNoNewArticle(t *testing.T) {
	t.Parallel()
	a := news.Article{Title: "The pass", Guild: "g1", Text: "The pass is shut."}
	walled := a
	walled.Wall.Internal = true
	if news.Identify(a) != news.Identify(walled) {
		t.Error("the wall changes the id")
	}
	if news.ContentHash(a) == news.ContentHash(walled) {
		t.Error("the wall does not show in the hash, so that a changed one would not be stored")
	}
	if a.Audience().Key() == walled.Audience().Key() {
		t.Error("the wall does not show in the audience")
	}
}
