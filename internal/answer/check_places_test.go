package answer

import (
	"testing"
	"time"

	"attache/internal/embed"
	"attache/internal/news"
)

// verdictOn checks a sentence against one passage of 12 May 2031.
func verdictOn(t *testing.T, passage, sentence string) verdict {
	t.Helper()
	model, err := embed.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	e := Evidence{N: 1, Passage: news.Passage{Text: passage}, Source: news.Source{Title: "Notes", Publisher: "Northern Wire", Published: time.Date(2031, 5, 12, 0, 0, 0, 0, time.UTC)}}
	return newChecker(t.Context(), []Evidence{e}, Embedder(model.Embed)).check(sentence, []int{1})
}

// faultsIn lists the kinds of a verdict's faults.
func faultsIn(v verdict) []faultKind {
	var kinds []faultKind
	for _, f := range v.faults {
		kinds = append(kinds, f.kind)
	}
	return kinds
}

type checkOf struct{ passage, sentence string }

func hasFault(v verdict, kind faultKind) bool {
	for _, k := range faultsIn(v) {
		if k == kind {
			return true
		}
	}
	return false
}

// What stands in the place of another name, number or date is found, however often the sources have it elsewhere.
func TestPlaces(t *testing.T) {
	t.Parallel()
	const talks = "Varesh, which shares the pass with Solmark, bought 40 trucks from Doravia on Friday and 15 from Quillon a week later. Doravia will reopen its consulate in Hesk on Thursday. The curfew lasts until Friday. " +
		"Police said the third clash in five weeks had left 12 people hurt. A quarter of the convoys were turned back, and Minister Ilena Drazh of Varesh called for 60 observers. Orlo, whom she met in Hesk, asked for two. It was signed by her deputy."
	for name, c := range map[string]struct {
		checkOf
		want faultKind
	}{
		"buyer and seller":       {checkOf{talks, "Doravia bought 40 trucks from Varesh on Friday."}, faultRole},
		"another's consulate":    {checkOf{talks, "Quillon will reopen its consulate in Hesk on Thursday."}, faultRole},
		"another's number":       {checkOf{talks, "Varesh bought 60 trucks from Doravia on Friday."}, faultNumber},
		"a small number":         {checkOf{talks, "Orlo, whom she met in Hesk, asked for 60."}, faultNumber},
		"another day":            {checkOf{talks, "The curfew lasts until Thursday."}, faultDate},
		"another span of time":   {checkOf{talks, "It was the third clash in five months."}, faultNumber},
		"another place in order": {checkOf{talks, "It was the fifth clash in five weeks."}, faultNumber},
		"another part":           {checkOf{talks, "A third of the convoys were turned back."}, faultNumber},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if v := verdictOn(t, c.passage, c.sentence); !hasFault(v, c.want) {
				t.Errorf("%q: faults %v, want %q", c.sentence, v.faults, c.want)
			}
		})
	}
	if v := verdictOn(t, "Nobody crossed.\n\nNearly three weeks into the siege the barrier went up.", "Nearly three weeks into the siege the barrier went up."); !v.ok() {
		t.Errorf("a bound that opens a paragraph: %v", v.faults)
	}
	for _, sentence := range []string{
		"Varesh bought 40 trucks from Doravia on Friday.",
		"On Friday 40 trucks were bought from Doravia by Varesh.",
		"A week later Varesh bought 15 from Quillon.",
		"Doravia's consulate in Hesk will be reopened on Thursday.",
		"The third clash in five weeks left 12 people hurt, police said.",
		"Drazh, Varesh's minister, called for 60 observers.",
		"25 percent of the convoys were turned back.",
		"Drazh met Orlo in Hesk.",
	} {
		if v := verdictOn(t, talks, sentence); !v.ok() {
			t.Errorf("%q is refused: %v", sentence, v.faults)
		}
	}
}

