package discord

import (
	"container/list"
	"crypto/rand"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"

	"attache/internal/commands"
)

const (
	idVersion  = "a1." // of the custom ids; an id of another version is treated as expired
	buttonLife = 24 * time.Hour
	buttonsMax = 20000 // the oldest go first
)

// deed is what a button does.
type deed int

const (
	doRun   deed = iota // run the action's request
	doPage              // show another page
	doShare             // show a private reply to the channel
)

// button is what an opaque custom id stands for.
type button struct {
	deed   deed
	owner  string // the id of who asked
	action commands.Action
	shown  *shown // of doPage and doShare
	page   int
}

// shown is a reply as it stands on the screen, with its pages.
type shown struct {
	pages   []*discordgo.MessageEmbed
	rows    []discordgo.MessageComponent // the reply's own actions
	pageIDs []string                     // the custom id that leads to each page
	files   []commands.File
}

// buttons remembers what the bot's buttons do. Ids are random and say nothing; they expire after buttonLife, and the oldest are forgotten
// when there are too many. It is safe for concurrent use.
type buttons struct {
	mu    sync.Mutex
	now   func() time.Time
	limit int
	byID  map[string]*list.Element
	order *list.List // of *entry, oldest first
}

type entry struct {
	id      string
	expires time.Time
	button  button
}

func newButtons(now func() time.Time, limit int) *buttons {
	return &buttons{now: now, limit: limit, byID: map[string]*list.Element{}, order: list.New()}
}

// add remembers a button and returns the custom id for it.
func (s *buttons) add(b button) string {
	id := idVersion + rand.Text()
	s.put(id, b)
	return id
}

func (s *buttons) put(id string, b button) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.byID[id] = s.order.PushBack(&entry{id: id, expires: s.now().Add(buttonLife), button: b})
	for s.order.Len() > s.limit || s.order.Front().Value.(*entry).expires.Before(s.now()) {
		s.drop(s.order.Front())
	}
}

// get finds what a custom id stands for; false when it is unknown, of another version, or expired.
func (s *buttons) get(id string) (button, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, ok := s.byID[id]
	if !ok || e.Value.(*entry).expires.Before(s.now()) {
		return button{}, false
	}
	return e.Value.(*entry).button, true
}

// take is get for what may be done once.
func (s *buttons) take(id string) (button, bool) {
	b, ok := s.get(id)
	s.mu.Lock()
	defer s.mu.Unlock()
	if e, still := s.byID[id]; ok && still {
		s.drop(e)
		return b, true
	}
	return button{}, false
}

func (s *buttons) drop(e *list.Element) {
	delete(s.byID, e.Value.(*entry).id)
	s.order.Remove(e)
}

// show renders a reply and remembers its buttons. owner may turn its pages; a reply that may be shared gets a button for it.
func (b *Bot) show(reply commands.Reply, owner string, words Words, share bool) *shown {
	files := checkedFiles(reply.Files)
	if len(files) < len(reply.Files) {
		reply.Notices = append(slices.Clone(reply.Notices), words.FilesLeftOut)
	}
	s := &shown{pages: Render(reply, words), files: files}
	room := maxRows * maxRowButtons
	if len(s.pages) > 1 {
		room -= 2
		for i := range s.pages {
			s.pageIDs = append(s.pageIDs, b.buttons.add(button{deed: doPage, owner: owner, shown: s, page: i}))
		}
	}
	if share {
		room--
	}
	var all []discordgo.MessageComponent
	for _, a := range reply.Actions[:min(len(reply.Actions), room)] {
		all = append(all, b.actionButton(a, owner))
	}
	if share {
		id := b.buttons.add(button{deed: doShare, owner: owner, shown: s})
		all = append(all, discordgo.Button{Label: clip(words.Share, maxButtonLabel), Style: discordgo.SecondaryButton, CustomID: id})
	}
	s.rows = rows(all)
	return s
}

