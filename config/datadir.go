package config

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
)

// DataFolder is the absolute path of the folder that holds the library: data_dir where it is set ("~/" is the home folder), else the
// place that the platform keeps for it. goos is as runtime.GOOS, env as os.Environ. It creates nothing.
//
//	linux and others  $XDG_DATA_HOME/attache, else ~/.local/share/attache
//	darwin            ~/Library/Application Support/attache
//	windows           %LOCALAPPDATA%\attache
func (c Config) DataFolder(goos string, env []string) (string, error) {
	dir := c.DataDir
	home := variable(env, "HOME")
	if rest, ok := strings.CutPrefix(dir, "~/"); ok && home != "" {
		dir = filepath.Join(home, rest)
	}
	if dir == "" {
		parent := dataParent(goos, home, env)
		if parent == "" {
			return "", errors.New("data_dir: no home folder is known to this process: name a folder with --data-dir or ATTACHE_DATA_DIR")
		}
		dir = filepath.Join(parent, "attache")
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("data_dir: %w", err)
	}
	return abs, nil
}

// dataParent is the folder in which programs keep their data, "" when none is known.
func dataParent(goos, home string, env []string) string {
	switch goos {
	case "windows":
		return variable(env, "LOCALAPPDATA")
	case "darwin":
		if home != "" {
			return filepath.Join(home, "Library", "Application Support")
		}
		return ""
	}
	// A relative XDG_DATA_HOME is to be ignored, says the XDG Base Directory Specification 0.8.
	if xdg := variable(env, "XDG_DATA_HOME"); filepath.IsAbs(xdg) {
		return xdg
	}
	if home != "" {
		return filepath.Join(home, ".local", "share")
	}
	return ""
}

// variable returns the last value of name in env, "" when it is not there.
func variable(env []string, name string) string {
	value := ""
	for _, entry := range env {
		if n, v, ok := strings.Cut(entry, "="); ok && n == name {
			value = v
		}
	}
	return value
}
