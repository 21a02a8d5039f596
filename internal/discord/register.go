package discord

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/bwmarrin/discordgo"

	"attache/internal/commands"
)

// Register describes the router's commands to Discord: a slash command for each that is not hidden, and an entry in the menu of a message for each that
// has one. It is pure. Names and descriptions that pass Discord's limits are cut; what Discord could not take at all is an error.
func Register(all []commands.Command) ([]*discordgo.ApplicationCommand, error) {
	l, err := loadLanguages()
	if err != nil {
		return nil, err
	}
	return l.register(all)
}

func (l languages) register(all []commands.Command) ([]*discordgo.ApplicationCommand, error) {
	var slash, menu []*discordgo.ApplicationCommand
	for _, c := range all {
		if !c.Hidden {
			d := l.describe(c)
			slash = l.grouped(slash, c, d)
		}
		if c.MessageMenu != "" {
			menu = append(menu, l.describeMenu(c))
		}
	}
	for _, d := range slash {
		if n := weight(d); n > maxCommandTotal {
			return nil, fmt.Errorf("/%s is described in %d characters; Discord takes %d", d.Name, n, maxCommandTotal)
		}
	}
	if len(slash) > maxSlash || len(menu) > maxMenu {
		return nil, fmt.Errorf("%d commands and %d entries for messages are more than Discord takes (%d and %d)", len(slash), len(menu), maxSlash, maxMenu)
	}
	return append(slash, menu...), nil
}

// grouped adds a described command to the list: as it is, or as a sub-command where its name is of two words.
func (l languages) grouped(slash []*discordgo.ApplicationCommand, c commands.Command, d *discordgo.ApplicationCommand) []*discordgo.ApplicationCommand {
	name, sub, two := strings.Cut(c.Name, " ")
	if !two {
		return append(slash, d)
	}
	i := slices.IndexFunc(slash, func(other *discordgo.ApplicationCommand) bool { return other.Name == name })
	if i < 0 {
		i = len(slash)
		slash = append(slash, l.describe(commands.Command{Name: name, Description: c.Group, Private: true})) // which takes no options
	}
	slash[i].Options = append(slash[i].Options, &discordgo.ApplicationCommandOption{
		Type: discordgo.ApplicationCommandOptionSubCommand, Name: clip(sub, maxCommandName), Description: d.Description, Options: d.Options,
		NameLocalizations: *orEmpty(d.NameLocalizations), DescriptionLocalizations: *orEmpty(d.DescriptionLocalizations),
	})
	return slash
}

func (l languages) describe(c commands.Command) *discordgo.ApplicationCommand {
	names := l.texts(func(l language) string { return l.Commands[c.Name].Name })
	descriptions := l.texts(func(l language) string { return l.Commands[c.Name].Description })
	d := &discordgo.ApplicationCommand{
		Type: discordgo.ChatApplicationCommand, Name: clip(c.Name, maxCommandName), Description: clip(orDash(plain(c.Description)), maxCommandText),
		Contexts: contexts(c), DefaultMemberPermissions: permissions(c),
		NameLocalizations: pointer(names), DescriptionLocalizations: pointer(descriptions),
	}
	for _, o := range c.Options {
		if !o.Hidden {
			d.Options = append(d.Options, l.describeOption(c.Name, o))
		}
	}
	if _, own := c.Option(optionPrivate); !own && !c.Private && !c.Manager {
		d.Options = append(d.Options, l.describeOption(c.Name, privateOption()))
	}
	// Discord wants required options first. The order is part of what the asker sees, so it is otherwise kept.
	slices.SortStableFunc(d.Options, func(a, b *discordgo.ApplicationCommandOption) int { return cmp.Compare(rank(a), rank(b)) })
	d.Options = d.Options[:min(len(d.Options), maxOptions)]
	return d
}

func rank(o *discordgo.ApplicationCommandOption) int {
	if o.Required {
		return 0
	}
	return 1
}

