package discord

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"

	"attache/internal/commands"
)

const (
	idVersion  = "a2." // of the custom ids; an id of another version is treated as expired
	buttonLife = 24 * time.Hour
	shownMax   = 4000 // replies in memory; the records have the others
)

// deed is what a button does. Its value is a part of custom ids.
type deed byte

const (
	doRun   deed = 'r' // run an action's request
	doPage  deed = 'p' // show another page
	doShare deed = 's' // show a private reply to the channel
)

// shown is a reply as it stands on the screen, with what its buttons do. What is exported of it goes into the records; it does not change once shown; see
// buttons.share.
type shown struct {
	Owner   string                    // the id of who asked; "" for a reply to nobody
	Actions []commands.Action         // of the buttons, in order
	Pages   []*discordgo.MessageEmbed // only those of a reply that has several, or may be shared, are recorded
	Share   bool                      // there is a button to share it
	Shared  bool                      // it was pressed
	Rests   []string                  // with Share: the ids of the articles that it shows, see Options.Public

	id    string // what the custom ids of its buttons share: random, so that it cannot be guessed
	until time.Time
	files []commands.File
}

// button is one button of a reply: which of its pages or actions, where it has several.
type button struct {
	shown *shown
	deed  deed
	n     int
}

// action is what a button of doRun runs.
func (b button) action() commands.Action { return b.shown.Actions[b.n] }

// customID names a button: "a2.", the reply's id, the deed and a number.
func (s *shown) customID(d deed, n int) string {
	return idVersion + s.id + "." + string(rune(d)) + strconv.Itoa(n)
}

// parseID takes a custom id apart.
func parseID(custom string) (id string, d deed, n int, ok bool) {
	rest, ok := strings.CutPrefix(custom, idVersion)
	if !ok {
		return "", 0, 0, false
	}
	id, what, ok := strings.Cut(rest, ".")
	if !ok || len(what) < 2 {
		return "", 0, 0, false
	}
	n, err := strconv.Atoi(what[1:])
	return id, deed(what[0]), n, err == nil
}

// find is the button of a reply with that deed and number; false when there is none.
func (s *shown) find(d deed, n int) (button, bool) {
	ok := false
	switch d {
	case doRun:
		ok = n >= 0 && n < len(s.Actions)
	case doPage:
		ok = n >= 0 && n < len(s.Pages)
	case doShare:
		ok = s.Share && n == 0
	}
	return button{s, d, n}, ok
}

// buttons knows what the bot's buttons do, also those of an earlier process. They expire after buttonLife. It is safe for concurrent use.
type buttons struct {
	records Records
	now     func() time.Time
	known   *cache[string, *shown]
	sharing sync.Mutex
}

func newButtons(records Records, now func() time.Time) *buttons {
	return &buttons{records: records, now: now, known: newCache[string, *shown](shownMax)}
}

// add remembers a reply and gives it its id. After an error its buttons work as long as the process runs.
func (s *buttons) add(ctx context.Context, reply *shown) error {
	reply.id, reply.until = rand.Text(), s.now().Add(buttonLife)
	s.known.put(reply.id, reply)
	return s.record(ctx, reply)
}

func (s *buttons) record(ctx context.Context, reply *shown) error {
	kept := *reply
	if len(kept.Pages) < 2 && !kept.Share {
		kept.Pages = nil
	}
	data, err := json.Marshal(kept)
	if err != nil {
		return err
	}
	return s.records.AddShown(ctx, reply.id, data, reply.until, s.now())
}

// get finds what a custom id stands for; false when it is unknown, of another version, or expired. The error is that the records could not be read.
func (s *buttons) get(ctx context.Context, custom string) (button, bool, error) {
	id, d, n, ok := parseID(custom)
	if !ok {
		return button{}, false, nil
	}
	reply, known := s.known.get(id)
	if !known {
		data, until, err := s.records.Shown(ctx, id, s.now())
		if err != nil || data == nil {
			return button{}, false, err
		}
		reply = &shown{id: id, until: until}
		if err := json.Unmarshal(data, reply); err != nil {
			return button{}, false, err
		}
		s.known.put(id, reply)
	}
	if reply.until.Before(s.now()) {
		return button{}, false, nil
	}
	b, ok := reply.find(d, n)
	return b, ok, nil
}

// share marks a reply as shared, or as not shared after all, and returns it so; false when it was marked so already. After an error the mark holds as
// long as the process runs.
func (s *buttons) share(ctx context.Context, id string, shared bool) (*shown, bool, error) {
	s.sharing.Lock()
	defer s.sharing.Unlock()
	reply, ok := s.known.get(id)
	if !ok || reply.Shared == shared {
		return reply, false, nil
	}
	marked := *reply // the old one may be in use
	marked.Shared = shared
	s.known.put(id, &marked)
	return &marked, true, s.record(ctx, &marked)
}

