package ingest

import (
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"attache/internal/news"
)

// plainText reads text as copied from a web page or written by hand: the first line is the title when no stop ends it; lines of the head
// such as "By Ada Reed", "Published: 28 Feb 2023" or "Source: Northern Wire" say what they say; headings are recognised by their form; what
// web pages add is dropped. Front matter is read as in Markdown.
func plainText(data []byte, _ string) (news.Article, error) {
	var a news.Article
	body, err := frontMatter(string(data), &a)
	if err != nil {
		return news.Article{}, err
	}
	paragraphs := tidied(asBlocks(splitParagraphs(body)))
	paragraphs = dropFurniture(takeCredit(takeTitle(paragraphs, &a), &a))
	paragraphs = takeHead(paragraphs, &a)
	paragraphs = takeFoot(paragraphs, &a)
	if a.Published.IsZero() && len(paragraphs) > 0 {
		a.Published = datelineDate(paragraphs[0].text)
	}
	markHeadings(paragraphs)
	a.Text, a.Headings = compose(paragraphs)
	return a, nil
}

func asBlocks(paragraphs []string) []block {
	blocks := make([]block, len(paragraphs))
	for i, p := range paragraphs {
		blocks[i].text = strings.TrimLeft(p, "•▪‣◦● \t\u00a0")
	}
	return blocks
}

// longestTitle bounds a title in runes; the longest headlines measure some 150.
const longestTitle = 200

// takeTitle takes the first paragraph for the title when it reads like one and something follows it.
func takeTitle(blocks []block, a *news.Article) []block {
	blocks = dropLeading(blocks)
	if len(blocks) < 2 {
		return blocks
	}
	first := blocks[0].text
	if a.Title != "" {
		if strings.EqualFold(tidy(a.Title), first) {
			return blocks[1:]
		}
		return blocks
	}
	if title, ok := cutLabel(first, "title", "headline"); ok {
		a.Title = title
		return blocks[1:]
	}
	if _, isField := headField(first); !isField && utf8.RuneCountInString(first) <= longestTitle && !endsLikeProse(first) {
		a.Title = first
		return blocks[1:]
	}
	return blocks
}

// endsLikeProse reports whether a stop, a comma or a colon ends s. The three dots of a title that was cut short do not count.
func endsLikeProse(s string) bool {
	return strings.ContainsRune(".,;:", lastRune(s)) && !strings.HasSuffix(s, "...")
}

func dropLeading(blocks []block) []block {
	for len(blocks) > 0 && isFurniture(blocks[0].text) {
		blocks = blocks[1:]
	}
	return blocks
}

// headLines is how many paragraphs after the title may tell the author, the date or the source.
const headLines = 8

// takeHead reads and takes out the lines at the head of an article that are about it. Reading ends at the first paragraph of its own.
func takeHead(blocks []block, a *news.Article) []block {
	var kept []block
	for i, b := range blocks {
		field, ok := headField(b.text)
		if i >= headLines || !ok && isProse(b.text) {
			return append(kept, blocks[i:]...)
		}
		if !ok {
			kept = append(kept, b)
			continue
		}
		field.fill(a)
	}
	return kept
}

// fullArticle is the link to the whole of an article, which those leave who copy one.
var fullArticle = regexp.MustCompile(`(?i)^read (?:the )?full (?:article|story)[.:!…→»>]*$`)

// takeCredit takes out "Source: Northern Wire" where it stands right below such a link: it is the article's own source then.
func takeCredit(blocks []block, a *news.Article) []block {
	for i := len(blocks) - 1; i > 0; i-- {
		if f, ok := headField(blocks[i].text); ok && f.publisher != "" && f.author == "" && fullArticle.MatchString(blocks[i-1].text) {
			f.fill(a)
			return append(blocks[:i:i], blocks[i+1:]...)
		}
	}
	return blocks
}

// takeFoot takes the address of an article off its end, as in "Source: https://…". Names and dates are left there: what stands below an
// article is more often the source of its chart than its own.
func takeFoot(blocks []block, a *news.Article) []block {
	if len(blocks) < 2 {
		return blocks
	}
	last := blocks[len(blocks)-1].text
	if f, ok := headField(last); ok && f.url != "" && f.url != last {
		f.fill(a)
		return blocks[:len(blocks)-1]
	}
	return blocks
}

// isProse reports whether a paragraph is a sentence or more, rather than a line of a page's head.
func isProse(s string) bool { return words(s) > 12 && strings.ContainsRune(".!?…", lastRune(s)) }

// field is what one line of a head tells.
type field struct {
	author, publisher, url string
	published              time.Time
}

// fill sets what a does not know yet.
func (f field) fill(a *news.Article) {
	for _, s := range []struct {
		to   *string
		from string
	}{{&a.Author, f.author}, {&a.Publisher, f.publisher}, {&a.URL, f.url}} {
		if *s.to == "" {
			*s.to = s.from
		}
	}
	if a.Published.IsZero() {
		a.Published = f.published
	}
}

var (
	byline    = regexp.MustCompile(`^(?:By|BY|by) ((?:\p{Lu}[\p{L}.'’\-]*|van|von|de|der|del|di|da|al|bin|el|la|le|dos|du)(?:,? (?:and |& )?(?:\p{Lu}[\p{L}.'’\-]*|van|von|de|der|del|di|da|al|bin|el|la|le|dos|du)){0,11})(?:(?:,|\s*[|·•]|\s+[–—-])\s*(\p{L}.+|\d.+\d{4}.*))?$`)
	clockTime = regexp.MustCompile(`(?i)[,|·•\s]+(?:at )?\d{1,2}(?::|\.)\d{2}(?::\d{2})?\s*(?:[ap]\.?m\.?)?\s*(?:[A-Z]{2,5})?$`)
	webLink   = regexp.MustCompile(`^https?://\S+$`)
)

