package config

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Validate reports every value that cannot work and every combination that contradicts itself, one line each, by the name of its key.
// It never prints a secret.
func (c Config) Validate() error {
	return errors.Join(
		c.Discord.validate(),
		c.Model.validate(),
		c.Budget.validate(c.Model.Price),
		c.Embedding.validate(c.Model),
		between("answer.sentences", c.Answer.Sentences, 1, 12),
		between("answer.passages", c.Answer.Passages, 1, 50),
		between("ingest.max_file_bytes", c.Ingest.MaxFileBytes, 1<<10, 1<<30),
		orZero("ingest.every", c.Ingest.Every, time.Minute, 30*24*time.Hour),
		between("watch.digest_hour", c.Watch.DigestHour, 0, 23),
		duration("watch.settle", c.Watch.Settle, 10*time.Millisecond, 10*time.Minute),
		between("limits.per_user_per_minute", c.Limits.PerUserPerMinute, 1, 1000),
		between("limits.per_guild_per_minute", c.Limits.PerGuildPerMinute, 1, 100_000),
		atLeast("limits.per_guild_per_minute", c.Limits.PerGuildPerMinute, "limits.per_user_per_minute", c.Limits.PerUserPerMinute),
		// Discord lets a bot edit its deferred reply for 15 minutes (the life of an interaction's token).
		duration("limits.request", c.Limits.Request, time.Second, 14*time.Minute),
		c.timeToFallBack(),
		oneOf("log.level", c.Log.Level, "debug", "info", "warn", "error"),
		oneOf("log.format", c.Log.Format, "text", "json"),
	)
}

// orZero allows a time of zero, which switches something off, beside those between least and most.
func orZero(key string, d, least, most time.Duration) error {
	if d == 0 {
		return nil
	}
	return duration(key, d, least, most)
}

// timeToFallBack makes sure that a model which uses up its time leaves some for the answer without it.
func (c Config) timeToFallBack() error {
	if c.Model.Enabled() && c.Model.Total >= c.Limits.Request {
		return fmt.Errorf("limits.request: must be longer than model.total (%s), so that a slow model can still be replaced by the articles' own sentences; it is %s",
			c.Model.Total, c.Limits.Request)
	}
	return nil
}

func (d Discord) validate() error {
	errs := []error{
		secret("discord.token", d.Token),
		oneOf("discord.register", d.Register, RegisterGuild, RegisterGlobal),
		snowflakes("discord.guilds", d.Guilds...),
		snowflakes("discord.team_channels", d.TeamChannels...),
		snowflakes("discord.ask_role", d.AskRole),
		between("discord.shard.count", d.Shard.Count, 1, 10_000),
	}
	if strings.HasPrefix(string(d.Token), "Bot ") {
		errs[0] = errors.New("discord.token: leave out the word Bot before the token")
	}
	if d.Shard.ID < 0 || d.Shard.Count >= 1 && d.Shard.ID >= d.Shard.Count {
		errs = append(errs, fmt.Errorf("discord.shard.id: must be 0 to %d, below discord.shard.count; it is %d", max(d.Shard.Count-1, 0), d.Shard.ID))
	}
	return errors.Join(errs...)
}

func (m Model) validate() error {
	errs := []error{
		endpoint("model.base_url", m.BaseURL),
		secret("model.key", m.Key),
		duration("model.first_token", m.FirstToken, 100*time.Millisecond, 10*time.Minute),
		duration("model.total", m.Total, 100*time.Millisecond, 10*time.Minute),
		between("model.max_tokens", m.MaxTokens, 16, 100_000),
	}
	errs = append(errs,
		between("model.price.prompt", m.Price.Prompt, 0, 1e6),
		between("model.price.completion", m.Price.Completion, 0, 1e6))
	if strings.TrimSpace(m.Name) == "" {
		errs = append(errs, errors.New("model.name: must name the model, for example gpt-4o-mini"))
	}
	if m.FirstToken > m.Total {
		errs = append(errs, fmt.Errorf("model.first_token: must not be longer than model.total (%s); it is %s", m.Total, m.FirstToken))
	}
	return errors.Join(errs...)
}

