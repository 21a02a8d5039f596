package answer

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"attache/internal/openaitest"
)

// liftedFromPasses are sentences as Lift gives them: two of one passage, and one that quotes.
func liftedFromPasses(t *testing.T) []Lifted {
	t.Helper()
	evidence := passEvidence(t)
	var lifted []Lifted
	for _, l := range []struct {
		text string
		of   int
	}{
		{"Varesh closed the Kareth pass to all military traffic on Friday after a convoy crossed it without permission.", 0},
		{"About 40 trucks crossed.", 0},
		{"“We will not discuss the pass while a single Solmark soldier stands on our side of it,” Drazh said.", 0},
		{"Solmark's army will keep sending supply convoys, Gen. Marek Orlo said.", 1},
	} {
		e := evidence[l.of]
		lifted = append(lifted, Lifted{Text: l.text, Passage: e.Passage, Source: e.Source, When: dateIn(l.text, e.Source.Published)})
	}
	return lifted
}

// writing has a service whose model gives these replies.
func writingService(t *testing.T, replies ...openaitest.Reply) (*Service, *openaitest.Server) {
	t.Helper()
	g, srv := scripted(t, replies...)
	s := newService(finding(), g)
	s.reword = g.Reword
	return s, srv
}

func TestSection(t *testing.T) {
	t.Parallel()
	const (
		shut  = "Varesh closed the Kareth pass to all military traffic on Friday [1]."
		both  = "Solmark will keep sending supply convoys over the pass, Gen. Marek Orlo said [2]."
		quote = "“We will not discuss the pass while a single Solmark soldier stands on our side of it,” Drazh said [1]."
	)
	for name, c := range map[string]struct {
		replies []openaitest.Reply
		want    []string
		checks  Checks
		why     string // of the error; "" for none
	}{
		"two sentences":                 {texts(shut + " " + both), []string{"Varesh closed the Kareth pass to all military traffic on Friday.", "Solmark will keep sending supply convoys over the pass, Gen. Marek Orlo said."}, Checks{Sentences: 2, Supported: 2}, ""},
		"a quotation is the library's":  {texts(shut + " " + quote), []string{"Varesh closed the Kareth pass to all military traffic on Friday."}, Checks{Sentences: 1, Supported: 1, Removed: 1}, ""},
		"nothing but a quotation":       {texts(quote), nil, Checks{}, "The model found nothing to write about it"},
		"one that no passage supports":  {texts(shut+" Experts expect a new war by summer [1].", "2. DROP"), []string{"Varesh closed the Kareth pass to all military traffic on Friday."}, Checks{Sentences: 1, Supported: 1, Removed: 1}, ""},
		"nothing that is supported":     {texts("Experts expect a new war by summer [1].", "1. DROP"), nil, Checks{}, "Nothing that the model wrote passed the check against its sources"},
		"no answer":                     {texts("NO ANSWER"), nil, Checks{}, "The model found nothing to write about it"},
		"a passage that was not given":  {texts("Waiting traders stood at the pass [3].", "1. DROP"), nil, Checks{}, "Nothing that the model wrote passed the check against its sources"},
		"down":                          {[]openaitest.Reply{{Status: 401}}, nil, Checks{}, "The model endpoint refused the key"},
		"breaks off in the second part": {[]openaitest.Reply{{Text: shut + " Solmark will keep sending supply", Finish: "length"}}, []string{"Varesh closed the Kareth pass to all military traffic on Friday."}, Checks{Sentences: 1, Supported: 1}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, _ := writingService(t, c.replies...)
			section, d, err := s.Section(t.Context(), "What led up to it?", liftedFromPasses(t))
			if (err != nil) != (c.why != "") || err != nil && Why(err).String() != c.why {
				t.Fatalf("got error %v, want %q", err, c.why)
			}
			var got []string
			for _, l := range section {
				got = append(got, l.Text)
				if l.Source.ArticleID != l.Passage.ArticleID || l.Source.ArticleID == "" {
					t.Errorf("%q is of article %q with a passage of %q", l.Text, l.Source.ArticleID, l.Passage.ArticleID)
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" || d.Checks != c.checks {
				t.Errorf("checks %+v (-want +got):\n%s", d.Checks, diff)
			}
		})
	}
}

