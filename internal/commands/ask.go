package commands

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"attache/internal/answer"
	"attache/internal/library"
	"attache/internal/news"
	"attache/internal/retrieval"
	"attache/internal/text"
)

// maxQuestion is the longest question that is read, in characters: longer ones are texts to search for, not questions.
const maxQuestion = 1000

// ask answers a question from the collection. talk remembers what was asked before; help answers what is asked about the bot itself.
func (d *Desk) ask(talk *memory, help func() Command) Command {
	return Command{
		Name:        "ask",
		Description: "Ask the collection a question; every sentence of the answer cites its source",
		Options: append([]Option{{Name: "question", Description: "The question, in your own words", Required: true, MaxLength: maxQuestion}},
			append(append(narrowing(), d.sourceOption(), private()), pointers()...)...),
		MessageMenu: "Ask about this",
		Handle: func(ctx context.Context, r Request, progress Progress) (Reply, error) {
			typed := r
			if reply, ok, err := d.small(ctx, r, help()); ok || err != nil {
				return answering(typed, reply), err
			}
			r, readAs, err := d.read(ctx, plainly(r), talk)
			if err != nil {
				return Reply{}, err
			}
			if r.Command == "verify" {
				reply, err := d.verify().Handle(ctx, r, progress)
				return answering(typed, reply), err
			}
			q, err := d.query(r, strings.TrimSpace(r.Option("question")))
			if err != nil {
				return Reply{}, err
			}
			if unspecific(r.Option("question")) {
				return Reply{}, Problemf("There is no word in this that I could look for. Please name a person, a place or a thing.")
			}
			var show func(answer.Answer)
			if progress != nil {
				show = func(a answer.Answer) { progress(answering(typed, d.answered(r, a, readAs))) }
			}
			a, err := d.Answers.Ask(ctx, q, show)
			if err != nil {
				return Reply{}, err
			}
			if err := talk.put(ctx, r, a.Read, a.ID); err != nil {
				a.Notices = append(a.Notices, text.Phrasef("This question could not be remembered, so a short one that follows will not be understood."))
			}
			if err := d.remember(ctx, typed, a); err != nil {
				a.Notices = append(a.Notices, text.Phrasef(noReceipt))
			}
			reply := d.answered(r, a, readAs)
			if a.Abstained {
				if reply, err = d.nothing(ctx, r, a, readAs); err != nil {
					return Reply{}, err
				}
			}
			return answering(typed, d.aside(ctx, r, q, a, reply)), nil
		},
	}
}

// answering notes what was asked, in the asker's own words.
func answering(r Request, reply Reply) Reply {
	reply.Question = strings.TrimSpace(r.Option("question"))
	return reply
}

// read returns a request as it is to be read, after what it replies to and what was asked before. readAs says how the question is read; "" for one that
// stands on its own. A question about the quotations of a message becomes a request to verify them.
func (d *Desk) read(ctx context.Context, r Request, talk *memory) (read Request, readAs string, err error) {
	known := func(name string) bool { return len(d.Speakers.Find(d.viewer(r), name).People) > 0 }
	question := r.Option("question")
	last, lastErr := talk.last(ctx, r)
	if r.Option(optionContext) == "" && r.Option(optionAnswer) == "" && asksAboutWords(question) { // "who said this?", beneath an answer
		r = r.With(optionAnswer, last.Filters[optionAnswer])
	}
	at, err := d.pointedAt(ctx, r)
	if err != nil {
		return r, "", err
	}
	r = r.With(optionContext, "").With(optionAnswer, "")
	claim, verify, about := at.readAbout(question, d.Now(), known)
	switch {
	case verify:
		return follow(r, "verify", "text", at.text), "", nil
	case about && (at.question == "" || asksAboutWords(question)):
		return r.With("question", claim), r.say("Read as: %s", claim), nil
	case at.question != "":
		last = library.Conversation{Question: at.question} // who replies to an answer goes on from there
	case lastErr != nil:
		return r, r.say("What was asked before could not be read, so this question was read on its own."), nil
	}
	if next, followed := followUp(r, last, d.reading(ctx, known)); followed {
		return next, r.say("Read as: %s", next.Option("question")), nil
	}
	if about {
		return r.With("question", claim), r.say("Read as: %s", claim), nil
	}
	return r, "", nil
}

