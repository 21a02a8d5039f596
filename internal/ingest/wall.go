package ingest

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"attache/internal/news"
)

// momentForms are the ways to write a moment.
var momentForms = []string{"2006-01-02 15:04", "2006-01-02T15:04", "2006-01-02 15:04:05", time.RFC3339, "2 Jan 2006 15:04", "2 January 2006 15:04"}

// ParseMoment reads the end of an embargo, in UTC unless it names its zone: 2031-05-14 06:00, 2031-05-14T06:00:00+02:00, 14 May 2031 06:00. A day alone is its
// first moment.
func ParseMoment(s string) (time.Time, error) {
	bare := strings.TrimSpace(strings.TrimSuffix(strings.TrimSuffix(tidy(s), "UTC"), "GMT"))
	for _, form := range momentForms {
		if t, err := time.Parse(form, bare); err == nil {
			return t.UTC(), nil
		}
	}
	if t, err := time.Parse(time.DateOnly, bare); err == nil {
		return t, nil
	}
	return time.Time{}, fmt.Errorf("the moment %q is not understood: write it as 2031-05-14 06:00, in UTC", clip(s))
}

// discordID is what the ids of channels and roles look like; people may also paste the mention.
var discordID = regexp.MustCompile(`^(?:<(?:#|@&))?([0-9]{1,20})>?$`)

// ParseIDs reads ids of channels or roles, apart by commas or white space.
func ParseIDs(s string) ([]string, error) {
	var ids []string
	for _, word := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(", \t\n[]\"'", r) }) {
		m := discordID.FindStringSubmatch(word)
		if m == nil {
			return nil, fmt.Errorf("%q is not the id of a channel or a role: it is a long number (Developer Mode, then Copy ID)", clip(word))
		}
		ids = append(ids, m[1])
	}
	return ids, nil
}

// setMark gives one mark of a wall its value by its name in front matter.
func setMark(key, value string, w *news.Wall) (err error) {
	switch key {
	case "channels":
		w.Channels, err = ParseIDs(value)
	case "roles":
		w.Roles, err = ParseIDs(value)
	case "embargo":
		w.Embargo, err = ParseMoment(value)
	case "internal":
		switch strings.ToLower(value) {
		case "true", "yes":
			w.Internal = true
		case "false", "no":
			w.Internal = false
		default:
			err = fmt.Errorf("%q is neither true nor false", clip(value))
		}
	}
	return err
}
