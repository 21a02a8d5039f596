// Package discord is the Discord front end: it turns what a person does on Discord into a commands.Request, gives it to the router and shows
// the Reply as embeds and buttons.
//
// Three rules hold in every file here. No text of an article, a person or a model can ping, format, link or leave its place: it goes through
// escape, and every create and edit forbids mentions. No limit of Discord is passed: they are the constants of limits.go, and a reply that
// is too long becomes pages. A person who asked is always answered, if need be somewhere else or with one sentence saying why not.
package discord