// answered renders an answer. readAs says how a follow-up was read; "" for a question that stands on its own.
func (d *Desk) answered(r Request, a answer.Answer, readAs string) Reply {
	reply := Reply{Notices: r.notices(a, readAs), Footer: r.footer(a), Answer: a.ID}
	if a.Found.Read.Latest && stale(a.Newest, d.Now()) {
		reply.Blocks = append(reply.Blocks, Block{Kind: Plain, Text: r.say("The newest evidence is of %s.", a.Newest)})
	}
	reply.Blocks = append(reply.Blocks, r.sentenceBlocks(a)...)
	for _, e := range a.Evidence {
		if n := len(reply.Sources); n == 0 || reply.Sources[n-1].N != e.N { // one line for an article, whatever passages it is cited for
			reply.Sources = append(reply.Sources, source(e.N, e.Source, e.Passage))
		}
	}
	reply.Actions = answerActions(r, a)
	return reply
}

// notices are what the reader must know of an answer.
func (r Request) notices(a answer.Answer, readAs string) []string {
	return compact(append(append([]string{readAs}, r.lang().phrases(a.Notices)...), r.understood(a.Found))...)
}

// sentenceBlocks shows the answer's sentences or, where reports differ, what each of them has.
func (r Request) sentenceBlocks(a answer.Answer) []Block {
	var blocks []Block
	if len(a.Sentences) > 0 && a.Sentences[0].Version != nil {
		blocks = append(blocks, Block{Kind: Plain, Text: "Reports differ."})
	}
	for _, s := range a.Sentences {
		switch {
		case s.Version != nil:
			blocks = append(blocks, r.versionBlock(s, a.Evidence))
		case s.Quote != nil:
			blocks = append(blocks, Block{Kind: Sentence, Text: s.Shown(), Cites: s.Cites, Attribution: r.unsaid(s.Shown(), *s.Quote)})
		default:
			blocks = append(blocks, Block{Kind: Sentence, Text: s.Shown(), Cites: s.Cites})
		}
	}
	return blocks
}

// versionBlock is one of several versions: the figure as its source has it, the outlet and the day, and who is cited for it.
func (r Request) versionBlock(s answer.Sentence, evidence []answer.Evidence) Block {
	b := Block{Kind: Item, Mark: s.Version.Value, Cites: s.Cites}
	if s.Version.Quoted {
		b.Mark = "“" + s.Version.Value + "”"
	}
	i := slices.IndexFunc(evidence, func(e answer.Evidence) bool { return slices.Contains(s.Cites, e.N) })
	from := evidence[i].Source
	who := ""
	if name := r.cited(s.Version.Speaker); name != "" {
		who = r.say("citing %s", name)
	}
	b.Text = strings.Join(compact(cmp.Or(from.Publisher, from.Title), r.date(from.Published), who), ", ")
	return b
}

// cited is whom a report cites: the name with the post, else the words it has for them.
func (r Request) cited(s news.Speaker) string {
	if line := speakerLine(s); line != "" {
		return line
	}
	if s.Kind == news.Unnamed {
		return r.unnamed(s)
	}
	return s.Mention
}

// unnamed is a speaker as an article describes one without a name.
func (r Request) unnamed(s news.Speaker) string {
	if s.Mention == "" {
		return r.say("unnamed")
	}
	mention := s.Mention
	if rest, ok := strings.CutPrefix(mention, "The "); ok { // it began its sentence there
		mention = "the " + rest
	}
	return r.say("%s (unnamed)", mention)
}

// freshDays is how old the newest evidence may be before a question for the latest is told its age first.
const freshDays = 14

func stale(newest, now time.Time) bool {
	return !newest.IsZero() && now.Sub(newest) > freshDays*24*time.Hour
}

// answerActions is what can be done with an answer.
func answerActions(r Request, a answer.Answer) []Action {
	return []Action{
		{Label: "Passages", Request: follow(r, "passages", "ids", passageIDs(a.Evidence))},
		{Label: "Narrow", Request: r, Replace: true,
			Input: &Input{Option: "since", Label: "Only articles published since", Placeholder: "2023-02-28, Feb 2023, last week", Value: r.Option("since")},
			Also: []Input{
				{Option: "until", Label: "Only articles published until", Placeholder: "2023-02-28, 2022", Value: r.Option("until")},
				{Option: "source", Label: "Only articles of this publisher", Placeholder: "as /sources lists it, or a part of it", Value: r.Option("source")},
			}},
		{Label: "Follow up", Request: r, Input: &Input{Option: "question", Label: "Your question", Placeholder: "and Uzbekistan?", Long: true}},
		{Label: "Helpful", Request: follow(r, "feedback", "answer", a.ID, "helpful", "yes")},
		{Label: "Not helpful", Request: follow(r, "feedback", "answer", a.ID, "helpful", "no"),
			Input: &Input{Option: "reason", Label: "What was wrong with it?", Placeholder: "Wrong passage, missing source, out of date …", Long: true}},
	}
}

