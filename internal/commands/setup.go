package commands

import (
	"cmp"
	"context"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"attache/internal/library"
)

// Settings are what a server's managers have chosen with /setup, on top of what the operator has configured for all.
type Settings struct {
	MayAsk   string // the role that may ask; "" is everybody
	MayAdd   string // the role that may add articles; "" is who manages the server
	Call     string // the role that "Ask a person" calls; "" is none, and then the button is not shown
	Language string // of the bot's own words for people whose language it does not know, as Discord names it; "" is English
	PerUser  int    // questions of one person a minute
	PerGuild int    // questions of the whole server a minute

	ModelTokens int // of the language model a day; 0 sets no limit. A server may have less than its operator allows, not more

	channels  map[string]bool // that the server has chosen, by id: true for a team channel, false for one that is none whatever the operator says
	quiet     map[string]bool // channels and threads, by id
	internal  map[string]bool // channels for words that are kept internal, by id
	noStarter bool            // the starter articles are not in the server's collection
}

// Setup knows the settings of every server: it keeps them in the library, changes them on request and enforces who may ask. It is safe for concurrent
// use; one process serves a server.
type Setup struct {
	library *library.Library
	all     Settings // the operator's
	team    []string // the operator's team channels, in whichever server
	now     func() time.Time
	blind   atomic.Bool

	mu     sync.Mutex
	guilds map[string]Settings
}

// NewSetup makes a Setup for the operator's own settings and team channels.
func NewSetup(lib *library.Library, all Settings, teamChannels []string, now func() time.Time) *Setup {
	return &Setup{library: lib, all: all, team: teamChannels, now: now, guilds: map[string]Settings{}}
}

// Commands are those that belong to a server's settings: /setup, /quiet, and the one behind "Ask a person".
func (s *Setup) Commands() []Command { return []Command{s.setup(), s.quiet(), s.person()} }

// Blind tells that Discord keeps the text of messages from the bot, so that no plain question is seen; /setup then says what to do.
func (s *Setup) Blind(blind bool) { s.blind.Store(blind) }

