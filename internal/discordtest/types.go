package discordtest

import (
	"encoding/json"
	"time"
)

// Gateway intents, as bits of IDENTIFY's intents field.
const (
	IntentGuilds         = 1 << 0
	IntentGuildMembers   = 1 << 1
	IntentGuildPresences = 1 << 8
	IntentGuildMessages  = 1 << 9
	IntentDirectMessages = 1 << 12
	IntentMessageContent = 1 << 15
)

// privilegedIntents have to be switched on in the developer portal.
const privilegedIntents = IntentGuildMembers | IntentGuildPresences | IntentMessageContent

// knownIntents are all bits that Discord knows; any other one is refused with close code 4013.
const knownIntents = 1<<17 - 1 | 1<<20 | 1<<21 | 1<<24 | 1<<25

// Permission bits that the double knows and checks.
const (
	PermAdministrator         int64 = 1 << 3
	PermManageChannels        int64 = 1 << 4
	PermManageGuild           int64 = 1 << 5
	PermAddReactions          int64 = 1 << 6
	PermViewChannel           int64 = 1 << 10
	PermSendMessages          int64 = 1 << 11
	PermManageMessages        int64 = 1 << 13
	PermEmbedLinks            int64 = 1 << 14
	PermAttachFiles           int64 = 1 << 15
	PermReadMessageHistory    int64 = 1 << 16
	PermMentionEveryone       int64 = 1 << 17
	PermUseCommands           int64 = 1 << 31
	PermManageThreads         int64 = 1 << 34
	PermCreatePublicThreads   int64 = 1 << 35
	PermCreatePrivateThreads  int64 = 1 << 36
	PermSendMessagesInThreads int64 = 1 << 38
)

// PermEveryone is what a new guild grants to everybody.
const PermEveryone = PermAddReactions | PermViewChannel | PermSendMessages | PermEmbedLinks | PermAttachFiles |
	PermReadMessageHistory | PermUseCommands | PermCreatePublicThreads | PermCreatePrivateThreads | PermSendMessagesInThreads

const permAll int64 = 1<<53 - 1

// Channel types.
const (
	ChannelText          = 0
	ChannelDM            = 1
	ChannelVoice         = 2
	ChannelAnnouncement  = 5
	ChannelPublicThread  = 11
	ChannelPrivateThread = 12
)

// Message types.
const (
	MessageDefault        = 0
	MessagePinned         = 6
	MessageJoin           = 7
	MessageThreadCreated  = 18
	MessageReply          = 19
	MessageChatCommand    = 20
	MessageContextCommand = 23
)

// Message flags.
const (
	FlagSuppressEmbeds = 1 << 2
	FlagHasThread      = 1 << 5
	FlagEphemeral      = 1 << 6
	FlagLoading        = 1 << 7
	FlagComponentsV2   = 1 << 15
)

// User is a Discord user.
type User struct {
	ID            string  `json:"id"`
	Username      string  `json:"username"`
	Discriminator string  `json:"discriminator"`
	GlobalName    *string `json:"global_name"`
	Avatar        *string `json:"avatar"`
	Bot           bool    `json:"bot"`
	PublicFlags   int     `json:"public_flags"`
	PrimaryGuild  *string `json:"primary_guild"`
	Flags         int     `json:"flags"`
	// Locale is the language of the user's client; Start's default is "en-US". Not part of the user object.
	Locale string `json:"-"`
}

// Role is a role of a guild.
type Role struct {
	ID           string         `json:"id"`
	Name         string         `json:"name"`
	Permissions  int64          `json:"permissions,string"`
	Position     int            `json:"position"`
	Color        int            `json:"color"`
	Colors       map[string]any `json:"colors"`
	Hoist        bool           `json:"hoist"`
	Managed      bool           `json:"managed"`
	Mentionable  bool           `json:"mentionable"`
	Description  *string        `json:"description"`
	Icon         *string        `json:"icon"`
	UnicodeEmoji *string        `json:"unicode_emoji"`
	Flags        int            `json:"flags"`
}

