package discord

import (
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestEscape(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, in, want string }{
		{"plain words stay", "The pass stays closed.", "The pass stays closed."},
		{"stars", "a *b* **c**", `a \*b\* \*\*c\*\*`},
		{"underscores inside a word", "snake_case_word", `snake\_case\_word`},
		{"strike-through", "~~no~~", `\~\~no\~\~`},
		{"code", "`code` and ```block```", "\\`code\\` and \\`\\`\\`block\\`\\`\\`"},
		{"spoiler", "||secret||", `\|\|secret\|\|`},
		{"backslash before a star", `\*a\*`, `\\\*a\\\*`},
		{"masked link", "[x](https://varesh.example)", `\[x\](https\://varesh.example)`},
		{"bare link", "see https://varesh.example/a_b", `see https\://varesh.example/a\_b`},
		{"link in pointed brackets", "<https://varesh.example>", `\<https\://varesh.example\>`},
		{"link of the application", "discord://-/channels/1", `discord\://-/channels/1`},
		{"invitation without a scheme", "join discord.gg/abc", `join discord.gg\/abc`},
		{"user", "<@1> <@!1> <@&1>", `\<@1\> \<@!1\> \<@&1\>`},
		{"channel, command, time, emoji", "<#1> </cmd:1> <t:1:R> <:a:1> <a:b:1>", `\<#1\> \</cmd:1\> \<t\:1:R\> \<\:a:1\> \<a\:b:1\>`},
		{"everyone", "@everyone @here @Everyone", "@\u200beveryone @\u200bhere @\u200bEveryone"},
		{"a handle is no ping", "@ilena", "@ilena"},
		{"heading", "# Title\n## Two\n-# small", "\\# Title\n\\## Two\n\\-# small"},
		{"a number sign within a line stays", "issue #5", "issue #5"},
		{"quotation", "> said\n>>> more", "\\> said\n\\>\\>\\> more"},
		{"list", "- a\n* b\n+ c\n  - d", "\\- a\n\\* b\n\\+ c\n  \\- d"},
		{"numbered list", "1. a\n12) b", "1\\. a\n12\\) b"},
		{"a decimal within a line stays", "about 1.5 million", "about 1.5 million"},
		{"emoji by name", ":smile: at 10:30", `\:smile: at 10:30`},
		{"direction override goes", "abc\u202egnp.exe", "abcgnp.exe"},
		{"isolates of a given direction go", "a\u2066b\u2069c\u2067d", "abcd"},
		{"isolates in pairs stay", "قال \u2068Ilena \u2068“x”\u2069\u2069:", "قال \u2068Ilena \u2068“x”\u2069\u2069:"},
		{"isolates alone go", "\u2069a\u2068b\nc\u2069d\u2068\u2068e\u2069", "ab\ncd\u2068e\u2069"},
		{"markup behind an isolate", "\u2068# a\u2069", "\u2068\\# a\u2069"},
		{"zero width goes", "@every\u200bone a\u2060b\ufeffc", "@\u200beveryone abc"},
		{"joiner between Latin letters goes", "a\u200db", "ab"},
		{"joiner in Persian stays", "می\u200cخواهم", "می\u200cخواهم"},
		{"emoji family stays", "👩\u200d👩\u200d👧", "👩\u200d👩\u200d👧"},
		{"accents stay, piles of marks do not", "e\u0301" + strings.Repeat("\u0323", 40), "e\u0301" + strings.Repeat("\u0323", 5)},
		{"controls go", "a\x00b\x1b[31mc\u0085d", `ab\[31mcd`},
		{"line separators break lines", "a\u2028# b", "a\n\\# b"},
		{"broken bytes are shown as such", "a\xffb", "a\ufffdb"},
		{"curly quotes stay", "“We won’t,” she said.", "“We won’t,” she said."},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := escape(test.in); got != test.want {
				t.Errorf("escape(%q)\n got %q\nwant %q", test.in, got, test.want)
			}
		})
	}
}