func passageIDs(evidence []answer.Evidence) string {
	ids := make([]string, len(evidence))
	for i, e := range evidence {
		ids[i] = e.Passage.ID
	}
	return strings.Join(ids, ",")
}

// follow is a request by the same person at the same place for another command.
func follow(r Request, command string, options ...string) Request {
	next := Request{Command: command, Asker: r.Asker, Place: r.Place, Locale: r.Locale, Private: r.Private, Options: map[string]string{}}
	for i := 0; i+1 < len(options); i += 2 {
		next.Options[options[i]] = options[i+1]
	}
	return next
}

// unsaid tells of a shown quotation's speaker what the sentence itself does not: the full name, the post, the day. It is "" when the sentence
// says it all or the speaker is open.
func (r Request) unsaid(sentence string, q news.Quote) string {
	if q.Speaker.Name == "" {
		return ""
	}
	named := strings.Contains(sentence, q.Speaker.Name)
	titled := q.Speaker.Title == "" || strings.Contains(sentence, q.Speaker.Title)
	if named && titled && q.Spoken.Precision != news.Day {
		return ""
	}
	return strings.Join(compact(speakerLine(q.Speaker), r.lang().date(q.Spoken)), " · ")
}

// speakerLine is a speaker with the post held when speaking: "Donald Lu, U.S. assistant secretary of state".
func speakerLine(s news.Speaker) string {
	return strings.Join(compact(s.Name, role(s)), ", ")
}

// role is the title with the body that it is held in: "analyst, Institute of Maps", "President of Varesh".
func role(s news.Speaker) string {
	switch {
	case s.Affiliation == "" || strings.Contains(s.Title, s.Affiliation):
		return s.Title
	case s.Title == "":
		return s.Affiliation
	case capitalised(s.Title) && !strings.Contains(s.Title, " of "): // as it stands before a name, with the body behind: President Petra Vonn of Varesh
		return s.Title + " of " + s.Affiliation
	}
	return s.Title + ", " + s.Affiliation
}

// capitalised reports whether every word begins with a capital letter.
func capitalised(s string) bool {
	for word := range strings.FieldsSeq(s) {
		if first, _ := utf8.DecodeRuneInString(word); !unicode.IsUpper(first) {
			return false
		}
	}
	return true
}

func compact(parts ...string) []string {
	var kept []string
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return kept
}

// understood tells how the question was read where that is not plain from its words.
func (r Request) understood(found retrieval.Result) string {
	var parts []string
	for _, c := range found.Corrected {
		parts = append(parts, r.say("%q was read as %q", c.From, c.To))
	}
	if filters := r.reading(found.Read); filters != "" {
		parts = append(parts, r.say("searched: %s", filters))
	}
	if len(parts) == 0 {
		return ""
	}
	return capital(strings.Join(parts, "; ")) + "."
}

// footer says how the answer was made.
func (r Request) footer(a answer.Answer) string {
	evidence := r.say("%s", counted{a.Articles, "article"})
	if a.Articles != a.Reports {
		evidence = r.say("%s, %s", evidence, counted{a.Reports, "independent report"})
	}
	parts := []string{evidence}
	if len(a.Evidence) == 0 {
		parts = nil
	}
	if !a.Newest.IsZero() {
		parts = append(parts, r.say("newest evidence %s", a.Newest))
	}
	made := r.say("extractive")
	if a.Model != "" {
		made = r.checkedBy(a.Model, a.Checks)
	}
	return strings.Join(append(parts, r.say("%s, %s", made, took(a.Took)), "#"+a.ID), " · ")
}

