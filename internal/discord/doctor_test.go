package discord

import (
	"testing"

	"github.com/bwmarrin/discordgo"
)

func TestPermissionsInAChannel(t *testing.T) {
	t.Parallel()
	const view, send, embed int64 = discordgo.PermissionViewChannel, discordgo.PermissionSendMessages, discordgo.PermissionEmbedLinks
	overwrite := func(id string, kind discordgo.PermissionOverwriteType, deny, allow int64) *discordgo.PermissionOverwrite {
		return &discordgo.PermissionOverwrite{ID: id, Type: kind, Deny: deny, Allow: allow}
	}
	role, member := discordgo.PermissionOverwriteTypeRole, discordgo.PermissionOverwriteTypeMember
	for _, c := range []struct {
		name       string
		everybody  int64
		own        int64
		overwrites []*discordgo.PermissionOverwrite
		want       int64
	}{
		{"roles add up", view, send, nil, view | send},
		{"everybody is denied", view | send, 0, []*discordgo.PermissionOverwrite{overwrite("guild", role, send, 0)}, view},
		{"a role is allowed what everybody is denied", view | send, 0,
			[]*discordgo.PermissionOverwrite{overwrite("own", role, 0, send), overwrite("guild", role, send, 0)}, view | send},
		{"one role's yes is above another's no", view | send, 0,
			[]*discordgo.PermissionOverwrite{overwrite("own", role, 0, send), overwrite("other", role, send, 0)}, view | send},
		{"the member's own comes last", view | send | embed, 0,
			[]*discordgo.PermissionOverwrite{overwrite("bot", member, embed, 0), overwrite("own", role, 0, embed)}, view | send},
		{"what is for others does not count", view | send, 0,
			[]*discordgo.PermissionOverwrite{overwrite("foreign", role, send, 0), overwrite("somebody", member, view, 0), nil}, view | send},
		{"an administrator may all", 0, discordgo.PermissionAdministrator, []*discordgo.PermissionOverwrite{overwrite("bot", member, view, 0)}, view | send | embed},
	} {
		roles := []*discordgo.Role{{ID: "guild", Permissions: c.everybody}, {ID: "own", Permissions: c.own}, {ID: "other"}, {ID: "foreign", Permissions: discordgo.PermissionAdministrator}, nil}
		self := &discordgo.Member{User: &discordgo.User{ID: "bot"}, Roles: []string{"own", "other"}}
		got := permissionsIn(&discordgo.Channel{GuildID: "guild", PermissionOverwrites: c.overwrites}, roles, self) & (view | send | embed)
		if got != c.want {
			t.Errorf("%s: %b, want %b", c.name, got, c.want)
		}
	}
}

func TestRoleThatCannotBeCalled(t *testing.T) {
	t.Parallel()
	self := &discordgo.Member{User: &discordgo.User{ID: "bot"}}
	for _, c := range []struct {
		name        string
		mentionable bool
		permissions int64
		problems    int
	}{
		{"anyone may mention it", true, 0, 0},
		{"the bot may mention all", false, discordgo.PermissionMentionEveryone, 0},
		{"neither", false, 0, 1},
	} {
		e := &examination{}
		e.call(discordgo.UserGuild{ID: "guild", Name: "Desk"}, "duty",
			[]*discordgo.Role{{ID: "guild", Permissions: c.permissions}, {ID: "duty", Name: "duty officers", Mentionable: c.mentionable}}, self)
		problems := 0
		for _, f := range e.found {
			if f.Problem != "" && f.Advice != "" {
				problems++
			}
		}
		if len(e.found) != 1 || problems != c.problems {
			t.Errorf("%s: %+v", c.name, e.found)
		}
	}
}
