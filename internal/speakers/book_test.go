package speakers_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"attache/internal/news"
	"attache/internal/speakers"
)

func day(m, d int) time.Time { return time.Date(2031, time.Month(m), d, 0, 0, 0, 0, time.UTC) }

// said is what an article holds by a speaker.
func said(articleID, guild, speaker string, published time.Time) speakers.Entry {
	span := news.Span{Start: len(speaker), End: len(speaker) + 4}
	return speakers.Entry{
		Quote: news.Quote{
			ID: news.QuoteID(articleID, span.Start), ArticleID: articleID, Kind: news.Direct, Fragments: []news.Fragment{{Span: span, Text: "Yes."}},
			Speaker: news.Speaker{Kind: news.Person, Name: speaker},
		},
		Source: news.Source{ArticleID: articleID, Published: published}, Audience: news.Audience{Guild: guild},
	}
}

// bookOf makes a book of shared articles in which each name speaks once.
func bookOf(names ...string) *speakers.Book {
	b := speakers.NewBook()
	for i, n := range names {
		id := fmt.Sprint("article", i)
		b.Put(id, []speakers.Entry{said(id, "", n, day(1, 1+i%28))})
	}
	return b
}

func namesOf(people []speakers.Profile) []string {
	names := make([]string, len(people))
	for i, p := range people {
		names[i] = p.Name
	}
	slices.Sort(names)
	return names
}

func TestSpellingsAndNamesakes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		names []string
		want  []string // the people, each with all spellings, the most frequent first
	}{
		{"endings of Slavic family names", []string{"Oleh Marensky", "Oleh Marensky", "Oleh Marenskyy", "Oleh Marenskiy"}, []string{"Oleh Marensky/Oleh Marenskiy/Oleh Marenskyy"}},
		{"accents", []string{"Jana Dražová", "Jana Drazova"}, []string{"Jana Drazova/Jana Dražová"}},
		{"transliterated forenames", []string{"Sergei Ostrel", "Sergey Ostrel"}, []string{"Sergei Ostrel/Sergey Ostrel"}},
		{"a middle initial", []string{"Ilena Drazh", "Ilena K. Drazh"}, []string{"Ilena Drazh/Ilena K. Drazh"}},
		{"a middle name and its initial", []string{"Ilena Karin Drazh", "Ilena K. Drazh"}, []string{"Ilena K. Drazh/Ilena Karin Drazh"}},
		{"other middle initials", []string{"Tomas H. W. Brill", "Tomas W. Brill"}, []string{"Tomas H. W. Brill", "Tomas W. Brill"}},
		{"other middle initials beside a name without", []string{"Tomas Brill", "Tomas Brill", "Tomas H. W. Brill", "Tomas W. Brill"},
			[]string{"Tomas Brill/Tomas H. W. Brill", "Tomas W. Brill"}},
		{"other middle names", []string{"Maria Luisa Esteral", "Maria Karin Esteral"}, []string{"Maria Karin Esteral", "Maria Luisa Esteral"}},
		{"other forenames", []string{"Ilena Drazh", "Marko Drazh"}, []string{"Ilena Drazh", "Marko Drazh"}},
		{"a man's and a woman's forename", []string{"Daniel Ostrel", "Daniela Ostrel", "Alexander Brill", "Alexandra Brill", "Louis Varn", "Louise Varn"},
			[]string{"Alexander Brill", "Alexandra Brill", "Daniel Ostrel", "Daniela Ostrel", "Louis Varn", "Louise Varn"}},
		{"short family names with other vowels", []string{"Mei Lu", "Mei Li", "Mei Liu"}, []string{"Mei Li", "Mei Liu", "Mei Lu"}},
		{"a surname alone is nobody's", []string{"Ilena Drazh", "Drazh"}, []string{"Drazh (no fuller name given)", "Ilena Drazh"}},
		{"an initial is nobody's", []string{"Ilena Drazh", "I. Drazh"}, []string{"I. Drazh (no fuller name given)", "Ilena Drazh"}},
		{"a surname that nobody else bears", []string{"Drazh", "Marko Ostrel"}, []string{"Drazh", "Marko Ostrel"}},
		{"spellings of a surname alone", []string{"Marensky", "Marenskyy"}, []string{"Marensky/Marenskyy"}},
		{"institutions", []string{"Foreign Ministry of Varesh", "Foreign Ministry of Solmark", "Ministry of Defence of Varesh", "Ministry of Justice of Varesh"},
			[]string{"Foreign Ministry of Solmark", "Foreign Ministry of Varesh", "Ministry of Defence of Varesh", "Ministry of Justice of Varesh"}},
		{"another script", []string{"Сергей Острель", "Сергей Острель"}, []string{"Сергей Острель"}},
		{"no name", []string{"", "..."}, []string{"..."}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for _, order := range [][]string{tt.names, reversed(tt.names)} {
				var got []string
				for _, p := range bookOf(order...).People(news.Viewer{}) {
					got = append(got, strings.Join(append([]string{p.Name}, p.Spellings...), "/"))
				}
				slices.Sort(got)
				if diff := cmp.Diff(tt.want, got); diff != "" {
					t.Errorf("people of %q differ (-want +got):\n%s", order, diff)
				}
			}
		})
	}
}

