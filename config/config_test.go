package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

func write(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestExampleIsTheDefault(t *testing.T) {
	data, err := os.ReadFile("config.example.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var strict Config // from zero, so that a key missing from the file shows as a difference
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	if err := dec.Decode(&strict); err != nil {
		t.Fatal(err)
	}
	strict.Discord.Guilds, strict.Discord.TeamChannels = nil, nil // written as [] to show the form
	if diff := cmp.Diff(Default(), strict); diff != "" {
		t.Errorf("config.example.yaml differs from Default (-default +example):\n%s", diff)
	}
	loaded, err := Load("config.example.yaml", nil)
	if err != nil {
		t.Fatal(err)
	}
	loaded.Discord.Guilds, loaded.Discord.TeamChannels = nil, nil
	if diff := cmp.Diff(Default(), loaded); diff != "" {
		t.Errorf("loading config.example.yaml (-default +loaded):\n%s", diff)
	}
}

func TestExampleExplainsEveryKey(t *testing.T) {
	data, err := os.ReadFile("config.example.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		t.Fatal(err)
	}
	commented := map[string]bool{}
	var visit func(prefix string, n *yaml.Node)
	visit = func(prefix string, n *yaml.Node) {
		for i := 0; i+1 < len(n.Content); i += 2 {
			name, value := n.Content[i], n.Content[i+1]
			if value.Kind == yaml.MappingNode {
				visit(prefix+name.Value+".", value)
			}
			commented[prefix+name.Value] = strings.HasSuffix(name.HeadComment, ".")
		}
	}
	visit("", doc.Content[0])
	c := Default()
	for _, k := range keys(&c) {
		sentence, there := commented[k.path]
		if !there {
			t.Errorf("%s is missing from config.example.yaml", k.path)
		} else if !sentence {
			t.Errorf("%s has no sentence above it in config.example.yaml", k.path)
		}
	}
}

func TestDefaultIsValid(t *testing.T) {
	if err := Default().Validate(); err != nil {
		t.Error(err)
	}
}

func TestOrder(t *testing.T) {
	path := write(t, "\ufeffmodel:\n  name: from-file\n  total: 20s\nanswer:\ndiscord:\n  guilds: [123, \"456\"]\n  ask_role:\n")
	got, err := Load(path, []string{"ATTACHE_MODEL_NAME=from-env", "ATTACHE_MODEL_KEY=", "OTHER=x", "ATTACHE_CONFIG=" + path,
		"ATTACHE_DISCORD_TEAM_CHANNELS=7, 8", "ATTACHE_STARTER=false", "ATTACHE_LIMITS_REQUEST=45s", "ATTACHE_DISCORD_SHARD_COUNT=3",
		"ATTACHE_INGEST_MAX_FILE_BYTES=4096", "OPENAI_BASE_URL=http://localhost:1234/v1/"})
	if err != nil {
		t.Fatal(err)
	}
	want := Default()
	want.Model.Name, want.Model.Total, want.Model.BaseURL = "from-env", 20*time.Second, "http://localhost:1234/v1"
	want.Discord.Guilds, want.Discord.TeamChannels = []string{"123", "456"}, []string{"7", "8"}
	want.Starter, want.Limits.Request, want.Discord.Shard.Count, want.Ingest.MaxFileBytes = false, 45*time.Second, 3, 4096
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestEveryKeyCanBeSetFromTheEnvironment(t *testing.T) {
	for _, sample := range []string{"1", "1s"} {
		c := Default()
		for _, k := range keys(&c) {
			if _, isDuration := k.value.Interface().(time.Duration); isDuration != (sample == "1s") {
				continue
			}
			if err := readEnv([]string{k.variable() + "=" + sample}, &c); err != nil {
				t.Errorf("%s: %v", k.variable(), err)
			}
			if got := fmt.Sprint(reflect.ValueOf(k.value.Interface())); !strings.Contains(got, "1") && got != "true" && got != mask {
				t.Errorf("%s=%s left %s", k.variable(), sample, got)
			}
		}
	}
}

func TestSecrets(t *testing.T) {
	file := write(t, "  from-file-1\n")
	for name, tc := range map[string]struct {
		env  []string
		want func(*Config)
	}{
		"short names":        {[]string{"DISCORD_TOKEN=tok", "OPENAI_API_KEY=sk"}, func(c *Config) { c.Discord.Token, c.Model.Key = "tok", "sk" }},
		"the long name wins": {[]string{"DISCORD_TOKEN=a", "ATTACHE_DISCORD_TOKEN=b"}, func(c *Config) { c.Discord.Token = "b" }},
		"an empty long name leaves the short one": {[]string{"DISCORD_TOKEN=a", "ATTACHE_DISCORD_TOKEN="}, func(c *Config) { c.Discord.Token = "a" }},
		"from a file": {[]string{"DISCORD_TOKEN_FILE=" + file, "ATTACHE_MODEL_KEY_FILE=" + file},
			func(c *Config) { c.Discord.Token, c.Model.Key = "from-file-1", "from-file-1" }},
		"an embedding endpoint takes over the model's": {
			[]string{"OPENAI_API_KEY=sk", "ATTACHE_EMBEDDING_PROVIDER=endpoint", "ATTACHE_EMBEDDING_MODEL=m"},
			func(c *Config) {
				c.Model.Key, c.Embedding = "sk", Embedding{Provider: EmbedEndpoint, BaseURL: OpenAI, Key: "sk", Model: "m"}
			}},
		"a key goes to no other endpoint": {
			[]string{"OPENAI_API_KEY=sk", "ATTACHE_EMBEDDING_PROVIDER=endpoint", "ATTACHE_EMBEDDING_MODEL=m", "ATTACHE_EMBEDDING_BASE_URL=http://localhost:1/v1"},
			func(c *Config) {
				c.Model.Key, c.Embedding = "sk", Embedding{Provider: EmbedEndpoint, BaseURL: "http://localhost:1/v1", Model: "m"}
			}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Load("", tc.env)
			if err != nil {
				t.Fatal(err)
			}
			want := Default()
			tc.want(&want)
			if !cmp.Equal(want, got) {
				t.Errorf("got %#v\nwant %#v", got, want)
			}
		})
	}
}

func TestRefused(t *testing.T) {
	empty := write(t, "\n")
	big := write(t, strings.Repeat("#", maxFile+1))
	for name, tc := range map[string]struct {
		yaml string
		env  []string
		want string
	}{
		"unknown key":                   {yaml: "modle:\n  name: x\n", want: "line 1: modle: there is no such key; allowed here: data_dir, starter, discord,"},
		"unknown key in a section":      {yaml: "discord:\n  shard:\n    size: 3\n", want: "line 3: discord.shard.size: there is no such key; allowed here: id, count"},
		"key given twice":               {yaml: "starter: true\nstarter: false\n", want: "starter"},
		"wrong kind: number":            {yaml: "answer:\n  sentences: many\n", want: "line 2: answer.sentences: must be a whole number"},
		"wrong kind: duration":          {yaml: "limits:\n  request: soon\n", want: "limits.request: must be a duration such as 30s or 2m"},
		"wrong kind: list":              {yaml: "discord:\n  guilds: {a: b}\n", want: "discord.guilds: must be a list"},
		"wrong kind: bool":              {yaml: "starter: perhaps\n", want: "starter: must be true or false"},
		"wrong kind: text":              {yaml: "data_dir: [a]\n", want: "data_dir: must be text"},
		"section is a value":            {yaml: "model: gpt-4o\n", want: "line 1: model: must be a section of keys: base_url,"},
		"whole file is a list":          {yaml: "- a\n", want: "line 1: must be a section of keys"},
		"not YAML":                      {yaml: "a: b: c\n", want: "is not YAML: mapping values are not allowed"},
		"second document":               {yaml: "starter: true\n---\nstarter: false\n", want: "holds more after the end of its first document"},
		"unknown variable":              {env: []string{"ATTACHE_DISCORD_TOCKEN=x"}, want: "ATTACHE_DISCORD_TOCKEN: there is no such setting"},
		"variable of wrong kind":        {env: []string{"ATTACHE_ANSWER_PASSAGES=x"}, want: "ATTACHE_ANSWER_PASSAGES: must be a whole number"},
		"secret given twice":            {env: []string{"DISCORD_TOKEN=a", "DISCORD_TOKEN_FILE=" + empty}, want: "DISCORD_TOKEN and DISCORD_TOKEN_FILE are both set"},
		"secret file empty":             {env: []string{"DISCORD_TOKEN_FILE=" + empty}, want: "is empty"},
		"secret file too large":         {env: []string{"DISCORD_TOKEN_FILE=" + big}, want: "is larger than"},
		"secret file missing":           {env: []string{"OPENAI_API_KEY_FILE=" + empty + "x"}, want: "OPENAI_API_KEY_FILE: open"},
		"no file for what is no secret": {env: []string{"ATTACHE_MODEL_NAME_FILE=" + empty}, want: "ATTACHE_MODEL_NAME_FILE: there is no such setting"},
		"token with its scheme":         {env: []string{"DISCORD_TOKEN=Bot abc"}, want: "discord.token: leave out the word Bot"},
		"token with a line break":       {env: []string{"DISCORD_TOKEN=ab\ncd"}, want: "discord.token: holds a space or another character"},
		"not one of":                    {yaml: "log: {level: loud}", want: `log.level: must be one of debug, info, warn, error; it is "loud"`},
		"out of range":                  {yaml: "answer: {sentences: 0}", want: "answer.sentences: must be 1 to 12; it is 0"},
		"id that is none":               {yaml: "discord: {guilds: [my-server]}", want: `discord.guilds: must be a Discord id`},
		"shard outside":                 {yaml: "discord: {shard: {id: 2, count: 2}}", want: "discord.shard.id: must be 0 to 1, below discord.shard.count; it is 2"},
		"model without address":         {yaml: "model: {base_url: localhost}", want: "model.base_url: must be a web address"},
		"password in an address":        {yaml: "model: {base_url: 'https://a:hush@b/v1'}", want: "model.base_url: must not hold a user name or password"},
		"first token after the end":     {yaml: "model: {first_token: 40s}", want: "model.first_token: must not be longer than model.total (30s); it is 40s"},
		"no time to fall back":          {yaml: "model: {key: k}\nlimits: {request: 30s}", want: "limits.request: must be longer than model.total (30s)"},
		"server below its people":       {yaml: "limits: {per_guild_per_minute: 5}", want: "limits.per_guild_per_minute: must not be less than limits.per_user_per_minute (10); it is 5"},
		"setting without effect":        {yaml: "embedding: {model: m}", want: "embedding.model: has no effect with embedding.provider builtin"},
		"endpoint without model":        {yaml: "embedding: {provider: endpoint, base_url: 'http://localhost:1'}", want: "embedding.model: must name the model"},
		"endpoint without key":          {yaml: "embedding: {provider: endpoint, model: m}", want: "embedding.key: is needed"},
		"negative price":                {yaml: "model: {price: {prompt: -1}}", want: "model.price.prompt: must be 0 to 1e+06; it is -1"},
		"a price that is no number":     {yaml: "model: {price: {completion: cheap}}", want: "model.price.completion: must be a number"},
		"a limit that is no number":     {yaml: "model: {price: {prompt: 1}}\nbudget: {all: {money: .nan}}", want: "budget.all.money: must be 0 to 1e+09; it is NaN"},
		"negative limit":                {yaml: "budget: {question: {tokens: -5}}", want: "budget.question.tokens: must be 0 to"},
		"money without a price":         {yaml: "budget: {guild: {money: 2}}", want: "budget.guild.money: has no effect without model.price"},
		"a day below its questions":     {yaml: "budget: {guild: {tokens: 100}}", want: "budget.guild.tokens: must not be less than budget.question.tokens (60000), or 0 for no limit; it is 100"},
		"all below one":                 {yaml: "model: {price: {prompt: 1}}\nbudget: {guild: {money: 2}, all: {money: 1.5}}", want: "budget.all.money: must not be less than budget.guild.money (2), or 0 for no limit; it is 1.5"},
		"two faults":                    {yaml: "log: {level: loud, format: odd}", want: "\nlog.format: must be one of"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Load(write(t, tc.yaml), tc.env)
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Fatalf("got error %v\nwant one with %q", err, tc.want)
			}
			for _, leak := range []string{"hush", "ab\ncd", "Bot abc"} {
				if strings.Contains(err.Error(), leak) {
					t.Errorf("the error prints the secret: %v", err)
				}
			}
		})
	}
}

