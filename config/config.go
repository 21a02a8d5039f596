// Package config holds the settings of the bot: defaults, then a YAML file, then the environment, each one overriding the one before.
//
// Every key is a field of Config and is named by its path in the file, as in "discord.shard.id". The same key in the environment is
// ATTACHE_DISCORD_SHARD_ID. A key that does not exist and a value that cannot work are errors that name the key and say what is allowed.
//
// The package is read by cmd/bot alone, which hands plain values on to the parts.
package config

import (
	"fmt"
	"log/slog"
	"time"

	"go.yaml.in/yaml/v3"
)

// OpenAI is the endpoint that is used when no other is named.
const OpenAI = "https://api.openai.com/v1"

// Config is everything that can be set. It is a plain value; copy it freely.
type Config struct {
	DataDir   string    `yaml:"data_dir"` // "" is the platform's own place: see DataFolder
	Starter   bool      `yaml:"starter"`  // whether the starter articles are part of the collection
	Discord   Discord   `yaml:"discord"`
	Model     Model     `yaml:"model"`
	Budget    Budget    `yaml:"budget"`
	Embedding Embedding `yaml:"embedding"`
	Answer    Answer    `yaml:"answer"`
	Ingest    Ingest    `yaml:"ingest"`
	Watch     Watch     `yaml:"watch"`
	Limits    Limits    `yaml:"limits"`
	Log       Log       `yaml:"log"`
}

// Discord says how the bot appears on Discord. Without a token it does not connect.
type Discord struct {
	Token        Secret   `yaml:"token"`
	Register     string   `yaml:"register"`      // RegisterGuild or RegisterGlobal
	Guilds       []string `yaml:"guilds"`        // ids of the servers served; empty is every server the bot is in
	TeamChannels []string `yaml:"team_channels"` // ids of the channels where a plain question is answered
	AskRole      string   `yaml:"ask_role"`      // id of the role that "Ask a person" pings; "" switches the button off
	Shard        Shard    `yaml:"shard"`
}

// Shard is this process's share of the servers: number ID of Count, counted from 0.
type Shard struct {
	ID    int `yaml:"id"`
	Count int `yaml:"count"`
}

// Where slash commands are registered.
const (
	RegisterGuild  = "guild"  // in each server on its own, visible at once
	RegisterGlobal = "global" // once for all servers and direct messages
)

// Model is the OpenAI-compatible chat endpoint that words answers.
type Model struct {
	BaseURL    string        `yaml:"base_url"`
	Key        Secret        `yaml:"key"`
	Name       string        `yaml:"name"`
	FirstToken time.Duration `yaml:"first_token"` // longest wait for the first token
	Total      time.Duration `yaml:"total"`       // longest time for one question, repairs included
	MaxTokens  int           `yaml:"max_tokens"`  // longest answer, in tokens
	Structured bool          `yaml:"structured"`  // whether it is asked for JSON, where it can give it
	Price      Price         `yaml:"price"`
}

// Price is what the model's endpoint asks for a million tokens; zero where it asks for nothing.
type Price struct {
	Prompt     float64 `yaml:"prompt"`
	Completion float64 `yaml:"completion"`
	Currency   string  `yaml:"currency"` // as it is shown
}

// Enabled reports whether answers are worded by the model: with a key, or with an endpoint of one's own, which may need none. Otherwise
// they are made of the articles' own sentences.
func (m Model) Enabled() bool { return m.Key != "" || m.BaseURL != OpenAI }

// Budget is how much of the model may be used before the articles' own sentences answer instead. Days are those of UTC.
type Budget struct {
	Question Allowance `yaml:"question"` // of one question
	Guild    Allowance `yaml:"guild"`    // of one server on one day
	All      Allowance `yaml:"all"`      // of all servers together on one day
}

// Allowance is how much may be used; a zero sets no limit.
type Allowance struct {
	Tokens int     `yaml:"tokens"`
	Money  float64 `yaml:"money"` // in the currency of the price
}

