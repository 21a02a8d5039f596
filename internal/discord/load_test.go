package discord

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"attache/internal/discordtest"
)

// Sixty people ask at once, by command and by mention, in one channel and in many, with 100 ms to Discord. Everybody is answered once. The times are
// logged (go test -v -run SixtyPeople) and not compared, as a busy machine would fail any bound.
func TestSixtyPeopleAtOnce(t *testing.T) {
	t.Parallel()
	const people = 60
	s := newScene(t, discordtest.Options{Latency: 100 * time.Millisecond, CallbackLimit: time.Minute}, func(o *Options) { o.Respond = time.Minute })
	members := make([]string, people)
	channels := make([]string, people)
	for i := range people {
		members[i] = s.AddMember(s.guild, fmt.Sprint("person ", i)).ID
		channels[i] = s.AddChannel(s.guild, fmt.Sprint("channel ", i)).ID
	}
	for _, test := range []struct {
		name    string
		channel func(i int) string
	}{
		{"in one channel", func(int) string { return s.general }},
		{"in sixty channels", func(i int) string { return channels[i] }},
	} {
		t.Run(test.name, func(t *testing.T) {
			acks, replies := make([]time.Duration, people), make([]time.Duration, people)
			var done sync.WaitGroup
			for i := range people {
				done.Go(func() {
					start := time.Now()
					asked := s.Command(test.channel(i), members[i], "ask", discordtest.Opt("question", fmt.Sprint("question ", i)))
					acks[i] = asked.WaitAck(t).After
					asked.WaitReplyLike(t, has("The pass stays closed."))
					replies[i] = time.Since(start)
					if n := len(asked.Replies()); n != 1 {
						t.Errorf("person %d got %d replies", i, n)
					}
				})
			}
			done.Wait()
			slices.Sort(acks)
			slices.Sort(replies)
			t.Logf("commands: acknowledged after %v (median), %v (99 %%); answered after %v, %v", acks[people/2], acks[people-1], replies[people/2], replies[people-1])
		})
	}
	t.Run("by mention", func(t *testing.T) {
		replies := make([]time.Duration, people)
		var done sync.WaitGroup
		for i := range people {
			done.Go(func() {
				start := time.Now()
				q := s.Say(channels[i], members[i], s.mention(fmt.Sprint("question ", i)))
				s.WaitMessage(t, channels[i], func(m *discordtest.Message) bool { return m.Reference != nil && m.Reference.MessageID == q.ID })
				replies[i] = time.Since(start)
			})
		}
		done.Wait()
		slices.Sort(replies)
		t.Logf("mentions: answered after %v (median), %v (99 %%)", replies[people/2], replies[people-1])
	})
}