func reversed(s []string) []string {
	r := slices.Clone(s)
	slices.Reverse(r)
	return r
}

func TestFindTellsASlipFromAnotherName(t *testing.T) {
	t.Parallel()
	b := bookOf("Ilena Drazh", "Temur Okarov", "Mario Vesk", "Petra Vonn", "Pavel Vonn", "Mei Lu", "Anselm Brandenholt")
	for asked, want := range map[string]string{
		"drzh": "Ilena Drazh", "Drahz": "Ilena Drazh", "ilena drahz": "Ilena Drazh", "okarof": "Temur Okarov", "Brqandenhplt": "Anselm Brandenholt",
		"Maria Vesk": "", "Vnon": "", "Lua": "", "Karla Drazh": "", "Wolfenbüttel": "", "Temur Drazh": "",
	} {
		got := b.Find(news.Viewer{}, asked)
		name := ""
		if got.Slip {
			name = got.Nearest[0].Name
		}
		if name != want || len(got.People) > 0 {
			t.Errorf("Find(%q): taken for %q with %v known, want %q and none known", asked, name, namesOf(got.People), want)
		}
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	b := bookOf("Ilena Drazh", "Marko Drazh", "Drazh", "Oleh Marensky", "Oleh Marenskyy", "Mei Lu", "Mei Li", "Anselm van der Holt", "Xi Jinkan", "Ahmed al-Sorin", "Holt Brandau", "Kerrin")
	tests := []struct {
		asked   string
		want    []string
		nearest []string
	}{
		{asked: "Ilena Drazh", want: []string{"Ilena Drazh"}},
		{asked: "  ilena   DRAZH ", want: []string{"Ilena Drazh"}},
		{asked: "Drazh, Ilena", want: []string{"Ilena Drazh"}},
		{asked: "Minister Ilena Drazh", want: []string{"Ilena Drazh"}},
		{asked: "I. Drazh", want: []string{"Drazh (no fuller name given)", "Ilena Drazh"}},
		{asked: "Drazh", want: []string{"Drazh (no fuller name given)", "Ilena Drazh", "Marko Drazh"}},
		{asked: "Ms. Drazh", want: []string{"Drazh (no fuller name given)", "Ilena Drazh", "Marko Drazh"}},
		{asked: "Drazh (no fuller name given)", want: []string{"Drazh (no fuller name given)"}},
		{asked: "Ilena", want: []string{"Ilena Drazh"}},
		{asked: "Oleh Marenskiy", want: []string{"Oleh Marensky"}},
		{asked: "Marenskij", want: []string{"Oleh Marensky"}},
		{asked: "Олег Маренский", nearest: []string{}},
		{asked: "Lu", want: []string{"Mei Lu"}},
		{asked: "Mei Lu", want: []string{"Mei Lu"}},
		{asked: "van der Holt", want: []string{"Anselm van der Holt"}},
		{asked: "Jinkan", want: []string{"Xi Jinkan"}},
		{asked: "Xi", want: []string{"Xi Jinkan"}},
		{asked: "Sorin", want: []string{"Ahmed al-Sorin"}},
		{asked: "el-Sorin", want: []string{"Ahmed al-Sorin"}},
		{asked: "Kerrin", want: []string{"Kerrin"}},
		{asked: "Karla Drazh", nearest: []string{"Marko Drazh", "Drazh (no fuller name given)", "Ilena Drazh"}},
		{asked: "Drahz", nearest: []string{"Drazh (no fuller name given)", "Ilena Drazh", "Marko Drazh"}},
		{asked: "Kerin Drahz", nearest: nil},
		{asked: "Wolfenbüttel", nearest: []string{}},
		{asked: "", nearest: []string{}},
		{asked: "?!", nearest: []string{}},
	}
	for _, tt := range tests {
		got := b.Find(news.Viewer{}, tt.asked)
		want := tt.want
		if want == nil {
			want = []string{}
		}
		if diff := cmp.Diff(want, namesOf(got.People)); diff != "" {
			t.Errorf("Find(%q): people differ (-want +got):\n%s", tt.asked, diff)
		}
		if tt.nearest == nil {
			continue
		}
		near := []string{}
		for _, p := range got.Nearest {
			near = append(near, p.Name)
		}
		slices.Sort(near)
		slices.Sort(tt.nearest)
		if diff := cmp.Diff(tt.nearest, near); diff != "" {
			t.Errorf("Find(%q): nearest differ (-want +got):\n%s", tt.asked, diff)
		}
	}
}

// TestEveryNameShownIsFound: a reply offers people by Name, and pressing one asks for that name.
func TestEveryNameShownIsFound(t *testing.T) {
	t.Parallel()
	words := []string{"Ilena", "Drazh", "Marko", "D.", "Oleh", "Marensky", "Marenskyy", "al-Sorin", "van", "Lu", "Li", "Foreign", "Ministry", "of", "Daniel", "Daniela", "Łukasz"}
	rapid.Check(t, func(rt *rapid.T) {
		drawName := rapid.Custom(func(rt *rapid.T) string {
			return strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 1, 3).Draw(rt, "words"), " ")
		})
		b := bookOf(rapid.SliceOfN(drawName, 1, 12).Draw(rt, "names")...)
		seen := map[string]bool{}
		for _, p := range b.People(news.Viewer{}) {
			if seen[p.Name] {
				rt.Fatalf("two people are shown as %q", p.Name)
			}
			seen[p.Name] = true
			found := b.Find(news.Viewer{}, p.Name).People
			if len(found) != 1 || found[0].Key != p.Key {
				rt.Fatalf("Find(%q) gives %v", p.Name, namesOf(found))
			}
			if len(b.Quotes(news.Viewer{}, p.Key)) == 0 {
				rt.Fatalf("%q has no quotations", p.Name)
			}
		}
	})
}

