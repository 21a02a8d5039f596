package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"reflect"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// maxFile bounds a configuration or secret file in bytes; a larger one is a wrong path.
const maxFile = 1 << 20

// Load returns Default overlaid with the YAML file at path and then with env, whose entries are "NAME=value" as in os.Environ. An empty
// path reads no file. The result is valid; when there is something wrong with several keys the error holds a line for each one.
//
// A name in env that starts with ATTACHE_ and is no key is an error; names of other programs are left alone, and so is a name with an
// empty value. Secrets may stand in a file instead that NAME_FILE names. DISCORD_TOKEN, OPENAI_API_KEY and OPENAI_BASE_URL are short
// names of discord.token, model.key and model.base_url; the long name wins where both are set.
func Load(path string, env []string) (Config, error) {
	c := Default()
	if path != "" {
		if err := readFile(path, &c); err != nil {
			return Config{}, err
		}
	}
	if err := readEnv(env, &c); err != nil {
		return Config{}, err
	}
	c.Model.BaseURL = strings.TrimRight(c.Model.BaseURL, "/")
	c.Embedding.BaseURL = strings.TrimRight(c.Embedding.BaseURL, "/")
	if err := c.Validate(); err != nil {
		return Config{}, err
	}
	return c.inherited(), nil
}

// inherited fills what an embedding endpoint takes over from the model's. A key is never sent to another endpoint than its own.
func (c Config) inherited() Config {
	if c.Embedding.Provider != EmbedEndpoint || c.Embedding.BaseURL != "" {
		return c
	}
	c.Embedding.BaseURL = c.Model.BaseURL
	if c.Embedding.Key == "" {
		c.Embedding.Key = c.Model.Key
	}
	return c
}

func readFile(path string, c *Config) error {
	data, err := readSmall(path)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("configuration file %s does not exist: correct the path, or start from config.example.yaml", path)
	}
	if err != nil {
		return fmt.Errorf("configuration file: %w", err)
	}
	if err := decode(data, c); err != nil {
		return fmt.Errorf("configuration file %s: %w", path, err)
	}
	return nil
}

// decode reads one YAML document into c. An empty one changes nothing.
func decode(data []byte, c *Config) error {
	dec := yaml.NewDecoder(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff"))))
	var doc yaml.Node
	err := dec.Decode(&doc)
	if errors.Is(err, io.EOF) {
		return nil
	}
	if err != nil {
		return errors.New("is not YAML: " + strings.TrimPrefix(err.Error(), "yaml: "))
	}
	if err := dec.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return errors.New("holds more after the end of its first document: keep everything in one, without a line of ---")
	}
	return errors.Join(overlay("", doc.Content[0], reflect.ValueOf(c).Elem())...)
}

// overlay sets the fields of section from a YAML mapping and returns an error for each key that is unknown, given twice or of the wrong
// kind. It never repeats a value, which may be a secret. (yaml's own KnownFields names Go types and not the key.)
func overlay(path string, node *yaml.Node, section reflect.Value) []error {
	if node.Kind == yaml.AliasNode {
		node = node.Alias
	}
	if node.Tag == "!!null" {
		return nil
	}
	if node.Kind != yaml.MappingNode {
		return []error{fmt.Errorf("line %d: %smust be a section of keys: %s", node.Line, colon(path), names(section.Type()))}
	}
	var errs []error
	seen := map[string]bool{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		name, value := node.Content[i], node.Content[i+1]
		full := strings.TrimPrefix(path+"."+name.Value, ".")
		field := section.FieldByNameFunc(func(f string) bool {
			sf, _ := section.Type().FieldByName(f)
			return sf.Tag.Get("yaml") == name.Value
		})
		switch {
		case !field.IsValid():
			errs = append(errs, fmt.Errorf("line %d: %s: there is no such key; allowed here: %s", name.Line, full, names(section.Type())))
		case seen[name.Value]:
			errs = append(errs, fmt.Errorf("line %d: %s: is given twice", name.Line, full))
		case field.Kind() == reflect.Struct:
			errs = append(errs, overlay(full, value, field)...)
		case value.Decode(field.Addr().Interface()) != nil:
			errs = append(errs, fmt.Errorf("line %d: %s: must be %s", value.Line, full, kind(field.Interface())))
		}
		seen[name.Value] = true
	}
	return errs
}

func colon(path string) string {
	if path == "" {
		return ""
	}
	return path + ": "
}

// names lists the keys of a section.
func names(section reflect.Type) string {
	all := make([]string, section.NumField())
	for i := range all {
		all[i] = section.Field(i).Tag.Get("yaml")
	}
	return strings.Join(all, ", ")
}

// kind says what a value of v's type looks like.
func kind(v any) string {
	switch v.(type) {
	case bool:
		return "true or false"
	case int, int64:
		return "a whole number"
	case float64:
		return "a number"
	case time.Duration:
		return "a duration such as 30s or 2m"
	case []string:
		return "a list such as [\"123\", \"456\"]"
	}
	return "text"
}

// readSmall reads a file of at most maxFile bytes.
func readSmall(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // only read from
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxFile {
		return nil, fmt.Errorf("%s is larger than %d bytes: it cannot be the right file", path, maxFile)
	}
	return data, nil
}
