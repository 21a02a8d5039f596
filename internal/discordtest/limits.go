package discordtest

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"
)

// Discord's limits, counted in code points unless said otherwise. From Discord's documentation.
const (
	contentLimit      = 2000
	embedsLimit       = 10
	embedTitleLimit   = 256
	embedTextLimit    = 4096
	embedFieldsLimit  = 25
	embedNameLimit    = 256
	embedValueLimit   = 1024
	embedFooterLimit  = 2048
	embedAuthorLimit  = 256
	embedSumLimit     = 6000 // over all embeds of a message
	rowsLimit         = 5
	rowLimit          = 5
	labelLimit        = 80
	urlLimit          = 512
	customIDLimit     = 100
	selectLimit       = 25
	selectTextLimit   = 100
	placeholderLimit  = 150
	modalTitleLimit   = 45
	inputLabelLimit   = 45
	inputHintLimit    = 100
	inputValueLimit   = 4000
	attachmentLimit   = 10 << 20 // bytes
	attachmentsLimit  = 10
	descriptionLimit  = 1024 // of an attachment
	nonceLimit        = 25
	threadNameLimit   = 100
	choicesLimit      = 25
	choiceTextLimit   = 100
	commandNameLimit  = 32
	commandTextLimit  = 100
	optionsLimit      = 25
	commandSumLimit   = 8000
	chatCommandsLimit = 100 // per scope
	menuCommandsLimit = 15  // per scope, of each kind
	createsPerDay     = 200
	callbackLimit     = 3 * time.Second
	tokenLimit        = 15 * time.Minute
)

// runes counts code points.
func runes(s string) int { return utf8.RuneCountInString(s) }

// between refuses a text shorter or longer than allowed.
func between(field, text string, least, most int) error {
	if n := runes(text); n < least || n > most {
		return invalid(field, "Must be between %d and %d in length.", least, most)
	}
	return nil
}

// first returns the first error that is not nil.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// checkMessage applies the limits to a message as it would be after a create or an edit.
func checkMessage(m *Message) error {
	if err := between("content", m.Content, 0, contentLimit); err != nil {
		return err
	}
	if m.Flags&FlagComponentsV2 != 0 {
		return invalid("flags", "The double knows embeds and action rows, not Components V2.")
	}
	if strings.TrimSpace(m.Content) == "" && len(m.Embeds) == 0 && len(m.Attachments) == 0 {
		return refuse(http.StatusBadRequest, 50006, "Cannot send an empty message")
	}
	if err := checkEmbeds(m.Embeds); err != nil {
		return err
	}
	if len(m.Attachments) > attachmentsLimit {
		return invalid("attachments", "Must be %d or fewer in length.", attachmentsLimit)
	}
	for i, a := range m.Attachments {
		if err := between(fmt.Sprintf("attachments.%d.description", i), a.Description, 0, descriptionLimit); err != nil {
			return err
		}
	}
	return checkRows(m.Components)
}

func checkEmbeds(embeds []Embed) error {
	if len(embeds) > embedsLimit {
		return invalid("embeds", "Must be %d or fewer in length.", embedsLimit)
	}
	sum := 0
	for i, e := range embeds {
		if err := checkEmbed(fmt.Sprintf("embeds.%d", i), e); err != nil {
			return err
		}
		sum += embedLength(e)
	}
	if sum > embedSumLimit {
		return invalid("embeds", "Embed size exceeds maximum size of %d", embedSumLimit)
	}
	return nil
}

// embedLength counts what goes into the sum: title, description, field names and values, footer and author.
func embedLength(e Embed) int {
	n := runes(e.Title) + runes(e.Description)
	for _, f := range e.Fields {
		n += runes(f.Name) + runes(f.Value)
	}
	if e.Footer != nil {
		n += runes(e.Footer.Text)
	}
	if e.Author != nil {
		n += runes(e.Author.Name)
	}
	return n
}