func (e Embedding) validate(m Model) error {
	errs := []error{
		oneOf("embedding.provider", e.Provider, EmbedBuiltin, EmbedEndpoint),
		secret("embedding.key", e.Key),
		between("embedding.dimensions", e.Dimensions, 0, 8192),
	}
	if e.BaseURL != "" {
		errs = append(errs, endpoint("embedding.base_url", e.BaseURL))
	}
	switch e.Provider {
	case EmbedBuiltin:
		for _, f := range []struct {
			key string
			set bool
		}{
			{"base_url", e.BaseURL != ""}, {"key", e.Key != ""}, {"model", e.Model != ""}, {"dimensions", e.Dimensions != 0},
		} {
			if f.set {
				errs = append(errs, fmt.Errorf("embedding.%s: has no effect with embedding.provider %s: remove it, or set the provider to %s", f.key, EmbedBuiltin, EmbedEndpoint))
			}
		}
	case EmbedEndpoint:
		if strings.TrimSpace(e.Model) == "" {
			errs = append(errs, errors.New("embedding.model: must name the model when embedding.provider is endpoint, for example text-embedding-3-small"))
		}
		if (e.BaseURL == "" && e.Key == "" && !m.Enabled()) || (e.BaseURL == OpenAI && e.Key == "") {
			errs = append(errs, errors.New("embedding.key: is needed when embedding.provider is endpoint and embedding.base_url is OpenAI's; an endpoint of your own may need none"))
		}
	}
	return errors.Join(errs...)
}

// The most that a budget may allow: beyond it, a 0 says the same.
const (
	mostTokens = 1_000_000_000_000
	mostMoney  = 1e9
)

func (b Budget) validate(p Price) error {
	errs := []error{
		contained("budget.guild", b.Guild, "budget.question", b.Question),
		contained("budget.all", b.All, "budget.guild", b.Guild),
	}
	for _, a := range []struct {
		key string
		Allowance
	}{{"budget.question", b.Question}, {"budget.guild", b.Guild}, {"budget.all", b.All}} {
		errs = append(errs, between(a.key+".tokens", a.Tokens, 0, mostTokens), between(a.key+".money", a.Money, 0, mostMoney))
		if a.Money > 0 && p.Prompt == 0 && p.Completion == 0 {
			errs = append(errs, fmt.Errorf("%s.money: has no effect without model.price: set what a million tokens cost, or limit the tokens", a.key))
		}
	}
	return errors.Join(errs...)
}

// contained refuses a budget that is less than a smaller part of it may use.
func contained(key string, whole Allowance, partKey string, part Allowance) error {
	switch {
	case whole.Tokens > 0 && whole.Tokens < part.Tokens:
		return fmt.Errorf("%s.tokens: must not be less than %s.tokens (%d), or 0 for no limit; it is %d", key, partKey, part.Tokens, whole.Tokens)
	case whole.Money > 0 && whole.Money < part.Money:
		return fmt.Errorf("%s.money: must not be less than %s.money (%v), or 0 for no limit; it is %v", key, partKey, part.Money, whole.Money)
	}
	return nil
}

func oneOf(key, value string, allowed ...string) error {
	if slices.Contains(allowed, value) {
		return nil
	}
	return fmt.Errorf("%s: must be one of %s; it is %q", key, strings.Join(allowed, ", "), value)
}

func between[N int | int64 | float64](key string, value, low, high N) error {
	if low <= value && value <= high {
		return nil
	}
	return fmt.Errorf("%s: must be %v to %v; it is %v", key, low, high, value)
}

func atLeast(key string, value int, other string, least int) error {
	if value >= least {
		return nil
	}
	return fmt.Errorf("%s: must not be less than %s (%d); it is %d", key, other, least, value)
}

func duration(key string, value, low, high time.Duration) error {
	if low <= value && value <= high {
		return nil
	}
	return fmt.Errorf("%s: must be %s to %s; it is %s", key, low, high, value)
}

// snowflakes accepts Discord ids, and "" for none.
func snowflakes(key string, ids ...string) error {
	for _, id := range ids {
		if id == "" && len(ids) == 1 {
			continue
		}
		if n, err := strconv.ParseUint(id, 10, 64); err != nil || n == 0 || id[0] == '+' {
			return fmt.Errorf("%s: must be a Discord id, a long number such as \"1130000000000000000\" (switch on Developer Mode, then Copy ID); it is %q", key, id)
		}
	}
	return nil
}

func endpoint(key, value string) error {
	u, err := url.Parse(value)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		return fmt.Errorf("%s: must be a web address such as %s", key, OpenAI)
	case u.User != nil:
		return fmt.Errorf("%s: must not hold a user name or password: use the key instead", key)
	case u.RawQuery != "" || u.Fragment != "":
		return fmt.Errorf("%s: must end with the path, without ? or #", key)
	}
	return nil
}

// secret refuses what was copied badly; inner white space or control characters break the header that carries it.
func secret(key string, s Secret) error {
	for _, r := range string(s) {
		if r <= ' ' || r > '~' {
			return fmt.Errorf("%s: holds a space or another character that cannot be part of it: copy it again", key)
		}
	}
	return nil
}
