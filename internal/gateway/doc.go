// Package gateway makes a discordgo session safe to leave alone for months: it owns the session, its connections and its
// requests, and guards each fault of discordgo v0.29.0 without a fork.
//
//	g, err := gateway.New(gateway.Options{Token: token, Intents: gateway.DefaultIntents, Logger: logger})
//	gateway.On(g, handleMessage)     // events: de-duplicated, in order per channel, bounded, never past shutdown
//	err = g.Run(ctx)                 // nil once ctx ends, *FatalError when Discord will not have us
//
// The WebSocket. discordgo dials through the package's own dialer, which gives it a connection that reads along (guard.go).
// That connection hangs up on op 7 and on packets that would make discordgo lock up or panic, keeps a deadline of one and
// a half heartbeats so that a silent server is noticed and the session resumed, never lets discordgo say goodbye with
// code 1000 while the bot means to come back, spaces and counts IDENTIFYs, and recognises close codes that no retry cures.
// discordgo's own reconnecting is off: Run does it, with back-off, to the address that Discord names for resuming. A
// watchdog ends Run when the session's lock is stuck for all that.
//
// REST. Every request of the session passes a transport (transport.go) that waits out rate limits within the request's
// context, holds all requests on a global limit, retries only what may be retried, and ends Run when the token is refused.
// The methods in rest.go add what discordgo lacks: nonces, rate-limit buckets of a fixed number, and allowed_mentions that
// are empty unless set.
//
// A Gateway is safe for concurrent use.
package gateway