// TestSectionCitesAll: a sentence that rests on two articles names both, and is dated by the day that it gives.
func TestSectionCitesAll(t *testing.T) {
	t.Parallel()
	s, _ := writingService(t, texts("Varesh closed the Kareth pass to all military traffic on Friday [1][2].")...)
	lifted := liftedFromPasses(t)
	section, _, err := s.Section(t.Context(), "What led up to it?", lifted)
	if err != nil {
		t.Fatal(err)
	}
	if l := section[0]; l.Source.ArticleID != lifted[0].Source.ArticleID || len(l.Also) != 1 || l.Also[0].ArticleID != lifted[3].Source.ArticleID || l.When != dateIn(l.Text, l.Source.Published) {
		t.Errorf("got %+v", l)
	}
}

func TestReword(t *testing.T) {
	t.Parallel()
	lifted := liftedFromPasses(t)
	for name, c := range map[string]struct {
		reply openaitest.Reply
		want  map[int]string // what changed, by its place
		why   string
	}{
		"two":                      {openaitest.Reply{Text: "1. Varesh closed the Kareth pass to all military traffic [1].\n3. Solmark will keep sending supply convoys, Gen. Marek Orlo said [2]."}, map[int]string{0: "Varesh closed the Kareth pass to all military traffic.", 3: "Solmark will keep sending supply convoys, Gen. Marek Orlo said."}, ""},
		"one that says more":       {openaitest.Reply{Text: "1. Varesh closed the Kareth pass for 12 years [1].\n2. A convoy of about 40 trucks crossed [1]."}, map[int]string{1: "A convoy of about 40 trucks crossed."}, ""},
		"from another's passage":   {openaitest.Reply{Text: "1. Solmark will keep sending supply convoys, Gen. Marek Orlo said [2].\n2. A convoy of about 40 trucks crossed [1]."}, map[int]string{1: "A convoy of about 40 trucks crossed."}, ""},
		"two for one":              {openaitest.Reply{Text: "1. Varesh closed the Kareth pass [1]. About 40 trucks crossed [1].\n2. A convoy of about 40 trucks crossed [1]."}, map[int]string{1: "A convoy of about 40 trucks crossed."}, ""},
		"a quotation":              {openaitest.Reply{Text: "1. “We will not discuss the pass while a single Solmark soldier stands on our side of it,” Drazh said [1].\n2. A convoy of about 40 trucks crossed [1]."}, map[int]string{1: "A convoy of about 40 trucks crossed."}, ""},
		"cut off in its last line": {openaitest.Reply{Text: "2. A convoy of about 40 trucks crossed [1].\n1. Varesh closed the Kareth pass [1]. And then it went on and on and on, as models do when nobody stops them in time, and on.", Fault: openaitest.Cut}, nil, "The model broke off"},
		"nothing that may be used": {openaitest.Reply{Text: "1. The war is over [1]."}, nil, "Nothing that the model wrote passed the check against its sources"},
		"no lines":                 {openaitest.Reply{Text: "I cannot do that."}, nil, "The model said nothing"},
		"out of reach":             {openaitest.Reply{Status: 429, RetryAfter: "90"}, nil, "The model is over its rate limit"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, srv := writingService(t, c.reply)
			got, d, err := s.Reword(t.Context(), "the Kareth pass", lifted)
			if (err != nil) != (c.why != "") || err != nil && Why(err).String() != c.why {
				t.Fatalf("got error %v, want %q", err, c.why)
			}
			want := slices.Clone(lifted)
			for i, text := range c.want {
				want[i].Text = text
			}
			if diff := cmp.Diff(want, got); diff != "" || d.Checks.Supported != len(c.want) {
				t.Errorf("checks %+v (-want +got):\n%s", d.Checks, diff)
			}
			if n := len(srv.Requests()); n != 1 {
				t.Errorf("%d requests, want 1", n)
			}
		})
	}
	s, srv := writingService(t)
	if got, _, err := s.Reword(t.Context(), "the pass", lifted[2:3]); err != nil || !cmp.Equal(got, lifted[2:3]) || len(srv.Requests()) > 0 {
		t.Errorf("a quotation alone: %v, %v after %d requests", got, err, len(srv.Requests()))
	}
}
