package discordtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// namePattern is Discord's rule for names of chat commands and options.
var namePattern = regexp.MustCompile(`^[-_'\p{L}\p{N}\p{Devanagari}\p{Thai}]{1,32}$`)

// locales are the languages Discord's client comes in.
var locales = " ar he id da de en-GB en-US es-ES es-419 fr hr it lt hu nl no pl pt-BR ro fi sv-SE vi tr cs el bg ru uk hi th zh-CN ja zh-TW ko "

// UnmarshalJSON accepts default_member_permissions as a number too, as Discord does.
func (c *Command) UnmarshalJSON(data []byte) error {
	type plain Command
	var v struct {
		plain
		Permissions json.RawMessage `json:"default_member_permissions"`
	}
	if err := json.Unmarshal(data, &v); err != nil {
		return err
	}
	*c = Command(v.plain)
	if text := string(bytes.Trim(v.Permissions, `"`)); text != "" && text != "null" {
		c.DefaultMemberPermissions = &text
	}
	if c.Type == 0 {
		c.Type = CommandChat
	}
	return nil
}

func (s *Server) checkScope(c *call) (scope string, err error) {
	if c.path("app") != s.world.appID {
		return "", unknown(10002, "Application")
	}
	scope = c.path("guild")
	if scope != "" && s.world.guilds[scope] == nil {
		return "", refuse(http.StatusForbidden, 50001, "Missing Access")
	}
	return scope, nil
}

// overwriteCommands replaces all commands of a scope; those of the same name and type keep their ids.
func (s *Server) overwriteCommands(c *call) (*reply, error) {
	scope, err := s.checkScope(c)
	if err != nil {
		return nil, err
	}
	var list []*Command
	if err := c.decode(&list); err != nil {
		return nil, err
	}
	if err := checkCommands(list); err != nil {
		return nil, err
	}
	created := 0
	for _, cmd := range list {
		if !s.adopt(scope, cmd) {
			created++
		}
	}
	if s.world.creates[scope]+created > createsPerDay {
		return nil, refuse(http.StatusBadRequest, 30034, "Max number of daily application command creates has been reached (200)")
	}
	s.world.creates[scope] += created
	s.world.commands[scope] = list
	return ok(list)
}

// adopt gives a command its ids; true when one of the same name and type was there before.
func (s *Server) adopt(scope string, cmd *Command) bool {
	cmd.ApplicationID, cmd.GuildID, cmd.Version = s.world.appID, scope, s.snowflake()
	for _, old := range s.world.commands[scope] {
		if old.Type == cmd.Type && old.Name == cmd.Name {
			cmd.ID = old.ID
			return true
		}
	}
	cmd.ID = s.snowflake()
	return false
}

func (s *Server) createCommand(c *call) (*reply, error) {
	scope, err := s.checkScope(c)
	if err != nil {
		return nil, err
	}
	var cmd Command
	if err := c.decode(&cmd); err != nil {
		return nil, err
	}
	list := []*Command{&cmd}
	for _, old := range s.world.commands[scope] {
		if old.Type != cmd.Type || old.Name != cmd.Name {
			list = append(list, old)
		}
	}
	if err := checkCommands(list); err != nil {
		return nil, err
	}
	status := http.StatusOK
	if !s.adopt(scope, &cmd) {
		s.world.creates[scope]++
		status = http.StatusCreated
	}
	s.world.commands[scope] = list
	return &reply{status: status, body: cmd}, nil
}

func (s *Server) getCommands(c *call) (*reply, error) {
	scope, err := s.checkScope(c)
	if err != nil {
		return nil, err
	}
	list := s.world.commands[scope]
	if list == nil {
		list = []*Command{}
	}
	return ok(list)
}

func (s *Server) deleteCommand(c *call) (*reply, error) {
	scope, err := s.checkScope(c)
	if err != nil {
		return nil, err
	}
	for i, cmd := range s.world.commands[scope] {
		if cmd.ID == c.path("command") {
			s.world.commands[scope] = append(s.world.commands[scope][:i:i], s.world.commands[scope][i+1:]...)
			return noContent()
		}
	}
	return nil, unknown(10063, "application command")
}

// checkCommands applies the limits to all commands of one scope.
func checkCommands(list []*Command) error {
	count, names := map[int]int{}, map[string]bool{}
	for i, c := range list {
		at := strconv.Itoa(i)
		if err := checkCommand(at, c); err != nil {
			return err
		}
		key := fmt.Sprint(c.Type, " ", c.Name)
		if names[key] {
			return invalid(at+".name", "Application command names must be unique")
		}
		names[key] = true
		count[c.Type]++
	}
	if count[CommandChat] > chatCommandsLimit || count[CommandUser] > menuCommandsLimit || count[CommandMessage] > menuCommandsLimit {
		return refuse(http.StatusBadRequest, 30032, "Maximum number of application commands reached")
	}
	return nil
}