// show renders a reply and remembers its buttons. owner may turn its pages; a reply that may be shared gets a button for it.
func (b *Bot) show(reply commands.Reply, owner string, words Words, share bool) *shown {
	files := checkedFiles(reply.Files)
	if len(files) < len(reply.Files) {
		reply.Notices = append(slices.Clone(reply.Notices), words.FilesLeftOut)
	}
	s := &shown{Owner: owner, Pages: Render(reply, words), Share: share, files: files}
	room := maxRows * maxRowButtons
	if len(s.Pages) > 1 {
		room -= 2
	}
	if share {
		room--
	}
	for _, a := range reply.Actions[:min(len(reply.Actions), room)] {
		r := a.Request // who presses it, where and when is found out then
		a.Request = commands.Request{Command: r.Command, Options: r.Options, Private: r.Private}
		s.Actions = append(s.Actions, a)
	}
	for _, source := range reply.Sources {
		if share {
			s.Rests = append(s.Rests, source.ArticleID)
		}
	}
	if len(s.Actions) == 0 && len(s.Pages) < 2 && !share {
		return s
	}
	ctx, cancel := b.sending()
	defer cancel()
	if err := b.buttons.add(ctx, s); err != nil {
		b.log.Warn("the buttons of a reply could not be recorded; they will not outlive this process", "err", err)
	}
	return s
}

// actionButton is the button of an action. A link that Discord would not take becomes a button that does nothing useful but says so.
func (s *shown) actionButton(n int) discordgo.Button {
	a := s.Actions[n]
	text := clip(orDash(plain(a.Label)), maxButtonLabel)
	if a.Link != "" && units(a.Link) <= maxButtonLink && safeLink(a.Link) != "" {
		return discordgo.Button{Label: text, Style: discordgo.LinkButton, URL: a.Link}
	}
	return discordgo.Button{Label: text, Style: buttonStyle(a.Style), CustomID: s.customID(doRun, n)}
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

// pageButtons are those buttons that turn pages.
func pageButtons(all []discordgo.MessageComponent) []discordgo.MessageComponent {
	var kept []discordgo.MessageComponent
	for _, row := range all {
		r, _ := row.(discordgo.ActionsRow)
		for _, c := range r.Components {
			button, _ := c.(discordgo.Button)
			if _, d, _, ok := parseID(button.CustomID); ok && d == doPage {
				kept = append(kept, button)
			}
		}
	}
	return rows(kept)
}

// onlyPages reports whether a message has no buttons but those that turn pages: see post.fitted.
func onlyPages(m *discordgo.Message) bool {
	if m == nil {
		return false
	}
	for _, row := range m.Components {
		r, _ := row.(*discordgo.ActionsRow)
		if r == nil {
			continue
		}
		for _, c := range r.Components {
			button, _ := c.(*discordgo.Button)
			if button == nil {
				continue
			}
			if _, d, _, ok := parseID(button.CustomID); !ok || d != doPage {
				return false
			}
		}
	}
	return true
}

// message is a page of the reply as Discord takes it, with buttons to the pages beside it in front of the reply's own.
func (s *shown) message(page int, words Words) message {
	var all []discordgo.MessageComponent
	if page > 0 {
		all = append(all, discordgo.Button{Label: words.Previous, Style: discordgo.SecondaryButton, CustomID: s.customID(doPage, page-1)})
	}
	if page+1 < len(s.Pages) {
		all = append(all, discordgo.Button{Label: words.Next, Style: discordgo.PrimaryButton, CustomID: s.customID(doPage, page+1)})
	}
	for n := range s.Actions {
		all = append(all, s.actionButton(n))
	}
	if s.Share && !s.Shared {
		all = append(all, discordgo.Button{Label: clip(words.Share, maxButtonLabel), Style: discordgo.SecondaryButton, CustomID: s.customID(doShare, 0)})
	}
	return message{embeds: s.Pages[page : page+1], rows: rows(all)}
}

// first is the first page with the reply's files, for the message that is sent once.
func (s *shown) first(words Words) message {
	m := s.message(0, words)
	m.files = s.files
	return m
}

// form asks for the texts that an action needs; submitting it comes back with the same custom id.
func form(id string, a commands.Action) *discordgo.InteractionResponseData {
	data := &discordgo.InteractionResponseData{CustomID: id, Title: clip(orDash(plain(a.Label)), maxModalTitle)}
	for n, in := range inputs(a) {
		style := discordgo.TextInputShort
		if in.Long {
			style = discordgo.TextInputParagraph
		}
		data.Components = append(data.Components, discordgo.ActionsRow{Components: []discordgo.MessageComponent{discordgo.TextInput{
			CustomID: inputID(n), Label: clip(orDash(plain(in.Label)), maxInputLabel), Style: style,
			Placeholder: clip(plain(in.Placeholder), maxInputHint), Value: clip(in.Value, maxInputText), Required: len(a.Also) == 0, MaxLength: maxInputText,
		}}})
	}
	return data
}

// inputs are the texts that an action asks for.
func inputs(a commands.Action) []commands.Input {
	if a.Input == nil {
		return nil
	}
	all := append([]commands.Input{*a.Input}, a.Also...)
	return all[:min(len(all), maxInputs)]
}

func inputID(n int) string { return "text" + strconv.Itoa(n) }

// filled sets what was entered in a form; false when something is missing.
func filled(a commands.Action, components []discordgo.MessageComponent) (commands.Request, bool) {
	entered := map[string]string{}
	typed(components, entered)
	what := a.Request
	for n, in := range inputs(a) {
		text, ok := entered[inputID(n)]
		if !ok {
			return what, false
		}
		if text != "" || len(a.Also) > 0 {
			what = what.With(in.Option, text)
		}
	}
	return what, a.Input != nil
}

// typed collects what was entered in a modal, by the ids of the inputs.
func typed(components []discordgo.MessageComponent, entered map[string]string) {
	for _, c := range components {
		switch c := c.(type) {
		case *discordgo.ActionsRow:
			typed(c.Components, entered)
		case *discordgo.TextInput:
			entered[c.CustomID] = strings.TrimSpace(c.Value)
		}
	}
}