func TestComplete(t *testing.T) {
	t.Parallel()
	b := bookOf("Ilena Drazh", "Ilena Drazh", "Ilena Drazh", "Marko Drazh", "Marko Drazh", "Drina Ostrel", "Anselm van der Holt")
	tests := []struct {
		name, typed string
		n           int
		want        []string
	}{
		{"nothing: the most quoted first", "", 3, []string{"Ilena Drazh", "Marko Drazh", "Anselm van der Holt"}},
		{"the beginning of any word", "dr", 9, []string{"Ilena Drazh", "Marko Drazh", "Drina Ostrel"}},
		{"several words in any order", "dra il", 9, []string{"Ilena Drazh"}},
		{"letter case and accents aside", "DRÁZ", 9, []string{"Ilena Drazh", "Marko Drazh"}},
		{"a particle", "van d", 9, []string{"Anselm van der Holt"}},
		{"letters swapped", "Darz", 9, []string{"Ilena Drazh", "Marko Drazh"}},
		{"a letter too many", "Ostrrel", 9, []string{"Drina Ostrel"}},
		{"a wrong letter in the second word", "Ilena Drasch", 9, []string{"Ilena Drazh"}},
		{"nothing like it", "Qqqq", 9, nil},
		{"no more than asked for", "dr", 1, []string{"Ilena Drazh"}},
		{"marks", "\"?", 1, []string{"Ilena Drazh"}},
	}
	for _, tt := range tests {
		var got []string
		for _, p := range b.Complete(news.Viewer{}, tt.typed, tt.n) {
			got = append(got, p.Name)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: Complete(%q) differs (-want +got):\n%s", tt.name, tt.typed, diff)
		}
	}
}