func checkCommand(at string, c *Command) error {
	if n := commandLength(c); n > commandSumLimit {
		return invalid(at, "Command exceeds maximum size (%d of %d)", n, commandSumLimit)
	}
	if c.Contexts != nil {
		for _, x := range *c.Contexts {
			if x < 0 || x > 2 {
				return invalid(at+".contexts", "Value must be one of {0, 1, 2}.")
			}
		}
	}
	switch c.Type {
	case CommandChat:
		return first(checkNamed(at, c.Name, c.NameLocalizations, c.Description, c.DescriptionLocalizations),
			checkOptions(at+".options", c.Options, 0))
	case CommandUser, CommandMessage:
		if c.Description != "" || len(c.Options) > 0 {
			return invalid(at+".description", "Context menu commands cannot have description or options")
		}
		return first(between(at+".name", c.Name, 1, commandNameLimit), checkLocales(at, c.NameLocalizations, commandNameLimit))
	default:
		return invalid(at+".type", "Value must be one of {1, 2, 3}.")
	}
}

// checkNamed checks name and description with their translations.
func checkNamed(at, name string, names map[string]string, text string, texts map[string]string) error {
	if err := checkName(at+".name", name); err != nil {
		return err
	}
	for locale, n := range names {
		if err := checkName(at+".name_localizations."+locale, n); err != nil {
			return err
		}
	}
	return first(
		between(at+".description", text, 1, commandTextLimit),
		checkLocales(at+".name_localizations", names, commandNameLimit),
		checkLocales(at+".description_localizations", texts, commandTextLimit),
	)
}

func checkName(at, name string) error {
	if !namePattern.MatchString(name) || strings.ToLower(name) != name {
		return invalid(at, "Command name is invalid")
	}
	return nil
}

func checkLocales(at string, texts map[string]string, most int) error {
	for locale, text := range texts {
		if !strings.Contains(locales, " "+locale+" ") {
			return invalid(at+"."+locale, "Locale %q is not one of Discord's", locale)
		}
		if err := between(at+"."+locale, text, 1, most); err != nil {
			return err
		}
	}
	return nil
}

// checkOptions checks the options of a command (depth 0), a group (1) or a sub-command (2).
func checkOptions(at string, options []CommandOption, depth int) error {
	if len(options) > optionsLimit {
		return invalid(at, "Must be %d or fewer in length.", optionsLimit)
	}
	names, optional, nested := map[string]bool{}, false, 0
	for i, o := range options {
		field := fmt.Sprintf("%s.%d", at, i)
		if err := checkOption(field, o, depth); err != nil {
			return err
		}
		if names[o.Name] {
			return invalid(field+".name", "Option names must be unique")
		}
		names[o.Name] = true
		if o.Type <= OptionGroup {
			nested++
			continue
		}
		if o.Required && optional {
			return invalid(field, "Required options must be placed before non-required options")
		}
		optional = optional || !o.Required
	}
	if nested > 0 && nested < len(options) {
		return invalid(at, "Sub-commands and options cannot be mixed")
	}
	return nil
}

func checkOption(at string, o CommandOption, depth int) error {
	if err := checkNamed(at, o.Name, o.NameLocalizations, o.Description, o.DescriptionLocalizations); err != nil {
		return err
	}
	switch {
	case o.Type == OptionGroup && depth == 0:
		return checkOptions(at+".options", o.Options, 1)
	case o.Type == OptionSubCommand && depth < 2:
		return checkOptions(at+".options", o.Options, 2)
	case o.Type < OptionString || o.Type > OptionAttachment:
		return invalid(at+".type", "This option type is not allowed here.")
	case len(o.Options) > 0:
		return invalid(at+".options", "This option type cannot have options")
	case o.Autocomplete && len(o.Choices) > 0:
		return invalid(at+".autocomplete", "Autocomplete and choices cannot both be set")
	}
	choosable := o.Type == OptionString || o.Type == OptionInteger || o.Type == OptionNumber
	if !choosable && (o.Autocomplete || len(o.Choices) > 0) {
		return invalid(at, "This option type takes neither choices nor autocomplete")
	}
	if o.Type != OptionString && (o.MinLength != nil || o.MaxLength != nil) {
		return invalid(at, "Only text options have a length")
	}
	if o.MaxLength != nil && (*o.MaxLength < 1 || *o.MaxLength > 6000) {
		return invalid(at+".max_length", "int value should be between 1 and 6000.")
	}
	return checkChoices(at+".choices", o.Type, o.Choices)
}

// commandLength counts names, descriptions and values, each in its longest translation.
func commandLength(c *Command) int {
	return longest(c.Name, c.NameLocalizations) + longest(c.Description, c.DescriptionLocalizations) + optionsLength(c.Options)
}

func optionsLength(options []CommandOption) int {
	n := 0
	for _, o := range options {
		n += longest(o.Name, o.NameLocalizations) + longest(o.Description, o.DescriptionLocalizations) + optionsLength(o.Options)
		for _, c := range o.Choices {
			n += longest(c.Name, c.NameLocalizations)
			if text, isText := c.Value.(string); isText {
				n += runes(text)
			}
		}
	}
	return n
}

func longest(text string, translations map[string]string) int {
	n := utf8.RuneCountInString(text)
	for _, t := range translations {
		n = max(n, utf8.RuneCountInString(t))
	}
	return n
}