// Of returns the settings of a server, and those of the operator for "" or a server without any. The maps in it must not be changed.
func (s *Setup) Of(ctx context.Context, guild string) (Settings, error) {
	if guild == "" {
		return s.all, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if known, ok := s.guilds[guild]; ok {
		return known, nil
	}
	stored, err := s.library.Settings(ctx, guild)
	if err != nil {
		return s.all, err
	}
	s.guilds[guild] = s.all.with(stored)
	return s.guilds[guild], nil
}

// Limits are the questions that one person and a whole server may ask a minute. Without the library they are the operator's.
func (s *Setup) Limits(guild string) (perUser, perGuild int) {
	own, _ := s.Of(context.Background(), guild) // the operator's after an error
	return own.PerUser, own.PerGuild
}

// ModelTokens is how many tokens of the language model a server may use a day; 0 sets no limit. Without the library it is what the operator allows.
func (s *Setup) ModelTokens(guild string) int {
	own, _ := s.Of(context.Background(), guild) // the operator's after an error
	return own.ModelTokens
}

// TeamChannel reports whether plain questions in a channel are answered.
func (s *Setup) TeamChannel(guild, channel string) bool {
	own, _ := s.Of(context.Background(), guild)
	if chosen, ok := own.channels[channel]; ok {
		return chosen
	}
	return slices.Contains(s.team, channel)
}

// TeamChannels lists the channels where plain questions of a server are answered; those of the operator are listed for every server.
func (s *Setup) TeamChannels(guild string) []string {
	own, _ := s.Of(context.Background(), guild)
	all := on(own.channels)
	for _, id := range s.team {
		if _, chosen := own.channels[id]; !chosen {
			all = append(all, id)
		}
	}
	return all
}

// Quiet reports whether somebody has asked for quiet in a channel or thread.
func (s *Setup) Quiet(guild, channel string) bool {
	own, _ := s.Of(context.Background(), guild)
	return own.quiet[channel]
}

// Language is the language of a server's members of whom the bot knows no other; "" is English.
func (s *Setup) Language(guild string) string {
	own, _ := s.Of(context.Background(), guild)
	return own.Language
}

// The keys under which the library keeps a server's settings. Those of channels end with the channel's id.
const (
	keyMayAsk   = "may_ask"
	keyMayAdd   = "may_add"
	keyCall     = "call"
	keyLanguage = "language"
	keyPerUser  = "per_person"
	keyPerGuild = "per_server"
	keyTokens   = "model_tokens"
	keyStarter  = "starter"
	keyTeam     = "team:"
	keyQuiet    = "quiet:"
	keyInternal = "internal:"
)

// with lays what is stored for a server over the operator's settings.
func (s Settings) with(stored map[string]string) Settings {
	s.channels, s.quiet, s.internal = map[string]bool{}, map[string]bool{}, map[string]bool{}
	s.noStarter = stored[keyStarter] == "off"
	for key, value := range stored {
		switch key {
		case keyMayAsk:
			s.MayAsk = value
		case keyMayAdd:
			s.MayAdd = value
		case keyCall:
			s.Call = value
		case keyLanguage:
			s.Language = value
		case keyPerUser:
			s.PerUser = atLeastOne(value, s.PerUser)
		case keyPerGuild:
			s.PerGuild = atLeastOne(value, s.PerGuild)
		case keyTokens:
			if n := atLeastOne(value, s.ModelTokens); s.ModelTokens == 0 || n < s.ModelTokens {
				s.ModelTokens = n
			}
		}
		if id, ok := strings.CutPrefix(key, keyTeam); ok {
			s.channels[id] = value == "on"
		}
		if id, ok := strings.CutPrefix(key, keyQuiet); ok {
			s.quiet[id] = value == "on"
		}
		if id, ok := strings.CutPrefix(key, keyInternal); ok {
			s.internal[id] = value == "on"
		}
	}
	return s
}

func atLeastOne(text string, otherwise int) int {
	if n, err := strconv.Atoi(text); err == nil && n > 0 {
		return n
	}
	return otherwise
}

// change stores new values for a server, all of them or none, and uses them from now on.
func (s *Setup) change(ctx context.Context, guild string, values map[string]string) error {
	if err := s.library.SetSettings(ctx, guild, values); err != nil { // may wait for another process, which must keep nobody else waiting
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.guilds, guild) // read anew when it is needed next
	return nil
}

// The most that /setup takes for the limits, in questions a minute and tokens a day.
const (
	maxPerUser  = 600
	maxPerGuild = 6000
	maxTokens   = 1_000_000_000
)

// languages are those that the front ends have words in, named as Discord names them.
var languages = []Choice{
	{"English", "en-US"}, {"Deutsch", "de"}, {"Español", "es-ES"}, {"Français", "fr"},
	{"Русский", "ru"}, {"Українська", "uk"}, {"العربية", "ar"}, {"中文", "zh-CN"},
}

// setup shows and changes the settings of a server.
func (s *Setup) setup() Command {
	return Command{
		Name: "setup", Description: "Show or change how I work in this server", Manager: true, Private: true,
		Options: []Option{
			{Name: "team_channel", Description: "Answer plain questions in this channel", Kind: Channel},
			{Name: "not_team_channel", Description: "Answer plain questions in this channel no more", Kind: Channel},
			{Name: "internal_channel", Description: "Show words that are kept internal in this channel", Kind: Channel},
			{Name: "not_internal_channel", Description: "Show words that are kept internal in this channel no more", Kind: Channel},
			{Name: keyStarter, Description: "Whether the starter articles are in this server's collection", Choices: []Choice{{"on", "on"}, {"off", "off"}}},
			{Name: keyMayAsk, Description: "Only people with this role may ask", Kind: Role},
			{Name: keyMayAdd, Description: "People with this role may add articles", Kind: Role},
			{Name: keyCall, Description: "The role that “Ask a person” calls", Kind: Role},
			{Name: keyLanguage, Description: "The language of my own words where I don't know a person's", Choices: languages},
			{Name: keyPerUser, Description: "Questions that one person may ask in a minute", Kind: Integer},
			{Name: keyPerGuild, Description: "Questions that the whole server may ask in a minute", Kind: Integer},
			{Name: keyTokens, Description: "Tokens that the language model may use here in a day", Kind: Integer},
			{Name: "reset", Description: "Take a setting back to what it was at first", Choices: resettable()},
		},
		Handle: func(ctx context.Context, r Request, _ Progress) (Reply, error) {
			if r.Place.Guild == "" {
				return Reply{}, Problemf("These settings belong to a Discord server. Use /setup there.")
			}
			values, err := s.wanted(ctx, r)
			if err != nil {
				return Reply{}, err
			}
			if len(values) > 0 {
				if err := s.change(ctx, r.Place.Guild, values); err != nil {
					return Reply{}, err
				}
			}
			own, err := s.Of(ctx, r.Place.Guild)
			if err != nil {
				return Reply{}, err
			}
			return s.shown(r, own, len(values) > 0), nil
		},
	}
}

func resettable() []Choice {
	var all []Choice
	for _, name := range []string{"team_channels", "internal_channels", keyStarter, keyMayAsk, keyMayAdd, keyCall, keyLanguage, keyPerUser, keyPerGuild, keyTokens} {
		all = append(all, Choice{name, name})
	}
	return all
}

// wanted reads the request as values to store, by key. An option that makes no sense is a Problem, and then nothing is to be changed.
func (s *Setup) wanted(ctx context.Context, r Request) (map[string]string, error) {
	if err := checkIDs(r, "team_channel", "not_team_channel", "internal_channel", "not_internal_channel", keyMayAsk, keyMayAdd, keyCall); err != nil {
		return nil, err
	}
	values := map[string]string{}
	if err := s.reset(ctx, r, values); err != nil {
		return nil, err
	}
	for _, kind := range []struct{ option, both, key string }{
		{"team_channel", "One channel can't both be a team channel and not. Please choose one of the two.", keyTeam},
		{"internal_channel", "One channel can't both be internal and not. Please choose one of the two.", keyInternal},
	} {
		on, off := r.Option(kind.option), r.Option("not_"+kind.option)
		if on != "" && on == off {
			return nil, Problemf(kind.both)
		}
		if on != "" {
			values[kind.key+on] = "on"
		}
		if off != "" {
			values[kind.key+off] = "off"
		}
	}
	for _, key := range []string{keyStarter, keyMayAsk, keyMayAdd, keyCall, keyLanguage} {
		if v := r.Option(key); v != "" {
			values[key] = v
		}
	}
	if err := everybody(r.Place.Guild, values); err != nil {
		return nil, err
	}
	return values, s.limitsIn(r, values)
}

// idPattern is what Discord's ids look like.
var idPattern = regexp.MustCompile(`^[0-9]{1,20}$`)

func checkIDs(r Request, options ...string) error {
	for _, name := range options {
		if v := r.Option(name); v != "" && !idPattern.MatchString(v) {
			return Problemf("%q is no id for %s. Choose it from Discord's list.", v, name)
		}
	}
	return nil
}

// everybody deals with the role that all members have; it bears the server's id.
func everybody(guild string, values map[string]string) error {
	if values[keyCall] == guild {
		return Problemf("I don't call everybody. Please choose a role that fewer people have.")
	}
	if values[keyMayAdd] == guild {
		return Problemf("What everybody may add, nobody vouches for. Please choose a role that fewer people have.")
	}
	if values[keyMayAsk] == guild {
		values[keyMayAsk] = ""
	}
	return nil
}

func (s *Setup) limitsIn(r Request, values map[string]string) error {
	for _, limit := range []struct {
		key, bounds string
		most        int
	}{
		{keyPerUser, "The questions that one person may ask in a minute must be a number from 1 to %d.", maxPerUser},
		{keyPerGuild, "The questions that the server may ask in a minute must be a number from 1 to %d.", maxPerGuild},
		{keyTokens, "The tokens that the language model may use here in a day must be a number from 1 to %d.", cmp.Or(s.all.ModelTokens, maxTokens)},
	} {
		text := strings.TrimSpace(r.Option(limit.key))
		if text == "" {
			continue
		}
		if n, err := strconv.Atoi(text); err != nil || n < 1 || n > limit.most {
			return Problemf(limit.bounds, limit.most)
		}
		values[limit.key] = text
	}
	return nil
}

// reset adds what takes a setting back.
func (s *Setup) reset(ctx context.Context, r Request, values map[string]string) error {
	prefix := ""
	switch name := r.Option("reset"); name {
	case "":
		return nil
	case "team_channels":
		prefix = keyTeam
	case "internal_channels":
		prefix = keyInternal
	default:
		values[name] = ""
		return nil
	}
	stored, err := s.library.Settings(ctx, r.Place.Guild)
	if err != nil {
		return err
	}
	for key := range stored {
		if strings.HasPrefix(key, prefix) {
			values[key] = ""
		}
	}
	return nil
}

// shown lists the settings of a server.
func (s *Setup) shown(r Request, own Settings, saved bool) Reply {
	reply := Reply{Title: "How I work in this server", Footer: r.say("change one with /setup and its options")}
	if saved {
		reply.Blocks = append(reply.Blocks, Block{Kind: Plain, Text: "Saved; it holds from now on."})
	}
	item := func(what, otherwise string, refs ...Ref) {
		text := r.say(what) + " "
		if len(refs) == 0 {
			text += r.say(otherwise)
		}
		reply.Blocks = append(reply.Blocks, Block{Kind: Item, Text: text, Refs: refs})
	}
	chosen, others := on(own.channels), "none"
	if len(s.team) > 0 {
		others = "those that my operator has configured"
	}
	item("Team channels, where plain questions are answered:", others, channels(chosen)...)
	item("Internal channels, where words that are kept internal are shown:", "none", channels(on(own.internal))...)
	if own.noStarter {
		item("Starter articles:", "off")
	} else {
		item("Starter articles:", "on")
	}
	item("Who may ask:", "everybody", oneRole(own.MayAsk)...)
	item("Who may add articles:", "whoever manages the server", oneRole(own.MayAdd)...)
	item("Called by “Ask a person”:", "nobody, so there is no such button", oneRole(own.Call)...)
	item("Language of my own words where I don't know a person's:", languageName(own.Language))
	item("Limits a minute:", r.say("%s of one person, %s of the whole server", counted{own.PerUser, "question"}, counted{own.PerGuild, "question"}))
	if own.ModelTokens > 0 {
		item("The language model, a day:", r.say("%s tokens", grouped(own.ModelTokens)))
	}
	if quiet := channels(on(own.quiet)); len(quiet) > 0 {
		item("Quiet, until /quiet off:", "", quiet...)
	}
	if len(chosen) > 0 && s.blind.Load() {
		reply.Notices = append(reply.Notices, r.say("Discord keeps the text of messages from me, so I see only those that mention me. "+
			"Whoever runs me can switch on Message Content Intent in the developer portal (the application, Bot) and start me again."))
	}
	return reply
}

// on lists what is switched on, in order.
func on(all map[string]bool) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(all)), func(id string) bool { return !all[id] })
}