func TestProfileTellsTitlesOverTime(t *testing.T) {
	t.Parallel()
	as := func(e speakers.Entry, title string, kind news.QuoteKind) speakers.Entry {
		e.Speaker.Title, e.Kind = title, kind
		return e
	}
	b := speakers.NewBook()
	later := as(said("a1", "", "Ilena Drazh", day(5, 20)), "deputy foreign minister", news.Direct)
	later.Spoken = news.Date{Time: day(3, 1), Precision: news.Day} // printed in May, said in March
	b.Put("a1", []speakers.Entry{later})
	b.Put("a2", []speakers.Entry{as(said("a2", "", "Ilena Drazh", day(5, 12)), "foreign minister", news.Mixed)})
	b.Put("a3", []speakers.Entry{as(said("a3", "", "Ilena K. Drazh", day(4, 12)), "foreign minister", news.Direct)})
	b.Put("a4", []speakers.Entry{as(said("a4", "", "Ilena Drazh", time.Time{}), "", news.Reported)})
	b.Put("a5", []speakers.Entry{as(said("a5", "", "", day(4, 1)), "an official", news.Direct)})
	want := []speakers.Profile{{
		Key: "Ilena Drazh", Name: "Ilena Drazh", Spellings: []string{"Ilena K. Drazh"}, Quotes: 3,
		Titles: []speakers.Held{{Title: "foreign minister", Last: day(5, 12)}, {Title: "deputy foreign minister", Last: day(3, 1)}},
	}}
	if diff := cmp.Diff(want, b.People(news.Viewer{})); diff != "" {
		t.Errorf("people differ (-want +got):\n%s", diff)
	}
	if got := want[0].Title(); got != "foreign minister" {
		t.Errorf("got title %q", got)
	}
	if got := (speakers.Profile{}).Title(); got != "" {
		t.Errorf("got title %q of nobody", got)
	}
	var order []string
	for _, e := range b.Quotes(news.Viewer{}, "Ilena K. Drazh") {
		order = append(order, e.ArticleID)
	}
	if diff := cmp.Diff([]string{"a2", "a3", "a1", "a4"}, order); diff != "" {
		t.Errorf("order differs (-want +got):\n%s", diff)
	}
	if got := len(b.All(news.Viewer{})); got != 5 {
		t.Errorf("got %d quotations in all, want 5", got)
	}
	if got := b.Quotes(news.Viewer{}, "Nobody"); got != nil {
		t.Errorf("got %v of nobody", got)
	}
}

func TestIn(t *testing.T) {
	t.Parallel()
	b := speakers.NewBook()
	first, second := said("a1", "", "Ilena Drazh", day(1, 1)), said("a1", "", "", day(1, 1))
	second.Fragments = []news.Fragment{{Span: news.Span{Start: 40, End: 50}}, {Span: news.Span{Start: 60, End: 70}}}
	b.Put("a1", []speakers.Entry{first, second})
	tests := []struct {
		name string
		span news.Span
		want []news.Quote
	}{
		{"all", news.Span{Start: 0, End: 100}, []news.Quote{first.Quote, second.Quote}},
		{"between two fragments", news.Span{Start: 52, End: 55}, []news.Quote{second.Quote}},
		{"up to the first byte", news.Span{Start: 20, End: 40}, nil},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, b.In("a1", tt.span)); diff != "" {
			t.Errorf("%s: quotations differ (-want +got):\n%s", tt.name, diff)
		}
	}
	if got := b.In("none", news.Span{Start: 0, End: 100}); got != nil {
		t.Errorf("got %v of an unknown article", got)
	}
}

// change is one Put.
type change struct {
	article string
	entries []speakers.Entry
}

