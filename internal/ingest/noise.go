package ingest

import (
	"regexp"
	"slices"
	"strings"
)

const networks = `facebook|twitter|x|linkedin|whatsapp|telegram|reddit|messenger|instagram|bluesky|mastodon|threads|youtube`

// furniture matches whole paragraphs that are part of a web page and not of its article, wherever they stand.
var furniture = regexp.MustCompile(`(?i)^(?:` + strings.Join([]string{
	`advertisement`, `skip advertisement`, `story continues below(?: this)?(?: advertisement)?`, `article continues (?:below|after).*`,
	`continue reading(?: the main story)?`, `scroll to continue(?: with content)?`, `ad`,
	`read (?:more|(?:the )?full (?:article|story))`,
	`share(?: (?:this|full))?(?: (?:article|story|page))?`, `save(?: (?:this )?(?:article|story))?`, `give this article`, `copy(?: this)? link`, `print(?: this(?: page)?)?`,
	`(?:share|tweet|post|send|e-?mail)(?: this)? (?:on|via|by|to|with) (?:` + networks + `|e-?mail|a friend)`,
	`(?:` + networks + `)(?:[ |,/•·]+(?:` + networks + `|e-?mail|print|copy link))+`, `(?:facebook|twitter|linkedin|whatsapp|telegram|reddit|instagram)`,
	`listen to this (?:article|story).*`, `\d+[- ]min(?:ute)?s?(?:\.| read)?`, `\d+ comments?`, `leave a (?:comment|reply)`, `(?:view|show|read) (?:all )?comments`,
	`for immediate release`, `sponsored(?: (?:content|by .{0,40}))?`, `column \d+[A-Z]*`,
	`(?:we use|this (?:site|website) uses) cookies.*`, `accept (?:all )?(?:cookies)?`, `(?:back|return) to top`, `skip to (?:main )?content`,
}, "|") + `)[.:!…→»>]*$`)

// tail matches paragraphs that end a web page after its article: they are dropped from the end upwards until one is none of them.
var tail = regexp.MustCompile(`(?i)^(?:` + strings.Join([]string{
	`(?:source: ?)?(?:click here to )?(?:read|view|see|continue reading)(?: the)?(?: full| original| whole| entire)? ?(?:article|story|post|report|text|more)(?: (?:at|on|here|by|in)\b.{0,80})?`,
	`source:`, `read more: .{0,160}`, `(?:click|tap) here(?: (?:to|for) .{0,80})?`,
	`(?:sign up|subscribe|register) (?:for|to|now|today|here)\b.{0,160}`, `get (?:the|our) .{0,60}newsletter.{0,80}`, `download (?:the|our) app.{0,80}`,
	`follow (?:us|[\w.@’'-]+(?: [\w.’'-]+)?) on (?:` + networks + `)\b.{0,80}`,
	`(?:related|recommended|trending|most read|you (?:may|might) also like)(?: (?:articles?|stories|content|news|reading|topics))?`, `more (?:stories|articles|news|from .{0,60}|on this (?:topic|story))`,
	`(?:©|\(c\)|copyright (?:©|\(c\)|\d{4}|by\b)).{0,200}`, `.{0,60}all rights reserved`, `(?:filed under|tags|topics|keywords|categories): .{0,200}`,
	`(?:reporting|additional reporting|writing) by .{3,80}; ?(?:additional reporting|writing|editing) by .{3,120}`, `\(?editing by .{3,120}`, `our standards: .{0,120}`,
	`disclaimer: .{0,200}`, `this (?:article|story) (?:was )?(?:first|originally) (?:appeared|published) .{0,120}`,
	`share this:?.{0,80}`, `like this:?`, `loading`, `terms of (?:use|service)(?:[ |·].{0,80})?`, `privacy policy(?:[ |·].{0,80})?`, `(?:next|previous)(?: (?:article|story|post))?`,
}, "|") + `)[.:!…→»>]*$`)

// dropFurniture leaves out what belongs to the page around the article.
func dropFurniture(blocks []block) []block {
	blocks = slices.DeleteFunc(blocks, func(b block) bool { return isFurniture(b.text) })
	for n := len(blocks); n > 0 && isTail(blocks[n-1].text); n-- {
		blocks = blocks[:n-1]
	}
	return blocks
}

// No furniture is longer than this many bytes; the bound keeps long paragraphs from the expressions.
const longestFurniture = 240

// isFurniture reports whether a paragraph is a button, a counter or an advertisement.
func isFurniture(s string) bool { return len(s) <= longestFurniture && furniture.MatchString(s) }

// isTail reports whether a paragraph is what stands below an article. Words in quotation marks are never taken for it.
func isTail(s string) bool {
	return len(s) <= longestFurniture && !strings.ContainsAny(s, "“”\"«»") && tail.MatchString(s)
}
