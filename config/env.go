package config

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"
)

const (
	prefix     = "ATTACHE_"
	fileSuffix = "_FILE"
	// pathVariable names the configuration file itself. It is read by cmd/bot and is no key.
	pathVariable = prefix + "CONFIG"
)

// shortNames are the names that other tools use already.
var shortNames = map[string]string{
	"discord.token":  "DISCORD_TOKEN",
	"model.key":      "OPENAI_API_KEY",
	"model.base_url": "OPENAI_BASE_URL",
}

// key is one setting: its path in the file and the field that holds it.
type key struct {
	path  string
	value reflect.Value
}

func (k key) variable() string {
	return prefix + strings.ToUpper(strings.ReplaceAll(k.path, ".", "_"))
}

func (k key) secret() bool { return k.value.Type() == reflect.TypeFor[Secret]() }

// keys lists every setting of c, in the order of the fields; setting a key's value sets it in c.
func keys(c *Config) []key {
	var all []key
	var visit func(prefix string, v reflect.Value)
	visit = func(prefix string, v reflect.Value) {
		for i := range v.NumField() {
			path := prefix + v.Type().Field(i).Tag.Get("yaml")
			if f := v.Field(i); f.Kind() == reflect.Struct {
				visit(path+".", f)
			} else {
				all = append(all, key{path, f})
			}
		}
	}
	visit("", reflect.ValueOf(c).Elem())
	return all
}

func readEnv(env []string, c *Config) error {
	vars := make(map[string]string, len(env))
	for _, entry := range env {
		if name, value, ok := strings.Cut(entry, "="); ok && value != "" {
			vars[name] = value
		}
	}
	known := map[string]bool{pathVariable: true}
	var errs []error
	for _, k := range keys(c) {
		known[k.variable()] = true
		if k.secret() {
			known[k.variable()+fileSuffix] = true
		}
		errs = append(errs, k.from(vars))
	}
	for _, entry := range env { // in env's order, so that the message is the same each time
		if name, value, _ := strings.Cut(entry, "="); strings.HasPrefix(name, prefix) && value != "" && !known[name] {
			errs = append(errs, fmt.Errorf("%s: there is no such setting; config.example.yaml lists them all", name))
		}
	}
	return errors.Join(errs...)
}

// from sets k from the environment: its own name first, then its short one.
func (k key) from(vars map[string]string) error {
	for _, name := range []string{k.variable(), shortNames[k.path]} {
		value, err := k.lookUp(name, vars)
		if err != nil {
			return err
		}
		if value == "" {
			continue
		}
		if err := k.set(value); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		return nil
	}
	return nil
}

// lookUp returns the value of a variable, or for a secret the content of the file that NAME_FILE names; "" when neither is set.
func (k key) lookUp(name string, vars map[string]string) (string, error) {
	value, path := vars[name], vars[name+fileSuffix]
	if !k.secret() || path == "" {
		return value, nil
	}
	if value != "" {
		return "", fmt.Errorf("%s and %s%s are both set: keep one", name, name, fileSuffix)
	}
	data, err := readSmall(path)
	if err != nil {
		return "", fmt.Errorf("%s%s: %w", name, fileSuffix, err)
	}
	secret := strings.TrimSpace(string(data))
	if secret == "" {
		return "", fmt.Errorf("%s%s: %s is empty", name, fileSuffix, path)
	}
	return secret, nil
}

// set gives the field the value that s spells. Its errors do not repeat s, which may be a secret in the wrong place.
func (k key) set(s string) error {
	var err error
	switch v := k.value.Addr().Interface().(type) {
	case *string:
		*v = s
	case *Secret:
		*v = Secret(s)
	case *bool:
		*v, err = strconv.ParseBool(s)
	case *int:
		*v, err = strconv.Atoi(s)
	case *int64:
		*v, err = strconv.ParseInt(s, 10, 64)
	case *float64:
		*v, err = strconv.ParseFloat(s, 64)
	case *time.Duration:
		*v, err = time.ParseDuration(s)
	case *[]string:
		*v = splitList(s)
	default:
		return fmt.Errorf("cannot be set from the environment (%T)", v)
	}
	if err != nil {
		return fmt.Errorf("must be %s", kind(k.value.Interface()))
	}
	return nil
}

// splitList cuts a list at commas and white space.
func splitList(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' || r == '\n' })
}