func TestMissingFile(t *testing.T) {
	_, err := Load(filepath.Join(t.TempDir(), "none.yaml"), nil)
	if err == nil || !strings.Contains(err.Error(), "none.yaml does not exist") {
		t.Errorf("got %v", err)
	}
}

func TestNothingPrintsASecret(t *testing.T) {
	c := Default()
	c.Discord.Token, c.Model.Key, c.Embedding.Key = "hush-1", "hush-2", "hush-3"
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("start", "config", c, "token", c.Discord.Token)
	slog.New(slog.NewJSONHandler(&log, nil)).Info("start", "config", c, "token", c.Discord.Token)
	asJSON, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	for name, out := range map[string]string{
		"String": c.String(), "%v": fmt.Sprintf("%v", c), "%+v": fmt.Sprintf("%+v", c), "%#v": fmt.Sprintf("%#v", c), "%q": fmt.Sprintf("%q", c.Model.Key),
		"slog": log.String(), "json": string(asJSON),
	} {
		if strings.Contains(out, "hush") {
			t.Errorf("%s shows a secret: %s", name, out)
		}
	}
	if out := c.String(); strings.Count(out, mask) != 3 || !strings.Contains(out, "per_user_per_minute: 10") {
		t.Errorf("String shows not what is set:\n%s", out)
	}
	if out := Default().String(); strings.Contains(out, mask) {
		t.Errorf("String masks what is not set:\n%s", out)
	}
}