func checkEmbed(at string, e Embed) error {
	err := first(
		between(at+".title", e.Title, 0, embedTitleLimit),
		between(at+".description", e.Description, 0, embedTextLimit),
		checkLink(at+".url", e.URL),
		checkEmbedEdges(at, e),
	)
	if err != nil {
		return err
	}
	if embedLength(e) == 0 && e.Image == nil && e.Thumbnail == nil {
		return invalid(at, "An embed needs a text or a picture.")
	}
	if e.Timestamp != "" {
		if _, err := time.Parse(time.RFC3339, e.Timestamp); err != nil {
			return invalid(at+".timestamp", "Could not parse %s. Should be ISO8601.", e.Timestamp)
		}
	}
	if e.Color < 0 || e.Color > 0xFFFFFF {
		return invalid(at+".color", "int value should be between 0 and 16777215.")
	}
	if len(e.Fields) > embedFieldsLimit {
		return invalid(at+".fields", "Must be %d or fewer in length.", embedFieldsLimit)
	}
	for i, f := range e.Fields {
		field := fmt.Sprintf("%s.fields.%d", at, i)
		err := first(
			between(field+".name", strings.TrimSpace(f.Name), 1, embedNameLimit),
			between(field+".value", strings.TrimSpace(f.Value), 1, embedValueLimit),
		)
		if err != nil {
			return err
		}
	}
	return nil
}

// checkEmbedEdges checks author and footer.
func checkEmbedEdges(at string, e Embed) error {
	if e.Author != nil {
		err := first(between(at+".author.name", e.Author.Name, 1, embedAuthorLimit), checkLink(at+".author.url", e.Author.URL))
		if err != nil {
			return err
		}
	}
	if e.Footer != nil {
		return between(at+".footer.text", e.Footer.Text, 1, embedFooterLimit)
	}
	return nil
}

// checkLink refuses a URL that is not http or https; none at all is fine.
func checkLink(field, link string) error {
	if link == "" {
		return nil
	}
	u, err := url.Parse(link)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https" && u.Scheme != "discord") {
		return invalid(field, "Not a well formed URL. Scheme must be one of ('http', 'https').")
	}
	return nil
}

// checkRows checks action rows of a message and that custom ids are unique.
func checkRows(rows []Component) error {
	if len(rows) > rowsLimit {
		return invalid("components", "Must be %d or fewer in length.", rowsLimit)
	}
	seen := map[string]bool{}
	for i, row := range rows {
		at := fmt.Sprintf("components.%d", i)
		if row.Type != ComponentRow {
			return invalid(at+".type", "Value of field \"type\" must be one of (1,).")
		}
		if len(row.Components) < 1 || len(row.Components) > rowLimit {
			return invalid(at+".components", "Must be between 1 and %d in length.", rowLimit)
		}
		for j, c := range row.Components {
			field := fmt.Sprintf("%s.components.%d", at, j)
			if err := checkControl(field, c, len(row.Components)); err != nil {
				return err
			}
			if c.CustomID != "" && seen[c.CustomID] {
				return invalid(field+".custom_id", "Component custom id cannot be duplicated")
			}
			seen[c.CustomID] = true
		}
	}
	return nil
}

func checkControl(at string, c Component, siblings int) error {
	switch {
	case c.Type == ComponentButton:
		return checkButton(at, c)
	case c.Type >= ComponentSelect && c.Type <= 8 && c.Type != ComponentTextInput:
		if siblings != 1 {
			return invalid(at, "A select menu needs a row of its own.")
		}
		return checkSelect(at, c)
	default:
		return invalid(at+".type", "Value of field \"type\" must be one of (2, 3, 5, 6, 7, 8).")
	}
}

func checkButton(at string, c Component) error {
	if c.Label == "" && len(c.Emoji) == 0 {
		return invalid(at, "A button must have a label or an emoji.")
	}
	if err := between(at+".label", c.Label, 0, labelLimit); err != nil {
		return err
	}
	if c.Style == ButtonLink {
		if c.CustomID != "" {
			return invalid(at+".custom_id", "A custom id and url cannot both be specified")
		}
		return first(between(at+".url", c.URL, 1, urlLimit), checkLink(at+".url", c.URL))
	}
	if c.Style < 1 || c.Style > 4 {
		return invalid(at+".style", "Value must be one of {1, 2, 3, 4, 5, 6}.")
	}
	if c.URL != "" {
		return invalid(at+".url", "A custom id and url cannot both be specified")
	}
	return between(at+".custom_id", c.CustomID, 1, customIDLimit)
}

