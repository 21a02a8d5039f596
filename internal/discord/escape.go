package discord

import (
	"net/url"
	"regexp"
	"strings"
	"unicode"
)

// maxMarks is how many combining marks may follow one letter. Written languages need four at most (Tibetan stacks, Vedic accents); piles of
// them reach over the lines above and below.
const maxMarks = 6

// escape makes text plain in a Discord message or embed description: nothing in it formats, links, mentions, pings or quotes, and what the reader
// sees and copies is the text. Characters that cannot be seen but move others (direction overrides, zero-width spaces, controls) are left out.
// Line breaks stay. It is meant for text that starts a line or follows some on it.
func escape(text string) string {
	text = clean(text)
	var b strings.Builder
	b.Grow(len(text) + len(text)/8)
	lineStart := true // nothing but white space so far on this line
	for i, r := range text {
		if special(text, i, r, lineStart) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
		if r == '@' && broadcast(text[i+1:]) {
			b.WriteRune('\u200b') // a backslash does not stop @everyone
		}
		switch {
		case r == '\n':
			lineStart = true
		case lineStart && unicode.IsDigit(r): // "12. " is a list too
		case !unicode.IsSpace(r) && !strings.ContainsRune(isolates, r):
			lineStart = false
		}
	}
	return b.String()
}

// shortcode is the name of an emoji as Discord replaces it.
var shortcode = regexp.MustCompile(`^:[A-Za-z0-9_+-]{1,64}:`)

// special reports whether the rune r at text[i] needs a backslash.
func special(text string, i int, r rune, lineStart bool) bool {
	switch r {
	case '\\', '*', '_', '~', '`', '|', '[', ']', '<', '>':
		return true
	case '#', '-', '+', '.', ')': // headings, small print and lists
		return lineStart
	case ':': // the colon of "https://", without which there is no link, and of ":smile:"
		return strings.HasPrefix(text[i+1:], "/") || shortcode.MatchString(text[i:])
	case '/': // Discord makes an invitation of a bare "discord.gg/abc"
		return invitation(text[:i])
	}
	return false
}

func invitation(before string) bool {
	tail := strings.ToLower(before[max(0, len(before)-16):])
	return strings.HasSuffix(tail, "discord.gg") || strings.HasSuffix(tail, "discord.com") || strings.HasSuffix(tail, "/invite")
}

func broadcast(after string) bool {
	after = strings.ToLower(after[:min(len(after), len("everyone"))])
	return strings.HasPrefix(after, "everyone") || strings.HasPrefix(after, "here")
}

// clean leaves out what cannot be seen: controls, direction overrides, zero-width characters (joiners stay where a script needs them) and more
// combining marks on a letter than any language has. Pairs of isolates stay, which set a name apart from a sentence that is written in the other direction and
// reach no further than their line. Invalid UTF-8 becomes U+FFFD.
func clean(text string) string {
	if strings.ContainsAny(text, isolates) {
		text = paired(text)
	}
	var b strings.Builder
	b.Grow(len(text))
	marks := 0
	last := rune(0)
	for _, r := range strings.ToValidUTF8(text, "\ufffd") {
		r = visible(r, last)
		if unicode.In(r, unicode.Mn, unicode.Me) {
			marks++
		} else {
			marks = 0
		}
		if r < 0 || marks > maxMarks {
			continue
		}
		b.WriteRune(r)
		last = r
	}
	return b.String()
}

// isolates are FIRST STRONG ISOLATE and POP DIRECTIONAL ISOLATE.
const isolates = "\u2068\u2069"

// paired leaves out the isolates that do not open and close on the same line.
func paired(text string) string {
	var open []int // places in kept
	var kept []rune
	unclosed := map[int]bool{}
	end := func() {
		for _, at := range open {
			unclosed[at] = true
		}
		open = open[:0]
	}
	for _, r := range text {
		switch r {
		case '\u2068':
			open = append(open, len(kept))
		case '\u2069':
			if len(open) == 0 {
				continue
			}
			open = open[:len(open)-1]
		case '\n', '\u2028', '\u2029':
			end()
		}
		kept = append(kept, r)
	}
	end()
	var b strings.Builder
	for i, r := range kept {
		if !unclosed[i] {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// visible gives the rune to show for r after last, or -1 for none.
func visible(r, last rune) rune {
	switch {
	case r == '\n' || r == '\u2028' || r == '\u2029':
		return '\n'
	case r == '\t' || r == '\u00a0' || r == '\r' || r == '\v' || r == '\f':
		return ' '
	case r == '\u200c' || r == '\u200d': // joiners: Persian, Indic scripts, composed emoji
		if last < 0x300 || last == r {
			return -1
		}
		return r
	case strings.ContainsRune(isolates, r): // in pairs
		return r
	case unicode.Is(unicode.Cc, r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Cs, r), unicode.Is(unicode.Co, r):
		return -1
	}
	return r
}

// plain is text for places where Discord shows everything as it stands: footers, labels, names of threads. It is one line.
func plain(text string) string {
	return strings.Join(strings.Fields(clean(text)), " ")
}

// label is text for the words of a masked link: escaped, and without square brackets, which Discord counts there even behind a backslash.
func label(text string) string {
	return escape(strings.NewReplacer("[", "(", "]", ")").Replace(plain(text)))
}

// safeLink returns raw as it can stand in [words](link), or "" when it is no plain web address: only http and https, with a host, without a
// user name, short enough for Discord.
func safeLink(raw string) string {
	u, err := url.Parse(strings.TrimSpace(raw))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil || u.Opaque != "" {
		return ""
	}
	link := strings.NewReplacer("(", "%28", ")", "%29", "<", "%3C", ">", "%3E", "*", "%2A", "\\", "%5C", "|", "%7C", "`", "%60").Replace(u.String())
	if link != clean(link) || strings.ContainsAny(link, " \n\"") || units(link) > maxMaskedURL {
		return ""
	}
	return link
}