// Member is a user in a guild.
type Member struct {
	User        *User    `json:"user,omitempty"`
	Nick        *string  `json:"nick"`
	Roles       []string `json:"roles"`
	JoinedAt    string   `json:"joined_at"`
	Permissions string   `json:"permissions,omitempty"`
	Deaf        bool     `json:"deaf"`
	Mute        bool     `json:"mute"`
	Pending     bool     `json:"pending"`
	Flags       int      `json:"flags"`
	// Fields that Discord always sends, empty here.
	Avatar      *string `json:"avatar"`
	Banner      *string `json:"banner"`
	BoostsSince *string `json:"premium_since"`
	TimeoutEnds *string `json:"communication_disabled_until"`
}

// ThreadMetadata is the part of a channel that only threads have.
type ThreadMetadata struct {
	Archived            bool   `json:"archived"`
	Locked              bool   `json:"locked"`
	AutoArchiveDuration int    `json:"auto_archive_duration"`
	ArchiveTimestamp    string `json:"archive_timestamp"`
	CreateTimestamp     string `json:"create_timestamp,omitempty"`
	Invitable           *bool  `json:"invitable,omitempty"`
}

// Overwrite is a channel's own permission rule for a role (type 0) or a member (type 1).
type Overwrite struct {
	ID    string `json:"id"`
	Type  int    `json:"type"`
	Allow int64  `json:"allow,string"`
	Deny  int64  `json:"deny,string"`
}

// Channel is a channel, a direct-message channel or a thread.
type Channel struct {
	ID            string          `json:"id"`
	Type          int             `json:"type"`
	GuildID       string          `json:"guild_id,omitempty"`
	ParentID      *string         `json:"parent_id,omitempty"`
	OwnerID       string          `json:"owner_id,omitempty"`
	Name          *string         `json:"name,omitempty"`
	Topic         *string         `json:"topic,omitempty"`
	Position      int             `json:"position"`
	Flags         int             `json:"flags"`
	LastMessageID *string         `json:"last_message_id"`
	Recipients    []*User         `json:"recipients,omitempty"`
	Overwrites    []Overwrite     `json:"permission_overwrites,omitempty"`
	Thread        *ThreadMetadata `json:"thread_metadata,omitempty"`
	// Counts of a thread; nil for other channels.
	MessageCount     *int `json:"message_count,omitempty"`
	TotalMessageSent *int `json:"total_message_sent,omitempty"`
	MemberCount      *int `json:"member_count,omitempty"`
}

// isThread tells whether the channel is a thread of either kind.
func (c *Channel) isThread() bool {
	return c.Type == ChannelPublicThread || c.Type == ChannelPrivateThread
}

// Guild is a Discord server.
type Guild struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	OwnerID string `json:"owner_id"`
	Locale  string `json:"preferred_locale"`
}

// Embed is a message embed. Only the fields a bot may set are kept.
type Embed struct {
	Type        string        `json:"type,omitempty"`
	Title       string        `json:"title,omitempty"`
	Description string        `json:"description,omitempty"`
	URL         string        `json:"url,omitempty"`
	Timestamp   string        `json:"timestamp,omitempty"`
	Color       int           `json:"color,omitempty"`
	Footer      *EmbedFooter  `json:"footer,omitempty"`
	Author      *EmbedAuthor  `json:"author,omitempty"`
	Image       *EmbedPicture `json:"image,omitempty"`
	Thumbnail   *EmbedPicture `json:"thumbnail,omitempty"`
	Fields      []EmbedField  `json:"fields,omitempty"`
}

// EmbedFooter is the last line of an embed.
type EmbedFooter struct {
	Text    string `json:"text"`
	IconURL string `json:"icon_url,omitempty"`
}

// EmbedAuthor is the first line of an embed.
type EmbedAuthor struct {
	Name    string `json:"name"`
	URL     string `json:"url,omitempty"`
	IconURL string `json:"icon_url,omitempty"`
}

// EmbedPicture is an image or a thumbnail of an embed.
type EmbedPicture struct {
	URL string `json:"url"`
}

// EmbedField is one name and value of an embed.
type EmbedField struct {
	Name   string `json:"name"`
	Value  string `json:"value"`
	Inline bool   `json:"inline,omitempty"`
}