func checkSelect(at string, c Component) error {
	err := first(
		between(at+".custom_id", c.CustomID, 1, customIDLimit),
		between(at+".placeholder", c.Placeholder, 0, placeholderLimit),
	)
	if err != nil || c.Type != ComponentSelect {
		return err
	}
	if len(c.Options) < 1 || len(c.Options) > selectLimit {
		return invalid(at+".options", "Must be between 1 and %d in length.", selectLimit)
	}
	seen := map[string]bool{}
	for i, o := range c.Options {
		field := fmt.Sprintf("%s.options.%d", at, i)
		err := first(
			between(field+".label", o.Label, 1, selectTextLimit),
			between(field+".value", o.Value, 1, selectTextLimit),
			between(field+".description", o.Description, 0, selectTextLimit),
		)
		if err != nil {
			return err
		}
		if seen[o.Value] {
			return invalid(field+".value", "The specified option value is already used")
		}
		seen[o.Value] = true
	}
	return nil
}

// checkModal applies the limits to a modal.
func checkModal(m *Modal) error {
	err := first(
		between("data.title", m.Title, 1, modalTitleLimit),
		between("data.custom_id", m.CustomID, 1, customIDLimit),
	)
	if err != nil {
		return err
	}
	if len(m.Components) < 1 || len(m.Components) > rowsLimit {
		return invalid("data.components", "Must be between 1 and %d in length.", rowsLimit)
	}
	seen := map[string]bool{}
	for i, row := range m.Components {
		at := fmt.Sprintf("data.components.%d", i)
		if row.Type != ComponentRow || len(row.Components) != 1 || row.Components[0].Type != ComponentTextInput {
			return invalid(at, "A modal's row holds one text input.")
		}
		c := row.Components[0]
		if err := checkInput(at+".components.0", c); err != nil {
			return err
		}
		if seen[c.CustomID] {
			return invalid(at+".components.0.custom_id", "Component custom id cannot be duplicated")
		}
		seen[c.CustomID] = true
	}
	return nil
}

func checkInput(at string, c Component) error {
	err := first(
		between(at+".custom_id", c.CustomID, 1, customIDLimit),
		between(at+".label", c.Label, 1, inputLabelLimit),
		between(at+".placeholder", c.Placeholder, 0, inputHintLimit),
		between(at+".value", c.Value, 0, inputValueLimit),
	)
	switch {
	case err != nil:
		return err
	case c.Style != 1 && c.Style != 2:
		return invalid(at+".style", "Value must be one of {1, 2}.")
	case c.MinLength < 0 || c.MinLength > inputValueLimit || c.MaxLength < 0 || c.MaxLength > inputValueLimit:
		return invalid(at+".max_length", "int value should be between 1 and %d.", inputValueLimit)
	case c.MaxLength > 0 && c.MinLength > c.MaxLength:
		return invalid(at+".min_length", "Must be at most max_length.")
	}
	return nil
}

// checkChoices applies the limits to choices, whether registered or auto-completed.
func checkChoices(at string, kind int, choices []Choice) error {
	if len(choices) > choicesLimit {
		return invalid(at, "Must be %d or fewer in length.", choicesLimit)
	}
	names := map[string]bool{}
	for i, c := range choices {
		field := fmt.Sprintf("%s.%d", at, i)
		if err := between(field+".name", c.Name, 1, choiceTextLimit); err != nil {
			return err
		}
		if names[c.Name] {
			return invalid(field+".name", "Choice names must be unique")
		}
		names[c.Name] = true
		text, isText := c.Value.(string)
		if isText != (kind == OptionString) {
			return invalid(field+".value", "Could not interpret %v as the option's type.", c.Value)
		}
		if isText {
			if err := between(field+".value", text, 1, choiceTextLimit); err != nil {
				return err
			}
		}
	}
	return nil
}
