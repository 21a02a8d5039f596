package discord

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/bwmarrin/discordgo"
	"github.com/google/go-cmp/cmp"

	"attache/internal/commands"
)

// commandName is what Discord takes for the name of a slash command or an option, in any language.
var commandName = regexp.MustCompile(`^[-_'\p{L}\p{N}\p{Devanagari}\p{Thai}]{1,32}$`)

func TestTranslationsKeepTheLimits(t *testing.T) {
	t.Parallel()
	all, err := loadLanguages()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != 8 {
		t.Errorf("there are %d languages, want 8", len(all))
	}
	for locale, l := range all {
		checkWords(t, locale, l.Words)
		for name, c := range l.Commands {
			checkTranslation(t, locale, name, c)
			if units(c.Menu) > maxCommandName {
				t.Errorf("%s: the menu entry of %s has %d characters", locale, name, units(c.Menu))
			}
		}
		for name, o := range l.Options {
			checkTranslation(t, locale, name, o)
		}
	}
}

func checkTranslation(t *testing.T, locale discordgo.Locale, name string, tr commands.Term) {
	t.Helper()
	if !commandName.MatchString(tr.Name) || strings.ContainsFunc(tr.Name, unicode.IsUpper) {
		t.Errorf("%s: %s is called %q, which Discord does not take", locale, name, tr.Name)
	}
	if n := units(tr.Description); n == 0 || n > maxCommandText {
		t.Errorf("%s: the description of %s has %d characters", locale, name, n)
	}
}

// checkWords compares the formats with the English ones and looks for gaps.
func checkWords(t *testing.T, locale discordgo.Locale, w Words) {
	t.Helper()
	fields := func(w Words) map[string]string {
		text, err := json.Marshal(w)
		if err != nil {
			t.Fatal(err)
		}
		out := map[string]string{}
		if err := json.Unmarshal(text, &out); err != nil {
			t.Fatal(err)
		}
		return out
	}
	english := fields(English)
	verb := regexp.MustCompile(`%[a-z]`)
	for name, text := range fields(w) {
		if text == english[name] && name != "Previous" && name != "Next" && name != "Sources" {
			t.Errorf("%s: %s is not translated", locale, name)
		}
		if !slices.Equal(verb.FindAllString(text, -1), verb.FindAllString(english[name], -1)) {
			t.Errorf("%s: %s takes other arguments than in English: %q", locale, name, text)
		}
	}
	if units(w.Share) > maxButtonLabel {
		t.Errorf("%s: the label for sharing has %d characters", locale, units(w.Share))
	}
}

func TestRegister(t *testing.T) {
	t.Parallel()
	text := commands.Option{Name: "since", Description: "From when", Kind: commands.Day, MaxLength: 40}
	all := []commands.Command{
		{Name: "quote", Description: strings.Repeat("long ", 40), MessageMenu: "Verify quotations", Options: []commands.Option{
			text, {Name: "speaker", Description: "Who", Required: true, MaxLength: 100},
			{Name: "lang", Description: "Language", Choices: []commands.Choice{{Name: "English", Value: "en"}}},
			{Name: "n", Description: "How many", Kind: commands.Integer, Choices: []commands.Choice{{Name: "five", Value: "5"}}},
		}},
		{Name: "hidden", Hidden: true},
		{Name: "setup", Description: "Settings", Manager: true},
		{Name: "private", Description: "Own option", Options: []commands.Option{{Name: "private", Description: "x", Kind: commands.Boolean}}},
	}
	got, err := Register(all)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, c := range got {
		names = append(names, c.Name)
	}
	if diff := cmp.Diff([]string{"quote", "setup", "private", "Verify quotations"}, names); diff != "" {
		t.Errorf("registered commands (-want +got):\n%s", diff)
	}
	quote := got[0]
	if units(quote.Description) > maxCommandText {
		t.Errorf("the description has %d characters", units(quote.Description))
	}
	var options []string
	for _, o := range quote.Options {
		options = append(options, o.Name)
	}
	if diff := cmp.Diff([]string{"speaker", "since", "lang", "n", "private"}, options); diff != "" {
		t.Errorf("options, required ones first (-want +got):\n%s", diff)
	}
	if (*quote.NameLocalizations)["de"] != "zitat" || quote.Options[1].DescriptionLocalizations["fr"] == "" {
		t.Error("the translations are missing")
	}
	if n := len(got[2].Options); n != 1 {
		t.Errorf("a command with an option private has %d options", n)
	}
	if len(*got[1].Contexts) != 1 || len(*quote.Contexts) != 2 {
		t.Error("a command for managers is for servers alone, the others are for direct messages too")
	}
}

func TestRegisterRefusesWhatDiscordCannotTake(t *testing.T) {
	t.Parallel()
	big := commands.Command{Name: "big", Description: "big"}
	for range 25 {
		o := commands.Option{Name: "o", Description: strings.Repeat("d", 90)}
		for range 25 {
			o.Choices = append(o.Choices, commands.Choice{Name: strings.Repeat("n", 90), Value: "v"})
		}
		big.Options = append(big.Options, o)
	}
	if _, err := Register([]commands.Command{big}); err == nil || !strings.Contains(err.Error(), "/big") {
		t.Errorf("a command of more than 8000 characters gives %v", err)
	}
	if _, err := Register(make([]commands.Command, maxSlash+1)); err == nil {
		t.Error("101 commands are no error")
	}
}

// What Discord sends back of a registration, with what it adds, has the fingerprint of the registration; a change has another one.
func TestFingerprint(t *testing.T) {
	t.Parallel()
	all := []commands.Command{{Name: "ask", Description: "Ask", MessageMenu: "Ask about this", Options: []commands.Option{{Name: "question", Description: "What", Required: true, MaxLength: 100}}},
		{Name: "setup", Description: "Settings", Manager: true}}
	want, err := Register(all)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var back []*discordgo.ApplicationCommand
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	slices.Reverse(back)
	for _, c := range back {
		c.ID, c.ApplicationID, c.Version, c.GuildID = "1", "2", "3", "4"
		no := false
		c.NSFW = &no
		if c.NameLocalizations == nil {
			c.NameLocalizations = &map[discordgo.Locale]string{}
		}
	}
	if fingerprint(want) != fingerprint(back) {
		t.Error("what Discord adds changes the fingerprint")
	}
	for name, change := range map[string]func(){
		"description": func() { back[0].Description += "!" },
		"option":      func() { back[len(back)-1].Options[0].Required = false },
		"permission":  func() { back[1].DefaultMemberPermissions = nil },
	} {
		before := fingerprint(back)
		change()
		if fingerprint(back) == before {
			t.Errorf("another %s has the same fingerprint", name)
		}
	}
}
