package commands

import (
	"embed"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"

	forms "golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// The bot's own words are written in English where they are used; what they are in another language lies in words, one file a language, by the English
// format. Words of articles, people and models are arguments, and stay as they are. A sentence without a translation is said in English.

// wordFiles are the translations, named after their language.
//
//go:embed words/*.json
var wordFiles embed.FS

// catalog holds the bot's own words in one language. It does not change once loaded.
type catalog struct {
	Sentences map[string]string            // by the English format, with the same verbs
	Things    map[string]map[string]string // by the English singular: the forms for numbers, by CLDR's name of the form
	tag       language.Tag
}

// catalogs are all translations by language; made at first use. A file that cannot be read is a mistake in the program.
var catalogs = sync.OnceValue(func() map[string]*catalog {
	all := map[string]*catalog{}
	files, err := wordFiles.ReadDir("words")
	if err != nil {
		panic(err)
	}
	for _, f := range files {
		name := strings.TrimSuffix(f.Name(), ".json")
		text, err := wordFiles.ReadFile(path.Join("words", f.Name()))
		c := &catalog{tag: language.MustParse(name)}
		if err == nil {
			err = json.Unmarshal(text, c)
		}
		if err != nil {
			panic(fmt.Sprintf("words/%s: %v", f.Name(), err))
		}
		all[name] = c
	}
	return all
})

// catalogFor finds the words for an interface language, as Discord names it; an empty catalog for English and for languages without one. Traditional
// Chinese is not Simplified.
func catalogFor(locale string) *catalog {
	name, region, _ := strings.Cut(locale, "-")
	if c, ok := catalogs()[name]; ok && !(name == "zh" && region != "" && region != "CN") {
		return c
	}
	return &catalog{}
}

// sentence is something that the bot says, worded when its language is known: a format in English, and its arguments, of which those that are a sentence
// or counted are worded too.
type sentence struct {
	format string
	args   []any
}

// counted is a number of things: "1 article", "3 articles".
type counted struct {
	n     int
	thing string
}

// in words the sentence for an interface language.
func (s sentence) in(locale string) string {
	c := catalogFor(locale)
	args := slices.Clone(s.args)
	for i, a := range args {
		switch a := a.(type) {
		case sentence:
			args[i] = a.in(locale)
		case counted:
			args[i] = c.count(a)
		}
	}
	format, ok := c.Sentences[s.format]
	if !ok {
		format = s.format
	}
	if len(args) == 0 {
		return format
	}
	return fmt.Sprintf(format, args...)
}

// count words a number of things.
func (c *catalog) count(k counted) string {
	wording, ok := c.Things[k.thing]
	if !ok {
		return english(k)
	}
	form, ok := wording[formNames[forms.Cardinal.MatchPlural(c.tag, k.n, 0, 0, 0, 0)]]
	if !ok {
		form = wording["other"]
	}
	if !strings.Contains(form, "%d") { // Arabic says one and two without a number
		return form
	}
	return fmt.Sprintf(form, k.n)
}

// formNames are CLDR's names of the forms.
var formNames = map[forms.Form]string{
	forms.Zero: "zero", forms.One: "one", forms.Two: "two", forms.Few: "few", forms.Many: "many", forms.Other: "other",
}

// say words a sentence in the asker's interface language.
func (r Request) say(format string, args ...any) string { return sentence{format, args}.in(r.Locale) }

// in returns the reply with those of its words that are the bot's own and stand in a catalog whole: labels, headings, its plain sentences, notices.
func (r Reply) in(locale string) Reply {
	words := catalogFor(locale).Sentences
	if len(words) == 0 {
		return r
	}
	own := func(text *string) {
		if translated, ok := words[*text]; ok {
			*text = translated
		}
	}
	own(&r.Title)
	r.Blocks, r.Actions, r.Notices = slices.Clone(r.Blocks), slices.Clone(r.Actions), slices.Clone(r.Notices)
	for i := range r.Blocks {
		own(&r.Blocks[i].Mark)
		if k := r.Blocks[i].Kind; k == Plain || k == Heading {
			own(&r.Blocks[i].Text)
		}
	}
	for i := range r.Notices {
		own(&r.Notices[i])
	}
	for i := range r.Actions {
		own(&r.Actions[i].Label)
		if in := r.Actions[i].Input; in != nil {
			asked := *in
			own(&asked.Label)
			own(&asked.Placeholder)
			r.Actions[i].Input = &asked
		}
	}
	return r
}