// headField reads a line such as "By Ada Reed", "Published Feb. 28, 2023", "28 February 2023" or "Source: Northern Wire".
func headField(s string) (field, bool) {
	if len(s) > longestFurniture {
		return field{}, false
	}
	if name, ok := cutLabel(s, "author", "by"); ok {
		return field{author: name}, true
	}
	if m := byline.FindStringSubmatch(s); m != nil {
		f := field{author: strings.TrimRight(m[1], ", ")}
		if t, ok := writtenDate(m[2]); ok {
			f.published = t
		} else {
			f.publisher = m[2]
		}
		return f, f.publisher == "" || words(f.publisher) <= 5
	}
	if v, ok := cutLabel(s, "source", "publisher", "publication", "published by", "published in"); ok && !strings.ContainsRune(".!?", lastRune(v)) {
		if webLink.MatchString(v) {
			return field{url: v}, true
		}
		if t, ok := writtenDate(v); ok {
			return field{published: t}, true
		}
		return field{publisher: v}, words(v) <= 10
	}
	if v, ok := cutLabel(s, "url", "link", "original", "original article"); ok && webLink.MatchString(v) {
		return field{url: v}, true
	}
	if webLink.MatchString(s) {
		return field{url: s}, true
	}
	t, ok := writtenDate(s)
	return field{published: t}, ok
}

// cutLabel takes "label:" off the head of s, whatever its case.
func cutLabel(s string, labels ...string) (value string, ok bool) {
	head, value, found := strings.Cut(s, ":")
	if !found {
		return "", false
	}
	value = strings.TrimSpace(value)
	for _, l := range labels {
		if strings.EqualFold(strings.TrimSpace(head), l) && value != "" {
			return value, true
		}
	}
	return "", false
}

var dateLabel = regexp.MustCompile(`(?i)^(?:first )?(?:published|posted|date|released|issued)(?: (?:on|at))?\s*:?\s+`)

// writtenDate reads a line that is a date and nothing else but a label before it and a time of day after it.
func writtenDate(s string) (time.Time, bool) {
	s = dateLabel.ReplaceAllString(strings.TrimSpace(s), "")
	for _, form := range []string{s, clockTime.ReplaceAllString(s, "")} {
		if t, err := ParseDate(form); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// dateline is the place and date that an agency's report begins with: "KARETH, Varesh, May 9, 2031 (Northern Wire) — ".
var dateline = regexp.MustCompile(`^\p{Lu}[\p{L} .,'’\-]{2,60}, ((?:\d{1,2} )?\p{L}{3,9}\.? (?:\d{1,2}, )?\d{4})\b[^.]{0,40}?(?:—|–|--? |:)`)

// datelineDate is the date of a dateline that names its year; zero for any other beginning. The dateline itself stays part of the text.
func datelineDate(s string) time.Time {
	m := dateline.FindStringSubmatch(s)
	if m == nil {
		return time.Time{}
	}
	t, err := ParseDate(m[1])
	if err != nil {
		return time.Time{}
	}
	return t
}

// markHeadings finds headings that have no mark: a question above prose, or a short line without a stop above a longer paragraph of it.
// Lines that follow one another in that form are a list.
func markHeadings(blocks []block) {
	for i := range len(blocks) - 1 {
		next := blocks[i+1].text
		listed := i > 0 && !blocks[i-1].heading && headingLike(blocks[i-1].text)
		answered := lastRune(blocks[i].text) == '?' && endsSentence(next)
		blocks[i].heading = headingLike(blocks[i].text) && !listed && (answered || isSentence(next) && len(next) > len(blocks[i].text))
	}
}

func endsSentence(s string) bool { return strings.ContainsRune(".!?…:", lastRune(s)) && words(s) > 1 }
func isSentence(s string) bool   { return endsSentence(s) && words(s) > 4 }

// The longest heading, in runes, and the longest one that is written like a sentence, in words.
const (
	longestHeading = 110
	longestPlain   = 8
)

// photoCredit is the end of a caption: "Ada Orr/Northern Wire".
var photoCredit = regexp.MustCompile(`\p{L}/\p{Lu}[\p{L} ]+$`)

// headingLike reports whether a line has the form of a heading: short, begun with a capital or a figure, without a stop; a question, or
// with most of its longer words capitalised, or of a few words only. Spoken words in quotation marks are none.
func headingLike(s string) bool {
	first, _ := utf8.DecodeRuneInString(s)
	if utf8.RuneCountInString(s) > longestHeading || !unicode.IsUpper(first) && !unicode.IsDigit(first) && unicode.IsLetter(first) {
		return false
	}
	if strings.IndexFunc(s, unicode.IsLetter) < 0 || strings.ContainsRune("\"“„«‘'—–-", first) || strings.ContainsRune(".!,;:…—–-", lastRune(s)) {
		return false
	}
	if photoCredit.MatchString(s) {
		return false
	}
	return lastRune(s) == '?' || words(s) <= longestPlain || isTitleCase(s)
}

// isTitleCase reports whether at least three in four of the words with more than three letters begin with a capital.
func isTitleCase(s string) bool {
	long, upper := 0, 0
	for _, w := range strings.Fields(s) {
		w = strings.TrimLeft(w, "\"'“‘(")
		if r, _ := utf8.DecodeRuneInString(w); utf8.RuneCountInString(w) > 3 {
			long++
			if unicode.IsUpper(r) || unicode.IsDigit(r) {
				upper++
			}
		}
	}
	return long > 0 && upper*4 >= long*3
}
