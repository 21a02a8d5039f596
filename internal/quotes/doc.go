// Package quotes finds in an article who said what, as whom and when: direct and mixed quotations, and statements reported without
// quotation marks.
//
// Extract runs in steps, one file each: the text is cut into tokens (tokens.go), the marks are paired (marks.go), names, pronouns and
// descriptions are found (mentions.go) and joined into speakers (people.go), spans in marks that are no quotations are set aside
// (nonquotes.go), each quotation is given the mention that most likely speaks (attribute.go, features.go, model.go, with weights
// learned by tools/attribution), pronouns and posts are traced to people (coref.go), and dates and venues are read beside it (dates.go,
// venue.go). Transcripts and speeches have a way of their own (transcript.go), and so has indirect speech (reported.go).
//
// Beside Extract stand SameName and NameKey for telling names together, and Find, Nearest and Compare for verifying what a user quotes.
//
// A wrong speaker is worse than an open one: Speaker.Name is filled only from ShownConfidence upwards.
//
// All functions are pure, deterministic and safe for concurrent use. Offsets are bytes into Article.Text, on rune borders.
package quotes
