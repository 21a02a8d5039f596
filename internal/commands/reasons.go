package commands

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// reason is why a page or a file could not be read. The packages that read tell it in English, and the library keeps it so: it is known again by its form.
type reason struct {
	format string
	form   *regexp.Regexp // of what the format prints, with a group for each verb
	verbs  []byte         // 'd', 'q', 'f' or 's'
}

var formatVerb = regexp.MustCompile(`%[.\d]*([dqfs])`)

// what each verb prints.
var printed = map[byte]string{'d': `(\d+)`, 'q': `("(?:[^"\\]|\\.)*")`, 'f': `(\d+\.\d+)`, 's': `(.+?)`}

// reasons are those that the catalogs have: those with the most words of their own first, so that one is not taken for another that begins like it.
var reasons = sync.OnceValue(func() []reason {
	known := map[string]bool{}
	for _, c := range catalogs() {
		for format := range c.Reasons {
			known[format] = true
		}
	}
	own := func(format string) int { return len(formatVerb.ReplaceAllString(format, "")) }
	formats := slices.SortedFunc(maps.Keys(known), func(a, b string) int { return cmp.Or(own(b)-own(a), strings.Compare(a, b)) })
	all := make([]reason, len(formats))
	for i, format := range formats {
		form, at := "(?s)^", 0
		for _, v := range formatVerb.FindAllStringSubmatchIndex(format, -1) {
			verb := format[v[2]]
			form += regexp.QuoteMeta(format[at:v[0]]) + printed[verb]
			all[i].verbs = append(all[i].verbs, verb)
			at = v[1]
		}
		all[i].format, all[i].form = format, regexp.MustCompile(form+regexp.QuoteMeta(format[at:])+"$")
	}
	return all
})

// why words a reason. What is in it of another program or a machine, and a reason that is not known, stays as it is.
func (l Language) why(told string) string {
	translations := l.words().Reasons
	if len(translations) == 0 {
		return told
	}
	for _, r := range reasons() {
		groups := r.form.FindStringSubmatch(told)
		if groups == nil {
			continue
		}
		args := make([]any, len(r.verbs))
		for i, verb := range r.verbs {
			args[i] = l.argument(verb, groups[i+1])
		}
		return sentence{translations[r.format], args}.in(l)
	}
	return told
}

// parted takes a place and the reason that follows it apart, which are kept as one text. A place may have spaces: it ends before the first words that are a
// reason, and for a reason that is not known at the first space.
func parted(failure string) (place, why string) {
	for i, r := range failure {
		if r == ' ' && slices.ContainsFunc(reasons(), func(known reason) bool { return known.form.MatchString(failure[i+1:]) }) {
			return failure[:i], failure[i+1:]
		}
	}
	place, why, _ = strings.Cut(failure, " ")
	return place, why
}

// argument is what a verb printed, to be printed again.
func (l Language) argument(verb byte, printed string) any {
	switch verb {
	case 'd':
		n, _ := strconv.Atoi(printed) // digits
		return n
	case 'f':
		f, _ := strconv.ParseFloat(printed, 64) // digits
		return f
	case 'q':
		if s, err := strconv.Unquote(printed); err == nil {
			return s
		}
	}
	return l.why(printed)
}
