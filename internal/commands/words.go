package commands

import (
	"embed"
	"encoding/json"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	forms "golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/bidi"

	"attache/internal/news"
	"attache/internal/text"
)

// The bot's own words are written in English where they are used; what they are in another language lies in words, one file a language, by the English
// format. Words of articles, people and models are arguments, and stay as they are. A sentence without a translation is said in English.

// wordFiles are the translations, named after their language.
//
//go:embed words/*.json
var wordFiles embed.FS

// Language is an interface language as Discord names it: "fr", "zh-CN". "" is English, and so is one that there are no words in.
type Language string

// catalog holds the bot's own words in one language. It does not change once loaded.
type catalog struct {
	Sentences map[string]string            // by the English format, with the same verbs; where their order differs, with explicit indexes
	Things    map[string]map[string]string // by the English singular: the forms for numbers, by CLDR's name of the form
	Reasons   map[string]string            // why pages and files cannot be read, by the English format
	Dates     dateForms
	Terms
	tag         language.Tag
	rightToLeft bool
}

// Terms are the names and descriptions of commands and options in one language, by their English names.
type Terms struct {
	Commands map[string]Term
	Options  map[string]Term // by its name, or where it means something else in one command by that of the command and its own: "collection add watch"
}

// Option are the words for an option of a command.
func (t Terms) Option(command, name string) Term {
	if own, ok := t.Options[command+" "+name]; ok {
		return own
	}
	return t.Options[name]
}

// Term is the name of a command or an option, its description, and for a command the entry in a message's menu. What is empty is shown in English.
type Term struct{ Name, Description, Menu string }

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
		c := &catalog{tag: language.MustParse(name), rightToLeft: name == "ar"}
		if err == nil {
			err = json.Unmarshal(text, c)
		}
		if err != nil {
			panic(fmt.Sprintf("words/%s: %v", f.Name(), err))
		}
		if c.rightToLeft {
			for _, all := range []map[string]string{c.Sentences, c.Reasons} {
				for english, words := range all {
					all[english] = isolateForeign(words)
				}
			}
		}
		all[name] = c
	}
	return all
})

// noWords is the catalog of English and of languages without words.
var noWords = &catalog{Dates: englishDates}

// words finds the catalog of a language. Traditional Chinese is not Simplified.
func (l Language) words() *catalog {
	name, region, _ := strings.Cut(string(l), "-")
	if c, ok := catalogs()[name]; ok && !(name == "zh" && region != "" && region != "CN") {
		return c
	}
	return noWords
}

// Terms are the names and descriptions of commands and options in the language; empty for English.
func (l Language) Terms() Terms { return l.words().Terms }

// worded is what is said when the language is known.
type worded interface{ in(l Language) string }

// sentence is something that the bot says, worded when its language is known: a format in English, and its arguments, of which those that are worded, phrases
// or dates are said in that language too.
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
func (s sentence) in(l Language) string {
	c := l.words()
	format, ok := c.Sentences[s.format]
	if !ok {
		format = s.format
	}
	if len(s.args) == 0 {
		return format
	}
	args := slices.Clone(s.args)
	for i, a := range args {
		switch a := a.(type) {
		case worded:
			args[i] = a.in(l)
		case text.Phrase:
			args[i] = l.phrase(a)
		case time.Time:
			args[i] = l.Day(a)
		case news.Date:
			args[i] = l.date(a)
		case string:
			args[i] = isolated{a, c.rightToLeft}
		}
	}
	return fmt.Sprintf(format, args...)
}

// phrase words what another part of the program says.
func (l Language) phrase(p text.Phrase) string { return sentence{p.Format, p.Args}.in(l) }

// phrases words several.
func (l Language) phrases(all []text.Phrase) []string {
	var said []string
	for _, p := range all {
		said = append(said, l.phrase(p))
	}
	return said
}

