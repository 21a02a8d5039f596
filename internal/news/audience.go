package news

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"
)

// Wall keeps the words of an article from part of the server whose collection it is in. Each mark is a condition of its own, and who looks must meet
// all of them; the zero Wall has none and keeps nothing from anybody. A wall is no part of what an article is: its id does not depend on it.
type Wall struct {
	Channels []string  `json:"channels,omitempty"` // ids: the words appear in these channels and their threads only, in private replies too
	Roles    []string  `json:"roles,omitempty"`    // ids: only for who has one of them, in private replies, since others read along in a channel, and in Channels
	Internal bool      `json:"internal,omitempty"` // only in channels marked as internal, and in private replies to who may add articles or manage the server
	Embargo  time.Time `json:"embargo,omitzero"`   // until this moment like Internal, afterwards like no mark; the zero time is none
}

// IsZero reports whether the wall has no mark, not even an embargo that has ended.
func (w Wall) IsZero() bool {
	return len(w.Channels) == 0 && len(w.Roles) == 0 && !w.Internal && w.Embargo.IsZero()
}

// At returns the wall as it stands at that moment: without an embargo that is over.
func (w Wall) At(now time.Time) Wall {
	if !now.Before(w.Embargo) {
		w.Embargo = time.Time{}
	}
	return w
}

// Clean returns the wall in the form in which two walls of the same marks are equal: ids sorted, each once and none empty; the embargo in UTC, to the second.
func (w Wall) Clean() Wall {
	w.Channels, w.Roles = cleanIDs(w.Channels), cleanIDs(w.Roles)
	w.Embargo = w.Embargo.UTC().Truncate(time.Second)
	return w
}

func cleanIDs(ids []string) []string {
	kept := slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return id == "" })
	slices.Sort(kept)
	if len(kept) == 0 {
		return nil
	}
	return slices.Compact(kept)
}

// String is the wall as it is stored, in JSON; "" for the zero Wall. Walls of the same marks have the same text.
func (w Wall) String() string {
	if w = w.Clean(); w.IsZero() {
		return ""
	}
	data, _ := json.Marshal(w) // strings, a bool and a time: it cannot fail but for a year beyond 9999, which ParseWall and no calendar gives
	return string(data)
}

// ParseWall reads what String wrote. A mark that it does not know is an error: passed over, it would keep nothing from anybody.
func ParseWall(s string) (Wall, error) {
	var w Wall
	if s == "" {
		return w, nil
	}
	d := json.NewDecoder(strings.NewReader(s))
	d.DisallowUnknownFields()
	if err := d.Decode(&w); err != nil {
		return Wall{}, err
	}
	if d.More() {
		return Wall{}, errors.New("more than one wall")
	}
	return w.Clean(), nil
}

// Audience is for whom an article is.
type Audience struct {
	Guild   string // the server whose collection it belongs to; "" is shared by all
	Starter bool   // it is one of the starter articles, which a server may have switched off
	Wall    Wall
}

// StarterOrigin begins the origin of every starter article.
const StarterOrigin = "corpus:"

// Audience is for whom a is.
func (a Article) Audience() Audience {
	return Audience{Guild: a.Guild, Starter: strings.HasPrefix(a.Origin, StarterOrigin), Wall: a.Wall}
}

// Key is the audience as the key of a map: articles with the same key are seen by the same viewers.
func (a Audience) Key() string {
	key := a.Guild + "\x00" + a.Wall.String()
	if a.Starter {
		key += "\x00starter"
	}
	return key
}

// Viewer is who looks, from where, and when: what a search, a list, a count or a completion may draw on is what its viewer sees, and nothing else.
// The zero Viewer is in no server and sees what is shared by all, without any wall.
type Viewer struct {
	Guild     string    // the server; "" in a direct message, where only shared articles are seen
	Channel   string    // for a thread the channel above it; "" where there is none
	Thread    string    // "" outside threads
	Roles     []string  // of the person
	Private   bool      // what is shown is for that person alone; what a manager asks in public is still in public
	Internal  bool      // the server has marked the channel as internal
	Insider   bool      // the person may add articles or manages the server
	NoStarter bool      // the server has switched the starter articles off
	Operator  bool      // at the program's own terminal: walls keep nothing from them
	Now       time.Time // which embargoes have ended
}

// Sees reports whether the viewer may be shown anything of an article for that audience, be it no more than that there is one.
func (v Viewer) Sees(a Audience) bool {
	if a.Guild != "" && a.Guild != v.Guild || a.Starter && v.NoStarter {
		return false
	}
	return v.Operator || a.Wall.IsZero() || v.passes(a.Wall)
}

func (v Viewer) passes(w Wall) bool {
	bound := v.in(w.Channels)
	if len(w.Channels) > 0 && !bound {
		return false
	}
	if len(w.Roles) > 0 && (!v.has(w.Roles) || !v.Private && !bound) {
		return false
	}
	if w.Internal || v.Now.Before(w.Embargo) {
		return v.Internal || v.Private && v.Insider
	}
	return true
}

// in reports whether the viewer is in one of the channels or in a thread of one.
func (v Viewer) in(channels []string) bool {
	return v.Channel != "" && slices.Contains(channels, v.Channel) || v.Thread != "" && slices.Contains(channels, v.Thread)
}

func (v Viewer) has(roles []string) bool {
	return slices.ContainsFunc(v.Roles, func(id string) bool { return slices.Contains(roles, id) })
}
