package quotes_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"attache/internal/news"
	"attache/internal/quotes"
	"attache/internal/text"
)

func TestRevise(t *testing.T) {
	t.Parallel()
	const head, tail = "The pass was closed on Monday.", "Snow is expected by the weekend."
	join := func(sentences ...string) string { return strings.Join(sentences, " ") }
	tests := []struct {
		name, was, now string
		want           []string // was => now
		lost           string   // the words of the quotation that was lost
	}{
		{name: "nothing", was: join(head, tail), now: join(head, tail)},
		{name: "white space and quote glyphs", was: "Vonn's men  left.", now: "Vonn’s men left."},
		{name: "both empty"},
		{name: "a figure", was: join(head, "About 40 trucks crossed the Kareth pass.", tail), now: join(head, "About 120 trucks crossed the Kareth pass.", tail),
			want: []string{"About 40 trucks crossed the Kareth pass. => About 120 trucks crossed the Kareth pass."}},
		{name: "added at the end", was: head, now: join(head, tail), want: []string{" => " + tail}},
		{name: "removed at the head", was: join(head, tail), now: tail, want: []string{head + " => "}},
		{name: "another sentence in its place", was: join(head, "Trucks waited."), now: join(head, "The minister flew home."),
			want: []string{"Trucks waited. => ", " => The minister flew home."}},
		{name: "two sentences change places", was: join(head, tail), now: join(tail, head), want: []string{head + " => ", " => " + head}},
		{name: "an addition before an alteration", was: join(head, "Nine men were held."), now: join(head, "Rain fell all night.", "Ten men were held."),
			want: []string{" => Rain fell all night.", "Nine men were held. => Ten men were held."}},
		{name: "a quotation", was: join(head, "“We will never talk,” Foreign Minister Ilena Drazh said.", tail),
			now:  join(head, "“We will not talk,” Foreign Minister Ilena Drazh said.", tail),
			want: []string{"“We will never talk,” Foreign Minister Ilena Drazh said. => “We will not talk,” Foreign Minister Ilena Drazh said."}, lost: "We will never talk"},
		{name: "around a quotation", was: "“We will not talk,” Foreign Minister Ilena Drazh said.", now: "“We will not talk,” Foreign Minister Ilena Drazh told reporters.",
			want: []string{"“We will not talk,” Foreign Minister Ilena Drazh said. => “We will not talk,” Foreign Minister Ilena Drazh told reporters."}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			lost := ""
			for _, r := range quotes.Revise(news.Article{Text: tt.was}, news.Article{Text: tt.now}) {
				got = append(got, r.Was+" => "+r.Now)
				for _, q := range r.Lost {
					lost += q.Words()
				}
			}
			if !slices.Equal(got, tt.want) || lost != tt.lost {
				t.Errorf("got %q, lost %q\nwant %q, lost %q", got, lost, tt.want, tt.lost)
			}
		})
	}
}

// Every sentence of either version stands in both or in a revision, and a revision never shows one sentence on both sides.
func TestReviseAccountsForEverySentence(t *testing.T) {
	t.Parallel()
	sentence := rapid.SampledFrom([]string{"The pass is open.", "The pass is shut.", "“No,” she said.", "Trucks wait.", "Forty trucks wait at the pass.", "Snow fell."})
	rapid.Check(t, func(rt *rapid.T) {
		draw := func(name string) []string { return rapid.SliceOfN(sentence, 0, 12).Draw(rt, name) }
		was, now := draw("was"), draw("now")
		left, came := slices.Clone(was), slices.Clone(now)
		take := func(from *[]string, s string) {
			i := slices.Index(*from, s)
			if s == "" {
				return
			}
			if i < 0 {
				rt.Fatalf("%q is shown more often than it stands", s)
			}
			*from = slices.Delete(*from, i, i+1)
		}
		for _, r := range quotes.Revise(news.Article{Text: strings.Join(was, " ")}, news.Article{Text: strings.Join(now, " ")}) {
			if text.Fold(r.Was) == text.Fold(r.Now) {
				rt.Fatalf("a revision without a difference: %+v", r)
			}
			take(&left, r.Was)
			take(&came, r.Now)
		}
		slices.Sort(left)
		slices.Sort(came)
		if !slices.Equal(left, came) {
			rt.Fatalf("what did not change differs: %q and %q", left, came)
		}
	})
}

func FuzzRevise(f *testing.F) {
	f.Add("The pass is shut.\n\n“No,” she said.", "The pass is open.\n\n“No, never,” she said.")
	f.Add("\xff. A. B.", "")
	f.Fuzz(func(t *testing.T, was, now string) {
		for _, r := range quotes.Revise(news.Article{Text: was}, news.Article{Text: now}) {
			if !strings.Contains(was, r.Was) || !strings.Contains(now, r.Now) || r.Was == "" && r.Now == "" {
				t.Errorf("shows what stands in neither: %+v", r)
			}
		}
		if found := quotes.Revise(news.Article{Text: was}, news.Article{Text: was}); found != nil {
			t.Errorf("a text differs from itself: %+v", found)
		}
	})
}