// Component is an action row, a button, a select menu or a text input; which one is told by Type.
type Component struct {
	Type        int             `json:"type"`
	ID          int             `json:"id,omitempty"`
	CustomID    string          `json:"custom_id,omitempty"`
	Style       int             `json:"style,omitempty"`
	Label       string          `json:"label,omitempty"`
	URL         string          `json:"url,omitempty"`
	Disabled    bool            `json:"disabled,omitempty"`
	Emoji       json.RawMessage `json:"emoji,omitempty"`
	Placeholder string          `json:"placeholder,omitempty"`
	Options     []SelectOption  `json:"options,omitempty"`
	MinValues   *int            `json:"min_values,omitempty"`
	MaxValues   int             `json:"max_values,omitempty"`
	Value       string          `json:"value,omitempty"`
	Required    *bool           `json:"required,omitempty"`
	MinLength   int             `json:"min_length,omitempty"`
	MaxLength   int             `json:"max_length,omitempty"`
	Components  []Component     `json:"components,omitempty"`
}

// Component types.
const (
	ComponentRow       = 1
	ComponentButton    = 2
	ComponentSelect    = 3
	ComponentTextInput = 4
)

// ButtonLink is the style of a button that opens a URL and sends no interaction.
const ButtonLink = 5

// SelectOption is one entry of a select menu.
type SelectOption struct {
	Label       string `json:"label"`
	Value       string `json:"value"`
	Description string `json:"description,omitempty"`
	Default     bool   `json:"default,omitempty"`
}

// Attachment is a file on a message. Data is what was uploaded.
type Attachment struct {
	ID          string `json:"id"`
	Filename    string `json:"filename"`
	Description string `json:"description,omitempty"`
	ContentType string `json:"content_type,omitempty"`
	Size        int    `json:"size"`
	URL         string `json:"url"`
	ProxyURL    string `json:"proxy_url"`
	Data        []byte `json:"-"`
}

// Reference says which message another one answers.
type Reference struct {
	Type            int    `json:"type"`
	MessageID       string `json:"message_id,omitempty"`
	ChannelID       string `json:"channel_id,omitempty"`
	GuildID         string `json:"guild_id,omitempty"`
	FailIfNotExists *bool  `json:"fail_if_not_exists,omitempty"`
}

// Message is a message as the bot wrote it or as a person typed it.
type Message struct {
	ID              string          `json:"id"`
	ChannelID       string          `json:"channel_id"`
	GuildID         string          `json:"guild_id,omitempty"`
	Type            int             `json:"type"`
	Content         string          `json:"content"`
	Author          *User           `json:"author"`
	Member          *Member         `json:"member,omitempty"`
	Timestamp       string          `json:"timestamp"`
	EditedTimestamp *string         `json:"edited_timestamp"`
	TTS             bool            `json:"tts"`
	MentionEveryone bool            `json:"mention_everyone"`
	Mentions        []*User         `json:"mentions"`
	MentionRoles    []string        `json:"mention_roles"`
	Attachments     []Attachment    `json:"attachments"`
	Embeds          []Embed         `json:"embeds"`
	Components      []Component     `json:"components"`
	Pinned          bool            `json:"pinned"`
	Flags           int             `json:"flags"`
	WebhookID       string          `json:"webhook_id,omitempty"`
	ApplicationID   string          `json:"application_id,omitempty"`
	Nonce           any             `json:"nonce,omitempty"`
	Reference       *Reference      `json:"message_reference,omitempty"`
	Referenced      *Message        `json:"referenced_message,omitempty"`
	Thread          *Channel        `json:"thread,omitempty"`
	Interaction     json.RawMessage `json:"interaction_metadata,omitempty"`

	// Pinged names who was notified: "everyone", "role:<id>" or "user:<id>". Known to the test only.
	Pinged []string `json:"-"`
	// Edits counts how often the message was changed after it appeared.
	Edits int `json:"-"`
	// Deleted is set once the message is gone; Messages leaves such ones out.
	Deleted bool `json:"-"`

	created   time.Time
	visibleTo string // the only user who sees an ephemeral message
}

// Ephemeral tells whether only the person who asked sees the message.
func (m *Message) Ephemeral() bool { return m.Flags&FlagEphemeral != 0 }

// Loading tells whether the message is a deferred reply that still says "thinking".
func (m *Message) Loading() bool { return m.Flags&FlagLoading != 0 }