// shownRefs is how many channels a list of settings names.
const shownRefs = 20

func channels(ids []string) []Ref {
	refs := make([]Ref, 0, len(ids))
	for _, id := range ids[:min(len(ids), shownRefs)] {
		refs = append(refs, Ref{ID: id})
	}
	return refs
}

func oneRole(id string) []Ref {
	if id == "" {
		return nil
	}
	return []Ref{{Role: true, ID: id}}
}

func languageName(tag string) string {
	for _, l := range languages {
		if l.Value == tag {
			return l.Name
		}
	}
	return languages[0].Name
}

// closing reports whether a request says that a call for a person is resolved, which those who were called may do without being allowed to ask.
func closing(r Request) bool { return r.Command == "person" && r.Option("resolved") == "yes" }

// mayAdd reports whether somebody may add articles.
func (s Settings) mayAdd(who Asker) bool {
	return who.Manager || s.MayAdd != "" && slices.Contains(who.Roles, s.MayAdd)
}

// Allow refuses people without the role that a server has set for asking, or for adding. Managers may do everything; /help and /quiet are for all.
func (s *Setup) Allow(c Command, next HandleFunc) HandleFunc {
	if c.Manager || c.Name == "help" || c.Name == "quiet" {
		return next
	}
	return func(ctx context.Context, r Request, progress Progress) (Reply, error) {
		if r.Asker.Manager || closing(r) {
			return next(ctx, r, progress)
		}
		own, err := s.Of(ctx, r.Place.Guild)
		switch {
		case err != nil:
			return Reply{}, err
		case own.MayAsk != "" && !slices.Contains(r.Asker.Roles, own.MayAsk):
			return Reply{}, Problemf("In this server only people with a certain role may ask me, and you don't have it. Someone with Manage Server can change that with /setup.")
		case c.Adds && !own.mayAdd(r.Asker):
			return Reply{}, Problemf("In this server you may not add articles. Someone with Manage Server can change that with /setup.")
		}
		return next(ctx, r, progress)
	}
}