// active finds markup that Discord would act on in text whose escaped characters have been taken out.
var active = []*regexp.Regexp{
	regexp.MustCompile("[*_~`|<>\\[\\]\\\\]"),
	regexp.MustCompile(`(?m)^[ \x{3000}]*(#{1,3}|-#|[-+]|\d+[.)])`),
	regexp.MustCompile(`(?i)\w+:/`),
	regexp.MustCompile(`(?i)discord\.gg/`),
	regexp.MustCompile(`(?i)@(everyone|here)`),
	regexp.MustCompile(`:[A-Za-z0-9_+-]{1,64}:`),
	regexp.MustCompile(`[\x{202a}-\x{202e}\x{2066}\x{2067}\x00-\x09\x0b-\x1f\x7f]`),
}

var escaped = regexp.MustCompile(`\\[^0-9A-Za-z\s]`)

// checkInert fails when shown, the escaped form of text, holds live markup or is not the text any more.
func checkInert(t interface{ Fatalf(string, ...any) }, text, shown string) {
	bare := escaped.ReplaceAllString(shown, "\u00b7")
	for _, re := range active {
		if m := re.FindString(bare); m != "" {
			t.Fatalf("escape(%q) = %q: %q is live", text, shown, m)
		}
	}
	back := escaped.ReplaceAllStringFunc(shown, func(s string) string { return s[1:] })
	back = strings.ReplaceAll(back, "@\u200b", "@")
	if back != clean(text) {
		t.Fatalf("escape(%q) reads %q, want %q", text, back, clean(text))
	}
}

func FuzzEscape(f *testing.F) {
	for _, s := range []string{"", "# a", "1. b", "@everyone", "a\\", "\\", "<@1>", "[a](b)", "x://y", "\u202ea", "::a::", ":a:b:", "> - # c", "12345678. d", "\n\n#e"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		shown := escape(text)
		if !utf8.ValidString(shown) {
			t.Fatalf("escape(%q) is not valid UTF-8", text)
		}
		checkInert(t, text, shown)
		if once := clean(text); clean(once) != once {
			t.Fatalf("clean is not stable on %q", text)
		}
		if line := plain(text); strings.ContainsFunc(line, func(r rune) bool { return r == '\n' || unicode.IsControl(r) }) {
			t.Fatalf("plain(%q) = %q is not one line", text, line)
		}
	})
}

func TestSafeLink(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, in, want string }{
		{"https", "https://herald.example/a?b=c#d", "https://herald.example/a?b=c#d"},
		{"round brackets are encoded", "https://herald.example/a_(b)", "https://herald.example/a_%28b%29"},
		{"javascript", "javascript:alert(1)", ""},
		{"no host", "https:///a", ""},
		{"a user name hides the host", "https://herald.example@evil.example", ""},
		{"relative", "/a/b", ""},
		{"spaces are encoded", "https://herald.example/a b", "https://herald.example/a%20b"},
		{"line break", "https://herald.example/a\n)", ""},
		{"direction override is encoded", "https://herald.example/\u202e", "https://herald.example/%E2%80%AE"},
		{"too long", "https://herald.example/" + strings.Repeat("a", 600), ""},
		{"the application's own scheme", "discord://-/invite/a", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := safeLink(test.in); got != test.want {
				t.Errorf("safeLink(%q) = %q, want %q", test.in, got, test.want)
			}
		})
	}
}

func FuzzSafeLink(f *testing.F) {
	f.Add("https://a.example/(b)")
	f.Fuzz(func(t *testing.T, raw string) {
		link := safeLink(raw)
		if link != "" && (strings.ContainsAny(link, "()<> \n\\`|*") || units(link) > maxMaskedURL || !strings.HasPrefix(link, "http")) {
			t.Fatalf("safeLink(%q) = %q", raw, link)
		}
	})
}