func drawChanges(rt *rapid.T) []change {
	names := []string{"", "Ilena Drazh", "Ilena K. Drazh", "Marko Drazh", "Drazh", "Oleh Marensky", "Oleh Marenskyy", "Tomas W. Brill", "Tomas H. Brill", "Tomas Brill"}
	changes := make([]change, rapid.IntRange(1, 15).Draw(rt, "changes"))
	for i := range changes {
		n := rapid.IntRange(0, 9).Draw(rt, "article")
		c := change{article: fmt.Sprint("article", n)}
		for q := range rapid.IntRange(0, 3).Draw(rt, "quotes") {
			e := said(c.article, rapid.SampledFrom([]string{"", "g1", "g2"}).Draw(rt, "guild"), rapid.SampledFrom(names).Draw(rt, "speaker"), day(1+n, 1))
			e.ID = fmt.Sprint(c.article, "-q", i, q)
			e.Audience.Wall = rapid.SampledFrom([]news.Wall{{}, {}, {Internal: true}, {Channels: []string{"c1"}}, {Roles: []string{"r1"}}}).Draw(rt, "wall")
			e.Speaker.Title = rapid.SampledFrom([]string{"", "minister", "deputy"}).Draw(rt, "title") + " in " + e.Audience.Guild
			c.entries = append(c.entries, e)
		}
		changes[i] = c
	}
	return changes
}

// answers is everything that a viewer can get out of a book.
func answers(b *speakers.Book, viewer news.Viewer) []any {
	all := []any{b.People(viewer), b.All(viewer)}
	for _, name := range []string{"Drazh", "Ilena Drazh", "Marensky", "Marenskij", "Tomas Brill", "Brill", "Brlil", "nobody"} {
		all = append(all, b.Find(viewer, name), b.Complete(viewer, name, 10), b.Complete(viewer, name[:3], 10), b.Quotes(viewer, name))
	}
	return all
}

func drawViewer(rt *rapid.T) news.Viewer {
	return news.Viewer{
		Guild: rapid.SampledFrom([]string{"", "g1", "g2", "g3"}).Draw(rt, "of"), Channel: rapid.SampledFrom([]string{"c1", "c2"}).Draw(rt, "channel"),
		Roles: []string{rapid.SampledFrom([]string{"r1", "r2"}).Draw(rt, "role")}, Private: rapid.Bool().Draw(rt, "private"), Internal: rapid.Bool().Draw(rt, "internal"),
	}
}

// TestWalls: what a viewer gets is what he would get if there were nothing that he does not see, whatever was added, and who asked, in between.
func TestWalls(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		viewer := drawViewer(rt)
		whole, alone := speakers.NewBook(), speakers.NewBook()
		for _, c := range drawChanges(rt) {
			whole.Put(c.article, c.entries)
			alone.Put(c.article, slices.DeleteFunc(slices.Clone(c.entries), func(e speakers.Entry) bool { return !viewer.Sees(e.Audience) }))
			if rapid.Bool().Draw(rt, "asked in between") {
				answers(whole, drawViewer(rt))
				answers(whole, viewer)
			}
		}
		if diff := cmp.Diff(answers(alone, viewer), answers(whole, viewer)); diff != "" {
			rt.Fatalf("what %+v does not see shows (-without +with):\n%s", viewer, diff)
		}
	})
}

// TestManyAudiences: more different viewers than the book keeps views for get what is theirs.
func TestManyAudiences(t *testing.T) {
	t.Parallel()
	b := speakers.NewBook()
	channel := func(i int) string { return fmt.Sprint("c", i) }
	for i := range 200 {
		e := said(fmt.Sprint("article", i), "g1", fmt.Sprint("Ilena Drazh ", i), day(1, 1))
		e.Audience.Wall.Channels = []string{channel(i)}
		b.Put(e.ArticleID, []speakers.Entry{e})
	}
	for range 2 {
		for i := range 200 {
			if got := namesOf(b.People(news.Viewer{Guild: "g1", Channel: channel(i)})); !slices.Equal(got, []string{fmt.Sprint("Ilena Drazh ", i)}) {
				t.Fatalf("in channel %d: %v", i, got)
			}
		}
	}
}

// TestPutIsForgetful: a book remembers nothing of what was replaced or removed.
func TestPutIsForgetful(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		b, last := speakers.NewBook(), map[string][]speakers.Entry{}
		for _, c := range drawChanges(rt) {
			b.Put(c.article, c.entries)
			last[c.article] = c.entries
			answers(b, news.Viewer{Guild: "g1"})
		}
		fresh := speakers.NewBook()
		for id, entries := range last {
			fresh.Put(id, entries)
		}
		for _, guild := range []string{"", "g1", "g2"} {
			if diff := cmp.Diff(answers(fresh, news.Viewer{Guild: guild}), answers(b, news.Viewer{Guild: guild})); diff != "" {
				rt.Fatalf("guild %q: a changed book differs from a fresh one (-fresh +changed):\n%s", guild, diff)
			}
		}
		for id := range last {
			b.Put(id, nil)
		}
		for _, guild := range []string{"", "g1", "g2"} {
			if diff := cmp.Diff(answers(speakers.NewBook(), news.Viewer{Guild: guild}), answers(b, news.Viewer{Guild: guild})); diff != "" {
				rt.Fatalf("guild %q: with everything removed something is left (-empty +got):\n%s", guild, diff)
			}
		}
	})
}