func (l languages) describeMenu(c commands.Command) *discordgo.ApplicationCommand {
	labels := l.texts(func(l language) string { return l.Commands[c.Name].Menu })
	return &discordgo.ApplicationCommand{
		Type: discordgo.MessageApplicationCommand, Name: clip(c.MessageMenu, maxCommandName), Contexts: contexts(c), DefaultMemberPermissions: permissions(c),
		NameLocalizations: pointer(labels),
	}
}

// contexts says where a command is offered: in servers and in direct messages with the bot; what manages a server only there.
func contexts(c commands.Command) *[]discordgo.InteractionContextType {
	where := []discordgo.InteractionContextType{discordgo.InteractionContextGuild}
	if !c.Manager {
		where = append(where, discordgo.InteractionContextBotDM)
	}
	return &where
}

func permissions(c commands.Command) *int64 {
	if !c.Manager {
		return nil
	}
	var p int64 = discordgo.PermissionManageGuild
	return &p
}

var optionTypes = map[commands.OptionKind]discordgo.ApplicationCommandOptionType{
	commands.Text:    discordgo.ApplicationCommandOptionString,
	commands.Day:     discordgo.ApplicationCommandOptionString,
	commands.Integer: discordgo.ApplicationCommandOptionInteger,
	commands.Boolean: discordgo.ApplicationCommandOptionBoolean,
	commands.Channel: discordgo.ApplicationCommandOptionChannel,
	commands.Role:    discordgo.ApplicationCommandOptionRole,
	commands.Upload:  discordgo.ApplicationCommandOptionAttachment,
}

func (l languages) describeOption(command string, o commands.Option) *discordgo.ApplicationCommandOption {
	d := &discordgo.ApplicationCommandOption{
		Type: optionTypes[o.Kind], Name: clip(o.Name, maxCommandName), Description: clip(orDash(plain(o.Description)), maxCommandText), Required: o.Required,
		NameLocalizations:        l.texts(func(l language) string { return l.Option(command, o.Name).Name }),
		DescriptionLocalizations: l.texts(func(l language) string { return l.Option(command, o.Name).Description }),
	}
	if d.Type == discordgo.ApplicationCommandOptionChannel {
		d.ChannelTypes = []discordgo.ChannelType{discordgo.ChannelTypeGuildText, discordgo.ChannelTypeGuildNews}
	}
	if d.Type == discordgo.ApplicationCommandOptionString {
		d.MaxLength = min(o.MaxLength, maxOptionText)
		d.Autocomplete = o.Complete != nil && len(o.Choices) == 0
	}
	for _, c := range o.Choices[:min(len(o.Choices), maxChoices)] {
		d.Choices = append(d.Choices, &discordgo.ApplicationCommandOptionChoice{Name: clip(c.Name, maxChoice), Value: choiceValue(o.Kind, c.Value)})
	}
	return d
}

// choiceValue gives a choice the type of its option.
func choiceValue(kind commands.OptionKind, value string) any {
	if kind == commands.Integer {
		return json.Number(value)
	}
	return clip(value, maxChoice)
}

// privateOption is added to every command that may be answered in public and has none of its own.
func privateOption() commands.Option {
	return commands.Option{Name: optionPrivate, Description: "Show the reply to me alone", Kind: commands.Boolean}
}

// pointer gives a map in the form that discordgo takes for commands; nil stays nil.
func pointer(m map[discordgo.Locale]string) *map[discordgo.Locale]string {
	if m == nil {
		return nil
	}
	return &m
}

// weight counts what Discord counts of a command: names, descriptions and values, each in its longest language.
func weight(d *discordgo.ApplicationCommand) int {
	return longest(d.Name, *orEmpty(d.NameLocalizations)) + longest(d.Description, *orEmpty(d.DescriptionLocalizations)) + optionsWeight(d.Options)
}

func optionsWeight(options []*discordgo.ApplicationCommandOption) (n int) {
	for _, o := range options {
		n += longest(o.Name, o.NameLocalizations) + longest(o.Description, o.DescriptionLocalizations) + optionsWeight(o.Options)
		for _, c := range o.Choices {
			n += units(c.Name) + units(fmt.Sprint(c.Value))
		}
	}
	return n
}

func orEmpty(m *map[discordgo.Locale]string) *map[discordgo.Locale]string {
	if m == nil {
		return &map[discordgo.Locale]string{}
	}
	return m
}