func took(d time.Duration) string {
	if d < time.Second {
		return fmt.Sprintf("%d ms", max(d.Milliseconds(), 1))
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}

// nothing renders a refusal with its map: what was searched, what is missing, what lies nearest. Its error is that ctx has ended.
func (d *Desk) nothing(ctx context.Context, r Request, a answer.Answer, readAs string) (Reply, error) {
	reply := Reply{
		Blocks: []Block{
			{Kind: Plain, Text: "Nothing in this collection answers that."},
			{Kind: Plain, Text: r.searched(a.Found.Searched, a.Found.Missing)},
		},
		Notices: r.notices(a, readAs),
		Footer:  r.say("%s, %s", sentence{format: "no answer"}, took(a.Took)) + " · #" + a.ID,
		Answer:  a.ID,
	}
	if len(a.Nearest) > 0 {
		reply.Blocks = append(reply.Blocks, Block{Kind: Heading, Text: "Nearest, though no answer"})
		reply.Actions = append(reply.Actions, Action{Label: "Show the nearest", Request: follow(r, "passages", "ids", passageIDs(a.Nearest))})
	}
	for _, e := range a.Nearest {
		sentence, err := d.nearestSentence(ctx, a.Question, e.Passage.Text)
		if err != nil {
			return Reply{}, err
		}
		reply.Blocks = append(reply.Blocks, Block{Kind: Item, Text: cut(sentence, 200), Cites: []int{e.N}})
		reply.Sources = append(reply.Sources, source(e.N, e.Source, e.Passage))
	}
	reply.Actions = append(reply.Actions, Action{Label: "Request a source", Request: follow(r, "feedback", "answer", a.ID, "helpful", "no"),
		Input: &Input{Option: "reason", Label: "Which source is missing?", Placeholder: "A title, a publisher, a link …", Long: true}})
	return reply, nil
}

// nearestSentence is the sentence of a passage that comes nearest to the question.
func (d *Desk) nearestSentence(ctx context.Context, question, passage string) (string, error) {
	var sentences []string
	for _, p := range text.Paragraphs(passage) {
		for _, s := range sentencesIn(passage, p) {
			sentences = append(sentences, s.In(passage))
		}
	}
	scores, err := d.Index.Relevance(ctx, question, sentences)
	if err != nil || len(sentences) == 0 {
		return passage, err
	}
	best := 0
	for i, score := range scores {
		if score > scores[best] {
			best = i
		}
	}
	return strings.Join(strings.Fields(sentences[best]), " "), nil
}

// searched says what was searched and which words of the question it does not hold.
func (r Request) searched(h retrieval.Holdings, missing []string) string {
	if h.Articles == 0 {
		return r.say("No article was searched: the collection is empty, or holds nothing within the filters.")
	}
	line := r.say("Searched %s.", r.heldBy(h))
	quoted := make([]string, len(missing))
	for i, w := range missing {
		quoted[i] = `"` + w + `"`
	}
	switch last := len(quoted) - 1; last {
	case -1:
		return line
	case 0:
		return line + " " + r.say("%s occurs in none.", quoted[0])
	default:
		return line + " " + r.say("%s and %s occur in none.", strings.Join(quoted[:last], ", "), quoted[last])
	}
}

// held is how many articles of which days there are.
func (r Request) held(h retrieval.Holdings) string {
	line := r.say("%s", counted{h.Articles, "article"})
	if !h.From.IsZero() {
		line = r.say("%s, %s", line, r.span(h.From, h.To))
	}
	return line
}

// heldBy is how many articles there are, and who published them.
func (r Request) heldBy(h retrieval.Holdings) string {
	if named := r.publishers(h.Publishers); named != "" {
		return r.say("%s: %s", r.held(h), named)
	}
	return r.held(h)
}

// span is a range of days, the year said once where both share it.
func (r Request) span(from, to time.Time) string {
	switch {
	case from.Equal(to):
		return r.lang().Day(from)
	case from.Year() == to.Year() && r.lang().words().Dates.YearFirst:
		return r.say("%s to %s", from, dayOfYear(to))
	case from.Year() == to.Year():
		return r.say("%s to %s", dayOfYear(from), to)
	}
	return r.say("%s to %s", from, to)
}

// publishers lists the largest ones with their counts; "" when there is none.
func (r Request) publishers(counts []retrieval.Count) string {
	var named []string
	for _, c := range counts[:min(5, len(counts))] {
		name := c.Name
		if name == "" {
			name = r.say("no publisher given")
		}
		named = append(named, fmt.Sprintf("%s (%d)", name, c.N))
	}
	line := strings.Join(named, ", ")
	if more := len(counts) - len(named); more > 0 {
		line = r.say("%s and %d more", line, more)
	}
	return line
}