func TestDataFolder(t *testing.T) {
	cwd, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		dir, goos string
		env       []string
		want      string
	}{
		"linux":                         {"", "linux", []string{"HOME=/home/ada"}, "/home/ada/.local/share/attache"},
		"linux with XDG":                {"", "linux", []string{"HOME=/home/ada", "XDG_DATA_HOME=/data"}, "/data/attache"},
		"a relative XDG is ignored":     {"", "linux", []string{"HOME=/home/ada", "XDG_DATA_HOME=data"}, "/home/ada/.local/share/attache"},
		"macOS":                         {"", "darwin", []string{"HOME=/Users/ada", "XDG_DATA_HOME=/data"}, "/Users/ada/Library/Application Support/attache"},
		"windows":                       {"", "windows", []string{"LOCALAPPDATA=/C/Local"}, "/C/Local/attache"},
		"set":                           {"/srv/attache", "linux", []string{"HOME=/home/ada"}, "/srv/attache"},
		"set below home":                {"~/kept", "linux", []string{"HOME=/home/ada"}, "/home/ada/kept"},
		"set relative":                  {"kept", "linux", nil, filepath.Join(cwd, "kept")},
		"no home":                       {"", "linux", nil, ""},
		"no home on macOS":              {"", "darwin", nil, ""},
		"no local application folder":   {"", "windows", []string{"HOME=/home/ada"}, ""},
		"the last of two values counts": {"", "linux", []string{"HOME=/a", "HOME=/b"}, "/b/.local/share/attache"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Config{DataDir: tc.dir}.DataFolder(tc.goos, tc.env)
			if got != tc.want || (err == nil) != (tc.want != "") {
				t.Errorf("got %q, %v; want %q", got, err, tc.want)
			}
		})
	}
}

func TestModelEnabled(t *testing.T) {
	for name, tc := range map[string]struct {
		model Model
		want  bool
	}{
		"nothing set":     {Default().Model, false},
		"a key":           {Model{BaseURL: OpenAI, Key: "k"}, true},
		"an own endpoint": {Model{BaseURL: "http://localhost:1"}, true},
	} {
		if got := tc.model.Enabled(); got != tc.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

func FuzzDecode(f *testing.F) {
	example, err := os.ReadFile("config.example.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(example))
	f.Add("a: &a [*a]")
	f.Add("discord: &d\n  shard: *d\n")
	f.Add("discord: {guilds: [1, !!binary x], <<: {token: a}}")
	f.Fuzz(func(_ *testing.T, s string) {
		c := Default()
		if decode([]byte(s), &c) == nil {
			_, _ = c.Validate(), c.String()
		}
	})
}