// actionButton is the button of an action. A link that Discord would not take becomes a button that says it has expired.
func (b *Bot) actionButton(a commands.Action, owner string) discordgo.Button {
	text := clip(orDash(plain(a.Label)), maxButtonLabel)
	if a.Link != "" && units(a.Link) <= maxButtonLink && safeLink(a.Link) != "" {
		return discordgo.Button{Label: text, Style: discordgo.LinkButton, URL: a.Link}
	}
	return discordgo.Button{Label: text, Style: buttonStyle(a.Style), CustomID: b.buttons.add(button{deed: doRun, owner: owner, action: a})}
}

// checkedFiles leaves out what Discord would refuse for its size or number.
func checkedFiles(files []commands.File) []commands.File {
	var kept []commands.File
	total := 0
	for _, f := range files[:min(len(files), maxFiles)] {
		if total += len(f.Data); len(f.Data) <= maxFileBytes && total <= maxUpload-maxFileBytes/10 {
			kept = append(kept, f)
		}
	}
	return kept
}

func orDash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}

func buttonStyle(s commands.Style) discordgo.ButtonStyle {
	switch s {
	case commands.Primary:
		return discordgo.PrimaryButton
	case commands.Danger:
		return discordgo.DangerButton
	default:
		return discordgo.SecondaryButton
	}
}

// rows lays buttons out, at most maxRowButtons in a row.
func rows(all []discordgo.MessageComponent) []discordgo.MessageComponent {
	var out []discordgo.MessageComponent
	for len(all) > 0 {
		n := min(len(all), maxRowButtons)
		out = append(out, discordgo.ActionsRow{Components: all[:n]})
		all = all[n:]
	}
	return out
}

// message is a page of the reply as Discord takes it, with buttons to the pages beside it in front of the reply's own.
func (s *shown) message(page int, words Words) message {
	var all []discordgo.MessageComponent
	if page > 0 {
		all = append(all, discordgo.Button{Label: words.Previous, Style: discordgo.SecondaryButton, CustomID: s.pageIDs[page-1]})
	}
	if page+1 < len(s.pages) {
		all = append(all, discordgo.Button{Label: words.Next, Style: discordgo.PrimaryButton, CustomID: s.pageIDs[page+1]})
	}
	for _, row := range s.rows {
		all = append(all, row.(discordgo.ActionsRow).Components...)
	}
	return message{embeds: s.pages[page : page+1], rows: rows(all)}
}

// first is the first page with the reply's files, for the message that is sent once.
func (s *shown) first(words Words) message {
	m := s.message(0, words)
	m.files = s.files
	return m
}

// form asks for the text that an action needs; submitting it comes back with the same custom id.
func form(id string, a commands.Action) *discordgo.InteractionResponseData {
	style := discordgo.TextInputShort
	if a.Input.Long {
		style = discordgo.TextInputParagraph
	}
	return &discordgo.InteractionResponseData{CustomID: id, Title: clip(orDash(plain(a.Label)), maxModalTitle),
		Components: []discordgo.MessageComponent{discordgo.ActionsRow{Components: []discordgo.MessageComponent{discordgo.TextInput{
			CustomID: inputID, Label: clip(orDash(plain(a.Input.Label)), maxInputLabel), Style: style,
			Placeholder: clip(plain(a.Input.Placeholder), maxInputHint), Required: true, MaxLength: maxInputText,
		}}}},
	}
}

const inputID = "text"

// typed finds what was entered in a modal; false when it is not there.
func typed(components []discordgo.MessageComponent) (string, bool) {
	for _, c := range components {
		switch c := c.(type) {
		case *discordgo.ActionsRow:
			if text, ok := typed(c.Components); ok {
				return text, true
			}
		case *discordgo.TextInput:
			if c.CustomID == inputID {
				return strings.TrimSpace(c.Value), true
			}
		}
	}
	return "", false
}