// Button returns the button with this custom id or label, or nil.
func (m *Message) Button(labelOrID string) *Component {
	return findComponent(m.Components, func(c *Component) bool {
		return c.Type == ComponentButton && (c.CustomID == labelOrID || c.Label == labelOrID)
	})
}

// Text joins all text a person sees on the message: content, then each embed's title, description, fields and footer.
func (m *Message) Text() string {
	text := m.Content
	add := func(s string) {
		if s != "" {
			text += "\n" + s
		}
	}
	for _, e := range m.Embeds {
		if e.Author != nil {
			add(e.Author.Name)
		}
		add(e.Title)
		add(e.Description)
		for _, f := range e.Fields {
			add(f.Name)
			add(f.Value)
		}
		if e.Footer != nil {
			add(e.Footer.Text)
		}
	}
	return text
}

// findComponent walks the rows depth first and returns a pointer to the first match, or nil.
func findComponent(cs []Component, match func(*Component) bool) *Component {
	for i := range cs {
		if match(&cs[i]) {
			return &cs[i]
		}
		if c := findComponent(cs[i].Components, match); c != nil {
			return c
		}
	}
	return nil
}

// Command is an application command as the bot registered it.
type Command struct {
	ID                       string            `json:"id"`
	ApplicationID            string            `json:"application_id"`
	GuildID                  string            `json:"guild_id,omitempty"`
	Version                  string            `json:"version"`
	Type                     int               `json:"type"`
	Name                     string            `json:"name"`
	NameLocalizations        map[string]string `json:"name_localizations"`
	Description              string            `json:"description"`
	DescriptionLocalizations map[string]string `json:"description_localizations"`
	Options                  []CommandOption   `json:"options,omitempty"`
	DefaultMemberPermissions *string           `json:"default_member_permissions"`
	DMPermission             *bool             `json:"dm_permission,omitempty"`
	Contexts                 *[]int            `json:"contexts"`
	IntegrationTypes         *[]int            `json:"integration_types,omitempty"`
	NSFW                     bool              `json:"nsfw"`
}

// Command types.
const (
	CommandChat    = 1
	CommandUser    = 2
	CommandMessage = 3
)

// CommandOption is one parameter of a command, or a sub-command.
type CommandOption struct {
	Type                     int               `json:"type"`
	Name                     string            `json:"name"`
	NameLocalizations        map[string]string `json:"name_localizations,omitempty"`
	Description              string            `json:"description"`
	DescriptionLocalizations map[string]string `json:"description_localizations,omitempty"`
	Required                 bool              `json:"required,omitempty"`
	Choices                  []Choice          `json:"choices,omitempty"`
	Options                  []CommandOption   `json:"options,omitempty"`
	ChannelTypes             []int             `json:"channel_types,omitempty"`
	MinValue                 *float64          `json:"min_value,omitempty"`
	MaxValue                 *float64          `json:"max_value,omitempty"`
	MinLength                *int              `json:"min_length,omitempty"`
	MaxLength                *int              `json:"max_length,omitempty"`
	Autocomplete             bool              `json:"autocomplete,omitempty"`
}

// Option types.
const (
	OptionSubCommand = 1
	OptionGroup      = 2
	OptionString     = 3
	OptionInteger    = 4
	OptionBoolean    = 5
	OptionUser       = 6
	OptionChannel    = 7
	OptionRole       = 8
	OptionNumber     = 10
	OptionAttachment = 11
)

// Choice is a fixed or auto-completed value of an option.
type Choice struct {
	Name              string            `json:"name"`
	NameLocalizations map[string]string `json:"name_localizations,omitempty"`
	Value             any               `json:"value"`
}

// AllowedMentions says which mentions of a text may notify.
type AllowedMentions struct {
	Parse       []string `json:"parse"`
	Roles       []string `json:"roles"`
	Users       []string `json:"users"`
	RepliedUser bool     `json:"replied_user"`
}

// Modal is a window with text inputs that an interaction was answered with.
type Modal struct {
	CustomID   string      `json:"custom_id"`
	Title      string      `json:"title"`
	Components []Component `json:"components"`
}

// Input returns the text input with this custom id or label, or nil.
func (m *Modal) Input(labelOrID string) *Component {
	return findComponent(m.Components, func(c *Component) bool {
		return c.Type == ComponentTextInput && (c.CustomID == labelOrID || c.Label == labelOrID)
	})
}