func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	b := bookOf("Ilena Drazh", "Marko Drazh")
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			guild := fmt.Sprint("g", w%2)
			viewer := news.Viewer{Guild: guild}
			for i := range 50 {
				id := fmt.Sprint(guild, "-", w, "-", i%5)
				b.Put(id, []speakers.Entry{said(id, guild, "Oleh Marensky", day(1, 1))})
				b.Find(viewer, "Drazh")
				b.Complete(viewer, "Marnesky", 5)
				if quotes := b.Quotes(viewer, "Ilena Drazh"); len(quotes) != 1 {
					t.Errorf("got %d quotations, want 1", len(quotes))
				}
				b.Put(id, nil)
			}
		})
	}
	wg.Wait()
	if got := namesOf(b.People(news.Viewer{Guild: "g0"})); !slices.Equal(got, []string{"Ilena Drazh", "Marko Drazh"}) {
		t.Errorf("got people %v", got)
	}
}

// FuzzFind: any name that an article gives is taken, and found again.
func FuzzFind(f *testing.F) {
	for _, s := range []string{"Ilena Drazh", "D.", "", "\xff", "al-Sorin", "a b c d", "Зоя", strings.Repeat("x", 300), "Drazh (no fuller name given)"} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, name, asked string) {
		b := bookOf(name, "Ilena Drazh")
		b.Find(news.Viewer{}, asked)
		b.Complete(news.Viewer{}, asked, 5)
		for _, p := range b.People(news.Viewer{}) {
			if len(b.Quotes(news.Viewer{}, p.Key)) == 0 {
				t.Errorf("%q has no quotations", p.Key)
			}
		}
	})
}

// big makes a book of 100,000 quotations by some 15,000 people.
func big() *speakers.Book {
	b := speakers.NewBook()
	for article := range 20_000 {
		id := fmt.Sprintf("article%05d", article)
		var entries []speakers.Entry
		for q := range 5 {
			n := (article*5 + q) * (article*5 + q) % 15_013
			e := said(id, "", fmt.Sprintf("%s%c Dra%c%c%d", []string{"Ilena", "Marko", "Oleh", "Tomas"}[n%4], 'a'+n%7, 'a'+n%26, 'a'+n/26%26, n%10), day(1+n%12, 1))
			e.Speaker.Title = fmt.Sprint("minister ", n%3)
			entries = append(entries, e)
		}
		b.Put(id, entries)
	}
	return b
}

func BenchmarkLookUp(b *testing.B) {
	book := big()
	b.Logf("%d people, %d quotations", len(book.People(news.Viewer{})), len(book.All(news.Viewer{})))
	first := book.People(news.Viewer{})[0].Name
	for name, look := range map[string]func() int{
		"find a full name":         func() int { return len(book.Find(news.Viewer{}, first).People) },
		"find a surname":           func() int { return len(book.Find(news.Viewer{}, strings.Fields(first)[1]).People) },
		"find the nearest":         func() int { return len(book.Find(news.Viewer{}, "Ilnea Drzah").Nearest) },
		"complete nothing":         func() int { return len(book.Complete(news.Viewer{}, "", 25)) },
		"complete a few letters":   func() int { return len(book.Complete(news.Viewer{}, "ile dra", 25)) },
		"complete a typing error":  func() int { return len(book.Complete(news.Viewer{}, "Ielna Drb", 25)) },
		"quotations of one person": func() int { return len(book.Quotes(news.Viewer{}, first)) },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if look() == 0 {
					b.Fatal("found nothing")
				}
			}
		})
	}
	b.Run("first look after a change", func(b *testing.B) {
		for b.Loop() {
			book.Put("changed", []speakers.Entry{said("changed", "", "Ilena Drazh", day(1, 1))})
			book.Find(news.Viewer{}, first)
		}
	})
}