// A claim may be less certain than its sources, never more.
func TestCertainty(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]checkOf{
		"may becomes will":           {"Varesh may close the Kareth pass in June.", "Varesh will close the Kareth pass in June."},
		"might becomes would":        {"The ministry said it might sell half of its stake.", "The ministry said it would sell half of its stake."},
		"considered becomes decided": {"Solmark is considering a ban on grain exports.", "Solmark has banned grain exports."},
		"should consider":            {"Orlo said his country should consider suspending the exchange.", "Orlo said his country should suspend the exchange."},
		"asked for becomes had":      {"Varesh has asked for the matter to be put before the council.", "Varesh has had the matter put before the council."},
		"hope becomes plan":          {"The agency hopes to bring home 60,000 refugees by summer.", "The agency will bring home 60,000 refugees by summer."},
		"believed becomes fact":      {"Quillon is believed to have bought 400 drones.", "Quillon has bought 400 drones."},
		"a draft in force":           {"The cabinet approved a draft rule on asylum on Tuesday.", "The cabinet approved a rule on asylum on Tuesday."},
		"the condition is dropped":   {"Drazh would support an extension of six months if the checkpoints were removed.", "Drazh would support an extension of six months."},
		"unless is dropped":          {"A second strike is threatened for 18 March unless the bill is withdrawn.", "A second strike will be held on 18 March."},
		"planned becomes done":       {"The port will reopen on 1 June.", "The port reopened on 1 June."},
		"for ever":                   {"Varesh closed the Kareth pass on Friday.", "Varesh closed the Kareth pass for ever."},
		"a grave word":               {"Varesh closed the Kareth pass in June.", "Varesh surrendered in June."},
	} {
		if v := verdictOn(t, c.passage, c.sentence); v.ok() {
			t.Errorf("%s: %q passes", name, c.sentence)
		}
	}
	for name, c := range map[string]checkOf{
		"kept":                 {"Varesh may close the Kareth pass in June.", "The Kareth pass may be closed by Varesh in June."},
		"said otherwise":       {"Varesh may close the Kareth pass in June.", "It is possible that Varesh will close the Kareth pass in June."},
		"a permission":         {"Either side may end the lease with 90 days' notice.", "The lease can be ended by either side with 90 days' notice."},
		"an estimate":          {"Economists estimate the cost of the strike at 140 million marks.", "Economists put the cost of the strike at 140 million marks."},
		"past ability":         {"The mission could not confirm reports of a mass grave.", "The mission was unable to confirm reports of a mass grave."},
		"the condition stays":  {"Drazh would support an extension of six months if the checkpoints were removed.", "Drazh would support an extension of six months provided that the checkpoints were removed."},
		"may the month":        {"The talks in May 2031 ended without a date.", "The talks of May 2031 ended without a date."},
		"another sentence":     {"Varesh may close the pass. Solmark closed its consulate on Friday.", "Solmark closed its consulate on Friday."},
		"less certain is fine": {"Varesh closed the Kareth pass on Friday.", "Varesh reportedly closed the Kareth pass on Friday."},
	} {
		if v := verdictOn(t, c.passage, c.sentence); !v.ok() {
			t.Errorf("%s: %q is refused: %v", name, c.sentence, v.faults)
		}
	}
}

// Words in somebody's quotation marks must stand in quotation marks in the source; an article's own words are nobody's quotation.
func TestQuotationNeedsAQuotation(t *testing.T) {
	t.Parallel()
	const passage = "Morwen said the Council might accept a release in stages. “We will not sign before the pass is open,” he added."
	for sentence, want := range map[string]bool{
		"Morwen said: “the Council might accept a release in stages.”": false,
		"Morwen said: “We will not sign before the pass is open.”":     true,
		"Morwen said the Council might accept a release in stages.":    true,
		"Morwen said the Council might accept a “release in stages”.":  true, // three words are a label
	} {
		if v := verdictOn(t, passage, sentence); v.ok() != want {
			t.Errorf("%q passes: %v, want %v: %v", sentence, v.ok(), want, v.faults)
		}
	}
}
