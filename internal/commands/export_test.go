package commands

import "golang.org/x/text/language"

// PseudoLocale is a language of the tests in which each sentence, thing, date and description is the English one between ⟦ and ⟧: what stands outside them is no
// word of the bot, or one that no language has a translation of.
const PseudoLocale = "qq"

// AddPseudo puts the language beside the others, before any test runs.
func AddPseudo() { catalogs()[PseudoLocale] = pseudo() }

func pseudo() *catalog {
	mark := func(s string) string { return "⟦" + s + "⟧" }
	terms := func(of map[string]Term) map[string]Term {
		marked := map[string]Term{}
		for name := range of {
			marked[name] = Term{Name: name, Description: mark("description of " + name)}
		}
		return marked
	}
	model := catalogs()["fr"]
	c := &catalog{Sentences: map[string]string{}, Things: map[string]map[string]string{}, tag: language.Und, Dates: englishDates,
		Terms: Terms{Commands: terms(model.Commands), Options: terms(model.Options)}}
	for english := range model.Sentences {
		c.Sentences[english] = mark(english)
	}
	reasons := map[string]string{}
	for english := range model.Reasons {
		reasons[english] = mark(english)
	}
	c.Reasons = reasons
	for thing := range model.Things {
		c.Things[thing] = map[string]string{"other": mark("%d " + thing)}
	}
	c.Dates.Day, c.Dates.Short, c.Dates.Month, c.Dates.Year = mark(c.Dates.Day), mark(c.Dates.Short), mark(c.Dates.Month), mark(c.Dates.Year)
	return c
}

// translations are the catalogs of real languages.
func translations() map[string]*catalog {
	all := map[string]*catalog{}
	for name, c := range catalogs() {
		if name != PseudoLocale {
			all[name] = c
		}
	}
	return all
}