// Embedding says what turns text into vectors.
type Embedding struct {
	Provider   string `yaml:"provider"`   // EmbedBuiltin or EmbedEndpoint
	BaseURL    string `yaml:"base_url"`   // "" is model.base_url, and then an empty key is model.key
	Key        Secret `yaml:"key"`        //
	Model      string `yaml:"model"`      // needed with EmbedEndpoint
	Dimensions int    `yaml:"dimensions"` // of a vector; 0 is what the model gives
}

// The embedding providers.
const (
	EmbedBuiltin  = "builtin"  // compiled in, no network
	EmbedEndpoint = "endpoint" // any OpenAI-compatible endpoint
)

// Answer shapes an answer.
type Answer struct {
	Sentences int `yaml:"sentences"` // at most
	Passages  int `yaml:"passages"`  // read for one answer, at most
}

// Ingest says what is taken in, and when.
type Ingest struct {
	MaxFileBytes int64         `yaml:"max_file_bytes"` // a larger file is refused before it is read
	Every        time.Duration `yaml:"every"`          // between two looks at a source; 0 is none but by hand
}

// Watch says when standing questions are looked at.
type Watch struct {
	DigestHour int           `yaml:"digest_hour"` // of UTC
	Settle     time.Duration `yaml:"settle"`      // how long to wait after an article for those that come with it
}

// Limits keeps one person or server from using up what all share.
type Limits struct {
	PerUserPerMinute  int           `yaml:"per_user_per_minute"`
	PerGuildPerMinute int           `yaml:"per_guild_per_minute"`
	Request           time.Duration `yaml:"request"` // longest time for one request, model included
}

// Log says what is logged and how.
type Log struct {
	Level  string `yaml:"level"`  // debug, info, warn or error
	Format string `yaml:"format"` // text or json
}

// Secret is a value that must not be printed. String, %v, logs and YAML show a mask; string(s) is the value itself.
type Secret string

const mask = "(set, not shown)"

// String is "" for an empty secret and a mask for any other, so that a reader sees whether it is set.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return mask
}

// GoString masks the secret under %#v.
func (s Secret) GoString() string { return fmt.Sprintf("config.Secret(%q)", s.String()) }

// LogValue masks the secret in structured logs.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalYAML masks the secret in a printed configuration.
func (s Secret) MarshalYAML() (any, error) { return s.String(), nil }

// MarshalText masks the secret in every other encoding.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// String prints the whole configuration as YAML with its secrets masked.
func (c Config) String() string {
	out, err := yaml.Marshal(c)
	if err != nil { // no field of Config can cause one
		return "config: " + err.Error()
	}
	return string(out)
}

// Default is the configuration of a bot that nobody has configured: no token, no key, everything else ready to use.
func Default() Config {
	return Config{
		Starter: true,
		Discord: Discord{Register: RegisterGuild, Shard: Shard{Count: 1}},
		Model: Model{
			BaseURL: OpenAI, Name: "gpt-4o-mini",
			FirstToken: 10 * time.Second, Total: 30 * time.Second, MaxTokens: 600, Structured: true, Price: Price{Currency: "USD"},
		},
		// A request reserves at most some 7,000 tokens, for 16,000 bytes of passages, the rules and the answer; a brief makes at most four.
		Budget:    Budget{Question: Allowance{Tokens: 60_000}, Guild: Allowance{Tokens: 2_000_000}, All: Allowance{Tokens: 10_000_000}},
		Embedding: Embedding{Provider: EmbedBuiltin},
		Answer:    Answer{Sentences: 5, Passages: 8},
		Ingest:    Ingest{MaxFileBytes: 20 << 20, Every: 30 * time.Minute},
		Watch:     Watch{DigestHour: 6, Settle: 20 * time.Second},
		Limits:    Limits{PerUserPerMinute: 10, PerGuildPerMinute: 60, Request: time.Minute},
		Log:       Log{Level: "info", Format: "text"},
	}
}
