// Package discordtest is a Discord of one's own for tests: REST and gateway over real TLS sockets on the loopback
// interface, with people who type, press buttons and go wrong on demand. Only tests and measuring commands import it.
//
// A session is turned towards it by two fields, and by nothing else, so that URLs and TLS stay those of production,
// nothing can leave the machine and tests run side by side:
//
//	srv := discordtest.New(t, discordtest.Options{})
//	session.Client = srv.Client()
//	session.Dialer = srv.Dialer()
//
// The double refuses what Discord refuses, with Discord's own codes: a callback after three seconds (10062) or a second
// time (40060), a token after fifteen minutes (50027), text over 2000 code points and embeds over 6000 in sum (50035),
// empty messages (50006), archived threads (50083), missing permissions (50013, 50001), unknown ids (10003, 10008),
// a wrong token (401, 4004), intents that are switched off (4014), more than 120 gateway sends a minute (4008). It
// strips message content without the privileged intent, de-duplicates by nonce when asked to, and keeps a list of
// Violations: what Discord would accept although a well-behaved bot never does it, above all a message sent without
// allowed_mentions, or with one by which its text could notify somebody. New fails the test for each of them when it ends.
//
// What people do is a method: Say, EditMessage, DeleteMessage, Command, Autocomplete, MessageCommand, Click, Select and
// SubmitModal. They refuse what a Discord client would not offer: a command, option or choice that was not registered, a
// button that is not on the message. The Try form of each returns the refusal, the plain form fails the test.
//
// Waiting is done by WaitMessage, WaitFor and the Wait methods of Interaction. They wake on every change and are bounded
// by Options.WaitLimit; none polls. Time is Options.Now plus what Advance added, so deadlines are tested without sleeping.
//
// Everything exported is safe for concurrent use. Values handed out (Message, Channel, ...) are copies.
package discordtest