func longest(text string, others map[discordgo.Locale]string) int {
	n := units(text)
	for _, t := range others {
		n = max(n, units(t))
	}
	return n
}

// sync overwrites the commands of a scope when they differ from what they should be; changed says whether they did.
func (b *Bot) sync(ctx context.Context, app, guild string) (changed bool, err error) {
	want, err := b.languages.register(b.router.Commands())
	if err != nil {
		return false, err
	}
	have, err := b.api.commands(ctx, app, guild)
	if err != nil {
		return false, err
	}
	if fingerprint(want) == fingerprint(have) {
		return false, nil
	}
	err = b.api.overwriteCommands(ctx, app, guild, want)
	if code(err) == codeInvalid { // better without translations than without commands
		b.log.Warn("the translated commands were refused; they are registered in English alone", "guild", guild, "err", err)
		if want, err = languages(nil).register(b.router.Commands()); err == nil {
			err = b.api.overwriteCommands(ctx, app, guild, want)
		}
	}
	return err == nil, err
}

// RemoveCommands takes the bot's commands away: in the servers given, and those registered for all servers. It needs no connection; call it
// on a bot that is not running.
func (b *Bot) RemoveCommands(ctx context.Context, guilds []string) error {
	app, err := b.api.application(ctx)
	if err != nil {
		return err
	}
	for _, guild := range append([]string{""}, guilds...) {
		if err := b.api.overwriteCommands(ctx, app, guild, []*discordgo.ApplicationCommand{}); err != nil {
			return fmt.Errorf("remove the commands of server %q: %w", guild, err)
		}
	}
	return nil
}

// fingerprint is equal for two lists of commands that people see as the same: it leaves out what Discord adds, the order of the commands, and the
// difference between an empty field and none.
func fingerprint(all []*discordgo.ApplicationCommand) string {
	lines := make([]string, 0, len(all))
	for _, c := range all {
		lines = append(lines, normalised(c))
	}
	slices.Sort(lines)
	h := sha256.New()
	for _, l := range lines {
		fmt.Fprintln(h, l)
	}
	return hex.EncodeToString(h.Sum(nil))
}

func normalised(c *discordgo.ApplicationCommand) string {
	view := struct {
		Type                discordgo.ApplicationCommandType
		Name, Description   string
		Names, Descriptions map[discordgo.Locale]string
		Permissions         int64
		Contexts            []discordgo.InteractionContextType
		Options             []normalOption
	}{Type: max(c.Type, discordgo.ChatApplicationCommand), Name: c.Name, Description: c.Description,
		Names: *orEmpty(c.NameLocalizations), Descriptions: *orEmpty(c.DescriptionLocalizations), Options: normalOptions(c.Options)}
	if c.DefaultMemberPermissions != nil {
		view.Permissions = *c.DefaultMemberPermissions
	}
	if c.Contexts != nil {
		view.Contexts = slices.Sorted(slices.Values(*c.Contexts))
	}
	text, err := json.Marshal(view)
	if err != nil {
		return err.Error() // these fields always marshal
	}
	return string(text)
}

// normalOption is what people see of an option.
type normalOption struct {
	Type                discordgo.ApplicationCommandOptionType
	Name, Description   string
	Names, Descriptions map[discordgo.Locale]string
	Required, Complete  bool
	MaxLength           int
	Choices             []string
	Options             []normalOption
}

func normalOptions(options []*discordgo.ApplicationCommandOption) (all []normalOption) {
	for _, o := range options {
		v := normalOption{Type: o.Type, Name: o.Name, Description: o.Description, Names: o.NameLocalizations, Descriptions: o.DescriptionLocalizations,
			Required: o.Required, Complete: o.Autocomplete, MaxLength: o.MaxLength, Options: normalOptions(o.Options)}
		if len(v.Names) == 0 {
			v.Names = nil
		}
		if len(v.Descriptions) == 0 {
			v.Descriptions = nil
		}
		for _, ch := range o.Choices {
			v.Choices = append(v.Choices, ch.Name+"\x00"+fmt.Sprint(ch.Value))
		}
		all = append(all, v)
	}
	return all
}
