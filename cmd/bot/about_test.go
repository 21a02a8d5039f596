package main

import (
	"testing"

	"attache/internal/discordtest"
)

// Questions about a message, in every place to ask.
func TestQuestionsAboutAMessage(t *testing.T) {
	t.Parallel()
	s := newTeam(t, discordtest.Options{})
	const drazh = `Ilena Drazh said "There will be no talks about the pass while even one soldier of Solmark stands on our side of it,"`
	mention := "<@" + s.Bot().ID + "> "
	repliesTo := func(q *discordtest.Message, texts ...string) func(*discordtest.Message) bool {
		return func(m *discordtest.Message) bool {
			for _, text := range texts {
				if !holds(text)(m) {
					return false
				}
			}
			return m.Reference != nil && m.Reference.MessageID == q.ID
		}
	}
	t.Run("a quotation, by a reply", func(t *testing.T) {
		said := s.Say(s.chatter, s.ben, drazh)
		q := s.Say(s.chatter, s.ana, mention+"is that true?", discordtest.ReplyTo(said.ID))
		s.WaitMessage(t, s.chatter, repliesTo(q, "1 verbatim", "Ilena Drazh", "[1]"))
	})
	t.Run("a claim, by a link", func(t *testing.T) {
		said := s.Say(s.chatter, s.ben, "The Kareth pass was closed.")
		q := s.Say(s.chatter, s.ana, mention+"is this right? https://discord.com/channels/"+s.guild+"/"+s.chatter+"/"+said.ID)
		s.WaitMessage(t, s.chatter, repliesTo(q, "Read as: The Kareth pass was closed.", "[1]"))
	})
	t.Run("the bot's own answer", func(t *testing.T) {
		first := s.Say(s.chatter, s.ana, mention+"What did Drazh say about the pass?")
		answer := s.WaitMessage(t, s.chatter, repliesTo(first, "[1]"))
		s.answeredAside(t, mention)
		q := s.Say(s.chatter, s.ben, "and Kvell?", discordtest.ReplyTo(answer.ID))
		s.WaitMessage(t, s.chatter, repliesTo(q, "Read as: What did Kvell say about the pass?"))
		q = s.Say(s.chatter, s.ben, "who said this?", discordtest.ReplyTo(answer.ID))
		s.WaitMessage(t, s.chatter, repliesTo(q, "verbatim", "Drazh"))
	})
	t.Run("the answer before", func(t *testing.T) {
		s.Command(s.chatter, s.ana, "ask", discordtest.Opt("question", "What did Drazh say about the pass?")).WaitReplyLike(t, holds("[1]"))
		s.Command(s.chatter, s.ana, "ask", discordtest.Opt("question", "who said this?")).WaitReplyLike(t, holds("verbatim"))
	})
	t.Run("a message's menu", func(t *testing.T) {
		said := s.Say(s.chatter, s.ben, drazh)
		press := s.MessageCommand(s.ana, "Ask about this", said.ID)
		press.WaitModal(t)
		reply := s.SubmitModal(press, map[string]string{"Your question": "Who said this?"}).WaitReplyLike(t, holds("1 verbatim"))
		if !reply.Ephemeral() || !holds("Ilena Drazh")(reply) {
			t.Errorf("the reply is %q", reply.Text())
		}
	})
	t.Run("a message's menu, in other languages, as its form stands", func(t *testing.T) {
		said := s.Say(s.chatter, s.ben, "The Kareth pass was closed.")
		for _, locale := range []string{"en-US", "fr", "es-ES", "es-419", "de", "ru", "uk", "ar", "zh-CN"} {
			who := s.AddMember(s.guild, "reads "+locale).ID
			s.SetLocale(who, locale)
			press := s.MessageCommand(who, "Ask about this", said.ID)
			press.WaitModal(t)
			s.SubmitModal(press, nil).WaitReplyLike(t, holds("The Kareth pass was closed.", "[1]"))
		}
	})
	t.Run("a link to another channel", func(t *testing.T) {
		said := s.Say(s.questions, s.ben, drazh)
		q := s.Say(s.chatter, s.ana, mention+"is this true? https://discord.com/channels/"+s.guild+"/"+s.questions+"/"+said.ID)
		s.WaitMessage(t, s.chatter, repliesTo(q, "I read linked messages only in the channel where I am asked"))
		refused := s.Command(s.chatter, s.ana, "ask", discordtest.Opt("question", "is this true? https://discord.com/channels/"+s.guild+"/"+s.questions+"/"+said.ID))
		refused.WaitFollowUp(t, holds("I read linked messages only"))
	})
}

// answeredAside asks something else in between, as the same person in the same channel.
func (s team) answeredAside(t *testing.T, mention string) {
	t.Helper()
	q := s.Say(s.chatter, s.ana, mention+pass)
	s.WaitMessage(t, s.chatter, func(m *discordtest.Message) bool { return m.Reference != nil && m.Reference.MessageID == q.ID })
}