// in words a number of things.
func (k counted) in(l Language) string {
	c := l.words()
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

// english counts things in English: "1 article", "3 articles".
func english(k counted) string {
	if k.n == 1 {
		return "1 " + k.thing
	}
	if many, ok := irregular[k.thing]; ok {
		return fmt.Sprintf("%d %s", k.n, many)
	}
	if stem, ok := strings.CutSuffix(k.thing, "y"); ok && !strings.HasSuffix(k.thing, "ay") {
		return fmt.Sprintf("%d %sies", k.n, stem)
	}
	return fmt.Sprintf("%d %ss", k.n, k.thing)
}

// irregular has the English plural of what is more than a noun.
var irregular = map[string]string{
	"watch":            "watches",
	"person is quoted": "people are quoted",
	"article added":    "articles added", "place watched": "places watched", "article removed": "articles removed", "sentence removed": "sentences removed",
	"statement is reported":                                   "statements are reported",
	"quotation is no longer in the collection":                "quotations are no longer in the collection",
	"passage of the answer is no longer in the collection":    "passages of the answer are no longer in the collection",
	"more article bears on this that I can show to you alone": "more articles bear on this that I can show to you alone",
	"answer on words that have since been changed or removed": "answers on words that have since been changed or removed",
	"place watched from now on":                               "places watched from now on",
}

// say words a sentence in the asker's interface language.
func (r Request) say(format string, args ...any) string { return r.lang().say(format, args...) }

// lang is the asker's interface language.
func (r Request) lang() Language { return Language(r.Locale) }

func (l Language) say(format string, args ...any) string { return sentence{format, args}.in(l) }

// joined puts things together two by two: "%s or %s" makes of three "a or b or c".
func (l Language) joined(format string, things []string) string {
	if len(things) == 0 {
		return ""
	}
	line := things[0]
	for _, t := range things[1:] {
		line = sentence{format, []any{line, t}}.in(l)
	}
	return line
}

// in returns the reply with those of its words that are the bot's own and stand in a catalog whole: labels, headings, its plain sentences, notices.
func (r Reply) in(l Language) Reply {
	words := l.words().Sentences
	if len(words) == 0 {
		return r
	}
	own := func(text *string) {
		if translated, ok := words[*text]; ok {
			*text = translated
		}
	}
	own(&r.Title)
	own(&r.Footer)
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
		r.Actions[i].Also = slices.Clone(r.Actions[i].Also)
		for j := range r.Actions[i].Also {
			own(&r.Actions[i].Also[j].Label)
			own(&r.Actions[i].Also[j].Placeholder)
		}
	}
	return r
}

// Marks that set a stretch of text apart whose direction is found in itself (Unicode's FIRST STRONG ISOLATE and POP DIRECTIONAL ISOLATE).
const (
	isolate    = "\u2068"
	isolateEnd = "\u2069"
)

// isolated is an argument set apart where its direction is not that of the sentence around it: else what stands beside it would be shown on its wrong side.
type isolated struct {
	text        string
	rightToLeft bool // the sentence
}

// Format implements fmt.Formatter, so that the marks stand around the quotation marks of %q.
func (a isolated) Format(f fmt.State, verb rune) {
	if !againstDirection(a.text, a.rightToLeft) {
		fmt.Fprintf(f, fmt.FormatString(f, verb), a.text)
		return
	}
	fmt.Fprintf(f, isolate+fmt.FormatString(f, verb)+isolateEnd, a.text)
}

// againstDirection reports whether a text has letters that are written in the other direction. What is set apart already does not count.
func againstDirection(s string, rightToLeft bool) bool {
	depth := 0
	for _, r := range s {
		switch of, _ := bidi.LookupRune(r); of.Class() {
		case bidi.FSI:
			depth++
		case bidi.PDI:
			depth--
		case bidi.L:
			if depth == 0 && rightToLeft {
				return true
			}
		case bidi.R, bidi.AL:
			if depth == 0 && !rightToLeft {
				return true
			}
		}
	}
	return false
}

// foreign finds in an Arabic sentence what is written from left to right: commands with what follows them, options, examples, dates in digits. Verbs are found
// first, so that they are left alone where they are no part of one.
var foreign = regexp.MustCompile(`%s UTC|[#/]%s|%(?:\[\d\])?[.\d]*[a-z]|https?://|` +
	`/?[\p{Latin}\d](?:[\p{Latin}\d_:/.-]*[\p{Latin}\d_])?(?:[?:]? [\p{Latin}\d](?:[\p{Latin}\d_:/.-]*[\p{Latin}\d_])?)*(?::%d| #?%[ds]|\?)?`)

// verb is one of a format.
var verb = regexp.MustCompile(`^%(?:\[\d\])?[.\d]*[a-z]$`)

// isolateForeign sets apart what an Arabic sentence holds in Latin letters.
func isolateForeign(words string) string {
	return foreign.ReplaceAllStringFunc(words, func(found string) string {
		if verb.MatchString(found) {
			return found
		}
		return isolate + found + isolateEnd
	})
}
